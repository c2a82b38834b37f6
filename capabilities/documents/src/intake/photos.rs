//! A paper of several pages that was photographed with a telephone: the pictures become one PDF, in the order of their names, and
//! from there on it is like every scan. The pictures themselves are not changed; how the telephone was held is told to the reader.

use bytes::Bytes;
use files::{Limits, MediaType, Store};
use kernel::Result;
use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use web::{Ctx, SpooledFile};

use super::arrive::{self, blocking, whole};

/// Points of A4 on its longer and its shorter side.
const LONG: f32 = 842.0;
const SHORT: f32 = 595.0;

/// Makes one PDF of the JPEG pictures among the files; the others stay as they are. Answers why that is not possible, for a person;
/// the files stay then.
pub(super) async fn join(ctx: &Ctx, files: &mut Vec<SpooledFile>) -> Result<Option<String>> {
    let is_picture = |file: &SpooledFile| {
        file.taken.as_ref().is_ok_and(|spooled| spooled.stored.sniffed == MediaType::Jpeg)
    };
    let mut pictures: Vec<(String, Bytes)> = Vec::new();
    let mut total = 0;
    for file in files.iter().filter(|file| is_picture(file)) {
        let Ok(spooled) = &file.taken else { continue };
        total += spooled.stored.size_bytes;
        if total > Limits::default().max_bytes {
            let most = kernel::tr::file_size(Limits::default().max_bytes);
            return Ok(Some(format!(
                "Birleştirilecek fotoğraflar birlikte en çok {most} olabilir; iki kerede yükleyin."
            )));
        }
        let reader = spooled.reader().map_err(|error| arrive::unavailable(&error))?;
        pictures.push((file.name.clone(), whole(reader).await?));
    }
    if pictures.len() < 2 {
        return Ok(Some("Birleştirmek için en az iki JPEG fotoğraf seçin.".into()));
    }
    pictures.sort_by_key(|(name, _)| order(name));
    let name = format!("{}.pdf", stem(&pictures[0].0));
    let pdf = match blocking(move || pdf(&pictures)).await? {
        Ok(pdf) => pdf,
        Err(why) => return Ok(Some(why)),
    };
    let spooled = arrive::spooled(ctx.app.services.get::<Store>()?, pdf.into()).await?;
    files.retain(|file| !is_picture(file));
    files.insert(0, SpooledFile { name, taken: Ok(spooled) });
    Ok(None)
}

fn stem(name: &str) -> String {
    let name = files::name::clean_name(name);
    name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.to_string())
}

/// "sayfa 2" comes before "sayfa 10".
fn order(name: &str) -> String {
    let (mut key, mut digits) = (String::new(), String::new());
    for letter in name.chars().flat_map(char::to_lowercase).chain(std::iter::once(' ')) {
        if letter.is_ascii_digit() {
            digits.push(letter);
        } else {
            if !digits.is_empty() {
                key.push_str(&format!("{digits:0>20}"));
                digits.clear();
            }
            key.push(letter);
        }
    }
    key
}

/// Each picture on a page of A4. Blocks. Errors: a sentence for a person.
fn pdf(pictures: &[(String, Bytes)]) -> std::result::Result<Vec<u8>, String> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let mut pages = Vec::new();
    for (name, bytes) in pictures {
        let shot = Shot::read(bytes).ok_or_else(|| {
            format!(
                "“{}” birleştirilemedi; fotoğrafı yeniden çekin ya da ayrı yükleyin.",
                files::name::clean_name(name)
            )
        })?;
        pages.push(page(&mut document, tree, &shot, bytes));
    }
    let count = i64::try_from(pages.len()).unwrap_or_default();
    let kids: Vec<Object> = pages.into_iter().map(Object::Reference).collect();
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| format!("Fotoğraflar birleştirilemedi: {error}"))?;
    Ok(bytes)
}

fn page(document: &mut Document, tree: lopdf::ObjectId, shot: &Shot, bytes: &Bytes) -> lopdf::ObjectId {
    let (width, height) = (f32::from(shot.width), f32::from(shot.height));
    let (most_wide, most_high) = if width > height { (LONG, SHORT) } else { (SHORT, LONG) };
    let scale = (most_wide / width).min(most_high / height);
    let (wide, high) = (width * scale, height * scale);
    let colours = if shot.is_grey { "DeviceGray" } else { "DeviceRGB" };
    let picture = Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => colours, "BitsPerComponent" => 8,
            "Width" => i64::from(shot.width), "Height" => i64::from(shot.height), "Filter" => "DCTDecode",
        },
        bytes.to_vec(),
    );
    let picture = document.add_object(picture.with_compression(false));
    let at = [wide, 0.0, 0.0, high, 0.0, 0.0].map(Object::from).to_vec();
    let operations = vec![
        Operation::new("q", vec![]),
        Operation::new("cm", at),
        Operation::new("Do", vec!["Sayfa".into()]),
        Operation::new("Q", vec![]),
    ];
    let content = Content { operations }.encode().unwrap_or_default();
    let content = document.add_object(Stream::new(dictionary! {}, content));
    document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content, "Rotate" => shot.rotated,
        "MediaBox" => vec![0.into(), 0.into(), wide.into(), high.into()],
        "Resources" => dictionary! { "XObject" => dictionary! { "Sayfa" => picture } },
    })
}

