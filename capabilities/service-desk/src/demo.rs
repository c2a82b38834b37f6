//! The demo town's service desk: a ticket in each state, and what was learnt from them.

mod crowd;
mod work;

use kernel::capability::DemoContext;
use kernel::job::Services;
use kernel::record::{self, Draft, FieldValue, ListQuery, Record};
use kernel::{Boxed, Day, Error, Result, Tx};
use uuid::Uuid;

use crate::levels::Levels;
use crate::mail_in::{self, Desk};
use crate::{assign_rule, escalation, how_to, ticket};

/// Description, place, category, urgency, impact, then the acts with what is said at each.
type Story = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const ASSIGN: &str = "";

const STORIES: [Story; 12] = [
    (
        "Yazıcı çıktı vermiyor. Kâğıt var, yeşil ışık yanıyor.",
        "Ana bina, 1. kat, 104",
        "printer",
        "normal",
        "unit",
        &[],
    ),
    (
        "İnternete giremiyorum, diğer arkadaşlar girebiliyor.",
        "Ana bina, 2. kat, 211",
        "network",
        "high",
        "person",
        &[],
    ),
    ("E-belediye sayfası vatandaşa hata veriyor.", "Web sitesi", "website", "high", "town", &[(ASSIGN, "")]),
    (
        "Yeni başlayan arkadaşa bilgisayar ve hesap gerekiyor.",
        "Fen İşleri, zemin kat",
        "account",
        "normal",
        "person",
        &[(ASSIGN, "")],
    ),
    (
        "Bilgisayarım çok yavaş açılıyor.",
        "Ana bina, 3. kat, 305",
        "computer",
        "low",
        "person",
        &[(ASSIGN, ""), ("bilgi-iste", "Yavaşlık yalnız sabahları mı oluyor?"), ("yanitla", "")],
    ),
    (
        "Veznedeki fiş yazıcısı takılıyor.",
        "Ana bina, zemin kat, vezne",
        "printer",
        "high",
        "unit",
        &[(ASSIGN, ""), ("bilgi-iste", "Hangi kâğıdı kullanıyorsunuz, kutusunun fotoğrafını ekler misiniz?")],
    ),
    (
        "Sunucu odasındaki güç kaynağı ötüyor.",
        "Sistem odası",
        "other",
        "high",
        "town",
        &[(ASSIGN, ""), ("firmaya-ver", "Garantide; yetkili servis aküleri değiştirecek.")],
    ),
    (
        "Dizüstü bilgisayarın pili bir saat dayanıyor.",
        "Zabıta, 1. kat",
        "computer",
        "low",
        "person",
        &[(ASSIGN, ""), ("parca-bekle", "Pil sipariş edildi, haftaya geliyor.")],
    ),
    (
        "Parolamı unuttum.",
        "Ana bina, 1. kat, 112",
        "account",
        "normal",
        "person",
        &[(ASSIGN, ""), ("coz", "Geçici parola verildi, ilk girişte değiştirilecek.")],
    ),
    (
        "Toplantı salonundaki ekran bilgisayarı görmüyor.",
        "Ana bina, 3. kat, toplantı salonu",
        "other",
        "normal",
        "unit",
        &[(ASSIGN, ""), ("coz", "Kablo değiştirildi."), ("cozuldu", "")],
    ),
    (
        "Tarayıcı bulunamadı diyor.",
        "Yazı İşleri, 108",
        "printer",
        "normal",
        "person",
        &[(ASSIGN, ""), ("coz", "Tarayıcının ağ adresi değişmişti, yeniden tanıtıldı."), ("kapat", "")],
    ),
    (
        "Telefonumda ses gelmiyor.",
        "Temizlik İşleri, 003",
        "phone",
        "normal",
        "person",
        &[("vazgec", "Ahize takılıymış, düzeldi.")],
    ),
];

/// Written for the desk alone.
const DESK_ONLY: &str = "Santralde dahili numara açma";

