//! The kind `assign_rule`: who works on what comes in, where nobody said so (SD-1). Rules are tried in their order and the first that fits
//! decides; each says in a sentence what it does, shows what it would have done with the last tickets, and the ticket names it.

mod page;
mod store;

use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb,
};
use kernel::schema::Table;
use kernel::{Boxed, Ref, Result, Tx, Violation, tr};
use uuid::Uuid;

pub(crate) use page::extras;
pub(crate) use store::Rule;

use crate::ticket;

/// Sees the rules.
pub const VIEW: &str = "service_desk.assign_rule.view";
/// Makes and stops rules.
pub const EDIT: &str = "service_desk.assign_rule.edit";

const STATES: [Choice; 2] =
    [Choice::new("active", "Yürürlükte", Tone::Done), Choice::new("stopped", "Durduruldu", Tone::Wait)];

/// [`ticket::CATEGORIES`] and whatever.
const CATEGORIES: [Choice; 10] = {
    let mut all = [Choice::new("any", "Hepsi", Tone::Wait); 10];
    let mut place = 0;
    while place < ticket::CATEGORIES.len() {
        all[place + 1] = ticket::CATEGORIES[place];
        place += 1;
    }
    all
};

pub(crate) fn migration() -> Migration {
    Migration { id: "service_desk/0008_assign_rule", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("assign_rule", "who works on what comes in")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "what it does, in a sentence; follows the other columns")
        .int("place", "rules are tried from the smallest; the first that fits decides")
        .text("category", "any, or a category of tickets")
        .text(
            "words",
            "words one of which must be in the subject or the description, a line each; empty for any",
        )
        .uuid_null("unit_id", "the requester's unit or one above it; null for any")
        .references("unit")
        .uuid_null("team_id", "unit that works on it")
        .references("unit")
        .uuid_null("assignee_id", "person who works on it")
        .references("staff")
        .text("state", "active, stopped")
        .at("created_at", "when it was made")
        .listing(&["state"], &["place", "created_at"])
}

/// At `/atama-kurallari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("assign_rule", "atama kuralı", "Atama kuralları", "/atama-kurallari", VIEW);
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("place", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Kural", 400).listed().searched().read_only(),
        Field::new("place", "Sırası", FieldKind::Int { min: 1, max: 1_000 })
            .required()
            .listed()
            .sorted()
            .hint("Küçük olan önce denenir; ilk uyan uygulanır."),
        Field::choice("category", "Alanı", &CATEGORIES).required().default("any"),
        Field::new("words", "Geçen sözcükler", FieldKind::LongText { max_length: 1_000 })
            .hint("Her satıra bir sözcük; konuda ya da açıklamada biri geçerse uyar. Boşsa aranmaz."),
        Field::reference("unit_id", "Bildirenin birimi", "unit")
            .among(&["open"])
            .hint("Altındaki birimler de sayılır. Boşsa hepsi."),
        Field::reference("team_id", "Ekip", "unit").among(&["open"]),
        Field::reference("assignee_id", "Görevli", "staff").among(&["active"]),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Yazıldığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.verbs = vec![
        Verb::new("durdur", "Durdur", EDIT, &["active"], "stopped", "rule_stopped"),
        Verb::new("yururluge-al", "Yürürlüğe al", EDIT, &["stopped"], "active", "rule_resumed"),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let (team, person) = (draft.or("team_id", before).id(), draft.or("assignee_id", before).id());
        if team.is_none() && person.is_none() {
            return Ok(vec![Violation::new("ATK-001", "team_id", "Ekibi ya da görevliyi seçin.")]);
        }
        let title = sentence(tx, draft, before).await?;
        draft.set("title", FieldValue::Text(title));
        if before.is_none() {
            draft.set("state", FieldValue::Text("active".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

/// "Alanı Yazıcı ve tarayıcı, birimi Fen İşleri Müdürlüğü ise ekip Donanım, görevli Kadir Uçar".
async fn sentence(tx: &Tx, draft: &Draft, before: Option<&Record>) -> Result<String> {
    let of = |column: &'static str, kind: &'static str| {
        draft.or(column, before).id().map(|id| (column, Ref::new(kind, id)))
    };
    let refs: Vec<_> = [of("unit_id", "unit"), of("team_id", "unit"), of("assignee_id", "staff")]
        .into_iter()
        .flatten()
        .collect();
    let named = record::names(tx, &refs.iter().map(|(_, one)| one.clone()).collect::<Vec<_>>()).await?;
    let name = |wanted: &str| {
        let (_, one) = refs.iter().find(|(column, _)| *column == wanted)?;
        named.iter().find(|known| known.id == one.id).map(|known| known.title.clone())
    };
    let category = draft.or("category", before).text().to_string();
    let category = CATEGORIES.iter().find(|one| one.code == category && one.code != "any");
    let words = words_of(draft.or("words", before).text());
    let ifs = [
        category.map(|one| format!("alanı {}", one.label_tr)),
        (!words.is_empty()).then(|| format!("içinde {} geçiyorsa", words.join(" ya da "))),
        name("unit_id").map(|unit| format!("birimi {unit}")),
    ];
    let ifs: Vec<String> = ifs.into_iter().flatten().collect();
    let thens = [
        name("team_id").map(|team| format!("ekip {team}")),
        name("assignee_id").map(|person| format!("görevli {person}")),
    ];
    let thens: Vec<String> = thens.into_iter().flatten().collect();
    let ifs = if ifs.is_empty() { "Her kayıtta".to_string() } else { begun(&ifs.join(", ")) };
    Ok(format!("{ifs}: {}", thens.join(", ")).chars().take(400).collect())
}

fn begun(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| tr::upper(&letter.to_string())).unwrap_or_default();
    first + letters.as_str()
}

/// Folded, so that neither capitals nor dots matter.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    text.lines().map(tr::lower).map(|line| line.trim().to_string()).filter(|line| !line.is_empty()).collect()
}

/// The first rule that fits a ticket as it begins.
pub(crate) async fn first_for(
    tx: &Tx,
    category: &str,
    texts: &[&str],
    unit: Option<Uuid>,
) -> Result<Option<Rule>> {
    let rules = store::active(tx).await?;
    if rules.is_empty() {
        return Ok(None);
    }
    let units = match unit {
        Some(unit) => directory::store::with_units_above(tx, unit).await?,
        None => Vec::new(),
    };
    Ok(rules.into_iter().find(|rule| rule.fits(category, texts, &units)))
}
