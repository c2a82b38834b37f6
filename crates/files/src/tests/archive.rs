//! An archive from a stranger never costs more than the limits, whatever it claims.

use std::io::Cursor;

use proptest::prelude::*;

use super::zips::{Forged, forged_zip, zip_of};
use crate::archive::Archive;
use crate::{ErrorKind, Limits};

fn open(bytes: &[u8]) -> crate::Result<Archive<Cursor<&[u8]>>> {
    Archive::open(Cursor::new(bytes), &Limits::default())
}

fn kind_of(bytes: &[u8]) -> Option<ErrorKind> {
    open(bytes).err().map(|error| error.kind)
}

#[test]
fn an_honest_archive_is_read_by_name() {
    let bytes = zip_of(&[("üst yazı.txt", "Sayın ilgili".as_bytes()), ("ek/1.txt", b"bir")]);
    let mut archive = open(&bytes).unwrap();
    let names: Vec<_> = archive.entries().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["üst yazı.txt", "ek/1.txt"]);
    assert_eq!(archive.read("ek/1.txt", 100).unwrap().as_deref(), Some(&b"bir"[..]));
    assert_eq!(archive.read("ek/2.txt", 100).unwrap(), None);
    archive.check_all().unwrap();
}

#[test]
fn the_hand_written_archives_of_these_tests_are_valid_when_they_do_not_lie() {
    let bytes = forged_zip(&[Forged::new("a.txt", b"bir"), Forged::new("b.txt", b"iki")]);
    assert_eq!(open(&bytes).unwrap().read("b.txt", 10).unwrap().as_deref(), Some(&b"iki"[..]));
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    for name in ["../a", "a/../../b", "/etc/passwd", "..\\a", "C:\\a", "a\0b"] {
        assert_eq!(
            kind_of(&forged_zip(&[Forged::new(name, b"x")])),
            Some(ErrorKind::HostileArchive),
            "{name:?}"
        );
    }
    let link = Forged { mode: 0o120_777, ..Forged::new("link", b"/etc/passwd") };
    assert_eq!(kind_of(&forged_zip(&[link])), Some(ErrorKind::HostileArchive), "a symbolic link");
}

#[test]
fn doubled_and_overlapping_entries_are_refused() {
    let twice = forged_zip(&[Forged::new("a", b"1"), Forged::new("a", b"2")]);
    assert_eq!(kind_of(&twice), Some(ErrorKind::HostileArchive));
    let one = Forged::new("aa", b"the same bytes again");
    let overlapping = forged_zip(&[one.clone(), Forged { name: "bb", offset: Some(0), ..one }]);
    assert_eq!(kind_of(&overlapping), Some(ErrorKind::HostileArchive));
}

#[test]
fn a_bomb_stops_at_the_ratio_and_names_no_size_to_trust() {
    let zeros = vec![0u8; 20 * 1024 * 1024];
    let bytes = zip_of(&[("bomb", &zeros)]);
    assert!(bytes.len() < 50_000, "the archive itself is small");
    let error = open(&bytes).unwrap().read("bomb", u64::MAX).unwrap_err();
    assert_eq!(error.kind, ErrorKind::HostileArchive);
    assert!(error.message_tr.contains("güvenli sınırların dışında"), "{}", error.message_tr);
}

#[test]
fn many_small_bombs_share_one_budget() {
    let text = vec![b'x'; 600_000];
    let bytes = zip_of(&[("a", &text), ("b", &text), ("c", &text)]);
    let limits = Limits { max_unpacked_bytes: 1_900_000, ..Limits::default() };
    let mut archive = Archive::open(Cursor::new(&bytes[..]), &limits).unwrap();
    assert!(archive.check_all().is_ok());
    assert_eq!(
        archive.read("a", 1_000_000).unwrap_err().kind,
        ErrorKind::HostileArchive,
        "read again, over the budget"
    );
}

#[test]
fn an_archive_that_claims_too_much_is_refused_before_unpacking() {
    let entry = Forged { claimed_bytes: u32::MAX, ..Forged::new("a", b"x") };
    assert_eq!(kind_of(&forged_zip(&[entry])), Some(ErrorKind::HostileArchive));
}

#[test]
fn a_crowded_directory_is_refused_before_it_is_read() {
    let names: Vec<String> = (0..50).map(|number| format!("f{number}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let limits = Limits { max_entries: 49, ..Limits::default() };
    let error = Archive::open(Cursor::new(zip_of(&files)), &limits).err().unwrap();
    assert_eq!(
        (error.kind, error.detail.as_str()),
        (ErrorKind::HostileArchive, "more entries than the limit")
    );
    assert!(Archive::open(Cursor::new(zip_of(&files[..49])), &limits).is_ok());
}

#[test]
fn a_cut_or_altered_archive_is_damaged() {
    let bytes = zip_of(&[("a.txt", b"some text, long enough to be altered")]);
    assert_eq!(kind_of(&bytes[..bytes.len() / 2]), Some(ErrorKind::Damaged));
    let mut altered = forged_zip(&[Forged::new("a", b"some text")]);
    altered[33] ^= 0xFF;
    assert_eq!(open(&altered).unwrap().read("a", 100).unwrap_err().kind, ErrorKind::Damaged, "checksum");
}

proptest! {
    #[test]
    fn altered_archives_never_panic_and_never_exceed_the_budget(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = zip_of(&[("a.txt", &[b'x'; 5000]), ("b/c.txt", b"short"), ("mimetype", b"text/plain")]);
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        let limits = Limits { max_unpacked_bytes: 10_000, ..Limits::default() };
        if let Ok(mut archive) = Archive::open(Cursor::new(&bytes[..]), &limits) {
            let names: Vec<_> = archive.entries().iter().map(|entry| entry.name.clone()).collect();
            let mut total = 0;
            for name in names {
                prop_assert!(!name.split('/').any(|part| part == "..") && !name.starts_with('/'));
                if let Ok(Some(content)) = archive.read(&name, u64::MAX) {
                    total += content.len();
                }
            }
            prop_assert!(total <= 10_000);
        }
    }
}
