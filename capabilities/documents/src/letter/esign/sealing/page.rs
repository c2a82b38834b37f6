//! The page of the municipality's seal for whoever keeps the settings: with what it seals, how the last use went, what waits.

use std::sync::Arc;

use kernel::capability::MenuEntry;
use kernel::event::NewEvent;
use kernel::setting::SETTINGS_ID;
use kernel::{Error, Instant, Ref, tr};
use maud::{Markup, html};
use signing::Certificate;
use signing::token::TokenUri;
use web::{Allow, Ctx, Form, Frame, Outcome, Routes};

use super::super::Trusted;
use crate::intake::unseal::Opening;

use super::{KEEPER, NONE, Seal, SharedSeal, Trouble, pins, store};

pub(crate) const PATH: &str = "/yonetim/muhur";

pub(in crate::letter) fn routes() -> Routes {
    Routes::new().get(PATH, Allow::Whole(KEEPER), show).post(
        format!("{PATH}/dene"),
        Allow::Whole(KEEPER),
        try_now,
    )
}

pub(in crate::letter) fn menu() -> MenuEntry {
    MenuEntry { group_tr: "Yönetim", label_tr: "Mühür", path: PATH, permission: KEEPER }
}

pub(crate) fn seal_of(ctx: &Ctx) -> Option<SharedSeal> {
    ctx.app.services.get::<Trusted>().ok().and_then(|trusted| trusted.seal.clone())
}

fn opening_of(ctx: &Ctx) -> Option<Arc<Opening>> {
    ctx.app.services.get::<Trusted>().ok().and_then(|trusted| trusted.opening.clone())
}

/// `GET /yonetim/muhur`
async fn show(ctx: Ctx) -> Outcome {
    let standing = store::standing(ctx.db(), "seal").await?;
    let waiting = store::count_waiting(ctx.db()).await?;
    let mut rows: Vec<(String, Markup)> = Vec::new();
    let mut row = |name: &str, value: Markup| rows.push((name.to_string(), value));
    let seal = seal_of(&ctx);
    match &seal {
        None => row("Anahtar", html! { (NONE) }),
        Some(seal) => {
            row("Anahtar", kept(seal));
            let blocking = seal.clone();
            let found = tokio::task::spawn_blocking(move || blocking.certificate()).await;
            match found.map_err(Error::internal)? {
                Ok(one) => certificate(&one, seal, &mut row),
                Err(error) => row("Sertifika", html! { (Trouble::of(&error).text) }),
            }
        }
    }
    if let Some(standing) = &standing {
        let at = tr::instant(standing.tried_at.0);
        match standing.error.as_str() {
            "" => row("Durumu", html! { "Çalışıyor (" (at) ")" }),
            error => row("Durumu", html! { "Kullanılamıyor (" (at) "): " (error) }),
        }
        if let Some(used) = standing.used_at {
            row("Son mühür", html! { (tr::instant(used)) });
        }
    }
    let opening = opening_of(&ctx);
    match opening.as_deref() {
        None => {
            row("Şifre çözme anahtarı", html! { "Tanımlı değil (decrypt_key); şifreli paketler açılmaz." })
        }
        Some(Opening::File(_)) => row("Şifre çözme anahtarı", html! { "Yazılım anahtarı: deneme içindir." }),
        Some(Opening::Module(key)) => {
            row("Şifre çözme anahtarı", html! { "PKCS #11 modülü: " (place(key.uri())) });
        }
    }
    if let Some(found) = store::standing(ctx.db(), "decrypt").await?.filter(|one| !one.error.is_empty()) {
        row("Şifre çözme", html! { "Yapılamıyor (" (tr::instant(found.tried_at.0)) "): " (found.error) });
    }
    row("Mühür bekleyen paket ve PDF", html! { (tr::grouped(waiting)) });
    let body = html! {
        h1 { "Mühür" }
        p { "e-Yazışma paketleri belediyenin mührüyle kapanır. Mühür kullanılamazken yazılar imzalanır, sayı alır; paketleri bekler ve mühür dönünce kendiliğinden yapılır." }
        (ui::facts(&rows))
        @if seal.is_some() || opening.is_some() {
            form method="post" action=(format!("{PATH}/dene")) {
                input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                button.btn.is-primary type="submit" { "Şimdi dene" }
                p { "PIN dosyasındaki PIN bir kez girilir. Yanlışsa modülün deneme hakkı bir azalır." }
            }
        }
    };
    ctx.page(Frame::new("Mühür"), body).await
}

fn kept(seal: &Seal) -> Markup {
    match seal {
        Seal::File(_) => html! { "Yazılım anahtarı: deneme içindir, hukukî geçerliliği yoktur." },
        Seal::Module(key) => html! { "PKCS #11 modülü: " (place(key.uri())) },
    }
}

/// Without the file of the PIN.
fn place(uri: &TokenUri) -> String {
    let named = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}"));
    let parts = [named("token", &uri.token), named("seri no", &uri.serial), named("nesne", &uri.object)];
    let mut text: Vec<String> = parts.into_iter().flatten().collect();
    text.push(uri.module_path.display().to_string());
    text.join(", ")
}

fn certificate(one: &Certificate, seal: &Seal, row: &mut impl FnMut(&str, Markup)) {
    row("Sertifika", html! { (one.holder()) });
    row("Sertifikayı veren", html! { (one.issuer_display()) });
    let until = Instant(one.valid_until().unix_timestamp().saturating_mul(Instant::SECOND_US));
    row("Geçerliliği", html! { (tr::instant(until.0)) " anına kadar" });
    if one.looks_like_trial() && matches!(seal, Seal::Module(_)) {
        row("Deneme", html! { "Sertifika deneme amaçlı görünüyor; hukukî geçerliliği yoktur." });
    }
}

/// `POST /yonetim/muhur/dene`: enters the PIN once, because a person said so.
async fn try_now(ctx: Ctx, _form: Form) -> Outcome {
    let (seal, opening) = (seal_of(&ctx), opening_of(&ctx));
    if seal.is_none() && opening.is_none() {
        return Err(Error::conflict(NONE).into());
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    store::allow(&tx, tx.at().plus_seconds(-pins::LONGEST_TRY)).await?;
    tx.record(NewEvent::new(Ref::new("setting", SETTINGS_ID), "Mühür", "seal_tried")).await?;
    tx.commit().await?;
    let outcome = super::check(&super::context(&ctx)).await?;
    let said = if outcome {
        "Mühür çalışıyor; bekleyen paketler bir dakika içinde yapılır."
    } else {
        "Mühür kullanılamıyor; nedeni aşağıda."
    };
    Ok(web::redirect(PATH, said))
}
