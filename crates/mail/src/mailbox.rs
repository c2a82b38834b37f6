//! A mailbox, read without losing anything: a message stays unseen until whoever reads says that it is done with it.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_imap::types::Fetch;
use async_imap::{Client, Session};
use futures_util::TryStreamExt as _;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::address::Server;

/// A server that says nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("mailbox: imaps://user:password@host/INBOX is needed, or imap:// inside a house")]
    Address,
    #[error("the mail server cannot be reached: {0}")]
    Unreachable(#[from] std::io::Error),
    #[error("the mail server did not answer in {} seconds", PATIENCE.as_secs())]
    Silent,
    #[error("the mail server refused user or password")]
    Refused,
    #[error("the mail server said: {0}")]
    Said(String),
}

impl From<async_imap::error::Error> for Error {
    fn from(error: async_imap::error::Error) -> Self {
        match error {
            async_imap::error::Error::Io(error) => Self::Unreachable(error),
            other => Self::Said(other.to_string()),
        }
    }
}

/// Where a mailbox is and how to open it, as `imaps://user:password@host:port/folder`. `imap://` is without encryption, for a server
/// on the same machine.
#[derive(Clone)]
pub struct Mailbox {
    server: Server,
    folder: String,
}

impl std::fmt::Debug for Mailbox {
    /// Never shows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}/{}", self.server, self.folder)
    }
}

impl FromStr for Mailbox {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let server = Server::parse(text, ["imaps", "imap"], [993, 143]).ok_or(Error::Address)?;
        let folder = if server.path.is_empty() { "INBOX".into() } else { server.path.clone() };
        Ok(Self { server, folder })
    }
}

/// A message that nobody has read yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub uid: u32,
    pub bytes: u32,
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Line for T {}

/// An opened mailbox.
pub struct Open(Session<Box<dyn Line>>);

impl Mailbox {
    /// Opens the mailbox and its folder.
    pub async fn open(&self) -> Result<Open, Error> {
        timely(async {
            let server = &self.server;
            let stream = TcpStream::connect((server.host.as_str(), server.port)).await?;
            let line: Box<dyn Line> =
                if server.is_encrypted { Box::new(self.encrypt(stream).await?) } else { Box::new(stream) };
            let mut client = Client::new(line);
            client.read_response().await?;
            let signed_in = client.login(&server.user, &server.password).await;
            let mut session = signed_in.map_err(|(error, _)| match error {
                async_imap::error::Error::No(_) => Error::Refused,
                other => other.into(),
            })?;
            session.select(&self.folder).await?;
            Ok(Open(session))
        })
        .await
    }

    async fn encrypt(&self, stream: TcpStream) -> Result<impl Line + use<>, Error> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Said(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(self.server.host.clone()).map_err(|_| Error::Address)?;
        Ok(TlsConnector::from(Arc::new(config)).connect(name, stream).await?)
    }
}

impl Open {
    /// Messages that nobody has read, oldest first.
    pub async fn waiting(&mut self, most: usize) -> Result<Vec<Waiting>, Error> {
        timely(async {
            let mut uids: Vec<u32> = self.0.uid_search("UNSEEN").await?.into_iter().collect();
            uids.sort_unstable();
            uids.truncate(most);
            if uids.is_empty() {
                return Ok(Vec::new());
            }
            let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
            let fetched: Vec<Fetch> = self.0.uid_fetch(set, "(UID RFC822.SIZE)").await?.try_collect().await?;
            let mut waiting: Vec<Waiting> = fetched
                .iter()
                .filter_map(|one| Some(Waiting { uid: one.uid?, bytes: one.size.unwrap_or(0) }))
                .collect();
            waiting.sort_unstable_by_key(|one| one.uid);
            Ok(waiting)
        })
        .await
    }

    /// The whole message, left unseen.
    pub async fn read(&mut self, uid: u32) -> Result<Vec<u8>, Error> {
        timely(async {
            let fetched: Vec<Fetch> =
                self.0.uid_fetch(uid.to_string(), "BODY.PEEK[]").await?.try_collect().await?;
            let body = fetched.iter().find_map(|one| one.body());
            body.map(<[u8]>::to_vec).ok_or_else(|| Error::Said(format!("message {uid} has no body")))
        })
        .await
    }

    /// Done with: it is not handed out again.
    pub async fn done(&mut self, uid: u32) -> Result<(), Error> {
        self.mark(uid, "+FLAGS.SILENT (\\Seen)").await
    }

    /// Done with, and a person should look at it.
    pub async fn put_aside(&mut self, uid: u32) -> Result<(), Error> {
        self.mark(uid, "+FLAGS.SILENT (\\Seen \\Flagged)").await
    }

    async fn mark(&mut self, uid: u32, flags: &str) -> Result<(), Error> {
        timely(async {
            let _: Vec<Fetch> = self.0.uid_store(uid.to_string(), flags).await?.try_collect().await?;
            Ok(())
        })
        .await
    }

    pub async fn close(mut self) -> Result<(), Error> {
        timely(async { Ok(self.0.logout().await?) }).await
    }
}

async fn timely<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(PATIENCE, work).await.unwrap_or(Err(Error::Silent))
}
