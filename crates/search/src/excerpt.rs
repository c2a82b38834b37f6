//! The part of a text in which most of what was looked for stands, with the found words told apart.

use std::collections::HashSet;

use crate::wanted::Wanted;
use crate::words::{stem, words};

/// Words of an excerpt.
const LENGTH: usize = 32;
/// Words before the first found one.
const BEFORE: usize = 6;
/// Bytes of a text that are looked through; an excerpt from further behind is not worth the time.
const MOST_LOOKED: usize = 256 * 1024;
/// Found words that are weighed.
const MOST_FOUND: usize = 2_000;

/// A piece of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub is_found: bool,
}

/// Pieces in their order; empty where none of the words stands in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    pub pieces: Vec<Piece>,
    pub begins_inside: bool,
    pub ends_inside: bool,
}

struct Found {
    /// Which word of the text it is.
    place: usize,
    from: usize,
    to: usize,
    stem: String,
}

/// The best excerpt of a text for what is looked for.
pub fn excerpt(text: &str, wanted: &Wanted) -> Excerpt {
    let mut end = text.len().min(MOST_LOOKED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let mut found: Vec<Found> = Vec::new();
    let mut starts: Vec<usize> = Vec::new();
    for (place, word) in words(text).enumerate() {
        starts.push(word.from);
        let stem = stem(&word.folded);
        if found.len() < MOST_FOUND && wanted.has(&stem) {
            found.push(Found { place, from: word.from, to: word.to, stem });
        }
    }
    let Some(best) = best(&found) else { return Excerpt::default() };
    let first = found[best].place.saturating_sub(BEFORE);
    let last = first + LENGTH;
    let from = starts[first];
    let to = starts.get(last).copied().unwrap_or(text.len());
    let mut pieces = Vec::new();
    let mut at = from;
    for one in found.iter().filter(|one| one.from >= from && one.to <= to) {
        // Two words of one run of signs have one place.
        if one.from < at {
            continue;
        }
        push(&mut pieces, &text[at..one.from], false);
        push(&mut pieces, &text[one.from..one.to], true);
        at = one.to;
    }
    push(&mut pieces, text[at..to].trim_end(), false);
    Excerpt { pieces, begins_inside: first > 0, ends_inside: starts.len() > last }
}

/// The found word at which the excerpt with the most different words begins; the first of several.
fn best(found: &[Found]) -> Option<usize> {
    let weight = |first: usize| {
        let near = found[first..].iter().take_while(|one| one.place < found[first].place + LENGTH - BEFORE);
        near.map(|one| one.stem.as_str()).collect::<HashSet<_>>().len()
    };
    (0..found.len()).max_by_key(|first| (weight(*first), std::cmp::Reverse(*first)))
}

fn push(pieces: &mut Vec<Piece>, text: &str, is_found: bool) {
    if !text.is_empty() {
        // Lines of the text are told apart by no more than a space.
        pieces.push(Piece { text: text.replace('\n', " "), is_found });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, typed: &str) -> String {
        let found = excerpt(text, &Wanted::parse(typed));
        let mut out = String::from(if found.begins_inside { "…" } else { "" });
        for piece in found.pieces {
            out.push_str(&if piece.is_found { format!("[{}]", piece.text) } else { piece.text });
        }
        out + if found.ends_inside { "…" } else { "" }
    }

    #[test]
    fn found_words_are_marked_as_they_were_written() {
        assert_eq!(
            shown("Yol bakım ihalesinin\nilanı yapıldı.", "IHALE ilan"),
            "Yol bakım [ihalesinin] [ilanı] yapıldı."
        );
        assert_eq!(shown("Konu dışı bir metin", "ihale"), "");
    }

    #[test]
    fn the_place_where_most_words_stand_together_is_shown() {
        let filler = "söz ".repeat(60);
        let text = format!("ihale {filler} ihale komisyonu toplandı {filler}");
        let shown = shown(&text, "ihale komisyonu");
        assert!(shown.contains("[ihale] [komisyonu] toplandı"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_a_part_of_the_text(text in "[a-zçğş½№ \n.]{0,200}", typed in "[a-zçğş ]{0,20}") {
            let found = excerpt(&text, &Wanted::parse(&typed));
            let joined: String = found.pieces.iter().map(|piece| piece.text.as_str()).collect();
            let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert!(plain(&text).contains(&plain(&joined)));
        }
    }
}
