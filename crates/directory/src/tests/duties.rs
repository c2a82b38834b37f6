//! The duties as people live them: the norm refuses, two people appoint, the chart of any day is there.

use kernel::db::Sql;
use kernel::record::{self, Draft, FieldValue, ListQuery};
use testkit::each;

use super::*;
use crate::chart::Head;
use crate::units::tree_at;
use crate::{kinds, set_norm, store};

#[tokio::test]
async fn a_post_beyond_the_norm_is_refused_with_the_reason() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        set_norm(&tx, town.network, town.technician, 2, "2026/41").await.unwrap();
        let second = person(&tx, "10", "Cem Ak", town.network, town.technician).await.unwrap();
        let refused = person(&tx, "11", "Derya Su", town.network, town.technician).await.unwrap_err();
        assert_eq!(codes(&refused), ["staffing.norm_exceeded"]);
        assert!(refused.violations[0].text.contains("norm kadro 2, dolu 2"), "{refused}");
        assert_eq!(refused.violations[0].field, "title_id");
        let other = person(&tx, "12", "Ece Taş", town.it, town.technician).await.unwrap();
        let kind = kinds::staff::kind();
        let moved =
            change(&tx, &kind, other, &[("unit_id", FieldValue::Id(town.network))]).await.unwrap_err();
        assert_eq!(codes(&moved), ["staffing.norm_exceeded"], "a move is a post too");
        let lower = set_norm(&tx, town.network, town.technician, 1, "").await.unwrap_err();
        assert_eq!(codes(&lower), ["staffing.norm_too_low"]);
        record::run_verb(&tx, &kind, second, "ayril", "05.11.2026 istifa").await.unwrap();
        assert!(change(&tx, &kind, other, &[("unit_id", FieldValue::Id(town.network))]).await.unwrap());
        let back = record::run_verb(&tx, &kind, second, "geri-don", "geri alındı").await.unwrap_err();
        assert_eq!(codes(&back), ["staffing.norm_exceeded"], "the post was given away meanwhile");
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_responsible_person_is_proposed_by_one_and_approved_by_another() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let director = role(test, &town, "director", town.ayse);
        let deputy = role(test, &town, "deputy_mayor", town.hulya);
        let kind = kinds::appointment::kind();
        let tx = test.begin_as(&test.act_of(&director)).await;
        let mut draft = Draft::default();
        draft.set("subject", text("Ağ ve Sistem Sorumlusu"));
        draft.set("staff_id", FieldValue::Id(town.burak));
        draft.set("unit_id", FieldValue::Id(town.network));
        draft.set("starts_on", text("2026-11-05"));
        let id = record::create(&tx, &kind, draft.clone()).await.unwrap();
        assert_eq!(
            codes(&record::create(&tx, &kind, draft.clone()).await.unwrap_err()),
            ["appointment.double"]
        );
        draft.set("unit_id", FieldValue::Id(town.parks));
        let foreign = record::create(&tx, &kind, draft).await.unwrap_err();
        assert_eq!(codes(&foreign), ["KYT-011"], "not the director's unit");
        assert_eq!(foreign.violations[0].field, "unit_id", "and the form says so where it was chosen");
        record::run_verb(&tx, &kind, id, "oner", "").await.unwrap();
        let own = record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap_err();
        assert_eq!(own.kind, kernel::ErrorKind::Forbidden, "who proposes does not approve");
        tx.commit().await.unwrap();

        test.advance_seconds(3_600);
        let waiting = crate::my_day::waiting(&test.db, &deputy, test.act().now()).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].count), (1, 1), "it waits on the deputy mayor's day");
        let tx = test.begin_as(&test.act_of(&deputy)).await;
        record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap();
        let again = record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap_err();
        assert_eq!(again.kind, kernel::ErrorKind::Conflict);
        tx.commit().await.unwrap();
        let approved = record::get(&test.db, &kind, id).await.unwrap();
        let at = |column: &str| approved.get(column).int().unwrap();
        assert_eq!(at("approved_at") - at("proposed_at"), 3_600_000_000, "both steps have their own date");

        let tx = test.begin_as(&test.act_of(&director)).await;
        let late = change(&tx, &kind, id, &[("decision_no", text("5"))]).await.unwrap_err();
        assert_eq!(codes(&late), ["KYT-013"]);
        record::run_verb(&tx, &kind, id, "sona-erdir", "görev değişti").await.unwrap();
        tx.commit().await.unwrap();
        let ended = record::get(&test.db, &kind, id).await.unwrap();
        assert_eq!((ended.get("state").text(), ended.get("ends_on").text()), ("ended", "2026-11-05"));
    })
    .await;
}

