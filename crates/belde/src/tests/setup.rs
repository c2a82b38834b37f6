//! The set-up of a new server through its one-time link: every branch of the wizard, and who may not walk it.

pub mod given;

use kernel::db::Sql;
use testkit::{TestApp, TestDb, each};

use super::{declared, product, sign_in};

const PASSWORD: &str = "yeşil bir bahçe kapısı 61";
const TOWN: [(&str, &str); 2] = [("town", "Kumköy Belediyesi"), ("directorate", "Bilgi İşlem Müdürlüğü")];

/// A regulation of an invented town.
const TEXT: &str = "KUMKÖY BELEDİYESİ\nBİLGİ İŞLEM MÜDÜRLÜĞÜ YÖNETMELİĞİ\n\n\
    Amaç\nMADDE 1- (1) Bu Yönetmeliğin amacı, Bilgi İşlem Müdürlüğünün çalışma esaslarını düzenlemektir.\n\n\
    Teşkilat\nMADDE 2- (1) Müdürlüğün teşkilatı şöyledir:\na) Yazılım Servisi\nb) Donanım Servisi\n\n\
    Kadro\nMADDE 3- (1) Müdürlükte görev yapanların unvan ve sayıları şöyledir:\na) Müdür 1\nb) Memur 4\n\n\
    Görevler\nMADDE 4- (1) Müdürlüğün görevleri şunlardır:\n\
    a) Donanım ve yazılım arızalarını gidermek.\nb) Sunucuların yedeğini almak.\n\n\
    Yürürlük\nMADDE 5- (1) Bu Yönetmelik yayımı tarihinde yürürlüğe girer.\n";

async fn link(test: &TestDb) -> String {
    let tx = test.begin().await;
    let token = access::actions::setup::setup_token_create(&tx).await.unwrap();
    tx.commit().await.unwrap();
    format!("/kurulum?anahtar={token}")
}

/// The municipality named; the browser is on its way.
async fn begun(test: &TestDb) -> (TestApp, String) {
    let app = product(test);
    let path = link(test).await;
    app.post(&path, &TOWN).await.leads_to("/kurulum/devam");
    (app, path)
}

/// Sends the last step with the code a telephone would show; `changes` replace what is typed.
async fn finish(test: &TestDb, app: &TestApp, changes: &[(&str, &str)]) -> testkit::Page {
    let typed = typed(test, app, changes).await;
    send(app, &typed).await
}

