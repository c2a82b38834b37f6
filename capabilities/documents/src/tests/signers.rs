//! Several people sign one letter, one person signs several letters at once, and the current goes off in between.

use std::io::Cursor;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Capability;
use kernel::db::Sql;
use kernel::event::Reaction;
use kernel::number;
use sea_orm::DbBackend;
use serde_json::Value as Json;
use signing::{SoftwareKey, Trust, Verdict};
use testkit::{TestDb, each};
use uuid::Uuid;

use super::esign::{Keys, begin, office, pack, send, send_all, sign, signed, submitted, token};
use super::intake::id;
use super::town::{Town, capabilities};
use crate::bundle::{Expected, verify};

async fn step_of(test: &TestDb, letter: &str, state: &str) -> Uuid {
    let letter: Uuid = letter.rsplit('/').next().unwrap().parse().unwrap();
    let sql = "SELECT id FROM route_step WHERE subject_id = $1 AND state = $2 LIMIT 1";
    test.db.scalar(sql, vec![letter.into(), state.into()]).await.unwrap().unwrap()
}

/// Signs a letter as whoever is signed in, over the link of its page; answers the signature as it was sent.
async fn signs(town: &Town<'_>, letter: &str, key: &SoftwareKey) -> String {
    let link = token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok());
    let cms = signed(town, &link, key).await;
    send(town, &link, &cms).await.status(200);
    cms
}

/// The books of the register as `belde verify` counts them.
pub(super) async fn books_are_whole(test: &TestDb) {
    for book in crate::capability().books {
        for year in number::years(&test.db, &book).await.unwrap() {
            assert!(year.is_whole(), "{}: {year:?}", book.series);
        }
    }
}

/// What the letter's package holds: the signatures' file and the bytes it covers; names of who signed.
async fn packed(town: &Town<'_>, letter: &str) -> (Vec<u8>, Vec<u8>, Vec<String>) {
    let eyp = town.app.get(&format!("{letter}/paket")).await;
    let mut package =
        package::Package::open(Cursor::new(eyp.bytes.clone()), &package::Limits::default()).unwrap();
    let report = package::verify(&mut package);
    assert!(report.is_valid(), "{report}");
    let one = report.signatures.iter().find(|one| one.covers.contains("PaketOzeti")).unwrap();
    let last = package.final_metadata().unwrap();
    let name = |one: &package::Signatory| format!("{} {}", one.signer.first_name, one.signer.last_name);
    (one.bytes.clone(), one.covered_bytes.clone(), last.signatories.iter().map(name).collect())
}

#[tokio::test]
async fn two_people_sign_one_letter_with_their_cards_and_the_package_carries_both() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let ayse = town.ayse.to_string();
        let letter = submitted(&town, &code, "Ortak Yazı", &[("second_signer_id", &ayse)]).await;
        // Nobody signs before their turn.
        town.as_clerk();
        town.app.post(&format!("{letter}/e-imza"), &[]).await.status(403);
        town.as_veli();
        let first = signs(&town, &letter, &keys.key("veli")).await;
        assert_eq!(town.text("SELECT state FROM letter").await, "routing");
        assert_eq!(
            town.count("SELECT count(*) FROM document").await,
            0,
            "no number before the last signature"
        );
        town.app.post(&format!("{letter}/e-imza"), &[]).await.status(403);
        test.advance_seconds(60);
        town.as_clerk();
        town.app.get(&letter).await.ok().says("Veli Ak").says("Elektronik imzala");
        let folder = format!("/imza-klasoru/{}", step_of(test, &letter, "to_sign_by_card").await);
        let link = token(&town.app.post(&format!("{folder}/e-imzala"), &[]).await.ok());
        // The first signer's file with the second one's in it is not what is asked for.
        let second = signed(&town, &link, &keys.key("ayse")).await;
        let decoded = |cms: &str| STANDARD.decode(cms).unwrap();
        let joined = signing::join(&decoded(&first), &decoded(&second)).unwrap();
        send(&town, &link, &STANDARD.encode(&joined)).await.status(422).says("tek bir imza");
        // Nor may the first sign for the second.
        let foreign = signed(&town, &link, &keys.key("veli")).await;
        send(&town, &link, &foreign).await.status(422).says("Sertifika Veli Ak adına");
        send(&town, &link, &second).await.status(200).says("E-24312041-700-1");
        books_are_whole(test).await;
        pack(test, keys.services(town.files.path())).await.unwrap();
        town.as_clerk();
        town.app.get(&letter).await.ok().says("Veli Ak").says("Ayşe Kaya").says("paketini indir");
        town.app.get(&format!("{letter}/pdf")).await.ok().says("Veli AK / Müdür").says("Ayşe KAYA / Memur");
        let (cms, covered, signatories) = packed(&town, &letter).await;
        assert_eq!(cms, joined, "both as they came");
        assert_eq!(signatories, ["Veli Ak", "Ayşe Kaya"]);
        let trust = Trust::in_anchors(keys.anchors());
        let report = signing::verify(&cms, Some(&covered), &trust, test.clock.now().utc());
        assert_ne!(report.verdict(), Verdict::Invalid, "{}", report.turkish());
        let names: Vec<&str> = report.signers.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Veli Ak", "Ayşe Kaya"]);
        openssl_accepts(&keys, &cms, &covered);
        let bundle = town.app.get(&format!("{letter}/delil")).await;
        let expected = Expected { anchors: keys.anchors(), ..Expected::default() };
        let report = verify(Cursor::new(&bundle.bytes), &expected, test.clock.now().utc());
        assert!(report.holds(), "{report}");
        assert!(
            report.to_string().contains("Veli Ak") && report.to_string().contains("Ayşe Kaya"),
            "{report}"
        );
    })
    .await;
}

