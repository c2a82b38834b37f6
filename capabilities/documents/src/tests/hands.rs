//! Whose name stands under a letter: of who really signs, on the screen, on paper and in the package; and what says that a signature
//! is a trial.

use std::io::Cursor;

use testkit::{Page, each};

use super::esign::{Keys, begin, office, pack, send, signed, submitted, token};
use super::letters::turn;
use super::town::{Town, capabilities};

async fn on_paper(town: &Town<'_>, code: &str, more: &[(&str, &str)]) -> String {
    town.as_mehmet();
    let letter = town.letter(code, &[more, &[("initialled_by", "Ayşe Kaya")]].concat()).await;
    town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
    letter
}

fn as_ayse_for_veli(town: &Town<'_>) {
    town.app.sign_in_as("director", &[town.works], Some(town.ayse));
}

/// The verbs on a letter's own timeline.
async fn told(town: &Town<'_>, verb: &str) -> i64 {
    town.count(&format!("SELECT count(*) FROM event WHERE subject_kind = 'letter' AND verb = '{verb}'")).await
}

#[tokio::test]
async fn the_paper_of_a_letter_names_who_signed_it_for_the_one_who_is_away() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let letter = on_paper(&town, &code, &[]).await;
        town.as_clerk();
        let initial = turn(&town).await;
        town.act(&initial, "parafla", "").await.leads_to(&initial);
        assert!(town.app.get(&format!("{letter}/pdf")).await.text().contains("Veli AK / Müdür"));
        town.acting(town.veli, town.ayse).await;
        as_ayse_for_veli(&town);
        let sign = turn(&town).await;
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        let paper = town.app.get(&format!("{letter}/pdf")).await.text();
        assert!(paper.contains("Ayşe KAYA / Müdür V.") && !paper.contains("Veli AK / Müdür"), "{paper}");
        let statement = town.text("SELECT statement FROM letter").await;
        assert!(statement.contains("Ayşe KAYA, Müdür V.") && !statement.contains("Veli AK"), "{statement}");
        // The letter's own timeline says who did what, and whether it waits for its scan.
        let page = town.app.get(&letter).await.ok();
        page.says("Parafladı").says("İmzaladı").says("Veli Ak yerine, vekâleten").says("Tarayıp yükleyin");
        assert_eq!((told(&town, "letter_initialled").await, told(&town, "letter_hand_given").await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_substitute_of_who_signs_for_an_office_signs_for_that_office() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let more = [("signed_as", "delegated"), ("on_behalf", "Belediye Başkanı")];
        let letter = on_paper(&town, &code, &more).await;
        town.as_clerk();
        let initial = turn(&town).await;
        town.act(&initial, "parafla", "").await.leads_to(&initial);
        town.acting(town.veli, town.ayse).await;
        as_ayse_for_veli(&town);
        let sign = turn(&town).await;
        town.act(&sign, "imzala", "").await.leads_to(&sign);
        let paper = town.app.get(&format!("{letter}/pdf")).await.text();
        assert!(paper.contains("Ayşe KAYA / Belediye Başkanı a. / Müdür V."), "{paper}");
    })
    .await;
}

async fn shown(town: &Town<'_>, token: &str) -> Page {
    let job: serde_json::Value = town.app.get(&format!("/api/v1/sign-job/{token}")).await.json();
    let url = job["documents"][0]["pdf_url"].as_str().unwrap().to_string();
    town.app.get(&url[url.find("/api/").unwrap()..]).await
}

