//! The secrecy of a letter changes by decision: entry, letter and public page follow, its addressees get an update package; one that
//! comes from somebody else changes the entry that it is about.

use std::io::{Cursor, Read as _};
use std::sync::Arc;

use kernel::job::Services;
use package::{Confidentiality, ConfidentialityChange, Content, Kind, Limits, Package, UpdateDraft, verify};
use testkit::{Page, TestDb, each};
use uuid::Uuid;

use super::esign::{Keys, begin, link, move_to, pack, run_job, send as sign_with, signed, submitted};
use super::intake::{id, send};
use super::parcels::{Sender, begin as begin_with, ciphers, envelope, only_item};
use super::stamp::World;
use super::town::{Town, capabilities};
use crate::{Opening, Trusted};

const DECISION: &str = "3f2a9c1e-0b7d-4e65-9a14-5d8c2b6e7f01";
const NEW: &str = "/gizlilik-degisiklikleri/yeni";

fn fields<'a>(document: &'a str, secrecy: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("document_id", document),
        ("secrecy", secrecy),
        ("decision_number", "E-24312041-170.01-15"),
        ("decision_id", DECISION),
        ("why", "Gizlilik süresi dolmuştur."),
    ]
}

/// A letter of the electronic way with a degree, signed and packed.
async fn kept_back(town: &Town<'_>, keys: &Keys, files: &std::path::Path) -> String {
    let code = begin(town).await;
    let letter = submitted(town, &code, "Erişim Kayıtları", &[("secrecy", "HZO")]).await;
    let token = link(town, &letter).await;
    let cms = signed(town, &token, &keys.key("veli")).await;
    let sent = sign_with(town, &token, &cms).await;
    assert_eq!(sent.status, 200, "{}", sent.html());
    pack(town.test, keys.services(files)).await.unwrap();
    letter
}

async fn update(town: &Town<'_>, services: Services) {
    let letter: Uuid = id(town.test, "SELECT letter_id AS id FROM secrecy_change").await.parse().unwrap();
    run_job(town.test, services, "documents.pack_update", letter).await.unwrap();
}

fn opened(bytes: impl Into<Vec<u8>>) -> Package<Cursor<Vec<u8>>> {
    Package::open(Cursor::new(bytes.into()), &Limits::default()).unwrap()
}

