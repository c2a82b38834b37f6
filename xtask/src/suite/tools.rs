//! The first step: what the tests want of the machine, and installing it where that can be done without
//! asking anybody. Nothing here can fail the suite; it can only add a line to the closing table.

use super::postgres;
use super::report::{Outcome, Report};
use crate::shell::{self, Result};
use std::path::PathBuf;
use std::process::Command;

/// One thing wanted: how to see that it is there, the Debian packages that bring it, what goes without.
struct Wanted {
    what: &'static str,
    is_here: fn() -> bool,
    packages: &'static [&'static str],
    without_it: &'static str,
}

const WANTED: [Wanted; 16] = [
    Wanted {
        what: "PostgreSQL",
        is_here: || postgres::server_is_given() || postgres::binaries().is_some(),
        packages: &["postgresql"],
        without_it: "tests run on SQLite only",
    },
    Wanted {
        what: "Chromium",
        is_here: || chromium().is_some(),
        packages: &["chromium", "fonts-dejavu-core", "fonts-liberation"],
        without_it: "no browser journeys",
    },
    Wanted {
        what: "Node.js with npm",
        is_here: || shell::find_program(&["node"]).is_some() && shell::find_program(&["npm"]).is_some(),
        packages: &["nodejs", "npm"],
        without_it: "the build may fail, and no browser journeys",
    },
    Wanted {
        what: "poppler's pdftotext and pdfsig",
        is_here: || ["pdftotext", "pdfsig"].iter().all(|name| shell::find_program(&[name]).is_some()),
        packages: &["poppler-utils"],
        without_it: "printed PDFs are not read back, and no other reader judges signed ones",
    },
    Wanted {
        what: "qpdf",
        is_here: || shell::find_program(&["qpdf"]).is_some(),
        packages: &["qpdf"],
        without_it: "the structure of printed PDFs is not checked by another program, and no PDF under a password is tried",
    },
    Wanted {
        what: "PDFBox Preflight",
        is_here: preflight,
        packages: &["default-jre-headless", "libpdfbox2-java", "libactivation-java", "libjaxb-api-java"],
        without_it: "printed PDFs are not judged by a PDF/A validator",
    },
    Wanted {
        what: "inventory agents",
        is_here: || {
            let agents = ["fusioninventory-agent", "ocsinventory-agent"];
            agents.iter().all(|agent| shell::find_program(&[agent]).is_some())
        },
        packages: &["fusioninventory-agent", "ocsinventory-agent"],
        without_it: "no real agent reports to the built program",
    },
    Wanted {
        what: "SNMP",
        is_here: || {
            let tasks = "/usr/share/fusioninventory/lib/FusionInventory/Agent/Task/NetDiscovery.pm";
            [tasks, "/usr/sbin/snmpd"].iter().all(|file| std::path::Path::new(file).exists())
        },
        packages: &["fusioninventory-agent-task-network", "snmpd"],
        without_it: "no real agent asks a real device over SNMP",
    },
    Wanted {
        what: "mail servers",
        is_here: || std::path::Path::new("/usr/sbin/dovecot").exists() && has_aiosmtpd(),
        packages: &["dovecot-imapd", "python3-aiosmtpd"],
        without_it: "no real mail server holds the desk's mailbox or takes its letters",
    },
    Wanted {
        what: "rsyslog with TLS",
        is_here: rsyslog,
        packages: &["rsyslog", "rsyslog-openssl", "rsyslog-gnutls", "rsyslog-relp"],
        without_it: "no real sender's lines are taken in, over TLS or without",
    },
    Wanted {
        what: "DHCP servers and a firewall",
        is_here: || NETWORK.iter().all(|file| std::path::Path::new(file).exists()),
        packages: &[
            "kea-dhcp4-server",
            "isc-dhcp-server",
            "isc-dhcp-client",
            "dnsmasq-base",
            "nftables",
            "conntrack",
            "iproute2",
        ],
        without_it: "no real server gives a lease, no real firewall logs a connection",
    },
    Wanted {
        what: "openssl",
        is_here: || shell::find_program(&["openssl"]).is_some(),
        packages: &["openssl"],
        without_it: "nobody else judges signatures and time stamps",
    },
    Wanted {
        what: "SoftHSM",
        is_here: || shell::find_program(&["softhsm2-util"]).is_some(),
        packages: &["softhsm2"],
        without_it: "no card signs",
    },
    Wanted {
        what: "OCRmyPDF in Turkish",
        is_here: || {
            let turkish =
                std::path::Path::new("/usr/share/tesseract-ocr/5/tessdata/tur.traineddata").exists();
            turkish && shell::find_program(&["ocrmypdf"]).is_some()
        },
        packages: &["ocrmypdf", "tesseract-ocr-tur"],
        without_it: "no picture of a letter becomes text",
    },
    Wanted {
        what: "openpyxl",
        is_here: openpyxl,
        packages: &["python3-openpyxl"],
        without_it: "written XLSX files are not read by another program",
    },
    Wanted {
        what: "Python with venv",
        is_here: python_has_venv,
        packages: &["python3", "python3-venv"],
        without_it: "no S3-compatible server",
    },
];

