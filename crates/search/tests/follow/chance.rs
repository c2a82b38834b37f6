//! Records and people by chance: what the index finds and counts is what the database's own rule gives.

use std::collections::BTreeSet;

use kernel::record::{self, ListQuery};
use kernel::{Actor, Scope};
use search::{Index, Order, Question, Wanted};
use testkit::{Person, TestDb, each};
use uuid::Uuid;

use super::town::{self, SECRET, VIEW, capability, found, index, kind, new};

/// Repeats from run to run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn some(&mut self, from: u128, of: usize) -> Option<Uuid> {
        let rolled = self.roll(of + 1);
        (rolled > 0).then(|| Uuid::from_u128(from + rolled as u128))
    }
}

const WORDS: [&str; 8] =
    ["ihale", "asfalt", "meclis", "encümen", "şikâyet", "kanalizasyon", "aydınlatma", "ruhsat"];

fn somebody(dice: &mut Dice) -> Actor {
    let mut person = Person::new(&format!("kişi {}", dice.roll(1_000)));
    if let Some(staff) = dice.some(200, 4) {
        person = person.staff(staff);
    }
    for _ in 0..dice.roll(4) {
        let scope = match dice.roll(8) {
            0 => Scope::All,
            1..=4 => Scope::Units((0..dice.roll(4)).filter_map(|_| dice.some(100, 5)).collect()),
            _ => Scope::Own,
        };
        person = person.may(VIEW, scope);
    }
    if dice.roll(3) == 0 {
        person = person.may(SECRET, Scope::Own);
    }
    person.actor()
}

/// What a list shows of those records that have the word.
async fn allowed(test: &TestDb, actor: &Actor, with_word: &BTreeSet<Uuid>) -> Vec<Uuid> {
    let mut query = ListQuery::first(&kind());
    query.size = record::MAX_PAGE;
    let page = record::list(&test.db, &kind(), &query, actor, VIEW).await.unwrap();
    let seen = page.records.into_iter().map(|one| one.id).filter(|id| with_word.contains(id));
    town::sorted(seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_finds_and_counts_what_the_rule_of_the_database_allows() {
    each(capability(), async |test: &TestDb| {
        let mut dice = Dice(7);
        let (_folder, index) = index();
        let mut all: Vec<(Uuid, Vec<&str>)> = Vec::new();
        for round in 0..3 {
            for _ in 0..30 {
                let words: Vec<&str> = (0..2).map(|_| WORDS[dice.roll(WORDS.len())]).collect();
                let state = ["open", "open", "secret"][dice.roll(3)];
                let (unit, owner) = (dice.some(100, 5), dice.some(200, 4));
                let id = new(test, "Kayıt", &words.join(" "), unit, owner, state).await;
                all.push((id, words));
            }
            for _ in 0..8 * round {
                // Some go to another unit, owner or state after they were in the index.
                let (id, _) = all[dice.roll(all.len())];
                move_on(test, id, &mut dice).await;
            }
            index.catch_up(&test.jobs()).await.unwrap();
            for _ in 0..40 {
                let actor = somebody(&mut dice);
                let word = WORDS[dice.roll(WORDS.len())];
                let having =
                    all.iter().filter(|(_, words)| words.contains(&word)).map(|(id, _)| *id).collect();
                let expected = allowed(test, &actor, &having).await;
                assert_eq!(found(test, &index, &actor, word).await, expected, "{word} for {actor:?}");
                ways_agree(test, &index, &actor, word, &expected).await;
            }
        }
    })
    .await;
}

/// In whatever order, within days or not, few or many at a time: the count is the same, and what is given is of it.
async fn ways_agree(test: &TestDb, index: &Index, actor: &Actor, word: &str, expected: &[Uuid]) {
    let today = testkit::START.day();
    let plain = Question { given: 3, ..town::question(word) };
    let questions = [
        Question { order: Order::Newest, ..plain.clone() },
        Question { from: Some(today), until: Some(today), ..plain.clone() },
        Question { wanted: Wanted::parse(&format!("kayıt {word}")), ..plain.clone() },
        Question { given: 0, ..plain.clone() },
        plain,
    ];
    for question in questions {
        let answer = index.ask(&test.registry, actor, &question).await.unwrap();
        assert_eq!(answer.total(None), expected.len(), "{question:?} for {actor:?}");
        assert_eq!(answer.hits.len(), question.given.min(expected.len()), "{question:?} for {actor:?}");
        assert!(answer.hits.iter().all(|hit| expected.contains(&hit.id)), "{question:?} for {actor:?}");
    }
}

async fn move_on(test: &TestDb, id: Uuid, dice: &mut Dice) {
    match dice.roll(3) {
        0 => town::change(test, id, "unit_id", dice.some(100, 5).into()).await,
        1 => town::change(test, id, "owner_id", dice.some(200, 4).into()).await,
        _ => town::change(test, id, "state", ["open", "secret"][dice.roll(2)].into()).await,
    }
}
