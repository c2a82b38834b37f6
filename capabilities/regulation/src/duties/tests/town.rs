//! A small town for tests of this part: a regulation in force with three clauses, a unit, two people, and requests
//! by whoever has the powers of a role at first.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use kernel::db::Sql;
use kernel::job::Services;
use kernel::{Actor, Boxed, Registry, Result, Tx};
use testkit::{TestDb, role_actor};
use tower::ServiceExt;
use uuid::Uuid;
use web::{App, AppParts, Authenticator, Prefs, SignedIn};

pub(crate) const UNIT: Uuid = Uuid::from_u128(0x11);
pub(crate) const OTHER_UNIT: Uuid = Uuid::from_u128(0x12);
pub(crate) const TITLE: Uuid = Uuid::from_u128(0x21);
pub(crate) const EMRE: Uuid = Uuid::from_u128(0x31);
pub(crate) const AYSE: Uuid = Uuid::from_u128(0x32);
pub(crate) const REGULATION: Uuid = Uuid::from_u128(0x41);

/// The clause with this number, from 1 to 3.
pub(crate) fn node(number: u128) -> Uuid {
    Uuid::from_u128(0x50 + number)
}

/// Everything the program declares that this crate's screens stand on.
pub(crate) fn capabilities() -> Vec<kernel::Capability> {
    vec![web::house(), crate::capability(), directory()]
}

/// Tables of the directory, as far as duties ask for them.
fn directory_tables() -> [kernel::schema::Table; 3] {
    let named = |name| {
        let table = kernel::schema::Table::new(name, "by name").id().text("name", "name");
        table.text("name_key", "sort key").text("state", "open, active, closed, left")
    };
    [named("unit"), named("title"), named("staff").uuid("unit_id", "where").uuid("title_id", "as what")]
}

/// Kinds of the directory by name only: this crate may not use the real ones, and offers what a person may see of them.
fn directory() -> kernel::Capability {
    const VIEW: &str = "directory.unit.view";
    let kind = |id, name_tr| kernel::record::Kind::new(id, name_tr, name_tr, "/", VIEW);
    let sees = kernel::capability::Permission {
        code: VIEW,
        sentence_tr: "Birimleri görür.",
        roles: crate::duties::EVERYBODY,
    };
    let migration = kernel::migrate::Migration {
        id: "directory/0001_directory",
        up: |backend| kernel::migrate::create(backend, &directory_tables()),
    };
    kernel::Capability {
        id: "directory",
        migrations: vec![migration],
        permissions: vec![sees],
        kinds: vec![kind("unit", "birim"), kind("title", "unvan"), kind("staff", "personel")],
        ..kernel::Capability::default()
    }
}

pub(crate) struct Town<'a> {
    pub test: &'a TestDb,
    router: axum::Router,
}

pub(crate) struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The session cookie is the code of a role; `staff` is Emre, `chief` is Ayşe of the other unit.
struct ByRole(Arc<Registry>);

impl ByRole {
    fn of(&self, role: &str) -> SignedIn {
        let (unit, staff) = match role {
            "staff" => (UNIT, Some(EMRE)),
            "chief" => (OTHER_UNIT, Some(AYSE)),
            _ => (UNIT, None),
        };
        let actor = role_actor(&self.0, role, &[unit], staff);
        SignedIn { actor, session_id: None, prefs: Prefs::default(), must_visit: None, guide: None }
    }
}

impl Authenticator for ByRole {
    fn by_session<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        Box::pin(async move { Ok(Some(self.of(token))) })
    }

    fn by_api_token<'a>(&'a self, token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        self.by_session(token)
    }

    fn set_prefs<'a>(&'a self, _actor: &'a Actor, _prefs: Prefs) -> Boxed<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

