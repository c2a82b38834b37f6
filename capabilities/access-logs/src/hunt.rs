//! A list of bad addresses and names against everything that is kept: which of them were seen, how often, first and last, by which
//! device (AC-3). The list comes from a warning (USOM, an authority); who hunts says why.

use access_stream::hunt::{Found, Indicator, Limits, Sighting, hunt};
use kernel::{Error, ErrorKind, Instant, Result, Violation, tr};
use maud::{Markup, html};
use std::time::Duration;
use web::{Ctx, Form, Outcome};

use crate::asking::{self, field};
use crate::keeping::AccessLogs;
use crate::search::{self, absent, logs, moment, noted};

pub(crate) const PATH: &str = "/erisim-kayitlari/tarama";

/// Entries of one list.
const MOST_ENTRIES: usize = 5_000;
/// Letters of one list.
const MOST_LETTERS: usize = 200_000;
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

#[derive(Default)]
struct Asked {
    list: String,
    reason: String,
    span: String,
    violations: Vec<Violation>,
}

/// What of the list can be looked for, and what stands in it besides.
struct List {
    indicators: Vec<(Indicator, String)>,
    foreign: Vec<String>,
}

fn read(text: &str) -> List {
    let mut list = List { indicators: Vec::new(), foreign: Vec::new() };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match Indicator::parse(line) {
            Some(indicator) if list.indicators.iter().any(|(known, _)| *known == indicator) => {}
            Some(indicator) => list.indicators.push((indicator, line.to_owned())),
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

pub(crate) async fn run(ctx: Ctx, form: Form) -> Outcome {
    let logs = logs(&ctx)?;
    let mut asked = Asked {
        list: tr::clean_text(form.get("liste")).text.chars().take(MOST_LETTERS).collect(),
        reason: tr::clean_line(form.get("neden")).text,
        span: form.get("sure").into(),
        violations: Vec::new(),
    };
    let list = read(&asked.list);
    let mut wrong = |field: &str, text: String| asked.violations.push(Violation::new("KAY-005", field, text));
    if list.indicators.is_empty() {
        wrong("liste", "Her satıra bir IP adresi, alan adı ya da bağlantı yazın.".into());
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
    let content = results(logs, &list, &found);
    page(&ctx, &asked, content).await
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

fn results(logs: &AccessLogs, list: &List, found: &Found) -> Markup {
    let rows: Vec<Vec<Markup>> = found.sightings.iter().map(|one| row(logs, list, one)).collect();
    let heads = ui::heads(&["Listedeki", "Görüldüğü satır", "İlk", "Son", "Son satır"]);
    html! {
        @if found.is_partial {
            (ui::notice(ui::FlashKind::Warning, html! { p { "Soru sınırına gelindi; listenin bir bölümüne bakılmadı." } }))
        }
        @if !list.foreign.is_empty() {
            (ui::notice(ui::FlashKind::Warning, html! { p {
                (tr::grouped(list.foreign.len() as i64)) " satır adres ya da ad olarak okunamadı; ilki: " (list.foreign[0])
            } }))
        }
        @if rows.is_empty() {
            (ui::notice(ui::FlashKind::Success, html! { p {
                "Listedeki " (tr::grouped(list.indicators.len() as i64)) " adres ve addan hiçbiri kayıtlarda görülmedi."
            } }))
        } @else {
            (ui::notice(ui::FlashKind::Error, html! { p {
                "Listedeki " (tr::grouped(list.indicators.len() as i64)) " adres ve addan "
                (tr::grouped(rows.len() as i64)) " tanesi kayıtlarda görüldü."
            } }))
            (ui::table("Görülenler", &heads, &rows))
        }
    }
}

fn row(logs: &AccessLogs, list: &List, one: &Sighting) -> Vec<Markup> {
    let name = list.indicators.get(one.number).map_or("", |(_, text)| text.as_str());
    let least = if one.is_at_least { "en az " } else { "" };
    let example = one.examples.last();
    let source = example.and_then(|it| it.source).and_then(|number| logs.inner().known.name(number));
    vec![
        html! { (name) },
        html! { (least) (tr::grouped(one.count.cast_signed())) },
        html! { (moment(one.first_us)) },
        html! { (moment(one.last_us)) },
        html! {
            @if let Some(source) = source { (source) ": " }
            @if let Some(example) = example { code { (String::from_utf8_lossy(&example.line)) } }
        },
    ]
}

async fn page(ctx: &Ctx, asked: &Asked, results: Markup) -> Outcome {
    let spans = SPANS.iter().map(|one| ui::Opt::new(one.0, one.1, one.0 == asked.span)).collect();
    let hint = "Her satıra bir IP adresi, alan adı ya da bağlantı; kotu[.]ornek biçimi de olur.";
    let fields = vec![
        field("liste", "Zararlı adresler ve adlar", hint, &asked.list, ui::Input::LongText { rows: 8 }),
        field("neden", "Neden bakıyorsunuz?", "", &asked.reason, ui::Input::Text),
        field("sure", "Süre", "", &asked.span, ui::Input::Select(spans)),
    ];
    let view = ui::FormView {
        title: "Tehdit taraması".into(),
        lead: "Bir uyarıdaki adres ve adların kayıtlarda görülüp görülmediğine bakar. Bakmanız adınızla ve gerekçesiyle kaydedilir.".into(),
        action: PATH.into(),
        sections: vec![ui::FormSection { fields, ..ui::FormSection::default() }],
        submit: "Tara".into(),
        before: Some(results),
        ..ui::FormView::default()
    };
    asking::page(ctx, view, &asked.violations, html! {}).await
}
