//! What a report does: kept section by section, and, of an approved agent, carried over to its asset. What a person
//! wrote by hand stays (`asset::prepare` notes it); what is missing since the last report is an event of its own.

use std::borrow::Cow;

use kernel::access::Source;
use kernel::event::NewEvent;
use kernel::record::{self, Draft, FieldValue, Record};
use kernel::{Act, Clock, Db, Error, ErrorKind, Instant, Ref, Result, Tx, tr};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::losses::losses;
use super::part_again;
use super::recognise::{Found, recognise};
use super::store::{self, Content, Digest, Known, Report};
use crate::asset::{self, TOLD_BY_AGENTS};
use crate::software::installed;
use crate::wire::{EMPTIED, Inventory, Machine, serial_key, uuid_swapped};

/// A report that changes nothing is noted at most this often.
const NOTED_US: i64 = 5 * Instant::MINUTE_US;
/// Machines that report under one identity before more are refused: a cloned disk, or somebody playing.
const MOST_OF_ONE_IDENTITY: usize = 150;

/// Anybody who reaches the address may wait: so many, and so much of each. An office computer tells half a megabyte.
const MOST_WAITING: i64 = 1_000;
const MOST_UNAPPROVED_BYTES: usize = 4 * 1024 * 1024;

/// The section that programs are told in.
pub(crate) const SOFTWARES: &str = "softwares";

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Something was new.
    Kept,
    Unchanged,
    /// Nothing was new, and the agent still waits for approval.
    Waiting,
    /// The agent was refused by a person; nothing was kept.
    Refused,
}

/// A section without anything in it, and its SHA-256.
const NOTHING: &str = "[]";
const DIGEST_OF_NOTHING: &str = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";

/// One part of a report as it is stored.
struct Part<'a> {
    section: &'a str,
    digest: Cow<'a, str>,
    content: Content<'a>,
    text_bytes: usize,
}

