//! A fault from the first word to the satisfied person (SD-1), and what is written down of it (SD-6).

use testkit::{TestDb, each};

use super::town::{Town, capabilities};

const SIMILAR: &str = "/destek/benzer";

#[tokio::test]
async fn three_fields_are_enough_and_the_rest_is_known() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_mehmet();
        let form =
            town.app.get("/destek/yeni").await.ok().says("Sorun ya da istek").says("Yeri").says("Fotoğraf");
        for judged in ["Aciliyeti", "Görevli", "Bildiren"] {
            assert!(!form.text().contains(judged), "{judged} is the desk's business");
        }
        // Whoever sends what they were not asked changes nothing.
        let address = town
            .report("Yazıcı çıktı vermiyor. Kâğıt var.", &[("urgency", "high"), ("impact", "town")])
            .await;
        town.app.get(&address).await.ok().says("Yazıcı çıktı vermiyor").says("Süreler").says("0 dk / 4 sa");
        let sql = "SELECT priority || ' ' || channel || ' ' || state || ' ' || title FROM ticket";
        assert_eq!(town.text(sql).await, "normal portal new Yazıcı çıktı vermiyor");
        assert_eq!(town.count("SELECT count(*) FROM ticket_state").await, 1);
        // Nothing said, nowhere: both are asked for, and what was typed stays.
        town.send(&[("description", ""), ("place", "")]).await.status(422);
        town.send(&[("description", "Ekran karardı"), ("place", "")])
            .await
            .status(422)
            .says("Nerede olduğunu")
            .says("Ekran karardı");
    })
    .await;
}

#[tokio::test]
async fn a_photo_comes_with_the_report_and_a_wrong_form_asks_for_it_again() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_mehmet();
        let png: &[u8] = &[
            0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
            1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89,
        ];
        let files = [("dosya", "ekran.png", png)];
        let refused = town.app.upload("/destek/yeni", &[("description", ""), ("place", "x")], &files).await;
        refused.status(422).says("yeniden seçin");
        let sent = [("description", "Ekranda çizgi var"), ("place", "Vezne")];
        let page = town.app.upload("/destek/yeni", &sent, &files).await;
        let address = page.location().unwrap();
        town.app.get(&address).await.ok().says("ekran.png");
        assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'attached'").await, 1);
        let program = [("dosya", "virus.exe", b"MZ\x90\0\x03\0\0\0" as &[u8])];
        town.app.upload("/destek/yeni", &sent, &program).await.status(422);
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_fault_is_taken_asked_about_solved_reopened_and_rated() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_mehmet();
        let address = town.report("İnternet yok", &[]).await;
        // A reporter does not work on it, and sees no button that would say so.
        let page = town.app.get(&address).await.ok();
        assert!(!page.text().contains("Üstlen"));
        town.act(&address, "ustlen", "").await.status(403);
        town.as_technician();
        town.act(&address, "ustlen", "").await.leads_to(&address);
        town.act(&address, "bilgi-iste", "").await.status(422).says("Sorunuz yazın.");
        town.act(&address, "bilgi-iste", "Kablo takılı mı?").await.leads_to(&address);
        town.as_mehmet();
        town.app.get(&address).await.ok().says("Kablo takılı mı?").says("Süre duruyor");
        town.act(&address, "yanitla", "").await.leads_to(&address);
        town.as_technician();
        town.act(&address, "coz", "Kablo değiştirildi.").await.leads_to(&address);
        town.as_mehmet();
        let solved = town.app.get(&address).await.ok().says("Kablo değiştirildi.").says("ne kadar memnun");
        assert!(solved.text().contains("Süresinde çözüldü"));
        town.act(&address, "cozulmedi", "Yine gitti").await.leads_to(&address);
        town.as_technician();
        town.act(&address, "coz", "Anahtar portu değiştirildi.").await.leads_to(&address);
        town.as_mehmet();
        let rate = format!("{address}/memnuniyet");
        town.app.post(&rate, &[("memnuniyet", "good")]).await.leads_to(&address);
        // Asked once.
        town.app.post(&rate, &[("memnuniyet", "very_bad")]).await.leads_to(&address);
        assert_eq!(town.text("SELECT satisfaction FROM ticket").await, "good");
        let again = town.app.get(&address).await.ok();
        assert!(!again.text().contains("ne kadar memnun"));
        town.act(&address, "cozuldu", "").await.leads_to(&address);
        assert_eq!(town.count("SELECT count(*) FROM ticket_state").await, 8);
        town.as_technician();
        // What is closed is not written over.
        town.app.get(&format!("{address}/duzenle")).await.leads_to(&address);
        let version = town.count("SELECT version FROM ticket").await.to_string();
        let fields = [("surum", version.as_str()), ("description", "Başka"), ("urgency", "low")];
        town.app.post(&format!("{address}/duzenle"), &fields).await.status(422).says("Kapanan kayıt");
    })
    .await;
}

