//! What a reading proposes to set up: the directorate with its units, the staff titles, the staffing norm. Proposals
//! only; each names the addresses it was read at, and a person accepts or drops it.

use serde::{Deserialize, Serialize};

use super::letters::{lower, near, skeleton};
use super::model::{Kind, Reading, UnitKind};

/// A unit to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedUnit {
    pub name: String,
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
    /// How many the regulation allows, when it gives a number.
    pub norm: Option<u32>,
    pub sources: Vec<String>,
}

/// Everything a reading proposes, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub units: Vec<ProposedUnit>,
    pub titles: Vec<ProposedTitle>,
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

/// Proposals of a reading of `text`.
pub fn propose(reading: &Reading, text: &str) -> Proposal {
    Proposal { units: units(reading, text), titles: titles(reading) }
}

fn units(reading: &Reading, text: &str) -> Vec<ProposedUnit> {
    let name = directorate(reading, text).unwrap_or_else(|| "Müdürlük".to_owned());
    let own = skeleton(&name);
    let root = ProposedUnit {
        name,
        kind: UnitKind::Directorate,
        parent: None,
        sources: Vec::new(),
        duties: Vec::new(),
    };
    let mut found = vec![root];
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
            let (name, kind) = (mention.name.clone(), mention.kind);
            found.push(ProposedUnit {
                name,
                kind,
                parent: parent.or(Some(0)),
                sources: Vec::new(),
                duties: Vec::new(),
            });
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

/// Same for `İdari İşler Servisi` and `İdari İşler Servis.`.
fn key(name: &str) -> String {
    let folded = skeleton(name.trim_end_matches(['.', ',', ';', ' ']));
    let endings = ["servisi", "birimi", "burosu", "sefligi"];
    match endings.iter().find(|ending| folded.ends_with(**ending)) {
        Some(ending) => folded[..folded.len() - usize::from(ending.ends_with('i'))].to_owned(),
        None => folded,
    }
}

fn titles(reading: &Reading) -> Vec<ProposedTitle> {
    let mut found: Vec<ProposedTitle> = Vec::new();
    for mention in &reading.titles {
        let Some(node) = reading.node(mention.node) else { continue };
        let name = written(&mention.name);
        let same = skeleton(&name);
        let place = found.iter().position(|title| skeleton(&title.name) == same);
        if place.is_none() && found.len() >= MOST {
            break;
        }
        let place = place.unwrap_or_else(|| {
            found.push(ProposedTitle { name, norm: None, sources: Vec::new() });
            found.len() - 1
        });
        found[place].norm = found[place].norm.or(mention.count);
        if !found[place].sources.contains(&node.address) {
            found[place].sources.push(node.address.clone());
        }
    }
    found
}

/// `memurlar` → `Memur`, `is¢i` → `İşçi`, others with a capital first.
fn written(name: &str) -> String {
    let bare = name.trim_end_matches(['.', ',', ';', ' ']);
    let folded = skeleton(bare);
    match TITLES.iter().find(|(word, _)| near(&folded, word)) {
        Some((_, title)) => (*title).to_owned(),
        None => capital(bare, false),
    }
}

/// Name of the directorate from the regulation's title: the words before and with `MÜDÜRLÜĞÜ`, the municipality off.
fn directorate(reading: &Reading, text: &str) -> Option<String> {
    let title = reading.nodes.iter().filter(|node| matches!(node.kind, Kind::Title | Kind::Part)).take(2);
    let lines = title.flat_map(|node| node.leaves.iter()).flat_map(|leaf| leaf.span.of(text).lines());
    for line in lines {
        let words: Vec<&str> =
            line.split_whitespace().map(|word| word.trim_matches(['*', '#', '_'])).collect();
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
            return Some(format!("{} Müdürlüğü", before.join(" ")));
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
