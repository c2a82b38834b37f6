//! Time stamps of signatures and seals (Law 5070; RFC 3161, EN 319 122-1): -T as soon as a signature comes, since profile P4 gives it two
//! hours; certificates and revocation data and the seal's archive stamp when the package is made. Without a server in the settings
//! nothing here happens.

mod evidence;
pub(in crate::letter) mod restamp;
pub(super) mod store;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::job::{Job, JobContext, enqueue};
use kernel::migrate::{Migration, create};
use kernel::schema::Table;
use kernel::setting::Settings;
use kernel::{Error, ErrorKind, Instant, Result, Tx};
use serde_json::{Value as Json, json};
use signing::{Hash, Level, Report, SignerReport, StampKind, StampReport, Trust, Verdict, Weight};
use time_stamps::Authority;
use uuid::Uuid;

use super::Trusted;
use crate::letter::SIGNING;

const NAME: &str = "documents.stamp_signature";

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0010_stamp", up: |backend| create(backend, &tables()) }
}

fn tables() -> Vec<Table> {
    let stamped = Table::new("signature_stamp", "signatures of letters with the time stamps they got")
        .uuid("signature_id", "which signature")
        .references("letter_signature")
        .text("cms", "the signature file with its stamps, base64")
        .at("stamped_at", "when the last stamp came")
        .key(&["signature_id"]);
    let letter = Table::new("letter_stamp", "how far the stamping of a letter is")
        .text("code", "of the letter as it went round")
        .text("waits_for", "why the stamp has not come yet; empty when nothing is waited for")
        .text("signature_level", "BES, T, X-L, A: of the signature in the package; empty before")
        .text("seal_level", "the same of the seal")
        .text("report", "what was found when the package was made, in Turkish; empty before")
        .at("tried_at", "when the server was last asked")
        .at_null("restamp_at", "when the certificate of the seal's last stamp ends; null without a stamp")
        .key(&["code"])
        .index_where(&["restamp_at"], "restamp_at IS NOT NULL");
    vec![stamped, letter]
}

pub(in crate::letter) fn job() -> Job {
    Job {
        name: NAME,
        label_tr: "İmzaya zaman damgası alma",
        every_seconds: None,
        max_attempts: 20,
        limit_seconds: 120,
        run: |context, payload| Box::pin(run(context, payload)),
    }
}

async fn run(context: &JobContext, payload: &Json) -> Result<()> {
    let code = payload["code"].as_str().ok_or_else(Error::not_found)?;
    match noted(context, code, Stamper::of(context).await).await? {
        Some(stamper) => stamper.signature(code).await.map(|_| ()),
        None => Ok(()),
    }
}

/// After each signature, of the step that was signed. Where no server is set, the job finds nothing to do.
pub(super) async fn ask(tx: &Tx, code: &str, step: Uuid) -> Result<()> {
    let payload = json!({ "code": code });
    enqueue(tx, NAME, &payload, Some(&format!("{NAME} {step}")), tx.at()).await
}

/// A file whose level was raised, and what did not come.
pub(crate) struct Raised {
    pub cms: Vec<u8>,
    pub level: Level,
    pub notes: Vec<String>,
}

/// Everything that raising a signature's level needs.
pub(crate) struct Stamper<'a> {
    context: &'a JobContext,
    authority: Authority,
    pub trust: Trust,
    /// With qualified certificates a stamp of an unknown authority proves nothing.
    must_be_trusted: bool,
    /// What was signed, where the signature does not carry it.
    content: Option<Vec<u8>>,
}

/// Signers of one file; more are not stamped.
const MOST_SIGNERS: usize = 16;

