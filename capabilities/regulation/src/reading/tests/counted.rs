//! What a person counted in the five real texts, as one table: how much of each kind there is, and every fact drawn from
//! it by name. A reader that reads one thing differently shows here. The texts are not in this repository.

use super::shared::reading;
use crate::reading::holders::HolderKind;
use crate::reading::letters::skeleton;
use crate::reading::proposal::{Proposal, propose};
use crate::reading::{InForceRule, Kind, Reading, read};

struct Counted {
    name: &'static str,
    /// Parts, articles, paragraphs, clauses, sub-clauses.
    kinds: [usize; 5],
    /// Nodes a person is asked to look at, lines of page furniture.
    uncertain_and_furniture: [usize; 2],
    /// Defined terms, principles, repeals.
    facts: [usize; 3],
    in_force: Option<InForceRule>,
    /// Dates in the repealing sentences, then in the sentence of force.
    dates: &'static [&'static str],
    units: &'static [&'static str],
    /// Titles; what else the text calls them behind a stroke.
    titles: &'static [&'static str],
    /// `article kind name`.
    holders: &'static [&'static str],
}

const COUNTED: [Counted; 5] = [
    Counted {
        name: "kars",
        kinds: [7, 22, 2, 136, 0],
        uncertain_and_furniture: [14, 24],
        facts: [11, 7, 0],
        in_force: Some(InForceRule::OnAnnouncement),
        dates: &[],
        units: &[
            "Bilgi İşlem Müdürlüğü",
            "Yazılım Servisi",
            "Donanım ve Teknik Servis",
            "Kent Bilgi Sistemi Servisi",
            "İdari İşler Servisi",
        ],
        titles: &["Müdür", "Şef", "Memur", "İşçi", "Sözleşmeli Personel"],
        holders: &[
            "9 d Bilgi İşlem Müdürlüğü",
            "10 t Müdür",
            "11 t Şef",
            "12 f Servis Birim Sorumlusu",
            "13 u Yazılım Servisi",
            "14 u Donanım ve Teknik Servis",
            "15 u Kent Bilgi Sistemi Servisi",
            "16 u İdari İşler Servisi",
        ],
    },
    Counted {
        name: "cayirova",
        kinds: [8, 28, 1, 215, 0],
        uncertain_and_furniture: [49, 0],
        facts: [9, 11, 1],
        in_force: Some(InForceRule::OnDecision),
        dates: &[],
        units: &["Bilgi İşlem Müdürlüğü"],
        titles: &[
            "Müdür",
            "Memur",
            "Tekniker",
            "Kadrolu İşçi",
            "Şirket Personeli",
            "Yazılım Personeli",
            "Donanım Personeli",
            "Arşiv Elemanı / Arşiv Görevlisi",
            "Büro Personeli / Büro Elemanı",
        ],
        holders: &[
            "9 d Bilgi İşlem Müdürlüğü",
            "10 d Bilgi İşlem Müdürlüğü",
            "11 d Bilgi İşlem Müdürlüğü",
            "12 t Müdür",
            "14 f Yazılım Personeli",
            "15 f Donanım Personeli",
            "16 f Arşiv Görevlisi",
            "17 f Büro Elemanı",
        ],
    },
    Counted {
        name: "karabaglar",
        kinds: [4, 15, 18, 49, 10],
        uncertain_and_furniture: [0, 0],
        facts: [7, 0, 1],
        in_force: Some(InForceRule::OnAnnouncement),
        dates: &["04.02.2013"],
        units: &[
            "Bilgi İşlem Müdürlüğü",
            "İdari İşler Birimi",
            "Bilgi Ağları Birimi",
            "Donanım Birimi",
            "Erişim Birimi",
            "Yazılım Birimi",
            "Akıllı Kentler Birimi",
        ],
        titles: &["Müdür", "Şef", "Memur", "Sözleşmeli Personel", "Diğer Personel"],
        holders: &["8 d Bilgi İşlem Müdürlüğü", "9 t Müdür", "10 f Müdürlük Personeli"],
    },
    Counted {
        name: "kecioren",
        kinds: [1, 10, 27, 45, 0],
        uncertain_and_furniture: [8, 0],
        facts: [2, 8, 0],
        in_force: None,
        dates: &[],
        units: &[
            "Bilgi İşlem Müdürlüğü",
            "Network Kablolama ve Güvenliği",
            "Sistem Yazılım ve Güvenliği",
            "Mobese Kameraları",
            "Coğrafi Bilgi Sistemi",
            "Kent Bilgi Sistemi",
            "Teknik Servis Hizmetleri",
            "İdari ve Mali İşlemler",
        ],
        titles: &["Müdür", "Şef", "Memur", "İşçi", "Sözleşmeli Personel"],
        holders: &["7.6 d Bilgi İşlem Müdürlüğü", "7.7 t Müdür", "7.8 t Müdür", "7.9 t Müdür"],
    },
    Counted {
        name: "caycuma",
        kinds: [1, 5, 5, 45, 0],
        uncertain_and_furniture: [0, 0],
        facts: [0, 7, 1],
        in_force: Some(InForceRule::OnDate),
        dates: &["04/11/2015", "03/04/2021", "30/04/2021"],
        units: &["Bilgi İşlem Müdürlüğü", "Donanım Destek", "Yazılım Destek", "Sicil Servisi"],
        titles: &["Memur", "Sözleşmeli Personel", "İştirak Çalışanı"],
        holders: &[],
    },
];

