//! Letters by chance: municipal words as often as words are (Zipf), with Turkish endings, in units of different size, some of
//! them secret. What each letter has is noted, so that the right count of every question is known without any search.

use kernel::Instant;
use uuid::Uuid;

/// Words that are asked for: the more in front, the more often. Each begins with letters of its own.
pub const WORDS: [&str; 40] = [
    "belediye",
    "müdürlük",
    "yazı",
    "hizmet",
    "çalışma",
    "gerekli",
    "ilgili",
    "tarih",
    "bilgi",
    "birim",
    "karar",
    "mahalle",
    "sokak",
    "proje",
    "bütçe",
    "ihale",
    "sözleşme",
    "ödeme",
    "personel",
    "araç",
    "bakım",
    "onarım",
    "temizlik",
    "asfalt",
    "kaldırım",
    "park",
    "ağaç",
    "ruhsat",
    "denetim",
    "şikâyet",
    "zabıta",
    "encümen",
    "meclis",
    "kanalizasyon",
    "aydınlatma",
    "deprem",
    "kütüphane",
    "mezarlık",
    "itfaiye",
    "zeytin",
];

/// Endings behind a word of front and of back vowels.
const ENDINGS: [[&str; 6]; 2] =
    [["", "in", "ler", "lerin", "de", "den"], ["", "ın", "lar", "ların", "da", "dan"]];

/// Other words, made of syllables no word above begins with.
const TAIL: usize = 30_000;
pub const UNITS: usize = 40;
pub const OWNERS: usize = 3_000;
const LENGTH: usize = 140;

pub struct Letter {
    pub id: Uuid,
    pub title: String,
    pub body: String,
    pub unit: Uuid,
    pub owner: Uuid,
    pub is_secret: bool,
    pub at: Instant,
}

/// What of a letter decides whether a question finds it.
pub struct Known {
    /// A bit for each word.
    pub words: u64,
    pub has_phrase: bool,
    pub unit: u16,
    pub owner: u16,
    pub is_secret: bool,
}

/// The two words that stand side by side in some letters, and in more of them apart.
pub const PHRASE: (usize, usize) = (22, 15);

pub struct Letters {
    dice: u64,
    /// Where each word of the whole list ends on the line of chance.
    chances: Vec<f64>,
    pub known: Vec<Known>,
    pub bytes: u64,
}

pub fn unit(place: usize) -> Uuid {
    Uuid::from_u128(1_000 + place as u128)
}

pub fn owner(place: usize) -> Uuid {
    Uuid::from_u128(100_000 + place as u128)
}

impl Letters {
    pub fn new() -> Self {
        let mut sum = 0.0;
        // Zipf: the word of rank n is seen 1/n as often; flatter at the head, as in letters that always say something else.
        let chances = (0..WORDS.len() + TAIL)
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 12.0);
                sum
            })
            .collect();
        Self { dice: 42, chances, known: Vec::new(), bytes: 0 }
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        (self.chance() * sides as f64) as usize
    }

    fn chance(&mut self) -> f64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn rank(&mut self) -> usize {
        let at = self.chance() * self.chances.last().copied().unwrap_or(1.0);
        self.chances.partition_point(|end| *end <= at).min(self.chances.len() - 1)
    }

    fn word(&mut self, rank: usize) -> String {
        let Some(word) = WORDS.get(rank) else { return tail(rank) };
        let is_back = word
            .chars()
            .rev()
            .find(|letter| "aeıioöuüâ".contains(*letter))
            .is_some_and(|it| "aıouâ".contains(it));
        // The last consonants stay as they are: what endings do to them is for the tests of the analysis.
        let ending = if self.roll(2) == 0 { 0 } else { self.roll(6) };
        let ending = ENDINGS[usize::from(is_back)][ending];
        if ending.starts_with(['i', 'ı']) && word.ends_with(|letter| "aeıioöuü".contains(letter)) {
            return format!("{word}n{ending}");
        }
        format!("{word}{ending}")
    }

    pub fn next(&mut self, no: u64) -> Letter {
        let length = LENGTH / 2 + self.roll(LENGTH);
        let mut ranks: Vec<usize> = (0..length).map(|_| self.rank()).collect();
        if self.roll(100) == 0 {
            let at = self.roll(length - 1);
            (ranks[at], ranks[at + 1]) = PHRASE;
        }
        let has_phrase = ranks.windows(2).any(|pair| (pair[0], pair[1]) == PHRASE);
        let words = ranks.iter().filter(|rank| **rank < WORDS.len()).fold(0, |words, rank| words | 1 << rank);
        let mut body = String::with_capacity(length * 9);
        for (place, rank) in ranks.iter().enumerate() {
            body.push_str(&self.word(*rank));
            body.push_str(if place % 14 == 13 { ".\n" } else { " " });
        }
        // A quarter of everything is of the largest unit, as of any office that answers citizens.
        let place = if self.roll(4) == 0 { 0 } else { self.roll(UNITS) };
        let whose = self.roll(OWNERS);
        let is_secret = self.roll(50) == 0;
        self.bytes += body.len() as u64;
        self.known.push(Known { words, has_phrase, unit: place as u16, owner: whose as u16, is_secret });
        Letter {
            id: Uuid::from_u128((u128::from(no) << 64) | (7 << 76) | u128::from(no)),
            title: format!("Konu {no}"),
            body,
            unit: unit(place),
            owner: owner(whose),
            is_secret,
            at: Instant(1_700_000_000_000_000 + no as i64 * 30_000_000),
        }
    }
}

/// "xabemu": no municipal word begins with x.
fn tail(rank: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "ze"];
    let mut word = String::from("x");
    let mut rest = rank;
    for _ in 0..4 {
        word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    word
}
