//! The seals of the record: chains signed by each node, stamped every hour by an authority, checked every day and whenever somebody asks.

mod finding;
pub(crate) mod store;

use std::collections::BTreeMap;

use journal::{Anchor, Journal, PublicKey, Report};
use kernel::job::{Job, JobContext, enqueue};
use kernel::migrate::{Migration, create};
use kernel::schema::Table;
use kernel::{Error, Instant, NewEvent, Ref, Result, tr};
use maud::{Markup, html};
use time_stamps::Standing;
use web::{Ctx, Form, Frame, Outcome};

use crate::keeping::AccessLogs;
use crate::search::{self, SUBJECT_ID, absent, logs, moment};
use crate::{EDIT, SUBJECT, standing, watching};

pub(crate) const PATH: &str = "/erisim-kayitlari/muhurler";
pub(crate) const CHECK: &str = "/erisim-kayitlari/muhurler/denetle";
pub(crate) const KEY: &str = "/erisim-kayitlari/muhurler/anahtar";

const CHECK_JOB: &str = "access_logs.check_seals";
const DAY_SECONDS: i64 = 24 * 60 * 60;
const HOUR_US: i64 = 60 * 60 * Instant::SECOND_US;
/// A stamp that did not come for so long is a finding.
const LATE_US: i64 = 3 * HOUR_US;
/// Checks that the page shows.
const SHOWN: i64 = 10;
/// Letters of a finding's title.
const MOST_TITLE: usize = 240;
/// What is named of a check that found something.
const MOST_NAMED: usize = 20;

