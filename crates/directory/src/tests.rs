//! Scenarios of the directory on both databases. Rules that need none are tested beside their code.
#![allow(clippy::unwrap_used)]

mod demo;
mod duties;
mod leaving;
mod lists;
mod notices;
mod powers;
mod screens;

use kernel::record::{self, Draft, FieldValue, Kind};
use kernel::{Actor, Capability, Day, Error, Result, Tx};
use testkit::TestDb;
use uuid::Uuid;

use crate::{NewStaff, NewUnit, create_staff, create_title, create_unit};

pub(super) fn capabilities() -> Vec<Capability> {
    vec![access::capability(), crate::capability()]
}

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A small town: a deputy mayor's unit over two directorates, one of them with a chiefdom.
pub(super) struct Town {
    pub deputy_unit: Uuid,
    pub it: Uuid,
    pub network: Uuid,
    pub parks: Uuid,
    pub director: Uuid,
    pub technician: Uuid,
    pub ayse: Uuid,
    pub burak: Uuid,
    pub hulya: Uuid,
}

pub(super) async fn unit(tx: &Tx, code: &str, name: &str, kind: &str, parent: Option<Uuid>) -> Result<Uuid> {
    let on = Some(day("2020-01-01"));
    create_unit(
        tx,
        &NewUnit { code: code.into(), name: name.into(), kind: kind.into(), parent, on, sort_no: 0 },
    )
    .await
}

pub(super) async fn person(tx: &Tx, number: &str, name: &str, unit: Uuid, title: Uuid) -> Result<Uuid> {
    let new = NewStaff {
        registry_no: number.into(),
        name: name.into(),
        unit,
        title,
        email: String::new(),
        phone: String::new(),
        started_on: day("2021-03-01"),
    };
    create_staff(tx, &new).await
}

pub(super) async fn town(test: &TestDb) -> Town {
    let tx = test.begin().await;
    let deputy_unit = unit(&tx, "BY1", "Başkan Yardımcılığı", "deputy", None).await.unwrap();
    let it = unit(&tx, "BIM", "Bilgi İşlem Müdürlüğü", "directorate", Some(deputy_unit)).await.unwrap();
    let network = unit(&tx, "AG", "Ağ ve Sistem Şefliği", "chiefdom", Some(it)).await.unwrap();
    let parks =
        unit(&tx, "PBM", "Park ve Bahçeler Müdürlüğü", "directorate", Some(deputy_unit)).await.unwrap();
    let deputy = create_title(&tx, "Başkan Yardımcısı", "elected", true).await.unwrap();
    let director = create_title(&tx, "Müdür", "officer", true).await.unwrap();
    let technician = create_title(&tx, "Tekniker", "officer", false).await.unwrap();
    let town = Town {
        deputy_unit,
        it,
        network,
        parks,
        director,
        technician,
        hulya: person(&tx, "1", "Hülya Karaca", deputy_unit, deputy).await.unwrap(),
        ayse: person(&tx, "2", "Ayşe Kaya", it, director).await.unwrap(),
        burak: person(&tx, "3", "Burak Er", network, technician).await.unwrap(),
    };
    tx.commit().await.unwrap();
    town
}

/// Changes fields of a record as a form would.
pub(super) async fn change(
    tx: &Tx,
    kind: &Kind,
    id: Uuid,
    values: &[(&'static str, FieldValue)],
) -> Result<bool> {
    let before = record::get(tx, kind, id).await?;
    let mut draft = Draft::default();
    for (column, value) in values {
        draft.set(column, value.clone());
    }
    record::update(tx, kind, id, before.version, draft).await
}

pub(super) fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.into())
}

/// Codes of the rules an act broke.
pub(super) fn codes(error: &Error) -> Vec<&'static str> {
    error.violations.iter().map(|violation| violation.code).collect()
}

/// Somebody with the first powers of a role over the town.
pub(super) fn role(test: &TestDb, town: &Town, role: &str, staff: Uuid) -> Actor {
    let units = match role {
        "deputy_mayor" => vec![town.deputy_unit, town.it, town.network, town.parks],
        _ => vec![town.it, town.network],
    };
    testkit::role_actor(&test.registry, role, &units, Some(staff))
}
