//! Every list with every odd parameter: never our fault, never an English sentence.

use testkit::{Page, TestDb};

use super::super::each_town;
use super::{House, NOBODY};

/// No failure of ours, and a body that the house wrote: a page or JSON, not the framework's sentence.
#[track_caller]
fn is_answered(page: &Page, about: &str) {
    // This test is also built without the typesetter, which then says so.
    let is_without_printer = page.status == 503 && page.about.contains("/pdf");
    assert!(page.status.as_u16() < 500 || is_without_printer, "{about}: {} {}", page.status, page.text());
    if page.status.is_client_error() {
        let kind = page.header("content-type");
        let wanted = if page.about.contains(" /api/") { "application/json" } else { "text/html" };
        assert!(kind.starts_with(wanted), "{about}: {} answered as “{kind}”: {}", page.status, page.text());
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn every_list_takes_any_address() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let id = NOBODY.replace('-', "");
        for kind in test.registry.kinds() {
            let mut queries: Vec<String> = vec![
                format!("ara={}", encoded(&"ş".repeat(5_000))),
                "ara=%00%FF%FE%25%27%22%5C".into(),
                "ara=%E2%80%AE*)(%22%20OR%20NEAR".into(),
                "sirala=yok&boy=-1&sonra=x.y".into(),
                "boy=99999999999999999999&gorunum=yok".into(),
                "sutun=yok&sutun=%00".into(),
                (0..200).map(|number| format!("p{number}=x")).collect::<Vec<_>>().join("&"),
            ];
            // A cursor made by hand, under each order: the value is of no type that the column has.
            for sort in kind.fields.iter().filter(|field| field.sort.is_some()) {
                for value in ["elma", "\0"] {
                    let cursor = format!(
                        "{id}.{}",
                        value.bytes().map(|byte| format!("{byte:02x}")).collect::<String>()
                    );
                    for (way, minus) in [("sonra", ""), ("once", "-")] {
                        queries.push(format!("sirala={minus}{}&{way}={cursor}", sort.name));
                    }
                }
            }
            for filter in kind.fields.iter().filter(|field| field.is_filter) {
                for value in ["uydurma\0", "99999999999999999999"] {
                    for end in ["", "_bas", "_son"] {
                        queries.push(format!("{}{end}={}", filter.name, encoded(value)));
                    }
                }
            }
            for query in &queries {
                let path = format!("{}?{query}", kind.path);
                is_answered(&house.app.get(&path).await, &path);
                let path = format!("/api/v1/{}?{query}", kind.id.replace('_', "-"));
                is_answered(&house.app.get(&path).await, &path);
            }
            for query in queries.iter().step_by(7) {
                for way in ["disa-aktar/csv", "disa-aktar/xlsx", "disa-aktar/%00", "yazdir"] {
                    let path = format!("{}/{way}?{query}", kind.path);
                    is_answered(&house.app.get(&path).await, &path);
                }
            }
        }
    })
    .await;
}
