//! The evidence bundle of a letter: what is in it, that every change is found, and that the commands of its guide really run.

use std::io::{Cursor, Read, Write};
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use signing::{Hash, TimeStampRequest};
use testkit::{TestDb, each};

use super::esign::{Keys, electronic, link, move_to, office, pack, send, signed};
use super::town::{Town, capabilities};
use crate::bundle::{BundleReport, Expected, verify};

pub(super) type Files = Vec<(String, Vec<u8>)>;

pub(super) fn with_seals() -> Vec<kernel::Capability> {
    let mut all = capabilities();
    all.insert(0, seal::audit::capability());
    all
}

pub(super) async fn seal_all(test: &TestDb) {
    test.advance_seconds(60);
    while seal::audit::seal_once(&test.jobs()).await.unwrap() > 0 {}
}

/// A letter signed with `cms` made of a job by `make`, packed and sealed; answers its address.
async fn packed(town: &Town<'_>, keys: &Keys, make: impl Fn(String) -> String) -> String {
    let letter = electronic(town).await;
    let token = link(town, &letter).await;
    let cms = make(signed(town, &token, &keys.key("veli")).await);
    town.test.advance_seconds(300);
    let sent = send(town, &token, &cms).await;
    assert_eq!(sent.status, 200, "{}", sent.html());
    town.as_veli();
    town.app.get(&format!("{letter}/delil")).await.status(409).says("hazırlanıyor");
    pack(town.test, keys.services(town.files.path())).await.unwrap();
    seal_all(town.test).await;
    letter
}

pub(super) async fn taken(town: &Town<'_>, letter: &str) -> Vec<u8> {
    let page = town.app.get(&format!("{letter}/delil")).await;
    assert_eq!(page.status, 200, "{}", page.html());
    page.bytes.to_vec()
}

pub(super) fn unpacked(bytes: &[u8]) -> Files {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let name = file.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}

fn packed_again(files: &Files) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// As somebody would who knows how the sums are made.
fn summed_again(files: &Files) -> Vec<u8> {
    let mut files = files.clone();
    let line =
        |(name, bytes): &(String, Vec<u8>)| format!("{}  {name}\n", hex::encode(Sha256::digest(bytes)));
    let sums: String = files.iter().filter(|(name, _)| name != "ozet.txt").map(line).collect();
    files.iter_mut().filter(|(name, _)| name == "ozet.txt").for_each(|one| one.1 = sums.clone().into_bytes());
    packed_again(&files)
}

pub(super) fn text(files: &Files, name: &str) -> String {
    let file = files.iter().find(|(other, _)| other == name).unwrap_or_else(|| panic!("{name}"));
    String::from_utf8(file.1.clone()).unwrap()
}

/// The same files with another audit slice, and sums that fit.
fn with_events(files: &Files, change: impl FnOnce(&mut Json)) -> Vec<u8> {
    let mut slice: Json = serde_json::from_str(&text(files, "olaylar.json")).unwrap();
    change(&mut slice);
    let mut files = files.clone();
    let place = files.iter().position(|(name, _)| name == "olaylar.json").unwrap();
    files[place].1 = serde_json::to_vec(&slice).unwrap();
    summed_again(&files)
}

fn event<'a>(slice: &'a mut Json, verb: &str) -> &'a mut Json {
    slice["events"].as_array_mut().unwrap().iter_mut().find(|one| one["verb"] == verb).unwrap()
}

/// The first seal of a bundle as somebody wrote it down elsewhere.
fn known(files: &Files) -> seal::Anchor {
    let slice: Json = serde_json::from_str(&text(files, "olaylar.json")).unwrap();
    let own = &slice["seals"][0];
    let hash = hex::decode(own["hash"].as_str().unwrap()).unwrap().try_into().unwrap();
    seal::Anchor { no: own["no"].as_u64().unwrap(), hash }
}

pub(super) fn judged(bytes: &[u8], keys: &Keys, test: &TestDb) -> BundleReport {
    let expected = Expected { anchors: keys.anchors(), ..Expected::default() };
    verify(Cursor::new(bytes), &expected, test.clock.now().utc())
}

#[track_caller]
fn finds(report: &BundleReport, said: &str) {
    assert!(!report.holds() && report.to_string().contains(said), "{said}:\n{report}");
}

