//! Entering, numbers, duplicates, file codes.

use std::sync::Arc;

use kernel::access::{Grant, Scope};
use kernel::capability::DemoContext;
use kernel::db::Sql;
use kernel::record::{self, ListQuery};
use kernel::{Actor, number};
use testkit::each;

use super::town::{Town, capabilities};

#[tokio::test]
async fn numbers_run_without_a_gap_in_each_book_and_what_is_refused_burns_none() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let first = town.enter("Anket", "E-1-700-1").await;
        // Refused: the same writer, number and day.
        let again = [
            ("book", "incoming"),
            ("correspondent", "ÖRNEKİL VALİLİĞİ"),
            ("their_number", "E-1-700-1"),
            ("title", "Anket"),
            ("medium", "hand"),
        ];
        let refused = town.app.post("/evrak/yeni", &again).await.status(422);
        refused.says("2026-GE-000001 sayısıyla kayıtlı");
        // The transaction that gave a number is rolled back: the number comes back with it.
        let tx = test.begin().await;
        assert_eq!(number::next(&tx, "document_incoming", 2026).await.unwrap(), 2);
        tx.rollback().await.unwrap();
        town.enter("Ödenek", "E-1-841-2").await;
        town.new_at("/evrak", &[("book", "outgoing"), ("correspondent", "Zeynep Koç"), ("title", "Yanıt"), ("medium", "post")])
            .await;
        town.app.get(&first).await.ok().says("2026-GE-000001").says("Örnekil Valiliği");
        let numbers = "SELECT count(*) FROM document WHERE number IN ('2026-GE-000001', '2026-GE-000002', '2026-GI-000001')";
        assert_eq!(town.count(numbers).await, 3);
        assert_eq!(town.count("SELECT count(*) FROM correspondent").await, 2, "one writer however it is typed");
        let books: Vec<_> = crate::capability().books;
        for book in &books {
            assert!(number::years(&test.db, book).await.unwrap().iter().all(|year| year.is_whole()), "{}", book.series);
        }
        // Somebody takes a row out by hand: the book says so.
        let tx = test.begin().await;
        tx.run("DELETE FROM document WHERE number = '2026-GE-000001'", vec![]).await.unwrap();
        tx.without_event("arranged");
        tx.commit().await.unwrap();
        let years = number::years(&test.db, &books[0]).await.unwrap();
        assert_eq!((years[0].entries, years[0].highest, years[0].last), (1, 2, 2));
        assert!(!years[0].is_whole());
    })
    .await;
}

#[tokio::test]
async fn two_clerks_at_once_get_neighbouring_numbers() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let letters: Vec<String> = (0..12).map(|place| format!("Yazı {place}")).collect();
        let posts = letters.iter().map(|title| {
            let fields = [
                ("book", "incoming"),
                ("correspondent", "Valilik"),
                ("title", title.as_str()),
                ("medium", "hand"),
            ];
            let app = &town.app;
            async move { app.post("/evrak/yeni", &fields).await.location() }
        });
        let made = futures_util::future::join_all(posts).await;
        assert!(made.iter().all(Option::is_some));
        let book = crate::capability().books[0];
        let years = number::years(&test.db, &book).await.unwrap();
        assert_eq!((years[0].entries, years[0].highest, years[0].last), (12, 12, 12));
    })
    .await;
}

#[tokio::test]
async fn a_second_copy_is_entered_only_by_whoever_says_so() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.enter("Anket", "E-1").await;
        let again = [
            ("book", "incoming"),
            ("correspondent", "Örnekil Valiliği"),
            ("their_number", "E-1"),
            ("title", "Anket"),
            ("medium", "hand"),
            ("is_copy", "evet"),
        ];
        town.app.post("/evrak/yeni", &again).await.location().unwrap();
        town.app
            .post_part("/evrak/benzer", &[("correspondent", "Örnekil")])
            .await
            .ok()
            .says("Kayıtlı adlar")
            .says("Örnekil Valiliği");
        town.app
            .post_part("/evrak/benzer", &[("correspondent", "örnekil valiliği")])
            .await
            .says("2026-GE-000001");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_says_why() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        for (more, said) in [
            (("received_on", "1.1.2031"), "Henüz gelmemiş"),
            (("their_on", "1.1.2031"), "bugünden ileri olamaz"),
            (("urgency", "GNL"), "yanıtın istendiği günü"),
            (("correspondent", "…"), "Adı harfle yazın"),
        ] {
            let mut fields = vec![
                ("book", "incoming"),
                ("correspondent", "Valilik"),
                ("title", "Yazı"),
                ("medium", "hand"),
            ];
            fields.retain(|(name, _)| *name != more.0);
            fields.push(more);
            town.app.post("/evrak/yeni", &fields).await.status(422).says(said);
        }
        assert_eq!(
            town.count("SELECT count(*) FROM number_series WHERE series = 'document_incoming'").await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn a_document_keeps_the_version_of_the_plan_it_was_filed_under() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.as_clerk();
        let plan = |title: &'static str| {
            let town = &town;
            async move {
                let fields = [("title", title), ("valid_from", "2.1.2024")];
                format!("/dosya-planlari/{}", town.new_at("/dosya-planlari", &fields).await)
            }
        };
        let first = plan("Plan 2024").await;
        // Nothing can be filed under an empty plan.
        town.act(&first, "yururluge-al", "").await.status(422).says("hiç kod yok");
        town.act(&first, "ortak-gruplar", "").await.leads_to(&first);
        town.act(&first, "ortak-gruplar", "").await.status(409);
        town.act(&first, "yururluge-al", "").await.leads_to(&first);
        town.app.get("/dosya-kodlari?ara=bilgi").await.ok().says("700 Bilgi Sistemleri ve Bilgi İşlem");
        let code = town.text("SELECT CAST(title AS TEXT) FROM file_code WHERE code = '700'").await;
        assert_eq!(code, "700 Bilgi Sistemleri ve Bilgi İşlem");
        let document = town.enter("Anket", "").await;
        town.act(&document, "dosyala", "").await.status(422).says("dosya kodunu seçin");
        let id: uuid::Uuid = test.db.scalar("SELECT id FROM file_code WHERE code = '700'", vec![]).await.unwrap().unwrap();
        let id = id.to_string();
        let fields = [
            ("surum", "1"),
            ("correspondent", "Örnekil Valiliği"),
            ("title", "Anket"),
            ("medium", "post"),
            ("file_code_id", id.as_str()),
        ];
        town.app.post(&format!("{document}/duzenle"), &fields).await.leads_to(&document);
        town.act(&document, "dosyala", "").await.leads_to(&document);
        // Another plan comes into force: what is filed stays under the old one, nothing new goes there.
        let second = plan("Plan 2026").await;
        town.act(&second, "ortak-gruplar", "").await.leads_to(&second);
        town.act(&second, "yururluge-al", "").await.leads_to(&second);
        assert_eq!(town.text("SELECT state FROM file_plan WHERE title = 'Plan 2024'").await, "former");
        let kept = "SELECT p.title FROM document AS d JOIN file_code AS c ON c.id = d.file_code_id JOIN file_plan AS p ON p.id = c.plan_id";
        assert_eq!(town.text(kept).await, "Plan 2024");
        let late = [("book", "incoming"), ("correspondent", "Valilik"), ("title", "Yeni"), ("medium", "hand"), ("file_code_id", id.as_str())];
        town.app.post("/evrak/yeni", &late).await.status(422).says("seçilemez");
    })
    .await;
}

