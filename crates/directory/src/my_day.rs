//! What waits for a person: proposals to approve, and actings that end soon.

use kernel::capability::DayItem;
use kernel::db::Sql;
use kernel::record::{self, Kind, ListQuery};
use kernel::{Actor, Boxed, Db, Instant, Result};

use crate::{appointment, kinds};

/// An acting that ends within this is worth a reminder.
const SOON_US: i64 = 3 * Instant::DAY_US;

pub(crate) fn waiting<'a>(db: &'a Db, actor: &'a Actor, now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let mut items = Vec::new();
        let (responsible, acting) = (kinds::appointment::kind(), kinds::acting::kind());
        for (kind, permission, label) in [
            (&responsible, appointment::APPROVE, "Onayınızı bekleyen görevlendirme"),
            (&acting, "directory.acting.approve", "Onayınızı bekleyen vekâlet"),
        ] {
            let count = proposed(db, kind, actor, permission).await?;
            if count > 0 {
                items.push(DayItem {
                    label_tr: label.into(),
                    count,
                    path: format!("{}?state=proposed", kind.path),
                    is_late: false,
                });
            }
        }
        items.extend(ending(db, actor, now).await?);
        items.extend(leaving(db, actor).await?);
        Ok(items)
    })
}

async fn proposed(db: &Db, kind: &Kind, actor: &Actor, permission: &str) -> Result<i64> {
    if !actor.may(permission) {
        return Ok(0);
    }
    let (query, _) = ListQuery::parse(kind, &[("state".into(), "proposed".into())]);
    Ok(record::count(db, kind, &query, actor, permission).await?.0)
}

async fn ending(db: &Db, actor: &Actor, now: Instant) -> Result<Option<DayItem>> {
    let Some(staff) = actor.staff_id else { return Ok(None) };
    let sql = "SELECT count(*) FROM acting WHERE (principal_id = $1 OR substitute_id = $1) AND state = 'approved' \
               AND from_at <= $2 AND until_at > $2 AND until_at <= $3";
    let values = vec![staff.into(), now.into(), now.plus_us(SOON_US).into()];
    let count: i64 = db.scalar(sql, values).await?.unwrap_or(0);
    Ok((count > 0).then(|| DayItem {
        label_tr: "Üç gün içinde sona erecek vekâlet".into(),
        count,
        path: "/teskilat/vekaletler?phase=current".into(),
        is_late: false,
    }))
}

/// People whose day of leaving is written down, for those who have to see that everything is given back.
async fn leaving(db: &Db, actor: &Actor) -> Result<Option<DayItem>> {
    const EDIT: &str = "directory.staff.edit";
    if !actor.may(EDIT) {
        return Ok(None);
    }
    let kind = kinds::staff::kind();
    let (query, _) = ListQuery::parse(&kind, &[("leaving".into(), "coming".into())]);
    let count = record::count(db, &kind, &query, actor, EDIT).await?.0;
    Ok((count > 0).then(|| DayItem {
        label_tr: "Ayrılacak personel".into(),
        count,
        path: format!("{}?leaving=coming", kind.path),
        is_late: false,
    }))
}
