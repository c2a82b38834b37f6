//! Every way in which a package can be wrong, each made on purpose and named by the verifier.

use std::io::Cursor;

use super::given::*;
use super::samples;
use crate::*;

const FINAL: &str = "NihaiOzet/NihaiOzet.xml";
const PACKAGE: &str = "PaketOzeti/PaketOzeti.xml";
const INITIALS: &str = "ParafOzeti/ParafOzeti.xml";
const METADATA: &str = "Ustveri/Ustveri.xml";
const SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#sha384";
const SHA512: &str = "http://www.w3.org/2001/04/xmlenc#sha512";
const CORE: &str = "package/services/metadata/core-properties/01980000000070008000000000000064.psmdcp";

/// The one error that has a text with these words.
fn only_error(report: &Report, words: &str) -> Finding {
    let errors: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1, "{report}");
    assert!(errors[0].text.contains(words), "{report}");
    errors[0].clone()
}

/// Cuts the first piece from `from` up to and with `to` out of a part.
fn cut(bytes: &[u8], name: &str, from: &str, to: &str) -> Vec<u8> {
    let mut parts = unzip(bytes);
    let part = parts.iter_mut().find(|part| part.0 == name).unwrap();
    let text = String::from_utf8(part.1.clone()).unwrap();
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    let end = start + text[start..].find(to).unwrap() + to.len();
    part.1 = format!("{}{}", &text[..start], &text[end..]).into_bytes();
    zip(&parts)
}

fn without_reference(bytes: &[u8], name: &str, uri: &str) -> Vec<u8> {
    cut(bytes, name, &format!("<Reference URI=\"{uri}\""), "</Reference>")
}

/// Another byte in every part; XML stays XML, a PDF stays a PDF.
fn changed(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut parts = unzip(bytes);
    let part = parts.iter_mut().find(|part| part.0 == name).unwrap();
    match part.1.iter().position(|byte| *byte == b'\n') {
        Some(at) => part.1[at] = b'\t',
        None => part.1.push(b'\n'),
    }
    zip(&parts)
}

#[test]
fn a_changed_byte_in_a_covered_part_is_code_15_and_names_the_part() {
    for (bytes, free) in [
        (bytes_of(&mut sealed()), vec![FINAL, "Muhur/MuhurCades.imz", "ImzasizEkler/plan.txt"]),
        (bytes_of(&mut old_sealed()), vec![FINAL, "Muhurler/MuhurCades.imz"]),
        (samples::V2.to_vec(), vec![FINAL, "Muhur/MuhurCades.imz"]),
        (samples::V1.to_vec(), vec![FINAL, "Muhurler/MuhurCades.imz"]),
    ] {
        for (name, _) in unzip(&bytes) {
            let report = judge(&changed(&bytes, &name));
            let is_plumbing = name == "[Content_Types].xml" || name.ends_with(".rels");
            if is_plumbing || free.contains(&name.as_str()) {
                assert_eq!(report.codes(), [] as [u8; 0], "{name}: {report}");
                continue;
            }
            assert!(!report.is_valid(), "{name}");
            assert_eq!(report.codes(), [15], "{name}: {report}");
            let mut named = report.findings.iter().filter(|finding| finding.code.is_some());
            assert!(named.all(|finding| finding.part.as_deref() == Some(&format!("/{name}"))), "{report}");
        }
    }
}

#[test]
fn a_changed_final_digest_is_handed_out_as_it_is_for_its_seal() {
    let bytes = bytes_of(&mut sealed());
    let before = judge(&bytes).signatures.pop().unwrap();
    let after = judge(&changed(&bytes, FINAL)).signatures.pop().unwrap();
    assert_eq!((before.kind, after.kind), (SignatureKind::Seal, SignatureKind::Seal));
    assert_ne!(before.covered_bytes, after.covered_bytes);
}

