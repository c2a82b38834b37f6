//! Every way to tamper with stamped chains, by somebody who has the folder, and by somebody who has the keys too.

use std::fs;
use std::path::{Path, PathBuf};

use journal::{Entry, Finding, Heads, Report, Warning, What};
use signing::{Hash, TimeStampRequest};
use testkit::{TestDb, dbs};

use super::world::{Node, SECOND_US, World, capabilities, key, keys, now_us};

/// Two nodes and three stamps: over the first entries of both, over the second of `one`, over the third of `one` and the
/// second of `two`. The fourth of `one` is not stamped.
struct Town {
    world: World,
    one: Node,
    _test: TestDb,
    /// Folders of the stamps.
    stamps: Vec<String>,
    /// Their instants.
    instants: Vec<i64>,
}

impl Town {
    async fn make() -> Self {
        let world = World::make();
        let test = dbs(capabilities()).await.remove(0);
        let jobs = world.jobs(&test).await;
        let one = Node::open(&world.all(), &world.path("disk"), "one").await;
        let two = Node::open(&world.all(), &world.path("disk"), "two").await;
        one.write("one 0").await;
        two.write("two 0").await;
        one.stamped(&jobs).await;
        one.write("one 1").await;
        two.stamped(&jobs).await;
        one.write("one 2").await;
        two.write("two 1").await;
        one.stamped(&jobs).await;
        one.write("one 3").await;
        let kept = one.journal.stamps(0, i64::MAX).await.unwrap();
        let (stamps, instants) = kept.into_iter().map(|stamp| (stamp.path, stamp.at_us)).unzip();
        copy(&world.all(), &world.path("honest"));
        Self { world, one, _test: test, stamps, instants }
    }

    /// What is found when the honest files were tampered with.
    async fn after(&self, tamper: impl FnOnce(&Self)) -> Report {
        fs::remove_dir_all(self.world.all()).unwrap();
        copy(&self.world.path("honest"), &self.world.all());
        tamper(self);
        self.world.verify(&self.one.journal).await
    }

    fn file(&self, path: &str) -> PathBuf {
        self.world.all().join(path)
    }

    fn stamp(&self, number: usize, file: &str) -> PathBuf {
        self.file(&self.stamps[number]).join(file)
    }

    fn not_stamped(&self, node: &str, no: u64, from: u64, stamp: usize) -> Finding {
        let what = What::EntryNotStamped { from, stamped_at_us: self.instants[stamp] };
        Finding { path: entry(node, no), what }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let place = to.join(file.file_name());
        match file.file_type().unwrap().is_dir() {
            true => copy(&file.path(), &place),
            false => fs::copy(file.path(), place).map(|_| ()).unwrap(),
        }
    }
}

fn entry(node: &str, no: u64) -> String {
    format!("_seals/lines/{node}/{no:010}.txt")
}

fn is_not_believed(report: &Report, path: &str, words: &str) {
    let [Finding { path: found, what: What::StampNotBelieved { why } }] = &report.findings[..] else {
        panic!("{:?}", report.findings)
    };
    assert!(found == path && why.contains(words), "{found}: {why}");
}

