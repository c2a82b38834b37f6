//! Pages over HTTP: the chart of any day, its public version, the calendar, and details with what they add.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use kernel::{Boxed, Clock};
use testkit::each;
use tower::ServiceExt;
use web::{App, AppParts, Authenticator, Prefs, SignedIn};

use super::*;

/// Whoever brings a session cookie is this person.
struct Everybody(Actor);

impl Authenticator for Everybody {
    fn by_session<'a>(&'a self, _token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        let actor = self.0.clone();
        let found = SignedIn { actor, session_id: None, prefs: Prefs::default(), must_visit: None };
        Box::pin(async { Ok(Some(found)) })
    }

    fn by_api_token<'a>(&'a self, _token: &'a str) -> Boxed<'a, Result<Option<SignedIn>>> {
        Box::pin(async { Ok(None) })
    }

    fn set_prefs<'a>(&'a self, _actor: &'a Actor, _prefs: Prefs) -> Boxed<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

fn everything() -> Vec<Capability> {
    vec![web::house(), access::capability(), crate::capability()]
}

fn router(test: &TestDb, actor: Actor) -> axum::Router {
    let clock: Clock = test.clock.clone();
    let parts = AppParts::new(test.db.clone(), clock, test.registry.clone(), Arc::new(Everybody(actor)));
    web::router(App::new(parts), web::house_routes().and(crate::routes()))
}

async fn get(router: &axum::Router, path: &str, is_signed_in: bool) -> (StatusCode, String) {
    let mut request = Request::get(path);
    if is_signed_in {
        request = request.header(header::COOKIE, "belde=deneme");
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 8 << 20).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

fn admin(test: &TestDb) -> Actor {
    testkit::role_actor(&test.registry, "admin", &[], None)
}

#[tokio::test]
async fn the_chart_is_drawn_for_any_day_and_published_only_when_chosen() {
    each(everything(), async |test| {
        let router = router(test, admin(test));
        let (status, page) = get(&router, "/teskilat/sema", true).await;
        assert!(status == StatusCode::OK && page.contains("Bu tarihte açık birim yok."), "{status}");
        let town = town(test).await;
        let (_, page) = get(&router, "/teskilat/sema?tarih=05.11.2026", true).await;
        assert!(page.contains("<svg") && page.contains("Ayşe Kaya") && page.contains("Ağ ve Sistem Şefliği"));
        assert!(page.contains("Liste olarak") && !page.contains("style="));
        let (_, page) = get(&router, "/teskilat/sema?tarih=2020-06-01", true).await;
        assert!(
            page.contains("Bilgi İşlem Müdürlüğü") && !page.contains("Ayşe Kaya"),
            "nobody had begun yet"
        );
        let (status, page) = get(&router, "/teskilat/sema?tarih=dün", true).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("bir tarih değil"));
        let (_, page) = get(&router, &format!("/teskilat/sema?birim={}", town.it), true).await;
        assert!(!page.contains("Park ve Bahçeler"), "a part of the chart begins at its unit");
        let (status, page) = get(&router, "/teskilat/sema/yazdir", true).await;
        assert!(status == StatusCode::OK && page.contains("05.11.2026"));

        assert_eq!(get(&router, "/teskilat-semasi", false).await.0, StatusCode::NOT_FOUND);
        let setting =
            crate::settings().into_iter().find(|one| one.key == "directory.is_chart_public").unwrap();
        let tx = test.begin().await;
        kernel::setting::set(&tx, &setting, &true.into()).await.unwrap();
        tx.commit().await.unwrap();
        let published = self::router(test, admin(test));
        let (status, page) = get(&published, "/teskilat-semasi", false).await;
        assert!(status == StatusCode::OK && page.contains("Ayşe Kaya") && !page.contains(" kişi"));
    })
    .await;
}

#[tokio::test]
async fn the_calendar_shows_holidays_and_administrative_leave() {
    each(everything(), async |test| {
        let set = async |key: &str, value: kernel::setting::Setting| {
            let tx = test.begin().await;
            let json = value.parse(key).unwrap();
            kernel::setting::set(&tx, &value, &json).await.unwrap();
            tx.commit().await.unwrap();
        };
        let setting = |key: &str| crate::settings().into_iter().find(|one| one.key == key).unwrap();
        set("30.10.2026", setting("directory.leave_days")).await;
        let router = router(test, admin(test));
        let (status, page) = get(&router, "/teskilat/takvim?yil=2026", true).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            page.contains("Cumhuriyet Bayramı") && page.contains("İdari izin") && page.contains("Ekim 2026")
        );
        set("07:00", setting("directory.work_ends")).await;
        let (_, page) = get(&self::router(test, admin(test)), "/teskilat/takvim", true).await;
        assert!(page.contains("Mesai bitişi başlangıcından sonra olmalıdır."), "impossible hours are said");
    })
    .await;
}

#[tokio::test]
async fn details_say_who_leads_how_full_it_is_and_what_was_before() {
    each(everything(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        let norm = crate::set_norm(&tx, town.network, town.technician, 3, "2026/41").await.unwrap();
        tx.commit().await.unwrap();
        let router = router(test, admin(test));
        let page = async |path: String| {
            let (status, page) = get(&router, &path, true).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            page
        };
        let unit = page(format!("/teskilat/birimler/{}", town.it)).await;
        assert!(unit.contains("Ayşe Kaya") && unit.contains("Alt birimleri") && unit.contains("Tarihçe"));
        let staff = page(format!("/teskilat/personel/{}", town.burak)).await;
        assert!(staff.contains("Görev yerleri") && staff.contains("01.03.2021 tarihinden beri"));
        let norm = page(format!("/teskilat/norm-kadro/{norm}")).await;
        assert!(norm.contains("Doluluk"));
        for list in ["birimler", "unvanlar", "norm-kadro", "personel", "sorumlular", "vekaletler"] {
            page(format!("/teskilat/{list}")).await;
        }
        let nobody = self::router(test, testkit::Person::new("Yabancı").actor());
        assert_eq!(get(&nobody, "/teskilat/sema", true).await.0, StatusCode::FORBIDDEN);
    })
    .await;
}
