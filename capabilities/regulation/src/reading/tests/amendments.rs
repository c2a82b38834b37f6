//! Amendments and proposals on the samples.

use super::samples::{BULLETS, CLEAN, NUMBERED, PAGED, SCANNED};
use crate::reading::compare::{ArticleChange, Change, Fate, compare};
use crate::reading::proposal::propose;
use crate::reading::{UnitKind, read};

fn compared(old: &str, new: &str) -> Vec<ArticleChange> {
    let (before, after) = (read(old).expect("a regulation"), read(new).expect("a regulation"));
    compare((&before, old), (&after, new))
}

fn fates(changes: &[ArticleChange]) -> Vec<(Option<&str>, Option<&str>, Change)> {
    let unchanged = |change: &&ArticleChange| change.change != Change::Same;
    changes
        .iter()
        .filter(unchanged)
        .map(|change| (change.old.as_deref(), change.new.as_deref(), change.change))
        .collect()
}

#[test]
fn a_regulation_does_not_differ_from_itself_nor_from_its_reflowed_print() {
    assert!(
        compared(CLEAN, CLEAN).iter().all(|change| change.change == Change::Same && change.words.is_empty())
    );
    let reflowed =
        CLEAN.replace("fidanların bakımına", "fidanların\nbakımına").replace("amacı, ", "ama-\ncı,   ");
    assert_eq!(fates(&compared(CLEAN, &reflowed)), []);
}

#[test]
fn a_changed_word_is_shown_between_the_words_that_stayed() {
    let new = CLEAN.replace("Oyun yerlerini denetlemek", "Oyun yerlerini her ay denetlemek");
    let changes = compared(CLEAN, &new);
    assert_eq!(fates(&changes), [(Some("6"), Some("6"), Change::Changed)]);
    let words = &changes[5].words;
    let added: Vec<&str> =
        words.iter().filter(|run| run.fate == Fate::Added).map(|run| run.words.as_str()).collect();
    assert_eq!(added, ["her ay"]);
    assert!(words.iter().all(|run| run.fate != Fate::Removed));
    assert_eq!(changes[5].heading.as_deref(), Some("Görevler"));
}

#[test]
fn a_new_article_renumbers_the_rest_without_changing_them() {
    let new = CLEAN
        .replace("MADDE 9-", "MADDE 10-")
        .replace("MADDE 8-", "MADDE 9-")
        .replace("MADDE 7-", "MADDE 8-")
        .replace("ÜÇÜNCÜ BÖLÜM", "Nöbet\nMADDE 7- (1) Bekçiler geceleri parkta nöbet tutar.\n\nÜÇÜNCÜ BÖLÜM");
    let moved = |old, new| (Some(old), Some(new), Change::Renumbered);
    assert_eq!(
        fates(&compared(CLEAN, &new)),
        [(None, Some("7"), Change::Added), moved("7", "8"), moved("8", "9"), moved("9", "10")]
    );
    let back = compared(&new, CLEAN);
    assert_eq!(fates(&back)[0], (Some("7"), None, Change::Removed), "told where it stood");
    assert_eq!(back[6].change, Change::Removed);
}

#[test]
fn an_article_with_another_number_and_another_word_is_followed() {
    let new =
        CLEAN.replace("MADDE 4-", "MADDE 44-").replace("Yazı İşleri Bürosu", "Yazı ve Çizi İşleri Bürosu");
    assert_eq!(fates(&compared(CLEAN, &new)), [(Some("4"), Some("44"), Change::RenumberedAndChanged)]);
}

#[test]
fn articles_too_long_to_compare_word_by_word_are_still_compared() {
    let long = |word: &str| format!("MADDE 1- Baş {} son.\n", format!("{word} ").repeat(3_000));
    let changes = compared(&long("ağaç"), &long("çiçek"));
    assert_eq!(changes.len(), 2, "nothing in common: one went, one came");
    let mixed = |word: &str| format!("MADDE 1- Baş {} son.\n", format!("{word} ve yaprak ").repeat(1_500));
    let changes = compared(&mixed("ağaç"), &mixed("çiçek"));
    assert_eq!(changes[0].change, Change::Changed);
    assert_eq!(
        changes[0].words.iter().map(|run| run.fate).collect::<Vec<_>>(),
        [Fate::Kept, Fate::Removed, Fate::Added, Fate::Kept]
    );
}

