//! The organisation chart on any day: a drawing, the same as a list, a sheet of paper, and a public page.

use std::collections::HashMap;

use kernel::db::Sql;
use kernel::{Day, Error, Instant, tr};
use maud::{Markup, PreEscaped, html};
use time::Date;
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use super::CHART_PATH;
use crate::chart::{Audience, ChartItem, ChartNode, ChartOptions, Head, chart_list, chart_svg};
use crate::store;
use crate::units::{UnitNode, tree_at};

const WIDTH_PX: i32 = 1_180;

/// What a chart shows of people on a day.
struct People {
    heads: HashMap<Uuid, store::HeadRow>,
    counts: HashMap<Uuid, i64>,
    /// Substitutes by the person they stand in for.
    substitutes: HashMap<Uuid, String>,
    /// Rank of units within their parent.
    order: HashMap<Uuid, i64>,
}

#[derive(sea_orm::FromQueryResult)]
struct Rank {
    id: Uuid,
    sort_no: i64,
}

/// Noon stands for a day in the past; today is now.
fn moment(ctx: &Ctx, on: Date) -> Instant {
    let now = ctx.act.now();
    if now.day().0 == on { now } else { Day(on).start().plus_us(12 * Instant::HOUR_US) }
}

async fn people(ctx: &Ctx, on: Date) -> kernel::Result<People> {
    let mut heads = HashMap::new();
    for head in store::heads_on(ctx.db(), on).await? {
        heads.entry(head.unit_id).or_insert(head);
    }
    let counts = store::counts_on(ctx.db(), on).await?;
    let actings = store::actings_at(ctx.db(), moment(ctx, on), &[]).await?;
    let ranks: Vec<Rank> =
        ctx.db().rows("SELECT id, sort_no FROM unit WHERE sort_no > 0 LIMIT 50000", vec![]).await?;
    Ok(People {
        heads,
        counts: counts.into_iter().map(|row| (row.unit_id, row.number)).collect(),
        substitutes: actings.into_iter().map(|row| (row.principal_id, row.substitute_name)).collect(),
        order: ranks.into_iter().map(|row| (row.id, row.sort_no)).collect(),
    })
}

/// Kinds of units that somebody must lead.
const LED: [&str; 3] = ["mayoralty", "deputy", "directorate"];

fn node(unit: &UnitNode, people: &People, is_linked: bool) -> ChartNode {
    let id = unit.version.unit_id;
    let head = match people.heads.get(&id) {
        Some(head) => match people.substitutes.get(&head.staff_id) {
            Some(substitute) => Head::Acting(substitute.clone()),
            None => Head::Named(head.name.clone()),
        },
        None if LED.contains(&unit.version.kind.as_str()) => Head::Vacant,
        None => Head::None,
    };
    let mut below: Vec<&UnitNode> = unit.children.iter().collect();
    // The sort is stable, so that units without a rank stay in Turkish order, after those with one.
    below.sort_by_key(|child| people.order.get(&child.version.unit_id).copied().unwrap_or(i64::MAX));
    ChartNode {
        name: unit.version.name.clone(),
        head,
        note: String::new(),
        staff_count: people.counts.get(&id).and_then(|count| u32::try_from(*count).ok()).unwrap_or(0),
        href: is_linked.then(|| format!("/teskilat/birimler/{id}")),
        children: below.into_iter().map(|child| node(child, people, is_linked)).collect(),
    }
}

fn find(forest: &[UnitNode], id: Uuid) -> Option<&UnitNode> {
    let mut open: Vec<&UnitNode> = forest.iter().collect();
    while let Some(next) = open.pop() {
        if next.version.unit_id == id {
            return Some(next);
        }
        open.extend(&next.children);
    }
    None
}

/// One root: the only top unit, the unit asked for, or the town over several.
async fn root(ctx: &Ctx, on: Date, is_linked: bool) -> kernel::Result<Option<ChartNode>> {
    let forest = tree_at(on, &store::versions_on(ctx.db(), on).await?);
    let people = people(ctx, on).await?;
    if let Ok(id) = ctx.param("birim").parse::<Uuid>() {
        let unit = find(&forest, id).ok_or_else(Error::not_found)?;
        return Ok(Some(node(unit, &people, is_linked)));
    }
    Ok(match forest.as_slice() {
        [] => None,
        [only] => Some(node(only, &people, is_linked)),
        several => Some(ChartNode {
            name: ctx.app.settings().await?.text("house.town"),
            head: Head::None,
            note: String::new(),
            staff_count: 0,
            href: None,
            children: several.iter().map(|unit| node(unit, &people, is_linked)).collect(),
        }),
    })
}