#[tokio::test]
async fn the_chart_of_a_past_day_shows_names_and_places_of_that_day() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let kind = kinds::unit::kind();
        let tx = test.begin().await;
        let renamed = [("name", text("Şebeke Şefliği")), ("effective_on", text("2026-06-01"))];
        assert!(change(&tx, &kind, town.network, &renamed).await.unwrap());
        let moved = [("parent_id", FieldValue::Id(town.parks))];
        assert!(
            change(&tx, &kind, town.network, &moved).await.unwrap(),
            "without a day it counts from today"
        );
        tx.commit().await.unwrap();
        let seen = async |on: &str| {
            let on = day(on).0;
            let versions = store::versions_on(&test.db, on).await.unwrap();
            let forest = tree_at(on, &versions);
            let below = &forest[0].children;
            let holder = below.iter().find(|unit| !unit.children.is_empty()).unwrap();
            (holder.version.name.clone(), holder.children[0].version.name.clone())
        };
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        assert_eq!(seen("2026-05-31").await, pair("Bilgi İşlem Müdürlüğü", "Ağ ve Sistem Şefliği"));
        assert_eq!(seen("2026-06-01").await, pair("Bilgi İşlem Müdürlüğü", "Şebeke Şefliği"));
        assert_eq!(seen("2026-11-05").await, pair("Park ve Bahçeler Müdürlüğü", "Şebeke Şefliği"));
        let heads = store::heads_on(&test.db, day("2022-01-01").0).await.unwrap();
        assert!(heads.iter().any(|head| head.name == "Ayşe Kaya" && head.unit_id == town.it));
        assert!(
            store::heads_on(&test.db, day("2020-06-01").0).await.unwrap().is_empty(),
            "nobody worked yet"
        );
        assert_ne!(Head::Vacant, Head::None);
    })
    .await;
}

#[tokio::test]
async fn a_unit_is_not_hung_under_itself_nor_closed_over_people() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let kind = kinds::unit::kind();
        let tx = test.begin().await;
        let circle = change(&tx, &kind, town.it, &[("parent_id", FieldValue::Id(town.network))]).await;
        assert_eq!(codes(&circle.unwrap_err()), ["unit.cycle"]);
        let taken = unit(&tx, "BIM", "Başka", "directorate", None).await.unwrap_err();
        assert_eq!(codes(&taken), ["unit.code_taken"]);
        let close = record::run_verb(&tx, &kind, town.it, "kapat", "meclis kararı").await.unwrap_err();
        assert_eq!(codes(&close), ["unit.open_children", "unit.staff"]);
        tx.rollback().await.unwrap();
        let tx = test.begin().await;
        record::run_verb(&tx, &kind, town.parks, "kapat", "meclis kararı").await.unwrap();
        tx.commit().await.unwrap();
        let standing = store::versions_on(&test.db, day("2026-11-05").0).await.unwrap();
        assert!(standing.iter().all(|version| version.unit_id != town.parks));
        test.advance_seconds(3 * 86_400);
        let tx = test.begin().await;
        let edit = change(&tx, &kind, town.parks, &[("name", text("Parklar"))]).await.unwrap_err();
        assert_eq!(codes(&edit), ["KYT-013"]);
        record::run_verb(&tx, &kind, town.parks, "yeniden-ac", "karar iptal").await.unwrap();
        tx.commit().await.unwrap();
        let versions = store::versions_of(&test.db, town.parks).await.unwrap();
        assert_eq!(versions.len(), 2, "the days without it stay known");
        assert_eq!(versions[1].valid_from, day("2026-11-08").0);
    })
    .await;
}

#[tokio::test]
async fn the_norm_is_called_after_the_names_that_unit_and_title_have_now() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        let norm = set_norm(&tx, town.network, town.technician, 2, "2026/41").await.unwrap();
        let other = set_norm(&tx, town.parks, town.technician, 1, "").await.unwrap();
        change(&tx, &kinds::unit::kind(), town.network, &[("name", text("Şebeke Şefliği"))]).await.unwrap();
        change(&tx, &kinds::title::kind(), town.technician, &[("name", text("Teknik personel"))])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let kind = kinds::norm::kind();
        let name = async |id| record::get(&test.db, &kind, id).await.unwrap().get("name").text().to_string();
        assert_eq!(name(norm).await, "Şebeke Şefliği · Teknik personel");
        assert_eq!(name(other).await, "Park ve Bahçeler Müdürlüğü · Teknik personel");
        let named = record::names(&test.db, &[kernel::Ref::new("staffing_norm", norm)]).await.unwrap();
        assert_eq!(named[0].title, "Şebeke Şefliği · Teknik personel");
        let sql = "SELECT name_key FROM staffing_norm WHERE id = $1";
        let key: Option<String> = test.db.scalar(sql, vec![norm.into()]).await.unwrap();
        assert_eq!(key.unwrap(), kernel::tr::collation_key("Şebeke Şefliği · Teknik personel"));
        let found = "SELECT count(*) FROM record_word WHERE record_id = $1 AND word LIKE 'sebeke%'";
        assert_eq!(test.db.scalar::<i64>(found, vec![norm.into()]).await.unwrap(), Some(1));
    })
    .await;
}

