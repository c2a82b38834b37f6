//! Records that people tied to a record, on its page among what refers to it; and the page where they are tied and untied. Of what
//! somebody may not see only the number is told. Which ties there are the kernel keeps (`record::link`).

use axum::extract::Path;
use kernel::event::Event;
use kernel::record::{self, Kind, LINKED, Link, Named, Record, Relation};
use kernel::{Error, Ref, Result, Tx, tr};
use maud::{Markup, html};
use uuid::Uuid;

use super::{kind_of, sent_before};
use crate::answer::{Outcome, redirect};
use crate::ctx::Ctx;
use crate::form::Form;
use crate::shell::Frame;

/// Ties and unties records that the person sees.
pub(crate) const LINK: &str = "house.link.write";
/// Under a record's address.
pub(super) const PATH: &str = "baglar";

const HOW: &str = "nasil";
/// One of several that the typed text may mean.
const AMONG: &str = "bulunan";
const REMOVED: &str = "kaldir";
/// Records offered where a typed text means several.
const MOST_MEANT: u32 = 12;

/// Records whose page shows what is tied to them.
pub(crate) fn is_linkable(kind: &Kind) -> bool {
    kind.has_detail && kind.is_searchable()
}

/// The ties of a record that this person may know of, with what the others are called.
struct Known {
    links: Vec<(Link, String, Markup)>,
    hidden: usize,
}

async fn known(ctx: &Ctx, of: &Ref) -> Result<Known> {
    let links = record::links(ctx.db(), of).await?;
    let refs: Vec<Ref> = links.iter().map(|link| link.other.clone()).collect();
    let open = ctx.openable(&refs).await?;
    let seen: Vec<Ref> = refs.iter().filter(|one| open.has(one)).cloned().collect();
    let names = record::names(ctx.db(), &seen).await?;
    let all = links.len();
    let shown = links.into_iter().filter_map(|link| {
        let named = names.iter().find(|named| named.id == link.other.id && named.kind == link.other.kind)?;
        let markup = open.named(&link.other.kind, link.other.id, &called(named));
        Some((link, called(named), markup))
    });
    let links: Vec<_> = shown.collect();
    let hidden = all - links.len();
    Ok(Known { links, hidden })
}

fn called(named: &Named) -> String {
    match (named.number.as_str(), named.title.as_str()) {
        ("", title) => title.to_string(),
        (number, "") => number.to_string(),
        (number, title) if title == number => number.to_string(),
        (number, title) => format!("{number} {title}"),
    }
}

pub(crate) fn kind_name(ctx: &Ctx, code: &str) -> &'static str {
    ctx.registry().kind(code).map_or("", |kind| kind.name_tr)
}

fn may_link(ctx: &Ctx, kind: &Kind, record: &Record) -> bool {
    ctx.actor().may_on(LINK, record.unit_id(kind), record.owner_id(kind))
}

/// What stands in the card of related records; nothing where nothing is tied and nothing may be.
pub(super) async fn part(ctx: &Ctx, kind: &Kind, record: &Record) -> Result<Option<Markup>> {
    if !is_linkable(kind) {
        return Ok(None);
    }
    let known = known(ctx, &record.reference(kind)).await?;
    let may = may_link(ctx, kind, record);
    if known.links.is_empty() && known.hidden == 0 && !may {
        return Ok(None);
    }
    let of = |relation: Relation| known.links.iter().filter(move |(link, ..)| link.relation == relation);
    let groups = Relation::all().map(|relation| (relation, of(relation).collect::<Vec<_>>()));
    let groups: Vec<_> = groups.filter(|(_, some)| !some.is_empty()).collect();
    Ok(Some(html! {
        @for (relation, some) in &groups {
            p { strong { (relation.label_tr()) } }
            ul.plain-list {
                @for (link, _, name) in some { li { (name) small { (kind_name(ctx, &link.other.kind)) } } }
            }
        }
        @if known.hidden > 0 { p.muted { (unseen(known.hidden)) } }
        @if may {
            p {
                a href={ (kind.address(record.id)) "/" (PATH) } {
                    @if groups.is_empty() { "Kayıt bağla" } @else { "Bağla ya da bağı kaldır" }
                }
            }
        }
    }))
}

/// "Görme yetkiniz olmayan 2 kayıt da bağlı."
fn unseen(many: usize) -> String {
    format!("Görme yetkiniz olmayan {} da bağlı.", tr::count("kayıt", many as u64))
}

