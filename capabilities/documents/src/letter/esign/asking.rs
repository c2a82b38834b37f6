//! Asking for a link to sign: on a letter's page, at a turn of the folder, or for many turns at once. What cannot be signed now is
//! said beside what can, and keeps nothing else back. Covers of many letters are typeset some at a time, each kept as soon as it is
//! made; the link is made once all of them are there.

use axum::extract::Path;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::record::{self, Record};
use kernel::{Error, ErrorKind, Ref, Result, Tx, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome};

use super::super::hands::Seat;
use super::super::{PATH, kind};
use super::{digest, is_asked, own_turn, packing, store};

/// A link is good for so long.
const MINUTES: i64 = 15;
/// Letters of one link: each is typeset and shown, and its signature made by the card, one after the other.
pub(super) const MOST_LETTERS: usize = 100;
/// Covers that one request typesets, so that a page is never waited for long and says how far it is.
const COVERS_AT_ONCE: usize = 10;
/// Where the signer's own program listens.
const AGENT: &str = "http://127.0.0.1:51515/imza";

/// A letter that this person can sign now, with the bytes that are signed.
pub(super) struct Ready {
    pub letter: Uuid,
    pub title: String,
    pub code: String,
    pub step: Uuid,
    pub content: String,
    /// Digest of the cover that this is of.
    pub cover: String,
}

/// What cannot be signed now, and why.
struct LeftOut {
    title: String,
    why: String,
}

/// `POST /yazilar/{id}/e-imza`
pub(super) async fn of_letter(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let ready = ready(&ctx, &to_sign(&ctx, id).await?).await?;
    offer(&ctx, vec![ready], &[], &kind().address(id)).await
}

/// `POST /imza-klasoru/{id}/e-imzala`
pub(super) async fn of_step(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let steps = routing::step_kind();
    record::get_visible(ctx.db(), &steps, id, ctx.actor()).await?;
    let subject = routing::subjects(ctx.db(), &[id]).await?.pop().ok_or_else(Error::not_found)?;
    let ready = ready(&ctx, &in_turn(&ctx, &subject).await?).await?;
    offer(&ctx, vec![ready], &[], &steps.address(id)).await
}

/// `POST /imza-klasoru/e-imzala`: what was chosen in the folder.
pub(super) async fn of_chosen(ctx: Ctx, form: Form) -> Outcome {
    let steps = routing::step_kind();
    let chosen = web::chosen_for(&ctx, &steps, routing::BY_CARD, &form).await?;
    if chosen.len() > MOST_LETTERS {
        let text = format!(
            "{} yazı seçtiniz; tek PIN ile en çok {MOST_LETTERS} yazı imzalanır. Süzgeci daraltın ya da listeden en çok \
             {MOST_LETTERS} yazı seçin.",
            tr::grouped(chosen.len() as i64)
        );
        return Err(Error::rule("EIM-007", "", text).into());
    }
    let gathered = gather(&ctx, &chosen).await?;
    if gathered.later > 0 {
        let frame = Frame::new("Elektronik imza").crumb("Yazılar", PATH);
        let done = chosen.len() - gathered.later;
        return ctx.page(frame, preparing(&ctx, &chosen, done)).await;
    }
    let (all, left_out) = (gathered.all, gathered.left_out);
    let refs: Vec<Ref> = left_out.iter().map(|(step, _)| Ref::new(steps.id, *step)).collect();
    let names = record::names(ctx.db(), &refs).await?;
    let title = |step: &Uuid| names.iter().find(|one| one.id == *step).map(|one| one.title.clone());
    let left_out: Vec<LeftOut> = left_out
        .into_iter()
        .map(|(step, why)| LeftOut { title: title(&step).unwrap_or_else(|| "(kayıt yok)".into()), why })
        .collect();
    offer(&ctx, all, &left_out, routing::PATH).await
}

/// What became of the turns that were chosen.
#[derive(Default)]
struct Gathered {
    all: Vec<Ready>,
    /// Steps, and why each is left out.
    left_out: Vec<(Uuid, String)>,
    /// Whose cover is for the next request.
    later: usize,
}

