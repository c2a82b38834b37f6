//! What can go wrong with files, once: a kind for the program, a Turkish sentence for the person
//! and the technical cause for the log. The mapping to HTTP is the web crate's.

use std::io;

use serde::{Deserialize, Serialize};

/// Why a file could not be stored, served or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorKind {
    /// Larger than the limit of this upload.
    TooLarge,
    /// The sender stopped before the end.
    Interrupted,
    /// No blob of that digest in the store.
    NotFound,
    /// The bytes in the store are not the ones that were stored.
    Corrupt,
    /// The disk or the quota of the store is full.
    StorageFull,
    /// The operating system or the S3 server refuses access.
    PermissionDenied,
    /// The store does not answer.
    Unavailable,
    /// The store's settings cannot work.
    Misconfigured,
    /// A type that this product does not accept or cannot read.
    UnsupportedType,
    /// An archive that would unpack to more than the limits allow, or lies about itself.
    HostileArchive,
    /// An image with more pixels than the limits allow.
    HugeImage,
    /// Damaged or cut off: it cannot be read as what it is.
    Damaged,
    /// Locked with a password.
    Encrypted,
    /// Readable, but it holds no text (a scan).
    NoText,
    /// Reading took longer than the limits allow.
    TimedOut,
}

/// An error of this crate.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
#[error("{kind:?}: {detail}")]
pub struct Error {
    /// What the program decides by.
    pub kind: ErrorKind,
    /// What happened and what to do, for the person.
    pub message_tr: String,
    /// The cause for the log: English, without personal data.
    pub detail: String,
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with the usual Turkish sentence of its kind.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, message_tr: sentence(kind).to_owned(), detail: detail.into() }
    }

    /// An error with a sentence of its own.
    pub fn with_message(kind: ErrorKind, message_tr: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, message_tr: message_tr.into(), detail: detail.into() }
    }

    /// Larger than `limit_bytes`: the sentence names the limit.
    pub fn too_large(limit_bytes: u64) -> Self {
        let message = format!(
            "Dosya, izin verilen en büyük boyutu ({}) aşıyor. Daha küçük bir dosya seçin ya da dosyayı bölün.",
            human_size(limit_bytes)
        );
        Self::with_message(ErrorKind::TooLarge, message, format!("more than {limit_bytes} bytes"))
    }

    pub(crate) fn from_io(error: &io::Error, doing: &str) -> Self {
        Self::new(kind_of_io(error), format!("{doing}: {error}"))
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        use object_store::Error as Cause;
        let detail = chain(&error);
        let says = |words: &[&str]| words.iter().any(|word| detail.contains(word));
        let kind = match &error {
            // S3 tells a missing bucket and a missing key apart only in the text of its answer.
            _ if says(&["NoSuchBucket"]) => ErrorKind::Misconfigured,
            Cause::NotFound { .. } => ErrorKind::NotFound,
            Cause::PermissionDenied { .. } | Cause::Unauthenticated { .. } => ErrorKind::PermissionDenied,
            Cause::UnknownConfigurationKey { .. } | Cause::InvalidPath { .. } => ErrorKind::Misconfigured,
            // A full server answers 507 (RFC 4918) or names its quota.
            _ if says(&["status code: 507", "StorageFull", "QuotaExceeded"]) => ErrorKind::StorageFull,
            other => io_cause(other).map_or(ErrorKind::Unavailable, kind_of_io),
        };
        Self::new(kind, detail)
    }
}

/// The innermost I/O error behind `error`, where there is one.
fn io_cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a io::Error> {
    let mut cause = Some(error);
    let mut found = None;
    while let Some(error) = cause {
        found = error.downcast_ref::<io::Error>().or(found);
        cause = error.source();
    }
    found
}

/// All causes in one line; object_store's outermost text alone hides why a server did not answer.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let inner = error.to_string();
        if !text.contains(&inner) {
            text.push_str(": ");
            text.push_str(&inner);
        }
        cause = error.source();
    }
    text
}

fn kind_of_io(error: &io::Error) -> ErrorKind {
    match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorKind::PermissionDenied,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            ErrorKind::StorageFull
        }
        _ => ErrorKind::Unavailable,
    }
}

