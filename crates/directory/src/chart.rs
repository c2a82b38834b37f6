//! The organisation chart: a drawing (SVG) and the same facts as a nested list for those who read
//! instead of look. Works for any day: the caller passes the tree of that day (see `units`).
//! Where boxes go is in `chart/layout`, how wide words are in `chart/measure`, the SVG in `chart/draw`.

mod draw;
mod layout;
mod measure;

pub use draw::chart_svg;

use kernel::tr;

use crate::Refusal;

/// More boxes than this do not fit one drawing.
pub const MAX_NODES: usize = 500;
/// Deeper trees are refused.
pub const MAX_DEPTH: usize = 12;

/// Who leads a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// The unit has no post of a head.
    None,
    Vacant,
    Named(String),
    /// The name of the substitute, while the head is away or the post vacant.
    Acting(String),
}

/// One unit of the chart with the units below it, in the order in which they are drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartNode {
    pub name: String,
    pub head: Head,
    /// A short remark such as "2 boş kadro"; may be empty. Not shown to the public.
    pub note: String,
    /// People in the unit itself. Not shown to the public.
    pub staff_count: u32,
    /// Where the unit's box leads.
    pub href: Option<String>,
    pub children: Vec<ChartNode>,
}

/// Who looks at the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Heads, vacancies, remarks and numbers of people.
    Staff,
    /// Names of units and of their heads only.
    Public,
}

/// How the chart is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartOptions {
    /// Unique on the page; ids inside the drawing begin with it. ASCII letters, digits and hyphens.
    pub id: String,
    /// What the drawing is, e.g. "Teşkilat şeması, 05.11.2026".
    pub title: String,
    pub audience: Audience,
    /// Wide levels are folded to stay within this where possible; px, at least one column.
    pub max_width_px: i32,
}

/// One unit as text: the same words as in its box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartItem {
    pub label: String,
    /// "Ayşe Kaya · 5 kişi"; may be empty.
    pub detail: String,
    pub href: Option<String>,
    pub children: Vec<ChartItem>,
}

/// The chart as a nested list: the table behind the drawing. Same limits as the drawing.
pub fn chart_list(root: &ChartNode, audience: Audience) -> Result<ChartItem, Refusal> {
    check_size(root)?;
    Ok(item(root, audience))
}

fn item(node: &ChartNode, audience: Audience) -> ChartItem {
    ChartItem {
        label: node.name.clone(),
        detail: details(node, audience).join(" · "),
        href: node.href.clone(),
        children: node.children.iter().map(|child| item(child, audience)).collect(),
    }
}

/// What stands under a unit's name, one entry per line of its box.
fn details(node: &ChartNode, audience: Audience) -> Vec<String> {
    let is_staff = audience == Audience::Staff;
    let mut lines = Vec::new();
    match &node.head {
        Head::Named(name) => lines.push(name.clone()),
        Head::Acting(name) => lines.push(format!("{name} (vekâleten)")),
        Head::Vacant if is_staff => lines.push("Yönetici kadrosu boş".to_owned()),
        Head::Vacant | Head::None => {}
    }
    if is_staff && !node.note.is_empty() {
        lines.push(node.note.clone());
    }
    if is_staff {
        lines.push(tr::count("kişi", u64::from(node.staff_count)));
    }
    lines
}

/// Counts the boxes; refuses before anything walks the tree recursively.
fn check_size(root: &ChartNode) -> Result<usize, Refusal> {
    let mut open = vec![(root, 1)];
    let mut count = 0;
    while let Some((node, depth)) = open.pop() {
        count += 1;
        if count > MAX_NODES || depth > MAX_DEPTH {
            let reason = format!(
                "Şema en çok {MAX_NODES} birim ve {MAX_DEPTH} basamak için çizilebilir; daha alttaki bir birimden başlayın."
            );
            return Err(Refusal::new("chart.too_large", "", reason));
        }
        open.extend(node.children.iter().map(|child| (child, depth + 1)));
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn node(name: &str, head: Head, staff_count: u32, children: Vec<ChartNode>) -> ChartNode {
        ChartNode { name: name.to_owned(), head, note: String::new(), staff_count, href: None, children }
    }

    #[test]
    fn the_list_says_what_the_boxes_say() {
        let chief = node("Ağ Şefliği", Head::Acting("Burak Er".to_owned()), 1240, Vec::new());
        let vacant =
            ChartNode { note: "1 boş kadro".to_owned(), ..node("Büro", Head::Vacant, 0, Vec::new()) };
        let root = node("Bilgi İşlem", Head::Named("Ayşe Kaya".to_owned()), 2, vec![chief, vacant]);
        let list = chart_list(&root, Audience::Staff).unwrap();
        assert_eq!((list.label.as_str(), list.detail.as_str()), ("Bilgi İşlem", "Ayşe Kaya · 2 kişi"));
        assert_eq!(list.children[0].detail, "Burak Er (vekâleten) · 1.240 kişi");
        assert_eq!(list.children[1].detail, "Yönetici kadrosu boş · 1 boş kadro · 0 kişi");
    }

    #[test]
    fn the_public_sees_neither_numbers_nor_vacancies_nor_remarks() {
        let vacant = ChartNode { note: "gizli".to_owned(), ..node("Büro", Head::Vacant, 7, Vec::new()) };
        let root = node("Bilgi İşlem", Head::Named("Ayşe Kaya".to_owned()), 2, vec![vacant]);
        let list = chart_list(&root, Audience::Public).unwrap();
        assert_eq!((list.detail.as_str(), list.children[0].detail.as_str()), ("Ayşe Kaya", ""));
    }

    #[test]
    fn a_tree_too_large_to_draw_is_refused() {
        let leaf = || node("Birim", Head::None, 1, Vec::new());
        let wide = node("Kök", Head::None, 1, (0..MAX_NODES).map(|_| leaf()).collect());
        assert_eq!(chart_list(&wide, Audience::Staff).unwrap_err().code, "chart.too_large");
        let mut deep = leaf();
        for _ in 0..MAX_DEPTH {
            deep = node("Üst", Head::None, 1, vec![deep]);
        }
        assert_eq!(chart_list(&deep, Audience::Staff).unwrap_err().code, "chart.too_large");
        assert!(chart_list(&deep.children[0], Audience::Staff).is_ok());
    }
}