#[tokio::test]
async fn a_bundle_of_an_electronic_letter_holds_and_tells_what_is_in_it() {
    let keys = Keys::make();
    each(with_seals(), async |test| {
        let town = office(test, &keys).await;
        let letter = packed(&town, &keys, |cms| cms).await;
        town.app.get(&letter).await.ok().says("Delil dosyası");
        let page = town.app.get(&format!("{letter}/delil")).await;
        assert!(page.header("content-disposition").contains("E-24312041-700-1-delil.zip"));
        let bytes = page.bytes.to_vec();
        let report = judged(&bytes, &keys, test);
        assert!(report.holds(), "{report}");
        let note = town.text("SELECT note FROM event WHERE verb = 'letter_taken'").await;
        assert_eq!(note, format!("delil dosyası, SHA-256 özeti {}", hex::encode(Sha256::digest(&bytes))));
        let files = unpacked(&bytes);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let all = [
            "OKU.txt",
            "ozet.txt",
            "rapor.txt",
            "paket.eyp",
            "imzalar/1.p7s",
            "imzalar/1.icerik",
            "imzalar/2.p7s",
            "imzalar/2.icerik",
            "sertifikalar.pem",
            "olaylar.json",
        ];
        assert_eq!(names, all);
        assert_eq!(text(&files, "sertifikalar.pem").matches("BEGIN CERTIFICATE").count(), 2);
        for said in ["E-24312041-700-1", "Veli Ak", "Paketin yapısı ve özetleri geçerli", "olay mühürlü"]
        {
            assert!(text(&files, "rapor.txt").contains(said), "{said}");
        }
        let slice: Json = serde_json::from_str(&text(&files, "olaylar.json")).unwrap();
        let events = slice["events"].as_array().unwrap();
        for (kind, verb) in [
            ("letter", "letter_submitted"),
            ("letter", "letter_signature_made"),
            ("letter", "letter_packed"),
            ("route_step", "signed"),
            ("document", "created"),
        ] {
            let is_it = |one: &&Json| one["subject_kind"] == kind && one["verb"] == verb;
            assert!(events.iter().find(is_it).is_some_and(|one| one["proof"].is_object()), "{kind} {verb}");
        }
        assert_eq!(report.doubts.iter().filter(|one| one.contains("mühürlenmeden")).count(), 0, "{report}");
        // Known seals from elsewhere are compared.
        let other = seal::Anchor { hash: [7; 32], ..known(&files) };
        let expected = Expected { seals: vec![other], ..Expected::default() };
        finds(&verify(Cursor::new(&bytes), &expected, test.clock.now().utc()), "bilinen mühürle aynı değil");
        // The first taking is an event of the second bundle, and not sealed yet.
        let again = judged(&taken(&town, &letter).await, &keys, test);
        assert!(again.holds() && again.doubts.iter().any(|one| one.contains("1 olay")), "{again}");
    })
    .await;
}

#[tokio::test]
async fn whatever_is_changed_in_a_bundle_is_found() {
    let keys = Keys::make();
    each(with_seals(), async |test| {
        let town = office(test, &keys).await;
        let letter = packed(&town, &keys, |cms| cms).await;
        let bytes = taken(&town, &letter).await;
        let files = unpacked(&bytes);
        assert!(judged(&summed_again(&files), &keys, test).holds(), "the helpers change nothing");
        for place in 0..files.len() {
            let name = files[place].0.clone();
            let mut changed = files.clone();
            let middle = changed[place].1.len() / 2;
            changed[place].1[middle] ^= 1;
            assert!(!judged(&packed_again(&changed), &keys, test).holds(), "{name} changed");
            let has_only_sums = ["OKU.txt", "rapor.txt", "ozet.txt", "olaylar.json"].contains(&name.as_str());
            assert!(
                has_only_sums || !judged(&summed_again(&changed), &keys, test).holds(),
                "{name}, sums made to fit"
            );
            let mut fewer = files.clone();
            fewer.remove(place);
            finds(&judged(&packed_again(&fewer), &keys, test), &format!("{name} yok"));
            assert!(!judged(&summed_again(&fewer), &keys, test).holds(), "{name} gone, sums made to fit");
        }
        let mut more = files.clone();
        more.push(("imzalar/9.p7s".into(), b"x".to_vec()));
        finds(&judged(&packed_again(&more), &keys, test), "sonradan eklenmiş");
        finds(&judged(&summed_again(&more), &keys, test), "pakette olmayan");
        let mut torn = bytes.clone();
        torn.truncate(bytes.len() / 2);
        assert!(!judged(&torn, &keys, test).holds());
        // Whatever bytes come, the judge answers.
        for at in (0..bytes.len()).step_by(bytes.len() / 50) {
            let mut spoilt = bytes.clone();
            spoilt[at] = !spoilt[at];
            assert!(!judged(&spoilt, &keys, test).to_string().is_empty());
            assert!(!judged(&bytes[..at], &keys, test).holds());
        }
        changed_events(&files, &keys, test);
    })
    .await;
}

