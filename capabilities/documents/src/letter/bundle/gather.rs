//! Puts a bundle together from what the house keeps of a letter: package or paper, signatures, events with their proofs.

use std::io::Cursor;

use kernel::event::{self, Event};
use kernel::record::{self, Record};
use kernel::{Error, ErrorKind, Result};
use package::{Limits, Package};
use signing::Trust;
use uuid::Uuid;
use web::Ctx;

use super::super::esign::{self, Trusted, packing};
use super::super::{kind, page, scan, sending};
use super::slice::{Entry, FORMAT, SealEntry, Slice};
use super::words::{self, Told};
use super::{EVENTS, GUIDE, PACKAGE, PAPER, Part, REPORT, SCANS, SUMS, archive, signed};
use crate::delivery::{self, store::Carrying};
use crate::document;

/// Events of one kind in a bundle, and how many are read at once.
const MOST_EVENTS: usize = 2_000;
const PAGE: u32 = 500;

/// The whole zip.
pub(super) async fn bundle(ctx: &Ctx, letter: &Record) -> Result<Vec<u8>> {
    let is_electronic = letter.get("medium").text() == "electronic";
    let around = around(ctx, letter).await?;
    let told = Told {
        number: letter.get("number").text().to_string(),
        title: letter.title(&kind()),
        at: ctx.act.now(),
        slice: slice(ctx, letter, &around).await?,
        deliveries: around.deliveries,
        sent: around.sent.1,
        came: esign::store::signatures(ctx.db(), letter.get("code").text()).await?,
        scans: Vec::new(),
    };
    if is_electronic {
        let package = package(ctx, letter).await?;
        let anchors =
            ctx.app.services.get::<Trusted>().map(|trusted| trusted.anchors.clone()).unwrap_or_default();
        // Digests, signatures and the zip are work for a blocking thread.
        let made = tokio::task::spawn_blocking(move || electronic(package, &anchors, &told)).await;
        return made.map_err(Error::internal)?;
    }
    let mut told = told;
    let older = scan::older(ctx.db(), letter).await?;
    let is_older =
        |digest: &str| older.iter().flat_map(|(all, _)| all).any(|(_, file)| file.sha256 == digest);
    let mut parts = vec![Part::new(PAPER, ctx.pdf(page::paper(ctx, letter).await?).await?)];
    for (place, one) in (1..).zip(&around.scans) {
        let name = format!("{SCANS}{place}.{}", one.stored.sniffed.extension());
        let digest = one.stored.sha256.to_hex();
        parts.push(Part::new(&name, packing::bytes(&ctx.app.services, &digest).await?));
        let mark = if is_older(&digest) { " (eski tarama; yanlış olduğu bildirildi)" } else { "" };
        told.scans.push((name, format!("{}{mark}", one.name)));
    }
    let made = tokio::task::spawn_blocking(move || {
        let texts = (words::guide(&told, &[]), words::report(&told, ""));
        whole(texts, parts, &told.slice)
    });
    made.await.map_err(Error::internal)?
}

async fn package(ctx: &Ctx, letter: &Record) -> Result<Vec<u8>> {
    let code = letter.get("code").text();
    if esign::store::file(ctx.db(), code, "package").await?.is_none() {
        let text = "e-Yazışma paketi hazırlanıyor; delil dosyası paketle birlikte alınabilir.";
        return Err(Error::conflict(text));
    }
    packing::read(&ctx.app.services, ctx.db(), code, "package").await
}

fn electronic(package: Vec<u8>, anchors: &[signing::Certificate], told: &Told) -> Result<Vec<u8>> {
    let mut opened =
        Package::open(Cursor::new(package.as_slice()), &Limits::default()).map_err(Error::internal)?;
    let report = package::verify(&mut opened);
    let (own, named) = signed::apart(&report.signatures);
    let trust = Trust::in_anchors(anchors.to_vec());
    let found = words::signatures(&report, &named, (&trust, told.at.utc()));
    let texts = (words::guide(told, &named), words::report(told, &format!("{report}\n{found}")));
    let mut parts = vec![Part::new(PACKAGE, package.as_slice())];
    parts.extend(own);
    whole(texts, parts, &told.slice)
}

