//! Time stamps of letters: an authority, an OCSP responder and a revocation list on this machine, honest and otherwise. All of them are
//! the openssl command behind a small server.

use std::io::Cursor;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use kernel::ErrorKind;
use kernel::db::Sql;
use kernel::job::{JobContext, Services};
use serde_json::json;
use signing::{Crl, Hash, Level, StampKind, TimeStampRequest, Trust, ValidationData, Verdict};
use testkit::{TestDb, each};

use super::esign::{Keys, electronic, link, pack, send, signed};
use super::town::{Town, capabilities};
use crate::StampPassword;

/// What the authority does with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Honest,
    /// Stamps, but nobody tells of revocation.
    Silent,
    Down,
    OtherImprint,
    OtherNonce,
    Page,
    Endless,
    /// As KamuSM does it: HTTP 200 with words inside.
    OutOfCredit,
    /// An authority that no trusted root knows.
    Stranger,
    /// The same authority with its next certificate.
    Renewed,
}

pub(super) struct Desk {
    folder: PathBuf,
    state: Mutex<(Manner, u32, HeaderMap)>,
}

impl Desk {
    fn openssl(&self, arguments: &str) {
        openssl(&self.folder, arguments);
    }

    fn manner(&self) -> Manner {
        self.state.lock().unwrap().0
    }

    pub(super) fn stamp(&self, query: &[u8], who: &str) -> Vec<u8> {
        std::fs::write(self.folder.join("q.tsq"), query).unwrap();
        self.openssl(&format!("ts -reply -config tsa.cnf -section {who} -queryfile q.tsq -out q.tsr"));
        std::fs::read(self.folder.join("q.tsr")).unwrap()
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let done =
        Command::new("openssl").current_dir(folder).args(arguments.split_whitespace()).output().unwrap();
    assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Keys, and the server that their certificates name.
pub(super) struct World {
    pub(super) keys: Keys,
    pub(super) desk: Arc<Desk>,
    pub(super) address: String,
}

const AUTHORITIES: &str = "
[good]
serial = tsa.serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[stranger]
serial = tsa.serial
signer_cert = stranger.pem
signer_key = stranger.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[next]
serial = tsa.serial
signer_cert = next.pem
signer_key = next.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[ca]
default_ca = root
[root]
database = index.txt
crlnumber = number.txt
default_md = sha256
";

impl World {
    pub(super) fn make() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let keys = Keys::naming(&format!("authorityInfoAccess=OCSP;URI:{address}/ocsp\n"));
        let purpose = "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n";
        let tsa = format!("{purpose}crlDistributionPoints=URI:{address}/root.crl\n");
        std::fs::write(keys.path("tsa.ext"), tsa).unwrap();
        std::fs::write(keys.path("tsa.cnf"), AUTHORITIES).unwrap();
        std::fs::write(keys.path("tsa.serial"), "01\n").unwrap();
        std::fs::write(keys.path("number.txt"), "01\n").unwrap();
        for (name, days) in [("tsa", 60), ("next", 3000)] {
            let request = format!("req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr");
            keys.openssl(&request, Some("/C=TR/O=Deneme/CN=Deneme Zaman Damgası"));
            let issue = format!(
                "x509 -req -in {name}.csr -CA root.pem -CAkey root.key -CAserial root.srl -days {days} -extfile tsa.ext -out {name}.pem"
            );
            keys.openssl(&issue, None);
        }
        let alone = "req -x509 -newkey rsa:2048 -nodes -days 60 -keyout stranger.key -out stranger.pem \
                     -addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=critical,timeStamping";
        keys.openssl(alone, Some("/C=TR/O=Yabancı/CN=Yabancı Damga"));
        let anchors = ["veli", "ayse", "seal", "tsa", "next"].map(|name| {
            let pem = keys.text(&format!("{name}.pem"));
            let serial = signing::Certificate::from_pem_or_der(pem.as_bytes()).unwrap()[0].serial_hex();
            format!("V\t330101000000Z\t\t{}\tunknown\t/CN={name}\n", serial.to_uppercase())
        });
        std::fs::write(keys.path("index.txt"), anchors.concat()).unwrap();
        keys.openssl(
            "ca -config tsa.cnf -gencrl -crldays 30 -keyfile root.key -cert root.pem -out root.crl.pem",
            None,
        );
        keys.openssl("crl -in root.crl.pem -outform DER -out root.crl", None);
        let state = Mutex::new((Manner::Honest, 0, HeaderMap::new()));
        let desk = Arc::new(Desk { folder: keys.path(""), state });
        serve(listener, desk.clone());
        Self { keys, desk, address }
    }

    pub(super) fn behave(&self, manner: Manner) {
        self.desk.state.lock().unwrap().0 = manner;
    }

    /// How many stamps were asked for.
    pub(super) fn asked(&self) -> u32 {
        self.desk.state.lock().unwrap().1
    }

    pub(super) async fn town<'a>(&self, test: &'a TestDb, files: &Path) -> Town<'a> {
        let from = self.keys.key("veli").chain_start();
        test.advance_seconds((from - test.clock.now().0 / 1_000_000).max(0) + 5);
        self.behave(Manner::Honest);
        Town::with(test, self.keys.services(files)).await
    }

    async fn begin<'a>(&self, test: &'a TestDb, files: &Path) -> (Town<'a>, String) {
        let town = self.town(test, files).await;
        let letter = electronic(&town).await;
        town.set("documents.stamp_url", &format!("{}/tsa", self.address)).await;
        let token = link(&town, &letter).await;
        let cms = signed(&town, &token, &self.keys.key("veli")).await;
        assert_eq!(send(&town, &token, &cms).await.status, 200);
        (town, letter)
    }
}

