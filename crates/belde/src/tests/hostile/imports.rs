//! Files of rows that say two things at once.

use testkit::{TestDb, each};

use super::super::{declared, load_demo};
use super::House;

const UNITS: &str = "/teskilat/birimler/ice-aktar";

#[tokio::test]
async fn rows_that_say_two_things_are_not_guessed_at() {
    each(declared(), async |test: &TestDb| {
        load_demo(test).await;
        let house = House::new(test);
        let send =
            async |text: &str| house.app.upload(UNITS, &[], &[("dosya", "a.csv", text.as_bytes())]).await;
        let head = "Birim kodu;Birim adı;Türü;Geçerlilik tarihi\n";
        let twice =
            send(&format!("{head}ZZ1;Bir;Müdürlük;01.01.2020\nZZ1;İki;Müdürlük;01.01.2020\n")).await.ok();
        twice.says("1 yeni").says("1 hatalı").says("daha yukarıda da var");
        let beyond = send(&format!("{head}ZZ1;Bir;Müdürlük;01.01.2020;sızan hücre\n")).await.ok();
        beyond.says("1 hatalı").says("“sızan hücre” hücresinin üstünde sütun adı yok");
        let columns = send("Birim kodu;Birim adı;Birim adı\nZZ1;Bir;İki\n").await.status(422);
        columns.says("“Birim adı” sütunu iki kez var");
    })
    .await;
}
