//! Two people, or one impatient one, at the same moment: everything happens once, and the second reads why not.

use kernel::db::Sql;
use kernel::record::Kind;
use serde_json::json;
use testkit::{Page, TestApp, TestDb};
use uuid::Uuid;

use super::{Town, each_town};

/// Another browser with another person who may do everything.
fn second(test: &TestDb) -> TestApp {
    let app = TestApp::new(test, crate::capabilities::routes());
    let mut actor = kernel::Actor::system("İkinci kişi");
    actor.account_id = Some(Uuid::from_u128(2));
    app.sign_in(actor);
    app
}

#[track_caller]
fn is_fine(page: &Page) {
    assert!(page.status.as_u16() < 500, "{} answered {}: {}", page.about, page.status, page.text());
}

async fn count(test: &TestDb, sql: &str) -> i64 {
    test.db.scalar(sql, vec![]).await.unwrap().unwrap_or(0)
}

/// Appointments that all wait for approval.
async fn proposed(town: &Town<'_>) -> Vec<String> {
    let (test, token) = (town.test, town.sign_in());
    let staff: Option<Uuid> = test
        .db
        .scalar("SELECT id FROM staff WHERE state = 'active' ORDER BY id LIMIT 1", vec![])
        .await
        .unwrap();
    let unit = "SELECT unit_id FROM staff WHERE id = $1";
    let unit: Option<Uuid> = test.db.scalar(unit, vec![staff.into()]).await.unwrap();
    for number in 1..=6 {
        let subject = format!("Deneme sorumlusu {number}");
        let body =
            json!({ "subject": subject, "staff_id": staff, "unit_id": unit, "starts_on": "2026-11-05" });
        town.app.api(http::Method::POST, "/api/v1/appointment", &token, &body).await.status(201);
    }
    let tx = test.begin().await;
    tx.run("UPDATE appointment SET state = 'proposed', proposed_by_id = NULL", vec![]).await.unwrap();
    tx.without_event("a test proposes");
    tx.commit().await.unwrap();
    let ids: Vec<Uuid> =
        test.db.column("SELECT id FROM appointment ORDER BY id LIMIT 20", vec![]).await.unwrap();
    ids.iter().map(Uuid::to_string).collect()
}

#[tokio::test]
async fn two_bulk_acts_on_the_same_records_do_each_once_and_tell_the_second() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let other = second(test);
        let ids = proposed(&town).await;
        let mut forward = vec![("eylem", "onayla")];
        // The same record twice in one form is one record.
        forward.extend(ids.iter().chain(&ids).map(|id| ("id", id.as_str())));
        let mut backward = vec![("eylem", "onayla")];
        backward.extend(ids.iter().rev().map(|id| ("id", id.as_str())));
        let path = "/teskilat/sorumlular/toplu";
        let approved = "SELECT count(*) FROM event WHERE verb = 'appointment_approved'";
        let before = count(test, approved).await;
        town.sign_in();
        let (one, two) = tokio::join!(town.app.post(path, &forward), other.post(path, &backward));
        is_fine(&one);
        is_fine(&two);
        let done = count(test, approved).await - before;
        assert_eq!(done, ids.len() as i64, "{} / {}", one.text(), two.text());
        let late = [&one, &two].into_iter().find(|page| page.status == 200).expect("somebody came second");
        assert!(
            late.text().contains("yapılamadı") && late.text().contains("artık yapılamaz"),
            "{}",
            late.text()
        );
    })
    .await;
}

#[tokio::test]
async fn of_two_overlapping_proposals_to_act_for_one_person_one_stands() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let other = second(test);
        let people = "SELECT s.id FROM staff AS s WHERE s.state = 'active' AND NOT EXISTS (SELECT 1 FROM acting AS a \
                      WHERE a.principal_id = s.id OR a.substitute_id = s.id) ORDER BY s.id LIMIT 3";
        let people: Vec<Uuid> = test.db.column(people, vec![]).await.unwrap();
        let unit = "SELECT unit_id FROM staff WHERE id = $1";
        let unit: Option<Uuid> = test.db.scalar(unit, vec![people[0].into()]).await.unwrap();
        let (unit, absent) = (unit.unwrap().to_string(), people[0].to_string());
        let form = |substitute: &str| {
            [
                ("unit_id", unit.clone()),
                ("principal_id", absent.clone()),
                ("substitute_id", substitute.to_string()),
                ("from_at", "10.11.2026 08:00".into()),
                ("until_at", "12.11.2026 08:00".into()),
            ]
        };
        let (first, next) = (form(&people[1].to_string()), form(&people[2].to_string()));
        let send = async |app: &TestApp, form: &[(&str, String)]| {
            let fields: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            app.post("/teskilat/vekaletler/yeni", &fields).await
        };
        town.sign_in();
        let (one, two) = tokio::join!(send(&town.app, &first), send(&other, &next));
        is_fine(&one);
        is_fine(&two);
        let made = "SELECT count(*) FROM acting WHERE from_at = 1794286800000000";
        assert_eq!(count(test, made).await, 1, "{} / {}", one.text(), two.text());
        let statuses = [one.status.as_u16(), two.status.as_u16()];
        assert!(statuses.contains(&303) && statuses.contains(&422), "{statuses:?}");
    })
    .await;
}

