//! Text of PDF files, from files built object by object.

use lopdf::{Dictionary, EncryptionState, EncryptionVersion, Permissions, Stream, dictionary};

use super::pdfs::{Pdf, composite_font, named_font, save, windows_font};
use super::{extract, refusal, text_of};
use crate::{ErrorKind, Limits, MediaType};

fn one_page(content: &str) -> Vec<u8> {
    Pdf::new().font("F", windows_font()).page(content).bytes()
}

#[test]
fn lines_words_and_pages_come_out_in_order() {
    let first = "BT /F 10 Tf 50 700 Td (MADDE 1- Amac) Tj 0 -12 Td [(iki) -300 (nci) 20 ( sa) 40 (tir)] TJ 0 -12 Td (ucuncu) Tj ET";
    let second = "BT /F 10 Tf 1 0 0 1 50 700 Tm (sayfa) Tj 12 TL T* (iki) Tj (\\041) ' ET";
    let bytes = Pdf::new().font("F", windows_font()).page(first).page(second).bytes();
    assert_eq!(text_of(&bytes), "MADDE 1- Amac\niki nci satir\nucuncu\n\u{C}sayfa\niki\n!");
}

#[test]
fn gaps_between_pieces_become_spaces_tabs_and_paragraphs() {
    let content = "BT /F 10 Tf 50 700 Td (a\\)) Tj 18 0 Td (bent) Tj 200 0 Td (sag) Tj ET \
                   BT /F 10 Tf 50 688 Td (dort) Tj ET BT /F 10 Tf 50 676 Td (bes) Tj ET BT /F 10 Tf 50 650 Td (yeni) Tj ET";
    assert_eq!(text_of(&one_page(content)), "a) bent\tsag\ndort\nbes\n\nyeni");
}

#[test]
fn turkish_letters_are_found_by_glyph_name_code_map_and_composition() {
    let names =
        ["Gbreve", "gbreve", "Idotaccent", "dotlessi", "Scedilla", "scedilla", "uni00E7", "u00F6", "fi"];
    let named = Pdf::new()
        .font("F", named_font(&names))
        .page("BT /F 10 Tf 50 700 Td <010203040506070809> Tj ET")
        .bytes();
    assert_eq!(text_of(&named), "ĞğİıŞşçöfi");

    let map = "begincodespacerange <0000><FFFF> endcodespacerange 3 beginbfchar <0001> <011F> <0002> <0130> <0003> <00660069> endbfchar \
               1 beginbfrange <0010> <0012> <015E> endbfrange";
    let mut pdf = Pdf::new();
    let font = composite_font(&mut pdf.document, map);
    let bytes = pdf.font("F", font).page("BT /F 10 Tf 50 700 Td <000100020003 0010 0011> Tj ET").bytes();
    assert_eq!(text_of(&bytes), "ğİfiŞş");

    let map = "begincodespacerange <0000><FFFF> endcodespacerange beginbfchar <0001> <00670306> <0002> <00490307> <0003> <0073> <0004> <0327> endbfchar";
    let mut pdf = Pdf::new();
    let font = composite_font(&mut pdf.document, map);
    let bytes = pdf.font("F", font).page("BT /F 10 Tf 50 700 Td <0001000200030004> Tj ET").bytes();
    assert_eq!(text_of(&bytes), "ğİş");
}

#[test]
fn letters_of_an_old_code_page_are_repaired_and_said_so() {
    let found = extract(&one_page(
        "BT /F 10 Tf 50 700 Td (Bilgi \\335\\376lem; yaz\\375l\\375m, ba\\360l\\375) Tj ET",
    ))
    .unwrap();
    assert_eq!(found.text, "Bilgi İşlem; yazılım, bağlı");
    assert!(found.notes[0].contains("ı, ş, ğ"), "{:?}", found.notes);
}

