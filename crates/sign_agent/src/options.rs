//! What the program is started with, checked before anything is opened.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use signing::KeyError;
use time::OffsetDateTime;

use crate::origin::Origin;

/// Card drivers that are tried in this order when none is named.
pub const DRIVERS: [&str; 12] = [
    "/usr/lib/libakisp11.so",
    "/usr/local/lib/libakisp11.so",
    "/usr/local/lib/libakisp11.dylib",
    "C:\\Windows\\System32\\akisp11.dll",
    "/usr/lib/libeTPkcs11.so",
    "C:\\Windows\\System32\\eTPKCS11.dll",
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib/opensc-pkcs11.so",
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

/// Tells the instant that goes into signatures; the program never asks the machine itself.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// How the program is started.
#[derive(Clone)]
pub struct Options {
    /// Refused unless loopback.
    pub listen: SocketAddr,
    /// Portals that may ask for signatures: `https://belde.ornek.bel.tr`. Without TLS only on loopback.
    pub origins: Vec<String>,
    /// The card maker's PKCS #11 library; none tries [`DRIVERS`].
    pub module: Option<PathBuf>,
    /// A PEM file with an unencrypted PKCS #8 key and its certificates, used instead of any card. Every page says
    /// then that it is for trials.
    pub trial_key: Option<PathBuf>,
    pub clock: Clock,
}

/// Why the program does not start. For the log and the command line.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0} is not a loopback address: the signing program never answers other machines")]
    NotLoopback(SocketAddr),
    #[error("no portal is allowed: name at least one, such as https://belde.ornek.bel.tr")]
    NoPortal,
    #[error("{0} is not the address of a portal: https://name, or http:// on this machine only")]
    NotAPortal(String),
    #[error("the trial key {path} cannot be read: {error}")]
    TrialFile { path: PathBuf, error: io::Error },
    #[error("the trial key {path} cannot be used: {error}")]
    TrialKey { path: PathBuf, error: KeyError },
    #[error("{listen} cannot be listened on (is the program running already?): {error}")]
    Listen { listen: SocketAddr, error: io::Error },
    #[error("the socket failed: {0}")]
    Socket(io::Error),
    #[error("the HTTP client cannot be made: {0}")]
    Client(reqwest::Error),
    #[error("the machine gives no random numbers")]
    NoRandomness,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Options {
    /// 127.0.0.1:51515, drivers where they usually lie, no portal yet.
    pub fn new(clock: Clock) -> Self {
        Options {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 51515)),
            origins: Vec::new(),
            module: None,
            trial_key: None,
            clock,
        }
    }

    /// The portals, if everything is in order.
    pub(crate) fn check(&self) -> Result<Vec<Origin>> {
        if !self.listen.ip().is_loopback() {
            return Err(Error::NotLoopback(self.listen));
        }
        if self.origins.is_empty() {
            return Err(Error::NoPortal);
        }
        let parse = |text: &String| Origin::parse(text).ok_or_else(|| Error::NotAPortal(text.clone()));
        self.origins.iter().map(parse).collect()
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("listen", &self.listen)
            .field("origins", &self.origins)
            .field("module", &self.module)
            .field("trial_key", &self.trial_key)
            .finish_non_exhaustive()
    }
}
