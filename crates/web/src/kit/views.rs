//! Views over a list: the kind's own tabs, those people saved, and those shared with a unit or with everybody. A view is a
//! query and nothing more: what it shows follows from the powers of who opens it. Its API is `api`, its SQL `store`.

pub(super) mod api;
mod store;

use axum::extract::Path;
use kernel::event::Change;
use kernel::record::Kind;
use kernel::{Day, Error, NewEvent, Ref, Result, Tx, tr};
use maud::{Markup, html};
use uuid::Uuid;

use self::store::View;
use super::kind_of;
use crate::answer::{Outcome, redirect, see_other};
use crate::ctx::Ctx;
use crate::form::Form;
use crate::shell::Frame;

/// Gives a view to one's unit, or to everybody with the scope of the whole municipality.
pub(crate) const SHARE: &str = "house.view.share";
/// Changes and removes what others shared.
pub(crate) const MANAGE: &str = "house.view.manage";

/// Saved views of one person for one list at most.
const MOST_VIEWS: i64 = 30;
const LONGEST_NAME: usize = 40;
const LONGEST_QUERY: usize = 2_000;
/// Said in the address by the tab of the whole list, which would otherwise open the person's first view.
const WHOLE: &str = "gorunum=tumu";

/// With whom a view is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    Me,
    Unit,
    All,
}

impl Audience {
    const ALL: [(Self, &'static str, &'static str); 3] =
        [(Self::Me, "ben", "Yalnız ben"), (Self::Unit, "birim", "Birimim"), (Self::All, "herkes", "Herkes")];

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == code).map(|(audience, ..)| audience)
    }

    fn label(self) -> &'static str {
        Self::ALL.into_iter().find(|(audience, ..)| *audience == self).map_or("", |(_, _, label)| label)
    }
}

impl View {
    fn audience(&self) -> Audience {
        match (self.is_shared, self.unit_id) {
            (false, _) => Audience::Me,
            (true, Some(_)) => Audience::Unit,
            (true, None) => Audience::All,
        }
    }
}

/// Saved views this person is offered: their own and those shared with them.
pub(super) async fn saved(ctx: &Ctx, kind: &Kind) -> Result<Vec<View>> {
    match ctx.actor().account_id {
        Some(account) => store::offered(ctx.db(), kind.id, account, ctx.actor().unit_id, false).await,
        None => Ok(Vec::new()),
    }
}

/// Where the bare address of the list leads for somebody who chose a view to begin with.
pub(super) fn beginning(ctx: &Ctx, kind: &Kind, saved: &[View]) -> Option<String> {
    let first = saved.iter().find(|view| view.is_default)?;
    (ctx.raw_query.is_empty() && !first.query.is_empty()).then(|| address(kind, &first.query))
}

fn address(kind: &Kind, query: &str) -> String {
    if query.is_empty() { kind.path.to_string() } else { format!("{}?{query}", kind.path) }
}

pub(super) fn tabs(ctx: &Ctx, kind: &Kind, saved: &[View]) -> Vec<ui::Tab> {
    let has_first = saved.iter().any(|view| view.is_default);
    let mut tabs = vec![tab(ctx, kind, "Tümü", if has_first { WHOLE } else { "" })];
    let (me, unit) = (ctx.actor().staff_id, ctx.actor().unit_id);
    for view in &kind.views {
        let query = view.query.replace("{me}", &text(me)).replace("{unit}", &text(unit));
        let query = of_days(&query, ctx.act.now().day());
        // A view about "me" means nothing to somebody without a staff record.
        let is_empty = (view.query.contains("{me}") && me.is_none())
            || (view.query.contains("{unit}") && unit.is_none());
        if !is_empty {
            tabs.push(tab(ctx, kind, view.label_tr, &query));
        }
    }
    tabs.extend(saved.iter().map(|view| {
        let is_own = Some(view.account_id) == ctx.actor().account_id;
        let label = if is_own { view.name.clone() } else { format!("{} · {}", view.name, view.owner()) };
        tab(ctx, kind, &label, &view.query)
    }));
    tabs
}

/// The days that a view is about, as they are today.
fn of_days(query: &str, today: Day) -> String {
    if !query.contains('{') {
        return query.to_string();
    }
    let yesterday = today.0.previous_day().unwrap_or(today.0);
    let mut sunday = today.0;
    while let Some(next) = sunday.next_day().filter(|_| sunday.weekday().number_from_monday() < 7) {
        sunday = next;
    }
    query
        .replace("{today}", &today.to_string())
        .replace("{yesterday}", &Day(yesterday).to_string())
        .replace("{sunday}", &Day(sunday).to_string())
}

fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn tab(ctx: &Ctx, kind: &Kind, label: &str, query: &str) -> ui::Tab {
    ui::Tab { label: label.into(), href: address(kind, query), current: ctx.raw_query == query, count: None }
}