/// The day of the address; a wrong one is said and today is shown.
fn asked_day(ctx: &Ctx) -> (Date, Option<String>) {
    let today = ctx.act.now().day().0;
    let typed = ctx.param("tarih").trim();
    if typed.is_empty() {
        return (today, None);
    }
    match typed.parse::<Day>().map(|day| day.0).or_else(|_| tr::parse_date(typed)) {
        Ok(day) => (day, None),
        Err(_) => (today, Some(format!("“{typed}” bir tarih değil; bugünün şeması gösteriliyor."))),
    }
}

fn options(on: Date, audience: Audience) -> ChartOptions {
    let title = format!("Teşkilat şeması, {}", tr::date(on));
    ChartOptions { id: "sema".into(), title, audience, max_width_px: WIDTH_PX }
}

fn tree_node(item: &ChartItem) -> ui::TreeNode {
    ui::TreeNode {
        label: item.label.clone(),
        href: item.href.clone(),
        detail: item.detail.clone(),
        open: true,
        children: item.children.iter().map(tree_node).collect(),
        ..ui::TreeNode::default()
    }
}

/// The drawing and, behind it, the same as a list; one too large to draw says so and offers parts.
fn body(root: &ChartNode, on: Date, audience: Audience) -> Markup {
    match (chart_svg(root, &options(on, audience)), chart_list(root, audience)) {
        (Ok(svg), Ok(list)) => html! {
            div.drawing role="region" tabindex="0" aria-label="Teşkilat şeması çizimi" { (PreEscaped(svg)) }
            h2 { "Liste olarak" }
            (ui::tree("Birimler", &[tree_node(&list)]))
        },
        (Err(refusal), _) | (_, Err(refusal)) => {
            ui::notice(ui::FlashKind::Warning, html! { (refusal.reason) })
        }
    }
}

fn form(ctx: &Ctx, on: Date) -> Markup {
    let query = query(ctx, on);
    html! {
        form.tools method="get" action=(CHART_PATH) {
            @if !ctx.param("birim").is_empty() { input type="hidden" name="birim" value=(ctx.param("birim")); }
            (ui::field(&ui::FieldView {
                name: "tarih".into(),
                label: "Tarih".into(),
                kind: ui::Input::Date,
                value: tr::date(on),
                width: ui::Width::Short,
                ..ui::FieldView::default()
            }))
            button.btn type="submit" { "Göster" }
            a.btn href=(format!("{CHART_PATH}/yazdir?{query}")) { "Yazdır" }
            @if !ctx.param("birim").is_empty() { a.btn href=(CHART_PATH) { "Bütün şema" } }
        }
    }
}

fn query(ctx: &Ctx, on: Date) -> String {
    let unit = ctx.param("birim").parse::<Uuid>().map(|id| format!("&birim={id}")).unwrap_or_default();
    format!("tarih={}{unit}", Day(on))
}

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let (on, wrong) = asked_day(&ctx);
    let root = root(&ctx, on, true).await?;
    let frame = Frame::new("Teşkilat şeması");
    let content = html! {
        h1 { "Teşkilat şeması" }
        @if let Some(text) = &wrong { (ui::notice(ui::FlashKind::Error, html! { (text) })) }
        (form(&ctx, on))
        @match &root {
            Some(root) => (body(root, on, Audience::Staff)),
            None => {
                @let new = ui::Link::new("Birim ekle", "/teskilat/birimler/yeni");
                (ui::empty_state("Bu tarihte açık birim yok.", Some(&new)))
            }
        }
    };
    if wrong.is_some() { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
}

pub(super) async fn print(ctx: Ctx) -> Outcome {
    let (on, _) = asked_day(&ctx);
    let content = match root(&ctx, on, false).await? {
        Some(root) => body(&root, on, Audience::Staff),
        None => html! { p { "Bu tarihte açık birim yok." } },
    };
    ctx.print_page("Teşkilat şeması", &format!("{} tarihindeki durum", tr::date(on)), content).await
}

/// Only names, only today, only when the administration chose to publish it.
pub(super) async fn public(ctx: Ctx) -> Outcome {
    let settings = ctx.app.settings().await?;
    if !settings.bool("directory.is_chart_public") {
        return Err(Error::not_found().into());
    }
    let on = ctx.act.now().day().0;
    let content = html! {
        h1 { "Teşkilat şeması" }
        p { (settings.text("house.town")) " · " (tr::date(on)) " tarihindeki durum" }
        @match root(&ctx, on, false).await? {
            Some(root) => (body(&root, on, Audience::Public)),
            None => p { "Şema henüz yayımlanmadı." },
        }
    };
    ctx.bare_page(axum::http::StatusCode::OK, "Teşkilat şeması", content).await
}
