//! Datagrams: nothing is lost without being counted.

use super::*;
use crate::Kind;
use std::net::{IpAddr, UdpSocket};

const US: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn sender() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").unwrap()
}

#[tokio::test]
async fn a_datagram_is_a_line_byte_for_byte() {
    let mut house = House::open(Limits::default()).await;
    let (sender, to) = (sender(), house.bound.udp.unwrap());
    let sent: [&[u8]; 5] =
        [b"<134>Nov 30 00:39:50 gw ok\n", b"", b"\x00\xff\xfe binary \r\n more", b"\n", b"\xddstanbul"];
    for datagram in sent {
        sender.send_to(datagram, to).unwrap();
    }
    house.books.until_lines(3).await;
    let lines = house.books.lines();
    let kept: Vec<&[u8]> = lines.iter().map(|(_, line, _)| line.as_slice()).collect();
    assert_eq!(kept, [sent[0], sent[2], sent[4]], "those without a word say nothing");
    assert!(lines.iter().all(|(origin, _, shape)| *origin == Origin::Udp(US) && *shape == Shape::Whole));
    assert_eq!(house.books.batches()[0].received_at_us, NOON_US);
    house.close().await;
    let figures = house.bound.counters.of(Kind::Udp);
    assert_eq!((figures.datagrams, figures.lines, figures.kept, figures.lost()), (5, 3, 3, 0));
    assert!(!house.bound.counters.is_kernel_silent());
    assert_eq!(house.bound.counters.senders()[0].0, Origin::Udp(US));
}

const FIRST_HALF: &[u8] = b"<134>firewall,info forward: in:bridge out:ether1, connection-state:new src-mac 4c:55:41:a0:fa:99, proto TCP (SYN), 10.0.0.5:51";
const SECOND_HALF: &[u8] = b"234->93.184.216.34:443, len 52";

#[tokio::test]
async fn halves_of_a_mikrotik_line_become_one() {
    let mut house = House::open(Limits::default()).await;
    let (sender, to) = (sender(), house.bound.udp.unwrap());
    sender.send_to(FIRST_HALF, to).unwrap();
    sender.send_to(SECOND_HALF, to).unwrap();
    house.books.until_lines(1).await;
    let (_, line, shape) = house.books.lines().remove(0);
    assert_eq!(line, [FIRST_HALF, SECOND_HALF].concat());
    assert_eq!(shape, Shape::Joined { first_bytes: FIRST_HALF.len() as u32 });
    house.close().await;
    let figures = house.bound.counters.of(Kind::Udp);
    assert_eq!((figures.datagrams, figures.lines, figures.joined, figures.kept), (2, 1, 1, 1));
}

#[tokio::test]
async fn datagrams_of_one_record_become_one_line_and_its_end_is_not_waited_for_for_ever() {
    let mut house = House::open(Limits::default()).await;
    let (sender, to) = (sender(), house.bound.udp.unwrap());
    let head = "<134>Nov 30 00:39:50 r1 leases: ";
    let record = ["lease 10.0.0.5 {", "  binding state active;", "}"].map(|line| format!("{head}{line}"));
    for datagram in &record {
        sender.send_to(datagram.as_bytes(), to).unwrap();
    }
    sender.send_to(b"<134>Nov 30 00:39:50 r1 other: one", to).unwrap();
    sender.send_to(record[0].as_bytes(), to).unwrap();
    house.books.until_lines(2).await;
    house.close().await;
    let lines: Vec<Vec<u8>> = house.books.lines().into_iter().map(|(_, line, _)| line).collect();
    let wanted = [record.join("\n"), "<134>Nov 30 00:39:50 r1 other: one".to_owned(), record[0].clone()];
    assert_eq!(lines, wanted.map(String::into_bytes));
    let figures = house.bound.counters.of(Kind::Udp);
    assert_eq!((figures.datagrams, figures.lines, figures.kept), (5, 3, 3));
}