/// The page where views are shared, chosen as the first, and removed.
pub(super) async fn show(ctx: Ctx, kind: &'static str) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    // Who keeps order sees what is shared with other units, too.
    let may_manage = ctx.actor().may(MANAGE);
    let views = store::offered(ctx.db(), kind.id, account, ctx.actor().unit_id, may_manage).await?;
    let title = format!("Görünümler: {}", kind.plural_tr);
    let content = html! {
        h1 { (title) }
        p.lead { "Görünüm, listenin süzgeç ve sıralamasıdır. Paylaştığınız kişi listede yalnız kendi yetkisiyle görebildiği kayıtları görür." }
        @if views.is_empty() {
            (ui::empty_state("Bu liste için kayıtlı görünüm yok.", Some(&ui::Link::new("Listeye dön", kind.path))))
        } @else {
            ul.plain-list { @for view in &views { (row(&ctx, &kind, view)) } }
            p { a.btn href={ (kind.path) "?" (WHOLE) } { "Listeye dön" } }
        }
    };
    ctx.page(Frame::new(title).crumb(kind.plural_tr, kind.path), content).await
}

fn row(ctx: &Ctx, kind: &Kind, view: &View) -> Markup {
    let is_own = Some(view.account_id) == ctx.actor().account_id;
    let may_change = may_change(ctx, view);
    let post = |verb: &str| format!("{}/gorunum/{}/{verb}", kind.path, view.id);
    let token = || html! { input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf); };
    html! {
        li {
            h2 { a href=(address(kind, &view.query)) { (view.name) } }
            p {
                @if is_own { "Sizin görünümünüz" } @else { "Sahibi: " (view.owner()) }
                " · " (view.audience().label())
                @if view.is_default { " · " (ui::state_badge(ui::Tone::Done, "Liste bununla açılır")) }
            }
            div.ways-back {
                form method="post" action=(post("varsayilan")) {
                    (token())
                    input type="hidden" name=(ui::names::VERB) value=(if view.is_default { "hayir" } else { "evet" });
                    button.btn type="submit" { @if view.is_default { "Bununla açılmasın" } @else { "Liste bununla açılsın" } }
                }
                @if may_change {
                    @for (audience, code, label) in Audience::ALL {
                        @if audience != view.audience() && may_share(ctx, audience) && (is_own || audience == Audience::Me) {
                            form method="post" action=(post("paylas")) {
                                (token())
                                input type="hidden" name="kiminle" value=(code);
                                button.btn type="submit" {
                                    @if audience == Audience::Me { "Paylaşımı kaldır" } @else { "Paylaş: " (label) }
                                }
                            }
                        }
                    }
                    form method="post" action=(post("sil")) {
                        (token())
                        button.btn.is-danger type="submit" { "Sil" span.visually-hidden { ": " (view.name) } }
                    }
                }
            }
        }
    }
}

/// Its owner; a shared one also whoever keeps order among them.
fn may_change(ctx: &Ctx, view: &View) -> bool {
    Some(view.account_id) == ctx.actor().account_id || (view.is_shared && ctx.actor().may(MANAGE))
}

fn may_share(ctx: &Ctx, audience: Audience) -> bool {
    match audience {
        Audience::Me => true,
        Audience::Unit => ctx.actor().unit_id.is_some_and(|unit| ctx.actor().may_on(SHARE, Some(unit), None)),
        Audience::All => ctx.actor().may_on(SHARE, None, None),
    }
}

/// What a new view is made of.
pub(super) struct NewView<'a> {
    pub name: &'a str,
    pub query: &'a str,
    pub audience: Audience,
}

async fn add(ctx: &Ctx, kind: &Kind, new: NewView<'_>) -> Result<Uuid> {
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    let name = tr::clean_line(new.name).text;
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Error::rule("GRN-001", ui::names::VIEW_NAME, "Görünüme 1–40 karakterlik bir ad verin."));
    }
    let query = new.query.to_string();
    // Only what an address can hold: the view is opened by it.
    if query.len() > LONGEST_QUERY || !query.bytes().all(|byte| byte.is_ascii_graphic()) {
        let text = "Bu süzgeç bir görünüm olarak saklanamaz; süzgeçleri azaltıp yeniden deneyin.";
        return Err(Error::rule("GRN-002", "sorgu", text));
    }
    if !may_share(ctx, new.audience) {
        return Err(Error::forbidden().with_context(SHARE));
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    // A name that is there already now means these filters; so does a button pressed twice.
    let known = store::named(&tx, kind.id, account, &name).await?;
    if known.is_none() && store::count(&tx, kind.id, account).await? >= MOST_VIEWS {
        return Err(Error::conflict(format!("En çok {MOST_VIEWS} görünüm saklanır; önce birini silin.")));
    }
    let view = View {
        id: known.unwrap_or_else(|| tx.new_id()),
        kind: kind.id.into(),
        account_id: account,
        name,
        query,
        is_shared: new.audience != Audience::Me,
        unit_id: ctx.actor().unit_id.filter(|_| new.audience == Audience::Unit),
        is_default: false,
        owner_name: None,
    };
    if known.is_some() {
        store::replace(&tx, &view).await?;
        tx.record(event(&view, "changed")).await?;
    } else {
        store::insert(&tx, &view).await?;
        tx.record(event(&view, "created")).await?;
    }
    tx.commit().await?;
    Ok(view.id)
}

