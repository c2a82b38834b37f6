//! The numbers of a period: its events counted by what was done, under the capability that does it.

use kernel::db::Sql;
use kernel::event::{self, Tally};
use kernel::{Day, Registry, Result, tr};

/// Not work: corrections, and people looking or carrying files to and fro.
const PASSED_OVER: [&str; 4] = ["changed", "attached", "detached", "downloaded"];
/// Before the name of a section in the frozen text.
const HEADING: &str = "# ";
const BETWEEN: &str = " | ";

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub sections: Vec<Section>,
}

/// One capability's.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    pub title: String,
    /// What was done, how often in the period, how often in the one before.
    pub rows: Vec<[String; 3]>,
}

/// The days before, as many as there are from the first to the last.
pub(super) fn earlier(from: Day, until: Day) -> (Day, Day) {
    let length = until.next().0 - from.0;
    (Day(from.0 - length), Day(until.0 - length))
}

/// Counted from the first to the last day, and over as many days before.
pub(super) async fn of(db: &impl Sql, registry: &Registry, from: Day, until: Day) -> Result<Figures> {
    let (first, last) = earlier(from, until);
    let now = event::tally(db, from.start(), until.next().start()).await?;
    let before = event::tally(db, first.start(), last.next().start()).await?;
    let mut sections = Vec::new();
    for capability in registry.capabilities() {
        let kinds = capability.kinds.iter().map(|kind| (kind.id, kind.name_tr));
        let rows: Vec<[String; 3]> = kinds
            .chain(capability.subjects.iter().copied())
            .flat_map(|subject| rows_of(registry, subject, &now, &before))
            .collect();
        if !rows.is_empty() {
            sections.push(Section { title: capability.name_tr.into(), rows });
        }
    }
    Ok(Figures { sections })
}

/// What was done to one sort of thing, the commonest first.
fn rows_of(
    registry: &Registry,
    (kind, name_tr): (&str, &str),
    now: &[Tally],
    before: &[Tally],
) -> Vec<[String; 3]> {
    let of = |all: &[Tally], verb: &str| {
        all.iter().find(|one| one.subject_kind == kind && one.verb == verb).map_or(0, |one| one.number)
    };
    let mut verbs: Vec<&str> = now
        .iter()
        .chain(before)
        .filter(|one| one.subject_kind == kind)
        .map(|one| one.verb.as_str())
        .collect();
    verbs.retain(|verb| !PASSED_OVER.contains(verb));
    verbs.sort_unstable();
    verbs.dedup();
    verbs.sort_by_key(|verb| std::cmp::Reverse((of(now, verb), of(before, verb))));
    let name = capital(name_tr);
    let row = |verb: &str| {
        let label = registry.verb(verb).map_or(verb, |label| label.label_tr);
        [format!("{name}: {}", tr::lower(label)), tr::grouped(of(now, verb)), tr::grouped(of(before, verb))]
    };
    verbs.into_iter().map(row).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| tr::upper(&first.to_string()) + letters.as_str())
}

impl Figures {
    /// As it is frozen: a line for each heading and each row.
    pub fn text(&self) -> String {
        let mut lines = Vec::new();
        for section in &self.sections {
            lines.push(format!("{HEADING}{}", section.title));
            lines.extend(section.rows.iter().map(|row| row.join(BETWEEN)));
        }
        lines.join("\n")
    }

    /// What [`text`](Self::text) wrote.
    pub fn parse(text: &str) -> Self {
        let mut sections: Vec<Section> = Vec::new();
        for line in text.lines() {
            if let Some(title) = line.strip_prefix(HEADING) {
                sections.push(Section { title: title.into(), rows: Vec::new() });
            } else if let (Some(section), [what, now, before]) =
                (sections.last_mut(), line.split(BETWEEN).collect::<Vec<_>>().as_slice())
            {
                section.rows.push([(*what).into(), (*now).into(), (*before).into()]);
            }
        }
        Self { sections }
    }
}
