//! An answer being made: what is in memory is sealed, the record is searched, devices and people are looked up, each line gets its proof,
//! and all of it is frozen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use access_stream::who::{self, About, Evidence, Limits, Question, Skew, Sources};
use journal::{Journal, Proved};
use kernel::job::JobContext;
use kernel::record::Record;
use kernel::setting::Settings;
use kernel::{Act, Error, ErrorKind, Instant, Result};
use printing::Letterhead;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{bundle, known, paper, question, store};
use crate::keeping::AccessLogs;
use crate::search::moment;
use crate::source::store as sources;
use crate::{keeping, retention, seals};

/// Time for the search alone.
const SEARCH: Duration = Duration::from_secs(40);
/// Time for a stamp of what was sealed just now.
const STAMPING: Duration = Duration::from_secs(10);
/// Largest bundle.
pub(super) const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// A frozen answer, as page and paper tell it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    pub users: Vec<User>,
    /// What speaks against the answer as a whole.
    pub doubts: Vec<String>,
    pub looked_at: String,
    /// A limit ended the search early.
    pub is_partial: bool,
    /// Lines that the answer stands on, numbered from 1.
    pub lines: Vec<Line>,
    pub made_at_us: i64,
    pub made_by: String,
    /// SHA-256 of the public key that paper and sums are signed with.
    pub key_sha256: String,
}

/// One possible user.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct User {
    /// Name and value.
    pub facts: Vec<(String, String)>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Step {
    pub sentence: String,
    pub doubts: Vec<String>,
    /// Numbers of its lines.
    pub lines: Vec<usize>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Line {
    pub source: String,
    /// By the device's clock.
    pub at_us: i64,
    pub received_at_us: i64,
    pub text: String,
    /// Segment and place in it; nothing where it is not sealed yet.
    pub place: Option<(String, u64)>,
    /// SHA-256 of its file in the bundle.
    pub sha256: String,
    /// The instant for which a time stamp vouches that it was sealed.
    #[serde(default)]
    pub stamped_at_us: Option<i64>,
}

/// What is made before anything is written down.
pub(crate) struct Made {
    pub body: String,
    pub bundle: Vec<u8>,
}

/// With what an answer is made.
pub(crate) struct Making<'a> {
    pub context: &'a JobContext,
    pub act: &'a Act,
    pub head: Letterhead,
}

