//! PDFs of the register that are signed here (PAdES, EN 319 142-1): with the card of whoever is signed in, over the same link to the
//! signer's own program as letters, or with the municipality's seal. What was there stays; the signed file comes beside it.

mod asking;
mod finishing;
mod page;
pub(crate) mod store;
pub(crate) mod taking;

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::{NewEvent, VerbLabel};
use kernel::job::{Services, enqueue};
use kernel::migrate::{Migration, create};
use kernel::record::Record;
use kernel::schema::Table;
use kernel::{Error, Result, Tx};
use serde_json::json;
use signing::pdf::{PdfRoom, PdfText};
use time::OffsetDateTime;
use uuid::Uuid;
use web::{Allow, Routes};

pub(crate) use self::page::card;
use crate::letter::esign::packing;
use crate::{KEEPERS, document, permission, verb};

/// Signs PDFs of entries that the person sees.
const SIGN: &str = "documents.pdf.sign";
/// Seals them.
const SEAL: &str = "documents.pdf.seal";

/// What the signer's own program takes; a signature needs some room beside it.
const MOST_BYTES: i64 = 60 * 1024 * 1024;

pub(crate) fn part() -> Capability {
    Capability {
        permissions: permissions(),
        verbs: VERBS.to_vec(),
        jobs: vec![finishing::job()],
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    let file = format!("{}/{{id}}/ek/{{dosya}}", document::PATH);
    Routes::new()
        .get(format!("{file}/imza"), Allow::Permission(document::VIEW), page::show)
        .post(format!("{file}/e-imza"), Allow::Permission(SIGN), asking::by_card)
        .post(format!("{file}/muhur"), Allow::Permission(SEAL), asking::by_seal)
}

const VERBS: [VerbLabel; 4] = [
    verb("pdf_signed", "PDF dosyasını elektronik imzaladı", true),
    verb("pdf_seal_asked", "PDF dosyası için mühür istedi", true),
    verb("pdf_sealed", "PDF dosyası mühürlendi", false),
    verb("pdf_signature_placed", "İmzalı PDF dosyası eklere kondu", false),
];

fn permissions() -> Vec<Permission> {
    vec![
        permission(
            SIGN,
            "Gördüğü evrakın PDF dosyalarını kendi elektronik imzasıyla imzalar.",
            &[
                ("admin", "own"),
                ("deputy_mayor", "own"),
                ("director", "own"),
                ("chief", "own"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "own"),
            ],
        ),
        permission(SEAL, "Gördüğü evrakın PDF dosyalarını belediyenin mührüyle mühürler.", KEEPERS),
    ]
}

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0016_pdf_signature", up: |backend| create(backend, &tables()) }
}

fn tables() -> Vec<Table> {
    let asked = Table::new("sign_job_file", "PDFs of a link by which one person signs once")
        .text("token_digest", "which link")
        .uuid("file_id", "what is signed: a file of the document")
        .uuid("document_id", "entry of the register on which it hangs")
        .references("document")
        .at_null("signed_at", "when its signature came back")
        .key(&["token_digest", "file_id"])
        .index(&["document_id"]);
    let signature = Table::new("pdf_signature", "signatures and seals that were put into PDFs here")
        .id()
        .uuid("document_id", "entry of the register on which the file hangs")
        .references("document")
        .uuid("source_id", "what was signed: a file of the document")
        .text("name", "its name")
        .text("sha256", "digest of its bytes, hexadecimal")
        .text("role", "signature, seal")
        .text("by_name", "who signed, or asked for the seal")
        .text("cms", "the signature as it came, base64; empty while the seal is waited for")
        .text("stamped", "the same with its time stamp, base64; empty before")
        .text("holder", "name in the certificate; empty while the seal is waited for")
        .text("serial", "number of the certificate, hexadecimal")
        .bool("is_trial", "made with a certificate that is not qualified, or a seal in a file")
        .at("claimed_at", "the time of signing that stands in the file")
        .at("made_at", "when it came or was asked for")
        .text("waits_for", "why it is not finished yet; empty when nothing is waited for")
        .uuid_null("file_id", "the signed file beside the other; null before")
        .text("level", "B-B, B-T, B-LT; empty before")
        .text("notes", "what did not come of what belongs to the next level; may be empty")
        // Two who sign at once: one after the other, in one file.
        .unique(&["source_id"])
        .index(&["document_id"])
        .index_where(&["made_at", "id"], "cms = ''");
    vec![asked, signature]
}

/// Finishes a signature, or seals and finishes.
pub(crate) async fn ask(tx: &Tx, signature: Uuid) -> Result<()> {
    let key = format!("{} {signature}", finishing::NAME);
    enqueue(tx, finishing::NAME, &json!({ "signature": signature }), Some(&key), tx.at()).await
}

/// Of a person, or of the municipality's seal, which has no name of its own here.
struct Hand<'a> {
    name: &'a str,
    at: OffsetDateTime,
}

/// The file with the room for a signature: the same each time.
async fn room(services: &Services, sha256: &str, hand: Hand<'_>) -> Result<PdfRoom> {
    let cannot = |why: &str| Error::rule("EIM-008", "", format!("Bu PDF imzalanamıyor. {why}"));
    let pdf = packing::bytes(services, sha256).await?;
    let (name, at) = (hand.name.to_string(), hand.at);
    let make = move || PdfRoom::new(&pdf, at, PdfText { name: &name, ..PdfText::default() });
    match tokio::task::spawn_blocking(make).await {
        Ok(made) => made.map_err(|error| cannot(&error.to_string())),
        // Whatever a stranger's file does to its reader.
        Err(error) => {
            tracing::warn!(%error, "a PDF could not be made ready for a signature");
            Err(cannot("Dosya okunamadı."))
        }
    }
}

fn event(document: &Record, verb: &'static str, note: String) -> NewEvent {
    let kind = document::kind();
    NewEvent::new(document.reference(&kind), document.title(&kind), verb)
        .note(note)
        .scope(document.unit_id(&kind), document.owner_id(&kind))
}
