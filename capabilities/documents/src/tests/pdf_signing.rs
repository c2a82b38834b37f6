//! PDFs of the register that are signed here: over the link to the signer's own program, with the municipality's seal, and what
//! happens where something is missing.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::ErrorKind;
use kernel::db::Sql;
use kernel::job::Services;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use signing::pdf::{PdfRoom, verify_pdf};
use signing::{Content, Key as _, Level, Preparation, Profile, SoftwareKey, Trust, Verdict};
use testkit::{Page, TestDb, each};
use uuid::Uuid;

use super::esign::{Keys, jobs, office, send_all, token};
use super::signed_pdf::paper;
use super::stamp::{Manner, World};
use super::town::{Town, capabilities};
use crate::Trusted;

/// A file on a new entry, as the clerk hangs it; answers its address.
pub(super) async fn hung(town: &Town<'_>, name: &str, bytes: &[u8]) -> String {
    let document = town.enter("Bakım raporu", &format!("{name} {}", bytes.len())).await;
    town.app.upload(&format!("{document}/ek"), &[], &[("dosya", name, bytes)]).await.status(303);
    named(town, name).await
}

/// The file that is called so and was added last.
async fn named(town: &Town<'_>, name: &str) -> String {
    let sql = "SELECT subject_id FROM attachment WHERE subject_kind = 'document' AND name = $1 ORDER BY id DESC LIMIT 1";
    let document: Uuid = town.test.db.scalar(sql, vec![name.into()]).await.unwrap().unwrap();
    let file: Uuid =
        town.test.db.scalar(&sql.replacen("subject_id", "id", 1), vec![name.into()]).await.unwrap().unwrap();
    format!("/evrak/{document}/ek/{file}")
}

/// Asks for a link as whoever is signed in; answers its token and what the signer's program is told of the file.
async fn asked(town: &Town<'_>, file: &str) -> (String, Json) {
    let token = token(&town.app.post(&format!("{file}/e-imza"), &[]).await.ok());
    let job: Json = town.app.get(&format!("/api/v1/sign-job/{token}")).await.ok().json();
    (token, job["documents"][0].clone())
}

/// What that program makes of it.
async fn made(town: &Town<'_>, document: &Json, key: &SoftwareKey) -> String {
    let url = document["pdf_url"].as_str().unwrap();
    let shown = town.app.get(&url[url.find("/api/").unwrap()..]).await.ok();
    assert_eq!(document["sha256_of_pdf"], hex::encode(Sha256::digest(&shown.bytes)));
    let digests = PdfRoom::find(shown.bytes.clone()).unwrap().digests();
    assert_eq!(document["covered"]["sha256"], hex::encode(digests.sha256));
    assert_eq!(document["covered"]["sha384"], hex::encode(digests.sha384));
    let at = town.test.clock.now().utc();
    let prepared = Preparation::new(Content::Pdf(&digests), key.chain(), Profile::P1, at).unwrap();
    STANDARD.encode(prepared.finish(&key.sign(prepared.to_be_signed()).unwrap()).unwrap())
}

async fn sent(town: &Town<'_>, token: &str, document: &Json, cms: &str) -> Page {
    let id = document["id"].as_str().unwrap().parse().unwrap();
    send_all(town, token, &[(id, cms.into())]).await
}

/// From the button to the signature that the server has.
async fn signs(town: &Town<'_>, file: &str, key: &SoftwareKey) {
    let (token, document) = asked(town, file).await;
    let cms = made(town, &document, key).await;
    sent(town, &token, &document, &cms).await.status(200).says("İmzalandı");
}

/// Runs the job of every file that is not there yet.
async fn finish(test: &TestDb, services: impl Fn() -> Services) -> Result<(), kernel::Error> {
    let job = crate::capability().jobs.into_iter().find(|job| job.name == "documents.finish_pdf").unwrap();
    let waiting = "SELECT id FROM pdf_signature WHERE file_id IS NULL";
    for id in test.db.column::<Uuid>(waiting, vec![]).await.unwrap() {
        (job.run)(&jobs(test, services()), &json!({ "signature": id })).await?;
    }
    Ok(())
}

