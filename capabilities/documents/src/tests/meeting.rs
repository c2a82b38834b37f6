//! Council and committee: proposals, the agenda, decisions with their numbers, and what must be done because of them.

use kernel::capability::DemoContext;
use kernel::job::Job;
use testkit::each;

use super::town::{Town, capabilities};

const DAY: &str = "3.11.2026";

/// A proposal of Mehmet's to a body; answers its address.
async fn proposed(town: &Town<'_>, title: &str, body: &str) -> String {
    town.as_mehmet();
    let fields =
        [("title", title), ("body", body), ("meets_on", DAY), ("proposal", "Uygun görülmesi arz olunur.")];
    format!("/gundem/{}", town.new_at("/gundem", &fields).await)
}

/// On the agenda, with what was decided written down; the clerk is signed in.
async fn voted(town: &Town<'_>, item: &str, body: &str, vote: &str) {
    town.as_clerk();
    town.act(item, "gundeme-al", "").await.leads_to(item);
    let unit = town.works.to_string();
    let fields = [
        ("surum", "2"),
        ("title", "Kamera alımı"),
        ("body", body),
        ("meets_on", DAY),
        ("unit_id", unit.as_str()),
        ("decision_text", "Teklifin kabulüne karar verildi."),
        ("vote", vote),
    ];
    town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(item);
}

async fn decided(town: &Town<'_>, title: &str, number: &str) -> String {
    let item = proposed(town, title, "council").await;
    voted(town, &item, "council", "unanimous").await;
    town.act(&item, "karara-baglandi", number).await.leads_to(&item);
    item
}

/// Something to be done because of a decision, given by the clerk; answers its address.
async fn task(town: &Town<'_>, item: &str, to: (&str, &str), days: &str) -> String {
    town.as_clerk();
    let id = item.rsplit('/').next().unwrap();
    let fields = [("agenda_item_id", id), ("title", "Şartname hazırlanacak"), to, ("days", days)];
    format!("/karar-isleri/{}", town.new_at("/karar-isleri", &fields).await)
}

#[tokio::test]
async fn a_decision_opens_for_whoever_must_do_something_because_of_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let fields =
            [("title", "Kamera alımı"), ("body", "council"), ("meets_on", DAY), ("proposal", "Arz olunur.")];
        let item = format!("/gundem/{}", town.new_at("/gundem", &fields).await);
        town.act(&item, "gundeme-al", "").await.leads_to(&item);
        let decision = [("surum", "2"), ("decision_text", "Kabul edildi."), ("vote", "unanimous")];
        let all: Vec<_> = fields.iter().chain(&decision).copied().collect();
        town.app.post(&format!("{item}/duzenle"), &all).await.leads_to(&item);
        town.act(&item, "karara-baglandi", "2026/45").await.leads_to(&item);
        town.as_mehmet();
        town.app.get(&item).await.status(404);
        let mehmet = town.mehmet.to_string();
        let task = task(&town, &item, ("staff_id", &mehmet), "5").await;
        town.as_mehmet();
        let page = town.app.get(&task).await.ok().html();
        assert!(page.contains(&format!("href=\"{item}\"")), "{page}");
        town.app.get(&item).await.ok().says("Kabul edildi.");
    })
    .await;
}

fn late_job() -> Job {
    crate::capability().jobs.into_iter().find(|job| job.name == "documents.late_decision_tasks").unwrap()
}

