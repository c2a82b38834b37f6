//! The letter's e-Yazışma package: what of it is signed, and the whole of it when the last has signed and the municipality sealed it.

use std::io::Cursor;

use axum::extract::Path;
use files::{Digest, Store, Stored};
use kernel::db::Sql;
use kernel::event::NewEvent;
use kernel::job::{Job, JobContext, Services, enqueue};
use kernel::record::{self, Record};
use kernel::{Boxed, Error, Result, Tx, Violation};
use package::{Content, Draft, FinalMetadata, Signatory};
use serde_json::{Value as Json, json};
use signing::Level;
use time::OffsetDateTime;
use uuid::Uuid;
use web::{Ctx, Outcome};

use super::super::compose::lines;
use super::super::{kind, page};
use super::stamping::{self, Raised, Stamper};
use super::{parts, sealing, store};
use crate::correspondent;

pub(super) const NAME: &str = "documents.pack_letter";
/// Covers and packages that are read into memory; a letter's own annexes stand in the store.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

pub(in crate::letter) fn job() -> Job {
    Job {
        name: NAME,
        label_tr: "e-Yazışma paketi yapma",
        every_seconds: None,
        max_attempts: 20,
        // Every address of every certificate may take its fifteen seconds.
        limit_seconds: 600,
        run,
    }
}

/// After the last signature: the package is made by a job, which waits for the seal as long as it must.
pub(in crate::letter) async fn ask(tx: &Tx, letter: Uuid) -> Result<()> {
    let payload = json!({ "letter": letter });
    enqueue(tx, NAME, &payload, Some(&key(letter)), tx.at()).await
}

/// One package of a letter is made at a time.
pub(super) fn key(letter: Uuid) -> String {
    format!("{NAME} {letter}")
}

/// What a package needs that a letter on paper does not: whom it goes to as the state knows them.
pub(in crate::letter) async fn lacking(tx: &Tx, letter: &Record) -> Result<Vec<Violation>> {
    let mut wrong = Vec::new();
    for name in lines(letter.get("addressees").text()).iter().chain(&lines(letter.get("informed").text())) {
        let known = correspondent::store::party(tx, name).await?;
        let is_nameable =
            known.is_some_and(|one| one.kind == "person" || correspondent::is_detsis(&one.detsis));
        if !is_nameable {
            let text = format!(
                "Elektronik yazı için “{name}” Muhataplar sayfasında DETSİS numarasıyla kayıtlı olmalı."
            );
            wrong.push(Violation::new("EIM-004", "addressees", text));
        }
    }
    Ok(wrong)
}

fn files(services: &Services) -> Result<&Store> {
    services.get::<Store>()
}

/// Bytes that were kept of a letter.
pub(in crate::letter) async fn read(
    services: &Services,
    db: &impl Sql,
    code: &str,
    role: &str,
) -> Result<Vec<u8>> {
    let kept = store::file(db, code, role).await?.ok_or_else(Error::not_found)?;
    bytes(services, &kept.sha256).await
}

pub(in crate::letter) async fn bytes(services: &Services, sha256: &str) -> Result<Vec<u8>> {
    let digest: Digest = sha256.parse().map_err(|_| Error::internal("sha256 is no digest"))?;
    let bytes = files(services)?
        .get_bytes(&digest, MOST_BYTES)
        .await
        .map_err(|error| Error::internal(error.detail))?;
    Ok(bytes.to_vec())
}

/// Whether the letter that goes round is typeset already.
pub(super) async fn has_cover(db: &impl Sql, letter: &Record) -> Result<bool> {
    Ok(store::file(db, letter.get("code").text(), "cover").await?.is_some())
}

/// The letter that goes round, typeset and kept once, and with it what the package says.
pub(super) async fn cover(ctx: &Ctx, letter: &Record) -> Result<()> {
    if has_cover(ctx.db(), letter).await? {
        return Ok(());
    }
    let paper = page::paper(ctx, letter).await?;
    let address = paper.letter.as_ref().and_then(|letter| letter.verification.clone());
    let address = address.map(|one| one.address).unwrap_or_default();
    let settings = ctx.app.settings().await?;
    let hung = web::attached(ctx.db(), &letter.reference(&kind())).await?;
    let frozen = parts::freeze(ctx.db(), &settings, letter, &hung, &address).await?;
    let pdf = ctx.pdf(paper).await?;
    let kept = put(&ctx.app.services, pdf).await?;
    let said = serde_json::to_string(&frozen).map_err(Error::internal)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.without_event("the cover is the letter that went round, typeset");
    store::keep(&tx, (letter.get("code").text(), "cover"), &kept, &said).await?;
    tx.commit().await
}

/// PaketOzeti.xml of a letter that goes round: the bytes that are signed.
pub(super) async fn content(ctx: &Ctx, letter: &Record) -> Result<Vec<u8>> {
    cover(ctx, letter).await?;
    let draft = draft(ctx.db(), &ctx.app.services, letter.get("code").text()).await?;
    draft.package_digest_bytes().map_err(cannot)
}

pub(super) async fn put(services: &Services, bytes: Vec<u8>) -> Result<Stored> {
    files(services)?.put_bytes(bytes).await.map_err(|error| Error::internal(error.detail))
}

