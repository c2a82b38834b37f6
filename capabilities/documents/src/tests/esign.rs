//! Electronic signature of a letter: the link, the signature that comes back, the package. The keys are made with the openssl
//! command; what the signer's program does is done here with the same library.

use std::io::Cursor;
use std::process::Command;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use kernel::db::Sql;
use kernel::job::{JobContext, Services};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use signing::{Certificate, Content, Key as _, Preparation, Profile, SoftwareKey, Trust};
use testkit::{TestDb, each};

use super::town::{Town, capabilities};
use crate::{Seal, Trusted};

/// A small authority and two keys of it; gone with the test.
pub(super) struct Keys {
    folder: tempfile::TempDir,
}

impl Keys {
    pub(super) fn make() -> Self {
        Self::naming("")
    }

    /// With more lines for the certificates of the signer and the seal.
    pub(super) fn naming(addresses: &str) -> Self {
        let keys = Self { folder: tempfile::tempdir().unwrap() };
        let end = format!("keyUsage=critical,nonRepudiation,digitalSignature\n{addresses}");
        std::fs::write(keys.path("end.cnf"), end).unwrap();
        let root = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -keyout root.key -out root.pem \
                    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign";
        keys.openssl(root, Some("/C=TR/O=Deneme/CN=Deneme Kök"));
        for (name, subject) in [
            ("veli", "/C=TR/O=Deneme/CN=Veli Ak"),
            ("ayse", "/C=TR/O=Deneme/CN=Ayşe Kaya"),
            ("seal", "/C=TR/O=Deneme/CN=Belediye Mührü"),
        ] {
            let request = format!(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key -out {name}.csr"
            );
            keys.openssl(&request, Some(subject));
            let issue = format!(
                "x509 -req -in {name}.csr -CA root.pem -CAkey root.key -CAcreateserial -days 3000 -extfile end.cnf -out {name}.pem"
            );
            keys.openssl(&issue, None);
        }
        keys
    }

    pub(super) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn openssl(&self, arguments: &str, subject: Option<&str>) {
        let mut command = Command::new("openssl");
        command.current_dir(self.folder.path()).args(arguments.split_whitespace());
        if let Some(subject) = subject {
            command.args(["-utf8", "-subj", subject]);
        }
        let done = command.output().unwrap();
        assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
    }

    pub(super) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(super) fn key(&self, name: &str) -> SoftwareKey {
        SoftwareKey::from_pem(&self.text(&format!("{name}.key")), &self.text(&format!("{name}.pem"))).unwrap()
    }

    pub(super) fn anchors(&self) -> Vec<Certificate> {
        Certificate::from_pem_or_der(self.text("root.pem").as_bytes()).unwrap()
    }

    /// What the binary would put together of the configuration.
    pub(super) fn services(&self, files: &std::path::Path) -> Services {
        let place = files::StoreConfig::Local { dir: files.to_path_buf() };
        Services::default().with(files::Store::open(&place).unwrap()).with(self.trusted())
    }

    pub(super) fn trusted(&self) -> Trusted {
        let seal = Some(Arc::new(Seal::File(self.key("seal"))));
        Trusted { anchors: self.anchors(), seal, opening: None }
    }
}

/// A town that trusts and seals with these keys, on a day when they hold; its files are its own.
pub(super) async fn office<'a>(test: &'a TestDb, keys: &Keys) -> Town<'a> {
    move_to(test, keys);
    Town::with(test, Services::default().with(keys.trusted())).await
}

/// The clock of the test stands at a day when these certificates hold.
pub(super) fn move_to(test: &TestDb, keys: &Keys) {
    let from = keys.key("veli").chain()[0].valid_from().unix_timestamp();
    let now = test.clock.now().0 / 1_000_000;
    test.advance_seconds((from - now).max(0) + 3_600);
}

pub(super) async fn electronic(town: &Town<'_>) -> String {
    let code = begin(town).await;
    submitted(town, &code, "Sunucu Bakımı", &[]).await
}

/// Settings, file plan and addressee of electronic letters; answers the id of the file code.
pub(super) async fn begin(town: &Town<'_>) -> String {
    town.set("documents.detsis", "24312041").await;
    town.set("documents.electronic_signature", "trial").await;
    let code = town.file_code().await;
    town.as_clerk();
    let to =
        [("name", "Örnekil Valiliği"), ("kind", "institution"), ("rank", "above"), ("detsis", "12345678")];
    town.new_at("/muhataplar", &to).await;
    code
}

/// A letter of Mehmet's for Veli to sign, with more fields, on its way; answers its address.
pub(super) async fn submitted(town: &Town<'_>, code: &str, title: &str, more: &[(&str, &str)]) -> String {
    town.as_mehmet();
    let usual = [
        ("title", title),
        ("medium", "electronic"),
        ("ilgi", "3.11.2026 tarihli yazınız."),
        ("body", "İlgi yazıdaki bakım yapılacaktır.\n\nBilgilerinizi arz ederim."),
    ];
    let letter = town.letter(code, &[more, &usual[..]].concat()).await;
    town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
    letter
}

