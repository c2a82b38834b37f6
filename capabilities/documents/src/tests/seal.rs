//! The seal on a module, played by SoftHSM. Its settings come from the environment, so the test runs itself again in a child that
//! has them; a module that is not there is one whose card carries another name.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use kernel::job::run_one;
use kernel::job::{JobContext, Services};
use kernel::secret::Key;
use signing::KeyError;
use signing::token::{Entered, PinEntry, PinGate as _, ServerKey};
use testkit::{TestDb, each};

use super::esign::{Keys, electronic, link, move_to, pack, send, signed};
use super::pdf_signing::hung;
use super::signed_pdf::paper;
use super::town::{Town, capabilities};
use crate::letter::esign::sealing::pins::Gate;
use crate::{Seal, Trusted};

const LIBRARIES: [&str; 2] =
    ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"];
const PIN: &str = "123456";

fn library() -> Option<PathBuf> {
    let has = |name: &str| Command::new(name).arg("--help").output().is_ok();
    let path = LIBRARIES.iter().map(PathBuf::from).find(|path| path.exists());
    path.filter(|_| has("softhsm2-util") && has("pkcs11-tool"))
}

fn run(name: &str, arguments: &str) {
    let done = Command::new(name).args(arguments.split_whitespace()).output().unwrap();
    assert!(done.status.success(), "{name} {arguments}: {}", String::from_utf8_lossy(&done.stderr));
}

fn write_pin(file: &Path, pin: &str) {
    std::fs::write(file, pin).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// As if somebody had written it a moment ago, by the clock of the test.
fn written_at(file: &Path, test: &TestDb) {
    let file = std::fs::File::options().write(true).open(file).unwrap();
    file.set_modified((test.clock.now().utc() + time::Duration::seconds(1)).into()).unwrap();
}

/// Puts the seal's key on a new card.
fn card(keys: &Keys, label: &str, library: &Path) {
    run("softhsm2-util", &format!("--init-token --free --label {label} --pin {PIN} --so-pin 87654321"));
    keys.openssl("pkcs8 -topk8 -nocrypt -in seal.key -out seal.p8", None);
    keys.openssl("x509 -in seal.pem -outform DER -out seal.der", None);
    let (key, der) = (keys.path("seal.p8"), keys.path("seal.der"));
    let key = key.display();
    run("softhsm2-util", &format!("--import {key} --token {label} --label muhur --id 01 --pin {PIN}"));
    let (module, der) = (library.display(), der.display());
    let object = format!("--write-object {der} --type cert --id 01 --label muhur");
    run("pkcs11-tool", &format!("--module {module} --token-label {label} --login --pin {PIN} {object}"));
}

fn services(keys: &Keys, files: &Path, (library, label): (&Path, &str)) -> Services {
    let pin = keys.path("pin");
    let uri = format!(
        "pkcs11:token={label};object=muhur?module-path={}&pin-source=file:{}",
        library.display(),
        pin.display()
    );
    let seal = Some(Arc::new(Seal::Module(Box::new(ServerKey::new(uri.parse().unwrap())))));
    let place = files::StoreConfig::Local { dir: files.to_path_buf() };
    Services::default().with(files::Store::open(&place).unwrap()).with(installation_key()).with(Trusted {
        anchors: keys.anchors(),
        seal,
        opening: None,
    })
}

/// That of all servers of one installation.
fn installation_key() -> Key {
    Key::from_hex(&"5a".repeat(32)).unwrap()
}

async fn again(test: &TestDb, services: Services) {
    let context = JobContext { services: Arc::new(services), ..test.jobs() };
    let job = crate::capability().jobs.into_iter().find(|job| job.name == "documents.seal_waiting").unwrap();
    (job.run)(&context, &serde_json::Value::Null).await.unwrap();
    while run_one(&context, "sinama").await.unwrap() {}
}

#[test]
fn a_letter_waits_for_a_module_that_is_away_or_refuses_and_is_sealed_when_it_is_back() {
    let Some(library) = library() else {
        eprintln!("skipped: softhsm2 or opensc is not installed");
        return;
    };
    if std::env::var_os("BELDE_CARD_CHILD").is_none() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("softhsm2.conf");
        std::fs::create_dir(folder.path().join("tokens")).unwrap();
        std::fs::write(&config, format!("directories.tokendir = {}/tokens\n", folder.path().display()))
            .unwrap();
        let name =
            "tests::seal::a_letter_waits_for_a_module_that_is_away_or_refuses_and_is_sealed_when_it_is_back";
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env("SOFTHSM2_CONF", &config)
            .env("BELDE_CARD_CHILD", "1")
            .status()
            .unwrap();
        assert!(status.success());
        return;
    }
    let keys = Keys::make();
    card(&keys, "Belediye", &library);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(each(capabilities(), async |test| scene(test, &keys, &library).await));
}

