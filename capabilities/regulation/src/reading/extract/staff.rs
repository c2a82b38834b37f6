//! Units and staff titles the text names: in the lists of its organisation articles, in sentences that say what the
//! directorate consists of, and in the headings of duty articles.

use super::{Tree, span_of};
use crate::reading::display::clean;
use crate::reading::holders::UNIT_GENITIVES;
use crate::reading::letters::{near, skeleton};
use crate::reading::lines::is_blank;
use crate::reading::model::{Kind, Node, Role, Span, TitleMention, UnitKind, UnitMention};
use crate::reading::words::ends_a_duty;

/// Longest name of a unit or title, in words.
const NAME_WORDS: usize = 7;

/// Folded last words of unit names with the kind they make.
const UNIT_WORDS: [(&str, UnitKind); 16] = [
    ("mudurlugu", UnitKind::Directorate),
    ("servisi", UnitKind::Service),
    ("servis", UnitKind::Service),
    ("sefligi", UnitKind::Section),
    ("seflik", UnitKind::Section),
    ("burosu", UnitKind::Office),
    ("buro", UnitKind::Office),
    ("birimi", UnitKind::Unit),
    ("birim", UnitKind::Unit),
    ("destek", UnitKind::Unit),
    ("merkezi", UnitKind::Unit),
    ("ekibi", UnitKind::Unit),
    ("atolyesi", UnitKind::Unit),
    ("masasi", UnitKind::Unit),
    ("arsivi", UnitKind::Unit),
    ("kalemi", UnitKind::Office),
];

/// Folded words that are or end a staff title.
const TITLE_WORDS: [&str; 34] = [
    "mudur",
    "sef",
    "memur",
    "memurlar",
    "isci",
    "isciler",
    "tekniker",
    "teknisyen",
    "muhendis",
    "mimar",
    "uzman",
    "uzmani",
    "programci",
    "cozumleyici",
    "sozlesmeli",
    "personel",
    "personeli",
    "eleman",
    "elemani",
    "gorevlisi",
    "gorevli",
    "sorumlusu",
    "calisan",
    "calisani",
    "calisanlar",
    "amiri",
    "amir",
    "sofor",
    "hizmetli",
    "sekreter",
    "operator",
    "isletmeni",
    "yardimcisi",
    "avukat",
];

/// What a list of short names lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    Units,
    /// Perhaps units: only what ends in a unit word is taken.
    UnitsByName,
    Titles,
}

struct Found {
    units: Vec<UnitMention>,
    titles: Vec<TitleMention>,
}

/// Every mention, in document order of the nodes.
pub(super) fn find(tree: &Tree) -> (Vec<UnitMention>, Vec<TitleMention>) {
    let mut found = Found { units: Vec::new(), titles: Vec::new() };
    for node in &tree.reading.nodes {
        match node.kind {
            Kind::Article | Kind::Paragraph => {
                heading(tree, node, &mut found);
                organisation(tree, node, &mut found);
            }
            _ => {}
        }
    }
    (found.units, found.titles)
}

/// `GÖREV UNVANI: Arşiv Görevlisi` names a title, `Yazılım Servisinin Görevleri` a unit.
fn heading(tree: &Tree, node: &Node, found: &mut Found) {
    for leaf in node.leaves.iter().filter(|leaf| leaf.role == Role::Heading) {
        let raw = leaf.span.of(tree.text);
        for line in raw.split('\n') {
            let folded = skeleton(line);
            if let Some((label, name)) = line.split_once(':')
                && skeleton(label).contains("unvan")
                && !name.trim().is_empty()
            {
                let span = span_of(name.trim(), raw, leaf.span.start);
                found.titles.push(TitleMention { name: clean(name), count: None, node: node.index, span });
            }
            let genitive =
                UNIT_GENITIVES.iter().find(|(word, _)| folded.split_whitespace().any(|found| found == *word));
            if let Some(&(genitive, plain)) = genitive {
                unit_of_heading(line, span_of(line, raw, leaf.span.start), genitive, plain, node, found);
            }
        }
    }
}

