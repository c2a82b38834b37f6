//! Text of OpenDocument texts, from documents written by hand.

use super::zips::zip_of;
use super::{refusal, text_of};
use crate::ErrorKind;

fn odt(styles: &str, body: &str, manifest: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    zip_of(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", manifest.as_bytes()),
    ])
}

#[test]
fn paragraphs_headings_spaces_and_tables_are_read() {
    let body = "<text:h>Amaç</text:h><text:p>bir<text:s text:c='3'/>iki<text:tab/>üç<text:line-break/>\n   dört</text:p>\
                <table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>\
                <table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>";
    assert_eq!(text_of(&odt("", body, "")), "Amaç\nbir   iki\tüç\n dört\na\tb");
}

#[test]
fn lists_are_numbered_as_their_style_says_and_can_go_on() {
    let styles = "<text:list-style style:name='L'><text:list-level-style-number text:level='1' style:num-format='a' style:num-suffix=')'/>\
                  <text:list-level-style-number text:level='2' style:num-format='1' style:num-suffix='.' text:display-levels='2'/>\
                  <text:list-level-style-bullet text:level='3' text:bullet-char='\u{F0B7}'/></text:list-style>";
    let item = |inner: &str| format!("<text:list-item>{inner}</text:list-item>");
    let paragraph = "<text:p>x</text:p>";
    let inner = format!(
        "<text:list>{}{}</text:list>",
        item(paragraph),
        item(&format!("{paragraph}<text:list>{}</text:list>", item(paragraph)))
    );
    let body = format!(
        "<text:list text:style-name='L'>{}{}</text:list><text:p>ara</text:p>\
         <text:list text:style-name='L' text:continue-numbering='true'>{}</text:list>",
        item(&format!("{paragraph}<text:p>devam</text:p>")),
        item(&format!("{paragraph}{inner}")),
        item(paragraph)
    );
    let wanted = "a) x\ndevam\nb) x\nb.1. x\nb.2. x\n• x\nara\nc) x";
    assert_eq!(text_of(&odt(styles, &body, "")), wanted);
}

#[test]
fn notes_and_deleted_text_are_left_out() {
    let body = "<text:tracked-changes><text:p>silindi</text:p></text:tracked-changes>\
                <text:p>kalır<text:note><text:note-body><text:p>dipnot</text:p></text:note-body></text:note>.</text:p>";
    let found = super::extract(&odt("", body, "")).unwrap();
    assert_eq!(found.text, "kalır.");
    assert_eq!(found.notes.len(), 1);
}

#[test]
fn an_encrypted_text_is_refused_in_words() {
    let (kind, message) = refusal(&odt("", "<text:p>x</text:p>", "<m><manifest:encryption-data/></m>"));
    assert_eq!(kind, ErrorKind::Encrypted);
    assert!(message.contains("parola"));
}
