//! Migrations on PostgreSQL, under an advisory lock so that two programs started together do not both run them.

use tokio_postgres::Client;

use super::connect::Conn;
use super::fault;
use crate::migrate::{KEPT, Kept, PROGRAM, TABLE, pending};
use crate::{Migration, StoreError};

/// Any number nobody else uses: "Cndr".
const LOCK: i64 = 0x436e_6472;

pub(super) async fn run(conn: &mut Conn, known: &[Migration]) -> Result<(), StoreError> {
    let client = &mut conn.client;
    // Judged first without the lock and without a change: a newer program's database is left alone.
    if pending(&kept(client).await?, known)?.is_empty() {
        return Ok(());
    }
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await.map_err(fault::sort)?;
    let result = run_pending(client, known).await;
    client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await.map_err(fault::sort)?;
    result
}

async fn run_pending(client: &mut Client, known: &[Migration]) -> Result<(), StoreError> {
    client.batch_execute(TABLE).await.map_err(fault::sort)?;
    for migration in pending(&kept(client).await?, known)? {
        let transaction = client.transaction().await.map_err(fault::sort)?;
        transaction.batch_execute(&migration.sql_with("BYTEA", "BIGINT")).await.map_err(fault::sort)?;
        transaction
            .execute(
                "INSERT INTO candor_migration (number, name, checksum, program) VALUES ($1, $2, $3, $4)",
                &[&migration.number, &migration.name, &migration.checksum(), &PROGRAM],
            )
            .await
            .map_err(fault::sort)?;
        transaction.commit().await.map_err(fault::sort)?;
        tracing::info!(number = migration.number, name = migration.name, "migration done");
    }
    Ok(())
}

async fn kept(client: &Client) -> Result<Vec<Kept>, StoreError> {
    let found = client.query_one("SELECT to_regclass('candor_migration') IS NOT NULL", &[]).await.map_err(fault::sort)?;
    if !found.try_get::<_, bool>(0).map_err(fault::sort)? {
        return Ok(Vec::new());
    }
    let rows = client.query(KEPT, &[]).await.map_err(fault::sort)?;
    rows.iter()
        .map(|row| Ok(Kept { number: row.try_get(0)?, checksum: row.try_get(1)? }))
        .collect::<Result<_, _>>()
        .map_err(fault::sort)
}
