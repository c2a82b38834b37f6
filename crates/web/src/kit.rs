//! From one record kind to its screens and API: list, detail, form, verbs, bulk, export, import, print, JSON.

mod api;
pub(crate) mod attachments;
mod backlinks;
mod bulk;
mod detail;
mod edit;
mod export;
mod import;
pub(crate) mod links;
mod list;
mod series;
mod signature;
mod verb;
pub(crate) mod views;

pub(crate) use api::takes_reason;
pub(crate) use attachments::error_of as store_error;
pub use attachments::{
    Attached, accept as accept_files, accept_one, attach, attached, attachment, attachments, has_attachment,
    move_attachments,
};
pub use bulk::chosen_for;
pub use edit::field_of;
pub use import::{SHEET_READER, serve_sheet_reader};
pub use signature::signatories;

use std::sync::Arc;

use kernel::record::{self, Kind, Record};
use kernel::tx::Once;
use kernel::{Boxed, Error, ErrorKind, Tx};
use maud::Markup;
use uuid::Uuid;

pub(crate) use api::require_token;

use crate::answer::{Outcome, redirect};
use crate::ctx::Ctx;
use crate::form::{Form, Upload};
use crate::routes::{Allow, Routes};

/// What a capability adds to the kit's detail page of its kind: cards at the side, sections before the timeline.
pub type DetailExtras = for<'a> fn(&'a Ctx, &'a Kind, &'a Record) -> Boxed<'a, kernel::Result<Extras>>;

#[derive(Default)]
pub struct Extras {
    pub before_timeline: Vec<Markup>,
    pub cards: Vec<ui::Card>,
    /// More buttons beside the kind's own verbs.
    pub verbs: Vec<ui::Verb>,
}

/// What stands beside the form where those that wait are entered one after the other: the paper itself.
pub type FormBeside = for<'a> fn(&'a Ctx, &'a Record) -> Boxed<'a, kernel::Result<Markup>>;

