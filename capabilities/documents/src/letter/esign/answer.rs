//! The side of a link that the signer's program sees: what is signed, how it looks, and the signatures that come back. Each letter
//! stands for itself: its signature, its step, and with the last one its number are one transaction; one that cannot be signed
//! keeps no other back.

use std::collections::HashMap;

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
use serde_json::{Value as Json, json};
use signing::{Report, Trust, Verdict};
use uuid::Uuid;
use web::{Ctx, Outcome};

use super::super::store as letters;
use super::asking::{MOST_LETTERS, is_ours, why};
use super::{SIGNING, Trusted, digest, kind, packing, stamping, store};
use crate::pdf_signing::taking;

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

pub(crate) fn over() -> Error {
    Error::conflict(
        "Bu imza bağlantısı kullanılmış ya da süresi dolmuş; yazının ya da dosyanın sayfasından yenisini alın.",
    )
}

/// Letters of the link that still wait for this signature, as they went round when the link was made.
async fn waiting(ctx: &Ctx, token: &str) -> Result<Vec<store::JobLetter>> {
    let all = store::letters(ctx.db(), &digest(token)).await?;
    let steps: Vec<Uuid> = all.iter().map(|one| one.step_id).collect();
    let now = routing::waiting_among(ctx.db(), &steps).await?;
    let is_good =
        |one: &store::JobLetter| one.signed_at.is_none() && one.is_as_asked() && now.contains(&one.step_id);
    Ok(all.into_iter().filter(is_good).collect())
}

/// `GET /api/v1/sign-job/{token}`: what the signer's program shows and signs.
pub(super) async fn job(ctx: Ctx, Path(token): Path<String>) -> Outcome {
    let job = open_job(&ctx, &token).await?;
    let letters = waiting(&ctx, &token).await?;
    let files = taking::waiting(&ctx, &job).await?;
    let base = &ctx.app.public_url;
    let back = match (letters.as_slice(), files.as_slice()) {
        ([], []) => return Err(over().into()),
        ([one], []) => kind().address(one.letter_id),
        ([], [one, ..]) => one.page(),
        _ => routing::PATH.to_string(),
    };
    let pdf_url = format!("{base}/api/v1/sign-job/{token}/pdf");
    let document = |one: &store::JobLetter| {
        json!({
            "id": one.letter_id,
            "title": one.title,
            "sha256_of_pdf": one.sha256,
            "pdf_url": format!("{pdf_url}?yazi={}", one.letter_id),
            "content_base64": one.content,
            "profile": "P4",
        })
    };
    let mut documents: Vec<Json> = letters.iter().map(document).collect();
    for one in &files {
        documents.push(taking::document(&ctx, &job, one, &pdf_url).await?);
    }
    let answer = json!({
        "signer": job.name,
        "expires_at": job.expires_at.utc().format(&time::format_description::well_known::Rfc3339).unwrap_or_default(),
        "documents": documents,
        "back_url": format!("{base}{back}"),
    });
    Ok(axum::Json(answer).into_response())
}

/// `GET /api/v1/sign-job/{token}/pdf?yazi=<id>`, or `?dosya=<id>` of a PDF that is signed itself.
pub(super) async fn cover(ctx: Ctx, Path(token): Path<String>) -> Outcome {
    let job = open_job(&ctx, &token).await?;
    if !ctx.param("dosya").is_empty() {
        return taking::show(&ctx, &job).await;
    }
    let id: Uuid = ctx.param("yazi").parse().map_err(|_| Error::not_found())?;
    let one = waiting(&ctx, &token).await?.into_iter().find(|one| one.letter_id == id);
    let one = one.ok_or_else(|| Error::conflict(NOT_WAITING))?;
    let bytes = packing::read(&ctx.app.services, ctx.db(), &one.code, "cover").await?;
    Ok(web::download("yazi.pdf", "application/pdf", bytes))
}

const NOT_WAITING: &str = "Yazı artık bu imzayı beklemiyor: geri çekilmiş, iade edilmiş, imzalanmış ya da vekil için yeniden hazırlanmış.";

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
    let mut told = Told::default();
    for one in store::letters(ctx.db(), &digest(&token)).await? {
        let Some(cms) = sent.get(&one.letter_id.to_string()) else { continue };
        told.add(one.letter_id, signed(&ctx, &job, &one, cms).await)?;
    }
    for one in taking::all(&ctx, &job).await? {
        let Some(cms) = sent.get(&one.file_id.to_string()) else { continue };
        told.add(one.file_id, taking::signed(&ctx, &job, &one, cms).await)?;
    }
    ctx.app.forget_cached();
    told.answer()
}

/// What became of each signature.
#[derive(Default)]
struct Told {
    results: Vec<Json>,
    first: Option<ErrorKind>,
}

