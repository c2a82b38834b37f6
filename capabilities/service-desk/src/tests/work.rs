//! Work around tickets: planned, given to firms, written down, done with parts of other machines (SD-3, SD-4, SD-5, SD-7).

use kernel::db::Sql;
use testkit::each;

use super::tickets::run;
use super::town::{Town, capabilities};

#[tokio::test]
async fn a_plan_opens_its_own_ticket_on_a_working_day_and_once() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        // Saturday, 7 November 2026; the work goes to Monday.
        let saturday = kernel::tr::parse_instant("7.11.2026 09:00").unwrap();
        test.clock.advance_us(saturday - test.clock.now().0);
        town.as_technician();
        let (desk, ayse) = (town.desk.to_string(), town.ayse.to_string());
        let fields = [
            ("title", "Sistem odası denetimi"),
            ("steps", "Sıcaklığa bakın.\nTozu alın."),
            ("interval", "week"),
            ("next_on", "7.11.2026"),
            ("unit_id", desk.as_str()),
            ("responsible_id", ayse.as_str()),
            ("assignee_id", ayse.as_str()),
            ("place", "Sistem odası"),
        ];
        let plan = town.app.post("/bakim-planlari/yeni", &fields).await.location().unwrap();
        run(test, "service_desk.maintain").await;
        run(test, "service_desk.maintain").await;
        let ticket = "SELECT kind || ' ' || state || ' ' || planned_on || ' ' || channel FROM ticket";
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 1);
        assert_eq!(town.text(ticket).await, "maintenance assigned 2026-11-09 plan");
        assert_eq!(town.text("SELECT next_on FROM maintenance_plan").await, "2026-11-14");
        town.app.get(&plan).await.ok().says("Destek kayıtları").says("Sistem odası denetimi");
        // A server that was off for a month opens one, not four.
        test.advance_seconds(30 * 86_400);
        run(test, "service_desk.maintain").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 2);
        town.as_technician();
        town.act(&plan, "durdur", "Oda boşaltıldı").await.leads_to(&plan);
        test.advance_seconds(30 * 86_400);
        run(test, "service_desk.maintain").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_plan_by_the_counter_does_not_wait_for_its_day() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let monday = kernel::tr::parse_instant("9.11.2026 09:00").unwrap();
        test.clock.advance_us(monday - test.clock.now().0);
        town.as_technician();
        let (desk, ayse) = (town.desk.to_string(), town.ayse.to_string());
        let mut fields = vec![
            ("title", "Baskı ünitesi bakımı"),
            ("steps", "Isıtıcıyı değiştirin."),
            ("interval", "year"),
            ("next_on", "1.11.2027"),
            ("unit_id", desk.as_str()),
            ("responsible_id", ayse.as_str()),
            ("place", "2. kat"),
            ("counter_now", "48000"),
        ];
        let none = [&fields[..], &[("counter_every", "0")]].concat();
        town.app.post("/bakim-planlari/yeni", &none).await.status(422).says("Sıfırdan büyük");
        fields.push(("counter_every", "50000"));
        let plan = town.app.post("/bakim-planlari/yeni", &fields).await.location().unwrap();
        assert_eq!(town.count("SELECT counter_next FROM maintenance_plan").await, 98_000);
        let asset = uuid::Uuid::from_u128(7);
        let tx = test.begin().await;
        tx.run("UPDATE maintenance_plan SET asset_id = $1, counter_next = 50000", vec![asset.into()])
            .await
            .unwrap();
        tx.without_event("a test");
        tx.commit().await.unwrap();
        run(test, "service_desk.maintain").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 0);
        // What the network told of the printer reaches the plan.
        for (pages, tickets) in [("49100", 0), ("50300", 1), ("51000", 1)] {
            let tx = test.begin().await;
            let change = kernel::event::Change {
                field: "pages".into(),
                label: "Bastığı sayfa".into(),
                before: String::new(),
                after: pages.into(),
            };
            let device = kernel::Ref::new("network_device", uuid::Uuid::from_u128(8));
            let event = kernel::NewEvent::new(device, "yazici", "pages_counted").changes(vec![change]);
            tx.record(event.related(kernel::Ref::new("asset", asset))).await.unwrap();
            tx.commit().await.unwrap();
            run(test, "service_desk.maintain").await;
            run(test, "service_desk.maintain").await;
            assert_eq!(town.count("SELECT count(*) FROM ticket").await, tickets, "{pages}");
        }
        assert!(town.text("SELECT description FROM ticket").await.ends_with("Sayaç: 50.300"));
        assert_eq!(town.count("SELECT counter_next FROM maintenance_plan").await, 100_300);
        assert_eq!(town.text("SELECT next_on FROM maintenance_plan").await, "2027-11-09", "both begin anew");
        // Read by hand, as a generator's hours are.
        let version = town.app.get(&format!("{plan}/duzenle")).await.ok().value("surum").unwrap();
        let fields = [("surum", version.as_str()), ("counter_now", "100300")];
        town.app.post(&format!("{plan}/duzenle"), &fields).await.leads_to(&plan);
        run(test, "service_desk.maintain").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_every_working_day_rests_on_the_others() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let friday = kernel::tr::parse_instant("6.11.2026 09:00").unwrap();
        test.clock.advance_us(friday - test.clock.now().0);
        town.as_technician();
        let (desk, ayse) = (town.desk.to_string(), town.ayse.to_string());
        let fields = [
            ("title", "Sabah denetimi"),
            ("steps", "Yedek alınmış mı, bakın."),
            ("interval", "day"),
            ("next_on", "6.11.2026"),
            ("unit_id", desk.as_str()),
            ("responsible_id", ayse.as_str()),
            ("place", "Sistem odası"),
        ];
        town.app.post("/bakim-planlari/yeni", &fields).await.location().unwrap();
        for expected in [1, 1, 1, 2] {
            run(test, "service_desk.maintain").await;
            assert_eq!(town.count("SELECT count(*) FROM ticket").await, expected);
            test.advance_seconds(86_400);
        }
    })
    .await;
}

