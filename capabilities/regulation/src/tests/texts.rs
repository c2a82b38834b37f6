//! Duty REG-1: a regulation is taken in, read, corrected by people, confirmed, put in force, replaced and compared.

use kernel::db::Sql;
use uuid::Uuid;

use super::desk::{Desk, TEXT, capabilities};
use crate::texts::store;

/// The number of the last correction a correction page shows.
fn seen(body: &str) -> String {
    let after = body.split("name=\"gorulen\" value=\"").nth(1).expect("the page carries the number");
    after.split('"').next().unwrap().to_owned()
}

/// The HTML id of the item with this heading on a correction page.
fn item(body: &str, title: &str) -> String {
    let before = body.split(&format!("-baslik\">{title}</h3>")).next().expect("the item is on the page");
    assert!(before.len() < body.len(), "no item {title} in {body}");
    before.rsplit("id=\"").next().unwrap().to_owned()
}

async fn put_in_force(desk: &Desk, id: &str, more: &[(&str, &str)]) {
    let mut fields =
        vec![("yururluk", "1.11.2026"), ("karar", "5.11.2026 tarihli 42 sayılı karar"), ("bakildi", "evet")];
    fields.extend(more);
    desk.post("director", &format!("/yonetmelik/{id}/onayla"), &fields).await.is(303);
}

#[tokio::test]
async fn a_pasted_regulation_is_read_confirmed_and_its_clauses_get_duty_proposals() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        desk.get("director", "/yonetmelik").await.is(200).says("/yonetmelik/yeni");
        desk.get("director", "/yonetmelik/yeni").await.is(200).says("Kars Belediyesi");
        let id = desk.paste(TEXT).await;
        let page = desk.get("director", &format!("/yonetmelik/{id}")).await.is(200);
        let page = page.says("BİLGİ İŞLEM MÜDÜRLÜĞÜ YÖNETMELİĞİ").says("Madde 5").says("Yazılım Servisi");
        page.says("Kumköy Belediye Başkanını").says("Okumayı düzelt").says("meclis kararının kesinleşmesiyle");
        desk.get("director", &format!("/yonetmelik/{id}/duzelt?goster=hepsi")).await.is(200).says("Yönetmelik metni");
        desk.get("director", &format!("/yonetmelik/{id}/onayla")).await.is(200).says("kesinleşmesiyle");
        put_in_force(&desk, &id, &[]).await;
        let page = desk.get("staff", &format!("/yonetmelik/{id}")).await.is(200);
        page.says("Yürürlükte").says("42 sayılı karar").says("Yürürlüğe konuldu").hides("Okumayı düzelt");
        let uuid: Uuid = id.parse().unwrap();
        let nodes = store::nodes(&test.db, uuid, 1_000).await.unwrap();
        let backups = nodes.iter().find(|node| node.address == "5/1/b").expect("clause b of article 5");
        assert_eq!(backups.display, "Verilerin düzenli yedeklerini almak,");
        assert!(nodes.iter().any(|node| Some(node.id) == backups.parent_id && node.address == "5/1"));
        let proposed: Vec<String> = test
            .db
            .column(
                "SELECT duty FROM clause_duty WHERE node_id = $1 AND state = 'proposed' ORDER BY score_milli DESC",
                vec![backups.id.into()],
            )
            .await
            .unwrap();
        let catalogue = crate::catalogue::Catalogue::built_in();
        let first = catalogue.duty(&proposed[0].parse().unwrap()).expect("a duty of the catalogue");
        assert_eq!(first.family, "backup", "{proposed:?}");
        assert!(proposed.len() <= 3);
    })
    .await;
}