/// Who signed a file, at which level, and whether that holds with nothing but the roots.
fn found(keys: &Keys, test: &TestDb, pdf: &[u8]) -> Vec<(String, Level, Verdict)> {
    let trust = Trust::in_anchors(keys.anchors());
    let all = verify_pdf(pdf, &trust, test.clock.now().utc()).unwrap();
    let one = |one: &signing::pdf::PdfSignature| {
        let signer = &one.report.signers[0];
        (signer.name.clone(), signer.level, one.verdict())
    };
    all.iter().map(one).collect()
}

/// As another reader sees it.
fn pdfsig_finds(keys: &Keys, pdf: &[u8], count: usize) {
    if Command::new("pdfsig").arg("-v").output().is_err() {
        eprintln!("skipped: pdfsig (poppler-utils) is not installed");
        return;
    }
    std::fs::write(keys.path("signed.pdf"), pdf).unwrap();
    let read = Command::new("pdfsig").args(["-nocert", "signed.pdf"]).current_dir(keys.path("")).output();
    let said = String::from_utf8(read.unwrap().stdout).unwrap();
    assert_eq!(said.matches("Signature is Valid").count(), count, "{said}");
}

#[tokio::test]
async fn a_pdf_is_signed_by_two_people_one_after_the_other_and_the_signed_ones_hang_beside_it() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let town = world.town(test, files.path()).await;
        let services = || world.keys.services(files.path());
        town.set("documents.electronic_signature", "trial").await;
        town.set("documents.stamp_url", &format!("{}/tsa", world.address)).await;
        let file = hung(&town, "rapor.pdf", &paper()).await;
        let document = file.split("/ek/").next().unwrap().to_string();
        town.app.get(&format!("{file}/imza")).await.ok().says("e-İmza yok").says("Elektronik imzala");
        let (token, told) = asked(&town, &file).await;
        assert_eq!(told["title"], "rapor.pdf");
        let cms = made(&town, &told, &world.keys.key("ayse")).await;
        town.app.forget_session();
        sent(&town, &token, &told, &cms).await.status(200).says("İmzalandı");
        // Sent once more, as when the answer got lost; another one does not count.
        sent(&town, &token, &told, &cms).await.status(200);
        let before = world.asked();
        let other = STANDARD.encode(b"another");
        sent(&town, &token, &told, &other).await.status(409);
        finish(test, services).await.unwrap();
        finish(test, services).await.unwrap();
        assert_eq!(world.asked() - before, 1, "one stamp");
        let who = "SELECT actor_name FROM event WHERE verb = 'pdf_signed'";
        assert_eq!(town.text(who).await, "Ayşe Kaya");
        town.as_clerk();
        let once = named(&town, "rapor-imzali.pdf").await;
        let pdf = town.app.get(&once).await.ok().bytes;
        assert!(pdf.starts_with(&paper()), "what was there is not touched");
        assert_eq!(town.app.get(&file).await.ok().bytes, paper());
        assert_eq!(found(&world.keys, test, &pdf), [("Ayşe Kaya".into(), Level::Xl, Verdict::Valid)]);
        pdfsig_finds(&world.keys, &pdf, 1);
        let page = town.app.get(&format!("{once}/imza")).await.ok();
        let page =
            page.says("İmzası geçerli").says("PAdES-B-LT").says("Deneme imzası").says("Denetim raporu");
        page.hides("T.C. kimlik no");
        let page = town.app.get(&format!("{file}/imza")).await.ok().says("İmzalı dosyayı aç");
        page.hides("Elektronik imzala");
        town.app.get(&document).await.ok().says("PDF imzaları").says("Ayşe Kaya imzaladı");
        // Whoever it was referred to signs what was signed.
        town.refer(&document, town.veli, "action").await;
        test.advance_seconds(60);
        town.as_veli();
        signs(&town, &once, &world.keys.key("veli")).await;
        finish(test, services).await.unwrap();
        town.as_veli();
        let twice = named(&town, "rapor-imzali-2.pdf").await;
        let pdf = town.app.get(&twice).await.ok().bytes;
        let names = ["Ayşe Kaya", "Veli Ak"].map(|name| (name.to_string(), Level::Xl, Verdict::Valid));
        assert_eq!(found(&world.keys, test, &pdf), names);
        pdfsig_finds(&world.keys, &pdf, 2);
        assert_eq!(town.count("SELECT count(*) FROM attachment").await, 3);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_sign_a_file_at_once_the_second_is_led_to_the_signed_one() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        town.set("documents.electronic_signature", "trial").await;
        let file = hung(&town, "rapor.pdf", &paper()).await;
        town.refer(file.split("/ek/").next().unwrap(), town.veli, "action").await;
        let (first, told) = asked(&town, &file).await;
        let by_ayse = made(&town, &told, &keys.key("ayse")).await;
        town.as_veli();
        let (second, told) = asked(&town, &file).await;
        let by_veli = made(&town, &told, &keys.key("veli")).await;
        // Nobody signs with another's link.
        sent(&town, &first, &told, &by_veli).await.status(422);
        sent(&town, &first, &told, &by_ayse).await.status(200);
        let refused = sent(&town, &second, &told, &by_veli).await.status(409);
        refused.says("Ayşe Kaya “rapor.pdf” dosyasını imzaladı").says("imzalı dosyaya atılır");
        town.app.get(&format!("/api/v1/sign-job/{second}")).await.status(409);
        town.app.post(&format!("{file}/e-imza"), &[]).await.status(409).says("Ayşe Kaya");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'pdf_signed'").await, 1);
        // Without a time stamp server in the settings it stays at the basic level and says so.
        finish(test, || keys.services(town.files.path())).await.unwrap();
        let page = town.app.get(&format!("{}/imza", named(&town, "rapor-imzali.pdf").await)).await.ok();
        page.says("PAdES-B-B").says("damgasız kaldı");
    })
    .await;
}

