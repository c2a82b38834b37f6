//! Paper carried by hand: made out, sent, signed for, brought back; the book of the day.

use kernel::capability::DemoContext;
use kernel::db::Sql;
use kernel::number;
use kernel::record::{self, Draft, FieldValue};
use testkit::each;

use super::town::{Town, capabilities};

const DRAWN: &str = "20,150 90,40 160,150 230,60;300,100 420,90";

/// A list for somebody, made out by the register clerk; answers its address.
async fn made(town: &Town<'_>, numbers: &str, to: (&str, &str)) -> String {
    town.as_clerk();
    let fields = [("document_numbers", numbers), to];
    format!("/evrak-teslimleri/{}", town.new_at("/evrak-teslimleri", &fields).await)
}

#[tokio::test]
async fn paper_is_carried_to_a_person_who_signs_on_the_screen_and_its_page_tells() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Anket", "E-1").await;
        town.enter("Sözleşme", "E-2").await;
        let mehmet = town.mehmet.to_string();
        let numbers = "2026-GE-000001\n 2026-GE-000002 \n2026-GE-000001";
        let delivery = made(&town, numbers, ("staff_id", &mehmet)).await;
        assert_eq!(town.text("SELECT number FROM delivery").await, "2026-TS-000001");
        assert_eq!(town.count("SELECT count(*) FROM delivery_item").await, 2);
        town.app
            .get(&delivery)
            .await
            .ok()
            .says("Mehmet Demir (Fen İşleri Müdürlüğü)")
            .says("eksiksiz aldığını kabul eder");
        // Nobody signs for what has not left.
        let sign = [("eylem", "imzalat"), ("onayli", "evet"), ("imza", DRAWN)];
        let act = format!("{delivery}/eylem");
        town.app.post(&act, &sign).await.status(409);
        town.act(&delivery, "yola-cikar", "").await.leads_to(&delivery);
        town.act(&delivery, "yola-cikar", "").await.status(409);
        let blank = [("eylem", "imzalat"), ("onayli", "evet"), ("imza", "1,1")];
        town.app.post(&act, &blank).await.status(422).says("İmza çizilmedi");
        town.app.post(&act, &sign).await.leads_to(&delivery);
        town.app.post(&act, &sign).await.status(409);
        assert_eq!(town.text("SELECT state FROM delivery").await, "delivered");
        assert_eq!(town.text("SELECT taken_by FROM delivery").await, "Mehmet Demir");
        let told =
            "SELECT count(*) FROM event WHERE verb = 'document_delivered' AND subject_kind = 'document'";
        assert_eq!(town.count(told).await, 2);
        let page = town.app.get(&document).await.ok();
        page.says("Elden teslim edildi")
            .says("Elden teslim et")
            .says("Teslim no Kime Durum")
            .says("2026-TS-000001");
        town.app
            .get("/evrak-teslimleri/yeni?document_numbers=2026-GE-000001")
            .await
            .ok()
            .says("2026-GE-000001");
        let slip = town.app.get(&format!("{delivery}/fis")).await.text();
        for said in [
            "2026-TS-000001",
            "1 | 2026-GE-000001 | Anket",
            "imza karşılığı teslim edilmek üzere",
            "Teslim alan Mehmet Demir (çizildi)",
        ] {
            assert!(slip.contains(said), "{said}: {slip}");
        }
        let book =
            crate::capability().books.into_iter().find(|book| book.series == "document_delivery").unwrap();
        assert!(number::years(&test.db, &book).await.unwrap()[0].is_whole());
    })
    .await;
}

