//! A job of the portal: the letters that one person signs in one go. Parsed here, believed nowhere else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use serde::Deserialize;
use signing::{Content, PdfDigests, Profile};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::origin::Origin;

/// More letters are not signed with one PIN.
pub(crate) const MAX_DOCUMENTS: usize = 200;
/// Longest text that is taken over into a page.
const MAX_TEXT: usize = 500;

/// What `GET /api/v1/sign-job/<token>` answers.
#[derive(Deserialize)]
struct JobOnWire {
    documents: Vec<DocumentOnWire>,
    signer: String,
    expires_at: String,
    #[serde(default)]
    back_url: Option<String>,
}

#[derive(Deserialize)]
struct DocumentOnWire {
    id: String,
    title: String,
    #[serde(default)]
    number: Option<String>,
    sha256_of_pdf: String,
    pdf_url: String,
    #[serde(default)]
    content_base64: String,
    /// The PDF itself is signed; `content_base64` is empty then.
    #[serde(default)]
    covered: Option<CoveredOnWire>,
    profile: String,
}

#[derive(Deserialize)]
struct CoveredOnWire {
    sha256: String,
    sha384: String,
}

/// A job that was understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Job {
    pub documents: Vec<Document>,
    /// The name of the person who is expected to sign.
    pub signer: String,
    pub expires_at: OffsetDateTime,
    /// Where the person goes afterwards.
    pub back: Url,
}

/// One letter.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Document {
    pub id: String,
    pub title: String,
    pub number: Option<String>,
    pub pdf_sha256: [u8; 32],
    pub pdf: Url,
    pub content: Signed,
    pub profile: Profile,
}

/// What the signature is made over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// These bytes, which go into the signature file.
    Bytes(Vec<u8>),
    /// The PDF that is shown, around the room that it has for the signature.
    Pdf(PdfDigests),
}

impl Signed {
    /// As the library takes it.
    pub fn content(&self) -> Content<'_> {
        match self {
            Signed::Bytes(bytes) => Content::Attached(bytes),
            Signed::Pdf(digests) => Content::Pdf(digests),
        }
    }
}

impl Job {
    /// Reads a job; `origin` is where it came from.
    ///
    /// # Errors
    /// In Turkish, what about it was not understood.
    pub fn parse(bytes: &[u8], origin: &Origin) -> Result<Self, String> {
        let wire: JobOnWire = serde_json::from_slice(bytes).map_err(|_| "yanıt beklenen biçimde değil")?;
        if wire.documents.is_empty() {
            return Err("imzalanacak belge yok".to_owned());
        }
        if wire.documents.len() > MAX_DOCUMENTS {
            return Err(format!("bir defada en çok {MAX_DOCUMENTS} belge imzalanabilir"));
        }
        let expires_at =
            OffsetDateTime::parse(&wire.expires_at, &Rfc3339).map_err(|_| "son geçerlilik anı okunamadı")?;
        let back =
            origin.join(wire.back_url.as_deref().unwrap_or("/")).ok_or("dönüş adresi portalda değil")?;
        let documents = wire
            .documents
            .into_iter()
            .map(|one| Document::read(one, origin))
            .collect::<Result<Vec<_>, _>>()?;
        let mut ids: Vec<&str> = documents.iter().map(|one| one.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() != documents.len() {
            return Err("bir belge iki kez gönderilmiş".to_owned());
        }
        Ok(Job { documents, signer: short(&wire.signer), expires_at, back })
    }
}

impl Document {
    fn read(wire: DocumentOnWire, origin: &Origin) -> Result<Self, String> {
        let title = short(&wire.title);
        let fault = |what: &str| format!("“{title}” belgesinin {what}");
        let pdf_sha256 = digest(&wire.sha256_of_pdf).ok_or_else(|| fault("PDF özeti okunamadı"))?;
        let content = match &wire.covered {
            Some(covered) => covered.read().map(Signed::Pdf),
            None => STANDARD
                .decode(&wire.content_base64)
                .ok()
                .filter(|bytes| !bytes.is_empty())
                .map(Signed::Bytes),
        };
        let content = content.ok_or_else(|| fault("imzalanacak içeriği okunamadı"))?;
        let all = [Profile::P1, Profile::P2, Profile::P3, Profile::P4];
        let profile = all
            .into_iter()
            .find(|one| one.name() == wire.profile)
            .ok_or_else(|| fault("imza profili bilinmiyor"))?;
        let pdf = origin.join(&wire.pdf_url).ok_or_else(|| fault("PDF adresi portalda değil"))?;
        let number = wire.number.map(|number| short(&number)).filter(|number| !number.is_empty());
        Ok(Document { id: wire.id, title, number, pdf_sha256, pdf, content, profile })
    }
}

impl CoveredOnWire {
    fn read(&self) -> Option<PdfDigests> {
        Some(PdfDigests { sha256: digest(&self.sha256)?, sha384: digest(&self.sha384)? })
    }
}

/// Hexadecimal digits of as many bytes.
fn digest<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    hex::decode(text).ok()?.try_into().ok()
}

fn short(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect()
}