#[tokio::test]
async fn nobody_sees_or_answers_for_the_ticket_of_another() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_mehmet();
        let address = town.report("Maaş bordrom açılmıyor", &[]).await;
        town.app.sign_in_as("staff", &[town.desk], Some(town.ayse));
        town.app.get(&address).await.status(404);
        town.act(&address, "vazgec", "Gerek kalmadı").await.status(404);
        town.app.post(&format!("{address}/memnuniyet"), &[("memnuniyet", "bad")]).await.status(404);
        let found = town.app.post_part(SIMILAR, &[("description", "maaş bordrom açılmıyor")]).await.ok();
        assert!(!found.text().contains("bordro"));
        town.as_mehmet();
        town.app.post_part(SIMILAR, &[("description", "bordrolar açılmıyordu")]).await.ok().says("bordrom");
        // An account without a person cannot report for itself, and is told why.
        town.app.sign_in_as("staff", &[town.desk], None);
        let fields = [("description", "Ekran karardı"), ("place", "Vezne")];
        town.send(&fields).await.status(422).says("Hesabınız bir personele bağlı değil");
    })
    .await;
}

#[tokio::test]
async fn the_desk_takes_a_call_in_for_somebody_and_judges_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let (mehmet, ayse) = (town.mehmet.to_string(), town.ayse.to_string());
        let more = [
            ("requester_id", mehmet.as_str()),
            ("assignee_id", ayse.as_str()),
            ("urgency", "high"),
            ("impact", "unit"),
            ("kind", "fault"),
            ("category", "network"),
        ];
        let address = town.report("Bütün kat internetsiz", &more).await;
        let sql = "SELECT priority || ' ' || channel || ' ' || state FROM ticket";
        assert_eq!(town.text(sql).await, "critical desk assigned");
        // A lower urgency gives it more time, counted from the beginning.
        let due = "SELECT due_at FROM ticket";
        let before = town.count(due).await;
        let version = town.app.get(&format!("{address}/duzenle")).await.ok().value("surum").unwrap();
        let fields = [("surum", version.as_str()), ("urgency", "low"), ("impact", "person")];
        town.app.post(&format!("{address}/duzenle"), &fields).await.leads_to(&address);
        assert!(town.count(due).await > before);
        assert_eq!(town.count("SELECT count(*) FROM ticket_state").await, 2);
        town.as_mehmet();
        town.app.get(&address).await.ok();
    })
    .await;
}

#[tokio::test]
async fn who_is_given_a_ticket_is_told_of_that_and_not_of_every_change() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let address = town.report("Tarayıcı bulunamadı", &[]).await;
        let ayse = town.ayse.to_string();
        for (field, value) in [("assignee_id", ayse.as_str()), ("urgency", "high")] {
            let version = town.app.get(&format!("{address}/duzenle")).await.ok().value("surum").unwrap();
            let fields = [("surum", version.as_str()), (field, value)];
            town.app.post(&format!("{address}/duzenle"), &fields).await.leads_to(&address);
        }
        let id = address.rsplit('/').next().unwrap().parse().unwrap();
        let events =
            kernel::event::timeline(&test.db, &kernel::Ref::new("ticket", id), None, 10).await.unwrap();
        let tx = test.begin().await;
        let mut told = Vec::new();
        for event in events.iter().filter(|event| event.verb == "changed") {
            let reach = kernel::notice::Reach { after: uuid::Uuid::nil(), limit: 10 };
            told.push(crate::ticket::notices::assigned(&tx, event, reach).await.unwrap());
        }
        tx.rollback().await.unwrap();
        assert_eq!(told, [vec![], vec![town.ayse]], "the newest first");
    })
    .await;
}

