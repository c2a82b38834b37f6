//! Lines from the journal: the newest first, as many as fit a page, and how many there are in each piece of time.

use std::sync::Arc;

use journal::{Counted, Covered, Journal, Proved, Query, Row};
use kernel::{Error, ErrorKind, Instant, Result, tr};
use lines::{COLUMNS, Format, Moment, Taken, Value, take_apart};
use maud::{Markup, html};

use super::terms::Asked;
use super::words;
use crate::columns;
use crate::keeping::AccessLogs;
use crate::source;

/// Lines of a page, and as many more as share the instant of the last.
const LINES: usize = 100;
/// Bytes that are shown as such of a line that is no UTF-8.
const MOST_HEX: usize = 512;
/// Letters of a line in a list, and how many of them stand before what was looked for; its own page shows it whole.
const MOST_LETTERS: usize = 2_000;
const LETTERS_BEFORE: usize = 400;
/// Lines of one instant.
const MOST_OF_INSTANT: usize = 2_000;
/// Time for the lines, and for the count.
const FIND_US: i64 = 8 * Instant::SECOND_US;
const COUNT_US: i64 = 2 * Instant::SECOND_US;
pub(super) const MOST_PILLARS: i64 = 60;

/// Lengths of time that a pillar may stand for.
const PIECES_US: [i64; 12] = {
    const MINUTE: i64 = 60 * Instant::SECOND_US;
    const HOUR: i64 = 60 * MINUTE;
    [
        MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        24 * HOUR,
        7 * 24 * HOUR,
        30 * 24 * HOUR,
        90 * 24 * HOUR,
    ]
};

pub(super) struct Found {
    pub rows: Vec<Row>,
    pub covered: Covered,
    /// Nothing on the pages of older lines.
    pub counted: Option<Counted>,
    pub piece_us: i64,
    /// There are lines before this instant, perhaps.
    pub older_than_us: Option<i64>,
}

/// Answers what is asked. Errors: the journal is not open, or its disk or store refuses.
pub(super) async fn find(ctx: &web::Ctx, logs: &AccessLogs, asked: &Asked) -> Result<Found> {
    let journal = logs.journal()?;
    let queries = asked.queries(logs.encoder());
    let until_us = ctx.act.now().0 + FIND_US;
    let (mut rows, covered) = newest(&journal, &queries, LINES, Some(until_us)).await?;
    let older_than_us = rows.last().filter(|_| rows.len() >= LINES).map(|row| row.at_us);
    if let Some(last_us) = older_than_us {
        // Clocks of devices tell seconds: a page ends with all lines of its last instant.
        rows.retain(|row| row.at_us > last_us);
        let of_instant =
            queries.iter().map(|query| Query { from_us: last_us, to_us: last_us + 1, ..query.clone() });
        rows.extend(newest(&journal, &of_instant.collect::<Vec<_>>(), MOST_OF_INSTANT, None).await?.0);
    }
    let piece_us = piece(asked.to_us.saturating_sub(asked.from_us));
    let counted = match ctx.param("once").is_empty() {
        true => Some(count(&journal, &queries, piece_us, ctx.act.now().0 + FIND_US + COUNT_US).await?),
        false => None,
    };
    Ok(Found { rows, covered, counted, piece_us, older_than_us })
}

/// The newest rows of all questions together.
pub(super) async fn newest(
    journal: &Journal,
    queries: &[Query],
    limit: usize,
    until_us: Option<i64>,
) -> Result<(Vec<Row>, Covered)> {
    let (mut rows, mut covered) = (Vec::new(), Covered::default());
    for query in queries {
        let found = journal.search(&Query { limit, ..query.clone() }, until_us).await.map_err(refused)?;
        rows.extend(found.rows);
        add(&mut covered, &found.covered);
    }
    let place = |row: &Row| row.place.as_ref().map(|place| (place.path.clone(), place.row));
    rows.sort_by(|one: &Row, other| other.at_us.cmp(&one.at_us).then_with(|| place(one).cmp(&place(other))));
    rows.truncate(limit);
    Ok((rows, covered))
}

