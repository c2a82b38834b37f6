//! The demo town's devices: five sources, a finding that waits to be explained, and the lines of its last hours.

use access_stream::{Received, TURKIYE_MINUTES};
use journal::Incoming;
use kernel::capability::DemoContext;
use kernel::job::JobContext;
use kernel::record::{self, Draft, FieldValue, ListQuery};
use kernel::{Boxed, Error, Instant, Result, Tx};
use lines::Mac;
use lines::made::{Plan, SOURCES, Source, Town};
use uuid::Uuid;

use crate::{AccessLogs, network, request, saved, source, watching};

/// Address and name of each of [`SOURCES`].
const DEVICES: [(&str, &str); 5] = [
    ("10.10.0.1", "Ana bina güvenlik duvarı"),
    ("10.10.0.2", "Ana bina DHCP sunucusu"),
    ("10.30.0.1", "Fen İşleri şube yönlendiricisi"),
    ("10.40.0.1", "Kütüphane güvenlik duvarı"),
    ("10.40.0.2", "Kütüphane DHCP sunucusu"),
];

pub(crate) fn load(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act).await?;
        let mut sources = Vec::new();
        for (sender, name) in DEVICES {
            sources.push(device(&tx, sender, name).await?);
        }
        let since = Instant(tx.at().0 - 7 * 60 * 60 * Instant::SECOND_US);
        let (source, name) = (sources[4], DEVICES[4].1);
        let finding =
            watching::open(&tx, Some(source), "silent", &watching::title(name, "silent", since), since)
                .await?;
        watching::close(&tx, finding, name).await?;
        let mut search = Draft::default();
        search.set("name", FieldValue::Text("Kütüphaneden verilen adresler".into()));
        search.set("query", FieldValue::Text("metin=DHCPACK&adres=10.40.*".into()));
        record::create(&tx, &saved::kind(), search).await?;
        for (name, addresses, unit) in RANGES {
            let Some(unit) = unit_named(&tx, unit).await? else { continue };
            let mut range = Draft::default();
            range.set("name", FieldValue::Text(name.into()));
            range.set("addresses", FieldValue::Text(addresses.into()));
            range.set("unit_id", FieldValue::Id(unit));
            record::create(&tx, &network::kind(), range).await?;
        }
        tx.commit().await?;
        request::demo::load(context).await
    })
}

/// What part of the network belongs to which unit of the town.
const RANGES: [(&str, &str, &str); 3] = [
    ("Ana bina ağı", "10.10.0.0/16", "Bilgi İşlem"),
    ("Fen İşleri şube ağı", "10.74.0.0/16", "Fen İşleri"),
    ("Kütüphane ağı", "10.138.0.0/16", "Kültür"),
];

/// The unit whose name begins so; any where none does; nothing where the town has no units.
async fn unit_named(tx: &Tx, begin: &str) -> Result<Option<Uuid>> {
    let Some(kind) = tx.registry().and_then(|registry| registry.kind("unit")) else { return Ok(None) };
    let query = ListQuery::first(&kind);
    let page = record::list(tx, &kind, &query, &tx.act().actor, kind.view).await?;
    let named = page.records.iter().find(|unit| unit.title(&kind).starts_with(begin));
    Ok(named.or(page.records.last()).map(|unit| unit.id))
}

async fn device(tx: &Tx, sender: &str, name: &str) -> Result<Uuid> {
    let mut draft = source::draft(sender, name);
    // Nothing comes of them after the first day; that is no finding.
    draft.set("silence_minutes", FieldValue::Int(0));
    draft.set("note", FieldValue::Text("Deneme kasabasının cihazıdır.".into()));
    record::create(tx, &source::kind(), draft).await
}

/// The branch's notebook that the demo town's inventory knows as well, so that an answer leads to its record.
pub(crate) const NOTEBOOK: Mac = Mac(0xEC8E_B501_0203);
/// A computer of the branch.
const IN_THE_BRANCH: u32 = 6;

/// The town whose lines are there. It begins with a quarter of an hour, so that whoever asks some seconds later means the same one.
pub(crate) fn town(now: Instant) -> Town {
    const QUARTER_US: i64 = 15 * 60 * Instant::SECOND_US;
    let start_us = now.0.div_euclid(QUARTER_US) * QUARTER_US - HOURS * Instant::HOUR_US;
    let macs = &[(IN_THE_BRANCH, NOTEBOOK)];
    Town::new(Plan { people: 120, sessions_per_second: 1, start_us, macs, ..Plan::default() })
}

/// Hours of lines that are made.
const HOURS: i64 = 3;
/// Lines that are appended at once.
const TOGETHER: usize = 2_000;

/// Takes in what the town's devices would have sent in the last hours. The journal is open for as long as this takes.
pub async fn fill(context: &JobContext, logs: &AccessLogs) -> Result<()> {
    let now_us = context.clock.now().0;
    let town = town(Instant(now_us));
    let journal = logs.open(context).await?;
    logs.turn(context).await?;
    let (mut lines, mut line) = (town.lines(), Vec::new());
    let mut is_over = false;
    while !is_over {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        while ends.len() < TOGETHER {
            let written = lines.next_line(&mut line);
            is_over = written.received_us > now_us;
            if is_over {
                break;
            }
            received(logs, written.source, &line).write(&mut bytes);
            ends.push((written.received_us, bytes.len()));
        }
        let mut from = 0;
        let records: Vec<Incoming<'_>> = ends
            .iter()
            .map(|(received_at_us, to)| {
                let payload = &bytes[from..*to];
                from = *to;
                Incoming { received_at_us: *received_at_us, payload }
            })
            .collect();
        let receipt = journal.append(&records).map_err(Error::internal)?;
        receipt.durable().await.map_err(Error::internal)?;
        logs.turn(context).await?;
    }
    journal.seal_now().await.map_err(Error::internal)?;
    logs.turn(context).await?;
    request::demo::answer(context, &town, now_us).await?;
    logs.close();
    Ok(())
}

fn received<'l>(logs: &AccessLogs, source: Source, line: &'l [u8]) -> Received<'l> {
    let at = SOURCES.iter().position(|one| *one == source).unwrap_or_default();
    let (sender, _) = DEVICES[at];
    Received {
        source: logs.inner().known.find(sender).map_or(source::OTHERS, |known| known.number),
        sender,
        format: None,
        offset_minutes: TURKIYE_MINUTES,
        is_old: false,
        as_of_us: None,
        is_cut: false,
        place: None,
        line,
    }
}