#[test]
fn a_damaged_byte_in_the_archive_is_never_taken_for_a_valid_package() {
    for bytes in [bytes_of(&mut sealed()), samples::V1.to_vec(), samples::V2.to_vec()] {
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        for at in 0..archive.len() {
            let entry = archive.by_index(at).unwrap();
            let (name, start, size) =
                (entry.name().unwrap().to_string(), entry.data_start().unwrap(), entry.compressed_size());
            drop(entry);
            let mut damaged = bytes.clone();
            damaged[usize::try_from(start + size / 2).unwrap()] ^= 0x10;
            match Package::open(Cursor::new(damaged), &Limits::default()) {
                Ok(mut package) => {
                    let report = verify(&mut package);
                    let is_types = name == "[Content_Types].xml";
                    assert_eq!(report.is_valid(), is_types, "{name}: {report}");
                }
                Err(refusal) => assert_eq!(name, "_rels/.rels", "{refusal}"),
            }
        }
    }
}

#[test]
fn each_missing_part_of_a_new_letter_has_its_code() {
    let bytes = bytes_of(&mut sealed());
    let rows: [(&str, &[u8], bool); 13] = [
        (METADATA, &[2, 13], false),
        ("UstYazi/ustyazi.pdf", &[6, 13], false),
        (INITIALS, &[13], false),
        ("Paraflar/ParafImzaCades.imz", &[32], true),
        (PACKAGE, &[13, 17, 25], false),
        ("Imzalar/ImzaCades.imz", &[13, 17], false),
        ("NihaiUstveri/NihaiUstveri.xml", &[13], false),
        (CORE, &[13, 18], false),
        (FINAL, &[1], false),
        ("Muhur/MuhurCades.imz", &[], true),
        ("Ekler/liste.xlsx", &[], true),
        ("ImzasizEkler/plan.txt", &[], false),
        ("[Content_Types].xml", &[], true),
    ];
    for and_relation in [true, false] {
        for (name, codes, is_valid) in rows {
            let report = judge(&without(&bytes, name, and_relation));
            assert_eq!(report.codes(), codes, "{name}: {report}");
            assert_eq!(report.is_valid(), is_valid, "{name}: {report}");
        }
    }
    let no_relations = without(&bytes, "_rels/.rels", false);
    let opened = Package::open(Cursor::new(no_relations), &Limits::default());
    assert!(matches!(opened.err(), Some(Refusal::NotAPackage)));
}

#[test]
fn each_missing_part_of_an_old_letter_has_its_code() {
    let bytes = bytes_of(&mut old_sealed());
    let rows: [(&str, &[u8], bool); 9] = [
        (METADATA, &[2, 13], false),
        ("UstYazi/ustyazi.pdf", &[6, 13], false),
        ("BelgeHedef/BelgeHedef.xml", &[4, 13], false),
        ("Imzalar/BelgeImza.xml", &[13, 16], false),
        (PACKAGE, &[13, 17, 25], false),
        ("Imzalar/ImzaCades.imz", &[13, 17], false),
        (CORE, &[13, 18], false),
        // Version 1 may go without final digest and seal.
        (FINAL, &[], true),
        ("Muhurler/MuhurCades.imz", &[], true),
    ];
    for (name, codes, is_valid) in rows {
        let report = judge(&without(&bytes, name, true));
        assert_eq!(report.codes(), codes, "{name}: {report}");
        assert_eq!(report.is_valid(), is_valid, "{name}: {report}");
    }
}

#[test]
fn an_annex_that_nobody_was_to_go_without_may_not_be_missing() {
    let report = judge(&without(samples::V2, "Ekler/ek1.pdf", true));
    assert!(!report.is_valid());
    assert_eq!(report.codes(), [13]);
    assert!(report.findings.iter().any(|finding| finding.rule == Some("K.23")), "{report}");
}

#[test]
fn a_withheld_annex_is_known_by_the_name_that_programs_make_of_its_file() {
    let bytes = edited(&bytes_of(&mut sealed()), METADATA, ">liste.xlsx<", ">Lis te—.xlsx<");
    let report = judge(&without(&redigested(&bytes), "Ekler/liste.xlsx", true));
    assert!(report.is_valid(), "{report}");
    assert_eq!(report.codes(), [] as [u8; 0]);
    // Without ids in the relationships the name is all there is.
    let bytes = edited(&redigested(&bytes), "_rels/.rels", "Id=\"IdEk_0198", "Id=\"IdEk_yok0198");
    assert_eq!(open(&bytes).part_of_annex(id(1)), Some("/Ekler/liste.xlsx"));
}

