//! An official letter on paper: what stands where, on every page.

use super::paper::pages;
use crate::{Document, Letter, Letterhead, Verification};

/// A letter with everything that a letter may have.
pub(super) fn letter() -> Document {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    Document {
        title: "Sunucu Bakımı".to_owned(),
        head: Letterhead {
            municipality: "Örnekbel Belediye Başkanlığı".to_owned(), ..Letterhead::default()
        },
        letter: Some(Letter {
            heading: lines(&["T.C.", "ÖRNEKBEL BELEDİYE BAŞKANLIĞI", "Bilgi İşlem Müdürlüğü"]),
            number: "E-24312041-702.03-17".to_owned(),
            date: "29.11.2026".to_owned(),
            subject: "Sunucu Bakımı".to_owned(),
            urgency: "GÜNLÜ 15.12.2026".to_owned(),
            secrecy: "HİZMETE ÖZEL".to_owned(),
            addressee: lines(&["DAĞITIM YERLERİNE"]),
            references: vec![
                (
                    "a".to_owned(),
                    "Valiliğin 3.11.2026 tarihli ve E-12345678-700-4411 sayılı yazısı.".to_owned(),
                ),
                ("b".to_owned(), "Başkanlık Makamının 5.11.2026 tarihli ve 18 sayılı oluru.".to_owned()),
            ],
            body: lines(&[
                "İlgi (a) yazıyla istenen bakım, ilgi (b) olur gereğince 5.12.2026 Cumartesi günü yapılacaktır; Ş, ğ, ı, İ.",
                "Bilgilerinizi ve gereğini arz ve rica ederim.",
            ]),
            signatures: vec![lines(&["Veli AK", "Belediye Başkanı a.", "Bilgi İşlem Müdürü"])],
            annexes: lines(&["1- Liste (2 sayfa)", "2- Plan (1 sayfa)"]),
            to_action: lines(&["Örnekil Valiliğine", "Fen İşleri Müdürlüğüne"]),
            to_information: lines(&["Yazı İşleri Müdürlüğüne"]),
            initials: lines(&["28.11.2026 Paraf: Ayşe KAYA"]),
            verification: Some(Verification {
                sentence: "Bu belge, güvenli elektronik imza ile imzalanmıştır.".to_owned(),
                code: "0193A7C2-1111-7222-8333-944455556666".to_owned(),
                address: "https://belde.ornekbel.bel.tr/dogrula".to_owned(),
                link: "https://belde.ornekbel.bel.tr/dogrula/0193A7C2-1111-7222-8333-944455556666".to_owned(),
            }),
            contact: lines(&[
                "Cumhuriyet Mah. 1. Sok. No: 1",
                "Tel: (0 444) 000 00 00",
                "ornekbel@hs01.kep.tr",
            ]),
            ..Letter::default()
        }),
        ..Document::default()
    }
}

/// The runs of a page in one line, as words go over runs.
fn flat(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_letter_says_everything_once_and_in_the_order_of_the_regulation() {
    let pages = pages(&letter());
    assert_eq!(pages.len(), 1, "a short letter is one page");
    let text = flat(&pages[0]);
    let mut from = 0;
    for part in [
        "T.C.",
        "Bilgi İşlem Müdürlüğü",
        "Sayı",
        "E-24312041-702.03-17",
        "Konu",
        "Sunucu Bakımı",
        "DAĞITIM YERLERİNE",
        "İlgi",
        "Valiliğin 3.11.2026",
        "arz ve rica ederim.",
        "Belediye Başkanı a.",
        "Ek:",
        "Gereği:",
        "Bilgi:",
        "Paraf: Ayşe KAYA",
    ] {
        let at =
            text[from..].find(part).unwrap_or_else(|| panic!("{part} is missing or too early in: {text}"));
        from += at;
    }
    assert!(text.contains("29.11.2026") && text.contains("GÜNLÜ 15.12.2026"));
    assert!(!text.contains('□'), "{text}");
}

#[test]
fn a_long_letter_has_its_code_and_its_degree_of_secrecy_on_every_page() {
    let mut document = letter();
    let letter = document.letter.as_mut().unwrap();
    letter.body =
        (0..60).map(|place| format!("{place}. paragraf: {}", "uzun bir cümle ".repeat(12))).collect();
    let pages = pages(&document);
    assert!(pages.len() > 2);
    for page in &pages {
        let text = flat(page);
        assert!(
            text.contains("0193A7C2-1111-7222-8333-944455556666") && text.contains("HİZMETE ÖZEL"),
            "{text}"
        );
    }
}

#[test]
fn the_code_stands_on_one_line_and_the_address_is_copied_as_it_is() {
    let mut document = letter();
    let address = "https://e-belge.uzunadlibirilce.bel.tr/dogrula";
    document.letter.as_mut().unwrap().verification.as_mut().unwrap().address = address.to_owned();
    let text = pages(&document).remove(0);
    assert!(text.lines().any(|line| line == "0193A7C2-1111-7222-8333-944455556666"), "{text}");
    assert!(!text.contains('\u{200B}'), "{text}");
    assert!(text.lines().any(|line| line == address), "{text}");
}

#[test]
fn a_draft_says_so_and_has_no_code() {
    let mut document = letter();
    let letter = document.letter.as_mut().unwrap();
    letter.mark = "TASLAK — imzalanmamıştır".to_owned();
    letter.verification = None;
    let text = flat(&pages(&document)[0]);
    assert!(text.contains("TASLAK") && !text.contains("Doğrulama Kodu"));
}