trait ChainStart {
    fn chain_start(&self) -> i64;
}

impl ChainStart for signing::SoftwareKey {
    fn chain_start(&self) -> i64 {
        signing::Key::chain(self)[0].valid_from().unix_timestamp()
    }
}

/// On a thread of its own, since openssl is waited for.
fn serve(listener: TcpListener, desk: Arc<Desk>) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let routes = Router::new()
                .route("/tsa", post(stamps))
                .route("/ocsp", post(tells))
                .route("/root.crl", get(lists))
                .with_state(desk);
            axum::serve(listener, routes).await.unwrap();
        });
    });
}

async fn stamps(State(desk): State<Arc<Desk>>, headers: HeaderMap, query: Bytes) -> (StatusCode, Vec<u8>) {
    {
        let mut state = desk.state.lock().unwrap();
        state.1 += 1;
        state.2 = headers.clone();
    }
    if headers.contains_key("credit_req") {
        let left: &[u8] = if desk.manner() == Manner::Page { b"<h1>" } else { b"42" };
        return (StatusCode::OK, left.to_vec());
    }
    let imprint = || {
        let at = query.windows(2).position(|pair| pair == [4, 32]).unwrap() + 2;
        query[at..at + 32].to_vec()
    };
    let asked = |imprint: &[u8]| TimeStampRequest::new(Hash::Sha256, imprint, b"another!").unwrap().encode();
    let answer = match desk.manner() {
        Manner::Honest | Manner::Silent => desk.stamp(&query, "good"),
        Manner::Stranger => desk.stamp(&query, "stranger"),
        Manner::Renewed => desk.stamp(&query, "next"),
        Manner::Down => return (StatusCode::SERVICE_UNAVAILABLE, Vec::new()),
        Manner::OtherImprint => {
            let mut changed = query.to_vec();
            let at = query.windows(2).position(|pair| pair == [4, 32]).unwrap() + 2;
            changed[at] ^= 1;
            desk.stamp(&changed, "good")
        }
        Manner::OtherNonce => desk.stamp(&asked(&imprint()), "good"),
        Manner::Page => b"<!DOCTYPE html><h1>It works!</h1>".to_vec(),
        Manner::Endless => vec![b'0'; 10 * 1024 * 1024],
        Manner::OutOfCredit => {
            let words = b"Kontor bitti";
            let text = [&[0x30, 14, 0x0C, 12], words.as_slice()].concat();
            [&[0x30, 21, 0x30, 19, 2, 1, 2], text.as_slice()].concat()
        }
    };
    (StatusCode::OK, answer)
}

