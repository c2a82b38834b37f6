//! The kind `file_code`: a code of the file plan with how long what is filed under it is kept and what becomes of it then.

pub(crate) mod store;

use kernel::migrate::{Migration, create};
use kernel::record::{Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, View};
use kernel::schema::Table;
use kernel::{Boxed, Capability, Result, Tx, Violation};

use crate::entry;
use crate::file_plan::{EDIT, VIEW};

/// A code follows its plan.
const STATES: [Choice; 3] = [
    Choice::new("draft", "Hazırlanıyor", Tone::New),
    Choice::new("current", "Yürürlükte", Tone::Done),
    Choice::new("former", "Yürürlükten kalktı", Tone::Wait),
];

/// As file plans of institutions name them.
const FINAL_ACTIONS: [Choice; 7] = [
    Choice::new("unknown", "Yazılmamış", Tone::Wait),
    Choice::new("unit_forever", "Biriminde süresiz saklanır", Tone::Wait),
    Choice::new("institution_forever", "Kurum arşivinde süresiz saklanır", Tone::Wait),
    Choice::new("destroyed", "İmha edilir", Tone::Wait),
    Choice::new("state_archives", "Devlet Arşivlerine gönderilir", Tone::Wait),
    Choice::new("sampled", "Örnekleri alınarak kalanı imha edilir", Tone::Wait),
    Choice::new("commission", "Ayıklama ve İmha Komisyonunca değerlendirilir", Tone::Wait),
];

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Dosya kodları", "/dosya-kodlari", VIEW)],
        kinds: vec![kind()],
        ..Capability::default()
    }
}

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0002_file_code", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("file_code", "codes of file plans")
        .id()
        .int("version", "for concurrent edits")
        .uuid("plan_id", "version of the plan")
        .references("file_plan")
        .text("code", "three digits and up to three groups of two: 700, 622.01.01")
        .text("name", "what is filed under it")
        .text("title", "code and name")
        .text("title_key", "for sorting")
        .text("description", "explanation; may be empty")
        .text("retention", "retention code of the plan (A, A1, B …); may be empty")
        .int_null("unit_years", "years in the unit's archive")
        .int_null("institution_years", "years in the institution's archive")
        .text(
            "final_action",
            "unknown, unit_forever, institution_forever, destroyed, state_archives, sampled, commission",
        )
        .text("basis", "law or circular; may be empty")
        .bool("is_checked", "somebody compared it with the official plan")
        .text("state", "draft, current, former: as its plan")
        .at("created_at", "when it was entered")
        .unique(&["plan_id", "code"])
        .listing(&["plan_id", "state", "final_action", "is_checked"], &["title_key"])
}

/// At `/dosya-kodlari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("file_code", "dosya kodu", "Dosya kodları", "/dosya-kodlari", VIEW);
    kind.number = Some("code");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("title", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.import_key = &[&["plan_id", "code"]];
    let years = |name, label_tr| Field::new(name, label_tr, FieldKind::Int { min: 0, max: 150 });
    kind.fields = vec![
        Field::text("title", "Kod ve ad", 240).listed().sorted_by("title_key").searched().read_only(),
        Field::reference("plan_id", "Dosya planı", "file_plan").required().listed().filtered().backlinked(),
        Field::text("code", "Kod", 12).required().searched().hint("700 ya da 622.01.01 gibi."),
        Field::text("name", "Ad", 200).required().searched(),
        Field::new("description", "Açıklama", FieldKind::LongText { max_length: 4_000 }).searched(),
        Field::text("retention", "Saklama kodu", 10).listed(),
        years("unit_years", "Birim arşivinde (yıl)").listed(),
        years("institution_years", "Kurum arşivinde (yıl)").listed(),
        Field::choice("final_action", "Son işlem", &FINAL_ACTIONS).filtered().default("unknown"),
        Field::text("basis", "Dayanağı", 300),
        Field::new("is_checked", "Resmî planla karşılaştırıldı", FieldKind::Bool).listed().filtered(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).read_only(),
    ];
    kind.views = vec![
        View { id: "yururlukte", label_tr: "Yürürlükte", query: "state=current" },
        View { id: "dogrulanmamis", label_tr: "Karşılaştırılmamış", query: "is_checked=hayir" },
    ];
    kind
}

/// Three digits and up to three groups of two digits behind points.
pub(crate) fn is_code(text: &str) -> bool {
    let mut parts = text.split('.');
    let digits =
        |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(|first| digits(first, 3))
        && parts.clone().count() <= 3
        && parts.all(|part| digits(part, 2))
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let code = draft.or("code", before).text().trim().to_string();
        if !is_code(&code) {
            let text = "Kod üç rakamdır; alt konular noktayla ayrılmış ikişer rakamdır: 622.01.01.";
            return Ok(vec![Violation::new("DPL-002", "code", text)]);
        }
        let title = format!("{code} {}", draft.or("name", before).text());
        draft.set("code", FieldValue::Text(code));
        draft.set("title", FieldValue::Text(title.chars().take(240).collect()));
        for (column, usual) in
            [("description", ""), ("retention", ""), ("final_action", "unknown"), ("basis", "")]
        {
            if draft.or(column, before).text().is_empty() {
                draft.set(column, FieldValue::Text(usual.into()));
            }
        }
        if draft.or("is_checked", before).is_null() {
            draft.set("is_checked", FieldValue::Bool(false));
        }
        if before.is_none() {
            let plan = draft.get("plan_id").id().unwrap_or_default();
            let state = store::state_of_plan(tx, plan).await?.unwrap_or_else(|| "draft".into());
            draft.set("state", FieldValue::Text(state));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn a_code_is_three_digits_and_groups_of_two() {
        for right in ["010", "700", "622.01", "622.01.01", "805.02.01.03"] {
            assert!(is_code(right), "{right}");
        }
        for wrong in ["", "70", "7000", "700.", "700.1", "700.001", "700.01.02.03.04", "70a", "٧٠٠"] {
            assert!(!is_code(wrong), "{wrong}");
        }
    }
}
