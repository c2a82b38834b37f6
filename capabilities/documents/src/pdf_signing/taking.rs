//! The side of a link that the signer's program sees, where a PDF is signed itself: the file with the room for the signature, and
//! the signature that comes back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::record;
use kernel::{Error, ErrorKind, Result};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use signing::pdf::{PdfRoom, verify_pdf};
use uuid::Uuid;
use web::{Attached, Ctx, Outcome};

use super::asking::taken_meanwhile;
use super::store::{self, JobFile};
use super::{Hand, ask, event};
use crate::document;
use crate::letter::esign::answer::{self, Checked, Rule};
use crate::letter::esign::store::Job;

/// The PDFs of a link.
pub(crate) async fn all(ctx: &Ctx, job: &Job) -> Result<Vec<JobFile>> {
    store::job_files(ctx.db(), &job.token_digest).await
}

/// Those that still wait for this signature.
pub(crate) async fn waiting(ctx: &Ctx, job: &Job) -> Result<Vec<JobFile>> {
    let mut waiting = Vec::new();
    for one in all(ctx, job).await? {
        match still(ctx, &one).await {
            Ok(_) => waiting.push(one),
            Err(error) if error.kind == ErrorKind::Conflict => {}
            Err(error) => return Err(error),
        }
    }
    Ok(waiting)
}

/// The file, if it still hangs there and nobody has signed it.
async fn still(ctx: &Ctx, one: &JobFile) -> Result<Attached> {
    if one.signed_at.is_some() || store::of_source(ctx.db(), one.file_id).await?.is_some() {
        return Err(taken_meanwhile(ctx.db(), one.file_id).await?);
    }
    match store::file(ctx.db(), one.document_id, one.file_id).await {
        Err(error) if error.kind == ErrorKind::NotFound => {
            Err(Error::conflict("Dosya bu arada evraktan kaldırılmış."))
        }
        found => found,
    }
}

/// As it was when the link was made: the same file, name and time give the same bytes.
async fn room(ctx: &Ctx, job: &Job, file: &Attached) -> Result<PdfRoom> {
    let hand = Hand { name: &job.name, at: job.created_at.utc() };
    super::room(&ctx.app.services, &file.sha256, hand).await
}

/// What the program is told of it.
pub(crate) async fn document(ctx: &Ctx, job: &Job, one: &JobFile, pdf_url: &str) -> Result<Json> {
    let file = still(ctx, one).await?;
    let room = room(ctx, job, &file).await?;
    let covered = room.digests();
    Ok(json!({
        "id": one.file_id,
        "title": file.name,
        "sha256_of_pdf": hex::encode(Sha256::digest(room.bytes())),
        "pdf_url": format!("{pdf_url}?dosya={}", one.file_id),
        "covered": { "sha256": hex::encode(covered.sha256), "sha384": hex::encode(covered.sha384) },
        "profile": "P1",
    }))
}

/// The file with its room.
pub(crate) async fn show(ctx: &Ctx, job: &Job) -> Outcome {
    let id: Uuid = ctx.param("dosya").parse().map_err(|_| Error::not_found())?;
    let one = all(ctx, job).await?.into_iter().find(|one| one.file_id == id).ok_or_else(Error::not_found)?;
    let file = still(ctx, &one).await?;
    let room = room(ctx, job, &file).await?;
    Ok(web::download("imzalanacak.pdf", "application/pdf", room.bytes().to_vec()))
}

/// One PDF's signature; answers what became of it.
pub(crate) async fn signed(ctx: &Ctx, job: &Job, one: &JobFile, cms: &str) -> Result<String> {
    let bytes = answer::decoded(cms)?;
    let cms = STANDARD.encode(&bytes);
    if one.signed_at.is_some() {
        return again(ctx, one, &cms).await;
    }
    let file = still(ctx, one).await?;
    let checked = check(ctx, job, &file, bytes).await?;
    let tx = ctx.db().begin(&answer::act(ctx, job)).await?;
    if !store::use_file(&tx, &job.token_digest, one.file_id).await? {
        tx.rollback().await?;
        return again(ctx, one, &cms).await;
    }
    let made = store::Made {
        cms: &cms,
        holder: &checked.holder,
        serial: &checked.serial,
        is_trial: checked.is_trial,
    };
    let new = store::New {
        document: one.document_id,
        file: &file,
        by_name: &job.name,
        claimed_at: job.created_at,
        made: Some(made),
    };
    let Some(signature) = store::insert(&tx, &new).await? else {
        tx.rollback().await?;
        return Err(taken_meanwhile(ctx.db(), one.file_id).await?);
    };
    ask(&tx, signature).await?;
    let document = record::get(&tx, &document::kind(), one.document_id).await?;
    let note = format!("{} · {}, sertifika {}", file.name, checked.holder, checked.serial);
    tx.record(event(&document, "pdf_signed", note)).await?;
    tx.commit().await?;
    Ok(DONE.into())
}

const DONE: &str = "İmzalandı; imzalı dosya evrakın eklerine konuyor.";

/// The signature came before: the same bytes get the same answer.
async fn again(ctx: &Ctx, one: &JobFile, cms: &str) -> Result<String> {
    match store::of_source(ctx.db(), one.file_id).await? {
        Some(made) if made.cms == cms => Ok(DONE.into()),
        _ => Err(answer::over()),
    }
}

/// Judged where it will stand.
async fn check(ctx: &Ctx, job: &Job, file: &Attached, cms: Vec<u8>) -> Result<Checked> {
    let rule = Rule::of(ctx).await?;
    let room = room(ctx, job, file).await?;
    let (trust, at) = (rule.trust.clone(), ctx.act.now().utc());
    let look = move || {
        let all = verify_pdf(&room.place(&cms)?, &trust, at)?;
        Ok::<_, signing::Error>(all.into_iter().find(|one| one.covers_whole_file))
    };
    let found = tokio::task::spawn_blocking(look).await.map_err(Error::internal)?;
    let found = found.map_err(|error| answer::unread(&error.to_string()))?;
    let found = found.ok_or_else(|| answer::unread("İmza, dosyadaki yerine sığmadı."))?;
    rule.checked(job, &found.report)
}
