//! What a list finds by the words that are typed, on both databases. The rule: each typed word is the beginning of a word of the
//! record's searched fields, folded as Turkish is (`kernel::tr`); all of them must be found, in any order and in any of those
//! fields. So "kayıt 1" finds "Kayıt 14", too; and the more is typed, the fewer are found. Single letters without a word ("a d") are
//! those letters themselves.

#![allow(clippy::unwrap_used)]

use kernel::db::{Sql, insert_many};
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Field, FieldKind, FieldValue, FilterValue, Kind, ListQuery, Tone,
};
use kernel::schema::Table;
use kernel::{Actor, Capability, Scope, tr};
use testkit::{Person, TestDb, each};
use uuid::Uuid;

const VIEW: &str = "probe.paper.view";
const STATES: &[Choice] =
    &[Choice::new("open", "Açık", Tone::Doing), Choice::new("closed", "Kapalı", Tone::Done)];
/// Enough that a word of all of them is no longer listed but looked up, alone and beside others (`record::query`).
const CROWD: usize = 10_200;

fn kind() -> Kind {
    let mut kind = Kind::new("paper", "kâğıt", "Kâğıtlar", "/kagitlar", VIEW);
    kind.unit = Some("unit_id");
    kind.number = Some("number");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.fields = vec![
        Field::text("number", "No", 40).searched(),
        Field::text("title", "Konu", 1_000).searched(),
        Field::text("note", "Not", 200),
        Field::choice("state", "Durum", STATES).filtered(),
        Field::reference("unit_id", "Birim", "unit").filtered(),
        Field::new("created_at", "Ne zaman", FieldKind::Instant).sorted(),
    ];
    kind
}

fn capability() -> Vec<Capability> {
    let up = |backend| {
        let table = Table::new("paper", "papers of this test")
            .id()
            .int("version", "for concurrent edits")
            .text("number", "number")
            .text("title", "subject")
            .text("note", "not searched")
            .text("state", "open, closed")
            .uuid_null("unit_id", "unit")
            .at("created_at", "when")
            .listing(&["state", "unit_id"], &["created_at"]);
        create(backend, &[table])
    };
    vec![Capability {
        id: "probe",
        kinds: vec![kind()],
        migrations: vec![Migration { id: "probe/0001_paper", up }],
        ..Capability::default()
    }]
}

type IsSeen = fn(&Paper) -> bool;

/// A record as this test knows it.
struct Paper {
    id: Uuid,
    number: String,
    title: String,
    state: &'static str,
    unit: Uuid,
}

fn unit(place: usize) -> Uuid {
    Uuid::from_u128(100 + place as u128)
}

/// The titles that all begin alike and end otherwise.
const LONG: &str = "Yıllık bakım sözleşmesi kapsamında yapılacak ödeme hakkında";

fn papers() -> Vec<Paper> {
    let crowd = (0..CROWD).map(|place| format!("Ortak kayıt {place}"));
    let long =
        ["su", "ev", "yol", "park", "su", "imar", "ağaç", "kış", "su", "köy", "liman", "oto", "ekip", "fen"];
    let more = [
        "IŞIKLAR Caddesi",
        "Işıklar caddesi no 7",
        "isiklarin bakımı",
        "Şikâyet: çöp",
        "SIKAYET",
        "Kars’ta ½ pay",
        "Servis yönetmeliği",
    ];
    let titles = crowd.chain(long.map(|end| format!("{LONG} {end}"))).chain(more.map(String::from));
    let made = titles.enumerate().map(|(place, title)| Paper {
        id: Uuid::from_u128(1_000_000 + place as u128),
        number: format!("2026-GE-{place:06}"),
        title,
        state: if place % 40 == 0 { "closed" } else { "open" },
        // A unit with few records, and two with many.
        unit: unit(if place % 100 == 0 { 0 } else { 1 + place % 2 }),
    });
    made.collect()
}