impl Making<'_> {
    /// Answers a request, without writing anything down. Errors: 422 where this server keeps no lines or time does not suffice; those of
    /// journal, database and typesetter.
    pub async fn make(self, request: &Record) -> Result<Made> {
        let logs = self.context.services.get::<AccessLogs>().map_err(|_| absent())?;
        let asked = question::of(request).ok_or_else(|| {
            refusal("KTL-012", "Sorunun adresi ya da anı okunamıyor; talebi kapatıp yenisini yazın.")
        })?;
        let journal = logs.journal()?;
        let (answer, names) = self.search(logs, &journal, &asked).await?;
        let mut evidence = Gathered::default();
        let mut told = Told {
            doubts: answer.doubts.iter().map(|doubt| said(doubt, &names)).collect(),
            looked_at: looked_at(&answer.looked_at),
            is_partial: answer.is_partial,
            made_at_us: self.act.now().0,
            made_by: self.act.actor.signature(),
            key_sha256: hex::encode(Sha256::digest(logs.public_key(logs.node()).der())),
            ..Told::default()
        };
        told.doubts.extend(self.own_doubts(logs, &journal, asked.at_us, answer.chains.is_empty()).await?);
        for chain in &answer.chains {
            let mut user = User { facts: facts(chain), steps: Vec::new() };
            user.facts.extend(known::facts(&self, chain, asked.at_us).await?);
            for step in &chain.steps {
                user.steps.push(Step {
                    sentence: step.sentence_tr(),
                    doubts: step.doubts.iter().map(|doubt| said(doubt, &names)).collect(),
                    lines: step.evidence.iter().map(|one| evidence.number(&step.source_name, one)).collect(),
                });
            }
            told.users.push(user);
        }
        let proofs = evidence.prove(&journal).await?;
        let stamps = self.stamps(logs, &journal, &proofs).await?;
        told.lines = evidence.lines(&proofs, &stamps);
        told.doubts.extend(unstamped(&told.lines));
        let paper = self.print(paper::document(&self, request, &told)).await?;
        let bundle = bundle::pack(logs, request, &evidence, (&proofs, &stamps), paper)?;
        Ok(Made { body: serde_json::to_string(&told)?, bundle })
    }

    /// Asks the record, after all that came in is sealed, so that each line has a proof. Lines that come meanwhile ask for one more time.
    async fn search(
        &self,
        logs: &AccessLogs,
        journal: &Journal,
        asked: &Question,
    ) -> Result<(who::Answer, Names)> {
        let known = self.sources(asked).await?;
        let names = known.iter().filter_map(|(number, about)| Some((*number, about.name.clone()?))).collect();
        let mut answer = who::Answer::default();
        for _ in 0..2 {
            journal.seal_now().await.map_err(refused)?;
            journal.hand_over().await.map_err(refused)?;
            seals::note_heads(self.context, journal).await?;
            let limits = Limits::default();
            let search = who::who(journal, logs.encoder(), asked, &known, &limits);
            answer = tokio::time::timeout(SEARCH, search)
                .await
                .map_err(|_| {
                    let text = "Aramaya ayrılan süre yetmedi; hiçbir şey yazılmadı. Sunucunun yükü azalınca yeniden yanıtlayın.";
                    refusal("KTL-013", text)
                })?
                .map_err(refused)?;
            let mut all = answer.chains.iter().flat_map(|chain| &chain.steps).flat_map(|step| &step.evidence);
            if all.all(|line| line.place.is_some()) {
                break;
            }
        }
        Ok((answer, names))
    }

    /// The stamps over the seals of the lines. What no stamp covers yet is stamped now, if the authority answers soon: an answer does
    /// not wait for it, and tells of each line whether it is stamped.
    async fn stamps(
        &self,
        logs: &AccessLogs,
        journal: &Arc<Journal>,
        proofs: &[Option<Proved>],
    ) -> Result<bundle::Stamps> {
        let judge = time_stamps::judge(time_stamps::roots(self.context), self.act.now());
        let entries: BTreeSet<(String, u64)> = proofs.iter().flatten().filter_map(bundle::entry_of).collect();
        let mut stamps = bundle::Stamps::new();
        for is_asked in [false, true] {
            if is_asked && stamps.len() == entries.len() {
                break;
            }
            if is_asked {
                // A task of its own: a stamp that comes late is kept whole all the same.
                let (context, journal) = (self.context.clone(), journal.clone());
                let stamping = tokio::spawn(async move { time_stamps::stamp(&context, &journal).await });
                match tokio::time::timeout(STAMPING, stamping).await {
                    Ok(Ok(Ok(standing))) => logs.note_stamps(standing),
                    Ok(Ok(Err(error))) => tracing::warn!(%error, "no time stamp for an answer"),
                    Ok(Err(error)) => tracing::error!(%error, "the task that stamps ended badly"),
                    Err(_) => tracing::warn!("the time stamp for an answer did not come in time"),
                }
            }
            for entry in &entries {
                if stamps.contains_key(entry) {
                    continue;
                }
                if let Some(vouched) = journal.vouched(&entry.0, entry.1, &judge).await.map_err(refused)? {
                    stamps.insert(entry.clone(), vouched);
                }
            }
        }
        Ok(stamps)
    }

    /// What the engine cannot know: lines that are gone, were never kept, or lie on another server still.
    async fn own_doubts(
        &self,
        logs: &AccessLogs,
        journal: &Journal,
        at_us: i64,
        is_nobody: bool,
    ) -> Result<Vec<String>> {
        let (mut doubts, now) = (Vec::new(), self.act.now());
        let settings = Settings::load(&self.context.db, &self.context.registry.settings()).await?;
        if retention::is_over(&settings, Instant(at_us), now) {
            doubts.push("Sorulan günün saklama süresi dolmuş; kayıtları silinmiş olabilir.".into());
        }
        let first = store::first_source(&self.context.db).await?;
        if let Some(first) = first.filter(|first| is_nobody && first.0 > at_us) {
            let text = "İlk kayıt kaynağı ancak {} anında tanındı; sorulan an ondan önce.";
            doubts.push(text.replacen("{}", &moment(first.0), 1));
        }
        let (lost, gaps) = keeping::lost_around(&self.context.db, Instant(at_us)).await?;
        if lost > 0 {
            doubts.push(format!(
                "Sorulan anın bir saat çevresinde en az {} satır, alınamadan kaybolmuş; yanıtın dayandığı bir satır eksik olabilir.",
                kernel::tr::grouped(lost)
            ));
        }
        if gaps > 0 {
            let text = "Sorulan anı kapsayan sürede izlenen bir kayıt dosyası sonuna dek okunmadan değişmiş ya da silinmiş; kaç satırın eksik \
                        olduğu bilinmiyor.";
            doubts.push(text.into());
        }
        let nodes = journal.heads().await.map_err(refused)?.heads;
        let is_late = now.0 - at_us < 2 * logs.inner().place.limits.age_us;
        if is_late && nodes.iter().any(|(node, ..)| node != logs.node()) {
            let text = "Sorulan an çok yeni; öteki sunucuların aldığı satırlar henüz mühürlenip ortak depoya gelmemiş olabilir.";
            doubts.push(text.into());
        }
        Ok(doubts)
    }

    async fn sources(&self, asked: &Question) -> Result<Sources> {
        let mut all: Sources = sources::all(&self.context.db)
            .await?
            .into_iter()
            .filter_map(|one| {
                let skew = one.skew_us.and_then(gross);
                let about = About { name: Some(one.name), skew, ..About::default() };
                Some((u32::try_from(one.number).ok()?, about))
            })
            .collect();
        let (from, to) = (Instant(asked.at_us - Instant::DAY_US), Instant(asked.at_us + Instant::DAY_US));
        for (number, from, to) in store::silences(&self.context.db, from, to).await? {
            let source = u32::try_from(number).ok().and_then(|number| all.get_mut(&number));
            if let Some(about) = source {
                about.gaps.push((from.0, to.unwrap_or(self.act.now()).0));
            }
        }
        Ok(all)
    }

    async fn print(&self, document: printing::Document) -> Result<Vec<u8>> {
        let printer = *self.context.services.get::<printing::Printer>().map_err(|_| {
            refusal("KTL-014", "Bu kurulum PDF basacak biçimde derlenmemiş; yanıt hazırlanamaz.")
        })?;
        let at = self.act.now().utc();
        let printed = tokio::task::spawn_blocking(move || (printer.0)(&document, at)).await;
        printed.map_err(Error::internal)?.map_err(|error| {
            let turkish = error.turkish();
            Error::new(ErrorKind::Unavailable, turkish).with_context(error)
        })
    }
}

