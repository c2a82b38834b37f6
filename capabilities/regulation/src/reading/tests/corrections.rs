//! A person's corrections: each does what its name says, none loses a character, and a stored list replays to the
//! same reading.

use proptest::prelude::*;

use super::samples::{ALL, CLEAN, PAGED};
use crate::reading::correct::{Correction, CorrectionError, apply, replay};
use crate::reading::{Kind, MAX_DEPTH, Reading, read};

fn index(reading: &Reading, address: &str) -> u32 {
    reading.at(address).unwrap_or_else(|| panic!("no {address}")).index
}

fn shown(reading: &Reading, text: &str, address: &str) -> String {
    reading.display(reading.at(address).unwrap_or_else(|| panic!("no {address}")), text)
}

fn corrected(reading: &Reading, text: &str, correction: Correction) -> Reading {
    let corrected =
        apply(reading, text, &correction).unwrap_or_else(|error| panic!("{correction:?}: {error}"));
    assert_eq!(corrected.account(text), Ok(()));
    corrected
}

fn clean() -> Reading {
    read(CLEAN).expect("a regulation")
}

#[test]
fn a_new_letter_moves_the_addresses_of_what_stands_below() {
    let reading = clean();
    let node = index(&reading, "6/1/b");
    let done = corrected(&reading, CLEAN, Correction::SetLabel { node, label: " bb ".into() });
    assert!(done.at("6/1/bb/iii").is_some() && done.at("6/1/b").is_none());
    for label in ["", "a/b", "  ", "çok uzun bir etiket olmaz ki"] {
        let refused = apply(&reading, CLEAN, &Correction::SetLabel { node, label: label.into() });
        assert_eq!(refused, Err(CorrectionError::BadLabel), "{label:?}");
    }
}

#[test]
fn a_clause_that_is_an_article_takes_what_follows_it() {
    let reading = clean();
    let node = index(&reading, "6/1/b");
    let done = corrected(&reading, CLEAN, Correction::SetKind { node, kind: Kind::Article });
    assert_eq!(done.node(node).map(|node| node.address.as_str()), Some("b"));
    assert!(done.at("b/ç").is_some(), "the clauses after it are its own now");
    assert!(done.at("6/1/a").is_some(), "the one before it is not");
}

#[test]
fn an_article_that_is_a_clause_goes_under_the_one_before() {
    let reading = clean();
    let node = index(&reading, "6");
    let done = corrected(&reading, CLEAN, Correction::SetKind { node, kind: Kind::Clause });
    assert_eq!(done.article_of(node).map(|article| article.label.as_str()), Some("5"));
}

#[test]
fn a_split_parts_the_text_where_the_cursor_is() {
    let reading = clean();
    let node = index(&reading, "6/2");
    let offset = CLEAN.find("yıllık izlenceye").expect("in the sample");
    let split = Correction::Split { node, offset, kind: Kind::Paragraph, label: "3".into() };
    let done = corrected(&reading, CLEAN, split);
    assert_eq!(shown(&done, CLEAN, "6/2"), "Müdürlük, görevlerini");
    assert_eq!(shown(&done, CLEAN, "6/3"), "yıllık izlenceye göre yürütür.");
    assert_eq!(done.nodes.len(), reading.nodes.len() + 1);
    for offset in [0, CLEAN.len() + 5, CLEAN.find("ıllık izlenceye").expect("in the sample") + 1] {
        let split = Correction::Split { node, offset, kind: Kind::Paragraph, label: "3".into() };
        assert_eq!(apply(&reading, CLEAN, &split), Err(CorrectionError::NoSuchPlace), "{offset}");
    }
}

#[test]
fn the_second_half_of_a_split_takes_the_clauses_behind_it() {
    let reading = clean();
    let node = index(&reading, "6/1");
    let offset = CLEAN.find("görevleri şunlardır").expect("in the sample");
    let done = corrected(
        &reading,
        CLEAN,
        Correction::Split { node, offset, kind: Kind::Paragraph, label: "1x".into() },
    );
    assert!(done.at("6/1x/b/ii").is_some() && done.at("6/1/a").is_none());
}

