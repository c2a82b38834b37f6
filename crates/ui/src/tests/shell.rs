//! Duties of the frame around every page.

use maud::html;

use crate::*;
use page_check as check;

fn shell() -> Shell {
    Shell {
        title: "Günüm".into(),
        town: "Örnekova Belediyesi".into(),
        directorate: "Bilgi İşlem Müdürlüğü".into(),
        crest_letter: "Ö".into(),
        crest_href: None,
        csrf: "jeton".into(),
        user: Some(UserChip {
            name: "Derya Aksu".into(),
            initials: "DA".into(),
            href: "/hesabim".into(),
            acting: None,
        }),
        ..Shell::default()
    }
}

#[track_caller]
fn drawn(shell: &Shell) -> String {
    let html = page(shell, html! { h1 { "Günüm" } }).into_string();
    assert_eq!(check::page(&html), Vec::<String>::new());
    html
}

#[test]
fn the_title_says_the_page_and_then_the_town() {
    assert!(drawn(&shell()).contains("<title>Günüm – Örnekova Belediyesi</title>"));
    let refused = Shell { title: "Hata: Günüm".into(), ..shell() };
    assert!(drawn(&refused).contains("<title>Hata: Günüm"));
}

#[test]
fn the_first_stop_of_the_keyboard_is_the_content() {
    let html = drawn(&shell());
    let body = html.split_once("<body").expect("a body").1;
    let first = body.find("<a ").expect("a first link");
    assert!(body[first..].starts_with("<a class=\"skip\" href=\"#icerik\">İçeriğe geç</a>"));
    assert!(html.contains("id=\"icerik\" tabindex=\"-1\""));
}

#[test]
fn the_menu_marks_where_one_is_and_what_is_late() {
    let item = |label: &str, current, count: Option<(&str, bool)>| MenuItem {
        label: label.into(),
        href: format!("/{label}"),
        current,
        count: count.map(|(text, late)| MenuCount { text: text.into(), late }),
    };
    let groups = vec![
        MenuGroup { title: String::new(), items: vec![item("gunum", true, Some(("3 geciken", true)))] },
        MenuGroup { title: "Evrak".into(), items: vec![item("gelen", false, Some(("14", false)))] },
    ];
    let html = drawn(&Shell { menu: groups, ..shell() });
    assert!(html.contains("<a href=\"/gunum\" aria-current=\"page\"><span>gunum</span><span class=\"n is-late\">3 geciken</span></a>"));
    assert!(html.contains("<span class=\"n\">14</span>") && html.contains("<h2>Evrak</h2>"));
    assert_eq!(html.matches("aria-current=\"page\"").count(), 1);
    assert!(
        html.contains("popovertarget=\"menu\"") && html.contains("<nav class=\"nav\" id=\"menu\" popover"),
        "a phone opens it without script"
    );
}

#[test]
fn preferences_are_sent_with_the_way_back_and_show_what_is_chosen() {
    let html = drawn(&Shell {
        theme: Theme::Dark,
        density: Density::Compact,
        reload_as: Some("/t?d=1&e=2".into()),
        ..shell()
    });
    assert!(html.contains("data-theme=\"dark\" data-density=\"compact\""));
    assert!(html.contains("name=\"donus\" value=\"/t?d=1&amp;e=2\""));
    assert!(
        html.contains("name=\"tema\" value=\"koyu\" aria-pressed=\"true\"")
            && html.contains("name=\"tema\" value=\"acik\" aria-pressed=\"false\"")
    );
    assert!(html.contains("name=\"yogunluk\" value=\"sik\" aria-pressed=\"true\""));
}

#[test]
fn values_of_preferences_are_read_back_and_nothing_else() {
    for theme in Theme::ALL {
        assert_eq!(Theme::parse(theme.value()), Some(theme));
        assert!(!theme.label().is_empty());
    }
    for density in Density::ALL {
        assert_eq!(Density::parse(density.value()), Some(density));
        assert!(!density.label().is_empty());
    }
    assert_eq!(Theme::parse("KOYU"), None);
    assert_eq!(Density::parse(""), None);
}

#[test]
fn logging_out_is_a_guarded_act_that_clears_drafts() {
    let html = drawn(&shell());
    assert!(html.contains("<form method=\"post\" action=\"/cikis\" data-clears-drafts><input type=\"hidden\" name=\"csrf\" value=\"jeton\">"));
}

#[test]
fn single_letter_shortcuts_can_be_switched_off() {
    assert!(drawn(&Shell { shortcuts: true, ..shell() }).contains("data-shortcuts=\"on\""));
    assert!(drawn(&shell()).contains("data-shortcuts=\"off\""));
}

#[test]
fn acting_for_someone_is_always_in_sight() {
    let user = UserChip { acting: Some("Müdür V. olarak".into()), ..shell().user.unwrap_or_default() };
    let html = drawn(&Shell { user: Some(user), ..shell() });
    assert!(html.contains("<span class=\"acting\">Müdür V. olarak</span>"));
    assert!(html.contains("<p class=\"panel-note\">Müdür V. olarak</p>"), "and on a phone in the panel");
}

#[test]
fn a_visitor_is_offered_to_log_in_and_has_nothing_to_post() {
    let html = drawn(&Shell { user: None, csrf: String::new(), ..shell() });
    assert!(html.contains("href=\"/giris\">Giriş yap</a>") && !html.contains("method=\"post\""));
}

#[test]
fn a_message_says_its_kind_in_a_word_and_a_fault_interrupts() {
    for (kind, word, role) in [
        (FlashKind::Info, "Bilgi", "status"),
        (FlashKind::Success, "Tamam", "status"),
        (FlashKind::Warning, "Dikkat", "status"),
        (FlashKind::Error, "Hata", "alert"),
    ] {
        let flash = Some(Flash { kind, text: "Kaydedildi: <b>".into() });
        let html = drawn(&Shell { flash, ..shell() });
        assert!(html.contains(&format!("role=\"{role}\"><strong class=\"notice-word\">{word}</strong>")));
        assert!(html.contains("Kaydedildi: &lt;b&gt;"));
    }
}

#[test]
fn the_way_here_is_shown_and_a_step_without_address_is_plain() {
    let crumbs = vec![Link::new("Evrak", ""), Link::new("Gelen", "/gelen")];
    let html = drawn(&Shell { crumbs, ..shell() });
    assert!(html.contains("<li><span>Evrak</span></li><li><a href=\"/gelen\">Gelen</a></li>"));
}

#[test]
fn an_error_says_what_happened_and_offers_a_way_back() {
    let view = ErrorView {
        code: 403,
        heading: "Bu işleme yetkiniz yok".into(),
        text: "Yetkiyi müdürünüz verebilir.".into(),
        reference: Some("7F3K".into()),
        ways_back: vec![Link::new("Günüme dön", "/")],
    };
    let bare = BareShell {
        title: view.heading.clone(),
        town: "Örnekova".into(),
        theme: Theme::Auto,
        crest_href: None,
    };
    let html = bare_page(&bare, error_page(&view)).into_string();
    assert_eq!(check::page(&html), Vec::<String>::new());
    assert!(
        html.contains("<strong class=\"reference\">7F3K</strong>")
            && html.contains("href=\"/\">Günüme dön</a>")
    );
    assert!(html.contains("<span class=\"crest\" aria-hidden=\"true\">Ö</span>"));
}