/// What people call sources, by number.
type Names = BTreeMap<u32, String>;

/// Until a seal is stamped, nobody but this municipality vouches for when it was made.
fn unstamped(lines: &[Line]) -> Option<String> {
    let left = lines.iter().filter(|line| line.stamped_at_us.is_none()).count();
    let all = lines.len();
    match left {
        0 => None,
        _ if left == all => Some(
            "Dayanılan satırların mühürleri henüz zaman damgalı değil: ne zaman mühürlendiklerini şimdilik yalnız belediyenin kendi kaydı \
             söylüyor."
                .into(),
        ),
        _ => Some(format!(
            "Dayanılan {all} satırdan {left} tanesinin mührü henüz zaman damgalı değil: ne zaman mühürlendiğini şimdilik yalnız belediyenin \
             kendi kaydı söylüyor."
        )),
    }
}

/// A clock that is so wrong that lines would not be looked for where they stand. Smaller differences, and those of another day, are
/// measured from the lines around the moment itself.
fn gross(behind_us: i64) -> Option<Skew> {
    const LEAST_US: i64 = 4 * Instant::MINUTE_US;
    (behind_us.abs() > LEAST_US).then_some(Skew { ahead_us: -behind_us, within_us: Instant::MINUTE_US })
}

/// A doubt with the source's name in place of its number.
fn said(doubt: &who::Doubt, names: &Names) -> String {
    let sentence = doubt.sentence_tr();
    match doubt {
        who::Doubt::Gap { source, .. } => match names.get(source) {
            Some(name) => sentence.replacen(
                &format!("{source} numaralı kaynaktan"),
                &format!("“{name}” kaynağından"),
                1,
            ),
            None => sentence,
        },
        _ => sentence,
    }
}

pub(super) fn refusal(code: &'static str, text: &str) -> Error {
    Error::rule(code, "", text)
}

fn absent() -> Error {
    refusal("KTL-011", "Bu sunucuda erişim kayıtları tutulmuyor; kayıtların tutulduğu sunucudan yanıtlayın.")
}

fn refused(error: journal::Error) -> Error {
    let text =
        "Erişim kayıtlarının bir bölümü okunamadı; hiçbir şey yazılmadı. Kayıtların durumu sayfasına bakın.";
    Error::new(ErrorKind::Unavailable, text).with_context(error)
}

