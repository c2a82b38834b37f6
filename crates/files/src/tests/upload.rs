//! What people may send.

use futures_util::StreamExt;

use super::zips::{Forged, forged_zip, zip_of};
use super::{local_store, pieces};
use crate::{ErrorKind, Limits, MediaType, accept_upload};

async fn send(name: &str, bytes: &[u8]) -> crate::Result<crate::Accepted> {
    let (_dir, store) = local_store();
    let result = accept_upload(&store, name, pieces(bytes), &Limits::default()).await;
    let kept = store.list().count().await;
    assert_eq!(kept, usize::from(result.is_ok()), "only an accepted upload is kept");
    result
}

#[tokio::test]
async fn a_document_is_taken_under_its_cleaned_name_and_true_type() {
    let accepted = send("C:\\belgeler\\Yönetmelik.exe.pdf", b"%PDF-1.7\n%%EOF").await.unwrap();
    assert_eq!(accepted.name, "Yönetmelik.exe.pdf");
    assert_eq!(accepted.stored.sniffed, MediaType::Pdf);
    let lied = send("resim.pdf", b"<svg onload='alert(1)'/>").await.unwrap();
    assert!(!lied.stored.sniffed.is_shown_inline(), "the claimed type does not count");
}

#[tokio::test]
async fn programs_are_refused_by_bytes_and_by_name() {
    for (name, bytes) in
        [("rapor.pdf", &b"MZ\x90\0\x03\0\0\0"[..]), ("kur.bat", b"echo merhaba"), ("a.bin", b"\0\x01\x02")]
    {
        let error = send(name, bytes).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnsupportedType, "{name}");
        assert!(error.message_tr.contains("kabul edilmiyor"));
    }
}

#[tokio::test]
async fn an_empty_file_is_refused_with_advice() {
    let error = send("boş.pdf", b"").await.unwrap_err();
    assert!(error.message_tr.starts_with("Dosya boş."));
}

#[tokio::test]
async fn a_huge_image_is_refused_before_it_is_stored() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 8, 6, 0, 0, 0]);
    assert_eq!(send("foto.png", &png).await.unwrap_err().kind, ErrorKind::HugeImage);
}

#[tokio::test]
async fn a_hostile_archive_is_refused_before_it_is_stored() {
    let bytes = forged_zip(&[Forged::new("../../etc/cron.d/x", b"x")]);
    assert_eq!(send("a.zip", &bytes).await.unwrap_err().kind, ErrorKind::HostileArchive);
    assert!(send("a.zip", &zip_of(&[("a.txt", b"a")])).await.is_ok());
}
