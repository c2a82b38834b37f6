//! Duties of the duty screens: what a person sees of a duty, decides about clauses and says about people.
#![allow(clippy::unwrap_used)]

use http::StatusCode;
use kernel::Instant;
use kernel::capability::EvidenceNow;
use kernel::db::Sql;

pub(crate) mod town;

use super::proof::judge;
use super::{Proof, State, demo, prove, store, sync};
use crate::catalogue::Catalogue;
use town::{AYSE, EMRE, OTHER_UNIT, TITLE, Town, UNIT, capabilities, node};

fn no_printer() -> printing::Printer {
    printing::Printer(|_, _| Err(printing::Error::Uneven))
}

#[tokio::test]
async fn every_duty_of_the_catalogue_becomes_a_record_once() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let wanted: Vec<&str> = Catalogue::built_in().duties().iter().map(|duty| duty.id.as_str()).collect();
        let rows = store::duties(&test.db).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(), wanted);
        assert!(rows.iter().all(|row| row.id == sync::id_of(&row.code)));
        let tx = test.begin().await;
        tx.without_event("nothing differs");
        sync::sync(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(town.events("created").await, wanted.len() as i64, "a second run writes nothing");
    })
    .await;
}

#[tokio::test]
async fn a_changed_text_is_renewed_and_a_duty_that_left_the_catalogue_is_retired() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let tx = test.begin().await;
        tx.without_event("an older version of the program wrote these");
        tx.run("UPDATE duty SET title = 'Eski ad' WHERE code = 'ORG-1'", vec![]).await.unwrap();
        tx.run("UPDATE duty SET code = 'OLD-1' WHERE code = 'ORG-2'", vec![]).await.unwrap();
        tx.run("DELETE FROM duty WHERE code = 'OLD-1'", vec![]).await.unwrap();
        let old = "INSERT INTO duty SELECT $1, 'OLD-1', 900, family, title, title_key, text, works_when, state, coverage, responsible, \
                   evidence_state, evidence_count, evidence_at, evidence, evidence_path, has_gap FROM duty WHERE code = 'ORG-3'";
        tx.run(old, vec![uuid::Uuid::from_u128(9).into()]).await.unwrap();
        sync::sync(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_ne!(town.duty("ORG-1").await.title, "Eski ad");
        assert_eq!(town.duty("OLD-1").await.state, "retired");
        assert_eq!(town.duty("ORG-2").await.state, "active");
    })
    .await;
}

#[tokio::test]
async fn clauses_that_wait_for_a_decision_are_in_the_day_of_those_who_decide() {
    testkit::each(capabilities(), async |test| {
        let _town = Town::new(test, no_printer()).await;
        let now = test.clock.now();
        let waiting = store::count_undecided(&test.db).await.unwrap();
        assert!(waiting > 0);
        let director = testkit::role_actor(&test.registry, "director", &[], None);
        let day = super::waiting(&test.db, &director, now).await.unwrap();
        assert_eq!((day[0].count, day[0].path.as_str()), (waiting, "/gorevler/eslestirme"));
        let staff = testkit::role_actor(&test.registry, "staff", &[], None);
        assert!(super::waiting(&test.db, &staff, now).await.unwrap().is_empty());
    })
    .await;
}

#[test]
fn evidence_is_fresh_within_its_days_old_after_them_and_none_without_a_piece() {
    let now = Instant(1_000 * Instant::DAY_US);
    let found = |count, last_at| EvidenceNow { count, last_at, sentence_tr: String::new() };
    let days_ago = |days: i64| Some(now.plus_us(-days * Instant::DAY_US));
    assert_eq!(judge(&found(3, days_ago(7)), 7, now), State::Fresh);
    assert_eq!(judge(&found(3, days_ago(8)), 7, now), State::Old);
    assert_eq!(judge(&found(0, days_ago(1)), 7, now), State::None);
    assert_eq!(judge(&found(3, None), 7, now), State::Old, "a day nobody knows is not recent");
}

#[tokio::test]
async fn the_page_of_a_duty_shows_clause_people_screens_and_evidence_as_they_are_now() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let page = town.get("staff", &format!("/gorevler/{}", sync::id_of("REG-1"))).await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        assert!(text.contains("Teyit edilen dayanak maddeler"), "its evidence is named");
        assert!(text.contains("Yürürlükteki yönetmelikte görevi teyit edilmiş dayanak: 1."));
        let text = town.get("staff", &format!("/gorevler/{}", sync::id_of("SD-1"))).await.text();
        assert!(text.contains("Madde 6, bent b") && text.contains("Teyit bekliyor"));
        assert!(text.contains("talep, kayıt"), "the words that gave the proposal are shown");
        assert!(text.contains("birimi, unvanı ya da kişisi belirlenmemiş"));
        assert!(!text.contains("Sorumlu belirle"), "staff is offered no act it may not do");
    })
    .await;
}

