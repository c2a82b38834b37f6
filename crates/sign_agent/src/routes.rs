//! The addresses of the program, as the browser on the same computer sees them:
//!
//! - `GET /imza?portal=<origin>&is=<token>` fetches the job and leads to its page,
//! - `GET /is/<handle>` is that page, whatever the job's state,
//! - `GET /belge/<handle>/<index>` is a letter, compared with the job before it is shown,
//! - `POST /imzala` signs and sends, `POST /gonder` sends again what the portal could not take,
//! - `GET /` says that the program runs, `GET /stil.css` is its style.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use signing::pdf::PdfRoom;
use time::OffsetDateTime;
use tokio::sync::Mutex;
use zeroize::{Zeroize, Zeroizing};

use crate::desk::{Desk, End, Entry, FileState, Stage};
use crate::job::Signed;
use crate::options::{Clock, Options, Result};
use crate::origin::Origin;
use crate::pages;
use crate::portal::{Portal, Trouble};
use crate::signers::{Order, Refusal, Signers};

/// Forms here are a few words long.
const MAX_FORM_BYTES: usize = 16 * 1024;
const MAX_TOKEN: usize = 256;
const MAX_PIN: usize = 64;

/// Everything that requests share.
pub(crate) struct Agent {
    /// Names under which a browser may call: `127.0.0.1:51515`, `localhost:51515`.
    pub names: Vec<String>,
    pub portals: Vec<Origin>,
    clock: Clock,
    signers: Signers,
    portal: Portal,
    desk: Desk,
    /// A token is fetched once even if its link is clicked twice.
    opening: Mutex<()>,
}

impl Agent {
    pub fn new(options: Options, portals: Vec<Origin>) -> Result<Self> {
        let names = vec![options.listen.to_string(), format!("localhost:{}", options.listen.port())];
        Ok(Agent {
            names,
            portals,
            signers: Signers::new(&options)?,
            portal: Portal::new()?,
            desk: Desk::new(),
            clock: options.clock,
            opening: Mutex::new(()),
        })
    }

    pub fn is_trial(&self) -> bool {
        self.signers.is_trial()
    }

    fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    fn problem(&self, status: StatusCode, problem: &pages::Problem) -> Response {
        (status, pages::problem(self.is_trial(), problem)).into_response()
    }
}

pub(crate) fn router(agent: Arc<Agent>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/imza", get(open))
        .route("/is/{handle}", get(show))
        .route("/belge/{handle}/{index}", get(letter))
        .route("/imzala", post(sign))
        .route("/gonder", post(send_again))
        .route("/stil.css", get(style))
        .fallback(no_such_page)
        .layer(from_fn_with_state(agent.clone(), crate::guard::guard))
        .with_state(agent)
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css")).into_response()
}

async fn home(State(agent): State<Arc<Agent>>) -> Response {
    pages::home(agent.is_trial(), &agent.portals).into_response()
}

async fn no_such_page(State(agent): State<Arc<Agent>>) -> Response {
    agent.problem(StatusCode::NOT_FOUND, &pages::NO_SUCH_PAGE)
}

