//! A walk over every address that changes something, led by the table of routes itself: as nobody, as somebody without
//! the permission, as the auditor, and with bodies that nobody should send. A new route is walked by itself; one for
//! which the walk knows no record or no form makes it fail.

mod acting;
mod at_once;
mod bodies;
mod curious;
mod references;
mod refused;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use access::store::sessions::NewSession;
use http::Method;
use kernel::db::Sql;
use kernel::job::Services;
use kernel::record::{self, Draft, Field, FieldKind, FieldValue, Kind};
use kernel::schema::live;
use kernel::{Actor, Scope};
use serde_json::{Value as Json, json};
use testkit::{Page, Person, TestApp, TestDb, each_filled};
use tokio::sync::Mutex;
use uuid::Uuid;
use web::Allow;

use super::{declared, load_demo};

/// Addresses of a person's own things, which also the auditor changes: account, sign-out, tastes, own filters,
/// what they follow and are told.
const OWN: [&str; 7] =
    ["/hesabim/", "/tercihler", "/cikis", "/giris", "/bildirimler/", "/api/v1/notice/", "/api/v1/saved-view"];

/// Routes that no page of a furnished town shows a form for, with the names their forms have elsewhere and why.
const WITHOUT_PAGE: [(&str, &[&str]); 26] = [
    // Sent by the script while a field is typed.
    ("/destek/benzer", &["description"]),
    ("/destek/telefon/benzer", &["arayan"]),
    ("/evrak/benzer", &["correspondent"]),
    ("/yazilar/ilgi", &["ilgi"]),
    ("/yazilar/denetle", &["title", "body", "form", "addressees"]),
    // Shown to whoever's turn it is to sign with a card.
    ("/yazilar/{id}/e-imza", &[]),
    ("/yazilar/{id}/adima-hazirla", &[]),
    // The folder of the town has no letter that waits for a card; the second is a button of the list's own form.
    ("/imza-klasoru/{id}/e-imzala", &[]),
    ("/imza-klasoru/e-imzala", &["id"]),
    // The regulation of the town names no units that duties could be given to.
    ("/gorevler/atama", &["oneri"]),
    // Asked after people were ticked in the list.
    ("/teskilat/personel/tasi", &["secilenler", "birim", "unvan", "tarih"]),
    // A button of the list's own form; the only verb of a duty leads to a form of its own.
    ("/gorevler/sorumlu", &["id"]),
    ("/gorevler/{id}/eylem", &["eylem"]),
    // Shown where a PDF hangs on an entry; the town's entries have other files.
    ("/evrak/{id}/ek/{dosya}/e-imza", &[]),
    ("/evrak/{id}/ek/{dosya}/muhur", &[]),
    // The municipality of the town has no seal.
    ("/yonetim/muhur/dene", &[]),
    // The town's package was written down without its file.
    ("/gelen-kutusu/{id}/yeniden-oku", &[]),
    // Shown to visitors only.
    ("/giris", &["adim", "kullanici", "parola", "kod", "asama", "donus", "tasinan"]),
    // The set-up is over; its doors must stay shut.
    ("/kurulum", &["house.town", "house.domain"]),
    ("/kurulum/belediye", &["house.town", "house.domain"]),
    ("/kurulum/yonetici", &["kullanici", "ad", "parola", "kod"]),
    // Shown to whoever has a second factor; the walker has none.
    ("/hesabim/ikinci-adim/kapat", &["parola", "kod"]),
    ("/hesabim/ikinci-adim/kurtarma", &["parola", "kod"]),
    ("/yonetim/hesaplar/{id}/ikinci-adim/kapat", &["gerekce"]),
    // Accepted when the account was opened.
    ("/hesabim/gizlilik", &["kabul"]),
    // Asked of the person it was done for; the walker reported nothing.
    ("/destek/{id}/memnuniyet", &["memnuniyet"]),
];

