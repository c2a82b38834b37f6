//! The zip of a bundle and its sums: the same files give the same bytes; a stranger's zip is read within limits.

use std::io::{Cursor, Read, Seek, Write};

use kernel::{Error, Result};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::{Part, SUMS};

/// Files of one bundle.
const MOST_FILES: usize = 4_096;
/// Everything in a bundle, unpacked: it is read into memory.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;
/// Files that packing makes smaller.
const PACKABLE: [&str; 5] = ["txt", "json", "pem", "icerik", "csv"];

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The lines of `ozet.txt`, as `sha256sum` writes and reads them, over every file but itself.
pub(super) fn sums(parts: &[Part]) -> String {
    let others = parts.iter().filter(|part| part.name != SUMS);
    others.map(|part| format!("{}  {}\n", sha256(&part.bytes), part.name)).collect()
}

/// Writes the files in the order given, always with the same times.
pub(super) fn write(parts: &[Part]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        let extension = part.name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_packable = PACKABLE.contains(&extension);
        let method = if is_packable { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        zip.start_file(&part.name, options).map_err(Error::internal)?;
        zip.write_all(&part.bytes)?;
    }
    Ok(zip.finish().map_err(Error::internal)?.into_inner())
}

/// Everything in a bundle, in its order; a Turkish sentence where it cannot be read.
pub(super) fn read<R: Read + Seek>(reader: R) -> Result<Vec<Part>, String> {
    let mut zip = ZipArchive::new(reader).map_err(|error| format!("Dosya zip olarak açılamadı: {error}"))?;
    if zip.len() > MOST_FILES || zip.has_duplicate_names() {
        return Err("Zip içinde çok fazla dosya ya da aynı adda iki dosya var.".into());
    }
    let (mut parts, mut left) = (Vec::new(), MOST_BYTES);
    for at in 0..zip.len() {
        let file = zip.by_index(at).map_err(|error| format!("{}. dosya okunamadı: {error}", at + 1))?;
        let name = file.name().map_err(|error| format!("{}. dosyanın adı okunamadı: {error}", at + 1))?;
        let name = name.into_owned();
        let mut bytes = Vec::new();
        let read = file.take(left.saturating_add(1)).read_to_end(&mut bytes);
        if read.is_err() {
            return Err(format!("{name} okunamadı; zip dosyası bozulmuş."));
        }
        left = left.checked_sub(bytes.len() as u64).ok_or("Zip açılınca 1 GB’tan büyük oluyor.")?;
        parts.push(Part { name, bytes });
    }
    Ok(parts)
}
