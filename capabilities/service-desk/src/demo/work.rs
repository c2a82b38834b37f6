//! What is done around tickets in the demo town: plans, firms, parts, notes of work.

use kernel::record::{self, Draft, FieldValue, Kind, ListQuery};
use kernel::{Day, Result, Tx};
use time::Duration;
use uuid::Uuid;

use crate::{change, maintenance, part_move, service, ticket, vendor_job, work_log};

/// Name, summary, category, questions, approval, and the verbs that bring it where it stands.
type Offer = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const SERVICES: [Offer; 4] = [
    (
        "Yeni bilgisayar",
        "Kurulu, güncel ve zimmetli bir bilgisayar.",
        "computer",
        "Hangi tür? [Masaüstü; Dizüstü]\nKim kullanacak?\nNe zamana gerekiyor? [tarih] (isteğe bağlı)",
        "unit_then_desk",
        &["sun"],
    ),
    (
        "E-posta hesabı",
        "Kurum adresinizle bir posta kutusu.",
        "account",
        "Hesap kimin için?\nOrtak hesap mı? [evet-hayır]",
        "unit",
        &["sun"],
    ),
    ("Harici disk", "Geçici veri taşımak için kurum diski.", "other", "", "desk", &["sun", "kaldir"]),
    ("Sunucu üzerinde alan", "Birim klasörü için ek alan.", "other", "Kaç GB? [sayı]", "desk", &[]),
];

/// The catalogue, and a request that waits for each word, and one that was refused.
pub(super) async fn catalogue(tx: &Tx, requester: Uuid) -> Result<()> {
    let mut ids = Vec::new();
    for (name, summary, category, questions, approval, verbs) in SERVICES {
        let fields = [
            ("name", name),
            ("summary", summary),
            ("category", category),
            ("questions", questions),
            ("approval", approval),
        ];
        let id = record::create(tx, &service::kind(), texts(&fields)).await?;
        for verb in verbs {
            record::run_verb(tx, &service::kind(), id, verb, "Yeni disk verilmiyor.").await?;
        }
        ids.push(id);
    }
    for (place, verbs) in [(0, &[][..]), (0, &["birim-onayi"][..]), (1, &["birim-reddi"][..])] {
        let name = SERVICES[place].0;
        let mut draft = texts(&[
            ("title", name),
            ("description", name),
            ("place", "Fen İşleri, 1. kat"),
            ("kind", "request"),
            ("category", SERVICES[place].2),
            ("urgency", "normal"),
            ("impact", "person"),
        ]);
        draft.set("requester_id", FieldValue::Id(requester));
        draft.set("service_id", FieldValue::Id(ids[place]));
        let made = record::create(tx, &ticket::kind(), draft).await?;
        for verb in verbs {
            record::run_verb(tx, &ticket::kind(), made, verb, "Kadrosu kapanıyor.").await?;
        }
    }
    Ok(())
}

pub(super) async fn load(tx: &Tx, technician: Uuid, unit: Uuid) -> Result<()> {
    plans(tx, technician, unit).await?;
    let open = some(tx, &ticket::kind(), &["in_progress", "waiting_vendor", "waiting_part"]).await?;
    for ticket in &open {
        note(tx, *ticket, technician).await?;
    }
    if let Some(ticket) = open.first() {
        firms(tx, *ticket).await?;
        part(tx, *ticket).await?;
    }
    change::plan(tx, technician, "Güvenlik duvarının kuralları", "high", 3).await?;
    let proposed = change::plan(tx, technician, "Omurga anahtarının yazılımı", "middle", 7).await?;
    record::run_verb(tx, &change::kind(), proposed, "sun", "").await
}

/// Newest records of a kind in one of these states.
async fn some(tx: &Tx, kind: &Kind, states: &[&str]) -> Result<Vec<Uuid>> {
    let query = ListQuery { size: 100, ..ListQuery::first(kind) };
    let all = record::list(tx, kind, &query, &tx.act().actor, kind.view).await?.records;
    Ok(all.iter().filter(|one| states.contains(&one.get("state").text())).map(|one| one.id).collect())
}

