//! The kind `log_network`: a range of addresses and the unit that has it, so that lines can be counted by unit.

mod store;

use std::net::IpAddr;

use kernel::migrate::{Migration, create};
use kernel::record::{Direction, Draft, Field, FieldKind, FieldValue, Kind, Record};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};
use uuid::Uuid;

use crate::{EDIT, VIEW};

pub(crate) const PATH: &str = "/ag-bolumleri";

pub(crate) fn migration() -> Migration {
    Migration { id: "access_logs/0005_log_network", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("log_network", "ranges of addresses and whose they are")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "what people call it")
        .text("name_key", "Turkish sort key of the name")
        .text("addresses", "the range as ADDRESS/BITS")
        .uuid("unit_id", "the unit that has it")
        .references("unit")
        .at("created_at", "when it was entered")
        .unique(&["addresses"])
        .listing(&["unit_id"], &["name_key", "created_at"])
}

/// At `/ag-bolumleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("log_network", "ağ bölümü", "Ağ bölümleri", PATH, VIEW);
    kind.title = "name";
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["addresses"]];
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Adı", 120).required().listed().sorted_by("name_key").searched(),
        Field::text("addresses", "Adres aralığı", 60)
            .required()
            .listed()
            .searched()
            .hint("10.20.4.0/24 gibi. Bir adres birkaç aralıktaysa en darı sayılır."),
        Field::reference("unit_id", "Birim", "unit").required().listed().filtered(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut violations = Vec::new();
        match Range::parse(draft.or("addresses", before).text()) {
            Some(range) => draft.set("addresses", FieldValue::Text(range.to_string())),
            None => violations.push(Violation::new(
                "KAY-007",
                "addresses",
                "Adres aralığını 10.20.4.0/24 biçiminde yazın.",
            )),
        }
        if before.is_none() {
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(violations)
    })
}

/// Addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    ip: IpAddr,
    bits: u8,
}

impl Range {
    /// `10.20.4.0/24`; bits beyond the mask are cut off.
    pub fn parse(text: &str) -> Option<Self> {
        let (ip, bits) = text.trim().split_once('/')?;
        let (ip, bits) = (ip.trim().parse::<IpAddr>().ok()?, bits.trim().parse::<u8>().ok()?);
        let (most, ip) = match ip {
            IpAddr::V4(it) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
                (32, IpAddr::from((it.to_bits() & mask).to_be_bytes()))
            }
            IpAddr::V6(it) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
                (128, IpAddr::from((it.to_bits() & mask).to_be_bytes()))
            }
        };
        (bits <= most).then_some(Self { ip, bits })
    }

    pub fn has(&self, ip: IpAddr) -> bool {
        Self::parse(&format!("{ip}/{}", self.bits)).is_some_and(|one| one == *self)
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.ip, self.bits)
    }
}

/// Ranges with their units, the narrowest first.
pub(crate) async fn all(db: &kernel::Db) -> Result<Vec<(Range, Uuid)>> {
    let mut all: Vec<(Range, Uuid)> = store::all(db)
        .await?
        .into_iter()
        .filter_map(|one| Some((Range::parse(&one.addresses)?, one.unit_id)))
        .collect();
    all.sort_by_key(|(range, _)| std::cmp::Reverse(range.bits));
    Ok(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_and_knows_its_addresses() {
        let range = Range::parse(" 10.20.4.77/22 ").unwrap();
        assert_eq!(range.to_string(), "10.20.4.0/22");
        assert!(range.has("10.20.7.255".parse().unwrap()) && !range.has("10.20.8.0".parse().unwrap()));
        assert!(Range::parse("0.0.0.0/0").unwrap().has("255.1.2.3".parse().unwrap()));
        let six = Range::parse("2001:db8::1/64").unwrap();
        assert!(six.has("2001:db8::ffff".parse().unwrap()) && !six.has("10.0.0.1".parse().unwrap()));
        for wrong in ["10.0.0.0", "10.0.0.0/33", "fen/24", ""] {
            assert_eq!(Range::parse(wrong), None, "{wrong}");
        }
    }
}
