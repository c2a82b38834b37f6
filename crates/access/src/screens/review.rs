//! The periodic review of powers: who has which role, when they last came, and "still right?" for each.

use axum::extract::Path;
use kernel::{Error, ErrorKind, Instant};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome, redirect};

use super::{hidden, keeper, moment};
use crate::actions::review::{confirm_powers, withdraw_powers};
use crate::store::{self, Account};

const PATH: &str = "/yonetim/yetki-gozden-gecirme";
const TITLE: &str = "Yetki gözden geçirme";
/// Accounts on one page; those that were dealt with leave it.
const PAGE: u32 = 50;

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let policy = keeper(&ctx)?.policy().await?;
    let before = policy.review_before(ctx.act.now());
    let due = store::accounts::due_for_review(ctx.db(), before, PAGE).await?;
    let waiting = store::accounts::count_due_for_review(ctx.db(), before).await?;
    let ids: Vec<Uuid> = due.iter().map(|account| account.id).collect();
    let held = store::roles::held_by(ctx.db(), &ids).await?;
    let content = html! {
        div.top { h1 { (TITLE) " " span.count { (waiting) } } }
        p.lead {
            "Her hesabın yetkileri " (policy.review_days) " günde bir gözden geçirilir. Görevi değişenlerin, ayrılanların ve \
             uzun süredir girmeyenlerin yetkilerini geri alın; uygun olanları onaylayın."
        }
        @if due.is_empty() {
            (ui::empty_state("Gözden geçirilmesi gereken hesap yok.", Some(&ui::Link::new("Hesaplara git", "/yonetim/hesaplar"))))
        } @else {
            form method="post" action=(PATH) {
                (hidden(ui::names::CSRF, &ctx.csrf))
                (rows(&ctx, &due, &held))
                div.form-end { button.btn.is-primary type="submit" { "Seçilenleri uygun bul" } }
            }
        }
    };
    ctx.page(Frame::new(TITLE), content).await
}

fn rows(ctx: &Ctx, due: &[Account], held: &[store::roles::AccountRole]) -> Markup {
    let now = ctx.act.now();
    let picks: Vec<_> = due
        .iter()
        .map(|account| ui::Pick { value: account.id.to_string(), label: format!("Seç: {}", account.name) })
        .collect();
    let rows: Vec<_> = due
        .iter()
        .map(|account| {
            vec![
                html! { a href=(format!("/yonetim/hesaplar/{}", account.id)) { (account.name) } },
                html! { (roles_of(account, held, now)) },
                at_or(account.last_sign_in_at, "hiç girmedi"),
                at_or((account.reviewed_at > 0).then_some(account.reviewed_at), "hiç"),
                html! { a.btn.is-quiet href=(format!("{PATH}/{}/geri-al", account.id)) { "Yetkilerini geri al" span.visually-hidden { ": " (account.name) } } },
            ]
        })
        .collect();
    let heads = ui::heads(&["Hesap", "Roller", "Son giriş", "Son gözden geçirme", "İşlem"]);
    ui::table_with_picks("Gözden geçirilecek hesaplar", &heads, &picks, &rows)
}

fn roles_of(account: &Account, held: &[store::roles::AccountRole], now: Instant) -> String {
    let valid = held.iter().filter(|one| one.account_id == account.id && one.is_valid(now));
    let names: Vec<&str> = valid.map(|one| one.role_name.as_str()).collect();
    if names.is_empty() { "Rolü yok".into() } else { names.join(", ") }
}

fn at_or(at: Option<i64>, otherwise: &str) -> Markup {
    at.map_or_else(|| html! { (otherwise) }, |at| moment(Instant(at)))
}

pub(super) async fn confirm(ctx: Ctx, form: Form) -> Outcome {
    let ids: Vec<Uuid> =
        form.all(ui::names::IDS).filter_map(|id| id.parse().ok()).take(PAGE as usize).collect();
    if ids.is_empty() {
        return Ok(redirect(PATH, "Önce listeden uygun bulduğunuz hesapları seçin."));
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    for id in &ids {
        confirm_powers(&tx, *id).await?;
    }
    tx.commit().await?;
    Ok(redirect(PATH, &format!("{} hesabın yetkileri uygun bulundu.", ids.len())))
}

pub(super) async fn ask_withdraw(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    withdraw_page(&ctx, id, "", None).await
}

async fn withdraw_page(ctx: &Ctx, id: Uuid, reason: &str, error: Option<&Error>) -> Outcome {
    let account = store::account(ctx.db(), id).await?.ok_or_else(Error::not_found)?;
    let held = store::roles::held_by(ctx.db(), &[id]).await?;
    let view = ui::ConfirmView {
        title: "Yetkileri geri al".into(),
        text: "Hesap açık kalır ama bütün rolleri bu andan itibaren geçersiz olur.".into(),
        rows: vec![
            ("Hesap".into(), account.name.clone()),
            ("Roller".into(), roles_of(&account, &held, ctx.act.now())),
        ],
        action: format!("{PATH}/{id}/geri-al"),
        csrf: ctx.csrf.clone(),
        reason_label: Some("Gerekçe".into()),
        reason_value: reason.into(),
        reason_error: error
            .and_then(|error| error.violations.first())
            .map(|violation| violation.text.clone()),
        submit: "Yetkileri geri al".into(),
        danger: true,
        cancel_href: PATH.into(),
        ..ui::ConfirmView::default()
    };
    let frame = Frame::new("Yetkileri geri al").crumb(TITLE, PATH);
    match error {
        None => ctx.page(frame, ui::confirm_page(&view)).await,
        Some(_) => ctx.refused(frame, ui::confirm_page(&view)).await,
    }
}

pub(super) async fn withdraw(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let reason = form.get(ui::names::REASON);
    let tx = ctx.db().begin(&ctx.act).await?;
    match withdraw_powers(&tx, id, reason).await {
        Ok(_) => tx.commit().await?,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            return withdraw_page(&ctx, id, reason, Some(&error)).await;
        }
        Err(error) => return Err(error.into()),
    }
    keeper(&ctx)?.forget();
    Ok(redirect(PATH, "Yetkiler geri alındı."))
}
