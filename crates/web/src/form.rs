//! Form bodies: read within limits, and only with the right CSRF token.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use kernel::{Error, ErrorKind};

use crate::answer::Failure;
use crate::app::App;
use crate::ctx::Ctx;

/// Largest body of a form without files.
const FORM_LIMIT_BYTES: usize = 2 * 1024 * 1024;
const MAX_FIELDS: usize = 5_000;
const MAX_FILES: usize = 20;

/// Pairs of an `application/x-www-form-urlencoded` body.
#[derive(Clone, Debug, Default)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// First value of a field, or empty.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
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
}

impl FromRequest<App> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, _app: &App) -> Result<Self, Failure> {
        let ctx = ctx_of(&request)?;
        let bytes = read(request.into_body(), FORM_LIMIT_BYTES).await?;
        let form = Self(form_urlencoded::parse(&bytes).into_owned().take(MAX_FIELDS).collect());
        check_token(&ctx, form.get(ui::names::CSRF))?;
        Ok(form)
    }
}

/// One uploaded file; its name and type are only what the browser claims.
#[derive(Clone, Debug)]
pub struct Uploaded {
    pub field: String,
    pub name: String,
    pub bytes: Bytes,
}

/// A multipart form: fields and files. The token must come before the first file.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    pub form: Form,
    pub files: Vec<Uploaded>,
}

impl FromRequest<App> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let ctx = ctx_of(&request)?;
        let mut parts =
            Multipart::from_request(request, app).await.map_err(|error| broken(&error.to_string()))?;
        let mut upload = Self::default();
        let mut total = 0_usize;
        let mut is_trusted = ctx.is_token;
        while let Some(mut part) = parts.next_field().await.map_err(|error| broken(&error.to_string()))? {
            let field = part.name().unwrap_or_default().to_string();
            let file_name = part.file_name().map(str::to_string);
            if file_name.is_some() && !is_trusted {
                return Err(wrong_token());
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error.to_string()))? {
                total += chunk.len();
                if total > app.upload_limit_bytes {
                    return Err(too_large(app.upload_limit_bytes));
                }
                bytes.extend_from_slice(&chunk);
            }
            if upload.form.0.len() >= MAX_FIELDS || upload.files.len() >= MAX_FILES {
                return Err(Failure(Error::new(
                    ErrorKind::TooLarge,
                    format!("Bir seferde en çok {MAX_FILES} dosya yüklenebilir."),
                )));
            }
            match file_name {
                Some(name) if !name.is_empty() => {
                    upload.files.push(Uploaded { field, name, bytes: bytes.into() })
                }
                Some(_) => {}
                None => {
                    let value = String::from_utf8_lossy(&bytes).into_owned();
                    if field == ui::names::CSRF {
                        check_token(&ctx, &value)?;
                        is_trusted = true;
                    }
                    upload.form.0.push((field, value));
                }
            }
        }
        if is_trusted { Ok(upload) } else { Err(wrong_token()) }
    }
}

fn ctx_of(request: &Request) -> Result<Ctx, Failure> {
    request
        .extensions()
        .get::<Ctx>()
        .cloned()
        .ok_or_else(|| Failure(Error::internal("the guard did not run")))
}

async fn read(body: Body, limit_bytes: usize) -> Result<Bytes, Failure> {
    to_bytes(body, limit_bytes).await.map_err(|_| too_large(limit_bytes))
}

/// A JSON body within the form limit.
pub(crate) async fn json_body(request: Request) -> Result<serde_json::Value, Failure> {
    let bytes = read(request.into_body(), FORM_LIMIT_BYTES).await?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure(Error::rule("API-001", "", format!("Gövde geçerli JSON değil: {error}"))))
}

fn check_token(ctx: &Ctx, sent: &str) -> Result<(), Failure> {
    if ctx.is_token || (!ctx.csrf.is_empty() && sent == ctx.csrf) { Ok(()) } else { Err(wrong_token()) }
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

fn broken(context: &str) -> Failure {
    let text = "Dosya eksik geldi ya da gönderim yarıda kesildi. Yeniden deneyin.";
    Failure(Error::new(ErrorKind::Invalid, text).with_context(context))
}
