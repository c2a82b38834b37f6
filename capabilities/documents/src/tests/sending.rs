//! A letter that leaves as a file: to whom, by which way, with what proof; and what its package says of those it goes to.

use std::io::Cursor;

use package::{Deadline, Limits, Package, Party};
use testkit::each;

use super::bundle::{taken, text, unpacked};
use super::esign::{Keys, begin, link, office, pack, send, signed, submitted};
use super::town::{Town, capabilities};

async fn packed(town: &Town<'_>, keys: &Keys, letter: &str) -> Package<Cursor<Vec<u8>>> {
    let token = link(town, letter).await;
    let cms = signed(town, &token, &keys.key("veli")).await;
    send(town, &token, &cms).await.status(200);
    pack(town.test, keys.services(town.files.path())).await.unwrap();
    town.as_veli();
    let eyp = town.app.get(&format!("{letter}/paket")).await;
    Package::open(Cursor::new(eyp.bytes.clone()), &Limits::default()).unwrap()
}

#[tokio::test]
async fn the_page_of_a_letter_says_to_whom_it_was_sent_and_its_bundle_carries_the_proof() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        let letter = submitted(&town, &code, "Sunucu Bakımı", &[]).await;
        let id = letter.rsplit('/').next().unwrap().to_string();
        town.as_mehmet();
        let fields = [
            ("letter_id", id.as_str()),
            ("addressee", "Örnekil Valiliği"),
            ("way", "kep"),
            ("note", "İleti 42"),
        ];
        town.app.post("/yazi-gonderimleri/yeni", &fields).await.status(422);
        packed(&town, &keys, &letter).await;
        town.as_mehmet();
        town.app.get(&letter).await.ok().says("Gönderildiği yazılmadı");
        let wrong = [("letter_id", id.as_str()), ("addressee", "Başka Kurum"), ("way", "kep")];
        town.app.post("/yazi-gonderimleri/yeni", &wrong).await.status(422).says("muhatapları arasında yok");
        let sent = format!("/yazi-gonderimleri/{}", town.new_at("/yazi-gonderimleri", &fields).await);
        let proof = [("dosya", "kep-delili.txt", &b"KEP delili"[..])];
        town.app.upload(&format!("{sent}/ek"), &[], &proof).await.leads_to(&sent);
        town.app.get(&letter).await.ok().says("KEP (Belde dışından)").says("İleti 42").hides("yazılmadı");
        town.as_veli();
        let parts = unpacked(&taken(&town, &letter).await);
        let report = text(&parts, "rapor.txt");
        assert!(report.contains("Gönderim — Örnekil Valiliği: KEP"), "{report}");
        assert!(report.contains("kep-delili.txt (SHA-256"), "{report}");
        assert!(text(&parts, "olaylar.json").contains("letter_sending"));
    })
    .await;
}

#[tokio::test]
async fn the_package_says_until_when_an_answer_is_wanted_what_is_cited_and_how_the_author_is_reached() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = office(test, &keys).await;
        let code = begin(&town).await;
        town.set(
            "documents.contact",
            "Cumhuriyet Meydanı No: 1\nTelefon: 0312 555 10 00\nKEP: ornek@hs01.kep.tr",
        )
        .await;
        town.as_clerk();
        let company = [("name", "Örnek Yazılım A.Ş."), ("kind", "company"), ("rank", "below")];
        town.new_at("/muhataplar", &[&company[..], &[("mersis", "0123456789012345")]].concat()).await;
        let due = kernel::tr::date(test.clock.now().plus_seconds(10 * 86_400).day().0);
        town.as_mehmet();
        let more = [
            ("medium", "electronic"),
            ("addressees", "Örnekil Valiliği\nÖrnek Yazılım A.Ş."),
            ("ilgi", "Valiliğin 3.11.2026 tarihli ve E-12345678-700-4411 sayılı yazısı."),
            ("body", "İlgi yazıdaki bakım yapılacaktır.\n\nBilgilerinizi arz ve rica ederim."),
            ("urgency", "GNL"),
            ("due_on", &due),
        ];
        let letter = town.letter(&code, &more).await;
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        let package = packed(&town, &keys, &letter).await;
        let said = package.letter().unwrap();
        assert_eq!(said.distributions[0].deadline, Some(Deadline::Days(10)));
        assert!(matches!(&said.distributions[1].party, Party::Company(one) if one.id == "0123456789012345"));
        assert_eq!(said.references[0].number.as_deref(), Some("E-12345678-700-4411"));
        assert!(said.references[0].dated_at.is_some());
        let Party::Institution(author) = &said.author else { panic!("{:?}", said.author) };
        let contact = author.contact.as_ref().unwrap();
        assert_eq!(contact.kep.as_deref(), Some("ornek@hs01.kep.tr"));
        assert_eq!(contact.phone.as_deref(), Some("0312 555 10 00"));
        assert_eq!(contact.address.as_deref(), Some("Cumhuriyet Meydanı No: 1"));
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_written_to_its_addressee_in_the_dative_under_the_mayors_office() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        town.set("house.town", "Örnekova Belediyesi").await;
        let code = town.file_code().await;
        let entry = town.enter("Siber Güvenlik Anketi", "E-12345678-700-4411").await;
        let number = town.text("SELECT number FROM document").await;
        town.as_clerk();
        let page = town.app.get(&entry).await.ok().says("Yanıt yaz").html();
        let at = page.find("/yazilar/yeni?answers_id=").unwrap();
        let href = page[at..].split('"').next().unwrap().replace("&amp;", "&");
        let form = town.app.get(&href).await.ok();
        form.says("Siber Güvenlik Anketi").says("sayılı yazınız.");
        let veli = town.veli.to_string();
        let fields = [
            ("title", "Anket"),
            ("form", "letter"),
            ("addressees", "Örnekil Valiliği"),
            ("ilgi", number.as_str()),
            ("body", "İlgi yazı incelenmiştir. Bilgilerinizi arz ederim."),
            ("signer_id", &veli),
            ("file_code_id", &code),
        ];
        let letter = format!("/yazilar/{}", town.new_at("/yazilar", &fields).await);
        let page = town.app.get(&letter).await.ok();
        page.says("ÖRNEKİL VALİLİĞİNE").says("ÖRNEKOVA BELEDİYE BAŞKANLIĞI");
        let ilgi = town.text("SELECT ilgi FROM letter").await;
        assert!(ilgi.ends_with(" tarihli ve E-12345678-700-4411 sayılı yazınız."), "{ilgi}");
        // The writer's own words go before grammar's.
        let change = [&fields[..], &[("surum", "1"), ("addressed_as", "VALİLİK MAKAMINA")]].concat();
        town.app.post(&format!("{letter}/duzenle"), &change).await.leads_to(&letter);
        town.app.get(&letter).await.ok().says("VALİLİK MAKAMINA").hides("ÖRNEKİL VALİLİĞİNE");
        let typed =
            [("title", "Anket"), ("form", "letter"), ("body", "arz ederim."), ("addressees", "Valilik")];
        town.app.post_part("/yazilar/denetle", &typed).await.ok().says("VALİLİĞE");
    })
    .await;
}
