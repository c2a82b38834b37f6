//! Queries about rules, and what one decides.

use kernel::db::Sql;
use kernel::{Result, tr};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::words_of;

/// More rules than this nobody understands.
const MOST: u32 = 200;

/// A rule as it is tried.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Rule {
    pub id: Uuid,
    pub category: String,
    pub words: String,
    pub unit_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    pub assignee_id: Option<Uuid>,
}

impl Rule {
    /// Whether it decides on a ticket of this category that says these texts and comes from the first of these units.
    pub fn fits(&self, category: &str, texts: &[&str], units: &[Uuid]) -> bool {
        let words = words_of(&self.words);
        let is_said = |word: &String| texts.iter().any(|text| tr::lower(text).contains(word.as_str()));
        (self.category == "any" || self.category == category)
            && (words.is_empty() || words.iter().any(is_said))
            && self.unit_id.is_none_or(|unit| units.contains(&unit))
    }
}

const COLUMNS: &str = "id, category, words, unit_id, team_id, assignee_id";

/// Rules in force, in their order.
pub(super) async fn active(db: &impl Sql) -> Result<Vec<Rule>> {
    let sql =
        format!("SELECT {COLUMNS} FROM assign_rule WHERE state = 'active' ORDER BY place, id LIMIT {MOST}");
    db.rows(&sql, vec![]).await
}

/// A ticket as rules look at it.
#[derive(FromQueryResult)]
pub(super) struct Past {
    pub id: Uuid,
    pub number: String,
    pub title: String,
    pub description: String,
    pub category: String,
    pub unit_id: Uuid,
    pub requester_id: Uuid,
    pub team_id: Option<Uuid>,
    pub assignee_id: Option<Uuid>,
}

/// The last tickets, newest first.
pub(super) async fn last(db: &impl Sql, limit: u32) -> Result<Vec<Past>> {
    let sql = format!(
        "SELECT id, number, title, description, category, unit_id, requester_id, team_id, assignee_id FROM ticket \
         ORDER BY opened_at DESC, id DESC LIMIT {limit}"
    );
    db.rows(&sql, vec![]).await
}