#[tokio::test]
async fn halves_of_two_senders_are_not_mixed() {
    let mut house = House::open(Limits::default()).await;
    let to = house.bound.udp.unwrap();
    let senders = ["127.0.0.1:0", "127.0.0.2:0"].map(|it| UdpSocket::bind(it).unwrap());
    for half in [FIRST_HALF, SECOND_HALF] {
        for sender in &senders {
            sender.send_to(half, to).unwrap();
        }
    }
    house.books.until_lines(2).await;
    let whole = [FIRST_HALF, SECOND_HALF].concat();
    assert!(house.books.lines().iter().all(|(_, line, _)| *line == whole));
    house.close().await;
    assert_eq!(house.bound.counters.senders().len(), 2);
    assert_eq!(house.bound.counters.of(Kind::Udp).joined, 2);
}

#[tokio::test]
async fn a_half_whose_other_half_never_comes_is_a_line_too() {
    let mut house = House::open(Limits::default()).await;
    let (sender, to) = (sender(), house.bound.udp.unwrap());
    sender.send_to(FIRST_HALF, to).unwrap();
    let is_read = || house.bound.counters.of(Kind::Udp).datagrams == 1;
    wait_until(is_read).await;
    assert_eq!(house.books.count(), 0, "it is kept for a moment");
    house.now_us.fetch_add(lines::Joiner::PATIENCE_US + 1, Ordering::SeqCst);
    house.books.until_lines(1).await;
    assert_eq!(house.books.batches()[0].received_at_us, NOON_US);
    sender.send_to(FIRST_HALF, to).unwrap();
    wait_until(|| house.bound.counters.of(Kind::Udp).datagrams == 2).await;
    house.close().await;
    assert_eq!(house.books.count(), 2, "and one that is kept when we are stopped is not lost");
}

#[tokio::test]
async fn a_datagram_beyond_its_limit_is_told_from_a_whole_one() {
    let mut house = House::open(Limits { datagram_bytes: 100, ..Limits::default() }).await;
    let (sender, to) = (sender(), house.bound.udp.unwrap());
    sender.send_to(&[b'a'; 100], to).unwrap();
    sender.send_to(&[b'b'; 101], to).unwrap();
    house.books.until_lines(2).await;
    let shapes: Vec<(usize, Shape)> =
        house.books.lines().into_iter().map(|(_, line, shape)| (line.len(), shape)).collect();
    assert_eq!(shapes, [(100, Shape::Whole), (100, Shape::Truncated)]);
    house.close().await;
    assert_eq!(house.bound.counters.of(Kind::Udp).truncated, 1);
}

