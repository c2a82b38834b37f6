//! The form of a letter, rule by rule.

use super::*;

/// A letter nothing is wrong with.
fn good() -> Written {
    Written {
        subject: "Sunucu Bakımı".into(),
        body: "İlgi yazı ile istenen liste ekte sunulmuştur.\n\nBilgilerinizi arz ederim.".into(),
        standings: vec![Standing::Above],
        references: 1,
        annexes: 1,
        urgency: "NRM".into(),
        secrecy: "YOK".into(),
        has_file_code: true,
        has_signer: true,
        today: "2026-11-29".into(),
        ..Written::default()
    }
}

fn errors(letter: &Written) -> Vec<&'static str> {
    look(letter).iter().filter(|one| one.is_error).map(|one| one.field).collect()
}

#[test]
fn a_letter_in_good_form_is_told_nothing() {
    assert_eq!(look(&good()), []);
}

#[test]
fn the_closing_verb_follows_the_rank_of_who_is_written_to() {
    use Standing::{Above, Below, Company, Person, Same, Unknown};
    let with_company = [&[RICA], &TO_PEOPLE[..]].concat();
    let above_with_company = [&[ARZ], &BOTH[..]].concat();
    for (to, wanted) in [
        (&[Above][..], Some(vec![ARZ])),
        (&[Above, Above], Some(vec![ARZ])),
        (&[Same], Some(vec![ARZ])),
        (&[Above, Same], Some(vec![ARZ])),
        (&[Below], Some(vec![RICA])),
        (&[Same, Below], Some(BOTH.to_vec())),
        (&[Above, Below], Some(BOTH.to_vec())),
        (&[Person], Some(TO_PEOPLE.to_vec())),
        (&[Company], Some(with_company.clone())),
        (&[Company, Person], Some(with_company)),
        (&[Company, Below], Some(vec![RICA])),
        (&[Company, Same], Some(above_with_company)),
        (&[Person, Above], Some(vec![ARZ])),
        (&[Person, Same, Below], Some(BOTH.to_vec())),
        (&[Above, Unknown], None),
        (&[], None),
    ] {
        assert_eq!(closings(false, to), wanted, "{to:?}");
        for said in all_closings() {
            let body = format!("İlgi yazı ektedir. Gereğini {said}.");
            let letter = Written { standings: to.to_vec(), body, ..good() };
            let is_right = wanted.as_ref().is_none_or(|wanted| wanted.contains(&said));
            assert_eq!(!errors(&letter).contains(&"body"), is_right, "{to:?} {said}");
        }
    }
    let approval = |body: &str| Written {
        is_approval: true,
        has_second_signer: true,
        standings: Vec::new(),
        references: 0,
        annexes: 0,
        body: body.into(),
        ..good()
    };
    assert_eq!(errors(&approval("Uygun görülürse olurlarınıza arz ederim.")), Vec::<&str>::new());
    assert_eq!(errors(&approval("Bilgilerinize arz ederim.")), ["body"]);
    assert_eq!(errors(&approval("Saygılarımla.")), ["body"]);
}

#[test]
fn a_closing_is_known_over_line_breaks_and_whoever_breaks_it_is_told_what_is_right() {
    let to = |standing: Standing, body: &str| Written {
        standings: vec![standing],
        body: format!("İlgi yazı ekte. {body}"),
        ..good()
    };
    assert_eq!(look(&to(Standing::Same, "Bilgilerinizi arz\nederim.")), []);
    assert_eq!(look(&to(Standing::Person, "Bilgilerinize sunulur.")), []);
    let told = look(&to(Standing::Same, "Bilgilerinizi rica ederim."));
    assert_eq!(told[0].text, "Bu muhataba yazılan metin “arz ederim” ile biter.");
    let told = look(&to(Standing::Person, "Bilgilerinizi rica ederim."));
    let wanted = "Bu muhataba yazılan metin “saygılarımla”, “iyi dileklerimle” ya da “bilgilerinize sunulur” ile biter.";
    assert_eq!(told[0].text, wanted);
    let told = look(&to(Standing::Below, "Bitti."));
    assert_eq!(told[0].text, "Metin “rica ederim” ile bitmelidir.");
}

#[test]
fn a_subject_has_no_punctuation_at_its_end() {
    for end in [".", ",", ";", ":", "!", "?", " ?"] {
        assert_eq!(errors(&Written { subject: format!("Sunucu Bakımı{end}"), ..good() }), ["title"], "{end}");
    }
    assert_eq!(look(&Written { subject: "Sunucu Bakımı (2. Bölüm)".into(), ..good() }), []);
}

