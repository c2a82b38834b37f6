//! Lists of clauses in every shape municipalities print them, each as a small text and the addresses it must give.

use crate::reading::read;

/// `address text` of every provision below the articles, and a leading `?` where the reader is unsure.
fn listed(text: &str) -> Vec<String> {
    let reading = read(text).expect("a regulation");
    assert_eq!(reading.account(text), Ok(()));
    let below = reading
        .provisions()
        .filter(|node| node.address.contains('/') || node.kind > crate::reading::Kind::Article);
    below
        .map(|node| {
            let sign = if node.certainty.is_certain() { "" } else { "?" };
            format!("{sign}{} {}", node.address, reading.display(node, text))
        })
        .collect()
}

#[test]
fn letters_with_brackets_dots_and_dashes_are_clauses() {
    for close in [')', '.', '-'] {
        let text = format!("MADDE 1- İşler:\na{close} sulamak,\nb{close} budamak,\nc{close} dikmek.\n");
        assert_eq!(listed(&text), ["1/a sulamak,", "1/b budamak,", "1/c dikmek."], "{close}");
    }
    let text = "MADDE 1- İşler:\n(a) Sulamak,\n(b) Budamak.\n";
    assert_eq!(listed(text), ["1/a Sulamak,", "1/b Budamak."]);
}

#[test]
fn capital_letters_are_clauses_too() {
    let text = "MADDE 1- İşler:\nA) Sulamak,\nB) Budamak,\nC) Dikmek,\nÇ) Biçmek.\n";
    assert_eq!(listed(text), ["1/a Sulamak,", "1/b Budamak,", "1/c Dikmek,", "1/ç Biçmek."]);
}

#[test]
fn clauses_on_one_line_are_parted_at_the_letter_that_is_due() {
    let text = "MADDE 1- İşler: a) sulamak, b) budamak; c) 5 sayılı Kanunun 3/b) bendindeki işler.\n";
    assert_eq!(listed(text), ["1/a sulamak,", "1/b budamak;", "1/c 5 sayılı Kanunun 3/b) bendindeki işler."]);
}

#[test]
fn a_letter_that_is_not_due_in_a_line_is_a_word() {
    let text = "MADDE 1- İşler:\na) sulamak, f) maddesine göre,\nb) budamak.\n";
    assert_eq!(listed(text), ["1/a sulamak, f) maddesine göre,", "1/b budamak."]);
}

#[test]
fn a_missing_letter_is_noticed_and_the_list_goes_on() {
    let text = "MADDE 1- İşler:\na) sulamak,\nb) budamak,\ne) dikmek,\nf) biçmek.\n";
    assert_eq!(listed(text), ["1/a sulamak,", "1/b budamak,", "?1/e dikmek,", "1/f biçmek."]);
}

#[test]
fn the_same_letter_twice_gets_two_addresses() {
    let text = "MADDE 1- İşler:\na) sulamak,\nb) budamak,\nb) dikmek,\nc) biçmek.\n";
    assert_eq!(listed(text), ["1/a sulamak,", "1/b budamak,", "?1/b(2) dikmek,", "1/c biçmek."]);
    let reading = read(text).expect("a regulation");
    assert_eq!(reading.resolve("1/b").len(), 2, "whoever cites it means either");
}

#[test]
fn a_second_list_in_an_article_starts_again() {
    let text =
        "MADDE 1- İşler:\na) sulamak,\nb) budamak.\n\nAyrıca şunlar yapılır:\na) dikmek,\nb) biçmek.\n";
    assert_eq!(
        listed(text),
        ["1/a sulamak,", "1/b budamak.", "1/§2 Ayrıca şunlar yapılır:", "1/§2/a dikmek,", "1/§2/b biçmek."]
    );
}

#[test]
fn roman_numbers_go_below_the_letter_and_back_up() {
    let text =
        "MADDE 1- İşler:\na) bakım:\ni) yazın,\nii) kışın,\niii) güzün,\nb) onarım:\ni. eski,\nii. yeni.\n";
    assert_eq!(
        listed(text),
        [
            "1/a bakım:",
            "1/a/i yazın,",
            "1/a/ii kışın,",
            "1/a/iii güzün,",
            "1/b onarım:",
            "1/b/i eski,",
            "1/b/ii yeni."
        ]
    );
}

#[test]
fn the_letter_i_behind_h_is_a_letter_and_no_roman_one() {
    let letters: String = "abcdefgh".chars().map(|letter| format!("{letter}) iş {letter},\n")).collect();
    let text = format!("MADDE 1- İşler:\n{letters}i) iş i,\nj) iş j.\n");
    let labels: Vec<String> =
        listed(&text).iter().map(|line| line.split(' ').next().unwrap_or("").to_owned()).collect();
    assert_eq!(labels[7..], ["1/h", "1/i", "1/j"]);
}