async fn fill(test: &TestDb, papers: &[Paper]) {
    for part in papers.chunks(500) {
        let tx = test.begin().await;
        tx.without_event("arranged");
        let rows = part.iter().flat_map(|one| {
            let at = i64::try_from(one.id.as_u128()).unwrap();
            let values: [sea_orm::Value; 8] = [
                one.id.into(),
                1_i64.into(),
                one.number.as_str().into(),
                one.title.as_str().into(),
                "gizlisöz".into(),
                one.state.into(),
                one.unit.into(),
                at.into(),
            ];
            values
        });
        let columns = "id, version, number, title, note, state, unit_id, created_at";
        insert_many(&tx, "paper", columns, rows.collect()).await.unwrap();
        let ids: Vec<Uuid> = part.iter().map(|one| one.id).collect();
        record::enter_many(&tx, &kind(), &ids).await.unwrap();
        tx.commit().await.unwrap();
    }
    test.db.settle().await.unwrap();
}

/// The rule, read off the records themselves; the newest first, as the list has them.
fn expected(papers: &[Paper], typed: &str, is_seen: impl Fn(&Paper) -> bool) -> Vec<Uuid> {
    // "yönetmelik" finds "yönetmeliği" too, so the last letter of such a word is not asked for.
    let soft = |word: String| match word.strip_suffix(['k', 't']).filter(|cut| cut.len() >= 4) {
        Some(cut) if word.chars().all(char::is_alphabetic) => cut.to_string(),
        _ => word,
    };
    let wanted: Vec<String> = tr::words(typed).map(soft).collect();
    let is_letters = wanted.len() > 1 && wanted.iter().all(|word| word.chars().count() == 1);
    let is_meant = |typed: &str, word: &str| if is_letters { word == typed } else { word.starts_with(typed) };
    let fits = |one: &&Paper| {
        let words: Vec<String> = tr::words(&one.number).chain(tr::words(&one.title)).collect();
        wanted.iter().all(|typed| words.iter().any(|word| is_meant(typed, word)))
    };
    papers.iter().rev().filter(|one| is_seen(one)).filter(fits).map(|one| one.id).collect()
}

