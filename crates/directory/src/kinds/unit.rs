//! The kind `unit`: its fields, and the rules of opening, changing and closing a unit.
//! Its dated versions are kept in `history`.

use kernel::db::Sql;
use kernel::record::{Choice, Direction, Draft, Field, FieldKind, Kind, Record, Tone, View};
use kernel::{Boxed, Result, Tx, Violation};

use super::{as_error, differs, set_text, text_of, verb, violations};
use crate::store::{self, day, iso};
use crate::units::{Situation, UnitVersion, check_close, check_move, check_open, check_rename};

const STATES: &[Choice] =
    &[Choice::new("open", "Açık", Tone::Done), Choice::new("closed", "Kapalı", Tone::Wait)];

/// What kinds of unit there are; codes are stored.
pub const KINDS: &[Choice] = &[
    Choice::new("mayoralty", "Başkanlık", Tone::Wait),
    Choice::new("deputy", "Başkan yardımcılığı", Tone::Wait),
    Choice::new("directorate", "Müdürlük", Tone::Wait),
    Choice::new("chiefdom", "Şeflik", Tone::Wait),
    Choice::new("service", "Servis", Tone::Wait),
    Choice::new("bureau", "Büro", Tone::Wait),
    Choice::new("other", "Diğer birim", Tone::Wait),
];

/// Units, at `/teskilat/birimler`.
pub fn kind() -> Kind {
    let mut kind = Kind::new("unit", "birim", "Birimler", "/teskilat/birimler", "directory.unit.view");
    kind.title = "name";
    kind.number = Some("code");
    kind.unit = Some("id");
    kind.create = Some("directory.unit.edit");
    kind.edit = Some("directory.unit.edit");
    kind.default_sort = ("name", Direction::Ascending);
    kind.import_key = &[&["code"]];
    kind.prepare = Some(prepare);
    kind.editable_in = &["open"];
    kind.locked_tr = "Kapalı birim değiştirilemez; önce yeniden açın.";
    kind.fields = vec![
        Field::text("code", "Birim kodu", 20)
            .required()
            .hint("Kısa ve değişmeyen bir kod; listeler ve içe aktarma birimi bununla tanır.")
            .listed()
            .sorted()
            .searched(),
        Field::text("name", "Birim adı", 200).required().listed().sorted_by("name_key").searched(),
        Field::choice("kind", "Türü", KINDS).required().listed().filtered(),
        Field::reference("parent_id", "Bağlı olduğu birim", "unit")
            .among(&["open"])
            .hint("En üstteki birimde boş bırakılır.")
            .listed()
            .filtered(),
        Field::new("effective_on", "Geçerlilik tarihi", FieldKind::Day)
            .hint(
                "Kuruluşun ya da değişikliğin geçerli olduğu gün. Boş bırakırsanız veya ad, tür ya da bağlılık \
                 değişirken aynı bırakırsanız bugün sayılır.",
            )
            .sorted(),
        Field::choice("state", "Durum", STATES).listed().filtered().read_only(),
        Field::new("sort_no", "Sırası", FieldKind::Int { min: 0, max: 9_999 })
            .hint("Protokol sırası; önemi yoksa 0 bırakın.")
            .default("0"),
    ];
    kind.views = vec![
        View { id: "acik", label_tr: "Açık birimler", query: "state=open" },
        View { id: "mudurluk", label_tr: "Müdürlükler", query: "kind=directorate" },
        View { id: "kapali", label_tr: "Kapalı", query: "state=closed" },
    ];
    let edit = "directory.unit.edit";
    kind.verbs = vec![
        verb("kapat", "Birimi kapat", edit, &["open"], "closed", "unit_closed")
            .asking("Gerekçe")
            .saying("Birim kapatıldı.")
            .danger()
            .bulk()
            .run(close),
        verb("yeniden-ac", "Yeniden aç", edit, &["closed"], "open", "unit_reopened")
            .asking("Gerekçe")
            .saying("Birim yeniden açıldı.")
            .run(reopen),
    ];
    kind
}