/// Changes of the audit slice by somebody who makes the sums fit.
fn changed_events(files: &Files, keys: &Keys, test: &TestDb) {
    let finds_of = |said: &str, change: &dyn Fn(&mut Json)| {
        finds(&judged(&with_events(files, change), keys, test), said);
    };
    finds_of("mühürlenen kaydıyla aynı değil", &|slice| {
        event(slice, "letter_signature_made")["note"] = "Başkası, sertifika 1".into();
    });
    // The record and its digest made to fit, too.
    finds_of("kanıtı mührün köküne çıkmıyor", &|slice| {
        let own = event(slice, "letter_submitted");
        let record = STANDARD.decode(own["record"].as_str().unwrap()).unwrap();
        let at = record.windows(6).position(|part| part == b"letter").unwrap();
        let mut record = record;
        record[at..at + 6].copy_from_slice(b"lettex");
        own["subject_kind"] = "lettex".into();
        own["record"] = STANDARD.encode(&record).into();
        own["leaf"] = hex::encode(Sha256::new().chain_update([0]).chain_update(&record).finalize()).into();
    });
    finds_of("numaralı mühür değiştirilmiş", &|slice| slice["seals"][0]["sealed_at_us"] = 1.into());
    finds_of("mühür dosyada yok", &|slice| slice["seals"] = Json::Array(Vec::new()));
    finds_of("sayısını veren olay", &|slice| {
        slice["events"].as_array_mut().unwrap().retain(|one| one["verb"] != "letter_signed");
    });
    finds_of("özeti yazan paket değil", &|slice| {
        slice["events"].as_array_mut().unwrap().retain(|one| one["verb"] != "letter_packed");
    });
    finds_of("Paketteki sayı", &|slice| slice["number"] = "E-1".into());
    finds_of("biri iki kez", &|slice| slice["events"].as_array_mut().unwrap().reverse());
    finds_of("okunamadı", &|slice| slice["more"] = true.into());
    // An event taken from under its seal counts as not proven.
    let bare = with_events(files, |slice| event(slice, "letter_submitted")["proof"] = Json::Null);
    let bare = judged(&bare, keys, test);
    assert!(bare.doubts.iter().any(|one| one.contains("mühürlenmeden")), "{bare}");
}

/// A small authority of time; its stamp over the signature of a file.
fn stamped(keys: &Keys, cms: &str) -> String {
    if !keys.path("tsa.pem").exists() {
        let own = "[own]\nserial=./serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\ness_cert_id_alg=sha256\n";
        std::fs::write(keys.path("ts.cnf"), own).unwrap();
        std::fs::write(keys.path("serial"), "01\n").unwrap();
        std::fs::write(keys.path("tsa.cnf"), "extendedKeyUsage=critical,timeStamping\n").unwrap();
        let request = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.csr";
        keys.openssl(request, Some("/C=TR/O=Deneme/CN=Deneme Damgası"));
        keys.openssl(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 3000 -extfile tsa.cnf -out tsa.pem",
            None,
        );
    }
    let cms = STANDARD.decode(cms).unwrap();
    let imprint = signing::signature_imprint(&cms, 0, Hash::Sha256).unwrap();
    let request = TimeStampRequest::new(Hash::Sha256, &imprint, &imprint[..8]).unwrap();
    std::fs::write(keys.path("q.tsq"), request.encode()).unwrap();
    keys.openssl(
        "ts -reply -config ts.cnf -section own -queryfile q.tsq -inkey tsa.key -signer tsa.pem -out r.tsr",
        None,
    );
    let token = request.read_answer(&std::fs::read(keys.path("r.tsr")).unwrap()).unwrap();
    STANDARD.encode(signing::add_time_stamp(&cms, 0, &token).unwrap())
}

/// What the guide tells to type: lines with four blanks, and the program up to its end.
fn commands(guide: &str) -> Vec<String> {
    let mut found: Vec<String> =
        guide.lines().filter_map(|line| line.strip_prefix("    ")).map(str::to_string).collect();
    let from = guide.find("python3 - <<'SON'").unwrap();
    let until = guide.find("\nSON\n").unwrap();
    // Lines of the program begin with blanks, too.
    found.retain(|line| !guide[from..until].contains(line.as_str()));
    found.push(guide[from..until + 5].to_string());
    found
}

fn run(folder: &std::path::Path, command: &str) -> Output {
    Command::new("sh").current_dir(folder).args(["-c", command]).output().unwrap()
}