#[tokio::test]
async fn what_is_decided_is_not_offered_for_change_and_an_acting_knows_the_unit_by_itself() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        let kind = kinds::acting::kind();
        let mut draft = Draft::default();
        draft.set("principal_id", FieldValue::Id(town.ayse));
        draft.set("substitute_id", FieldValue::Id(town.hulya));
        let now = test.clock.now();
        draft.set("from_at", FieldValue::Int(now.0));
        draft.set("until_at", FieldValue::Int(now.0 + 86_400_000_000));
        let id = record::create(&tx, &kind, draft).await.unwrap();
        let acting = record::get(&tx, &kind, id).await.unwrap();
        assert_eq!(acting.get("unit_id").id(), Some(town.it), "the unit of the one who is away");
        let actor = test.act().actor;
        assert!(kind.is_editable(&acting, &actor));
        let sql = "UPDATE acting SET state = 'approved' WHERE id = $1";
        tx.run(sql, vec![id.into()]).await.unwrap();
        let acting = record::get(&tx, &kind, id).await.unwrap();
        assert!(!kind.is_editable(&acting, &actor));
        let late = change(&tx, &kind, id, &[("reason", text("izin"))]).await.unwrap_err();
        assert_eq!(codes(&late), ["KYT-013"]);
        assert_eq!(kinds::appointment::kind().editable_in, ["draft"]);
        tx.rollback().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_change_of_post_leaves_the_earlier_one_dated() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let kind = kinds::staff::kind();
        let tx = test.begin().await;
        assert!(change(&tx, &kind, town.burak, &[("unit_id", FieldValue::Id(town.it))]).await.unwrap());
        tx.commit().await.unwrap();
        let posts = store::positions_of(&test.db, town.burak).await.unwrap();
        let spans: Vec<_> =
            posts.iter().map(|post| (post.unit_id, post.from_on.as_str(), post.to_on.as_deref())).collect();
        assert_eq!(spans, [(town.it, "2026-11-05", None), (town.network, "2021-03-01", Some("2026-11-05"))]);
        let tx = test.begin().await;
        record::run_verb(&tx, &kind, town.burak, "ayril", "05.11.2026 emeklilik").await.unwrap();
        tx.commit().await.unwrap();
        let left: Option<String> =
            test.db.scalar("SELECT left_on FROM staff WHERE id = $1", vec![town.burak.into()]).await.unwrap();
        assert_eq!(left.as_deref(), Some("2026-11-05"));
        let open = store::positions_of(&test.db, town.burak).await.unwrap();
        assert!(open.iter().all(|post| post.to_on.is_some()), "nobody works after leaving");
    })
    .await;
}

#[tokio::test]
async fn every_evidence_speaks_on_an_empty_and_on_a_filled_town() {
    each(capabilities(), async |test| {
        for evidence in crate::evidence::all() {
            assert_eq!((evidence.run)(&test.db).await.unwrap().count, 0, "{}", evidence.duty);
        }
        let town = town(test).await;
        let tx = test.begin().await;
        set_norm(&tx, town.it, town.director, 1, "").await.unwrap();
        tx.commit().await.unwrap();
        let evidence = crate::evidence::all();
        let chart = (evidence[0].run)(&test.db).await.unwrap();
        assert_eq!((chart.count, chart.last_at.is_some()), (4, true));
        assert!((evidence[1].run)(&test.db).await.unwrap().sentence_tr.contains("aşılan satır: 0"));
    })
    .await;
}

