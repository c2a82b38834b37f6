//! The seal on a module, played by SoftHSM. Its settings come from the environment, so the test runs itself again in a child that
//! has them; a module that is not there is one whose card carries another name.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use kernel::job::run_one;
use kernel::job::{JobContext, Services};
use signing::token::ServerKey;
use testkit::{TestDb, each};

use super::esign::{Keys, electronic, link, move_to, pack, send, signed};
use super::town::{Town, capabilities};
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
    Services::default().with(files::Store::open(&place).unwrap()).with(Trusted {
        anchors: keys.anchors(),
        seal,
        opening: None,
    })
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
    // The module is away: the letter has its number and waits.
    pack(test, with("Baska")).await.unwrap();
    town.as_veli();
    town.app.get(&letter).await.ok().says("mührünü bekliyor").says("takılı değil");
    again(test, with("Baska")).await;
    assert_eq!(town.count("SELECT count(*) FROM letter_unsealed").await, 1);
    // It is back with a wrong PIN, which is entered once however often the job runs.
    write_pin(&keys.path("pin"), "000000");
    test.advance_seconds(120);
    let wrong = Arc::new(with("Belediye"));
    let context = JobContext { services: wrong, ..test.jobs() };
    let job = crate::capability().jobs.into_iter().find(|job| job.name == "documents.seal_waiting").unwrap();
    for _ in 0..5 {
        (job.run)(&context, &serde_json::Value::Null).await.unwrap();
        test.advance_seconds(60);
    }
    assert_eq!(town.count("SELECT count(*) FROM letter_unsealed").await, 1);
    assert_eq!(town.count("SELECT count(*) FROM key_standing WHERE refused_at IS NOT NULL").await, 1);
    town.app.sign_in_as("admin", &[town.desk], None);
    let page = town.app.get("/yonetim/muhur").await.ok();
    page.says("PKCS #11 modülü").says("Belediye Mührü").says("yeniden denenmiyor").hides("000000");
    town.app.get("/").await.ok().says("Mühür bekleyen e-Yazışma paketi");
    // The right PIN in a file that was written after the refusal.
    write_pin(&keys.path("pin"), PIN);
    let file = std::fs::File::options().write(true).open(keys.path("pin")).unwrap();
    let later = test.clock.now().utc() + time::Duration::minutes(1);
    file.set_modified(later.into()).unwrap();
    again(test, with("Belediye")).await;
    assert_eq!(town.count("SELECT count(*) FROM letter_unsealed").await, 0);
    assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'letter_packed'").await, 1);
    town.app.sign_in_as("admin", &[town.desk], None);
    town.app.post("/yonetim/muhur/dene", &[]).await.leads_to("/yonetim/muhur");
    town.app.get("/yonetim/muhur").await.ok().says("Çalışıyor").says("Son mühür");
    assert_eq!(town.count("SELECT count(*) FROM event WHERE verb = 'seal_tried'").await, 1);
    town.as_clerk();
    town.app.get("/yonetim/muhur").await.status(403);
}
