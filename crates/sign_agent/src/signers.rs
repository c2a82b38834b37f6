//! Who may sign here: the certificates of the cards in the readers, or the key for trials. Knows nothing of pages
//! and portals.

use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use signing::token::PinState;
use signing::{Certificate, Key, KeyError, Preparation, SoftwareKey};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::card::Cards;
use crate::job::Job;
use crate::options::{Clock, Error, Options};

/// A certificate to sign with, as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// SHA-256 of the certificate as hexadecimal digits.
    pub id: String,
    pub holder: String,
    /// With the middle covered.
    pub tckn: Option<String>,
    pub issuer: String,
    pub valid_from: OffsetDateTime,
    pub valid_until: OffsetDateTime,
    pub is_qualified: bool,
    pub is_trial: bool,
    /// The card's label; none for the trial key.
    pub card: Option<String>,
    pub pin: PinState,
    /// Two wrong PINs were given here; see [`Refusal::Blocked`].
    pub is_blocked: bool,
}

impl Choice {
    pub fn of(certificate: &Certificate) -> Self {
        Choice {
            id: hex::encode(sha256(certificate.der())),
            holder: certificate.holder(),
            tckn: certificate.tckn().map(|tckn| covered(&tckn)),
            issuer: certificate.issuer_display(),
            valid_from: certificate.valid_from(),
            valid_until: certificate.valid_until(),
            is_qualified: certificate.is_qualified(),
            is_trial: certificate.looks_like_trial(),
            card: None,
            pin: PinState::default(),
            is_blocked: false,
        }
    }

    pub fn is_valid_at(&self, at: OffsetDateTime) -> bool {
        self.valid_from <= at && at <= self.valid_until
    }

    /// Whether it can be signed with at `at`.
    pub fn is_usable(&self, at: OffsetDateTime) -> bool {
        self.is_valid_at(at) && !self.pin.is_locked && !self.is_blocked
    }

    /// Whether it was given to the person whom the portal expects. Capitals, dots on the i and blanks are no
    /// difference.
    pub fn is_of(&self, signer: &str) -> bool {
        folded(&self.holder) == folded(signer)
    }
}

/// What was found in the readers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub choices: Vec<Choice>,
    /// Why there is nothing to choose.
    pub trouble: Option<Refusal>,
}

/// What a person asked for by pressing the button.
pub(crate) struct Order {
    pub choice: String,
    pub pin: Zeroizing<String>,
    /// The person ticked that one more wrong PIN locks the card.
    pub knows_last_try: bool,
    pub job: Arc<Job>,
    /// Places of the letters to sign.
    pub letters: Vec<usize>,
}

/// Why nothing was signed. The text is Turkish, for the person whose card it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(
        "Bu bilgisayarda kart sürücüsü bulunamadı. Kartınızı veren kuruluşun sürücüsünü (örneğin AKİS) kurdurun."
    )]
    NoDriver,
    #[error("Okuyucuda kart bulunamadı. Kartınızı takıp sayfayı yenileyin.")]
    NoCard,
    #[error("Kartta imza için verilmiş bir sertifika bulunamadı. Doğru kartı taktığınızdan emin olun.")]
    NoCertificate,
    #[error("Seçtiğiniz sertifika okuyucudaki kartta değil. Kart çıkarılmış ya da değiştirilmiş olabilir.")]
    Vanished,
    #[error("Seçtiğiniz sertifika bugün geçerli değil; bununla imza atılamaz.")]
    NotValid,
    #[error("{}", wrong_pin(*.count, *.state))]
    WrongPin {
        /// Wrong ones that this program has seen on this card.
        count: u8,
        state: PinState,
    },
    #[error(
        "Bu kartta PIN iki kez yanlış girildi. Kartınız kilitlenebilir; imza programı yeniden başlatılana kadar \
         bu karta PIN göndermez. PIN'inizi doğrulayıp programı yeniden başlatın."
    )]
    Blocked,
    #[error(
        "Kartta tek PIN denemesi kaldı; yanlış girilirse kart kilitlenir. Yine de denemek için “Son deneme olduğunu \
         biliyorum” kutusunu işaretleyin."
    )]
    LastTryLeft,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("Kart yanıt vermedi. Kartı çıkarıp takın; düzelmezse imza programını yeniden başlatın.")]
    NoAnswer,
}

