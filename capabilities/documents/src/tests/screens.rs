//! What the document screens owe to who works with them all day: a refusal with a way back, no offer that is refused, nothing
//! typed twice.

use testkit::each;

use super::intake::{id, send};
use super::town::{Town, capabilities};

/// Two letters of somebody, waiting one after the other.
fn letter(subject: &str, number: &str) -> String {
    format!(
        "T.C.\nÖRNEKİL VALİLİĞİ\n\nSayı : {number} 5.11.2025\nKonu : {subject}\n\nBELEDİYE BAŞKANLIĞINA\n"
    )
}

/// A letter of Mehmet's that Veli signs at once; answers its address.
async fn written(town: &Town<'_>, more: &[(&str, &str)]) -> String {
    let veli = town.veli.to_string();
    let mut fields = vec![
        ("title", "Sunucu Bakımı"),
        ("form", "letter"),
        ("addressees", "Örnekil Valiliği"),
        ("body", "Bakım yapılacaktır.\n\nBilgilerinizi arz ederim."),
        ("signer_id", veli.as_str()),
    ];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    fields.extend(more);
    town.as_mehmet();
    format!("/yazilar/{}", town.new_at("/yazilar", &fields).await)
}

/// Sent round and signed by Veli.
async fn signed(town: &Town<'_>, letter: &str) {
    town.as_mehmet();
    town.act(letter, "imzaya-sun", "").await.leads_to(letter);
    town.as_veli();
    let turn = id(town.test, "SELECT id FROM route_step WHERE state = 'to_sign'").await;
    let turn = format!("/imza-klasoru/{turn}");
    town.act(&turn, "imzala", "").await.leads_to(&turn);
}

#[tokio::test]
async fn what_the_rules_refuse_is_said_on_the_records_page_and_leads_to_the_field() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let letter = written(&town, &[("title", "Sunucu Bakımı.")]).await;
        let refused = town.act(&letter, "imzaya-sun", "").await.status(422);
        assert!(
            refused.html().contains(&format!("href=\"{letter}/duzenle#alan-title\"")),
            "a way to the field"
        );
        assert!(refused.html().contains("data-error-summary"), "the focus goes there");
        refused
            .says("“İmzaya sun” yapılamadı")
            .says("noktalama işareti konmaz")
            .says("Bakım yapılacaktır.")
            .says("Vazgeç");
        // Somebody else was faster: the page as it is now, and what was typed is not lost.
        let document = town.enter("Anket", "E-1").await;
        town.act(&document, "iptal", "Yanlış kayıt").await.leads_to(&document);
        let late = town.act(&document, "iptal", "Bir başka uzun gerekçe").await.status(409);
        late.says("“Kaydı iptal et” yapılamadı")
            .says("başka bir duruma geçmiş")
            .says("Bir başka uzun gerekçe");
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_refused_stands_in_its_question_again() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let document = town.enter("Anket", "E-1").await;
        let referral = town.refer(&document, town.mehmet, "action").await;
        let asked = town.app.post(&format!("{referral}/eylem"), &[("eylem", "sure-uzat")]).await.ok();
        assert!(asked.html().contains("data-date"), "a day is asked for as a day");
        assert!(!asked.html().contains("<textarea"));
        let wrong = town.act(&referral, "sure-uzat", "yarın").await.status(422);
        wrong.says("gün.ay.yıl");
        let wrong = town.act(&referral, "sure-uzat", "1.1.2020").await.status(422);
        assert_eq!(wrong.value("gerekce").as_deref(), Some("1.1.2020"));
        wrong.says("şimdiki son günden sonra");
        town.act(&referral, "sure-uzat", "2027-12-31").await.leads_to(&referral);
        let said = "SELECT note FROM event WHERE verb = 'referral_prolonged'";
        assert_eq!(town.text(said).await, "31.12.2027");
        town.app.get(&referral).await.ok().says("Süresi uzatıldı.");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_changed_is_not_offered_to_be_changed_anywhere() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let letter = written(&town, &[("file_code_id", &code)]).await;
        town.app.get(&letter).await.ok().says("değiştir");
        signed(&town, &letter).await;
        town.as_mehmet();
        let page = town.app.get(&letter).await.ok();
        assert!(!page.html().contains("/duzenle"), "no way to a form that refuses");
        town.app.get(&format!("{letter}/duzenle")).await.leads_to(&letter);
        town.app.get(&letter).await.ok().says("Hata İmzaya sunulan yazı değiştirilemez");
        let version = test_version(&town, "letter").await;
        let change = [
            ("surum", version.as_str()),
            ("title", "Başka"),
            ("form", "letter"),
            ("body", "Başkası, arz ederim."),
        ];
        let refused = town.app.post(&format!("{letter}/duzenle"), &change).await.status(422);
        refused.says("İmzaya sunulan yazı değiştirilemez").says("Başkası, arz ederim.");
        assert_eq!(town.text("SELECT title FROM letter").await, "Sunucu Bakımı");
        // An item of the agenda is its keeper's, a decided one nobody's.
        let fields = [("title", "Kamera alımı"), ("body", "council"), ("meets_on", "3.11.2026")];
        let item = format!("/gundem/{}", town.new_at("/gundem", &fields).await);
        town.app.get(&item).await.ok().says("değiştir").hides("Yeni karar işi");
        town.as_clerk();
        town.act(&item, "gundeme-al", "").await.leads_to(&item);
        town.app.get(&item).await.ok().says("değiştir").hides("Yeni karar işi");
        town.as_mehmet();
        town.app.get(&item).await.ok().hides("değiştir");
    })
    .await;
}

