//! "Kim görebilir?": everybody who can see one record, and by which power.

use axum::extract::Path;
use kernel::{Error, record};
use maud::html;
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use super::keeper;

pub(super) async fn show(ctx: Ctx, Path((kind, id)): Path<(String, Uuid)>) -> Outcome {
    let kind = ctx.registry().kind(&kind).ok_or_else(Error::not_found)?;
    // Who may not see the record may not learn who can.
    let record = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    ctx.act.require("access.explain.view", record.unit_id(&kind), record.owner_id(&kind))?;
    let keeper = keeper(&ctx)?;
    let told = keeper.explain(&kind, &record, kind.view, ctx.act.now()).await?;
    let editors = match kind.edit {
        Some(edit) => keeper.explain(&kind, &record, edit, ctx.act.now()).await?,
        None => Vec::new(),
    };
    let row = |one: &crate::Explained| {
        let may_change = editors.iter().any(|editor| editor.account_id == one.account_id);
        vec![
            html! { a href=(format!("/yonetim/hesaplar/{}", one.account_id)) { (one.name) } },
            html! { (one.reason) },
            html! { (one.scope) },
            html! { @if may_change { "Evet" } @else { "Hayır" } },
        ]
    };
    let title = record.title(&kind);
    let sentence = super::my_account::sentence(&ctx, kind.view);
    let content = html! {
        div.top { h1 { "Kim görebilir: " (title) } }
        p.lead { "Bu kaydı görebilenler, şu yetkiye bu kaydı kapsayacak biçimde sahip olanlardır: “" (sentence) "”" }
        @if told.is_empty() { (ui::empty_state("Bu kaydı şu anda kimse göremiyor.", None)) }
        @else { (ui::table("Görebilenler", &ui::heads(&["Kişi", "Neden", "Kapsam", "Değiştirebilir"]), &told.iter().map(row).collect::<Vec<_>>())) }
        p { a href=(kind.address(id)) { "Kayda dön" } }
    };
    let frame = Frame::new(format!("Kim görebilir: {title}"))
        .crumb(kind.plural_tr, kind.path)
        .crumb(title, kind.address(id));
    ctx.page(frame, content).await
}
