//! What a telephone read: which asset it is, what it means for the count. The same reading sent twice, or by two telephones, is one
//! line.

use kernel::record::Record;
use kernel::{Error, Instant, Result, Tx, tr};
use uuid::Uuid;

use super::store::{self, NewLine, Scanned};
use crate::wire::serial_key;

/// Readings of one request; a telephone sends more in several.
pub(super) const AT_ONCE: usize = 200;
/// Longer, it is no label of ours and nobody typed it.
const LONGEST: usize = 300;

/// One reading.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    /// Text of the label, an inventory number or a serial.
    pub code: String,
    pub place: String,
    pub at: Option<Instant>,
}

/// What became of a reading.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub code: String,
    pub title: String,
    pub result: String,
    /// Somebody read it before.
    pub is_again: bool,
}

/// Enters readings; answers one for each, in their order.
pub(crate) async fn take(tx: &Tx, stocktake: &Record, scans: &[Scan]) -> Result<Vec<Answer>> {
    if stocktake.get("state").text() != "open" {
        return Err(Error::conflict(
            "Bu sayım kapanmış. Okuduklarınız telefonda duruyor; sayım sorumlusuna gösterin.",
        ));
    }
    let Some(unit) = stocktake.get("unit_id").id() else { return Ok(Vec::new()) };
    let scans: Vec<&Scan> = scans.iter().filter(|scan| !scan.code.is_empty()).take(AT_ONCE).collect();
    let units = directory::store::with_units_below(tx, unit).await?;
    let known = known(tx, &scans).await?;
    let mut answers = Vec::with_capacity(scans.len());
    for scan in scans {
        let code: String = scan.code.chars().take(LONGEST).collect();
        let asset = recognise(&known, &code);
        let result = match asset {
            None => "unknown",
            Some(one) if one.state == "written_off" => "gone",
            Some(one) if units.contains(&one.unit_id) => {
                if is_elsewhere(&one.place, &scan.place) {
                    "moved"
                } else {
                    "found"
                }
            }
            Some(_) => "misplaced",
        };
        let title = asset.map_or(code.clone(), |one| format!("{} {}", one.number, one.name));
        let line = NewLine {
            id: tx.new_id(),
            asset: asset.map(|one| one.id),
            title: &title,
            code: &code,
            result,
            place: &scan.place,
            // A telephone whose clock runs ahead does not read in the future.
            at: scan.at.filter(|at| *at < tx.at()).unwrap_or(tx.at()),
        };
        let is_new = store::insert(tx, stocktake.id, unit, &line).await?;
        answers.push(Answer { code, title, result: result.into(), is_again: !is_new });
    }
    Ok(answers)
}

/// Readings of one room, now.
pub(crate) async fn read_for(tx: &Tx, stocktake: &Record, codes: &[&str], place: &str) -> Result<()> {
    let scan = |code: &&str| Scan { code: (*code).into(), place: place.into(), at: None };
    take(tx, stocktake, &codes.iter().map(scan).collect::<Vec<_>>()).await?;
    Ok(())
}

/// Whether the room that was read is another than the one that is written: "204" is in "Ana bina, 2. kat, oda 204". Where either is
/// not known there is nothing to say.
fn is_elsewhere(written: &str, read: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let folded = tr::fold(text);
        let words = folded.split(|letter: char| !letter.is_alphanumeric());
        words.filter(|word| !word.is_empty()).map(str::to_string).collect()
    };
    let (written, read) = (words(written), words(read));
    let are_in = |some: &[String], all: &[String]| some.iter().all(|word| all.contains(word));
    !are_in(&read, &written) && !are_in(&written, &read)
}

/// All assets that the readings may mean, in one question.
async fn known(tx: &Tx, scans: &[&Scan]) -> Result<Vec<Scanned>> {
    let ids: Vec<Uuid> = scans.iter().filter_map(|scan| id_in(&scan.code)).collect();
    // As it was read, for numbers that came from elsewhere, and as ours are written.
    let folded: Vec<String> = scans.iter().map(|scan| tr::number_key(&scan.code)).collect();
    let numbers = scans.iter().map(|scan| scan.code.as_str()).chain(folded.iter().map(String::as_str));
    let numbers: Vec<&str> = numbers.collect();
    let keys: Vec<String> =
        scans.iter().map(|scan| serial_key(&scan.code)).filter(|key| !key.is_empty()).collect();
    let mut known = store::scanned(tx, &ids, &numbers, &keys).await?;
    let joined: Vec<Uuid> = known.iter().filter_map(|one| one.merged_into_id).collect();
    let joined: Vec<Uuid> = joined.into_iter().filter(|id| known.iter().all(|one| one.id != *id)).collect();
    known.extend(store::scanned(tx, &joined, &[], &[]).await?);
    Ok(known)
}

/// The label of a record that was joined to another is that one's.
fn recognise<'a>(known: &'a [Scanned], code: &str) -> Option<&'a Scanned> {
    let one = labelled(known, code)?;
    match one.merged_into_id {
        Some(stays) => known.iter().find(|other| other.id == stays),
        None => Some(one),
    }
}

/// Of several with one serial, which nobody can tell apart by it, none.
fn labelled<'a>(known: &'a [Scanned], code: &str) -> Option<&'a Scanned> {
    if let Some(id) = id_in(code) {
        return known.iter().find(|one| one.id == id);
    }
    let number = tr::number_key(code);
    let by_number = known.iter().find(|one| one.number == code);
    if let Some(one) = by_number.or_else(|| known.iter().find(|one| one.number == number)) {
        return Some(one);
    }
    let key = serial_key(code);
    let mut same = known.iter().filter(|one| !key.is_empty() && one.serial_key == key);
    match (same.next(), same.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// The asset's id in the address that a label's code says, whatever the town was called when it was printed.
fn id_in(code: &str) -> Option<Uuid> {
    let (_, id) = code.rsplit_once("/varliklar/")?;
    id.split(['?', '#', '/']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_the_same_however_much_of_it_is_said() {
        for (written, read, expected) in [
            ("Ana bina, 2. kat, oda 204", "204", false),
            ("Oda 204", "ana bina 2. kat ODA 204", false),
            ("Oda 204", "oda 205", true),
            ("", "Bodrum", false),
            ("Bodrum", "", false),
            ("Depo", "Bodrum", true),
        ] {
            assert_eq!(is_elsewhere(written, read), expected, "{written} {read}");
        }
    }

    #[test]
    fn a_label_says_its_asset_whatever_the_town_was_called() {
        let id = Uuid::from_u128(7);
        for code in [
            format!("https://belde.ornekova.bel.tr/varliklar/{id}"),
            format!("http://10.0.0.5:8080/varliklar/{id}?x=1"),
        ] {
            assert_eq!(id_in(&code), Some(id), "{code}");
        }
        for code in ["2026-VR-000001", "https://example.org/varliklar/", "/varliklar/abc", ""] {
            assert_eq!(id_in(code), None, "{code}");
        }
    }
}