async fn tells(State(desk): State<Arc<Desk>>, query: Bytes) -> (StatusCode, Vec<u8>) {
    if desk.manner() == Manner::Silent {
        return (StatusCode::SERVICE_UNAVAILABLE, Vec::new());
    }
    std::fs::write(desk.folder.join("q.ocq"), &query).unwrap();
    desk.openssl("ocsp -index index.txt -CA root.pem -rsigner root.pem -rkey root.key -reqin q.ocq -respout q.ocr -ndays 30");
    (StatusCode::OK, std::fs::read(desk.folder.join("q.ocr")).unwrap())
}

async fn lists(State(desk): State<Arc<Desk>>) -> (StatusCode, Vec<u8>) {
    if desk.manner() == Manner::Silent {
        return (StatusCode::SERVICE_UNAVAILABLE, Vec::new());
    }
    (StatusCode::OK, std::fs::read(desk.folder.join("root.crl")).unwrap())
}

/// Levels of the signature and the seal in the package, each verified with nothing but the roots.
async fn levels(world: &World, town: &Town<'_>, letter: &str) -> Vec<(Level, Verdict)> {
    town.as_veli();
    let eyp = town.app.get(&format!("{letter}/paket")).await;
    let mut package =
        package::Package::open(Cursor::new(eyp.bytes.clone()), &package::Limits::default()).unwrap();
    let report = package::verify(&mut package);
    assert!(report.is_valid(), "{report}");
    let trust = Trust::in_anchors(world.keys.anchors());
    let mut found = Vec::new();
    for one in &report.signatures {
        let now = town.test.clock.now().utc();
        let report = signing::verify(&one.bytes, Some(&one.covered_bytes), &trust, now);
        let text = report.turkish();
        assert_ne!(report.verdict(), Verdict::Invalid, "{text}");
        let signer = &report.signers[0];
        let stamp = signer.stamps.iter().find(|stamp| stamp.kind == StampKind::Signature);
        assert_ne!(stamp.unwrap_or_else(|| panic!("{text}")).verdict(), Verdict::Invalid, "{text}");
        found.push((signer.level, report.verdict()));
    }
    found
}

async fn run(test: &TestDb, name: &str, services: Services) -> Result<(), kernel::Error> {
    let code: String = test.db.scalar("SELECT code FROM letter", vec![]).await.unwrap().unwrap();
    let job = crate::capability().jobs.into_iter().find(|job| job.name == name).unwrap();
    (job.run)(&with(test, services), &json!({ "code": code })).await
}

fn with(test: &TestDb, services: Services) -> JobContext {
    JobContext { services: Arc::new(services), ..test.jobs() }
}

#[tokio::test]
async fn a_packed_letter_carries_stamps_and_what_is_needed_to_believe_it_in_ten_years() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let (town, letter) = world.begin(test, files.path()).await;
        let before = world.asked();
        // As soon as the signature is there, and once.
        for _ in 0..2 {
            run(test, "documents.stamp_signature", world.keys.services(files.path())).await.unwrap();
        }
        assert_eq!(world.asked() - before, 1);
        assert_eq!(town.count("SELECT count(*) FROM signature_stamp").await, 1);
        pack(test, world.keys.services(files.path())).await.unwrap();
        assert_eq!(world.asked() - before, 3, "signature, seal, archive");
        let found = levels(&world, &town, &letter).await;
        assert_eq!(found, [(Level::Xl, Verdict::Valid), (Level::A, Verdict::Valid)]);
        town.app.get(&letter).await.ok().says("imza ES-X-L, mühür ES-A").hides("bekleniyor");
        assert_eq!(town.count("SELECT count(*) FROM letter_file WHERE role = 'seal'").await, 1);
        assert_eq!(town.count("SELECT count(*) FROM letter_stamp WHERE restamp_at IS NOT NULL").await, 1);
    })
    .await;
}

