//! Letters on their way: draft, initials, signature, number, register, the public page.

use kernel::db::Sql;
use kernel::number;
use testkit::each;

use super::town::{Town, capabilities};

/// A letter of Mehmet's that Ayşe initials and Veli signs; answers its address.
async fn draft(town: &Town<'_>, code: &str) -> String {
    town.as_mehmet();
    town.letter(code, &[("initialled_by", "Ayşe Kaya")]).await
}

/// The address of the turn that is somebody's now.
pub(super) async fn turn(town: &Town<'_>) -> String {
    let sql = "SELECT id FROM route_step WHERE state IN ('to_initial', 'to_sign')";
    let id: uuid::Uuid = town.test.db.scalar(sql, vec![]).await.unwrap().unwrap();
    format!("/imza-klasoru/{id}")
}

#[tokio::test]
async fn a_secret_letter_is_opened_by_whose_turn_it_is_and_not_by_whoever_sees_the_turns_of_the_unit() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let letter = draft(&town, &code).await;
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        // Ayşe initials; a chief of her unit who is nobody in the route sees that she has something to initial.
        let other = uuid::Uuid::from_u128(99);
        town.app.sign_in_as("chief", &[town.desk], Some(other));
        let initial = turn(&town).await;
        town.app.get(&initial).await.ok();
        town.app.get(&letter).await.ok();
        let tx = test.begin().await;
        tx.without_event("a secret letter, as if written so");
        tx.run("UPDATE letter SET secrecy = 'GZL'", Vec::new()).await.unwrap();
        tx.commit().await.unwrap();
        town.app.get(&letter).await.status(404);
        town.as_clerk();
        town.app.get(&letter).await.ok();
        town.as_mehmet();
        town.app.get(&letter).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_initialled_signed_numbered_and_entered_and_anybody_can_check_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let letter = draft(&town, &code).await;
        town.app.get(&letter).await.ok().says("Biçim denetimi").says("TASLAK");
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        // Nobody changes what goes round.
        let change = [("surum", "1"), ("title", "Başka"), ("form", "letter"), ("body", "Başka, arz ederim.")];
        assert!(!town.app.post(&format!("{letter}/duzenle"), &change).await.status.is_redirection());
        let initial = turn(&town).await;
        // Neither its writer nor the signer may initial for Ayşe.
        assert!(!town.act(&initial, "parafla", "").await.status.is_redirection());
        town.as_veli();
        assert!(!town.act(&initial, "parafla", "").await.status.is_redirection());
        town.as_clerk();
        town.app.get(&letter).await.ok().says("Bakım yapılacaktır.");
        town.act(&initial, "parafla", "").await.leads_to(&initial);
        town.as_veli();
        let sign = turn(&town).await;
        assert_ne!(sign, initial);
        town.app.get(&sign).await.ok().says("Metni oku");
        assert_eq!(town.count("SELECT count(*) FROM document").await, 0, "no number before the signature");
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        town.act(&sign, "imzala", "").await.status(409);
        assert_eq!(town.text("SELECT number FROM letter").await, "Z-24312041-700-1");
        assert_eq!(town.text("SELECT number FROM document").await, "2026-GI-000001");
        let books = crate::capability().books;
        assert!(number::years(&test.db, &books[1]).await.unwrap()[0].is_whole());
        town.as_mehmet();
        let paper = town.app.get(&format!("{letter}/pdf")).await;
        let paper = paper.text();
        for said in
            ["Z-24312041-700-1", "ÖRNEKİL VALİLİĞİ", "Veli AK / Müdür", "T.C.", "Fen İşleri Müdürlüğü"]
        {
            assert!(paper.contains(said), "{said}: {paper}");
        }
        // Anybody checks it, without signing in.
        let code = town.text("SELECT code FROM letter").await;
        town.app.forget_session();
        town.app.get("/dogrula").await.ok().says("Belge doğrulama kodu");
        town.app
            .get(&format!("/dogrula/{}", code.to_lowercase()))
            .await
            .ok()
            .says("Z-24312041-700-1")
            .says("Belgeyi aç");
        assert!(town.app.get(&format!("/dogrula/{code}/pdf")).await.text().contains("Bakım yapılacaktır."));
        town.app.get("/dogrula/00000000-0000-0000-0000-000000000000").await.status(404).says("bulunamadı");
        town.app.get("/dogrula?kod=").await.ok();
    })
    .await;
}

