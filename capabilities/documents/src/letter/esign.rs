//! Signing letters electronically: what is signed (PaketOzeti of each e-Yazışma package) goes to the signer's own program with a
//! link that is good once and for fifteen minutes; what comes back is checked before it counts. Keys and PINs never come here.

mod anew;
pub(crate) mod answer;
pub(crate) mod asking;
mod copies;
mod encrypting;
pub(crate) mod packing;
mod parts;
pub(crate) mod sealing;
pub(crate) mod stamping;
pub(crate) mod store;
pub(crate) mod updating;

use std::sync::Arc;

use kernel::record::Record;
use kernel::schema::Table;
use kernel::setting::Settings;
use kernel::{Error, Result, Tx, tr};
use maud::html;
use routing::Turn;
use sha2::{Digest as _, Sha256};
use signing::Certificate;
use uuid::Uuid;
use web::{Allow, Ctx, Routes};

use super::hands::Seat;
use super::{SIGNING, VIEW, kind, page};
use crate::intake::unseal::Opening;

/// Whom the municipality trusts and with what it seals; put together from the configuration, absent where it names neither.
pub struct Trusted {
    pub anchors: Vec<Certificate>,
    pub seal: Option<sealing::SharedSeal>,
    /// Opens packages that were encrypted for the municipality.
    pub opening: Option<Arc<Opening>>,
}

pub(super) fn tables() -> Vec<Table> {
    let job = Table::new("sign_job", "links by which one person signs letters once")
        .text("token_digest", "SHA-256 of the link's token, hexadecimal")
        .uuid("account_id", "who asked for the link")
        .uuid("staff_id", "the same as a person")
        .text("name", "the same as people know them")
        .at("created_at", "when it was asked for")
        .at("expires_at", "no longer good from then on")
        .key(&["token_digest"]);
    let asked = Table::new("sign_job_letter", "letters of a link, in the order in which they are shown")
        .text("token_digest", "which link")
        .int("place", "order, from 1")
        .uuid("letter_id", "what is signed")
        .references("letter")
        .text("code", "of the letter as it went round then")
        .uuid("step_id", "whose turn, of the route")
        .text("content", "PaketOzeti.xml, the bytes that are signed, base64")
        .at_null("signed_at", "when its signature came back")
        .key(&["token_digest", "letter_id"])
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
    let file =
        Table::new("letter_file", "what is kept of a letter: its cover as it was signed, its packages")
            .text("code", "of the letter as it went round then")
            .text(
                "role",
                "cover, package, copy-<n> without withheld annexes, seal, update-<change>-<package>",
            )
            .text("sha256", "digest of the bytes, hexadecimal")
            .int("size_bytes", "size")
            .text("said", "with the cover: what the package says of the letter, JSON; otherwise empty")
            .at("made_at", "when it was made")
            .key(&["code", "role"]);
    vec![job, asked, signature, file]
}

pub(super) fn routes() -> Routes {
    let folder = format!("{}/{{id}}/{}", routing::PATH, routing::BY_CARD);
    let chosen = format!("{}/{}", routing::PATH, routing::BY_CARD);
    Routes::new()
        .post("/yazilar/{id}/e-imza", Allow::Permission(VIEW), asking::of_letter)
        .post("/yazilar/{id}/adima-hazirla", Allow::Permission(VIEW), anew::ask)
        .post(folder, Allow::Permission(routing::SIGN), asking::of_step)
        .post(chosen, Allow::Permission(routing::SIGN), asking::of_chosen)
        .get("/yazilar/{id}/paket", Allow::Permission(VIEW), packing::download)
        .get("/yazilar/{id}/sifreli-paket/{muhatap}", Allow::Permission(VIEW), encrypting::download)
        .get("/api/v1/sign-job/{token}", Allow::Machine, answer::job)
        .get("/api/v1/sign-job/{token}/pdf", Allow::Machine, answer::cover)
        .post("/api/v1/sign-job/{token}", Allow::Machine, answer::take)
        .and(sealing::page::routes())
}

