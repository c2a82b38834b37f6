//! The side of a link that the signer's program sees: what is signed, how it looks, and the signatures that come back. Each letter
//! stands for itself: its signature, its step, and with the last one its number are one transaction; one that cannot be signed
//! keeps no other back.

use std::collections::HashMap;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::event::NewEvent;
use kernel::record;
use kernel::{Act, Actor, Error, ErrorKind, Ref, Result, Source, tr};
use serde::Deserialize;
use serde_json::json;
use signing::{Trust, Verdict};
use uuid::Uuid;
use web::{Ctx, Outcome};

use super::asking::{MOST_LETTERS, is_ours, why};
use super::{SIGNING, Trusted, digest, kind, packing, stamping, store};

/// Signature files larger than this are refused.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// The signatures of one link together.
const MOST_SENT: usize = 16 * 1024 * 1024;

/// A job that is still good.
async fn open_job(ctx: &Ctx, token: &str) -> Result<store::Job> {
    let job = store::job(ctx.db(), &digest(token)).await?.ok_or_else(Error::not_found)?;
    if job.expires_at.0 <= ctx.act.now().0 {
        return Err(over());
    }
    Ok(job)
}

fn over() -> Error {
    Error::conflict("Bu imza bağlantısı kullanılmış ya da süresi dolmuş; yazının sayfasından yenisini alın.")
}

/// Letters of the link that still wait for this signature, as they went round when the link was made.
async fn waiting(ctx: &Ctx, token: &str) -> Result<Vec<store::JobLetter>> {
    let all = store::letters(ctx.db(), &digest(token)).await?;
    let steps: Vec<Uuid> = all.iter().map(|one| one.step_id).collect();
    let now = routing::waiting_among(ctx.db(), &steps).await?;
    let is_good = |one: &store::JobLetter| {
        one.signed_at.is_none() && one.code == one.present_code && now.contains(&one.step_id)
    };
    Ok(all.into_iter().filter(is_good).collect())
}

/// `GET /api/v1/sign-job/{token}`: what the signer's program shows and signs.
pub(super) async fn job(ctx: Ctx, Path(token): Path<String>) -> Outcome {
    let job = open_job(&ctx, &token).await?;
    let letters = waiting(&ctx, &token).await?;
    let base = &ctx.app.public_url;
    let back = match letters.as_slice() {
        [] => return Err(over().into()),
        [one] => kind().address(one.letter_id),
        _ => routing::PATH.to_string(),
    };
    let document = |one: &store::JobLetter| {
        json!({
            "id": one.letter_id,
            "title": one.title,
            "sha256_of_pdf": one.sha256,
            "pdf_url": format!("{base}/api/v1/sign-job/{token}/pdf?yazi={}", one.letter_id),
            "content_base64": one.content,
            "profile": "P4",
        })
    };
    let answer = json!({
        "signer": job.name,
        "expires_at": job.expires_at.utc().format(&time::format_description::well_known::Rfc3339).unwrap_or_default(),
        "documents": letters.iter().map(document).collect::<Vec<_>>(),
        "back_url": format!("{base}{back}"),
    });
    Ok(Json(answer).into_response())
}

/// `GET /api/v1/sign-job/{token}/pdf?yazi=<id>`
pub(super) async fn cover(ctx: Ctx, Path(token): Path<String>) -> Outcome {
    open_job(&ctx, &token).await?;
    let id: Uuid = ctx.param("yazi").parse().map_err(|_| Error::not_found())?;
    let one = waiting(&ctx, &token).await?.into_iter().find(|one| one.letter_id == id);
    let one = one.ok_or_else(|| Error::conflict(NOT_WAITING))?;
    let bytes = packing::read(&ctx.app.services, ctx.db(), &one.code, "cover").await?;
    Ok(web::download("yazi.pdf", "application/pdf", bytes))
}

const NOT_WAITING: &str = "Yazı artık bu imzayı beklemiyor: geri çekilmiş, iade edilmiş ya da imzalanmış.";

#[derive(Deserialize)]
struct Sent {
    signatures: Vec<SentOne>,
}

#[derive(Deserialize)]
struct SentOne {
    id: String,
    cms_base64: String,
}

/// `POST /api/v1/sign-job/{token}`: the signatures. Each counts when it holds, is over these very bytes, and is of the person who
/// asked for the link. Sent once more, as when the answer got lost, the same signature gets the same answer; another one does not
/// count. 200 if any counted, otherwise the status of the first refusal; `results` says it of each.
pub(super) async fn take(ctx: Ctx, Path(token): Path<String>, request: Request) -> Outcome {
    let job = open_job(&ctx, &token).await?;
    let sent = read(request).await?;
    let (mut results, mut first) = (Vec::new(), None);
    for one in store::letters(ctx.db(), &digest(&token)).await? {
        let Some(cms) = sent.get(&one.letter_id.to_string()) else { continue };
        let (is_signed, text) = match signed(&ctx, &job, &one, cms).await {
            Ok(text) => (true, text),
            // What was signed before stays signed; the rest may be sent again.
            Err(error) if is_ours(&error) => return Err(error.into()),
            Err(error) => {
                let text = why(&error);
                first.get_or_insert(error);
                (false, text)
            }
        };
        results.push(json!({ "id": one.letter_id, "is_signed": is_signed, "text": text }));
    }
    ctx.app.forget_cached();
    if results.is_empty() {
        return Err(unread("Gönderilen imzalar bu bağlantının yazılarına ait değil.").into());
    }
    let is_any = results.iter().any(|one| one["is_signed"] == true);
    let status = match first.filter(|_| !is_any).map(|error| error.kind) {
        None => StatusCode::OK,
        Some(ErrorKind::Conflict) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, Json(json!({ "results": results }))).into_response())
}

