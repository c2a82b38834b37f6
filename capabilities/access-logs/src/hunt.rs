//! A list of bad addresses and names against everything that is kept: which of them were seen, how often, first and last, by which
//! device (AC-3). The list comes from a warning (USOM, an authority); who hunts says why.

use access_stream::hunt::{Found, Indicator, Limits, Sighting, hunt};
use kernel::{Error, ErrorKind, Instant, Result, Violation, tr};
use maud::{Markup, html};
use printing::sheet::{Cell, Format, SheetWriter};
use std::collections::HashSet;
use std::io::Read as _;
use std::time::Duration;
use web::{Ctx, Outcome, Spool, SpoolLimit};

use crate::asking::{self, field};
use crate::keeping::AccessLogs;
use crate::search::{self, absent, logs, moment, noted};

pub(crate) const PATH: &str = "/erisim-kayitlari/tarama";

/// Entries of one list: more than USOM's whole list has.
const MOST_ENTRIES: usize = 500_000;
/// Letters that are typed; a longer list is a file.
const MOST_LETTERS: usize = 200_000;
/// Bytes of a list that comes as a file.
const MOST_BYTES: u64 = 32 << 20;
/// A hunt that has not ended by then is given up.
const TIME: Duration = Duration::from_secs(60);
const DAY_US: i64 = 24 * 60 * 60 * Instant::SECOND_US;

/// How long back.
const SPANS: [(&str, &str, i64); 4] = [
    ("7", "Son 7 gün", 7),
    ("30", "Son 30 gün", 30),
    ("365", "Son 365 gün", 365),
    ("731", "Saklanan bütün süre", 3_660),
];

/// Where the answer goes.
const OUTPUTS: [(&str, &str, Option<Format>); 3] = [
    ("ekran", "Ekranda göster", None),
    ("xlsx", "Excel dosyası indir", Some(Format::Xlsx)),
    ("csv", "CSV dosyası indir", Some(Format::Csv)),
];

/// A list that comes as a file.
pub(crate) struct Lists;

impl SpoolLimit for Lists {
    const MOST_BYTES: u64 = MOST_BYTES;

    fn most_bytes(_name: &str, _usual: u64) -> u64 {
        MOST_BYTES
    }
}

#[derive(Default)]
struct Asked {
    list: String,
    reason: String,
    span: String,
    output: String,
    violations: Vec<Violation>,
}

/// What of the list can be looked for, and what stands in it besides.
struct List {
    indicators: Vec<(Indicator, String)>,
    foreign: Vec<String>,
}

fn read(text: &str) -> List {
    let (mut list, mut known) = (List { indicators: Vec::new(), foreign: Vec::new() }, HashSet::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match Indicator::parse(line) {
            Some(indicator) => {
                if known.insert(indicator.clone()) {
                    list.indicators.push((indicator, line.to_owned()));
                }
            }
            None => list.foreign.push(line.to_owned()),
        }
    }
    list
}

pub(crate) async fn ask(ctx: Ctx) -> Outcome {
    if logs(&ctx).is_err() {
        return absent(&ctx, "Tehdit taraması").await;
    }
    page(&ctx, &Asked { span: "30".into(), ..Asked::default() }, html! {}).await
}

/// The lists that came as files, one behind the other; what is wrong with one is its sentence.
fn uploaded(upload: Spool<Lists>) -> std::result::Result<String, String> {
    let mut text = String::new();
    for file in upload.files {
        let spooled = file.taken.map_err(|error| error.message_tr)?;
        let mut bytes = Vec::new();
        let mut reader = spooled.reader().map_err(|error| error.message_tr)?.take(MOST_BYTES);
        reader.read_to_end(&mut bytes).map_err(|error| format!("Dosya okunamadı: {error}"))?;
        text.push_str(&access_stream::turkish(&bytes));
        text.push('\n');
    }
    Ok(text)
}

