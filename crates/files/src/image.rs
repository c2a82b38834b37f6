//! The dimensions of a picture from its header, so that a huge one is refused before anything decodes it; and a small
//! picture of our own making out of somebody else's.

use std::io::{BufRead, Cursor, Seek};

use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::media::MediaType;
use crate::sniff::sniff;

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

/// Bytes of one pixel while it is decoded, at most: four channels of sixteen bits.
const PIXEL_BYTES: u64 = 8;

/// A PNG or JPEG as a PNG of ours: upright, no side longer than `longest` pixels, and without anything else that the file
/// carried. Decodes; work for a blocking thread. Errors: `UnsupportedType`, `HugeImage` above `limits.max_pixels`, `Damaged`.
pub fn small_png(bytes: &[u8], limits: &Limits, longest: u32) -> Result<Vec<u8>> {
    let format = match sniff(bytes) {
        MediaType::Png => ImageFormat::Png,
        MediaType::Jpeg => ImageFormat::Jpeg,
        other => {
            let message = "Bu dosya PNG ya da JPEG görüntüsü değil. Görüntüyü bu biçimlerden birinde kaydedip yeniden yükleyin.";
            return Err(Error::with_message(ErrorKind::UnsupportedType, message, other.mime()));
        }
    };
    check_image(Cursor::new(bytes), limits)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut room = image::Limits::default();
    room.max_alloc = Some(limits.max_pixels.saturating_mul(PIXEL_BYTES));
    reader.limits(room);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > longest {
        picture = picture.resize(longest, longest, FilterType::Lanczos3);
    }
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageRgba8(picture.into_rgba8())
        .write_to(&mut png, ImageFormat::Png)
        .map_err(unreadable)?;
    Ok(png.into_inner())
}

fn unreadable(error: image::ImageError) -> Error {
    let message = "Görüntü bozuk ya da eksik; okunamadı. Görüntüyü yeniden kaydedip yükleyin.";
    Error::with_message(ErrorKind::Damaged, message, error.to_string())
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

    fn drawn(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_written_anew_small_and_without_what_else_the_file_carried() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let mut bytes = drawn(900, 600, format);
            bytes.extend(b"<script>alert(1)</script>");
            let png = small_png(&bytes, &Limits::default(), 300).unwrap();
            let size = check_image(Cursor::new(&png), &Limits::default()).unwrap();
            assert_eq!(size, Dimensions { width: 300, height: 200 });
            assert!(!png.windows(6).any(|part| part == b"script"));
        }
        // A small one is not blown up.
        let png = small_png(&drawn(40, 20, ImageFormat::Png), &Limits::default(), 300).unwrap();
        let size = check_image(Cursor::new(png), &Limits::default()).unwrap();
        assert_eq!(size, Dimensions { width: 40, height: 20 });
    }

    #[test]
    fn what_is_no_picture_or_a_cut_or_huge_one_is_refused() {
        let limits = Limits { max_pixels: 10_000, ..Limits::default() };
        let kind = |bytes: &[u8]| small_png(bytes, &limits, 300).unwrap_err().kind;
        assert_eq!(kind(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), ErrorKind::UnsupportedType);
        assert_eq!(kind(b""), ErrorKind::UnsupportedType);
        assert_eq!(kind(&drawn(101, 100, ImageFormat::Png)), ErrorKind::HugeImage);
        let whole = drawn(100, 100, ImageFormat::Png);
        assert_eq!(kind(&whole[..whole.len() / 2]), ErrorKind::Damaged);
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
