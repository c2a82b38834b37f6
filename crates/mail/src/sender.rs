//! Letters that go out over SMTP. Each says that a program wrote it (RFC 3834), so that no other program answers.

use std::str::FromStr;
use std::time::Duration;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox as Place, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::Error;
use crate::address::Server;

/// A server that says nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where letters are given to, as `smtps://user:password@host:port/from@address`; `smtp://` is without encryption, for a server on the same
/// machine. Without an address behind the slash the user is the sender.
#[derive(Clone, Debug)]
pub struct Sender {
    server: Server,
    from: String,
}

impl FromStr for Sender {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let server = Server::parse(text, ["smtps", "smtp"], [465, 25]).ok_or(Error::Address)?;
        let from = if server.path.is_empty() { server.user.clone() } else { server.path.clone() };
        from.parse::<lettre::Address>().map_err(|_| Error::Address)?;
        Ok(Self { server, from })
    }
}

/// One letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Name of the letter before its @; the same letter sent again has the same.
    pub id: String,
    pub to: String,
    /// Whose house writes: "Örnekova Belediyesi".
    pub from_name: String,
    pub subject: String,
    /// Names of the letters it answers; the last is the one.
    pub references: Vec<String>,
    pub text: String,
}

/// A header by its name.
#[derive(Clone)]
struct Auto(String);

impl Header for Auto {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.into()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// Outlook asks this before it sends an absence note.
#[derive(Clone)]
struct Suppress;

impl Header for Suppress {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "OOF, AutoReply".into())
    }
}

impl Sender {
    /// Gives a letter to the server; answers its name.
    pub async fn send(&self, letter: &Letter) -> Result<String, Error> {
        let (id, message) = self.written(letter)?;
        let server = &self.server;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .timeout(Some(PATIENCE));
        if server.is_encrypted {
            let tls =
                TlsParameters::new(server.host.clone()).map_err(|error| Error::Said(error.to_string()))?;
            transport = transport
                .tls(Tls::Wrapper(tls))
                .credentials(Credentials::new(server.user.clone(), server.password.clone()));
        }
        transport.build().send(message).await.map_err(|error| Error::Said(error.to_string()))?;
        Ok(id)
    }

    fn written(&self, letter: &Letter) -> Result<(String, Message), Error> {
        let wrong = |error: &dyn std::fmt::Display| Error::Said(error.to_string());
        let host = self.from.rsplit_once('@').map_or("localhost", |(_, host)| host);
        let id = format!("{}@{host}", letter.id);
        let from: lettre::Address = self.from.parse().map_err(|_| Error::Address)?;
        let to: lettre::Address = letter.to.parse().map_err(|error| wrong(&error))?;
        let mut builder: MessageBuilder = Message::builder()
            .from(Place::new(Some(letter.from_name.clone()), from))
            .to(Place::new(None, to))
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{id}>")))
            .header(Auto("auto-generated".into()))
            .header(Suppress);
        if let Some(last) = letter.references.last() {
            let all: Vec<String> = letter.references.iter().map(|name| format!("<{name}>")).collect();
            builder = builder.in_reply_to(format!("<{last}>")).references(all.join(" "));
        }
        let message = builder.header(ContentType::TEXT_PLAIN).body(letter.text.clone());
        Ok((id, message.map_err(|error| wrong(&error))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_says_that_a_program_wrote_it_and_what_it_answers() {
        let sender: Sender =
            "smtps://destek%40ornek.bel.tr:x@posta.ornek.bel.tr".parse().expect("an address");
        let letter = Letter {
            id: "abc".into(),
            to: "mehmet@ornek.bel.tr".into(),
            from_name: "Örnekova Belediyesi".into(),
            subject: "[2026-DK-000001] Yazıcı bozuk".into(),
            references: vec!["bir@ornek".into()],
            text: "Kaydınız açıldı.".into(),
        };
        let (id, message) = sender.written(&letter).expect("a letter");
        let text = String::from_utf8(message.formatted()).expect("seven bits");
        assert_eq!(id, "abc@ornek.bel.tr");
        for part in
            ["Auto-Submitted: auto-generated", "In-Reply-To: <bir@ornek>", "Message-ID: <abc@ornek.bel.tr>"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        let read = crate::parse(text.as_bytes()).expect("a message");
        assert!(read.is_automatic, "our own letters open no tickets");
        assert_eq!(
            (read.subject.as_str(), read.text.as_str()),
            ("[2026-DK-000001] Yazıcı bozuk", "Kaydınız açıldı.")
        );
        assert_eq!(read.from_name, "Örnekova Belediyesi");
    }
}
