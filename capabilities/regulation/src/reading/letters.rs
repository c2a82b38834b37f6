//! Turkish letters as the reader needs them: case, a folded skeleton that survives OCR, the order of clause letters,
//! roman numbers. Knows nothing of lines or nodes.

/// Official order of clause letters in Turkish drafting.
const TURKISH: [char; 29] = [
    'a', 'b', 'c', 'ç', 'd', 'e', 'f', 'g', 'ğ', 'h', 'ı', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'ö', 'p', 'r',
    's', 'ş', 't', 'u', 'ü', 'v', 'y', 'z',
];
const ONLY_TURKISH: [char; 6] = ['ç', 'ğ', 'ı', 'ö', 'ş', 'ü'];

/// Lower case by Turkish rules, one character for one.
pub fn lower(letter: char) -> char {
    match letter {
        'I' => 'ı',
        'İ' => 'i',
        ascii if ascii.is_ascii() => ascii.to_ascii_lowercase(),
        other => other.to_lowercase().next().unwrap_or(other),
    }
}

/// Lower-cased text with Turkish marks dropped and the commonest OCR misreading of `ü` (`ii`) undone, so that
/// `MÜDÜRLÜK`, `Müdürlük` and `Miidiirliik` are one word. For comparing only; never shown.
pub fn skeleton(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        let plain = match lower(letter) {
            'ç' | '¢' => 'c',
            'ğ' => 'g',
            'ı' | 'î' | 'í' => 'i',
            'ö' | 'é' | 'ó' | 'ô' => 'o',
            'ş' => 's',
            'ü' | 'û' | 'ú' => 'u',
            'â' | 'á' => 'a',
            mark if is_combining(mark) || is_unseen(mark) => continue,
            other => other,
        };
        if plain == 'i' && folded.ends_with('i') {
            folded.pop();
            folded.push('u');
        } else {
            folded.push(plain);
        }
    }
    folded
}

/// Whether the character is a mark set over or under the letter before it, as texts in decomposed Unicode have them.
pub fn is_combining(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// Whether nobody sees the character: a hyphen that shows only where a line breaks, a joint, a mark of byte order.
/// It parts no words.
pub fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The text with the Turkish letters of decomposed Unicode put together. For comparing only: places no longer agree.
pub fn composed(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for letter in text.chars() {
        match whole.chars().next_back().filter(|_| is_combining(letter)) {
            Some(before) => {
                whole.pop();
                whole.push(compose(before, letter));
            }
            None => whole.push(letter),
        }
    }
    whole
}

/// One letter from a letter and the mark behind it, for the letters of Turkish.
fn compose(letter: char, mark: char) -> char {
    match (letter, mark) {
        ('c', '\u{327}') => 'ç',
        ('C', '\u{327}') => 'Ç',
        ('g', '\u{306}') => 'ğ',
        ('G', '\u{306}') => 'Ğ',
        ('I', '\u{307}') => 'İ',
        ('o', '\u{308}') => 'ö',
        ('O', '\u{308}') => 'Ö',
        ('s', '\u{327}') => 'ş',
        ('S', '\u{327}') => 'Ş',
        ('u', '\u{308}') => 'ü',
        ('U', '\u{308}') => 'Ü',
        _ => letter,
    }
}

/// Whether a skeleton is the plain-lettered word `target` up to OCR: a quarter of the letters (at most two) may differ.
pub fn near(word: &str, target: &str) -> bool {
    if word == target {
        return true;
    }
    let allowed = (target.len() / 4).min(2);
    // Most words are no candidates; their length or their letters tell without a table.
    let differing = (letters(word) ^ letters(target)).count_ones() as usize;
    if target.len() < 5 || word.len().abs_diff(target.len()) > allowed + 2 || differing > 2 * allowed {
        return false;
    }
    let (left, right): (Vec<char>, Vec<char>) = (word.chars().collect(), target.chars().collect());
    left.len().abs_diff(right.len()) <= allowed && distance(&left, &right) <= allowed
}

/// The set of Latin letters of a word as bits.
fn letters(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |set, letter| set | 1 << (letter - b'a'))
}

fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.iter().enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (to, other) in right.iter().enumerate() {
            let changed = corner + usize::from(letter != other);
            corner = row[to + 1];
            row[to + 1] = changed.min(row[to] + 1).min(corner + 1);
        }
    }
    row[right.len()]
}

/// Labels that may follow `label` in a list of clauses, likeliest first: in the Turkish alphabet, in the Turkish
/// alphabet without its own letters, in the Latin alphabet; `aa` after `z`, `bb` after `aa`.
pub fn successors(label: &str) -> Vec<String> {
    let mut letters = label.chars();
    let Some(first) = letters.next() else { return Vec::new() };
    match (letters.next(), letters.next()) {
        (None, _) if first == 'z' => vec!["aa".into()],
        (None, _) => following(first).map(String::from).collect(),
        (Some(second), None) if second == first => following(first)
            .map(|next| format!("{next}{next}"))
            .chain(Some("ab".to_owned()).filter(|_| first == 'a'))
            .collect(),
        (Some(second), None) => following(second).map(|next| format!("{first}{next}")).collect(),
        _ => Vec::new(),
    }
}

