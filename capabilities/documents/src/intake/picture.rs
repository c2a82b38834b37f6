//! The paper beside the form it is typed into: a picture of one of its pages, and what was read off it. Pages of a PDF are drawn by
//! poppler's `pdftoppm`; where there is none, the file is opened by hand.

use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use files::{Limits, MediaType, Store};
use kernel::record::{self, Record};
use kernel::{Boxed, Error, Result};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Attached, Ctx, Outcome};

use super::arrive::blocking;
use super::{kind, separator, store, tools};

pub(super) const PATH: &str = "/gelen-kutusu/sayfa";

/// Pages that are offered; whoever needs the others opens the file.
const MOST_PAGES: u32 = 20;
/// Pages beside the form; each is drawn when it comes into sight.
const MOST_SHOWN: u32 = 6;
/// Larger files are not read for the number of their pages: the first is shown.
const MOST_COUNTED: i64 = 16 * 1024 * 1024;
/// Files that are named beside the form.
const MOST_FILES: usize = 12;
const PATIENCE: Duration = Duration::from_secs(30);

/// A file that can be drawn, the one that a person reads: of a package its letter, of a message its first paper.
fn drawable(files: &[Attached]) -> Option<&Attached> {
    files.iter().find(|file| is_drawn(file.media()))
}

fn is_drawn(media: MediaType) -> bool {
    matches!(media, MediaType::Pdf | MediaType::Jpeg | MediaType::Png)
}

/// Beside the form of an item.
pub(super) fn beside<'a>(ctx: &'a Ctx, item: &'a Record) -> Boxed<'a, Result<Markup>> {
    Box::pin(drawn_beside(ctx, item))
}

async fn drawn_beside(ctx: &Ctx, item: &Record) -> Result<Markup> {
    let files = web::attachments(ctx.db(), &item.reference(&kind())).await?;
    let text = store::long(ctx.db(), item.id).await?.whole_text;
    let pages = match drawable(&files) {
        Some(file) => pages_of(ctx, file).await?,
        None => 0,
    };
    let address = kind().address(item.id);
    Ok(html! {
        @for page in 1..=pages {
            img src=(format!("{PATH}?kayit={}&no={page}", item.id)) loading=[(page > 1).then_some("lazy")]
                alt=(format!("{page}. sayfa; görüntüsü alınamadıysa dosyayı açıp bakın."));
        }
        @if pages == MOST_SHOWN { p.hint { "İlk " (MOST_SHOWN) " sayfa; kalanı için dosyayı açın." } }
        @if !files.is_empty() {
            ul { @for file in files.iter().take(MOST_FILES) {
                li { a href=(format!("{address}/ek/{}", file.id)) { (file.name) } }
            } }
        }
        @if !text.trim().is_empty() {
            h2 { "Okunan yazı" }
            div.read tabindex="0" role="region" aria-label="Okunan yazı" { (text.chars().take(6_000).collect::<String>()) }
        }
    })
}

/// How many pages are shown of a file.
async fn pages_of(ctx: &Ctx, file: &Attached) -> Result<u32> {
    if file.media() != MediaType::Pdf || file.size_bytes > MOST_COUNTED {
        return Ok(1);
    }
    let bytes = bytes_of(ctx, file).await?;
    let count = blocking(move || separator::page_count(&bytes)).await?.unwrap_or(1);
    Ok(u32::try_from(count).unwrap_or(MOST_SHOWN).clamp(1, MOST_SHOWN))
}

async fn bytes_of(ctx: &Ctx, file: &Attached) -> Result<Bytes> {
    let sha256 = file.sha256.parse().map_err(|_| Error::internal("attachment.sha256 is no digest"))?;
    let store = ctx.app.services.get::<Store>()?;
    store.get_bytes(&sha256, Limits::default().max_bytes).await.map_err(Error::internal)
}

/// `GET /gelen-kutusu/sayfa?kayit=<id>&no=1`: a picture, never the file itself.
pub(super) async fn show(ctx: Ctx) -> Outcome {
    let id: Uuid = ctx.param("kayit").parse().map_err(|_| Error::not_found())?;
    let number: u32 = ctx.param("no").parse().unwrap_or(1);
    let item = record::get_visible(ctx.db(), &kind(), id, ctx.actor()).await?;
    let files = web::attachments(ctx.db(), &item.reference(&kind())).await?;
    let file =
        drawable(&files).filter(|_| (1..=MOST_PAGES).contains(&number)).ok_or_else(Error::not_found)?;
    let bytes = bytes_of(&ctx, file).await?;
    match file.media() {
        MediaType::Pdf => {
            let drawn = blocking(move || drawn(&bytes, number)).await?;
            Ok(web::download("sayfa.png", "image/png", drawn.ok_or_else(Error::not_found)?))
        }
        MediaType::Jpeg if number == 1 => Ok(web::download("sayfa.jpg", "image/jpeg", bytes)),
        MediaType::Png if number == 1 => Ok(web::download("sayfa.png", "image/png", bytes)),
        _ => Err(Error::not_found().into()),
    }
}

/// A page of a PDF as PNG; `None` where there is no such page, or no program that draws it. Blocks.
fn drawn(pdf: &[u8], number: u32) -> Option<Bytes> {
    let program = tools::found("pdftoppm")?;
    let folder = tempfile::tempdir().ok()?;
    let (input, output) = (folder.path().join("gelen.pdf"), folder.path().join("sayfa"));
    std::fs::write(&input, pdf).ok()?;
    let number = number.to_string();
    let mut command = Command::new(program);
    command.args(["-png", "-gray", "-scale-to", "1500", "-singlefile", "-f", &number, "-l", &number]);
    command.arg(input).arg(&output);
    tools::run(command, folder.path(), PATIENCE).ok()?;
    std::fs::read(output.with_extension("png")).ok().map(Bytes::from)
}
