//! The page on which two records of one device are made one: both side by side, what stays of each difference, and what was joined
//! before with the way to part it again.

use axum::extract::Path;
use kernel::record::{self, Field, Kind, Record};
use kernel::{Error, ErrorKind, Ref, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Options, Outcome, redirect, see_other};

use super::{CHOSEN, merge, part, refusal, store};
use crate::agents;
use crate::asset::{EDIT, GONE, kind};

pub(crate) const PATH: &str = "/varliklar/{id}/birlestir";

/// The other record, in forms and in the address.
pub(super) const OTHER: &str = "diger";
const SURE: &str = "onay";
const UNDONE: &str = "geri_al";
/// Of each field: the value of the other record is right.
const THEIRS: &str = "diger";

fn address(id: Uuid) -> String {
    format!("{}/birlestir", kind().address(id))
}

/// The way there, for whoever may change the record.
pub(crate) fn way(ctx: &Ctx, kind: &Kind, asset: &Record) -> Option<ui::Verb> {
    let is_ours = ["in_stock", "in_use", "in_repair"].contains(&asset.get("state").text());
    (is_ours && may(ctx, kind, asset)).then(|| ui::Verb {
        label: "Birleştir…".into(),
        href: address(asset.id),
        ..ui::Verb::default()
    })
}

/// Said on the page of a record that was joined to another.
pub(crate) async fn notice(ctx: &Ctx, asset: &Record) -> Result<Option<Markup>> {
    let Some(stays) = asset.get("merged_into_id").id() else { return Ok(None) };
    let named = record::names(ctx.db(), &[Ref::new("asset", stays)]).await?;
    let name = named.first().map_or_else(String::new, |one| format!("{} {}", one.number, one.title));
    let body = html! {
        "Bu, aynı cihazın ikinci kaydıydı; " a href=(kind().address(stays)) { (name) }
        " kaydına katıldı. Eski geçmişi ve ekleri burada durur."
    };
    Ok(Some(ui::notice(ui::FlashKind::Warning, body)))
}

fn may(ctx: &Ctx, kind: &Kind, asset: &Record) -> bool {
    ctx.actor().may_on(EDIT, asset.unit_id(kind), asset.owner_id(kind))
}

/// `GET /varliklar/{id}/birlestir`, with `?diger=` the two side by side.
pub(crate) async fn show(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let stays = changeable(&ctx, id).await?;
    match ctx.param(OTHER).parse::<Uuid>() {
        Ok(other) => {
            let goes = changeable(&ctx, other).await?;
            beside(&ctx, &stays, &goes, None).await
        }
        Err(_) => ask(&ctx, &stays, None).await,
    }
}

async fn changeable(ctx: &Ctx, id: Uuid) -> Result<Record> {
    let kind = kind();
    let asset = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if may(ctx, &kind, &asset) { Ok(asset) } else { Err(Error::forbidden()) }
}

fn frame(asset: &Record) -> Frame {
    let kind = kind();
    Frame::new("Kayıtları birleştir")
        .crumb(kind.plural_tr, kind.path)
        .crumb(asset.title(&kind), kind.address(asset.id))
}

/// Which record is the other one.
async fn ask(ctx: &Ctx, stays: &Record, wrong: Option<String>) -> Outcome {
    let choice = match web::options(ctx, "asset").await?.as_ref() {
        Options::All(all) => {
            let others = all.iter().filter(|one| one.id != stays.id);
            let others = others.map(|one| ui::Opt::new(one.id.to_string(), &one.label, false));
            ui::Input::Select(std::iter::once(ui::Opt::new("", "Seçilmedi", true)).chain(others).collect())
        }
        Options::TooMany => {
            ui::Input::Combobox { source_href: "/ara/secenek?tur=asset".into(), chosen_label: String::new() }
        }
    };
    let other = ui::FieldView {
        name: OTHER.into(),
        label: "Cihazın öteki kaydı".into(),
        hint: "Envanter numarasını, adını ya da seri numarasını yazın.".into(),
        kind: choice,
        width: ui::Width::Long,
        error: wrong.clone(),
        ..ui::FieldView::default()
    };
    let joined = store::joined_to(ctx.db(), stays.id).await?;
    let view = ui::FormView {
        title: "Kayıtları birleştir".into(),
        lead: format!(
            "Aynı cihaz iki kez kaydedildiyse ikisini tek kayıt yapın. {} kalır, seçeceğiniz kayıt ona katılır.",
            stays.number(&kind())
        ),
        action: address(stays.id),
        csrf: ctx.csrf.clone(),
        before: joined_part(ctx, stays, &joined).await?,
        sections: vec![ui::FormSection { fields: vec![other], ..ui::FormSection::default() }],
        submit: "Yan yana göster".into(),
        cancel_href: Some(kind().address(stays.id)),
        errors: errors(wrong.clone()),
        ..ui::FormView::default()
    };
    answer(ctx, stays, &view, wrong.is_some()).await
}

