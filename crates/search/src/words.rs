//! The words of a text with their places, and what of a word counts: the same folding as [`kernel::tr::words`], then its first
//! letters, because Turkish puts its endings behind them.

use kernel::tr;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Letters by which two words count as the same. Five did as well as a morphological analyser (Can et al., Information
/// retrieval on Turkish texts, JASIST 59, 2008).
const STEM_LETTERS: usize = 5;
/// A longer number or code is cut; nobody types it whole.
const MOST_LETTERS: usize = 40;

/// A folded word and where it stands in the text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub from: usize,
    pub to: usize,
    pub folded: String,
}

/// The words of a text in order. Folding a run of letters alone gives what folding the whole text gives.
pub(crate) fn words(text: &str) -> Words<'_> {
    Words { text, at: 0, rest: Vec::new() }
}

pub(crate) struct Words<'a> {
    text: &'a str,
    at: usize,
    /// A run that folds to several words ("½") gives the others later, the last first.
    rest: Vec<Word>,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            if let Some(word) = self.rest.pop() {
                return Some(word);
            }
            let run = self.text[self.at..].char_indices().find(|(_, letter)| is_of_a_word(*letter));
            let Some((skipped, _)) = run else {
                self.at = self.text.len();
                return None;
            };
            let from = self.at + skipped;
            let length = self.text[from..].char_indices().find(|(_, letter)| !is_of_a_word(*letter));
            let to = length.map_or(self.text.len(), |(length, _)| from + length);
            self.at = to;
            if let Some(folded) = quickly(&self.text[from..to]) {
                return Some(Word { from, to, folded });
            }
            let all = tr::words(&self.text[from..to]).map(|folded| Word { from, to, folded });
            self.rest = all.collect();
            self.rest.reverse();
        }
    }
}

/// Letters, digits, marks on letters, what takes no place on paper, and signs that are letters in disguise ("№").
fn is_of_a_word(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphanumeric();
    }
    letter.is_alphanumeric() || {
        // What folding drops without parting two words: put between two letters, it leaves one word, or words of its own.
        let mut probe = String::from("a");
        probe.push(letter);
        probe.push('a');
        tr::fold(&probe) != "a a"
    }
}

/// Folds what most words are made of, without the tables of Unicode; `None` where those must be asked.
fn quickly(run: &str) -> Option<String> {
    let mut folded = String::with_capacity(run.len());
    for letter in run.chars() {
        folded.push(match letter {
            'a'..='z' | '0'..='9' => letter,
            'A'..='Z' => letter.to_ascii_lowercase(),
            'ç' | 'Ç' => 'c',
            'ğ' | 'Ğ' => 'g',
            'ı' | 'İ' => 'i',
            'ö' | 'Ö' => 'o',
            'ş' | 'Ş' => 's',
            'ü' | 'Ü' | 'û' | 'Û' => 'u',
            'â' | 'Â' => 'a',
            'î' | 'Î' => 'i',
            _ => return None,
        });
    }
    Some(folded)
}

/// What of a folded word counts: the first letters, the last of them hard ("kitabı" is "kitap"). Numbers and codes count whole.
pub(crate) fn stem(folded: &str) -> String {
    if folded.bytes().any(|byte| byte.is_ascii_digit()) {
        return folded.chars().take(MOST_LETTERS).collect();
    }
    let mut stem: String = folded.chars().take(STEM_LETTERS).collect();
    if stem.len() == STEM_LETTERS && stem.is_ascii() {
        let hard = match stem.as_bytes()[STEM_LETTERS - 1] {
            b'b' => 'p',
            b'd' => 't',
            b'g' => 'k',
            _ => return stem,
        };
        stem.pop();
        stem.push(hard);
    }
    stem
}

/// Beginnings of the endings that a noun takes, folded: behind a consonant, behind a vowel. Which of them fits a word is
/// decided by its last vowel.
const BEHIND_A_CONSONANT: &[&str] = &[
    "a", "e", "i", "u", "in", "un", "im", "um", "imi", "umu", "ini", "unu", "lar", "ler", "da", "de", "ta",
    "te", "dan", "den", "tan", "ten", "la", "le", "dir", "dur", "tir", "tur", "lik", "luk", "siz", "suz",
    "li", "lu",
];
const BEHIND_A_VOWEL: &[&str] = &[
    "yi", "yu", "ya", "ye", "nin", "nun", "si", "su", "sin", "sun", "lar", "ler", "da", "de", "dan", "den",
    "yla", "yle", "m", "mi", "mu", "n", "ni", "nu", "na", "ne", "nda", "nde", "dir", "dur", "lik", "luk",
    "siz", "suz", "li", "lu",
];

/// Everything in the index that a typed word may stand for. A word as long as a stem has its endings behind it; a shorter one
/// ("yol") is looked for with the endings it may have, so that "yolun" is found and "yolcu" is not.
pub(crate) fn meant(folded: &str) -> Vec<String> {
    let is_short = folded.len() < STEM_LETTERS && folded.len() > 1;
    let mut all = vec![stem(folded)];
    if !is_short || !folded.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return all;
    }
    let Some(vowel) = folded.chars().rev().find(|letter| is_vowel(*letter)) else { return all };
    let ends_in_vowel = folded.ends_with(is_vowel);
    let mut bases = vec![folded.to_string()];
    if let Some(soft) = softened(folded) {
        bases.push(soft);
    }
    for (place, base) in bases.iter().enumerate() {
        let endings = if ends_in_vowel { BEHIND_A_VOWEL } else { BEHIND_A_CONSONANT };
        for ending in endings.iter().filter(|ending| fits(vowel, ending)) {
            // The last consonant is soft before a vowel only.
            if place == 0 || ending.starts_with(is_vowel) {
                all.push(stem(&format!("{base}{ending}")));
            }
        }
    }
    // "su" is the one word that takes its endings as if it ended in "y".
    if folded == "su" {
        all.extend(["suyu", "suyun", "suyum"].map(String::from));
    }
    all[1..].sort();
    all.dedup();
    all
}

