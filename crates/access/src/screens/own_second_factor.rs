//! Pairing a telephone, recovery codes that are shown once and can be printed, turning the second factor off.

use kernel::{Error, ErrorKind};
use maud::{Markup, PreEscaped, html};
use web::{Ctx, Form, Frame, Outcome, redirect};

use super::own_password::onward;
use super::{field, hidden, keeper, own_id};
use crate::{duty_pages, store, totp};

const TITLE: &str = "İkinci adım";

fn frame() -> Frame {
    Frame::new(TITLE).crumb("Hesabım", "/hesabim")
}

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let account = store::account(ctx.db(), own_id(&ctx)?).await?.ok_or_else(Error::not_found)?;
    if account.has_totp() {
        let left = store::accounts::recovery_codes_left(ctx.db(), account.id).await?;
        return ctx.page(frame(), manage(&ctx, left, None)).await;
    }
    let (secret, sealed) = keeper(&ctx)?.propose_second_factor(account.id);
    let setup = Setup { secret: &secret, sealed: &sealed, back: ctx.param(ui::names::RETURN) };
    ctx.page(frame(), pairing(&ctx, &account.username, &setup, None).await?).await
}

pub(super) async fn enable(ctx: Ctx, form: Form) -> Outcome {
    let keeper = keeper(&ctx)?;
    let account = store::account(ctx.db(), own_id(&ctx)?).await?.ok_or_else(Error::not_found)?;
    let (sealed, back) = (form.get("kurulum"), form.get(ui::names::RETURN));
    let proof = keeper.prove_again(&ctx.act, form.get("parola")).await;
    let tx = ctx.db().begin(&ctx.act).await?;
    let enabled = match proof {
        Ok(()) => keeper.enable_second_factor(&tx, account.id, sealed, form.get("kod")).await,
        Err(error) => Err(error),
    };
    match enabled {
        Ok(codes) => {
            tx.commit().await?;
            keeper.forget();
            ctx.page(Frame::new("Kurtarma kodlarınız").crumb("Hesabım", "/hesabim"), code_sheet(&codes, back))
                .await
        }
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            let secret = keeper.proposed_secret(account.id, sealed)?;
            let setup = Setup { secret: &secret, sealed, back };
            ctx.refused(frame(), pairing(&ctx, &account.username, &setup, Some(&error)).await?).await
        }
        Err(error) => Err(error.into()),
    }
}

fn text_of(error: &Error) -> Option<String> {
    Some(
        error.violations.first().map_or_else(|| error.message_tr.clone(), |violation| violation.text.clone()),
    )
}

/// What is wrong with the password, or with the code.
fn wrong(error: Option<&Error>, is_password: bool) -> Option<String> {
    let of_password = |error: &&Error| error.violations.iter().any(|one| one.field == "parola");
    error.filter(|error| of_password(error) == is_password).and_then(text_of)
}

fn password_field(error: Option<&Error>) -> Markup {
    ui::field(&ui::FieldView { error: wrong(error, true), ..super::password_again() })
}

fn code_field(hint: &str, error: Option<&Error>) -> Markup {
    ui::field(&ui::FieldView {
        autocomplete: Some("one-time-code".into()),
        max_length: Some(40),
        width: ui::Width::Short,
        error: wrong(error, false),
        ..field("kod", "Kod", hint, ui::Input::Text, "")
    })
}

/// What a telephone is to be paired with, and where its owner goes on to.
struct Setup<'a> {
    secret: &'a str,
    sealed: &'a str,
    back: &'a str,
}

async fn pairing(
    ctx: &Ctx,
    username: &str,
    setup: &Setup<'_>,
    error: Option<&Error>,
) -> kernel::Result<Markup> {
    let Setup { secret, sealed, back } = *setup;
    let town = ctx.app.settings().await?.text("house.town");
    let uri = totp::uri(&town, username, secret);
    Ok(html! {
        div.form-page {
            h1 { (TITLE) }
            @if ctx.must_visit == Some(duty_pages::SECOND_FACTOR) {
                (ui::notice(ui::FlashKind::Warning, html! { p { "Bu hesap için ikinci adım zorunlu. Kurulumdan sonra sürdürebilirsiniz." } }))
            }
            p.lead { "Parolanız ele geçse bile hesabınıza girilemesin diye girişte telefonunuzdaki kod da sorulur." }
            (pairing_steps(&uri, secret)?)
            form.form method="post" action=(duty_pages::SECOND_FACTOR) novalidate {
                (hidden(ui::names::CSRF, &ctx.csrf))
                (hidden("kurulum", sealed))
                (hidden(ui::names::RETURN, back))
                (code_field("", error))
                (password_field(error))
                div.form-end { button.btn.is-primary type="submit" { "İkinci adımı aç" } }
            }
        }
    })
}

