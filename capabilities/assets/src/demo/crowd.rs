//! Many machines with their programs for trials of size: rows in batches instead of one action each.

use directory::store::Post;
use kernel::capability::DemoContext;
use kernel::db::insert_many;
use kernel::record::enter_many;
use kernel::{Instant, NewEvent, Ref, Result, Tx, tr};
use sea_orm::Value;
use uuid::Uuid;

use crate::{asset, software};

/// Machines for each step of the scale, as many as the town has people.
const PER_STEP: usize = 60;
/// Machines of one transaction.
const AT_ONCE: usize = 2_000;
/// Programs on each machine, of so many that the town has.
const PROGRAMS: usize = 50;
const ALL_PROGRAMS: usize = 2_000;

const MODELS: [(&str, &str, &str); 6] = [
    ("desktop", "Dell Inc.", "OptiPlex 7010"),
    ("laptop", "HP", "EliteBook 840 G8"),
    ("printer", "Brother", "HL-L5100DN"),
    ("monitor", "Philips", "243V7Q"),
    ("phone", "Yealink", "T31P"),
    ("network", "Cisco", "C1000-24T"),
];

/// Adds machines and what is installed on them.
pub(super) async fn load(context: &DemoContext, unit: Uuid) -> Result<()> {
    let count = PER_STEP * (context.scale.max(1) as usize - 1);
    if count == 0 {
        return Ok(());
    }
    let people = directory::store::posts(&context.db).await?;
    let tx = context.db.begin(&context.act).await?;
    let programs = programs(&tx).await?;
    tx.record(NewEvent::new(Ref::new("unit", unit), "Örnek programlar", "imported")).await?;
    tx.commit().await?;
    let mut done = 0;
    while done < count {
        let until = count.min(done + AT_ONCE);
        let tx = context.db.begin(&context.act).await?;
        let ids: Vec<Uuid> = (done..until).map(|_| tx.new_id()).collect();
        let of = |number: usize| people.get(number % people.len().max(1));
        let rows = (done..until).zip(&ids).flat_map(|(number, id)| row(&tx, *id, number, of(number), unit));
        insert_many(&tx, "asset", COLUMNS, rows.collect()).await?;
        enter_many(&tx, &asset::kind(), &ids).await?;
        let at = tx.at();
        let installed = (done..until).zip(&ids).flat_map(|(number, id)| {
            let programs = &programs;
            (0..PROGRAMS).flat_map(move |one| -> [Value; 5] {
                // The first twenty are everywhere, the others here and there.
                let which = if one < 20 { one } else { 20 + (number * 37 + one * 61) % (ALL_PROGRAMS - 20) };
                [(*id).into(), programs[which].into(), "1.0".into(), at.into(), false.into()]
            })
        });
        let columns = "asset_id, software_id, version, seen_at, is_watched";
        software::store::crowd(&tx, columns, installed.collect()).await?;
        done = until;
        let note = format!("Örnek varlık yüklendi: toplam {}.", tr::grouped(done as i64));
        tx.record(NewEvent::new(Ref::new("unit", unit), "Örnek varlıklar", "imported").note(note)).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn programs(tx: &Tx) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = (0..ALL_PROGRAMS).map(|_| tx.new_id()).collect();
    let rows = ids.iter().enumerate().flat_map(|(number, id)| -> [Value; 12] {
        let name = format!("Örnek program {number}");
        [
            (*id).into(),
            1_i64.into(),
            name.clone().into(),
            tr::collation_key(&name).into(),
            format!("ornek program {number}").into(),
            "Örnek yayımcı".into(),
            "unjudged".into(),
            0_i64.into(),
            0_i64.into(),
            "none".into(),
            "".into(),
            tx.at().into(),
        ]
    });
    let columns = "id, version, name, name_key, known_as, publisher, state, installed, seats, finding, note, created_at";
    insert_many(tx, "software", columns, rows.collect()).await?;
    enter_many(tx, &software::kind(), &ids).await?;
    Ok(ids)
}

const COLUMNS: &str = "id, version, number, name, name_key, category, manufacturer, model, serial, serial_key, machine_uuid, \
    unit_id, holder_id, place, registry_code, former_number, warranty, supplier, state, os, processor, address, protection, \
    encryption, support, by_hand, note, created_at";

fn row(tx: &Tx, id: Uuid, number: usize, person: Option<&Post>, unit: Uuid) -> [Value; 28] {
    let (category, manufacturer, model) = MODELS[number % MODELS.len()];
    let name = format!("{category}-{number:06}");
    let is_held = !number.is_multiple_of(5);
    let created = tx.at().plus_us(-((number as i64 % 2_000) * Instant::DAY_US / 2));
    [
        id.into(),
        1_i64.into(),
        format!("2020-VR-{:06}", number + 1).into(),
        name.clone().into(),
        tr::collation_key(&name).into(),
        category.into(),
        manufacturer.into(),
        model.into(),
        format!("CRW{number:07}").into(),
        format!("CRW{number:07}").into(),
        format!("4c4c4544-0000-0000-0000-{number:012x}").into(),
        person.map_or(unit, |person| person.unit_id).into(),
        person.filter(|_| is_held).map(|person| person.id).into(),
        format!("{}. kat, {}", number % 5, 100 + number % 40).into(),
        format!("255.02.{:02}/20/{number:06}", number % 9).into(),
        "".into(),
        ["unknown", "valid", "ending", "ended"][number % 4].into(),
        "Örnek Bilişim".into(),
        if is_held { "in_use" } else { "in_stock" }.into(),
        ["Windows 10 Pro", "Windows 11 Pro", "Debian GNU/Linux 12"][number % 3].into(),
        "Intel Core i5".into(),
        format!("10.{}.{}.{}", number / 65_536, number / 256 % 256, number % 256).into(),
        ["live", "live", "stale", "off", "unknown"][number % 5].into(),
        ["on", "off", "unknown"][number % 3].into(),
        ["supported", "ended", "unknown"][number % 3].into(),
        "".into(),
        "".into(),
        created.into(),
    ]
}
