//! Which characters a text file's bytes are. Turkish programs write UTF-8 with and without a byte order
//! mark, UTF-16 ("Unicode text" of Excel) and windows-1254.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1254};
use std::borrow::Cow;

/// The text of these bytes; `None` when they are no text at all.
pub fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => unmarked(bytes).decode_without_bom_handling(bytes).0,
        },
    };
    // A text has no NUL; what has one after decoding is a picture, an archive or the like.
    if text.contains('\0') { unmarked_wide(bytes) } else { Some(text) }
}

/// Bytes that are not UTF-8: UTF-16 has a NUL beside every Latin letter, windows-1254 has none.
fn unmarked(bytes: &[u8]) -> &'static Encoding {
    let nul_at =
        |parity: usize| bytes.iter().skip(parity).step_by(2).take(512).filter(|byte| **byte == 0).count();
    match (nul_at(0), nul_at(1)) {
        (0, 0) => WINDOWS_1254,
        (even, odd) if odd > even => UTF_16LE,
        _ => UTF_16BE,
    }
}

/// UTF-16 without a mark whose letters are all ASCII is also valid UTF-8, full of NULs.
fn unmarked_wide(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (text, had_errors) = unmarked(bytes).decode_without_bom_handling(bytes);
    (!had_errors && !text.contains('\0')).then_some(text)
}
