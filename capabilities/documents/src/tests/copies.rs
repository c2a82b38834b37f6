//! Annexes that some addressees of an electronic letter do not get: everybody has a package of their own, and each of them holds.

use std::io::{Cursor, Read as _};

use package::{Limits, Package, Party, Role, verify, verify_for};
use signing::{Trust, Verdict};
use testkit::{Page, each};

use super::bundle::{judged, seal_all, taken, text, unpacked, with_seals};
use super::esign::{Keys, begin, link, move_to, pack, send, signed};
use super::intake::id;
use super::town::{Town, capabilities};

/// To three with two annexes: the second is kept from one of them, both from another. Their files hang on it as far as `files` says.
async fn draft(town: &Town<'_>, files: &[(&str, &[u8])]) -> String {
    let code = begin(town).await;
    town.as_clerk();
    for (name, detsis) in [("Örnekil Kaymakamlığı", "22222222"), ("Örnekil Defterdarlığı", "33333333")]
    {
        let fields = [("name", name), ("kind", "institution"), ("rank", "above"), ("detsis", detsis)];
        town.new_at("/muhataplar", &fields).await;
    }
    town.as_mehmet();
    let more = [
        ("title", "Ağ Planı"),
        ("medium", "electronic"),
        ("addressees", "Örnekil Valiliği\nÖrnekil Kaymakamlığı"),
        ("informed", "Örnekil Defterdarlığı"),
        ("body", "Ağ planı ekte gönderilmektedir.\n\nBilgilerinizi arz ederim."),
        ("annexes", "Liste\nPlan"),
        ("withheld", "Örnekil Kaymakamlığı: 2\nÖrnekil Defterdarlığı"),
    ];
    let letter = town.letter(&code, &more).await;
    for (name, bytes) in files {
        hang(town, &letter, name, bytes).await;
    }
    letter
}

async fn hang(town: &Town<'_>, letter: &str, name: &str, bytes: &[u8]) {
    let hung = town.app.upload(&format!("{letter}/ek"), &[], &[("dosya", name, bytes)]).await;
    assert!(hung.status.is_redirection(), "{}", hung.html());
}

const LIST: (&str, &[u8]) = ("liste.txt", b"Sunucu listesi");
const PLAN: (&str, &[u8]) = ("plan.txt", b"Gizli plan");

/// The same, signed and packed.
pub(super) async fn packed(town: &Town<'_>, keys: &Keys, files: &std::path::Path) -> String {
    let letter = draft(town, &[LIST, PLAN]).await;
    town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
    let token = link(town, &letter).await;
    let cms = signed(town, &token, &keys.key("veli")).await;
    let sent = send(town, &token, &cms).await;
    assert_eq!(sent.status, 200, "{}", sent.html());
    pack(town.test, keys.services(files)).await.unwrap();
    letter
}

/// Names of the annexes in a package.
pub(super) fn annexes(bytes: &[u8]) -> Vec<String> {
    let package = Package::open(Cursor::new(bytes), &Limits::default()).unwrap();
    let annexes = package.parts().into_iter().filter(|part| part.role == Some(Role::Annex));
    annexes.map(|part| part.name.trim_start_matches("/Ekler/").to_string()).collect()
}

async fn own(town: &Town<'_>, letter: &str, number: usize) -> Page {
    town.app.get(&format!("{letter}/paket?muhatap={number}")).await
}

