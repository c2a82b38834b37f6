//! The rules of a ticket: who it is for, what can be known without asking, and its priority.

use std::sync::Arc;

use kernel::record::{self, Draft, FieldValue, Kind, Record};
use kernel::{Boxed, Result, Source, Tx, Violation, number, tr};

use uuid::Uuid;

use super::{INTAKE, clock, store};
use crate::assign_rule;
use crate::levels::Levels;
use crate::service;

const TITLE_LENGTH: usize = 120;

/// Names in a draft a device by its label. Whoever stands before it need not be able to choose its record; no form asks this.
pub(crate) const LABELLED: &str = "labelled_asset_id";

/// Urgency and impact to priority.
const PRIORITY: [(&str, [(&str, &str); 3]); 3] = [
    ("high", [("person", "high"), ("unit", "critical"), ("town", "critical")]),
    ("normal", [("person", "normal"), ("unit", "high"), ("town", "high")]),
    ("low", [("person", "low"), ("unit", "normal"), ("town", "normal")]),
];

pub(crate) fn priority_of(urgency: &str, impact: &str) -> &'static str {
    let row = PRIORITY.iter().find(|(known, _)| *known == urgency).map(|(_, row)| row);
    row.and_then(|row| row.iter().find(|(known, _)| *known == impact))
        .map_or("normal", |(_, priority)| priority)
}

pub(super) fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let priority = priority_of(draft.or("urgency", before).text(), draft.or("impact", before).text());
        draft.set("priority", text(priority));
        if draft.or("title", before).text().is_empty() {
            draft.set("title", FieldValue::Text(first_sentence(draft.or("description", before).text())));
        }
        let mut found = Vec::new();
        if let Some(before) = before {
            found.extend(circle(tx, before, draft).await?);
            if before.get("state").text() == "new" && draft.get("assignee_id").id().is_some() {
                draft.set("state", text("assigned"));
            }
            return Ok(found);
        }
        begin(tx, draft).await
    })
}

/// No ticket is part of itself, also not by way of others.
async fn circle(tx: &Tx, before: &Record, draft: &Draft) -> Result<Option<Violation>> {
    let Some(parent) = draft.get("parent_id").id() else { return Ok(None) };
    if parent == before.id {
        return Ok(Some(Violation::new("DST-004", "parent_id", "Kayıt kendisine bağlanamaz.")));
    }
    let is_below = store::with_parents(tx, parent).await?.contains(&before.id);
    let text = "Seçtiğiniz kayıt zaten bu kayda bağlı; ikisi birbirine bağlanamaz.";
    Ok(is_below.then(|| Violation::new("DST-004", "parent_id", text)))
}