async fn open(State(agent): State<Arc<Agent>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let (Some(portal), Some(token)) = (query.get("portal"), query.get("is")) else {
        return agent.problem(StatusCode::BAD_REQUEST, &pages::BROKEN_LINK);
    };
    let allowed = |word: char| word.is_ascii_alphanumeric() || "-_.~".contains(word);
    if token.is_empty() || token.len() > MAX_TOKEN || !token.chars().all(allowed) {
        return agent.problem(StatusCode::BAD_REQUEST, &pages::BROKEN_LINK);
    }
    let Some(origin) = Origin::parse(portal).filter(|origin| agent.portals.contains(origin)) else {
        tracing::warn!("a portal that is not allowed asked for a signature");
        return (StatusCode::FORBIDDEN, pages::foreign_portal(agent.is_trial(), portal)).into_response();
    };
    let _turn = agent.opening.lock().await;
    if let Some(entry) = agent.desk.known(&origin, token) {
        return see(&entry);
    }
    let job = match agent.portal.job(&origin, token).await {
        Ok(job) if job.expires_at <= agent.now() => {
            return agent.problem(StatusCode::GONE, &pages::Problem::of(&Trouble::Gone, &origin.text()));
        }
        Ok(job) => job,
        Err(trouble) => {
            let status = match trouble {
                Trouble::Gone => StatusCode::GONE,
                _ => StatusCode::BAD_GATEWAY,
            };
            return agent.problem(status, &pages::Problem::of(&trouble, &origin.text()));
        }
    };
    tracing::info!(letters = job.documents.len(), "a job was fetched");
    match agent.desk.add(origin, token.clone(), job, agent.now()) {
        Ok(entry) => see(&entry),
        Err(error) => {
            tracing::error!(%error, "a job could not be kept");
            agent.problem(StatusCode::INTERNAL_SERVER_ERROR, &pages::BROKEN_LINK)
        }
    }
}

async fn show(State(agent): State<Arc<Agent>>, Path(handle): Path<String>) -> Response {
    let Some(entry) = agent.desk.get(&handle) else {
        return agent.problem(StatusCode::NOT_FOUND, &pages::NO_SUCH_JOB);
    };
    let mut stage = entry.stage.lock().await;
    let is_trial = agent.is_trial();
    if let Some(end) = &stage.end {
        return pages::end(is_trial, &entry, end, &stage.files).into_response();
    }
    if stage.signatures.is_some() {
        let message = stage.message.take();
        return pages::unsent(is_trial, &entry, message.as_deref()).into_response();
    }
    if stage.signable().is_empty() {
        return pages::changed(is_trial, &entry, &stage.files).into_response();
    }
    let now = agent.now();
    if entry.job.expires_at <= now {
        let problem = pages::Problem::of(&Trouble::Gone, entry.job.back.as_str());
        return agent.problem(StatusCode::GONE, &problem);
    }
    let found = agent.signers.look().await;
    let message = stage.message.take();
    let view = pages::SignView {
        entry: &entry,
        found: &found,
        files: &stage.files,
        message: message.as_deref(),
        is_trial,
        now,
    };
    pages::sign(&view).into_response()
}

async fn letter(State(agent): State<Arc<Agent>>, Path((handle, index)): Path<(String, usize)>) -> Response {
    let Some(entry) = agent.desk.get(&handle) else {
        return agent.problem(StatusCode::NOT_FOUND, &pages::NO_SUCH_JOB);
    };
    let Some(document) = entry.job.documents.get(index) else {
        return agent.problem(StatusCode::NOT_FOUND, &pages::NO_SUCH_PAGE);
    };
    let fetched = agent.portal.pdf(document).await;
    let mut stage = entry.stage.lock().await;
    match fetched {
        Ok(pdf) => {
            if let Some(state) = stage.files.get_mut(index) {
                *state = bound(&pdf, &document.content);
            }
            let mut response = Response::new(Body::from(pdf));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
            headers.insert(
                header::CONTENT_DISPOSITION,
                HeaderValue::from_static("inline; filename=\"belge.pdf\""),
            );
            // Viewers inside browsers are pages of their own, which the policy of ours would leave without style.
            let policy = HeaderValue::from_static("frame-ancestors 'none'");
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        }
        Err(trouble @ (Trouble::ChangedPdf | Trouble::Gone)) => {
            let is_over = left_out(&trouble);
            if let (Some(state), Some(left_out)) = (stage.files.get_mut(index), is_over) {
                *state = left_out;
            }
            (StatusCode::CONFLICT, pages::left_out(agent.is_trial(), &entry, index, &stage.files))
                .into_response()
        }
        Err(trouble) => {
            let problem = pages::Problem::of(&trouble, entry.job.back.as_str());
            agent.problem(StatusCode::BAD_GATEWAY, &problem)
        }
    }
}

