//! What anybody is told who checks a letter, at every stage of it; and the signed paper that is waited for.

use kernel::db::Sql as _;
use testkit::each;

use super::bundle::{taken, text, unpacked};
use super::letters::turn;
use super::town::{Town, capabilities};

async fn submitted(town: &Town<'_>, secrecy: &str) -> (String, String) {
    let code = match town.text("SELECT code FROM file_code WHERE code = '700'").await.is_empty() {
        true => town.file_code().await,
        false => {
            let sql = "SELECT id FROM file_code WHERE code = '700'";
            let id: uuid::Uuid = kernel::db::Sql::scalar(&town.test.db, sql, vec![]).await.unwrap().unwrap();
            id.to_string()
        }
    };
    town.as_mehmet();
    let more = [
        ("body", "Liste ektedir. Bilgilerinizi arz ederim."),
        ("annexes", "Bakım listesi (2 sayfa)"),
        ("secrecy", secrecy),
    ];
    let letter = town.letter(&code, &more).await;
    town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
    let code = town.text("SELECT code FROM letter WHERE state = 'routing'").await;
    (letter, code)
}

async fn asked(town: &Town<'_>, code: &str) -> testkit::Page {
    town.app.forget_session();
    town.app.get(&format!("/dogrula/{code}")).await
}

#[tokio::test]
async fn whoever_checks_a_letter_is_told_how_far_it_is_who_signed_and_what_goes_along() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let (letter, first) = submitted(&town, "YOK").await;
        asked(&town, &first).await.ok().says("imza sürecindedir").hides("Sunucu Bakımı");
        town.app.get(&format!("/dogrula/{first}/pdf")).await.status(404);
        town.as_mehmet();
        town.act(&letter, "geri-cek", "Yanlış.").await.leads_to(&letter);
        asked(&town, &first).await.ok().says("imzalanmadan geri alınmıştır").hides("Sunucu Bakımı");
        town.as_mehmet();
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        let code = town.text("SELECT code FROM letter").await;
        town.as_veli();
        let sign = turn(&town).await;
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        let page = asked(&town, &code).await.ok();
        page.says("Veli Ak").says("Islak imza").says("taraması henüz").says("Bakım listesi (2 sayfa)");
        // The entry of a signed letter is no longer cancelled, but some were before.
        town.as_clerk();
        let entry: uuid::Uuid = test.db.scalar("SELECT id FROM document", vec![]).await.unwrap().unwrap();
        town.act(&format!("/evrak/{entry}"), "iptal", "Yanlış muhatap.").await.status(422);
        let tx = test.begin().await;
        tx.run("UPDATE document SET state = 'cancelled' WHERE id = $1", vec![entry.into()]).await.unwrap();
        let subject = kernel::Ref::new("document", entry);
        tx.record(kernel::NewEvent::new(subject, "Yazı", "document_cancelled")).await.unwrap();
        tx.commit().await.unwrap();
        let day = kernel::tr::date(test.clock.now().day().0);
        asked(&town, &code).await.ok().says("iptal edilmiştir").says(&day).hides("kayıtlarındadır");
    })
    .await;
}

#[tokio::test]
async fn of_a_secret_letter_that_nobody_signed_nothing_is_said() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let (letter, code) = submitted(&town, "GZL").await;
        asked(&town, &code).await.status(404).hides("imza sürecinde");
        town.as_mehmet();
        town.act(&letter, "geri-cek", "Yanlış.").await.leads_to(&letter);
        asked(&town, &code).await.status(404).hides("geri alınmıştır");
    })
    .await;
}

#[tokio::test]
async fn a_letter_signed_by_hand_waits_for_its_scan_and_says_what_is_to_be_done() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let (letter, code) = submitted(&town, "YOK").await;
        town.as_mehmet();
        town.app.get(&letter).await.ok().says("Yazdırın").says("son imzanın");
        town.as_veli();
        let sign = turn(&town).await;
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        town.as_mehmet();
        town.app.get("/").await.ok().says("İmzalı taraması beklenen yazı");
        town.app.get("/yazilar?scan=awaited").await.ok().says("Sunucu Bakımı");
        let page = town.app.get(&letter).await.ok();
        page.says("Yazdırın").says("İmzalatın").says("Tarayıp yükleyin").says("taraması bekleniyor");
        test.advance_seconds(60);
        let scan = ("dosya", "imzali.pdf", &b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF"[..]);
        town.app.upload(&format!("{letter}/ek"), &[], &[scan]).await.leads_to(&letter);
        town.app.get(&letter).await.ok().says("taraması yüklendi").hides("Tarayıp yükleyin");
        assert_eq!(town.text("SELECT scan FROM letter").await, "kept");
        let list = town.app.get("/yazilar?scan=awaited").await.ok().html();
        assert!(!list.contains(&format!("href=\"{letter}\"")), "{list}");
        asked(&town, &code).await.ok().says("taraması kayıtlarımızdadır");
        // What hangs on a signed letter stays; a better scan comes beside it.
        let file: uuid::Uuid = test.db.scalar("SELECT id FROM attachment", vec![]).await.unwrap().unwrap();
        town.as_mehmet();
        town.app.post(&format!("{letter}/ek/{file}/kaldir"), &[("gerekce", "Bulanık")]).await.status(422);
        assert_eq!(town.text("SELECT scan FROM letter").await, "kept");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_scan_is_followed_by_the_right_one_and_stays_as_an_older_version_with_its_reason() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let (letter, code) = submitted(&town, "YOK").await;
        town.as_veli();
        let sign = turn(&town).await;
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        town.as_mehmet();
        town.act(&letter, "taramayi-degistir", "Yanlış kâğıt").await.status(409);
        test.advance_seconds(60);
        let upload = async |name: &str, text: &str| {
            let bytes = format!("%PDF-1.7\n{text}\n%%EOF");
            let file = ("dosya", name, bytes.as_bytes());
            town.app.upload(&format!("{letter}/ek"), &[], &[file]).await.leads_to(&letter);
        };
        upload("baska-yazi.pdf", "1").await;
        test.advance_seconds(60);
        town.act(&letter, "taramayi-degistir", "").await.status(422);
        // Whoever may not write it may not say so either.
        let stranger = uuid::Uuid::from_u128(99);
        town.app.sign_in_as("staff", &[town.desk], Some(stranger));
        town.act(&letter, "taramayi-degistir", "Yanlış kâğıt").await.status(404);
        town.as_mehmet();
        town.act(&letter, "taramayi-degistir", "Başka bir yazının taraması.").await.leads_to(&letter);
        let page = town.app.get(&letter).await.ok();
        page.says("Eski taramalar")
            .says("Başka bir yazının taraması.")
            .says("baska-yazi.pdf")
            .says("Tarayıp yükleyin");
        asked(&town, &code).await.ok().says("taraması henüz kayıtlarımızda değildir");
        town.as_mehmet();
        town.app.get("/").await.ok().says("İmzalı taraması beklenen yazı");
        test.advance_seconds(60);
        upload("imzali.pdf", "2").await;
        assert_eq!(town.text("SELECT scan FROM letter").await, "kept");
        let page = town.app.get(&letter).await.ok();
        page.says("Eski taramalar").says("baska-yazi.pdf").says("imzali.pdf").hides("Tarayıp yükleyin");
        assert_eq!(town.count("SELECT count(*) FROM attachment WHERE removed_at IS NULL").await, 2);
        let report = text(&unpacked(&taken(&town, &letter).await), "rapor.txt");
        assert!(
            report.contains("baska-yazi.pdf (eski tarama") && report.contains("imzali.pdf\n"),
            "{report}"
        );
    })
    .await;
}