fn unit_of_heading(line: &str, span: Span, genitive: &str, plain: &str, node: &Node, found: &mut Found) {
    let Some(word) = line.split_whitespace().find(|word| skeleton(word) == genitive) else { return };
    let end = word.as_ptr() as usize - line.as_ptr() as usize;
    let before = line[..end].trim_start_matches(['#', '*', ' ', '\t']);
    let name = format!("{} {plain}", clean(before));
    if before.trim().is_empty() || name.split_whitespace().count() > NAME_WORDS {
        return;
    }
    let start = span.start + (before.as_ptr() as usize - line.as_ptr() as usize);
    let kind = unit_kind(&name).unwrap_or(UnitKind::Unit);
    let span = Span::new(start, span.start + end + word.len());
    found.units.push(UnitMention { name, kind, node: node.index, span });
}

/// What a provision about organisation or staff lists, or says in a sentence.
fn organisation(tree: &Tree, node: &Node, found: &mut Found) {
    let about = tree.about(node);
    let Some(lists) = what_is_listed(tree, node, &about) else { return };
    let items: Vec<&Node> = tree.under(node).filter(|child| child.kind >= Kind::Clause).collect();
    if items.is_empty() {
        if !table(tree, node, found) {
            sentence(tree, node, &about, found);
        }
        return;
    }
    let is_name = |item: &&Node| is_name(&tree.reading.display(item, tree.text));
    if items.iter().filter(|item| is_name(item)).count() * 2 < items.len() {
        return;
    }
    for item in items {
        let below = tree.under(item).filter(|below| lists == Lists::Units && is_name(below));
        for item in std::iter::once(item).chain(below) {
            for span in tree.pieces(item).take(1) {
                name(tree.text, item, span, lists, found);
            }
        }
    }
}

/// Whether an item is a name and not a duty or a sentence.
fn is_name(words: &str) -> bool {
    let name = words.split(':').next().unwrap_or("").trim_end_matches(['.', ',', ';']);
    let last = name.split_whitespace().last().unwrap_or("");
    let is_duty = ends_a_duty(last) && !is_title_word(&skeleton(last));
    name.split_whitespace().count() <= NAME_WORDS && !name.contains([',', '.', '/']) && !is_duty
}

/// A provision's own words weigh more than the heading of the article it stands in.
fn what_is_listed(tree: &Tree, node: &Node, about: &str) -> Option<Lists> {
    let own: String = tree.reading.display(node, tree.text).chars().take(200).collect();
    let above =
        tree.above(node).filter(|_| node.kind == Kind::Paragraph).and_then(|above| above.heading.as_deref());
    listed(&skeleton(&own)).or_else(|| listed(about)).or_else(|| listed(&skeleton(above.unwrap_or(""))))
}

fn listed(words: &str) -> Option<Lists> {
    let has = |keys: &[&str]| keys.iter().any(|key| words.contains(key));
    let is_staff =
        has(&["personel yapi", "personeli", "unvan", "kadro"]) || words.trim_end().ends_with("personel");
    if has(&["teskilat", "organizasyon", "alt birim"]) && !has(&["unvan", "personel yapi"]) {
        Some(Lists::Units)
    } else if is_staff {
        Some(Lists::Titles)
    } else {
        has(&["birim", "burolar", "servisler", "seflikler", "mudurlukler"]).then_some(Lists::UnitsByName)
    }
}

