//! QR codes as SVG: for labels, and for the address by which a printed paper is checked.

use crate::document::Error;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// A QR code of the text as an SVG of black modules on white with the four modules of quiet zone that
/// ISO/IEC 18004 asks for. It has no size of its own: one unit is one module. At most about 2,300 bytes
/// of text fit; medium error correction survives a 15 % loss, as a label on a device needs.
pub fn qr(text: &str) -> Result<String, Error> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| Error::QrTooLong)?;
    let side = code.size() + 8;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d=""##
    );
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let (left, top, width) = (start + 4, y + 4, x - start);
                write!(svg, "M{left} {top}h{width}v1h-{width}z").expect("writing to a String cannot fail");
            } else {
                x += 1;
            }
        }
    }
    svg.push_str("\"/></svg>");
    Ok(svg)
}
