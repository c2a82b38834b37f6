//! A real Kea gives a real client an address, in network namespaces of their own; who had it is found by address and time. Where the
//! programs or the right to make namespaces are missing, the test says so and passes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use intake::Origin;
use kernel::Instant;
use printing::Printer;
use testkit::{TestDb, each};

use super::request::{Office, plain, verified};
use super::town::capabilities;
use crate::search::moment;

const ROOM: &str = "belde-answer";
const CONF: &str = r#"{"Dhcp4":{"interfaces-config":{"interfaces":["v0"]},"valid-lifetime":600,
    "lease-database":{"type":"memfile","persist":false},
    "subnet4":[{"subnet":"10.55.0.0/24","pools":[{"pool":"10.55.0.90 - 10.55.0.99"}]}],
    "loggers":[{"name":"kea-dhcp4","output_options":[{"output":"stdout"}],"severity":"INFO"}]}}"#;

/// Runs lines of shell; true when they went well.
fn shell(folder: &Path, lines: &str) -> bool {
    let mut command = Command::new("sh");
    command.args(["-ec", lines]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|it| it.success())
}

/// What Kea wrote, and address and card of the client it served; nothing where that cannot be had here.
fn served() -> Option<(String, String, String)> {
    let folder = tempfile::tempdir().ok()?;
    let path = folder.path();
    std::fs::write(path.join("kea.json"), CONF).ok()?;
    let (server, client) = (format!("{ROOM}-s"), format!("{ROOM}-c"));
    // Kea tells the time of its machine without saying which; in a municipality that is Türkiye's.
    let script = format!(
        "PATH=$PATH:/usr/sbin:/sbin; which kea-dhcp4 dhclient; chmod 777 .; ip netns add {server}; ip netns add {client}
         ip link add v0 netns {server} type veth peer name v1 netns {client}
         ip -n {server} addr add 10.55.0.1/24 dev v0; ip -n {server} link set v0 up; ip -n {client} link set v1 up
         printf 'send host-name \"pc-deneme\";\\ntimeout 8;\\n' > client.conf; touch client.leases
         TZ=TRT-3 KEA_PIDFILE_DIR=. KEA_LOCKFILE_DIR=. timeout 30 ip netns exec {server} kea-dhcp4 -c kea.json > kea.log 2>&1 &
         server=$!; sleep 2
         timeout 12 ip netns exec {client} dhclient -4 -1 -cf client.conf -lf client.leases -pf client.pid -sf /bin/true v1
         ip -n {client} -br link show v1 > link; sleep 1; kill $(cat client.pid) $server; wait; test -s client.leases"
    );
    let is_served = shell(path, &script);
    shell(path, &format!("PATH=$PATH:/usr/sbin:/sbin; ip netns del {server}; ip netns del {client}"));
    let text = |name: &str| std::fs::read_to_string(path.join(name)).ok().filter(|_| is_served);
    let leases = text("client.leases")?;
    let ip = leases.lines().find_map(|it| it.trim().strip_prefix("fixed-address ")?.strip_suffix(';'))?;
    let link = text("link")?;
    let mac = link.split_whitespace().find(|it| it.matches(':').count() == 5)?;
    Some((text("kea.log")?, ip.to_owned(), mac.to_owned()))
}

/// Brings the clock of the test to that of this machine, which Kea's lines tell.
#[allow(clippy::disallowed_methods)]
fn now(test: &TestDb) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    test.advance_seconds(now.cast_signed() - test.clock.now().0 / Instant::SECOND_US);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_of_a_real_kea_is_found_by_address_and_time() {
    let Some((log, ip, mac)) = served() else {
        return eprintln!("skipped: no kea-dhcp4, dhclient or network namespaces here");
    };
    let lines: Vec<&str> = log.lines().collect();
    each(capabilities(), async |test: &TestDb| {
        now(test);
        let office = Office::new(test, Printer(plain)).await;
        office.stand.send(Origin::File("/var/log/kea/kea-dhcp4.log".into()), &lines).await;
        // The lines came at once, some seconds after they were written; the question is about a moment behind both.
        test.advance_seconds(30);
        let asked = moment(test.clock.now().0 - 10 * Instant::SECOND_US);
        let address = office.agreed(test, &ip, "", &asked).await;
        office.app.post(&format!("{address}/yanitla"), &[]).await.status(303);
        let page = office.app.get(&format!("{address}/yanit")).await.ok();
        page.says(&mac).says("Adresi kullanan cihaz").says("yalnız adresin kime verildiği biliniyor");
        verified(&office.app.get(&format!("{address}/yanit/paket")).await.ok().bytes, 1);
    })
    .await;
}