/// A form of ours; what it carries beside the PIN is not secret.
struct Form {
    entry: Arc<Entry>,
    choice: String,
    pin: Zeroizing<String>,
    /// Ticked: the certificate bears another name than the job.
    accepts_name: bool,
    /// Ticked: the bytes to be signed do not name the letter that is shown.
    accepts_unbound: bool,
    /// Ticked: one more wrong PIN locks the card.
    knows_last_try: bool,
}

async fn sign(State(agent): State<Arc<Agent>>, body: Body) -> Response {
    let Some(form) = form(&agent, body).await else {
        return agent.problem(StatusCode::FORBIDDEN, &pages::NO_SUCH_JOB);
    };
    let entry = form.entry.clone();
    // A task of its own: a browser that goes away in the middle must not lose what the card has signed.
    let work = async move {
        let entry = form.entry.clone();
        let mut stage = entry.stage.lock().await;
        if stage.end.is_some() || stage.signatures.is_some() {
            return;
        }
        if entry.job.expires_at <= agent.now() {
            return;
        }
        match make(&agent, form, &mut stage).await {
            Ok(signatures) => {
                tracing::info!(letters = signatures.len(), "letters were signed");
                stage.signatures = Some(signatures);
                deliver(&agent, &entry, &mut stage).await;
            }
            Err(message) => stage.message = Some(message),
        }
    };
    if tokio::spawn(work).await.is_err() {
        tracing::error!("signing ended unexpectedly");
    }
    see(&entry)
}

async fn send_again(State(agent): State<Arc<Agent>>, body: Body) -> Response {
    let Some(form) = form(&agent, body).await else {
        return agent.problem(StatusCode::FORBIDDEN, &pages::NO_SUCH_JOB);
    };
    let entry = form.entry.clone();
    let work = async move {
        let mut stage = form.entry.stage.lock().await;
        deliver(&agent, &form.entry, &mut stage).await;
    };
    if tokio::spawn(work).await.is_err() {
        tracing::error!("sending ended unexpectedly");
    }
    see(&entry)
}

/// Everything that is asked before the card is, then the card. The error is a sentence for the person.
async fn make(
    agent: &Agent,
    form: Form,
    stage: &mut Stage,
) -> std::result::Result<crate::card::Signed, String> {
    let job = form.entry.job.clone();
    if form.choice.is_empty() {
        return Err("Önce imza atacağınız sertifikayı seçin.".to_owned());
    }
    if !agent.is_trial() && (form.pin.is_empty() || form.pin.len() > MAX_PIN) {
        return Err("Kartınızın PIN'ini yazın.".to_owned());
    }
    let found = agent.signers.look().await;
    let choice = found.choices.iter().find(|one| one.id == form.choice);
    let choice = choice.ok_or_else(|| found.trouble.clone().unwrap_or(Refusal::Vanished).to_string())?;
    if !choice.is_of(&job.signer) && !form.accepts_name {
        return Err(format!(
            "Sertifika “{}” adına, iş ise “{}” için. Yine de imzalamak istiyorsanız ad farkını onaylayan kutuyu \
             işaretleyin.",
            choice.holder, job.signer
        ));
    }
    compare(agent, &form.entry, stage).await?;
    let letters = stage.signable();
    if letters.is_empty() {
        return Err("İmzalanacak belge kalmadı; hiçbir belge imzalanmadı.".to_owned());
    }
    if stage.files.contains(&FileState::NotBound) && !form.accepts_unbound {
        return Err(
            "Bazı belgelerin özeti imzalanacak içerikte bulunamadı; aşağıdaki uyarıyı okuyun.".to_owned()
        );
    }
    let order =
        Order { choice: form.choice, pin: form.pin, knows_last_try: form.knows_last_try, job, letters };
    agent.signers.sign(order).await.map_err(|refusal| refusal.to_string())
}

