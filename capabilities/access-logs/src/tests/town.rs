//! A device sends lines: it becomes a source, its lines are found, whoever looks says why, and its silence is a finding.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use intake::{Batch, Origin, Shape, Sink};
use kernel::Capability;
use kernel::db::Sql;
use kernel::job::{JobContext, Services};
use kernel::secret::Key;
use object_store::local::LocalFileSystem;
use testkit::{TestApp, TestDb, each};

use crate::{AccessLogs, Place};

pub(super) fn capabilities() -> Vec<Capability> {
    vec![web::house(), access::capability(), directory::capability(), crate::capability()]
}

/// A journal in a folder of its own.
pub(super) struct Stand {
    pub logs: AccessLogs,
    pub context: JobContext,
    place: PathBuf,
    /// Goes with the stand.
    folder: Option<tempfile::TempDir>,
}

pub(super) async fn stand(test: &TestDb) -> Stand {
    let stand = stand_with(test, crate::Doors::default()).await;
    stand.logs.open(&stand.context).await.unwrap();
    stand
}

/// The same with doors, and not open yet.
pub(super) async fn stand_with(test: &TestDb, doors: crate::Doors) -> Stand {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_owned();
    Stand { folder: Some(folder), ..stand_in(test, doors, &place).await }
}

/// The same in a folder that is there.
pub(super) async fn stand_in(test: &TestDb, doors: crate::Doors, place: &Path) -> Stand {
    let all = place.join("all");
    std::fs::create_dir_all(&all).unwrap();
    let logs = AccessLogs::new(Place {
        folder: place.join("own"),
        store: Arc::new(LocalFileSystem::new_with_prefix(&all).unwrap().with_fsync(true)),
        here: Some("n1".into()),
        node: "n1".into(),
        key: Key::new(&test.clock),
        doors,
        limits: journal::Limits::default(),
    })
    .unwrap();
    let context = JobContext { services: Arc::new(Services::default().with(logs.clone())), ..test.jobs() };
    Stand { logs, context, place: place.into(), folder: None }
}

impl Stand {
    /// Where its files are.
    pub fn place(&self) -> &Path {
        assert!(self.folder.as_ref().is_none_or(|it| it.path() == self.place));
        &self.place
    }

    pub fn app(&self, test: &TestDb) -> TestApp {
        let place = files::StoreConfig::Local { dir: self.place.join("files") };
        let services = Services::default().with(self.logs.clone()).with(files::Store::open(&place).unwrap());
        TestApp::changed(test, crate::routes(), services, |_| {})
    }

    pub async fn send(&self, origin: Origin, lines: &[&str]) {
        let mut batch = Batch::new(Arc::new(origin), self.context.clock.now().0);
        lines.iter().for_each(|line| batch.push(line.as_bytes(), Shape::Whole, None));
        self.logs.sink(&self.context).take(Arc::new(batch)).await.unwrap();
        self.logs.turn(&self.context).await.unwrap();
    }
}

const LEASE: &str = "<30>dhcpd[77]: DHCPACK on 10.20.4.17 to 4c:55:41:a0:fa:99 (fen-pc) via eth0.60";

