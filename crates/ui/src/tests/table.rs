//! Duties of the one table.

use maud::{Markup, html};

use crate::*;
use page_check::fragment;

fn rows() -> Vec<Vec<Markup>> {
    vec![
        vec![html! { "Ayşe Kaya" }, html! { "0312 555 10 37" }, html! { "3" }],
        vec![html! { "Ali Bozkurt" }, html! {}, html! { "12" }],
    ]
}

fn columns() -> Vec<Head> {
    let mut columns = heads(&["Kişi", "Telefon", "Kadro"]);
    columns[2].numeric = true;
    columns
}

#[test]
fn the_first_cell_names_the_row_and_every_cell_knows_its_heading() {
    let html = table("Kişiler", &columns(), &rows()).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert!(html.contains("<th scope=\"row\" data-label=\"Kişi\">Ayşe Kaya</th>"));
    assert!(html.contains("<td class=\"c-any nowrap\" data-label=\"Telefon\">0312 555 10 37</td>"));
    assert!(html.contains("<td class=\"c-num\" data-label=\"Kadro\">12</td>"));
    assert!(html.contains("<td class=\"c-empty\" data-label=\"Telefon\"></td>"));
}

#[test]
fn a_wide_table_is_a_region_with_a_name_of_its_own() {
    let html = table("Kişiler", &columns(), &rows()).into_string();
    assert!(html.contains("role=\"region\" tabindex=\"0\" aria-label=\"Kişiler tablosu\""));
}

#[test]
fn boxes_stand_before_their_own_rows() {
    let pick = |value: &str, label: &str| Pick { value: value.into(), label: label.into() };
    let picks = [pick("7", "Seç: Ayşe Kaya"), pick("8", "Seç: Ali Bozkurt")];
    let html = table_with_picks("Kişiler", &columns(), &picks, &rows()).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    let places = ["Ayşe Kaya</th>", "value=\"8\"", "Ali Bozkurt</th>"].map(|text| html.find(text));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
}

#[test]
fn a_code_is_not_broken_at_its_hyphen_and_a_name_may_take_a_second_line() {
    let html = table("Görevler", &heads(&["Kod"]), &[vec![html! { "ORG-1" }], vec![html! { "Ayşe Kaya" }]])
        .into_string();
    assert!(html.contains("<th class=\"is-code\" scope=\"row\" data-label=\"Kod\">ORG-1</th>"), "{html}");
    assert!(html.contains("<th scope=\"row\" data-label=\"Kod\">Ayşe Kaya</th>"), "{html}");
}

#[test]
fn a_number_is_not_broken_at_its_hyphens_whether_it_is_a_link_or_not() {
    let link = html! { a href="/evrak-teslimleri/1" { "2026-TS-000001" } };
    let rows = vec![vec![link.clone(), link, html! { "iki - üç söz" }]];
    let html = table("Teslim", &heads(&["No", "Diğeri", "Söz"]), &rows).into_string();
    assert!(html.contains("<th class=\"is-code\" scope=\"row\""), "{html}");
    assert!(html.contains("<td class=\"c-any nowrap\" data-label=\"Diğeri\""), "{html}");
    assert!(html.contains("<td class=\"c-any\" data-label=\"Söz\""), "{html}");
}
