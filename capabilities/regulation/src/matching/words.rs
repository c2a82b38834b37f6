//! Words of a clause as the matcher compares them: scanned letters mended, folded, cut to a stem. What the words tell
//! is decided in `index`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use kernel::tr;

/// Most words of one passage that are looked at; what comes later adds nothing a person would call its duty.
pub const MAX_WORDS: usize = 1_000;

/// Shortest stem a suffix may leave behind, in letters.
const MIN_STEM: usize = 3;
/// Shortest stem a suffix of one vowel, or of the kind many roots end in, may leave behind.
const MIN_STEM_OF_WEAK: usize = 4;
/// Letters at the beginning of a stem that words of one family share.
const KIN_LETTERS: usize = 4;
/// Most suffixes cut from one word: the longest chains of inflection in such texts have five.
const MAX_CUTS: usize = 5;

/// Words found in any clause, whatever its duty; compared by stem.
const STOP_WORDS: &str = "ve veya ya da ile bir bu şu her tüm bütün türlü için üzere olarak olan olmak gibi göre kadar ise ait dair \
    ilgili ilişkin ilgi ilgilenmek tarafından kendi kendisine kendilerine diğer çeşitli gerekli gereken gerek \
    gerektiğinde gerekirse sağlamak sağlatmak sağlanması yapmak yaptırmak yapılması etmek ettirmek edilmesi \
    yürütmek yürütülmesi görev görevi görevleri hizmet hizmetleri işlem işlemleri iş işleri müdür müdürü \
    müdürlük müdürlüğü belediye belediyesi belediyemiz bilgi çerçevesinde doğrultusunda kapsamında konu \
    konularda konusunda içinde içerisinde şekilde hakkında halinde yönelik arasında mevcut vb uygun olup var yer \
    verilen verilecek alan tam zamanında karşı üzerinde üzerinden gelen çok daha ki mi ne o en de başkan başkanı \
    başkanlık başkanlığı sayılı oluşturmak bunlar buna bundan sonra önce altında getirmek artırmak aşağıda \
    belirtilen tarihli birlikte beraber boyunca biçimde bilinir adına alanında";

/// Forms of telling roots that tell nothing: "bulunan" is no finding, "kullanılan" no use.
const STOP_FORMS: [&str; 8] =
    ["bulunan", "bulunulan", "bulunmak", "bulunduklari", "kullanilan", "giren", "isteyen", "dayali"];

/// Inflections that leave at least [`MIN_STEM`] letters; folded (`ı`=`i`, `ü`=`u`, `ğ`=`g`).
const SUFFIXES: &str = "larindaki lerindeki larindan lerinden masindan mesinden larinda lerinde masinda mesinde \
    masinin mesinin larinin lerinin masina mesine masini mesini larina lerine larini lerini larin lerin lari leri \
    lar ler maktadir mektedir mak mek masi mesi ma me makta mekte nmasi nmesi nmasini nmesini nmasinin nmesinin \
    nmak nmek nma nme lmasi lmesi narak nerek nacak necek nir nur nan nen ilan ilen ulan inan inen unan unen il ul \
    acak ecek yacak yecek arak erek yarak yerek yan yen yip yup ip up abilir ebilir indaki indeki undaki undeki yici \
    yucu mis mus dik duk tik tuk daki deki indan inden undan unden inda inde unda unde sinin sunun sini sunu sina \
    sine suna sune sinda sinde sindan sinden inin unun nin nun ini unu ina ine una une inca ince imiz umuz miz muz \
    tir dir tur dur dan den tan ten da de ta te yla yle si su in un yi yu ya ye";

/// Suffixes many roots end in by chance.
const WEAK_SUFFIXES: &str = "lan len lat let la le ar er ir ur i u a e";

/// Both lists by suffix: the shortest stem each may leave.
static SHORTEST_STEMS: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let strong = SUFFIXES.split_whitespace().map(|suffix| (suffix, MIN_STEM));
    let weak = WEAK_SUFFIXES.split_whitespace().map(|suffix| (suffix, MIN_STEM_OF_WEAK));
    strong.chain(weak).collect()
});
/// Letters of the longest suffix.
const LONGEST_SUFFIX: usize = 9;

const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];

