//! What the code of a label opens: for whoever may report faults the short form about this device, for others its own page; of a
//! record that was joined to another that one's, of what left the register its page, which says so. A label names the device by its
//! id and gives nothing else away; what is shown of it is decided where it is shown.

use axum::extract::Path;
use kernel::record::{self, Record};
use uuid::Uuid;
use web::{Ctx, Outcome, see_other};

use crate::asset::kind;
use crate::asset::merging::page::leads_on;

/// Nobody mends these.
const ENDED: [&str; 2] = ["condemned", "written_off"];

/// `GET /varliklar/{id}/etiket`: with the device's own address in front, by which a count of the house knows labels old and new.
pub(crate) async fn open(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let found = record::get_many(ctx.db(), &kind, &[id]).await?;
    let id = found.first().and_then(leads_on).unwrap_or(id);
    let is_ended = found.first().is_some_and(|one| ENDED.contains(&one.get("state").text()));
    let may_see = |one: &Record| ctx.actor().may_on(kind.view, one.unit_id(&kind), one.owner_id(&kind));
    if is_ended && found.first().is_some_and(may_see) {
        return Ok(see_other(&kind.address(id)));
    }
    // The desk has a form about a device, at an address beside its list; a town without one has the device's page.
    let desk =
        ctx.registry().kind("ticket").filter(|one| one.create.is_some_and(|code| ctx.actor().may(code)));
    Ok(see_other(&match desk {
        Some(desk) => format!("{}/cihaz?id={id}", desk.path),
        None => kind.address(id),
    }))
}