/// Every page of a list, and what the first says of their number.
async fn listed(test: &TestDb, query: &ListQuery, actor: &Actor, most: usize) -> (Vec<Uuid>, (i64, bool)) {
    let kind = kind();
    let (page, count) = record::list_counted(&test.db, &kind, query, actor, VIEW).await.unwrap();
    let (mut ids, mut query) = (Vec::new(), query.clone());
    let mut page = Some(page);
    while let Some(one) = page.take() {
        ids.extend(one.records.iter().map(|record| record.id));
        if let Some(last) = one.records.last().filter(|_| one.has_next && ids.len() < most) {
            let cursor = query.cursor_of(&kind, last);
            let (next, _) = ListQuery::parse(&kind, &[("sonra".into(), cursor)]);
            query.cursor = next.cursor;
            page = Some(record::list(&test.db, &kind, &query, actor, VIEW).await.unwrap());
        }
    }
    (ids, count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_and_counts_the_records_that_have_every_typed_word_and_no_other() {
    let papers = papers();
    each(capability(), async |test: &TestDb| {
        fill(test, &papers).await;
        let all = Person::new("herkes").may(VIEW, Scope::All).actor();
        let few = Person::new("az").may(VIEW, Scope::Units(vec![unit(0)])).actor();
        let many = Person::new("çok").may(VIEW, Scope::Units(vec![unit(1), unit(0)])).actor();
        let whole = format!("{LONG} su");
        for typed in [
            "ortak",
            "kayıt",
            "kayıt 1",
            "KAYIT 14",
            "ortak kayit 77",
            "77 ortak",
            "2026-GE-000077",
            "ge 0000",
            "isik",
            "IŞIKLAR",
            "ışıklar cad 7",
            "şikayet",
            "sikâyet çöp",
            "2",
            "1 2",
            "o k",
            "no 7",
            "yıllık",
            whole.as_str(),
            "olmayan",
            "ortak olmayan",
            "gizlisöz",
            "yönetmelik",
            "ayıt",
            "'; DROP TABLE paper; --",
            "%",
            "",
        ] {
            let seen: [(&Actor, IsSeen); 3] =
                [(&all, |_| true), (&few, |one| one.unit == unit(0)), (&many, |one| one.unit != unit(2))];
            for (who, is_seen) in seen {
                for state in [None, Some("closed")] {
                    let is_shown = |one: &Paper| is_seen(one) && state.is_none_or(|state| one.state == state);
                    let expected = expected(&papers, typed, is_shown);
                    let mut query = ListQuery::first(&kind());
                    (query.text, query.size) = (typed.into(), 100);
                    let is = |state: &str| FilterValue::Is(FieldValue::Text(state.into()));
                    query.filters.extend(state.map(|state| ("state", is(state))));
                    let (shown, (count, is_more)) = listed(test, &query, who, 300).await;
                    let what = format!("“{typed}” {state:?} {}", who.name);
                    assert_eq!(shown, expected[..expected.len().min(shown.len())], "{what}");
                    assert!(shown.len() == expected.len() || shown.len() >= 300, "{what}: {}", shown.len());
                    // "1.000+" of very many; "25+" where counting would walk most of the table; never too many.
                    let number = usize::try_from(count).unwrap();
                    assert!(number <= expected.len(), "{what}: {number} of {}", expected.len());
                    assert!(is_more || number == expected.len(), "{what}: {number} of {}", expected.len());
                    assert!(!is_more || expected.len() > number || number == 1_000, "{what}: {number}+");
                }
            }
        }
    })
    .await;
}

/// Forwards from the first page, and back from the sixtieth to the page before it.
async fn pages_both_ways(test: &TestDb, papers: &[Paper], direction: Direction) {
    let some = Person::new("iki birim").may(VIEW, Scope::Units(vec![unit(2), unit(0)])).actor();
    let mut query = ListQuery { direction, size: 25, ..ListQuery::first(&kind()) };
    let mut expected: Vec<Uuid> = papers.iter().filter(|one| one.unit != unit(1)).map(|one| one.id).collect();
    if direction == Direction::Descending {
        expected.reverse();
    }
    let (shown, count) = listed(test, &query, &some, 500).await;
    assert_eq!(shown, expected[..shown.len()], "{direction:?}");
    assert!(shown.len() >= 500.min(expected.len()), "{direction:?}: {}", shown.len());
    assert_eq!(count, (expected.len().min(1_000) as i64, expected.len() > 1_000));
    let at = record::get(&test.db, &kind(), expected[60]).await.unwrap();
    query.cursor = ListQuery::parse(&kind(), &[("sonra".into(), query.cursor_of(&kind(), &at))]).0.cursor;
    query.is_backward = true;
    let back = record::list(&test.db, &kind(), &query, &some, VIEW).await.unwrap();
    let ids: Vec<Uuid> = back.records.iter().map(|record| record.id).collect();
    assert_eq!(ids, expected[35..60], "{direction:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_some_units_are_those_of_one_list_forwards_and_backwards() {
    // Few records are gathered, of many the pages of the units are laid together.
    for papers in [papers().split_off(CROWD - 400), papers()] {
        each(capability(), async |test: &TestDb| {
            fill(test, &papers).await;
            for direction in [Direction::Ascending, Direction::Descending] {
                pages_both_ways(test, &papers, direction).await;
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_grew_or_shrank_a_moment_ago_is_listed_and_counted_as_it_is_now() {
    let papers = papers();
    each(capability(), async |test: &TestDb| {
        let few = papers[..300].iter().filter(|one| one.unit == unit(0)).count() as i64;
        fill(test, &papers[..300]).await;
        let person = Person::new("bir birim").may(VIEW, Scope::Units(vec![unit(0)])).actor();
        let move_all = async |from: Uuid, to: Uuid| {
            let tx = test.begin().await;
            tx.without_event("arranged");
            let sql = "UPDATE paper SET unit_id = $1 WHERE unit_id = $2";
            tx.run(sql, vec![to.into(), from.into()]).await.unwrap();
            tx.commit().await.unwrap();
        };
        let closed = FilterValue::Is(FieldValue::Text("closed".into()));
        let mut queries = [(); 2].map(|()| ListQuery::first(&kind()));
        queries[1].filters.push(("state", closed));
        let count = async |query: &ListQuery| {
            let (shown, count) = listed(test, query, &person, 2_000).await;
            assert!(shown.len() as i64 >= count.0, "{} of {count:?}", shown.len());
            count
        };
        assert_eq!((count(&queries[0]).await, count(&queries[1]).await.1), ((few, false), false));
        fill(test, &papers[300..]).await;
        move_all(unit(1), unit(0)).await;
        assert_eq!(count(&queries[0]).await, (1_000, true), "what was few is many");
        let of_state = |one: &&Paper| one.state == "closed" && one.unit != unit(2);
        let all_closed = papers.iter().filter(of_state).count() as i64;
        assert_eq!(count(&queries[1]).await, (all_closed, false));
        // Remembered as many from here on, by the same mark.
        let other = Person::new("öteki").may(VIEW, Scope::Units(vec![unit(2)])).actor();
        let of = async |query: &ListQuery| listed(test, query, &other, 2_000).await.1;
        assert_eq!(of(&queries[0]).await, (1_000, true));
        move_all(unit(2), unit(1)).await;
        assert_eq!((of(&queries[0]).await, of(&queries[1]).await), ((0, false), (0, false)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_title_of_many_words_finds_that_title_and_not_all_that_begin_like_it() {
    let papers: Vec<Paper> = papers().split_off(CROWD);
    each(capability(), async |test: &TestDb| {
        fill(test, &papers).await;
        let all = Person::new("herkes").may(VIEW, Scope::All).actor();
        let find = async |typed: &str| {
            let query = ListQuery { text: typed.into(), ..ListQuery::first(&kind()) };
            let (shown, count) = listed(test, &query, &all, 100).await;
            assert_eq!(count, (shown.len() as i64, false));
            shown.len()
        };
        assert_eq!(find(LONG).await, 14);
        assert_eq!(find(&format!("{LONG} su")).await, 3, "the shortest word counts as much as the longest");
        assert_eq!(find(&format!("su {LONG}")).await, 3);
        // The palette follows the same rule.
        let kinds: Vec<_> = test.registry.kinds().collect();
        let found = record::search(&test.db, &kinds, &all, &format!("{LONG} su"), 50).await.unwrap();
        let of_one = record::search(&test.db, &[&kind()], &all, &format!("{LONG} su"), 50).await.unwrap();
        assert_eq!((found.len(), of_one.len()), (3, 3), "asked of one kind, the same are found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_everything_by_a_second_role_sees_it_whatever_the_first_one_binds() {
    let papers: Vec<Paper> = papers().split_off(CROWD);
    each(capability(), async |test: &TestDb| {
        fill(test, &papers).await;
        // As many units as are bound instead of written out.
        let units: Vec<Uuid> = (0..160).map(unit).collect();
        let both = Person::new("iki rollü").may(VIEW, Scope::Units(units)).may(VIEW, Scope::All).actor();
        let (shown, count) = listed(test, &ListQuery::first(&kind()), &both, 100).await;
        assert_eq!((shown.len(), count), (papers.len(), (papers.len() as i64, false)));
        let found = record::search(&test.db, &[&kind()], &both, LONG, 50).await.unwrap();
        assert_eq!(found.len(), 14);
        let choosable = record::choosable(&test.db, &kind(), &both, 100).await.unwrap();
        assert_eq!(choosable.len(), papers.len());
        assert!(record::choosable_one(&test.db, &kind(), &both, papers[0].id).await.unwrap().is_some());
        assert_eq!(
            record::numbered(&test.db, &kind(), &both, &papers[0].number).await.unwrap(),
            [papers[0].id]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_very_long_title_the_first_words_are_found_whatever_letter_they_begin_with() {
    each(capability(), async |test: &TestDb| {
        let words: Vec<String> =
            (0..70_u8).map(|place| format!("{}söz{place}", char::from(b'z' - place % 26))).collect();
        let long = Paper {
            id: Uuid::from_u128(7),
            number: "2026-GE-1".into(),
            title: words.join(" "),
            state: "open",
            unit: unit(0),
        };
        fill(test, &[long]).await;
        let all = Person::new("herkes").may(VIEW, Scope::All).actor();
        let find = async |typed: &str| {
            let query = ListQuery { text: typed.into(), ..ListQuery::first(&kind()) };
            listed(test, &query, &all, 100).await.0.len()
        };
        // Sixty words of a record are kept, three of them its number's.
        for place in [0, 1, 2, 30, 56] {
            assert_eq!(find(&words[place]).await, 1, "{}", words[place]);
        }
        assert_eq!(find(&words[57]).await, 0);
        let kept: Option<i64> = test.db.scalar("SELECT count(*) FROM record_word", vec![]).await.unwrap();
        assert_eq!(kept, Some(60));
    })
    .await;
}
