//! The drawing of what stands on what around one service or asset, and the same in words.

use std::collections::BTreeMap;

use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Error, Ref, Result};
use maud::{Markup, PreEscaped, html};
use uuid::Uuid;
use web::{Ctx, Extras, Frame, Outcome};

use super::draw::{Picture, svg};
use super::reach::{Node, Reached, affected, needed};
use super::{PATH, store};

/// Boxes of a drawing; more are told in words only.
const MOST_DRAWN: usize = 120;

/// The way from a service's page, or an asset's, to its drawing.
pub(crate) fn way(node: Node) -> ui::Verb {
    let (kind, id) = match node {
        Node::Service(id) => ("hizmet", id),
        Node::Asset(id) => ("varlik", id),
    };
    ui::Verb {
        label: "Etki şeması".into(), href: format!("{PATH}/sema?{kind}={id}"), ..ui::Verb::default()
    }
}

pub(crate) fn extras<'a>(_ctx: &'a Ctx, _kind: &'a Kind, service: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move { Ok(Extras { verbs: vec![way(Node::Service(service.id))], ..Extras::default() }) })
}

/// `GET /bagimliliklar/sema`
pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let id = |name: &str| ctx.param(name).parse::<Uuid>().ok();
    let focus = id("hizmet").map(Node::Service).or(id("varlik").map(Node::Asset));
    let focus = focus.ok_or_else(Error::not_found)?;
    let edges = store::edges(ctx.db()).await?;
    let (above, below) = (affected(&edges, focus), needed(&edges, focus));
    let mut nodes: Vec<Node> = vec![focus];
    nodes.extend(above.iter().chain(&below).map(|one| one.node));
    let references: Vec<Ref> = nodes.iter().map(|node| node.reference()).collect();
    let named = record::names(ctx.db(), &references).await?;
    let names: BTreeMap<Node, String> = nodes
        .iter()
        .filter_map(|node| {
            let found = named.iter().find(|one| one.id == node.reference().id)?;
            Some((*node, found.title.clone()))
        })
        .collect();
    let Some(title) = names.get(&focus) else { return Err(Error::not_found().into()) };
    let is_drawn = nodes.len() > 1 && nodes.len() <= MOST_DRAWN;
    let picture = Picture { focus, affected: &above, needed: &below, edges: &edges, names: &names };
    let stopped = above.iter().filter(|one| one.stops).count();
    let content = html! {
        div.top {
            h1 { (title) ": etki şeması" }
            div.top-end { a.btn href=(focus.address()) { "Kaydı aç" } }
        }
        p.lead { (sentence(stopped, above.len() - stopped)) }
        @if is_drawn {
            div.drawing tabindex="0" role="region" aria-label="Etki şeması" { (PreEscaped(svg(&picture))) }
            p.muted { "Solda gerekenler, sağda etkilenenler. Kesik çizgi: durmaz, eksik çalışır." }
        } @else if nodes.len() > MOST_DRAWN {
            p { "Çizilemeyecek kadar çok bağ var; aşağıda yazılıdır." }
        }
        h2 { "Bu durursa" }
        (told("Etkilenenler", "Etkilenen yok.", &above, &names))
        h2 { "Çalışmak için gerekenler" }
        (told("Gerekenler", "Yazılmış bir gereksinimi yok.", &below, &names))
    };
    ctx.page(Frame::new(format!("{title}: etki şeması")).crumb("Bağımlılıklar", PATH), content).await
}

fn sentence(stopped: usize, worse: usize) -> String {
    match (stopped, worse) {
        (0, 0) => "Bu durursa başka hiçbir şey etkilenmez.".into(),
        (stopped, 0) => format!("Bu durursa {stopped} şey daha durur."),
        (0, worse) => format!("Bu durursa {worse} şey eksik çalışır, hiçbiri durmaz."),
        (stopped, worse) => format!("Bu durursa {stopped} şey daha durur, {worse} şey eksik çalışır."),
    }
}

fn told(caption: &str, nothing: &str, all: &[Reached], names: &BTreeMap<Node, String>) -> Markup {
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|one| {
            vec![
                html! { a href=(one.node.address()) { (names.get(&one.node).map_or("", String::as_str)) } },
                html! { @if one.stops { strong { "Durur" } } @else { "Eksik çalışır" } },
                html! { @if one.steps == 1 { "doğrudan" } @else { (one.steps) " adım" } },
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() { p { (nothing) } }
        @else { (ui::table(caption, &ui::heads(&["Ne", "Etkisi", "Uzaklığı"]), &rows)) }
    }
}
