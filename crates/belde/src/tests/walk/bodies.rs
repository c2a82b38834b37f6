//! Bodies that nobody should send, from somebody who may do everything: never our failure, never the framework's
//! sentence, and whatever is refused changed nothing. What was typed comes back on the form.

use std::collections::BTreeMap;

use axum::body::Body as Bytes;
use http::{Method, header};
use kernel::db::Sql;
use kernel::record::FieldKind;
use serde_json::{Value as Json, json};
use testkit::{Page, TestDb};
use uuid::Uuid;

use super::refused::{events, foreign};
use super::{Body, Route, Town, each_town};

/// The number of no record.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
/// Script, quotes, direction overrides, nothing that is visible, NUL, a half of a pair.
const ODD: &str = "<script>alert(1)</script>'\"; DROP TABLE unit --\u{202E}\u{2066}\u{200B}\0\u{FEFF}=1+1";

/// Values for one field at a time.
async fn values(town: &Town<'_>) -> Vec<String> {
    let of_another_kind: Option<Uuid> =
        town.test.db.scalar("SELECT id FROM role ORDER BY id LIMIT 1", vec![]).await.unwrap();
    vec![
        String::new(),
        ODD.into(),
        NOBODY.into(),
        of_another_kind.unwrap().to_string(),
        "-99999999999999999999".into(),
        "31.02.2026".into(),
        "31.12.9999 23:59".into(),
        "ş".repeat(5_000),
    ]
}

/// Everything that is sent to a form which has these fields.
async fn hostile(town: &Town<'_>, body: &Body) -> Vec<Body> {
    let with = |fields: Vec<(String, String)>| Body { fields, ..body.clone() };
    let mut all = vec![with(Vec::new())];
    for value in values(town).await {
        let filled = body.fields.iter().map(|(name, _)| (name.clone(), value.clone()));
        all.push(with(filled.collect()));
    }
    let long: Vec<_> = body.fields.iter().map(|(name, _)| (name.clone(), "ğ".repeat(20_000))).collect();
    all.push(with(long));
    for (place, (name, value)) in body.fields.iter().enumerate() {
        let mut missing = body.fields.clone();
        missing.remove(place);
        all.push(with(missing));
        for odd in [ODD, NOBODY, "\u{202E}", "-1"] {
            let mut one = body.fields.clone();
            one[place].1 = odd.into();
            all.push(with(one));
        }
        let twice = [(name.clone(), ODD.into()), (name.clone(), value.clone())];
        let rest = body.fields.iter().filter(|(known, _)| known != name).cloned();
        all.push(with(twice.into_iter().chain(rest).collect()));
    }
    // Of a large form every third or tenth is tried, and with it every kind of field.
    let step = all.len().div_ceil(MOST_BODIES);
    all.into_iter().step_by(step).collect()
}

/// Bodies for one form at most, and forms of one route: verbs differ by a button only.
const MOST_BODIES: usize = 40;
const MOST_FORMS: usize = 2;

/// Of how many kinds each form of the kit is tried with every body.
const KINDS_OF_KIT: usize = 4;
/// Of the others: nothing at all, and all fields empty, odd or the number of no record, as [`hostile`] has them first.
const FEW_BODIES: usize = 4;

/// The forms of the kit that were met: what follows the path of the kind, and the fields.
type Met = BTreeMap<(String, Vec<String>), usize>;

/// How many bodies a form gets. Notes, files, ties, views and followers are the kit's own (`web::kind_routes`): one
/// handler, the same fields and nothing of the kind's beside what it is called. They are tried with everything on the
/// first kinds and with a few bodies on all. A form that asks fields of the kind or runs its verbs is of the kind.
fn most_bodies(town: &Town<'_>, route: &Route, body: &Body, met: &mut Met) -> usize {
    let Some(kind) = town.kind_of(&route.path) else { return MOST_BODIES };
    let rest = route.path.strip_prefix(kind.path).unwrap_or_default().to_string();
    let own = ["/yeni", "/duzenle", "/eylem", "/toplu", "/ice-aktar"];
    if rest.is_empty() || own.iter().any(|end| rest.ends_with(end)) {
        return MOST_BODIES;
    }
    let names = body.fields.iter().map(|(name, _)| name.clone()).collect();
    let times = met.entry((rest, names)).or_default();
    *times += 1;
    if *times > KINDS_OF_KIT { FEW_BODIES } else { MOST_BODIES }
}

