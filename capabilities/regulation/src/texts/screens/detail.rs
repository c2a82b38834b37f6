//! What the detail page of a regulation adds: its outline and facts, its versions, and the next step.

use kernel::record::{Kind as RecordKind, Record};
use kernel::{Boxed, Result, tr};
use maud::{Markup, html};
use web::{Ctx, Extras};

use super::super::founding::FOUND;
use super::super::opened::{Opened, open};
use super::super::store::{self, Named, Regulation, StoredNode};
use super::super::{CONFIRM, EDIT};
use super::correct::NO_ARTICLE;
use crate::duties::{self, clause_anchor};
use crate::profiles::Profile;
use crate::reading::Reading;

/// Nodes drawn on the page; the largest known regulation has a few hundred.
const MOST_NODES: usize = 3_000;
/// Facts of one kind drawn on the page.
const MOST_FACTS: usize = 300;

pub(crate) fn extras<'a>(
    ctx: &'a Ctx,
    _kind: &'a RecordKind,
    record: &'a Record,
) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let regulation = store::regulation(ctx.db(), record.id).await?;
        let versions = store::versions(ctx.db(), &regulation).await?;
        let opened = if regulation.text.is_empty() { None } else { Some(open(ctx.db(), record.id).await?) };
        let nodes = match (&opened, regulation.state.as_str()) {
            (Some(_), "draft") => Vec::new(),
            _ => store::nodes(ctx.db(), record.id, MOST_NODES as i64).await?,
        };
        let profile = regulation.profile.as_deref().and_then(Profile::of);
        let mut sections = vec![standing(ctx, &regulation).await?];
        if let Some(opened) = &opened {
            sections.push(doubts(opened, &regulation.state));
        }
        sections.push(match (&opened, nodes.is_empty()) {
            (Some(opened), true) => outline(&lines_of_reading(opened), false),
            _ => {
                let stated = duties::store::stated_in(ctx.db(), record.id).await?;
                let lines = lines_of_nodes(&nodes, &stated);
                outline(&lines, ctx.actor().may_in_whole(duties::MATCH) && regulation.state == "in_force")
            }
        });
        if let Some(opened) = &opened {
            sections.push(facts(opened.reading()));
        }
        if let Some(profile) = profile {
            sections.push(profile_facts(profile));
        }
        Ok(Extras {
            before_timeline: sections,
            cards: vec![versions_card(&versions, record, opened.is_some())],
            verbs: verbs(ctx, record, opened.is_some(), &regulation.state),
        })
    })
}

fn verbs(ctx: &Ctx, record: &Record, has_text: bool, state: &str) -> Vec<ui::Verb> {
    let verb = |label: &str, part: &str, primary: bool, official: bool| ui::Verb {
        label: label.into(),
        href: format!("/yonetmelik/{}/{part}", record.id),
        primary,
        official,
        ..ui::Verb::default()
    };
    let mut verbs = Vec::new();
    if state == "draft" && has_text && ctx.actor().may_in_whole(EDIT) {
        verbs.push(verb("Okumayı düzelt", "duzelt", true, false));
    }
    if state == "draft" && ctx.actor().may_in_whole(CONFIRM) {
        verbs.push(verb("Onayla ve yürürlüğe koy", "onayla", false, true));
    }
    if state == "in_force" && ctx.actor().may_in_whole(FOUND) {
        verbs.push(verb("Teşkilatı kur", "teskilat", false, false));
    }
    if state == "in_force" && ctx.actor().may_in_whole(duties::ASSIGN) {
        verbs.push(ui::Verb {
            label: "Yönetmeliğin söylediği birimleri ata".into(),
            href: "/gorevler/atama".into(),
            ..ui::Verb::default()
        });
    }
    if has_text {
        verbs.push(verb("Karşılaştır", "karsilastir", false, false));
    }
    verbs
}

