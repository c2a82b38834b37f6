//! The demo town's machines: some told by agents, some entered by hand, three in somebody's charge, two agents waiting.

mod crowd;

use kernel::capability::DemoContext;
use kernel::record::{self, Draft, FieldValue, ListQuery};
use kernel::{Boxed, Result, Tx, number};
use uuid::Uuid;

use crate::agents::receive::{self, Outcome};
use crate::software::installed;
use crate::wire::{self, Machine, Message, Software};
use crate::{
    agents, agreement, asset, custody, dependency, licence, line, network, software, stocktake, voucher,
    write_off,
};

/// What three agents would send from the town.
const REPORTS: [&str; 3] = [
    include_str!("wire/samples/fusioninventory.xml"),
    include_str!("wire/samples/ocs.xml"),
    include_str!("wire/samples/glpi.json"),
];

/// Category, name, maker, model, serial, place, end of the warranty.
const BY_HAND: [(&str, &str, &str, &str, &str, &str, &str); 9] = [
    (
        "printer",
        "Yazı işleri yazıcısı",
        "HP",
        "LaserJet Pro M404dn",
        "PHBBJ12345",
        "Ana bina, 1. kat",
        "2027-03-31",
    ),
    (
        "printer",
        "Veznedeki fiş yazıcısı",
        "Epson",
        "TM-T20III",
        "X7QF004512",
        "Ana bina, zemin kat",
        "2026-12-15",
    ),
    (
        "monitor",
        "Toplantı salonu ekranı",
        "Samsung",
        "QM65C",
        "0ZKMHNCW900112",
        "Ana bina, 3. kat",
        "2028-01-31",
    ),
    ("network", "Omurga anahtarı", "Cisco", "C9300-24T", "FOC2345A0BC", "Sistem odası", "2027-06-30"),
    ("ups", "Sistem odası güç kaynağı", "APC", "SMT3000RMI2UC", "AS2215130456", "Sistem odası", "2026-12-31"),
    ("tablet", "Zabıta tableti 1", "Samsung", "Galaxy Tab Active4", "R52T9012ABC", "", "2027-09-30"),
    ("monitor", "Eski tüplü ekran", "Philips", "107S6", "CX000612345", "Depo", "2008-05-31"),
    ("desktop", "Eski vezne bilgisayarı", "HP", "Compaq 6200 Pro", "CZC1234567", "Depo", "2014-02-28"),
    ("printer", "Emlak servisi yazıcısı", "Epson", "LQ-590", "FSQY123456", "Depo", "2015-06-30"),
];

/// What the shortened reports leave out: name, version, publisher.
const MORE_PROGRAMS: [(&str, &str, &str); 5] = [
    ("AutoCAD 2024 - Türkçe (Turkish)", "24.3.61.0", "Autodesk"),
    ("AnyDesk", "8.0.4", "AnyDesk Software GmbH"),
    ("LibreOffice 24.2.5.2", "24.2.5.2", "The Document Foundation"),
    ("Microsoft Office Professional Plus 2019 - tr-tr", "16.0.10417", "Microsoft Corporation"),
    ("uTorrent 3.6.0 (64-bit)", "3.6.0", "BitTorrent Limited"),
];

pub(crate) fn load(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        let Some(unit) = directory::store::unit_with_code(&context.db, "BIM").await? else { return Ok(()) };
        let tx = context.db.begin(&context.act).await?;
        let mut numbers = Vec::new();
        for one in BY_HAND {
            numbers.push(by_hand(&tx, unit, one).await?);
        }
        tx.commit().await?;
        // A board of the same batch: the same UUID and another serial, so that a person has to choose.
        let alike = REPORTS[0].replace("7XK2QW1", "7XK9QW4").replace("BIM-PC-07", "BIM-PC-08");
        let alike = alike.replace("b8:ca:3a:11:22:33", "b8:ca:3a:44:55:66");
        for report in [REPORTS[0], alike.as_str(), REPORTS[1], REPORTS[2]] {
            let told = wire::read(report.as_bytes(), None).map_err(kernel::Error::internal)?;
            let Message::Inventory(inventory) = told else { continue };
            let kept = receive::receive(&context.db, &context.clock, &inventory, "10.1.2.7").await?;
            debug_assert_eq!(kept, Outcome::Kept);
        }
        let tx = context.db.begin(&context.act).await?;
        numbers.extend(approve_first(&tx).await?);
        voucher::enter(&tx, numbers.get(..2).unwrap_or_default(), "2026/118 sayılı fatura").await?;
        give(&tx, &numbers).await?;
        counts(&tx, unit, &numbers).await?;
        judge(&tx).await?;
        lines(&tx, unit).await?;
        agreements(&tx).await?;
        network::demo::load(&tx).await?;
        dependencies(&tx, unit).await?;
        tx.commit().await?;
        crowd::load(context, unit).await
    })
}

