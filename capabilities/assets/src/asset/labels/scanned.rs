//! What the code of a label opens: for whoever may report faults the short form about this device, for others its own page. A label
//! names the device by its id and gives nothing else away; what is shown of it is decided where it is shown.

use axum::extract::Path;
use uuid::Uuid;
use web::{Ctx, Outcome, see_other};

use crate::asset::kind;

/// `GET /varliklar/{id}/etiket`: with the device's own address in front, by which a count of the house knows labels old and new.
pub(crate) async fn open(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    // The desk has a form about a device, at an address beside its list; a town without one has the device's page.
    let desk =
        ctx.registry().kind("ticket").filter(|one| one.create.is_some_and(|code| ctx.actor().may(code)));
    Ok(see_other(&match desk {
        Some(desk) => format!("{}/cihaz?id={id}", desk.path),
        None => kind.address(id),
    }))
}
