//! A very small HTTP/1.1 client on one kept connection: the load generator must cost little beside what it measures,
//! because both share the processor. Knows nothing of what is asked.

use crate::shell::Result;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer is waited for this long; longer is a failure, not a figure.
const PATIENCE: Duration = Duration::from_secs(30);
/// Answers beyond this are refused.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// One connection with the headers that every request of it carries.
pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
    /// Header lines, each ending in CRLF.
    pub headers: String,
    buffer: Vec<u8>,
}

/// Status and where the body stands in the client's buffer.
pub struct Answer<'a> {
    pub status: u16,
    head: &'a str,
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// The value of a header; of several with the name, the first.
    pub fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        header_values(self.head, name)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }
}

fn header_values<'a>(head: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
    let pairs = head.lines().filter_map(|line| line.split_once(':'));
    pairs.filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, headers: String::new(), buffer: Vec::new() }
    }

    pub fn get(&mut self, path: &str) -> Result<Answer<'_>> {
        self.send("GET", path, "", b"")
    }

    /// A form as browsers post it.
    pub fn post(&mut self, path: &str, fields: &[(String, String)]) -> Result<Answer<'_>> {
        let body = encode(fields);
        self.send("POST", path, "Content-Type: application/x-www-form-urlencoded\r\n", body.as_bytes())
    }

    pub fn send(&mut self, method: &str, path: &str, more: &str, body: &[u8]) -> Result<Answer<'_>> {
        let length =
            if method == "GET" { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{}{more}{length}\r\n",
            self.address, self.headers
        )
        .into_bytes();
        request.extend_from_slice(body);
        let is_kept = self.stream.is_some();
        let mut sent = self.exchange(&request);
        // A connection that stood idle while other pages were measured is closed by the server, and a GET may be asked
        // again (RFC 9112 9.3.1).
        if sent.is_err() && is_kept && method == "GET" && self.buffer.is_empty() {
            self.stream = None;
            sent = self.exchange(&request);
        }
        let (head, start, end) = match sent {
            Ok(found) => found,
            Err(why) => {
                self.stream = None;
                return Err(format!("{method} {path}: {why}"));
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head]).map_err(|_| format!("{path}: odd headers"))?;
        let status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        if header_values(text, "connection").any(|value| value.eq_ignore_ascii_case("close")) {
            self.stream = None;
        }
        Ok(Answer { status, head: text, body: &self.buffer[start..end] })
    }

    /// Writes the request and reads one whole answer: end of its head, start and end of its body.
    fn exchange(&mut self, request: &[u8]) -> Result<(usize, usize, usize)> {
        let say = |error: std::io::Error| error.to_string();
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address).map_err(say)?;
            stream.set_nodelay(true).map_err(say)?;
            stream.set_read_timeout(Some(PATIENCE)).map_err(say)?;
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut().ok_or("no connection")?;
        self.buffer.clear();
        stream.write_all(request).map_err(say)?;
        let mut chunk = [0_u8; 65_536];
        let mut read = |buffer: &mut Vec<u8>| -> Result<()> {
            let count = stream.read(&mut chunk).map_err(say)?;
            if count == 0 || buffer.len() > MOST_BYTES {
                return Err("the connection ended in the middle of an answer".into());
            }
            buffer.extend_from_slice(&chunk[..count]);
            Ok(())
        };
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            read(&mut self.buffer)?;
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).into_owned();
        let is_chunked =
            header_values(&text, "transfer-encoding").any(|value| value.eq_ignore_ascii_case("chunked"));
        let start = head + 4;
        if is_chunked {
            while !self.buffer.ends_with(b"0\r\n\r\n") {
                read(&mut self.buffer)?;
            }
            return Ok((head, start, self.buffer.len()));
        }
        let length: usize =
            header_values(&text, "content-length").next().map_or(Ok(0), str::parse).unwrap_or(0);
        while self.buffer.len() < start + length {
            read(&mut self.buffer)?;
        }
        Ok((head, start, start + length))
    }
}

/// `application/x-www-form-urlencoded`.
pub fn encode(fields: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

/// Percent-encodes everything but letters, digits and `-_.~`.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_connection_carries_several_answers_and_their_bodies_stay_apart() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut seen = [0_u8; 1024];
            for body in ["birinci", "iki"] {
                assert!(stream.read(&mut seen).unwrap() > 0);
                let (first, rest) = body.split_at(2);
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nX-A: b\r\n\r\n{first}", body.len())
                    .unwrap();
                std::thread::sleep(Duration::from_millis(5));
                stream.write_all(rest.as_bytes()).unwrap();
            }
        });
        let mut client = Client::new(address);
        let answer = client.get("/").unwrap();
        assert_eq!(
            (answer.status, answer.header("x-a"), answer.text().as_str()),
            (200, Some("b"), "birinci")
        );
        assert_eq!(client.get("/").unwrap().text(), "iki");
        server.join().unwrap();
        assert!(client.get("/").is_err(), "a connection that ended is no answer");
    }

    #[test]
    fn form_values_are_encoded_so_that_no_sign_is_lost() {
        assert_eq!(encode(&[("ad".into(), "Ş & =".into())]), "ad=%C5%9E%20%26%20%3D");
    }
}
