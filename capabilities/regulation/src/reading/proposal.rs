//! What a reading proposes to set up: the directorate with its units, the staff titles, the staffing norm. Proposals
//! only; each names the addresses it was read at, and a person accepts or drops it.

use serde::{Deserialize, Serialize};

use super::holders::{self, Holder, HolderKind};
use super::letters::{lower, near, skeleton};
use super::lines::is_blank;
use super::model::{Kind, Reading, UnitKind};
use super::restore;

/// A unit to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedUnit {
    pub name: String,
    /// The name as printed, where a scan had lost its letters and they were put back: a person should look.
    pub printed: Option<String>,
    pub kind: UnitKind,
    /// Place in the list of the unit it stands under; `None` for the directorate, which is always first.
    pub parent: Option<usize>,
    /// Addresses that name it as a unit. Empty for a directorate named only in the title.
    pub sources: Vec<String>,
    /// Addresses of articles headed as this unit's duties.
    pub duties: Vec<String>,
}

/// A staff title to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedTitle {
    pub name: String,
    /// As in [`ProposedUnit::printed`].
    pub printed: Option<String>,
    /// Other names the text has for it (`Arşiv Görevlisi` beside `Arşiv Elemanı`).
    pub also: Vec<String>,
    /// How many the regulation allows, when it gives a number.
    pub norm: Option<u32>,
    pub sources: Vec<String>,
}

/// The unit, title or function whose duties an article gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedHolder {
    /// Address of the article.
    pub at: String,
    pub holder: Holder,
}

/// Everything a reading proposes, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub units: Vec<ProposedUnit>,
    pub titles: Vec<ProposedTitle>,
    pub holders: Vec<ProposedHolder>,
}

/// Most units, and most titles, one proposal has; no directorate comes near.
const MOST: usize = 300;

/// Folded title words and how they are written; for plurals, small letters and OCR.
const TITLES: [(&str, &str); 10] = [
    ("mudur", "Müdür"),
    ("sef", "Şef"),
    ("memur", "Memur"),
    ("memurlar", "Memur"),
    ("isci", "İşçi"),
    ("isciler", "İşçi"),
    ("sozlesmeli", "Sözleşmeli Personel"),
    ("tekniker", "Tekniker"),
    ("teknisyen", "Teknisyen"),
    ("muhendis", "Mühendis"),
];

/// Folded last words that say only that somebody works there; `Arşiv Elemanı` and `Arşiv Görevlisi` are one.
const WORKERS: [&str; 9] = [
    "personel",
    "personeli",
    "eleman",
    "elemani",
    "gorevli",
    "gorevlisi",
    "calisan",
    "calisani",
    "calisanlar",
];

/// Proposals of a reading of `text`.
pub fn propose(reading: &Reading, text: &str) -> Proposal {
    let scribe = Scribe { is_scanned: restore::is_scanned(text) };
    let units = units(reading, text, scribe);
    let titles = titles(reading, &units[0].name, scribe);
    let holders = holders(reading, &units[0].name, scribe);
    Proposal { units, titles, holders }
}

/// Writes names; in a scan with the letters it lost.
#[derive(Clone, Copy)]
struct Scribe {
    is_scanned: bool,
}

impl Scribe {
    /// The name, and what was printed where letters were put back.
    fn write(self, printed: &str) -> (String, Option<String>) {
        match restore::name(printed).filter(|_| self.is_scanned) {
            Some(name) => (name, Some(printed.to_owned())),
            None => (printed.to_owned(), None),
        }
    }
}

fn units(reading: &Reading, text: &str, scribe: Scribe) -> Vec<ProposedUnit> {
    let (name, words) = directorate(reading, text).unwrap_or_else(|| ("Müdürlük".to_owned(), String::new()));
    let (name, mended) = scribe.write(&name);
    let printed = mended.map(|_| words);
    let own = skeleton(&name);
    let mut found = vec![unit(name, printed, UnitKind::Directorate, None)];
    for mention in &reading.units {
        let Some(node) = reading.node(mention.node) else { continue };
        let key = key(&mention.name);
        let place = found.iter().position(|unit| {
            self::key(&unit.name) == key || skeleton(&mention.name) == own && unit.parent.is_none()
        });
        if place.is_none() && found.len() >= MOST {
            break;
        }
        let above = node.parent.and_then(|parent| reading.node(parent)).map(|above| above.address.as_str());
        let parent = found
            .iter()
            .rposition(|unit| above.is_some_and(|above| unit.sources.iter().any(|source| source == above)));
        let place = place.unwrap_or_else(|| {
            let (name, printed) = scribe.write(&mention.name);
            found.push(unit(capitals(&name), printed, mention.kind, parent.or(Some(0))));
            found.len() - 1
        });
        let is_heading = matches!(node.kind, Kind::Article | Kind::Paragraph) && node.heading.is_some();
        let is_named_there = node
            .leaves
            .iter()
            .any(|leaf| leaf.role == super::model::Role::Heading && leaf.span.contains(mention.span.start));
        let list =
            if is_heading && is_named_there { &mut found[place].duties } else { &mut found[place].sources };
        if !list.contains(&node.address) {
            list.push(node.address.clone());
        }
    }
    found
}

fn unit(name: String, printed: Option<String>, kind: UnitKind, parent: Option<usize>) -> ProposedUnit {
    ProposedUnit { name, printed, kind, parent, sources: Vec::new(), duties: Vec::new() }
}

