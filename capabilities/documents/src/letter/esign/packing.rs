//! The letter's e-Yazışma packages: what of them is signed, and the whole of them when the last has signed and the municipality
//! sealed them.

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

use super::super::compose::{Look, lines};
use super::super::hands::{self, Power, Seat};
use super::super::{SIGNING, kind, page, store as letters, withheld};
use super::stamping::{self, Raised, Stamper};
use super::{anew, copies, parts, sealing, store, updating};
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
        let is_nameable = known.is_some_and(|one| match one.kind.as_str() {
            "person" => true,
            "company" if !one.mersis.is_empty() => true,
            _ => correspondent::is_detsis(&one.detsis),
        });
        if !is_nameable {
            let text = format!(
                "Elektronik yazı için “{name}” Muhataplar sayfasında DETSİS numarasıyla kayıtlı olmalı (firmaysa MERSİS numarasıyla)."
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

pub(crate) async fn bytes(services: &Services, sha256: &str) -> Result<Vec<u8>> {
    let digest: Digest = sha256.parse().map_err(|_| Error::internal("sha256 is no digest"))?;
    let bytes = files(services)?
        .get_bytes(&digest, MOST_BYTES)
        .await
        .map_err(|error| Error::internal(error.detail))?;
    Ok(bytes.to_vec())
}

/// What the cover of a letter says of its signatures; `None` without one, and of older ones.
pub(super) async fn cover_says_trial(db: &impl Sql, code: &str) -> Result<Option<bool>> {
    match store::file(db, code, COVER).await? {
        Some(_) => Ok(copies::frozen(db, code).await?.is_trial),
        None => Ok(None),
    }
}

const COVER: &str = "cover";

/// Whether the letter that goes round is typeset already for this hand. Once somebody signed, nothing can be set anew.
pub(super) async fn has_cover(ctx: &Ctx, letter: &Record, seat: &Seat) -> Result<bool> {
    let code = letter.get("code").text();
    if store::file(ctx.db(), code, COVER).await?.is_none() {
        return Ok(false);
    }
    let is_trial = ctx.app.settings().await?.text(SIGNING) == "trial";
    let is_same = cover_says_trial(ctx.db(), code).await?.is_none_or(|said| said == is_trial);
    let is_unsigned = store::signatures(ctx.db(), code).await?.is_empty();
    let is_named = match is_unsigned {
        true => hands::names_all(ctx.db(), letter, &seats(ctx, letter, seat).await?).await?,
        false => hands::names(ctx.db(), letter, seat).await?,
    };
    if is_same && is_named {
        return Ok(true);
    }
    if is_unsigned {
        return Ok(false);
    }
    Err(Error::conflict(if is_named {
        "Elektronik imza ayarı, yazı ilk kez imzalandıktan sonra değişti; yazıyı geri çekip yeniden sunun."
    } else {
        anew::NAMES_ANOTHER
    }))
}

/// Everybody's place as things are: nobody signed yet, so the letter names whoever stands in for those who are away.
async fn seats(ctx: &Ctx, letter: &Record, seat: &Seat) -> Result<Vec<Seat>> {
    let turns = routing::of(ctx.db(), &letter.reference(&kind())).await?;
    hands::present(ctx.db(), &turns, seat, ctx.act.now()).await
}

/// The letter that goes round, set for whoever signs next, typeset and kept, and with it what the package says. What was set for
/// somebody else and not signed is set anew.
pub(super) async fn cover(ctx: &Ctx, letter: &Record, seat: &Seat) -> Result<()> {
    if has_cover(ctx, letter, seat).await? {
        return Ok(());
    }
    let code = letter.get("code").text();
    let seats = seats(ctx, letter, seat).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.without_event("whose name stands under it is said when it is signed");
    // Somebody may have signed meanwhile.
    if !letters::hold(&tx, letter.id, code).await? || !store::signatures(&tx, code).await?.is_empty() {
        return Err(Error::conflict("Yazı bu arada değişti; sayfayı yenileyin."));
    }
    for seat in &seats {
        hands::set(&tx, letter, seat).await?;
    }
    store::drop_file(&tx, code, COVER).await?;
    tx.commit().await?;
    let paper = page::typeset(ctx, letter, Look::Sign).await?;
    let address = paper.letter.as_ref().and_then(|letter| letter.verification.clone());
    let address = address.map(|one| one.address).unwrap_or_default();
    let settings = ctx.app.settings().await?;
    let hung = web::attached(ctx.db(), &letter.reference(&kind())).await?;
    // A file may have come or gone since it was sent round.
    if let Some(wrong) = withheld::without_files(letter, hung.len()) {
        return Err(Error::invalid(vec![wrong]));
    }
    let frozen = parts::freeze(ctx.db(), &settings, letter, &hung, (&address, ctx.act.now().day())).await?;
    let pdf = ctx.pdf(paper).await?;
    let kept = put(&ctx.app.services, pdf).await?;
    let said = serde_json::to_string(&frozen).map_err(Error::internal)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.without_event("the cover is the letter that went round, typeset");
    if !letters::hold(&tx, letter.id, code).await? || !hands::names_all(&tx, letter, &seats).await? {
        return Err(Error::conflict("Yazıyı bu anda başkası da imzalamak istedi; yeniden deneyin."));
    }
    store::keep(&tx, (code, COVER), &kept, &said).await?;
    tx.commit().await
}

/// PaketOzeti.xml of a letter that goes round: the bytes that are signed, and the digest of the cover they are of.
pub(super) async fn content(ctx: &Ctx, letter: &Record, seat: &Seat) -> Result<(Vec<u8>, String)> {
    cover(ctx, letter, seat).await?;
    let code = letter.get("code").text();
    let before = store::file(ctx.db(), code, COVER).await?.map(|kept| kept.sha256).unwrap_or_default();
    let draft = draft(ctx.db(), &ctx.app.services, code).await?;
    let after = store::file(ctx.db(), code, COVER).await?.map(|kept| kept.sha256).unwrap_or_default();
    if before != after {
        return Err(Error::conflict("Yazıyı bu anda başkası da imzalamak istedi; yeniden deneyin."));
    }
    Ok((draft.package_digest_bytes().map_err(cannot)?, after))
}

pub(crate) async fn put(services: &Services, bytes: Vec<u8>) -> Result<Stored> {
    files(services)?.put_bytes(bytes).await.map_err(|error| Error::internal(error.detail))
}

/// The package before its signature: the same letter gives the same bytes.
async fn draft(db: &impl Sql, services: &Services, code: &str) -> Result<Draft> {
    let cover = read(services, db, code, "cover").await?;
    let frozen = copies::frozen(db, code).await?;
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

pub(super) fn cannot(error: package::CannotWrite) -> Error {
    Error::rule("EIM-005", "", format!("e-Yazışma paketi yapılamadı: {error}"))
}

fn run<'a>(context: &'a JobContext, payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let id: Uuid =
            payload["letter"].as_str().and_then(|text| text.parse().ok()).ok_or_else(Error::not_found)?;
        pack(context, id).await
    })
}