async fn count(journal: &Journal, queries: &[Query], piece_us: i64, until_us: i64) -> Result<Counted> {
    let mut all = Counted::default();
    let mut pieces = std::collections::BTreeMap::<i64, u64>::new();
    for query in queries {
        let counted = journal.count(query, piece_us, Some(until_us)).await.map_err(refused)?;
        counted.pieces.into_iter().for_each(|(at, rows)| *pieces.entry(at).or_default() += rows);
        all.rows += counted.rows;
        all.rows_without_piece += counted.rows_without_piece;
        add(&mut all.covered, &counted.covered);
    }
    all.pieces = pieces.into_iter().collect();
    Ok(all)
}

fn add(all: &mut Covered, one: &Covered) {
    all.segments += one.segments;
    all.left += one.left;
    all.whole_from_us = all.whole_from_us.max(one.whole_from_us);
}

fn piece(span_us: i64) -> i64 {
    let fits = |piece: &&i64| span_us / **piece < MOST_PILLARS;
    PIECES_US.iter().find(fits).copied().unwrap_or(PIECES_US[PIECES_US.len() - 1])
}

/// A journal that refuses, said to whoever asked it.
pub(crate) fn refused(error: journal::Error) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "Erişim kayıtlarının bir bölümü okunamadı. Kayıtların durumu sayfasına bakın.",
    )
    .with_context(error)
}

/// `30.11.2026 14:05:09`.
pub(crate) fn moment(at_us: i64) -> String {
    format!("{}:{:02}", tr::instant(at_us), at_us.div_euclid(Instant::SECOND_US).rem_euclid(60))
}

/// A row as it is shown; nothing where it is not one of the stream's.
pub(super) fn shown(logs: &AccessLogs, row: &Row, asked: &Asked) -> Option<ui::LogLine> {
    let line = logs.encoder().line(row)?;
    let mut shown = plain(logs, row, &line);
    shown.pieces = cut(marked(&access_stream::turkish(&line), &asked.marked()), line.len());
    shown.href = row.place.as_ref().map(|place| asked.address_of(&place.path, place.row));
    Some(shown)
}

/// The same without anything marked.
pub(super) fn plain(logs: &AccessLogs, row: &Row, line: &[u8]) -> ui::LogLine {
    let own = logs.encoder().own();
    let number = row.get_number(own.source).and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
    let sender = row.get_text(own.sender).unwrap_or_default();
    let kind = row.get_text(own.format).map(source::format_label).unwrap_or_default();
    let doubt = row.get_text(own.doubt).map(columns::doubt_label);
    ui::LogLine {
        at: moment(row.at_us),
        iso: Instant(row.at_us).iso(),
        source: logs.inner().known.name(number).unwrap_or_else(|| sender.to_owned()),
        kind: doubt.map_or_else(|| kind.into(), |doubt| format!("{kind} – {doubt}")),
        pieces: cut(whole(line), line.len()),
        href: None,
    }
}

fn whole(line: &[u8]) -> Vec<ui::TextPiece> {
    vec![ui::TextPiece { text: access_stream::turkish(line).into_owned(), is_found: false }]
}

/// The part of a long line around the first place that was found; `bytes` is how long the line is.
fn cut(pieces: Vec<ui::TextPiece>, bytes: usize) -> Vec<ui::TextPiece> {
    let letters = |piece: &ui::TextPiece| piece.text.chars().count();
    if pieces.iter().map(letters).sum::<usize>() <= MOST_LETTERS {
        return pieces;
    }
    let plain = |text: String| ui::TextPiece { text, is_found: false };
    let (mut shown, mut left) = (Vec::new(), MOST_LETTERS);
    let is_found_at_all = pieces.iter().any(|piece| piece.is_found);
    for (at, piece) in pieces.into_iter().enumerate() {
        let all = letters(&piece);
        let passed = if at == 0 && is_found_at_all && !piece.is_found {
            all.saturating_sub(LETTERS_BEFORE)
        } else {
            0
        };
        if passed > 0 {
            shown.push(plain("…".into()));
        }
        let text: String = piece.text.chars().skip(passed).take(left).collect();
        left = left.saturating_sub(all - passed);
        shown.push(ui::TextPiece { text, is_found: piece.is_found });
        if left == 0 {
            break;
        }
    }
    let size = tr::grouped(i64::try_from(bytes).unwrap_or(i64::MAX));
    shown.push(plain(format!("… ({size} bayt)")));
    shown
}

