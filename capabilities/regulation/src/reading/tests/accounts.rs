//! The book-keeping finds every way a reading could be wrong.

use super::samples::CLEAN;
use crate::reading::account::{AccountError, may_hold};
use crate::reading::{Kind, Leaf, Reading, Role, Span, read};

fn clean() -> Reading {
    read(CLEAN).expect("a regulation")
}

#[test]
fn another_text_is_noticed() {
    let longer = format!("{CLEAN} ");
    assert!(matches!(clean().account(&longer), Err(AccountError::OtherText { .. })));
}

#[test]
fn a_lost_piece_is_noticed_wherever_it_was() {
    let whole = clean();
    for place in 0..whole.nodes.len() {
        let mut reading = whole.clone();
        let node = &mut reading.nodes[place];
        node.leaves.pop();
        let wanted = node.leaves.is_empty();
        match reading.account(CLEAN) {
            Err(AccountError::Lost { .. }) => {}
            Err(AccountError::Empty { .. }) => assert!(wanted),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_piece_in_two_places_is_noticed() {
    let mut reading = clean();
    let span = reading.nodes[3].leaves[0].span;
    reading.furniture.push(span);
    assert_eq!(reading.account(CLEAN), Err(AccountError::Twice { start: span.start }));
}

#[test]
fn a_span_inside_a_letter_or_of_no_length_is_noticed() {
    let mut reading = clean();
    let at = CLEAN.find('Ö').expect("in the sample");
    reading.unplaced.push(Span::new(at + 1, at + 2));
    assert!(matches!(reading.account(CLEAN), Err(AccountError::BadSpan { .. } | AccountError::Twice { .. })));
    let mut reading = clean();
    reading.unplaced.push(Span::new(0, 0));
    assert!(matches!(reading.account(CLEAN), Err(AccountError::BadSpan { start: 0, end: 0 })));
}

#[test]
fn a_node_without_text_or_under_the_wrong_one_is_noticed() {
    let mut reading = clean();
    let empty = reading.nodes[0].clone();
    reading.nodes.push(crate::reading::Node {
        index: reading.next_index,
        leaves: Vec::new(),
        address: "x".into(),
        ..empty
    });
    reading.next_index += 1;
    assert!(matches!(reading.account(CLEAN), Err(AccountError::Empty { .. })));
    for (address, parent) in [("1", "2"), ("6/1", "6/1/a"), ("bölüm 1", "1"), ("6/1/b/i", "6/1/b/i")] {
        let mut reading = clean();
        let above = reading.at(parent).expect("there").index;
        let index = reading.at(address).expect("there").index;
        let place = reading.nodes.iter().position(|node| node.index == index).expect("there");
        reading.nodes[place].parent = Some(above);
        assert_eq!(
            reading.account(CLEAN),
            Err(AccountError::BadParent { index }),
            "{address} under {parent}"
        );
    }
}

#[test]
fn an_index_or_address_used_twice_is_noticed() {
    let mut reading = clean();
    let index = reading.nodes[1].index;
    reading.nodes[0].index = index;
    assert_eq!(reading.account(CLEAN), Err(AccountError::BadIndex { index }));
    let mut reading = clean();
    reading.next_index = 2;
    assert!(matches!(reading.account(CLEAN), Err(AccountError::BadIndex { .. })));
    let mut reading = clean();
    reading.nodes[2].address = reading.nodes[1].address.clone();
    assert!(matches!(reading.account(CLEAN), Err(AccountError::AddressTwice { .. })));
}

#[test]
fn kinds_rank_as_in_a_regulation() {
    let kinds = [Kind::Title, Kind::Part, Kind::Article, Kind::Paragraph, Kind::Clause, Kind::SubClause];
    for above in kinds {
        for below in kinds {
            let fine = above != Kind::Title
                && (above < below || (above == Kind::SubClause && below == Kind::SubClause));
            assert_eq!(may_hold(above, below), fine, "{below:?} under {above:?}");
        }
    }
}

#[test]
fn spans_know_their_text() {
    let span = Span::new(1, 3);
    assert_eq!((span.len(), span.is_empty(), span.of("şu")), (2, false, ""));
    assert_eq!((Span::new(0, 2).of("şu"), Span::new(3, 1).len(), Span::new(9, 12).of("şu")), ("ş", 0, ""));
    assert!(span.contains(1) && span.contains(2) && !span.contains(3) && Span::new(2, 2).is_empty());
    let leaf = Leaf { span, role: Role::Text };
    assert_eq!(
        serde_json::to_string(&leaf).expect("plain data"),
        r#"{"span":{"start":1,"end":3},"role":"text"}"#
    );
}
