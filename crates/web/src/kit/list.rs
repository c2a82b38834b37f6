//! The list screen and its printed form. The URL is the state.

use std::collections::HashMap;

use kernel::record::{
    self, Direction, Field, FieldKind, FieldValue, FilterValue, Kind, ListQuery, PAGE_SIZES, Page, Record,
};
use kernel::{Violation, tr};
use uuid::Uuid;

use super::{kind_of, may_create};
use crate::answer::Outcome;
use crate::ctx::Ctx;
use crate::options::{Options, options, resolve, titles_shown};
use crate::routes::Allow;
use crate::shell::{Frame, cell};

pub(super) async fn show(ctx: Ctx, kind: &'static str) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let saved = super::views::saved(&ctx, &kind).await?;
    if let Some(first) = super::views::beginning(&ctx, &kind, &saved) {
        return Ok(crate::answer::see_other(&first));
    }
    let (query, violations) = read(&ctx, &kind).await?;
    let (page, (count, is_more)) =
        record::list_counted(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?;
    let columns = chosen_columns(&ctx, &kind);
    let titles = titles_shown(&ctx, &kind, &page.records, &columns, &query).await?;
    let mut view = ui::ListView {
        title: kind.plural_tr.into(),
        count_text: format!("{}{}", tr::grouped(count), if is_more { "+" } else { "" }),
        path: kind.path.into(),
        keep: keep(&ctx),
        primary: primary(&ctx, &kind),
        tabs: super::views::tabs(&ctx, &kind, &saved),
        search: kind.is_searchable().then(|| ui::SearchBox {
            name: "ara".into(),
            value: query.text.clone(),
            hint: search_hint(&kind),
        }),
        filters: filters(&ctx, &kind, &violations).await?,
        chips: chips(&ctx, &kind, &query, &titles).await?,
        clear_href: kind.path.into(),
        columns: columns.iter().map(|field| head(&ctx, field, &query)).collect(),
        rows: page.records.iter().map(|record| row(&kind, record, &columns, &titles)).collect(),
        bulk: bulk(&ctx, &kind, &question(&ctx.raw_query)),
        bulk_action_path: format!("{}/toplu{}", kind.path, question(&ctx.raw_query)),
        all_matching_count: (count > i64::from(query.size))
            .then(|| format!("{}{}", tr::grouped(count), if is_more { "+" } else { "" })),
        pager: pager(&ctx, &kind, &query, &page, count, is_more),
        exports: exports(&ctx, &kind),
        tools: tools(&ctx, &kind),
        columns_form: Some(columns_form(&ctx, &kind, &columns)),
        save_view: Some(ui::SaveView {
            action: format!("{}/gorunum", kind.path),
            query: ctx.raw_query.clone(),
            audiences: super::views::audiences(&ctx),
            manage_href: (!saved.is_empty()).then(|| format!("{}/gorunum", kind.path)),
        }),
        print_href: Some(format!("{}/yazdir{}", kind.path, question(&ctx.raw_query))),
        texts_href: texts_of(&ctx, &kind),
        empty: ui::Empty::default(),
    };
    view.empty = empty(&ctx, &kind, &query);
    ctx.page(Frame::new(kind.plural_tr).crumb(group_of(&ctx, &kind), "/"), ui::list(&view, &ctx.csrf)).await
}

/// The query of this request; a reference typed as text is looked up first.
pub(super) async fn read(ctx: &Ctx, kind: &Kind) -> kernel::Result<(ListQuery, Vec<Violation>)> {
    let mut pairs = ctx.query.clone();
    let mut violations = Vec::new();
    for (name, value) in &mut pairs {
        let Some(field) = kind.field(name).filter(|field| field.is_filter) else { continue };
        let FieldKind::Reference(target) = field.kind else { continue };
        if value.is_empty() || value.parse::<Uuid>().is_ok() {
            continue;
        }
        match resolve(ctx, target, &[], value).await? {
            Some(id) => *value = id.to_string(),
            None => {
                let text =
                    format!("“{value}” ile tek bir kayıt bulunamadı; numarasını ya da tam adını yazın.");
                violations.push(Violation::new("LST-004", field.name, text));
                value.clear();
            }
        }
    }
    let (query, more) = ListQuery::parse(kind, &pairs);
    violations.extend(more);
    Ok((query, violations))
}

fn question(query: &str) -> String {
    if query.is_empty() { String::new() } else { format!("?{query}") }
}

/// This page's address with some parameters changed; an empty value removes one. Paging starts over.
pub(super) fn href(ctx: &Ctx, path: &str, changes: &[(&str, &str)]) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
    for (name, value) in &ctx.query {
        if !changed(name) && name != "sonra" && name != "once" && !value.is_empty() {
            out.append_pair(name, value);
        }
    }
    for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
        out.append_pair(name, value);
    }
    format!("{path}{}", question(&out.finish()))
}

