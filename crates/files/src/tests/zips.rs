//! Zip archives for tests: honest ones by the zip writer, dishonest ones by hand.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An honest archive of `(name, content)`.
pub fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A stored entry written by hand (APPNOTE 4.3.7, 4.3.12), where every field can lie.
#[derive(Clone)]
pub struct Forged {
    pub name: &'static str,
    pub content: &'static [u8],
    /// What the directory says instead of the true size.
    pub claimed_bytes: u32,
    /// Where the directory says the entry begins; nothing for the truth.
    pub offset: Option<u32>,
    /// Unix mode bits, for links.
    pub mode: u32,
}

impl Forged {
    pub fn new(name: &'static str, content: &'static [u8]) -> Self {
        Self {
            name,
            content,
            claimed_bytes: u32::try_from(content.len()).unwrap(),
            offset: None,
            mode: 0o100_644,
        }
    }
}

/// An archive of hand-written entries.
pub fn forged_zip(entries: &[Forged]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = entry.offset.unwrap_or(u32::try_from(bytes.len()).unwrap());
        let true_len = u32::try_from(entry.content.len()).unwrap();
        let name_len = u16::try_from(entry.name.len()).unwrap();
        let common = |size: u32| {
            let mut fields = Vec::new();
            fields.extend([0u16, 0, 0, 33].iter().flat_map(|field| field.to_le_bytes()));
            fields
                .extend([crc32(entry.content), true_len, size].iter().flat_map(|field| field.to_le_bytes()));
            fields.extend(name_len.to_le_bytes());
            fields.extend(0u16.to_le_bytes());
            fields
        };
        if entry.offset.is_none() {
            bytes.extend(b"PK\x03\x04\x14\0");
            bytes.extend(common(true_len));
            bytes.extend(entry.name.as_bytes());
            bytes.extend(entry.content);
        }
        directory.extend(b"PK\x01\x02\x14\x03\x14\0");
        directory.extend(common(entry.claimed_bytes));
        directory.extend([0u16; 3].iter().flat_map(|field| field.to_le_bytes()));
        directory.extend([entry.mode << 16, offset].iter().flat_map(|field| field.to_le_bytes()));
        directory.extend(entry.name.as_bytes());
    }
    let start = u32::try_from(bytes.len()).unwrap();
    let count = u16::try_from(entries.len()).unwrap();
    let size = u32::try_from(directory.len()).unwrap();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].iter().flat_map(|field| field.to_le_bytes()));
    bytes.extend([size, start].iter().flat_map(|field| field.to_le_bytes()));
    bytes.extend(0u16.to_le_bytes());
    bytes
}

/// CRC-32 (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 },
        )
    })
}