#[tokio::test]
async fn of_two_who_mark_the_same_delivery_at_once_one_wins() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        let mehmet = town.mehmet.to_string();
        let delivery = made(&town, "2026-GE-000001", ("staff_id", &mehmet)).await;
        town.act(&delivery, "yola-cikar", "").await.leads_to(&delivery);
        let both = futures_util::future::join(
            town.act(&delivery, "geri-dondu", "Yerinde yoktu"),
            town.app.post(
                &format!("{delivery}/eylem"),
                &[("eylem", "imzalat"), ("onayli", "evet"), ("imza", DRAWN)],
            ),
        )
        .await;
        let mut answers = [both.0.status.as_u16(), both.1.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [303, 409]);
        let ended = "SELECT count(*) FROM event WHERE subject_kind = 'delivery' AND verb IN ('delivery_drawn', 'delivery_came_back')";
        assert_eq!(town.count(ended).await, 1);
        let told = "SELECT count(*) FROM event WHERE verb IN ('document_delivered', 'document_came_back')";
        assert_eq!(town.count(told).await, 1);
        assert!(town.count("SELECT count(*) FROM signature").await <= 1);
    })
    .await;
}

#[tokio::test]
async fn the_receiver_says_in_their_own_account_that_it_came_and_nobody_else_does() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        let mehmet = town.mehmet.to_string();
        let delivery = made(&town, "2026-GE-000001", ("staff_id", &mehmet)).await;
        town.as_mehmet();
        town.act(&delivery, "teslim-aldim", "").await.status(409);
        town.as_clerk();
        town.act(&delivery, "yola-cikar", "").await.leads_to(&delivery);
        let told = "SELECT count(*) FROM event WHERE verb = 'delivery_left'";
        assert_eq!(town.count(told).await, 1);
        // The head of the unit sees it, and may not take it for another.
        town.as_veli();
        town.act(&delivery, "teslim-aldim", "")
            .await
            .status(422)
            .says("yalnız evrakın teslim edileceği kişi");
        town.app.sign_in_as("staff", &[town.desk], Some(town.ayse));
        town.app.get(&delivery).await.status(404);
        town.as_mehmet();
        town.app.get("/evrak-teslimleri").await.ok().says("2026-TS-000001");
        town.act(&delivery, "teslim-aldim", "").await.leads_to(&delivery);
        town.act(&delivery, "teslim-aldim", "").await.status(409);
        assert_eq!(town.text("SELECT state FROM delivery").await, "delivered");
        // What is over is not changed any more.
        town.as_clerk();
        let change = [("surum", "3"), ("staff_id", mehmet.as_str()), ("note", "sonradan")];
        town.app
            .post(&format!("{delivery}/duzenle"), &change)
            .await
            .status(422)
            .says("Sonuçlanmış bir teslim");
    })
    .await;
}

