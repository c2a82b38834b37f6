//! Letters of lines that are no UTF-8: windows-1254, which is ISO-8859-9 and some more, as old devices of Türkiye write. The bytes
//! themselves stay as they came.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1254;

/// Bytes as people read them.
pub fn turkish(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => WINDOWS_1254.decode_without_bom_handling(bytes).0,
    }
}

/// What people look for, in the bytes that such a device writes.
pub(crate) fn windows(text: &str) -> Cow<'_, [u8]> {
    WINDOWS_1254.encode(text).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_both_pages_are_read_and_written() {
        assert_eq!(turkish("Gül-Şen".as_bytes()), "Gül-Şen");
        assert_eq!(turkish(b"G\xfcl-\xdeen"), "Gül-Şen");
        assert_eq!(windows("Gül-Şen").as_ref(), b"G\xfcl-\xdeen");
    }
}
