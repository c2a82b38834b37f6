//! The cards, behind one thread: card drivers are not made for many callers, and a session that is not closed
//! leaves a card open for whoever asks next. Each order opens the card, enters the PIN, signs and closes it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use signing::token::{Card, Driver, Token};
use signing::{Certificate, KeyError};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::options::{Clock, DRIVERS};
use crate::signers::{Choice, Found, Order, Refusal, sign_all};

/// After so many wrong PINs nothing more is sent to a card until the program starts again; most cards lock
/// themselves at the third.
pub(crate) const MOST_WRONG_PINS: u8 = 2;
/// Longest wait for a driver to say what is in the readers.
const LOOK_WAIT: Duration = Duration::from_secs(30);
/// Longest wait for one signature; slow cards take two seconds.
const SIGNATURE_WAIT: Duration = Duration::from_secs(10);

/// Signatures that were made, each with its letter's place in the order.
pub(crate) type Signed = Vec<(usize, Vec<u8>)>;

enum Call {
    Look(oneshot::Sender<Found>),
    Sign(Order, oneshot::Sender<Result<Signed, Refusal>>),
}

/// The way to the thread.
pub(crate) struct Cards {
    calls: Sender<Call>,
}

impl Cards {
    /// Starts the thread; it ends when this is dropped. Drivers are loaded when they are first needed.
    pub fn start(module: Option<PathBuf>, clock: Clock) -> Self {
        let (calls, waiting) = channel();
        let work = move || Desk::new(module, clock).answer(&waiting);
        if let Err(error) = thread::Builder::new().name("cards".to_owned()).spawn(work) {
            tracing::error!(%error, "the thread for cards did not start");
        }
        Cards { calls }
    }

    pub async fn look(&self) -> Found {
        let (answer, heard) = oneshot::channel();
        let _is_running = self.calls.send(Call::Look(answer));
        match timeout(LOOK_WAIT, heard).await {
            Ok(Ok(found)) => found,
            _ => Found { choices: Vec::new(), trouble: Some(Refusal::NoAnswer) },
        }
    }

    pub async fn sign(&self, order: Order) -> Result<Signed, Refusal> {
        let letters = u32::try_from(order.letters.len()).unwrap_or(u32::MAX);
        let wait = LOOK_WAIT.saturating_add(SIGNATURE_WAIT.saturating_mul(letters));
        let (answer, heard) = oneshot::channel();
        let _is_running = self.calls.send(Call::Sign(order, answer));
        match timeout(wait, heard).await {
            Ok(Ok(result)) => result,
            _ => Err(Refusal::NoAnswer),
        }
    }
}

/// What the thread knows.
struct Desk {
    module: Option<PathBuf>,
    clock: Clock,
    drivers: Vec<(PathBuf, Driver)>,
    /// Wrong PINs by the serial number of the card, since the last right one.
    wrong_pins: HashMap<String, u8>,
}

impl Desk {
    fn new(module: Option<PathBuf>, clock: Clock) -> Self {
        Desk { module, clock, drivers: Vec::new(), wrong_pins: HashMap::new() }
    }

    fn answer(&mut self, waiting: &Receiver<Call>) {
        while let Ok(call) = waiting.recv() {
            match call {
                // The person was told that the card did not answer; a PIN sent now could be one too many.
                Call::Sign(_, answer) if answer.is_closed() => {}
                // Nobody may be waiting any more; what was signed for nobody is dropped.
                Call::Look(answer) => drop(answer.send(self.look())),
                Call::Sign(order, answer) => drop(answer.send(self.sign(&order))),
            }
        }
    }

    fn look(&mut self) -> Found {
        match self.cards() {
            Ok(cards) => {
                let has_card = !cards.is_empty();
                let choices: Vec<Choice> = cards.iter().flat_map(|(_, card)| self.choices(card)).collect();
                let trouble = match (has_card, choices.is_empty()) {
                    (false, _) => Some(Refusal::NoCard),
                    (true, true) => Some(Refusal::NoCertificate),
                    (true, false) => None,
                };
                Found { choices, trouble }
            }
            Err(refusal) => Found { choices: Vec::new(), trouble: Some(refusal) },
        }
    }

