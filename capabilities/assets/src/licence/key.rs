//! The key of a licence: encrypted with the installation's key, in a table of its own, so that no list, export, search or API knows
//! it. Reading it takes a permission of its own and a reason, and is an event.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::migrate::{Migration, create};
use kernel::record::{self, Kind, Record};
use kernel::schema::Table;
use kernel::secret::{self, Key};
use kernel::{Boxed, Error, Result, tr};
use maud::html;
use uuid::Uuid;
use web::{Ctx, Extras, Form, Frame, Outcome};

use super::{EDIT, kind, store};

/// Reads keys of licences.
pub const READ: &str = "assets.licence.key";

/// Address under a licence's own.
pub(crate) const WRITE_PATH: &str = "/lisanslar/{id}/anahtar";
pub(crate) const READ_PATH: &str = "/lisanslar/{id}/anahtar/goster";

const LONGEST: u32 = 2_000;
const LONGEST_REASON: u32 = 400;

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0018_licence_key", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("licence_key", "keys of licences, encrypted with the installation's key")
        .uuid("licence_id", "of which licence")
        .references("licence")
        .text("sealed", "the key; opens only with the installation's key and at this licence")
        .at("set_at", "when it was written")
        .key(&["licence_id"])
}

/// What the encrypted text is bound to.
fn place(licence: Uuid) -> String {
    format!("licence/{licence}/key")
}

/// That there is one, never which.
pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, licence: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let known = store::key_of(ctx.db(), licence.id).await?;
        let address = format!("{}/anahtar", kind.address(licence.id));
        let may_read = known.is_some() && ctx.actor().may_in_whole(READ);
        let body = html! {
            @match &known {
                Some(key) => p { "••••-••••-•••• — " (tr::date(key.set_at.day().0)) " günü yazıldı." },
                None => p { "Yazılmamış." },
            }
            @if may_read { p { a href={ (address) "/goster" } { "Anahtarı göster…" } } }
        };
        let edit_href = ctx.actor().may_in_whole(EDIT).then_some(address);
        let cards = vec![ui::Card { title: "Lisans anahtarı".into(), edit_href, body }];
        Ok(Extras { cards, ..Extras::default() })
    })
}

/// One question and its button.
struct Asked {
    title: &'static str,
    lead: &'static str,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    longest: u32,
    action: &'static str,
    submit: &'static str,
    missing: &'static str,
}

const WRITTEN: Asked = Asked {
    title: "Lisans anahtarını yaz",
    lead: "Anahtar şifrelenerek saklanır; listelerde, dışa aktarılan dosyalarda ve aramada görünmez. Yazdığınız eskisinin yerine geçer.",
    name: "anahtar",
    label: "Lisans anahtarı",
    hint: "Ürün anahtarı, seri numarası ya da etkinleştirme kodu; satıcının verdiği gibi.",
    longest: LONGEST,
    action: "anahtar",
    submit: "Sakla",
    missing: "Lisans anahtarını yazın.",
};

const SHOWN: Asked = Asked {
    title: "Lisans anahtarını göster",
    lead: "Anahtarı kimin, ne zaman, niçin gördüğü olay kaydına yazılır.",
    name: "gerekce",
    label: "Gerekçe",
    hint: "“Muhasebedeki bilgisayara yeniden kuruluyor.”",
    longest: LONGEST_REASON,
    action: "anahtar/goster",
    submit: "Göster",
    missing: "Anahtarı niçin göreceğinizi yazın.",
};

async fn licence(ctx: &Ctx, id: Uuid) -> Result<(Kind, Record)> {
    let kind = kind();
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    Ok((kind, record))
}

fn frame(kind: &Kind, licence: &Record, title: &str) -> Frame {
    Frame::new(title).crumb(kind.plural_tr, kind.path).crumb(licence.title(kind), kind.address(licence.id))
}

