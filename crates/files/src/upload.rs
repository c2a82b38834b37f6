//! The door for files from people: spool, recognise, hold against the rules, and only then store.

use std::fmt;
use std::fs::File;
use std::io::BufReader;

use bytes::Bytes;
use futures_util::Stream;

use crate::archive::Archive;
use crate::error::{Error, ErrorKind, Result};
use crate::image::check_image;
use crate::limits::Limits;
use crate::media::MediaType;
use crate::name::{clean_name, is_program_name};
use crate::store::{Spooled, Store, Stored};

/// An upload that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The blob.
    pub stored: Stored,
    /// The cleaned file name.
    pub name: String,
}

/// Stores a file that a person sends, when it is allowed: size, type by its bytes, name, image dimensions and archive
/// directory are checked before the store sees it. Errors: `TooLarge`, `Interrupted`, `UnsupportedType`, `HugeImage`,
/// `HostileArchive`, `Damaged`, and those of the store; nothing is kept then.
pub async fn accept_upload<S, E>(
    store: &Store,
    claimed_name: &str,
    stream: S,
    limits: &Limits,
) -> Result<Accepted>
where
    S: Stream<Item = std::result::Result<Bytes, E>>,
    E: fmt::Display,
{
    if is_program_name(&clean_name(claimed_name)) {
        return Err(refused_type("a program by its name"));
    }
    let spooled = store.spool(stream, limits.max_bytes).await?;
    check_upload(claimed_name, &spooled, limits).await?;
    Ok(Accepted { stored: store.publish(spooled).await?, name: clean_name(claimed_name) })
}

/// Whether what was spooled may come in, by its name, its bytes and these limits (its size is the spool's matter).
/// Errors: `UnsupportedType`, `HugeImage`, `HostileArchive`, `Damaged`.
pub async fn check_upload(claimed_name: &str, spooled: &Spooled, limits: &Limits) -> Result<()> {
    if is_program_name(&clean_name(claimed_name)) {
        return Err(refused_type("a program by its name"));
    }
    if is_phone_picture(claimed_name) {
        let message = "Telefonun HEIC biçimindeki fotoğrafı kabul edilmiyor. iPhone’da Ayarlar › Kamera › Biçimler bölümünde “En Uyumlu” \
             seçiliyken çekin ya da fotoğrafı JPEG olarak dışa aktarıp yükleyin.";
        return Err(Error::with_message(ErrorKind::UnsupportedType, message, "a HEIC picture by its name"));
    }
    if spooled.stored.size_bytes == 0 {
        let message = "Dosya boş. Doğru dosyayı seçtiğinizi denetleyip yeniden yükleyin.";
        return Err(Error::with_message(ErrorKind::Damaged, message, "an empty upload"));
    }
    let (limits, media, reader) = (*limits, spooled.stored.sniffed, spooled.reader()?);
    match tokio::task::spawn_blocking(move || check(media, reader, &limits)).await {
        Ok(checked) => checked,
        Err(error) => Err(Error::new(ErrorKind::Damaged, format!("the check did not finish: {error}"))),
    }
}

/// Pictures as telephones keep them for themselves; no program of the house draws them.
fn is_phone_picture(name: &str) -> bool {
    let name = name.to_lowercase();
    [".heic", ".heif"].iter().any(|end| name.ends_with(end))
}

fn check(media: MediaType, reader: BufReader<File>, limits: &Limits) -> Result<()> {
    if !media.is_upload_allowed() {
        return Err(refused_type(media.mime()));
    }
    if media.is_image() {
        return check_image(reader, limits).map(drop);
    }
    if media.is_zip() {
        Archive::open(reader, limits)?;
    }
    Ok(())
}

fn refused_type(detail: &str) -> Error {
    let allowed =
        [MediaType::Pdf, MediaType::Docx, MediaType::Xlsx, MediaType::Odt, MediaType::Png, MediaType::Jpeg];
    let names: Vec<_> = allowed.into_iter().map(|media| media.extension().to_uppercase()).collect();
    let message = format!(
        "Bu tür dosya kabul edilmiyor: program dosyaları ve türü anlaşılamayan dosyalar güvenlik nedeniyle yüklenemez. \
         {} ve benzeri belge ya da görüntü dosyası yükleyin.",
        names.join(", ")
    );
    Error::with_message(ErrorKind::UnsupportedType, message, detail.to_owned())
}
