//! The kind `staffing_norm`: how many people may hold a title in a unit (norm kadro).

use kernel::event::Event;
use kernel::record::{self, Direction, Draft, Field, FieldKind, Kind, Record};
use kernel::{Boxed, Result, Tx, Violation};

use super::{set_text, violations};
use crate::{staffing, store};

const PEOPLE: FieldKind = FieldKind::Int { min: 0, max: 10_000 };

/// Norms, at `/teskilat/norm-kadro`.
pub fn kind() -> Kind {
    let mut kind =
        Kind::new("staffing_norm", "norm kadro", "Norm kadro", "/teskilat/norm-kadro", "directory.norm.view");
    kind.title = "name";
    kind.create = Some("directory.norm.edit");
    kind.edit = Some("directory.norm.edit");
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["unit_id", "title_id"]];
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Kadro", 400).sorted_by("name_key").searched().listed().read_only(),
        Field::reference("unit_id", "Birim", "unit")
            .among(&["open"])
            .required()
            .on_create()
            .listed()
            .filtered(),
        Field::reference("title_id", "Unvan", "title")
            .among(&["open"])
            .required()
            .on_create()
            .listed()
            .filtered(),
        Field::new("count", "Kadro sayısı", PEOPLE)
            .required()
            .hint("Bu birimde bu unvanla en çok kaç kişi çalışabilir.")
            .listed()
            .sorted(),
        Field::new("filled", "Dolu", PEOPLE).computed(store::FILLED_OF_NORM).listed(),
        Field::new("vacant", "Boş", PEOPLE).computed(store::VACANT_OF_NORM).listed(),
        Field::text("decision", "Meclis kararı", 120).hint("Örneğin 2026/41; bilinmiyorsa boş bırakın."),
    ];
    kind
}

fn name(unit: &str, title: &str) -> String {
    format!("{unit} · {title}")
}

/// A unit or a title has another name: the rows that are called after it follow, in list, search and references.
pub(crate) fn follow_name<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let column = if event.subject_kind == "unit" { "unit_id" } else { "title_id" };
        let kind = kind();
        for row in store::misnamed_norms(tx, column, event.subject_id).await? {
            store::name_norm(tx, row.id, &name(&row.unit_name, &row.title_name)).await?;
            let now = record::get(tx, &kind, row.id).await?;
            record::index(tx, &kind, &now).await?;
        }
        Ok(())
    })
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let ids = (draft.or("unit_id", before).id(), draft.or("title_id", before).id());
        let (Some(unit), Some(title)) = ids else { return Ok(Vec::new()) };
        let (unit_name, title_name) =
            (store::name_of(tx, "unit", unit).await?, store::name_of(tx, "title", title).await?);
        let (Some(unit_name), Some(title_name)) = (unit_name, title_name) else {
            return Ok(vec![Violation::new("norm.unknown", "unit_id", "Birim ya da unvan bulunamadı.")]);
        };
        if before.is_none() && store::norm(tx, unit, title).await?.is_some() {
            let text = "Bu birim ve unvan için norm kadro satırı var; onu değiştirin.";
            return Ok(vec![Violation::new("norm.double", "title_id", text)]);
        }
        store::lock_norm(tx, unit, title).await?;
        set_text(draft, "name", name(&unit_name, &title_name));
        let count = draft.or("count", before).int().and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
        let filled = store::filled(tx, unit, title, None).await?;
        let refused = staffing::check_norm(&title_name, count, filled, 0).err();
        Ok(violations(refused, |_| "count"))
    })
}
