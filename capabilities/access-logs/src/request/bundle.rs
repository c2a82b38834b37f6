//! The bundle of an answer: paper, lines, proofs, seals and keys, signed, with the steps by which anybody checks it with openssl alone. The
//! bytes are described for outsiders in `docs/formats/access-log-answer.md`.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use journal::{Proved, Vouched};
use kernel::record::Record;
use kernel::{Error, Instant, Result};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::answer::Gathered;
use super::kind;
use crate::keeping::AccessLogs;

pub(super) const PAPER: &str = "yanit.pdf";
const SUMS: &str = "ozet.txt";
const KEY: &str = "anahtar.der";
const GUIDE: &str = "DOGRULAMA.txt";
const PROOF: &str = "belde-row-proof/1";

/// The commands; the guide shows them and `dogrula.sh` is them.
const STEPS: &str = include_str!("bundle/dogrula.sh");
/// What stands around them in the guide.
const BEFORE: &str = include_str!("bundle/once.txt");
const AFTER: &str = include_str!("bundle/sonra.txt");

/// What vouches for entries of chains, by node and number.
pub(super) type Stamps = BTreeMap<(String, u64), Vouched>;

/// Bytes by name.
type Sorted = BTreeMap<String, Vec<u8>>;

/// Names and bytes in the order of the zip.
type Files = Vec<(String, Vec<u8>)>;

pub(super) fn pack(
    logs: &AccessLogs,
    request: &Record,
    gathered: &Gathered,
    (proofs, stamps): (&[Option<Proved>], &Stamps),
    paper: Vec<u8>,
) -> Result<Vec<u8>> {
    let mut files: Files = vec![
        (GUIDE.into(), guide(&request.number(&kind())).into_bytes()),
        ("dogrula.sh".into(), STEPS.into()),
        (format!("{PAPER}.sig"), logs.sign(&paper).to_vec()),
        (PAPER.into(), paper),
        (KEY.into(), logs.public_key(logs.node()).der()),
    ];
    let lines = gathered.files(proofs);
    files.extend((1..).zip(lines).map(|(number, line)| (line_name(number), line)));
    let (mut seals, mut keys) = (BTreeMap::new(), BTreeMap::new());
    for ((number, place), proved) in (1..).zip(gathered.places()).zip(proofs) {
        let (Some((path, row)), Some(proved)) = (place, proved) else { continue };
        let Some((node, no)) = entry_of(proved) else { continue };
        let seal = seal_name(&node, no);
        files.push((
            format!("kanitlar/{number}.txt"),
            proof(number, (&path, row), &seal, proved).into_bytes(),
        ));
        keys.insert(format!("anahtarlar/{node}.der"), logs.public_key(&node).der());
        seals.insert(seal, proved.entry.clone().into_bytes());
    }
    let (stamped, between) = stamped(stamps);
    seals.extend(between);
    files.extend(seals);
    files.extend(keys);
    files.extend(stamped);
    let sums: String = files
        .iter()
        .map(|(name, bytes)| format!("{}  {name}\n", hex::encode(Sha256::digest(bytes))))
        .collect();
    files.push((format!("{SUMS}.sig"), logs.sign(sums.as_bytes()).to_vec()));
    files.push((SUMS.into(), sums.into_bytes()));
    write(&files)
}

/// The stamps, the list that says which seal leads to which, and the entries on the way from a seal to its stamp.
fn stamped(stamps: &Stamps) -> (Sorted, Sorted) {
    let (mut files, mut between, mut list) = (Sorted::new(), Sorted::new(), String::new());
    for ((node, no), vouched) in stamps {
        let id = vouched.stamp.path.rsplit('/').next().unwrap_or_default();
        list.push_str(&format!(
            "{} damgalar/{id} {}\n",
            seal_name(node, *no),
            vouched.at_us / Instant::SECOND_US
        ));
        files.insert(format!("damgalar/{id}.txt"), vouched.stamp.heads.clone().into_bytes());
        files.insert(format!("damgalar/{id}.tsr"), vouched.stamp.reply.clone());
        between.extend(vouched.entries.iter().map(|(no, bytes)| (seal_name(node, *no), bytes.clone())));
    }
    let list = if list.is_empty() {
        ("damgalar/OKU.txt", NO_STAMPS.to_owned())
    } else {
        ("damgalar/hangisi.txt", list)
    };
    files.insert(list.0.into(), list.1.into_bytes());
    (files, between)
}

