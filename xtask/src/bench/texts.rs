//! Full-text search as people use it: how long the index of the town's texts takes to make, and the page of the answers.
//! That the counts are right is measured by the example of the crate (`bench/examples.rs`), which knows the truth.

use super::client::{Client, escape};
use super::load::{self, Figures};
use crate::shell::Result;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The page says this while the index is not whole.
const BUILDING: &str = "dizini kuruluyor";
const PATIENCE: Duration = Duration::from_secs(7_200);

/// Words of the demo town's register, from those that nearly every text has to those that a few have.
const ASKED: [(&str, &[&str]); 5] = [
    ("a common word", &["incelenmiştir", "mahallesi", "belgelerin", "dilekçesi"]),
    ("a rare word", &["toplanma", "kanalizasyon", "zabıta", "yedekleme"]),
    ("two words", &["mahallesi encümen", "ödenek kamera", "tutanak deprem", "dilekçe park"]),
    ("three words", &["inceleme ödenek zabıta", "belge meclis ihale", "başvuru ağ eğitim"]),
    ("a phrase", &["\"toplanma alanlarının\"", "\"iş günü içinde\"", "\"teknik şartname\""]),
];

/// Waits until the index is whole; how long that took from now on.
pub fn wait(address: SocketAddr, session: &str) -> Result<Figures> {
    let mut client = Client::new(address);
    client.headers = session.to_owned();
    let began = Instant::now();
    while client.get(&page("evrak"))?.text().contains(BUILDING) {
        if began.elapsed() > PATIENCE {
            return Err("the index of texts is not whole after two hours".into());
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    let took = began.elapsed();
    Ok(load::figures(vec![took], took))
}

/// What is asked, and the figures of it.
pub fn measure(
    address: SocketAddr,
    session: &str,
    connections: usize,
    lasts: Duration,
) -> Result<Vec<(&'static str, Figures)>> {
    let of_class = |(class, words): &(&'static str, &[&str])| {
        let paths: Vec<String> = words.iter().map(|typed| page(typed)).collect();
        Ok((*class, load::pages(address, session, &paths, connections, lasts)?))
    };
    ASKED.iter().map(of_class).collect()
}

fn page(typed: &str) -> String {
    format!("/ara/metin?tur=document&q={}", escape(typed))
}
