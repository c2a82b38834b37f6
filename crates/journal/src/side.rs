//! Work that takes the processor, in threads of its own: as many at a time as there are cores, so that neither the
//! memory they take nor what else the program answers suffers from many.

use crate::error::{Error, Result};
use futures_util::{StreamExt, TryStreamExt};
use std::future::Future;
use std::num::NonZeroUsize;
use tokio::runtime::Handle;

/// How many jobs are worked on at a time.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Does every job and gives what came of them, in their order, to `take`. It ends with the first error.
pub async fn by_side<F, T>(jobs: Vec<F>, mut take: impl FnMut(T)) -> Result<()>
where
    F: Future<Output = Result<T>> + Send + 'static,
    T: Send + 'static,
{
    let handle = Handle::current();
    let started = futures_util::stream::iter(jobs).map(|job| {
        let handle = handle.clone();
        tokio::task::spawn_blocking(move || handle.block_on(job))
    });
    let mut done = started.buffered(cores());
    while let Some(outcome) = done.try_next().await.map_err(|error| Error::Refused(error.to_string()))? {
        take(outcome?);
    }
    Ok(())
}