#[tokio::test]
async fn the_list_of_duties_filters_by_gap_and_can_be_asked_through_the_api() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let all = town.get("auditor", "/gorevler?boy=100").await.text();
        assert!(all.contains("ORG-1"));
        let gaps = town.get("auditor", "/gorevler?has_gap=evet").await.text();
        assert!(gaps.contains("SD-1") && !gaps.contains(">ORG-1<"));
        let json = town.get("auditor", "/api/v1/duty?coverage=confirmed").await;
        assert_eq!(json.status, StatusCode::OK);
        assert!(json.text().contains("\"ID-1\"") && !json.text().contains("\"SD-1\""));
        assert_eq!(town.get("auditor", "/gorevler/yazdir").await.status, StatusCode::OK);
        assert_eq!(town.get("auditor", "/gorevler/disa-aktar/csv").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_person_says_who_does_a_duty_and_takes_it_back() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let duty = sync::id_of("SD-1");
        let (path, page) = (format!("/gorevler/{duty}/kimde"), format!("/gorevler/{duty}"));
        assert!(town.get("director", &path).await.text().contains("Yazılım Birimi"));
        let (unit, title, emre) = (UNIT.to_string(), TITLE.to_string(), EMRE.to_string());
        let fields = [("birim", unit.as_str()), ("unvan", &title), ("personel", &emre), ("aciklama", "Asıl")];
        let done = town.post("director", &path, &fields).await;
        assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, page.as_str()));
        assert_eq!(town.duty("SD-1").await.responsible, "Yazılım Birimi · Programcı · Emre Doğan");
        let again = town.post("director", &path, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text().contains("zaten yazılı") && again.text().contains("value=\"Asıl\""));
        let one = store::assignments(&test.db, Some(duty)).await.unwrap().remove(0);
        let gone = town.post("director", &format!("{path}/{}/kaldir", one.id), &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        assert_eq!(town.duty("SD-1").await.responsible, "");
        assert_eq!((town.events("assigned").await, town.events("unassigned").await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn who_was_given_a_duty_hears_of_it_by_name_or_by_unit() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let path = |duty: &str| format!("/gorevler/{}/kimde", sync::id_of(duty));
        let (unit, emre) = (UNIT.to_string(), EMRE.to_string());
        let by_name = [("birim", unit.as_str()), ("personel", emre.as_str())];
        assert_eq!(town.post("director", &path("SD-1"), &by_name).await.status, StatusCode::SEE_OTHER);
        assert_eq!(town.post("director", &path("SD-2"), &by_name[..1]).await.status, StatusCode::SEE_OTHER);
        let sql = "SELECT n.key FROM notice AS n JOIN event AS e ON e.id = n.event_id \
                   WHERE e.subject_id = $1 AND n.account_id = $2";
        for (duty, person, heard) in [
            ("SD-1", EMRE, vec!["regulation.assigned"]),
            ("SD-1", AYSE, vec![]),
            ("SD-2", EMRE, vec!["regulation.assigned_to_unit"]),
            ("SD-2", AYSE, vec![]),
        ] {
            let values = vec![sync::id_of(duty).into(), person.into()];
            let keys: Vec<String> = test.db.column(sql, values).await.unwrap();
            assert_eq!(keys, heard, "{duty}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_unknown_unit_is_refused_and_what_was_typed_stays() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let path = format!("/gorevler/{}/kimde", sync::id_of("SD-1"));
        let empty = town.post("director", &path, &[("aciklama", "geçici")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text().contains("Birim seçin.") && empty.text().contains("geçici"));
        let wrong = town.post("director", &path, &[("birim_metin", "Olmayan Birim")]).await;
        assert!(wrong.text().contains("“Olmayan Birim” bulunamadı"));
        let typed = town.post("director", &path, &[("birim_metin", "Teknik Servis")]).await;
        assert_eq!(typed.status, StatusCode::SEE_OTHER, "without script the exact name is enough");
        let one = store::assignments(&test.db, None).await.unwrap().remove(0);
        assert_eq!(one.unit_id, OTHER_UNIT);
    })
    .await;
}

#[tokio::test]
async fn confirming_one_proposal_rejects_the_others_of_its_clause_and_leaves_events() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let page = town.get("director", "/gorevler/eslestirme").await.text();
        assert!(
            page.contains("Madde 6, bent b") && page.contains("puan 0,82") && page.contains("talep, kayıt")
        );
        assert!(!page.contains("Madde 6, bent a"), "a decided clause does not wait");
        let item = format!("madde-{}", node(2).simple());
        let done = town
            .post(
                "director",
                "/gorevler/eslestirme",
                &[("oge", &item), ("eylem", "teyit"), ("gorev", "SD-1"), ("baska", "ORG-1")],
            )
            .await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert_eq!(town.state(node(2), "SD-1").await.as_deref(), Some("confirmed"));
        assert_eq!(
            town.state(node(2), "ORG-1").await.as_deref(),
            Some("confirmed"),
            "another one was chosen too"
        );
        assert_eq!(town.state(node(2), "SD-2").await.as_deref(), Some("rejected"));
        assert_eq!((town.events("match_confirmed").await, town.events("match_rejected").await), (2, 1));
        assert_eq!(town.duty("SD-1").await.coverage, "confirmed");
        assert_eq!(town.duty("SD-2").await.coverage, "none");
    })
    .await;
}

