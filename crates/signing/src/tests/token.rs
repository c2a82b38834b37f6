//! The card, played by SoftHSM. Its settings come from the environment, so each test runs itself again in
//! a child process that has them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use super::helpers::*;
use crate::token::{Card, Driver, Entered, PinEntry, PinGate, ServerKey, Token};
use crate::*;

const LIBRARIES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];
const PIN: &str = "123456";

fn library() -> Option<PathBuf> {
    let has = |name: &str| Command::new(name).arg("--help").output().is_ok();
    if !has("softhsm2-util") || !has("pkcs11-tool") {
        return None;
    }
    LIBRARIES.iter().map(PathBuf::from).find(|path| path.exists())
}

/// Runs `body` in a child process with a card that holds the keys of `rsa`, `p256` and `cipher`.
fn with_card(test: &str, body: fn(&Path)) {
    let Some(library) = library() else {
        eprintln!("skipped: softhsm2 or opensc is not installed");
        return;
    };
    if std::env::var_os("BELDE_CARD_CHILD").is_some() {
        return body(&library);
    }
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("softhsm2.conf");
    std::fs::create_dir(folder.path().join("tokens")).unwrap();
    let settings = format!("directories.tokendir = {}/tokens\n", folder.path().display());
    std::fs::write(&config, settings).unwrap();
    let tool = |name: &str, arguments: &[&str]| {
        let output = Command::new(name).args(arguments).env("SOFTHSM2_CONF", &config).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    };
    tool(
        "softhsm2-util",
        &["--init-token", "--free", "--label", "Kart", "--pin", PIN, "--so-pin", "87654321"],
    );
    let module = library.to_str().unwrap();
    for (name, id) in [("rsa", "01"), ("p256", "02"), ("cipher", "03"), ("issuer", "04")] {
        let (key, der) = (WORLD.path(&format!("{name}.key")), WORLD.path(&format!("{name}-{test}.der")));
        std::fs::write(&der, certificate(name).der()).unwrap();
        let (key, der) = (key.to_str().unwrap(), der.to_str().unwrap());
        if name != "issuer" {
            tool(
                "softhsm2-util",
                &["--import", key, "--token", "Kart", "--label", name, "--id", id, "--pin", PIN],
            );
        }
        let write = ["--write-object", der, "--type", "cert", "--id", id, "--label", name];
        tool("pkcs11-tool", &[&["--module", module, "--login", "--pin", PIN][..], &write[..]].concat());
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("tests::token::{test}"), "--nocapture", "--test-threads", "1"])
        .env("SOFTHSM2_CONF", &config)
        .env("BELDE_CARD_CHILD", "1")
        .status()
        .unwrap();
    assert!(status.success());
}

fn only_card(driver: &Driver) -> Card {
    driver.cards().unwrap().into_iter().find(|card| card.label == "Kart").unwrap()
}

fn sign_with_each(driver: &Driver) {
    let card = only_card(driver);
    let choices: Vec<Certificate> = card.signing_certificates().cloned().collect();
    assert_eq!(choices.len(), 2, "the one for ciphers and the issuer's are no choice: {choices:?}");
    for choice in &choices {
        assert_eq!(choice.tckn().as_deref(), Some("10000000146"));
        let mut token = Token::open(driver, &card, choice).unwrap();
        assert_eq!(token.sign(b"x"), Err(KeyError::NotLoggedIn));
        token.log_in(PIN).unwrap();
        assert_eq!(token.chain().len(), 2, "the issuer's certificate comes along");
        let content = Content::Attached(CONTENT);
        let at = choice.valid_from() + time::Duration::minutes(1);
        let prepared = Preparation::new(content, token.chain(), Profile::P4, at).unwrap();
        let cms = prepared.finish(&token.sign(prepared.to_be_signed()).unwrap()).unwrap();
        let report = verify(&cms, None, &Trust::in_anchors(vec![token.chain()[1].clone()]), at);
        assert!(
            report.signers[0].findings.iter().all(|one| one.weight != Weight::Broken),
            "{}",
            report.turkish()
        );
        assert_eq!(report.signers[0].certificate.as_ref(), Some(choice));
    }
}

