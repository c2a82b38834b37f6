//! Inventories as agents send them: packed, 700 programs each, each connection its own machines. What is measured ends
//! with the answer, which comes after the commit.

use super::client::Client;
use super::load::{self, Figures};
use crate::shell::Result;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const PROGRAMS: usize = 700;
/// OCS's bits: every part, and the programs alone.
const ALL: u32 = 131_071;
const PROGRAMS_BIT: u32 = 65_536;
const PATH: &str = "/ocsinventory";
/// The switch's first word, by which it is approved.
const SMALL: &str = "<REQUEST><CONTENT><ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>BIM</KEYVALUE></ACCOUNTINFO>\
     <HARDWARE><NAME>omurga</NAME></HARDWARE></CONTENT><DEVICEID>omurga-2026-01-01-00-00-00</DEVICEID></REQUEST>";

/// One machine's inventory; `edition` is in the version of a tenth of its programs. The checksum says to OCS, bit by bit, which parts
/// changed since the last report.
fn machine(name: &str, serial: usize, edition: usize, checksum: u32) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><REQUEST><CONTENT><ACCOUNTINFO><KEYNAME>TAG</KEYNAME>\
         <KEYVALUE>BIM</KEYVALUE></ACCOUNTINFO><BIOS><SMANUFACTURER>Dell Inc.</SMANUFACTURER>\
         <SMODEL>OptiPlex 7010</SMODEL><SSN>BNC{serial:09}</SSN></BIOS><HARDWARE><NAME>{name}</NAME><MEMORY>8073</MEMORY>\
         <CHECKSUM>{checksum}</CHECKSUM>\
         <UUID>4c4c4544-0042-3510-8052-{serial:012x}</UUID><CHASSIS_TYPE>Desktop</CHASSIS_TYPE></HARDWARE>\
         <NETWORKS><DESCRIPTION>eth0</DESCRIPTION><MACADDR>b8:ca:3a:{:02x}:{:02x}:{:02x}</MACADDR></NETWORKS>\
         <STORAGES><DISKSIZE>250059</DISKSIZE><MODEL>ST250DM000</MODEL><SERIALNUMBER>D{serial:09}</SERIALNUMBER></STORAGES>",
        serial >> 16 & 255,
        serial >> 8 & 255,
        serial & 255
    );
    for program in 0..PROGRAMS {
        let minor = if program % 10 == 0 { edition } else { 0 };
        text.push_str(&format!(
            "<SOFTWARES><ARCH>amd64</ARCH><COMMENTS>A program that does the work number {program} of an office</COMMENTS>\
             <FILESIZE>{}</FILESIZE><FROM>deb</FROM><NAME>program-{program}</NAME><PUBLISHER>Publisher {}</PUBLISHER>\
             <VERSION>{}.{minor}-1</VERSION></SOFTWARES>",
            program * 1_024,
            program % 40,
            program % 17
        ));
    }
    text.push_str("<VERSIONCLIENT>FusionInventory-Agent_v2.6-3</VERSIONCLIENT></CONTENT>");
    text.push_str(&format!(
        "<DEVICEID>{name}-2026-01-01-00-00-00</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>"
    ));
    text
}

/// A switch of twenty megabytes: its ports and the addresses seen on each.
pub fn switch() -> String {
    let mut text =
        String::from("<?xml version=\"1.0\"?><REQUEST><CONTENT><HARDWARE><NAME>omurga</NAME></HARDWARE>");
    for port in 0..3_800 {
        text.push_str(&format!("<PORTS><NAME>Gi1/0/{port}</NAME><TYPE>ethernet</TYPE>"));
        for seen in 0..160 {
            text.push_str(&format!(
                "<MAC{seen}>b8:ca:3a:{:02x}:{seen:02x}:{port:04x}</MAC{seen}>",
                port % 256
            ));
        }
        text.push_str("</PORTS>");
    }
    text.push_str(
        "</CONTENT><DEVICEID>omurga-2026-01-01-00-00-00</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>",
    );
    text
}

fn packed(text: &str) -> Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    let done = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    done.map_err(|error| error.to_string())
}

fn send(client: &mut Client, body: &[u8]) -> Result<Duration> {
    let began = Instant::now();
    let answer = client.send("POST", PATH, "Content-Type: application/x-compress\r\n", body)?;
    if answer.status != 200 {
        return Err(format!("{PATH} answered {}", answer.status));
    }
    Ok(began.elapsed())
}

/// What of a machine is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Every report is of a machine never seen.
    New,
    /// The same machines again, some of their programs in another version.
    Changed,
    /// The same machines again and again.
    Same,
}

/// Reports on so many connections until the time is up, with a key that approves them: a machine never seen becomes an
/// asset. Making and packing a report is not counted in its time, but its
/// processor time is the machine's.
pub fn reports(
    address: SocketAddr,
    token: &str,
    what: What,
    connections: usize,
    lasts: Duration,
) -> Result<Figures> {
    // Another run's machines are not these.
    let run = std::process::id() as usize;
    let next = AtomicUsize::new(0);
    load::run(connections, lasts, |place| {
        let mut client = Client::new(address);
        token.clone_into(&mut client.headers);
        let next = &next;
        let mut kept: Option<Vec<u8>> = None;
        move || {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let name = format!("olcum-{run}-{place}");
            match what {
                What::New => {
                    let text = machine(&format!("olcum-{run}-{number}"), run * 1_000 + number, 0, ALL);
                    send(&mut client, &packed(&text)?)
                }
                What::Changed => {
                    let text = machine(&name, 500_000_000 + run * 10 + place, number, PROGRAMS_BIT);
                    send(&mut client, &packed(&text)?)
                }
                What::Same => {
                    let text =
                        |checksum| packed(&machine(&name, 700_000_000 + run * 10 + place, 0, checksum));
                    if kept.is_none() {
                        // The first says everything, and is not counted among those that say nothing new.
                        send(&mut client, &text(ALL)?)?;
                        kept = Some(text(0)?);
                    }
                    send(&mut client, kept.as_deref().unwrap_or_default())
                }
            }
        }
    })
}

/// One large switch, sent again and again; what nobody approved may not be so large.
pub fn switches(address: SocketAddr, token: &str, lasts: Duration) -> Result<Figures> {
    let text = switch();
    println!("  a switch of {} MB", text.len() / 1_000_000);
    let body = packed(&text)?;
    let mut first = Client::new(address);
    token.clone_into(&mut first.headers);
    send(&mut first, SMALL.as_bytes())?;
    load::run(1, lasts, |_| {
        let mut client = Client::new(address);
        token.clone_into(&mut client.headers);
        let body = body.clone();
        move || send(&mut client, &body)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_as_large_as_a_real_one_and_packs_as_well() {
        let text = machine("olcum-1", 7, 0, ALL);
        assert!((150_000..260_000).contains(&text.len()), "{}", text.len());
        assert!((20_000_000..22_000_000).contains(&switch().len()), "{}", switch().len());
        assert!(packed(&text).is_ok_and(|packed| packed.starts_with(&[0x78, 0x9C])));
    }
}
