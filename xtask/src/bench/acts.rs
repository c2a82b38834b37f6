//! Signing in, writing through forms and through the API, searching: the measurements that are no list.

use super::client::Client;
use super::load::{self, Figures};
use super::pages;
use crate::shell::Result;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The password that `belde demo` prints for all its accounts.
const PASSWORD: &str = "belde-deneme-2026";

/// What the palette is asked, a word being typed among them.
const SEARCHES: [&str; 8] = ["a", "ah", "ahm", "ahmet", "ahmet demir", "1005", "bilgi", "yokboyle"];

/// Signs in; answers the header line that carries the session.
pub fn sign_in(address: SocketAddr, username: &str) -> Result<String> {
    let mut client = Client::new(address);
    let answer = client.get("/giris")?;
    let cookie = cookie_of(&answer).ok_or("the sign-in page gave no cookie")?;
    let mut fields = form_of(&answer.text(), "name=\"parola\"")?.1;
    set(&mut fields, "kullanici", username);
    set(&mut fields, "parola", PASSWORD);
    client.headers = format!("Cookie: {cookie}\r\n");
    let answer = client.post("/giris", &fields)?;
    let mut pairs = answer.all("set-cookie").filter_map(|line| line.split(';').next());
    match pairs.find(|pair| pair.starts_with("belde=")) {
        Some(pair) if answer.status == 303 => Ok(format!("Cookie: {pair}\r\n")),
        _ => Err(format!("signing in as {username} answered {}", answer.status)),
    }
}

fn cookie_of(answer: &super::client::Answer<'_>) -> Option<String> {
    answer.header("set-cookie")?.split(';').next().map(str::to_owned)
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    match fields.iter_mut().find(|(known, _)| known == name) {
        Some((_, old)) => value.clone_into(old),
        None => fields.push((name.to_owned(), value.to_owned())),
    }
}

/// The action and the fields of the form that contains `mark`.
fn form_of(page: &str, mark: &str) -> Result<(String, Vec<(String, String)>)> {
    let form = page
        .split("<form")
        .skip(1)
        .filter_map(|rest| rest.split("</form>").next())
        .find(|form| form.contains(mark))
        .ok_or_else(|| format!("there is no form with {mark}"))?;
    let action = pages::values(form.split('>').next().unwrap_or(""), "action").into_iter().next();
    Ok((action.unwrap_or_default(), pages::fields(&form.replacen('>', ">\n", 1))))
}

/// The palette as it asks while somebody types.
pub fn palette(address: SocketAddr, session: &str, lasts: Duration) -> Result<Figures> {
    let paths: Vec<String> =
        SEARCHES.iter().map(|text| format!("/ara?q={}", super::client::escape(text))).collect();
    load::pages(address, &format!("{session}HX-Request: true\r\n"), &paths, load::CONNECTIONS, lasts)
}

/// A telephone number changed on the edit form of a person, each connection its own person: the answer comes after
/// the commit. The form is fetched anew before each, which is not counted.
pub fn edits(
    address: SocketAddr,
    session: &str,
    people: &[String],
    connections: usize,
    lasts: Duration,
) -> Result<Figures> {
    let numbers = AtomicUsize::new(0);
    load::run(connections, lasts, |place| {
        let mut client = Client::new(address);
        client.headers = session.to_owned();
        let person = people[place % people.len()].clone();
        let numbers = &numbers;
        move || {
            let page = client.get(&format!("{person}/duzenle"))?.text();
            let (action, mut fields) = form_of(&page, "name=\"phone\"")?;
            let number = numbers.fetch_add(1, Ordering::Relaxed) % 10_000;
            set(&mut fields, "phone", &format!("0312 444 {:02} {:02}", number / 100, number % 100));
            let began = Instant::now();
            let answer = client.post(&action, &fields)?;
            if answer.status != 303 {
                return Err(format!("{action} answered {}", answer.status));
            }
            Ok(began.elapsed())
        }
    })
}

/// A note under a record: the smallest act there is.
pub fn notes(
    address: SocketAddr,
    session: &str,
    people: &[String],
    connections: usize,
    lasts: Duration,
) -> Result<Figures> {
    load::run(connections, lasts, |place| {
        let mut client = Client::new(address);
        client.headers = session.to_owned();
        let person = people[place % people.len()].clone();
        let mut form: Option<(String, Vec<(String, String)>)> = None;
        move || {
            let (action, fields) = match &form {
                Some(form) => form,
                None => {
                    let page = client.get(&person)?.text();
                    let (action, mut fields) = form_of(&page, "name=\"metin\"")?;
                    set(&mut fields, "metin", "Ölçüm notu.");
                    // With the token of the form all but the first would count as the same press, and write nothing.
                    fields.retain(|(name, _)| name != "tek");
                    form.insert((action, fields))
                }
            };
            let began = Instant::now();
            let answer = client.post(action, fields)?;
            if answer.status != 303 {
                return Err(format!("{action} answered {}", answer.status));
            }
            Ok(began.elapsed())
        }
    })
}

