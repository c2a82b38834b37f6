//! What refers to a record, for its page, on both databases: of several kinds at once, each in the order of its list, no more than
//! asked for and one beyond, and nothing that the person may not see.

#![allow(clippy::unwrap_used)]

use kernel::db::insert_many;
use kernel::migrate::{Migration, create};
use kernel::record::{self, Choice, Direction, Field, FieldKind, Kind, Mention, Tone};
use kernel::schema::Table;
use kernel::{Actor, Capability, Scope};
use testkit::{Person, TestDb, each};
use uuid::Uuid;

const VIEW_PAPER: &str = "probe.paper.view";
const VIEW_NOTE: &str = "probe.note.view";
const STATES: &[Choice] =
    &[Choice::new("open", "Açık", Tone::Doing), Choice::new("closed", "Kapalı", Tone::Done)];
const SORTS: &[Choice] =
    &[Choice::new("call", "Telefon", Tone::Doing), Choice::new("visit", "Ziyaret", Tone::Doing)];

/// With a number, a state and a unit; the newest first.
fn paper() -> Kind {
    let mut kind = Kind::new("paper", "kâğıt", "Kâğıtlar", "/kagitlar", VIEW_PAPER);
    kind.unit = Some("unit_id");
    kind.number = Some("number");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.fields = vec![
        Field::text("number", "No", 40).searched(),
        Field::text("title", "Konu", 200).searched(),
        Field::choice("state", "Durum", STATES),
        Field::reference("unit_id", "Birim", "unit").filtered(),
        Field::reference("device_id", "Cihaz", "device").filtered().backlinked(),
        Field::reference("spare_id", "Yedeği", "device").backlinked(),
        Field::new("created_at", "Ne zaman", FieldKind::Instant).sorted(),
    ];
    kind
}

/// Without number, state and unit; its title is one of the choices. The oldest first.
fn note() -> Kind {
    let mut kind = Kind::new("note", "not", "Notlar", "/notlar", VIEW_NOTE);
    kind.title = "sort";
    kind.default_sort = ("created_at", Direction::Ascending);
    kind.fields = vec![
        Field::choice("sort", "Türü", SORTS),
        Field::reference("device_id", "Cihaz", "device").backlinked(),
        Field::new("created_at", "Ne zaman", FieldKind::Instant).sorted(),
    ];
    kind
}

fn capability() -> Vec<Capability> {
    let up = |backend| {
        let paper = Table::new("paper", "papers of this test")
            .id()
            .int("version", "for concurrent edits")
            .text("number", "number")
            .text("title", "subject")
            .text("state", "open, closed")
            .uuid_null("unit_id", "unit")
            .uuid_null("device_id", "device")
            .uuid_null("spare_id", "device that may stand in")
            .at("created_at", "when")
            .listing(&["unit_id", "device_id"], &["created_at"]);
        let note = Table::new("note", "notes of this test")
            .id()
            .int("version", "for concurrent edits")
            .text("sort", "call, visit")
            .uuid_null("device_id", "device")
            .at("created_at", "when");
        create(backend, &[paper, note])
    };
    vec![Capability {
        id: "probe",
        kinds: vec![paper(), note()],
        migrations: vec![Migration { id: "probe/0001_papers", up }],
        ..Capability::default()
    }]
}

const DEVICE: Uuid = Uuid::from_u128(7);
const OTHER: Uuid = Uuid::from_u128(8);

fn unit(place: u128) -> Uuid {
    Uuid::from_u128(100 + place)
}

