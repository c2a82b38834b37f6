//! A session that ended in the middle of a form: what was typed travels through the sign-in and comes back.

use axum::extract::{FromRequest, Multipart, Request};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::answer::{Outcome, redirect, see_other};
use crate::ctx::Ctx;
use crate::guard::mark_of;

/// Name of the hidden field that carries an interrupted form through the sign-in page.
pub const CARRIED: &str = "tasinan";
const CARRY_LIMIT_BYTES: usize = 512 * 1024;
const READ_LIMIT_BYTES: usize = 256 * 1024 * 1024;
const MOST_FIELDS: usize = 2_000;

#[derive(Default, Serialize, Deserialize)]
struct Interrupted {
    action: String,
    fields: Vec<(String, String)>,
    #[serde(default)]
    is_multipart: bool,
    /// Names of files that cannot travel: nobody who is not signed in may leave bytes with us.
    #[serde(default)]
    files: Vec<String>,
    /// The mark of the account whose page the form was on; empty when nobody was signed in.
    #[serde(default)]
    owner: String,
}

/// A page that must be visited first, and from there on to what was asked for: whoever reads a label with a telephone and signs in for
/// the first time comes to the device after all.
pub(crate) fn by_way_of(ctx: &Ctx, first: &str, method: &Method) -> String {
    // What was sent cannot be asked for again, and the start page is where the way ends anyhow.
    if method != Method::GET || ctx.is_htmx || ctx.is_api || ctx.path == "/" {
        return first.into();
    }
    let full =
        if ctx.raw_query.is_empty() { ctx.path.clone() } else { format!("{}?{}", ctx.path, ctx.raw_query) };
    let back: String = form_urlencoded::byte_serialize(full.as_bytes()).collect();
    format!("{first}?{}={back}", ui::names::RETURN)
}

/// To the sign-in page and back; a posted form is taken along.
pub(crate) async fn to_sign_in(ctx: &Ctx, request: Request) -> Response {
    let full =
        if ctx.raw_query.is_empty() { ctx.path.clone() } else { format!("{}?{}", ctx.path, ctx.raw_query) };
    let back: String = form_urlencoded::byte_serialize(full.as_bytes()).collect();
    let sign_in = format!("{}?{}={back}", ui::names::LOGIN, ui::names::RETURN);
    let read = match (request.method() == Method::POST, form_kind(&request)) {
        (true, Some(FormKind::Plain)) => plain(request).await,
        (true, Some(FormKind::Multipart)) => multipart(request).await,
        _ => return see_other(&sign_in),
    };
    let Some(mut interrupted) = read else { return too_long(ctx, &sign_in).await };
    interrupted.action = full;
    let token = interrupted.fields.iter().find(|(name, _)| name == ui::names::CSRF);
    let mark = token.and_then(|(_, token)| token.split_once('.')).map(|(_, mark)| mark.to_string());
    interrupted.owner = mark.unwrap_or_default();
    // Neither the old token nor a password travels.
    let is_secret = |name: &str| name.contains("parola") || name.contains("password");
    interrupted.fields.retain(|(name, _)| name != ui::names::CSRF && !is_secret(name));
    let carried = serde_json::to_string(&interrupted).unwrap_or_default();
    let content = html! {
        h1 { "Oturumunuz sona ermiş" }
        p.lead { "Yazdıklarınız kaybolmadı. Giriş yapın; kaldığınız yerden sürdürelim." }
        (again(&interrupted.files))
        form method="post" action=(ui::names::LOGIN) {
            input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
            (carried_input(&carried))
            input type="hidden" name="adim" value="baslangic";
            button.btn.is-primary type="submit" { "Giriş yap" }
        }
    };
    let page = crate::shell::bare(ctx, "Oturumunuz sona ermiş", content).await;
    crate::shell::html_response(StatusCode::UNAUTHORIZED, page)
}

fn again(files: &[String]) -> Markup {
    html! { @if !files.is_empty() {
        p { "Dosyayı yeniden seçmeniz gerekecek: " (files.join(", ")) "." }
    } }
}

