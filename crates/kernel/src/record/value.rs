//! One value of a record field: to and from the database, and as people read it.

use sea_orm::{QueryResult, Value};
use uuid::Uuid;

use super::{Field, FieldKind};
use crate::error::Result;
use crate::value::{Day, Instant};

/// Days are ISO text, instants and kuruş integers; the field's kind tells which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    Null,
    Text(String),
    Int(i64),
    Bool(bool),
    Id(Uuid),
}

impl FieldValue {
    pub fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    pub fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    pub fn id(&self) -> Option<Uuid> {
        if let Self::Id(id) = self { Some(*id) } else { None }
    }

    pub fn bool(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Reads column `name` of a row as this field's kind stores it.
    pub(crate) fn read(row: &QueryResult, field: &Field) -> Result<Self> {
        let name = field.name;
        Ok(match field.kind {
            FieldKind::Int { .. } | FieldKind::Money | FieldKind::Instant => {
                row.try_get::<Option<i64>>("", name)?.map_or(Self::Null, Self::Int)
            }
            FieldKind::Bool => row.try_get::<Option<bool>>("", name)?.map_or(Self::Null, Self::Bool),
            FieldKind::Reference(_) => row.try_get::<Option<Uuid>>("", name)?.map_or(Self::Null, Self::Id),
            _ => row.try_get::<Option<String>>("", name)?.map_or(Self::Null, Self::Text),
        })
    }

    /// As a bound value; a missing one is typed by the field so that PostgreSQL knows what is missing.
    pub(crate) fn bind(&self, field: Option<&Field>) -> Value {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Int(number) => (*number).into(),
            Self::Bool(flag) => (*flag).into(),
            Self::Id(id) => (*id).into(),
            Self::Null => match field.map(|field| field.kind) {
                Some(FieldKind::Int { .. } | FieldKind::Money | FieldKind::Instant) => None::<i64>.into(),
                Some(FieldKind::Bool) => None::<bool>.into(),
                Some(FieldKind::Reference(_)) => None::<Uuid>.into(),
                _ => None::<String>.into(),
            },
        }
    }

    /// As people read it. A reference needs its title, which the caller looks up.
    pub fn show(&self, field: &Field, reference_title: Option<&str>) -> String {
        match (self, field.kind) {
            (Self::Null, _) => String::new(),
            (Self::Text(code), FieldKind::Choice(choices)) => choices
                .iter()
                .find(|choice| choice.code == code)
                .map_or(code.clone(), |choice| choice.label_tr.into()),
            (Self::Text(text), FieldKind::Day) => {
                text.parse::<Day>().map_or(text.clone(), |day| crate::tr::date(day.0))
            }
            (Self::Text(text), _) => text.clone(),
            (Self::Int(at), FieldKind::Instant) => crate::tr::instant(*at),
            (Self::Int(kurus), FieldKind::Money) => crate::tr::money(*kurus),
            (Self::Int(number), _) => crate::tr::grouped(*number),
            (Self::Bool(flag), _) => if *flag { "Evet" } else { "Hayır" }.into(),
            (Self::Id(id), _) => reference_title.map_or_else(|| id.to_string(), str::to_string),
        }
    }

    /// As a form field holds it, so that an unchanged form sends back the same value.
    pub fn typed(&self, field: &Field) -> String {
        match (self, field.kind) {
            (Self::Bool(flag), _) => if *flag { "evet" } else { "" }.into(),
            (Self::Id(id), _) => id.to_string(),
            (Self::Int(number), FieldKind::Int { .. }) => number.to_string(),
            (Self::Text(text), FieldKind::Choice(_)) => text.clone(),
            _ => self.show(field, None),
        }
    }

    /// As the JSON API gives it: ISO dates and instants, integers, ids.
    pub fn json(&self, field: &Field) -> serde_json::Value {
        match (self, field.kind) {
            (Self::Null, _) => serde_json::Value::Null,
            (Self::Int(at), FieldKind::Instant) => Instant(*at).iso().into(),
            (Self::Int(number), _) => (*number).into(),
            (Self::Bool(flag), _) => (*flag).into(),
            (Self::Id(id), _) => id.to_string().into(),
            (Self::Text(text), _) => text.clone().into(),
        }
    }
}