/// Says in the history which record was tied, to those who may know of it.
pub(super) async fn tell(ctx: &Ctx, of: &Ref, events: &mut [Event]) -> Result<()> {
    let is_told = |event: &Event| ["linked", "unlinked"].contains(&event.verb.as_str());
    let other = |event: &Event| {
        let (kind, id) = (event.related_kind.clone()?, event.related_id?);
        let related = Ref::new(kind, id);
        let own = Ref::new(event.subject_kind.clone(), event.subject_id);
        Some(if own == *of { related } else { own })
    };
    let refs: Vec<Ref> = events.iter().filter(|event| is_told(event)).filter_map(other).collect();
    if refs.is_empty() {
        return Ok(());
    }
    let open = ctx.openable(&refs).await?;
    let seen: Vec<Ref> = refs.into_iter().filter(|one| open.has(one)).collect();
    let names = record::names(ctx.db(), &seen).await?;
    for event in events.iter_mut().filter(|event| is_told(event)) {
        let Some(relation) = Relation::of_label(&event.note) else { continue };
        let is_own = event.subject_kind == of.kind && event.subject_id == of.id;
        let relation = if is_own { relation } else { relation.inverse() };
        let named = other(event).and_then(|other| {
            names.iter().find(|named| named.id == other.id && named.kind == other.kind).map(called)
        });
        let named = named.unwrap_or_else(|| "görme yetkiniz olmayan bir kayıt".into());
        event.note = format!("{}: {named}", relation.label_tr());
    }
    Ok(())
}

pub(super) async fn show(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = linkable(&ctx, &kind, id).await?;
    page(&ctx, &kind, &record, &Asked::default()).await
}

async fn linkable(ctx: &Ctx, kind: &Kind, id: Uuid) -> Result<Record> {
    let record = record::get_visible(ctx.db(), kind, id, ctx.actor()).await?;
    if may_link(ctx, kind, &record) { Ok(record) } else { Err(Error::forbidden()) }
}

/// What was sent and refused.
#[derive(Default)]
struct Asked {
    how: String,
    chosen: String,
    typed: String,
    /// Records that the typed text may mean.
    meant: Vec<(String, String)>,
    wrong: Option<String>,
}

