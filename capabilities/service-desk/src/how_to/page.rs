//! A how-to's page beyond its facts: whether it helped.

use axum::extract::Path;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Error, Result};
use maud::html;
use uuid::Uuid;
use web::{Ctx, Extras, Form, Outcome, redirect};

use super::{kind, store};
use crate::ticket;

const ANSWER: &str = "yardim";

pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, how_to: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let votes = store::votes(ctx.db(), how_to.id).await?;
        let body = html! {
            p { "İşe yaradı: " (votes.helped) " · Yaramadı: " (votes.failed) }
            @if ctx.actor().may(ticket::REPORT) {
                form method="post" action={ "/bilgi-bankasi/" (how_to.id) "/yardim" } {
                    input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                    div.form-end {
                        button.btn type="submit" name=(ANSWER) value="evet" { "İşime yaradı" }
                        button.btn type="submit" name=(ANSWER) value="hayir" { "Yaramadı" }
                    }
                }
            }
        };
        let cards = vec![ui::Card { title: "Bu yazı işe yaradı mı?".into(), edit_href: None, body }];
        Ok(Extras { cards, ..Extras::default() })
    })
}

pub(crate) async fn vote(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let kind = kind();
    record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let account = ctx.actor().account_id.ok_or_else(Error::sign_in)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.without_event("a vote says how good the text is and changes nothing of it");
    store::vote(&tx, id, account, form.get(ANSWER) == "evet").await?;
    tx.commit().await?;
    Ok(redirect(&kind.address(id), "Teşekkürler, yanıtınız sayıldı."))
}