fn counted(name: &'static str, reading: &Reading, proposal: &Proposal) -> String {
    let kind = |kind: Kind| reading.nodes.iter().filter(|node| node.kind == kind).count();
    let kinds = [Kind::Part, Kind::Article, Kind::Paragraph, Kind::Clause, Kind::SubClause].map(kind);
    let uncertain = reading.nodes.iter().filter(|node| !node.certainty.is_certain()).count();
    let facts = [reading.definitions.len(), reading.principles.len(), reading.repeals.len()];
    let rule = reading.in_force.as_ref().map(|force| force.rule);
    let repealed = reading.repeals.iter().flat_map(|repeal| repeal.dates.iter());
    let dates: Vec<&String> =
        repealed.chain(reading.in_force.iter().flat_map(|force| force.dates.iter())).collect();
    let units: Vec<&str> = proposal.units.iter().map(|unit| unit.name.as_str()).collect();
    let titles: Vec<String> = proposal
        .titles
        .iter()
        .map(|title| std::iter::once(&title.name).chain(&title.also).cloned().collect::<Vec<_>>().join(" / "))
        .collect();
    let holders: Vec<String> = proposal
        .holders
        .iter()
        .map(|one| format!("{} {} {}", one.at, letter(one.holder.kind), one.holder.name))
        .collect();
    format!(
        "{name} {kinds:?} {:?} {facts:?} {rule:?}\n{dates:?}\n{units:?}\n{titles:?}\n{holders:?}",
        [uncertain, reading.furniture.len()]
    )
}

fn letter(kind: HolderKind) -> char {
    match kind {
        HolderKind::Directorate => 'd',
        HolderKind::Unit => 'u',
        HolderKind::Title => 't',
        HolderKind::Function => 'f',
    }
}

#[test]
fn every_text_gives_what_a_person_counted_in_it() {
    for wanted in &COUNTED {
        let Some((text, reading)) = reading(wanted.name) else { return };
        let proposal = propose(&reading, &text);
        let Counted { name, kinds, uncertain_and_furniture, facts, in_force, dates, units, titles, holders } =
            wanted;
        let expected = format!(
            "{name} {kinds:?} {uncertain_and_furniture:?} {facts:?} {in_force:?}\n{dates:?}\n{units:?}\n{titles:?}\n{holders:?}"
        );
        assert_eq!(counted(name, &reading, &proposal), expected);
    }
}

/// The text with at most `most` empty lines in a row and no blanks at line ends.
fn levelled(text: &str, most: usize) -> String {
    let (mut levelled, mut empty) = (String::new(), 0);
    for line in text.lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty <= most {
            levelled.push_str(line);
            levelled.push('\n');
        }
    }
    levelled
}

fn decomposed(text: &str) -> String {
    const PARTS: [(char, &str); 11] = [
        ('ç', "c\u{327}"),
        ('Ç', "C\u{327}"),
        ('ğ', "g\u{306}"),
        ('Ğ', "G\u{306}"),
        ('İ', "I\u{307}"),
        ('ö', "o\u{308}"),
        ('Ö', "O\u{308}"),
        ('ş', "s\u{327}"),
        ('Ş', "S\u{327}"),
        ('ü', "u\u{308}"),
        ('Ü', "U\u{308}"),
    ];
    PARTS.iter().fold(text.to_owned(), |text, (whole, parts)| text.replace(*whole, parts))
}

#[test]
fn the_way_a_file_was_saved_changes_nothing_that_is_read() {
    for Counted { name, .. } in &COUNTED {
        let Some((text, reading)) = reading(name) else { return };
        let facts = |text: &str, reading: &Reading| {
            let mut found: Vec<String> = reading.nodes.iter().map(|node| node.address.clone()).collect();
            found.extend(reading.nodes.iter().map(|node| skeleton(node.heading.as_deref().unwrap_or(""))));
            found.push(format!("{:?}", reading.in_force.as_ref().map(|force| force.rule)));
            found.push(format!(
                "{:?}",
                [reading.principles.len(), reading.repeals.len(), reading.definitions.len()]
            ));
            let proposal = propose(reading, text);
            found.extend(proposal.units.iter().map(|unit| skeleton(&unit.name)));
            found.extend(proposal.titles.iter().map(|title| skeleton(&title.name)));
            found
        };
        let wanted = facts(&text, &reading);
        for (way, saved) in [
            ("Windows line ends", text.replace('\n', "\r\n")),
            ("at most one empty line", levelled(&text, 1)),
            ("spaces that do not break", text.replace(' ', "\u{a0}")),
            ("a byte-order mark", format!("\u{feff}{text}")),
            ("decomposed letters", decomposed(&text)),
            ("soft hyphens", text.replace("lar", "l\u{ad}ar")),
        ] {
            let reading = read(&saved).expect("still a regulation");
            assert_eq!(reading.account(&saved), Ok(()), "{name} with {way}");
            assert_eq!(facts(&saved, &reading), wanted, "{name} with {way}");
        }
    }
}