async fn scene(test: &TestDb, keys: &Keys, library: &Path) {
    move_to(test, keys);
    let files = tempfile::tempdir().unwrap();
    let with = |label| services(keys, files.path(), (library, label));
    write_pin(&keys.path("pin"), PIN);
    let town = Town::with(test, with("Belediye")).await;
    let letter = electronic(&town).await;
    let token = link(&town, &letter).await;
    let cms = signed(&town, &token, &keys.key("veli")).await;
    assert_eq!(send(&town, &token, &cms).await.status, 200);
    let pdf = hung(&town, "rapor.pdf", &paper()).await;
    let file_page = format!("{pdf}/imza");
    town.app.post(&format!("{pdf}/muhur"), &[]).await.leads_to(&file_page);
    town.app.post(&format!("{pdf}/muhur"), &[]).await.status(409).says("“rapor.pdf” için mühür istedi");
    // The module is away: the letter has its number and waits.
    pack(test, with("Baska")).await.unwrap();
    town.as_veli();
    town.app.get(&letter).await.ok().says("mührünü bekliyor").says("takılı değil");
    again(test, with("Baska")).await;
    assert_eq!(town.count("SELECT count(*) FROM letter_unsealed").await, 1);
    town.as_clerk();
    town.app.get(&file_page).await.ok().says("mührü bekleniyor").says("takılı değil").hides("mühürle");
    // It is back with a wrong PIN, which is entered once however often the job runs.
    write_pin(&keys.path("pin"), "000000");
    test.advance_seconds(120);
    let node = || JobContext { services: Arc::new(with("Belediye")), ..test.jobs() };
    let (nodes, nothing) = ([node(), node()], serde_json::Value::Null);
    let job = crate::capability().jobs.into_iter().find(|job| job.name == "documents.seal_waiting").unwrap();
    for _ in 0..5 {
        let (one, two) = tokio::join!((job.run)(&nodes[0], &nothing), (job.run)(&nodes[1], &nothing));
        one.and(two).unwrap();
        test.advance_seconds(60);
        // The same PIN written once more is the same PIN.
        write_pin(&keys.path("pin"), "000000");
        written_at(&keys.path("pin"), test);
    }
    assert_eq!(town.count("SELECT count(*) FROM letter_unsealed").await, 1);
    assert_eq!(town.count("SELECT count(*) FROM key_pin WHERE state = 'wrong'").await, 1);
    let marks = town.text("SELECT mark FROM key_pin WHERE state = 'wrong'").await;
    assert!(marks.len() == 64 && !marks.contains("000000"), "{marks}");
    town.app.sign_in_as("admin", &[town.desk], None);
    let page = town.app.get("/yonetim/muhur").await.ok();
    page.says("PKCS #11 modülü").says("Belediye Mührü").says("yeniden denenmiyor").hides("000000");
    town.app.get("/").await.ok().says("Mühür bekleyen e-Yazışma paketi");
    // The right PIN in a file that was written after the refusal.
    write_pin(&keys.path("pin"), PIN);
    written_at(&keys.path("pin"), test);
    again(test, with("Belediye")).await;
    assert_eq!(town.count("SELECT count(*) FROM letter_unsealed").await, 0);
    assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'letter_packed'").await, 1);
    assert_eq!(town.count("SELECT count(*) FROM pdf_signature WHERE file_id IS NULL").await, 0);
    assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'pdf_sealed'").await, 1);
    town.as_clerk();
    town.app.get(&file_page).await.ok().says("İmzalı dosyayı aç");
    town.app.sign_in_as("admin", &[town.desk], None);
    town.app.post("/yonetim/muhur/dene", &[]).await.leads_to("/yonetim/muhur");
    town.app.get("/yonetim/muhur").await.ok().says("Çalışıyor").says("Son mühür");
    assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'seal_tried'").await, 1);
    town.as_clerk();
    town.app.get("/yonetim/muhur").await.status(403);
}

