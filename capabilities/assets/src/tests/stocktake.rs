//! What a unit should have, held against what was found (AS-2).

use testkit::each;

use super::town::{DRAWN, Town, capabilities};

struct Count {
    address: String,
    numbers: Vec<String>,
}

/// Three machines of the unit, one of the other unit, and a count that was begun.
async fn begun(town: &Town<'_>) -> Count {
    town.as_clerk();
    let mut numbers = Vec::new();
    for (name, serial) in [("Dizüstü 1", "SN-1"), ("Dizüstü 2", "SN-22"), ("Dizüstü 3", "SN-333")] {
        town.enter(name, serial).await;
        numbers.push(town.text(&format!("SELECT number FROM asset WHERE name = '{name}'")).await);
    }
    let other = town.other_unit.to_string();
    let typed = [("name", "Fen tableti"), ("category", "tablet"), ("serial", "SN-4444"), ("unit_id", &other)];
    town.app.post("/varliklar/yeni", &typed).await.location().unwrap();
    let (unit, person) = (town.unit.to_string(), town.ayse.to_string());
    let typed = [("unit_id", unit.as_str()), ("responsible_id", person.as_str())];
    let address = town.app.post("/sayimlar/yeni", &typed).await.location().unwrap();
    town.app.post("/sayimlar/yeni", &typed).await.status(422).says("sayılı sayım sürüyor");
    Count { address, numbers }
}

#[tokio::test]
async fn what_was_read_in_a_cellar_arrives_later_and_counts_once() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let count = begun(&town).await;
        let readings = format!("{}/okumalar", count.address);
        town.app.get(&format!("{}/say", count.address)).await.ok().says("3 varlıktan 0 tanesi");
        // A label, a number and a serial; a machine of another unit; what nobody knows.
        let first = town.find("asset", "name", "Dizüstü 1").await;
        let label = format!("1793862000000000\tBodrum\thttps://eski.adres{first}");
        // Typed in small letters, or scanned with a blank at its end.
        let number = format!("1793862000000000\tBodrum\t {} ", count.numbers[1].to_lowercase());
        let sent = [
            ("okuma", label.as_str()),
            ("okuma", number.as_str()),
            ("okuma", "1793862000000000\tBodrum\tsn 4444"),
            ("okuma", "1793862000000000\tBodrum\tKOLİ-12"),
        ];
        // The same telephone sends it again because it never heard the answer.
        for _ in 0..2 {
            town.app.post(&readings, &sent).await.status(303);
        }
        assert_eq!(town.count("SELECT count(*) FROM stocktake_line").await, 4);
        for (result, number) in [("found", 2), ("misplaced", 1), ("unknown", 1)] {
            let sql = format!("SELECT count(*) FROM stocktake_line WHERE result = '{result}'");
            assert_eq!(town.count(&sql).await, number, "{result}");
        }
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'labels_read'").await, 1);
        assert_eq!(town.text("SELECT place FROM stocktake_line WHERE result = 'unknown'").await, "Bodrum");
        // Typed, without script.
        let typed = [("kod", count.numbers[0].as_str()), ("oda", "204")];
        let again = town.app.post(&readings, &typed).await;
        let again = town.app.follow(again).await.ok();
        again.says("Yerinde, daha önce okundu").says("3 varlıktan 2 tanesi");
        town.app.post(&readings, &[("kod", "  ")]).await.status(422).says("Bir etiket okutun");
    })
    .await;
}

