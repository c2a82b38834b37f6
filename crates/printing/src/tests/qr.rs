//! QR codes are read back by a decoder that shares no code with the encoder.

use crate::{Error, qr};
use proptest::prelude::*;

/// Draws the path of our SVG: each `M{left} {top}h{width}` is a run of dark modules.
fn drawn(svg: &str) -> (usize, Vec<bool>) {
    let side: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let path = svg.rsplit_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
    let mut dark = vec![false; side * side];
    for run in path.split('M').filter(|run| !run.is_empty()) {
        let (left, rest) = run.split_once(' ').unwrap();
        let (top, rest) = rest.split_once('h').unwrap();
        let (width, _) = rest.split_once('v').unwrap();
        let (left, top, width): (usize, usize, usize) =
            (left.parse().unwrap(), top.parse().unwrap(), width.parse().unwrap());
        dark[top * side + left..top * side + left + width].fill(true);
    }
    (side, dark)
}

fn scanned(svg: &str) -> String {
    const SCALE: usize = 4;
    let (side, dark) = drawn(svg);
    let light = |x: usize, y: usize| if dark[y / SCALE * side + x / SCALE] { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, light);
    image.detect_grids().remove(0).decode().unwrap().1
}

#[test]
fn a_scanner_reads_what_was_encoded() {
    for text in
        ["https://belde.ornekbel.bel.tr/dogrula/7f3a", "Zimmet no 2026/000123", "Şükrü'nün dizüstüsü: ğışİ"]
    {
        assert_eq!(scanned(&qr(text).unwrap()), text);
    }
}

#[test]
fn the_quiet_zone_of_four_modules_is_there() {
    let (side, dark) = drawn(&qr("x").unwrap());
    let is_zone = |at: usize| at < 4 || at >= side - 4;
    assert!(dark.iter().enumerate().all(|(at, dark)| !*dark || (!is_zone(at % side) && !is_zone(at / side))));
    assert!(dark[4 * side + 4], "the finder pattern begins right after it");
}

#[test]
fn nothing_of_the_text_reaches_the_markup() {
    let svg = qr("\"/><script>alert(1)</script>").unwrap();
    assert!(!svg.contains("script") && svg.matches('<').count() == 4, "{svg}");
}

#[test]
fn a_text_that_is_too_long_is_refused() {
    assert_eq!(qr(&"a".repeat(2_332)), Err(Error::QrTooLong));
    assert!(qr(&"a".repeat(2_331)).is_ok());
    assert!(Error::QrTooLong.turkish().contains("kısaltın"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_short_text_is_read_back(text in "[a-zA-Z0-9ğüşıöçĞÜŞİÖÇ :/.-]{1,60}") {
        prop_assert_eq!(scanned(&qr(&text).unwrap()), text);
    }
}