fn sentence(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::TooLarge => "Dosya, izin verilen en büyük boyutu aşıyor. Daha küçük bir dosya seçin.",
        ErrorKind::Interrupted => {
            "Dosya tamamlanmadan bağlantı kesildi; hiçbir şey kaydedilmedi. Dosyayı yeniden yükleyin."
        }
        ErrorKind::NotFound => "Dosya depoda bulunamadı. Sistem yöneticinize haber verin.",
        ErrorKind::Corrupt => {
            "Depodaki dosya, kaydedildiği günkü hâlinden farklı; bozulmuş ya da değiştirilmiş. \
             Sistem yöneticinize haber verin: yedekten geri alınmalıdır."
        }
        ErrorKind::StorageFull => {
            "Dosya deposunda yer kalmadı; dosya kaydedilmedi. Sistem yöneticinize haber verin, yer açılınca yeniden deneyin."
        }
        ErrorKind::PermissionDenied => {
            "Dosya deposuna erişim izni yok; işlem yapılmadı. Sistem yöneticinize haber verin."
        }
        ErrorKind::Unavailable => {
            "Dosya deposuna ulaşılamıyor; işlem yapılmadı. Biraz sonra yeniden deneyin."
        }
        ErrorKind::Misconfigured => "Dosya deposunun ayarları hatalı. Sistem yöneticinize haber verin.",
        ErrorKind::UnsupportedType => "Bu dosya türü desteklenmiyor.",
        ErrorKind::HostileArchive => {
            "Sıkıştırılmış dosyanın içi güvenli sınırların dışında (açılınca aşırı büyüyor, çok fazla dosya içeriyor \
             ya da içindekilerin adları geçersiz). Dosya kabul edilmedi."
        }
        ErrorKind::HugeImage => "Görüntünün boyutları çok büyük. Görüntüyü küçültüp yeniden yükleyin.",
        ErrorKind::Damaged => {
            "Dosya bozuk ya da eksik; okunamadı. Dosyayı açılıp açılmadığını denetleyerek yeniden kaydedin ve yükleyin."
        }
        ErrorKind::Encrypted => "Dosya parolayla korunuyor; içi okunamadı. Parolasız bir kopyasını yükleyin.",
        ErrorKind::NoText => "Bu dosyada okunabilir metin yok.",
        ErrorKind::TimedOut => {
            "Dosyanın okunması çok uzun sürdü ve durduruldu. Dosyayı sadeleştirip yeniden deneyin."
        }
    }
}

/// A size as people say it, with the Turkish decimal comma: `950 bayt`, `1,5 MB` (1 MB = 1024² bytes).
pub fn human_size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1024 {
        return format!("{bytes} bayt");
    }
    let mut tenths = u128::from(bytes) * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    if tenths % 10 == 0 {
        format!("{} {}", tenths / 10, UNITS[unit])
    } else {
        format!("{},{} {}", tenths / 10, tenths % 10, UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_with_a_turkish_comma() {
        let cases = [
            (0, "0 bayt"),
            (1023, "1023 bayt"),
            (1024, "1 KB"),
            (1536, "1,5 KB"),
            (25 * 1024 * 1024, "25 MB"),
            (u64::MAX, "16777215,9 TB"),
        ];
        for (bytes, said) in cases {
            assert_eq!(human_size(bytes), said);
        }
    }

    #[test]
    fn a_full_disk_a_locked_folder_and_a_lost_server_are_told_apart() {
        let cases = [
            (io::ErrorKind::StorageFull, ErrorKind::StorageFull, "yer kalmadı"),
            (io::ErrorKind::PermissionDenied, ErrorKind::PermissionDenied, "erişim izni yok"),
            (io::ErrorKind::ConnectionRefused, ErrorKind::Unavailable, "ulaşılamıyor"),
        ];
        for (cause, kind, words) in cases {
            let error = Error::from_io(&io::Error::from(cause), "writing");
            assert_eq!(error.kind, kind);
            assert!(error.message_tr.contains(words), "{}", error.message_tr);
            let source = Box::new(io::Error::from(cause));
            let wrapped = Error::from(object_store::Error::Generic { store: "x", source });
            assert_eq!(wrapped.kind, kind, "the cause is found behind object_store's wrapping");
        }
    }

    #[test]
    fn a_refusal_for_size_names_the_limit() {
        assert!(Error::too_large(25 * 1024 * 1024).message_tr.contains("(25 MB)"));
    }
}
