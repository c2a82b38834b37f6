//! A small world of certificates made with the `openssl` command while tests run: a root, an issuer,
//! signers of every kind, a time stamping authority and an OCSP responder. Knows nothing of the crate.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

const CONFIG: &str = include_str!("corpus.cnf");

/// Folder with everything in it; gone when dropped.
pub struct Corpus {
    folder: tempfile::TempDir,
    /// One authority is asked at a time: its serial numbers lie in a file.
    turn: Mutex<u64>,
}

/// Names of the signers and what is peculiar to each.
const SIGNERS: [(&str, &str, &str); 9] = [
    ("rsa", "rsa", "signer"),
    ("p256", "p256", "signer"),
    ("p384", "p384", "signer"),
    ("expired", "p256", "signer"),
    ("revoked", "p256", "signer"),
    ("later", "p256", "signer"),
    ("plain", "p256", "plain"),
    ("cipher", "p256", "cipher"),
    ("short", "rsa1024", "signer"),
];

impl Corpus {
    pub fn make() -> Self {
        let corpus = Corpus { folder: tempfile::tempdir().expect("a folder"), turn: Mutex::new(0) };
        fs::write(corpus.path("openssl.cnf"), CONFIG).expect("written");
        for name in ["root", "issuer", "rogue"] {
            fs::write(corpus.path(&format!("{name}.index")), "").expect("written");
            fs::write(corpus.path(&format!("{name}.serial")), "1001\n").expect("written");
            fs::write(corpus.path(&format!("{name}.number")), "01\n").expect("written");
        }
        fs::write(corpus.path("tsa.serial"), "01\n").expect("written");
        corpus.authority("root", "/C=TR/O=Belde Deneme/CN=Deneme Kök ESHS");
        corpus.authority("rogue", "/C=TR/O=Belde Deneme/CN=Deneme Kök ESHS");
        corpus.request("issuer", "rsa", "/C=TR/O=Belde Deneme/CN=Deneme Nitelikli ESHS");
        corpus.issue("root", "issuer", "authority", &[]);
        for (name, kind, extensions) in SIGNERS {
            let subject =
                format!("/C=TR/O=Örnek Belediyesi/CN=Ayşe Yılmaz ({name})/serialNumber=10000000146");
            corpus.request(name, kind, &subject);
            let span: &[&str] = if name == "expired" {
                &["-startdate", "20200101000000Z", "-enddate", "20210101000000Z"]
            } else {
                &[]
            };
            corpus.issue("issuer", name, extensions, span);
        }
        corpus.request("tsa", "rsa", "/C=TR/O=Belde Deneme/CN=Deneme Zaman Damgası");
        corpus.issue("issuer", "tsa", "tsa", &[]);
        corpus.request("badtsa", "rsa", "/C=TR/O=Belde Deneme/CN=Yetkisiz Zaman Damgası");
        corpus.issue("issuer", "badtsa", "plain", &[]);
        corpus.request("responder", "p256", "/C=TR/O=Belde Deneme/CN=Deneme OCSP");
        corpus.issue("issuer", "responder", "responder", &[]);
        for name in ["witness", "barred"] {
            corpus.request(name, "p256", &format!("/C=TR/O=Belde Deneme/CN=Deneme OCSP ({name})"));
            corpus.issue("issuer", name, "witness", &[]);
        }
        corpus.run("ca -config openssl.cnf -name issuer_ca -revoke barred.pem");
        corpus.request("stranger", "p256", "/C=TR/O=Belde Deneme/CN=Yabancı");
        corpus.issue("rogue", "stranger", "signer", &[]);
        corpus.run("ca -config openssl.cnf -name issuer_ca -revoke revoked.pem -crl_reason keyCompromise");
        corpus.revoke_in_future("later");
        corpus.lists();
        corpus
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("text")
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("written");
    }

