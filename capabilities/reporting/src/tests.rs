//! A report of a small town, on both databases.
#![allow(clippy::unwrap_used)]

use kernel::Capability;
use kernel::job::Services;
use printing::{Block, Document};
use testkit::{TestApp, TestDb, each};

fn capabilities() -> Vec<Capability> {
    vec![web::house(), access::capability(), directory::capability(), crate::capability()]
}

/// The text of the paper, so that a test reads what the typesetter gets.
fn plain(document: &Document, _at: time::OffsetDateTime) -> Result<Vec<u8>, printing::Error> {
    let mut said = vec![document.title.clone()];
    for block in &document.blocks {
        match block {
            Block::Table { rows, .. } => said.extend(rows.iter().map(|row| row.join(" | "))),
            Block::Paragraph(text) | Block::Heading(text) => said.push(text.clone()),
            _ => {}
        }
    }
    Ok(said.join("\n").into_bytes())
}

fn app(test: &TestDb) -> TestApp {
    let services = Services::default().with(printing::Printer(plain));
    let routes = web::house_routes().and(directory::routes()).and(crate::routes());
    TestApp::changed(test, routes, services, |_| {})
}

async fn unit(test: &TestDb, code: &str) {
    let tx = test.begin().await;
    let new = directory::NewUnit {
        code: code.into(),
        name: format!("{code} Müdürlüğü"),
        kind: "directorate".into(),
        ..directory::NewUnit::default()
    };
    directory::create_unit(&tx, &new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn begun(app: &TestApp, fields: &[(&str, &str)]) -> String {
    let page = app.post("/faaliyet-raporlari/yeni", fields).await;
    page.location().unwrap_or_else(|| panic!("{}", page.text()))
}

const OTHER: [(&str, &str); 3] =
    [("period", "other"), ("presented_to", "Başkanlık Makamına"), ("assessment", "Ağ yenilendi.")];

#[tokio::test]
async fn a_report_counts_the_events_of_its_days_and_freezes_them_when_it_is_submitted() {
    each(capabilities(), async |test| {
        let app = app(test);
        let today = kernel::tr::date(test.clock.now().day().0);
        unit(test, "BIM").await;
        unit(test, "FEN").await;
        app.sign_in_as("director", &[], None);
        let mut fields = OTHER.to_vec();
        fields.extend([("from_on", today.as_str()), ("until_on", today.as_str())]);
        let report = begun(&app, &fields).await;
        let page = app.get(&report).await.ok();
        page.says("Birim: oluşturuldu").says("Sayılar şu andaki kayıtlardan").says("Ağ yenilendi.");
        let counted = |text: &str| app_line(text, "Birim: oluşturuldu");
        assert_eq!(counted(&paper(&app, &report).await), "Birim: oluşturuldu | 2 | 0");
        app.post(&format!("{report}/eylem"), &[("eylem", "sun"), ("onayli", "evet")]).await.leads_to(&report);
        // What comes later is another report's.
        unit(test, "IMR").await;
        assert_eq!(counted(&paper(&app, &report).await), "Birim: oluşturuldu | 2 | 0");
        app.get(&report).await.ok().says("donduruldu");
        app.get(&format!("{report}/duzenle")).await.leads_to(&report);
        let back = [("eylem", "geri-al"), ("onayli", "evet"), ("gerekce", "Eksik iş var.")];
        app.post(&format!("{report}/eylem"), &back).await.leads_to(&report);
        assert_eq!(counted(&paper(&app, &report).await), "Birim: oluşturuldu | 3 | 0");
        // Tomorrow the same is the period before.
        test.advance_seconds(86_400);
        let tomorrow = kernel::tr::date(test.clock.now().day().0);
        let mut fields = OTHER.to_vec();
        fields.extend([("from_on", tomorrow.as_str()), ("until_on", tomorrow.as_str())]);
        let next = begun(&app, &fields).await;
        assert_eq!(counted(&paper(&app, &next).await), "Birim: oluşturuldu | 0 | 3");
    })
    .await;
}

async fn paper(app: &TestApp, report: &str) -> String {
    let page = app.get(&format!("{report}/pdf")).await.ok();
    String::from_utf8(page.bytes.to_vec()).unwrap()
}

fn app_line(text: &str, begins: &str) -> String {
    text.lines().find(|line| line.starts_with(begins)).unwrap_or_default().to_string()
}

#[tokio::test]
async fn periods_are_whole_and_what_is_not_over_is_not_reported() {
    each(capabilities(), async |test| {
        let app = app(test);
        app.sign_in_as("director", &[], None);
        let form = |period: &'static str| vec![("period", period), ("presented_to", "Başkanlık Makamına")];
        let month = begun(&app, &form("last_month")).await;
        let page = app.get(&month).await.ok();
        page.says("faaliyet raporu");
        let missing = app.post("/faaliyet-raporlari/yeni", &form("other")).await;
        missing.status(422).says("ilk ve son gününü yazın");
        let mut fields = form("other");
        fields.extend([("from_on", "5.11.2020"), ("until_on", "4.11.2020")]);
        app.post("/faaliyet-raporlari/yeni", &fields).await.status(422).says("ilk günden önce olamaz");
        let mut fields = form("other");
        fields.extend([("from_on", "5.11.2020"), ("until_on", "4.11.2023")]);
        app.post("/faaliyet-raporlari/yeni", &fields).await.status(422).says("en çok iki yılı");
        let mut fields = form("other");
        fields.extend([("from_on", "5.11.2020"), ("until_on", "4.11.2021")]);
        fields[1] = ("presented_to", "Başkanlık Makamına");
        begun(&app, &fields).await;
        let mut fields = form("other");
        fields.extend([("from_on", "1.1.2099"), ("until_on", "2.1.2099")]);
        let ahead = begun(&app, &fields).await;
        let submit = [("eylem", "sun"), ("onayli", "evet")];
        app.post(&format!("{ahead}/eylem"), &submit).await.status(422).says("Dönem bitmeden");
        app.sign_in_as("auditor", &[], None);
        app.get(&month).await.ok().hides("Geri al");
        app.post(&format!("{month}/eylem"), &submit).await.status(403);
        app.sign_in_as("staff", &[], None);
        app.get("/faaliyet-raporlari").await.status(403);
    })
    .await;
}
