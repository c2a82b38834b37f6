//! Where agents knock: every address that agents already installed are set to, so that a municipality changes a name in
//! its DNS and nothing on its machines. Answers are always the agents' own, never a page of ours.

use axum::body::{Body, to_bytes};
use axum::response::Response;
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Error, ErrorKind};
use web::{Allow, Ctx, Routes};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kernel::Act;

use super::receive::{Outcome, enrol, receive};
use super::{APPROVE, MUST_SIGN_IN};
use crate::network::{SnmpAccess, hand_out, take_in};
use crate::wire::{self, MOST_PACKED_BYTES, Message, Packing, Reply};

/// Addresses in use by FusionInventory, GLPI and OCS agents (the agents' documentation and defaults).
const ADDRESSES: [&str; 17] = [
    "/ocsinventory",
    "/ocsinventory/",
    "/inventory",
    "/inventory/",
    "/front/inventory.php",
    "/plugins/fusioninventory/",
    "/plugins/fusioninventory/front/plugin_fusioninventory.communication.php",
    "/plugins/glpiinventory/",
    "/plugins/glpiinventory/front/plugin_glpiinventory.communication.php",
    "/marketplace/glpiinventory/",
    "/marketplace/fusioninventory/",
    "/glpi/",
    "/glpi/inventory",
    "/glpi/front/inventory.php",
    "/glpi/plugins/fusioninventory/",
    "/glpi/plugins/glpiinventory/",
    "/glpi/marketplace/glpiinventory/",
];

/// A new agent waits for a person's approval; until then nothing but itself is known of it. One that knows an API key of
/// somebody who may approve agents is approved by that.
pub(crate) fn routes() -> Routes {
    // The GLPI agent that is told nothing but a host's name sends to its first page, which people ask for by GET.
    ADDRESSES.iter().fold(Routes::new().post("/", Allow::Machine, take), |routes, path| {
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
    let approver = match approver(&ctx, &headers).await {
        Ok(approver) => approver,
        Err(error) => return answer(status_of(&error), Packing::Plain, &refusal(false, &error.message_tr)),
    };
    match ctx.app.settings().await.map(|settings| settings.bool(MUST_SIGN_IN)) {
        Ok(true) if approver.is_none() => {
            read_past(body).await;
            return sign_in_first();
        }
        Ok(_) => {}
        // Whether a key is asked for is not known: nobody is let in for that.
        Err(error) => return answer(status_of(&error), Packing::Plain, &refusal(false, &error.message_tr)),
    }
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
        Message::Prolog { device_id } => match work_for(&ctx, &device_id).await {
            Ok(options) => answer(StatusCode::OK, packing, &wire::prolog(&options)),
            Err(error) => answer(status_of(&error), packing, &refusal(false, &error.message_tr)),
        },
        Message::Network(found) => found_on_the_network(&ctx, packing, &found).await,
        Message::Contact { device_id } => match hand_out::looks_through_network(ctx.db(), &device_id).await {
            Ok(looks) => answer(StatusCode::OK, packing, &wire::contact(looks)),
            Err(error) => answer(status_of(&error), packing, &refusal(true, &error.message_tr)),
        },
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
            let mut kept = receive(ctx.db(), &ctx.act.clock, &inventory, &address).await;
            if let (Ok(Outcome::Kept | Outcome::Waiting), Some(act)) = (&kept, approver)
                && let Err(error) = enrol(ctx.db(), &act, &inventory).await
            {
                kept = Err(error);
            }
            let (status, reply) = said(inventory.is_json, kept);
            answer(status, packing, &reply)
        }
    }
}

/// What an agent was sent to look for, if it was.
async fn found_on_the_network(ctx: &Ctx, packing: Packing, found: &wire::Network) -> Response {
    let address = ctx.act.address.clone().unwrap_or_default();
    match take_in::take(ctx.db(), &ctx.act.clock, found, &address).await {
        Ok(true) => answer(StatusCode::OK, packing, &wire::xml_ok()),
        Ok(false) => {
            answer(StatusCode::FORBIDDEN, packing, &refusal(false, "Bu ajandan böyle bir iş istenmedi."))
        }
        Err(error) => answer(status_of(&error), packing, &refusal(false, &error.message_tr)),
    }
}

/// More work for an agent that asks. Passwords of devices go over encrypted lines only, or within this machine.
async fn work_for(ctx: &Ctx, device_id: &str) -> kernel::Result<String> {
    let is_local = ctx.act.address.as_deref().and_then(|text| text.parse::<std::net::IpAddr>().ok());
    let may_know = ctx.app.is_https() || is_local.is_some_and(|address| address.is_loopback());
    let access = ctx.app.services.get::<SnmpAccess>().ok().filter(|_| may_know).cloned().unwrap_or_default();
    hand_out::work_for(ctx.db(), &ctx.act.clock, device_id, &access).await
}

/// Whose key the agent knows, if that person may approve agents. Agents send it as the password of Basic
/// authentication; other programs as they do to the API.
async fn approver(ctx: &Ctx, headers: &HeaderMap) -> kernel::Result<Option<Act>> {
    if ctx.is_token && ctx.actor().may_in_whole(APPROVE) {
        return Ok(Some(ctx.act.clone()));
    }
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let basic = header.and_then(|value| value.strip_prefix("Basic "));
    let pair = basic.and_then(|value| BASE64_STANDARD.decode(value.trim()).ok());
    let Some(pair) = pair.and_then(|bytes| String::from_utf8(bytes).ok()) else { return Ok(None) };
    let Some((_, key)) = pair.split_once(':') else { return Ok(None) };
    let found = ctx.app.authenticator.by_api_token(key).await?;
    let actor = found.map(|found| found.actor).filter(|actor| actor.may_in_whole(APPROVE));
    Ok(actor.map(|actor| Act { actor, ..ctx.act.clone() }))
}

/// A connection that is closed while bytes wait unread takes the answer with it, and agents send everything before they
/// listen: one that is to sign in would learn of a broken line instead. Nothing of it is kept.
async fn read_past(body: Body) {
    let mut frames = body.into_data_stream();
    let mut left = MOST_PACKED_BYTES;
    while let Some(Ok(frame)) = frames.next().await {
        left = match left.checked_sub(frame.len()) {
            Some(left) => left,
            None => return,
        };
    }
}

/// Exactly this challenge: FusionInventory takes everything between the first and the last quotation mark for the realm.
fn sign_in_first() -> Response {
    let reply = refusal(false, "Bu sunucu parolasız ajan kabul etmiyor.");
    let mut response = answer(StatusCode::UNAUTHORIZED, Packing::Plain, &reply);
    let challenge = HeaderValue::from_static("Basic realm=\"belde\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

const UNREADABLE: &str = "İleti okunamadı.";

fn refusal(is_json: bool, why: &str) -> Reply {
    if is_json { wire::json_refusal(why) } else { wire::xml_refusal(why) }
}

fn said(is_json: bool, kept: kernel::Result<Outcome>) -> (StatusCode, Reply) {
    match kept {
        Ok(Outcome::Refused) => (
            StatusCode::FORBIDDEN,
            refusal(is_json, "Bu ajan Belde'de reddedilmiş; bilgi işlem birimine başvurun."),
        ),
        Ok(_) if is_json => (StatusCode::OK, wire::json_ok()),
        Ok(_) => (StatusCode::OK, wire::xml_ok()),
        Err(error) => (status_of(&error), refusal(is_json, &error.message_tr)),
    }
}

fn status_of(error: &Error) -> StatusCode {
    tracing::warn!(kind = ?error.kind, context = %error.context, "an inventory was not kept");
    match error.kind {
        ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
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
