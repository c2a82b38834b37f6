//! What stands on what, as SVG text: what is needed at the left, the one that is looked at in the middle, whoever needs it at the
//! right. Colours come from the page's style sheet by class.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::reach::{Edge, Node, Reached};

const WIDTH: usize = 190;
const HEIGHT: usize = 44;
const ACROSS: usize = 250;
const DOWN: usize = 62;
const MARGIN: usize = 4;
/// How far a line goes around boxes of its own column; less than the way to the next.
const ROUND: usize = 48;
/// Letters of a name that fit into a box.
const LETTERS: usize = 24;

/// What a drawing shows.
pub(crate) struct Picture<'a> {
    pub focus: Node,
    pub affected: &'a [Reached],
    pub needed: &'a [Reached],
    pub edges: &'a [Edge],
    pub names: &'a BTreeMap<Node, String>,
}

/// Boxes by column, each with its place.
fn placed(picture: &Picture<'_>) -> (BTreeMap<Node, (usize, usize)>, usize, usize) {
    let deepest = picture.needed.iter().map(|one| one.steps).max().unwrap_or(0);
    let mut columns: BTreeMap<usize, Vec<Node>> = BTreeMap::new();
    columns.entry(deepest).or_default().push(picture.focus);
    // A circle makes one thing both needed and affected; it is drawn where it is affected.
    let is_affected = |node: Node| picture.affected.iter().any(|one| one.node == node);
    for one in picture.needed.iter().filter(|one| !is_affected(one.node)) {
        columns.entry(deepest - one.steps).or_default().push(one.node);
    }
    for one in picture.affected {
        columns.entry(deepest + one.steps).or_default().push(one.node);
    }
    let tallest = columns.values().map(Vec::len).max().unwrap_or(1);
    let mut places = BTreeMap::new();
    for (column, nodes) in &columns {
        let above = (tallest - nodes.len()) * DOWN / 2;
        for (row, node) in nodes.iter().enumerate() {
            places.insert(*node, (MARGIN + column * ACROSS, MARGIN + above + row * DOWN));
        }
    }
    let widest = columns.keys().max().copied().unwrap_or(0);
    let is_beside = |edge: &Edge| match (places.get(&edge.needs), places.get(&edge.from)) {
        (Some((one, _)), Some((other, _))) => one == other,
        _ => false,
    };
    let room = if picture.edges.iter().any(is_beside) { ROUND } else { 0 };
    (places, widest * ACROSS + WIDTH + 2 * MARGIN + room, (tallest - 1) * DOWN + HEIGHT + 2 * MARGIN)
}

/// Draws it. Classes: `wire`, `box` (`is-brand` in the middle, `is-vacant` for what only gets worse).
pub(crate) fn svg(picture: &Picture<'_>) -> String {
    let (places, width, height) = placed(picture);
    let mut svg = String::new();
    let count = places.len();
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"group\" aria-labelledby=\"etki-baslik\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\">\
         <title id=\"etki-baslik\">Etki şeması, {count} kutu. Aynı bilgiler şemanın altında yazılıdır.</title>"
    );
    for edge in picture.edges {
        let (Some((from_x, from_y)), Some((to_x, to_y))) = (places.get(&edge.needs), places.get(&edge.from))
        else {
            continue;
        };
        let (x, y, far, end) = (from_x + WIDTH, from_y + HEIGHT / 2, to_x, to_y + HEIGHT / 2);
        let dashes = if edge.stops { "" } else { " stroke-dasharray=\"5 4\"" };
        let (mut bend, mut back) = (x + (ACROSS - WIDTH) / 2, far.saturating_sub((ACROSS - WIDTH) / 2));
        let mut far = *far;
        if from_x == to_x {
            // Both stand in one column: around its right side, where no box is.
            (bend, back, far) = (x + ROUND, x + ROUND, x);
        }
        let _ = write!(
            svg,
            "<path class=\"wire\" fill=\"none\" stroke=\"#6b7280\"{dashes} d=\"M{x} {y}C{bend} {y} {back} {end} {far} {end}\"/>"
        );
    }
    for (node, (x, y)) in &places {
        let reached = picture.affected.iter().chain(picture.needed).find(|one| one.node == *node);
        let class = match reached {
            None => "box is-brand",
            Some(one) if one.stops => "box",
            Some(_) => "box is-vacant",
        };
        let full = picture.names.get(node).map_or("", String::as_str);
        let _ = write!(
            svg,
            "<a href=\"{}\"><title>{}</title><rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
             rx=\"6\" fill=\"#ffffff\" stroke=\"#6b7280\"/><text x=\"{}\" y=\"{}\" font-size=\"13\" fill=\"#111827\">{}</text></a>",
            node.address(),
            escape(full),
            x + 10,
            y + HEIGHT / 2 + 5,
            escape(&short(full))
        );
    }
    svg.push_str("</svg>");
    svg
}

