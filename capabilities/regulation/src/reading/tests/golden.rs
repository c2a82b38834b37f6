//! The samples' outlines as a person checked them, and what each defect must become.

use super::samples::{ALL, BULLETS, CLEAN, NUMBERED, OLD, PAGED, SCANNED};
use crate::reading::{Kind, Reading, outline, read};

fn shown(reading: &Reading, text: &str, address: &str) -> String {
    reading.display(reading.at(address).unwrap_or_else(|| panic!("no {address}")), text)
}

#[test]
fn the_outlines_are_as_checked() {
    let checked = [
        include_str!("golden/clean.txt"),
        include_str!("golden/paged.txt"),
        include_str!("golden/bullets.txt"),
        include_str!("golden/scanned.txt"),
        include_str!("golden/numbered.txt"),
        include_str!("golden/old.txt"),
    ];
    for (text, checked) in ALL.iter().zip(checked) {
        let reading = read(text).expect("a sample is a regulation");
        assert_eq!(outline(&reading, text), checked);
    }
}

#[test]
fn a_sentence_cut_by_a_letterhead_is_read_on() {
    let reading = read(PAGED).expect("a regulation");
    assert_eq!(shown(&reading, PAGED, "1/e"), "Depoları doldurmak, taşan suyu dereye vermek,");
    assert_eq!(reading.furniture.len(), 8);
}

#[test]
fn a_dotless_i_printed_with_a_dot_is_put_right_and_still_found_as_printed() {
    let reading = read(PAGED).expect("a regulation");
    let found: Vec<&str> = reading.resolve("1/i").iter().map(|node| node.address.as_str()).collect();
    assert_eq!(found, ["1/i", "1/ı"]);
    assert!(!reading.at("1/ı").expect("there").certainty.is_certain());
    assert_eq!(reading.resolve("1/c")[0].address, "1/•3");
}

#[test]
fn roman_sub_clauses_and_left_out_paragraphs_are_found() {
    let reading = read(CLEAN).expect("a regulation");
    let exact = reading.at("6/1/b/iii").expect("there");
    assert_eq!(exact.kind, Kind::SubClause);
    assert_eq!(exact.address_tr, "Madde 6, fıkra 1, bent b, alt bent iii");
    for citation in ["6/b/iii", "6/iii", "Madde 6/b/iii", "6 / 1 / B / iii"] {
        assert_eq!(reading.resolve(citation).first().map(|node| node.index), Some(exact.index), "{citation}");
    }
    assert!(reading.resolve("6/h").is_empty());
    assert_eq!(reading.article_of(exact.index).map(|node| node.label.as_str()), Some("6"));
}

#[test]
fn clauses_that_ran_together_on_a_line_are_parted_and_marked() {
    let reading = read(BULLETS).expect("a regulation");
    assert_eq!(shown(&reading, BULLETS, "3/•1"), "Yolları çizmek,");
    assert_eq!(shown(&reading, BULLETS, "3/•2"), "Levhaları dikmek,");
    assert!(!reading.at("3/•2").expect("there").certainty.is_certain());
    assert_eq!(shown(&reading, BULLETS, "3/•4"), "Kavşakları ölçmek ve raporlamak,");
    let terms: Vec<&str> = reading.definitions.iter().map(|definition| definition.term.as_str()).collect();
    assert_eq!(terms, ["Belediye", "Büyük Yol", "Başkan", "Başkan Yardımcısı", "Müdürlük", "Levha"]);
}

#[test]
fn letters_a_scanner_lost_or_put_aside_come_back() {
    let reading = read(SCANNED).expect("a regulation");
    assert_eq!(shown(&reading, SCANNED, "7.3.3/a"), "Duyuruyu kaleme almak,");
    assert_eq!(shown(&reading, SCANNED, "7.3.3/c"), "Duyuruyu kaldirmak,");
    assert_eq!(shown(&reading, SCANNED, "7.4/f"), "15 sayili Firca Kanunu,");
    assert_eq!(reading.unplaced, []);
}

#[test]
fn a_nought_a_cent_or_a_euro_where_a_letter_is_due_is_that_letter() {
    let letters: String =
        "abcdefghijklmn".chars().map(|letter| format!("{letter}. Yol {letter},\n")).collect();
    let text = format!(
        "MADDE 1. Yollar;\n{}0. Yol o,\np. Yol p.\n",
        letters.replace("c. ", "¢. ").replace("e. ", "€. ")
    );
    let reading = read(&text).expect("a regulation");
    let labels: String = reading.nodes.iter().skip(1).map(|node| node.label.as_str()).collect();
    assert_eq!(labels, "abcdefghijklmnop");
    assert!(reading.nodes.iter().all(|node| node.certainty.is_certain()));
}

#[test]
fn a_text_without_madde_is_read_by_its_numbers() {
    let reading = read(NUMBERED).expect("a regulation");
    assert_eq!(shown(&reading, NUMBERED, "2/y"), "Sokakları süpürmek ve çöp kutularını boşaltmak,");
    assert_eq!(reading.at("1.2.1/b").map(|node| node.kind), Some(Kind::Clause));
    assert_eq!(reading.at("2/§2").and_then(|node| node.heading.as_deref()), Some("SORUMLULUK"));
}

