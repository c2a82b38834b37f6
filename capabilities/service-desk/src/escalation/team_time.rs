//! How long a team may hold what it was given: the promise between teams (operational level, OLA), beside the one to who reported.

use kernel::record::{self, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Verb};
use kernel::schema::Table;
use kernel::{Boxed, Ref, Result, Tx, Violation};

use super::{EDIT, PRIORITIES, STATES, TEAM_TIMES, VIEW, store};

/// Longest time that can be promised, in working minutes: a working year.
const MOST_MINUTES: i64 = 250 * 480;

pub(super) fn table() -> Table {
    Table::new("team_time", "how long a team may hold a ticket")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "team and priority; follows the other columns")
        .uuid("team_id", "which team")
        .references("unit")
        .text("priority", "any, or a priority of tickets")
        .int("minutes", "working minutes")
        .text("state", "active, stopped")
        .at("created_at", "when it was written")
        .unique_where(&["team_id", "priority"], "state = 'active'")
        .listing(&["state", "team_id"], &["created_at"])
}

/// At `/ekip-sureleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("team_time", "ekip süresi", "Ekip süreleri", TEAM_TIMES, VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Süre", 300).listed().searched().read_only(),
        Field::reference("team_id", "Ekip", "unit").among(&["open"]).required().filtered(),
        Field::choice("priority", "Önceliği", &PRIORITIES)
            .required()
            .default("any")
            .hint("Bir önceliğe yazılan süre, hepsine yazılandan önce gelir."),
        Field::new("minutes", "En çok (çalışma dakikası)", FieldKind::Int { min: 1, max: MOST_MINUTES })
            .required()
            .listed()
            .hint("Bir iş günü 480 dakikadır."),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Yazıldığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.verbs = vec![
        Verb::new("durdur", "Durdur", EDIT, &["active"], "stopped", "step_stopped"),
        Verb::new("yururluge-al", "Yürürlüğe al", EDIT, &["stopped"], "active", "step_resumed")
            .run(|tx, time, _| Box::pin(is_only(tx, time))),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let Some(team) = draft.or("team_id", before).id() else { return Ok(Vec::new()) };
        let priority = draft.or("priority", before).text().to_string();
        let is_stopped = before.is_some_and(|before| before.get("state").text() == "stopped");
        let other = store::team_time(tx, team, &priority).await?;
        if !is_stopped && other.is_some_and(|id| before.is_none_or(|before| before.id != id)) {
            let text = "Bu ekibin bu önceliğe yazılmış bir süresi var; onu değiştirin.";
            return Ok(vec![Violation::new("YKS-003", "team_id", text)]);
        }
        let named = record::names(tx, &[Ref::new("unit", team)]).await?;
        let label = PRIORITIES.iter().find(|one| one.code == priority && one.code != "any");
        let name = named.first().map(|unit| unit.title.clone()).unwrap_or_default();
        let title = label.map_or_else(|| name.clone(), |one| format!("{name}, önceliği {}", one.label_tr));
        draft.set("title", FieldValue::Text(title.chars().take(300).collect()));
        if before.is_none() {
            draft.set("state", FieldValue::Text("active".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

/// A stopped one comes back only where no other took its place.
async fn is_only(tx: &Tx, time: &Record) -> Result<()> {
    let Some(team) = time.get("team_id").id() else { return Ok(()) };
    match store::team_time(tx, team, time.get("priority").text()).await? {
        Some(other) if other != time.id => {
            Err(kernel::Error::conflict("Bu ekibin bu önceliğe yazılmış başka bir süresi yürürlükte."))
        }
        _ => Ok(()),
    }
}
