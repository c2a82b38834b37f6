//! What may be asked for, and whose word it takes (SD-2).

use testkit::each;

use super::town::{Town, capabilities};

async fn offered(town: &Town<'_>, approval: &str) -> String {
    town.as_technician();
    let fields = [
        ("name", "Yeni bilgisayar"),
        ("summary", "Kurulu bir bilgisayar."),
        ("category", "computer"),
        ("questions", "Hangi tür? [Masaüstü; Dizüstü]\nKaç tane? [sayı]\nNeden? (isteğe bağlı)"),
        ("approval", approval),
    ];
    let address = town.app.post("/hizmet-katalogu/yeni", &fields).await.location().unwrap();
    town.act(&address, "sun", "").await.leads_to(&address);
    address
}

const ANSWERS: [(&str, &str); 3] = [("soru0", "Dizüstü"), ("soru1", "2"), ("yer", "Fen İşleri, 1. kat")];

#[tokio::test]
async fn questions_are_asked_and_their_answers_stand_in_the_request() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_technician();
        let wrong = [
            ("name", "Deneme"),
            ("summary", "Deneme"),
            ("category", "other"),
            ("questions", "Rengi? [mavi]"),
            ("approval", "none"),
        ];
        town.app.post("/hizmet-katalogu/yeni", &wrong).await.status(422).says("1. soru");
        let service = offered(&town, "none").await;
        town.as_mehmet();
        town.app.get(&service).await.ok().says("İste");
        let ask = format!("{service}/iste");
        town.app.get(&ask).await.ok().says("Hangi tür?").says("Dizüstü").says("isteğe bağlı");
        let bad = [("soru0", "Uçak"), ("soru1", "çok"), ("yer", "Fen İşleri")];
        let refused = town.app.post(&ask, &bad).await.status(422);
        let refused = refused.says("Seçeneklerden birini seçin").says("Bir tam sayı yazın");
        assert_eq!(refused.value("yer").as_deref(), Some("Fen İşleri"), "what was typed stays");
        let ticket = town.app.post(&ask, &ANSWERS).await.location().unwrap();
        town.app.get(&ticket).await.ok().says("Hangi tür? Dizüstü").says("Kaç tane? 2");
        assert_eq!(town.text("SELECT kind || ' ' || state FROM ticket").await, "request new");
        // The same form sent twice makes one request.
        let once = town.app.get(&ask).await.ok().value("tek").unwrap();
        let mut again = ANSWERS.to_vec();
        again.push(("tek", once.as_str()));
        let first = town.app.post(&ask, &again).await.location();
        assert_eq!(town.app.post(&ask, &again).await.location(), first);
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 2);
        town.as_technician();
        town.act(&service, "kaldir", "Bütçe bitti").await.leads_to(&service);
        town.as_mehmet();
        town.app.get(&ask).await.status(404);
    })
    .await;
}

#[tokio::test]
async fn first_the_unit_then_the_desk_and_nobody_for_themselves() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let ask = format!("{}/iste", offered(&town, "unit_then_desk").await);
        town.as_mehmet();
        let ticket = town.app.post(&ask, &ANSWERS).await.location().unwrap();
        let state = "SELECT state || ' ' || deadline FROM ticket";
        assert_eq!(town.text(state).await, "waiting_unit paused");
        town.act(&ticket, "birim-onayi", "").await.status(403);
        // The chief of another unit does not see it; the own one agrees.
        town.app.sign_in_as("chief", &[town.desk], Some(town.ayse));
        town.act(&ticket, "birim-onayi", "").await.status(404);
        town.app.sign_in_as("chief", &[town.works], Some(town.ayse));
        town.app.get("/destek?state=waiting_unit").await.ok().says("Yeni bilgisayar");
        town.act(&ticket, "birim-onayi", "").await.leads_to(&ticket);
        assert_eq!(town.text(state).await, "waiting_desk paused");
        town.as_technician();
        town.act(&ticket, "ustlen", "").await.status(409);
        town.act(&ticket, "masa-onayi", "").await.leads_to(&ticket);
        assert_eq!(town.text(state).await, "new on_time");
        // Whoever answers for a unit does not agree to their own wish.
        town.app.sign_in_as("chief", &[town.works], Some(town.mehmet));
        let own = town.app.post(&ask, &ANSWERS).await.location().unwrap();
        town.act(&own, "birim-onayi", "").await.status(422).says("Kendi isteğinizi");
        town.act(&own, "birim-reddi", "").await.status(422).says("Gerekçe yazın");
        town.app.sign_in_as("director", &[town.works], Some(town.ayse));
        town.act(&own, "birim-reddi", "Bütçe yok").await.leads_to(&own);
        town.app.get(&own).await.ok().says("Uygun görülmedi").says("Bütçe yok").says("Sayılmaz");
        town.act(&own, "birim-onayi", "").await.status(409);
    })
    .await;
}
