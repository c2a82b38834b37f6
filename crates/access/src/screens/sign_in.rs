//! Sign-in in one or two steps, and sign-out. What was typed is kept, a form that was interrupted comes back.

use http::StatusCode;
use kernel::{Error, ErrorKind, tr};
use maud::{Markup, html};
use web::{
    Ctx, Form, Outcome, carried_input, redirect, resume_page, see_other, with_session, without_session,
};

use super::{field, hidden, keeper};
use crate::actions::sign_in::Step;

/// What travels through the steps.
struct Travel {
    back: String,
    carried: String,
}

impl Travel {
    fn of(ctx: &Ctx, form: Option<&Form>) -> Self {
        let back = form.map_or(ctx.param(ui::names::RETURN), |form| form.get(ui::names::RETURN));
        let carried = form.map_or("", |form| form.get(web::CARRIED));
        Self { back: own_path(back).into(), carried: carried.into() }
    }

    fn fields(&self) -> Markup {
        html! { (hidden(ui::names::RETURN, &self.back)) (carried_input(&self.carried)) }
    }
}

/// Only addresses of this site lead on; anything else leads to the start page.
pub(super) fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\0']);
    if is_own { path } else { "/" }
}

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let travel = Travel::of(&ctx, None);
    if ctx.actor().is_signed_in() {
        return Ok(see_other(&travel.back));
    }
    password_page(&ctx, &travel, "", None).await
}

pub(super) async fn send(ctx: Ctx, form: Form) -> Outcome {
    let travel = Travel::of(&ctx, Some(&form));
    match form.get("adim") {
        "baslangic" => password_page(&ctx, &travel, "", None).await,
        "kod" => send_code(&ctx, &form, &travel).await,
        _ => send_password(&ctx, &form, &travel).await,
    }
}

