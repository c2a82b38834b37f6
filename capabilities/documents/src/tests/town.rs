//! Two units, each with a head, a register clerk in one and an officer in the other.

use access::actions::open_account::{NewAccount, link_staff, open_account};
use directory::{NewStaff, NewUnit, create_staff, create_title, create_unit};
use kernel::db::Sql;
use kernel::job::Services;
use kernel::{Capability, Day, notice};
use printing::{Block, Document};
use testkit::{Page, TestApp, TestDb};
use uuid::Uuid;

pub(super) fn capabilities() -> Vec<Capability> {
    vec![
        web::house(),
        access::capability(),
        directory::capability(),
        routing::capability(),
        time_stamps::capability(),
        crate::capability(),
    ]
}

/// The text of the paper, so that a test reads what the typesetter gets.
fn plain(document: &Document, _at: time::OffsetDateTime) -> Result<Vec<u8>, printing::Error> {
    let mut said = vec![document.title.clone()];
    if let Some(letter) = &document.letter {
        said.extend([letter.number.clone(), letter.date.clone(), letter.mark.clone()]);
        said.extend(letter.heading.iter().chain(&letter.addressee).chain(&letter.body).cloned());
        said.extend(letter.references.iter().map(|(of, text)| format!("İlgi {of}) {text}")));
        said.extend(letter.signatures.iter().map(|one| one.join(" / ")));
        said.push(letter.consent.join(" / "));
        said.extend(letter.verification.iter().flat_map(|one| [one.sentence.clone(), one.code.clone()]));
    }
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
    // A package asks its cover whether it is a PDF.
    Ok(format!("%PDF-1.7\n{}", said.join("\n")).into_bytes())
}

pub(super) struct Town<'a> {
    pub test: &'a TestDb,
    pub app: TestApp,
    /// Where the files are.
    pub files: tempfile::TempDir,
    pub desk: Uuid,
    pub works: Uuid,
    /// Keeps the register.
    pub ayse: Uuid,
    /// Officer of the works.
    pub mehmet: Uuid,
    /// Heads the works.
    pub veli: Uuid,
}

impl<'a> Town<'a> {
    pub async fn new(test: &'a TestDb) -> Self {
        Self::with(test, Services::default()).await
    }

