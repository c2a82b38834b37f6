//! Form bodies: read within limits, and only with the right CSRF token.

mod upload;

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use futures_util::StreamExt;
use kernel::{Error, ErrorKind};

use crate::answer::Failure;
use crate::app::App;
use crate::ctx::Ctx;

pub use upload::{Spool, SpoolLimit, SpooledFile, Upload, Uploaded};

/// Largest body of a form without files.
const FORM_LIMIT_BYTES: usize = 2 * 1024 * 1024;
const MAX_FIELDS: usize = 5_000;
/// Bytes beyond a limit that are still read, so that the person sees why.
const DRAIN_LIMIT_BYTES: usize = 1024 * 1024 * 1024;
/// How long a sender may pause in the middle of a body.
const SILENCE: Duration = Duration::from_secs(30);

/// Pairs of an `application/x-www-form-urlencoded` body.
#[derive(Clone, Debug, Default)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// First value of a field, or empty.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The chosen id of a field that offers records, or without script what was typed in its place.
    pub fn chosen(&self, name: &str) -> &str {
        let chosen = self.get(name).trim();
        if chosen.is_empty() { self.typed(name) } else { chosen }
    }

    /// What stands in the box of a field that offers too many records for a list.
    pub fn typed(&self, name: &str) -> &str {
        self.get(&format!("{name}{}", ui::names::TYPED_SUFFIX)).trim()
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// First value per name, as the record parser wants it.
    pub fn map(&self) -> BTreeMap<String, String> {
        let mut map = BTreeMap::new();
        for (name, value) in &self.0 {
            map.entry(name.clone()).or_insert_with(|| value.clone());
        }
        map
    }

    /// Reads an `application/x-www-form-urlencoded` body. What is in another encoding is refused, because its
    /// letters would be stored as question marks; NUL is no text in any database and is left out.
    pub fn decode(body: &[u8]) -> Result<Self, Failure> {
        if !is_utf8_once_decoded(body) {
            return Err(foreign_encoding());
        }
        let fields: Vec<(String, String)> =
            form_urlencoded::parse(body).into_owned().take(MAX_FIELDS + 1).collect();
        if fields.len() > MAX_FIELDS {
            let text = format!("Bir formda en çok {MAX_FIELDS} alan gönderilebilir; hiçbir şey yazılmadı.");
            return Err(Failure(Error::new(ErrorKind::TooLarge, text)));
        }
        Ok(Self(fields.into_iter().map(|(name, value)| (without_nul(name), without_nul(value))).collect()))
    }
}

/// The separators are ASCII, so the whole body is UTF-8 exactly when each name and value is.
fn is_utf8_once_decoded(body: &[u8]) -> bool {
    let digit = |at: usize| body.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(body.len());
    let mut at = 0;
    while at < body.len() {
        match (body[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

pub(crate) fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

impl FromRequest<App> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, _app: &App) -> Result<Self, Failure> {
        let ctx = ctx_of(&request)?;
        let bytes = read(request.into_body(), FORM_LIMIT_BYTES).await?;
        let form = Self::decode(&bytes)?;
        check_token(&ctx, form.get(ui::names::CSRF))?;
        Ok(form)
    }
}

/// The body, given up when the sender falls silent.
pub(crate) fn patient(body: Body) -> Body {
    let stream = futures_util::stream::unfold(Some(body.into_data_stream()), |open| async move {
        let mut open = open?;
        match tokio::time::timeout(SILENCE, open.next()).await {
            Ok(Some(Ok(bytes))) => Some((Ok(bytes), Some(open))),
            Ok(Some(Err(error))) => Some((Err(error), None)),
            Ok(None) => None,
            Err(_) => Some((Err(axum::Error::new(std::io::Error::other("the sender fell silent"))), None)),
        }
    });
    Body::from_stream(stream)
}

fn ctx_of(request: &Request) -> Result<Ctx, Failure> {
    request
        .extensions()
        .get::<Ctx>()
        .cloned()
        .ok_or_else(|| Failure(Error::internal("the guard did not run")))
}

/// A body up to the limit. What is beyond it is read away, so that the person sees our page and no broken connection.
pub(crate) async fn read(body: Body, limit_bytes: usize) -> Result<Bytes, Failure> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut total = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| broken(&error.to_string()))?;
        total += chunk.len();
        if total > DRAIN_LIMIT_BYTES {
            break;
        }
        if total <= limit_bytes {
            bytes.extend_from_slice(&chunk);
        }
    }
    if total > limit_bytes { Err(too_large(limit_bytes)) } else { Ok(bytes.into()) }
}

/// A JSON body within the form limit.
pub(crate) async fn json_body(request: Request) -> Result<serde_json::Value, Failure> {
    parsed(&json_bytes(request).await?)
}

/// As [`json_body`], where nothing need be said; no body is an object without fields.
pub(crate) async fn json_or_nothing(request: Request) -> Result<serde_json::Value, Failure> {
    let bytes = json_bytes(request).await?;
    if bytes.is_empty() { Ok(serde_json::json!({})) } else { parsed(&bytes) }
}

async fn json_bytes(request: Request) -> Result<Bytes, Failure> {
    let kind = request.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.is_some_and(|kind| !kind.to_ascii_lowercase().contains("json")) {
        let text = "Gövde JSON olmalı: Content-Type: application/json.";
        return Err(Failure(Error::new(ErrorKind::Unsupported, text)));
    }
    read(request.into_body(), FORM_LIMIT_BYTES).await
}

/// Every body of the API is an object.
fn parsed(bytes: &[u8]) -> Result<serde_json::Value, Failure> {
    let refused = |text: String| {
        let mut error = Error::rule("API-001", "", text);
        error.message_tr = error.violations[0].text.clone();
        error
    };
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let text = format!("Gövde geçerli JSON değil; {line}. satırın {column}. karakterinde okunamadı.");
        refused(text).with_context(error)
    })?;
    if !value.is_object() {
        return Err(Failure(refused("Gövde bir JSON nesnesi olmalı.".into())));
    }
    Ok(value)
}

fn check_token(ctx: &Ctx, sent: &str) -> Result<(), Failure> {
    let token = |text: &str| text.split('.').next().unwrap_or_default().to_string();
    let is_right = !token(&ctx.csrf).is_empty() && token(sent) == token(&ctx.csrf);
    if ctx.is_token || is_right { Ok(()) } else { Err(wrong_token()) }
}

fn wrong_token() -> Failure {
    let text =
        "Form bu oturuma ait değil; güvenlik için işlem yapılmadı. Sayfayı yenileyip yeniden gönderin.";
    Failure(Error::new(ErrorKind::Forbidden, text).with_context("csrf"))
}

fn too_large(limit_bytes: usize) -> Failure {
    let size = kernel::tr::file_size(limit_bytes as u64);
    Failure(Error::new(ErrorKind::TooLarge, format!("Gönderilen bilgi çok büyük; sınır {size}.")))
}

fn foreign_encoding() -> Failure {
    let text = "Gönderilen yazının karakter kodlaması UTF-8 değil; Türkçe harfler bozulmasın diye hiçbir şey yazılmadı.";
    Failure(Error::new(ErrorKind::Invalid, text))
}

fn broken(context: &str) -> Failure {
    let text = "Dosya eksik geldi ya da gönderim yarıda kesildi. Yeniden deneyin.";
    Failure(Error::new(ErrorKind::Invalid, text).with_context(context))
}