fn errors(wrong: Option<String>) -> Vec<ui::FieldError> {
    let error = |text| ui::FieldError { field: OTHER.into(), label: "Cihazın öteki kaydı".into(), text };
    wrong.into_iter().map(error).collect()
}

async fn answer(ctx: &Ctx, stays: &Record, view: &ui::FormView, is_refused: bool) -> Outcome {
    let content = ui::form(view);
    if is_refused { ctx.refused(frame(stays), content).await } else { ctx.page(frame(stays), content).await }
}

/// What was joined to this record, each with its way back.
async fn joined_part(ctx: &Ctx, stays: &Record, joined: &[store::Merge]) -> Result<Option<Markup>> {
    if joined.is_empty() {
        return Ok(None);
    }
    let refs: Vec<Ref> = joined.iter().map(|one| Ref::new("asset", one.goes_id)).collect();
    let names = record::names(ctx.db(), &refs).await?;
    let called = |id: Uuid| {
        names
            .iter()
            .find(|one| one.id == id)
            .map_or_else(String::new, |one| format!("{} {}", one.number, one.title))
    };
    Ok(Some(html! {
        h2 { "Bu kayda katılanlar" }
        ul.plain-list {
            @for one in joined {
                @let name = called(one.goes_id);
                li {
                    a href=(kind().address(one.goes_id)) { (name) }
                    small { (one.merged_by) ", " (tr::instant(one.merged_at.0)) }
                    form.ways-back method="post" action=(address(stays.id)) {
                        input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                        button.btn type="submit" name=(UNDONE) value=(one.id) {
                            "Yeniden ayır" span.visually-hidden { ": " (name) }
                        }
                    }
                }
            }
        }
    }))
}

/// Both records: what hangs on each, and for each difference which value stays.
async fn beside(ctx: &Ctx, stays: &Record, goes: &Record, wrong: Option<String>) -> Outcome {
    let kind = kind();
    let refs = record::references(&kind, &[stays.clone(), goes.clone()]);
    let names = record::names(ctx.db(), &refs).await?;
    let why = wrong.clone().or_else(|| refusal(stays, goes, &names));
    let differing: Vec<ui::FieldView> = CHOSEN
        .iter()
        .filter_map(|name| kind.field(name))
        .filter_map(|field| choice(field, stays, goes, &names))
        .collect();
    let hidden = |name: &str, value: String| ui::FieldView {
        name: name.into(),
        value,
        kind: ui::Input::Hidden,
        ..ui::FieldView::default()
    };
    let mut fields = vec![hidden(OTHER, goes.id.to_string()), hidden(SURE, "evet".into())];
    let is_alike = differing.is_empty();
    fields.extend(differing);
    let both = table(ctx, [stays, goes], &names).await?;
    let before = html! {
        @if let Some(why) = why.as_ref().filter(|_| wrong.is_none()) {
            (ui::notice(ui::FlashKind::Warning, html! { (why) }))
        }
        (both)
        p { a href={ (address(goes.id)) "?" (OTHER) "=" (stays.id) } { "Öteki kayıt kalsın" } }
        @if is_alike { p { "İki kayıtta yazılanlar aynı; seçilecek bir fark yok." } }
    };
    let view = ui::FormView {
        title: "Kayıtları birleştir".into(),
        lead: format!(
            "{} kalır; {} ona katılır. Destek kayıtları, zimmet geçmişi, dosyalar, ajanlar ve bağlı her şey kalan kayda geçer. \
             Sonradan yeniden ayrılabilir.",
            stays.number(&kind),
            goes.number(&kind)
        ),
        action: address(stays.id),
        csrf: ctx.csrf.clone(),
        before: Some(before),
        sections: vec![ui::FormSection { fields, ..ui::FormSection::default() }],
        submit: "Birleştir".into(),
        cancel_href: Some(kind.address(stays.id)),
        errors: errors(wrong.clone()),
        ..ui::FormView::default()
    };
    answer(ctx, stays, &view, wrong.is_some()).await
}

/// The question which of two values stays; nothing where both are the same. What only one of them says is proposed.
fn choice(field: &Field, stays: &Record, goes: &Record, names: &[record::Named]) -> Option<ui::FieldView> {
    let values = [stays, goes].map(|one| shown(field, one, names));
    if stays.get(field.name) == goes.get(field.name) || values[0] == values[1] {
        return None;
    }
    let said = |text: &str| if text.is_empty() { "(boş)".to_string() } else { text.to_string() };
    let takes = values[0].is_empty();
    Some(ui::FieldView {
        name: field.name.into(),
        label: field.label_tr.into(),
        kind: ui::Input::Radio(vec![
            ui::Opt::new("bu", said(&values[0]), !takes),
            ui::Opt::new(THEIRS, said(&values[1]), takes),
        ]),
        ..ui::FieldView::default()
    })
}

