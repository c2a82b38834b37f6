//! Notices on both databases: who is told, once, in the transaction of the event; what a person reads of them later.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use kernel::db::Sql;
use kernel::event::Event;
use kernel::job::{Job, JobContext, Services, run_one};
use kernel::notice::{self, About, Cursor, MarkedBy, Notice, Reach};
use kernel::record::Kind;
use kernel::{Actor, Boxed, Capability, Instant, NewEvent, Ref, Result, Scope, Tx};
use testkit::{Person, TestDb, each};
use uuid::Uuid;

const CROWD: u128 = 5_000;

fn capability() -> Vec<Capability> {
    let notice = |key, verb, receivers, about| Notice {
        key,
        label_tr: "Deneme",
        on: verb,
        receivers,
        sentence_tr: "{who}: {title}",
        path: None,
        many: None,
        about,
    };
    let mut kind = Kind::new("paper", "belge", "Belgeler", "/belgeler", "papers.view");
    kind.unit = Some("unit_id");
    kind.owner = Some("owner_id");
    vec![Capability {
        id: "papers",
        kinds: vec![kind],
        notices: vec![
            notice("papers.commented", &[("*", "commented")], notice::concerned, About::Record),
            notice("papers.second", &[("paper", "commented")], notice::concerned, About::Record),
            notice("papers.crowd", &[("paper", "told")], crowd, About::Record),
            notice("papers.own", &[("account", "password_changed")], notice::own_account, About::Account),
        ],
        jobs: vec![Job {
            name: notice::DELIVER,
            label_tr: "Bildirimleri iletme",
            every_seconds: None,
            max_attempts: 3,
            limit_seconds: 60,
            run: notice::deliver,
        }],
        ..Capability::default()
    }]
}

/// Five thousand people, part by part as a store would answer.
fn crowd<'a>(_tx: &'a Tx, _event: &'a Event, reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let all = (1..=CROWD).map(Uuid::from_u128);
        Ok(all.filter(|id| *id > reach.after).take(reach.limit as usize).collect())
    })
}

fn paper(number: u128) -> Ref {
    Ref::new("paper", Uuid::from_u128(0xb000 + number))
}

async fn act(test: &TestDb, actor: &Actor, record: &Ref, verb: &'static str, owner: Option<Uuid>) -> Uuid {
    test.advance_seconds(1);
    let tx = test.begin_as(&test.act_of(actor)).await;
    let event = tx.record(NewEvent::new(record.clone(), "Belge", verb).scope(None, owner)).await.unwrap();
    tx.commit().await.unwrap();
    event.id
}

async fn read(test: &TestDb, account: Uuid, by: MarkedBy) -> u64 {
    let tx = test.begin().await;
    let count = notice::mark_read(&tx, account, &by).await.unwrap();
    tx.commit().await.unwrap();
    count
}

async fn keys(test: &TestDb, account: Uuid) -> Vec<(Uuid, String)> {
    let page = notice::page(&test.db, account, None, 50).await.unwrap();
    page.lines.into_iter().map(|line| (line.event_id, line.key)).collect()
}

fn ids(actor: &Actor) -> Uuid {
    actor.account_id.unwrap()
}

fn context(test: &TestDb) -> JobContext {
    JobContext {
        db: test.db.clone(),
        clock: test.clock.clone(),
        registry: test.registry.clone(),
        services: Arc::new(Services::default()),
    }
}

