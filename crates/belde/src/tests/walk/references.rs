//! References to nothing: no such record, one of another kind, one that was given up, one that the person may not see.
//! Every reference field of every kind, on the form, through the API and in an import.

use http::Method;
use kernel::db::Sql;
use kernel::record::{self, Field, FieldKind, Form, Kind};
use kernel::{Actor, Ref, Scope};
use serde_json::json;
use testkit::{Page, Person, TestDb};
use uuid::Uuid;

use super::refused::events;
use super::{Body, Route, Town, each_town};

const NOBODY: Uuid = Uuid::from_u128(0x7000_8000_0000_0000_0000);

/// A reference that must not be taken: what it is, its id, and the token of the one who tries.
struct Wrong {
    what: &'static str,
    id: Uuid,
    token: String,
}

/// May do everything, and see of `hidden` only what belongs to a unit that is none.
fn half_blind(town: &Town<'_>, hidden: &Kind) -> Actor {
    let mut person = Person::new("Yarım gören");
    for permission in town.test.registry.permissions() {
        let is_hidden = permission.code == hidden.view;
        let scope = if is_hidden { Scope::Units(vec![NOBODY]) } else { Scope::All };
        person = person.may(permission.code, scope);
    }
    person.actor()
}

/// A record that nothing opens to this person: who sees a decision's work may name the decision.
async fn unopened(town: &Town<'_>, target: &Kind, person: &Actor) -> Option<Uuid> {
    let sql = format!("SELECT id FROM {} ORDER BY id LIMIT 200", target.table);
    let all: Vec<Uuid> = town.test.db.column(&sql, vec![]).await.unwrap();
    let refs: Vec<Ref> = all.into_iter().map(|id| Ref::new(target.id, id)).collect();
    let open = record::openable(&town.test.db, &town.test.registry, person, &refs).await.unwrap();
    refs.into_iter().find(|one| !open.contains(one)).map(|one| one.id)
}

async fn wrong_ones(town: &Town<'_>, kind: &Kind, field: &Field, target: &Kind) -> Vec<Wrong> {
    let other = town.test.registry.kind(if target.id == "role" { "unit" } else { "role" }).unwrap();
    let other = town.records(&other).await[0];
    let token = || town.sign_in();
    let mut all = vec![
        Wrong { what: "no such record", id: NOBODY, token: token() },
        Wrong { what: "a record of another kind", id: other, token: token() },
    ];
    if let Some(given_up) = given_up(town, field, target).await {
        all.push(Wrong { what: "given up", id: given_up, token: token() });
    }
    // Whoever may not see the kind at all does not reach the page of one that needs seeing it.
    if target.view != kind.view {
        let person = half_blind(town, target);
        if let Some(id) = unopened(town, target, &person).await {
            all.push(Wrong { what: "out of sight", id, token: town.app.sign_in(person) });
        }
    }
    all
}

/// A record in a state in which it may not be chosen; the newest one is put into it when the town has none.
async fn given_up(town: &Town<'_>, field: &Field, target: &Kind) -> Option<Uuid> {
    if field.among.is_empty() {
        return None;
    }
    let choices = target.field("state")?.choices();
    let closed = choices.iter().find(|choice| !field.among.contains(&choice.code)).unwrap();
    let tx = town.test.begin().await;
    let newest = format!("SELECT id FROM {} ORDER BY id DESC LIMIT 1", target.table);
    let id: Uuid = tx.scalar(&newest, vec![]).await.unwrap().unwrap();
    let sql = format!("UPDATE {} SET state = $1 WHERE id = $2", target.table);
    tx.run(&sql, vec![closed.code.into(), id.into()]).await.unwrap();
    tx.without_event("a test gives a record up");
    tx.commit().await.unwrap();
    Some(id)
}

/// Refused at the field, with a sentence that a clerk understands.
fn fault(page: &Page, field: &Field, what: &str) -> Option<String> {
    let is_told = page.about.contains(" /api/") && {
        let violations = page.json()["error"]["violations"].as_array().cloned().unwrap_or_default();
        violations
            .iter()
            .any(|one| one["field"] == field.name && one["text"].as_str().unwrap_or_default().len() > 20)
    };
    let is_shown = page.html().contains(&format!("id=\"{}-hata\"", ui::field_id(field.name)));
    let is_fine = page.status == 422 && (is_told || is_shown);
    (!is_fine).then(|| format!("{what}: {} {}={} {}", page.about, field.name, page.status, page.text()))
}

