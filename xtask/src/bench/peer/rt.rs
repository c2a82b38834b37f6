//! Request Tracker 5 with a hundred thousand tickets, as `rt/setup.sh` leaves it: the same work at its desk.

use super::super::client::Client;
use super::super::load::{self, CONNECTIONS, Figures};
use crate::shell::Result;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

pub const NAME: &str = "Request Tracker 5";

const PASSWORD: &str = "belde-deneme";

/// What is asked of it, under the names that Belde's own cases have.
const CASES: [(&str, &str); 4] = [
    ("all", "/Search/Results.html?Query=id%20%3E%200&OrderBy=Created&Order=DESC&RowsPerPage=25"),
    (
        "is_open=evet",
        "/Search/Results.html?Query=Status%20%3D%20%27open%27&OrderBy=Created&Order=DESC&RowsPerPage=25",
    ),
    (
        "search",
        "/Search/Results.html?Query=Subject%20LIKE%20%27bilgisayar%27&OrderBy=Created&Order=DESC&RowsPerPage=25",
    ),
    ("record", "/Ticket/Display.html?id=50000"),
];

pub fn measure(address: SocketAddr, lasts: Duration) -> Result<Vec<(&'static str, Figures)>> {
    let headers = sign_in(address)?;
    // Each worker compiles its pages when it is first asked for them; none of it is measured.
    for (_, path) in CASES {
        load::pages(address, &headers, &[path.to_owned()], CONNECTIONS, Duration::from_secs(4))?;
    }
    let mut measured = Vec::new();
    for (name, path) in CASES {
        measured.push((name, load::pages(address, &headers, &[path.to_owned()], CONNECTIONS, lasts)?));
    }
    measured.push(("new ticket", load::run(CONNECTIONS, lasts, |_| create(address))?));
    Ok(measured)
}

fn sign_in(address: SocketAddr) -> Result<String> {
    let mut client = Client::new(address);
    let fields =
        [("user", "root"), ("pass", PASSWORD)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let answer = client.post("/NoAuth/Login.html", &fields)?;
    let mut pairs = answer.all("set-cookie").filter_map(|line| line.split(';').next());
    let cookie = pairs.find(|pair| pair.starts_with("RT_SID")).ok_or("RT did not sign root in")?;
    Ok(format!("Cookie: {cookie}\r\n"))
}

/// A ticket by its REST interface; its notices find no mail server and are not sent.
fn create(address: SocketAddr) -> impl FnMut() -> Result<Duration> {
    let mut client = Client::new(address);
    // "root:belde-deneme" in base64.
    client.headers = "Authorization: Basic cm9vdDpiZWxkZS1kZW5lbWU=\r\n".to_owned();
    let body = br#"{"Queue":"General","Subject":"Ekran titriyor","Requestor":"personel@bench.example","Content":"Sabahtan beri titriyor."}"#;
    move || {
        let began = Instant::now();
        let answer = client.send("POST", "/REST/2.0/ticket", "Content-Type: application/json\r\n", body)?;
        if answer.status != 201 {
            return Err(format!("a new ticket answered {}: {}", answer.status, answer.text()));
        }
        Ok(began.elapsed())
    }
}
