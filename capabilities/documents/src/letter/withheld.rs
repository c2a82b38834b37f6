//! Annexes that one of the addressees does not get: `Örnekil Valiliği` in a line for none of them, `Örnekil Valiliği: 2, 3` for
//! those with these numbers. In the distribution stands "(Ek konulmadı)" or "(Ek-2 konulmadı)" behind the name. Pure rules.

use kernel::Violation;
use kernel::record::Record;

use super::compose::lines;
use crate::correspondent::known_as;

/// The names with what is said behind them.
pub(super) fn marked(names: Vec<String>, withheld: &str) -> Vec<String> {
    let all: Vec<Line> = lines(withheld).iter().map(|line| read(line)).collect();
    let mark = |name: String| match all.iter().find(|one| one.known_as == known_as(&name)) {
        None => name,
        Some(one) if one.annexes.is_empty() => format!("{name} (Ek konulmadı)"),
        Some(one) => {
            let numbers: Vec<String> = one.annexes.iter().map(|number| format!("Ek-{number}")).collect();
            format!("{name} ({} konulmadı)", numbers.join(", "))
        }
    };
    names.into_iter().map(mark).collect()
}

/// Why a letter with these lines cannot go round.
pub(super) fn wrong(letter: &Record) -> Vec<Violation> {
    let text = |name: &str| letter.get(name).text().to_string();
    let withheld = lines(&text("withheld"));
    if withheld.is_empty() {
        return Vec::new();
    }
    let to: Vec<String> = lines(&text("addressees")).into_iter().chain(lines(&text("informed"))).collect();
    let annexes = lines(&text("annexes")).len();
    let is_electronic = text("medium") == "electronic";
    look(&withheld, &to, annexes, is_electronic)
        .into_iter()
        .map(|said| Violation::new("YZI-011", "withheld", said))
        .collect()
}

fn look(withheld: &[String], to: &[String], annexes: usize, is_electronic: bool) -> Vec<String> {
    if to.len() < 2 {
        return vec!["Tek muhataplı yazıda ek ayrılmaz; gitmeyecek eki Ekler'den çıkarın.".into()];
    }
    if is_electronic {
        let text = "Elektronik yazının paketinde ekler muhataba göre ayrılamıyor; eki gitmeyecek muhataba ayrı bir yazı yazın.";
        return vec![text.into()];
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
            "örnekil valiliği\nSayıştay: 1, 3",
        );
        assert_eq!(
            marked,
            ["Örnekil Valiliği (Ek konulmadı)", "Defterdarlık", "Sayıştay (Ek-1, Ek-3 konulmadı)"]
        );
    }

    #[test]
    fn what_cannot_be_withheld_is_said() {
        let to = all(&["Valilik", "Sayıştay"]);
        assert!(look(&all(&["Valilik"]), &to, 2, false).is_empty());
        assert_eq!(look(&all(&["Valilik: 3"]), &to, 2, false), ["“Valilik: 3”: yazının 2 eki var."]);
        assert_eq!(look(&all(&["Emniyet"]), &to, 2, false).len(), 1);
        assert_eq!(look(&all(&["Valilik"]), &to[..1], 2, false).len(), 1);
        assert_eq!(look(&all(&["Valilik"]), &to, 2, true).len(), 1);
        assert_eq!(look(&all(&["Valilik"]), &to, 0, false).len(), 1);
    }
}
