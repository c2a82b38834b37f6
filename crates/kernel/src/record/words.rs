//! Finding records by what people type: the directory of records and an index of folded words, kept in the
//! same transaction as the record itself, so that a search never lags (docs/adr/0006).

use std::collections::BTreeSet;

use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::query::page_sql;
use super::{FieldKind, Kind, ListQuery, Record};
use crate::access::{Actor, Scope};
use crate::db::{Sql, placeholders};
use crate::error::Result;
use crate::tr;
use crate::tx::Tx;

/// Words of one record that are indexed, in the order of its fields.
const MAX_WORDS: usize = 60;
/// Letters of a word; what is longer is cut.
const MAX_LETTERS: usize = 40;
/// Letters from which on a word's last one may have been softened.
const SOFTENED_FROM: usize = 5;
/// Words of a query that are looked up. One that were passed over would let in records that were not meant; so there is room for
/// more than the two hundred letters of a list's address have.
const MAX_QUERY_WORDS: usize = 40;

fn words_of(kind: &Kind, record: &Record) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for field in kind.fields.iter().filter(|field| field.is_searched) {
        let text = match field.kind {
            FieldKind::Int { .. } => {
                record.get(field.name).int().map(|number| number.to_string()).unwrap_or_default()
            }
            _ => record.get(field.name).text().to_string(),
        };
        for word in tr::words(&text) {
            if words.len() == MAX_WORDS {
                return words;
            }
            words.insert(cut(&word));
        }
    }
    words
}

fn cut(word: &str) -> String {
    word.chars().take(MAX_LETTERS).collect()
}

/// Whether what [`index`] keeps of a record changed; a new telephone number, say, is none of it.
pub(crate) fn is_found_otherwise(kind: &Kind, before: &Record, after: &Record) -> bool {
    let kept = |record: &Record| {
        (record.number(kind), record.title(kind), record.unit_id(kind), record.owner_id(kind))
    };
    kept(before) != kept(after) || words_of(kind, before) != words_of(kind, after)
}