impl<'a> Town<'a> {
    /// The town with its regulation, its people and the catalogue.
    pub async fn new(test: &'a TestDb, printer: printing::Printer) -> Town<'a> {
        let tx = test.begin().await;
        people(&tx).await;
        regulation(&tx).await;
        crate::duties::sync::sync(&tx).await.unwrap();
        crate::duties::sync::restate(&tx, None).await.unwrap();
        tx.commit().await.unwrap();
        let authenticator = Arc::new(ByRole(test.registry.clone()));
        let mut parts =
            AppParts::new(test.db.clone(), test.clock.clone(), test.registry.clone(), authenticator);
        parts.services = Arc::new(Services::default().with(printer));
        let routes = web::house_routes().and(crate::routes());
        Town { test, router: web::router(App::new(parts), routes) }
    }

    pub async fn get(&self, role: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, format!("belde={role}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A form of this person's session.
    pub async fn post(&self, role: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = web::csrf_of(role);
        let fields = fields.iter().copied().chain([("csrf", csrf.as_str())]);
        let body =
            fields.map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&");
        let request = Request::post(path)
            .header(header::COOKIE, format!("belde={role}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let path = request.uri().to_string();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let text = |name: header::HeaderName| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_string()
        };
        let (location, content_type) = (text(header::LOCATION), text(header::CONTENT_TYPE));
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 20 * 1024 * 1024).await.unwrap().to_vec();
        if status == StatusCode::OK && content_type.starts_with("text/html") {
            let faults = page_check::page(&String::from_utf8_lossy(&bytes));
            assert!(faults.is_empty(), "{path}: {faults:?}");
        }
        Answer { status, location, content_type, bytes }
    }

    /// How many events of this verb there are.
    pub async fn events(&self, verb: &str) -> i64 {
        let sql = "SELECT count(*) FROM event WHERE verb = $1";
        self.test.db.scalar(sql, vec![verb.into()]).await.unwrap().unwrap_or(0)
    }

    /// State of the match of a clause with a duty.
    pub async fn state(&self, node: Uuid, duty: &str) -> Option<String> {
        let sql = "SELECT state FROM clause_duty WHERE node_id = $1 AND duty = $2";
        self.test.db.scalar(sql, vec![node.into(), duty.into()]).await.unwrap()
    }

    pub async fn duty(&self, code: &str) -> crate::duties::store::DutyRow {
        let all = crate::duties::store::duties(&self.test.db).await.unwrap();
        all.into_iter().find(|row| row.code == code).unwrap()
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

async fn people(tx: &Tx) {
    let sql = "INSERT INTO record (kind, id, number, title, unit_id, owner_id, is_removed) VALUES ($1, $2, '', $3, $4, NULL, FALSE)";
    for (kind, id, title, unit) in [
        ("unit", UNIT, "Yazılım Birimi", Some(UNIT)),
        ("unit", OTHER_UNIT, "Teknik Servis", Some(OTHER_UNIT)),
        ("title", TITLE, "Programcı", None),
        ("regulation", REGULATION, "Deneme Yönetmeliği", None),
        ("staff", EMRE, "Emre Doğan", Some(UNIT)),
        ("staff", AYSE, "Ayşe Kaya", Some(OTHER_UNIT)),
    ] {
        tx.run(sql, vec![kind.into(), id.into(), title.into(), unit.into()]).await.unwrap();
    }
    let named = "INSERT INTO unit (id, name, name_key, state) VALUES ($1, $2, $2, 'open')";
    for (id, name) in [(UNIT, "Yazılım Birimi"), (OTHER_UNIT, "Teknik Servis")] {
        tx.run(named, vec![id.into(), name.into()]).await.unwrap();
    }
    let named = "INSERT INTO title (id, name, name_key, state) VALUES ($1, $2, $2, 'open')";
    tx.run(named, vec![TITLE.into(), "Programcı".into()]).await.unwrap();
    let staff = "INSERT INTO staff (id, unit_id, title_id, name, name_key, state) VALUES ($1, $2, $3, $4, $4, 'active')";
    for (id, unit, name) in [(EMRE, UNIT, "Emre Doğan"), (AYSE, OTHER_UNIT, "Ayşe Kaya")] {
        tx.run(staff, vec![id.into(), unit.into(), TITLE.into(), name.into()]).await.unwrap();
    }
}

/// Clause 1 is confirmed for ID-1; clause 2 has two proposals, clause 3 one.
async fn regulation(tx: &Tx) {
    let sql = "INSERT INTO regulation (id, version, title, title_key, kind, state, in_force_on, decision, source, source_name, \
               text, text_digest, reader_version, created_at, created_by) \
               VALUES ($1, 1, 'Deneme Yönetmeliği', 'deneme', 'yonetmelik', 'in_force', '2026-01-01', '', 'paste', '', '', '', 1, 0, 'Deneme')";
    tx.run(sql, vec![REGULATION.into()]).await.unwrap();
    let nodes = "INSERT INTO regulation_node (id, regulation_id, place, parent_id, kind, address, address_tr, heading, display, digest) \
                 VALUES ($1, $2, $3, NULL, 'clause', $4, $5, '', $6, '')";
    for (place, letter) in [(1, "a"), (2, "b"), (3, "c")] {
        let values = vec![
            node(place as u128).into(),
            REGULATION.into(),
            i64::from(place).into(),
            format!("6/{letter}").into(),
            format!("Madde 6, bent {letter}").into(),
            format!("Bu bent {place} numaralı görevi anlatır.").into(),
        ];
        tx.run(nodes, values).await.unwrap();
    }
    let matches = "INSERT INTO clause_duty (id, version, node_id, regulation_id, duty, score_milli, words, state) \
                   VALUES ($1, 1, $2, $3, $4, $5, $6, $7)";
    for (place, duty, score, state) in [
        (1, "ID-1", 900_i64, "confirmed"),
        (2, "SD-1", 820, "proposed"),
        (2, "SD-2", 400, "proposed"),
        (3, "NE-1", 700, "proposed"),
    ] {
        let values = vec![
            tx.new_id().into(),
            node(place).into(),
            REGULATION.into(),
            duty.into(),
            score.into(),
            "talep, kayıt".into(),
            state.into(),
        ];
        tx.run(matches, values).await.unwrap();
    }
}
