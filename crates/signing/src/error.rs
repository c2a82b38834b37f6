//! What can go wrong while bytes are read or made. Doubts about a signature are no errors: they are
//! findings of a report.

/// Why something could not be read or made. The text is Turkish, for the person in front of the screen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// What was looked for, for us; people are told that it is not there.
    #[error("Dosya beklenen biçimde değil: bozuk ya da başka türden.")]
    Malformed(&'static str),
    #[error("Dosya kabul edilen sınırları aşıyor ({0}).")]
    TooLarge(&'static str),
    #[error("Bu algoritma ya da biçim desteklenmiyor ({0}).")]
    Unsupported(&'static str),
    #[error("PDF şifreli. Şifresi kaldırılmadan imzalanamaz, imzası denetlenemez.")]
    PdfEncrypted,
    #[error("PDF’nin iç düzeni bozuk; imza eklenemez. Dosyayı bir PDF programında açıp yeniden kaydedin.")]
    PdfDamaged,
    #[error(
        "PDF’yi onaylayan kişi, sonradan hiçbir şey eklenmesine izin vermemiş; yeni imza onun imzasını bozar."
    )]
    PdfLocked,
    #[error("İmza dosyasında {0}. imzacı yok.")]
    NoSuchSigner(usize),
    #[error("İmza dosyası özgün içeriği taşımıyor; içeriğin ayrıca verilmesi gerekir.")]
    ContentMissing,
    #[error("Verilen içerik, imza dosyasının içindekinden farklı.")]
    ContentDiffers,
    #[error("İmzalayan sertifika verilmedi.")]
    CertificateMissing,
    #[error("Yeni imza, verilen sertifikayla doğrulanmadı; imza eklenmedi.")]
    SignatureDoesNotFit,
    #[error("Zaman damgası sunucusu isteği kabul etmedi: {0}")]
    TimeStampRefused(String),
    #[error("Şifreli içerik bu kurumun sertifikasıyla şifrelenmemiş.")]
    NotForThisKey,
    #[error("Şifre çözülemedi: içerik bu kurumun anahtarıyla şifrelenmemiş, eksik ya da bozuk.")]
    CannotDecrypt,
    #[error("Dosya yazılamadı ya da okunamadı: {0}")]
    Io(String),
    #[error("Zaman damgası bu veriye ait değil.")]
    TimeStampDiffers,
}
