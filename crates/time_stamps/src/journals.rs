//! The stamp of the hour over a journal's chains. Nothing waits in a queue: the next stamp covers every entry before it, so
//! that an authority that was away for a day costs nothing but the question being asked again.

use journal::{Journal, Stamp, Unstamped};
use kernel::job::JobContext;
use kernel::{Error, ErrorKind, Instant, Result};
use signing::{Certificate, TimeStamp, Trust, Weight};

use crate::Roots;
use crate::client::Authority;

/// How far a journal is stamped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The newest stamp that is believed.
    pub last_stamp_at: Option<Instant>,
    /// When the oldest entry was written that no stamp covers; `None` when all are covered.
    pub unstamped_since: Option<Instant>,
    /// Entries that no stamp covers.
    pub unstamped_entries: u64,
    /// Why the stamp that was wanted did not come, in words for whoever looks after it.
    pub error: Option<String>,
}

/// Stamps what came since the last stamp; where nothing came, nobody is asked. `None` where no server is set. To be
/// called once an hour, by whichever node comes to it. Fails when database or store cannot be asked; that no stamp came
/// is told in the standing, and no reason not to call again.
pub async fn stamp(context: &JobContext, journal: &Journal) -> Result<Option<Standing>> {
    let authority = match Authority::of(context).await {
        Ok(None) => return Ok(None),
        Ok(Some(authority)) => Ok(authority),
        Err(error) => Err(error),
    };
    let judge = judge(roots(context), context.clock.now());
    let before = journal.unstamped(&judge).await.map_err(store)?;
    let kept = match authority {
        Ok(authority) if before.entries > 0 => {
            let stamp = asked(context, &authority, journal, &before, &judge).await;
            match stamp {
                // Where another node keeps one of the same second, that one counts.
                Ok(stamp) => journal.keep_stamp(&stamp).await.map(drop).map_err(store),
                Err(error) => Err(error),
            }
        }
        authority => authority.map(drop),
    };
    let now = match before.entries {
        0 => before,
        _ => journal.unstamped(&judge).await.map_err(store)?,
    };
    Ok(Some(Standing {
        last_stamp_at: now.stamped_upto_us.map(Instant),
        unstamped_since: now.since_us.map(Instant),
        unstamped_entries: now.entries,
        error: kept.err().map(|error| error.message_tr),
    }))
}

/// A stamp over the heads that is believed.
async fn asked(
    context: &JobContext,
    authority: &Authority,
    journal: &Journal,
    now: &Unstamped,
    judge: &journal::Judge<'_>,
) -> Result<Stamp> {
    let answer = authority.stamp(&context.clock, &now.heads.digest()).await?;
    let stamp = journal.stamp_of(&now.heads, at_us(&answer.stamp), &answer.reply, answer.stamp.der());
    judge(&stamp).map_err(|why| {
        Error::new(ErrorKind::Unavailable, format!("Alınan zaman damgası kabul edilmedi. {why}"))
    })?;
    Ok(stamp)
}

/// Whom the configuration believes.
pub fn roots(context: &JobContext) -> &[Certificate] {
    context.services.get::<Roots>().map(|roots| roots.0.as_slice()).unwrap_or_default()
}

/// Reads stamps for [`Journal::verify`], believing authorities that lead to these roots; without any root nobody said
/// whom to believe, and every authority's stamp counts for what it says. What was revoked is not known here: an operator
/// or court asks the authority.
pub fn judge(
    roots: &[Certificate],
    now: Instant,
) -> impl Fn(&Stamp) -> std::result::Result<i64, String> + use<> {
    let trust = Trust::in_anchors(roots.to_vec());
    move |stamp| {
        let token = TimeStamp::from_der(&stamp.token).map_err(|error| error.to_string())?;
        let answered = TimeStamp::from_answer(&stamp.reply).map_err(|error| error.to_string())?;
        if answered != token {
            return Err("Yanıttaki zaman damgası, yanında ayrıca saklanan damga değil.".into());
        }
        let report = signing::verify_time_stamp(&token, stamp.heads.as_bytes(), &trust, now.utc());
        let is_wrong = |finding: &&signing::Finding| {
            finding.weight == Weight::Broken || finding.code == "untrusted" && !trust.anchors.is_empty()
        };
        let wrong: Vec<&str> =
            report.findings.iter().filter(is_wrong).map(|finding| finding.text.as_str()).collect();
        if wrong.is_empty() { Ok(at_us(&token)) } else { Err(wrong.join(" ")) }
    }
}

fn at_us(token: &TimeStamp) -> i64 {
    token.at().unix_timestamp() * Instant::SECOND_US
}

fn store(error: journal::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "Zaman damgalarının durduğu yere ulaşılamadı.").with_context(error)
}
