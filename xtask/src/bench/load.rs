//! Several connections asking for the same thing for a while, and how long each answer took.

use super::client::Client;
use crate::shell::Result;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Connections of every figure unless said otherwise.
pub const CONNECTIONS: usize = 8;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub count: usize,
    pub per_second: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub worst_ms: f64,
    /// Processor time of the server for one answer, its database (SQLite) included.
    pub cpu_ms: f64,
}

/// From the time of every answer and the time all of it took.
pub fn figures(mut took: Vec<Duration>, all: Duration) -> Figures {
    took.sort_unstable();
    let at = |share: f64| {
        let place = ((took.len() as f64 * share).ceil() as usize).clamp(1, took.len().max(1)) - 1;
        took.get(place).map_or(0.0, |it| it.as_secs_f64() * 1000.0)
    };
    Figures {
        count: took.len(),
        per_second: took.len() as f64 / all.as_secs_f64(),
        p50_ms: at(0.50),
        p95_ms: at(0.95),
        p99_ms: at(0.99),
        worst_ms: at(1.0),
        cpu_ms: 0.0,
    }
}

/// Asks for these addresses by turns on `connections` connections. Any other answer than 200 is an error.
pub fn pages(
    address: SocketAddr,
    headers: &str,
    paths: &[String],
    connections: usize,
    lasts: Duration,
) -> Result<Figures> {
    run(connections, lasts, |number| {
        let mut client = Client::new(address);
        client.headers = headers.to_owned();
        let mut turn = number;
        move || {
            let path = &paths[turn % paths.len()];
            turn += 1;
            let began = Instant::now();
            let answer = client.get(path)?;
            if answer.status != 200 {
                return Err(format!("{path} answered {}", answer.status));
            }
            Ok(began.elapsed())
        }
    })
}

/// Runs what `make` makes for each connection over and over until the time is up.
pub fn run<W>(connections: usize, lasts: Duration, make: impl Fn(usize) -> W + Sync) -> Result<Figures>
where
    W: FnMut() -> Result<Duration> + Send,
{
    let began = Instant::now();
    let parts: Vec<Result<Vec<Duration>>> = std::thread::scope(|scope| {
        let make = &make;
        let workers: Vec<_> = (0..connections)
            .map(|number| {
                scope.spawn(move || {
                    let mut once = make(number);
                    let mut took = Vec::with_capacity(4096);
                    while began.elapsed() < lasts {
                        took.push(once()?);
                    }
                    Ok(took)
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err("a load thread panicked".into())))
            .collect()
    });
    let all = began.elapsed();
    let took = parts.into_iter().collect::<Result<Vec<_>>>()?.concat();
    Ok(figures(took, all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentiles_are_those_of_the_sorted_times() {
        let took = (1..=100).rev().map(Duration::from_millis).collect();
        let found = figures(took, Duration::from_secs(2));
        assert_eq!((found.count, found.per_second as u32), (100, 50));
        let parts = [found.p50_ms, found.p95_ms, found.p99_ms, found.worst_ms].map(|it| it.round() as u32);
        assert_eq!(parts, [50, 95, 99, 100]);
    }

    #[test]
    fn a_failing_answer_is_an_error_and_no_figure() {
        let found = run(2, Duration::from_millis(20), |_| || Err("500".to_owned()));
        assert_eq!(found.err().as_deref(), Some("500"));
    }
}