/// Every signer of the file.
fn openssl_accepts(keys: &Keys, cms: &[u8], covered: &[u8]) {
    std::fs::write(keys.path("both.p7s"), cms).unwrap();
    let arguments =
        "cms -verify -binary -cades -inform DER -in both.p7s -CAfile root.pem -purpose any -out both.out";
    let done =
        Command::new("openssl").current_dir(keys.path("")).args(arguments.split(' ')).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success() && said.contains("successful"), "{said}");
    assert_eq!(std::fs::read(keys.path("both.out")).unwrap(), covered);
}

#[tokio::test]
async fn a_letter_that_the_second_signer_sent_back_is_signed_anew_by_both_and_only_that_counts() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let ayse = town.ayse.to_string();
        let more = [("second_signer_id", ayse.as_str()), ("initialled_by", "Mehmet Demir")];
        let letter = submitted(&town, &code, "Ortak Yazı", &more).await;
        let initial = async || {
            town.as_mehmet();
            let step = format!("/imza-klasoru/{}", step_of(test, &letter, "to_initial").await);
            town.act(&step, "parafla", "").await.leads_to(&step);
        };
        initial().await;
        town.as_veli();
        let old = signs(&town, &letter, &keys.key("veli")).await;
        town.as_clerk();
        let step = format!("/imza-klasoru/{}", step_of(test, &letter, "to_sign_by_card").await);
        town.act(&step, "iade", "Ek eksik.").await.leads_to(&step);
        test.advance_seconds(60);
        town.as_mehmet();
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        initial().await;
        town.as_veli();
        let first = signs(&town, &letter, &keys.key("veli")).await;
        town.as_clerk();
        let second = signs(&town, &letter, &keys.key("ayse")).await;
        pack(test, keys.services(town.files.path())).await.unwrap();
        let (cms, _, signatories) = packed(&town, &letter).await;
        assert_eq!(signatories, ["Veli Ak", "Ayşe Kaya"]);
        let decoded = |cms: &str| STANDARD.decode(cms).unwrap();
        assert_eq!(cms, signing::join(&decoded(&first), &decoded(&second)).unwrap());
        assert!(signing::join(&decoded(&old), &decoded(&second)).is_err(), "another package was signed");
        let page = town.app.get(&letter).await.ok();
        assert_eq!(page.text().matches("Paraf: Mehmet DEMİR").count(), 1, "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn many_letters_are_signed_with_one_link_and_one_that_cannot_be_keeps_no_other_back() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let (mut letters, mut steps) = (Vec::new(), Vec::new());
        for title in ["Birinci", "İkinci", "Üçüncü", "Dördüncü", "Beşinci"] {
            letters.push(submitted(&town, &code, title, &[]).await);
            steps.push(step_of(test, letters.last().unwrap(), "to_sign_by_card").await.to_string());
            test.advance_seconds(1);
        }
        // Taken back before the link, and after it.
        town.as_mehmet();
        town.act(&letters[4], "geri-cek", "Yanlış.").await.leads_to(&letters[4]);
        town.as_veli();
        let list =
            town.app.get(&format!("/imza-klasoru?staff_id={}&state=to_sign_by_card", town.veli)).await.ok();
        assert!(list.html().contains("formaction=\"/imza-klasoru/e-imzala"), "{}", list.html());
        let chosen: Vec<(&str, &str)> = steps.iter().map(|step| ("id", step.as_str())).collect();
        let page = town.app.post("/imza-klasoru/e-imzala", &chosen).await.ok();
        let page = page
            .says("Birinci")
            .says("Dördüncü")
            .says("4 yazı")
            .says("Bu imzaya girmeyenler")
            .says("Beşinci")
            .says("elektronik imza beklemiyor");
        let link = token(&page);
        // Whose turn it is not gets no link, and nothing chosen is no link.
        town.app.post("/imza-klasoru/e-imzala", &[]).await.status(422).says("Önce listeden");
        town.as_clerk();
        town.app.post("/imza-klasoru/e-imzala", &chosen).await.status(422).says("hiçbiri");
        let job: Json = town.app.get(&format!("/api/v1/sign-job/{link}")).await.json();
        let documents = job["documents"].as_array().unwrap().clone();
        let titles: Vec<&str> = documents.iter().map(|one| one["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["Birinci", "İkinci", "Üçüncü", "Dördüncü"], "as they came into the folder");
        town.as_mehmet();
        town.act(&letters[2], "geri-cek", "Yanlış.").await.leads_to(&letters[2]);
        // Each letter as it will be signed, and no longer the one that was taken back.
        for (place, one) in documents.iter().enumerate() {
            let url = one["pdf_url"].as_str().unwrap();
            let path = &url[url.find("/api/").unwrap()..];
            town.app.get(path).await.status(if place == 2 { 409 } else { 200 });
        }
        let id = |place: usize| documents[place]["id"].as_str().unwrap().parse::<Uuid>().unwrap();
        let cms = |place: usize, key: &str| {
            let content = STANDARD.decode(documents[place]["content_base64"].as_str().unwrap()).unwrap();
            sign(&content, &keys.key(key), test)
        };
        // The second with a wrong certificate, the fourth with the signature of the first.
        let first = cms(0, "veli");
        let sent = [(id(0), first.clone()), (id(1), cms(1, "ayse")), (id(2), cms(2, "veli")), (id(3), first)];
        let results = send_all(&town, &link, &sent).await.status(200).json();
        let of = |place: usize| {
            let one = &results["results"][place];
            (one["is_signed"].as_bool().unwrap(), one["text"].as_str().unwrap().to_string())
        };
        assert_eq!(of(0), (true, "İmzalandı; E-24312041-700-1 sayısını aldı.".into()));
        assert!(!of(1).0 && of(1).1.contains("Sertifika Ayşe Kaya adına"), "{results}");
        assert!(!of(2).0 && of(2).1.contains("geri çekilmiş"), "{results}");
        assert!(!of(3).0 && of(3).1.contains("kabul edilmedi"), "{results}");
        // The same link, the PIN once more only for what did not count.
        let again = [(id(0), sent[0].1.clone()), (id(1), cms(1, "veli")), (id(3), cms(3, "veli"))];
        let results = send_all(&town, &link, &again).await.status(200).json();
        let all = results["results"].as_array().unwrap();
        assert!(all.iter().all(|one| one["is_signed"] == true), "{results}");
        assert_eq!(town.count("SELECT count(*) FROM letter WHERE state = 'signed'").await, 3);
        assert_eq!(town.count("SELECT count(*) FROM letter_signature").await, 3);
        books_are_whole(test).await;
        // What is done cannot be fetched; another program gets nothing.
        town.app.get(&format!("/api/v1/sign-job/{link}")).await.status(409);
    })
    .await;
}

