//! Real servers that give a real client an address, in network namespaces of their own: every line they write about it
//! is taken apart. Where the servers or the right to make namespaces are missing, the test says so and passes.

use super::comes_back;
use crate::{Format, Mac, Meaning, Moment, Taken, What, take_apart};
use std::net::IpAddr;
use std::path::Path;
use std::process::{Command, Stdio};

const ROOM: &str = "belde-lines";

/// Runs a line of shell; true when it went well.
fn shell(folder: &Path, line: &str) -> bool {
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|it| it.success())
}

/// A folder and two namespaces with a cable between them, gone when the test is over.
struct Rooms {
    folder: tempfile::TempDir,
    room: String,
}

impl Rooms {
    fn new(name: &str) -> Option<Self> {
        let room = format!("{ROOM}-{name}");
        let it = Self { folder: tempfile::tempdir().ok()?, room: room.clone() };
        let made = shell(
            it.folder.path(),
            &format!(
                "chmod 777 . && ip netns add {room}-s && ip netns add {room}-c && \
                 ip link add v0 netns {room}-s type veth peer name v1 netns {room}-c && \
                 ip -n {room}-s addr add 10.55.0.1/24 dev v0 && ip -n {room}-s link set v0 up && \
                 ip -n {room}-c link set v1 up && printf 'send host-name \"pc-deneme\";\\ntimeout 8;\\n' > client.conf && \
                 touch client.leases && which dhclient"
            ),
        );
        made.then_some(it)
    }

    /// Runs the server until the client has its address; answers what the server wrote.
    fn log(&self, server: &str) -> Option<(IpAddr, Mac, Vec<u8>)> {
        let (room, folder) = (&self.room, self.folder.path());
        let script = format!(
            "timeout 20 ip netns exec {room}-s {server} > server.log 2>&1 & server=$!; sleep 2; \
             timeout 12 ip netns exec {room}-c dhclient -4 -1 -cf client.conf -lf client.leases -pf client.pid \
             -sf /bin/true v1; ip -n {room}-c -br link show v1 > link; sleep 1; \
             kill $(cat client.pid) $server; wait; test -s client.leases"
        );
        if !shell(folder, &script) {
            return None;
        }
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
        let leases = text("client.leases")?;
        let ip = leases
            .lines()
            .find_map(|it| it.trim().strip_prefix("fixed-address ")?.strip_suffix(';')?.parse().ok())?;
        let link = text("link")?;
        let mac = link.split_whitespace().find_map(|it| Mac::parse(it.as_bytes()))?;
        Some((ip, mac, std::fs::read(folder.join("server.log")).ok()?))
    }
}

impl Drop for Rooms {
    fn drop(&mut self) {
        let room = &self.room;
        shell(self.folder.path(), &format!("ip netns del {room}-s; ip netns del {room}-c"));
    }
}

/// What the server wrote says that the client has its address.
fn gives_an_address(name: &str, files: &[(&str, &str)], server: &str, format: Format) {
    let Some(rooms) = Rooms::new(name) else {
        return eprintln!("skipped: no network namespaces or no dhclient here");
    };
    for (file, text) in files {
        std::fs::write(rooms.folder.path().join(file), text).expect("the folder is ours");
    }
    let program = server.split(' ').find(|it| !it.contains('=') && *it != "env").unwrap_or_default();
    if !shell(rooms.folder.path(), &format!("PATH=$PATH:/usr/sbin which {program}")) {
        return eprintln!("skipped: {program} is not installed");
    }
    let Some((ip, mac, log)) = rooms.log(server) else {
        return eprintln!("skipped: {program} gave no address here");
    };
    let (mut taken, mut leases) = (Taken::default(), 0);
    for line in log.split(|it| *it == b'\n') {
        take_apart(line, Moment::default(), None, &mut taken);
        comes_back(line, &taken);
        let is_exchange = [b" DHCPACK".as_slice(), b"DHCPACK on", b"LEASE_ALLOC"]
            .iter()
            .any(|it| memchr::memmem::find(line, it).is_some());
        if is_exchange {
            assert_eq!((taken.format(), taken.doubt()), (format, None), "{}", String::from_utf8_lossy(line));
            let What::Lease(lease) = Meaning::of(line, &taken).what else { panic!("no lease") };
            assert_eq!((lease.ip, lease.mac), (ip, Some(mac)));
            leases += 1;
        }
    }
    assert!(leases > 0, "{}", String::from_utf8_lossy(&log));
}

