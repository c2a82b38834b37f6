//! The agent as a client of the portal. Redirects are not followed and no other machine is asked.
//!
//! - `GET <portal>/api/v1/sign-job/<token>` gives the job once:
//!   `{"documents": [{"id", "title", "number"?, "sha256_of_pdf": hex, "pdf_url", "content_base64", "profile": "P4"}],
//!   "signer", "expires_at": RFC 3339, "back_url"?}`. The addresses are whole or relative, on the portal.
//!   A PDF that is signed itself (PAdES) has `"covered": {"sha256": hex, "sha384": hex}` instead of `content_base64`: digests of
//!   the file around the one room of zeros that it has for the signature.
//! - `GET <pdf_url>` gives the letter that belongs to it, as often as asked while the token lives.
//! - `POST <portal>/api/v1/sign-job/<token>` takes `{"signatures": [{"id", "cms_base64"}]}`, all signed letters of the
//!   job together; each is an attached CAdES signature of one signer over the bytes of `content_base64`, or a detached one
//!   for the room of the PDF. The answer may say of each letter what became of it: `{"results": [{"id", "is_signed", "text"}]}`. Without that any 2xx is a yes.
//!   The same signatures sent once more, because an answer got lost, get the same answer.
//!
//! 404, 409 and 410 mean that the token is used or over, of a letter's address that this letter is not to be signed any
//! more; 5xx that it may be tried again; what else it is, `detail` (RFC 9457), `message`, `error` or `title` of the
//! answer say to the person.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Response, StatusCode, Url, header, redirect};
use serde::{Deserialize, Serialize};

use crate::desk::Told;
use crate::job::{Document, Job};
use crate::options::Error;
use crate::origin::Origin;

const MAX_JOB_BYTES: usize = 32 * 1024 * 1024;
const MAX_PDF_BYTES: usize = 64 * 1024 * 1024;
const MAX_ANSWER_BYTES: usize = 256 * 1024;
const CONNECT_WAIT: Duration = Duration::from_secs(10);
const ANSWER_WAIT: Duration = Duration::from_secs(60);

/// Why the portal could not help. The text is Turkish, for the person who wants to sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    #[error(
        "Portala ulaşılamadı ya da portal şu anda yanıt veremiyor. Ağ bağlantınızı denetleyip yeniden deneyin."
    )]
    Unreachable,
    #[error(
        "Portalın güvenlik sertifikası doğrulanamadı; bağlantı kurulmadı. Kurumun kök sertifikası bu bilgisayara \
         kurulmamış ya da adres yanlış olabilir; bilgi işleme bildirin."
    )]
    NotTrusted,
    #[error("Bu imza bağlantısının süresi dolmuş ya da bağlantı daha önce kullanılmış.")]
    Gone,
    #[error("Portal bu isteği kabul etmedi: {0}")]
    Refused(String),
    #[error("Portalın gönderdiği iş anlaşılamadı: {0}.")]
    NotUnderstood(String),
    #[error("Portalın yanıtı kabul edilen büyüklüğü aşıyor.")]
    TooLarge,
    #[error("Belge, imzaya gönderildikten sonra değişmiş; özeti iş kaydındakiyle aynı değil.")]
    ChangedPdf,
}

#[derive(Serialize)]
struct Signatures<'a> {
    signatures: Vec<SignatureOnWire<'a>>,
}

#[derive(Serialize)]
struct SignatureOnWire<'a> {
    id: &'a str,
    cms_base64: String,
}

/// What portals say of each letter.
#[derive(Deserialize)]
struct ResultsOnWire {
    results: Vec<ResultOnWire>,
}

#[derive(Deserialize)]
struct ResultOnWire {
    id: String,
    is_signed: bool,
    #[serde(default)]
    text: String,
}

/// What portals say when they refuse: problem details (RFC 9457) or an `error`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RefusalOnWire {
    detail: Option<String>,
    message: Option<String>,
    error: Option<String>,
    title: Option<String>,
}

/// The connection to portals.
pub(crate) struct Portal {
    client: Client,
}