#[test]
fn each_way_to_write_a_digest_wrongly_has_its_code() {
    let bytes = bytes_of(&mut sealed());
    let first = format!("<DigestMethod Algorithm=\"{SHA384}\" />");
    let edit = |from: &str, to: &str| judge(&edited(&bytes, FINAL, from, to));
    let rows = [
        (edit("<Reference URI", "<Reference /><Reference URI"), vec![8]),
        (edit("URI=\"/NihaiUstveri/NihaiUstveri.xml\"", "URI=\" \""), vec![9]),
        (edit(&first, ""), vec![10]),
        (edit(SHA384, ""), vec![11]),
        (edit(SHA384, "http://www.w3.org/2001/04/xmldsig-more#md5"), vec![12]),
        (edit(SHA384, "http://www.w3.org/2000/09/xmldsig#sha1"), vec![12]),
        (edit("<DigestValue>", "<DigestValue>A"), vec![15]),
        (edit(SHA384, SHA512), vec![30]),
        (edit(SHA512, "http://www.w3.org/2001/04/xmlenc#sha256"), vec![31]),
        (edit("</DigestItem>", &format!("</DigestItem><DigestItem>{first}</DigestItem>")), vec![29]),
    ];
    for (report, codes) in rows {
        assert_eq!(report.codes(), codes, "{report}");
        assert!(!report.is_valid());
    }
    let one = cut(&bytes, FINAL, "<DigestItem>", "</DigestItem>");
    assert_eq!(judge(&one).codes(), [29]);
    let none = cut(&one, FINAL, "<DigestItem>", "</DigestItem>");
    assert_eq!(judge(&none).codes(), [28]);
}

#[test]
fn capitals_in_the_name_of_an_algorithm_do_not_matter() {
    let bytes = edited(&bytes_of(&mut sealed()), FINAL, SHA512, &SHA512.to_uppercase());
    assert!(judge(&bytes).is_valid());
}

#[test]
fn an_old_digest_without_method_or_algorithm_has_its_code() {
    let bytes = bytes_of(&mut old_sealed());
    let method = "<DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" />";
    for (to, code) in [
        ("", 10),
        ("<DigestMethod />", 11),
        ("<DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#ripemd160\" />", 12),
        ("<DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\" />", 15),
    ] {
        let report = judge(&edited(&bytes, FINAL, method, to));
        assert_eq!(report.codes(), [code], "{report}");
    }
}

#[test]
fn old_packages_with_sha_1_are_still_read() {
    let bytes = bytes_of(&mut old_sealed());
    let mut parts = unzip(&bytes);
    for (_, bytes) in parts.iter_mut().filter(|part| part.0.ends_with("Ozeti.xml") || part.0 == FINAL) {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text.replace("2001/04/xmlenc#sha256", "2000/09/xmldsig#sha1").into_bytes();
    }
    let report = judge(&redigested(&zip(&parts)));
    assert!(report.is_valid() && report.compared == 14, "{report}");
}

#[test]
fn a_part_that_a_digest_file_leaves_out_has_its_code() {
    let new = bytes_of(&mut sealed());
    let old = bytes_of(&mut old_sealed());
    let core = format!("/{CORE}");
    let rows: [(&[u8], &str, &str, &[u8]); 18] = [
        (&new, INITIALS, "/UstYazi/ustyazi.pdf", &[26]),
        (&new, INITIALS, "/Ustveri/Ustveri.xml", &[27]),
        (&new, PACKAGE, "/Ustveri/Ustveri.xml", &[3]),
        (&new, PACKAGE, "/UstYazi/ustyazi.pdf", &[7]),
        (&new, PACKAGE, "/Ekler/liste.xlsx", &[]),
        (&new, PACKAGE, "/Paraflar/ParafImzaCades.imz", &[]),
        (&new, FINAL, "/Ustveri/Ustveri.xml", &[19]),
        (&new, FINAL, "/UstYazi/ustyazi.pdf", &[21]),
        (&new, FINAL, "/Imzalar/ImzaCades.imz", &[23]),
        (&new, FINAL, &core, &[24]),
        (&new, FINAL, "/NihaiUstveri/NihaiUstveri.xml", &[]),
        (&new, FINAL, "/PaketOzeti/PaketOzeti.xml", &[]),
        (&old, PACKAGE, "/BelgeHedef/BelgeHedef.xml", &[5]),
        (&old, PACKAGE, "/Ustveri/Ustveri.xml", &[3]),
        (&old, FINAL, "/BelgeHedef/BelgeHedef.xml", &[20]),
        (&old, FINAL, "/Imzalar/BelgeImza.xml", &[22]),
        (&old, FINAL, "/Imzalar/ImzaCades.imz", &[23]),
        (&old, FINAL, "/Ekler/plan.txt", &[]),
    ];
    for (bytes, digest, uri, codes) in rows {
        let report = judge(&redigested(&without_reference(bytes, digest, uri)));
        assert_eq!(report.codes(), codes, "{digest} without {uri}: {report}");
        only_error(&report, "için özet değeri yok");
    }
}

