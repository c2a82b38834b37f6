//! The answer on paper.

use kernel::record::{Field, FieldKind, Kind, Record};
use kernel::{Instant, tr};
use printing::{Align, Block, Column, Document, Width};

use super::answer::{Making, Told, User};
use super::kind;
use crate::search::moment;

/// Said where nobody was found, on page and paper.
pub(super) const NOBODY: &str = "Sorulan anda bu adresi kullanan bir cihaz kayıtlarda bulunamadı. Bu, adresin kullanılmadığını \
     kanıtlamaz: adres başka bir yerde olabilir, an ya da port yanlış bildirilmiş olabilir, o sırada kayıt tutulmamış olabilir. \
     Aşağıdaki çekincelere bakın.";

/// Why times in lines differ from those in steps.
pub(super) const CLOCKS: &str = "Adımlardaki süreler, cihaz saatlerinin farkı düşülerek bulunan doğru zamandır; satırlarda cihazın kendi \
     saati yazar.";

pub(super) fn document(making: &Making<'_>, request: &Record, told: &Told) -> Document {
    let kind = kind();
    let number = request.number(&kind);
    let mut blocks = vec![Block::Heading("Talep".into()), Block::Facts(asked(&kind, request))];
    blocks.push(Block::Heading("Yanıt".into()));
    if told.users.is_empty() {
        blocks.push(Block::Paragraph(NOBODY.into()));
    }
    for (at, user) in told.users.iter().enumerate() {
        blocks.extend(of_user(told.users.len(), at, user));
    }
    blocks.push(Block::Heading("Çekinceler".into()));
    if told.doubts.is_empty() {
        blocks.push(Block::Paragraph("Yanıtın bütünü için bir çekince yok.".into()));
    }
    blocks.extend(told.doubts.iter().cloned().map(Block::Note));
    blocks.push(Block::Paragraph(told.looked_at.clone()));
    if !told.lines.is_empty() {
        blocks.push(Block::Heading("Dayanılan kayıt satırları".into()));
        let hyphens =
            "Satırların kendisi pakettedir; burada sözcükler satır sonunda tireyle bölünmüş olabilir.";
        blocks.push(Block::Paragraph(format!("{CLOCKS} {hyphens}")));
        blocks
            .push(Block::Table { columns: columns(&["No", "Kaynak ve an", "Satır"], 3), rows: lines(told) });
        blocks.push(Block::Heading("Satırların yeri ve özetleri".into()));
        blocks.push(Block::Table {
            columns: columns(&["No", "Mühürlü bölüm ve sıra", "Paketteki satır dosyasının SHA-256 özeti"], 1),
            rows: places(told),
        });
    }
    blocks.push(Block::Heading("Doğrulama".into()));
    blocks.push(Block::Paragraph(format!(
        "Bu belge, kanıt paketindeki yanit.pdf.sig dosyasıyla Ed25519 kullanılarak imzalıdır. Paketteki DOGRULAMA.txt, imzanın, satırların ve \
         mühürlerin Belde olmadan, openssl ile nasıl denetleneceğini adım adım yazar. İmzanın açık anahtarının (anahtar.der) SHA-256 özeti: {}",
        told.key_sha256
    )));
    let signing = [("Hazırlayan", told.made_by.as_str()), ("Onaylayan", request.get("approved_by").text())];
    blocks.push(Block::SignatureLines(signing.map(|(role, name)| format!("{role}\n{name}").into()).to_vec()));
    Document {
        title: format!("Kayıt talebi yanıtı {number}"),
        head: making.head.clone(),
        printed_by: told.made_by.clone(),
        printed_at_text: tr::instant(told.made_at_us),
        blocks,
        ..Document::default()
    }
}

/// Everything that was asked and who had to do with it, as the record has it.
fn asked(kind: &Kind, request: &Record) -> Vec<(String, String)> {
    const LEFT: [&str; 6] = ["title", "state", "document_id", "answered_by", "answered_at", "note"];
    let is_told = |field: &&Field| !LEFT.contains(&field.name);
    let value = |field: &Field| {
        let value = request.get(field.name);
        match field.kind {
            FieldKind::Instant => value.int().map(tr::instant).unwrap_or_default(),
            _ => value.show(field, None),
        }
    };
    let facts = kind.fields.iter().filter(is_told).map(|field| (field.label_tr.to_owned(), value(field)));
    facts.filter(|(_, value)| !value.is_empty()).collect()
}

fn of_user(all: usize, at: usize, user: &User) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(heading(all, at)), Block::Facts(user.facts.clone())];
    for (number, step) in (1..).zip(&user.steps) {
        blocks.push(Block::Paragraph(format!("{number}. {}{}", step.sentence, references(&step.lines))));
        blocks.extend(step.doubts.iter().cloned().map(Block::Note));
    }
    blocks
}

/// “Adresi kullanan cihaz”, or “2. olasılık”.
pub(super) fn heading(all: usize, at: usize) -> String {
    if all == 1 { "Adresi kullanan cihaz".into() } else { format!("{}. olasılık", at + 1) }
}

/// “ [satır 1, 2]”
fn references(lines: &[usize]) -> String {
    let numbers: Vec<String> = lines.iter().map(usize::to_string).collect();
    if numbers.is_empty() { String::new() } else { format!(" [satır {}]", numbers.join(", ")) }
}

fn columns(labels: &[&str], last: u8) -> Vec<Column> {
    let width = |at: usize| match at {
        0 => Width::Fit,
        1 => Width::Share(1),
        _ => Width::Share(last),
    };
    let column =
        |(at, label): (usize, &&str)| Column { label: (*label).into(), align: Align::Left, width: width(at) };
    labels.iter().enumerate().map(column).collect()
}

fn lines(told: &Told) -> Vec<Vec<String>> {
    let row = |(number, line): (usize, &super::answer::Line)| {
        vec![
            number.to_string(),
            format!("{}\n{}\nalındı {}", line.source, moment(line.at_us), moment(line.received_at_us)),
            line.text.clone(),
        ]
    };
    (1..).zip(&told.lines).map(row).collect()
}

fn places(told: &Told) -> Vec<Vec<String>> {
    let row = |(number, line): (usize, &super::answer::Line)| {
        let place = match &line.place {
            Some((path, row)) => format!("{path}, sıra {row}{}", stamped(line)),
            None => "Henüz mühürlenmedi".into(),
        };
        vec![number.to_string(), place, line.sha256.clone()]
    };
    (1..).zip(&told.lines).map(row).collect()
}

/// “, damgalı: 30.11.2026 15:00:00”, or that no stamp covers the line's seal.
pub(super) fn stamped(line: &super::answer::Line) -> String {
    line.stamped_at_us.map_or_else(|| ", damgasız".into(), |at_us| format!(", damgalı: {}", moment(at_us)))
}

/// RFC 3339 of a line's instant.
pub(super) fn iso(at_us: i64) -> String {
    Instant(at_us).iso()
}
