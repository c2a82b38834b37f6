//! What waits for the register: a forged package hides no real one, what is there already is said, the paper stands beside the form,
//! and photographs become one paper.

use kernel::db::Sql;
use kernel::job::Services;
use testkit::each;

use super::intake::{id, send};
use super::parcels::{Sender, begin, only_item};
use super::stamp::World;
use super::town::{Town, capabilities};

fn letter(number: &str, day: &str) -> String {
    format!(
        "TC.\nÖRNEKİL VALİLİĞİ\n\nSayı : {number} {day}\nKonu : Siber güvenlik anketi\n\nBELEDİYE BAŞKANLIĞINA\n"
    )
}

#[tokio::test]
async fn a_forged_package_does_not_keep_the_real_one_away() {
    let world = World::make();
    each(capabilities(), async |test| {
        begin(test, &world.keys);
        let town = Town::with(test, Services::default().with(world.keys.trusted())).await;
        town.set("documents.electronic_signature", "trial").await;
        let sender = Sender::new(&world, test);
        let others = sender.sign("veli", b"<PaketOzeti>baska bir paket</PaketOzeti>");
        let forged = sender.write(|_| others.clone());
        let real = sender.write(|cms| cms);
        send(&town, &[("sahte.eyp", &forged)]).await.ok().says("alındı");
        let first = only_item(test).await;
        // The same bytes are the same thing, believed or not.
        send(&town, &[("sahte (2).eyp", &forged)]).await.ok().says("Aynı dosya");
        send(&town, &[("asil.eyp", &real)]).await.ok().says("alındı").says("imzası doğrulanamamıştı");
        let second = id(test, "SELECT id FROM intake_item WHERE file_name = 'asil.eyp'").await;
        let second = format!("/gelen-kutusu/{second}");
        town.app.get(&second).await.ok().says("İmzası geçerli").says("Evrak olarak kaydet");
        town.act(&second, "kaydet", "").await.leads_to(&second);
        // From now on it is known, whatever says to be it.
        let fields = [
            ("surum", "1"),
            ("title", "Ortak sunucu odası"),
            ("sender", "Başka Kurum"),
            ("sheets", "0"),
            ("is_despite", "evet"),
        ];
        town.app.post(&format!("{first}/duzenle"), &fields).await.leads_to(&first);
        town.act(&first, "kaydet", "").await.status(422).says("2026-GE-000001 sayısıyla kayıtlı");
        let mut third = forged.clone();
        third.extend_from_slice(b"\0\0");
        send(&town, &[("sahte (3).eyp", &third)]).await.ok().says("Aynı paket");
    })
    .await;
}

#[tokio::test]
async fn what_is_registered_already_or_waits_twice_is_said_while_it_waits() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let entry = [
            ("book", "incoming"),
            ("correspondent", "Örnekil Valiliği"),
            ("their_number", "E-12345678-700-4411"),
            ("their_on", "5.11.2025"),
            ("title", "Anket"),
            ("medium", "post"),
        ];
        town.as_clerk();
        town.new_at("/evrak", &entry).await;
        send(&town, &[("a.txt", letter("e 12345678 700 4411", "5.11.2025").as_bytes())]).await.ok();
        // The guess reads a number up to the first space; a person types the rest.
        let item = only_item(test).await;
        let fields = [
            ("surum", "1"),
            ("title", "Anket"),
            ("sender", "Örnekil Valiliği"),
            ("their_number", "e12345678 700/4411"),
            ("their_on", "5.11.2025"),
            ("sheets", "0"),
        ];
        town.app.post(&format!("{item}/duzenle"), &fields).await.leads_to(&item);
        town.app.get(&item).await.ok().says("2026-GE-000001 sayısıyla kayıtlı görünüyor");
        town.app.get("/gelen-kutusu?has_alike=evet&state=waiting").await.ok().says("Anket");
        // As it comes, without anybody touching it.
        send(&town, &[("b.txt", letter("E-12345678-700-4411", "5.11.2025").as_bytes())]).await.ok();
        town.app.get(&only_item(test).await).await.ok().says("2026-GE-000001 sayısıyla kayıtlı görünüyor");
        // Two that wait say so of each other, until one is put aside.
        send(&town, &[("c.txt", letter("E-99-1", "6.11.2025").as_bytes())]).await.ok();
        let one = only_item(test).await;
        town.app.get(&one).await.ok().hides("bekleyen bir yazı daha var");
        send(&town, &[("d.txt", format!("{}.", letter("E-99-1", "6.11.2025")).as_bytes())]).await.ok();
        let other = only_item(test).await;
        for item in [&one, &other] {
            town.app.get(item).await.ok().says("bekleyen bir yazı daha var");
        }
        town.act(&other, "ayir", "İkinci kopya").await.leads_to(&other);
        town.app.get(&one).await.ok().hides("bekleyen bir yazı daha var");
    })
    .await;
}