/// What is typed at the last step, after looking at its page.
async fn typed(test: &TestDb, app: &TestApp, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let page = app.get("/kurulum/yonetici").await.ok();
    let (sealed, secret) = pairing(&page.html());
    let code = access::totp::code_at(&secret, test.clock.now()).unwrap();
    let typed = [
        ("name", "Ali Er"),
        ("username", "ali"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
        ("kod", code.as_str()),
        ("esleme", sealed.as_str()),
    ];
    let changed = |name: &str| changes.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    typed.into_iter().map(|(name, value)| (name.into(), changed(name).unwrap_or(value).into())).collect()
}

async fn send(app: &TestApp, typed: &[(String, String)]) -> testkit::Page {
    let fields: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.post("/kurulum/yonetici", &fields).await
}

/// The sealed secret and the secret as the page shows it to a person who cannot scan.
fn pairing(html: &str) -> (String, String) {
    let after = |text: &'static str, from: &str| from.split(text).nth(1).unwrap().to_string();
    let sealed = after("name=\"esleme\" value=\"", html).split('"').next().unwrap().to_string();
    let secret = after("<code>", html).split('<').next().unwrap().replace(' ', "");
    (sealed, secret)
}

async fn count(test: &TestDb, sql: &str) -> i64 {
    test.db.scalar(sql, vec![]).await.unwrap().unwrap_or(0)
}

#[tokio::test]
async fn a_directorate_is_set_up_from_the_text_of_its_regulation() {
    each(declared(), async |test: &TestDb| {
        let app = product(test);
        let path = link(test).await;
        app.get(&path).await.ok().says("Belde kurulumu");
        app.post(&path, &[TOWN[1]]).await.status(422).says("Belediyenin adı");
        app.post(&path, &TOWN).await.leads_to("/kurulum/devam");
        let choice = app.get("/kurulum/devam").await;
        assert_eq!(choice.location().as_deref(), Some("/kurulum/yonetmelik"));
        app.get("/kurulum/yonetmelik").await.ok().says("Yönetmeliksiz sürdür");
        let taken = app.upload("/yonetmelik/yeni", &[("metin", TEXT)], &[]).await;
        let correcting = app.follow(taken).await.ok().says("Onaya geç");
        assert!(!correcting.html().contains("Ana menü"), "the way has no menu to leave it by");
        // A browser that was closed comes back to the same step by the same link.
        let again = product(test);
        again.post(&path, &TOWN).await.leads_to("/kurulum/devam");
        let here = again.get("/kurulum/devam").await.location().unwrap();
        assert!(here.ends_with("/duzelt"), "{here}");

        let confirm = here.replace("/duzelt", "/onayla");
        app.get(&confirm).await.ok();
        app.post(&confirm, &[("yururluk", "1.1.2026"), ("bakildi", "evet")]).await.leads_to("/kurulum/devam");
        let founding = app.get("/kurulum/devam").await.location().unwrap();
        assert!(founding.ends_with("/teskilat"), "{founding}");
        let form = app.get(&founding).await.ok().says("Yazılım Servisi").says("Donanım Servisi");
        let fields = form.sent_by(&founding);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        app.post(&founding, &fields).await.leads_to("/kurulum/devam");
        assert_eq!(count(test, "SELECT count(*) FROM unit WHERE state = 'open'").await, 3);
        assert_eq!(count(test, "SELECT count(*) FROM title").await, 2);
        let norm = "SELECT sum(count) FROM staffing_norm";
        assert_eq!(count(test, &norm.replace("sum(count)", "CAST(sum(count) AS BIGINT)")).await, 5);
        let under = "SELECT count(*) FROM unit AS u JOIN unit AS p ON p.id = u.parent_id WHERE p.name = 'Bilgi İşlem Müdürlüğü'";
        assert_eq!(count(test, under).await, 2);

        assert_eq!(app.get("/kurulum/devam").await.location().as_deref(), Some("/kurulum/yonetici"));
        finish(test, &app, &[]).await.ok().says("Kurulum tamam").says("Kurtarma kodlarınız");
        assert_eq!(app.get(&path).await.status, 404, "the link works once");
        assert_eq!(app.get("/kurulum/yonetici").await.status, 303, "and so does the way behind it");
        sign_in_with(&app).await.says("kod");
        let by = "SELECT count(*) FROM event WHERE verb = 'put_in_force' AND actor_name = 'Kurulum'";
        assert_eq!(count(test, by).await, 1, "the acts of the set-up are on record");
    })
    .await;
}

async fn sign_in_with(app: &TestApp) -> testkit::Page {
    let fields = [("adim", "parola"), ("kullanici", "ali"), ("parola", PASSWORD), ("donus", "/")];
    app.post("/giris", &fields).await.ok()
}

#[tokio::test]
async fn a_directorate_is_set_up_from_each_built_in_profile() {
    each(declared(), async |test: &TestDb| {
        let profiles = ["kars", "cayirova", "karabaglar", "kecioren", "caycuma"];
        for (round, profile) in profiles.into_iter().enumerate() {
            let (app, _) = begun(test).await;
            let taken = app.upload("/yonetmelik/yeni", &[("profil", profile)], &[]).await;
            let confirm = taken.location().unwrap();
            assert!(confirm.ends_with("/onayla"), "{profile}: {confirm}");
            app.get(&confirm).await.ok();
            app.post(&confirm, &[("yururluk", "1.1.2026")]).await.leads_to("/kurulum/devam");
            let founding = confirm.replace("/onayla", "/teskilat");
            let form = app.get(&founding).await.ok().says("Bilgi İşlem Müdürlüğü");
            let fields = form.sent_by(&founding);
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            app.post(&founding, &fields).await.leads_to("/kurulum/devam");
            let directorates = "SELECT count(*) FROM unit WHERE name = 'Bilgi İşlem Müdürlüğü'";
            assert_eq!(
                count(test, directorates).await,
                1,
                "what is open is not opened again (round {round})"
            );
        }
        let confirmed = "SELECT count(*) FROM clause_duty WHERE state = 'confirmed'";
        assert!(count(test, confirmed).await > 300, "the profiles bring their confirmed duties");
    })
    .await;
}

#[tokio::test]
async fn the_organisation_is_founded_on_a_regulation_that_is_confirmed_for_a_day_to_come() {
    each(declared(), async |test: &TestDb| {
        let (app, _) = begun(test).await;
        let taken = app.upload("/yonetmelik/yeni", &[("profil", "kars")], &[]).await;
        let confirm = taken.location().unwrap();
        app.get(&confirm).await.ok();
        app.post(&confirm, &[("yururluk", "1.1.2031")]).await.leads_to("/kurulum/devam");
        let founding = confirm.replace("/onayla", "/teskilat");
        app.get("/kurulum/kurulus").await.leads_to(&founding);
        app.get(&founding).await.ok().says("Bilgi İşlem Müdürlüğü");
    })
    .await;
}

#[tokio::test]
async fn set_up_may_go_on_without_a_regulation() {
    each(declared(), async |test: &TestDb| {
        let (app, _) = begun(test).await;
        finish(test, &app, &[]).await.ok().says("Kurulum tamam");
        assert_eq!(count(test, "SELECT count(*) FROM regulation").await, 0);
        let admins =
            "SELECT count(*) FROM account WHERE username = 'ali' AND state = 'active' AND totp_secret <> ''";
        assert_eq!(count(test, admins).await, 1, "the first administrator has the second factor");
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_at_the_last_step_loses_nothing_but_the_password() {
    each(declared(), async |test: &TestDb| {
        let (app, _) = begun(test).await;
        let wrong: [&[(&str, &str)]; 5] = [
            &[("password", "kısa"), ("password_again", "kısa")],
            &[("password_again", "başka bir bahçe kapısı 62")],
            &[("kod", "000000")],
            &[("username", "İÇİ BOŞ ad")],
            &[("name", "")],
        ];
        for changes in wrong {
            let refused = finish(test, &app, changes).await.status(422);
            if !changes.iter().any(|(name, _)| *name == "name") {
                assert!(refused.html().contains("value=\"Ali Er\""), "what was typed is kept: {changes:?}");
            }
            assert!(!refused.html().contains(PASSWORD), "a password is not sent back");
        }
        assert_eq!(count(test, "SELECT count(*) FROM account").await, 0);
        let all = [("name", ""), ("username", "İÇİ BOŞ ad"), ("password", "kısa"), ("kod", "000000")];
        let html = finish(test, &app, &all).await.status(422).html();
        for field in ["name", "username", "password", "password-again", "kod"] {
            assert!(html.contains(&format!("href=\"#alan-{field}\"")), "{field} is named at once: {html}");
        }
        finish(test, &app, &[]).await.ok().says("Kurulum tamam");
    })
    .await;
}

#[tokio::test]
async fn of_two_people_with_the_link_one_becomes_the_administrator() {
    each(declared(), async |test: &TestDb| {
        let (first, path) = begun(test).await;
        let second = product(test);
        second.post(&path, &TOWN).await.leads_to("/kurulum/devam");
        let late = typed(test, &second, &[("name", "Veli Su"), ("username", "veli")]).await;
        finish(test, &first, &[]).await.ok();
        send(&second, &late).await.leads_to("/giris");
        assert_eq!(count(test, "SELECT count(*) FROM account").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_link_opens_the_way_and_no_other_door() {
    each(declared(), async |test: &TestDb| {
        let stranger = product(test);
        assert_eq!(stranger.get("/kurulum?anahtar=uydurma").await.status, 404);
        stranger.set_cookie(web::SESSION_COOKIE, "kurulum.uydurma");
        assert_eq!(stranger.get("/kurulum/yonetici").await.status, 303);
        let (app, path) = begun(test).await;
        for outside in ["/", "/yonetim/hesaplar", "/teskilat/personel", "/kayitlar", "/hesabim"] {
            assert_eq!(app.get(outside).await.location().as_deref(), Some("/kurulum/devam"), "{outside}");
        }
        // Somebody made an administrator on the command line meanwhile: the link is dead.
        super::load_demo(test).await;
        assert_eq!(app.get(&path).await.status, 404);
        assert_eq!(app.get("/kurulum/yonetici").await.status, 303);
        let owner = product(test);
        sign_in(&owner, "yonetici").await;
        assert_eq!(owner.get("/kurulum/yonetici").await.status, 404, "a house is set up once");
    })
    .await;
}

#[tokio::test]
async fn a_link_is_good_for_a_day() {
    each(declared(), async |test: &TestDb| {
        let (app, path) = begun(test).await;
        test.advance_seconds(25 * 3_600);
        assert_eq!(app.get(&path).await.status, 404);
        assert_eq!(app.get("/kurulum/devam").await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn of_two_links_sent_at_the_same_moment_one_makes_an_administrator() {
    each(declared(), async |test: &TestDb| {
        let ((first, _), (second, _)) = (begun(test).await, begun(test).await);
        let other = [("username", "veli"), ("name", "Veli Su")];
        let (ali, veli) = (typed(test, &first, &[]).await, typed(test, &second, &other).await);
        let (one, two) = tokio::join!(send(&first, &ali), send(&second, &veli));
        let statuses = [one.status.as_u16(), two.status.as_u16()];
        assert!(statuses.contains(&200) && statuses.contains(&303), "{statuses:?}");
        assert_eq!(count(test, "SELECT count(*) FROM account").await, 1);
        assert_eq!(count(test, "SELECT count(*) FROM setup_token WHERE used_at IS NULL").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_second_click_on_the_last_button_leads_to_the_sign_in() {
    each(declared(), async |test: &TestDb| {
        let (app, path) = begun(test).await;
        let cookie = app.cookie(web::SESSION_COOKIE).unwrap();
        finish(test, &app, &[]).await.ok();
        assert_eq!(app.cookie(web::SESSION_COOKIE), None, "the link is taken out of the browser");
        app.set_cookie(web::SESSION_COOKIE, &cookie);
        app.post("/kurulum/yonetici", &[("name", "Ali Er"), ("password", PASSWORD)]).await.leads_to("/giris");
        assert_eq!(app.get(&path).await.status, 404);
        assert_eq!(count(test, "SELECT count(*) FROM account").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_house_whose_administrator_came_from_the_command_line_prints_no_link() {
    each(declared(), async |test: &TestDb| {
        let (app, path) = begun(test).await;
        let key = kernel::secret::Key::new(&test.clock);
        let (db, clock) = (test.db.clone(), test.clock.clone());
        let directory = crate::capabilities::directory();
        let accounts = access::Accounts::new(db, clock, key, access::Hashing::cheap(), directory);
        let new = access::actions::open_account::NewAccount {
            username: "deniz".into(),
            name: "Deniz Aksoy".into(),
            role: "admin".into(),
            ..Default::default()
        };
        accounts.command_create(&new).await.unwrap();
        assert!(access::actions::setup::is_set_up(&test.db, test.clock.now()).await.unwrap());
        assert_eq!(app.get(&path).await.status, 404);
        assert_eq!(app.get("/kurulum/devam").await.status, 303);
        let late = app.post("/kurulum/yonetici", &[("name", "Ali Er")]).await;
        late.leads_to("/giris");
    })
    .await;
}
