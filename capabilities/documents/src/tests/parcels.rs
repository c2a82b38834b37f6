//! Packages that others signed: whether their signatures hold, whom they come from. Keys, time stamps and revocation lists are
//! made with the openssl command.

use std::io::Cursor;
use std::sync::Arc;

use kernel::db::Sql;
use kernel::job::Services;
use package::{
    Contact, Content, Distribution, DistributionKind, Draft, FinalMetadata, Institution, Letter, Party,
    Person, Reference, Signatory, Urgency,
};
use signing::{Crl, Hash, Key as _, Preparation, Profile, TimeStampRequest, ValidationData};
use testkit::{TestDb, each};
use time::OffsetDateTime;
use uuid::Uuid;

use super::esign::Keys;
use super::intake::{id, send};
use super::stamp::World;
use super::town::{Town, capabilities};
use crate::{Opening, Trusted};

/// Somebody else's program.
pub(super) struct Sender<'a> {
    pub world: &'a World,
    pub at: OffsetDateTime,
    pub name: &'a str,
    pub detsis: &'a str,
    pub kep: &'a str,
    pub signatory: (&'a str, &'a str),
    pub refers_to: &'a str,
    pub id: u128,
    pub subject: &'a str,
}

impl<'a> Sender<'a> {
    pub(super) fn new(world: &'a World, test: &TestDb) -> Self {
        Self {
            world,
            at: test.clock.now().utc(),
            name: "Komşu Belediyesi",
            detsis: "82223362",
            kep: "komsu@hs01.kep.tr",
            signatory: ("Veli", "Ak"),
            refers_to: "",
            id: 7,
            subject: "Ortak sunucu odası",
        }
    }

    pub(super) fn letter(&self) -> Letter {
        let contact = Contact {
            kep: Some(self.kep.into()),
            email: Some("yazi@komsu.bel.tr".into()),
            address: Some("Cumhuriyet Cad. 1".into()),
            ..Contact::default()
        };
        let institution = |detsis: &str, name: &str, contact: Option<Contact>| {
            Party::Institution(Institution {
                detsis: detsis.into(),
                byk: None,
                name: Some(name.into()),
                contact,
                unit_detsis: None,
            })
        };
        let to = |detsis: &str, name: &str, urgency, kind| Distribution {
            party: institution(detsis, name, None),
            urgency,
            kind,
            deadline: None,
            withheld_annexes: Vec::new(),
        };
        let reference = Reference {
            id: Uuid::from_u128(11),
            number: Some(self.refers_to.into()),
            dated_at: Some(self.at),
            label: "a".into(),
            annex_id: None,
            name: None,
            description: None,
            own_id: None,
        };
        Letter {
            id: Uuid::from_u128(self.id),
            subject: self.subject.into(),
            confidentiality: package::Confidentiality::Open,
            confidential_until: None,
            media_type: Some("application/pdf".into()),
            own_id: None,
            distributions: vec![
                to("11111111", "Başka Kurum", Urgency::Normal, DistributionKind::Information),
                to("24312041", "Bizim Belediye", Urgency::Urgent, DistributionKind::Action),
            ],
            annexes: Vec::new(),
            references: if self.refers_to.is_empty() { Vec::new() } else { vec![reference] },
            language: Some("tur".into()),
            author: institution(self.detsis, self.name, Some(contact)),
            contacts: Vec::new(),
            file_name: "yazi.pdf".into(),
            filing: None,
            public_services: Vec::new(),
            verification_address: Some("https://ornek.gov.tr".into()),
        }
    }

    /// Signature with its stamp and the list that says that nobody was revoked.
    pub(super) fn sign(&self, who: &str, content: &[u8]) -> Vec<u8> {
        let key = self.world.keys.key(who);
        let content = signing::Content::Attached(content);
        let preparation = Preparation::new(content, key.chain(), Profile::P1, self.at).unwrap();
        let cms = preparation.finish(&key.sign(preparation.to_be_signed()).unwrap()).unwrap();
        let imprint = signing::signature_imprint(&cms, 0, Hash::Sha256).unwrap();
        let request = TimeStampRequest::new(Hash::Sha256, &imprint, b"12345678").unwrap();
        let stamp = request.read_answer(&self.world.desk.stamp(&request.encode(), "good")).unwrap();
        let stamped = signing::add_time_stamp(&cms, 0, &stamp).unwrap();
        let list = std::fs::read(self.world.keys.path("root.crl")).unwrap();
        let evidence = ValidationData {
            certificates: self.world.keys.anchors(),
            crls: vec![Crl::from_der(&list).unwrap()],
            ocsps: Vec::new(),
        };
        signing::add_validation_data(&stamped, 0, &evidence).unwrap()
    }

