//! Update packages (.eypg) that arrive: which package they are about, what they change, and the act that changes the entry of the
//! register that has that package.

use std::io::{BufReader, Read, Seek};

use kernel::db::Sql;
use kernel::record::{self, Record};
use kernel::{Day, Error, Ref, Result, Tx, tr};
use package::{Kind, Package, Report, Role, Version};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::arrive::Arrival;
use super::parcel::LIMITS;
use super::signatures::Judge;
use super::{kind, store, unseal};
use crate::document;
use crate::letter::esign::sealing::Trouble;
use crate::secrecy::{self, Came};

/// What an update package says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Update {
    /// Ids under which the original may stand in the register: of its letter and, where it was encrypted, of its envelope.
    pub originals: Vec<String>,
    /// Code of the new degree.
    pub secrecy: String,
    pub changed_on: String,
    pub decision_number: String,
    pub decision_id: String,
    pub why: String,
}

/// An update that was read.
pub(super) struct Change {
    pub update: Update,
    /// The degree that its original had.
    pub before: &'static str,
    /// How the municipality's own key was used; `None` where it was not.
    pub tried: Option<std::result::Result<(), Trouble>>,
}

/// What stands in an update; `None` where the package is none. An original that was encrypted is opened as it was when it came, and
/// the report then tells of what is inside. Blocks.
pub(super) fn read<R: Read + Seek>(
    parcel: &mut Package<R>,
    report: &mut Report,
    judge: &Judge,
) -> Option<Change> {
    let change = parcel.change().cloned()?;
    let mut original = Package::open(BufReader::new(parcel.original().ok()?), &LIMITS).ok()?;
    let (mut letter, mut tried) = (original.letter().cloned(), None);
    if original.kind() == Kind::Encrypted {
        let unsealed = unseal::unseal(&mut original, judge);
        tried = unsealed.tried;
        let inside = unsealed.inside.ok().and_then(|file| Package::open(BufReader::new(file), &LIMITS).ok());
        if let Some(mut inside) = inside {
            report.original = Some(Box::new(package::verify_inner(&original, &mut inside)));
            letter = inside.letter().cloned();
        }
    }
    let line = |text: &str, most: usize| tr::clean_line(text).text.chars().take(most).collect::<String>();
    let own = letter.as_ref().map(|letter| letter.id).filter(|id| !id.is_nil()).or_else(|| named(&original));
    let mut originals: Vec<String> = own.into_iter().map(|id| id.to_string()).collect();
    originals.extend(original.core().and_then(|core| core.identifier.clone()).map(|id| line(&id, 64)));
    let before = letter.and_then(|letter| letter.confidentiality.code(Version::V2));
    let update = Update {
        originals,
        secrecy: change.confidentiality.code(Version::V2)?.to_string(),
        changed_on: Day(change.changed_on).to_string(),
        decision_number: line(&change.decision_number, 120),
        decision_id: change.decision_id.to_string().to_uppercase(),
        why: tr::clean_text(&change.description).text.chars().take(2_000).collect(),
    };
    // What cannot be opened, or has a degree that is none any more, is never shown to more people than it was meant for.
    Some(Change { update, before: before.unwrap_or("GZL"), tried })
}

/// Of a package that is encrypted the name of what is inside is the id of its letter.
fn named<R: Read + Seek>(original: &Package<R>) -> Option<Uuid> {
    let name = original.part_of(Role::EncryptedContent)?.rsplit('/').next()?;
    Uuid::try_parse(name.split('.').next()?).ok()
}

/// An update of something that is in the register waits to be carried out; any other is an item like every other.
pub(super) async fn place(db: &impl Sql, one: &mut Arrival) -> Result<()> {
    let Some(update) = one.said.update.as_ref().filter(|_| one.state == "waiting") else { return Ok(()) };
    match store::with_packages(db, &update.originals).await? {
        Some(_) => one.state = "to_update",
        None => {
            one.why =
                "Güncellenen paket evrak kaydında yok. Özgün yazı kaydedildiyse “Paketi yeniden oku” deyin."
                    .into()
        }
    }
    Ok(())
}

/// What the item changes, and the entry that it is about.
pub(super) async fn of(db: &impl Sql, item: Uuid) -> Result<Option<(Update, Option<store::Entry>)>> {
    let text = store::update_said(db, item).await?;
    if text.is_empty() {
        return Ok(None);
    }
    let update: Update = serde_json::from_str(&text)?;
    let entry = store::with_packages(db, &update.originals).await?;
    Ok(Some((update, entry)))
}

/// The entry gets the degree that the sender decided, and the package. Only a seal that holds, or a person who says so, lowers it.
pub(super) async fn apply(tx: &Tx, item: &Record) -> Result<()> {
    if item.get("signature").text() != "valid" && !item.get("is_despite").bool() {
        let text = format!(
            "Paketin mührü doğrulanmadı: {} Yine de uygulayacaksanız “değiştir” ile “İmzası geçersiz olsa da kaydet” kutusunu işaretleyin.",
            item.get("signature_said").text()
        );
        return Err(Error::rule("GLN-006", "is_despite", text));
    }
    let Some((update, Some(entry))) = of(tx, item.id).await? else {
        return Err(Error::conflict("Güncellenen paket evrak kaydında yok; paketi yeniden okuyun."));
    };
    let came = Came {
        document: entry.id,
        intake_item: item.id,
        secrecy: &update.secrecy,
        changed_on: &update.changed_on,
        decision_number: &update.decision_number,
        decision_id: &update.decision_id,
        why: &update.why,
    };
    secrecy::came(tx, &came).await?;
    let files = web::attached(tx, &Ref::new(kind().id, item.id)).await?;
    let documents = document::kind();
    let changed = record::get(tx, &documents, entry.id).await?;
    web::attach(tx, &documents, &changed, &files).await?;
    store::set_document(tx, item.id, entry.id).await
}