#[tokio::test]
async fn a_comment_reaches_owner_follower_and_who_acted_but_not_its_writer_and_each_of_them_once() {
    each(capability(), async |test| {
        let person = |name: &str| Person::new(name).actor();
        let (owner, acted, follower, writer) =
            (person("Sahip"), person("Yapan"), person("İzleyen"), person("Yazan"));
        act(test, &acted, &paper(1), "changed", Some(ids(&owner))).await;
        let tx = test.begin().await;
        notice::set_followed(&tx, ids(&follower), &paper(1), true).await.unwrap();
        notice::set_followed(&tx, ids(&follower), &paper(1), true).await.unwrap();
        tx.commit().await.unwrap();
        let said = act(test, &writer, &paper(1), "commented", Some(ids(&owner))).await;
        for told in [&owner, &acted, &follower] {
            // Two declarations fit the event; one act gives one notice, the first declared.
            assert_eq!(
                keys(test, ids(told)).await,
                [(said, "papers.commented".to_string())],
                "{}",
                told.name
            );
        }
        assert!(keys(test, ids(&writer)).await.is_empty(), "nobody is told of their own act");
        act(test, &writer, &paper(2), "commented", None).await;
        assert_eq!(keys(test, ids(&follower)).await.len(), 1, "another record is another matter");
        let tx = test.begin().await;
        notice::set_followed(&tx, ids(&follower), &paper(1), false).await.unwrap();
        tx.commit().await.unwrap();
        act(test, &writer, &paper(1), "commented", None).await;
        assert_eq!(keys(test, ids(&follower)).await.len(), 1, "who stops following hears no more");
    })
    .await;
}

