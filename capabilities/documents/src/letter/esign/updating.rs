//! Update packages (.eypg): a change of secrecy together with the package that it is about, as each addressee got it, sealed by the
//! packing job as every package is.

use std::io::Cursor;

use kernel::db::Sql;
use kernel::event::NewEvent;
use kernel::job::{Job, JobContext, enqueue};
use kernel::record::{self, Record};
use kernel::{Day, Error, ErrorKind, Result, Tx};
use package::{ConfidentialityChange, Content, Kind, Letter, Party, UpdateDraft};
use serde_json::{Value as Json, json};
use uuid::Uuid;
use web::Ctx;

use super::super::kind;
use super::stamping::{self, Stamper};
use super::{copies, encrypting, packing, parts, sealing, store};
use crate::correspondent::{self, store::Encryptable};
use crate::secrecy;

const NAME: &str = "documents.pack_update";

pub(in crate::letter) fn job() -> Job {
    Job {
        name: NAME,
        label_tr: "Güncelleme paketi yapma",
        every_seconds: None,
        max_attempts: 20,
        limit_seconds: 600,
        run: |context, payload| Box::pin(run(context, payload)),
    }
}

pub(crate) async fn ask(tx: &Tx, letter: Uuid, change: Uuid) -> Result<()> {
    enqueue(tx, NAME, &json!({ "letter": letter }), Some(&format!("{NAME} {change}")), tx.at()).await
}

async fn run(context: &JobContext, payload: &Json) -> Result<()> {
    let id: Uuid =
        payload["letter"].as_str().and_then(|text| text.parse().ok()).ok_or_else(Error::not_found)?;
    let letter = record::get(&context.db, &kind(), id).await?;
    // Whoever makes the package itself looks for changes when it is there.
    match store::file(&context.db, letter.get("code").text(), copies::WHOLE).await? {
        Some(_) => make(context, &letter).await,
        None => Ok(()),
    }
}

/// What an update carries: a package of the letter as it is, or encrypted for one of its addressees.
struct Original {
    package: String,
    to: Option<Encryptable>,
}

/// Beginning of what is kept of a change.
fn beginning(change: Uuid) -> String {
    format!("update-{}-", change.simple())
}

/// What is kept of a change for whoever got that package of the letter.
fn open_role(change: Uuid, package: &str) -> String {
    format!("{}{package}", beginning(change))
}

/// The same, encrypted for this correspondent.
fn secret_role(change: Uuid, to: Uuid) -> String {
    format!("{}for-{}", beginning(change), to.simple())
}

/// The update packages of a letter whose package is there, the oldest change first; those that have to wait for the seal are made
/// when the letter is asked for again.
pub(super) async fn make(context: &JobContext, letter: &Record) -> Result<()> {
    for change in secrecy::store::unpacked(&context.db, letter.id).await? {
        let change = record::get(&context.db, &secrecy::kind(), change).await?;
        if !one(context, letter, &change).await? {
            break;
        }
    }
    Ok(())
}

/// `false` where the seal is waited for.
async fn one(context: &JobContext, letter: &Record, change: &Record) -> Result<bool> {
    let code = letter.get("code").text();
    let model = parts::letter(&copies::frozen(&context.db, code).await?);
    let said = said(change)?;
    let stamper = stamping::noted(context, code, Stamper::of(context).await).await?;
    let mut made = Vec::new();
    for original in originals(context, letter, &model).await? {
        let Some((role, kind, bytes)) = read_original(context, (code, change.id), original).await? else {
            continue;
        };
        let draft = draft(context, (&said, &model.author), (kind, bytes)).await?;
        let content = draft.final_digest_bytes();
        let seal = packing::sealed(context, (letter.id, code), stamper.as_ref(), content).await?;
        let Some(seal) = seal else { return Ok(false) };
        let mut update = draft.seal(seal.cms).map_err(packing::cannot)?;
        let bytes = update.write(Cursor::new(Vec::new())).map_err(packing::cannot)?.into_inner();
        made.push((role, packing::put(&context.services, bytes).await?));
    }
    let tx = context.db.begin(&context.act("güncelleme paketi")).await?;
    if !secrecy::store::set_packed(&tx, change.id).await? {
        // Somebody else was quicker with the same change.
        tx.rollback().await?;
        return Ok(true);
    }
    for (role, kept) in &made {
        store::keep(&tx, (code, role), kept, "").await?;
    }
    sealing::store::wait_no_more(&tx, code).await?;
    if stamper.is_some() {
        stamping::store::note_waiting(&tx, code, "").await?;
    }
    let kind = secrecy::kind();
    let after = record::get(&tx, &kind, change.id).await?;
    record::index(&tx, &kind, &after).await?;
    let digests: Vec<String> = made.iter().map(|(_, kept)| kept.sha256.to_hex()).collect();
    let event = NewEvent::new(after.reference(&kind), after.title(&kind), "secrecy_packed")
        .note(digests.join(" "))
        .scope(after.unit_id(&kind), after.owner_id(&kind));
    tx.record(event).await?;
    tx.commit().await?;
    Ok(true)
}

