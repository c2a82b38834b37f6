//! KamuSM's header, taken apart again by `openssl`.

use super::helpers::*;
use crate::kamusm::{Account, Chance, credit_headers, identity, read_credit};
use crate::*;

const ACCOUNT: Account = Account { customer: 4321, password: "gizli-parola" };
const CHANCE: Chance = Chance { salt: *b"saltsalt", iv: *b"0123456789abcdef" };

#[test]
fn openssl_decrypts_the_header_to_the_digest() {
    let digest = Hash::Sha256.digest(CONTENT);
    let der = hex::decode(identity(&ACCOUNT, &digest, CHANCE)).unwrap();
    let fields = crate::asn1::Tlv::only(&der).unwrap().inside().all(9).unwrap();
    assert_eq!(fields.len(), 5);
    assert_eq!(fields[0].small(), Ok(4321));
    assert_eq!(fields[1].body, CHANCE.salt);
    assert_eq!(fields[2].small(), Ok(100));
    assert_eq!(fields[3].body, CHANCE.iv);
    WORLD.write("identity.bin", fields[4].body);
    let (done, key) = WORLD.try_run(&[
        "kdf",
        "-keylen",
        "32",
        "-kdfopt",
        "digest:SHA256",
        "-kdfopt",
        "pass:gizli-parola",
        "-kdfopt",
        "salt:saltsalt",
        "-kdfopt",
        "iter:100",
        "PBKDF2",
    ]);
    assert!(done, "{key}");
    let key = key.trim().replace(':', "");
    let iv = hex::encode(CHANCE.iv);
    WORLD.run(&format!("enc -d -aes-256-cbc -K {key} -iv {iv} -in identity.bin -out identity.txt"));
    assert_eq!(WORLD.read("identity.txt"), digest);
}

#[test]
fn credit_is_asked_and_read() {
    let headers = credit_headers(&ACCOUNT, 1_700_000_000_000, CHANCE);
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["identity", "credit_req", "credit_req_time"]);
    assert_eq!(headers[2].1, "1700000000000");
    assert_eq!(headers[0].1, identity(&ACCOUNT, &Hash::Sha1.digest(b"43211700000000000"), CHANCE));
    assert_eq!(read_credit(b" 998\r\n"), Ok(998));
    assert_eq!(read_credit(b"<html>"), Err(Error::Malformed("credit answer")));
    let refused = b"\x30\x0f\x30\x0d\x02\x01\x02\x30\x08\x0c\x06Kontor";
    assert_eq!(read_credit(refused), Err(Error::TimeStampRefused("Kontor; durum 2".to_owned())));
}

#[test]
fn a_refusal_that_comes_with_http_200_is_told_in_its_own_words() {
    let request = TimeStampRequest::new(Hash::Sha256, &Hash::Sha256.digest(CONTENT), b"nonce").unwrap();
    let refused = b"\x30\x13\x30\x11\x02\x01\x02\x30\x08\x0c\x06Kontor\x03\x02\x05\x20";
    let told = request.read_answer(refused).unwrap_err().to_string();
    assert!(told.contains("Kontor") && told.contains("istek kabul edilmiyor"), "{told}");
}
