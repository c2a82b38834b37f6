//! "Okudum, anladım": staff say that they read a directive in force or a change of law they were told of. One
//! mechanism for both; once said it stays said.

use std::collections::HashSet;

use axum::extract::Path;
use kernel::capability::DayItem;
use kernel::db::Sql;
use kernel::record::{self, Kind, Record};
use kernel::schema::Table;
use kernel::{Actor, Boxed, Db, Error, Instant, NewEvent, Ref, Result, Tx, tr};
use maud::{Markup, html};
use sea_orm::FromQueryResult;
use uuid::Uuid;
use web::{Ctx, Extras, Form, Frame, Outcome, redirect};

use super::READERS;

/// Names listed on one page at most.
const MOST_NAMES: usize = 500;

pub(super) fn table() -> Table {
    Table::new("acknowledgement", "staff said that they read and understood")
        .id()
        .text("subject_kind", "directive, watched_law")
        .uuid("subject_id", "what was read")
        .uuid("staff_id", "who read it")
        .text("name", "name as it was then")
        .at("at", "when it was said")
        .unique(&["subject_kind", "subject_id", "staff_id"])
        .index(&["staff_id", "at"])
        .index(&["subject_kind", "at"])
}

/// Something a person has not yet said they read.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Waiting {
    pub kind: String,
    pub id: Uuid,
    pub title: String,
}

/// What waits for this person; nothing for an account that belongs to nobody of the staff.
pub(crate) async fn waiting(db: &impl Sql, actor: &Actor) -> Result<Vec<Waiting>> {
    let Some(staff) = actor.staff_id else { return Ok(Vec::new()) };
    let sql = "SELECT 'directive' AS kind, d.id, d.title FROM directive AS d \
               WHERE d.state = 'in_force' AND d.needs_acknowledgement = TRUE AND (d.unit_id IS NULL OR d.unit_id = $2) \
               AND NOT EXISTS (SELECT 1 FROM acknowledgement AS a WHERE a.subject_kind = 'directive' AND a.subject_id = d.id AND a.staff_id = $1) \
               UNION ALL SELECT 'watched_law' AS kind, w.id, w.title FROM watched_law AS w WHERE w.state = 'told' \
               AND NOT EXISTS (SELECT 1 FROM acknowledgement AS a WHERE a.subject_kind = 'watched_law' AND a.subject_id = w.id AND a.staff_id = $1) \
               LIMIT 200";
    db.rows(sql, vec![staff.into(), actor.unit_id.into()]).await
}

/// A line of the person's day.
pub(super) fn my_day<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let count = waiting(db, actor).await?.len() as i64;
        let label_tr = "metni okuyup bildirmeniz bekleniyor".into();
        Ok(vec![DayItem { label_tr, count, path: "/okunacaklar".into(), is_late: false }])
    })
}

/// Everything the signed-in person has to read.
pub(super) async fn waiting_page(ctx: Ctx) -> Outcome {
    let waiting = waiting(ctx.db(), ctx.actor()).await?;
    let content = html! {
        h1 { "Okunacaklar" }
        @if waiting.is_empty() {
            (ui::empty_state("Okumanız beklenen bir metin yok.", Some(&ui::Link::new("Günüm", "/"))))
        } @else {
            p.lead { "Metni açıp okuduktan sonra sayfasındaki “Okudum, anladım” düğmesine basın." }
            ul.plain-list { @for one in &waiting {
                @if let Some(kind) = ctx.registry().kind(&one.kind) {
                    li { a href=(kind.address(one.id)) { (one.title) } " (" (kind.name_tr) ")" }
                }
            } }
        }
    };
    ctx.page(Frame::new("Okunacaklar"), content).await
}

/// Whether this record asks to be read now.
fn is_asked(kind: &Kind, record: &Record) -> bool {
    let state = record.get("state").text();
    match kind.id {
        "directive" => state == "in_force" && record.get("needs_acknowledgement").bool(),
        _ => state == "told",
    }
}

fn binds(record: &Record, actor: &Actor) -> bool {
    record.get("unit_id").id().is_none_or(|unit| actor.unit_id == Some(unit))
}

/// The button.
pub(crate) async fn accept(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let kind = ctx.registry().kind(kind).ok_or_else(|| Error::internal("the kind is declared here"))?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let is_first = acknowledge(&tx, &kind, &record).await?;
    if is_first {
        tx.commit().await?;
    }
    let text =
        if is_first { "Okuduğunuz kaydedildi." } else { "Bunu okuduğunuzu daha önce bildirmiştiniz." };
    Ok(redirect(&kind.address(id), text))
}