/// Asks for a link as the signer; answers its token.
pub(super) async fn link(town: &Town<'_>, letter: &str) -> String {
    town.as_veli();
    token(&town.app.post(&format!("{letter}/e-imza"), &[]).await.ok())
}

/// The token of the link on a page.
pub(super) fn token(page: &testkit::Page) -> String {
    let text = page.html();
    let at = text.find("&amp;is=").or_else(|| text.find("&is=")).unwrap_or_else(|| panic!("{text}"));
    let token = text[at..].split('=').nth(1).unwrap();
    token.split(['"', '&']).next().unwrap().to_string()
}

/// What the signer's program makes of a job.
pub(super) async fn signed(town: &Town<'_>, token: &str, key: &SoftwareKey) -> String {
    let job = town.app.get(&format!("/api/v1/sign-job/{token}")).await;
    let job: serde_json::Value = job.json();
    let content = STANDARD.decode(job["documents"][0]["content_base64"].as_str().unwrap()).unwrap();
    sign(&content, key, town.test)
}

pub(super) fn sign(content: &[u8], key: &SoftwareKey, test: &TestDb) -> String {
    let at = test.clock.now().utc();
    let preparation = Preparation::new(Content::Attached(content), key.chain(), Profile::P1, at).unwrap();
    let value = key.sign(preparation.to_be_signed()).unwrap();
    STANDARD.encode(preparation.finish(&value).unwrap())
}

/// Sends one signature as the signature of the first letter of a link.
pub(super) async fn send(town: &Town<'_>, token: &str, cms: &str) -> testkit::Page {
    let sql = "SELECT letter_id FROM sign_job_letter WHERE token_digest = $1 ORDER BY place LIMIT 1";
    let digest = hex::encode(Sha256::digest(token));
    let letter: Option<uuid::Uuid> = town.test.db.scalar(sql, vec![digest.into()]).await.unwrap();
    send_all(town, token, &[(letter.unwrap_or_default(), cms.into())]).await
}

pub(super) async fn send_all(town: &Town<'_>, token: &str, all: &[(uuid::Uuid, String)]) -> testkit::Page {
    let all: Vec<_> = all.iter().map(|(id, cms)| json!({ "id": id, "cms_base64": cms })).collect();
    let body = json!({ "signatures": all });
    town.app.api(Method::POST, &format!("/api/v1/sign-job/{token}"), "", &body).await
}

/// What a signature file of ours carries.
fn content_of(cms: &str) -> Vec<u8> {
    let cms = STANDARD.decode(cms).unwrap();
    let from = cms.windows(5).position(|part| part == b"<?xml").unwrap();
    let from = if cms[..from].ends_with(&[0xEF, 0xBB, 0xBF]) { from - 3 } else { from };
    let until = cms.windows(13).position(|part| part == b"</PaketOzeti>").unwrap() + 13;
    cms[from..until].to_vec()
}

pub(super) async fn pack(test: &TestDb, services: Services) -> Result<(), kernel::Error> {
    let sql = "SELECT id FROM letter WHERE state = 'signed' ORDER BY created_at, id LIMIT 1";
    let letter: uuid::Uuid = test.db.scalar(sql, vec![]).await.unwrap().unwrap();
    run_job(test, services, "documents.pack_letter", letter).await
}

/// Runs one of the letter's jobs.
pub(super) async fn run_job(
    test: &TestDb,
    services: Services,
    name: &str,
    letter: uuid::Uuid,
) -> Result<(), kernel::Error> {
    let job = crate::capability().jobs.into_iter().find(|job| job.name == name).unwrap();
    (job.run)(&jobs(test, services), &json!({ "letter": letter })).await
}

/// What jobs run with.
pub(super) fn jobs(test: &TestDb, services: Services) -> JobContext {
    JobContext { services: Arc::new(services), ..test.jobs() }
}