const REGULATION: &str = "KUMKÖY BELEDİYESİ\nBİLGİ İŞLEM MÜDÜRLÜĞÜ YÖNETMELİĞİ\n\n\
    Amaç\nMADDE 1- (1) Bu Yönetmeliğin amacı, Bilgi İşlem Müdürlüğünün çalışma esaslarını düzenlemektir.\n\n\
    Teşkilat\nMADDE 2- (1) Müdürlüğün teşkilatı şöyledir:\na) Yazılım Servisi\nb) Donanım Servisi\n\n\
    Görevler\nMADDE 3- (1) Müdürlüğün görevleri şunlardır:\n\
    a) Donanım ve yazılım arızalarını gidermek.\nb) Sunucuların yedeğini almak.\n\n\
    Yürürlük\nMADDE 4- (1) Bu Yönetmelik yayımı tarihinde yürürlüğe girer.\n";

/// One route that is no GET.
#[derive(Clone)]
struct Route {
    method: Method,
    path: String,
    allow: Allow,
}

impl Route {
    fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    fn is_own(&self) -> bool {
        let is_beside_a_record = self.path.contains("/gorunum") || self.path.ends_with("/takip");
        is_beside_a_record || OWN.iter().any(|part| self.path.starts_with(part))
    }

    /// Asked while somebody types, as a body so that no address holds the text; answers with a piece of a page and writes
    /// nothing.
    fn is_question(&self) -> bool {
        ["/benzer", "/denetle", "/yazilar/ilgi"].iter().any(|end| self.path.ends_with(end))
    }
}

/// What is sent to an address: pairs of a form, or the JSON of the API.
#[derive(Clone, Debug, Default)]
struct Body {
    fields: Vec<(String, String)>,
    is_multipart: bool,
}

/// A form of the town's pages: the address it is sent to, what stands in it and which named button was pressed.
#[derive(Clone, Debug)]
struct Shown {
    action: String,
    body: Body,
    button: Option<(String, String)>,
}

impl Shown {
    /// Which form it is and which of its buttons was pressed, whatever was typed.
    fn shape(&self) -> impl Ord + use<'_> {
        let fields = &self.body.fields;
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        let verb = fields.iter().find(|(name, _)| name == ui::names::VERB);
        (self.body.is_multipart, names, verb, &self.button)
    }
}

/// By pattern of the route: the forms that pages of the town show for it.
type Forms = BTreeMap<String, Vec<Shown>>;

/// The forms of each furnished town, by its walker, whom each filling makes anew. Copies of a town show the same ones, so
/// its thousands of pages are read once for all walks.
static FORMS: Mutex<BTreeMap<Uuid, Arc<Forms>>> = Mutex::const_new(BTreeMap::new());

/// The furnished demo town with somebody signed in who may do everything.
struct Town<'a> {
    test: &'a TestDb,
    app: TestApp,
    walker: Uuid,
    /// Staff and unit of the walker: somebody who has still to read.
    place: (Option<Uuid>, Option<Uuid>),
    /// Once they were read.
    forms: Arc<Forms>,
    _folder: tempfile::TempDir,
}

/// Runs one scenario on the furnished demo town, on each database. The town is made once and copied.
async fn each_town(scenario: impl AsyncFn(&TestDb)) {
    each_filled(declared(), load_furnished, scenario).await;
}

async fn load_furnished(test: &TestDb) {
    load_demo(test).await;
    Town::new(test).await.furnish().await;
}

