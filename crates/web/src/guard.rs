//! Around every request: who asks, request number, rate limit, permission, errors drawn, security headers.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::access::Source;
use kernel::db::QUERY_COUNT;
use kernel::{Act, Actor, Error, ErrorKind};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::answer::{Carried, Failure, Outcome};
use crate::app::App;
use crate::auth::SignedIn;
use crate::ctx::{Ctx, CtxParts, SESSION_COOKIE};
use crate::routes::Allow;

/// Cookie that ties a form to a browser before anybody is signed in.
pub const VISITOR_COOKIE: &str = "belde_z";

/// The CSRF token that belongs to a session or visitor cookie.
pub fn csrf_of(cookie: &str) -> String {
    hex::encode(&Sha256::digest(format!("belde csrf {cookie}"))[..16])
}

/// A mark of whose form it is, behind the token in every form: after the session is over it still says who typed. It
/// opens nothing; whoever forges it keeps their own text from themselves.
pub(crate) fn mark_of(account: Option<Uuid>) -> String {
    account.map(|id| hex::encode(&Sha256::digest(format!("belde form {id}"))[..8])).unwrap_or_default()
}

/// The token as forms of a signed-in person carry it.
pub(crate) fn marked(token: &str, account: Option<Uuid>) -> String {
    let mark = mark_of(account);
    if mark.is_empty() { token.to_string() } else { format!("{token}.{mark}") }
}

/// The outermost layer.
pub(crate) async fn surround(State(app): State<App>, request: Request, next: Next) -> Response {
    let count = Arc::new(AtomicU32::new(0));
    let mut response = QUERY_COUNT.scope(count.clone(), within(app.clone(), request, next)).await;
    secure(&app, &mut response);
    if matches!(app.clock, kernel::Clock::Test(_)) {
        let queries = count.load(Ordering::Relaxed);
        response.headers_mut().insert("x-belde-queries", HeaderValue::from(queries));
    }
    response
}

