//! What an entry of the register owes to the paper it stands for: it follows its letter, is corrected with a reason, is closed when
//! it is filed, waits for its answer, and its secrecy ends on its day.

use kernel::db::Sql;
use testkit::each;

use super::esign::{self, Keys};
use super::intake::id;
use super::town::{Town, capabilities};

const ENTRY: [(&str, &str); 4] =
    [("surum", "1"), ("correspondent", "Örnekil Valiliği"), ("title", "Anket"), ("medium", "post")];

/// A letter of Mehmet's on paper that Veli signed; answers the address of its entry.
async fn signed_on_paper(town: &Town<'_>, more: &[(&str, &str)]) -> String {
    town.set("documents.detsis", "24312041").await;
    let code = town.file_code().await;
    let to = [("name", "Örnekil Valiliği"), ("kind", "institution"), ("rank", "above")];
    town.new_at("/muhataplar", &to).await;
    town.as_mehmet();
    let letter = town.letter(&code, more).await;
    town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
    town.as_veli();
    let turn =
        format!("/imza-klasoru/{}", id(town.test, "SELECT id FROM route_step WHERE state = 'to_sign'").await);
    town.act(&turn, "imzala", "").await.leads_to(&turn);
    format!("/evrak/{}", id(town.test, "SELECT document_id AS id FROM letter").await)
}

#[tokio::test]
async fn the_entry_of_a_signed_letter_says_what_the_letter_says_and_is_not_cancelled() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let entry = signed_on_paper(&town, &[]).await;
        town.as_clerk();
        let page = town.app.get(&entry).await.ok();
        page.says("Belediyenin imzaladığı yazı").says("Henüz yazılmadı").hides("Kaydı iptal et");
        let form = town.app.get(&format!("{entry}/duzenle")).await.ok().says("Nasıl gitti?");
        for name in ["title", "secrecy", "correspondent", "file_code_id", "gerekce"] {
            assert!(!form.html().contains(&format!("name=\"{name}\"")), "{name} is not asked");
        }
        // Whoever sends it all the same is told where it changes.
        for (column, value) in [("title", "Başka"), ("correspondent", "Zeynep Koç"), ("secrecy", "CGZ")] {
            let fields = [("surum", "1"), (column, value), ("gerekce", "Yanlış")];
            let refused = town.app.post(&format!("{entry}/duzenle"), &fields).await.status(422);
            refused.says("imzalanmış yazının kaydıdır").says("Gizlilik değişiklikleri");
        }
        let fields = [("surum", "1"), ("medium", "post"), ("note", "Taahhütlü")];
        town.app.post(&format!("{entry}/duzenle"), &fields).await.leads_to(&entry);
        assert_eq!(town.text("SELECT medium || title FROM document").await, "postSunucu Bakımı");
        let events = town.count("SELECT count(*) FROM event").await;
        town.act(&entry, "iptal", "Yanlış").await.status(422).says("imzalanmış bir yazının");
        assert_eq!(town.count("SELECT count(*) FROM event").await, events);
        assert_eq!(town.text("SELECT state FROM document").await, "recorded");
    })
    .await;
}

#[tokio::test]
async fn the_entry_of_a_letter_that_was_signed_with_a_card_says_so() {
    let keys = Keys::make();
    each(capabilities(), async |test| {
        let town = esign::office(test, &keys).await;
        let letter = esign::electronic(&town).await;
        let token = esign::link(&town, &letter).await;
        let cms = esign::signed(&town, &token, &keys.key("veli")).await;
        assert_eq!(esign::send(&town, &token, &cms).await.status, 200);
        let entry = "SELECT medium || '|' || signature || '|' || origin FROM document";
        assert_eq!(town.text(entry).await, "package|own|letter");
        let said = town.text("SELECT signature_said FROM document").await;
        assert!(said.contains("deneme imzası"), "{said}");
        town.as_clerk();
        let page = town.app.get(&format!("/evrak/{}", id(test, "SELECT id FROM document").await)).await.ok();
        page.says("e-İmzayla imzalandı").says("e-Yazışma paketi").hides("e-İmza yok");
    })
    .await;
}