#[test]
fn a_final_digest_without_metadata_and_cover_is_codes_19_and_21() {
    let bytes = without_reference(&bytes_of(&mut sealed()), FINAL, "/Ustveri/Ustveri.xml");
    let report = judge(&without_reference(&bytes, FINAL, "/UstYazi/ustyazi.pdf"));
    assert_eq!(report.codes(), [19, 21]);
}

#[test]
fn a_part_with_the_root_of_another_is_refused() {
    let bytes = bytes_of(&mut sealed());
    let mut parts = unzip(&bytes);
    let swapped = parts.iter().find(|part| part.0 == INITIALS).unwrap().1.clone();
    parts.iter_mut().find(|part| part.0 == FINAL).unwrap().1 = swapped;
    let report = judge(&zip(&parts));
    assert!(!report.is_valid());
    assert!(report.findings[0].text.contains("kök öğesi beklenen değil: ParafOzeti"), "{report}");
}

#[test]
fn a_report_on_thousands_of_faults_ends() {
    let many = "<Reference />".repeat(5_000);
    let bytes = edited(&bytes_of(&mut sealed()), FINAL, "</NihaiOzet>", &format!("{many}</NihaiOzet>"));
    let report = judge(&bytes);
    assert_eq!(report.findings.len(), 1_001);
    assert!(report.findings[1_000].text.contains("4000 bulgu daha"), "{}", report.findings[1_000]);
}

#[test]
fn an_empty_digest_file_is_code_1() {
    let mut bytes = bytes_of(&mut sealed());
    for _ in 0..9 {
        bytes = cut(&bytes, FINAL, "<Reference ", "</Reference>");
    }
    assert_eq!(judge(&bytes).codes(), [1, 19, 21, 23, 24]);
}

#[test]
fn outside_files_are_for_the_package_digest_only() {
    let bytes = bytes_of(&mut sealed());
    let outside = |name| {
        let to = "<Reference Type=\"http://eyazisma.dpt/bilesen#harici\" URI=\"http://ornek/a\"";
        let parts = unzip(&bytes);
        let text = String::from_utf8(parts.iter().find(|part| part.0 == name).unwrap().1.clone()).unwrap();
        let start = text.find("<Reference").unwrap();
        let end = text.find("</Reference>").unwrap() + "</Reference>".len();
        let block = text[start..end].replacen("<Reference", "<Reference Typo=\"\"", 1);
        let block = format!("{to}{}", &block[block.find(" xmlns").unwrap_or(block.find('>').unwrap())..]);
        judge(&redigested(&edited(&bytes, name, "<Reference", &format!("{block}<Reference"))))
    };
    assert!(outside(PACKAGE).is_valid(), "{}", outside(PACKAGE));
    assert_eq!(only_error(&outside(FINAL), "harici").rule, Some("K.45"));
}

#[test]
fn an_unsigned_annex_in_a_digest_file_is_refused() {
    let bytes = edited(
        &bytes_of(&mut sealed()),
        PACKAGE,
        "URI=\"/Ekler/liste.xlsx\"",
        "URI=\"/ImzasizEkler/plan.txt\"",
    );
    let report = judge(&redigested(&bytes));
    let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [Some("K.33"), Some("K.33")], "{report}");
    assert!(!report.is_valid());
}