/// Takes a report in. Nothing of a refused agent is kept.
pub(crate) async fn receive(db: &Db, clock: &Clock, inventory: &Inventory, address: &str) -> Result<Outcome> {
    let told = Machine::of(&inventory.sections);
    let key = machine_key(&told);
    let known = store::by_identity(db, &identity(inventory)).await?;
    let mine = which(&known, &key);
    if mine.is_some_and(|one| one.state == "refused") {
        return Ok(Outcome::Refused);
    }
    let parts = parts(inventory)?;
    if let Some(one) = mine {
        let stored = store::digests(db, one.id).await?;
        let is_news =
            !emptied(inventory, &stored).is_empty() || parts.iter().any(|part| !is_stored(part, &stored));
        if !is_news && one.address == address && one.client == inventory.client {
            return unchanged(db, clock, one).await;
        }
    }
    let mut act = Act::system(clock, Source::Api, &format!("Envanter ajanı ({})", name_of(inventory, &told)));
    act.address = Some(address.to_string());
    let tx = db.begin(&act).await?;
    let outcome = keep(&tx, inventory, &told, &key, &parts, address).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Approves an agent that waits, in the name of whose key it knows. Where a person must choose the asset it goes on
/// waiting.
pub(crate) async fn enrol(db: &Db, act: &Act, inventory: &Inventory) -> Result<()> {
    let known = store::by_identity(db, &identity(inventory)).await?;
    let key = machine_key(&Machine::identified(&inventory.sections));
    let Some(agent) = which(&known, &key).filter(|one| one.state == "waiting") else { return Ok(()) };
    let tx = db.begin(act).await?;
    match record::run_verb(&tx, &super::kind(), agent.id, "onayla", "").await {
        Ok(()) => tx.commit().await,
        Err(error) if error.violations.is_empty() => Err(error),
        Err(_) => tx.rollback().await,
    }
}

async fn unchanged(db: &Db, clock: &Clock, one: &Known) -> Result<Outcome> {
    if clock.now().0 - one.last_seen_at.0 >= NOTED_US {
        let tx = db.begin(&Act::system(clock, Source::Api, "Envanter ajanı")).await?;
        tx.without_event("a machine that reports the same as before is no news");
        store::seen(&tx, one.id).await?;
        if let Some(asset) = one.asset_id {
            asset::store::set_seen(&tx, asset).await?;
        }
        tx.commit().await?;
    }
    Ok(if one.state == "waiting" { Outcome::Waiting } else { Outcome::Unchanged })
}

async fn keep(
    tx: &Tx,
    inventory: &Inventory,
    told: &Machine,
    key: &str,
    parts: &[Part<'_>],
    address: &str,
) -> Result<Outcome> {
    let agent = entered(tx, inventory, told, key, address).await?;
    if agent.state == "refused" {
        return Ok(Outcome::Refused);
    }
    let size_bytes: usize = parts.iter().map(|part| part.text_bytes).sum();
    if agent.state == "waiting" && size_bytes > MOST_UNAPPROVED_BYTES {
        return Err(Error::rule("AJN-005", "", "Onaylanmamış ajanın bildirimi en çok 4 MB olabilir."));
    }
    let report = Report {
        name: &name_of(inventory, told),
        device_id: &inventory.device_id,
        client: &inventory.client,
        tag: inventory.tag.as_deref(),
        address,
        machine_key: if key.is_empty() { &agent.machine_key } else { key },
        is_incomplete: inventory.is_partial
            && (agent.is_incomplete || store::digests(tx, agent.id).await?.is_empty()),
        warnings: &inventory.warnings.join("\n"),
    };
    store::reported(tx, agent.id, &report).await?;
    if agent.name != report.name {
        let kind = super::kind();
        record::index(tx, &kind, &record::get(tx, &kind, agent.id).await?).await?;
    }
    // Compared again behind the lock that the line above took: another report may have come between.
    let stored = store::digests(tx, agent.id).await?;
    let before = Machine::of(&store::sections(tx, agent.id).await?);
    let (mut is_news, mut is_software_news) = (false, false);
    let emptied: Vec<Part<'_>> = emptied(inventory, &stored).into_iter().map(nothing_in).collect();
    for part in emptied.iter().chain(parts) {
        if !is_stored(part, &stored) {
            store::set_section(tx, agent.id, part.section, &part.digest, &part.content).await?;
            is_news = true;
            is_software_news |= part.section == SOFTWARES;
        }
    }
    tx.without_event("what a machine reports becomes an event where it changes the asset");
    if is_news && agent.state == "waiting" {
        let whole = store::identifying_sections(tx, agent.id).await?;
        note_likeness(tx, agent.id, &Machine::of(&whole)).await?;
    }
    if let (true, Some(asset)) = (is_news, agent.asset_id) {
        let sections = store::sections(tx, agent.id).await?;
        let now = Machine::of(&sections);
        report_losses(tx, asset, &before, &now).await?;
        report_unprotected(tx, asset, &before, &now).await?;
        if carry(tx, asset, &now).await? && is_software_news {
            installed::keep(tx, asset, &now.softwares).await?;
        }
    }
    Ok(if is_news { Outcome::Kept } else { Outcome::Unchanged })
}

/// The agent as the database has it, entered if this is its first report.
async fn entered(tx: &Tx, inventory: &Inventory, told: &Machine, key: &str, address: &str) -> Result<Known> {
    let identity = identity(inventory);
    let known = store::by_identity(tx, &identity).await?;
    if let Some(one) = which(&known, key) {
        return Ok(one.clone());
    }
    if known.len() >= MOST_OF_ONE_IDENTITY {
        return Err(Error::rule("AJN-003", "", "Aynı ajan kimliğiyle çok sayıda makine bildirildi."));
    }
    if store::waiting(tx).await? >= MOST_WAITING {
        let text = "Onay bekleyen çok sayıda ajan var; önce onlar sonuçlandırılmalı.";
        return Err(Error::new(ErrorKind::TooMany, text));
    }
    let name = name_of(inventory, told);
    let new = store::New {
        name: &name,
        identity: &identity,
        device_id: &inventory.device_id,
        machine_key: key,
        client: &inventory.client,
        tag: inventory.tag.as_deref().unwrap_or_default(),
        address,
    };
    if let Some(id) = store::insert(tx, &new).await? {
        let kind = super::kind();
        let agent = record::get(tx, &kind, id).await?;
        record::index(tx, &kind, &agent).await?;
        let note = if known.is_empty() {
            ""
        } else {
            "Aynı ajan kimliği başka bir makinede de var: disk kopyalanmış."
        };
        tx.record(NewEvent::new(Ref::new("agent", id), &name, "agent_reported").note(note)).await?;
    }
    let known = store::by_identity(tx, &identity).await?;
    which(&known, key).cloned().ok_or_else(|| Error::internal("the agent that was entered is not there"))
}

/// The machine behind an identity: the one with this key, or the only one where either says nothing.
fn which<'a>(known: &'a [Known], key: &str) -> Option<&'a Known> {
    let same = known.iter().find(|one| one.machine_key == key);
    let only = match known {
        [one] if key.is_empty() || one.machine_key.is_empty() => Some(one),
        _ => None,
    };
    same.or(only)
}

