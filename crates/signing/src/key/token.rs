//! A key on a card or a security module, over PKCS #11. The server's seal and the clerk's card are the
//! same thing here. The PIN is handed to the driver and kept nowhere.
//!
//! A card locks itself after three wrong PINs and then has to go back to whoever gave it. So after one
//! wrong answer a [`Token`] refuses every further PIN by itself, until [`Token::allow_another_try`] is
//! called because a person said so; and it never sends a PIN to a card other than the chosen one.

mod server;
mod uri;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as CardError, RvError};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsOaepParams, PkcsOaepSource};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

pub use server::{Entered, PinEntry, PinGate, ServerKey};
pub use uri::TokenUri;

use super::{Key, KeyError};
use crate::algorithm::Hash;
use crate::asn1;
use crate::build::SignatureAlgorithm;
use crate::certificate::Certificate;
use crate::enveloped::Wrapping;

/// More certificates than this are not read from one card.
const MAX_CERTIFICATES: usize = 64;

/// The card maker's library, one per process and library.
#[derive(Clone)]
pub struct Driver {
    module: Pkcs11,
    /// Whoever logs in takes it: a card is open or closed for the whole process (PKCS #11, 5.6), so that a second
    /// session would be let in without a PIN, or with a wrong one.
    turn: Arc<Mutex<()>>,
    /// Only there if the driver had to be started without arguments.
    _started: Option<Arc<pkcs11::Ctx>>,
}

/// Drivers that were loaded, by the library's path. They are started one at a time, because who asks a driver that another thread is
/// just starting is told anything, and never unloaded: what a driver began (SoftHSM's handlers in OpenSSL, a card maker's own threads)
/// is called once more when the process ends, and must be there then.
static LOADED: Mutex<BTreeMap<PathBuf, Driver>> = Mutex::new(BTreeMap::new());

/// A card that is in a reader.
#[derive(Debug, Clone)]
pub struct Card {
    slot: Slot,
    pub label: String,
    pub serial: String,
    pub pin: PinState,
    /// Every certificate that could be read.
    pub certificates: Vec<Certificate>,
    /// Label and id of each of them, in the same order.
    names: Vec<(String, Vec<u8>)>,
}

/// What the card says about its PIN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PinState {
    /// A wrong PIN was given since the last right one.
    pub is_count_low: bool,
    /// The next wrong PIN locks the card.
    pub is_final_try: bool,
    pub is_locked: bool,
}

impl Card {
    /// The certificates a person may sign with (keyUsage nonRepudiation), to choose from: show holder,
    /// TCKN and validity.
    pub fn signing_certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().filter(|one| one.is_for_signatures())
    }
}

impl Driver {
    /// Loads a driver (`/usr/lib/libakisp11.so`, `akisp11.dll`, …) and starts it, or gives the one that was
    /// loaded before. AKİS refuses the usual start arguments and is started without any.
    ///
    /// # Errors
    /// [`KeyError::Driver`].
    pub fn open(library: &Path) -> Result<Self, KeyError> {
        Self::loaded(library, |module| {
            match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
                Ok(()) | Err(CardError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(None),
                Err(CardError::Pkcs11(
                    RvError::ArgumentsBad | RvError::CantLock | RvError::NeedToCreateThreads,
                    _,
                )) => started_without_arguments(library).map(Some),
                Err(error) => Err(driver(error)),
            }
        })
    }

    /// As [`Driver::open`], with no arguments at all.
    ///
    /// # Errors
    /// [`KeyError::Driver`].
    pub fn open_without_arguments(library: &Path) -> Result<Self, KeyError> {
        Self::loaded(library, |_| started_without_arguments(library).map(Some))
    }

    /// Waits until no other thread uses the driver.
    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn loaded(
        library: &Path,
        start: impl FnOnce(&Pkcs11) -> Result<Option<Arc<pkcs11::Ctx>>, KeyError>,
    ) -> Result<Self, KeyError> {
        let mut all = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(driver) = all.get(library) {
            return Ok(driver.clone());
        }
        let module = Pkcs11::new(library).map_err(driver)?;
        let _started = start(&module)?;
        let driver = Driver { module, turn: Arc::default(), _started };
        all.insert(library.to_path_buf(), driver.clone());
        Ok(driver)
    }