impl<'a> Town<'a> {
    /// Of a database on which the demo town stands.
    async fn new(test: &'a TestDb) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = files::StoreConfig::Local { dir: folder.path().join("files") };
        let key = kernel::secret::Key::new(&test.clock);
        let directory = crate::capabilities::directory();
        let (db, clock) = (test.db.clone(), test.clock.clone());
        let accounts = access::Accounts::new(db, clock, key.clone(), access::Hashing::cheap(), directory);
        let services = Services::default().with(accounts).with(files::Store::open(&place).unwrap()).with(key);
        let logs = crate::tests::access_logs(test, folder.path());
        logs.open(&test.jobs()).await.unwrap();
        let services = services.with(logs);
        let app = TestApp::changed(test, crate::capabilities::routes(), services, |_| {});
        let walker = account(test, "yonetici").await;
        let unread = "SELECT s.id FROM staff AS s WHERE s.state = 'active' AND NOT EXISTS \
                      (SELECT 1 FROM acknowledgement AS a WHERE a.staff_id = s.id) ORDER BY s.id LIMIT 1";
        let staff: Option<Uuid> = test.db.scalar(unread, vec![]).await.unwrap();
        let unit = "SELECT unit_id FROM staff WHERE id = $1";
        let unit: Option<Uuid> = test.db.scalar(unit, vec![staff.into()]).await.unwrap();
        let place = (staff, unit);
        Self { test, app, walker, place, forms: Arc::default(), _folder: folder }
    }

    /// With the forms of all its pages, for whoever sends what they send.
    async fn with_forms(test: &'a TestDb) -> Self {
        let mut town = Self::new(test).await;
        // Held while they are read: whoever comes meanwhile waits for them.
        let mut known = FORMS.lock().await;
        let forms = match known.get(&town.walker) {
            Some(forms) => forms.clone(),
            None => Arc::new(town.read_forms().await),
        };
        known.insert(town.walker, forms.clone());
        town.forms = forms;
        town
    }

    /// What people and programs change something by. Machines speak no forms; their doors are tried where they are.
    fn routes(&self) -> Vec<Route> {
        let table = self.app.app.route_table().into_iter();
        let table = table.filter(|(method, _, allow)| *method != "GET" && *allow != Allow::Machine);
        let route = |(method, path, allow): (&str, String, Allow)| Route {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            path,
            allow,
        };
        table.map(route).collect()
    }

    /// Everything declared, in the whole town, but one permission. Answers the token.
    fn sign_in_without(&self, missing: &str) -> String {
        let mut person = Person::new("Her yetkili");
        for permission in self.test.registry.permissions().filter(|one| one.code != missing) {
            person = person.may(permission.code, Scope::All);
        }
        let (staff_id, unit_id) = self.place;
        let actor = Actor { account_id: Some(self.walker), staff_id, unit_id, ..person.actor() };
        self.app.sign_in(actor)
    }

    fn sign_in(&self) -> String {
        self.sign_in_without("")
    }

    async fn sign_in_as_auditor(&self) -> String {
        let auditor = testkit::role_actor(&self.test.registry, "auditor", &[], None);
        let account_id = Some(account(self.test, "denetci").await);
        self.app.sign_in(Actor { account_id, ..auditor })
    }

    /// What the demo does not have and routes speak of: saved views, files, sessions, keys, a dead job.
    async fn furnish(&self) {
        self.sign_in();
        for (_, path, _) in self.app.app.route_table().iter().filter(|(method, ..)| *method == "POST") {
            self.furnish_path(path).await;
        }
        self.furnish_rows().await;
        self.propose_duties().await;
        self.take_in_regulations().await;
    }

    async fn furnish_path(&self, path: &str) {
        if path.ends_with("/gorunum") {
            self.app.post(path, &[("ad", "Yürüyüş"), ("sorgu", "")]).await.status(303);
        } else if path.ends_with("/{id}/ek") {
            let kind = self.kind_of(path).unwrap();
            let record = self.records(&kind).await[0];
            let address = path.replace("{id}", &record.to_string());
            self.app.upload(&address, &[], &[("dosya", "not.txt", b"Deneme")]).await.status(303);
        }
    }