#[tokio::test]
async fn what_did_not_happen_is_told_to_nobody() {
    each(capability(), async |test| {
        let (owner, writer) = (Person::new("Sahip").actor(), Person::new("Yazan").actor());
        let tx = test.begin_as(&test.act_of(&writer)).await;
        let event = NewEvent::new(paper(1), "Belge", "commented").scope(None, owner.account_id);
        tx.record(event).await.unwrap();
        assert_eq!(notice::unread(&tx, ids(&owner)).await.unwrap(), 1, "in the same transaction");
        tx.rollback().await.unwrap();
        assert_eq!(notice::unread(&test.db, ids(&owner)).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_muted_notice_is_not_given_and_one_of_the_own_account_cannot_be_missed() {
    each(capability(), async |test| {
        let (owner, writer) = (Person::new("Sahip").actor(), Person::new("Yazan").actor());
        let tx = test.begin().await;
        let unwanted = ["papers.commented", "papers.second", "papers.own"];
        notice::set_muted(&tx, ids(&owner), &unwanted).await.unwrap();
        tx.commit().await.unwrap();
        act(test, &writer, &paper(1), "commented", Some(ids(&owner))).await;
        assert!(keys(test, ids(&owner)).await.is_empty());
        let account = Ref::new("account", ids(&owner));
        let own = act(test, &owner, &account, "password_changed", Some(ids(&owner))).await;
        assert_eq!(keys(test, ids(&owner)).await, [(own, "papers.own".to_string())], "also of one's own act");
        let tx = test.begin().await;
        notice::set_muted(&tx, ids(&owner), &[]).await.unwrap();
        tx.commit().await.unwrap();
        act(test, &writer, &paper(1), "commented", Some(ids(&owner))).await;
        assert_eq!(keys(test, ids(&owner)).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_event_for_five_thousand_people_costs_its_writer_one_row_and_reaches_all_of_them_once() {
    each(capability(), async |test| {
        let count = async || {
            let all: Option<i64> = test.db.scalar("SELECT count(*) FROM notice", vec![]).await.unwrap();
            all.unwrap()
        };
        act(test, &Person::new("Yazan").actor(), &paper(1), "told", None).await;
        assert_eq!(count().await, 0, "the writer waits for nobody");
        let waiting: Option<i64> = test.db.scalar("SELECT count(*) FROM job", vec![]).await.unwrap();
        assert_eq!(waiting, Some(1));
        let context = context(test);
        let mut runs = 0;
        while run_one(&context, "deneme").await.unwrap() {
            runs += 1;
        }
        assert_eq!((count().await, runs), (CROWD as i64, 10), "five hundred in a transaction");
        let one = notice::unread(&test.db, Uuid::from_u128(CROWD)).await.unwrap();
        assert_eq!(one, 1);
        let dead: Option<i64> =
            test.db.scalar("SELECT count(*) FROM job WHERE last_error <> ''", vec![]).await.unwrap();
        assert_eq!(dead, Some(0));
    })
    .await;
}

#[tokio::test]
async fn what_one_act_tells_a_person_of_many_records_is_one_notice_that_says_how_many() {
    each(capability(), async |test| {
        let (owner, writer) = (Person::new("Sahip").actor(), Person::new("Yazan").actor());
        test.advance_seconds(1);
        let tx = test.begin_as(&test.act_of(&writer)).await;
        let said = |number| NewEvent::new(paper(number), "Belge", "commented").scope(None, owner.account_id);
        let first = tx.record(said(1)).await.unwrap();
        // A record of a bulk act that was refused tells nobody.
        for (number, is_kept) in [(2, true), (3, false), (4, true)] {
            tx.begin_part().await.unwrap();
            tx.record(said(number)).await.unwrap();
            tx.end_part(is_kept).await.unwrap();
        }
        tx.commit().await.unwrap();
        let page = notice::page(&test.db, ids(&owner), None, 50).await.unwrap();
        let lines: Vec<_> =
            page.lines.iter().map(|line| (line.event_id, line.key.as_str(), line.more)).collect();
        assert_eq!(lines, [(first.id, "papers.commented", 2)], "and no second declaration for the others");
        assert_eq!(notice::unread(&test.db, ids(&owner)).await.unwrap(), 1);
        let notice = test.registry.notice("papers.commented").unwrap();
        assert_eq!(
            notice.sentence_of_many("Yazan", "Belge", 2, "belge"),
            "Yazan: Belge Aynı anda 2 belge daha."
        );
        let many = notice::Many { sentence_tr: "{who} {count} belgeye yazdı.", path: None };
        let said_of_many = Notice { many: Some(many), ..notice.clone() };
        assert_eq!(
            said_of_many.sentence_of_many("Yazan", "Belge", 1_199, "belge"),
            "Yazan 1.200 belgeye yazdı."
        );
        // The next act is told by itself.
        act(test, &writer, &paper(5), "commented", owner.account_id).await;
        assert_eq!(keys(test, ids(&owner)).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_crowd_that_a_job_tells_of_two_records_of_one_act_hears_once_too() {
    each(capability(), async |test| {
        let tx = test.begin_as(&test.act_of(&Person::new("Yazan").actor())).await;
        for number in 1..=2 {
            tx.record(NewEvent::new(paper(number), "Belge", "told")).await.unwrap();
        }
        tx.commit().await.unwrap();
        while run_one(&context(test), "deneme").await.unwrap() {}
        let sql = "SELECT count(*) FROM notice WHERE more = 1";
        assert_eq!(test.db.scalar::<i64>(sql, vec![]).await.unwrap(), Some(CROWD as i64));
        let all = "SELECT count(*) FROM notice";
        assert_eq!(test.db.scalar::<i64>(all, vec![]).await.unwrap(), Some(CROWD as i64));
    })
    .await;
}

#[tokio::test]
async fn unread_ones_come_first_page_by_page_and_reading_one_reads_all_of_its_record() {
    each(capability(), async |test| {
        let (owner, writer) = (Person::new("Sahip").actor(), Person::new("Yazan").actor());
        let mut events = Vec::new();
        for number in 0..12 {
            events.push(act(test, &writer, &paper(number % 3), "commented", owner.account_id).await);
        }
        assert_eq!(read(test, ids(&owner), MarkedBy::Record(paper(0))).await, 4);
        assert_eq!(read(test, ids(&owner), MarkedBy::Record(paper(0))).await, 0);
        assert_eq!(notice::unread(&test.db, ids(&owner)).await.unwrap(), 8);
        let (read_ones, unread_ones): (Vec<_>, Vec<_>) = events
            .iter()
            .rev()
            .partition(|event| events.iter().position(|one| one == *event).unwrap() % 3 == 0);
        let wanted: Vec<Uuid> = unread_ones.into_iter().chain(read_ones).copied().collect();
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = notice::page(&test.db, ids(&owner), cursor, 5).await.unwrap();
            seen.extend(page.lines.iter().map(|line| line.event_id));
            assert_eq!(page.next.map(|next| Cursor::parse(&next.text())), page.next.map(Some));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, wanted);
        let late = act(test, &writer, &paper(1), "commented", owner.account_id).await;
        assert_eq!(read(test, ids(&owner), MarkedBy::UpTo(events[11])).await, 8);
        assert_eq!(keys(test, ids(&owner)).await[0].0, late, "what came meanwhile stays unread");
        assert_eq!(notice::unread(&test.db, ids(&owner)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_bell_stops_counting_at_a_hundred() {
    each(capability(), async |test| {
        let tx = test.begin().await;
        tx.without_event("notices of this test");
        let rows: Vec<String> = (0..150).map(|row| format!("($1, ${}, 'papers.crowd')", row + 2)).collect();
        let mut values = vec![Uuid::from_u128(1).into()];
        values.extend((0..150).map(|number| sea_orm::Value::from(Uuid::from_u128(number))));
        let sql = format!("INSERT INTO notice (account_id, event_id, key) VALUES {}", rows.join(", "));
        tx.run(&sql, values).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(notice::unread(&test.db, Uuid::from_u128(1)).await.unwrap(), notice::MOST_COUNTED + 1);
    })
    .await;
}

#[tokio::test]
async fn a_right_lost_later_takes_the_words_away_and_not_those_about_the_person() {
    each(capability(), async |test| {
        let unit = Uuid::from_u128(0xa1);
        let sees = Person::new("Sahip").may("papers.view", Scope::Units(vec![unit])).actor();
        let blind = Person::new("Sahip").actor();
        let writer = Person::new("Yazan").actor();
        let tx = test.begin_as(&test.act_of(&writer)).await;
        let event =
            NewEvent::new(paper(1), "Belge", "commented").scope(Some(unit), sees.account_id).note("Gizli söz");
        let event = tx.record(event).await.unwrap();
        tx.commit().await.unwrap();
        let line = notice::line(&test.db, ids(&sees), event.id).await.unwrap().unwrap();
        assert!(line.is_readable(&test.registry, &sees));
        assert!(!line.is_readable(&test.registry, &blind));
        // The record moved to a unit that the person does not see.
        let tx = test.begin().await;
        tx.without_event("a move in this test");
        let sql = "INSERT INTO record (kind, id, number, title, unit_id, is_removed) VALUES ('paper', $1, '', 'Yeni ad', $2, FALSE)";
        tx.run(sql, vec![paper(1).id.into(), Uuid::from_u128(0xa2).into()]).await.unwrap();
        tx.commit().await.unwrap();
        let line = notice::line(&test.db, ids(&sees), event.id).await.unwrap().unwrap();
        assert!(!line.is_readable(&test.registry, &sees), "the record's unit of today counts");
        assert_eq!(line.title(), "Yeni ad");
        let account = Ref::new("account", ids(&blind));
        let own = act(test, &blind, &account, "password_changed", None).await;
        let line = notice::line(&test.db, ids(&blind), own).await.unwrap().unwrap();
        assert!(line.is_readable(&test.registry, &blind));
        assert!(!line.is_visible(&test.registry, &blind), "the record itself is another question");
    })
    .await;
}

#[tokio::test]
async fn only_what_was_read_long_ago_is_deleted_and_only_a_part_at_once() {
    each(capability(), async |test| {
        let (owner, writer) = (Person::new("Sahip").actor(), Person::new("Yazan").actor());
        for number in 0..5 {
            act(test, &writer, &paper(number), "commented", owner.account_id).await;
        }
        for number in 0..4 {
            read(test, ids(&owner), MarkedBy::Record(paper(number))).await;
        }
        test.clock.advance_us(10 * Instant::DAY_US);
        let sweep = async |days: i64| {
            let tx = test.begin().await;
            tx.without_event("as the job says");
            let swept = notice::sweep(&tx, tx.at().plus_us(-days * Instant::DAY_US), 3).await.unwrap();
            tx.commit().await.unwrap();
            swept
        };
        assert_eq!(sweep(11).await, 0);
        assert_eq!((sweep(9).await, sweep(9).await, sweep(9).await), (3, 1, 0));
        assert_eq!(notice::unread(&test.db, ids(&owner)).await.unwrap(), 1, "what was not read stays");
    })
    .await;
}