#[tokio::test]
async fn a_proposal_goes_over_the_agenda_to_a_numbered_decision_that_is_applied_once_its_work_is_done() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let item = proposed(&town, "Kamera alımı", "council").await;
        // Whoever proposes keeps no agenda.
        town.act(&item, "gundeme-al", "").await.status(403);
        town.as_clerk();
        town.act(&item, "karara-baglandi", "2026/45").await.status(409);
        town.act(&item, "gundeme-al", "").await.leads_to(&item);
        town.act(&item, "gundeme-al", "").await.status(409);
        town.act(&item, "karara-baglandi", "2026/45").await.status(422).says("Önce karar metnini yazın").says("Önce oylama sonucunu seçin");
        let unit = town.works.to_string();
        let fields = [
            ("surum", "2"),
            ("title", "Kamera alımı"),
            ("body", "council"),
            ("meets_on", DAY),
            ("unit_id", unit.as_str()),
            ("decision_text", "Teklifin kabulüne karar verildi."),
            ("vote", "majority"),
        ];
        town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
        for (typed, said) in [("45", "2026/45 biçiminde"), ("2025/45", "kararın alındığı yıl")] {
            town.act(&item, "karara-baglandi", typed).await.status(422).says(said);
        }
        town.act(&item, "karara-baglandi", " 2026 / 45").await.leads_to(&item);
        town.act(&item, "karara-baglandi", "2026/46").await.status(409);
        assert_eq!(town.text("SELECT decision_number FROM agenda_item").await, "2026/45");
        assert_eq!(town.text("SELECT decided_on FROM agenda_item").await, "2026-11-03");
        town.app.get("/gundem?state=decided&application=waiting").await.ok().says("2026/45").says("Uygulanmadı");
        // What was decided is not written anew.
        let mut anew = fields.to_vec();
        anew[0] = ("surum", "4");
        town.app.post(&format!("{item}/duzenle"), &anew).await.status(422).says("değiştirilemez");
        let mehmet = town.mehmet.to_string();
        let first = task(&town, &item, ("staff_id", &mehmet), "5").await;
        let works = town.works.to_string();
        let second = task(&town, &item, ("unit_id", &works), "5").await;
        let head = "SELECT count(*) FROM decision_task AS t WHERE staff_id IS NOT NULL AND number = 'Meclis 2026/45'";
        assert_eq!(town.count(head).await, 2);
        town.act(&item, "uygulandi", "Yapıldı").await.status(422).says("2 işi sonuçlanmadı");
        town.as_mehmet();
        town.app.get("/karar-isleri").await.ok().says("Şartname hazırlanacak").says("Meclis 2026/45");
        town.act(&second, "yapildi", "Benim değil").await.status(404);
        town.act(&first, "yapildi", "").await.status(422);
        town.act(&first, "yapildi", "Şartname yazıldı").await.leads_to(&first);
        town.act(&first, "yapildi", "Yine").await.status(409);
        assert_eq!(town.text("SELECT application FROM agenda_item").await, "waiting");
        town.as_veli();
        town.act(&second, "yapildi", "İhale edildi").await.leads_to(&second);
        assert_eq!(town.text("SELECT application FROM agenda_item").await, "applied");
        town.as_clerk();
        town.app.get("/gundem?state=decided&application=waiting").await.ok().hides("2026/45");
        town.app.get(&item).await.ok().says("Şartname hazırlanacak");
    })
    .await;
}

#[tokio::test]
async fn a_decision_number_is_given_once_in_a_body_and_year() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        decided(&town, "Birinci", "2026/7").await;
        let second = proposed(&town, "İkinci", "council").await;
        voted(&town, &second, "council", "majority").await;
        town.act(&second, "karara-baglandi", "2026/7").await.status(422).says("zaten var");
        let committee = proposed(&town, "Üçüncü", "committee").await;
        voted(&town, &committee, "committee", "unanimous").await;
        town.act(&committee, "karara-baglandi", "2026/7").await.leads_to(&committee);
        // Two at once: one gets it.
        let third = proposed(&town, "Dördüncü", "council").await;
        voted(&town, &third, "council", "majority").await;
        let both = futures_util::future::join(
            town.act(&second, "karara-baglandi", "2026/8"),
            town.act(&third, "karara-baglandi", "2026/8"),
        )
        .await;
        let won = [both.0.status, both.1.status].iter().filter(|status| status.is_redirection()).count();
        assert_eq!(won, 1, "{} {}", both.0.status, both.1.status);
        let given = "SELECT count(*) FROM agenda_item WHERE body = 'council' AND decision_number = '2026/8'";
        assert_eq!(town.count(given).await, 1);
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'agenda_decided'").await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_was_rejected_asks_for_no_work_and_what_needed_none_is_said_to_be_applied() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let rejected = proposed(&town, "Ret", "council").await;
        voted(&town, &rejected, "council", "rejected").await;
        town.act(&rejected, "karara-baglandi", "2026/1").await.leads_to(&rejected);
        assert_eq!(town.text("SELECT application FROM agenda_item").await, "none");
        let id = rejected.rsplit('/').next().unwrap();
        let works = town.works.to_string();
        let fields = [("agenda_item_id", id), ("title", "İş"), ("unit_id", works.as_str())];
        town.app.post("/karar-isleri/yeni", &fields).await.status(422).says("kabul edilmiş");
        town.act(&rejected, "uygulandi", "Olmaz").await.status(409);
        let item = decided(&town, "Onay", "2026/2").await;
        town.act(&item, "uygulandi", "Yazısı gönderildi").await.leads_to(&item);
        town.act(&item, "uygulandi", "Yine").await.status(409);
        // Work given afterwards opens it again; given up, it waits still.
        let task = task(&town, &item, ("unit_id", &works), "3").await;
        let application = "SELECT application FROM agenda_item WHERE decision_number = '2026/2'";
        assert_eq!(town.text(application).await, "waiting");
        town.act(&task, "iptal", "Gerek yok").await.leads_to(&task);
        town.act(&task, "iptal", "Gerek yok").await.status(409);
        assert_eq!(town.text(application).await, "waiting");
    })
    .await;
}

