//! Dated history written beside every change, in the same transaction: versions of units and posts of people.
//! It listens to events, so that screens, imports, the API and the demo all leave the same trail.

use kernel::event::{Event, Reaction};
use kernel::{Boxed, Result, Tx};

use crate::kinds::norm;
use crate::leaving;
use crate::store::{self, day};
use crate::units::{Change, UnitVersion, revise};

pub(crate) fn reactions() -> Vec<Reaction> {
    let unit = ["created", "changed", "unit_closed", "unit_reopened"];
    let staff =
        ["created", "changed", "staff_leaving", "staff_leaving_withdrawn", "staff_left", "staff_returned"];
    let of_units = unit.map(|verb| Reaction { subject_kind: "unit", verb, run: keep_unit });
    let of_staff = staff.map(|verb| Reaction { subject_kind: "staff", verb, run: keep_staff });
    let leaving = Reaction { subject_kind: "staff", verb: "staff_leaving", run: leaving::keep };
    let renamed = ["unit", "title"].map(|kind| Reaction {
        subject_kind: kind,
        verb: "changed",
        run: norm::follow_name,
    });
    of_units.into_iter().chain(of_staff).chain([leaving]).chain(renamed).collect()
}

fn keep_unit<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let id = event.subject_id;
        let Some(unit) = store::unit(tx, id).await? else { return Ok(()) };
        let on = day(&unit.effective_on)?;
        let versions = store::versions_of(tx, id).await?;
        let standing = versions.iter().find(|version| version.valid_to.is_none());
        let now = UnitVersion {
            unit_id: id,
            parent_id: unit.parent_id,
            name: unit.name,
            kind: unit.kind,
            valid_from: on,
            valid_to: None,
        };
        match (standing, unit.state.as_str()) {
            (None, "open") => store::insert_version(tx, &now).await?,
            (Some(standing), "closed") => write(tx, standing, &revise(standing, on, Change::Close)).await?,
            (Some(standing), _) if is_same(standing, &now) => move_start(tx, standing, on, &versions).await?,
            (Some(standing), _) => {
                let revision = crate::units::Revision {
                    before: revise(standing, on, Change::Close).before,
                    after: Some(now),
                };
                write(tx, standing, &revision).await?;
            }
            (None, _) => {}
        }
        access::touch(tx).await
    })
}

fn is_same(a: &UnitVersion, b: &UnitVersion) -> bool {
    a.name == b.name && a.kind == b.kind && a.parent_id == b.parent_id
}

async fn write(tx: &Tx, standing: &UnitVersion, revision: &crate::units::Revision) -> Result<()> {
    match &revision.before {
        Some(before) => {
            let to = before.valid_to.unwrap_or(before.valid_from);
            store::end_version(tx, before.unit_id, before.valid_from, to).await?;
        }
        None => store::delete_version(tx, standing.unit_id, standing.valid_from).await?,
    }
    match &revision.after {
        Some(after) => store::insert_version(tx, after).await,
        None => Ok(()),
    }
}

/// Only the day was corrected: the version begins on it, and the one that it followed ends on it.
async fn move_start(tx: &Tx, standing: &UnitVersion, on: time::Date, versions: &[UnitVersion]) -> Result<()> {
    if standing.valid_from == on {
        return Ok(());
    }
    let previous = versions.iter().find(|version| version.valid_to == Some(standing.valid_from));
    if let Some(previous) = previous {
        store::end_version(tx, previous.unit_id, previous.valid_from, on).await?;
    }
    store::delete_version(tx, standing.unit_id, standing.valid_from).await?;
    store::insert_version(tx, &UnitVersion { valid_from: on, ..standing.clone() }).await
}

fn keep_staff<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let id = event.subject_id;
        let Some(person) = store::person(tx, id).await? else { return Ok(()) };
        let today = tx.at().day().to_string();
        let posts = store::positions_of(tx, id).await?;
        // Of somebody who is about to leave the post has an end already.
        let standing = posts.first().filter(|post| post.to_on.as_ref().is_none_or(|to| *to > today));
        let is_same =
            standing.is_some_and(|post| post.unit_id == person.unit_id && post.title_id == person.title_id);
        match (standing, person.state.as_str()) {
            (None, "active") => {
                let from = if posts.is_empty() { &person.started_on } else { &today };
                start(tx, id, &person, &posts, from).await?;
            }
            (Some(post), "left") => {
                let last = person.left_on.as_deref().unwrap_or(&today);
                store::end_position(tx, id, &post.from_on, last).await?;
            }
            (Some(post), _) if is_same => {
                // The first day of work was corrected.
                if posts.len() == 1 && post.from_on != person.started_on {
                    store::end_position(tx, id, &post.from_on, &post.from_on).await?;
                    store::insert_position(tx, id, person.unit_id, person.title_id, &person.started_on)
                        .await?;
                }
            }
            (Some(post), _) => {
                let on = person.effective_on.clone().unwrap_or(today);
                let from = if post.from_on > on { post.from_on.clone() } else { on };
                store::end_position(tx, id, &post.from_on, &from).await?;
                store::insert_position(tx, id, person.unit_id, person.title_id, &from).await?;
            }
            // The day of leaving was corrected.
            (None, _) => {
                if let (Some(post), Some(left)) = (posts.first(), &person.left_on)
                    && post.to_on.as_ref() != Some(left)
                {
                    store::end_position(tx, id, &post.from_on, left).await?;
                }
            }
        }
        if person.state == "active"
            && (person.left_on.is_some() || standing.is_some_and(|post| post.to_on.is_some()))
        {
            keep_end(tx, id, person.left_on.as_deref()).await?;
        }
        access::touch(tx).await
    })
}

/// The post of somebody who leaves on a day to come ends on it; of whoever stays after all it has no end.
async fn keep_end(tx: &Tx, id: uuid::Uuid, left_on: Option<&str>) -> Result<()> {
    let Some(began) = store::post_began(tx, id).await? else { return Ok(()) };
    match left_on {
        Some(left) => store::end_position(tx, id, &began, left).await,
        None => store::reopen_position(tx, id, &began).await,
    }
}

/// Back at work on the day of leaving: the post of that day is taken up again instead of a second one.
async fn start(
    tx: &Tx,
    id: uuid::Uuid,
    person: &store::PersonRow,
    posts: &[store::PositionRow],
    from: &str,
) -> Result<()> {
    if let Some(post) = posts.iter().find(|post| post.from_on == from) {
        store::end_position(tx, id, &post.from_on, &post.from_on).await?;
    }
    store::insert_position(tx, id, person.unit_id, person.title_id, from).await
}