const ARTICLES: [(&str, &str, &str, bool); 4] = [
    (
        DESK_ONLY,
        "phone",
        "1. Santralin yönetim sayfasında boş bir numara seçin.\n2. Numarayı odadaki prize bağlayın, prizin etiketini kayda yazın.\n3. Dışarı arama yetkisi yalnızca birim amiri isterse verilir.",
        true,
    ),
    (
        "Yazıcı çıktı vermiyor",
        "printer",
        "1. Yazıcının ekranında kâğıt ya da toner uyarısı var mı, bakın.\n2. Bilgisayarda yazıcı kuyruğunu açın, bekleyen işleri silin.\n3. Yazıcıyı kapatıp on saniye sonra açın.\nDüzelmezse destek kaydı açın; yazıcının üzerindeki etiketi okutun.",
        true,
    ),
    (
        "Parolamı unuttum",
        "account",
        "Parolanızı yalnız bilgi işlem sıfırlar; kimlik kartınızla gelin ya da biriminizin sorumlusundan kayıt açmasını isteyin. Geçici parola ilk girişte değiştirilir.",
        true,
    ),
    (
        "Uzaktan çalışma bağlantısı kurulmuyor",
        "network",
        "Evdeki internetin çalıştığını bir başka siteyi açarak deneyin. Bağlantı programında kullanıcı adınızı etki alanı olmadan yazın.",
        false,
    ),
];

/// A fault of somebody who works here, an absence note, and what a stranger wrote.
const MESSAGES: [&str; 3] = [
    "From: {personel}\r\nSubject: Ynt: Takvim\r\nMessage-ID: <takvim@ornekova>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
     Ortak takvimdeki toplantıları göremiyorum. Dünden beri böyle.\r\n",
    "From: {personel}\r\nSubject: Izindeyim\r\nMessage-ID: <izin@ornekova>\r\nAuto-Submitted: auto-replied\r\n\r\n\
     Pazartesi donecegim.\r\n",
    "From: Tedarik <satis@anadolubilisim.example>\r\nSubject: Toner teklifi\r\nMessage-ID: <teklif@anadolu>\r\n\
     Content-Type: text/plain; charset=utf-8\r\n\r\nİstediğiniz tonerlerin teklifi ektedir.\r\n",
];

pub(crate) fn load(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act).await?;
        let staff = tx.registry().and_then(|registry| registry.kind("staff"));
        let staff = staff.ok_or_else(|| Error::internal("the town has no people"))?;
        let query = ListQuery { size: 100, ..ListQuery::first(&staff) };
        let mut people = record::list(&tx, &staff, &query, &tx.act().actor, staff.view).await?.records;
        people.retain(|one| one.get("state").text() == "active");
        let named = |name: &str| people.iter().find(|one| one.title(&staff) == name).map(|one| one.id);
        let (Some(technician), Some(requester)) = (named("Kadir Uçar").or(first(&people)), first(&people))
        else {
            return tx.rollback().await;
        };
        // The people that visitors sign in as have something of their own.
        let requesters = ["Emre Doğan", "Deniz Aksoy"].map(|name| named(name).unwrap_or(requester));
        let team = directory::store::unit_with_code(&tx, "BIM-DST").await?;
        let levels = Levels::load(&tx).await?;
        for (place, story) in STORIES.iter().enumerate() {
            let day = levels.calendar.add_working_days(tx.at().day().0, place as i32 % 3);
            tell(&tx, story, requesters[place % 2], technician, (team, Day(day.unwrap_or(tx.at().day().0))))
                .await?;
        }
        work::catalogue(&tx, requesters[0]).await?;
        if let Some(unit) = team {
            work::load(&tx, technician, unit).await?;
        }
        for (title, category, body, is_published) in ARTICLES {
            write(&tx, title, category, body, is_published).await?;
        }
        rules(&tx, technician, team).await?;
        steps(&tx, technician, team).await?;
        let address = people.iter().find(|one| Some(one.id) == named("Emre Doğan").or(Some(requester)));
        let address = address.map(|one| one.get("email").text().to_string()).unwrap_or_default();
        tx.commit().await?;
        let services = Services::default();
        let desk = Desk { db: &context.db, clock: &context.clock, services: &services };
        for message in MESSAGES {
            mail_in::take(&desk, message.replace("{personel}", &address).as_bytes()).await?;
        }
        match team {
            Some(team) => crowd::load(context, team, &[technician]).await,
            None => Ok(()),
        }
    })
}