fn sender() -> Origin {
    Origin::Udp("10.0.0.9".parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_sends_becomes_a_source_and_its_lines_are_found_by_who_says_why() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        stand
            .send(
                sender(),
                &[LEASE, "<30>dhcpd[77]: DHCPACK on 10.20.4.18 to 4c:55:41:a0:fa:98 (yazi-pc) via eth0.60"],
            )
            .await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        app.get("/kayit-kaynaklari").await.ok().says("10.0.0.9").says("ISC DHCP");
        app.get("/erisim-kayitlari").await.ok().says("neden baktığınızı");
        app.get("/erisim-kayitlari?adres=10.20.4.17").await.status(422).says("Neden baktığınızı yazın");
        let asked = "/erisim-kayitlari?adres=10.20.4.17&neden=Savc%C4%B1l%C4%B1k+2026%2F14";
        app.get(asked).await.ok().says("fen-pc").hides("yazi-pc").says("1 satır");
        let by_mac = "/erisim-kayitlari?mac=4C-55-41-A0-FA-98&neden=deneme";
        app.get(by_mac).await.ok().says("yazi-pc").hides("fen-pc");
        app.get("/erisim-kayitlari?metin=eth0.60&neden=deneme").await.ok().says("2 satır");
        app.get("/erisim-kayitlari?adres=10.20.*&metin=fen-pc&neden=deneme").await.ok().says("1 satır");
        let looked =
            "SELECT count(*) FROM event WHERE verb = 'log_searched' AND note LIKE '%10.20.4.17%2026/14%'";
        assert_eq!(test.db.scalar::<i64>(looked, vec![]).await.unwrap(), Some(1));
        let live = app.get("/erisim-kayitlari/canli?neden=deneme").await.ok().says("fen-pc").says("Duraklat");
        let html = live.html();
        let renewing =
            html.split("hx-get=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
        app.get_part(&renewing).await.ok().says("fen-pc");
        let path = "/erisim-kayitlari/canli/satirlar?neden=deneme";
        app.get_part(path).await.status(303).hides("fen-pc");
        app.get_part(&renewing.replace("deneme", "baska")).await.status(303).hides("fen-pc");
        app.get("/erisim-kayitlari/durum").await.ok().says("henüz mühürlenmemiş");

        stand.logs.journal().unwrap().seal_now().await.unwrap();
        stand.logs.turn(&stand.context).await.unwrap();
        let page = app.get(asked).await.ok().says("fen-pc");
        let html = page.html();
        let href = html.split("href=\"").find(|it| it.starts_with("/erisim-kayitlari/satir?")).unwrap();
        let href = href.split('"').next().unwrap().replace("&amp;", "&");
        app.get(&href).await.ok().says("Satır, mühürlendiği gibi duruyor").says("10.20.4.17").says("fen-pc");
        let bytes = app.get(&href.replace("/satir?", "/satir/ham?")).await.ok();
        assert_eq!(bytes.bytes, LEASE.as_bytes());
        let proof = app.get(&href.replace("/satir?", "/satir/kanit?")).await.ok();
        check_proof(&proof.bytes);
        let taken = "SELECT count(*) FROM event WHERE verb = 'log_line_taken'";
        assert_eq!(test.db.scalar::<i64>(taken, vec![]).await.unwrap(), Some(2));

        let page = app.get(asked).await.ok().says("Aramayı kaydet");
        let html = page.html();
        let saving = html.split("href=\"").find(|it| it.starts_with("/kayitli-aramalar/yeni?")).unwrap();
        let saving = saving.split('"').next().unwrap();
        let query = app.get(saving).await.ok().value("query").unwrap();
        assert_eq!(query, "adres=10.20.4.17");
        let typed = [("name", "Fen İşleri"), ("query", "?adres=10.20.4.17&neden=gizli&baska=1")];
        let address = app.post("/kayitli-aramalar/yeni", &typed).await.location().unwrap();
        app.get(&address).await.ok().says("Bu aramayı aç").hides("gizli");
        app.get("/erisim-kayitlari?adres=10.20.4.17&hazir=evet")
            .await
            .ok()
            .says("neden baktığınızı")
            .hides("fen-pc");

        app.sign_in_as("technician", &[], None);
        app.get("/kayit-kaynaklari").await.ok().says("10.0.0.9");
        assert_eq!(app.get(asked).await.status, 403);
    })
    .await;
}