#[tokio::test]
async fn a_task_counts_working_days_and_its_lateness_is_told_once() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let item = decided(&town, "Kamera", "2026/3").await;
        let mehmet = town.mehmet.to_string();
        let task = task(&town, &item, ("staff_id", &mehmet), "10").await;
        let due = town.text("SELECT due_on FROM decision_task").await;
        let today = test.clock.now().day();
        let days = (due.parse::<kernel::Day>().unwrap().0 - today.0).whole_days();
        assert!(days >= 14, "ten working days are two weeks at least: {today} {due}");
        let late = "SELECT count(*) FROM event WHERE verb = 'decision_task_late'";
        test.run(&late_job()).await;
        assert_eq!(town.count(late).await, 0);
        town.as_mehmet();
        let mine = (crate::evidence::decided_work)(&test.db, &actor(&town), test.clock.now()).await.unwrap();
        assert_eq!(mine.iter().map(|item| (item.count, item.is_late)).collect::<Vec<_>>(), [(1, false)]);
        test.advance_seconds((days + 1) * 86_400);
        test.run(&late_job()).await;
        test.run(&late_job()).await;
        assert_eq!(town.count(late).await, 1);
        let mine = (crate::evidence::decided_work)(&test.db, &actor(&town), test.clock.now()).await.unwrap();
        assert!(mine[0].is_late);
        town.as_clerk();
        town.act(&task, "sure-uzat", "yarın").await.status(422).says("gün.ay.yıl olarak yazın");
        town.act(&task, "sure-uzat", "1.1.2020").await.status(422);
        town.act(&task, "sure-uzat", "1.6.2027").await.leads_to(&task);
        assert_eq!(town.text("SELECT due_on FROM decision_task").await, "2027-06-01");
    })
    .await;
}

/// Mehmet as the day's list knows him.
fn actor(town: &Town<'_>) -> kernel::Actor {
    let registry = town.test.registry.clone();
    testkit::role_actor(&registry, "staff", &[town.works], Some(town.mehmet))
}

#[tokio::test]
async fn a_proposal_is_returned_submitted_again_postponed_and_withdrawn() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let item = proposed(&town, "Kamera alımı", "committee").await;
        town.as_clerk();
        town.act(&item, "iade", "").await.status(422);
        town.act(&item, "iade", "Keşif özeti eksik").await.leads_to(&item);
        town.act(&item, "iade", "Yine").await.status(409);
        town.as_mehmet();
        town.app.get(&item).await.ok().says("Keşif özeti eksik");
        town.act(&item, "yeniden-sun", "").await.leads_to(&item);
        town.as_clerk();
        town.act(&item, "gundeme-al", "").await.leads_to(&item);
        town.act(&item, "ertele", "1.1.2020").await.status(422).says("sonra olmalıdır");
        town.act(&item, "ertele", "1.12.2026").await.leads_to(&item);
        assert_eq!(town.text("SELECT meets_on FROM agenda_item").await, "2026-12-01");
        // What is on the agenda is no longer changed by who proposed it.
        town.as_mehmet();
        let fields = [("surum", "5"), ("title", "Başka"), ("body", "committee"), ("meets_on", DAY)];
        town.app.post(&format!("{item}/duzenle"), &fields).await.status(422).says("gündemi tutan kişi");
        town.act(&item, "geri-cek", "Bütçe yok").await.leads_to(&item);
        town.act(&item, "geri-cek", "Bütçe yok").await.status(409);
        assert_eq!(town.text("SELECT title FROM agenda_item").await, "Kamera alımı");
    })
    .await;
}