#[tokio::test]
async fn paper_that_was_carried_to_somebody_went_by_hand() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        signed_on_paper(&town, &[]).await;
        assert_eq!(town.text("SELECT medium FROM document").await, "unknown");
        town.as_clerk();
        let number = town.text("SELECT number FROM document").await;
        let ayse = town.ayse.to_string();
        // The label of the paper is read in, and its number once more by mistake.
        let document = id(test, "SELECT id FROM document").await;
        let lines = format!("https://belde.example/evrak/{document}\n{number}\n");
        let fields = [("staff_id", ayse.as_str()), ("document_numbers", lines.as_str())];
        let delivery = format!("/evrak-teslimleri/{}", town.new_at("/evrak-teslimleri", &fields).await);
        assert_eq!(town.count("SELECT count(*) FROM delivery_item").await, 1);
        town.act(&delivery, "yola-cikar", "").await.leads_to(&delivery);
        town.act(&delivery, "teslim-aldim", "").await.leads_to(&delivery);
        assert_eq!(town.text("SELECT medium FROM document").await, "hand");
        let labels = town.app.get(&format!("/evrak/etiketler?kayit={document}")).await.ok();
        labels.says(&number).says("1 evrak").hides("Sunucu Bakımı");
        town.app.get("/evrak/etiketler?book=outgoing&boy=rulo").await.ok().says(&number);
        town.app.get("/evrak/etiketler?book=incoming").await.ok().says("Bu süzgece uyan evrak yok");
    })
    .await;
}

#[tokio::test]
async fn what_was_read_off_the_paper_is_corrected_with_a_reason_that_stays_in_the_history() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let entry = town.enter("Anket", "E-1").await;
        town.app.get(&format!("{entry}/duzenle")).await.ok().says("Düzeltmenin gerekçesi");
        let mut wrong = ENTRY.to_vec();
        wrong[2] = ("title", "Anketler");
        let refused = town.app.post(&format!("{entry}/duzenle"), &wrong).await.status(422);
        let refused = refused.says("neden düzelttiğinizi yazın");
        assert!(refused.html().contains("#alan-gerekce"), "a way to the question");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'changed'").await, 0);
        wrong.push(("gerekce", "Konu yanlış okunmuş"));
        town.app.post(&format!("{entry}/duzenle"), &wrong).await.leads_to(&entry);
        town.app.get(&entry).await.ok().says("Anketler").says("Konu yanlış okunmuş");
        // A file code or a note is no correction.
        let note = [("surum", "2"), ("note", "Ekleri dolapta")];
        town.app.post(&format!("{entry}/duzenle"), &note).await.leads_to(&entry);
        // What is cancelled or filed is closed.
        town.act(&entry, "iptal", "Yanlış kayıt").await.leads_to(&entry);
        let late = [("surum", "4"), ("note", "Başka")];
        town.app.get(&format!("{entry}/duzenle")).await.leads_to(&entry);
        town.app.post(&format!("{entry}/duzenle"), &late).await.status(422).says("yeniden açın");
    })
    .await;
}

#[tokio::test]
async fn who_makes_an_entry_secret_is_led_where_they_may_look() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let entry = town.enter("Anket", "E-1").await;
        let referral = town.refer(&entry, town.mehmet, "action").await;
        let tx = test.begin().await;
        tx.run("UPDATE document SET owner_id = NULL", vec![]).await.unwrap();
        tx.without_event("arranged");
        tx.commit().await.unwrap();
        let secret = [&ENTRY[..], &[("secrecy", "GZL"), ("gerekce", "Zarfın üzerinde yazıyor")]].concat();
        town.app.post(&format!("{entry}/duzenle"), &secret).await.leads_to("/evrak");
        town.app.get(&entry).await.status(404);
        // What was referred is kept from the same people from then on.
        assert_eq!(town.text("SELECT secrecy FROM referral").await, "GZL");
        town.app.sign_in_as("chief", &[town.works], None);
        town.app.get(&referral).await.status(404);
        town.app.get("/havaleler").await.ok().hides("Anket");
    })
    .await;
}