fn original(package: &mut Package<Cursor<Vec<u8>>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    package.original().unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[tokio::test]
async fn a_lifted_degree_opens_the_letter_and_every_addressee_gets_an_update_package() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        move_to(test, &keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, keys.services(files.path())).await;
        let letter = kept_back(&town, &keys, files.path()).await;
        let document = id(test, "SELECT document_id AS id FROM letter").await;
        let code = town.text("SELECT code FROM letter").await;
        town.app.get(&format!("/dogrula/{code}")).await.ok().says("içeriği burada gösterilmez");
        // Whoever writes letters does not lift their secrecy.
        town.as_mehmet();
        town.app.get(&letter).await.ok().hides("Gizliliğini değiştir");
        town.app.post(NEW, &fields(&document, "YOK")).await.status(403);
        town.as_veli();
        town.app.get(&letter).await.ok().says("Gizliliğini değiştir");
        town.app.get(&format!("{NEW}?document_id={document}")).await.ok().says("Kararın sayısı");
        town.app.post(NEW, &fields(&document, "HZO")).await.status(422).says("zaten bu");
        for (column, wrong, said) in [
            ("decision_id", "15", "36 karakterdir"),
            ("changed_on", "2.1.2020", "imzalandığı günden önce"),
            ("changed_on", "2.1.2090", "bugünden sonra"),
        ] {
            let mut one = fields(&document, "YOK");
            one.retain(|(name, _)| *name != column);
            one.push((column, wrong));
            town.app.post(NEW, &one).await.status(422).says(said);
        }
        let change = town.app.post(NEW, &fields(&document, "YOK")).await;
        let change = change.location().unwrap_or_else(|| panic!("{}", change.html()));
        let degrees = "SELECT document.secrecy || letter.secrecy FROM letter JOIN document ON document.id = letter.document_id";
        assert_eq!(town.text(degrees).await, "YOKYOK");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'secrecy_changed'").await, 2);
        town.app.get(&letter).await.ok().says("Gizli").says("E-24312041-170.01-15 sayılı karar");
        town.app.post(NEW, &fields(&document, "YOK")).await.status(422).says("zaten bu");
        // Its package waits for the seal as every package does.
        let place = files::StoreConfig::Local { dir: files.path().to_path_buf() };
        update(&town, Services::default().with(files::Store::open(&place).unwrap())).await;
        town.app.get(&change).await.ok().says("mühürlenince").says("seal_key");
        town.app.get(&format!("{change}/paket?muhatap=1")).await.status(404);
        pack(test, keys.services(files.path())).await.unwrap();
        assert_eq!(town.count("SELECT count(*) FROM letter_unsealed").await, 0);
        // Made once.
        update(&town, keys.services(files.path())).await;
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'secrecy_packed'").await, 1);
        town.app.get(&change).await.ok().says("Örnekil Valiliği için güncelleme paketini indir");
        let page = town.app.get(&format!("{change}/paket?muhatap=1")).await.ok();
        assert!(page.header("content-disposition").contains(".eypg"));
        let mut package = opened(page.bytes.to_vec());
        assert_eq!(package.kind(), Kind::Update);
        assert_eq!(package.core().unwrap().version.as_deref(), Some("2.1"));
        let said = package.change().unwrap();
        assert_eq!(said.confidentiality, Confidentiality::Open);
        assert_eq!((said.decision_number.as_str(), said.decision_id), ("E-24312041-170.01-15", DECISION.parse().unwrap()));
        assert_eq!(original(&mut package), town.app.get(&format!("{letter}/paket")).await.ok().bytes.to_vec());
        let report = verify(&mut package);
        assert!(report.is_valid() && report.compared == 6, "{report}");
        let judged = crate::judge(&report, None, (&keys.anchors(), false), test.clock.now().utc());
        assert_ne!(judged.state, "invalid", "{}", judged.report);
        town.app.get(&format!("{change}/paket?muhatap=2")).await.status(404);
        town.as_mehmet();
        town.app.get(&change).await.ok();
        town.app.forget_session();
        let page = town.app.get(&format!("/dogrula/{code}")).await.ok();
        page.says("E-24312041-170.01-15 sayılı kararla kaldırılmıştır").says("Erişim Kayıtları");
    })
    .await;
}

#[tokio::test]
async fn an_update_carries_what_its_addressee_got_and_no_annex_more() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        move_to(test, &keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, keys.services(files.path())).await;
        let letter = super::copies::packed(&town, &keys, files.path()).await;
        let document = id(test, "SELECT document_id AS id FROM letter").await;
        town.as_veli();
        let change = town.app.post(NEW, &fields(&document, "HZO")).await.location().unwrap();
        update(&town, keys.services(files.path())).await;
        let mut ids = Vec::new();
        for (number, annexes) in [(1, 2), (2, 1), (3, 0)] {
            let got = town.app.get(&format!("{letter}/paket?muhatap={number}")).await.ok().bytes.to_vec();
            let bytes = town.app.get(&format!("{change}/paket?muhatap={number}")).await.ok().bytes;
            let mut package = opened(bytes.to_vec());
            let inside = original(&mut package);
            assert_eq!(inside, got, "{number}");
            assert_eq!(super::copies::annexes(&inside).len(), annexes, "{number}");
            let report = verify(&mut package);
            assert!(report.is_valid(), "{report}");
            ids.push(package.core().unwrap().identifier.clone());
        }
        ids.dedup();
        assert_eq!(ids.len(), 3, "each is a package of its own");
    })
    .await;
}