/// One item of a list of names.
fn name(text: &str, item: &Node, span: Span, lists: Lists, found: &mut Found) {
    let raw = span.of(text);
    let (head, tail) = raw.split_once(':').unwrap_or((raw, ""));
    let (bare, count) = counted(head, tail);
    let shown = clean(bare);
    if shown.is_empty() || shown.split_whitespace().count() > NAME_WORDS {
        return;
    }
    let folded: Vec<String> = shown.split_whitespace().map(skeleton).collect();
    let span = span_of(bare, raw, span.start);
    let last = folded.last().map_or("", String::as_str);
    if let Some(kind) = unit_kind(&shown) {
        return found.units.push(UnitMention { name: shown, kind, node: item.index, span });
    }
    let are_all_titles = folded.len() > 1
        && folded
            .iter()
            .all(|word| ["mudur", "sef", "memur", "memurlar", "isci", "isciler"].contains(&word.as_str()));
    if are_all_titles {
        for word in bare.split_whitespace() {
            let span = span_of(word, raw, span.start - (bare.as_ptr() as usize - raw.as_ptr() as usize));
            found.titles.push(TitleMention { name: clean(word), count: None, node: item.index, span });
        }
        return;
    }
    // "Personel: Memur, işçi ve sözleşmeli" lists titles behind its colon.
    if last == "personel" && folded.len() == 1 && count.is_none() && tail.contains(',') {
        let start =
            span_of(tail, raw, 0).start + span.start - (bare.as_ptr() as usize - raw.as_ptr() as usize);
        return titles_of_sentence(tail, start, item, found);
    }
    if lists == Lists::Titles || (lists == Lists::Units && is_title_word(last)) {
        found.titles.push(TitleMention { name: shown, count, node: item.index, span });
    } else if lists == Lists::Units {
        found.units.push(UnitMention { name: shown, kind: UnitKind::Unit, node: item.index, span });
    }
}

/// Takes the number off `Şef 2`, `Şef: 2`, `Şef (2 kişi)`.
fn counted<'a>(head: &'a str, tail: &str) -> (&'a str, Option<u32>) {
    let trims = |letter: char| {
        letter.is_whitespace() || matches!(letter, '.' | ',' | ';' | '(' | ')' | '|' | '-' | '*')
    };
    let number = |words: &str| {
        let bare =
            words.trim_matches(trims).trim_end_matches("adet").trim_end_matches("kişi").trim_matches(trims);
        bare.parse::<u32>().ok().filter(|&number| number < 1_000)
    };
    let head = head.trim_matches(trims);
    if let Some(count) = number(tail) {
        return (head, Some(count));
    }
    let digits = head.find(|letter: char| letter.is_ascii_digit());
    match digits.and_then(|at| Some((at, number(&head[at..])?))) {
        Some((at, count)) if at > 0 => (head[..at].trim_matches(trims), Some(count)),
        _ => (head, None),
    }
}

/// Lines that each are a title and a number: the staffing table of an annex. Whether there was one.
fn table(tree: &Tree, node: &Node, found: &mut Found) -> bool {
    let mut rows = Vec::new();
    for span in tree.pieces(node) {
        let raw = span.of(tree.text);
        for line in raw.lines() {
            let (name, count) = counted(line, "");
            let shown = clean(name);
            let is_sum = skeleton(&shown).starts_with("toplam");
            let is_row = count.is_some()
                && !is_sum
                && !shown.is_empty()
                && shown.split_whitespace().count() <= NAME_WORDS;
            if is_row {
                let span = span_of(name, raw, span.start);
                rows.push(TitleMention { name: shown, count, node: node.index, span });
            }
        }
    }
    let is_table = rows.len() >= 2;
    if is_table {
        found.titles.extend(rows);
    }
    is_table
}

/// `… A, B ve C birimlerinden oluşur.` and `… müdür, şef ve memurdan oluşur.`
fn sentence(tree: &Tree, node: &Node, about: &str, found: &mut Found) {
    let consists = ["olusur", "olusmaktadir", "meydana gelir"].iter().any(|verb| about.contains(verb));
    if !consists || !about.contains(',') {
        return;
    }
    for span in tree.pieces(node) {
        let raw = span.of(tree.text);
        let Some(sentence) = sentences(raw).find(|sentence| skeleton(sentence).contains("olus")) else {
            continue;
        };
        let start = span_of(sentence, raw, span.start).start;
        if skeleton(sentence).contains("birim") {
            units_of_sentence(sentence, start, node, found);
        } else {
            titles_of_sentence(sentence, start, node, found);
        }
    }
}