/// From when it is in force where that is to come, and what will take its place.
async fn standing(ctx: &Ctx, regulation: &Regulation) -> Result<Markup> {
    let day = |on: Option<kernel::Day>| on.map_or(String::new(), |on| tr::date(on.0));
    if regulation.state == "awaiting" {
        let old = match regulation.supersedes_id {
            Some(old) => Some(store::regulation(ctx.db(), old).await?),
            None => None,
        };
        return Ok(ui::notice(
            ui::FlashKind::Info,
            html! {
                "Onaylandı; " (day(regulation.in_force_on)) " tarihinde kendiliğinden yürürlüğe girecek."
                @if let Some(old) = &old {
                    " O güne kadar " a href={ "/yonetmelik/" (old.id) } { "“" (old.title) "”" } " yürürlüktedir."
                }
            },
        ));
    }
    let next = match regulation.state.as_str() {
        "in_force" => store::successor(ctx.db(), regulation.id).await?,
        _ => None,
    };
    Ok(match next {
        Some(next) => ui::notice(
            ui::FlashKind::Info,
            html! {
                (day(next.in_force_on)) " tarihinde yerini " a href={ "/yonetmelik/" (next.id) } { "“" (next.title) "”" } " alacak."
            },
        ),
        None => html! {},
    })
}

fn doubts(opened: &Opened, state: &str) -> Markup {
    let reading = opened.reading();
    let doubtful = reading.nodes.iter().filter(|node| !node.certainty.is_certain()).count();
    let loose = reading.unplaced.iter().filter(|span| !span.of(opened.text()).trim().is_empty()).count();
    html! {
        @if state == "draft" && !opened.has_articles() { (ui::notice(ui::FlashKind::Warning, html! { (NO_ARTICLE) })) }
        @if state == "draft" && doubtful + loose > 0 {
            (ui::notice(ui::FlashKind::Warning, html! {
                (doubtful) " kuşkulu yer, " (loose) " yeri bulunamayan metin var. "
                a href={ "/yonetmelik/" (opened.regulation.id) "/duzelt" } { "Bakıp düzeltin" } "."
            }))
        }
    }
}

/// One node as the outline shows it.
struct Line {
    depth: usize,
    address_tr: String,
    heading: String,
    text: String,
    /// Where links to it lead; drafts have none, because their addresses still change.
    anchor: Option<String>,
    /// Duties people confirmed for it, and whether some are still to be decided.
    duties: Vec<String>,
    is_undecided: bool,
}

fn lines_of_reading(opened: &Opened) -> Vec<Line> {
    let reading = opened.reading();
    let mut depths = std::collections::HashMap::new();
    let nodes = reading.nodes.iter().take(MOST_NODES).map(|node| {
        let depth =
            node.parent.and_then(|parent| depths.get(&parent).copied()).map_or(0, |depth: usize| depth + 1);
        depths.insert(node.index, depth);
        Line {
            depth,
            address_tr: node.address_tr.clone(),
            heading: node.heading.clone().unwrap_or_default(),
            text: reading.display(node, opened.text()),
            anchor: None,
            duties: Vec::new(),
            is_undecided: false,
        }
    });
    nodes.collect()
}

fn lines_of_nodes(nodes: &[StoredNode], stated: &[duties::store::ClauseDuty]) -> Vec<Line> {
    let mut own: std::collections::HashMap<_, Vec<&duties::store::ClauseDuty>> =
        std::collections::HashMap::new();
    for one in stated {
        own.entry(one.node_id).or_default().push(one);
    }
    let mut depths = std::collections::HashMap::new();
    let lines = nodes.iter().map(|node| {
        let depth = node
            .parent_id
            .and_then(|parent| depths.get(&parent).copied())
            .map_or(0, |depth: usize| depth + 1);
        depths.insert(node.id, depth);
        let own = own.get(&node.id).map_or(&[][..], Vec::as_slice);
        let confirmed = own.iter().filter(|one| one.state == "confirmed");
        let duties: Vec<String> = confirmed.map(|one| one.duty.clone()).collect();
        Line {
            depth,
            address_tr: node.address_tr.clone(),
            heading: node.heading.clone(),
            text: node.display.clone(),
            anchor: Some(clause_anchor(node.id)),
            is_undecided: duties.is_empty() && !own.is_empty(),
            duties,
        }
    });
    lines.collect()
}

/// The duties of a line, each leading to its page; what waits for a decision leads there whoever may decide.
fn duties_of(line: &Line, may_decide: bool) -> Markup {
    html! {
        @for code in &line.duties {
            " " a.badge href={ "/gorevler/" (duties::sync::id_of(code)) } title=(duties::title_of(code)) { (code) }
        }
        @if line.is_undecided {
            " " @if may_decide { a href="/gorevler/eslestirme" { small { "görevi karar bekliyor" } } }
            @else { small { "görevi karar bekliyor" } }
        }
    }
}

