//! The SQL of duties, their clauses and the people who do them. No rules.

use std::collections::HashMap;

use kernel::db::{Sql, placeholders};
use kernel::{Result, Tx, tr};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::catalogue::Duty;

/// More duties than this are never read at once; the catalogue has at most as many.
const MOST_DUTIES: u32 = 1_000;
/// Clauses of one duty, or sources of all, read at once.
const MOST_CLAUSES: u32 = 10_000;

/// A duty with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct DutyRow {
    pub id: Uuid,
    pub code: String,
    pub order_no: i64,
    pub family: String,
    pub title: String,
    pub text: String,
    pub works_when: String,
    pub state: String,
    pub coverage: String,
    pub responsible: String,
    pub evidence_state: String,
    pub evidence_count: i64,
    pub evidence_at: Option<i64>,
    pub evidence: String,
    pub evidence_path: String,
    pub has_gap: bool,
}

/// All duties in the order of the catalogue, those that left it too.
pub(crate) async fn duties(db: &impl Sql) -> Result<Vec<DutyRow>> {
    let sql = format!(
        "SELECT id, code, order_no, family, title, text, works_when, state, coverage, responsible, evidence_state, \
         evidence_count, evidence_at, evidence, evidence_path, has_gap FROM duty ORDER BY order_no, id LIMIT {MOST_DUTIES}"
    );
    db.rows(&sql, vec![]).await
}

/// A clause of a regulation in force with a duty proposed, confirmed or rejected.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Clause {
    pub node_id: Uuid,
    pub regulation_id: Uuid,
    /// The built-in profile the regulation was made from, if it was.
    pub profile: Option<String>,
    pub duty: String,
    pub address: String,
    pub address_tr: String,
    pub heading: String,
    pub display: String,
    pub state: String,
    pub score_milli: i64,
    pub words: String,
}

const CLAUSE: &str = "SELECT c.node_id, c.regulation_id, r.profile, c.duty, n.address, n.address_tr, n.heading, n.display, c.state, c.score_milli, c.words \
     FROM clause_duty AS c JOIN regulation_node AS n ON n.id = c.node_id \
     JOIN regulation AS r ON r.id = c.regulation_id WHERE r.state = 'in_force'";

/// Clauses in force matched to a duty, confirmed ones first, then in the order of the text.
pub(crate) async fn clauses_of(db: &impl Sql, duty: &str) -> Result<Vec<Clause>> {
    let sql = format!(
        "{CLAUSE} AND c.duty = $1 AND c.state <> 'rejected' \
         ORDER BY CASE c.state WHEN 'confirmed' THEN 0 ELSE 1 END, n.place, c.node_id LIMIT {MOST_CLAUSES}"
    );
    db.rows(&sql, vec![duty.into()]).await
}

/// A duty that a clause states or may state.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct ClauseDuty {
    pub node_id: Uuid,
    pub duty: String,
    pub state: String,
}

/// Duties of the clauses of one regulation, in force or not; what people rejected is left out.
pub(crate) async fn stated_in(db: &impl Sql, regulation: Uuid) -> Result<Vec<ClauseDuty>> {
    let sql = format!(
        "SELECT node_id, duty, state FROM clause_duty WHERE regulation_id = $1 AND state <> 'rejected' \
         ORDER BY node_id, score_milli DESC, duty LIMIT {MOST_CLAUSES}"
    );
    db.rows(&sql, vec![regulation.into()]).await
}

/// Confirmed clauses in force of all duties, in the order of the text.
pub(crate) async fn sources(db: &impl Sql) -> Result<HashMap<String, Vec<Clause>>> {
    let sql = format!(
        "{CLAUSE} AND c.state = 'confirmed' ORDER BY c.duty, n.place, c.node_id LIMIT {MOST_CLAUSES}"
    );
    let mut by_duty: HashMap<String, Vec<Clause>> = HashMap::new();
    for clause in db.rows::<Clause>(&sql, vec![]).await? {
        by_duty.entry(clause.duty.clone()).or_default().push(clause);
    }
    Ok(by_duty)
}

#[derive(FromQueryResult)]
struct Coverage {
    duty: String,
    confirmed: i64,
    proposed: i64,
}

