//! What every request passes: only pages of this program, opened under its own name, may act. A page of the
//! internet that makes a browser call us under a foreign name (DNS rebinding) or send a form is refused.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::pages;
use crate::routes::Agent;

/// No script at all, style from here, forms to here, in nobody's frame. The referrer stays inside: `no-referrer`
/// would make browsers send `Origin: null` with our own forms.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

pub(crate) async fn guard(State(agent): State<Arc<Agent>>, request: Request, next: Next) -> Response {
    let mut response = match fault(&agent, &request) {
        None => next.run(request).await,
        Some(fault) => {
            tracing::warn!(fault, "a request was refused");
            (StatusCode::FORBIDDEN, pages::foreign_request(agent.is_trial())).into_response()
        }
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn fault(agent: &Agent, request: &Request) -> Option<&'static str> {
    let headers = request.headers();
    let host = only(headers, &header::HOST);
    if !host.is_some_and(|host| agent.names.iter().any(|name| name == host)) {
        return Some("foreign host");
    }
    // Fetching a job uses its token up, so a picture or a frame of some page must not be able to.
    let target = only(headers, &HeaderName::from_static("sec-fetch-dest"));
    if request.uri().path() == "/imza" && target.is_some_and(|target| target != "document") {
        return Some("not opened by a person");
    }
    let has_no_effect = request.method() == Method::GET || request.method() == Method::HEAD;
    let origin = only(headers, &header::ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
    // Host and Origin are the same name, not just two of ours: `localhost` is another origin than 127.0.0.1.
    (!has_no_effect && origin != host).then_some("foreign origin")
}

/// The value of a header that stands there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}
