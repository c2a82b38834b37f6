//! GLOSSARY.md: one English identifier for each Turkish term. Its tables are strict, because this rule and
//! people both read them, and the words it refuses are not used as identifiers anywhere.

use super::{Problem, has_word, without_comment};
use crate::tree::Tree;
use std::collections::BTreeMap;

const GLOSSARY: &str = "GLOSSARY.md";

/// A table is one with exactly these headings; `Never` lists refused identifiers with commas.
const HEADINGS: [&str; 6] = ["Türkçe", "Identifier", "Never", "Meaning", "Source", "Code"];

struct Entry {
    line: usize,
    turkish: String,
    identifier: String,
    refused: Vec<String>,
}

/// The tables can be read, identifiers are unique, and no refused word names anything in code.
pub fn rule(tree: &Tree) -> Vec<Problem> {
    let Some(glossary) = tree.get(GLOSSARY) else { return Vec::new() };
    let mut problems = Vec::new();
    let entries = read(&glossary.text, &mut problems);
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in &entries {
        if !is_snake_case(&entry.identifier) {
            let message = format!("`{}` is not ASCII snake_case", entry.identifier);
            problems.push(Problem::at(GLOSSARY, entry.line, message));
        }
        for word in [entry.identifier.as_str(), entry.turkish.as_str()] {
            if let Some(other) = first.insert(word, &entry.turkish) {
                let message = format!("`{word}` is in the glossary twice ({other}, {})", entry.turkish);
                problems.push(Problem::at(GLOSSARY, entry.line, message));
            }
        }
        let is_ours = |word: &String| entries.iter().any(|it| it.identifier == *word);
        for word in entry.refused.iter().filter(|word| is_ours(word)) {
            let message = format!("`{word}` is refused here and used by another entry");
            problems.push(Problem::at(GLOSSARY, entry.line, message));
        }
    }
    for pair in
        entries.windows(2).filter(|pair| alphabetical(&pair[0].turkish) > alphabetical(&pair[1].turkish))
    {
        let message = format!("`{}` stands after `{}`", pair[1].turkish, pair[0].turkish);
        problems.push(Problem::at(GLOSSARY, pair[1].line, message));
    }
    if entries.is_empty() {
        problems
            .push(Problem::of(GLOSSARY, format!("has no table with the headings {}", HEADINGS.join(", "))));
    }
    usage(tree, &entries, &mut problems);
    problems
}

