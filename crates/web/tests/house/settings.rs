//! Settings of two administrators at once.

use kernel::Scope;
use kernel::db::Sql;
use testkit::{Page, Person, each};

const PATH: &str = "/yonetim/ayarlar";

/// Every field of the form as it stands on the page.
fn answers(page: &Page) -> Vec<(String, String)> {
    let html = page.html();
    let mut all = Vec::new();
    for tag in html.split("<input ").skip(1) {
        let value = |name: &str| {
            tag.split('>').next()?.split(&format!("{name}=\"")).nth(1)?.split('"').next().map(str::to_string)
        };
        let is_box = value("type").as_deref() == Some("checkbox");
        if let Some(name) = value("name").filter(|_| !is_box) {
            all.push((name, value("value").unwrap_or_default()));
        }
    }
    all
}

#[tokio::test]
async fn a_form_of_settings_that_is_older_than_another_change_does_not_take_it_back() {
    each(vec![web::house()], async |test| {
        let app = test.app(web::house_routes());
        app.sign_in(Person::new("Deniz").may("house.setting.edit", Scope::All).actor());
        let (first, second) = (app.get(PATH).await.ok(), app.get(PATH).await.ok());
        let send = |page: &Page, colour: &str| {
            let mut fields = answers(page);
            fields.retain(|(name, _)| name != "house.brand");
            fields.push(("house.brand".into(), colour.into()));
            fields
        };
        let post = async |fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            app.post(PATH, &fields).await
        };
        let known = "SELECT count(*) FROM setting WHERE value LIKE '%#123456%'";
        post(send(&first, "#123456")).await.leads_to(PATH);
        assert_eq!(test.db.scalar::<i64>(known, vec![]).await.unwrap(), Some(1));
        let refused = post(send(&second, "#654321")).await.status(422).says("şimdiki değer: “#123456”");
        assert!(refused.html().contains("#654321"), "what was typed is kept");
        assert_eq!(test.db.scalar::<i64>(known, vec![]).await.unwrap(), Some(1));
        post(send(&refused, "#654321")).await.leads_to(PATH);
        assert_eq!(test.db.scalar::<i64>(known, vec![]).await.unwrap(), Some(0));
    })
    .await;
}

#[tokio::test]
async fn two_administrators_who_change_different_settings_both_keep_theirs() {
    each(vec![web::house()], async |test| {
        let app = test.app(web::house_routes());
        app.sign_in(Person::new("Deniz").may("house.setting.edit", Scope::All).actor());
        let (first, second) = (app.get(PATH).await.ok(), app.get(PATH).await.ok());
        let send = async |page: &Page, key: &str, value: &str| {
            let mut fields = answers(page);
            fields.retain(|(name, _)| name != key);
            fields.push((key.into(), value.into()));
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            app.post(PATH, &fields).await
        };
        send(&first, "house.brand", "#123456").await.leads_to(PATH);
        send(&second, "house.town", "Kumköy Belediyesi").await.leads_to(PATH);
        let stored = "SELECT count(*) FROM setting WHERE value LIKE '%#123456%' OR value LIKE '%Kumköy%'";
        assert_eq!(
            test.db.scalar::<i64>(stored, vec![]).await.unwrap(),
            Some(2),
            "neither takes back the other's"
        );
        // Refused for another reason, the old form is shown with what is stored now, and takes nothing back either.
        let refused = send(&second, "house.brand", "renksiz").await.status(422);
        let refused = refused.hides("şimdiki değer");
        assert!(refused.html().contains("Kumköy Belediyesi"), "what somebody else saved is shown");
    })
    .await;
}