#[tokio::test]
async fn what_comes_to_a_unit_is_taken_by_its_head_or_signed_by_whoever_is_written_down() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        town.enter("Sözleşme", "E-2").await;
        let works = town.works.to_string();
        let first = made(&town, "2026-GE-000001", ("unit_id", &works)).await;
        town.act(&first, "yola-cikar", "").await.leads_to(&first);
        // Nobody is written down who could sign.
        let sign = [("eylem", "imzalat"), ("onayli", "evet"), ("imza", DRAWN)];
        town.app.post(&format!("{first}/eylem"), &sign).await.status(422).says("imzalayacak kişi");
        town.as_veli();
        town.act(&first, "teslim-aldim", "").await.leads_to(&first);
        let second = made(&town, "2026-GE-000002", ("unit_id", &works)).await;
        town.act(&second, "yola-cikar", "").await.leads_to(&second);
        let (ayse, mehmet) = (town.ayse.to_string(), town.mehmet.to_string());
        let edit = format!("{second}/duzenle");
        let carrier = ("carrier_id", ayse.as_str());
        let wrong = [("surum", "2"), ("staff_id", ayse.as_str()), carrier];
        town.app.post(&edit, &wrong).await.status(422).says("birimde çalışmıyor");
        let right = [("surum", "2"), ("staff_id", mehmet.as_str()), carrier];
        town.app.post(&edit, &right).await.leads_to(&second);
        town.app.post(&format!("{second}/eylem"), &sign).await.leads_to(&second);
        assert_eq!(town.count("SELECT count(*) FROM delivery WHERE state = 'delivered'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_was_signed_on_paper_is_believed_once_the_paper_is_seen() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        let delivery = made(&town, "2026-GE-000001", ("correspondent", "Örnekil Valiliği")).await;
        town.act(&delivery, "yola-cikar", "").await.leads_to(&delivery);
        town.act(&delivery, "teslim-aldim", "").await.status(403);
        town.act(&delivery, "kagitta-imzalandi", "").await.status(422);
        town.act(&delivery, "kagitta-imzalandi", "Ali Er").await.status(422).says("taramasını");
        assert_eq!(town.text("SELECT state FROM delivery").await, "on_the_way");
        let tx = test.begin().await;
        let id: uuid::Uuid = delivery.rsplit('/').next().unwrap().parse().unwrap();
        let new = "INSERT INTO attachment (id, subject_kind, subject_id, name, sha256, size_bytes, media, added_by, added_at) \
                   VALUES ($1, 'delivery', $2, 'imzali.pdf', 'x', 1, 'application/pdf', 'Ayşe', $3)";
        tx.run(new, vec![tx.new_id().into(), id.into(), tx.at().into()]).await.unwrap();
        tx.without_event("arranged");
        tx.commit().await.unwrap();
        town.act(&delivery, "kagitta-imzalandi", "Ali Er").await.leads_to(&delivery);
        assert_eq!(town.text("SELECT taken_by FROM delivery").await, "Ali Er");
        let slip = town.app.get(&format!("{delivery}/fis")).await.text();
        assert!(slip.contains("Teslim alan Ali Er"), "{slip}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_carried_is_refused_and_burns_no_number() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        let cancelled = town.enter("Yanlış", "E-2").await;
        town.act(&cancelled, "iptal", "Yanlış kayıt").await.leads_to(&cancelled);
        let (works, mehmet, ayse) = (town.works.to_string(), town.mehmet.to_string(), town.ayse.to_string());
        let works = ("unit_id", works.as_str());
        for (numbers, to, said) in [
            ("2026-GE-000009", works, "numaralı bir evrak yok"),
            ("2026-GE-000002", works, "iptal edilmiş"),
            ("2026-GE-000001", ("note", "x"), "Kime götürüleceğini"),
            ("2026-GE-000001", ("correspondent", "…"), "Adı harfle yazın"),
        ] {
            let fields = [("document_numbers", numbers), to];
            town.app.post("/evrak-teslimleri/yeni", &fields).await.status(422).says(said);
        }
        let two = [("document_numbers", "2026-GE-000001"), works, ("correspondent", "Valilik")];
        town.app.post("/evrak-teslimleri/yeni", &two).await.status(422).says("boş bırakın");
        let other = [("document_numbers", "2026-GE-000001"), works, ("staff_id", ayse.as_str())];
        town.app.post("/evrak-teslimleri/yeni", &other).await.status(422).says("çalışmıyor");
        assert_eq!(
            town.count("SELECT count(*) FROM number_series WHERE series = 'document_delivery'").await,
            0
        );
        // Once to the unit is enough; to a person it is another matter.
        let first = made(&town, "2026-GE-000001", works).await;
        let again = [("document_numbers", "2026-GE-000001"), works];
        town.app.post("/evrak-teslimleri/yeni", &again).await.status(422).says("zaten ona götürülüyor");
        made(&town, "2026-GE-000001", ("staff_id", &mehmet)).await;
        town.act(&first, "iptal", "Gerek kalmadı").await.leads_to(&first);
        made(&town, "2026-GE-000001", works).await;
        assert_eq!(town.text("SELECT max(number) FROM delivery").await, "2026-TS-000003");
        // What is cancelled once the list is made out does not leave.
        let late = town.enter("Sonradan iptal", "E-3").await;
        let last = made(&town, "2026-GE-000003", works).await;
        town.act(&late, "iptal", "Yanlış kayıt").await.leads_to(&late);
        town.act(&last, "yola-cikar", "").await.status(422).says("kaydı iptal edilmiş");
        assert_eq!(town.count("SELECT count(*) FROM delivery WHERE state = 'on_the_way'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_book_of_the_day_has_every_delivery_with_its_signature_and_no_other_day() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        town.enter("Sözleşme", "E-2").await;
        let mehmet = town.mehmet.to_string();
        let delivery = made(&town, "2026-GE-000001", ("staff_id", &mehmet)).await;
        town.act(&delivery, "yola-cikar", "").await.leads_to(&delivery);
        let sign = [("eylem", "imzalat"), ("onayli", "evet"), ("imza", DRAWN)];
        town.app.post(&format!("{delivery}/eylem"), &sign).await.leads_to(&delivery);
        let back = made(&town, "2026-GE-000002", ("correspondent", "Örnekil Valiliği")).await;
        town.act(&back, "yola-cikar", "").await.leads_to(&back);
        town.act(&back, "geri-dondu", "Kapalıydı").await.leads_to(&back);
        let day = town.text("SELECT carried_on FROM delivery WHERE book_number = 1").await;
        let page = town.app.get(&format!("/evrak-teslimleri/defter?gun={day}")).await.ok();
        page.says("2026-TS-000001").says("2026-GE-000001 Anket").says("Kapalıydı");
        let page = town.app.get(&format!("/evrak-teslimleri/defter?gun={day}")).await.html();
        assert!(page.contains("Mehmet Demir, imza"), "the drawn hand stands in the book");
        town.app.get("/evrak-teslimleri/defter?gun=2020-01-02").await.ok().hides("2026-TS").says("evrak yok");
        let paper = town.app.get(&format!("/evrak-teslimleri/defter/pdf?gun={day}")).await.ok().text();
        // A line that is still open has room for a hand.
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let book = format!("/evrak-teslimleri/defter/pdf?gun={day}");
        assert!(!said(&town.app.get(&book).await.bytes).contains("\n\n\u{A0}"));
        let open = made(&town, "2026-GE-000002", ("correspondent", "Örnekil Valiliği")).await;
        town.act(&open, "yola-cikar", "").await.leads_to(&open);
        let with_open = said(&town.app.get(&book).await.bytes);
        assert_eq!(with_open.matches("Yolda | \n\n\u{A0}").count(), 1, "{with_open}");
        for said in [
            "2026-TS-000001 Mehmet Demir (çizildi)",
            "2026-GE-000002 Sözleşme",
            "Örnekil Valiliği",
            "Evrak görevlisi",
        ] {
            assert!(paper.contains(said), "{said}: {paper}");
        }
        // An officer finds in it what came to them and no more.
        town.as_mehmet();
        let own = town.app.get(&format!("/evrak-teslimleri/defter?gun={day}")).await.ok();
        own.says("2026-TS-000001").hides("2026-TS-000002");
    })
    .await;
}

#[tokio::test]
async fn the_demo_town_has_deliveries_in_every_state() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let context =
            DemoContext { db: test.db.clone(), clock: test.clock.clone(), act: test.act(), scale: 1 };
        crate::demo::load(&context).await.unwrap();
        assert_eq!(town.count("SELECT count(DISTINCT state) FROM delivery").await, 5);
        assert_eq!(town.count("SELECT count(*) FROM signature").await, 1);
        let of = |duty: &str| crate::capability().evidence.into_iter().find(|one| one.duty == duty).unwrap();
        let taken = (of("CO-4").run)(&test.db).await.unwrap();
        assert_eq!(taken.count, 1);
        assert!(taken.sentence_tr.contains("Zimmetle teslim: 6"), "{}", taken.sentence_tr);
    })
    .await;
}

