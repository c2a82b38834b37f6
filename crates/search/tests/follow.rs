//! The index of texts beside a database: followed, interrupted, broken, and asked by people with powers, on both databases.
#![allow(clippy::unwrap_used)]

#[path = "follow/chance.rs"]
mod chance;
#[path = "follow/disk.rs"]
mod disk;
#[path = "follow/outside.rs"]
mod outside;
#[path = "common/paper.rs"]
mod paper;
#[path = "follow/town.rs"]
mod town;

use kernel::Scope;
use kernel::record;
use search::{Beside, Index, NothingBeside, Order, Question, State, Wanted};
use testkit::{Person, TestDb, each};
use town::{Files, capability, clerk, found, index, kind, new, question};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_found_by_the_words_of_its_texts_as_soon_as_it_is_written() {
    each(capability(), async |test: &TestDb| {
        let (_folder, index) = index();
        let id =
            new(test, "Yol bakımı", "Asfalt kaplama işinin ihalesi ertelendi.", None, None, "open").await;
        new(test, "Park düzenlemesi", "Fidan dikimi ilkbaharda yapılır.", None, None, "open").await;
        index.catch_up(&test.jobs()).await.unwrap();
        assert_eq!(index.state(), State::Ready);
        for typed in ["asfalt", "ASFALT KAPLAMA", "ihale", "bakim", "\"asfalt kaplama\"", "kaplamanın işi"]
        {
            assert_eq!(found(test, &index, &clerk(), typed).await, [id], "{typed}");
        }
        for typed in ["\"kaplama asfalt\"", "kanalizasyon", "asfalt fidan"] {
            assert!(found(test, &index, &clerk(), typed).await.is_empty());
        }
        town::change(test, id, "body", "Kanalizasyon hattı yenilenir.".into()).await;
        index.catch_up(&test.jobs()).await.unwrap();
        assert_eq!(found(test, &index, &clerk(), "kanalizasyon").await, [id]);
        assert!(found(test, &index, &clerk(), "asfalt").await.is_empty());
        let tx = test.begin().await;
        record::index(&tx, &kind(), &record::get(&tx, &kind(), id).await.unwrap()).await.unwrap();
        record::remove(&tx, &kind(), id).await.unwrap();
        tx.record(kernel::NewEvent::new(kernel::Ref::new(kind().id, id), "Yol bakımı", "removed"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        index.catch_up(&test.jobs()).await.unwrap();
        assert!(found(test, &index, &clerk(), "kanalizasyon").await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_another_kind_changes_the_texts_that_stand_on_it_and_files_are_read_once() {
    each(capability(), async |test: &TestDb| {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::default();
        let index = Index::new(folder.path(), files.clone());
        let id = new(test, "Dilekçe", "Ek okunacak.", None, None, "open").await;
        index.catch_up(&test.jobs()).await.unwrap();
        assert!(found(test, &index, &clerk(), "aydınlatma").await.is_empty());
        files.put(id, "Sokak aydınlatma direği devrildi.");
        town::read(test, id).await;
        index.catch_up(&test.jobs()).await.unwrap();
        assert_eq!(found(test, &index, &clerk(), "aydınlatma").await, [id], "an act of the other kind");
        let known = files.known(&test.db, kind().id, &[id]).await.unwrap();
        assert_eq!(known.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_is_committed_late_under_an_early_id_is_not_passed_over() {
    each(capability(), async |test: &TestDb| {
        let (_folder, index) = index();
        index.catch_up(&test.jobs()).await.unwrap();
        // The id of an event says when its transaction began.
        let begun =
            |minutes: u128| Uuid::from_u128((testkit::START.0 as u128 / 1_000 - minutes * 60_000) << 80);
        let early = begun(20);
        let late = town::write_with_event_id(test, "Geç kalan", "Doğalgaz kazısı", early).await;
        index.catch_up(&test.jobs()).await.unwrap();
        assert_eq!(found(test, &index, &clerk(), "doğalgaz").await, [late]);
        town::seal(test, 0).await;
        index.catch_up(&test.jobs()).await.unwrap();
        // The place is behind the seal; another late one gets a later seal and is still seen by a follower that was away.
        let later = town::write_with_event_id(test, "Daha geç", "Fiber kablo", begun(10)).await;
        town::seal(test, 1).await;
        index.catch_up(&test.jobs()).await.unwrap();
        assert_eq!(found(test, &index, &clerk(), "fiber").await, [later]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_is_killed_loses_nothing_and_an_index_that_is_damaged_is_made_again() {
    each(capability(), async |test: &TestDb| {
        let (folder, index) = index();
        let mut ids = Vec::new();
        for number in 0..30 {
            ids.push(new(test, "Kayıt", &format!("Söz{number} altyapı"), None, None, "open").await);
        }
        // Cut off in the middle, again and again, never ended in order.
        for rounds in 0..4_u64 {
            let (stop, stopped) = tokio::sync::watch::channel(false);
            let task = tokio::spawn(search::follow(test.jobs(), index.clone(), stopped));
            tokio::time::sleep(std::time::Duration::from_millis(15 + rounds * 40)).await;
            task.abort();
            let _ = task.await;
            drop(stop);
            ids.push(new(test, "Kayıt", &format!("Arada{rounds} altyapı"), None, None, "open").await);
        }
        wait_and_catch_up(test, &index, ids.len()).await;
        assert_eq!(count(test, &index, "altyapı").await, ids.len());
        for (name, damage) in town::damages(folder.path()) {
            damage();
            let again = Index::new(&folder.path().join("search"), NothingBeside);
            wait_and_catch_up(test, &again, ids.len()).await;
            assert_eq!(count(test, &again, "altyapı").await, ids.len(), "after {name}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_breaks_off_in_the_middle_says_so_and_ends_with_every_record_once() {
    each(capability(), async |test: &TestDb| {
        let mut ids = Vec::new();
        for number in 0..230 {
            ids.push(new(test, "Kayıt", &format!("Söz{number} altyapı"), None, None, "open").await);
        }
        let folder = tempfile::tempdir().unwrap();
        let files = Files::default();
        let index = Index::new(folder.path(), files.clone());
        // The third batch cannot be read: two are written and not committed.
        files.fail_after(2);
        assert!(index.catch_up(&test.jobs()).await.is_err());
        assert!(matches!(index.state(), State::Building { done: 200, of: 230 }), "{:?}", index.state());
        let answer = index.ask(&test.registry, &clerk(), &question("altyapı")).await.unwrap();
        assert_eq!(answer.total(None), 0, "nothing that was not committed is seen");
        files.fail_after(usize::MAX);
        wait_and_catch_up(test, &index, ids.len()).await;
        assert_eq!(count(test, &index, "altyapı").await, ids.len());
        // The same act once more leaves the same.
        town::change(test, ids[3], "body", "altyapı iki".into()).await;
        index.catch_up(&test.jobs()).await.unwrap();
        index.catch_up(&test.jobs()).await.unwrap();
        assert_eq!(count(test, &index, "altyapı").await, ids.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_folder_reads_what_the_first_writes() {
    let test = testkit::dbs(capability()).await.remove(0);
    let (folder, index) = index();
    new(&test, "Kayıt", "altyapı", None, None, "open").await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let task = tokio::spawn(search::follow(test.jobs(), index.clone(), stopped));
    wait_for(&index, &State::Ready).await;
    let second = Index::new(&folder.path().join("search"), NothingBeside);
    second.catch_up(&test.jobs()).await.unwrap();
    assert_eq!(count(&test, &second, "altyapı").await, 1);
    // What the task sees by itself, without being asked to.
    let later = new(&test, "Sonraki", "kanalizasyon", None, None, "open").await;
    for _ in 0..200 {
        if !found(&test, &index, &clerk(), "kanalizasyon").await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(found(&test, &index, &clerk(), "kanalizasyon").await, [later]);
    stop.send(true).unwrap();
    task.await.unwrap();
}

async fn wait_for(index: &Index, state: &State) {
    for _ in 0..400 {
        if index.state() == *state {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{:?}", index.state());
}

/// The threads of a writer that was cut off let go of the folder a moment later.
/// What was killed may still hold the folder for a moment, and until then nothing is written.
async fn wait_and_catch_up(test: &TestDb, index: &Index, least: usize) {
    for _ in 0..200 {
        if index.catch_up(&test.jobs()).await.is_ok() && count(test, index, "altyapı").await >= least {
            index.catch_up(&test.jobs()).await.unwrap();
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the index was not made: {:?}", index.state());
}

async fn count(test: &TestDb, index: &Index, typed: &str) -> usize {
    let answer = index.ask(&test.registry, &clerk(), &question(typed)).await.unwrap();
    answer.total(None)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_back_is_neither_found_nor_counted() {
    each(capability(), async |test: &TestDb| {
        let (_folder, index) = index();
        let (own_unit, other_unit, own) = (Uuid::from_u128(11), Uuid::from_u128(12), Uuid::from_u128(21));
        let open = new(test, "Açık", "soruşturma başladı", Some(own_unit), None, "open").await;
        let secret = new(test, "Gizli", "soruşturma başladı", Some(own_unit), None, "secret").await;
        let mine = new(test, "Benim", "soruşturma başladı", Some(other_unit), Some(own), "secret").await;
        new(test, "Başka", "soruşturma başladı", Some(other_unit), None, "open").await;
        index.catch_up(&test.jobs()).await.unwrap();
        let scope = Scope::Units(vec![own_unit]);
        let of_unit = Person::new("birim").may(town::VIEW, scope.clone()).actor();
        assert_eq!(found(test, &index, &of_unit, "soruşturma").await, [open]);
        let trusted = Person::new("güvenilen").may(town::VIEW, scope).may(town::SECRET, Scope::All).actor();
        assert_eq!(found(test, &index, &trusted, "soruşturma").await, town::sorted([open, secret]));
        let of_own = Person::new("kendi").staff(own).may(town::VIEW, Scope::Own).actor();
        assert_eq!(found(test, &index, &of_own, "soruşturma").await, [mine]);
        let nobody = Person::new("hiç").actor();
        let answer = index.ask(&test.registry, &nobody, &question("soruşturma")).await.unwrap();
        assert!(answer.hits.is_empty() && answer.counts.is_empty(), "{answer:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_another_database_is_not_believed() {
    let all = testkit::dbs(capability()).await;
    for test in &all {
        let folder = tempfile::tempdir().unwrap();
        let other = testkit::dbs(capability()).await.remove(0);
        new(&other, "Yabancı", "başkasının altyapısı", None, None, "open").await;
        Index::new(folder.path(), NothingBeside).catch_up(&other.jobs()).await.unwrap();
        let own = new(test, "Kendi", "kendi altyapımız", None, None, "open").await;
        let index = Index::new(folder.path(), NothingBeside);
        index.catch_up(&test.jobs()).await.unwrap();
        assert_eq!(found(test, &index, &clerk(), "altyapı").await, [own], "on {}", test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_said_and_harms_nothing_else() {
    let test = testkit::dbs(capability()).await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    // A file where the folder should be: nobody, not even root, makes a folder in it.
    let place = folder.path().join("dosya");
    std::fs::write(&place, "x").unwrap();
    let index = Index::new(&place.join("search"), NothingBeside);
    assert!(index.catch_up(&test.jobs()).await.is_err());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let task = tokio::spawn(search::follow(test.jobs(), index.clone(), stopped));
    for _ in 0..100 {
        if matches!(index.state(), State::Failing(_)) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(matches!(index.state(), State::Failing(_)), "{:?}", index.state());
    let error = index.ask(&test.registry, &clerk(), &question("altyapı")).await.unwrap_err();
    assert_eq!(error.kind, kernel::ErrorKind::Unavailable);
    stop.send(true).unwrap();
    task.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn days_narrow_the_newest_comes_first_and_pages_go_on() {
    each(capability(), async |test: &TestDb| {
        let (_folder, index) = index();
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(new(test, "Kayıt", "altyapı", None, None, "open").await);
            test.advance_seconds(86_400);
        }
        index.catch_up(&test.jobs()).await.unwrap();
        let day = |days: i64| kernel::Day(testkit::START.day().0 + time::Duration::days(days));
        let wanted = Wanted::parse("altyapı");
        let newest = Question { wanted, order: Order::Newest, given: 2, ..Question::default() };
        let ask = async |question: &Question| {
            let answer = index.ask(&test.registry, &clerk(), question).await.unwrap();
            (answer.hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), answer.total(None))
        };
        assert_eq!(ask(&newest).await, (vec![ids[4], ids[3]], 5));
        assert_eq!(ask(&Question { skipped: 4, ..newest.clone() }).await, (vec![ids[0]], 5));
        let few = Question { from: Some(day(1)), until: Some(day(2)), given: 10, ..newest.clone() };
        assert_eq!(ask(&few).await, (vec![ids[2], ids[1]], 2));
        let other = Question { kind: Some("başka".into()), ..newest };
        assert_eq!(ask(&other).await, (vec![], 5));
    })
    .await;
}
