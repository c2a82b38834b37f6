//! What the matcher must do for the person who confirms, on invented clauses; and its agreement with the confirmed
//! matches where the real texts are at hand.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::path::PathBuf;

use super::*;
use crate::profiles::Profile;
use crate::reading;

fn matcher() -> Matcher {
    Matcher::new(Catalogue::built_in())
}

fn ranked(text: &str) -> Vec<String> {
    let proposals = matcher().propose(&Passage { text, context: "" });
    proposals.into_iter().map(|proposal| proposal.duty.to_string()).collect()
}

/// The duty must come first for the clause.
fn check_first(text: &str, duty: &str) {
    let found = ranked(text);
    assert_eq!(found.first().map(String::as_str), Some(duty), "{text}: {found:?}");
}

#[test]
fn clauses_in_other_words_find_their_duty() {
    check_first("Her gece otomasyonun veritabanından yedek almak", "BA-1");
    check_first("Lisansların bitiş süresini izlemek", "AS-4");
    check_first("Bozulan yazıcı ve bilgisayar arızalarını gidermek", "SD-1");
    check_first("Yıllık bütçe tahminini hazırlamak", "PR-4");
    check_first("Personelin izin planını yapmak", "ORG-4");
    check_first("Ayrılan personelin devir teslim çizelgesini düzenlemek", "ORG-7");
    check_first("Güvenlik kameralarının kayıtlarını saklamak", "NE-5");
    check_first("Meclis gündemine teklif hazırlamak", "CO-9");
    check_first("Arşivdeki belgeleri indekslemek ve taramak", "AR-4");
    check_first("Araç takip cihazlarını yönetmek", "FL-1");
}

#[test]
fn a_scanned_clause_is_matched_in_spite_of_its_letters() {
    check_first("Veri tabanlarin1n giinliik yedegini almak", "BA-1");
    check_first("Lisans siirelerini takip etmek", "AS-4");
    check_first("Bilisim ve bagvuru kanallarini izlemek", "CI-1");
}

#[test]
fn a_word_of_the_same_family_speaks_for_the_duty_more_softly() {
    // The catalogue says "virüs" and has no form of the longer word.
    let passage = Passage { text: "Virüslü", context: "" };
    let found = matcher().propose(&passage);
    assert_eq!((found[0].duty.as_str(), &found[0].words[..]), ("AS-9", &["Virüslü".to_owned()][..]));
    let plain = matcher().propose(&Passage { text: "Virüs", context: "" });
    assert!(plain[0].score > found[0].score);
    let stems_only = Weights { kin: 0.0, ..Weights::SHIPPED };
    let strict = Matcher::without(Catalogue::built_in(), &LeftOut::default(), stems_only);
    assert!(strict.propose(&passage).is_empty());
}

#[test]
fn the_words_that_spoke_are_given_as_they_stand_in_the_clause() {
    let proposals =
        matcher().propose(&Passage { text: "Korsan Yazılımların önlenmesi, korsan", context: "" });
    assert_eq!(proposals[0].duty.as_str(), "AS-5");
    assert_eq!(proposals[0].words, ["Korsan", "Yazılımların", "önlenmesi", "korsan"]);
}

#[test]
fn proposals_come_best_first_with_scores_between_zero_and_one() {
    let proposals = matcher().propose(&Passage {
        text: "Sunucuların, ağ cihazlarının ve yazılımların bakımı, yedeklenmesi ve güvenliği",
        context: "",
    });
    assert_eq!(proposals.len(), MAX_PROPOSALS);
    assert!(proposals.windows(2).all(|pair| pair[0].score >= pair[1].score));
    assert!(proposals.iter().all(|one| one.score > 0.0 && one.score < 1.0 && !one.words.is_empty()));
}