/// The package of one line is small, shows no other line, and its own steps find that it holds, and that a changed one does not.
fn check_proof(zip: &[u8]) {
    assert!(zip.len() < 8_000, "{}", zip.len());
    assert!(!String::from_utf8_lossy(zip).contains("yazi-pc"));
    let folder = tempfile::tempdir().unwrap();
    zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap().extract(folder.path()).unwrap();
    let holds = || {
        let mut shell = std::process::Command::new("sh");
        shell.arg("dogrula.sh").current_dir(folder.path()).status().unwrap().success()
    };
    assert!(holds());
    let line = folder.path().join("satirlar/1.txt");
    let changed = std::fs::read_to_string(&line).unwrap().replace("10.20.4.17", "10.20.4.18");
    std::fs::write(&line, changed).unwrap();
    assert!(!holds());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_a_clock_that_is_ahead_is_found_without_an_end() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        let ahead = stand.context.clock.now().0 + 40 * 60_000_000;
        let at = kernel::Instant(ahead).utc();
        let line = format!(
            "<30>1 {:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z gw dhcpd 77 - - DHCPACK on 10.20.4.17 to 4c:55:41:a0:fa:99 (G\u{fc}l-pc) via eth0",
            at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute(), at.second()
        );
        // As an old device writes it: one byte for each letter.
        let bytes: Vec<u8> = line.chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect();
        let mut batch = Batch::new(Arc::new(sender()), stand.context.clock.now().0);
        batch.push(&bytes, Shape::Whole, None);
        stand.logs.sink(&stand.context).take(Arc::new(batch)).await.unwrap();
        stand.logs.turn(&stand.context).await.unwrap();
        let found = app.get("/erisim-kayitlari?adres=10.20.4.17&neden=deneme").await.ok();
        found.says("1 satır").says("Gül-pc").says("en geç bir saat içinde mühürlenince");
        app.get("/erisim-kayitlari?metin=G%C3%BCl-pc&neden=deneme").await.ok().says("1 satır");
        app.get("/erisim-kayitlari?adres=10.20.4.0%2F24&neden=deneme").await.ok().says("1 satır");
        app.get("/erisim-kayitlari?adres=10.20.4.0%2F25&neden=deneme").await.status(422).says("/24 ile yazın");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_falls_silent_is_a_finding_until_somebody_says_what_it_was() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        stand.send(sender(), &[LEASE]).await;
        crate::watching::watch(&stand.context).await.unwrap();
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        app.get("/kayit-bulgulari").await.ok().hides("10.0.0.9:");
        test.advance_seconds(13 * 60 * 60);
        crate::watching::watch(&stand.context).await.unwrap();
        crate::watching::watch(&stand.context).await.unwrap();
        app.get("/kayit-bulgulari").await.ok().says("anından sonra kayıt gelmedi").says("Sürüyor");
        app.get("/kayit-kaynaklari").await.ok().says("Sustu");
        stand.send(sender(), &[LEASE]).await;
        crate::watching::watch(&stand.context).await.unwrap();
        app.get("/kayit-kaynaklari").await.ok().says("Kayıt geliyor");
        app.get("/kayit-bulgulari").await.ok().says("Bitti, açıklanmadı");
        let id: Option<uuid::Uuid> = test.db.scalar("SELECT id FROM log_finding", vec![]).await.unwrap();
        let address = format!("/kayit-bulgulari/{}", id.unwrap());
        app.post(
            &format!("{address}/eylem"),
            &[("eylem", "acikla"), ("onayli", "evet"), ("gerekce", "Elektrik kesildi")],
        )
        .await;
        app.get(&address).await.ok().says("Açıklandı").says("Elektrik kesildi");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_can_be_entered_before_it_sends_corrected_and_refused() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        let typed = [
            ("name", "Fen İşleri DHCP"),
            ("sender", "10.0.0.9"),
            ("format", "auto"),
            ("offset_minutes", "180"),
        ];
        let wrong = [("name", "Olmayan"), ("sender", "fen"), ("format", "auto"), ("offset_minutes", "180")];
        app.post("/kayit-kaynaklari/yeni", &wrong).await.status(422).says("IP adresi yazın");
        let address = app.post("/kayit-kaynaklari/yeni", &typed).await.location().unwrap();
        app.post("/kayit-kaynaklari/yeni", &typed).await.status(422).says("Bu adresin kaydı var");
        stand.send(sender(), &[LEASE]).await;
        app.get(&address).await.ok().says("Fen İşleri DHCP").says("ISC DHCP").says("Son iki gün");
        app.post(
            &format!("{address}/eylem"),
            &[("eylem", "reddet"), ("onayli", "evet"), ("gerekce", "Deneme")],
        )
        .await;
        stand.logs.turn(&stand.context).await.unwrap();
        let mut batch = Batch::new(Arc::new(sender()), 1);
        batch.push(LEASE.as_bytes(), Shape::Whole, None);
        let refused = stand.logs.sink(&stand.context).take(Arc::new(batch)).await;
        assert!(matches!(refused, Err(intake::NotKept::Never(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_behind_a_relay_are_sources_of_their_own() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        let line = |host: &str, ip: u8| {
            format!("<30>Nov 30 10:00:00 {host} dhcpd[77]: DHCPACK on 10.20.4.{ip} to 4c:55:41:a0:fa:{ip:02x} ({host}-pc) via eth0.60")
        };
        let (fen, zabita) = (line("fen-dhcp", 17), line("zabita-dhcp", 18));
        let nameless = "<30>dhcpd[77]: DHCPACK on 10.20.4.19 to 4c:55:41:a0:fa:97 (adsiz-pc) via eth0.60";
        let all = [fen.as_str(), zabita.as_str(), nameless];
        stand.send(sender(), &all).await;
        app.get("/kayit-kaynaklari").await.ok().says("10.0.0.9").hides("fen-dhcp");
        let id: Option<uuid::Uuid> = test.db.scalar("SELECT id FROM log_source", vec![]).await.unwrap();
        let address = format!("/kayit-kaynaklari/{}", id.unwrap());
        let form = app.get(&format!("{address}/duzenle")).await.ok();
        let version = form.value("surum").unwrap();
        let typed = [("name", "Kayıt toplayıcı"), ("format", "auto"), ("offset_minutes", "180"), ("is_relay", "evet"), ("surum", version.as_str())];
        app.post(&format!("{address}/duzenle"), &typed).await.status(303);
        stand.logs.turn(&stand.context).await.unwrap();
        stand.send(sender(), &all).await;
        app.get("/kayit-kaynaklari").await.ok().says("10.0.0.9/fen-dhcp").says("10.0.0.9/zabita-dhcp").says("Kayıt toplayıcı");
        let lines = async |sender: &str| -> Option<i64> {
            let sql = "SELECT lines FROM log_source WHERE sender = $1";
            test.db.scalar(sql, vec![sender.into()]).await.unwrap()
        };
        assert_eq!((lines("10.0.0.9").await, lines("10.0.0.9/fen-dhcp").await), (Some(4), Some(1)));
        // One of them is not wanted any more: its lines alone stay away.
        let id: Option<uuid::Uuid> =
            test.db.scalar("SELECT id FROM log_source WHERE sender = '10.0.0.9/fen-dhcp'", vec![]).await.unwrap();
        let device = format!("/kayit-kaynaklari/{}/eylem", id.unwrap());
        app.post(&device, &[("eylem", "reddet"), ("onayli", "evet"), ("gerekce", "Deneme")]).await.status(303);
        stand.logs.turn(&stand.context).await.unwrap();
        stand.send(sender(), &[&fen]).await;
        stand.send(sender(), &all).await;
        let counts = (lines("10.0.0.9/fen-dhcp").await, lines("10.0.0.9/zabita-dhcp").await);
        assert_eq!(counts, (Some(1), Some(2)));
        app.get("/erisim-kayitlari?metin=fen-dhcp&neden=deneme").await.ok().says("2 satır");
        app.get("/erisim-kayitlari?metin=zabita-dhcp&neden=deneme").await.ok().says("3 satır");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_line_is_told_as_it_was_read_when_it_came() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        stand.send(sender(), &[LEASE]).await;
        let id: Option<uuid::Uuid> = test.db.scalar("SELECT id FROM log_source", vec![]).await.unwrap();
        let address = format!("/kayit-kaynaklari/{}", id.unwrap());
        let version = app.get(&format!("{address}/duzenle")).await.ok().value("surum").unwrap();
        let typed =
            [("name", "Fen"), ("format", "plain"), ("offset_minutes", "180"), ("surum", version.as_str())];
        app.post(&format!("{address}/duzenle"), &typed).await.status(303);
        stand.logs.turn(&stand.context).await.unwrap();
        stand.send(sender(), &[&LEASE.replace("fen-pc", "fen-pc2")]).await;
        stand.logs.journal().unwrap().seal_now().await.unwrap();
        stand.logs.turn(&stand.context).await.unwrap();
        let page = async |text: &str| {
            let html = app.get(&format!("/erisim-kayitlari?metin={text}&neden=deneme")).await.ok().html();
            let href = html.split("href=\"").find(|it| it.starts_with("/erisim-kayitlari/satir?")).unwrap();
            app.get(&href.split('"').next().unwrap().replace("&amp;", "&")).await.ok()
        };
        page("(fen-pc)").await.says("ISC DHCP").says("4c:55:41:a0:fa:99");
        page("(fen-pc2)").await.says("Yalnız syslog başlığı").hides("ISC DHCP");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_not_read_says_why_in_the_list_and_a_long_one_is_cut_around_what_was_found() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        let long = format!("{}aranan{}", "a".repeat(30_000), "b".repeat(30_000));
        stand.send(sender(), &[&long]).await;
        let page = app.get("/erisim-kayitlari?metin=aranan&neden=deneme").await.ok();
        let page = page.says("aranan").says("… (60.006 bayt)").says("Başlığı da iletisi de tanınmadı");
        assert!(page.bytes.len() < 60_000, "{}", page.bytes.len());
        let live = app.get("/erisim-kayitlari/canli?neden=deneme").await.ok().says("… (60.006 bayt)");
        assert!(live.bytes.len() < 60_000, "{}", live.bytes.len());
    })
    .await;
}