/// The id that survives a new name: the UUID of newer agents, else what older ones call their device.
fn identity(inventory: &Inventory) -> String {
    inventory.agent_id.map_or_else(|| inventory.device_id.clone(), |id| id.to_string())
}

fn name_of(inventory: &Inventory, told: &Machine) -> String {
    let name = told.name.as_deref().unwrap_or(&inventory.device_id);
    tr::clean_line(name).text.chars().take(120).collect()
}

/// What tells two machines with one cloned disk apart; empty when the machine says nothing of itself.
fn machine_key(machine: &Machine) -> String {
    let uuid = machine.uuid.as_deref().map(str::to_lowercase).unwrap_or_default();
    let serial = machine.serial.as_deref().map(serial_key).unwrap_or_default();
    if uuid.is_empty() && serial.is_empty() { String::new() } else { format!("{uuid} {serial}") }
}

fn parts(inventory: &Inventory) -> Result<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    for (section, items) in &inventory.sections {
        let content = serde_json::to_string(items)?;
        let digest = hex::encode(Sha256::digest(content.as_bytes())).into();
        parts.push(Part { section, digest, text_bytes: content.len(), content: Content::Text(content) });
    }
    for (section, packed) in &inventory.unread {
        let (digest, text_bytes) = (packed.digest.as_str().into(), packed.text_bytes);
        parts.push(Part { section, digest, text_bytes, content: Content::Packed(&packed.zlib) });
    }
    parts.extend(inventory.emptied.iter().map(|section| nothing_in(section)));
    Ok(parts)
}

fn nothing_in(section: &str) -> Part<'_> {
    let (digest, content) = (DIGEST_OF_NOTHING.into(), Content::Text(NOTHING.into()));
    Part { section, digest, content, text_bytes: NOTHING.len() }
}

fn is_stored(part: &Part<'_>, stored: &[Digest]) -> bool {
    stored.iter().any(|known| known.section == part.section && known.digest == *part.digest)
}

/// Sections that the machine told before and that agents leave out when there is nothing to tell: absent from a report of
/// the whole they are empty now. All others may be absent because the agent could not look.
fn emptied<'a>(inventory: &Inventory, stored: &'a [Digest]) -> Vec<&'a str> {
    if inventory.is_partial {
        return Vec::new();
    }
    let is_told = |name: &str| {
        inventory.sections.contains_key(name)
            || inventory.unread.contains_key(name)
            || inventory.emptied.contains(name)
    };
    let had = stored.iter().filter(|known| known.digest != DIGEST_OF_NOTHING);
    let names = had.map(|known| known.section.as_str());
    names.filter(|name| EMPTIED.contains(name) && !is_told(name)).collect()
}

/// "Onayla": finds the asset the machine is, or enters it. Where several look alike a person says which.
pub(crate) async fn approve(tx: &Tx, agent: &Record) -> Result<()> {
    if agent.get("asset_id").id().is_some() {
        return Ok(());
    }
    let machine = Machine::of(&store::sections(tx, agent.id).await?);
    let (serial, uuids, macs) = signs(&machine);
    let candidates = candidates(tx, agent.id, &serial, &uuids, &macs).await?;
    let mut is_new = false;
    let id = match recognise(&serial, &uuids, &candidates) {
        Found::Same(one, by) => {
            let note = format!("{} {} ile aynı: {}.", one.number, one.name, by.label_tr());
            let event =
                NewEvent::new(agent.reference(&super::kind()), agent.get("name").text(), "agent_joined");
            tx.record(event.related(Ref::new("asset", one.id)).note(note)).await?;
            one.id
        }
        Found::New => {
            is_new = true;
            enter(tx, agent, &machine).await?
        }
        Found::Perhaps(some) => {
            let names: Vec<String> = some
                .iter()
                .map(|(one, by)| format!("{} {} ({})", one.number, one.name, by.label_tr()))
                .collect();
            let text = format!(
                "Bu makineye benzeyen varlık var: {}. Ajanın sayfasında hangisi olduğunu seçin.",
                names.join("; ")
            );
            return Err(Error::rule("AJN-001", "", text));
        }
    };
    join(tx, agent.id, id, is_new, &machine).await
}

