//! The generic actions: load, authorize, check the rules, write, index, record the event — in that order,
//! in the caller's transaction. Screens, API, import and command line all come through here.

use sea_orm::Value;
use uuid::Uuid;

use super::words::{enter, index, is_found_otherwise};
use super::{Answer, Draft, FieldKind, FieldValue, Form, Kind, Record, Verb, get, names};
use crate::db::{Sql, placeholders};
use crate::error::{Error, Result, Violation};
use crate::event::{Change, NewEvent};
use crate::tr;
use crate::tx::Tx;
use crate::value::{Day, Ref};

/// Creates a record. Fails with 403, 422 (rules) or 409 (a unique column).
pub async fn create(tx: &Tx, kind: &Kind, mut draft: Draft) -> Result<Uuid> {
    let permission = kind.create.ok_or_else(Error::forbidden)?;
    let id = tx.new_id();
    own_what_is_not_asked(tx, kind, &mut draft);
    // The draft is checked before the rules fill it and after: the rules may decide the unit. Where they do, because
    // nobody was asked or nobody chose, what they decide is what is checked.
    refuse_wrong_references(tx, kind, &draft, None).await?;
    let is_decided_later =
        kind.prepare.is_some() && kind.unit.is_some_and(|column| draft.get(column).is_null());
    if !(is_decided_later && tx.act().actor.may(permission)) {
        check_scope(tx, kind, permission, &draft, None, id)?;
    }
    if let Some(prepare) = kind.prepare {
        let violations = prepare(tx, &mut draft, None).await?;
        if !violations.is_empty() {
            return Err(Error::invalid(violations));
        }
    }
    check_scope(tx, kind, permission, &draft, None, id)?;
    fill_sort_keys(kind, &mut draft);
    let mut columns = vec!["id"];
    let mut values: Vec<Value> = vec![id.into()];
    if kind.is_versioned {
        columns.push("version");
        values.push(1_i64.into());
    }
    for (column, value) in &draft.values {
        columns.push(column);
        values.push(value.bind(kind.field(column)));
    }
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        kind.table,
        columns.join(", "),
        placeholders(1, columns.len())
    );
    tx.run(&sql, values).await?;
    let record = get(tx, kind, id).await?;
    enter(tx, kind, &record).await?;
    let changes = changes(tx, kind, None, &record).await?;
    tx.record(event_of(kind, &record, "created").changes(changes)).await?;
    Ok(id)
}

/// Changes a record that still has `version`. Answers whether anything differed.
pub async fn update(tx: &Tx, kind: &Kind, id: Uuid, version: i64, mut draft: Draft) -> Result<bool> {
    let permission = kind.edit.ok_or_else(Error::forbidden)?;
    let before = visible_for_change(tx, kind, id, permission).await?;
    if before.version != version {
        return Err(Error::conflict(
            "Siz düzenlerken bu kayıt başkası tarafından değiştirildi. Yazdıklarınız duruyor; karşılaştırıp yeniden kaydedin.",
        ));
    }
    if !kind.is_editable(&before, &tx.act().actor) {
        return Err(Error::rule("KYT-013", "", kind.locked(&before)));
    }
    refuse_what_is_fixed(kind, &draft, &before)?;
    refuse_wrong_references(tx, kind, &draft, Some(&before)).await?;
    check_scope(tx, kind, permission, &draft, Some(&before), id)?;
    if let Some(prepare) = kind.prepare {
        let violations = prepare(tx, &mut draft, Some(&before)).await?;
        if !violations.is_empty() {
            return Err(Error::invalid(violations));
        }
    }
    check_scope(tx, kind, permission, &draft, Some(&before), id)?;
    fill_sort_keys(kind, &mut draft);
    draft.values.retain(|column, value| kind.field(column).is_none() || before.get(column) != value);
    if !draft.values.keys().any(|column| kind.field(column).is_some()) {
        // The rules may have locked a row or let caches go before it turned out that nothing differs.
        tx.without_event("saved as it was");
        return Ok(false);
    }
    let why = why(kind, &draft)?;
    write(tx, kind, &before, &draft).await?;
    let after = get(tx, kind, id).await?;
    if is_found_otherwise(kind, &before, &after) {
        index(tx, kind, &after).await?;
    }
    let changes = changes(tx, kind, Some(&before), &after).await?;
    tx.record(event_of(kind, &after, "changed").changes(changes).note(why)).await?;
    Ok(true)
}

