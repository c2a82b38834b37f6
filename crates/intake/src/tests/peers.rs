//! The programs that send in real houses: rsyslog, syslog-ng, logger. Each test skips, and says so, where its program is
//! missing.

use super::*;
use crate::Kind;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const LINES: usize = 3000;

/// A process that is gone with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn find(names: &[&str]) -> Option<PathBuf> {
    let found = names.iter().map(PathBuf::from).find(|it| it.exists());
    if found.is_none() {
        eprintln!("skipped: {} is not installed", names[0]);
    }
    found
}

fn messages() -> Vec<String> {
    (0..LINES).map(|number| format!("message {number} of a peer: İstanbul'da ğüşöç")).collect()
}

/// A file of messages and an rsyslog that forwards it.
fn rsyslog(folder: &TempDir, action: &str, global: &str) -> Option<Process> {
    let program = find(&["/usr/sbin/rsyslogd"])?;
    let path = folder.path();
    std::fs::write(path.join("input"), messages().join("\n") + "\n").unwrap();
    let config = format!(
        "global(workDirectory=\"{path}\" {global})\nmodule(load=\"imfile\")\n\
         input(type=\"imfile\" File=\"{path}/input\" Tag=\"peer:\")\n\
         action(type=\"omfwd\" target=\"127.0.0.1\" {action})\n",
        path = path.display()
    );
    std::fs::write(path.join("rsyslog.conf"), config).unwrap();
    let mut command = Command::new(program);
    command.arg("-n").arg("-f").arg(path.join("rsyslog.conf")).arg("-i").arg(path.join("pid"));
    Some(Process(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()))
}