#[tokio::test]
async fn the_entry_of_a_letter_opens_for_its_writer_and_signer_and_no_page_leads_where_one_may_not_go() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let letter = draft(&town, &code).await;
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        // The day of the writer names the turn of another without leading to it.
        let day = town.app.get("/").await.ok().says("Sırası geldi").html();
        assert!(!day.contains("href=\"/imza-klasoru/"), "{day}");
        town.as_clerk();
        town.act(&turn(&town).await, "parafla", "").await;
        town.as_veli();
        town.act(&turn(&town).await, "imzala", "").await;
        let entry: uuid::Uuid = test.db.scalar("SELECT id FROM document", vec![]).await.unwrap().unwrap();
        let entry = format!("/evrak/{entry}");
        // As if another unit kept it, and nobody of the works were in charge of it.
        let tx = test.begin().await;
        let sql = "UPDATE document SET unit_id = $1, owner_id = $2";
        tx.run(sql, vec![town.desk.into(), town.ayse.into()]).await.unwrap();
        tx.without_event("arranged");
        tx.commit().await.unwrap();
        for sign_in in [Town::as_mehmet, Town::as_veli] {
            sign_in(&town);
            let page = town.app.get(&letter).await.ok().html();
            assert!(page.contains(&format!("href=\"{entry}\"")), "{page}");
            town.app.get(&entry).await.ok().says("Sunucu Bakımı");
        }
        // Somebody else of the works has nothing to do with it.
        town.app.sign_in_as("staff", &[town.works], None);
        town.app.get(&entry).await.status(404);
    })
    .await;
}

#[tokio::test]
async fn whoever_a_document_was_referred_to_answers_it_and_nobody_else_names_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Anket", "E-1").await;
        let id = document.rsplit('/').next().unwrap().to_string();
        let fields = [("title", "Anket"), ("body", "Bilgilerinizi arz ederim."), ("answers_id", id.as_str())];
        town.as_mehmet();
        town.app.post("/yazilar/yeni", &fields).await.status(422).says("görme yetkiniz yok");
        town.as_clerk();
        town.refer(&document, town.mehmet, "action").await;
        town.as_mehmet();
        town.app.get(&format!("/yazilar/yeni?answers_id={id}")).await.ok().says("Anket");
        let answer = format!("/yazilar/{}", town.new_at("/yazilar", &fields).await);
        let page = town.app.get(&answer).await.ok().html();
        assert!(page.contains(&format!("href=\"{document}\"")), "{page}");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_in_form_keeps_a_letter_at_home() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let code = town.file_code().await;
        let letter = draft(&town, &code).await;
        town.act(&letter, "imzaya-sun", "").await.status(422).says("DETSİS numarası yazılı değil");
        town.set("documents.detsis", "24312041").await;
        let wrong = [
            ("surum", "1"),
            ("title", "Sunucu Bakımı."),
            ("form", "letter"),
            ("addressees", "Valilik"),
            ("body", "Bilgilerinize."),
        ];
        town.app.post(&format!("{letter}/duzenle"), &wrong).await.leads_to(&letter);
        let refused = town.act(&letter, "imzaya-sun", "").await.status(422);
        refused.says("noktalama işareti konmaz").says("ile bitmelidir");
        assert_eq!(town.text("SELECT state FROM letter").await, "draft");
        assert_eq!(town.count("SELECT count(*) FROM route_step").await, 0);
        let typed =
            [("title", "Konu."), ("form", "letter"), ("body", "Bilgi için."), ("addressees", "Valilik")];
        town.app
            .post_part("/yazilar/denetle", &typed)
            .await
            .ok()
            .says("noktalama işareti konmaz")
            .says("ile bitmelidir");
        let nobody =
            [("title", "Yazı"), ("form", "letter"), ("body", "arz ederim."), ("initialled_by", "Kimse Yok")];
        town.app.post("/yazilar/yeni", &nobody).await.status(422).says("bulunamadı");
    })
    .await;
}