async fn enter_title(tx: &Tx, kind: &Kind, record: &Record) -> Result<()> {
    let sql = "INSERT INTO record (kind, id, number, title, unit_id, owner_id, is_removed) VALUES ($1, $2, $3, $4, $5, $6, FALSE) \
               ON CONFLICT (kind, id) DO UPDATE SET number = excluded.number, title = excluded.title, \
               unit_id = excluded.unit_id, owner_id = excluded.owner_id, is_removed = FALSE";
    let values: Vec<Value> = vec![
        kind.id.into(),
        record.id.into(),
        record.number(kind).into(),
        record.title(kind).into(),
        record.unit_id(kind).into(),
        record.owner_id(kind).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Enters or renews a record in the directory and its words in the index.
pub async fn index(tx: &Tx, kind: &Kind, record: &Record) -> Result<()> {
    enter_title(tx, kind, record).await?;
    if !kind.is_searchable() {
        return Ok(());
    }
    let known = "SELECT word FROM record_word WHERE record_id = $1 AND kind = $2";
    let old: Vec<String> = tx.column(known, vec![record.id.into(), kind.id.into()]).await?;
    index_words(tx, kind, record, old.into_iter().collect()).await
}

/// Enters a record that was written in this very transaction: of it nothing can be known.
pub(super) async fn enter(tx: &Tx, kind: &Kind, record: &Record) -> Result<()> {
    enter_title(tx, kind, record).await?;
    if kind.is_searchable() { index_words(tx, kind, record, BTreeSet::new()).await } else { Ok(()) }
}

/// Rows of one statement; seven values each.
const ROWS_AT_ONCE: usize = 500;

/// Enters many records that were written in this very transaction, or by another a moment ago, in a few statements.
pub async fn enter_many(tx: &Tx, kind: &Kind, ids: &[Uuid]) -> Result<()> {
    let records = super::read::get_many(tx, kind, ids).await?;
    for part in records.chunks(ROWS_AT_ONCE) {
        let mut values: Vec<Value> = vec![kind.id.into()];
        let mut rows = Vec::new();
        for record in part {
            values.extend([
                Value::from(record.id),
                record.number(kind).into(),
                record.title(kind).into(),
                record.unit_id(kind).into(),
                record.owner_id(kind).into(),
            ]);
            let at = values.len() - 4;
            rows.push(format!("($1, ${at}, ${}, ${}, ${}, ${}, FALSE)", at + 1, at + 2, at + 3, at + 4));
        }
        let sql = format!(
            "INSERT INTO record (kind, id, number, title, unit_id, owner_id, is_removed) VALUES {} \
             ON CONFLICT (kind, id) DO NOTHING",
            rows.join(", ")
        );
        tx.run(&sql, values).await?;
    }
    let words =
        records.iter().flat_map(|record| words_of(kind, record).into_iter().map(|word| (record.id, word)));
    let words: Vec<(Uuid, String)> = words.collect();
    for part in words.chunks(ROWS_AT_ONCE) {
        let mut values: Vec<Value> = vec![kind.id.into()];
        let mut rows = Vec::new();
        for (id, word) in part {
            values.extend([Value::from(word.as_str()), Value::from(*id)]);
            rows.push(format!("($1, ${}, ${})", values.len() - 1, values.len()));
        }
        let sql = format!(
            "INSERT INTO record_word (kind, word, record_id) VALUES {} ON CONFLICT DO NOTHING",
            rows.join(", ")
        );
        tx.run(&sql, values).await?;
    }
    Ok(())
}

/// Brings the index from the words it has of a record to those it should have.
async fn index_words(tx: &Tx, kind: &Kind, record: &Record, old: BTreeSet<String>) -> Result<()> {
    let new = words_of(kind, record);
    let gone: Vec<&String> = old.difference(&new).collect();
    if !gone.is_empty() {
        let sql = format!(
            "DELETE FROM record_word WHERE kind = $1 AND record_id = $2 AND word IN ({})",
            placeholders(3, gone.len())
        );
        let mut values: Vec<Value> = vec![kind.id.into(), record.id.into()];
        values.extend(gone.into_iter().map(|word| word.as_str().into()));
        tx.run(&sql, values).await?;
    }
    let added: Vec<&String> = new.difference(&old).collect();
    if !added.is_empty() {
        let rows: Vec<String> = (0..added.len()).map(|row| format!("($1, ${}, $2)", row + 3)).collect();
        let sql = format!("INSERT INTO record_word (kind, word, record_id) VALUES {}", rows.join(", "));
        let mut values: Vec<Value> = vec![kind.id.into(), record.id.into()];
        values.extend(added.into_iter().map(|word| word.as_str().into()));
        tx.run(&sql, values).await?;
    }
    Ok(())
}

/// Takes a record out of search; its title stays for old links and timelines.
pub async fn remove(tx: &Tx, kind: &Kind, id: Uuid) -> Result<()> {
    let values: Vec<Value> = vec![kind.id.into(), id.into()];
    tx.run("UPDATE record SET is_removed = TRUE WHERE kind = $1 AND id = $2", values.clone()).await?;
    tx.run("DELETE FROM record_word WHERE kind = $1 AND record_id = $2", values).await?;
    Ok(())
}

/// A folded word that somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sought {
    pub word: String,
    /// That word itself; else whatever begins with it.
    pub is_whole: bool,
}

impl Sought {
    /// The first word behind those that are meant.
    pub fn end(&self) -> String {
        if self.is_whole { format!("{}\u{1}", self.word) } else { prefix_end(&self.word) }
    }
}

/// The folded words of a query, the longest first; the last may be unfinished, so all are taken as beginnings. One that another
/// begins with asks for nothing more. Several letters without a word are those letters ("A D", a block and a door): as beginnings
/// nearly every record would have them.
pub(crate) fn query_words(text: &str) -> Vec<Sought> {
    let mut all: Vec<String> = tr::words(text).map(|word| cut(softened(&word))).collect();
    all.sort_by_key(|word: &String| std::cmp::Reverse(word.len()));
    let mut words: Vec<Sought> = Vec::new();
    for word in all {
        if words.len() < MAX_QUERY_WORDS && !words.iter().any(|longer| longer.word.starts_with(&word)) {
            words.push(Sought { word, is_whole: false });
        }
    }
    let are_letters = words.len() > 1 && words.iter().all(|one| one.word.chars().count() == 1);
    words.iter_mut().for_each(|one| one.is_whole = are_letters);
    words
}

/// The beginning that a word keeps when an ending follows: before a vowel its last k, p, t or ç becomes ğ, b, d or c ("yönetmelik",
/// "yönetmeliği"). Short words would lose too much of what they say.
fn softened(word: &str) -> &str {
    let is_long = word.chars().count() >= SOFTENED_FROM && word.chars().all(char::is_alphabetic);
    if is_long { word.strip_suffix(['k', 'p', 't', 'c']).unwrap_or(word) } else { word }
}

/// The first text that no longer begins with `prefix`: words are lower-case ASCII letters and digits or
/// other scripts' letters, all below this mark.
pub(crate) fn prefix_end(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

/// A record found by the palette.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    pub kind: String,
    pub id: Uuid,
    pub number: String,
    pub title: String,
}

/// Entries of the index that are looked at for one search, and records that are put into order of their titles.
const MOST_ENTRIES: i64 = 5_000;
const MOST_FOUND: u32 = 200;

/// Records whose words begin with every word of `text`, among those of `kinds` that the person may see: at most `limit`,
/// by title, of the first 200 that are found. The rarest word decides which part of the index is read.
pub async fn search(
    db: &impl Sql,
    kinds: &[&Kind],
    actor: &Actor,
    text: &str,
    limit: u32,
) -> Result<Vec<Found>> {
    let one = if let [kind] = kinds { Some(*kind) } else { None };
    let words = rarest_first(db, one, query_words(text)).await?;
    if words.is_empty() {
        return Ok(Vec::new());
    }
    // As in a list of one kind: what is rare is listed, and the lists laid on each other; what is common is looked up.
    let (mut listed, mut common): (Vec<_>, Vec<_>) =
        words.into_iter().partition(|(hits, _)| *hits < MOST_ENTRIES);
    if listed.is_empty() {
        listed.push(common.remove(0));
    }
    let end = if listed.len() == 1 { format!(" ORDER BY word LIMIT {MOST_ENTRIES}") } else { String::new() };
    let mut values: Vec<Value> = one.iter().map(|kind| kind.id.into()).collect();
    let of_kind = if one.is_some() { "kind = $1 AND " } else { "" };
    let mut range = |table: &str, word: &Sought| {
        values.extend([word.word.as_str().into(), word.end().into()]);
        format!("{table}word >= ${} AND {table}word < ${}", values.len() - 1, values.len())
    };
    let lists: Vec<String> = listed
        .iter()
        .map(|(_, word)| {
            format!("SELECT kind, record_id FROM record_word WHERE {of_kind}{}", range("", word))
        })
        .collect();
    let checks: Vec<String> = common
        .iter()
        .map(|(_, word)| {
            let range = range("o.", word);
            format!(
                " AND (SELECT TRUE FROM record_word AS o \
                   WHERE o.record_id = w.record_id AND o.kind = w.kind AND {range} LIMIT 1)"
            )
        })
        .collect();
    let (lists, checks) = (lists.join(" INTERSECT "), checks.concat());
    let mut allowed = Vec::new();
    for kind in kinds.iter().filter(|kind| kind.is_searchable() && actor.may(kind.view)) {
        allowed.push(access_of_kind(kind, actor, &mut values));
    }
    if allowed.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        // What is seen of a hit is looked up hit by hit: joined, PostgreSQL expects so many common hits of two lists that it
        // reads all records instead.
        "SELECT DISTINCT n.kind, n.id, n.number, n.title FROM (\
           SELECT w.kind, w.record_id FROM ({lists}{end}) AS w WHERE (\
             SELECT TRUE FROM record AS r WHERE r.kind = w.kind AND r.id = w.record_id AND r.is_removed = FALSE AND ({})\
           ){checks} LIMIT {MOST_FOUND}\
         ) AS few JOIN record AS n ON n.kind = few.kind AND n.id = few.record_id ORDER BY n.title, n.id LIMIT {}",
        allowed.join(" OR "),
        limit.min(50)
    );
    db.rows(&sql, values).await
}