async fn test_version(town: &Town<'_>, table: &str) -> String {
    town.count(&format!("SELECT version FROM {table}")).await.to_string()
}

#[tokio::test]
async fn whatever_way_a_change_comes_the_state_refuses_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        send(&town, &[("tarama.txt", letter("Anket", "E-1").as_bytes())]).await.ok();
        let item = id(test, "SELECT id FROM intake_item").await;
        town.act(&format!("/gelen-kutusu/{item}"), "ayir", "Reklam").await;
        let tx = test.begin().await;
        let kind = crate::intake::kind();
        let mut draft = kernel::record::Draft::default();
        draft.set("title", kernel::record::FieldValue::Text("Başka".into()));
        let item = item.parse().unwrap();
        let version = kernel::record::get(&tx, &kind, item).await.unwrap().version;
        let refused = kernel::record::update(&tx, &kind, item, version, draft).await.unwrap_err();
        assert_eq!(refused.violations[0].code, "KYT-013");
        tx.rollback().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_entry_of_a_signed_letter_leads_back_to_it_and_waits_for_nobody() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let letter = written(&town, &[("file_code_id", &code)]).await;
        signed(&town, &letter).await;
        let entry = format!("/evrak/{}", id(test, "SELECT id FROM document").await);
        assert_eq!(town.text("SELECT state FROM document").await, "recorded");
        assert_eq!(town.text("SELECT their_number FROM document").await, "Z-24312041-700-1");
        town.as_clerk();
        let page = town.app.get(&entry).await.ok();
        assert!(page.html().contains(&format!("href=\"{letter}\"")), "the way back");
        page.says("Kaydedildi").says("Gidiş günü").says("Kime").hides("Havale bekliyor").hides("Geliş");
        town.app.get("/evrak?state=registered").await.ok().hides("2026-GI-000001");
        // It may be told to somebody; taken back, it waits for nobody again.
        let referral = town.refer(&entry, town.mehmet, "action").await;
        assert_eq!(town.text("SELECT state FROM document").await, "referred");
        town.act(&referral, "geri-cek", "Gerek kalmadı").await.leads_to(&referral);
        assert_eq!(town.text("SELECT state FROM document").await, "recorded");
        town.act(&entry, "dosyala", "").await.leads_to(&entry);
        town.act(&entry, "yeniden-ac", "Yanlış dosya").await.leads_to(&entry);
        assert_eq!(town.text("SELECT state FROM document").await, "recorded");
        let incoming = town.enter("Anket", "E-1").await;
        town.app.get(&incoming).await.ok().says("Geliş günü").says("Kimden").says("Havale bekliyor");
        // Who may not see the letter is not led to it.
        town.app.sign_in_as("auditor", &[town.desk], None);
        town.app.get(&entry).await.ok();
    })
    .await;
}

#[tokio::test]
async fn the_receiver_reads_sentences_and_what_was_cancelled_stands_in_the_book() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        let mehmet = town.mehmet.to_string();
        let fields = [("document_numbers", "2026-GE-000001"), ("staff_id", mehmet.as_str())];
        let made = format!("/evrak-teslimleri/{}", town.new_at("/evrak-teslimleri", &fields).await);
        town.app.get(&made).await.ok().says("1. 2026-GE-000001 sayılı evrak: Anket (eki yok)").hides(" | ");
        town.act(&made, "iptal", "E-postayla gitti").await.leads_to(&made);
        town.act(&made, "iptal", "Yeniden").await.status(409);
        let day = town.text("SELECT carried_on FROM delivery").await;
        let book = town.app.get(&format!("/evrak-teslimleri/defter?gun={day}")).await.ok();
        book.says("2026-TS-000001").says("İptal edildi").says("İptal nedeni: E-postayla gitti");
        let paper = town.app.get(&format!("/evrak-teslimleri/defter/pdf?gun={day}")).await.ok().text();
        assert!(paper.contains("İptal edildi | İptal nedeni: E-postayla gitti"), "{paper}");
    })
    .await;
}

