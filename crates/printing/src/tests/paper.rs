//! What stands on the pages, read from the laid-out pages themselves.

use crate::pdf::lay_out;
use crate::{
    Align, Block, Column, Document, Error, Letterhead, MAX_BLOCKS, MAX_BYTES, MAX_CELLS, MAX_COLUMNS,
    Orientation, SignatureLine, Width, pdf,
};
use proptest::prelude::*;
use time::macros::datetime;
use typst::layout::{Frame, FrameItem};

/// What a hand drew on a screen.
const SIGNED: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><path fill="none" stroke="#1a1a1a" stroke-width="4" d="M20 150L90 40L160 150L230 60"/></svg>"##;

pub(super) fn paper(blocks: Vec<Block>) -> Document {
    Document {
        title: "Zimmet Listesi".to_owned(),
        head: Letterhead {
            municipality: "ÖRNEKBEL BELEDİYE BAŞKANLIĞI".to_owned(),
            directorate: "Bilgi İşlem Müdürlüğü".to_owned(),
            crest_letter: "Ö".to_owned(),
            crest: Vec::new(),
        },
        printed_by: "Ayşe Yılmaz".to_owned(),
        printed_at_text: "22.11.2026 14:05".to_owned(),
        orientation: Orientation::Portrait,
        blocks,
        letter: None,
    }
}

pub(super) fn table(rows: usize) -> Block {
    let column = |label: &str, align| Column { label: label.to_owned(), align, width: Width::Share(1) };
    Block::Table {
        columns: vec![column("Taşınır", Align::Left), column("Bedel", Align::Right)],
        rows: (0..rows).map(|no| vec![format!("Kalem {no}"), format!("{no},00")]).collect(),
    }
}

fn collect(frame: &Frame, text: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Text(run) => {
                text.push_str(&run.text);
                text.push('\n');
            }
            FrameItem::Group(group) => collect(&group.frame, text),
            _ => {}
        }
    }
}

/// The text of each page, one run a line.
pub(super) fn pages(document: &Document) -> Vec<String> {
    let laid_out = lay_out(document).unwrap();
    let text = |page: &typst_layout::Page| {
        let mut text = String::new();
        collect(&page.frame, &mut text);
        text
    };
    laid_out.pages().iter().map(text).collect()
}

/// The text of all pages without any white space, since a line may break anywhere.
fn squeezed(document: &Document) -> String {
    pages(document)
        .concat()
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '\u{200B}')
        .collect()
}