#[tokio::test]
async fn whoever_gets_a_letter_encrypted_gets_its_update_around_the_encrypted_letter() {
    let keys = Keys::make();
    let request = "req -x509 -newkey rsa:2048 -nodes -days 30 -keyout onlarin.key -out onlarin.pem -addext keyUsage=critical,keyEncipherment";
    keys.openssl(request, Some("/CN=onlarin"));
    each(capabilities(), async |test| {
        move_to(test, &keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, keys.services(files.path())).await;
        let letter = kept_back(&town, &keys, files.path()).await;
        let whom = id(test, "SELECT id FROM correspondent WHERE name = 'Örnekil Valiliği'").await;
        let certificate = keys.text("onlarin.pem");
        let edit = [
            ("surum", "1"),
            ("name", "Örnekil Valiliği"),
            ("kind", "institution"),
            ("rank", "above"),
            ("detsis", "12345678"),
            ("certificate", certificate.as_str()),
        ];
        town.as_clerk();
        town.app.post(&format!("/muhataplar/{whom}/duzenle"), &edit).await.leads_to(&format!("/muhataplar/{whom}"));
        let document = id(test, "SELECT document_id AS id FROM letter").await;
        town.as_veli();
        let change = town.app.post(NEW, &fields(&document, "GZL")).await.location().unwrap();
        update(&town, keys.services(files.path())).await;
        town.app.get(&change).await.ok().says("Örnekil Valiliği için şifreli yazıyla indir");
        let bytes = town.app.get(&format!("{change}/paket?muhatap=1&sifreli=evet")).await.ok().bytes;
        let mut package = opened(bytes.to_vec());
        assert!(verify(&mut package).is_valid());
        let mut inside = opened(original(&mut package));
        assert_eq!(inside.kind(), Kind::Encrypted);
        let mut content = Vec::new();
        inside.encrypted_content().unwrap().read_to_end(&mut content).unwrap();
        std::fs::write(keys.path("giden.p7m"), content).unwrap();
        let decrypt = "cms -decrypt -binary -inform DER -in giden.p7m -inkey onlarin.key -recip onlarin.pem -out giden.eyp";
        keys.openssl(decrypt, None);
        let open = town.app.get(&format!("{letter}/paket")).await.ok().bytes.to_vec();
        assert_eq!(std::fs::read(keys.path("giden.eyp")).unwrap(), open);
        // What became of a secret letter is not for the colleague.
        town.app.sign_in_as("chief", &[town.works], Some(town.ayse));
        town.app.get(&change).await.status(404);
        town.app.get(&format!("{change}/paket?muhatap=1")).await.status(404);
        town.app.get("/gizlilik-degisiklikleri").await.ok().hides("yerine Gizli");
    })
    .await;
}

#[tokio::test]
async fn only_a_signed_letter_of_ours_changes_so_and_two_at_once_change_it_once() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        move_to(test, &keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, keys.services(files.path())).await;
        let letter = kept_back(&town, &keys, files.path()).await;
        let incoming = town.enter("Anket", "E-1").await;
        let incoming = incoming.rsplit('/').next().unwrap().to_string();
        town.app.sign_in_as("deputy_mayor", &[town.desk], Some(town.ayse));
        town.app
            .post(NEW, &fields(&incoming, "HZO"))
            .await
            .status(422)
            .says("belediyenin imzaladığı bir yazı");
        let document = id(test, "SELECT document_id AS id FROM letter").await;
        // Both looked at the letter while it was kept back.
        let kind = crate::secrecy::kind();
        let draft = || {
            let mut draft = kernel::record::Draft::default();
            for (column, text) in fields(&document, "YOK").into_iter().skip(1) {
                draft.set(field(&kind, column), kernel::record::FieldValue::Text(text.into()));
            }
            draft.set("document_id", kernel::record::FieldValue::Id(document.parse().unwrap()));
            draft
        };
        let first = test.begin().await;
        kernel::record::create(&first, &kind, draft()).await.unwrap();
        let second = async {
            let tx = test.begin().await;
            kernel::record::create(&tx, &kind, draft()).await.is_ok()
        };
        let commit = async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            first.commit().await.unwrap();
        };
        let (is_made, ()) = futures_util::future::join(second, commit).await;
        assert!(!is_made, "the second is refused");
        assert_eq!(town.count("SELECT count(*) FROM secrecy_change").await, 1);
        town.as_veli();
        town.app.get(&letter).await.ok().says("sayılı karar");
    })
    .await;
}

