//! The media types this product knows, and what may be done with each. Recognising one from bytes
//! is in `sniff`.

/// What a file is, found from its bytes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MediaType {
    /// Portable Document Format (ISO 32000).
    Pdf,
    /// PNG image.
    Png,
    /// JPEG image.
    Jpeg,
    /// WebP image.
    Webp,
    /// GIF image.
    Gif,
    /// TIFF image, the usual output of office scanners.
    Tiff,
    /// Word document (ISO/IEC 29500).
    Docx,
    /// Excel workbook (ISO/IEC 29500).
    Xlsx,
    /// PowerPoint presentation (ISO/IEC 29500).
    Pptx,
    /// OpenDocument text (ISO/IEC 26300).
    Odt,
    /// OpenDocument spreadsheet (ISO/IEC 26300).
    Ods,
    /// Electronic correspondence package (e-Yazışma).
    Eyp,
    /// Encrypted electronic correspondence package.
    Eyps,
    /// Any other zip archive.
    Zip,
    /// Old Office file (Compound File Binary): doc, xls, ppt, msg.
    Ole,
    /// Rich Text Format.
    Rtf,
    /// Text in UTF-8, UTF-16 or windows-1254.
    Text,
    /// Text in rows of separated values.
    Csv,
    /// XML other than SVG and HTML.
    Xml,
    /// SVG drawing: can carry script, so it is never shown inside a page.
    Svg,
    /// HTML page: can carry script, so it is never shown inside a page.
    Html,
    /// A program: ELF, PE, Mach-O or a script with an interpreter line.
    Program,
    /// None of the above.
    Unknown,
}

impl MediaType {
    /// Every type, in the order of the declaration.
    pub const ALL: [Self; 23] = [
        Self::Pdf,
        Self::Png,
        Self::Jpeg,
        Self::Webp,
        Self::Gif,
        Self::Tiff,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Odt,
        Self::Ods,
        Self::Eyp,
        Self::Eyps,
        Self::Zip,
        Self::Ole,
        Self::Rtf,
        Self::Text,
        Self::Csv,
        Self::Xml,
        Self::Svg,
        Self::Html,
        Self::Program,
        Self::Unknown,
    ];

    /// The registered media type (IANA), without parameters; as stored in a database column.
    pub fn mime(self) -> &'static str {
        self.row().0
    }

    /// The usual file name extension, without the dot; empty where there is none.
    pub fn extension(self) -> &'static str {
        self.row().1
    }

    /// The name a person reads.
    pub fn label_tr(self) -> &'static str {
        self.row().2
    }

    /// The type whose [`mime`](Self::mime) is `mime`; `Unknown` for any other text.
    pub fn from_mime(mime: &str) -> Self {
        Self::ALL.into_iter().find(|media| media.mime() == mime).unwrap_or(Self::Unknown)
    }

    /// May be attached to a record. Programs and bytes nobody can name may not.
    pub fn is_upload_allowed(self) -> bool {
        !matches!(self, Self::Program | Self::Unknown)
    }

    /// May be shown inside the browser. Everything else is only downloaded: a type that can carry script
    /// would run with the rights of whoever opens it.
    pub fn is_shown_inline(self) -> bool {
        matches!(self, Self::Pdf | Self::Png | Self::Jpeg | Self::Webp | Self::Gif | Self::Text)
    }

    /// A picture whose dimensions are checked before anything looks at it.
    pub fn is_image(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Webp | Self::Gif)
    }

    /// A zip container underneath, so that the archive limits apply.
    pub fn is_zip(self) -> bool {
        matches!(
            self,
            Self::Docx | Self::Xlsx | Self::Pptx | Self::Odt | Self::Ods | Self::Eyp | Self::Eyps | Self::Zip
        )
    }

    /// `extract_text` knows how to read it.
    pub fn has_text(self) -> bool {
        matches!(self, Self::Pdf | Self::Docx | Self::Odt | Self::Text | Self::Csv)
    }

    /// The value of `Content-Type` for serving. Text is always served as UTF-8 by whoever decodes it; anything
    /// that is not shown inline goes out as bytes, so that no browser guesses.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            shown if shown.is_shown_inline() => shown.mime(),
            Self::Svg | Self::Html | Self::Xml | Self::Program | Self::Unknown => "application/octet-stream",
            other => other.mime(),
        }
    }

    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Pdf => ("application/pdf", "pdf", "PDF belgesi"),
            Self::Png => ("image/png", "png", "PNG görüntüsü"),
            Self::Jpeg => ("image/jpeg", "jpg", "JPEG görüntüsü"),
            Self::Webp => ("image/webp", "webp", "WebP görüntüsü"),
            Self::Gif => ("image/gif", "gif", "GIF görüntüsü"),
            Self::Tiff => ("image/tiff", "tif", "TIFF görüntüsü"),
            Self::Docx => (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "docx",
                "Word belgesi",
            ),
            Self::Xlsx => (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "xlsx",
                "Excel çalışma kitabı",
            ),
            Self::Pptx => (
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                "pptx",
                "PowerPoint sunusu",
            ),
            Self::Odt => ("application/vnd.oasis.opendocument.text", "odt", "OpenDocument metni"),
            Self::Ods => {
                ("application/vnd.oasis.opendocument.spreadsheet", "ods", "OpenDocument hesap tablosu")
            }
            Self::Eyp => ("application/eyazisma", "eyp", "e-Yazışma paketi"),
            Self::Eyps => ("application/eyazisma-sifreli", "eyps", "şifreli e-Yazışma paketi"),
            Self::Zip => ("application/zip", "zip", "ZIP arşivi"),
            Self::Ole => ("application/x-ole-storage", "doc", "eski Office dosyası"),
            Self::Rtf => ("application/rtf", "rtf", "zengin metin (RTF)"),
            Self::Text => ("text/plain", "txt", "düz metin"),
            Self::Csv => ("text/csv", "csv", "CSV tablosu"),
            Self::Xml => ("application/xml", "xml", "XML dosyası"),
            Self::Svg => ("image/svg+xml", "svg", "SVG çizimi"),
            Self::Html => ("text/html", "html", "HTML sayfası"),
            Self::Program => ("application/x-executable", "", "program dosyası"),
            Self::Unknown => ("application/octet-stream", "", "bilinmeyen tür"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_name_of_its_own_and_comes_back_from_the_database() {
        for (index, media) in MediaType::ALL.into_iter().enumerate() {
            assert_eq!(media as usize, index, "ALL keeps the order of the declaration");
            assert_eq!(MediaType::from_mime(media.mime()), media);
            assert!(!media.label_tr().is_empty());
        }
        assert_eq!(MediaType::from_mime("text/x-anything"), MediaType::Unknown);
    }

    #[test]
    fn what_can_carry_script_is_only_downloaded() {
        for media in [MediaType::Svg, MediaType::Html, MediaType::Xml] {
            assert!(media.is_upload_allowed() && !media.is_shown_inline(), "{media:?}");
            assert_eq!(media.content_type(), "application/octet-stream");
        }
    }

    #[test]
    fn programs_and_unnamed_bytes_are_not_accepted() {
        let refused: Vec<_> = MediaType::ALL.into_iter().filter(|media| !media.is_upload_allowed()).collect();
        assert_eq!(refused, [MediaType::Program, MediaType::Unknown]);
    }
}