#[tokio::test]
async fn the_next_paper_keeps_what_is_the_same_and_says_the_number_of_the_last() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let form = town.app.get("/evrak/yeni").await.ok();
        assert!(
            form.html().contains("name=\"correspondent\" autofocus") || form.html().contains("autofocus")
        );
        form.says("Kaydet ve sıradaki").says("isteğe bağlı");
        let fields = [
            ("book", "incoming"),
            ("correspondent", "Örnekil Valiliği"),
            ("title", "Anket"),
            ("medium", "post"),
            ("received_on", "2.11.2026"),
            ("sonraki", "evet"),
        ];
        let made = town.app.post("/evrak/yeni", &fields).await;
        let next = made.location().unwrap();
        assert_eq!(next, "/evrak/yeni?book=incoming&medium=post&received_on=2.11.2026");
        let page = town.app.get(&next).await.ok();
        assert_eq!(page.value("received_on").as_deref(), Some("2.11.2026"));
        assert_eq!(page.value("correspondent").as_deref(), Some(""));
        page.says("2026-GE-000001 kaydedildi: Anket.");
    })
    .await;
}

#[tokio::test]
async fn what_arrived_is_corrected_and_registered_in_a_row() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        send(&town, &[("bir.txt", letter("Birinci", "E-1").as_bytes())]).await.ok();
        test.advance_seconds(1);
        send(&town, &[("iki.txt", letter("İkinci", "E-2").as_bytes())]).await.ok();
        let of = async |title: &str| {
            let item = id(test, &format!("SELECT id FROM intake_item WHERE title = '{title}'")).await;
            format!("/gelen-kutusu/{item}")
        };
        let (first, second) = (of("Birinci").await, of("İkinci").await);
        let begin = town.app.get("/gelen-kutusu/sirayla").await.location().unwrap();
        assert_eq!(begin, format!("{first}/duzenle"));
        let form = town.app.get(&format!("{first}/duzenle")).await.ok();
        form.says("Evrak olarak kaydet ve sıradaki").says("Bunu atla");
        // What cannot be registered yet stays in its form, and nothing of it was written.
        let mut fields = vec![
            ("surum", "1"),
            ("title", "Düzeltildi"),
            ("sender", ""),
            ("their_number", "E-1"),
            ("sonraki", "evet"),
        ];
        let refused = town.app.post(&format!("{first}/duzenle"), &fields).await.status(422);
        assert_eq!(refused.value("title").as_deref(), Some("Düzeltildi"));
        refused.says("Kimden geldiği belli değil");
        assert_eq!(town.count("SELECT count(*) FROM intake_item WHERE title = 'Birinci'").await, 1);
        fields[2] = ("sender", "Örnekil Valiliği");
        let next = town.app.post(&format!("{first}/duzenle"), &fields).await.location().unwrap();
        assert_eq!(next, format!("{second}/duzenle"));
        let made = "SELECT title || '|' || correspondent FROM document";
        assert_eq!(town.text(made).await, "Düzeltildi|Örnekil Valiliği");
        let skip = format!("/gelen-kutusu/sirayla?sonra={}", second.rsplit('/').next().unwrap());
        town.app.get(&skip).await.leads_to("/gelen-kutusu");
        let last = [
            ("surum", "1"),
            ("title", "İkinci"),
            ("sender", "Valilik"),
            ("their_number", "E-2"),
            ("sonraki", "evet"),
        ];
        town.app.post(&format!("{second}/duzenle"), &last).await.leads_to("/gelen-kutusu");
        town.app.get("/gelen-kutusu").await.ok().says("Bekleyen kalmadı.");
        assert_eq!(town.count("SELECT count(*) FROM document").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_letter_begins_from_its_units_template_and_becomes_one() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let letter = written(&town, &[]).await;
        town.app.get("/yazilar/yeni").await.ok().hides("Şablondan başla");
        town.act(&letter, "sablon-yap", "Bakım bildirimi").await.leads_to(&letter);
        town.act(&letter, "sablon-yap", "Bakım bildirimi").await.status(409).says("Bakım bildirimi");
        let template = id(test, "SELECT id FROM letter_template").await;
        town.app.get("/yazilar/yeni").await.ok().says("Şablondan başla").says("Bakım bildirimi");
        let begun = town.app.get(&format!("/yazilar/yeni?letter_template={template}")).await.ok();
        assert_eq!(begun.value("title").as_deref(), Some("Sunucu Bakımı"));
        begun.says("Bilgilerinizi arz ederim.");
        let page = format!("/yazi-sablonlari/{template}");
        town.app.get(&page).await.ok().says("Bundan yeni yazı").says("değiştir");
        // Another unit's people neither see it nor begin from it.
        town.app.sign_in_as("staff", &[town.desk], Some(town.ayse));
        town.app.get(&page).await.status(404);
        town.app.get(&format!("/yazilar/yeni?letter_template={template}")).await.status(404);
        town.app.get("/yazilar/yeni").await.ok().hides("Bakım bildirimi");
        town.as_mehmet();
        town.act(&page, "kaldir", "").await.leads_to(&page);
        town.act(&page, "kaldir", "").await.status(409);
        town.app.get("/yazilar/yeni").await.ok().hides("Bakım bildirimi");
        town.app.get(&page).await.ok().hides("Bundan yeni yazı").hides("değiştir");
    })
    .await;
}