/// One word needs no count; of several the one with the fewest entries leads.
async fn rarest_first(db: &impl Sql, kind: Option<&Kind>, words: Vec<Sought>) -> Result<Vec<(i64, Sought)>> {
    if words.len() < 2 {
        return Ok(words.into_iter().map(|word| (0, word)).collect());
    }
    let mut counted = hits(db, kind, words, MOST_ENTRIES).await?;
    counted.sort_by_key(|(hits, _)| *hits);
    Ok(counted)
}

/// How many entries of the index, of one kind or of all, begin with each word, counted up to `most`, in one query.
pub(super) async fn hits(
    db: &impl Sql,
    kind: Option<&Kind>,
    words: Vec<Sought>,
    most: i64,
) -> Result<Vec<(i64, Sought)>> {
    let mut values: Vec<Value> = kind.iter().map(|kind| kind.id.into()).collect();
    let of_kind = if kind.is_some() { "kind = $1 AND " } else { "" };
    let mut parts = Vec::new();
    for (place, word) in words.iter().enumerate() {
        values.extend([word.word.as_str().into(), word.end().into()]);
        let (from, to) = (values.len() - 1, values.len());
        parts.push(format!(
            "SELECT {place} AS place, count(*) AS hits FROM (SELECT 1 FROM record_word \
             WHERE {of_kind}word >= ${from} AND word < ${to} LIMIT {most}) AS w{place}"
        ));
    }
    let sql = format!("SELECT hits FROM ({}) AS counted ORDER BY place", parts.join(" UNION ALL "));
    let hits: Vec<i64> = db.column(&sql, values).await?;
    Ok(hits.into_iter().zip(words).collect())
}