#[test]
fn each_broken_rule_of_the_letter_is_named_even_when_all_digests_are_right() {
    let bytes = bytes_of(&mut sealed());
    let id = |end: &str| format!("01980000-0000-7000-8000-0000000000{end}");
    let rows = [
        ("<tipler:SiraNo>2<", "<tipler:SiraNo>1<".to_owned(), "sıra numarası başka bir ekte de var", "K.19"),
        ("<tipler:SiraNo>2<", "<tipler:SiraNo>0<".to_owned(), "1'den küçük", "K.19"),
        ("<tipler:SiraNo>2<", "<tipler:SiraNo>-4<".to_owned(), "1'den küçük", "K.19"),
        ("<tipler:Etiket>b<", "<tipler:Etiket>a<".to_owned(), "etiketi birden çok", "K.19"),
        (
            "<tipler:EkId>",
            format!("<tipler:EkId>{}</tipler:EkId><tipler:Yok>", id("63")),
            "ek üstveride yok",
            "K.19",
        ),
        (">HZO<", ">OZL<".to_owned(), "kaldırılmıştır", "K.19"),
        (">HZO<", ">ZZZ<".to_owned(), "Gizlilik derecesi", "K.19"),
        (">ACL<", ">CIV<".to_owned(), "ivedilik", "K.19"),
        (">GRG<", ">ZZZ<".to_owned(), "dağıtım türü", "K.19"),
        (">HRF<", ">DED<".to_owned(), "dosya adı yok", "K.19"),
        ("<tipler:Referans>", "<tipler:Yok>".to_owned(), "adresi yok", "K.19"),
    ];
    for (from, to, words, rule) in rows {
        let mut broken = edited(&bytes, METADATA, from, &to);
        if to.ends_with("<tipler:Yok>") {
            let end = if from.contains("EkId") { "</tipler:EkId>\n" } else { "</tipler:Referans>" };
            let start = if from.contains("EkId") { "</tipler:Yok>\n" } else { "</tipler:Yok>" };
            broken = edit_after(&broken, "<tipler:Yok>", end, start);
        }
        let report = judge(&redigested(&broken));
        let found = report.findings.iter().find(|finding| finding.text.contains(words));
        let found = found.unwrap_or_else(|| panic!("{words}: {report}"));
        assert_eq!((found.severity, found.rule), (Severity::Error, Some(rule)));
        assert_eq!(report.codes(), [] as [u8; 0], "{report}");
    }
}

/// Replaces the first `from` behind `anchor` in the metadata.
fn edit_after(bytes: &[u8], anchor: &str, from: &str, to: &str) -> Vec<u8> {
    let mut parts = unzip(bytes);
    let part = parts.iter_mut().find(|part| part.0 == METADATA).unwrap();
    let text = String::from_utf8(part.1.clone()).unwrap();
    let (before, after) = text.split_once(anchor).unwrap();
    assert!(after.contains(from), "{after}");
    part.1 = format!("{before}{anchor}{}", after.replacen(from, to, 1)).into_bytes();
    zip(&parts)
}

#[test]
fn ids_are_unique_and_point_to_something() {
    let bytes = bytes_of(&mut sealed());
    let reference = "<tipler:Id Value=\"01980000-0000-7000-8000-00000000000B\"";
    let same = reference.replace("00000B", "000064");
    let report = judge(&redigested(&edited(&bytes, METADATA, reference, &same)));
    assert_eq!(only_error(&report, "Aynı kimlik").rule, Some("K.61"));
    let report = judge(&redigested(&edited(&bytes, METADATA, reference, "<tipler:Id Value=\"x\"")));
    only_error(&report, "geçerli bir kimlik");
    let link = "<tipler:Etiket>a</tipler:Etiket>\n      <tipler:EkId>01980000-0000-7000-8000-000000000001";
    let nowhere = link.replace("0000001", "0000077");
    let report = judge(&redigested(&edited(&bytes, METADATA, link, &nowhere)));
    assert_eq!(only_error(&report, "bulunmayan bir eki").rule, Some("K.25"));
}

#[test]
fn what_is_only_untidy_is_a_warning() {
    let bytes = bytes_of(&mut sealed());
    for (from, to, words) in [
        (">24301050<", ">2430105<", "DETSİS"),
        (">10000000146<", ">0123<", "kimlik numarası"),
        (">010.06.01<", ">10.6<", "dosya planı"),
        ("schemeID=\"MERSIS\"", "schemeID=\"XYZ\"", "schemeID"),
        ("<tipler:Etiket>b<", "<tipler:Etiket>c<", "alfabesine"),
    ] {
        let report = judge(&redigested(&edited(&bytes, METADATA, from, to)));
        assert_eq!(report.findings.len(), 1, "{report}");
        assert!(report.is_valid() && report.findings[0].text.contains(words), "{report}");
    }
}

