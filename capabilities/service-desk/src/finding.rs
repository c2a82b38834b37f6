//! A finding of the inventory becomes a ticket, so that somebody sees to it (AS-5): one at a time for each program.

mod store;

use kernel::event::Event;
use kernel::record::{self, Draft, FieldValue};
use kernel::{Boxed, Result, Tx};

use crate::levels::Levels;
use crate::ticket;

/// A forbidden program was found, or licences do not suffice.
pub(crate) fn found<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let title: String = format!("Program denetimi: {}", event.subject_title).chars().take(160).collect();
        let team = directory::store::unit_with_code(tx, &Levels::load(tx).await?.team_code()).await?;
        // Whoever judged answers for it; what the hourly count finds is the head's of the team.
        let requester = match tx.act().actor.staff_id {
            Some(staff) => Some(staff),
            None => store::answers_for(tx, team).await?,
        };
        let Some(requester) = requester else { return Ok(()) };
        // A verdict is not refused because whoever gives it opens no tickets; the notice tells of the finding all the same.
        let may_open = tx.act().actor.may_on(ticket::REPORT, None, Some(requester));
        if !may_open || store::is_open(tx, &title).await? {
            return Ok(());
        }
        let mut draft = Draft::default();
        for (column, value) in [
            ("title", title.as_str()),
            ("description", &format!("{}\n{}", event.subject_title, event.note)),
            ("place", "Programlar sayfasında yazılı makineler"),
            ("kind", "fault"),
            ("category", "software"),
            ("urgency", "normal"),
            ("impact", "unit"),
        ] {
            draft.set(column, FieldValue::Text(value.into()));
        }
        draft.set("requester_id", FieldValue::Id(requester));
        draft.set("channel", FieldValue::Text("finding".into()));
        record::create(tx, &ticket::kind(), draft).await?;
        Ok(())
    })
}
