//! Why a package is not written.

use std::io;

use crate::findings::Finding;

/// What is wrong and what to do; texts are Turkish, because a clerk reads them.
#[derive(Debug, thiserror::Error)]
pub enum CannotWrite {
    /// The letter breaks rules that the verifier would report.
    #[error("Paket oluşturulmadı: {}", texts(.0))]
    Rules(Vec<Finding>),
    /// A field that the version of the format does not know.
    #[error(
        "Paket oluşturulmadı: {0} bu paket sürümünde yazılamaz; alanı boşaltınız ya da sürüm 2.0 kullanınız."
    )]
    NotInVersion(&'static str),
    /// An enclosed annex without its file.
    #[error(
        "Paket oluşturulmadı: “{0}” ekinin dosyası verilmemiş. Dosyayı ekleyiniz ya da eki listeden çıkarınız."
    )]
    NoContent(String),
    /// A file for no enclosed annex.
    #[error(
        "Paket oluşturulmadı: üstveride dahili dosya olarak bulunmayan bir ek için dosya verilmiş ({0})."
    )]
    StrayContent(String),
    /// A signature without bytes.
    #[error("Paket oluşturulmadı: {0} boş. İmzalama işlemini yineleyiniz.")]
    EmptySignature(&'static str),
    /// Another number or date than the one that was signed.
    #[error("Paket oluşturulmadı: belgenin tarihi ve sayısı imzalanan üstveridekiyle aynı değil.")]
    OtherNumber,
    /// A file name that parts cannot have.
    #[error(
        "Paket oluşturulmadı: “{name}” dosya adı pakette kullanılamaz; dosyayı “{better}” adıyla ekleyiniz."
    )]
    BadFileName {
        /// The name.
        name: String,
        /// One that can be used.
        better: String,
    },
    /// A media type that is none.
    #[error(
        "Paket oluşturulmadı: “{0}” geçerli bir dosya türü (MIME) değil; “application/pdf” gibi yazınız."
    )]
    BadMediaType(String),
    /// A character that XML cannot carry.
    #[error("Paket oluşturulmadı: {0} içinde yazılamayan bir denetim karakteri var. Metni düzeltiniz.")]
    BadText(&'static str),
    /// A file changed after its digest was taken.
    #[error("Paket oluşturulmadı: {0} dosyası imzalandıktan sonra değişmiş. Belgeyi yeniden imzalatınız.")]
    Changed(String),
    /// No such line in the list of addressees.
    #[error("Paket oluşturulmadı: dağıtım listesinde {0}. sırada alıcı yok.")]
    NoAddressee(usize),
    /// The machine failed.
    #[error("Paket yazılırken hata oluştu; yeniden deneyiniz. ({0})")]
    Io(#[from] io::Error),
}

fn texts(findings: &[Finding]) -> String {
    findings.iter().map(|finding| finding.text.as_str()).collect::<Vec<_>>().join(" ")
}