#[test]
fn a_card_signs_with_both_kinds_of_key() {
    with_card("a_card_signs_with_both_kinds_of_key", |library| {
        sign_with_each(&Driver::open(library).unwrap())
    });
}

#[test]
fn a_driver_that_wants_no_arguments_is_started_without_them() {
    with_card("a_driver_that_wants_no_arguments_is_started_without_them", |library| {
        sign_with_each(&Driver::open_without_arguments(library).unwrap());
    });
}

#[test]
fn after_one_wrong_pin_nothing_is_tried_until_a_person_says_so() {
    with_card("after_one_wrong_pin_nothing_is_tried_until_a_person_says_so", |library| {
        let driver = Driver::open(library).unwrap();
        let card = only_card(&driver);
        assert!(!card.pin.is_count_low);
        let certificate = card.signing_certificates().next().unwrap().clone();
        let mut token = Token::open(&driver, &card, &certificate).unwrap();
        assert_eq!(token.log_in("000000"), Err(KeyError::WrongPin { last_try: false }));
        assert!(token.pin_state().unwrap().is_count_low);
        assert_eq!(token.log_in(PIN), Err(KeyError::RefusesAnotherTry));
        token.allow_another_try();
        assert_eq!(token.log_in(PIN), Ok(()));
        assert!(!token.pin_state().unwrap().is_count_low);
        assert!(token.sign(b"x").is_ok());
    });
}

#[test]
fn a_certificate_that_is_not_on_the_card_or_not_for_signatures_is_refused() {
    with_card("a_certificate_that_is_not_on_the_card_or_not_for_signatures_is_refused", |library| {
        let driver = Driver::open(library).unwrap();
        let card = only_card(&driver);
        for certificate in card.certificates.iter().filter(|one| !one.is_for_signatures()) {
            assert_eq!(Token::open(&driver, &card, certificate).err(), Some(KeyError::NoCertificate));
        }
        assert!(Driver::open(Path::new("/nowhere/libakisp11.so")).is_err());
    });
}

