//! Connections: they are read as fast as lines are kept, and what was read is kept when we are stopped.

use super::*;
use crate::{BATCH_BYTES, Kind, body};
use lines::LONGEST_LINE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn connect(house: &House) -> TcpStream {
    TcpStream::connect(house.bound.tcp.unwrap()).await.unwrap()
}

#[tokio::test]
async fn lines_come_by_line_feeds_and_by_counts() {
    let mut house = House::open(Limits::default()).await;
    let mut stream = connect(&house).await;
    stream.write_all(b"<13>one\n<13>two\r\n9 <13>three14 <13>four\nlines\n<13>last").await.unwrap();
    stream.shutdown().await.unwrap();
    house.books.until_lines(5).await;
    assert_eq!(house.books.texts(), ["<13>one", "<13>two\r", "<13>three", "<13>four\nlines", "<13>last"]);
    let lines = house.books.lines();
    assert_eq!(lines[3].2, Shape::Whole);
    assert_eq!(lines[4].2, Shape::Unended, "nobody knows whether more of it would have come");
    assert!(matches!(lines[0].0, Origin::Tcp(address) if address.is_loopback()));
    house.close().await;
    let figures = house.bound.counters.of(Kind::Tcp);
    assert_eq!((figures.lines, figures.kept, figures.connections, figures.cut), (5, 5, 0, 0));
}

#[tokio::test]
async fn a_line_of_a_megabyte_comes_in_pieces_and_the_next_is_whole() {
    let mut house = House::open(Limits::default()).await;
    let long: Vec<u8> =
        (0..1024 * 1024_u32).map(|it| (it % 251) as u8).map(|it| if it == b'\n' { 0 } else { it }).collect();
    let mut stream = connect(&house).await;
    stream.write_all(&long).await.unwrap();
    stream.write_all(b"\n<13>next\n").await.unwrap();
    stream.shutdown().await.unwrap();
    house.books.until(|it| it.texts().last().is_some_and(|it| it == "<13>next")).await;
    let lines = house.books.lines();
    let (next, pieces) = lines.split_last().unwrap();
    assert_eq!(next.2, Shape::Whole);
    assert!(pieces.iter().all(|(_, piece, _)| piece.len() <= LONGEST_LINE));
    assert_eq!(pieces.iter().flat_map(|(_, piece, _)| piece.clone()).collect::<Vec<u8>>(), long);
    for (number, (_, _, shape)) in pieces.iter().enumerate() {
        let is_last = number + 1 == pieces.len();
        assert_eq!(*shape, Shape::Piece { number: number as u32, is_last });
    }
    house.close().await;
    assert_eq!(house.bound.counters.of(Kind::Tcp).cut, 1);
}