async fn page(ctx: &Ctx, kind: &Kind, record: &Record, asked: &Asked) -> Outcome {
    let known = known(ctx, &record.reference(kind)).await?;
    let address = format!("{}/{PATH}", kind.address(record.id));
    let title = "Bağlı kayıtlar";
    let before = html! {
        @if !known.links.is_empty() {
            ul.plain-list { @for (link, name, markup) in &known.links {
                li {
                    strong { (link.relation.label_tr()) ": " } (markup)
                    small { (kind_name(ctx, &link.other.kind)) " · " (link.added_by) ", " (tr::instant(link.added_at.0)) }
                    form.ways-back method="post" action=(address) {
                        input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                        button.btn type="submit" name=(REMOVED) value=(link.id) { "Kaldır" span.visually-hidden { ": " (name) } }
                    }
                }
            } }
        }
        @if known.hidden > 0 { p.muted { (unseen(known.hidden)) } }
    };
    let error = asked.wrong.iter().map(|text| ui::FieldError {
        field: if asked.meant.is_empty() { LINKED } else { AMONG }.into(),
        label: "Hangi kayıt?".into(),
        text: text.clone(),
    });
    let view = ui::FormView {
        title: title.into(),
        lead: format!(
            "{}: bu kaydı ilgili olduğu başka kayıtlara bağlayın. Bağ, iki kaydın sayfasında da görünür.",
            record.title(kind)
        ),
        action: address,
        csrf: ctx.csrf.clone(),
        before: Some(before),
        sections: vec![ui::FormSection { fields: questions(ctx, asked), ..ui::FormSection::default() }],
        submit: "Bağla".into(),
        cancel_href: Some(kind.address(record.id)),
        errors: error.collect(),
        ..ui::FormView::default()
    };
    let frame =
        Frame::new(title).crumb(kind.plural_tr, kind.path).crumb(record.title(kind), kind.address(record.id));
    let content = ui::form(&view);
    if asked.wrong.is_some() { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
}

fn questions(ctx: &Ctx, asked: &Asked) -> Vec<ui::FieldView> {
    let how = Relation::all().map(|one| {
        let is_chosen = one.code() == asked.how || (asked.how.is_empty() && one == Relation::Related);
        ui::Opt::new(one.code(), one.label_tr(), is_chosen)
    });
    let is_ambiguous = !asked.meant.is_empty();
    let among = asked.meant.iter().map(|(value, label)| ui::Opt::new(value.clone(), label.clone(), false));
    let once = ui::FieldView {
        name: ui::names::ONCE.into(),
        value: ctx.app.clock.token(),
        kind: ui::Input::Hidden,
        ..ui::FieldView::default()
    };
    let record = ui::FieldView {
        name: LINKED.into(),
        label: if is_ambiguous { "Başka bir kayıt" } else { "Hangi kayıt?" }.into(),
        hint:
            "Varlık, evrak, sözleşme, destek kaydı, yönetmelik maddesi, kişi: numarasını ya da adını yazın."
                .into(),
        kind: ui::Input::Combobox {
            source_href: "/ara/secenek?tur=".into(),
            chosen_label: asked.typed.clone(),
        },
        value: asked.chosen.clone(),
        optional: is_ambiguous,
        width: ui::Width::Long,
        error: asked.wrong.clone().filter(|_| !is_ambiguous),
        ..ui::FieldView::default()
    };
    let relation = ui::FieldView {
        name: HOW.into(),
        label: "Seçtiğiniz kayıt bu kaydın nesidir?".into(),
        kind: ui::Input::Radio(how.collect()),
        ..ui::FieldView::default()
    };
    let meant = is_ambiguous.then(|| ui::FieldView {
        name: AMONG.into(),
        label: "Bulunan kayıtlar".into(),
        kind: ui::Input::Radio(among.collect()),
        error: asked.wrong.clone(),
        optional: true,
        ..ui::FieldView::default()
    });
    [once].into_iter().chain(meant).chain([record, relation]).collect()
}

pub(super) async fn change(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = linkable(&ctx, &kind, id).await?;
    if !form.get(REMOVED).is_empty() {
        return remove(&ctx, &kind, &record, form.get(REMOVED)).await;
    }
    let mut asked = Asked {
        how: form.get(HOW).into(),
        chosen: form.get(LINKED).into(),
        typed: form.get(&format!("{LINKED}{}", ui::names::TYPED_SUFFIX)).trim().into(),
        ..Asked::default()
    };
    let chosen = [form.get(LINKED), form.get(AMONG)].into_iter().find_map(|text| text.parse::<Ref>().ok());
    let chosen = match chosen {
        Some(one) => Some(one),
        None => meant(&ctx, &mut asked).await?,
    };
    let Some(other) = chosen else {
        let text = match (asked.typed.is_empty(), asked.meant.is_empty()) {
            (true, _) => "Bağlanacak kaydı seçin.",
            (false, true) => "Yazdığınıza uyan bir kayıt bulunamadı; numarasını ya da adını yazın.",
            (false, false) => "Yazdığınıza birden çok kayıt uyuyor; birini seçin.",
        };
        asked.wrong = Some(text.into());
        return page(&ctx, &kind, &record, &asked).await;
    };
    let leads_to = kind.address(id);
    let tx = ctx.db().begin(&ctx.act).await?;
    if let Some(earlier) = sent_before(&tx, &form, &leads_to).await? {
        return Ok(redirect(&earlier, "Kayıt bağlandı."));
    }
    match tie(&ctx, &tx, (&kind, &record), &other, &asked.how).await {
        Ok(()) => {}
        Err(error) if error.kind == kernel::ErrorKind::Invalid => {
            tx.rollback().await?;
            asked.wrong = error.violations.first().map(|one| one.text.clone());
            return page(&ctx, &kind, &record, &asked).await;
        }
        Err(error) => return Err(error.into()),
    }
    tx.commit().await?;
    Ok(redirect(&leads_to, "Kayıt bağlandı."))
}

async fn tie(ctx: &Ctx, tx: &Tx, (kind, record): (&Kind, &Record), other: &Ref, how: &str) -> Result<()> {
    let wrong = |text: &str| Error::rule("BAG-004", LINKED, text);
    let target = ctx.registry().kind(&other.kind).filter(|kind| is_linkable(kind));
    // The same for what is not there and what may not be seen, so that nothing is given away.
    let unknown = || wrong("Böyle bir kayıt yok ya da görme yetkiniz yok; listeden seçin.");
    let target = target.filter(|kind| ctx.actor().may(kind.view)).ok_or_else(unknown)?;
    record::choosable_one(tx, &target, ctx.actor(), other.id).await?.ok_or_else(unknown)?;
    let relation = Relation::parse(how).ok_or_else(|| wrong("Kayıtların nasıl bağlı olduğunu seçin."))?;
    record::link(tx, kind, record, other, relation).await
}

/// The one record that the typed text means; where there are several they are kept to be chosen from.
async fn meant(ctx: &Ctx, asked: &mut Asked) -> Result<Option<Ref>> {
    let found = search(ctx, &asked.typed, MOST_MEANT).await?;
    if let [one] = found.as_slice() {
        return Ok(Some(Ref::new(one.kind.clone(), one.id)));
    }
    let option = |one: &record::Found| {
        let value = Ref::new(one.kind.clone(), one.id).to_string();
        let name =
            if one.number.is_empty() { one.title.clone() } else { format!("{} {}", one.number, one.title) };
        (value, format!("{name} ({})", kind_name(ctx, &one.kind)))
    };
    asked.meant = found.iter().map(option).collect();
    Ok(None)
}

/// Records of every kind that can be tied, among those the person may see.
pub(crate) async fn search(ctx: &Ctx, text: &str, most: u32) -> Result<Vec<record::Found>> {
    let kinds: Vec<&Kind> = ctx.registry().kinds().filter(|kind| is_linkable(kind)).collect();
    record::search(ctx.db(), &kinds, ctx.actor(), text, most).await
}

async fn remove(ctx: &Ctx, kind: &Kind, record: &Record, link: &str) -> Outcome {
    let own = record.reference(kind);
    let links = record::links(ctx.db(), &own).await?;
    let link = links.into_iter().find(|one| one.id.to_string() == link);
    if let Some(link) = link {
        if !ctx.openable(std::slice::from_ref(&link.other)).await?.has(&link.other) {
            return Err(Error::not_found().into());
        }
        let tx = ctx.db().begin(&ctx.act).await?;
        tx.without_event("somebody was faster and told of it");
        record::unlink(&tx, kind, record, &link).await?;
        tx.commit().await?;
    }
    Ok(redirect(&kind.address(record.id), "Bağ kaldırıldı."))
}
