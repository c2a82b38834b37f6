//! PDF files for tests, built object by object.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

/// A document whose pages have the given contents and share `fonts` and `objects` as resources.
pub struct Pdf {
    pub document: Document,
    resources: Dictionary,
    pages: Vec<ObjectId>,
}

impl Pdf {
    pub fn new() -> Self {
        Self { document: Document::with_version("1.7"), resources: Dictionary::new(), pages: Vec::new() }
    }

    /// A font under the name `name`.
    pub fn font(mut self, name: &str, font: Dictionary) -> Self {
        let id = self.document.add_object(font);
        self.resource("Font", name, id.into());
        self
    }

    /// A form or image under the name `name`.
    pub fn object(mut self, name: &str, stream: Stream) -> Self {
        let id = self.document.add_object(stream);
        self.resource("XObject", name, id.into());
        self
    }

    pub fn resource(&mut self, kind: &str, name: &str, value: Object) {
        let mut group =
            self.resources.get(kind.as_bytes()).and_then(Object::as_dict).cloned().unwrap_or_default();
        group.set(name, value);
        self.resources.set(kind, group);
    }

    pub fn page(mut self, content: &str) -> Self {
        let content = self.document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
        let page = self.document.add_object(dictionary! { "Type" => "Page", "Contents" => content });
        self.pages.push(page);
        self
    }

    pub fn finish(mut self) -> Document {
        let resources = self.document.add_object(self.resources);
        let count = i64::try_from(self.pages.len()).unwrap();
        let kids: Vec<Object> = self.pages.iter().map(|page| (*page).into()).collect();
        let tree = self.document.add_object(
            dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources },
        );
        for page in self.pages {
            self.document.get_dictionary_mut(page).unwrap().set("Parent", tree);
        }
        let catalog = self.document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
        self.document.trailer.set("Root", catalog);
        let id = Object::string_literal("0123456789abcdef");
        self.document.trailer.set("ID", vec![id.clone(), id]);
        self.document
    }

    pub fn bytes(self) -> Vec<u8> {
        save(self.finish())
    }
}

pub fn save(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A simple font in the usual Windows encoding, all letters half as wide as high.
pub fn windows_font() -> Dictionary {
    let widths: Vec<Object> = (0..256).map(|_| 500.into()).collect();
    dictionary! {
        "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "Test", "Encoding" => "WinAnsiEncoding",
        "FirstChar" => 0, "LastChar" => 255, "Widths" => widths,
    }
}

/// A simple font whose codes 1, 2, 3 … are the glyphs named.
pub fn named_font(names: &[&str]) -> Dictionary {
    let mut differences = vec![Object::Integer(1)];
    differences.extend(names.iter().map(|name| Object::Name(name.as_bytes().to_vec())));
    let mut font = windows_font();
    font.set("Encoding", dictionary! { "Type" => "Encoding", "BaseEncoding" => "WinAnsiEncoding", "Differences" => differences });
    font
}

/// A composite font as word processors embed it: two-byte codes with a code map to Unicode.
pub fn composite_font(document: &mut Document, map: &str) -> Dictionary {
    let map = document.add_object(Stream::new(Dictionary::new(), map.as_bytes().to_vec()));
    let descendant = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "DW" => 500,
        "W" => vec![Object::Integer(1), vec![Object::Integer(600), Object::Integer(400)].into(), 10.into(), 20.into(), 250.into()],
    });
    dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "Test", "Encoding" => "Identity-H",
        "DescendantFonts" => vec![Object::Reference(descendant)], "ToUnicode" => map,
    }
}
