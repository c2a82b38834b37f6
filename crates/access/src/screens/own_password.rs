//! One's own password, and the notice of secrecy that everybody reads once.

use kernel::ErrorKind;
use maud::html;
use web::{Ctx, Form, Frame, Outcome, redirect};

use super::sign_in::own_path;
use super::{field, hidden, keeper, own_id, place_errors};
use crate::actions::passwords::PasswordChange;
use crate::{duty_pages, store};

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let back = ctx.param(ui::names::RETURN).to_string();
    page(&ctx, &back, &[]).await
}

/// Where whoever had to visit a page of the account wanted to go; `usual` for who came by themselves.
pub(super) fn onward<'a>(back: &'a str, usual: &'a str) -> &'a str {
    if back.is_empty() { usual } else { own_path(back) }
}

pub(super) async fn save(ctx: Ctx, form: Form) -> Outcome {
    let keeper = keeper(&ctx)?;
    let change = PasswordChange {
        current: form.get("parola"),
        new: form.get("yeni_parola"),
        repeated: form.get("yeni_parola_tekrar"),
        session_id: ctx.session_id,
    };
    let tx = ctx.db().begin(&ctx.act).await?;
    match keeper.change_password(&tx, own_id(&ctx)?, change).await {
        Ok(()) => tx.commit().await?,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            return page(&ctx, form.get(ui::names::RETURN), &error.violations).await;
        }
        Err(error) => return Err(error.into()),
    }
    keeper.forget();
    let back = onward(form.get(ui::names::RETURN), "/hesabim");
    Ok(redirect(back, "Parolanız değiştirildi; diğer oturumlarınız kapatıldı."))
}

async fn page(ctx: &Ctx, back: &str, violations: &[kernel::Violation]) -> Outcome {
    let min_length = keeper(ctx)?.policy().await?.password_min_length;
    let hint = format!(
        "En az {min_length} karakter. Kolay hatırladığınız, başkasının tahmin edemeyeceği birkaç sözcük yeter."
    );
    let new = ui::Input::Password { new: true };
    let mut sections = vec![ui::FormSection {
        title: String::new(),
        fields: vec![
            field(ui::names::RETURN, "", "", ui::Input::Hidden, back),
            field("parola", "Şimdiki parola", "", ui::Input::Password { new: false }, ""),
            field("yeni_parola", "Yeni parola", &hint, new.clone(), ""),
            field("yeni_parola_tekrar", "Yeni parola (yeniden)", "", new, ""),
        ],
        ..ui::FormSection::default()
    }];
    let errors = place_errors(&mut sections, violations);
    let is_due = ctx.must_visit == Some(duty_pages::PASSWORD);
    let lead = "Tek kullanımlık ya da süresi dolmuş bir parolayla girdiniz. Sürdürmek için kendinize yeni bir parola seçin.";
    let view = ui::FormView {
        title: "Parola değiştir".into(),
        lead: if is_due { lead.into() } else { String::new() },
        action: duty_pages::PASSWORD.into(),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        sections,
        submit: "Parolayı değiştir".into(),
        cancel_href: (!is_due).then(|| "/hesabim".into()),
        errors,
        ..ui::FormView::default()
    };
    let frame = Frame::new("Parola değiştir").crumb("Hesabım", "/hesabim");
    if violations.is_empty() {
        ctx.page(frame, ui::form(&view)).await
    } else {
        ctx.refused(frame, ui::form(&view)).await
    }
}

pub(super) async fn show_secrecy(ctx: Ctx) -> Outcome {
    let account = store::account(ctx.db(), own_id(&ctx)?).await?.ok_or_else(kernel::Error::not_found)?;
    let text = keeper(&ctx)?.policy().await?.secrecy_text;
    let content = html! {
        div.form-page {
            h1 { "Gizlilik bildirimi" }
            @for paragraph in text.split("\n\n") { p.lead { (paragraph) } }
            @match account.secrecy_accepted_at {
                Some(at) => p { "Bu bildirimi " (kernel::tr::instant(at)) " tarihinde onayladınız." },
                None => form.form method="post" action=(duty_pages::SECRECY) {
                    (hidden(ui::names::CSRF, &ctx.csrf))
                    (hidden(ui::names::RETURN, ctx.param(ui::names::RETURN)))
                    div.form-end { button.btn.is-primary.is-official type="submit" { "Okudum, kabul ediyorum" } }
                },
            }
        }
    };
    ctx.page(Frame::new("Gizlilik bildirimi").crumb("Hesabım", "/hesabim"), content).await
}

pub(super) async fn accept_secrecy(ctx: Ctx, form: Form) -> Outcome {
    let keeper = keeper(&ctx)?;
    let text = keeper.policy().await?.secrecy_text;
    let tx = ctx.db().begin(&ctx.act).await?;
    crate::actions::sessions::accept_secrecy(&tx, own_id(&ctx)?, &text).await?;
    tx.commit().await?;
    keeper.forget();
    Ok(redirect(onward(form.get(ui::names::RETURN), "/"), "Gizlilik bildirimini onayladınız."))
}