/// A server of the installation, as far as PINs are concerned.
fn gate(test: &TestDb) -> Gate {
    let services = Services::default().with(installation_key());
    Gate::of(&JobContext { services: Arc::new(services), ..test.jobs() })
}

/// Asks the gate on a thread that may block, as whoever uses a key does; what the module says is `outcome`.
async fn enter(
    gate: &Gate,
    test: &TestDb,
    pin: &'static str,
    outcome: Option<Entered>,
) -> Result<(), KeyError> {
    let (gate, written_at) = (gate.clone(), test.clock.now().utc() - time::Duration::days(1));
    let work = move || {
        let entry = PinEntry { card: "Belediye 0042".into(), pin, written_at };
        gate.open(&entry)?;
        if let Some(outcome) = outcome {
            gate.entered(&entry, outcome);
        }
        Ok(())
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_servers_with_the_same_wrong_pin_one_enters_it_once() {
    each(capabilities(), async |test| {
        let [one, two, three, four, five, six] = &std::array::from_fn::<Gate, 6, _>(|_| gate(test));
        let wrong = Some(Entered::Wrong);
        let all = tokio::join!(
            enter(one, test, "000000", wrong),
            enter(two, test, "000000", wrong),
            enter(three, test, "000000", wrong),
            // Wrong otherwise, in a file that is as old.
            enter(four, test, "111111", wrong),
            enter(five, test, "111111", wrong),
            enter(six, test, "111111", wrong),
        );
        let all = [all.0, all.1, all.2, all.3, all.4, all.5];
        let entered = all.iter().filter(|one| one.is_ok()).count();
        let refused = all.iter().filter(|one| **one == Err(KeyError::RefusesAnotherTry)).count();
        assert_eq!((entered, refused), (1, 5), "{all:?}");
        test.advance_seconds(2 * 86_400);
        let told = [enter(one, test, "000000", wrong).await, enter(four, test, "111111", wrong).await];
        assert_eq!(
            told.iter().filter(|one| one.is_ok()).count(),
            1,
            "the file of the other was written since"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_died_while_it_entered_a_pin_leaves_it_to_a_person_unless_it_was_right_before() {
    each(capabilities(), async |test| {
        let (one, two) = (gate(test), gate(test));
        assert_eq!(enter(&one, test, "123456", Some(Entered::Right)).await, Ok(()));
        assert_eq!(enter(&two, test, "123456", Some(Entered::Not)).await, Ok(()));
        // The current goes off in between.
        assert_eq!(enter(&one, test, "123456", None).await, Ok(()));
        assert_eq!(enter(&two, test, "123456", None).await, Err(KeyError::TriedElsewhere));
        test.advance_seconds(61);
        assert_eq!(
            enter(&two, test, "123456", Some(Entered::Right)).await,
            Ok(()),
            "it is known to be right"
        );
        test.advance_seconds(1);
        assert_eq!(enter(&one, test, "999999", None).await, Ok(()), "unknown, and none was wrong");
        test.advance_seconds(61);
        assert_eq!(enter(&two, test, "999999", None).await, Err(KeyError::RefusesAnotherTry));
        assert_eq!(enter(&two, test, "123456", Some(Entered::Right)).await, Ok(()), "another's is no matter");
        // A person says so.
        let town = Town::new(test).await;
        let tx = test.begin().await;
        tx.without_event("arranged");
        crate::letter::esign::sealing::store::allow(&tx, tx.at()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(enter(&two, test, "999999", Some(Entered::Wrong)).await, Ok(()));
        assert_eq!(town.count("SELECT count(*) FROM key_pin WHERE state = 'wrong'").await, 1);
        // Without the installation's key no mark is made, and no PIN entered.
        let keyless = Gate::of(&test.jobs());
        let refused = enter(&keyless, test, "123456", Some(Entered::Right)).await;
        assert!(matches!(refused, Err(KeyError::NotNoted(_))), "{refused:?}");
    })
    .await;
}
