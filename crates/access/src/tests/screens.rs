//! The screens as a browser meets them: sign-in with a return, one's own account, accounts, roles, reviews,
//! explanations. Every page that is fetched is checked by the test client.

use http::Method;
use kernel::job::Services;
use testkit::{TestApp, each};

use super::*;
use crate::totp;

fn town() -> Vec<Capability> {
    let mut all = vec![web::house()];
    all.extend(registry());
    all
}

fn browser(test: &TestDb, accounts: &Accounts) -> TestApp {
    let routes = web::house_routes().and(crate::routes());
    TestApp::with(test, routes, Arc::new(accounts.clone()), Services::default().with(accounts.clone()))
}

async fn sign_in(app: &TestApp, username: &str) {
    app.post("/giris", &[("kullanici", username), ("parola", PASSWORD)]).await.leads_to("/");
}

#[tokio::test]
async fn a_person_comes_back_to_the_page_they_wanted() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "admin", None).await;
        let app = browser(test, &accounts);
        let wanted = app.get("/yonetim/hesaplar?state=active").await;
        let sign_in_page = app.follow(wanted).await.ok().says("Giriş");
        let back = sign_in_page.value("donus").unwrap();
        let fields = [("kullanici", "ayse"), ("parola", "yanlış"), ("donus", back.as_str())];
        let refused = app.post("/giris", &fields).await.status(422).says("Kullanıcı adı veya parola yanlış");
        assert_eq!(refused.value("kullanici").as_deref(), Some("ayse"), "what was typed is kept");
        assert_eq!(refused.value("parola").as_deref(), Some(""), "a password is not");
        let fields = [("kullanici", "ayse"), ("parola", PASSWORD), ("donus", back.as_str())];
        app.post("/giris", &fields).await.leads_to("/yonetim/hesaplar?state=active");
        app.get("/giris?donus=//kotu.example").await.leads_to("/");
        app.get("/yonetim/hesaplar?state=active").await.ok().says("AYSE").queries_at_most(12);
        app.post("/cikis", &[]).await.leads_to("/giris");
        app.get("/giris").await.ok().says("kapatıldı");
        app.get("/hesabim").await.leads_to("/giris?donus=%2Fhesabim");
    })
    .await;
}

#[tokio::test]
async fn guessing_is_told_with_the_time_and_a_forged_form_is_refused() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let app = browser(test, &accounts);
        let forged = [("kullanici", "ayse"), ("parola", PASSWORD), ("csrf", "uydurma")];
        app.post("/giris", &forged).await.status(403);
        for _ in 0..4 {
            app.post("/giris", &[("kullanici", "ayse"), ("parola", "tahmin")]).await.status(422);
        }
        app.post("/giris", &[("kullanici", "ayse"), ("parola", PASSWORD)]).await.status(429).says("1 saniye");
    })
    .await;
}

#[tokio::test]
async fn a_form_that_was_interrupted_by_the_end_of_the_session_comes_back_after_the_sign_in() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "admin", None).await;
        let app = browser(test, &accounts);
        sign_in(&app, "ayse").await;
        test.advance_seconds(3 * 3_600);
        let typed = [("name", "Yeni rol"), ("description", "Yarım kalan")];
        let stopped =
            app.post("/yonetim/roller/yeni", &typed).await.status(401).says("Yazdıklarınız kaybolmadı");
        let carried = stopped.value(web::CARRIED).unwrap();
        let steps = [("adim", "baslangic"), (web::CARRIED, carried.as_str())];
        let page = app.post("/giris", &steps).await.ok().says("Yarım kalan formunuz saklandı");
        let carried = page.value(web::CARRIED).unwrap();
        let fields = [("kullanici", "ayse"), ("parola", PASSWORD), (web::CARRIED, carried.as_str())];
        let resumed = app.post("/giris", &fields).await.ok().says("Formu gönder");
        assert_eq!(resumed.value("description").as_deref(), Some("Yarım kalan"));
        let token = resumed.value("csrf").unwrap();
        let again = [("csrf", token.as_str()), ("name", "Yeni rol"), ("description", "Yarım kalan")];
        let page = app.post("/yonetim/roller/yeni", &again).await;
        app.follow(page).await.ok().says("Yeni rol");
    })
    .await;
}