pub(crate) fn migration() -> Migration {
    Migration { id: "access_logs/0003_log_check", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("log_check", "checks of the record's seals and what they found")
        .id()
        .at("checked_at", "when it ended")
        .int("entries", "of all nodes' chains")
        .int("segments", "held against their seals")
        .int(
            "line_count",
            "lines whose leaves were computed again; 0 where the digests of files were compared",
        )
        .int("stamps", "that are believed")
        .int("findings", "that prove a change")
        .text("report", "what was found, one a line; empty when all is whole")
        .index(&["checked_at"])
}

/// What a chain has had, so that one that was cut at its end, or removed whole, is not called whole.
pub(crate) fn heads() -> Migration {
    let up = |backend| create(backend, &[heads_table()]);
    Migration { id: "access_logs/0008_log_chain_head", up }
}

fn heads_table() -> Table {
    Table::new(
        "log_chain_head",
        "heads of the record's chains as they were seen at stamps, checks and answers",
    )
    .text("node", "whose chain")
    .int("no", "number of the entry")
    .text("digest", "SHA-256 of its file, in hexadecimal digits")
    .at("noted_at", "when it was first seen")
    .key(&["node", "no"])
}

/// Writes down how far every chain goes now.
pub(crate) async fn note_heads(context: &JobContext, journal: &Journal) -> Result<()> {
    let heads = journal.heads().await.map_err(search::refused)?.heads;
    if heads.is_empty() {
        return Ok(());
    }
    let tx = context.db.begin(&context.act("mühür zinciri")).await?;
    tx.without_event("how far the chains go, which the chains themselves tell");
    for (node, no, digest) in heads {
        let head = store::Head { node, no: no.cast_signed(), digest: hex::encode(digest) };
        store::note_head(&tx, &head).await?;
    }
    tx.commit().await
}

/// The heads that the database remembers, as the verification wants them.
async fn remembered(db: &kernel::Db) -> Result<Vec<Anchor>> {
    let anchor = |head: store::Head| {
        let digest = hex::decode(&head.digest).ok()?.try_into().ok()?;
        Some(Anchor { node: head.node, no: head.no.cast_unsigned(), digest })
    };
    Ok(store::heads(db).await?.into_iter().filter_map(anchor).collect())
}

/// Whether what the database remembers is of chains that never were here: a backup is restored without the record. Where lines were
/// once kept under a remembered name, or anything is sealed, what is missing is missing.
async fn is_elsewhere(logs: &AccessLogs, journal: &Journal, remembered: &[Anchor]) -> Result<bool> {
    let here = logs.here();
    if remembered.is_empty() || remembered.iter().any(|head| Some(head.node.as_str()) == here) {
        return Ok(false);
    }
    Ok(journal.heads().await.map_err(search::refused)?.heads.is_empty())
}

/// The first start beside a database that came from elsewhere: the last seals of the record that was left behind become an event, and
/// are no longer looked for here.
pub(crate) async fn begin_anew(logs: &AccessLogs, context: &JobContext, journal: &Journal) -> Result<()> {
    let known = remembered(&context.db).await?;
    if !is_elsewhere(logs, journal, &known).await? {
        return Ok(());
    }
    let mut last: BTreeMap<&str, &Anchor> = BTreeMap::new();
    known.iter().for_each(|head| _ = last.insert(&head.node, head));
    let said: Vec<String> =
        last.values().map(|head| anchor_text(&(head.node.clone(), head.no, head.digest))).collect();
    let tx = context.db.begin(&context.act("mühür zinciri")).await?;
    let event = NewEvent::new(Ref::new(SUBJECT, SUBJECT_ID), "Erişim kayıtları", "log_begun_anew");
    tx.record(event.note(format!("Önceki kayıt burada değil; son mühürleri: {}", said.join(", ")))).await?;
    store::forget_heads(&tx).await?;
    tx.commit().await
}

/// A head as it is written down outside: `NODE:NUMBER:DIGEST`.
pub fn anchor_text((node, no, digest): &(String, u64, [u8; 32])) -> String {
    format!("{node}:{no}:{}", hex::encode(digest))
}

/// What [`anchor_text`] wrote.
pub fn parse_anchor(text: &str) -> Option<Anchor> {
    let mut parts = text.split(':');
    let (node, no, digest) = (parts.next()?, parts.next()?, parts.next()?);
    let digest = hex::decode(digest).ok()?.try_into().ok()?;
    let is_whole = !node.is_empty() && parts.next().is_none();
    is_whole.then_some(Anchor { node: node.into(), no: no.parse().ok()?, digest })
}

pub(crate) fn jobs() -> Vec<Job> {
    vec![
        Job {
            name: "access_logs.stamp_hour",
            label_tr: "Erişim kayıtlarının mühürlerine zaman damgası alma",
            every_seconds: Some(60 * 60),
            max_attempts: 3,
            limit_seconds: 600,
            run: |context, _| Box::pin(stamp(context)),
        },
        Job {
            name: CHECK_JOB,
            label_tr: "Erişim kayıtlarının mühürlerini denetleme",
            every_seconds: Some(DAY_SECONDS),
            max_attempts: 2,
            limit_seconds: 6 * 60 * 60,
            run: |context, payload| Box::pin(check(context, payload["satirlar"].as_bool().unwrap_or(false))),
        },
    ]
}

/// The journal of this node; a node that has none open leaves the work to those that have.
fn open(context: &JobContext) -> Option<(AccessLogs, std::sync::Arc<Journal>)> {
    let logs = context.services.get::<AccessLogs>().ok()?;
    Some((logs.clone(), logs.journal().ok()?))
}

/// Seals what came in the last hour and has it stamped.
pub(crate) async fn stamp(context: &JobContext) -> Result<()> {
    let Some((logs, journal)) = open(context) else { return Ok(()) };
    journal.seal_now().await.map_err(search::refused)?;
    journal.hand_over().await.map_err(search::refused)?;
    note_heads(context, &journal).await?;
    let standing = time_stamps::stamp(context, &journal).await?;
    let late = standing.as_ref().and_then(|now| late(now, context.clock.now()));
    watching::tell(context, "unstamped", late).await?;
    logs.note_stamps(standing);
    Ok(())
}

/// Since when a stamp is missing, and why, when that is too long.
fn late(standing: &Standing, now: Instant) -> Option<(Instant, String)> {
    let since = standing.unstamped_since.filter(|since| now.0 - since.0 > LATE_US)?;
    let why = standing.error.clone().unwrap_or_else(|| "Zaman damgası gelmedi.".into());
    Some((since, format!("Zaman damgası {} anından beri alınamıyor: {why}", tr::instant(since.0))))
}

/// The keys of all nodes that have a chain, or had one.
async fn keys(
    logs: &AccessLogs,
    journal: &Journal,
    anchors: &[Anchor],
) -> Result<BTreeMap<String, PublicKey>> {
    let heads = journal.heads().await.map_err(search::refused)?;
    let nodes = heads.heads.into_iter().map(|(node, _, _)| node);
    let nodes = nodes.chain(anchors.iter().map(|anchor| anchor.node.clone()));
    Ok(nodes.map(|node| (node.clone(), logs.public_key(&node))).collect())
}

impl AccessLogs {
    /// Holds every chain, stamp and segment against the others, and the chains against the heads that the database and whoever asks
    /// (`known`) remember; with `every_row` each line's leaf is computed again.
    pub async fn verify(&self, context: &JobContext, known: &[Anchor], every_row: bool) -> Result<Report> {
        let journal = self.journal()?;
        let mut anchors = remembered(&context.db).await?;
        if is_elsewhere(self, &journal, &anchors).await? {
            anchors.clear();
        }
        anchors.extend_from_slice(known);
        let judge = time_stamps::judge(time_stamps::roots(context), context.clock.now());
        let keys = keys(self, &journal, &anchors).await?;
        journal.verify(&keys, &anchors, Some(&judge), every_row).await.map_err(search::refused)
    }
}

/// The last check, for whoever asks without a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    pub at: Instant,
    /// What proves a change.
    pub findings: i64,
}

