//! Assets in people's charge (AS-2).

use testkit::each;

use super::town::{DRAWN, Town, capabilities};

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
        // One by its number in small letters, the other as the reader scans its serial.
        let slip =
            give(&town, town.mehmet, &format!("{}\nsn 1002", one.to_lowercase())).await.location().unwrap();
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
async fn a_network_card_leads_to_the_device_and_to_who_had_it_then() {
    each(capabilities(), async |test| {
        const CARD: &str = "4C:55:41:A0:FA:99";
        let town = Town::new(test).await;
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        let asset = town.text_id("SELECT id FROM asset WHERE name = 'Dizüstü 1'").await;
        let tx = test.begin().await;
        tx.without_event("a test gives a machine its card");
        crate::asset::store::set_macs(&tx, asset, &[CARD.to_string()]).await.unwrap();
        tx.commit().await.unwrap();
        let before = test.clock.now();
        test.advance_seconds(60);
        let slip = give(&town, town.mehmet, &one).await.location().unwrap();
        test.advance_seconds(3_600);
        town.act(&slip, "iade-al").await;
        test.advance_seconds(3_600);
        give(&town, town.ayse, &one).await.location().unwrap();
        let cards_of = test.registry.cards_of().unwrap();
        for (seconds, holder) in
            [(0, None), (1_800, Some("Mehmet Demir")), (5_400, None), (7_300, Some("Ayşe Kaya"))]
        {
            let known = cards_of(&test.db, CARD, before.plus_seconds(seconds)).await.unwrap();
            assert!(known.len() == 1 && known[0].device_tr.contains(&one), "{known:?}");
            let custody = known[0].custody_tr.as_deref();
            match holder {
                Some(holder) => {
                    assert!(custody.is_some_and(|it| it.starts_with(holder) && it.contains("-ZF-")))
                }
                None => assert_eq!(custody, None, "after {seconds} s"),
            }
        }
        assert!(cards_of(&test.db, "4C:55:41:A0:FA:98", before).await.unwrap().is_empty());
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
        let town = Town::new(test).await;
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
        let town = Town::with(test, crate::routes().and(directory::routes())).await;
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        let slip = give(&town, town.mehmet, &one).await.location().unwrap();
        town.act(&slip, "imzali-fis").await.says("Önce imzalanan kâğıdın taramasını");
        town.scan(&slip).await;
        town.act(&slip, "imzali-fis").await.leads_to(&slip);
        let person = format!("/teskilat/personel/{}", town.mehmet);
        leave(&town, &person, "05.11.2026").await.says("Kişinin üzerinde 1 zimmetli varlık var");
        assert_eq!(town.text("SELECT state FROM staff WHERE name = 'Mehmet Demir'").await, "active");
        town.act(&slip, "iade-al").await;
        leave(&town, &person, "05.11.2026").await.leads_to(&person);
        assert_eq!(town.text("SELECT state FROM staff WHERE name = 'Mehmet Demir'").await, "left");
    })
    .await;
}

async fn leave(town: &Town<'_>, person: &str, day: &str) -> testkit::Page {
    let fields = [("eylem", "ayril"), ("onayli", "evet"), ("gerekce", day), ("neden", "Emekli oldu.")];
    town.app.post(&format!("{person}/eylem"), &fields).await
}

#[tokio::test]
async fn a_day_of_leaving_comes_and_what_was_not_given_back_is_said() {
    each(capabilities(), async |test| {
        let town = Town::with(test, crate::routes().and(directory::routes())).await;
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        let slip = give(&town, town.mehmet, &one).await.location().unwrap();
        town.scan(&slip).await;
        town.act(&slip, "imzali-fis").await.leads_to(&slip);
        let person = format!("/teskilat/personel/{}", town.mehmet);
        leave(&town, &person, "10.11.2026").await.leads_to(&person);
        test.advance_seconds(6 * 86_400);
        let jobs = directory::capability().jobs.into_iter();
        let context = kernel::job::JobContext {
            db: test.db.clone(),
            clock: test.clock.clone(),
            registry: test.registry.clone(),
            services: std::sync::Arc::default(),
        };
        for job in jobs.filter(|job| job.name == "directory.leave") {
            (job.run)(&context, &serde_json::Value::Null).await.unwrap();
        }
        assert_eq!(town.text("SELECT state FROM staff WHERE name = 'Mehmet Demir'").await, "left");
        let said = town.text("SELECT note FROM event WHERE verb = 'staff_left_holding'").await;
        assert_eq!(said, "1 zimmetli varlık");
        let page = town.app.get(&person).await.ok();
        page.says("Üzerinde teslim alınmamış varlıkla ayrıldı").says("1 zimmetli varlık");
    })
    .await;
}