async fn gather(ctx: &Ctx, chosen: &[Uuid]) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    let mut turns = Vec::new();
    let mut made = 0;
    for subject in routing::subjects(ctx.db(), chosen).await? {
        let Some(turn) = gathered.unless_left_out(subject.0, in_turn(ctx, &subject).await)? else { continue };
        let has_cover = packing::has_cover(ctx, &turn.letter, &turn.seat).await;
        let Some(has_cover) = gathered.unless_left_out(turn.step, has_cover)? else { continue };
        if !has_cover {
            if made == COVERS_AT_ONCE {
                gathered.later += 1;
                continue;
            }
            // One that cannot be made takes nobody's place: each request comes further.
            let cover = packing::cover(ctx, &turn.letter, &turn.seat).await;
            if gathered.unless_left_out(turn.step, cover)?.is_none() {
                continue;
            }
            made += 1;
        }
        turns.push(turn);
    }
    if gathered.later == 0 {
        for turn in &turns {
            let ready = gathered.unless_left_out(turn.step, ready(ctx, turn).await)?;
            gathered.all.extend(ready);
        }
    }
    Ok(gathered)
}

impl Gathered {
    /// What went well; what did not is left out with its reason, unless it is a fault of the house.
    fn unless_left_out<T>(&mut self, step: Uuid, outcome: Result<T>) -> Result<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(error) if is_ours(&error) => Err(error),
            Err(error) => {
                self.left_out.push((step, why(&error)));
                Ok(None)
            }
        }
    }
}

/// A fault of the house stops everything; what else is wrong with a letter concerns that letter.
pub(super) fn is_ours(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable)
}

/// The reason as a sentence.
pub(super) fn why(error: &Error) -> String {
    error.violations.first().map_or_else(|| error.message_tr.clone(), |first| first.text.clone())
}

/// A letter that this person may sign now.
struct ToSign {
    letter: Record,
    step: Uuid,
    /// Where this person signs, for themselves or for somebody.
    seat: Seat,
}

/// The letter of a step, if it is this step's turn.
async fn in_turn(ctx: &Ctx, (step, subject): &(Uuid, Ref)) -> Result<ToSign> {
    if subject.kind != kind().id {
        return Err(Error::conflict("Bu kayıt elektronik imzayla imzalanmıyor."));
    }
    let found = to_sign(ctx, subject.id).await?;
    if found.step == *step {
        return Ok(found);
    }
    Err(Error::conflict("Bu imzanın sırası geçmiş; klasörünüzü yenileyin."))
}

async fn to_sign(ctx: &Ctx, id: Uuid) -> Result<ToSign> {
    let letter = record::get_visible(ctx.db(), &kind(), id, ctx.actor()).await?;
    if !is_asked(&letter) {
        return Err(Error::conflict("Bu yazı şu anda elektronik imza beklemiyor."));
    }
    let turns = routing::of(ctx.db(), &letter.reference(&kind())).await?;
    let not_yours = || Error::new(ErrorKind::Forbidden, "Bu yazıda imza sırası sizde değil.");
    let step = own_turn(ctx, &turns).await?.ok_or_else(not_yours)?.id;
    let seat = Seat::of(&turns, step, ctx.actor().staff_id).ok_or_else(not_yours)?;
    Ok(ToSign { letter, step, seat })
}

/// With the bytes that are signed; typesets the cover where it is not there yet.
async fn ready(ctx: &Ctx, turn: &ToSign) -> Result<Ready> {
    let letter = &turn.letter;
    let (content, cover) = packing::content(ctx, letter, &turn.seat).await?;
    let content = STANDARD.encode(content);
    let code = letter.get("code").text().to_string();
    Ok(Ready { letter: letter.id, title: letter.title(&kind()), code, step: turn.step, content, cover })
}

