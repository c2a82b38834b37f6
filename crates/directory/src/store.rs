//! Every question to the tables of this crate, and the writes that keep dated history. Rules are elsewhere. Versions of units and actings
//! are in files of their own below.

mod actings;
mod versions;

pub use actings::{
    ActingRow, EndingRow, Principal, actings_at, actings_ending, actings_of, people_of_acting, principals_of,
    standing_actings, substitutes_of,
};
pub use versions::{
    MAX_VERSIONS, delete_version, end_version, insert_version, versions, versions_of, versions_on,
};

use kernel::db::Sql;
use kernel::{Day, Error, Instant, Result, Tx, tr};
use sea_orm::{FromQueryResult, Value};
use time::Date;
use uuid::Uuid;

pub(crate) fn ids(ids: &[Uuid]) -> Vec<Value> {
    ids.iter().map(|id| Value::from(*id)).collect()
}

/// A stored ISO day.
pub(crate) fn day(text: &str) -> Result<Date> {
    text.parse::<Day>().map(|day| day.0).map_err(|_| Error::internal(format!("not a day: {text}")))
}

/// How a day is stored.
pub(crate) fn iso(date: Date) -> String {
    Day(date).to_string()
}

/// Open units by name, at most two thousand: to choose one, or to see that a name is there already.
pub async fn open_units(db: &impl Sql) -> Result<Vec<(Uuid, String)>> {
    open_of(db, "SELECT id, name FROM unit WHERE state = 'open' ORDER BY name_key LIMIT 2000").await
}

/// Titles in use by name.
pub async fn open_titles(db: &impl Sql) -> Result<Vec<(Uuid, String)>> {
    open_of(db, "SELECT id, name FROM title WHERE state = 'open' ORDER BY name_key LIMIT 2000").await
}

#[derive(FromQueryResult)]
struct NameRow {
    id: Uuid,
    name: String,
}

