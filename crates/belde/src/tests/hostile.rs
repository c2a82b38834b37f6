//! What nobody should send, sent to everything the product declares: every field of every kind, every list and its headers.

mod exports;
mod fields;
mod headers;
mod imports;
mod kept;
mod routes;
mod uploads;

use kernel::db::Sql;
use kernel::job::Services;
use kernel::record::{FieldKind, Kind};
use testkit::{TestApp, TestDb};
use uuid::Uuid;

/// The number of no record.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// The product over this database with an administrator signed in, who also has an API token.
struct House {
    app: TestApp,
    token: String,
    _folder: tempfile::TempDir,
}

impl House {
    fn new(test: &TestDb) -> Self {
        Self::changed(test, |_| {})
    }

    fn changed(test: &TestDb, change: impl FnOnce(&mut web::AppParts)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = files::StoreConfig::Local { dir: folder.path().join("files") };
        let key = kernel::secret::Key::new(&test.clock);
        let (db, clock) = (test.db.clone(), test.clock.clone());
        let directory = crate::capabilities::directory();
        let accounts = access::Accounts::new(db, clock, key, access::Hashing::cheap(), directory);
        let services = Services::default().with(accounts).with(files::Store::open(&place).unwrap());
        let app = TestApp::changed(test, crate::capabilities::routes(), services, change);
        let token = app.sign_in_as("admin", &[], None);
        Self { app, token, _folder: folder }
    }
}

/// Kinds whose records people make on a form.
fn kinds_with_form(test: &TestDb) -> Vec<Kind> {
    test.registry.kinds().filter(|kind| kind.has_form && kind.create.is_some()).cloned().collect()
}

/// A record of the kind, if the town has one.
async fn some_record(test: &TestDb, kind: &Kind) -> Option<Uuid> {
    test.db.scalar(&format!("SELECT id FROM {} ORDER BY id LIMIT 1", kind.table), vec![]).await.unwrap()
}

async fn count(test: &TestDb, table: &str) -> i64 {
    test.db.scalar(&format!("SELECT count(*) FROM {table}"), vec![]).await.unwrap().unwrap_or(0)
}

/// Texts that a field of this kind cannot hold.
fn bad_values(kind: FieldKind, is_required: bool) -> Vec<String> {
    let mut values: Vec<String> = match kind {
        FieldKind::Text { max_length } | FieldKind::LongText { max_length } => {
            vec!["ş".repeat(max_length + 1)]
        }
        FieldKind::Int { .. } => ["on", "99999999999999999999", "1e9", "<b>1</b>"].map(String::from).into(),
        FieldKind::Money => ["yüz lira", "99999999999999999999999", "--1"].map(String::from).into(),
        FieldKind::Bool => Vec::new(),
        FieldKind::Day => ["31.02.2026", "2026-13-01", "999999-01-01", "dün"].map(String::from).into(),
        FieldKind::Instant => ["32.1.2026 25:61", "dün", "9999999-01-01T00:00:00Z"].map(String::from).into(),
        FieldKind::Choice(_) => ["uydurma", "<script>"].map(String::from).into(),
        FieldKind::Reference(_) => ["uydurma", "'; DROP TABLE unit", NOBODY].map(String::from).into(),
        FieldKind::Email => ["posta", "a@b@c", "a b@c.d"].map(String::from).into(),
        FieldKind::Phone => ["numara", "123", "0000000000000000000000000"].map(String::from).into(),
        FieldKind::Tckn => ["12345678901", "harfler", "1"].map(String::from).into(),
    };
    if is_required && !matches!(kind, FieldKind::Bool) {
        // Empty to the eye: spaces, a direction override, a zero-width space, NUL.
        values.extend([String::new(), " \u{202E}\u{200B}\t\0 ".into()]);
    }
    values
}

fn asked(kind: &Kind) -> impl Iterator<Item = &kernel::record::Field> {
    kind.fields.iter().filter(|field| field.form.has(true))
}