#[tokio::test]
async fn time_runs_out_once_and_those_concerned_are_told() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        // Monday, nine o'clock.
        let monday = kernel::tr::parse_instant("30.11.2026 09:00").unwrap();
        test.clock.advance_us(monday - test.clock.now().0);
        town.as_mehmet();
        let address = town.report("Ekran titriyor", &[]).await;
        town.as_technician();
        town.act(&address, "ustlen", "").await.leads_to(&address);
        let deadline = "SELECT deadline FROM ticket";
        run(test, "service_desk.watch").await;
        assert_eq!(town.text(deadline).await, "on_time");
        // 1440 working minutes are three days: Wednesday evening. Three quarters are over on Wednesday at ten.
        test.advance_seconds(2 * 86_400 + 2 * 3_600);
        run(test, "service_desk.watch").await;
        assert_eq!(town.text(deadline).await, "near");
        run(test, "service_desk.watch").await;
        test.advance_seconds(86_400);
        run(test, "service_desk.watch").await;
        run(test, "service_desk.watch").await;
        assert_eq!(town.text(deadline).await, "late");
        let told = "SELECT count(*) FROM event WHERE verb IN ('ticket_near', 'ticket_late')";
        assert_eq!(town.count(told).await, 2, "each is said once");
        // A day of leave was forgotten: with it the work is in time again.
        let leave = directory::settings().into_iter().find(|one| one.key == "directory.leave_days").unwrap();
        let tx = test.begin().await;
        kernel::setting::set(&tx, &leave, &serde_json::json!(["2026-12-01"])).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(town.count("SELECT count(*) FROM job WHERE name = 'service_desk.recompute'").await, 1);
        run(test, "service_desk.recompute").await;
        assert_eq!(town.text(deadline).await, "near");
    })
    .await;
}

#[tokio::test]
async fn a_step_is_taken_once_when_its_part_of_the_time_is_spent() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let monday = kernel::tr::parse_instant("30.11.2026 09:00").unwrap();
        test.clock.advance_us(monday - test.clock.now().0);
        town.as_technician();
        let (desk, ayse) = (town.desk.to_string(), town.ayse.to_string());
        let step = async |fields: &[(&str, &str)]| town.app.post("/yukseltme-adimlari/yeni", fields).await;
        step(&[("percent", "50"), ("receiver", "person")])
            .await
            .status(422)
            .says("Kime bildirileceğini seçin");
        step(&[("percent", "50"), ("hands_over", "evet")]).await.status(422).says("zaten görevlinindir");
        step(&[("percent", "5")]).await.status(422);
        let to_ayse =
            [("percent", "50"), ("receiver", "person"), ("person_id", &ayse), ("hands_over", "evet")];
        let half = step(&to_ayse).await.location().unwrap();
        town.app
            .get(&half)
            .await
            .ok()
            .says("Çözüm süresinin % 50 kadarı dolunca: bildirilen Ayşe Kaya, kayıt ona verilir");
        step(&[("percent", "150"), ("receiver", "team_head")]).await.location().unwrap();
        step(&[("percent", "20"), ("priority", "critical")]).await.location().unwrap();
        town.as_mehmet();
        let address = town.report("Ekran titriyor", &[]).await;
        town.app.get("/yukseltme-adimlari").await.status(403);
        let told = "SELECT count(*) FROM event WHERE verb = 'ticket_escalated'";
        // 1440 working minutes: half of them are over on Tuesday at noon.
        test.advance_seconds(86_400);
        run(test, "service_desk.watch").await;
        assert_eq!(town.count(told).await, 0);
        test.advance_seconds(5 * 3_600);
        run(test, "service_desk.watch").await;
        run(test, "service_desk.watch").await;
        assert_eq!(town.count(told).await, 1, "once");
        town.as_technician();
        town.app.get(&address).await.ok().says("Ayşe Kaya").says("Atandı").says("Sıradaki yükseltme");
        // While the clocks stand still no step comes; the one nobody is there for is told to the desk.
        town.act(&address, "ustlen", "").await.leads_to(&address);
        town.act(&address, "bilgi-iste", "Hangi ekran?").await.leads_to(&address);
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE step_at IS NULL").await, 1);
        test.advance_seconds(7 * 86_400);
        run(test, "service_desk.watch").await;
        assert_eq!(town.count(told).await, 1);
        town.act(&address, "ise-don", "").await;
        town.as_mehmet();
        town.act(&address, "yanitla", "Sağdaki.").await;
        test.advance_seconds(7 * 86_400);
        run(test, "service_desk.watch").await;
        assert_eq!(town.count(told).await, 2);
        // A step written while tickets are open looks at them, too, and a stopped one no more.
        run(test, "service_desk.recompute").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE step_at IS NULL").await, 1);
        town.as_technician();
        let late = step(&[("percent", "500"), ("receiver", "team_head")]).await.location().unwrap();
        run(test, "service_desk.recompute").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE step_at IS NOT NULL").await, 1);
        town.act(&late, "durdur", "").await.leads_to(&late);
        run(test, "service_desk.recompute").await;
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE step_at IS NULL").await, 1);
        let note = "SELECT note FROM event WHERE verb = 'ticket_escalated' ORDER BY id DESC LIMIT 1";
        assert!(town.text(note).await.contains("Bildirilecek kimse bulunamadı"), "{desk}");
    })
    .await;
}