async fn draw(town: &Town<'_>, slip: &str, drawn: &str) -> testkit::Page {
    town.draw(slip, "imzalat", drawn).await
}

#[tokio::test]
async fn a_slip_is_signed_on_the_screen_and_the_paper_carries_the_hand() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        let slip = give(&town, town.mehmet, &one).await.location().unwrap();
        let paper = town.app.get(&format!("{slip}/fis")).await.ok().html();
        assert!(paper.contains("Mehmet Demir") && !paper.contains("(çizildi)"), "{paper}");
        // Asked for first, with what is signed before one's eyes.
        let asked = town.app.post(&format!("{slip}/eylem"), &[("eylem", "imzalat")]).await.ok();
        asked.says("İmza: Mehmet Demir").says("özenle kullanmayı").says("Temizle");
        for wrong in ["", "1,1", "20,150 9000,40", "imza"] {
            draw(&town, &slip, wrong).await.status(422).says("İmza çizilmedi ya da çok kısa");
        }
        assert_eq!(town.text("SELECT state FROM custody").await, "waiting");
        draw(&town, &slip, DRAWN).await.leads_to(&slip);
        town.app
            .get(&slip)
            .await
            .ok()
            .says("Zimmette")
            .says("Ekranda imzaladı")
            .says("Mehmet Demir (SHA-256: ");
        assert_eq!(town.text("SELECT strokes FROM signature").await, DRAWN);
        let digest = town.text("SELECT digest FROM signature").await;
        let sealed = town.text("SELECT changes FROM event WHERE verb = 'custody_drawn'").await;
        assert!(sealed.contains(&digest), "{sealed}");
        let paper = town.app.get(&format!("{slip}/fis")).await.ok().html();
        assert!(paper.contains("Teslim alan\nMehmet Demir (çizildi)"), "{paper}");
        assert_eq!(draw(&town, &slip, DRAWN).await.status, 409, "once is enough");
    })
    .await;
}

#[tokio::test]
async fn a_part_comes_back_and_the_rest_stays_in_charge() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let (one, two) =
            (entered(&town, "Dizüstü 1", "SN-1001").await, entered(&town, "Dizüstü 2", "SN-1002").await);
        let slip = give(&town, town.mehmet, &format!("{one}\n{two}")).await.location().unwrap();
        town.scan(&slip).await;
        town.act(&slip, "imzali-fis").await.leads_to(&slip);
        town.app.get(&slip).await.ok().says("Bir kısmını iade al").says("Başkasına devret");
        let holder = town.mehmet.to_string();
        // The same from the device itself.
        let device = town.find("asset", "name", "Dizüstü 1").await;
        let page = town.app.get(&device).await.ok().says("İade al").says("Devret").says("Zimmet fişi").html();
        for way in [
            slip.clone(),
            format!("/zimmet-iadeleri/yeni?holder_id={holder}&amp;asset_numbers={one}"),
            format!("/zimmetler/yeni?from_id={holder}&amp;asset_numbers={one}"),
        ] {
            assert!(page.contains(&format!("href=\"{way}\"")), "{way}");
        }
        let back = |numbers: String| {
            let holder = holder.clone();
            let app = &town.app;
            async move {
                let typed = [("holder_id", holder.as_str()), ("asset_numbers", numbers.as_str())];
                app.post("/zimmet-iadeleri/yeni", &typed).await
            }
        };
        let first = back(one.clone()).await.location().unwrap();
        town.app.get(&first).await.ok().says("İmza bekliyor").says("Mehmet Demir tarafından");
        let page = town.app.get(&slip).await.ok().says("Zimmette").says("Düşüldü").says("Üzerinde");
        page.says("1 varlık; fişte 1 varlık kaldı");
        back(one.clone()).await.status(422).says("kimsenin zimmetinde değil");
        town.as_staff(town.mehmet, town.other_unit);
        town.act(&first, "onayla").await;
        assert_eq!(town.text("SELECT state FROM custody_return").await, "signed");
        town.as_clerk();
        // Nothing typed: whatever the person still has.
        back(String::new()).await.location().unwrap();
        assert_eq!(town.text("SELECT state FROM custody").await, "returned");
        assert_eq!(town.count("SELECT count(*) FROM asset WHERE holder_id IS NOT NULL").await, 0);
        back(String::new()).await.status(422).says("iade alınacak varlık yok");
    })
    .await;
}