/// Fills a new ticket.
async fn begin(tx: &Tx, draft: &mut Draft) -> Result<Vec<Violation>> {
    if let Some(device) = draft.values.remove(LABELLED) {
        draft.set("asset_id", device);
    }
    let mut found: Vec<Violation> = requested_by(tx, draft).await?.into_iter().collect();
    let own = tx.act().actor.staff_id;
    let requester = draft.get("requester_id").id();
    fill_place(tx, draft).await?;
    let is_former = tx.act().source == Source::Import;
    if draft.get("place").text().is_empty() && !is_former {
        found.push(Violation::new("DST-003", "place", "Nerede olduğunu yazın ya da cihazı seçin."));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    apply_rule(tx, draft).await?;
    let levels = Levels::load(tx).await?;
    if draft.get("team_id").id().is_none()
        && let Some(team) = directory::store::unit_with_code(tx, &levels.team_code()).await?
    {
        draft.set("team_id", FieldValue::Id(team));
    }
    let former = draft.get("state").text().to_string();
    let state = match draft.get("service_id").id() {
        _ if is_former && !former.is_empty() => former_state(&former, &mut found),
        Some(service) => approval(tx, service).await?,
        None if draft.get("assignee_id").id().is_some() => "assigned",
        None => "new",
    };
    let year = tx.at().day().0.year();
    let number = number::format(year, "DK", number::next(tx, "ticket", year).await?);
    // Whoever opens one for others than people says so.
    let said = draft.get("channel").text().to_string();
    let channel = match tx.act().source {
        _ if !said.is_empty() => said.as_str(),
        Source::Import => "former",
        Source::Api => "api",
        Source::Job => "plan",
        _ if requester == own => "portal",
        _ => "desk",
    };
    for (column, value) in [
        ("state", state),
        ("deadline", "on_time"),
        ("response", "waiting"),
        ("satisfaction", "unasked"),
        ("channel", channel),
    ] {
        draft.set(column, text(value));
    }
    for column in ["solution", "former_number", "workaround"] {
        if draft.get(column).is_null() {
            draft.set(column, text(""));
        }
    }
    draft.set("number", FieldValue::Text(number));
    draft.set("is_open", FieldValue::Bool(true));
    found.extend(date(tx, draft));
    if !is_former {
        time(tx, draft, &levels);
    }
    Ok(found)
}

/// How its time stands as it is opened, as the clocks will read it: its history begins with what is so.
fn time(tx: &Tx, draft: &mut Draft, levels: &Levels) {
    let priority = draft.get("priority").text().to_string();
    let first = clock::Moved {
        at: tx.at().0,
        state: draft.get("state").text().into(),
        priority: priority.clone(),
        team_id: draft.get("team_id").id(),
    };
    let reading = clock::read(&[first], levels.allowed(&priority), &levels.calendar, tx.at().0);
    let Some(reading) = reading else { return };
    draft.set("deadline", text(reading.deadline));
    draft.set("due_at", FieldValue::Int(reading.due_at));
    draft.set("near_at", FieldValue::Int(reading.near_at));
}

/// For whom it is done, and the unit of that person today.
async fn requested_by(tx: &Tx, draft: &mut Draft) -> Result<Option<Violation>> {
    let chosen = match draft.get("requester_id").id() {
        None if tx.act().actor.may(INTAKE) => holder(tx, draft).await?,
        chosen => chosen,
    };
    let requester = chosen.or(tx.act().actor.staff_id);
    let person = match requester {
        Some(staff) => directory::store::person(tx, staff).await?,
        None => None,
    };
    Ok(match person {
        Some(person) => {
            draft.set("unit_id", FieldValue::Id(person.unit_id));
            draft.set("requester_id", requester.map_or(FieldValue::Null, FieldValue::Id));
            None
        }
        None if tx.act().actor.may(INTAKE) => {
            Some(Violation::new("DST-002", "requester_id", "Kimin için olduğunu seçin."))
        }
        None => {
            let text = "Hesabınız bir personele bağlı değil; kaydı sizin adınıza bilgi işlem açabilir.";
            Some(Violation::new("DST-002", "", text))
        }
    })
}

/// Who answers for the device: for them it is done where the desk names nobody.
async fn holder(tx: &Tx, draft: &Draft) -> Result<Option<Uuid>> {
    let (Some(asset), Some(kind)) = (draft.get("asset_id").id(), assets(tx)) else { return Ok(None) };
    Ok(record::get(tx, &kind, asset).await?.get("holder_id").id())
}

/// When it was reported; an import may say that it was long ago.
fn date(tx: &Tx, draft: &mut Draft) -> Option<Violation> {
    let said = draft.get("opened_at").int().filter(|_| tx.act().source == Source::Import);
    let opened = said.unwrap_or(tx.at().0);
    draft.set("opened_at", FieldValue::Int(opened));
    for column in ["due_at", "near_at"] {
        draft.set(column, FieldValue::Int(tx.at().0));
    }
    (opened > tx.at().0).then(|| Violation::new("DST-006", "opened_at", "Gelecekte bildirilmiş olamaz."))
}

/// The states a record of another program may come in: what it waited for there nobody is asked here.
fn former_state(state: &str, found: &mut Vec<Violation>) -> &'static str {
    const TAKEN: [(&str, &str); 6] = [
        ("new", "new"),
        ("assigned", "assigned"),
        ("in_progress", "in_progress"),
        ("solved", "closed"),
        ("closed", "closed"),
        ("cancelled", "cancelled"),
    ];
    let taken = TAKEN.iter().find(|(known, _)| *known == state).map(|(_, taken)| *taken);
    if taken.is_none() {
        let text = "Eski kayıt yalnızca yeni, atanmış, üzerinde çalışılan, kapanmış ya da vazgeçilmiş olarak alınır.";
        found.push(Violation::new("DST-005", "state", text));
    }
    taken.unwrap_or("new")
}

