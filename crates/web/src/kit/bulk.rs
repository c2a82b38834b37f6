//! One verb on many records: each in its own savepoint, so that one refusal does not undo the rest.

use kernel::record::{self, Kind, ListQuery, Verb};
use kernel::{Error, ErrorKind, tr};
use maud::html;
use uuid::Uuid;

use super::{kind_of, list};
use crate::answer::{Outcome, redirect, redirect_refused};
use crate::ctx::Ctx;
use crate::form::Form;
use crate::shell::Frame;

/// Records one bulk action may touch.
const MOST: usize = 5_000;

pub(super) async fn run(ctx: Ctx, kind: &'static str, form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let verb = kind.verb(form.get(ui::names::VERB)).filter(|verb| verb.in_bulk && !verb.is_elsewhere);
    let verb = verb.ok_or_else(super::unknown_verb)?;
    if !ctx.actor().may(verb.permission) {
        return Err(Error::forbidden().with_context(verb.permission).into());
    }
    let ids = chosen(&ctx, &kind, verb, &form).await?;
    if ids.is_empty() {
        let list = list::href(&ctx, kind.path, &[]);
        return Ok(redirect_refused(&list, "Önce listeden kayıt seçin."));
    }
    let reason = super::verb::said(verb, &form);
    let is_confirmed = form.get("onayli") == "evet";
    // A day that cannot be read is no day for any of them.
    let wrong = if is_confirmed { record::answer(verb, &reason).err() } else { None };
    if ((verb.is_danger || verb.needs_reason) && !is_confirmed) || wrong.is_some() {
        let wrong = wrong.map(|error| error.violations.iter().map(|one| one.text.clone()).collect());
        return confirm(&ctx, &kind, verb, &form, ids.len(), wrong).await;
    }
    let (done, failed) = apply(&ctx, &kind, verb, &ids, &reason).await?;
    ctx.app.forget_cached();
    if failed.is_empty() {
        let text = format!("{}: {} kayıt.", verb.label_tr, tr::grouped(done));
        return Ok(redirect(&list::href(&ctx, kind.path, &[]), &text));
    }
    report(&ctx, &kind, verb, done, &failed).await
}

/// What was chosen in a list for a verb that is done elsewhere ([`Verb::elsewhere`]), by the route that begins it.
pub async fn chosen_for(ctx: &Ctx, kind: &Kind, verb: &str, form: &Form) -> kernel::Result<Vec<Uuid>> {
    let verb = kind.verb(verb).filter(|verb| verb.in_bulk).ok_or_else(Error::not_found)?;
    let ids = chosen(ctx, kind, verb, form).await?;
    if ids.is_empty() { Err(none_chosen()) } else { Ok(ids) }
}

fn none_chosen() -> Error {
    Error::rule("TOP-001", "", "Önce listeden kayıt seçin.")
}

/// The ticked records, or everything the filters of the address match.
async fn chosen(ctx: &Ctx, kind: &Kind, verb: &Verb, form: &Form) -> kernel::Result<Vec<Uuid>> {
    if form.get(ui::names::ALL_MATCHING) != "evet" {
        let mut ids: Vec<Uuid> =
            form.all(ui::names::IDS).filter_map(|id| id.parse().ok()).take(MOST).collect();
        // Each once, and everybody in the same order, so that two people's bulk acts do not wait for each other.
        ids.sort_unstable();
        ids.dedup();
        return Ok(ids);
    }
    let (mut query, violations) = list::read(ctx, kind).await?;
    if !violations.is_empty() {
        return Err(Error::invalid(violations));
    }
    // Whatever page the person looks at: all, from the first.
    (query.size, query.cursor, query.is_backward) = (record::MAX_PAGE, None, false);
    let mut ids = Vec::new();
    loop {
        let page = record::list(ctx.db(), kind, &query, ctx.actor(), verb.permission).await?;
        ids.extend(page.records.iter().map(|record| record.id));
        if ids.len() > MOST {
            let text =
                format!("Bir seferde en çok {} kayıt işlenir; süzgeci daraltın.", tr::grouped(MOST as i64));
            return Err(Error::new(ErrorKind::TooLarge, text));
        }
        match page.records.last().filter(|_| page.has_next) {
            Some(last) => query = next(kind, query, last),
            None => {
                ids.sort_unstable();
                return Ok(ids);
            }
        }
    }
}