#[tokio::test]
async fn a_telephone_is_paired_used_and_given_up_on_screen() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let app = browser(test, &accounts);
        sign_in(&app, "ayse").await;
        let page = app.get("/hesabim/ikinci-adim").await.ok().says("Kareyi okutamıyorum");
        let (sealed, html) = (page.value("kurulum").unwrap(), page.html());
        assert!(html.contains("<svg"), "the picture is there");
        let id = store::account_by_username(&test.db, "ayse").await.unwrap().unwrap().id;
        let secret = accounts.proposed_secret(id, &sealed).unwrap();
        let wrong = app
            .post("/hesabim/ikinci-adim", &[("kurulum", &sealed), ("kod", "12345"), ("parola", PASSWORD)])
            .await
            .status(422);
        assert_eq!(wrong.value("kurulum").unwrap(), sealed, "the same picture, not a new one");
        let code = totp::code_at(&secret, test.clock.now()).unwrap();
        let fields = [("kurulum", sealed.as_str()), ("kod", code.as_str())];
        let refused = app.post("/hesabim/ikinci-adim", &fields).await.status(422);
        refused.says("Şimdiki parolanız bu değil");
        let fields = [("kurulum", sealed.as_str()), ("kod", code.as_str()), ("parola", PASSWORD)];
        app.post("/hesabim/ikinci-adim", &fields).await.ok().says("Kurtarma kodlarınız");
        app.post("/cikis", &[]).await.leads_to("/giris");
        test.advance_seconds(60);
        let asked = app
            .post("/giris", &[("kullanici", "ayse"), ("parola", PASSWORD)])
            .await
            .ok()
            .says("Doğrulama kodu");
        let stage = asked.value("asama").unwrap();
        app.get("/hesabim").await.leads_to("/giris?donus=%2Fhesabim");
        app.post("/giris", &[("adim", "kod"), ("asama", &stage), ("kod", "000000")])
            .await
            .status(422)
            .says("Kod doğru değil");
        let code = totp::code_at(&secret, test.clock.now()).unwrap();
        app.post("/giris", &[("adim", "kod"), ("asama", &stage), ("kod", &code)]).await.leads_to("/");
        app.post("/hesabim/ikinci-adim/kurtarma", &[]).await.status(422).says("Şimdiki parolanız bu değil");
        let proof = [("parola", PASSWORD)];
        app.post("/hesabim/ikinci-adim/kurtarma", &proof).await.ok().says("bir daha gösterilmez");
        app.post("/hesabim/ikinci-adim/kapat", &[("kod", "1")]).await.status(422);
        test.advance_seconds(60);
        let code = totp::code_at(&secret, test.clock.now()).unwrap();
        app.post("/hesabim/ikinci-adim/kapat", &[("kod", &code)]).await.leads_to("/hesabim");
        app.get("/hesabim").await.ok().says("İkinci adım kapatıldı");
    })
    .await;
}

#[tokio::test]
async fn ones_own_account_shows_sessions_keys_and_powers() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let (app, other) = (browser(test, &accounts), browser(test, &accounts));
        sign_in(&app, "ayse").await;
        sign_in(&other, "ayse").await;
        let page =
            app.get("/hesabim").await.ok().says("Firefox, Pardus").says("(bu oturum)").says("Personel rolü");
        page.queries_at_most(12).says("Diğer oturumların hepsini kapat");
        app.post("/hesabim/oturumlar/kapat", &[]).await.leads_to("/hesabim");
        other.get("/hesabim").await.leads_to("/giris?donus=%2Fhesabim");
        app.post("/hesabim/parola", &[("parola", "x"), ("yeni_parola", "kısa"), ("yeni_parola_tekrar", "y")])
            .await
            .status(422)
            .says("İki parola aynı değil");
        let new = "mor inek uçurtma";
        let fields = [("parola", PASSWORD), ("yeni_parola", new), ("yeni_parola_tekrar", new)];
        app.post("/hesabim/parola", &fields).await.leads_to("/hesabim");
        app.post("/tercihler", &[("tema", "dark"), ("donus", "/hesabim")]).await.leads_to("/hesabim");
        assert!(app.get("/hesabim").await.ok().html().contains("dark"));
    })
    .await;
}

