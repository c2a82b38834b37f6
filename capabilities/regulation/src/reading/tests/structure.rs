//! Parts, articles, paragraphs and headings in small texts, and addresses as people cite them.

use crate::reading::{Certainty, Kind, Node, Reading, read};

fn reading(text: &str) -> Reading {
    let reading = read(text).expect("a regulation");
    assert_eq!(reading.account(text), Ok(()));
    reading
}

fn outline(text: &str) -> Vec<String> {
    let reading = reading(text);
    let shown = |node: &Node| match &node.heading {
        Some(heading) => format!("{} [{heading}]", node.address),
        None => node.address.clone(),
    };
    reading.nodes.iter().map(shown).collect()
}

#[test]
fn the_article_word_is_read_in_every_dress() {
    for mark in [
        "MADDE 1-",
        "MADDE 1 –",
        "Madde 1.",
        "Madde 1:",
        "**MADDE 1-**",
        "## MADDE 1",
        "MADDE 1 .-",
        "- MADDE 1)",
    ] {
        assert_eq!(outline(&format!("{mark} Bir hüküm.\n")), ["1"], "{mark}");
    }
}

#[test]
fn several_articles_on_one_line_are_parted() {
    assert_eq!(
        outline("MADDE 1- Bir. MADDE 2- İki; MADDE 3- Üç. MADDE 7- sıradan değil.\n"),
        ["1", "2", "3"]
    );
}

#[test]
fn paragraphs_are_parted_at_the_start_of_lines_and_in_them() {
    assert_eq!(outline("MADDE 1- (1) Bir. (2) İki.\n(3) Üç. (7) yedi değil.\n"), ["1", "1/1", "1/2", "1/3"]);
}

#[test]
fn a_paragraph_number_out_of_turn_is_kept_and_doubted() {
    let reading = reading("MADDE 1- (1) Bir.\n(3) Üç.\n");
    let last = reading.at("1/3").expect("read");
    assert!(matches!(&last.certainty, Certainty::Uncertain { why_tr } if why_tr.contains("Fıkra numarası")));
}

#[test]
fn parts_keep_their_headings_on_their_line_or_below() {
    let text = "BİRİNCİ BÖLÜM – Başlangıç\nAmaç\nMADDE 1- Bir.\nİKİNCİ BÖLÜM\nGörev, Yetki ve\nSorumluluk\n\nGörev\nMADDE 2- İki.\n";
    assert_eq!(
        outline(text),
        ["bölüm 1 [Başlangıç]", "1 [Amaç]", "bölüm 2 [Görev, Yetki ve Sorumluluk]", "2 [Görev]"]
    );
}

#[test]
fn a_part_out_of_turn_is_doubted() {
    let reading = reading("BİRİNCİ BÖLÜM\nBaş\nMADDE 1- Bir.\nÜÇÜNCÜ BÖLÜM\nSon\nMADDE 2- İki.\n");
    assert!(reading.at("bölüm 1").is_some_and(|part| part.certainty.is_certain()));
    assert!(reading.at("bölüm 3").is_some_and(|part| !part.certainty.is_certain()));
}

#[test]
fn a_heading_broken_over_two_lines_is_one() {
    let text = "MADDE 1- Bir.\n\nMüdürlüğün görev, yetki ve\nsorumlulukları\nMADDE 2- İki.\n";
    assert_eq!(outline(text), ["1", "2 [Müdürlüğün görev, yetki ve sorumlulukları]"]);
}

#[test]
fn a_line_that_ends_a_sentence_is_no_heading() {
    assert_eq!(outline("MADDE 1- Bir hüküm\nburada biter.\nMADDE 2- İki.\n"), ["1", "2"]);
}

#[test]
fn a_line_that_may_be_text_or_heading_is_doubted() {
    let reading = reading("MADDE 1- Hüküm noktasız sürer\nKapsam dışı işler\nMADDE 2- İki.\n");
    let second = reading.at("2").expect("read");
    assert_eq!(second.heading.as_deref(), Some("Kapsam dışı işler"));
    assert!(!second.certainty.is_certain());
}

#[test]
fn a_bold_paragraph_title_is_its_heading() {
    let text = "MADDE 1- (1) **İç işler**\n\nİçeride yapılır.\n\n**(2) Dış işler**\n\nDışarıda yapılır.\n";
    assert_eq!(outline(text), ["1", "1/1 [İç işler]", "1/2 [Dış işler]"]);
}

