//! The figures as Markdown that can stand in docs/benchmarks.md.

use super::load::Figures;
use super::town::{Size, Town};
use crate::shell::{self, Result};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// One measured thing.
#[derive(Clone, Debug)]
pub struct Line {
    size: &'static str,
    database: String,
    who: String,
    list: String,
    what: String,
    figures: Figures,
}

impl Line {
    pub fn new(size: &Size, database: &str, who: &str, list: &str, what: &str, figures: Figures) -> Self {
        Self {
            size: size.name,
            database: database.to_owned(),
            who: who.to_owned(),
            list: list.to_owned(),
            what: what.to_owned(),
            figures,
        }
    }

    /// Reading a regulation needs no town.
    pub fn of_text(name: &str, figures: Figures) -> Self {
        let (who, list) = ("command line".to_owned(), "regulation read".to_owned());
        Self { size: "-", database: "-".to_owned(), who, list, what: name.to_owned(), figures }
    }
}

pub struct Report {
    machine: String,
    towns: Vec<String>,
    lines: Vec<Line>,
    /// What the examples of the crates printed.
    said: String,
}

impl Report {
    pub fn new(binary: &Path) -> Self {
        let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("");
        let model = model.trim_start_matches([' ', '\t', ':']);
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let size = std::fs::metadata(binary).map_or(0, |it| it.len() / 1_048_576);
        let machine = format!(
            "{cores} cores ({model}), shared by the server, the database and the load; binary of {size} MB."
        );
        Self { machine, towns: Vec::new(), lines: Vec::new(), said: String::new() }
    }

    pub fn town(&mut self, size: &Size, database: &str, town: &Town) {
        let made = town.made.map_or("was there".to_owned(), |it| format!("{} s", it.as_secs()));
        let (resident, _) = town.memory_mb();
        let text = format!(
            "| {} | {database} | {made} | {} ms | {resident} MB ({} MB own) |",
            size.name,
            town.started.as_millis(),
            town.own_memory_mb()
        );
        println!("{text}");
        self.towns.push(text);
    }

    pub fn memory(&mut self, size: &Size, database: &str, town: &Town) {
        let (resident, most) = town.memory_mb();
        let own = town.own_memory_mb();
        let text = format!(" {resident} MB, most {most} MB ({own} MB own) |");
        println!("after the load:{text}");
        let begin = format!("| {} | {database} |", size.name);
        if let Some(line) = self.towns.iter_mut().rev().find(|line| line.starts_with(&begin)) {
            line.push_str(&text);
        }
    }

    pub fn add(&mut self, line: Line) {
        println!("{}", row(&line));
        self.lines.push(line);
    }

    pub fn said(&mut self, name: &str, text: &str) {
        let _ = write!(self.said, "\n### {name}\n\n{text}");
    }

    pub fn path(&self) -> PathBuf {
        shell::target_dir().join("bench/report.md")
    }

    pub fn save(&self) -> Result<()> {
        std::fs::write(self.path(), self.text())
            .map_err(|error| format!("{}: {error}", self.path().display()))
    }

    pub fn text(&self) -> String {
        let mut out = format!("{}\n\n", self.machine);
        out.push_str(
            "| size | database | data made in | start on existing data | memory idle | after the load |\n",
        );
        out.push_str("|---|---|---:|---:|---:|---:|\n");
        for town in &self.towns {
            let _ = writeln!(out, "{town}");
        }
        let _ = write!(out, "\n### Summary\n\nThe slowest case of each list.\n\n{HEAD}");
        for line in self.slowest() {
            let _ = writeln!(out, "{}", row(line));
        }
        out.push_str(&self.ratios());
        let _ = write!(out, "\n### All\n\n{HEAD}");
        for line in &self.lines {
            let _ = writeln!(out, "{}", row(line));
        }
        out.push_str(&self.said);
        out
    }

    /// Belde beside the peer, for what both were asked; empty when no peer was measured.
    fn ratios(&self) -> String {
        let mut out = String::new();
        for theirs in self.lines.iter().filter(|line| line.who == super::peer::NAME) {
            let is_same = |line: &&Line| {
                (line.size, &line.database, &line.list, &line.what)
                    == (theirs.size, &theirs.database, &theirs.list, &theirs.what)
            };
            let Some(ours) = self.lines.iter().filter(|line| line.who == "yonetici").find(is_same) else {
                continue;
            };
            let (a, b) = (&ours.figures, &theirs.figures);
            let _ = writeln!(
                out,
                "| {} | {} | {} {} | {:.0} / {:.0} | {:.0} × | {:.2} / {:.2} | {:.0} × |",
                theirs.size,
                theirs.database,
                theirs.list,
                theirs.what,
                a.per_second,
                b.per_second,
                a.per_second / b.per_second,
                a.p99_ms,
                b.p99_ms,
                b.p99_ms / a.p99_ms
            );
        }
        if out.is_empty() {
            return out;
        }
        let head =
            "| size | database | what | answers/s Belde / peer | more | p99 ms Belde / peer | faster |";
        format!("\n### Beside {}\n\n{head}\n|---|---|---|---:|---:|---:|---:|\n{out}", super::peer::NAME)
    }

    fn slowest(&self) -> Vec<&Line> {
        let mut worst: BTreeMap<(&str, &str, &str, &str), &Line> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.who != super::peer::NAME) {
            let of_acts = if line.list == "acts" || line.what == "record" { line.what.as_str() } else { "" };
            let key = (line.size, line.database.as_str(), line.list.as_str(), of_acts);
            let known = worst.entry(key).or_insert(line);
            if line.figures.p99_ms > known.figures.p99_ms {
                *known = line;
            }
        }
        worst.into_values().collect()
    }
}

const HEAD: &str = "| size | database | who | what | answers/s | p50 ms | p95 ms | p99 ms | worst ms | server CPU ms |\n\
                    |---|---|---|---|---:|---:|---:|---:|---:|---:|\n";

fn row(line: &Line) -> String {
    let Figures { per_second, p50_ms, p95_ms, p99_ms, worst_ms, cpu_ms, .. } = &line.figures;
    format!(
        "| {} | {} | {} | {} {} | {per_second:.0} | {p50_ms:.2} | {p95_ms:.2} | {p99_ms:.2} | {worst_ms:.2} | {cpu_ms:.2} |",
        line.size, line.database, line.who, line.list, line.what
    )
}