#[tokio::test]
async fn everything_a_leaver_has_is_handed_on_at_once() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        for (name, serial) in [("Dizüstü 1", "SN-1001"), ("Dizüstü 2", "SN-1002"), ("Dizüstü 3", "SN-1003")]
        {
            let number = entered(&town, name, serial).await;
            give(&town, town.mehmet, &number).await.location().unwrap();
        }
        let (from, to) = (town.mehmet.to_string(), town.ayse.to_string());
        let typed = [("holder_id", to.as_str()), ("from_id", from.as_str()), ("asset_numbers", "")];
        let slip = town.app.post("/zimmetler/yeni", &typed).await.location().unwrap();
        town.app
            .get(&slip)
            .await
            .ok()
            .says("Dizüstü 3")
            .says("Mehmet Demir tarafından")
            .says("devredilmiştir");
        assert_eq!(town.count("SELECT count(*) FROM custody WHERE state = 'transferred'").await, 3);
        assert_eq!(town.count("SELECT count(*) FROM custody_item WHERE returned_at IS NULL").await, 3);
        assert_eq!(town.count("SELECT count(DISTINCT holder_id) FROM asset").await, 1);
        town.act(&slip, "geri-al").await.says("Devir fişi geri alınmaz");
        let again = town.app.post("/zimmetler/yeni", &typed).await.status(422);
        again.says("Devredenin üzerinde varlık yok");
    })
    .await;
}

#[tokio::test]
async fn one_laptop_handed_on_to_two_people_at_the_same_moment_goes_to_one() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let one = entered(&town, "Dizüstü 1", "SN-1001").await;
        give(&town, town.mehmet, &one).await.location().unwrap();
        let (from, ayse) = (town.mehmet.to_string(), town.ayse.to_string());
        let on = [("holder_id", ayse.as_str()), ("from_id", from.as_str()), ("asset_numbers", one.as_str())];
        let back = [("holder_id", from.as_str()), ("asset_numbers", one.as_str())];
        let (first, second) = tokio::join!(
            town.app.post("/zimmetler/yeni", &on),
            town.app.post("/zimmet-iadeleri/yeni", &back)
        );
        let done = [&first, &second].iter().filter(|page| page.status == 303).count();
        assert_eq!(done, 1, "{} and {}", first.status, second.status);
        let open = town.count("SELECT count(*) FROM custody_item WHERE returned_at IS NULL").await;
        assert_eq!(open, town.count("SELECT count(*) FROM asset WHERE holder_id IS NOT NULL").await);
    })
    .await;
}

#[tokio::test]
async fn what_stands_in_a_room_has_a_person_who_answers_and_a_place() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let one = entered(&town, "Ortak yazıcı", "SN-1001").await;
        let holder = town.mehmet.to_string();
        let typed = |room| {
            let fields: Vec<(&str, String)> = vec![
                ("holder_id", holder.clone()),
                ("given_to", "room".into()),
                ("room", String::from(room)),
                ("asset_numbers", one.clone()),
            ];
            fields
        };
        let post = async |fields: Vec<(&str, String)>| {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            town.app.post("/zimmetler/yeni", &fields).await
        };
        post(typed("")).await.status(422).says("Hangi oda olduğunu yazın");
        let slip = post(typed("Ana bina, 204")).await.location().unwrap();
        town.app.get(&slip).await.ok().says("Ana bina, 204 odasında ortak kullanılmak üzere");
        assert_eq!(town.text("SELECT place FROM asset").await, "Ana bina, 204");
    })
    .await;
}