#[tokio::test]
async fn an_api_key_is_made_on_screen_used_by_a_program_and_ended() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "yonetici", "admin", None).await;
        let app = browser(test, &accounts);
        sign_in(&app, "yonetici").await;
        app.get("/hesabim/anahtar/yeni")
            .await
            .ok()
            .says("Hesapları ve kimin hangi role sahip olduğunu görür.");
        let borrowed =
            [("ad", "Rapor"), ("gun", "30"), ("parola", "tahmin"), ("yetki.access.role.view", "evet")];
        app.post("/hesabim/anahtar/yeni", &borrowed).await.status(422).says("Şimdiki parolanız bu değil");
        let nothing = [("ad", "Rapor"), ("gun", "30"), ("parola", PASSWORD)];
        app.post("/hesabim/anahtar/yeni", &nothing).await.status(422).says("en az bir yetki");
        let chosen =
            [("ad", "Rapor"), ("gun", "30"), ("parola", PASSWORD), ("yetki.access.role.view", "evet")];
        let once = app.get("/hesabim/anahtar/yeni").await.ok().value("tek").unwrap();
        let chosen = [&chosen[..], &[("tek", once.as_str())]].concat();
        let made = app.post("/hesabim/anahtar/yeni", &chosen).await.ok().says("bir daha gösterilmez");
        app.post("/hesabim/anahtar/yeni", &chosen).await.leads_to("/hesabim");
        let keys = "SELECT count(*) FROM api_token";
        let keys: Option<i64> = kernel::db::Sql::scalar(&test.db, keys, vec![]).await.unwrap();
        assert_eq!(keys, Some(1), "a form sent twice makes one key");
        let html = made.html();
        let at = html.find("belde_").unwrap();
        let token = &html[at..at + 70];
        let none = serde_json::Value::Null;
        let roles = app.api(Method::GET, "/api/v1/role", token, &none).await.ok().json();
        assert!(roles.to_string().contains("Denetçi"), "{roles}");
        app.api(Method::GET, "/api/v1/account", token, &none).await.status(403);
        let page = app.get("/hesabim").await.ok().says("Rapor").html();
        let path = address_that_ends(&page);
        app.post(&path, &[]).await.leads_to("/hesabim");
        app.api(Method::GET, "/api/v1/role", token, &none).await.status(401);
    })
    .await;
}

/// The address that ends the first key of the page.
fn address_that_ends(page: &str) -> String {
    let addresses =
        page.split('"').filter(|part| part.starts_with("/hesabim/anahtar/") && part.ends_with("/iptal"));
    addresses.map(str::to_string).next().unwrap()
}