#[tokio::test]
async fn an_electronic_letter_is_signed_on_the_signers_own_machine_numbered_and_packed() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let letter = electronic(&town).await;
        // Not by a button alone.
        town.as_veli();
        let step: uuid::Uuid = test.db.scalar("SELECT id FROM route_step", vec![]).await.unwrap().unwrap();
        let folder = format!("/imza-klasoru/{step}");
        town.app.get(&folder).await.ok().says("Elektronik imza bekliyor").hides("value=\"imzala\"");
        town.act(&folder, "imzala", "").await.status(409);
        town.act(&folder, "e-imzala", "").await.status(422);
        let bulk = [("eylem", "e-imzala"), ("id", &step.to_string()), ("onayli", "evet")];
        town.app.post("/imza-klasoru/toplu", &bulk).await.status(422);
        assert_eq!(town.count("SELECT count(*) FROM letter_signature").await, 0);
        // From the folder the same link as from the letter.
        token(&town.app.post(&format!("{folder}/e-imzala"), &[]).await.ok());
        let token = link(&town, &letter).await;
        let cms = signed(&town, &token, &keys.key("veli")).await;
        town.app.forget_session();
        let sent = send(&town, &token, &cms).await;
        assert_eq!(sent.status, 200, "{}", sent.html());
        assert_eq!(town.text("SELECT number FROM letter").await, "E-24312041-700-1");
        // Once, and only once: the same once more is told the same, as when the answer got lost; another does not count.
        send(&town, &token, &cms).await.status(200).says("E-24312041-700-1");
        let other = sign(&content_of(&cms), &keys.key("veli"), test);
        assert_ne!(other, cms);
        assert_eq!(send(&town, &token, &other).await.status, 409);
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'letter_signature_made'").await, 1);
        let who = "SELECT actor_name FROM event WHERE verb = 'letter_signature_made'";
        assert_eq!(town.text(who).await, "Veli Ak");
        pack(test, keys.services(town.files.path())).await.unwrap();
        town.as_veli();
        town.app
            .get(&letter)
            .await
            .ok()
            .says("Deneme imzası")
            .says("Doğrulama raporu")
            .says("paketini indir");
        let eyp = town.app.get(&format!("{letter}/paket")).await;
        let mut package =
            package::Package::open(Cursor::new(eyp.bytes.clone()), &package::Limits::default()).unwrap();
        let report = package::verify(&mut package);
        assert!(report.is_valid(), "{report}");
        assert_eq!(package.final_metadata().unwrap().number, "E-24312041-700-1");
        assert_eq!(package.letter().unwrap().subject, "Sunucu Bakımı");
        let trust = Trust::in_anchors(keys.anchors());
        let mut covered = 0;
        for one in &report.signatures {
            let found = signing::verify(&one.bytes, Some(&one.covered_bytes), &trust, test.clock.now().utc());
            assert!(found.verdict() != signing::Verdict::Invalid, "{}", found.turkish());
            covered += 1;
        }
        assert_eq!(covered, 2, "the signature and the seal");
    })
    .await;
}

#[tokio::test]
async fn a_signature_of_somebody_else_over_other_bytes_or_too_late_does_not_count_and_burns_no_number() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let letter = electronic(&town).await;
        let token = link(&town, &letter).await;
        // The certificate is in another name.
        let seal = signed(&town, &token, &keys.key("seal")).await;
        assert_eq!(send(&town, &token, &seal).await.status, 422);
        let other = sign(b"other bytes", &keys.key("veli"), test);
        assert_eq!(send(&town, &token, &other).await.status, 422);
        for broken in ["", "!!", "AAAA"] {
            assert_eq!(send(&town, &token, broken).await.status, 422, "{broken}");
        }
        assert_eq!(send(&town, "no-such-token", &seal).await.status, 404);
        let cms = signed(&town, &token, &keys.key("veli")).await;
        test.advance_seconds(16 * 60);
        assert_eq!(send(&town, &token, &cms).await.status, 409, "the link is over");
        assert_eq!(town.count("SELECT count(*) FROM letter_signature").await, 0);
        assert_eq!(
            town.count("SELECT count(*) FROM number_series WHERE series = 'document_outgoing'").await,
            0
        );
        // Nobody asks for a link whose turn it is not.
        town.as_mehmet();
        town.app.post(&format!("{letter}/e-imza"), &[]).await.status(403);
        // Without a seal the package waits and says so; nothing is lost.
        let token = link(&town, &letter).await;
        let cms = signed(&town, &token, &keys.key("veli")).await;
        assert_eq!(send(&town, &token, &cms).await.status, 200);
        let place = files::StoreConfig::Local { dir: town.files.path().to_path_buf() };
        let bare = Services::default().with(files::Store::open(&place).unwrap());
        pack(test, bare).await.unwrap();
        town.as_veli();
        town.app.get(&letter).await.ok().says("mührünü bekliyor").says("seal_key");
        pack(test, keys.services(town.files.path())).await.unwrap();
        // Twice is once.
        pack(test, keys.services(town.files.path())).await.unwrap();
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'letter_packed'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn without_the_setting_and_without_a_known_addressee_no_letter_goes_the_electronic_way() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        town.as_mehmet();
        let veli = town.veli.to_string();
        let fields = [
            ("title", "Sunucu Bakımı"),
            ("form", "letter"),
            ("medium", "electronic"),
            ("addressees", "Bilinmeyen Kurum"),
            ("body", "Bilgilerinizi arz ederim."),
            ("signer_id", &veli),
            ("file_code_id", &code),
        ];
        town.app.post("/yazilar/yeni", &fields).await.status(422).says("Elektronik imza açılmamış");
        town.set("documents.electronic_signature", "on").await;
        let letter = format!("/yazilar/{}", town.new_at("/yazilar", &fields).await);
        town.act(&letter, "imzaya-sun", "").await.status(422).says("DETSİS numarasıyla kayıtlı olmalı");
    })
    .await;
}
