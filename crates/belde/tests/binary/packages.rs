//! `belde package verify` as whoever got a package meets it: what it says of each part, and how it ends.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::process::Output;

use package::{
    Annex, AnnexKind, Confidentiality, Content, Distribution, DistributionKind, Draft, FilePlanCode, Filing,
    FinalMetadata, Institution, Letter, Party, Person, PersonalCopy, Reference, Sealed, Signatory, Urgency,
};
use uuid::Uuid;

use super::authority::Authority;
use super::node::run;
use super::place::Place;

fn institution(detsis: &str, name: &str) -> Party {
    Party::Institution(Institution {
        detsis: detsis.into(),
        name: Some(name.into()),
        ..Institution::default()
    })
}

/// A letter with one annex, which the second addressee does not get.
fn letter() -> Letter {
    let annex = Uuid::from_u128(2);
    let to = |detsis: &str, name: &str, withheld_annexes| Distribution {
        party: institution(detsis, name),
        urgency: Urgency::Normal,
        kind: DistributionKind::Action,
        deadline: None,
        withheld_annexes,
    };
    Letter {
        id: Uuid::from_u128(1),
        subject: "Sunucu Bakımı".into(),
        confidentiality: Confidentiality::Open,
        confidential_until: None,
        media_type: Some("application/pdf".into()),
        own_id: None,
        distributions: vec![
            to("12345678", "Örnekil Valiliği", Vec::new()),
            to("22222222", "Örnekil Kaymakamlığı", vec![annex]),
        ],
        annexes: vec![Annex {
            id: annex,
            is_package_id: None,
            number: None,
            kind: AnnexKind::Enclosed,
            file_name: Some("1-liste.txt".into()),
            media_type: Some("text/plain".into()),
            name: Some("Liste".into()),
            order: 1,
            description: None,
            address: None,
            own_id: None,
            is_signed: true,
            digest: None,
        }],
        references: vec![Reference {
            id: Uuid::from_u128(3),
            number: Some("E-12345678-700-4411".into()),
            dated_at: Some(time::macros::datetime!(2026-11-02 22:30 UTC)),
            label: "a".into(),
            annex_id: None,
            name: Some("Valiliğin yazısı".into()),
            description: None,
            own_id: None,
        }],
        language: Some("tur".into()),
        author: institution("24312041", "Örnekova Belediyesi"),
        contacts: Vec::new(),
        file_name: "yazi.pdf".into(),
        filing: Some(Filing {
            main: FilePlanCode { code: "700".into(), ..FilePlanCode::default() },
            others: Vec::new(),
        }),
        public_services: Vec::new(),
        verification_address: Some("https://ornekova.bel.tr/dogrula".into()),
    }
}

/// Signed and sealed as CAdES-X-L.
fn sealed(authority: &Authority) -> Sealed {
    let (signer, seal) = (authority.key("veli", "Veli Ak"), authority.key("muhur", "Belediye Mührü"));
    let annexes = vec![(Uuid::from_u128(2), Content::from_bytes(b"Sunucu listesi".to_vec()))];
    let draft = Draft::new(letter(), Content::from_bytes(b"%PDF-1.7\nyazi".to_vec()), annexes).unwrap();
    let signature = authority.sign_for_long(&signer, &draft.package_digest_bytes().unwrap());
    let at = kernel::Clock::System.now().utc();
    let last = FinalMetadata {
        dated_at: at,
        number: "E-24312041-700-1".into(),
        signatories: vec![Signatory {
            signer: Person { first_name: "Veli".into(), last_name: "Ak".into(), ..Person::default() },
            delegated_by: None,
            acting_for: None,
            office: None,
            purpose: None,
            description: None,
            signed_at: Some(at),
        }],
    };
    let unsealed = draft.sign(signature).unwrap().finish(&last, at).unwrap();
    let seal = authority.sign_for_long(&seal, unsealed.final_digest_bytes());
    unsealed.seal(seal).unwrap()
}

type Parts = Vec<(String, Vec<u8>)>;

