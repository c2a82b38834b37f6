//! A time stamping authority for tests, honest and otherwise: the openssl command behind a small server, with the OCSP
//! responder and the revocation list that its certificates name.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};

/// What the authority does with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Honest,
    /// Stamps, but nobody tells of revocation.
    Silent,
    Down,
    OtherImprint,
    OtherNonce,
    Page,
    Endless,
    /// As KamuSM does it: HTTP 200 with words inside.
    OutOfCredit,
    /// An authority that no trusted root knows.
    Stranger,
    /// The same authority with its next certificate.
    Renewed,
}

struct Now {
    manner: Manner,
    asked: u32,
    headers: HeaderMap,
    customer: Option<(u64, String)>,
}

/// The server, for as long as the process runs; its files are in the folder it was given.
pub struct StampServer {
    /// Without a path: stamps are given at `/tsa`.
    pub address: String,
    folder: PathBuf,
    now: Mutex<Now>,
}

const AUTHORITIES: [(&str, &str); 3] = [("good", "tsa"), ("stranger", "stranger"), ("next", "next")];
const LISTS: &str =
    "[ca]\ndefault_ca = root\n[root]\ndatabase = index.txt\ncrlnumber = number.txt\ndefault_md = sha256\n";
const ROOT: &str = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -keyout root.key -out root.pem \
                    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign";
const ALONE: &str = "req -x509 -newkey rsa:2048 -nodes -days 60 -keyout stranger.key -out stranger.pem \
                     -addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=critical,timeStamping";

/// Runs openssl in a folder; its standard output.
fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let done =
        Command::new("openssl").current_dir(folder).args(arguments).output().expect("openssl is there");
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

