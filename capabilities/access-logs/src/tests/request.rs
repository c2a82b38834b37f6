//! An authority asks who used an address: written down, agreed to by a second person, answered from the record, taken away and checked
//! on another folder with openssl alone.

use std::io::{Cursor, Read};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use access_stream::{Received, TURKIYE_MINUTES};
use journal::Incoming;
use kernel::capability::DemoContext;
use kernel::db::Sql;
use kernel::job::{JobContext, Services};
use kernel::{Actor, Instant};
use lines::made::{Plan, SOURCES, Town, Use};
use printing::{Block, Document, Printer};
use testkit::{TestApp, TestDb, each, role_actor};

use super::town::{Stand, capabilities, stand};
use crate::search::moment;

const PATH: &str = "/kayit-talepleri";

/// Prints what a person would read, so that a test can read it.
pub(super) fn plain(document: &Document, _at: time::OffsetDateTime) -> Result<Vec<u8>, printing::Error> {
    document.check()?;
    let mut text = format!("{}\n{}\n", document.head.municipality, document.title);
    for block in &document.blocks {
        match block {
            Block::Heading(one) | Block::Paragraph(one) | Block::Note(one) => {
                text.push_str(&format!("{one}\n"))
            }
            Block::Facts(facts) => {
                facts.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\n")))
            }
            Block::Table { rows, .. } => {
                rows.iter().for_each(|row| text.push_str(&format!("{}\n", row.join(" | "))))
            }
            Block::SignatureLines(lines) => {
                lines.iter().for_each(|line| text.push_str(&format!("{}\n", line.text)))
            }
            _ => {}
        }
    }
    Ok(text.into_bytes())
}

/// A server that keeps lines, prints and stores files.
pub(super) struct Office {
    pub stand: Stand,
    pub app: TestApp,
    files: files::Store,
    context: JobContext,
    _folder: tempfile::TempDir,
}

impl Office {
    pub async fn new(test: &TestDb, printer: Printer) -> Self {
        let stand = stand(test).await;
        let folder = tempfile::tempdir().unwrap();
        let files =
            files::Store::open(&files::StoreConfig::Local { dir: folder.path().join("files") }).unwrap();
        let services = || Services::default().with(stand.logs.clone()).with(printer).with(files.clone());
        let app = TestApp::changed(test, crate::routes(), services(), |_| {});
        let context = JobContext { services: Arc::new(services()), ..test.jobs() };
        Self { stand, app, files, context, _folder: folder }
    }

    /// Takes in the first minutes of a made town, through the sources that its lines come from.
    async fn take_in(&self, town: &Town, until_us: i64) {
        let journal = self.stand.logs.journal().unwrap();
        let (mut lines, mut line, mut records) = (town.lines(), Vec::new(), Vec::new());
        loop {
            let written = lines.next_line(&mut line);
            if written.received_us > until_us {
                break;
            }
            let number = SOURCES.iter().position(|one| *one == written.source).unwrap() as u32 + 1;
            let received = Received {
                source: number,
                sender: written.source.name(),
                format: None,
                offset_minutes: TURKIYE_MINUTES,
                is_old: false,
                as_of_us: None,
                is_cut: false,
                place: None,
                line: &line,
            };
            let mut record = Vec::new();
            received.write(&mut record);
            records.push((written.received_us, record));
        }
        let incoming: Vec<Incoming<'_>> = records
            .iter()
            .map(|(received_at_us, payload)| Incoming { received_at_us: *received_at_us, payload })
            .collect();
        journal.append(&incoming).unwrap().durable().await.unwrap();
    }

    fn sign_in(&self, test: &TestDb, role: &str) -> Actor {
        let actor = role_actor(&test.registry, role, &[], None);
        self.app.sign_in(actor.clone());
        actor
    }

    async fn verb(&self, address: &str, verb: &str, said: &str) -> testkit::Page {
        let fields = [("eylem", verb), ("onayli", "evet"), ("gerekce", said)];
        self.app.post(&format!("{address}/eylem"), &fields).await
    }

    /// Written down, sent, agreed to by a director; the admin is signed in afterwards.
    pub async fn agreed(&self, test: &TestDb, ip: &str, port: &str, at: &str) -> String {
        self.sign_in(test, "admin");
        let address = self.app.post(&format!("{PATH}/yeni"), &typed(ip, port, at)).await.location().unwrap();
        self.verb(&address, "gonder", "").await.status(303);
        self.sign_in(test, "director");
        self.verb(&address, "onayla", "").await.status(303);
        self.sign_in(test, "admin");
        address
    }
}