    /// The package; `change` may spoil the signature.
    pub(super) fn write(&self, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
        let draft =
            Draft::new(self.letter(), Content::from_bytes(b"%PDF-1.7\nyazi".to_vec()), Vec::new()).unwrap();
        let signature = change(self.sign("veli", &draft.package_digest_bytes().unwrap()));
        let signer = Person {
            first_name: self.signatory.0.into(),
            last_name: self.signatory.1.into(),
            ..Person::default()
        };
        let last = FinalMetadata {
            dated_at: self.at,
            number: "E-82223362-700-15".into(),
            signatories: vec![Signatory {
                signer,
                delegated_by: None,
                acting_for: None,
                office: None,
                purpose: None,
                description: None,
                signed_at: Some(self.at),
            }],
        };
        let unsealed = draft.sign(signature).unwrap().finish(&last, self.at).unwrap();
        let seal = self.sign("seal", unsealed.final_digest_bytes());
        unsealed.seal(seal).unwrap().write(Cursor::new(Vec::new())).unwrap().into_inner()
    }
}

/// A day on which keys and stamps hold; the machine's own clock stamps.
pub(super) fn begin(test: &TestDb, keys: &Keys) {
    let from = keys.key("veli").chain()[0].valid_from().unix_timestamp();
    test.advance_seconds((from - test.clock.now().0 / 1_000_000).max(0) + 5);
}

/// A town that tries electronic signatures and knows this world's roots, on that day.
async fn trying<'a>(test: &'a TestDb, world: &World) -> Town<'a> {
    begin(test, &world.keys);
    let town = Town::with(test, Services::default().with(world.keys.trusted())).await;
    town.set("documents.electronic_signature", "trial").await;
    town
}

pub(super) async fn only_item(test: &TestDb) -> String {
    format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item ORDER BY id DESC LIMIT 1").await)
}