#[tokio::test]
async fn a_changed_exchanged_or_forged_stamp_is_named() {
    let town = Town::make().await;
    let report = town.after(|_| {}).await;
    assert_eq!((report.findings.as_slice(), report.warnings.as_slice()), (&[][..], &[][..]));
    assert_eq!((report.stamps, report.entries, report.unstamped), (3, 6, 1));
    assert_eq!(report.stamped_upto_us, Some(town.instants[2]));
    assert!(report.unstamped_since_us.unwrap() > town.instants[2]);
    // A flipped byte of each file.
    for (file, words) in [("heads.txt", "damgalanan özet uyuşmuyor"), ("reply.tsr", ""), ("token.zd", "")] {
        for part in [0, 1, 2, 3] {
            let report = town.after(|town| {
                let mut bytes = fs::read(town.stamp(1, file)).unwrap();
                let at = (bytes.len() - 1) * part / 3;
                bytes[at] ^= 1;
                fs::write(town.stamp(1, file), bytes).unwrap();
            });
            is_not_believed(&report.await, &town.stamps[1], words);
        }
    }
    // Other honest stamps in its place: with its text, without, and a token beside another answer.
    let put =
        |town: &Town, file: &str| fs::copy(town.stamp(0, file), town.stamp(1, file)).map(|_| ()).unwrap();
    let report =
        town.after(|town| ["token.zd", "reply.tsr", "heads.txt"].iter().for_each(|it| put(town, it))).await;
    let misplaced = What::StampMisplaced { at_us: town.instants[0] };
    assert_eq!(report.findings, [Finding { path: town.stamps[1].clone(), what: misplaced }]);
    let report = town.after(|town| ["token.zd", "reply.tsr"].iter().for_each(|it| put(town, it))).await;
    is_not_believed(&report, &town.stamps[1], "damgalanan özet uyuşmuyor");
    let report = town.after(|town| put(town, "token.zd")).await;
    is_not_believed(&report, &town.stamps[1], "yanında ayrıca saklanan damga değil");
    // An authority of the forger's own, over whatever the forger likes.
    let report = town.after(|town| {
        let heads = fs::read(town.stamp(1, "heads.txt")).unwrap();
        let question = TimeStampRequest::new(Hash::Sha256, &Hash::Sha256.digest(&heads), b"chance").unwrap();
        let reply = town.world.server.stamp(&question.encode(), "stranger");
        fs::write(town.stamp(1, "token.zd"), question.read_answer(&reply).unwrap().der()).unwrap();
        fs::write(town.stamp(1, "reply.tsr"), reply).unwrap();
    });
    is_not_believed(&report.await, &town.stamps[1], "güvenilen bir köke bağlanamadı");
}

#[tokio::test]
async fn a_stamp_that_is_gone_or_halved_is_no_proof_and_leaves_its_entries_to_the_next() {
    let town = Town::make().await;
    let report = town.after(|town| fs::remove_dir_all(town.file(&town.stamps[1])).unwrap()).await;
    assert_eq!((report.findings.as_slice(), report.stamps, report.unstamped), (&[][..], 2, 1));
    let report = town.after(|town| fs::remove_file(town.stamp(1, "token.zd")).unwrap()).await;
    assert_eq!((report.findings.as_slice(), report.stamps, report.unstamped), (&[][..], 2, 1));
    assert_eq!(report.warnings, [Warning::StampUnfinished { path: town.stamps[1].clone() }]);
    // The newest: what it covered is not stamped.
    let report = town.after(|town| fs::remove_dir_all(town.file(&town.stamps[2])).unwrap()).await;
    assert_eq!((report.findings.as_slice(), report.unstamped), (&[][..], 3));
    assert_eq!(report.stamped_upto_us, Some(town.instants[1]));
    // Something else among them.
    let report = town.after(|town| {
        fs::create_dir(town.file("_stamps/lines/yesterday")).unwrap();
        fs::write(town.file("_stamps/lines/yesterday/heads.txt"), "").unwrap();
    });
    let path = "_stamps/lines/yesterday".to_owned();
    assert_eq!(report.await.findings, [Finding { path, what: What::StampUnreadable }]);
}

/// Signs entries of `one` anew from a number on, so that the chain is whole; each says it was written a bit later.
fn seal_anew(town: &Town, from: u64) {
    let mut previous = None;
    for no in from..4 {
        let path = town.file(&entry("one", no));
        let mut anew = Entry::parse("", &fs::read_to_string(&path).unwrap()).unwrap();
        anew.written_at_us += 7;
        anew.previous = previous.unwrap_or(anew.previous);
        let text = anew.signed(&key("one"));
        previous = Some(Hash::Sha256.digest(text.as_bytes()).try_into().unwrap());
        fs::write(path, text).unwrap();
    }
}

