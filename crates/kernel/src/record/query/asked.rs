//! What the URL of a list asks for.

use uuid::Uuid;

use super::PAGE_SIZES;
use crate::error::Violation;
use crate::record::{Field, FieldKind, FieldValue, Kind, Record};
use crate::tr;
use crate::value::Day;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterValue {
    Is(FieldValue),
    /// One of these choices, such as the states in which a field may refer to a record.
    AnyOf(Vec<&'static str>),
    /// Half-open in instants, closed in days; either end may be missing.
    Between(Option<Day>, Option<Day>),
}

/// A list as its URL describes it.
#[derive(Clone, Debug)]
pub struct ListQuery {
    pub filters: Vec<(&'static str, FilterValue)>,
    pub text: String,
    pub sort: &'static str,
    pub direction: Direction,
    /// Sort value and id of the row this page begins after (or, going back, ends before).
    pub cursor: Option<(String, Uuid)>,
    pub is_backward: bool,
    pub size: u32,
    /// Only these records: a bulk selection.
    pub only: Vec<Uuid>,
}

impl ListQuery {
    pub fn first(kind: &Kind) -> Self {
        Self {
            filters: Vec::new(),
            text: String::new(),
            sort: kind.default_sort.0,
            direction: kind.default_sort.1,
            cursor: None,
            is_backward: false,
            size: PAGE_SIZES[0],
            only: Vec::new(),
        }
    }

    /// Reads URL parameters: `ara` (text), `sirala` (field, `-field` descending), `sonra`/`once` (cursor), `boy` (size),
    /// a field name per filter, `field_bas` and `field_son` for dates. What is not understood is said, not ignored.
    pub fn parse(kind: &Kind, pairs: &[(String, String)]) -> (Self, Vec<Violation>) {
        let mut query = Self::first(kind);
        let mut violations = Vec::new();
        for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
            match name.as_str() {
                "ara" => query.text = tr::clean_line(value).text.chars().take(200).collect(),
                "sirala" => query.read_sort(kind, value, &mut violations),
                "sonra" | "once" => {
                    query.cursor = read_cursor(value);
                    query.is_backward = name == "once";
                }
                "boy" => {
                    query.size =
                        value.parse().ok().filter(|size| PAGE_SIZES.contains(size)).unwrap_or(PAGE_SIZES[0])
                }
                _ => query.read_filter(kind, name, value, &mut violations),
            }
        }
        (query, violations)
    }

    fn read_sort(&mut self, kind: &Kind, value: &str, violations: &mut Vec<Violation>) {
        let (direction, name) = match value.strip_prefix('-') {
            Some(name) => (Direction::Descending, name),
            None => (Direction::Ascending, value),
        };
        match kind.field(name).filter(|field| field.sort.is_some()) {
            Some(field) => (self.sort, self.direction) = (field.name, direction),
            None => violations.push(Violation::new("LST-001", "sirala", "Bu sütuna göre sıralanamaz.")),
        }
    }

    fn read_filter(&mut self, kind: &Kind, name: &str, value: &str, violations: &mut Vec<Violation>) {
        let (base, bound) = match (name.strip_suffix("_bas"), name.strip_suffix("_son")) {
            (Some(base), _) => (base, Some(true)),
            (_, Some(base)) => (base, Some(false)),
            _ => (name, None),
        };
        let Some(field) = kind.field(base).filter(|field| field.is_filter) else { return };
        if let Some(is_lower) = bound {
            match value.parse::<Day>().ok().or_else(|| tr::parse_date(value).ok().map(Day)) {
                Some(day) => self.set_bound(field.name, is_lower, day),
                None => violations.push(Violation::new("LST-002", name, "Tarihi 5.11.2026 biçiminde yazın.")),
            }
            return;
        }
        match filter_value(field, value) {
            Some(value) => self.filters.push((field.name, FilterValue::Is(value))),
            None => violations.push(Violation::new(
                "LST-003",
                name,
                format!("{}: bu değer listede yok.", field.label_tr),
            )),
        }
    }

    fn set_bound(&mut self, name: &'static str, is_lower: bool, day: Day) {
        let position = self
            .filters
            .iter()
            .position(|(known, value)| *known == name && matches!(value, FilterValue::Between(..)));
        let index = position.unwrap_or_else(|| {
            self.filters.push((name, FilterValue::Between(None, None)));
            self.filters.len() - 1
        });
        if let FilterValue::Between(from, to) = &mut self.filters[index].1 {
            if is_lower { *from = Some(day) } else { *to = Some(day) }
        }
    }

    /// The cursor that pages on from `record`, as it stands in a URL.
    pub fn cursor_of(&self, kind: &Kind, record: &Record) -> String {
        let value = match record.get(self.sort) {
            FieldValue::Int(number) => number.to_string(),
            FieldValue::Bool(flag) => flag.to_string(),
            FieldValue::Id(id) => id.to_string(),
            FieldValue::Text(text)
                if kind.field(self.sort).is_some_and(|field| field.sort != Some(field.name)) =>
            {
                tr::collation_key(text)
            }
            FieldValue::Text(text) => text.clone(),
            FieldValue::Null => String::new(),
        };
        format!("{}.{}", record.id.simple(), hex::encode(value))
    }
}

fn read_cursor(text: &str) -> Option<(String, Uuid)> {
    let (id, value) = text.split_once('.')?;
    let value = String::from_utf8(hex::decode(value).ok()?).ok()?;
    // PostgreSQL takes no NUL in a text; only a cursor made by hand has one.
    if value.contains('\0') { None } else { Some((value, id.parse().ok()?)) }
}

fn filter_value(field: &Field, value: &str) -> Option<FieldValue> {
    match field.kind {
        FieldKind::Choice(choices) => choices
            .iter()
            .find(|choice| choice.code == value)
            .map(|choice| FieldValue::Text(choice.code.into())),
        FieldKind::Reference(_) => value.parse().ok().map(FieldValue::Id),
        FieldKind::Bool => match value {
            "evet" => Some(FieldValue::Bool(true)),
            "hayir" => Some(FieldValue::Bool(false)),
            _ => None,
        },
        FieldKind::Int { .. } => value.parse().ok().map(FieldValue::Int),
        FieldKind::Day | FieldKind::Instant => None,
        _ => Some(FieldValue::Text(value.chars().take(200).collect())),
    }
}
