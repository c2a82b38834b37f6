//! What is listened on: the key `log_listen` read, and the doors opened one by one, each again and again until it is to be had.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use intake::{Limits, Listening, Tail, Taking, tls_config};
use tokio::task::JoinHandle;

use super::{Place, Standing};

/// Doors of one installation: `udp:0.0.0.0:514, tcp:0.0.0.0:514, relp:0.0.0.0:2514, tls:0.0.0.0:6514;cert=/f.pem;key=/k.pem;ca=/ca.pem,
/// file:/var/log/dhcpd.log`. RELP takes the same options as TLS. A file may be a pattern in its last part: `file:/var/log/dhcp/*.log`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doors(Vec<Door>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Door {
    Udp(SocketAddr),
    Tcp(SocketAddr),
    Relp(SocketAddr, Option<Pair>),
    Tls(SocketAddr, Pair),
    File { path: PathBuf, pattern: Option<String> },
}

/// The server's side of TLS, as PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    certificate: PathBuf,
    key: PathBuf,
    /// Whose clients alone are let in.
    authority: Option<PathBuf>,
}

impl Pair {
    /// Of the options behind an address; nothing where there are none.
    fn of<'o>(text: &str, options: impl Iterator<Item = &'o str>) -> Result<Option<Self>, String> {
        let (mut certificate, mut key, mut authority) = (None, None, None);
        for option in options {
            match option.split_once('=') {
                Some(("cert", path)) => certificate = Some(path.into()),
                Some(("key", path)) => key = Some(path.into()),
                Some(("ca", path)) => authority = Some(path.into()),
                _ => return Err(format!("{text}: cert=, key= or ca= is needed, not `{option}`")),
            }
        }
        match (certificate, key, &authority) {
            (Some(certificate), Some(key), _) => Ok(Some(Self { certificate, key, authority })),
            (None, None, None) => Ok(None),
            _ => Err(format!("{text}: cert= and key= are needed")),
        }
    }

    fn config(&self) -> Result<Arc<intake::ServerConfig>, String> {
        let made = tls_config(&self.certificate, &self.key, self.authority.as_deref());
        made.map_err(|error| error.to_string())
    }
}

impl Door {
    fn label(&self) -> String {
        match self {
            Self::Udp(address) => format!("UDP {address}"),
            Self::Tcp(address) => format!("TCP {address}"),
            Self::Relp(address, _) => format!("RELP {address}"),
            Self::Tls(address, _) => format!("TLS {address}"),
            Self::File { path, pattern: None } => format!("Dosya {}", path.display()),
            Self::File { path, pattern: Some(pattern) } => format!("Dosya {}/{pattern}", path.display()),
        }
    }
}

impl FromStr for Doors {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(door).collect::<Result<_, _>>().map(Self)
    }
}

/// What can be said of a door without taking anything in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    pub label: String,
    /// Why it cannot be had.
    pub fault: Option<String>,
    /// PEM file that it shows to senders.
    pub certificate: Option<PathBuf>,
}

impl Doors {
    /// Tries each door and closes it again. One that is in use is taken for a server's.
    pub fn examine(&self) -> Vec<Examined> {
        let examined = |door: &Door| Examined {
            label: door.label(),
            fault: door.fault(),
            certificate: door.pair().map(|pair| pair.certificate.clone()),
        };
        self.0.iter().map(examined).collect()
    }
}

impl Door {
    fn pair(&self) -> Option<&Pair> {
        match self {
            Self::Relp(_, pair) => pair.as_ref(),
            Self::Tls(_, pair) => Some(pair),
            Self::Udp(_) | Self::Tcp(_) | Self::File { .. } => None,
        }
    }

    fn fault(&self) -> Option<String> {
        let tried = match self {
            Self::Udp(address) => std::net::UdpSocket::bind(address).map(drop),
            Self::Tcp(address) | Self::Relp(address, _) | Self::Tls(address, _) => {
                std::net::TcpListener::bind(address).map(drop)
            }
            Self::File { path, pattern: Some(_) } => std::fs::read_dir(path).map(drop),
            Self::File { path, pattern: None } => std::fs::File::open(path).map(drop),
        };
        let tried = match tried {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Ok(()),
            tried => tried.map_err(|error| error.to_string()),
        };
        tried.and_then(|()| self.pair().map_or(Ok(()), |pair| pair.config().map(drop))).err()
    }
}

fn door(text: &str) -> Result<Door, String> {
    let (kind, rest) =
        text.split_once(':').ok_or_else(|| format!("{text}: udp:, tcp:, relp:, tls: or file: is needed"))?;
    let mut parts = rest.split(';');
    let place = parts.next().unwrap_or_default();
    let address = || place.parse::<SocketAddr>().map_err(|_| format!("{text}: ADDRESS:PORT is needed"));
    match kind {
        "udp" => address().map(Door::Udp),
        "tcp" => address().map(Door::Tcp),
        "relp" => Ok(Door::Relp(address()?, Pair::of(text, parts)?)),
        "file" => file(place).ok_or_else(|| format!("{text}: a whole path is needed")),
        "tls" => {
            let pair = Pair::of(text, parts)?.ok_or_else(|| format!("{text}: cert= and key= are needed"))?;
            Ok(Door::Tls(address()?, pair))
        }
        _ => Err(format!("{text}: udp:, tcp:, relp:, tls: or file: is needed")),
    }
}

