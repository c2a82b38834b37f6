//! Old archives on a screen, and lines that a program hands over.

use axum::body::Body;
use http::{Method, Request};
use testkit::{TestApp, TestDb, each};

use super::town::{Stand, capabilities, stand};

const LINES: &str = "date=2025-03-01 time=10:00:00 tz=\"+0300\" devname=\"eski\" type=\"traffic\" srcip=10.9.9.1\n\
                     date=2025-03-01 time=10:00:01 tz=\"+0300\" devname=\"eski\" type=\"traffic\" srcip=10.9.9.2\n";

fn packed(text: &str) -> Vec<u8> {
    let mut child = std::process::Command::new("gzip")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    child.wait_with_output().unwrap().stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_archive_is_taken_in_under_its_own_time_and_a_broken_one_says_how_far_it_came() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("technician", &[], None);
        let whole = packed(LINES);
        let files: [(&str, &str, &[u8]); 2] =
            [("dosyalar", "fg-2025.log.gz", &whole), ("dosyalar", "yarim.log.gz", &whole[..whole.len() - 9])];
        let page = app.upload(crate::handing::PATH, &[], &files).await.ok();
        page.says("fg-2025.log.gz: 2 satır alındı").says("dosya bozuk ya da yarım");
        stand.logs.turn(&stand.context).await.unwrap();
        app.get("/kayit-kaynaklari").await.ok().says("arşiv:fg-2025.log.gz").says("FortiGate");
        app.sign_in_as("admin", &[], None);
        let asked = "/erisim-kayitlari?adres=10.9.9.2&bas=1.3.2025&son=2.3.2025&neden=deneme";
        app.get(asked).await.ok().says("01.03.2025 10:00:01").hides("10.9.9.1 ");
        app.get("/kayitlar?verb=log_archive_imported").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_without_years_says_its_last_day_and_is_not_taken_twice_unnoticed() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        let app = stand.app(test);
        app.sign_in_as("technician", &[], None);
        let line =
            "<30>Nov 30 10:00:00 gw dhcpd[77]: DHCPACK on 10.9.9.7 to 4c:55:41:a0:fa:99 (eski-pc) via eth0\n";
        let files: [(&str, &str, &[u8]); 1] = [("dosyalar", "dhcp.log", line.as_bytes())];
        app.get(crate::handing::PATH).await.ok().says("Dosyaların son günü");
        let wrong = app.upload(crate::handing::PATH, &[("son_gun", "31.12.2124")], &files).await;
        wrong.status(422).says("bugünden sonra olamaz");
        let typed = [("son_gun", "31.12.2023")];
        app.upload(crate::handing::PATH, &typed, &files).await.ok().says("dhcp.log: 1 satır alındı");
        app.upload(crate::handing::PATH, &typed, &files).await.ok().says("adıyla alınmış (1 satır)");
        let again = [("son_gun", "31.12.2023"), ("yeniden", "evet")];
        app.upload(crate::handing::PATH, &again, &files).await.ok().says("dhcp.log: 1 satır alındı");
        stand.logs.turn(&stand.context).await.unwrap();
        app.sign_in_as("admin", &[], None);
        let asked = "/erisim-kayitlari?adres=10.9.9.7&bas=30.11.2023&son=1.12.2023&neden=deneme";
        app.get(asked).await.ok().says("30.11.2023 10:00:00").says("2 satır");
    })
    .await;
}

async fn hand_over(app: &TestApp, token: &str, query: &str, body: Vec<u8>) -> testkit::Page {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("{}?{query}", crate::handing::API))
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(body))
        .unwrap();
    app.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_hands_lines_over_and_hears_when_they_are_durable() {
    each(capabilities(), async |test: &TestDb| {
        let stand: Stand = stand(test).await;
        let app = stand.app(test);
        let token = app.sign_in_as("technician", &[], None);
        let line = "<30>dhcpd[77]: DHCPACK on 10.20.4.17 to 4c:55:41:a0:fa:99 (fen-pc) via eth0.60\n";
        hand_over(&app, &token, "", line.into()).await.status(422).says("kaynağın adını yazın");
        let many = line.repeat(20_000);
        let page = hand_over(&app, &token, "kaynak=fen-dhcp", many.into_bytes()).await.status(201);
        assert_eq!(page.json()["lines"], 20_000);
        let page = hand_over(&app, &token, "kaynak=eski&arsiv=evet", packed(LINES)).await.status(201);
        assert_eq!(page.json()["lines"], 2);
        hand_over(&app, &token, "kaynak=eski&arsiv=evet", b"BZh91AY".to_vec())
            .await
            .status(422)
            .says("bzip2");
        stand.logs.turn(&stand.context).await.unwrap();
        app.get("/kayit-kaynaklari").await.ok().says("http:fen-dhcp").says("arşiv:eski");
        app.sign_in_as("admin", &[], None);
        app.get("/erisim-kayitlari?mac=4c:55:41:a0:fa:99&neden=deneme").await.ok().says("20.000 satır");
        app.get("/erisim-kayitlari/rapor?neden=deneme&rapor=kaynak&sure=365").await.ok().says("Kayıt raporu");
        let token = app.sign_in_as("staff", &[], None);
        assert_eq!(hand_over(&app, &token, "kaynak=x", line.into()).await.status, 403);
    })
    .await;
}
