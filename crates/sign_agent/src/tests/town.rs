//! What the tests share: certificates made with the `openssl` command, the program on a free port, and a browser.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::SystemTime;

use reqwest::{Client, Response, StatusCode};
use signing::pdf::{PdfRoom, verify_pdf};
use signing::{Certificate, Report, Trust, Weight, verify};
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;

use super::portal::Portal;
use crate::options::{Clock, Options};

pub const PIN: &str = "123456";
pub const P256: [&str; 3] = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

pub fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + SystemTime::UNIX_EPOCH.elapsed().unwrap()
}

pub fn run(folder: &Path, program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    output.stdout
}

fn openssl(folder: &Path, arguments: &str) {
    run(folder, "openssl", &arguments.split(' ').collect::<Vec<_>>());
}

/// An authority and the certificate of Veli Ak, whose key is in `veli.key`; `trial.pem` holds both. `kind` is what
/// openssl calls the kind of his key.
pub fn make_certificates(folder: &Path, kind: &[&str]) {
    let start = ["req", "-new", "-utf8", "-noenc", "-sha256", "-newkey"];
    let root = ["-x509", "-keyout", "root.key", "-out", "root.pem", "-subj", "/C=TR/CN=Örnek Kök"];
    run(folder, "openssl", &[&start[..], &P256, &root].concat());
    let veli =
        ["-keyout", "veli.key", "-out", "veli.csr", "-subj", "/C=TR/CN=VELİ AK/serialNumber=10000000146"];
    run(folder, "openssl", &[&start[..], kind, &veli].concat());
    std::fs::write(folder.join("veli.ext"), "keyUsage = critical,nonRepudiation\n").unwrap();
    issue(folder, "veli");
    for name in ["veli", "root"] {
        openssl(folder, &format!("x509 -in {name}.pem -outform DER -out {name}.der"));
    }
    let trial = ["veli.key", "veli.pem"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap());
    std::fs::write(folder.join("trial.pem"), trial.concat()).unwrap();
}

/// A certificate of the authority for the machine of a portal, `portal.key` and `portal.pem`.
pub fn make_portal_certificate(folder: &Path) {
    let start = ["req", "-new", "-utf8", "-noenc", "-sha256", "-newkey"];
    let portal = ["-keyout", "portal.key", "-out", "portal.csr", "-subj", "/CN=portal"];
    run(folder, "openssl", &[&start[..], &P256, &portal].concat());
    std::fs::write(
        folder.join("portal.ext"),
        "subjectAltName = IP:127.0.0.1\nextendedKeyUsage = serverAuth\n",
    )
    .unwrap();
    issue(folder, "portal");
}

fn issue(folder: &Path, name: &str) {
    openssl(
        folder,
        &format!(
            "x509 -req -in {name}.csr -CA root.pem -CAkey root.key -days 90 -extfile {name}.ext -out {name}.pem"
        ),
    );
}

/// A program that signs with the trial key, its portal, and the browser in front of it.
pub struct Town {
    pub folder: Arc<tempfile::TempDir>,
    pub portal: Portal,
    pub agent: Agent,
}

impl Town {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_certificates(folder.path(), &P256);
        let portal = Portal::start().await;
        let mut options = options(&portal, Duration::ZERO);
        options.trial_key = Some(folder.path().join("trial.pem"));
        change(&mut options);
        Town { folder: Arc::new(folder), portal, agent: Agent::start(options).await }
    }
}

/// Options for the portal, with a clock that is `ahead`.
pub fn options(portal: &Portal, ahead: Duration) -> Options {
    let clock: Clock = Arc::new(move || now() + ahead);
    Options { origins: vec![portal.origin.clone()], ..Options::new(clock) }
}

/// The running program and a browser.
pub struct Agent {
    pub address: String,
    pub browser: Client,
}

/// A page with what is read in it.
pub struct Page {
    pub status: StatusCode,
    pub text: String,
    pub path: String,
}