async fn by_hand(tx: &Tx, unit: Uuid, one: (&str, &str, &str, &str, &str, &str, &str)) -> Result<String> {
    let (category, name, manufacturer, model, serial, place, until) = one;
    let mut draft = Draft::default();
    for (column, value) in [
        ("category", category),
        ("name", name),
        ("manufacturer", manufacturer),
        ("model", model),
        ("serial", serial),
        ("place", place),
        ("warranty_until_on", until),
    ] {
        draft.set(column, FieldValue::Text(value.into()));
    }
    for column in ["registry_code", "supplier", "machine_uuid", "os", "processor", "address", "note"] {
        draft.set(column, FieldValue::Text(String::new()));
    }
    draft.set("unit_id", FieldValue::Id(unit));
    let kind = asset::kind();
    let id = record::create(tx, &kind, draft).await?;
    Ok(record::get(tx, &kind, id).await?.number(&kind).to_string())
}

/// Two agents of four, so that something waits; answers the numbers of their assets.
async fn approve_first(tx: &Tx) -> Result<Vec<String>> {
    let (agents, assets) = (agents::kind(), asset::kind());
    let page = record::list(tx, &agents, &ListQuery::first(&agents), &tx.act().actor, agents.view).await?;
    let mut numbers = Vec::new();
    for agent in
        page.records.iter().filter(|agent| ["BIM-PC-07", "fen-nb-02"].contains(&agent.get("name").text()))
    {
        record::run_verb(tx, &agents, agent.id, "onayla", "").await?;
        let joined = record::get(tx, &agents, agent.id).await?;
        if let Some(asset) = joined.get("asset_id").id() {
            let mut programs = Machine::of(&agents::store::sections(tx, agent.id).await?).softwares;
            programs.extend(MORE_PROGRAMS.map(|(name, version, publisher)| Software {
                name: name.into(),
                version: version.into(),
                publisher: publisher.into(),
                source: "registry".into(),
            }));
            installed::keep(tx, asset, &programs).await?;
            numbers.push(record::get(tx, &assets, asset).await?.number(&assets).to_string());
        }
    }
    Ok(numbers)
}

/// A hand that signed on the screen.
const HAND: &str = "40,140 70,60 90,130 120,70 140,135 175,90 200,130 240,100 300,120 380,95;250,60 270,62";

