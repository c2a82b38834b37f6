//! What a letter must have to be kept, at any stage, and what may no longer change.

use kernel::record::{Draft, FieldValue, Record};
use kernel::{Boxed, Result, Tx, Violation};

use super::{esign, people};

pub(super) fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if let Some(before) = before
            && !["draft", "returned"].contains(&before.get("state").text())
        {
            let text = "İmzaya sunulan yazı değiştirilemez; önce geri çekin.";
            return Ok(vec![Violation::new("YZI-001", "", text)]);
        }
        let mut found = Vec::new();
        let initials = draft.or("initialled_by", before).text().to_string();
        let (named, wrong) = people::named(tx, &initials).await?;
        found.extend(wrong);
        if named.len() > people::MOST {
            found.push(Violation::new("YZI-002", "initialled_by", "En çok 40 kişi paraflayabilir."));
        }
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
            ("ilgi", ""),
            ("annexes", ""),
            ("initialled_by", ""),
            ("signed_as", "own"),
            ("medium", "paper"),
            ("on_behalf", ""),
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
