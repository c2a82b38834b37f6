//! The curious colleague: somebody with every permission, but only over a unit in which there is nothing. No address
//! tells them of a record of somebody else, and none changes one.

use kernel::db::Sql;
use kernel::record::FieldKind;
use kernel::{Actor, Scope};
use sea_orm::FromQueryResult;
use testkit::{Page, Person, TestDb};
use uuid::Uuid;

use super::refused::{is_refused, nothing_changes, try_all};
use super::{Town, each_town};

/// What the house says by itself: shorter titles and those that are common words prove nothing.
const SHORTEST_MARK: usize = 7;
/// Titles that are also words of the screens: the head of every page, the sentence of a permission, an example in a form.
const COMMON: [&str; 3] = ["Bilgi İşlem Müdürlüğü", "Sorumlu görevlendirme", "Ağ ve Sistem Sorumlusu"];

#[derive(FromQueryResult)]
struct Mark {
    kind: String,
    id: Uuid,
    title: String,
}

/// Titles of all records. Roles are named with words of the screens.
async fn marks(test: &TestDb) -> Vec<Mark> {
    let sql =
        "SELECT kind, id, title FROM record WHERE is_removed = FALSE AND kind <> 'role' ORDER BY kind, title";
    let all: Vec<Mark> = test.db.rows(sql, vec![]).await.unwrap();
    let is_telling =
        |mark: &Mark| mark.title.chars().count() >= SHORTEST_MARK && !COMMON.contains(&mark.title.as_str());
    all.into_iter().filter(is_telling).collect()
}

impl Town<'_> {
    fn sign_in_as_colleague(&self) -> String {
        let elsewhere = Scope::Units(vec![Uuid::from_u128(7)]);
        let mut person = Person::new("Meraklı Kişi");
        for permission in self.test.registry.permissions() {
            person = person.may(permission.code, elsewhere.clone()).may(permission.code, Scope::Own);
        }
        self.app.sign_in(Actor { account_id: Some(Uuid::from_u128(8)), ..person.actor() })
    }

    /// Every page with what may be asked of it: lists with each reference they filter by.
    async fn questions(&self, marks: &[Mark]) -> Vec<String> {
        let mut all = Vec::new();
        for (method, path, allow) in self.app.app.route_table() {
            let is_elsewhere =
                path.starts_with("/kurulum") || path.contains("{bicim}") || path.contains("{ad}");
            if method == "GET" && !allow.is_open() && !is_elsewhere {
                all.extend(self.pages(&path).await);
            }
        }
        for kind in self.test.registry.kinds() {
            for field in kind.fields.iter().filter(|field| field.is_filter) {
                let FieldKind::Reference(target) = field.kind else { continue };
                let known = marks.iter().filter(|mark| mark.kind == target).take(3);
                all.extend(known.map(|mark| format!("{}?{}={}", kind.path, field.name, mark.id)));
            }
        }
        for mark in marks.iter().step_by(5) {
            let word = form_urlencoded::Serializer::new(String::new()).append_pair("q", &mark.title).finish();
            all.push(format!("{}?{word}", ui::names::SEARCH));
            all.push(format!("/ara/secenek?tur={}&{word}", mark.kind));
            all.push(format!("/ara/secenek?tur=&{word}"));
            all.push(format!("/kim-gorebilir/{}/{}", mark.kind, mark.id));
        }
        all
    }
}

#[tokio::test]
async fn whoever_has_rights_over_nothing_is_told_of_nothing() {
    each_town(async |test: &TestDb| {
        let town = Town::new(test).await;
        let marks = marks(test).await;
        assert!(marks.len() > 100, "{} marks", marks.len());
        let questions = town.questions(&marks).await;
        town.sign_in_as_colleague();
        let (mut faults, mut opened) = (Vec::new(), 0);
        for address in &questions {
            let page = match address.starts_with("/ara/secenek") {
                true => town.app.get_part(address).await,
                false => town.app.get(address).await,
            };
            opened += usize::from(page.status == 200);
            // What was asked for is said again.
            let asked = address.split_once('?').map_or("", |(_, query)| query);
            let asked: Vec<String> =
                form_urlencoded::parse(asked.as_bytes()).map(|(_, value)| value.into()).collect();
            let html = page.html();
            let told = marks.iter().filter(|mark| {
                html.contains(&mark.title) && !asked.iter().any(|asked| asked.contains(&mark.title))
            });
            faults.extend(
                told.take(2).map(|mark| {
                    format!("{address} ({}) tells of {} “{}”", page.status, mark.kind, mark.title)
                }),
            );
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
        assert!(opened > 30, "only {opened} of {} pages opened", questions.len());
    })
    .await;
}

#[tokio::test]
async fn whoever_has_rights_over_nothing_changes_nothing() {
    each_town(async |test: &TestDb| {
        let town = Town::with_forms(test).await;
        nothing_changes(&town, async |faults| {
            for route in town.routes().iter().filter(|route| !route.is_own()) {
                let token = town.sign_in_as_colleague();
                let is_refused = |page: &Page| is_refused(page) || route.is_question();
                try_all(&town, route, &token, is_refused, faults).await;
            }
        })
        .await;
    })
    .await;
}
