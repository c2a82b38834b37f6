//! Every list with every odd parameter: never our fault, never an English sentence.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

use kernel::record::{Field, FieldKind};
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

/// Of how many fields of one type the list is asked for as a page with everything.
const FIELDS_OF_TYPE: usize = 6;

/// How many fields of each type were met.
type Met = HashMap<(Discriminant<FieldKind>, &'static str), usize>;

/// What is asked because of this field, beginning with what its list is always asked for as a page. The program's way in
/// gets everything: both read the address by one function (`list::read`), and what a page makes of it depends on the type
/// of the field alone, so of each type only the first fields are drawn with everything.
fn drawn(met: &mut Met, field: &Field, role: &'static str, queries: Vec<String>) -> Vec<(String, bool)> {
    let times = met.entry((discriminant(&field.kind), role)).or_default();
    *times += 1;
    let is_first = *times <= FIELDS_OF_TYPE;
    queries.into_iter().enumerate().map(|(place, query)| (query, is_first || place == 0)).collect()
}

#[tokio::test]
async fn every_list_takes_any_address() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        let id = NOBODY.replace('-', "");
        let mut met = Met::new();
        for kind in test.registry.kinds() {
            let general: Vec<String> = vec![
                format!("ara={}", encoded(&"ş".repeat(5_000))),
                "ara=%00%FF%FE%25%27%22%5C".into(),
                "ara=%E2%80%AE*)(%22%20OR%20NEAR".into(),
                "sirala=yok&boy=-1&sonra=x.y".into(),
                "boy=99999999999999999999&gorunum=yok".into(),
                "sutun=yok&sutun=%00".into(),
                (0..200).map(|number| format!("p{number}=x")).collect::<Vec<_>>().join("&"),
            ];
            let mut queries: Vec<(String, bool)> = general.into_iter().map(|query| (query, true)).collect();
            // A cursor made by hand, under each order: the value is of no type that the column has.
            for sort in kind.fields.iter().filter(|field| field.sort.is_some()) {
                let mut asked = Vec::new();
                for value in ["elma", "\0"] {
                    let cursor = format!(
                        "{id}.{}",
                        value.bytes().map(|byte| format!("{byte:02x}")).collect::<String>()
                    );
                    for (way, minus) in [("sonra", ""), ("once", "-")] {
                        asked.push(format!("sirala={minus}{}&{way}={cursor}", sort.name));
                    }
                }
                queries.extend(drawn(&mut met, sort, "sort", asked));
            }
            for filter in kind.fields.iter().filter(|field| field.is_filter) {
                let mut asked = Vec::new();
                for value in ["uydurma\0", "99999999999999999999"] {
                    for end in ["", "_bas", "_son"] {
                        asked.push(format!("{}{end}={}", filter.name, encoded(value)));
                    }
                }
                queries.extend(drawn(&mut met, filter, "filter", asked));
            }
            for (query, is_drawn) in &queries {
                if *is_drawn {
                    let path = format!("{}?{query}", kind.path);
                    is_answered(&house.app.get(&path).await, &path);
                }
                let path = format!("/api/v1/{}?{query}", kind.id.replace('_', "-"));
                is_answered(&house.app.get(&path).await, &path);
            }
            for (query, _) in queries.iter().step_by(7) {
                for way in ["disa-aktar/csv", "disa-aktar/xlsx", "disa-aktar/%00", "yazdir"] {
                    let path = format!("{}/{way}?{query}", kind.path);
                    is_answered(&house.app.get(&path).await, &path);
                }
            }
        }
    })
    .await;
}
