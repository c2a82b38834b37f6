//! Queries about rules and what they judge.

use kernel::db::{Sql, placeholders};
use kernel::{Result, Tx};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// Programs of one statement.
const AT_ONCE: usize = 500;

#[derive(Clone, Debug, Default, FromQueryResult)]
pub(crate) struct Rule {
    pub id: Uuid,
    pub name_match: String,
    pub name_part: String,
    pub publisher_part: String,
    pub source: String,
    pub verdict: String,
}

/// Rules that are applied: prohibitions first, the older before the younger.
pub(super) async fn in_force(db: &impl Sql) -> Result<Vec<Rule>> {
    let sql = "SELECT id, name_match, name_part, publisher_part, source, verdict FROM software_rule WHERE state = 'in_force' \
               ORDER BY CASE verdict WHEN 'forbidden' THEN 0 ELSE 1 END, id LIMIT 1000";
    db.rows(sql, vec![]).await
}

/// A program as rules see it.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(crate) struct Seen {
    pub id: Uuid,
    /// Its name, folded.
    pub known_as: String,
    pub publisher: String,
    pub source: String,
    pub state: String,
    pub rule_id: Option<Uuid>,
}

const SEEN: &str = "id, known_as, publisher, source, state, rule_id";
/// A verdict of a person is never touched.
const NOT_BY_HAND: &str = "(state = 'unjudged' OR rule_id IS NOT NULL)";

/// Programs that rules may judge, in the order of their ids.
pub(super) async fn judgeable(db: &impl Sql, after: Uuid, limit: u32) -> Result<Vec<Seen>> {
    let sql =
        format!("SELECT {SEEN} FROM software WHERE id > $1 AND {NOT_BY_HAND} ORDER BY id LIMIT {limit}");
    db.rows(&sql, vec![after.into()]).await
}

/// These of them.
pub(super) async fn judgeable_of(db: &impl Sql, ids: &[Uuid]) -> Result<Vec<Seen>> {
    let mut all = Vec::new();
    for part in ids.chunks(AT_ONCE) {
        let sql = format!(
            "SELECT {SEEN} FROM software WHERE id IN ({}) AND {NOT_BY_HAND}",
            placeholders(1, part.len())
        );
        all.extend(db.rows::<Seen>(&sql, part.iter().map(|id| Value::from(*id)).collect()).await?);
    }
    Ok(all)
}

/// What a rule says of these programs, or that none says anything any more.
pub(super) async fn set_ruled(tx: &Tx, ids: &[Uuid], verdict: &str, rule: Option<Uuid>) -> Result<()> {
    for part in ids.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![verdict.into(), rule.into()];
        values.extend(part.iter().map(|id| Value::from(*id)));
        let sql = format!(
            "UPDATE software SET state = $1, rule_id = $2, version = version + 1, \
             finding = CASE finding WHEN 'unlisted' THEN 'none' ELSE finding END WHERE id IN ({}) AND {NOT_BY_HAND}",
            placeholders(3, part.len())
        );
        tx.run(&sql, values).await?;
    }
    Ok(())
}

#[derive(Debug, FromQueryResult)]
pub(super) struct Judged {
    pub id: Uuid,
    pub name: String,
    pub publisher: String,
}

pub(super) async fn judged_by(db: &impl Sql, rule: Uuid, limit: u32) -> Result<Vec<Judged>> {
    let sql = format!(
        "SELECT id, name, publisher FROM software WHERE rule_id = $1 ORDER BY name_key, id LIMIT {limit}"
    );
    db.rows(&sql, vec![rule.into()]).await
}
