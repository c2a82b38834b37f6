//! The detail screen: identity bar, facts, timeline, comments; and the verbs of the present state, as they are offered.

use axum::extract::Path;
use http::StatusCode;
use kernel::event::{Event, timeline};
use kernel::notice;
use kernel::record::{self, FieldKind, Kind, Record};
use kernel::{Error, NewEvent, Source, tr};
use maud::{Markup, html};
use uuid::Uuid;

use super::{DetailExtras, Extras, kind_of};
use crate::answer::{Outcome, redirect};
use crate::ctx::Ctx;
use crate::form::Form;
use crate::options::titles;
use crate::shell::{Frame, cell};

const TIMELINE_LENGTH: u32 = 50;
const COMMENT_LIMIT: usize = 10_000;

pub(super) async fn show(
    ctx: Ctx,
    kind: &'static str,
    Path(id): Path<Uuid>,
    extras: Option<DetailExtras>,
) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    page(&ctx, &kind, &record, extras, Said::default()).await
}

/// What was sent to the page and refused.
#[derive(Default)]
pub(super) struct Said {
    /// A note as it was typed, and why it was refused.
    note: String,
    note_error: Option<&'static str>,
    /// Why something else was not done, and with which status that is answered.
    refusal: Option<(StatusCode, Markup)>,
}

impl Said {
    pub fn refused(status: StatusCode, refusal: Markup) -> Self {
        Self { refusal: Some((status, refusal)), ..Self::default() }
    }
}

/// The record's page.
pub(super) async fn page(
    ctx: &Ctx,
    kind: &Kind,
    record: &Record,
    extras: Option<DetailExtras>,
    said: Said,
) -> Outcome {
    let id = record.id;
    let before = ctx.param("gecmis").parse().ok();
    let mut events = timeline(ctx.db(), &record.reference(kind), before, TIMELINE_LENGTH + 1).await?;
    let has_more = events.len() > TIMELINE_LENGTH as usize;
    events.truncate(TIMELINE_LENGTH as usize);
    super::links::tell(ctx, &record.reference(kind), &mut events).await?;
    let extras = match extras {
        Some(extras) => extras(ctx, kind, record).await?,
        None => Extras::default(),
    };
    let older = has_more
        .then(|| events.last().map(|event| format!("{}?gecmis={}", kind.address(id), event.id)))
        .flatten();
    let mut side = vec![ui::Card {
        title: "Bilgiler".into(),
        edit_href: kind.may_edit(record, ctx.actor()).then(|| format!("{}/duzenle", kind.address(id))),
        body: facts(ctx, kind, record).await?,
    }];
    let (related, make) = super::backlinks::of(ctx, kind, record).await?;
    side.extend(related);
    if kind.edit.is_some() {
        side.push(super::attachments::card(ctx, kind, record).await?);
    }
    side.extend(extras.cards);
    let is_refused = said.note_error.is_some();
    let statement = super::signature::section(ctx, kind, record).await?;
    let story = html! {
        (texts(kind, record))
        @for section in &extras.before_timeline { (section) }
        @if let Some(text) = &statement { (text) }
        h2 { "Geçmiş" }
        @if may_comment(ctx, kind, record) { (ui::comment_box(&ui::CommentBox {
            action: format!("{}/yorum", kind.address(id)),
            csrf: ctx.csrf.clone(),
            label: "Not yazın".into(),
            value: said.note,
            error: said.note_error.map(str::to_string),
            once: ctx.app.clock.token(),
            draft_key: Some(format!("yorum-{id}")),
            ..ui::CommentBox::default()
        })) }
        (ui::timeline(&items(ctx, &events)))
        @if let Some(older) = older { p { a href=(older) { "Daha eski kayıtlar" } } }
        // Whoever has this permission has the access crate's page that explains the rule for any record.
        @if ctx.actor().may_on("access.explain.view", record.unit_id(kind), record.owner_id(kind)) {
            p { a href=(format!("/kim-gorebilir/{}/{id}", kind.id)) { "Bu kaydı kim görebilir?" } }
        }
    };
    let mut identity = identity(ctx, kind, record);
    identity.verbs.extend(extras.verbs);
    identity.verbs.extend(make);
    identity.verbs.extend(super::series::beginnings(ctx, kind, record));
    identity.verbs.extend(follow_button(ctx, kind, record).await?);
    let view = ui::DetailView { identity, tabs: Vec::new(), story, side };
    let mut frame = Frame::new(record.title(kind)).crumb(kind.plural_tr, kind.path);
    let content = ui::detail(&view, &ctx.csrf);
    match said.refusal {
        Some((status, refusal)) => {
            frame.title = format!("Hata: {}", frame.title);
            ctx.page_with(status, frame, html! { (refusal) (content) }).await
        }
        None if is_refused => ctx.refused(frame, content).await,
        None => ctx.page(frame, content).await,
    }
}

fn may_comment(ctx: &Ctx, kind: &Kind, record: &Record) -> bool {
    ctx.actor().may_on(super::COMMENT, record.unit_id(kind), record.owner_id(kind))
}

/// For who wants to hear of what others write on this record.
async fn follow_button(ctx: &Ctx, kind: &Kind, record: &Record) -> kernel::Result<Option<ui::Verb>> {
    let Some(account) = ctx.actor().account_id else { return Ok(None) };
    let is_followed = notice::is_followed(ctx.db(), account, &record.reference(kind)).await?;
    let (label, value) = if is_followed { ("Takibi bırak", "hayir") } else { ("Takip et", "evet") };
    Ok(Some(ui::Verb {
        label: label.into(),
        href: format!("{}/takip", kind.address(record.id)),
        post: true,
        value: value.into(),
        ..ui::Verb::default()
    }))
}