#[tokio::test]
async fn while_a_firm_has_it_the_time_stands_still() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let address = town.report("Güç kaynağı ötüyor", &[]).await;
        town.act(&address, "ustlen", "").await.leads_to(&address);
        let id = address.rsplit('/').next().unwrap();
        let mut fields = vec![
            ("ticket_id", id),
            ("vendor", "Anadolu Bilişim"),
            ("basis", "warranty"),
            ("sent_on", "5.11.2026"),
            ("expected_on", "4.11.2026"),
        ];
        town.app.post("/firma-isleri/yeni", &fields).await.status(422).says("önce olamaz");
        fields.retain(|(name, _)| *name != "expected_on");
        let job = town.app.post("/firma-isleri/yeni", &fields).await.location().unwrap();
        assert_eq!(town.text("SELECT state || ' ' || deadline FROM ticket").await, "waiting_vendor paused");
        town.app.get(&address).await.ok().says("Firma işleri").says("Anadolu Bilişim: Garanti");
        test.advance_seconds(5 * 86_400);
        town.as_technician();
        town.act(&job, "geri-geldi", "Aküler değişti").await.leads_to(&job);
        assert_eq!(town.text("SELECT state || ' ' || deadline FROM ticket").await, "in_progress on_time");
        town.app.get(&job).await.ok().says("Aküler değişti").says("10.11.2026");
    })
    .await;
}

