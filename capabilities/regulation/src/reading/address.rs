//! Addresses of nodes: how they are formed, made unique, said in Turkish and looked up. The labels they are formed
//! from are decided elsewhere.

use std::collections::HashMap;

use super::model::{Kind, Node, Reading};

const ORDINALS_TR: [&str; 12] = [
    "Birinci",
    "İkinci",
    "Üçüncü",
    "Dördüncü",
    "Beşinci",
    "Altıncı",
    "Yedinci",
    "Sekizinci",
    "Dokuzuncu",
    "Onuncu",
    "On Birinci",
    "On İkinci",
];

/// Gives every node its address, aliases and Turkish address from the kinds, labels and parents.
/// `nodes` must be in document order, parents before children.
pub fn refresh(nodes: &mut [Node]) {
    let mut places: HashMap<u32, usize> = HashMap::with_capacity(nodes.len());
    let mut used: HashMap<String, u32> = HashMap::with_capacity(nodes.len());
    for at in 0..nodes.len() {
        places.insert(nodes[at].index, at);
        let parent = nodes[at].parent.and_then(|index| places.get(&index).copied());
        let holder = parent
            .map(|at| &nodes[at])
            .filter(|node| node.kind != Kind::Part || nodes[at].kind > Kind::Article);
        let wanted = join(holder, &nodes[at], &nodes[at].label);
        let aliases = aliases(nodes, &places, at, &wanted);
        let said = say(holder, &nodes[at]);
        let times = *used.entry(wanted.clone()).and_modify(|times| *times += 1).or_insert(1);
        let node = &mut nodes[at];
        (node.address, node.address_tr, node.aliases) = (wanted, said, aliases);
        if times > 1 {
            node.aliases.insert(0, node.address.clone());
            let mut number = times;
            let mut unique = format!("{}({number})", node.address);
            while used.contains_key(&unique) {
                number += 1;
                unique = format!("{}({number})", node.address);
            }
            used.insert(node.address.clone(), number);
            node.address.clone_from(&unique);
            used.insert(unique, 1);
            node.address_tr = format!("{} ({number}. kez)", node.address_tr);
        }
    }
}

/// `parent/label`, or the label alone where it already carries the parent's number (`7.6.9`).
fn join(holder: Option<&Node>, node: &Node, label: &str) -> String {
    match (node.kind, holder) {
        (Kind::Title, _) => "başlık".into(),
        (Kind::Part, _) if label.starts_with("kısım") => label.into(),
        (Kind::Part, _) => format!("bölüm {label}"),
        (_, Some(holder)) if carries(label, &holder.label) => {
            let above = holder.address.strip_suffix(holder.label.as_str()).unwrap_or_default();
            format!("{above}{label}")
        }
        (_, Some(holder)) => format!("{}/{label}", holder.address),
        (_, None) => label.into(),
    }
}

fn carries(label: &str, parent: &str) -> bool {
    label.strip_prefix(parent).is_some_and(|rest| rest.starts_with('.'))
}

/// Addresses with levels left out that people leave out when they cite (the paragraph, the clause above a roman
/// sub-clause), and with the labels the text may also mean.
fn aliases(nodes: &[Node], places: &HashMap<u32, usize>, at: usize, own: &str) -> Vec<String> {
    let node = &nodes[at];
    if matches!(node.kind, Kind::Title | Kind::Part | Kind::Article) {
        return node.also.clone();
    }
    // The levels between the node and what a citation must name: its article, or the number that carries the article's.
    let mut between: Vec<&Node> = Vec::new();
    let mut above = node.parent;
    let anchor = loop {
        let Some(holder) = above.and_then(|index| places.get(&index)).map(|&place| &nodes[place]) else {
            break None;
        };
        let is_dotted = holder.kind == Kind::Paragraph && !holder.address.contains('/');
        if holder.kind <= Kind::Article || is_dotted {
            break Some(holder);
        }
        between.push(holder);
        above = holder.parent;
    };
    let Some(anchor) = anchor else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for label in std::iter::once(&node.label).chain(&node.also) {
        for (keeps_paragraph, keeps_clause) in [(true, true), (false, true), (true, false), (false, false)] {
            let keeps =
                |level: &&&Node| if level.kind == Kind::Paragraph { keeps_paragraph } else { keeps_clause };
            let mut address = anchor.address.clone();
            for level in between.iter().rev().filter(keeps) {
                address = format!("{address}/{}", level.label);
            }
            let address =
                if carries(label, &anchor.label) { label.clone() } else { format!("{address}/{label}") };
            if address != own && !found.contains(&address) {
                found.push(address);
            }
        }
    }
    found
}

/// `Madde 13, bent ç`.
fn say(holder: Option<&Node>, node: &Node) -> String {
    let label = node.label.as_str();
    let own = match node.kind {
        Kind::Title => return "Başlık".into(),
        Kind::Part => {
            let (number, word) =
                label.strip_prefix("kısım ").map_or((label, "Bölüm"), |number| (number, "Kısım"));
            let ordinal = number.parse::<usize>().ok().and_then(|at| ORDINALS_TR.get(at.wrapping_sub(1)));
            return ordinal.map_or_else(|| format!("{word} {number}"), |ordinal| format!("{ordinal} {word}"));
        }
        Kind::Article => return format!("Madde {label}"),
        Kind::Paragraph if holder.is_some_and(|holder| carries(label, &holder.label)) => {
            return format!("Madde {label}");
        }
        Kind::Paragraph => match label.strip_prefix('§') {
            Some(number) => format!("{number}. paragraf"),
            None => format!("fıkra {label}"),
        },
        Kind::Clause | Kind::SubClause => {
            let word = if node.kind == Kind::Clause { "bent" } else { "alt bent" };
            match label.strip_prefix('•') {
                Some(number) => format!("imli {word} {number}"),
                None => format!("{word} {label}"),
            }
        }
    };
    match holder {
        Some(holder) => format!("{}, {own}", holder.address_tr),
        None => own,
    }
}

/// The form in which two spellings of one address are equal: Turkish lower case, no spaces, no `madde`.
pub fn key(address: &str) -> String {
    let lower: String = address
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .flat_map(|letter| match letter {
            'I' => 'ı'.to_lowercase(),
            'İ' => 'i'.to_lowercase(),
            other => other.to_lowercase(),
        })
        .collect();
    lower.strip_prefix("madde").unwrap_or(&lower).trim_end_matches(['.', ')']).to_owned()
}

impl Reading {
    /// The node of exactly that address.
    pub fn at(&self, address: &str) -> Option<&Node> {
        let wanted = key(address);
        self.nodes.iter().find(|node| key(&node.address) == wanted)
    }

    /// Every node a citation such as `8/b`, `8/vi` or `Madde 7.6.9/a` may mean: the exact address first, then aliases
    /// in document order. Empty when the text has no such place.
    pub fn resolve(&self, citation: &str) -> Vec<&Node> {
        let wanted = key(citation);
        let exact = self.nodes.iter().filter(|node| key(&node.address) == wanted);
        let loose = self.nodes.iter().filter(|node| {
            key(&node.address) != wanted && node.aliases.iter().any(|alias| key(alias) == wanted)
        });
        exact.chain(loose).collect()
    }
}
