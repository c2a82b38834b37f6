//! What is read of records for the index and for excerpts: their searched fields and long texts, what their kind says beside
//! them, and the text of the files that hang on them.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use kernel::job::JobContext;
use kernel::record::{self, Field, FieldKind, Kind, Record};
use kernel::{Boxed, Db, Result};
use uuid::Uuid;

use crate::fields::{Entry, access_of};
use crate::store;

/// Bytes of text of one record that are looked at; what stands behind is not found.
const MOST_TEXT: usize = 256 * 1024;

/// Text that hangs on records without being theirs: whoever keeps the files answers.
pub trait Beside: Send + Sync {
    /// What is known of these records' files. A record may come several times.
    fn known<'a>(
        &'a self,
        db: &'a Db,
        kind: &'a str,
        ids: &'a [Uuid],
    ) -> Boxed<'a, Result<Vec<(Uuid, String)>>>;

    /// Reads the files of these records whose text is not known yet.
    fn read<'a>(&'a self, context: &'a JobContext, kind: &'a str, ids: &'a [Uuid]) -> Boxed<'a, Result<()>>;
}

/// Where no files are kept.
pub struct NothingBeside;

impl Beside for NothingBeside {
    fn known<'a>(&'a self, _: &'a Db, _: &'a str, _: &'a [Uuid]) -> Boxed<'a, Result<Vec<(Uuid, String)>>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn read<'a>(&'a self, _: &'a JobContext, _: &'a str, _: &'a [Uuid]) -> Boxed<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// The fields of a kind that are read. Personal data is found by its own fields, under their own rules.
pub(crate) fn fields(kind: &Kind) -> impl Iterator<Item = &Field> {
    kind.fields.iter().filter(|field| {
        let is_text = matches!(field.kind, FieldKind::Text { .. } | FieldKind::LongText { .. });
        let is_long = matches!(field.kind, FieldKind::LongText { .. });
        is_text && !field.is_personal && (field.is_searched || is_long)
    })
}

/// The whole text of each of these records, their titles first.
pub async fn texts(
    db: &Db,
    beside: &dyn Beside,
    kind: &Kind,
    records: &[Record],
) -> Result<HashMap<Uuid, String>> {
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let mut more: HashMap<Uuid, Vec<String>> = HashMap::new();
    if let Some(of) = kind.texts.and_then(|texts| texts.of) {
        for (id, text) in of(db, &ids).await? {
            more.entry(id).or_default().push(text);
        }
    }
    for (id, text) in beside.known(db, kind.id, &ids).await? {
        more.entry(id).or_default().push(text);
    }
    let whole = records.iter().map(|record| {
        let mut text = Whole::default();
        text.add(&record.title(kind));
        for field in fields(kind) {
            text.add(record.get(field.name).text());
        }
        for piece in more.remove(&record.id).unwrap_or_default() {
            text.add(&piece);
        }
        (record.id, text.text)
    });
    Ok(whole.collect())
}

/// Lines, each once: what came in is in the file that hangs on the entry, too.
#[derive(Default)]
struct Whole {
    text: String,
    lines: HashSet<u64>,
}

impl Whole {
    fn add(&mut self, piece: &str) {
        for line in piece.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            if !self.lines.insert(hasher.finish()) {
                continue;
            }
            let mut room = MOST_TEXT.saturating_sub(self.text.len() + 1).min(line.len());
            while !line.is_char_boundary(room) {
                room -= 1;
            }
            self.text.push_str(&line[..room]);
            self.text.push('\n');
            if room < line.len() {
                return;
            }
        }
    }
}

/// What is put into the index of these records; those that are no more, or are taken out of search, are missing.
pub(crate) async fn entries(
    context: &JobContext,
    beside: &dyn Beside,
    (place, kind): (usize, &Kind),
    ids: &[Uuid],
) -> Result<Vec<Entry>> {
    beside.read(context, kind.id, ids).await?;
    let removed = store::removed(&context.db, kind.id, ids).await?;
    let mut records = record::get_many(&context.db, kind, ids).await?;
    records.retain(|record| !removed.contains(&record.id));
    let mut texts = texts(&context.db, beside, kind, &records).await?;
    let on = kind.texts.map_or("", |texts| texts.on);
    let made = records.iter().map(|record| Entry {
        kind: place,
        id: record.id,
        at: at(kind, record, on),
        title: record.title(kind),
        text: texts.remove(&record.id).unwrap_or_default(),
        access: access_of(kind, record),
    });
    Ok(made.collect())
}

fn at(kind: &Kind, record: &Record, on: &str) -> i64 {
    let value = record.get(on);
    match kind.field(on).map(|field| field.kind) {
        Some(FieldKind::Instant) => value.int().unwrap_or(0),
        Some(FieldKind::Day) => value.text().parse::<kernel::Day>().map_or(0, |day| day.start().0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_stands_in_two_files_is_read_once_and_a_long_text_is_cut_in_whole_letters() {
        let mut whole = Whole::default();
        whole.add("Konu\n  bir satır \n\nbaşka satır");
        whole.add("bir satır\nson");
        assert_eq!(whole.text, "Konu\nbir satır\nbaşka satır\nson\n");
        let mut whole = Whole::default();
        whole.add("a");
        whole.add(&"ş".repeat(MOST_TEXT));
        whole.add("son");
        assert!(whole.text.len() <= MOST_TEXT + 2, "{}", whole.text.len());
        assert!(whole.text.is_char_boundary(whole.text.len()));
        assert!(!whole.text.contains("son"));
    }
}
