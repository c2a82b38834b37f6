//! All rows that meet a query, a batch at a time, for whoever goes through more of them than fit in memory.

use crate::count::{Covered, settled};
use crate::error::Result;
use crate::journal::Journal;
use crate::query::Query;
use crate::schema::Row;
use crate::segment::{PAGE_ROWS, Segment};
use crate::table::Table;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// Rows that are taken out of the live log at once; when more are meant, the log becomes a segment first.
const MOST_UNSEALED: usize = 100_000;
/// Times that it does: lines may come in faster than they are sealed.
const MOST_SEALS: usize = 2;

impl Journal {
    /// Sends every row that meets a query, with its place where it has one: the live log first, then the latest day,
    /// in no order within a day; order and limit of the query do not count. It ends early when nobody takes the
    /// batches any more. `until_us` as for [`Journal::count`].
    pub async fn stream(
        &self,
        query: &Query,
        until_us: Option<i64>,
        to: &Sender<Vec<Row>>,
    ) -> Result<Covered> {
        for _ in 0..MOST_SEALS {
            let mut count = 0;
            self.look_at_unsealed(&mut |table: &Table| count += table.candidates(query).len());
            if count <= MOST_UNSEALED {
                break;
            }
            self.seal_now().await?;
        }
        let mut live = Vec::new();
        let mut look = |table: &Table| {
            for (row, is_sure) in table.candidates(query) {
                let row = table.row(row, query.columns.as_deref());
                if is_sure || query.passes(&row) {
                    live.push(row);
                }
            }
        };
        let segments = self.asked(query, &mut look).await?;
        if !live.is_empty() && to.send(live).await.is_err() {
            return Ok(Covered::default());
        }
        let (query, to) = (Arc::new(query.clone()), to.clone());
        let done = self.each_segment(segments, until_us, move |inner, segment| {
            let (query, to) = (query.clone(), to.clone());
            async move { send_rows(&inner, &segment, &query, &to).await }
        });
        Ok(done.await?.take(|()| {}))
    }
}

/// The rows of one segment, a page at a time: a page is unpacked once.
async fn send_rows(
    inner: &crate::journal::Inner,
    segment: &Segment,
    query: &Query,
    to: &Sender<Vec<Row>>,
) -> Result<()> {
    if to.is_closed() {
        return Ok(());
    }
    let rows = settled(inner, segment, query).await?;
    let page = |row: &u32| *row as usize / PAGE_ROWS;
    for rows in rows.chunk_by(|one, other| page(one) == page(other)) {
        let found = segment.rows_at(inner.stores(), rows, query.columns.as_deref()).await?;
        if to.send(found).await.is_err() {
            break;
        }
    }
    Ok(())
}