/// off, trial, on.
pub(crate) async fn mode(tx: &Tx) -> Result<String> {
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

/// Whether any signature of a letter proves nothing: made with a trial key, or while the setting was on trial.
pub(super) async fn is_trial(tx: &Tx, letter: &Record) -> Result<bool> {
    let code = letter.get("code").text();
    let made = store::signatures(tx, code).await?;
    let is_trial_key = made.iter().any(|one| one.is_trial);
    Ok(is_trial_key || !made.is_empty() && packing::cover_says_trial(tx, code).await? == Some(true))
}

/// This person's turn to sign, or that of somebody they stand in for.
async fn own_turn<'a>(ctx: &Ctx, turns: &'a [Turn]) -> Result<Option<&'a Turn>> {
    let turn = page::own_turn(ctx, turns).await?;
    Ok(turn.filter(|turn| turn.role == "sign"))
}

/// Whether the letter is on its way to be signed with a card.
fn is_asked(letter: &Record) -> bool {
    letter.get("state").text() == "routing" && letter.get("medium").text() == "electronic"
}

pub(super) async fn button(ctx: &Ctx, letter: &Record, turns: &[Turn]) -> Result<Option<ui::Verb>> {
    let turn = if is_asked(letter) { own_turn(ctx, turns).await? } else { None };
    let seat = turn.and_then(|turn| Seat::of(turns, turn.id, ctx.actor().staff_id));
    let Some(seat) = seat else { return Ok(None) };
    let (label, way) = match anew::is_needed(ctx, letter, &seat).await? {
        true => ("Adıma yeniden hazırla", "adima-hazirla"),
        false => ("Elektronik imzala", "e-imza"),
    };
    Ok(Some(ui::Verb {
        label: label.into(),
        href: format!("{}/{way}", kind().address(letter.id)),
        post: true,
        ..ui::Verb::default()
    }))
}

/// Who signed with which certificate, and the package.
pub(super) async fn cards(ctx: &Ctx, letter: &Record) -> Result<Vec<ui::Card>> {
    let all = store::signatures(ctx.db(), letter.get("code").text()).await?;
    let package = store::file(ctx.db(), letter.get("code").text(), copies::WHOLE).await?;
    let stamps = stamping::store::standing(ctx.db(), letter.get("code").text()).await?;
    let unsealed = sealing::store::why_waiting(ctx.db(), letter.get("code").text()).await?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let links = match &package {
        Some(_) => {
            let secret = encrypting::addressees(ctx.db(), letter).await?;
            Some(copies::links(ctx.db(), letter, &secret).await?)
        }
        None => None,
    };
    let body = html! {
        ul.plain-list { @for one in &all { li {
            strong { (one.holder) } " · " (tr::instant(one.signed_at.0))
            @if one.is_trial { p { "Deneme imzası: hukukî geçerliliği yoktur." } }
            details { summary { "Doğrulama raporu" } p.lines { (one.report) } }
        } } }
        @match (links, &stamps) {
            (None, _) if unsealed.is_some() => { p { "Paket belediyenin mührünü bekliyor; mühür kullanılabilir olunca kendiliğinden yapılır. " (unsealed.unwrap_or_default()) } }
            (Some(links), _) => { (links) }
            (None, Some(stamps)) if !stamps.waits_for.is_empty() => { p { "Zaman damgası bekleniyor; kendiliğinden yeniden istenecek. " (stamps.waits_for) } }
            (None, _) => { p { "e-Yazışma paketi hazırlanıyor." } }
        }
        @if let Some(stamps) = stamps.filter(|stamps| !stamps.report.is_empty()) {
            details {
                summary { "Zaman damgaları: imza ES-" (stamps.signature_level) ", mühür ES-" (stamps.seal_level) }
                pre { (stamps.report) }
            }
        }
    };
    Ok(vec![ui::Card { title: "Elektronik imza".into(), edit_href: None, body }])
}

fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
