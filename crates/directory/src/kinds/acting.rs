//! The kind `acting`: who stands in for whom between two instants (ORG-6). Powers pass and return by themselves,
//! because they are read from these rows at every moment (`powers`); the rules are in `crate::acting`.

use kernel::db::Sql;
use kernel::record::{Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, View};
use kernel::{Boxed, Error, Instant, Result, Tx, Violation, tr};
use uuid::Uuid;

use super::appointment::refuse_own_proposal;
use super::{PHASES, set_text, verb, violations};
use crate::acting::{Acting, check};
use crate::store::{self, ActingRow};

const STATES: &[Choice] = &[
    Choice::new("proposed", "Onay bekliyor", Tone::New),
    Choice::new("approved", "Onaylandı", Tone::Done),
    Choice::new("rejected", "Reddedildi", Tone::Late),
    Choice::new("withdrawn", "Geri çekildi", Tone::Wait),
    Choice::new("ended", "Erken sona erdi", Tone::Wait),
];

const PROPOSE: &str = "directory.acting.propose";
const APPROVE: &str = "directory.acting.approve";

/// Actings, at `/teskilat/vekaletler`.
pub fn kind() -> Kind {
    let mut kind =
        Kind::new("acting", "vekâlet", "Vekâletler", "/teskilat/vekaletler", "directory.acting.view");
    kind.title = "name";
    kind.unit = Some("unit_id");
    kind.owner = Some("principal_id");
    kind.create = Some(PROPOSE);
    kind.edit = Some(PROPOSE);
    kind.default_sort = ("from_at", Direction::Descending);
    kind.editable_in = &["proposed"];
    kind.locked_tr = "Onay bekleyen vekâlet değiştirilebilir; onaylanmış olanı sona erdirip yenisini önerin.";
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Vekâlet", 300).sorted_by("name_key").searched().listed().read_only(),
        Field::reference("unit_id", "Görevin birimi", "unit")
            .among(&["open"])
            .hint("Boş bırakırsanız yerine vekâlet edilenin birimi yazılır.")
            .listed()
            .filtered(),
        Field::reference("principal_id", "Yerine vekâlet edilen", "staff")
            .among(&["active"])
            .required()
            .hint("Bu kişinin yetkileri süresince vekile geçer; yalnız kendi kayıtlarına ilişkin olanlar geçmez.")
            .filtered(),
        Field::reference("substitute_id", "Vekâlet eden", "staff").among(&["active"]).required().filtered(),
        Field::choice("phase", "Şu anda", PHASES).listed().filtered().read_only(),
        Field::new("from_at", "Başlangıç", FieldKind::Instant)
            .required()
            .hint("Gün ve saat; örneğin 05.11.2026 08:00.")
            .listed()
            .sorted(),
        Field::new("until_at", "Bitiş", FieldKind::Instant)
            .required()
            .hint("Yetki bu anda kendiliğinden geri döner.")
            .listed()
            .sorted(),
        Field::text("reason", "Nedeni", 300).hint("Örneğin yıllık izin, geçici görev."),
        Field::choice("state", "Durum", STATES).listed().filtered().read_only(),
    ];
    kind.views = vec![
        View { id: "suren", label_tr: "Görevde", query: "phase=current" },
        View { id: "baslayacak", label_tr: "Başlayacak", query: "phase=coming" },
        View { id: "doldu", label_tr: "Süresi doldu", query: "phase=over" },
        View { id: "onay", label_tr: "Onay bekleyen", query: "state=proposed" },
        View { id: "vekillerim", label_tr: "Yerime bakanlar", query: "principal_id={me}" },
        View { id: "vekaletim", label_tr: "Vekâlet ettiklerim", query: "substitute_id={me}" },
    ];
    kind.verbs = vec![
        verb("onayla", "Onayla", APPROVE, &["proposed"], "approved", "acting_approved")
            .saying("Vekâlet onaylandı. Başlangıç anı geldiyse yetkiler şimdi geçti, gelmediyse o an kendiliğinden geçer.")
            .run(approve),
        verb("reddet", "Reddet", APPROVE, &["proposed"], "rejected", "acting_rejected")
            .asking("Gerekçe")
            .saying("Vekâlet reddedildi.")
            .danger()
            .run(touch),
        verb("geri-cek", "Geri çek", PROPOSE, &["proposed"], "withdrawn", "acting_withdrawn")
            .saying("Vekâlet önerisi geri çekildi.")
            .run(touch),
        verb("sona-erdir", "Şimdi sona erdir", PROPOSE, &["approved"], "ended", "acting_ended")
            .asking("Gerekçe")
            .saying("Vekâlet sona erdi; yetkiler asıl görevliye döndü.")
            .run(end),
    ];
    kind
}

