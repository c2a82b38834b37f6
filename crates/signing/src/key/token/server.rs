//! A key that a server uses by itself: no person stands by to enter the PIN, so it comes from a file that nobody else may read,
//! and a wrong one is never tried again by itself.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{Card, Driver, Token, TokenUri};
use crate::certificate::Certificate;
use crate::key::KeyError;

/// A PIN is not longer.
const MAX_PIN_BYTES: u64 = 256;

/// What the key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Sign,
    Decrypt,
}

/// A PIN that is about to be entered.
pub struct PinEntry<'a> {
    /// Label and serial number of the card.
    pub card: String,
    pub pin: &'a str,
    /// When its file was written.
    pub written_at: OffsetDateTime,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    Right,
    Wrong,
    /// The card did not get to see it.
    Not,
}

/// Stands before the module's PIN. Several servers may share a module that locks itself after a few wrong PINs, so whoever has
/// something in common with the others says whether a PIN may be entered, and remembers what came of it. Blocks.
pub trait PinGate {
    /// # Errors
    /// [`KeyError::RefusesAnotherTry`] or whatever keeps the PIN from being entered now.
    fn open(&self, entry: &PinEntry) -> Result<(), KeyError>;

    /// Told right after an entry that was let through.
    fn entered(&self, entry: &PinEntry, outcome: Entered);
}

/// The institution's key on a module. One use of the module at a time.
pub struct ServerKey {
    uri: TokenUri,
}

impl ServerKey {
    pub fn new(uri: TokenUri) -> Self {
        Self { uri }
    }

    pub fn uri(&self) -> &TokenUri {
        &self.uri
    }

    /// The certificate that others check its signatures with. No PIN is entered.
    ///
    /// # Errors
    /// [`KeyError::Driver`], [`KeyError::NoCard`], [`KeyError::NoSuchObject`].
    pub fn certificate(&self) -> Result<Certificate, KeyError> {
        self.found(Purpose::Sign)
    }

    /// The certificate that others encrypt for. No PIN is entered.
    ///
    /// # Errors
    /// As [`ServerKey::certificate`].
    pub fn encryption_certificate(&self) -> Result<Certificate, KeyError> {
        self.found(Purpose::Decrypt)
    }

    /// Whether the file of the PIN can be read, and by nobody else. The PIN is not entered.
    ///
    /// # Errors
    /// [`KeyError::PinFile`].
    pub fn pin_file(&self) -> Result<(), KeyError> {
        pin(&self.uri.pin_source).map(|_| ())
    }

    fn found(&self, purpose: Purpose) -> Result<Certificate, KeyError> {
        let driver = self.driver()?;
        let _turn = driver.turn();
        self.find(&driver, purpose).map(|(_, certificate)| certificate)
    }

    /// Enters the PIN, if the gate lets it, and lets `work` sign.
    ///
    /// # Errors
    /// Those of the module, of the file of the PIN, of the gate, and of `work`.
    pub fn to_sign<T>(
        &self,
        gate: &dyn PinGate,
        work: impl FnOnce(&Token) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        self.with(Purpose::Sign, gate, work)
    }

    /// The same to decrypt.
    ///
    /// # Errors
    /// As [`ServerKey::to_sign`].
    pub fn to_decrypt<T>(
        &self,
        gate: &dyn PinGate,
        work: impl FnOnce(&Token) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        self.with(Purpose::Decrypt, gate, work)
    }

    fn with<T>(
        &self,
        purpose: Purpose,
        gate: &dyn PinGate,
        work: impl FnOnce(&Token) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        let driver = self.driver()?;
        let _turn = driver.turn();
        let (pin, written_at) = pin(&self.uri.pin_source)?;
        let (card, certificate) = self.find(&driver, purpose)?;
        let mut token = match purpose {
            Purpose::Sign => Token::open(&driver, &card, &certificate)?,
            Purpose::Decrypt => Token::open_to_decrypt(&driver, &card, &certificate)?,
        };
        let entry = PinEntry { card: format!("{} {}", card.label, card.serial), pin: &pin, written_at };
        gate.open(&entry)?;
        let entered = token.log_in(&pin);
        let outcome = match &entered {
            Ok(()) => Entered::Right,
            Err(KeyError::WrongPin { .. } | KeyError::Locked) => Entered::Wrong,
            // It was right if the card let in and only the key is missing.
            Err(KeyError::NoCertificate) => Entered::Right,
            Err(_) => Entered::Not,
        };
        gate.entered(&entry, outcome);
        entered?;
        work(&token)
    }

    fn driver(&self) -> Result<Driver, KeyError> {
        Driver::open(&self.uri.module_path)
    }

    fn find(&self, driver: &Driver, purpose: Purpose) -> Result<(Card, Certificate), KeyError> {
        let is_it = |card: &Card| {
            self.uri.token.as_ref().is_none_or(|label| *label == card.label)
                && self.uri.serial.as_ref().is_none_or(|serial| *serial == card.serial)
        };
        let card = driver.cards()?.into_iter().find(is_it).ok_or(KeyError::NoCard)?;
        let fits = |one: &Certificate| match purpose {
            Purpose::Sign => one.is_for_signatures(),
            Purpose::Decrypt => one.is_for_encryption(),
        };
        let named = card.certificates.iter().zip(&card.names);
        let mut found = named.filter(|(one, (label, id))| {
            fits(one)
                && self.uri.object.as_ref().is_none_or(|wanted| wanted == label)
                && self.uri.id.as_ref().is_none_or(|wanted| wanted == id)
        });
        let first = found.next().map(|(one, _)| one.clone());
        // Of two that fit, none is chosen by chance.
        match (first, found.next()) {
            (Some(one), None) => Ok((card, one)),
            _ => {
                let labels: Vec<String> =
                    card.names.iter().map(|(label, _)| label.clone()).take(10).collect();
                Err(KeyError::NoSuchObject(labels.join(", ")))
            }
        }
    }
}

/// The PIN, and when its file was written.
fn pin(file: &Path) -> Result<(Zeroizing<String>, OffsetDateTime), KeyError> {
    let wrong = |why: &'static str| KeyError::PinFile(file.display().to_string(), why);
    let found = fs::metadata(file).map_err(|_| wrong("okunamadı"))?;
    if !found.is_file() || found.len() > MAX_PIN_BYTES {
        return Err(wrong("tek satırlık bir dosya olmalı"));
    }
    if is_open_to_others(&found) {
        return Err(wrong("başkalarına da açık; izinlerini daraltın (chmod 600)"));
    }
    let mut text = Zeroizing::new(String::with_capacity(MAX_PIN_BYTES as usize));
    let opened = fs::File::open(file).map_err(|_| wrong("okunamadı"))?;
    opened.take(MAX_PIN_BYTES).read_to_string(&mut text).map_err(|_| wrong("okunamadı"))?;
    let length = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(length);
    if text.is_empty() {
        return Err(wrong("boş"));
    }
    let written = found.modified().map_err(|_| wrong("ne zaman yazıldığı bilinmiyor"))?;
    Ok((text, written.into()))
}

#[cfg(unix)]
fn is_open_to_others(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    found.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}
