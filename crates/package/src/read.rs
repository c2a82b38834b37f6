//! From XML trees to the model. What cannot be said in the model is noted as a finding; whether values keep the rules
//! is for `rules`.

mod letter;
mod party;
mod relations;
mod summary;

use time::format_description::well_known::{Iso8601, Rfc3339};
use time::macros::offset;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};
use uuid::Uuid;

use crate::codes::Confidentiality;
use crate::findings::Finding;
use crate::model::{ConfidentialityChange, CoreProperties};
use crate::xml::Element;

pub(crate) use letter::{final_metadata, letter, old_final_metadata};
pub(crate) use party::party_in;
pub(crate) use relations::{Relation, relations};
pub(crate) use summary::{DigestReference, Summary, summary};

/// Findings while one part is read.
pub(crate) struct Notes<'p> {
    pub part: &'p str,
    pub findings: Vec<Finding>,
}

impl Notes<'_> {
    fn error(&mut self, rule: &'static str, text: String) {
        self.findings.push(Finding::error(text).rule(rule).part(self.part));
    }

    fn warning(&mut self, rule: &'static str, text: String) {
        self.findings.push(Finding::warning(text).rule(rule).part(self.part));
    }

    fn guid(&mut self, rule: &'static str, name: &str, text: Option<&str>) -> Uuid {
        match text.and_then(|text| Uuid::try_parse(text).ok()) {
            Some(id) => id,
            None => {
                self.error(rule, format!("{name} alanında geçerli bir kimlik (GUID) yok."));
                Uuid::nil()
            }
        }
    }

    fn instant(&mut self, rule: &'static str, name: &str, text: Option<String>) -> Option<OffsetDateTime> {
        let text = text?;
        let read = instant(&text);
        if read.is_none() {
            self.warning(rule, format!("{name} alanındaki tarih okunamadı: {text}."));
        }
        read
    }
}

/// Instants as programs write them: with an offset, without one (then of Türkiye, UTC+3 all year), or only a day.
pub(crate) fn instant(text: &str) -> Option<OffsetDateTime> {
    if let Ok(read) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some(read);
    }
    if let Ok(read) = PrimitiveDateTime::parse(text, &Iso8601::DEFAULT) {
        return Some(read.assume_offset(offset!(+3)));
    }
    let day = Date::parse(text, &Iso8601::DEFAULT).ok()?;
    Some(day.with_time(Time::MIDNIGHT).assume_offset(offset!(+3)))
}

pub(crate) fn core(root: &Element) -> CoreProperties {
    CoreProperties {
        identifier: root.child_text("identifier"),
        created: root.child_text("created"),
        creator: root.child_text("creator"),
        subject: root.child_text("subject"),
        category: root.child_text("category"),
        content_type: root.child_text("contentType"),
        version: root.child_text("version"),
        revision: root.child_text("revision"),
    }
}

pub(crate) fn change(root: &Element, notes: &mut Notes<'_>) -> Option<ConfidentialityChange> {
    let update = root.child("Guncellemeler")?;
    let change = update.child("GuvenlikKoduDegisiklikBilgisi")?;
    let changed_at = notes.instant("K.19", "DegistirmeTarihi", change.child_text("DegistirmeTarihi"))?;
    Some(ConfidentialityChange {
        confidentiality: Confidentiality::parse(
            change.child("YeniGizlilikDerecesi").map_or("", Element::text),
        ),
        changed_on: changed_at.date(),
        description: change.child_text("Aciklama").unwrap_or_default(),
        decision_number: change.child_text("KomisyonKarariBelgeNo").unwrap_or_default(),
        decision_id: notes.guid(
            "K.19",
            "KomisyonKarariBelgeId",
            change.child_text("KomisyonKarariBelgeId").as_deref(),
        ),
    })
}