async fn open_of(db: &impl Sql, sql: &str) -> Result<Vec<(Uuid, String)>> {
    let rows: Vec<NameRow> = db.rows(sql, vec![]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The open unit with this code, whatever its letters' case: what an agent or a table calls it.
pub async fn unit_with_code(db: &impl Sql, code: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM unit WHERE code = $1 AND state = 'open'";
    db.scalar(sql, vec![kernel::tr::upper(code.trim()).into()]).await
}

/// Codes that units have or had; a new one must differ.
pub async fn unit_codes(db: &impl Sql) -> Result<std::collections::HashSet<String>> {
    let codes: Vec<String> = db.column("SELECT code FROM unit ORDER BY code LIMIT 50000", vec![]).await?;
    Ok(codes.into_iter().collect())
}

/// Another record than `except` has this value in a column.
pub async fn is_taken(tx: &Tx, table: &str, column: &str, value: &str, except: Option<Uuid>) -> Result<bool> {
    let sql = format!("SELECT id FROM {table} WHERE {column} = $1 AND id <> $2 LIMIT 1");
    let found: Option<Uuid> = tx.scalar(&sql, vec![value.into(), except.unwrap_or_default().into()]).await?;
    Ok(found.is_some())
}

/// Active people in a unit now.
pub async fn staff_count(db: &impl Sql, unit: Uuid) -> Result<u32> {
    let sql = "SELECT count(*) FROM staff WHERE unit_id = $1 AND state = 'active'";
    number(db, sql, vec![unit.into()]).await
}

/// Appointments and actings that run, or are asked for, in a unit.
pub async fn open_duty_count(db: &impl Sql, unit: Uuid, at: Instant) -> Result<u32> {
    let sql = "SELECT (SELECT count(*) FROM appointment WHERE unit_id = $1 AND state IN ('proposed', 'approved')) + \
               (SELECT count(*) FROM acting WHERE unit_id = $1 AND state IN ('proposed', 'approved') AND until_at > $2)";
    number(db, sql, vec![unit.into(), at.into()]).await
}

/// The same for one person, whichever side of an acting they are on.
pub async fn open_duties_of(db: &impl Sql, staff: Uuid, at: Instant) -> Result<u32> {
    let sql = "SELECT (SELECT count(*) FROM appointment WHERE staff_id = $1 AND state IN ('proposed', 'approved')) + \
               (SELECT count(*) FROM acting WHERE (principal_id = $1 OR substitute_id = $1) \
                 AND state IN ('proposed', 'approved') AND until_at > $2)";
    number(db, sql, vec![staff.into(), at.into()]).await
}

/// Who works in a unit now, in one title or any: the first by name, and how many more there are.
pub async fn people_of(
    db: &impl Sql,
    unit: Uuid,
    title: Option<Uuid>,
    most: u32,
) -> Result<(Vec<(Uuid, String)>, u32)> {
    let of_title = if title.is_some() { "AND title_id = $2" } else { "" };
    let mut values: Vec<Value> = vec![unit.into()];
    values.extend(title.map(Value::from));
    let condition = format!("FROM staff WHERE unit_id = $1 AND state = 'active' {of_title}");
    let all = number(db, &format!("SELECT count(*) {condition}"), values.clone()).await?;
    let sql = format!("SELECT id, name {condition} ORDER BY name_key, id LIMIT {most}");
    let rows: Vec<NameRow> = db.rows(&sql, values).await?;
    let people: Vec<_> = rows.into_iter().map(|row| (row.id, row.name)).collect();
    let more = all.saturating_sub(u32::try_from(people.len()).unwrap_or(u32::MAX));
    Ok((people, more))
}

/// Active people in a title of a unit, without one of them.
pub async fn filled(db: &impl Sql, unit: Uuid, title: Uuid, except: Option<Uuid>) -> Result<u32> {
    let sql =
        "SELECT count(*) FROM staff WHERE title_id = $1 AND unit_id = $2 AND state = 'active' AND id <> $3";
    number(db, sql, vec![title.into(), unit.into(), except.unwrap_or_default().into()]).await
}

/// [`filled`] for the row of `staffing_norm` that is read.
pub const FILLED_OF_NORM: &str = "SELECT count(*) FROM staff AS s WHERE s.title_id = staffing_norm.title_id \
     AND s.unit_id = staffing_norm.unit_id AND s.state = 'active'";
/// Posts of the row that nobody has.
pub const VACANT_OF_NORM: &str = "SELECT staffing_norm.count - count(*) FROM staff AS s \
     WHERE s.title_id = staffing_norm.title_id AND s.unit_id = staffing_norm.unit_id AND s.state = 'active'";

/// Posts that the table grants; `None` without a row.
pub async fn norm(db: &impl Sql, unit: Uuid, title: Uuid) -> Result<Option<u32>> {
    let sql = "SELECT count FROM staffing_norm WHERE unit_id = $1 AND title_id = $2";
    let count: Option<i64> = db.scalar(sql, vec![unit.into(), title.into()]).await?;
    Ok(count.and_then(|count| u32::try_from(count).ok()))
}

/// Rows of the norm whose name is no longer that of their unit and title, with the right one; `column` says whether
/// `id` is a unit or a title.
pub async fn misnamed_norms(db: &impl Sql, column: &'static str, id: Uuid) -> Result<Vec<NormName>> {
    let sql = format!(
        "SELECT n.id, u.name AS unit_name, t.name AS title_name FROM staffing_norm AS n \
         JOIN unit AS u ON u.id = n.unit_id JOIN title AS t ON t.id = n.title_id \
         WHERE n.{column} = $1 AND n.name <> u.name || ' · ' || t.name LIMIT 20000"
    );
    db.rows(&sql, vec![id.into()]).await
}

/// What a row of the norm is called after.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NormName {
    pub id: Uuid,
    pub unit_name: String,
    pub title_name: String,
}

pub async fn name_norm(tx: &Tx, id: Uuid, name: &str) -> Result<()> {
    let sql = "UPDATE staffing_norm SET name = $1, name_key = $2 WHERE id = $3";
    tx.run(sql, vec![name.into(), tr::collation_key(name).into(), id.into()]).await?;
    Ok(())
}

/// Lets everybody else who fills this post wait until the transaction ends, so that two who see the same free post do
/// not both take it. Answers whether there is a norm: without one there is no limit and nothing to wait for.
pub async fn lock_norm(tx: &Tx, unit: Uuid, title: Uuid) -> Result<bool> {
    let sql = "UPDATE staffing_norm SET count = count WHERE unit_id = $1 AND title_id = $2";
    Ok(tx.run(sql, vec![unit.into(), title.into()]).await? > 0)
}

/// Lets others who write about this person wait until the transaction ends.
pub async fn lock_person(tx: &Tx, staff: Uuid) -> Result<()> {
    tx.run("UPDATE staff SET version = version WHERE id = $1", vec![staff.into()]).await?;
    Ok(())
}

async fn number(db: &impl Sql, sql: &str, values: Vec<Value>) -> Result<u32> {
    let count: i64 = db.scalar(sql, values).await?.unwrap_or(0);
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The name of a unit, a title or a person.
pub async fn name_of(db: &impl Sql, table: &str, id: Uuid) -> Result<Option<String>> {
    db.scalar(&format!("SELECT name FROM {table} WHERE id = $1"), vec![id.into()]).await
}

/// The state of a unit, a title or a person.
pub async fn state_of(db: &impl Sql, table: &str, id: Uuid) -> Result<Option<String>> {
    db.scalar(&format!("SELECT state FROM {table} WHERE id = $1"), vec![id.into()]).await
}

/// A post as it was held between days.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PositionRow {
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub title_id: Uuid,
    pub from_on: String,
    pub to_on: Option<String>,
}

/// All posts of a person, newest first.
pub async fn positions_of(db: &impl Sql, staff: Uuid) -> Result<Vec<PositionRow>> {
    let sql = "SELECT staff_id, unit_id, title_id, from_on, to_on FROM staff_position WHERE staff_id = $1 \
               ORDER BY from_on DESC LIMIT 200";
    db.rows(sql, vec![staff.into()]).await
}

/// The day on which the post that a person holds began.
pub async fn post_began(db: &impl Sql, staff: Uuid) -> Result<Option<String>> {
    let sql = "SELECT max(from_on) FROM staff_position WHERE staff_id = $1";
    db.scalar(sql, vec![staff.into()]).await
}

/// Where an appointment stands on a day, as SQL.
const APPOINTMENT_PHASE: &str = "CASE WHEN state = 'ended' THEN 'over' WHEN state <> 'approved' THEN 'none' \
    WHEN starts_on > $1 THEN 'coming' WHEN ends_on < $1 THEN 'over' ELSE 'current' END";
/// The same of an acting at an instant.
const ACTING_PHASE: &str = "CASE WHEN state = 'ended' THEN 'over' WHEN state <> 'approved' THEN 'none' \
    WHEN from_at > $1 THEN 'coming' WHEN until_at <= $1 THEN 'over' ELSE 'current' END";

/// Says of one appointment or acting, or of all that may have changed, where it stands now; answers how many changed.
pub async fn set_phases(tx: &Tx, one: Option<Uuid>) -> Result<u64> {
    let today: Value = tx.at().day().to_string().into();
    let mut changed = 0;
    for (table, phase, now) in
        [("appointment", APPOINTMENT_PHASE, today), ("acting", ACTING_PHASE, Value::from(tx.at()))]
    {
        // What is over stays over; a change by a person says which one it was.
        let which = match one {
            Some(_) => "id = $2",
            None => "(phase IN ('coming', 'current') OR (phase = 'none' AND state IN ('approved', 'ended')))",
        };
        let sql = format!("UPDATE {table} SET phase = {phase} WHERE {which} AND phase <> {phase}");
        let values = std::iter::once(now).chain(one.map(Value::from)).collect();
        changed += tx.run(&sql, values).await?;
    }
    Ok(changed)
}

/// Writes on which day a person leaves, or that they do not. The post they hold ends on that day by itself.
pub async fn set_leaving(tx: &Tx, staff: Uuid, on: Option<&str>) -> Result<()> {
    let leaving = if on.is_some() { "coming" } else { "none" };
    let sql = "UPDATE staff SET left_on = $1, leaving = $2 WHERE id = $3";
    tx.run(sql, vec![on.map(str::to_string).into(), leaving.into(), staff.into()]).await?;
    Ok(())
}

/// The day that was written down for somebody who is still there.
pub async fn leaves_on(db: &impl Sql, staff: Uuid) -> Result<Option<String>> {
    db.scalar("SELECT left_on FROM staff WHERE id = $1 AND leaving = 'coming'", vec![staff.into()]).await
}

/// Those whose day came; 500 at most, the others in the next run.
pub async fn leaving_until(db: &impl Sql, today: Date) -> Result<Vec<Uuid>> {
    let sql =
        "SELECT id FROM staff WHERE leaving = 'coming' AND left_on <= $1 ORDER BY left_on, id LIMIT 500";
    db.column(sql, vec![iso(today).into()]).await
}

/// The person is gone; false where they were before.
pub async fn set_left(tx: &Tx, staff: Uuid) -> Result<bool> {
    let sql = "UPDATE staff SET state = 'left', leaving = 'none', version = version + 1 \
               WHERE id = $1 AND state = 'active' AND leaving = 'coming'";
    Ok(tx.run(sql, vec![staff.into()]).await? > 0)
}

/// Appointments and actings of a person that run or are asked for: table, id, state.
pub async fn duties_of(db: &impl Sql, staff: Uuid, at: Instant) -> Result<Vec<(String, Uuid, String)>> {
    #[derive(FromQueryResult)]
    struct Duty {
        kind: String,
        id: Uuid,
        state: String,
    }
    let sql = "SELECT 'appointment' AS kind, id, state FROM appointment \
                 WHERE staff_id = $1 AND state IN ('proposed', 'approved') \
               UNION ALL SELECT 'acting' AS kind, id, state FROM acting \
                 WHERE (principal_id = $1 OR substitute_id = $1) AND state IN ('proposed', 'approved') AND until_at > $2 \
               LIMIT 500";
    let duties: Vec<Duty> = db.rows(sql, vec![staff.into(), at.into()]).await?;
    Ok(duties.into_iter().map(|one| (one.kind, one.id, one.state)).collect())
}

/// The post that began on `from_on` goes on.
pub async fn reopen_position(tx: &Tx, staff: Uuid, from_on: &str) -> Result<()> {
    let sql = "UPDATE staff_position SET to_on = NULL WHERE staff_id = $1 AND from_on = $2";
    tx.run(sql, vec![staff.into(), from_on.into()]).await?;
    Ok(())
}

/// Adds a post that is held from a day on.
pub async fn insert_position(tx: &Tx, staff: Uuid, unit: Uuid, title: Uuid, from_on: &str) -> Result<()> {
    let sql =
        "INSERT INTO staff_position (id, staff_id, unit_id, title_id, from_on) VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql, vec![tx.new_id().into(), staff.into(), unit.into(), title.into(), from_on.into()]).await?;
    Ok(())
}

/// Ends the post that began on `from_on`; one that would last no day at all is taken away.
pub async fn end_position(tx: &Tx, staff: Uuid, from_on: &str, to_on: &str) -> Result<()> {
    if to_on <= from_on {
        let sql = "DELETE FROM staff_position WHERE staff_id = $1 AND from_on = $2";
        tx.run(sql, vec![staff.into(), from_on.into()]).await?;
        return Ok(());
    }
    let sql = "UPDATE staff_position SET to_on = $1 WHERE staff_id = $2 AND from_on = $3";
    tx.run(sql, vec![to_on.into(), staff.into(), from_on.into()]).await?;
    Ok(())
}

/// Somebody whose title leads a unit, on a day.
#[derive(Clone, Debug, FromQueryResult)]
pub struct HeadRow {
    pub unit_id: Uuid,
    pub staff_id: Uuid,
    pub name: String,
}

/// Heads of all units on a day, at most 5,000.
pub async fn heads_on(db: &impl Sql, on: Date) -> Result<Vec<HeadRow>> {
    let sql = "SELECT p.unit_id, p.staff_id, s.name FROM title AS t JOIN staff_position AS p ON p.title_id = t.id \
               JOIN staff AS s ON s.id = p.staff_id \
               WHERE t.is_head = TRUE AND p.from_on <= $1 AND (p.to_on IS NULL OR p.to_on > $1) \
               ORDER BY s.name_key, s.id LIMIT 5000";
    db.rows(sql, vec![iso(on).into()]).await
}

/// Head of one unit on a day; the first by name where several have a title that heads.
pub async fn head_on(db: &impl Sql, unit: Uuid, on: Date) -> Result<Option<HeadRow>> {
    let sql = "SELECT p.unit_id, p.staff_id, s.name FROM title AS t JOIN staff_position AS p ON p.title_id = t.id \
               JOIN staff AS s ON s.id = p.staff_id \
               WHERE t.is_head = TRUE AND p.unit_id = $1 AND p.from_on <= $2 AND (p.to_on IS NULL OR p.to_on > $2) \
               ORDER BY s.name_key, s.id LIMIT 1";
    db.row(sql, vec![unit.into(), iso(on).into()]).await
}

/// Who holds an office, as it is written under letters, on a day: "Belediye Başkanı" by the title, "Fen İşleri Müdürü" by the unit.
/// Nobody where that is not one person.
pub async fn holder_of(db: &impl Sql, office: &str, on: Date) -> Result<Option<HeadRow>> {
    let office = kernel::tr::fold(office);
    let titles = open_titles(db).await?;
    if let Some((title, _)) = titles.iter().find(|(_, name)| kernel::tr::fold(name) == office) {
        let sql = "SELECT p.unit_id, p.staff_id, s.name FROM staff_position AS p JOIN staff AS s ON s.id = p.staff_id \
                   WHERE p.title_id = $1 AND p.from_on <= $2 AND (p.to_on IS NULL OR p.to_on > $2) LIMIT 2";
        let mut found: Vec<HeadRow> = db.rows(sql, vec![(*title).into(), iso(on).into()]).await?;
        return Ok(if found.len() == 1 { found.pop() } else { None });
    }
    let units = open_units(db).await?;
    let mut led = units.iter().filter(|(_, name)| is_led_by(&kernel::tr::fold(name), &office));
    match (led.next(), led.next()) {
        (Some((unit, _)), None) => head_on(db, *unit, on).await,
        _ => Ok(None),
    }
}

/// "fen isleri mudurlugu" by "fen isleri muduru"; both folded.
fn is_led_by(unit: &str, office: &str) -> bool {
    let stem = office.strip_suffix(['i', 'u']).unwrap_or(office);
    !stem.is_empty() && unit.strip_prefix(stem).is_some_and(|rest| ["ligi", "lugu"].contains(&rest))
}

/// How many people a unit has on a day.
#[derive(Clone, Debug, FromQueryResult)]
pub struct CountRow {
    pub unit_id: Uuid,
    pub number: i64,
}

/// People of every unit on a day.
pub async fn counts_on(db: &impl Sql, on: Date) -> Result<Vec<CountRow>> {
    let sql = "SELECT unit_id, count(*) AS number FROM staff_position \
               WHERE from_on <= $1 AND (to_on IS NULL OR to_on > $1) GROUP BY unit_id";
    db.rows(sql, vec![iso(on).into()]).await
}

/// A responsibility of a person as the rules and pages need it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AppointmentRow {
    pub id: Uuid,
    pub staff_id: Uuid,
    pub unit_id: Uuid,
    pub subject: String,
    pub state: String,
    pub starts_on: String,
    pub ends_on: Option<String>,
}