#[tokio::test]
async fn what_is_signed_with_a_card_names_whose_card_it_is_and_the_package_says_the_same() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let letter = submitted(&town, &code, "Sunucu Bakımı", &[]).await;
        town.acting(town.veli, town.ayse).await;
        as_ayse_for_veli(&town);
        let first = token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok());
        assert!(shown(&town, &first).await.text().contains("Ayşe KAYA / Müdür V."));
        let too_late = signed(&town, &first, &keys.key("ayse")).await;
        // Veli is back: it is set for him, and what Ayşe signed is another letter's words.
        town.as_veli();
        let own = token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok());
        let paper = shown(&town, &own).await.text();
        assert!(paper.contains("Veli AK / Müdür") && !paper.contains("Müdür V."), "{paper}");
        send(&town, &first, &too_late).await.status(409).says("vekil için yeniden hazırlanmış");
        // And once more for Ayşe, who signs.
        as_ayse_for_veli(&town);
        let again = token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok());
        let cms = signed(&town, &again, &keys.key("ayse")).await;
        send(&town, &again, &cms).await.status(200);
        pack(test, keys.services(town.files.path())).await.unwrap();
        let eyp = town.app.get(&format!("{letter}/paket")).await;
        let mut package =
            package::Package::open(Cursor::new(eyp.bytes.clone()), &package::Limits::default()).unwrap();
        let report = package::verify(&mut package);
        assert!(report.is_valid(), "{report}");
        let last = package.final_metadata().unwrap();
        assert_eq!(last.signatories[0].signer.last_name, "Kaya");
        assert_eq!(last.signatories[0].acting_for.as_ref().unwrap().last_name, "Ak");
        town.app.get(&letter).await.ok().says("Müdür V.").says("vekâleten Ayşe Kaya");
        let statement = town.text("SELECT statement FROM letter").await;
        assert!(statement.contains("Ayşe KAYA, Müdür V."), "{statement}");
    })
    .await;
}

/// Signs a letter as whoever is signed in, over the link of its page.
async fn signs(town: &Town<'_>, letter: &str, key: &signing::SoftwareKey) {
    let link = token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok());
    let cms = signed(town, &link, key).await;
    send(town, &link, &cms).await.status(200);
}

/// Names of who signed, and whom they stood in for or had their power from, as the package says.
async fn signatories(town: &Town<'_>, letter: &str) -> Vec<(String, String, String)> {
    let eyp = town.app.get(&format!("{letter}/paket")).await;
    let mut package =
        package::Package::open(Cursor::new(eyp.bytes.clone()), &package::Limits::default()).unwrap();
    let report = package::verify(&mut package);
    assert!(report.is_valid(), "{report}");
    let name =
        |one: &Option<package::Person>| one.as_ref().map(package::Person::full_name).unwrap_or_default();
    let all = package.final_metadata().unwrap().signatories.clone();
    all.iter().map(|one| (one.signer.full_name(), name(&one.acting_for), name(&one.delegated_by))).collect()
}

#[tokio::test]
async fn who_stands_in_for_the_second_signer_is_named_from_the_first_signature_on() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let mehmet = town.mehmet.to_string();
        let letter = submitted(&town, &code, "Ortak", &[("second_signer_id", &mehmet)]).await;
        town.acting(town.mehmet, town.ayse).await;
        town.as_veli();
        let first = token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok());
        let paper = shown(&town, &first).await.text();
        assert!(paper.contains("Veli AK / Müdür") && paper.contains("Ayşe KAYA / Memur V."), "{paper}");
        let cms = signed(&town, &first, &keys.key("veli")).await;
        send(&town, &first, &cms).await.status(200);
        as_ayse_for_veli(&town);
        signs(&town, &letter, &keys.key("ayse")).await;
        pack(test, keys.services(town.files.path())).await.unwrap();
        let of = |name: &str, acting_for: &str| (name.to_string(), acting_for.to_string(), String::new());
        assert_eq!(signatories(&town, &letter).await, [of("Veli Ak", ""), of("Ayşe Kaya", "Mehmet Demir")]);
    })
    .await;
}

