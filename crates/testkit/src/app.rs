//! A client of the whole application without a socket: cookies, CSRF tokens, people with the powers of a role,
//! and a check of every page it fetches.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use http::{Method, Request, header};
use kernel::job::Services;
use kernel::{Actor, Boxed, Result};
use tower::ServiceExt;
use uuid::Uuid;
use web::{App, AppParts, Authenticator, Prefs, Routes, SESSION_COOKIE, SignedIn, VISITOR_COOKIE};

use crate::actor::role_actor;
use crate::db::TestDb;
use crate::page::Page;

/// People by their cookie or token; accounts are not needed where a test is not about them.
#[derive(Default)]
struct People(Mutex<HashMap<String, SignedIn>>);

impl People {
    fn found(&self, token: &str) -> Option<SignedIn> {
        self.0.lock().expect("no panic holds the lock").get(token).cloned()
    }
}

impl Authenticator for People {
    fn by_session<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        Box::pin(async move { Ok(self.found(token)) })
    }

    fn by_api_token<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        Box::pin(async move { Ok(self.found(token)) })
    }

    fn set_prefs<'a>(&'a self, actor: &'a Actor, prefs: Prefs) -> Boxed<'a, Result<()>> {
        Box::pin(async move {
            let mut all = self.0.lock().expect("no panic holds the lock");
            for one in all.values_mut().filter(|one| one.actor.account_id == actor.account_id) {
                one.prefs = prefs;
            }
            Ok(())
        })
    }
}

/// One browser before the application of a test.
pub struct TestApp {
    pub app: App,
    router: Router,
    people: Arc<People>,
    registry: Arc<kernel::Registry>,
    cookies: Mutex<BTreeMap<String, String>>,
    address: SocketAddr,
}

impl TestApp {
    /// These routes over a test database; people come from [`TestApp::sign_in_as`].
    pub fn new(test: &TestDb, routes: Routes) -> Self {
        let people = Arc::new(People::default());
        Self::with(test, routes, people.clone(), Services::default()).of(people)
    }

    /// As [`TestApp::new`], with the services of the product and whatever `change` sets otherwise.
    pub fn changed(
        test: &TestDb,
        routes: Routes,
        services: Services,
        change: impl FnOnce(&mut AppParts),
    ) -> Self {
        let people = Arc::new(People::default());
        Self::build(test, routes, people.clone(), services, change).of(people)
    }

    /// With the product's own keeper of accounts and services: people sign in on the page.
    pub fn with(
        test: &TestDb,
        routes: Routes,
        authenticator: Arc<dyn Authenticator>,
        services: Services,
    ) -> Self {
        Self::build(test, routes, authenticator, services, |_| {})
    }

    fn build(
        test: &TestDb,
        routes: Routes,
        authenticator: Arc<dyn Authenticator>,
        services: Services,
        change: impl FnOnce(&mut AppParts),
    ) -> Self {
        let mut parts =
            AppParts::new(test.db.clone(), test.clock.clone(), test.registry.clone(), authenticator);
        parts.services = Arc::new(services);
        parts.requests_per_second = 10_000;
        change(&mut parts);
        let app = App::new(parts);
        let router = web::router(app.clone(), routes);
        // The visitor's cookie that the first page would have set.
        let cookies = BTreeMap::from([(VISITOR_COOKIE.to_string(), "ziyaretci".to_string())]);
        Self {
            app,
            router,
            people: Arc::default(),
            registry: test.registry.clone(),
            cookies: Mutex::new(cookies),
            address: SocketAddr::from(([10, 0, 0, 7], 40_000)),
        }
    }

    fn of(mut self, people: Arc<People>) -> Self {
        self.people = people;
        self
    }

    /// From here on the requests are this person's. Answers the token, which also works as an API token.
    pub fn sign_in(&self, actor: Actor) -> String {
        let token =
            format!("oturum-{}-{}", actor.account_id.unwrap_or_default().simple(), actor.grants.len());
        let found = SignedIn {
            actor,
            session_id: Some(Uuid::from_u128(1)),
            prefs: Prefs::default(),
            must_visit: None,
            guide: None,
        };
        self.people.0.lock().expect("no panic holds the lock").insert(token.clone(), found);
        self.set_cookie(SESSION_COOKIE, &token);
        token
    }

