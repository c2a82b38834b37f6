//! Files made to exhaust whoever reads them: the server says what is wrong, and stays as large and as quick as it was.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

use super::browser::{Answer, Browser};
use super::node::{Node, make_demo};
use super::people::a_title;
use super::place::Place;

/// What a person waits at most, with room for a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(20);
/// How much the server may grow while it takes a file in.
const GROWTH_BYTES: u64 = 100 * 1024 * 1024;

const REGULATION: &str = "/yonetmelik/yeni";
const IMPORT: &str = "/teskilat/birimler/ice-aktar";

/// Memory of its own that a process uses, now.
fn memory_of(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() * 1024
}

/// Processes that its threads started and that still run.
fn children_of(process: u32) -> String {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let children =
        threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    children.collect::<String>().trim().to_owned()
}

/// A PDF of these objects, with a table that says where each begins; `more` are further entries of the table.
fn pdf(objects: &[Vec<u8>], more: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).into_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    places.extend(std::iter::repeat_n(places[places.len() - 1], more));
    let start = bytes.len();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1);
    for place in &places {
        writeln!(table, "{place:010} 00000 n ").unwrap();
    }
    write!(table, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", places.len() + 1)
        .unwrap();
    bytes.extend(table.into_bytes());
    bytes
}

fn catalog() -> [Vec<u8>; 2] {
    [b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec()]
}

/// A stream of objects in which two hundred thousand names mean the same long list.
fn overlapping() -> Vec<u8> {
    let mut index = String::new();
    for number in 10..200_010 {
        write!(index, "{number} 0 ").unwrap();
    }
    let list = format!("[{}]", "1 ".repeat(100_000));
    let content = format!("{index}{list}");
    let head =
        format!("<< /Type /ObjStm /N 200000 /First {} /Length {} >>\nstream\n", index.len(), content.len());
    let [one, two] = catalog();
    pdf(&[one, two, [head.as_bytes(), content.as_bytes(), b"\nendstream"].concat()], 0)
}

/// A table in which every entry is the same long list.
fn repeated() -> Vec<u8> {
    let [one, two] = catalog();
    pdf(&[one, two, format!("[{}]", "1 ".repeat(200_000)).into_bytes()], 200_000)
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook with two million styles of the cells.
fn styled() -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let target = format!(
        r#"<Relationships><Relationship Id="a" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let styles =
        format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", r#"<xf numFmtId="14"/>"#.repeat(1_000_000));
    // Noise, so that the whole does not look like a bomb.
    let noise: String =
        (0..400_000_u64).map(|at| format!("{:x}", at.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
    zipped(&[
        ("_rels/.rels", &target),
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/styles.xml", &styles),
        ("x", &noise),
    ])
}

/// Sends the file, and sees that the server answers in time, does not grow, and leaves no reader behind.
async fn refused(node: &Node, browser: &mut Browser, path: &str, name: &str, bytes: &[u8]) -> Answer {
    let before = memory_of(node.id());
    let started = Instant::now();
    let sent = browser.upload(path, name, bytes);
    tokio::pin!(sent);
    let mut most = 0;
    let answer = loop {
        tokio::select! {
            answer = &mut sent => break answer.unwrap(),
            () = tokio::time::sleep(Duration::from_millis(20)) => most = most.max(memory_of(node.id())),
        }
    };
    assert!(started.elapsed() < PATIENCE, "{name}: {:?}", started.elapsed());
    assert!(most < before + GROWTH_BYTES, "{name}: grew from {before} to {most} bytes");
    assert_eq!(children_of(node.id()), "", "{name}: a reader lives on");
    eprintln!(
        "{name}: {} bytes, {} after {:?}, {} MB more",
        bytes.len(),
        answer.status,
        started.elapsed(),
        most.saturating_sub(before) >> 20
    );
    answer
}

/// Six people send a large file each at the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn of_large_files_sent_at_once_two_are_in_memory_and_all_are_kept() {
    const SIZE: usize = 40 * 1024 * 1024;
    let place = Place::sqlite();
    make_demo(&place);
    let title = a_title(&place).await;
    let node = Node::start(&place);
    let mut browser = Browser::at(node.address);
    browser.sign_in("yonetici").await;
    let before = memory_of(node.id());
    let sent: Vec<_> = (0..6)
        .map(|number| {
            let (mut browser, path) = (browser.clone(), format!("{title}/ek"));
            tokio::spawn(async move {
                let text = format!("{number}\n").repeat(SIZE / 2);
                browser.upload(&path, "buyuk.txt", text.as_bytes()).await.unwrap().status
            })
        })
        .collect();
    let mut most = 0;
    while !sent.iter().all(tokio::task::JoinHandle::is_finished) {
        most = most.max(memory_of(node.id()));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for one in sent {
        assert_eq!(one.await.unwrap(), 303);
    }
    // The allocator gives back what two had when the next two have theirs already.
    let grown = most.saturating_sub(before);
    eprintln!("six files of {} MB: {} MB more", SIZE >> 20, grown >> 20);
    assert!(grown < 4 * SIZE as u64 + GROWTH_BYTES / 4, "{} MB", grown >> 20);
    node.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_made_to_fill_the_memory_is_refused_in_words_and_costs_the_server_nothing() {
    let place = Place::sqlite();
    make_demo(&place);
    let node = Node::start(&place);
    let mut browser = Browser::at(node.address);
    browser.sign_in("yonetici").await;
    // Which limit is met first depends on the machine.
    let limits = &["bellek güvenli sınırı aşıyor", "çok uzun sürdü"][..];
    for (path, name, bytes, said) in [
        (REGULATION, "ortusen.pdf", overlapping(), limits),
        (REGULATION, "yinelenen.pdf", repeated(), limits),
        (
            IMPORT,
            "bicimli.xlsx",
            styled(),
            &["bellek güvenli sınırı aşıyor", "çok uzun sürdü", "hiç satır yok", "bozuk görünüyor"],
        ),
    ] {
        let answer = refused(&node, &mut browser, path, name, &bytes).await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        assert!(said.iter().any(|words| answer.text().contains(words)), "{name}: {}", answer.text());
        assert!(answer.text().contains("hata-ozeti"), "{name}");
    }
    // What is right is read the same way.
    let word = zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "word/document.xml",
            "<document><p><r><t>MADDE 1- (1) Bu Yönetmelik örnektir.</t></r></p></document>",
        ),
    ]);
    let answer = browser.upload(REGULATION, "yonetmelik.docx", &word).await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let rows = "Birim kodu;Birim adı;Türü;Geçerlilik tarihi\nZZ1;Bir;Müdürlük;01.01.2020\n";
    let answer = browser.upload(IMPORT, "birimler.csv", rows.as_bytes()).await.unwrap();
    assert!(answer.status == 200 && answer.text().contains("1 yeni"), "{}", answer.text());
    node.stop();
}