impl Portal {
    /// Trusts the machine's own root certificates, so that an authority of the municipality is enough.
    pub fn new() -> Result<Self, Error> {
        // reqwest takes the process' provider; a second install is refused and means the same one is there.
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_WAIT)
            .timeout(ANSWER_WAIT)
            .user_agent(concat!("belde-sign-agent/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::Client)?;
        Ok(Portal { client })
    }

    /// The job behind a token.
    pub async fn job(&self, origin: &Origin, token: &str) -> Result<Job, Trouble> {
        let url = job_url(origin, token)?;
        let request = self.client.get(url).header(header::ACCEPT, "application/json");
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let body = accepted(response, MAX_JOB_BYTES).await?;
        Job::parse(&body, origin).map_err(Trouble::NotUnderstood)
    }

    /// The letter as the job means it: a file with another digest is not given out.
    pub async fn pdf(&self, document: &Document) -> Result<Vec<u8>, Trouble> {
        let request = self.client.get(document.pdf.clone()).header(header::ACCEPT, "application/pdf");
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let body = accepted(response, MAX_PDF_BYTES).await?;
        if crate::signers::sha256(&body) != document.pdf_sha256 {
            return Err(Trouble::ChangedPdf);
        }
        Ok(body)
    }

    /// Hands over the signatures, each with the place of its letter; answers what the portal said of each letter.
    pub async fn send(
        &self,
        origin: &Origin,
        token: &str,
        job: &Job,
        made: &[(usize, Vec<u8>)],
    ) -> Result<Vec<Told>, Trouble> {
        let signatures = made.iter().filter_map(|(at, cms)| Some((job.documents.get(*at)?, cms)));
        let signatures = signatures
            .map(|(document, cms)| SignatureOnWire { id: &document.id, cms_base64: STANDARD.encode(cms) })
            .collect();
        let sent = serde_json::to_vec(&Signatures { signatures })
            .map_err(|_| Trouble::NotUnderstood("imzalar yazılamadı".to_owned()))?;
        let request = self.client.post(job_url(origin, token)?).body(sent);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        if status.is_server_error() {
            return Err(refusal(status, &[]));
        }
        // A success is one even if the rest of the answer gets lost: the signatures are there.
        let said = body(response, MAX_ANSWER_BYTES).await.unwrap_or_default();
        match told(&said) {
            Some(told) => Ok(told),
            None if status.is_success() => Ok(Vec::new()),
            None => Err(refusal(status, &said)),
        }
    }
}

fn job_url(origin: &Origin, token: &str) -> Result<Url, Trouble> {
    origin.job(token).ok_or_else(|| Trouble::NotUnderstood("portal adresi".to_owned()))
}

/// The token is part of the address, so the address is never logged.
fn unreachable(error: &reqwest::Error) -> Trouble {
    if let Some(tls) = tls_fault(error) {
        tracing::warn!(%tls, "the portal's certificate was not accepted");
        return Trouble::NotTrusted;
    }
    let (is_timeout, is_connect) = (error.is_timeout(), error.is_connect());
    tracing::warn!(is_timeout, is_connect, "the portal did not answer");
    Trouble::Unreachable
}

/// The refusal of a certificate, which lies below I/O errors; `source` of those would leap over what they wrap.
fn tls_fault(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut below: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(error) = below {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        below = wrapped.map_or_else(|| error.source(), |wrapped| Some(wrapped as _));
    }
    None
}

async fn accepted(response: Response, limit: usize) -> Result<Vec<u8>, Trouble> {
    let status = response.status();
    if status.is_success() {
        return body(response, limit).await;
    }
    let said = body(response, MAX_ANSWER_BYTES).await.unwrap_or_default();
    Err(refusal(status, &said))
}

/// What the portal said of each letter, if it said that.
fn told(said: &[u8]) -> Option<Vec<Told>> {
    let read: ResultsOnWire = serde_json::from_slice(said).ok()?;
    let one = |one: ResultOnWire| Told { id: one.id, is_signed: one.is_signed, text: plain(&one.text) };
    Some(read.results.into_iter().map(one).collect())
}

/// Words of the portal as they may stand on a page.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { ' ' } else { c }).filter(|c| !c.is_control()).take(300).collect()
}

fn refusal(status: StatusCode, said: &[u8]) -> Trouble {
    tracing::warn!(status = status.as_u16(), "the portal refused");
    if matches!(status, StatusCode::NOT_FOUND | StatusCode::CONFLICT | StatusCode::GONE) {
        return Trouble::Gone;
    }
    if status.is_server_error() {
        return Trouble::Unreachable;
    }
    let said: RefusalOnWire = serde_json::from_slice(said).unwrap_or_default();
    let said = plain(&said.detail.or(said.message).or(said.error).or(said.title).unwrap_or_default());
    Trouble::Refused(if said.is_empty() { format!("HTTP {}", status.as_u16()) } else { said })
}

async fn body(mut response: Response, limit: usize) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
        if bytes.len() + chunk.len() > limit {
            return Err(Trouble::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