#[tokio::test]
async fn a_clause_that_states_no_duty_leaves_the_queue() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let item = format!("madde-{}", node(3).simple());
        let none = town.post("director", "/gorevler/eslestirme", &[("oge", &item), ("eylem", "teyit")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing was chosen");
        assert!(none.text().contains("En az bir görev seçin"));
        let unknown = [("oge", item.as_str()), ("eylem", "teyit"), ("gorev", "ZZ-9")];
        assert_eq!(
            town.post("director", "/gorevler/eslestirme", &unknown).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let done =
            town.post("director", "/gorevler/eslestirme", &[("oge", &item), ("eylem", "hicbiri")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert_eq!(town.state(node(3), "NE-1").await.as_deref(), Some("rejected"));
        let twice =
            town.post("director", "/gorevler/eslestirme", &[("oge", &item), ("eylem", "hicbiri")]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
    })
    .await;
}

#[tokio::test]
async fn proposals_above_a_score_are_counted_asked_and_then_confirmed_together() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let path = "/gorevler/eslestirme/toplu";
        assert_eq!(
            town.post("director", path, &[("esik", "20")]).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let asked = town.post("director", path, &[("esik", "70")]).await;
        assert!(asked.text().contains("2 öneri teyit edilsin mi?"));
        assert_eq!(town.events("match_confirmed").await, 0, "asking decides nothing");
        let done = town.post("director", path, &[("esik", "70"), ("onayli", "evet")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert_eq!(town.events("match_confirmed").await, 2);
        assert_eq!(
            town.state(node(2), "SD-2").await.as_deref(),
            Some("proposed"),
            "the weaker one stays a proposal"
        );
        assert!(
            town.get("director", "/gorevler/eslestirme").await.text().contains("Karar bekleyen madde yok.")
        );
    })
    .await;
}

#[tokio::test]
async fn an_auditor_and_staff_cannot_decide_or_assign() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let item = format!("madde-{}", node(2).simple());
        let unit = UNIT.to_string();
        let assign = format!("/gorevler/{}/kimde", sync::id_of("SD-1"));
        for role in ["auditor", "staff", "chief", "deputy_mayor"] {
            let decided = [("oge", item.as_str()), ("eylem", "hicbiri")];
            assert_eq!(
                town.post(role, "/gorevler/eslestirme", &decided).await.status,
                StatusCode::FORBIDDEN,
                "{role}"
            );
            let bulk = [("esik", "70"), ("onayli", "evet")];
            assert_eq!(
                town.post(role, "/gorevler/eslestirme/toplu", &bulk).await.status,
                StatusCode::FORBIDDEN,
                "{role}"
            );
            assert_eq!(
                town.post(role, &assign, &[("birim", &unit)]).await.status,
                StatusCode::FORBIDDEN,
                "{role}"
            );
            assert_eq!(town.get(role, "/gorevler/eslestirme").await.status, StatusCode::FORBIDDEN, "{role}");
        }
        assert_eq!(town.state(node(2), "SD-1").await.as_deref(), Some("proposed"));
        assert!(store::assignments(&test.db, None).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_job_writes_what_evidence_says_and_writes_it_once() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let context = kernel::job::JobContext {
            db: test.db.clone(),
            clock: test.clock.clone(),
            registry: test.registry.clone(),
            services: std::sync::Arc::default(),
        };
        sync::run(&context).await.unwrap();
        let proofs = prove(&test.db, &test.registry, Some("REG-1"), test.clock.now()).await;
        let confirmed =
            proofs.iter().find(|proof| proof.label_tr == "Teyit edilen dayanak maddeler").unwrap();
        assert_eq!((confirmed.state, confirmed.count), (State::Old, 1), "its day of decision is unknown");
        let row = town.duty("REG-1").await;
        assert_eq!(row.evidence_count, proofs.iter().map(|proof| proof.count).sum::<i64>());
        assert_ne!(row.evidence_state, "none");
        assert_eq!(town.duty("SD-1").await.evidence_state, "none");
        assert!(town.duty("SD-1").await.has_gap);
        assert!(!town.duty("ORG-1").await.has_gap, "a duty the regulation does not state lacks nothing");
    })
    .await;
}

#[tokio::test]
async fn a_duty_stands_as_well_as_its_best_evidence_and_shows_the_newest() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let proof = |state, days: i64, text: &str| Proof {
            duty: "SD-1",
            label_tr: "Talepler",
            path: "/talepler",
            state,
            count: 2,
            last_at: Some(test.clock.now().plus_us(-days * Instant::DAY_US)),
            sentence_tr: text.into(),
        };
        let tx = test.begin().await;
        tx.without_event("derived columns");
        let proofs = [proof(State::Old, 90, "eski"), proof(State::Fresh, 2, "yeni")];
        sync::restate(&tx, Some(&proofs)).await.unwrap();
        tx.commit().await.unwrap();
        let row = town.duty("SD-1").await;
        assert_eq!(
            (row.evidence_state.as_str(), row.evidence.as_str(), row.evidence_count),
            ("fresh", "yeni", 4)
        );
    })
    .await;
}