#[tokio::test]
async fn a_clerk_sees_at_once_that_a_signature_holds_and_the_register_keeps_it() {
    let world = World::make();
    each(capabilities(), async |test| {
        let town = trying(test, &world).await;
        town.set("documents.detsis", "24312041").await;
        send(&town, &[("a.eyp", &Sender::new(&world, test).write(|cms| cms))]).await.ok();
        town.app.get("/gelen-kutusu").await.ok().says("İmzası geçerli");
        town.app.get("/gelen-kutusu?signature=valid").await.ok().says("Ortak sunucu odası");
        let item = only_item(test).await;
        let page = town.app.get(&item).await.ok();
        page.says("İmza: Veli Ak")
            .says("Mühür: Belediye Mührü")
            .says("zaman damgası")
            .says("GEÇERLİ")
            .hides("T.C. kimlik no");
        // The line that is meant for us says how urgent it is, not the first.
        assert_eq!(town.text("SELECT urgency FROM intake_item").await, "ACL");
        town.act(&item, "kaydet", "").await.leads_to(&item);
        assert_eq!(town.text("SELECT signature FROM document").await, "valid");
        let document = format!("/evrak/{}", id(test, "SELECT id FROM document").await);
        let page = town.app.get(&document).await.ok();
        page.says("İmzası geçerli")
            .says("İmza: Veli Ak")
            .says("e-İmza denetim raporu")
            .says("Dağıtım (Bilgi): Başka Kurum");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'registered_despite'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_proven_is_said_to_be_unchecked_and_why() {
    let world = World::make();
    each(capabilities(), async |test| {
        begin(test, &world.keys);
        let bytes = Sender::new(&world, test).write(|cms| cms);
        // No root is trusted.
        let town = Town::new(test).await;
        town.set("documents.electronic_signature", "trial").await;
        send(&town, &[("a.eyp", &bytes)]).await.ok();
        town.app.get(&only_item(test).await).await.ok().says("İmzası denetlenemedi").says("trust_anchors");
    })
    .await;
    each(capabilities(), async |test| {
        // Another name than that of the certificate.
        let town = trying(test, &world).await;
        let other = Sender { signatory: ("Hasan", "Taş"), id: 8, ..Sender::new(&world, test) };
        send(&town, &[("b.eyp", &other.write(|cms| cms))]).await.ok();
        town.app.get(&only_item(test).await).await.ok().says("pakette imzacı olarak Hasan Taş yazıyor");
        assert_eq!(
            town.text("SELECT signature FROM intake_item WHERE file_name = 'b.eyp'").await,
            "unchecked"
        );
        let item = only_item(test).await;
        town.act(&item, "kaydet", "").await.leads_to(&item);
        // What is no package has no signature to be asked about.
        send(&town, &[("c.txt", "Dilekçe".as_bytes())]).await.ok();
        assert_eq!(town.text("SELECT signature FROM intake_item WHERE file_name = 'c.txt'").await, "none");
    })
    .await;
}

#[tokio::test]
async fn a_signature_that_does_not_hold_is_registered_only_by_whoever_says_so() {
    let world = World::make();
    each(capabilities(), async |test| {
        let town = trying(test, &world).await;
        let sender = Sender::new(&world, test);
        let others = sender.sign("veli", b"<PaketOzeti>baska bir paket</PaketOzeti>");
        send(&town, &[("a.eyp", &sender.write(|_| others.clone()))]).await.ok();
        town.app.get("/gelen-kutusu").await.ok().says("İmzası geçersiz");
        let item = only_item(test).await;
        town.app.get(&item).await.ok().says("HATA");
        town.act(&item, "kaydet", "").await.status(422).says("kutusunu işaretleyin");
        assert_eq!(town.count("SELECT count(*) FROM document").await, 0);
        let fields = [
            ("surum", "1"),
            ("title", "Ortak sunucu odası"),
            ("sender", "Komşu Belediyesi"),
            ("sheets", "0"),
            ("is_despite", "evet"),
        ];
        town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
        town.act(&item, "kaydet", "").await.leads_to(&item);
        assert_eq!(town.text("SELECT signature FROM document").await, "invalid");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'registered_despite'").await, 1);
        let document = format!("/evrak/{}", id(test, "SELECT id FROM document").await);
        town.app.get(&document).await.ok().says("İmzası geçersiz olduğu hâlde kaydedildi");
        // Where only certificates of Law 5070 count, one for trials is none; a bit turned over breaks it anyway.
        town.set("documents.electronic_signature", "on").await;
        let again = Sender { id: 9, ..Sender::new(&world, test) };
        send(&town, &[("b.eyp", &again.write(|cms| cms))]).await.ok();
        assert_eq!(town.text("SELECT signature FROM intake_item WHERE file_name = 'b.eyp'").await, "invalid");
        town.set("documents.electronic_signature", "trial").await;
        let turned = |mut cms: Vec<u8>| {
            let key = world.keys.key("veli");
            let at = cms.windows(20).position(|part| key.chain()[0].der().starts_with(part)).unwrap();
            cms[at + 300] ^= 1;
            cms
        };
        let third = Sender { id: 10, ..Sender::new(&world, test) };
        send(&town, &[("c.eyp", &third.write(turned))]).await.ok();
        assert_ne!(town.text("SELECT signature FROM intake_item WHERE file_name = 'c.eyp'").await, "valid");
    })
    .await;
}

#[tokio::test]
async fn a_sender_is_known_by_the_detsis_number_and_nothing_known_is_written_over() {
    let world = World::make();
    each(capabilities(), async |test| {
        let town = trying(test, &world).await;
        // Nobody is known: made with number and addresses.
        send(&town, &[("a.eyp", &Sender::new(&world, test).write(|cms| cms))]).await.ok();
        let item = only_item(test).await;
        town.act(&item, "kaydet", "").await.leads_to(&item);
        let known =
            "SELECT name || '|' || detsis || '|' || kep || '|' || email || '|' || kind FROM correspondent";
        assert_eq!(
            town.text(known).await,
            "Komşu Belediyesi|82223362|komsu@hs01.kep.tr|yazi@komsu.bel.tr|institution"
        );
        // The same number under a new name with another address.
        let renamed = Sender {
            name: "Komşukent Belediyesi",
            kep: "yeni@hs01.kep.tr",
            id: 8,
            ..Sender::new(&world, test)
        };
        send(&town, &[("b.eyp", &renamed.write(|cms| cms))]).await.ok();
        let item = only_item(test).await;
        let page = town.app.get(&item).await.ok();
        page.says("82223362 DETSİS no “Komşu Belediyesi” adıyla kayıtlı")
            .says("KEP adresi kayıtta komsu@hs01.kep.tr");
        let fields = [
            ("surum", "1"),
            ("title", "Ortak sunucu odası"),
            ("sender", "Komşukent Belediyesi"),
            ("sender_detsis", "82223362"),
            ("sender_kep", "yeni@hs01.kep.tr"),
            ("sheets", "0"),
            ("is_copy", "evet"),
        ];
        town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
        town.act(&item, "kaydet", "").await.leads_to(&item);
        assert_eq!(town.count("SELECT count(*) FROM correspondent").await, 1);
        assert_eq!(town.text("SELECT kep FROM correspondent").await, "komsu@hs01.kep.tr");
        assert_eq!(
            town.count("SELECT count(*) FROM document WHERE correspondent = 'Komşu Belediyesi'").await,
            2
        );
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'correspondent_differs'").await, 1);
        // Known by name without a number: filled in where the signature holds, and not where it does not.
        for (name, number, is_good) in [("Yeşil Vakfı", "82223364", true), ("Mavi Vakfı", "82223365", false)]
        {
            let new = [("name", name), ("kind", "institution")];
            town.new_at("/muhataplar", &new).await;
            let one =
                Sender { name, detsis: number, id: 20 + u128::from(is_good), ..Sender::new(&world, test) };
            let others = one.sign("veli", b"baska");
            let bytes = one.write(|cms| if is_good { cms } else { others.clone() });
            send(&town, &[("v.eyp", &bytes)]).await.ok();
            let item = only_item(test).await;
            let fields = [
                ("surum", "1"),
                ("title", "Ortak sunucu odası"),
                ("sender", name),
                ("sender_detsis", number),
                ("sheets", "0"),
                ("is_despite", "evet"),
            ];
            town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
            town.act(&item, "kaydet", "").await.leads_to(&item);
            let sql = format!("SELECT detsis FROM correspondent WHERE name = '{name}'");
            assert_eq!(town.text(&sql).await, if is_good { number } else { "" });
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_package_refers_to_is_found_among_our_own_letters() {
    let world = World::make();
    each(capabilities(), async |test| {
        begin(test, &world.keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, world.keys.services(files.path())).await;
        let letter = super::esign::electronic(&town).await;
        let token = super::esign::link(&town, &letter).await;
        let cms = super::esign::signed(&town, &token, &world.keys.key("veli")).await;
        assert_eq!(super::esign::send(&town, &token, &cms).await.status, 200);
        let number = town.text("SELECT number FROM letter").await;
        let answer = Sender { refers_to: &number, ..Sender::new(&world, test) };
        send(&town, &[("a.eyp", &answer.write(|cms| cms))]).await.ok();
        let item = only_item(test).await;
        town.app.get(&item).await.ok().says(&format!("{number} sayılı"));
        town.act(&item, "kaydet", "").await.leads_to(&item);
        let sql = "SELECT count(*) FROM document AS d JOIN letter AS l ON l.document_id = d.answers_id WHERE d.book = 'incoming'";
        assert_eq!(town.count(sql).await, 1);
        let outgoing: Uuid = test.db.scalar("SELECT document_id FROM letter", vec![]).await.unwrap().unwrap();
        town.app.get(&format!("/evrak/{outgoing}")).await.ok().says("Ortak sunucu odası");
    })
    .await;
}

/// An envelope around a package, encrypted by the openssl command.
pub(super) fn envelope(world: &World, sender: &Sender<'_>, inner: &[u8], to: &str) -> Vec<u8> {
    std::fs::write(world.keys.path("ic.eyp"), inner).unwrap();
    world
        .keys
        .openssl(&format!("cms -encrypt -binary -aes256 -in ic.eyp -outform DER -out ic.p7m {to}"), None);
    around(world, sender, inner)
}

/// The digests of one package outside, another inside; nothing inside is half of the encrypted bytes.
fn envelope_of(world: &World, sender: &Sender<'_>, outside: &[u8], inside: &[u8]) -> Vec<u8> {
    envelope(world, sender, if inside.is_empty() { outside } else { inside }, "bizim.pem");
    if inside.is_empty() {
        let whole = std::fs::read(world.keys.path("ic.p7m")).unwrap();
        std::fs::write(world.keys.path("ic.p7m"), &whole[..whole.len() / 2]).unwrap();
    }
    around(world, sender, outside)
}

fn around(world: &World, sender: &Sender<'_>, inner: &[u8]) -> Vec<u8> {
    let mut opened = package::Package::open(Cursor::new(inner), &package::Limits::default()).unwrap();
    let part = opened.part_of(package::Role::FinalDigest).unwrap().to_string();
    let mut digest_bytes = Vec::new();
    opened.copy_part(&part, &mut digest_bytes).unwrap();
    let letter = sender.letter();
    let envelope = package::Envelope {
        id: Uuid::from_u128(99 + sender.id),
        version: package::Version::V2,
        letter_id: letter.id,
        author: letter.author,
        targets: letter.distributions.into_iter().map(|to| to.party).collect(),
        digest_bytes,
    };
    let content = Content::from_bytes(std::fs::read(world.keys.path("ic.p7m")).unwrap());
    envelope.write(content, Cursor::new(Vec::new())).unwrap().into_inner()
}

/// RSA keys for ciphers, ours and somebody else's.
pub(super) fn ciphers(world: &World) {
    for name in ["bizim", "onlarin"] {
        let request = format!(
            "req -x509 -newkey rsa:2048 -nodes -days 30 -keyout {name}.key -out {name}.pem -addext keyUsage=critical,keyEncipherment"
        );
        world.keys.openssl(&request, Some(&format!("/CN={name}")));
    }
}

#[tokio::test]
async fn a_package_that_was_encrypted_for_us_opens_and_every_other_is_kept_and_says_why() {
    let world = World::make();
    ciphers(&world);
    each(capabilities(), async |test| {
        begin(test, &world.keys);
        let files = tempfile::tempdir().unwrap();
        let own = world.keys.text("bizim.key");
        let key = signing::enveloped::OpeningKey::from_pem(&own, &world.keys.text("bizim.pem")).unwrap();
        let opening = Some(Arc::new(Opening::File(Box::new(key))));
        let trusted = Trusted { anchors: world.keys.anchors(), seal: None, opening };
        let place = files::StoreConfig::Local { dir: files.path().to_path_buf() };
        let services = Services::default().with(files::Store::open(&place).unwrap()).with(trusted);
        let town = Town::with(test, services).await;
        town.set("documents.electronic_signature", "trial").await;
        let sender = Sender::new(&world, test);
        let inner = sender.write(|cms| cms);
        // Two addressees, ours the second.
        send(&town, &[("a.eyps", &envelope(&world, &sender, &inner, "onlarin.pem bizim.pem"))]).await.ok();
        let item = only_item(test).await;
        let page = town.app.get(&item).await.ok();
        page.says("Ortak sunucu odası").says("İmzası geçerli").says("belediyenin anahtarıyla açıldı");
        let names =
            "SELECT count(*) FROM attachment WHERE name IN ('a.eyps', 'yazi.pdf', 'sifresi-cozulen.eyp')";
        assert_eq!(town.count(names).await, 3);
        assert_eq!(town.text("SELECT error FROM key_standing WHERE name = 'decrypt'").await, "");
        // The open package came before by its letter's id, whatever envelope it comes in.
        send(&town, &[("ayni.eyp", &inner)]).await.ok().says("Aynı paket");
        town.act(&item, "kaydet", "").await.leads_to(&item);
        assert_eq!(town.text("SELECT signature FROM document").await, "valid");
        let second = Sender { id: 30, ..Sender::new(&world, test) };
        let inner = second.write(|cms| cms);
        let theirs = envelope(&world, &second, &inner, "onlarin.pem");
        send(&town, &[("b.eyps", &theirs)]).await.ok().says("alındı");
        let page = town.app.get(&only_item(test).await).await.ok();
        page.says("bu kurumun sertifikasıyla şifrelenmemiş").says("Komşu Belediyesi");
        // Another package inside than the digests outside are of.
        let third = Sender { id: 32, subject: "Başka konu", ..Sender::new(&world, test) };
        let swapped = third.write(|cms| cms);
        let outer = envelope_of(&world, &second, &inner, &swapped);
        send(&town, &[("c.eyps", &outer)]).await.ok();
        town.app.get(&only_item(test).await).await.ok().says("İmzası geçersiz");
        // Half of what was encrypted.
        let half = envelope_of(&world, &Sender { id: 33, ..Sender::new(&world, test) }, &inner, b"");
        send(&town, &[("d.eyps", &half)]).await.ok();
        town.app.get(&only_item(test).await).await.ok().says("Şifreli paket açılmadı");
        assert_eq!(
            town.text("SELECT signature FROM intake_item WHERE file_name = 'b.eyps'").await,
            "unchecked"
        );
    })
    .await;
}

#[tokio::test]
async fn an_encrypted_package_waits_for_the_key_and_is_read_again_when_it_is_there() {
    let world = World::make();
    ciphers(&world);
    each(capabilities(), async |test| {
        let town = trying(test, &world).await;
        let sender = Sender::new(&world, test);
        let inner = sender.write(|cms| cms);
        send(&town, &[("a.eyps", &envelope(&world, &sender, &inner, "bizim.pem"))]).await.ok();
        let item = only_item(test).await;
        town.app.get(&item).await.ok().says("decrypt_key").says("Paketi yeniden oku");
        town.app.post(&format!("{item}/yeniden-oku"), &[]).await.leads_to(&item);
        town.app.get(&item).await.ok().says("decrypt_key");
        let sql = "SELECT count(*) FROM event WHERE verb = 'intake_read_again'";
        assert_eq!(town.count(sql).await, 1);
        town.app.sign_in_as("auditor", &[town.desk], None);
        town.app.post(&format!("{item}/yeniden-oku"), &[]).await.status(403);
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_given_encrypted_for_an_addressee_who_has_a_certificate() {
    let world = World::make();
    ciphers(&world);
    each(capabilities(), async |test| {
        begin(test, &world.keys);
        let files = tempfile::tempdir().unwrap();
        let town = Town::with(test, world.keys.services(files.path())).await;
        let letter = super::esign::electronic(&town).await;
        let whom = id(test, "SELECT id FROM correspondent WHERE name = 'Örnekil Valiliği'").await;
        let address = format!("/muhataplar/{whom}");
        let keep = |pem: String| {
            vec![
                ("surum".to_string(), "1".to_string()),
                ("name".into(), "Örnekil Valiliği".into()),
                ("kind".into(), "institution".into()),
                ("rank".into(), "above".into()),
                ("detsis".into(), "12345678".into()),
                ("certificate".into(), pem),
            ]
        };
        let post = async |pem: String| {
            let fields = keep(pem);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            town.app.post(&format!("{address}/duzenle"), &fields).await
        };
        town.as_clerk();
        // A certificate for signatures, or what is none, is no good.
        post(world.keys.text("veli.pem")).await.status(422).says("Şifreleme için verilmiş");
        post("sertifika".into()).await.status(422).says("Şifreleme için verilmiş");
        post(world.keys.text("onlarin.pem")).await.leads_to(&address);
        let token = super::esign::link(&town, &letter).await;
        let cms = super::esign::signed(&town, &token, &world.keys.key("veli")).await;
        assert_eq!(super::esign::send(&town, &token, &cms).await.status, 200);
        super::esign::pack(test, world.keys.services(files.path())).await.unwrap();
        town.as_veli();
        town.app.get(&letter).await.ok().says("Örnekil Valiliği için şifreli paketi indir");
        let eyps = town.app.get(&format!("{letter}/sifreli-paket/{whom}")).await.ok().bytes;
        let open = town.app.get(&format!("{letter}/paket")).await.ok().bytes;
        let mut outer = package::Package::open(Cursor::new(eyps), &package::Limits::default()).unwrap();
        assert_eq!(outer.kind(), package::Kind::Encrypted);
        assert_eq!(outer.targets().iter().map(Party::name).collect::<Vec<_>>(), ["Örnekil Valiliği"]);
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut outer.encrypted_content().unwrap(), &mut content).unwrap();
        std::fs::write(world.keys.path("giden.p7m"), content).unwrap();
        world.keys.openssl(
            "cms -decrypt -binary -inform DER -in giden.p7m -inkey onlarin.key -recip onlarin.pem -out giden.eyp",
            None,
        );
        assert_eq!(std::fs::read(world.keys.path("giden.eyp")).unwrap(), open.to_vec());
        let mut inner = package::Package::open(Cursor::new(open), &package::Limits::default()).unwrap();
        let report = package::verify_inner(&outer, &mut inner);
        assert!(report.is_valid(), "{report}");
        // Nobody but an addressee with a certificate.
        town.app.get(&format!("{letter}/sifreli-paket/{}", Uuid::from_u128(1))).await.status(404);
    })
    .await;
}