fn unpacked(bytes: &[u8]) -> Parts {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let count = zip.len();
    let mut part = |at: usize| {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(&mut part).collect()
}

fn packed(parts: &Parts) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

struct Desk {
    place: Place,
    roots: String,
}

impl Desk {
    fn verify(&self, bytes: &[u8], more: &[&str]) -> (Output, String) {
        let file = self.place.beside().join("gelen.eyp");
        std::fs::write(&file, bytes).unwrap();
        self.verify_file(&file, more)
    }

    /// How it ended, and everything that it said.
    fn verify_file(&self, file: &Path, more: &[&str]) -> (Output, String) {
        let file = file.to_str().unwrap();
        let output = run(&self.place, &[&["package", "verify", file][..], more].concat());
        let said = [output.stdout.clone(), output.stderr.clone()].concat();
        (output, String::from_utf8(said).unwrap())
    }

    #[track_caller]
    fn holds(&self, bytes: &[u8], more: &[&str], says: &[&str]) {
        let (output, said) = self.verify(bytes, more);
        assert_eq!(output.status.code(), Some(0), "{said}");
        says.iter().for_each(|one| assert!(said.contains(one), "{one}: {said}"));
    }

    #[track_caller]
    fn fails(&self, bytes: &[u8], says: &[&str]) {
        let (output, said) = self.verify(bytes, &["--anchors", &self.roots]);
        assert_eq!(output.status.code(), Some(1), "{said}");
        says.iter().for_each(|one| assert!(said.contains(one), "{one}: {said}"));
    }
}

#[test]
fn a_package_that_holds_is_said_to_hold_and_a_turned_bit_names_its_part() {
    let authority = Authority::make();
    let desk = Desk { place: Place::sqlite(), roots: authority.path("root.pem").display().to_string() };
    let mut package = sealed(&authority);
    let bytes = package.write(Cursor::new(Vec::new())).unwrap().into_inner();
    let good = [
        "e-Yazışma paketi, sürüm 2",
        "Paketin yapısı ve özetleri geçerli.",
        "İmzası geçerli",
        "İmza: Veli Ak",
        "Mühür: Belediye Mührü",
        "Düzey: ES-X-L",
    ];
    desk.holds(&bytes, &["--anchors", &desk.roots], &good);
    // Nobody is believed without a root, and nothing is wrong.
    desk.holds(&bytes, &[], &["İmzası denetlenemedi", "trust_anchors"]);
    // What an addressee gets without the annex that is kept from them holds as well.
    let copy = PersonalCopy { addressee: Some(1), without_initials: false };
    let copy = package.write_copy(copy, Cursor::new(Vec::new())).unwrap().into_inner();
    desk.holds(&copy, &["--anchors", &desk.roots], &["konulmamış ek olarak belirtilmiş", "İmzası geçerli"]);
    let parts = unpacked(&bytes);
    desk.holds(&packed(&parts), &["--anchors", &desk.roots], &["İmzası geçerli"]);
    for (place, (name, content)) in parts.iter().enumerate() {
        // What ties the parts together is covered by nothing; without it they are not found.
        if name.ends_with(".rels") || name.starts_with('[') {
            continue;
        }
        let mut changed = parts.clone();
        changed[place].1[content.len() / 2] ^= 1;
        desk.fails(&packed(&changed), &[&format!("/{name}"), "paket geçerli değil"]);
        let mut fewer = parts.clone();
        fewer.remove(place);
        let (output, said) = desk.verify(&packed(&fewer), &["--anchors", &desk.roots]);
        // A package that is not sealed is one that its sender did not close; it may be accepted with that said.
        let is_seal = name.ends_with("MuhurCades.imz");
        // What an addressee may be sent the package without.
        let is_withheld = said.contains("konulmamış ek olarak belirtilmiş");
        assert_eq!(is_withheld, name == "Ekler/1-liste.txt", "{name}: {said}");
        assert_eq!(output.status.code(), Some(if is_seal || is_withheld { 0 } else { 1 }), "{name}: {said}");
        assert!(!is_seal || said.contains("Paket mühürlenmemiş"), "{said}");
    }
    desk.fails(&bytes[..bytes.len() / 2], &["belde: "]);
    desk.fails(b"yazi", &["belde: "]);
    let nowhere = desk.verify_file(Path::new("/yok/boyle.eyp"), &[]);
    assert_eq!(nowhere.0.status.code(), Some(1), "{}", nowhere.1);
    let (output, said) = desk.verify(&bytes, &["--at", "bugün"]);
    assert_eq!(output.status.code(), Some(1), "{said}");
}

#[test]
fn a_signature_of_somebody_else_does_not_pass_for_the_signature() {
    let authority = Authority::make();
    let desk = Desk { place: Place::sqlite(), roots: authority.path("root.pem").display().to_string() };
    let mut package = sealed(&authority);
    let bytes = package.write(Cursor::new(Vec::new())).unwrap().into_inner();
    // Another root than that of the certificates.
    let stranger = Authority::make();
    let roots = stranger.path("root.pem").display().to_string();
    let (output, said) = desk.verify(&bytes, &["--anchors", &roots]);
    assert!(said.contains("İmzası denetlenemedi") && !said.contains("İmzası geçerli"), "{said}");
    assert_eq!(output.status.code(), Some(0), "{said}");
    // The signature of one over something else.
    let mut parts = unpacked(&bytes);
    let other = stranger.sign_for_long(&stranger.key("biri", "Veli Ak"), b"<PaketOzeti/>");
    parts
        .iter_mut()
        .filter(|(name, _)| name.ends_with("ImzaCades.imz"))
        .for_each(|one| one.1 = other.clone());
    desk.fails(&packed(&parts), &["İmzası geçersiz", "/Imzalar/ImzaCades.imz"]);
}

#[test]
fn what_a_package_says_of_its_letter_is_shown_whole() {
    let authority = Authority::make();
    let place = Place::sqlite();
    let mut package = sealed(&authority);
    let file = place.beside().join("gelen.eyp");
    std::fs::write(&file, package.write(Cursor::new(Vec::new())).unwrap().into_inner()).unwrap();
    let output = run(&place, &["package", "show", file.to_str().unwrap()]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let today = kernel::tr::date(kernel::Clock::System.now().day().0);
    for line in [
        "Konu: Sunucu Bakımı",
        "Gizlilik: yok",
        "Dosya kodu: 700",
        "Muhatap: Örnekil Valiliği (gereği, normal)",
        "İlgi a: Valiliğin yazısı, 03.11.2026, E-12345678-700-4411",
        "Ek 1: Liste",
        "Sayı: E-24312041-700-1",
        &format!("Tarih: {today}"),
        "İmzalayan: Veli Ak",
    ] {
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
}