#[tokio::test]
async fn a_person_corrects_the_reading_and_takes_the_last_correction_back() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.paste(TEXT).await;
        let path = format!("/yonetmelik/{id}/duzelt");
        let all = format!("{path}?goster=hepsi");
        let page = desk.get("clerk", &all).await.is(200);
        let clause = item(&page.body, "Madde 5, fıkra 1, bent c");
        let fields = [("oge", clause.as_str()), ("gorulen", "0"), ("goster", "hepsi"), ("sayfa", "1")];
        let change = [&fields[..], &[("eylem", "degistir"), ("tur", "bent"), ("etiket", "ç")]].concat();
        let done = desk.post("clerk", &path, &change).await.is(303);
        assert!(done.location.starts_with(&format!("{path}?goster=hepsi&sayfa=1")), "{}", done.location);
        let page = desk.get("clerk", &all).await.is(200).says("Madde 5, fıkra 1, bent ç");
        assert_eq!(seen(&page.body), "1");
        let back =
            desk.post("clerk", &format!("{path}/geri-al"), &[("gorulen", "1"), ("goster", "hepsi")]).await;
        back.is(303);
        let page = desk.get("clerk", &all).await.is(200).says("Madde 5, fıkra 1, bent c").hides("bent ç<");
        // Split by the words the new clause begins with, then put together again.
        let clause = item(&page.body, "Madde 5, fıkra 1, bent b");
        let fields = [("oge", clause.as_str()), ("gorulen", "0"), ("goster", "hepsi"), ("sayfa", "1")];
        let split =
            [("eylem", "bol"), ("soz", "yedeklerini  almak,"), ("yeni_tur", "bent"), ("yeni_etiket", "bb")];
        desk.post("clerk", &path, &[&fields[..], &split].concat()).await.is(303);
        let page = desk.get("clerk", &all).await.says("bent bb").says("Verilerin düzenli</p>");
        let clause = item(&page.body, "Madde 5, fıkra 1, bent bb");
        let fields =
            [("oge", clause.as_str()), ("gorulen", "1"), ("goster", "hepsi"), ("eylem", "birlestir")];
        desk.post("clerk", &path, &fields).await.is(303);
        desk.get("clerk", &all).await.says("Verilerin düzenli yedeklerini almak,</p>");
        desk.get("clerk", &format!("/yonetmelik/{id}")).await.says("öncekiyle birleştirildi");
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_draft_and_a_button_pressed_twice_is_no_quarrel() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let page = desk.get("director", "/yonetmelik/yeni").await.is(200);
        let token = page.body.split("name=\"tek\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = [("tek", token), ("metin", TEXT)];
        let first = desk.upload("director", "/yonetmelik/yeni", &fields, None).await;
        let second = desk.upload("director", "/yonetmelik/yeni", &fields, None).await;
        assert_eq!(first.id(), second.id());
        let count = test.db.scalar::<i64>("SELECT COUNT(*) FROM regulation", vec![]).await.unwrap();
        assert_eq!(count, Some(1));
        let id = first.id();
        let path = format!("/yonetmelik/{id}/duzelt");
        let page = desk.get("clerk", &format!("{path}?goster=hepsi")).await.is(200);
        let clause = item(&page.body, "Madde 5, fıkra 1, bent c");
        let press = [
            ("oge", clause.as_str()),
            ("gorulen", "0"),
            ("goster", "hepsi"),
            ("eylem", "degistir"),
            ("tur", "bent"),
            ("etiket", "ç"),
        ];
        let done = desk.post("clerk", &path, &press).await.is(303);
        let again = desk.post("clerk", &path, &press).await.is(303);
        assert_eq!(done.location, again.location);
        desk.post("director", &path, &press).await.is(409).says("clerk kişisi");
        let kept = store::corrections(&test.db, id.parse().unwrap()).await.unwrap();
        assert_eq!(kept.len(), 1, "the second press does nothing more");
    })
    .await;
}

#[tokio::test]
async fn behind_the_last_item_of_a_page_the_keyboard_goes_on_where_the_follower_stands() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let clauses: String = (0..60).map(|n| format!("{n}) Görev {n} yapmak,\n")).collect();
        let long = TEXT.replace("c) Belediyenin web sitesini güncel tutmak.", &clauses);
        let id = desk.paste(&long).await;
        let path = format!("/yonetmelik/{id}/duzelt");
        let page = desk.get("clerk", &format!("{path}?goster=hepsi")).await.is(200);
        let ids: Vec<&str> = page.body.split("name=\"oge\" value=\"").skip(1).collect();
        let last = ids.last().unwrap().split('"').next().unwrap();
        assert_eq!(ids.len(), 50, "the page is full");
        let next = desk.get("clerk", &format!("{path}?goster=hepsi&sayfa=2")).await.is(200);
        let follower = next.body.split("name=\"oge\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let sure = [("oge", last), ("gorulen", "0"), ("goster", "hepsi"), ("sayfa", "1"), ("eylem", "dogru")];
        let done = desk.post("clerk", &path, &sure).await.is(303);
        assert!(done.location.contains(&format!("goster=hepsi&sayfa=2#{follower}")), "{}", done.location);
    })
    .await;
}

