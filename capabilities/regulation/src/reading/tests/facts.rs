//! Terms, units, titles, principles and force, in the words municipalities use for them.

use crate::reading::{InForceRule, Reading, UnitKind, read};

fn reading(text: &str) -> Reading {
    read(text).expect("a regulation")
}

fn units(text: &str) -> Vec<String> {
    reading(text).units.into_iter().map(|unit| unit.name).collect()
}

fn titles(text: &str) -> Vec<(String, Option<u32>)> {
    reading(text).titles.into_iter().map(|title| (title.name, title.count)).collect()
}

#[test]
fn terms_are_read_with_bold_quotes_and_colons_anywhere() {
    let text = "Tanımlar\nMADDE 1- Bu yönetmelikte;\na) **Başkan:** Belediye Başkanını,\nb) “Müdür” : Park Müdürünü,\nc) Sera:Isıtılan yeri\nifade eder.\n";
    let found: Vec<(String, String)> = reading(text)
        .definitions
        .into_iter()
        .map(|definition| (definition.term, definition.meaning))
        .collect();
    let wanted = [("Başkan", "Belediye Başkanını"), ("Müdür", "Park Müdürünü"), ("Sera", "Isıtılan yeri")];
    assert_eq!(found, wanted.map(|(term, meaning)| (term.to_owned(), meaning.to_owned())));
}

#[test]
fn terms_are_known_by_the_opening_sentence_without_a_heading() {
    let text = "MADDE 1- (1) Bu Yönetmelikte geçen;\na) Başkan: Belediye Başkanını,\nifade eder.\nMADDE 2- Not: tanım değil.\n";
    let reading = reading(text);
    assert_eq!(reading.definitions.len(), 1);
    let definition = &reading.definitions[0];
    assert_eq!(reading.node(definition.node).map(|node| node.address.as_str()), Some("1/1/a"));
    assert!(definition.span.of(text).starts_with("Başkan: Belediye"));
}

#[test]
fn units_are_read_from_lists_sentences_and_headings_with_their_kinds() {
    let text = "Teşkilat\nMADDE 1- Müdürlük şunlardan oluşur:\na) Yazı İşleri Bürosu,\nb) Sulama Şefliği,\nc) Makine Servisi,\nç) Halk Günü\n";
    let found = reading(text).units;
    let kinds: Vec<UnitKind> = found.iter().map(|unit| unit.kind).collect();
    assert_eq!(kinds, [UnitKind::Office, UnitKind::Section, UnitKind::Service, UnitKind::Unit]);
    assert_eq!(found[1].span.of(text), "Sulama Şefliği");
    assert_eq!(units("Sulama Şefliğinin görevleri\nMADDE 1- Sular.\n"), ["Sulama Şefliği"]);
    assert_eq!(
        units(
            "Organizasyon\nMADDE 1- Müdürlük; Sulama, Budama ve Dikim konularıyla ilgili alt birimlerden oluşur.\n"
        ),
        ["Sulama", "Budama ve Dikim"]
    );
}

#[test]
fn duties_and_sentences_are_not_taken_for_units_or_titles() {
    let text = "Teşkilatın görevleri\nMADDE 1- Birimler şu işleri yapar:\na) ağaçları sulamak,\nb) kar küremek,\nc) ilgili birimlere yazı yazmak.\n";
    assert_eq!(units(text), [""; 0]);
    assert_eq!(titles(text), []);
    assert_eq!(units("Kapsam\nMADDE 1- Şunları kapsar:\na) Parklar\nb) Bahçeler\n"), [""; 0]);
}

#[test]
fn titles_come_with_their_number_however_it_is_printed() {
    let text = "Norm kadro\nMADDE 1- Unvan ve sayılar şunlardır:\na) Müdür 1\nb) Şef: 2\nc) Memur (3 kişi)\nç) İşçi - 14 adet\nd) Mühendis\n";
    let wanted =
        [("Müdür", Some(1)), ("Şef", Some(2)), ("Memur", Some(3)), ("İşçi", Some(14)), ("Mühendis", None)];
    assert_eq!(titles(text), wanted.map(|(name, count)| (name.to_owned(), count)));
}

#[test]
fn a_staff_list_inside_an_item_is_read() {
    let text = "Personelin unvanları\nMADDE 1- Unvanlar şöyledir:\n- Müdür\n- Personel: Memur, işçi ve sözleşmeli personel\n";
    let names: Vec<String> = titles(text).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Müdür", "Memur", "işçi", "sözleşmeli"]);
}

#[test]
fn principles_end_where_the_sentence_about_them_begins() {
    let text =
        "Temel ilkeler\nMADDE 1- Müdürlük;\na) Açıklık,\nb) Eşitlik ve adalet, temel ilkelerini esas alır.\n";
    let found: Vec<String> = reading(text).principles.into_iter().map(|principle| principle.text).collect();
    assert_eq!(found, ["Açıklık", "Eşitlik ve adalet"]);
    assert!(reading("Amaç\nMADDE 1- İlke:\na) Açıklık.\n").principles.is_empty());
}

#[test]
fn repeals_are_read_with_their_dates() {
    let text = "MADDE 1- 02.03.2011 tarih ve 3/2011 sayılı kararla kabul edilen yönetmelik yürürlükten kaldırılmıştır. Yenisi geçerlidir.\n";
    let repeals = reading(text).repeals;
    assert_eq!(repeals.len(), 1);
    assert_eq!(repeals[0].dates, ["02.03.2011"]);
    assert!(repeals[0].sentence.ends_with("kaldırılmıştır."), "only the sentence that repeals");
}

#[test]
fn the_start_of_force_is_read_and_told_from_other_beginnings() {
    let rule = |sentence: &str| {
        reading(&format!("Yürürlük\nMADDE 1- {sentence}\n")).in_force.map(|found| found.rule)
    };
    assert_eq!(rule("Bu Yönetmelik yayımı tarihinde yürürlüğe girer."), Some(InForceRule::OnAnnouncement));
    assert_eq!(
        rule("Bu Yönetmelik kararın kesinleştiği gün yürürlüğe girer."),
        Some(InForceRule::OnDecision)
    );
    assert_eq!(rule("Bu Yönetmelik 01.01.2027 tarihinde yürürlüğe girer."), Some(InForceRule::OnDate));
    assert_eq!(rule("Bu Yönetmelik hemen yürürlüğe girer."), Some(InForceRule::Other));
    assert_eq!(rule("Bu Yönetmeliği Başkan yürütür."), None);
    let elsewhere = "Teşkilat\nMADDE 1- Şema, Başkanın onayıyla yürürlüğe girer.\n";
    assert_eq!(reading(elsewhere).in_force, None);
}