/// Writes until the other side stands still or everything is written. Answers how much went.
async fn write_until_it_stands(stream: &TcpStream, bytes: &[u8]) -> usize {
    let mut written = 0;
    while written < bytes.len() {
        // A machine that is only slow ends this early, which makes the test weaker, not red.
        if tokio::time::timeout(Duration::from_millis(500), stream.writable()).await.is_err() {
            break;
        }
        if let Ok(count) = stream.try_write(&bytes[written..]) {
            written += count;
        }
    }
    written
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_stands_still_while_the_sink_does() {
    let mut house = House::open(Limits::default()).await;
    house.books.open(false);
    let line = format!("<134>{}\n", "x".repeat(194));
    let all = line.repeat(64 * 1024 * 1024 / line.len());
    let mut stream = connect(&house).await;
    let written = write_until_it_stands(&stream, all.as_bytes()).await;
    assert!(written < 32 * 1024 * 1024, "{written} bytes were taken off a sender although nothing was kept");
    let read = house.bound.counters.of(Kind::Tcp).bytes;
    assert!(read <= 2 * BATCH_BYTES as u64, "{read} bytes of one connection are in our memory");
    assert_eq!(house.books.count(), 0);
    house.books.open(true);
    stream.write_all(&all.as_bytes()[written..]).await.unwrap();
    stream.shutdown().await.unwrap();
    house.books.until_lines(all.len() / line.len()).await;
    assert!(house.books.batches().iter().all(|it| it.byte_count() <= BATCH_BYTES + LONGEST_LINE));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_connections_together_hold_no_more_than_their_room() {
    let limits = Limits { stream_bytes: 256 * 1024, ..Limits::default() };
    let mut house = House::open(limits).await;
    house.books.open(false);
    let all = "<134>a line of many connections\n".repeat(32 * 1024);
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(connect(&house).await);
    }
    let writes = streams.iter().map(|stream| write_until_it_stands(stream, all.as_bytes()));
    let written = futures_util::future::join_all(writes).await;
    let read = house.bound.counters.of(Kind::Tcp).bytes;
    assert!(read <= 256 * 1024, "{read} bytes are in our memory");
    house.books.open(true);
    for (stream, written) in streams.iter_mut().zip(written) {
        stream.write_all(&all.as_bytes()[written..]).await.unwrap();
    }
    house.books.until_lines(20 * 32 * 1024).await;
    house.close().await;
    assert_eq!(house.bound.counters.of(Kind::Tcp).lost(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_when_we_are_stopped_is_kept_before_we_end() {
    let mut house = House::open(Limits::default()).await;
    house.books.open(false);
    let mut stream = connect(&house).await;
    for number in 0..1000 {
        stream.write_all(format!("<13>line {number}\n").as_bytes()).await.unwrap();
    }
    house.books.until(|it| it.offers.load(Ordering::SeqCst) > 0).await;
    house.stop.send_replace(true);
    house.books.open(true);
    house.close().await;
    let expected: Vec<String> = (0..1000).map(|number| format!("<13>line {number}")).collect();
    assert_eq!(house.books.texts(), expected, "the machine had taken all of it");
    let figures = house.bound.counters.of(Kind::Tcp);
    assert_eq!((figures.kept, figures.lost()), (1000, 0));
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0, "the connection is closed");
}

#[tokio::test]
async fn a_sink_that_hangs_does_not_keep_us_from_ending() {
    let mut house = House::open(hasty()).await;
    house.books.open(false);
    let mut stream = connect(&house).await;
    stream.write_all(b"<13>line\n").await.unwrap();
    house.books.until(|it| it.offers.load(Ordering::SeqCst) > 0).await;
    house.close().await;
    let figures = house.bound.counters.of(Kind::Tcp);
    assert_eq!((figures.lines, figures.kept, figures.lost_at_sink), (1, 0, 1));
}

#[tokio::test]
async fn a_full_disk_stops_the_sender_and_loses_nothing() {
    let mut house = House::open(hasty()).await;
    house.books.is_full.store(true, Ordering::SeqCst);
    let mut stream = connect(&house).await;
    stream.write_all(b"<13>one\n<13>two\n").await.unwrap();
    house.books.until(|it| it.offers.load(Ordering::SeqCst) > 3).await;
    house.books.is_full.store(false, Ordering::SeqCst);
    house.books.until_lines(2).await;
    stream.write_all(b"<13>three\n").await.unwrap();
    house.books.until_lines(3).await;
    house.close().await;
    assert_eq!(house.books.texts(), ["<13>one", "<13>two", "<13>three"]);
}

#[tokio::test]
async fn a_device_that_nobody_wants_is_shown_the_door() {
    let mut house = House::open(hasty()).await;
    house.books.is_unwanted.store(true, Ordering::SeqCst);
    let mut stream = connect(&house).await;
    stream.write_all(b"<13>one\n<13>two\n").await.unwrap();
    assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0);
    house.close().await;
    let figures = house.bound.counters.of(Kind::Tcp);
    assert_eq!((figures.kept, figures.lost_at_sink, figures.refused), (0, 2, 1));
}

#[tokio::test]
async fn one_address_cannot_take_all_connections() {
    let mut house = House::open(Limits { connections_per_address: 2, ..Limits::default() }).await;
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut stream = connect(&house).await;
        stream.write_all(b"<13>hello\n").await.unwrap();
        streams.push(stream);
    }
    house.books.until_lines(2).await;
    let mut third = connect(&house).await;
    assert_eq!(third.read(&mut [0]).await.unwrap_or(0), 0, "it is closed at once");
    let figures = house.bound.counters.of(Kind::Tcp);
    assert_eq!((figures.connections, figures.refused), (2, 1));
    drop(streams);
    house.close().await;
    assert_eq!(house.bound.counters.of(Kind::Tcp).connections, 0);
}

#[tokio::test]
async fn a_silent_connection_is_closed_after_its_time() {
    let mut house = House::open(Limits { idle: Duration::from_millis(20), ..Limits::default() }).await;
    let mut stream = connect(&house).await;
    stream.write_all(b"<13>half a li").await.unwrap();
    assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0);
    house.close().await;
    assert_eq!(house.books.lines()[0].2, Shape::Unended);
}

#[test]
fn a_body_is_taken_apart_into_batches() {
    let origin = Arc::new(Origin::Http("firewall".to_owned()));
    let text = "<13>a line of a request\n".repeat(100_000);
    let batches = body(origin.clone(), text.as_bytes(), NOON_US);
    assert_eq!(batches.iter().map(Batch::len).sum::<usize>(), 100_000);
    assert!(batches.len() > 1 && batches.iter().all(|it| it.byte_count() <= BATCH_BYTES + LONGEST_LINE));
    assert!(body(origin, b"\n\n", NOON_US).is_empty());
}
