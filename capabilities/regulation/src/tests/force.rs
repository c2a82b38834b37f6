//! Duty REG-1: a regulation takes force on its day, and what duties and the inspection view say follows it at once.

use kernel::db::Sql;
use testkit::TestDb;
use uuid::Uuid;

use super::desk::{Desk, TEXT, capabilities};

/// From where the test's clock stands at first to the first instant of 2027.
const TO_NEW_YEAR_SECONDS: i64 = 56 * 86_400 + 14 * 3_600;

async fn confirm(desk: &Desk, id: &str, on: &str, more: &[(&str, &str)]) {
    let fields = [&[("yururluk", on), ("bakildi", "evet")], more].concat();
    desk.post("director", &format!("/yonetmelik/{id}/onayla"), &fields).await.is(303);
}

async fn catalogue(test: &TestDb) {
    let tx = test.begin().await;
    crate::duties::sync::sync(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn text(test: &TestDb, sql: &str, id: &str) -> String {
    let found: Option<String> = test.db.scalar(sql, vec![id.parse::<Uuid>().unwrap().into()]).await.unwrap();
    found.unwrap_or_default()
}

async fn state(test: &TestDb, id: &str) -> String {
    text(test, "SELECT state FROM regulation WHERE id = $1", id).await
}

async fn number(test: &TestDb, sql: &str) -> i64 {
    test.db.scalar(sql, vec![]).await.unwrap().unwrap_or(0)
}

/// A person confirms the first proposal of this clause.
async fn decide(test: &TestDb, regulation: &str, address: &str) {
    let tx = test.begin().await;
    tx.without_event("the scenario stands in for the screen of duties");
    let sql = "UPDATE clause_duty SET state = 'confirmed', decided_by = 'Ayşe' WHERE regulation_id = $1 AND node_id IN \
               (SELECT id FROM regulation_node WHERE address = $2)";
    let values = vec![regulation.parse::<Uuid>().unwrap().into(), address.into()];
    assert!(tx.run(sql, values).await.unwrap() > 0);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_regulation_confirmed_for_new_year_takes_force_then_and_the_old_one_stands_until_then() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        catalogue(test).await;
        let old = desk.paste(TEXT).await;
        confirm(&desk, &old, "1.11.2026", &[]).await;
        let new = desk.paste(&TEXT.replace("güncel tutmak", "güncel ve erişilebilir tutmak")).await;
        confirm(&desk, &new, "1.1.2027", &[("yerine", &old)]).await;
        assert_eq!((state(test, &old).await.as_str(), state(test, &new).await.as_str()), ("in_force", "awaiting"));
        let page = desk.get("staff", &format!("/yonetmelik/{new}")).await.is(200).says("Yürürlüğe girecek");
        page.says("01.01.2027 tarihinde kendiliğinden yürürlüğe girecek").says(&old).hides("Okumayı düzelt");
        desk.get("staff", &format!("/yonetmelik/{old}")).await.says("01.01.2027 tarihinde yerini").says(&new);
        desk.get("staff", "/yonetmelik").await.is(200).says("Yürürlüğe girecek").says("01.01.2027");
        // Nothing of the new one counts yet.
        let matching = desk.get("director", "/gorevler/eslestirme").await.is(200);
        assert!(!matching.body.contains("erişilebilir tutmak"));
        decide(test, &old, "5/1/a").await;
        test.advance_seconds(TO_NEW_YEAR_SECONDS - 1);
        test.work().await;
        assert_eq!(state(test, &new).await, "awaiting");
        test.advance_seconds(1);
        test.work().await;
        assert_eq!((state(test, &old).await.as_str(), state(test, &new).await.as_str()), ("repealed", "in_force"));
        let ended = text(test, "SELECT repealed_on FROM regulation WHERE id = $1", &old).await;
        assert_eq!(ended, "2027-01-01");
        let carried = "SELECT count(*) FROM clause_duty d JOIN regulation_node n ON n.id = d.node_id WHERE n.address = '5/1/a' \
                       AND d.state = 'confirmed' AND d.decided_by = 'Ayşe'";
        let both = "SELECT count(*) FROM clause_duty d JOIN regulation_node n ON n.id = d.node_id WHERE n.address = '5/1/a'";
        assert_eq!(number(test, carried).await, number(test, both).await, "decided while the new one waited");
        desk.get("director", "/gorevler/eslestirme").await.says("erişilebilir tutmak");
        // Once, however often and wherever the job runs.
        let job = test.registry.job("regulation.take_force").unwrap();
        test.run(job).await;
        assert_eq!(number(test, "SELECT count(*) FROM event WHERE verb = 'put_in_force'").await, 2);
        assert_eq!(number(test, "SELECT count(*) FROM event WHERE verb = 'repealed'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_node_that_slept_over_the_day_catches_up_and_two_nodes_do_it_once() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.paste(TEXT).await;
        confirm(&desk, &id, "1.1.2027", &[]).await;
        test.advance_seconds(TO_NEW_YEAR_SECONDS + 3 * 86_400);
        let job = test.registry.job("regulation.take_force").unwrap();
        tokio::join!(test.run(job), test.run(job));
        assert_eq!(state(test, &id).await, "in_force");
        let since = text(test, "SELECT in_force_on FROM regulation WHERE id = $1", &id).await;
        assert_eq!(since, "2027-01-01", "its day is the one that was confirmed");
        assert_eq!(number(test, "SELECT count(*) FROM event WHERE verb = 'put_in_force'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_for_later_can_be_taken_back_and_nothing_of_it_stays() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let old = desk.paste(TEXT).await;
        confirm(&desk, &old, "1.11.2026", &[]).await;
        let new = desk.paste(&TEXT.replace("güncel tutmak", "açık tutmak")).await;
        confirm(&desk, &new, "1.1.2027", &[("yerine", &old)]).await;
        // One regulation has one successor.
        let third = desk.paste(&TEXT.replace("güncel tutmak", "yenilemek")).await;
        let fields = [("yururluk", "1.11.2026"), ("bakildi", "evet"), ("yerine", old.as_str())];
        let refused = desk.post("director", &format!("/yonetmelik/{third}/onayla"), &fields).await.is(422);
        refused.says("01.01.2027 tarihinde").says("Onayı geri al");
        let verb = [("eylem", "onayi-geri-al"), ("onayli", "evet"), ("gerekce", "Meclis erteledi")];
        desk.post("clerk", &format!("/yonetmelik/{new}/eylem"), &verb).await.is(403);
        desk.post("director", &format!("/yonetmelik/{new}/eylem"), &verb).await.is(303);
        assert_eq!(state(test, &new).await, "draft");
        let nodes = crate::texts::store::nodes(&test.db, new.parse().unwrap(), 10).await.unwrap();
        assert!(nodes.is_empty());
        test.advance_seconds(TO_NEW_YEAR_SECONDS);
        test.work().await;
        assert_eq!(
            (state(test, &old).await.as_str(), state(test, &new).await.as_str()),
            ("in_force", "draft")
        );
        confirm(&desk, &new, "1.1.2027", &[("yerine", &old)]).await;
        assert_eq!(
            (state(test, &old).await.as_str(), state(test, &new).await.as_str()),
            ("repealed", "in_force")
        );
    })
    .await;
}

#[tokio::test]
async fn duties_and_the_inspection_view_follow_a_regulation_at_once() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        catalogue(test).await;
        desk.get("auditor", "/denetim").await.is(200).says("Yürürlükte bir yönetmelik yok");
        let id = desk.upload("director", "/yonetmelik/yeni", &[("profil", "kars")], None).await.id();
        confirm(&desk, &id, "1.11.2026", &[]).await;
        let stated = "SELECT count(*) FROM duty WHERE coverage = 'confirmed'";
        assert!(number(test, stated).await > 20, "the duties of the profile are the directorate's now");
        assert!(number(test, "SELECT count(*) FROM duty WHERE has_gap = TRUE").await > 20);
        let due = "SELECT count(*) FROM job WHERE name = 'regulation.refresh_evidence'";
        assert_eq!(number(test, due).await, 1, "evidence is read again right after");
        test.work().await;
        let proven = "SELECT count(*) FROM duty WHERE code = 'REG-1' AND evidence_state = 'fresh'";
        assert_eq!(number(test, proven).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_draft_is_deleted_with_a_reason_and_offered_to_nobody() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.paste(TEXT).await;
        let path = format!("/yonetmelik/{id}");
        desk.get("clerk", &path).await.is(200).says("Taslağı sil");
        let verb = [("eylem", "taslagi-sil"), ("onayli", "evet"), ("gerekce", "Yanlış dosya")];
        desk.post("staff", &format!("{path}/eylem"), &verb).await.is(403);
        desk.post("clerk", &format!("{path}/eylem"), &verb).await.is(303);
        desk.get("clerk", &path)
            .await
            .is(200)
            .says("Silinen taslak")
            .says("Yanlış dosya")
            .hides("Okumayı düzelt");
        assert!(crate::texts::newest(&test.db).await.unwrap().is_none());
        assert_eq!(
            number(test, "SELECT count(*) FROM record WHERE kind = 'regulation' AND is_removed = TRUE").await,
            1
        );
        desk.post("director", &format!("{path}/onayla"), &[("yururluk", "1.11.2026")]).await.is(409);
        let other = desk.paste(TEXT).await;
        desk.get("director", &format!("/yonetmelik/{other}/karsilastir")).await.is(200).hides(&id);
    })
    .await;
}

#[tokio::test]
async fn a_text_without_an_article_is_warned_about_and_not_called_sure() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.paste("Bu bir davet yazısıdır. Toplantımıza bekleriz.").await;
        desk.get("director", &format!("/yonetmelik/{id}")).await.is(200).says("hiç madde bulunamadı");
        let page = desk.get("director", &format!("/yonetmelik/{id}/duzelt")).await.is(200);
        page.says("hiç madde bulunamadı").hides("Kuşkulu yer kalmadı");
        let confirm = format!("/yonetmelik/{id}/onayla");
        desk.get("director", &confirm).await.says("Metinde hiç madde bulunamadı; böyle kalabilir");
        desk.post("director", &confirm, &[("yururluk", "1.11.2026")]).await.is(422);
    })
    .await;
}

