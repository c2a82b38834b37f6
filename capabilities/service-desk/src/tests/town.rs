//! Two units, a reporter in one and a technician in the other.

use directory::{NewStaff, NewUnit, create_staff, create_title, create_unit};
use kernel::db::Sql;
use kernel::job::Services;
use kernel::{Capability, Day};
use printing::{Block, Document};
use testkit::{Page, TestApp, TestDb};
use uuid::Uuid;

pub(super) fn capabilities() -> Vec<Capability> {
    vec![web::house(), access::capability(), directory::capability(), crate::capability()]
}

/// The text of the paper, so that a test reads what the typesetter gets.
fn plain(document: &Document, _at: time::OffsetDateTime) -> Result<Vec<u8>, printing::Error> {
    let mut said = vec![document.title.clone()];
    for block in &document.blocks {
        match block {
            Block::Heading(text) | Block::Paragraph(text) | Block::Note(text) => said.push(text.clone()),
            Block::Table { columns, .. } => said.extend(columns.iter().map(|column| column.label.clone())),
            Block::SignatureLines(lines) => {
                said.extend(lines.iter().map(|line| line.text.replace('\n', " ")))
            }
            Block::Facts(facts) => said.extend(facts.iter().map(|(name, value)| format!("{name}: {value}"))),
            _ => {}
        }
    }
    Ok(said.join("\n").into_bytes())
}

pub(super) struct Town<'a> {
    _folder: tempfile::TempDir,
    pub test: &'a TestDb,
    pub app: TestApp,
    pub desk: Uuid,
    pub works: Uuid,
    /// Works at the desk.
    pub ayse: Uuid,
    /// Reports.
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
        let desk = create_unit(&tx, &unit("BIM", "Bilgi İşlem Müdürlüğü")).await.unwrap();
        let works = create_unit(&tx, &unit("FEN", "Fen İşleri Müdürlüğü")).await.unwrap();
        let title = create_title(&tx, "Memur", "officer", false).await.unwrap();
        let mut people = Vec::new();
        for (number, name, unit) in [("1", "Ayşe Kaya", desk), ("2", "Mehmet Demir", works)] {
            let new = NewStaff {
                registry_no: number.into(),
                name: name.into(),
                unit,
                title,
                started_on: Day(time::macros::date!(2020 - 01 - 06)),
                email: if number == "2" { "Mehmet.Demir@ornek.bel.tr".into() } else { String::new() },
                phone: String::new(),
            };
            people.push(create_staff(&tx, &new).await.unwrap());
        }
        tx.commit().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let place = files::StoreConfig::Local { dir: folder.path().into() };
        let services = Services::default().with(files::Store::open(&place).unwrap());
        let services = services.with(printing::Printer(plain));
        let routes = crate::routes().and(web::house_routes());
        let app = TestApp::changed(test, routes, services, |_| {});
        Self { _folder: folder, test, app, desk, works, ayse: people[0], mehmet: people[1] }
    }

    pub fn as_technician(&self) {
        self.app.sign_in_as("technician", &[self.desk], Some(self.ayse));
    }

    pub fn as_mehmet(&self) {
        self.app.sign_in_as("staff", &[self.works], Some(self.mehmet));
    }

    /// Gives the desk its team.
    pub async fn with_team(&self) {
        let declared = self.test.registry.settings();
        let setting = declared.iter().find(|one| one.key == crate::levels::TEAM).unwrap();
        let tx = self.test.begin().await;
        kernel::setting::set(&tx, setting, &serde_json::json!("BIM")).await.unwrap();
        tx.without_event("a test");
        tx.commit().await.unwrap();
    }

    /// Reports as the person signed in; answers the address.
    pub async fn report(&self, description: &str, more: &[(&str, &str)]) -> String {
        let mut fields = vec![("description", description), ("place", "2. kat, 204")];
        fields.extend(more);
        let page = self.send(&fields).await;
        let text = page.text();
        page.location().unwrap_or_else(|| panic!("{text}"))
    }

    /// The form of a new ticket takes files, too.
    pub async fn send(&self, fields: &[(&str, &str)]) -> Page {
        self.app.upload("/destek/yeni", fields, &[]).await
    }

    pub async fn act(&self, address: &str, verb: &str, said: &str) -> Page {
        let fields = [("eylem", verb), ("onayli", "evet"), ("gerekce", said)];
        self.app.post(&format!("{address}/eylem"), &fields).await
    }

    pub async fn text(&self, sql: &str) -> String {
        self.test.db.scalar(sql, vec![]).await.unwrap().unwrap_or_default()
    }

    pub async fn count(&self, sql: &str) -> i64 {
        self.test.db.scalar(sql, vec![]).await.unwrap().unwrap()
    }
}