#[tokio::test]
async fn once_a_year_everybody_says_what_they_hold() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let (one, two) =
            (entered(&town, "Dizüstü 1", "SN-1001").await, entered(&town, "Dizüstü 2", "SN-1002").await);
        give(&town, town.mehmet, &one).await.location().unwrap();
        give(&town, town.ayse, &two).await.location().unwrap();
        let typed = [("title", "2026 yılı zimmet teyidi"), ("last_on", "2099-12-31")];
        town.app.post("/zimmet-teyit-donemleri/yeni", &typed).await.location().unwrap();
        town.app.post("/zimmet-teyit-donemleri/yeni", &typed).await.status(422).says("sürüyor");
        test.work().await;
        assert_eq!(town.count("SELECT count(*) FROM custody_check WHERE asset_count = 1").await, 2);
        town.as_staff(town.mehmet, town.other_unit);
        let mine = town.find("custody_check", "title", "2026 yılı zimmet teyidi: Mehmet Demir").await;
        town.app.get(&mine).await.ok().says("Dizüstü 1").hides("Dizüstü 2").says("Yanıt bekliyor");
        town.act(&mine, "fark-var").await;
        let other = town.find("custody_check", "title", "2026 yılı zimmet teyidi: Ayşe Kaya").await;
        assert_eq!(town.act(&other, "hepsi-bende").await.status, 404, "another's list");
        town.as_clerk();
        assert_ne!(town.act(&other, "hepsi-bende").await.status, 303, "nobody answers for another");
        draw(&town, &other, DRAWN).await.leads_to(&other);
        town.act(&mine, "giderildi").await;
        let states = "SELECT count(*) FROM custody_check WHERE state IN ('confirmed', 'settled')";
        assert_eq!(town.count(states).await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_yearly_confirmation_begins_by_itself_on_its_day_and_once() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let number = {
            town.enter("PC-1", "SN-1").await;
            town.text("SELECT number FROM asset").await
        };
        let holder = town.mehmet.to_string();
        let slip =
            [("holder_id", holder.as_str()), ("given_to", "person"), ("asset_numbers", number.as_str())];
        town.app.post("/zimmetler/yeni", &slip).await.location().unwrap();
        let job = crate::custody::campaign::job_of_beginning();
        let begun = "SELECT count(*) FROM custody_campaign";
        test.run(&job).await;
        assert_eq!(town.count(begun).await, 0, "nobody set a day");
        let today = test.clock.now().day().0;
        let declared = test.registry.settings();
        for (key, value) in [
            ("assets.campaign_month", serde_json::json!(u8::from(today.month()).to_string())),
            ("assets.campaign_day", serde_json::json!(today.day())),
        ] {
            let setting = declared.iter().find(|one| one.key == key).unwrap();
            let tx = test.begin().await;
            kernel::setting::set(&tx, setting, &value).await.unwrap();
            tx.commit().await.unwrap();
        }
        tokio::join!(test.run(&job), test.run(&job));
        test.run(&job).await;
        assert_eq!(town.count(begun).await, 1);
        test.work().await;
        assert_eq!(town.count("SELECT count(*) FROM custody_check WHERE state = 'waiting'").await, 1);
        let title = format!("{} yılı zimmet teyidi", today.year());
        town.app.get("/zimmet-teyit-donemleri").await.ok().says(&title);
        // A year later it is asked again, once the first is closed.
        let first = town.text_id("SELECT id FROM custody_campaign").await;
        test.advance_seconds(366 * 86_400);
        test.run(&job).await;
        assert_eq!(town.count(begun).await, 1, "the first still runs");
        town.as_clerk();
        let first = format!("/zimmet-teyit-donemleri/{first}");
        town.act(&first, "kapat").await.leads_to(&first);
        test.run(&job).await;
        assert_eq!(town.count(begun).await, 2);
    })
    .await;
}