pub(crate) async fn run(ctx: Ctx, upload: Spool<Lists>) -> Outcome {
    let logs = logs(&ctx)?;
    let form = &upload.form;
    let mut asked = Asked {
        list: tr::clean_text(form.get("liste")).text,
        reason: tr::clean_line(form.get("neden")).text,
        span: form.get("sure").into(),
        output: form.get("cikti").into(),
        violations: Vec::new(),
    };
    let typed = asked.list.chars().count();
    let uploaded = uploaded(upload);
    let list = read(&format!("{}\n{}", asked.list, uploaded.as_deref().unwrap_or_default()));
    let mut wrong = |field: &str, text: String| asked.violations.push(Violation::new("KAY-005", field, text));
    if typed > MOST_LETTERS {
        let most = tr::grouped(MOST_LETTERS as i64);
        wrong(
            "liste",
            format!(
                "Kutuya en çok {most} harf yazılır; hiçbir satıra bakılmadı. Listeyi dosya olarak yükleyin."
            ),
        );
    }
    if let Err(why) = uploaded {
        wrong(ui::names::FILES, why);
    }
    if list.indicators.is_empty() {
        wrong("liste", "Her satıra bir IP adresi, adres aralığı (10.10.20.0/24), alan adı ya da bağlantı yazın; ya da listeyi dosya olarak yükleyin.".into());
    }
    if list.indicators.len() > MOST_ENTRIES {
        wrong("liste", format!("Bir taramada en çok {} satır olabilir.", tr::grouped(MOST_ENTRIES as i64)));
    }
    if asked.reason.is_empty() {
        wrong("neden", "Neden baktığınızı yazın: USOM bildiriminin sayısı gibi.".into());
    }
    if !asked.violations.is_empty() {
        return page(&ctx, &asked, html! {}).await;
    }
    let span = SPANS.iter().find(|one| one.0 == asked.span).unwrap_or(&SPANS[1]);
    let what = format!("Tehdit taraması: {} satırlık liste, {}", list.indicators.len(), tr::lower(span.1));
    noted(&ctx, "log_searched", &what, &asked.reason).await?;
    let found = look(&ctx, logs, &list, span.2).await?;
    let output = OUTPUTS.iter().find(|one| one.0 == asked.output).unwrap_or(&OUTPUTS[0]);
    match output.2 {
        Some(format) => {
            let name = format!("tehdit-taramasi-{}.{}", ctx.act.now().day(), format.extension());
            Ok(web::download(&name, format.media_type(), file(logs, &list, &found, format)?))
        }
        None => {
            let content = results(logs, &list, &found, &asked.reason);
            page(&ctx, &asked, content).await
        }
    }
}

async fn look(ctx: &Ctx, logs: &AccessLogs, list: &List, days: i64) -> Result<Found> {
    let journal = logs.journal()?;
    let indicators: Vec<Indicator> = list.indicators.iter().map(|(indicator, _)| indicator.clone()).collect();
    let now_us = ctx.act.now().0;
    let span = (now_us - days * DAY_US, now_us + DAY_US);
    let limits = Limits::default();
    let hunting = hunt(&journal, logs.encoder(), &indicators, span, &limits);
    let late = || {
        let text = "Tarama bir dakikada bitmedi. Listeyi bölün ya da daha kısa bir süre seçin.";
        Error::new(ErrorKind::Unavailable, text)
    };
    tokio::time::timeout(TIME, hunting).await.map_err(|_| late())?.map_err(search::refused)
}

/// What was seen, as a file.
fn file(logs: &AccessLogs, list: &List, found: &Found, format: Format) -> Result<Vec<u8>> {
    let failed = |error: printing::sheet::WriteError| Error::internal(error.turkish());
    let heads = ["Listedeki", "Görüldüğü satır", "İlk", "Son", "Son satırın kaynağı", "Son satır", "Not"];
    let mut sheet = SheetWriter::new(format, Vec::new(), "Tarama", &heads).map_err(failed)?;
    for one in &found.sightings {
        let name = list.indicators.get(one.number).map_or("", |(_, text)| text.as_str());
        let (source, line) = example_of(logs, one);
        let (first, last) = (moment(one.first_us), moment(one.last_us));
        let note = if one.is_at_least { "Sayı en azdır." } else { "" };
        let cells = [
            Cell::Text(name),
            Cell::Int(one.count.cast_signed()),
            Cell::Text(&first),
            Cell::Text(&last),
            Cell::Text(&source),
            Cell::Text(&line),
            Cell::Text(note),
        ];
        sheet.row(&cells).map_err(failed)?;
    }
    let mut notes: Vec<String> = unseen(list, found).into_iter().collect();
    if found.sightings.is_empty() {
        notes
            .push(format!("{} adres ve addan hiçbiri görülmedi.", tr::grouped(list.indicators.len() as i64)));
    }
    for note in &notes {
        let mut cells = vec![Cell::Text(""); heads.len()];
        cells[heads.len() - 1] = Cell::Text(note);
        sheet.row(&cells).map_err(failed)?;
    }
    sheet.finish().map_err(failed)
}

/// What was not looked for, or not to the end.
fn unseen(list: &List, found: &Found) -> Vec<String> {
    let mut notes = Vec::new();
    if found.is_partial {
        notes.push("Soru sınırına gelindi; listenin bir bölümüne bakılmadı.".to_owned());
    }
    if let Some(first) = list.foreign.first() {
        let count = tr::grouped(list.foreign.len() as i64);
        notes.push(format!(
            "{count} satır adres, aralık ya da ad olarak okunamadı, onlara bakılmadı; ilki: {first}"
        ));
    }
    notes
}

/// The source of the last line in which something was seen, and the line.
fn example_of(logs: &AccessLogs, one: &Sighting) -> (String, String) {
    let example = one.examples.last();
    let source = example.and_then(|it| it.source).and_then(|number| logs.inner().known.name(number));
    let line = example.map(|it| access_stream::turkish(&it.line).into_owned());
    (source.unwrap_or_default(), line.unwrap_or_default())
}