#[tokio::test]
async fn a_letter_sent_back_is_its_writers_again_and_one_taken_back_waits_for_nobody() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let letter = draft(&town, &code).await;
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        let initial = turn(&town).await;
        town.as_clerk();
        town.act(&initial, "iade", "").await.status(422);
        town.act(&initial, "iade", "Ek eksik").await.leads_to(&initial);
        assert_eq!(town.text("SELECT state FROM letter").await, "returned");
        assert_eq!(town.count("SELECT count(*) FROM route_step WHERE state = 'ended'").await, 1);
        town.as_mehmet();
        town.app.get(&letter).await.ok().says("Ek eksik");
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        town.act(&letter, "geri-cek", "Yanlış muhatap").await.leads_to(&letter);
        assert_eq!(town.text("SELECT state FROM letter").await, "draft");
        let ahead = "SELECT count(*) FROM route_step WHERE state IN ('waiting', 'to_initial', 'to_sign')";
        assert_eq!(town.count(ahead).await, 0);
        assert_eq!(
            town.count("SELECT count(*) FROM number_series WHERE series = 'document_outgoing'").await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn a_substitute_signs_for_who_is_away_and_the_letter_says_so() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        town.as_mehmet();
        let veli = town.veli.to_string();
        let fields = [
            ("title", "İzin"),
            ("form", "letter"),
            ("addressees", "Örnekil Valiliği"),
            ("body", "Bilgilerinizi arz ederim."),
            ("signer_id", &veli),
            ("file_code_id", &code),
            ("signed_as", "delegated"),
        ];
        town.app.post("/yazilar/yeni", &fields).await.status(422).says("hangi makam adına");
        let mut right = fields.to_vec();
        right.push(("on_behalf", "Belediye Başkanı"));
        let letter = format!("/yazilar/{}", town.new_at("/yazilar", &right).await);
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        town.acting(town.veli, town.ayse).await;
        let sign = turn(&town).await;
        // Ayşe acts for Veli and has his powers meanwhile.
        town.app.sign_in_as("director", &[town.works], Some(town.ayse));
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        town.app.get(&letter).await.ok().says("vekâleten Ayşe Kaya").says("Belediye Başkanı a.");
    })
    .await;
}

#[tokio::test]
async fn what_hangs_on_a_letter_is_fixed_while_people_sign_and_stays_afterwards() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        town.as_mehmet();
        let letter = town.letter(&code, &[("title", "Ekli yazı")]).await;
        let file = |name: &'static str| [("dosya", name, "bir ek".as_bytes())];
        town.app.upload(&format!("{letter}/ek"), &[], &file("liste.txt")).await.leads_to(&letter);
        let hanging: uuid::Uuid =
            town.test.db.scalar("SELECT id FROM attachment", vec![]).await.unwrap().unwrap();
        let remove = format!("{letter}/ek/{hanging}/kaldir");
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        let why = [("gerekce", "Yanlış liste")];
        let page = town.app.get(&letter).await.ok().says("liste.txt");
        assert!(!page.html().contains("ek-dosya"), "nothing is offered that would be refused");
        town.app
            .upload(&format!("{letter}/ek"), &[], &file("baska.txt"))
            .await
            .status(422)
            .says("dosya eklenemez");
        town.app.get(&remove).await.status(422).says("kaldırılamaz");
        town.app.post(&remove, &why).await.status(422).says("kaldırılamaz");
        let sign = turn(&town).await;
        town.as_veli();
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        town.as_mehmet();
        // The paper that was signed comes back as a scan; what was signed does not go.
        town.app.upload(&format!("{letter}/ek"), &[], &file("imzali.txt")).await.leads_to(&letter);
        town.app.post(&remove, &why).await.status(422).says("kaldırılamaz");
        assert_eq!(town.count("SELECT count(*) FROM attachment WHERE removed_at IS NULL").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_secret_letter_is_confirmed_to_strangers_and_not_shown() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        town.as_mehmet();
        let letter = town.letter(&code, &[("title", "Soruşturma"), ("secrecy", "GZL")]).await;
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        let sign = turn(&town).await;
        town.as_veli();
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        let code = town.text("SELECT code FROM letter").await;
        town.app.forget_session();
        town.app.get(&format!("/dogrula/{code}")).await.ok().says("gizlilik derecesi").hides("Soruşturma");
        town.app.get(&format!("/dogrula/{code}/pdf")).await.status(404);
    })
    .await;
}

#[tokio::test]
async fn whoever_writes_a_letter_is_offered_the_names_of_who_is_known_and_nothing_after_them() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        for path in ["/yazilar/yeni", "/yazi-sablonlari/yeni"] {
            let form = town.app.get(path).await.ok().html();
            for (name, kind) in [
                ("addressees", "correspondent"),
                ("informed", "correspondent"),
                ("initialled_by", "staff&amp;durum=active"),
            ] {
                let at = form.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("{path} {name}"));
                let text = &form[at..at + form[at..].find('>').unwrap()];
                let source =
                    format!("data-each-line=\"/ara/secenek?tur={kind}&amp;satir=ad\" data-after=\"\"");
                assert!(text.contains(&source), "{path} {name}: {text}");
            }
        }
        let offered =
            town.app.get_part("/ara/secenek?tur=correspondent&satir=ad&q=örnekil").await.ok().html();
        assert!(offered.contains("data-value=\"Örnekil Valiliği\""), "{offered}");
    })
    .await;
}
