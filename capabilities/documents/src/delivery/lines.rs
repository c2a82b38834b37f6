//! The documents that a delivery names: numbers as they were typed or scanned, what each of them is, and the text that the
//! receiver signs.

use kernel::{Actor, Result, Tx, Violation, tr};
use uuid::Uuid;

use super::store::{self, Carried};
use crate::document::{self, SECRECIES, VIEW_SECRET};

/// Documents of one delivery.
const MOST: usize = 100;
/// The field they are typed in.
pub(super) const FIELD: &str = "document_numbers";

/// The documents that the typed lines name, each once, and what is wrong with the others.
pub(super) async fn named(tx: &Tx, typed: &str) -> Result<(Vec<Carried>, Vec<Violation>)> {
    let wrong = |text: String| Violation::new("TSL-002", FIELD, text);
    let mut asked: Vec<&str> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !asked.contains(&line) {
            asked.push(line);
        }
        if asked.len() > MOST {
            let text = format!("Bir teslime en çok {MOST} evrak yazılabilir.");
            return Ok((Vec::new(), vec![wrong(text)]));
        }
    }
    let labels: Vec<(&str, Uuid)> = asked.iter().filter_map(|line| Some((*line, of_label(line)?))).collect();
    let ids: Vec<Uuid> = labels.iter().map(|(_, id)| *id).collect();
    let mut all = store::with_ids(tx, &ids).await?;
    // A label that was read is the number it stands for; both of the same paper are one line.
    let mut lines: Vec<String> = Vec::new();
    for line in asked {
        let of_label = labels.iter().find(|(known, _)| *known == line);
        let known = of_label.and_then(|(_, id)| all.iter().find(|one| one.id == *id));
        let line = known.map_or(line, |one| one.number.as_str()).to_string();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let asked: Vec<&str> = lines.iter().map(String::as_str).collect();
    all.extend(store::numbered(tx, &asked).await?);
    let (mut carried, mut found) = (Vec::new(), Vec::new());
    for line in asked {
        let one = all.iter().find(|one| one.number == line && is_seen_by(&tx.act().actor, one));
        match one {
            None => found.push(wrong(format!("“{line}” numaralı bir evrak yok."))),
            Some(one) if one.state == "cancelled" => {
                found.push(wrong(format!("{line}: kaydı iptal edilmiş; teslim edilemez.")));
            }
            Some(one) => carried.push(one.clone()),
        }
    }
    if carried.is_empty() && found.is_empty() {
        found.push(wrong("En az bir evrak numarası yazın.".into()));
    }
    Ok((carried, found))
}

/// The entry that the QR code of a label leads to: `https://belde.example/evrak/<id>`.
fn of_label(line: &str) -> Option<Uuid> {
    let (_, id) = line.rsplit_once(&format!("{}/", document::PATH))?;
    line.contains("://").then(|| id.parse().ok())?
}

/// What somebody may not see does not exist for them.
fn is_seen_by(actor: &Actor, one: &Carried) -> bool {
    let is_own = one.owner_id.is_some() && one.owner_id == actor.staff_id;
    let is_open = !one.is_secret() || actor.may(VIEW_SECRET) || is_own;
    is_open && actor.may_on(document::VIEW, Some(one.unit_id), one.owner_id)
}

/// "Fen İşleri Müdürlüğü: Anket ve 1 evrak daha".
pub(super) fn title(receiver: &str, carried: &[Carried]) -> String {
    let text = match carried {
        [one] => format!("{receiver}: {}", one.subject()),
        [one, rest @ ..] => format!("{receiver}: {} ve {} evrak daha", one.subject(), rest.len()),
        [] => receiver.to_string(),
    };
    text.chars().take(300).collect()
}

/// The highest degree among them.
pub(super) fn secrecy(carried: &[Carried]) -> &'static str {
    let degree = |one: &Carried| SECRECIES.iter().position(|choice| choice.code == one.secrecy).unwrap_or(0);
    SECRECIES[carried.iter().map(degree).max().unwrap_or(0)].code
}

/// What the receiver puts their name to: a sentence, a line for each document, who made it out.
pub(super) fn statement(number: &str, receiver: &str, carried: &[Carried], maker: &str) -> String {
    let counted = tr::count("evrak", carried.len() as u64);
    let mut text = format!(
        "{number} sayılı listedeki {counted}, imza karşılığı teslim edilmek üzere hazırlanmıştır. Alıcı: {receiver}. Teslim \
         alan, aşağıdaki evrakı ekleriyle birlikte eksiksiz aldığını kabul eder.\n"
    );
    for (place, one) in (1..).zip(carried) {
        let annexes = if one.sheets > 0 { format!("{} ek", one.sheets) } else { NO_ANNEX.into() };
        text.push_str(&format!("{place}. {}{NAMED}{} ({annexes})\n", one.number, one.subject()));
    }
    text.push_str(&format!("Hazırlayan: {maker}"));
    text
}

/// Between the number of a document and its subject.
const NAMED: &str = " sayılı evrak: ";
const NO_ANNEX: &str = "eki yok";

/// The frozen lines as cells: place, number, subject, annexes.
pub(super) fn cells(statement: &str) -> Vec<Vec<String>> {
    statement.lines().filter_map(|line| named_in(line).or_else(|| barred(line))).collect()
}

/// `1. 2026-GE-000123 sayılı evrak: Anket (3 ek)`; what stands in brackets last is ours, whatever the subject has.
fn named_in(line: &str) -> Option<Vec<String>> {
    let (place, rest) = line.split_once(". ")?;
    place.parse::<u32>().ok()?;
    let (number, rest) = rest.split_once(NAMED)?;
    let (subject, annexes) = rest.strip_suffix(')')?.rsplit_once(" (")?;
    let annexes = if annexes == NO_ANNEX { "0" } else { annexes.strip_suffix(" ek")? };
    Some([place, number, subject, annexes].map(str::to_string).to_vec())
}

/// Lists that were signed before they were sentences: `1 | 2026-GE-000123 | Anket | 3`.
fn barred(line: &str) -> Option<Vec<String>> {
    let cells: Vec<String> = line.split(" | ").map(str::to_string).collect();
    (cells.len() == 4).then_some(cells)
}

#[cfg(test)]
mod tests {
    use super::cells;

    #[test]
    fn a_signed_line_is_read_back_whatever_its_subject_has() {
        let text = "Liste.\n1. 2026-GE-000001 sayılı evrak: Anket (acele) 2. tur (eki yok)\n\
                    2. 2026-GE-000002 sayılı evrak: Rapor | ek (3 ek)\nHazırlayan: Ayşe";
        let read = [
            ["1", "2026-GE-000001", "Anket (acele) 2. tur", "0"],
            ["2", "2026-GE-000002", "Rapor | ek", "3"],
        ];
        assert_eq!(cells(text), read);
        assert_eq!(
            cells("1 | 2026-GE-000001 | Anket | 0\nHazırlayan: A"),
            [["1", "2026-GE-000001", "Anket", "0"]]
        );
    }
}
