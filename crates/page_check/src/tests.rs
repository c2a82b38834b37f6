//! Each rule is shown a page that breaks it: a checker that never finds anything would be worse than none.

use super::*;

/// A good page around a body.
fn around(body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"tr\"><head><title>Personel – Örnekova</title></head>\
         <body><main><h1>Personel <span class=\"count\">128</span></h1>{body}</main></body></html>"
    )
}

#[track_caller]
fn refused(body: &str, expected: &str) {
    let faults = page(&around(body));
    assert!(
        faults.iter().any(|fault| fault.contains(expected)),
        "{body}\nwanted: {expected}\nfound: {faults:#?}"
    );
}

#[track_caller]
fn accepted(body: &str) {
    assert_eq!(page(&around(body)), Vec::<String>::new(), "{body}");
}

#[test]
fn a_good_page_has_no_fault() {
    accepted("<p>Kayıt yok.</p>");
    accepted(
        "<form method=\"post\" action=\"/x\"><input type=\"hidden\" name=\"csrf\" value=\"a\"><label>Ad<input name=\"ad\"></label></form>",
    );
    accepted(
        &ui::table("Talepler", &ui::heads(&["No"]), &[vec![maud::html! { "T-2026-004817" }]]).into_string(),
    );
}

#[test]
fn a_refused_form_may_put_the_word_error_before_its_title() {
    let html = around("").replace("<title>", "<title>Hata: ");
    assert_eq!(page(&html), Vec::<String>::new());
}

#[test]
fn a_page_without_language_doctype_or_heading_is_refused() {
    let good = around("");
    let cases = [
        (good.replace(" lang=\"tr\"", ""), "lang"),
        (good.replace("<!DOCTYPE html>", ""), "DOCTYPE"),
        (good.replace("h1", "h2"), "0 h1"),
        (good.replace("<title>Personel", "<title>Birimler"), "does not begin with the h1"),
        (good.replace("main>", "div>"), "exactly one main"),
    ];
    for (html, expected) in cases {
        assert!(page(&html).iter().any(|fault| fault.contains(expected)), "{expected}: {:?}", page(&html));
    }
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    refused("<p id=\"a\"></p><p id=\"a\"></p>", "id “a” is used 2 times");
    refused("<p id=\"a b\"></p>", "is not an id");
    refused("<label for=\"yok\">Ad</label>", "points with for to “yok”");
    refused("<p aria-describedby=\"yok\">x</p>", "aria-describedby");
}

#[test]
fn every_control_has_a_label() {
    refused("<input name=\"ad\">", "has no label");
    refused("<select name=\"ad\"></select>", "has no label");
    refused("<input name=\"ad\" aria-label=\" \">", "has no label");
    accepted("<label for=\"a\">Ad</label><textarea id=\"a\" name=\"ad\"></textarea>");
    accepted("<input type=\"hidden\" name=\"ad\">");
}

#[test]
fn headers_have_a_scope_and_tables_have_headers() {
    refused("<table><tbody><tr><th>No</th></tr></tbody></table>", "a th without scope");
    refused("<table class=\"x\"><tbody><tr><td>1</td></tr></tbody></table>", "no header cell");
}

#[test]
fn forms_say_where_they_go_and_posts_are_guarded() {
    refused("<form method=\"get\"></form>", "has no action");
    refused("<form action=\"/x\"></form>", "has method None");
    refused("<form method=\"post\" action=\"/x\"></form>", "posts without a csrf field");
    refused(
        "<form method=\"post\" action=\"/x\"><input type=\"hidden\" name=\"csrf\" value=\"\"></form>",
        "csrf",
    );
    refused(
        "<form method=\"get\" action=\"/x\"><form method=\"get\" action=\"/y\"></form></form>",
        "stands in another form",
    );
}

#[test]
fn links_and_buttons_have_words_and_a_goal() {
    refused("<a href=\"/x\"></a>", "has no text");
    refused("<a href=\"/x\"><span aria-hidden=\"true\">×</span></a>", "has no text");
    refused("<a href=\"#\">Git</a>", "leads nowhere");
    refused("<a>Git</a>", "leads nowhere");
    refused("<button>Kaydet</button>", "does not say whether it submits");
    refused("<a href=\"/x\">Git <button type=\"button\">x</button></a>", "another link or button");
    accepted("<a href=\"/x\" aria-label=\"Git\"></a>");
}

#[test]
fn nothing_inline_reaches_the_browser() {
    refused("<p style=\"color:red\">x</p>", "inline style");
    refused("<p onclick=\"x()\">x</p>", "inline onclick");
    refused("<style>p{}</style>", "inline <style>");
    refused("<script>x()</script>", "inline <script>");
    refused("<a href=\" JavaScript:x()\">Git</a>", "script in href");
    refused("<script src=\"https://cdn.example/x.js\"></script>", "another host");
}

#[test]
fn words_of_a_programming_language_are_not_shown_to_people() {
    for word in ["null", "None", "undefined", "NaN", "[object Object]"] {
        refused(&format!("<p>Telefon: {word}</p>"), word);
    }
    refused("<p>Some(\"x\")</p>", "Some(");
    accepted("<p>annullement Nonexistent</p>");
    accepted("<code>null</code>");
}

#[test]
fn dates_are_written_as_people_write_them() {
    refused("<p>Başlama: 2026-11-22</p>", "machine form: 2026-11-22");
    accepted("<p>22.11.2026</p><time datetime=\"2026-11-22\">dün</time><p>T-2026-004817</p>");
}

#[test]
fn what_a_browser_would_repair_is_a_fault() {
    refused("<div>", "closes nothing");
    refused("</b>", "</b> closes nothing");
    refused("<p class=\"a\" class=\"b\">x</p>", "class twice");
    refused("<p class=a>x</p>", "without quotes");
    refused("<p>x<div>y</div></p>", "stands in a paragraph");
    refused("<li>x</li>", "<li> stands in <main>");
    let cut = page("<!DOCTYPE html><html lang=\"tr\"><body><p");
    assert!(cut.iter().any(|fault| fault.contains("never closed")), "{cut:?}");
}

#[test]
fn a_fragment_needs_no_heading_but_keeps_the_other_duties() {
    assert_eq!(fragment("<p>x</p>"), Vec::<String>::new());
    assert!(fragment("<p>x</p><p>null</p>").iter().any(|fault| fault.contains("null")));
}

#[test]
fn any_text_at_all_is_read_to_its_end() {
    let broken = [
        "<",
        "<<a",
        "a<",
        "</",
        "<!",
        "<!--",
        "<a b",
        "<a b=",
        "<a b=\"",
        "<a/",
        "<title>",
        "ğ<ş",
        "<a =\"x\">",
        "<é>",
    ];
    for text in broken {
        page(text);
        fragment(&around(text));
    }
}

#[test]
fn a_table_that_the_house_did_not_draw_is_found() {
    let head = "<thead><tr><th scope=\"col\">No</th></tr></thead>";
    refused(&format!("<table>{head}</table>"), "not drawn by ui::table");
    refused(&format!("<table class=\"rows\">{head}</table>"), "not drawn by ui::table");
    refused(
        &format!(
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\"><table class=\"rows\">{head}</table></div>"
        ),
        "not drawn by ui::table",
    );
}