#[tokio::test]
async fn a_substitute_who_comes_after_the_first_signature_has_the_letter_set_anew_and_the_first_signs_again()
{
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let mehmet = town.mehmet.to_string();
        let letter = submitted(&town, &code, "Ortak", &[("second_signer_id", &mehmet)]).await;
        let anew = format!("{letter}/adima-hazirla");
        town.as_veli();
        town.app.post(&anew, &[]).await.status(409).says("zaten adınıza hazır");
        signs(&town, &letter, &keys.key("veli")).await;
        let before = town.text("SELECT code FROM letter").await;
        town.app.post(&anew, &[]).await.status(403);
        town.acting(town.mehmet, town.ayse).await;
        as_ayse_for_veli(&town);
        town.app.get(&letter).await.ok().says("Adıma yeniden hazırla").hides("Elektronik imzala");
        town.app.post(&format!("{letter}/e-imza"), &[]).await.status(409).says("Adıma yeniden hazırla");
        town.app.post(&anew, &[]).await.leads_to(&letter);
        // Twice is once: it is Veli's turn now.
        town.app.post(&anew, &[]).await.status(403);
        let page = town.app.get(&letter).await.ok();
        page.says("Ayşe KAYA").says("İmzalayacak kişiye göre yeniden hazırladı").says("yeniden imzalanır");
        assert_ne!(town.text("SELECT code FROM letter").await, before);
        assert_eq!(town.count("SELECT count(*) FROM letter_signature").await, 1, "what was signed is kept");
        town.app.get(&format!("/dogrula/{before}")).await.ok().says("geçerli bir belge değildir");
        town.as_veli();
        signs(&town, &letter, &keys.key("veli")).await;
        assert_eq!(town.text("SELECT state FROM letter").await, "routing");
        as_ayse_for_veli(&town);
        signs(&town, &letter, &keys.key("ayse")).await;
        assert_eq!(town.text("SELECT state FROM letter").await, "signed");
        pack(test, keys.services(town.files.path())).await.unwrap();
        let paper = town.app.get(&format!("{letter}/pdf")).await.text();
        assert!(paper.contains("Ayşe KAYA / Memur V.") && !paper.contains("Mehmet DEMİR /"), "{paper}");
        let of = |name: &str, acting_for: &str| (name.to_string(), acting_for.to_string(), String::new());
        assert_eq!(signatories(&town, &letter).await, [of("Veli Ak", ""), of("Ayşe Kaya", "Mehmet Demir")]);
    })
    .await;
}

#[tokio::test]
async fn the_package_of_a_letter_signed_for_an_office_names_whose_power_it_was() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let more = [("signed_as", "delegated"), ("on_behalf", "Fen İşleri Müdürü")];
        let ayse = town.ayse.to_string();
        let letter = submitted(&town, &code, "Devir", &[&more[..], &[("signer_id", &ayse)]].concat()).await;
        town.as_clerk();
        let paper = token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok());
        let paper = shown(&town, &paper).await.text();
        assert!(paper.contains("Ayşe KAYA / Fen İşleri Müdürü a. / Memur"), "{paper}");
        signs(&town, &letter, &keys.key("ayse")).await;
        pack(test, keys.services(town.files.path())).await.unwrap();
        let all = signatories(&town, &letter).await;
        assert_eq!(all, [("Ayşe Kaya".to_string(), String::new(), "Veli Ak".to_string())]);
    })
    .await;
}

#[tokio::test]
async fn the_package_of_a_letter_signed_in_acting_names_who_is_stood_in_for() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let more = [("signed_as", "acting"), ("on_behalf", "Fen İşleri Müdürü")];
        let ayse = town.ayse.to_string();
        let letter = submitted(&town, &code, "Vekâlet", &[&more[..], &[("signer_id", &ayse)]].concat()).await;
        town.acting(town.veli, town.ayse).await;
        town.as_clerk();
        signs(&town, &letter, &keys.key("ayse")).await;
        pack(test, keys.services(town.files.path())).await.unwrap();
        let all = signatories(&town, &letter).await;
        assert_eq!(all, [("Ayşe Kaya".to_string(), "Veli Ak".to_string(), String::new())]);
    })
    .await;
}

