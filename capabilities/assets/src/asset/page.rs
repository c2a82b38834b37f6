//! An asset's page beyond its facts: where each fact comes from, what the machine reports, what is installed.

use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras};

use super::{TOLD_BY_AGENTS, merging};
use crate::agents::{self, store};
use crate::wire::{Machine, Software};
use crate::write_off;
use crate::{custody, dependency};

/// Programs shown on the page; the rest is counted.
const SHOWN: usize = 200;

pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, asset: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let mut verbs = custody_verbs(ctx, kind, asset);
        verbs.extend(slip_verb(ctx, asset).await?);
        verbs.extend(scrap_verb(ctx, kind, asset));
        verbs.push(label_verb(asset));
        if ctx.actor().may_in_whole(dependency::VIEW) && dependency::store::has(ctx.db(), asset.id).await? {
            verbs.push(dependency::page::way(dependency::reach::Node::Asset(asset.id)));
        }
        verbs.extend(merging::page::way(ctx, kind, asset));
        let mut before_timeline: Vec<Markup> = merging::page::notice(ctx, asset).await?.into_iter().collect();
        let agents = store::of_asset(ctx.db(), asset.id).await?;
        let Some(agent) = agents.first() else {
            return Ok(Extras { before_timeline, verbs, ..Extras::default() });
        };
        let machine = Machine::of(&store::sections(ctx.db(), agent.id).await?);
        if agent.is_incomplete {
            let text = "Eksik envanter: ajan yalnız değişenleri bildirdi, bütününü henüz göndermedi.";
            before_timeline.push(ui::notice(ui::FlashKind::Warning, html! { (text) }));
        }
        before_timeline.push(agents::page::parts_table(&machine));
        before_timeline.push(programs(&softwares(ctx, asset, agent.id, &machine).await?));
        let may_see = ctx.actor().may_in_whole(agents::VIEW);
        let by_hand = super::store::by_hand(ctx.db(), asset.id).await?;
        let body = html! {
            p {
                "Kaynak: "
                @if may_see { a href={ "/ajanlar/" (agent.id) } { (agent.name) } } @else { (agent.name) }
                ", " (agent.client)
            }
            p { (sources(kind, &by_hand)) }
        };
        let cards = vec![ui::Card { title: "Bilgilerin kaynağı".into(), edit_href: None, body }];
        Ok(Extras { before_timeline, cards, verbs })
    })
}

/// Programs as the agent told them that was heard last, or another of the same machine where that one tells none.
async fn softwares(ctx: &Ctx, asset: &Record, agent: Uuid, machine: &Machine) -> Result<Vec<Software>> {
    let teller = store::teller(ctx.db(), asset.id, agents::receive::SOFTWARES).await?;
    match teller.filter(|teller| machine.softwares.is_empty() && *teller != agent) {
        Some(teller) => Ok(Machine::of(&store::sections(ctx.db(), teller).await?).softwares),
        None => Ok(machine.softwares.clone()),
    }
}

/// The way to a slip with this asset on it while nobody holds it; else the ways to take it back or hand it on.
fn custody_verbs(ctx: &Ctx, kind: &Kind, asset: &Record) -> Vec<ui::Verb> {
    if !ctx.actor().may(custody::GIVE) {
        return Vec::new();
    }
    let number = asset.number(kind);
    let way = |label: &str, href: String| ui::Verb { label: label.into(), href, ..ui::Verb::default() };
    if let Some(holder) = asset.get("holder_id").id() {
        return custody::page::ways_of(holder, &number)
            .map(|(href, label)| way(label, href))
            .into_iter()
            .collect();
    }
    // In use and in nobody's charge is what a list of the program before brought.
    if !["in_stock", "in_use"].contains(&asset.get("state").text()) {
        return Vec::new();
    }
    let href = format!("/zimmetler/yeni?asset_numbers={number}");
    vec![ui::Verb { primary: true, ..way("Zimmetle", href) }]
}

/// The slip by which it is in somebody's charge, for whoever may see that.
async fn slip_verb(ctx: &Ctx, asset: &Record) -> Result<Option<ui::Verb>> {
    let slips = custody::kind();
    if asset.get("holder_id").is_null() || !ctx.actor().may(slips.view) {
        return Ok(None);
    }
    let Some(id) = custody::store::slip_of(ctx.db(), asset.id).await? else { return Ok(None) };
    let found = record::get_many(ctx.db(), &slips, &[id]).await?;
    let seen =
        found.first().filter(|one| ctx.actor().may_on(slips.view, one.unit_id(&slips), one.owner_id(&slips)));
    Ok(seen.map(|slip| ui::Verb {
        label: format!("Zimmet fişi {}", slip.number(&slips)),
        href: slips.address(id),
        ..ui::Verb::default()
    }))
}

/// Its own label alone.
fn label_verb(asset: &Record) -> ui::Verb {
    ui::Verb {
        label: "Etiket".into(),
        href: format!("/varliklar/etiketler?id={}", asset.id),
        ..ui::Verb::default()
    }
}

/// The way to a report on why it should go.
fn scrap_verb(ctx: &Ctx, kind: &Kind, asset: &Record) -> Option<ui::Verb> {
    let is_ours = ["in_stock", "in_use", "in_repair"].contains(&asset.get("state").text());
    (is_ours && ctx.actor().may(write_off::EDIT)).then(|| ui::Verb {
        label: "Hurdaya ayır".into(),
        href: format!("{}/yeni?asset_numbers={}", write_off::PATH, asset.number(kind)),
        ..ui::Verb::default()
    })
}

/// Which of the agents' fields a person wrote: those stay whatever the agent says.
fn sources(kind: &Kind, by_hand: &str) -> String {
    let by_hand: Vec<&str> = by_hand.split(' ').filter(|name| !name.is_empty()).collect();
    let labels = TOLD_BY_AGENTS.iter().filter(|name| by_hand.contains(name));
    let labels: Vec<&str> = labels.filter_map(|name| kind.field(name)).map(|field| field.label_tr).collect();
    if labels.is_empty() {
        return "Makinenin bildirebildiği her alan ajandan gelir.".into();
    }
    format!("Elle yazıldı, ajan değiştirmez: {}. Boşaltılan alanı ajan yeniden doldurur.", labels.join(", "))
}

fn programs(softwares: &[Software]) -> Markup {
    let rows: Vec<Vec<Markup>> = softwares
        .iter()
        .take(SHOWN)
        .map(|one| vec![html! { (one.name) }, html! { (one.version) }, html! { (one.publisher) }])
        .collect();
    html! {
        @if !softwares.is_empty() {
            details {
                summary { "Kurulu programlar (" (tr::grouped(softwares.len() as i64)) ")" }
                (ui::table("Kurulu programlar", &ui::heads(&["Program", "Sürümü", "Yayımcısı"]), &rows))
                @if softwares.len() > SHOWN { p { "İlk " (SHOWN) " program gösterildi." } }
            }
        }
    }
}
