//! The file as others see it: Debian's qpdf and poppler, and Apache PDFBox Preflight, a validator written
//! by others from the standard. Preflight knows PDF/A-1b only, so the same paper is exported as that for
//! it; what is particular to PDF/A-2b is checked on the file's own objects. A tool that is not installed
//! skips its test and says so.

use super::letter::letter;
use super::paper::{paper, table};
use crate::pdf::export;
use crate::{Block, Document, pdf};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use time::macros::datetime;
use typst_pdf::PdfStandard;

fn sample() -> Document {
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="20" height="9" fill="#eee"/><text x="1" y="8" font-size="6">Şema ğ</text></svg>"##;
    paper(vec![
        Block::Heading("Kişi".to_owned()),
        Block::Paragraph("Şükrü Işık'a ğşıİ zimmetlenmiştir. Ω → ☎ 😀".to_owned()),
        table(50),
        Block::Svg(svg.to_owned()),
        Block::Qr("https://belde.example/1".to_owned()),
    ])
}

/// A file in the machine's temporary folder that goes away with it.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("belde-printing-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// The tool's output, or `None` with a line that says what was skipped.
fn run(program: &str, arguments: &[&str], file: &Path) -> Option<(bool, String)> {
    match Command::new(program).args(arguments).arg(file).output() {
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
        }
        Err(_) => {
            eprintln!("skipped: {program} is not installed");
            None
        }
    }
}

#[test]
fn qpdf_finds_no_error_in_the_structure() {
    let file = Temporary::new("check.pdf", &pdf(&sample(), datetime!(2026-11-22 11:05 UTC)).unwrap());
    let Some((is_good, said)) = run("qpdf", &["--check"], &file.0) else { return };
    assert!(is_good && said.contains("No syntax or stream encoding errors found"), "{said}");
}

