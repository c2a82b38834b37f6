//! Encrypted content, with the openssl command on the other side.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use proptest::prelude::*;

use crate::enveloped::{Envelope, OpeningKey, Secrets, encrypt};
use crate::{Certificate, Error, KeyError};

/// Two addressees and somebody else.
static WORLD: LazyLock<World> = LazyLock::new(World::make);

struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn make() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        for name in ["bir", "iki", "baska"] {
            world.openssl(&format!(
                "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={name} -keyout {name}.key -out {name}.pem \
                 -addext keyUsage=critical,keyEncipherment"
            ));
        }
        world.openssl(
            "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=imza -keyout imza.key -out imza.pem \
             -addext keyUsage=critical,digitalSignature,nonRepudiation",
        );
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn openssl(&self, arguments: &str) {
        let done = Command::new("openssl")
            .current_dir(self.folder.path())
            .args(arguments.split_whitespace())
            .output();
        let done = done.unwrap();
        assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn certificate(&self, name: &str) -> Certificate {
        Certificate::from_pem_or_der(self.text(&format!("{name}.pem")).as_bytes()).unwrap().remove(0)
    }

    fn key(&self, name: &str) -> OpeningKey {
        OpeningKey::from_pem(&self.text(&format!("{name}.key")), &self.text(&format!("{name}.pem"))).unwrap()
    }

    /// What openssl makes of `plain`; the names of the files are the test's own.
    fn encrypted(&self, test: &str, plain: &[u8], options: &str) -> Vec<u8> {
        std::fs::write(self.path(&format!("{test}.in")), plain).unwrap();
        self.openssl(&format!("cms -encrypt -binary -in {test}.in -outform DER -out {test}.p7m {options}"));
        std::fs::read(self.path(&format!("{test}.p7m"))).unwrap()
    }
}

fn plain(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 + at / 256) as u8).collect()
}

fn open(bytes: &[u8], key: &OpeningKey) -> Result<Vec<u8>, Error> {
    let envelope = Envelope::open(bytes)?;
    let unwrapped = key.unwrap(&envelope.wrapped_for(key.certificate())?)?;
    let mut out = Vec::new();
    let size = envelope.decrypt(&unwrapped, &mut out, 1024 * 1024)?;
    assert_eq!(size, out.len() as u64);
    Ok(out)
}

fn ours(plain: &[u8], names: &[&str]) -> Vec<u8> {
    let certificates: Vec<Certificate> = names.iter().map(|name| WORLD.certificate(name)).collect();
    let secrets = Secrets { key: [9; 32].into(), iv: [3; 16] };
    let mut out = Vec::new();
    encrypt((&mut &plain[..], plain.len() as u64), &mut out, &certificates, &secrets).unwrap();
    out
}

#[test]
fn what_openssl_encrypts_comes_out_again() {
    let oaep = "-recip iki.pem -keyopt rsa_padding_mode:oaep";
    let ways = [
        "-aes256 iki.pem".to_owned(),
        "-aes128 -stream iki.pem".to_owned(),
        "-aes192 iki.pem".to_owned(),
        "-aes256 -keyid -stream bir.pem iki.pem".to_owned(),
        format!("-aes256 {oaep}"),
        format!("-aes256 -stream {oaep} -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha256"),
    ];
    let key = WORLD.key("iki");
    for way in ways {
        for length in [0, 1, 15, 16, 17, 65_535, 65_536, 200_001] {
            let plain = plain(length);
            let encrypted = WORLD.encrypted("gelen", &plain, &way);
            assert!(open(&encrypted, &key).unwrap() == plain, "{way}, {length} bytes");
        }
    }
}

#[test]
fn what_is_encrypted_here_openssl_opens_for_each_addressee() {
    for length in [0, 16, 100_000] {
        let plain = plain(length);
        std::fs::write(WORLD.path("giden.p7m"), ours(&plain, &["bir", "iki"])).unwrap();
        for name in ["bir", "iki"] {
            WORLD.openssl(&format!(
                "cms -decrypt -binary -inform DER -in giden.p7m -inkey {name}.key -recip {name}.pem -out giden.out"
            ));
            assert!(std::fs::read(WORLD.path("giden.out")).unwrap() == plain, "{name}, {length} bytes");
            assert!(
                open(&std::fs::read(WORLD.path("giden.p7m")).unwrap(), &WORLD.key(name)).unwrap() == plain
            );
        }
    }
}