/// Slips on the names of people who work there, where the town has people: one that waits, one signed on the screen for a
/// room, one of which a part came back, and the yearly question.
async fn give(tx: &Tx, numbers: &[String]) -> Result<()> {
    let Some(staff) = tx.registry().and_then(|registry| registry.kind("staff")) else { return Ok(()) };
    let people = record::list(tx, &staff, &ListQuery::first(&staff), &tx.act().actor, staff.view).await?;
    let active: Vec<Uuid> =
        people.records.iter().filter(|one| one.get("state").text() == "active").map(|one| one.id).collect();
    let [first, second, ..] = active.as_slice() else { return Ok(()) };
    let last: Vec<&str> = numbers.iter().rev().take(2).map(String::as_str).collect();
    slip(tx, *first, &last, "").await?;
    let [_, _, screen, _, _, tablet, tube, old, printer, ..] = numbers else { return Ok(()) };
    let (slips, returns) = (custody::kind(), custody::return_slip::kind());
    let room = slip(tx, *second, &[screen], "Ana bina, 3. kat toplantı salonu").await?;
    record::sign(tx, &slips, room, "imzalat", "", HAND).await?;
    // Brought back, and signed for or not yet.
    let other = slip(tx, *first, &[old], "").await?;
    record::run_verb(tx, &slips, other, "iade-al", "").await?;
    let own = slip(tx, *second, &[tablet], "").await?;
    record::sign(tx, &slips, own, "imzalat", "", HAND).await?;
    record::run_verb(tx, &slips, own, "iade-al", "").await?;
    let back = record::list(tx, &returns, &ListQuery::first(&returns), &tx.act().actor, returns.view).await?;
    if let Some(one) = back.records.first() {
        record::sign(tx, &returns, one.id, "imzalat", "", HAND).await?;
    }
    let mut draft = Draft::default();
    let title = format!("{} yılı zimmet teyidi", tx.at().day().0.year());
    draft.set("title", FieldValue::Text(title));
    draft.set(
        "last_on",
        FieldValue::Text(kernel::Day(tx.at().day().0 + time::Duration::days(30)).to_string()),
    );
    let campaign = record::create(tx, &custody::campaign::kind(), draft).await?;
    custody::campaign::ask_next(tx, campaign).await?;
    scrap(tx, &active, [tube, old, printer]).await
}

/// One that went all the way, one the commission has before it, one whose report is being written.
async fn scrap(tx: &Tx, people: &[Uuid], [tube, old, printer]: [&String; 3]) -> Result<()> {
    let kind = write_off::kind();
    let [head, member, second, ..] = people else { return Ok(()) };
    for (steps, number, reason, report, repair) in [
        (9, tube, "broken", "Tüpü bitmiş; parçası artık üretilmiyor.", None),
        (2, old, "obsolete", "On iki yıllık; yeni işletim sistemini çalıştırmıyor.", None),
        (0, printer, "uneconomic", "Baskı kafası bitmiş.", Some(1_150_000)),
    ] {
        let mut draft = Draft::default();
        for (column, text) in [
            ("asset_numbers", number.as_str()),
            ("reason", reason),
            ("report", report),
            ("replacement", ""),
            ("erasure", "none"),
            ("erasure_note", ""),
            ("voucher", if steps > 2 { "2026/418" } else { "" }),
            ("disposal", if steps > 2 { "recycled" } else { "unknown" }),
            ("disposed_to", if steps > 2 { "Yeşil Dönüşüm Atık Yönetimi" } else { "" }),
        ] {
            draft.set(column, FieldValue::Text(text.into()));
        }
        for (column, person) in [("head_id", head), ("member_id", member), ("second_member_id", second)] {
            draft.set(column, FieldValue::Id(*person));
        }
        if let Some(kurus) = repair {
            draft.set("repair_kurus", FieldValue::Int(kurus));
        }
        let one = record::create(tx, &kind, draft).await?;
        for (verb, said) in [
            ("komisyona-sun", ""),
            ("baskan-imzala", ""),
            ("uye-imzala", ""),
            ("ikinci-uye-imzala", ""),
            ("karara-bagla", "12.11.2026 tarihli ve 418 sayılı olur"),
            ("kayittan-dus", ""),
            ("elden-cikar", ""),
        ]
        .into_iter()
        .take(steps)
        {
            match verb.ends_with("imzala") {
                true => record::sign(tx, &kind, one, verb, said, HAND).await?,
                false => record::run_verb(tx, &kind, one, verb, said).await?,
            }
        }
    }
    Ok(())
}

async fn slip(tx: &Tx, holder: Uuid, numbers: &[&str], room: &str) -> Result<Uuid> {
    let mut draft = Draft::default();
    draft.set("holder_id", FieldValue::Id(holder));
    let given_to = if room.is_empty() { "person" } else { "room" };
    for (column, text) in
        [("asset_numbers", numbers.join("\n").as_str()), ("given_to", given_to), ("room", room), ("note", "")]
    {
        draft.set(column, FieldValue::Text(text.into()));
    }
    record::create(tx, &custody::kind(), draft).await
}

