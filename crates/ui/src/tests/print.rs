//! Duties of pages on paper.

use crate::*;
use page_check::fragment;

#[test]
fn a_value_on_paper_has_the_words_of_the_screen_and_no_link() {
    let cells = [
        Cell::Text("T-1".into()),
        Cell::Link { href: "/t/1".into(), label: "Yazıcı".into(), sub: Some("Vezne".into()) },
        Cell::State { tone: Tone::Done, label: "Çözüldü".into() },
    ];
    let row = cells.iter().map(Cell::printed).collect();
    let html = table("Liste", &heads(&["No", "Konu", "Durum"]), &[row]).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert!(html.contains("Yazıcı<small>Vezne</small>"));
    assert!(html.contains("state is-done") && !html.contains("<a "));
}

#[test]
fn the_sheet_for_paper_numbers_pages_and_hides_what_cannot_be_pressed() {
    let style = assets().iter().find(|asset| asset.path == STYLE_PATH).expect("the sheet is embedded");
    let css = std::str::from_utf8(style.body).expect("the sheet is UTF-8");
    let print = css.rfind("@layer print{").expect("paper has a layer of its own");
    assert!(css[print..].contains("counter(page)") && css[print..].contains("@media print"));
    for control in [".nav", ".filters", ".bulk", ".btn"] {
        assert!(css[print..].contains(control), "{control}");
    }
}

#[test]
fn no_style_of_ours_asks_the_content_policy_for_an_exception() {
    let style = assets().iter().find(|asset| asset.path == STYLE_PATH).expect("the sheet is embedded");
    let css = std::str::from_utf8(style.body).expect("the sheet is UTF-8");
    assert!(!css.contains("url("), "no data addresses, no fonts from elsewhere");
}
