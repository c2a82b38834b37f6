//! Settings edited on a screen: declared typed by a capability, stored only where they differ from the default.

use serde_json::Value as Json;

use crate::db::Sql;
use crate::error::{Error, Result};
use crate::event::{Change, NewEvent};
use crate::tx::Tx;
use crate::value::Ref;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    Text {
        max_length: usize,
    },
    LongText {
        max_length: usize,
    },
    Int {
        min: i64,
        max: i64,
    },
    Bool,
    Choice(&'static [(&'static str, &'static str)]),
    /// `#rrggbb`.
    Colour,
    /// One date a line.
    Days,
    /// A picture in the store of files, by its digest; empty for none. A screen of its own sets it.
    Picture,
}

/// One declared setting. `key` is `capability.name`; the default is JSON text.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub key: &'static str,
    pub group_tr: &'static str,
    pub label_tr: &'static str,
    pub hint_tr: &'static str,
    pub kind: SettingKind,
    pub default: &'static str,
}

impl Setting {
    /// Checks a typed text against the declaration; answers the JSON to store.
    pub fn parse(&self, typed: &str) -> Result<Json> {
        let fail = |text: String| Err(Error::rule("AYR-001", self.key, text));
        let typed = typed.trim();
        match self.kind {
            SettingKind::Text { max_length } | SettingKind::LongText { max_length } => {
                if typed.chars().count() > max_length {
                    return fail(format!("En çok {max_length} karakter yazılabilir."));
                }
                Ok(Json::from(typed))
            }
            SettingKind::Int { min, max } => match typed.parse::<i64>() {
                Ok(number) if (min..=max).contains(&number) => Ok(Json::from(number)),
                _ => fail(format!("{min} ile {max} arasında bir tam sayı yazın.")),
            },
            SettingKind::Bool => Ok(Json::from(matches!(typed, "on" | "true" | "1" | "evet"))),
            SettingKind::Choice(options) => {
                if options.iter().any(|(code, _)| *code == typed) {
                    return Ok(Json::from(typed));
                }
                fail("Listeden bir seçenek seçin.".into())
            }
            SettingKind::Colour => {
                let is_hex = typed.len() == 7
                    && typed.starts_with('#')
                    && typed[1..].chars().all(|c| c.is_ascii_hexdigit());
                if is_hex { Ok(Json::from(typed)) } else { fail("Rengi #1a5fb4 biçiminde yazın.".into()) }
            }
            SettingKind::Picture => match typed.is_empty() || is_digest(typed) {
                true => Ok(Json::from(typed)),
                false => fail("Görüntüyü dosya olarak yükleyin.".into()),
            },
            SettingKind::Days => {
                let mut days = Vec::new();
                for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
                    match crate::tr::parse_date(line) {
                        Ok(date) => days.push(Json::from(crate::Day(date).to_string())),
                        Err(_) => {
                            return fail(format!(
                                "“{line}” bir tarih değil; her satıra 5.11.2026 biçiminde bir tarih yazın."
                            ));
                        }
                    }
                }
                Ok(Json::from(days))
            }
        }
    }

    pub fn default_json(&self) -> Json {
        serde_json::from_str(self.default).unwrap_or(Json::Null)
    }
}

fn is_digest(typed: &str) -> bool {
    typed.len() == 64 && typed.chars().all(|letter| matches!(letter, '0'..='9' | 'a'..='f'))
}

/// All values at one moment: what is stored over what is declared.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: std::collections::BTreeMap<String, Json>,
}

impl Settings {
    pub async fn load(db: &impl Sql, declared: &[Setting]) -> Result<Self> {
        let mut values: std::collections::BTreeMap<String, Json> =
            declared.iter().map(|setting| (setting.key.to_string(), setting.default_json())).collect();
        for (key, text) in stored(db).await? {
            values.insert(key, serde_json::from_str(&text)?);
        }
        Ok(Self { values })
    }

    pub fn text(&self, key: &str) -> String {
        self.values.get(key).and_then(Json::as_str).unwrap_or_default().to_string()
    }

    pub fn int(&self, key: &str) -> i64 {
        self.values.get(key).and_then(Json::as_i64).unwrap_or_default()
    }

    pub fn bool(&self, key: &str) -> bool {
        self.values.get(key).and_then(Json::as_bool).unwrap_or_default()
    }

    pub fn days(&self, key: &str) -> Vec<crate::Day> {
        let list = self.values.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(|day| day.as_str()?.parse().ok()).collect()
    }

    pub fn json(&self, key: &str) -> Json {
        self.values.get(key).cloned().unwrap_or(Json::Null)
    }
}

#[derive(sea_orm::FromQueryResult)]
struct Stored {
    key: String,
    value: String,
}

async fn stored(db: &impl Sql) -> Result<Vec<(String, String)>> {
    let rows: Vec<Stored> = db.rows("SELECT key, value FROM setting ORDER BY key LIMIT 2000", vec![]).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
}

/// Settings are one record in the timeline: kind `setting`, this id.
pub const SETTINGS_ID: uuid::Uuid = uuid::Uuid::from_u128(0x5e77);

/// Stores one value and records who changed it from what to what.
pub async fn set(tx: &Tx, setting: &Setting, value: &Json) -> Result<()> {
    let before: Option<String> =
        tx.scalar("SELECT value FROM setting WHERE key = $1", vec![setting.key.into()]).await?;
    let after = value.to_string();
    let before = before.unwrap_or_else(|| setting.default.to_string());
    if before == after {
        return Ok(());
    }
    let sql = "INSERT INTO setting (key, value, version, sha256) VALUES ($1, $2, 1, $3) \
               ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = setting.version + 1, sha256 = excluded.sha256";
    let file = value.as_str().filter(|text| setting.kind == SettingKind::Picture && !text.is_empty());
    tx.run(sql, vec![setting.key.into(), after.clone().into(), file.map(str::to_string).into()]).await?;
    let change = Change {
        field: setting.key.into(),
        label: setting.label_tr.into(),
        before: show(&before),
        after: show(&after),
    };
    tx.record(NewEvent::new(Ref::new("setting", SETTINGS_ID), "Ayarlar", "changed").changes(vec![change]))
        .await?;
    Ok(())
}

fn show(json: &str) -> String {
    match serde_json::from_str(json) {
        Ok(Json::String(text)) => text,
        Ok(Json::Bool(true)) => "evet".into(),
        Ok(Json::Bool(false)) => "hayır".into(),
        Ok(other) => other.to_string(),
        Err(_) => json.into(),
    }
}
