//! Annexes that one of the addressees does not get: `Örnekil Valiliği` in a line for none of them, `Örnekil Valiliği: 2, 3` for
//! those with these numbers. In the distribution stands "(Ek konulmadı)" or "(Ek-2 konulmadı)" behind the name, and the package of
//! that addressee lacks their files (`esign/copies.rs`). Pure rules.

use kernel::Violation;
use kernel::record::Record;

use super::compose::lines;
use crate::correspondent::known_as;

/// The names with what is said behind them.
pub(super) fn marked(names: Vec<String>, withheld: &str) -> Vec<String> {
    let all = read_all(withheld);
    let mark = |name: String| match of(&all, &name) {
        None => name,
        Some(numbers) if numbers.is_empty() => format!("{name} (Ek konulmadı)"),
        Some(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|number| format!("Ek-{number}")).collect();
            format!("{name} ({} konulmadı)", numbers.join(", "))
        }
    };
    names.into_iter().map(mark).collect()
}

/// Places, from 0, of those of `count` annexes that this one does not get.
pub(super) fn places(withheld: &str, name: &str, count: usize) -> Vec<usize> {
    match of(&read_all(withheld), name) {
        None => Vec::new(),
        Some(numbers) if numbers.is_empty() => (0..count).collect(),
        Some(numbers) => {
            numbers.into_iter().map(|number| number - 1).filter(|place| *place < count).collect()
        }
    }
}

/// Why a letter with these lines cannot go round; `files` hang on it.
pub(super) fn wrong(letter: &Record, files: usize) -> Vec<Violation> {
    let text = |name: &str| letter.get(name).text().to_string();
    let withheld = lines(&text("withheld"));
    if withheld.is_empty() {
        return Vec::new();
    }
    let to: Vec<String> = lines(&text("addressees")).into_iter().chain(lines(&text("informed"))).collect();
    let said = look(&withheld, &to, lines(&text("annexes")).len());
    let found = said.into_iter().map(|said| Violation::new("YZI-011", "withheld", said));
    found.chain(without_files(letter, files)).collect()
}

/// In a package an annex is left out by its number, so each number must be that of a file: otherwise the wrong one would go.
pub(super) fn without_files(letter: &Record, files: usize) -> Option<Violation> {
    let annexes = lines(letter.get("annexes").text()).len();
    let is_numbered = read_all(letter.get("withheld").text()).iter().any(|one| !one.annexes.is_empty());
    if letter.get("medium").text() != "electronic" || !is_numbered || annexes == files {
        return None;
    }
    let text = format!(
        "Eki numarasıyla ayrılan elektronik yazıda her ekin dosyası Ekler'deki sırayla eklenmiş olmalı: yazıda {annexes} ek, {files} dosya var."
    );
    Some(Violation::new("YZI-013", "withheld", text))
}

fn look(withheld: &[String], to: &[String], annexes: usize) -> Vec<String> {
    if to.len() < 2 {
        return vec!["Tek muhataplı yazıda ek ayrılmaz; gitmeyecek eki Ekler'den çıkarın.".into()];
    }
    let mut said = Vec::new();
    for line in withheld {
        let one = read(line);
        if !to.iter().any(|name| known_as(name) == one.known_as) {
            said.push(format!("“{line}” satırındaki ad muhataplar arasında yok."));
        }
        if one.annexes.iter().any(|number| *number == 0 || *number > annexes) || annexes == 0 {
            said.push(format!("“{line}”: yazının {annexes} eki var."));
        }
    }
    said
}

struct Line {
    known_as: String,
    /// Empty: none of them goes along.
    annexes: Vec<usize>,
}

fn read_all(withheld: &str) -> Vec<Line> {
    lines(withheld).iter().map(|line| read(line)).collect()
}

/// What all lines together keep from this one: numbers from 1, empty for every annex. `None` where no line names them.
fn of(all: &[Line], name: &str) -> Option<Vec<usize>> {
    let own: Vec<&Line> = all.iter().filter(|one| one.known_as == known_as(name)).collect();
    if own.is_empty() {
        return None;
    }
    if own.iter().any(|one| one.annexes.is_empty()) {
        return Some(Vec::new());
    }
    let mut numbers: Vec<usize> = own.iter().flat_map(|one| one.annexes.iter().copied()).collect();
    numbers.retain(|number| *number > 0);
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

/// What follows the last colon counts as numbers only where there is nothing else, so that a name may have a colon.
fn read(line: &str) -> Line {
    let numbered = line.rsplit_once(':').and_then(|(name, numbers)| {
        let numbers: Option<Vec<usize>> = numbers.split(',').map(|one| one.trim().parse().ok()).collect();
        Some((name, numbers?))
    });
    match numbered {
        Some((name, annexes)) => Line { known_as: known_as(name), annexes },
        None => Line { known_as: known_as(line), annexes: Vec::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(of: &[&str]) -> Vec<String> {
        of.iter().map(|one| (*one).to_string()).collect()
    }

    #[test]
    fn who_gets_no_annex_is_marked_and_nobody_else() {
        let marked = marked(
            all(&["Örnekil Valiliği", "Defterdarlık", "Sayıştay"]),
            "örnekil valiliği\nSayıştay: 3\nSAYIŞTAY: 1, 3",
        );
        assert_eq!(
            marked,
            ["Örnekil Valiliği (Ek konulmadı)", "Defterdarlık", "Sayıştay (Ek-1, Ek-3 konulmadı)"]
        );
    }

    #[test]
    fn what_is_left_out_of_a_package_is_what_is_marked() {
        let said = "Valilik\nSayıştay: 2\nSayıştay: 1";
        assert_eq!(places(said, "valilik", 3), [0, 1, 2]);
        assert_eq!(places(said, "Sayıştay", 3), [0, 1]);
        assert_eq!(places(said, "Defterdarlık", 3), [] as [usize; 0]);
        assert_eq!(places("Sayıştay: 9, 0", "Sayıştay", 3), [] as [usize; 0]);
        // One line for all annexes outweighs another for some.
        assert_eq!(places("Sayıştay: 1\nSayıştay", "Sayıştay", 2), [0, 1]);
    }

    #[test]
    fn what_cannot_be_withheld_is_said() {
        let to = all(&["Valilik", "Sayıştay"]);
        assert!(look(&all(&["Valilik"]), &to, 2).is_empty());
        assert_eq!(look(&all(&["Valilik: 3"]), &to, 2), ["“Valilik: 3”: yazının 2 eki var."]);
        assert_eq!(look(&all(&["Valilik: 0"]), &to, 2).len(), 1);
        assert_eq!(look(&all(&["Emniyet"]), &to, 2).len(), 1);
        assert_eq!(look(&all(&["Valilik"]), &to[..1], 2).len(), 1);
        assert_eq!(look(&all(&["Valilik"]), &to, 0).len(), 1);
    }
}