    /// The cards that are in readers now, with what can be read without a PIN.
    ///
    /// # Errors
    /// [`KeyError::Driver`]. A card that cannot be read is left out.
    pub fn cards(&self) -> Result<Vec<Card>, KeyError> {
        let slots = self.module.get_slots_with_token().map_err(refused)?;
        Ok(slots.into_iter().filter_map(|slot| self.card(slot).ok()).collect())
    }

    fn card(&self, slot: Slot) -> Result<Card, KeyError> {
        let info = self.module.get_token_info(slot).map_err(refused)?;
        let session = self.module.open_ro_session(slot).map_err(refused)?;
        let (mut certificates, mut names) = (Vec::new(), Vec::new());
        let found = session.find_objects(&[Attribute::Class(ObjectClass::CERTIFICATE)]).map_err(refused)?;
        let wanted = [AttributeType::Value, AttributeType::Label, AttributeType::Id];
        for object in found.into_iter().take(MAX_CERTIFICATES) {
            let (mut one, mut label, mut id) = (None, String::new(), Vec::new());
            for value in session.get_attributes(object, &wanted).unwrap_or_default() {
                match value {
                    Attribute::Value(der) => one = Certificate::from_der(&der).ok(),
                    Attribute::Label(text) => label = String::from_utf8_lossy(&text).trim().to_owned(),
                    Attribute::Id(bytes) => id = bytes,
                    _ => {}
                }
            }
            if let Some(one) = one {
                certificates.push(one);
                names.push((label, id));
            }
        }
        Ok(Card {
            slot,
            label: info.label().trim().to_owned(),
            serial: info.serial_number().trim().to_owned(),
            pin: self.pin_state(slot)?,
            certificates,
            names,
        })
    }

    fn pin_state(&self, slot: Slot) -> Result<PinState, KeyError> {
        let info = self.module.get_token_info(slot).map_err(refused)?;
        Ok(PinState {
            is_count_low: info.user_pin_count_low(),
            is_final_try: info.user_pin_final_try(),
            is_locked: info.user_pin_locked(),
        })
    }
}

/// One certificate's key on one card.
pub struct Token<'a> {
    driver: &'a Driver,
    card: Card,
    chain: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
    session: Session,
    key: Option<ObjectHandle>,
    was_wrong: bool,
    is_last_try_allowed: bool,
}

impl<'a> Token<'a> {
    /// Opens a session; no PIN is asked for yet. Certificates above the signer's are taken from the card
    /// if they are there.
    ///
    /// # Errors
    /// [`KeyError::NoCertificate`] if it is not on the card or not for signatures.
    pub fn open(driver: &'a Driver, card: &Card, certificate: &Certificate) -> Result<Self, KeyError> {
        if !card.signing_certificates().any(|one| one == certificate) {
            return Err(KeyError::NoCertificate);
        }
        Self::open_any(driver, card, certificate)
    }

    /// The same for a certificate that others encrypt for.
    ///
    /// # Errors
    /// [`KeyError::NoCertificate`] if it is not on the card or not RSA.
    pub fn open_to_decrypt(
        driver: &'a Driver,
        card: &Card,
        certificate: &Certificate,
    ) -> Result<Self, KeyError> {
        let is_there = card.certificates.contains(certificate) && certificate.is_for_encryption();
        if !is_there || SignatureAlgorithm::of(certificate)? != SignatureAlgorithm::RsaSha256 {
            return Err(KeyError::NoCertificate);
        }
        Self::open_any(driver, card, certificate)
    }

    fn open_any(driver: &'a Driver, card: &Card, certificate: &Certificate) -> Result<Self, KeyError> {
        let session = driver.module.open_ro_session(card.slot).map_err(refused)?;
        Ok(Token {
            driver,
            chain: chain(certificate, &card.certificates),
            card: card.clone(),
            algorithm: SignatureAlgorithm::of(certificate)?,
            session,
            key: None,
            was_wrong: false,
            is_last_try_allowed: false,
        })
    }