fn event(view: &View, verb: &'static str) -> NewEvent {
    NewEvent::new(Ref::new("saved_view", view.id), view.name.clone(), verb).scope(None, Some(view.account_id))
}

/// A view that this person is offered, in the transaction that will change it.
async fn known(ctx: &Ctx, tx: &Tx, kind: &Kind, id: Uuid) -> Result<View> {
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    let may_manage = ctx.actor().may(MANAGE);
    let view = store::view(tx, kind.id, id).await?.ok_or_else(Error::not_found)?;
    let is_offered = match view.audience() {
        Audience::Me => false,
        Audience::Unit => view.unit_id == ctx.actor().unit_id || may_manage,
        Audience::All => true,
    };
    if view.account_id == account || is_offered { Ok(view) } else { Err(Error::not_found()) }
}

async fn share(ctx: &Ctx, kind: &Kind, id: Uuid, audience: Audience) -> Result<()> {
    let tx = ctx.db().begin(&ctx.act).await?;
    let view = known(ctx, &tx, kind, id).await?;
    // Taking a shared view back is for its owner and for who keeps order; giving it to others is the owner's alone.
    let is_own = Some(view.account_id) == ctx.actor().account_id;
    if !may_change(ctx, &view) || !may_share(ctx, audience) || (audience != Audience::Me && !is_own) {
        return Err(Error::forbidden().with_context(SHARE));
    }
    let before = view.audience();
    let unit = ctx.actor().unit_id.filter(|_| audience == Audience::Unit);
    if before == audience && view.unit_id == unit {
        return tx.rollback().await;
    }
    store::set_audience(&tx, id, audience != Audience::Me, unit).await?;
    let change = Change {
        field: "is_shared".into(),
        label: "Kimler görür".into(),
        before: before.label().into(),
        after: audience.label().into(),
    };
    tx.record(event(&view, "changed").changes(vec![change])).await?;
    tx.commit().await
}

async fn remove(ctx: &Ctx, kind: &Kind, id: Uuid) -> Result<()> {
    let tx = ctx.db().begin(&ctx.act).await?;
    let view = known(ctx, &tx, kind, id).await?;
    if !may_change(ctx, &view) {
        return Err(Error::forbidden().with_context(MANAGE));
    }
    store::delete(&tx, id).await?;
    tx.record(event(&view, "removed")).await?;
    tx.commit().await
}

/// Chooses the view the list opens with for this person, or none.
async fn set_default(ctx: &Ctx, kind: &Kind, id: Uuid, is_wanted: bool) -> Result<()> {
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let view = known(ctx, &tx, kind, id).await?;
    store::set_default(&tx, account, kind.id, is_wanted.then_some(view.id)).await?;
    tx.commit().await
}

pub(super) async fn save(ctx: Ctx, kind: &'static str, form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let audience = Audience::parse(form.get("kiminle")).unwrap_or(Audience::Me);
    let query = form.get("sorgu");
    add(&ctx, &kind, NewView { name: form.get(ui::names::VIEW_NAME), query, audience }).await?;
    Ok(redirect(&address(&kind, query), "Görünüm kaydedildi."))
}

fn manage(kind: &Kind) -> String {
    format!("{}/gorunum", kind.path)
}

pub(super) async fn delete(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    remove(&ctx, &kind, id).await?;
    Ok(redirect(&manage(&kind), "Görünüm silindi."))
}

pub(super) async fn give(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let audience = Audience::parse(form.get("kiminle"))
        .ok_or_else(|| Error::rule("GRN-003", "kiminle", "Kimlerin göreceğini seçin."))?;
    share(&ctx, &kind, id, audience).await?;
    Ok(redirect(&manage(&kind), &format!("Kimler görür: {}.", audience.label())))
}

pub(super) async fn choose(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    set_default(&ctx, &kind, id, form.get(ui::names::VERB) == "evet").await?;
    Ok(see_other(&manage(&kind)))
}

/// With whom a view can be shared when it is saved.
pub(super) fn audiences(ctx: &Ctx) -> Vec<ui::Opt> {
    let offered = Audience::ALL.into_iter().filter(|(audience, ..)| may_share(ctx, *audience));
    offered.map(|(audience, code, label)| ui::Opt::new(code, label, audience == Audience::Me)).collect()
}