/// Assets it may be, without the one that a person parted it from.
pub(super) async fn candidates(
    db: &impl kernel::db::Sql,
    agent: Uuid,
    serial: &str,
    uuids: &[String],
    macs: &[String],
) -> Result<Vec<asset::store::Candidate>> {
    let mut found = asset::store::alike(db, serial, uuids, macs).await?;
    if !found.is_empty()
        && let Some(apart) = store::apart_from(db, agent).await?
    {
        found.retain(|one| one.id != apart);
    }
    Ok(found)
}

/// What recognition says of a machine that waits, so that those which need a person stand together.
async fn note_likeness(tx: &Tx, agent: Uuid, machine: &Machine) -> Result<()> {
    let (serial, uuids, macs) = signs(machine);
    let candidates = candidates(tx, agent, &serial, &uuids, &macs).await?;
    let likeness = match recognise(&serial, &uuids, &candidates) {
        Found::Same(..) => "same",
        Found::New => "new",
        Found::Perhaps(_) => "unsure",
    };
    store::set_likeness(tx, agent, likeness).await
}

/// Serial, UUIDs (as written and with the bytes of its first half swapped) and network cards.
pub(crate) fn signs(machine: &Machine) -> (String, Vec<String>, Vec<String>) {
    let serial = machine.serial.as_deref().map(serial_key).unwrap_or_default();
    let mut uuids: Vec<String> = machine.uuid.iter().map(|uuid| uuid.to_lowercase()).collect();
    uuids.extend(machine.uuid.as_deref().and_then(uuid_swapped).map(|uuid| uuid.to_lowercase()));
    uuids.dedup();
    (serial, uuids, machine.macs.clone())
}

/// The agent reports of this asset from now on.
pub(crate) async fn join(tx: &Tx, agent: Uuid, asset: Uuid, is_new: bool, machine: &Machine) -> Result<()> {
    let before = if is_new { String::new() } else { part_again::snapshot(tx, asset).await? };
    store::set_before_join(tx, agent, &before).await?;
    store::set_asset(tx, agent, asset).await?;
    // An agent that says nothing of programs leaves those that others told.
    if carry(tx, asset, machine).await? && store::tells(tx, agent, SOFTWARES).await? {
        installed::keep(tx, asset, &machine.softwares).await?;
    }
    Ok(())
}

/// Whether a machine says this of itself at all.
pub(super) fn is_known(value: &FieldValue) -> bool {
    value.int().is_some() || !value.text().is_empty()
}

/// A new asset for a machine that no asset is like, in the unit its tag names, else in that of whoever approves.
pub(crate) async fn enter(tx: &Tx, agent: &Record, machine: &Machine) -> Result<Uuid> {
    let unit = match directory::store::unit_with_code(tx, agent.get("tag").text()).await? {
        Some(unit) => Some(unit),
        None => tx.act().actor.unit_id,
    };
    let Some(unit) = unit else {
        let text = "Ajanın etiketi bir birim kodu değil, sizin de biriminiz yok; varlığı elle kaydedip ajanı ona bağlayın.";
        return Err(Error::rule("AJN-002", "", text));
    };
    let mut draft = told(machine);
    if draft.get("name").text().is_empty() {
        draft.set("name", agent.get("name").clone());
    }
    if draft.get("category").text().is_empty() {
        draft.set("category", FieldValue::Text("other".into()));
    }
    draft.set("unit_id", FieldValue::Id(unit));
    for name in ["place", "registry_code", "supplier", "note"] {
        draft.set(name, FieldValue::Text(String::new()));
    }
    draft.set("by_hand", FieldValue::Text(String::new()));
    record::create(tx, &asset::kind(), draft).await
}

