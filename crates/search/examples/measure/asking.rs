//! The questions, who asks them, and how long they take.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::access::Grant;
use kernel::{Actor, Registry, Scope};
use search::{Index, Order, Question, Wanted};

use super::letters::{Known, Letters, OWNERS, PHRASE, WORDS, owner, unit};
use super::{SECRET, VIEW};

/// Rounds of every question.
const ROUNDS: usize = 3;

pub struct Asker {
    pub name: &'static str,
    pub actor: Actor,
    /// Places of the units; `None` for all.
    pub units: Option<Vec<u16>>,
    pub owner: Option<u16>,
    pub sees_secret: bool,
}

impl Asker {
    fn new(name: &'static str, scope: Scope, sees_secret: bool) -> Self {
        let grant =
            |permission: &str, scope| Grant { permission: permission.into(), scope, reason: String::new() };
        let mut grants = vec![grant(VIEW, scope)];
        if sees_secret {
            grants.push(grant(SECRET, Scope::All));
        }
        let actor = Actor { grants: Arc::new(grants), ..Actor::default() };
        Self { name, actor, units: None, owner: None, sees_secret }
    }

    pub fn sees(&self, one: &Known) -> bool {
        let is_own = self.owner == Some(one.owner);
        let in_scope = match (&self.units, self.owner) {
            (Some(units), _) => units.contains(&one.unit),
            (None, Some(_)) => is_own,
            (None, None) => true,
        };
        in_scope && (!one.is_secret || self.sees_secret || is_own)
    }
}

pub fn askers() -> Vec<Asker> {
    let of_units = |name, places: Vec<u16>| {
        let scope = Scope::Units(places.iter().map(|place| unit(usize::from(*place))).collect());
        Asker { units: Some(places), ..Asker::new(name, scope, false) }
    };
    let mut own = Asker::new("own", Scope::Own, false);
    own.actor.staff_id = Some(owner(OWNERS / 2));
    own.owner = Some((OWNERS / 2) as u16);
    vec![
        Asker::new("all, secret too", Scope::All, true),
        Asker::new("all but secret", Scope::All, false),
        of_units("the largest unit", vec![0]),
        of_units("one small unit", vec![7]),
        of_units("twelve units", (0..12).collect()),
        own,
    ]
}

pub struct Asked {
    pub class: &'static str,
    pub typed: String,
    /// Places of the words that must be there.
    pub words: Vec<usize>,
    pub is_phrase: bool,
}

pub fn questions() -> Vec<Asked> {
    let mut all = Vec::new();
    let mut add = |class, words: Vec<usize>| {
        let typed = words.iter().map(|place| WORDS[*place]).collect::<Vec<_>>().join(" ");
        all.push(Asked { class, typed, words, is_phrase: false });
    };
    for place in 0..8 {
        add("a common word", vec![place]);
        add("a rare word", vec![WORDS.len() - 1 - place]);
        add("two words", vec![place, 20 + place]);
        add("three words", vec![place, 12 + place, 24 + place]);
    }
    let typed = format!("\"{} {}\"", WORDS[PHRASE.0], WORDS[PHRASE.1]);
    all.push(Asked { class: "a phrase", typed, words: vec![PHRASE.0, PHRASE.1], is_phrase: true });
    all
}

impl Asked {
    pub fn is_in(&self, one: &Known) -> bool {
        self.words.iter().all(|place| one.words & (1 << place) != 0) && (!self.is_phrase || one.has_phrase)
    }

    pub fn truth(&self, letters: &Letters, asker: &Asker) -> usize {
        letters.known.iter().filter(|one| self.is_in(one) && asker.sees(one)).count()
    }
}

/// Times of one class of questions by one asker.
pub fn line(class: &str, who: &str, mut times: Vec<Duration>, wrong: usize, most: usize) {
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part).round() as usize].as_secs_f64() * 1_000.0;
    println!(
        "| {class} | {who} | {:.1} | {:.1} | {:.1} | {most} | {} |",
        at(0.5),
        at(0.95),
        at(0.99),
        if wrong == 0 { "right".to_string() } else { format!("{wrong} WRONG") }
    );
}

pub async fn measure(index: &Index, registry: &Arc<Registry>, letters: &Letters) {
    let all = questions();
    let classes: Vec<&str> =
        ["a common word", "a rare word", "two words", "three words", "a phrase"].to_vec();
    let mut every = Vec::new();
    for order in [Order::Best, Order::Newest] {
        println!(
            "\norder: {order:?}\n| question | asked by | p50 ms | p95 ms | p99 ms | most found | counts |\n|---|---|---:|---:|---:|---:|---|"
        );
        for class in &classes {
            for asker in askers() {
                let (mut times, mut wrong, mut most) = (Vec::new(), 0, 0);
                for asked in all.iter().filter(|asked| asked.class == *class) {
                    let truth = asked.truth(letters, &asker);
                    most = most.max(truth);
                    let question = Question {
                        wanted: Wanted::parse(&asked.typed),
                        order,
                        given: 20,
                        ..Question::default()
                    };
                    for _ in 0..ROUNDS {
                        let began = Instant::now();
                        let answer = index.ask(registry, &asker.actor, &question).await.unwrap();
                        times.push(began.elapsed());
                        wrong +=
                            usize::from(answer.total(None) != truth || answer.hits.len() != truth.min(20));
                    }
                }
                every.extend(times.iter().copied());
                line(class, asker.name, times, wrong, most);
            }
        }
    }
    line("all of them", "all of them", every, 0, 0);
}
