//! Duties of the detail screen, the timeline and attachments.

use maud::html;

use crate::*;
use page_check::fragment;

fn verb(label: &str, post: bool) -> Verb {
    Verb {
        label: label.into(),
        href: "/kayit/1/islem".into(),
        post,
        value: "kapat".into(),
        ..Verb::default()
    }
}

fn item(kind: TimelineKind) -> TimelineItem {
    TimelineItem {
        kind,
        who: "S. Yalın".into(),
        verb_text: "kaydı kapattı".into(),
        at_text: "dün 16.20".into(),
        at_title: "21 Kasım 2026 Cumartesi 16.20".into(),
        at_iso: "2026-11-21T16:20:00+03:00".into(),
        ..TimelineItem::default()
    }
}

#[track_caller]
fn good(html: String) -> String {
    assert_eq!(fragment(&html), Vec::<String>::new(), "{html}");
    html
}

#[test]
fn the_identity_says_number_state_and_deciding_facts() {
    let view = DetailView {
        identity: Identity {
            number: "T-1".into(),
            title: "Yazıcı".into(),
            state: Some((Tone::Waiting, "Firmada".into())),
            facts: vec![("Süre".into(), Cell::Due { text: "3 gün gecikti".into(), late: true })],
            verbs: Vec::new(),
        },
        ..DetailView::default()
    };
    let html = good(detail(&view, "jeton").into_string());
    assert!(html.contains("<h1>Yazıcı</h1>") && html.contains("<dd>T-1</dd>"));
    assert!(html.contains("<span class=\"state is-waiting\">Firmada</span>"));
    assert!(html.contains("<span class=\"due is-late\">3 gün gecikti</span>"));
    assert!(!html.contains("<aside"), "without cards the story has the whole width");
}

#[test]
fn a_verb_that_acts_is_a_guarded_button_and_one_that_asks_is_a_link() {
    let identity = Identity {
        title: "Yazıcı".into(),
        verbs: vec![
            Verb { primary: true, ..verb("Kapat", true) },
            Verb { official: true, ..verb("Havale et", false) },
        ],
        ..Identity::default()
    };
    let html = good(detail(&DetailView { identity, ..DetailView::default() }, "jeton").into_string());
    assert!(
        html.contains("name=\"csrf\" value=\"jeton\"")
            && html.contains("name=\"eylem\" value=\"kapat\">Kapat</button>")
    );
    assert!(html.contains("<a class=\"btn is-official\" href=\"/kayit/1/islem\">Havale et</a>"));
}

#[test]
fn the_fifth_verb_waits_under_others() {
    let verbs = ["Bir", "İki", "Üç", "Dört", "Beş"].map(|label| verb(label, false)).to_vec();
    let identity = Identity { title: "Yazıcı".into(), verbs, ..Identity::default() };
    let html = good(detail(&DetailView { identity, ..DetailView::default() }, "jeton").into_string());
    let (shown, folded) = html.split_once("id=\"diger\"").expect("the rest is in a panel");
    assert!(shown.contains(">Dört<") && !shown.contains(">Beş<") && folded.contains(">Beş<"));
}

#[test]
fn a_card_is_changed_where_it_is_read() {
    let card = Card {
        title: "Bilgiler".into(),
        edit_href: Some("/degistir".into()),
        body: facts(&[("Yer".into(), html! { "Depo" })]),
    };
    let view = DetailView { side: vec![card], story: html! { p { "Öykü" } }, ..DetailView::default() };
    let html = good(detail(&view, "jeton").into_string());
    assert!(
        html.contains("<a href=\"/degistir\">değiştir<span class=\"visually-hidden\">: Bilgiler</span></a>")
    );
    assert!(html.contains("<dt>Yer</dt><dd>Depo</dd>"));
}

#[test]
fn a_moment_is_read_by_people_and_by_machines() {
    let html = good(timeline(&[item(TimelineKind::Act)]).into_string());
    assert!(html.contains("<time datetime=\"2026-11-21T16:20:00+03:00\" title=\"21 Kasım 2026 Cumartesi 16.20\">dün 16.20</time>"));
    assert!(html.contains("<li class=\"is-act\">"));
}

#[test]
fn an_act_in_someone_s_name_says_in_whose() {
    let acted = TimelineItem {
        acting_for: Some("Müdür Derya Aksu adına vekâleten".into()),
        sealed: true,
        ..item(TimelineKind::Act)
    };
    let html = good(timeline(&[acted]).into_string());
    assert!(html.contains("<strong>S. Yalın</strong>, Müdür Derya Aksu adına vekâleten kaydı kapattı"));
    assert!(html.contains("mühürlü"));
    assert!(!timeline(&[item(TimelineKind::Act)]).into_string().contains("mühürlü"));
}

#[test]
fn a_change_shows_what_was_and_what_is_and_blank_is_a_word() {
    let change = |old: &str, new: &str| Change { field: "Yer".into(), old: old.into(), new: new.into() };
    let changed = TimelineItem {
        changes: vec![change("Depo", "Vezne"), change("", "Vezne"), change("Depo", "")],
        ..item(TimelineKind::Change)
    };
    let html = good(timeline(&[changed]).into_string());
    assert!(html.contains("<del>Depo</del>") && html.contains("<ins>Vezne</ins>"));
    assert_eq!(html.matches("<span class=\"muted\">boş</span>").count(), 2);
}

#[test]
fn paragraphs_source_and_permalink_of_a_comment_are_kept() {
    let said = TimelineItem {
        body: Some("Birinci.\n\nİkinci <b>kalın</b>".into()),
        source: Some("telefonla".into()),
        permalink: Some("/kayit/1#olay-3".into()),
        ..item(TimelineKind::Said)
    };
    let html = good(timeline(&[said]).into_string());
    assert!(html.contains("<p>Birinci.</p><p>İkinci &lt;b&gt;kalın&lt;/b&gt;</p>"));
    assert!(html.contains("<a href=\"/kayit/1#olay-3\"><time") && html.contains(" · telefonla"));
}

#[test]
fn a_refused_comment_keeps_its_text() {
    let view = CommentBox {
        action: "/yorum".into(),
        csrf: "jeton".into(),
        label: "Not".into(),
        value: "yazdığım".into(),
        error: Some("Çok uzun.".into()),
        ..CommentBox::default()
    };
    let html = good(comment_box(&view).into_string());
    assert!(
        html.contains("aria-describedby=\"yorum-hata\">yazdığım</textarea>") && html.contains("Çok uzun.")
    );
    assert!(!html.contains("ic_not"), "an internal note is offered only where there are two audiences");
}

#[test]
fn files_are_listed_and_added_only_by_those_who_may() {
    let file = Attachment {
        name: "a.pdf".into(),
        href: "/d/1".into(),
        size_text: "1 KB".into(),
        ..Attachment::default()
    };
    let read_only =
        good(attachments(&Attachments { files: vec![file], ..Attachments::default() }).into_string());
    assert!(
        read_only.contains("<a href=\"/d/1\">a.pdf</a>")
            && !read_only.contains("<form")
            && !read_only.contains("kaldır")
    );
    let own =
        Attachments { upload_action: Some("/d".into()), csrf: "jeton".into(), ..Attachments::default() };
    let writable = good(attachments(&own).into_string());
    assert!(writable.contains("Ek yok.") && writable.contains("enctype=\"multipart/form-data\""));
}