#[test]
fn a_clause_without_a_known_word_gets_no_proposal() {
    assert!(ranked("").is_empty());
    assert!(ranked("\u{202e}qwxq zzzq ,;: \u{0}").is_empty());
    assert!(ranked("ve ile gerekli işlemleri yapmak").is_empty());
}

#[test]
fn a_clause_that_states_no_duty_stays_below_the_likely_score() {
    for text in ["Amirlerinin verdiği benzeri işleri yapmak", "Diğer müdürlüklerle uyum içinde olmak"]
    {
        let best = matcher().propose(&Passage { text, context: "" });
        assert!(best.first().is_none_or(|one| one.score < LIKELY_SCORE), "{text}: {best:?}");
    }
}

#[test]
fn what_stands_above_decides_between_equals_and_proposes_nothing_alone() {
    let text = "Kullanıcı hesaplarını açmak";
    let place = |context: &str| {
        let proposals = matcher().propose(&Passage { text, context });
        proposals.iter().find(|one| one.duty.as_str() == "GI-3").unwrap().score
    };
    assert!(place("Coğrafi Bilgi Sistemi Servisi") > place(""));
    let nothing = matcher().propose(&Passage { text: "", context: "Coğrafi Bilgi Sistemi Servisi" });
    assert!(nothing.is_empty());
}

#[test]
fn a_whole_list_gets_the_same_answers_as_its_clauses_one_by_one() {
    let text = "MADDE 1- Görevleri\na) Arızaları gidermek,\nb) Lisansları takip etmek,\nc) Bütçe hazırlamak.";
    let provisions = provisions(&reading::read(text).unwrap(), text);
    assert!(provisions.len() >= 3);
    let together = matcher().propose_all(&provisions);
    let one_by_one: Vec<_> = provisions.iter().map(|one| matcher().propose(&one.passage())).collect();
    assert_eq!(together, one_by_one);
}

#[test]
fn a_provision_carries_the_headings_above_it() {
    let text = "Servisin görevleri\nMADDE 3- Servis şunları yapar;\na) Arızaları gidermek,\nb) Yedek almak.";
    let provisions = provisions(&reading::read(text).unwrap(), text);
    let clause = provisions.iter().find(|one| one.address == "3/b").unwrap();
    assert_eq!(clause.text.trim_end_matches('.'), "Yedek almak");
    assert!(clause.context.contains("Servisin görevleri"), "{}", clause.context);
    assert!(clause.context.contains("şunları yapar"), "{}", clause.context);
}

#[test]
fn a_clause_of_a_megabyte_is_answered() {
    let text = "sunucu yedekleme ".repeat(60_000);
    assert!(ranked(&text).contains(&"BA-2".to_owned()));
}

fn town(name: &str, clauses: &[(&str, &str)]) -> Town {
    let samples = clauses.iter().map(|(text, duty)| Sample {
        text: (*text).to_owned(),
        context: String::new(),
        confirmed: vec![duty.parse().unwrap()],
    });
    Town { name: name.to_owned(), samples: samples.collect(), missing: Vec::new() }
}

#[test]
fn the_report_counts_first_and_first_three_places() {
    let towns = [town("a", &[("Lisansları takip etmek", "AS-4"), ("Lisansları takip etmek", "FL-1")])];
    let row = &report(Catalogue::built_in(), &towns).rows[0];
    assert_eq!((row.shipped.clauses, row.shipped.top_1), (2, 1));
    assert!((row.shipped.top_1_percent() - 50.0).abs() < 1e-9);
}

#[test]
fn a_keyword_only_the_tested_text_vouches_for_is_not_used_on_it() {
    // "Outlook" is a keyword and stands in no title and no text of a duty.
    let alone = [town("a", &[("Outlook kurmak", "ME-2")]), town("b", &[("Bütçe hazırlamak", "PR-4")])];
    let found = report(Catalogue::built_in(), &alone);
    assert_eq!(found.rows[0].shipped.top_1, 1);
    assert_eq!((found.rows[0].left_out.top_3, found.rows[0].keywords_out.top_3), (0, 0));
    let vouched = [town("a", &[("Outlook kurmak", "ME-2")]), town("b", &[("Outlook açmak", "ME-2")])];
    assert_eq!(report(Catalogue::built_in(), &vouched).total().left_out.top_1, 2);
}

