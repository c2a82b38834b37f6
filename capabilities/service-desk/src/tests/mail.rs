//! Messages that come into the desk's mailbox (SD-1), with Debian's Dovecot holding it.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use kernel::job::{JobContext, Services};
use testkit::{TestDb, each};

use super::town::{Town, capabilities};

/// A mail server of its own, gone with the test.
struct Dovecot {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Its helpers end with it when it is asked, not when it is killed.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_string())
}

impl Dovecot {
    /// `None`, and says so, where there is none.
    fn start() -> Option<Self> {
        let program =
            ["/usr/sbin/dovecot", "/usr/bin/dovecot"].into_iter().find(|path| Path::new(path).exists());
        let Some(program) = program else {
            eprintln!("skipped: dovecot is not installed");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("belde-posta").tempdir_in("/tmp").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let me = output("id", &["-un"])?;
        // Dovecot serves no mail to root.
        let owner = if me == "root" { "mail" } else { me.as_str() };
        let path = folder.path().display();
        let config = format!(
            "protocols = imap\nlisten = 127.0.0.1\nbase_dir = {path}/run\nstate_dir = {path}/state\nlog_path = {path}/log\n\
             ssl = no\ndisable_plaintext_auth = no\ndefault_internal_user = {owner}\ndefault_login_user = {owner}\n\
             default_internal_group = {group}\nfirst_valid_uid = 1\nmail_location = maildir:{path}/posta\n\
             passdb {{\n driver = static\n args = password=gizli\n}}\n\
             userdb {{\n driver = static\n args = uid={owner} gid={group} home={path}\n}}\n\
             service anvil {{\n chroot =\n}}\nservice imap-login {{\n chroot =\n inet_listener imap {{\n port = {port}\n }}\n \
             inet_listener imaps {{\n port = 0\n }}\n}}\n\
             service stats {{\n unix_listener stats-writer {{\n mode = 0666\n }}\n}}\n",
            group = output("id", &["-gn", owner])?,
        );
        for part in ["cur", "new", "tmp"] {
            std::fs::create_dir_all(folder.path().join("posta").join(part)).unwrap();
        }
        std::fs::write(folder.path().join("dovecot.conf"), config).unwrap();
        if me == "root" {
            assert!(Command::new("chown").args(["-R", owner]).arg(folder.path()).status().unwrap().success());
        }
        let child = Command::new(program)
            .args(["-F", "-c"])
            .arg(folder.path().join("dovecot.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let dovecot = Self { child, port, folder };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(dovecot);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(dovecot.folder.path().join("log")).unwrap_or_default();
        panic!("dovecot did not come up: {log}");
    }

    /// As a mail server delivers: written aside and moved in.
    fn deliver(&self, name: &str, message: &[u8]) {
        let aside = self.folder.path().join("posta/tmp").join(name);
        std::fs::File::create(&aside).unwrap().write_all(message).unwrap();
        if output("id", &["-un"]).as_deref() == Some("root") {
            assert!(Command::new("chown").arg("mail").arg(&aside).status().unwrap().success());
        }
        std::fs::rename(aside, self.folder.path().join("posta/new").join(name)).unwrap();
    }

    /// Flags of the messages as the folder shows them: `S` seen, `F` flagged.
    fn flags(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path().join("posta/cur")).unwrap();
        let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        let flags =
            |name: String| name.rsplit_once(",").map(|(_, flags)| flags.to_string()).unwrap_or_default();
        let mut all: Vec<String> = files.map(|file| flags(name(file.unwrap().path()))).collect();
        all.sort();
        all
    }

    fn context(&self, test: &TestDb, password: &str) -> JobContext {
        let address = format!("imap://destek:{password}@127.0.0.1:{}/INBOX", self.port);
        let place = files::StoreConfig::Local { dir: self.folder.path().join("dosyalar") };
        let services = Services::default()
            .with(address.parse::<mail::Mailbox>().unwrap())
            .with(files::Store::open(&place).unwrap());
        JobContext { services: Arc::new(services), ..test.jobs() }
    }
}

/// A mail server that takes letters and writes them down, by Debian's aiosmtpd.
struct Taker {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Taker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Taker {
    fn start() -> Option<Self> {
        // Debian's packages are seen by Debian's Python only.
        let has = |python: &&str| {
            let asked = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
            asked.is_ok_and(|status| status.success())
        };
        let Some(python) = ["/usr/bin/python3", "python3"].into_iter().find(has) else {
            eprintln!("skipped: python3-aiosmtpd is not installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mailbox = folder.path().join("giden");
        let listen = format!("127.0.0.1:{port}");
        let words = ["-m", "aiosmtpd", "-n", "-l", &listen, "-c", "aiosmtpd.handlers.Mailbox"];
        let child = Command::new(python).args(words).arg(mailbox).spawn().unwrap();
        let taker = Self { child, port, folder };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(taker);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("aiosmtpd did not come up");
    }

    fn letters(&self) -> Vec<mail::Message> {
        let Ok(files) = std::fs::read_dir(self.folder.path().join("giden/new")) else { return Vec::new() };
        files.map(|file| mail::parse(&std::fs::read(file.unwrap().path()).unwrap()).unwrap()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reported_by_mail_is_answered_by_mail_and_no_letter_answers_itself() {
    each(capabilities(), async |test| {
        let (Some(post), Some(taker)) = (Dovecot::start(), Taker::start()) else { return };
        let town = Town::new(test).await;
        let sender = format!("smtp://destek:x@127.0.0.1:{}/destek@ornek.bel.tr", taker.port);
        let address = format!("imap://destek:gizli@127.0.0.1:{}/INBOX", post.port);
        let services = Services::default()
            .with(address.parse::<mail::Mailbox>().unwrap())
            .with(sender.parse::<mail::Sender>().unwrap());
        let context = JobContext { services: Arc::new(services), ..test.jobs() };
        let work = async || while kernel::job::run_one(&context, "deneme").await.unwrap() {};
        post.deliver(
            "1",
            &message("bir@ornek", "Subject: =?UTF-8?B?WWF6xLFjxLEgYm96dWs=?=\n", "Çıktı alamıyorum."),
        );
        read(&context).await;
        work().await;
        let number = town.text("SELECT number FROM ticket").await;
        let sent = taker.letters();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert_eq!(sent[0].subject, format!("[{number}] Yazıcı bozuk"));
        assert!(
            sent[0].text.contains("Sayın Mehmet Demir")
                && sent[0].references.contains(&"bir@ornek".to_string())
        );
        // The desk asks; the answer goes on with the work.
        town.as_technician();
        let id: uuid::Uuid =
            kernel::db::Sql::scalar(&test.db, "SELECT id FROM ticket", vec![]).await.unwrap().unwrap();
        let ticket = format!("/destek/{id}");
        town.act(&ticket, "ustlen", "").await.leads_to(&ticket);
        town.act(&ticket, "bilgi-iste", "Hangi oda?").await.leads_to(&ticket);
        work().await;
        let asked = taker.letters().into_iter().find(|letter| letter.text.contains("Hangi oda?")).unwrap();
        let headers =
            format!("Subject: Ynt: {}\nIn-Reply-To: <{}>\n", asked.subject.replace('ı', "i"), asked.id);
        post.deliver("2", &message("iki@ornek", &headers, "204 numara."));
        // Our own letter, sent back by a server in a circle.
        let circle = "Subject: x\nAuto-Submitted: auto-generated\n";
        post.deliver("3", &message("uc@ornek", circle, "Bildiriminiz alındı."));
        read(&context).await;
        work().await;
        assert_eq!(town.text("SELECT state FROM ticket").await, "in_progress");
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 1);
        assert_eq!(taker.letters().len(), 2, "what the person wrote is not sent to them");
        town.app.get(&ticket).await.ok().says("204 numara.").says("E-posta gönderildi");
        town.act(&ticket, "coz", "Kâğıt yolu temizlendi.").await.leads_to(&ticket);
        work().await;
        assert!(taker.letters().iter().any(|letter| letter.text.contains("Kâğıt yolu temizlendi.")));
    })
    .await;
}

async fn read(context: &JobContext) {
    let job = crate::mail_in::job();
    (job.run)(context, &serde_json::Value::Null).await.unwrap();
}

fn message(id: &str, headers: &str, body: &str) -> Vec<u8> {
    let text = format!(
        "From: Mehmet Demir <mehmet.demir@ornek.bel.tr>\nTo: destek@ornek.bel.tr\nMessage-ID: <{id}>\n{headers}MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\n{body}\n"
    );
    text.replace('\n', "\r\n").into_bytes()
}

/// With a photo of one pixel and a program beside it.
fn with_files() -> Vec<u8> {
    let pixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let program = "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let part = |name: &str, media: &str, bytes: &str| {
        format!(
            "--sinir\nContent-Type: {media}; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n\
             Content-Transfer-Encoding: base64\n\n{bytes}\n"
        )
    };
    let text = format!(
        "From: Mehmet Demir <mehmet.demir@ornek.bel.tr>\nSubject: =?UTF-8?B?WWF6xLFjxLEgYm96dWs=?=\nMessage-ID: <ekli@ornek>\n\
         MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=sinir\n\n--sinir\nContent-Type: text/plain; charset=utf-8\n\n\
         Fotoğrafı ekte.\n{}{}--sinir--\n",
        part("yazici.png", "image/png", pixel),
        part("onar.exe", "application/octet-stream", program)
    );
    text.replace('\n', "\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_a_ticket_and_an_answer_belongs_to_it() {
    each(capabilities(), async |test| {
        let Some(post) = Dovecot::start() else { return };
        let town = Town::new(test).await;
        let context = post.context(test, "gizli");
        post.deliver("1", &with_files());
        read(&context).await;
        read(&context).await;
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 1, "read once");
        assert_eq!(town.text("SELECT title FROM ticket").await, "Yazıcı bozuk");
        assert_eq!(town.text("SELECT channel FROM ticket").await, "mail");
        let said = town.text("SELECT description FROM ticket").await;
        assert!(said.contains("Fotoğrafı ekte.") && said.contains("Alınmayan ek “onar.exe”"), "{said}");
        assert_eq!(town.text("SELECT name FROM attachment").await, "yazici.png");
        assert_eq!(post.flags(), ["S"], "the mailbox knows that it was read");
        // Answered by its thread, then by the number in the subject; quoted text is left out.
        let number = town.text("SELECT number FROM ticket").await;
        post.deliver("2", &message("iki@ornek", "In-Reply-To: <ekli@ornek>\n", "Şimdi de ötüyor.\n\n> Fotoğrafı ekte."));
        post.deliver("3", &message("uc@ornek", &format!("Subject: Ynt: [{number}]\n"), "Acele lütfen."));
        read(&context).await;
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 1);
        let notes = "SELECT count(*) FROM event WHERE verb = 'commented' AND note IN ('Şimdi de ötüyor.', 'Acele lütfen.') \
                     AND actor_name = 'Mehmet Demir (e-posta)'";
        assert_eq!(town.count(notes).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_machines_that_answer_each_other_open_nothing() {
    each(capabilities(), async |test| {
        let Some(post) = Dovecot::start() else { return };
        let town = Town::new(test).await;
        let context = post.context(test, "gizli");
        for number in 0..3 {
            let headers = "Subject: Izindeyim\nAuto-Submitted: auto-replied\n";
            post.deliver(
                &format!("a{number}"),
                &message(&format!("oto{number}@ornek"), headers, "Yarın dönerim."),
            );
        }
        // One that does not say that it is a machine, and never stops.
        for number in 0..25 {
            let id = format!("dongu{number}@ornek");
            post.deliver(&format!("b{number}"), &message(&id, "Subject: Ynt: Ynt:\n", "Mesajınız alındı."));
        }
        read(&context).await;
        assert_eq!(town.count("SELECT count(*) FROM mail_message WHERE state = 'automatic'").await, 3);
        let opened = town.count("SELECT count(*) FROM ticket").await;
        assert!((1..=20).contains(&opened), "{opened} tickets");
        let refused = town.count("SELECT count(*) FROM mail_message WHERE state = 'refused'").await;
        assert_eq!(opened + refused, 25);
        assert_eq!(
            post.flags().iter().filter(|flags| flags.contains('F')).count() as i64,
            refused,
            "kept and flagged"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_wrote_waits_for_a_person_and_nobody_writes_into_anothers_ticket() {
    each(capabilities(), async |test| {
        let Some(post) = Dovecot::start() else { return };
        let town = Town::new(test).await;
        let context = post.context(test, "gizli");
        town.as_technician();
        let own = town.report("Ekranım titriyor.", &[]).await;
        let number = town.text("SELECT number FROM ticket").await;
        let stranger =
            String::from_utf8(message("teklif@firma", "Subject: Teklif\n", "Teklifimiz ektedir.")).unwrap();
        post.deliver("1", stranger.replace("mehmet.demir@ornek.bel.tr", "satis@firma.example").as_bytes());
        post.deliver("2", &message("merak@ornek", &format!("Subject: {number}\n"), "Bunu da yapın."));
        post.deliver("3", &[0xff, 0xfe, 0x00, 0x01]);
        read(&context).await;
        town.app.get(&own).await.ok().hides("Bunu da yapın");
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 2, "somebody else's matter is a new one");
        let ids = "SELECT id FROM mail_message WHERE sender = 'satis@firma.example'";
        let id: uuid::Uuid = kernel::db::Sql::scalar(&test.db, ids, vec![]).await.unwrap().unwrap();
        let message = format!("/destek-e-postalari/{id}");
        town.app.get("/").await.ok().says("Göndereni tanınmayan e-posta");
        town.act(&message, "kayit-ac", "").await.leads_to(&message);
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE channel = 'mail'").await, 2);
        town.app.get(&message).await.ok().says("Kayıt açıldı").says("Teklif");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_cannot_be_read_is_told() {
    each(capabilities(), async |test| {
        let Some(post) = Dovecot::start() else { return };
        let town = Town::new(test).await;
        let wrong = post.context(test, "yanlis");
        read(&wrong).await;
        let failing =
            "SELECT count(*) FROM mailbox_state WHERE failing_since IS NOT NULL AND error LIKE '%refused%'";
        assert_eq!(town.count(failing).await, 1);
        test.advance_seconds(16 * 60);
        read(&wrong).await;
        town.as_technician();
        town.app.get("/").await.ok().says("Destek posta kutusu okunamıyor");
        read(&post.context(test, "gizli")).await;
        assert_eq!(town.count(failing).await, 0);
        town.app.get("/").await.ok().hides("posta kutusu okunamıyor");
    })
    .await;
}