#[test]
fn numbers_go_below_a_letter_and_dots_below_numbers() {
    let text = "MADDE 1- İşler:\na) bakım:\n1) yazın:\n- sabah,\n- akşam,\n2) kışın,\nb) onarım.\n";
    assert_eq!(
        listed(text),
        ["1/a bakım:", "1/a/1 yazın:", "1/a/1/•1 sabah,", "1/a/1/•2 akşam,", "1/a/2 kışın,", "1/b onarım."]
    );
}

#[test]
fn a_wrapped_line_that_starts_with_a_number_or_initial_is_text() {
    let text = "MADDE 1- İşler:\na) 5393 sayılı Kanunun\n15. maddesine göre\n2 gün içinde, B. Yılmaz ile\nbirlikte yapmak,\nb) bitirmek.\n";
    assert_eq!(
        listed(text),
        [
            "1/a 5393 sayılı Kanunun 15. maddesine göre 2 gün içinde, B. Yılmaz ile birlikte yapmak,",
            "1/b bitirmek."
        ]
    );
}

#[test]
fn every_make_of_bullet_is_a_clause() {
    for bullet in ["-", "–", "•", "·", "*", "●", "▪", "\u{f0b7}", "[image: ]", "[image: ok.png]"] {
        let text = format!("MADDE 1- İşler:\n{bullet} sulamak,\n{bullet} budamak.\n");
        assert_eq!(listed(&text), ["1/•1 sulamak,", "1/•2 budamak."], "{bullet}");
    }
}

#[test]
fn a_bullet_alone_on_its_line_belongs_to_the_line_below() {
    let text = "MADDE 1- İşler:\n•\nsulamak,\n•\nbudamak.\n";
    assert_eq!(listed(text), ["1/•1 sulamak,", "1/•2 budamak."]);
}

#[test]
fn bullets_in_the_middle_of_a_line_part_it_but_dashes_do_not() {
    let text = "MADDE 1- İşler:\n• sulamak, • budamak - kısa, • dikmek.\n";
    assert_eq!(listed(text), ["1/•1 sulamak,", "1/•2 budamak - kısa,", "1/•3 dikmek."]);
}

#[test]
fn bullets_without_a_picture_are_not_parted_at_capitals() {
    let text = "MADDE 1- İşler:\n• Başkana bilgi vermek, Müdürü uyarmak,\n• İmar Müdürlüğü,\nFen Müdürlüğü ile çalışmak.\n";
    assert_eq!(
        listed(text),
        ["1/•1 Başkana bilgi vermek, Müdürü uyarmak,", "1/•2 İmar Müdürlüğü, Fen Müdürlüğü ile çalışmak."]
    );
}

#[test]
fn letters_lost_between_two_printed_ones_are_named_only_when_they_fit() {
    let text = "MADDE 1. İşler;\na. sulamak,\n\n. budamak,\n\n. dikmek,\n\nd. biçmek.\n";
    assert_eq!(listed(text), ["1/a sulamak,", "?1/b budamak,", "?1/c dikmek,", "1/d biçmek."]);
    let text = "MADDE 1. İşler;\na. sulamak,\n\n. budamak,\n\nh. biçmek.\n";
    assert_eq!(listed(text), ["1/a sulamak,", "?1/•1 budamak,", "?1/h biçmek."]);
}

#[test]
fn a_list_may_start_late() {
    let text = "MADDE 1- İşler:\nd) sulamak,\ne) budamak.\n";
    assert_eq!(listed(text), ["?1/d sulamak,", "1/e budamak."]);
}

#[test]
fn a_clause_goes_on_over_a_page_end() {
    let head = "T.C.\nKUMKÖY BELEDİYESİ\nPARK MÜDÜRLÜĞÜ\n";
    let text = format!("{head}MADDE 1- İşler:\na) ağaçları\n\n{head}\nsulamak,\nb) bu-\n\n{head}\ndamak.\n");
    assert_eq!(listed(&text), ["1/a ağaçları sulamak,", "1/b bu- damak."]);
}

#[test]
fn terms_are_parted_only_where_terms_are_defined() {
    let text = "Tanımlar\nMADDE 1- Bu yönetmelikte geçen;\nBaşkan: Belediye Başkanı’nı Müdür: Park Müdürü’nü\nMüdürlük: Park Müdürlüğü’nü ifade eder.\n";
    assert_eq!(
        listed(text),
        [
            "1/•1 Başkan: Belediye Başkanı’nı",
            "?1/•2 Müdür: Park Müdürü’nü",
            "1/•3 Müdürlük: Park Müdürlüğü’nü ifade eder."
        ]
    );
    let text = "Görevler\nMADDE 1- Başkan: karar verir Müdür: uygular.\nMüdür: imzalar.\n";
    assert_eq!(listed(text), [""; 0]);
}