/// "renk" as it stands before a vowel: "reng".
fn softened(folded: &str) -> Option<String> {
    let soft = match folded.chars().last()? {
        'p' => 'b',
        't' => 'd',
        'k' => 'g',
        _ => return None,
    };
    Some(format!("{}{soft}", &folded[..folded.len() - 1]))
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')
}

/// Vowel harmony as far as folding left it: o and u may be ö and ü, i may be ı.
fn fits(last: char, ending: &str) -> bool {
    let Some(first) = ending.chars().find(|letter| is_vowel(*letter)) else { return true };
    match last {
        'a' => matches!(first, 'a' | 'i'),
        'e' => matches!(first, 'e' | 'i'),
        'i' => matches!(first, 'a' | 'e' | 'i'),
        _ => matches!(first, 'a' | 'e' | 'u'),
    }
}

/// The analysis of the index: stems, each word at its place.
#[derive(Clone)]
pub(crate) struct Stems;

pub(crate) struct StemStream<'a> {
    words: Words<'a>,
    token: Token,
}

impl Tokenizer for Stems {
    type TokenStream<'a> = StemStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> StemStream<'a> {
        StemStream { words: words(text), token: Token::default() }
    }
}

impl TokenStream for StemStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = word.from;
        self.token.offset_to = word.to;
        self.token.text = stem(&word.folded);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(typed: &str, written: &str) -> bool {
        meant(&tr::fold(typed)).contains(&stem(&tr::fold(written)))
    }

    #[test]
    fn a_word_finds_itself_with_its_endings() {
        for (typed, written) in [
            ("ihale", "ihalenin"),
            ("ihalesi", "ihaleler"),
            ("müdürlük", "MÜDÜRLÜĞÜ"),
            ("mudurlugu", "Müdürlük"),
            ("kitap", "kitabı"),
            ("kitabı", "kitap"),
            ("sokak", "sokağının"),
            ("kağıt", "kağıdın"),
            ("talep", "talebiniz"),
            ("yol", "yolun"),
            ("yol", "yolları"),
            ("yol", "yola"),
            ("yol", "yolda"),
            ("su", "suyun"),
            ("su", "suları"),
            ("renk", "rengi"),
            ("yurt", "yurdun"),
            ("borç", "borcu"),
            ("imar", "imarın"),
            ("IŞIK", "ışığı"),
            ("isik", "Işıklar"),
            ("kaza", "kazası"),
            ("kedi", "kedinin"),
            ("gün", "günü"),
            ("göl", "gölde"),
            ("ev", "evler"),
        ] {
            assert!(finds(typed, written), "{typed} does not find {written}: {:?}", meant(&tr::fold(typed)));
        }
    }

    #[test]
    fn a_short_word_does_not_find_whatever_begins_like_it() {
        for (typed, other) in [
            ("su", "suç"),
            ("su", "sunum"),
            ("su", "süre"),
            ("yol", "yolcu"),
            ("kaz", "kazma"),
            ("ev", "evrak"),
            ("ev", "evlilik"),
            ("imar", "imam"),
            ("gün", "güney"),
            ("at", "atık"),
            ("kar", "karar"),
            ("bil", "bilgisayar"),
        ] {
            assert!(!finds(typed, other), "{typed} finds {other}");
        }
    }

    #[test]
    fn numbers_count_whole() {
        assert!(!finds("24312041", "24312042"));
        assert!(finds("24312041", "24312041"));
        assert_eq!(stem("5393"), "5393");
        assert_eq!(stem("b1b2b3b4b5"), "b1b2b3b4b5");
    }

    #[test]
    fn places_are_those_of_the_text_as_it_was_written() {
        let text = "Çığ, İL'in ﬁş½";
        let found: Vec<(&str, String)> =
            words(text).map(|word| (&text[word.from..word.to], word.folded)).collect();
        let expected = [("Çığ", "cig"), ("İL", "il"), ("in", "in"), ("ﬁş½", "fis1"), ("ﬁş½", "2")];
        assert_eq!(found, expected.map(|(written, folded)| (written, folded.to_string())));
    }

    proptest! {
        #[test]
        fn the_words_are_those_of_the_kernel(text in any::<String>()) {
            let found: Vec<String> = words(&text).map(|word| word.folded).collect();
            prop_assert_eq!(found, tr::words(&text).collect::<Vec<_>>());
        }

        #[test]
        fn turkish_words_are_those_of_the_kernel(text in "[a-zA-Z0-9çğıöşüÇĞİÖŞÜâîû ,.'’\u{ad}\u{307}-]{0,60}") {
            let found: Vec<String> = words(&text).map(|word| word.folded).collect();
            prop_assert_eq!(found, tr::words(&text).collect::<Vec<_>>());
        }

        #[test]
        fn a_word_always_finds_itself(word in "[a-zçğıöşü0-9]{1,12}") {
            let folded = tr::fold(&word);
            prop_assert!(meant(&folded).contains(&stem(&folded)));
        }
    }
}
