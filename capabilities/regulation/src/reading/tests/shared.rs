//! The five real texts, where they are at hand: facts counted by a person, and every address the duty table cites.
//! The texts are not in this repository; without them these tests say that they were skipped.

use std::path::PathBuf;

use crate::reading::{Kind, Reading, read};

fn folder() -> Option<PathBuf> {
    let given = std::env::var_os("BELDE_SHARED").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = given.unwrap_or_else(beside);
    if folder.join("regulations").is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no regulations under {}; set BELDE_SHARED", folder.display());
    None
}

pub(super) fn reading(name: &str) -> Option<(String, Reading)> {
    let text = std::fs::read_to_string(folder()?.join(format!("regulations/{name}.txt")))
        .expect("a listed text is there");
    let reading = read(&text).expect("a regulation is read");
    assert_eq!(reading.account(&text), Ok(()), "{name}");
    Some((text, reading))
}

fn labels(reading: &Reading, under: &str, kind: Kind) -> Vec<String> {
    let parent = reading.at(under).unwrap_or_else(|| panic!("no {under}")).index;
    reading.children(Some(parent)).filter(|node| node.kind == kind).map(|node| node.label.clone()).collect()
}

fn clauses(reading: &Reading, under: &str) -> String {
    labels(reading, under, Kind::Clause).join(" ")
}

fn articles(reading: &Reading) -> Vec<String> {
    reading.nodes.iter().filter(|node| node.kind == Kind::Article).map(|node| node.label.clone()).collect()
}

fn counted(count: u32) -> Vec<String> {
    (1..=count).map(|number| number.to_string()).collect()
}

fn begins(text: &str, reading: &Reading, address: &str, words: &str) {
    let node = reading.at(address).unwrap_or_else(|| panic!("no {address}"));
    let shown = reading.display(node, text);
    assert!(shown.starts_with(words), "{address} begins {shown:.60}");
}

#[test]
fn kars_is_read_whole() {
    let Some((text, reading)) = reading("kars") else { return };
    assert_eq!(articles(&reading), counted(22));
    assert_eq!(reading.nodes.iter().filter(|node| node.kind == Kind::Part).count(), 7);
    assert_eq!(clauses(&reading, "4"), "a b c d e f g h i j k");
    assert_eq!(clauses(&reading, "5"), "a b c ç d e f");
    assert_eq!(clauses(&reading, "9"), "•1 •2 •3 •4 •5 •6 •7 h ı i j k l m n o ö p r");
    assert_eq!(clauses(&reading, "10"), "a b c d e f g h ı i j k");
    assert_eq!(clauses(&reading, "12"), "a b c d e f g h ı i j");
    assert_eq!(clauses(&reading, "13"), "a b c d e f g h i j k l m n o p ö ç ç s");
    assert_eq!(clauses(&reading, "14"), "a b c d e f g h ı i j k l m n");
    assert_eq!(clauses(&reading, "16"), "a b c d e f g h");
    assert_eq!(clauses(&reading, "18/1"), "a b c d");
    assert_eq!(labels(&reading, "18", Kind::Paragraph), ["1", "2"]);
    begins(&text, &reading, "13/k", "Belediyenin otomasyonunda kullanılan");
    begins(&text, &reading, "13/ç", "Organizasyon şeması");
    begins(&text, &reading, "9/i", "Sistemin güvenliğini");
    assert_eq!(reading.resolve("9/f")[0].label, "•7");
    assert!(
        reading.nodes.iter().all(|node| node.kind != Kind::Article || node.heading.is_some()),
        "every article has its heading"
    );
    assert_eq!(reading.furniture.len(), 6 * 4, "six letterheads of four lines");
    assert_eq!(reading.unplaced, []);
    assert_eq!((reading.definitions.len(), reading.principles.len()), (11, 7));
    assert!(reading.in_force.is_some() && reading.repeals.is_empty());
}

#[test]
fn cayirova_is_read_whole() {
    let Some((text, reading)) = reading("cayirova") else { return };
    assert_eq!(articles(&reading), counted(28));
    assert_eq!(reading.nodes.iter().filter(|node| node.kind == Kind::Part).count(), 8);
    for (address, bullets) in [
        ("4", 9),
        ("6", 4),
        ("6/§2", 5),
        ("8", 11),
        ("9", 52),
        ("12", 48),
        ("14", 14),
        ("15", 17),
        ("16", 22),
        ("17", 21),
        ("21", 3),
        ("24", 3),
    ] {
        assert_eq!(labels(&reading, address, Kind::Clause).len(), bullets, "article {address}");
    }
    begins(&text, &reading, "9/•36", "http://www.cayirova");
    begins(&text, &reading, "12/•48", "Bağlı olduğu Başkan");
    assert!(
        reading.nodes.iter().all(|node| node.kind != Kind::Article || node.heading.is_some()),
        "every article has its heading"
    );
    assert_eq!(reading.unplaced, []);
    assert_eq!((reading.definitions.len(), reading.principles.len(), reading.repeals.len()), (9, 11, 1));
    assert!(reading.titles.iter().any(|title| title.name == "Arşiv Görevlisi"));
}