#[tokio::test]
async fn an_administrator_opens_an_account_gives_a_password_and_a_role() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "yonetici", "admin", None).await;
        let app = browser(test, &accounts);
        sign_in(&app, "yonetici").await;
        let typed = [("username", "zeynep"), ("name", "Zeynep Ak"), ("email", ""), ("staff_id", "")];
        let made = app.post("/yonetim/hesaplar/yeni", &typed).await;
        let detail = made.location().unwrap();
        app.get(&detail).await.ok().says("henüz parolası yok").says("rol verilmemiş");
        app.get(&detail).await.ok().says("Bu kaydı kim görebilir?").queries_at_most(12);
        app.get(&format!("{detail}/parola")).await.ok();
        let shown = app.post(&format!("{detail}/parola"), &[]).await.ok().says("bir daha gösterilmez").html();
        let one_time =
            shown.split("<code class=\"reference\">").nth(1).unwrap().split('<').next().unwrap().to_string();
        let role = store::roles::by_code(&test.db, "clerk").await.unwrap().unwrap().id.to_string();
        app.get(&format!("{detail}/rol")).await.ok().says("Çalıştığı birim");
        let give = format!("{detail}/rol");
        app.post(&give, &[("rol", ""), ("birim", "")]).await.status(422).says("Rolü listeden seçin");
        app.post(&give, &[("rol", &role), ("bitis", "32.13.2026")]).await.status(422);
        app.post(&give, &[("rol", &role), ("bitis", "31.12.2026")]).await.leads_to(&detail);
        let page = app.get(&detail).await.ok().says("Kayıt görevlisi").says("Geçerli").html();
        let other = browser(test, &accounts);
        other.post("/giris", &[("kullanici", "zeynep"), ("parola", &one_time)]).await.leads_to("/");
        other.get("/").await.leads_to("/hesabim/parola");
        other.get("/hesabim/parola").await.ok().says("Tek kullanımlık");
        // Whoever read a label or followed a link comes there after all, also over a refused password.
        other.get("/hesabim?bir=1").await.leads_to("/hesabim/parola?donus=%2Fhesabim%3Fbir%3D1");
        let asked = other.get("/hesabim/parola?donus=%2Fhesabim%3Fbir%3D1").await.ok();
        let carried = ("donus".to_string(), "/hesabim?bir=1".to_string());
        assert!(asked.sent_by("/hesabim/parola").contains(&carried));
        let new = "mor inek uçurtma";
        let chosen = [("donus", "/hesabim?bir=1"), ("yeni_parola", new), ("yeni_parola_tekrar", new)];
        let refused = [&chosen[..], &[("parola", "yanlış")]].concat();
        let refused = other.post("/hesabim/parola", &refused).await.status(422);
        assert!(refused.sent_by("/hesabim/parola").contains(&carried));
        let right = [&chosen[..], &[("parola", one_time.as_str())]].concat();
        other.post("/hesabim/parola", &right).await.leads_to("/hesabim?bir=1");
        let back = page.split('"').find(|part| part.ends_with("/geri-al")).unwrap().to_string();
        app.post(&back, &[]).await.ok().says("Gerekçe");
        app.post(&back, &[("onayli", "evet"), ("gerekce", "Yanlış kişi")]).await.leads_to(&detail);
        app.get(&detail).await.ok().says("Bitti").says("Yanlış kişi");
        app.post(&format!("{detail}/oturumlar/kapat"), &[]).await.leads_to(&detail);
        other.get("/").await.leads_to("/giris?donus=%2F");
    })
    .await;
}

#[tokio::test]
async fn roles_are_read_as_sentences_and_changed_on_one_form() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "yonetici", "admin", None).await;
        let app = browser(test, &accounts);
        sign_in(&app, "yonetici").await;
        app.get("/yonetim/roller").await.ok().says("Denetçi").queries_at_most(12);
        app.get("/yonetim/roller/matris")
            .await
            .ok()
            .says("Belgeleri imzalar.")
            .says("Birimi ve altındakiler");
        let role = store::roles::by_code(&test.db, "auditor").await.unwrap().unwrap().id;
        let detail = format!("/yonetim/roller/{role}");
        app.get(&detail)
            .await
            .ok()
            .says("Belgeleri görür.")
            .says("Bütün kurum")
            .says("Bu role sahip kimse yok");
        app.get(&format!("{detail}/yetkiler")).await.ok();
        let fields = [("papers.paper.view", "unit"), ("papers.paper.sign", "")];
        app.post(&format!("{detail}/yetkiler"), &fields).await.leads_to(&detail);
        app.get(&detail).await.ok().says("Birimi");
        let admin = store::roles::by_code(&test.db, "admin").await.unwrap().unwrap().id;
        let fields = [("access.role.edit", "")];
        app.post(&format!("/yonetim/roller/{admin}/yetkiler"), &fields)
            .await
            .status(422)
            .says("geri verecek kimse kalmaz");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_change_a_role_from_the_same_page_the_second_is_shown_what_the_first_gave() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "yonetici", "admin", None).await;
        let app = browser(test, &accounts);
        sign_in(&app, "yonetici").await;
        let role = store::roles::by_code(&test.db, "auditor").await.unwrap().unwrap().id;
        let detail = format!("/yonetim/roller/{role}");
        let form = format!("{detail}/yetkiler");
        let has = async |permission: &str| {
            let all = store::roles::permissions(&test.db, Some(role)).await.unwrap();
            all.into_iter().find(|one| one.permission == permission).map(|one| one.scope)
        };
        let view = has("papers.paper.view").await.unwrap();
        assert_eq!(has("papers.paper.sign").await, None);
        let seen = app.get(&form).await.ok().value("surum").unwrap();
        let first = [("surum", seen.as_str()), ("papers.paper.view", &view), ("papers.paper.sign", "unit")];
        app.post(&form, &first).await.leads_to(&detail);
        let second = [("surum", seen.as_str()), ("papers.paper.view", "own"), ("papers.paper.sign", "")];
        let refused = app.post(&form, &second).await.status(409).says("Bu kayıt siz yazarken değişti");
        let refused = refused.says("Kayıttaki: Birimi.");
        assert_eq!(has("papers.paper.sign").await.as_deref(), Some("unit"), "the first one's grant stands");
        let seen = refused.value("surum").unwrap();
        let again = [("surum", seen.as_str()), ("papers.paper.view", "own"), ("papers.paper.sign", "unit")];
        app.post(&form, &again).await.leads_to(&detail);
        assert_eq!(has("papers.paper.view").await.as_deref(), Some("own"));
        // Saved as it stands, it leaves no trace and is no error.
        let seen = app.get(&form).await.ok().value("surum").unwrap();
        app.post(&form, &[("surum", seen.as_str()), ("papers.paper.sign", "unit")]).await.leads_to(&detail);
    })
    .await;
}

