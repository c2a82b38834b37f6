//! Documents made by the programs that municipalities use. Where a program is not installed, its test skips and says so.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{extract, text_of};

const PAGE: &str = "<!DOCTYPE html><html lang='tr'><head><meta charset='utf-8'><style>body{font-family:serif}p{text-align:justify}\
</style></head><body><h2>ÖRNEK BELEDİYESİ<br>BİLGİ İŞLEM MÜDÜRLÜĞÜ GÖREV YÖNETMELİĞİ</h2>\
<p><b>MADDE 1-</b> (1) Bu Yönetmeliğin amacı; Örnek Belediyesi Bilgi İşlem Müdürlüğünün kuruluş, görev, yetki ve sorumluluklarını \
düzenlemektir. Kâğıt, ağ, çığ, ışık, şöför, ÜĞİŞÇÖ ve “tırnak” – fi ffi fl sınıfı.</p><p><b>MADDE 2-</b> (1) Görevler:</p>\
<ol type='a'><li>Donanım kurmak.</li><li>Ağ güvenliğini sağlamak.<ol type='i'><li>Duvarı yönetmek.</li></ol></li></ol>\
<table border='1'><tr><th>Unvan</th><th>Sayı</th></tr><tr><td>Müdür</td><td>1</td></tr></table>\
<p style='page-break-before:always'>İkinci sayfa</p></body></html>";

/// What every program must give back, in this order.
const WANTED: [&str; 9] = [
    "BİLGİ İŞLEM MÜDÜRLÜĞÜ GÖREV YÖNETMELİĞİ",
    "MADDE 1- (1) Bu Yönetmeliğin amacı; Örnek Belediyesi Bilgi İşlem Müdürlüğünün kuruluş, görev,",
    "Kâğıt, ağ, çığ, ışık, şöför, ÜĞİŞÇÖ ve “tırnak” – fi ffi fl sınıfı.",
    "MADDE 2- (1) Görevler:",
    "a. Donanım kurmak.",
    "b. Ağ güvenliğini sağlamak.",
    "i. Duvarı yönetmek.",
    "Müdür 1",
    "İkinci sayfa",
];

fn program(names: &[&'static str]) -> Option<&'static str> {
    let found = names.iter().copied().find(|name| {
        let asked = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    });
    if found.is_none() {
        eprintln!("skipped: {} is not installed", names[0]);
    }
    found
}

/// Runs a program in `folder`; false when it failed, as a program without a display or memory may.
fn run(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn assert_wanted(text: &str, of: &str) {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut from = 0;
    for wanted in WANTED {
        let found = words[from..].find(wanted);
        from += found.unwrap_or_else(|| panic!("{of}: no «{wanted}» after byte {from} in\n{text}"));
    }
}

#[test]
fn documents_written_by_libreoffice_are_read_with_their_clause_letters() {
    let Some(office) = program(&["soffice", "libreoffice"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.html"), PAGE).unwrap();
    for (from, to) in [("page.html", "odt"), ("page.odt", "docx"), ("page.odt", "pdf")] {
        if !run(office, &["--headless", "--convert-to", to, from], folder.path()) {
            eprintln!("skipped: {office} could not write {to} here");
            return;
        }
        let bytes = std::fs::read(folder.path().join(format!("page.{to}"))).unwrap();
        assert_wanted(&text_of(&bytes), to);
    }
}

#[test]
fn a_page_printed_by_chromium_is_read_like_pdftotext_reads_it() {
    let Some(browser) = program(&["chromium", "chromium-browser", "google-chrome"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.html"), PAGE).unwrap();
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        "--print-to-pdf=page.pdf",
        "page.html",
    ];
    let bytes = match run(browser, &arguments, folder.path())
        .then(|| std::fs::read(folder.path().join("page.pdf")))
    {
        Some(Ok(bytes)) => bytes,
        _ => {
            eprintln!("skipped: {browser} could not print here");
            return;
        }
    };
    let found = extract(&bytes).unwrap();
    assert_wanted(&found.text, "chromium");
    assert_eq!(found.notes, Vec::<String>::new());

    let Some(other) = program_of_poppler() else { return };
    let output = Command::new(other).args(["page.pdf", "-"]).current_dir(folder.path()).output().unwrap();
    let words = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    assert_eq!(
        words(&found.text),
        words(&String::from_utf8(output.stdout).unwrap()),
        "the same words, none lost"
    );
}

/// pdftotext answers `-v`, not `--version`.
fn program_of_poppler() -> Option<&'static str> {
    let asked = Command::new("pdftotext").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if asked.is_err() {
        eprintln!("skipped: pdftotext is not installed");
    }
    asked.ok().map(|_| "pdftotext")
}
