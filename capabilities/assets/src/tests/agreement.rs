//! What ends on a day (AS-3, AS-4).

use testkit::each;

use super::town::{Town, capabilities};

#[tokio::test]
async fn whatever_ends_is_told_once_and_stands_in_one_calendar() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let today = test.clock.now().day();
        let day = |days: i64| kernel::tr::date(today.0 + time::Duration::days(days));
        for (title, of, days) in [("Sunucu bakımı", "maintenance", 70), ("ornek.bel.tr", "domain", 300)] {
            let until = day(days);
            let typed = [("title", title), ("type", of), ("until_on", until.as_str())];
            town.app.post("/sozlesmeler/yeni", &typed).await.location().unwrap();
        }
        let (unit, until, begun) = (town.unit.to_string(), day(90), day(100));
        let wrong =
            [("title", "x"), ("type", "other"), ("from_on", begun.as_str()), ("until_on", until.as_str())];
        town.app.post("/sozlesmeler/yeni", &wrong).await.status(422).says("ilk günden önce olamaz");
        let printer = [
            ("name", "Yazıcı"),
            ("category", "printer"),
            ("unit_id", unit.as_str()),
            ("warranty_until_on", until.as_str()),
        ];
        town.app.post("/varliklar/yeni", &printer).await.location().unwrap();
        let calendar = town.app.get("/sozlesmeler/takvim").await.ok();
        let calendar = calendar.says("Sunucu bakımı").says("70 gün kaldı").says("Garanti").says("Yazıcı");
        let calendar = calendar.says("Ocak 2027").says("ornek.bel.tr");
        calendar.says("Bakım sözleşmesi Sunucu bakımı").says("Alan adı ornek.bel.tr");
        for (days, told) in [(0, 0), (15, 1), (0, 1), (60, 2)] {
            test.advance_seconds(days * 86_400);
            test.run(&crate::agreement::job()).await;
            let events = "SELECT count(*) FROM event WHERE verb IN ('agreement_ending', 'agreement_ended')";
            assert_eq!(town.count(events).await, told, "{days}");
        }
        town.app.get("/sozlesmeler?ending=ended").await.ok().says("Sunucu bakımı").hides("ornek.bel.tr");
        town.as_staff(town.mehmet, town.other_unit);
        town.app.get("/sozlesmeler/takvim").await.status(403);
    })
    .await;
}
