//! How the time stamp server is doing, for an operator. No stamp is asked for: each costs one.

use kernel::job::JobContext;
use kernel::setting::Settings;
use kernel::{Error, Result};

use super::{LOW, Stamper};

/// A time stamp server as it answers now.
#[derive(Debug)]
pub struct Stamps {
    pub url: String,
    pub answered: std::result::Result<(), Error>,
    /// Stamps that KamuSM has left, where they are counted.
    pub left: Option<u64>,
    /// Fewer are too few.
    pub least: i64,
}

/// Asks the server; `None` where no server is set. Fails where the settings do not fit together.
pub async fn examine(context: &JobContext) -> Result<Option<Stamps>> {
    let Some(stamper) = Stamper::of(context).await? else { return Ok(None) };
    let settings = Settings::load(&context.db, &context.registry.settings()).await?;
    let (authority, http) = (&stamper.authority, &stamper.http);
    let (answered, left) = match &authority.account {
        Some(_) => match authority.credit(http, &context.clock).await {
            Ok(left) => (Ok(()), Some(left)),
            Err(error) => (Err(error), None),
        },
        None => (authority.reach(http).await, None),
    };
    Ok(Some(Stamps { url: authority.url.clone(), answered, left, least: settings.int(LOW) }))
}