#[test]
fn decomposed_letters_and_other_line_ends_are_read_alike() {
    let marks = [
        ('ç', "c\u{327}"),
        ('ğ', "g\u{306}"),
        ('ö', "o\u{308}"),
        ('ş', "s\u{327}"),
        ('ü', "u\u{308}"),
        ('İ', "I\u{307}"),
        ('Ö', "O\u{308}"),
        ('Ü', "U\u{308}"),
        ('Ş', "S\u{327}"),
        ('Ç', "C\u{327}"),
    ];
    let decomposed = marks.iter().fold(CLEAN.to_owned(), |text, (letter, pair)| text.replace(*letter, pair));
    let windows = CLEAN.replace('\n', "\r\n");
    let addresses = |text: &str| -> Vec<String> {
        let reading = read(text).expect("a regulation");
        assert_eq!(reading.account(text), Ok(()));
        reading.nodes.iter().map(|node| node.address.clone()).collect()
    };
    assert_eq!(addresses(&decomposed), addresses(CLEAN));
    assert_eq!(addresses(&windows), addresses(CLEAN));
}

#[test]
fn a_staffing_table_behind_the_last_article_gives_the_norms() {
    let reading = read(OLD).expect("a regulation");
    let norms: Vec<(&str, Option<u32>)> =
        reading.titles.iter().map(|title| (title.name.as_str(), title.count)).collect();
    assert_eq!(norms, [("Müdür", Some(1)), ("Zabıta Memuru", Some(24))]);
    let units: Vec<&str> = reading.units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(units, ["Ruhsat Bürosu", "Denetim Bürosu"]);
    assert_eq!(reading.at("2/1").map(|node| node.kind), Some(Kind::Paragraph));
    assert_eq!(reading.at("3/1").map(|node| node.kind), Some(Kind::Clause));
    assert_eq!(reading.at("kısım 1").map(|node| node.address_tr.as_str()), Some("Birinci Kısım"));
}

#[test]
fn headings_are_found_above_beside_and_behind_the_number() {
    let text = "BİRİNCİ BÖLÜM\nBaşlangıç\n\nAmaç\nMADDE 1- Bir amaç vardır.\nKapsam: MADDE 2\nBir kapsam vardır.\n\
                MADDE 3 – Dayanak\nBu yönerge bir kanuna dayanır ve ondan güç alır.\nMADDE 4\nTanım\nBir tanım burada verilir ve sürer.\n";
    let reading = read(text).expect("a regulation");
    let headings: Vec<_> =
        ["1", "2", "3", "4"].map(|label| reading.at(label).and_then(|node| node.heading.clone())).into();
    assert_eq!(headings, ["Amaç", "Kapsam", "Dayanak", "Tanım"].map(|heading| Some(heading.to_owned())));
    assert_eq!(reading.at("bölüm 1").and_then(|node| node.heading.as_deref()), Some("Başlangıç"));
}

#[test]
fn references_to_articles_and_clauses_are_not_articles_and_clauses() {
    let text = "MADDE 1- Bu iş Kanunun\nMadde 9 hükmüne, 15/b) bendine ve\n(3) numaralı fıkrasına göre, 22.02.2007 tarihli\n\
                5393 sayılı karara ve a) bendine uyar.\nMADDE 2- Biter.\n";
    let reading = read(text).expect("a regulation");
    let addresses: Vec<&str> = reading.nodes.iter().map(|node| node.address.as_str()).collect();
    assert_eq!(addresses, ["1", "2"]);
}

#[test]
fn an_article_number_out_of_turn_or_misread_is_kept_and_marked() {
    let text = "MADDE 1- Bir.\nMADDE 3- Üç.\nMADDE l4- On dört.\nGEÇİCİ MADDE 1- Geçici.\n";
    let reading = read(text).expect("a regulation");
    let seen: Vec<(&str, bool)> =
        reading.nodes.iter().map(|node| (node.address.as_str(), node.certainty.is_certain())).collect();
    assert_eq!(seen, [("1", true), ("3", false), ("14", false), ("Geçici 1", true)]);
}

#[test]
fn a_text_that_is_no_regulation_is_left_for_a_person_to_place() {
    let text = "Sayın üyeler,\n\na) bugün\nb) yarın\n";
    let reading = read(text).expect("has words");
    assert!(reading.nodes.is_empty());
    assert_eq!(reading.account(text), Ok(()));
    assert_eq!(reading.unplaced.len(), 1);
}

#[test]
fn a_reading_goes_through_json_unchanged() {
    for text in ALL {
        let reading = read(text).expect("a regulation");
        let json = serde_json::to_string(&reading).expect("plain data");
        assert_eq!(serde_json::from_str::<Reading>(&json).expect("own JSON"), reading);
    }
}

#[test]
fn a_text_with_space_after_every_line_or_none_has_the_same_headings() {
    let addresses = |text: &str| {
        let reading = read(text).expect("a regulation");
        let found = reading.nodes.iter().map(|node| (node.address.clone(), node.heading.clone()));
        found.collect::<Vec<_>>()
    };
    let tight: String =
        NUMBERED.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("{line}\n")).collect();
    let even = tight.replace('\n', "\n\n");
    assert_eq!(addresses(&tight), addresses(NUMBERED));
    assert_eq!(addresses(&even), addresses(NUMBERED));
}

#[test]
fn a_numbered_heading_above_a_list_is_a_heading_without_space_below() {
    let text = "1. GENEL\n1.1. Temel İlkeler\na) Açıklık,\nb) Eşitlik, temel ilkelerini esas alır.\n2. SON\nBiter.\n";
    let reading = read(text).expect("a regulation");
    assert_eq!(reading.at("1.1").and_then(|node| node.heading.as_deref()), Some("Temel İlkeler"));
    assert_eq!(reading.principles.len(), 2);
}
