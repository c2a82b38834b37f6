//! The same matter reported twice: one ticket goes on, the others wait with it and are told when it is solved.

use kernel::event::{Event, NewEvent};
use kernel::record::{self, Record};
use kernel::{Boxed, Error, Ref, Result, Tx};

use super::{kind, store};

/// States a ticket goes on in.
const GOES_ON: [&str; 6] =
    ["new", "assigned", "in_progress", "waiting_requester", "waiting_vendor", "waiting_part"];

/// Into the ticket with this number.
pub(super) async fn merge(tx: &Tx, ticket: &Record, number: &str) -> Result<()> {
    let wrong = |text: &str| Err(Error::rule("DST-009", "reason", text));
    let kind = kind();
    let Some(id) = store::with_number(tx, number.trim()).await? else {
        return wrong("Bu numarayla bir destek kaydı yok.");
    };
    if id == ticket.id {
        return wrong("Kayıt kendisiyle birleştirilemez.");
    }
    let target = record::get(tx, &kind, id).await?;
    if !GOES_ON.contains(&target.get("state").text()) {
        return wrong("Birleştirileceği kayıt açık değil; açık olanla birleştirin.");
    }
    if store::has_merged(tx, ticket.id).await? {
        return wrong("Bu kayıtla birleştirilmiş kayıtlar var; ötekini buna birleştirin.");
    }
    if store::with_parents(tx, id).await?.contains(&ticket.id) {
        return wrong("Yazdığınız kayıt zaten buna bağlı; onu buna birleştirin.");
    }
    store::set_parent(tx, ticket.id, id).await?;
    let event = NewEvent::new(target.reference(&kind), target.title(&kind), "ticket_joined")
        .note(format!("{}: {}", ticket.number(&kind), ticket.title(&kind)))
        .related(ticket.reference(&kind))
        .scope(target.unit_id(&kind), target.owner_id(&kind));
    tx.record(event).await?;
    Ok(())
}

/// Solved: those who reported the same are told on their own tickets.
pub(crate) fn solved<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let kind = kind();
        for id in store::merged_into(tx, event.subject_id).await? {
            let one = record::get(tx, &kind, id).await?;
            let told = NewEvent::new(one.reference(&kind), one.title(&kind), "ticket_solved_with")
                .note(event.note.clone())
                .related(Ref::new("ticket", event.subject_id))
                .scope(one.unit_id(&kind), one.owner_id(&kind));
            tx.record(told).await?;
        }
        Ok(())
    })
}