/// What to do with the telephone, and the square it reads; for `uri` see [`totp::uri`].
pub fn pairing_steps(uri: &str, secret: &str) -> kernel::Result<Markup> {
    let picture = printing::qr(uri).map_err(|error| Error::internal(format!("qr: {error:?}")))?;
    let groups: Vec<&str> =
        secret.as_bytes().chunks(4).filter_map(|chunk| std::str::from_utf8(chunk).ok()).collect();
    Ok(html! {
        ol.steps {
            li { "Telefonunuza bir doğrulama uygulaması kurun (örneğin FreeOTP, Aegis, Google veya Microsoft Authenticator)." }
            li { "Uygulamayla aşağıdaki kareyi okutun." }
            li { "Uygulamanın gösterdiği 6 rakamı yazın." }
        }
        div.qr role="img" aria-label="Doğrulama uygulamasıyla okutulacak kare kod" { (PreEscaped(picture)) }
        details {
            summary { "Kareyi okutamıyorum" }
            p { "Uygulamaya “kurulum anahtarı” olarak bunu yazın (zamana dayalı, 6 rakam):" }
            p { code { (groups.join(" ")) } }
        }
    })
}

/// Shown once, right after they were made.
fn code_sheet(codes: &[String], back: &str) -> Markup {
    html! {
        div.form-page {
            h1 { "Kurtarma kodlarınız" }
            (ui::notice(ui::FlashKind::Success, html! { p { "İkinci adım açık." } }))
            p.lead {
                "Telefonunuzu kaybederseniz girişte bu kodlardan birini yazabilirsiniz. Her kod bir kez işe yarar. \
                 Şimdi yazdırın ve kilitli bir yerde saklayın; bir daha gösterilmez."
            }
            (code_list(codes))
            p { a.btn.is-primary href=(onward(back, "/hesabim")) { "Sakladım, sürdür" } }
        }
    }
}

/// Recovery codes, to be printed.
pub fn code_list(codes: &[String]) -> Markup {
    html! { ol.codes { @for code in codes { li { code { (code) } } } } }
}

fn manage(ctx: &Ctx, left: i64, error: Option<&Error>) -> Markup {
    html! {
        div.form-page {
            h1 { (TITLE) }
            p.lead { "İkinci adım açık. Kullanılmamış " (left) " kurtarma kodunuz var." }
            form.form method="post" action="/hesabim/ikinci-adim/kurtarma" novalidate {
                (hidden(ui::names::CSRF, &ctx.csrf))
                p.hint { "Yeni kodlar alırsanız eskileri geçersiz olur." }
                (password_field(error))
                div.form-end { button.btn type="submit" { "Yeni kurtarma kodları al" } }
            }
            h2 { "İkinci adımı kapat" }
            form.form method="post" action="/hesabim/ikinci-adim/kapat" novalidate {
                (hidden(ui::names::CSRF, &ctx.csrf))
                (code_field("Kapatmak için telefondaki kodu ya da bir kurtarma kodunu yazın.", error))
                div.form-end { button.btn.is-danger type="submit" { "İkinci adımı kapat" } }
            }
        }
    }
}

pub(super) async fn disable(ctx: Ctx, form: Form) -> Outcome {
    let keeper = keeper(&ctx)?;
    let id = own_id(&ctx)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    match keeper.disable_second_factor(&tx, id, form.get("kod")).await {
        Ok(()) => tx.commit().await?,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            let left = store::accounts::recovery_codes_left(ctx.db(), id).await?;
            return ctx.refused(frame(), manage(&ctx, left, Some(&error))).await;
        }
        Err(error) => return Err(error.into()),
    }
    keeper.forget();
    Ok(redirect("/hesabim", "İkinci adım kapatıldı."))
}

pub(super) async fn renew_codes(ctx: Ctx, form: Form) -> Outcome {
    let (keeper, id) = (keeper(&ctx)?, own_id(&ctx)?);
    if let Err(error) = keeper.prove_again(&ctx.act, form.get("parola")).await {
        if error.kind != ErrorKind::Invalid {
            return Err(error.into());
        }
        let left = store::accounts::recovery_codes_left(ctx.db(), id).await?;
        return ctx.refused(frame(), manage(&ctx, left, Some(&error))).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let codes = keeper.renew_recovery_codes(&tx, id).await?;
    tx.commit().await?;
    ctx.page(Frame::new("Kurtarma kodlarınız").crumb("Hesabım", "/hesabim"), code_sheet(&codes, "")).await
}
