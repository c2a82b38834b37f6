//! Assets in people's charge (AS-2).

use printing::{Block, Document, Printer};
use testkit::each;

use super::town::{Town, capabilities};
use kernel::job::Services;

/// The text of the paper, so that a test reads what the typesetter gets.
fn plain(document: &Document, _at: time::OffsetDateTime) -> Result<Vec<u8>, printing::Error> {
    let mut said = vec![document.title.clone(), document.head.municipality.clone()];
    for block in &document.blocks {
        match block {
            Block::Table { rows, .. } => said.extend(rows.iter().map(|row| row.join(" | "))),
            Block::Paragraph(text) | Block::Note(text) => said.push(text.clone()),
            Block::SignatureLines(lines) => said.extend(lines.clone()),
            Block::Facts(facts) => said.extend(facts.iter().map(|(name, value)| format!("{name}: {value}"))),
            _ => {}
        }
    }
    Ok(said.join("\n").into_bytes())
}

/// The number of an asset that was just entered; ids are stored differently by both databases.
async fn entered(town: &Town<'_>, name: &str, serial: &str) -> String {
    town.enter(name, serial).await;
    town.text(&format!("SELECT number FROM asset WHERE name = '{name}'")).await
}

async fn give(town: &Town<'_>, staff: uuid::Uuid, numbers: &str) -> testkit::Page {
    let holder = staff.to_string();
    town.app.post("/zimmetler/yeni", &[("holder_id", holder.as_str()), ("asset_numbers", numbers)]).await
}

#[tokio::test]
async fn two_machines_on_one_slip_are_confirmed_by_their_holder_and_taken_back() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let (one, two) =
            (entered(&town, "Dizüstü 1", "SN-1001").await, entered(&town, "Dizüstü 2", "SN-1002").await);
        // One by its number, the other as the reader scans its serial.
        let slip = give(&town, town.mehmet, &format!("{one}\nsn 1002")).await.location().unwrap();
        town.app
            .get(&slip)
            .await
            .ok()
            .says("Mehmet Demir: Dizüstü 1 ve 1 varlık daha")
            .says("özenle kullanmayı")
            .says("Teyit bekliyor");
        assert_eq!(
            town.count("SELECT count(*) FROM asset WHERE holder_id IS NOT NULL AND state = 'in_use'").await,
            2
        );
        town.as_staff(town.mehmet, town.other_unit);
        town.app.get("/varliklar").await.ok().says("Dizüstü 1").says("Dizüstü 2");
        town.act(&slip, "teslim-aldim").await;
        town.app.get(&slip).await.ok().says("Zimmette").says("Teslim aldığını bildirdi");
        town.as_clerk();
        town.act(&slip, "iade-al").await;
        assert_eq!(
            town.count("SELECT count(*) FROM asset WHERE holder_id IS NULL AND state = 'in_stock'").await,
            2
        );
        town.as_staff(town.mehmet, town.other_unit);
        town.app.get("/varliklar").await.ok().hides("Dizüstü 1");
        town.as_clerk();
        let again = give(&town, town.ayse, &two).await.location().unwrap();
        town.app.get(&again).await.ok().says("Ayşe Kaya: Dizüstü 2");
    })
    .await;
}

#[tokio::test]
async fn a_machine_in_somebodys_charge_is_not_given_to_another() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        give(&town, town.mehmet, &one).await.location().unwrap();
        let refused = give(&town, town.ayse, &format!("{one}\nYOK-1")).await.status(422);
        let text = refused.says("Mehmet Demir adına zimmetli").says("“YOK-1” numaralı bir varlık yok");
        assert!(text.html().contains(&format!("{one}\nYOK-1</textarea>")), "what was typed is kept");
        assert_eq!(town.count("SELECT count(*) FROM custody").await, 1);
        let last = town.text("SELECT number FROM custody").await;
        assert!(last.ends_with("ZF-000001"), "{last}");
    })
    .await;
}

#[tokio::test]
async fn one_laptop_given_to_two_people_at_the_same_moment_is_in_one_charge() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        let (first, second) = tokio::join!(give(&town, town.ayse, &one), give(&town, town.mehmet, &one));
        let given = [&first, &second].iter().filter(|page| page.status == 303).count();
        assert_eq!(given, 1, "{} and {}", first.status, second.status);
        assert_eq!(town.count("SELECT count(*) FROM custody_item WHERE returned_at IS NULL").await, 1);
        assert_eq!(town.count("SELECT count(*) FROM custody").await, 1);
    })
    .await;
}

#[tokio::test]
async fn only_the_holder_confirms_or_disputes() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        let slip = give(&town, town.mehmet, &one).await.location().unwrap();
        assert_ne!(town.act(&slip, "teslim-aldim").await.status, 303, "the giver confirms for nobody");
        town.as_staff(town.ayse, town.unit);
        assert_eq!(town.app.get(&slip).await.status, 404, "another's slip");
        assert_eq!(town.act(&slip, "teslim-aldim").await.status, 404);
        town.as_staff(town.mehmet, town.other_unit);
        town.act(&slip, "itiraz").await;
        assert_eq!(town.text("SELECT state FROM custody").await, "disputed");
        assert_eq!(town.act(&slip, "iade-al").await.status, 403, "nobody takes back from themselves");
    })
    .await;
}

#[tokio::test]
async fn the_slip_on_paper_says_what_was_frozen() {
    each(capabilities(), async |test| {
        let mut town = Town::new(test).await;
        let services = Services::default().with(Printer(plain));
        town.app = testkit::TestApp::changed(test, crate::routes(), services, |_| {});
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        let slip = give(&town, town.mehmet, &one).await.location().unwrap();
        let address = town.find("asset", "name", "Dizüstü 1").await;
        let paper = town.app.get(&format!("{slip}/fis")).await.ok();
        let said = paper.html();
        for part in [one.as_str(), "SN-1001", "Mehmet Demir", "Teslim alan", "SHA-256"] {
            assert!(said.contains(part), "{part} in {said}");
        }
        let frozen = town.text("SELECT statement FROM custody").await;
        town.act(&address, "onarima-al").await;
        assert_eq!(town.text("SELECT statement FROM custody").await, frozen);
        town.app.get(&slip).await.ok().says("Zimmet fişi indirildi");
    })
    .await;
}

#[tokio::test]
async fn nobody_leaves_with_an_asset_in_their_charge() {
    each(capabilities(), async |test| {
        let mut town = Town::new(test).await;
        town.app = test.app(crate::routes().and(directory::routes()));
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        let slip = give(&town, town.mehmet, &one).await.location().unwrap();
        town.act(&slip, "imzali-fis").await;
        let person = format!("/teskilat/personel/{}", town.mehmet);
        town.act(&person, "ayril").await.says("Kişinin üzerinde 1 zimmetli varlık var");
        assert_eq!(town.text("SELECT state FROM staff WHERE name = 'Mehmet Demir'").await, "active");
        town.act(&slip, "iade-al").await;
        town.act(&person, "ayril").await;
        assert_eq!(town.text("SELECT state FROM staff WHERE name = 'Mehmet Demir'").await, "left");
    })
    .await;
}