#[tokio::test]
async fn what_is_at_two_firms_goes_on_when_both_are_back() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        // Nobody has looked at it yet: it may go to the firm all the same.
        let address = town.report("Sunucu açılmıyor", &[]).await;
        let id = address.rsplit('/').next().unwrap();
        let (one, two) = (uuid::Uuid::from_u128(1).to_string(), uuid::Uuid::from_u128(2).to_string());
        let send = async |device: &str| {
            let fields = [
                ("ticket_id", id),
                ("vendor", "Anadolu Bilişim"),
                ("basis", "contract"),
                ("sent_on", "5.11.2026"),
                ("asset_id", device),
            ];
            town.app.post("/firma-isleri/yeni", &fields).await
        };
        let first = send(&one).await.location().unwrap();
        assert_eq!(town.text("SELECT state || ' ' || deadline FROM ticket").await, "waiting_vendor paused");
        send(&one).await.status(422).says("aynı cihaz zaten firmada");
        let second = send(&two).await.location().unwrap();
        town.act(&first, "geri-geldi", "Onarıldı").await.leads_to(&first);
        assert_eq!(town.text("SELECT state FROM ticket").await, "waiting_vendor");
        town.act(&second, "onarilamadi", "Kart yanmış").await.leads_to(&second);
        assert_eq!(town.text("SELECT state FROM ticket").await, "in_progress");
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE assignee_id IS NOT NULL").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_part_is_in_one_machine_at_a_time() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let [a, b, c] = [1, 2, 3].map(|number| uuid::Uuid::from_u128(number).to_string());
        let fit = async |serial: &str, from: &str, to: &str| {
            let fields = [
                ("part", "memory"),
                ("model", "Kingston 8 GB DDR4"),
                ("serial", serial),
                ("from_asset_id", from),
                ("to_asset_id", to),
            ];
            town.app.post("/parca-aktarimlari/yeni", &fields).await
        };
        fit("KF-1", &a, &b).await.location().unwrap();
        fit(" KF-1 ", &a, &c).await.status(422).says("önce oradan söküldüğünü yazın");
        fit("KF-1", &b, &c).await.location().unwrap();
        // Without a number nobody knows which one it is.
        fit("", &a, &b).await.location().unwrap();
        fit("", &a, &b).await.location().unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_work_order_goes_on_paper() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let ayse = town.ayse.to_string();
        let more = [("assignee_id", ayse.as_str()), ("planned_on", "5.11.2026")];
        let address = town.report("Kamera görüntüsü donuyor. Kapı girişi.", &more).await;
        let id = address.rsplit('/').next().unwrap();
        let order = format!("/destek/is-emri/pdf?kayit={id}");
        assert!(town.app.get(&address).await.ok().html().contains(&order));
        let paper = town.app.get(&order).await.ok();
        paper.says("İş emri 2026-DK-").says("Kapı girişi").says("İşi yapan Ayşe Kaya").says("Planlanan gün");
        town.app.get(&address).await.ok().says("İş emri indirildi");
        town.app.get("/destek/is-emri/pdf").await.ok().says("Kamera görüntüsü donuyor");
        town.as_mehmet();
        town.app.get(&order).await.status(403);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_done_on_its_day_stays_on_the_board() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.with_team().await;
        town.as_technician();
        town.app.get("/destek/plan").await.ok().says("Ayşe Kaya").hides("Mehmet Demir");
        let ayse = town.ayse.to_string();
        let day = [("assignee_id", ayse.as_str()), ("planned_on", "5.11.2026")];
        let left = town.report("Yarım kalan iş", &day).await;
        let other = town.report("Birleştirilen iş", &day).await;
        let number = town.text("SELECT number FROM ticket WHERE title = 'Yarım kalan iş'").await;
        town.act(&other, "birlestir", &number).await.leads_to(&other);
        town.app.get("/destek/plan").await.ok().says("Yarım kalan iş").hides("gecikmiş").hides("bitti");
        test.advance_seconds(86_400);
        town.as_technician();
        town.app.get("/destek/plan").await.ok().says("gecikmiş");
        test.advance_seconds(7 * 86_400);
        town.as_technician();
        let board = town.app.get("/destek/plan").await.ok().says("Günü geçmiş açık işler");
        board.says("Yarım kalan iş").says("gecikmiş").hides("Birleştirilen iş");
        town.act(&left, "ustlen", "").await;
        town.act(&left, "coz", "Bitti").await.leads_to(&left);
        town.app.get("/destek/plan").await.ok().hides("Günü geçmiş açık işler");
    })
    .await;
}

#[tokio::test]
async fn no_ticket_is_part_of_itself_by_way_of_others() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let top = town.report("Ağ kesik", &[]).await;
        let id = |address: &str| address.rsplit('/').next().unwrap().to_string();
        let middle = town.report("Kat kesik", &[("parent_id", id(&top).as_str())]).await;
        let low = town.report("Oda kesik", &[("parent_id", id(&middle).as_str())]).await;
        let version = town.app.get(&format!("{top}/duzenle")).await.ok().value("surum").unwrap();
        let below = id(&low);
        let fields = [("surum", version.as_str()), ("parent_id", below.as_str())];
        town.app
            .post(&format!("{top}/duzenle"), &fields)
            .await
            .status(422)
            .says("ikisi birbirine bağlanamaz");
        let number = town.text("SELECT number FROM ticket WHERE title = 'Oda kesik'").await;
        town.act(&top, "birlestir", &number).await.status(422).says("zaten buna bağlı");
    })
    .await;
}

#[tokio::test]
async fn the_history_begins_with_the_deadline_that_is_so() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_mehmet();
        town.report("Ekran titriyor", &[]).await;
        let due = town.count("SELECT due_at FROM ticket").await;
        assert!(due > test.clock.now().0);
        let told =
            town.text("SELECT changes FROM event WHERE verb = 'created' AND subject_kind = 'ticket'").await;
        assert!(told.contains(&kernel::tr::instant(due)), "{told}");
    })
    .await;
}