impl<'a> Stamper<'a> {
    /// None where no time stamp server is set.
    pub async fn of(context: &'a JobContext) -> Result<Option<Self>> {
        let Some(authority) = Authority::of(context).await? else { return Ok(None) };
        let settings = Settings::load(&context.db, &context.registry.settings()).await?;
        let anchors =
            context.services.get::<Trusted>().map(|trusted| trusted.anchors.clone()).unwrap_or_default();
        Ok(Some(Self {
            context,
            authority,
            trust: Trust::in_anchors(anchors),
            must_be_trusted: settings.text(SIGNING) == "on",
            content: None,
        }))
    }

    /// For a signature that stands beside what it covers.
    pub fn over(self, content: Vec<u8>) -> Self {
        Self { content: Some(content), ..self }
    }

    /// The letter's signatures in one file, each with a time stamp. What came is kept at once, so that a package that waits for
    /// something else buys no stamp twice; why one did not come is written down.
    pub async fn signature(&self, code: &str) -> Result<Vec<u8>> {
        for one in store::made(&self.context.db, code).await? {
            let cms = STANDARD.decode(&one.cms).map_err(Error::internal)?;
            let stamped = noted(self.context, code, self.stamped(&cms).await).await?;
            if stamped != cms {
                let tx = self.context.db.begin(&self.context.act("zaman damgası")).await?;
                tx.without_event("the signature itself is the event; a stamp says when it was there");
                store::insert_stamped(&tx, one.id, &STANDARD.encode(&stamped)).await?;
                store::note_waiting(&tx, code, "").await?;
                tx.commit().await?;
            }
        }
        together(&self.context.db, code).await
    }

    /// The seal with its stamp; where certificates and revocation data came, with an archive stamp over all of it.
    pub async fn seal(&self, code: &str, cms: Vec<u8>) -> Result<Raised> {
        let stamped = noted(self.context, code, self.stamped(&cms).await).await?;
        let mut raised = self.completed(stamped).await?;
        if raised.level == Level::Xl {
            raised.cms = noted(self.context, code, self.archived(&raised.cms).await).await?;
            raised.level = lowest(&self.report(&raised.cms));
        }
        Ok(raised)
    }

    /// How the finished package stands, with the transaction that keeps it.
    pub async fn note(&self, tx: &Tx, code: &str, signature: &Raised, seal: &Raised) -> Result<()> {
        let mut report = format!(
            "İMZA\n{}\nMÜHÜR\n{}",
            self.report(&signature.cms).turkish(),
            self.report(&seal.cms).turkish()
        );
        for note in signature.notes.iter().chain(&seal.notes) {
            report.push_str(&format!("- {note}\n"));
        }
        let now = store::Standing {
            signature_level: signature.level.name(),
            seal_level: seal.level.name(),
            report: &report,
            restamp_at: due_at(&seal.cms, tx.at()),
        };
        store::note_standing(tx, code, &now).await
    }

    pub fn report(&self, cms: &[u8]) -> Report {
        self.judged(cms, &self.trust)
    }

    fn judged(&self, cms: &[u8], trust: &Trust) -> Report {
        signing::verify(cms, self.content.as_deref(), trust, self.context.clock.now().utc())
    }

    /// -T for every signer that has none.
    pub async fn stamped(&self, cms: &[u8]) -> Result<Vec<u8>> {
        let mut cms = cms.to_vec();
        for index in 0..self.report(&cms).signers.len().min(MOST_SIGNERS) {
            let has = |report: &Report| {
                report.signers.get(index).is_some_and(|one| self.has_stamp(one, StampKind::Signature))
            };
            if has(&self.report(&cms)) {
                continue;
            }
            let imprint = signing::signature_imprint(&cms, index, Hash::Sha256).map_err(Error::internal)?;
            let token = self.authority.stamp(&self.context.clock, &imprint).await?.stamp;
            let raised = signing::add_time_stamp(&cms, index, &token).map_err(Error::internal)?;
            let report = self.report(&raised);
            if !has(&report) {
                return Err(not_believed(&report, index));
            }
            cms = raised;
        }
        Ok(cms)
    }