#[tokio::test]
async fn the_agenda_of_a_day_lists_what_is_on_it_and_a_document_leads_to_its_item() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Kamera talebi", "E-1").await;
        let id = document.rsplit('/').next().unwrap();
        let works = town.works.to_string();
        let fields = [
            ("title", "Kamera alımı"),
            ("body", "council"),
            ("meets_on", DAY),
            ("document_id", id),
            ("unit_id", works.as_str()),
        ];
        let item = format!("/gundem/{}", town.new_at("/gundem", &fields).await);
        proposed(&town, "Henüz gündemde değil", "council").await;
        town.as_clerk();
        town.act(&item, "gundeme-al", "").await.leads_to(&item);
        town.app.get(&document).await.ok().says("Kamera alımı");
        let list = "gun=2026-11-03&organ=council";
        let page = town.app.get(&format!("/gundem/liste?{list}")).await.ok();
        page.says("Kamera alımı")
            .says("Fen İşleri Müdürlüğü")
            .says("Kamera talebi")
            .hides("Henüz gündemde değil");
        town.app.get("/gundem/liste?gun=2026-11-03&organ=committee").await.ok().hides("Kamera alımı");
        town.app.get("/gundem/liste").await.ok().says("madde yok");
        let paper = town.app.get(&format!("/gundem/liste/pdf?{list}")).await.ok().text();
        for said in
            ["Meclis gündemi, 03.11.2026", "1 | Kamera alımı | Fen İşleri Müdürlüğü", "Meclis Başkanı"]
        {
            assert!(paper.contains(said), "{said}: {paper}");
        }
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'agenda_taken'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_demo_town_has_proposals_and_decisions_in_every_state() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let context =
            DemoContext { db: test.db.clone(), clock: test.clock.clone(), act: test.act(), scale: 1 };
        crate::demo::load(&context).await.unwrap();
        assert_eq!(town.count("SELECT count(DISTINCT state) FROM agenda_item").await, 5);
        assert_eq!(town.count("SELECT count(DISTINCT application) FROM agenda_item").await, 3);
        assert_eq!(town.count("SELECT count(DISTINCT state) FROM decision_task").await, 3);
        let of = |duty: &str| crate::capability().evidence.into_iter().find(|one| one.duty == duty).unwrap();
        let decisions = (of("CO-9").run)(&test.db).await.unwrap();
        assert_eq!(decisions.count, 3);
        assert!(decisions.sentence_tr.contains("uygulanan karar: 1"), "{}", decisions.sentence_tr);
    })
    .await;
}

#[tokio::test]
async fn whoever_gets_a_task_is_told_and_told_once_that_it_is_late_and_the_proposer_hears_of_the_decision() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let (mehmet, veli) =
            (town.account("staff", town.mehmet).await, town.account("director", town.veli).await);
        let item = decided(&town, "Kamera", "2026/4").await;
        assert_eq!(town.unread(mehmet).await, ["documents.agenda_answered"], "he proposed it");
        // A unit's task goes to its head.
        let works = town.works.to_string();
        task(&town, &item, ("unit_id", &works), "2").await;
        assert_eq!(town.unread(veli).await, ["documents.decision_task"]);
        test.advance_seconds(30 * 86_400);
        test.run(&late_job()).await;
        test.run(&late_job()).await;
        assert_eq!(town.unread(veli).await, ["documents.decision_task_late", "documents.decision_task"]);
        assert_eq!(town.unread(mehmet).await.len(), 1);
    })
    .await;
}
