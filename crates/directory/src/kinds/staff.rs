//! The kind `staff`: people, and the refusal of a post that the norm does not grant (ORG-2).

use kernel::db::Sql;
use kernel::record::{Choice, Direction, Draft, Field, FieldKind, Kind, Record, Tone, Verb, View};
use kernel::{Boxed, Error, Result, Tx, Violation, tr};
use uuid::Uuid;

use super::{differs, set_text, text_of, verb, violations};
use crate::{staffing, store};

const STATES: &[Choice] =
    &[Choice::new("active", "Görevde", Tone::Done), Choice::new("left", "Ayrıldı", Tone::Wait)];

/// Staff, at `/teskilat/personel`.
pub fn kind() -> Kind {
    let mut kind = Kind::new("staff", "personel", "Personel", "/teskilat/personel", "directory.staff.view");
    kind.title = "name";
    kind.number = Some("registry_no");
    kind.unit = Some("unit_id");
    kind.owner = Some("id");
    kind.create = Some("directory.staff.edit");
    kind.edit = Some("directory.staff.edit");
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["registry_no"]];
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Adı soyadı", 120).required().listed().sorted_by("name_key").searched(),
        Field::text("registry_no", "Sicil no", 20).required().listed().sorted().searched(),
        Field::reference("unit_id", "Birim", "unit").among(&["open"]).required().listed().filtered(),
        Field::reference("title_id", "Unvan", "title").among(&["open"]).required().listed().filtered(),
        Field::new("email", "E-posta", FieldKind::Email).searched(),
        Field::new("phone", "Telefon", FieldKind::Phone).listed().personal(),
        Field::new("started_on", "Göreve başlama", FieldKind::Day).required().sorted(),
        Field::new("left_on", "Ayrılma", FieldKind::Day).read_only(),
        Field::choice("state", "Durum", STATES).listed().filtered().read_only(),
    ];
    kind.views = vec![
        View { id: "gorevde", label_tr: "Görevde", query: "state=active" },
        View { id: "birimim", label_tr: "Birimim", query: "unit_id={unit}" },
        View { id: "ayrilan", label_tr: "Ayrılanlar", query: "state=left" },
    ];
    let edit = "directory.staff.edit";
    kind.verbs = vec![
        Verb {
            needs_reason: true,
            is_danger: true,
            run: Some(leave),
            ..verb("ayril", "Ayrılışı işle", edit, &["active"], "left", "staff_left")
        },
        Verb {
            needs_reason: true,
            run: Some(return_to_work),
            ..verb("geri-don", "Göreve yeniden başlat", edit, &["left"], "active", "staff_returned")
        },
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        let number = text_of(draft, "registry_no", before);
        if store::is_taken(tx, "staff", "registry_no", &number, before.map(|staff| staff.id)).await? {
            let text = "Bu sicil numarası başka bir personelde kayıtlı.";
            found.push(Violation::new("staff.registry_taken", "registry_no", text));
        }
        let is_new_post = before
            .is_none_or(|before| differs(draft, "unit_id", before) || differs(draft, "title_id", before));
        if before.is_none() {
            set_text(draft, "state", "active");
        }
        if before.is_some_and(|before| before.get("state").text() == "left") {
            if is_new_post {
                let text =
                    "Ayrılmış personelin birimi ve unvanı değiştirilemez; önce göreve yeniden başlatın.";
                found.push(Violation::new("staff.left", "unit_id", text));
            }
            return Ok(found);
        }
        let ids = (draft.or("unit_id", before).id(), draft.or("title_id", before).id());
        if let (true, (Some(unit), Some(title))) = (is_new_post, ids) {
            found.extend(post_rules(tx, unit, title, before.map(|staff| staff.id)).await?);
        }
        Ok(found)
    })
}

async fn post_rules(tx: &Tx, unit: Uuid, title: Uuid, staff: Option<Uuid>) -> Result<Vec<Violation>> {
    if store::state_of(tx, "unit", unit).await?.as_deref() != Some("open") {
        return Ok(vec![Violation::new("staff.unit_closed", "unit_id", "Açık bir birim seçin.")]);
    }
    let Some(title_name) = store::name_of(tx, "title", title).await? else {
        return Ok(vec![Violation::new("staff.title_unknown", "title_id", "Listeden bir unvan seçin.")]);
    };
    if !store::lock_norm(tx, unit, title).await? {
        return Ok(Vec::new());
    }
    let norm = store::norm(tx, unit, title).await?;
    let filled = store::filled(tx, unit, title, staff).await?;
    let refused = staffing::check_capacity(&title_name, norm, filled, 0).err();
    Ok(violations(refused, |_| "title_id"))
}

fn leave<'a>(tx: &'a Tx, staff: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        if store::open_duties_of(tx, staff.id, tx.at()).await? > 0 {
            let text = "Kişinin süren görevlendirmesi ya da vekâleti var; ayrılıştan önce sona erdirin.";
            return Err(Error::rule("staff.open_duties", "", text));
        }
        refuse_holding(tx, staff.id).await?;
        let sql = "UPDATE staff SET left_on = $1 WHERE id = $2";
        tx.run(sql, vec![tx.at().day().to_string().into(), staff.id.into()]).await?;
        Ok(())
    })
}

/// Nobody leaves with something of the municipality's. A dozen capabilities at most have an opinion.
async fn refuse_holding(tx: &Tx, staff: Uuid) -> Result<()> {
    let Some(registry) = tx.registry().cloned() else { return Ok(()) };
    for holding in registry.holdings() {
        let count = (holding.count)(tx, staff).await?;
        if count > 0 {
            let held = tr::count(holding.noun_tr, count.unsigned_abs());
            let text = format!("Kişinin üzerinde {held} var; {}", holding.way_out_tr);
            return Err(Error::rule("staff.holds", "", text));
        }
    }
    Ok(())
}

fn return_to_work<'a>(tx: &'a Tx, staff: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let ids = (staff.get("unit_id").id(), staff.get("title_id").id());
        if let (Some(unit), Some(title)) = ids {
            let found = post_rules(tx, unit, title, Some(staff.id)).await?;
            if !found.is_empty() {
                return Err(Error::invalid(found));
            }
        }
        let sql = "UPDATE staff SET left_on = NULL WHERE id = $1";
        tx.run(sql, vec![staff.id.into()]).await?;
        Ok(())
    })
}
