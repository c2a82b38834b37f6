//! A small town: two units, two people, and machines that report.

use axum::body::Body;
use directory::{NewStaff, NewUnit, create_staff, create_title, create_unit};
use http::{HeaderValue, Method};
use kernel::db::Sql;
use kernel::job::Services;
use kernel::{Capability, Day};
use printing::{Block, Document};
use testkit::{Page, TestApp, TestDb};
use uuid::Uuid;

pub(super) fn capabilities() -> Vec<Capability> {
    vec![web::house(), access::capability(), directory::capability(), crate::capability()]
}

pub(super) struct Town<'a> {
    _folder: tempfile::TempDir,
    pub test: &'a TestDb,
    pub app: TestApp,
    pub unit: Uuid,
    pub other_unit: Uuid,
    pub ayse: Uuid,
    pub mehmet: Uuid,
    pub veli: Uuid,
}

/// A line long enough to be somebody's hand.
pub(super) const DRAWN: &str = "20,150 90,40 160,150 230,60;300,100 420,90";

/// The text of the paper, so that a test reads what the typesetter gets.
fn plain(document: &Document, _at: time::OffsetDateTime) -> Result<Vec<u8>, printing::Error> {
    let mut said = vec![document.title.clone(), document.head.municipality.clone()];
    for block in &document.blocks {
        match block {
            Block::Table { rows, .. } => said.extend(rows.iter().map(|row| row.join(" | "))),
            Block::Paragraph(text) | Block::Note(text) => said.push(text.clone()),
            Block::SignatureLines(lines) => said.extend(lines.iter().map(|line| {
                format!("{}{}", line.text, if line.drawn.is_some() { " (çizildi)" } else { "" })
            })),
            Block::Facts(facts) => said.extend(facts.iter().map(|(name, value)| format!("{name}: {value}"))),
            _ => {}
        }
    }
    Ok(said.join("\n").into_bytes())
}

impl<'a> Town<'a> {
    pub async fn new(test: &'a TestDb) -> Self {
        Self::with(test, crate::routes()).await
    }

    pub async fn with(test: &'a TestDb, routes: web::Routes) -> Self {
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
        for (number, name, unit) in
            [("1", "Ayşe Kaya", own), ("2", "Mehmet Demir", other), ("3", "Veli Ak", own)]
        {
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
        let services = Services::default()
            .with(files::Store::open(&place).unwrap())
            .with(printing::Printer(plain))
            .with(kernel::secret::Key::new(&test.clock));
        let app = TestApp::changed(test, routes, services, |_| {});
        let [ayse, mehmet, veli] = people[..] else { panic!("three people") };
        Self { _folder: folder, test, app, unit: own, other_unit: other, ayse, mehmet, veli }
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

    pub async fn text_id(&self, sql: &str) -> Uuid {
        self.test.db.scalar(sql, vec![]).await.unwrap().unwrap()
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
            "software_rule" => "/program-kurallari",
            "licence" => "/lisanslar",
            "custody_check" => "/zimmet-teyitleri",
            "stocktake" => "/sayimlar",
            "write_off" => "/kayittan-dusme",
            _ => "/zimmetler",
        };
        format!("{path}/{}", ids[0])
    }

    pub async fn act(&self, address: &str, verb: &str) -> Page {
        let fields = [("eylem", verb), ("onayli", "evet"), ("gerekce", "Gerekçesi budur")];
        self.app.post(&format!("{address}/eylem"), &fields).await
    }

    /// Signs on the screen.
    pub async fn draw(&self, address: &str, verb: &str, drawn: &str) -> Page {
        let fields = [("eylem", verb), ("onayli", "evet"), ("imza", drawn)];
        self.app.post(&format!("{address}/eylem"), &fields).await
    }

    /// A paper that came back signed.
    pub async fn scan(&self, address: &str) {
        let file: &[(&str, &str, &[u8])] = &[("dosya", "imzali.pdf", b"%PDF-1.4 imzali")];
        self.app.upload(&format!("{address}/ek"), &[], file).await.leads_to(address);
    }

    /// Takes a machine out of the register by all steps; answers the address of the write-off.
    pub async fn write_off(&self, number: &str) -> String {
        let (head, member, second) = (self.ayse.to_string(), self.mehmet.to_string(), self.veli.to_string());
        let typed = [
            ("asset_numbers", number),
            ("reason", "broken"),
            ("report", "Anakartı yanmış."),
            ("head_id", &head),
            ("member_id", &member),
            ("second_member_id", &second),
        ];
        let address = self.app.post("/kayittan-dusme/yeni", &typed).await.location().unwrap();
        let later = [
            ("erasure", "destroyed"),
            ("erased_by_id", head.as_str()),
            ("erased_on", "2026-11-01"),
            ("voucher", "2026/418"),
            ("surum", "1"),
        ];
        self.app.post(&format!("{address}/duzenle"), &later).await.leads_to(&address);
        self.act(&address, "komisyona-sun").await.leads_to(&address);
        for verb in ["baskan-imzala", "uye-imzala", "ikinci-uye-imzala"] {
            self.draw(&address, verb, DRAWN).await.leads_to(&address);
        }
        self.act(&address, "karara-bagla").await.leads_to(&address);
        self.act(&address, "kayittan-dus").await.leads_to(&address);
        address
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