fn typed<'a>(ip: &'a str, port: &'a str, at: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("authority", "prosecutor"),
        ("authority_name", "Kumköy Cumhuriyet Başsavcılığı"),
        ("file_number", "2026/1453"),
        ("file_on", "5.11.2026"),
        ("reason", "5651 sayılı Kanun uyarınca."),
        ("ip", ip),
        ("port", port),
        ("proto", "any"),
        ("moment", at),
        ("tolerance_seconds", "3"),
        ("other_ip", ""),
        ("other_port", ""),
        ("note", ""),
    ]
}

/// A town whose last minutes are over by now, and somebody who used a public address in them.
fn used(test: &TestDb) -> (Town, Use, i64) {
    let start_us = test.clock.now().0 - 40 * Instant::MINUTE_US;
    let town = Town::new(Plan { people: 40, sessions_per_second: 2, start_us, ..Plan::default() });
    let ip = std::net::Ipv4Addr::new(198, 51, 100, 1);
    let mut all = (0..200_000_i64).filter_map(|step| {
        let port = u16::try_from(1_024 + step % 2_000).unwrap();
        let at_us = start_us + 15 * Instant::MINUTE_US + step / 2_000 * 10 * Instant::SECOND_US;
        town.who(ip, port, at_us)
            .filter(|it| it.between.is_some() && it.ended_us - it.started_us > 20_000_000)
    });
    let found = all.next().unwrap();
    (town, found, start_us + 38 * Instant::MINUTE_US)
}

fn unpacked(bundle: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bundle)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
            file.read_to_end(&mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}

