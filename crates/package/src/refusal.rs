//! Why a package is not read or not written, in a sentence for the person who holds it.

use std::io;

/// What happened and what to do. Texts are Turkish, because a clerk reads them.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Not a zip archive, or cut off.
    #[error(
        "Dosya e-Yazışma paketi olarak açılamadı; eksik inmiş ya da bozulmuş olabilir. Paketi göndericiden yeniden isteyiniz. ({0})"
    )]
    Damaged(String),
    /// An archive without the relationships of a package.
    #[error(
        "Dosya bir e-Yazışma paketi değil: paketin ilişki listesi (_rels/.rels) yok. Doğru dosyayı seçtiğinizden emin olunuz."
    )]
    NotAPackage,
    /// More files than the limit.
    #[error(
        "Pakette izin verilenden çok dosya var (en çok {limit}). Paket açılmadı; göndericiyle görüşünüz."
    )]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
    /// Unpacks to more than the limit.
    #[error(
        "Paket açıldığında izin verilen {limit_bytes} bayttan büyük oluyor. Paket açılmadı; göndericiyle görüşünüz."
    )]
    TooLarge {
        /// The limit in bytes.
        limit_bytes: u64,
    },
    /// A small part that is not small.
    #[error(
        "Paketteki {part} izin verilen {limit_bytes} bayttan büyük. Paket açılmadı; göndericiyle görüşünüz."
    )]
    PartTooLarge {
        /// Its name.
        part: String,
        /// The limit in bytes.
        limit_bytes: u64,
    },
    /// Unpacks to far more than it is packed: a bomb.
    #[error(
        "Paketteki {part} sıkıştırılmış hâlinin çok üstünde büyüyor; zararlı olabilir. Paketi açmayınız ve göndericiyle görüşünüz."
    )]
    Bomb {
        /// Its name.
        part: String,
    },
    /// A name that leaves the folder.
    #[error(
        "Paketteki bir dosyanın adı paketin dışını gösteriyor ({0}); zararlı olabilir. Paketi açmayınız ve göndericiyle görüşünüz."
    )]
    UnsafeName(String),
    /// Two parts with names that are the same for OPC.
    #[error(
        "Pakette aynı adı taşıyan iki dosya var ({0}); hangisinin imzalandığı belli değil. Paketi göndericiden yeniden isteyiniz."
    )]
    DuplicateName(String),
    /// Bytes that belong to two entries.
    #[error(
        "Paketteki dosyalar üst üste biniyor; zararlı olabilir. Paketi açmayınız ve göndericiyle görüşünüz."
    )]
    Overlapping,
    /// A zip with a password, which is not how letters are encrypted.
    #[error(
        "Paketin içindeki dosyalar parolayla korunmuş. e-Yazışma paketleri parolayla değil, elektronik sertifikayla şifrelenir; göndericiden parolasız paket isteyiniz."
    )]
    Password,
    /// A way of packing that is not Deflate.
    #[error(
        "Paketteki {0} desteklenmeyen bir yöntemle sıkıştırılmış. Paketi göndericiden yeniden isteyiniz."
    )]
    UnsupportedCompression(String),
    /// The outside of an encrypted package has no content to hand out, or the like.
    #[error("Pakette {0} yok. Paketi göndericiden yeniden isteyiniz.")]
    NoSuchPart(String),
    /// A part that cannot be unpacked.
    #[error(
        "Paketteki {part} okunamadı; dosya bozulmuş olabilir. Paketi göndericiden yeniden isteyiniz. ({detail})"
    )]
    UnreadablePart {
        /// Its name.
        part: String,
        /// For us.
        detail: String,
    },
    /// The machine failed, not the package.
    #[error("Dosya okunurken ya da yazılırken hata oluştu; yeniden deneyiniz. ({0})")]
    Io(#[from] io::Error),
}