#[tokio::test]
async fn work_is_written_down_by_whoever_did_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let address = town.report("Ekran titriyor", &[]).await;
        let id = address.rsplit('/').next().unwrap();
        let fields = |minutes, day| {
            [("ticket_id", id), ("note", "Kablo sıkıldı. Denendi."), ("minutes", minutes), ("worked_on", day)]
        };
        town.app.post("/calismalar/yeni", &fields("0", "")).await.status(422);
        town.app
            .post("/calismalar/yeni", &fields("10", "6.11.2026"))
            .await
            .status(422)
            .says("Henüz yapılmamış");
        assert!(town.app.post("/calismalar/yeni", &fields("25", "")).await.location().is_some());
        town.app.get(&address).await.ok().says("Çalışma notları").says("Kablo sıkıldı");
        town.as_mehmet();
        town.app.post("/calismalar/yeni", &fields("25", "")).await.status(403);
    })
    .await;
}

#[tokio::test]
async fn the_board_shows_the_week_by_person_and_day() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let ayse = town.ayse.to_string();
        town.report("Perşembe işi", &[("assignee_id", ayse.as_str()), ("planned_on", "5.11.2026")]).await;
        town.report("Haftaya kalan iş", &[("assignee_id", ayse.as_str()), ("planned_on", "10.11.2026")])
            .await;
        town.report("Günü belirsiz iş", &[]).await;
        let board = town.app.get("/destek/plan").await.ok();
        let board = board.says("Ayşe Kaya").says("Perşembe işi").says("Günü belirsiz iş").says("bugün");
        board.hides("Haftaya kalan iş");
        town.app
            .get("/destek/plan?hafta=2026-11-12")
            .await
            .ok()
            .says("Haftaya kalan iş")
            .hides("Perşembe işi");
        town.app.get("/destek/plan?hafta=yarın").await.ok().says("Perşembe işi");
        town.as_mehmet();
        town.app.get("/destek/plan").await.status(403);
    })
    .await;
}

#[tokio::test]
async fn what_will_be_late_at_this_pace_is_told_before_it_is() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        for what in ["Yazıcı çıktı vermiyor bir", "Yazıcı çıktı vermiyor iki", "Yazıcı çıktı vermiyor üç"]
        {
            town.report(what, &[("urgency", "high")]).await;
        }
        town.app.get("/destek/ongoru").await.ok().says("çözülen kayıt yok");
        let first = town.report("Çözülen", &[]).await;
        town.act(&first, "ustlen", "").await;
        town.act(&first, "coz", "Oldu").await.leads_to(&first);
        // One in four weeks: the three others come too late.
        let page = town.app.get("/destek/ongoru").await.ok();
        page.says("1 kayıt çözüldü; bu hızla 3 kaydın süresi çözülmeden dolar")
            .says("Yazıcı çıktı vermiyor iki");
    })
    .await;
}

#[tokio::test]
async fn work_is_given_a_day_and_a_person_on_the_board() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.with_team().await;
        town.as_technician();
        let address = town.report("Günü belirsiz iş", &[]).await;
        let id = address.rsplit('/').next().unwrap();
        let board = town.app.get("/destek/plan").await.ok().says("Günü belirsiz iş");
        let version = board.value(ui::names::VERSION).unwrap();
        let (ayse, who, day) =
            (town.ayse.to_string(), format!("assignee_id-{id}"), format!("planned_on-{id}"));
        let typed = |planned_on: &'static str| {
            let fields = [
                ("kayit", id.to_string()),
                (ui::names::VERSION, version.clone()),
                ("hafta", "2026-11-02".to_string()),
                (who.as_str(), ayse.clone()),
                (day.as_str(), planned_on.to_string()),
            ];
            fields.map(|(name, value)| (name.to_string(), value))
        };
        let send = async |planned_on: &'static str| {
            let fields = typed(planned_on);
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            town.app.post("/destek/plan", &fields).await
        };
        send("yarından sonra").await.status(422);
        town.as_mehmet();
        send("6.11.2026").await.status(403);
        town.as_technician();
        send("6.11.2026").await.leads_to("/destek/plan?hafta=2026-11-02");
        let sql = "SELECT planned_on || ' ' || state FROM ticket";
        assert_eq!(town.text(sql).await, "2026-11-06 assigned");
        assert_eq!(
            town.count("SELECT count(*) FROM event WHERE verb = 'changed' AND subject_kind = 'ticket'").await,
            1
        );
        // Somebody else planned it meanwhile: what this board showed is no longer so.
        send("5.11.2026").await.status(409);
        assert_eq!(town.text(sql).await, "2026-11-06 assigned");
        let board = town.app.get("/destek/plan").await.ok().says("Günü belirsiz iş");
        board.hides("Günü belli olmayan açık işler");
    })
    .await;
}