async fn ask(ctx: &Ctx, kind: &Kind, licence: &Record, asked: &Asked, error: Option<String>) -> Outcome {
    let field = ui::FieldView {
        name: asked.name.into(),
        label: asked.label.into(),
        hint: asked.hint.into(),
        kind: ui::Input::LongText { rows: 3 },
        max_length: Some(asked.longest),
        is_first: true,
        error: error.clone(),
        ..ui::FieldView::default()
    };
    let errors = error.clone().map(|text| ui::FieldError {
        field: asked.name.into(),
        label: asked.label.into(),
        text,
    });
    let view = ui::FormView {
        title: asked.title.into(),
        lead: asked.lead.into(),
        action: format!("{}/{}", kind.address(licence.id), asked.action),
        csrf: ctx.csrf.clone(),
        sections: vec![ui::FormSection { fields: vec![field], ..ui::FormSection::default() }],
        submit: asked.submit.into(),
        cancel_href: Some(kind.address(licence.id)),
        errors: errors.into_iter().collect(),
        ..ui::FormView::default()
    };
    let frame = frame(kind, licence, asked.title);
    match error {
        Some(_) => ctx.refused(frame, ui::form(&view)).await,
        None => ctx.page(frame, ui::form(&view)).await,
    }
}

/// What was typed, or why it is not enough.
fn answered<'a>(form: &'a Form, asked: &Asked) -> std::result::Result<&'a str, String> {
    let typed = form.get(asked.name).trim();
    match typed.chars().count() as u32 {
        0 => Err(asked.missing.into()),
        long if long > asked.longest => Err(format!("En çok {} harf olabilir.", asked.longest)),
        _ => Ok(typed),
    }
}

/// `GET /lisanslar/{id}/anahtar`
pub(crate) async fn form(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let (kind, licence) = licence(&ctx, id).await?;
    ask(&ctx, &kind, &licence, &WRITTEN, None).await
}

/// `POST /lisanslar/{id}/anahtar`
pub(crate) async fn write(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let (kind, licence) = licence(&ctx, id).await?;
    let typed = match answered(&form, &WRITTEN) {
        Ok(typed) => typed,
        Err(text) => return ask(&ctx, &kind, &licence, &WRITTEN, Some(text)).await,
    };
    let sealed = secret::seal(ctx.app.services.get::<Key>()?, &ctx.act.clock, &place(id), typed);
    let tx = ctx.db().begin(&ctx.act).await?;
    store::set_key(&tx, id, &sealed).await?;
    tx.record(NewEvent::new(licence.reference(&kind), licence.title(&kind), "licence_key_written")).await?;
    tx.commit().await?;
    Ok(web::redirect(&kind.address(id), "Lisans anahtarı saklandı."))
}

/// `GET /lisanslar/{id}/anahtar/goster`
pub(crate) async fn why(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let (kind, licence) = licence(&ctx, id).await?;
    ask(&ctx, &kind, &licence, &SHOWN, None).await
}

/// `POST /lisanslar/{id}/anahtar/goster`: that somebody saw it stands in the log before it is shown.
pub(crate) async fn show(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let (kind, licence) = licence(&ctx, id).await?;
    let reason = match answered(&form, &SHOWN) {
        Ok(reason) => reason,
        Err(text) => return ask(&ctx, &kind, &licence, &SHOWN, Some(text)).await,
    };
    let known = store::key_of(ctx.db(), id).await?.ok_or_else(Error::not_found)?;
    let key = secret::open(ctx.app.services.get::<Key>()?, &place(id), &known.sealed)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(licence.reference(&kind), licence.title(&kind), "licence_key_read");
    tx.record(event.note(reason)).await?;
    tx.commit().await?;
    let title = "Lisans anahtarı";
    let content = html! {
        h1 { (title) }
        p.lead { (licence.title(&kind)) }
        p { code { (key) } }
        p { "Gördüğünüz olay kaydına yazıldı: " (reason) }
        p { a.btn href=(kind.address(id)) { "Lisansa dön" } }
    };
    ctx.page(frame(&kind, &licence, title), content).await
}