#[test]
fn turned_doubled_and_raised_letters_are_read_like_others() {
    let turned = "BT /F 10 Tf 0 1 -1 0 300 100 Tm (dik yazi) Tj ET";
    let doubled = "BT /F 10 Tf 50 700 Td (k) Tj 0.3 0 Td (k) Tj 4.7 0 Td (a) Tj ET";
    let raised = "BT /F 10 Tf 50 500 Td (m) Tj 3 Ts /F 6 Tf (2) Tj 0 Ts /F 10 Tf ( alan) Tj ET";
    assert_eq!(text_of(&one_page(turned)), "dik yazi");
    assert_eq!(text_of(&one_page(doubled)), "ka");
    assert_eq!(text_of(&one_page(raised)), "m2 alan");
}

#[test]
fn a_page_drawn_from_bottom_to_top_is_read_from_top_to_bottom() {
    let lines: String = (0..12)
        .map(|line| format!("BT /F 10 Tf 50 {} Td (satir {line:02}) Tj ET ", 100 + line * 14))
        .collect();
    let text = text_of(&one_page(&lines));
    assert!(text.starts_with("satir 11\nsatir 10") && text.ends_with("satir 00"), "{text}");
}

#[test]
fn two_columns_stay_in_the_order_of_the_file() {
    let column = |x: u32, name: &str| -> String {
        (0..5).map(|line| format!("BT /F 10 Tf {x} {} Td ({name}{line}) Tj ET ", 700 - line * 12)).collect()
    };
    let text = text_of(&one_page(&(column(50, "sol") + &column(300, "sag"))));
    assert_eq!(text.lines().collect::<Vec<_>>()[4..6], ["sol4", "sag0"]);
}

#[test]
fn forms_replacement_text_and_inline_images_are_understood() {
    let form = Stream::new(
        dictionary! { "Subtype" => "Form", "Matrix" => vec![1.into(), 0.into(), 0.into(), 1.into(), 0.into(), 100.into()] },
        b"BT /F 10 Tf 50 500 Td (formdan) Tj ET".to_vec(),
    );
    let content = "/Fm Do BT /F 10 Tf 50 400 Td /Span <</ActualText <FEFF015F>>> BDC (xyz) Tj EMC /P BMC (son) Tj EMC ET \
                   BI /W 1 /H 1 /BPC 8 /CS /G ID \u{1} EI BT /F 10 Tf 50 380 Td (ardi) Tj ET";
    let bytes = Pdf::new().font("F", windows_font()).object("Fm", form).page(content).bytes();
    let text = text_of(&bytes);
    assert_eq!(text.split_whitespace().collect::<Vec<_>>(), ["formdan", "ş", "son", "ardi"], "{text}");
}

#[test]
fn a_scan_without_text_is_told_from_an_empty_page() {
    let image = || Stream::new(dictionary! { "Subtype" => "Image", "Width" => 1, "Height" => 1 }, vec![0]);
    let (kind, message) =
        refusal(&Pdf::new().object("Im", image()).page("q 500 0 0 700 0 0 cm /Im Do Q").bytes());
    assert_eq!(kind, ErrorKind::NoText);
    assert!(message.contains("Bu PDF'te metin yok; taranmış görünüyor"), "{message}");
    let (kind, message) = refusal(&one_page("0 0 m 1 1 l S"));
    assert_eq!(kind, ErrorKind::NoText);
    assert!(message.contains("çizim olarak"), "{message}");
}

#[test]
fn text_under_a_scan_is_read_and_called_uncertain() {
    let found = extract(&one_page("BT 3 Tr /F 10 Tf 50 700 Td (taninan metin) Tj ET")).unwrap();
    assert_eq!(found.text, "taninan metin");
    assert!(found.notes[0].contains("tanıma yazılımıyla"), "{:?}", found.notes);
}

