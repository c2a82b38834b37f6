//! The kind `movable_code`: the list of codes under which movables are kept, imported from the list the ministry publishes
//! (AS-8; Taşınır Mal Yönetmeliği, annex of movable codes).

use kernel::migrate::{Migration, create};
use kernel::record::{Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, View};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};

use crate::{EDIT, VIEW};

/// The accounts of the general accounting rules that movables are kept in.
pub(crate) const ACCOUNTS: [Choice; 4] = [
    Choice::new("150", "150 İlk madde ve malzemeler", Tone::Wait),
    Choice::new("253", "253 Tesis, makine ve cihazlar", Tone::Wait),
    Choice::new("254", "254 Taşıtlar", Tone::Wait),
    Choice::new("255", "255 Demirbaşlar", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "supplies/0002_movable_code", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("movable_code", "codes under which movables are kept")
        .id()
        .int("version", "for concurrent edits")
        .text("code", "digits in groups, such as 150.01.04; the first group is the account")
        .text("name", "what the list calls it")
        .text("title", "code and name, for people")
        .text("account", "150, 253, 254, 255")
        .at("created_at", "when it was entered")
        .unique(&["code"])
        .listing(&["account"], &["code", "created_at"])
}

/// At `/tasinir-kodlari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("movable_code", "taşınır kodu", "Taşınır kodları", "/tasinir-kodlari", VIEW);
    kind.number = Some("code");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("code", Direction::Ascending);
    kind.import_key = &[&["code"]];
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("code", "Kodu", 40)
            .required()
            .listed()
            .sorted()
            .searched()
            .hint("Noktayla ayrılmış rakamlar: 150.01.04 gibi."),
        Field::text("name", "Adı", 200).required().listed().searched(),
        Field::choice("account", "Hesabı", &ACCOUNTS).listed().filtered().read_only(),
        Field::text("title", "Başlığı", 250).read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "tuketim", label_tr: "Tüketim malzemesi", query: "account=150" },
        View { id: "demirbas", label_tr: "Demirbaşlar", query: "account=255" },
    ];
    kind
}

/// The account a code belongs to, if it is written as one.
fn account_of(code: &str) -> Option<&'static str> {
    let is_written =
        code.split('.').all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let first = code.split('.').next()?;
    ACCOUNTS.iter().map(|account| account.code).find(|account| is_written && *account == first)
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let code = draft.or("code", before).text().to_string();
        let Some(account) = account_of(&code) else {
            let text =
                "Kod 150, 253, 254 ya da 255 ile başlayan, noktayla ayrılmış rakamlardır: 255.02.01 gibi.";
            return Ok(vec![Violation::new("TSK-001", "code", text)]);
        };
        let title = format!("{code} {}", draft.or("name", before).text());
        draft.set("account", FieldValue::Text(account.into()));
        draft.set("title", FieldValue::Text(title));
        if before.is_none() {
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

#[cfg(test)]
mod tests {
    use super::account_of;

    #[test]
    fn only_groups_of_digits_under_a_known_account_are_codes() {
        for (code, account) in [
            ("150.01.04", Some("150")),
            ("255", Some("255")),
            ("255.02.01.01.01", Some("255")),
            ("157.01", None),
            ("255.", None),
            ("255.a", None),
            ("", None),
        ] {
            assert_eq!(account_of(code), account, "{code}");
        }
    }
}
