//! The inspection view as a municipal paper: what stands in it. How paper looks is the printing crate's business.

use kernel::{Instant, tr};
use printing::{Align, Block, Column, Document, Letterhead, Orientation, Width};

use super::{Line, Sheet, dash};

/// The paper: key figures, then a table for each family.
pub(super) fn document(sheet: &Sheet, head: Letterhead, printed_by: &str, at: Instant) -> Document {
    let scope = if sheet.only_gaps { "Yalnız eksiği olan görevler." } else { "Bütün görevler." };
    let mut blocks =
        vec![Block::Paragraph(format!("{scope} Kanıtların durumu {} itibarıyladır.", tr::instant(at.0)))];
    if sheet.regulations == 0 {
        blocks.push(Block::Note(
            "Yürürlükte bir yönetmelik yok; bu yüzden hangi görevlerin müdürlüğe ait olduğu bilinmiyor."
                .into(),
        ));
    }
    let figures = sheet.figures().into_iter();
    let facts = figures.map(|(value, label, _)| (capitalised(label), tr::grouped(value as i64)));
    blocks.push(Block::Facts(facts.collect()));
    for (name, lines) in sheet.families() {
        blocks.push(Block::Heading(name.into()));
        blocks.push(Block::Table { columns: columns(), rows: lines.iter().map(|line| row(line)).collect() });
    }
    Document {
        title: "Denetim görünümü".into(),
        head,
        printed_by: printed_by.into(),
        printed_at_text: tr::instant(at.0),
        orientation: Orientation::Landscape,
        blocks,
        ..Document::default()
    }
}

fn columns() -> Vec<Column> {
    let column =
        |label: &str, share| Column { label: label.into(), align: Align::Left, width: Width::Share(share) };
    vec![
        column("Görev", 3),
        column("Dayanak", 3),
        column("Kim yapıyor", 3),
        column("Ekran", 2),
        column("Son kanıt", 3),
        column("Eksik", 2),
    ]
}

fn row(line: &Line) -> Vec<String> {
    vec![
        format!("{} {}", line.duty.code, line.duty.title),
        line.source_text(),
        dash(&line.duty.responsible).into(),
        dash(&line.screens.join(", ")).into(),
        line.evidence_text(None),
        line.gap_text(),
    ]
}

pub(super) fn capitalised(label: &str) -> String {
    let mut letters = label.chars();
    letters
        .next()
        .map_or_else(String::new, |first| format!("{}{}", tr::upper(&first.to_string()), letters.as_str()))
}
