//! From what a person typed to values: one parser for forms, API, import and command line.
//! What was typed is kept, so that a form with errors can show it again.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Field, FieldKind, FieldValue, Form, Kind, Record};
use crate::access::Actor;
use crate::error::Violation;
use crate::tr;
use crate::value::Day;

/// Values of a record about to be written, by column.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub values: BTreeMap<&'static str, FieldValue>,
    /// Why it is changed, where [`Kind::reasoned`] asks for that; it becomes the note of the event.
    pub why: String,
}

impl Draft {
    pub fn set(&mut self, column: &'static str, value: FieldValue) {
        self.values.insert(column, value);
    }

    pub fn get(&self, column: &str) -> &FieldValue {
        self.values.get(column).unwrap_or(&FieldValue::Null)
    }

    /// The drafted value, else what the record has.
    pub fn or<'a>(&'a self, column: &str, before: Option<&'a Record>) -> &'a FieldValue {
        self.values
            .get(column)
            .or_else(|| before.map(|record| record.get(column)))
            .unwrap_or(&FieldValue::Null)
    }
}

/// Parses the fields a form of this kind asks of this person. `typed` holds raw texts by field name; a field that is not
/// in it is left out when `before` exists (a partial change), else it counts as empty. What somebody sends who is not
/// asked does not count.
pub fn parse_form(
    kind: &Kind,
    typed: &BTreeMap<String, String>,
    before: Option<&Record>,
    actor: &Actor,
) -> (Draft, Vec<Violation>) {
    let mut draft = Draft::default();
    let mut violations = Vec::new();
    let is_new = before.is_none();
    for field in kind.fields.iter().filter(|field| field.form != Form::Never) {
        if !field.is_asked(actor, is_new) {
            if is_new {
                let begins = parse_field(field, field.default.unwrap_or(""));
                draft.set(field.name, begins.unwrap_or_else(|_| empty(field)));
            }
            continue;
        }
        let is_checkbox = matches!(field.kind, FieldKind::Bool);
        let Some(raw) = typed.get(field.name).map(String::as_str).or(match before {
            // An unticked box sends nothing; a form that shows it sends `name__shown`.
            Some(_) if is_checkbox && typed.contains_key(&format!("{}__shown", field.name)) => Some(""),
            Some(_) => None,
            None => Some(field.default.filter(|_| !is_checkbox).unwrap_or("")),
        }) else {
            continue;
        };
        match parse_field(field, raw) {
            Ok(value) => draft.set(field.name, value),
            Err(text) => violations.push(Violation::new("ALN-001", field.name, text)),
        }
    }
    (draft, violations)
}

fn parse_field(field: &Field, raw: &str) -> Result<FieldValue, String> {
    let text = match field.kind {
        FieldKind::LongText { .. } => tr::clean_text(raw).text,
        _ => tr::clean_line(raw).text,
    };
    if text.is_empty() && !matches!(field.kind, FieldKind::Bool) {
        return if field.is_required { Err(missing(field)) } else { Ok(empty(field)) };
    }
    let own = |text: &str| FieldValue::Text(text.to_string());
    match field.kind {
        FieldKind::Text { max_length } | FieldKind::LongText { max_length } => {
            let length = text.chars().count();
            if length > max_length {
                return Err(format!("En çok {max_length} karakter olabilir; yazdığınız {length} karakter."));
            }
            Ok(FieldValue::Text(text))
        }
        FieldKind::Int { min, max } => match text.replace(['.', ' '], "").parse::<i64>() {
            Ok(number) if (min..=max).contains(&number) => Ok(FieldValue::Int(number)),
            _ => Err(format!("{} ile {} arasında bir tam sayı yazın.", tr::grouped(min), tr::grouped(max))),
        },
        FieldKind::Money => tr::parse_money(&text).map(FieldValue::Int).map_err(str::to_string),
        FieldKind::Bool => {
            Ok(FieldValue::Bool(matches!(tr::fold(&text).as_str(), "evet" | "on" | "true" | "1" | "x")))
        }
        FieldKind::Day => match text.parse::<Day>() {
            Ok(day) => Ok(own(&day.to_string())),
            Err(_) => tr::parse_date(&text).map(|date| own(&Day(date).to_string())).map_err(str::to_string),
        },
        FieldKind::Instant => match crate::Instant::parse_iso(&text) {
            Some(at) => Ok(FieldValue::Int(at.0)),
            None => tr::parse_instant(&text).map(FieldValue::Int).map_err(str::to_string),
        },
        FieldKind::Choice(choices) => choices
            .iter()
            .find(|choice| choice.code == text || tr::fold(choice.label_tr) == tr::fold(&text))
            .map(|choice| own(choice.code))
            .ok_or_else(|| {
                let labels: Vec<_> = choices.iter().map(|choice| choice.label_tr).collect();
                format!("Şunlardan biri olmalı: {}.", labels.join(", "))
            }),
        FieldKind::Reference(_) => {
            text.parse::<Uuid>().map(FieldValue::Id).map_err(|_| "Listeden bir kayıt seçin.".into())
        }
        FieldKind::Email => {
            tr::Email::parse(&text).map(|email| own(&email.to_string())).map_err(str::to_string)
        }
        FieldKind::Phone => {
            tr::Phone::parse(&text).map(|phone| own(&phone.to_string())).map_err(str::to_string)
        }
        FieldKind::Tckn => tr::Tckn::parse(&text).map(|tckn| own(&tckn.to_string())).map_err(str::to_string),
    }
}