#[tokio::test]
async fn the_end_of_a_count_names_what_is_missing_and_is_signed() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let count = begun(&town).await;
        let readings = format!("{}/okumalar", count.address);
        town.act(&count.address, "kapat").await.status(422).says("Hiçbir varlık yerinde bulunmadı");
        for code in [count.numbers[0].as_str(), count.numbers[1].as_str(), "sn 4444", "KOLİ-12"] {
            town.app.post(&readings, &[("kod", code)]).await.status(303);
        }
        town.act(&count.address, "kapat").await.leads_to(&count.address);
        let page = town.app.get(&count.address).await.ok();
        page.says("Kapandı, imza bekliyor").says("Bulunamadı").says("Dizüstü 3");
        let missing = town.find("asset", "name", "Dizüstü 3").await;
        town.app.get(&missing).await.ok().says("Sayımda bulunamadı");
        town.app.get("/sayim-satirlari?result=missing").await.ok().says("1 / 1 kayıt");
        // A telephone that comes up from the cellar after the end is told so.
        town.app.post(&readings, &[("kod", "sn 333")]).await.status(409).says("Bu sayım kapanmış");
        town.draw(&count.address, "imzalat", DRAWN).await.leads_to(&count.address);
        let paper = town.app.get(&format!("{}/tutanak", count.address)).await.ok().html();
        for part in [
            "kayıtlı 3 varlıktan 2 tanesi yerinde bulunmuş, aşağıdaki 1 varlık bulunamamıştır",
            "Dizüstü 3",
            "Başka birimde kayıtlı olup burada bulunanlar",
            "Fen tableti",
            "Tanınmayan etiketler: KOLİ-12",
            "Sayım sorumlusu\nAyşe Kaya (çizildi)",
        ] {
            assert!(paper.contains(part), "{part} in {paper}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_label_of_what_was_written_off_is_told_apart() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let count = begun(&town).await;
        let third = town.find("asset", "name", "Dizüstü 3").await;
        town.write_off(&count.numbers[2]).await;
        let readings = format!("{}/okumalar", count.address);
        let read = town.app.post(&readings, &[("kod", &format!("https://belde{third}"))]).await;
        town.app.follow(read).await.ok().says("Kayıttan düşmüş");
        town.as_staff(town.mehmet, town.other_unit);
        town.app.get(&count.address).await.status(403);
    })
    .await;
}

#[tokio::test]
async fn a_machine_read_in_another_room_is_there_and_its_place_is_taken_over() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let count = begun(&town).await;
        for (name, place) in [("Dizüstü 1", "Ana bina, oda 204"), ("Dizüstü 2", "Ana bina, oda 204")] {
            let asset = town.find("asset", "name", name).await;
            town.app.post(&format!("{asset}/duzenle"), &[("place", place), ("surum", "1")]).await.leads_to(&asset);
        }
        let readings = format!("{}/okumalar", count.address);
        for (number, room) in count.numbers.iter().zip(["204", "305", "Depo"]) {
            town.app.post(&readings, &[("kod", number), ("oda", room)]).await.status(303);
        }
        let result = async |name: &str| {
            let sql = format!(
                "SELECT l.result || ' ' || a.place FROM stocktake_line AS l JOIN asset AS a ON a.id = l.asset_id WHERE a.name = '{name}'"
            );
            town.text(&sql).await
        };
        assert_eq!(result("Dizüstü 1").await, "found Ana bina, oda 204");
        assert_eq!(result("Dizüstü 2").await, "moved Ana bina, oda 204");
        town.app.get(&count.address).await.ok().says("Yeri farklı");
        town.act(&count.address, "kapat").await.leads_to(&count.address);
        assert_eq!(town.count("SELECT found FROM stocktake").await, 3, "another room is still there");
        let text = town.text("SELECT statement FROM stocktake").await;
        assert!(text.contains("başka bir odada bulunanlar") && text.contains("Dizüstü 2"), "{text}");
        town.act(&count.address, "yerleri-isle").await.leads_to(&count.address);
        assert_eq!(result("Dizüstü 1").await, "found Ana bina, oda 204");
        assert_eq!(result("Dizüstü 2").await, "moved 305");
        assert_eq!(result("Dizüstü 3").await, "found Depo", "of which no room was written");
        town.act(&count.address, "yerleri-isle").await.status(422).says("Yeri değişen varlık yok");
    })
    .await;
}

#[tokio::test]
async fn a_count_in_which_nothing_was_found_is_closed_with_its_reason() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let count = begun(&town).await;
        town.act(&count.address, "kapat").await.status(422).says("nedenini sayımın açıklamasına");
        let note = [("note", "Bina boşaltılmış."), ("surum", "1")];
        town.app.post(&format!("{}/duzenle", count.address), &note).await.leads_to(&count.address);
        town.act(&count.address, "kapat").await.leads_to(&count.address);
        let text = town.text("SELECT statement FROM stocktake").await;
        assert!(text.contains("aşağıdaki 3 varlığın hiçbiri bulunamamıştır"), "{text}");
        assert_eq!(town.count("SELECT missing FROM stocktake").await, 3);
    })
    .await;
}