    async fn furnish_rows(&self) {
        let tx = self.test.begin().await;
        let (expires_at, somebody) = (tx.at().plus_seconds(3_600), self.somebody().await);
        for account_id in [self.walker, self.walker, somebody] {
            let token = tx.new_id().to_string();
            let (address, device) = ("10.0.0.9", "Deneme");
            let session =
                NewSession { token: &token, account_id, is_complete: true, expires_at, address, device };
            access::store::sessions::insert(&tx, session).await.unwrap();
        }
        let (token, powers) = (tx.new_id().to_string(), ["directory.unit.view".to_string()]);
        access::store::tokens::insert(&tx, self.walker, &token, "Deneme", &powers, expires_at).await.unwrap();
        let auditor = access::store::roles::by_code(&tx, "auditor").await.unwrap().unwrap().id;
        access::store::roles::insert_held(&tx, somebody, auditor, None, tx.at(), None).await.unwrap();
        let dead = "INSERT INTO job (id, name, payload, state, run_at, attempts, locked_until, last_error, created_at) \
                    VALUES ($1, 'deneme', '{}', 'dead', 0, 9, 0, 'Olmadı', 0)";
        tx.run(dead, vec![tx.new_id().into()]).await.unwrap();
        tx.run("UPDATE account SET reviewed_at = 0, created_at = 0", vec![]).await.unwrap();
        let notice = "INSERT INTO notice (account_id, event_id, key) \
                      SELECT $1, (SELECT event_id FROM notice ORDER BY event_id LIMIT 1), \
                        (SELECT key FROM notice ORDER BY event_id LIMIT 1) \
                      ON CONFLICT (account_id, event_id) DO NOTHING";
        tx.run(notice, vec![self.walker.into()]).await.unwrap();
        tx.without_event("a test furnishes a town");
        tx.commit().await.unwrap();
    }