async fn try_field(town: &Town<'_>, kind: &Kind, field: &Field, faults: &mut Vec<String>) -> usize {
    let FieldKind::Reference(target) = field.kind else { return 0 };
    let target = town.test.registry.kind(target).unwrap();
    let api = format!("/api/v1/{}", kind.id.replace('_', "-"));
    let allow = web::Allow::SignedIn;
    let create = Route { method: Method::POST, path: api.clone(), allow };
    let mut tried = 0;
    for wrong in wrong_ones(town, kind, field, &target).await {
        let before = events(town).await;
        let mut body = town.json(&create, &api).await;
        body[field.name] = wrong.id.to_string().into();
        let mut pages = vec![town.app.api(Method::POST, &api, &wrong.token, &body).await];
        town.app.set_cookie(web::SESSION_COOKIE, &wrong.token);
        let fields = body.as_object().unwrap().iter();
        let typed = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Bool(flag) => if *flag { "evet" } else { "" }.to_string(),
            other => other.to_string(),
        };
        let fields = fields.map(|(name, value)| (name.clone(), typed(value)));
        let form = Body { fields: fields.collect(), is_multipart: false };
        pages.push(town.send(&format!("{}/yeni", kind.path), &form).await);
        if field.form == Form::Always && kind.edit.is_some() {
            pages.extend(changed(town, kind, field, &api, &wrong).await);
        }
        faults.extend(pages.iter().filter_map(|page| fault(page, field, wrong.what)));
        if events(town).await != before {
            faults.push(format!("{}: {} {} was written", wrong.what, kind.id, field.name));
        }
        tried += pages.len();
    }
    tried
}

/// The same reference brought by a change of a record that is there, on both ways.
async fn changed(town: &Town<'_>, kind: &Kind, field: &Field, api: &str, wrong: &Wrong) -> Vec<Page> {
    // A record whose state lets nobody change it refuses whatever comes.
    let open = match kind.editable_in {
        [] => String::new(),
        states => format!(" AND state IN ('{}')", states.join("', '")),
    };
    // A reference that stays as it was may be to anything; this one must be news.
    let sql = format!(
        "SELECT id FROM {} WHERE id <> $1 AND ({name} IS NULL OR {name} <> $1){open} ORDER BY id LIMIT 1",
        kind.table,
        name = field.name
    );
    let id: Option<Uuid> = town.test.db.scalar(&sql, vec![wrong.id.into()]).await.unwrap();
    let Some(id) = id else { return Vec::new() };
    let version = format!("SELECT version FROM {} WHERE id = $1", kind.table);
    let version: i64 = town.test.db.scalar(&version, vec![id.into()]).await.unwrap().unwrap();
    let body = json!({ "version": version, field.name: wrong.id });
    let by_api = town.app.api(Method::PATCH, &format!("{api}/{id}"), &wrong.token, &body).await;
    let path = format!("{}/duzenle", kind.address(id));
    let mut fields = town.app.get(&path).await.ok().sent_by(&path);
    fields.retain(|(name, _)| name != ui::names::CSRF && name != field.name);
    fields.push((field.name.into(), wrong.id.to_string()));
    let by_form = town.send(&path, &Body { fields, is_multipart: false }).await;
    vec![by_api, by_form]
}

#[tokio::test]
async fn a_reference_to_what_is_not_there_given_up_or_out_of_sight_is_refused_at_its_field() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let (mut faults, mut tried) = (Vec::new(), 0);
        for kind in test.registry.kinds().filter(|kind| kind.has_form && kind.create.is_some()) {
            for field in kind.fields.iter().filter(|field| field.form.has(true)) {
                tried += try_field(&town, kind, field, &mut faults).await;
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
        assert!(tried > 60, "only {tried} references were tried");
    })
    .await;
}

#[tokio::test]
async fn an_import_finds_only_what_the_person_may_see() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let kind = test.registry.kind("staff").unwrap();
        let unit = test.registry.kind("unit").unwrap();
        let (code, title): (Option<String>, Option<String>) = (
            test.db
                .scalar("SELECT code FROM unit WHERE state = 'open' ORDER BY id LIMIT 1", vec![])
                .await
                .unwrap(),
            test.db
                .scalar("SELECT name FROM title WHERE state = 'open' ORDER BY id LIMIT 1", vec![])
                .await
                .unwrap(),
        );
        let (code, title) = (code.unwrap(), title.unwrap());
        let file = format!(
            "Sicil no;Adı soyadı;Birim;Unvan;Göreve başlama\nZZ-1;Deneme Kişi;{code};{title};01.02.2026\n\
             ZZ-2;Deneme Kişi;YOK-1;{title};01.02.2026\n"
        );
        let path = format!("{}/ice-aktar", kind.path);
        let send = async || town.app.upload(&path, &[], &[("dosya", "a.csv", file.as_bytes())]).await;
        town.sign_in();
        send().await.ok().says("“YOK-1” bulunamadı").hides(&format!("“{code}” bulunamadı"));
        town.app.sign_in(half_blind(&town, &unit));
        send().await.ok().says("2 hatalı").says(&format!("“{code}” bulunamadı")).says("“YOK-1” bulunamadı");
    })
    .await;
}