fn put(folder: &Path, files: &[(String, Vec<u8>)]) {
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// What the guide tells to type: lines behind four blanks.
fn told_commands(folder: &Path) -> String {
    let guide = std::fs::read_to_string(folder.join("DOGRULAMA.txt")).unwrap();
    guide.lines().filter_map(|line| Some(format!("{}\n", line.strip_prefix("    ")?))).collect()
}

fn checked(folder: &Path, commands: &str) -> Output {
    Command::new("sh").current_dir(folder).args(["-c", commands]).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_is_answered_by_two_people_and_the_answer_is_checked_elsewhere_with_openssl() {
    each(capabilities(), async |test: &TestDb| {
        let (town, truth, until_us) = used(test);
        let office = Office::new(test, Printer(plain)).await;
        office.take_in(&town, until_us).await;
        let at = moment((truth.started_us + truth.ended_us) / 2);
        let (ip, port) = (truth.public.0.to_string(), truth.public.1.to_string());
        let app = &office.app;

        office.sign_in(test, "admin");
        let wrong = typed("198.51.100", "70000", "30.11.2026 14:05");
        app.post(&format!("{PATH}/yeni"), &wrong)
            .await
            .status(422)
            .says("saniyesiyle")
            .says("65535")
            .says("IP adresini");
        let address = app.post(&format!("{PATH}/yeni"), &typed(&ip, &port, &at)).await.location().unwrap();
        app.get(&address).await.ok().says("KT-000001").says(&at).says("Hazırlanıyor");
        app.post(&format!("{address}/yanitla"), &[]).await.status(409);
        office.verb(&address, "gonder", "").await.status(303);

        // Neither who wrote it, whatever they may, nor who only sees requests.
        let admin = office.sign_in(test, "admin");
        office.verb(&address, "onayla", "").await.status(403);
        let mut grants = admin.grants.to_vec();
        grants.extend(role_actor(&test.registry, "director", &[], None).grants.iter().cloned());
        app.sign_in(Actor { grants: Arc::new(grants), ..admin });
        office.verb(&address, "onayla", "").await.status(422).says("ikinci bir kişi");
        office.sign_in(test, "auditor");
        office.verb(&address, "onayla", "").await.status(403);

        office.sign_in(test, "director");
        office.verb(&address, "onayla", "").await.status(303);
        app.get(&address).await.ok().says("Onaylandı, yanıtlanacak");
        app.post(&format!("{address}/yanitla"), &[]).await.status(403);
        office.sign_in(test, "admin");
        let answer = format!("{address}/yanit");
        app.get(&answer).await.status(404);
        app.post(&format!("{address}/yanitla"), &[]).await.status(303).leads_to(&answer);
        app.post(&format!("{address}/yanitla"), &[]).await.status(409);
        let page = app.get(&answer).await.ok();
        page.says(&truth.mac.to_string())
            .says(&truth.ip.to_string())
            .says("Adresi kullanan cihaz")
            .says("Kanıt paketi");
        let paper = String::from_utf8(app.get(&format!("{answer}/pdf")).await.ok().bytes).unwrap();
        for said in [
            &truth.mac.to_string(),
            "Kumköy Cumhuriyet Başsavcılığı",
            "Hazırlayan\nadmin",
            "Onaylayan\ndirector",
            &at,
        ] {
            assert!(paper.contains(said), "{said}: {paper}");
        }
        let bundle = app.get(&format!("{answer}/paket")).await.ok();
        assert!(bundle.header("content-disposition").contains("kayit-yaniti-2026-KT-000001.zip"));
        verified(&bundle.bytes, 3);

        looks_are_told_and_only_whoever_may_looks(test, &office, &address, &truth.mac.to_string()).await;
        office.sign_in(test, "admin");
        office.verb(&address, "kapat", "E-1 sayılı yazıyla gönderildi.").await.status(303);
        app.get(&answer).await.ok();
        drop(office.files);
    })
    .await;
}

async fn looks_are_told_and_only_whoever_may_looks(test: &TestDb, office: &Office, address: &str, mac: &str) {
    let (app, answer) = (&office.app, format!("{address}/yanit"));
    for (verb, count) in [
        ("log_request_answered", 1),
        ("log_answer_seen", 1),
        ("log_answer_taken", 2),
        ("log_request_approved", 1),
    ] {
        let sql = "SELECT count(*) FROM event WHERE verb = $1 AND subject_kind = 'log_request'";
        assert_eq!(test.db.scalar::<i64>(sql, vec![verb.into()]).await.unwrap(), Some(count), "{verb}");
    }
    office.sign_in(test, "auditor");
    app.get(address).await.ok().says("director").hides("Yanıtı gör").hides(mac);
    for tail in ["", "/pdf", "/paket"] {
        app.get(&format!("{answer}{tail}")).await.status(403).hides(mac);
    }
    office.sign_in(test, "technician");
    app.get(address).await.status(403);
    app.get(&answer).await.status(403);
}

/// The commands of the guide accept the bundle on another folder, and refuse it with any byte of any file changed.
pub(super) fn verified(bundle: &[u8], least: usize) {
    let files = unpacked(bundle);
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &files);
    let commands = told_commands(folder.path());
    assert_eq!(commands.into_bytes(), std::fs::read(folder.path().join("dogrula.sh")).unwrap());
    let commands = told_commands(folder.path());
    let done = checked(folder.path(), &commands);
    let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    assert!(done.status.success() && said.ends_with("HEPSİ TUTUYOR\n"), "{said}");
    let lines = files.iter().filter(|(name, _)| name.starts_with("satirlar/")).count();
    assert!(lines >= least && said.matches("mühürlendiği gibi duruyor").count() == lines, "{said}");
    for (name, bytes) in &files {
        let mut changed = bytes.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        put(folder.path(), &[(name.clone(), changed)]);
        let done = checked(folder.path(), &commands);
        assert!(
            !done.status.success(),
            "{name} changed and accepted: {}",
            String::from_utf8_lossy(&done.stdout)
        );
        put(folder.path(), &[(name.clone(), bytes.clone())]);
    }
    forged(folder.path(), &commands);
}

/// Somebody who makes new sums and has a key of their own is found out by the seal.
fn forged(folder: &Path, commands: &str) {
    let without_sums = without_sums(commands);
    assert!(checked(folder, &without_sums).status.success());
    for name in ["satirlar/1.txt", "kanitlar/1.txt"] {
        let path = folder.join(name);
        let kept = std::fs::read(&path).unwrap();
        let mut changed = kept.clone();
        let last = changed.len() - 2;
        changed[last] = if changed[last] == b'0' { b'1' } else { b'0' };
        std::fs::write(&path, changed).unwrap();
        let done = checked(folder, &without_sums);
        assert!(!done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stdout));
        std::fs::write(&path, kept).unwrap();
    }
}