/// Every message came once, in its order, with a head before it.
fn assert_complete(house: &House) {
    let texts = house.books.texts();
    // rsyslog's template for RFC 5424 ends with a line feed, which octet counting counts.
    let bodies = texts.iter().filter(|it| it.contains("of a peer"));
    let bodies: Vec<&str> = bodies.map(|it| it[it.find("message ").unwrap()..].trim_end()).collect();
    let messages = messages();
    assert_eq!(bodies.len(), messages.len());
    let other = bodies.iter().zip(&messages).find(|(body, message)| **body != message.as_str());
    assert_eq!(other, None);
    assert!(texts.iter().all(|it| it.starts_with('<')), "{:?}", texts.first());
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rsyslog_sends_datagrams() {
    let mut house = House::open(Limits::default()).await;
    let (folder, port) = (folder(), house.bound.udp.unwrap().port());
    let Some(_process) = rsyslog(&folder, &format!("port=\"{port}\" protocol=\"udp\""), "") else { return };
    house.books.until_lines(LINES).await;
    house.close().await;
    assert_complete(&house);
    assert_eq!(house.bound.counters.of(Kind::Udp).lost(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rsyslog_sends_over_tcp_with_line_feeds_and_with_counts() {
    for (framing, template) in [
        ("traditional", "RSYSLOG_TraditionalForwardFormat"),
        ("octet-counted", "RSYSLOG_SyslogProtocol23Format"),
    ] {
        let mut house = House::open(Limits::default()).await;
        let (folder, port) = (folder(), house.bound.tcp.unwrap().port());
        let action = format!(
            "port=\"{port}\" protocol=\"tcp\" TCP_Framing=\"{framing}\" template=\"{template}\" \
             action.resumeRetryCount=\"-1\""
        );
        let Some(_process) = rsyslog(&folder, &action, "") else { return };
        house.books.until_lines(LINES).await;
        house.close().await;
        assert_complete(&house);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rsyslog_sends_over_tls_with_its_own_certificate() {
    for (driver, library) in [("ossl", "lmnsd_ossl.so"), ("gtls", "lmnsd_gtls.so")] {
        let Some(certificates) = tls::certificates() else { return };
        let libraries = ["/usr/lib/x86_64-linux-gnu/rsyslog", "/usr/lib/aarch64-linux-gnu/rsyslog"];
        if !libraries.iter().any(|it| Path::new(it).join(library).exists()) {
            eprintln!("skipped: rsyslog has no {library} (rsyslog-openssl, rsyslog-gnutls)");
            continue;
        }
        let mut house = tls::house(certificates.path(), true).await;
        let (folder, port) = (folder(), house.bound.tls.unwrap().port());
        let action = format!(
            "port=\"{port}\" protocol=\"tcp\" TCP_Framing=\"octet-counted\" StreamDriver=\"{driver}\" \
             StreamDriverMode=\"1\" StreamDriverAuthMode=\"x509/name\" StreamDriverPermittedPeers=\"belde.test\" \
             action.resumeRetryCount=\"-1\""
        );
        let at = certificates.path().display();
        let global = format!(
            "DefaultNetstreamDriverCAFile=\"{at}/authority.pem\" \
             DefaultNetstreamDriverCertFile=\"{at}/client.pem\" DefaultNetstreamDriverKeyFile=\"{at}/client.key\""
        );
        let Some(_process) = rsyslog(&folder, &action, &global) else { return };
        house.books.until_lines(LINES).await;
        house.close().await;
        assert_complete(&house);
        let names = house.books.lines().into_iter().map(|(origin, _, _)| match origin {
            Origin::Tls(_, name) => name,
            _ => None,
        });
        assert!(names.into_iter().all(|it| it.as_deref() == Some("firewall-1")), "{driver}");
    }
}

/// A sender that is held up keeps what it has, and nothing is lost when the disk has room again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rsyslog_waits_while_our_disk_is_full() {
    let mut house = House::open(hasty()).await;
    house.books.is_full.store(true, Ordering::SeqCst);
    let (folder, port) = (folder(), house.bound.tcp.unwrap().port());
    let action = format!("port=\"{port}\" protocol=\"tcp\" action.resumeRetryCount=\"-1\"");
    let Some(_process) = rsyslog(&folder, &action, "") else { return };
    house.books.until(|it| it.offers.load(Ordering::SeqCst) > 20).await;
    assert_eq!(house.books.count(), 0);
    house.books.is_full.store(false, Ordering::SeqCst);
    house.books.until_lines(LINES).await;
    house.close().await;
    assert_complete(&house);
}

#[tokio::test]
async fn logger_writes_both_formats_over_both_protocols() {
    let Some(program) = find(&["/usr/bin/logger"]) else { return };
    let mut house = House::open(Limits::default()).await;
    let (udp, tcp) = (house.bound.udp.unwrap().port(), house.bound.tcp.unwrap().port());
    let mut expected = 0;
    for (port, protocol) in [(udp, "-d"), (tcp, "-T"), (tcp, "-T --octet-count")] {
        for format in ["--rfc3164", "--rfc5424"] {
            expected += 1;
            let mut command = Command::new(&program);
            command.args(protocol.split(' ')).args([format, "-n", "127.0.0.1", "-P", &port.to_string()]);
            let message = format!("number {expected} ğüşöç");
            assert!(command.args(["-t", "peer", &message]).status().unwrap().success());
            house.books.until_lines(expected).await;
            let text = house.books.texts().pop().unwrap();
            assert!(text.starts_with("<13>") && text.ends_with(&message), "{text}");
            assert_eq!(text.starts_with("<13>1 "), format == "--rfc5424", "{text}");
        }
    }
    house.close().await;
}

/// Debian's syslog-ng cannot be installed beside rsyslog, but runs out of any folder its packages were unpacked into
/// (`BELDE_TEST_SYSLOG_NG`, with syslog-ng-core and its libraries).
fn syslog_ng(folder: &TempDir, destinations: &str) -> Option<Process> {
    let root =
        std::env::var_os("BELDE_TEST_SYSLOG_NG").map(PathBuf::from).unwrap_or_else(|| PathBuf::from("/"));
    let program = root.join("usr/sbin/syslog-ng");
    if !program.exists() {
        eprintln!("skipped: syslog-ng is neither installed nor unpacked into BELDE_TEST_SYSLOG_NG");
        return None;
    }
    let path = folder.path();
    let mut config = "@version: 3.38\n@module affile\n@module afsocket\n@module syslogformat\n".to_owned();
    let _ = write!(
        config,
        "options {{ stats-freq(0); }};\n\
         source s {{ unix-stream(\"{}/input\" flags(no-parse) program-override(\"peer\")); }};\n\
         destination d {{ {destinations} }};\nlog {{ source(s); destination(d); }};\n",
        path.display()
    );
    std::fs::write(path.join("syslog-ng.conf"), config).unwrap();
    let mut command = Command::new(program);
    let libraries = root.join("usr/lib");
    let modules = std::fs::read_dir(libraries.join("syslog-ng")).into_iter().flatten().filter_map(Result::ok);
    let modules: Vec<String> =
        modules.filter(|it| it.path().is_dir()).map(|it| it.path().display().to_string()).collect();
    let folders = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu"];
    let folders = folders.into_iter().chain(["lib/aarch64-linux-gnu", "usr/lib/syslog-ng"]);
    let folders: Vec<String> = folders.map(|it| root.join(it).display().to_string()).collect();
    command.env("LD_LIBRARY_PATH", folders.join(":"));
    command.arg("--foreground").arg("--no-caps").arg("--module-path").arg(modules.join(":"));
    for (option, file) in [("-f", "syslog-ng.conf"), ("-R", "persist"), ("-p", "pid"), ("-c", "control")] {
        command.arg(option).arg(path.join(file));
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = Process(command.spawn().unwrap());
    let began = std::time::Instant::now();
    let mut stream = loop {
        match std::os::unix::net::UnixStream::connect(path.join("input")) {
            Ok(stream) => break stream,
            Err(error) => assert!(began.elapsed() < PATIENCE, "syslog-ng does not begin: {error}"),
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    stream.write_all((messages().join("\n") + "\n").as_bytes()).unwrap();
    Some(process)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn syslog_ng_sends_datagrams_line_feeds_and_counts() {
    for how in ["udp", "network", "syslog"] {
        let mut house = House::open(Limits::default()).await;
        let (udp, tcp) = (house.bound.udp.unwrap().port(), house.bound.tcp.unwrap().port());
        let destination = match how {
            "udp" => format!("network(\"127.0.0.1\" port({udp}) transport(\"udp\"));"),
            "network" => format!("network(\"127.0.0.1\" port({tcp}) transport(\"tcp\"));"),
            _ => format!("syslog(\"127.0.0.1\" port({tcp}) transport(\"tcp\"));"),
        };
        let folder = folder();
        let Some(_process) = syslog_ng(&folder, &destination) else { return };
        house.books.until_lines(LINES).await;
        house.close().await;
        assert_complete(&house);
    }
}
