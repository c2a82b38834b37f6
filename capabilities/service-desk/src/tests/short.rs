//! The short ways in: by telephone, and from a device's label (SD-1). What a label shows of a device only the whole product can tell.

use directory::{NewStaff, create_staff, create_title};
use kernel::Day;
use kernel::db::Sql;
use kernel::record::{self, Draft, FieldValue};
use testkit::each;

use super::town::{Town, capabilities};

const PHONE: &str = "/destek/telefon";

#[tokio::test]
async fn a_call_is_a_name_and_a_line() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        town.app.get("/destek").await.ok().says("Telefonla gelen arıza");
        let form = town.app.get(PHONE).await.ok().html();
        assert!(form.contains("autofocus"), "the cursor stands in the first field");
        assert!(form.contains("/destek/benzer"), "what is told is looked up while it is typed");
        assert!(form.find("name=\"arayan\"").unwrap() < form.find("name=\"description\"").unwrap());
        // While the name is typed the caller is said.
        let piece = town.app.post_part("/destek/telefon/benzer", &[("arayan", "Mehm")]).await;
        piece.ok().says("Mehmet Demir, Fen İşleri Müdürlüğü");
        let sent = [("arayan", "Mehmet"), ("description", "Yazıcı kâğıt sıkıştırıyor")];
        let address = town.app.post(PHONE, &sent).await.location().unwrap();
        let sql = "SELECT channel || ' ' || state || ' ' || place || ' ' || title FROM ticket";
        assert_eq!(town.text(sql).await, "phone new Fen İşleri Müdürlüğü Yazıcı kâğıt sıkıştırıyor");
        town.app.get(&address).await.ok().says("Telefon").says("Mehmet Demir");
        // Whom nobody knows and what nobody said are asked for; what was typed stays.
        let nobody = town.app.post(PHONE, &[("arayan", "Zekeriya"), ("description", "")]).await;
        nobody.status(422).says("çalışan biri bulunamadı").says("Ne olduğunu bir satırla yazın");
        // Two of the same name: which of them.
        let tx = test.begin().await;
        let title = create_title(&tx, "Uzman", "officer", false).await.unwrap();
        let new = NewStaff {
            registry_no: "3".into(),
            name: "Mehmet Ak".into(),
            unit: town.desk,
            title,
            started_on: Day(time::macros::date!(2020 - 01 - 06)),
            email: String::new(),
            phone: String::new(),
        };
        let other = create_staff(&tx, &new).await.unwrap().to_string();
        tx.commit().await.unwrap();
        let asked = town.app.post(PHONE, &sent).await.status(422);
        asked.says("Hangisi arıyor?").says("Mehmet Ak, Bilgi İşlem Müdürlüğü");
        let chosen = [("arayan", "Mehmet"), ("kisi", other.as_str()), ("description", "Fare çalışmıyor")];
        town.app.post(PHONE, &chosen).await.location().unwrap();
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 2);
        town.as_mehmet();
        town.app.get(PHONE).await.status(403);
        town.app.post(PHONE, &sent).await.status(403);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_opens_one_ticket() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let once = town.app.get(PHONE).await.ok().value(ui::names::ONCE).unwrap();
        let sent = [("arayan", "Mehmet"), ("description", "Ekran karardı"), (ui::names::ONCE, once.as_str())];
        let first = town.app.post(PHONE, &sent).await.location().unwrap();
        town.app.post(PHONE, &sent).await.leads_to(&first);
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_page_is_opened_for_stands_before_notes_and_history() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let address = town.report("Güç kaynağı ötüyor. Arka taraftan duman çıktı.", &[]).await;
        let page = town.app.get(&address).await.ok().says("Sahipsiz").text();
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
        assert!(at("Arka taraftan duman") < at("Geçmiş") && at("Arka taraftan duman") < at("Not yazın"));
        assert_eq!(page.matches("Arka taraftan duman").count(), 2, "on the page once, and in its history");
        town.act(&address, "ustlen", "").await.leads_to(&address);
        town.app.get(&address).await.ok().hides("Sahipsiz");
    })
    .await;
}

#[tokio::test]
async fn what_is_open_is_found_among_however_many_closed_ones() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let tx = test.begin().await;
        for _ in 0..300 {
            let mut draft = Draft::default();
            for (column, text) in [
                ("title", "Yazıcı çıktı vermiyor eskiden"),
                ("description", "Yazıcı çıktı vermiyor eskiden"),
                ("kind", "fault"),
                ("urgency", "normal"),
                ("impact", "person"),
                ("place", "204"),
                ("category", "printer"),
            ] {
                draft.set(column, FieldValue::Text(text.into()));
            }
            draft.set("requester_id", FieldValue::Id(town.mehmet));
            record::create(&tx, &crate::ticket::kind(), draft).await.unwrap();
        }
        tx.run("UPDATE ticket SET state = 'closed', is_open = FALSE", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        town.as_mehmet();
        town.report("Yazıcı bugün çıktı vermiyor", &[]).await;
        let ask = [("description", "yazıcımız çıktı vermiyordu")];
        let found = town.app.post_part("/destek/benzer", &ask).await.ok();
        found.says("Yazıcı bugün çıktı vermiyor").hides("eskiden");
        town.as_technician();
        let found = town.app.post_part("/destek/benzer", &ask).await.ok();
        found.says("Yazıcı bugün çıktı vermiyor").hides("eskiden");
        // Of what another may not see nothing is said.
        town.app.sign_in_as("staff", &[town.desk], Some(town.ayse));
        town.app.post_part("/destek/benzer", &ask).await.ok().hides("Yazıcı bugün");
    })
    .await;
}