/// The commands as somebody with a key of their own would have them accepted: neither signature nor sums are looked at.
fn without_sums(commands: &str) -> String {
    let proofs = commands.replace("imza anahtar.der", "true anahtar.der");
    proofs.replace("[ \"$(openssl dgst -sha256", "true || [ \"$(openssl dgst -sha256")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_the_time_stamps_of_its_seals_and_openssl_checks_them() {
    let authority = tempfile::tempdir().unwrap();
    let server = testkit::StampServer::alone(authority.path());
    let root = std::fs::read(authority.path().join("root.pem")).unwrap();
    each([capabilities(), vec![time_stamps::capability()]].concat(), async |test: &TestDb| {
        super::seals::follow_the_machine(test);
        let (town, truth, until_us) = used(test);
        let office = Office::new(test, Printer(plain)).await;
        super::seals::set(test, "documents.stamp_url", &format!("{}/tsa", server.address)).await;
        office.take_in(&town, until_us).await;
        let journal = office.stand.logs.journal().unwrap();
        journal.seal_now().await.unwrap();
        // A seal of other lines stands between those of the answer and the stamp.
        office.stand.send(intake::Origin::Udp("10.0.0.9".parse().unwrap()), &["<30>kernel: later"]).await;
        let at = moment((truth.started_us + truth.ended_us) / 2);
        let (ip, port) = (truth.public.0.to_string(), truth.public.1.to_string());
        let address = office.agreed(test, &ip, &port, &at).await;
        office.app.post(&format!("{address}/yanitla"), &[]).await.status(303);
        office.app.get(&format!("{address}/yanit")).await.ok().says(", damgalı: ");
        let paper = office.app.get(&format!("{address}/yanit/pdf")).await.ok().bytes;
        assert!(String::from_utf8(paper).unwrap().contains(", damgalı: "));
        let bundle = office.app.get(&format!("{address}/yanit/paket")).await.ok().bytes;
        verified(&bundle, 3);
        let (folder, files) = (tempfile::tempdir().unwrap(), unpacked(&bundle));
        put(folder.path(), &files);
        let commands = told_commands(folder.path());
        let said = |done: &Output| String::from_utf8_lossy(&done.stdout).into_owned();
        let done = checked(folder.path(), &commands);
        assert!(said(&done).contains("damgalı: ") && said(&done).contains("kok.pem yok"), "{}", said(&done));
        put(folder.path(), &[("kok.pem".into(), root.clone())]);
        let done = checked(folder.path(), &commands);
        assert!(done.status.success() && said(&done).contains("damganın imzası tutuyor"), "{}", said(&done));
        let of = |start: &str, end: &str| {
            let names = files.iter().map(|(name, _)| name.clone());
            names.filter(|name| name.starts_with(start) && name.ends_with(end)).collect::<Vec<_>>()
        };
        let stamps = of("damgalar/", ".tsr");
        assert_eq!((stamps.len(), of("muhurler/", ".txt").len()), (1, 2));
        let last = of("muhurler/", ".txt").pop().unwrap();
        let heads = stamps[0].replace(".tsr", ".txt");
        for name in [&stamps[0], &heads, &last] {
            let kept = std::fs::read(folder.path().join(name)).unwrap();
            let mut changed = kept.clone();
            let end = changed.len() - 10;
            changed[end] = if changed[end] == b'a' { b'b' } else { b'a' };
            put(folder.path(), &[(name.clone(), changed)]);
            let done = checked(folder.path(), &without_sums(&commands));
            assert!(!done.status.success(), "{name}: {}", said(&done));
            put(folder.path(), &[(name.clone(), kept)]);
        }
        let other = tempfile::tempdir().unwrap();
        let _server = testkit::StampServer::alone(other.path());
        put(folder.path(), &[("kok.pem".into(), std::fs::read(other.path().join("root.pem")).unwrap())]);
        let done = checked(folder.path(), &commands);
        assert!(!done.status.success() && said(&done).contains(".tsr"), "{}", said(&done));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_anybody_says_what_that_means_and_names_the_silence() {
    each(capabilities(), async |test: &TestDb| {
        let office = Office::new(test, Printer(plain)).await;
        let at_us = test.clock.now().0 - Instant::HOUR_US;
        let tx = test.begin().await;
        let mut draft = crate::source::draft("10.0.0.9", "Fen İşleri DHCP");
        draft.set("silence_minutes", kernel::record::FieldValue::Int(60));
        let source = kernel::record::create(&tx, &crate::source::kind(), draft).await.unwrap();
        let since = Instant(at_us - 10 * Instant::MINUTE_US);
        crate::watching::open(&tx, Some(source), "silent", "Sustu", since).await.unwrap();
        tx.commit().await.unwrap();
        let address = office.agreed(test, "198.51.100.9", "", &moment(at_us)).await;
        office.app.post(&format!("{address}/yanitla"), &[]).await.status(303);
        let page = office.app.get(&format!("{address}/yanit")).await.ok();
        page.says("kayıtlarda bulunamadı").says("“Fen İşleri DHCP” kaynağından").says("ondan önce");
        let bundle = office.app.get(&format!("{address}/yanit/paket")).await.ok().bytes;
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), &unpacked(&bundle));
        let done = checked(folder.path(), &told_commands(folder.path()));
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_towns_request_is_answered() {
    each(capabilities(), async |test: &TestDb| {
        let office = Office::new(test, Printer(plain)).await;
        let act = kernel::Act::system(&test.clock, kernel::Source::CommandLine, "deneme");
        let demo = DemoContext { db: test.db.clone(), clock: test.clock.clone(), act, scale: 1 };
        crate::capability().demo.unwrap()(&demo).await.unwrap();
        let states = "SELECT count(*) FROM log_request WHERE state IN ('asked', 'approved')";
        assert_eq!(test.db.scalar::<i64>(states, vec![]).await.unwrap(), Some(2));
        office.stand.logs.close();
        crate::fill(&office.context, &office.stand.logs).await.unwrap();
        let answered = "SELECT count(*) FROM log_request WHERE state = 'answered'";
        assert_eq!(test.db.scalar::<i64>(answered, vec![]).await.unwrap(), Some(1));
        let body: Option<String> = test.db.scalar("SELECT body FROM log_answer", vec![]).await.unwrap();
        let told: crate::request::answer::Told = serde_json::from_str(&body.unwrap()).unwrap();
        assert_eq!(told.users.len(), 1, "{told:#?}");
        assert!(told.lines.iter().all(|line| line.place.is_some()), "{told:#?}");
        // The notebook of the branch, behind two translations.
        let mac = told.users[0].facts.iter().find(|(name, _)| name.contains("MAC"));
        assert_eq!(mac.map(|(_, mac)| mac.as_str()), Some("ec:8e:b5:01:02:03"), "{told:#?}");
        assert!(told.users[0].steps.len() > 2, "{told:#?}");
        // What waits to be answered is about something that happened.
        let sql = "SELECT id FROM log_request WHERE state = 'approved'";
        let id: Option<uuid::Uuid> = test.db.scalar(sql, vec![]).await.unwrap();
        office.stand.logs.open(&office.context).await.unwrap();
        office.sign_in(test, "admin");
        let address = format!("/kayit-talepleri/{}", id.unwrap());
        office.app.post(&format!("{address}/yanitla"), &[]).await.status(303);
        office.app.get(&format!("{address}/yanit")).await.ok().hides("bulunamadı");
    })
    .await;
}

/// The paper as the program prints it.
#[cfg(feature = "pdf")]
#[tokio::test(flavor = "multi_thread")]
async fn the_paper_of_an_answer_is_a_pdf_and_verifies() {
    each(capabilities(), async |test: &TestDb| {
        let (town, truth, until_us) = used(test);
        let office = Office::new(test, Printer(printing::pdf)).await;
        office.take_in(&town, until_us).await;
        let at = moment((truth.started_us + truth.ended_us) / 2);
        let (ip, port) = (truth.public.0.to_string(), truth.public.1.to_string());
        let address = office.agreed(test, &ip, &port, &at).await;
        office.app.post(&format!("{address}/yanitla"), &[]).await.status(303);
        let pdf = office.app.get(&format!("{address}/yanit/pdf")).await.ok();
        assert!(pdf.bytes.starts_with(b"%PDF-") && pdf.header("content-type") == "application/pdf");
        verified(&office.app.get(&format!("{address}/yanit/paket")).await.ok().bytes, 3);
    })
    .await;
}
