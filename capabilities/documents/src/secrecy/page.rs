//! The page of a change beyond its facts: the update package of each addressee of the letter.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Error, ErrorKind, Result};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras, Outcome};

use super::kind;
use crate::letter::{self, esign::updating};

/// The letter that the change is about, for whoever may see it.
async fn letter_of(ctx: &Ctx, change: &Record) -> Result<Option<Record>> {
    let Some(id) = change.get("letter_id").id() else { return Ok(None) };
    match record::get_visible(ctx.db(), &letter::kind(), id, ctx.actor()).await {
        Ok(letter) => Ok(Some(letter)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, change: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let Some(letter) = letter_of(ctx, change).await? else { return Ok(Extras::default()) };
        let said = match change.get("state").text() {
            "packed" => packages(ctx, (kind, change), &letter).await?,
            "packing" => {
                let why = updating::why_waiting(ctx.db(), &letter).await?;
                html! { p { "Güncelleme paketi mühürlenince kendiliğinden hazır olur. " (why) } }
            }
            _ => html! { p { "Yazı kâğıttır; muhataplarına bir yazıyla bildirin." } },
        };
        let section = html! { section aria-label="Güncelleme paketi" { h2 { "Güncelleme paketi" } (said) } };
        Ok(Extras { before_timeline: vec![section], ..Extras::default() })
    })
}

async fn packages(ctx: &Ctx, (kind, change): (&Kind, &Record), letter: &Record) -> Result<Markup> {
    let all = updating::receivers(ctx.db(), letter, change.id).await?;
    let address = format!("{}/paket?muhatap=", kind.address(change.id));
    let rows = (1..).zip(&all).map(|(number, one)| {
        let links = html! {
            a href=(format!("{address}{number}")) { (one.name) " için güncelleme paketini indir (.eypg)" }
            @if one.secret.is_some() {
                br; a href=(format!("{address}{number}&sifreli=evet")) { (one.name) " için şifreli yazıyla indir (.eypg)" }
            }
        };
        vec![html! { (one.name) }, links]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    Ok(html! {
        p { "Yazının gittiği her muhataba kendi güncelleme paketini gönderin." }
        (ui::table("Kime hangi güncelleme paketi gider?", &ui::heads(&["Muhatap", "Güncelleme paketi"]), &rows))
    })
}

/// `GET /gizlilik-degisiklikleri/{id}/paket?muhatap=2`, with `&sifreli=evet` around the letter as it was encrypted.
pub(super) async fn download(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let change = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let letter = letter_of(&ctx, &change).await?.ok_or_else(Error::not_found)?;
    let number: usize = ctx.param("muhatap").parse().map_err(|_| Error::not_found())?;
    let is_secret = ctx.param("sifreli") == "evet";
    let (name, bytes) = updating::read(&ctx, (&letter, id), number, is_secret).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(change.reference(&kind), change.title(&kind), "secrecy_taken").note(name);
    tx.record(event.scope(change.unit_id(&kind), change.owner_id(&kind))).await?;
    tx.commit().await?;
    let file = format!("{}-{number}.eypg", letter.get("number").text());
    Ok(web::download(&file, "application/eyazisma", bytes))
}
