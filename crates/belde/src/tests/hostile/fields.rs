//! Every declared field of every kind, on the form and through the API.

use http::Method;
use serde_json::{Value, json};
use testkit::TestDb;

use super::super::each_town;
use super::{House, NOBODY, asked, bad_values, count, kinds_with_form, some_record};

#[tokio::test]
async fn every_form_refuses_at_the_field_what_the_field_cannot_hold_and_keeps_what_was_typed() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        for kind in kinds_with_form(test) {
            if house.app.get(&format!("{}/yeni", kind.path)).await.status == 403 {
                continue; // Not even an administrator makes these.
            }
            let before = (count(test, kind.table).await, count(test, "event").await);
            for field in asked(&kind) {
                for bad in bad_values(field.kind, field.is_required) {
                    let about = format!("{} {} “{}”", kind.id, field.name, bad.chars().take(30).collect::<String>());
                    let mut sent = vec![(field.name, bad.as_str())];
                    // Something else the person typed; it must not be lost over the wrong field.
                    let other = asked(&kind).find(|one| {
                        one.name != field.name && matches!(one.kind, kernel::record::FieldKind::Text { max_length } if max_length > 11)
                    });
                    sent.extend(other.map(|one| (one.name, "Yazdığım <b>")));
                    let path = format!("{}/yeni", kind.path);
                    let page = house.app.post(&path, &sent).await;
                    assert_eq!(page.status, 422, "{about}: {}", page.text());
                    let html = page.html();
                    assert!(html.contains("hata-ozeti"), "{about}: no summary of errors");
                    // That nobody has a number is only asked of what is otherwise right.
                    let summary = html.split("id=\"hata-ozeti\"").nth(1).and_then(|rest| rest.split("</ul>").next());
                    let is_named = summary.is_some_and(|summary| summary.contains(field.label_tr));
                    assert!(is_named || bad == NOBODY, "{about}: {}", page.text());
                    assert!(other.is_none() || html.contains("Yazdığım &lt;b&gt;"), "{about}: lost the other field");
                    assert!(!html.contains("<script>") && !html.contains("<b>1"), "{about}");
                }
            }
            let after = (count(test, kind.table).await, count(test, "event").await);
            assert_eq!(before, after, "{} wrote something", kind.id);
        }
    })
    .await;
}

#[tokio::test]
async fn the_api_refuses_the_same_values_by_name_in_its_own_shape() {
    each_town(async |test: &TestDb| {
        let house = House::new(test);
        for kind in kinds_with_form(test) {
            let path = format!("/api/v1/{}", kind.id.replace('_', "-"));
            if house.app.get(&format!("{}/yeni", kind.path)).await.status == 403 {
                continue; // Not even an administrator makes these.
            }
            let before = (count(test, kind.table).await, count(test, "event").await);
            for field in asked(&kind) {
                let texts = bad_values(field.kind, field.is_required).into_iter().map(Value::from);
                for bad in texts {
                    let page =
                        house.app.api(Method::POST, &path, &house.token, &json!({ field.name: bad })).await;
                    assert_eq!(page.status, 422, "{path} {}={bad}: {}", field.name, page.text());
                    let named = page.json()["error"]["violations"].as_array().cloned().unwrap_or_default();
                    let is_named = named.iter().any(|one| one["field"] == field.name);
                    assert!(is_named || bad == NOBODY, "{path} {}={bad}: {named:?}", field.name);
                }
                for odd in [json!({"a": 1}), json!([1, [2]])] {
                    let page =
                        house.app.api(Method::POST, &path, &house.token, &json!({ field.name: odd })).await;
                    assert!(page.status.is_client_error(), "{path} {}={odd}: {}", field.name, page.text());
                }
            }
            let unknown = json!({ "boyle_alan_yok": 1 });
            let page = house.app.api(Method::POST, &path, &house.token, &unknown).await.status(422);
            assert!(page.text().contains("boyle_alan_yok"));
            if let (Some(id), Some(_)) = (some_record(test, &kind).await, kind.edit) {
                let one = format!("{path}/{id}");
                let stale = house.app.api(Method::PATCH, &one, &house.token, &json!({ "version": -7 })).await;
                assert!(matches!(stale.status.as_u16(), 404 | 409 | 422), "{one}: {}", stale.text());
                house.app.api(Method::PATCH, &one, &house.token, &json!({})).await.status(422);
                house
                    .app
                    .api(Method::PATCH, &one, &house.token, &json!({ "version": "bir" }))
                    .await
                    .status(422);
            }
            let after = (count(test, kind.table).await, count(test, "event").await);
            assert_eq!(before, after, "{} wrote something", kind.id);
        }
    })
    .await;
}
