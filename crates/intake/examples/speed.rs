//! How many lines a second come in, and what they cost, with a sink that only counts. The sender is a process of its
//! own, so that its work is not counted as ours: `cargo run --release -p intake --example speed`.

use futures_util::future::BoxFuture;
use intake::{Batch, Counters, Kind, Limits, Listening, NotKept, Sink, Taking};
use std::io::Write as _;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

const LINE: &str = "<134>Nov 30 00:39:50 MikroTik firewall,info forward: in:bridge out:ether1, connection-state:new src-mac 4c:55:41:a0:fa:99, proto TCP (SYN), 10.0.0.5:51234->93.184.216.34:443, len 52";

#[derive(Default)]
struct Counting {
    lines: AtomicU64,
    batches: AtomicU64,
}

impl Sink for Counting {
    fn take(&self, batch: Arc<Batch>) -> BoxFuture<'_, Result<(), NotKept>> {
        Box::pin(async move {
            self.lines.fetch_add(batch.lines().count() as u64, Ordering::Relaxed);
            self.batches.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
    }
}

type Fault = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [how, to, count, per_second] = arguments.as_slice() {
        return send(how, to.parse()?, count.parse()?, per_second.parse()?);
    }
    println!(
        "{:>6} {:>10} {:>9} {:>9} {:>9} {:>12} {:>8}",
        "by", "sent", "kept", "lost", "lines/s", "cpu s/million", "batches"
    );
    for (how, count, per_second) in [
        ("udp", 1_000_000, 50_000),
        ("udp", 1_000_000, 100_000),
        ("udp", 2_000_000, 0),
        ("tcp", 5_000_000, 0),
    ] {
        measure(how, count, per_second).await?;
    }
    Ok(())
}

async fn measure(how: &str, count: u64, per_second: u64) -> Result<(), Fault> {
    let here = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let sink = Arc::new(Counting::default());
    let (stop, stopped) = watch::channel(false);
    let counters = Arc::new(Counters::new(Limits::default().senders));
    let taking = Taking { sink: sink.clone(), clock: Arc::new(|| 0), stopped, counters: counters.clone() };
    let listening = Listening { udp: here, tcp: here, ..Listening::default() };
    let bound = intake::listen(listening, taking).await?;
    let to = if how == "udp" { bound.udp } else { bound.tcp }.ok_or("no address")?;
    let (cpu, began) = (cpu_seconds()?, Instant::now());
    let mut sender = std::process::Command::new(std::env::current_exe()?)
        .args([how, &to.to_string(), &count.to_string(), &per_second.to_string()])
        .spawn()?;
    let mut kept = 0;
    let mut last = Instant::now();
    while sender.try_wait()?.is_none() || last.elapsed() < Duration::from_millis(500) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let now = sink.lines.load(Ordering::Relaxed);
        if now != kept {
            (kept, last) = (now, Instant::now());
        }
    }
    let seconds = (last - began).as_secs_f64();
    let cpu = cpu_seconds()? - cpu;
    stop.send_replace(true);
    bound.task.await?;
    let kind = if how == "udp" { Kind::Udp } else { Kind::Tcp };
    let lost = counters.of(kind).lost();
    println!(
        "{how:>6} {count:>10} {kept:>9} {lost:>9} {:>9.0} {:>13.3} {:>8}",
        kept as f64 / seconds,
        cpu * 1e6 / kept as f64,
        sink.batches.load(Ordering::Relaxed)
    );
    Ok(())
}

fn send(how: &str, to: SocketAddr, count: u64, per_second: u64) -> Result<(), Fault> {
    if how == "tcp" {
        let mut stream = std::io::BufWriter::with_capacity(64 * 1024, TcpStream::connect(to)?);
        for _ in 0..count {
            writeln!(stream, "{LINE}")?;
        }
        return Ok(stream.flush()?);
    }
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(to)?;
    let began = Instant::now();
    for number in 0..count {
        socket.send(LINE.as_bytes())?;
        if per_second > 0 && number % 100 == 0 {
            let due = Duration::from_secs_f64(number as f64 / per_second as f64);
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
    }
    Ok(())
}

/// What this process has used, in all its threads. A tick is a hundredth of a second on every Linux.
fn cpu_seconds() -> Result<f64, Fault> {
    let line = std::fs::read_to_string("/proc/self/stat")?;
    let behind_name = line.rsplit_once(')').ok_or("no name")?.1;
    let ticks: f64 =
        behind_name.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<f64>().ok()).sum();
    Ok(ticks / 100.0)
}
