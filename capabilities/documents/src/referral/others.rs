//! Whom else a document goes to from the same form: each line a person or a unit, for information where nothing else is said. Each of
//! them is a referral of its own, with a last day of its own (CO-2).

use kernel::event::Event;
use kernel::migrate::Migration;
use kernel::record::{self, Draft, Field, FieldGroup, FieldKind, FieldValue, Kind, LineBy};
use kernel::schema::Table;
use kernel::{Boxed, Error, ErrorKind, Result, Tx, Violation, tr};
use uuid::Uuid;

use super::{PURPOSES, REFER, address, kind, store};
use crate::letter::people::called;

const PEOPLE: &str = "other_people";
const UNITS: &str = "other_units";
/// Others of one form, in each of its two fields.
const MOST: usize = 40;

pub(super) const GROUPS: [FieldGroup; 1] = [FieldGroup::new("Başkalarına da", &[PEOPLE, UNITS])];

pub(crate) fn migration() -> Migration {
    let up = |backend| {
        Table::new("referral", "who must do or know what about a document")
            .text(PEOPLE, "whom else it was referred to with this one, as typed; one a line")
            .default("''")
            .text(UNITS, "to which units else, as typed; one a line")
            .default("''")
            .add_columns(backend)
    };
    Migration { id: "documents/0032_referral_others", up }
}

pub(super) fn fields() -> [Field; 2] {
    let asked = |name, label_tr| Field::new(name, label_tr, FieldKind::LongText { max_length: 8_000 });
    [
        asked(PEOPLE, "Başka kişiler")
            .each_line("staff", LineBy::Title)
            .among(&["active"])
            .on_create()
            .hint("Her satıra bir kişi; bilgi için gider. Gereği için ya da ayrı süreyle (iş günü): Veli Ak; gereği; 5"),
        asked(UNITS, "Başka birimler")
            .each_line("unit", LineBy::Title)
            .among(&["open"])
            .on_create()
            .hint("Her satıra bir birim; yöneticisine gider. Addan sonra, istenirse: gereği; 5"),
    ]
}

/// One of the others: where it was typed, and what its referral is to say.
pub(super) struct Other {
    field: &'static str,
    place: usize,
    name: String,
    id: Uuid,
    purpose: &'static str,
    days: Option<i64>,
}

/// A line before it is looked up.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    name: String,
    purpose: &'static str,
    days: Option<i64>,
}

fn typed(line: &str) -> Result<Typed, String> {
    let mut parts = line.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_string();
    let mut read = Typed { name, purpose: "information", days: None };
    if read.name.is_empty() {
        return Err("önce adı yazın.".into());
    }
    for part in parts.filter(|part| !part.is_empty()) {
        if let Some(purpose) = PURPOSES.iter().find(|one| tr::fold(one.label_tr) == tr::fold(part)) {
            read.purpose = purpose.code;
        } else if let Some(days) = tr::parse_number(part, 0).ok().filter(|days| (1..=365).contains(days)) {
            read.days = Some(days);
        } else {
            return Err(format!(
                "“{part}” anlaşılmadı; addan sonra “gereği” ya da “bilgi” ve iş günü yazılır."
            ));
        }
    }
    Ok(read)
}

/// Everybody else that the draft names, and what is wrong with the lines.
pub(super) async fn read(tx: &Tx, draft: &Draft) -> Result<(Vec<Other>, Vec<Violation>)> {
    let (mut others, mut found): (Vec<Other>, Vec<Violation>) = (Vec::new(), Vec::new());
    for (field, id, what) in [(PEOPLE, "staff", "personel"), (UNITS, "unit", "birim")] {
        let Some(kind) = tx.registry().and_then(|registry| registry.kind(id)) else { continue };
        let lines = draft.get(field).text().lines().map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<&str> = lines.collect();
        if lines.len() > MOST {
            found.push(Violation::new("HVL-010", field, format!("En çok {MOST} satır yazın.")));
            continue;
        }
        for (place, line) in (1..).zip(lines) {
            match one(tx, &kind, what, line).await? {
                Err(text) => found.push(Violation::new("HVL-010", field, format!("{place}. satır: {text}"))),
                Ok((read, id)) if others.iter().any(|known| known.id == id) => {
                    let text = format!("{place}. satır: “{}” iki kez yazılmış.", read.name);
                    found.push(Violation::new("HVL-010", field, text));
                }
                Ok((Typed { name, purpose, days }, id)) => {
                    others.push(Other { field, place, name, id, purpose, days });
                }
            }
        }
    }
    Ok((others, found))
}

