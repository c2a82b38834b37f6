//! The JSON API of a kind: the same parser, actions and access rule as the screens.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Request};
use axum::response::IntoResponse;
use http::StatusCode;
use kernel::record::{self, Field, FieldKind, Kind, Record};
use kernel::{Error, Violation, tr};
use serde_json::{Map, Value as Json_, json};
use uuid::Uuid;

use super::kind_of;
use super::list::read;
use crate::answer::Outcome;
use crate::ctx::Ctx;
use crate::form::{json_body, json_or_nothing};

fn object(kind: &Kind, record: &Record) -> Json_ {
    let mut map = Map::new();
    map.insert("id".into(), record.id.to_string().into());
    for field in &kind.fields {
        map.insert(field.name.into(), record.get(field.name).json(field));
    }
    if kind.is_versioned {
        map.insert("version".into(), record.version.into());
    }
    Json_::Object(map)
}

/// `{"items": […], "next": cursor or null}`; filters and sort as in the list's address.
pub(super) async fn list(ctx: Ctx, kind: &'static str) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let (query, mut violations) = read(&ctx, &kind).await?;
    let size = ctx.param("boy");
    if !size.is_empty() && record::PAGE_SIZES.iter().all(|known| known.to_string() != size) {
        violations.push(Violation::new("LST-005", "boy", "Sayfada 25, 50 ya da 100 kayıt olabilir."));
    }
    if !violations.is_empty() {
        return Err(Error::invalid(violations).into());
    }
    let page = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?;
    let next = page.records.last().filter(|_| page.has_next).map(|last| query.cursor_of(&kind, last));
    let items: Vec<Json_> = page.records.iter().map(|record| object(&kind, record)).collect();
    Ok(Json(json!({ "items": items, "next": next })).into_response())
}

pub(super) async fn get(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    Ok(Json(object(&kind, &record)).into_response())
}

/// Only a token may write: a cookie would let another site write in the person's name.
pub(crate) fn require_token(ctx: &Ctx) -> kernel::Result<()> {
    if ctx.is_token {
        return Ok(());
    }
    let text = "API üzerinden yazmak için erişim anahtarı (Authorization: Bearer …) gerekir.";
    Err(Error::new(kernel::ErrorKind::Forbidden, text))
}