/// To the record, where it may still be opened: who makes it secret, or gives it away, may not see it any more.
pub(crate) async fn lead_to(ctx: &Ctx, kind: &Kind, id: Uuid, said: &str) -> Outcome {
    match record::get_visible(ctx.db(), kind, id, ctx.actor()).await {
        Ok(_) => Ok(redirect(&kind.address(id), said)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(redirect(
            kind.path,
            &format!("{said} Bu kaydı artık yalnız görmeye yetkili olanlar açabilir."),
        )),
        Err(error) => Err(error.into()),
    }
}

/// Where the API of a kind lives.
pub(crate) fn api_path(kind: &Kind) -> String {
    format!("/api/v1/{}", kind.id.replace('_', "-"))
}

/// Routes of saved views for programs; a view names its list itself.
pub(crate) fn view_routes() -> Routes {
    let path = "/api/v1/saved-view";
    Routes::new()
        .get(path, Allow::SignedIn, views::api::list)
        .post(path, Allow::SignedIn, views::api::create)
        .patch(format!("{path}/{{id}}"), Allow::SignedIn, views::api::update)
        .post(format!("{path}/{{id}}/delete"), Allow::SignedIn, views::api::delete)
}

/// All routes of a kind.
pub fn kind_routes(kind: &Kind, extras: Option<DetailExtras>) -> Routes {
    routes_of(kind, extras, None)
}

/// The same of a kind with a [`kernel::record::Series`] whose forms are typed off something.
pub fn kind_routes_beside(kind: &Kind, extras: Option<DetailExtras>, beside: FormBeside) -> Routes {
    routes_of(kind, extras, Some(beside))
}

fn routes_of(kind: &Kind, extras: Option<DetailExtras>, beside: Option<FormBeside>) -> Routes {
    let id = kind.id;
    let see = Allow::on(kind, kind.view);
    let path = kind.path;
    let mut routes = Routes::new()
        .get(path, see, move |ctx| list::show(ctx, id))
        .get(format!("{path}/disa-aktar/{{bicim}}"), see, move |ctx, format| export::export(ctx, id, format))
        .get(format!("{path}/yazdir"), see, move |ctx| list::print(ctx, id))
        .get(api_path(kind), see, move |ctx| api::list(ctx, id))
        .get(format!("{}/{{id}}", api_path(kind)), see, move |ctx, record| api::get(ctx, id, record));
    if kind.verbs.iter().any(|verb| verb.in_bulk) {
        routes = routes.post(format!("{path}/toplu"), see, move |ctx, form| bulk::run(ctx, id, form));
    }
    if let Some(create) = kind.create.filter(|_| kind.has_form) {
        let may = Allow::on(kind, create);
        routes = routes.get(format!("{path}/yeni"), may, move |ctx| edit::new(ctx, id)).post(
            api_path(kind),
            may,
            move |ctx, request| api::create(ctx, id, request),
        );
        let new = format!("{path}/yeni");
        routes = if kind.first_files.is_some() {
            let create =
                move |ctx, sent: Upload| async move { edit::create(ctx, id, &sent.form, &sent.files).await };
            routes.post(new, may, create)
        } else {
            routes.post(
                new,
                may,
                move |ctx, form: Form| async move { edit::create(ctx, id, &form, &[]).await },
            )
        };
    }
    if let Some(import) = kind.importer() {
        let may = Allow::on(kind, import);
        routes = routes.get(format!("{path}/ice-aktar"), may, move |ctx| import::ask(ctx, id)).post(
            format!("{path}/ice-aktar"),
            may,
            move |ctx, upload| import::run(ctx, id, upload),
        );
        routes = routes.get(format!("{path}/ice-aktar/ornek"), may, move |ctx| import::sample(ctx, id));
    }
    if let Some(edit) = kind.edit {
        let may = Allow::on(kind, edit);
        routes = routes
            .get(format!("{path}/{{id}}/duzenle"), may, move |ctx, record| {
                edit::edit(ctx, id, record, beside)
            })
            .post(format!("{path}/{{id}}/duzenle"), may, move |ctx, record, form| {
                edit::update(ctx, id, record, beside, form)
            })
            .patch(format!("{}/{{id}}", api_path(kind)), may, move |ctx, record, request| {
                api::update(ctx, id, record, request)
            });
    }
    if let Some(verb) = kind.series.and_then(|series| kind.verb(series.verb?)) {
        let may = Allow::on(kind, verb.permission);
        routes = routes.get(format!("{path}/{}", series::PATH), may, move |ctx| series::show(ctx, id));
    }
    if !kind.verbs.is_empty() {
        routes = routes
            .post(format!("{path}/{{id}}/eylem"), see, move |ctx, record, form| {
                verb::run(ctx, id, record, extras, form)
            })
            .post(format!("{}/{{id}}/{{verb}}", api_path(kind)), see, move |ctx, target, request| {
                api::verb(ctx, id, target, request)
            });
    }
    routes.and(detail_of(kind, extras)).and(views_of(kind))
}

/// The page of one record with its notes, followers and files. A page that a capability draws shows no box for notes,
/// and so takes none.
fn detail_of(kind: &Kind, extras: Option<DetailExtras>) -> Routes {
    if !kind.has_detail {
        return Routes::new();
    }
    let (id, path, see) = (kind.id, kind.path, Allow::on(kind, kind.view));
    let mut routes = Routes::new()
        .get(format!("{path}/{{id}}"), see, move |ctx, record| detail::show(ctx, id, record, extras))
        .post(format!("{path}/{{id}}/takip"), see, move |ctx, record, form| {
            detail::follow(ctx, id, record, form)
        })
        .post(format!("{path}/{{id}}/yorum"), Allow::Permission(COMMENT), move |ctx, record, form| {
            detail::comment(ctx, id, record, extras, form)
        });
    if links::is_linkable(kind) {
        let (may, address) = (Allow::Permission(links::LINK), format!("{path}/{{id}}/{}", links::PATH));
        routes = routes.get(address.clone(), may, move |ctx, record| links::show(ctx, id, record)).post(
            address,
            may,
            move |ctx, record, form| links::change(ctx, id, record, form),
        );
    }
    if kind.edit.is_some() {
        routes = routes
            .post(format!("{path}/{{id}}/ek"), see, move |ctx, record, upload| {
                attachments::add(ctx, id, record, upload)
            })
            .get(format!("{path}/{{id}}/ek/{{dosya}}"), see, move |ctx, file| attachments::get(ctx, id, file))
            .get(format!("{path}/{{id}}/ek/{{dosya}}/kaldir"), see, move |ctx, file| {
                attachments::ask_remove(ctx, id, file)
            })
            .post(format!("{path}/{{id}}/ek/{{dosya}}/kaldir"), see, move |ctx, file, form| {
                attachments::remove(ctx, id, file, form)
            });
    }
    routes
}

/// Whether a new record of the kind is offered to this person.
pub(crate) fn may_create(ctx: &Ctx, kind: &Kind) -> bool {
    kind.create.is_some_and(|code| Allow::on(kind, code).opens_for(ctx.actor()))
}

/// Who may write notes on records they see.
pub(crate) const COMMENT: &str = "house.comment.write";

/// A form that names no verb of the kind: an old page, or one made by hand.
pub(crate) fn unknown_verb() -> Error {
    Error::rule(
        "EYL-001",
        ui::names::VERB,
        "Ne yapılacağı anlaşılamadı. Sayfayı yenileyip düğmeye yeniden basın.",
    )
}

/// Where a form that was sent before led; nothing at its first submit, which is remembered with the transaction.
pub(crate) async fn sent_before(tx: &Tx, form: &Form, leads_to: &str) -> kernel::Result<Option<String>> {
    let token = form.get(ui::names::ONCE);
    if token.is_empty() {
        return Ok(None);
    }
    Ok(match tx.once(token, leads_to).await? {
        Once::First => None,
        Once::Again(earlier) => Some(earlier),
    })
}

/// The saved views of a list.
fn views_of(kind: &Kind) -> Routes {
    let (id, path, see) = (kind.id, kind.path, Allow::on(kind, kind.view));
    Routes::new()
        .get(format!("{path}/gorunum"), see, move |ctx| views::show(ctx, id))
        .post(format!("{path}/gorunum"), see, move |ctx, form| views::save(ctx, id, form))
        .post(format!("{path}/gorunum/{{gorunum}}/paylas"), see, move |ctx, view, form| {
            views::give(ctx, id, view, form)
        })
        .post(format!("{path}/gorunum/{{gorunum}}/varsayilan"), see, move |ctx, view, form| {
            views::choose(ctx, id, view, form)
        })
        .post(format!("{path}/gorunum/{{gorunum}}/sil"), see, move |ctx, view, form| {
            views::delete(ctx, id, view, form)
        })
}

/// The declared kind behind a route; it exists because the route was made from it.
pub(crate) fn kind_of(ctx: &Ctx, id: &str) -> kernel::Result<Arc<Kind>> {
    ctx.registry().kind(id).ok_or_else(|| Error::internal(format!("no kind {id}")))
}