/// Where nobody said who works on it, a rule does.
async fn apply_rule(tx: &Tx, draft: &mut Draft) -> Result<()> {
    if draft.get("team_id").id().is_some() || draft.get("assignee_id").id().is_some() {
        return Ok(());
    }
    let texts = [draft.get("title").text(), draft.get("description").text()];
    let unit = draft.get("unit_id").id();
    let Some(rule) = assign_rule::first_for(tx, draft.get("category").text(), &texts, unit).await? else {
        return Ok(());
    };
    for (column, value) in [("team_id", rule.team_id), ("assignee_id", rule.assignee_id)] {
        if let Some(id) = value {
            draft.set(column, FieldValue::Id(id));
        }
    }
    draft.set("rule_id", FieldValue::Id(rule.id));
    Ok(())
}

/// Whose word a service takes first.
async fn approval(tx: &Tx, service: Uuid) -> Result<&'static str> {
    let service = record::get(tx, &service::kind(), service).await?;
    Ok(match service.get("approval").text() {
        "unit" | "unit_then_desk" => "waiting_unit",
        "desk" => "waiting_desk",
        _ => "new",
    })
}

/// Where a device stands is known: from its record, if the person may choose the device at all.
async fn fill_place(tx: &Tx, draft: &mut Draft) -> Result<()> {
    let Some(asset) = draft.get("asset_id").id() else { return Ok(()) };
    let Some(kind) = assets(tx) else { return Ok(()) };
    let asset = record::get(tx, &kind, asset).await?;
    if !draft.get("place").text().is_empty() {
        return Ok(());
    }
    let mut place = asset.get("place").text().to_string();
    if place.is_empty()
        && let Some(unit) = asset.unit_id(&kind)
    {
        place = directory::store::unit(tx, unit).await?.map(|unit| unit.name).unwrap_or_default();
    }
    draft.set("place", FieldValue::Text(place.chars().take(120).collect()));
    Ok(())
}

/// The kind that keeps assets, where this installation has one.
fn assets(tx: &Tx) -> Option<Arc<Kind>> {
    tx.registry().and_then(|registry| registry.kind("asset"))
}

/// Up to the first full stop or line end, at a word's end.
pub(crate) fn first_sentence(description: &str) -> String {
    let line = description.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let sentence = line.split_inclusive(['.', '!', '?']).next().unwrap_or(line);
    // "3. kat" is no sentence.
    let whole = if sentence.trim().chars().count() < 12 { line } else { sentence };
    let whole = tr::clean_line(whole.trim_end_matches('.')).text;
    if whole.chars().count() <= TITLE_LENGTH {
        return whole;
    }
    let cut: String = whole.chars().take(TITLE_LENGTH - 1).collect();
    let at = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", cut[..at].trim_end())
}

fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_is_the_first_sentence() {
        for (description, expected) in [
            ("Yazıcı çıktı vermiyor. Kâğıt sıkıştı sanırım.", "Yazıcı çıktı vermiyor"),
            ("\n  3. kattaki yazıcı bozuk\nSabah çalışıyordu", "3. kattaki yazıcı bozuk"),
            ("Ekran açılmıyor", "Ekran açılmıyor"),
            ("", ""),
        ] {
            assert_eq!(first_sentence(description), expected);
        }
        let long = "kelime ".repeat(60);
        let title = first_sentence(&long);
        assert!(title.ends_with("kelime…") && title.chars().count() <= TITLE_LENGTH, "{title}");
    }

    #[test]
    fn every_urgency_with_every_impact_has_a_priority() {
        for urgency in super::super::URGENCIES {
            for impact in super::super::IMPACTS {
                let priority = priority_of(urgency.code, impact.code);
                assert!(super::super::PRIORITIES.iter().any(|known| known.code == priority));
            }
        }
        assert_eq!(priority_of("high", "town"), "critical");
        assert_eq!(priority_of("low", "person"), "low");
    }
}