/// The name as the kind has it.
fn field(kind: &kernel::record::Kind, name: &str) -> &'static str {
    kind.field(name).unwrap().name
}

/// What the sender makes of a package of theirs when its degree changes.
fn made(sender: &Sender<'_>, (kind, original): (Kind, Vec<u8>), sealed_with: &str) -> Vec<u8> {
    let change = ConfidentialityChange {
        confidentiality: Confidentiality::Service,
        changed_on: sender.at.date(),
        description: "Kişisel veri içerdiği anlaşılmıştır.".into(),
        decision_number: "E-82223362-170.01-9".into(),
        decision_id: DECISION.parse().unwrap(),
    };
    let author = sender.letter().author;
    let original = (kind, Content::from_bytes(original));
    let draft =
        UpdateDraft::new(Uuid::from_u128(500 + sender.id), &change, &author, original, sender.at).unwrap();
    let seal = sender.sign(sealed_with, draft.final_digest_bytes());
    draft.seal(seal).unwrap().write(Cursor::new(Vec::new())).unwrap().into_inner()
}

async fn apply(town: &Town<'_>, item: &str) -> Page {
    town.act(item, "uygula", "").await
}

async fn trial<'a>(test: &'a TestDb, services: Services) -> Town<'a> {
    let town = Town::with(test, services).await;
    town.set("documents.electronic_signature", "trial").await;
    town
}

#[tokio::test]
async fn an_update_that_comes_changes_the_entry_that_it_is_about_and_stays_with_it() {
    let world = World::make();
    each(capabilities(), async |test| {
        begin_with(test, &world.keys);
        let files = tempfile::tempdir().unwrap();
        let town = trial(test, world.keys.services(files.path())).await;
        let sender = Sender::new(&world, test);
        let package = sender.write(|cms| cms);
        let update = made(&sender, (Kind::Letter, package.clone()), "seal");
        // Before its original is in the register it is an item like every other, and says why.
        send(&town, &[("g.eypg", &update)]).await.ok().says("Güncellenen paket evrak kaydında yok");
        let item = only_item(test).await;
        apply(&town, &item).await.status(409);
        send(&town, &[("a.eyp", &package)]).await.ok();
        let first = only_item(test).await;
        town.act(&first, "kaydet", "").await.leads_to(&first);
        town.app.post(&format!("{item}/yeniden-oku"), &[]).await.leads_to(&item);
        town.app
            .get(&item)
            .await
            .ok()
            .says("Gizlilik güncellemesi")
            .says("2026-GE-000001")
            .says("Hizmete özel")
            .says("Kişisel veri içerdiği anlaşılmıştır.")
            .says("Evrakın gizliliğini değiştir");
        town.app.get("/gelen-kutusu?state=to_update").await.ok().says("Gizlilik");
        assert_eq!(town.text("SELECT signature FROM intake_item WHERE file_name = 'g.eypg'").await, "valid");
        town.act(&item, "kaydet", "").await.status(409);
        apply(&town, &item).await.leads_to(&item);
        apply(&town, &item).await.status(409);
        assert_eq!(town.text("SELECT secrecy FROM document").await, "HZO");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'secrecy_changed'").await, 1);
        let said = "SELECT before_secrecy || secrecy || decision_number || state FROM secrecy_change";
        assert_eq!(town.text(said).await, "YOKHZOE-82223362-170.01-9applied");
        let document = format!("/evrak/{}", id(test, "SELECT id FROM document").await);
        town.app.get(&document).await.ok().says("g.eypg").says("Gizlilik derecesi değişti");
        // The same once more came before.
        send(&town, &[("g2.eypg", &update)]).await.ok().says("Aynı dosya");
    })
    .await;
}

