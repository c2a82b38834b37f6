//! Streams and datagrams.

use crate::{Framing, Joined, Joiner, LONGEST_LINE};
use proptest::prelude::*;

/// Every message of a stream that comes in parts: pieces of one message joined by `~`.
fn messages(stream: &[u8], part: usize) -> Vec<String> {
    let mut framing = Framing::default();
    let (mut found, mut whole) = (Vec::new(), String::new());
    let mut take = |framing: &mut Framing| {
        while let Some(frame) = framing.next_frame() {
            whole += &String::from_utf8_lossy(frame.line);
            whole += if frame.is_cut { "~" } else { "" };
            if !frame.is_cut {
                found.push(std::mem::take(&mut whole));
            }
        }
    };
    for bytes in stream.chunks(part) {
        framing.feed(bytes);
        take(&mut framing);
    }
    framing.end();
    take(&mut framing);
    found
}

#[test]
fn counted_messages_and_lines_are_told_apart_one_by_one() {
    let stream = b"10 <13>a\nb c\n<14>d\r\n10,11/30/26,row\n\n8 <15>efgh7 <16>xyz123\n12 no count\n5 <17>";
    let wanted =
        ["<13>a\nb c\n", "<14>d\r", "10,11/30/26,row", "<15>efgh", "<16>xyz", "123", "12 no count", "<17>"];
    for part in [1, 2, 3, 7, 1000] {
        assert_eq!(messages(stream, part), wanted, "in parts of {part}");
    }
}

#[test]
fn what_the_end_of_the_stream_cut_is_still_a_line() {
    assert_eq!(messages(b"<13>half a li", 5), ["<13>half a li"]);
    assert_eq!(messages(b"100 <13>half", 5), ["<13>half"]);
    assert_eq!(messages(b"12", 5), ["12"]);
}

#[test]
fn a_line_without_end_comes_in_counted_pieces() {
    for head in ["", "200000 <13>"] {
        let body = "x".repeat(200_000 - if head.is_empty() { 0 } else { 4 });
        let stream = format!("{head}{body}\n<14>next\n");
        let found = messages(stream.as_bytes(), 1000);
        assert_eq!(found.len(), 2, "{head}");
        assert_eq!(found[0].matches('~').count(), 3);
        assert_eq!(found[0].len(), 200_003);
        assert_eq!(found[1], "<14>next");
    }
    let exact = format!("{}\nb\n", "x".repeat(LONGEST_LINE));
    assert_eq!(messages(exact.as_bytes(), 1 << 20).len(), 2);
}

proptest! {
    #[test]
    fn however_a_stream_is_parted_its_messages_are_the_same(stream in prop::collection::vec(prop_oneof![
        Just(b"12 <13>abcdefgh".to_vec()), Just(b"<1>x\n".to_vec()), Just(b"\n".to_vec()), Just(b"9 ".to_vec()),
        prop::collection::vec(any::<u8>(), 0..6)], 0..20), part in 1usize..50) {
        let stream = stream.concat();
        prop_assert_eq!(messages(&stream, part), messages(&stream, usize::MAX >> 1));
    }
}

const FIRST: &[u8] =
    b"firewall,info CGN forward: in:bridge out:ether1, proto TCP (SYN), 192.168.5.50:57922->52.123.1";
const SECOND: &[u8] = b"39.72:443, NAT (192.168.5.50:57922->46.102.221.224:57922)->52.123.139.72:443, len 97";

#[test]
fn the_halves_of_a_mikrotik_line_are_joined() {
    let mut joiner = Joiner::default();
    assert_eq!(joiner.offer(FIRST, 0), Joined::Kept);
    let whole = [FIRST, SECOND].concat();
    assert_eq!(joiner.offer(SECOND, 1000), Joined::Line { line: &whole, first_bytes: Some(FIRST.len()) });
    assert_eq!(joiner.offer(b"<13>other", 2000), Joined::Line { line: b"<13>other", first_bytes: None });
}

#[test]
fn a_half_that_stays_alone_is_a_line() {
    let mut joiner = Joiner::default();
    assert_eq!(joiner.offer(FIRST, 0), Joined::Kept);
    assert_eq!(joiner.offer(b"<13>new", 1000), Joined::Alone { half: FIRST, next: Some(b"<13>new") });
    assert_eq!(joiner.offer(FIRST, 2000), Joined::Kept);
    assert_eq!(
        joiner.offer(FIRST, 3000),
        Joined::Alone { half: FIRST, next: None },
        "the second waits in its place"
    );
    assert_eq!(joiner.overdue(4000), None);
    assert_eq!(joiner.overdue(3000 + Joiner::PATIENCE_US + 1), Some(FIRST));
    assert_eq!(joiner.overdue(i64::MAX), None);
    assert_eq!(joiner.offer(FIRST, 0), Joined::Kept);
    let late = Joiner::PATIENCE_US + 1;
    assert_eq!(joiner.offer(SECOND, late), Joined::Alone { half: FIRST, next: Some(SECOND) });
}