/// Guide, sums and report first, then what they speak of.
fn whole((guide, report): (String, String), parts: Vec<Part>, slice: &Slice) -> Result<Vec<u8>> {
    let mut all = vec![Part::new(GUIDE, guide), Part::new(SUMS, ""), Part::new(REPORT, report)];
    all.extend(parts);
    let mut events = serde_json::to_string_pretty(slice)?;
    events.push('\n');
    all.push(Part::new(EVENTS, events));
    all[1].bytes = archive::sums(&all).into_bytes();
    archive::write(&all)
}

/// What belongs to the letter and this person may see.
struct Around {
    document: Option<Uuid>,
    steps: Vec<Uuid>,
    deliveries: Vec<Carrying>,
    /// How an electronic letter left: ids, and as people read it.
    sent: (Vec<Uuid>, Vec<String>),
    /// Of a letter on paper.
    scans: Vec<files::Accepted>,
    left_out: Vec<String>,
}

async fn around(ctx: &Ctx, letter: &Record) -> Result<Around> {
    let turns = routing::of(ctx.db(), &letter.reference(&kind())).await?;
    let mut around = Around {
        document: None,
        steps: turns.iter().map(|turn| turn.id).collect(),
        deliveries: Vec::new(),
        sent: sending::of_bundle(ctx, letter).await?,
        scans: web::attached(ctx.db(), &letter.reference(&kind())).await?,
        left_out: Vec::new(),
    };
    let Some(id) = letter.get("document_id").id() else { return Ok(around) };
    let entries = document::kind();
    match record::get_visible(ctx.db(), &entries, id, ctx.actor()).await {
        Ok(entry) => {
            around.document = Some(id);
            around.scans.extend(web::attached(ctx.db(), &entry.reference(&entries)).await?);
        }
        Err(error) if error.kind == ErrorKind::NotFound => around.left_out.push("document".into()),
        Err(error) => return Err(error),
    }
    let all = delivery::store::carrying(ctx.db(), id).await?;
    let count = all.len();
    let is_seen = |one: &Carrying| ctx.actor().may_on(delivery::VIEW, one.unit_id, one.staff_id);
    around.deliveries = all.into_iter().filter(is_seen).collect();
    if around.deliveries.len() < count {
        around.left_out.push("delivery".into());
    }
    Ok(around)
}

async fn slice(ctx: &Ctx, letter: &Record, around: &Around) -> Result<Slice> {
    let deliveries: Vec<Uuid> = around.deliveries.iter().map(|one| one.id).collect();
    let document: Vec<Uuid> = around.document.into_iter().collect();
    let (own, mut left_out) = (vec![letter.id], around.left_out.clone());
    let mut events = Vec::new();
    let kinds = [
        ("letter", &own),
        ("document", &document),
        ("route_step", &around.steps),
        ("delivery", &deliveries),
        ("letter_sending", &around.sent.0),
    ];
    for (of, ids) in kinds {
        if !every(ctx, of, ids, &mut events).await? {
            left_out.push(of.into());
        }
    }
    events.sort_by_key(|event| event.id);
    let proofs = seal::audit::proofs_of(ctx.db(), &events).await?;
    let mut seals: Vec<SealEntry> = proofs.iter().flatten().map(|one| SealEntry::of(&one.seal)).collect();
    seals.sort_by_key(|one| one.no);
    seals.dedup_by_key(|one| one.no);
    Ok(Slice {
        format: FORMAT.into(),
        letter: letter.id,
        number: letter.get("number").text().to_string(),
        medium: letter.get("medium").text().into(),
        taken_at_us: ctx.act.now().0,
        left_out,
        events: events.iter().zip(&proofs).map(|(event, proof)| Entry::of(event, proof.as_ref())).collect(),
        seals,
    })
}

/// Adds the events of these records; `false` where there are more than a bundle takes.
async fn every(ctx: &Ctx, of: &str, ids: &[Uuid], events: &mut Vec<Event>) -> Result<bool> {
    let mut after = None;
    for _ in 0..MOST_EVENTS / PAGE as usize {
        let page = event::of_subjects(ctx.db(), of, ids, after, PAGE).await?;
        after = page.last().map(|event| event.id);
        let is_last = page.len() < PAGE as usize;
        events.extend(page);
        if is_last {
            return Ok(true);
        }
    }
    Ok(false)
}