    /// What the card says about its PIN now.
    ///
    /// # Errors
    /// [`KeyError::NoCard`].
    pub fn pin_state(&self) -> Result<PinState, KeyError> {
        self.driver.pin_state(self.card.slot)
    }

    /// Enters the PIN. It is sent once and not kept.
    ///
    /// # Errors
    /// [`KeyError::WrongPin`]; after it [`KeyError::RefusesAnotherTry`] without asking the card, until
    /// [`Token::allow_another_try`]. [`KeyError::LastTryLeft`] if the card says so beforehand,
    /// [`KeyError::Locked`], [`KeyError::AnotherCard`].
    pub fn log_in(&mut self, pin: &str) -> Result<(), KeyError> {
        if self.was_wrong {
            return Err(KeyError::RefusesAnotherTry);
        }
        let info = self.driver.module.get_token_info(self.card.slot).map_err(refused)?;
        if info.serial_number().trim() != self.card.serial {
            return Err(KeyError::AnotherCard);
        }
        let state = self.pin_state()?;
        if state.is_locked {
            return Err(KeyError::Locked);
        }
        if state.is_final_try && !self.is_last_try_allowed {
            return Err(KeyError::LastTryLeft);
        }
        self.is_last_try_allowed = false;
        match self.session.login(UserType::User, Some(&AuthPin::new(pin.into()))) {
            Ok(()) | Err(CardError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(CardError::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid, _)) => {
                self.was_wrong = true;
                let state = self.pin_state().unwrap_or_default();
                return Err(if state.is_locked {
                    KeyError::Locked
                } else {
                    KeyError::WrongPin { last_try: state.is_final_try }
                });
            }
            Err(CardError::Pkcs11(RvError::PinLocked, _)) => return Err(KeyError::Locked),
            Err(error) => return Err(refused(error)),
        }
        self.key = Some(self.find_key()?);
        Ok(())
    }

    /// A person asked for one more try, knowing what the card says ([`Token::pin_state`]).
    pub fn allow_another_try(&mut self) {
        self.was_wrong = false;
        self.is_last_try_allowed = true;
    }

    /// The private key that bears the certificate's id; some cards give no ids but have one key only.
    fn find_key(&self) -> Result<ObjectHandle, KeyError> {
        let wanted =
            [Attribute::Class(ObjectClass::CERTIFICATE), Attribute::Value(self.chain[0].der().to_vec())];
        let certificate = self.session.find_objects(&wanted).map_err(refused)?;
        let mut template = vec![Attribute::Class(ObjectClass::PRIVATE_KEY)];
        if let Some(object) = certificate.first() {
            let ids = self.session.get_attributes(*object, &[AttributeType::Id]).unwrap_or_default();
            template.extend(ids.into_iter().filter(|id| !matches!(id, Attribute::Id(id) if id.is_empty())));
        }
        let keys = self.session.find_objects(&template).map_err(refused)?;
        if let Some(key) = keys.first().filter(|_| template.len() > 1 || keys.len() == 1) {
            return Ok(*key);
        }
        let all =
            self.session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)]).map_err(refused)?;
        match all[..] {
            [only] => Ok(only),
            _ => Err(KeyError::NoCertificate),
        }
    }

    /// What was encrypted for this certificate (RFC 8017, 7), by its key.
    ///
    /// # Errors
    /// [`KeyError::NotLoggedIn`]; [`KeyError::Refused`] for what was not encrypted for it.
    pub fn decrypt(&self, wrapping: Wrapping, encrypted: &[u8]) -> Result<Vec<u8>, KeyError> {
        let key = self.key.ok_or(KeyError::NotLoggedIn)?;
        let mechanism = match wrapping {
            Wrapping::Pkcs1 => Mechanism::RsaPkcs,
            Wrapping::Oaep { hash, mask } => Mechanism::RsaPkcsOaep(PkcsOaepParams::new(
                digest_mechanism(hash),
                mask_function(mask),
                PkcsOaepSource::empty(),
            )),
        };
        self.session.decrypt(&mechanism, key, encrypted).map_err(refused)
    }

    fn sign_rsa(&self, key: ObjectHandle, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let known = self.driver.module.get_mechanism_list(self.card.slot).unwrap_or_default();
        let whole =
            known.contains(&MechanismType::SHA256_RSA_PKCS) && !known.contains(&MechanismType::RSA_PKCS);
        if whole {
            return self.session.sign(&Mechanism::Sha256RsaPkcs, key, message).map_err(refused);
        }
        // Every card does plain PKCS #1; the DigestInfo (RFC 8017, 9.2) is ours then.
        let algorithm = asn1::sequence(&[&asn1::oid(&Hash::Sha256.oid()), &[5, 0]]);
        let info = asn1::sequence(&[&algorithm, &asn1::octets(&Hash::Sha256.digest(message))]);
        self.session.sign(&Mechanism::RsaPkcs, key, &info).map_err(refused)
    }

    fn sign_ecdsa(&self, key: ObjectHandle, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let digest = self.algorithm.hash().digest(message);
        let value = self.session.sign(&Mechanism::Ecdsa, key, &digest).map_err(refused)?;
        // Cards give r and s side by side, CMS wants a SEQUENCE (RFC 3279, 2.2.3).
        let (r, s) = value.split_at(value.len() / 2);
        Ok(asn1::sequence(&[&asn1::unsigned(r), &asn1::unsigned(s)]))
    }
}