impl StampServer {
    /// A place to listen at and its address: certificates that are made before the server begins may name it.
    pub fn place() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the machine has a free port");
        listener.set_nonblocking(true).expect("a socket can be told not to block");
        let address = format!("http://{}", listener.local_addr().expect("a bound socket has an address"));
        (listener, address)
    }

    /// With a root of its own, `root.pem` in the folder.
    pub fn alone(folder: &Path) -> Arc<Self> {
        let words: Vec<&str> = ROOT.split_whitespace().collect();
        openssl(folder, &[&words[..], &["-subj", "/C=TR/O=Deneme/CN=Deneme Root"]].concat());
        Self::begin(Self::place(), folder.to_path_buf(), &[])
    }

    /// Under the root (`root.pem`, `root.key`) in the folder; its responder also knows the certificates `NAME.pem` there.
    pub fn begin((listener, address): (TcpListener, String), folder: PathBuf, known: &[&str]) -> Arc<Self> {
        let now = Now { manner: Manner::Honest, asked: 0, headers: HeaderMap::new(), customer: None };
        let made = Arc::new(Self { address, folder, now: Mutex::new(now) });
        made.make_certificates(known);
        serve(listener, made.clone());
        made
    }

    fn make_certificates(&self, known: &[&str]) {
        let purpose = "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n";
        self.write("tsa.ext", &format!("{purpose}crlDistributionPoints=URI:{}/root.crl\n", self.address));
        let sections = AUTHORITIES.map(|(section, file)| {
            format!(
                "[{section}]\nserial = tsa.serial\nsigner_cert = {file}.pem\nsigner_key = {file}.key\nsigner_digest = sha256\n\
                 default_policy = 1.2.3.4.1\ndigests = sha256\ness_cert_id_alg = sha256\n"
            )
        });
        self.write("tsa.cnf", &format!("{}{LISTS}", sections.concat()));
        self.write("tsa.serial", "01\n");
        self.write("number.txt", "01\n");
        for (name, days) in [("tsa", 60), ("next", 3000)] {
            let request = format!("req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr");
            self.openssl_for(&request, "/C=TR/O=Deneme/CN=Deneme Zaman Damgası");
            self.openssl(&format!(
                "x509 -req -in {name}.csr -CA root.pem -CAkey root.key -CAcreateserial -days {days} -extfile tsa.ext -out {name}.pem"
            ));
        }
        self.openssl_for(ALONE, "/C=TR/O=Yabancı/CN=Yabancı Damga");
        let index: String = known.iter().chain(&["tsa", "next"]).map(|name| self.index_line(name)).collect();
        self.write("index.txt", &index);
        self.openssl(
            "ca -config tsa.cnf -gencrl -crldays 30 -keyfile root.key -cert root.pem -out root.crl.pem",
        );
        self.openssl("crl -in root.crl.pem -outform DER -out root.crl");
    }

    fn index_line(&self, name: &str) -> String {
        let said = self.openssl(&format!("x509 -in {name}.pem -noout -serial"));
        let said = String::from_utf8_lossy(&said).into_owned();
        let serial = said.trim().rsplit('=').next().unwrap_or_default();
        format!("V\t330101000000Z\t\t{serial}\tunknown\t/CN={name}\n")
    }

    /// What it does from now on.
    pub fn behave(&self, manner: Manner) {
        self.now().manner = manner;
    }

    /// Like KamuSM it serves this customer only, who proves the password in the header `identity`.
    pub fn serve_only(&self, customer: u64, password: &str) {
        self.now().customer = Some((customer, password.to_owned()));
    }

    /// How many stamps were asked for.
    pub fn asked(&self) -> u32 {
        self.now().asked
    }

    /// Headers of the last question.
    pub fn headers(&self) -> HeaderMap {
        self.now().headers.clone()
    }

    /// The answer to a question, signed by `good`, `stranger` or `next`.
    pub fn stamp(&self, query: &[u8], who: &str) -> Vec<u8> {
        std::fs::write(self.path("q.tsq"), query).expect("the folder of a test can be written to");
        self.openssl(&format!("ts -reply -config tsa.cnf -section {who} -queryfile q.tsq -out q.tsr"));
        self.read("q.tsr")
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().expect("nobody panics while it is held")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("the folder of a test can be written to");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("openssl has written it")
    }

    fn openssl(&self, arguments: &str) -> Vec<u8> {
        openssl(&self.folder, &arguments.split_whitespace().collect::<Vec<_>>())
    }

    fn openssl_for(&self, arguments: &str, subject: &str) {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        openssl(&self.folder, &[&words[..], &["-utf8", "-subj", subject]].concat());
    }

    /// Whether the header proves the password over this imprint: `SEQUENCE { customer, salt, rounds, iv, encrypted }`.
    fn is_identified(&self, headers: &HeaderMap, imprint: &[u8]) -> bool {
        let Some((customer, password)) = self.now().customer.clone() else { return true };
        let header = headers.get("identity").and_then(|value| hex::decode(value.as_bytes()).ok());
        let Some(header) = header else { return false };
        let fields = parts(&header).and_then(|outer| parts(outer.first()?)).unwrap_or_default();
        let [user, salt, rounds, iv, encrypted] = fields[..] else { return false };
        let number = |bytes: &[u8]| bytes.iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        let (salt, rounds) = (format!("hexsalt:{}", hex::encode(salt)), format!("iter:{}", number(rounds)));
        let password = format!("pass:{password}");
        let derive = ["-kdfopt", "digest:SHA256", "-kdfopt", &password, "-kdfopt", &salt, "-kdfopt", &rounds];
        let key = [&["kdf", "-keylen", "32"][..], &derive, &["-binary", "PBKDF2"]].concat();
        let (key, iv) = (hex::encode(openssl(&self.folder, &key)), hex::encode(iv));
        std::fs::write(self.path("q.enc"), encrypted).expect("the folder of a test can be written to");
        let mut decrypt = Command::new("openssl");
        decrypt.current_dir(&self.folder).args(["enc", "-d", "-aes-256-cbc", "-K", &key, "-iv", &iv]);
        // A wrong password gives bytes without their padding.
        let decrypted = decrypt.args(["-in", "q.enc"]).output().expect("openssl is there");
        number(user) == customer && decrypted.status.success() && decrypted.stdout == imprint
    }
}

/// What follows one another in DER, the inside of each.
fn parts(mut der: &[u8]) -> Option<Vec<&[u8]>> {
    let mut found = Vec::new();
    while let [_, length, rest @ ..] = der {
        let (length, rest) = match length {
            0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
            short => (usize::from(*short), rest),
        };
        found.push(rest.get(..length)?);
        der = rest.get(length..)?;
    }
    Some(found)
}