/// What the head of a JPEG says.
#[derive(Debug, PartialEq, Eq)]
struct Shot {
    width: u16,
    height: u16,
    is_grey: bool,
    /// Degrees to turn it by, clockwise.
    rotated: i64,
}

impl Shot {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (mut at, mut rotated) = (2, 0);
        bytes.starts_with(&[0xFF, 0xD8]).then_some(())?;
        loop {
            let [0xFF, marker] = *bytes.get(at..at + 2)? else { return None };
            if marker == 0xFF {
                at += 1;
                continue;
            }
            let length = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
            let part = bytes.get(at + 4..at + 2 + length.max(2))?;
            match marker {
                0xE1 => rotated = held(part).unwrap_or(rotated),
                // The frame: precision, height, width, components.
                0xC0..=0xC2 => {
                    let [8, h1, h2, w1, w2, components] = *part.get(..6)? else { return None };
                    let (height, width) = (u16::from_be_bytes([h1, h2]), u16::from_be_bytes([w1, w2]));
                    let is_drawn = height > 0 && width > 0 && (components == 1 || components == 3);
                    return is_drawn.then_some(Self { width, height, is_grey: components == 1, rotated });
                }
                0xC3 | 0xC5..=0xCF if marker != 0xC4 && marker != 0xC8 && marker != 0xCC => return None,
                0xDA | 0xD9 => return None,
                _ => {}
            }
            at += 2 + length.max(2);
        }
    }
}

/// How the telephone was held, by the orientation in its Exif part (tag 0x0112).
fn held(part: &[u8]) -> Option<i64> {
    let tiff = part.strip_prefix(b"Exif\0\0")?;
    let is_little = tiff.starts_with(b"II");
    let short = |at: usize| -> Option<u16> {
        let two = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let long = |at: usize| -> Option<usize> {
        let four = tiff.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) }).ok()
    };
    let first = long(4)?;
    let entries = usize::from(short(first)?).min(200);
    let entry = (0..entries).map(|place| first + 2 + place * 12).find(|at| short(*at) == Some(0x0112))?;
    match short(entry + 8)? {
        3 | 4 => Some(180),
        5 | 6 => Some(90),
        7 | 8 => Some(270),
        _ => Some(0),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The head of a JPEG of this size that was taken with the telephone held so; its dots are missing.
    pub(crate) fn jpeg(width: u16, height: u16, orientation: u8) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        bytes.extend([0xFF, 0xE1, 0, u8::try_from(exif.len() + 2).unwrap()]);
        bytes.extend(exif);
        let ([h1, h2], [w1, w2]) = (height.to_be_bytes(), width.to_be_bytes());
        bytes.extend([0xFF, 0xC0, 0, 17, 8, h1, h2, w1, w2, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
        bytes.extend([0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0, 0x55, 0xFF, 0xD9]);
        bytes
    }

    #[test]
    fn a_picture_says_its_size_and_how_the_telephone_was_held() {
        let read = |orientation| Shot::read(&jpeg(4000, 3000, orientation)).unwrap().rotated;
        assert_eq!([1, 3, 6, 8].map(read), [0, 180, 90, 270]);
        let shot = Shot::read(&jpeg(4000, 3000, 1)).unwrap();
        assert_eq!((shot.width, shot.height, shot.is_grey), (4000, 3000, false));
        assert_eq!(Shot::read(b"\xFF\xD8\xFF"), None);
        assert_eq!(Shot::read(b"%PDF"), None);
    }

    #[test]
    fn pages_stand_in_the_order_of_their_names_and_are_turned() {
        let mut names = ["sayfa 10.jpg", "sayfa 2.jpg", "Sayfa 1.jpg"];
        names.sort_by_key(|name| order(name));
        assert_eq!(names, ["Sayfa 1.jpg", "sayfa 2.jpg", "sayfa 10.jpg"]);
        let pictures =
            [("a.jpg".into(), jpeg(400, 300, 1).into()), ("b.jpg".into(), jpeg(300, 400, 6).into())];
        let made = Document::load_mem(&pdf(&pictures).unwrap()).unwrap();
        let pages: Vec<_> = made.get_pages().into_values().collect();
        assert_eq!(pages.len(), 2);
        let turned = |page| made.get_dictionary(page).unwrap().get(b"Rotate").unwrap().as_i64().unwrap();
        assert_eq!((turned(pages[0]), turned(pages[1])), (0, 90));
        let broken = [("a.jpg".into(), Bytes::from_static(b"\xFF\xD8\xFF"))];
        assert!(pdf(&broken).unwrap_err().contains("birleştirilemedi"));
    }
}
