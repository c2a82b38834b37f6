//! A key that a server uses by itself: no person stands by to enter the PIN, so it comes from a file that nobody else may read,
//! and a wrong one is never tried again by itself.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use super::{Card, Driver, Token, TokenUri};
use crate::certificate::Certificate;
use crate::key::KeyError;

/// A PIN is not longer.
const MAX_PIN_BYTES: u64 = 256;
/// So long whoever uses the key has to write down that its PIN was refused.
const REMEMBERED: Duration = Duration::MINUTE;

/// What the key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Sign,
    Decrypt,
}

/// The institution's key on a module. One use at a time.
pub struct ServerKey {
    uri: TokenUri,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    driver: Option<Driver>,
    /// When the module refused the PIN, by the caller's clock.
    refused_at: Option<OffsetDateTime>,
}

impl ServerKey {
    pub fn new(uri: TokenUri) -> Self {
        Self { uri, state: Mutex::default() }
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

    fn found(&self, purpose: Purpose) -> Result<Certificate, KeyError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let driver = self.driver(&mut state)?;
        self.find(driver, purpose).map(|(_, certificate)| certificate)
    }

    /// Enters the PIN and lets `work` sign. `at` is now; `refused_at` is when the PIN was last refused, as far as the caller has it
    /// written down: it is entered again only when its file was written after that.
    ///
    /// # Errors
    /// Those of the module, of the file of the PIN, and of `work`; [`KeyError::RefusesAnotherTry`] without asking the module.
    pub fn to_sign<T>(
        &self,
        (at, refused_at): (OffsetDateTime, Option<OffsetDateTime>),
        work: impl FnOnce(&Token) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        self.with(Purpose::Sign, (at, refused_at), work)
    }

    /// The same to decrypt.
    ///
    /// # Errors
    /// As [`ServerKey::to_sign`].
    pub fn to_decrypt<T>(
        &self,
        (at, refused_at): (OffsetDateTime, Option<OffsetDateTime>),
        work: impl FnOnce(&Token) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        self.with(Purpose::Decrypt, (at, refused_at), work)
    }

    fn with<T>(
        &self,
        purpose: Purpose,
        (at, refused_at): (OffsetDateTime, Option<OffsetDateTime>),
        work: impl FnOnce(&Token) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Another use of the key was refused just now, and whoever was told has not written it down yet.
        if state.refused_at.is_some_and(|before| at - before < REMEMBERED && at >= before)
            && refused_at.is_none()
        {
            return Err(KeyError::RefusesAnotherTry);
        }
        let (pin, written_at) = pin(&self.uri.pin_source)?;
        if refused_at.is_some_and(|refused| written_at <= refused) {
            return Err(KeyError::RefusesAnotherTry);
        }
        let driver = self.driver(&mut state)?;
        let (card, certificate) = self.find(driver, purpose)?;
        let mut token = match purpose {
            Purpose::Sign => Token::open(driver, &card, &certificate)?,
            Purpose::Decrypt => Token::open_to_decrypt(driver, &card, &certificate)?,
        };
        let entered = token.log_in(&pin);
        let outcome = match &entered {
            Ok(()) => work(&token),
            Err(error) => Err(error.clone()),
        };
        drop(token);
        state.refused_at = matches!(entered, Err(KeyError::WrongPin { .. } | KeyError::Locked)).then_some(at);
        outcome
    }

    /// A person wants the PIN entered once more.
    pub fn allow_another_try(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).refused_at = None;
    }

    fn driver<'a>(&self, state: &'a mut State) -> Result<&'a Driver, KeyError> {
        if state.driver.is_none() {
            state.driver = Some(Driver::open(&self.uri.module_path)?);
        }
        state.driver.as_ref().ok_or(KeyError::NoCard)
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