#[tokio::test]
async fn a_secret_document_is_carried_under_its_number_and_its_subject_stays_unsaid() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Soruşturma", "E-1").await;
        let secret = [
            ("surum", "1"),
            ("correspondent", "Örnekil Valiliği"),
            ("title", "Soruşturma"),
            ("medium", "post"),
            ("secrecy", "GZL"),
            ("gerekce", "Zarfın üzerinde yazıyor"),
        ];
        town.app.post(&format!("{document}/duzenle"), &secret).await.leads_to(&document);
        // Another clerk may not see it, and so cannot carry it.
        let works = town.works.to_string();
        let fields = [("document_numbers", "2026-GE-000001"), ("unit_id", works.as_str())];
        town.app.sign_in_as("clerk", &[town.desk], Some(town.veli));
        town.app.post("/evrak-teslimleri/yeni", &fields).await.status(422).says("numaralı bir evrak yok");
        let delivery = made(&town, "2026-GE-000001", ("unit_id", &works)).await;
        town.act(&delivery, "yola-cikar", "").await.leads_to(&delivery);
        town.app.sign_in_as("chief", &[town.works], None);
        let page = town.app.get(&delivery).await.ok();
        page.says("2026-GE-000001").says("Gizlilik dereceli evrak").hides("Soruşturma");
        town.app.get("/evrak-teslimleri").await.ok().says("2026-TS-000001").hides("Soruşturma");
        let day = town.text("SELECT carried_on FROM delivery").await;
        town.app
            .get(&format!("/evrak-teslimleri/defter?gun={day}"))
            .await
            .ok()
            .says("2026-GE-000001 Gizlilik dereceli evrak")
            .hides("Soruşturma");
        let slip = town.app.get(&format!("{delivery}/fis")).await.ok().text();
        assert!(slip.contains("2026-GE-000001") && !slip.contains("Soruşturma"), "{slip}");
    })
    .await;
}

