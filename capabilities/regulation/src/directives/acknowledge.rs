//! "Okudum, anladım": staff say that they read a directive in force or a change of law they were told of. One
//! mechanism for both; once said it stays said.

use axum::extract::Path;
use kernel::capability::DayItem;
use kernel::db::Sql;
use kernel::record::{self, Kind, Record};
use kernel::schema::Table;
use kernel::{Actor, Boxed, Db, Error, Instant, NewEvent, Ref, Result, Tx, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras, Form, Frame, Outcome, redirect};

use super::READERS;
use super::store::{self, Person, Reader, Waiting};

/// Names shown below the text, and on the page that has nothing but names.
const NAMES_ON_PAGE: u32 = 50;
const MOST_NAMES: u32 = 5_000;
/// Counting stops here: "1.000+".
const MOST_COUNTED: u32 = 1_000;

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

/// What waits for this person; nothing for an account that belongs to nobody of the staff.
pub(crate) async fn waiting(db: &impl Sql, actor: &Actor) -> Result<Vec<Waiting>> {
    let Some(staff) = actor.staff_id else { return Ok(Vec::new()) };
    store::waiting(db, staff, actor.unit_id).await
}

/// A line of the person's day.
pub(super) fn my_day<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let count = waiting(db, actor).await?.len() as i64;
        let label_tr = "Okuyup bildirmeniz beklenen metin".into();
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
    if !store::insert_acknowledgement(tx, kind, record, staff).await? {
        return Ok(false);
    }
    let event = NewEvent::new(record.reference(kind), record.title(kind), "acknowledged")
        .scope(None, Some(staff))
        .related(Ref::new("staff", staff));
    tx.record(event).await?;
    Ok(true)
}

/// Who said it and who is still to say it, the latter in Turkish order: at most `most` names of each.
struct Readers {
    read: Vec<Reader>,
    missing: Vec<Person>,
}

async fn readers(ctx: &Ctx, kind: &Kind, record: &Record, is_asked: bool, most: u32) -> Result<Readers> {
    let (db, unit) = (ctx.db(), record.get("unit_id").id());
    let read = store::readers(db, kind.id, record.id, most).await?;
    let mut missing = Vec::new();
    if is_asked {
        missing = store::missing(db, kind.id, record.id, unit, most).await?;
        missing.sort_by_cached_key(|person| tr::collation_key(&person.title));
    }
    Ok(Readers { read, missing })
}

fn counted(number: i64) -> String {
    let most = i64::from(MOST_COUNTED);
    if number > most { format!("{}+", tr::grouped(most)) } else { tr::grouped(number) }
}

/// The section on the page of a directive or a watched law.
pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, record: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let is_asked = is_asked(kind, record);
        let unit = record.get("unit_id").id();
        let text = words(kind, record);
        let (read, missing) = store::reader_counts(ctx.db(), kind.id, record.id, unit, MOST_COUNTED).await?;
        if !is_asked && read == 0 {
            return Ok(Extras { before_timeline: vec![text], ..Extras::default() });
        }
        let own = match ctx.actor().staff_id {
            Some(staff) => store::read_at(ctx.db(), kind.id, record.id, staff).await?,
            None => None,
        };
        let may_see_names = ctx.actor().may_in_whole(READERS);
        let readers = match may_see_names {
            true => Some(readers(ctx, kind, record, is_asked, NAMES_ON_PAGE).await?),
            false => None,
        };
        let most = i64::from(NAMES_ON_PAGE);
        let section = html! {
            h2 { "Okuyanlar" }
            @match own {
                Some(at) => p { (ui::state_badge(ui::Tone::Done, "Okudum, anladım")) " " (tr::instant(at.0)) },
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
                (counted(read)) " kişi okudu"
                @if is_asked { ", " (counted(missing)) " kişiden bekleniyor" } "."
            }
            @if let Some(readers) = &readers {
                (names(readers))
                @if read > most || (is_asked && missing > most) {
                    p { a href={ (kind.address(record.id)) "/okuyanlar" } { "Bütün adları göster" } }
                }
            }
        };
        Ok(Extras { before_timeline: vec![text, section], ..Extras::default() })
    })
}

/// What is to be read stands above the button that says it was read.
fn words(kind: &Kind, record: &Record) -> Markup {
    let (heading, field) = match kind.id {
        "directive" => ("Metni", "text"),
        _ => ("Müdürlük için ne değişiyor", "note"),
    };
    html! {
        h2 { (heading) }
        div.statement { @for line in record.get(field).text().lines() { p { (line) } } }
    }
}

/// All names, for who must remind people: a page of its own, so that the text's page stays short.
pub(crate) async fn names_page(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>) -> Outcome {
    let kind = ctx.registry().kind(kind).ok_or_else(|| Error::internal("the kind is declared here"))?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let readers = readers(&ctx, &kind, &record, is_asked(&kind, &record), MOST_NAMES).await?;
    let is_cut = readers.read.len().max(readers.missing.len()) >= MOST_NAMES as usize;
    let title = format!("Okuyanlar: {}", record.title(&kind));
    let content = html! {
        h1 { (title) }
        @if is_cut { p { "Her listede en çok " (tr::grouped(i64::from(MOST_NAMES))) " ad gösterilir." } }
        (names(&readers))
    };
    let frame = Frame::new(&title).crumb(record.title(&kind), kind.address(id));
    ctx.page(frame, content).await
}

fn names(readers: &Readers) -> Markup {
    html! {
        @if !readers.missing.is_empty() {
            details open { summary { "Okuması beklenenler" } ul.names {
                @for person in &readers.missing { li { (person.title) } }
            } }
        }
        @if !readers.read.is_empty() {
            details { summary { "Okuyanlar ve saatleri" } ul.names {
                @for one in &readers.read { li { (one.name) " " small { (tr::instant(one.at.0)) } } }
            } }
        }
    }
}
