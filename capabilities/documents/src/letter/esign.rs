//! Signing a letter electronically: what is signed (PaketOzeti of its e-Yazışma package) goes to the signer's own program with a
//! link that is good once and for fifteen minutes; what comes back is checked before it counts. Keys and PINs never come here.

mod encrypting;
pub(super) mod packing;
mod parts;
pub(crate) mod sealing;
pub(crate) mod stamping;
pub(super) mod store;

use std::sync::Arc;

use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::event::NewEvent;
use kernel::record::{self, Record};
use kernel::schema::Table;
use kernel::setting::Settings;
use kernel::{Act, Actor, Error, Ref, Result, Source, Tx, tr};
use maud::{Markup, html};
use routing::Turn;
use serde_json::{Value as Json_, json};
use sha2::{Digest as _, Sha256};
use signing::{Certificate, Trust, Verdict};
use uuid::Uuid;
use web::{Allow, Ctx, Form, Frame, Outcome, Routes};

use super::{SIGNING, VIEW, kind};
use crate::intake::unseal::Opening;

/// A link to sign is good for so long.
const MINUTES: i64 = 15;
/// Signature files larger than this are refused.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// Where the signer's own program listens.
const AGENT: &str = "http://127.0.0.1:51515/imza";

/// Whom the municipality trusts and with what it seals; put together from the configuration, absent where it names neither.
pub struct Trusted {
    pub anchors: Vec<Certificate>,
    pub seal: Option<sealing::SharedSeal>,
    /// Opens packages that were encrypted for the municipality.
    pub opening: Option<Arc<Opening>>,
}

pub(super) fn tables() -> Vec<Table> {
    let job = Table::new("sign_job", "links by which one person signs one letter once")
        .text("token_digest", "SHA-256 of the link's token, hexadecimal")
        .uuid("letter_id", "what is signed")
        .references("letter")
        .uuid("step_id", "whose turn, of the route")
        .uuid("account_id", "who asked for the link")
        .uuid("staff_id", "the same as a person")
        .text("name", "the same as people know them")
        .text("content", "PaketOzeti.xml, the bytes that are signed, base64")
        .at("created_at", "when it was asked for")
        .at("expires_at", "no longer good from then on")
        .at_null("used_at", "when a signature came back")
        .key(&["token_digest"])
        .index(&["letter_id"]);
    let signature = Table::new("letter_signature", "electronic signatures of letters")
        .id()
        .uuid("letter_id", "what was signed")
        .references("letter")
        .text("code", "of the letter as it went round then; it has another after it came back")
        .uuid("step_id", "whose turn it was")
        .text("cms", "the signature file with its content (CAdES), base64")
        .text("holder", "name in the certificate")
        .text("serial", "number of the certificate, hexadecimal")
        .bool("is_trial", "made with a certificate that is not qualified")
        .text("report", "what was found when it came, in Turkish")
        .at("signed_at", "when it came")
        .unique(&["step_id"])
        .index(&["code"]);
    let file = Table::new("letter_file", "what is kept of a letter: its cover as it was signed, its package")
        .text("code", "of the letter as it went round then")
        .text("role", "cover, package")
        .text("sha256", "digest of the bytes, hexadecimal")
        .int("size_bytes", "size")
        .text("said", "with the cover: what the package says of the letter, JSON; otherwise empty")
        .at("made_at", "when it was made")
        .key(&["code", "role"]);
    vec![job, signature, file]
}

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/yazilar/{id}/e-imza", Allow::Permission(VIEW), begin)
        .get("/yazilar/{id}/paket", Allow::Permission(VIEW), packing::download)
        .get("/yazilar/{id}/sifreli-paket/{muhatap}", Allow::Permission(VIEW), encrypting::download)
        .get("/api/v1/sign-job/{token}", Allow::Machine, job)
        .get("/api/v1/sign-job/{token}/pdf", Allow::Machine, cover)
        .post("/api/v1/sign-job/{token}", Allow::Machine, take)
        .and(sealing::page::routes())
}

/// off, trial, on.
pub(super) async fn mode(tx: &Tx) -> Result<String> {
    let declared = tx.registry().map(|registry| registry.settings()).unwrap_or_default();
    Ok(Settings::load(tx, &declared).await?.text(SIGNING))
}

/// A step of an electronic letter counts only with its signature.
pub(super) async fn require(tx: &Tx, step: Uuid) -> Result<()> {
    if store::has_signature(tx, step).await? {
        return Ok(());
    }
    let text =
        "Bu yazı elektronik imzayla imzalanır: yazının sayfasındaki “Elektronik imzala” düğmesine basın.";
    Err(Error::rule("EIM-001", "", text))
}

/// The turn that is this person's now, or that of somebody they stand in for.
async fn own_turn<'a>(ctx: &Ctx, turns: &'a [Turn]) -> Result<Option<&'a Turn>> {
    let Some(own) = ctx.actor().staff_id else { return Ok(None) };
    let Some(turn) = turns.iter().find(|turn| turn.state == "to_sign") else { return Ok(None) };
    if turn.staff_id == own {
        return Ok(Some(turn));
    }
    let substitutes = directory::store::substitutes_of(ctx.db(), &[turn.staff_id], ctx.act.now()).await?;
    Ok(substitutes.contains(&own).then_some(turn))
}