/// What follows something else is refused where it would become different.
fn refuse_what_is_fixed(kind: &Kind, draft: &Draft, before: &Record) -> Result<()> {
    let Some(fixed) = kind.fixed else { return Ok(()) };
    let names = (fixed.of)(before).iter();
    let touched =
        names.filter(|name| draft.values.get(**name).is_some_and(|value| value != before.get(name)));
    let wrong: Vec<Violation> =
        touched.map(|name| Violation::new("KYT-014", *name, fixed.why_tr.to_string())).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Error::invalid(wrong)) }
}

/// Why it is corrected, as it goes into the history; `draft` is what differs.
fn why(kind: &Kind, draft: &Draft) -> Result<String> {
    let why = tr::clean_text(&draft.why).text;
    let corrected = kind.reasoned.iter().find(|name| draft.values.contains_key(*name));
    if let Some(field) = corrected.and_then(|name| kind.field(name)).filter(|_| why.is_empty()) {
        let text = format!("“{}” değişiyor; neden düzelttiğinizi yazın.", field.label_tr);
        return Err(Error::rule("KYT-015", REASON, text));
    }
    if why.chars().count() > 2_000 {
        return Err(Error::rule("GRK-002", REASON, "En çok 2.000 karakter yazabilirsiniz."));
    }
    Ok(why)
}

/// Runs a row of the kind's state table on one record.
pub async fn run_verb(tx: &Tx, kind: &Kind, id: Uuid, verb_id: &str, reason: &str) -> Result<()> {
    act(tx, kind, id, verb_id, reason, None).await
}

/// Runs a row that is signed on the screen; `drawn` is what [`super::Drawing`] reads.
pub async fn sign(tx: &Tx, kind: &Kind, id: Uuid, verb_id: &str, reason: &str, drawn: &str) -> Result<()> {
    act(tx, kind, id, verb_id, reason, Some(drawn)).await
}

async fn act(tx: &Tx, kind: &Kind, id: Uuid, verb_id: &str, reason: &str, drawn: Option<&str>) -> Result<()> {
    let verb = kind.verb(verb_id).ok_or_else(Error::not_found)?;
    let before = visible_for_change(tx, kind, id, verb.permission).await?;
    let state = before.get("state").text();
    if !verb.from.is_empty() && !verb.from.contains(&state) {
        let text = format!("Kayıt bu arada başka bir duruma geçmiş; “{}” artık yapılamaz.", verb.label_tr);
        return Err(Error::conflict(text));
    }
    let reason = answer(verb, reason)?;
    let signed = match (verb.signer, drawn) {
        (Some(signer), Some(drawn)) => {
            Some(super::signature::keep(tx, kind, &before, (verb.id, signer), drawn).await?)
        }
        (Some(_), None) => return Err(super::signature::undrawn()),
        (None, _) => None,
    };
    let mut draft = Draft::default();
    if let Some(to) = verb.to {
        draft.set("state", FieldValue::Text(to.into()));
    }
    write(tx, kind, &before, &draft).await?;
    if let Some(run) = verb.run {
        run(tx, &before, &reason).await?;
    }
    let after = get(tx, kind, id).await?;
    index(tx, kind, &after).await?;
    let mut changes = changes(tx, kind, Some(&before), &after).await?;
    if let Some((name, digest)) = signed {
        // In the sealed event, so that neither text nor line can be exchanged afterwards.
        let after = format!("{name} (SHA-256: {digest})");
        changes.push(Change {
            field: "signature".into(),
            label: "İmza".into(),
            before: String::new(),
            after,
        });
    }
    tx.record(event_of(kind, &after, verb.event).changes(changes).note(reason)).await?;
    Ok(())
}

