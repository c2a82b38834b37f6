//! SQL over the lines, for people who know what they ask (AC-3): one SELECT, read only, bounded in time and rows; the whole
//! question and why it was asked are an event.

mod store;

use journal_sql::{Answer, Beside, Limits, Made, Tables, Value};
use kernel::{Error, ErrorKind, Result, Violation, tr};
use maud::{Markup, html};
use printing::sheet::{Cell, Format, SheetWriter};
use std::sync::Arc;
use std::time::Duration;
use web::{Ctx, Form, Outcome};

use crate::asking::{self, field};
use crate::columns;
use crate::keeping::AccessLogs;
use crate::search::{absent, logs, noted};
pub(crate) use store::EXAMPLES;

pub(crate) const PATH: &str = "/erisim-kayitlari/sql";

/// Letters of one question.
const MOST_LETTERS: usize = 4_000;
/// Letters of a cell on the screen; a file has all.
const MOST_SHOWN: usize = 300;
/// Rows are read so long; then the question has so long to end.
const READING: Duration = Duration::from_secs(20);
const TIME: Duration = Duration::from_secs(25);
const ON_SCREEN: Limits = Limits { rows: 500, bytes: 4 << 20, reading: READING, time: TIME };
const IN_FILE: Limits = Limits { rows: 50_000, bytes: 32 << 20, reading: READING, time: TIME };

/// Where the answer goes.
const OUTPUTS: [(&str, &str, Option<Format>); 3] = [
    ("ekran", "Ekranda göster", None),
    ("xlsx", "Excel dosyası indir", Some(Format::Xlsx)),
    ("csv", "CSV dosyası indir", Some(Format::Csv)),
];

#[derive(Default)]
struct Asked {
    sql: String,
    reason: String,
    output: String,
    violations: Vec<Violation>,
}

pub(crate) async fn ask(ctx: Ctx) -> Outcome {
    let Ok(logs) = logs(&ctx) else { return absent(&ctx, "SQL sorgusu").await };
    let example = ctx.param("ornek").parse().ok().and_then(|at: usize| EXAMPLES.get(at));
    let asked = Asked { sql: example.map_or("", |(_, sql)| sql).into(), ..Asked::default() };
    page(&ctx, logs, &asked, html! {}).await
}

pub(crate) async fn run(ctx: Ctx, form: Form) -> Outcome {
    let logs = logs(&ctx)?;
    let mut asked = Asked {
        sql: tr::clean_text(form.get("sorgu")).text.trim().into(),
        reason: tr::clean_line(form.get("neden")).text,
        output: form.get("cikti").into(),
        violations: Vec::new(),
    };
    let mut wrong = |field: &str, text: String| asked.violations.push(Violation::new("KAY-008", field, text));
    if asked.sql.is_empty() {
        wrong("sorgu", "Bir SELECT sorgusu yazın; örneklerden biriyle de başlayabilirsiniz.".into());
    }
    if asked.sql.chars().count() > MOST_LETTERS {
        wrong("sorgu", format!("Sorgu en çok {} harf olabilir.", tr::grouped(MOST_LETTERS as i64)));
    }
    if asked.reason.is_empty() {
        wrong("neden", "Neden baktığınızı yazın: savcılık yazısının sayısı, arıza kaydı gibi.".into());
    }
    if let Some(text) = foreign_instant(&asked.sql) {
        wrong(
            "sorgu",
            format!(
                "“{text}” gibi bir an yanlış karşılaştırılır. Anı UTC olarak, araya boşluk koyarak ve bölge yazmadan yazın: '2026-11-30 12:00:00' \
             (Türkiye saatiyle 15.00)."
            ),
        );
    }
    let tables = tables(logs)?;
    if asked.violations.is_empty()
        && let Err(error) = journal_sql::judge(&tables, &asked.sql)
    {
        asked.violations.push(Violation::new("KAY-008", "sorgu", told(error)?));
    }
    if !asked.violations.is_empty() {
        return page(&ctx, logs, &asked, html! {}).await;
    }
    noted(&ctx, "log_searched", &format!("SQL sorgusu: {}", asked.sql), &asked.reason).await?;
    let output = OUTPUTS.iter().find(|one| one.0 == asked.output).unwrap_or(&OUTPUTS[0]);
    let limits = if output.2.is_some() { IN_FILE } else { ON_SCREEN };
    let until_us = ctx.act.now().0 + i64::try_from(READING.as_micros()).unwrap_or(0);
    let answer = match journal_sql::ask(tables, asked.sql.clone(), limits, until_us).await {
        Ok(answer) => answer,
        Err(error) => {
            let told = told(error)?;
            let unanswered = ui::notice(ui::FlashKind::Error, html! { p { (told) } });
            return page(&ctx, logs, &asked, unanswered).await;
        }
    };
    match output.2 {
        Some(format) => {
            let name = format!("kayit-sorgusu-{}.{}", ctx.act.now().day(), format.extension());
            Ok(web::download(&name, format.media_type(), file(&answer, format)?))
        }
        None => page(&ctx, logs, &asked, results(&answer)).await,
    }
}