#[tokio::test]
async fn both_signers_of_a_letter_have_stamps_of_their_own_and_are_believed_in_ten_years() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let town = world.town(test, files.path()).await;
        let code = super::esign::begin(&town).await;
        let ayse = town.ayse.to_string();
        let letter = super::esign::submitted(&town, &code, "Olur", &[("second_signer_id", &ayse)]).await;
        town.set("documents.stamp_url", &format!("{}/tsa", world.address)).await;
        let before = world.asked();
        // P4 gives two hours: the first signature is stamped though the second may come tomorrow.
        for (place, key) in (1..).zip(["veli", "ayse"]) {
            if key == "veli" {
                town.as_veli()
            } else {
                town.as_clerk()
            }
            let page = town.app.post(&format!("{letter}/e-imza"), &[]).await.ok();
            let token = super::esign::token(&page);
            let cms = signed(&town, &token, &world.keys.key(key)).await;
            send(&town, &token, &cms).await.status(200);
            for _ in 0..2 {
                run(test, "documents.stamp_signature", world.keys.services(files.path())).await.unwrap();
            }
            assert_eq!(world.asked() - before, place);
        }
        pack(test, world.keys.services(files.path())).await.unwrap();
        assert_eq!(world.asked() - before, 4, "two signatures, seal, archive");
        let found = levels(&world, &town, &letter).await;
        assert_eq!(found, [(Level::Xl, Verdict::Valid), (Level::A, Verdict::Valid)]);
        let eyp = town.app.get(&format!("{letter}/paket")).await;
        let mut package =
            package::Package::open(Cursor::new(eyp.bytes.clone()), &package::Limits::default()).unwrap();
        let file = &package::verify(&mut package).signatures[0];
        let trust = Trust::in_anchors(world.keys.anchors());
        let now = test.clock.now().utc();
        let report = signing::verify(&file.bytes, Some(&file.covered_bytes), &trust, now);
        let signers: Vec<_> = report.signers.iter().map(|one| (one.name.as_str(), one.level)).collect();
        assert_eq!(signers, [("Veli Ak", Level::Xl), ("Ayşe Kaya", Level::Xl)], "{}", report.turkish());
        assert_eq!(signing::signature_stamps(&file.bytes).unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn while_the_stamp_server_is_down_the_package_waits_and_revocation_that_nobody_tells_leaves_level_t() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let (town, letter) = world.begin(test, files.path()).await;
        world.behave(Manner::Down);
        let error = pack(test, world.keys.services(files.path())).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        town.as_veli();
        town.app.get(&letter).await.ok().says("Zaman damgası bekleniyor").says("HTTP 503");
        assert_eq!(town.count("SELECT count(*) FROM letter_file WHERE role = 'package'").await, 0);
        // Nobody listens at all.
        town.set("documents.stamp_url", "http://127.0.0.1:9/").await;
        let error = pack(test, world.keys.services(files.path())).await.unwrap_err();
        assert!(error.message_tr.contains("ulaşılamadı"), "{error}");
        town.set("documents.stamp_url", &format!("{}/tsa", world.address)).await;
        world.behave(Manner::Silent);
        pack(test, world.keys.services(files.path())).await.unwrap();
        let found = levels(&world, &town, &letter).await;
        assert_eq!(found, [(Level::T, Verdict::CannotSay), (Level::T, Verdict::CannotSay)]);
        let page = town.app.get(&letter).await.ok().says("imza ES-T, mühür ES-T");
        page.says("OCSP sunucusu isteği geri çevirdi").hides("bekleniyor");
    })
    .await;
}