/// Appointments of a person, newest first.
pub async fn appointments_of(db: &impl Sql, staff: Uuid) -> Result<Vec<AppointmentRow>> {
    let sql = "SELECT id, staff_id, unit_id, subject, state, starts_on, ends_on FROM appointment \
               WHERE staff_id = $1 ORDER BY starts_on DESC, id LIMIT 200";
    db.rows(sql, vec![staff.into()]).await
}

/// A person as rules need them.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PersonRow {
    pub name: String,
    pub unit_id: Uuid,
    pub title_id: Uuid,
    pub state: String,
    pub started_on: String,
    pub left_on: Option<String>,
    /// Day of the last move, if there was one.
    pub effective_on: Option<String>,
}

/// One person; `None` when there is none with this id.
pub async fn person(db: &impl Sql, staff: Uuid) -> Result<Option<PersonRow>> {
    let sql =
        "SELECT name, unit_id, title_id, state, started_on, left_on, effective_on FROM staff WHERE id = $1";
    db.row(sql, vec![staff.into()]).await
}

/// A unit as its history needs it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct UnitRow {
    pub parent_id: Option<Uuid>,
    pub name: String,
    pub kind: String,
    pub state: String,
    pub effective_on: String,
}

/// One unit; `None` when there is none with this id.
pub async fn unit(db: &impl Sql, unit: Uuid) -> Result<Option<UnitRow>> {
    let sql = "SELECT parent_id, name, kind, state, effective_on FROM unit WHERE id = $1";
    db.row(sql, vec![unit.into()]).await
}