/// Judges one answer: `before` are the events there were.
async fn judge(town: &Town<'_>, page: &Page, before: Option<i64>, faults: &mut Vec<String>) {
    faults.extend(foreign(page));
    if page.status.is_client_error() && events(town).await != before {
        faults.push(format!("{} answered {} and left an event all the same", page.about, page.status));
    }
}

async fn send_raw(town: &Town<'_>, route: &Route, address: &str, kind: &'static str, body: Vec<u8>) -> Page {
    let mut request = town.app.request(route.method.clone(), address, Bytes::from(body));
    request.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    town.app.send(request).await
}

/// As a program that has the right to everything sends it.
async fn send_as_program(
    town: &Town<'_>,
    route: &Route,
    address: &str,
    token: &str,
    kind: &'static str,
    body: &[u8],
) -> Page {
    let mut request = town.app.request(route.method.clone(), address, Bytes::from(body.to_vec()));
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    let bearer = http::HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
    headers.insert(header::AUTHORIZATION, bearer);
    town.app.send(request).await
}

/// The right form in the wrong wrapping, and the wrong or no token: nothing of it may be taken.
async fn wrong_wrappings(town: &Town<'_>, route: &Route, address: &str, faults: &mut Vec<String>) {
    let before = events(town).await;
    let json = br#"{"csrf":"x","metin":"y"}"#.to_vec();
    let url = "application/x-www-form-urlencoded";
    let mut pages = vec![
        send_raw(town, route, address, "application/json", json).await,
        send_raw(town, route, address, url, b"csrf=&metin=y".to_vec()).await,
        send_raw(town, route, address, url, format!("csrf={}", "a".repeat(32)).into_bytes()).await,
        send_raw(town, route, address, url, b"csrf=%FF%FE&%ZZ=%".to_vec()).await,
        send_raw(town, route, address, "multipart/form-data; boundary=x", b"--x\r\nkirik".to_vec()).await,
        send_raw(town, route, address, "multipart/form-data", Vec::new()).await,
        send_raw(town, route, address, "text/plain", vec![0xFF, 0, 1]).await,
    ];
    let mut request =
        town.app.request(Method::POST, address, Bytes::from(format!("csrf={}", town.app.csrf())));
    request.headers_mut().insert(header::ORIGIN, http::HeaderValue::from_static("https://kotu.example"));
    request.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(url));
    pages.push(town.app.send(request).await);
    faults.extend(pages.iter().filter_map(foreign));
    let taken = pages.iter().filter(|page| !page.status.is_client_error());
    faults.extend(taken.map(|page| format!("{} is taken without its token: {}", page.about, page.status)));
    if events(town).await != before {
        faults.push(format!("{address} changed something without its token"));
    }
}