#[tokio::test]
async fn a_stamp_server_that_lies_or_babbles_is_refused_in_words_and_no_stamp_of_it_is_kept() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let (town, letter) = world.begin(test, files.path()).await;
        for (manner, words) in [
            (Manner::OtherImprint, "başka bir isteğin damgasını gönderdi"),
            (Manner::OtherNonce, "başka bir isteğin damgasını gönderdi"),
            (Manner::Page, "bir internet sayfası gönderdi"),
            (Manner::Endless, "çok uzun bir yanıt gönderdi"),
            (Manner::OutOfCredit, "Kontor bitti"),
        ] {
            world.behave(manner);
            let error = pack(test, world.keys.services(files.path())).await.unwrap_err();
            assert!(error.message_tr.contains(words), "{manner:?}: {error}");
            town.as_veli();
            town.app.get(&letter).await.ok().says(words);
        }
        // Where only qualified signatures count, a stamp must lead to a trusted root as well.
        world.behave(Manner::Stranger);
        town.set("documents.electronic_signature", "on").await;
        let error = pack(test, world.keys.services(files.path())).await.unwrap_err();
        assert!(error.message_tr.contains("güvenilen bir köke bağlanamadı"), "{error}");
        assert_eq!(town.count("SELECT count(*) FROM signature_stamp").await, 0);
        assert_eq!(town.count("SELECT count(*) FROM letter_file WHERE role = 'package'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn kamusm_gets_its_header_and_a_customer_number_without_a_password_is_said() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let (town, letter) = world.begin(test, files.path()).await;
        town.set("documents.stamp_user", "elli").await;
        let error = pack(test, world.keys.services(files.path())).await.unwrap_err();
        assert!(error.message_tr.contains("rakamlardan oluşur"), "{error}");
        town.set("documents.stamp_user", "1234").await;
        let error = pack(test, world.keys.services(files.path())).await.unwrap_err();
        assert!(error.message_tr.contains("stamp_password"), "{error}");
        town.as_veli();
        town.app.get(&letter).await.ok().says("stamp_password");
        let services = world.keys.services(files.path()).with(StampPassword("gizli".into()));
        pack(test, services).await.unwrap();
        let headers = world.desk.state.lock().unwrap().2.clone();
        assert!(headers["identity"].to_str().unwrap().starts_with("30"));
        assert_eq!(headers["user-agent"], signing::kamusm::USER_AGENT);
        assert!(!format!("{headers:?}").contains("gizli"));
    })
    .await;
}

#[tokio::test]
async fn a_kept_seal_is_stamped_again_before_its_stamp_ends_and_not_when_nothing_is_won() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let (town, letter) = world.begin(test, files.path()).await;
        pack(test, world.keys.services(files.path())).await.unwrap();
        let package = town.text("SELECT sha256 FROM letter_file WHERE role = 'package'").await;
        let seal = town.text("SELECT sha256 FROM letter_file WHERE role = 'seal'").await;
        test.advance_seconds(8 * 86_400);
        let before = world.asked();
        // The same certificate again: nothing is won, nothing is kept, and it is not asked again the same day.
        for _ in 0..2 {
            run(test, "documents.renew_stamps", world.keys.services(files.path())).await.unwrap();
        }
        assert_eq!(world.asked() - before, 1);
        assert_eq!(town.text("SELECT sha256 FROM letter_file WHERE role = 'seal'").await, seal);
        test.advance_seconds(8 * 86_400);
        world.behave(Manner::Renewed);
        for _ in 0..2 {
            run(test, "documents.renew_stamps", world.keys.services(files.path())).await.unwrap();
        }
        assert_eq!(world.asked() - before, 2);
        let renewed = town.text("SELECT sha256 FROM letter_file WHERE role = 'seal'").await;
        assert_ne!(renewed, seal);
        assert_eq!(town.text("SELECT sha256 FROM letter_file WHERE role = 'package'").await, package);
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'letter_restamped'").await, 1);
        let services = world.keys.services(files.path());
        let digest: files::Digest = renewed.parse().unwrap();
        let cms = services.get::<files::Store>().unwrap().get_bytes(&digest, 1 << 20).await.unwrap();
        let trust = Trust::in_anchors(world.keys.anchors());
        let report = signing::verify(&cms, None, &trust, test.clock.now().utc());
        let stamps = &report.signers[0].stamps;
        let archive = stamps.iter().filter(|stamp| stamp.kind == StampKind::Archive);
        assert_eq!(archive.count(), 2, "{}", report.turkish());
        assert_ne!(report.verdict(), Verdict::Invalid, "{}", report.turkish());
        // In five years the first certificate is long over; the second still speaks for it, once somebody tells about it.
        test.advance_seconds(5 * 365 * 86_400);
        let list = std::fs::read(world.keys.path("root.crl")).unwrap();
        let evidence =
            ValidationData { crls: vec![Crl::from_der(&list).unwrap()], ..ValidationData::default() };
        let trust = Trust { evidence, ..trust };
        let later = |cms: &[u8]| signing::verify(cms, None, &trust, test.clock.now().utc());
        assert_eq!(later(&cms).verdict(), Verdict::Valid, "{}", later(&cms).turkish());
        let old =
            services.get::<files::Store>().unwrap().get_bytes(&seal.parse().unwrap(), 1 << 20).await.unwrap();
        assert_ne!(later(&old).verdict(), Verdict::Valid, "{}", later(&old).turkish());
        town.as_veli();
        town.app.get(&letter).await.ok().says("Mührün zaman damgası yenilendi");
    })
    .await;
}