const NO_STAMPS: &str = "Yanıt hazırlanırken mühürlerin zaman damgası yoktu.\n";

fn seal_name(node: &str, no: u64) -> String {
    format!("muhurler/{node}-{no:0>10}.txt")
}

/// Node and number of the entry that a line was sealed with.
pub(super) fn entry_of(proved: &Proved) -> Option<(String, u64)> {
    Some((of_entry(&proved.entry, "node").to_owned(), of_entry(&proved.entry, "no").parse().ok()?))
}

fn line_name(number: usize) -> String {
    format!("satirlar/{number}.txt")
}

/// A value of an entry's head.
fn of_entry<'e>(entry: &'e str, key: &str) -> &'e str {
    entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')).unwrap_or_default()
}

/// The proof of a row, as lines of a key, a space and a value.
fn proof(number: usize, (path, row): (&str, u64), seal: &str, proved: &Proved) -> String {
    let leaf = journal::leaf_digest(proved.at_us, proved.received_at_us, &proved.leaf);
    let mut text = format!(
        "{PROOF}\nline {}\nentry {seal}\nsegment {path}\nrow {row}\nrows {}\nat {}\nreceived_at {}\nleaf {}\nroot {}\n",
        line_name(number),
        proved.proof.count,
        proved.at_us,
        proved.received_at_us,
        hex::encode(leaf),
        hex::encode(proved.root),
    );
    for sibling in &proved.proof.path {
        text.push_str(&format!("sibling {}\n", hex::encode(sibling)));
    }
    text
}

/// The steps for people: commands stand behind four blanks.
fn guide(number: &str) -> String {
    let steps: String = STEPS.lines().map(|line| format!("    {line}\n")).collect();
    format!("{}{steps}{AFTER}", BEFORE.replace("{number}", number))
}

/// One line with its proof, seal and key, and the steps that check them: some kB that show no other line.
pub(super) fn of_line(logs: &AccessLogs, place: (&str, u64), proved: &Proved) -> Result<Vec<u8>> {
    let (node, no) = entry_of(proved).ok_or_else(Error::not_found)?;
    let seal = seal_name(&node, no);
    let between = |from: &str, to: &str| {
        let rest = STEPS.split_once(from).map_or("", |(_, rest)| rest);
        format!("{from}{}", rest.split_once(to).map_or(rest, |(part, _)| part))
    };
    let head = STEPS.split_once("# 1.").map_or(STEPS, |(head, _)| head);
    let files: Files = vec![
        ("OKU.txt".into(), ABOUT_LINE.into()),
        ("dogrula.sh".into(), format!("{head}{}", between("# 3.", "# 5.")).into_bytes()),
        (line_name(1), proved.leaf.clone()),
        ("kanitlar/1.txt".into(), proof(1, place, &seal, proved).into_bytes()),
        (seal, proved.entry.clone().into_bytes()),
        (format!("anahtarlar/{node}.der"), logs.public_key(&node).der()),
    ];
    write(&files)
}

const ABOUT_LINE: &str = "Bu paket tek bir erişim kaydı satırının mühürlendiği gibi durduğunu gösterir; başka hiçbir satırı göstermez.\n\
    satirlar/1.txt dosyasının ilk satırı kaynağın numarası ve adresidir, gerisi cihazın gönderdiği satırdır.\n\
    Denetlemek için OpenSSL 3 ya da yenisiyle, zip dosyasının açıldığı klasörde: sh dogrula.sh\n\
    Anahtarın belediyenin olduğunu Mühürler sayfasındaki açık anahtarla karşılaştırarak görürsünüz.\n";

/// Always with the same times, so that the same answer gives the same bytes.
fn write(files: &Files) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        zip.start_file(name, options).map_err(Error::internal)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish().map_err(Error::internal)?.into_inner())
}

/// The paper out of a bundle of ours.
pub(super) fn paper(bundle: &[u8]) -> Result<Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(bundle)).map_err(Error::internal)?;
    let mut bytes = Vec::new();
    let file = zip.by_name(PAPER).map_err(Error::internal)?;
    file.take(super::answer::MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}