#[tokio::test]
async fn the_same_rows_imported_by_two_at_once_are_there_once() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let other = second(test);
        let top: Option<String> =
            test.db.scalar("SELECT code FROM unit WHERE parent_id IS NULL LIMIT 1", vec![]).await.unwrap();
        let top = top.unwrap();
        let rows = (1..=20).map(|number| format!("ZZ{number};Birim {number};Servis;{top};01.01.2020\n"));
        let head = "Birim kodu;Birim adı;Türü;Bağlı olduğu birim;Geçerlilik tarihi\n".to_string();
        let file: String = std::iter::once(head).chain(rows).collect();
        let path = "/teskilat/birimler/ice-aktar";
        town.sign_in();
        let fields = [("icerik", file.as_str())];
        let (one, two) = tokio::join!(town.app.upload(path, &fields, &[]), other.upload(path, &fields, &[]));
        is_fine(&one);
        is_fine(&two);
        assert_eq!(count(test, "SELECT count(*) FROM unit WHERE code LIKE 'ZZ%'").await, 20);
        let created = "SELECT count(*) FROM event AS e JOIN unit AS u ON u.id = e.subject_id \
                       WHERE e.verb = 'created' AND u.code LIKE 'ZZ%'";
        assert_eq!(count(test, created).await, 20);
    })
    .await;
}

#[tokio::test]
async fn somebody_who_edits_what_another_just_gave_up_reads_so_and_nothing_is_half_done() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let other = second(test);
        let free = "SELECT s.id FROM staff AS s WHERE s.state = 'active' AND NOT EXISTS (SELECT 1 FROM acting AS a \
                    WHERE a.principal_id = s.id OR a.substitute_id = s.id) AND NOT EXISTS \
                    (SELECT 1 FROM appointment AS p WHERE p.staff_id = s.id) AND NOT EXISTS \
                    (SELECT 1 FROM account AS c WHERE c.staff_id = s.id) ORDER BY s.id LIMIT 1";
        let id: Uuid = test.db.scalar(free, vec![]).await.unwrap().unwrap();
        let (edit, act) = (format!("/teskilat/personel/{id}/duzenle"), format!("/teskilat/personel/{id}/eylem"));
        town.sign_in();
        let mut fields = town.app.get(&edit).await.ok().sent_by(&edit);
        fields.retain(|(name, _)| name != "name" && name != ui::names::CSRF);
        fields.push(("name".into(), "Yeni Adı".into()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let today = kernel::tr::date(test.clock.now().day().0);
        let leave =
            [("eylem", "ayril"), ("onayli", "evet"), ("gerekce", today.as_str()), ("neden", "Emekli oldu.")];
        let (edited, left) = tokio::join!(town.app.post(&edit, &fields), other.post(&act, &leave));
        is_fine(&edited);
        is_fine(&left);
        // Whoever came second was told; what was done is whole.
        let told = [&edited, &left].into_iter().filter(|page| page.status == 409).count();
        let events =
            "SELECT count(*) FROM event WHERE subject_kind = 'staff' AND verb IN ('changed', 'staff_left') AND subject_title = 'Yeni Adı'".to_owned();
        let name: Option<String> =
            test.db.scalar("SELECT name FROM staff WHERE id = $1", vec![id.into()]).await.unwrap();
        let is_renamed = name.as_deref() == Some("Yeni Adı");
        assert_eq!(is_renamed, edited.status == 303, "{}", edited.text());
        assert!(told <= 1 && (is_renamed || told == 1), "{} / {}", edited.text(), left.text());
        assert_eq!(count(test, &events).await > 0, is_renamed);
        // Given up: what it was may be corrected, where it worked may not.
        other.post(&act, &leave).await;
        let form = town.app.get(&edit).await.ok();
        let version = form.value(ui::names::VERSION).unwrap();
        let title = "SELECT id FROM title WHERE state = 'open' AND id <> (SELECT title_id FROM staff WHERE id = $1) LIMIT 1";
        let title: Uuid = test.db.scalar(title, vec![id.into()]).await.unwrap().unwrap();
        let moved = [(ui::names::VERSION, version.as_str()), ("title_id", &title.to_string())];
        town.app.post(&edit, &moved).await.status(422).says("önce göreve yeniden başlatın");
        town.app.post(&act, &leave).await.status(409).says("artık yapılamaz");
    })
    .await;
}

/// Presses a verb's button twice at once, as it is after the question whether it is meant.
async fn press_twice(town: &Town<'_>, kind: &Kind, id: Uuid, verb: &str) -> (Page, Page) {
    let path = format!("{}/eylem", kind.address(id));
    let fields = [("eylem", verb), ("onayli", "evet"), ("gerekce", "Deneme")];
    tokio::join!(town.app.post(&path, &fields), town.app.post(&path, &fields))
}

#[tokio::test]
async fn a_verb_pressed_twice_is_done_once() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        proposed(&town).await;
        town.sign_in();
        let mut done = 0;
        for kind in test.registry.kinds().filter(|kind| kind.has_detail) {
            for verb in &kind.verbs {
                for id in town.records(kind).await {
                    let of = "SELECT count(*) FROM event WHERE subject_id = $1 AND subject_kind = $2 AND verb = $3";
                    let values = || vec![id.into(), kind.id.into(), verb.event.into()];
                    let before: Option<i64> = test.db.scalar(of, values()).await.unwrap();
                    let (one, two) = press_twice(&town, kind, id, verb.id).await;
                    is_fine(&one);
                    is_fine(&two);
                    let after: Option<i64> = test.db.scalar(of, values()).await.unwrap();
                    let times = after.unwrap() - before.unwrap();
                    let (one, two) = (one.status.as_u16(), two.status.as_u16());
                    assert!(times <= 1, "{} {}: {times} times, {one} {two}", kind.id, verb.id);
                    done += times;
                }
            }
        }
        assert!(done > 8, "only {done} verbs were done at all");
    })
    .await;
}