async fn within(app: App, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let address = address_of(&parts);
    if let Some(address) = address
        && app.limiter.check_key(&address).is_err()
    {
        let error =
            Error::new(ErrorKind::TooMany, "Çok sık istek gönderildi. Biraz bekleyip yeniden deneyin.");
        return plain(&parts, &error);
    }
    let (ctx, new_cookie) = match recognise(&app, &parts, address).await {
        Ok(found) => found,
        Err(error) => return plain(&parts, &error),
    };
    if is_cross_site(&parts) {
        let error = Error::new(ErrorKind::Forbidden, "Başka bir siteden gelen istek kabul edilmez.");
        return draw(&ctx, &error).await;
    }
    parts.extensions.insert(ctx.clone());
    let mut response = next.run(Request::from_parts(parts, crate::form::patient(body))).await;
    if let Some(Carried(error)) = response.extensions().get::<Carried>().cloned() {
        log(&ctx, &error);
        response = draw(&ctx, &error).await;
    } else if response.status() == StatusCode::BAD_REQUEST {
        // An id in the address that is none: axum answers in English, the house in its own words.
        response = draw(&ctx, &Error::not_found()).await;
    }
    if let Some(cookie) = new_cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if ctx.flash.is_some() && response.status() == StatusCode::OK {
        let gone = HeaderValue::from_static("belde_mesaj=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

/// To a program, whose key may be wrong, over or withdrawn: which of them is not told to strangers.
const NO_KEY: &str = "Geçerli bir erişim anahtarı gerekir (Authorization: Bearer …); anahtar yanlış, süresi dolmuş ya da geri alınmış \
                      olabilir.";

/// The layer of one route: lets in whom its permission lets in.
pub(crate) async fn permit(State((_, allow)): State<(App, Allow)>, request: Request, next: Next) -> Response {
    let Some(ctx) = request.extensions().get::<Ctx>().cloned() else {
        return Failure(Error::internal("the guard did not run")).into_response();
    };
    let refused = match allow {
        _ if allow.is_open() => None,
        _ if !ctx.actor().is_signed_in() && ctx.is_api => Some(Error::new(ErrorKind::SignInRequired, NO_KEY)),
        _ if !ctx.actor().is_signed_in() => Some(Error::sign_in()),
        _ if allow.opens_for(ctx.actor()) => None,
        _ => Some(Error::forbidden().with_context(allow.permission().unwrap_or_default())),
    };
    if let Some(guide) = ctx.guide
        && !allow.is_open()
        && !guide.allows(&ctx.path)
    {
        return crate::answer::see_other(guide.next);
    }
    match (refused, ctx.must_visit) {
        (Some(error), _) if error.kind == ErrorKind::SignInRequired && !ctx.is_api => {
            crate::resume::to_sign_in(&ctx, request).await
        }
        (Some(error), _) => Failure(error).into_response(),
        (None, Some(first)) if !allow.is_open() && !ctx.path.starts_with(first) => {
            crate::answer::see_other(&crate::resume::by_way_of(&ctx, first, request.method()))
        }
        (None, _) => next.run(request).await,
    }
}

pub(crate) async fn unknown_address(ctx: Ctx) -> Outcome {
    let text = format!(
        "“{}” adresinde bir sayfa yok. Adres eksik yazılmış ya da sayfa taşınmış olabilir.",
        ctx.path
    );
    Err(Failure(Error::new(ErrorKind::NotFound, text)))
}

/// An address that exists, asked in a way it does not offer. A program is told so; a person who reloads the address of
/// a form is told that there is no page.
pub(crate) async fn wrong_method(ctx: Ctx) -> Response {
    if !ctx.is_api {
        return unknown_address(ctx).await.into_response();
    }
    let text = "Bu adres bu yöntemle çağrılamaz; hangi yöntemler olduğu “Allow” başlığında yazar.";
    let mut response = api_answer(&Error::new(ErrorKind::NotFound, text), ctx.act.request_id);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

async fn recognise(
    app: &App,
    request: &Parts,
    address: Option<IpAddr>,
) -> kernel::Result<(Ctx, Option<String>)> {
    let headers = &request.headers;
    let uri = &request.uri;
    let is_api = uri.path().starts_with("/api/");
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|v| v.strip_prefix("Bearer "));
    let session = cookie(headers, &session_cookie_name(app));
    let mut new_cookie = None;
    let (signed_in, csrf, is_token): (Option<SignedIn>, String, bool) = match (bearer, &session) {
        (Some(token), _) => (app.authenticator.by_api_token(token.trim()).await?, String::new(), true),
        (None, Some(token)) => (app.authenticator.by_session(token).await?, csrf_of(token), false),
        // A program fills in no form, so it needs no cookie.
        (None, None) if is_api => (None, String::new(), false),
        (None, None) => (None, visitor(app, headers, &mut new_cookie), false),
    };
    let guide = signed_in.as_ref().and_then(|found| found.guide);
    let (actor, prefs, session_id, must_visit) = match signed_in {
        Some(found) => (found.actor, found.prefs, found.session_id, found.must_visit),
        None => (Actor::anonymous(), crate::auth::Prefs::default(), None, None),
    };
    let account = actor.account_id;
    let request_id = app.clock.new_id();
    let act = Act {
        actor,
        source: if is_api { Source::Api } else { Source::Screen },
        request_id: Some(request_id),
        address: address.map(|ip| ip.to_string()),
        clock: app.clock.clone(),
    };
    let raw_query = uri.query().unwrap_or_default().to_string();
    let text =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_string();
    let parts = CtxParts {
        app: app.clone(),
        act,
        prefs,
        session_id,
        csrf: marked(&csrf, account),
        path: uri.path().to_string(),
        query: query_of(&raw_query),
        raw_query,
        is_htmx: headers.contains_key("hx-request"),
        is_api,
        is_token,
        device: text("user-agent").chars().take(200).collect(),
        must_visit,
        session_cookie: session.unwrap_or_default(),
        guide,
        flash: flash(headers),
    };
    Ok((Ctx(Arc::new(parts)), new_cookie))
}

fn query_of(raw: &str) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(raw.as_bytes()).into_owned().take(200);
    pairs.map(|(name, value)| (crate::form::without_nul(name), crate::form::without_nul(value))).collect()
}

/// The `__Host-` prefix makes the browser insist on Secure, Path=/ and no Domain, so that no neighbouring site sets it.
fn visitor_cookie_name(app: &App) -> String {
    if app.is_https() { format!("__Host-{VISITOR_COOKIE}") } else { VISITOR_COOKIE.into() }
}

pub(crate) fn session_cookie_name(app: &App) -> String {
    // The prefix makes the browser insist on Secure, Path=/ and no Domain.
    if app.is_https() { format!("__Host-{SESSION_COOKIE}") } else { SESSION_COOKIE.into() }
}

fn visitor(app: &App, headers: &HeaderMap, new_cookie: &mut Option<String>) -> String {
    let name = visitor_cookie_name(app);
    let token = cookie(headers, &name).unwrap_or_else(|| {
        let token = app.clock.token();
        let secure = if app.is_https() { "; Secure" } else { "" };
        *new_cookie = Some(format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}"));
        token
    });
    csrf_of(&token)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, value)| *known == name && !value.is_empty()).map(|(_, value)| value.to_string())
}

