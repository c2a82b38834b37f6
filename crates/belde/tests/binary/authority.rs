//! A small authority for trials: its root, keys of people and of the seal, time stamps and a revocation list. All of it is the openssl
//! command in a folder that vanishes.

use std::path::PathBuf;
use std::process::Command;

use signing::{
    Certificate, Content, Crl, Hash, Key as _, Preparation, Profile, SoftwareKey, TimeStampRequest,
    ValidationData,
};

const STAMPS: &str = "[own]\nserial=./serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\nsigner_digest=sha256\n\
                      default_policy=1.2.3.4.1\ndigests=sha256\ness_cert_id_alg=sha256\n\
                      [ca]\ndefault_ca=root\n[root]\ndatabase=index.txt\ncrlnumber=number.txt\ndefault_md=sha256\n";

pub struct Authority {
    folder: tempfile::TempDir,
}

impl Authority {
    pub fn make() -> Self {
        let made = Self { folder: tempfile::tempdir().unwrap() };
        made.write("end.cnf", "keyUsage=critical,nonRepudiation,digitalSignature\n");
        let stamps = "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n";
        made.write("stamps.cnf", stamps);
        made.write("own.cnf", STAMPS);
        for (name, content) in [("serial", "01\n"), ("number.txt", "01\n"), ("index.txt", "")] {
            made.write(name, content);
        }
        let root = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout root.key -out root.pem \
                    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign";
        made.openssl(root, Some("Deneme Kök"));
        made.issue("tsa", "Deneme Zaman Damgası", "stamps.cnf");
        made.openssl(
            "ca -config own.cnf -gencrl -crldays 7 -keyfile root.key -cert root.pem -out crl.pem",
            None,
        );
        made.openssl("crl -in crl.pem -outform DER -out root.crl", None);
        made
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn openssl(&self, arguments: &str, name: Option<&str>) {
        let mut command = Command::new("openssl");
        command.current_dir(self.folder.path()).args(arguments.split_whitespace());
        if let Some(name) = name {
            command.args(["-utf8", "-subj", &format!("/C=TR/O=Deneme/CN={name}")]);
        }
        let done = command.output().unwrap();
        assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn issue(&self, file: &str, name: &str, extensions: &str) {
        let request = format!(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {file}.key -out {file}.csr"
        );
        self.openssl(&request, Some(name));
        let issue = format!(
            "x509 -req -in {file}.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile {extensions} -out {file}.pem"
        );
        self.openssl(&issue, None);
    }

    /// A key of somebody; `<file>.both.pem` holds it with its certificate.
    pub fn key(&self, file: &str, name: &str) -> SoftwareKey {
        self.issue(file, name, "end.cnf");
        let (key, certificate) = (self.text(&format!("{file}.key")), self.text(&format!("{file}.pem")));
        self.write(&format!("{file}.both.pem"), &format!("{key}{certificate}"));
        SoftwareKey::from_pem(&key, &certificate).unwrap()
    }

    /// CAdES-BES over the content, which is inside.
    pub fn sign(&self, key: &SoftwareKey, content: &[u8]) -> Vec<u8> {
        let at = kernel::Clock::System.now().utc();
        let preparation = Preparation::new(Content::Attached(content), key.chain(), Profile::P1, at).unwrap();
        preparation.finish(&key.sign(preparation.to_be_signed()).unwrap()).unwrap()
    }

    /// The same as CAdES-X-L: with a time stamp, the certificates and the list that nobody stands on.
    pub fn sign_for_long(&self, key: &SoftwareKey, content: &[u8]) -> Vec<u8> {
        let cms = self.sign(key, content);
        let imprint = signing::signature_imprint(&cms, 0, Hash::Sha256).unwrap();
        let request = TimeStampRequest::new(Hash::Sha256, &imprint, &imprint[..8]).unwrap();
        std::fs::write(self.path("q.tsq"), request.encode()).unwrap();
        self.openssl("ts -reply -config own.cnf -section own -queryfile q.tsq -out q.tsr", None);
        let stamp = request.read_answer(&std::fs::read(self.path("q.tsr")).unwrap()).unwrap();
        let stamped = signing::add_time_stamp(&cms, 0, &stamp).unwrap();
        let list = std::fs::read(self.path("root.crl")).unwrap();
        let evidence = ValidationData {
            certificates: Certificate::from_pem_or_der(self.text("root.pem").as_bytes()).unwrap(),
            crls: vec![Crl::from_der(&list).unwrap()],
            ocsps: Vec::new(),
        };
        signing::add_validation_data(&stamped, 0, &evidence).unwrap()
    }
}