#[tokio::test]
async fn the_demo_town_gets_people_directives_and_readers() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let context = kernel::capability::DemoContext {
            db: test.db.clone(),
            clock: test.clock.clone(),
            act: test.act(),
            scale: 1,
        };
        demo::load(&context).await.unwrap();
        assert_eq!(town.duty("SD-1").await.responsible, "Teknik Servis");
        let rows = store::duties(&test.db).await.unwrap();
        assert!(rows.iter().any(|row| row.responsible.is_empty()), "some gaps are left to be seen");
        assert_eq!(town.events("acknowledged").await, 8, "two people read two directives and two changes");
        let proofs = prove(&test.db, &test.registry, Some("REG-2"), test.clock.now()).await;
        assert!(proofs.len() == 2 && proofs.iter().all(|proof| proof.state == State::Fresh));
        assert!(town.get("chief", "/okunacaklar").await.text().contains("Okumanız beklenen bir metin yok"));
    })
    .await;
}

#[tokio::test]
async fn the_demo_of_an_empty_town_puts_a_regulation_in_force_with_confirmed_duties() {
    testkit::each(capabilities(), async |test| {
        let context = kernel::capability::DemoContext {
            db: test.db.clone(),
            clock: test.clock.clone(),
            act: test.act(),
            scale: 1,
        };
        demo::load(&context).await.unwrap();
        assert_eq!(store::in_force(&test.db).await.unwrap(), 1);
        let rows = store::duties(&test.db).await.unwrap();
        let confirmed = rows.iter().filter(|row| row.coverage == "confirmed").count();
        assert!(confirmed > 55, "the town's own text states {confirmed} duties");
        assert_eq!(store::count_undecided(&test.db).await.unwrap(), 1, "one clause waits for somebody");
        let all = "SELECT count(*) FROM regulation WHERE state = 'repealed' AND supersedes_id IS NULL";
        assert_eq!(
            test.db.scalar::<i64>(all, vec![]).await.unwrap(),
            Some(1),
            "the first text stays readable"
        );
    })
    .await;
}

