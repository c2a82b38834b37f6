//! The kind `staff`: people, and the refusal of a post that the norm does not grant (ORG-2).

use kernel::db::Sql;
use kernel::record::{Choice, Direction, Draft, Field, FieldKind, Kind, Record, Tone, View};
use kernel::{Boxed, Error, Result, Tx, Violation, tr};
use uuid::Uuid;

use super::{differs, set_text, text_of, verb, violations};
use crate::{leaving, staffing, store};

const STATES: &[Choice] =
    &[Choice::new("active", "Görevde", Tone::Done), Choice::new("left", "Ayrıldı", Tone::Wait)];

const LEAVING: &[Choice] =
    &[Choice::new("none", "Yok", Tone::Done), Choice::new("coming", "Ayrılacak", Tone::Doing)];

/// The act with which people are brought to another unit or title.
pub(crate) const MOVE: &str = "tasi";

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
        Field::new("effective_on", "Geçerlilik tarihi", FieldKind::Day)
            .hint(
                "Birim ya da unvan değişikliğinin geçerli olduğu gün. Boş bırakırsanız ya da birim veya unvan değişirken \
                 aynı bırakırsanız bugün sayılır.",
            )
            .on_edit(),
        Field::new("left_on", "Ayrılma", FieldKind::Day)
            .hint("Kişinin artık görevde olmadığı ilk gün; yalnız ayrılışı işlenmiş kişide düzeltilir.")
            .on_edit(),
        Field::choice("state", "Durum", STATES).listed().filtered().read_only(),
        Field::choice("leaving", "İleri tarihli ayrılış", LEAVING).filtered().read_only(),
    ];
    kind.views = vec![
        View { id: "gorevde", label_tr: "Görevde", query: "state=active" },
        View { id: "birimim", label_tr: "Birimim", query: "unit_id={unit}" },
        View { id: "ayrilacak", label_tr: "Ayrılacaklar", query: "leaving=coming" },
        View { id: "ayrilan", label_tr: "Ayrılanlar", query: "state=left" },
    ];
    let edit = "directory.staff.edit";
    kind.verbs = vec![
        verb("ayril", "Ayrılışı işle", edit, &["active"], "active", "staff_leaving")
            .staying()
            .asking_day_and("Ayrılma tarihi", "Ayrılış nedeni")
            .hint(
                "Kişinin artık görevde olmadığı ilk gün. Bugün ya da geçmiş bir günse hemen işlenir; ileri bir günse kişi o \
                 güne kadar görevdedir, o gün kadrosu, yetkileri ve oturumları kendiliğinden sona erer.",
            )
            .saying("Ayrılış yazıldı.")
            .danger()
            .bulk()
            .run(leaving::book),
        verb("ayrilisi-geri-al", "Ayrılıştan vazgeç", edit, &["active"], "active", "staff_leaving_withdrawn")
            .staying()
            .only_where("leaving", &["coming"])
            .asking("Gerekçe")
            .saying("İleri tarihli ayrılış geri alındı; kişi görevine devam ediyor.")
            .bulk()
            .run(leaving::withdraw),
        // The form asks where to and from when, of one person or of many; so the button leads to it.
        verb(MOVE, "Birim ya da unvan değiştir", edit, &["active"], "active", "changed").elsewhere().bulk(),
        verb("geri-don", "Göreve yeniden başlat", edit, &["left"], "active", "staff_returned")
            .asking("Gerekçe")
            .saying("Yeniden göreve başladı.")
            .run(return_to_work),
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
            found.extend(leaving_rules(tx, draft, before).await?);
            return Ok(found);
        }
        if let Some(before) = before {
            found.extend(move_rules(tx, draft, before, is_new_post).await?);
        }
        let ids = (draft.or("unit_id", before).id(), draft.or("title_id", before).id());
        if let (true, (Some(unit), Some(title))) = (is_new_post, ids) {
            found.extend(post_rules(tx, unit, title, before.map(|staff| staff.id)).await?);
        }
        Ok(found)
    })
}

/// From which day a move holds; without one the day of the last move stays what it was.
async fn move_rules(tx: &Tx, draft: &mut Draft, before: &Record, is_move: bool) -> Result<Vec<Violation>> {
    if differs(draft, "left_on", before) {
        let text = "Kişi görevde; ayrılma günü “Ayrılışı işle” düğmesiyle yazılır ve değiştirilir.";
        return Ok(vec![Violation::new("staff.not_left", "left_on", text)]);
    }
    let typed = draft.or("effective_on", Some(before)).text().to_owned();
    let is_day_same = typed.is_empty() || !differs(draft, "effective_on", before);
    let today = tx.at().day().to_string();
    if !is_move {
        draft.set("effective_on", before.get("effective_on").clone());
        if is_day_same {
            return Ok(Vec::new());
        }
        let text = "Geçerlilik tarihi birim ya da unvan değişirken yazılır; bunlar değişmiyor.";
        return Ok(vec![Violation::new("staff.no_move", "effective_on", text)]);
    }
    let on = if is_day_same { today.clone() } else { typed };
    set_text(draft, "effective_on", on.clone());
    Ok(day_rule(tx, before.id, &on, ("effective_on", "Geçerlilik tarihi")).await?.into_iter().collect())
}

/// The day of leaving of somebody who left is put right; it cannot be taken away.
async fn leaving_rules(tx: &Tx, draft: &mut Draft, before: Option<&Record>) -> Result<Vec<Violation>> {
    let Some(before) = before else { return Ok(Vec::new()) };
    draft.set("effective_on", before.get("effective_on").clone());
    if !differs(draft, "left_on", before) || draft.get("left_on").is_null() {
        draft.set("left_on", before.get("left_on").clone());
        return Ok(Vec::new());
    }
    let on = draft.get("left_on").text().to_owned();
    Ok(day_rule(tx, before.id, &on, ("left_on", "Ayrılma tarihi")).await?.into_iter().collect())
}

/// A day on which the present post may end: not to come, and after the day on which it began.
async fn day_rule(
    tx: &Tx,
    staff: Uuid,
    on: &str,
    (field, label): (&'static str, &str),
) -> Result<Option<Violation>> {
    if *on > *tx.at().day().to_string() {
        let text = "İleri tarih yazılamaz; değişikliği geçerli olduğu gün işleyin.";
        return Ok(Some(Violation::new("staff.future", field, text)));
    }
    post_rule(tx, staff, on, (field, label)).await
}

/// No day on which the present post had not begun.
pub(crate) async fn post_rule(
    tx: &Tx,
    staff: Uuid,
    on: &str,
    (field, label): (&'static str, &str),
) -> Result<Option<Violation>> {
    let began = store::post_began(tx, staff).await?.filter(|began| on < began.as_str());
    let Some(began) = began else { return Ok(None) };
    let text = format!(
        "{label}, şimdiki görevinin başladığı günden ({}) önce olamaz.",
        tr::date(store::day(&began)?)
    );
    Ok(Some(Violation::new("staff.before_post", field, text)))
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