    /// -A: one more archive stamp over the only signer of a seal.
    async fn archived(&self, cms: &[u8]) -> Result<Vec<u8>> {
        let imprint = signing::archive_imprint(cms, 0, None, Hash::Sha256).map_err(Error::internal)?;
        let token = self.authority.stamp(&self.context.clock, &imprint).await?.stamp;
        let raised = signing::add_archive_time_stamp(cms, 0, None, &token).map_err(Error::internal)?;
        let report = self.report(&raised);
        // A seal that is stamped again has older ones.
        let is_one_more = self.archive_stamps(&report) > self.archive_stamps(&self.report(cms));
        if is_one_more { Ok(raised) } else { Err(not_believed(&report, 0)) }
    }

    fn archive_stamps(&self, report: &Report) -> usize {
        let stamps = report.signers.iter().flat_map(|one| &one.stamps);
        stamps.filter(|stamp| stamp.kind == StampKind::Archive && self.is_usable(stamp)).count()
    }

    fn has_stamp(&self, signer: &SignerReport, kind: StampKind) -> bool {
        signer.stamps.iter().any(|stamp| stamp.kind == kind && self.is_usable(stamp))
    }

    fn is_usable(&self, stamp: &StampReport) -> bool {
        let is_unknown = stamp.findings.iter().any(|finding| finding.code == "untrusted");
        stamp.verdict() != Verdict::Invalid && !(self.must_be_trusted && is_unknown)
    }
}

/// The signatures of a letter in one file, in the order in which they came; every signer's own bytes stay as they are.
pub(super) async fn together(db: &impl kernel::db::Sql, code: &str) -> Result<Vec<u8>> {
    let mut file: Option<Vec<u8>> = None;
    for one in store::made(db, code).await? {
        let cms = STANDARD.decode(&one.cms).map_err(Error::internal)?;
        file = Some(match file {
            None => cms,
            Some(file) => signing::join(&file, &cms).map_err(Error::internal)?,
        });
    }
    file.ok_or_else(|| Error::internal("a signed letter without signatures"))
}

/// What the letter's page says while the server does not stamp.
pub(super) async fn noted<T>(context: &JobContext, code: &str, outcome: Result<T>) -> Result<T> {
    if let Err(error) = &outcome {
        let tx = context.db.begin(&context.act("zaman damgası")).await?;
        tx.without_event("a server that is down is not an act");
        store::note_waiting(&tx, code, &error.message_tr).await?;
        tx.commit().await?;
    }
    outcome
}

fn not_believed(report: &Report, index: usize) -> Error {
    let stamps = report.signers.get(index).map(|one| one.stamps.as_slice()).unwrap_or_default();
    let findings = stamps.iter().flat_map(|stamp| &stamp.findings);
    let why: Vec<&str> =
        findings.filter(|one| one.weight != Weight::Note).map(|one| one.text.as_str()).collect();
    Error::new(ErrorKind::Unavailable, format!("Alınan zaman damgası kabul edilmedi. {}", why.join(" ")))
}

/// The level that all signers have.
pub(super) fn lowest(report: &Report) -> Level {
    report.signers.iter().map(|one| one.level).min().unwrap_or(Level::Bes)
}

/// When the first stamp over the seal is due again: when the certificate of the last one ends, and at once where algorithms stand
/// in it that new trust must not rest on.
pub(crate) fn due_at(cms: &[u8], now: Instant) -> Option<Instant> {
    match signing::weak_hashes(cms) {
        Ok(weak) if !weak.is_empty() => Some(now),
        _ => ends_at(cms),
    }
}

/// When the certificate of the last stamp ends. A stamp over what is weak does not make that strong, so what was renewed is asked
/// nothing else: it would be renewed every hour.
pub(super) fn ends_at(cms: &[u8]) -> Option<Instant> {
    let end = signing::next_restamp(cms).ok().flatten()?;
    Some(Instant(end.unix_timestamp() * Instant::SECOND_US))
}