#[tokio::test]
async fn a_degree_that_holds_until_a_day_ends_with_it_everywhere() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let entry = town.enter("Soruşturma", "E-1").await;
        let day = |days: i64| {
            let day = test.clock.now().day().0.saturating_add(time::Duration::days(days));
            kernel::Day(day).to_string()
        };
        let secret = |until: &str| {
            let mut fields = ENTRY.to_vec().into_iter().map(|(a, b)| (a, b.to_string())).collect::<Vec<_>>();
            fields[2].1 = "Soruşturma".into();
            fields.extend([
                ("secrecy", "GZL".into()),
                ("gerekce", "Yazıda yazıyor".into()),
                ("secret_until", until.into()),
            ]);
            fields
        };
        let post = async |until: &str| {
            let fields = secret(until);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
            town.app.post(&format!("{entry}/duzenle"), &fields).await
        };
        post(&day(-1)).await.status(422).says("son günü geçmiş");
        post(&day(2)).await.leads_to(&entry);
        town.refer(&entry, town.mehmet, "action").await;
        let job =
            crate::capability().jobs.into_iter().find(|job| job.name == "documents.end_secrecy").unwrap();
        test.advance_seconds(2 * 86_400);
        test.run(&job).await;
        assert_eq!(town.text("SELECT secrecy FROM document").await, "GZL", "the day itself counts");
        test.advance_seconds(86_400);
        test.run(&job).await;
        test.run(&job).await;
        assert_eq!(town.text("SELECT secrecy FROM document").await, "YOK");
        assert_eq!(town.text("SELECT secrecy FROM referral").await, "YOK");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'secrecy_ended'").await, 1);
        town.app.sign_in_as("chief", &[town.works], None);
        town.app.get("/havaleler").await.ok().says("Soruşturma");
        town.as_clerk();
        town.app.get(&entry).await.ok().says("Gizlilik süresi doldu");
    })
    .await;
}

#[tokio::test]
async fn a_signed_letter_is_open_when_its_secrecy_is_over() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let until = kernel::Day(test.clock.now().day().0.saturating_add(time::Duration::days(3))).to_string();
        let entry = signed_on_paper(&town, &[("secrecy", "HZO"), ("secret_until", &until)]).await;
        assert_eq!(town.text("SELECT secrecy || secret_until FROM document").await, format!("HZO{until}"));
        town.as_clerk();
        town.app.get(&entry).await.ok().says("Gizliliğin son günü");
        test.advance_seconds(4 * 86_400);
        let job =
            crate::capability().jobs.into_iter().find(|job| job.name == "documents.end_secrecy").unwrap();
        test.run(&job).await;
        let both =
            "SELECT d.secrecy || l.secrecy FROM document AS d JOIN letter AS l ON l.document_id = d.id";
        assert_eq!(town.text(both).await, "YOKYOK");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'secrecy_ended'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_asks_for_an_answer_waits_until_something_goes_out_or_somebody_says_why_not() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let due = kernel::Day(test.clock.now().day().0.saturating_add(time::Duration::days(5))).to_string();
        let incoming = |title: &'static str, medium: &'static str, due: &str| {
            let fields =
                [("book", "incoming"), ("correspondent", "Valilik"), ("title", title), ("medium", medium)];
            let mut fields: Vec<(&str, String)> =
                fields.into_iter().map(|(a, b)| (a, b.to_string())).collect();
            fields.push(("due_on", due.to_string()));
            fields
        };
        let mut made = Vec::new();
        for (title, medium, due) in
            [("Anket", "post", due.as_str()), ("İleti", "email", ""), ("Duyuru", "post", "")]
        {
            let fields = incoming(title, medium, due);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
            made.push(town.new_at("/evrak", &fields).await);
        }
        let answers = || async {
            let all: Vec<String> = test
                .db
                .column("SELECT answer FROM document WHERE book = 'incoming' ORDER BY number", vec![])
                .await
                .unwrap();
            all.join(" ")
        };
        assert_eq!(answers().await, "awaited awaited none");
        let list = town.app.get("/evrak?answer=awaited").await.ok().says("Yanıt bekleyenler").html();
        let shows = |list: &str, at: usize| list.contains(&format!("/evrak/{}\"", made[at]));
        assert!(shows(&list, 0) && shows(&list, 1) && !shows(&list, 2), "{list}");
        town.app.get("/").await.ok().says("Yanıt bekleyen evrak");
        // One is answered, of one somebody says why not.
        let answer = [
            ("book", "outgoing"),
            ("correspondent", "Valilik"),
            ("title", "Yanıt"),
            ("medium", "post"),
            ("answers_id", made[0].as_str()),
        ];
        let sent = format!("/evrak/{}", town.new_at("/evrak", &answer).await);
        assert_eq!(answers().await, "given awaited none");
        let first = format!("/evrak/{}", made[0]);
        town.app.get(&first).await.ok().says("Yanıtlandı").says("2026-GI-000001").hides("Yanıt bekleniyor");
        let second = format!("/evrak/{}", made[1]);
        town.act(&second, "yanit-gerekmez", "").await.status(422);
        town.act(&second, "yanit-gerekmez", "Reklam").await.leads_to(&second);
        town.act(&second, "yanit-gerekmez", "Reklam").await.status(422).says("zaten öyle");
        town.app.get(&second).await.ok().says("Reklam").says("Yanıt gerekmiyor");
        assert_eq!(answers().await, "given not_needed none");
        town.app.get("/").await.ok().hides("Yanıt bekleyen evrak");
        // The answer was entered by mistake: the letter waits again.
        town.act(&sent, "iptal", "Yanlış kayıt").await.leads_to(&sent);
        assert_eq!(answers().await, "awaited not_needed none");
        town.act(&sent, "yanit-bekle", "").await.status(409);
        let third = format!("/evrak/{}", made[2]);
        town.act(&third, "yanit-bekle", "").await.leads_to(&third);
        assert_eq!(answers().await, "awaited not_needed awaited");
        // Late from the day after.
        test.advance_seconds(6 * 86_400);
        let yesterday = kernel::Day(test.clock.now().day().0.previous_day().unwrap());
        let late = format!("/evrak?answer=awaited&due_on_son={yesterday}");
        let page = town.app.get(&late).await.ok().html();
        assert!(shows(&page, 0) && !shows(&page, 2), "{page}");
        assert!(
            town.app.get("/evrak").await.html().contains(&late.replace('&', "&amp;")),
            "a view of its own"
        );
    })
    .await;
}

