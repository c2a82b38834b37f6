//! Tables of accounts, sessions, roles and tokens.

use kernel::migrate::{Migration, create};
use kernel::schema::Table;

pub(crate) fn all() -> Vec<Migration> {
    vec![Migration { id: "access/0001_accounts", up: |backend| create(backend, &tables()) }]
}

fn tables() -> Vec<Table> {
    vec![
        account(),
        recovery_code(),
        session(),
        role(),
        role_permission(),
        role_default(),
        account_role(),
        api_token(),
        sign_in_try(),
        setup_token(),
        access_version(),
    ]
}

fn account() -> Table {
    Table::new("account", "who can sign in")
        .id()
        .int("version", "for concurrent edits")
        .text("username", "as typed at sign-in")
        .text("username_folded", "compared at sign-in")
        .text("name", "name and surname")
        .text("name_key", "Turkish sort key of the name")
        .text("email", "e-mail address or empty")
        .default("''")
        .uuid_null("staff_id", "staff member; null for outsiders such as auditors")
        .text("state", "active, locked, closed")
        .text("password_hash", "argon2id PHC string; empty: cannot sign in yet")
        .default("''")
        .at("password_changed_at", "when the password was last set")
        .default("0")
        .bool("must_change_password", "the password is a one-time one")
        .default("FALSE")
        .text("totp_secret", "encrypted base32 secret; empty: no second factor")
        .default("''")
        .int("totp_step", "last time step whose code was used")
        .default("0")
        .at_null("locked_until_at", "a lock for guessing opens then; null: an administrator's lock")
        .at_null("last_sign_in_at", "last complete sign-in")
        .at_null("secrecy_accepted_at", "when the duty of secrecy was acknowledged")
        .at("reviewed_at", "when the powers were last confirmed; 0: never")
        .default("0")
        .text("theme", "preference")
        .default("'auto'")
        .text("density", "preference")
        .default("'normal'")
        .bool("has_shortcuts", "preference: single-letter shortcuts")
        .default("TRUE")
        .at("created_at", "when the account was opened")
        .unique(&["username_folded"])
        .index(&["staff_id"])
        .index(&["reviewed_at", "name_key", "id"])
        .listing(&["state", "staff_id"], &["username", "name_key", "created_at"])
}

fn recovery_code() -> Table {
    Table::new("recovery_code", "codes good once when the second factor is lost")
        .uuid("account_id", "whose")
        .references("account")
        .text("code_index", "keyed digest of the code")
        .at_null("used_at", "when it was used")
        .key(&["account_id", "code_index"])
}

fn session() -> Table {
    Table::new("session", "open sign-ins, and those that wait for the second factor")
        .id()
        .text("token_hash", "SHA-256 of the cookie's token")
        .uuid("account_id", "whose")
        .references("account")
        .bool("is_complete", "false while the second factor is awaited")
        .at("created_at", "when the password was accepted")
        .at("last_used_at", "to the minute")
        .at("expires_at", "ends then at the latest")
        .text("address", "network address of the sign-in")
        .text("device", "browser as it names itself")
        .at_null("revoked_at", "ended by the person or an administrator")
        .unique(&["token_hash"])
        .index(&["account_id", "created_at"])
        .index(&["expires_at"])
}

fn role() -> Table {
    Table::new("role", "a named bundle of permissions")
        .id()
        .int("version", "for concurrent edits")
        .text("code", "built-in code, or empty for roles made here")
        .default("''")
        .text("name", "what people call it")
        .text("name_key", "Turkish sort key of the name")
        .text("description", "who should have it")
        .default("''")
        .unique(&["name"])
        .unique_where(&["code"], "code <> ''")
        .listing(&[], &["name_key"])
}

fn role_permission() -> Table {
    Table::new("role_permission", "what a role may do, and how far")
        .uuid("role_id", "which role")
        .references("role")
        .text("permission", "capability.noun.verb")
        .text("scope", "all, unit_tree, unit, own")
        .key(&["role_id", "permission"])
        .index(&["permission"])
}

fn role_default() -> Table {
    Table::new(
        "role_default",
        "permissions once given to a built-in role, so that a withdrawn one is not given again",
    )
    .uuid("role_id", "which role")
    .references("role")
    .text("permission", "capability.noun.verb")
    .key(&["role_id", "permission"])
}

fn account_role() -> Table {
    Table::new("account_role", "who has which role, where and until when")
        .id()
        .uuid("account_id", "who")
        .references("account")
        .uuid("role_id", "which role")
        .references("role")
        .uuid_null("unit_id", "unit the scopes count from; null: the unit the person works in")
        .at("from_at", "valid from")
        .at_null("until_at", "valid before; null: until withdrawn")
        .index(&["account_id"])
        .index(&["role_id"])
}

fn api_token() -> Table {
    Table::new("api_token", "keys for programs that act for an account")
        .id()
        .text("token_hash", "SHA-256 of the token")
        .uuid("account_id", "whose powers it has a part of")
        .references("account")
        .text("name", "what it is used for")
        .text("permissions", "JSON list of the permissions it is limited to")
        .at("created_at", "when")
        .at("expires_at", "ends then")
        .at_null("last_used_at", "to the minute")
        .at_null("revoked_at", "ended earlier")
        .unique(&["token_hash"])
        .index(&["account_id", "created_at"])
}

fn sign_in_try() -> Table {
    Table::new("sign_in_try", "wrong tries per account and per address; swept after two days")
        .text("key", "a:<account>, u:<keyed digest of an unknown name>, t:<account> for codes, n:<keyed digest of an address>")
        .int("count", "wrong tries since the last success")
        .at("opens_at", "no try is looked at before")
        .at("changed_at", "last try")
        .key(&["key"])
        .index(&["changed_at"])
}

fn setup_token() -> Table {
    Table::new("setup_token", "one-time links for the first administrator")
        .text("token_hash", "SHA-256 of the token")
        .at("expires_at", "ends then")
        .at_null("used_at", "when it was used")
        .key(&["token_hash"])
}

fn access_version() -> Table {
    Table::new(
        "access_version",
        "one row: raised by every change of powers, so that nodes forget what they cached",
    )
    .int("id", "always 1")
    .int("version", "rises")
    .key(&["id"])
}
