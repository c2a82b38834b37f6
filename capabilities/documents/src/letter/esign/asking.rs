//! Asking for a link to sign: on a letter's page, at a turn of the folder, or for many turns at once. What cannot be signed now is
//! said beside what can, and keeps nothing else back.

use axum::extract::Path;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::record;
use kernel::{Error, ErrorKind, Ref, Result};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome};

use super::super::{PATH, kind};
use super::{digest, is_asked, own_turn, packing, store};

/// A link is good for so long.
const MINUTES: i64 = 15;
/// Letters of one link: each is typeset and shown, and its signature made by the card, one after the other.
pub(super) const MOST_LETTERS: usize = 100;
/// Where the signer's own program listens.
const AGENT: &str = "http://127.0.0.1:51515/imza";

/// A letter that this person can sign now, with the bytes that are signed.
pub(super) struct Ready {
    pub letter: Uuid,
    pub title: String,
    pub code: String,
    pub step: Uuid,
    pub content: String,
}

/// What cannot be signed now, and why.
struct LeftOut {
    title: String,
    why: String,
}

/// `POST /yazilar/{id}/e-imza`
pub(super) async fn of_letter(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let ready = ready(&ctx, id).await?;
    offer(&ctx, vec![ready], &[], &kind().address(id)).await
}

/// `POST /imza-klasoru/{id}/e-imzala`
pub(super) async fn of_step(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let steps = routing::step_kind();
    record::get_visible(ctx.db(), &steps, id, ctx.actor()).await?;
    let subject = routing::subjects(ctx.db(), &[id]).await?.pop().ok_or_else(Error::not_found)?;
    let ready = in_turn(&ctx, &subject).await?;
    offer(&ctx, vec![ready], &[], &steps.address(id)).await
}

/// `POST /imza-klasoru/e-imzala`: what was chosen in the folder.
pub(super) async fn of_chosen(ctx: Ctx, form: Form) -> Outcome {
    let steps = routing::step_kind();
    let chosen = web::chosen_for(&ctx, &steps, routing::BY_CARD, &form).await?;
    if chosen.len() > MOST_LETTERS {
        let text = format!("Tek PIN ile en çok {MOST_LETTERS} yazı imzalanır; daha azını seçin.");
        return Err(Error::rule("EIM-007", "", text).into());
    }
    let (mut all, mut left_out) = (Vec::new(), Vec::new());
    for subject in routing::subjects(ctx.db(), &chosen).await? {
        match in_turn(&ctx, &subject).await {
            Ok(ready) => all.push(ready),
            Err(error) if is_ours(&error) => return Err(error.into()),
            Err(error) => left_out.push((subject.0, why(&error))),
        }
    }
    let refs: Vec<Ref> = left_out.iter().map(|(step, _)| Ref::new(steps.id, *step)).collect();
    let names = record::names(ctx.db(), &refs).await?;
    let title = |step: &Uuid| names.iter().find(|one| one.id == *step).map(|one| one.title.clone());
    let left_out: Vec<LeftOut> = left_out
        .into_iter()
        .map(|(step, why)| LeftOut { title: title(&step).unwrap_or_else(|| "(kayıt yok)".into()), why })
        .collect();
    offer(&ctx, all, &left_out, routing::PATH).await
}

/// A fault of the house stops everything; what else is wrong with a letter concerns that letter.
pub(super) fn is_ours(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable)
}

/// The reason as a sentence.
pub(super) fn why(error: &Error) -> String {
    error.violations.first().map_or_else(|| error.message_tr.clone(), |first| first.text.clone())
}

/// The letter of a step, if it is this step's turn.
async fn in_turn(ctx: &Ctx, (step, subject): &(Uuid, Ref)) -> Result<Ready> {
    if subject.kind != kind().id {
        return Err(Error::conflict("Bu kayıt elektronik imzayla imzalanmıyor."));
    }
    let ready = ready(ctx, subject.id).await?;
    if ready.step == *step {
        return Ok(ready);
    }
    Err(Error::conflict("Bu imzanın sırası geçmiş; klasörünüzü yenileyin."))
}