#[test]
fn another_program_reads_the_same_turkish_text() {
    let file = Temporary::new("text.pdf", &pdf(&sample(), datetime!(2026-11-22 11:05 UTC)).unwrap());
    // Without a name for its output, pdftotext writes beside the file.
    let Some((is_good, _)) = run("pdftotext", &["-enc", "UTF-8"], &file.0) else { return };
    let text_path = file.0.with_extension("txt");
    let text = std::fs::read_to_string(&text_path).unwrap();
    std::fs::remove_file(&text_path).unwrap();
    assert!(is_good);
    for part in
        ["ÖRNEKBEL BELEDİYE BAŞKANLIĞI", "Şükrü Işık'a ğşıİ zimmetlenmiştir.", "Kalem 49", "Sayfa 2 / 2"]
    {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

/// Every dictionary of the file.
fn dictionaries(value: &Value, found: &mut Vec<serde_json::Map<String, Value>>) {
    match value {
        Value::Object(members) => {
            found.push(members.clone());
            members.values().for_each(|member| dictionaries(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| dictionaries(item, found)),
        _ => {}
    }
}

#[test]
fn the_file_keeps_the_rules_of_pdf_a_2b_that_can_be_read_off_its_objects() {
    let bytes = pdf(&sample(), datetime!(2026-11-22 11:05 UTC)).unwrap();
    assert!(
        bytes.starts_with(b"%PDF-1.7\n%") && bytes[10..14].iter().all(|byte| *byte >= 128),
        "§6.1.2 header"
    );
    let text = String::from_utf8_lossy(&bytes);
    for part in
        ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>", "Zimmet Listesi"]
    {
        assert!(text.contains(part), "§6.6.4 metadata: {part} is missing");
    }
    let file = Temporary::new("objects.pdf", &bytes);
    let Some((_, json)) = run("qpdf", &["--json=2", "--json-key=qpdf"], &file.0) else { return };
    let json: Value = serde_json::from_str(&json).unwrap();
    let objects = json["qpdf"][1].as_object().unwrap();
    let trailer = &objects["trailer"]["value"];
    assert!(trailer["/ID"].is_array(), "§6.1.3 trailer");
    assert!(trailer["/Encrypt"].is_null(), "§6.1.3 trailer");
    // A value or the object it refers to, whichever the writer chose.
    let follow = |value: &Value| match value.as_str().and_then(|name| objects.get(&format!("obj:{name}"))) {
        Some(object) if object["stream"].is_object() => object["stream"].clone(),
        Some(object) => object["value"].clone(),
        None => value.clone(),
    };
    let catalog = follow(&trailer["/Root"]);
    assert!(catalog["/Metadata"].is_string() && catalog["/Lang"].is_string());
    assert!(catalog["/OpenAction"].is_null() && catalog["/AA"].is_null());
    assert!(follow(&catalog["/Names"])["/JavaScript"].is_null());
    let intent = follow(&follow(&catalog["/OutputIntents"])[0]);
    assert_eq!(intent["/S"], "/GTS_PDFA1", "§6.2.3 output intent");
    assert!(follow(&intent["/DestOutputProfile"])["dict"].is_object(), "§6.2.3 profile");
    let mut all = Vec::new();
    objects.values().for_each(|object| dictionaries(object, &mut all));
    let mut embedded = 0;
    for dictionary in &all {
        if dictionary.get("/Type").is_some_and(|kind| kind == "/FontDescriptor") {
            embedded += 1;
            let has_file =
                ["/FontFile", "/FontFile2", "/FontFile3"].iter().any(|key| dictionary.contains_key(*key));
            assert!(has_file, "§6.2.11.4 a font is not embedded: {dictionary:?}");
        }
        let filter = dictionary.get("/Filter").map(Value::to_string).unwrap_or_default();
        assert!(!filter.contains("LZWDecode") && !filter.contains("/Crypt"), "§6.1.7 filter");
        let action = dictionary.get("/S").and_then(Value::as_str).unwrap_or_default();
        assert!(!["/Launch", "/JavaScript", "/SubmitForm", "/ImportData"].contains(&action), "§6.5.1 action");
    }
    assert!(embedded >= 2, "regular, bold and the second family are there");
}

/// Runs Apache PDFBox Preflight from Debian's libpdfbox2-java; a Java of today needs the two others too.
#[test]
fn preflight_accepts_the_paper_as_pdf_a_1b() {
    const JARS: [&str; 7] =
        ["preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api"];
    let jars = JARS.map(|jar| format!("/usr/share/java/{jar}.jar"));
    if let Some(missing) = jars.iter().find(|jar| !Path::new(jar).exists()) {
        eprintln!(
            "skipped: {missing} is missing (Debian: libpdfbox2-java libactivation-java libjaxb-api-java)"
        );
        return;
    }
    let at = datetime!(2026-11-22 11:05 UTC);
    let arguments = ["-cp", &jars.join(":"), "org.apache.pdfbox.preflight.Validator_A1b"];
    for (name, document) in [("paper-a1b.pdf", sample()), ("letter-a1b.pdf", letter())] {
        let file = Temporary::new(name, &export(&document, at, PdfStandard::A_1b).unwrap());
        let Some(errors) = run("java", &arguments, &file.0).map(|(_, said)| complaints(&said)) else {
            return;
        };
        assert_eq!(errors, [""; 0], "{name}");
    }
    let file = Temporary::new("a2b.pdf", &pdf(&sample(), at).unwrap());
    let Some(errors) = run("java", &arguments, &file.0).map(|(_, said)| complaints(&said)) else { return };
    assert!(
        errors.iter().any(|error| error.contains("ICCProfile")),
        "a newer profile is an error in PDF/A-1 only"
    );
}

/// The lines of errors. One is Preflight's own: it does not follow an outline entry's reference to its
/// destination, which ISO 32000-1 §7.3.10 allows anywhere.
fn complaints(said: &str) -> Vec<String> {
    let verdict = said.lines().next().unwrap_or_default();
    assert!(verdict.contains("valid PDF/A-1b file"), "Preflight did not run: {said}");
    let is_own = |line: &&str| line.contains("can't convert to Destination COSObject");
    said.lines().skip(1).filter(|line| !line.is_empty() && !is_own(line)).map(str::to_owned).collect()
}