#[tokio::test]
async fn two_people_correcting_at_once_lose_nothing() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.paste(TEXT).await;
        let path = format!("/yonetmelik/{id}/duzelt");
        let page = desk.get("clerk", &format!("{path}?goster=hepsi")).await;
        let clause = item(&page.body, "Madde 5, fıkra 1, bent c");
        let fields = |label: &'static str| {
            vec![
                ("oge", clause.clone()),
                ("gorulen", "0".into()),
                ("goster", "hepsi".into()),
                ("eylem", "degistir".into()),
                ("tur", "bent".into()),
                ("etiket", label.to_owned()),
            ]
        };
        let send = async |role: &str, label: &'static str| {
            let fields = fields(label);
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            desk.post(role, &path, &fields).await
        };
        send("director", "ğ").await.is(303);
        let page = send("clerk", "h").await.is(409);
        // Who was quicker, what is stored now and what the second person typed are all on the page.
        page.says("director kişisi").says("bent ğ").says("value=\"h\"").says("numara: h");
        // Truly at the same time: one gets through, the other is told.
        let right = [("oge", clause.as_str()), ("gorulen", "1"), ("eylem", "dogru")];
        let outward = [("oge", clause.as_str()), ("gorulen", "1"), ("eylem", "disari")];
        let (one, other) =
            tokio::join!(desk.post("director", &path, &right), desk.post("clerk", &path, &outward));
        let mut both = [one.status.as_u16(), other.status.as_u16()];
        both.sort_unstable();
        assert_eq!(both, [303, 409]);
        let kept = store::corrections(&test.db, id.parse().unwrap()).await.unwrap();
        assert_eq!(kept.iter().map(|one| one.seq).collect::<Vec<_>>(), [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn an_amendment_replaces_its_predecessor_and_keeps_what_was_decided_about_equal_words() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let old = desk.paste(TEXT).await;
        put_in_force(&desk, &old, &[]).await;
        let tx = test.begin().await;
        tx.without_event("the scenario stands in for the screen of duties");
        let sql = "UPDATE clause_duty SET state = 'confirmed', decided_by = 'Ayşe' WHERE id IN (SELECT d.id FROM clause_duty d \
                   JOIN regulation_node n ON n.id = d.node_id WHERE n.address IN ('5/1/a', '5/1/b'))";
        assert!(tx.run(sql, vec![]).await.unwrap() >= 2);
        tx.commit().await.unwrap();
        let amended = TEXT.replace("düzenli yedeklerini", "günlük yedeklerini").replace("MADDE 7-", "MADDE 7 -");
        let new = desk.paste(&amended).await;
        let page = desk.get("director", &format!("/yonetmelik/{new}/karsilastir/{old}")).await.is(200);
        let page = page.says("<del>düzenli</del>").says("<ins>günlük</ins>").says("maddeyi de göster");
        page.says("(01.11.2026 gününden beri). Yeni:").says("(taslak).");
        // The draft is the new one, from whichever page it was opened.
        let page = desk.get("director", &format!("/yonetmelik/{old}/karsilastir/{new}")).await.is(200);
        page.says("<del>düzenli</del>").says("<ins>günlük</ins>");
        desk.get("director", &format!("/yonetmelik/{new}/karsilastir")).await.is(200).says(&old);
        desk.get("director", &format!("/yonetmelik/{new}/onayla")).await.says(&old);
        put_in_force(&desk, &new, &[("yerine", &old)]).await;
        desk.get("staff", &format!("/yonetmelik/{old}")).await.is(200).says("Yürürlükten kalktı").says(&new);
        let carried: Vec<String> = test
            .db
            .column(
                "SELECT n.address FROM clause_duty d JOIN regulation_node n ON n.id = d.node_id \
                 WHERE d.regulation_id = $1 AND d.state = 'confirmed' AND d.decided_by = 'Ayşe' GROUP BY n.address",
                vec![new.parse::<Uuid>().unwrap().into()],
            )
            .await
            .unwrap();
        assert_eq!(carried, ["5/1/a"], "the changed clause is asked about again");
    })
    .await;
}

#[tokio::test]
async fn a_profile_brings_addresses_with_confirmed_duties_and_no_text() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.upload("director", "/yonetmelik/yeni", &[("profil", "kars")], None).await.id();
        let page = desk.get("director", &format!("/yonetmelik/{id}")).await.is(200);
        page.says("Hazır profil").says("Madde ").hides("Okumayı düzelt");
        put_in_force(&desk, &id, &[]).await;
        let uuid: Uuid = id.parse().unwrap();
        let profile = crate::profiles::Profile::of("kars").unwrap();
        assert_eq!(store::nodes(&test.db, uuid, 10_000).await.unwrap().len(), profile.matches.len());
        let sql = "SELECT COUNT(*) FROM clause_duty WHERE regulation_id = $1 AND state = 'confirmed'";
        let confirmed: Option<i64> = test.db.scalar(sql, vec![uuid.into()]).await.unwrap();
        let known: usize = profile.matches.iter().map(|one| one.duties.len()).sum();
        assert_eq!(confirmed, Some(known as i64));
        desk.get("director", &format!("/yonetmelik/{id}/duzelt")).await.is(404);
    })
    .await;
}

