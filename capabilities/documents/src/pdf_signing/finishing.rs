//! The signed file: the seal where it is asked for, the time stamp (-T), revocation data where they can be had (-LT), and the file
//! beside the one that was signed. What is down is waited for; nothing that came is lost.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use files::Accepted;
use kernel::job::{Job, JobContext};
use kernel::record;
use kernel::{Boxed, Error, Result, Tx};
use serde_json::Value as Json;
use signing::pdf::{PdfRoom, add_pdf_validation_data, verify_pdf};
use signing::{Content, Level, Trust};
use time::OffsetDateTime;
use uuid::Uuid;

use super::store::{self, Made, Signature};
use super::{Hand, event, room};
use crate::document;
use crate::letter::esign::packing;
use crate::letter::esign::sealing::{self, Seal};
use crate::letter::esign::stamping::Stamper;

pub(super) const NAME: &str = "documents.finish_pdf";

pub(super) fn job() -> Job {
    Job {
        name: NAME,
        label_tr: "İmzalı PDF yapma",
        every_seconds: None,
        max_attempts: 20,
        // Every address of every certificate may take its fifteen seconds.
        limit_seconds: 600,
        run,
    }
}

fn run<'a>(context: &'a JobContext, payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let id: Uuid =
            payload["signature"].as_str().and_then(|text| text.parse().ok()).ok_or_else(Error::not_found)?;
        let one = store::get(&context.db, id).await?.ok_or_else(Error::not_found)?;
        if one.file_id.is_some() {
            return Ok(());
        }
        if one.cms.is_empty() && !seal(context, &one).await? {
            return Ok(());
        }
        let one = store::get(&context.db, id).await?.ok_or_else(Error::not_found)?;
        match raised(context, &one).await {
            Ok(raised) => keep(context, &one, raised).await,
            Err(error) => {
                note_waiting(context, one.id, &error.message_tr).await?;
                Err(error)
            }
        }
    })
}

async fn note_waiting(context: &JobContext, id: Uuid, why: &str) -> Result<()> {
    let tx = begin(context, "a server or a seal that is away is not an act").await?;
    store::note_waiting(&tx, id, why).await?;
    tx.commit().await
}

async fn begin(context: &JobContext, why: &'static str) -> Result<Tx> {
    let tx = context.db.begin(&context.act("imzalı PDF")).await?;
    tx.without_event(why);
    Ok(tx)
}

/// The municipality's seal over the file; `false` where it is waited for.
async fn seal(context: &JobContext, one: &Signature) -> Result<bool> {
    let at = context.clock.now();
    let room = room(&context.services, &one.sha256, Hand { name: "", at: at.utc() }).await?;
    let digests = room.digests();
    let outcome = sealing::sealed(context, move |seal, at, gate| {
        let cms = seal.sign(Content::Pdf(&digests), at, gate)?;
        Ok((cms, matches!(seal, Seal::File(_))))
    });
    let (cms, is_trial) = match outcome.await? {
        Ok(made) => made,
        Err(trouble) => {
            note_waiting(context, one.id, &trouble.text).await?;
            return Ok(false);
        }
    };
    let report = signing::verify(&cms, Some(&room.covered()), &Trust::default(), at.utc());
    let certificate = report.signers.into_iter().find_map(|signer| signer.certificate);
    let certificate = certificate.ok_or_else(|| Error::internal("a seal without its certificate"))?;
    let (holder, serial) = (certificate.holder(), certificate.serial_hex());
    let made = Made {
        cms: &STANDARD.encode(&cms),
        holder: &holder,
        serial: &serial,
        is_trial: is_trial || certificate.looks_like_trial(),
    };
    let document = record::get(&context.db, &document::kind(), one.document_id).await?;
    let tx = context.db.begin(&context.act("mühür")).await?;
    if !store::set_seal(&tx, one.id, at, &made).await? {
        tx.rollback().await?;
        return Ok(true);
    }
    tx.record(event(&document, "pdf_sealed", format!("{} · {holder}, sertifika {serial}", one.name))).await?;
    tx.commit().await?;
    Ok(true)
}

/// The signed file, as high as it could be raised.
struct Raised {
    pdf: Vec<u8>,
    level: Level,
    notes: Vec<String>,
}