/// The packages of the letter and of its updates, as far as they are not made yet.
async fn pack(context: &JobContext, id: Uuid) -> Result<()> {
    let letter = record::get(&context.db, &kind(), id).await?;
    let code = letter.get("code").text();
    let is_packed = store::file(&context.db, code, copies::WHOLE).await?.is_some();
    if is_packed || package(context, &letter).await? {
        updating::make(context, &letter).await?;
    }
    Ok(())
}

/// Makes the letter's package and the copies of it; `false` where the seal is waited for.
async fn package(context: &JobContext, letter: &Record) -> Result<bool> {
    let code = letter.get("code").text();
    let draft = draft(&context.db, &context.services, code).await?;
    let stamper = stamping::noted(context, code, Stamper::of(context).await).await?;
    let signature = signature(context, stamper.as_ref(), code).await?;
    let at = context.clock.now().utc();
    let last = final_metadata(&context.db, letter).await?;
    let unsealed =
        draft.sign(signature.cms.clone()).and_then(|signed| signed.finish(&last, at)).map_err(cannot)?;
    let seal = sealed(context, (letter.id, code), stamper.as_ref(), unsealed.final_digest_bytes()).await?;
    let Some(seal) = seal else { return Ok(false) };
    let mut package = unsealed.seal(seal.cms.clone()).map_err(cannot)?;
    let frozen = copies::frozen(&context.db, code).await?;
    let bytes = package.write(Cursor::new(Vec::new())).map_err(cannot)?.into_inner();
    let kept = put(&context.services, bytes).await?;
    let kept_seal = put(&context.services, seal.cms.clone()).await?;
    let mut without = Vec::new();
    for copy in copies::written(&frozen, &parts::letter(&frozen), &mut package).map_err(cannot)? {
        without.push((copy.role, copy.names, put(&context.services, copy.bytes).await?));
    }
    let tx = context.db.begin(&context.act("e-Yazışma paketi")).await?;
    store::keep(&tx, (code, copies::WHOLE), &kept, "").await?;
    store::keep(&tx, (code, "seal"), &kept_seal, "").await?;
    sealing::store::wait_no_more(&tx, code).await?;
    if let Some(stamper) = &stamper {
        stamper.note(&tx, code, &signature, &seal).await?;
    }
    tx.record(event(letter, "letter_packed", kept.sha256.to_hex())).await?;
    for (role, names, kept) in &without {
        store::keep(&tx, (code, role), kept, "").await?;
        let note = format!("{} · {}", kept.sha256.to_hex(), names.join(", "));
        tx.record(event(letter, "letter_copied", note)).await?;
    }
    tx.commit().await?;
    Ok(true)
}

