//! Upon whom the heading of an article lays the duties below it: a unit, a title, work given to somebody, or the
//! directorate itself. Reads headings only.

use serde::{Deserialize, Serialize};

use super::letters::skeleton;

/// What kind of holder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// The directorate as a whole.
    Directorate,
    Unit,
    Title,
    /// Work given to somebody without being a title of the staffing norm, such as a person in charge of an archive.
    Function,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub kind: HolderKind,
    pub name: String,
}

/// Folded words for whose sake an article is headed by somebody's name.
const DUTY_WORDS: [&str; 13] = [
    "gorev",
    "gorevi",
    "gorevler",
    "gorevleri",
    "gorevlerini",
    "yetki",
    "yetkisi",
    "yetkileri",
    "sorumluluk",
    "sorumlulugu",
    "sorumluluklar",
    "sorumluluklari",
    "calisma",
];

/// Folded genitives of unit words and the word they come from.
pub(super) const UNIT_GENITIVES: [(&str, &str); 15] = [
    ("servisinin", "Servisi"),
    ("servisin", "Servis"),
    ("biriminin", "Birimi"),
    ("birimin", "Birim"),
    ("burosunun", "Bürosu"),
    ("buronun", "Büro"),
    ("sefliginin", "Şefliği"),
    ("sefligin", "Şeflik"),
    ("amirliginin", "Amirliği"),
    ("merkezinin", "Merkezi"),
    ("ekibinin", "Ekibi"),
    ("atolyesinin", "Atölyesi"),
    ("masasinin", "Masası"),
    ("arsivinin", "Arşivi"),
    ("kaleminin", "Kalemi"),
];

/// Folded forms of title words, the word itself, and whether it is one of the staffing norm.
const TITLE_GENITIVES: [(&str, &str, HolderKind); 19] = [
    ("mudurun", "Müdür", HolderKind::Title),
    ("mudurunun", "Müdür", HolderKind::Title),
    ("muduru", "Müdür", HolderKind::Title),
    ("sefin", "Şef", HolderKind::Title),
    ("sefinin", "Şefi", HolderKind::Title),
    ("sefleri", "Şef", HolderKind::Title),
    ("seflerin", "Şef", HolderKind::Title),
    ("memurun", "Memur", HolderKind::Title),
    ("memurlarin", "Memur", HolderKind::Title),
    ("teknikerin", "Tekniker", HolderKind::Title),
    ("teknisyenin", "Teknisyen", HolderKind::Title),
    ("muhendisin", "Mühendis", HolderKind::Title),
    ("personelin", "Personel", HolderKind::Function),
    ("personelinin", "Personeli", HolderKind::Function),
    ("elemaninin", "Elemanı", HolderKind::Function),
    ("gorevlisinin", "Görevlisi", HolderKind::Function),
    ("sorumlusunun", "Sorumlusu", HolderKind::Function),
    ("sorumlularinin", "Sorumlusu", HolderKind::Function),
    ("uzmaninin", "Uzmanı", HolderKind::Function),
];

const DIRECTORATE: [&str; 4] = ["mudurlugun", "mudurlugunun", "mudurluk", "mudurlugu"];

/// The holder a heading names: `Yazılım Servisinin Görevleri`, `Şefin Görev ve Yetkileri`, `GÖREV UNVANI: Arşiv
/// Görevlisi`. `None` when it names nobody, or speaks of no duties.
pub fn of_heading(heading: &str) -> Option<Holder> {
    let folded = |word: &str| skeleton(word.trim_matches(|letter: char| !letter.is_alphanumeric()));
    if let Some((label, behind)) = heading.split_once(':')
        && skeleton(label).contains("unvan")
    {
        let name: Vec<&str> = behind
            .split_whitespace()
            .take_while(|word| !DUTY_WORDS.contains(&folded(word).as_str()))
            .collect();
        return by_title(&name.join(" "));
    }
    let words: Vec<&str> = heading.split_whitespace().collect();
    let duty = words.iter().position(|word| DUTY_WORDS.contains(&folded(word).as_str()))?;
    let mut last = duty.checked_sub(1)?;
    if folded(words[last]) == "ortak" {
        last = last.checked_sub(1)?;
    }
    let (own, before) = (folded(words[last]), words[..last].join(" "));
    let named = |word: &str| format!("{before} {word}").trim().to_owned();
    if DIRECTORATE.contains(&own.as_str()) {
        return Some(Holder { kind: HolderKind::Directorate, name: named("Müdürlüğü") });
    }
    if let Some((_, word)) = UNIT_GENITIVES.iter().find(|(genitive, _)| *genitive == own) {
        return (!before.is_empty()).then(|| Holder { kind: HolderKind::Unit, name: named(word) });
    }
    let (_, word, kind) = TITLE_GENITIVES.iter().find(|(genitive, ..)| *genitive == own)?;
    // "Bilgi İşlem Müdürünün" is the director, whatever the directorate is called.
    let name = if *word == "Müdür" { (*word).to_owned() } else { named(word) };
    Some(Holder { kind: *kind, name })
}

/// `Bilgi İşlem Müdürü` is the director; another name behind "görev unvanı" is work given to somebody.
fn by_title(name: &str) -> Option<Holder> {
    let last = skeleton(name.split_whitespace().last()?);
    let holder = match last.as_str() {
        "mudur" | "muduru" => Holder { kind: HolderKind::Title, name: "Müdür".into() },
        "sef" | "sefi" | "memur" | "memuru" | "tekniker" | "teknisyen" | "muhendis" => {
            Holder { kind: HolderKind::Title, name: name.into() }
        }
        _ => Holder { kind: HolderKind::Function, name: name.into() },
    };
    Some(holder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_names_whose_duties_stand_below_it() {
        let holder = |heading: &str| of_heading(heading).map(|holder| (holder.kind, holder.name));
        for (heading, kind, name) in [
            ("Fidanlık Şefliğinin görevleri", HolderKind::Unit, "Fidanlık Şefliği"),
            ("Sera ve Bahçe Servisinin Görevleri", HolderKind::Unit, "Sera ve Bahçe Servisi"),
            ("Park Müdürünün Görev ve Yetkileri", HolderKind::Title, "Müdür"),
            ("Şefin Görev, Yetki ve Sorumlulukları", HolderKind::Title, "Şef"),
            ("Büro Sorumlularının Ortak Görevleri", HolderKind::Function, "Büro Sorumlusu"),
            ("GÖREV UNVANI : Yol Bekçisi Görev ve Yetkisi", HolderKind::Function, "Yol Bekçisi"),
            ("Görev ünvanı: Park Müdürü", HolderKind::Title, "Müdür"),
            ("Müdürlüğün Görev Alanı", HolderKind::Directorate, "Müdürlüğü"),
            ("Basin Isleri Miidiirliigiiniin Gorevleri", HolderKind::Directorate, "Basin Isleri Müdürlüğü"),
        ] {
            assert_eq!(holder(heading), Some((kind, name.to_owned())), "{heading}");
        }
        for heading in [
            "Görev, Yetki ve Sorumluluk",
            "Sorumlu Görevlendirmesi",
            "Servisler",
            "Şefin Odası",
            "",
            "Görevin İcrası",
        ] {
            assert_eq!(holder(heading), None, "{heading}");
        }
    }
}