async fn raised(context: &JobContext, one: &Signature) -> Result<Raised> {
    let hand = Hand { name: if one.is_seal() { "" } else { &one.by_name }, at: one.claimed_at.utc() };
    let room = room(&context.services, &one.sha256, hand).await?;
    let cms = if one.stamped.is_empty() { &one.cms } else { &one.stamped };
    let cms = STANDARD.decode(cms).map_err(Error::internal)?;
    let Some(stamper) = Stamper::of(context).await? else {
        let pdf = room.place(&cms).map_err(Error::internal)?;
        return Ok(Raised { pdf, level: Level::Bes, notes: vec![UNSTAMPED.into()] });
    };
    let stamper = stamper.over(room.covered());
    let stamped = stamper.stamped(&cms).await?;
    if stamped != cms {
        // A file that waits for something else buys no stamp twice.
        let tx = begin(context, "the signature itself is the event; a stamp says when it was there").await?;
        store::set_stamped(&tx, one.id, &STANDARD.encode(&stamped)).await?;
        tx.commit().await?;
    }
    let (data, notes) = stamper.gathered(&stamped).await?;
    let (trust, at) = (stamper.trust.clone(), context.clock.now().utc());
    let place = move || complete(&room, &stamped, &data, notes, (&trust, at));
    tokio::task::spawn_blocking(place).await.map_err(Error::internal)?.map_err(Error::internal)
}

const UNSTAMPED: &str = "Zaman damgası sunucusu tanımlı olmadığı için imza damgasız kaldı.";

/// -LT where everything that was needed came, otherwise without what came.
fn complete(
    room: &PdfRoom,
    stamped: &[u8],
    data: &signing::ValidationData,
    mut notes: Vec<String>,
    (trust, at): (&Trust, OffsetDateTime),
) -> std::result::Result<Raised, signing::Error> {
    let plain = room.place(stamped)?;
    let covered = plain.len();
    let level = |pdf: &[u8]| {
        let all = verify_pdf(pdf, trust, at)?;
        let own = all.iter().find(|one| one.covered_bytes == covered);
        Ok::<_, signing::Error>(
            own.and_then(|one| one.report.signers.first()).map_or(Level::Bes, |one| one.level),
        )
    };
    let with = add_pdf_validation_data(&plain, data)?;
    let reached = level(&with)?;
    if reached >= Level::Xl {
        return Ok(Raised { pdf: with, level: reached, notes });
    }
    notes.push("İptal bilgileri tamamlanamadığı için imza zaman damgası düzeyinde kaldı.".into());
    Ok(Raised { level: level(&plain)?, pdf: plain, notes })
}

/// Hangs it beside the file that was signed.
async fn keep(context: &JobContext, one: &Signature, raised: Raised) -> Result<()> {
    let stored = packing::put(&context.services, raised.pdf).await?;
    let digest = stored.sha256.to_hex();
    let file = Accepted { stored, name: signed_name(&one.name) };
    let level = level_name(raised.level);
    let kind = document::kind();
    let document = record::get(&context.db, &kind, one.document_id).await?;
    let note = format!("{} · PAdES-{level} · {digest}", file.name);
    let tx = context.db.begin(&context.act(&one.by_name)).await?;
    let ids = web::attach(&tx, &kind, &document, &[file]).await?;
    let id = ids.first().copied().ok_or_else(|| Error::internal("a file that was attached has an id"))?;
    if !store::finish(&tx, one.id, id, level, &raised.notes.join("\n")).await? {
        // Somebody else was quicker with the same signature.
        return tx.rollback().await;
    }
    tx.record(event(&document, "pdf_signature_placed", note)).await?;
    tx.commit().await
}

/// As PDF readers and EN 319 142-1 call it.
fn level_name(level: Level) -> &'static str {
    match level {
        Level::Bes => "B-B",
        Level::T => "B-T",
        Level::Xl | Level::A => "B-LT",
    }
}

/// "rapor.pdf", "rapor-imzali.pdf", "rapor-imzali-2.pdf".
fn signed_name(name: &str) -> String {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, "pdf"));
    let (first, count) = match stem.rsplit_once("-imzali") {
        Some((first, "")) => (first, 2),
        Some((first, count)) => match count.strip_prefix('-').and_then(|count| count.parse::<u32>().ok()) {
            Some(count) => (first, count.saturating_add(1)),
            None => (stem, 1),
        },
        None => (stem, 1),
    };
    match count {
        1 => format!("{first}-imzali.{end}"),
        count => format!("{first}-imzali-{count}.{end}"),
    }
}

#[cfg(test)]
mod tests {
    use super::signed_name;

    #[test]
    fn each_signature_counts_on_in_the_files_name() {
        for (before, after) in [
            ("rapor.pdf", "rapor-imzali.pdf"),
            ("rapor-imzali.pdf", "rapor-imzali-2.pdf"),
            ("rapor-imzali-2.pdf", "rapor-imzali-3.pdf"),
            ("rapor-imzali-mi.pdf", "rapor-imzali-mi-imzali.pdf"),
            ("rapor", "rapor-imzali.pdf"),
        ] {
            assert_eq!(signed_name(before), after);
        }
    }
}
