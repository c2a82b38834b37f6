//! Tabs over a list: the kind's own views and those people saved.

use axum::extract::Path;
use kernel::db::Sql;
use kernel::record::Kind;
use kernel::{Error, NewEvent, Ref, Tx, tr};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::kind_of;
use crate::answer::{Outcome, redirect};
use crate::ctx::Ctx;
use crate::form::Form;

/// Saved views of one person for one list at most.
const MOST_VIEWS: i64 = 30;

/// Characters of a view's name and of the address it stands for; more is no filter that a person set.
const NAME_LENGTH: usize = 40;
const QUERY_LENGTH: usize = 2_000;

#[derive(FromQueryResult)]
pub(super) struct Saved {
    id: Uuid,
    name: String,
    query: String,
}

/// What this person saved for the list.
pub(super) async fn saved(ctx: &Ctx, kind: &Kind) -> kernel::Result<Vec<Saved>> {
    let Some(account) = ctx.actor().account_id else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT id, name, query FROM saved_view WHERE kind = $1 AND account_id = $2 ORDER BY name, id LIMIT {MOST_VIEWS}"
    );
    ctx.db().rows(&sql, vec![kind.id.into(), account.into()]).await
}

/// The form that saves the present filters, and the buttons that delete what was saved.
pub(super) fn form(ctx: &Ctx, kind: &Kind, saved: &[Saved]) -> ui::SaveView {
    let view = |view: &Saved| ui::SavedView {
        name: view.name.clone(),
        delete_action: format!("{}/gorunum/{}/sil", kind.path, view.id),
    };
    ui::SaveView {
        action: format!("{}/gorunum", kind.path),
        query: ctx.raw_query.clone(),
        name_max_length: NAME_LENGTH as u32,
        saved: saved.iter().map(view).collect(),
    }
}

pub(super) fn tabs(ctx: &Ctx, kind: &Kind, saved: &[Saved]) -> Vec<ui::Tab> {
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
    tabs.extend(saved.iter().map(|view| tab(ctx, kind, &view.name, &view.query)));
    tabs
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
    if name.is_empty() || name.chars().count() > NAME_LENGTH {
        let text = format!("Görünüme 1–{NAME_LENGTH} karakterlik bir ad verin.");
        return Err(Error::rule("GRN-001", ui::names::VIEW_NAME, text).into());
    }
    let query = form.get("sorgu").to_string();
    // Only what an address can hold: the view is opened by it.
    if query.len() > QUERY_LENGTH || !query.bytes().all(|byte| byte.is_ascii_graphic()) {
        let text = "Bu süzgeç bir görünüm olarak saklanamaz; süzgeçleri azaltıp yeniden deneyin.";
        return Err(Error::rule("GRN-002", "sorgu", text).into());
    }
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    // A name that is there already now means these filters; so does a button pressed twice.
    let same =
        "UPDATE saved_view SET query = $1 WHERE kind = $2 AND account_id = $3 AND name = $4 RETURNING id";
    let values = vec![query.clone().into(), kind.id.into(), account.into(), name.clone().into()];
    let known: Option<Uuid> = tx.scalar(same, values).await?;
    let (id, verb) = match known {
        Some(id) => (id, "changed"),
        None => (insert(&tx, kind.id, account, &name, &query).await?, "created"),
    };
    tx.record(NewEvent::new(Ref::new("saved_view", id), name, verb).scope(None, Some(account))).await?;
    tx.commit().await?;
    Ok(redirect(&format!("{}?{query}", kind.path), "Görünüm kaydedildi."))
}

async fn insert(tx: &Tx, kind: &str, account: Uuid, name: &str, query: &str) -> kernel::Result<Uuid> {
    let count = "SELECT count(*) FROM saved_view WHERE kind = $1 AND account_id = $2";
    let known: i64 = tx.scalar(count, vec![kind.into(), account.into()]).await?.unwrap_or(0);
    if known >= MOST_VIEWS {
        return Err(Error::conflict(format!("En çok {MOST_VIEWS} görünüm saklanır; önce birini silin.")));
    }
    let id = tx.new_id();
    let sql = "INSERT INTO saved_view (id, kind, account_id, name, query, is_shared) VALUES ($1, $2, $3, $4, $5, FALSE)";
    tx.run(sql, vec![id.into(), kind.into(), account.into(), name.into(), query.into()]).await?;
    Ok(id)
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