/// The last check of the seals; nothing where none was made yet.
pub async fn last_check(db: &kernel::Db) -> Result<Option<Checked>> {
    let last = store::last(db, 1).await?;
    Ok(last.first().map(|one| Checked { at: one.checked_at, findings: one.findings }))
}

/// Checks, writes down what came of it, and makes a finding of what is wrong.
pub(crate) async fn check(context: &JobContext, every_row: bool) -> Result<()> {
    let Some((logs, journal)) = open(context) else { return Ok(()) };
    let report = logs.verify(context, &[], every_row).await?;
    note_heads(context, &journal).await?;
    let named: Vec<String> = report.findings.iter().take(MOST_NAMED).map(finding::said).collect();
    let tx = context.db.begin(&context.act("mühür denetimi")).await?;
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let found = i64::try_from(report.findings.len()).unwrap_or(i64::MAX);
    let check = store::Check {
        checked_at: tx.at(),
        entries: count(report.entries),
        segments: count(report.segments),
        line_count: count(report.rows),
        stamps: count(report.stamps),
        findings: found,
        report: named.join("\n"),
    };
    store::insert(&tx, &check).await?;
    let note = format!("{} {}", said(&check), finding::in_words(&check.report));
    let event = NewEvent::new(Ref::new(SUBJECT, SUBJECT_ID), "Erişim kayıtları", "log_seals_checked");
    tx.record(event.note(note.trim())).await?;
    tx.commit().await?;
    let now = context.clock.now();
    let first = named.first().map(|first| format!(": {}", finding::in_words(first))).unwrap_or_default();
    let title = format!("Erişim kayıtlarının mühürlerinde {} uyumsuzluk bulundu{first}", tr::grouped(found));
    let title = title.chars().take(MOST_TITLE).collect();
    watching::tell(context, "damaged", (found > 0).then_some((now, title))).await
}

fn said(check: &store::Check) -> String {
    let rows = match check.line_count {
        0 => String::new(),
        rows => format!(", {} satır", tr::grouped(rows)),
    };
    format!(
        "{} mühür, {} bölüm{rows}, {} zaman damgası denetlendi; uyumsuzluk: {}.",
        tr::grouped(check.entries),
        tr::grouped(check.segments),
        tr::grouped(check.stamps),
        tr::grouped(check.findings)
    )
}

pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let Ok(logs) = logs(&ctx) else { return absent(&ctx, "Mühürler").await };
    let checks = store::last(ctx.db(), SHOWN).await?;
    let content = html! {
        div.top { h1 { "Mühürler" } }
        p.lead {
            "Her sunucu, aldığı satırları bölümler hâlinde mühürler ve mühürleri birbirine zincirler; zincirlerin ucuna saatte bir zaman "
            "damgası alınır. Sonradan değişen, silinen ya da eklenen her satır denetimde yeriyle bulunur."
        }
        (stamps(&ctx, logs).await?)
        (chains(logs).await?)
        (checked(&checks))
        @if ctx.actor().may_in_whole(EDIT) {
            form method="post" action=(CHECK) {
                input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                div.form-end {
                    button.btn.is-primary type="submit" name="satirlar" value="hayir" { "Şimdi denetle" }
                    button.btn type="submit" name="satirlar" value="evet" { "Her satırı denetle" }
                }
            }
        }
        p.muted { "Belde’ye güvenmeden denetlemek isteyen, docs/formats/journal.md belgesindeki openssl adımlarını izler." }
    };
    ctx.page(Frame::new("Mühürler").crumb("Kayıtların durumu", standing::PATH), content).await
}

/// How far the chains are stamped: as the last try left it, or, on a server that was just started, as the stamps themselves tell.
async fn standing_of(ctx: &Ctx, logs: &AccessLogs) -> Result<Option<Standing>> {
    if let Some(now) = logs.stamps() {
        return Ok(Some(now));
    }
    let Ok(journal) = logs.journal() else { return Ok(None) };
    let context = crate::handing::context(ctx);
    let judge = time_stamps::judge(time_stamps::roots(&context), ctx.act.now());
    let now = journal.unstamped(&judge).await.map_err(search::refused)?;
    Ok(now.stamped_upto_us.map(|at_us| Standing {
        last_stamp_at: Some(Instant(at_us)),
        unstamped_since: now.since_us.map(Instant),
        unstamped_entries: now.entries,
        error: None,
    }))
}

