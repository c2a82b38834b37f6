//! The dimensions of a picture from its header, so that a huge one is refused before anything decodes it.

use std::io::{BufRead, Seek};

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimensions {
    /// Pixels from left to right.
    pub width: u64,
    /// Pixels from top to bottom.
    pub height: u64,
}

/// Reads the dimensions of a PNG, JPEG, GIF or WebP and holds them against `limits.max_pixels`.
/// Errors: `Damaged` when the header cannot be read or says zero, `HugeImage` above the limit.
pub fn check_image(reader: impl BufRead + Seek, limits: &Limits) -> Result<Dimensions> {
    let size = imagesize::reader_size(reader).map_err(|error| {
        Error::with_message(
            ErrorKind::Damaged,
            "Görüntü bozuk ya da eksik; boyutları okunamadı. Görüntüyü yeniden kaydedip yükleyin.",
            error.to_string(),
        )
    })?;
    let (width, height) = (size.width as u64, size.height as u64);
    if width == 0 || height == 0 {
        return Err(Error::new(ErrorKind::Damaged, format!("an image of {width}×{height} pixels")));
    }
    if width.saturating_mul(height) > limits.max_pixels {
        let message = format!(
            "Görüntü {width}×{height} piksel; izin verilen en çok {} milyon piksel. Görüntüyü küçültüp yeniden yükleyin.",
            limits.max_pixels / 1_000_000
        );
        return Err(Error::with_message(ErrorKind::HugeImage, message, format!("{width}×{height}")));
    }
    Ok(Dimensions { width, height })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Cursor;

    use super::*;

    /// The header of a PNG (W3C PNG, IHDR) of the given size; no pixel follows.
    fn png_header(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(b"\x08\x06\0\0\0\0\0\0\0");
        bytes
    }

    #[test]
    fn a_scanned_page_passes_and_is_measured() {
        let dimensions = check_image(Cursor::new(png_header(2480, 3508)), &Limits::default()).unwrap();
        assert_eq!(dimensions, Dimensions { width: 2480, height: 3508 });
    }

    #[test]
    fn a_picture_of_four_gigapixels_is_refused_from_its_header() {
        let error = check_image(Cursor::new(png_header(65_535, 65_535)), &Limits::default()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::HugeImage);
        assert!(error.message_tr.contains("65535×65535"), "{}", error.message_tr);
    }

    #[test]
    fn a_picture_without_a_whole_header_or_without_area_is_damaged() {
        for bytes in
            [png_header(10, 10)[..18].to_vec(), png_header(0, 10), b"\xFF\xD8\xFF\xE0\0\x10JFIF".to_vec()]
        {
            let error = check_image(Cursor::new(bytes), &Limits::default()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Damaged);
        }
    }
}