    fn choices(&self, card: &Card) -> Vec<Choice> {
        let of = |certificate| Choice {
            card: Some(card.label.clone()),
            pin: card.pin,
            is_blocked: self.is_blocked(card),
            ..Choice::of(certificate)
        };
        card.signing_certificates().map(of).collect()
    }

    fn is_blocked(&self, card: &Card) -> bool {
        self.wrong_pins.get(&card.serial).is_some_and(|count| *count >= MOST_WRONG_PINS)
    }

    /// Cards with the place of their driver. The first driver that shows a certificate to sign with is enough: two
    /// drivers may see the same card.
    fn cards(&mut self) -> Result<Vec<(usize, Card)>, Refusal> {
        self.open_drivers()?;
        let mut all = Vec::new();
        for (at, (path, driver)) in self.drivers.iter().enumerate() {
            let cards = match driver.cards() {
                Ok(cards) => cards,
                Err(error) => {
                    tracing::warn!(driver = %path.display(), %error, "a card driver does not answer");
                    continue;
                }
            };
            let is_enough = cards.iter().any(|card| card.signing_certificates().next().is_some());
            // What has neither label nor certificate was never set up; to a person it is no card.
            let is_card = |card: &Card| !card.label.is_empty() || !card.certificates.is_empty();
            all.extend(cards.into_iter().filter(is_card).map(|card| (at, card)));
            if is_enough {
                break;
            }
        }
        Ok(all)
    }

    fn open_drivers(&mut self) -> Result<(), Refusal> {
        let (wanted, is_named): (Vec<PathBuf>, bool) = match &self.module {
            Some(module) => (vec![module.clone()], true),
            None => (DRIVERS.iter().map(PathBuf::from).filter(|path| path.exists()).collect(), false),
        };
        let mut failed = None;
        for path in wanted {
            if self.drivers.iter().any(|(known, _)| *known == path) {
                continue;
            }
            match open(&path) {
                Ok(driver) => self.drivers.push((path, driver)),
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) if is_named || self.drivers.is_empty() => Err(error.into()),
            None if self.drivers.is_empty() => Err(Refusal::NoDriver),
            _ => Ok(()),
        }
    }

    fn sign(&mut self, order: &Order) -> Result<Signed, Refusal> {
        let cards = self.cards()?;
        let (at, card, certificate) = chosen(&cards, &order.choice).ok_or(Refusal::Vanished)?;
        if !certificate.is_valid_at((self.clock)()) {
            return Err(Refusal::NotValid);
        }
        if self.is_blocked(card) {
            return Err(Refusal::Blocked);
        }
        let driver = &self.drivers.get(at).ok_or(Refusal::NoDriver)?.1;
        let mut token = Token::open(driver, card, certificate)?;
        if order.knows_last_try {
            token.allow_another_try();
        }
        match token.log_in(&order.pin) {
            Ok(()) => {
                self.wrong_pins.remove(&card.serial);
            }
            Err(KeyError::WrongPin { .. }) => {
                let count = self.wrong_pins.entry(card.serial.clone()).or_default();
                *count = count.saturating_add(1);
                let state = token.pin_state().unwrap_or_default();
                tracing::warn!(count = *count, "the card refused a PIN");
                return Err(Refusal::WrongPin { count: *count, state });
            }
            Err(KeyError::LastTryLeft) => return Err(Refusal::LastTryLeft),
            Err(error) => return Err(error.into()),
        }
        // The session ends with the token, and with the last session the card is logged out (PKCS #11, 5.6.2).
        sign_all(&token, order, &self.clock)
    }
}

fn open(path: &Path) -> Result<Driver, KeyError> {
    let opened = Driver::open(path);
    match &opened {
        Ok(_) => tracing::info!(driver = %path.display(), "a card driver was loaded"),
        Err(error) => tracing::warn!(driver = %path.display(), %error, "a card driver was not loaded"),
    }
    opened
}

fn chosen<'a>(cards: &'a [(usize, Card)], id: &str) -> Option<(usize, &'a Card, &'a Certificate)> {
    cards.iter().find_map(|(at, card)| {
        let mut certificates = card.signing_certificates();
        certificates.find(|one| Choice::of(one).id == id).map(|one| (*at, card, one))
    })
}
