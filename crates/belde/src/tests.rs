//! The whole product at once: the demo town loaded, every menu entry as every role, every door tried without a key.

#![allow(clippy::unwrap_used)]

mod committed;
mod declared;
mod desk;
mod hostile;
mod plans;
mod setup;
mod walk;

use std::sync::Arc;

use access::{Accounts, Hashing};
use kernel::capability::DemoContext;
use kernel::db::Sql;
use kernel::job::Services;
use kernel::secret::Key;
use kernel::{Act, Capability, Source};
use testkit::{TestApp, TestDb, each, each_filled};

/// List pages may ask the database this often (screens.md: 12 for the list, two more for settings and options).
const MOST_QUERIES: u32 = 14;

fn declared() -> Vec<Capability> {
    crate::capabilities::registry().capabilities().to_vec()
}

async fn load_demo(test: &TestDb) {
    let act = Act::system(&test.clock, Source::CommandLine, "deneme");
    let context = DemoContext { db: test.db.clone(), clock: test.clock.clone(), act, scale: 1 };
    for capability in test.registry.capabilities() {
        if let Some(load) = capability.demo {
            load(&context).await.unwrap();
        }
    }
}

/// Runs one scenario on the demo town, on each database. The town is made once and copied.
async fn each_town(scenario: impl AsyncFn(&TestDb)) {
    each_filled(declared(), load_demo, scenario).await;
}

/// The product as the binary puts it together, without a socket.
fn product(test: &TestDb) -> TestApp {
    product_with(test, Services::default())
}

/// The same with these services, such as a store of files.
fn product_with(test: &TestDb, services: Services) -> TestApp {
    let key = Key::new(&test.clock);
    let (db, clock) = (test.db.clone(), test.clock.clone());
    let accounts = Accounts::new(db, clock, key, Hashing::cheap(), crate::capabilities::directory());
    let services = services.with(accounts.clone());
    TestApp::with(test, crate::capabilities::routes(), Arc::new(crate::setup::Doors(accounts)), services)
}

/// The service of log lines on a folder, not open.
fn access_logs(test: &TestDb, folder: &std::path::Path) -> access_logs::AccessLogs {
    let config = crate::config::Config { data: folder.into(), ..crate::config::Config::default() };
    crate::journals::access_logs(&config, &test.clock, &Key::new(&test.clock)).unwrap()
}

async fn sign_in(app: &TestApp, username: &str) {
    let fields =
        [("adim", "parola"), ("kullanici", username), ("parola", access::demo::PASSWORD), ("donus", "/")];
    let page = app.post("/giris", &fields).await;
    app.follow(page).await.ok();
}

/// Pages that show everybody only their own need no permission; the menu may still leave them out.
fn is_behind_permission(app: &TestApp, path: &str) -> bool {
    let table = app.app.route_table();
    table
        .iter()
        .any(|(method, known, allow)| *method == "GET" && known == path && allow.permission().is_some())
}

#[tokio::test]
async fn every_menu_entry_opens_for_every_role_that_is_shown_it() {
    each_town(async |test: &TestDb| {
        for (role, username, _) in access::demo::ACCOUNTS {
            let app = product(test);
            sign_in(&app, username).await;
            let home = app.get("/").await.ok();
            let menu: Vec<_> = test.registry.capabilities().iter().flat_map(|one| one.menu.clone()).collect();
            for entry in menu {
                let is_shown = home.html().contains(&format!("href=\"{}\"", entry.path));
                let page = app.get(entry.path).await;
                if is_shown {
                    page.ok();
                } else if is_behind_permission(&app, entry.path) {
                    assert_eq!(page.status, 403, "{role} reaches {} without being shown it", entry.path);
                }
            }
        }
    })
    .await;
}

/// Everything the demo, the settings and the screens write down is read by people, in Turkish.
#[tokio::test]
async fn every_event_says_in_turkish_what_was_done_to_what() {
    each_town(async |test: &TestDb| {
        let kind = test.registry.kind("event").unwrap();
        let codes = |field: &str| -> Vec<&str> {
            kind.field(field).unwrap().choices().iter().map(|choice| choice.code).collect()
        };
        let (verbs, subjects) = (codes("verb"), codes("subject_kind"));
        let used = |column: &str| format!("SELECT DISTINCT {column} FROM event LIMIT 1000");
        let written: Vec<String> = test.db.column(&used("verb"), vec![]).await.unwrap();
        assert!(
            written.len() > 5 && written.iter().all(|verb| verbs.contains(&verb.as_str())),
            "{written:?}"
        );
        let written: Vec<String> = test.db.column(&used("subject_kind"), vec![]).await.unwrap();
        assert!(written.iter().all(|subject| subjects.contains(&subject.as_str())), "{written:?}");
        // What only the binary, the settings page, the backup and the inspection write.
        assert!(verbs.contains(&"demo_made"));
        assert!(["setting", "saved_view", "backup", "inspection"].iter().all(|one| subjects.contains(one)));
    })
    .await;
}