async fn originals(context: &JobContext, letter: &Record, model: &Letter) -> Result<Vec<Original>> {
    let mut all: Vec<Original> =
        copies::roles(model).into_iter().map(|package| Original { package, to: None }).collect();
    for to in encrypting::addressees(&context.db, letter).await? {
        let package = copies::named(&context.db, letter.get("code").text(), &to.name).await?;
        all.push(Original { package, to: Some(to) });
    }
    Ok(all)
}

/// Role of the update, kind and bytes of its original. A certificate that cannot be used keeps nobody else waiting: the page offers
/// the open package then.
async fn read_original(
    context: &JobContext,
    (code, change): (&str, Uuid),
    original: Original,
) -> Result<Option<(String, Kind, Vec<u8>)>> {
    let bytes = packing::read(&context.services, &context.db, code, &original.package).await?;
    let Some(to) = original.to else {
        return Ok(Some((open_role(change, &original.package), Kind::Letter, bytes)));
    };
    match encrypting::encrypted(&context.clock, &to, bytes).await {
        Ok(bytes) => Ok(Some((secret_role(change, to.id), Kind::Encrypted, bytes))),
        Err(error) if error.kind == ErrorKind::Internal => Err(error),
        Err(_) => Ok(None),
    }
}

/// Digests of the original are work for a blocking thread.
async fn draft(
    context: &JobContext,
    (said, author): (&ConfidentialityChange, &Party),
    (kind, original): (Kind, Vec<u8>),
) -> Result<UpdateDraft> {
    let (id, at) = (context.clock.new_id(), context.clock.now().utc());
    let (said, author) = (said.clone(), author.clone());
    let made = tokio::task::spawn_blocking(move || {
        UpdateDraft::new(id, &said, &author, (kind, Content::from_bytes(original)), at)
    });
    made.await.map_err(Error::internal)?.map_err(packing::cannot)
}

fn said(change: &Record) -> Result<ConfidentialityChange> {
    let text = |name: &str| change.get(name).text().to_string();
    let changed_on: Day = text("changed_on").parse().map_err(|_| Error::internal("changed_on is no day"))?;
    Ok(ConfidentialityChange {
        confidentiality: parts::confidentiality(&text("secrecy")),
        changed_on: changed_on.0,
        description: text("why"),
        decision_number: text("decision_number"),
        decision_id: text("decision_id").parse().map_err(|_| Error::internal("decision_id is no GUID"))?,
    })
}

/// Somebody who gets an update.
pub(crate) struct Receiver {
    pub name: String,
    /// The same for whom it was encrypted, too.
    pub secret: Option<Uuid>,
}

/// Those who got a package of the letter, in its order.
pub(crate) async fn receivers(db: &impl Sql, letter: &Record, change: Uuid) -> Result<Vec<Receiver>> {
    let code = letter.get("code").text();
    let kept = store::roles(db, code, &beginning(change)).await?;
    let secret: Vec<Encryptable> = encrypting::addressees(db, letter)
        .await?
        .into_iter()
        .filter(|to| kept.contains(&secret_role(change, to.id)))
        .collect();
    let frozen = copies::frozen(db, code).await?;
    let receiver = |name: String| {
        let known = correspondent::known_as(&name);
        let to = secret.iter().find(|to| correspondent::known_as(&to.name) == known);
        Receiver { secret: to.map(|to| to.id), name }
    };
    Ok(frozen.to.into_iter().map(|to| receiver(to.name)).collect())
}

/// Why the update is not there yet; empty while it is simply being made.
pub(crate) async fn why_waiting(db: &impl Sql, letter: &Record) -> Result<String> {
    let code = letter.get("code").text();
    if let Some(why) = sealing::store::why_waiting(db, code).await? {
        return Ok(why);
    }
    Ok(stamping::store::standing(db, code).await?.map(|one| one.waits_for).unwrap_or_default())
}

/// The update for the receiver with this number, from 1, with their name.
pub(crate) async fn read(
    ctx: &Ctx,
    (letter, change): (&Record, Uuid),
    number: usize,
    is_secret: bool,
) -> Result<(String, Vec<u8>)> {
    let code = letter.get("code").text();
    let own = copies::at(ctx.db(), code, number).await?;
    let role = match is_secret {
        false => open_role(change, &own.role),
        true => {
            let all = receivers(ctx.db(), letter, change).await?;
            let to = all.get(number - 1).and_then(|one| one.secret).ok_or_else(Error::not_found)?;
            secret_role(change, to)
        }
    };
    Ok((own.name, packing::read(&ctx.app.services, ctx.db(), code, &role).await?))
}