fn event(letter: &Record, verb: &'static str, note: impl Into<String>) -> NewEvent {
    NewEvent::new(letter.reference(&kind()), letter.title(&kind()), verb)
        .note(note)
        .scope(letter.unit_id(&kind()), letter.owner_id(&kind()))
}

/// The municipality's seal over these bytes, stamped where a server is set. Without the seal the letter waits, and is asked for
/// again as soon as it can be used.
pub(super) async fn sealed(
    context: &JobContext,
    (letter, code): (Uuid, &str),
    stamper: Option<&Stamper<'_>>,
    content: &[u8],
) -> Result<Option<Raised>> {
    let Some(seal) = sealing::seal(context, (letter, code), content).await? else { return Ok(None) };
    match stamper {
        Some(stamper) => stamper.seal(code, seal).await.map(Some),
        None => Ok(Some(Raised { cms: seal, level: Level::Bes, notes: Vec::new() })),
    }
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
    let planned = hands::planned(db, letter).await?;
    for (place, turn) in signed.enumerate() {
        let name = turn.done_by_name.as_ref().unwrap_or(&turn.staff_name);
        let acting_for = turn.done_by_name.as_ref().map(|_| turn.staff_name.clone());
        let office = planned.get(place).map(|one| one.office.as_str()).unwrap_or_default();
        let at = turn.done_at.unwrap_or(turn.created_at);
        let power = match planned.get(place) {
            Some(planned) => hands::power(db, planned, at).await?,
            None => Power::Own,
        };
        let (delegated_by, principal) = match power {
            Power::Own => (None, None),
            Power::Acting(principal) => (None, Some(principal)),
            Power::Delegated(holder) => (Some(holder), None),
        };
        signatories.push(Signatory {
            signer: parts::person(name),
            delegated_by: delegated_by.as_deref().map(parts::person),
            acting_for: acting_for.or(principal).as_deref().map(parts::person),
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

/// `GET /yazilar/{id}/paket`: the whole package; with `?muhatap=2` what the second addressee gets.
pub(super) async fn download(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let letter = record::get_visible(ctx.db(), &kind(), id, ctx.actor()).await?;
    let (code, number) = (letter.get("code").text(), letter.get("number").text());
    let asked = ctx.param("muhatap");
    let (role, name, note) = match asked {
        "" => (copies::WHOLE.to_string(), format!("{number}.eyp"), "e-Yazışma paketi".to_string()),
        asked => {
            let own = copies::at(ctx.db(), code, asked.parse().map_err(|_| Error::not_found())?).await?;
            (own.role, format!("{number}-{asked}.eyp"), format!("{} için e-Yazışma paketi", own.name))
        }
    };
    let bytes = read(&ctx.app.services, ctx.db(), code, &role).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(event(&letter, "letter_taken", note)).await?;
    tx.commit().await?;
    Ok(web::download(&name, "application/eyazisma", bytes))
}
