//! Mayan EDMS with two thousand letters, as `mayan/setup.sh` leaves it: the same work with papers. The list and a letter
//! are the pages that its users see; a new letter comes in through its API. The search is asked through the API, too,
//! because its page takes seconds for one asker and would outlast the client's patience with eight.

use super::super::client::Client;
use super::super::load::{self, CONNECTIONS, Figures};
use crate::shell::Result;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

pub const NAME: &str = "Mayan EDMS 4.12";

const USER: &str = "admin";
const PASSWORD: &str = "belde-deneme";

/// The search of documents, and a word that one letter in a hundred has.
const SEARCH: &str = "/api/v4/search/documents.documentsearchresult/?page_size=25&q=";
const SEARCH_PAGE: &str = "/search/results/documents.documentsearchresult/?q=";
const WORD: &str = "heyelan";

/// How long a new letter may take until the search finds it, and how long all that eight connections sent.
const PATIENCE: Duration = Duration::from_secs(120);
const PATIENCE_FOR_ALL: Duration = Duration::from_secs(1800);

pub fn measure(address: SocketAddr, lasts: Duration) -> Result<Vec<(&'static str, Figures)>> {
    let (session, token) = (sign_in(address)?, token(address)?);
    let mut client = Client::new(address);
    client.headers.clone_from(&token);
    let kind = id(&mut client, "/api/v4/document_types/?page_size=100", "Dilekçe")?;
    let letter = id(&mut client, "/api/v4/documents/?page_size=1&_ordering=id", "dilekce")?;
    let cases = [
        ("all", &session, "/documents/documents/".to_owned(), CONNECTIONS),
        // Eight who look at the same letter make its note of who looked lately three times, and it answers 500 from then on.
        ("record, 1 connection", &session, format!("/documents/documents/{letter}/preview/"), 1),
        ("search", &token, format!("{SEARCH}{WORD}"), CONNECTIONS),
        ("search, its page, 1 connection", &session, format!("{SEARCH_PAGE}{WORD}"), 1),
    ];
    // Each worker loads its code when it is first asked; none of it is measured.
    for (_, headers, path, connections) in &cases {
        load::pages(address, headers, std::slice::from_ref(path), *connections, Duration::from_secs(4))?;
    }
    let mut measured = Vec::new();
    for (name, headers, path, connections) in &cases {
        let figures = load::pages(address, headers, std::slice::from_ref(path), *connections, lasts)?;
        measured.push((*name, figures));
    }
    let newest = id(&mut client, "/api/v4/documents/?page_size=1&_ordering=-id", "dilekce")?;
    let run = format!("olcum{newest}");
    let letters = Letters { address, headers: token.clone(), kind, run, sent: AtomicUsize::new(0) };
    // First, because eight at once leave work behind them that goes on after their answers; nothing else is measured
    // until that is done.
    measured.push(("new letter until it is found, 1 connection", letters.found(lasts)?));
    let before = letters.sent.load(Ordering::Relaxed);
    let began = Instant::now();
    measured.push(("new letter", letters.sent(lasts)?));
    measured.push(("new letters until all are found", letters.all_found(before, began)?));
    Ok(measured)
}

/// Signs in as its pages do it; answers the header lines of a session.
fn sign_in(address: SocketAddr) -> Result<String> {
    const PATH: &str = "/authentication/login/";
    const TOKEN: &str = "name=\"csrfmiddlewaretoken\" value=\"";
    // Without this header a page is an empty frame that asks for itself again.
    const BY_PAGE: &str = "X-Requested-With: XMLHttpRequest\r\n";
    let mut client = Client::new(address);
    client.headers = BY_PAGE.to_owned();
    let answer = client.get(PATH)?;
    let cookie = pair(answer.all("set-cookie"), "csrftoken").ok_or("Mayan's sign-in page gave no cookie")?;
    let page = answer.text();
    let token = page.split(TOKEN).nth(1).and_then(|rest| rest.split('"').next());
    let token = token.ok_or("Mayan's sign-in page has no token")?;
    let fields = [("csrfmiddlewaretoken", token), ("username", USER), ("password", PASSWORD)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    client.headers = format!("{BY_PAGE}Cookie: {cookie}\r\n");
    let answer = client.post(PATH, &fields)?;
    let session = pair(answer.all("set-cookie"), "sessionid").ok_or("Mayan did not sign its admin in")?;
    Ok(format!("{BY_PAGE}Cookie: {session}\r\n"))
}

/// The cookie of this name among those that an answer sets.
fn pair<'a>(lines: impl Iterator<Item = &'a str>, name: &str) -> Option<String> {
    let mut pairs = lines.filter_map(|line| line.split(';').next());
    pairs.find(|pair| pair.split('=').next() == Some(name)).map(str::to_owned)
}

