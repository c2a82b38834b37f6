//! Code 128 (ISO/IEC 15417) as SVG, for hand-held readers that read lines only.

use std::fmt::Write as _;

use barcoders::sym::code128::Code128;

use crate::document::Error;

/// Modules left white on each side.
const QUIET: usize = 10;
/// Height of the lines in modules; a reader needs a seventh of the width or more.
const HEIGHT: usize = 30;

/// The text as black lines on white; one unit of the SVG is one module. Letters, digits and signs of ASCII, at most 40.
pub fn code128(text: &str) -> Result<String, Error> {
    let is_plain = (1..=40).contains(&text.len()) && text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if !is_plain {
        return Err(Error::QrTooLong);
    }
    // The first sign chooses set B of the standard.
    let code = Code128::new(format!("\u{181}{text}")).map_err(|_| Error::QrTooLong)?;
    let modules = code.encode();
    let width = modules.len() + 2 * QUIET;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{HEIGHT}H0z"/><path fill="#000" d=""##
    );
    for (at, module) in modules.iter().enumerate().filter(|(_, module)| **module == 1) {
        debug_assert_eq!(*module, 1);
        write!(svg, "M{} 0h1v{HEIGHT}h-1z", at + QUIET).expect("writing to a String cannot fail");
    }
    svg.push_str("\"/></svg>");
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_lines_and_what_has_none_is_refused() {
        let svg = code128("2026-VR-000001").expect("a number");
        // Start, fourteen signs, check sign of eleven modules each, stop of thirteen, and the quiet zones.
        assert!(svg.contains(&format!("viewBox=\"0 0 {} 30\"", 16 * 11 + 13 + 20)), "{svg}");
        for wrong in ["", "Ş", "a\nb", &"x".repeat(41)] {
            assert!(code128(wrong).is_err(), "{wrong:?}");
        }
    }
}