    /// Runs `openssl` in the folder; true if it was content, with what it said.
    pub fn try_run(&self, arguments: &[&str]) -> (bool, String) {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("openssl is there");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    /// The same, for arguments without blanks, when failing is a fault of the test.
    pub fn run(&self, arguments: &str) {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let (is_content, text) = self.try_run(&arguments);
        assert!(is_content, "openssl {arguments:?}: {text}");
    }

    /// The answer of the time stamping authority `who`.
    pub fn stamp(&self, query: &[u8], who: &str) -> Vec<u8> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        *turn += 1;
        let tag = format!("question-{turn}");
        self.write(&format!("{tag}.tsq"), query);
        self.run(&format!(
            "ts -reply -config openssl.cnf -section {who} -queryfile {tag}.tsq -out {tag}.tsr"
        ));
        self.read(&format!("{tag}.tsr"))
    }

    /// The answer of the OCSP responder `who`.
    pub fn ocsp(&self, query: &[u8], who: &str) -> Vec<u8> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        *turn += 1;
        let tag = format!("question-{turn}");
        self.write(&format!("{tag}.ocq"), query);
        self.run(&format!(
            "ocsp -index issuer.index -CA issuer.pem -rsigner {who}.pem -rkey {who}.key -reqin {tag}.ocq -respout {tag}.ocr -ndays 30"
        ));
        self.read(&format!("{tag}.ocr"))
    }

    /// Seconds since 1970, as the machine says.
    pub fn now(&self) -> i64 {
        let output = Command::new("date").arg("+%s").output().expect("date is there");
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
    }

    fn authority(&self, name: &str, subject: &str) {
        self.run(&format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out {name}.key"));
        let key = format!("{name}.key");
        let out = format!("{name}.pem");
        let (done, text) = self.try_run(&[
            "req",
            "-new",
            "-x509",
            "-utf8",
            "-config",
            "openssl.cnf",
            "-extensions",
            "root",
            "-key",
            &key,
            "-subj",
            subject,
            "-days",
            "7300",
            "-out",
            &out,
        ]);
        assert!(done, "{text}");
    }

    fn request(&self, name: &str, kind: &str, subject: &str) {
        let key = format!("{name}.key");
        match kind {
            "rsa1024" => {
                self.run(&format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out {key}"))
            }
            "rsa" => self.run(&format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out {key}")),
            "p384" => self.run(&format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out {key}")),
            _ => self.run(&format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {key}")),
        }
        let out = format!("{name}.csr");
        let (done, text) = self.try_run(&[
            "req",
            "-new",
            "-utf8",
            "-config",
            "openssl.cnf",
            "-key",
            &key,
            "-subj",
            subject,
            "-out",
            &out,
        ]);
        assert!(done, "{text}");
    }

    fn issue(&self, by: &str, name: &str, extensions: &str, span: &[&str]) {
        let (request, out) = (format!("{name}.csr"), format!("{name}.pem"));
        let section = format!("{by}_ca");
        let mut arguments = vec![
            "ca",
            "-batch",
            "-utf8",
            "-notext",
            "-config",
            "openssl.cnf",
            "-name",
            &section,
            "-extensions",
            extensions,
            "-in",
            &request,
            "-out",
            &out,
        ];
        arguments.extend_from_slice(span);
        let (done, text) = self.try_run(&arguments);
        assert!(done, "{text}");
    }

    /// Writes into the issuer's books that the certificate ends an hour from now.
    fn revoke_in_future(&self, name: &str) {
        self.run(&format!("ca -config openssl.cnf -name issuer_ca -revoke {name}.pem"));
        let output =
            Command::new("date").args(["-u", "-d", "+1 hour", "+%y%m%d%H%M%SZ"]).output().expect("date");
        let later = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let books = self.text("issuer.index");
        let lines = books.lines().map(|line| {
            let mut cells: Vec<&str> = line.split('\t').collect();
            if line.contains(&format!("({name})")) {
                cells[2] = &later;
            }
            cells.join("\t")
        });
        let lines: Vec<String> = lines.collect();
        self.write("issuer.index", (lines.join("\n") + "\n").as_bytes());
    }

    fn lists(&self) {
        for name in ["root", "issuer"] {
            self.run(&format!(
                "ca -config openssl.cnf -name {name}_ca -gencrl -crldays 30 -out {name}.crl.pem"
            ));
            self.run(&format!("crl -in {name}.crl.pem -outform DER -out {name}.crl"));
        }
    }
}
