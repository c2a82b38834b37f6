//! Prints one paper with every block and says how long it took: for looking at it, and for the figures
//! in the report. `cargo run -p printing --features pdf --example sample_paper -- FILE [ROWS]`.

use printing::{Align, Block, Column, Document, Letterhead, Width, pdf};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("name the file to write")?;
    let rows: usize = arguments.next().map_or(Ok(60), |rows| rows.parse())?;
    let document = sample(rows);
    for run in ["first", "second"] {
        let started = Instant::now();
        let bytes = pdf(&document, time::OffsetDateTime::UNIX_EPOCH)?;
        println!("{run} run: {rows} rows, {} bytes, {:?}", bytes.len(), started.elapsed());
        std::fs::write(&file, bytes)?;
    }
    Ok(())
}

fn sample(rows: usize) -> Document {
    let column = |label: &str, align, width| Column { label: label.to_owned(), align, width };
    let text = |text: &str| text.to_owned();
    Document {
        title: text("Zimmet Listesi"),
        head: Letterhead {
            municipality: text("ÖRNEKBEL BELEDİYE BAŞKANLIĞI"),
            directorate: text("Bilgi İşlem Müdürlüğü"),
            crest_letter: text("Ö"),
            crest: Vec::new(),
        },
        printed_by: text("Ayşe Yılmaz"),
        printed_at_text: text("22.11.2026 14:05"),
        blocks: vec![
            Block::Heading(text("Kişi")),
            Block::Facts(vec![
                (text("Adı soyadı"), text("Şükrü Ğ. Işık")),
                (text("Birimi"), text("İmar ve Şehircilik Müdürlüğü")),
            ]),
            Block::Paragraph(text(
                "Aşağıda yazılı taşınırlar, kullanılmak üzere adı geçen personele zimmetlenmiştir. Personel, \
                 taşınırları özenle kullanmak ve görevden ayrılırken teslim etmekle yükümlüdür.",
            )),
            Block::Table {
                columns: vec![
                    column("Sıra", Align::Right, Width::Fit),
                    column("Taşınır", Align::Left, Width::Share(3)),
                    column("Seri no", Align::Left, Width::Share(2)),
                    column("Bedel (TL)", Align::Right, Width::Fit),
                ],
                rows: (1..=rows)
                    .map(|no| {
                        vec![
                            no.to_string(),
                            format!("Dizüstü bilgisayar, {no}. parti"),
                            format!("SN-{no:06}"),
                            text("24.500,00"),
                        ]
                    })
                    .collect(),
            },
            Block::Note(text("Bu belge elektronik ortamda üretilmiştir.")),
            Block::Svg(text(
                r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40"><rect x="1" y="1" width="80" height="38" fill="#eee" stroke="#333"/><text x="10" y="24" font-size="10">Müdürlük ğşıİ</text><path d="M81 20h40" stroke="#333"/></svg>"##,
            )),
            Block::SignatureLines(vec![
                text("Teslim Eden\nAli Kaya").into(),
                text("Teslim Alan\nŞükrü Işık").into(),
            ]),
            Block::Qr(text("https://belde.ornekbel.bel.tr/dogrula/01989f5e-7b7c-7f3a")),
        ],
        ..Document::default()
    }
}