fn unread(text: &str) -> Error {
    Error::rule("EIM-002", "signatures", text)
}

/// The signature of each letter, as base64.
async fn read(request: Request) -> Result<HashMap<String, String>> {
    let wrong = || unread("Gönderilen imzalar okunamadı; imza programını güncelleyin.");
    let bytes = to_bytes(request.into_body(), MOST_SENT).await.map_err(|_| wrong())?;
    let sent: Sent = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    if sent.signatures.len() > MOST_LETTERS {
        return Err(wrong());
    }
    Ok(sent.signatures.into_iter().map(|one| (one.id, one.cms_base64)).collect())
}

/// One letter's signature; answers what became of the letter.
async fn signed(ctx: &Ctx, job: &store::Job, one: &store::JobLetter, cms: &str) -> Result<String> {
    let bytes = STANDARD.decode(cms).map_err(|_| unread("İmza base64 olarak okunamadı."))?;
    if bytes.is_empty() || bytes.len() > MOST_BYTES {
        return Err(unread("İmza dosyası boş ya da çok büyük."));
    }
    let checked = check(ctx, (job, one), &bytes).await?;
    let cms = STANDARD.encode(&bytes);
    let act = Act {
        actor: Actor {
            staff_id: Some(job.staff_id),
            account_id: Some(job.account_id),
            ..Actor::system(&job.name)
        },
        source: Source::Api,
        ..ctx.act.clone()
    };
    let tx = ctx.db().begin(&act).await?;
    if !store::use_letter(&tx, &job.token_digest, one.letter_id).await? {
        tx.rollback().await?;
        return again(ctx, one, &cms).await;
    }
    let letter = record::get(&tx, &kind(), one.letter_id).await?;
    if letter.get("code").text() != one.code {
        return Err(Error::conflict(NOT_WAITING));
    }
    if !store::insert_signature(&tx, one, &cms, &checked).await? {
        return Err(Error::conflict(NOT_WAITING));
    }
    stamping::ask(&tx, &one.code, one.step_id).await?;
    let event =
        NewEvent::new(Ref::new("letter", one.letter_id), letter.title(&kind()), "letter_signature_made")
            .note(format!("{}, sertifika {}", checked.holder, checked.serial))
            .scope(letter.unit_id(&kind()), letter.owner_id(&kind()));
    tx.record(event).await?;
    routing::done_by_card(&tx, one.step_id).await?;
    let text = became(&tx, one.letter_id).await?;
    tx.commit().await?;
    Ok(text)
}

/// The signature came before: the same bytes get the same answer.
async fn again(ctx: &Ctx, one: &store::JobLetter, cms: &str) -> Result<String> {
    if store::signature_of(ctx.db(), one.step_id).await?.as_deref() == Some(cms) {
        return became(ctx.db(), one.letter_id).await;
    }
    Err(over())
}

async fn became(db: &impl kernel::db::Sql, letter: Uuid) -> Result<String> {
    let number = store::number_of(db, letter).await?;
    Ok(match number.is_empty() {
        true => "İmzalandı; sıradaki imza bekleniyor.".into(),
        false => format!("İmzalandı; {number} sayısını aldı."),
    })
}

/// What was found of a signature that came in.
pub(super) struct Checked {
    pub holder: String,
    pub serial: String,
    pub is_trial: bool,
    pub report: String,
}

async fn check(ctx: &Ctx, (job, one): (&store::Job, &store::JobLetter), cms: &[u8]) -> Result<Checked> {
    let wrong = |text: String| Error::rule("EIM-003", "signatures", text);
    let content = STANDARD.decode(&one.content).map_err(Error::internal)?;
    let is_trial_mode = ctx.app.settings().await?.text(SIGNING) == "trial";
    let anchors =
        ctx.app.services.get::<Trusted>().map(|trusted| trusted.anchors.clone()).unwrap_or_default();
    let trust = Trust { must_be_qualified: !is_trial_mode, ..Trust::in_anchors(anchors) };
    let report = signing::verify(cms, Some(&content), &trust, ctx.act.now().utc());
    // Those who signed before are added by the server when the package is made; nobody brings others along.
    let signer = match report.signers.as_slice() {
        [one] => one,
        [] => return Err(wrong(format!("İmza kabul edilmedi.\n{}", report.turkish()))),
        _ => return Err(wrong("İmza dosyasında tek bir imza olmalı.".into())),
    };
    let certificate =
        signer.certificate.as_ref().ok_or_else(|| wrong("İmzacının sertifikası dosyada yok.".into()))?;
    let is_good = match report.verdict() {
        Verdict::Valid => true,
        // Revocation is asked for when the package is made; a trial has no authority that could be asked.
        Verdict::CannotSay => is_trial_mode || signer.has("revocation-unknown"),
        Verdict::Invalid => false,
    };
    if !is_good {
        return Err(wrong(format!("İmza kabul edilmedi.\n{}", report.turkish())));
    }
    if tr::fold(&certificate.holder()) != tr::fold(&job.name) {
        let text = format!("Sertifika {} adına; imza sırası {} adlı kişide.", certificate.holder(), job.name);
        return Err(wrong(text));
    }
    Ok(Checked {
        holder: certificate.holder(),
        serial: certificate.serial_hex(),
        is_trial: !certificate.is_qualified(),
        report: report.turkish(),
    })
}