async fn too_long(ctx: &Ctx, sign_in: &str) -> Response {
    let content = html! {
        h1 { "Oturumunuz sona ermiş" }
        p.lead { "Gönderdiğiniz form giriş sırasında taşınamayacak kadar büyük; henüz hiçbir şey kaydedilmedi." }
        p { "Bu sayfadan tarayıcınızın geri düğmesiyle forma dönüp yazdıklarınızı kopyalayın, sonra giriş yapın." }
        p { a.btn.is-primary href=(sign_in) { "Giriş yap" } }
    };
    let page = crate::shell::bare(ctx, "Oturumunuz sona ermiş", content).await;
    crate::shell::html_response(StatusCode::UNAUTHORIZED, page)
}

enum FormKind {
    Plain,
    Multipart,
}

fn form_kind(request: &Request) -> Option<FormKind> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())?;
    if kind.starts_with("application/x-www-form-urlencoded") {
        Some(FormKind::Plain)
    } else {
        kind.starts_with("multipart/form-data").then_some(FormKind::Multipart)
    }
}

async fn plain(request: Request) -> Option<Interrupted> {
    let bytes = crate::form::read(request.into_body(), CARRY_LIMIT_BYTES).await.ok()?;
    let fields: Vec<(String, String)> =
        form_urlencoded::parse(&bytes).into_owned().take(MOST_FIELDS + 1).collect();
    (fields.len() <= MOST_FIELDS).then(|| Interrupted { fields, ..Interrupted::default() })
}

/// The texts of the form; of its files only the names.
async fn multipart(request: Request) -> Option<Interrupted> {
    let mut parts = Multipart::from_request(request, &()).await.ok()?;
    let mut found = Interrupted { is_multipart: true, ..Interrupted::default() };
    let mut total = 0;
    let mut is_whole = true;
    while let Some(mut part) = parts.next_field().await.ok()? {
        let name = part.name().unwrap_or_default().to_string();
        let file = part.file_name().map(str::to_string);
        let mut bytes = Vec::new();
        // What is not kept is read all the same, so that the person sees the page and no broken connection.
        while let Some(chunk) = part.chunk().await.ok()? {
            total += chunk.len();
            if total > READ_LIMIT_BYTES {
                return None;
            }
            if file.is_none() && bytes.len() + chunk.len() <= CARRY_LIMIT_BYTES {
                bytes.extend_from_slice(&chunk);
            } else if file.is_none() {
                is_whole = false;
            }
        }
        match file {
            Some(file) if !file.is_empty() => found.files.push(files::name::clean_name(&file)),
            Some(_) => {}
            None => found.fields.push((name, String::from_utf8(bytes).ok()?)),
        }
        is_whole &= found.files.len() + found.fields.len() <= MOST_FIELDS;
    }
    let carried: usize = found.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    (is_whole && carried <= CARRY_LIMIT_BYTES).then_some(found)
}

/// The hidden field, to be repeated on every step of the sign-in; empty when nothing is carried.
pub fn carried_input(carried: &str) -> Markup {
    html! { @if !carried.is_empty() { input type="hidden" name=(CARRIED) value=(carried); } }
}

/// After the sign-in: one button that sends the interrupted form again, with the new session's token.
/// `None` when nothing was carried. Nothing is sent without the person pressing the button, and what one person typed is
/// neither shown to nor sent by another who signs in on the same browser.
pub async fn resume_page(ctx: &Ctx, csrf: &str, account: Uuid, carried: &str) -> Option<Outcome> {
    let interrupted: Interrupted = serde_json::from_str(carried).ok()?;
    if !interrupted.action.starts_with('/') || interrupted.action.starts_with("//") {
        return None;
    }
    if !interrupted.owner.is_empty() && interrupted.owner != mark_of(Some(account)) {
        let text = "Bu tarayıcıda yarım kalan form başka bir hesaba aitti; sizin adınıza gönderilmedi.";
        return Some(Ok(redirect("/", text)));
    }
    let content = html! {
        h1 { "Kaldığınız yerden sürdürün" }
        p.lead { "Yarım kalan formunuz hazır. Düğmeye bastığınızda gönderilecek." }
        (again(&interrupted.files))
        form method="post" action=(interrupted.action) enctype=[interrupted.is_multipart.then_some("multipart/form-data")] {
            input type="hidden" name=(ui::names::CSRF) value=(crate::guard::marked(csrf, Some(account)));
            @for (name, value) in &interrupted.fields { input type="hidden" name=(name) value=(value); }
            button.btn.is-primary type="submit" { "Formu gönder" }
            " " a.btn href="/" { "Vazgeç" }
        }
    };
    let page = crate::shell::bare(ctx, "Kaldığınız yerden sürdürün", content).await;
    Some(Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()))
}