async fn ready(ctx: &Ctx, id: Uuid) -> Result<Ready> {
    let letter = record::get_visible(ctx.db(), &kind(), id, ctx.actor()).await?;
    if !is_asked(&letter) {
        return Err(Error::conflict("Bu yazı şu anda elektronik imza beklemiyor."));
    }
    let turns = routing::of(ctx.db(), &letter.reference(&kind())).await?;
    let not_yours = || Error::new(ErrorKind::Forbidden, "Bu yazıda imza sırası sizde değil.");
    let turn = own_turn(ctx, &turns).await?.ok_or_else(not_yours)?;
    let content = STANDARD.encode(packing::content(ctx, &letter).await?);
    let code = letter.get("code").text().to_string();
    Ok(Ready { letter: id, title: letter.title(&kind()), code, step: turn.id, content })
}

/// Makes the link and shows it.
async fn offer(ctx: &Ctx, all: Vec<Ready>, left_out: &[LeftOut], back: &str) -> Outcome {
    let frame = Frame::new("Elektronik imza").crumb("Yazılar", PATH);
    if all.is_empty() {
        return ctx.refused(frame, page(None, &all, left_out, back)).await;
    }
    let (Some(staff), Some(account)) = (ctx.actor().staff_id, ctx.actor().account_id) else {
        return Err(Error::forbidden().into());
    };
    let token = ctx.app.clock.token();
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.without_event("a link to sign changes nothing; the signature is the event");
    // As they are called here, which is what the certificate must say.
    let person = directory::store::person(ctx.db(), staff).await?.ok_or_else(Error::forbidden)?;
    let new = store::NewJob { account, staff, name: &person.name };
    store::insert_job(&tx, &digest(&token), &new, MINUTES).await?;
    for (place, one) in (1..).zip(&all) {
        store::insert_letter(&tx, &digest(&token), place, one).await?;
    }
    tx.commit().await?;
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("portal", &ctx.app.public_url)
        .append_pair("is", &token)
        .finish();
    let link = format!("{AGENT}?{query}");
    ctx.page(frame, page(Some(&link), &all, left_out, back)).await
}

fn page(link: Option<&str>, all: &[Ready], left_out: &[LeftOut], back: &str) -> Markup {
    html! {
        h1 { "Elektronik imza" }
        @if let Some(link) = link {
            p { "Bilgisayarınızda Belde imza programı açık ve kartınız takılı olsun. Yazıları orada bir kez daha görür, PIN’inizi orada bir kez girersiniz; PIN bu sunucuya gelmez." }
            (ui::table("İmzalanacak yazılar", &ui::heads(&["İmzalanacak yazı"]), &all.iter().map(|one| {
                vec![html! { a href=(kind().address(one.letter)) { (one.title) } }]
            }).collect::<Vec<_>>()))
            p {
                a.btn.is-primary href=(link) target="_blank" rel="noopener" {
                    "İmza programında aç" @if all.len() > 1 { " (" (all.len()) " yazı)" }
                }
            }
            p { "Bağlantı bir kez ve 15 dakika geçerlidir." }
        } @else {
            p { "Seçtiklerinizin hiçbiri şu anda sizin elektronik imzanızı beklemiyor." }
        }
        @if !left_out.is_empty() {
            h2 { "Bu imzaya girmeyenler" }
            (ui::table("Bu imzaya girmeyenler", &ui::heads(&["Yazı", "Neden"]), &left_out.iter().map(|one| {
                vec![html! { (one.title) }, html! { (one.why) }]
            }).collect::<Vec<_>>()))
        }
        p { "İmzaladıktan sonra " a href=(back) { "geldiğiniz sayfayı" } " yenileyin." }
    }
}