/// Entries of one kind that begin with a word, counted up to `most`, and the records they are of: a record may have
/// several words that begin alike.
pub(super) async fn hits_of_one(db: &impl Sql, kind: &Kind, word: &Sought, most: i64) -> Result<(i64, i64)> {
    #[derive(FromQueryResult)]
    struct Hits {
        entries: i64,
        records: i64,
    }
    let sql = format!(
        "SELECT count(*) AS entries, count(DISTINCT record_id) AS records FROM (SELECT record_id FROM record_word \
         WHERE kind = $1 AND word >= $2 AND word < $3 LIMIT {most}) AS hit"
    );
    let values = vec![kind.id.into(), word.word.as_str().into(), word.end().into()];
    let found: Option<Hits> = db.row(&sql, values).await?;
    Ok(found.map_or((0, 0), |found| (found.entries, found.records)))
}

/// The access rule of one kind over `record AS r`, which names the kind too.
pub(super) fn access_of_kind(kind: &Kind, actor: &Actor, values: &mut Vec<Value>) -> String {
    values.push(kind.id.into());
    let mut is_kind = format!("r.kind = ${}", values.len());
    if let Some(is_open) = kind.open_to(actor, "k", values) {
        is_kind = format!(
            "{is_kind} AND EXISTS (SELECT 1 FROM {} AS k WHERE k.id = r.id AND {is_open})",
            kind.table
        );
    }
    // Looked for first: a value that is bound and stands nowhere is refused by PostgreSQL.
    if actor.grants_of(kind.view).any(|grant| grant.scope == Scope::All) {
        return format!("({is_kind})");
    }
    let mut any = Vec::new();
    for grant in actor.grants_of(kind.view) {
        match &grant.scope {
            Scope::Units(units) if !units.is_empty() => {
                let from = values.len() + 1;
                values.extend(units.iter().map(|unit| Value::from(*unit)));
                any.push(format!("r.unit_id IN ({})", placeholders(from, units.len())));
            }
            Scope::Units(_) | Scope::All => {}
            Scope::Own => {
                for id in [actor.staff_id, actor.account_id].into_iter().flatten() {
                    values.push(id.into());
                    any.push(format!("r.owner_id = ${}", values.len()));
                }
            }
        }
    }
    if any.is_empty() { "FALSE".into() } else { format!("({is_kind} AND ({}))", any.join(" OR ")) }
}

/// Letters by which two words count as the same: Turkish puts its endings behind them ("yazıcımız", "yazıcının"). Five did
/// as well as a morphological analyser (Can et al., Information retrieval on Turkish texts, JASIST 59, 2008).
const STEM_LETTERS: usize = 5;
/// Shorter words say little of what a text is about.
const LEAST_LETTERS: usize = 3;
/// The longest words of a text say what it is about.
const MAX_STEMS: usize = 12;

/// Ids of the records on the page that `query` asks for which share the most words with `text`, at most `limit`; two words at
/// least, or the only one there is. It begins with the page, such as the newest open ones that the person may see, and looks each
/// of its records up in the index: a word that a million closed records have costs no more than a rare one.
pub async fn similar(
    db: &impl Sql,
    kind: &Kind,
    text: &str,
    query: &ListQuery,
    actor: &Actor,
    limit: u32,
) -> Result<Vec<Uuid>> {
    let mut stems: Vec<String> = tr::words(text)
        .filter(|word| word.chars().count() >= LEAST_LETTERS)
        .map(|word| word.chars().take(STEM_LETTERS).collect())
        .collect();
    stems.sort_by(|one, other| other.chars().count().cmp(&one.chars().count()).then_with(|| one.cmp(other)));
    stems.dedup();
    stems.truncate(MAX_STEMS);
    if stems.is_empty() || !actor.may(kind.view) {
        return Ok(Vec::new());
    }
    let (page, mut values) = page_sql(db, kind, query, (actor, kind.view)).await?;
    values.push(kind.id.into());
    let of_kind = values.len();
    let mut parts = Vec::new();
    for stem in &stems {
        values.extend([stem.as_str().into(), prefix_end(stem).into()]);
        let at = values.len();
        // A value of one row and no EXISTS: PostgreSQL would answer that by reading all entries of the word at once.
        parts.push(format!(
            "CASE WHEN (SELECT TRUE FROM record_word AS w WHERE w.record_id = page.id AND w.kind = ${of_kind} \
             AND w.word >= ${} AND w.word < ${at} LIMIT 1) THEN 1 ELSE 0 END",
            at - 1
        ));
    }
    let least = stems.len().min(2);
    let sql = format!(
        "WITH page AS MATERIALIZED (SELECT id FROM ({page}) AS shown), \
         counted AS MATERIALIZED (SELECT id, {} AS hits FROM page) \
         SELECT id FROM counted WHERE hits >= {least} ORDER BY hits DESC, id DESC LIMIT {limit}",
        parts.join(" + ")
    );
    db.column(&sql, values).await
}