#[tokio::test]
async fn what_a_list_counts_is_right_or_said_to_be_more_for_who_sees_a_part_of_a_large_register() {
    each(capabilities(), async |test| {
        Town::new(test).await;
        let context =
            DemoContext { db: test.db.clone(), clock: test.clock.clone(), act: test.act(), scale: 12 };
        crate::demo::load(&context).await.unwrap();
        let largest = "SELECT unit_id FROM document GROUP BY unit_id ORDER BY count(*) DESC LIMIT 1";
        let unit = test.db.column::<uuid::Uuid>(largest, Vec::new()).await.unwrap()[0];
        let kind = crate::document::kind();
        let grant =
            |permission: &str, scope| Grant { permission: permission.into(), scope, reason: String::new() };
        let grants = vec![
            grant(kind.view, Scope::Units(vec![unit])),
            grant("documents.document.view_secret", Scope::All),
        ];
        let actor = Actor { grants: Arc::new(grants), ..Actor::default() };
        let counted = async |pair: Option<(&str, &str)>| {
            let pairs: Vec<_> =
                pair.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
            let (query, wrong) = ListQuery::parse(&kind, &pairs);
            assert!(wrong.is_empty(), "{wrong:?}");
            let found = record::list_counted(&test.db, &kind, &query, &actor, kind.view).await.unwrap();
            let filter = pair.map(|(name, value)| format!(" AND {name} = '{value}'")).unwrap_or_default();
            let truth = format!("SELECT count(*) FROM document WHERE unit_id = $1{filter}");
            let truth: i64 = test.db.scalar(&truth, vec![unit.into()]).await.unwrap().unwrap();
            (found.1, truth)
        };
        let (all, truth) = counted(None).await;
        assert!(truth >= 2_000, "the unit has many: {truth}");
        assert_eq!(all, (1_000, true));
        for pair in [("book", "internal"), ("state", "registered"), ("medium", "hand"), ("medium", "api")] {
            let ((count, is_more), truth) = counted(Some(pair)).await;
            assert!(count <= truth, "{pair:?}: {count} of {truth}");
            assert!(
                is_more && count < truth || count == truth,
                "{pair:?}: {count}, more: {is_more}, of {truth}"
            );
        }
        // Half of the register is behind this filter, so not all of it is looked at.
        let ((count, is_more), truth) = counted(Some(("book", "incoming"))).await;
        assert!(is_more && count > 100 && count <= truth, "{count}, more: {is_more}, of {truth}");
    })
    .await;
}

#[tokio::test]
async fn a_register_made_for_trials_of_size_has_no_gap_in_any_book_and_the_next_entry_follows_it() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        let context =
            DemoContext { db: test.db.clone(), clock: test.clock.clone(), act: test.act(), scale: 3 };
        crate::demo::load(&context).await.unwrap();
        assert_eq!(town.count("SELECT count(*) FROM document WHERE book_year < 2026").await, 1_200);
        for book in crate::capability().books.iter().filter(|book| book.table == "document") {
            let years = number::years(&test.db, book).await.unwrap();
            assert!(years.len() >= 10, "{}: {years:?}", book.name_tr);
            for year in years {
                assert!(year.is_whole(), "{}: {year:?}", book.name_tr);
            }
        }
        town.as_clerk();
        town.app.get("/evrak?state=registered").await.ok().says("kayıt");
        town.app.get("/evrak?ara=2016-GE-000007").await.ok().says("sayılı dosya");
    })
    .await;
}
