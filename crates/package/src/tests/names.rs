//! Names of parts and files.

use crate::part_name::{clean, key, resolve};
use crate::transliterate;

#[test]
fn turkish_file_names_become_ascii() {
    assert_eq!(transliterate("İç Genelge ığüşöç ĞÜŞÖÇ.pdf"), "IcGenelgeigusocGUSOC.pdf");
    assert_eq!(transliterate("a/b\\c%20d.pdf"), "abc20d.pdf");
    assert_eq!(transliterate("a[1]:b*&.pdf."), "a1b.pdf");
    assert_eq!(transliterate("日本"), "dosya");
    assert_eq!(transliterate("..\t.gizli"), "gizli");
    let once = transliterate("Ek–1 (şehir planı).DOCX");
    assert_eq!(once, "Ek1(sehirplani).DOCX");
    assert_eq!(transliterate(&once), once);
}

#[test]
fn targets_are_found_however_they_are_written() {
    let source = "/PaketOzeti/PaketOzeti.xml";
    assert_eq!(resolve(source, "../Imzalar/ImzaCades.imz").as_deref(), Some("/Imzalar/ImzaCades.imz"));
    assert_eq!(resolve(source, "/Imzalar/ImzaCades.imz").as_deref(), Some("/Imzalar/ImzaCades.imz"));
    assert_eq!(resolve("", "Ekler/ek.pdf").as_deref(), Some("/Ekler/ek.pdf"));
    assert_eq!(resolve("", "./Ekler//ek%201.pdf").as_deref(), Some("/Ekler/ek 1.pdf"));
    assert_eq!(key("/EKLER/Ek%C5%9F.PDF"), key("ekler/ekş.pdf"));
}

#[test]
fn nothing_climbs_out_of_a_package() {
    assert_eq!(resolve("", "../a"), None);
    assert_eq!(resolve("/a/b", "../../../c"), None);
    assert_eq!(clean("%2e%2e/a"), None);
    assert_eq!(clean("a\\..\\..\\b"), None);
    assert_eq!(clean("/"), None);
    // What is no escape stays what it is.
    assert_eq!(clean("a%zz%").as_deref(), Some("/a%zz%"));
    assert_eq!(clean("a%+f").as_deref(), Some("/a%+f"));
    assert_eq!(clean("a%1b"), None);
    assert_eq!(clean("a%ff").as_deref(), Some("/a%ff"));
}
