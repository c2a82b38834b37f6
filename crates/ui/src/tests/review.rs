//! Duties of the side-by-side correction screen.

use maud::html;

use crate::*;
use page_check::fragment;

fn view(source_id: &str) -> ReviewView {
    let choice = |value: &str, key: &str| ReviewChoice {
        value: value.into(),
        label: "Onayla".into(),
        key: key.into(),
        primary: true,
    };
    ReviewView {
        source_title: "Metin".into(),
        source: html! { p #yer-1 { "Madde 1" } },
        items_title: "Okunanlar".into(),
        items: vec![ReviewItem {
            id: "oge-1".into(),
            source_id: source_id.into(),
            title: "Madde 1".into(),
            state: Some((Tone::New, "Kuşkulu".into())),
            body: html! { label { "Başlık" input name="baslik" value="Amaç"; } },
            choices: vec![choice("onayla", "o"), choice("sil", "s")],
        }],
        action: "/duzeltme".into(),
        csrf: "jeton".into(),
    }
}

#[test]
fn an_item_knows_its_place_in_the_source_with_and_without_script() {
    let html = review(&view("yer-1")).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert!(
        html.contains("data-source=\"#yer-1\"")
            && html.contains("<a class=\"review-place\" href=\"#yer-1\">")
    );
    let placeless = review(&view("")).into_string();
    assert_eq!(fragment(&placeless), Vec::<String>::new());
    assert!(!placeless.contains("data-source") && !placeless.contains("review-place"));
}

#[test]
fn a_choice_is_a_button_with_its_letter_and_sends_the_corrected_fields() {
    let html = review(&view("yer-1")).into_string();
    let form = html.split_once("<form method=\"post\" action=\"/duzeltme\">").expect("a form per item").1;
    let form = form.split_once("</form>").expect("it ends").0;
    for part in [
        "name=\"csrf\" value=\"jeton\"",
        "name=\"oge\" value=\"oge-1\"",
        "name=\"baslik\"",
        "name=\"eylem\" value=\"sil\" data-key=\"s\"",
    ] {
        assert!(form.contains(part), "{part}");
    }
}