fn keep(ctx: &Ctx) -> Vec<(String, String)> {
    let kept = ["sirala", "boy", ui::names::COLUMN];
    ctx.query.iter().filter(|(name, _)| kept.contains(&name.as_str())).cloned().collect()
}

fn group_of(ctx: &Ctx, kind: &Kind) -> String {
    let entries = ctx.registry().capabilities().iter().flat_map(|one| &one.menu);
    entries
        .filter(|entry| entry.path == kind.path)
        .map(|entry| entry.group_tr.to_string())
        .next()
        .unwrap_or_else(|| "Belde".into())
}

fn primary(ctx: &Ctx, kind: &Kind) -> Option<ui::Link> {
    if may_create(ctx, kind) {
        return Some(ui::Link::new(format!("Yeni {}", kind.name_tr), format!("{}/yeni", kind.path)));
    }
    // Nobody makes these; they come, and are worked off one after the other.
    let verb = kind.series.and_then(|series| kind.verb(series.verb?))?;
    let label = format!("Sırayla {}", tr::lower(verb.label_tr));
    ctx.actor().may(verb.permission).then(|| ui::Link::new(label, format!("{}/sirayla", kind.path)))
}

fn search_hint(kind: &Kind) -> String {
    let labels: Vec<String> = kind
        .fields
        .iter()
        .filter(|field| field.is_searched)
        .map(|field| tr::lower(field.label_tr))
        .take(4)
        .collect();
    let mut hint = labels.join(", ");
    if let Some(first) = hint.chars().next() {
        hint.replace_range(..first.len_utf8(), &tr::upper(&first.to_string()));
    }
    hint
}

pub(super) fn chosen_columns<'a>(ctx: &Ctx, kind: &'a Kind) -> Vec<&'a Field> {
    let wanted: Vec<&Field> = ctx
        .query
        .iter()
        .filter(|(name, _)| name == ui::names::COLUMN)
        .filter_map(|(_, value)| kind.field(value))
        .take(20)
        .collect();
    if wanted.is_empty() { kind.fields.iter().filter(|field| field.in_list).collect() } else { wanted }
}

fn columns_form(ctx: &Ctx, kind: &Kind, chosen: &[&Field]) -> ui::ColumnsForm {
    ui::ColumnsForm {
        action: kind.path.into(),
        keep: ctx.query.iter().filter(|(name, _)| name != ui::names::COLUMN).cloned().collect(),
        columns: kind
            .fields
            .iter()
            .map(|field| ui::ColumnChoice {
                name: field.name.into(),
                label: field.label_tr.into(),
                chosen: chosen.iter().any(|one| one.name == field.name),
            })
            .collect(),
    }
}

fn head(ctx: &Ctx, field: &Field, query: &ListQuery) -> ui::Head {
    let sort = field.sort.map(|_| {
        let (state, next) = match (query.sort == field.name, query.direction) {
            (true, Direction::Ascending) => (ui::Direction::Ascending, format!("-{}", field.name)),
            (true, Direction::Descending) => (ui::Direction::Descending, field.name.to_string()),
            (false, _) => (ui::Direction::None, field.name.to_string()),
        };
        ui::SortLink { href: href(ctx, &ctx.path, &[("sirala", &next)]), state }
    });
    ui::Head { label: field.label_tr.into(), sort, numeric: is_numeric(field) }
}

fn is_numeric(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Int { .. } | FieldKind::Money)
}

fn row(kind: &Kind, record: &Record, columns: &[&Field], titles: &HashMap<Uuid, String>) -> ui::Row {
    let address = kind.address(record.id);
    let mut cells: Vec<ui::Cell> = columns
        .iter()
        .map(|field| {
            let value = record.get(field.name);
            cell(field, value, value.id().and_then(|id| titles.get(&id)).map(String::as_str))
        })
        .collect();
    if let Some(first) = cells.first_mut() {
        // A row without a name in its first column must still be reachable.
        let label = Some(first.plain()).filter(|text| !text.is_empty()).unwrap_or("(adsız)").to_string();
        *first = ui::Cell::Link { href: address.clone(), label, sub: None };
    }
    ui::Row { id: record.id.to_string(), href: address, cells, selected_label: record.title(kind) }
}

fn bulk(ctx: &Ctx, kind: &Kind, question: &str) -> Vec<ui::BulkAction> {
    let offered = kind.verbs.iter().filter(|verb| verb.in_bulk && ctx.actor().may(verb.permission));
    offered
        .map(|verb| ui::BulkAction {
            verb: verb.id.into(),
            action: verb.is_elsewhere.then(|| format!("{}/{}{question}", kind.path, verb.id)),
            label: verb.label_tr.into(),
            needs_reason: verb.needs_reason,
            danger: verb.is_danger,
            confirm: verb.is_danger || verb.needs_reason,
        })
        .collect()
}