fn read(text: &str, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut is_inside = false;
    for (index, line) in text.lines().enumerate() {
        let Some(row) = line.trim().strip_prefix('|').and_then(|it| it.strip_suffix('|')) else {
            is_inside = false;
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if cells == HEADINGS {
            is_inside = true;
            continue;
        }
        if !is_inside || cells.iter().all(|cell| cell.chars().all(|it| it == '-' || it == ':')) {
            continue;
        }
        let [turkish, identifier, refused, meaning, source, code] = cells[..] else {
            problems.push(Problem::at(GLOSSARY, index + 1, format!("{} cells, not six", cells.len())));
            continue;
        };
        if [turkish, meaning, source, code].contains(&"") {
            problems.push(Problem::at(GLOSSARY, index + 1, "an empty cell: only Never may be empty"));
        }
        let bare = |word: &str| word.trim().trim_matches('`').to_owned();
        entries.push(Entry {
            line: index + 1,
            turkish: turkish.to_owned(),
            identifier: bare(identifier),
            refused: refused.split(',').map(bare).filter(|word| !word.is_empty()).collect(),
        });
    }
    entries
}

/// The place of each letter in the Turkish alphabet; a space comes first, letters of other languages where
/// a dictionary puts them.
fn alphabetical(term: &str) -> Vec<usize> {
    const LETTERS: &str = " -aâbcçdefgğhıiîjklmnoöpqrsştuûüvwxyz";
    let small = term.chars().flat_map(|it| match it {
        'I' => 'ı'.to_lowercase(),
        'İ' => 'i'.to_lowercase(),
        other => other.to_lowercase(),
    });
    small.map(|it| LETTERS.chars().position(|letter| letter == it).unwrap_or(LETTERS.len())).collect()
}

fn is_snake_case(word: &str) -> bool {
    let is_fine = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    word.starts_with(|it: char| it.is_ascii_lowercase()) && word.chars().all(is_fine) && !word.ends_with('_')
}

/// Looks for refused words where something is named: functions, types, fields, modules, tables.
fn usage(tree: &Tree, entries: &[Entry], problems: &mut Vec<Problem>) {
    let refused: Vec<(&str, &str)> = entries
        .iter()
        .flat_map(|entry| entry.refused.iter().map(|word| (word.as_str(), entry.identifier.as_str())))
        .collect();
    for file in tree.files.iter().filter(|file| ["rs", "sql"].contains(&file.extension())) {
        for (index, line) in file.text.lines().enumerate() {
            let code = names_only(without_comment(line));
            for (word, better) in
                refused.iter().filter(|(word, _)| code.contains(word) || code.contains(&camel(word)))
            {
                if has_word(&code, word) || has_word(&code, &camel(word)) {
                    let message = format!("`{word}` is not our word: `{better}` (GLOSSARY.md)");
                    problems.push(Problem::at(&file.path, index + 1, message));
                }
            }
        }
    }
}

/// The line without what stands between double quotes: a text is not a name.
fn names_only(code: &str) -> String {
    code.split('"').step_by(2).collect::<Vec<_>>().join(" ")
}

fn camel(word: &str) -> String {
    word.split('_')
        .map(|part| {
            part.get(..1).map_or(String::new(), str::to_ascii_uppercase) + part.get(1..).unwrap_or("")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{assert_tidy, messages};
    use super::*;

    const HEAD: &str =
        "| Türkçe | Identifier | Never | Meaning | Source | Code |\n|---|---|---|---|---|---|\n";

    fn of(rows: &str) -> Vec<String> {
        messages(rule, &[(GLOSSARY, &format!("{HEAD}{rows}"))])
    }

    #[test]
    fn words_of_this_repository_come_from_the_glossary() {
        assert_tidy(rule);
    }

    #[test]
    fn a_row_has_six_cells() {
        assert!(of("| zimmet | `custody` | | What a person holds. | — | assets |\n").is_empty());
        assert_eq!(of("| zimmet | `custody` |\n").first().map(String::as_str), Some("2 cells, not six"));
    }

    #[test]
    fn an_identifier_is_ascii_and_used_once() {
        assert_eq!(of("| izin | `İzin` | | Leave. | — | personnel |\n"), ["`İzin` is not ASCII snake_case"]);
        let twice =
            "| emanet | `custody` | | Kept. | — | assets |\n| zimmet | `custody` | | Held. | — | assets |\n";
        assert_eq!(of(twice), ["`custody` is in the glossary twice (emanet, zimmet)"]);
    }

    #[test]
    fn rows_stand_in_the_order_of_the_turkish_alphabet() {
        let row = |term: &str, word: &str| format!("| {term} | `{word}` | | M. | — | a |\n");
        assert!(
            of(&(row("çizelge", "a") + &row("dahili", "b") + &row("ısı", "c") + &row("İzin", "d")))
                .is_empty()
        );
        assert_eq!(of(&(row("dahili", "a") + &row("çizelge", "b"))), ["`çizelge` stands after `dahili`"]);
    }

    #[test]
    fn a_refused_word_is_found_as_a_name_and_not_in_a_text() {
        let row = format!("{HEAD}| zimmet | `custody` | `asset_loan` | Held. | — | assets |\n");
        let used = |code: &str| messages(rule, &[(GLOSSARY, &row), ("crates/a/src/lib.rs", code)]);
        assert_eq!(used("//! A.\nstruct AssetLoan;\n").len(), 1);
        assert_eq!(used("//! A.\nfn f(asset_loan: u8) {}\n").len(), 1);
        assert!(used("//! A.\nconst T: &str = \"asset_loan\"; // asset_loan\n").is_empty());
    }
}