/// As the rules see it: every person's own post is what passes.
fn seen(row: &ActingRow) -> Acting {
    Acting {
        id: row.id,
        post_id: row.principal_id,
        principal_id: Some(row.principal_id),
        substitute_id: row.substitute_id,
        from_us: row.from_at.0,
        until_us: row.until_at.0,
    }
}

fn at_field(field: &str) -> &'static str {
    match field {
        "from" => "from_at",
        "until" => "until_at",
        "substitute" => "substitute_id",
        _ => "",
    }
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let ids = (draft.or("principal_id", before).id(), draft.or("substitute_id", before).id());
        let (Some(principal), Some(substitute)) = ids else { return Ok(Vec::new()) };
        let times = (draft.or("from_at", before).int(), draft.or("until_at", before).int());
        let (Some(from_us), Some(until_us)) = times else { return Ok(Vec::new()) };
        // First, so that of two proposals at once the second sees the first.
        access::touch(tx).await?;
        let mut found = Vec::new();
        let absent = store::person(tx, principal).await?;
        let stand_in = store::person(tx, substitute).await?;
        match (&absent, &stand_in) {
            (Some(absent), Some(stand_in)) if absent.state == "active" && stand_in.state == "active" => {
                set_text(draft, "name", format!("{} yerine {}", absent.name, stand_in.name));
                if draft.or("unit_id", before).is_null() {
                    draft.set("unit_id", FieldValue::Id(absent.unit_id));
                }
                if draft.or("unit_id", before).id() != Some(absent.unit_id) {
                    let text = "Seçtiğiniz kişi bu birimde görevli değil; kişinin kendi birimini seçin.";
                    found.push(Violation::new("acting.unit", "unit_id", text));
                }
            }
            _ => {
                let text = "Vekâlet, görevde olan iki kişi arasında verilir.";
                found.push(Violation::new("acting.staff", "substitute_id", text));
            }
        }
        if until_us <= tx.at().0 {
            found.push(Violation::new(
                "acting.past",
                "until_at",
                "Bitiş anı geçmişte kalmış; ileri bir an yazın.",
            ));
        }
        let candidate = Acting {
            id: before.map_or(Uuid::nil(), |before| before.id),
            post_id: principal,
            principal_id: Some(principal),
            substitute_id: substitute,
            from_us,
            until_us,
        };
        found.extend(violations(conflicts(tx, &candidate, Instant(from_us)).await?, at_field));
        set_text(draft, "state", "proposed");
        set_proposer(tx, draft);
        Ok(found)
    })
}

fn set_proposer(tx: &Tx, draft: &mut Draft) {
    if let Some(account) = tx.act().actor.account_id {
        draft.set("proposed_by_id", FieldValue::Id(account));
    }
}

async fn conflicts(tx: &Tx, candidate: &Acting, from: Instant) -> Result<Vec<crate::Refusal>> {
    let principal = candidate.principal_id.unwrap_or_default();
    let standing = store::standing_actings(tx, [principal, candidate.substitute_id], from).await?;
    let standing: Vec<Acting> = standing.iter().map(seen).collect();
    Ok(check(candidate, &standing))
}

/// Approval is another person's: not the proposer's and not the substitute's.
fn approve<'a>(tx: &'a Tx, record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        refuse_own_proposal(tx, "acting", record.id).await?;
        let substitute = record.get("substitute_id").id();
        if substitute.is_some() && substitute == tx.act().actor.staff_id {
            return Err(Error::rule("acting.own", "", "Vekil kendi vekâletini onaylayamaz."));
        }
        let until = record.get("until_at").int().unwrap_or(0);
        if until <= tx.at().0 {
            let text = format!("Vekâletin süresi {} anında dolmuş; yenisini önerin.", tr::instant(until));
            return Err(Error::rule("acting.past", "", text));
        }
        store::set_phases(tx, Some(record.id)).await?;
        access::touch(tx).await
    })
}

fn touch<'a>(tx: &'a Tx, _record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(access::touch(tx))
}

/// The powers are back at once.
fn end<'a>(tx: &'a Tx, record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let sql = "UPDATE acting SET until_at = $1 WHERE id = $2 AND until_at > $1";
        tx.run(sql, vec![tx.at().into(), record.id.into()]).await?;
        store::set_phases(tx, Some(record.id)).await?;
        access::touch(tx).await
    })
}