/// The package before its signature: the same letter gives the same bytes.
async fn draft(db: &impl Sql, services: &Services, code: &str) -> Result<Draft> {
    let cover = read(services, db, code, "cover").await?;
    let said = store::said(db, code).await?;
    let frozen: parts::Frozen = serde_json::from_str(&said).map_err(Error::internal)?;
    let model = parts::letter(&frozen);
    let mut annexes = Vec::new();
    for (annex, (_, sha256, _)) in model.annexes.iter().zip(&frozen.files) {
        annexes.push((annex.id, Content::from_bytes(bytes(services, sha256).await?)));
    }
    // Digests of large annexes are work for a blocking thread.
    let made =
        tokio::task::spawn_blocking(move || Draft::new(model, Content::from_bytes(cover), annexes)).await;
    made.map_err(Error::internal)?.map_err(cannot)
}

fn cannot(error: package::CannotWrite) -> Error {
    Error::rule("EIM-005", "", format!("e-Yazışma paketi yapılamadı: {error}"))
}

fn run<'a>(context: &'a JobContext, payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let id: Uuid =
            payload["letter"].as_str().and_then(|text| text.parse().ok()).ok_or_else(Error::not_found)?;
        pack(context, id).await
    })
}

async fn pack(context: &JobContext, id: Uuid) -> Result<()> {
    let letter = record::get(&context.db, &kind(), id).await?;
    let code = letter.get("code").text().to_string();
    if store::file(&context.db, &code, "package").await?.is_some() {
        return Ok(());
    }
    let draft = draft(&context.db, &context.services, &code).await?;
    let stamper = stamping::noted(context, &code, Stamper::of(context).await).await?;
    let signature = signature(context, stamper.as_ref(), &code).await?;
    let at = context.clock.now().utc();
    let last = final_metadata(&context.db, &letter).await?;
    let unsealed =
        draft.sign(signature.cms.clone()).and_then(|signed| signed.finish(&last, at)).map_err(cannot)?;
    // Without the seal the letter waits, and is asked for again as soon as it can be used.
    let Some(seal) = sealing::seal(context, (id, &code), unsealed.final_digest_bytes()).await? else {
        return Ok(());
    };
    let seal = match &stamper {
        Some(stamper) => stamper.seal(&code, seal).await?,
        None => Raised { cms: seal, level: Level::Bes, notes: Vec::new() },
    };
    let mut package = unsealed.seal(seal.cms.clone()).map_err(cannot)?;
    let bytes = package.write(Cursor::new(Vec::new())).map_err(cannot)?.into_inner();
    let kept = put(&context.services, bytes).await?;
    let kept_seal = put(&context.services, seal.cms.clone()).await?;
    let tx = context.db.begin(&context.act("e-Yazışma paketi")).await?;
    store::keep(&tx, (&code, "package"), &kept, "").await?;
    store::keep(&tx, (&code, "seal"), &kept_seal, "").await?;
    sealing::store::wait_no_more(&tx, &code).await?;
    if let Some(stamper) = &stamper {
        stamper.note(&tx, &code, &signature, &seal).await?;
    }
    let event = NewEvent::new(letter.reference(&kind()), letter.title(&kind()), "letter_packed")
        .note(kept.sha256.to_hex())
        .scope(letter.unit_id(&kind()), letter.owner_id(&kind()));
    tx.record(event).await?;
    tx.commit().await
}

/// The letter's signatures as they go into the package: stamped and complete where a server is set, otherwise as they came.
async fn signature(context: &JobContext, stamper: Option<&Stamper<'_>>, code: &str) -> Result<Raised> {
    if let Some(stamper) = stamper {
        return stamper.completed(stamper.signature(code).await?).await;
    }
    let cms = stamping::together(&context.db, code).await?;
    Ok(Raised { cms, level: Level::Bes, notes: Vec::new() })
}

/// Date, number and who signed, as the register has them.
async fn final_metadata(db: &impl Sql, letter: &Record) -> Result<FinalMetadata> {
    let mut signatories = Vec::new();
    let turns = routing::of(db, &letter.reference(&kind())).await?;
    // Who signed a letter that came back afterwards signed another package.
    let made = store::signatures(db, letter.get("code").text()).await?;
    let signed = turns.iter().filter(|turn| made.iter().any(|one| one.step_id == turn.id));
    for (place, turn) in (1..).zip(signed) {
        let name = turn.done_by_name.as_ref().unwrap_or(&turn.staff_name);
        let acting_for = turn.done_by_name.as_ref().map(|_| parts::person(&turn.staff_name));
        // The last to sign is the one who signs on behalf of an office.
        let office = if place == made.len() { letter.get("on_behalf").text() } else { "" };
        signatories.push(Signatory {
            signer: parts::person(name),
            delegated_by: None,
            acting_for,
            office: (!office.is_empty()).then(|| office.to_string()),
            purpose: None,
            description: None,
            signed_at: turn.done_at.map(kernel::Instant::utc),
        });
    }
    let at = letter
        .get("signed_at")
        .int()
        .map(kernel::Instant)
        .map_or(OffsetDateTime::UNIX_EPOCH, kernel::Instant::utc);
    Ok(FinalMetadata { dated_at: at, number: letter.get("number").text().to_string(), signatories })
}

/// `GET /yazilar/{id}/paket`
pub(super) async fn download(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let letter = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let bytes = read(&ctx.app.services, ctx.db(), letter.get("code").text(), "package").await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(letter.reference(&kind), letter.title(&kind), "letter_taken");
    tx.record(event.note("e-Yazışma paketi").scope(letter.unit_id(&kind), letter.owner_id(&kind))).await?;
    tx.commit().await?;
    Ok(web::download(&format!("{}.eyp", letter.get("number").text()), "application/eyazisma", bytes))
}
