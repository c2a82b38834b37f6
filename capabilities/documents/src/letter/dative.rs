//! To whom a letter is written, as it stands over the text: "ÖRNEKİL VALİLİĞİNE", "Sayın Zeynep KOÇ". A proposal of Turkish grammar;
//! whoever writes may put other words there. Pure rules.

use kernel::tr;

/// An institution or a unit.
pub(super) fn to_institution(name: &str) -> String {
    tr::upper(&dative(name.trim()))
}

/// A person.
pub(super) fn to_person(name: &str) -> String {
    format!("Sayın {}", with_surname(name))
}

/// "Zeynep KOÇ": the surname in capitals, as official letters have it (art. 17/2); one name alone stays as it is.
pub(super) fn with_surname(name: &str) -> String {
    match name.trim().rsplit_once(' ') {
        Some((first, last)) => format!("{first} {}", tr::upper(last)),
        None => name.trim().to_string(),
    }
}

const BACK: &str = "aıouâû";
const FRONT: &str = "eiöüî";

/// The name with the ending that says "to".
fn dative(name: &str) -> String {
    let lower = tr::lower(name);
    let Some(last) = lower.chars().last() else { return String::new() };
    if lower.ends_with("a.ş.") {
        return format!("{name}’ye");
    }
    // Abbreviations, figures and brackets take no ending that grammar alone would know.
    let Some(vowel) = lower.chars().rev().find(|one| is_vowel(*one)).filter(|_| last.is_alphabetic()) else {
        return name.to_string();
    };
    if is_dative(&lower) {
        return name.to_string();
    }
    let ending = if BACK.contains(vowel) { 'a' } else { 'e' };
    match last {
        'ı' | 'i' | 'u' | 'ü' if is_possessive(&lower) => format!("{name}n{ending}"),
        _ if is_vowel(last) => format!("{name}y{ending}"),
        'k' if ["lık", "lik", "luk", "lük"].iter().any(|suffix| lower.ends_with(suffix)) => {
            let stem: String = name.chars().take(name.chars().count() - 1).collect();
            format!("{stem}ğ{ending}")
        }
        _ => format!("{name}{ending}"),
    }
}

/// "Örnekil Valiliğinin": whose letter it is.
pub(super) fn of_institution(name: &str) -> String {
    let name = name.trim();
    let lower = tr::lower(name);
    if lower.ends_with("a.ş.") {
        return format!("{name}nin");
    }
    let Some(last) = lower.chars().last().filter(|last| last.is_alphabetic()) else {
        return name.to_string();
    };
    let ending = genitive(&lower);
    match last {
        _ if is_vowel(last) => format!("{name}n{ending}"),
        'k' if ["lık", "lik", "luk", "lük"].iter().any(|suffix| lower.ends_with(suffix)) => {
            let stem: String = name.chars().take(name.chars().count() - 1).collect();
            format!("{stem}ğ{ending}")
        }
        _ => format!("{name}{ending}"),
    }
}

/// "Zeynep Koç’un": proper names of people keep the ending apart.
pub(super) fn of_person(name: &str) -> String {
    let name = name.trim();
    let lower = tr::lower(name);
    match lower.chars().last() {
        Some(last) if is_vowel(last) => format!("{name}’n{}", genitive(&lower)),
        Some(last) if last.is_alphabetic() => format!("{name}’{}", genitive(&lower)),
        _ => name.to_string(),
    }
}

/// "ın", "in", "un", "ün" by the last vowel.
fn genitive(lower: &str) -> &'static str {
    match lower.chars().rev().find(|one| is_vowel(*one)) {
        Some('a' | 'ı' | 'â') => "ın",
        Some('o' | 'u' | 'û') => "un",
        Some('ö' | 'ü') => "ün",
        _ => "in",
    }
}

fn is_vowel(one: char) -> bool {
    BACK.contains(one) || FRONT.contains(one)
}