#[tokio::test]
async fn the_commands_of_the_guide_run_on_the_unpacked_bundle_and_accept_it() {
    let keys = Keys::make();
    each(with_seals(), async |test| {
        let town = office(test, &keys).await;
        let letter = packed(&town, &keys, |cms| stamped(&keys, &cms)).await;
        let bytes = taken(&town, &letter).await;
        let report = judged(&bytes, &keys, test);
        assert!(report.holds(), "{report}");
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("imzalar")).unwrap();
        for (name, bytes) in unpacked(&bytes) {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        std::fs::copy(keys.path("root.pem"), folder.path().join("kok.pem")).unwrap();
        let guide = std::fs::read_to_string(folder.path().join("OKU.txt")).unwrap();
        let all = commands(&guide);
        for (word, count) in [
            ("sha256sum", 1),
            ("unzip", 1),
            ("cmp", 2),
            ("openssl cms", 2),
            ("openssl ts", 1),
            ("python3", 1),
        ] {
            assert_eq!(all.iter().filter(|one| one.starts_with(word)).count(), count, "{word}: {guide}");
        }
        for command in &all {
            let done = run(folder.path(), command);
            let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
            assert!(done.status.success(), "{command}: {said}");
            assert!(!command.starts_with("python3") || said.contains("TAMAM"), "{said}");
        }
        // They refuse what was changed.
        let spoil = |name: &str, from: &str, to: &str| {
            let bytes = std::fs::read(folder.path().join(name)).unwrap();
            let at = bytes.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
            let changed = [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat();
            std::fs::write(folder.path().join(name), changed).unwrap();
        };
        spoil("imzalar/1.icerik", "PaketOzeti", "PaketOzetj");
        spoil("imzalar/2.icerik", "NihaiOzet", "NihaiOzeu");
        spoil("olaylar.json", "Veli Ak", "Veli Az");
        std::fs::write(folder.path().join("imzalar/1.zd.icerik"), b"x").unwrap();
        for command in all.iter().filter(|one| !one.starts_with("unzip") && !one.contains("crl2pkcs7")) {
            assert!(!run(folder.path(), command).status.success(), "{command}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_letter_on_paper_has_a_bundle_with_its_scans_and_deliveries_and_a_draft_has_none() {
    let keys = Keys::make();
    each(with_seals(), async |test| {
        move_to(test, &keys);
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        town.as_mehmet();
        let letter = town.letter(&code, &[]).await;
        town.app.get(&letter).await.ok().hides("Delil dosyası");
        town.app.get(&format!("{letter}/delil")).await.status(409).says("yalnız imzalanmış");
        town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
        town.as_veli();
        let step: uuid::Uuid =
            kernel::db::Sql::scalar(&test.db, "SELECT id FROM route_step", vec![]).await.unwrap().unwrap();
        town.act(&format!("/imza-klasoru/{step}"), "imzala", "").await;
        town.as_clerk();
        let scan = [("dosya", "imzali.pdf", b"%PDF-1.7\nscan".as_slice())];
        let hung = town.app.upload(&format!("{letter}/ek"), &[], &scan).await;
        assert!(hung.status.is_redirection(), "{}", hung.html());
        let number = town.text("SELECT number FROM document").await;
        let to = town.mehmet.to_string();
        town.new_at("/evrak-teslimleri", &[("staff_id", &to), ("document_numbers", &number)]).await;
        seal_all(test).await;
        let bytes = taken(&town, &letter).await;
        let files = unpacked(&bytes);
        let report = judged(&bytes, &keys, test);
        assert!(
            report.holds() && report.doubts.len() == 1 && report.doubts[0].contains("--anchor"),
            "{report}"
        );
        let seal = known(&files);
        let expected = Expected { seals: vec![seal], ..Expected::default() };
        let report = verify(Cursor::new(&bytes), &expected, test.clock.now().utc());
        assert!(report.holds() && report.doubts.is_empty(), "{report}");
        assert!(text(&files, "yazi.pdf").contains("Bakım yapılacaktır."));
        assert_eq!(text(&files, "taramalar/1.pdf"), "%PDF-1.7\nscan");
        assert!(text(&files, "rapor.txt").contains("taramalar/1.pdf: imzali.pdf"));
        assert!(text(&files, "rapor.txt").contains("2026-TS-000001: Mehmet Demir"));
        let slice: Json = serde_json::from_str(&text(&files, "olaylar.json")).unwrap();
        let is_delivery = |one: &Json| one["subject_kind"] == "delivery";
        assert!(slice["events"].as_array().unwrap().iter().any(is_delivery));
        for place in 0..files.len() {
            let mut fewer = files.clone();
            let (name, _) = fewer.remove(place);
            assert!(!judged(&packed_again(&fewer), &keys, test).holds(), "{name}");
        }
        // A package cannot be taken for a letter on paper, nor is anybody shown what they may not see.
        finds(
            &judged(&with_events(&files, |slice| slice["medium"] = "electronic".into()), &keys, test),
            "paket.eyp yok",
        );
        town.app.sign_in_as("staff", &[town.desk], Some(town.ayse));
        town.app.get(&format!("{letter}/delil")).await.status(404);
    })
    .await;
}