#[tokio::test]
async fn a_head_sees_what_is_late_in_the_unit_and_what_will_be_this_week() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let entry = town.enter("Anket", "E-1").await;
        let action = town.refer(&entry, town.mehmet, "action").await;
        let other = town.enter("Bilgi notu", "E-2").await;
        let information = town.refer(&other, town.mehmet, "information").await;
        town.as_veli();
        town.app.get("/").await.ok().hides("süresi geçen havale");
        test.advance_seconds(40 * 86_400);
        town.app.get("/").await.ok().says("Biriminizde süresi geçen havale");
        let list = town.app.get("/havaleler").await.ok();
        let list = list.says("Süresi geçenler").says("Bu hafta dolacaklar");
        let yesterday = kernel::Day(test.clock.now().day().0.previous_day().unwrap());
        let late = format!("/havaleler?state=open&purpose=action&due_on_son={yesterday}");
        assert!(list.html().contains(&late.replace('&', "&amp;")), "{}", list.html());
        let page = town.app.get(&late).await.ok().html();
        assert!(
            page.contains(&format!("{action}\"")) && !page.contains(&format!("{information}\"")),
            "{page}"
        );
        // Whoever gives no work to others has their own line alone.
        town.as_mehmet();
        town.app.get("/").await.ok().says("Size havale edilen evrak").hides("süresi geçen havale");
        // What needs something done is not closed by reading it, and is not offered to be.
        town.app.get(&action).await.ok().hides("Bilgi edindim").says("Gereği yapıldı");
        town.app.get(&information).await.ok().says("Bilgi edindim");
    })
    .await;
}

#[tokio::test]
async fn a_number_is_the_same_however_it_is_written() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-12345678-700-4411").await;
        for number in ["e 12345678 700 4411", "E-12345678-700/4411", "E12345678.700-4411"] {
            let fields = [
                ("book", "incoming"),
                ("correspondent", "ÖRNEKİL VALİLİĞİ"),
                ("their_number", number),
                ("title", "Anket"),
                ("medium", "post"),
            ];
            let refused = town.app.post("/evrak/yeni", &fields).await.status(422);
            refused.says("2026-GE-000001 sayısıyla kayıtlı");
        }
    })
    .await;
}