fn texts(values: &[(&'static str, &str)]) -> Draft {
    let mut draft = Draft::default();
    for (column, value) in values {
        draft.set(column, FieldValue::Text((*value).into()));
    }
    draft
}

async fn plans(tx: &Tx, technician: Uuid, unit: Uuid) -> Result<()> {
    let kind = maintenance::kind();
    let next = Day(tx.at().day().0 + Duration::days(9)).to_string();
    for (title, steps, interval, place) in [
        (
            "Sistem odası denetimi",
            "Sıcaklık ve nemi yazın.\nGüç kaynağının ekranındaki uyarılara bakın.\nYangın tüpünün göstergesine bakın.",
            "week",
            "Sistem odası",
        ),
        (
            "Vezne yazıcılarının temizliği",
            "Kafayı temizleyin.\nRulo yolundaki tozu alın.",
            "quarter",
            "Ana bina, vezne",
        ),
    ] {
        let mut draft = texts(&[
            ("title", title),
            ("steps", steps),
            ("interval", interval),
            ("place", place),
            ("next_on", &next),
        ]);
        if interval == "quarter" {
            draft.set("counter_every", FieldValue::Int(20_000));
            draft.set("counter_now", FieldValue::Int(12_400));
        }
        draft.set("unit_id", FieldValue::Id(unit));
        draft.set("responsible_id", FieldValue::Id(technician));
        draft.set("assignee_id", FieldValue::Id(technician));
        let plan = record::create(tx, &kind, draft).await?;
        if interval == "quarter" {
            record::run_verb(tx, &kind, plan, "durdur", "Vezne yazıcıları yenileniyor.").await?;
        }
    }
    Ok(())
}

async fn note(tx: &Tx, ticket: Uuid, technician: Uuid) -> Result<()> {
    let mut draft = texts(&[("note", "Yerinde bakıldı, ölçümler yapıldı.")]);
    draft.set("ticket_id", FieldValue::Id(ticket));
    draft.set("staff_id", FieldValue::Id(technician));
    draft.set("minutes", FieldValue::Int(25));
    record::create(tx, &work_log::kind(), draft).await?;
    Ok(())
}

async fn firms(tx: &Tx, ticket: Uuid) -> Result<()> {
    let kind = vendor_job::kind();
    let today = tx.at().day().to_string();
    for (vendor, basis, verb) in [
        ("Güç Sistemleri", "contract", "geri-geldi"),
        ("Usta Elektronik", "paid", "onarilamadi"),
        ("Anadolu Bilişim", "warranty", ""),
    ] {
        let mut draft = texts(&[
            ("vendor", vendor),
            ("basis", basis),
            ("sent_on", &today),
            ("reference", ""),
            ("loaner", ""),
            ("note", ""),
        ]);
        draft.set("ticket_id", FieldValue::Id(ticket));
        let job = record::create(tx, &kind, draft).await?;
        if !verb.is_empty() {
            record::run_verb(tx, &kind, job, verb, "Yetkili serviste bakıldı.").await?;
        }
    }
    Ok(())
}

/// From a machine that stands in the store into another, where the town has both.
async fn part(tx: &Tx, ticket: Uuid) -> Result<()> {
    let Some(assets) = tx.registry().and_then(|registry| registry.kind("asset")) else { return Ok(()) };
    let stock = some(tx, &assets, &["in_stock"]).await?;
    let [from, to, ..] = stock.as_slice() else { return Ok(()) };
    let mut draft =
        texts(&[("part", "memory"), ("model", "Kingston 8 GB DDR4"), ("serial", ""), ("note", "")]);
    draft.set("from_asset_id", FieldValue::Id(*from));
    draft.set("to_asset_id", FieldValue::Id(*to));
    draft.set("ticket_id", FieldValue::Id(ticket));
    record::create(tx, &part_move::kind(), draft).await?;
    Ok(())
}