/// Compares every letter that was not opened with the job. One that was changed since, or is not to be signed any more, is
/// left out; the others are signed all the same.
async fn compare(agent: &Agent, entry: &Entry, stage: &mut Stage) -> std::result::Result<(), String> {
    for (document, state) in entry.job.documents.iter().zip(&mut stage.files) {
        if *state != FileState::Unseen {
            continue;
        }
        match agent.portal.pdf(document).await {
            Ok(pdf) => *state = bound(&pdf, &document.content),
            Err(trouble) => match left_out(&trouble) {
                Some(left_out) => *state = left_out,
                None => return Err(format!("“{}”: {trouble} Hiçbir belge imzalanmadı.", document.title)),
            },
        }
    }
    Ok(())
}

/// Why a letter alone is not signed; otherwise nothing is, for the time being.
fn left_out(trouble: &Trouble) -> Option<FileState> {
    match trouble {
        Trouble::ChangedPdf => Some(FileState::Changed),
        Trouble::Gone => Some(FileState::Withdrawn),
        _ => None,
    }
}

/// Whether the PDF itself is signed, or the bytes to be signed are the letter or name its digest, as the XML of e-Yazışma
/// packages does.
fn bound(pdf: &[u8], content: &Signed) -> FileState {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256, Sha384, Sha512};

    let content = match content {
        Signed::Bytes(content) => content,
        Signed::Pdf(digests) => {
            let shown = PdfRoom::find(pdf.to_vec()).map(|room| room.digests());
            return if shown.as_ref() == Ok(digests) { FileState::Bound } else { FileState::Changed };
        }
    };
    let digests = [
        STANDARD.encode(Sha256::digest(pdf)),
        STANDARD.encode(Sha384::digest(pdf)),
        STANDARD.encode(Sha512::digest(pdf)),
    ];
    let names = |digest: &String| content.windows(digest.len()).any(|part| part == digest.as_bytes());
    if pdf == content.as_slice() || digests.iter().any(names) {
        FileState::Bound
    } else {
        FileState::NotBound
    }
}

/// Sends what was signed. Kept if the portal cannot be reached, so that the card need not be asked again.
async fn deliver(agent: &Agent, entry: &Entry, stage: &mut Stage) {
    let Some(signatures) = &stage.signatures else { return };
    match agent.portal.send(&entry.origin, &entry.token, &entry.job, signatures).await {
        Ok(told) => {
            stage.signatures = None;
            stage.end = Some(End::Sent(told));
        }
        Err(trouble @ (Trouble::Unreachable | Trouble::NotTrusted)) => {
            stage.message = Some(trouble.to_string())
        }
        Err(trouble) => {
            stage.signatures = None;
            stage.end = Some(End::Refused(trouble.to_string()));
        }
    }
}

/// Reads a form whose secret is right. The buffer that held the PIN is wiped if it is ours alone.
async fn form(agent: &Agent, body: Body) -> Option<Form> {
    let bytes = to_bytes(body, MAX_FORM_BYTES).await.ok()?;
    let form = fields(agent, &bytes);
    if let Ok(mut own) = bytes.try_into_mut() {
        own.as_mut().zeroize();
    }
    form
}

fn fields(agent: &Agent, bytes: &[u8]) -> Option<Form> {
    let (mut handle, mut secret, mut choice) = (String::new(), String::new(), String::new());
    let mut pin = Zeroizing::new(String::new());
    let (mut accepts_name, mut accepts_unbound, mut knows_last_try) = (false, false, false);
    for (name, value) in form_urlencoded::parse(bytes) {
        match &*name {
            "is" => handle = value.into_owned(),
            "gizli" => secret = value.into_owned(),
            "sertifika" => choice = value.into_owned(),
            "pin" => pin = Zeroizing::new(value.into_owned()),
            "ad_farki" => accepts_name = true,
            "ozet_yok" => accepts_unbound = true,
            "son_deneme" => knows_last_try = true,
            _ => {}
        }
    }
    let entry = agent.desk.get(&handle).filter(|entry| entry.secret == secret)?;
    Some(Form { entry, choice, pin, accepts_name, accepts_unbound, knows_last_try })
}

fn see(entry: &Entry) -> Response {
    let to = format!("/is/{}", entry.handle);
    let to = HeaderValue::from_str(&to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}
