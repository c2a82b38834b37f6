//! Time stamps of letters, with an authority, an OCSP responder and a revocation list on this machine, honest and otherwise.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use kernel::ErrorKind;
use kernel::db::Sql;
use kernel::job::{JobContext, Services};
use serde_json::json;
use signing::{Crl, Level, StampKind, Trust, ValidationData, Verdict};
pub(super) use testkit::Manner;
use testkit::{StampServer, TestDb, each};
use time_stamps::StampPassword;

use super::esign::{Keys, electronic, link, pack, send, signed};
use super::town::{Town, capabilities};

/// Keys, and the server that their certificates name.
pub(super) struct World {
    pub(super) keys: Keys,
    pub(super) desk: Arc<StampServer>,
    pub(super) address: String,
}

impl World {
    pub(super) fn make() -> Self {
        let place = StampServer::place();
        let address = place.1.clone();
        let keys = Keys::naming(&format!("authorityInfoAccess=OCSP;URI:{address}/ocsp\n"));
        let desk = StampServer::begin(place, keys.path(""), &["veli", "ayse", "seal"]);
        Self { keys, desk, address }
    }

    pub(super) fn behave(&self, manner: Manner) {
        self.desk.behave(manner);
    }

    /// How many stamps were asked for.
    pub(super) fn asked(&self) -> u32 {
        self.desk.asked()
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
        world.desk.serve_only(1234, "gizli");
        let error = pack(test, world.keys.services(files.path())).await.unwrap_err();
        assert!(error.message_tr.contains("Kimlik dogrulanamadi"), "{error}");
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
        let headers = world.desk.headers();
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

#[test]
fn a_seal_that_rests_on_a_weak_algorithm_is_stamped_again_at_once() {
    let keys = Keys::make();
    std::fs::write(keys.path("eski.bin"), "mühürlenen").unwrap();
    let due = |digest: &str| {
        let sign = "cms -sign -cades -binary -in eski.bin -signer seal.pem -inkey seal.key -certfile root.pem -outform DER";
        keys.openssl(&format!("{sign} -md {digest} -out {digest}.der"), None);
        let cms = std::fs::read(keys.path(&format!("{digest}.der"))).unwrap();
        crate::letter::esign::stamping::due_at(&cms, kernel::Instant(7))
    };
    assert_eq!((due("sha1"), due("sha256")), (Some(kernel::Instant(7)), None));
}