async fn stamps(ctx: &Ctx, logs: &AccessLogs) -> Result<Markup> {
    let Some(now) = standing_of(ctx, logs).await? else {
        return Ok(html! { (ui::notice(ui::FlashKind::Info, html! { p {
            "Bu sunucu açıldığından beri zaman damgası istenmedi. Damga sunucusu Ayarlar › Zaman damgası bölümünde yazılıysa saatte bir istenir."
        } })) });
    };
    let last = now.last_stamp_at.map_or_else(|| "henüz yok".into(), |at| tr::instant(at.0));
    Ok(html! {
        @if let Some(why) = &now.error { (ui::notice(ui::FlashKind::Warning, html! { p {
            "Son istekte zaman damgası alınamadı; mühürler bekliyor, bir sonraki damga hepsini kapsar. " (why)
        } })) }
        (ui::key_figures(&[
            ui::KeyFigure { label: "Son zaman damgası".into(), value: last, ..ui::KeyFigure::default() },
            ui::KeyFigure {
                label: "Damga bekleyen mühür".into(),
                value: tr::grouped(now.unstamped_entries.cast_signed()),
                ..ui::KeyFigure::default()
            },
        ]))
    })
}

async fn chains(logs: &AccessLogs) -> Result<Markup> {
    let Ok(journal) = logs.journal() else {
        return Ok(
            html! { (ui::notice(ui::FlashKind::Error, html! { p { "Kayıtlar şu anda açık değil; zincirler gösterilemiyor." } })) },
        );
    };
    let heads = journal.heads().await.map_err(search::refused)?;
    let rows: Vec<Vec<Markup>> = heads
        .heads
        .iter()
        .map(|head| {
            let (node, no, _) = head;
            let key = format!("{KEY}?sunucu={node}");
            vec![
                html! { (node) },
                html! { (tr::grouped(no.cast_signed() + 1)) },
                html! { code { (anchor_text(head)) } },
                html! { a href=(key) { "İndir" } },
            ]
        })
        .collect();
    let heads = ui::heads(&["Sunucu", "Mühür sayısı", "Son mühür (sunucu:sıra:SHA-256)", "Açık anahtar"]);
    Ok(html! {
        section {
            h2 { "Zincirler" }
            @if rows.is_empty() { p { "Henüz mühür yok; ilk mühür en geç bir saat içinde yapılır." } }
            @else {
                (ui::table("Zincirler", &heads, &rows))
                p.muted {
                    "Son mührü bu sunucunun dışında bir yere yazın: " code { "belde verify --anchor SUNUCU:SIRA:ÖZET" }
                    " zincirin ucu sonradan kesilse de bunu bulur. Belde de her damgada ve denetimde zincirin ucunu veritabanına yazar."
                }
            }
        }
    })
}

fn checked(checks: &[store::Check]) -> Markup {
    let rows: Vec<Vec<Markup>> = checks
        .iter()
        .map(|one| {
            let tone = if one.findings == 0 { ui::Tone::Done } else { ui::Tone::Bad };
            let word = if one.findings == 0 { "bütün" } else { "uyumsuz" };
            vec![
                html! { (moment(one.checked_at.0)) },
                html! { (ui::state_badge(tone, word)) },
                html! { (said(one)) @if !one.report.is_empty() { " " code { (one.report) } } },
            ]
        })
        .collect();
    html! {
        section {
            h2 { "Son denetimler" }
            @if rows.is_empty() { p { "Henüz denetlenmedi; günde bir kez kendiliğinden denetlenir." } }
            @else { (ui::table("Son denetimler", &ui::heads(&["Zaman", "Sonuç", "Ne denetlendi"]), &rows)) }
        }
    }
}

/// Asks for a check; it is a job, since every line may take hours.
pub(crate) async fn ask_check(ctx: Ctx, form: Form) -> Outcome {
    let every_row = form.get("satirlar") == "evet";
    let tx = ctx.db().begin(&ctx.act).await?;
    let payload = serde_json::json!({ "satirlar": every_row });
    enqueue(&tx, CHECK_JOB, &payload, Some(&format!("{CHECK_JOB} {every_row}")), tx.at()).await?;
    let what = if every_row { "Her satır" } else { "Bölümlerin özetleri" };
    let event = NewEvent::new(Ref::new(SUBJECT, SUBJECT_ID), "Erişim kayıtları", "log_check_asked");
    tx.record(event.note(what)).await?;
    tx.commit().await?;
    Ok(web::redirect(PATH, "Denetim başladı; sonucu bu sayfada görünecek."))
}

/// The public key that a node's chain is checked with, as DER SubjectPublicKeyInfo.
pub(crate) async fn key(ctx: Ctx) -> Outcome {
    let node = ctx.param("sunucu");
    let logs = logs(&ctx)?;
    let heads = logs.journal()?.heads().await.map_err(search::refused)?;
    if !heads.heads.iter().any(|(known, _, _)| known == node) {
        return Err(Error::not_found().into());
    }
    Ok(web::download(&format!("{node}.der"), "application/octet-stream", logs.public_key(node).der()))
}
