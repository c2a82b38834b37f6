//! What the writer refuses: everything that the verifier would report, and what a version cannot say.

use std::io::{Cursor, Seek, SeekFrom, Write};

use time::macros::datetime;

use super::given::*;
use crate::*;

fn refused(change: impl FnOnce(&mut Letter)) -> String {
    let mut letter = letter();
    change(&mut letter);
    match Draft::new(letter, Content::from_bytes(PDF.to_vec()), contents()) {
        Ok(_) => panic!("was written"),
        Err(refusal) => refusal.to_string(),
    }
}

fn refused_old(change: impl FnOnce(&mut Letter)) -> String {
    let mut letter = old_letter();
    change(&mut letter);
    let number = OldNumber { dated_at: datetime!(2019-01-01 0:00 +3), number: "1".to_owned() };
    match Draft::new_old(letter, number, Content::from_bytes(PDF.to_vec()), contents()) {
        Ok(_) => panic!("was written"),
        Err(refusal) => refusal.to_string(),
    }
}

#[test]
fn a_letter_that_breaks_a_rule_is_not_written() {
    let rows = [
        (refused(|it| it.subject.clear()), "konusu yok"),
        (refused(|it| it.confidentiality = Confidentiality::Private), "kaldırılmıştır"),
        (refused(|it| it.confidentiality = Confidentiality::Unknown), "kod listesinde yok"),
        (refused(|it| it.distributions.clear()), "hiç alıcı yok"),
        (refused(|it| it.distributions[0].urgency = Urgency::VeryUrgent), "ivedilik"),
        (refused(|it| it.distributions[0].withheld_annexes = vec![id(77)]), "üstveride yok"),
        (refused(|it| it.annexes[1].order = 1), "sıra numarası"),
        (refused(|it| it.annexes[1].file_name = None), "dosya adı yok"),
        (refused(|it| it.annexes[1].file_name = Some("şehir planı.txt".to_owned())), "ASCII dışı"),
        (refused(|it| it.annexes[2].is_signed = true), "imzalı olarak belirtilemez"),
        (refused(|it| it.references[1].label = "a".to_owned()), "birden çok"),
        (refused(|it| it.references[1].id = id(1)), "Aynı kimlik"),
        (refused(|it| it.references[0].annex_id = Some(id(77))), "bulunmayan bir eki"),
        (refused(|it| it.file_name = "üst yazı.pdf".to_owned()), "ASCII dışı"),
        (refused(|it| it.file_name = "a&b.pdf".to_owned()), "“ab.pdf” adıyla"),
        (refused(|it| it.annexes[1].file_name = Some("a[1].txt".to_owned())), "“a1.txt” adıyla"),
        (refused(|it| it.annexes[1].media_type = Some("pdf".to_owned())), "geçerli bir dosya türü"),
        (refused(|it| it.distributions[0].deadline = Some(Deadline::Duration("yarın".to_owned()))), "miat"),
        (refused(|it| it.verification_address = None), "doğrulama adresi"),
        (refused(|it| it.id = uuid::Uuid::nil()), "boş kimlik"),
        (refused(|it| it.subject = "bozuk\u{1}".to_owned()), "denetim karakteri"),
        (refused(|it| it.filing.as_mut().unwrap().main.code = "10".to_owned()), "dosya planı"),
    ];
    for (text, words) in rows {
        assert!(text.starts_with("Paket oluşturulmadı: ") && text.contains(words), "{text}");
    }
}

#[test]
fn version_1_is_not_asked_for_what_it_does_not_know() {
    let rows = [
        (refused_old(|it| it.filing = letter().filing), "standart dosya planı"),
        (refused_old(|it| it.verification_address = letter().verification_address), "doğrulama adresi"),
        (refused_old(|it| it.public_services = letter().public_services), "HEYSK"),
        (refused_old(|it| it.annexes[0].is_signed = false), "imzasız ek"),
        (refused_old(|it| it.distributions = letter().distributions), "KEP"),
        (
            refused_old(|it| it.distributions[0].deadline = Some(Deadline::Duration("PT8H".to_owned()))),
            "miat",
        ),
    ];
    for (text, words) in rows {
        assert!(text.contains(words) && text.contains("bu paket sürümünde"), "{text}");
    }
}