/// The server's own key, with its PIN in a file that was written at `now`.
fn server_key(folder: &Path, object: &str, pin: &str) -> ServerKey {
    use std::os::unix::fs::PermissionsExt as _;
    let library = library().unwrap();
    let file = folder.join("pin");
    std::fs::write(&file, format!("{pin}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let uri = format!(
        "pkcs11:token=Kart;object={object}?module-path={}&pin-source=file:{}",
        library.display(),
        file.display()
    );
    ServerKey::new(uri.parse().unwrap())
}

#[test]
fn a_server_signs_with_the_object_that_its_address_names() {
    with_card("a_server_signs_with_the_object_that_its_address_names", |_| {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        for object in ["rsa", "p256"] {
            let key = server_key(folder.path(), object, PIN);
            let signed = key.to_sign(&Open, |token| {
                assert_eq!(token.chain().len(), 2);
                token.sign(b"x")
            });
            assert!(signed.is_ok(), "{signed:?}");
            assert!(key.certificate().unwrap().holder().ends_with(&format!("({object})")));
        }
        let other = server_key(folder.path(), "yok", PIN).to_sign(&Open, |_| Ok(()));
        assert!(
            matches!(&other, Err(KeyError::NoSuchObject(labels)) if labels.contains("p256")),
            "{other:?}"
        );
        // A PIN that others can read is not used.
        let key = server_key(folder.path(), "rsa", PIN);
        std::fs::set_permissions(folder.path().join("pin"), std::fs::Permissions::from_mode(0o640)).unwrap();
        let said = key.to_sign(&Open, |_| Ok(())).unwrap_err().to_string();
        assert!(said.contains("chmod 600"), "{said}");
        let library = library().unwrap();
        let gone = format!(
            "pkcs11:token=Baska?module-path={}&pin-source=file:{}/pin",
            library.display(),
            folder.path().display()
        );
        std::fs::set_permissions(folder.path().join("pin"), std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(ServerKey::new(gone.parse().unwrap()).to_sign(&Open, |_| Ok(())), Err(KeyError::NoCard));
    });
}

/// Lets every PIN through.
struct Open;

impl PinGate for Open {
    fn open(&self, _: &PinEntry) -> Result<(), KeyError> {
        Ok(())
    }

    fn entered(&self, _: &PinEntry, _: Entered) {}
}

/// Lets none through that was wrong before, and remembers what it was told.
#[derive(Default)]
struct Once(Mutex<Vec<(String, Entered)>>);

impl PinGate for Once {
    fn open(&self, entry: &PinEntry) -> Result<(), KeyError> {
        assert!(entry.card.starts_with("Kart "), "{}", entry.card);
        let known = (entry.pin.to_owned(), Entered::Wrong);
        if self.0.lock().unwrap().contains(&known) { Err(KeyError::RefusesAnotherTry) } else { Ok(()) }
    }

    fn entered(&self, entry: &PinEntry, outcome: Entered) {
        self.0.lock().unwrap().push((entry.pin.to_owned(), outcome));
    }
}

#[test]
fn a_server_enters_no_pin_that_its_gate_does_not_let_through() {
    with_card("a_server_enters_no_pin_that_its_gate_does_not_let_through", |library| {
        let folder = tempfile::tempdir().unwrap();
        let driver = Driver::open(library).unwrap();
        let gate = Once::default();
        let key = server_key(folder.path(), "rsa", "000000");
        let used = || key.to_sign(&gate, |_| Ok(()));
        assert_eq!(used(), Err(KeyError::WrongPin { last_try: false }));
        assert!(only_card(&driver).pin.is_count_low);
        for _ in 0..3 {
            assert_eq!(used(), Err(KeyError::RefusesAnotherTry));
        }
        assert!(!only_card(&driver).pin.is_final_try, "the module saw it once");
        std::fs::write(folder.path().join("pin"), PIN).unwrap();
        assert_eq!(used(), Ok(()));
        assert!(!only_card(&driver).pin.is_count_low);
        let expected = [("000000".to_owned(), Entered::Wrong), (PIN.to_owned(), Entered::Right)];
        assert_eq!(*gate.0.lock().unwrap(), expected);
        // Whoever only looks is told of nothing and needs no gate.
        assert!(key.certificate().is_ok() && key.pin_file().is_ok());
        assert_eq!(gate.0.lock().unwrap().len(), 2);
    });
}

#[test]
fn a_module_opens_what_was_encrypted_for_its_certificate() {
    with_card("a_module_opens_what_was_encrypted_for_its_certificate", |library| {
        let folder = tempfile::tempdir().unwrap();
        let run = |name: &str, arguments: &str| {
            let mut command = Command::new(name);
            let done =
                command.current_dir(folder.path()).args(arguments.split_whitespace()).output().unwrap();
            assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
        };
        let openssl = |arguments: &str| run("openssl", arguments);
        openssl(
            "req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=sifre -keyout c.key -out c.pem -addext keyUsage=critical,keyEncipherment",
        );
        openssl("x509 -in c.pem -outform DER -out c.der");
        run("softhsm2-util", &format!("--import c.key --token Kart --label sifre --id 09 --pin {PIN}"));
        let library = library.display();
        run(
            "pkcs11-tool",
            &format!(
                "--module {library} --login --pin {PIN} --write-object c.der --type cert --id 09 --label sifre"
            ),
        );
        std::fs::write(folder.path().join("in"), CONTENT).unwrap();
        let key = server_key(folder.path(), "sifre", PIN);
        let certificate = key.encryption_certificate().unwrap();
        for way in ["c.pem", "-recip c.pem -keyopt rsa_padding_mode:oaep"] {
            openssl(&format!("cms -encrypt -binary -aes256 -in in -outform DER -out out {way}"));
            let file = std::fs::File::open(folder.path().join("out")).unwrap();
            let envelope = crate::enveloped::Envelope::open(file).unwrap();
            let wrapped = envelope.wrapped_for(&certificate).unwrap();
            let unwrapped =
                key.to_decrypt(&Open, |token| token.decrypt(wrapped.wrapping, &wrapped.bytes)).unwrap();
            let mut out = Vec::new();
            envelope.decrypt(&unwrapped, &mut out, 1_000).unwrap();
            assert_eq!(out, CONTENT, "{way}");
        }
    });
}