/// `İdari İşler birimi` → `İdari İşler Birimi`.
fn capitals(name: &str) -> String {
    let words = name.split(' ').map(|word| match word {
        "ve" | "ile" => word.to_owned(),
        _ => capital(word, false),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Same for `İdari İşler Servisi` and `İdari İşler Servis.`.
fn key(name: &str) -> String {
    let folded = skeleton(name.trim_end_matches(['.', ',', ';', ' ']));
    let endings = ["servisi", "birimi", "burosu", "sefligi"];
    match endings.iter().find(|ending| folded.ends_with(**ending)) {
        Some(ending) => folded[..folded.len() - usize::from(ending.ends_with('i'))].to_owned(),
        None => folded,
    }
}

fn titles(reading: &Reading, directorate: &str, scribe: Scribe) -> Vec<ProposedTitle> {
    let mut found: Vec<ProposedTitle> = Vec::new();
    for mention in &reading.titles {
        let Some(node) = reading.node(mention.node) else { continue };
        let (name, printed) = written(&mention.name, directorate, scribe);
        let (same, post) = (skeleton(&name), post(&name));
        let place = found.iter().position(|title| {
            skeleton(&title.name) == same || post.is_some() && self::post(&title.name) == post
        });
        if place.is_none() && found.len() >= MOST {
            break;
        }
        let place = place.unwrap_or_else(|| {
            let (also, sources) = (Vec::new(), Vec::new());
            found.push(ProposedTitle { name: name.clone(), printed, also, norm: None, sources });
            found.len() - 1
        });
        let title = &mut found[place];
        if skeleton(&title.name) != same && !title.also.contains(&name) {
            title.also.push(name);
        }
        title.norm = title.norm.or(mention.count);
        if !title.sources.contains(&node.address) {
            title.sources.push(node.address.clone());
        }
    }
    found
}

/// What stands before a last word that only says that somebody works there.
fn post(name: &str) -> Option<String> {
    let folded = skeleton(name);
    let (post, last) = folded.rsplit_once(' ')?;
    WORKERS.contains(&last).then(|| post.to_owned())
}

/// `memurlar` → `Memur`, `is¢i` → `İşçi`, `Park Müdürü` in the parks directorate → `Müdür`, others with a capital first.
fn written(name: &str, directorate: &str, scribe: Scribe) -> (String, Option<String>) {
    let bare = name.trim_end_matches(['.', ',', ';', ' ']);
    let folded = skeleton(bare);
    let is_head = folded
        .strip_suffix("muduru")
        .is_some_and(|before| skeleton(directorate).strip_suffix("mudurlugu") == Some(before));
    if is_head {
        return ("Müdür".to_owned(), None);
    }
    if let Some((_, title)) = TITLES.iter().find(|(word, _)| near(&folded, word)) {
        let printed = scribe.is_scanned && !title.starts_with(capital(bare, false).as_str());
        return ((*title).to_owned(), printed.then(|| bare.to_owned()));
    }
    let (name, printed) = scribe.write(bare);
    (capital(&name, false), printed)
}

fn holders(reading: &Reading, directorate: &str, scribe: Scribe) -> Vec<ProposedHolder> {
    let articles = reading.nodes.iter().filter(|node| node.kind == Kind::Article);
    let found = articles.filter_map(|article| {
        let mut holder = holders::of_heading(article.heading.as_deref()?)?;
        holder.name = match holder.kind {
            HolderKind::Directorate => directorate.to_owned(),
            _ => capitals(&scribe.write(&holder.name).0),
        };
        Some(ProposedHolder { at: article.address.clone(), holder })
    });
    found.collect()
}

/// Name of the directorate from the regulation's title, and the words as printed: those before and with `MÜDÜRLÜĞÜ`, the
/// municipality off.
fn directorate(reading: &Reading, text: &str) -> Option<(String, String)> {
    let title = reading.nodes.iter().filter(|node| matches!(node.kind, Kind::Title | Kind::Part)).take(2);
    let lines = title.flat_map(|node| node.leaves.iter()).flat_map(|leaf| leaf.span.of(text).lines());
    for line in lines {
        let words: Vec<&str> = line
            .split_whitespace()
            .map(|word| word.trim_matches(|letter: char| is_blank(letter) || "*#_".contains(letter)))
            .collect();
        let ends = |word: &&str| {
            let folded = skeleton(word.split(['’', '\'']).next().unwrap_or(""));
            folded.starts_with("mudurlug") || folded == "mudurlugu"
        };
        let Some(last) = words.iter().position(ends) else { continue };
        let municipal =
            |word: &&str| matches!(skeleton(word).as_str(), "belediyesi" | "baskanligi" | "belediye");
        let first = words[..last].iter().rposition(municipal).map_or(0, |at| at + 1);
        let shown: Vec<String> = words[first..=last]
            .iter()
            .filter(|word| !word.is_empty())
            .map(|word| match skeleton(word).as_str() {
                "ve" => "ve".to_owned(),
                _ => capital(word.split(['’', '\'']).next().unwrap_or(""), true),
            })
            .collect();
        // Whatever a scanner made of the last word, it is this one.
        if let Some((_, before)) = shown.split_last().filter(|(_, before)| !before.is_empty()) {
            return Some((format!("{} Müdürlüğü", before.join(" ")), words[first..=last].join(" ")));
        }
    }
    None
}

/// First letter large by Turkish rules; the others small if `lowers`.
fn capital(word: &str, lowers: bool) -> String {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    let first: String = match first {
        'i' => "İ".to_owned(),
        other => other.to_uppercase().collect(),
    };
    let rest = letters.map(|letter| if lowers { lower(letter) } else { letter });
    std::iter::once(first).chain(rest.map(String::from)).collect()
}