#[tokio::test]
async fn a_review_is_done_on_screen_and_who_can_see_is_explained() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        let admin = open(&accounts, test, "yonetici", "admin", None).await;
        let person = open(&accounts, test, "ayse", "staff", None).await;
        let app = browser(test, &accounts);
        test.advance_seconds(181 * 24 * 3_600);
        sign_in(&app, "yonetici").await;
        let path = "/yonetim/yetki-gozden-gecirme";
        app.get(path).await.ok().says("AYSE").says("hiç girmedi").queries_at_most(12);
        let reason = format!("{path}/{person}/geri-al");
        app.get(&reason).await.ok().says("Personel");
        app.post(&reason, &[("gerekce", "")]).await.status(422).says("Gerekçe yazın");
        app.post(&reason, &[("gerekce", "Ayrıldı")]).await.leads_to(path);
        app.post(path, &[]).await.leads_to(path);
        app.post(path, &[("id", &admin.to_string())]).await.leads_to(path);
        app.get(path).await.ok().says("Gözden geçirilmesi gereken hesap yok");
        let explained = format!("/kim-gorebilir/account/{person}");
        app.get(&explained).await.ok().says("Sistem yöneticisi rolü").says("bütün kurum").queries_at_most(12);
        app.get(&format!("/kim-gorebilir/uydurma/{person}")).await.status(404);
        let stranger = browser(test, &accounts);
        open(&accounts, test, "ali", "staff", None).await;
        sign_in(&stranger, "ali").await;
        stranger.get(&explained).await.status(403);
        stranger.get("/yonetim/hesaplar").await.status(403);
    })
    .await;
}

#[tokio::test]
async fn secrecy_is_accepted_on_screen_before_anything_else() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let tx = test.begin().await;
        set(&tx, "access.secrecy_required", "true").await;
        tx.commit().await.unwrap();
        let app = browser(test, &accounts);
        sign_in(&app, "ayse").await;
        app.get("/").await.leads_to("/hesabim/gizlilik");
        app.get("/hesabim").await.leads_to("/hesabim/gizlilik?donus=%2Fhesabim");
        let asked = app.get("/hesabim/gizlilik?donus=%2Fhesabim").await.ok().says("Okudum, kabul ediyorum");
        assert!(asked.sent_by("/hesabim/gizlilik").contains(&("donus".into(), "/hesabim".into())));
        app.post("/hesabim/gizlilik", &[("donus", "//kotu.example")]).await.leads_to("/");
        app.get("/").await.ok();
    })
    .await;
}

#[tokio::test]
async fn whoever_sits_at_an_open_session_cannot_guess_its_password_for_long() {
    each(town(), async |test| {
        let accounts = accounts(test).await;
        open(&accounts, test, "ayse", "staff", None).await;
        let app = browser(test, &accounts);
        sign_in(&app, "ayse").await;
        let wrong = [("ad", "Rapor"), ("gun", "30"), ("parola", "tahmin")];
        let mut last = 422;
        for _ in 0..8 {
            last = app.post("/hesabim/anahtar/yeni", &wrong).await.status.as_u16();
        }
        assert_eq!(last, 429);
        // The owner still comes in at the door, and is not locked out by it.
        let own = browser(test, &accounts);
        sign_in(&own, "ayse").await;
    })
    .await;
}