#[test]
fn isc_dhcpd_itself_is_understood() {
    let conf = "default-lease-time 600; authoritative;\n\
                subnet 10.55.0.0 netmask 255.255.255.0 { range 10.55.0.50 10.55.0.60; }\n";
    let server = "dhcpd -4 -d -cf dhcpd.conf -lf dhcpd.leases -pf dhcpd.pid v0";
    gives_an_address("isc", &[("dhcpd.conf", conf), ("dhcpd.leases", "")], server, Format::IscDhcp);
}

#[test]
fn dnsmasq_itself_is_understood() {
    let server = "dnsmasq --no-daemon --conf-file=/dev/null -i v0 --bind-interfaces --port=0 \
                  --dhcp-range=10.55.0.70,10.55.0.80,600 --log-dhcp --dhcp-leasefile=dnsmasq.leases";
    gives_an_address("dnsmasq", &[], server, Format::Dnsmasq);
}

#[test]
fn kea_itself_is_understood() {
    let conf = r#"{"Dhcp4":{"interfaces-config":{"interfaces":["v0"]},"valid-lifetime":600,
        "lease-database":{"type":"memfile","persist":false},
        "subnet4":[{"subnet":"10.55.0.0/24","pools":[{"pool":"10.55.0.90 - 10.55.0.99"}]}],
        "loggers":[{"name":"kea-dhcp4","output_options":[{"output":"stdout"}],"severity":"INFO"}]}}"#;
    let server = "env KEA_PIDFILE_DIR=. KEA_LOCKFILE_DIR=. kea-dhcp4 -c kea.json";
    gives_an_address("kea", &[("kea.json", conf)], server, Format::Kea);
}

/// What the kernel of this machine logs by nft, and what conntrack tells of the same connection.
#[test]
fn nftables_and_conntrack_themselves_are_understood() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let rooms = format!("{ROOM}-nft");
    let made = shell(
        folder.path(),
        &format!(
            "PATH=$PATH:/usr/sbin; which nft conntrack dmesg && sysctl -w net.netfilter.nf_log_all_netns=1 && \
             ip netns add {rooms}-s && ip netns add {rooms}-c && \
             ip link add v0 netns {rooms}-s type veth peer name v1 netns {rooms}-c && \
             ip -n {rooms}-s addr add 10.57.0.1/24 dev v0 && ip -n {rooms}-s link set v0 up && \
             ip -n {rooms}-c addr add 10.57.0.2/24 dev v1 && ip -n {rooms}-c link set v1 up && \
             in=\"ip netns exec {rooms}-s\" && $in nft add table inet t && \
             $in nft 'add chain inet t in {{ type filter hook input priority 0; }}' && \
             $in nft 'add rule inet t in ct state new tcp dport 81 log prefix \"belde-all \" flags all' && \
             $in nft 'add rule inet t in tcp dport 81 log prefix \"belde-plain \"' && \
             ($in timeout 5 conntrack -E -o timestamp,id > conntrack.log & sleep 1; \
             ip netns exec {rooms}-c bash -c 'echo > /dev/tcp/10.57.0.1/81'; sleep 1; dmesg | grep belde- > nft.log; wait)"
        ),
    );
    shell(folder.path(), &format!("ip netns del {rooms}-s; ip netns del {rooms}-c"));
    if !made {
        return eprintln!("skipped: no nft, conntrack or network namespaces here");
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("it was written");
    let (mut taken, mut sessions) = (Taken::default(), [0; 2]);
    let client: IpAddr = [10, 57, 0, 2].into();
    for (at, format, log) in
        [(0, Format::Netfilter, read("nft.log")), (1, Format::Conntrack, read("conntrack.log"))]
    {
        for line in
            log.split(|it| *it == b'\n').filter(|line| memchr::memmem::find(line, b"10.57.0.2").is_some())
        {
            let forced = (at == 1).then_some(format);
            take_apart(line, Moment::default(), forced, &mut taken);
            comes_back(line, &taken);
            assert_eq!((taken.format(), taken.doubt()), (format, None), "{}", String::from_utf8_lossy(line));
            if let What::Session(session) = Meaning::of(line, &taken).what {
                assert_eq!(session.src.0, client, "{}", String::from_utf8_lossy(line));
                sessions[at] += usize::from(session.dst.is_some_and(|dst| dst.1 == Some(81)));
            }
        }
    }
    if sessions[0] == 0 {
        return eprintln!("skipped: this kernel does not log for namespaces");
    }
    assert!(sessions[1] > 0, "{}", String::from_utf8_lossy(&read("conntrack.log")));
}
