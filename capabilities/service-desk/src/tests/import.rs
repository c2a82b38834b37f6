//! What the town's former program knew (SD-1).

use kernel::db::Sql;
use testkit::{Page, TestDb, each};

use super::town::{Town, capabilities};

const PATH: &str = "/destek/ice-aktar";
/// As osTicket's queue is saved.
const OSTICKET: &str = "\"Ticket Number\",\"Date Created\",\"Subject\",\"From\",\"From Email\",\"Priority\",\"Help Topic\",\"Current Status\",\"Closed Date\",\"Agent Assigned\"\n\
    \"482913\",\"2019-03-04 09:10:11\",\"Yazıcı çıktı vermiyor\",\"Mehmet Demir\",\"mehmet.demir@ornek.bel.tr\",\"High\",\"Donanım\",\"Closed\",\"2019-03-05 16:00:00\",\"Ayşe Kaya\"\n\
    \"482914\",\"2026-01-02 08:00:00\",\"Parolamı unuttum\",\"Giden Kişi\",\"giden@ornek.bel.tr\",\"Normal\",\"Hesap\",\"Open\",\"\",\"\"\n";

async fn on(town: &Town<'_>, page: &Page, answers: &[(&str, &str)]) -> Page {
    let mut fields = page.sent_by(PATH);
    for (name, value) in answers {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).into(), (*value).into()));
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    town.app.upload(PATH, &fields, &[]).await
}

#[tokio::test]
async fn tickets_of_the_former_program_keep_their_days_and_count_for_no_clock() {
    each(capabilities(), async |test: &TestDb| {
        let town = Town::new(test).await;
        town.as_mehmet();
        town.app.get("/destek").await.ok().hides("İçe aktar");
        town.app.get(PATH).await.status(403);
        town.as_technician();
        let file: &[(&str, &str, &[u8])] = &[("dosya", "osticket.csv", OSTICKET.as_bytes())];
        let asked = town.app.upload(PATH, &[], file).await.ok();
        let asked = asked.says("osTicket dışa aktarımı olarak tanındı").says("giden@ornek.bel.tr");
        let ayse = town.ayse.to_string();
        let preview = on(&town, &asked, &[("soz-requester_id-*", &ayse)]).await.ok().says("2 yeni");
        on(&town, &preview, &[]).await.leads_to("/destek");
        let sql = "SELECT former_number || '|' || state || '|' || deadline || '|' || response || '|' || channel || '|' || urgency \
                   || '|' || (CASE WHEN is_open THEN 'açık' ELSE 'kapalı' END) || '|' || description FROM ticket ORDER BY former_number";
        let rows: Vec<String> = test.db.column(sql, vec![]).await.unwrap();
        assert_eq!(
            rows,
            [
                "482913|closed|none|none|former|high|kapalı|Yazıcı çıktı vermiyor\nFrom: Mehmet Demir\nHelp Topic: Donanım",
                "482914|new|on_time|waiting|former|normal|açık|Parolamı unuttum\nFrom: Giden Kişi\nBildiren: giden@ornek.bel.tr\nHelp Topic: Hesap"
            ]
        );
        town.app.get("/destek?ara=482913").await.ok().says("Yazıcı çıktı vermiyor");
        assert_eq!(town.count("SELECT count(*) FROM notice").await, 0, "nobody is called to what was long ago");
        // A day later the same file again: nothing is doubled, and a closed one is not refused for being closed.
        test.advance_seconds(86_400);
        town.app.upload(PATH, &[], file).await.ok().says("2 değişmeyen").hides("hatalı");
        let years = town.text("SELECT CAST((SELECT opened_at FROM ticket WHERE former_number = '482913') AS TEXT)").await;
        assert!(years.starts_with("15516"), "4 March 2019 in microseconds: {years}");
    })
    .await;
}
