//! Headers and limits that every answer keeps.

use http::{Method, header};
use testkit::{Page, TestDb, each};

use super::super::declared;
use super::{House, NOBODY};

#[track_caller]
fn is_guarded(page: &Page) {
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{}",
        page.about
    );
    assert!(!policy.contains("unsafe"), "{}: {policy}", page.about);
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{}", page.about);
    assert_eq!(page.header("x-frame-options"), "DENY", "{}", page.about);
    assert!(page.header("strict-transport-security").starts_with("max-age=63072000"), "{}", page.about);
    let is_asset = page.about.contains(" /varlik") || page.header("cache-control").contains("immutable");
    assert!(
        is_asset || page.header("cache-control").contains("no-store"),
        "{}: {}",
        page.about,
        page.header("cache-control")
    );
    for cookie in page.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
        assert!(
            cookie.contains("; Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{}: {cookie}",
            page.about
        );
        let is_message = cookie.starts_with("belde_mesaj=");
        assert!(is_message || cookie.starts_with("__Host-"), "{}: {cookie}", page.about);
    }
}

#[tokio::test]
async fn every_answer_under_https_carries_the_security_headers() {
    each(declared(), async |test: &TestDb| {
        let house = House::changed(test, |parts| parts.public_url = "https://belde.ornek.bel.tr".into());
        let table = house.app.app.route_table();
        for is_signed_in in [false, true] {
            if is_signed_in {
                let token = house.token.clone();
                house.app.set_cookie("__Host-belde", &token);
            } else {
                house.app.set_cookie("__Host-belde", "");
            }
            for (method, path, _) in &table {
                let parts: Vec<&str> =
                    path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part }).collect();
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let request = house.app.request(method, &parts.join("/"), axum::body::Body::empty());
                is_guarded(&house.app.send(request).await);
            }
            is_guarded(&house.app.get("/boyle-bir-sayfa-yok").await.status(404));
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_too_often_reads_when_to_come_again() {
    each(declared(), async |test: &TestDb| {
        let house = House::changed(test, |parts| parts.requests_per_second = 1);
        for _ in 0..10 {
            house.app.get("/giris").await;
        }
        let page = house.app.get("/giris").await.status(429).says("Çok sık istek");
        assert_eq!(page.header("retry-after"), "10");
        assert!(page.header("content-type").starts_with("text/html"));
        let page = house.app.get("/api/v1/unit").await.status(429);
        assert_eq!(page.json()["error"]["kind"], "TooMany");
        assert_eq!(page.header("retry-after"), "10");
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_read_to_its_end_and_refused_on_a_page() {
    each(declared(), async |test: &TestDb| {
        let house = House::changed(test, |parts| parts.upload_limit_bytes = 1_000_000);
        let long = "a".repeat(3 * 1024 * 1024);
        house.app.post("/teskilat/birimler/yeni", &[("name", &long)]).await.status(413).says("çok büyük");
        let bytes = vec![b'a'; 2_000_000];
        let page = house.app.upload("/teskilat/birimler/ice-aktar", &[], &[("dosya", "a.csv", &bytes)]).await;
        page.status(413).says("çok büyük");
        let many: Vec<(&str, &str)> = vec![("ids", "x"); 5_001];
        house.app.post("/teskilat/birimler/yeni", &many).await.status(413).says("5000 alan");
    })
    .await;
}
