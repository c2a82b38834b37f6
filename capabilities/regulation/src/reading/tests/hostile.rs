//! Texts made to hurt: huge, deep, endless lines. They are read in time in proportion to their size, or refused in
//! Turkish; never looped over, never overflowing.

use crate::reading::{MAX_BYTES, ReadingError, read};

/// Size of every hostile text, in bytes. Even in a plain test build one pass squared over this would take minutes.
const SIZE: usize = 60_000;

fn survives(text: &str) {
    match read(text) {
        Ok(reading) => assert_eq!(reading.account(text), Ok(())),
        Err(ReadingError::Empty) => assert_eq!(text.trim(), ""),
        Err(error) => assert!(error.to_string().contains("En fazla"), "{error}"),
    }
}

#[test]
fn one_endless_line_of_anything_is_read() {
    for piece in [
        "a",
        " ",
        "a) b, ",
        "(1) X. ",
        "Müdür: x ",
        "yapmak, Ağı ",
        "MADDE 1- ",
        "[image: ]",
        "[image: ",
        "**",
        "1.1.1.",
        "• x ",
        "ii.",
        "#",
    ] {
        survives(&piece.repeat(SIZE / piece.len()));
        survives(&format!("MADDE 1- Tanımlar: {}", piece.repeat(SIZE / piece.len())));
    }
}

#[test]
fn endless_lines_of_anything_are_read_or_refused() {
    let lines = [
        "a) b\n",
        "MADDE 1-\n",
        "(1) x\n",
        "1.1.1.1. y\n",
        "T.C.\nBİR BELEDİYE\n",
        "i)\n",
        "\n",
        "• x:\n",
        "BİRİNCİ BÖLÜM\n",
        "Başlık\nMADDE 1\n",
        "a.\n",
        "-\n",
        "12\n\n",
        "h) i) i) j)\n",
        ". 5 sayılı\n",
        "\u{c}\n",
        "x\r\n",
    ];
    for line in lines {
        survives(&line.repeat(SIZE / line.len()));
        survives(&format!("MADDE 1- x:\na) y:\n{}", line.repeat(SIZE / line.len())));
    }
}

#[test]
fn five_megabytes_are_read() {
    survives(&"Müdür, ağaç diker ve b) sular; ".repeat(5_000_000 / 33));
}

#[test]
fn lists_inside_lists_end_at_a_fixed_depth() {
    let mut text = String::from("MADDE 1- Liste:\n");
    for _ in 0..2_000 {
        text.push_str("a) biri:\ni. ikisi:\n1) üçü:\n• dördü:\n");
    }
    let reading = read(&text).expect("within the limits");
    assert_eq!(reading.account(&text), Ok(()));
}

#[test]
fn numbers_that_carry_on_numbers_end_at_a_fixed_depth() {
    let mut text = String::from("MADDE 1- Liste:\na) x:\n1) x:\naa) x:\n1) x:\n");
    for label in ["1.1", "1.1.1", "1.1.1.1", "1.1.1.1.1", "1.1.1.1.1.1"] {
        text.push_str(&format!("{label}. x:\na) y:\n1) z:\n"));
    }
    let reading = read(&text).expect("within the limits");
    assert_eq!(reading.account(&text), Ok(()));
}

#[test]
fn a_text_past_the_limits_is_refused_in_turkish() {
    let refusal = read(&"a".repeat(MAX_BYTES + 1)).expect_err("too large");
    assert!(matches!(refusal, ReadingError::TooLarge { .. }));
    assert!(refusal.to_string().starts_with("Metin çok büyük"));
    let many: String = (1..60_000).map(|number| format!("MADDE {}- x\n", number % 900 + 1)).collect();
    assert!(matches!(read(&many), Err(ReadingError::TooManyNodes { .. })));
    assert_eq!(read(" \n\u{feff}\t"), Err(ReadingError::Empty));
}
