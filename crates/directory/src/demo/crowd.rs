//! Many people at once for trials of size: rows in batches instead of one action each. They are found by search,
//! have their post like everybody and a history of ten acts; one event per batch says that they were loaded.

use access::store::accounts::{self, Account};
use kernel::capability::DemoContext;
use kernel::db::insert_many;
use kernel::event::{Change, Event};
use kernel::{Instant, NewEvent, Ref, Result, Source, Tx, tr};
use sea_orm::Value;
use uuid::Uuid;

use super::town;

/// Rows of one statement; the widest (14 columns) stays far below SQLite's 32,766 parameters.
const ROWS: usize = 400;
/// People of one transaction.
const PEOPLE: usize = 20_000;
/// Acts in the history of each.
const ACTS: usize = 10;
/// How far back the oldest act lies.
const PAST_US: i64 = 700 * Instant::DAY_US;

struct Member {
    id: Uuid,
    registry_no: String,
    name: String,
    unit: Uuid,
    title: Uuid,
    email: String,
    started_on: String,
}

fn member(tx: &Tx, number: usize, units: &[Uuid], titles: &[Uuid]) -> Member {
    let name = town::name(number);
    Member {
        id: tx.new_id(),
        registry_no: format!("{}", 20_000 + number),
        email: format!("{}.{number}@ornekova.bel.tr", tr::fold(&name).replace(' ', ".")),
        name,
        unit: units[number % units.len()],
        title: titles[number / units.len() % titles.len()],
        started_on: format!("{}-{:02}-{:02}", 2005 + number % 20, 1 + number % 12, 1 + number % 28),
    }
}

/// Adds `count` people spread over these units and titles.
pub(super) async fn load(context: &DemoContext, count: usize, units: &[Uuid], titles: &[Uuid]) -> Result<()> {
    let now = context.clock.now();
    // Who is said to have done it: the demo's own accounts, the only ones there are yet.
    let clerks = accounts::all(&context.db, access::demo::ACCOUNTS.len() as u32).await?;
    let mut done = 0;
    while done < count {
        let end = count.min(done + PEOPLE);
        let tx = context.db.begin(&context.act).await?;
        while done < end {
            let until = end.min(done + ROWS);
            let members: Vec<Member> =
                (done..until).map(|number| member(&tx, number + 1, units, titles)).collect();
            write(&tx, &members).await?;
            let mut events = Vec::with_capacity(members.len() * ACTS);
            // Acts are laid out in time as they stand in the log, so that ids and instants rise together.
            let step_us = PAST_US / (count * ACTS) as i64;
            for number in 0..members.len() * ACTS {
                let at = now.plus_us((done * ACTS + number) as i64 * step_us - PAST_US);
                events.push(act(&tx, &members[number % members.len()], number / members.len(), at, &clerks)?);
            }
            tx.record_many(&mut events).await?;
            done = until;
        }
        let note = format!("Örnek personel yüklendi: toplam {}.", tr::grouped(done as i64));
        let event = NewEvent::new(Ref::new("unit", units[0]), "Örnek personel", "imported").note(note);
        tx.record(event).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The act number `number` in a person's history: entered, then changed, commented or exported by turns.
fn act(tx: &Tx, member: &Member, number: usize, at: Instant, clerks: &[Account]) -> Result<Event> {
    let (verb, source) = match number {
        0 => ("created", Source::Import),
        3 => ("commented", Source::Screen),
        6 => ("exported", Source::Screen),
        8 => ("changed", Source::Api),
        _ => ("changed", Source::Screen),
    };
    let mut new = NewEvent::new(Ref::new("staff", member.id), &member.name, verb);
    match verb {
        "changed" => new.changes.push(Change {
            field: "phone".into(),
            label: "Telefon".into(),
            before: format!("0312 555 {:02} {:02}", 10 + number, at.0 / 7_000_000 % 100),
            after: format!("0312 555 {:02} {:02}", 11 + number, at.0 / 3_000_000 % 100),
        }),
        "commented" => new.note = "Özlük dosyası denetlendi, eksik belge yok.".into(),
        _ => {}
    }
    let mut event = tx.draft_event(new.scope(Some(member.unit), Some(member.id)))?;
    event.at = at;
    event.source = source.code().into();
    if let Some(clerk) = clerks.get((at.0 / 1_000_000) as usize % clerks.len().max(1)) {
        event.actor_id = Some(clerk.id);
        event.actor_name.clone_from(&clerk.name);
    }
    Ok(event)
}

async fn write(tx: &Tx, members: &[Member]) -> Result<()> {
    let columns = "id, version, registry_no, name, name_key, unit_id, title_id, email, started_on";
    let staff = members.iter().flat_map(|one| -> [Value; 9] {
        [
            one.id.into(),
            1_i64.into(),
            one.registry_no.clone().into(),
            one.name.clone().into(),
            tr::collation_key(&one.name).into(),
            one.unit.into(),
            one.title.into(),
            one.email.clone().into(),
            one.started_on.clone().into(),
        ]
    });
    insert_many(tx, "staff", columns, staff.collect()).await?;
    let posts = members.iter().flat_map(|one| -> [Value; 5] {
        [tx.new_id().into(), one.id.into(), one.unit.into(), one.title.into(), one.started_on.clone().into()]
    });
    insert_many(tx, "staff_position", "id, staff_id, unit_id, title_id, from_on", posts.collect()).await?;
    let records = members.iter().flat_map(|one| -> [Value; 7] {
        [
            "staff".into(),
            one.id.into(),
            one.registry_no.clone().into(),
            one.name.clone().into(),
            one.unit.into(),
            one.id.into(),
            false.into(),
        ]
    });
    let columns = "kind, id, number, title, unit_id, owner_id, is_removed";
    insert_many(tx, "record", columns, records.collect()).await?;
    let words = members.iter().flat_map(|one| {
        let text = format!("{} {} {}", one.name, one.registry_no, one.email);
        let words: std::collections::BTreeSet<String> = tr::words(&text).collect();
        words.into_iter().flat_map(|word| -> [Value; 3] { ["staff".into(), word.into(), one.id.into()] })
    });
    insert_many(tx, "record_word", "kind, word, record_id", words.collect()).await
}