/// The article that the town's clauses stand in speaks to the unit of Emre.
async fn article_of_the_unit(test: &testkit::TestDb) {
    let tx = test.begin().await;
    tx.without_event("the scenario furnishes a regulation");
    let sql = "INSERT INTO regulation_node (id, regulation_id, place, parent_id, kind, address, address_tr, heading, display, digest) \
               VALUES ($1, $2, 9, NULL, 'article', '6', 'Madde 6', 'Yazılım Biriminin Görevleri', '', '')";
    tx.run(sql, vec![uuid::Uuid::from_u128(0x60).into(), town::REGULATION.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn duties_are_given_with_one_press_to_the_units_that_the_regulation_names() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        article_of_the_unit(test).await;
        assert_eq!(town.get("staff", "/gorevler/atama").await.status, StatusCode::FORBIDDEN);
        let page = town.get("director", "/gorevler/atama").await.text();
        assert!(page.contains("Yazılım Birimi (Madde 6)") && page.contains("ID-1"), "{page}");
        assert!(!page.contains("SD-1"), "what nobody confirmed is not proposed");
        assert!(page.contains("maddenin görevi henüz karar bekliyor"));
        let box_of = |page: &str| {
            let value = page.split("name=\"oneri\" value=\"").nth(1).expect("a box");
            value.split('"').next().unwrap().to_owned()
        };
        let value = box_of(&page);
        let nothing = town.post("director", "/gorevler/atama", &[]).await;
        assert_eq!(nothing.status, StatusCode::CONFLICT);
        let done = town.post("director", "/gorevler/atama", &[("oneri", &value)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(town.duty("ID-1").await.responsible, "Yazılım Birimi");
        assert_eq!(town.events("assigned").await, 1);
        let page = town.get("director", "/gorevler/atama").await.text();
        assert!(page.contains("atanacak bir görev kalmadı"), "what is written is not proposed again");
        let again = town.post("director", "/gorevler/atama", &[("oneri", &value)]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        // The form for one duty begins with the same.
        let form = town.get("director", &format!("/gorevler/{}/kimde", sync::id_of("ID-1"))).await.text();
        assert!(form.contains(&format!("value=\"{UNIT}\" selected")), "{form}");
    })
    .await;
}

#[tokio::test]
async fn many_duties_are_given_to_one_unit_at_once() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        assert!(town.get("director", "/gorevler").await.text().contains("/gorevler/sorumlu"));
        let (one, other) = (sync::id_of("SD-1").to_string(), sync::id_of("SD-2").to_string());
        let ticked = [("eylem", "sorumlu"), ("id", one.as_str()), ("id", other.as_str())];
        assert_eq!(town.post("staff", "/gorevler/sorumlu", &ticked).await.status, StatusCode::FORBIDDEN);
        let form = town.post("director", "/gorevler/sorumlu", &ticked).await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.text());
        assert!(form.text().contains("Seçtiğiniz 2 görevin") && form.text().contains("Yazılım Birimi"));
        let carried = format!("{one},{other}");
        let without = town.post("director", "/gorevler/sorumlu", &[("secilenler", &carried)]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(town.events("assigned").await, 0);
        let unit = UNIT.to_string();
        let fields = [("secilenler", carried.as_str()), ("birim", unit.as_str())];
        let done = town.post("director", "/gorevler/sorumlu", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(town.duty("SD-1").await.responsible, "Yazılım Birimi");
        assert_eq!(town.duty("SD-2").await.responsible, "Yazılım Birimi");
        // Whoever works there hears of both at once, and is led to the list.
        let told: Vec<i64> =
            test.db.column("SELECT more FROM notice WHERE account_id = $1", vec![EMRE.into()]).await.unwrap();
        assert_eq!(told, [1]);
        town.post("director", "/gorevler/sorumlu", &fields).await;
        assert_eq!(town.events("assigned").await, 2, "each once");
        let lead = town.post("director", &format!("/gorevler/{one}/sorumlu"), &[("eylem", "sorumlu")]).await;
        assert_eq!(lead.location, format!("/gorevler/{one}/kimde"));
    })
    .await;
}

#[tokio::test]
async fn a_dutys_page_names_the_people_of_the_unit_and_leads_to_them() {
    testkit::each(capabilities(), async |test| {
        let town = Town::new(test, no_printer()).await;
        let page = format!("/gorevler/{}", sync::id_of("SD-1"));
        let (unit, title, emre) = (UNIT.to_string(), TITLE.to_string(), EMRE.to_string());
        for fields in [vec![("birim", unit.as_str())], vec![("birim", &unit), ("unvan", &title)]] {
            town.post("director", &format!("{page}/kimde"), &fields).await;
        }
        let text = town.get("director", &page).await.text();
        assert_eq!(text.matches("Emre Doğan").count(), 2, "of the unit, and of the title in it");
        assert!(!text.contains("Ayşe Kaya"), "she works elsewhere");
        assert!(text.contains(&format!("/{UNIT}\">Yazılım Birimi</a>")) && text.contains(&emre));
    })
    .await;
}