pub(super) async fn button(ctx: &Ctx, letter: &Record, turns: &[Turn]) -> Result<Option<ui::Verb>> {
    let is_asked = letter.get("state").text() == "routing" && letter.get("medium").text() == "electronic";
    if !is_asked || own_turn(ctx, turns).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(ui::Verb {
        label: "Elektronik imzala".into(),
        href: format!("{}/e-imza", kind().address(letter.id)),
        post: true,
        ..ui::Verb::default()
    }))
}

/// Who signed with which certificate, and the package.
pub(super) async fn cards(ctx: &Ctx, letter: &Record) -> Result<Vec<ui::Card>> {
    let all = store::signatures(ctx.db(), letter.get("code").text()).await?;
    let package = store::file(ctx.db(), letter.get("code").text(), "package").await?;
    let stamps = stamping::store::standing(ctx.db(), letter.get("code").text()).await?;
    let unsealed = sealing::store::why_waiting(ctx.db(), letter.get("code").text()).await?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let secret = encrypting::addressees(ctx.db(), letter).await?;
    let has_package = package.is_some();
    let body = html! {
        ul.plain-list { @for one in &all { li {
            strong { (one.holder) } " · " (tr::instant(one.signed_at.0))
            @if one.is_trial { p { "Deneme imzası: hukukî geçerliliği yoktur." } }
            details { summary { "Doğrulama raporu" } p.lines { (one.report) } }
        } } }
        @match (package, &stamps) {
            (None, _) if unsealed.is_some() => { p { "Paket belediyenin mührünü bekliyor; mühür kullanılabilir olunca kendiliğinden yapılır. " (unsealed.unwrap_or_default()) } }
            (Some(_), _) => { p { a href=(format!("{}/paket", kind().address(letter.id))) { "e-Yazışma paketini indir (.eyp)" } } }
            (None, Some(stamps)) if !stamps.waits_for.is_empty() => { p { "Zaman damgası bekleniyor; kendiliğinden yeniden istenecek. " (stamps.waits_for) } }
            (None, _) => { p { "e-Yazışma paketi hazırlanıyor." } }
        }
        @if has_package { @for one in &secret {
            p { a href=(format!("{}/sifreli-paket/{}", kind().address(letter.id), one.id)) { (one.name) " için şifreli paketi indir (.eyps)" } }
        } }
        @if let Some(stamps) = stamps.filter(|stamps| !stamps.report.is_empty()) {
            details {
                summary { "Zaman damgaları: imza ES-" (stamps.signature_level) ", mühür ES-" (stamps.seal_level) }
                pre { (stamps.report) }
            }
        }
    };
    Ok(vec![ui::Card { title: "Elektronik imza".into(), edit_href: None, body }])
}

/// `POST /yazilar/{id}/e-imza`: makes the link.
async fn begin(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let letter = record::get_visible(ctx.db(), &kind(), id, ctx.actor()).await?;
    let turns = routing::of(ctx.db(), &letter.reference(&kind())).await?;
    let turn = own_turn(&ctx, &turns).await?.ok_or_else(Error::forbidden)?;
    let is_asked = letter.get("state").text() == "routing" && letter.get("medium").text() == "electronic";
    let (Some(staff), Some(account), true) = (ctx.actor().staff_id, ctx.actor().account_id, is_asked) else {
        return Err(Error::conflict("Bu yazı şu anda elektronik imza beklemiyor.").into());
    };
    let content = packing::content(&ctx, &letter).await?;
    let token = ctx.app.clock.token();
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.without_event("a link to sign changes nothing; the signature is the event");
    // As they are called here, which is what the certificate must say.
    let person = directory::store::person(ctx.db(), staff).await?.ok_or_else(Error::forbidden)?;
    let new = store::NewJob { letter: id, step: turn.id, account, staff, name: &person.name };
    store::insert_job(&tx, &digest(&token), &new, &STANDARD.encode(content), MINUTES).await?;
    tx.commit().await?;
    let portal = &ctx.app.public_url;
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("portal", portal)
        .append_pair("is", &token)
        .finish();
    let frame = Frame::new("Elektronik imza")
        .crumb("Yazılar", super::PATH)
        .crumb(letter.title(&kind()), kind().address(id));
    ctx.page(frame, ready(&format!("{AGENT}?{query}"), &kind().address(id))).await
}

fn ready(link: &str, back: &str) -> Markup {
    html! {
        h1 { "Elektronik imza" }
        p { "Bilgisayarınızda Belde imza programı açık ve kartınız takılı olsun. Yazıyı orada bir kez daha görür, PIN’inizi orada girersiniz; PIN bu sunucuya gelmez." }
        p { a.btn.is-primary href=(link) target="_blank" rel="noopener" { "İmza programında aç" } }
        p { "Bağlantı bir kez ve 15 dakika geçerlidir. İmzaladıktan sonra " a href=(back) { "yazının sayfasını" } " yenileyin." }
    }
}

fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// A job that is still good.
async fn open_job(ctx: &Ctx, token: &str) -> Result<store::Job> {
    let job = store::job(ctx.db(), &digest(token)).await?.ok_or_else(Error::not_found)?;
    if job.used_at.is_some() || job.expires_at.0 <= ctx.act.now().0 {
        return Err(Error::conflict(
            "Bu imza bağlantısı kullanılmış ya da süresi dolmuş; yazının sayfasından yenisini alın.",
        ));
    }
    Ok(job)
}

/// `GET /api/v1/sign-job/{token}`: what the signer's program shows and signs.
async fn job(ctx: Ctx, Path(token): Path<String>) -> Outcome {
    let job = open_job(&ctx, &token).await?;
    let letter = record::get(ctx.db(), &kind(), job.letter_id).await?;
    let code = letter.get("code").text();
    let cover = store::file(ctx.db(), code, "cover").await?.ok_or_else(Error::not_found)?;
    let earlier = stamping::store::latest(ctx.db(), code).await?;
    let document = json!({
        "id": job.letter_id,
        "title": letter.title(&kind()),
        "number": letter.get("number").text(),
        "sha256_of_pdf": cover.sha256,
        "pdf_url": format!("{}/api/v1/sign-job/{token}/pdf", ctx.app.public_url),
        "content_base64": job.content,
        "cms_base64": earlier.map(|one| one.cms),
        "profile": "P4",
    });
    let answer = json!({
        "signer": job.name,
        "expires_at": job.expires_at.utc().format(&time::format_description::well_known::Rfc3339).unwrap_or_default(),
        "documents": [document],
        "back_url": format!("{}{}", ctx.app.public_url, kind().address(job.letter_id)),
    });
    Ok(Json(answer).into_response())
}

/// `GET /api/v1/sign-job/{token}/pdf`
async fn cover(ctx: Ctx, Path(token): Path<String>) -> Outcome {
    let job = open_job(&ctx, &token).await?;
    let letter = record::get(ctx.db(), &kind(), job.letter_id).await?;
    let bytes = packing::read(&ctx.app.services, ctx.db(), letter.get("code").text(), "cover").await?;
    Ok(web::download("yazi.pdf", "application/pdf", bytes))
}

/// `POST /api/v1/sign-job/{token}`: the signature. It counts when it holds, is over these very bytes, and is of the person who
/// asked for the link; then their turn is done in the same transaction.
async fn take(ctx: Ctx, Path(token): Path<String>, Json(sent): Json<Json_>) -> Outcome {
    let job = open_job(&ctx, &token).await?;
    let wrong = |text: &str| Error::rule("EIM-002", "signatures", text);
    let cms = sent["signatures"][0]["cms_base64"].as_str().unwrap_or_default();
    let cms = STANDARD.decode(cms).map_err(|_| wrong("İmza base64 olarak okunamadı."))?;
    if cms.is_empty() || cms.len() > MOST_BYTES {
        return Err(wrong("İmza dosyası boş ya da çok büyük.").into());
    }
    let checked = check(&ctx, &job, &cms).await?;
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
    if !store::use_job(&tx, &digest(&token)).await? {
        return Err(Error::conflict("Bu imza bağlantısı az önce kullanıldı.").into());
    }
    let letter = record::get(&tx, &kind(), job.letter_id).await?;
    let code = letter.get("code").text();
    store::insert_signature(&tx, (&job, code), &STANDARD.encode(&cms), &checked).await?;
    stamping::ask(&tx, code, job.step_id).await?;
    let event =
        NewEvent::new(Ref::new("letter", job.letter_id), letter.title(&kind()), "letter_signature_made")
            .note(format!("{}, sertifika {}", checked.holder, checked.serial))
            .scope(letter.unit_id(&kind()), letter.owner_id(&kind()));
    tx.record(event).await?;
    record::run_verb(&tx, &routing::step_kind(), job.step_id, "imzala", "").await?;
    tx.commit().await?;
    Ok(Json(json!({ "report": checked.report })).into_response())
}

/// What was found of a signature that came in.
pub(super) struct Checked {
    pub holder: String,
    pub serial: String,
    pub is_trial: bool,
    pub report: String,
}

async fn check(ctx: &Ctx, job: &store::Job, cms: &[u8]) -> Result<Checked> {
    let wrong = |text: String| Error::rule("EIM-003", "signatures", text);
    let content = STANDARD.decode(&job.content).map_err(Error::internal)?;
    let is_trial_mode = ctx.app.settings().await?.text(SIGNING) == "trial";
    let anchors =
        ctx.app.services.get::<Trusted>().map(|trusted| trusted.anchors.clone()).unwrap_or_default();
    let trust = Trust { must_be_qualified: !is_trial_mode, ..Trust::in_anchors(anchors) };
    let report = signing::verify(cms, Some(&content), &trust, ctx.act.now().utc());
    let signer = report.signers.last().ok_or_else(|| wrong("İmza dosyasında imza yok.".into()))?;
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