/// "Fen İşleri Müdürlüğü", "Muhasebe Birimi", "Valiliği": of several words the last one, of one word what ends so.
fn is_possessive(lower: &str) -> bool {
    let of_one = ["ğı", "ği", "ğu", "ğü", "sı", "si", "su", "sü"];
    lower.contains(' ') || of_one.iter().any(|suffix| lower.ends_with(suffix))
}

/// Written with its ending already: "Valiliğine", "İdaresine", "Kurumuna".
fn is_dative(lower: &str) -> bool {
    let has_word_before = lower.contains(' ');
    let all = ["ğına", "ğine", "ğuna", "ğüne", "sına", "sine", "suna", "süne"];
    let after_several = ["ına", "ine", "una", "üne"];
    all.iter().any(|suffix| lower.ends_with(suffix))
        || has_word_before && after_several.iter().any(|suffix| lower.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn institutions_are_written_to_in_the_dative() {
        for (name, wanted) in [
            ("Örnekil Valiliği", "ÖRNEKİL VALİLİĞİNE"),
            ("Örnekil Kaymakamlığı", "ÖRNEKİL KAYMAKAMLIĞINA"),
            ("Fen İşleri Müdürlüğü", "FEN İŞLERİ MÜDÜRLÜĞÜNE"),
            ("Kamu Denetçiliği Kurumu", "KAMU DENETÇİLİĞİ KURUMUNA"),
            ("Su ve Kanalizasyon İdaresi", "SU VE KANALİZASYON İDARESİNE"),
            ("Merkez Mahallesi Muhtarlığı", "MERKEZ MAHALLESİ MUHTARLIĞINA"),
            ("Örnekil Barosu", "ÖRNEKİL BAROSUNA"),
            ("Hazine ve Maliye Bakanlığı", "HAZİNE VE MALİYE BAKANLIĞINA"),
            ("Millî Eğitim Bakanlığı", "MİLLÎ EĞİTİM BAKANLIĞINA"),
            ("Valilik", "VALİLİĞE"),
            ("Defterdarlık", "DEFTERDARLIĞA"),
            ("Başkanlık Makamı", "BAŞKANLIK MAKAMINA"),
            ("Sayıştay", "SAYIŞTAYA"),
            ("Ankara", "ANKARAYA"),
            ("Denizli", "DENİZLİYE"),
            ("Ulaşım A.Ş.", "ULAŞIM A.Ş.’YE"),
            // Written with it already, and what has no ending that could be known.
            ("Örnekil Valiliğine", "ÖRNEKİL VALİLİĞİNE"),
            ("Türk Dil Kurumuna", "TÜRK DİL KURUMUNA"),
            ("Örnek Ltd. Şti.", "ÖRNEK LTD. ŞTİ."),
            ("Vakıf (Şube 2)", "VAKIF (ŞUBE 2)"),
            ("", ""),
        ] {
            assert_eq!(to_institution(name), wanted, "{name}");
        }
    }

    #[test]
    fn whose_letter_it_is_stands_in_the_genitive() {
        for (name, wanted) in [
            ("Örnekil Valiliği", "Örnekil Valiliğinin"),
            ("Örnekil Barosu", "Örnekil Barosunun"),
            ("Fen İşleri Müdürlüğü", "Fen İşleri Müdürlüğünün"),
            ("Bakanlık", "Bakanlığın"),
            ("Sayıştay", "Sayıştayın"),
            ("Örnek Yazılım A.Ş.", "Örnek Yazılım A.Ş.nin"),
        ] {
            assert_eq!(of_institution(name), wanted);
        }
        assert_eq!(of_person("Zeynep Koç"), "Zeynep Koç’un");
        assert_eq!(of_person("Ali Kaya"), "Ali Kaya’nın");
    }

    #[test]
    fn people_are_written_to_with_their_surname_in_capitals() {
        assert_eq!(to_person("Zeynep Koç"), "Sayın Zeynep KOÇ");
        assert_eq!(to_person("Ali Işık"), "Sayın Ali IŞIK");
        assert_eq!(to_person("Zeynep"), "Sayın Zeynep");
        assert_eq!(with_surname("İlker Işın İnci"), "İlker Işın İNCİ");
    }
}