    /// What may still be changed: an acting-for that is proposed, and a responsibility that is being written.
    async fn propose_duties(&self) {
        let sql = "SELECT id FROM staff WHERE state = 'active' ORDER BY id DESC LIMIT 2";
        let people: Vec<Uuid> = self.test.db.column(sql, vec![]).await.unwrap();
        let unit = "SELECT unit_id FROM staff WHERE id = $1";
        let unit: Option<Uuid> = self.test.db.scalar(unit, vec![people[0].into()]).await.unwrap();
        let tx = self.test.begin().await;
        let (begin, end) = (tx.at().plus_seconds(90 * 86_400), tx.at().plus_seconds(91 * 86_400));
        let mut acting = Draft::default();
        acting.set("unit_id", FieldValue::Id(unit.unwrap()));
        acting.set("principal_id", FieldValue::Id(people[0]));
        acting.set("substitute_id", FieldValue::Id(people[1]));
        acting.set("from_at", FieldValue::Int(begin.0));
        acting.set("until_at", FieldValue::Int(end.0));
        record::create(&tx, &self.test.registry.kind("acting").unwrap(), acting).await.unwrap();
        let mut appointment = Draft::default();
        appointment.set("subject", FieldValue::Text("Yedekleme Sorumlusu".into()));
        appointment.set("staff_id", FieldValue::Id(people[0]));
        appointment.set("unit_id", FieldValue::Id(unit.unwrap()));
        appointment.set("starts_on", FieldValue::Text(begin.day().to_string()));
        record::create(&tx, &self.test.registry.kind("appointment").unwrap(), appointment).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The account that stands for accounts in addresses.
    async fn somebody(&self) -> Uuid {
        self.records(&self.test.registry.kind("account").unwrap()).await[0]
    }

    /// One in force whose clauses wait for a decision, and a draft with a correction.
    async fn take_in_regulations(&self) {
        let taken = self.app.upload("/yonetmelik/yeni", &[("metin", REGULATION)], &[]).await;
        let confirm = taken.location().unwrap().replace("/duzelt", "/onayla");
        let form = self.app.get(&confirm).await.ok();
        let mut fields = form.sent_by(&confirm);
        fields.retain(|(name, _)| name != ui::names::CSRF && name != "yururluk");
        fields.extend([("yururluk", "5.11.2026"), ("bakildi", "evet")].map(|(a, b)| (a.into(), b.into())));
        self.send(&confirm, &Body { fields, is_multipart: false }).await.status(303);
        let draft = format!("{REGULATION}\nMADDE 6- (1) Ek.\n");
        let taken = self.app.upload("/yonetmelik/yeni", &[("metin", &draft)], &[]).await;
        let correct = taken.location().unwrap();
        let seen = self.app.get(&correct).await.ok().value("gorulen").unwrap_or("0".into());
        let sure = [(ui::names::ITEM, "oge-1"), (ui::names::VERB, "dogru"), ("gorulen", &seen)];
        self.app.post(&correct, &sure).await.status(303);
    }

    /// Whose records an address speaks of.
    fn kind_of(&self, path: &str) -> Option<Kind> {
        let is_of = |kind: &&Kind| {
            let api = format!("/api/v1/{}", kind.id.replace('_', "-"));
            [kind.path, &api].into_iter().any(|base| {
                path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        self.test.registry.kinds().find(is_of).cloned()
    }

    /// One record in each of the kind's states, never the walker's own account.
    async fn records(&self, kind: &Kind) -> Vec<Uuid> {
        if kind.field("state").is_none() {
            let sql = format!("SELECT id FROM {} WHERE id <> $1 ORDER BY id LIMIT 1", kind.table);
            return self.test.db.column(&sql, vec![self.walker.into()]).await.unwrap();
        }
        let sql = format!("SELECT min(CAST(id AS TEXT)) FROM {} WHERE id <> $1 GROUP BY state", kind.table);
        // Ids are stored as bytes on SQLite; there the smallest comes as it is.
        if self.test.name == "SQLite" {
            let sql = sql.replace("min(CAST(id AS TEXT))", "min(id)");
            return self.test.db.column(&sql, vec![self.walker.into()]).await.unwrap();
        }
        let texts: Vec<String> = self.test.db.column(&sql, vec![self.walker.into()]).await.unwrap();
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// The addresses that a pattern stands for in this town: of several records and of every verb.
    async fn addresses(&self, path: &str) -> Vec<String> {
        if !path.contains('{') {
            return vec![path.into()];
        }
        // By this a stranger checks a letter; a link to sign is nobody's.
        let signed = "SELECT code FROM letter WHERE code <> '' AND state = 'signed' ORDER BY id LIMIT 1";
        let code: Option<String> = self.test.db.scalar(signed, vec![]).await.unwrap();
        let path = &path.replace("{code}", &code.unwrap_or_default()).replace("{token}", "olmayan");
        if !path.contains('{') {
            return vec![path.into()];
        }
        let kind = self.kind_of(path);
        if let Some(sql) = pairs_of(path, kind.as_ref()) {
            return self.of_pairs(path, &sql).await;
        }
        let kind = kind.unwrap_or_else(|| panic!("{path}: of no kind; teach the walk what stands in it"));
        let mut all = Vec::new();
        for record in self.records(&kind).await {
            let address = path.replace("{id}", &record.to_string());
            match address.contains("{verb}") {
                true => all.extend(kind.verbs.iter().map(|verb| address.replace("{verb}", verb.id))),
                false => all.push(address),
            }
        }
        if all.is_empty() && kind.id == "job" {
            self.furnish_rows().await;
            return Box::pin(self.addresses(path)).await;
        }
        assert!(!all.is_empty(), "{path}: the demo town has no {}", kind.name_tr);
        assert!(all.iter().all(|one| !one.contains('{')), "{path}: teach the walk what stands in {all:?}");
        all
    }

    /// The two parts of an address that only belong together, in the order in which they stand in it. What the walk
    /// itself has ended is put there anew.
    async fn of_pairs(&self, path: &str, sql: &str) -> Vec<String> {
        let mut ids = self.pair(sql).await;
        if ids.is_empty() {
            let (before, _) = path.rsplit_once("/{").unwrap();
            self.furnish_path(before).await;
            self.furnish_rows().await;
            ids = self.pair(sql).await;
        }
        assert!(ids.len() == 2, "{path}: the walk finds nothing with {sql}");
        ids.truncate(path.matches('{').count());
        ids.reverse();
        let parts = path.split('/').map(|part| match part.starts_with('{') {
            true => ids.pop().expect("as many as asked for").to_string(),
            false => part.to_string(),
        });
        vec![parts.collect::<Vec<_>>().join("/")]
    }

    async fn pair(&self, sql: &str) -> Vec<Uuid> {
        let sql = format!(
            "SELECT first FROM ({sql} LIMIT 1) AS one UNION ALL SELECT second FROM ({sql} LIMIT 1) AS two"
        );
        self.test.db.column(&sql, vec![self.walker.into()]).await.unwrap()
    }

    /// Opens every page and answers the forms it shows, by the route they are sent to.
    async fn read_forms(&self) -> Forms {
        self.sign_in();
        let mut forms = Forms::new();
        let posts: Vec<Route> = self.routes().into_iter().filter(|route| !route.is_api()).collect();
        for (method, path, _) in self.app.app.route_table() {
            let is_page = method == "GET" && !path.starts_with("/api/") && !path.contains("{bicim}");
            let is_file =
                path.ends_with("/ek/{dosya}") || path.starts_with("/varlik/") || path.ends_with("/pdf");
            let is_elsewhere = path.starts_with("/kurulum") || path.starts_with("/yonetim/bilesenler");
            if !is_page || is_file || is_elsewhere {
                continue;
            }
            for address in self.pages(&path).await {
                let page = self.app.get(&address).await;
                for form in page_check::forms(&page.html()).into_iter().filter(|form| form.method == "post") {
                    let action = form.action.split('?').next().unwrap_or_default().to_string();
                    let Some(route) = posts.iter().find(|route| is_match(&route.path, &action)) else {
                        panic!("{address} shows a form to {action}, which is no route");
                    };
                    let known = forms.entry(route.path.clone()).or_default();
                    known.extend(shown_by(&form, &action));
                }
            }
        }
        for (path, names) in WITHOUT_PAGE {
            let fields = names.iter().map(|name| (name.to_string(), String::new())).collect();
            forms.entry(path.into()).or_default().push(shown_nowhere(fields));
        }
        // One form of the kit for every kind; of some the town has no record whose files may go now.
        for route in posts.iter().filter(|route| route.path.ends_with("/ek/{dosya}/kaldir")) {
            let fields = vec![(ui::names::REASON.to_string(), String::new())];
            forms.entry(route.path.clone()).or_insert_with(|| vec![shown_nowhere(fields)]);
        }
        let is_shown = |route: &Route| forms.contains_key(&route.path);
        let hidden: Vec<&str> =
            posts.iter().filter(|route| !is_shown(route)).map(|route| route.path.as_str()).collect();
        assert!(hidden.is_empty(), "no page of the town shows a form for {hidden:#?}");
        for known in forms.values_mut() {
            known.sort_by(|one, other| one.body.fields.cmp(&other.body.fields));
        }
        forms
    }

    async fn pages(&self, path: &str) -> Vec<String> {
        match path {
            "/kim-gorebilir/{tur}/{id}" => vec![],
            // Options of a box, which are no page; the curious colleague asks for those of every kind.
            "/ara/secenek" => vec![],
            _ => self.addresses(path).await,
        }
    }

    /// What the town's own pages send there.
    fn shown(&self, route: &Route) -> &[Shown] {
        assert!(!self.forms.is_empty(), "the forms of this town were not read");
        self.forms.get(&route.path).map_or(&[], Vec::as_slice)
    }

    /// What the town's own pages send there, the same once.
    fn bodies(&self, route: &Route) -> Vec<Body> {
        let mut bodies: Vec<Body> = self.shown(route).iter().map(|shown| shown.body.clone()).collect();
        bodies.dedup_by(|one, other| one.fields == other.fields);
        bodies
    }

    /// Every form of the route once, with every button: as the pages of this address send it, or as those of another
    /// record do where it shows none. The same form of ten records is ten times the same only because each has its own
    /// version and token in it.
    fn bodies_for(&self, route: &Route, address: &str) -> Vec<&Body> {
        let shown = self.shown(route).iter();
        let (own, others): (Vec<_>, Vec<_>) = shown.partition(|shown| shown.action == address);
        let mut met = BTreeSet::new();
        let all = own.into_iter().chain(others).filter(|shown| met.insert(shown.shape()));
        all.map(|shown| &shown.body).collect()
    }

    /// A body of the API that would be taken.
    async fn json(&self, route: &Route, address: &str) -> Json {
        let Some(kind) = self.kind_of(&route.path) else { return json!({ "name": "Yürüyüş" }) };
        if route.path.ends_with("{verb}") {
            return json!({ "reason": "Deneme" });
        }
        let mut body = json!({});
        if route.method == Method::PATCH {
            let id: Uuid = address.rsplit('/').next().unwrap().parse().unwrap();
            let sql = format!("SELECT version FROM {} WHERE id = $1", kind.table);
            let version: Option<i64> = self.test.db.scalar(&sql, vec![id.into()]).await.unwrap();
            return json!({ "version": version, kind.title: "Yürüyüşte değişti" });
        }
        for field in kind.fields.iter().filter(|field| field.form.has(true)) {
            let good = self.good(field).await;
            body[field.name] = match field.kind {
                FieldKind::Int { .. } | FieldKind::Money => good.parse::<i64>().unwrap().into(),
                FieldKind::Bool => (good == "evet").into(),
                _ => good.into(),
            };
        }
        body
    }

    async fn good(&self, field: &Field) -> String {
        match field.kind {
            FieldKind::Choice(choices) => choices[0].code.into(),
            FieldKind::Reference(target) => {
                let kind = self.test.registry.kind(target).unwrap();
                self.records(&kind).await[0].to_string()
            }
            FieldKind::Int { min, .. } => min.to_string(),
            FieldKind::Money => "1".into(),
            FieldKind::Bool => "evet".into(),
            FieldKind::Day => "2026-11-05".into(),
            FieldKind::Instant => "2026-11-06T08:00:00Z".into(),
            FieldKind::Email => "a@ornek.bel.tr".into(),
            FieldKind::Phone => "0312 000 00 00".into(),
            FieldKind::Tckn => "10000000146".into(),
            FieldKind::Text { .. } | FieldKind::LongText { .. } => format!("yuruyus.{}", field.name.len()),
        }
    }

    async fn send(&self, address: &str, body: &Body) -> Page {
        let fields: Vec<(&str, &str)> =
            body.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        // What is looked up while somebody types is a piece of a page.
        if ["/benzer", "/denetle"].iter().any(|end| address.ends_with(end)) {
            return self.app.post_part(address, &fields).await;
        }
        match body.is_multipart {
            true => self.app.upload(address, &fields, &[("dosya", "a.csv", b"a;b\n1;2\n")]).await,
            false => self.app.post(address, &fields).await,
        }
    }

    /// Every row of every table, short: two equal answers mean that nothing changed in between.
    async fn state(&self) -> Vec<(String, u64)> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut all = Vec::new();
        for table in live::tables(&self.test.db).await.unwrap() {
            // A try to sign in is counted, whoever tries.
            if table.name == "sign_in_try" {
                continue;
            }
            let mut hash = DefaultHasher::new();
            for row in table.page(&self.test.db, None, 100_000).await.unwrap() {
                format!("{row:?}").hash(&mut hash);
            }
            all.push((table.name.clone(), hash.finish()));
        }
        all
    }
}

async fn account(test: &TestDb, username: &str) -> Uuid {
    let sql = "SELECT id FROM account WHERE username = $1";
    test.db.scalar(sql, vec![username.into()]).await.unwrap().unwrap()
}

/// Where an address names something that is no record of a kind, or two things: which they are. `$1` is the walker.
fn pairs_of(path: &str, kind: Option<&Kind>) -> Option<String> {
    let of_kind = kind.map_or("", |kind| kind.id);
    Some(match path {
        _ if path.contains("{bildirim}") || path.starts_with("/api/v1/notice/") => {
            "SELECT event_id AS first, event_id AS second FROM notice WHERE account_id = $1".into()
        }
        _ if path.starts_with("/api/v1/saved-view/") => {
            "SELECT id AS first, id AS second FROM saved_view WHERE account_id = $1".into()
        }
        _ if path.contains("{gorunum}") => format!(
            "SELECT id AS first, id AS second FROM saved_view WHERE kind = '{of_kind}' AND account_id = $1"
        ),
        _ if path.contains("{dosya}") => format!(
            "SELECT subject_id AS first, id AS second FROM attachment \
             WHERE subject_kind = '{of_kind}' AND removed_at IS NULL AND id <> $1"
        ),
        _ if path.contains("{sorumlu}") => {
            "SELECT duty_id AS first, id AS second FROM duty_assignment WHERE id <> $1".into()
        }
        _ if path.contains("{rol}") => {
            "SELECT account_id AS first, id AS second FROM account_role WHERE account_id <> $1 AND until_at IS NULL".into()
        }
        "/yonetim/yetki-gozden-gecirme/{id}/geri-al" => {
            "SELECT id AS first, id AS second FROM account WHERE id <> $1 AND state = 'active'".into()
        }
        _ if path.contains("{muhatap}") => {
            "SELECT l.id AS first, c.id AS second FROM letter AS l CROSS JOIN correspondent AS c WHERE l.state = 'signed' AND c.id <> $1".into()
        }
        _ if path.contains("{other}") => {
            "SELECT a.id AS first, b.id AS second FROM regulation AS a CROSS JOIN regulation AS b WHERE a.id <> $1".into()
        }
        "/hesabim/oturum/{id}/kapat" => {
            "SELECT id AS first, id AS second FROM session WHERE account_id = $1".into()
        }
        "/hesabim/anahtar/{id}/iptal" => {
            "SELECT id AS first, id AS second FROM api_token WHERE account_id = $1".into()
        }
        _ => return None,
    })
}

/// Does the address fit the pattern of a route? Fixed parts win over parameters, as in the router.
fn is_match(pattern: &str, address: &str) -> bool {
    let (pattern, address): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), address.split('/').collect());
    pattern.len() == address.len()
        && pattern
            .iter()
            .zip(&address)
            .all(|(part, here)| part == here || (part.starts_with('{') && here.parse::<Uuid>().is_ok()))
}

/// A form of which no page is read.
fn shown_nowhere(fields: Vec<(String, String)>) -> Shown {
    Shown { action: String::new(), body: Body { fields, is_multipart: false }, button: None }
}

/// The form as it stands, once for each of its named buttons.
fn shown_by(form: &page_check::SentForm, action: &str) -> Vec<Shown> {
    let fields = form.fields.iter().filter(|field| field.name != ui::names::CSRF);
    let fields: Vec<_> = fields.map(|field| (field.name.clone(), field.value.clone())).collect();
    let with = |button: Option<(String, String)>| {
        let fields = fields.iter().cloned().chain(button.clone()).collect();
        Shown { action: action.into(), body: Body { fields, is_multipart: form.is_multipart }, button }
    };
    if form.buttons.is_empty() {
        return vec![with(None)];
    }
    form.buttons.iter().cloned().map(|button| with(Some(button))).collect()
}
