//! The one error of the house: a kind (mapped once to HTTP), a Turkish sentence for people, the cause for us.

use std::fmt;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in a dozen kinds. The web crate maps each to one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No such record, or one this person may not know of.
    NotFound,
    /// The record is visible but the act is not allowed.
    Forbidden,
    /// Nobody is signed in, or the session ended.
    SignInRequired,
    /// The input breaks rules; `violations` names them.
    Invalid,
    /// Somebody else changed it meanwhile, or it exists already.
    Conflict,
    /// More bytes, rows or pixels than the limit.
    TooLarge,
    /// Too many tries; slow down.
    TooMany,
    /// A format we do not read.
    Unsupported,
    /// Database, disk or store is away or full; nothing was written.
    Unavailable,
    /// Our fault.
    Internal,
}

/// One broken rule: a stable code, the field it belongs to (empty for the whole form) and a Turkish sentence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    pub code: &'static str,
    pub field: String,
    pub text: String,
}

impl Violation {
    pub fn new(code: &'static str, field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code, field: field.into(), text: text.into() }
    }
}

/// See [`ErrorKind`]. `message_tr` says what happened and what to do; `context` never reaches a person's screen.
#[derive(Debug)]
pub struct Error {
    pub kind: ErrorKind,
    pub message_tr: String,
    pub violations: Vec<Violation>,
    pub context: String,
}

impl Error {
    pub fn new(kind: ErrorKind, message_tr: impl Into<String>) -> Self {
        Self { kind, message_tr: message_tr.into(), violations: Vec::new(), context: String::new() }
    }

    pub fn not_found() -> Self {
        Self::new(
            ErrorKind::NotFound,
            "Aradığınız kayıt bulunamadı. Silinmiş ya da adresi değişmiş olabilir.",
        )
    }

    pub fn forbidden() -> Self {
        Self::new(ErrorKind::Forbidden, "Bu işlem için yetkiniz yok. Gerekliyse yöneticinizden isteyin.")
    }

    pub fn sign_in() -> Self {
        Self::new(ErrorKind::SignInRequired, "Oturumunuz sona ermiş. Lütfen yeniden giriş yapın.")
    }

    pub fn invalid(violations: Vec<Violation>) -> Self {
        let mut error = Self::new(ErrorKind::Invalid, "Bilgilerde düzeltilmesi gereken yerler var.");
        error.violations = violations;
        error
    }

    /// One broken rule of the whole form or of one field.
    pub fn rule(code: &'static str, field: &str, text: impl Into<String>) -> Self {
        Self::invalid(vec![Violation::new(code, field, text)])
    }

    pub fn conflict(message_tr: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message_tr)
    }

    pub fn internal(context: impl fmt::Display) -> Self {
        let mut error = Self::new(
            ErrorKind::Internal,
            "Beklenmeyen bir hata oluştu; yaptığınız işlem kaydedilmedi. Yineleniyorsa başvuru numarasıyla bildirin.",
        );
        error.context = context.to_string();
        error
    }

    pub fn with_context(mut self, context: impl fmt::Display) -> Self {
        self.context = context.to_string();
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message_tr)?;
        for violation in &self.violations {
            write!(f, " {}", violation.text)?;
        }
        if !self.context.is_empty() {
            write!(f, " [{}]", self.context)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<sea_orm::DbErr> for Error {
    /// Unique breaches are conflicts, a full or missing store is "unavailable", all else is our fault.
    fn from(source: sea_orm::DbErr) -> Self {
        use sea_orm::SqlErr;
        if let Some(SqlErr::UniqueConstraintViolation(text)) = source.sql_err() {
            return Self::conflict("Aynı bilgiyle bir kayıt zaten var.").with_context(text);
        }
        if matches!(code(&source).as_deref(), Some(DEADLOCK | SERIALIZATION)) {
            let text =
                "Aynı anda başka biri de bu kayıtlarda işlem yapıyordu; sizinki yapılmadı. Yeniden deneyin.";
            return Self::conflict(text).with_context(source);
        }
        let text = source.to_string();
        let full = ["database or disk is full", "No space left", "Disk quota exceeded"];
        if full.iter().any(|sign| text.contains(sign)) || code(&source).as_deref() == Some(DISK_FULL) {
            return Self::new(
                ErrorKind::Unavailable,
                "Sunucunun diskinde yer kalmadı; hiçbir değişiklik yapılmadı, yazdıklarınız kaydedilmedi. Sistem yöneticinize haber verin, yer açılınca yeniden deneyin.",
            )
            .with_context(text);
        }
        let away = [
            "disk I/O error",
            "Connection refused",
            "PoolTimedOut",
            "pool timed out",
            "database is locked",
            "terminating connection",
            "Broken pipe",
            "Connection reset",
        ];
        if away.iter().any(|sign| text.contains(sign)) {
            return Self::new(
                ErrorKind::Unavailable,
                "Veritabanına şu anda yazılamıyor ya da ulaşılamıyor; hiçbir değişiklik yapılmadı. Birazdan yeniden deneyin.",
            )
            .with_context(text);
        }
        Self::internal(text)
    }
}

/// PostgreSQL's code for a full disk; its words follow the language of the server.
const DISK_FULL: &str = "53100";

/// PostgreSQL ended this transaction because two waited for each other; on SQLite writers queue and it cannot happen.
const DEADLOCK: &str = "40P01";
const SERIALIZATION: &str = "40001";

/// The database's own code of an error.
fn code(error: &sea_orm::DbErr) -> Option<String> {
    use sea_orm::{DbErr, RuntimeErr};
    let (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) = error
    else {
        return None;
    };
    inner.as_database_error()?.code().map(|code| code.into_owned())
}

impl From<std::io::Error> for Error {
    fn from(source: std::io::Error) -> Self {
        Self::internal(source)
    }
}

impl From<serde_json::Error> for Error {
    fn from(source: serde_json::Error) -> Self {
        Self::internal(source)
    }
}
