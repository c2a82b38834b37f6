//! Referring, answering, sending back; who sees what.

use kernel::db::Sql;
use testkit::each;

use super::town::{Town, capabilities};

#[tokio::test]
async fn a_referral_leads_from_the_clerk_over_the_head_to_whoever_does_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Anket", "E-1").await;
        let works = town.works.to_string();
        let id = document.rsplit('/').next().unwrap().to_string();
        // To a unit: its head gets it.
        let fields = [
            ("document_id", id.as_str()),
            ("unit_id", works.as_str()),
            ("purpose", "action"),
            ("days", "5"),
            ("note", "Yanıt hazırlansın"),
        ];
        let head = format!("/havaleler/{}", town.new_at("/havaleler", &fields).await);
        assert_eq!(town.text("SELECT state FROM document").await, "referred");
        // Twice to the same is refused.
        town.app.post("/havaleler/yeni", &fields).await.status(422).says("zaten ona havale edilmiş");
        town.as_veli();
        town.app.get("/havaleler").await.ok().says("2026-GE-000001").says("Anket");
        let parent = head.rsplit('/').next().unwrap().to_string();
        let mehmet = town.mehmet.to_string();
        let below = [("parent_id", parent.as_str()), ("staff_id", mehmet.as_str()), ("purpose", "action")];
        let below = format!("/havaleler/{}", town.new_at("/havaleler", &below).await);
        // The head cannot be done before those below are.
        town.act(&head, "geregi-yapildi", "Yapıldı")
            .await
            .status(422)
            .says("alt havalenin sonucu bekleniyor");
        town.as_mehmet();
        // What was referred to him opens, though the register is not his.
        town.app.get(&document).await.ok().says("Yanıt hazırlansın").says("Veli Ak");
        town.act(&below, "bilgi-edindim", "").await.status(422).says("ne yapıldığını yazın");
        town.act(&below, "geregi-yapildi", "Anket dolduruldu").await.leads_to(&below);
        town.act(&below, "geregi-yapildi", "Yine").await.status(409);
        assert_eq!(town.text("SELECT state FROM document").await, "referred");
        town.as_veli();
        town.act(&head, "geregi-yapildi", "Yanıt gönderildi").await.leads_to(&head);
        assert_eq!(town.text("SELECT state FROM document").await, "done");
        town.as_clerk();
        town.app.get(&document).await.ok().says("Anket dolduruldu").says("Yanıt gönderildi");
    })
    .await;
}