    /// From here on the requests are somebody's with the powers `role` has at first, on these units (the first is
    /// the person's own) and on what `staff` owns.
    pub fn sign_in_as(&self, role: &str, units: &[Uuid], staff: Option<Uuid>) -> String {
        self.sign_in(role_actor(&self.registry, role, units, staff))
    }

    /// From here on nobody is signed in.
    pub fn forget_session(&self) {
        self.cookies.lock().expect("no panic holds the lock").remove(SESSION_COOKIE);
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("no panic holds the lock").get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("no panic holds the lock").insert(name.into(), value.into());
    }

    /// The token that forms of this browser carry.
    pub fn csrf(&self) -> String {
        let names = [SESSION_COOKIE, VISITOR_COOKIE];
        let cookie = names
            .iter()
            .find_map(|name| self.cookie(name).or_else(|| self.cookie(&format!("__Host-{name}"))));
        web::csrf_of(&cookie.unwrap_or_default())
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path, Body::empty())).await
    }

    /// As htmx asks: the answer is a part of a page.
    pub async fn get_part(&self, path: &str) -> Page {
        let mut request = self.request(Method::GET, path, Body::empty());
        request.headers_mut().insert("hx-request", http::HeaderValue::from_static("true"));
        self.send(request).await
    }

    /// As htmx sends a form while it is filled in: the answer is a part of a page.
    pub async fn post_part(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut request = self.form(path, fields);
        request.headers_mut().insert("hx-request", http::HeaderValue::from_static("true"));
        self.send(request).await
    }

    /// Sends a form, with the right CSRF token unless `fields` bring their own.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(self.form(path, fields)).await
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        if !fields.iter().any(|(name, _)| *name == ui::names::CSRF) {
            form.append_pair(ui::names::CSRF, &self.csrf());
        }
        form.extend_pairs(fields);
        let mut request = self.request(Method::POST, path, Body::from(form.finish()));
        let kind = http::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        request
    }

    /// Sends a form with files: `(field, file name, bytes)`.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Page {
        let boundary = "belde-sinir-7f3a";
        let mut body = Vec::new();
        let csrf = self.csrf();
        for (name, value) in [(ui::names::CSRF, csrf.as_str())].iter().chain(fields) {
            let part =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (field, name, bytes) in files {
            let head = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let mut request = self.request(Method::POST, path, Body::from(body));
        let kind = format!("multipart/form-data; boundary={boundary}");
        let kind = http::HeaderValue::from_str(&kind).expect("the boundary is plain ASCII");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.send(request).await
    }

    /// Calls the JSON API with a token instead of cookies; `Null` sends no body.
    pub async fn api(&self, method: Method, path: &str, token: &str, body: &serde_json::Value) -> Page {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let mut request = self.request(method, path, body);
        let bearer = http::HeaderValue::from_str(&format!("Bearer {token}")).expect("tokens are plain ASCII");
        let headers = request.headers_mut();
        headers.remove(header::COOKIE);
        headers.insert(header::AUTHORIZATION, bearer);
        headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        self.send(request).await
    }

    /// Goes where a redirect leads; any other answer stays as it is.
    pub async fn follow(&self, page: Page) -> Page {
        match page.location() {
            Some(to) => self.get(&to).await,
            None => page,
        }
    }

    /// A request of this browser, to be changed before [`TestApp::send`].
    pub fn request(&self, method: Method, path: &str, body: Body) -> Request<Body> {
        let cookies = self.cookies.lock().expect("no panic holds the lock");
        let line: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, line.join("; "))
            .header(header::USER_AGENT, "Mozilla/5.0 (X11; Pardus) Firefox/140.0")
            .extension(ConnectInfo(self.address));
        request.body(body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Sends it, keeps the cookies, and checks an HTML answer for the duties of every page.
    pub async fn send(&self, request: Request<Body>) -> Page {
        let about = format!("{} {}", request.method(), request.uri());
        let is_part = request.headers().contains_key("hx-request");
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        let bytes = to_bytes(body, 200 * 1024 * 1024).await.expect("the body of an answer can be read");
        Page::new(about, is_part, parts.status, parts.headers, bytes.to_vec())
    }

    fn keep_cookies(&self, headers: &http::HeaderMap) {
        let mut cookies = self.cookies.lock().expect("no panic holds the lock");
        for line in headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let is_gone = line.contains("Max-Age=0") || value.is_empty();
            if is_gone {
                cookies.remove(name)
            } else {
                cookies.insert(name.into(), value.into())
            };
        }
    }
}