/// An instant within quotes that is not written as the table has them: SQLite compares texts, and `T` stands behind every digit, so that
/// the answer would be silently wrong.
fn foreign_instant(sql: &str) -> Option<&str> {
    sql.split('\'').skip(1).step_by(2).find(|text| {
        let bytes = text.as_bytes();
        let is_day = bytes.len() > 10
            && bytes.iter().take(10).zip(b"0000-00-00").all(|(one, form)| match form {
                b'0' => one.is_ascii_digit(),
                _ => one == form,
            });
        let rest = bytes.get(11..).unwrap_or_default();
        let has_zone = rest.iter().any(|it| matches!(it, b'Z' | b'z' | b'+' | b'-'));
        is_day && (matches!(bytes[10], b'T' | b't') || bytes[10] == b' ' && has_zone)
    })
}

fn tables(logs: &AccessLogs) -> Result<Tables> {
    let encoder = logs.encoder().clone();
    let line = Made { name: "line", of: Arc::new(move |row| encoder.line(row)) };
    let names = logs.inner().known.names();
    let rows = names.into_iter().map(|(number, name)| vec![Value::Integer(number.into()), Value::Text(name)]);
    let sources =
        Beside { name: "sources", columns: &[("number", "INTEGER"), ("name", "TEXT")], rows: rows.collect() };
    Ok(Tables { journal: logs.journal()?, made: vec![line], beside: vec![sources] })
}

/// What the person is told at the question; errors that are not theirs go on.
fn told(error: journal_sql::Error) -> Result<String> {
    match error {
        journal_sql::Error::Sql(said) => Ok(format!("Sorgu anlaşılamadı: {said}")),
        journal_sql::Error::NotAQuestion => {
            Ok("Yalnız tek bir SELECT sorgusu çalıştırılır; kayıtlar değiştirilemez.".into())
        }
        journal_sql::Error::Late => Ok(format!(
            "Sorgu {} saniyede bitmedi. “at” ile süreyi daraltın ya da belirli bir adresle sorun.",
            TIME.as_secs()
        )),
        journal_sql::Error::Busy => Err(Error::new(
            ErrorKind::Unavailable,
            "Şu anda başka sorgular çalışıyor; biraz sonra yeniden deneyin.",
        )),
        journal_sql::Error::Failed(why) => Err(Error::internal(why)),
    }
}

/// What must be known of an answer that is not whole.
fn partly(answer: &Answer) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(from_us) = answer.covered.whole_from_us.filter(|_| !answer.covered.is_whole()) {
        notes.push(format!(
            "Okumaya ayrılan {} saniye yetmedi: {} tarihinden önceki kayıtların hepsine bakılmadı. Sayılar eksik olabilir.",
            READING.as_secs(),
            tr::instant(from_us)
        ));
    }
    if answer.is_cut {
        notes.push(format!("Yanıt uzun: ilk {} satırı burada.", tr::grouped(answer.rows.len() as i64)));
    }
    notes
}

fn results(answer: &Answer) -> Markup {
    let is_number = |at: usize| {
        let mut values =
            answer.rows.iter().filter_map(|row| row.get(at)).filter(|it| **it != Value::Null).peekable();
        values.peek().is_some() && values.all(|it| matches!(it, Value::Integer(_) | Value::Real(_)))
    };
    let heads: Vec<ui::Head> = answer
        .columns
        .iter()
        .enumerate()
        .map(|(at, name)| ui::Head { label: name.clone(), numeric: is_number(at), ..ui::Head::default() })
        .collect();
    let rows: Vec<Vec<Markup>> = answer.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let count = format!(
        "{} satır; {} kayıt okundu.",
        tr::grouped(rows.len() as i64),
        tr::grouped(answer.read.cast_signed())
    );
    html! {
        section #yanit {
            h2 { "Yanıt" }
            @for note in partly(answer) { (ui::notice(ui::FlashKind::Warning, html! { p { (note) } })) }
            p.muted role="status" { (count) }
            @if rows.is_empty() { (ui::empty_state("Sorguya uyan kayıt yok.", None)) }
            @else { (ui::table("Sorgunun yanıtı", &heads, &rows)) }
        }
    }
}

fn cell(value: &Value) -> Markup {
    let text = value.to_string();
    let short: String = text.chars().take(MOST_SHOWN).collect();
    html! { @if short.len() < text.len() { code { (short) "…" } } @else { code { (short) } } }
}