#[tokio::test]
async fn a_list_asks_the_database_a_few_times_whatever_it_holds() {
    each_town(async |test: &TestDb| {
        let app = product(test);
        sign_in(&app, "yonetici").await;
        for kind in test.registry.kinds() {
            app.get(kind.path).await.ok().queries_at_most(MOST_QUERIES);
        }
    })
    .await;
}

#[tokio::test]
async fn a_visitor_reaches_only_what_says_it_is_public() {
    each(declared(), async |test: &TestDb| {
        let app = product(test);
        for (method, path, allow) in app.app.route_table() {
            if method != "GET" || path.contains('{') || allow.is_open() {
                continue;
            }
            let page = app.get(&path).await;
            if path.starts_with("/api/") {
                assert_eq!(page.status, 401, "{path}");
            } else {
                let to = page.location().unwrap_or_default();
                assert!(to.starts_with("/giris?"), "{path} answered {} and leads to “{to}”", page.status);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_form_is_taken_without_the_sessions_token() {
    each_town(async |test: &TestDb| {
        let app = product(test);
        sign_in(&app, "yonetici").await;
        let id = "00000000-0000-7000-8000-000000000000";
        for (method, path, _) in app.app.route_table() {
            if method != "POST" || path.starts_with("/api/") {
                continue;
            }
            let address: String = path
                .split('/')
                .map(|part| if part.starts_with('{') { id } else { part })
                .collect::<Vec<_>>()
                .join("/");
            let events: Option<i64> = test.db.scalar("SELECT count(*) FROM event", vec![]).await.unwrap();
            let request = app.request(http::Method::POST, &address, "csrf=yanlis".into());
            let status = app.send(request).await.status;
            assert!(status.is_client_error(), "{path} answered {status}");
            let after: Option<i64> = test.db.scalar("SELECT count(*) FROM event", vec![]).await.unwrap();
            assert_eq!(events, after, "{path} changed something");
        }
    })
    .await;
}

#[test]
fn the_api_document_names_every_kind() {
    let registry = crate::capabilities::registry();
    let document = web::openapi_document(&registry, "http://localhost");
    for kind in registry.kinds() {
        let path = format!("/api/v1/{}", kind.id.replace('_', "-"));
        assert!(document["paths"].get(&path).is_some(), "{path} is missing");
    }
}

#[test]
fn the_api_document_says_that_a_correction_has_its_reason() {
    let registry = crate::capabilities::registry();
    let document = web::openapi_document(&registry, "http://localhost");
    for kind in registry.kinds().filter(|kind| kind.edit.is_some()) {
        let change = &document["components"]["schemas"][format!("{}_change", kind.id)];
        let reason = &change["properties"]["reason"]["description"];
        let named =
            kind.reasoned.iter().all(|field| reason.as_str().is_some_and(|said| said.contains(field)));
        assert!(named || kind.reasoned.is_empty() || kind.field("reason").is_some(), "{}: {reason}", kind.id);
    }
    let entry = &document["components"]["schemas"]["document_change"]["properties"]["reason"]["description"];
    assert!(entry.as_str().unwrap().contains("Konusu (title)"), "{entry}");
}

/// Where a kind had no such state, nothing could be chosen, or everything.
#[test]
fn what_a_reference_is_chosen_among_are_states_of_the_kind_it_names() {
    let registry = crate::capabilities::registry();
    for kind in registry.kinds() {
        for field in kind.fields.iter().filter(|field| !field.among.is_empty()) {
            let target = match (field.kind, field.each_line) {
                (kernel::record::FieldKind::Reference(target), _) | (_, Some((target, _))) => target,
                _ => panic!("{}.{} refers to nothing", kind.id, field.name),
            };
            let target = registry.kind(target).unwrap();
            let states = target.field("state").unwrap().choices();
            for state in field.among {
                assert!(states.iter().any(|one| one.code == *state), "{}.{}: {state}", kind.id, field.name);
            }
        }
    }
}