#[tokio::test]
async fn every_addressee_gets_a_package_without_the_annexes_that_are_kept_from_them_and_all_hold() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        move_to(test, &keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, keys.services(files.path())).await;
        let letter = packed(&town, &keys, files.path()).await;
        town.as_veli();
        let page = town.app.get(&letter).await.ok();
        page.says("her muhataba kendi paketini")
            .says("Ek-2 (2-plan.txt)")
            .says("Ek-1 (1-liste.txt), Ek-2 (2-plan.txt)")
            .says("Bütün ekleriyle belediyede kalan paket");
        let whole = town.app.get(&format!("{letter}/paket")).await.ok().bytes.to_vec();
        let mut seals = Vec::new();
        for (number, identifier, expected) in [
            (1, "12345678", &["1-liste.txt", "2-plan.txt"][..]),
            (2, "22222222", &["1-liste.txt"]),
            (3, "33333333", &[]),
        ] {
            let bytes = own(&town, &letter, number).await.ok().bytes.to_vec();
            assert_eq!(annexes(&bytes), expected, "{number}");
            assert_eq!(bytes == whole, number == 1, "whoever gets everything gets the whole one");
            assert!(!bytes.windows(PLAN.1.len()).any(|part| part == PLAN.1) || number == 1);
            let mut package = Package::open(Cursor::new(bytes), &Limits::default()).unwrap();
            let report = verify(&mut package);
            assert!(report.is_valid(), "{report}");
            assert!(verify_for(&mut package, identifier).is_valid(), "{number}");
            assert_eq!(verify_for(&mut package, "12345678").is_valid(), number == 1, "{number}");
            let said = package.letter().unwrap();
            let withheld: Vec<usize> =
                said.distributions.iter().map(|to| to.withheld_annexes.len()).collect();
            assert_eq!(withheld, [0, 1, 2]);
            let trust = Trust::in_anchors(keys.anchors());
            for one in &report.signatures {
                let found =
                    signing::verify(&one.bytes, Some(&one.covered_bytes), &trust, test.clock.now().utc());
                assert!(found.verdict() != Verdict::Invalid, "{}", found.turkish());
            }
            seals.push(report.signatures.iter().map(|one| one.bytes.clone()).collect::<Vec<_>>());
        }
        assert!(seals[0] == seals[1] && seals[1] == seals[2], "signed and sealed once");
        for wrong in ["0", "4", "x"] {
            town.app.get(&format!("{letter}/paket?muhatap={wrong}")).await.status(404);
        }
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'letter_copied'").await, 2);
        // Packed once more is packed once.
        pack(test, keys.services(files.path())).await.unwrap();
        assert_eq!(
            town.count("SELECT count(*) FROM event WHERE verb IN ('letter_copied', 'letter_packed')").await,
            3
        );
        // A stranger reads the letter as it was signed, and no file of it.
        let code = town.text("SELECT code FROM letter").await;
        town.app.forget_session();
        town.app.get(&format!("/dogrula/{code}")).await.ok().says("E-24312041-700-1").hides("plan.txt");
        town.app.get(&format!("{letter}/paket?muhatap=2")).await.status(303);
    })
    .await;
}