#[tokio::test]
async fn a_person_and_who_stands_in_for_them_sign_at_the_same_moment_and_one_signature_counts() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let letter = submitted(&town, &code, "Birinci", &[]).await;
        town.acting(town.veli, town.ayse).await;
        let mut sent = Vec::new();
        for key in ["veli", "ayse"] {
            if key == "veli" {
                town.as_veli()
            } else {
                town.as_clerk()
            }
            let link = token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok());
            let cms = signed(&town, &link, &keys.key(key)).await;
            sent.push((link, cms));
        }
        let (one, two) =
            tokio::join!(send(&town, &sent[0].0, &sent[0].1), send(&town, &sent[1].0, &sent[1].1));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} / {}", one.text(), two.text());
        assert_eq!(town.count("SELECT count(*) FROM letter_signature").await, 1);
        assert_eq!(town.text("SELECT number FROM letter").await, "E-24312041-700-1");
        books_are_whole(test).await;
    })
    .await;
}

static CURRENT_IS_OFF: AtomicBool = AtomicBool::new(false);

/// Stands still when the last row of a signature was written and nothing is committed yet.
fn with_a_cut() -> Vec<Capability> {
    let cut = Reaction {
        subject_kind: "letter",
        verb: "letter_signed",
        run: |_, _| {
            Box::pin(async {
                if CURRENT_IS_OFF.load(Ordering::SeqCst) {
                    std::future::pending::<()>().await;
                }
                Ok(())
            })
        },
    };
    let own = Capability { id: "cut", name_tr: "Kesinti", reactions: vec![cut], ..Capability::default() };
    capabilities().into_iter().chain([own]).collect()
}

