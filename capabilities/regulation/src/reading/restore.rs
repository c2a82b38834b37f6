//! Names that a scanner printed without their Turkish letters, written as they are: only words of a closed list, only
//! in a text that is such a scan, and never without keeping what was printed. Nothing of the text itself changes.

use super::letters::{is_combining, skeleton};

/// Letters needed before a text can be judged at all.
const ENOUGH: usize = 150;
/// Share of Turkish letters, in thousandths, below which a Turkish text must have lost them; clean ones have 100 to 160.
const SCANNED_MILLI: usize = 35;

/// Words of the names of units and titles that have letters a scanner loses, in small letters.
const WORDS: [&str; 88] = [
    "ağ",
    "ağı",
    "ağları",
    "akıllı",
    "alım",
    "altyapı",
    "altyapısı",
    "amirliği",
    "araç",
    "araştırma",
    "arıza",
    "arşiv",
    "arşivi",
    "atölyesi",
    "bağlı",
    "bakım",
    "başkan",
    "başkanlığı",
    "bilişim",
    "bölümü",
    "büro",
    "bürosu",
    "çağrı",
    "çalışan",
    "çalışanı",
    "çalışanlar",
    "coğrafi",
    "çözümleyici",
    "danışma",
    "değerlendirme",
    "denetçi",
    "donanım",
    "eğitim",
    "elemanı",
    "erişim",
    "geliştirme",
    "görevli",
    "görevlisi",
    "güvenlik",
    "güvenliği",
    "haberleşme",
    "ilişkiler",
    "idari",
    "iletişim",
    "inşaat",
    "insan",
    "işçi",
    "işleri",
    "işler",
    "işlem",
    "işlemler",
    "işlemleri",
    "işletme",
    "işletmeni",
    "istatistik",
    "kameraları",
    "kayıt",
    "kayıtları",
    "kurulum",
    "masası",
    "memuru",
    "merkezi",
    "mühendis",
    "mühendisi",
    "müdür",
    "müdürü",
    "müdürlüğü",
    "onarım",
    "operatörü",
    "programcı",
    "sağlık",
    "satın",
    "sayısal",
    "şef",
    "şefi",
    "şefliği",
    "şirket",
    "sistemleri",
    "şoför",
    "sözleşmeli",
    "sürücü",
    "tasarım",
    "taşınır",
    "teftiş",
    "uygulamaları",
    "yardımcısı",
    "yazılım",
    "iş",
];

/// Whether the text has so few Turkish letters that a scanner must have lost them.
pub fn is_scanned(text: &str) -> bool {
    let (mut letters, mut turkish) = (0_usize, 0_usize);
    for letter in text.chars().filter(|letter| letter.is_alphabetic() || is_combining(*letter)) {
        letters += 1;
        turkish += usize::from("çğıöşüÇĞİÖŞÜ".contains(letter) || is_combining(letter));
    }
    letters >= ENOUGH && turkish * 1_000 < letters * SCANNED_MILLI
}

/// The name with its known words written properly; `None` when there is nothing to mend.
pub fn name(printed: &str) -> Option<String> {
    let mended: Vec<String> = printed
        .split_whitespace()
        .map(|printed| word(printed).unwrap_or_else(|| printed.to_owned()))
        .collect();
    let mended = mended.join(" ");
    (mended != printed).then_some(mended)
}

/// One word of the list as printed: its case kept, its letters mended. A digit one behind a letter is a scanned `ı`.
fn word(printed: &str) -> Option<String> {
    let letters = printed.strip_suffix('1').map_or(printed.to_owned(), |before| format!("{before}ı"));
    if !letters.chars().all(char::is_alphabetic) && !letters.contains('¢') {
        return None;
    }
    let folded = skeleton(&letters);
    let known = WORDS.iter().find(|known| skeleton(known) == folded)?;
    let mut shown = known.chars();
    let first = shown.next()?;
    let is_large = printed.chars().next().is_some_and(char::is_uppercase);
    let is_shouted = printed.chars().count() > 1 && printed.chars().all(char::is_uppercase);
    let rest: String = if is_shouted { shown.map(upper).collect() } else { shown.collect() };
    let first = if is_large { upper(first) } else { first };
    Some(format!("{first}{rest}"))
}

fn upper(letter: char) -> char {
    match letter {
        'i' => 'İ',
        'ı' => 'I',
        other => other.to_uppercase().next().unwrap_or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_the_list_get_their_letters_back() {
        for (printed, mended) in [
            ("Yazilim ve Giivenligi", Some("Yazılım ve Güvenliği")),
            ("Idari Isler", Some("İdari İşler")),
            ("Kameralar1", Some("Kameraları")),
            ("COGRAFI ISLEMLER", Some("COĞRAFİ İŞLEMLER")),
            ("is¢i", Some("işçi")),
            ("Kumkoy Sahil", None),
            ("Şef", None),
            ("Salon 1", None),
            ("", None),
        ] {
            assert_eq!(name(printed).as_deref(), mended, "{printed}");
        }
    }

    #[test]
    fn a_text_with_its_letters_is_never_taken_for_a_scan() {
        let clean = "Müdürlüğün görevi parkları sulamak ve ağaçları budamaktır. ".repeat(5);
        let scanned = "Miidiirliigiin gorevi parklari sulamak ve agaclari budamaktir. ".repeat(5);
        assert!(is_scanned(&scanned) && !is_scanned(&clean) && !is_scanned("Sef"));
    }
}