#[tokio::test]
async fn an_update_that_another_institution_sealed_changes_nothing_by_itself() {
    let world = World::make();
    each(capabilities(), async |test| {
        begin_with(test, &world.keys);
        let files = tempfile::tempdir().unwrap();
        let town = trial(test, world.keys.services(files.path())).await;
        let sender = Sender::new(&world, test);
        let package = sender.write(|cms| cms);
        send(&town, &[("a.eyp", &package)]).await.ok();
        let first = only_item(test).await;
        town.act(&first, "kaydet", "").await.leads_to(&first);
        // Somebody who has a good key and a copy of the package.
        send(&town, &[("g.eypg", &made(&sender, (Kind::Letter, package), "ayse"))]).await.ok();
        let item = only_item(test).await;
        town.app.get(&item).await.ok().says("aynı kurumun değil");
        apply(&town, &item).await.status(422).says("mührü doğrulanmadı");
        assert_eq!(town.text("SELECT secrecy FROM document").await, "YOK");
        // Set aside and taken back it waits as everything does; whoever answers for it may say so.
        town.act(&item, "ayir", "Sorulacak").await.leads_to(&item);
        town.act(&item, "geri-al", "").await.leads_to(&item);
        town.app.post(&format!("{item}/yeniden-oku"), &[]).await.leads_to(&item);
        let version =
            town.count("SELECT version FROM intake_item WHERE file_name = 'g.eypg'").await.to_string();
        let fields = [
            ("surum", version.as_str()),
            ("title", "Gizlilik Derecesi Değiştirme"),
            ("sender", "Komşu Belediyesi"),
            ("sheets", "0"),
            ("is_despite", "evet"),
        ];
        town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
        apply(&town, &item).await.leads_to(&item);
        assert_eq!(town.text("SELECT secrecy FROM document").await, "HZO");
    })
    .await;
}

#[tokio::test]
async fn an_update_of_an_encrypted_package_is_opened_and_finds_the_entry_of_what_was_inside() {
    let world = World::make();
    ciphers(&world);
    each(capabilities(), async |test| {
        begin_with(test, &world.keys);
        let files = tempfile::tempdir().unwrap();
        let own = world.keys.text("bizim.key");
        let key = signing::enveloped::OpeningKey::from_pem(&own, &world.keys.text("bizim.pem")).unwrap();
        let opening = Some(Arc::new(Opening::File(Box::new(key))));
        let trusted = Trusted { anchors: world.keys.anchors(), seal: None, opening };
        let place = files::StoreConfig::Local { dir: files.path().to_path_buf() };
        let town =
            trial(test, Services::default().with(files::Store::open(&place).unwrap()).with(trusted)).await;
        let sender = Sender::new(&world, test);
        let inner = sender.write(|cms| cms);
        let outer = envelope(&world, &sender, &inner, "bizim.pem");
        send(&town, &[("a.eyps", &outer)]).await.ok();
        let first = only_item(test).await;
        town.act(&first, "kaydet", "").await.leads_to(&first);
        send(&town, &[("g.eypg", &made(&sender, (Kind::Encrypted, outer), "seal"))]).await.ok();
        let item = only_item(test).await;
        town.app.get(&item).await.ok().says("2026-GE-000001");
        assert_eq!(town.text("SELECT state FROM intake_item WHERE file_name = 'g.eypg'").await, "to_update");
        assert_eq!(town.text("SELECT signature FROM intake_item WHERE file_name = 'g.eypg'").await, "valid");
        apply(&town, &item).await.leads_to(&item);
        assert_eq!(town.text("SELECT secrecy FROM document").await, "HZO");
    })
    .await;
}
