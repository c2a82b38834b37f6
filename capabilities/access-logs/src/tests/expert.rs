//! Somebody who knows SQL asks the lines, on the screen and as a file, and cannot do anything else.

use intake::Origin;
use kernel::db::Sql;
use testkit::{TestDb, each};

use super::town::{capabilities, stand};
use crate::expert::{EXAMPLES, PATH};

fn lease(ip: &str, mac: &str) -> String {
    format!("<30>dhcpd[77]: DHCPACK on {ip} to {mac} (fen-pc) via eth0.60")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_select_is_answered_and_written_down_and_nothing_else_is_done() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let lines = [
            lease("10.20.4.17", "4c:55:41:a0:fa:99"),
            lease("10.20.4.18", "4c:55:41:a0:fa:9a"),
            lease("10.20.4.17", "4c:55:41:a0:fa:9b"),
        ];
        stand.send(Origin::Udp("10.0.0.1".parse().unwrap()), &lines.each_ref().map(String::as_str)).await;
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        app.get(PATH).await.ok().says("dst_ip").says("Hedef adres");
        let ask = async |sql: &str, reason: &str, output: &str| {
            app.post(PATH, &[("sorgu", sql), ("neden", reason), ("cikti", output)]).await
        };
        let twice = EXAMPLES[2].1.replace("date('now')", "'2000-01-01'");
        let page = ask(&twice, "adres çakışması", "ekran").await.ok();
        page.says("10.20.4.17")
            .says("4c:55:41:a0:fa:99,4c:55:41:a0:fa:9b")
            .hides("10.20.4.18")
            .says("1 satır; 3 kayıt okundu.");
        let whole = ask("SELECT line FROM access_logs WHERE ip = '10.20.4.18'", "deneme", "ekran").await.ok();
        whole.says(&lease("10.20.4.18", "4c:55:41:a0:fa:9a")).says("1 kayıt okundu");
        for (_, sql) in EXAMPLES {
            ask(sql, "deneme", "ekran").await.ok().says("Yanıt");
        }
        let page = ask(
            "SELECT name, count(*) FROM access_logs JOIN sources ON number = source GROUP BY 1",
            "deneme",
            "ekran",
        )
        .await;
        page.ok().says("10.0.0.1 3");
        let file =
            ask("SELECT ip, '=1+1' AS formul FROM access_logs ORDER BY ip, mac", "deneme", "csv").await.ok();
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        assert!(text.contains("10.20.4.18;'=1+1"), "{text}");
        assert!(ask("SELECT ip FROM access_logs", "deneme", "xlsx").await.ok().bytes.starts_with(b"PK"));
        ask("SELECT ip FROM access_logs", "", "ekran").await.status(422).says("Neden baktığınızı yazın");
        ask("", "deneme", "ekran").await.status(422).says("Bir SELECT sorgusu yazın");
        ask("SELECT yok FROM access_logs", "deneme", "ekran").await.status(422).says("no such column: yok");
        for sql in
            ["DELETE FROM access_logs", "ATTACH 'x.db' AS x", "SELECT 1; SELECT 2", "PRAGMA cache_size"]
        {
            ask(sql, "gizlice", "ekran").await.status(422).says("kayıtlar değiştirilemez").says(sql);
        }
        let noted = async |like: &str| -> Option<i64> {
            let sql = "SELECT count(*) FROM event WHERE verb = 'log_searched' AND note LIKE $1";
            Sql::scalar(&test.db, sql, vec![like.into()]).await.unwrap()
        };
        assert_eq!(
            noted("SQL sorgusu: SELECT line FROM access_logs WHERE ip = '10.20.4.18'%deneme").await,
            Some(1)
        );
        assert_eq!(noted("%gizlice").await, Some(0), "what was not asked is no event");
        app.sign_in_as("technician", &[], None);
        app.get(PATH).await.status(403);
    })
    .await;
}
