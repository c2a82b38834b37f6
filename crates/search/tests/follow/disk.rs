//! The disk of the index is full: records go on, what is known is found, and nothing is missing once there is room.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use search::{Index, NothingBeside, State};
use testkit::{Disk, TestDb, each};

use super::town::{capability, new};
use super::{count, wait_for};

/// Until the follower says so: it rests for twenty seconds after something went wrong.
const PATIENCE: Duration = Duration::from_secs(60);

async fn becomes(index: &Index, is_so: impl Fn(&State) -> bool) {
    let said = async {
        while !is_so(&index.state()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, said).await.unwrap_or_else(|_| panic!("{:?}", index.state()));
}

/// Words of no text twice, so that the index grows.
fn long(number: usize) -> String {
    let words = (0..4_000).map(|word| format!("{:x}", (number * 4_000 + word) * 2_654_435_761));
    words.collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_index_alone_and_it_catches_up_by_itself_when_there_is_room() {
    each(capability(), async |test: &TestDb| {
        let folder = tempfile::tempdir().unwrap();
        let Some(disk) = Disk::mount(&folder.path().join("search"), 16) else { return };
        let index = Index::new(&folder.path().join("search"), NothingBeside);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        for number in 0..3 {
            new(test, "Kayıt", &format!("altyapı {number}"), None, None, "open").await;
        }
        let task = tokio::spawn(search::follow(test.jobs(), index.clone(), stopped));
        wait_for(&index, &State::Ready).await;
        assert_eq!(count(test, &index, "altyapı").await, 3);
        disk.fill();
        // Nobody who writes records notices.
        for number in 3..40 {
            new(test, "Kayıt", &format!("altyapı {}", long(number)), None, None, "open").await;
        }
        becomes(&index, |state| matches!(state, State::Failing(_))).await;
        assert_eq!(count(test, &index, "altyapı").await, 3, "what it has is found");
        let later = new(test, "Sonraki", "altyapı kanalizasyon", None, None, "open").await;
        disk.free();
        becomes(&index, |state| *state == State::Ready).await;
        assert_eq!(count(test, &index, "altyapı").await, 41, "nothing is missing and nothing twice");
        assert_eq!(super::found(test, &index, &super::clerk(), "kanalizasyon").await, [later]);
        stop.send(true).unwrap();
        task.await.unwrap();
    })
    .await;
}

fn names(folder: &Path) -> HashSet<String> {
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_try_leaves_that_ran_out_of_room_is_not_the_room_that_the_next_one_lacks() {
    let test = testkit::dbs(capability()).await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("search");
    let Some(_disk) = Disk::mount(&place, 2) else { return };
    new(&test, "Kayıt", "altyapı", None, None, "open").await;
    let index = Index::new(&place, NothingBeside);
    index.catch_up(&test.jobs()).await.unwrap();
    let whole = names(&place);
    for number in 0..60 {
        new(&test, "Kayıt", &format!("altyapı {}", long(number)), None, None, "open").await;
    }
    // More than fits: each try writes until nothing more does.
    assert!(index.catch_up(&test.jobs()).await.is_err());
    let left: HashSet<String> = names(&place).difference(&whole).cloned().collect();
    assert!(!left.is_empty(), "a try left nothing behind, so this shows nothing");
    assert!(index.catch_up(&test.jobs()).await.is_err());
    let still: Vec<String> = names(&place).intersection(&left).cloned().collect();
    assert!(still.is_empty(), "{still:?}");
    assert_eq!(count(&test, &index, "altyapı").await, 1);
}