fn outline(lines: &[Line], may_decide: bool) -> Markup {
    // A built-in profile carries places, not the text: a list of bare addresses says the least in one column.
    if lines.iter().all(|line| line.heading.is_empty() && line.text.is_empty()) {
        return html! {
            section.regulation-outline {
                h2 { "Yapısı" }
                p.hint { "Metni yüklenmemiş; yalnız görev bildiren yerleri biliniyor. Metni eklemek için yeni bir yönetmelik olarak yükleyin." }
                ul.names { @for line in lines {
                    li id=[line.anchor.as_deref()] { (line.address_tr) (duties_of(line, may_decide)) }
                } }
            }
        };
    }
    html! {
        section.regulation-outline {
            h2 { "Yapısı" }
            @for line in lines {
                p id=[line.anchor.as_deref()] data-depth=(line.depth.min(6)) {
                    b { (line.address_tr) }
                    @if !line.heading.is_empty() { " " strong { (line.heading) } }
                    @if !line.text.is_empty() { " " (line.text) }
                    (duties_of(line, may_decide))
                }
            }
            @if lines.len() == MOST_NODES { p.hint { "İlk " (tr::grouped(MOST_NODES as i64)) " öge gösterildi." } }
        }
    }
}

fn facts(reading: &Reading) -> Markup {
    let place = |node: u32| reading.node(node).map_or("", |node| node.address_tr.as_str()).to_owned();
    let mut rows: Vec<(&str, Vec<Markup>)> = Vec::new();
    let definitions = reading.definitions.iter().take(MOST_FACTS);
    rows.push(("Tanımlar", definitions.map(|one| html! { b { (one.term) } ": " (one.meaning) }).collect()));
    let units = reading.units.iter().take(MOST_FACTS);
    rows.push(("Birimler", units.map(|one| html! { (one.name) " (" (place(one.node)) ")" }).collect()));
    let titles = reading.titles.iter().take(MOST_FACTS).map(|one| {
        html! { (one.name) @if let Some(count) = one.count { ", " (count) " kişi" } " (" (place(one.node)) ")" }
    });
    rows.push(("Unvanlar", titles.collect()));
    let principles = reading.principles.iter().take(MOST_FACTS);
    rows.push(("Temel ilkeler", principles.map(|one| html! { (one.text) }).collect()));
    let repeals = reading.repeals.iter().take(MOST_FACTS);
    rows.push(("Yürürlükten kaldırdıkları", repeals.map(|one| html! { (one.sentence) }).collect()));
    let force = reading.in_force.iter();
    rows.push(("Yürürlük kuralı", force.map(|one| html! { (one.sentence) }).collect()));
    lists(&rows)
}

fn profile_facts(profile: &Profile) -> Markup {
    let units = profile.units.iter().map(|unit| html! { (unit.name) });
    let titles = profile.titles.iter().map(|title| {
        html! { (title.name) @if let Some(count) = title.count { ", " (count) " kişi" } }
    });
    lists(&[("Birimler", units.collect()), ("Unvanlar", titles.collect())])
}

fn lists(rows: &[(&str, Vec<Markup>)]) -> Markup {
    html! {
        @for (title, items) in rows.iter().filter(|(_, items)| !items.is_empty()) {
            section {
                h2 { (title) }
                ul { @for item in items { li { (item) } } }
            }
        }
    }
}

fn versions_card(versions: &[Named], record: &Record, has_text: bool) -> ui::Card {
    let body = html! {
        @if versions.is_empty() { p { "Başka sürümü yok." } }
        ul {
            @for other in versions {
                li {
                    a href={ "/yonetmelik/" (other.id) } { (other.title) }
                    @if let Some(on) = other.in_force_on { " · " (tr::date(on.0)) }
                    @if has_text && other.source != "profile" {
                        " · " a href={ "/yonetmelik/" (record.id) "/karsilastir/" (other.id) } { "farkları" span.visually-hidden { ": " (other.title) } }
                    }
                }
            }
        }
    };
    ui::Card { title: "Sürümler".into(), edit_href: None, body }
}