#[test]
fn karabaglar_is_read_whole() {
    let Some((text, reading)) = reading("karabaglar") else { return };
    assert_eq!(articles(&reading), counted(15));
    assert_eq!(clauses(&reading, "8/1"), "a b c ç d e f g h ı i j k l m");
    assert_eq!(labels(&reading, "8/1/b", Kind::SubClause).join(" "), "i ii iii iv v vi vii viii ix x");
    assert_eq!(clauses(&reading, "9/1"), "a b c ç d e f g h ı i j k l m n");
    assert_eq!(labels(&reading, "8", Kind::Paragraph), ["1", "2", "3"]);
    begins(&text, &reading, "8/1/b/x", "Belediyeye ait bilgisayar");
    begins(&text, &reading, "8/1/c", "Tüm müdürlük elemanlarına");
    assert!(reading.nodes.iter().all(|node| node.certainty.is_certain()), "this text is clean");
    assert!(reading.nodes.iter().all(|node| node.kind != Kind::Article || node.heading.is_some()));
    assert_eq!(reading.units.len(), 6);
    assert_eq!(reading.titles.len(), 5);
    assert_eq!(reading.repeals[0].dates, ["04.02.2013"]);
}

#[test]
fn kecioren_is_read_whole_through_its_noise() {
    let Some((text, reading)) = reading("kecioren") else { return };
    assert_eq!(articles(&reading), (1..=10).map(|number| format!("7.{number}")).collect::<Vec<_>>());
    let numbered: Vec<String> = (1..=13).map(|number| format!("7.6.{number}")).collect();
    assert_eq!(labels(&reading, "7.6", Kind::Paragraph), numbered);
    assert_eq!(labels(&reading, "7.3", Kind::Paragraph).len(), 8);
    for (address, letters) in [
        ("7.6.2", "a b c d e f"),
        ("7.6.3", "a b c"),
        ("7.6.6", "a b c"),
        ("7.6.7", "a b c"),
        ("7.6.9", "a b"),
        ("7.6.10", "a b c d e"),
        ("7.6.12", "a b c d"),
        ("7.10", "a b c d e f g h i j k l m n o p q"),
    ] {
        assert_eq!(clauses(&reading, address), letters, "{address}");
    }
    begins(&text, &reading, "7.6.10/a", "Belediyenin bilisim");
    begins(&text, &reading, "7.6.10/c", "Verileri yok");
    begins(&text, &reading, "7.10/i", "4735");
    begins(&text, &reading, "7.10/o", "Elektronik Imza");
    assert_eq!(reading.unplaced, []);
    assert_eq!((reading.units.len(), reading.titles.len(), reading.definitions.len()), (7, 5, 2));
    assert_eq!(reading.in_force, None, "one part of a longer regulation: its force is said elsewhere");
}

#[test]
fn caycuma_is_read_whole_without_the_word_madde() {
    let Some((text, reading)) = reading("caycuma") else { return };
    assert_eq!(articles(&reading), ["1.1", "1.2", "1.3", "2", "3"]);
    assert_eq!(
        clauses(&reading, "2"),
        "a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee ff"
    );
    assert_eq!(clauses(&reading, "1.3"), "a b c d e f g");
    assert_eq!(labels(&reading, "1.2", Kind::Paragraph), ["1.2.1", "1.2.2"]);
    begins(&text, &reading, "2/r", "Biriminin işlemlerine");
    begins(&text, &reading, "2/ff", "Belediyemiz halk masasının");
    assert!(reading.at("3.1").is_some());
    assert!(reading.nodes.iter().all(|node| node.certainty.is_certain()));
    assert_eq!(reading.unplaced, []);
    assert_eq!(
        (reading.units.len(), reading.titles.len(), reading.principles.len(), reading.repeals.len()),
        (3, 3, 7, 1)
    );
}

/// `K13/c,g`, `K6-8`, `Ç12,24` as single addresses.
fn addresses(citation: &str) -> Vec<String> {
    match citation.split_once('/') {
        Some((article, items)) => items.split(',').map(|item| format!("{article}/{item}")).collect(),
        None => citation.split(',').flat_map(articles_of_range).collect(),
    }
}

fn articles_of_range(part: &str) -> Vec<String> {
    let range = part
        .split_once('-')
        .and_then(|(from, to)| Some((from.parse::<u32>().ok()?, to.parse::<u32>().ok()?)));
    range.map_or_else(
        || vec![part.to_owned()],
        |(from, to)| (from..=to).map(|number| number.to_string()).collect(),
    )
}

#[test]
fn every_address_the_duty_table_cites_is_in_the_texts() {
    let Some(folder) = folder() else { return };
    let names = [('K', "kars"), ('Ç', "cayirova"), ('B', "karabaglar"), ('E', "kecioren"), ('U', "caycuma")];
    let readings: Vec<(char, Reading)> =
        names.iter().filter_map(|(letter, name)| Some((*letter, reading(name)?.1))).collect();
    let duties =
        std::fs::read_to_string(folder.join("design/duties.md")).expect("the duty table is beside the texts");
    let (mut cited, mut missing) = (0, Vec::new());
    for row in duties.lines().filter(|row| row.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let Some(source) = cells.get(3).filter(|_| cells[1].contains('-')) else { continue };
        for citation in source.split_whitespace() {
            let Some((_, text)) = readings.iter().find(|(letter, _)| citation.starts_with(*letter)) else {
                continue;
            };
            let first = citation.chars().next().map_or(0, char::len_utf8);
            for address in addresses(&citation[first..]) {
                cited += 1;
                if text.resolve(&address).is_empty() {
                    missing.push(format!("{} cites {} and there is no {address}", cells[1], citation));
                }
            }
        }
    }
    assert!(cited > 250, "only {cited} citations were understood");
    assert_eq!(missing, [""; 0]);
}