#[test]
fn a_file_that_the_letter_does_not_know_is_refused() {
    let bytes = bytes_of(&mut sealed());
    let mut parts = unzip(&bytes);
    parts.push(("Ekler/sahte.pdf".to_owned(), PDF.to_vec()));
    let report = judge(&zip(&parts));
    assert!(report.is_valid());
    assert!(report.findings[0].text.contains("hiçbir ilişkinin"), "{report}");
    let relation = "<Relationship Type=\"http://eyazisma.dpt/iliskiler/ek\" Target=\"/Ekler/sahte.pdf\" Id=\"IdEk_x\" />";
    let linked =
        edited(&zip(&parts), "_rels/.rels", "</Relationships>", &format!("{relation}</Relationships>"));
    let report = judge(&linked);
    assert!(!report.is_valid());
    assert!(report.findings.iter().any(|finding| finding.rule == Some("K.24")), "{report}");
    assert!(report.findings.iter().any(|finding| finding.rule == Some("K.33")), "{report}");
}

#[test]
fn a_signed_annex_among_the_unsigned_ones_is_refused() {
    let bytes = bytes_of(&mut sealed());
    let broken = edit_after(&bytes, "<tipler:SiraNo>2<", "<tipler:ImzaliMi>false<", "<tipler:ImzaliMi>true<");
    let report = judge(&redigested(&broken));
    assert_eq!(only_error(&report, "imzalı görünüyor").rule, Some("K.24"));
}

#[test]
fn an_annex_that_says_nothing_of_its_signature_is_signed_when_it_is_enclosed() {
    let bytes = bytes_of(&mut sealed());
    let mut parts = unzip(&bytes);
    let metadata = parts.iter_mut().find(|part| part.0 == METADATA).unwrap();
    let text = String::from_utf8(metadata.1.clone()).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains("ImzaliMi")).collect();
    metadata.1 = kept.join("\n").into_bytes();
    let silent = redigested(&zip(&parts));
    let signed: Vec<bool> = open(&silent).letter().unwrap().annexes.iter().map(|it| it.is_signed).collect();
    assert_eq!(signed, [true, true, false, false]);
    // The second lies among the unsigned ones.
    only_error(&judge(&silent), "imzalı görünüyor");
}

#[test]
fn a_second_cover_letter_is_refused() {
    let bytes = bytes_of(&mut sealed());
    let relation = "<Relationship Type=\"http://eyazisma.dpt/iliskiler/UstYazi\" Target=\"Ekler/liste.xlsx\" Id=\"X\" />";
    let report =
        judge(&edited(&bytes, "_rels/.rels", "</Relationships>", &format!("{relation}</Relationships>")));
    only_error(&report, "birden çok üst yazı");
}

#[test]
fn core_properties_must_be_those_of_the_letter() {
    let bytes = bytes_of(&mut sealed());
    for (from, to, rule, is_valid) in [
        (">01980000-", ">01980001-", Some("K.68"), false),
        ("alımı", "satımı", Some("K.69"), true),
        (">RESMIYAZISMA<", ">BASKA<", Some("K.71"), true),
        (">application/eyazisma<", ">text/plain<", Some("K.73"), true),
        (">2.0<", ">3.0<", None, false),
    ] {
        let report = judge(&redigested(&edited(&bytes, CORE, from, to)));
        assert_eq!((report.findings.len(), report.findings[0].rule), (1, rule), "{report}");
        assert_eq!(report.is_valid(), is_valid);
    }
}

#[test]
fn a_digest_file_of_another_letter_is_refused() {
    let bytes = bytes_of(&mut sealed());
    for (name, rule) in [(PACKAGE, Some("K.34")), (FINAL, Some("K.44")), (INITIALS, None)] {
        let report = judge(&redigested(&edited(&bytes, name, "Id=\"0198", "Id=\"0199")));
        assert_eq!(only_error(&report, "BelgeId ile aynı değil").rule, rule);
    }
}

