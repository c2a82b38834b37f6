//! Where the boxes and wires of a chart go. Pure geometry in whole pixels; no SVG.
//!
//! Children stand side by side under their parent while they fit. Leaves below the second level, and
//! whatever does not fit, hang in a stack at the parent's left edge; a root wider than the page breaks its
//! children into several rows fed by one trunk at the left.

use super::measure::wrap;
use super::{Audience, ChartNode, Head, details};

pub(super) const BOX_WIDTH: i32 = 184;
pub(super) const PADDING: i32 = 10;
pub(super) const NAME_SIZE: i32 = 13;
pub(super) const DETAIL_SIZE: i32 = 12;
pub(super) const NAME_LINE: i32 = 17;
pub(super) const DETAIL_LINE: i32 = 16;
const COLUMN_GAP: i32 = 20;
const LEVEL_GAP: i32 = 32;
const STACK_GAP: i32 = 10;
const INDENT: i32 = 22;
const MAX_NAME_LINES: usize = 4;
const MAX_DETAIL_LINES: usize = 2;

/// One unit's box with its words broken into lines.
pub(super) struct PlacedBox<'a> {
    pub x: i32,
    pub y: i32,
    pub height: i32,
    pub name_lines: Vec<String>,
    pub detail_lines: Vec<String>,
    pub node: &'a ChartNode,
    pub is_root: bool,
    pub is_vacant: bool,
}

/// A tree or a part of it: boxes and wires in its own coordinates from (0, 0).
pub(super) struct Block<'a> {
    pub width: i32,
    pub height: i32,
    /// Where the wire from above arrives: the middle of the top box.
    anchor_x: i32,
    pub boxes: Vec<PlacedBox<'a>>,
    /// Lines with right angles, as points.
    pub wires: Vec<Vec<(i32, i32)>>,
}

/// Lays out a whole chart.
pub(super) fn lay_out(root: &ChartNode, audience: Audience, max_width: i32) -> Block<'_> {
    let max_width = max_width.max(BOX_WIDTH + INDENT);
    let mut block = arrange(root, audience, max_width, true);
    if let Some(top) = block.boxes.first_mut() {
        top.is_root = true;
    }
    block
}

/// The best arrangement of a unit within a width. `is_spine`: nothing stands beside it, so it may use rows.
fn arrange(node: &ChartNode, audience: Audience, width: i32, is_spine: bool) -> Block<'_> {
    if node.children.is_empty() {
        return single(node, audience);
    }
    let is_only_leaves = node.children.iter().all(|child| child.children.is_empty());
    if is_only_leaves && !is_spine {
        return stack(node, audience);
    }
    let is_child_spine = is_spine && node.children.len() == 1;
    let natural: Vec<Block> =
        node.children.iter().map(|child| arrange(child, audience, width, is_child_spine)).collect();
    if row_width(&natural) <= width {
        return rows(node, audience, natural, width);
    }
    let narrow: Vec<Block> = node.children.iter().map(|child| stack(child, audience)).collect();
    if is_spine || row_width(&narrow) <= width {
        rows(node, audience, narrow, width)
    } else {
        stack(node, audience)
    }
}

fn single(node: &ChartNode, audience: Audience) -> Block<'_> {
    let inner = BOX_WIDTH - 2 * PADDING;
    let name_lines = wrap(&node.name, inner, NAME_SIZE, true, MAX_NAME_LINES);
    let detail_lines: Vec<String> = details(node, audience)
        .iter()
        .flat_map(|line| wrap(line, inner, DETAIL_SIZE, false, MAX_DETAIL_LINES))
        .collect();
    let height = 2 * PADDING + length(&name_lines) * NAME_LINE + length(&detail_lines) * DETAIL_LINE;
    let is_vacant = node.head == Head::Vacant && audience == Audience::Staff;
    let placed = PlacedBox { x: 0, y: 0, height, name_lines, detail_lines, node, is_root: false, is_vacant };
    Block { width: BOX_WIDTH, height, anchor_x: BOX_WIDTH / 2, boxes: vec![placed], wires: Vec::new() }
}