/// Records that the acting member of staff read the record; answers whether it is news.
pub(crate) async fn acknowledge(tx: &Tx, kind: &Kind, record: &Record) -> Result<bool> {
    let actor = &tx.act().actor;
    let Some(staff) = actor.staff_id else {
        let text = "Hesabınız bir personel kaydına bağlı olmadığı için okuduğunuz kaydedilemez.";
        return Err(Error::rule("OKU-001", "", text));
    };
    if !is_asked(kind, record) || !binds(record, actor) {
        return Err(Error::conflict("Bu metin için sizden okuma bildirimi istenmiyor."));
    }
    let sql = "INSERT INTO acknowledgement (id, subject_kind, subject_id, staff_id, name, at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (subject_kind, subject_id, staff_id) DO NOTHING";
    let values = vec![
        tx.new_id().into(),
        kind.id.into(),
        record.id.into(),
        staff.into(),
        actor.name.clone().into(),
        tx.at().into(),
    ];
    if tx.run(sql, values).await? == 0 {
        return Ok(false);
    }
    let event = NewEvent::new(record.reference(kind), record.title(kind), "acknowledged")
        .scope(None, Some(staff))
        .related(Ref::new("staff", staff));
    tx.record(event).await?;
    Ok(true)
}

#[derive(Clone, Debug, FromQueryResult)]
struct Read {
    staff_id: Uuid,
    name: String,
    at: Instant,
}

#[derive(Clone, Debug, FromQueryResult)]
struct Person {
    id: Uuid,
    title: String,
}

/// Who said it and who is still to say it, in Turkish order.
struct Readers {
    read: Vec<Read>,
    missing: Vec<Person>,
}

async fn readers(db: &impl Sql, kind: &Kind, record: &Record) -> Result<Readers> {
    let sql = "SELECT staff_id, name, at FROM acknowledgement WHERE subject_kind = $1 AND subject_id = $2 ORDER BY at LIMIT 5000";
    let read: Vec<Read> = db.rows(sql, vec![kind.id.into(), record.id.into()]).await?;
    let columns = "SELECT id, title FROM record WHERE kind = 'staff' AND is_removed = FALSE";
    let staff: Vec<Person> = match record.get("unit_id").id() {
        Some(unit) => db.rows(&format!("{columns} AND unit_id = $1 LIMIT 5000"), vec![unit.into()]).await?,
        None => db.rows(&format!("{columns} LIMIT 5000"), vec![]).await?,
    };
    let done: HashSet<Uuid> = read.iter().map(|one| one.staff_id).collect();
    let mut missing: Vec<Person> = staff.into_iter().filter(|person| !done.contains(&person.id)).collect();
    missing.sort_by_cached_key(|person| tr::collation_key(&person.title));
    Ok(Readers { read, missing })
}

/// The section on the page of a directive or a watched law.
pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, record: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let is_asked = is_asked(kind, record);
        let readers = readers(ctx.db(), kind, record).await?;
        if !is_asked && readers.read.is_empty() {
            return Ok(Extras::default());
        }
        let own = readers.read.iter().find(|one| Some(one.staff_id) == ctx.actor().staff_id);
        let section = html! {
            h2 { "Okuyanlar" }
            @match own {
                Some(own) => p { (ui::state_badge(ui::Tone::Done, "Okudum, anladım")) " " (tr::instant(own.at.0)) },
                None if is_asked && ctx.actor().staff_id.is_some() && binds(record, ctx.actor()) => {
                    form.card method="post" action={ (kind.address(record.id)) "/okudum" } {
                        input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                        p { "Metni okuduysanız bildirin; adınız ve saati kayda geçer." }
                        button.btn.is-primary type="submit" { "Okudum, anladım" }
                    }
                }
                None => {}
            }
            p {
                (tr::grouped(readers.read.len() as i64)) " kişi okudu"
                @if is_asked { ", " (tr::grouped(readers.missing.len() as i64)) " kişiden bekleniyor" } "."
            }
            @if ctx.actor().may(READERS) { (names(&readers, is_asked)) }
        };
        Ok(Extras { before_timeline: vec![section], ..Extras::default() })
    })
}

fn names(readers: &Readers, is_asked: bool) -> Markup {
    html! {
        @if is_asked && !readers.missing.is_empty() {
            details open { summary { "Okuması beklenenler" } ul.names {
                @for person in readers.missing.iter().take(MOST_NAMES) {
                    li { (person.title) }
                }
            } }
        }
        @if !readers.read.is_empty() {
            details { summary { "Okuyanlar ve saatleri" } ul.names {
                @for one in readers.read.iter().take(MOST_NAMES) {
                    li { (one.name) " " small { (tr::instant(one.at.0)) } }
                }
            } }
        }
    }
}
