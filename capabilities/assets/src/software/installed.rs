//! What is installed on one asset, brought from what was known to what is told: only the difference is written.

use std::collections::BTreeMap;

use kernel::{Boxed, Error, Result, Tx, record};
use uuid::Uuid;

use super::store::Program;
use super::{name, rule, store};
use crate::wire::Software;

/// Programs of one machine that are kept.
const MOST: usize = 5_000;

/// One program of a machine, by what makes names the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    name: String,
    publisher: String,
    source: String,
    versions: Vec<String>,
}

/// Writes what changed of an asset's programs.
pub(crate) async fn keep(tx: &Tx, asset: Uuid, softwares: &[Software]) -> Result<()> {
    let told = told(softwares);
    let ids = entered(tx, &told).await?;
    let known: BTreeMap<Uuid, String> = store::of_asset(tx, asset).await?.into_iter().collect();
    let now: BTreeMap<Uuid, (Program, String)> = told
        .iter()
        .filter_map(|(key, one)| {
            ids.get(key).map(|program| (program.id, (*program, versions(&one.versions))))
        })
        .collect();
    let gone: Vec<Uuid> = known.keys().filter(|id| !now.contains_key(id)).copied().collect();
    let new: Vec<(Program, &str)> = now
        .iter()
        .filter(|(id, (_, version))| known.get(id) != Some(version))
        .map(|(_, (program, version))| (*program, version.as_str()))
        .collect();
    store::remove(tx, asset, &gone).await?;
    store::put(tx, asset, &new).await
}

/// The program of this name, entered where no machine has told of it yet: a licence may come before its first installation.
pub(crate) fn enter<'a>(tx: &'a Tx, name: &'a str) -> Boxed<'a, Result<Uuid>> {
    Box::pin(async move {
        let one = Software { name: name.into(), ..Software::default() };
        let entered = entered(tx, &told(std::slice::from_ref(&one))).await?;
        let first = entered.values().next().map(|program| program.id);
        first.ok_or_else(|| Error::rule("LSN-002", "software_id", "Programın adını yazın."))
    })
}

/// Programs of an asset with their versions.
pub(crate) async fn of(tx: &Tx, asset: Uuid) -> Result<Vec<(Uuid, String)>> {
    store::of_asset(tx, asset).await
}

/// Brings an asset back to the programs that it had.
pub(crate) async fn restore(tx: &Tx, asset: Uuid, programs: &[(Uuid, String)]) -> Result<()> {
    let known: BTreeMap<Uuid, String> = store::of_asset(tx, asset).await?.into_iter().collect();
    let then: BTreeMap<Uuid, &str> = programs.iter().map(|(id, version)| (*id, version.as_str())).collect();
    let gone: Vec<Uuid> = known.keys().filter(|id| !then.contains_key(id)).copied().collect();
    let missing: Vec<Uuid> = then
        .iter()
        .filter(|(id, version)| known.get(id).map(String::as_str) != Some(version))
        .map(|(id, _)| *id)
        .collect();
    let back: Vec<(Program, &str)> = store::by_ids(tx, &missing)
        .await?
        .into_iter()
        .filter_map(|program| then.get(&program.id).map(|version| (program, *version)))
        .collect();
    store::remove(tx, asset, &gone).await?;
    store::put(tx, asset, &back).await
}

fn told(softwares: &[Software]) -> BTreeMap<String, Told> {
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for one in softwares.iter().take(MOST) {
        let shown = name::shown(&one.name, &one.version);
        let key = name::key(&shown);
        if key.is_empty() {
            continue;
        }
        let entry = told.entry(key).or_insert_with(|| Told {
            name: shown,
            publisher: one.publisher.chars().take(120).collect(),
            source: one.source.chars().take(40).collect(),
            versions: Vec::new(),
        });
        if !one.version.is_empty() && !entry.versions.contains(&one.version) {
            entry.versions.push(one.version.clone());
        }
    }
    told
}

fn versions(all: &[String]) -> String {
    all.join(", ").chars().take(120).collect()
}

/// Ids of all of them, the new ones entered first. In the order of names, so that two machines that bring the same new
/// programs do not wait for each other crosswise.
async fn entered(tx: &Tx, told: &BTreeMap<String, Told>) -> Result<BTreeMap<String, Program>> {
    let keys: Vec<&str> = told.keys().map(String::as_str).collect();
    let store::Known { programs: mut ids, sourceless } = store::by_keys(tx, &keys).await?;
    note_sources(tx, told, &ids, &sourceless).await?;
    let new: Vec<store::New> = told
        .iter()
        .filter(|(key, _)| !ids.contains_key(*key))
        .map(|(key, one)| store::New { key, name: &one.name, publisher: &one.publisher, source: &one.source })
        .collect();
    if new.is_empty() {
        return Ok(ids);
    }
    let names: Vec<&str> = new.iter().map(|one| one.key).collect();
    store::insert(tx, &new).await?;
    let entered = store::by_keys(tx, &names).await?.programs;
    let new: Vec<Uuid> = entered.values().map(|program| program.id).collect();
    record::enter_many(tx, &super::kind(), &new).await?;
    rule::apply::to_new(tx, &new).await?;
    // Rules may have said something of them.
    ids.extend(store::by_keys(tx, &names).await?.programs);
    Ok(ids)
}

/// Programs that were known before any agent said where they come from: noted once, and held against the rules.
async fn note_sources(
    tx: &Tx,
    told: &BTreeMap<String, Told>,
    ids: &BTreeMap<String, Program>,
    sourceless: &[String],
) -> Result<()> {
    let mut by_source: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for key in sourceless {
        if let (Some(one), Some(program)) = (told.get(key), ids.get(key))
            && !one.source.is_empty()
        {
            by_source.entry(&one.source).or_default().push(program.id);
        }
    }
    for (source, programs) in &by_source {
        store::set_source(tx, source, programs).await?;
    }
    let all: Vec<Uuid> = by_source.into_values().flatten().collect();
    if all.is_empty() { Ok(()) } else { rule::apply::to_new(tx, &all).await }
}