/// How far it is; the page asks again by itself, and by its button where no script runs.
fn preparing(ctx: &Ctx, chosen: &[Uuid], done: usize) -> Markup {
    let text = format!("Yazılar imzaya hazırlanıyor: {done} / {}", chosen.len());
    let path = format!("{}/{}", routing::PATH, routing::BY_CARD);
    html! {
        h1 { "Elektronik imza" }
        div aria-live="polite" { (ui::meter(&ui::Meter { share: done as f64 / chosen.len() as f64, text, late: false })) }
        form method="post" action=(path) hx-post=(path) hx-trigger="load delay:200ms" hx-target="#icerik" hx-select="#icerik"
            hx-swap="outerHTML" {
            input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
            @for id in chosen { input type="hidden" name=(ui::names::IDS) value=(id); }
            button.btn type="submit" { "Sürdür" }
        }
        p { "Hazır olunca imza bağlantısı burada çıkar. Bu sayfadan ayrılırsanız hazırlananlar kalır; yeniden istediğinizde kaldığı yerden sürer." }
    }
}

/// Makes the link and shows it.
async fn offer(ctx: &Ctx, all: Vec<Ready>, left_out: &[LeftOut], back: &str) -> Outcome {
    let frame = Frame::new("Elektronik imza").crumb("Yazılar", PATH);
    if all.is_empty() {
        return ctx.refused(frame, page(None, &all, left_out, back)).await;
    }
    let link = link(ctx).await?;
    for (place, one) in (1..).zip(&all) {
        store::insert_letter(&link.tx, &link.digest, place, one).await?;
    }
    link.tx.commit().await?;
    ctx.page(frame, page(Some(&link.address), &all, left_out, back)).await
}

/// A link in the making, in the transaction that says what is signed with it.
pub(crate) struct Link {
    pub tx: Tx,
    /// Under which it is kept.
    pub digest: String,
    /// Where it leads, on the signer's own computer.
    pub address: String,
}

/// For whoever is signed in; good once and for fifteen minutes.
pub(crate) async fn link(ctx: &Ctx) -> Result<Link> {
    let (Some(staff), Some(account)) = (ctx.actor().staff_id, ctx.actor().account_id) else {
        return Err(Error::forbidden());
    };
    let token = ctx.app.clock.token();
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.without_event("a link to sign changes nothing; the signature is the event");
    // As they are called here, which is what the certificate must say.
    let person = directory::store::person(ctx.db(), staff).await?.ok_or_else(Error::forbidden)?;
    let new = store::NewJob { account, staff, name: &person.name };
    let digest = digest(&token);
    store::insert_job(&tx, &digest, &new, MINUTES).await?;
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("portal", &ctx.app.public_url)
        .append_pair("is", &token)
        .finish();
    Ok(Link { tx, digest, address: format!("{AGENT}?{query}") })
}

/// The way to the signer's own program; `what` is a letter or a file, of which there are these.
pub(crate) fn way(address: &str, what: &str, all: &[Markup]) -> Markup {
    let caption = format!("İmzalanacak {what}");
    let rows: Vec<Vec<Markup>> = all.iter().map(|one| vec![one.clone()]).collect();
    html! {
        p { "Bilgisayarınızda Belde imza programı açık ve kartınız takılı olsun. Ne imzaladığınızı orada bir kez daha görür, PIN’inizi orada bir kez girersiniz; PIN bu sunucuya gelmez." }
        (ui::table(&caption, &ui::heads(&[caption.as_str()]), &rows))
        p {
            a.btn.is-primary href=(address) target="_blank" rel="noopener" {
                "İmza programında aç" @if all.len() > 1 { " (" (all.len()) " " (what) ")" }
            }
        }
        p { "Bağlantı bir kez ve 15 dakika geçerlidir." }
    }
}

fn page(link: Option<&str>, all: &[Ready], left_out: &[LeftOut], back: &str) -> Markup {
    let letter = |one: &Ready| html! { a href=(kind().address(one.letter)) { (one.title) } };
    html! {
        h1 { "Elektronik imza" }
        @if let Some(link) = link {
            (way(link, "yazı", &all.iter().map(letter).collect::<Vec<_>>()))
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