fn exports(ctx: &Ctx, kind: &Kind) -> Vec<ui::Link> {
    let to = |format: &str| format!("{}/disa-aktar/{format}{}", kind.path, question(&ctx.raw_query));
    vec![ui::Link::new("CSV", to("csv")), ui::Link::new("Excel (XLSX)", to("xlsx"))]
}

/// Pages that the list leads to, as far as they open for this person.
fn tools(ctx: &Ctx, kind: &Kind) -> Vec<ui::Link> {
    let mut links = Vec::new();
    if kind.importer().is_some_and(|code| Allow::on(kind, code).opens_for(ctx.actor())) {
        links.push(ui::Link::new("İçe aktar…", format!("{}/ice-aktar", kind.path)));
    }
    for (label, tail) in kind.list_links {
        let path = format!("{}/{tail}", kind.path);
        if ctx.app.opens_for(&path, ctx.actor()) {
            links.push(ui::Link::new(*label, format!("{path}{}", question(&ctx.raw_query))));
        }
    }
    links
}

fn pager(ctx: &Ctx, kind: &Kind, query: &ListQuery, page: &Page, count: i64, is_more: bool) -> ui::Pager {
    let to = |name: &str, record: Option<&Record>| {
        record.map(|record| href(ctx, &ctx.path, &[(name, &query.cursor_of(kind, record))]))
    };
    let shown = page.records.len();
    let total = format!("{}{}", tr::grouped(count), if is_more { "+" } else { "" });
    ui::Pager {
        range_text: format!("{shown} / {total} kayıt"),
        prev_href: page.has_previous.then(|| to("once", page.records.first())).flatten(),
        next_href: page.has_next.then(|| to("sonra", page.records.last())).flatten(),
        sizes: PAGE_SIZES
            .iter()
            .map(|size| ui::PageSize {
                link: ui::Link::new(size.to_string(), href(ctx, &ctx.path, &[("boy", &size.to_string())])),
                current: *size == query.size,
            })
            .collect(),
    }
}

async fn filters(ctx: &Ctx, kind: &Kind, violations: &[Violation]) -> kernel::Result<Vec<ui::FilterView>> {
    let mut views = Vec::new();
    for field in kind.fields.iter().filter(|field| field.is_filter) {
        let value = ctx.param(field.name).to_string();
        let (from, to) = (format!("{}_bas", field.name), format!("{}_son", field.name));
        let filter = match field.kind {
            FieldKind::Choice(choices) => ui::FilterKind::Choice(
                choices
                    .iter()
                    .map(|choice| ui::Opt::new(choice.code, choice.label_tr, choice.code == value))
                    .collect(),
            ),
            FieldKind::Bool => ui::FilterKind::YesNo,
            FieldKind::Day | FieldKind::Instant => {
                ui::FilterKind::DateRange { from: ctx.param(&from).into(), to: ctx.param(&to).into() }
            }
            FieldKind::Reference(target) => match options(ctx, target).await?.as_ref() {
                Options::All(all) => ui::FilterKind::Choice(
                    all.iter()
                        .map(|one| ui::Opt::new(one.id.to_string(), &one.label, one.id.to_string() == value))
                        .collect(),
                ),
                Options::TooMany => ui::FilterKind::Text,
            },
            _ => ui::FilterKind::Text,
        };
        let is_typed_reference =
            matches!((&filter, field.kind), (ui::FilterKind::Text, FieldKind::Reference(_)));
        let shown = if is_typed_reference {
            reference_title(ctx, field, &value).await?.unwrap_or(value)
        } else {
            value
        };
        let wrong =
            violations.iter().find(|one| one.field == field.name || one.field == from || one.field == to);
        views.push(ui::FilterView {
            name: field.name.into(),
            label: field.label_tr.into(),
            kind: filter,
            value: shown,
            error: wrong.map(|one| one.text.clone()),
        });
    }
    Ok(views)
}

/// Stands for a record that the address names and the person may not see, or that is no more.
const UNSEEN: &str = "(bu kaydı göremiyorsunuz)";

/// What the record of a reference is called, if the person may see it: an address may name any record.
async fn reference_title(ctx: &Ctx, field: &Field, value: &str) -> kernel::Result<Option<String>> {
    let (FieldKind::Reference(target), Ok(id)) = (field.kind, value.parse::<Uuid>()) else { return Ok(None) };
    let Some(target) = ctx.registry().kind(target) else { return Ok(None) };
    let seen = record::choosable_one(ctx.db(), &target, ctx.actor(), id).await?;
    Ok(seen.map(|seen| if seen.number.is_empty() { seen.title } else { seen.number }))
}