impl Key for Token<'_> {
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let key = self.key.ok_or(KeyError::NotLoggedIn)?;
        match self.algorithm {
            SignatureAlgorithm::RsaSha256 => self.sign_rsa(key, message),
            _ => self.sign_ecdsa(key, message),
        }
    }

    /// The certificate says whether it is for trials; a card is no file.
    fn is_trial(&self) -> bool {
        self.chain[0].looks_like_trial()
    }
}

/// The certificate and those above it that are at hand.
fn chain(certificate: &Certificate, others: &[Certificate]) -> Vec<Certificate> {
    let mut chain = vec![certificate.clone()];
    while let Some(last) = chain.last() {
        let above = others.iter().find(|one| {
            one.subject() == last.issuer() && !chain.contains(one) && last.is_signed_by(one) == Ok(true)
        });
        match above {
            Some(above) => chain.push(above.clone()),
            None => break,
        }
    }
    chain
}

fn digest_mechanism(hash: Hash) -> MechanismType {
    match hash {
        Hash::Sha1 => MechanismType::SHA1,
        Hash::Sha384 => MechanismType::SHA384,
        Hash::Sha512 => MechanismType::SHA512,
        Hash::Sha256 => MechanismType::SHA256,
    }
}

fn mask_function(hash: Hash) -> PkcsMgfType {
    match hash {
        Hash::Sha1 => PkcsMgfType::MGF1_SHA1,
        Hash::Sha384 => PkcsMgfType::MGF1_SHA384,
        Hash::Sha512 => PkcsMgfType::MGF1_SHA512,
        Hash::Sha256 => PkcsMgfType::MGF1_SHA256,
    }
}

fn started_without_arguments(library: &Path) -> Result<Arc<pkcs11::Ctx>, KeyError> {
    // It is the same library in the same process, so what one wrapper starts the other uses.
    let started = pkcs11::Ctx::new_and_initialize(library);
    started.map(Arc::new).map_err(|error| KeyError::Driver(error.to_string()))
}

fn driver(error: CardError) -> KeyError {
    KeyError::Driver(error.to_string())
}

fn refused(error: CardError) -> KeyError {
    match error {
        CardError::Pkcs11(
            RvError::TokenNotPresent | RvError::DeviceRemoved | RvError::SessionHandleInvalid,
            _,
        ) => KeyError::NoCard,
        CardError::Pkcs11(RvError::UserNotLoggedIn, _) => KeyError::NotLoggedIn,
        other => KeyError::Refused(other.to_string()),
    }
}
