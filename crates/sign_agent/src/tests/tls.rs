//! A portal behind TLS, played by `openssl s_server`. Which authorities a machine trusts comes from the environment, so
//! the test runs itself again in a child process that trusts ours.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use time::Duration;
use time::format_description::well_known::Rfc3339;

use super::portal::{content, pdf};
use super::town::*;
use crate::options::Options;
use crate::signers::sha256;

/// Ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop((self.0.kill(), self.0.wait()));
    }
}

/// Serves the files of `folder` and returns the origin.
async fn start(folder: &Path) -> (Server, String) {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let mut command = Command::new("openssl");
    command.args(["s_server", "-WWW", "-quiet", "-key", "portal.key", "-cert", "portal.pem"]);
    command.args(["-accept", &format!("127.0.0.1:{port}")]).current_dir(folder);
    let server =
        Server(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    (server, format!("https://127.0.0.1:{port}"))
}

fn put_job(folder: &Path) {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let letter = json!({
        "id": "1",
        "title": "Güvenli yazı",
        "sha256_of_pdf": hex::encode(sha256(&pdf(0))),
        "pdf_url": "/letter.pdf",
        "content_base64": STANDARD.encode(content(0)),
        "profile": "P4",
    });
    let until = (now() + Duration::minutes(15)).format(&Rfc3339).unwrap();
    let job = json!({ "documents": [letter], "signer": "Veli Ak", "expires_at": until });
    let jobs = folder.join("api/v1/sign-job");
    std::fs::create_dir_all(&jobs).unwrap();
    std::fs::write(jobs.join("bilet1"), job.to_string()).unwrap();
}

#[tokio::test]
async fn a_portal_is_believed_if_the_machine_knows_its_authority() {
    let folder = tempfile::tempdir().unwrap();
    let given = std::env::var_os("BELDE_TLS_FOLDER");
    let folder = match &given {
        Some(folder) => Path::new(folder),
        None => {
            make_certificates(folder.path(), &P256);
            make_portal_certificate(folder.path());
            put_job(folder.path());
            folder.path()
        }
    };
    let (_server, origin) = start(folder).await;
    let clock: crate::Clock = std::sync::Arc::new(now);
    let trial_key = Some(folder.join("trial.pem"));
    let agent =
        Agent::start(Options { origins: vec![origin.clone()], trial_key, ..Options::new(clock) }).await;
    let page = agent.get(&format!("/imza?portal={origin}&is=bilet1")).await;
    if given.is_some() {
        page.says("Güvenli yazı");
        return;
    }
    page.says("Portala güvenli bağlantı kurulamadı").says_not("Güvenli yazı");
    let status = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tests::tls::a_portal_is_believed_if_the_machine_knows_its_authority",
            "--nocapture",
        ])
        .env("SSL_CERT_FILE", folder.join("root.pem"))
        .env("BELDE_TLS_FOLDER", folder)
        .status()
        .unwrap();
    assert!(status.success());
}
