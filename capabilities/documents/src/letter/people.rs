//! People as they are typed, one a line: by registry number or by name.

use kernel::db::Sql;
use kernel::record::{self, ListQuery};
use kernel::{Result, Tx, Violation, tr};
use uuid::Uuid;

pub(super) const MOST: usize = 40;

/// Those named, in their order; what is wrong stands beside.
pub(super) async fn named(tx: &Tx, typed: &str, field: &'static str) -> Result<(Vec<Uuid>, Vec<Violation>)> {
    let Some(staff) = tx.registry().and_then(|registry| registry.kind("staff")) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let (mut people, mut wrong) = (Vec::new(), Vec::new());
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST + 1) {
        let mut found = record::numbered(tx, &staff, &tx.act().actor, line).await?;
        if found.is_empty() {
            found = called(tx, &staff, line).await?;
        }
        match found.as_slice() {
            [one] if people.contains(one) => {
                wrong.push(Violation::new("YZI-005", field, format!("“{line}” iki kez yazılmış.")));
            }
            [one] => people.push(*one),
            [] => {
                let text = format!("“{line}” adında bir personel bulunamadı.");
                wrong.push(Violation::new("YZI-006", field, text));
            }
            _ => {
                let text = format!("“{line}” adında birden çok personel var; sicil numarasını yazın.");
                wrong.push(Violation::new("YZI-007", field, text));
            }
        }
    }
    Ok((people, wrong))
}

/// Everybody, or every unit, whose whole name is this, however it is written.
pub(crate) async fn called(tx: &Tx, kind: &record::Kind, name: &str) -> Result<Vec<Uuid>> {
    let query = ListQuery { text: name.into(), ..ListQuery::first(kind) };
    let page = record::list(tx, kind, &query, &tx.act().actor, kind.view).await?;
    let wanted = tr::fold(name);
    let is_called = |one: &&record::Record| tr::fold(&one.title(kind)) == wanted;
    Ok(page.records.iter().filter(is_called).map(|one| one.id).collect())
}

/// The name a person signs with, and their title: "Veli Ak", "Müdür".
pub(super) async fn signature(db: &impl Sql, staff: Uuid) -> Result<Option<(String, String)>> {
    let Some(person) = directory::store::person(db, staff).await? else { return Ok(None) };
    let title = directory::store::name_of(db, "title", person.title_id).await?.unwrap_or_default();
    Ok(Some((person.name, title)))
}