#[test]
fn unnumbered_paragraphs_count_on_from_the_articles_own_text() {
    let text = "MADDE 1- Bir cümle.\nAynı paragraf sürer.\n\nİkinci paragraf.\n\nÜçüncü paragraf.\n";
    assert_eq!(outline(text), ["1", "1/§2", "1/§3"]);
    let reading = reading(text);
    assert_eq!(reading.at("1/§3").map(|node| node.address_tr.as_str()), Some("Madde 1, 3. paragraf"));
}

#[test]
fn a_gap_in_the_middle_of_a_sentence_is_no_paragraph() {
    assert_eq!(outline("MADDE 1- Bir cümle,\n\nSürüp gider ve\n\nBiter.\n"), ["1"]);
}

#[test]
fn numbered_texts_need_their_numbers_in_turn_and_in_capitals() {
    let text = "1. BAŞLANGIÇ\nBir söz.\n2. ÜÇÜNCÜ DEĞİL\nİki söz.\n5. BEŞ DEĞİL\n3. son değil\n";
    assert_eq!(outline(text), ["1 [BAŞLANGIÇ]", "2 [ÜÇÜNCÜ DEĞİL]"]);
}

#[test]
fn dotted_numbers_hang_where_their_number_says() {
    let text = "MADDE 7.1. Baş.\nMADDE 7.2. İşler.\n7.2.1. Bir.\n7.2.2. İki:\na. x,\nb. y.\n7.9.1. değil.\n7.2.3. Üç.\n";
    assert_eq!(outline(text), ["7.1", "7.2", "7.2.1", "7.2.2", "7.2.2/a", "7.2.2/b", "7.2.3"]);
    let reading = reading(text);
    assert_eq!(reading.at("7.2.2/b").map(|node| node.address_tr.as_str()), Some("Madde 7.2.2, bent b"));
    assert_eq!(reading.at("7.2.3").map(|node| node.kind), Some(Kind::Paragraph));
}

#[test]
fn a_long_front_is_left_for_a_person() {
    let front = "Meclis kararı üzerine uzun bir yazı. ".repeat(80);
    let text = format!("{front}\nMADDE 1- Bir.\n");
    let reading = reading(&text);
    assert_eq!(reading.nodes.len(), 1);
    assert_eq!(reading.unplaced.len(), 1);
}

#[test]
fn citations_are_found_in_any_spelling() {
    let reading = reading("MADDE 1- (1) İşler:\nı) bir,\ni) iki:\n1) üç.\nEK MADDE 1- Ek.\n");
    for (citation, address) in [
        ("1/1/ı", "1/1/ı"),
        ("1/I", "1/1/ı"),
        ("1/İ", "1/1/i"),
        ("madde 1/i)", "1/1/i"),
        ("1 / i / 1", "1/1/i/1"),
        ("EK 1", "Ek 1"),
        ("1/1.", "1/1"),
    ] {
        let found = reading.resolve(citation).first().map(|node| node.address.clone());
        assert_eq!(found.as_deref(), Some(address), "{citation}");
    }
    assert!(reading.resolve("").is_empty() && reading.resolve("2").is_empty() && reading.at("1/ı").is_none());
}

#[test]
fn the_tree_is_walked_downward_and_upward() {
    let reading = reading("BİRİNCİ BÖLÜM\nBaş\nMADDE 1- İşler:\na) bir,\nb) iki.\nMADDE 2- Son.\n");
    let article = reading.at("1").expect("read");
    let below: Vec<&str> = reading.children(Some(article.index)).map(|node| node.label.as_str()).collect();
    assert_eq!(below, ["a", "b"]);
    assert_eq!(reading.children(None).count(), 1);
    assert_eq!(reading.provisions().count(), 4);
    let clause = reading.at("1/b").expect("read");
    assert_eq!(reading.article_of(clause.index).map(|node| node.index), Some(article.index));
    let part = reading.at("bölüm 1").expect("read");
    assert_eq!((reading.article_of(part.index), reading.node(999)), (None, None));
}

#[test]
fn a_provision_is_shown_with_everything_under_it() {
    let text =
        "Görevler\nMADDE 1- İşler:\na) **Bakım:** ağaçları su-\nlamak,\nb) *kesim* yapmak.\nMADDE 2- Son.\n";
    let reading = reading(text);
    let article = reading.at("1").expect("read");
    assert_eq!(
        reading.display_deep(article, text),
        "Görevler\nİşler:\nBakım\nağaçları sulamak,\nkesim yapmak."
    );
}
