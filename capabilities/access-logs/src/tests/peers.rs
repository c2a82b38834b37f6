//! Real senders: rsyslog over RELP as the guide says, through a restart of ours.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use journal::Query;
use testkit::{TestDb, each};
use tokio::sync::watch;

use super::town::{Stand, capabilities, stand_with};

/// Ends the program with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn rsyslog_over_relp_loses_nothing_while_the_server_is_down() {
    through_a_restart(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rsyslog_over_relp_and_tls_loses_nothing_either() {
    through_a_restart(true).await;
}

/// A certificate of an authority of its own, for both sides.
fn certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let made = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    openssl(&format!(
        "req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=authority -addext basicConstraints=critical,CA:TRUE"
    ));
    for name in ["belde", "firewall"] {
        openssl(&format!(
            "req -x509 {key} -keyout {name}.key -out {name}.pem -subj /CN={name} -CA ca.pem -CAkey ca.key \
             -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:{name}"
        ));
    }
}

fn has_rsyslog() -> bool {
    let is_there = Command::new("rsyslogd").arg("-v").output().is_ok();
    if !is_there {
        eprintln!("skipped: rsyslogd is not installed");
    }
    is_there
}

/// Reads `in.log` of the folder and sends it over RELP, as the guide says.
fn rsyslog(folder: &Path, port: u16, secret: &str) -> Ended {
    let dir = folder.display();
    let config = format!(
        "global(workDirectory=\"{dir}\")\nmodule(load=\"omrelp\")\nmodule(load=\"imfile\" mode=\"polling\" pollingInterval=\"1\")\n\
         input(type=\"imfile\" file=\"{dir}/in.log\" tag=\"dhcpd:\")\n\
         *.* action(type=\"omrelp\" target=\"127.0.0.1\" port=\"{port}\" {secret} queue.type=\"LinkedList\" \
         action.resumeRetryCount=\"-1\" action.resumeInterval=\"1\")\n",
    );
    let (file, pid) = (folder.join("rsyslog.conf"), folder.join("pid"));
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new("rsyslogd");
    Ended(command.arg("-n").arg("-f").arg(&file).arg("-i").arg(&pid).stderr(Stdio::null()).spawn().unwrap())
}

/// FreeRADIUS's accounting, read by rsyslog line by line, each under a header of its own.
#[tokio::test(flavor = "multi_thread")]
async fn rsyslog_over_relp_brings_a_record_of_several_lines_as_one() {
    if !has_rsyslog() {
        return;
    }
    each(capabilities(), async |test: &TestDb| {
        let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
        let stand = stand_with(test, format!("relp:127.0.0.1:{port}").parse().unwrap()).await;
        let records = (0..20).map(|number| {
            format!("Mon Nov 30 00:39:50 2026\n\tUser-Name = \"ayse\"\n\tFramed-IP-Address = 10.20.4.{number} (pc-{number})\n")
        });
        std::fs::write(folder.path().join("in.log"), records.collect::<String>()).unwrap();
        let (_stop, stopped) = watch::channel(false);
        tokio::spawn(crate::follow(stand.context.clone(), stand.logs.clone(), stopped));
        let _rsyslog = rsyslog(folder.path(), port, "");
        // The last one too: nothing follows that would end it, so that it waits for as long as a record may.
        kept(&stand, 20).await;
        let rows = stand.logs.journal().unwrap().query(&Query::newest(1_000)).await.unwrap();
        let lines: Vec<Vec<u8>> = rows.iter().filter_map(|row| stand.logs.encoder().line(row)).collect();
        let of_radius: Vec<String> = lines
            .iter()
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .filter(|line| line.contains("dhcpd: "))
            .collect();
        assert_eq!(of_radius.len(), 20, "{of_radius:?}");
        for record in &of_radius {
            assert!(record.contains("User-Name") && record.contains("(pc-"), "{record}");
            assert_eq!(record.lines().count(), 3, "{record}");
        }
    })
    .await;
}