#[tokio::test]
async fn one_form_refers_to_one_for_action_and_to_others_each_with_a_referral_of_its_own() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Anket", "E-1").await;
        let id = document.rsplit('/').next().unwrap().to_string();
        let veli = town.veli.to_string();
        let form = |people: &'static str, units: &'static str| {
            vec![("other_people", people), ("other_units", units)]
        };
        let own = [
            ("document_id", id.as_str()),
            ("staff_id", veli.as_str()),
            ("purpose", "action"),
            ("days", "5"),
            ("note", "Görüşelim"),
        ];
        town.app.get(&format!("/havaleler/yeni?document_id={id}")).await.ok().says("Başkalarına da");
        // What is wrong is said of its line, and nothing is written.
        let send = async |more: Vec<(&str, &str)>| {
            town.app.post("/havaleler/yeni", &[&own[..], &more].concat()).await
        };
        let refused = send(form("Kimse Yok\nMehmet Demir; yarın\nVeli Ak", "")).await.status(422);
        let refused = refused.says("1. satır: “Kimse Yok” adında bir personel bulunamadı.");
        refused.says("2. satır: “yarın” anlaşılmadı").says("Mehmet Demir; yarın");
        send(form("Veli Ak; bilgi", "")).await.status(422).says("1. satır, Veli Ak: bu havale zaten ona gidiyor.");
        let nobody = [("document_id", id.as_str()), ("purpose", "action"), ("other_people", "Kimse Yok")];
        let refused = town.app.post("/havaleler/yeni", &nobody).await.status(422);
        refused.says("Kişiyi ya da birimi seçin").says("“Kimse Yok” adında bir personel bulunamadı");
        assert_eq!(town.count("SELECT count(*) FROM referral").await, 0);
        let sent = send(form("mehmet demir; gereği; 3", "Bilgi İşlem Müdürlüğü")).await;
        let first = sent.location().unwrap_or_else(|| panic!("{}", sent.text()));
        let page = town.app.get(&first).await.ok().says("Veli Ak").says("Mehmet Demir");
        page.says("Bilgi İşlem Müdürlüğü");
        let sql = "SELECT coalesce(s.title, '') || '|' || purpose || '|' || coalesce(CAST(days AS TEXT), '') || '|' || note \
                   FROM referral AS r LEFT JOIN record AS s ON s.kind = 'staff' AND s.id = r.staff_id ORDER BY r.id";
        let rows: Vec<String> = test.db.column(sql, vec![]).await.unwrap();
        assert_eq!(rows[..2], ["Veli Ak|action|5|Görüşelim", "Mehmet Demir|action|3|Görüşelim"]);
        assert!(rows[2].ends_with("|information||Görüşelim") && rows.len() == 3, "{rows:?}");
        assert_eq!(town.count("SELECT count(DISTINCT due_on) FROM referral").await, 3);
        // Each is answered by itself; the document waits for both that have something to do.
        town.as_mehmet();
        let ids: Vec<uuid::Uuid> = test.db.column("SELECT id FROM referral WHERE days = 3", vec![]).await.unwrap();
        let below = format!("/havaleler/{}", ids[0]);
        town.act(&below, "geregi-yapildi", "Dolduruldu").await.leads_to(&below);
        assert_eq!(town.text("SELECT state FROM document").await, "referred");
        // Whoever waits for it already is named, and nobody gets it twice.
        town.as_clerk();
        let mehmet = town.mehmet.to_string();
        let again = [("document_id", id.as_str()), ("staff_id", mehmet.as_str()), ("purpose", "action")];
        let again = [&again[..], &form("Veli Ak", "")].concat();
        town.app.post("/havaleler/yeni", &again).await.status(422).says("1. satır, Veli Ak: bu evrak zaten");
        assert_eq!(town.count("SELECT count(*) FROM referral").await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_back_waits_for_the_clerk_again_with_the_reason() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Sözleşme", "E-2").await;
        let referral = town.refer(&document, town.mehmet, "action").await;
        town.as_mehmet();
        town.act(&referral, "iade", "").await.status(422);
        town.act(&referral, "iade", "Bizim işimiz değil").await.leads_to(&referral);
        assert_eq!(town.text("SELECT state FROM document").await, "sent_back");
        town.as_clerk();
        town.app.get("/evrak?state=sent_back").await.ok().says("Sözleşme");
        let other = town.refer(&document, town.veli, "action").await;
        assert_eq!(town.text("SELECT state FROM document").await, "referred");
        town.act(&other, "geri-cek", "Yanlış kişi").await.leads_to(&other);
        assert_eq!(town.text("SELECT state FROM document").await, "sent_back");
    })
    .await;
}

#[tokio::test]
async fn a_document_opens_for_its_receiver_alone_and_a_secret_one_not_even_for_the_head() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Soruşturma", "E-3").await;
        town.as_mehmet();
        town.app.get(&document).await.status(404);
        town.as_clerk();
        let secret = [
            ("surum", "1"),
            ("correspondent", "Örnekil Valiliği"),
            ("title", "Soruşturma"),
            ("medium", "post"),
            ("secrecy", "GZL"),
            ("gerekce", "Zarfın üzerinde yazıyor"),
        ];
        town.app.post(&format!("{document}/duzenle"), &secret).await.leads_to(&document);
        let referral = town.refer(&document, town.mehmet, "action").await;
        town.as_mehmet();
        town.app.get(&document).await.ok().says("Soruşturma");
        town.app.get(&referral).await.ok();
        town.app.get("/havaleler").await.ok().says("Soruşturma");
        // A chief of the same unit sees neither: the degree of secrecy asks for more than the unit.
        town.app.sign_in_as("chief", &[town.works], None);
        town.app.get(&document).await.status(404);
        town.app.get(&referral).await.status(404);
        town.app.get("/havaleler").await.ok().hides("Soruşturma");
        town.app.get("/ara?ara=soruşturma").await.ok().hides("2026-GE");
    })
    .await;
}