#[test]
fn merging_undoes_a_split_and_keeps_indices_of_the_others() {
    let reading = clean();
    let node = index(&reading, "6/2");
    let offset = CLEAN.find("yıllık izlenceye").expect("in the sample");
    let split = corrected(
        &reading,
        CLEAN,
        Correction::Split { node, offset, kind: Kind::Paragraph, label: "3".into() },
    );
    let new = index(&split, "6/3");
    let merged = corrected(&split, CLEAN, Correction::MergeWithPrevious { node: new });
    assert_eq!(merged.nodes, reading.nodes);
    assert_eq!(merged.next_index, reading.next_index + 1, "the index of the merged node is not used again");
}

#[test]
fn what_is_taken_out_can_be_put_back() {
    let reading = clean();
    let node = index(&reading, "6/1/b");
    let out = corrected(&reading, CLEAN, Correction::ToUnplaced { node });
    assert_eq!(out.unplaced.len(), 1);
    assert!(out.at("6/1/i").is_some(), "what stood below is still there");
    let offset = out.unplaced[0].start;
    let back = corrected(&out, CLEAN, Correction::Place { offset, kind: Kind::Clause, label: "b".into() });
    assert_eq!(back.unplaced, []);
    assert_eq!(shown(&back, CLEAN, "6/1/b"), "b) Aşağıdaki bakım işlerini yapmak:");
    let furniture = corrected(&back, CLEAN, Correction::ToFurniture { node: index(&back, "6/1/b") });
    let attached =
        corrected(&furniture, CLEAN, Correction::Attach { offset, node: index(&furniture, "6/1/a") });
    assert!(shown(&attached, CLEAN, "6/1/a").ends_with("işlerini yapmak:"));
    assert_eq!(
        apply(&reading, CLEAN, &Correction::Attach { offset, node }),
        Err(CorrectionError::NoSuchPlace)
    );
}

#[test]
fn indenting_and_outdenting_a_clause_are_one_key_each() {
    let reading = clean();
    let node = index(&reading, "6/1/c");
    let deeper = corrected(&reading, CLEAN, Correction::Indent { node });
    assert_eq!(deeper.node(node).map(|node| node.address.as_str()), Some("6/1/b/c"));
    let back = corrected(&deeper, CLEAN, Correction::Outdent { node });
    assert_eq!(back.node(node).map(|node| (node.address.as_str(), node.kind)), Some(("6/1/c", Kind::Clause)));
    assert!(back.at("6/1/ç").is_some());
    let first = index(&reading, "6/1/b/i");
    assert_eq!(
        apply(&reading, CLEAN, &Correction::Indent { node: first }),
        Err(CorrectionError::NothingBefore)
    );
}

#[test]
fn a_heading_is_set_and_taken_away() {
    let reading = clean();
    let node = index(&reading, "8/1");
    let until = CLEAN.find(" ilan edildiği").expect("in the sample");
    let set = corrected(&reading, CLEAN, Correction::SetHeading { node, until: Some(until) });
    assert_eq!(set.at("8/1").and_then(|node| node.heading.as_deref()), Some("Bu Yönetmelik"));
    let off = corrected(&set, CLEAN, Correction::SetHeading { node, until: None });
    assert_eq!(off.at("8/1").and_then(|node| node.heading.as_deref()), None);
}

#[test]
fn what_a_person_is_sure_of_stays_sure() {
    let mut reading = read(PAGED).expect("a regulation");
    let doubtful: Vec<u32> =
        reading.nodes.iter().filter(|node| !node.certainty.is_certain()).map(|node| node.index).collect();
    assert!(doubtful.len() > 3);
    for node in doubtful {
        reading = corrected(&reading, PAGED, Correction::MarkSure { node });
    }
    assert!(reading.nodes.iter().all(|node| node.certainty.is_certain()));
}

#[test]
fn an_impossible_correction_is_refused_in_turkish() {
    let reading = clean();
    let (article, part) = (index(&reading, "6"), index(&reading, "bölüm 1"));
    let under_itself = Correction::SetParent { node: part, parent: Some(article) };
    assert_eq!(apply(&reading, CLEAN, &under_itself), Err(CorrectionError::CannotStandThere));
    let unknown = apply(&reading, CLEAN, &Correction::MarkSure { node: 9_999 }).expect_err("no such node");
    assert!(unknown.to_string().contains("bulunamadı"));
    assert_eq!(
        apply(&reading, PAGED, &Correction::MarkSure { node: article }),
        Err(CorrectionError::OtherText)
    );
    let title = reading.nodes[0].index;
    assert_eq!(
        apply(&reading, CLEAN, &Correction::MergeWithPrevious { node: title }),
        Err(CorrectionError::NothingBefore)
    );
}

