//! The bell and the page of notices.

use crate::*;

fn item(is_unread: bool, href: Option<&str>) -> NoticeItem {
    NoticeItem {
        id: "0199".into(),
        is_unread,
        href: href.map(str::to_owned),
        newest: NoticeLine {
            sentence: "Ayşe Kaya, “Ağ” kaydına not yazdı.".into(), ..NoticeLine::default()
        },
        earlier: Vec::new(),
    }
}

fn drawn(item: NoticeItem) -> String {
    let days = vec![NoticeDay { title: "5 Kasım 2026".into(), items: vec![item] }];
    let sections = vec![NoticeSection { title: "Okunmamışlar".into(), days }];
    notices(&NoticesView { action: "/b".into(), sections, ..NoticesView::default() }).into_string()
}

#[test]
fn the_bell_says_its_number_in_words_and_interrupts_nobody() {
    let drawn = |count: &str| {
        let bell = Some(Bell { href: "/bildirimler".into(), count_text: count.into() });
        page(&Shell { title: "Günüm".into(), bell, ..Shell::default() }, maud::html! { h1 { "Günüm" } })
            .into_string()
    };
    let full = drawn("99+");
    assert!(full.contains("aria-label=\"Bildirimler: 99+ okunmamış\""), "{full}");
    let bell = full.split("class=\"bell\"").nth(1).unwrap_or_default();
    let bell = bell.split("</a>").next().unwrap_or_default();
    assert!(!bell.contains("aria-live") && !bell.contains("role="), "{bell}");
    let empty = drawn("");
    assert!(empty.contains("aria-label=\"Bildirimler\"") && !empty.contains("bell-count"));
}

#[test]
fn an_unread_notice_is_told_from_a_read_one_by_words_and_not_by_colour_alone() {
    let unread = drawn(item(true, Some("/b/1")));
    assert!(unread.contains("Okunmamış: ") && unread.contains("name=\"id\" value=\"0199\""));
    let read = drawn(item(false, Some("/b/1")));
    assert!(!read.contains("Okunmamış: ") && !read.contains("name=\"id\""));
    assert!(read.contains("href=\"/b/1\""));
}

#[test]
fn what_cannot_be_followed_is_no_link() {
    assert!(!drawn(item(true, None)).contains("href="));
}