#[test]
fn units_are_proposed_as_a_tree_under_the_directorate() {
    let proposal = propose(&read(CLEAN).expect("a regulation"), CLEAN);
    let units: Vec<(&str, Option<usize>)> =
        proposal.units.iter().map(|unit| (unit.name.as_str(), unit.parent)).collect();
    assert_eq!(
        units,
        [
            ("Park ve Bahçeler Müdürlüğü", None),
            ("Sera Şefliği", Some(0)),
            ("Tohum Bürosu", Some(1)),
            ("Saksı Bürosu", Some(1)),
            ("Fidanlık Servisi", Some(0)),
            ("Yazı İşleri Bürosu", Some(0)),
        ]
    );
    assert_eq!(proposal.units[1].kind, UnitKind::Section);
    assert_eq!(proposal.units[2].sources, ["4/1/a/1"]);
}

#[test]
fn the_staffing_norm_is_proposed_where_the_text_gives_numbers_and_only_there() {
    let proposal = propose(&read(CLEAN).expect("a regulation"), CLEAN);
    let norms: Vec<(&str, Option<u32>)> =
        proposal.titles.iter().map(|title| (title.name.as_str(), title.norm)).collect();
    assert_eq!(norms, [("Müdür", Some(1)), ("Şef", Some(2)), ("Bahçıvan", Some(14))]);
    let proposal = propose(&read(NUMBERED).expect("a regulation"), NUMBERED);
    assert!(proposal.titles.iter().all(|title| title.norm.is_none()));
    assert_eq!(proposal.units[0].name, "Temizlik Müdürlüğü");
}

#[test]
fn titles_are_proposed_from_headings_and_a_text_without_any_proposes_none() {
    let proposal = propose(&read(BULLETS).expect("a regulation"), BULLETS);
    let titles: Vec<(&str, &[String])> =
        proposal.titles.iter().map(|title| (title.name.as_str(), title.sources.as_slice())).collect();
    assert_eq!(titles, [("Çizgi Ustası", &["3".to_owned()][..]), ("Yol Bekçisi", &["4".to_owned()][..])]);
    let proposal = propose(&read(PAGED).expect("a regulation"), PAGED);
    assert_eq!((proposal.units.len(), proposal.titles.len()), (1, 0));
}

#[test]
fn units_and_titles_named_in_a_sentence_are_proposed() {
    let text = "Organizasyon\nMADDE 1- Müdürlük bünyesindeki; Yol Yapım, Çizgi ve Levha, Kar Mücadele konularıyla ilgili alt \
                birimlerden oluşur.\nPersonel yapısı\nMADDE 2- Personel yapısı; müdür, şef, memurlar ve işçilerden oluşur.\n\
                Levha Servisinin Görevleri\nMADDE 3- Levha diker.\n";
    let proposal = propose(&read(text).expect("a regulation"), text);
    let units: Vec<&str> = proposal.units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(units, ["Müdürlük", "Yol Yapım", "Çizgi ve Levha", "Kar Mücadele", "Levha Servisi"]);
    assert_eq!(proposal.units[4].duties, ["3"]);
    let titles: Vec<&str> = proposal.titles.iter().map(|title| title.name.as_str()).collect();
    assert_eq!(titles, ["Müdür", "Şef", "Memur", "İşçi"]);
}

#[test]
fn a_scan_s_names_are_mended_from_a_closed_list_and_what_was_printed_is_kept() {
    let proposal = propose(&read(SCANNED).expect("a regulation"), SCANNED);
    assert_eq!(proposal.units[0].name, "Basın İşleri Müdürlüğü");
    assert_eq!(proposal.units[0].printed.as_deref(), Some("BASIN ISLERI MUDURLUGU"));
    assert!(
        propose(&read(CLEAN).expect("a regulation"), CLEAN).units.iter().all(|unit| unit.printed.is_none())
    );
}

#[test]
fn one_post_under_two_names_is_proposed_once_with_both() {
    let text = "PARK MÜDÜRLÜĞÜ YÖNETMELİĞİ\nPersonel yapısı\nMADDE 1- Personel şunlardır:\n- Müdür\n- Kasa Elemanı\n- Kasa \
                Amiri\n\nGÖREV UNVANI: Park Müdürü\nGörev ve yetkileri:\nMADDE 2\n\n- Yönetir,\n\nGÖREV UNVANI: Kasa \
                Görevlisi\nGörev ve yetkileri:\nMADDE 3\n\n- Sayar.\n";
    let proposal = propose(&read(text).expect("a regulation"), text);
    let titles: Vec<(&str, &[String])> =
        proposal.titles.iter().map(|title| (title.name.as_str(), title.also.as_slice())).collect();
    let wanted: [(&str, &[String]); 3] =
        [("Müdür", &[]), ("Kasa Elemanı", &["Kasa Görevlisi".to_owned()]), ("Kasa Amiri", &[])];
    assert_eq!(titles, wanted);
    let holders: Vec<(&str, &str)> =
        proposal.holders.iter().map(|one| (one.at.as_str(), one.holder.name.as_str())).collect();
    assert_eq!(holders, [("2", "Müdür"), ("3", "Kasa Görevlisi")]);
}
