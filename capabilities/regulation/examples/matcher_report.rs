//! Prints how well the matcher agrees with the confirmed matches of the built-in profiles, leaving the tested
//! municipality out, and how long matching takes. The texts are not part of the repository: give their folder, with
//! one `<profile id>.txt` each. Measures only.

use std::path::PathBuf;
use std::time::Instant;

use regulation::catalogue::Catalogue;
use regulation::matching::{LIKELY_SCORE, Matcher, Town, provisions, report};
use regulation::profiles::Profile;
use regulation::reading;

/// The machine may be busy with something else: the quickest of so many runs is printed.
const RUNS: usize = 25;

fn main() {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: cargo run --release -p regulation --example matcher_report FOLDER");
        std::process::exit(2);
    };
    let matcher = Matcher::new(Catalogue::built_in());
    let mut towns = Vec::new();
    let mut times = Vec::new();
    // Provisions that state a duty and ones that state none: how many there are, how many reach the likely score.
    let mut likely = [(0, 0); 2];
    for profile in Profile::built_in() {
        let path = folder.join(format!("{}.txt", profile.id));
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not there", path.display());
            continue;
        };
        let town = Town::of(profile, &text).expect("the reader accepts the texts of the profiles");
        if !town.missing.is_empty() {
            eprintln!("{}: not in the text: {}", town.name, town.missing.join(" "));
        }
        towns.push(town);
        let read = reading::read(&text).expect("it was read above");
        let all = provisions(&read, &text);
        for (provision, proposals) in all.iter().zip(matcher.propose_all(&all)) {
            let counted = &mut likely[usize::from(profile.duties_at(&provision.address).is_empty())];
            counted.0 += 1;
            counted.1 += usize::from(proposals.first().is_some_and(|one| one.score >= LIKELY_SCORE));
        }
        let runs = (0..RUNS).map(|_| {
            let start = Instant::now();
            let proposals: usize = matcher.propose_all(&all).iter().map(Vec::len).sum();
            (start.elapsed(), proposals)
        });
        let (time, proposals) = runs.min().unwrap_or_default();
        times.push((profile.id.as_str(), all.len(), proposals, time));
    }
    println!("{}", report(Catalogue::built_in(), &towns));
    println!("likely of those that state a duty: {} of {}", likely[0].1, likely[0].0);
    println!("likely of those that state none: {} of {}\n", likely[1].1, likely[1].0);
    println!("| municipality | provisions | proposals | matching all of them |\n|---|---:|---:|---:|");
    for (name, provisions, proposals, time) in times {
        println!("| {name} | {provisions} | {proposals} | {:.1} ms |", time.as_secs_f64() * 1000.0);
    }
}