#[tokio::test]
async fn choices_kept_for_one_who_knows_a_secret_are_not_shown_to_the_next_who_does_not() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Soruşturma", "E-3").await;
        let secret = [
            ("surum", "1"),
            ("correspondent", "Örnekil Valiliği"),
            ("title", "Soruşturma"),
            ("medium", "post"),
            ("secrecy", "GZL"),
            ("gerekce", "Zarfın üzerinde yazıyor"),
        ];
        town.app.post(&format!("{document}/duzenle"), &secret).await.leads_to(&document);
        // Nothing went out, so only the filter by the document that is answered can name it.
        let nothing = "/evrak?book=outgoing";
        for (role, knows) in [("director", true), ("chief", false), ("director", true), ("chief", false)] {
            town.app.sign_in_as(role, &[town.desk], None);
            let page = town.app.get(nothing).await.ok();
            if knows {
                page.says("Soruşturma")
            } else {
                page.hides("Soruşturma")
            };
        }
    })
    .await;
}

#[tokio::test]
async fn the_last_day_counts_working_days_and_lateness_is_told_once() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Anket", "E-1").await;
        let referral = town.refer(&document, town.mehmet, "action").await;
        let due = town.text("SELECT due_on FROM referral").await;
        let from = town.text("SELECT received_on FROM document").await;
        let day = |text: &str| text.parse::<kernel::Day>().unwrap().0;
        let days = (day(&due) - day(&from)).whole_days();
        assert!(days >= 14, "ten working days are two weeks at least: {from} {due}");
        test.run(&crate::capability().jobs[0]).await;
        let late = "SELECT count(*) FROM event WHERE verb = 'referral_late'";
        assert_eq!(town.count(late).await, 0);
        test.advance_seconds((days + 1) * 86_400);
        test.run(&crate::capability().jobs[0]).await;
        test.run(&crate::capability().jobs[0]).await;
        assert_eq!(town.count(late).await, 1);
        town.as_clerk();
        town.act(&referral, "sure-uzat", "yarın").await.status(422).says("gün.ay.yıl olarak yazın");
        town.act(&referral, "sure-uzat", "1.1.2020").await.status(422);
        town.act(&referral, "sure-uzat", "1.6.2027").await.leads_to(&referral);
        assert_eq!(town.text("SELECT due_on FROM referral").await, "2027-06-01");
        let _ = test.db.scalar::<i64>("SELECT count(*) FROM referral", vec![]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn no_referral_is_late_on_the_day_it_is_made_and_what_is_closed_is_not_referred() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let entry = |title: &'static str, due: &'static str| {
            [
                ("book", "incoming"),
                ("correspondent", "Örnekil Valiliği"),
                ("title", title),
                ("medium", "post"),
                ("due_on", due),
            ]
        };
        let past = format!("/evrak/{}", town.new_at("/evrak", &entry("Geçmiş günlü", "1.1.2020")).await);
        town.refer(&past, town.mehmet, "action").await;
        let due = town.text("SELECT due_on FROM referral").await;
        assert!(due > test.clock.now().day().to_string(), "{due}");
        let wanted = format!("/evrak/{}", town.new_at("/evrak", &entry("İleri günlü", "1.6.2029")).await);
        town.refer(&wanted, town.mehmet, "action").await;
        assert_eq!(town.text("SELECT max(due_on) FROM referral").await, "2029-06-01");
        let over = town.enter("Kapanmış yazı", "E-9").await;
        let id = over.rsplit('/').next().unwrap().to_string();
        let refer = format!("/havaleler/yeni?document_id={id}");
        assert!(town.app.get(&over).await.html().contains(&refer));
        town.act(&over, "iptal", "İki kez gelmiş").await.leads_to(&over);
        assert!(!town.app.get(&over).await.html().contains(&refer));
        let mehmet = town.mehmet.to_string();
        let fields = [("document_id", id.as_str()), ("staff_id", &mehmet), ("purpose", "action")];
        town.app.post("/havaleler/yeni", &fields).await.status(422).says("İptal edildi");
    })
    .await;
}