#[tokio::test]
async fn a_letter_whose_annexes_cannot_be_told_apart_goes_nowhere() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        move_to(test, &keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, keys.services(files.path())).await;
        let letter = draft(&town, &[LIST]).await;
        town.act(&letter, "imzaya-sun", "").await.status(422).says("yazıda 2 ek, 1 dosya var");
        hang(&town, &letter, PLAN.0, PLAN.1).await;
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        // One more file meanwhile would move no number, but nobody could say so.
        let later = [("dosya", "sonradan.txt", &b"Sonradan"[..])];
        town.app.upload(&format!("{letter}/ek"), &[], &later).await.status(422).says("dosya eklenemez");
        assert_eq!(town.count("SELECT count(*) FROM letter_file").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_encrypted_for_an_addressee_is_what_that_addressee_gets() {
    let keys = Keys::make();
    let request = "req -x509 -newkey rsa:2048 -nodes -days 30 -keyout onlarin.key -out onlarin.pem -addext keyUsage=critical,keyEncipherment";
    keys.openssl(request, Some("/CN=onlarin"));
    each(capabilities(), async |test| {
        move_to(test, &keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, keys.services(files.path())).await;
        let letter = packed(&town, &keys, files.path()).await;
        let whom = id(test, "SELECT id FROM correspondent WHERE name = 'Örnekil Kaymakamlığı'").await;
        let address = format!("/muhataplar/{whom}");
        let certificate = keys.text("onlarin.pem");
        let fields = [
            ("surum", "1"),
            ("name", "Örnekil Kaymakamlığı"),
            ("kind", "institution"),
            ("rank", "above"),
            ("detsis", "22222222"),
            ("certificate", certificate.as_str()),
        ];
        town.as_clerk();
        town.app.post(&format!("{address}/duzenle"), &fields).await.leads_to(&address);
        town.as_veli();
        town.app.get(&letter).await.ok().says("Şifreli paketi indir");
        let eyps = town.app.get(&format!("{letter}/sifreli-paket/{whom}")).await.ok().bytes;
        let mut outer = Package::open(Cursor::new(eyps), &Limits::default()).unwrap();
        let mut content = Vec::new();
        outer.encrypted_content().unwrap().read_to_end(&mut content).unwrap();
        std::fs::write(keys.path("giden.p7m"), content).unwrap();
        keys.openssl(
            "cms -decrypt -binary -inform DER -in giden.p7m -inkey onlarin.key -recip onlarin.pem -out giden.eyp",
            None,
        );
        let inner = std::fs::read(keys.path("giden.eyp")).unwrap();
        assert_eq!(inner, own(&town, &letter, 2).await.ok().bytes.to_vec());
        let mut inner = Package::open(Cursor::new(inner), &Limits::default()).unwrap();
        let report = package::verify_inner(&outer, &mut inner);
        assert!(report.is_valid(), "{report}");
    })
    .await;
}

#[tokio::test]
async fn the_bundle_holds_the_whole_package_and_tells_what_left_without_which_annexes() {
    let keys = Keys::make();
    each(with_seals(), async |test| {
        move_to(test, &keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, keys.services(files.path())).await;
        let letter = packed(&town, &keys, files.path()).await;
        seal_all(test).await;
        town.as_veli();
        let copy = own(&town, &letter, 2).await.ok().bytes.to_vec();
        let bytes = taken(&town, &letter).await;
        let report = judged(&bytes, &keys, test);
        assert!(report.holds(), "{report}");
        let all = unpacked(&bytes);
        let package = all.iter().find(|(name, _)| name == "paket.eyp").unwrap();
        assert_eq!(annexes(&package.1).len(), 2);
        let line = format!("{} · Örnekil Kaymakamlığı", files::Digest::of(&copy).to_hex());
        for said in [text(&all, "rapor.txt"), report.to_string()] {
            assert!(said.contains("bütün ekleriyle belediyede kalan") && said.contains(&line), "{said}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_unit_with_a_number_of_its_own_is_the_author_of_its_packages() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        move_to(test, &keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, keys.services(files.path())).await;
        town.set("house.town", "Örnekova Belediyesi").await;
        for (unit_detsis, number, name) in [
            ("", "24312041", "Örnekova Belediyesi"),
            ("98765432", "98765432", "Örnekova Belediyesi Fen İşleri Müdürlüğü"),
        ] {
            if unit_detsis.is_empty() {
                packed(&town, &keys, files.path()).await;
            } else {
                town.as_clerk();
                let works = town.works.to_string();
                town.new_at("/birim-iletisim", &[("unit_id", &works), ("detsis", unit_detsis)]).await;
                let code = id(test, "SELECT id FROM file_code WHERE code = '700'").await;
                let letter = super::esign::submitted(&town, &code, "Sunucu Bakımı", &[]).await;
                let token = link(&town, &letter).await;
                let cms = signed(&town, &token, &keys.key("veli")).await;
                assert_eq!(send(&town, &token, &cms).await.status, 200);
                while kernel::job::run_one(&super::esign::jobs(test, keys.services(files.path())), "sinama")
                    .await
                    .unwrap()
                {}
            }
            let letter = id(test, "SELECT id FROM letter ORDER BY created_at DESC, id DESC LIMIT 1").await;
            town.as_veli();
            let bytes = town.app.get(&format!("/yazilar/{letter}/paket")).await.ok().bytes;
            let package = Package::open(Cursor::new(bytes), &Limits::default()).unwrap();
            let author = &package.letter().unwrap().author;
            assert!(matches!(author, Party::Institution(_)));
            assert_eq!((author.identifier(), author.name().as_str()), (number, name));
            let creator = package.core().unwrap().creator.clone().unwrap();
            assert_eq!(creator, format!("{name}/{number}"));
        }
    })
    .await;
}