/// What the machine says of itself, in the columns of an asset.
pub(super) fn told(machine: &Machine) -> Draft {
    let mut draft = Draft::default();
    let mut text = |column: &'static str, value: Option<&str>, most: usize| {
        let line = tr::clean_line(value.unwrap_or_default()).text;
        draft.set(column, FieldValue::Text(line.chars().take(most).collect()));
    };
    text("name", machine.name.as_deref(), 120);
    text("category", machine.category(), 20);
    text("manufacturer", machine.manufacturer.as_deref(), 80);
    text("model", machine.model.as_deref(), 120);
    text("serial", machine.serial.as_deref(), 80);
    text("machine_uuid", machine.uuid.as_deref(), 40);
    text("os", machine.os_text().as_deref(), 120);
    text("processor", machine.processors.first().and_then(|one| one.name.as_deref()), 120);
    text("address", machine.ips.first().map(String::as_str), 60);
    text("protection", Some(machine.protection()), 20);
    // Whoever cannot tell does not take back what an agent told before.
    text("encryption", Some(machine.encryption()).filter(|code| *code != "unknown"), 20);
    let number =
        |value: Option<i64>| value.filter(|value| *value > 0).map_or(FieldValue::Null, FieldValue::Int);
    draft.set("memory_mb", number(machine.memory_mb));
    draft.set("disk_mb", number(Some(machine.disks.iter().filter_map(|disk| disk.size_mb).sum())));
    draft
}

/// Carries what the machine says over to its asset: what it does not know stays, and what a person wrote stays.
/// Answers whether the asset still is one.
async fn carry(tx: &Tx, asset: Uuid, machine: &Machine) -> Result<bool> {
    let kind = asset::kind();
    let before = record::get(tx, &kind, asset).await?;
    if asset::GONE.contains(&before.get("state").text()) {
        return Ok(false);
    }
    let stored = asset::store::by_hand(tx, asset).await?;
    let by_hand: Vec<&str> = stored.split(' ').collect();
    let mut draft = told(machine);
    draft.values.retain(|column, value| {
        is_known(value)
            && TOLD_BY_AGENTS.contains(column)
            && !by_hand.contains(column)
            && before.get(column) != value
    });
    if !draft.values.is_empty() {
        draft.set("by_hand", FieldValue::Text(stored));
        record::update(tx, &kind, asset, before.version, draft).await?;
    }
    if !machine.macs.is_empty() {
        asset::store::set_macs(tx, asset, &machine.macs).await?;
    }
    asset::store::set_seen(tx, asset).await?;
    Ok(true)
}

/// Less memory or a disk gone: parts are worth stealing, and machines are opened without a word.
async fn report_losses(tx: &Tx, asset: Uuid, before: &Machine, now: &Machine) -> Result<()> {
    let lost = losses(before, now);
    if lost.is_empty() {
        return Ok(());
    }
    let kind = asset::kind();
    let record = record::get(tx, &kind, asset).await?;
    let said: Vec<&str> = lost.iter().map(|change| change.label.as_str()).collect();
    let event = NewEvent::new(Ref::new("asset", asset), record.title(&kind), "part_lost");
    let scope = (record.unit_id(&kind), record.owner_id(&kind));
    let note = format!("Eksilen: {}.", said.join(", "));
    tx.record(event.changes(lost.clone()).note(note).scope(scope.0, scope.1)).await?;
    Ok(())
}

/// The guard was switched off, or fell behind: an event of its own, told to whoever lets agents in.
async fn report_unprotected(tx: &Tx, asset: Uuid, before: &Machine, now: &Machine) -> Result<()> {
    if before.protection() != "live" || now.protection() == "live" {
        return Ok(());
    }
    let kind = asset::kind();
    let record = record::get(tx, &kind, asset).await?;
    let event = NewEvent::new(Ref::new("asset", asset), record.title(&kind), "protection_lost");
    tx.record(event.scope(record.unit_id(&kind), record.owner_id(&kind))).await?;
    Ok(())
}