fn flash(headers: &HeaderMap) -> Option<String> {
    let raw = cookie(headers, "belde_mesaj")?;
    let text =
        form_urlencoded::parse(format!("m={raw}").as_bytes()).next().map(|(_, value)| value.into_owned())?;
    Some(text.chars().take(500).collect())
}

/// A browser says where a request comes from; a form post from elsewhere is refused before its body is read.
fn is_cross_site(request: &Parts) -> bool {
    if matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (header("origin"), header("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, from)| from != host),
        _ => false,
    }
}

/// The peer's address, or what a proxy on this very machine says it is.
fn address_of(request: &Parts) -> Option<IpAddr> {
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())?;
    let forwarded = request.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    match forwarded {
        Some(list) if peer.is_loopback() => {
            list.rsplit(',').next().and_then(|last| last.trim().parse().ok()).or(Some(peer))
        }
        _ => Some(peer),
    }
}

fn log(ctx: &Ctx, error: &Error) {
    let request_id = ctx.act.request_id.unwrap_or_default();
    match error.kind {
        ErrorKind::Internal | ErrorKind::Unavailable => {
            tracing::error!(%request_id, path = %ctx.path, context = %error.context, "request failed");
        }
        _ => {
            tracing::debug!(%request_id, path = %ctx.path, kind = ?error.kind, context = %error.context, "request refused")
        }
    }
}

async fn draw(ctx: &Ctx, error: &Error) -> Response {
    if ctx.is_api {
        return with_patience(api_answer(error, ctx.act.request_id), error);
    }
    let status = crate::answer::status_of(error.kind);
    let body = crate::shell::error_page(ctx, status, error).await;
    let mut response = (status, Body::from(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    with_patience(response, error)
}

/// `{"error": {"kind", "message", "violations", "request"}}`.
fn api_answer(error: &Error, request: Option<uuid::Uuid>) -> Response {
    let body = serde_json::json!({ "error": {
        "kind": format!("{:?}", error.kind),
        "message": error.message_tr,
        "violations": error.violations,
        "request": request,
    }});
    (crate::answer::status_of(error.kind), axum::Json(body)).into_response()
}

/// Before anybody is recognised there is no shell to draw into.
fn plain(request: &Parts, error: &Error) -> Response {
    tracing::warn!(kind = ?error.kind, context = %error.context, "request refused before recognition");
    let status = crate::answer::status_of(error.kind);
    if request.uri.path().starts_with("/api/") {
        return with_patience(api_answer(error, None), error);
    }
    let heading = if error.kind == ErrorKind::TooMany { "Çok sık istek" } else { "Şu anda yapılamıyor" };
    let shell = ui::BareShell { title: heading.into(), ..ui::BareShell::default() };
    let view = ui::ErrorView {
        code: status.as_u16(),
        heading: heading.into(),
        text: error.message_tr.clone(),
        reference: None,
        ways_back: vec![ui::Link::new("Günüm sayfası", "/")],
    };
    let page = ui::bare_page(&shell, ui::error_page(&view)).into_string();
    with_patience(crate::shell::html_response(status, page), error)
}

/// Says to programs, too, when to come again.
fn with_patience(mut response: Response, error: &Error) -> Response {
    if matches!(error.kind, ErrorKind::TooMany | ErrorKind::Unavailable) {
        response.headers_mut().entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static("10"));
    }
    response
}

/// A cookie that no unencrypted connection carries, whoever set it.
fn only_encrypted(cookie: HeaderValue) -> HeaderValue {
    match cookie.to_str() {
        Ok(text) if !text.contains("; Secure") => {
            HeaderValue::from_str(&format!("{text}; Secure")).unwrap_or(cookie)
        }
        _ => cookie,
    }
}

fn secure(app: &App, response: &mut Response) {
    const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(self), geolocation=(self), microphone=()"),
    );
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    if app.is_https() {
        let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
        headers.remove(header::SET_COOKIE);
        for cookie in cookies {
            headers.append(header::SET_COOKIE, only_encrypted(cookie));
        }
        let value = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    // Pages hold personal data: no cache may keep them. Assets set their own rule.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
