//! Tabs over a list: the kind's own views and those people saved.

use axum::extract::Path;
use kernel::db::Sql;
use kernel::record::Kind;
use kernel::{Error, NewEvent, Ref, tr};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::kind_of;
use crate::answer::{Outcome, redirect};
use crate::ctx::Ctx;
use crate::form::Form;

/// Saved views of one person for one list at most.
const MOST_VIEWS: i64 = 30;

#[derive(FromQueryResult)]
struct Saved {
    name: String,
    query: String,
}

pub(super) async fn tabs(ctx: &Ctx, kind: &Kind) -> kernel::Result<Vec<ui::Tab>> {
    let mut tabs = vec![tab(ctx, kind, "Tümü", "")];
    let (me, unit) = (ctx.actor().staff_id, ctx.actor().unit_id);
    for view in &kind.views {
        let query = view.query.replace("{me}", &text(me)).replace("{unit}", &text(unit));
        // A view about "me" means nothing to somebody without a staff record.
        let is_empty = (view.query.contains("{me}") && me.is_none())
            || (view.query.contains("{unit}") && unit.is_none());
        if !is_empty {
            tabs.push(tab(ctx, kind, view.label_tr, &query));
        }
    }
    let sql = format!(
        "SELECT name, query FROM saved_view WHERE kind = $1 AND account_id = $2 ORDER BY name LIMIT {MOST_VIEWS}"
    );
    if let Some(account) = ctx.actor().account_id {
        let saved: Vec<Saved> = ctx.db().rows(&sql, vec![kind.id.into(), account.into()]).await?;
        tabs.extend(saved.iter().map(|view| tab(ctx, kind, &view.name, &view.query)));
    }
    Ok(tabs)
}

fn text(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn tab(ctx: &Ctx, kind: &Kind, label: &str, query: &str) -> ui::Tab {
    let href = if query.is_empty() { kind.path.to_string() } else { format!("{}?{query}", kind.path) };
    ui::Tab { label: label.into(), href, current: ctx.raw_query == query, count: None }
}

pub(super) async fn save(ctx: Ctx, kind: &'static str, form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let name = tr::clean_line(form.get(ui::names::VIEW_NAME)).text;
    if name.is_empty() || name.chars().count() > 40 {
        return Err(
            Error::rule("GRN-001", ui::names::VIEW_NAME, "Görünüme 1–40 karakterlik bir ad verin.").into()
        );
    }
    let query = form.get("sorgu").to_string();
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    let count = "SELECT count(*) FROM saved_view WHERE kind = $1 AND account_id = $2";
    let known: i64 = ctx.db().scalar(count, vec![kind.id.into(), account.into()]).await?.unwrap_or(0);
    if known >= MOST_VIEWS {
        return Err(
            Error::conflict(format!("En çok {MOST_VIEWS} görünüm saklanır; önce birini silin.")).into()
        );
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let id = tx.new_id();
    let sql = "INSERT INTO saved_view (id, kind, account_id, name, query, is_shared) VALUES ($1, $2, $3, $4, $5, FALSE)";
    tx.run(sql, vec![id.into(), kind.id.into(), account.into(), name.clone().into(), query.clone().into()])
        .await?;
    tx.record(NewEvent::new(Ref::new("saved_view", id), name, "created").scope(None, Some(account))).await?;
    tx.commit().await?;
    Ok(redirect(&format!("{}?{query}", kind.path), "Görünüm kaydedildi."))
}

pub(super) async fn delete(ctx: Ctx, kind: &'static str, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let sql = "DELETE FROM saved_view WHERE id = $1 AND account_id = $2 RETURNING name";
    let name: String = tx.scalar(sql, vec![id.into(), account.into()]).await?.ok_or_else(Error::not_found)?;
    tx.record(NewEvent::new(Ref::new("saved_view", id), name, "removed").scope(None, Some(account))).await?;
    tx.commit().await?;
    Ok(redirect(kind.path, "Görünüm silindi."))
}
