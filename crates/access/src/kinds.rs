//! The record kinds of this crate: accounts and roles, for lists, forms, import and API.

use kernel::event::{Event, Reaction};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::{Boxed, Error, NewEvent, Result, Tx, Violation};
use uuid::Uuid;

use crate::rules;
use crate::store;

const STATES: &[Choice] = &[
    Choice::new("active", "Açık", Tone::Done),
    Choice::new("locked", "Kilitli", Tone::Late),
    Choice::new("closed", "Kapalı", Tone::Wait),
];

/// Accounts: who can sign in.
pub fn account() -> Kind {
    let mut kind = Kind::new("account", "hesap", "Hesaplar", "/yonetim/hesaplar", "access.account.view");
    kind.title = "name";
    kind.number = Some("username");
    kind.create = Some("access.account.edit");
    kind.edit = Some("access.account.edit");
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["username"]];
    kind.prepare = Some(prepare_account);
    kind.fields = vec![
        Field::text("username", "Kullanıcı adı", rules::USERNAME_MAX_LENGTH)
            .required()
            .listed()
            .sorted()
            .searched(),
        Field::text("name", "Adı soyadı", 120).required().listed().sorted_by("name_key").searched(),
        Field::choice("state", "Durum", STATES).listed().filtered().read_only(),
        Field::new("email", "E-posta", FieldKind::Email).listed(),
        Field::reference("staff_id", "Personel", "staff")
            .among(&["active"])
            .hint("Kurum çalışanı değilse boş bırakın; yetkileri birimine göre işlemez.")
            .listed()
            .filtered(),
        Field::new("last_sign_in_at", "Son giriş", FieldKind::Instant).listed().read_only(),
        Field::new("locked_until_at", "Kilidin açılacağı an", FieldKind::Instant).read_only(),
        Field::new("created_at", "Açıldığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "acik", label_tr: "Açık hesaplar", query: "state=active" },
        View { id: "kilitli", label_tr: "Kilitli", query: "state=locked" },
    ];
    kind.verbs = account_verbs();
    kind
}

fn account_verbs() -> Vec<Verb> {
    let verb = |id, label_tr, from, to, event| {
        Verb::new(id, label_tr, "access.account.edit", from, to, event).asking("Gerekçe").bulk()
    };
    vec![
        Verb { run: Some(on_lock), ..verb("kilitle", "Kilitle", &["active", "locked"], "locked", "locked") },
        Verb {
            run: Some(on_open),
            needs_reason: false,
            ..verb("kilidi-ac", "Kilidi aç", &["locked"], "active", "unlocked")
        },
        Verb {
            run: Some(on_close),
            is_danger: true,
            ..verb("kapat", "Hesabı kapat", &["active", "locked"], "closed", "closed")
        },
        Verb {
            run: Some(on_reopen),
            in_bulk: false,
            ..verb("yeniden-ac", "Yeniden aç", &["closed"], "active", "reopened")
        },
    ]
}

fn on_lock<'a>(tx: &'a Tx, record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        // A lock for guessing becomes one by decision; one by decision stays as it is.
        if record.get("state").text() == "locked" && record.get("locked_until_at").is_null() {
            return Err(Error::conflict("Hesap zaten yönetici tarafından kilitlenmiş."));
        }
        store::accounts::clear_lock_end(tx, record.id).await?;
        store::sessions::revoke_all(tx, record.id, None).await?;
        store::touch(tx).await?;
        keep_an_admin(tx, record.id).await
    })
}

/// As [`on_open`]; meanwhile the person may have got another account.
fn on_reopen<'a>(tx: &'a Tx, record: &'a Record, reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        on_open(tx, record, reason).await?;
        if let Some(staff) = record.get("staff_id").id()
            && let Some(violation) = second_account(tx, staff, Some(record.id)).await?
        {
            return Err(Error::invalid(vec![violation]));
        }
        Ok(())
    })
}

fn on_open<'a>(tx: &'a Tx, record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        store::accounts::clear_lock_end(tx, record.id).await?;
        store::tries::forget_account(tx, record.id).await?;
        store::touch(tx).await
    })
}

fn on_close<'a>(tx: &'a Tx, record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        store::sessions::revoke_all(tx, record.id, None).await?;
        store::tokens::revoke_all(tx, record.id).await?;
        store::touch(tx).await?;
        keep_an_admin(tx, record.id).await
    })
}

/// Who leaves the municipality signs in no more, from the same moment on.
pub(crate) fn reactions() -> Vec<Reaction> {
    vec![Reaction { subject_kind: "staff", verb: "staff_left", run: close_account_of }]
}

