//! Debian's Dovecot, holding one mailbox for one test.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A mail server of its own, gone with the test.
pub struct Dovecot {
    child: Child,
    pub port: u16,
    /// Where it keeps its mail; gone with it.
    pub folder: tempfile::TempDir,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Its helpers end with it when it is asked, not when it is killed.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Dovecot {
    /// `None`, and says so, where there is none.
    pub fn start() -> Option<Self> {
        let program =
            ["/usr/sbin/dovecot", "/usr/bin/dovecot"].into_iter().find(|path| Path::new(path).exists());
        let Some(program) = program else {
            eprintln!("skipped: dovecot is not installed");
            return None;
        };
        let folder = tempfile::Builder::new()
            .prefix("belde-posta")
            .tempdir_in("/tmp")
            .expect("the mail server of a test is set up");
        let port = TcpListener::bind("127.0.0.1:0")
            .expect("the mail server of a test is set up")
            .local_addr()
            .expect("the mail server of a test is set up")
            .port();
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
            std::fs::create_dir_all(folder.path().join("posta").join(part))
                .expect("the mail server of a test is set up");
        }
        std::fs::write(folder.path().join("dovecot.conf"), config)
            .expect("the mail server of a test is set up");
        if me == "root" {
            assert!(
                Command::new("chown")
                    .args(["-R", owner])
                    .arg(folder.path())
                    .status()
                    .expect("the mail server of a test is set up")
                    .success()
            );
        }
        let child = Command::new(program)
            .args(["-F", "-c"])
            .arg(folder.path().join("dovecot.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the mail server of a test is set up");
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
    pub fn deliver(&self, name: &str, message: &[u8]) {
        let aside = self.folder.path().join("posta/tmp").join(name);
        std::fs::File::create(&aside)
            .expect("the mail server of a test is set up")
            .write_all(message)
            .expect("the mail server of a test is set up");
        if output("id", &["-un"]).as_deref() == Some("root") {
            assert!(
                Command::new("chown")
                    .arg("mail")
                    .arg(&aside)
                    .status()
                    .expect("the mail server of a test is set up")
                    .success()
            );
        }
        std::fs::rename(aside, self.folder.path().join("posta/new").join(name))
            .expect("the mail server of a test is set up");
    }

    /// Flags of the messages as the folder shows them: `S` seen, `F` flagged.
    pub fn flags(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path().join("posta/cur"))
            .expect("the mail server of a test is set up");
        let name = |path: PathBuf| {
            path.file_name().expect("the mail server of a test is set up").to_string_lossy().into_owned()
        };
        let flags =
            |name: String| name.rsplit_once(",").map(|(_, flags)| flags.to_string()).unwrap_or_default();
        let mut all: Vec<String> = files
            .map(|file| flags(name(file.expect("the mail server of a test is set up").path())))
            .collect();
        all.sort();
        all
    }
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_string())
}
