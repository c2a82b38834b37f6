//! The journal beside its peers: lines of a made town, the same for all, as many as `--lines` says. The examples of
//! `access_stream` measure Belde, `peer/journal/peers.py` DuckDB, chDB, zstd and rsyslog; figures are their lines that
//! begin with `= `. Nothing here needs the program or its database.

use crate::shell::{self, Result};
use crate::suite::engines;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const PEERS: &str = include_str!("peer/journal/peers.py");
/// The peers' own tables need the lines as a file: half a kilobyte each, and their tables and sorting as much again.
const MOST_IN_TABLES: u64 = 20_000_000;
/// What is measured of one kind of lines.
const OF_ONE_KIND: u64 = 1_000_000;
const QUESTIONS: &str = "20";

/// One heading with its figures: what, whose, how much.
struct Group {
    name: String,
    load: (String, String),
    figures: Vec<(String, String, String)>,
}

struct Place {
    folder: PathBuf,
    examples: PathBuf,
    python: PathBuf,
    peers: PathBuf,
    groups: Vec<Group>,
}

/// Measures with so many mixed lines; gives the tables as Markdown and leaves them in `target/bench/journal.md`.
pub fn run(lines: u64) -> Result<String> {
    let mut build = shell::cargo();
    build.args(["build", "--release", "--locked", "-p", "access_stream", "--examples"]);
    if !shell::succeeds(&mut build)? {
        return Err("the examples of access_stream did not compile".into());
    }
    let folder = shell::target_dir().join("bench/journal");
    let _ = std::fs::remove_dir_all(&folder);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let peers = folder.join("peers.py");
    std::fs::write(&peers, PEERS).map_err(failed)?;
    let examples = shell::target_dir().join("release/examples");
    let mut place =
        Place { python: engines::python()?, peers, examples, folder: folder.clone(), groups: Vec::new() };
    for kind in ["fortigate", "dhcp"] {
        place.one_kind(kind, lines.min(OF_ONE_KIND))?;
    }
    place.mixed(lines)?;
    place.intake(lines.min(OF_ONE_KIND))?;
    let text = place.groups.iter().map(table).collect::<String>();
    let path = shell::target_dir().join("bench/journal.md");
    std::fs::write(&path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("written to {}", path.display());
    Ok(text)
}

impl Place {
    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// An example with the number of lines, its folder and the rest.
    fn example(&self, name: &str, lines: u64, folder: &str, rest: &[&str]) -> Command {
        let mut command = Command::new(self.examples.join(name));
        command.args([&lines.to_string(), &self.path(folder)]).args(rest);
        command
    }

    fn peer(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(&self.peers).args(words);
        command
    }

    fn group(&mut self, name: &str, commands: Vec<Command>) -> Result<()> {
        println!("\n{name}");
        let before = load();
        let mut figures = Vec::new();
        for mut command in commands {
            let text = shell::output(&mut command)?;
            println!("{text}");
            figures.extend(text.lines().filter_map(figure));
        }
        self.groups.push(Group { name: name.to_owned(), load: (before, load()), figures });
        Ok(())
    }

    /// How small and how quickly, of one kind of lines.
    fn one_kind(&mut self, kind: &str, lines: u64) -> Result<()> {
        let (text, table) = (self.path("kind.txt"), self.path("kind.tsv"));
        let of = format!("of={kind}");
        let kept =
            ["text", "table"].map(|what| format!("{what}={}", if what == "text" { &text } else { &table }));
        // Writing the files beside it would be measured, so they are written by a run of their own.
        let commands = vec![
            self.example("town", lines, "kind", &[&of, "steps=none"]),
            self.example("town", lines, "kind-again", &[&of, "steps=none", "quiet=yes", &kept[0], &kept[1]]),
            self.peer(&["bytes", &self.path("kind-peers"), &table]),
            self.peer(&["zstd", &text]),
        ];
        self.group(&format!("{lines} lines of {kind}"), commands)?;
        self.forget(&["kind", "kind-again", "kind-peers", "kind.txt", "kind.tsv"]);
        Ok(())
    }

    fn mixed(&mut self, lines: u64) -> Result<()> {
        let (table, all) = (self.path("mixed.tsv"), self.path("mixed/all"));
        let mut commands = vec![self.example("town", lines, "mixed", &[])];
        if lines <= MOST_IN_TABLES {
            let kept = format!("table={table}");
            commands.push(self.example("town", lines, "mixed-again", &["steps=none", "quiet=yes", &kept]));
            commands.push(self.peer(&["tables", &self.path("peers"), &table, &all, QUESTIONS]));
        } else {
            println!("more than {MOST_IN_TABLES} lines: the peers are asked on our files alone");
            commands.push(self.peer(&["ours", &all, QUESTIONS]));
        }
        commands.push(self.example("who", lines, "who", &["150"]));
        self.group(&format!("{lines} mixed lines"), commands)?;
        self.forget(&["mixed", "mixed-again", "mixed.tsv", "peers", "who"]);
        Ok(())
    }

    fn intake(&mut self, lines: u64) -> Result<()> {
        let text = self.path("mixed.txt");
        let kept = format!("text={text}");
        let program = self.examples.join("whole_way").display().to_string();
        let commands = vec![
            self.example("town", lines, "intake-made", &["steps=none", "quiet=yes", &kept]),
            self.peer(&["intake", &self.path("intake"), &text, &lines.to_string(), &program]),
        ];
        self.group(&format!("{lines} mixed lines over TCP"), commands)?;
        self.forget(&["intake-made", "intake", "mixed.txt"]);
        Ok(())
    }

    /// What is measured is there to be looked at, what it was made of is not kept.
    fn forget(&self, names: &[&str]) {
        for name in names {
            let path = Path::new(&self.folder).join(name);
            let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        }
    }
}

/// The load of the last minute.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// `= WHAT | WHO | VALUE`
fn figure(line: &str) -> Option<(String, String, String)> {
    let parts: Vec<&str> = line.strip_prefix("= ")?.split(" | ").collect();
    let [what, who, value] = parts.as_slice() else { return None };
    Some(((*what).to_owned(), (*who).to_owned(), (*value).to_owned()))
}

/// A row for each thing measured, a column for each that was.
fn table(group: &Group) -> String {
    let (mut whats, mut whos) = (Vec::<&str>::new(), Vec::<&str>::new());
    for (what, who, _) in &group.figures {
        for (name, known) in [(what, &mut whats), (who, &mut whos)] {
            if !known.contains(&name.as_str()) {
                known.push(name);
            }
        }
    }
    let mut out =
        format!("\n### {}\n\nLoad {} before, {} after.\n\n|", group.name, group.load.0, group.load.1);
    // Writing to a String cannot fail.
    let _ = writeln!(out, " | {} |\n|---|{}", whos.join(" | "), "---:|".repeat(whos.len()));
    for what in whats {
        let _ = write!(out, "| {what} |");
        for who in &whos {
            let is_it = |it: &&(String, String, String)| it.0 == what && it.1 == *who;
            let _ = write!(out, " {} |", group.figures.iter().find(is_it).map_or("", |it| it.2.as_str()));
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_become_a_row_each_and_a_column_for_each_that_was_measured() {
        let said =
            "anything\n= bytes | Belde | 19\n= bytes | DuckDB | 60\n= memory | Belde | 1 MiB\n= broken | two";
        let figures = said.lines().filter_map(figure).collect();
        let group = Group { name: "5 lines".to_owned(), load: ("1.0".into(), "2.0".into()), figures };
        let expected = "\n### 5 lines\n\nLoad 1.0 before, 2.0 after.\n\n| | Belde | DuckDB |\n|---|---:|---:|\n\
                        | bytes | 19 | 60 |\n| memory | 1 MiB |  |\n";
        assert_eq!(table(&group), expected);
    }
}
