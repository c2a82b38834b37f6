//! `belde doctor` on an installation of which something is wrong. It looks and changes nothing.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kernel::db::Sql;

use super::node::{Node, belde, make_demo};
use super::place::Place;

/// What it says with these keys in the configuration.
fn doctor(place: &Place, more: &[(&str, &str)]) -> String {
    let output = belde(place).arg("doctor").envs(more.iter().copied()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The line that has these words.
fn line<'a>(said: &'a str, words: &str) -> &'a str {
    said.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}: {said}"))
}

fn is_good(said: &str, words: &str) {
    assert!(line(said, words).starts_with("ok "), "{said}");
}

fn is_bad(said: &str, words: &str, why: &str) {
    let line = line(said, words);
    assert!(line.starts_with("BAD ") && line.contains(why), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_how_the_index_of_texts_is() {
    let place = Place::sqlite();
    make_demo(&place);
    let folder = place.data().join("search");
    let node = Node::start(&place);
    let started = Instant::now();
    while !doctor(&place, &[]).contains("follows the event log, 0 act(s) behind") {
        assert!(started.elapsed() < Duration::from_secs(120), "{}", doctor(&place, &[]));
        std::thread::sleep(Duration::from_millis(500));
    }
    node.stop();
    is_good(&doctor(&place, &[]), "index of texts in");
    // An act of a moment ago that no server followed; when it is late is for the tests of the crate, whose clock can be set.
    let db = place.db().await;
    let clock = kernel::Clock::System;
    let tx = db.begin(&kernel::Act::system(&clock, kernel::Source::CommandLine, "test")).await.unwrap();
    let about = kernel::Ref::new("document", tx.new_id());
    let event = tx.draft_event(kernel::NewEvent::new(about, "Geride kalan", "changed")).unwrap();
    let new = event.id;
    tx.record_many(&mut [event]).await.unwrap();
    let placed = "UPDATE event SET seal_no = 99999999, leaf_no = 0 WHERE id = $1";
    tx.run(placed, vec![new.into()]).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    is_good(&doctor(&place, &[]), "follows the event log, 1 act(s) behind");
    std::fs::write(folder.join("meta.json"), "{").unwrap();
    is_bad(&doctor(&place, &[]), "index of texts can be read", "a server makes it again");
    std::fs::remove_dir_all(&folder).unwrap();
    is_good(&doctor(&place, &[]), "index of texts is not made yet");
    std::fs::write(&folder, "a file where the folder should be").unwrap();
    is_bad(&doctor(&place, &[]), "is writable —", "free space");
}

fn openssl(folder: &Path, arguments: &str) {
    let done =
        Command::new("openssl").current_dir(folder).args(arguments.split_whitespace()).output().unwrap();
    assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A key and its certificate in one file.
fn key_for(folder: &Path, days: u32) -> PathBuf {
    let make = format!(
        "req -x509 -newkey rsa:2048 -nodes -days {days} -subj /CN=Muhur -keyout key.pem -out crt.pem -addext keyUsage=critical,nonRepudiation"
    );
    openssl(folder, &make);
    let all = ["key.pem", "crt.pem"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap());
    let file = folder.join(format!("muhur-{days}.pem"));
    std::fs::write(&file, all.concat()).unwrap();
    file
}

async fn set(place: &Place, key: &str, value: &str) {
    let db = place.db().await;
    let tx = db
        .begin(&kernel::Act::system(&kernel::Clock::System, kernel::Source::CommandLine, "test"))
        .await
        .unwrap();
    tx.without_event("arranged");
    let sql = "INSERT INTO setting (key, value, version) VALUES ($1, $2, 1) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    tx.run(sql, vec![key.into(), format!("\"{value}\"").into()]).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_how_the_seal_and_the_time_stamps_are() {
    let place = Place::sqlite();
    make_demo(&place);
    is_good(&doctor(&place, &[]), "seal: none is configured");
    is_good(&doctor(&place, &[]), "time stamps: no server is set");
    set(&place, "documents.electronic_signature", "on").await;
    is_bad(&doctor(&place, &[]), "seal: none is configured", "set seal_key");
    let folder = tempfile::tempdir().unwrap();
    let (long, short) = (key_for(folder.path(), 400), key_for(folder.path(), 10));
    let said = doctor(&place, &[("BELDE_SEAL_KEY", long.to_str().unwrap())]);
    is_good(&said, "seal: certificate valid until");
    is_bad(&said, "seal: a key for trials", "proves nothing");
    set(&place, "documents.electronic_signature", "trial").await;
    let said = doctor(&place, &[("BELDE_SEAL_KEY", short.to_str().unwrap())]);
    is_good(&said, "seal: a key for trials");
    is_bad(&said, "seal: certificate valid until", "renewed");
    let gone = "pkcs11:token=Yok?module-path=/nowhere/module.so&pin-source=file:/nowhere/pin";
    let said = doctor(&place, &[("BELDE_SEAL_KEY", gone)]);
    is_bad(&said, "seal: reached at Yok over /nowhere/module.so", "sürücüsü");
    is_bad(&said, "the file of its PIN", "/nowhere/pin");
    set(&place, "documents.stamp_url", "http://127.0.0.1:1/").await;
    is_bad(&doctor(&place, &[]), "time stamps: http://127.0.0.1:1/ answers", "ulaşılamadı");
}

const LIBRARIES: [&str; 2] =
    ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"];

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_reaches_a_module_and_never_tries_its_pin() {
    let has = |name: &str| Command::new(name).arg("--help").output().is_ok();
    let library = LIBRARIES.iter().find(|path| Path::new(path).exists());
    let Some(library) = library.filter(|_| has("softhsm2-util") && has("pkcs11-tool")) else {
        eprintln!("skipped: softhsm2 or opensc is not installed");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("softhsm2.conf");
    std::fs::create_dir(folder.path().join("tokens")).unwrap();
    std::fs::write(&config, format!("directories.tokendir = {}/tokens\n", folder.path().display())).unwrap();
    let tool = |name: &str, arguments: &str| {
        let mut command = Command::new(name);
        let command = command.current_dir(folder.path()).env("SOFTHSM2_CONF", &config);
        let done = command.args(arguments.split_whitespace()).output().unwrap();
        assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    key_for(folder.path(), 400);
    tool("softhsm2-util", "--init-token --free --label Belediye --pin 123456 --so-pin 87654321");
    tool("openssl", "pkcs8 -topk8 -nocrypt -in key.pem -out key.p8");
    tool("openssl", "x509 -in crt.pem -outform DER -out crt.der");
    tool("softhsm2-util", "--import key.p8 --token Belediye --label muhur --id 01 --pin 123456");
    let write = "--login --pin 123456 --write-object crt.der --type cert --id 01 --label muhur";
    tool("pkcs11-tool", &format!("--module {library} --token-label Belediye {write}"));
    let pin = folder.path().join("pin");
    std::fs::write(&pin, "000000").unwrap();
    std::fs::set_permissions(&pin, std::fs::Permissions::from_mode(0o600)).unwrap();
    let place = Place::sqlite();
    make_demo(&place);
    let uri =
        format!("pkcs11:token=Belediye;object=muhur?module-path={library}&pin-source=file:{}", pin.display());
    let keys = [("BELDE_SEAL_KEY", uri.as_str()), ("SOFTHSM2_CONF", config.to_str().unwrap())];
    for _ in 0..4 {
        let said = doctor(&place, &keys);
        is_good(&said, "seal: reached at Belediye");
        is_good(&said, "seal: the file of its PIN is its own (not tried)");
        is_good(&said, "seal: certificate valid until");
        is_good(&said, "seal: a key on a module");
    }
    std::fs::set_permissions(&pin, std::fs::Permissions::from_mode(0o644)).unwrap();
    is_bad(&doctor(&place, &keys), "seal: the file of its PIN", "chmod 600");
    assert!(!tool("pkcs11-tool", &format!("--module {library} --list-slots")).contains("count low"));
    let db = place.db().await;
    assert_eq!(db.scalar::<i64>("SELECT count(*) FROM key_pin", vec![]).await.unwrap(), Some(0));
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_how_the_doors_of_access_logs_are() {
    let place = Place::sqlite();
    make_demo(&place);
    let folder = place.data();
    key_for(&folder, 3);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (certificate, key) = (folder.join("crt.pem"), folder.join("key.pem"));
    let tls = format!("tls:127.0.0.1:{port};cert={};key={}", certificate.display(), key.display());
    let listen = |doors: &str| doctor(&place, &[("BELDE_LOG_LISTEN", doors)]);
    is_good(&doctor(&place, &[("BELDE_LOG_LISTEN", "")]), "no door is set");
    let said = listen(&format!("udp:127.0.0.1:{port}, {tls}, file:{}", folder.join("yok.log").display()));
    is_good(&said, &format!("UDP 127.0.0.1:{port} can be had"));
    is_good(&said, &format!("TLS 127.0.0.1:{port} can be had"));
    is_bad(&said, &format!("certificate of TLS 127.0.0.1:{port} has 2 day(s) left"), "renewed");
    is_bad(&said, "yok.log can be had", "No such file");
    // Held by somebody else: a server, for all that can be known.
    let _held = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    is_good(&listen(&tls), &format!("TLS 127.0.0.1:{port} can be had"));
    let foreign = format!("tcp:203.0.113.9:{port}");
    is_bad(&listen(&foreign), "TCP 203.0.113.9", "assign");
    std::fs::write(&key, "no key").unwrap();
    is_bad(&listen(&tls), &format!("TLS 127.0.0.1:{port} can be had"), "key.pem");
}
