//! Whatever can sign: a key in a file for trials, or one that never leaves its card.

mod software;
#[cfg(feature = "token")]
pub mod token;

use crate::build::SignatureAlgorithm;
use crate::certificate::Certificate;
use crate::error::Error;

pub use software::SoftwareKey;

/// A key with its certificates.
pub trait Key {
    /// The signer's certificate first, those above it after it.
    fn chain(&self) -> &[Certificate];

    fn algorithm(&self) -> SignatureAlgorithm;

    /// The signature over `message` (digested on the way). ECDSA values are DER.
    ///
    /// # Errors
    /// Whatever the key refuses with.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;

    /// Whether the key lies in a file, so that nobody may mistake its signatures for secure ones.
    fn is_trial(&self) -> bool;
}

/// Why a key does not sign. The text is Turkish, for the person whose card it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("Anahtar dosyası okunamadı: {0}.")]
    NotReadable(&'static str),
    #[error("Anahtar, verilen sertifikaya ait değil.")]
    DoesNotFit,
    #[error("İmzalama yapılamadı: {0}.")]
    Refused(String),
    #[error("Kart sürücüsü yüklenemedi: {0}.")]
    Driver(String),
    #[error("Okuyucuda kart yok ya da kart çıkarıldı.")]
    NoCard,
    #[error("Kartta imza için verilmiş bu sertifika bulunamadı.")]
    NoCertificate,
    #[error("Önce karta PIN ile girilmesi gerekir.")]
    NotLoggedIn,
    #[error("{}", wrong_pin(*.last_try))]
    WrongPin {
        /// The card says that one more wrong PIN locks it.
        last_try: bool,
    },
    #[error(
        "Bu kartta PIN az önce yanlış girildi; kartın kilitlenmemesi için yeni deneme ancak açıkça istenirse yapılır."
    )]
    RefusesAnotherTry,
    #[error(
        "Kartta tek PIN denemesi kaldı; yanlış girilirse kart kilitlenir. Deneme ancak açıkça istenirse yapılır."
    )]
    LastTryLeft,
    #[error("Okuyucudaki kart, sertifikası seçilen kart değil; PIN bu karta gönderilmedi.")]
    AnotherCard,
    #[error("Kart kilitli: PIN çok kez yanlış girilmiş. Kartı veren kurumdan kilidin açılmasını isteyin.")]
    Locked,
    #[error("Anahtarın adresi okunamadı: {0}.")]
    Address(&'static str),
    #[error("PIN şu anda başka bir sunucuda deneniyor; birazdan yeniden denenecek.")]
    TriedElsewhere,
    #[error("PIN’in denendiği not edilemediği için PIN girilmedi: {0}")]
    NotNoted(String),
    #[error("PIN dosyası ({0}) {1}.")]
    PinFile(String, &'static str),
    #[error("Modülde adreste yazan sertifika yok ya da birden çok; modüldekilerin etiketleri: {0}.")]
    NoSuchObject(String),
    #[error(transparent)]
    Other(#[from] Error),
}

fn wrong_pin(last_try: bool) -> &'static str {
    if last_try {
        "PIN yanlış. Bir kez daha yanlış girilirse kart kilitlenecek."
    } else {
        "PIN yanlış. Art arda yanlış girişler kartı kilitler."
    }
}
