//! The assets that a slip names: numbers and serials as they were typed or scanned, what each of them is, and how it is
//! written down in the text that people sign.

use kernel::{Result, Tx, Violation, tr};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::store::{self, Line};
use crate::wire::serial_key;

/// Assets on one slip.
pub(crate) const MOST: usize = 300;
/// The field they are typed in, in every kind that has it.
pub(crate) const FIELD: &str = "asset_numbers";

/// Why an asset may not stand on this slip.
pub(crate) type Refusal = Box<dyn Fn(&Line) -> Option<String> + Send + Sync>;

/// The assets that the typed lines name, each once, and what is wrong with the others.
pub(crate) async fn named(tx: &Tx, typed: &str, refusal: &Refusal) -> Result<(Vec<Line>, Vec<Violation>)> {
    let wrong = |text: String| Violation::new("ZMT-002", FIELD, text);
    let mut asked: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    asked.dedup();
    if asked.len() > MOST {
        let text = format!("Bir fişe en çok {MOST} varlık yazılabilir.");
        return Ok((Vec::new(), vec![wrong(text)]));
    }
    let keys: Vec<String> = asked.iter().map(|line| serial_key(line)).collect();
    // As it was typed, for numbers that came from elsewhere, and as ours are written.
    let folded: Vec<String> = asked.iter().map(|line| tr::number_key(line)).collect();
    let numbers: Vec<&str> = asked.iter().copied().chain(folded.iter().map(String::as_str)).collect();
    let mut all = store::named(tx, &numbers, &keys).await?;
    // An old label says the number of a record that was joined to another: that one is meant.
    let joined: Vec<Uuid> = all.iter().filter_map(|one| one.merged_into_id).collect();
    let joined: Vec<Uuid> = joined.into_iter().filter(|id| all.iter().all(|one| one.id != *id)).collect();
    all.extend(store::with_ids(tx, &joined).await?);
    let mut lines: Vec<Line> = Vec::new();
    let mut found = Vec::new();
    for (line, key) in asked.iter().zip(&keys) {
        let has_serial =
            |one: &Line| !key.is_empty() && one.serial_key == *key && one.merged_into_id.is_none();
        let is_known = all.iter().any(|one| one.number == *line);
        let number = if is_known { (*line).to_string() } else { tr::number_key(line) };
        let mut same = all.iter().filter(|one| one.number == number || has_serial(one));
        let first = same.next().map(|one| stands_for(&all, one));
        match (first, same.next()) {
            (None, _) => found.push(wrong(format!("“{line}” numaralı bir varlık yok."))),
            (Some(_), Some(_)) => {
                found.push(wrong(format!("“{line}” birden çok varlığa uyuyor; envanter numarasını yazın.")));
            }
            (Some(one), None) => match refusal(one) {
                Some(why) => found.push(wrong(format!("{}: {why}", one.in_words()))),
                None if lines.iter().any(|known| known.id == one.id) => {}
                None => lines.push(one.clone()),
            },
        }
    }
    Ok((lines, found))
}

fn stands_for<'a>(all: &'a [Line], one: &'a Line) -> &'a Line {
    all.iter().find(|other| one.merged_into_id == Some(other.id)).unwrap_or(one)
}

/// What was typed; where nothing was, everything in this person's charge.
pub(crate) async fn typed_or_held(tx: &Tx, typed: &str, holder: Option<Uuid>) -> Result<String> {
    match holder {
        Some(holder) if typed.trim().is_empty() => {
            Ok(store::numbers_held_by(tx, holder, MOST + 1).await?.join("\n"))
        }
        _ => Ok(typed.to_string()),
    }
}

/// What was typed; where nothing was, what this person had in the program the town used before.
pub(crate) async fn typed_or_former(tx: &Tx, typed: &str, holder: Option<Uuid>) -> Result<String> {
    match holder {
        Some(holder) if typed.trim().is_empty() => {
            Ok(store::numbers_formerly_with(tx, holder, MOST + 1).await?.join("\n"))
        }
        _ => Ok(typed.to_string()),
    }
}

/// "Mehmet Demir: Dizüstü 1 ve 2 varlık daha".
pub(crate) fn title(whose: &str, lines: &[Line]) -> String {
    match lines {
        [one] => format!("{whose}: {}", one.name),
        [one, rest @ ..] => format!("{whose}: {} ve {} varlık daha", one.name, rest.len()),
        [] => whose.to_string(),
    }
}

/// "1. 2026-VR-000007 BIM-PC-07 (Dell Inc. OptiPlex 7010)", one a line.
pub(crate) fn numbered(lines: &[Line]) -> String {
    (1..).zip(lines).map(|(place, line)| format!("{place}. {}\n", line.in_words())).collect()
}

/// A numbered line of a frozen text, as cells; what the assets are called today may differ.
pub(crate) fn cells(line: &str) -> Option<Vec<String>> {
    let (place, asset) = line.split_once(". ")?;
    place.parse::<u32>().ok()?;
    Some(vec![place.into(), asset.into()])
}

/// "3 varlık".
pub(crate) fn counted(lines: &[Line]) -> String {
    tr::count("varlık", lines.len() as u64)
}

pub(crate) fn digest(statement: &str) -> String {
    hex::encode(Sha256::digest(statement.as_bytes()))
}