pub(super) async fn create(ctx: Ctx, kind: &'static str, request: Request) -> Outcome {
    require_token(&ctx)?;
    let kind = kind_of(&ctx, kind)?;
    let typed = typed(&kind, &json_body(request).await?)?;
    let (draft, violations) = record::parse_form(&kind, &typed, None, ctx.actor());
    if !violations.is_empty() {
        return Err(Error::invalid(violations).into());
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let id = record::create(&tx, &kind, draft).await?;
    let record = record::get(&tx, &kind, id).await?;
    tx.commit().await?;
    ctx.app.forget_cached();
    Ok((StatusCode::CREATED, Json(object(&kind, &record))).into_response())
}

/// A partial change; `version` must be the one last read.
pub(super) async fn update(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, request: Request) -> Outcome {
    require_token(&ctx)?;
    let kind = kind_of(&ctx, kind)?;
    let before = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let body = json_body(request).await?;
    let version = body.get("version").and_then(Json_::as_i64);
    let version = version.ok_or_else(|| {
        Error::rule("API-003", "version", "Okuduğunuz sürüm numarasını “version” alanında gönderin.")
    })?;
    let typed = typed(&kind, &body)?;
    let (mut draft, violations) = record::parse_form(&kind, &typed, Some(&before), ctx.actor());
    if !kind.reasoned.is_empty() {
        draft.why = text_in(&body, "reason")?.to_string();
    }
    if !violations.is_empty() {
        return Err(Error::invalid(violations).into());
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let is_changed = record::update(&tx, &kind, id, version, draft).await?;
    let record = record::get(&tx, &kind, id).await?;
    // What is the same leaves no trace, whatever the rules locked on the way.
    if is_changed {
        tx.commit().await?
    } else {
        tx.rollback().await?
    }
    ctx.app.forget_cached();
    Ok(Json(object(&kind, &record)).into_response())
}

/// `{"reason": "…"}` where the verb asks for one, `{"signature": "x,y x,y;…"}` where it is signed.
pub(super) async fn verb(
    ctx: Ctx,
    kind: &'static str,
    Path((id, verb)): Path<(Uuid, String)>,
    request: Request,
) -> Outcome {
    require_token(&ctx)?;
    let kind = kind_of(&ctx, kind)?;
    let body = json_or_nothing(request).await?;
    let reason = text_in(&body, "reason")?;
    if kind.verb(&verb).is_some_and(|verb| verb.is_elsewhere) {
        return Err(super::unknown_verb().into());
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    if kind.verb(&verb).is_some_and(|verb| verb.signer.is_some()) {
        record::sign(&tx, &kind, id, &verb, reason, text_in(&body, "signature")?).await?;
    } else {
        record::run_verb(&tx, &kind, id, &verb, reason).await?;
    }
    let record = record::get(&tx, &kind, id).await?;
    tx.commit().await?;
    ctx.app.forget_cached();
    Ok(Json(object(&kind, &record)).into_response())
}

fn text_in<'a>(body: &'a Json_, name: &str) -> kernel::Result<&'a str> {
    match body.get(name) {
        None | Some(Json_::Null) => Ok(""),
        Some(Json_::String(text)) => Ok(text),
        Some(_) => Err(Error::rule("API-004", name, "Bu alan metin ya da null olmalı.")),
    }
}

/// A JSON value of the field's own type as a person would type it; else what it should have been.
fn text_of(field: &Field, value: &Json_) -> Result<String, &'static str> {
    match (field.kind, value) {
        (_, Json_::Null) => Ok(String::new()),
        (FieldKind::Bool, Json_::Bool(flag)) => Ok(if *flag { "evet" } else { "" }.into()),
        (FieldKind::Bool, _) => Err("true, false ya da null"),
        (FieldKind::Int { .. }, Json_::Number(number)) if number.is_i64() => Ok(number.to_string()),
        (FieldKind::Money, Json_::Number(kurus)) if kurus.is_i64() => {
            Ok(tr::money(kurus.as_i64().unwrap_or_default()))
        }
        (FieldKind::Int { .. } | FieldKind::Money, _) => Err("tam sayı ya da null"),
        (_, Json_::String(text)) => Ok(text.clone()),
        _ => Err("metin ya da null"),
    }
}

/// Whether a change says in `reason` why it is made; a kind may have a field of that name.
pub(crate) fn takes_reason(kind: &Kind) -> bool {
    !kind.reasoned.is_empty() && kind.field("reason").is_none()
}

/// JSON values as the texts the one parser reads; an unknown field is refused.
fn typed(kind: &Kind, body: &Json_) -> kernel::Result<BTreeMap<String, String>> {
    let map = body.as_object().ok_or_else(|| Error::rule("API-001", "", "Gövde bir JSON nesnesi olmalı."))?;
    let mut typed = BTreeMap::new();
    let mut violations = Vec::new();
    let is_beside = |name: &str| match name {
        "version" | "id" => true,
        // Why it is corrected.
        "reason" => takes_reason(kind),
        _ => false,
    };
    for (name, value) in map.iter().filter(|(name, _)| !is_beside(name)) {
        if kind
            .field(name)
            .is_none_or(|field| matches!(field.form, record::Form::Never | record::Form::Import))
        {
            violations.push(Violation::new("API-002", name.clone(), "Böyle yazılabilir bir alan yok."));
            continue;
        }
        match kind.field(name).map_or(Err("metin ya da null"), |field| text_of(field, value)) {
            Ok(text) => {
                typed.insert(name.clone(), text);
            }
            Err(wanted) => {
                violations.push(Violation::new("API-004", name.clone(), format!("Bu alan {wanted} olmalı.")));
            }
        }
    }
    if violations.is_empty() { Ok(typed) } else { Err(Error::invalid(violations)) }
}
