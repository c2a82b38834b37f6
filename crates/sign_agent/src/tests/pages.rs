//! Pages for states of a card that SoftHSM never has.

use signing::Certificate;
use signing::token::PinState;

use super::portal::Portal;
use super::town::*;
use crate::desk::{Desk, FileState};
use crate::job::Job;
use crate::origin::Origin;
use crate::pages::{SignView, sign};
use crate::signers::{Choice, Found};

async fn page_for(pin: PinState) -> String {
    let folder = tempfile::tempdir().unwrap();
    make_certificates(folder.path(), &P256);
    let certificate = std::fs::read(folder.path().join("veli.der")).unwrap();
    let certificate = Certificate::from_pem_or_der(&certificate).unwrap().remove(0);
    let portal = Portal::start().await;
    portal.add_job("bilet1", 1);
    let job = portal.job_text("bilet1");
    let origin = Origin::parse(&portal.origin).unwrap();
    let job = Job::parse(job.as_bytes(), &origin).unwrap();
    let entry = Desk::new().add(origin, "bilet1".to_owned(), job, now()).unwrap();
    let choice = Choice { pin, card: Some("Kart".to_owned()), ..Choice::of(&certificate) };
    let found = Found { choices: vec![choice], trouble: None };
    let files = [FileState::Unseen];
    let (entry, found, files) = (&*entry, &found, &files[..]);
    sign(&SignView { entry, found, files, message: None, is_trial: false, now: now() }).text()
}

#[tokio::test]
async fn the_last_try_is_announced_and_asks_for_a_word() {
    let page = page_for(PinState { is_count_low: true, is_final_try: true, is_locked: false }).await;
    assert!(page.contains("Kartta tek PIN denemesi kaldı."), "{page}");
    assert!(page.contains("name=\"son_deneme\"") && page.contains("name=\"pin\""), "{page}");
    let page = page_for(PinState::default()).await;
    assert!(!page.contains("son_deneme") && page.contains("name=\"pin\""), "{page}");
}

#[tokio::test]
async fn a_locked_card_is_asked_for_no_pin() {
    let page = page_for(PinState { is_count_low: true, is_final_try: false, is_locked: true }).await;
    assert!(page.contains("Kart kilitli; kilidi kartı veren kuruluş açar."), "{page}");
    assert!(!page.contains("name=\"pin\"") && page.contains("disabled"), "{page}");
}
