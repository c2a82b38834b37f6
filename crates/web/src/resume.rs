//! A session that ended in the middle of a form: what was typed travels through the sign-in and comes back.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::answer::{Outcome, see_other};
use crate::ctx::Ctx;

/// Name of the hidden field that carries an interrupted form through the sign-in page.
pub const CARRIED: &str = "tasinan";
const CARRY_LIMIT_BYTES: usize = 512 * 1024;

#[derive(Serialize, Deserialize)]
struct Interrupted {
    action: String,
    fields: Vec<(String, String)>,
}

/// To the sign-in page and back; a posted form is taken along.
pub(crate) async fn to_sign_in(ctx: &Ctx, request: Request) -> Response {
    let method = request.method().clone();
    let full =
        if ctx.raw_query.is_empty() { ctx.path.clone() } else { format!("{}?{}", ctx.path, ctx.raw_query) };
    let back: String = form_urlencoded::byte_serialize(full.as_bytes()).collect();
    if method != Method::POST || !is_plain_form(&request) {
        return see_other(&format!("{}?{}={back}", ui::names::LOGIN, ui::names::RETURN));
    }
    let Ok(bytes) = to_bytes(request.into_body(), CARRY_LIMIT_BYTES).await else {
        return see_other(&format!("{}?{}={back}", ui::names::LOGIN, ui::names::RETURN));
    };
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().take(2_000).collect();
    // Neither the old token nor a password travels.
    fields.retain(|(name, _)| name != ui::names::CSRF && !name.contains("parola"));
    let carried = serde_json::to_string(&Interrupted { action: full, fields }).unwrap_or_default();
    let content = html! {
        h1 { "Oturumunuz sona ermiş" }
        p.lead { "Yazdıklarınız kaybolmadı. Giriş yapın; kaldığınız yerden sürdürelim." }
        form method="post" action=(ui::names::LOGIN) {
            input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
            (carried_input(&carried))
            input type="hidden" name="adim" value="baslangic";
            button.btn.is-primary type="submit" { "Giriş yap" }
        }
    };
    let page = crate::shell::bare(ctx, "Oturumunuz sona ermiş", content).await;
    (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

fn is_plain_form(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// The hidden field, to be repeated on every step of the sign-in; empty when nothing is carried.
pub fn carried_input(carried: &str) -> Markup {
    html! { @if !carried.is_empty() { input type="hidden" name=(CARRIED) value=(carried); } }
}

/// After the sign-in: one button that sends the interrupted form again, with the new session's token.
/// `None` when nothing was carried. Nothing is sent without the person pressing the button.
pub async fn resume_page(ctx: &Ctx, csrf: &str, carried: &str) -> Option<Outcome> {
    let interrupted: Interrupted = serde_json::from_str(carried).ok()?;
    if !interrupted.action.starts_with('/') || interrupted.action.starts_with("//") {
        return None;
    }
    let content = html! {
        h1 { "Kaldığınız yerden sürdürün" }
        p.lead { "Yarım kalan formunuz hazır. Düğmeye bastığınızda gönderilecek." }
        form method="post" action=(interrupted.action) {
            input type="hidden" name=(ui::names::CSRF) value=(csrf);
            @for (name, value) in &interrupted.fields { input type="hidden" name=(name) value=(value); }
            button.btn.is-primary type="submit" { "Formu gönder" }
            " " a.btn href="/" { "Vazgeç" }
        }
    };
    let page = crate::shell::bare(ctx, "Kaldığınız yerden sürdürün", content).await;
    Some(Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()))
}