#[tokio::test]
async fn the_largest_datagram_comes_whole() {
    let mut house = House::open(Limits::default()).await;
    let sent = vec![0xf0; 65_507];
    sender().send_to(&sent, house.bound.udp.unwrap()).unwrap();
    house.books.until_lines(1).await;
    assert_eq!(house.books.lines()[0].1, sent);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_flood_over_a_sink_that_stands_still_every_lost_line_is_counted() {
    let limits = Limits { udp_queue_bytes: 1024 * 1024, ..Limits::default() };
    let mut house = House::open(limits).await;
    house.books.open(false);
    let (sender, to) = (sender(), house.bound.udp.unwrap());
    let mut sent = 0;
    while sent < 30_000 || house.bound.counters.of(Kind::Udp).lost_in_queue == 0 {
        let line = format!("<134>line {sent:08} of a flood{}", " ".repeat(150));
        sender.send_to(line.as_bytes(), to).unwrap();
        sent += 1;
        assert!(sent < 100_000_000, "the queue never overflows");
    }
    // What the kernel still holds is taken before the sink moves, or it would find room.
    let mut taken = 0;
    while house.bound.counters.of(Kind::Udp).datagrams != taken {
        taken = house.bound.counters.of(Kind::Udp).datagrams;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    house.books.open(true);
    house.close().await;
    let figures = house.bound.counters.of(Kind::Udp);
    assert_eq!(house.books.count() as u64, figures.kept);
    assert_eq!(figures.kept + figures.lost_in_queue + figures.lost_in_kernel, sent, "{figures:?}");
    assert!(figures.kept < 10_000, "a megabyte holds some five thousand: {figures:?}");
    let texts = house.books.texts();
    assert!(texts.is_sorted(), "what was kept is in the order it came");
}

/// The socket is there and nobody reads: what the kernel drops then is known to the last datagram, although no
/// datagram came behind the lost ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_kernel_threw_away_is_counted_exactly() {
    const SENT: u64 = 5_000;
    let limits = Arc::new(Limits { udp_buffer_bytes: 64 * 1024, ..Limits::default() });
    let (socket, _) = crate::udp::bind(any_port().unwrap(), &limits).unwrap();
    let (sender, to) = (sender(), socket.local_addr().unwrap());
    for number in 0..SENT {
        sender.send_to(format!("<134>line {number}").as_bytes(), to).unwrap();
    }
    let (_stop, stopped) = watch::channel(true);
    let (books, counters) = (Books::new(), Arc::new(Counters::new(10)));
    let keeper = crate::keep::Keeper { sink: books.clone(), stopped, limits };
    let queue = Arc::new(crate::queue::Queue::new(1024 * 1024));
    crate::udp::receive(&socket, &queue, counters.clone(), &clock().0, &keeper);
    crate::udp::deliver(queue, keeper).await;
    let figures = counters.of(Kind::Udp);
    assert!(figures.lost_in_kernel > 0, "{figures:?}");
    assert_eq!(figures.kept + figures.lost_in_kernel, SENT, "{figures:?}");
    assert_eq!(books.count() as u64, figures.kept);
}

#[tokio::test]
async fn what_a_full_disk_refused_is_offered_again_and_nothing_is_lost() {
    let mut house = House::open(hasty()).await;
    house.books.is_full.store(true, Ordering::SeqCst);
    let (sender, to) = (sender(), house.bound.udp.unwrap());
    for number in 0..10 {
        sender.send_to(format!("line {number}").as_bytes(), to).unwrap();
    }
    house.books.until(|it| it.offers.load(Ordering::SeqCst) > 3).await;
    house.books.is_full.store(false, Ordering::SeqCst);
    house.books.until_lines(10).await;
    house.close().await;
    let figures = house.bound.counters.of(Kind::Udp);
    assert_eq!((house.books.count(), figures.kept, figures.lost()), (10, 10, 0));
}

#[tokio::test]
async fn a_sink_that_panics_is_asked_again() {
    let mut house = House::open(hasty()).await;
    house.books.panics.store(2, Ordering::SeqCst);
    sender().send_to(b"line", house.bound.udp.unwrap()).unwrap();
    house.books.until_lines(1).await;
    house.close().await;
    assert_eq!(house.bound.counters.of(Kind::Udp).lost(), 0);
}

#[tokio::test]
async fn a_disk_that_stays_full_to_the_end_is_counted_as_loss() {
    let mut house = House::open(hasty()).await;
    house.books.is_full.store(true, Ordering::SeqCst);
    sender().send_to(b"line", house.bound.udp.unwrap()).unwrap();
    house.books.until(|it| it.offers.load(Ordering::SeqCst) > 0).await;
    house.close().await;
    let figures = house.bound.counters.of(Kind::Udp);
    assert_eq!((figures.lines, figures.kept, figures.lost_at_sink), (1, 0, 1));
}

#[test]
fn a_sender_without_room_is_counted_with_the_others() {
    let counters = Counters::new(2);
    let origin = |last| Origin::Udp(IpAddr::from([10, 0, 0, last]));
    for last in 1..=5 {
        let counts = counters.sender(&origin(last));
        crate::counters::add(&counts.lines, 10);
        counts.last_at_us.store(i64::from(last), Ordering::SeqCst);
    }
    assert_eq!(counters.of(Kind::Udp).lines, 50);
    assert_eq!(counters.others(Kind::Udp).lines, 30);
    counters.forget_silent(2);
    assert_eq!(counters.senders().len(), 1, "the one that was silent longer made room");
    assert_eq!(counters.of(Kind::Udp).lines, 50);
    assert_eq!(counters.others(Kind::Udp).lines, 40);
}

/// Asks until it is so.
async fn wait_until(is_so: impl Fn() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    assert!(waited.await.is_ok(), "waited in vain");
}