/// A count that ended with something missing, and one that goes on.
async fn counts(tx: &Tx, unit: Uuid, numbers: &[String]) -> Result<()> {
    let Some(staff) = tx.registry().and_then(|registry| registry.kind("staff")) else { return Ok(()) };
    let people = record::list(tx, &staff, &ListQuery::first(&staff), &tx.act().actor, staff.view).await?;
    let Some(person) = people.records.iter().find(|one| one.get("state").text() == "active") else {
        return Ok(());
    };
    let kind = stocktake::kind();
    for is_open in [false, true] {
        let mut draft = Draft::default();
        draft.set("unit_id", FieldValue::Id(unit));
        draft.set("responsible_id", FieldValue::Id(person.id));
        draft.set("note", FieldValue::Text(String::new()));
        let id = record::create(tx, &kind, draft).await?;
        let one = record::get(tx, &kind, id).await?;
        let read = if is_open { 2 } else { 5 };
        let mut codes: Vec<&str> = numbers.iter().take(read).map(String::as_str).collect();
        codes.push("KOLİ-12");
        stocktake::read_for(tx, &one, &codes, "Sistem odası").await?;
        if !is_open {
            record::run_verb(tx, &kind, id, "kapat", "").await?;
        }
    }
    Ok(())
}

/// A verdict of each kind on what the machines told, a licence that is valid and one that was cancelled.
async fn judge(tx: &Tx) -> Result<()> {
    let (softwares, licences) = (software::kind(), licence::kind());
    let query = ListQuery { size: 100, ..ListQuery::first(&softwares) };
    let all = record::list(tx, &softwares, &query, &tx.act().actor, softwares.view).await?.records;
    for (one, verb) in all.iter().zip(["serbest", "lisansli", "yasakla"]) {
        record::run_verb(tx, &softwares, one.id, verb, "Bilgi güvenliği yönergesi.").await?;
    }
    let Some(paid) = all.get(1) else { return Ok(()) };
    for (seats, is_cancelled) in [(25, false), (5, true)] {
        let mut draft = Draft::default();
        for (column, value) in
            [("contract", "2025/148 sayılı sözleşme"), ("supplier", "Anadolu Bilişim"), ("note", "")]
        {
            draft.set(column, FieldValue::Text(value.into()));
        }
        draft.set("software_id", FieldValue::Id(paid.id));
        draft.set("seats", FieldValue::Int(seats));
        let licence = record::create(tx, &licences, draft).await?;
        if is_cancelled {
            record::run_verb(tx, &licences, licence, "iptal", "Yenisi alındı.").await?;
        }
    }
    rules(tx).await?;
    let number = number::next(tx, "audit_report", tx.at().day().year()).await?;
    software::report::write(tx, number).await
}

/// What needs no look, what never may be, and one that was given up.
async fn rules(tx: &Tx) -> Result<()> {
    let kind = software::rule::kind();
    for (title, name, source, verdict, note) in [
        ("Dağıtım paketleri", "", "deb", "allowed", "Pardus depolarından gelir."),
        ("Dosya paylaşım programları", "torrent", "", "forbidden", "Bilgi güvenliği yönergesi."),
        ("Uzak masaüstü programları", "anydesk", "", "forbidden", "Bilgi güvenliği yönergesi."),
    ] {
        let mut draft = Draft::default();
        for (column, value) in [
            ("title", title),
            ("name_match", "contains"),
            ("name_part", name),
            ("publisher_part", ""),
            ("source", source),
            ("verdict", verdict),
            ("note", note),
        ] {
            draft.set(column, FieldValue::Text(value.into()));
        }
        let rule = record::create(tx, &kind, draft).await?;
        if name == "anydesk" {
            record::run_verb(tx, &kind, rule, "durdur", "Destek ekibi kullanıyor.").await?;
        }
    }
    Ok(())
}

/// What ends soon, later, and was given up.
/// Services, and what they stand on: name, weight, and the services and hand-entered assets each needs, `!` for what it stops
/// without.
const SERVICES: [(&str, &str, &[&str]); 4] = [
    ("Kimlik doğrulama", "critical", &["!Omurga anahtarı"]),
    ("E-belediye", "critical", &["!Kimlik doğrulama", "!Omurga anahtarı", "Sistem odası güç kaynağı"]),
    ("Evrak sistemi", "important", &["!Kimlik doğrulama"]),
    ("SMS bilgilendirme", "ordinary", &["E-belediye"]),
];