#[tokio::test]
async fn a_group_unfolds_in_the_letter_and_one_of_it_gets_no_annex() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        let group = [("name", "Okullar"), ("members", "Lise\nİlkokul\nlise\n")];
        town.new_at("/dagitim-gruplari", &group).await;
        let again = [("name", "OKULLAR"), ("members", "x")];
        town.app.post("/dagitim-gruplari/yeni", &again).await.status(422).says("zaten var");
        let letter = written(
            &town,
            &[
                ("addressees", "okullar\nÖrnekil Valiliği"),
                ("annexes", "Liste"),
                ("withheld", "Lise"),
                ("file_code_id", &code),
                ("body", "Ekteki liste gönderilmiştir.\n\nBilgilerinizi rica ederim."),
            ],
        )
        .await;
        assert_eq!(town.text("SELECT addressees FROM letter").await, "Lise\nİlkokul\nÖrnekil Valiliği");
        town.app.get(&letter).await.ok().says("Lise (Ek konulmadı) İlkokul").says("DAĞITIM YERLERİNE");
        // A later change of the group changes no letter; a wrong name keeps it at home.
        let version = test_version(&town, "letter").await;
        let mut fields = vec![
            ("surum", version.as_str()),
            ("title", "Sunucu Bakımı"),
            ("form", "letter"),
            ("body", "Ekteki liste.\n\nBilgilerinizi rica ederim."),
            ("addressees", "Lise\nİlkokul"),
            ("annexes", "Liste"),
            ("withheld", "Üniversite"),
        ];
        town.app.post(&format!("{letter}/duzenle"), &fields).await.leads_to(&letter);
        let refused = town.act(&letter, "imzaya-sun", "").await.status(422);
        refused.says("“Üniversite” satırındaki ad muhataplar arasında yok");
        let version = test_version(&town, "letter").await;
        fields[0] = ("surum", version.as_str());
        fields[6] = ("withheld", "Lise: 1");
        town.app.post(&format!("{letter}/duzenle"), &fields).await.leads_to(&letter);
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        assert!(town.text("SELECT statement FROM letter").await.contains("Gereği: Lise (Ek-1 konulmadı)"));
    })
    .await;
}

#[tokio::test]
async fn a_units_own_number_and_foot_stand_in_its_letters() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.contact", "Belediye Sarayı").await;
        let code = town.file_code().await;
        let (works, veli) = (town.works.to_string(), town.veli.to_string());
        let mut contact = vec![
            ("unit_id", works.as_str()),
            ("detsis", "1234"),
            ("address", "Sanayi Sitesi No: 4"),
            ("phone", "0312 555 10 00"),
            ("informant_id", veli.as_str()),
        ];
        town.app.post("/birim-iletisim/yeni", &contact).await.status(422).says("sekiz rakam");
        contact[1] = ("detsis", "9876 5432");
        town.new_at("/birim-iletisim", &contact).await;
        town.app.post("/birim-iletisim/yeni", &contact).await.status(422).says("kayıtlı");
        let letter = written(&town, &[("file_code_id", &code)]).await;
        // The unit's own number is enough; nobody needs the municipality's.
        signed(&town, &letter).await;
        assert_eq!(town.text("SELECT number FROM letter").await, "Z-98765432-700-1");
        let sheet = town.text("SELECT sheet FROM letter").await;
        for said in ["Adres: Sanayi Sitesi No: 4", "Telefon: ", "Bilgi için: Veli Ak Müdür"] {
            assert!(sheet.contains(said), "{said}: {sheet}");
        }
        assert!(!sheet.contains("Belediye Sarayı"));
        // Another unit writes under the municipality's lines, and needs its number.
        let other = written(&town, &[("file_code_id", &code), ("unit_id", &town.desk.to_string())]).await;
        town.act(&other, "imzaya-sun", "").await.status(422).says("DETSİS numarası yazılı değil");
    })
    .await;
}
