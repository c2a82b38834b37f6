//! Days whose time is up go with a record of it, and stay for as long as they are held.

use intake::Origin;
use kernel::db::Sql;
use testkit::{TestDb, each};

use super::town::{capabilities, stand};

const LINE: &str = "<30>dhcpd[77]: DHCPACK on 10.20.4.17 to 4c:55:41:a0:fa:99 (fen-pc) via eth0.60";

#[tokio::test(flavor = "multi_thread")]
async fn a_day_goes_when_its_time_is_up_and_stays_while_it_is_held() {
    each(capabilities(), async |test: &TestDb| {
        let stand = stand(test).await;
        stand.send(Origin::Udp("10.0.0.9".parse().unwrap()), &[LINE]).await;
        stand.logs.journal().unwrap().seal_now().await.unwrap();
        stand.logs.turn(&stand.context).await.unwrap();
        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        let today = kernel::tr::date(test.clock.now().day().0);
        let path = crate::retention::HOLD_PATH;
        app.post(path, &[("ilk", &today), ("son", "dün"), ("gerekce", "")])
            .await
            .status(422)
            .says("Neden durdurulduğunu yazın");
        app.post(path, &[("ilk", &today), ("son", &today), ("gerekce", "Savcılık 2026/14")]).await;
        app.get(crate::retention::PATH).await.ok().says("Savcılık 2026/14").says("731 gün saklanır");

        test.advance_seconds(740 * 24 * 60 * 60);
        crate::retention::delete(&stand.context).await.unwrap();
        let asked = format!("/erisim-kayitlari?adres=10.20.4.17&bas={today}&neden=deneme");
        app.get(&asked).await.ok().says("1 satır");

        app.post(
            crate::retention::RELEASE_PATH,
            &[("ilk", &today), ("son", &today), ("gerekce", "Dava bitti")],
        )
        .await;
        app.get(crate::retention::PATH).await.ok().says("durdurulan gün yok");
        crate::retention::delete(&stand.context).await.unwrap();
        crate::retention::delete(&stand.context).await.unwrap();
        app.get(&asked).await.ok().says("0 satır");
        let written = "SELECT count(*) FROM event WHERE verb = $1";
        for verb in ["log_days_held", "log_days_released", "log_days_deleted"] {
            assert_eq!(test.db.scalar::<i64>(written, vec![verb.into()]).await.unwrap(), Some(1), "{verb}");
        }
        app.get(crate::retention::PATH)
            .await
            .ok()
            .says("Silinen günler")
            .says("saklama süresi 731 gün")
            .says("n1:");
        app.sign_in_as("technician", &[], None);
        assert_eq!(app.post(path, &[("ilk", &today)]).await.status, 403);
    })
    .await;
}