#[tokio::test]
async fn a_cut_after_the_signature_came_leaves_the_letter_to_be_signed_and_burns_no_number() {
    let keys = Keys::make();
    each(with_a_cut(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let letters =
            [submitted(&town, &code, "Birinci", &[]).await, submitted(&town, &code, "İkinci", &[]).await];
        let mut steps = Vec::new();
        for letter in &letters {
            steps.push(step_of(test, letter, "to_sign_by_card").await.to_string());
        }
        town.as_veli();
        let chosen: Vec<(&str, &str)> = steps.iter().map(|step| ("id", step.as_str())).collect();
        let link = token(&town.app.post("/imza-klasoru/e-imzala", &chosen).await.ok());
        let job: Json = town.app.get(&format!("/api/v1/sign-job/{link}")).await.json();
        let one = |place: usize| {
            let document = &job["documents"][place];
            let content = STANDARD.decode(document["content_base64"].as_str().unwrap()).unwrap();
            (document["id"].as_str().unwrap().parse().unwrap(), sign(&content, &keys.key("veli"), test))
        };
        let sent: Vec<(Uuid, String)> = vec![one(0), one(1)];
        // The first alone, so that the cut comes in the middle of the batch.
        send_all(&town, &link, &sent[..1]).await.status(200);
        let events = town.count("SELECT count(*) FROM event").await;
        CURRENT_IS_OFF.store(true, Ordering::SeqCst);
        let cut = tokio::time::timeout(Duration::from_secs(2), send_all(&town, &link, &sent)).await;
        CURRENT_IS_OFF.store(false, Ordering::SeqCst);
        assert!(cut.is_err(), "it stood still before the commit");
        assert_eq!(town.count("SELECT count(*) FROM event").await, events);
        assert_eq!(town.count("SELECT count(*) FROM letter_signature").await, 1);
        assert_eq!(town.count("SELECT count(*) FROM letter WHERE state = 'routing'").await, 1);
        assert_eq!(town.count("SELECT count(*) FROM job WHERE name = 'documents.pack_letter'").await, 1);
        books_are_whole(test).await;
        // The signing program sends the same once more, without the PIN.
        let results = send_all(&town, &link, &sent).await.status(200).json();
        for (place, said) in ["E-24312041-700-1", "E-24312041-700-2"].into_iter().enumerate() {
            assert!(results["results"][place]["text"].as_str().unwrap().contains(said), "{results}");
        }
        books_are_whole(test).await;
        assert_eq!(town.count("SELECT count(*) FROM letter_signature").await, 2);
    })
    .await;
}

