//! The paper of a letter that is signed by hand: printed, signed, scanned, and the scan hung on the letter or on its entry. Until
//! then it is waited for, and whoever checks the letter is told so.

use kernel::capability::DayItem;
use kernel::db::Sql;
use kernel::event::Event;
use kernel::record::{self, Choice, Record, Tone};
use kernel::{Actor, Boxed, Db, Error, ErrorKind, Instant, Ref, Result, Tx, tr};
use maud::{Markup, html};
use web::{Attached, Ctx};

use super::{PATH, kind, store};
use crate::document;

pub(super) const SCANS: [Choice; 3] = [
    Choice::new("none", "—", Tone::Wait),
    Choice::new("awaited", "İmzalı taraması bekleniyor", Tone::New),
    Choice::new("kept", "İmzalı taraması yüklendi", Tone::Done),
];

/// A file came to a letter or to its entry, or was taken away.
pub(super) fn hung<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let letter = match event.subject_kind.as_str() {
            "letter" => Some(event.subject_id),
            _ => store::of_document(tx, event.subject_id).await?.map(|found| found.id),
        };
        let Some(letter) = letter else { return Ok(()) };
        let kind = kind();
        let one = match record::get(tx, &kind, letter).await {
            Ok(one) => one,
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let before = one.get("scan").text();
        if before == "none" {
            return Ok(());
        }
        let now = if is_there(tx, &one).await? { "kept" } else { "awaited" };
        if now != before {
            store::set_scan(tx, letter, now).await?;
            record::index(tx, &kind, &record::get(tx, &kind, letter).await?).await?;
        }
        Ok(())
    })
}

/// Whether a file hangs there that came after the letter was signed (its annexes came before), and after a scan that was wrong.
async fn is_there(tx: &Tx, letter: &Record) -> Result<bool> {
    let signed_at =
        letter.get("signed_at").int().ok_or_else(|| Error::internal("a signed letter has its day"))?;
    let wrong_until = store::rescanned(tx, letter.id).await?.map_or(signed_at - 1, |one| one.scan_since.0);
    Ok(files(tx, letter).await?.iter().any(|(_, file)| file.added_at.0 > wrong_until))
}

/// What hangs on the letter and on its entry, each with the page it hangs on.
async fn files(db: &impl Sql, letter: &Record) -> Result<Vec<(String, Attached)>> {
    let mut all = Vec::new();
    let of = kind();
    for file in web::attachments(db, &letter.reference(&of)).await? {
        all.push((of.address(letter.id), file));
    }
    if let Some(entry) = letter.get("document_id").id() {
        let of = document::kind();
        for file in web::attachments(db, &Ref::new(of.id, entry)).await? {
            all.push((of.address(entry), file));
        }
    }
    Ok(all)
}

/// What was scanned is not the signed paper: it stays as an older version, and the right one is waited for.
pub(super) async fn again(tx: &Tx, letter: &Record, why: &str) -> Result<()> {
    if letter.get("scan").text() != "kept" {
        return Err(Error::conflict("Bu yazının yüklü taraması yok; doğrusunu Ekler bölümünden yükleyin."));
    }
    store::scan_again(tx, letter.id, why).await
}

/// Scans that were wrong, oldest first, each with the page it hangs on, and what was wrong with the last.
pub(super) async fn older(
    db: &impl Sql,
    letter: &Record,
) -> Result<Option<(Vec<(String, Attached)>, String)>> {
    let Some(since) = store::rescanned(db, letter.id).await? else { return Ok(None) };
    let signed_at = letter.get("signed_at").int().unwrap_or_default();
    let is_older =
        |(_, file): &(String, Attached)| (signed_at..=since.scan_since.0).contains(&file.added_at.0);
    let all = files(db, letter).await?.into_iter().filter(is_older).collect();
    Ok(Some((all, since.scan_said)))
}

/// The same on the letter's page.
pub(super) async fn section(ctx: &Ctx, letter: &Record) -> Result<Option<Markup>> {
    let Some((all, why)) = older(ctx.db(), letter).await? else { return Ok(None) };
    Ok(Some(html! {
        section aria-label="Eski taramalar" {
            h2 { "Eski taramalar" }
            p { "Yanlış olduğu bildirildi: " (why) }
            ul { @for (page, file) in &all { li {
                a href=(format!("{page}/ek/{}", file.id)) { (file.name) } " · " (file.added_by) ", " (tr::instant(file.added_at.0))
            } } }
        }
    }))
}

/// What is to be done with the paper, in its order.
pub(super) fn steps(letter: &Record) -> Option<Markup> {
    if letter.get("medium").text() != "paper" {
        return None;
    }
    let lead = match (letter.get("state").text(), letter.get("scan").text()) {
        ("routing", _) => "Yazı, imza klasöründe son imzanın verildiği bildirilince sayısını alır. Ardından:",
        ("signed", "awaited") => "Yazı sayısını aldı; imzalı taraması bekleniyor.",
        _ => return None,
    };
    Some(html! {
        section aria-label="Islak imza" {
            h2 { "Islak imza" }
            p { (lead) }
            ol {
                li { strong { "Yazdırın: " } "yazıyı sayısı ve tarihiyle “PDF” düğmesinden alıp yazdırın." }
                li { strong { "İmzalatın: " } "kâğıdı, altında adı yazan kişilere imzalatın." }
                li { strong { "Tarayıp yükleyin: " } "imzalı kâğıdı tarayın, bu sayfadaki Ekler bölümünden yükleyin." }
            }
        }
    })
}

/// Letters of this person whose signed paper is not there yet.
pub(crate) fn waiting<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let Some(staff) = actor.staff_id.filter(|_| actor.may(super::VIEW)) else { return Ok(Vec::new()) };
        let count = store::unscanned(db, staff).await?;
        let item = DayItem {
            label_tr: "İmzalı taraması beklenen yazı".into(),
            count,
            path: format!("{PATH}?owner_id={staff}&scan=awaited"),
            is_late: false,
        };
        Ok(if count > 0 { vec![item] } else { Vec::new() })
    })
}