/// Header lines for its API.
fn token(address: SocketAddr) -> Result<String> {
    const JSON: &str = "Accept: application/json\r\n";
    let mut client = Client::new(address);
    client.headers = JSON.to_owned();
    let fields =
        [("username", USER), ("password", PASSWORD)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let answer = client.post("/api/v4/auth/token/obtain/", &fields)?;
    let token = json(answer.body)?["token"].as_str().map(str::to_owned).ok_or("Mayan gave no token")?;
    Ok(format!("{JSON}Authorization: Token {token}\r\n"))
}

fn json(body: &[u8]) -> Result<Value> {
    serde_json::from_slice(body).map_err(|error| format!("Mayan answered no JSON: {error}"))
}

/// The number of the first record of a list whose label begins so.
fn id(client: &mut Client, path: &str, label: &str) -> Result<i64> {
    let list = json(client.get(path)?.body)?;
    let mut records = list["results"].as_array().into_iter().flatten();
    let record = records.find(|it| it["label"].as_str().is_some_and(|known| known.starts_with(label)));
    record.and_then(|it| it["id"].as_i64()).ok_or_else(|| format!("{path} has no {label}"))
}

/// How many documents a search finds.
fn count(client: &mut Client, path: &str) -> Result<u64> {
    let found = json(client.get(path)?.body)?;
    found["count"].as_u64().ok_or_else(|| format!("{path} answered no count: {found}"))
}

/// Letters that are sent in, each with a word that only it has.
struct Letters {
    address: SocketAddr,
    headers: String,
    /// The type of document they are filed under.
    kind: i64,
    /// How the words of this run begin; its search finds parts of words, too.
    run: String,
    sent: AtomicUsize,
}

impl Letters {
    fn client(&self) -> Client {
        let mut client = Client::new(self.address);
        client.headers.clone_from(&self.headers);
        client
    }

    /// Until the answer, which comes before the file is filed: that is left to the workers.
    fn sent(&self, lasts: Duration) -> Result<Figures> {
        load::run(CONNECTIONS, lasts, |_| {
            let mut client = self.client();
            move || {
                let began = Instant::now();
                self.send(&mut client)?;
                Ok(began.elapsed())
            }
        })
    }

    /// Until the search finds a letter by its text, one letter after the other.
    fn found(&self, lasts: Duration) -> Result<Figures> {
        load::run(1, lasts, |_| {
            let mut client = self.client();
            move || {
                let began = Instant::now();
                let word = self.send(&mut client)?;
                let path = format!("{SEARCH}{word}");
                while count(&mut client, &path)? < 1 {
                    if began.elapsed() > PATIENCE {
                        return Err(format!("{word} was not found in {} s", PATIENCE.as_secs()));
                    }
                    std::thread::sleep(Duration::from_millis(50));
                }
                Ok(began.elapsed())
            }
        })
    }

    /// From the first of those after `before` until the search finds every one: how many a second it takes in. All have
    /// the one time.
    fn all_found(&self, before: usize, began: Instant) -> Result<Figures> {
        let mut client = self.client();
        let all = self.sent.load(Ordering::Relaxed);
        let path = format!("{SEARCH}{}x", self.run);
        while count(&mut client, &path)? < all as u64 {
            if began.elapsed() > PATIENCE_FOR_ALL {
                return Err(format!("{all} letters were not found in {} s", PATIENCE_FOR_ALL.as_secs()));
            }
            std::thread::sleep(Duration::from_secs(1));
        }
        let took = began.elapsed();
        Ok(load::figures(vec![took; all - before], took))
    }

    /// Sends one; answers its word.
    fn send(&self, client: &mut Client) -> Result<String> {
        const END: &str = "belde-letter-end";
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let word = format!("{}x{number}", self.run);
        let (kind, file) = (self.kind, letter(&word));
        let body = format!(
            "--{END}\r\nContent-Disposition: form-data; name=\"document_type_id\"\r\n\r\n{kind}\r\n\
             --{END}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"dilekce.pdf\"\r\n\
             Content-Type: application/pdf\r\n\r\n{file}\r\n--{END}--\r\n"
        );
        let more = format!("Content-Type: multipart/form-data; boundary={END}\r\n");
        let answer = client.send("POST", "/api/v4/documents/upload/", &more, body.as_bytes())?;
        if answer.status != 201 {
            return Err(format!("a new letter answered {}: {}", answer.status, answer.text()));
        }
        Ok(word)
    }
}

/// One page as `mayan/letters.py` writes them, with `word` in its text.
fn letter(word: &str) -> String {
    // Backslash and number: a letter of code page 1254.
    const LINES: [&str; 6] = [
        r"Belediye Ba\376kanl\375\360\375na",
        r"Yenimahalle Mahallesi 2. Sokak No 2 adresinde oturuyorum.",
        r"Ge\347en ay\375n su faturas\375 \366ncekilerin \374\347 kat\375 geldi, okunmas\375n\375 istiyorum.",
        r"Yerinde incelenmesini ve sonucun bana bildirilmesini sayg\375lar\375mla arz ederim.",
        r"Daha \366nce telefonla da bildirmi\376tim, bir kar\376\375l\375k alamad\375m.",
        r"Ad soyad: Dilek\347i 1",
    ];
    let shown = LINES.map(|line| format!("({line}) Tj T*\n")).concat();
    let content = format!("BT /F1 11 Tf 16 TL 56 780 Td\n(Say\\375: {word}) Tj T*\n{shown}ET\n");
    let stream = format!("<< /Length {} >>\nstream\n{content}endstream", content.len());
    let objects: [&str; 5] = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
         /Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica \
         /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding \
         /Differences [208 /Gbreve 221 /Idotaccent /Scedilla 240 /gbreve 253 /dotlessi /scedilla] >> >>",
        &stream,
    ];
    let (mut out, mut table) = ("%PDF-1.4\n".to_owned(), "0000000000 65535 f \n".to_owned());
    for (place, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", place + 1));
    }
    let start = out.len();
    out + &format!("xref\n0 6\n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_says_where_its_table_and_its_objects_stand() {
        let written = letter("olcum1x2");
        let start = written.rsplit("startxref\n").next().and_then(|rest| rest.lines().next());
        let start: usize = start.and_then(|it| it.parse().ok()).unwrap_or_default();
        assert!(written[start..].starts_with("xref\n0 6\n"));
        for (place, line) in written[start..].lines().skip(3).take(5).enumerate() {
            let at: usize = line[..10].parse().unwrap_or_default();
            assert!(written[at..].starts_with(&format!("{} 0 obj", place + 1)), "{line}");
        }
        assert!(written.contains("olcum1x2"));
    }
}