/// Roots that lose a vowel when inflected.
const DROPPED_VOWELS: [(&str, &str); 4] =
    [("kayt", "kayit"), ("sehr", "sehir"), ("ism", "isim"), ("kism", "kisim")];

/// One telling word of a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// As it stands in the passage.
    pub surface: &'a str,
    pub stem: String,
}

impl Word<'_> {
    /// What the stem shares with its family (güncel, güncelleme, güncelleştirme): its first letters. Stripping derivations
    /// instead needs to know what kind of word each is. Numbers are kin to themselves only.
    pub fn kin(&self) -> &str {
        if self.stem.bytes().any(|letter| letter.is_ascii_digit()) {
            return &self.stem;
        }
        self.stem.char_indices().nth(KIN_LETTERS).map_or(&self.stem, |(end, _)| &self.stem[..end])
    }
}

/// The telling words of a passage in order; stop words are left out.
pub fn words(text: &str) -> Vec<Word<'_>> {
    static STOPS: LazyLock<HashSet<String>> =
        LazyLock::new(|| STOP_WORDS.split_whitespace().map(|word| stem(&tr::fold(word))).collect());
    text.split(|letter: char| !(letter.is_alphanumeric() || is_scanned_letter(letter)))
        .filter(|surface| !surface.is_empty())
        .take(MAX_WORDS)
        .map(|surface| (surface, tr::fold(&mend(surface))))
        .filter(|(_, folded)| !STOP_FORMS.contains(&folded.as_str()))
        .map(|(surface, folded)| Word { surface, stem: stem(&folded) })
        .filter(|word| word.stem.len() > 1 && !STOPS.contains(&word.stem))
        .collect()
}

/// Signs an optical reader puts where it could not read a Turkish letter.
fn is_scanned_letter(letter: char) -> bool {
    matches!(letter, '¢' | '{' | '€')
}

/// Puts back the Turkish letters an optical reader of another language took for something else.
fn mend(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let is_letter = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphabetic());
    let is_digit = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
    let mended = letters.iter().enumerate().map(|(at, &letter)| {
        let (before, after) = (at.checked_sub(1), Some(at + 1));
        let lone = !is_digit(before) && !is_digit(after) && (is_letter(before) || is_letter(after));
        match letter {
            '1' if lone => 'ı',
            '6' if lone => 'ö',
            'é' | 'É' => 'ö',
            '¢' => 'ç',
            '{' => 'ü',
            '€' => 'e',
            other => other,
        }
    });
    // `ü` and `ğ` print as two strokes; Turkish words with a true double i are too few to matter here.
    mended.collect::<String>().replace("ii", "u")
}

