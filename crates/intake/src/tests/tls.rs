//! TLS with certificates that openssl makes, and clients with and without one of their own.

use super::*;
use crate::{Kind, TlsFault, tls_config};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// An authority, a server and a client of it; a stranger of another. `None`, and says so, without openssl.
pub fn certificates() -> Option<TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let openssl = |arguments: &str| {
        let made = Command::new("openssl").args(arguments.split(' ')).current_dir(folder.path()).output();
        made.is_ok_and(|it| {
            assert!(it.status.success(), "{}", String::from_utf8_lossy(&it.stderr));
            true
        })
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30";
    for authority in ["authority", "stranger"] {
        let out = format!("-keyout {authority}.key -out {authority}.pem -subj /CN=belde-test-{authority}");
        if !openssl(&format!("req -x509 {key} {out} -addext basicConstraints=critical,CA:TRUE")) {
            eprintln!("skipped: openssl is not installed");
            return None;
        }
    }
    for (name, subject, more) in [
        ("server", "/CN=belde.test", "-addext subjectAltName=DNS:belde.test,IP:127.0.0.1"),
        ("client", "/C=TR/O=Belde/OU=network/CN=firewall-1", "-addext subjectAltName=DNS:firewall-1"),
    ] {
        let out = format!("-keyout {name}.key -out {name}.pem -subj {subject} {more}");
        let by = "-CA authority.pem -CAkey authority.key -addext basicConstraints=CA:FALSE";
        assert!(openssl(&format!("req -x509 {key} {out} {by}")));
    }
    Some(folder)
}

pub async fn house(folder: &Path, wants_client: bool) -> House {
    let path = |name: &str| folder.join(name);
    let authority = path("authority.pem");
    let config =
        tls_config(&path("server.pem"), &path("server.key"), wants_client.then_some(authority.as_path()));
    let tls = Some((any_port().unwrap(), config.unwrap()));
    House::with(Listening { tls, ..Listening::default() }).await
}

type Connected = tokio_rustls::client::TlsStream<TcpStream>;

async fn connect(house: &House, folder: &Path, client: Option<&str>) -> std::io::Result<Connected> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("authority.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(roots);
    let config = match client {
        None => builder.with_no_client_auth(),
        Some(name) => {
            let certificate = CertificateDer::from_pem_file(folder.join(format!("{name}.pem"))).unwrap();
            let key = PrivateKeyDer::from_pem_file(folder.join(format!("{name}.key"))).unwrap();
            builder.with_client_auth_cert(vec![certificate], key).unwrap()
        }
    };
    let stream = TcpStream::connect(house.bound.tls.unwrap()).await.unwrap();
    let name = ServerName::try_from("belde.test").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

#[tokio::test]
async fn lines_come_over_tls_and_a_client_certificate_gives_a_name() {
    let Some(folder) = certificates() else { return };
    for (wants_client, client, name) in
        [(false, None, None), (false, Some("client"), None), (true, Some("client"), Some("firewall-1"))]
    {
        let mut house = house(folder.path(), wants_client).await;
        let mut stream = connect(&house, folder.path(), client).await.unwrap();
        stream.write_all(b"9 <13>three<13>four\n").await.unwrap();
        house.books.until_lines(1).await;
        stream.write_all(&[b'x'; 300_000]).await.unwrap();
        stream.write_all(b"\n").await.unwrap();
        stream.shutdown().await.unwrap();
        house.books.until(|it| it.lines().iter().map(|it| it.1.len()).sum::<usize>() >= 300_016).await;
        let lines = house.books.lines();
        assert_eq!(lines[0].1, b"<13>three");
        let Origin::Tls(address, told) = &lines[0].0 else { panic!("{:?}", lines[0].0) };
        assert!(address.is_loopback());
        assert_eq!(told.as_deref(), name);
        house.close().await;
        let figures = house.bound.counters.of(Kind::Tls);
        assert_eq!((figures.lost(), figures.refused, figures.connections), (0, 0, 0));
    }
}

#[tokio::test]
async fn whoever_shows_no_certificate_of_ours_is_refused_and_counted() {
    let Some(folder) = certificates() else { return };
    let mut house = house(folder.path(), true).await;
    for client in [None, Some("stranger")] {
        // With TLS 1.3 the client hears of it after its own handshake, with its first read.
        if let Ok(mut stream) = connect(&house, folder.path(), client).await {
            let _ = stream.write_all(b"<13>let me in\n").await;
            assert!(stream.read(&mut [0]).await.is_err());
        }
    }
    let mut plain = TcpStream::connect(house.bound.tls.unwrap()).await.unwrap();
    plain.write_all(b"<13>plain text on the door of TLS\n").await.unwrap();
    let _ = plain.read_to_end(&mut Vec::new()).await;
    house.close().await;
    assert_eq!(house.books.count(), 0);
    assert_eq!(house.bound.counters.of(Kind::Tls).refused, 3);
}

#[tokio::test]
async fn a_handshake_that_is_never_made_does_not_hold_a_place() {
    let Some(folder) = certificates() else { return };
    let config = tls_config(&folder.path().join("server.pem"), &folder.path().join("server.key"), None);
    let limits = Limits { handshake: Duration::from_millis(20), ..Limits::default() };
    let tls = Some((any_port().unwrap(), config.unwrap()));
    let mut house = House::with(Listening { tls, limits, ..Listening::default() }).await;
    let mut silent = TcpStream::connect(house.bound.tls.unwrap()).await.unwrap();
    assert_eq!(silent.read(&mut [0]).await.unwrap_or(0), 0);
    house.close().await;
    assert_eq!(house.bound.counters.of(Kind::Tls).refused, 1);
}

#[test]
fn files_that_make_no_server_are_named() {
    let Some(folder) = certificates() else { return };
    let path = |name: &str| folder.path().join(name);
    let config = |certificate: &str, key: &str| tls_config(&path(certificate), &path(key), None);
    let fault = config("missing.pem", "server.key").unwrap_err();
    assert!(fault.to_string().contains("missing.pem"), "{fault}");
    let fault = config("server.key", "server.key").unwrap_err();
    assert!(fault.to_string().contains("holds no certificate"), "{fault}");
    assert!(matches!(config("server.pem", "client.key"), Err(TlsFault::Pair(_))));
}