fn short(name: &str) -> String {
    match name.chars().count() {
        0..=LETTERS => name.to_string(),
        _ => name.chars().take(LETTERS - 1).chain(['…']).collect(),
    }
}

fn escape(text: &str) -> String {
    quick_xml::escape::escape(text.chars().filter(|letter| !letter.is_control()).collect::<String>())
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependency::reach::{affected, needed};
    use uuid::Uuid;

    #[test]
    fn what_is_needed_stands_left_and_whoever_needs_it_right() {
        let node = |id: u128| Node::Service(Uuid::from_u128(id));
        let edge =
            |from, needs, stops| Edge { id: Uuid::from_u128(1), from: node(from), needs: node(needs), stops };
        let edges = [edge(1, 2, true), edge(2, 3, true), edge(4, 2, false)];
        let (above, below) = (affected(&edges, node(2)), needed(&edges, node(2)));
        let names =
            BTreeMap::from([(node(1), "<E-belediye & \"web\">".into()), (node(2), "Sanal sunucu".into())]);
        let picture =
            Picture { focus: node(2), affected: &above, needed: &below, edges: &edges, names: &names };
        let (places, ..) = placed(&picture);
        assert!(places[&node(3)].0 < places[&node(2)].0 && places[&node(2)].0 < places[&node(1)].0);
        assert_ne!(places[&node(1)].1, places[&node(4)].1);
        let svg = svg(&picture);
        assert!(svg.contains("&lt;E-belediye &amp; &quot;web&quot;&gt;") && !svg.contains("style="), "{svg}");
        assert_eq!((svg.matches("<path").count(), svg.matches("<rect").count()), (3, 4));
        assert!(svg.contains("stroke-dasharray"));
    }

    #[test]
    fn a_line_between_two_boxes_of_one_column_goes_around_them() {
        let node = |id: u128| Node::Service(Uuid::from_u128(id));
        let edge =
            |from, needs| Edge { id: Uuid::from_u128(1), from: node(from), needs: node(needs), stops: true };
        // Both need the one in the middle, and one of them needs the other.
        let edges = [edge(1, 2), edge(3, 2), edge(3, 1)];
        let above = affected(&edges, node(2));
        let names = BTreeMap::new();
        let picture = Picture { focus: node(2), affected: &above, needed: &[], edges: &edges, names: &names };
        let (places, width, _) = placed(&picture);
        let ((x, y), (other_x, other_y)) = (places[&node(1)], places[&node(3)]);
        assert!(x == other_x && y != other_y, "one column");
        let (right, from, to) = (x + WIDTH, y + HEIGHT / 2, other_y + HEIGHT / 2);
        let path = format!("M{right} {from}C{0} {from} {0} {to} {right} {to}", right + ROUND);
        let svg = svg(&picture);
        assert!(svg.contains(&path), "{path} in {svg}");
        assert!(width >= right + ROUND);
    }
}
