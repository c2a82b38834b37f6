//! Text of Word documents, from documents written by hand.

use super::zips::zip_of;
use super::{extract, refusal, text_of};
use crate::{ErrorKind, Limits, MediaType};

/// A document whose body is `body`, with optional numbering and styles.
pub fn docx(body: &str, numbering: &str, styles: &str) -> Vec<u8> {
    let space = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:mc='urn:mc'";
    let part = |root: &str, inner: &str| {
        format!("<?xml version='1.0' encoding='UTF-8'?><w:{root} {space}>{inner}</w:{root}>")
    };
    let document = part("document", &format!("<w:body>{body}</w:body>"));
    let numbering = part("numbering", numbering);
    let styles = part("styles", styles);
    let relations = "<Relationships><Relationship Type='http://x/officeDocument' Target='word/document.xml'/></Relationships>";
    zip_of(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", relations.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/numbering.xml", numbering.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
    ])
}

fn body(xml: &str) -> String {
    text_of(&docx(xml, "", ""))
}

#[test]
fn runs_join_into_paragraphs_and_paragraphs_are_lines() {
    let xml = "<w:p><w:r><w:t>MADDE 1- </w:t></w:r><w:r><w:t xml:space='preserve'> Amaç &amp; kap</w:t></w:r>\
               <w:r><w:t>sam &#287;</w:t></w:r></w:p><w:p/><w:p/><w:p/><w:p><w:r><w:t>son</w:t></w:r></w:p>";
    assert_eq!(body(xml), "MADDE 1-  Amaç & kapsam ğ\n\nson");
}

#[test]
fn breaks_tabs_and_special_signs_are_kept() {
    let xml = "<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='720'/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t>\
               <w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:sym w:font='Wingdings' w:char='F0FC'/>\
               <w:sym w:font='Symbol' w:char='F0B7'/></w:r></w:p>";
    assert_eq!(body(xml), "a\tb\nc-d✓•");
}

#[test]
fn rows_are_lines_and_cells_are_separated_by_tabs() {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let row = |one: &str, two: &str| format!("<w:tr>{}{}</w:tr>", cell(one), cell(two));
    let xml = format!(
        "<w:tbl><w:tblPr/>{}{}</w:tbl><w:p><w:r><w:t>son</w:t></w:r></w:p>",
        row("Unvan", "Sayı"),
        row("Şef", "")
    );
    assert_eq!(body(&xml), "Unvan\tSayı\nŞef\t\nson");
    let inner = format!(
        "<w:tbl><w:tr><w:tc><w:p/><w:tbl>{}</w:tbl><w:p/></w:tc>{}</w:tr></w:tbl>",
        row("x", "y"),
        cell("z")
    );
    assert_eq!(body(&inner), "x\ty\n\tz", "a table in a cell");
}

#[test]
fn deleted_hidden_and_field_code_text_is_left_out_and_inserted_text_is_kept() {
    let xml = "<w:p><w:r><w:t>kalır</w:t></w:r><w:del><w:r><w:delText>silindi</w:delText></w:r></w:del>\
               <w:moveFrom><w:r><w:t>taşındı</w:t></w:r></w:moveFrom><w:ins><w:r><w:t> eklendi</w:t></w:r></w:ins>\
               <w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>gizli</w:t></w:r>\
               <w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> görünür</w:t></w:r></w:p>";
    let found = extract(&docx(xml, "", "")).unwrap();
    assert_eq!(found.text, "kalır eklendi görünür");
    assert_eq!(found.notes, ["Belgedeki gizli metin alınmadı."]);
}

#[test]
fn a_text_box_is_read_once_though_it_is_stored_twice() {
    let inner = "<w:txbxContent><w:p><w:r><w:t>kutu</w:t></w:r></w:p></w:txbxContent>";
    let xml = format!(
        "<w:p><w:r><w:t>dış</w:t><mc:AlternateContent><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback>\
         </mc:AlternateContent><w:t> devam</w:t></w:r></w:p>"
    );
    assert_eq!(body(&xml), "kutu\ndış devam");
}

#[test]
fn footnotes_are_left_out_and_said_so() {
    let found =
        extract(&docx("<w:p><w:r><w:t>metin</w:t><w:footnoteReference w:id='2'/></w:r></w:p>", "", ""))
            .unwrap();
    assert_eq!((found.text.as_str(), found.notes.len()), ("metin", 1));
    assert!(found.notes[0].contains("Dipnotlar"));
}

#[test]
fn the_main_part_is_found_by_its_relation() {
    let xml = b"<w:document><w:p><w:r><w:t>buradayim</w:t></w:r></w:p></w:document>";
    let relations = b"<R><Relationship Type='x/officeDocument' Target='/word/document2.xml'/></R>";
    let bytes =
        zip_of(&[("[Content_Types].xml", b"<T/>"), ("_rels/.rels", relations), ("word/document2.xml", xml)]);
    assert_eq!(text_of(&bytes), "buradayim");
}

#[test]
fn a_document_without_text_or_with_broken_xml_is_refused_in_words() {
    let (kind, message) = refusal(&docx("<w:p/>", "", ""));
    assert_eq!(kind, ErrorKind::NoText);
    assert!(message.contains("metin yok"));
    assert_eq!(refusal(&docx("<w:p><w:r><w:t>yarım", "", "")).0, ErrorKind::Damaged);
    let empty = zip_of(&[("[Content_Types].xml", b"<T/>"), ("word/styles.xml", b"<s/>")]);
    assert_eq!(refusal(&empty).0, ErrorKind::Damaged, "no main part");
}

#[test]
fn elements_nested_without_end_are_refused() {
    let deep = "<w:sdt>".repeat(5000) + &"</w:sdt>".repeat(5000);
    assert_eq!(refusal(&docx(&deep, "", "")).0, ErrorKind::Damaged);
}

#[test]
fn entities_are_never_expanded() {
    let part = b"<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><w:document><w:p><w:r><w:t>x&b;y</w:t></w:r></w:p></w:document>";
    let bytes = zip_of(&[("[Content_Types].xml", b"<T/>"), ("word/document.xml", part)]);
    assert_eq!(text_of(&bytes), "xy");
}

#[test]
fn a_text_over_the_limit_is_cut_and_said_so() {
    let xml = "<w:p><w:r><w:t>ığüşöç</w:t></w:r></w:p>".repeat(100);
    let limits = Limits { max_text_chars: 10, ..Limits::default() };
    let found = crate::extract_text(docx(&xml, "", ""), MediaType::Docx, &limits).unwrap();
    assert_eq!(found.text, "ığüşöç\nığü");
    assert_eq!(found.notes, ["Metin çok uzun olduğu için sonu alınmadı."]);
}
