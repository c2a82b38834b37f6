//! Forms with files (RFC 7578). The files of [`Upload`] are in memory, for what is small and looked at at once; those of
//! [`Spool`] go to the disk as they come, so that memory does not grow with them.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use files::{Spooled, Store};
use kernel::{Error, ErrorKind};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    DRAIN_LIMIT_BYTES, FORM_LIMIT_BYTES, Form, MAX_FIELDS, broken, check_token, ctx_of, foreign_encoding,
};
use super::{too_large, without_nul, wrong_token};
use crate::answer::Failure;
use crate::app::App;
use crate::ctx::Ctx;

const MAX_FILES: usize = 20;

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
    /// Held as long as the bytes are: uploads of all people together have a limit.
    _room: Option<Arc<OwnedSemaphorePermit>>,
}

/// How large a file may be that goes to the disk as it comes.
pub trait SpoolLimit: Send + Sync {
    /// Bytes of all files of one form together.
    const MOST_BYTES: u64;

    /// Bytes of one file with this name; `usual` is the house's limit for a file.
    fn most_bytes(name: &str, usual: u64) -> u64;
}

/// A multipart form as [`Upload`] is, its files on the disk.
#[derive(Debug)]
pub struct Spool<L> {
    pub form: Form,
    pub files: Vec<SpooledFile>,
    limit: PhantomData<L>,
}

#[derive(Debug)]
pub struct SpooledFile {
    /// What the browser claims.
    pub name: String,
    /// A file that is too large stands by itself, as the others do.
    pub taken: files::Result<Spooled>,
}

impl FromRequest<App> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let ctx = ctx_of(&request)?;
        if is_without_files(&request) {
            return Ok(Self { form: Form::from_request(request, app).await?, ..Self::default() });
        }
        let length =
            request.headers().get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let announced = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut kept = InMemory { app, announced, total: 0, files: Vec::new(), room: None };
        let form = read_all(request, app, &ctx, &mut kept).await?;
        Ok(Self { form, files: kept.files, _room: kept.room.map(Arc::new) })
    }
}

impl<L: SpoolLimit> FromRequest<App> for Spool<L> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let ctx = ctx_of(&request)?;
        if is_without_files(&request) {
            let form = Form::from_request(request, app).await?;
            return Ok(Self { form, files: Vec::new(), limit: PhantomData });
        }
        let mut kept = OnDisk::<L> { app, left: L::MOST_BYTES, files: Vec::new(), limit: PhantomData };
        let form = read_all(request, app, &ctx, &mut kept).await?;
        Ok(Self { form, files: kept.files, limit: PhantomData })
    }
}

/// Where files may come but need not, a form without any is one like every other.
fn is_without_files(request: &Request) -> bool {
    let kind = request.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Where the files of a form go.
trait Keep {
    /// Takes one file in whole.
    fn keep(
        &mut self,
        field: String,
        name: String,
        part: Field<'_>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Bytes that the fields may have together once the token was seen: a table may be pasted.
    fn text_limit(&mut self) -> impl Future<Output = Result<usize, Failure>> + Send;

    fn count(&self) -> usize;
}

struct InMemory<'a> {
    app: &'a App,
    /// Bytes of the whole body as its sender counted them, 0 when it did not say.
    announced: usize,
    total: usize,
    files: Vec<Uploaded>,
    room: Option<OwnedSemaphorePermit>,
}

impl Keep for InMemory<'_> {
    async fn text_limit(&mut self) -> Result<usize, Failure> {
        if self.room.is_none() {
            self.room = Some(self.app.upload_room().await?);
        }
        Ok(self.app.upload_limit_bytes)
    }

    async fn keep(&mut self, field: String, name: String, mut part: Field<'_>) -> Result<(), Failure> {
        let limit_bytes = self.text_limit().await?;
        // A file's place is taken at once: a buffer that grows is there twice each time. What is not written is no memory.
        let room = self.announced.saturating_sub(self.total).min(limit_bytes);
        let mut bytes = Vec::with_capacity(room);
        while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error.to_string()))? {
            self.total += chunk.len();
            if self.total > limit_bytes {
                return Err(too_large(limit_bytes));
            }
            bytes.extend_from_slice(&chunk);
        }
        if !name.is_empty() {
            self.files.push(Uploaded { field, name, bytes: bytes.into() });
        }
        Ok(())
    }

    fn count(&self) -> usize {
        self.files.len()
    }
}