async fn send_password(ctx: &Ctx, form: &Form, travel: &Travel) -> Outcome {
    let (username, typed) = (form.get("kullanici"), form.get("parola"));
    match keeper(ctx)?.sign_in(&ctx.act, &ctx.device, username, typed).await {
        Ok(step) => next(ctx, step, travel).await,
        Err(error) if is_shown(&error) => password_page(ctx, travel, username, Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

async fn send_code(ctx: &Ctx, form: &Form, travel: &Travel) -> Outcome {
    let challenge = form.get("asama");
    match keeper(ctx)?.answer_challenge(&ctx.act, &ctx.device, challenge, form.get("kod")).await {
        Ok(step) => next(ctx, step, travel).await,
        Err(error) if error.kind == ErrorKind::SignInRequired => {
            password_page(ctx, travel, "", Some(&error)).await
        }
        Err(error) if is_shown(&error) => code_page(ctx, travel, challenge, Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

fn is_shown(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Invalid | ErrorKind::TooMany | ErrorKind::Forbidden)
}

async fn next(ctx: &Ctx, step: Step, travel: &Travel) -> Outcome {
    match step {
        Step::Code { challenge } => code_page(ctx, travel, &challenge, None).await,
        Step::In { token, expires_at, account_id, .. } => {
            let seconds = (expires_at.0 - ctx.act.now().0) / kernel::Instant::SECOND_US;
            let response = match resume_page(ctx, &web::csrf_of(&token), account_id, &travel.carried).await {
                Some(page) => page?,
                None => see_other(&travel.back),
            };
            Ok(with_session(&ctx.app, response, &token, seconds))
        }
    }
}

/// What went wrong, in the person's words.
fn sentence(error: &Error) -> String {
    match error.violations.first() {
        Some(violation) => violation.text.clone(),
        None => error.message_tr.clone(),
    }
}

fn status(error: Option<&Error>) -> StatusCode {
    match error.map(|error| error.kind) {
        None => StatusCode::OK,
        Some(ErrorKind::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        Some(ErrorKind::Forbidden) => StatusCode::FORBIDDEN,
        Some(ErrorKind::SignInRequired) => StatusCode::UNAUTHORIZED,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

async fn password_page(ctx: &Ctx, travel: &Travel, username: &str, error: Option<&Error>) -> Outcome {
    let title = "Giriş";
    let name = ui::FieldView {
        autocomplete: Some("username".into()),
        max_length: Some(200),
        ..field("kullanici", "Kullanıcı adı", "", ui::Input::Text, username)
    };
    let password = field("parola", "Parola", "", ui::Input::Password { new: false }, "");
    let content = html! {
        h1 { (title) }
        @if let Some(text) = &ctx.flash { (ui::notice(ui::FlashKind::Success, html! { p { (text) } })) }
        @if let Some(error) = error { (ui::notice(ui::FlashKind::Error, html! { p { (sentence(error)) } })) }
        @if !travel.carried.is_empty() {
            p.lead { "Yarım kalan formunuz saklandı; girişten sonra sürdürebilirsiniz." }
        }
        form.form method="post" action=(ui::names::LOGIN) novalidate {
            (hidden(ui::names::CSRF, &ctx.csrf))
            (hidden("adim", "parola"))
            (travel.fields())
            (ui::field(&name))
            (ui::field(&password))
            div.form-end { button.btn.is-primary type="submit" { "Giriş yap" } }
        }
        p.hint { "Parolanızı unuttuysanız bilgi işlem birimine başvurun; size tek kullanımlık bir parola verilir." }
    };
    bare(ctx, title, content, error).await
}

async fn code_page(ctx: &Ctx, travel: &Travel, challenge: &str, error: Option<&Error>) -> Outcome {
    let title = "Doğrulama kodu";
    let code = ui::FieldView {
        autocomplete: Some("one-time-code".into()),
        max_length: Some(40),
        ..field(
            "kod",
            "Kod",
            "Telefonunuzdaki doğrulama uygulamasının gösterdiği 6 rakam ya da bir kurtarma kodu.",
            ui::Input::Text,
            "",
        )
    };
    let content = html! {
        h1 { (title) }
        @if let Some(error) = error { (ui::notice(ui::FlashKind::Error, html! { p { (sentence(error)) } })) }
        form.form method="post" action=(ui::names::LOGIN) novalidate {
            (hidden(ui::names::CSRF, &ctx.csrf))
            (hidden("adim", "kod"))
            (hidden("asama", challenge))
            (travel.fields())
            (ui::field(&code))
            div.form-end { button.btn.is-primary type="submit" { "Doğrula" } }
        }
        // A form, so that what travels goes along.
        form method="post" action=(ui::names::LOGIN) {
            (hidden(ui::names::CSRF, &ctx.csrf))
            (hidden("adim", "baslangic"))
            (travel.fields())
            button.btn.is-quiet type="submit" { "Baştan başla" }
        }
    };
    bare(ctx, title, content, error).await
}

async fn bare(ctx: &Ctx, title: &str, content: Markup, error: Option<&Error>) -> Outcome {
    let title = if error.is_some() { format!("Hata: {title}") } else { title.to_string() };
    ctx.bare_page(status(error), &title, content).await
}

/// Ends the session, also one that has just run out, and says so on the sign-in page.
pub(super) async fn sign_out(ctx: Ctx, _form: Form) -> Outcome {
    if let (Some(account), Some(session)) = (ctx.actor().account_id, ctx.session_id) {
        let tx = ctx.db().begin(&ctx.act).await?;
        crate::actions::sessions::sign_out(&tx, account, session).await?;
        tx.commit().await?;
        keeper(&ctx)?.forget();
    }
    let now = tr::clock_time(tr::local(ctx.act.now().0).time());
    let response = redirect(ui::names::LOGIN, &format!("Oturumunuz saat {now} itibarıyla kapatıldı."));
    Ok(without_session(&ctx.app, response))
}