async fn one(tx: &Tx, kind: &Kind, what: &str, line: &str) -> Result<Result<(Typed, Uuid), String>> {
    let read = match typed(line) {
        Ok(read) => read,
        Err(text) => return Ok(Err(text)),
    };
    let mut found = record::numbered(tx, kind, &tx.act().actor, &read.name).await?;
    if found.is_empty() {
        found = called(tx, kind, &read.name).await?;
    }
    Ok(match found.as_slice() {
        [id] => Ok((read, *id)),
        [] => Err(format!("“{}” adında bir {what} bulunamadı.", read.name)),
        _ => Err(format!("“{}” adında birden çok {what} var; numarasını ya da kodunu yazın.", read.name)),
    })
}

impl Other {
    fn wrong(&self, text: &str) -> Violation {
        Violation::new("HVL-010", self.field, format!("{}. satır, {}: {text}", self.place, self.name))
    }

    /// Its referral, as the form of the first says it; its purpose and its days are its own.
    fn draft(&self, of: impl Fn(&str) -> FieldValue) -> Draft {
        let mut draft = Draft::default();
        for column in ["document_id", "parent_id", "note"] {
            draft.set(column, of(column));
        }
        draft.set(if self.field == PEOPLE { "staff_id" } else { "unit_id" }, FieldValue::Id(self.id));
        draft.set("purpose", FieldValue::Text(self.purpose.into()));
        draft.set("days", self.days.map_or(FieldValue::Null, FieldValue::Int));
        for column in [PEOPLE, UNITS] {
            draft.set(column, FieldValue::Text(String::new()));
        }
        draft
    }
}

/// What keeps the others from getting it; `first` is where the form's own referral goes.
pub(super) async fn refuse(
    tx: &Tx,
    draft: &Draft,
    document: Uuid,
    first: (Uuid, Option<Uuid>),
) -> Result<Vec<Violation>> {
    let (others, mut found) = read(tx, draft).await?;
    let mut known = vec![first];
    for other in &others {
        let mut its = other.draft(|column| draft.get(column).clone());
        if let Some(violation) = address(tx, &mut its).await? {
            found.push(other.wrong(&violation.text));
            continue;
        }
        let to = (its.get("unit_id").id().unwrap_or_default(), its.get("staff_id").id());
        if known.contains(&to) {
            found.push(other.wrong("bu havale zaten ona gidiyor."));
        } else if store::is_open_to(tx, document, to.0, to.1).await? {
            found.push(other.wrong("bu evrak zaten ona havale edilmiş ve sonucu bekleniyor."));
        } else if !tx.act().actor.may_on(REFER, Some(to.0), to.1) {
            found.push(other.wrong("oraya havale yetkiniz yok."));
        }
        known.push(to);
    }
    Ok(found)
}

/// Their referrals, in the transaction that made the first.
pub(crate) fn written<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let kind = kind();
        let first = record::get(tx, &kind, event.subject_id).await?;
        let mut draft = Draft::default();
        for column in [PEOPLE, UNITS] {
            draft.set(column, first.get(column).clone());
        }
        for other in read(tx, &draft).await?.0 {
            match record::create(tx, &kind, other.draft(|column| first.get(column).clone())).await {
                Ok(_) => {}
                // Said where it was typed, and of which line.
                Err(error) if error.kind == ErrorKind::Invalid && !error.violations.is_empty() => {
                    return Err(Error::invalid(vec![other.wrong(&error.violations[0].text)]));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_and_perhaps_a_purpose_and_days() {
        let line = |purpose, days| Typed { name: "Ayşe Kaya".into(), purpose, days };
        for (text, expected) in [
            ("Ayşe Kaya", line("information", None)),
            ("Ayşe Kaya; ", line("information", None)),
            ("Ayşe Kaya; GEREĞİ; 5", line("action", Some(5))),
            ("Ayşe Kaya;3", line("information", Some(3))),
            ("Ayşe Kaya; bilgi", line("information", None)),
        ] {
            assert_eq!(typed(text), Ok(expected), "{text}");
        }
        for text in ["; gereği", "Ayşe Kaya; yarın", "Ayşe Kaya; 0", "Ayşe Kaya; 366"] {
            assert!(typed(text).is_err(), "{text}");
        }
    }
}