#[test]
fn words_of_the_catalogue_only_the_tested_text_has_are_not_used_on_it_either() {
    // "Lisans" stands in the wording of AS-4 and in the clauses of one municipality.
    let alone = [town("a", &[("Lisansları saymak", "AS-4")]), town("b", &[("Bütçe hazırlamak", "PR-4")])];
    let row = &report(Catalogue::built_in(), &alone).rows[0];
    assert_eq!((row.shipped.top_1, row.left_out.top_3), (1, 0));
    let shared = [town("a", &[("Lisansları saymak", "AS-4")]), town("b", &[("Lisans almak", "AS-4")])];
    assert_eq!(report(Catalogue::built_in(), &shared).rows[0].left_out.top_1, 1);
}

#[test]
fn a_word_left_out_by_stem_does_not_come_back_by_family() {
    let catalogue = Catalogue::built_in();
    let stem = words("lisans")[0].stem.clone();
    let mut left_out = LeftOut { stems: HashSet::from([stem.clone()]), ..LeftOut::default() };
    for (place, duty) in catalogue.duties().iter().enumerate() {
        for (number, keyword) in duty.keywords_tr.iter().enumerate() {
            if words(keyword).iter().any(|word| word.stem == stem) {
                left_out.keywords.insert((place, number));
            }
        }
    }
    let by_family = Weights { kin: 1.0, ..Weights::SHIPPED };
    let has_duty = |left_out: &LeftOut| {
        let matcher = Matcher::without(catalogue, left_out, by_family);
        let proposals = matcher.propose(&Passage { text: "Lisansları saymak", context: "" });
        proposals.iter().any(|one| one.duty.as_str() == "AS-4")
    };
    assert!(has_duty(&LeftOut::default()));
    assert!(!has_duty(&left_out));
}

#[test]
fn a_report_without_clauses_has_no_share_and_prints() {
    let empty = report(Catalogue::built_in(), &[]);
    assert!(empty.total().left_out.top_3_percent().abs() < 1e-9);
    assert!(empty.to_string().contains("| all | 0 |"));
}

/// The folder of the real texts, beside the repository or above it; none on most machines.
fn real_texts() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|folder| folder.join("shared/regulations")).find(|folder| folder.is_dir())
}

#[test]
fn agreement_with_the_confirmed_matches_is_kept() {
    let Some(folder) = real_texts() else {
        eprintln!(
            "skipped: the real regulations are not beside the repository, so agreement is not measured"
        );
        return;
    };
    let towns: Vec<Town> = Profile::built_in()
        .iter()
        .map(|profile| {
            let text = std::fs::read_to_string(folder.join(format!("{}.txt", profile.id))).unwrap();
            Town::of(profile, &text).unwrap()
        })
        .collect();
    for town in &towns {
        assert!(town.missing.is_empty(), "{}: the reader has no {:?}", town.name, town.missing);
    }
    let report = report(Catalogue::built_in(), &towns);
    let total = report.total();
    let all: usize = Profile::built_in().iter().map(|profile| profile.matches.len()).sum();
    assert_eq!(total.shipped.clauses, all);
    assert!(total.left_out.top_1_percent() >= 77.0, "{report}");
    assert!(total.left_out.top_3_percent() >= 89.9, "{report}");
    assert!(total.keywords_out.top_1_percent() >= 83.7, "{report}");
    assert!(total.keywords_out.top_3_percent() >= 95.0, "{report}");
    assert!(total.shipped.top_1_percent() >= 94.0, "{report}");
    assert!(total.shipped.top_3_percent() >= 99.2, "{report}");
}