fn wrong_pin(count: u8, state: PinState) -> String {
    let left = match state {
        PinState { is_final_try: true, .. } => {
            "Kart, tek deneme kaldığını bildiriyor: bir kez daha yanlış girilirse kilitlenecek."
        }
        PinState { is_count_low: true, .. } => {
            "Kart, deneme hakkının azaldığını bildiriyor; kartların çoğu üçüncü yanlışta kilitlenir."
        }
        _ => "Art arda yanlış girişler kartı kilitler; kartların çoğu üçüncü yanlışta kilitlenir.",
    };
    let then = if count >= crate::card::MOST_WRONG_PINS {
        " Bu program yeniden başlatılana kadar bu karta artık PIN göndermeyecek."
    } else {
        ""
    };
    format!("PIN yanlış; hiçbir belge imzalanmadı. {left}{then}")
}

/// Where signatures come from.
pub(crate) enum Signers {
    Trial(Arc<SoftwareKey>, Clock),
    Cards(Cards),
}

impl Signers {
    /// The trial key if there is one, otherwise cards.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let Some(path) = &options.trial_key else {
            return Ok(Signers::Cards(Cards::start(options.module.clone(), options.clock.clone())));
        };
        Ok(Signers::Trial(Arc::new(trial_key(path)?), options.clock.clone()))
    }

    pub fn is_trial(&self) -> bool {
        matches!(self, Signers::Trial(..))
    }

    /// What can be signed with now.
    pub async fn look(&self) -> Found {
        match self {
            Signers::Trial(key, _) => {
                let choices =
                    key.chain().iter().take(1).map(|one| Choice { is_trial: true, ..Choice::of(one) });
                Found { choices: choices.collect(), trouble: None }
            }
            Signers::Cards(cards) => cards.look().await,
        }
    }

    /// One signature for each letter of the order with its place in the job, or none at all.
    pub async fn sign(&self, order: Order) -> Result<crate::card::Signed, Refusal> {
        match self {
            Signers::Trial(key, clock) => {
                let (key, clock) = (key.clone(), clock.clone());
                let work = move || {
                    let choice = Choice::of(&key.chain()[0]);
                    if choice.id != order.choice {
                        return Err(Refusal::Vanished);
                    }
                    if !choice.is_valid_at(clock()) {
                        return Err(Refusal::NotValid);
                    }
                    sign_all(&*key, &order, &clock)
                };
                tokio::task::spawn_blocking(work).await.unwrap_or(Err(Refusal::NoAnswer))
            }
            Signers::Cards(cards) => cards.sign(order).await,
        }
    }
}

fn trial_key(path: &PathBuf) -> Result<SoftwareKey, Error> {
    let text = std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| Error::TrialFile { path: path.clone(), error })?;
    let unusable = |error| Error::TrialKey { path: path.clone(), error };
    let key = SoftwareKey::from_pem(&text, &text).map_err(unusable)?;
    if key.chain().first().is_some_and(Certificate::is_for_signatures) {
        return Ok(key);
    }
    Err(unusable(KeyError::NoCertificate))
}

/// Signs every letter of the order with an opened key.
pub(crate) fn sign_all(key: &dyn Key, order: &Order, clock: &Clock) -> Result<crate::card::Signed, Refusal> {
    let wanted = order.letters.iter().filter_map(|at| Some((*at, order.job.documents.get(*at)?)));
    let one = |(at, document): (usize, &crate::job::Document)| -> Result<(usize, Vec<u8>), KeyError> {
        let content = document.content.content();
        let prepared = Preparation::new(content, key.chain(), document.profile, clock())?;
        Ok((at, prepared.finish(&key.sign(prepared.to_be_signed())?)?))
    };
    Ok(wanted.map(one).collect::<Result<_, _>>()?)
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn covered(tckn: &str) -> String {
    let covered = |(at, c)| if (3..9).contains(&at) { '*' } else { c };
    tckn.chars().enumerate().map(covered).collect()
}

fn folded(name: &str) -> String {
    let small = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = |c: char| match c {
        'I' | 'İ' | 'ı' => vec!['i'],
        other => other.to_lowercase().collect(),
    };
    small.chars().flat_map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_capitals_is_the_same_name() {
        assert_eq!(folded("VELİ  AK"), folded(" Veli Ak"));
        assert_eq!(folded("IŞIL YILDIZ"), folded("Işıl Yıldız"));
        assert_ne!(folded("Veli Ak"), folded("Ali Ak"));
    }

    #[test]
    fn the_middle_of_a_tckn_is_covered() {
        assert_eq!(covered("10000000146"), "100******46");
    }

    #[test]
    fn a_wrong_pin_says_what_the_card_says() {
        let of = |count, is_count_low, is_final_try| {
            let state = PinState { is_count_low, is_final_try, is_locked: false };
            Refusal::WrongPin { count, state }.to_string()
        };
        assert!(of(1, true, false).contains("deneme hakkının azaldığını"));
        assert!(of(1, true, true).contains("tek deneme kaldığını"));
        assert!(of(2, true, true).contains("yeniden başlatılana kadar"));
    }
}