/// A unit and the units above it, itself first, as they stand now.
pub async fn with_units_above(db: &impl Sql, unit: Uuid) -> Result<Vec<Uuid>> {
    let sql = "WITH RECURSIVE above (id, parent_id, depth) AS (\
                 SELECT id, parent_id, 0 FROM unit WHERE id = $1 \
                 UNION ALL SELECT u.id, u.parent_id, above.depth + 1 FROM unit AS u JOIN above ON u.id = above.parent_id \
                 WHERE above.depth < 50) \
               SELECT id FROM above ORDER BY depth LIMIT 50";
    db.column(sql, vec![unit.into()]).await
}

/// Somebody and their unit.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Post {
    pub id: Uuid,
    pub unit_id: Uuid,
}

/// Everybody with their unit, for trials of size; 200,000 at most.
pub async fn posts(db: &impl Sql) -> Result<Vec<Post>> {
    db.rows("SELECT id, unit_id FROM staff ORDER BY id LIMIT 200000", vec![]).await
}

/// Who works here under this e-mail address; nobody where two share it.
pub async fn staff_with_email(db: &impl Sql, email: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM staff WHERE lower(email) = $1 AND email <> '' AND state = 'active' LIMIT 2";
    let found: Vec<Uuid> = db.column(sql, vec![email.to_lowercase().into()]).await?;
    Ok(match found.as_slice() {
        [one] => Some(*one),
        _ => None,
    })
}

