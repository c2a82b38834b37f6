//! The session cookie, set after a sign-in and taken away after a sign-out. What it means, the access crate knows.

use axum::response::Response;
use http::{HeaderValue, header};

use crate::app::App;
use crate::guard::session_cookie_name;

/// Gives the browser a session token for `seconds`. Only the server reads it, and no other site sends it along.
pub fn with_session(app: &App, response: Response, token: &str, seconds: i64) -> Response {
    set(app, response, token, seconds.max(0))
}

/// Takes the session token away.
pub fn without_session(app: &App, response: Response) -> Response {
    set(app, response, "", 0)
}

fn set(app: &App, mut response: Response, token: &str, seconds: i64) -> Response {
    let secure = if app.is_https() { "; Secure" } else { "" };
    let name = session_cookie_name(app);
    let cookie = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