/// The query for the page after `last`.
pub(super) fn next(kind: &Kind, mut query: ListQuery, last: &record::Record) -> ListQuery {
    let cursor = query.cursor_of(kind, last);
    let (again, _) = ListQuery::parse(kind, &[("sonra".into(), cursor)]);
    query.cursor = again.cursor;
    query.is_backward = false;
    query
}

async fn confirm(
    ctx: &Ctx,
    kind: &Kind,
    verb: &Verb,
    form: &Form,
    count: usize,
    wrong: Option<String>,
) -> Outcome {
    let is_refused = wrong.is_some();
    let kept = [ui::names::VERB, ui::names::IDS, ui::names::ALL_MATCHING];
    let mut hidden: Vec<_> =
        form.0.iter().filter(|(name, _)| kept.contains(&name.as_str())).cloned().collect();
    hidden.push(("onayli".into(), "evet".into()));
    let view = ui::ConfirmView {
        title: format!("{}: {} kayıt", verb.label_tr, tr::grouped(count as i64)),
        text: format!("Seçtiğiniz {} kayda “{}” uygulanacak.", tr::grouped(count as i64), verb.label_tr),
        action: format!("{}/toplu?{}", kind.path, ctx.raw_query),
        csrf: ctx.csrf.clone(),
        hidden,
        reason_label: verb.needs_reason.then(|| verb.reason_tr.into()),
        reason_value: form.get(ui::names::REASON).into(),
        reason_input: super::verb::input(verb),
        also: super::verb::also(verb, form),
        reason_hint: verb.reason_hint_tr.into(),
        reason_error: wrong,
        submit: verb.label_tr.into(),
        danger: verb.is_danger,
        cancel_href: list::href(ctx, kind.path, &[]),
        ..ui::ConfirmView::default()
    };
    let frame = Frame::new(view.title.clone()).crumb(kind.plural_tr, kind.path);
    if is_refused {
        ctx.refused(frame, ui::confirm_page(&view)).await
    } else {
        ctx.page(frame, ui::confirm_page(&view)).await
    }
}

async fn apply(
    ctx: &Ctx,
    kind: &Kind,
    verb: &Verb,
    ids: &[Uuid],
    reason: &str,
) -> kernel::Result<(i64, Vec<(Uuid, String)>)> {
    let tx = ctx.db().begin(&ctx.act).await?;
    let mut done = 0;
    let mut failed = Vec::new();
    for id in ids {
        tx.begin_part().await?;
        match record::run_verb(&tx, kind, *id, verb.id, reason).await {
            Ok(()) => {
                done += 1;
                tx.end_part(true).await?;
            }
            Err(error) if matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable) => {
                return Err(error);
            }
            Err(error) => {
                tx.end_part(false).await?;
                let text =
                    error.violations.first().map_or(error.message_tr.clone(), |first| first.text.clone());
                failed.push((*id, text));
            }
        }
    }
    // Where nothing was done there is nothing to keep, nor an event that says so.
    if done > 0 {
        tx.commit().await?
    } else {
        tx.rollback().await?
    }
    Ok((done, failed))
}

async fn report(ctx: &Ctx, kind: &Kind, verb: &Verb, done: i64, failed: &[(Uuid, String)]) -> Outcome {
    let refs: Vec<_> = failed.iter().map(|(id, _)| kernel::Ref::new(kind.id, *id)).collect();
    let names = record::names(ctx.db(), &refs).await?;
    let title_of = |id: &Uuid| {
        names.iter().find(|named| named.id == *id).map_or("(kayıt yok)", |named| named.title.as_str())
    };
    let title = format!("{}: sonuç", verb.label_tr);
    let content = html! {
        h1 { (title) }
        p.lead { (tr::grouped(done)) " kayıtta yapıldı, " (tr::grouped(failed.len() as i64)) " kayıtta yapılamadı." }
        @if !failed.is_empty() {
            (ui::table("Yapılamayanlar", &ui::heads(&["Kayıt", "Neden yapılamadı"]), &failed.iter().map(|(id, text)| {
                vec![html! { a href=(kind.address(*id)) { (title_of(id)) } }, html! { (text) }]
            }).collect::<Vec<_>>()))
        }
        p { a.btn href=(list::href(ctx, kind.path, &[])) { "Listeye dön" } }
    };
    ctx.page(Frame::new(title).crumb(kind.plural_tr, kind.path), content).await
}
