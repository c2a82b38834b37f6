//! What people give by mistake or by malice is refused with a sentence, at the field, with everything typed kept.

use super::desk::{Desk, TEXT, capabilities};

const NEW: &str = "/yonetmelik/yeni";

#[tokio::test]
async fn files_that_hold_no_regulation_are_refused_with_a_reason() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let title = [("ad", "Kumköy yönetmeliği")];
        let send = async |name: &str, bytes: &[u8]| {
            let page = desk.upload("director", NEW, &title, Some((name, bytes))).await.is(422);
            page.says("Kumköy yönetmeliği").says("hata-ozeti")
        };
        send("bos.pdf", b"").await.says("Dosya boş");
        send("program.pdf", b"\x7FELF\x02\x01\x01\0\0\0binary").await;
        send("yarim.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 ob").await;
        send("gurultu.docx", &[0, 159, 146, 150, 1, 2, 3, 255]).await;
        send("bosluk.txt", b"   \n\n  \t ").await;
    })
    .await;
}

#[tokio::test]
async fn a_text_of_ten_megabytes_is_refused_and_one_in_an_old_encoding_is_read() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let huge = "MADDE 1- (1) Çok uzun bir hüküm.\n".repeat(10 * 1024 * 1024 / 34 + 1);
        let page = desk.upload("director", NEW, &[("metin", &huge)], None).await.is(422);
        page.says("Metin çok büyük").hides("Çok uzun bir hüküm");
        // windows-1254, as Notepad saved Turkish texts for decades.
        let old: Vec<u8> = TEXT
            .chars()
            .map(|letter| match letter {
                'Ğ' => 0xD0,
                'İ' => 0xDD,
                'Ş' => 0xDE,
                'ğ' => 0xF0,
                'ı' => 0xFD,
                'ş' => 0xFE,
                other => u8::try_from(u32::from(other)).unwrap(),
            })
            .collect();
        let id = desk.upload("director", NEW, &[], Some(("eski.txt", &old))).await.id();
        desk.get("director", &format!("/yonetmelik/{id}"))
            .await
            .is(200)
            .says("Müdürlüğünün çalışma esaslarını");
    })
    .await;
}

#[tokio::test]
async fn nothing_or_two_things_at_once_are_asked_about() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        desk.upload("director", NEW, &[], None).await.is(422).says("Bir dosya seçin, metni yapıştırın");
        let both = [("metin", "MADDE 1- (1) Kalan metin."), ("profil", "kars")];
        let page = desk.upload("director", NEW, &both, None).await.is(422);
        page.says("yalnızca birini").says("Kalan metin.");
        desk.upload("director", NEW, &[("profil", "yok")], None)
            .await
            .is(422)
            .says("Böyle bir hazır profil yok");
        let long = "a".repeat(301);
        let page = desk.upload("director", NEW, &[("profil", "kars"), ("ad", &long)], None).await.is(422);
        page.says("en çok 300 karakter");
        let id = desk.paste("MADDE 1- (1) Sıfır\0 karakteri düşer. <script>alert(1)</script>").await;
        let page = desk.get("director", &format!("/yonetmelik/{id}")).await.is(200);
        page.says("Sıfır karakteri düşer. &lt;script&gt;").hides("<script>alert(1)");
    })
    .await;
}

#[tokio::test]
async fn senseless_corrections_and_dates_are_refused_with_what_was_typed() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.paste(TEXT).await;
        let path = format!("/yonetmelik/{id}/duzelt");
        let send = async |fields: &[(&str, &str)]| {
            let fields = [&[("gorulen", "0"), ("goster", "hepsi")], fields].concat();
            desk.post("director", &path, &fields).await
        };
        send(&[("oge", "oge-999999"), ("eylem", "dogru")]).await.is(422).says("Bu öge artık yok");
        send(&[("oge", "'; DROP TABLE regulation"), ("eylem", "dogru")]).await.is(422);
        send(&[("oge", "oge-1"), ("eylem", "uydurma")]).await.is(422).says("anlaşılamadı");
        let split = [
            ("oge", "oge-1"),
            ("eylem", "bol"),
            ("soz", "bu sözler yok"),
            ("yeni_tur", "bent"),
            ("yeni_etiket", "z"),
        ];
        send(&split).await.is(422).says("metninde bulunamadı").says("value=\"bu sözler yok\"");
        let label = [("oge", "oge-1"), ("eylem", "degistir"), ("tur", "bolum"), ("etiket", "a/b")];
        send(&label).await.is(422);
        send(&[("gorulen", "-5"), ("oge", "oge-1"), ("eylem", "dogru")]).await.is(303);
        desk.post("director", &format!("{path}/geri-al"), &[("gorulen", "7")]).await.is(409);
        let confirm = format!("/yonetmelik/{id}/onayla");
        let page = desk
            .post("director", &confirm, &[("yururluk", "31.2.2026"), ("karar", "42 sayılı")])
            .await
            .is(422);
        page.says("value=\"31.2.2026\"").says("42 sayılı");
        desk.post("director", &confirm, &[("yururluk", "1.1.2026"), ("yerine", "uydurma")]).await.is(422);
        let other = "/yonetmelik/00000000-0000-7000-8000-000000000000";
        desk.get("director", &format!("{other}/duzelt")).await.is(404);
        desk.get("director", &format!("{other}/karsilastir/{id}")).await.is(404);
    })
    .await;
}
