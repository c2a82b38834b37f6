//! Who talks most, what is refused, what is used: the values that most lines of a time have.

use std::collections::HashMap;
use std::net::IpAddr;

use journal::{ColumnId, Query, Test, Top, Value};
use kernel::{Error, Instant, Ref, record, tr};
use lines::Column;
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use crate::keeping::AccessLogs;
use crate::network;
use crate::search::{self, absent, logs, noted};

pub(crate) const PATH: &str = "/erisim-kayitlari/rapor";

/// Values of one table.
const MOST: usize = 20;
/// Addresses that are counted for the report by unit.
const MOST_ADDRESSES: usize = 50_000;
const BY_UNIT: &str = "birim";
const DAY_US: i64 = 24 * 60 * 60 * Instant::SECOND_US;
const TIME_US: i64 = 8 * Instant::SECOND_US;

/// One table: what it is called, which column it counts, and of which lines.
struct Part {
    code: &'static str,
    label_tr: &'static str,
    column: Column,
    /// The field of the search that asks for a value of it; none where there is none.
    field: &'static str,
    /// Words of devices for what they did.
    actions: &'static [&'static str],
}

const REFUSED: &[&str] = &[
    "deny", "denied", "Deny", "block", "blocked", "drop", "dropped", "reject", "rejected", "DROP", "REJECT",
];

const PARTS: [Part; 8] = [
    Part {
        code: "kaynak",
        label_tr: "En çok bağlanan adresler",
        column: Column::SRC_IP,
        field: "adres",
        actions: &[],
    },
    Part {
        code: "hedef",
        label_tr: "En çok bağlanılan adresler",
        column: Column::DST_IP,
        field: "adres",
        actions: &[],
    },
    Part {
        code: "port",
        label_tr: "En çok kullanılan hedef portlar",
        column: Column::DST_PORT,
        field: "liman",
        actions: &[],
    },
    Part {
        code: "uygulama",
        label_tr: "En çok kullanılan uygulamalar",
        column: Column::APPLICATION,
        field: "metin",
        actions: &[],
    },
    Part {
        code: "kullanici",
        label_tr: "En çok görünen kullanıcılar",
        column: Column::USER,
        field: "kullanici",
        actions: &[],
    },
    Part {
        code: BY_UNIT,
        label_tr: "Birimlere göre satırlar",
        column: Column::SRC_IP,
        field: "",
        actions: &[],
    },
    Part {
        code: "engellenen",
        label_tr: "En çok engellenen adresler",
        column: Column::SRC_IP,
        field: "adres",
        actions: REFUSED,
    },
    Part {
        code: "engel-hedef",
        label_tr: "Engellenen bağlantıların hedefleri",
        column: Column::DST_IP,
        field: "adres",
        actions: REFUSED,
    },
];

/// How long back.
const SPANS: [(&str, &str, i64); 4] =
    [("1", "Son 24 saat", 1), ("7", "Son 7 gün", 7), ("30", "Son 30 gün", 30), ("365", "Son 365 gün", 365)];

pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let Ok(logs) = logs(&ctx) else { return absent(&ctx, "Kayıt raporu").await };
    let reason = tr::clean_line(ctx.param("neden")).text;
    let part = PARTS.iter().find(|one| one.code == ctx.param("rapor")).unwrap_or(&PARTS[0]);
    let span = SPANS.iter().find(|one| one.0 == ctx.param("sure")).unwrap_or(&SPANS[0]);
    let result = match reason.is_empty() {
        true => None,
        false => {
            noted(&ctx, "log_searched", &format!("Rapor: {}, {}", part.label_tr, span.1), &reason).await?;
            let top = count(&ctx, logs, part, span.2).await?;
            Some(if part.code == BY_UNIT { by_unit(&ctx, top).await? } else { top })
        }
    };
    let content = html! {
        div.top {
            h1 { "Kayıt raporu" }
            div.top-end { a.btn href=(network::PATH) { "Ağ bölümleri" } }
        }
        (form(part, span, &reason))
        @match &result {
            None => (ui::empty_state("Neden baktığınızı yazıp raporu hazırlayın; bakmanız adınızla ve gerekçesiyle kaydedilir.", None)),
            Some(top) => (table(part, span, top, &search::since(ctx.act.now().0 - span.2 * DAY_US, &reason))),
        }
    };
    ctx.page(Frame::new("Kayıt raporu").crumb("Erişim kayıtları", search::PATH), content).await
}

async fn count(ctx: &Ctx, logs: &AccessLogs, part: &Part, days: i64) -> kernel::Result<Top> {
    let now_us = ctx.act.now().0;
    let mut query = Query { from_us: now_us - days * DAY_US, to_us: now_us + DAY_US, ..Query::newest(0) };
    if !part.actions.is_empty() {
        let words = part.actions.iter().map(|word| word.as_bytes().to_vec()).collect();
        query = query.with(column(logs, Column::ACTION)?, Test::OneOf(words));
    }
    let column = column(logs, part.column)?;
    let most = if part.code == BY_UNIT { MOST_ADDRESSES } else { MOST };
    logs.journal()?.top(&query, column, most, Some(now_us + TIME_US)).await.map_err(search::refused)
}