/// `confirmed` or `proposed` for each duty some clause in force has to do with.
pub(crate) async fn coverage(db: &impl Sql) -> Result<HashMap<String, &'static str>> {
    let sql = "SELECT c.duty, count(*) FILTER (WHERE c.state = 'confirmed') AS confirmed, \
               count(*) FILTER (WHERE c.state = 'proposed') AS proposed FROM clause_duty AS c \
               JOIN regulation AS r ON r.id = c.regulation_id WHERE r.state = 'in_force' GROUP BY c.duty";
    let rows: Vec<Coverage> = db.rows(sql, vec![]).await?;
    let state = |row: &Coverage| match (row.confirmed, row.proposed) {
        (1.., _) => Some("confirmed"),
        (_, 1..) => Some("proposed"),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(|row| Some((row.duty.clone(), state(&row)?))).collect())
}

/// How many regulations are in force.
pub(crate) async fn in_force(db: &impl Sql) -> Result<i64> {
    let sql = "SELECT count(*) FROM regulation WHERE state = 'in_force'";
    Ok(db.scalar(sql, vec![]).await?.unwrap_or(0))
}

/// Who does a duty, with names as they are now.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Assignment {
    pub id: Uuid,
    pub duty_id: Uuid,
    pub unit_id: Uuid,
    pub title_id: Option<Uuid>,
    pub staff_id: Option<Uuid>,
    pub note: String,
    pub unit: Option<String>,
    pub title: Option<String>,
    pub staff: Option<String>,
}