fn following(letter: char) -> impl Iterator<Item = char> {
    let after = TURKISH.iter().position(|&other| other == letter).map_or(&[][..], |at| &TURKISH[at + 1..]);
    let turkish = after.first().copied();
    let plain = after.iter().copied().find(|other| !ONLY_TURKISH.contains(other));
    let latin = (letter.is_ascii_lowercase() && letter != 'z').then(|| char::from(letter as u8 + 1));
    let mut found: Vec<char> = Vec::with_capacity(3);
    for next in [turkish, plain, latin].into_iter().flatten() {
        if !found.contains(&next) {
            found.push(next);
        }
    }
    found.into_iter()
}

/// Whether `next` may follow `label`.
pub fn follows(label: &str, next: &str) -> bool {
    successors(label).iter().any(|candidate| candidate == next)
}

/// The letters strictly between two labels when exactly `count` of them fit in one of the alphabets.
pub fn between(from: &str, to: &str, count: usize) -> Option<Vec<String>> {
    let (from, to) = (single(from)?, single(to)?);
    let latin: Vec<char> = ('a'..='z').collect();
    let plain: Vec<char> = TURKISH.iter().copied().filter(|letter| !ONLY_TURKISH.contains(letter)).collect();
    [TURKISH.to_vec(), plain, latin].iter().find_map(|alphabet| {
        let start = alphabet.iter().position(|&letter| letter == from)?;
        let end = alphabet.iter().position(|&letter| letter == to)?;
        let inside = alphabet.get(start + 1..end)?;
        (inside.len() == count).then(|| inside.iter().copied().map(String::from).collect())
    })
}

/// The `number`th (from 1) clause letter of the Turkish alphabet.
pub fn nth_letter(number: usize) -> Option<String> {
    TURKISH.get(number.checked_sub(1)?).copied().map(String::from)
}

fn single(label: &str) -> Option<char> {
    let mut letters = label.chars();
    letters.next().filter(|_| letters.next().is_none())
}

/// Value of a lower-case roman number up to 39; `None` when it is not one as a drafter writes it.
pub fn roman(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 7 || !text.bytes().all(|letter| matches!(letter, b'i' | b'v' | b'x')) {
        return None;
    }
    (1..40).find(|&number| to_roman(number) == text)
}

fn to_roman(number: u32) -> String {
    const ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    format!("{}{}", "x".repeat((number / 10) as usize), ONES[(number % 10) as usize])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn skeleton_makes_a_scanned_word_equal_to_the_printed_one() {
        assert_eq!(skeleton("MÜDÜRLÜK"), "mudurluk");
        assert_eq!(skeleton("Miidiirliik"), "mudurluk");
        assert_eq!(skeleton("IŞIK İÇİN"), "isik icin");
    }

    #[test]
    fn near_forgives_two_letters_in_a_long_word_and_none_in_a_short_one() {
        assert!(near(&skeleton("Tammlar"), "tanimlar"));
        assert!(near("madde", "madde") && near("maddf", "madde"));
        assert!(!near("adde", "ekle") && !near("ek", "el"));
        assert!(!near("yonerge", "tanimlar"));
    }

    #[test]
    fn every_alphabet_a_municipality_uses_is_a_fine_order() {
        for (label, next) in
            [("c", "ç"), ("c", "d"), ("h", "ı"), ("h", "i"), ("ı", "i"), ("p", "r"), ("p", "q")]
        {
            assert!(follows(label, next), "{label} → {next}");
        }
        assert!(follows("v", "w") && follows("v", "y") && follows("z", "aa") && follows("aa", "bb"));
        assert!(!follows("p", "ö") && !follows("a", "c") && !follows("ff", "a"));
    }

    #[test]
    fn lost_letters_are_found_only_when_their_number_fits() {
        assert_eq!(between("f", "l", 5).unwrap(), ["g", "h", "i", "j", "k"]);
        assert_eq!(between("b", "d", 2).unwrap(), ["c", "ç"]);
        assert_eq!(between("f", "l", 3), None);
        assert_eq!(between("aa", "l", 3), None);
        assert_eq!(nth_letter(4).as_deref(), Some("ç"));
        assert_eq!((nth_letter(0), nth_letter(30)), (None, None));
    }

    #[test]
    fn roman_numbers_are_strict() {
        assert_eq!(roman("viii"), Some(8));
        assert_eq!(roman("xxxix"), Some(39));
        assert_eq!((roman("iiii"), roman(""), roman("c"), roman("vx")), (None, None, None, None));
    }
}
