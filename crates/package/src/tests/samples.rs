//! The six public packages of another program: what they say and what the verifier says of them.

use std::io::{Cursor, Read};

use crate::*;

pub const V1: &[u8] = include_bytes!("samples/paketv1x.eyp");
pub const V2: &[u8] = include_bytes!("samples/paketv2x.eyp");
pub const V1_SEALED: &[u8] = include_bytes!("samples/sifrelipaketv1x.eyps");
pub const V1_HOLLOW: &[u8] = include_bytes!("samples/sifrelipaketv1xicerikbos.eyps");
pub const V2_SEALED: &[u8] = include_bytes!("samples/sifrelipaketv2x.eyps");
pub const V2_HOLLOW: &[u8] = include_bytes!("samples/sifrelipaketv2xicerikbos.eyps");

pub fn open(bytes: &[u8]) -> Package<Cursor<Vec<u8>>> {
    Package::open(Cursor::new(bytes.to_vec()), &Limits::default()).unwrap()
}

#[test]
fn show() {
    for bytes in [V1, V2, V1_SEALED, V1_HOLLOW, V2_SEALED, V2_HOLLOW] {
        let mut package = open(bytes);
        println!("{}", verify(&mut package));
    }
    for bytes in [V1_SEALED, V2_SEALED] {
        let mut outer = open(bytes);
        let mut inner = Vec::new();
        outer.encrypted_content().unwrap().read_to_end(&mut inner).unwrap();
        println!("{}", verify_inner(&outer, &mut open(&inner)));
    }
    if let Ok(folder) = std::fs::read_dir("/tmp/eyptry/soy") {
        for file in folder.flatten().filter(|file| file.path().is_file()) {
            println!("== {:?}", file.path());
            let mut package = open(&std::fs::read(file.path()).unwrap());
            println!("{}", verify(&mut package));
        }
    }
}
