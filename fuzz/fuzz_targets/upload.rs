//! Any file with any name: recognised, held against the limits and named, without a panic; what an archive holds stays
//! inside it and inside the budget.
#![no_main]

use std::io::Cursor;

use files::archive::Archive;
use files::image::check_image;
use files::name::{Disposition, clean_name, disposition, extension, is_program_name};
use files::{Limits, sniff};
use libfuzzer_sys::fuzz_target;

const UNPACKED: u64 = 100_000;

fuzz_target!(|input: (&str, &[u8])| {
    let (claimed, bytes) = input;
    let name = clean_name(claimed);
    assert!(!name.is_empty() && !name.contains(['/', '\\', '\0', '\n']), "{name:?}");
    assert_eq!(clean_name(&name), name, "cleaned once is clean");
    let header = disposition(Disposition::Attachment, &name);
    assert!(header.is_ascii() && !header.contains(['\r', '\n']), "{header}");
    let _ = (extension(&name), is_program_name(&name));

    let _ = sniff::sniff(bytes);
    let limits = Limits { max_unpacked_bytes: UNPACKED, ..Limits::default() };
    if let Ok(size) = check_image(Cursor::new(bytes), &limits) {
        assert!(size.width * size.height <= limits.max_pixels);
    }
    let Ok(mut archive) = Archive::open(Cursor::new(bytes), &limits) else { return };
    let names: Vec<String> = archive.entries().iter().map(|entry| entry.name.clone()).collect();
    let mut unpacked = 0;
    for name in names {
        assert!(!name.starts_with('/') && !name.split('/').any(|part| part == ".."), "{name:?}");
        if let Ok(Some(content)) = archive.read(&name, u64::MAX) {
            unpacked += content.len() as u64;
        }
    }
    assert!(unpacked <= UNPACKED);
});
