//! Where agents knock: every address that agents already installed are set to, so that a municipality changes a name in
//! its DNS and nothing on its machines. Answers are always the agents' own, never a page of ours.

use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Error, ErrorKind};
use web::{Allow, Ctx, Routes};

use super::receive::{Outcome, receive};
use crate::wire::{self, MOST_PACKED_BYTES, Message, Packing, Reply};

/// Addresses in use by FusionInventory, GLPI and OCS agents (the agents' documentation and defaults).
const ADDRESSES: [&str; 14] = [
    "/ocsinventory",
    "/ocsinventory/",
    "/inventory",
    "/inventory/",
    "/front/inventory.php",
    "/plugins/fusioninventory/",
    "/plugins/fusioninventory/front/plugin_fusioninventory.communication.php",
    "/plugins/glpiinventory/",
    "/marketplace/glpiinventory/",
    "/glpi/",
    "/glpi/front/inventory.php",
    "/glpi/plugins/fusioninventory/",
    "/glpi/plugins/glpiinventory/",
    "/glpi/marketplace/glpiinventory/",
];

/// A new agent waits for a person's approval; until then nothing but itself is known of it.
pub(crate) fn routes() -> Routes {
    ADDRESSES.iter().fold(Routes::new(), |routes, path| {
        routes.get(*path, Allow::Machine, ask).post(*path, Allow::Machine, take)
    })
}

/// Newer agents ask by GET for remote deployment and the like: there is none.
async fn ask(ctx: Ctx) -> Response {
    match ctx.param("action") {
        "getConfig" => answer(StatusCode::OK, Packing::Plain, &wire::get_config()),
        _ => answer(
            StatusCode::OK,
            Packing::Plain,
            &wire::xml_refusal("Buraya envanter ajanları bildirim gönderir."),
        ),
    }
}

async fn take(ctx: Ctx, headers: HeaderMap, body: Body) -> Response {
    let header = headers.get("glpi-agent-id").and_then(|value| value.to_str().ok());
    let agent_id = header.and_then(|value| value.parse().ok());
    let Ok(body) = to_bytes(body, MOST_PACKED_BYTES).await else {
        let reply = wire::xml_refusal("İleti çok büyük ya da yarıda kesildi.");
        return answer(StatusCode::PAYLOAD_TOO_LARGE, Packing::Plain, &reply);
    };
    // An inventory is some megabytes of text once unpacked: read where waiting hurts nobody.
    let read = tokio::task::spawn_blocking(move || {
        let (packing, text) = wire::unpack(&body).map_err(|why| (Packing::Plain, false, why))?;
        let is_json = text.first() == Some(&b'{');
        wire::read(&text, agent_id).map(|message| (packing, message)).map_err(|why| (packing, is_json, why))
    });
    let (packing, message) = match read.await {
        Ok(Ok(found)) => found,
        Ok(Err((packing, is_json, why))) => {
            return answer(StatusCode::UNPROCESSABLE_ENTITY, packing, &refusal(is_json, &why.to_string()));
        }
        Err(_) => {
            return answer(StatusCode::INTERNAL_SERVER_ERROR, Packing::Plain, &refusal(false, UNREADABLE));
        }
    };
    match message {
        Message::Prolog { .. } if agent_id.is_some() => answer(StatusCode::OK, packing, &wire::pending()),
        Message::Prolog { .. } => answer(StatusCode::OK, packing, &wire::prolog()),
        Message::Contact { .. } => answer(StatusCode::OK, packing, &wire::contact()),
        Message::Other { what, is_json } => {
            tracing::debug!(%what, "an agent's message that is not ours");
            answer(StatusCode::NOT_IMPLEMENTED, packing, &refusal(is_json, "Bu iş Belde'de yapılmaz."))
        }
        Message::Inventory(mut inventory) => {
            // OCS names itself nowhere else.
            if inventory.client.is_empty() {
                inventory.client = ctx.device.chars().take(120).collect();
            }
            let address = ctx.act.address.clone().unwrap_or_default();
            let kept = receive(ctx.db(), &ctx.act.clock, &inventory, &address).await;
            let (status, reply) = said(inventory.is_json, kept);
            answer(status, packing, &reply)
        }
    }
}

const UNREADABLE: &str = "İleti okunamadı.";

fn refusal(is_json: bool, why: &str) -> Reply {
    if is_json { wire::json_refusal(why) } else { wire::xml_refusal(why) }
}

fn said(is_json: bool, kept: kernel::Result<Outcome>) -> (StatusCode, Reply) {
    match kept {
        Ok(Outcome::Kept | Outcome::Unchanged) if is_json => (StatusCode::OK, wire::json_ok()),
        Ok(Outcome::Kept | Outcome::Unchanged) => (StatusCode::OK, wire::xml_ok()),
        Ok(Outcome::Refused) => (
            StatusCode::FORBIDDEN,
            refusal(is_json, "Bu ajan Belde'de reddedilmiş; bilgi işlem birimine başvurun."),
        ),
        Err(error) => (status_of(&error), refusal(is_json, &error.message_tr)),
    }
}

fn status_of(error: &Error) -> StatusCode {
    tracing::warn!(kind = ?error.kind, context = %error.context, "an inventory was not kept");
    match error.kind {
        ErrorKind::Unavailable | ErrorKind::Conflict => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn answer(status: StatusCode, packing: Packing, reply: &Reply) -> Response {
    let mut response = Response::new(Body::from(wire::pack(packing, &reply.text)));
    *response.status_mut() = status;
    let content_type = match (packing, reply.is_json) {
        (Packing::Plain, true) => "application/json",
        (Packing::Plain, false) => "application/xml",
        _ => "application/x-compress-zlib",
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
