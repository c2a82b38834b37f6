//! A small town: two units, two people, and machines that report.

use axum::body::Body;
use directory::{NewStaff, NewUnit, create_staff, create_title, create_unit};
use http::{HeaderValue, Method};
use kernel::db::Sql;
use kernel::{Capability, Day};
use testkit::{Page, TestApp, TestDb};
use uuid::Uuid;

pub(super) fn capabilities() -> Vec<Capability> {
    vec![web::house(), access::capability(), directory::capability(), crate::capability()]
}

pub(super) struct Town<'a> {
    pub test: &'a TestDb,
    pub app: TestApp,
    pub unit: Uuid,
    pub other_unit: Uuid,
    pub ayse: Uuid,
    pub mehmet: Uuid,
}

impl<'a> Town<'a> {
    pub async fn new(test: &'a TestDb) -> Self {
        let tx = test.begin().await;
        let unit = |code: &str, name: &str| NewUnit {
            code: code.into(),
            name: name.into(),
            kind: "directorate".into(),
            ..NewUnit::default()
        };
        let own = create_unit(&tx, &unit("BIM", "Bilgi İşlem Müdürlüğü")).await.unwrap();
        let other = create_unit(&tx, &unit("FEN", "Fen İşleri Müdürlüğü")).await.unwrap();
        let title = create_title(&tx, "Memur", "officer", false).await.unwrap();
        let mut people = Vec::new();
        for (number, name, unit) in [("1", "Ayşe Kaya", own), ("2", "Mehmet Demir", other)] {
            let new = NewStaff {
                registry_no: number.into(),
                name: name.into(),
                unit,
                title,
                started_on: Day(time::macros::date!(2020 - 01 - 06)),
                email: String::new(),
                phone: String::new(),
            };
            people.push(create_staff(&tx, &new).await.unwrap());
        }
        tx.commit().await.unwrap();
        let app = test.app(crate::routes());
        Self { test, app, unit: own, other_unit: other, ayse: people[0], mehmet: people[1] }
    }

    /// The person who keeps the inventory.
    pub fn as_clerk(&self) {
        self.app.sign_in_as("clerk", &[self.unit], None);
    }

    pub fn as_staff(&self, staff: Uuid, unit: Uuid) {
        self.app.sign_in_as("staff", &[unit], Some(staff));
    }

    /// As an agent sends it: no cookie, no token, any content type.
    pub async fn report(&self, path: &str, agent: Option<&str>, body: impl Into<Body>) -> Page {
        let mut request = self.app.request(Method::POST, path, body.into());
        let headers = request.headers_mut();
        headers.clear();
        headers.insert("host", HeaderValue::from_static("127.0.0.1:8080"));
        headers.insert("content-type", HeaderValue::from_static("Application/x-compress"));
        if let Some(agent) = agent {
            headers.insert("glpi-agent-id", HeaderValue::from_str(agent).unwrap());
        }
        self.app.send(request).await
    }

    /// With the header by which the agent signs in.
    pub async fn report_as(&self, authorization: &str, body: impl Into<Body>) -> Page {
        let mut request = self.app.request(Method::POST, "/ocsinventory", body.into());
        let headers = request.headers_mut();
        headers.clear();
        headers.insert("host", HeaderValue::from_static("127.0.0.1:8080"));
        headers.insert("authorization", HeaderValue::from_str(authorization).unwrap());
        self.app.send(request).await
    }

    pub async fn count(&self, sql: &str) -> i64 {
        self.test.db.scalar(sql, vec![]).await.unwrap().unwrap()
    }

    pub async fn text(&self, sql: &str) -> String {
        self.test.db.scalar(sql, vec![]).await.unwrap().unwrap_or_default()
    }

    /// The address of the only record a kind has with this text.
    pub async fn find(&self, table: &str, column: &str, value: &str) -> String {
        let sql = format!("SELECT id FROM {table} WHERE {column} = $1");
        let ids: Vec<Uuid> = self.test.db.column(&sql, vec![value.into()]).await.unwrap();
        assert_eq!(ids.len(), 1, "{table} with {column} {value}");
        let path = match table {
            "asset" => "/varliklar",
            "agent" => "/ajanlar",
            "software" => "/programlar",
            "custody_check" => "/zimmet-teyitleri",
            _ => "/zimmetler",
        };
        format!("{path}/{}", ids[0])
    }

    pub async fn act(&self, address: &str, verb: &str) -> Page {
        let fields = [("eylem", verb), ("onayli", "evet"), ("gerekce", "Gerekçesi budur")];
        self.app.post(&format!("{address}/eylem"), &fields).await
    }

    /// Enters an asset by hand; answers its address.
    pub async fn enter(&self, name: &str, serial: &str) -> String {
        let unit = self.unit.to_string();
        let typed = [("name", name), ("category", "laptop"), ("serial", serial), ("unit_id", unit.as_str())];
        let entered = self.app.post("/varliklar/yeni", &typed).await;
        let text = entered.text();
        entered.location().unwrap_or_else(|| panic!("{text}"))
    }
}