#[tokio::test]
async fn a_team_is_told_when_it_held_a_ticket_longer_than_it_promised() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let monday = kernel::tr::parse_instant("30.11.2026 09:00").unwrap();
        test.clock.advance_us(monday - test.clock.now().0);
        town.as_technician();
        let (desk, works, ayse) = (town.desk.to_string(), town.works.to_string(), town.ayse.to_string());
        let promise = async |team: &str, minutes: &str| {
            town.app.post("/ekip-sureleri/yeni", &[("team_id", team), ("minutes", minutes)]).await
        };
        promise(&desk, "60").await.location().unwrap();
        promise(&works, "120").await.location().unwrap();
        promise(&works, "90").await.status(422).says("yazılmış bir süresi var");
        let fields =
            [("measure", "team"), ("percent", "100"), ("receiver", "person"), ("person_id", ayse.as_str())];
        town.app.post("/yukseltme-adimlari/yeni", &fields).await.location().unwrap();
        let address = town.report("Hat çekilecek", &[("team_id", desk.as_str())]).await;
        let told = "SELECT count(*) FROM event WHERE verb = 'ticket_escalated'";
        test.advance_seconds(3_500);
        run(test, "service_desk.watch").await;
        assert_eq!(town.count(told).await, 0);
        test.advance_seconds(100);
        run(test, "service_desk.watch").await;
        assert_eq!(town.count(told).await, 1);
        // It goes to another team: their time begins when they get it, and its step is theirs.
        let version = town.app.get(&format!("{address}/duzenle")).await.ok().value("surum").unwrap();
        let fields = [("surum", version.as_str()), ("team_id", works.as_str())];
        town.app.post(&format!("{address}/duzenle"), &fields).await.leads_to(&address);
        test.advance_seconds(3_600);
        run(test, "service_desk.watch").await;
        assert_eq!(town.count(told).await, 1);
        test.advance_seconds(3_600 + 60);
        run(test, "service_desk.watch").await;
        assert_eq!(town.count(told).await, 2);
        let page = town.app.get(&address).await.ok();
        page.says("Ekiplerde").says("1 sa / 1 sa").says("2 sa / 2 sa");
    })
    .await;
}

#[tokio::test]
async fn silence_closes_what_was_solved_after_three_working_days() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        // Thursday: Friday, Monday and Tuesday are the three days.
        let thursday = kernel::tr::parse_instant("26.11.2026 10:00").unwrap();
        test.clock.advance_us(thursday - test.clock.now().0);
        town.as_mehmet();
        let address = town.report("Fare çalışmıyor", &[]).await;
        town.as_technician();
        town.act(&address, "coz", "Fare değişti.").await.leads_to(&address);
        test.advance_seconds(4 * 86_400);
        run(test, "service_desk.close").await;
        assert_eq!(town.text("SELECT state FROM ticket").await, "solved", "Monday");
        test.advance_seconds(2 * 86_400);
        run(test, "service_desk.close").await;
        assert_eq!(town.text("SELECT state FROM ticket").await, "closed", "Wednesday");
        town.as_mehmet();
        town.act(&address, "cozulmedi", "Yine bozuldu").await.leads_to(&address);
        town.as_technician();
        town.act(&address, "coz", "Yenisi takıldı.").await.leads_to(&address);
        test.advance_seconds(40 * 86_400);
        town.as_mehmet();
        town.act(&address, "cozulmedi", "Bir daha bozuldu").await.status(422).says("30 gün");
    })
    .await;
}