/// A unit and what it reports to.
#[derive(FromQueryResult)]
pub struct Reporting {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
}

/// What every unit reports to, as it stands now.
pub async fn parents(db: &impl Sql) -> Result<Vec<Reporting>> {
    db.rows("SELECT id, parent_id FROM unit ORDER BY id LIMIT 5000", vec![]).await
}

/// A unit and all units below it, itself first, as they stand now.
pub async fn with_units_below(db: &impl Sql, unit: Uuid) -> Result<Vec<Uuid>> {
    let sql = "WITH RECURSIVE below (id, depth) AS (\
                 SELECT id, 0 FROM unit WHERE id = $1 \
                 UNION ALL SELECT u.id, below.depth + 1 FROM unit AS u JOIN below ON u.parent_id = below.id \
                 WHERE below.depth < 50) \
               SELECT id FROM below ORDER BY depth LIMIT 5000";
    db.column(sql, vec![unit.into()]).await
}

/// The account that proposed an appointment or an acting.
pub async fn proposer_of(db: &impl Sql, table: &str, id: Uuid) -> Result<Option<Uuid>> {
    db.scalar(&format!("SELECT proposed_by_id FROM {table} WHERE id = $1"), vec![id.into()]).await
}

#[cfg(test)]
mod tests {
    use super::is_led_by;
    use kernel::tr::fold;

    #[test]
    fn a_unit_is_led_by_the_office_that_is_named_after_it() {
        for (unit, office) in [
            ("Fen İşleri Müdürlüğü", "Fen İşleri Müdürü"),
            ("Belediye Başkanlığı", "Belediye Başkanı"),
            ("Ağ Şefliği", "Ağ Şefi"),
        ] {
            assert!(is_led_by(&fold(unit), &fold(office)), "{unit}");
        }
        for (unit, office) in
            [("Fen İşleri Müdürlüğü", "Müdür"), ("Fen İşleri Müdürlüğü", "Park Müdürü"), ("Ağ Şefliği", "")]
        {
            assert!(!is_led_by(&fold(unit), &fold(office)), "{office}");
        }
    }
}