#[tokio::test]
async fn a_chain_sealed_anew_with_the_stolen_key_is_found_by_the_stamps_over_the_old_one() {
    let town = Town::make().await;
    for (from, first_named) in [(0, 0), (1, 1), (2, 2)] {
        let report = town.after(|town| seal_anew(town, from)).await;
        let stamp = usize::try_from(first_named).unwrap();
        assert_eq!(report.findings, [town.not_stamped("one", first_named, from, stamp)]);
        assert_eq!(report.unstamped, 4 - from);
        // Without the stamps nobody sees it.
        let blind = town.one.journal.verify(&keys(), &[], None, true).await.unwrap();
        assert_eq!(blind.findings, []);
    }
    // Rows as well: another node with the key, the same numbers and other lines.
    let forged = town.world.path("forged");
    let forger = Node::open(&forged, &forged.join("disk"), "one").await;
    for number in 0..4 {
        forger.write(&format!("forged {number}")).await;
    }
    let everything = |town: &Town| {
        copy(&forged.join("_seals"), &town.file("_seals"));
        for day in fs::read_dir(forged.join("stream=lines")).unwrap() {
            let day = day.unwrap();
            copy(&day.path(), &town.file("stream=lines").join(day.file_name()));
        }
    };
    assert_eq!(town.after(everything).await.findings, [town.not_stamped("one", 0, 0, 0)]);
    assert_eq!(town.one.journal.verify(&keys(), &[], None, true).await.unwrap().findings, []);
    // What no stamp covers can still be made anew: the report says since when.
    let report = town.after(|town| seal_anew(town, 3)).await;
    assert_eq!((report.findings.as_slice(), report.unstamped), (&[][..], 1));
    assert!((town.instants[2]..now_us() + SECOND_US).contains(&report.unstamped_since_us.unwrap()));
}

#[tokio::test]
async fn a_chain_that_was_cut_is_shorter_than_a_stamp_says() {
    let town = Town::make().await;
    let cut = |node: &'static str, from: u64, to: u64| {
        move |town: &Town| {
            for no in from..to {
                let text = fs::read_to_string(town.file(&entry(node, no))).unwrap();
                let path = text.lines().find_map(|line| line.strip_prefix("segment ")).unwrap();
                fs::remove_file(town.file(path)).unwrap();
                fs::remove_file(town.file(&entry(node, no))).unwrap();
            }
        }
    };
    let missing = |node: &str, no: u64, last: u64| {
        let what = What::StampedEntryMissing { last, stamped_at_us: town.instants[2] };
        [Finding { path: entry(node, no), what }]
    };
    assert_eq!(town.after(cut("two", 1, 2)).await.findings, missing("two", 1, 1));
    assert_eq!(town.after(cut("two", 0, 2)).await.findings, missing("two", 0, 1));
    assert_eq!(town.after(cut("one", 2, 4)).await.findings, missing("one", 2, 2));
    assert_eq!(town.after(cut("one", 3, 4)).await.findings, [], "the last one has no stamp yet");
}

#[tokio::test]
async fn who_names_no_root_still_learns_what_stamps_say_and_a_wrong_root_is_believed_nothing() {
    let town = Town::make().await;
    let verify = async |roots: &[signing::Certificate]| {
        let judge = crate::judge(roots, kernel::Clock::System.now());
        town.one.journal.verify(&keys(), &[], Some(&judge), false).await.unwrap()
    };
    seal_anew(&town, 1);
    assert_eq!(verify(&[]).await.findings, [town.not_stamped("one", 1, 1, 1)]);
    let other = World::make();
    let report = verify(&other.roots()).await;
    assert_eq!((report.stamps, report.findings.len(), report.unstamped), (0, 3, 6));
    assert_eq!(
        Heads::parse(&fs::read_to_string(town.stamp(2, "heads.txt")).unwrap()).unwrap().of("two"),
        Some(1)
    );
}