fn looked_at(it: &who::LookedAt) -> String {
    if it.queries == 0 {
        return "Kayıtlara sorulacak bir şey bulunamadı.".into();
    }
    format!(
        "{} sorguyla {} satıra bakıldı; bakılan süre {} – {}.",
        it.queries,
        kernel::tr::grouped(i64::try_from(it.rows).unwrap_or(i64::MAX)),
        moment(it.from_us),
        moment(it.to_us)
    )
}

/// What a chain comes to.
fn facts(chain: &who::Chain) -> Vec<(String, String)> {
    let port = chain.port.map(|port| format!(", port {port}")).unwrap_or_default();
    let ends = match (chain.from_us, chain.to_us) {
        (Some(from), Some(to)) => Some(format!("{} – {}", moment(from), moment(to))),
        (Some(from), None) => Some(format!("{} anından itibaren", moment(from))),
        (None, Some(to)) => Some(format!("{} anına kadar", moment(to))),
        (None, None) => None,
    };
    let more = (chain.more_sessions > 0).then(|| format!("{} bağlantı daha uyuyor", chain.more_sessions));
    let all = [
        ("Cihazın adresi", Some(format!("{}{port}", chain.ip))),
        ("Donanım adresi (MAC)", chain.mac.map(|mac| mac.to_string())),
        ("Cihazın kendine verdiği ad", chain.host.clone()),
        ("İstemci kimliği", chain.client_id.clone().filter(|_| chain.mac.is_none())),
        ("Anahtar ya da erişim noktası", chain.remote_id.clone()),
        ("Anahtar kapısı", chain.circuit_id.clone()),
        ("Hesap", chain.user.clone()),
        ("Adresi kullandığı süre", ends),
        ("Aynı cihazın öteki bağlantıları", more),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Lines of all steps, each once.
#[derive(Default)]
pub(super) struct Gathered {
    all: Vec<(String, Evidence)>,
}

impl Gathered {
    /// The number of a line, from 1.
    fn number(&mut self, source: &str, line: &Evidence) -> usize {
        let is_same = |one: &Evidence| match (&one.place, &line.place) {
            (Some(one), Some(other)) => (&one.path, one.row) == (&other.path, other.row),
            _ => (one.at_us, &one.line) == (line.at_us, &line.line),
        };
        if let Some(at) = self.all.iter().position(|(_, one)| is_same(one)) {
            return at + 1;
        }
        self.all.push((source.to_owned(), line.clone()));
        self.all.len()
    }

    /// The proof of each line that is sealed.
    async fn prove(&self, journal: &Journal) -> Result<Vec<Option<Proved>>> {
        let mut proofs = Vec::with_capacity(self.all.len());
        for (_, line) in &self.all {
            proofs.push(match &line.place {
                Some(place) => Some(journal.prove(&place.path, place.row).await.map_err(refused)?),
                None => None,
            });
        }
        Ok(proofs)
    }

    /// The bytes of each line's file: what was sealed, or the line alone.
    pub fn files(&self, proofs: &[Option<Proved>]) -> Vec<Vec<u8>> {
        let of = |(line, proved): (&Evidence, &Option<Proved>)| match proved {
            Some(proved) => proved.leaf.clone(),
            None => line.line.clone(),
        };
        self.all.iter().map(|(_, line)| line).zip(proofs).map(of).collect()
    }

    /// Segment and row of each.
    pub fn places(&self) -> Vec<Option<(String, u64)>> {
        let place = |line: &Evidence| line.place.as_ref().map(|place| (place.path.to_string(), place.row));
        self.all.iter().map(|(_, line)| place(line)).collect()
    }

    fn lines(&self, proofs: &[Option<Proved>], stamps: &bundle::Stamps) -> Vec<Line> {
        let files = self.files(proofs);
        let places = self.places();
        let stamped = proofs.iter().map(|proved| {
            let entry = proved.as_ref().and_then(bundle::entry_of)?;
            stamps.get(&entry).map(|vouched| vouched.at_us)
        });
        let each = self.all.iter().zip(files).zip(places).zip(stamped);
        each.map(|((((source, line), file), place), stamped_at_us)| Line {
            source: source.clone(),
            at_us: line.at_us,
            received_at_us: line.received_at_us,
            text: access_stream::turkish(&line.line).into_owned(),
            place,
            sha256: hex::encode(Sha256::digest(&file)),
            stamped_at_us,
        })
        .collect()
    }
}
