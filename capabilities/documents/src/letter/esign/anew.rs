//! A letter that somebody signed with a card while another name stood in the place of whoever signs next: a substitute, or the person
//! themselves who is back. It is set for the hand that is there, and those who signed before sign once more, since their signatures
//! are over the other name. What they signed stays kept under the code of then.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Record};
use kernel::{Error, ErrorKind, Result};
use routing::Turn;
use uuid::Uuid;
use web::{Ctx, Form, Outcome};

use super::super::hands::{self, Seat};
use super::super::{kind, store as letters};
use super::{is_asked, own_turn, store};

/// Why such a letter cannot be signed as it is.
pub(super) const NAMES_ANOTHER: &str = "Yazı önceki imza atılırken bu imza yerinde başkasının adını taşıyordu; yazının sayfasındaki “Adıma yeniden hazırla” \
     düğmesine basın. Yazı adınızla hazırlanır, önce imzalayanlar yeniden imzalar.";

/// Whether this place is signed by somebody else than the signed letter names.
pub(super) async fn is_needed(ctx: &Ctx, letter: &Record, seat: &Seat) -> Result<bool> {
    let is_signed = !store::signatures(ctx.db(), letter.get("code").text()).await?.is_empty();
    Ok(is_signed && !hands::names(ctx.db(), letter, seat).await?)
}

/// `POST /yazilar/{id}/adima-hazirla`
pub(super) async fn ask(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let kind = kind();
    let letter = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let turns = routing::of(ctx.db(), &letter.reference(&kind)).await?;
    let not_yours = || Error::new(ErrorKind::Forbidden, "Bu yazıda imza sırası sizde değil.");
    let turn = own_turn(&ctx, &turns).await?.filter(|_| is_asked(&letter)).ok_or_else(not_yours)?;
    let seat = Seat::of(&turns, turn.id, ctx.actor().staff_id).ok_or_else(not_yours)?;
    if !is_needed(&ctx, &letter, &seat).await? {
        let text = "Yazı zaten adınıza hazır; “Elektronik imzala” düğmesine basın.";
        return Err(Error::conflict(text).into());
    }
    set(&ctx, &letter, (turn, &seat)).await?;
    let said = "Yazı adınıza hazırlandı. Önce imzalayanlar yeniden imzalayınca sıra size gelir.";
    Ok(web::redirect(&kind.address(id), said))
}

async fn set(ctx: &Ctx, letter: &Record, (turn, seat): (&Turn, &Seat)) -> Result<()> {
    let kind = kind();
    let tx = ctx.db().begin(&ctx.act).await?;
    // Somebody may have signed or taken it back meanwhile.
    let is_held = letters::hold(&tx, letter.id, letter.get("code").text()).await?;
    if !is_held || routing::waiting_among(&tx, &[turn.id]).await?.is_empty() {
        return Err(Error::conflict("Yazı bu arada değişti; sayfayı yenileyin."));
    }
    letters::recode(&tx, letter.id, &tx.new_id().to_string().to_uppercase()).await?;
    hands::set(&tx, letter, seat).await?;
    let why = "Sonraki imzayı başkası atacağı için yeniden imzalanır.";
    routing::sign_again(&tx, &letter.reference(&kind), why).await?;
    let note = match seat.by {
        Some(_) => format!("{} yerine, vekâleten", turn.staff_name),
        None => format!("{}, kendi adına", turn.staff_name),
    };
    let event = NewEvent::new(letter.reference(&kind), letter.title(&kind), "letter_set_anew")
        .note(note)
        .scope(letter.unit_id(&kind), letter.owner_id(&kind));
    tx.record(event).await?;
    tx.commit().await
}
