//! Messages that come into the desk's mailbox (SD-1), with Debian's Dovecot holding it.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use kernel::job::{JobContext, Services};
use testkit::{Dovecot, TestDb, each};

use super::town::{Town, capabilities};

/// What the job that reads the mailbox of `dovecot` is run with.
fn context(dovecot: &Dovecot, test: &TestDb, password: &str) -> JobContext {
    let address = format!("imap://destek:{password}@127.0.0.1:{}/INBOX", dovecot.port);
    let place = files::StoreConfig::Local { dir: dovecot.folder.path().join("dosyalar") };
    let services = Services::default()
        .with(address.parse::<mail::Mailbox>().unwrap())
        .with(files::Store::open(&place).unwrap());
    JobContext { services: Arc::new(services), ..test.jobs() }
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
        let context = context(&post, test, "gizli");
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
        let context = context(&post, test, "gizli");
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
async fn what_a_stranger_wrote_waits_for_a_person_also_with_a_number() {
    each(capabilities(), async |test| {
        let Some(post) = Dovecot::start() else { return };
        let town = Town::new(test).await;
        let context = context(&post, test, "gizli");
        town.as_technician();
        let own = town.report("Ekranım titriyor.", &[]).await;
        let number = town.text("SELECT number FROM ticket").await;
        let stranger = message("teklif@firma", &format!("Subject: Teklif {number}\n"), "Teklifimiz ektedir.");
        let stranger = String::from_utf8(stranger).unwrap();
        post.deliver("1", stranger.replace("mehmet.demir@ornek.bel.tr", "satis@firma.example").as_bytes());
        post.deliver("2", &message("merak@ornek", &format!("Subject: {number}\n"), "Bunu da yapın."));
        post.deliver("3", &[0xff, 0xfe, 0x00, 0x01]);
        read(&context).await;
        // A colleague who has the number is heard; whoever does not work here is not.
        town.app.get(&own).await.ok().says("Bunu da yapın").hides("Teklifimiz");
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 1);
        let ids = "SELECT id FROM mail_message WHERE sender = 'satis@firma.example'";
        let id: uuid::Uuid = kernel::db::Sql::scalar(&test.db, ids, vec![]).await.unwrap().unwrap();
        let message = format!("/destek-e-postalari/{id}");
        town.app.get("/").await.ok().says("Göndereni tanınmayan e-posta");
        town.act(&message, "kayit-ac", "").await.leads_to(&message);
        assert_eq!(town.count("SELECT count(*) FROM ticket WHERE channel = 'mail'").await, 1);
        town.app.get(&message).await.ok().says("Kayıt açıldı").says("Teklif");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_cannot_be_read_is_told() {
    each(capabilities(), async |test| {
        let Some(post) = Dovecot::start() else { return };
        let town = Town::new(test).await;
        let wrong = context(&post, test, "yanlis");
        read(&wrong).await;
        let failing =
            "SELECT count(*) FROM mailbox_state WHERE failing_since IS NOT NULL AND error LIKE '%refused%'";
        assert_eq!(town.count(failing).await, 1);
        test.advance_seconds(16 * 60);
        read(&wrong).await;
        town.as_technician();
        town.app.get("/").await.ok().says("Destek posta kutusu okunamıyor");
        read(&context(&post, test, "gizli")).await;
        assert_eq!(town.count(failing).await, 0);
        town.app.get("/").await.ok().hides("posta kutusu okunamıyor");
    })
    .await;
}

#[tokio::test]
async fn a_colleague_who_answers_joins_the_thread() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let tx = test.begin().await;
        let sql = "UPDATE staff SET email = 'ayse.kaya@ornek.bel.tr' WHERE registry_no = '1'";
        kernel::db::Sql::run(&tx, sql, vec![]).await.unwrap();
        tx.without_event("a test");
        tx.commit().await.unwrap();
        let services = Services::default();
        let desk = crate::mail_in::Desk { db: &test.db, clock: &test.clock, services: &services };
        crate::mail_in::take(&desk, &message("bir@ornek", "Subject: Ekran karardi\n", "Sabah oldu.")).await.unwrap();
        let number = town.text("SELECT number FROM ticket").await;
        town.as_technician();
        let id: uuid::Uuid =
            kernel::db::Sql::scalar(&test.db, "SELECT id FROM ticket", vec![]).await.unwrap().unwrap();
        let address = format!("/destek/{id}");
        town.act(&address, "ustlen", "").await.leads_to(&address);
        town.act(&address, "bilgi-iste", "Hangi oda?").await.leads_to(&address);
        // She does not work on it and did not report it; she has the letter.
        let text = String::from_utf8(message("iki@ornek", &format!("Subject: Ynt: [{number}]\n"), "204 numara.")).unwrap();
        let text = text.replace("mehmet.demir@", "ayse.kaya@").replace("Mehmet Demir", "Ayse");
        let tx = test.begin().await;
        kernel::db::Sql::run(&tx, "UPDATE ticket SET assignee_id = NULL", vec![]).await.unwrap();
        tx.without_event("a test");
        tx.commit().await.unwrap();
        crate::mail_in::take(&desk, text.as_bytes()).await.unwrap();
        assert_eq!(town.count("SELECT count(*) FROM ticket").await, 1);
        let said = "SELECT count(*) FROM event WHERE verb = 'commented' AND note = '204 numara.' AND actor_name = 'Ayşe Kaya (e-posta)'";
        assert_eq!(town.count(said).await, 1);
        assert_eq!(town.text("SELECT state FROM ticket").await, "waiting_requester", "she was not asked");
        let own = message("uc@ornek", &format!("Subject: Ynt: [{number}]\n"), "Evet, 204.");
        crate::mail_in::take(&desk, &own).await.unwrap();
        assert_eq!(town.text("SELECT state FROM ticket").await, "in_progress");
    })
    .await;
}