/// Text columns are never NULL: an empty one is an empty text.
fn empty(field: &Field) -> FieldValue {
    match field.kind {
        FieldKind::Text { .. }
        | FieldKind::LongText { .. }
        | FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Tckn => FieldValue::Text(String::new()),
        _ => FieldValue::Null,
    }
}

fn missing(field: &Field) -> String {
    match field.kind {
        FieldKind::Choice(_) | FieldKind::Reference(_) => format!("{} seçin.", field.label_tr),
        _ => format!("{} boş bırakılamaz.", field.label_tr),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{ListQuery, PAGE_SIZES};

    const CHOICES: &[super::super::Choice] = &[];

    /// A field of each sort that a form or a list can ask for.
    fn kind() -> Kind {
        let mut kind = Kind::new("probe", "deneme", "Denemeler", "/deneme", "probe.view");
        kind.fields = vec![
            Field::text("name", "Ad", 40).required().sorted().filtered(),
            Field::reference("unit_id", "Birim", "unit").filtered(),
            Field::choice("state", "Durum", CHOICES).filtered(),
            Field::new("day", "Gün", FieldKind::Day).sorted().filtered(),
            Field::new("at", "Zaman", FieldKind::Instant).sorted().filtered(),
            Field::new("count", "Sayı", FieldKind::Int { min: 0, max: 100 }).sorted().filtered(),
            Field::new("price", "Bedel", FieldKind::Money),
            Field::new("is_open", "Açık", FieldKind::Bool).filtered(),
            Field::new("mail", "E-posta", FieldKind::Email),
            Field::new("phone", "Telefon", FieldKind::Phone),
            Field::new("identity", "T.C. kimlik no", FieldKind::Tckn),
        ];
        kind
    }

    fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
        let name = prop_oneof![
            prop::sample::select(
                &[
                    "name", "unit_id", "state", "day", "day_bas", "day_son", "at", "at_bas", "count",
                    "price", "is_open", "mail", "phone", "identity", "ara", "sirala", "sonra", "once", "boy",
                ][..]
            )
            .prop_map(str::to_string),
            any::<String>(),
        ];
        let value = prop_oneof![
            any::<String>(),
            "-?[0-9.,:/ ]{0,24}",
            "[0-9a-f]{32}\\.[0-9a-f]{0,9}",
            "[a-z]{1,9}@[a-z.]{1,9}"
        ];
        prop::collection::vec((name, value), 0..12)
    }

    proptest! {
        #[test]
        fn any_address_and_any_form_are_read_or_told_what_is_wrong(pairs in pairs()) {
            let kind = kind();
            let (query, violations) = ListQuery::parse(&kind, &pairs);
            prop_assert!(PAGE_SIZES.contains(&query.size) && query.text.chars().count() <= 200);
            prop_assert!(violations.iter().all(|one| !one.text.is_empty() && !one.field.is_empty()));
            let typed = pairs.into_iter().collect();
            let (draft, violations) = parse_form(&kind, &typed, None, &Actor::system("deneme"));
            prop_assert!(violations.iter().all(|one| !one.text.is_empty() && !one.field.is_empty()));
            if violations.is_empty() {
                let length = draft.get("name").text().chars().count();
                prop_assert!((1..=40).contains(&length));
            }
        }
    }
}