#[tokio::test]
async fn what_is_written_for_the_desk_is_found_by_nobody_else() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let write = async |title: &str, audience: &str| {
            let fields =
                [("title", title), ("category", "phone"), ("body", "Santral gizli."), ("audience", audience)];
            town.app.post("/bilgi-bankasi/yeni", &fields).await.location().unwrap()
        };
        let desk = write("Santralde numara açma", "desk").await;
        let open = write("Santrale bağlanma", "everybody").await;
        let draft = write("Santral taslağı", "everybody").await;
        for address in [&desk, &open] {
            town.act(address, "yayimla", "").await.leads_to(address);
        }
        town.app.get("/bilgi-bankasi").await.ok().says("numara açma").says("taslağı").says("bağlanma");
        town.as_mehmet();
        town.app.get("/bilgi-bankasi").await.ok().says("bağlanma").hides("numara açma").hides("taslağı");
        town.app.get("/bilgi-bankasi?q=santral").await.ok().hides("numara açma");
        town.app.get("/bilgi-bankasi/disa-aktar/csv").await.ok().hides("numara açma");
        town.app.get("/ara?q=santral").await.ok().says("bağlanma").hides("numara açma").hides("taslağı");
        let ask = [("description", "santral numara açma")];
        assert!(!town.app.post_part(SIMILAR, &ask).await.ok().text().contains("açma"));
        for hidden in [&desk, &draft] {
            town.app.get(hidden).await.status(404);
            // Nobody who writes none is told whether there is one.
            town.app.get(&format!("{hidden}/duzenle")).await.status(403);
            town.act(hidden, "kaldir", "").await.status(404);
            let id = hidden.rsplit('/').next().unwrap();
            town.app.get(&format!("/api/v1/how-to/{id}")).await.status(404);
            town.app.post(&format!("{hidden}/yardim"), &[("yardim", "evet")]).await.status(404);
        }
        town.app.get(&open).await.ok();
        town.as_technician();
        town.app.get("/ara?q=santral").await.ok().says("numara açma");
        town.act(&open, "kaldir", "").await.leads_to(&open);
        town.as_mehmet();
        town.app.get(&open).await.status(404);
    })
    .await;
}

#[tokio::test]
async fn a_how_to_is_found_while_the_fault_is_written() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let fields = [("title", "Yazıcı çıktı vermiyor"), ("category", "printer"), ("body", "Kapatıp açın.")];
        let address = town.app.post("/bilgi-bankasi/yeni", &fields).await.location().unwrap();
        town.as_mehmet();
        let ask = [("description", "yazıcımdan çıktı alamıyorum")];
        assert!(
            !town.app.post_part(SIMILAR, &ask).await.ok().text().contains("Yazıcı"),
            "a draft is nobody's advice"
        );
        town.as_technician();
        town.act(&address, "yayimla", "").await.leads_to(&address);
        town.as_mehmet();
        town.app.post_part(SIMILAR, &ask).await.ok().says("Yazıcı çıktı vermiyor");
        assert_eq!(town.app.post_part(SIMILAR, &[("description", "")]).await.ok().text().trim(), "");
        for (said, expected) in [("evet", "İşe yaradı: 1"), ("hayir", "Yaramadı: 1")] {
            town.app.post(&format!("{address}/yardim"), &[("yardim", said)]).await.leads_to(&address);
            town.app.get(&address).await.ok().says(expected);
        }
    })
    .await;
}

/// Runs a job as its worker does.
pub(super) async fn run(test: &TestDb, name: &str) {
    let job = crate::capability().jobs.into_iter().find(|job| job.name == name).unwrap();
    test.run(&job).await;
}
