//! The municipality's seal over its packages: a key in a file for trials, or one on a PKCS #11 module whose PIN stands in a file on
//! the server. While it cannot be used letters wait for it in the database; a PIN that was refused is not entered again by itself.

pub(crate) mod examine;
pub(crate) mod page;
pub(crate) mod pins;
pub(crate) mod store;

use std::sync::Arc;

use kernel::capability::DayItem;
use kernel::job::{Job, JobContext, enqueue};
use kernel::migrate::{Migration, create};
use kernel::schema::Table;
use kernel::{Actor, Boxed, Db, Error, Instant, Result};
use serde_json::{Value as Json, json};
use signing::token::ServerKey;
use signing::{Certificate, Content, Key, KeyError, Preparation, Profile, SoftwareKey};
use time::OffsetDateTime;
use uuid::Uuid;
use web::Ctx;

use self::pins::Gate;
use super::{Trusted, packing};
use crate::pdf_signing;

/// Who looks after settings looks after the seal.
const KEEPER: &str = "house.setting.edit";
/// Letters, and PDFs, that are asked for again in one run.
const AT_ONCE: u32 = 200;
const NONE: &str = "Mühür tanımlı değil: sunucunun yapılandırma dosyasında seal_key yok.";

/// With what the municipality seals.
pub enum Seal {
    /// For trials.
    File(SoftwareKey),
    Module(Box<ServerKey>),
}

impl Seal {
    /// The signature over `content`. Blocks.
    pub(crate) fn sign(
        &self,
        content: Content,
        at: OffsetDateTime,
        gate: &Gate,
    ) -> std::result::Result<Vec<u8>, KeyError> {
        match self {
            Seal::File(key) => signed(key, content, at),
            Seal::Module(key) => key.to_sign(gate, |token| signed(token, content, at)),
        }
    }

    /// Whether it could be used now. Enters the PIN. Blocks.
    fn check(&self, gate: &Gate) -> std::result::Result<(), KeyError> {
        match self {
            Seal::File(_) => Ok(()),
            Seal::Module(key) => key.to_sign(gate, |_| Ok(())),
        }
    }

    /// Blocks; enters no PIN.
    ///
    /// # Errors
    /// As [`ServerKey::certificate`].
    pub fn certificate(&self) -> std::result::Result<Certificate, KeyError> {
        match self {
            Seal::File(key) => key.chain().first().cloned().ok_or(KeyError::NoCertificate),
            Seal::Module(key) => key.certificate(),
        }
    }
}

fn signed(key: &dyn Key, content: Content, at: OffsetDateTime) -> std::result::Result<Vec<u8>, KeyError> {
    let preparation = Preparation::new(content, key.chain(), Profile::P1, at)?;
    Ok(preparation.finish(&key.sign(preparation.to_be_signed())?)?)
}

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0011_seal", up: |backend| create(backend, &tables()) }
}

fn tables() -> Vec<Table> {
    let standing = Table::new("key_standing", "how the last use of the municipality's own keys went")
        .text("name", "seal, decrypt")
        .text("error", "why it cannot be used, in Turkish; empty while it can")
        .at("tried_at", "when it was last used or tried")
        .at_null("used_at", "when it last did what it is for; null before")
        .key(&["name"]);
    let waiting = Table::new("letter_unsealed", "signed letters whose package waits for the seal")
        .text("code", "of the letter as it went round")
        .uuid("letter_id", "which letter")
        .references("letter")
        .at("since", "since when it waits")
        .key(&["code"])
        .index(&["since", "code"]);
    let pin = Table::new(
        "key_pin",
        "PINs that were entered into modules, so that no server enters a wrong one again",
    )
    .text("card", "label and serial number of the card")
    .text("mark", "of the PIN, under the installation's key; empty for the row that whoever asks waits for")
    .text("state", "entering, right, wrong; queue")
    .bool("was_right", "the module took it before")
    .at("at", "when that was last so")
    .key(&["card", "mark"]);
    vec![standing, waiting, pin]
}

pub(in crate::letter) fn job() -> Job {
    Job {
        name: "documents.seal_waiting",
        label_tr: "Mühür bekleyen paketleri yeniden deneme",
        every_seconds: Some(60),
        max_attempts: 3,
        limit_seconds: 120,
        run: |context, _: &Json| Box::pin(run(context)),
    }
}

/// Asks for the packages again once the seal can be used.
async fn run(context: &JobContext) -> Result<()> {
    let waiting = store::waiting(&context.db, AT_ONCE).await?;
    let files = pdf_signing::store::unsealed(&context.db, AT_ONCE).await?;
    if (waiting.is_empty() && files.is_empty()) || !check(context).await? {
        return Ok(());
    }
    let tx = context.db.begin(&context.act("mühür")).await?;
    tx.without_event("a package that is asked for again changes nothing");
    for letter in waiting {
        enqueue(&tx, packing::NAME, &json!({ "letter": letter }), Some(&packing::key(letter)), tx.at())
            .await?;
    }
    for file in files {
        pdf_signing::ask(&tx, file).await?;
    }
    tx.commit().await
}