/// Nine papers about the device, the first of each three in unit 0 and the last without a title; one about another device. Three
/// notes.
async fn fill(test: &TestDb) {
    let tx = test.begin().await;
    tx.without_event("arranged");
    let papers = (0..10_u128).map(|place| {
        let device = if place == 9 { OTHER } else { DEVICE };
        let title = if place == 8 { String::new() } else { format!("Konu {place}") };
        let values: [sea_orm::Value; 9] = [
            Uuid::from_u128(1_000 + place).into(),
            1_i64.into(),
            format!("2026-KG-{place}").into(),
            title.into(),
            (if place % 2 == 0 { "open" } else { "closed" }).into(),
            unit(place % 3).into(),
            device.into(),
            (place == 0).then_some(DEVICE).into(),
            i64::try_from(place).unwrap().into(),
        ];
        values
    });
    let columns = "id, version, number, title, state, unit_id, device_id, spare_id, created_at";
    insert_many(&tx, "paper", columns, papers.flatten().collect()).await.unwrap();
    let notes = (0..3_u128).map(|place| {
        let values: [sea_orm::Value; 5] = [
            Uuid::from_u128(2_000 + place).into(),
            1_i64.into(),
            (if place == 1 { "visit" } else { "call" }).into(),
            DEVICE.into(),
            i64::try_from(place).unwrap().into(),
        ];
        values
    });
    insert_many(&tx, "note", "id, version, sort, device_id, created_at", notes.flatten().collect())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.db.settle().await.unwrap();
}

/// Papers by device, papers by spare, notes by device.
async fn found(test: &TestDb, actor: &Actor, id: Uuid, size: u32) -> Vec<Vec<Mention>> {
    let (paper, note) = (paper(), note());
    let asks = [
        (&paper, paper.field("device_id").unwrap()),
        (&paper, paper.field("spare_id").unwrap()),
        (&note, note.field("device_id").unwrap()),
    ];
    record::referring(&test.db, &asks, actor, id, size).await.unwrap()
}

fn titles(part: &[Mention]) -> Vec<&str> {
    part.iter().map(|one| one.title.as_str()).collect()
}

fn whole() -> Actor {
    Person::new("bütün").may(VIEW_PAPER, Scope::All).may(VIEW_NOTE, Scope::All).actor()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_is_named_in_the_order_of_its_list_with_one_beyond_what_is_shown() {
    each(capability(), async |test: &TestDb| {
        fill(test).await;
        let all = found(test, &whole(), DEVICE, 4).await;
        // Of the newest there is no title: its number stands for it.
        assert_eq!(titles(&all[0]), ["2026-KG-8", "Konu 7", "Konu 6", "Konu 5", "Konu 4"]);
        assert_eq!(titles(&all[1]), ["Konu 0"]);
        assert_eq!(titles(&all[2]), ["Telefon", "Ziyaret", "Telefon"]);
        assert_eq!(
            all[0].iter().map(|one| one.state.as_str()).collect::<Vec<_>>(),
            ["open", "closed", "open", "closed", "open"]
        );
        assert!(all[2].iter().all(|one| one.state.is_empty()), "a kind without states has none");
        assert_eq!(all[2][1].id, Uuid::from_u128(2_001));
        let all = found(test, &whole(), DEVICE, 50).await;
        assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [9, 1, 3]);
        let other = found(test, &whole(), OTHER, 4).await;
        assert_eq!((titles(&other[0]), other[1].len(), other[2].len()), (vec!["Konu 9"], 0, 0));
        assert!(record::referring(&test.db, &[], &whole(), DEVICE, 4).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_person_may_not_see_is_not_there() {
    each(capability(), async |test: &TestDb| {
        fill(test).await;
        let of_units = |units: Vec<Uuid>| {
            Person::new("birim").may(VIEW_PAPER, Scope::Units(units)).may(VIEW_NOTE, Scope::All).actor()
        };
        let one = found(test, &of_units(vec![unit(0)]), DEVICE, 2).await;
        assert_eq!(titles(&one[0]), ["Konu 6", "Konu 3", "Konu 0"]);
        assert_eq!(titles(&one[1]), ["Konu 0"]);
        let two = found(test, &of_units(vec![unit(0), unit(1)]), DEVICE, 50).await;
        assert_eq!(titles(&two[0]), ["Konu 7", "Konu 6", "Konu 4", "Konu 3", "Konu 1", "Konu 0"]);
        let elsewhere = found(test, &of_units(vec![unit(50)]), DEVICE, 50).await;
        assert_eq!(elsewhere.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0, 3]);
        // Without the permission nothing is there, whoever else sees it.
        let papers = Person::new("kâğıt").may(VIEW_PAPER, Scope::All).actor();
        let mine = found(test, &papers, DEVICE, 50).await;
        assert_eq!(mine.iter().map(Vec::len).collect::<Vec<_>>(), [9, 1, 0]);
    })
    .await;
}