#[tokio::test]
async fn while_the_stamp_server_is_down_the_signature_waits_and_revocation_that_nobody_tells_leaves_level_t()
{
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let town = world.town(test, files.path()).await;
        let services = || world.keys.services(files.path());
        town.set("documents.electronic_signature", "trial").await;
        town.set("documents.stamp_url", &format!("{}/tsa", world.address)).await;
        world.behave(Manner::Down);
        let file = hung(&town, "rapor.pdf", &paper()).await;
        signs(&town, &file, &world.keys.key("ayse")).await;
        let error = finish(test, services).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        town.as_clerk();
        let page = town.app.get(&format!("{file}/imza")).await.ok();
        page.says("zaman damgası bekleniyor").says("HTTP 503").hides("Elektronik imzala");
        assert_eq!(town.count("SELECT count(*) FROM attachment").await, 1);
        world.behave(Manner::Silent);
        finish(test, services).await.unwrap();
        let signed = named(&town, "rapor-imzali.pdf").await;
        let pdf = town.app.get(&signed).await.ok().bytes;
        assert_eq!(found(&world.keys, test, &pdf), [("Ayşe Kaya".into(), Level::T, Verdict::CannotSay)]);
        let page = town.app.get(&format!("{signed}/imza")).await.ok();
        page.says("PAdES-B-T").says("İptal bilgileri tamamlanamadığı").says("İmzası denetlenemedi");
    })
    .await;
}

/// The file under a password.
fn encrypted(keys: &Keys) -> Option<Vec<u8>> {
    std::fs::write(keys.path("plain.pdf"), paper()).unwrap();
    let arguments = ["--encrypt", "", "sahip", "256", "--", "plain.pdf", "encrypted.pdf"];
    let done = Command::new("qpdf").args(arguments).current_dir(keys.path("")).output();
    if done.is_err() {
        eprintln!("skipped: qpdf is not installed, so no PDF under a password is tried");
        return None;
    }
    Some(std::fs::read(keys.path("encrypted.pdf")).unwrap())
}