fn results(logs: &AccessLogs, list: &List, found: &Found, reason: &str) -> Markup {
    let rows: Vec<Vec<Markup>> = found.sightings.iter().map(|one| row(logs, list, one, reason)).collect();
    let heads = ui::heads(&["Listedeki", "Görüldüğü satır", "İlk", "Son", "Son satır"]);
    html! {
        @for note in unseen(list, found) { (ui::notice(ui::FlashKind::Warning, html! { p { (note) } })) }
        @if rows.is_empty() {
            @let kind = if found.is_partial { ui::FlashKind::Info } else { ui::FlashKind::Success };
            (ui::notice(kind, html! { p {
                "Listedeki " (tr::grouped(list.indicators.len() as i64)) " adres ve addan hiçbiri kayıtlarda görülmedi."
            } }))
        } @else {
            (ui::notice(ui::FlashKind::Warning, html! { p {
                "Listedeki " (tr::grouped(list.indicators.len() as i64)) " adres ve addan "
                (tr::grouped(rows.len() as i64)) " tanesi kayıtlarda görüldü."
            } }))
            (ui::table("Görülenler", &heads, &rows))
        }
    }
}

/// A search for what was seen, over the time in which it was. Of a range, for all that begins as its addresses do.
fn searching(indicator: &Indicator, one: &Sighting, reason: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    match indicator {
        Indicator::Ip(ip) => query.append_pair("adres", &ip.to_string()),
        Indicator::Net(std::net::IpAddr::V4(first), bits) => {
            let whole = usize::from(bits / 8).min(3);
            let begin: String = first.octets()[..whole].iter().map(|it| format!("{it}.")).collect();
            query.append_pair("adres", &format!("{begin}*"))
        }
        Indicator::Net(first, _) => {
            let begin = first.to_string();
            let begin = begin.split("::").next().unwrap_or_default();
            query.append_pair("adres", &format!("{begin}*"))
        }
        Indicator::Name(name) => query.append_pair("metin", name),
    };
    query
        .append_pair("bas", &tr::instant(one.first_us))
        .append_pair("son", &tr::instant(one.last_us + Instant::MINUTE_US))
        .append_pair("neden", reason);
    format!("{}?{}", search::PATH, query.finish())
}

fn row(logs: &AccessLogs, list: &List, one: &Sighting, reason: &str) -> Vec<Markup> {
    let least = if one.is_at_least { "en az " } else { "" };
    let (source, line) = example_of(logs, one);
    vec![
        html! {
            @if let Some((indicator, name)) = list.indicators.get(one.number) {
                a href=(searching(indicator, one, reason)) { (name) }
            }
        },
        html! { (least) (tr::grouped(one.count.cast_signed())) },
        html! { (moment(one.first_us)) },
        html! { (moment(one.last_us)) },
        html! {
            @if !source.is_empty() { (source) ": " }
            @if !line.is_empty() { code { (line) } }
        },
    ]
}

async fn page(ctx: &Ctx, asked: &Asked, results: Markup) -> Outcome {
    let spans = SPANS.iter().map(|one| ui::Opt::new(one.0, one.1, one.0 == asked.span)).collect();
    let outputs = OUTPUTS.iter().map(|one| ui::Opt::new(one.0, one.1, one.0 == asked.output)).collect();
    let hint =
        "Her satıra bir IP adresi, adres aralığı, alan adı ya da bağlantı; kotu[.]ornek biçimi de olur.";
    let upload = format!(
        "Uzun listeler için: her satırı bir kayıt olan düz metin, en çok {} satır ve {}.",
        tr::grouped(MOST_ENTRIES as i64),
        tr::file_size(MOST_BYTES)
    );
    let file = ui::Input::File { accept: ".txt,.csv,text/plain".into(), multiple: false };
    let fields = vec![
        field("liste", "Zararlı adresler ve adlar", hint, &asked.list, ui::Input::LongText { rows: 8 }),
        field(ui::names::FILES, "Liste dosyası", &upload, "", file),
        field("neden", "Neden bakıyorsunuz?", "", &asked.reason, ui::Input::Text),
        field("sure", "Süre", "", &asked.span, ui::Input::Select(spans)),
        field("cikti", "Yanıt", "", &asked.output, ui::Input::Select(outputs)),
    ];
    let view = ui::FormView {
        title: "Tehdit taraması".into(),
        lead: "Bir uyarıdaki adres ve adların kayıtlarda görülüp görülmediğine bakar. Bakmanız adınızla ve gerekçesiyle kaydedilir.".into(),
        action: PATH.into(),
        sections: vec![ui::FormSection { fields, ..ui::FormSection::default() }],
        submit: "Tara".into(),
        before: Some(results),
        multipart: true,
        ..ui::FormView::default()
    };
    asking::page(ctx, view, &asked.violations, html! {}).await
}