impl Page {
    async fn of(response: Response) -> Self {
        let (status, path) = (response.status(), response.url().path().to_owned());
        Page { status, path, text: response.text().await.unwrap() }
    }

    #[track_caller]
    pub fn says(&self, part: &str) -> &Self {
        assert!(self.text.contains(part), "{part} is not on the page:\n{}", self.text);
        self
    }

    #[track_caller]
    pub fn says_not(&self, part: &str) -> &Self {
        assert!(!self.text.contains(part), "{part} is on the page:\n{}", self.text);
        self
    }

    /// The value of a field of the form.
    #[track_caller]
    pub fn value(&self, name: &str) -> String {
        let field = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.text.split_once(&field).unwrap_or_else(|| panic!("{name}:\n{}", self.text));
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Agent {
    pub async fn start(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { crate::serve(listener, options, std::future::pending()).await.unwrap() });
        // The program installs the provider, too; whoever comes first.
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        Agent { address, browser: Client::builder().no_proxy().build().unwrap() }
    }

    pub async fn get(&self, path: &str) -> Page {
        Page::of(self.browser.get(format!("{}{path}", self.address)).send().await.unwrap()).await
    }

    pub async fn open(&self, portal: &Portal, token: &str) -> Page {
        self.get(&format!("/imza?portal={}&is={token}", portal.origin)).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)], origin: Option<&str>) -> Page {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self.browser.post(format!("{}{path}", self.address)).body(body);
        request = request.header("content-type", "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        Page::of(request.send().await.unwrap()).await
    }

    /// Presses "İmzala" on a page, with further fields.
    pub async fn sign(&self, page: &Page, pin: &str, more: &[(&str, &str)]) -> Page {
        let (handle, secret) = (page.value("is"), page.value("gizli"));
        let choice = page.value("sertifika");
        let fields = [("is", &*handle), ("gizli", &*secret), ("sertifika", &*choice), ("pin", pin)];
        self.post("/imzala", &[&fields[..], more].concat(), Some(&self.address)).await
    }
}

fn trust(folder: &Path) -> Trust {
    let root = std::fs::read(folder.join("root.pem")).unwrap();
    Trust::in_anchors(Certificate::from_pem_or_der(&root).unwrap())
}

fn assert_good(report: &Report) {
    let mut broken = report.findings.iter().chain(report.signers.iter().flat_map(|one| &one.findings));
    assert!(broken.all(|one| one.weight != Weight::Broken), "{}", report.turkish());
    assert_eq!(report.signers.len(), 1);
    assert_eq!(report.signers[0].name, "VELİ AK");
}

/// The same of a PDF whose room waits for the signature.
pub fn assert_pdf_signed(folder: &Path, cms: &[u8], room: &PdfRoom) {
    let pdf = room.place(cms).unwrap();
    let found = verify_pdf(&pdf, &trust(folder), now() + Duration::seconds(2)).unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].covers_whole_file);
    assert_good(&found[0].report);
    std::fs::write(folder.join("signature.p7s"), cms).unwrap();
    std::fs::write(folder.join("covered"), room.covered()).unwrap();
    let arguments =
        ["cms", "-verify", "-binary", "-inform", "DER", "-in", "signature.p7s", "-content", "covered"];
    run(folder, "openssl", &[&arguments[..], &["-CAfile", "root.pem", "-purpose", "any"]].concat());
}

/// Judges one signature with our own verifier and with openssl's.
pub fn assert_signed(folder: &Path, cms: &[u8], content: &[u8]) {
    assert_good(&verify(cms, Some(content), &trust(folder), now() + Duration::seconds(2)));
    let file: PathBuf = folder.join("signature.p7s");
    std::fs::write(&file, cms).unwrap();
    let arguments = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "signature.p7s"];
    let trust = ["-CAfile", "root.pem", "-purpose", "any"];
    let read = run(folder, "openssl", &[&arguments[..], &trust[..]].concat());
    assert_eq!(read, content);
}