fn shown(field: &Field, asset: &Record, names: &[record::Named]) -> String {
    let value = asset.get(field.name);
    let title = value.id().and_then(|id| names.iter().find(|one| one.id == id));
    value.show(field, title.map(|one| one.title.as_str()))
}

/// What each is and has, beside the other.
async fn table(ctx: &Ctx, both: [&Record; 2], names: &[record::Named]) -> Result<Markup> {
    let kind = kind();
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for name in ["name", "state", "holder_id", "unit_id", "seen_at", "created_at"] {
        let Some(field) = kind.field(name) else { continue };
        let cells = both.map(|one| html! { (shown(field, one, names)) });
        rows.push([html! { (field.label_tr) }].into_iter().chain(cells).collect());
    }
    let mut agents_of = Vec::new();
    for one in both {
        let many = agents::store::of_asset(ctx.db(), one.id).await?.len();
        agents_of.push(html! { (many) });
    }
    rows.push([html! { "Ajan sayısı" }].into_iter().chain(agents_of).collect());
    let [first, second] = both.map(|one| one.number(&kind));
    let (first, second) = (format!("{first} (kalır)"), format!("{second} (katılır)"));
    let heads = ["Özellik", first.as_str(), second.as_str()];
    Ok(ui::table("İki kayıt", &ui::heads(&heads), &rows))
}

/// `POST /varliklar/{id}/birlestir`: leads to the two side by side, makes them one, or parts what was one.
pub(crate) async fn change(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let stays = changeable(&ctx, id).await?;
    if !form.get(UNDONE).is_empty() {
        return undo(&ctx, &stays, form.get(UNDONE)).await;
    }
    let Some(other) = chosen(&ctx, &form).await? else {
        let text = "Cihazın öteki kaydını seçin; yazdığınız tek bir varlığı göstermiyor.";
        return ask(&ctx, &stays, Some(text.into())).await;
    };
    if form.get(SURE) != "evet" {
        return Ok(see_other(&format!("{}?{OTHER}={other}", address(id))));
    }
    let goes = changeable(&ctx, other).await?;
    let leads_to = kind().address(id);
    // Sent twice: it is done.
    if goes.get("merged_into_id").id() == Some(id) {
        return Ok(redirect(&leads_to, "Kayıtlar birleştirildi."));
    }
    let taken: Vec<&'static str> = CHOSEN.into_iter().filter(|name| form.get(name) == THEIRS).collect();
    let tx = ctx.db().begin(&ctx.act).await?;
    match merge(&tx, id, other, &taken).await {
        Ok(()) => tx.commit().await?,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            let text = error.violations.first().map_or(error.message_tr.clone(), |one| one.text.clone());
            return beside(&ctx, &stays, &goes, Some(text)).await;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(redirect(&leads_to, "Kayıtlar birleştirildi."))
}

/// The other record: chosen from the list, or typed without a script.
async fn chosen(ctx: &Ctx, form: &Form) -> Result<Option<Uuid>> {
    if let Ok(id) = form.get(OTHER).parse() {
        return Ok(Some(id));
    }
    let typed = form.typed(OTHER);
    if typed.is_empty() {
        return Ok(None);
    }
    let kind = kind();
    let found = record::numbered(ctx.db(), &kind, ctx.actor(), typed).await?;
    if let [id] = found.as_slice() {
        return Ok(Some(*id));
    }
    let alike = record::search(ctx.db(), &[&kind], ctx.actor(), typed, 2).await?;
    Ok(if let [one] = alike.as_slice() { Some(one.id) } else { None })
}

async fn undo(ctx: &Ctx, stays: &Record, id: &str) -> Outcome {
    let leads_to = kind().address(stays.id);
    let joined = store::joined_to(ctx.db(), stays.id).await?;
    let Some(one) = joined.iter().find(|one| one.id.to_string() == id) else {
        return Ok(redirect(&leads_to, "Bu kayıt daha önce ayrılmış."));
    };
    let tx = ctx.db().begin(&ctx.act).await?;
    match part(&tx, one).await {
        Ok(()) => tx.commit().await?,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            let text = error.violations.first().map_or(error.message_tr.clone(), |one| one.text.clone());
            return ask(ctx, stays, Some(text)).await;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(redirect(&leads_to, "Kayıtlar yeniden ayrıldı."))
}

/// The record that a label or an address means today: of what was joined to another, that one.
pub(crate) fn leads_on(asset: &Record) -> Option<Uuid> {
    asset.get("merged_into_id").id().filter(|_| GONE.contains(&asset.get("state").text()))
}