fn at_field(field: &str) -> &'static str {
    match field {
        "parent" => "parent_id",
        "name" => "name",
        "on" => "effective_on",
        _ => "",
    }
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = code_rules(tx, draft, before).await?;
        if draft.values.get("sort_no").is_some_and(kernel::record::FieldValue::is_null) {
            draft.set("sort_no", kernel::record::FieldValue::Int(0));
        }
        let versions = store::versions(tx).await?;
        let today = tx.at().day().0;
        found.extend(match before {
            None => open_rules(draft, today, &versions)?,
            Some(before) => change_rules(draft, before, today, &versions)?,
        });
        Ok(found)
    })
}

async fn code_rules(tx: &Tx, draft: &Draft, before: Option<&Record>) -> Result<Vec<Violation>> {
    let code = text_of(draft, "code", before);
    if store::is_taken(tx, "unit", "code", &code, before.map(|unit| unit.id)).await? {
        return Ok(vec![Violation::new("unit.code_taken", "code", "Bu kod başka bir birimde kullanılıyor.")]);
    }
    Ok(Vec::new())
}

fn open_rules(draft: &mut Draft, today: time::Date, versions: &[UnitVersion]) -> Result<Vec<Violation>> {
    set_text(draft, "state", "open");
    if draft.get("effective_on").is_null() {
        set_text(draft, "effective_on", iso(today));
    }
    let on = day(draft.get("effective_on").text())?;
    if on > today {
        return Ok(vec![future()]);
    }
    let name = draft.get("name").text();
    let refusals = check_open(draft.get("parent_id").id(), name, on, versions).err().unwrap_or_default();
    Ok(violations(refusals, at_field))
}

fn change_rules(
    draft: &mut Draft,
    before: &Record,
    today: time::Date,
    versions: &[UnitVersion],
) -> Result<Vec<Violation>> {
    let is_moved = differs(draft, "parent_id", before);
    let is_renamed = differs(draft, "name", before) || differs(draft, "kind", before);
    let is_day_same = !differs(draft, "effective_on", before) || draft.get("effective_on").is_null();
    if is_day_same {
        let kept = before.get("effective_on").text().to_string();
        set_text(draft, "effective_on", if is_moved || is_renamed { iso(today) } else { kept });
    }
    let on = day(draft.get("effective_on").text())?;
    if on > today {
        return Ok(vec![future()]);
    }
    let mut refusals = Vec::new();
    if is_moved {
        refusals.extend(
            check_move(before.id, draft.get("parent_id").id(), on, versions).err().unwrap_or_default(),
        );
    }
    if is_renamed {
        let name = text_of(draft, "name", Some(before));
        refusals.extend(check_rename(before.id, &name, on, versions).err().unwrap_or_default());
    }
    let mut found = violations(refusals, at_field);
    if !is_moved && !is_renamed && !is_day_same {
        let earlier = versions
            .iter()
            .filter(|version| version.unit_id == before.id && version.valid_to.is_some())
            .map(|version| version.valid_from)
            .max();
        if earlier.is_some_and(|earlier| on <= earlier) {
            let text = "Tarih, birimin bir önceki değişikliğinden sonra olmalıdır.";
            found.push(Violation::new("unit.before_earlier", "effective_on", text));
        }
    }
    Ok(found)
}

fn future() -> Violation {
    Violation::new(
        "unit.future",
        "effective_on",
        "İleri tarih yazılamaz; değişikliği geçerli olduğu gün işleyin.",
    )
}

fn close<'a>(tx: &'a Tx, unit: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let today = tx.at().day().0;
        let situation = Situation {
            staff_count: store::staff_count(tx, unit.id).await?,
            open_duty_count: store::open_duty_count(tx, unit.id, tx.at()).await?,
        };
        let versions = store::versions(tx).await?;
        check_close(unit.id, today, situation, &versions).map_err(as_error)?;
        set_day(tx, unit, today).await
    })
}

fn reopen<'a>(tx: &'a Tx, unit: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let today = tx.at().day().0;
        let versions = store::versions(tx).await?;
        check_open(unit.get("parent_id").id(), unit.get("name").text(), today, &versions)
            .map_err(as_error)?;
        set_day(tx, unit, today).await
    })
}

async fn set_day(tx: &Tx, unit: &Record, on: time::Date) -> Result<()> {
    let sql = "UPDATE unit SET effective_on = $1 WHERE id = $2";
    tx.run(sql, vec![iso(on).into(), unit.id.into()]).await?;
    Ok(())
}