#[tokio::test]
async fn the_paper_stands_beside_the_form_it_is_typed_into() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let text = letter("E-1", "5.11.2025");
        let picture = crate::intake::jpeg_for_tests(400, 300);
        send(&town, &[("tarama.txt", text.as_bytes()), ("foto.jpg", &picture)]).await.ok();
        let item = id(test, "SELECT id FROM intake_item WHERE file_name = 'tarama.txt'").await;
        let form = town.app.get(&format!("/gelen-kutusu/{item}/duzenle")).await.ok();
        let form = form
            .says("Okunan yazı")
            .says("BELEDİYE BAŞKANLIĞINA")
            .says("tarama.txt")
            .says("Ender gerekenler");
        let html = form.html();
        let place = |name: &str| html.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("{name}"));
        assert!(place("sender") < place("their_number") && place("title") < place("sender_detsis"));
        assert!(place("unit_id") < place("is_despite"), "what few need comes last");
        town.app.get(&format!("/gelen-kutusu/sayfa?kayit={item}")).await.status(404);
        let photo = id(test, "SELECT id FROM intake_item WHERE file_name = 'foto.jpg'").await;
        let form = town.app.get(&format!("/gelen-kutusu/{photo}/duzenle")).await.ok();
        assert!(form.html().contains(&format!("/gelen-kutusu/sayfa?kayit={photo}&amp;no=1")));
        let page = town.app.get(&format!("/gelen-kutusu/sayfa?kayit={photo}&no=1")).await.ok();
        assert_eq!(page.header("content-type"), "image/jpeg");
        town.app.get(&format!("/gelen-kutusu/sayfa?kayit={photo}&no=2")).await.status(404);
        // A refusal keeps it in sight.
        let wrong = [("surum", "1"), ("title", ""), ("sender", "Valilik"), ("sheets", "0")];
        let refused = town.app.post(&format!("/gelen-kutusu/{item}/duzenle"), &wrong).await.status(422);
        refused.says("Okunan yazı");
        town.as_mehmet();
        town.app.get(&format!("/gelen-kutusu/sayfa?kayit={photo}&no=1")).await.status(403);
    })
    .await;
}

#[tokio::test]
async fn photographs_of_one_paper_become_one_item_in_the_order_of_their_names() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let (first, second) =
            (crate::intake::jpeg_for_tests(400, 300), crate::intake::jpeg_for_tests(300, 400));
        town.as_clerk();
        town.app.get("/gelen-kutusu/yukle").await.ok().says("Telefonla çekin");
        let files =
            [("dosya", "sayfa 10.jpg", second.as_slice()), ("dosya", "sayfa 2.jpg", first.as_slice())];
        let page = town.app.upload("/gelen-kutusu/yukle", &[("birlestir", "evet")], &files).await.ok();
        page.says("alındı");
        assert_eq!(town.text("SELECT file_name || state FROM intake_item").await, "sayfa 2.pdfwaiting");
        let files = "SELECT count(*) FROM attachment WHERE media = 'application/pdf'";
        assert_eq!(town.count(files).await, 1);
        // One alone is not joined, and a telephone's own kind of picture is told how to be sent.
        let page = town
            .app
            .upload("/gelen-kutusu/yukle", &[("birlestir", "evet")], &[files_of("a.jpg", &first)])
            .await;
        page.status(422).says("en az iki JPEG");
        let heic = town
            .app
            .upload("/gelen-kutusu/yukle", &[], &[files_of("IMG_1.HEIC", b"\0\0\0\x18ftypheic")])
            .await;
        heic.ok().says("alınmadı").says("En Uyumlu");
        assert_eq!(town.count("SELECT count(*) FROM intake_item").await, 1);
    })
    .await;
}

fn files_of<'a>(name: &'a str, bytes: &'a [u8]) -> (&'static str, &'a str, &'a [u8]) {
    ("dosya", name, bytes)
}

#[tokio::test]
async fn a_letter_that_waits_for_its_time_stamp_is_told_to_who_keeps_the_keys() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let tx = test.begin().await;
        tx.without_event("arranged");
        let letter = "INSERT INTO letter (id, version, number, title, form, medium, unit_id, addressees, informed, ilgi, body, annexes, \
                      initialled_by, signed_as, on_behalf, secrecy, urgency, statement, sheet, code, state, created_at) VALUES ($1, 1, \
                      'E-1-700-1', 'Bakım', 'letter', 'electronic', $2, '', '', '', '', '', '', 'own', '', 'YOK', 'NRM', '', '', \
                      'ABC', 'signed', 1)";
        tx.run(letter, vec![tx.new_id().into(), town.works.into()]).await.unwrap();
        let stamp = "INSERT INTO letter_stamp (code, waits_for, signature_level, seal_level, report, tried_at) \
                     VALUES ('ABC', 'Sunucuya ulaşılamadı.', '', '', '', 1)";
        tx.run(stamp, vec![]).await.unwrap();
        tx.commit().await.unwrap();
        town.app.sign_in_as("admin", &[town.desk], Some(town.ayse));
        town.app.get("/").await.ok().says("Zaman damgası bekleyen yazı: E-1-700-1");
        town.as_clerk();
        town.app.get("/").await.ok().hides("Zaman damgası bekleyen");
    })
    .await;
}