#[tokio::test]
async fn a_trial_stays_one_whatever_the_setting_says_later_and_a_draft_never_says_that_it_is_signed() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let letter = submitted(&town, &code, "Sunucu Bakımı", &[]).await;
        town.as_veli();
        let draft = town.app.get(&format!("{letter}/pdf")).await.text();
        assert!(draft.contains("TASLAK") && draft.contains("imza sürecindedir"), "{draft}");
        assert!(!draft.contains("imza ile imzalanmıştır") && !draft.contains("DENEME"), "{draft}");
        let link = token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok());
        let cover = shown(&town, &link).await.text();
        assert!(cover.contains("DENEME İMZASI") && !cover.contains("TASLAK"), "{cover}");
        let cms = signed(&town, &link, &keys.key("veli")).await;
        // Another setting, other words: the link is no longer for this letter.
        town.set("documents.electronic_signature", "on").await;
        send(&town, &link, &cms).await.status(409).says("ayarı bu arada değişti");
        town.set("documents.electronic_signature", "trial").await;
        send(&town, &link, &cms).await.status(200);
        town.set("documents.electronic_signature", "on").await;
        town.as_veli();
        let paper = town.app.get(&format!("{letter}/pdf")).await.text();
        assert!(paper.contains("DENEME İMZASI") && paper.contains("deneme anahtarıyla"), "{paper}");
        assert!(!paper.contains("güvenli elektronik imza"), "{paper}");
        town.app.get(&letter).await.ok().says("DENEME İMZASI");
        let code = town.text("SELECT code FROM letter").await;
        town.app.forget_session();
        town.app.get(&format!("/dogrula/{code}")).await.ok().says("Deneme imzası");
        // And what goes round now says that it will hold.
        town.as_mehmet();
        let fields = "SELECT file_code_id FROM letter";
        let file: uuid::Uuid = kernel::db::Sql::scalar(&test.db, fields, vec![]).await.unwrap().unwrap();
        let next = submitted(&town, &file.to_string(), "Sonraki", &[]).await;
        town.as_veli();
        let link = token(&town.app.post(&format!("{next}/e-imza"), &[]).await.ok());
        let cover = shown(&town, &link).await.text();
        assert!(cover.contains("güvenli elektronik imza ile") && !cover.contains("TASLAK"), "{cover}");
        assert!(town.app.get(&format!("{next}/pdf")).await.text().contains("TASLAK"));
    })
    .await;
}

#[tokio::test]
async fn three_people_sign_in_their_order_each_as_whom_they_sign() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        town.as_mehmet();
        let fields = [
            ("title", "Ortak Yazı"),
            ("form", "letter"),
            ("addressees", "Örnekil Valiliği"),
            ("body", "Bilgilerinizi arz ederim."),
            ("file_code_id", code.as_str()),
        ];
        let with = |signers| [&fields[..], &[("signers", signers)]].concat();
        let wrong = with("Ayşe Kaya: Belediye Başkanı");
        town.app.post("/yazilar/yeni", &wrong).await.status(422).says("ya da “a.” (adına)");
        let twice = with("Ayşe Kaya\nAyşe Kaya");
        town.app.post("/yazilar/yeni", &twice).await.status(422).says("iki kez");
        let right = with("Ayşe Kaya\nMehmet Demir: Fen İşleri Müdürü V.\nVeli Ak: Belediye Başkanı a.");
        let letter = format!("/yazilar/{}", town.new_at("/yazilar", &right).await);
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        for sign_in in [Town::as_clerk, Town::as_mehmet, Town::as_veli] {
            assert_eq!(town.text("SELECT state FROM letter").await, "routing");
            sign_in(&town);
            let step = turn(&town).await;
            town.act(&step, "imzala", "").await.leads_to(&step);
        }
        assert_eq!(town.text("SELECT state FROM letter").await, "signed");
        let paper = town.app.get(&format!("{letter}/pdf")).await.text();
        for said in [
            "Ayşe KAYA / Memur",
            "Mehmet DEMİR / Fen İşleri Müdürü V.",
            "Veli AK / Belediye Başkanı a. / Müdür",
        ] {
            assert!(paper.contains(said), "{said}: {paper}");
        }
        let code = town.text("SELECT code FROM letter").await;
        let page = town.app.get(&format!("/dogrula/{code}")).await.ok();
        page.says("Ayşe Kaya").says("Mehmet Demir").says("Veli Ak");
    })
    .await;
}
