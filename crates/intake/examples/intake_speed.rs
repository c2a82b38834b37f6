//! How many lines a second come in, and what they cost, with a sink that only counts. The sender is a process of its
//! own, so that its work is not counted as ours: `cargo run --release -p intake --example intake_speed`.

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
    /// How long a batch takes, as if it were written to a disk.
    takes: Duration,
}

/// One row of the table.
#[derive(Clone, Copy)]
struct Trial {
    how: &'static str,
    count: u64,
    /// 0 for as fast as it goes.
    per_second: u64,
    takes: Duration,
    /// What the kernel may keep of datagrams.
    buffer: usize,
}

/// What a kernel gives to a program without privileges, when nobody has raised `net.core.rmem_max`.
const SMALL: usize = 212_992;

impl Sink for Counting {
    fn take(&self, batch: Arc<Batch>) -> BoxFuture<'_, Result<(), NotKept>> {
        Box::pin(async move {
            tokio::time::sleep(self.takes).await;
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
        "   by  lines sent  sink ms  kernel KiB       kept  lost kernel  lost queue   lines/s  cpu s/million  batches  peak MiB"
    );
    let large = Limits::default().udp_buffer_bytes;
    let quick =
        Trial { how: "udp", count: 1_000_000, per_second: 50_000, takes: Duration::ZERO, buffer: large };
    let slow = Trial { takes: Duration::from_millis(10), ..quick };
    for trial in [
        quick,
        Trial { per_second: 100_000, ..quick },
        Trial { per_second: 100_000, buffer: SMALL, ..quick },
        Trial { per_second: 0, count: 2_000_000, ..quick },
        Trial { per_second: 0, count: 2_000_000, ..slow },
        Trial { per_second: 0, count: 2_000_000, takes: Duration::from_secs(2), ..quick },
        Trial { how: "tcp", count: 5_000_000, per_second: 0, ..quick },
        Trial { how: "tcp", count: 2_000_000, per_second: 0, ..slow },
    ] {
        measure(trial).await?;
    }
    Ok(())
}

async fn measure(trial: Trial) -> Result<(), Fault> {
    let Trial { how, count, per_second, takes, buffer } = trial;
    let here = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let sink = Arc::new(Counting { takes, ..Counting::default() });
    let (stop, stopped) = watch::channel(false);
    let limits = Limits { udp_buffer_bytes: buffer, ..Limits::default() };
    let counters = Arc::new(Counters::new(limits.senders));
    let taking = Taking { sink: sink.clone(), clock: Arc::new(|| 0), stopped, counters: counters.clone() };
    let bound =
        intake::listen(Listening { udp: here, tcp: here, limits, ..Listening::default() }, taking).await?;
    let (to, kind) = if how == "udp" { (bound.udp, Kind::Udp) } else { (bound.tcp, Kind::Tcp) };
    let to = to.ok_or("no address")?.to_string();
    let (cpu, began) = (cpu_seconds()?, Instant::now());
    let mut sender = std::process::Command::new(std::env::current_exe()?)
        .args([how, &to, &count.to_string(), &per_second.to_string()])
        .spawn()?;
    let (mut kept, mut last) = (0, Instant::now());
    // Until every line is accounted for, or nothing has changed for long.
    while sender.try_wait()?.is_none() || last.elapsed() < takes + Duration::from_millis(1500) {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let figures = counters.of(kind);
        if figures.kept != kept {
            (kept, last) = (figures.kept, Instant::now());
        }
        if figures.kept + figures.lost() >= count {
            break;
        }
    }
    let seconds = (last - began).as_secs_f64();
    let cpu = cpu_seconds()? - cpu;
    sender.wait()?;
    stop.send_replace(true);
    bound.task.await?;
    let figures = counters.of(kind);
    println!(
        "{how:>5} {count:>11} {:>8} {:>11} {:>10} {:>12} {:>11} {:>9.0} {:>14.3} {:>8} {:>9}",
        takes.as_millis(),
        bound.udp_buffer_bytes / 1024,
        figures.kept,
        figures.lost_in_kernel,
        figures.lost_in_queue,
        kept as f64 / seconds,
        cpu * 1e6 / figures.datagrams.max(figures.lines) as f64,
        sink.batches.load(Ordering::Relaxed),
        peak_mib()?
    );
    Ok(())
}

/// The most memory that this process ever had, all rows so far together.
fn peak_mib() -> Result<u64, Fault> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
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
