//! Whoever has no right to a change is refused in Turkish, and not a byte of the database differs afterwards.

use http::{Method, header};
use kernel::db::Sql;
use testkit::{Page, TestDb};
use web::Allow;

use super::{Route, Town, each_town};

/// A body of ours in the words of ours: the frameworks below speak English.
pub(super) fn foreign(page: &Page) -> Option<String> {
    let told = || Some(format!("{} answered {}: {}", page.about, page.status, page.text()));
    if page.status.is_server_error() {
        return told();
    }
    if !page.status.is_client_error() {
        return None;
    }
    let kind = page.header(header::CONTENT_TYPE.as_str());
    let is_api = page.about.contains(" /api/");
    let wanted = if is_api { "application/json" } else { "text/html" };
    if !kind.starts_with(wanted) {
        return told();
    }
    let text = if is_api {
        page.json()["error"]["message"].as_str().unwrap_or_default().to_string()
    } else {
        page.text()
    };
    let english = ["Failed", "nvalid ", "xpected", "missing field", "error:", "denied", "not found"];
    if text.is_empty() || english.iter().any(|word| text.contains(word)) { told() } else { None }
}

/// Sends what the pages of the town send and asks `is_refused` of each answer.
pub(super) async fn try_all(
    town: &Town<'_>,
    route: &Route,
    token: &str,
    is_refused: impl Fn(&Page) -> bool,
    faults: &mut Vec<String>,
) {
    let before = events(town).await;
    let mut pages = Vec::new();
    for address in town.addresses(&route.path).await {
        if route.is_api() {
            let body = town.json(route, &address).await;
            pages.push(town.app.api(route.method.clone(), &address, token, &body).await);
            continue;
        }
        assert_eq!(route.method, Method::POST, "{}: teach the walk this method", route.path);
        for body in town.bodies_for(route, &address) {
            pages.push(town.send(&address, body).await);
        }
    }
    faults.extend(pages.iter().filter_map(foreign));
    let taken = pages.iter().filter(|page| !is_refused(page));
    faults.extend(taken.map(|page| format!("{} is not refused: {}", page.about, page.status)));
    if events(town).await != before {
        faults.push(format!("{} {} left an event", route.method, route.path));
    }
}

/// An error, or led back to the page one came from with why nothing was done.
pub(super) fn is_refused(page: &Page) -> bool {
    let mut set = page.headers.get_all(header::SET_COOKIE).iter();
    page.status.is_client_error() || set.any(|cookie| cookie.as_bytes().starts_with(b"belde_mesaj=%21"))
}

pub(super) async fn events(town: &Town<'_>) -> Option<i64> {
    town.test.db.scalar("SELECT count(*) FROM event", vec![]).await.unwrap()
}

/// Walks with `walk`, which answers what it found wrong; in the end every row must be as it was.
pub(super) async fn nothing_changes(town: &Town<'_>, walk: impl AsyncFnOnce(&mut Vec<String>)) {
    let before = town.state().await;
    let mut faults = Vec::new();
    walk(&mut faults).await;
    let after = town.state().await;
    let changed = before.iter().zip(&after).filter(|(one, other)| one != other);
    faults.extend(changed.map(|((table, _), _)| format!("the table {table} changed")));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test]
async fn nobody_changes_anything_without_signing_in() {
    each_town(async |test: &TestDb| {
        let town = Town::with_forms(test).await;
        nothing_changes(&town, async |faults| {
            for route in town.routes() {
                town.app.forget_session();
                // The way in leads further; it gives nothing by itself.
                let is_door = route.allow == Allow::Public;
                let is_refused = |page: &Page| {
                    let is_led_in = page.location().is_some_and(|to| to.starts_with("/giris"));
                    page.status.is_client_error() || is_led_in || is_door
                };
                try_all(&town, &route, "uydurma", is_refused, faults).await;
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn whoever_lacks_only_the_permission_of_a_route_is_refused_there() {
    each_town(async |test: &TestDb| {
        let town = Town::with_forms(test).await;
        nothing_changes(&town, async |faults| {
            for route in town.routes() {
                let Some(code) = route.allow.permission() else { continue };
                let token = town.sign_in_without(code);
                try_all(&town, &route, &token, |page| page.status == 403, faults).await;
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_auditor_reads_everything_and_changes_nothing_but_their_own_account() {
    each_town(async |test: &TestDb| {
        let town = Town::with_forms(test).await;
        nothing_changes(&town, async |faults| {
            for route in town.routes().iter().filter(|route| !route.is_own()) {
                let token = town.sign_in_as_auditor().await;
                try_all(&town, route, &token, is_refused, faults).await;
            }
        })
        .await;
    })
    .await;
}