/// The same by unit: each address counts for the unit of the narrowest range that has it.
async fn by_unit(ctx: &Ctx, top: Top) -> kernel::Result<Top> {
    let ranges = network::all(ctx.db()).await?;
    let mut units: HashMap<Option<Uuid>, u64> = HashMap::new();
    for (value, count) in &top.values {
        let ip = text(value).parse::<IpAddr>().ok();
        let of = ip.and_then(|ip| ranges.iter().find(|(range, _)| range.has(ip))).map(|(_, unit)| *unit);
        *units.entry(of).or_default() += count;
    }
    let refs: Vec<Ref> = units.keys().flatten().map(|id| Ref::new("unit", *id)).collect();
    let names: HashMap<Uuid, String> =
        record::names(ctx.db(), &refs).await?.into_iter().map(|named| (named.id, named.title)).collect();
    let named = |unit: Option<Uuid>| match unit {
        Some(id) => names.get(&id).cloned().unwrap_or_default(),
        None => "Birimi yazılmamış adresler".into(),
    };
    let mut values: Vec<(Value, u64)> =
        units.into_iter().map(|(unit, count)| (Value::Bytes(named(unit).into_bytes()), count)).collect();
    values.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    values.truncate(MOST);
    Ok(Top { values, ..top })
}

fn column(logs: &AccessLogs, of: Column) -> kernel::Result<ColumnId> {
    logs.encoder().column(of).ok_or_else(|| Error::internal("a shared column is not in the schema"))
}

fn form(part: &Part, span: &(&str, &str, i64), reason: &str) -> Markup {
    let filter = |name: &str, label: &str, kind: ui::FilterKind, value: &str| ui::FilterView {
        name: name.into(),
        label: label.into(),
        kind,
        value: value.into(),
        error: None,
    };
    // What is first is what stands without a word: there is no "all" of reports and times.
    fn of_part(code: &str) -> &str {
        if code == PARTS[0].code { "" } else { code }
    }
    fn of_span(code: &str) -> &str {
        if code == SPANS[0].0 { "" } else { code }
    }
    let parts = PARTS
        .iter()
        .map(|one| ui::Opt::new(of_part(one.code), one.label_tr, one.code == part.code))
        .collect();
    let spans = SPANS.iter().map(|one| ui::Opt::new(of_span(one.0), one.1, one.0 == span.0)).collect();
    let filters = vec![
        filter("neden", "Neden bakıyorsunuz?", ui::FilterKind::Text, reason),
        filter("rapor", "Rapor", ui::FilterKind::Choice(parts), of_part(part.code)),
        filter("sure", "Süre", ui::FilterKind::Choice(spans), of_span(span.0)),
    ];
    ui::filters("Raporu seç", "Hazırla", PATH, None, filters)
}

/// `since` is the search of the same time, to which a value is added.
fn table(part: &Part, span: &(&str, &str, i64), top: &Top, since: &str) -> Markup {
    let lines_of = |value: &str| {
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        (!part.field.is_empty()).then(|| format!("{since}&{}={value}", part.field))
    };
    let most = top.values.first().map_or(1, |(_, count)| (*count).max(1));
    let bars: Vec<ui::Bar> = top
        .values
        .iter()
        .map(|(value, count)| ui::Bar {
            label: text(value),
            href: lines_of(&text(value)),
            share: *count as f64 / most as f64,
            text: format!("{} satır", tr::grouped(count.cast_signed())),
            tone: ui::Tone::Doing,
        })
        .collect();
    html! {
        @if !top.covered.is_whole() {
            (ui::notice(ui::FlashKind::Warning, html! { p { "Süre yetmedi: bütün kayıtlara bakılamadı. Daha kısa bir süre seçin." } }))
        }
        @if top.too_small_by > 0 {
            (ui::notice(ui::FlashKind::Info, html! { p {
                "Çok sayıda değer var; sayılar en çok " (tr::grouped(top.too_small_by.cast_signed())) " eksik olabilir."
            } }))
        }
        @if bars.is_empty() { (ui::empty_state("Bu sürede böyle bir satır yok.", None)) }
        @else {
            (ui::bar_list(&format!("{}, {}", part.label_tr, tr::lower(span.1)), &bars))
            p.muted { (tr::grouped(top.rows.cast_signed())) " satıra bakıldı. Sayılan satırdır: bir cihaz bir bağlantı için birkaç satır yazabilir." }
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Number(number) => number.to_string(),
    }
}