fn file(answer: &Answer, format: Format) -> Result<Vec<u8>> {
    let failed = |error: printing::sheet::WriteError| Error::internal(error.turkish());
    let heads: Vec<&str> = answer.columns.iter().map(String::as_str).collect();
    let mut sheet = SheetWriter::new(format, Vec::new(), "Sorgu", &heads).map_err(failed)?;
    for row in &answer.rows {
        let texts: Vec<String> = row.iter().map(ToString::to_string).collect();
        let cells: Vec<Cell<'_>> = row
            .iter()
            .zip(&texts)
            .map(|(value, text)| match value {
                Value::Integer(number) => Cell::Int(*number),
                _ => Cell::Text(text),
            })
            .collect();
        sheet.row(&cells).map_err(failed)?;
    }
    for note in partly(answer) {
        let mut cells = vec![Cell::Text(""); answer.columns.len()];
        if let Some(first) = cells.first_mut() {
            *first = Cell::Text(&note);
        }
        sheet.row(&cells).map_err(failed)?;
    }
    sheet.finish().map_err(failed)
}

async fn page(ctx: &Ctx, logs: &AccessLogs, asked: &Asked, results: Markup) -> Outcome {
    let outputs = OUTPUTS.iter().map(|one| ui::Opt::new(one.0, one.1, one.0 == asked.output)).collect();
    let hint = "Tek bir SELECT. “at” ve “received_at” UTC’dir: Türkiye saatinden üç saat geridir.";
    let sql = field("sorgu", "Sorgu (SQLite)", hint, &asked.sql, ui::Input::Code { rows: 10 });
    let fields = vec![
        ui::FieldView { width: ui::Width::Full, ..sql },
        field("neden", "Neden bakıyorsunuz?", "", &asked.reason, ui::Input::Text),
        field("cikti", "Yanıt", "", &asked.output, ui::Input::Select(outputs)),
    ];
    let view = ui::FormView {
        title: "SQL sorgusu".into(),
        lead: "SQL bilenler için: kayıtlara sorulan her soru buradan sorulabilir, hiçbir şey değiştirilemez. Sorgunuz adınızla ve gerekçesiyle kaydedilir.".into(),
        action: PATH.into(),
        sections: vec![ui::FormSection { fields, ..ui::FormSection::default() }],
        submit: "Çalıştır".into(),
        before: Some(help(logs)),
        ..ui::FormView::default()
    };
    asking::page(ctx, view, &asked.violations, results).await
}

/// Examples, and what can be asked for.
fn help(logs: &AccessLogs) -> Markup {
    let rows: Vec<Vec<Markup>> = journal_sql::columns(logs.encoder().schema())
        .iter()
        .filter(|(name, _)| !columns::is_spare(name))
        .map(|(name, kind)| {
            let kind = match *kind {
                "INTEGER" => "sayı",
                "BLOB" => "bayt",
                _ => "metin",
            };
            let label = columns::label(name).unwrap_or("Cihazın kendi alanı");
            vec![html! { code { (name) } }, html! { (label) }, html! { (kind) }]
        })
        .collect();
    html! {
        p {
            code { "access_logs" } " tablosunda her satır bir kayıttır, " code { "line" } " satırın kendisidir; "
            code { "sources" } " tablosunda kaynakların " code { "number" } " ve " code { "name" } " sütunları vardır. Örnekler:"
        }
        ul { @for (at, (name, _)) in EXAMPLES.iter().enumerate() { li { a href=(format!("{PATH}?ornek={at}")) { (name) } } } }
        details.section.is-folded {
            summary { h2 { "Sütunlar" } }
            div.folded {
                p {
                    code { "at" } " ile süre, adres, MAC ve kullanıcı eşitliği aramayı hızlandırır. Bir sorgu en çok "
                    (READING.as_secs()) " saniye okur; yetmezse yanıt bunu söyler."
                }
                (ui::table("Sütunlar", &ui::heads(&["Sütun", "Ne olduğu", "Türü"]), &rows))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::foreign_instant;

    #[test]
    fn an_instant_that_would_be_compared_wrongly_is_seen() {
        for wrong in ["2026-11-30T15:00:00", "2026-11-30T15:00:00Z", "2026-11-30 15:00:00+03:00"] {
            let sql = format!("SELECT line FROM access_logs WHERE host = 'a' AND at >= '{wrong}'");
            assert_eq!(foreign_instant(&sql), Some(wrong));
        }
        for right in ["2026-11-30", "2026-11-30 15:00:00", "2026-11-30 15:00:00.5", "TCP-2026"] {
            assert_eq!(foreign_instant(&format!("SELECT 1 WHERE at >= '{right}'")), None, "{right}");
        }
    }
}