fn first(people: &[Record]) -> Option<Uuid> {
    people.first().map(|one| one.id)
}

async fn tell(
    tx: &Tx,
    story: &Story,
    requester: Uuid,
    technician: Uuid,
    (team, day): (Option<Uuid>, Day),
) -> Result<()> {
    let (description, place, category, urgency, impact, acts) = *story;
    let kind = ticket::kind();
    let mut draft = Draft::default();
    for (column, value) in [
        ("description", description),
        ("title", ""),
        ("place", place),
        ("kind", if category == "account" { "request" } else { "fault" }),
        ("category", category),
        ("urgency", urgency),
        ("impact", impact),
    ] {
        draft.set(column, FieldValue::Text(value.into()));
    }
    draft.set("requester_id", FieldValue::Id(requester));
    if let Some(team) = team {
        draft.set("team_id", FieldValue::Id(team));
    }
    let id = record::create(tx, &kind, draft).await?;
    for (verb, said) in acts {
        if *verb == ASSIGN {
            let mut draft = Draft::default();
            draft.set("assignee_id", FieldValue::Id(technician));
            draft.set("planned_on", FieldValue::Text(day.to_string()));
            let version = record::get(tx, &kind, id).await?.version;
            record::update(tx, &kind, id, version, draft).await?;
        } else {
            record::run_verb(tx, &kind, id, verb, said).await?;
        }
    }
    Ok(())
}

/// A rule in force and one that was stopped.
async fn rules(tx: &Tx, technician: Uuid, team: Option<Uuid>) -> Result<()> {
    let kind = assign_rule::kind();
    for (place, category, words, is_stopped) in
        [(10, "printer", "", false), (20, "any", "kamera\nkayıt cihazı", true)]
    {
        let mut draft = Draft::default();
        draft.set("place", FieldValue::Int(place));
        draft.set("category", FieldValue::Text(category.into()));
        draft.set("words", FieldValue::Text(words.into()));
        draft.set("assignee_id", FieldValue::Id(technician));
        draft.set("team_id", team.map_or(FieldValue::Null, FieldValue::Id));
        let rule = record::create(tx, &kind, draft).await?;
        if is_stopped {
            record::run_verb(tx, &kind, rule, "durdur", "").await?;
        }
    }
    Ok(())
}

/// What is done while time runs out, and how long the desk keeps what it was given.
async fn steps(tx: &Tx, technician: Uuid, team: Option<Uuid>) -> Result<()> {
    for (measure, percent, priority, receiver, is_stopped) in [
        ("answer", 80, "any", "person", false),
        ("solution", 100, "critical", "team_head", false),
        ("team", 120, "any", "team_head", true),
    ] {
        let mut draft = Draft::default();
        for (column, value) in [("measure", measure), ("priority", priority), ("receiver", receiver)] {
            draft.set(column, FieldValue::Text(value.into()));
        }
        draft.set("percent", FieldValue::Int(percent));
        draft.set("hands_over", FieldValue::Bool(false));
        draft.set("person_id", FieldValue::Id(technician));
        let step = record::create(tx, &escalation::kind(), draft).await?;
        if is_stopped {
            record::run_verb(tx, &escalation::kind(), step, "durdur", "").await?;
        }
    }
    let Some(team) = team else { return Ok(()) };
    for (priority, minutes) in [("any", 2_400), ("critical", 240)] {
        let mut draft = Draft::default();
        draft.set("team_id", FieldValue::Id(team));
        draft.set("priority", FieldValue::Text(priority.into()));
        draft.set("minutes", FieldValue::Int(minutes));
        record::create(tx, &escalation::team_time_kind(), draft).await?;
    }
    Ok(())
}

async fn write(tx: &Tx, title: &str, category: &str, body: &str, is_published: bool) -> Result<()> {
    let kind = how_to::kind();
    let mut draft = Draft::default();
    let audience = if title == DESK_ONLY { "desk" } else { "everybody" };
    for (column, value) in [("title", title), ("category", category), ("body", body), ("audience", audience)]
    {
        draft.set(column, FieldValue::Text(value.into()));
    }
    let id = record::create(tx, &kind, draft).await?;
    if is_published {
        record::run_verb(tx, &kind, id, "yayimla", "").await?;
    }
    Ok(())
}
