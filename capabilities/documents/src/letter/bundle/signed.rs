//! The signatures of a package as files that other programs read: each with what it covers, its time stamps, and all
//! certificates. The same package gives the same files, so a bundle's own are compared with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use package::SignaturePart;
use signing::Certificate;

use super::{CERTIFICATES, Part, SIGNATURES};

/// One signature and the names of its files.
pub(super) struct Files<'a> {
    pub of: &'a SignaturePart,
    pub signature: String,
    pub covered: String,
    /// Token and what it covers.
    pub stamps: Vec<(String, String)>,
}

/// The files of all signatures, and what is named how. A signature that cannot be taken apart is there all the same.
pub(super) fn apart(signatures: &[SignaturePart]) -> (Vec<Part>, Vec<Files<'_>>) {
    let (mut parts, mut named) = (Vec::new(), Vec::new());
    let mut certificates: Vec<Certificate> = Vec::new();
    for (number, one) in (1..).zip(signatures) {
        let name = |ending: &str| format!("{SIGNATURES}{number}.{ending}");
        let mut files =
            Files { of: one, signature: name("p7s"), covered: name("icerik"), stamps: Vec::new() };
        parts.push(Part::new(&files.signature, one.bytes.as_slice()));
        parts.push(Part::new(&files.covered, one.covered_bytes.as_slice()));
        for (place, stamp) in (1..).zip(signing::signature_stamps(&one.bytes).unwrap_or_default()) {
            let which = if place == 1 { "zd".to_string() } else { format!("zd{place}") };
            let (token, covered) = (name(&format!("{which}.tsr")), name(&format!("{which}.icerik")));
            parts.push(Part::new(&token, stamp.token));
            parts.push(Part::new(&covered, stamp.covered));
            files.stamps.push((token, covered));
        }
        for found in signing::certificates(&one.bytes).unwrap_or_default() {
            if !certificates.iter().any(|other| other.der() == found.der()) {
                certificates.push(found);
            }
        }
        named.push(files);
    }
    parts.push(Part::new(CERTIFICATES, pem(&certificates)));
    (parts, named)
}

/// PEM with the holder's name above each certificate.
fn pem(certificates: &[Certificate]) -> String {
    let mut text = String::new();
    for one in certificates {
        let name: String = one.holder().chars().filter(|letter| !letter.is_control()).take(200).collect();
        text.push_str(&format!("# {name}\n-----BEGIN CERTIFICATE-----\n"));
        let encoded = STANDARD.encode(one.der());
        for line in encoded.as_bytes().chunks(64) {
            text.push_str(&String::from_utf8_lossy(line));
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}