async fn dependencies(tx: &Tx, unit: Uuid) -> Result<()> {
    let (services, assets) = (dependency::service_kind(), asset::kind());
    let all = record::list(tx, &assets, &ListQuery::first(&assets), &tx.act().actor, assets.view).await?;
    let mut known: Vec<(String, &'static str, Uuid)> =
        all.records.iter().map(|one| (one.title(&assets).to_string(), "needs_asset_id", one.id)).collect();
    for (name, criticality, needs) in SERVICES {
        let mut draft = Draft::default();
        for (column, value) in [("name", name), ("criticality", criticality), ("address", ""), ("note", "")] {
            draft.set(column, FieldValue::Text(value.into()));
        }
        draft.set("unit_id", FieldValue::Id(unit));
        let id = record::create(tx, &services, draft).await?;
        for needed in needs {
            let plain = needed.trim_start_matches('!');
            let Some((_, column, needed_id)) = known.iter().find(|(name, ..)| name == plain) else {
                continue;
            };
            let effect = if needed.starts_with('!') { "stops" } else { "degrades" };
            let mut draft = Draft::default();
            draft.set("service_id", FieldValue::Id(id));
            draft.set(column, FieldValue::Id(*needed_id));
            draft.set("effect", FieldValue::Text(effect.into()));
            draft.set("note", FieldValue::Text(String::new()));
            record::create(tx, &dependency::kind(), draft).await?;
        }
        known.push((name.into(), "needs_service_id", id));
    }
    Ok(())
}

async fn agreements(tx: &Tx) -> Result<()> {
    let kind = agreement::kind();
    for (title, of, supplier, days, is_cancelled) in [
        ("Sunucu ve depolama bakımı", "maintenance", "Anadolu Bilişim", 45, false),
        ("ornekova.bel.tr", "domain", "TRABİS", 210, false),
        ("*.ornekova.bel.tr", "certificate", "Kamu SM", 20, false),
        ("Eski santral bakımı", "maintenance", "Merkez Telekom", 300, true),
    ] {
        let mut draft = Draft::default();
        for (column, value) in
            [("title", title), ("type", of), ("supplier", supplier), ("document", ""), ("note", "")]
        {
            draft.set(column, FieldValue::Text(value.into()));
        }
        let until = kernel::Day(tx.at().day().0 + time::Duration::days(days));
        draft.set("until_on", FieldValue::Text(until.to_string()));
        let id = record::create(tx, &kind, draft).await?;
        if is_cancelled {
            record::run_verb(tx, &kind, id, "sonlandir", "Santral yenilendi.").await?;
        }
    }
    Ok(())
}

/// A line in each state.
async fn lines(tx: &Tx, unit: Uuid) -> Result<()> {
    let kind = line::kind();
    for (number, of, operator, plan, monthly, verb) in [
        ("0312 555 10 00", "landline", "Türk Telekom", "Kurumsal santral", 125_000, ""),
        ("0532 555 20 14", "gsm_data", "Turkcell", "20 GB tablet", 28_990, "dondur"),
        ("8842771", "internet", "Türk Telekom", "Metro Ethernet 200 Mb/sn", 1_840_000, ""),
        ("0312 555 10 41", "landline", "Türk Telekom", "", 18_000, "kapat"),
    ] {
        let mut draft = Draft::default();
        for (column, value) in [
            ("number", number),
            ("type", of),
            ("operator", operator),
            ("plan", plan),
            ("place", ""),
            ("note", ""),
        ] {
            draft.set(column, FieldValue::Text(value.into()));
        }
        draft.set("monthly_kurus", FieldValue::Int(monthly));
        draft.set("unit_id", FieldValue::Id(unit));
        let made = record::create(tx, &kind, draft).await?;
        if !verb.is_empty() {
            record::run_verb(tx, &kind, made, verb, "Kullanılmıyor.").await?;
        }
    }
    Ok(())
}