#[test]
fn nothing_can_be_nested_past_the_limit() {
    let mut reading = clean();
    let mut refused = None;
    let clauses: Vec<u32> =
        ["a", "b", "c", "ç"].iter().map(|label| index(&reading, &format!("6/1/{label}"))).collect();
    let parts = ["6/1/b/i", "6/1/b/ii", "6/1/b/iii"].map(|address| index(&reading, address));
    let order = [
        parts[1], parts[2], parts[2], clauses[2], clauses[2], clauses[2], clauses[3], clauses[3], clauses[3],
        clauses[3], clauses[3],
    ];
    for node in order {
        match apply(&reading, CLEAN, &Correction::Indent { node }) {
            Ok(deeper) => reading = deeper,
            Err(error) => refused = Some(error),
        }
        assert_eq!(reading.account(CLEAN), Ok(()));
    }
    assert!(matches!(
        refused,
        Some(CorrectionError::TooDeep { limit: MAX_DEPTH } | CorrectionError::NothingBefore)
    ));
}

#[test]
fn stored_corrections_replay_to_the_same_reading() {
    let reading = clean();
    let list = [
        Correction::SetLabel { node: index(&reading, "6/1/c"), label: "d".into() },
        Correction::ToFurniture { node: index(&reading, "7/1") },
        Correction::SetKind { node: index(&reading, "8"), kind: Kind::Part },
    ];
    let json = serde_json::to_string(&list).expect("plain data");
    let stored: Vec<Correction> = serde_json::from_str(&json).expect("own JSON");
    let once = replay(&reading, CLEAN, &list).expect("fits");
    assert_eq!(replay(&reading, CLEAN, &stored), Ok(once));
    let broken = [list[0].clone(), Correction::MarkSure { node: 9_999 }];
    assert_eq!(replay(&reading, CLEAN, &broken), Err((1, CorrectionError::NoSuchNode)));
}

const KINDS: [Kind; 6] =
    [Kind::Title, Kind::Part, Kind::Article, Kind::Paragraph, Kind::Clause, Kind::SubClause];

fn any_correction(reading: &Reading, length: usize, dice: (u8, usize, usize, usize)) -> Correction {
    let (act, one, two, place) = dice;
    let pick =
        |dice: usize| reading.nodes.get(dice % reading.nodes.len().max(1)).map_or(0, |node| node.index);
    let (node, kind, offset) = (pick(one), KINDS[two % KINDS.len()], place % length.max(1));
    let label = ["1", "ç", "•2", "x y"][two % 4].to_owned();
    match act % 13 {
        0 => Correction::SetKind { node, kind },
        1 => Correction::SetLabel { node, label },
        2 => Correction::SetParent { node, parent: Some(pick(two)) },
        3 => Correction::Indent { node },
        4 => Correction::Outdent { node },
        5 | 6 => {
            let leaf = reading.node(node).and_then(|node| node.leaves.last().map(|leaf| leaf.span));
            let offset = leaf.map_or(offset, |span| span.start + place % span.len().max(1));
            Correction::Split { node, offset, kind, label }
        }
        7 => Correction::MergeWithPrevious { node },
        8 => Correction::SetHeading { node, until: Some(offset).filter(|_| two % 3 > 0) },
        9 => Correction::ToFurniture { node },
        10 => Correction::ToUnplaced { node },
        11 => {
            let offset =
                reading.furniture.first().or(reading.unplaced.first()).map_or(offset, |span| span.start);
            Correction::Place { offset, kind, label }
        }
        _ => Correction::Attach { offset: reading.unplaced.first().map_or(offset, |span| span.start), node },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_row_of_corrections_loses_or_doubles_a_character(
        sample in 0..ALL.len(),
        dice in proptest::collection::vec(any::<(u8, usize, usize, usize)>(), 1..24),
    ) {
        let text = ALL[sample];
        let mut reading = read(text).expect("a regulation");
        for dice in dice {
            let correction = any_correction(&reading, text.len(), dice);
            if let Ok(corrected) = apply(&reading, text, &correction) {
                prop_assert_eq!(corrected.account(text), Ok(()), "{:?}", correction);
                reading = corrected;
            }
        }
    }
}