async fn chips(
    ctx: &Ctx,
    kind: &Kind,
    query: &ListQuery,
    titles: &HashMap<Uuid, String>,
) -> kernel::Result<Vec<ui::Chip>> {
    let mut chips = Vec::new();
    if !query.text.is_empty() {
        let remove_href = href(ctx, &ctx.path, &[("ara", "")]);
        chips.push(ui::Chip { label: format!("Arama: {}", query.text), remove_href });
    }
    for (name, filter) in &query.filters {
        let Some(field) = kind.field(name) else { continue };
        let label = describe(ctx, field, filter, titles).await?;
        let (from, to) = (format!("{name}_bas"), format!("{name}_son"));
        chips.push(ui::Chip {
            label,
            remove_href: href(ctx, &ctx.path, &[(name, ""), (&from, ""), (&to, "")]),
        });
    }
    Ok(chips)
}

/// "Durum: Etkin", "Tarih: 1.11.2026 – 5.11.2026".
async fn describe(
    ctx: &Ctx,
    field: &Field,
    filter: &FilterValue,
    titles: &HashMap<Uuid, String>,
) -> kernel::Result<String> {
    let value = match filter {
        FilterValue::Is(value) => match value.id() {
            Some(id) => match titles.get(&id) {
                Some(title) => title.clone(),
                None => reference_title(ctx, field, &id.to_string()).await?.unwrap_or_else(|| UNSEEN.into()),
            },
            None => value.show(field, None),
        },
        FilterValue::AnyOf(codes) => {
            let shown = |code: &&str| FieldValue::Text((*code).into()).show(field, None);
            codes.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
        FilterValue::Between(from, to) => {
            let day =
                |day: &Option<kernel::Day>| day.map(|day| tr::date(day.0)).unwrap_or_else(|| "…".into());
            format!("{} – {}", day(from), day(to))
        }
    };
    Ok(format!("{}: {value}", field.label_tr))
}

/// Where the texts of these records are searched for what the list is searched for.
fn texts_of(ctx: &Ctx, kind: &Kind) -> Option<String> {
    kind.texts?;
    crate::screens::texts::address(ctx, Some(kind.id), ctx.param("ara"))
}

fn empty(ctx: &Ctx, kind: &Kind, query: &ListQuery) -> ui::Empty {
    if let Some(to) = texts_of(ctx, kind).filter(|_| !query.text.is_empty()) {
        let text = format!("Bu süzgeçlere uyan {} yok. Söz, metnin içinde geçiyor olabilir.", kind.name_tr);
        return ui::Empty { text, action: Some(ui::Link::new("Metinlerde ara", to)) };
    }
    if !query.filters.is_empty() || !query.text.is_empty() {
        let action = Some(ui::Link::new("Süzgeçleri temizle", kind.path));
        return ui::Empty { text: format!("Bu süzgeçlere uyan {} yok.", kind.name_tr), action };
    }
    ui::Empty { text: format!("Henüz {} yok.", kind.name_tr), action: primary(ctx, kind) }
}

/// Rows of a printed list at most.
const PRINT_ROWS: u32 = 500;

/// The list as a sheet of paper: head, filter text, rows.
pub(super) async fn print(ctx: Ctx, kind: &'static str) -> Outcome {
    let kind = kind_of(&ctx, kind)?;
    let (mut query, _) = read(&ctx, &kind).await?;
    query.size = PRINT_ROWS;
    query.cursor = None;
    let page = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?;
    let columns = chosen_columns(&ctx, &kind);
    let titles = titles_shown(&ctx, &kind, &page.records, &columns, &query).await?;
    let chips = chips(&ctx, &kind, &query, &titles).await?;
    let mut filter_text = chips.into_iter().map(|chip| chip.label).collect::<Vec<_>>().join(" · ");
    if page.has_next {
        filter_text = format!("{filter_text} · İlk {PRINT_ROWS} kayıt; tümü için dışa aktarın.");
    }
    let heads: Vec<_> = columns
        .iter()
        .map(|field| ui::Head { label: field.label_tr.into(), sort: None, numeric: is_numeric(field) })
        .collect();
    let rows: Vec<Vec<_>> = page
        .records
        .iter()
        .map(|record| {
            let shown = columns.iter().map(|field| {
                let value = record.get(field.name);
                cell(field, value, value.id().and_then(|id| titles.get(&id)).map(String::as_str)).printed()
            });
            shown.collect()
        })
        .collect();
    let table = ui::table(kind.plural_tr, &heads, &rows);
    ctx.print_page(kind.plural_tr, &filter_text, table).await
}