/// The pieces that end in a full stop with white space behind it.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut after_stop = false;
    text.split_inclusive(move |letter: char| {
        let ends = after_stop && is_blank(letter);
        after_stop = letter == '.';
        ends
    })
}

/// The pieces around the word `ve`.
fn around_and(text: &str) -> Vec<&str> {
    let (mut found, mut start) = (Vec::new(), 0);
    for word in text.split_whitespace().filter(|word| *word == "ve") {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        found.push(&text[start..at]);
        start = at + word.len();
    }
    found.push(&text[start..]);
    found
}

fn units_of_sentence(sentence: &str, start: usize, node: &Node, found: &mut Found) {
    let listed = sentence.split_once([';', ':']).map_or(sentence, |(_, listed)| listed);
    for piece in listed.split(',') {
        let starts = |word: &&str| {
            let folded = skeleton(word);
            ["konular", "ilgili", "alt", "birim"].iter().any(|start| match *start {
                "alt" => folded == "alt",
                start => folded.starts_with(start),
            })
        };
        let stop = piece.split_whitespace().find(starts);
        let stop = stop.map_or(piece.len(), |word| word.as_ptr() as usize - piece.as_ptr() as usize);
        let bare = piece[..stop].trim();
        let shown = clean(bare);
        if !shown.is_empty() && shown.split_whitespace().count() <= NAME_WORDS {
            let kind = unit_kind(&shown).unwrap_or(UnitKind::Unit);
            found.units.push(UnitMention {
                name: shown,
                kind,
                node: node.index,
                span: span_of(bare, sentence, start),
            });
        }
    }
}

/// Title words of a sentence, each the last of its comma-separated piece or around a `ve`.
fn titles_of_sentence(sentence: &str, start: usize, node: &Node, found: &mut Found) {
    for piece in sentence.split([',', ';']).flat_map(around_and) {
        let words: Vec<&str> = piece.split_whitespace().collect();
        let is_title =
            |word: &&str| is_title_word(&without_ablative(word)) && !skeleton(word).starts_with("personel");
        let Some(at) = words.iter().rposition(is_title) else { continue };
        let closes = |word: &&str| {
            ["personel", "olus", "ibaret"].iter().any(|start| skeleton(word).starts_with(start))
        };
        if !words[at + 1..].iter().all(closes) {
            continue;
        }
        let word = words[at].trim_matches(['*', '.']);
        let bare =
            ["dan", "den", "tan", "ten"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
        let name = clean(bare);
        let span = span_of(word, sentence, start);
        found.titles.push(TitleMention { name, count: None, node: node.index, span });
    }
}

/// `memurdan` → `memur`.
fn without_ablative(word: &str) -> String {
    let folded = skeleton(word.trim_end_matches('.'));
    let bare = ["dan", "den", "tan", "ten"].iter().find_map(|ending| folded.strip_suffix(ending));
    bare.map_or(folded.clone(), str::to_owned)
}

fn is_title_word(folded: &str) -> bool {
    TITLE_WORDS.iter().any(|title| near(folded, title))
}

/// Kind of the unit a name ends as; `None` when the name ends in no unit word.
fn unit_kind(name: &str) -> Option<UnitKind> {
    let last = skeleton(name.split_whitespace().last()?);
    let last = last.trim_end_matches(['.', ',', ';']);
    let has_name = name.split_whitespace().count() > 1;
    UNIT_WORDS.iter().find(|(word, _)| *word == last).map(|&(_, kind)| kind).filter(|_| has_name)
}