    /// With more that the binary would put together.
    pub async fn with(test: &'a TestDb, services: Services) -> Self {
        let tx = test.begin().await;
        let unit = |code: &str, name: &str| NewUnit {
            code: code.into(),
            name: name.into(),
            kind: "directorate".into(),
            ..NewUnit::default()
        };
        let desk = create_unit(&tx, &unit("BIM", "Bilgi İşlem Müdürlüğü")).await.unwrap();
        let works = create_unit(&tx, &unit("FEN", "Fen İşleri Müdürlüğü")).await.unwrap();
        let officer = create_title(&tx, "Memur", "officer", false).await.unwrap();
        let head = create_title(&tx, "Müdür", "officer", true).await.unwrap();
        let mut people = Vec::new();
        for (number, name, unit, title) in [
            ("1", "Ayşe Kaya", desk, officer),
            ("2", "Mehmet Demir", works, officer),
            ("3", "Veli Ak", works, head),
        ] {
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
        let files = tempfile::tempdir().unwrap();
        let place = files::StoreConfig::Local { dir: files.path().to_path_buf() };
        let services = services.with(printing::Printer(plain));
        // Whoever brings a store of their own keeps it.
        let services = match services.get::<files::Store>() {
            Ok(_) => services,
            Err(_) => services.with(files::Store::open(&place).unwrap()),
        };
        let app = TestApp::changed(
            test,
            web::house_routes().and(routing::routes()).and(crate::routes()),
            services,
            |_| {},
        );
        Self { test, app, files, desk, works, ayse: people[0], mehmet: people[1], veli: people[2] }
    }

    pub fn as_clerk(&self) {
        self.app.sign_in_as("clerk", &[self.desk], Some(self.ayse));
    }

    pub fn as_mehmet(&self) {
        self.app.sign_in_as("staff", &[self.works], Some(self.mehmet));
    }

    pub fn as_veli(&self) {
        self.app.sign_in_as("director", &[self.works], Some(self.veli));
    }

    /// What an administrator writes in the settings.
    pub async fn set(&self, key: &str, value: &str) {
        let tx = self.test.begin().await;
        let declared = tx.registry().unwrap().settings();
        let setting = declared.iter().find(|one| one.key == key).unwrap();
        kernel::setting::set(&tx, setting, &setting.parse(value).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        self.app.app.forget_cached();
    }

    /// A code of a plan in force; answers its id.
    pub async fn file_code(&self) -> String {
        self.as_clerk();
        let fields = [("title", "Plan 2024"), ("valid_from", "2.1.2024")];
        let plan = format!("/dosya-planlari/{}", self.new_at("/dosya-planlari", &fields).await);
        self.act(&plan, "ortak-gruplar", "").await.leads_to(&plan);
        self.act(&plan, "yururluge-al", "").await.leads_to(&plan);
        let sql = "SELECT id FROM file_code WHERE code = '700'";
        let id: Uuid = self.test.db.scalar(sql, vec![]).await.unwrap().unwrap();
        id.to_string()
    }

    /// From now on, for a day, one stands in for the other.
    pub async fn acting(&self, principal: Uuid, substitute: Uuid) {
        let tx = self.test.begin().await;
        let sql = "INSERT INTO acting (id, version, name, name_key, unit_id, principal_id, substitute_id, from_at, until_at, reason, \
                   state) VALUES ($1, 1, 'vekâlet', 'vekalet', $2, $3, $4, $5, $6, 'leave', 'approved')";
        let until = tx.at().0 + 86_400_000_000;
        let values = vec![
            tx.new_id().into(),
            self.works.into(),
            principal.into(),
            substitute.into(),
            tx.at().into(),
            until.into(),
        ];
        tx.run(sql, values).await.unwrap();
        tx.without_event("arranged");
        tx.commit().await.unwrap();
    }

    /// An incoming letter as the register clerk enters it; answers its address.
    pub async fn enter(&self, title: &str, their_number: &str) -> String {
        self.as_clerk();
        let fields = [
            ("book", "incoming"),
            ("correspondent", "Örnekil Valiliği"),
            ("their_number", their_number),
            ("title", title),
            ("medium", "post"),
        ];
        format!("/evrak/{}", self.new_at("/evrak", &fields).await)
    }

    /// A letter of whoever is signed in, to the governor and for Veli to sign; what `more` says goes before. Answers its address.
    pub async fn letter(&self, code: &str, more: &[(&str, &str)]) -> String {
        let veli = self.veli.to_string();
        let usual = [
            ("title", "Sunucu Bakımı"),
            ("form", "letter"),
            ("addressees", "Örnekil Valiliği"),
            ("body", "Bakım yapılacaktır.\n\nBilgilerinizi arz ederim."),
            ("signer_id", &veli),
            ("file_code_id", code),
        ];
        format!("/yazilar/{}", self.new_at("/yazilar", &[more, &usual[..]].concat()).await)
    }

    /// Refers a document as whoever is signed in; answers the referral's address.
    pub async fn refer(&self, document: &str, staff: Uuid, purpose: &str) -> String {
        let staff = staff.to_string();
        let id = document.rsplit('/').next().unwrap();
        let fields = [("document_id", id), ("staff_id", &staff), ("purpose", purpose)];
        self.new_at("/havaleler", &fields).await;
        // Whoever refers what is secret is led to the list: it opens for the receiver.
        let newest = "SELECT id FROM referral ORDER BY id DESC LIMIT 1";
        format!("/havaleler/{}", self.test.db.scalar::<Uuid>(newest, vec![]).await.unwrap().unwrap())
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

    /// An account of a person with a role; answers its id.
    pub async fn account(&self, role: &str, staff: Uuid) -> Uuid {
        let tx = self.test.begin().await;
        access::sync_roles(&tx, &self.test.registry).await.unwrap();
        let username = format!("{role}-hesabi");
        let new = NewAccount {
            username: username.clone(),
            name: username,
            role: role.into(),
            ..NewAccount::default()
        };
        let id = open_account(&tx, &new).await.unwrap();
        link_staff(&tx, id, Some(staff)).await.unwrap();
        // What setting up the account said is not what tests are about.
        notice::mark_read(&tx, id, &notice::MarkedBy::UpTo(Uuid::max())).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Keys of the notices that an account has not read, the newest first.
    pub async fn unread(&self, account: Uuid) -> Vec<String> {
        let page = notice::page(&self.test.db, account, None, 50).await.unwrap();
        page.lines.into_iter().filter(|line| !line.is_read()).map(|line| line.key).collect()
    }
}
