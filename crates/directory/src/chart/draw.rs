//! A laid-out chart as SVG text. Colours come from the page's style sheet by class; presentation attributes
//! stand beneath them, so that the drawing also prints and opens by itself.

use std::fmt::Write;

use super::layout::{
    BOX_WIDTH, Block, DETAIL_LINE, DETAIL_SIZE, NAME_LINE, NAME_SIZE, PADDING, PlacedBox, lay_out,
};
use super::{ChartNode, ChartOptions, check_size};
use crate::Refusal;

/// Room around the drawing for the strokes.
const MARGIN: i32 = 2;

/// Draws a chart. Errors: a tree beyond the limits of the module.
///
/// Classes: `drawing-chart` on the svg, `wire`, `box` (`is-brand` on the root, `is-vacant`), `is-quiet` on
/// details. A drawing without links is one image; with links it is a group, because what is inside an image
/// cannot be reached by keyboard.
pub fn chart_svg(root: &ChartNode, options: &ChartOptions) -> Result<String, Refusal> {
    let unit_count = check_size(root)?;
    let block = lay_out(root, options.audience, options.max_width_px);
    let mut svg = String::with_capacity(600 * unit_count + 600);
    open(&mut svg, &block, unit_count, options);
    for wire in &block.wires {
        draw_wire(&mut svg, wire);
    }
    for placed in &block.boxes {
        draw_box(&mut svg, placed);
    }
    svg.push_str("</svg>");
    Ok(svg)
}

fn open(svg: &mut String, block: &Block, unit_count: usize, options: &ChartOptions) {
    let (width, height) = (block.width + 2 * MARGIN, block.height + 2 * MARGIN);
    let id: String = options.id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let has_links = block.boxes.iter().any(|placed| placed.node.href.is_some());
    let role = if has_links { "group" } else { "img" };
    let title = escape(&options.title);
    let desc = format!(
        "{} birim, üstten alta bağlılık sırasıyla. Aynı bilgiler şemanın altındaki listede yazılıdır.",
        unit_count
    );
    put(
        svg,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing-chart\" role=\"{role}\" \
             aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-desc\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"{left} {left} {width} {height}\" font-family=\"sans-serif\">\
             <title id=\"{id}-title\">{title}</title><desc id=\"{id}-desc\">{desc}</desc>",
            left = -MARGIN,
        ),
    );
}

fn draw_wire(svg: &mut String, wire: &[(i32, i32)]) {
    let points: Vec<String> = wire.iter().map(|(x, y)| format!("{x},{y}")).collect();
    put(
        svg,
        format_args!(
            "<polyline class=\"wire\" points=\"{}\" fill=\"none\" stroke=\"#6b7280\"/>",
            points.join(" ")
        ),
    );
}

fn draw_box(svg: &mut String, placed: &PlacedBox) {
    let PlacedBox { x, y, height, .. } = placed;
    if let Some(href) = &placed.node.href {
        put(svg, format_args!("<a href=\"{}\">", escape(href)));
    }
    let (class, fill) = match (placed.is_root, placed.is_vacant) {
        (_, true) => ("box is-vacant", "#f3f4f6"),
        (true, _) => ("box is-brand", "#e0edf7"),
        _ => ("box", "#ffffff"),
    };
    let dashes = if placed.is_vacant { " stroke-dasharray=\"4 3\"" } else { "" };
    put(
        svg,
        format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{height}\" rx=\"6\" \
             fill=\"{fill}\" stroke=\"#6b7280\"{dashes}/>"
        ),
    );
    let text_x = x + PADDING;
    let mut baseline = y + PADDING + NAME_SIZE;
    for line in &placed.name_lines {
        let line = escape(line);
        put(
            svg,
            format_args!(
                "<text x=\"{text_x}\" y=\"{baseline}\" font-size=\"{NAME_SIZE}\" font-weight=\"600\" fill=\"#111827\">{line}</text>"
            ),
        );
        baseline += NAME_LINE;
    }
    baseline -= NAME_SIZE - DETAIL_SIZE;
    for line in &placed.detail_lines {
        let line = escape(line);
        put(
            svg,
            format_args!(
                "<text class=\"is-quiet\" x=\"{text_x}\" y=\"{baseline}\" font-size=\"{DETAIL_SIZE}\" fill=\"#374151\">{line}</text>"
            ),
        );
        baseline += DETAIL_LINE;
    }
    if placed.node.href.is_some() {
        svg.push_str("</a>");
    }
}