/// Children under each other, indented, on a wire at the parent's left edge.
fn stack(node: &ChartNode, audience: Audience) -> Block<'_> {
    let mut block = single(node, audience);
    let rail_x = INDENT / 2;
    // The rail is drawn piece by piece: lines drawn over each other would look darker.
    let mut rail_y = block.height;
    for child in &node.children {
        let mut below = stack(child, audience);
        let child_y = block.height + STACK_GAP;
        let enter_y = child_y + below.boxes[0].height / 2;
        shift(&mut below, INDENT, child_y);
        block.wires.push(vec![(rail_x, rail_y), (rail_x, enter_y), (INDENT, enter_y)]);
        rail_y = enter_y;
        block.width = block.width.max(INDENT + below.width);
        block.height = child_y + below.height;
        block.boxes.append(&mut below.boxes);
        block.wires.append(&mut below.wires);
    }
    block
}

/// Children side by side in as many rows as the width asks for, the parent over the middle of the first.
fn rows<'a>(node: &'a ChartNode, audience: Audience, children: Vec<Block<'a>>, width: i32) -> Block<'a> {
    let mut block = single(node, audience);
    let is_folded = row_width(&children) > width;
    // The trunk that feeds the further rows runs in a margin of its own.
    let margin = if is_folded { INDENT } else { 0 };
    let parent_bottom = block.height;
    let mut bus_y = parent_bottom + LEVEL_GAP / 2;
    let mut last_bus_y = bus_y;
    let mut first_row_middle = None;
    let mut rest = children;
    while !rest.is_empty() {
        let taken = fitting(&rest, width - margin);
        let later = rest.split_off(taken);
        let row_y = bus_y + LEVEL_GAP / 2;
        let anchors = place_row(&mut block, rest, margin, row_y, bus_y);
        let (first, last) = (anchors[0], anchors[anchors.len() - 1]);
        let bus_start = if is_folded { margin / 2 } else { first };
        block.wires.push(vec![(bus_start, bus_y), (last, bus_y)]);
        if first_row_middle.is_none() {
            first_row_middle = Some((i32::midpoint(first, last), bus_y));
        } else {
            block.wires.push(vec![(margin / 2, last_bus_y), (margin / 2, bus_y)]);
        }
        last_bus_y = bus_y;
        bus_y = block.height + LEVEL_GAP / 2;
        rest = later;
    }
    if let Some((middle, first_bus_y)) = first_row_middle {
        block.boxes[0].x = middle - BOX_WIDTH / 2;
        block.anchor_x = middle;
        block.wires.push(vec![(middle, parent_bottom), (middle, first_bus_y)]);
    }
    block
}

/// Moves a row of blocks into place; gives the points on which they hang, left to right.
fn place_row<'a>(
    block: &mut Block<'a>,
    row: Vec<Block<'a>>,
    margin: i32,
    row_y: i32,
    bus_y: i32,
) -> Vec<i32> {
    let mut x = margin;
    let mut anchors = Vec::with_capacity(row.len());
    for mut child in row {
        shift(&mut child, x, row_y);
        let anchor = x + child.anchor_x;
        block.wires.push(vec![(anchor, bus_y), (anchor, row_y)]);
        anchors.push(anchor);
        block.width = block.width.max(x + child.width);
        block.height = block.height.max(row_y + child.height);
        x += child.width + COLUMN_GAP;
        block.boxes.append(&mut child.boxes);
        block.wires.append(&mut child.wires);
    }
    anchors
}

/// How many of the blocks fit one row; at least one.
fn fitting(blocks: &[Block], width: i32) -> usize {
    let mut used = -COLUMN_GAP;
    let count = blocks
        .iter()
        .take_while(|block| {
            used += block.width + COLUMN_GAP;
            used <= width
        })
        .count();
    count.max(1)
}

fn row_width(blocks: &[Block]) -> i32 {
    let gaps = COLUMN_GAP * (i32::try_from(blocks.len()).unwrap_or(i32::MAX) - 1);
    blocks.iter().map(|block| block.width).sum::<i32>() + gaps
}

fn shift(block: &mut Block, dx: i32, dy: i32) {
    for placed in &mut block.boxes {
        placed.x += dx;
        placed.y += dy;
    }
    for point in block.wires.iter_mut().flatten() {
        point.0 += dx;
        point.1 += dy;
    }
}

