//! How a mail server is named in the configuration: `scheme://user:password@host:port/path`.

/// A server and how to sign in there.
#[derive(Clone)]
pub(crate) struct Server {
    pub is_encrypted: bool,
    pub host: String,
    pub port: u16,
    pub user: String,
    pub password: String,
    /// What stands behind the first slash; may be empty.
    pub path: String,
}

impl std::fmt::Debug for Server {
    /// Never shows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}:{}", self.user, self.host, self.port)
    }
}

impl Server {
    /// `schemes` and `ports`: the encrypted one first. `None` where something is missing.
    pub fn parse(text: &str, schemes: [&str; 2], ports: [u16; 2]) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let place = schemes.iter().position(|known| *known == scheme)?;
        // In user and password, / is written %2F; an @ in the password may stand as it is.
        let (server, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (sign_in, server) = server.rsplit_once('@')?;
        let (user, password) = sign_in.split_once(':')?;
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (server, ports[place]),
        };
        let said = |text: &str| plain(text).filter(|text| !text.is_empty());
        Some(Self {
            is_encrypted: place == 0,
            host: said(host)?,
            port,
            user: said(user)?,
            password: said(password)?,
            path: plain(path)?,
        })
    }
}

/// Undoes percent signs (RFC 3986).
fn plain(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Server> {
        Server::parse(text, ["imaps", "imap"], [993, 143])
    }

    #[test]
    fn an_address_says_all_that_is_needed_and_never_shows_its_password() {
        let one = parse("imaps://destek%40ornek.bel.tr:p%40ss:w@posta.ornek.bel.tr").expect("an address");
        assert_eq!((one.user.as_str(), one.password.as_str()), ("destek@ornek.bel.tr", "p@ss:w"));
        assert_eq!((one.host.as_str(), one.port, one.path.as_str()), ("posta.ornek.bel.tr", 993, ""));
        assert!(!format!("{one:?}").contains("p@ss"));
        let from = parse("imaps://a:b@c@host/destek@ornek.bel.tr").expect("an address");
        assert_eq!(
            (from.password.as_str(), from.host.as_str(), from.path.as_str()),
            ("b@c", "host", "destek@ornek.bel.tr")
        );
        let two = parse("imap://a:b@127.0.0.1:1143/Destek").expect("an address");
        assert_eq!((two.is_encrypted, two.port, two.path.as_str()), (false, 1143, "Destek"));
        for wrong in [
            "",
            "pop3://a:b@c",
            "imaps://host",
            "imaps://a@host",
            "imaps://a:b@host:x",
            "imaps://a%zz:b@h",
            "imaps://:b@h",
        ] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
