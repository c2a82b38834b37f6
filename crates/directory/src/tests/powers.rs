//! Powers pass to the substitute and return by the clock alone, and what was done says "vekâleten" (ORG-6).

use std::sync::Arc;

use access::actions::open_account::{NewAccount, open_account};
use access::{Accounts, Directory, Hashing};
use kernel::record::{self, Draft, FieldValue};
use kernel::secret::Key;
use kernel::{Act, Instant};
use testkit::{START, each};

use super::*;
use crate::{DirectoryPowers, kinds};

const HOUR: i64 = 3_600;

fn at(seconds: i64) -> FieldValue {
    FieldValue::Int(START.plus_seconds(seconds).0)
}

fn leave_of(town: &Town, from: i64, until: i64) -> Draft {
    let mut draft = Draft::default();
    draft.set("unit_id", FieldValue::Id(town.it));
    draft.set("principal_id", FieldValue::Id(town.ayse));
    draft.set("substitute_id", FieldValue::Id(town.burak));
    draft.set("from_at", at(from));
    draft.set("until_at", at(until));
    draft.set("reason", text("yıllık izin"));
    draft
}

async fn account(test: &TestDb, username: &str, role: &str, staff: Uuid) -> Uuid {
    let tx = test.begin().await;
    access::sync_roles(&tx, &test.registry).await.unwrap();
    let new = NewAccount {
        username: username.into(),
        name: username.into(),
        role: role.into(),
        staff_id: Some(staff),
        ..NewAccount::default()
    };
    let id = open_account(&tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn powers_pass_at_the_start_and_return_at_the_end_by_themselves() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        account(test, "ayse", "director", town.ayse).await;
        let burak = account(test, "burak", "staff", town.burak).await;
        let key = Key::new(&test.clock);
        let hashing = Hashing::default();
        let accounts =
            Accounts::new(test.db.clone(), test.clock.clone(), key, hashing, Arc::new(DirectoryPowers));
        let kind = kinds::acting::kind();
        let tx = test.begin().await;
        let id = record::create(&tx, &kind, leave_of(&town, HOUR, 3 * HOUR)).await.unwrap();
        tx.commit().await.unwrap();
        let may = async |permission: &str| {
            let actor = accounts.actor(burak).await.unwrap().unwrap();
            (actor.may_on(permission, Some(town.it), None), actor)
        };
        let propose = crate::appointment::PROPOSE;
        test.advance_seconds(2 * HOUR);
        assert!(!may(propose).await.0, "asked for is not approved");
        let tx = test.begin().await;
        record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap();
        tx.commit().await.unwrap();
        let (is_allowed, actor) = may(propose).await;
        assert!(is_allowed, "the director's powers have passed");
        assert!(actor.may_on(propose, Some(town.network), None), "with everything under the unit");
        assert!(!actor.may_on(propose, Some(town.parks), None), "and nothing beside it");
        assert_eq!(actor.acting_for.as_ref().unwrap().name, "Ayşe Kaya");

        let unit = kinds::appointment::kind();
        let tx = test.begin_as(&Act { actor, ..test.act() }).await;
        let mut draft = Draft::default();
        draft.set("subject", text("Yedekleme Sorumlusu"));
        draft.set("staff_id", FieldValue::Id(town.burak));
        draft.set("unit_id", FieldValue::Id(town.network));
        draft.set("starts_on", text("2026-11-05"));
        let made = record::create(&tx, &unit, draft).await.unwrap();
        tx.commit().await.unwrap();
        let told = kernel::event::timeline(&test.db, &kernel::Ref::new("appointment", made), None, 5).await;
        assert_eq!(
            told.unwrap()[0].acting_for_name.as_deref(),
            Some("Ayşe Kaya"),
            "the trail says vekâleten"
        );

        test.advance_seconds(HOUR);
        assert!(!may(propose).await.0, "back at the end, without anybody doing anything");
    })
    .await;
}

#[tokio::test]
async fn an_acting_ended_early_gives_the_powers_back_at_once() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let kind = kinds::acting::kind();
        let tx = test.begin().await;
        let id = record::create(&tx, &kind, leave_of(&town, 0, 48 * HOUR)).await.unwrap();
        record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap();
        tx.commit().await.unwrap();
        let acting = async |at: Instant| {
            !DirectoryPowers.acting(&test.db, &[town.burak], at).await.unwrap().is_empty()
        };
        assert!(acting(START.plus_seconds(HOUR)).await);
        test.advance_seconds(2 * HOUR);
        let tx = test.begin().await;
        record::run_verb(&tx, &kind, id, "sona-erdir", "erken döndü").await.unwrap();
        tx.commit().await.unwrap();
        assert!(!acting(test.act().now()).await);
        assert!(acting(START.plus_seconds(HOUR)).await, "what was stays known");
        let places = DirectoryPowers.units_of(&test.db, &[town.burak, town.ayse], START).await.unwrap();
        assert_eq!((places[&town.burak], places[&town.ayse]), (town.network, town.it));
        let trees = DirectoryPowers.trees(&test.db, &[town.deputy_unit], START).await.unwrap();
        assert_eq!((trees[&town.deputy_unit].len(), trees[&town.deputy_unit][0]), (4, town.deputy_unit));
    })
    .await;
}

#[tokio::test]
async fn actings_that_cannot_both_stand_are_refused() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let kind = kinds::acting::kind();
        let tx = test.begin().await;
        let first = record::create(&tx, &kind, leave_of(&town, HOUR, 5 * HOUR)).await.unwrap();
        let mut second = leave_of(&town, 2 * HOUR, 3 * HOUR);
        second.set("substitute_id", FieldValue::Id(town.hulya));
        assert_eq!(codes(&record::create(&tx, &kind, second).await.unwrap_err()), ["acting.overlap"]);
        let own = [("substitute_id", FieldValue::Id(town.ayse))];
        assert_eq!(codes(&change(&tx, &kind, first, &own).await.unwrap_err()), ["acting.self"]);
        let past = record::create(&tx, &kind, leave_of(&town, -2 * HOUR, -HOUR)).await.unwrap_err();
        assert_eq!(codes(&past), ["acting.past"]);
        let mut elsewhere = leave_of(&town, 6 * HOUR, 7 * HOUR);
        elsewhere.set("unit_id", FieldValue::Id(town.parks));
        assert_eq!(codes(&record::create(&tx, &kind, elsewhere).await.unwrap_err()), ["acting.unit"]);
        tx.commit().await.unwrap();
        let left = kinds::staff::kind();
        let tx = test.begin().await;
        let leave = record::run_verb(&tx, &left, town.burak, "ayril", "05.11.2026 istifa").await.unwrap_err();
        assert_eq!(codes(&leave), ["staff.open_duties"], "nobody leaves with a duty open");
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_for_an_acting_does_not_approve_it() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let deputy = role(test, &town, "deputy_mayor", town.hulya);
        let kind = kinds::acting::kind();
        let tx = test.begin_as(&test.act_of(&deputy)).await;
        let id = record::create(&tx, &kind, leave_of(&town, HOUR, 5 * HOUR)).await.unwrap();
        let own = record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap_err();
        assert_eq!(codes(&own), ["proposal.own"]);
        tx.rollback().await.unwrap();
    })
    .await;
}