/// A key for the API with every permission of the person.
pub fn token(address: SocketAddr, session: &str) -> Result<String> {
    let mut client = Client::new(address);
    client.headers = session.to_owned();
    let page = client.get("/hesabim/anahtar/yeni")?.text();
    let (action, mut fields) = form_of(&page, "name=\"gun\"")?;
    let form = page.split("<form").find(|form| form.contains("name=\"gun\"")).unwrap_or("").to_owned();
    for name in pages::values(&form, "name").into_iter().filter(|name| name.starts_with("yetki.")) {
        set(&mut fields, &name, "evet");
    }
    set(&mut fields, "ad", &format!("Ölçüm {}", std::process::id()));
    set(&mut fields, "parola", PASSWORD);
    let page = client.post(&action, &fields)?.text();
    let token = pages::part(&page, "<code class=\"reference\">", "</code>").and_then(|it| it.split_once('>'));
    let (_, token) = token.ok_or("no token was shown")?;
    Ok(format!("Authorization: Bearer {token}\r\n"))
}

/// The same change through the JSON API, with the version of the answer before.
pub fn api_changes(
    address: SocketAddr,
    token: &str,
    people: &[String],
    connections: usize,
    lasts: Duration,
) -> Result<Figures> {
    load::run(connections, lasts, |place| {
        let mut client = Client::new(address);
        client.headers = token.to_owned();
        let id = people[place % people.len()].rsplit('/').next().unwrap_or_default().to_owned();
        let path = format!("/api/v1/staff/{id}");
        let (mut version, mut number) = (None, 0);
        move || {
            let known = match version {
                Some(known) => known,
                None => version_of(client.get(&path)?.body)?,
            };
            number = (number + 1) % 100;
            let body = format!("{{\"version\": {known}, \"phone\": \"0312 333 {number:02} {place:02}\"}}");
            let began = Instant::now();
            let answer =
                client.send("PATCH", &path, "Content-Type: application/json\r\n", body.as_bytes())?;
            if answer.status != 200 {
                return Err(format!("{path} answered {}: {}", answer.status, answer.text()));
            }
            let took = began.elapsed();
            version = Some(version_of(answer.body)?);
            Ok(took)
        }
    })
}

/// Counts on from one load to the next: what was entered before is refused the second time.
static NUMBERS: AtomicUsize = AtomicUsize::new(0);

/// New records of a kind through the JSON API, each connection one after the other; `body` gives what the next says.
pub fn records(
    address: SocketAddr,
    token: &str,
    path: &str,
    body: impl Fn(usize) -> String + Sync,
    connections: usize,
    lasts: Duration,
) -> Result<Figures> {
    load::run(connections, lasts, |_| {
        let mut client = Client::new(address);
        client.headers = token.to_owned();
        let body = &body;
        move || {
            let text = body(NUMBERS.fetch_add(1, Ordering::Relaxed));
            let began = Instant::now();
            let sent = client.send("POST", path, "Content-Type: application/json\r\n", text.as_bytes())?;
            if sent.status != 201 {
                return Err(format!("{path} answered {}: {}", sent.status, sent.text()));
            }
            Ok(began.elapsed())
        }
    })
}

/// A ticket of this person's.
pub fn ticket(person: &str) -> String {
    let requester = person.rsplit('/').next().unwrap_or_default();
    format!(
        "{{\"description\": \"Ekran titriyor. Sabahtan beri böyle.\", \"place\": \"2. kat, 204\", \"requester_id\": \"{requester}\"}}"
    )
}

/// An incoming document; its number of the writer's is new in each run.
pub fn document(number: usize) -> String {
    let run = std::process::id();
    format!(
        "{{\"book\": \"incoming\", \"correspondent\": \"Örnekil Valiliği\", \"their_number\": \"E-{run}-{number}\", \
         \"title\": \"Sunucu odası bakımı\", \"medium\": \"post\"}}"
    )
}

fn version_of(body: &[u8]) -> Result<i64> {
    let json: serde_json::Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    json["version"].as_i64().ok_or_else(|| "the API gave no version".to_owned())
}