#[tokio::test]
async fn credit_that_runs_low_is_told_once_and_stands_on_the_administrators_day() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let (town, _) = world.begin(test, files.path()).await;
        let admin = town.account("admin", town.ayse).await;
        let services = || world.keys.services(files.path()).with(StampPassword("gizli".into()));
        let ask = async || run(test, "documents.ask_stamp_credit", services()).await.unwrap();
        // Without an account nothing is asked.
        ask().await;
        assert_eq!(town.count("SELECT count(*) FROM stamp_credit").await, 0);
        town.set("documents.stamp_user", "1234").await;
        for _ in 0..2 {
            ask().await;
        }
        assert_eq!(town.count("SELECT stamps_left FROM stamp_credit").await, 42);
        assert_eq!(town.unread(admin).await, ["documents.stamp_credit_low"]);
        let day = async |role: &str| {
            let actor = testkit::role_actor(&test.registry, role, &[town.desk], Some(town.ayse));
            crate::letter::esign::stamping::credit::day(&test.db, &actor, test.clock.now()).await.unwrap()
        };
        assert_eq!(day("admin").await[0].count, 42);
        assert!(day("clerk").await.is_empty());
        world.behave(Manner::Page);
        ask().await;
        assert!(day("admin").await[0].label_tr.contains("sorulamıyor"));
        // Enough again.
        world.behave(Manner::Honest);
        let found = crate::examine_stamps(&with(test, services())).await.unwrap().unwrap();
        assert_eq!((found.left, found.least, found.answered.is_ok()), (Some(42), 100, true));
        town.set("documents.stamp_low", "10").await;
        ask().await;
        assert!(day("admin").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_operator_learns_whether_the_server_answers_and_buys_no_stamp_for_it() {
    let world = World::make();
    each(capabilities(), async |test| {
        let files = tempfile::tempdir().unwrap();
        let (town, _) = world.begin(test, files.path()).await;
        let services = || world.keys.services(files.path());
        let look = async |services| crate::examine_stamps(&with(test, services)).await;
        let asked = world.asked();
        let found = look(services()).await.unwrap().unwrap();
        assert!(found.answered.is_ok() && found.left.is_none(), "{found:?}");
        assert_eq!(world.asked(), asked, "no stamp was asked for");
        // A customer number without its password is a fault of the configuration.
        town.set("documents.stamp_user", "1234").await;
        assert!(look(services()).await.unwrap_err().to_string().contains("stamp_password"));
        world.behave(Manner::Page);
        let found = look(services().with(StampPassword("gizli".into()))).await.unwrap().unwrap();
        assert!(found.answered.is_err() && found.left.is_none(), "{found:?}");
        world.behave(Manner::Honest);
        town.set("documents.stamp_user", "").await;
        town.set("documents.stamp_url", "http://127.0.0.1:1/").await;
        let said = look(services()).await.unwrap().unwrap().answered.unwrap_err().to_string();
        assert!(said.contains("ulaşılamadı"), "{said}");
        town.set("documents.stamp_url", "").await;
        assert!(look(services()).await.unwrap().is_none());
    })
    .await;
}
