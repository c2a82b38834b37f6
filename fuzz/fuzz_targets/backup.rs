//! Any bytes called a backup are checked to their end or refused; never a panic.
#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    file.write_all(bytes).expect("a temporary file can be written");
    if let Err(error) = backup::check(file.path(), None) {
        assert!(!error.to_string().is_empty());
    }
});
