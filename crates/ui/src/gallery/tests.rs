//! Every example is rendered and checked: what passes here is what the screens are made of.

use super::*;
use crate::{BareShell, PrintPage, Theme, bare_page, page, print_page};
use page_check as check;

#[test]
fn every_part_passes_the_checker() {
    for example in gallery() {
        let html = example.markup.into_string();
        assert!(!html.is_empty(), "{} shows nothing", example.name);
        assert_eq!(check::fragment(&html), Vec::<String>::new(), "{}", example.name);
    }
}

#[test]
fn the_gallery_page_is_a_good_page_in_every_theme() {
    for theme in Theme::ALL {
        let html = page(&sample_shell("Bileşenler", theme), gallery_page("/bilesenler")).into_string();
        assert_eq!(check::page(&html), Vec::<String>::new());
        assert!(html.contains(&format!("data-theme=\"{}\"", theme.attribute())));
    }
}

#[test]
fn every_screen_is_a_good_page_inside_the_shell() {
    let titles = [
        ("liste", "Talepler"),
        ("bos-liste", "Talepler"),
        ("ayrinti", "Fen İşleri ek binada internet yok"),
        ("form", "Yeni personel"),
        ("hatali-form", "Hata: Selin Yalın kaydını değiştir"),
        ("onay", "12 talep iptal edilsin mi?"),
        ("aktarim", "Personel aktarımı"),
        ("duzeltme", "Düzeltmeler"),
        ("bildirimler", "Bildirimler"),
        ("hata", "Bu sayfa bulunamadı"),
        ("arama", "Ara"),
        ("metin-arama", "Metinlerde ara"),
    ];
    assert_eq!(gallery().iter().filter(|example| example.is_screen).count(), titles.len());
    for (slug, title) in titles {
        let content = gallery_screen(slug).expect("the screen is in the gallery");
        let html = page(&sample_shell(title, Theme::Auto), content).into_string();
        assert_eq!(check::page(&html), Vec::<String>::new(), "{slug}");
    }
    assert!(gallery_screen("yok").is_none());
}

#[test]
fn pages_without_menu_and_on_paper_are_good_pages_too() {
    let bare = BareShell {
        title: "Giriş yapın".into(),
        town: "Örnekova Belediyesi".into(),
        theme: Theme::Dark,
        crest_href: None,
    };
    let html = bare_page(&bare, html! { h1 { "Giriş yapın" } }).into_string();
    assert_eq!(check::page(&html), Vec::<String>::new());

    let paper = PrintPage {
        title: "Zimmet listesi".into(),
        town: "Örnekova Belediyesi".into(),
        directorate: "Bilgi İşlem Müdürlüğü".into(),
        crest_letter: "Ö".into(),
        crest_href: None,
        filter_text: "Birim: Fen İşleri".into(),
        printed_text: "Derya Aksu, 22.11.2026 11.40".into(),
        signatures: vec!["Teslim eden".into(), "Teslim alan".into()],
    };
    let html = print_page(&paper, html! { p { "Kayıt yok." } }).into_string();
    assert_eq!(check::page(&html), Vec::<String>::new());
    assert!(html.contains("Birim: Fen İşleri") && html.contains("Teslim alan"));
}

#[test]
fn texts_are_written_with_the_signs_of_print() {
    for example in gallery() {
        for text in [example.name, example.when_tr] {
            assert!(!text.contains(['"', '\'']), "straight quotes: {text}");
            assert!(!text.is_empty());
        }
        let html = example.markup.into_string();
        // Maud writes a straight double quote in text as a reference; apostrophes stand as they are.
        assert!(!html.contains("&quot;"), "{}: straight double quotes", example.name);
        let mut in_tag = false;
        let prose: String = html
            .chars()
            .filter(|c| {
                in_tag = (in_tag || *c == '<') && *c != '>';
                !in_tag
            })
            .collect();
        assert!(!prose.contains('\''), "{}: a straight apostrophe", example.name);
        assert!(!prose.contains("..."), "{}: three dots instead of an ellipsis", example.name);
    }
}

#[test]
fn names_in_addresses_are_unique_and_plain() {
    let mut slugs: Vec<&str> = gallery().iter().map(|example| example.slug).collect();
    assert!(slugs.iter().all(|slug| slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    let count = slugs.len();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), count);
}