#[tokio::test]
async fn the_name_that_was_read_is_corrected_before_or_while_it_is_confirmed() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.paste(TEXT).await;
        let path = format!("/yonetmelik/{id}");
        let edit = desk
            .get("clerk", &format!("{path}/duzenle"))
            .await
            .is(200)
            .says("BİLGİ İŞLEM MÜDÜRLÜĞÜ YÖNETMELİĞİ");
        let version =
            edit.body.split("name=\"surum\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let changed = [("title", "Bilgi İşlem Yönetmeliği"), ("surum", version.as_str())];
        desk.post("clerk", &format!("{path}/duzenle"), &changed).await.is(303);
        desk.get("director", &format!("{path}/onayla"))
            .await
            .is(200)
            .says("value=\"Bilgi İşlem Yönetmeliği\"");
        confirm(&desk, &id, "1.11.2026", &[("ad", "Bilgi İşlem Müdürlüğü Çalışma Yönetmeliği")]).await;
        desk.get("staff", &path).await.is(200).says("Bilgi İşlem Müdürlüğü Çalışma Yönetmeliği");
        let changed = [("title", "Başka ad"), ("surum", "3")];
        desk.post("clerk", &format!("{path}/duzenle"), &changed).await;
        desk.get("staff", &path).await.hides("Başka ad");
    })
    .await;
}

#[tokio::test]
async fn a_clause_and_its_duty_lead_to_each_other() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        catalogue(test).await;
        let id = desk.paste(TEXT).await;
        confirm(&desk, &id, "1.11.2026", &[]).await;
        let path = format!("/yonetmelik/{id}");
        desk.get("staff", &path).await.is(200).says("görevi karar bekliyor");
        let nodes = crate::texts::store::nodes(&test.db, id.parse().unwrap(), 1_000).await.unwrap();
        let backups = nodes.iter().find(|node| node.address == "5/1/b").unwrap();
        let tx = test.begin().await;
        tx.without_event("the scenario stands in for the screen of duties");
        let sql = "UPDATE clause_duty SET state = 'confirmed' WHERE node_id = $1 AND duty = 'BA-2'";
        assert_eq!(tx.run(sql, vec![backups.id.into()]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let anchor = format!("madde-{}", backups.id.simple());
        let duty = format!("/gorevler/{}", crate::duties::sync::id_of("BA-2"));
        desk.get("staff", &path).await.says(&format!("id=\"{anchor}\"")).says(&duty);
        desk.get("staff", &duty).await.is(200).says(&format!("{path}#{anchor}"));
    })
    .await;
}
