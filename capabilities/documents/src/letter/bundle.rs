//! The evidence bundle of a signed letter (delil dosyası, CO-5): one zip with what proves it, so that anybody can check it without
//! Belde. `gather.rs` puts it together, `check.rs` judges one; the bytes are described in `docs/formats/bundle.md`.

mod archive;
mod check;
mod gather;
mod signed;
mod slice;
mod words;

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::{Error, record};
use uuid::Uuid;
use web::{Allow, Ctx, Outcome, Routes};

use super::{VIEW, kind};

pub use check::{BundleReport, Expected, verify};

/// How to check everything, for whoever got the file.
const GUIDE: &str = "OKU.txt";
/// SHA-256 of every other file.
const SUMS: &str = "ozet.txt";
/// What Belde found when the bundle was made.
const REPORT: &str = "rapor.txt";
/// The package of an electronic letter.
const PACKAGE: &str = "paket.eyp";
/// A letter that was signed by hand, as it was printed.
const PAPER: &str = "yazi.pdf";
/// What hangs on a letter that was signed by hand.
const SCANS: &str = "taramalar/";
const SIGNATURES: &str = "imzalar/";
const CERTIFICATES: &str = "sertifikalar.pem";
/// The audit slice.
const EVENTS: &str = "olaylar.json";

/// One file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    name: String,
    bytes: Vec<u8>,
}

impl Part {
    fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

pub(super) fn routes() -> Routes {
    Routes::new().get("/yazilar/{id}/delil", Allow::Permission(VIEW), take)
}

/// The button on a signed letter's page.
pub(super) fn button(letter: &record::Record) -> Option<ui::Verb> {
    (letter.get("state").text() == "signed").then(|| ui::Verb {
        label: "Delil dosyası".into(),
        href: format!("{}/delil", kind().address(letter.id)),
        ..ui::Verb::default()
    })
}

/// `GET /yazilar/{id}/delil`. The event tells the digest of what was given, so that the file is known again later.
async fn take(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let letter = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if letter.get("state").text() != "signed" {
        return Err(Error::conflict("Delil dosyası yalnız imzalanmış yazılar için alınır.").into());
    }
    let bytes = gather::bundle(&ctx, &letter).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(letter.reference(&kind), letter.title(&kind), "letter_taken")
        .note(format!("delil dosyası, SHA-256 özeti {}", archive::sha256(&bytes)))
        .scope(letter.unit_id(&kind), letter.owner_id(&kind));
    tx.record(event).await?;
    tx.commit().await?;
    Ok(web::download(&format!("{}-delil.zip", letter.get("number").text()), "application/zip", bytes))
}