impl Assignment {
    /// "Yazılım Birimi · Programcı · Emre Doğan".
    pub(crate) fn in_words(&self) -> String {
        let unit = self.unit.as_deref().unwrap_or("(birim kaydı yok)");
        let parts = [Some(unit), self.title.as_deref(), self.staff.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// Assignments of one duty, or of all, in the order they were said.
pub(crate) async fn assignments(db: &impl Sql, duty: Option<Uuid>) -> Result<Vec<Assignment>> {
    let (condition, values) = match duty {
        Some(id) => ("WHERE a.duty_id = $1", vec![id.into()]),
        None => ("", vec![]),
    };
    let sql = format!(
        "SELECT a.id, a.duty_id, a.unit_id, a.title_id, a.staff_id, a.note, u.title AS unit, t.title AS title, s.title AS staff \
         FROM duty_assignment AS a \
         LEFT JOIN record AS u ON u.kind = 'unit' AND u.id = a.unit_id \
         LEFT JOIN record AS t ON t.kind = 'title' AND t.id = a.title_id \
         LEFT JOIN record AS s ON s.kind = 'staff' AND s.id = a.staff_id \
         {condition} ORDER BY a.created_at, a.id LIMIT 5000"
    );
    db.rows(&sql, values).await
}

pub(crate) async fn insert_assignment(tx: &Tx, one: &Assignment) -> Result<()> {
    let sql = "INSERT INTO duty_assignment (id, duty_id, unit_id, title_id, staff_id, note, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = vec![
        one.id.into(),
        one.duty_id.into(),
        one.unit_id.into(),
        one.title_id.into(),
        one.staff_id.into(),
        one.note.clone().into(),
        tx.at().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

pub(crate) async fn delete_assignment(tx: &Tx, duty: Uuid, id: Uuid) -> Result<bool> {
    let sql = "DELETE FROM duty_assignment WHERE id = $1 AND duty_id = $2";
    Ok(tx.run(sql, vec![id.into(), duty.into()]).await? == 1)
}

/// The one record of a kind with this id, number or exact title, if it is still offered.
pub(crate) async fn chosen(db: &impl Sql, kind: &str, typed: &str) -> Result<Option<(Uuid, String)>> {
    #[derive(FromQueryResult)]
    struct Named {
        id: Uuid,
        title: String,
    }
    let columns = "SELECT id, title FROM record WHERE kind = $1 AND is_removed = FALSE AND";
    let found: Vec<Named> = match typed.parse::<Uuid>() {
        Ok(id) => db.rows(&format!("{columns} id = $2"), vec![kind.into(), id.into()]).await?,
        Err(_) => {
            let sql = format!("{columns} (title = $2 OR number = $2) LIMIT 2");
            db.rows(&sql, vec![kind.into(), typed.trim().into()]).await?
        }
    };
    let only = (found.len() == 1).then(|| found.into_iter().next()).flatten();
    Ok(only.map(|one| (one.id, one.title)))
}

/// A clause in force that no person has decided on.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Undecided {
    pub id: Uuid,
    pub regulation_id: Uuid,
    pub address_tr: String,
    pub heading: String,
    pub display: String,
}

const UNDECIDED: &str = "FROM regulation_node AS n JOIN regulation AS r ON r.id = n.regulation_id \
     WHERE r.state = 'in_force' \
     AND EXISTS (SELECT 1 FROM clause_duty AS c WHERE c.node_id = n.id AND c.state = 'proposed') \
     AND NOT EXISTS (SELECT 1 FROM clause_duty AS c WHERE c.node_id = n.id AND c.state = 'confirmed')";

pub(crate) async fn undecided(db: &impl Sql, skip: u32, limit: u32) -> Result<Vec<Undecided>> {
    let sql = format!(
        "SELECT n.id, n.regulation_id, n.address_tr, n.heading, n.display {UNDECIDED} \
         ORDER BY n.regulation_id, n.place LIMIT {limit} OFFSET {skip}"
    );
    db.rows(&sql, vec![]).await
}

pub(crate) async fn count_undecided(db: &impl Sql) -> Result<i64> {
    Ok(db.scalar(&format!("SELECT count(*) {UNDECIDED}"), vec![]).await?.unwrap_or(0))
}

/// A clause in force by its id, decided or not.
pub(crate) async fn node(db: &impl Sql, id: Uuid) -> Result<Option<Undecided>> {
    let sql = "SELECT n.id, n.regulation_id, n.address_tr, n.heading, n.display FROM regulation_node AS n \
               JOIN regulation AS r ON r.id = n.regulation_id WHERE r.state = 'in_force' AND n.id = $1";
    db.row(sql, vec![id.into()]).await
}

/// Everything known of these clauses' duties, the best first.
pub(crate) async fn matches_of(db: &impl Sql, nodes: &[Uuid]) -> Result<Vec<Clause>> {
    if nodes.is_empty() {
        return Ok(Vec::new());
    }
    let list = placeholders(1, nodes.len());
    let sql = format!(
        "{CLAUSE} AND c.node_id IN ({list}) ORDER BY c.score_milli DESC, c.duty LIMIT {MOST_CLAUSES}"
    );
    db.rows(&sql, nodes.iter().map(|id| (*id).into()).collect()).await
}

/// Proposals of undecided clauses with at least this score, at most `limit`.
pub(crate) async fn likely(db: &impl Sql, score_milli: i64, limit: u32) -> Result<Vec<Clause>> {
    let sql = format!(
        "{CLAUSE} AND c.state = 'proposed' AND c.score_milli >= $1 \
         AND NOT EXISTS (SELECT 1 FROM clause_duty AS o WHERE o.node_id = c.node_id AND o.state = 'confirmed') \
         ORDER BY c.score_milli DESC, c.id LIMIT {limit}"
    );
    db.rows(&sql, vec![score_milli.into()]).await
}

/// How many [`likely`] would answer without a limit.
pub(crate) async fn count_likely(db: &impl Sql, score_milli: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM clause_duty AS c JOIN regulation AS r ON r.id = c.regulation_id \
               WHERE r.state = 'in_force' AND c.state = 'proposed' AND c.score_milli >= $1 \
               AND NOT EXISTS (SELECT 1 FROM clause_duty AS o WHERE o.node_id = c.node_id AND o.state = 'confirmed')";
    Ok(db.scalar(sql, vec![score_milli.into()]).await?.unwrap_or(0))
}

/// Writes a person's decision; a duty nobody had proposed for the clause is added with the full score.
pub(crate) async fn decide(tx: &Tx, clause: &Undecided, duty: &str, state: &'static str) -> Result<()> {
    let actor = &tx.act().actor;
    let sql = "INSERT INTO clause_duty (id, version, node_id, regulation_id, duty, score_milli, words, state, \
               decided_by_id, decided_by, decided_at) VALUES ($1, 1, $2, $3, $4, 1000, '', $5, $6, $7, $8) \
               ON CONFLICT (node_id, duty) DO UPDATE SET version = clause_duty.version + 1, state = excluded.state, \
               decided_by_id = excluded.decided_by_id, decided_by = excluded.decided_by, decided_at = excluded.decided_at";
    let values = vec![
        tx.new_id().into(),
        clause.id.into(),
        clause.regulation_id.into(),
        duty.into(),
        state.into(),
        actor.account_id.into(),
        actor.signature().into(),
        tx.at().into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// A duty as the catalogue states it, under the id its record has.
pub(crate) struct Stated<'a> {
    pub id: Uuid,
    pub order_no: i64,
    pub duty: &'a Duty,
}

impl Stated<'_> {
    fn values(&self) -> Vec<Value> {
        let duty = self.duty;
        vec![
            self.id.into(),
            self.order_no.into(),
            duty.family.clone().into(),
            duty.title_tr.clone().into(),
            tr::collation_key(&duty.title_tr).into(),
            duty.text_tr.clone().into(),
            duty.works_when_tr.clone().into(),
        ]
    }
}

pub(crate) async fn insert_duty(tx: &Tx, stated: &Stated<'_>) -> Result<()> {
    let sql = "INSERT INTO duty (id, order_no, family, title, title_key, text, works_when, code, state, coverage, responsible, \
               evidence_state, evidence_count, evidence_at, evidence, evidence_path, has_gap) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', 'none', '', 'none', 0, NULL, '', '', FALSE)";
    let mut values = stated.values();
    values.push(stated.duty.id.as_str().into());
    tx.run(sql, values).await?;
    Ok(())
}

/// The duty is in the catalogue, in these words.
pub(crate) async fn restate_duty(tx: &Tx, stated: &Stated<'_>) -> Result<()> {
    let sql = "UPDATE duty SET state = 'active', order_no = $2, family = $3, title = $4, title_key = $5, text = $6, \
               works_when = $7 WHERE id = $1";
    tx.run(sql, stated.values()).await?;
    Ok(())
}

/// The duty left the catalogue.
pub(crate) async fn retire_duty(tx: &Tx, id: Uuid) -> Result<()> {
    let sql = "UPDATE duty SET state = 'retired', has_gap = FALSE WHERE id = $1";
    tx.run(sql, vec![id.into()]).await?;
    Ok(())
}

/// What follows from clauses, people and evidence.
pub(crate) async fn set_derived(tx: &Tx, row: &DutyRow) -> Result<()> {
    let sql = "UPDATE duty SET coverage = $2, responsible = $3, evidence_state = $4, evidence_count = $5, evidence_at = $6, \
               evidence = $7, evidence_path = $8, has_gap = $9 WHERE id = $1";
    let values = vec![
        row.id.into(),
        row.coverage.clone().into(),
        row.responsible.clone().into(),
        row.evidence_state.clone().into(),
        row.evidence_count.into(),
        row.evidence_at.into(),
        row.evidence.clone().into(),
        row.evidence_path.clone().into(),
        row.has_gap.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// How many there are and when the latest was decided.
#[derive(FromQueryResult)]
pub(crate) struct Counted {
    pub number: i64,
    pub last_at: Option<i64>,
}

/// Confirmed clauses of regulations in force.
pub(crate) async fn count_confirmed(db: &impl Sql) -> Result<Counted> {
    let sql = "SELECT count(*) AS number, max(c.decided_at) AS last_at FROM clause_duty AS c \
               JOIN regulation AS r ON r.id = c.regulation_id WHERE r.state = 'in_force' AND c.state = 'confirmed'";
    Ok(db.row(sql, vec![]).await?.unwrap_or(Counted { number: 0, last_at: None }))
}

/// Duties somebody does.
pub(crate) async fn count_assigned(db: &impl Sql) -> Result<Counted> {
    let sql = "SELECT count(DISTINCT duty_id) AS number, max(created_at) AS last_at FROM duty_assignment";
    Ok(db.row(sql, vec![]).await?.unwrap_or(Counted { number: 0, last_at: None }))
}

/// A record of another crate, by its kind.
#[derive(FromQueryResult)]
pub(crate) struct Named {
    pub id: Uuid,
    pub title: String,
    pub unit_id: Option<Uuid>,
}

/// Offered records of a kind, the oldest first.
pub(crate) async fn named(db: &impl Sql, kind: &str, limit: u32) -> Result<Vec<Named>> {
    let sql = format!(
        "SELECT id, title, unit_id FROM record WHERE kind = $1 AND is_removed = FALSE ORDER BY id LIMIT {limit}"
    );
    db.rows(&sql, vec![kind.into()]).await
}

/// An article of a regulation with its heading.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Article {
    pub regulation_id: Uuid,
    pub address: String,
    pub heading: String,
}

/// The headed articles of these regulations.
pub(crate) async fn articles(db: &impl Sql, regulations: &[Uuid]) -> Result<Vec<Article>> {
    if regulations.is_empty() {
        return Ok(Vec::new());
    }
    let list = placeholders(1, regulations.len());
    let sql = format!(
        "SELECT regulation_id, address, heading FROM regulation_node \
         WHERE kind = 'article' AND heading <> '' AND regulation_id IN ({list}) LIMIT {MOST_CLAUSES}"
    );
    db.rows(&sql, regulations.iter().map(|id| (*id).into()).collect()).await
}