/// The text with what was looked for marked, whatever its case.
fn marked(text: &str, wanted: &[String]) -> Vec<ui::TextPiece> {
    let lower = text.to_ascii_lowercase();
    let mut spans: Vec<(usize, usize)> = wanted
        .iter()
        .map(|one| one.to_ascii_lowercase())
        .flat_map(|one| {
            lower.match_indices(&one).map(|(at, found)| (at, at + found.len())).collect::<Vec<_>>()
        })
        .collect();
    spans.sort_unstable();
    let (mut pieces, mut at) = (Vec::new(), 0);
    for (from, to) in spans {
        if from < at {
            continue;
        }
        pieces.push(ui::TextPiece { text: text[at..from].into(), is_found: false });
        pieces.push(ui::TextPiece { text: text[from..to].into(), is_found: true });
        at = to;
    }
    pieces.push(ui::TextPiece { text: text[at..].into(), is_found: false });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// A sealed row with its evidence.
pub(super) struct One {
    pub proved: Proved,
    pub path: String,
    pub row: u64,
    /// As it is kept: what it was read as when it came, whatever is believed of its source today.
    pub kept: Option<Row>,
}

impl One {
    /// What was sealed: whose line it is, and the line.
    fn parts(&self) -> (&[u8], &[u8]) {
        let leaf = &self.proved.leaf;
        let end = leaf.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        (&leaf[..end], leaf.get(end + 1..).unwrap_or_default())
    }

    /// The line byte for byte.
    pub fn line(&self) -> &[u8] {
        self.parts().1
    }
}

/// Errors: no such row, or one that is not the sealed one any more.
pub(super) async fn one(logs: &AccessLogs, path: &str, row: u64) -> Result<One> {
    let journal = logs.journal()?;
    let proved = journal.prove(path, row).await.map_err(|error| match error {
        journal::Error::Refused(_) => Error::not_found(),
        other => refused(other),
    })?;
    let of_instant =
        Query { from_us: proved.at_us, to_us: proved.at_us + 1, ..Query::newest(MOST_OF_INSTANT) };
    let (rows, _) = newest(&journal, &[of_instant], MOST_OF_INSTANT, None).await?;
    let is_it =
        |kept: &Row| kept.place.as_ref().is_some_and(|place| *place.path == *path && place.row == row);
    Ok(One { proved, path: path.into(), row, kept: rows.into_iter().find(is_it) })
}

/// What a line says, and where it is sealed.
pub(super) fn card(logs: &AccessLogs, one: &One, (bytes_href, proof_href): (&str, &str)) -> Markup {
    let (head, line) = one.parts();
    let head = String::from_utf8_lossy(head).into_owned();
    let (number, sender) = head.split_once(' ').unwrap_or(("0", head.as_str()));
    let name = number
        .parse()
        .ok()
        .and_then(|number| logs.inner().known.name(number))
        .unwrap_or_else(|| sender.into());
    let offset_minutes =
        logs.inner().known.find(sender).map_or(access_stream::TURKIYE_MINUTES, |it| it.offset_minutes);
    let moment_of = Moment { received_us: one.proved.at_us, offset_minutes: offset_minutes.into() };
    let own = logs.encoder().own();
    let kept_as = |column| one.kept.as_ref().and_then(|row| row.get_text(column));
    let mut taken = Taken::default();
    take_apart(line, moment_of, kept_as(own.format).and_then(Format::named), &mut taken);
    let doubt = match &one.kept {
        Some(_) => kept_as(own.doubt),
        None => taken.doubt().map(access_stream::doubt_name),
    };
    let text = |text: &str| html! { (text) };
    let facts = [
        ("Zamanı".to_owned(), text(&moment(one.proved.at_us))),
        ("Alındığı an".to_owned(), text(&moment(one.proved.received_at_us))),
        ("Kaynak".to_owned(), html! { (name) " (" (sender) ")" }),
        ("Kayıt türü".to_owned(), text(source::format_label(taken.format().name()))),
        ("Okunabildi mi?".to_owned(), text(doubt.map_or("Evet", columns::doubt_label))),
        ("Bölüm".to_owned(), html! { code { (one.path) } }),
        ("Bölümdeki sırası".to_owned(), text(&tr::grouped(one.row.cast_signed()))),
        ("Mühür ağacının kökü".to_owned(), html! { code { (hex(&one.proved.root)) } }),
    ];
    let is_foreign = std::str::from_utf8(line).is_err();
    let rows: Vec<Vec<Markup>> = taken
        .fields(line)
        .map(|(column, value)| {
            let label = column_label(&taken, column);
            let text = value_text(value);
            let words = words::of(taken.format(), taken.names().name(column), &text);
            vec![html! { (label) }, html! { (text) @if let Some(words) = words { " (" (words) ")" } }]
        })
        .collect();
    html! {
        div.top {
            h1 { "Kayıt satırı" }
            div.top-end {
                a.btn href=(bytes_href) { "Ham satırı indir" }
                a.btn href=(proof_href) { "Kanıtını indir" }
            }
        }
        (ui::notice(ui::FlashKind::Success, html! { p { "Satır, mühürlendiği gibi duruyor: bölümün mühründen hesaplanan kök tutuyor." } }))
        (ui::log_lines("Satır", &[ui::LogLine {
            at: moment(one.proved.at_us),
            iso: Instant(one.proved.at_us).iso(),
            source: name.clone(),
            kind: source::format_label(taken.format().name()).into(),
            pieces: whole(line),
            href: None,
        }]))
        @if is_foreign {
            p.muted { "Satırın baytları UTF-8 değil; burada windows-1254 (Türkçe Windows) olarak gösteriliyor. Baytlar olduğu gibi saklanıyor:" }
            p { code { (hex(&line[..line.len().min(MOST_HEX)])) @if line.len() > MOST_HEX { "…" } } }
        }
        section { h2 { "Nerede duruyor" } (ui::facts(&facts)) }
        @if !rows.is_empty() {
            section { h2 { "Satırın söyledikleri" } (ui::table("Satırın söyledikleri", &ui::heads(&["Alan", "Değer"]), &rows)) }
        }
    }
}

fn column_label(taken: &Taken, column: lines::Column) -> String {
    let of_device = || taken.names().name(column).to_owned();
    COLUMNS.get(column.number()).map_or_else(of_device, |one| match columns::label(one.name) {
        Some(label) => format!("{label} ({})", one.name),
        None => one.name.to_owned(),
    })
}

fn value_text(value: Value<'_>) -> String {
    match value {
        Value::Text(text) => access_stream::turkish(text).into_owned(),
        Value::Number(number) => number.to_string(),
        Value::Time(ns) => moment(ns.div_euclid(1_000)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The newest lines of all, for the live view.
pub(super) async fn last(logs: &AccessLogs, queries: &[Query], limit: usize) -> Result<Vec<ui::LogLine>> {
    let journal: Arc<Journal> = logs.journal()?;
    let (mut rows, _) = newest(&journal, queries, MOST_OF_INSTANT, None).await?;
    // A device whose clock is ahead must not hide the others.
    rows.sort_by_key(|row| std::cmp::Reverse(row.received_at_us));
    rows.truncate(limit);
    Ok(rows.iter().filter_map(|row| Some(plain(logs, row, &logs.encoder().line(row)?))).collect())
}
