//! The detail screen: identity bar, facts, timeline, comments; and the verbs of the present state.

use axum::extract::Path;
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
    page(&ctx, &kind, &record, extras, Note::default()).await
}

/// A note as it was typed and why it was refused.
#[derive(Default)]
struct Note {
    typed: String,
    error: Option<&'static str>,
}

async fn page(ctx: &Ctx, kind: &Kind, record: &Record, extras: Option<DetailExtras>, note: Note) -> Outcome {
    let id = record.id;
    let before = ctx.param("gecmis").parse().ok();
    let mut events = timeline(ctx.db(), &record.reference(kind), before, TIMELINE_LENGTH + 1).await?;
    let has_more = events.len() > TIMELINE_LENGTH as usize;
    events.truncate(TIMELINE_LENGTH as usize);
    let extras = match extras {
        Some(extras) => extras(ctx, kind, record).await?,
        None => Extras::default(),
    };
    let older = has_more
        .then(|| events.last().map(|event| format!("{}?gecmis={}", kind.address(id), event.id)))
        .flatten();
    let mut side = vec![ui::Card {
        title: "Bilgiler".into(),
        edit_href: may_edit(ctx, kind, record).then(|| format!("{}/duzenle", kind.address(id))),
        body: facts(ctx, kind, record).await?,
    }];
    let (related, make) = super::backlinks::of(ctx, kind, record).await?;
    side.extend(related);
    if kind.edit.is_some() {
        side.push(super::attachments::card(ctx, kind, record).await?);
    }
    side.extend(extras.cards);
    let is_refused = note.error.is_some();
    let statement = super::signature::section(ctx, kind, record).await?;
    let story = html! {
        @for section in &extras.before_timeline { (section) }
        @if let Some(text) = &statement { (text) }
        h2 { "Geçmiş" }
        @if may_comment(ctx, kind, record) { (ui::comment_box(&ui::CommentBox {
            action: format!("{}/yorum", kind.address(id)),
            csrf: ctx.csrf.clone(),
            label: "Not yazın".into(),
            value: note.typed,
            error: note.error.map(str::to_string),
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
    identity.verbs.extend(follow_button(ctx, kind, record).await?);
    let view = ui::DetailView { identity, tabs: Vec::new(), story, side };
    let frame = Frame::new(record.title(kind)).crumb(kind.plural_tr, kind.path);
    let content = ui::detail(&view, &ctx.csrf);
    if is_refused { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
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

fn may_edit(ctx: &Ctx, kind: &Kind, record: &Record) -> bool {
    let permission = kind.edit.unwrap_or("-");
    kind.edit.is_some() && ctx.actor().may_on(permission, record.unit_id(kind), record.owner_id(kind))
}

fn identity(ctx: &Ctx, kind: &Kind, record: &Record) -> ui::Identity {
    let state = kind.field("state").and_then(|field| {
        let choice = field.choices().iter().find(|choice| choice.code == record.get("state").text())?;
        Some((crate::shell::tone(choice.tone), choice.label_tr.to_string()))
    });
    let present = record.get("state").text();
    let offered = kind.verbs.iter().filter(|verb| {
        (verb.from.is_empty() || verb.from.contains(&present))
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

async fn facts(ctx: &Ctx, kind: &Kind, record: &Record) -> kernel::Result<Markup> {
    let titles = titles(ctx, kind, std::slice::from_ref(record)).await?;
    let open = ctx.openable(&record::references(kind, std::slice::from_ref(record))).await?;
    let mut rows = Vec::new();
    for field in &kind.fields {
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
        rows.push((field.label_tr.to_string(), body));
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

/// A row of the state table, from a button; asks for the reason first where one is needed.
pub(super) async fn verb(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let verb = kind.verb(form.get(ui::names::VERB)).filter(|verb| !verb.is_elsewhere);
    let verb = verb.ok_or_else(super::unknown_verb)?;
    // Whoever may not is told so before, not after, they wrote a reason.
    ctx.act.require(verb.permission, record.unit_id(&kind), record.owner_id(&kind))?;
    let is_confirmed = form.get("onayli") == "evet";
    let reason = form.get(ui::names::REASON);
    let drawn = form.get(ui::names::SIGNATURE);
    let is_asking = (verb.needs_reason || verb.is_danger || verb.signer.is_some()) && !is_confirmed;
    let missing = verb.needs_reason && is_confirmed && reason.trim().is_empty();
    let undrawn = verb.signer.is_some() && is_confirmed && record::Drawing::parse(drawn).is_none();
    if is_asking || missing || undrawn {
        let pad = super::signature::pad(&ctx, &kind, &record, verb, undrawn).await?;
        let view = ui::ConfirmView {
            title: format!("{}: {}", verb.label_tr, record.title(&kind)),
            action: format!("{}/eylem", kind.address(id)),
            csrf: ctx.csrf.clone(),
            hidden: vec![(ui::names::VERB.into(), verb.id.into()), ("onayli".into(), "evet".into())],
            reason_label: verb.needs_reason.then(|| verb.reason_tr.into()),
            reason_value: reason.into(),
            reason_error: missing.then(|| format!("{} yazın.", verb.reason_tr)),
            submit: verb.label_tr.into(),
            danger: verb.is_danger,
            pad,
            cancel_href: kind.address(id),
            ..ui::ConfirmView::default()
        };
        let frame = Frame::new(view.title.clone()).crumb(kind.plural_tr, kind.path);
        return if missing || undrawn {
            ctx.refused(frame, ui::confirm_page(&view)).await
        } else {
            ctx.page(frame, ui::confirm_page(&view)).await
        };
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    if verb.signer.is_some() {
        record::sign(&tx, &kind, id, verb.id, reason, drawn).await?;
    } else {
        record::run_verb(&tx, &kind, id, verb.id, reason).await?;
    }
    tx.commit().await?;
    ctx.app.forget_cached();
    Ok(redirect(&kind.address(id), &format!("{}: tamam.", verb.label_tr)))
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
        let note = Note { typed: form.get(ui::names::COMMENT).into(), error: Some(text) };
        return page(&ctx, &kind, &record, extras, note).await;
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
