//! Two units, a keeper of the store in one and somebody in the other.

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
            Block::Table { rows, .. } => said.extend(rows.iter().map(|row| row.join(" | "))),
            Block::Paragraph(text) | Block::Note(text) => said.push(text.clone()),
            Block::SignatureLines(lines) => said.extend(lines.iter().map(|line| {
                format!(
                    "{}{}",
                    line.text.replace('\n', " "),
                    if line.drawn.is_some() { " (çizildi)" } else { "" }
                )
            })),
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
                email: String::new(),
                phone: String::new(),
            };
            people.push(create_staff(&tx, &new).await.unwrap());
        }
        tx.commit().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let place = files::StoreConfig::Local { dir: folder.path().into() };
        let services = Services::default().with(printing::Printer(plain));
        let services = services.with(files::Store::open(&place).unwrap());
        let app = TestApp::changed(test, web::house_routes().and(crate::routes()), services, |_| {});
        Self { _folder: folder, test, app, desk, works, ayse: people[0], mehmet: people[1] }
    }

    /// Somebody more, for what needs three.
    pub async fn third(&self) -> Uuid {
        let tx = self.test.begin().await;
        let title = create_title(&tx, "Uzman", "officer", false).await.unwrap();
        let new = NewStaff {
            registry_no: "3".into(),
            name: "Veli Ak".into(),
            unit: self.works,
            title,
            started_on: Day(time::macros::date!(2020 - 01 - 06)),
            email: String::new(),
            phone: String::new(),
        };
        let id = create_staff(&tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub fn as_technician(&self) {
        self.app.sign_in_as("technician", &[self.desk], Some(self.ayse));
    }

    pub fn as_mehmet(&self) {
        self.app.sign_in_as("staff", &[self.works], Some(self.mehmet));
    }

    /// Opens something as the person signed in; answers its id.
    pub async fn new_at(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let page = self.app.post(&format!("{path}/yeni"), fields).await;
        let text = page.text();
        let address = page.location().unwrap_or_else(|| panic!("{text}"));
        address.rsplit('/').next().unwrap().to_string()
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
