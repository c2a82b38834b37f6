//! Search: the palette's fragment, the search page that works without script, and options of comboboxes.

use kernel::record::{self, FieldValue};
use kernel::{Error, Ref, tr};

use crate::answer::Outcome;
use crate::ctx::Ctx;
use crate::kit::{links, may_create};
use crate::shell::{Frame, menu_entries};

const PALETTE_ROWS: u32 = 12;
const PAGE_ROWS: u32 = 50;

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let query = tr::clean_line(ctx.param("q")).text;
    let rows = if ctx.is_htmx { PALETTE_ROWS } else { PAGE_ROWS };
    let mut groups = vec![pages(&ctx, &query), new_records(&ctx, &query)];
    let kinds: Vec<_> = ctx.registry().kinds().collect();
    let found = record::search(ctx.db(), &kinds, ctx.actor(), &query, rows).await?;
    for kind in ctx.registry().kinds() {
        let of_kind = found.iter().filter(|one| one.kind == kind.id);
        let items: Vec<_> = of_kind
            .map(|one| ui::PaletteItem {
                href: kind.address(one.id),
                label: one.title.clone(),
                detail: if one.number.is_empty() { kind.name_tr.into() } else { one.number.clone() },
            })
            .collect();
        if !items.is_empty() {
            groups.push(ui::PaletteGroup { title: kind.plural_tr.into(), items });
        }
    }
    groups.retain(|group| !group.items.is_empty());
    let more_href = (ctx.is_htmx && found.len() as u32 == PALETTE_ROWS).then(|| {
        let encoded: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        format!("{}?q={encoded}", ui::names::SEARCH)
    });
    let texts_href = (!query.is_empty()).then(|| super::texts::address(&ctx, None, &query)).flatten();
    let view = ui::PaletteView { query, groups, more_href, texts_href };
    if ctx.is_htmx {
        return ctx.fragment(ui::palette_results(&view));
    }
    ctx.page(Frame::new("Ara"), ui::search_page(&view)).await
}

/// Menu entries whose name contains what was typed.
fn pages(ctx: &Ctx, query: &str) -> ui::PaletteGroup {
    let wanted = tr::fold(query);
    let items =
        menu_entries(ctx).filter(|entry| tr::fold(entry.label_tr).contains(&wanted)).take(8).map(|entry| {
            ui::PaletteItem {
                href: entry.path.into(),
                label: entry.label_tr.into(),
                detail: entry.group_tr.into(),
            }
        });
    ui::PaletteGroup { title: "Git".into(), items: items.collect() }
}

fn new_records(ctx: &Ctx, query: &str) -> ui::PaletteGroup {
    let wanted = tr::fold(query);
    let kinds = ctx.registry().kinds().filter(|kind| may_create(ctx, kind));
    let items = kinds
        .filter(|kind| tr::fold(&format!("yeni {}", kind.name_tr)).contains(&wanted))
        .take(6)
        .map(|kind| ui::PaletteItem {
            href: format!("{}/yeni", kind.path),
            label: format!("Yeni {}", kind.name_tr),
            detail: String::new(),
        });
    ui::PaletteGroup { title: "Oluştur".into(), items: items.collect() }
}

/// Records of one kind for a combobox: `?tur=unit&q=…`, with `durum=open,closed` those in these states; without a kind those of every kind, named `kind:id`. Only what the person may see.
pub(super) async fn options(ctx: Ctx) -> Outcome {
    if ctx.param("tur").is_empty() && !ctx.param("q").is_empty() {
        return options_of_all(&ctx).await;
    }
    let kind = ctx.registry().kind(ctx.param("tur")).ok_or_else(Error::not_found)?;
    if !ctx.actor().may(kind.view) {
        return Err(Error::forbidden().into());
    }
    let mut query = record::ListQuery::first(&kind);
    query.text = tr::clean_line(ctx.param("q")).text;
    let states = kind.field("state").map(record::Field::choices).unwrap_or_default();
    let asked: Vec<&str> = ctx.param("durum").split(',').collect();
    let among: Vec<&'static str> =
        states.iter().map(|one| one.code).filter(|code| asked.contains(code)).collect();
    query.filters.extend(match among[..] {
        [] => None,
        [one] => Some(("state", record::FilterValue::Is(FieldValue::Text(one.into())))),
        _ => Some(("state", record::FilterValue::AnyOf(among))),
    });
    let page = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?;
    let options: Vec<_> = page
        .records
        .iter()
        .map(|one| ui::ComboOption {
            // A line of a text begins with what people know a record by; a field keeps its id.
            value: match ctx.param("satir") {
                "no" => one.number(&kind),
                "ad" => one.title(&kind),
                _ => one.id.to_string(),
            },
            label: one.title(&kind),
            sub: one.number(&kind),
        })
        .collect();
    ctx.fragment(ui::combobox_options(&options))
}

async fn options_of_all(ctx: &Ctx) -> Outcome {
    let text = tr::clean_line(ctx.param("q")).text;
    let found = links::search(ctx, &text, PALETTE_ROWS).await?;
    let option = |one: &record::Found| ui::ComboOption {
        value: Ref::new(one.kind.clone(), one.id).to_string(),
        label: one.title.clone(),
        sub: format!("{} {}", links::kind_name(ctx, &one.kind), one.number).trim_end().into(),
    };
    ctx.fragment(ui::combobox_options(&found.iter().map(option).collect::<Vec<_>>()))
}

pub(super) async fn shortcuts(ctx: Ctx) -> Outcome {
    if ctx.is_htmx {
        return ctx.fragment(ui::shortcut_sheet());
    }
    let content = maud::html! { h1 { "Kısayollar" } (ui::shortcut_sheet()) };
    ctx.page(Frame::new("Kısayollar"), content).await
}
