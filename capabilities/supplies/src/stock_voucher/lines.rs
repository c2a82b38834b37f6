//! The lines of a voucher as they are typed: name of the card, quantity, and of a receipt the price of one.

use kernel::record::{self, Draft, ListQuery};
use kernel::{Result, Tx, Violation, tr};
use uuid::Uuid;

use super::store::Card;
use super::{LINES, MOST_LINES, store};
use crate::item::{self, page::quantity};

/// Cards that are named where a name is not found.
const ALIKE: u32 = 3;

/// A line whose card is known.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub id: Uuid,
    pub name: String,
    pub measure: String,
    pub quantity: i64,
    pub price_kurus: Option<i64>,
}

/// A line before its card is looked up.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    name: String,
    quantity: i64,
    price_kurus: Option<i64>,
}

fn typed(line: &str) -> Result<Typed, String> {
    let mut parts = line.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_string();
    let quantity = parts.next().and_then(|text| tr::parse_number(text, 0).ok()).filter(|many| *many > 0);
    let Some(quantity) = quantity.filter(|_| !name.is_empty()) else {
        return Err(
            "malzemenin adını ve miktarını noktalı virgülle ayırarak yazın: “Kalem, mavi; 24”.".into()
        );
    };
    let price_kurus = match parts.next().filter(|text| !text.is_empty()) {
        Some(text) => Some(tr::parse_money(text).map_err(|text| format!("birim bedeli okunamadı. {text}"))?),
        None => None,
    };
    if parts.next().is_some() {
        return Err("üçten fazla bölüm var; ad, miktar ve birim bedeli yazın.".into());
    }
    Ok(Typed { name, quantity, price_kurus })
}

/// The lines of the draft, and what is wrong with them, each by its place.
pub(super) async fn read(tx: &Tx, draft: &Draft) -> Result<(Vec<Line>, Vec<Violation>)> {
    let wrong = |text: String| Violation::new("STK-012", LINES, text);
    let all = draft.get(LINES).text().lines().map(str::trim).filter(|line| !line.is_empty());
    let all: Vec<&str> = all.collect();
    if all.is_empty() || all.len() as i64 > MOST_LINES {
        let text = format!("En az bir, en çok {MOST_LINES} satır yazın.");
        return Ok((Vec::new(), vec![wrong(text)]));
    }
    let read: Vec<Result<Typed, String>> = all.iter().map(|line| typed(line)).collect();
    let keys: Vec<String> = read.iter().flatten().map(|one| tr::collation_key(&one.name)).collect();
    let cards = store::cards(tx, &keys, draft.get("store_room_id").id()).await?;
    let takes_out = ["issue", "transfer"].contains(&draft.get("kind").text());
    let (mut lines, mut found): (Vec<Line>, _) = (Vec::new(), Vec::new());
    for (place, one) in (1..).zip(read) {
        let said = |text: String| wrong(format!("{place}. satır: {text}"));
        let one = match one {
            Ok(one) => one,
            Err(text) => {
                found.push(said(text));
                continue;
            }
        };
        let card = match *meant(&cards, &one.name) {
            [card] => card,
            [] => {
                found.push(said(unknown(tx, &one.name).await?));
                continue;
            }
            _ => {
                let text = format!("“{}” adında birden çok kart var; birinin adını değiştirin.", one.name);
                found.push(said(text));
                continue;
            }
        };
        if lines.iter().any(|line| line.id == card.id) {
            found.push(said(format!("“{}” daha yukarıda da yazılı; tek satırda toplayın.", one.name)));
        } else if takes_out && one.quantity > card.lying {
            let [asked, lying] = [one.quantity, card.lying].map(|many| quantity(many, &card.measure));
            found.push(said(format!("{asked} istendi, bu ambarda {lying} var.")));
        } else {
            let (name, measure) = (card.name.clone(), card.measure.clone());
            let Typed { quantity, price_kurus, .. } = one;
            lines.push(Line { id: card.id, name, measure, quantity, price_kurus });
        }
    }
    Ok((lines, found))
}

/// The cards that a name means: those of exactly this name, or else those that differ in case, hats and punctuation only.
fn meant<'a>(cards: &'a [Card], name: &str) -> Box<[&'a Card]> {
    let exact: Box<[_]> = cards.iter().filter(|card| card.name == name).collect();
    if !exact.is_empty() {
        return exact;
    }
    let key = tr::collation_key(name);
    cards.iter().filter(|card| card.name_key == key).collect()
}

/// What is said of a name that no card has, with the cards that it may have meant.
async fn unknown(tx: &Tx, name: &str) -> Result<String> {
    let kind = item::kind();
    let first = name.split_whitespace().next().unwrap_or_default();
    let mut alike = Vec::new();
    for text in [name, first] {
        if alike.is_empty() {
            let query = ListQuery { text: text.into(), size: ALIKE, ..ListQuery::first(&kind) };
            let page = record::list(tx, &kind, &query, &tx.act().actor, kind.view).await?;
            let used = page.records.iter().filter(|one| one.get("state").text() == "active");
            alike = used.map(|one| format!("“{}”", one.title(&kind))).collect();
        }
    }
    let hint = if alike.is_empty() { String::new() } else { format!(" Şunlar var: {}.", alike.join(", ")) };
    Ok(format!("“{name}” adlı, kullanımda bir malzeme kartı yok.{hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_a_quantity_and_perhaps_a_price() {
        let line = |name: &str, quantity, price_kurus| Typed { name: name.into(), quantity, price_kurus };
        for (text, expected) in [
            ("Kalem, mavi; 24", line("Kalem, mavi", 24, None)),
            ("A4 kâğıt;1.200; 95,50", line("A4 kâğıt", 1_200, Some(9_550))),
            ("Silgi ; 3 ;", line("Silgi", 3, None)),
        ] {
            assert_eq!(typed(text), Ok(expected), "{text}");
        }
        for text in ["Kalem", "Kalem; 0", "; 3", "Kalem; çok", "Kalem; 1; beş", "Kalem; 1; 2; 3"] {
            assert!(typed(text).is_err(), "{text}");
        }
    }
}
