//! A reading as an outline for the command line: one line per node, then what stands outside the tree. For reading by
//! people; programs take the JSON.

use std::collections::HashMap;
use std::fmt::Write;

use super::display::clean;
use super::model::{Certainty, Reading, Span};
use super::proposal::{Proposal, propose};

/// Longest piece of a provision shown on a line, in characters.
const SHOWN: usize = 72;

/// The outline of a reading of `text`. Uncertain nodes start with `?`, certain ones with a space.
pub fn outline(reading: &Reading, text: &str) -> String {
    let mut page = String::new();
    let mut depths: HashMap<u32, usize> = HashMap::new();
    for node in &reading.nodes {
        let depth = node.parent.and_then(|parent| depths.get(&parent)).map_or(0, |depth| depth + 1);
        depths.insert(node.index, depth);
        let sign = if node.certainty.is_certain() { ' ' } else { '?' };
        let words =
            [node.heading.clone().map(|heading| format!("[{heading}]")), Some(reading.display(node, text))];
        let words: Vec<String> = words.into_iter().flatten().filter(|words| !words.is_empty()).collect();
        let _ = write!(page, "{sign} {}{}  {}", "  ".repeat(depth), node.address, short(&words.join(" ")));
        if let Certainty::Uncertain { why_tr } = &node.certainty {
            let _ = write!(page, "  ({why_tr})");
        }
        page.push('\n');
    }
    list(&mut page, "Sayfa düzeni", &reading.furniture, text);
    list(&mut page, "Yerleştirilemeyen", &reading.unplaced, text);
    facts(&mut page, reading);
    proposals(&mut page, &propose(reading, text));
    page
}

fn facts(page: &mut String, reading: &Reading) {
    for definition in &reading.definitions {
        let _ = writeln!(page, "Tanım: {} = {}", definition.term, short(&definition.meaning));
    }
    for principle in &reading.principles {
        let _ = writeln!(page, "İlke: {}", short(&principle.text));
    }
    for repeal in &reading.repeals {
        let _ = writeln!(page, "Yürürlükten kaldırma: {}", short(&repeal.sentence));
    }
    if let Some(in_force) = &reading.in_force {
        let _ = writeln!(page, "Yürürlük: {}", short(&in_force.sentence));
    }
}

/// What would be set up, each thing once however often the text names it.
fn proposals(page: &mut String, proposal: &Proposal) {
    for unit in &proposal.units {
        let above = unit.parent.and_then(|above| proposal.units.get(above));
        let above = above.map_or(String::new(), |above| format!(" < {}", above.name));
        let _ = writeln!(page, "Birim: {}{above}{}", unit.name, as_printed(unit.printed.as_deref(), &[]));
    }
    for title in &proposal.titles {
        let norm = title.norm.map_or(String::new(), |norm| format!(" ({norm})"));
        let printed = as_printed(title.printed.as_deref(), &title.also);
        let _ = writeln!(page, "Unvan: {}{norm}{printed}", title.name);
    }
    for holder in &proposal.holders {
        let _ = writeln!(page, "Görevli: {} → {}", holder.at, holder.holder.name);
    }
}

fn as_printed(printed: Option<&str>, also: &[String]) -> String {
    let others: Vec<&str> = printed.into_iter().chain(also.iter().map(String::as_str)).collect();
    if others.is_empty() { String::new() } else { format!("  (metinde: {})", others.join(", ")) }
}

fn list(page: &mut String, name: &str, spans: &[Span], text: &str) {
    for span in spans {
        let words = clean(span.of(text));
        if !words.is_empty() {
            let _ = writeln!(page, "{name}: {}", short(&words));
        }
    }
}

fn short(words: &str) -> String {
    match words.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", words[..at].trim_end()),
        None => words.to_owned(),
    }
}