/// What was answered to the verb's question, as it is asked for. Where there are two, the second answer stands in the next line, or
/// after the first space.
pub fn answer(verb: &Verb, said: &str) -> Result<String> {
    let wrong = |code, text: String| Err(Error::rule(code, REASON, text));
    let (said, also) = match verb.also_tr {
        "" => (said, None),
        _ => two_answers(said),
    };
    let said = match verb.answer {
        Answer::Text => tr::clean_text(said).text,
        Answer::Line | Answer::Day => tr::clean_line(said).text,
    };
    if verb.needs_reason && said.is_empty() {
        return wrong("GRK-001", missing_answer(verb));
    }
    if said.chars().count() + also.map_or(0, |also| also.chars().count()) > 2_000 {
        return wrong("GRK-002", "En çok 2.000 karakter yazabilirsiniz.".into());
    }
    if verb.answer != Answer::Day || said.is_empty() {
        return Ok(said);
    }
    let day = match said.parse::<Day>().map(|day| day.0).or_else(|_| tr::parse_date(&said)) {
        Ok(day) => tr::date(day),
        Err(text) => return wrong("GRK-003", text.to_string()),
    };
    match also.map(|also| tr::clean_line(also).text) {
        None => Ok(day),
        Some(also) if also.is_empty() => wrong("GRK-001", format!("{} yazın.", verb.also_tr)),
        Some(also) => Ok(format!("{day} {also}")),
    }
}

fn two_answers(said: &str) -> (&str, Option<&str>) {
    let parts = said.split_once('\n').or_else(|| said.trim_start().split_once(char::is_whitespace));
    parts.map_or((said, Some("")), |(first, second)| (first, Some(second)))
}

/// The field that an answer's refusals are about.
pub const REASON: &str = "reason";

fn missing_answer(verb: &Verb) -> String {
    let asked = verb.reason_tr;
    if asked.ends_with('?') { "Yanıtı yazın.".into() } else { format!("{asked} yazın.") }
}

/// 404 for what the person may not see, 403 for what may be seen but not changed.
async fn visible_for_change(tx: &Tx, kind: &Kind, id: Uuid, permission: &str) -> Result<Record> {
    let record = get(tx, kind, id).await?;
    let (unit, owner) = (record.unit_id(kind), record.owner_id(kind));
    if tx.act().actor.may_on(permission, unit, owner) {
        return Ok(record);
    }
    let actor = &tx.act().actor;
    let may_see = actor.may_on(kind.view, unit, owner) && !kind.keeps_back(&record, actor);
    Err(if may_see { Error::forbidden() } else { Error::not_found() })
}

/// Who is not asked whose it is makes it for themselves, and so does everybody where it is the maker's own.
fn own_what_is_not_asked(tx: &Tx, kind: &Kind, draft: &mut Draft) {
    let actor = &tx.act().actor;
    let Some(owner) = kind.owner.and_then(|column| kind.field(column)) else { return };
    let is_kept_from = owner.form != Form::Never && !owner.is_asked(actor, true);
    let is_own = kind.is_makers_own || is_kept_from;
    if let Some(staff) = actor.staff_id.filter(|_| is_own && draft.get(owner.name).is_null()) {
        draft.set(owner.name, FieldValue::Id(staff));
    }
}

/// Nobody may create into, or move a record to, a unit their grant does not reach.
fn check_scope(
    tx: &Tx,
    kind: &Kind,
    permission: &str,
    draft: &Draft,
    before: Option<&Record>,
    id: Uuid,
) -> Result<()> {
    let of = |column: Option<&'static str>| match column {
        Some("id") => before.map(|_| id),
        Some(column) => draft.or(column, before).id(),
        None => None,
    };
    let actor = &tx.act().actor;
    if actor.may_on(permission, of(kind.unit), of(kind.owner)) {
        return Ok(());
    }
    // Who may do it elsewhere is told at the field which place they chose; the form keeps the rest.
    let is_chosen = |column: &&str| {
        kind.field(column).is_some_and(|field| field.form != Form::Never) && !draft.get(column).is_null()
    };
    match [kind.unit, kind.owner].into_iter().flatten().find(is_chosen) {
        Some(column) if actor.may(permission) => {
            let text = "Seçtiğiniz kayıt bu işlem için yetki alanınızın dışında kalıyor.";
            Err(Error::rule("KYT-011", column, text))
        }
        _ => Err(Error::forbidden()),
    }
}

