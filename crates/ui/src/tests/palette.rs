//! Duties of finding things.

use crate::*;
use page_check::fragment;

fn results(count: usize) -> PaletteView {
    let item = |number: usize| PaletteItem {
        href: format!("/p/{number}"),
        label: format!("Kişi {number}"),
        detail: String::new(),
    };
    PaletteView {
        query: "ki".into(),
        groups: vec![
            PaletteGroup { title: "Personel".into(), items: (0..count).map(item).collect() },
            PaletteGroup { title: "Boş küme".into(), items: Vec::new() },
        ],
        more_href: (count > 0).then(|| "/ara?q=ki".into()),
        texts_href: None,
    }
}

#[test]
fn results_are_options_with_ids_of_their_own() {
    let html = palette_results(&results(3)).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert_eq!(html.matches("role=\"option\"").count(), 4, "three people and all results");
    assert!(html.contains("id=\"palet-1\"") && html.contains("id=\"palet-4\""));
    assert!(html.contains("aria-labelledby=\"palet-baslik-0\"") && !html.contains("Boş küme"));
}

#[test]
fn no_result_says_so_and_cannot_be_chosen() {
    let html = palette_results(&results(0)).into_string();
    assert!(html.contains("aria-disabled=\"true\"") && html.contains("Sonuç yok"));
    assert!(combobox_options(&[]).into_string().contains("aria-disabled=\"true\""));
}

#[test]
fn the_search_page_gives_the_same_results_as_plain_links() {
    let html = search_page(&results(2)).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert!(
        html.contains("value=\"ki\"")
            && html.contains("<a href=\"/p/1\">Kişi 1</a>")
            && !html.contains("role=\"option\"")
    );
    assert!(search_page(&results(0)).into_string().contains("Daha kısa yazmayı"));
    let untouched = PaletteView::default();
    assert!(!search_page(&untouched).into_string().contains("Daha kısa yazmayı"), "nothing was asked yet");
}

#[test]
fn a_suggestion_carries_the_id_and_the_words() {
    let option = ComboOption { value: "3".into(), label: "Ağ \"ve\" Sistem".into(), sub: "6 kişi".into() };
    let html = combobox_options(&[option]).into_string();
    assert_eq!(fragment(&html), Vec::<String>::new());
    assert!(
        html.contains("data-value=\"3\" data-label=\"Ağ &quot;ve&quot; Sistem\"")
            && html.contains("<small>6 kişi</small>")
    );
}

#[test]
fn every_shortcut_of_the_script_is_on_the_sheet() {
    let html = shortcut_sheet().into_string();
    for keys in ["Ctrl K", "?", "j k", "Enter", "x", "n", "Esc", "Ctrl Enter"] {
        let drawn: String = keys.split(' ').map(|key| format!("<kbd>{key}</kbd> ")).collect();
        assert!(html.contains(&drawn), "{keys}");
    }
    assert_eq!(
        html.matches("<tr data-of-lists>").count(),
        6,
        "the script replaces them on a correction screen"
    );
}
