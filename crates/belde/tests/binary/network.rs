//! Devices around an agent: Debian's `fusioninventory-agent` with its network tasks asks Debian's `snmpd`, which says it is a
//! printer, and tells the built program.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kernel::db::Sql;

use super::browser::Browser;
use super::node::{Node, make_demo};
use super::place::Place;

const TASKS: &str = "/usr/share/fusioninventory/lib/FusionInventory/Agent/Task/NetDiscovery.pm";

/// A printer of HP with 12,345 pages and a black cartridge of 4 % (RFC 3805).
const PRINTER: &str = "rocommunity belde-deneme 127.0.0.1\n\
    sysObjectID .1.3.6.1.4.1.11.2.3.9.1\n\
    sysName fen-yazici\n\
    sysLocation Fen isleri, 2. kat\n\
    override .1.3.6.1.2.1.43.5.1.1.17.1 octet_str \"VNB3K54321\"\n\
    override .1.3.6.1.2.1.43.10.2.1.4.1.1 counter 12345\n\
    override .1.3.6.1.2.1.43.11.1.1.4.1.1 integer 1\n\
    override .1.3.6.1.2.1.43.11.1.1.5.1.1 integer 3\n\
    override .1.3.6.1.2.1.43.11.1.1.3.1.1 integer 1\n\
    override .1.3.6.1.2.1.43.11.1.1.6.1.1 octet_str \"Black Toner Cartridge\"\n\
    override .1.3.6.1.2.1.43.11.1.1.8.1.1 integer 100\n\
    override .1.3.6.1.2.1.43.11.1.1.9.1.1 integer 4\n\
    override .1.3.6.1.2.1.43.12.1.1.4.1.1 octet_str \"black\"\n";

struct Snmpd(Child);

impl Drop for Snmpd {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn snmpd(place: &Place, port: u16) -> Option<Snmpd> {
    let folder = place.beside();
    let configuration = folder.join("snmpd.conf");
    std::fs::write(&configuration, PRINTER).unwrap();
    let started = Command::new("/usr/sbin/snmpd")
        .args(["-f", "-Lf"])
        .arg(folder.join("snmpd.log"))
        .arg("-C")
        .arg("-c")
        .arg(&configuration)
        .arg(format!("udp:127.0.0.1:{port}"))
        .env("SNMP_PERSISTENT_DIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(child) => Some(Snmpd(child)),
        Err(_) => {
            eprintln!("skipped: snmpd is not installed");
            None
        }
    }
}

/// Runs the agent once; answers what it said.
fn agent(node: &Node) -> Option<String> {
    let server = format!("--server=http://{}/ocsinventory", node.address);
    let output = Command::new("fusioninventory-agent")
        .args([server.as_str(), "--no-task=deploy,esx,collect,wakeonlan", "--force"])
        .output();
    let Ok(output) = output else {
        eprintln!("skipped: fusioninventory-agent is not installed");
        return None;
    };
    Some(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

async fn text(place: &Place, sql: &str) -> String {
    let db = place.db().await;
    let found: Option<String> = db.scalar(sql, vec![]).await.unwrap();
    db.close().await.unwrap();
    found.unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_finds_a_printer_and_reads_its_counter_and_its_toner() {
    if !std::path::Path::new(TASKS).exists() {
        eprintln!("skipped: the agent's network tasks are not installed");
        return;
    }
    for place in [Some(Place::sqlite()), Place::postgresql().await].into_iter().flatten() {
        make_demo(&place);
        let port = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let Some(_device) = snmpd(&place, port) else { return };
        let node = Node::start_with(&place, |command| {
            command.arg("serve").env("BELDE_SNMP_ACCESS", "v2c:yanlis,v2c:belde-deneme");
        });
        let Some(first) = agent(&node) else { return };
        let sql = "SELECT id FROM agent WHERE client LIKE '%-Agent_v%' AND state = 'waiting' AND name NOT LIKE '%PC-0%'";
        let db = place.db().await;
        let found: Option<uuid::Uuid> = db.scalar(sql, vec![]).await.unwrap();
        db.close().await.unwrap();
        let found = found.unwrap_or_else(|| panic!("{first}"));
        let mut browser = Browser::at(node.address);
        browser.sign_in("yonetici").await;
        let form = [("eylem", "onayla"), ("onayli", "evet")];
        browser.post(&format!("/ajanlar/{found}/eylem"), &form).await.unwrap();
        let (agent_id, port) = (found.to_string(), port.to_string());
        let scan = [
            ("name", "Deneme"),
            ("agent_id", agent_id.as_str()),
            ("first_address", "127.0.0.1"),
            ("last_address", "127.0.0.1"),
            ("port", port.as_str()),
            ("every_hours", "1"),
        ];
        let made = browser.post("/ag-taramalari/yeni", &scan).await.unwrap();
        assert_eq!(made.status, 303, "{}", made.text());
        let looked = agent(&node).unwrap();
        assert!(!looked.contains("[error]"), "{looked}");
        let device = "SELECT kind || '|' || name || '|' || CAST(way AS TEXT) || '|' || state FROM network_device \
                      WHERE address = '127.0.0.1'";
        assert_eq!(text(&place, device).await, "printer|fen-yazici|2|new", "{looked}");
        let ended =
            "SELECT CAST(found AS TEXT) FROM network_scan WHERE name = 'Deneme' AND ended_at IS NOT NULL";
        assert_eq!(text(&place, ended).await, "1", "{looked}");
        // The agent comes again and is asked for the printer in detail.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let asked = agent(&node).unwrap();
        let answer = "SELECT CAST(pages AS TEXT) || '|' || toner || '|' || levels || '|' || place || '|' || serial FROM network_device \
                      WHERE address = '127.0.0.1'";
        let told = text(&place, answer).await;
        assert!(told.starts_with("12345|low|{\"tonerblack\":4}|Fen isleri, 2. kat"), "{told}: {asked}");
    }
}
