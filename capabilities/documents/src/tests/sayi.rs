//! Numbers of letters: one series a year for everything that is signed, whichever book it enters.

use kernel::db::Sql;
use testkit::each;

use super::letters::turn;
use super::signers::books_are_whole;
use super::town::{Town, capabilities};

/// A letter to the outside, or an approval, on its way to Veli; answers its address.
async fn submitted(town: &Town<'_>, code: &str, title: &str, form: &str) -> String {
    town.as_mehmet();
    let (veli, ayse) = (town.veli.to_string(), town.ayse.to_string());
    let mut fields = vec![("title", title), ("form", form), ("file_code_id", code), ("signer_id", &veli)];
    match form {
        "approval" => fields.extend([
            ("body", "Uygun görüldüğü takdirde olurlarınıza arz ederim."),
            ("signer_id", ayse.as_str()),
            ("second_signer_id", veli.as_str()),
        ]),
        _ => fields.extend([("addressees", "Örnekil Valiliği"), ("body", "Bilgilerinizi arz ederim.")]),
    }
    if form == "approval" {
        fields.remove(3);
    }
    let letter = format!("/yazilar/{}", town.new_at("/yazilar", &fields).await);
    town.act(&letter, "imzaya-sun", "").await.leads_to(&letter);
    letter
}

async fn signed(town: &Town<'_>, code: &str, title: &str, form: &str) -> String {
    let letter = submitted(town, code, title, form).await;
    if form == "approval" {
        town.as_clerk();
        let first = turn(town).await;
        town.act(&first, "imzala", "").await.leads_to(&first);
    }
    town.as_veli();
    let last = turn(town).await;
    town.act(&last, "imzala", "").await.leads_to(&last);
    let id = letter.rsplit('/').next().unwrap().parse::<uuid::Uuid>().unwrap();
    let sql = "SELECT number FROM letter WHERE id = $1";
    kernel::db::Sql::scalar(&town.test.db, sql, vec![id.into()]).await.unwrap().unwrap()
}

#[tokio::test]
async fn letters_of_both_books_and_of_every_year_are_signed_and_no_two_of_a_year_have_one_number() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        assert_eq!(signed(&town, &code, "Birinci", "letter").await, "Z-24312041-700-1");
        // The same file code, the other book, whose own number is 1 as well.
        assert_eq!(signed(&town, &code, "Olur", "approval").await, "Z-24312041-700-2");
        assert_eq!(signed(&town, &code, "İkinci", "letter").await, "Z-24312041-700-3");
        let entries = "SELECT count(*) FROM document WHERE number IN ('2026-GI-000001', '2026-GI-000002', '2026-IC-000001')";
        assert_eq!(town.count(entries).await, 3);
        books_are_whole(test).await;
        // Next year begins anew, in whichever book.
        test.advance_seconds(366 * 86_400);
        assert_eq!(signed(&town, &code, "Ocak oluru", "approval").await, "Z-24312041-700-1");
        assert_eq!(signed(&town, &code, "Ocak yazısı", "letter").await, "Z-24312041-700-2");
        books_are_whole(test).await;
    })
    .await;
}

#[tokio::test]
async fn two_letters_signed_at_the_same_moment_get_two_numbers_without_a_gap() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        submitted(&town, &code, "Birinci", "letter").await;
        submitted(&town, &code, "İkinci", "letter").await;
        let sql = "SELECT id FROM route_step WHERE state = 'to_sign'";
        let steps: Vec<uuid::Uuid> = kernel::db::Sql::column(&test.db, sql, vec![]).await.unwrap();
        town.as_veli();
        let (one, two) = (format!("/imza-klasoru/{}", steps[0]), format!("/imza-klasoru/{}", steps[1]));
        let (first, second) = tokio::join!(town.act(&one, "imzala", ""), town.act(&two, "imzala", ""));
        assert!(first.status.is_redirection() && second.status.is_redirection());
        let sql = "SELECT count(*) FROM letter WHERE number IN ('Z-24312041-700-1', 'Z-24312041-700-2')";
        assert_eq!(town.count(sql).await, 2);
        books_are_whole(test).await;
    })
    .await;
}

#[tokio::test]
async fn numbers_that_letters_had_of_their_books_stay_and_the_series_goes_on_above_them() {
    each(capabilities(), async |test| {
        let town = Town::new(test).await;
        town.set("documents.detsis", "24312041").await;
        let code = town.file_code().await;
        signed(&town, &code, "Eski", "letter").await;
        // As it was before: the seventh of the outgoing book.
        let tx = test.begin().await;
        tx.without_event("arranged");
        for sql in [
            "UPDATE letter SET number = 'Z-24312041-700-7', number_in_year = 0",
            "UPDATE document SET book_number = 7",
            "DELETE FROM number_series WHERE series = 'letter'",
        ] {
            tx.run(sql, vec![]).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(signed(&town, &code, "Olur", "approval").await, "Z-24312041-700-8");
        assert_eq!(signed(&town, &code, "Yeni", "letter").await, "Z-24312041-700-9");
        let book = crate::capability().books.into_iter().find(|book| book.series == "letter").unwrap();
        let years = kernel::number::years(&test.db, &book).await.unwrap();
        assert!(years.len() == 1 && years[0].is_whole() && years[0].entries == 2, "{years:?}");
    })
    .await;
}