impl Told {
    fn add(&mut self, id: Uuid, outcome: Result<String>) -> Result<()> {
        let (is_signed, text) = match outcome {
            Ok(text) => (true, text),
            // What was signed before stays signed; the rest may be sent again.
            Err(error) if is_ours(&error) => return Err(error),
            Err(error) => {
                self.first.get_or_insert(error.kind);
                (false, why(&error))
            }
        };
        self.results.push(json!({ "id": id, "is_signed": is_signed, "text": text }));
        Ok(())
    }

    fn answer(self) -> Outcome {
        if self.results.is_empty() {
            return Err(unread("Gönderilen imzalar bu bağlantının yazılarına ait değil.").into());
        }
        let is_any = self.results.iter().any(|one| one["is_signed"] == true);
        let status = match self.first.filter(|_| !is_any) {
            None => StatusCode::OK,
            Some(ErrorKind::Conflict) => StatusCode::CONFLICT,
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Ok((status, axum::Json(json!({ "results": self.results }))).into_response())
    }
}

pub(crate) fn unread(text: &str) -> Error {
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

/// A signature file as it was sent.
pub(crate) fn decoded(cms: &str) -> Result<Vec<u8>> {
    let bytes = STANDARD.decode(cms).map_err(|_| unread("İmza base64 olarak okunamadı."))?;
    if bytes.is_empty() || bytes.len() > MOST_BYTES {
        return Err(unread("İmza dosyası boş ya da çok büyük."));
    }
    Ok(bytes)
}

/// An act of whoever asked for the link.
pub(crate) fn act(ctx: &Ctx, job: &store::Job) -> Act {
    let actor =
        Actor { staff_id: Some(job.staff_id), account_id: Some(job.account_id), ..Actor::system(&job.name) };
    Act { actor, source: Source::Api, ..ctx.act.clone() }
}

/// One letter's signature; answers what became of the letter.
async fn signed(ctx: &Ctx, job: &store::Job, one: &store::JobLetter, cms: &str) -> Result<String> {
    let bytes = decoded(cms)?;
    let checked = check(ctx, (job, one), &bytes).await?;
    let cms = STANDARD.encode(&bytes);
    let tx = ctx.db().begin(&act(ctx, job)).await?;
    if !store::use_letter(&tx, &job.token_digest, one.letter_id).await? {
        tx.rollback().await?;
        return again(ctx, one, &cms).await;
    }
    // Nobody sets it for another hand meanwhile.
    if !letters::hold(&tx, one.letter_id, &one.code).await? {
        return Err(Error::conflict(NOT_WAITING));
    }
    let cover = store::file(&tx, &one.code, "cover").await?.map(|kept| kept.sha256);
    if !one.cover.is_empty() && cover.as_ref() != Some(&one.cover) {
        return Err(Error::conflict(NOT_WAITING));
    }
    let letter = record::get(&tx, &kind(), one.letter_id).await?;
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
pub(crate) struct Checked {
    pub holder: String,
    pub serial: String,
    pub is_trial: bool,
    pub report: String,
}

async fn check(ctx: &Ctx, (job, one): (&store::Job, &store::JobLetter), cms: &[u8]) -> Result<Checked> {
    let content = STANDARD.decode(&one.content).map_err(Error::internal)?;
    let rule = Rule::of(ctx).await?;
    let said = packing::cover_says_trial(ctx.db(), &one.code).await?;
    if said.is_some_and(|said| said != rule.is_trial) {
        let text = "Elektronik imza ayarı bu arada değişti; yazının sayfasından yeni bir bağlantı alın.";
        return Err(Error::conflict(text));
    }
    let report = signing::verify(cms, Some(&content), &rule.trust, ctx.act.now().utc());
    rule.checked(job, &report)
}

/// Which signatures count here.
pub(crate) struct Rule {
    pub trust: Trust,
    is_trial: bool,
}

impl Rule {
    pub(crate) async fn of(ctx: &Ctx) -> Result<Self> {
        let is_trial = ctx.app.settings().await?.text(SIGNING) == "trial";
        let trusted = ctx.app.services.get::<Trusted>();
        let anchors = trusted.map(|trusted| trusted.anchors.clone()).unwrap_or_default();
        Ok(Self { trust: Trust { must_be_qualified: !is_trial, ..Trust::in_anchors(anchors) }, is_trial })
    }

    /// The one signature that came, if it holds and is that of the person who asked for the link.
    pub(crate) fn checked(&self, job: &store::Job, report: &Report) -> Result<Checked> {
        let wrong = |text: String| Error::rule("EIM-003", "signatures", text);
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
            Verdict::CannotSay => self.is_trial || signer.has("revocation-unknown"),
            Verdict::Invalid => false,
        };
        if !is_good {
            return Err(wrong(format!("İmza kabul edilmedi.\n{}", report.turkish())));
        }
        if tr::fold(&certificate.holder()) != tr::fold(&job.name) {
            let text =
                format!("Sertifika {} adına; imza sırası {} adlı kişide.", certificate.holder(), job.name);
            return Err(wrong(text));
        }
        Ok(Checked {
            holder: certificate.holder(),
            serial: certificate.serial_hex(),
            is_trial: !certificate.is_qualified(),
            report: report.turkish(),
        })
    }
}