#[tokio::test]
async fn of_two_lists_with_the_same_paper_for_the_same_receiver_made_at_once_one_stands() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        let kind = crate::delivery::kind();
        let draft = || {
            let mut draft = Draft::default();
            draft.set("document_numbers", FieldValue::Text("2026-GE-000001".into()));
            draft.set("unit_id", FieldValue::Id(town.works));
            draft.set("carrier_id", FieldValue::Id(town.ayse));
            draft
        };
        // The second looks while the first is not committed yet, and goes on when it is.
        let first = test.begin().await;
        record::create(&first, &kind, draft()).await.unwrap();
        let second = async {
            let tx = test.begin().await;
            record::create(&tx, &kind, draft()).await.is_ok()
        };
        let commit = async {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            first.commit().await.unwrap();
        };
        let (is_made, ()) = futures_util::future::join(second, commit).await;
        assert!(!is_made, "the second is refused");
        assert_eq!(town.count("SELECT count(*) FROM delivery").await, 1);
        let given = "SELECT count(*) FROM event WHERE subject_kind = 'delivery' AND verb = 'created'";
        assert_eq!(town.count(given).await, 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_to_take_paper_is_told_when_it_leaves_and_finds_it_in_their_day() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let (mehmet, veli) =
            (town.account("staff", town.mehmet).await, town.account("director", town.veli).await);
        town.enter("Anket", "E-1").await;
        let (to_mehmet, works) = (town.mehmet.to_string(), town.works.to_string());
        let person = made(&town, "2026-GE-000001", ("staff_id", &to_mehmet)).await;
        assert!(town.unread(mehmet).await.is_empty(), "it lies on the table yet");
        town.act(&person, "yola-cikar", "").await.leads_to(&person);
        assert_eq!(town.unread(mehmet).await, ["documents.delivery_left"]);
        assert!(town.unread(veli).await.is_empty());
        let unit = made(&town, "2026-GE-000001", ("unit_id", &works)).await;
        town.act(&unit, "yola-cikar", "").await.leads_to(&unit);
        assert_eq!(town.unread(veli).await, ["documents.delivery_left"]);
        let outside = made(&town, "2026-GE-000001", ("correspondent", "Örnekil Valiliği")).await;
        town.act(&outside, "yola-cikar", "").await.leads_to(&outside);
        assert_eq!((town.unread(mehmet).await.len(), town.unread(veli).await.len()), (1, 1));
        let actor = |role: &str, staff| testkit::role_actor(&test.registry, role, &[town.works], Some(staff));
        let day = async |actor: kernel::Actor| {
            let items = (crate::evidence::carried)(&test.db, &actor, test.clock.now()).await.unwrap();
            items.iter().map(|item| (item.count, item.is_late)).collect::<Vec<_>>()
        };
        assert_eq!(day(actor("staff", town.mehmet)).await, [(1, false)]);
        assert_eq!(day(actor("clerk", town.ayse)).await, []);
        test.advance_seconds(86_400);
        assert_eq!(day(actor("clerk", town.ayse)).await, [(3, true)]);
    })
    .await;
}
