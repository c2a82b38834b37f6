//! How long one offline validation takes: `cargo run --release -p signing --example signature_speed`.
//! Makes its own certificates with `openssl`; the revocation list is as long as a real one.

#[path = "../src/tests/corpus.rs"]
mod corpus;

use std::time::Instant;

use corpus::Corpus;
use signing::{
    Certificate, Content, Crl, Hash, Key, Ocsp, Preparation, Profile, SoftwareKey, TimeStamp,
    TimeStampRequest, Trust, ValidationData, Verdict, add_archive_time_stamp, add_time_stamp,
    add_validation_data, archive_imprint, ocsp_request, signature_imprint, verify,
};
use time::{Duration, OffsetDateTime};

const ROUNDS: u32 = 200;
/// Entries of the long list; those of Turkish issuers have some tens of thousands.
const REVOKED: u32 = 50_000;

fn main() {
    let world = Corpus::make();
    for name in ["rsa", "p256", "p384"] {
        let (long_term, at) = make(&world, name);
        let archived = archive(&world, &long_term);
        let trust = Trust::in_anchors(vec![certificate(&world, "root")]);
        measure(&format!("{name} X-L"), &long_term, &trust, at);
        measure(&format!("{name} A"), &archived, &trust, at);
    }
    long_list(&world);
    let (long_term, at) = make(&world, "rsa");
    let trust = Trust::in_anchors(vec![certificate(&world, "root")]);
    measure(&format!("rsa X-L, list of {REVOKED}"), &long_term, &trust, at);
}

fn measure(what: &str, cms: &[u8], trust: &Trust, at: OffsetDateTime) {
    let report = verify(cms, None, trust, at);
    assert_eq!(report.verdict(), Verdict::Valid, "{}", report.turkish());
    let started = Instant::now();
    for _ in 0..ROUNDS {
        assert_eq!(verify(cms, None, trust, at).verdict(), Verdict::Valid);
    }
    let each = started.elapsed() / ROUNDS;
    println!("{what}: {:.3} ms each, {} bytes", each.as_secs_f64() * 1000.0, cms.len());
}

fn certificate(world: &Corpus, name: &str) -> Certificate {
    Certificate::from_pem_or_der(&world.read(&format!("{name}.pem"))).expect("a certificate").remove(0)
}

fn token(world: &Corpus, hash: Hash, imprint: &[u8]) -> TimeStamp {
    let request = TimeStampRequest::new(hash, imprint, &imprint[..8]).expect("a request");
    request.read_answer(&world.stamp(&request.encode(), "tsa_good")).expect("a token")
}

fn make(world: &Corpus, name: &str) -> (Vec<u8>, OffsetDateTime) {
    let now = OffsetDateTime::from_unix_timestamp(world.now()).expect("an instant");
    let chain = world.text(&format!("{name}.pem")) + &world.text("issuer.pem");
    let key = SoftwareKey::from_pem(&world.text(&format!("{name}.key")), &chain).expect("a key");
    let content = vec![b'x'; 20_000];
    let prepared =
        Preparation::new(Content::Attached(&content), key.chain(), Profile::P4, now).expect("prepared");
    let cms = prepared.finish(&key.sign(prepared.to_be_signed()).expect("signed")).expect("finished");
    let imprint = signature_imprint(&cms, 0, Hash::Sha256).expect("an imprint");
    let cms = add_time_stamp(&cms, 0, &token(world, Hash::Sha256, &imprint)).expect("stamped");
    let query = ocsp_request(&certificate(world, name), &certificate(world, "issuer"), None);
    let data = ValidationData {
        certificates: ["issuer", "root", "tsa"].map(|name| certificate(world, name)).to_vec(),
        crls: ["root", "issuer"]
            .map(|name| Crl::from_der(&world.read(&format!("{name}.crl"))).expect("a list"))
            .to_vec(),
        ocsps: vec![Ocsp::from_der(&world.ocsp(&query, "responder")).expect("an answer")],
    };
    (add_validation_data(&cms, 0, &data).expect("raised"), now + Duration::minutes(1))
}

fn archive(world: &Corpus, cms: &[u8]) -> Vec<u8> {
    let imprint = archive_imprint(cms, 0, None, Hash::Sha512).expect("an imprint");
    add_archive_time_stamp(cms, 0, None, &token(world, Hash::Sha512, &imprint)).expect("archived")
}

/// Fills the issuer's books with revoked certificates and makes its list again.
fn long_list(world: &Corpus) {
    let mut books = world.text("issuer.index");
    for serial in 0..REVOKED {
        books += &format!("R\t391231235959Z\t250101000000Z\t{:08X}\tunknown\t/CN=x\n", 0x2000_0000 + serial);
    }
    world.write("issuer.index", books.as_bytes());
    world.run("ca -config openssl.cnf -name issuer_ca -gencrl -crldays 30 -out issuer.crl.pem");
    world.run("crl -in issuer.crl.pem -outform DER -out issuer.crl");
}