#[test]
fn files_and_annexes_must_fit() {
    let cover = || Content::from_bytes(PDF.to_vec());
    let none = Draft::new(letter(), cover(), vec![]);
    assert!(matches!(none, Err(CannotWrite::NoContent(_))));
    let mut more = contents();
    more.push((id(3), Content::from_bytes(vec![])));
    assert!(matches!(Draft::new(letter(), cover(), more), Err(CannotWrite::StrayContent(_))));
    let no_pdf = Draft::new(letter(), Content::from_bytes(b"PK".to_vec()), contents());
    assert!(no_pdf.unwrap_err().to_string().contains("PDF değil"));
}

#[test]
fn an_empty_signature_is_no_signature() {
    assert!(matches!(draft().with_initials(vec![]), Err(CannotWrite::EmptySignature(_))));
    assert!(matches!(draft().sign(vec![]), Err(CannotWrite::EmptySignature(_))));
    let signed = draft().sign(b"s".to_vec()).unwrap();
    let unsealed = signed.finish(&final_metadata(), datetime!(2026-02-03 10:12 +3)).unwrap();
    assert!(matches!(unsealed.seal(vec![]), Err(CannotWrite::EmptySignature(_))));
}

#[test]
fn a_letter_without_number_or_signatory_is_not_finished() {
    for change in
        [|it: &mut FinalMetadata| it.number.clear(), |it: &mut FinalMetadata| it.signatories.clear()]
    {
        let mut metadata = final_metadata();
        change(&mut metadata);
        let signed = draft().sign(b"s".to_vec()).unwrap();
        let finished = signed.finish(&metadata, datetime!(2026-02-03 10:12 +3));
        assert!(matches!(finished, Err(CannotWrite::Rules(_))));
    }
}

#[test]
fn an_old_letter_keeps_the_number_that_was_signed() {
    let number = OldNumber { dated_at: final_metadata().dated_at, number: "E-1".to_owned() };
    let cover = Content::from_bytes(PDF.to_vec());
    let signed =
        Draft::new_old(old_letter(), number, cover, contents()).unwrap().sign(b"s".to_vec()).unwrap();
    let finished = signed.finish(&final_metadata(), datetime!(2026-02-03 10:12 +3));
    assert!(matches!(finished, Err(CannotWrite::OtherNumber)));
}

#[test]
fn a_file_that_changes_after_signing_is_noticed() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(ANNEX).unwrap();
    let files = vec![
        (id(1), Content::from_reader(file.try_clone().unwrap())),
        (id(2), Content::from_bytes(LOOSE.to_vec())),
    ];
    let draft = Draft::new(letter(), Content::from_bytes(PDF.to_vec()), files).unwrap();
    let signed = draft.sign(b"s".to_vec()).unwrap();
    let unsealed = signed.finish(&final_metadata(), datetime!(2026-02-03 10:12 +3)).unwrap();
    let mut sealed = unsealed.seal(b"m".to_vec()).unwrap();
    sealed.write(Cursor::new(Vec::new())).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(b"X").unwrap();
    let written = sealed.write(Cursor::new(Vec::new()));
    assert!(
        matches!(&written, Err(CannotWrite::Changed(name)) if name == "/Ekler/liste.xlsx"),
        "{written:?}"
    );
}

#[test]
fn an_update_that_says_nothing_is_not_written() {
    let author = letter().author;
    let start = |change: &ConfidentialityChange, kind| {
        let original = (kind, Content::from_bytes(vec![1]));
        UpdateDraft::new(id(600), change, &author, original, datetime!(2027-05-06 9:00 +3))
    };
    let mut silent = change();
    silent.description.clear();
    assert!(start(&silent, Kind::Letter).unwrap_err().to_string().contains("açıklaması yok"));
    assert!(matches!(start(&change(), Kind::Update), Err(CannotWrite::NotInVersion(_))));
    assert!(start(&change(), Kind::Encrypted).is_ok());
}
