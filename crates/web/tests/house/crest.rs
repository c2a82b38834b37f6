//! The municipality's crest: sent, shown on every page, replaced, taken away, and refused where it is no picture.

use std::io::Cursor;

use files::{Store, StoreConfig};
use image::{DynamicImage, ImageFormat};
use kernel::db::Sql;
use kernel::job::Services;
use kernel::setting::Settings;
use kernel::{Actor, Scope};
use tempfile::TempDir;
use testkit::{Person, TestApp, TestDb, each};

const PATH: &str = "/yonetim/ayarlar/arma";

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn services(files: &TempDir) -> Services {
    let place = StoreConfig::Local { dir: files.path().to_path_buf() };
    Services::default().with(Store::open(&place).unwrap())
}

fn administrator() -> Actor {
    Person::new("Deniz").may("house.setting.edit", Scope::All).actor()
}

async fn digest(test: &TestDb) -> Option<String> {
    let sql = "SELECT sha256 FROM setting WHERE key = 'house.crest'";
    test.db.scalar::<String>(sql, vec![]).await.unwrap()
}

/// Where the picture of this page's head is.
fn address(html: &str) -> Option<String> {
    let tag = html.split("<img class=\"crest is-picture\" src=\"").nth(1)?;
    tag.split('"').next().map(str::to_string)
}

#[tokio::test]
async fn a_crest_is_shown_to_everybody_and_stands_on_papers_until_it_is_taken_away() {
    each(vec![web::house()], async |test| {
        let files = tempfile::tempdir().unwrap();
        let app = TestApp::changed(test, web::house_routes(), services(&files), |_| {});
        app.sign_in(administrator());
        app.get(PATH).await.ok().says("Görüntü dosyası").hides("Armayı kaldır");
        let png = picture(900, 600, ImageFormat::Png);
        app.upload(PATH, &[], &[("dosya", "arma.png", &png)]).await.leads_to(PATH);
        let first = address(&app.get(PATH).await.ok().says("Armayı kaldır").html()).unwrap();
        app.forget_session();
        let shown = app.get(&first).await.ok();
        assert_eq!(shown.header("content-type"), "image/png");
        assert!(shown.header("cache-control").contains("immutable"));
        let drawn = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (400, 267), "made small by us");
        // Strangers see it, too: on the page that asks who they are, and on errors.
        assert_eq!(address(&app.get("/olmayan").await.html()), Some(first.clone()));
        let settings = Settings::load(&test.db, &test.registry.settings()).await.unwrap();
        assert_eq!(web::letterhead(&settings, &services(&files)).await.crest, shown.bytes);

        app.sign_in(administrator());
        app.upload(PATH, &[], &[("dosya", "yeni.jpg", &picture(80, 90, ImageFormat::Jpeg))])
            .await
            .leads_to(PATH);
        let second = address(&app.get(PATH).await.ok().html()).unwrap();
        assert_ne!(first, second, "no browser shows the old one");
        let named = digest(test).await.unwrap();
        let told = "SELECT changes FROM event WHERE subject_kind = 'setting' ORDER BY id DESC LIMIT 1";
        assert!(test.db.scalar::<String>(told, vec![]).await.unwrap().unwrap().contains(&named));

        app.post(PATH, &[("kaldir", "evet")]).await.leads_to(PATH);
        assert_eq!(address(&app.get(PATH).await.ok().html()), None);
        app.get(&second).await.status(404);
        assert_eq!(digest(test).await, None);
        let settings = Settings::load(&test.db, &test.registry.settings()).await.unwrap();
        assert!(web::letterhead(&settings, &services(&files)).await.crest.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_is_no_small_picture_is_refused_with_the_reason_and_the_crest_stays() {
    each(vec![web::house()], async |test| {
        let files = tempfile::tempdir().unwrap();
        let app = TestApp::changed(test, web::house_routes(), services(&files), |_| {});
        app.sign_in(administrator());
        let png = picture(90, 90, ImageFormat::Png);
        app.upload(PATH, &[], &[("dosya", "arma.png", &png)]).await.leads_to(PATH);
        let before = digest(test).await;
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        let huge = picture(4_001, 4_000, ImageFormat::Png);
        let cut = &png[..png.len() - 30];
        for (name, bytes, why) in [
            ("arma.svg", svg.as_slice(), "PNG ya da JPEG görüntüsü değil"),
            ("arma.png", b"".as_slice(), "Önce bir dosya seçin"),
            ("arma.png", cut, "bozuk ya da eksik"),
            ("arma.png", huge.as_slice(), "en çok 16 milyon piksel"),
            ("arma.png", vec![7_u8; 5 * 1024 * 1024 + 1].as_slice(), "aşıyor"),
        ] {
            app.upload(PATH, &[], &[("dosya", name, bytes)]).await.status(422).says(why);
        }
        app.post(PATH, &[]).await.status(422).says("Önce bir dosya seçin");
        assert_eq!(digest(test).await, before);
        // The form of all other settings neither shows nor loses it.
        let form = app.get("/yonetim/ayarlar").await.ok().says("Armayı değiştir");
        let fields = form.sent_by("/yonetim/ayarlar");
        assert!(fields.iter().all(|(name, _)| name != "house.crest"));
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        app.post("/yonetim/ayarlar", &fields).await.leads_to("/yonetim/ayarlar");
        assert_eq!(digest(test).await, before);
        app.sign_in(Person::new("Personel").actor());
        app.upload(PATH, &[], &[("dosya", "arma.png", &png)]).await.status(403);
        app.post(PATH, &[("kaldir", "evet")]).await.status(403);
        assert_eq!(digest(test).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_paper_is_printed_with_the_letter_where_the_store_does_not_answer() {
    each(vec![web::house()], async |test| {
        let files = tempfile::tempdir().unwrap();
        let app = TestApp::changed(test, web::house_routes(), services(&files), |_| {});
        app.sign_in(administrator());
        let png = picture(90, 90, ImageFormat::Png);
        app.upload(PATH, &[], &[("dosya", "arma.png", &png)]).await.leads_to(PATH);
        let settings = Settings::load(&test.db, &test.registry.settings()).await.unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let head = web::letterhead(&settings, &services(&elsewhere)).await;
        assert!(head.crest.is_empty() && head.crest_letter == "B");
    })
    .await;
}