async fn refuse_wrong_references(tx: &Tx, kind: &Kind, draft: &Draft, before: Option<&Record>) -> Result<()> {
    let wrong = super::refs::check(tx, kind, draft, before).await?;
    if wrong.is_empty() { Ok(()) } else { Err(Error::invalid(wrong)) }
}

fn fill_sort_keys(kind: &Kind, draft: &mut Draft) {
    for field in &kind.fields {
        let Some(key) = field.sort.filter(|key| *key != field.name) else { continue };
        if let Some(FieldValue::Text(text)) = draft.values.get(field.name) {
            let key_value = FieldValue::Text(tr::collation_key(text));
            draft.set(key, key_value);
        }
    }
}

async fn write(tx: &Tx, kind: &Kind, before: &Record, draft: &Draft) -> Result<()> {
    let mut sets: Vec<String> = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    for (column, value) in &draft.values {
        values.push(value.bind(kind.field(column)));
        sets.push(format!("{column} = ${}", values.len()));
    }
    if kind.is_versioned {
        sets.push("version = version + 1".into());
    }
    if sets.is_empty() {
        return Ok(());
    }
    values.push(before.id.into());
    let mut sql = format!("UPDATE {} SET {} WHERE id = ${}", kind.table, sets.join(", "), values.len());
    if kind.is_versioned {
        values.push(before.version.into());
        sql.push_str(&format!(" AND version = ${}", values.len()));
    } else if draft.values.contains_key("state") {
        // Without a version the state itself says whether somebody was faster.
        values.push(before.get("state").text().into());
        sql.push_str(&format!(" AND state = ${}", values.len()));
    }
    if tx.run(&sql, values).await? == 1 {
        return Ok(());
    }
    Err(Error::conflict(
        "Bu kayıt aynı anda başkası tarafından değiştirildi. Yazdıklarınız duruyor; yeniden kaydedin.",
    ))
}

fn event_of(kind: &Kind, record: &Record, verb: &'static str) -> NewEvent {
    NewEvent::new(record.reference(kind), record.title(kind), verb)
        .scope(record.unit_id(kind), record.owner_id(kind))
}

/// Fields that differ, as people read them. Personal data is named as changed without its values.
async fn changes(tx: &Tx, kind: &Kind, before: Option<&Record>, after: &Record) -> Result<Vec<Change>> {
    let differs = |name: &str| match before {
        Some(before) => before.get(name) != after.get(name),
        None => match after.get(name) {
            FieldValue::Null | FieldValue::Bool(false) => false,
            FieldValue::Text(text) => !text.is_empty(),
            FieldValue::Int(_) | FieldValue::Id(_) | FieldValue::Bool(true) => true,
        },
    };
    // What is computed was not changed by this act.
    let stored = kind.fields.iter().filter(|field| field.computed.is_none());
    let fields: Vec<_> = stored.filter(|field| differs(field.name)).collect();
    let mut refs = Vec::new();
    for field in &fields {
        if let FieldKind::Reference(target) = field.kind {
            let ids = [before.and_then(|record| record.get(field.name).id()), after.get(field.name).id()];
            refs.extend(ids.into_iter().flatten().map(|id| Ref::new(target, id)));
        }
    }
    let named = names(tx, &refs).await?;
    let show = |field: &super::Field, value: &FieldValue| {
        if field.is_personal && !value.is_null() && value.text() != "" {
            return "•••".to_string();
        }
        let title = value
            .id()
            .and_then(|id| named.iter().find(|named| named.id == id))
            .map(|named| named.title.as_str());
        value.show(field, title)
    };
    Ok(fields
        .iter()
        .map(|field| Change {
            field: field.name.into(),
            label: field.label_tr.into(),
            before: before.map(|record| show(field, record.get(field.name))).unwrap_or_default(),
            after: show(field, after.get(field.name)),
        })
        .collect())
}