#[test]
fn a_font_without_characters_is_refused_and_a_few_unknown_letters_are_noted() {
    let mut pdf = Pdf::new();
    let font = composite_font(&mut pdf.document, "");
    let (kind, message) =
        refusal(&pdf.font("F", font).page("BT /F 10 Tf 50 700 Td <00010002> Tj ET").bytes());
    assert_eq!(kind, ErrorKind::NoText);
    assert!(message.contains("harf bilgisini taşımıyor"), "{message}");
    let mut pdf = Pdf::new();
    let font = composite_font(&mut pdf.document, "beginbfchar <0001> <0061> endbfchar");
    let found =
        extract(&pdf.font("F", font).page("BT /F 10 Tf 50 700 Td <0001000100010002> Tj ET").bytes()).unwrap();
    assert_eq!(found.text, "aaa\u{FFFD}");
    assert!(found.notes[0].contains("Bazı harfler çözülemedi"));
}

#[test]
fn a_password_is_named_and_an_empty_one_is_no_obstacle() {
    let locked = |user: &str| {
        let mut document =
            Pdf::new().font("F", windows_font()).page("BT /F 10 Tf 50 700 Td (gizli) Tj ET").finish();
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password: user,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        save(document)
    };
    let (kind, message) = refusal(&locked("secret"));
    assert_eq!(kind, ErrorKind::Encrypted);
    assert!(message.contains("parolayla korunuyor"), "{message}");
    assert_eq!(text_of(&locked("")), "gizli", "only printing or copying is restricted");
}

#[test]
fn a_cut_file_is_read_as_far_as_it_goes_or_refused_as_incomplete() {
    let page = |text: &str| format!("BT /F 10 Tf 50 700 Td ({text}) Tj ET");
    let whole =
        Pdf::new().font("F", windows_font()).page(&page("birinci sayfa")).page(&page("ikinci sayfa")).bytes();
    for end in [whole.len() / 10, whole.len() / 4] {
        let (kind, message) = refusal(&whole[..end]);
        assert_eq!(kind, ErrorKind::Damaged, "{message}");
        assert!(message.contains("eksik"), "{message}");
    }
    let without_table = whole.windows(4).position(|window| window == b"xref").unwrap();
    let found = extract(&whole[..without_table]).unwrap();
    assert_eq!(found.text, "birinci sayfa\n\u{C}ikinci sayfa");
    assert!(found.notes[0].contains("kurtarılabilen bölümü okundu"), "{:?}", found.notes);
}

#[test]
fn pages_over_the_limit_are_left_out_and_said_so() {
    let mut pdf = Pdf::new().font("F", windows_font());
    for page in 0..5 {
        pdf = pdf.page(&format!("BT /F 10 Tf 50 700 Td (sayfa {page}) Tj ET"));
    }
    let limits = Limits { max_pages: 2, ..Limits::default() };
    let found = crate::extract_text(pdf.bytes(), MediaType::Pdf, &limits).unwrap();
    assert_eq!(found.text, "sayfa 0\n\u{C}sayfa 1");
    assert!(found.notes[0].contains("ilk 2 sayfası"));
}

#[test]
fn a_font_of_its_own_measure_is_spaced_right() {
    let mut font = windows_font();
    font.set("Subtype", "Type3");
    font.set("FontMatrix", vec![0.01.into(), 0.into(), 0.into(), 0.01.into(), 0.into(), 0.into()]);
    font.set("Widths", (0..256).map(|_| 50.into()).collect::<Vec<lopdf::Object>>());
    let bytes = Pdf::new().font("F", font).page("BT /F 10 Tf 50 700 Td (bir) Tj 20 0 Td (iki) Tj ET").bytes();
    assert_eq!(text_of(&bytes), "bir iki");
    let unknown: Dictionary =
        dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let bytes = Pdf::new().font("F", unknown).page("BT /F 10 Tf 50 700 Td (olcusuz yazi) Tj ET").bytes();
    assert_eq!(text_of(&bytes), "olcusuz yazi");
}
