//! What a letter must have to be kept, at any stage.

use kernel::record::{Draft, FieldValue, Record};
use kernel::{Boxed, Result, Tx, Violation};

use super::{citing, esign, hands, people};
use crate::addressee_group;

/// A group named in a line becomes its members, as far as they have room.
async fn unfold(tx: &Tx, draft: &mut Draft) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    for column in ["addressees", "informed"] {
        let typed = draft.get(column).text().to_string();
        let unfolded = addressee_group::unfold(tx, &typed).await?;
        if unfolded.chars().count() > MOST_LETTERS {
            let text = "Dağıtım grubuyla birlikte muhataplar sığmıyor; yazıyı bölün.";
            found.push(Violation::new("YZI-012", column, text));
        } else if unfolded != typed {
            draft.set(column, FieldValue::Text(unfolded));
        }
    }
    Ok(found)
}

/// References in the words of the official form, and of which entries they are.
async fn references(tx: &Tx, draft: &mut Draft, before: Option<&Record>) -> Result<Vec<Violation>> {
    if draft.get("ilgi").is_null() {
        return Ok(Vec::new());
    }
    let typed = draft.get("ilgi").text().to_string();
    let unit = draft.or("unit_id", before).id().or(tx.act().actor.unit_id);
    let to = draft.or("addressees", before).text().to_string();
    let kept = citing::unfold(tx, &typed, citing::Writer { unit, to: &to }, before).await?;
    draft.set("ilgi", FieldValue::Text(kept.ilgi));
    draft.set("cited", FieldValue::Text(kept.cited));
    Ok(kept.wrong)
}

/// A list of signers goes before the two of the form, which follow it.
async fn signers(tx: &Tx, draft: &mut Draft, before: Option<&Record>) -> Result<Vec<Violation>> {
    let typed = draft.or("signers", before).text().to_string();
    let (people, kept, wrong) = hands::listed(tx, &typed).await?;
    draft.set("signer_list", FieldValue::Text(kept));
    if let [first, rest @ ..] = people.as_slice() {
        // Of an approval the last consents.
        let is_approval = draft.or("form", before).text() == "approval";
        let second = if is_approval { rest.last() } else { rest.first() };
        draft.set("signer_id", FieldValue::Id(*first));
        draft.set("second_signer_id", second.map_or(FieldValue::Null, |one| FieldValue::Id(*one)));
        draft.set("signed_as", FieldValue::Text("own".into()));
        draft.set("on_behalf", FieldValue::Text(String::new()));
    }
    Ok(wrong)
}

/// Of the addressees together, as their fields have room.
const MOST_LETTERS: usize = 8_000;

pub(super) fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = unfold(tx, draft).await?;
        found.extend(references(tx, draft, before).await?);
        let initials = draft.or("initialled_by", before).text().to_string();
        let (named, wrong) = people::named(tx, &initials, "initialled_by").await?;
        found.extend(wrong);
        if named.len() > people::MOST {
            found.push(Violation::new("YZI-002", "initialled_by", "En çok 40 kişi paraflayabilir."));
        }
        found.extend(signers(tx, draft, before).await?);
        if !["", "own"].contains(&draft.or("signed_as", before).text())
            && draft.or("on_behalf", before).text().is_empty()
        {
            let text = "Vekâleten ya da yetki devriyle imzada hangi makam adına olduğunu yazın.";
            found.push(Violation::new("YZI-003", "on_behalf", text));
        }
        if draft.or("medium", before).text() == "electronic" && esign::mode(tx).await? == "off" {
            let text = "Elektronik imza açılmamış; elle imzayı seçin ya da yöneticiye Ayarlar'da açtırın.";
            found.push(Violation::new("YZI-010", "medium", text));
        }
        if draft.or("unit_id", before).is_null() {
            match tx.act().actor.unit_id {
                Some(unit) => draft.set("unit_id", FieldValue::Id(unit)),
                None => {
                    let text = "Hesabınız bir birime bağlı değil; birimi seçin.";
                    found.push(Violation::new("YZI-004", "unit_id", text));
                }
            }
        }
        let usual = [
            ("addressees", ""),
            ("informed", ""),
            ("addressed_as", ""),
            ("ilgi", ""),
            ("cited", ""),
            ("annexes", ""),
            ("withheld", ""),
            ("initialled_by", ""),
            ("signed_as", "own"),
            ("medium", "paper"),
            ("on_behalf", ""),
            ("signers", ""),
            ("secrecy", "YOK"),
            ("urgency", "NRM"),
        ];
        for (column, usual) in usual {
            if draft.or(column, before).text().is_empty() {
                draft.set(column, FieldValue::Text(usual.into()));
            }
        }
        if before.is_none() {
            for column in ["number", "statement", "sheet", "code"] {
                draft.set(column, FieldValue::Text(String::new()));
            }
            draft.set("state", FieldValue::Text("draft".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
            if let Some(own) = tx.act().actor.staff_id {
                draft.set("owner_id", FieldValue::Id(own));
            }
        }
        Ok(found)
    })
}