async fn through_a_restart(is_secret: bool) {
    if !has_rsyslog() {
        return;
    }
    each(capabilities(), async |test: &TestDb| {
        let port = free_port();
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().display();
        let (door, secret) = match is_secret {
            false => (String::new(), String::new()),
            true => {
                certificates(folder.path());
                (
                    format!(";cert={dir}/belde.pem;key={dir}/belde.key;ca={dir}/ca.pem"),
                    format!(
                        "tls=\"on\" tls.cacert=\"{dir}/ca.pem\" tls.mycert=\"{dir}/firewall.pem\" \
                         tls.myprivkey=\"{dir}/firewall.key\" tls.authmode=\"name\" tls.permittedpeer=\"belde\""
                    ),
                )
            }
        };
        let doors = format!("relp:127.0.0.1:{port}{door}");
        let stand = stand_with(test, doors.parse().unwrap()).await;
        let input = folder.path().join("in.log");
        std::fs::write(&input, "").unwrap();
        let (stop, stopped) = watch::channel(false);
        let following = tokio::spawn(crate::follow(stand.context.clone(), stand.logs.clone(), stopped));
        let _rsyslog = rsyslog(folder.path(), port, &secret);

        append(&input, 0..50);
        kept(&stand, 50).await;
        stop.send(true).unwrap();
        following.await.unwrap();
        append(&input, 50..100);
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let (_stop, stopped) = watch::channel(false);
        tokio::spawn(crate::follow(stand.context.clone(), stand.logs.clone(), stopped));
        kept(&stand, 100).await;

        let app = stand.app(test);
        app.sign_in_as("admin", &[], None);
        stand.logs.turn(&stand.context).await.unwrap();
        app.get("/kayit-kaynaklari").await.ok().says("127.0.0.1").says("ISC DHCP");
        for number in [0, 49, 50, 99] {
            let asked = format!("/erisim-kayitlari?adres=10.20.4.{number}&neden=deneme");
            app.get(&asked).await.ok().says(&format!("pc-{number})"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_read_again_after_a_power_cut_repeats_nothing() {
    each(capabilities(), async |test: &TestDb| {
        let folder = tempfile::tempdir().unwrap();
        let (input, saved) = (folder.path().join("dhcpd.log"), folder.path().join("place-before"));
        append(&input, 0..30);
        let stand = stand_with(test, format!("file:{}", input.display()).parse().unwrap()).await;
        let state = stand.place().join("own/tail");
        let follow = async |all: usize| {
            let (stop, stopped) = watch::channel(false);
            let following = tokio::spawn(crate::follow(stand.context.clone(), stand.logs.clone(), stopped));
            kept(&stand, all).await;
            stop.send(true).unwrap();
            following.await.unwrap();
        };
        follow(30).await;
        let file = std::fs::read_dir(&state).unwrap().next().unwrap().unwrap().path();
        std::fs::copy(&file, &saved).unwrap();
        append(&input, 30..60);
        follow(60).await;
        // The power went after the lines were kept and before their place was written down.
        std::fs::copy(&saved, &file).unwrap();
        append(&input, 60..70);
        follow(70).await;
        let (_stop, stopped) = watch::channel(false);
        tokio::spawn(crate::follow(stand.context.clone(), stand.logs.clone(), stopped));
        kept(&stand, 70).await;
        let rows = stand.logs.journal().unwrap().query(&Query::newest(1_000)).await.unwrap();
        assert_eq!(rows.len(), 70);
    })
    .await;
}

fn append(file: &std::path::Path, numbers: std::ops::Range<u32>) {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
    for number in numbers {
        writeln!(file, "DHCPACK on 10.20.4.{number} to 4c:55:41:a0:fa:{number:02x} (pc-{number}) via eth0")
            .unwrap();
    }
}

/// Waits until so many of the device's lines are in the journal.
async fn kept(stand: &Stand, all: usize) {
    for _ in 0..600 {
        if let Ok(journal) = stand.logs.journal() {
            let rows = journal.query(&Query::newest(1_000)).await.unwrap();
            let lines = rows.iter().filter_map(|row| stand.logs.encoder().line(row));
            let numbers: BTreeSet<Vec<u8>> =
                lines.filter_map(|line| Some(line[name_at(&line)?..].to_vec())).collect();
            if numbers.len() == all {
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("rsyslog's lines did not come");
}

/// Where the name of the device stands in a line.
fn name_at(line: &[u8]) -> Option<usize> {
    line.windows(4).position(|it| it == b"(pc-")
}