fn file(place: &str) -> Option<Door> {
    let path = PathBuf::from(place);
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    if !path.is_absolute() {
        return None;
    }
    Some(match name.contains('*') {
        true => Door::File { path: folder.into(), pattern: Some(name.into()) },
        false => Door::File { path, pattern: None },
    })
}

/// Doors on their way to be open.
pub(super) struct Opening {
    waiting: Vec<Door>,
    taking: Taking,
    /// Where the places in files are written down.
    folder: PathBuf,
    tasks: Vec<JoinHandle<()>>,
}

impl Opening {
    pub fn new(place: &Place, taking: Taking) -> Self {
        Self { waiting: place.doors.0.clone(), taking, folder: place.folder.join("tail"), tasks: Vec::new() }
    }

    /// Tries what is not open yet; `note` is given what is to be written down.
    pub async fn open(&mut self, note: impl Fn(&mut dyn FnMut(&mut Standing))) {
        for door in std::mem::take(&mut self.waiting) {
            let label = door.label();
            match self.open_one(&door).await {
                Ok((task, opened)) => {
                    self.tasks.push(task);
                    note(&mut |standing| {
                        standing.closed.retain(|(known, _)| *known != label);
                        standing.open.push(opened.label.clone());
                        if opened.udp_buffer.1 > 0 {
                            standing.udp_buffer = opened.udp_buffer;
                        }
                    });
                }
                Err(why) => {
                    note(&mut |standing| {
                        if !standing.closed.iter().any(|(known, _)| *known == label) {
                            tracing::error!(door = label, why, "lines cannot come in this way");
                            standing.closed.push((label.clone(), why.clone()));
                        }
                    });
                    self.waiting.push(door);
                }
            }
        }
    }

    async fn open_one(&self, door: &Door) -> Result<(JoinHandle<()>, Opened), String> {
        let mut listening = Listening { limits: Limits::default(), ..Listening::default() };
        match door {
            Door::File { path, pattern } => return self.tail(path, pattern.as_ref(), door.label()),
            Door::Udp(address) => listening.udp = Some(*address),
            Door::Tcp(address) => listening.tcp = Some(*address),
            Door::Relp(address, pair) => {
                listening.relp = Some((*address, pair.as_ref().map(Pair::config).transpose()?));
            }
            Door::Tls(address, pair) => listening.tls = Some((*address, pair.config()?)),
        }
        let wanted = listening.udp.map_or(0, |_| listening.limits.udp_buffer_bytes);
        let bound =
            intake::listen(listening, self.taking.clone()).await.map_err(|error| error.to_string())?;
        let at = |kind: &str, address: Option<SocketAddr>| address.map(|it| format!("{kind} {it}"));
        let all = [at("UDP", bound.udp), at("TCP", bound.tcp), at("RELP", bound.relp), at("TLS", bound.tls)];
        let label = all.into_iter().flatten().next().unwrap_or_default();
        Ok((bound.task, Opened { label, udp_buffer: (bound.udp_buffer_bytes, wanted) }))
    }

    fn tail(
        &self,
        path: &std::path::Path,
        pattern: Option<&String>,
        label: String,
    ) -> Result<(JoinHandle<()>, Opened), String> {
        let state = self.folder.join(state_name(&label));
        std::fs::create_dir_all(&self.folder).map_err(|error| error.to_string())?;
        let tail = Tail { path: path.into(), pattern: pattern.cloned(), state, every: Tail::EVERY };
        let (taking, told) = (self.taking.clone(), label.clone());
        let task = tokio::spawn(async move {
            if let Err(error) = intake::tail(tail, taking).await {
                tracing::error!(file = told, %error, "the file is no longer followed");
            }
        });
        Ok((task, Opened { label, udp_buffer: (0, 0) }))
    }

    /// Ends when everything that was read is durable or counted as lost.
    pub async fn ended(self) {
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a door ended badly");
            }
        }
    }
}

struct Opened {
    label: String,
    /// What the kernel gave, and what was asked for.
    udp_buffer: (usize, usize),
}

/// A name for a file out of any other.
fn state_name(label: &str) -> String {
    let plain = label.bytes().flat_map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => vec![char::from(byte)],
        other => format!("_{other:02x}").chars().collect(),
    });
    plain.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn doors_are_read_and_a_wrong_one_is_named() {
        let text = "udp:0.0.0.0:514, tcp:[::]:514, relp:0.0.0.0:2514, relp:0.0.0.0:2515;cert=/c.pem;key=/k.pem, \
                    tls:0.0.0.0:6514;cert=/c.pem;key=/k.pem, file:/var/log/dhcp/*.log";
        let doors: Doors = text.parse().unwrap();
        let labels: Vec<String> = doors.0.iter().map(Door::label).collect();
        assert_eq!(
            labels,
            [
                "UDP 0.0.0.0:514",
                "TCP [::]:514",
                "RELP 0.0.0.0:2514",
                "RELP 0.0.0.0:2515",
                "TLS 0.0.0.0:6514",
                "Dosya /var/log/dhcp/*.log"
            ]
        );
        assert_eq!("".parse::<Doors>(), Ok(Doors::default()));
        for wrong in [
            "udp:514",
            "514",
            "tls:0.0.0.0:6514",
            "relp:0.0.0.0:2514;cert=/c.pem",
            "snmp:0.0.0.0:162",
            "file:gunluk.log",
        ] {
            assert!(wrong.parse::<Doors>().unwrap_err().starts_with(wrong), "{wrong}");
        }
    }
}