fn close_account_of<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let Some(account) = store::accounts::close_account_of(tx, event.subject_id).await? else {
            return Ok(());
        };
        store::sessions::revoke_all(tx, account.id, None).await?;
        store::tokens::revoke_all(tx, account.id).await?;
        store::touch(tx).await?;
        let subject = kernel::Ref::new("account", account.id);
        let closed =
            NewEvent::new(subject, account.name, "closed").note("Personel kaydında ayrılışı işlendi.");
        tx.record(closed.scope(None, Some(account.id))).await?;
        keep_an_admin(tx, account.id).await
    })
}

/// After `account` lost its role or was shut: somebody must still be able to manage the system, and not only until some
/// day.
pub(crate) async fn keep_an_admin(tx: &Tx, account: Uuid) -> Result<()> {
    if store::roles::count_lasting_admins(tx, tx.at()).await? > 0 {
        return Ok(());
    }
    let held = store::roles::held_by(tx, &[account]).await?;
    // A role that ends at this very instant was ended by this act.
    let was = held.iter().filter(|one| one.role_code == "admin" && one.from_at <= tx.at());
    let ends: Vec<Option<i64>> =
        was.map(|one| one.until_at).filter(|end| end.is_none_or(|end| end >= tx.at().0)).collect();
    let was_lasting = ends.iter().any(|end| end.is_none_or(|end| end == tx.at().0));
    let is_nobody_left = !ends.is_empty() && store::roles::count_admins(tx, tx.at()).await? == 0;
    if !was_lasting && !is_nobody_left {
        return Ok(());
    }
    let text = "Bu işlemle süresiz yetkili hiç sistem yöneticisi kalmazdı. Önce başka birine sistem yöneticisi rolünü bitiş tarihi olmadan verin.";
    Err(Error::rule("HSP-010", "", text))
}

/// One person has one open account: powers and acts are answered for under one name.
async fn second_account(tx: &Tx, staff: Uuid, except: Option<Uuid>) -> Result<Option<Violation>> {
    let open = store::accounts::open_account_of(tx, staff, except).await?;
    Ok(open.map(|username| {
        let text = format!(
            "Bu personelin açık bir hesabı zaten var: {username}. Önce o hesabı kapatın ya da onu kullanın."
        );
        Violation::new("HSP-012", "staff_id", text)
    }))
}

/// User names are unique however they are written; new accounts begin open and without a password.
fn prepare_account<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut violations = Vec::new();
        let username = draft.get("username").text().to_string();
        if !draft.get("username").is_null() {
            violations = rules::check_username(&username);
            if violations.is_empty()
                && store::accounts::is_username_taken(tx, &username, before.map(|record| record.id)).await?
            {
                let text = "Bu kullanıcı adı başka bir hesapta kullanılıyor (büyük-küçük harf ve Türkçe harf ayrımı yapılmaz).";
                violations.push(Violation::new("HSP-002", "username", text));
            }
            draft.set("username_folded", FieldValue::Text(rules::username_key(&username)));
        }
        // First, so that two who open an account for one person wait for each other.
        store::touch(tx).await?;
        let staff = draft.or("staff_id", before).id();
        let is_open = before.is_none_or(|before| before.get("state").text() != "closed");
        if let Some(staff) =
            staff.filter(|staff| is_open && before.and_then(|one| one.get("staff_id").id()) != Some(*staff))
        {
            violations.extend(second_account(tx, staff, before.map(|one| one.id)).await?);
        }
        if let Some(before) = before
            && !draft.or("staff_id", Some(before)).is_null()
            && draft.or("staff_id", Some(before)).id() != before.get("staff_id").id()
            && tx.act().actor.account_id == Some(before.id)
            && !crate::bounds::is_unbounded(tx).await?
        {
            let text =
                "Kendi hesabınızı başka bir personele bağlayamazsınız; bunu bir sistem yöneticisi yapar.";
            violations.push(Violation::new("HSP-011", "staff_id", text));
        }
        if before.is_none() {
            draft.set("state", FieldValue::Text("active".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(violations)
    })
}

/// Roles: named bundles of permissions.
pub fn role() -> Kind {
    let mut kind = Kind::new("role", "rol", "Roller", "/yonetim/roller", "access.role.view");
    kind.title = "name";
    kind.create = Some("access.role.edit");
    kind.edit = Some("access.role.edit");
    kind.default_sort = ("name", Direction::Ascending);
    kind.fields = vec![
        Field::text("name", "Rol", 80).required().listed().sorted_by("name_key").searched(),
        Field::text("description", "Kimler için", 300).listed(),
    ];
    kind
}