fn put(svg: &mut String, text: std::fmt::Arguments) {
    svg.write_fmt(text).expect("writing to a string cannot fail");
}

/// Text or attribute value for XML: markup escaped, characters that XML forbids left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Audience, Head};
    use super::*;
    use proptest::prelude::*;

    fn node(name: &str, href: Option<&str>, children: Vec<ChartNode>) -> ChartNode {
        ChartNode {
            name: name.to_owned(),
            head: Head::Vacant,
            note: String::new(),
            staff_count: 4,
            href: href.map(str::to_owned),
            children,
        }
    }

    fn options(audience: Audience) -> ChartOptions {
        ChartOptions {
            id: "org".to_owned(),
            title: "Teşkilat şeması".to_owned(),
            audience,
            max_width_px: 1180,
        }
    }

    fn draw(root: &ChartNode, audience: Audience) -> String {
        chart_svg(root, &options(audience)).unwrap()
    }

    #[test]
    fn a_drawing_names_and_describes_itself() {
        let svg = draw(&node("Bilgi İşlem", None, vec![node("Ağ", None, Vec::new())]), Audience::Staff);
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
        assert!(svg.contains("role=\"img\" aria-labelledby=\"org-title\" aria-describedby=\"org-desc\""));
        assert!(svg.contains("<title id=\"org-title\">Teşkilat şeması</title>"));
        assert!(svg.contains("<desc id=\"org-desc\">2 birim"));
        assert_eq!(svg.matches("<rect").count(), 2);
        assert!(!svg.contains("style="), "the content security policy forbids inline style");
    }

    #[test]
    fn boxes_that_lead_somewhere_can_be_reached() {
        let svg = draw(&node("Bilgi İşlem", Some("/birimler/1?a=1&b=2"), Vec::new()), Audience::Staff);
        assert!(svg.contains("role=\"group\""));
        assert!(svg.contains("<a href=\"/birimler/1?a=1&amp;b=2\"><rect"));
        assert!(svg.ends_with("</text></a></svg>"));
    }

    #[test]
    fn a_vacancy_is_drawn_for_staff_and_not_for_the_public() {
        let root = node("Bilgi İşlem", None, Vec::new());
        assert!(draw(&root, Audience::Staff).contains("is-vacant"));
        let public = draw(&root, Audience::Public);
        assert!(!public.contains("is-vacant") && !public.contains("boş") && !public.contains("kişi"));
    }

    #[test]
    fn names_cannot_break_out_of_the_drawing() {
        let svg = draw(&node("<script>&\"'\u{1}", Some("\"><x"), Vec::new()), Audience::Staff);
        assert!(svg.contains("&lt;script&gt;&amp;&quot;&#39;</text>"));
        assert!(!svg.contains("<script") && !svg.contains("<x"));
        let hostile = ChartOptions { id: "a\"><b".to_owned(), ..options(Audience::Staff) };
        assert!(chart_svg(&node("A", None, Vec::new()), &hostile).unwrap().contains("id=\"ab-title\""));
    }

    proptest! {
        #[test]
        fn any_name_gives_well_formed_tags(name in any::<String>(), href in proptest::option::of(any::<String>())) {
            let svg = draw(&node(&name, href.as_deref(), vec![node(&name, None, Vec::new())]), Audience::Staff);
            prop_assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
            prop_assert_eq!(svg.matches("<a ").count(), svg.matches("</a>").count());
            // Only tags that this file writes are there.
            let is_known = |tag: &str| ["svg", "/svg", "title", "/title", "desc", "/desc", "polyline", "rect", "text", "/text", "a", "/a"].contains(&tag);
            for opening in svg.split('<').skip(1) {
                let tag = opening.split([' ', '>']).next().unwrap();
                prop_assert!(is_known(tag), "{}", tag);
            }
        }
    }
}
