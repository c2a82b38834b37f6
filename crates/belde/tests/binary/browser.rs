//! A browser over a real socket: one connection a request, so that it is plain what was answered and what was not.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const FORM: &str = "application/x-www-form-urlencoded";

/// What a server said, whole.
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Cookies of one person at one address.
#[derive(Clone)]
pub struct Browser {
    pub address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn at(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new() }
    }

    /// The same person before another node.
    pub fn moved_to(&self, address: SocketAddr) -> Self {
        Self { address, cookies: self.cookies.clone() }
    }

    /// Signs in as an account of the demo town.
    pub async fn sign_in(&mut self, username: &str) {
        self.get("/giris").await.unwrap();
        let fields =
            [("adim", "parola"), ("kullanici", username), ("parola", "belde-deneme-2026"), ("donus", "/")];
        let answer = self.post("/giris", &fields).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(self.get("/").await.unwrap().status, 200);
    }

    pub async fn get(&mut self, path: &str) -> std::io::Result<Answer> {
        self.send("GET", path, "text/plain", b"").await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> std::io::Result<Answer> {
        let (_, body) = self.form(path, fields);
        self.send("POST", path, FORM, &body).await
    }

    pub async fn upload(&mut self, path: &str, name: &str, bytes: &[u8]) -> std::io::Result<Answer> {
        let mut body = format!(
            "--sinir\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n--sinir\r\n\
             Content-Disposition: form-data; name=\"{}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            ui::names::CSRF,
            self.csrf(),
            ui::names::FILES
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--sinir--\r\n");
        self.send("POST", path, "multipart/form-data; boundary=sinir", &body).await
    }

    fn csrf(&self) -> String {
        let cookie = self.cookies.get(web::SESSION_COOKIE).or_else(|| self.cookies.get(web::VISITOR_COOKIE));
        web::csrf_of(cookie.map_or("", String::as_str))
    }

    /// An error means that nothing was acknowledged: no connection, or an answer that broke off.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> std::io::Result<Answer> {
        let sent = tokio::time::timeout(Duration::from_secs(30), self.exchange(method, path, kind, body));
        let bytes = sent.await.map_err(|_| std::io::Error::other("no answer within 30 s"))??;
        let answer = parse(&bytes).ok_or_else(|| std::io::Error::other("the answer broke off"))?;
        for (name, value) in &answer.headers {
            if name.eq_ignore_ascii_case("set-cookie")
                && let Some((name, value)) = value.split(';').next().and_then(|pair| pair.split_once('='))
            {
                self.cookies.insert(name.into(), value.into());
            }
        }
        Ok(answer)
    }

    async fn exchange(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut connection = TcpStream::connect(self.address).await?;
        connection.write_all(&self.head(method, path, kind, body.len())).await?;
        connection.write_all(body).await?;
        let mut bytes = Vec::new();
        connection.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    /// HTTP/1.0: the answer ends with the connection and is not cut into chunks.
    fn head(&self, method: &str, path: &str, kind: &str, length: usize) -> Vec<u8> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nCookie: {}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n",
            self.address,
            cookies.join("; ")
        );
        head.into_bytes()
    }

    /// Head and body of a form, for whoever sends them in his own time.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> (Vec<u8>, Vec<u8>) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let body = form.append_pair(ui::names::CSRF, &self.csrf()).extend_pairs(fields).finish().into_bytes();
        (self.head("POST", path, FORM, body.len()), body)
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_string(), value.trim().to_string()))
        .collect();
    let answer = Answer { status, headers, body: bytes[end + 4..].to_vec() };
    let promised: Option<usize> = answer.header("content-length").and_then(|length| length.parse().ok());
    promised.is_none_or(|length| length == answer.body.len()).then_some(answer)
}
