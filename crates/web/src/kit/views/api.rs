//! Saved views for programs: the same actions as the page.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request};
use axum::response::IntoResponse;
use http::StatusCode;
use kernel::record::Kind;
use kernel::{Error, Result};
use serde_json::{Value as Json_, json};
use uuid::Uuid;

use super::{Audience, NewView, View, store};
use crate::answer::Outcome;
use crate::ctx::Ctx;
use crate::form::json_body;
use crate::kit::require_token;

/// As the API names the audiences.
const AUDIENCES: [(&str, Audience); 3] =
    [("me", Audience::Me), ("unit", Audience::Unit), ("all", Audience::All)];

fn object(ctx: &Ctx, view: &View) -> Json_ {
    let audience = AUDIENCES.iter().find(|(_, one)| *one == view.audience()).map(|(code, _)| *code);
    json!({
        "id": view.id,
        "kind": view.kind,
        "name": view.name,
        "query": view.query,
        "shared_with": audience,
        "owner": view.owner_name,
        "is_own": Some(view.account_id) == ctx.actor().account_id,
        "is_default": view.is_default,
    })
}

/// The list a program names; one it may not see is not found.
fn list_of(ctx: &Ctx, id: &str) -> Result<Arc<Kind>> {
    let kind = ctx.registry().kind(id).filter(|kind| ctx.actor().may(kind.view));
    kind.ok_or_else(|| Error::rule("GRN-004", "kind", "Böyle bir liste yok."))
}

/// `{"items": […]}` of the list named by `kind`.
pub(in super::super) async fn list(ctx: Ctx) -> Outcome {
    let kind = list_of(&ctx, ctx.param("kind"))?;
    let views = super::saved(&ctx, &kind).await?;
    let items: Vec<Json_> = views.iter().map(|view| object(&ctx, view)).collect();
    Ok(Json(json!({ "items": items })).into_response())
}

fn text<'a>(body: &'a Json_, name: &str) -> &'a str {
    body.get(name).and_then(Json_::as_str).unwrap_or_default()
}

fn audience(body: &Json_) -> Result<Option<Audience>> {
    let Some(sent) = body.get("shared_with") else { return Ok(None) };
    let known = AUDIENCES.iter().find(|(code, _)| sent.as_str() == Some(code));
    let wrong = || Error::rule("GRN-003", "shared_with", "“me”, “unit” ya da “all” yazın.");
    known.map(|(_, audience)| Some(*audience)).ok_or_else(wrong)
}

pub(in super::super) async fn create(ctx: Ctx, request: Request) -> Outcome {
    require_token(&ctx)?;
    let body = json_body(request).await?;
    let kind = list_of(&ctx, text(&body, "kind"))?;
    let new = NewView {
        name: text(&body, "name"),
        query: text(&body, "query"),
        audience: audience(&body)?.unwrap_or(Audience::Me),
    };
    let id = super::add(&ctx, &kind, new).await?;
    Ok((StatusCode::CREATED, Json(found(&ctx, &kind, id).await?)).into_response())
}

async fn found(ctx: &Ctx, kind: &Kind, id: Uuid) -> Result<Json_> {
    let views = super::saved(ctx, kind).await?;
    match views.iter().find(|view| view.id == id) {
        Some(view) => Ok(object(ctx, view)),
        // Changed by somebody who is not offered it (any more).
        None => {
            let view = store::view(ctx.db(), kind.id, id).await?.ok_or_else(Error::not_found)?;
            Ok(object(ctx, &view))
        }
    }
}

async fn kind_of_view(ctx: &Ctx, id: Uuid) -> Result<Arc<Kind>> {
    let kind = store::kind_of(ctx.db(), id).await?.ok_or_else(Error::not_found)?;
    ctx.registry().kind(&kind).filter(|kind| ctx.actor().may(kind.view)).ok_or_else(Error::not_found)
}

/// `shared_with` and `is_default`, whichever is sent.
pub(in super::super) async fn update(ctx: Ctx, Path(id): Path<Uuid>, request: Request) -> Outcome {
    require_token(&ctx)?;
    let body = json_body(request).await?;
    let kind = kind_of_view(&ctx, id).await?;
    if let Some(audience) = audience(&body)? {
        super::share(&ctx, &kind, id, audience).await?;
    }
    if let Some(is_default) = body.get("is_default").and_then(Json_::as_bool) {
        super::set_default(&ctx, &kind, id, is_default).await?;
    }
    Ok(Json(found(&ctx, &kind, id).await?).into_response())
}

pub(in super::super) async fn delete(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    require_token(&ctx)?;
    let kind = kind_of_view(&ctx, id).await?;
    super::remove(&ctx, &kind, id).await?;
    Ok(Json(json!({ "removed": id })).into_response())
}