#[tokio::test]
async fn only_those_with_the_right_take_in_correct_and_confirm() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.paste(TEXT).await;
        for path in [
            "/yonetmelik/yeni".into(),
            format!("/yonetmelik/{id}/duzelt"),
            format!("/yonetmelik/{id}/onayla"),
        ] {
            desk.get("staff", &path).await.is(403);
        }
        desk.post("staff", &format!("/yonetmelik/{id}/duzelt"), &[("eylem", "dogru")]).await.is(403);
        desk.get("clerk", &format!("/yonetmelik/{id}/onayla")).await.is(403);
        desk.post("clerk", &format!("/yonetmelik/{id}/onayla"), &[("yururluk", "1.12.2026")]).await.is(403);
        desk.get("auditor", &format!("/yonetmelik/{id}")).await.is(200);
    })
    .await;
}

#[tokio::test]
async fn an_amendment_is_compared_article_by_article_and_the_repealed_text_stays_with_its_dates() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let old = desk.paste(TEXT).await;
        put_in_force(&desk, &old, &[]).await;
        // Article 1 changes, 4 goes, a new one comes before the last two, which get other numbers.
        let amended = TEXT
            .replace("çalışma esaslarını", "kuruluş ve çalışma esaslarını")
            .replace("Kadro\nMADDE 4- (1) Müdürlükte görev yapanların unvan ve sayıları şöyledir:\na) Müdür 1\nb) Şef 2\n\n", "")
            .replace("MADDE 5-", "MADDE 4-")
            .replace("Yürürlük\nMADDE 6-", "Hüküm bulunmayan hâller\nMADDE 5- (1) Genel mevzuat uygulanır.\n\nYürürlük\nMADDE 6-");
        let new = desk.paste(&amended).await;
        let page = desk.get("director", &format!("/yonetmelik/{new}/karsilastir/{old}")).await.is(200);
        let page = page.says("<ins>kuruluş ve</ins>").says("Çıkarıldı").says("Madde 4: Kadro");
        let page = page.says("Eklendi").says("Madde 5: Hüküm bulunmayan hâller");
        page.says("Numarası değişti").says("Madde 5 → Madde 4: Görevler").hides("Madde 7: Yürütme");
        let all = desk.get("director", &format!("/yonetmelik/{new}/karsilastir/{old}?hepsi=evet")).await;
        all.says("Madde 7: Yürütme");
        let dated = [("yerine", old.as_str()), ("yururluk", "4.11.2026"), ("bakildi", "evet")];
        desk.post("director", &format!("/yonetmelik/{new}/onayla"), &dated).await.is(303);
        let kept = desk.get("auditor", &format!("/yonetmelik/{old}")).await.is(200);
        let kept = kept.says("Yürürlükten kalktı").says("04.11.2026").says("1.11.2026");
        kept.says("Müdürlükte görev yapanların unvan ve sayıları");
        desk.get("auditor", &format!("/yonetmelik/{new}")).await.is(200).says("04.11.2026").hides("1.11.2026 tarihinde");
        // What is repealed can be compared still, and cannot be put in force again.
        let page = desk.get("auditor", &format!("/yonetmelik/{old}/karsilastir/{new}")).await.is(200);
        page.says("<ins>kuruluş ve</ins>").says("arasında yürürlükte").says("04.11.2026 gününden beri");
        desk.post("director", &format!("/yonetmelik/{old}/onayla"), &dated[1..]).await.is(409);
    })
    .await;
}

#[tokio::test]
async fn a_dutys_page_says_upon_whom_the_regulation_lays_it() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let tx = test.begin().await;
        crate::duties::sync::sync(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let text = TEXT.replace("Görevler\nMADDE 5-", "Yazılım Servisinin Görevleri\nMADDE 5-");
        let id = desk.paste(&text).await;
        put_in_force(&desk, &id, &[]).await;
        let page = format!("/gorevler/{}", crate::duties::sync::id_of("BA-2"));
        desk.get("director", &page).await.is(200).hides("Yönetmeliğe göre");
        let tx = test.begin().await;
        tx.without_event("the scenario stands in for the screen of duties");
        let sql = "UPDATE clause_duty SET state = 'confirmed' WHERE duty = 'BA-2' AND node_id IN \
                   (SELECT id FROM regulation_node WHERE address = '5/1/b')";
        assert_eq!(tx.run(sql, vec![]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        desk.get("director", &page).await.is(200).says("Yönetmeliğe göre: Yazılım Servisi (Madde 5).");
    })
    .await;
}