/// Whether the seal can be used; what is wrong is written down.
async fn check(context: &JobContext) -> Result<bool> {
    let outcome = use_seal(context, |seal, _, gate| seal.check(gate)).await?;
    let error = outcome.as_ref().err();
    let tx = context.db.begin(&context.act("mühür")).await?;
    tx.without_event("whether the seal can be used is not an act");
    store::note(&tx, "seal", &store::Tried::of(error, false)).await?;
    tx.commit().await?;
    Ok(error.is_none())
}

/// The seal over a letter's NihaiOzet.xml; `None` where the letter has to wait for it, which is written down.
pub(super) async fn seal(
    context: &JobContext,
    (letter, code): (Uuid, &str),
    content: &[u8],
) -> Result<Option<Vec<u8>>> {
    let content = content.to_vec();
    let outcome =
        sealed(context, move |seal, at, gate| seal.sign(Content::Attached(&content), at, gate)).await?;
    if outcome.is_err() {
        let tx = context.db.begin(&context.act("mühür")).await?;
        tx.without_event("a seal that cannot be used is not an act");
        store::wait(&tx, letter, code).await?;
        tx.commit().await?;
    }
    Ok(outcome.ok())
}

/// Uses the seal for what it is for, and writes down how that went.
pub(crate) async fn sealed<T: Send + 'static>(
    context: &JobContext,
    work: impl FnOnce(&Seal, OffsetDateTime, &Gate) -> std::result::Result<T, KeyError> + Send + 'static,
) -> Result<std::result::Result<T, Trouble>> {
    let outcome = use_seal(context, work).await?;
    let tx = context.db.begin(&context.act("mühür")).await?;
    tx.without_event("what is sealed is the event; a seal that cannot be used is not an act");
    store::note(&tx, "seal", &store::Tried::of(outcome.as_ref().err(), true)).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// The inner error is the key's, as people read it.
async fn use_seal<T: Send + 'static>(
    context: &JobContext,
    work: impl FnOnce(&Seal, OffsetDateTime, &Gate) -> std::result::Result<T, KeyError> + Send + 'static,
) -> Result<std::result::Result<T, Trouble>> {
    let Some(seal) = context.services.get::<Trusted>().ok().and_then(|trusted| trusted.seal.clone()) else {
        return Ok(Err(Trouble { text: NONE.into() }));
    };
    let (at, gate) = (context.clock.now().utc(), Gate::of(context));
    let done = tokio::task::spawn_blocking(move || work(&seal, at, &gate)).await.map_err(Error::internal)?;
    Ok(done.map_err(|error| Trouble::of(&error)))
}

/// What a job would have, for a key that is used because a person asked for something.
pub(crate) fn context(ctx: &Ctx) -> JobContext {
    JobContext {
        db: ctx.db().clone(),
        clock: ctx.app.clock.clone(),
        registry: ctx.app.registry.clone(),
        services: ctx.app.services.clone(),
    }
}

/// Why a key of the municipality cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub text: String,
}

impl Trouble {
    pub(crate) fn of(error: &KeyError) -> Self {
        let text = match error {
            KeyError::WrongPin { .. } => format!(
                "{error} PIN hiçbir sunucuda kendiliğinden yeniden denenmeyecek: PIN dosyasını doğru PIN ile yeniden yazın ya da “Şimdi dene” deyin."
            ),
            KeyError::RefusesAnotherTry => {
                "PIN yanlış bulundu ve yeniden denenmiyor: PIN dosyasını doğru PIN ile yeniden yazın ya da “Şimdi dene” deyin.".into()
            }
            KeyError::NoCard => "Anahtarın modülü ya da kartı takılı değil.".into(),
            KeyError::LastTryLeft => {
                "Modülde tek PIN denemesi kaldı; kilitlenmesin diye denenmiyor. PIN’i modülün kendi programıyla bir kez doğru girin.".into()
            }
            other => other.to_string(),
        };
        Self { text }
    }
}

/// For who keeps the settings: a seal that letters wait for.
pub(crate) fn day<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        if !actor.may_in_whole(KEEPER) {
            return Ok(Vec::new());
        }
        let count = store::count_waiting(db).await?;
        let item = DayItem {
            label_tr: "Mühür bekleyen e-Yazışma paketi ve PDF".into(),
            count,
            path: page::PATH.into(),
            is_late: true,
        };
        Ok(if count == 0 { Vec::new() } else { vec![item] })
    })
}

/// Kept by whoever puts the configuration together.
pub type SharedSeal = Arc<Seal>;