/// One half transparent pixel as PNG.
const PIXEL: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x0dIDATx\xdacPphh\x00\x00\x02\xc5\x01a1\x9e\xcc\x19\x00\x00\x00\x00IEND\xaeB`\x82";

fn pictures(frame: &Frame) -> usize {
    let of = |(_, item): &(_, FrameItem)| match item {
        FrameItem::Image(..) => 1,
        FrameItem::Group(group) => pictures(&group.frame),
        _ => 0,
    };
    frame.items().map(of).sum()
}

#[test]
fn the_crest_stands_in_the_head_of_papers_and_letters_instead_of_the_letter() {
    for mut document in [paper(vec![table(80)]), super::letter::letter()] {
        let at_first = |document: &Document| pictures(&lay_out(document).unwrap().pages()[0].frame);
        let before = at_first(&document);
        document.head.crest = PIXEL.to_vec();
        assert_eq!(at_first(&document), before + 1);
        assert!(!pages(&document)[0].lines().any(|line| line == "Ö"), "no letter in its place");
        let file = pdf(&document, datetime!(2026-11-22 11:05 UTC)).unwrap();
        assert!(file.starts_with(b"%PDF-"), "also under the rules of PDF/A-2b");
    }
    let mut broken = paper(Vec::new());
    broken.head.crest = PIXEL[..20].to_vec();
    assert!(matches!(pdf(&broken, datetime!(2026-11-22 11:05 UTC)), Err(Error::Typesetting(_))));
}

#[test]
fn a_paper_carries_its_letterhead_title_and_footer_with_turkish_letters() {
    let page = pages(&paper(vec![Block::Paragraph("ğşıİ ĞŞIi çöü ÇÖÜ â î û".to_owned())])).remove(0);
    for part in [
        "T.C.",
        "ÖRNEKBEL BELEDİYE BAŞKANLIĞI",
        "Bilgi İşlem Müdürlüğü",
        "Zimmet Listesi",
        "ğşıİ ĞŞIi çöü ÇÖÜ â î û",
        "Ayşe Yılmaz",
        "22.11.2026 14:05",
    ] {
        assert!(page.contains(part), "{part} is missing on:\n{page}");
    }
    assert!(squeezed(&paper(vec![])).contains("Sayfa1/1"));
}

#[test]
fn a_long_table_repeats_its_head_on_every_page_and_loses_no_row() {
    let document = paper(vec![table(120)]);
    let pages = pages(&document);
    assert!(pages.len() >= 3, "{} pages", pages.len());
    for (at, page) in pages.iter().enumerate() {
        assert!(page.contains("Taşınır\n") && page.contains("Bedel\n"), "page {} has no head", at + 1);
        let squeezed: String = page.split_whitespace().collect();
        assert!(squeezed.contains(&format!("Sayfa{}/{}", at + 1, pages.len())), "page {}:\n{page}", at + 1);
        assert_eq!(page.contains("T.C."), at == 0, "the letterhead stands on the first page only");
        assert!(page.contains("Zimmet Listesi"), "the title stands on every page");
    }
    let all = pages.concat();
    assert!((0..120).all(|no| all.contains(&format!("Kalem {no}\n"))));
}

#[test]
fn every_kind_of_block_reaches_the_paper() {
    let text = |text: &str| text.to_owned();
    let document = paper(vec![
        Block::Heading(text("Kişi")),
        Block::Facts(vec![(text("Birimi"), text("İmar")), (text("Unvanı"), String::new())]),
        Block::Note(text("Elektronik ortamda üretilmiştir")),
        Block::Svg(text(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><text x="1" y="8" font-size="6">Şema</text></svg>"#,
        )),
        Block::PageBreak,
        Block::SignatureLines(vec![
            SignatureLine { text: text("Teslim Eden\nAli Kaya"), drawn: Some(SIGNED.into()) },
            text("Teslim Alan").into(),
        ]),
        Block::Qr(text("https://belde.example/1")),
        Block::Table {
            columns: vec![Column { width: Width::Fit, align: Align::Center, ..Column::default() }],
            rows: vec![],
        },
        Block::SignatureLines(vec![]),
        Block::Facts(vec![]),
    ]);
    let pages = pages(&document);
    assert_eq!(pages.len(), 2, "the page break begins a new page");
    for part in ["Kişi", "Birimi", "İmar", "Unvanı", "Elektronik ortamda üretilmiştir"] {
        assert!(pages[0].contains(part), "{part} is missing");
    }
    for part in ["Teslim Eden\n", "Ali Kaya", "Teslim Alan", "imza"] {
        assert!(pages[1].contains(part), "{part} is missing");
    }
    assert!(squeezed(&document).contains("https://belde.example/1"), "what the code says stands beside it");
    assert!(pdf(&document, datetime!(2026-11-22 11:05 UTC)).is_ok());
}

#[test]
fn a_wide_paper_lies_and_a_tall_drawing_still_fits_one_page() {
    let tall =
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 500"><path d="M0 0h10v500H0z"/></svg>"#;
    let document = Document {
        orientation: Orientation::Landscape,
        ..paper(vec![Block::PageBreak, Block::Svg(tall.to_owned())])
    };
    let laid_out = lay_out(&document).unwrap();
    let size = laid_out.pages()[0].frame.size();
    assert!(size.x > size.y);
    assert!(laid_out.pages().len() <= 2, "{} pages", laid_out.pages().len());
}

#[test]
fn the_same_paper_at_the_same_instant_has_the_same_bytes() {
    let document = paper(vec![table(3), Block::Qr("x".to_owned())]);
    let at = datetime!(2026-11-22 11:05 UTC);
    let bytes = pdf(&document, at).unwrap();
    assert_eq!(bytes, pdf(&document, at).unwrap());
    assert_ne!(bytes, pdf(&document, at + time::Duration::SECOND).unwrap());
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("2026-11-22T14:05:00+03:00"), "the metadata carries the Turkish time");
}

#[test]
fn papers_printed_at_the_same_time_neither_disturb_nor_wait_for_each_other() {
    let at = datetime!(2026-11-22 11:05 UTC);
    let document = |no: usize| paper(vec![Block::Paragraph(format!("Belge {no}")), table(2 + no)]);
    let alone: Vec<_> = (0..3).map(|no| pdf(&document(no), at).unwrap()).collect();
    let together: Vec<_> = std::thread::scope(|scope| {
        let printing: Vec<_> =
            (0..12).map(|no| scope.spawn(move || pdf(&document(no % 3), at).unwrap())).collect();
        printing.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (no, paper) in together.iter().enumerate() {
        assert_eq!(*paper, alone[no % 3], "{no}");
    }
}

/// Texts that a typesetter, a shell or a page would take for instructions.
const HOSTILE: [&str; 12] = [
    "#panic(1)",
    "#import \"@preview/evil:1.0.0\": *",
    "#read(\"/etc/passwd\")",
    "$ x^2 $ *kalın* _eğik_ `kod`",
    "\\u{41} \\ \"]; [",
    "@kaynak <etiket> = Başlık - madde + sıra / terim",
    "= Başlık",
    "*/ /* // yorum",
    "</text><script>alert(1)</script>",
    "{{7*7}} ${7*7} %s %n",
    "---- ... ~ -? '' \"\"",
    "https://example.com/#x",
];

#[test]
fn nothing_in_a_text_is_ever_markup() {
    let text = HOSTILE.join("\n");
    let everywhere = Document {
        title: HOSTILE[0].to_owned(),
        head: Letterhead {
            municipality: HOSTILE[1].to_owned(),
            directorate: HOSTILE[2].to_owned(),
            crest_letter: "#".to_owned(),
            crest: Vec::new(),
        },
        printed_by: HOSTILE[3].to_owned(),
        printed_at_text: HOSTILE[4].to_owned(),
        orientation: Orientation::Portrait,
        blocks: vec![
            Block::Heading(text.clone()),
            Block::Paragraph(text.clone()),
            Block::Note(text.clone()),
            Block::Facts(vec![(text.clone(), text.clone())]),
            Block::Table {
                columns: vec![Column { label: text.clone(), ..Column::default() }],
                rows: vec![vec![text.clone()]],
            },
            Block::SignatureLines(vec![text.clone().into()]),
            Block::Qr(text.clone()),
        ],
        letter: None,
    };
    let printed = squeezed(&everywhere);
    for hostile in HOSTILE {
        let wanted: String = hostile.split_whitespace().collect();
        assert!(printed.matches(&wanted).count() >= 8, "{hostile} was not printed letter by letter");
    }
}

#[test]
fn a_drawing_can_reach_no_file_and_a_broken_one_is_an_error() {
    let linked = r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"><image xlink:href="/etc/hostname" width="9" height="9"/><image href="file:///etc/hostname" width="9" height="9"/></svg>"#;
    match pdf(&paper(vec![Block::Svg(linked.to_owned())]), datetime!(2026-11-22 0:00 UTC)) {
        Ok(bytes) => {
            assert!(!String::from_utf8_lossy(&bytes).contains("/Subtype/Image"), "a file was embedded")
        }
        Err(error) => assert!(matches!(error, Error::Typesetting(_)), "{error}"),
    }
    let broken =
        pdf(&paper(vec![Block::Svg("<svg".to_owned())]), datetime!(2026-11-22 0:00 UTC)).unwrap_err();
    assert!(
        matches!(&broken, Error::Typesetting(_)) && broken.turkish().contains("yeniden deneyin"),
        "{broken}"
    );
}

#[test]
fn letters_without_a_glyph_become_a_box_and_the_paper_says_so() {
    let document = paper(vec![Block::Paragraph("Teşekkürler 😀 漢字 \u{E000}\u{202E}ters\u{0}".to_owned())]);
    let printed = squeezed(&document);
    assert!(printed.contains("Teşekkürler□□□□ters"), "{printed}");
    assert!(printed.contains("Bubelgedeki4karakter"), "{printed}");
    assert!(pdf(&document, datetime!(2026-11-22 0:00 UTC)).is_ok());
}

#[test]
fn a_digest_breaks_instead_of_running_into_the_next_column() {
    let digest = "0123456789abcdef".repeat(4);
    let column = |label: &str| Column { label: label.to_owned(), ..Column::default() };
    let document = paper(vec![Block::Table {
        columns: ["Sıra", "Özet", "Ad", "Tarih", "Tutar", "Not"].map(column).to_vec(),
        rows: vec![["1", &digest, "Ş", "x", "y", "z"].map(str::to_owned).to_vec()],
    }]);
    assert!(!pages(&document).concat().contains(&digest), "the digest stands on one line");
    assert!(squeezed(&document).contains(&digest));
}

#[test]
fn too_much_for_one_paper_is_refused_with_a_way_out() {
    let refused = |blocks| pdf(&paper(blocks), datetime!(2026-11-22 0:00 UTC)).unwrap_err();
    let limit = |error: Error| match error {
        Error::TooLarge { limit, .. } => limit,
        other => panic!("{other}"),
    };
    assert_eq!(limit(refused(vec![Block::PageBreak; MAX_BLOCKS + 1])), MAX_BLOCKS);
    assert_eq!(limit(refused(vec![table(MAX_CELLS / 2)])), MAX_CELLS);
    assert_eq!(limit(refused(vec![Block::Paragraph("a".repeat(MAX_BYTES))])), MAX_BYTES);
    let columns = vec![Column::default(); MAX_COLUMNS + 1];
    let wide = refused(vec![Block::Table { columns, rows: vec![] }]);
    assert!(wide.turkish().contains("20 sütun") && wide.turkish().contains("Süzgeçle"), "{}", wide.turkish());
    assert_eq!(limit(wide), MAX_COLUMNS);
}

#[test]
fn a_table_whose_rows_do_not_match_its_columns_is_refused() {
    let columns = vec![Column::default(), Column::default()];
    for rows in [vec![vec!["bir".to_owned()]], vec![vec![String::new(); 3]]] {
        let document = paper(vec![Block::Table { columns: columns.clone(), rows }]);
        assert_eq!(pdf(&document, datetime!(2026-11-22 0:00 UTC)), Err(Error::Uneven));
    }
    let document = paper(vec![Block::Table { columns: vec![], rows: vec![] }]);
    assert_eq!(pdf(&document, datetime!(2026-11-22 0:00 UTC)), Err(Error::Uneven));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    /// PDF/A forbids a letter without a glyph, and the exporter refuses such a file; so any text at all
    /// must come out printable.
    #[test]
    fn any_text_prints(texts in proptest::collection::vec(any::<String>(), 12)) {
        let document = paper(vec![
            Block::Paragraph(texts[..6].join("\n")),
            Block::Facts(vec![(texts[6].clone(), texts[7].clone())]),
            Block::Heading(texts[8].clone()),
            Block::Table {
                columns: vec![Column { label: texts[9].clone(), ..Column::default() }],
                rows: vec![vec![texts[10].clone()], vec![texts[11].clone()]],
            },
        ]);
        prop_assert!(pdf(&document, datetime!(2026-11-22 0:00 UTC)).is_ok());
    }
}