struct OnDisk<'a, L> {
    app: &'a App,
    /// Bytes that may still come.
    left: u64,
    files: Vec<SpooledFile>,
    limit: PhantomData<L>,
}

impl<L: SpoolLimit> Keep for OnDisk<'_, L> {
    async fn text_limit(&mut self) -> Result<usize, Failure> {
        Ok(FORM_LIMIT_BYTES)
    }

    async fn keep(&mut self, _field: String, name: String, part: Field<'_>) -> Result<(), Failure> {
        let most = L::most_bytes(&name, self.app.upload_limit_bytes as u64).min(self.left);
        // Whether there is a store is asked once the sender is known.
        let taken = self.app.services.get::<Store>()?.spool(part, most).await;
        match &taken {
            Ok(spooled) => self.left = self.left.saturating_sub(spooled.stored.size_bytes),
            Err(error) if error.kind == files::ErrorKind::TooLarge => {
                self.left = self.left.saturating_sub(most)
            }
            Err(error) if error.kind == files::ErrorKind::Interrupted => return Err(broken(&error.detail)),
            Err(_) => {}
        }
        if !name.is_empty() {
            self.files.push(SpooledFile { name, taken });
        }
        Ok(())
    }

    fn count(&self) -> usize {
        self.files.len()
    }
}

async fn read_all(request: Request, app: &App, ctx: &Ctx, kept: &mut impl Keep) -> Result<Form, Failure> {
    let mut parts =
        Multipart::from_request(request, app).await.map_err(|error| broken(&error.to_string()))?;
    let read = read_parts(ctx, app, &mut parts, kept).await;
    if read.is_err() {
        drain(&mut parts).await;
    }
    read
}

async fn read_parts(
    ctx: &Ctx,
    app: &App,
    parts: &mut Multipart,
    kept: &mut impl Keep,
) -> Result<Form, Failure> {
    let mut form = Form::default();
    let mut total = 0_usize;
    let mut is_trusted = ctx.is_token;
    while let Some(part) = parts.next_field().await.map_err(|error| broken(&error.to_string()))? {
        let field = without_nul(part.name().unwrap_or_default().to_string());
        let file_name = part.file_name().map(|name| without_nul(name.to_string()));
        if file_name.is_some() && !is_trusted {
            return Err(wrong_token());
        }
        if form.0.len() >= MAX_FIELDS || kept.count() >= MAX_FILES {
            let text = format!("Bir seferde en çok {MAX_FILES} dosya yüklenebilir.");
            return Err(Failure(Error::new(ErrorKind::TooLarge, text)));
        }
        if let Some(name) = file_name {
            kept.keep(field, name, part).await?;
            continue;
        }
        let of_strangers = FORM_LIMIT_BYTES.min(app.upload_limit_bytes);
        let limit_bytes = if is_trusted { kept.text_limit().await? } else { of_strangers };
        let value = text_of(part, limit_bytes, &mut total).await?;
        if field == ui::names::CSRF {
            check_token(ctx, &value)?;
            is_trusted = true;
        }
        form.0.push((field, value));
    }
    if is_trusted { Ok(form) } else { Err(wrong_token()) }
}

async fn text_of(mut part: Field<'_>, limit_bytes: usize, total: &mut usize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error.to_string()))? {
        *total += chunk.len();
        if *total > limit_bytes {
            return Err(too_large(limit_bytes));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(without_nul(String::from_utf8(bytes).map_err(|_| foreign_encoding())?))
}

/// Reads the rest away: a connection closed while the browser still sends shows the browser's own error page
/// instead of ours. Within limits, for nobody should keep the server busy so.
async fn drain(parts: &mut Multipart) {
    let mut total = 0;
    while let Ok(Some(mut part)) = parts.next_field().await {
        while let Ok(Some(chunk)) = part.chunk().await {
            total += chunk.len();
            if total > DRAIN_LIMIT_BYTES {
                return;
            }
        }
    }
}
