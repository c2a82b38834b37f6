//! Prints one official letter several times and says how long it took, for looking at it and for the figures in
//! docs/benchmarks.md. `cargo run --release -p printing --features pdf --example sample_letter -- FILE`.

use printing::{Document, Letter, Verification, pdf};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("name the file to write")?;
    let document = sample();
    for run in 1..=5 {
        let started = Instant::now();
        let bytes = pdf(&document, time::OffsetDateTime::UNIX_EPOCH)?;
        println!("run {run}: {} bytes, {:?}", bytes.len(), started.elapsed());
        std::fs::write(&file, bytes)?;
    }
    Ok(())
}

fn sample() -> Document {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    Document {
        title: "Sunucu Bakımı".to_owned(),
        letter: Some(Letter {
            heading: lines(&["T.C.", "ÖRNEKBEL BELEDİYE BAŞKANLIĞI", "Bilgi İşlem Müdürlüğü"]),
            number: "E-24312041-702.03-17".to_owned(),
            date: "29.11.2026".to_owned(),
            subject: "Sunucu Bakımı".to_owned(),
            urgency: "GÜNLÜ 15.12.2026".to_owned(),
            addressee: lines(&["DAĞITIM YERLERİNE"]),
            references: vec![
                (
                    "a".to_owned(),
                    "Valiliğin 3.11.2026 tarihli ve E-12345678-700-4411 sayılı yazısı.".to_owned(),
                ),
                ("b".to_owned(), "Başkanlık Makamının 5.11.2026 tarihli ve 18 sayılı oluru.".to_owned()),
            ],
            body: lines(&[
                "İlgi (a) yazıyla istenen bakım, ilgi (b) olur gereğince 5.12.2026 Cumartesi günü saat 22.00 ile 24.00 arasında \
                 yapılacaktır. Bu sürede e-belediye, evrak ve harita hizmetleri verilemeyecektir.",
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