fn length(lines: &[String]) -> i32 {
    i32::try_from(lines.len()).expect("lines of a box are few")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn node(name: String, children: Vec<ChartNode>) -> ChartNode {
        let head = Head::Named("Ayşe Kaya".to_owned());
        ChartNode { name, head, note: String::new(), staff_count: 3, href: None, children }
    }

    fn directorate(chiefs: usize, teams: usize) -> ChartNode {
        let team = |c: usize, t: usize| node(format!("Şeflik {c} Ekip {t}"), Vec::new());
        let chief = |c: usize| node(format!("Şeflik {c}"), (0..teams).map(|t| team(c, t)).collect());
        node("Bilgi İşlem Müdürlüğü".to_owned(), (0..chiefs).map(chief).collect())
    }

    fn overlaps(a: &PlacedBox, b: &PlacedBox) -> bool {
        (a.x - b.x).abs() < BOX_WIDTH && a.y < b.y + b.height && b.y < a.y + a.height
    }

    fn assert_sound(block: &Block, count: usize) {
        assert_eq!(block.boxes.len(), count);
        for (index, placed) in block.boxes.iter().enumerate() {
            assert!(placed.x >= 0 && placed.x + BOX_WIDTH <= block.width, "{}", placed.node.name);
            assert!(placed.y >= 0 && placed.y + placed.height <= block.height, "{}", placed.node.name);
            for other in &block.boxes[..index] {
                assert!(!overlaps(placed, other), "{} over {}", placed.node.name, other.node.name);
            }
        }
        for &(x, y) in block.wires.iter().flatten() {
            assert!((0..=block.width).contains(&x) && (0..=block.height).contains(&y));
        }
    }

    #[test]
    fn a_small_directorate_is_one_row_under_its_director() {
        let root = directorate(4, 0);
        let block = lay_out(&root, Audience::Staff, 1180);
        assert_sound(&block, 5);
        assert!(block.boxes[1..].iter().all(|b| b.y == block.boxes[1].y));
        let middle = i32::midpoint(block.boxes[1].x, block.boxes[4].x);
        assert_eq!(block.boxes[0].x, middle);
    }

    #[test]
    fn teams_hang_in_a_stack_under_their_chief() {
        let root = directorate(4, 5);
        let block = lay_out(&root, Audience::Staff, 1180);
        assert_sound(&block, 25);
        let teams = &block.boxes[2..7];
        assert!(teams.windows(2).all(|pair| pair[0].x == pair[1].x && pair[0].y < pair[1].y));
    }

    #[test]
    fn a_wide_level_folds_into_rows_within_the_width() {
        let root = directorate(12, 4);
        let block = lay_out(&root, Audience::Staff, 1180);
        assert_sound(&block, 61);
        assert!(block.width <= 1180, "{}", block.width);
        let mut tops: Vec<i32> =
            block.boxes.iter().filter(|b| !b.node.children.is_empty()).map(|b| b.y).collect();
        tops.dedup();
        assert_eq!(tops.len(), 1 + 3, "director and three rows of chiefs");
    }

    #[test]
    fn a_lone_deputy_keeps_the_width_for_those_below() {
        let root = node("Başkan Yardımcılığı".to_owned(), vec![directorate(12, 2)]);
        let block = lay_out(&root, Audience::Public, 900);
        assert_sound(&block, 38);
        assert!(block.width <= 900);
    }

    #[test]
    fn one_unit_is_one_box() {
        let root = directorate(0, 0);
        let block = lay_out(&root, Audience::Staff, 0);
        assert_sound(&block, 1);
        assert!(block.wires.is_empty() && block.boxes[0].is_root);
    }

    fn any_tree() -> impl Strategy<Value = ChartNode> {
        let leaf = "[A-ZÇŞİa-zçğıöşü ]{0,40}".prop_map(|name| node(name, Vec::new()));
        leaf.prop_recursive(5, 60, 9, |inner| {
            ("[a-zçş ]{1,30}", proptest::collection::vec(inner, 0..9))
                .prop_map(|(name, children)| node(name, children))
        })
    }

    fn count(node: &ChartNode) -> usize {
        1 + node.children.iter().map(count).sum::<usize>()
    }

    proptest! {
        #[test]
        fn no_box_covers_another_and_none_leaves_the_paper(root in any_tree(), width in 200_i32..2000) {
            let block = lay_out(&root, Audience::Staff, width);
            assert_sound(&block, count(&root));
        }

        #[test]
        fn ordinary_paper_is_wide_enough(root in any_tree()) {
            prop_assert!(lay_out(&root, Audience::Staff, 1180).width <= 1180);
        }
    }
}