/// An answer that is none: status 2 and words.
fn refusal(words: &str) -> Vec<u8> {
    let wrap = |tag: u8, inside: &[u8]| [&[tag, inside.len() as u8], inside].concat();
    let text = wrap(0x30, &wrap(0x0C, words.as_bytes()));
    wrap(0x30, &wrap(0x30, &[&[2, 1, 2], &text[..]].concat()))
}

/// On a thread of its own, since openssl is waited for.
fn serve(listener: TcpListener, server: Arc<StampServer>) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be made").block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("it is a listener");
            let routes = Router::new()
                .route("/tsa", post(stamps))
                .route("/ocsp", post(tells))
                .route("/root.crl", get(lists))
                .with_state(server);
            axum::serve(listener, routes).await.expect("it serves for ever");
        });
    });
}

/// Where the imprint (SHA-256) of a question stands.
fn imprint_at(query: &[u8]) -> Option<usize> {
    query.windows(2).position(|pair| pair == [4, 32]).map(|at| at + 2)
}

async fn stamps(
    State(server): State<Arc<StampServer>>,
    headers: HeaderMap,
    query: Bytes,
) -> (StatusCode, Vec<u8>) {
    let manner = {
        let mut now = server.now();
        now.asked += 1;
        now.headers = headers.clone();
        now.manner
    };
    if let Some(customer) = headers.get("credit_req") {
        let at = headers.get("credit_req_time").map(|at| at.as_bytes()).unwrap_or_default();
        std::fs::write(server.path("q.credit"), [customer.as_bytes(), at].concat())
            .expect("the folder of a test can be written to");
        let imprint = server.openssl("dgst -sha1 -binary q.credit");
        return (
            StatusCode::OK,
            match manner {
                Manner::Page => b"<h1>".to_vec(),
                _ if !server.is_identified(&headers, &imprint) => refusal("Kimlik dogrulanamadi"),
                _ => b"42".to_vec(),
            },
        );
    }
    let Some(imprint) = imprint_at(&query) else { return (StatusCode::BAD_REQUEST, Vec::new()) };
    if !server.is_identified(&headers, &query[imprint..imprint + 32]) {
        return (StatusCode::OK, refusal("Kimlik dogrulanamadi"));
    }
    let answer = match manner {
        Manner::Honest | Manner::Silent => server.stamp(&query, "good"),
        Manner::Stranger => server.stamp(&query, "stranger"),
        Manner::Renewed => server.stamp(&query, "next"),
        Manner::Down => return (StatusCode::SERVICE_UNAVAILABLE, Vec::new()),
        Manner::OtherImprint => {
            let mut changed = query.to_vec();
            changed[imprint] ^= 1;
            server.stamp(&changed, "good")
        }
        Manner::OtherNonce => {
            let digest = hex::encode(&query[imprint..imprint + 32]);
            server.openssl(&format!("ts -query -sha256 -cert -digest {digest} -out other.tsq"));
            server.stamp(&server.read("other.tsq"), "good")
        }
        Manner::Page => b"<!DOCTYPE html><h1>It works!</h1>".to_vec(),
        Manner::Endless => vec![b'0'; 10 * 1024 * 1024],
        Manner::OutOfCredit => refusal("Kontor bitti"),
    };
    (StatusCode::OK, answer)
}

async fn tells(State(server): State<Arc<StampServer>>, query: Bytes) -> (StatusCode, Vec<u8>) {
    if server.now().manner == Manner::Silent {
        return (StatusCode::SERVICE_UNAVAILABLE, Vec::new());
    }
    std::fs::write(server.path("q.ocq"), &query).expect("the folder of a test can be written to");
    server.openssl("ocsp -index index.txt -CA root.pem -rsigner root.pem -rkey root.key -reqin q.ocq -respout q.ocr -ndays 30");
    (StatusCode::OK, server.read("q.ocr"))
}

async fn lists(State(server): State<Arc<StampServer>>) -> (StatusCode, Vec<u8>) {
    if server.now().manner == Manner::Silent {
        return (StatusCode::SERVICE_UNAVAILABLE, Vec::new());
    }
    (StatusCode::OK, server.read("root.crl"))
}