#[tokio::test]
async fn no_form_takes_what_nobody_should_send() {
    each_town(async |test: &TestDb| {
        let town = Town::with_forms(test).await;
        let (mut faults, mut met) = (Vec::new(), Met::new());
        for route in town.routes().iter().filter(|route| !route.is_api()) {
            town.sign_in();
            let bodies = town.bodies(route);
            let address = town.addresses(&route.path).await.remove(0);
            wrong_wrappings(&town, route, &address, &mut faults).await;
            for body in bodies.iter().take(MOST_FORMS) {
                let most = most_bodies(&town, route, body, &mut met);
                for hostile in hostile(&town, body).await.into_iter().take(most) {
                    // What went before may have ended the record: every body meets one that is there.
                    town.sign_in();
                    let address = town.addresses(&route.path).await.remove(0);
                    let before = events(&town).await;
                    let page = town.send(&address, &hostile).await;
                    judge(&town, &page, before, &mut faults).await;
                }
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    })
    .await;
}

/// JSON that is no body of this address.
async fn odd_json(town: &Town<'_>, route: &Route, address: &str) -> Vec<Json> {
    let good = town.json(route, address).await;
    let mut all =
        vec![json!(null), json!([]), json!("metin"), json!(7), json!({}), json!({ "boyle_alan_yok": 1 })];
    all.extend([json!({ "reason": ODD }), json!({ "reason": 7 }), json!({ "reason": "ş".repeat(200_000) })]);
    let Some(kind) = town.kind_of(&route.path) else { return all };
    let is_verb = route.path.ends_with("{verb}");
    for field in kind.fields.iter().filter(|field| field.form.has(true) && !is_verb) {
        let long = "ş".repeat(200_000);
        for value in [json!(ODD), json!(NOBODY), json!({ "a": [1] }), json!(1e300), json!(true), json!(long)]
        {
            // What a text may hold is no fault of the one who sends it.
            if matches!(field.kind, FieldKind::Text { .. } | FieldKind::LongText { .. }) && value == ODD {
                continue;
            }
            let mut body = good.clone();
            body[field.name] = value;
            all.push(body);
        }
    }
    all
}

#[tokio::test]
async fn no_call_of_the_api_takes_what_nobody_should_send() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let mut faults = Vec::new();
        for route in town.routes().iter().filter(|route| route.is_api()) {
            let token = town.sign_in();
            // A change is tried on one record, a verb as each verb of it.
            let most = if route.path.ends_with("{verb}") { 6 } else { 1 };
            for address in town.addresses(&route.path).await.into_iter().take(most) {
                for body in odd_json(&town, route, &address).await {
                    let before = events(&town).await;
                    let page = town.app.api(route.method.clone(), &address, &token, &body).await;
                    judge(&town, &page, before, &mut faults).await;
                }
                let before = events(&town).await;
                let (url, json_type) = ("application/x-www-form-urlencoded", "application/json");
                let mut pages = vec![
                    send_as_program(&town, route, &address, &token, url, b"name=x").await,
                    send_as_program(&town, route, &address, &token, json_type, b"{\"a\": \xFF}").await,
                    // Half of a letter that JSON spells in two.
                    send_as_program(&town, route, &address, &token, json_type, br#"{"name": "\ud800"}"#)
                        .await,
                    // A cookie alone writes nothing through the API.
                    send_raw(&town, route, &address, json_type, b"{\"name\": \"x\"}".to_vec()).await,
                ];
                pages.push(town.app.api(route.method.clone(), &address, "uydurma", &json!({})).await);
                faults.extend(pages.iter().filter_map(foreign));
                // To have read a notice needs no words.
                let is_wordless = |page: &&Page| route.path.ends_with("/read") && page.status == 200;
                let taken = pages.iter().filter(|page| !page.status.is_client_error() && !is_wordless(page));
                faults.extend(taken.map(|page| format!("{} is taken: {}", page.about, page.status)));
                if events(&town).await != before {
                    faults.push(format!("{address} changed something"));
                }
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    })
    .await;
}

/// A form that is on the page of its own address, of whatever record has one.
async fn shown(town: &Town<'_>, path: &str) -> Option<(String, page_check::SentForm)> {
    for address in town.addresses(path).await {
        let forms = page_check::forms(&town.app.get(&address).await.html());
        if let Some(form) = forms.into_iter().find(|form| form.method == "post" && form.action == address) {
            return Some((address, form));
        }
    }
    None
}

/// Letters that come back only when the page writes what was typed, and well.
const TYPED: &str = "Yarım & <kalan> “yazı”";

#[tokio::test]
async fn what_was_typed_into_a_refused_form_is_on_it_again() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let (mut faults, mut refused) = (Vec::new(), 0);
        for (_, path, _) in town.app.app.route_table().into_iter().filter(|(method, ..)| *method == "POST") {
            let is_form = town
                .app
                .app
                .route_table()
                .iter()
                .any(|(method, known, _)| *method == "GET" && *known == path);
            if !is_form || path.starts_with("/kurulum") || path.starts_with("/giris") {
                continue;
            }
            town.sign_in();
            let Some((address, form)) = shown(&town, &path).await else { continue };
            let is_written = |field: &page_check::SentField| {
                matches!(field.kind.as_str(), "text" | "textarea" | "email" | "tel" | "number" | "date")
            };
            let typed = form.fields.iter().filter(|field| field.name != ui::names::CSRF).map(|field| {
                let value =
                    if is_written(field) { format!("{TYPED} {}", field.name) } else { field.value.clone() };
                (field.name.clone(), value)
            });
            let body = Body { fields: typed.collect(), is_multipart: form.is_multipart };
            let answer = town.send(&address, &body).await;
            faults.extend(foreign(&answer));
            if !answer.status.is_client_error() {
                continue;
            }
            refused += 1;
            // A code that is good once is asked for anew.
            for field in form.fields.iter().filter(|field| is_written(field) && field.name != "kod") {
                let typed = format!("{TYPED} {}", field.name);
                let forms = page_check::forms(&answer.html());
                let mut again = forms.iter().flat_map(|form| &form.fields);
                if !again.any(|one| one.name == field.name && one.value == typed) {
                    faults.push(format!("{} ({}) lost {}", answer.about, answer.status, field.name));
                }
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
        assert!(refused > 12, "only {refused} forms refused anything");
    })
    .await;
}