pub(super) async fn follow(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    let is_wanted = form.get(ui::names::VERB) == "evet";
    let tx = ctx.db().begin(&ctx.act).await?;
    notice::set_followed(&tx, account, &record.reference(&kind), is_wanted).await?;
    tx.commit().await?;
    let text = if is_wanted {
        "Bu kayda not yazıldığında size bildirilecek."
    } else {
        "Bu kaydı artık takip etmiyorsunuz."
    };
    Ok(redirect(&kind.address(id), text))
}

fn identity(ctx: &Ctx, kind: &Kind, record: &Record) -> ui::Identity {
    let state = kind.field("state").and_then(|field| {
        let choice = field.choices().iter().find(|choice| choice.code == record.get("state").text())?;
        Some((crate::shell::tone(choice.tone), choice.label_tr.to_string()))
    });
    let offered = kind.verbs.iter().filter(|verb| {
        verb.is_offered_on(record)
            && ctx.actor().may_on(verb.permission, record.unit_id(kind), record.owner_id(kind))
    });
    let verbs = offered.map(|verb| ui::Verb {
        label: verb.label_tr.into(),
        href: format!("{}/{}", kind.address(record.id), if verb.is_elsewhere { verb.id } else { "eylem" }),
        post: true,
        value: verb.id.into(),
        primary: false,
        danger: verb.is_danger,
        official: verb.is_official,
    });
    ui::Identity {
        number: record.number(kind),
        title: record.title(kind),
        state,
        facts: Vec::new(),
        verbs: verbs.collect(),
    }
}

/// What the page is opened for, in the order in which the kind names it.
fn texts(kind: &Kind, record: &Record) -> Markup {
    let fields = kind.read_first.iter().filter_map(|name| kind.field(name));
    html! {
        @for field in fields {
            @let text = record.get(field.name).text();
            @if !text.is_empty() {
                h2 { (field.label_of(record)) }
                p.lines { (text) }
            }
        }
    }
}

async fn facts(ctx: &Ctx, kind: &Kind, record: &Record) -> kernel::Result<Markup> {
    let titles = titles(ctx, kind, std::slice::from_ref(record)).await?;
    let open = ctx.openable(&record::references(kind, std::slice::from_ref(record))).await?;
    let mut rows = Vec::new();
    for field in kind.fields.iter().filter(|field| !kind.read_first.contains(&field.name)) {
        let value = record.get(field.name);
        let title = value.id().and_then(|id| titles.get(&id)).map(String::as_str);
        let shown = cell(field, value, title);
        if shown.plain().is_empty() {
            continue;
        }
        let body = match (field.kind, value.id()) {
            (FieldKind::Reference(target), Some(id)) => open.named(target, id, shown.plain()),
            (FieldKind::LongText { .. }, _) => html! { span.lines { (shown.plain()) } },
            _ => html! { (shown.plain()) },
        };
        rows.push((field.label_of(record).to_string(), body));
    }
    Ok(ui::facts(&rows))
}

pub(crate) fn items(ctx: &Ctx, events: &[Event]) -> Vec<ui::TimelineItem> {
    events.iter().map(|event| item(ctx, event)).collect()
}

fn item(ctx: &Ctx, event: &Event) -> ui::TimelineItem {
    let label = ctx.registry().verb(&event.verb);
    let is_said = event.verb == "commented";
    let kind = match label {
        _ if is_said => ui::TimelineKind::Said,
        Some(label) if label.is_official => ui::TimelineKind::Act,
        _ => ui::TimelineKind::Change,
    };
    let source = Source::ALL.iter().find(|(_, code, _)| *code == event.source && *code != "screen");
    let changes = event.change_list().into_iter();
    ui::TimelineItem {
        kind,
        who: event.actor_name.clone(),
        acting_for: event.acting_for_name.as_ref().map(|name| format!("{name} yerine vekâleten")),
        verb_text: format!("· {}", ctx.registry().verb_label(&event.verb)),
        at_text: tr::instant(event.at.0),
        at_title: tr::past(event.at.0, ctx.act.now().0),
        at_iso: event.at.iso(),
        changes: changes
            .map(|change| ui::Change { field: change.label, old: change.before, new: change.after })
            .collect(),
        body: (!event.note.is_empty()).then(|| event.note.clone()),
        source: source.map(|(_, _, label)| (*label).to_string()),
        permalink: ctx.actor().may("house.event.view").then(|| format!("/kayitlar/{}", event.id)),
        sealed: event.seal_no.is_some(),
    }
}

pub(super) async fn comment(
    ctx: Ctx,
    kind: &'static str,
    Path(id): Path<Uuid>,
    extras: Option<DetailExtras>,
    form: Form,
) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if !may_comment(&ctx, &kind, &record) {
        return Err(Error::forbidden().into());
    }
    let text = tr::clean_text(form.get(ui::names::COMMENT)).text;
    let length = text.chars().count();
    if length == 0 || length > COMMENT_LIMIT {
        let text = if length == 0 { "Not boş olamaz." } else { "Not en çok 10.000 karakter olabilir." };
        let said =
            Said { note: form.get(ui::names::COMMENT).into(), note_error: Some(text), ..Said::default() };
        return page(&ctx, &kind, &record, extras, said).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    if let Some(earlier) = super::sent_before(&tx, &form, &kind.address(id)).await? {
        return Ok(redirect(&earlier, "Not eklendi."));
    }
    let event = NewEvent::new(record.reference(&kind), record.title(&kind), "commented")
        .note(text)
        .scope(record.unit_id(&kind), record.owner_id(&kind));
    tx.record(event).await?;
    tx.commit().await?;
    Ok(redirect(&kind.address(id), "Not eklendi."))
}
