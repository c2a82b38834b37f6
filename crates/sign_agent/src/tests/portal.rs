//! A portal that gives each job once, takes signatures once and can be made to misbehave.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signing::pdf::{PdfRoom, PdfText};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;

use super::town::now;
use crate::signers::sha256;

#[derive(Default)]
pub struct Desk {
    jobs: HashMap<String, Value>,
    fetched: HashSet<String>,
    pub pdfs: HashMap<String, Vec<u8>>,
    /// Signatures by token and letter.
    pub received: HashMap<(String, String), Vec<u8>>,
    /// Requests of any kind.
    pub asked: usize,
    /// Sends whoever wants a job to this address.
    pub leads_to: Option<String>,
    /// Answers 503 to signatures.
    pub is_away: bool,
    /// Answers 422 to signatures with this text.
    pub refusal: Option<String>,
    /// Answers this to signatures.
    pub answer: Option<(u16, Value)>,
}

/// The portal with what happened at its desk.
#[derive(Clone)]
pub struct Portal {
    pub origin: String,
    pub desk: Arc<Mutex<Desk>>,
}

/// What the letter number `at` looks like and what is signed for it.
pub fn pdf(at: usize) -> Vec<u8> {
    format!("%PDF-1.7 letter {at}").into_bytes()
}

pub fn content(at: usize) -> Vec<u8> {
    format!("<PaketOzeti><DigestValue>{}</DigestValue></PaketOzeti>", STANDARD.encode(sha256(&pdf(at))))
        .into_bytes()
}

/// One empty page (ISO 32000-1, 7.5).
fn paper() -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (place, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj{object}endobj\n", place + 1));
    }
    let start = file.len();
    let trailer = format!("trailer<</Root 1 0 R/Size {}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    format!("{file}{table}{trailer}").into_bytes()
}

impl Portal {
    pub async fn start() -> Self {
        let desk = Arc::new(Mutex::new(Desk::default()));
        let router = Router::new()
            .route("/api/v1/sign-job/{token}", get(give).post(take))
            .route("/pdf/{name}", get(show))
            .with_state(desk.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Portal { origin, desk }
    }

    /// Puts `count` letters for Veli Ak behind a token that lives for fifteen minutes.
    pub fn add_job(&self, token: &str, count: usize) {
        self.add_job_until(token, count, now() + Duration::minutes(15));
    }

    pub fn add_job_until(&self, token: &str, count: usize, until: OffsetDateTime) {
        let letters: Vec<Value> = (0..count).map(|at| self.letter(token, at)).collect();
        let until = until.format(&Rfc3339).unwrap();
        let job = json!({ "documents": letters, "signer": "Veli Ak", "expires_at": until, "back_url": "/imza-kutusu" });
        self.desk.lock().unwrap().jobs.insert(token.to_owned(), job);
    }

    fn letter(&self, token: &str, at: usize) -> Value {
        let name = format!("{token}-{at}.pdf");
        self.desk.lock().unwrap().pdfs.insert(name.clone(), pdf(at));
        json!({
            "id": format!("letter-{at}"),
            "title": format!("Yol çalışması {at}"),
            "number": format!("E-1234-{at}"),
            "sha256_of_pdf": hex::encode(sha256(&pdf(at))),
            "pdf_url": format!("/pdf/{name}"),
            "content_base64": STANDARD.encode(content(at)),
            "profile": "P4",
        })
    }

    /// Puts a PDF that is signed itself behind a token; answers it with its room.
    pub fn add_pdf(&self, token: &str) -> PdfRoom {
        let text = PdfText { name: "Veli Ak", ..PdfText::default() };
        let room = PdfRoom::new(&paper(), now(), text).unwrap();
        let digests = room.digests();
        let until = (now() + Duration::minutes(15)).format(&Rfc3339).unwrap();
        let name = format!("{token}-0.pdf");
        let document = json!({
            "id": "letter-0",
            "title": "rapor.pdf",
            "sha256_of_pdf": hex::encode(sha256(room.bytes())),
            "pdf_url": format!("/pdf/{name}"),
            "covered": { "sha256": hex::encode(digests.sha256), "sha384": hex::encode(digests.sha384) },
            "profile": "P1",
        });
        let job = json!({ "documents": [document], "signer": "Veli Ak", "expires_at": until });
        let mut desk = self.desk.lock().unwrap();
        desk.pdfs.insert(name, room.bytes().to_vec());
        desk.jobs.insert(token.to_owned(), job);
        room
    }

    pub fn job_text(&self, token: &str) -> String {
        self.desk.lock().unwrap().jobs[token].to_string()
    }

    /// Changes a field of the job, or of its first letter.
    pub fn change(&self, token: &str, pointer: &str, value: Value) {
        let mut desk = self.desk.lock().unwrap();
        *desk.jobs.get_mut(token).unwrap().pointer_mut(pointer).unwrap() = value;
    }

    pub fn replace_pdf(&self, name: &str, bytes: &[u8]) {
        self.desk.lock().unwrap().pdfs.insert(name.to_owned(), bytes.to_vec());
    }

    pub fn received(&self, token: &str, at: usize) -> Option<Vec<u8>> {
        self.desk.lock().unwrap().received.get(&(token.to_owned(), format!("letter-{at}"))).cloned()
    }

    pub fn set_away(&self, is_away: bool) {
        self.desk.lock().unwrap().is_away = is_away;
    }

    pub fn asked(&self) -> usize {
        self.desk.lock().unwrap().asked
    }
}

async fn give(State(desk): State<Arc<Mutex<Desk>>>, Path(token): Path<String>) -> Response {
    let mut desk = desk.lock().unwrap();
    desk.asked += 1;
    if let Some(elsewhere) = &desk.leads_to {
        return Redirect::temporary(elsewhere).into_response();
    }
    let Some(job) = desk.jobs.get(&token).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !desk.fetched.insert(token) {
        return StatusCode::GONE.into_response();
    }
    axum::Json(job).into_response()
}

async fn take(State(desk): State<Arc<Mutex<Desk>>>, Path(token): Path<String>, body: Bytes) -> Response {
    let mut desk = desk.lock().unwrap();
    desk.asked += 1;
    if desk.is_away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if let Some(detail) = &desk.refusal {
        return (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(json!({ "detail": detail }))).into_response();
    }
    if let Some((status, answer)) = desk.answer.take() {
        return (StatusCode::from_u16(status).unwrap(), axum::Json(answer)).into_response();
    }
    if desk.received.keys().any(|(known, _)| *known == token) {
        return StatusCode::CONFLICT.into_response();
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    for signature in body["signatures"].as_array().unwrap() {
        let id = signature["id"].as_str().unwrap().to_owned();
        let cms = STANDARD.decode(signature["cms_base64"].as_str().unwrap()).unwrap();
        desk.received.insert((token.clone(), id), cms);
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn show(State(desk): State<Arc<Mutex<Desk>>>, Path(name): Path<String>) -> Response {
    let mut desk = desk.lock().unwrap();
    desk.asked += 1;
    desk.pdfs.get(&name).cloned().map_or(StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response)
}