#[tokio::test]
async fn two_who_fill_the_last_post_at_once_do_not_both_get_it() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let tx = test.begin().await;
        set_norm(&tx, town.network, town.technician, 2, "2026/41").await.unwrap();
        tx.commit().await.unwrap();
        let take = async |number: &'static str| {
            let tx = test.db.begin(&test.act()).await.unwrap();
            person(&tx, number, "Cem Ak", town.network, town.technician).await?;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            tx.commit().await
        };
        let (one, other) = tokio::join!(take("20"), take("21"));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let refused = one.err().or(other.err()).unwrap();
        assert_eq!(codes(&refused), ["staffing.norm_exceeded"]);
        assert_eq!(store::filled(&test.db, town.network, town.technician, None).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_move_counts_from_its_day_and_a_day_of_leaving_is_put_right() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let kind = kinds::staff::kind();
        let to = |unit, on: &str| [("unit_id", FieldValue::Id(unit)), ("effective_on", text(on))];
        let tx = test.begin().await;
        let future = change(&tx, &kind, town.burak, &to(town.it, "2026-11-06")).await.unwrap_err();
        assert_eq!(codes(&future), ["staff.future"]);
        let early = change(&tx, &kind, town.burak, &to(town.it, "2021-02-28")).await.unwrap_err();
        assert_eq!(codes(&early), ["staff.before_post"]);
        assert!(early.violations[0].text.contains("01.03.2021"), "{early}");
        let alone =
            change(&tx, &kind, town.burak, &[("effective_on", text("2026-10-01"))]).await.unwrap_err();
        assert_eq!(codes(&alone), ["staff.no_move"]);
        let left = change(&tx, &kind, town.burak, &[("left_on", text("2026-10-01"))]).await.unwrap_err();
        assert_eq!(codes(&left), ["staff.not_left"]);
        assert!(change(&tx, &kind, town.burak, &to(town.it, "2026-09-01")).await.unwrap());
        tx.commit().await.unwrap();
        let spans = async || {
            let posts = store::positions_of(&test.db, town.burak).await.unwrap();
            posts.into_iter().map(|post| (post.unit_id, post.from_on, post.to_on)).collect::<Vec<_>>()
        };
        let day = |text: &str| text.to_owned();
        let first = (town.network, day("2021-03-01"), Some(day("2026-09-01")));
        assert_eq!(spans().await, [(town.it, day("2026-09-01"), None), first.clone()]);
        let tx = test.begin().await;
        record::run_verb(&tx, &kind, town.burak, "ayril", "05.11.2026 emeklilik").await.unwrap();
        let early = change(&tx, &kind, town.burak, &[("left_on", text("2026-08-31"))]).await.unwrap_err();
        assert_eq!(codes(&early), ["staff.before_post"]);
        assert!(change(&tx, &kind, town.burak, &[("left_on", text("2026-10-15"))]).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(spans().await, [(town.it, day("2026-09-01"), Some(day("2026-10-15"))), first]);
    })
    .await;
}

#[tokio::test]
async fn appointments_and_actings_stand_under_the_tab_of_their_days() {
    each(capabilities(), async |test| {
        let town = town(test).await;
        let kind = kinds::appointment::kind();
        let director = role(test, &town, "director", town.ayse);
        let deputy = role(test, &town, "deputy_mayor", town.hulya);
        let tx = test.begin_as(&test.act_of(&director)).await;
        let mut ids = Vec::new();
        for (subject, from, until) in [
            ("Eski Sorumlu", "2026-01-01", "2026-10-31"),
            ("Şimdiki Sorumlu", "2026-11-01", "2026-11-05"),
            ("Gelecek Sorumlu", "2026-11-06", ""),
        ] {
            let mut draft = Draft::default();
            draft.set("subject", text(subject));
            draft.set("staff_id", FieldValue::Id(town.burak));
            draft.set("unit_id", FieldValue::Id(town.network));
            draft.set("starts_on", text(from));
            draft.set("ends_on", if until.is_empty() { FieldValue::Null } else { text(until) });
            let id = record::create(&tx, &kind, draft).await.unwrap();
            record::run_verb(&tx, &kind, id, "oner", "").await.unwrap();
            ids.push(id);
        }
        tx.commit().await.unwrap();
        let phases = async || {
            let sql = "SELECT phase FROM appointment ORDER BY starts_on";
            test.db.column::<String>(sql, vec![]).await.unwrap()
        };
        assert_eq!(phases().await, ["none", "none", "none"], "nothing was approved");
        let tx = test.begin_as(&test.act_of(&deputy)).await;
        for id in ids {
            record::run_verb(&tx, &kind, id, "onayla", "").await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(phases().await, ["over", "current", "coming"]);
        let listed = async |phase: &str| {
            let (query, wrong) = ListQuery::parse(&kind, &[("phase".into(), phase.into())]);
            assert!(wrong.is_empty());
            let page = record::list(&test.db, &kind, &query, &deputy, kind.view).await.unwrap();
            page.records.iter().map(|record| record.title(&kind)).collect::<Vec<_>>()
        };
        assert_eq!(listed("current").await, ["Şimdiki Sorumlu"]);
        // The next day comes by itself.
        test.advance_seconds(86_400);
        let job = test.registry.job("directory.keep_phases").unwrap();
        test.run(job).await;
        assert_eq!(phases().await, ["over", "over", "current"]);
        test.run(job).await;
        let tx = test.begin().await;
        assert_eq!(store::set_phases(&tx, None).await.unwrap(), 0, "a second run changes nothing");
        tx.rollback().await.unwrap();
    })
    .await;
}