#[test]
fn each_rule_is_broken_and_said_at_its_field() {
    let cases: Vec<(Written, &str)> = vec![
        (Written { subject: "Sunucu Bakımı.".into(), ..good() }, "title"),
        (Written { standings: Vec::new(), ..good() }, "addressees"),
        (Written { has_signer: false, ..good() }, "signer_id"),
        (Written { has_file_code: false, ..good() }, "file_code_id"),
        (Written { body: "İlgi yazı ektedir. Bilginize sunulur.".into(), ..good() }, "body"),
        (Written { body: "İlgi (b) yazı ektedir, arz ederim.".into(), references: 1, ..good() }, "body"),
        (Written { urgency: "GNL".into(), ..good() }, "due_on"),
        (Written { due_on: "2026-11-01".into(), ..good() }, "due_on"),
        (Written { secrecy: "GZL".into(), secret_until: "2026-11-29".into(), ..good() }, "secret_until"),
        (Written { secret_until: "2027-01-01".into(), ..good() }, "secret_until"),
        (
            Written { is_approval: true, body: "Olurlarınıza arz ederim.".into(), annexes: 0, ..good() },
            "second_signer_id",
        ),
    ];
    for (letter, field) in cases {
        assert_eq!(errors(&letter), [field], "{letter:?}");
    }
    let shouted = look(&Written { subject: "SUNUCU BAKIMI".into(), ..good() });
    assert!(shouted.iter().all(|one| !one.is_error) && shouted.len() == 1);
    let unmentioned = look(&Written { body: "Bilgilerinizi arz ederim.".into(), ..good() });
    assert_eq!(unmentioned.len(), 2, "neither reference nor annex is named: {unmentioned:?}");
}

#[test]
fn references_are_counted_off_in_the_turkish_alphabet_and_the_only_one_is_not() {
    let many: Vec<String> = (1..=5).map(|place| format!("{place}. yazı")).collect();
    let letters: Vec<String> = super::super::compose::lettered(&many).into_iter().map(|(of, _)| of).collect();
    assert_eq!(letters, ["a", "b", "c", "ç", "d"]);
    assert_eq!(super::super::compose::lettered(&many[..1])[0].0, "");
}

#[test]
fn paragraphs_are_parted_by_empty_lines() {
    let text = "Birinci\nsatır.\n\n\n  İkinci.  \n";
    assert_eq!(super::super::compose::paragraphs(text), ["Birinci satır.", "İkinci."]);
}

#[test]
fn nobody_is_written_to_twice_and_nobody_has_two_parts_in_a_letter() {
    let names = |all: &[&str]| all.iter().map(|one| (*one).to_string()).collect::<Vec<_>>();
    let twice = Written { to: names(&["Örnekil Valiliği", "örnekil  valiliği"]), ..good() };
    assert_eq!(errors(&twice), ["addressees"]);
    let both = Written { to: names(&["Valilik"]), informed: names(&["VALİLİK"]), ..good() };
    assert_eq!(errors(&both), ["informed"]);
    let same = Written { signers: names(&["Veli Ak", "Veli Ak"]), ..good() };
    assert_eq!(errors(&same), ["second_signer_id"]);
    let initials =
        Written { signers: names(&["Veli Ak"]), initials: names(&["Ayşe Kaya", "VELİ AK"]), ..good() };
    assert_eq!(errors(&initials), ["initialled_by"]);
    let office = "Belediye Başkanı".to_string();
    assert_eq!(errors(&Written { on_behalf: office.clone(), ..good() }), ["on_behalf"]);
    let delegated = Written { signed_as: "delegated".into(), on_behalf: office, ..good() };
    assert_eq!(errors(&delegated), Vec::<&str>::new());
}

#[test]
fn what_a_template_leaves_open_is_filled_before_it_goes_round() {
    let body = |said: &str| Written {
        body: format!("İlgi yazı ekte. {said} yapılacaktır.\n\nBilgilerinizi arz ederim."),
        ..good()
    };
    for open in ["… tarihinde", "[…] tarihinde", "(...) günü", "____ günü", "[] günü"] {
        assert_eq!(errors(&body(open)), ["body"], "{open}");
    }
    for filled in ["3.11.2026 tarihinde", "A.Ş. ile", "bakım, onarım vb... işler"] {
        assert_eq!(look(&body(filled)), [], "{filled}");
    }
    assert!(errors(&body("[tarih] günü")).is_empty());
    assert_eq!(look(&body("[tarih] günü")).len(), 1);
    assert_eq!(look(&body("[2] sayılı kurul")), []);
}
