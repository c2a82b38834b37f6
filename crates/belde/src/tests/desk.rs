//! From the label on a device to the repaired machine: what only assets and service desk together can show.

use kernel::db::Sql;
use testkit::{TestApp, TestDb};
use uuid::Uuid;

use super::{each_town, product, sign_in};

async fn text(test: &TestDb, sql: &str, values: Vec<sea_orm::Value>) -> String {
    test.db.scalar(sql, values).await.unwrap().unwrap_or_default()
}

async fn asset(test: &TestDb, state: &str, skipped: usize) -> Uuid {
    let sql = "SELECT id FROM asset WHERE state = $1 ORDER BY number";
    let all: Vec<Uuid> = test.db.column(sql, vec![state.into()]).await.unwrap();
    all[skipped]
}

/// The address behind a link of the page whose text begins so.
fn link_to(page: &str, path: &str) -> String {
    let at = page.find(path).unwrap_or_else(|| panic!("no link to {path}"));
    page[at..].split('"').next().unwrap().replace("&amp;", "&")
}

#[tokio::test]
async fn every_evidence_that_is_declared_can_be_read() {
    each_town(async |test: &TestDb| {
        for capability in test.registry.capabilities() {
            for evidence in &capability.evidence {
                let now = (evidence.run)(&test.db).await;
                let now =
                    now.unwrap_or_else(|error| panic!("{} {}: {error:?}", evidence.duty, evidence.label_tr));
                assert!(!now.sentence_tr.is_empty(), "{}", evidence.label_tr);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_forbidden_program_becomes_a_ticket_and_one_only() {
    each_town(async |test: &TestDb| {
        let app = product(test);
        sign_in(&app, "teknisyen").await;
        let sql = "SELECT id FROM software WHERE state = 'unjudged' ORDER BY name_key";
        let program: Uuid = test.db.scalar(sql, vec![]).await.unwrap().unwrap();
        let address = format!("/programlar/{program}");
        act(&app, &address, "yasakla", "Zararlı yazılım taşıyor").await;
        let opened = "SELECT count(*) FROM ticket WHERE channel = 'finding'";
        let before: i64 = test.db.scalar(opened, vec![]).await.unwrap().unwrap();
        assert!(before >= 1, "somebody sees to it");
        // Judged otherwise and again while the work is open: still one.
        act(&app, &address, "serbest", "").await;
        act(&app, &address, "yasakla", "Yine görüldü").await;
        let after: i64 = test.db.scalar(opened, vec![]).await.unwrap().unwrap();
        assert_eq!(after, before);
        app.get("/destek?ara=denetimi").await.ok().says("Program denetimi");
        app.get("/programlar/denetim").await.ok().says("Yasak ama kurulu");
    })
    .await;
}

async fn act(app: &TestApp, address: &str, verb: &str, said: &str) {
    let fields = [("eylem", verb), ("onayli", "evet"), ("gerekce", said)];
    app.post(&format!("{address}/eylem"), &fields).await.leads_to(address);
}

/// Puts a machine before the commission that decides on scrap.
async fn condemn(test: &TestDb, app: &TestApp, asset: Uuid) {
    let number = text(test, "SELECT number FROM asset WHERE id = $1", vec![asset.into()]).await;
    let people = "SELECT id FROM staff WHERE state = 'active' ORDER BY id LIMIT 3";
    let people: Vec<Uuid> = test.db.column(people, vec![]).await.unwrap();
    let [head, member, second] = [0, 1, 2].map(|place| people[place].to_string());
    let fields = [
        ("asset_numbers", number.as_str()),
        ("reason", "broken"),
        ("report", "Anakartı yanmış."),
        ("head_id", head.as_str()),
        ("member_id", member.as_str()),
        ("second_member_id", second.as_str()),
    ];
    let one = app.post("/kayittan-dusme/yeni", &fields).await.location().unwrap();
    act(app, &one, "komisyona-sun", "").await;
}

#[tokio::test]
async fn a_label_leads_to_a_report_and_a_scrapped_machine_mends_another() {
    each_town(async |test: &TestDb| {
        let app = product(test);
        sign_in(&app, "teknisyen").await;
        // The device's page offers the report, with the device filled in and its place known.
        let broken = asset(test, "in_stock", 0).await;
        let scrapped = asset(test, "in_stock", 1).await;
        let page = app.get(&format!("/varliklar/{broken}")).await.ok().says("Destek kayıtları");
        let form = link_to(&page.html(), "/destek/yeni?asset_id=");
        let form = app.get(&form).await.ok();
        assert!(
            form.html().contains(&format!("value=\"{broken}\" selected")),
            "the device is chosen already"
        );
        let broken_id = broken.to_string();
        let fields = [("description", "Açılmıyor, bip sesi veriyor."), ("asset_id", broken_id.as_str())];
        let ticket = app.post("/destek/yeni", &fields).await.location().unwrap();
        let place = text(test, "SELECT place FROM ticket WHERE asset_id = $1", vec![broken.into()]).await;
        assert!(!place.is_empty(), "where a device stands is known");
        act(&app, &ticket, "ustlen", "").await;
        // A machine that is scrapped still has a sound memory.
        let scrap = format!("/varliklar/{scrapped}");
        condemn(test, &app, scrapped).await;
        let (id, scrapped_id) = (ticket.rsplit('/').next().unwrap(), scrapped.to_string());
        let mut part = vec![
            ("part", "memory"),
            ("model", "Kingston 8 GB DDR4"),
            ("serial", "KF432C16"),
            ("from_asset_id", broken_id.as_str()),
            ("to_asset_id", broken_id.as_str()),
            ("ticket_id", id),
        ];
        app.post("/parca-aktarimlari/yeni", &part).await.status(422).says("iki ayrı cihaz");
        part[3].1 = scrapped_id.as_str();
        assert!(app.post("/parca-aktarimlari/yeni", &part).await.location().is_some());
        // Both machines and the ticket tell it.
        app.get(&scrap)
            .await
            .ok()
            .says("Parçası söküldü")
            .says("Bellek: Kingston 8 GB DDR4, seri no KF432C16");
        app.get(&format!("/varliklar/{broken}"))
            .await
            .ok()
            .says("Parça takıldı")
            .says("Açılmıyor, bip sesi veriyor");
        app.get(&ticket).await.ok().says("Parça aktarımları");
        act(&app, &ticket, "coz", "Bellek değiştirildi.").await;
        // A part is not fitted into what is scrapped.
        part[3].1 = broken_id.as_str();
        part[4].1 = scrapped_id.as_str();
        app.post("/parca-aktarimlari/yeni", &part).await.status(422);
        // Whoever sees neither machine is offered nothing of it.
        let staff = product(test);
        sign_in(&staff, "personel").await;
        staff.get(&scrap).await.status(404);
        staff.get("/parca-aktarimlari").await.status(403);
    })
    .await;
}

#[tokio::test]
async fn whoever_stands_before_a_device_reports_it_and_learns_nothing_else() {
    each_town(async |test: &TestDb| {
        // A printer in the corridor that somebody else answers for.
        let sql = "SELECT id FROM asset WHERE holder_id IS NOT NULL AND state = 'in_use' AND serial <> '' AND holder_id <> \
                   (SELECT staff_id FROM account WHERE username = 'personel') ORDER BY number";
        let all: Vec<Uuid> = test.db.column(sql, vec![]).await.unwrap();
        let printer = all[0];
        let of = async |column: &str| {
            text(test, &format!("SELECT {column} FROM asset WHERE id = $1"), vec![printer.into()]).await
        };
        let (number, name, serial) = (of("number").await, of("name").await, of("serial").await);
        let holder = "SELECT s.name FROM staff AS s JOIN asset AS a ON a.holder_id = s.id WHERE a.id = $1";
        let holder = text(test, holder, vec![printer.into()]).await;
        let label = format!("/varliklar/{printer}/etiket");
        let form = format!("/destek/cihaz?id={printer}");
        let staff = product(test);
        sign_in(&staff, "personel").await;
        staff.get(&format!("/varliklar/{printer}")).await.status(404);
        staff.get(&label).await.leads_to(&form);
        let page = staff.get(&form).await.ok().says(&number).says(&name);
        let page = page.hides(&serial).hides("Zimmetli").hides("Cihazın sayfası");
        // The person who is signed in may bear the holder's name in the page's head; the facts do not.
        assert!(!page.text().contains(&format!("Zimmetli kişi {holder}")));
        let printer_id = printer.to_string();
        staff.post("/destek/cihaz", &[("id", printer_id.as_str()), ("description", " ")]).await.status(422);
        let sent = [("id", printer_id.as_str()), ("description", "Kâğıt sıkıştırıyor.")];
        let ticket = staff.post("/destek/cihaz", &sent).await.location().unwrap();
        staff.get(&ticket).await.ok().says("Kâğıt sıkıştırıyor.").says(&name).hides(&serial);
        let asked = "SELECT a.username FROM ticket AS t JOIN account AS a ON a.staff_id = t.requester_id WHERE t.asset_id = $1 \
                     AND t.place <> ''";
        assert_eq!(text(test, asked, vec![printer.into()]).await, "personel");
        // By the number that stands on it, too; the full form still offers only what one may see.
        let typed = [("envanter_no", number.as_str()), ("description", "Hâlâ sıkıştırıyor.")];
        assert!(staff.post("/destek/cihaz", &typed).await.location().is_some());
        let full = [("asset_id", printer_id.as_str()), ("description", "Yine"), ("place", "Koridor")];
        staff.post("/destek/yeni", &full).await.status(422);
        // A technician sees whose it is, and opens it for them.
        let desk = product(test);
        sign_in(&desk, "teknisyen").await;
        desk.get(&label).await.leads_to(&form);
        desk.get(&form).await.ok().says(&holder).says("Cihazın sayfası");
        desk.post("/destek/cihaz", &[("id", printer_id.as_str()), ("description", "Toneri bitmiş.")]).await.location().unwrap();
        let whose = "SELECT count(*) FROM ticket AS t JOIN asset AS a ON a.id = t.asset_id AND a.holder_id = t.requester_id \
                     WHERE t.description = 'Toneri bitmiş.'";
        assert_eq!(test.db.scalar::<i64>(whose, vec![]).await.unwrap(), Some(1));
        // Whoever reports nothing has the device's page.
        let auditor = product(test);
        sign_in(&auditor, "denetci").await;
        auditor.get(&label).await.leads_to(&format!("/varliklar/{printer}"));
        let stranger = product(test);
        assert!(stranger.get(&label).await.status.is_redirection());
        stranger.get(&format!("{form}&x=1")).await.hides(&number);
    })
    .await;
}

#[tokio::test]
async fn a_photo_goes_with_it_once_however_often_the_form_is_sent() {
    each_town(async |test: &TestDb| {
        let printer_id = asset(test, "in_use", 0).await.to_string();
        let form = format!("/destek/cihaz?id={printer_id}");
        let png: &[u8] = &[
            0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
            1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89,
        ];
        let folder = tempfile::tempdir().unwrap();
        let place = files::StoreConfig::Local { dir: folder.path().into() };
        let services = kernel::job::Services::default().with(files::Store::open(&place).unwrap());
        let camera = super::product_with(test, services);
        sign_in(&camera, "personel").await;
        let once = camera.get(&form).await.ok().says("Fotoğraf").value(ui::names::ONCE).unwrap();
        let sent = [
            ("id", printer_id.as_str()),
            ("description", "Çizgili basıyor."),
            (ui::names::ONCE, once.as_str()),
        ];
        let files = [("dosya", "yazici.png", png)];
        let striped = camera.upload("/destek/cihaz", &sent, &files).await.location().unwrap();
        camera.upload("/destek/cihaz", &sent, &files).await.leads_to(&striped);
        camera.get(&striped).await.ok().says("yazici.png");
        let attached = "SELECT count(*) FROM attachment WHERE name = 'yazici.png'";
        assert_eq!(test.db.scalar::<i64>(attached, vec![]).await.unwrap(), Some(1));
        let nothing = [("id", printer_id.as_str()), ("description", "")];
        camera.upload("/destek/cihaz", &nothing, &files).await.status(422).says("fotoğrafı yeniden");
    })
    .await;
}

#[tokio::test]
async fn a_finding_that_stands_has_a_ticket_whatever_becomes_of_the_last() {
    each_town(async |test: &TestDb| {
        let count = async |sql: &str| test.db.scalar::<i64>(sql, vec![]).await.unwrap().unwrap();
        let standing = "SELECT count(*) FROM software WHERE finding <> 'none'";
        let tickets = "SELECT count(DISTINCT software_id) FROM ticket WHERE settled_at IS NULL";
        assert!(count(standing).await > 0, "something forbidden is installed in the demo town");
        assert_eq!(count(tickets).await, count(standing).await, "each has its ticket from the beginning");
        let sql = "SELECT id FROM software WHERE finding = 'forbidden' ORDER BY name_key";
        let program: Uuid = test.db.scalar(sql, vec![]).await.unwrap().unwrap();
        let of = "SELECT id FROM ticket WHERE software_id = $1 AND is_open = TRUE";
        let ticket: Uuid = test.db.scalar(of, vec![program.into()]).await.unwrap().unwrap();
        let app = product(test);
        sign_in(&app, "teknisyen").await;
        let name = text(test, "SELECT name FROM software WHERE id = $1", vec![program.into()]).await;
        let page = app.get(&format!("/destek/{ticket}")).await.ok().says(&name);
        assert!(page.html().contains(&format!("/programlar/{program}")), "the program is a link");
        app.get(&format!("/programlar/{program}")).await.ok().says("Program denetimi");
        act(&app, &format!("/destek/{ticket}"), "vazgec", "Bakılmadı").await;
        let jobs = test.registry.capabilities().iter().flat_map(|one| &one.jobs);
        let job = jobs.into_iter().find(|job| job.name == "service_desk.findings").unwrap();
        test.run(job).await;
        test.run(job).await;
        let all = "SELECT count(*) FROM ticket WHERE software_id IS NOT NULL AND settled_at IS NULL AND is_open = TRUE";
        assert_eq!(count(all).await, count(standing).await, "the next look opens another, once");
        let settled = "SELECT count(*) FROM event WHERE verb = 'finding_settled'";
        let before = count(settled).await;
        act(&app, &format!("/programlar/{program}"), "serbest", "").await;
        assert_eq!(count(settled).await, before + 1);
        let gone = "SELECT count(*) FROM ticket WHERE software_id = $1 AND settled_at IS NULL";
        assert_eq!(test.db.scalar::<i64>(gone, vec![program.into()]).await.unwrap(), Some(0));
    })
    .await;
}
