//! The agents that municipalities have installed, as Debian ships them, against the built program.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Output};
use std::time::Duration;

use kernel::db::Sql;
use kernel::setting::{Setting, SettingKind};
use kernel::{Act, Clock, Source};

use super::browser::Browser;
use super::node::{Node, make_demo};
use super::place::Place;

/// Runs an agent, or says that it is not here.
fn run(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(_) => {
            eprintln!("skipped: {program} is not installed");
            None
        }
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// As agents send: everything first, and only then do they listen.
fn slow_report(address: SocketAddr) -> String {
    static PART: [u8; 50_000] = [b'x'; 50_000];
    let mut line = TcpStream::connect(address).unwrap();
    let length = 8 * PART.len();
    write!(line, "POST /ocsinventory HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n").unwrap();
    for _ in 0..8 {
        line.write_all(&PART).unwrap();
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    answer
}

async fn reported(place: &Place, client: &str) -> Vec<String> {
    let db = place.db().await;
    let sql =
        "SELECT state FROM agent WHERE client LIKE $1 AND name NOT LIKE '%PC-0%' AND name NOT LIKE '%-nb-0%'";
    let states = db.column(sql, vec![format!("{client}%").into()]).await.unwrap();
    db.close().await.unwrap();
    states
}

/// It keeps its id in a folder of the system's, which takes root.
fn fusion(address: &str, more: &[&str]) -> Option<Output> {
    let server = format!("--server=http://{address}/ocsinventory");
    let only = "--no-task=deploy,esx,collect,netdiscovery,netinventory,wakeonlan";
    let output = run("fusioninventory-agent", &[&[server.as_str(), only, "--force"], more].concat())?;
    if said(&output).to_lowercase().contains("permission denied") {
        eprintln!("skipped: fusioninventory-agent may not keep its id here, which takes root");
        return None;
    }
    Some(output)
}

#[tokio::test(flavor = "multi_thread")]
async fn debians_agents_report_unchanged_and_their_machine_becomes_an_asset() {
    for place in [Some(Place::sqlite()), Place::postgresql().await].into_iter().flatten() {
        make_demo(&place);
        let node = Node::start(&place);
        let address = node.address.to_string();
        let Some(first) = fusion(&address, &[]) else { return };
        let text = said(&first);
        assert!(first.status.success() && !text.contains("error"), "{text}");
        assert_eq!(reported(&place, "FusionInventory-Agent").await, ["waiting"], "{text}");
        // Unpacked, and the same machine again.
        fusion(&address, &["--no-compression"]).unwrap();
        assert_eq!(reported(&place, "FusionInventory-Agent").await, ["waiting"]);
        // Debian's own configuration makes the OCS agent write into a folder instead; 0 is how it is told not to.
        let server = format!("--server=http://{address}/ocsinventory");
        let state = format!("--basevardir={}", place.beside().display());
        let Some(ocs) = run("ocsinventory-agent", &[&server, &state, "--local=0", "--force", "--tag=FEN"])
        else {
            return;
        };
        let text = said(&ocs);
        assert!(!text.contains("Deflating problem"), "{text}");
        assert_eq!(reported(&place, "OCS-NG").await, ["waiting"], "{text}");
        approve(&place, &node).await;
        assert_eq!(reported(&place, "FusionInventory-Agent").await, ["approved"]);
        let key = only_with_a_key(&place).await;
        let answer = slow_report(node.address);
        assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("Basic realm"), "{answer}");
        let refused = said(&fusion(&address, &[]).unwrap());
        assert!(refused.contains("401") || refused.to_lowercase().contains("auth"), "{refused}");
        let taken = said(&fusion(&address, &["--user=ajan", &format!("--password={key}")]).unwrap());
        assert!(taken.contains("New inventory") && !taken.contains("[error]"), "{taken}");
    }
}

/// From now on agents sign in; answers a key of the person who keeps the inventory.
async fn only_with_a_key(place: &Place) -> String {
    let db = place.db().await;
    let account: Option<uuid::Uuid> =
        db.scalar("SELECT id FROM account WHERE username = 'kayit'", vec![]).await.unwrap();
    let key = uuid::Uuid::from_bytes(Clock::System.random_bytes()).to_string();
    let tx = db.begin(&Act::system(&Clock::System, Source::CommandLine, "deneme")).await.unwrap();
    let (may, until) =
        (["assets.agent.approve".to_string(), "assets.asset.edit".into()], tx.at().plus_seconds(600));
    access::store::tokens::insert(&tx, account.unwrap(), &key, "Ajanlar", &may, until).await.unwrap();
    let setting = Setting {
        key: "assets.agents_sign_in",
        group_tr: "",
        label_tr: "",
        hint_tr: "",
        kind: SettingKind::Bool,
        default: "false",
    };
    kernel::setting::set(&tx, &setting, &serde_json::json!(true)).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    // The server looks at settings every few seconds.
    tokio::time::sleep(Duration::from_secs(6)).await;
    key
}

/// As the person who keeps the inventory does it.
async fn approve(place: &Place, node: &Node) {
    let db = place.db().await;
    let sql = "SELECT id FROM agent WHERE client LIKE 'FusionInventory-Agent%' AND state = 'waiting' AND name NOT LIKE '%PC-0%'";
    let agent: uuid::Uuid = db.scalar(sql, vec![]).await.unwrap().unwrap();
    let mut browser = Browser::at(node.address);
    browser.sign_in("kayit").await;
    let form = [("eylem", "onayla"), ("onayli", "evet")];
    let answer = browser.post(&format!("/ajanlar/{agent}/eylem"), &form).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let sql =
        "SELECT count(*) FROM asset AS a JOIN agent AS g ON g.asset_id = a.id WHERE g.id = $1 AND a.os <> ''";
    let count: i64 = db.scalar(sql, vec![agent.into()]).await.unwrap().unwrap();
    db.close().await.unwrap();
    assert_eq!(count, 1, "the machine is an asset and says what runs on it");
}
