//! What came in and what was written is found by every word of its text, by those who may see it, on both databases.

use std::sync::Arc;

use http::Method;
use kernel::db::Sql;
use kernel::job::{JobContext, Services};
use search::Index;
use serde_json::Value;
use testkit::{Disk, TestDb, each};

use super::intake::{id, send};
use super::town::{Town, capabilities};

const LETTER: &str = "T.C.\nÖRNEKİL VALİLİĞİ\n\nSayı : E-12345678-700-4411 5.11.2025\nKonu : Siber güvenlik anketi\n\nBELEDİYE BAŞKANLIĞINA\n\n\
    Kurumunuzdaki sunucuların envanteri ile yedekleme düzeni yazımız ekindeki çizelgeye işlenerek gönderilmelidir.\n";

/// A town with an index of its own.
async fn town(test: &TestDb) -> (tempfile::TempDir, Index, Town<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::new(&folder.path().join("search"), web::FileTexts);
    let town = Town::with(test, Services::default().with(index.clone())).await;
    (folder, index, town)
}

/// As the follower of this node does a moment later.
async fn catch_up(town: &Town<'_>, index: &Index) {
    let place = files::StoreConfig::Local { dir: town.files.path().to_path_buf() };
    let services = Services::default().with(files::Store::open(&place).unwrap());
    let context = JobContext { services: Arc::new(services), ..town.test.jobs() };
    index.catch_up(&context).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_registered_is_found_by_a_word_of_its_text_through_its_entry() {
    each(capabilities(), async |test| {
        let (_folder, index, town) = town(test).await;
        send(&town, &[("tarama.txt", LETTER.as_bytes())]).await.ok();
        catch_up(&town, &index).await;
        let waiting = town.app.get("/ara/metin?q=sunucu+envanteri&tur=intake_item").await.ok();
        waiting.says("1 sonuç").says("Siber güvenlik anketi");
        let item = format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item").await);
        town.act(&item, "kaydet", "").await.leads_to(&item);
        catch_up(&town, &index).await;
        // Without dots, in capitals, with other endings, and side by side in quotes.
        for typed in
            ["YEDEKLEME", "cizelgesi", "%22yedekleme+d%C3%BCzeni%22", "E-12345678-700-4411", "cizelge+sunucu"]
        {
            let page = town.app.get(&format!("/ara/metin?q={typed}&tur=document")).await.ok();
            page.says("2026-GE-000001").says("Siber güvenlik anketi").queries_at_most(12);
        }
        let page = town.app.get("/ara/metin?q=yedekleme").await.ok().says("2 sonuç");
        assert!(page.html().contains("<mark>yedekleme</mark>"), "{}", page.html());
        town.app.get("/ara/metin?q=kanalizasyon").await.ok().says("0 sonuç").says("hiçbir metinde geçmiyor");
        town.app.get("/ara/metin?q=%22duzeni+yedekleme%22").await.ok().says("0 sonuç");
        // The list leads there with what was typed, and says so where it finds nothing itself.
        town.app.get("/evrak?ara=yedekleme").await.ok().says("Metinlerde ara");
        let palette = town.app.get_part("/ara?q=yedekleme").await.ok();
        palette.says("Metinlerde ara: “yedekleme”");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_is_read_later_is_found_from_then_on() {
    each(capabilities(), async |test| {
        let (_folder, index, town) = town(test).await;
        send(&town, &[("tarama.txt", LETTER.as_bytes())]).await.ok();
        let item = format!("/gelen-kutusu/{}", id(test, "SELECT id FROM intake_item").await);
        town.act(&item, "kaydet", "").await.leads_to(&item);
        catch_up(&town, &index).await;
        town.app.get("/ara/metin?q=kanalizasyon&tur=document").await.ok().says("0 sonuç");
        // As the job leaves it that reads pictures.
        let tx = test.begin().await;
        tx.run("UPDATE intake_item SET whole_text = 'Kanalizasyon hattı'", vec![]).await.unwrap();
        let read: uuid::Uuid = tx.scalar("SELECT id FROM intake_item", vec![]).await.unwrap().unwrap();
        let event = kernel::NewEvent::new(kernel::Ref::new("intake_item", read), "Tarama", "intake_read");
        tx.record(event).await.unwrap();
        tx.commit().await.unwrap();
        catch_up(&town, &index).await;
        town.app.get("/ara/metin?q=kanalizasyon&tur=document").await.ok().says("1 sonuç");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_file_is_found_until_it_is_taken_away() {
    each(capabilities(), async |test| {
        let (_folder, index, town) = town(test).await;
        let entry = town.enter("Ek gelecek", "44").await;
        let file = [("dosya", "ek.txt", "Mazgal temizliği haftaya yapılır.".as_bytes())];
        town.app.upload(&format!("{entry}/ek"), &[], &file).await.leads_to(&entry);
        catch_up(&town, &index).await;
        town.app.get("/ara/metin?q=mazgal").await.ok().says("1 sonuç").says("Ek gelecek");
        assert_eq!(town.count("SELECT count(*) FROM file_text WHERE text <> ''").await, 1);
        let file = id(test, "SELECT id FROM attachment").await;
        town.app
            .post(&format!("{entry}/ek/{file}/kaldir"), &[])
            .await
            .status(422)
            .says("Nedenini bir cümleyle");
        let why = [("gerekce", "Başka yazının eki")];
        town.app.post(&format!("{entry}/ek/{file}/kaldir"), &why).await.leads_to(&entry);
        town.app.get(&entry).await.ok().says("ek.txt: Başka yazının eki");
        catch_up(&town, &index).await;
        town.app.get("/ara/metin?q=mazgal").await.ok().says("0 sonuç");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_entry_is_neither_shown_nor_counted_and_what_changed_a_moment_ago_is_never_shown() {
    each(capabilities(), async |test| {
        let (_folder, index, town) = town(test).await;
        let open = town.enter("Açık yazı", "1").await;
        let secret = town.enter("Saklı yazı", "2").await;
        let tx = test.begin().await;
        tx.without_event("arranged");
        tx.run(
            "UPDATE document SET note = 'Soruşturma açıldı.', unit_id = $1, owner_id = NULL",
            vec![town.works.into()],
        )
        .await
        .unwrap();
        tx.run("UPDATE document SET secrecy = 'GZL' WHERE title = 'Saklı yazı'", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        catch_up(&town, &index).await;
        index.rebuild();
        catch_up(&town, &index).await;
        town.as_veli();
        town.app.get("/ara/metin?q=sorusturma").await.ok().says("2 sonuç").says("Saklı yazı");
        town.as_clerk();
        town.app
            .get("/ara/metin?q=sorusturma")
            .await
            .ok()
            .says("1 sonuç")
            .says("Açık yazı")
            .hides("Saklı yazı");
        town.as_mehmet();
        town.app.get("/ara/metin?q=sorusturma").await.ok().says("0 sonuç");
        // Secret since a moment: the index does not know it yet.
        let tx = test.begin().await;
        tx.without_event("arranged");
        tx.run("UPDATE document SET secrecy = 'CGZ'", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        town.as_clerk();
        town.app.get("/ara/metin?q=sorusturma").await.ok().says("0 sonuç").hides("Açık yazı");
        // What was found otherwise is looked at again, although no act says that it changed.
        catch_up(&town, &index).await;
        town.as_veli();
        town.app.get("/ara/metin?q=sorusturma").await.ok().says("2 sonuç");
        let _ = (open, secret);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_searches_texts_by_the_same_rule() {
    each(capabilities(), async |test| {
        let (_folder, index, town) = town(test).await;
        for number in 0..25 {
            town.enter(&format!("Kayıt {number}"), &format!("{number}")).await;
        }
        catch_up(&town, &index).await;
        let token = town.app.sign_in_as("clerk", &[town.desk], Some(town.ayse));
        let ask = async |query: &str| {
            town.app.api(Method::GET, &format!("/api/v1/text-search?{query}"), &token, &Value::Null).await
        };
        let first = ask("q=valilik&tur=document").await.ok().json();
        assert_eq!(first["total"], 25);
        assert_eq!(first["counts"]["document"], 25);
        assert_eq!(first["items"].as_array().unwrap().len(), 20);
        assert_eq!((&first["next"], &first["state"]), (&2.into(), &"ready".into()));
        let second = ask("q=valilik&tur=document&sayfa=2").await.ok().json();
        assert_eq!(second["items"].as_array().unwrap().len(), 5);
        assert!(second["next"].is_null());
        assert_eq!(ask("q=valilik&tarih_bas=6.11.2026").await.ok().json()["total"], 0);
        assert_eq!(ask("q=valilik&tarih_bas=5.11.2026&tarih_son=5.11.2026").await.ok().json()["total"], 25);
        ask("q=valilik&tarih_bas=olmaz").await.status(422);
        // Somebody without any of it, and nobody.
        let token = town.app.sign_in_as("technician", &[town.works], Some(town.mehmet));
        let page = town.app.api(Method::GET, "/api/v1/text-search?q=valilik", &token, &Value::Null).await;
        assert_eq!(page.ok().json()["total"], 0);
        town.app.forget_session();
        town.app.get("/ara/metin?q=valilik").await.status(303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_index_the_page_says_so_and_the_register_goes_on() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Olağan", "1").await;
        town.app.get("/ara/metin?q=olagan").await.ok().says("kurulu değil");
        town.app.get_part("/ara?q=olagan").await.ok().hides("Metinlerde ara");
        // One whose folder cannot be made.
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("dosya"), "x").unwrap();
        let index = Index::new(&folder.path().join("dosya/search"), web::FileTexts);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let task = tokio::spawn(search::follow(test.jobs(), index.clone(), stopped));
        while !matches!(index.state(), search::State::Failing(_)) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        stop.send(true).unwrap();
        task.await.unwrap();
        let services = Services::default().with(index);
        let app = testkit::TestApp::changed(test, web::house_routes().and(crate::routes()), services, |_| {});
        app.sign_in_as("clerk", &[town.desk], Some(town.ayse));
        app.get("/ara/metin?q=olagan").await.ok().says("çalışmıyor");
        app.get("/evrak").await.ok().says("Olağan");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_full_disk_under_the_index_the_register_goes_on_and_the_search_says_that_it_is_behind() {
    each(capabilities(), async |test| {
        let folder = tempfile::tempdir().unwrap();
        let Some(disk) = Disk::mount(&folder.path().join("search"), 8) else { return };
        let index = Index::new(&folder.path().join("search"), web::FileTexts);
        let town = Town::with(test, Services::default().with(index.clone())).await;
        town.enter("Eski kayıt", "1").await;
        catch_up(&town, &index).await;
        disk.fill();
        // The register itself lags behind nothing.
        let entry = town.enter("Taze kayıt", "2").await;
        town.app.get(&entry).await.ok().says("Taze kayıt");
        town.app.get("/evrak?ara=kayit").await.ok().says("Eski kayıt").says("Taze kayıt");
        let place = files::StoreConfig::Local { dir: town.files.path().to_path_buf() };
        let services = Services::default().with(files::Store::open(&place).unwrap());
        let context = JobContext { services: Arc::new(services), ..test.jobs() };
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let task = tokio::spawn(search::follow(context, index.clone(), stopped));
        while !matches!(index.state(), search::State::Failing(_)) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let page = town.app.get("/ara/metin?q=kayit").await.ok();
        page.says("1 sonuç").says("Eski kayıt").says("yenilenemiyor").hides("Taze kayıt");
        disk.free();
        while index.state() != search::State::Ready {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let page = town.app.get("/ara/metin?q=kayit").await.ok();
        page.says("2 sonuç").says("Taze kayıt").hides("yenilenemiyor");
        stop.send(true).unwrap();
        task.await.unwrap();
    })
    .await;
}