#[tokio::test]
async fn what_cannot_be_signed_says_why_before_anybody_takes_their_card_out() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let file = hung(&town, "rapor.pdf", &paper()).await;
        let ask = async |file: &str| town.app.post(&format!("{file}/e-imza"), &[]).await;
        ask(&file).await.status(409).says("Elektronik imza açılmamış");
        town.app.get(&format!("{file}/imza")).await.ok().says("Elektronik imza açılmamış");
        town.set("documents.electronic_signature", "trial").await;
        let broken = hung(&town, "bozuk.pdf", b"%PDF-1.7\n1 0 obj<<>>endobj\nand no more").await;
        ask(&broken).await.status(422).says("Bu PDF imzalanamıyor");
        if let Some(pdf) = encrypted(&keys) {
            let secret = hung(&town, "sifreli.pdf", &pdf).await;
            ask(&secret).await.status(422).says("PDF şifreli");
        }
        let text = hung(&town, "not.txt", "Bir not".as_bytes()).await;
        ask(&text).await.status(409).says("Yalnız PDF dosyası imzalanır");
        town.app.get(&format!("{text}/imza")).await.ok().says("Yalnız PDF").hides("Elektronik imzala");
        // A file belongs to its entry, and is seen by whoever sees that.
        let (document, other) = (file.split("/ek/").next().unwrap(), broken.rsplit('/').next().unwrap());
        ask(&format!("{document}/ek/{other}")).await.status(404);
        town.as_mehmet();
        town.app.get(&format!("{file}/imza")).await.status(404);
        ask(&file).await.status(404);
        town.app.sign_in_as("auditor", &[town.desk], None);
        town.app.get(&format!("{file}/imza")).await.ok().hides("Elektronik imzala");
        ask(&file).await.status(403);
        assert_eq!(town.count("SELECT count(*) FROM sign_job").await, 0);
        // What comes back is over this very file, of the person who asked, in time, and the file is still there.
        town.as_clerk();
        let (token, told) = asked(&town, &file).await;
        let foreign = made(&town, &told, &keys.key("veli")).await;
        sent(&town, &token, &told, &foreign).await.status(422).says("Sertifika Veli Ak adına");
        let over_other = super::esign::sign(b"other bytes", &keys.key("ayse"), test);
        for wrong in [over_other.as_str(), "", "!!", "AAAA"] {
            sent(&town, &token, &told, wrong).await.status(422);
        }
        let cms = made(&town, &told, &keys.key("ayse")).await;
        town.app.post(&format!("{file}/kaldir"), &[("gerekce", "Yanlış dosya")]).await.status(303);
        sent(&town, &token, &told, &cms).await.status(409).says("kaldırılmış");
        assert_eq!(town.count("SELECT count(*) FROM pdf_signature").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_seal_over_a_pdf_is_believed_though_it_is_no_persons_certificate() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let town = world.town(test, files.path()).await;
        town.set("documents.electronic_signature", "on").await;
        town.set("documents.stamp_url", &format!("{}/tsa", world.address)).await;
        let file = hung(&town, "rapor.pdf", &paper()).await;
        town.app.get(&format!("{file}/imza")).await.ok().says("Belediyenin mührüyle mühürle");
        town.app.post(&format!("{file}/muhur"), &[]).await.leads_to(&format!("{file}/imza"));
        finish(test, || world.keys.services(files.path())).await.unwrap();
        let sealed = named(&town, "rapor-imzali.pdf").await;
        let pdf = town.app.get(&sealed).await.ok().bytes;
        assert_eq!(found(&world.keys, test, &pdf), [("Belediye Mührü".into(), Level::Xl, Verdict::Valid)]);
        let page = town.app.get(&format!("{sealed}/imza")).await.ok();
        page.says("İmzası geçerli").says("Belediye Mührü mühürledi").says("Deneme imzası");
        for verb in ["pdf_seal_asked", "pdf_sealed", "pdf_signature_placed"] {
            let count = format!("SELECT count(*) FROM event WHERE verb = '{verb}'");
            assert_eq!(town.count(&count).await, 1, "{verb}");
        }
        // A person's certificate that is not qualified does not count where only those do.
        let (token, told) = asked(&town, &sealed).await;
        let cms = made(&town, &told, &world.keys.key("ayse")).await;
        sent(&town, &token, &told, &cms).await.status(422).says("nitelikli");
        town.as_veli();
        town.app.post(&format!("{file}/muhur"), &[]).await.status(403);
    })
    .await;
    each(capabilities(), async |test| {
        super::esign::move_to(test, &world.keys);
        let bare = Trusted { seal: None, ..world.keys.trusted() };
        let town = Town::with(test, Services::default().with(bare)).await;
        town.set("documents.electronic_signature", "trial").await;
        let file = hung(&town, "rapor.pdf", &paper()).await;
        town.app.get(&format!("{file}/imza")).await.ok().hides("mühürle");
        town.app.post(&format!("{file}/muhur"), &[]).await.status(409).says("mührü tanımlı değil");
    })
    .await;
}