#[test]
fn whoever_it_is_not_for_and_whatever_was_changed_is_told_so() {
    let encrypted = ours(&plain(1_000), &["bir", "iki"]);
    assert_eq!(Envelope::open(&encrypted[..]).unwrap().recipient_count(), 2);
    assert_eq!(open(&encrypted, &WORLD.key("baska")), Err(Error::NotForThisKey));
    // Another key under the right certificate's name.
    let envelope = Envelope::open(&encrypted[..]).unwrap();
    let wrapped = envelope.wrapped_for(&WORLD.certificate("bir")).unwrap();
    assert_eq!(WORLD.key("baska").unwrap(&wrapped).err(), Some(Error::CannotDecrypt));
    assert_eq!(envelope.decrypt(&[1; 16], &mut Vec::new(), 10_000), Err(Error::CannotDecrypt));
    // Every end that comes too early.
    let key = WORLD.key("iki");
    for end in (0..encrypted.len()).step_by(13) {
        assert!(open(&encrypted[..end], &key).is_err(), "{end}");
    }
    let mut last = encrypted.clone();
    *last.last_mut().unwrap() ^= 1;
    assert!(open(&last, &key) != Ok(plain(1_000)));
    // More comes out than is allowed.
    let envelope = Envelope::open(&encrypted[..]).unwrap();
    let unwrapped = key.unwrap(&envelope.wrapped_for(key.certificate()).unwrap()).unwrap();
    assert!(matches!(envelope.decrypt(&unwrapped, &mut Vec::new(), 999), Err(Error::TooLarge(_))));
    // Signed or plain files are no encrypted ones.
    assert!(Envelope::open(&b"PK\x03\x04 a zip, as the public samples have it"[..]).is_err());
}

#[test]
fn lengths_that_lie_cost_no_memory() {
    for bytes in [
        // A set of addressees of four gigabytes.
        [
            &[0x30, 0x80, 6, 9][..],
            &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3],
            &[0xa0, 0x80, 0x30, 0x80, 2, 1, 0, 0x31, 0x84, 255, 255, 255, 255],
        ]
        .concat(),
        // Sets in sets in sets.
        [
            &[0x30, 0x80, 6, 9][..],
            &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3],
            &[0xa0, 0x80, 0x30, 0x80, 2, 1, 0],
            &[0x31, 0x80].repeat(100_000),
        ]
        .concat(),
        vec![0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    ] {
        assert!(Envelope::open(&bytes[..]).is_err());
    }
}

#[test]
fn a_certificate_that_is_for_signatures_only_is_not_encrypted_for() {
    let secrets = Secrets { key: [9; 32].into(), iv: [3; 16] };
    let only = [WORLD.certificate("imza")];
    let done = encrypt((&mut &b"x"[..], 1), &mut Vec::new(), &only, &secrets);
    assert!(matches!(done, Err(Error::Unsupported(_))));
    assert_eq!(encrypt((&mut &b"x"[..], 1), &mut Vec::new(), &[], &secrets), Err(Error::CertificateMissing));
    let strangers = OpeningKey::from_pem(&WORLD.text("bir.key"), &WORLD.text("iki.pem")).err();
    assert_eq!(strangers, Some(KeyError::DoesNotFit));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_bytes_make_it_panic(at in 0usize..1_200, byte: u8, tail in proptest::collection::vec(any::<u8>(), 0..64)) {
        static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| ours(&plain(100), &["bir", "iki"]));
        static KEY: LazyLock<OpeningKey> = LazyLock::new(|| WORLD.key("iki"));
        let mut bytes = GOOD.clone();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = open(&bytes, &KEY);
        bytes.truncate(at);
        bytes.extend(tail);
        let _ = open(&bytes, &KEY);
    }
}
