//! A text that a built-in profile was made from is recognised by its facts, and the profile's matches are proposed.

use std::path::PathBuf;

use kernel::db::Sql;
use uuid::Uuid;

use super::desk::{Desk, TEXT, capabilities};
use crate::profiles::Profile;

/// The folder of the real texts, beside the repository or above it; none on most machines.
fn real_texts() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|folder| folder.join("shared/regulations")).find(|folder| folder.is_dir())
}

#[tokio::test]
async fn the_text_of_a_built_in_profile_brings_its_matches_as_proposals_of_a_person_to_confirm() {
    let Some(folder) = real_texts() else {
        eprintln!("skipped: the real regulations are not beside the repository, so none is recognised");
        return;
    };
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        for profile in Profile::built_in() {
            let text = std::fs::read_to_string(folder.join(format!("{}.txt", profile.id))).unwrap();
            let id = desk.paste(&text).await;
            let fields = [("yururluk", "1.11.2026"), ("bakildi", "evet")];
            desk.post("director", &format!("/yonetmelik/{id}/onayla"), &fields).await.is(303);
            let sql = "SELECT count(*) FROM clause_duty WHERE regulation_id = $1 AND state = 'proposed' AND score_milli = 1000 \
                       AND words = 'hazır profilde teyitli'";
            let id: Uuid = id.parse().unwrap();
            let proposed: Option<i64> = test.db.scalar(sql, vec![id.into()]).await.unwrap();
            let known: usize = profile.matches.iter().map(|one| one.duties.len()).sum();
            assert_eq!(proposed, Some(known as i64), "{}", profile.id);
        }
        let sql = "SELECT count(*) FROM clause_duty WHERE state = 'confirmed'";
        assert_eq!(test.db.scalar::<i64>(sql, vec![]).await.unwrap(), Some(0), "a person confirms");
    })
    .await;
}

#[tokio::test]
async fn another_towns_text_is_taken_for_no_profile() {
    testkit::each(capabilities(), async |test| {
        let desk = Desk::new(test);
        let id = desk.paste(TEXT).await;
        let fields = [("yururluk", "1.11.2026"), ("bakildi", "evet")];
        desk.post("director", &format!("/yonetmelik/{id}/onayla"), &fields).await.is(303);
        let sql = "SELECT count(*) FROM clause_duty WHERE words = 'hazır profilde teyitli'";
        assert_eq!(test.db.scalar::<i64>(sql, vec![]).await.unwrap(), Some(0));
    })
    .await;
}