/// Programs that log leases and connections, and the client that asks for one.
const NETWORK: [&str; 6] = [
    "/usr/sbin/kea-dhcp4",
    "/usr/sbin/dhcpd",
    "/usr/sbin/dhclient",
    "/usr/sbin/dnsmasq",
    "/usr/sbin/nft",
    "/usr/sbin/conntrack",
];

/// Installs what is missing when this is a Debian and we are root; otherwise says what to install.
pub fn install(report: &mut Report) -> Result<Outcome> {
    let missing: Vec<&Wanted> = WANTED.iter().filter(|it| !(it.is_here)()).collect();
    if missing.is_empty() {
        println!("everything is here");
        return Ok(Outcome::Passed);
    }
    let packages: Vec<&str> = missing.iter().flat_map(|it| it.packages.iter().copied()).collect();
    let why = match (shell::user_id(), shell::find_program(&["apt-get"])) {
        (Some(0), Some(apt)) => {
            let is_fresh = apt_get(&apt, &["update"])?;
            // One package that a mirror lacks must not keep the others out, hence one call for each.
            for package in &packages {
                let _ = apt_get(&apt, &["install", "-y", "--no-install-recommends", package])?;
            }
            if is_fresh { "apt-get could not install it" } else { "apt-get update failed" }.to_owned()
        }
        _ => format!("install it by hand: apt-get install {}", packages.join(" ")),
    };
    for wanted in missing.into_iter().filter(|it| !(it.is_here)()) {
        report.could_not_have(wanted.what, format!("{why}; {}", wanted.without_it));
    }
    Ok(Outcome::Passed)
}

/// The browser that the journeys drive: `BELDE_TEST_CHROMIUM`, else the machine's own.
pub fn chromium() -> Option<PathBuf> {
    let given = std::env::var_os("BELDE_TEST_CHROMIUM").map(PathBuf::from);
    given.or_else(|| {
        shell::find_program(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
    })
}

/// Where the drivers lie depends on the processor.
fn rsyslog() -> bool {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().filter_map(std::result::Result::ok);
    let has_drivers = |folder: PathBuf| {
        ["lmnsd_ossl.so", "lmnsd_gtls.so", "omrelp.so"]
            .into_iter()
            .all(|it| folder.join("rsyslog").join(it).exists())
    };
    std::path::Path::new("/usr/sbin/rsyslogd").exists() && folders.map(|it| it.path()).any(has_drivers)
}

fn preflight() -> bool {
    let is_jar = |name: &str| std::path::Path::new("/usr/share/java").join(name).exists();
    shell::find_program(&["java"]).is_some()
        && ["preflight.jar", "javax.activation.jar", "jaxb-api.jar"].into_iter().all(is_jar)
}

/// Debian's packages are seen by Debian's Python only, which need not be the first one on the path.
fn openpyxl() -> bool {
    python_has("openpyxl")
}

fn has_aiosmtpd() -> bool {
    python_has("aiosmtpd")
}

fn python_has(module: &str) -> bool {
    let pythons = ["python3", "/usr/bin/python3"];
    let import = format!("import {module}");
    pythons.into_iter().any(|it| shell::output(Command::new(it).args(["-c", &import])).is_ok())
}

fn python_has_venv() -> bool {
    let Some(python) = shell::find_program(&["python3"]) else { return false };
    // Debian splits ensurepip out of python3: without it a venv is made but has no pip.
    shell::output(Command::new(python).args(["-c", "import venv, ensurepip"])).is_ok()
}

fn apt_get(apt: &PathBuf, args: &[&str]) -> Result<bool> {
    let mut command = Command::new(apt);
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-q").args(args);
    command.stdin(std::process::Stdio::null());
    shell::succeeds(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wanted_says_what_goes_without_it() {
        for wanted in &WANTED {
            assert!(!wanted.packages.is_empty(), "{}", wanted.what);
            assert!(!wanted.without_it.is_empty(), "{}", wanted.what);
        }
    }
}
