//! Reading from PostgreSQL, on a small pool of connections of our own.

use std::pin::pin;
use std::sync::PoisonError;
use std::time::Duration;

use futures_util::StreamExt;

use super::connect::{Conn, Purpose, in_time};
use super::types::{Param, check, known, to_row};
use super::{Postgres, fault};
use crate::{Query, Row, StoreError, ValueRef};

const PATIENCE: Duration = Duration::from_secs(5);

impl Postgres {
    pub(crate) async fn one(&self, query: &Query, params: &[ValueRef<'_>]) -> Result<Option<Row>, StoreError> {
        let mut first = None;
        self.each(query, params, |row| {
            first.get_or_insert(row);
            Ok(())
        })
        .await?;
        Ok(first)
    }

    /// Streams the rows. A connection lost before the first row is replaced once, because nothing has been handed over yet.
    pub(crate) async fn each(
        &self,
        query: &Query,
        params: &[ValueRef<'_>],
        mut take: impl FnMut(Row) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        params.iter().try_for_each(|value| value.check())?;
        let waiting = tokio::time::timeout(PATIENCE, self.turns.acquire());
        let Ok(Ok(_turn)) = waiting.await else {
            return Err(StoreError::Unavailable("all reading connections are busy".into()));
        };
        let mut given = false;
        if let Some(mut conn) = self.free_conn() {
            let result = stream(&mut conn, query, params, &mut take, &mut given).await;
            if conn.is_open() && !is_unavailable(&result) {
                self.put_back(conn);
                return result;
            }
            if given || !is_unavailable(&result) {
                return result;
            }
        }
        let mut conn = self.address.connect(Purpose::Reading).await?;
        let result = stream(&mut conn, query, params, &mut take, &mut given).await;
        if !is_unavailable(&result) {
            self.put_back(conn);
        }
        result
    }

    /// Prepared anew, past the cache: this is a question about the text.
    pub(crate) async fn prepare(&self, query: &Query) -> Result<(), StoreError> {
        let conn = self.address.connect(Purpose::Reading).await?;
        let statement = conn.client.prepare(query.postgres()).await.map_err(fault::sort)?;
        known(query, &statement)
    }

    /// What the server itself knows to be wrong. Cheap: reading every page is the work of its own tools.
    pub(crate) async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT 'index ' || relname || ' is not valid' FROM pg_index JOIN pg_class ON oid = indexrelid
                WHERE NOT indisvalid
            UNION ALL SELECT 'constraint ' || conname || ' was never checked' FROM pg_constraint WHERE NOT convalidated
            UNION ALL SELECT 'setting ' || name || ' is off: a power cut can lose or damage data' FROM pg_settings
                WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'";
        let conn = self.address.connect(Purpose::Reading).await?;
        let rows = conn.client.query(sql, &[]).await.map_err(fault::sort)?;
        rows.iter().map(|row| row.try_get(0).map_err(fault::sort)).collect()
    }

    fn free_conn(&self) -> Option<Conn> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.retain(Conn::is_open);
        free.pop()
    }

    fn put_back(&self, conn: Conn) {
        if conn.is_open() {
            self.free.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }
}

/// What such a connection still has to say nobody wants to hear.
fn is_unavailable(result: &Result<(), StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable(_)))
}

/// An answer nobody reads to its end is thrown away by the driver, so the connection stays usable after an error of `take`.
async fn stream(
    conn: &mut Conn,
    query: &Query,
    params: &[ValueRef<'_>],
    take: &mut (impl FnMut(Row) -> Result<(), StoreError> + Send),
    given: &mut bool,
) -> Result<(), StoreError> {
    let statement = conn.statement(query).await?;
    let params: Vec<_> = params.iter().map(|value| Param(*value)).collect();
    check(query, &statement, &params)?;
    let rows = in_time(conn.client.query_raw(&statement, params)).await?.map_err(fault::sort)?;
    let mut rows = pin!(rows);
    while let Some(row) = in_time(rows.next()).await? {
        *given = true;
        take(to_row(&row.map_err(fault::sort)?)?)?;
    }
    Ok(())
}