/// Cuts inflections from a folded word until none fits. Wrong in the eyes of a linguist at times, but the same for
/// every form of a word, which is what comparing needs.
fn stem(word: &str) -> String {
    if !word.is_ascii() || word.bytes().any(|letter| letter.is_ascii_digit()) {
        return word.to_owned();
    }
    // "Ağ" is the one telling root too short for the rule below.
    if word.strip_prefix("ag").is_some_and(|rest| rest.is_empty() || SHORTEST_STEMS.contains_key(rest)) {
        return "ag".to_owned();
    }
    let mut rest = word;
    for _ in 0..MAX_CUTS {
        match cut(rest) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    harden(rest)
}

/// The word without its longest suffix; none when no suffix fits.
fn cut(word: &str) -> Option<&str> {
    let longest = LONGEST_SUFFIX.min(word.len().saturating_sub(MIN_STEM));
    (1..=longest).rev().find_map(|length| {
        let (stem, suffix) = word.split_at(word.len() - length);
        let shortest = SHORTEST_STEMS.get(suffix)?;
        (stem.len() >= *shortest && stem.contains(VOWELS) && joins(stem, suffix)).then_some(stem)
    })
}

/// Whether the suffix may follow the stem: two vowels do not meet, and the linking letters n, s and y stand only
/// between vowels.
fn joins(stem: &str, suffix: &str) -> bool {
    let ends_in_vowel = stem.ends_with(VOWELS);
    match suffix.as_bytes().first() {
        Some(b'a' | b'e' | b'i' | b'u') => !ends_in_vowel,
        Some(b'n' | b's' | b'y') => ends_in_vowel,
        _ => true,
    }
}

/// Undoes the softening of a last consonant (talebi → talep, yedeği → yedek, kaydı → kayıt).
fn harden(stem: &str) -> String {
    let mut hard = stem.to_owned();
    let last = match stem.as_bytes().last() {
        Some(b'b') => Some('p'),
        Some(b'd') => Some('t'),
        Some(b'g') => Some('k'),
        _ => None,
    };
    if let Some(last) = last {
        hard.pop();
        hard.push(last);
    }
    DROPPED_VOWELS.iter().find(|(dropped, _)| *dropped == hard).map_or(hard, |(_, whole)| (*whole).to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stems(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.stem).collect()
    }

    /// All forms of one word must meet in one stem.
    fn check_same(forms: &str) {
        let found: HashSet<String> = stems(forms).into_iter().collect();
        assert_eq!(found.len(), 1, "{forms}: {found:?}");
    }

    #[test]
    fn forms_of_a_word_meet_in_one_stem() {
        check_same("yedek yedeği yedekler yedeklerini yedeğinin");
        check_same("kayıt kaydı kayıtlar kayıtların kaydının");
        check_same("talep talebi talepler taleplerini taleplerinden");
        check_same("sunucu sunucular sunucularının sunucuya sunucusu");
        check_same("plan planı planlar planlamak planlanması planındaki");
        check_same("ağ ağı ağlar ağların ağını ağında");
        check_same("lisans lisansı lisanslar lisansların lisanslarını");
        check_same("korumak koruma korunması korunmasını");
    }

    #[test]
    fn words_that_only_look_alike_stay_apart() {
        let different =
            ["yazılım", "yazıcı", "yazışma", "yazmak", "bilgisayar", "saklama", "server", "servis"];
        let found: HashSet<String> = different.iter().flat_map(|word| stems(word)).collect();
        assert_eq!(found.len(), different.len(), "{found:?}");
    }

    #[test]
    fn words_of_a_family_are_kin_and_numbers_only_to_themselves() {
        let kin = |text: &str| words(text).iter().map(|word| word.kin().to_owned()).collect::<HashSet<_>>();
        assert_eq!(kin("güncel güncelleme güncelleştirmek").len(), 1);
        assert_eq!(kin("yazılım yazıcı yedek").len(), 2);
        assert_eq!(kin("56511 56512").len(), 2);
        assert_eq!(kin("ağın"), HashSet::from(["ag".to_owned()]));
    }

    #[test]
    fn case_and_turkish_letters_do_not_matter() {
        assert_eq!(stems("İHTİYAÇ ARŞİVİ IŞIK"), stems("ihtiyac arsivi isik"));
    }

    #[test]
    fn letters_lost_in_scanning_are_put_back() {
        assert_eq!(stems("giivenlik"), stems("güvenlik"));
        assert_eq!(stems("gér¢ek yazil1m 6lgii"), stems("görçek yazılım ölgü"));
        assert_eq!(stems("{izerinden")[..], stems("üizerinden")[..]);
    }

    #[test]
    fn numbers_of_laws_keep_their_digits() {
        assert_eq!(stems("5651 16 61"), ["5651", "16", "61"]);
    }

    #[test]
    fn words_of_every_clause_are_left_out() {
        assert!(stems("ve ile gerekli işlemleri yapmak, sağlamak; Müdürlüğün görevleri").is_empty());
        assert_eq!(words("bulunan sunucu")[0].surface, "sunucu");
    }

    #[test]
    fn a_long_text_is_cut_at_the_limit() {
        assert_eq!(words(&"sunucu ".repeat(MAX_WORDS + 5)).len(), MAX_WORDS);
    }

    #[test]
    fn no_suffix_is_longer_than_the_longest() {
        assert_eq!(SHORTEST_STEMS.keys().map(|suffix| suffix.len()).max(), Some(LONGEST_SUFFIX));
    }

    proptest! {
        #[test]
        fn any_text_gives_words_that_stand_in_it(text in any::<String>()) {
            for word in words(&text) {
                prop_assert!(text.contains(word.surface));
                prop_assert!(word.stem.len() > 1);
            }
        }

        #[test]
        fn a_stem_is_its_own_stem_or_shorter(word in "[a-zçğıöşü]{3,20}") {
            for found in words(&word) {
                let again = stem(&found.stem);
                prop_assert!(again.len() <= found.stem.len());
            }
        }
    }
}