#[test]
fn date_number_and_signatory_must_be_there() {
    let bytes = bytes_of(&mut sealed());
    let name = "NihaiUstveri/NihaiUstveri.xml";
    for (from, to, words) in [
        ("<tipler:Tarih>", "</tipler:Tarih>", "tarihi (Tarih) yok"),
        ("<tipler:BelgeNo>", "</tipler:BelgeNo>", "sayısı (BelgeNo) yok"),
        ("<tipler:BelgeImzalar>", "</tipler:BelgeImzalar>", "imzalayan belirtilmemiş"),
    ] {
        let report = judge(&redigested(&cut(&bytes, name, from, to)));
        assert_eq!(only_error(&report, words).rule, Some("K.85"));
    }
}

#[test]
fn each_missing_part_of_an_update_has_its_code() {
    let bytes = update(Kind::Letter, bytes_of(&mut sealed()));
    let original = "OrijinalPaket/OrijinalPaket.eyp";
    let news = "GuncellemeBilgisi/GuncellemeBilgisi.xml";
    assert_eq!(judge(&without(&bytes, news, true)).codes(), [13, 33]);
    assert_eq!(judge(&without(&bytes, original, true)).codes(), [13, 35]);
    assert_eq!(judge(&without_reference(&bytes, FINAL, &format!("/{news}"))).codes(), [34]);
    assert_eq!(judge(&without_reference(&bytes, FINAL, &format!("/{original}"))).codes(), [36]);
    assert_eq!(judge(&changed(&bytes, news)).codes(), [15]);
    let report = judge(&edited(&bytes, news, ">YOK<", ">OZL<"));
    assert!(report.findings.iter().any(|finding| finding.text.contains("gizlilik derecesi değişikliği")));
}

#[test]
fn an_update_may_be_about_an_envelope() {
    let mut letter = sealed();
    let content = Content::from_bytes(bytes_of(&mut letter));
    let envelope = letter.envelope(id(700)).write(content, Cursor::new(Vec::new())).unwrap().into_inner();
    let bytes = update(Kind::Encrypted, envelope);
    assert!(unzip(&bytes).iter().any(|part| part.0 == "OrijinalPaket/OrijinalPaket.eyps"));
    let report = judge(&bytes);
    assert!(report.is_valid(), "{report}");
    assert_eq!(report.original.unwrap().kind, Kind::Encrypted);
}

#[test]
fn an_update_about_a_changed_letter_is_refused() {
    let letter = changed(&bytes_of(&mut sealed()), METADATA);
    let report = judge(&update(Kind::Letter, letter));
    assert_eq!(report.codes(), [] as [u8; 0]);
    assert_eq!(report.original.as_ref().unwrap().codes(), [15]);
    assert!(!report.is_valid());
    let report = judge(&update(Kind::Letter, b"no package".to_vec()));
    assert!(!report.is_valid() && report.original.is_none(), "{report}");
}

#[test]
fn what_programs_write_differently_is_read_all_the_same() {
    let bytes = bytes_of(&mut sealed());
    let mut parts = unzip(&bytes);
    for (name, bytes) in &mut parts {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if name.ends_with(".rels") {
            let text = text.replace("Target=\"/", "Target=\"").replace("iliskiler/p", "iliskiler/P");
            *bytes = text.replace("../Muhur/", "/Muhur/").into_bytes();
        }
        if name == METADATA {
            // As the official programs do: no prefix, but a namespace on each child of the root.
            let types = "<tipler:BelgeId xmlns=\"urn:dpt:eyazisma:schema:xsd:Tipler-2\"";
            let text = text.replace("<tipler:BelgeId", types).replace("tipler:", "");
            *bytes = text.trim_start_matches('\u{FEFF}').as_bytes().to_vec();
        } else if name.starts_with("NihaiUstveri/") {
            *bytes = text.replace("xmlns:tipler", "xmlns:t").replace("tipler:", "t:").into_bytes();
        }
        *name = name.replace("UstYazi/", "ustyazi/").replace("NihaiOzet/NihaiOzet", "NihaiOzet/nihaiozet");
    }
    let bytes = redigested(&zip(&parts).clone());
    let report = judge(&bytes);
    assert_eq!(open(&bytes).letter(), Some(&letter()));
    // The name of the cover letter and the digests of the changed metadata differ; nothing is missing.
    assert!(report.codes().iter().all(|code| *code == 15), "{report}");
    assert_eq!(report.signatures.len(), 3, "{report}");
}