/// As many turns as that of a step, for the same letter of its own each; answers the ids of the steps.
async fn copied(test: &TestDb, letter: &str, count: usize) -> Vec<String> {
    let letter: Uuid = letter.rsplit('/').next().unwrap().parse().unwrap();
    let step = step_of(test, &letter.to_string(), "to_sign_by_card").await;
    let columns = async |table: &str| -> Vec<String> {
        let sql = match test.db.backend() {
            DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            _ => format!(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'"
            ),
        };
        let all: Vec<String> = test.db.column(&sql, vec![]).await.unwrap();
        all.into_iter().filter(|name| !["id", "subject_id", "code"].contains(&name.as_str())).collect()
    };
    let (of_letter, of_step) = (columns("letter").await.join(", "), columns("route_step").await.join(", "));
    let tx = test.begin().await;
    tx.without_event("arranged");
    let mut steps = Vec::new();
    for number in 0..count {
        let (new_letter, new_step) = (tx.new_id(), tx.new_id());
        let sql = format!(
            "INSERT INTO letter (id, code, {of_letter}) SELECT $1, $2, {of_letter} FROM letter WHERE id = $3"
        );
        let code = format!("{number:08}-1111-7222-8333-944455556666");
        tx.run(&sql, vec![new_letter.into(), code.into(), letter.into()]).await.unwrap();
        let sql = format!(
            "INSERT INTO route_step (id, subject_id, {of_step}) SELECT $1, $2, {of_step} FROM route_step WHERE id = $3"
        );
        tx.run(&sql, vec![new_step.into(), new_letter.into(), step.into()]).await.unwrap();
        steps.push(new_step.to_string());
    }
    tx.commit().await.unwrap();
    steps
}

const ALL_OF_THEM: &str = "/imza-klasoru/e-imzala?state=to_sign_by_card";

#[tokio::test]
async fn more_letters_than_a_link_may_have_are_refused_in_words_and_nothing_of_them_is_begun() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let letter = submitted(&town, &code, "Birinci", &[]).await;
        copied(test, &letter, 100).await;
        town.as_veli();
        let all = [(ui::names::ALL_MATCHING, "evet")];
        let page = town.app.post(ALL_OF_THEM, &all).await.status(422);
        page.says("101 yazı seçtiniz").says("en çok 100 yazı").says("Süzgeci daraltın");
        for table in ["sign_job", "sign_job_letter", "letter_signature", "letter_file"] {
            assert_eq!(town.count(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
        assert_eq!(town.count("SELECT count(*) FROM route_step WHERE state = 'to_sign_by_card'").await, 101);
        town.app.get("/imza-klasoru?state=to_sign_by_card").await.ok().says("Birinci");
    })
    .await;
}

#[tokio::test]
async fn a_hundred_letters_are_prepared_some_at_a_time_and_get_one_link_when_all_are_ready() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let letter = submitted(&town, &code, "Birinci", &[]).await;
        let steps = copied(test, &letter, 24).await;
        town.as_veli();
        let all = [(ui::names::ALL_MATCHING, "evet")];
        let first = town.app.post(ALL_OF_THEM, &all).await.ok().says("hazırlanıyor: 10 / 25");
        assert!(first.html().contains("hx-trigger=\"load"), "{}", first.html());
        let count = async |table: &str| town.count(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!((count("sign_job").await, count("letter_file").await), (0, 10), "no half link");
        // Somebody goes away and comes back, and one was taken back meanwhile: what is made stays made.
        let gone = "UPDATE letter SET state = 'draft' WHERE code LIKE '00000023-%'";
        let tx = test.begin().await;
        tx.without_event("arranged");
        tx.run(gone, vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let own = id(test, "SELECT id FROM route_step ORDER BY id LIMIT 1").await;
        let chosen: Vec<(&str, &str)> =
            steps.iter().map(String::as_str).chain([own.as_str()]).map(|id| (ui::names::IDS, id)).collect();
        town.app.post("/imza-klasoru/e-imzala", &chosen).await.ok().says("hazırlanıyor: 21 / 25");
        let page = town.app.post("/imza-klasoru/e-imzala", &chosen).await.ok();
        let page = page.says("24 yazı").says("Bu imzaya girmeyenler").hides("hazırlanıyor");
        token(&page);
        assert_eq!((count("sign_job").await, count("sign_job_letter").await), (1, 24));
    })
    .await;
}
