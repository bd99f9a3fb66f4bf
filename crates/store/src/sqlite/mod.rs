//! The SQLite half: one file, one writing connection, a bounded pool of reading ones.
//!
//! All reading and writing happens in the calling thread. Durability is WAL with `synchronous=FULL`: each commit is on disk
//! before it returns. After an I/O error nothing is written any more: the system may have dropped the pages it could not
//! write, so a second sync that succeeds proves nothing.

mod backup;
mod carry;
mod connect;
mod fault;
mod migrate;
mod readers;
mod writing;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef as Stored};
use rusqlite::{CachedStatement, Connection};

use crate::lock::FolderLock;
use crate::{Migration, Query, Row, StoreError, Value, ValueRef};

pub(crate) use writing::SqliteTx;

/// The fields are dropped in this order: readers and the carrier first, so that the writing connection is the last one and can clear the log,
/// and the folder's lock after every connection is gone.
pub(crate) struct Sqlite {
    readers: readers::Readers,
    carrier: carry::Carrier,
    writing: Mutex<writing::Side>,
    broken: Arc<AtomicBool>,
    file: PathBuf,
    _lock: FolderLock,
}

impl Sqlite {
    pub(crate) fn open(folder: &Path, migrations: &[Migration]) -> Result<Self, StoreError> {
        connect::refuse_old_library(rusqlite::version_number())?;
        let lock = FolderLock::take(folder)?;
        let file = folder.join("candor.db");
        let connection = migrate::open_current(folder, &file, migrations)?;
        let broken = Arc::new(AtomicBool::new(false));
        Ok(Self {
            readers: readers::Readers::new(file.clone()),
            carrier: carry::Carrier::start(&file, broken.clone())?,
            writing: Mutex::new(writing::Side::new(connection)),
            broken,
            file,
            _lock: lock,
        })
    }

    pub(crate) fn flavour() -> String {
        format!("SQLite {}", rusqlite::version())
    }

    pub(crate) fn one(&self, query: &Query, params: &[ValueRef<'_>]) -> Result<Option<Row>, StoreError> {
        let mut first = None;
        self.step(query, params, &mut |row| {
            first = Some(row);
            Ok(false)
        })?;
        Ok(first)
    }

    pub(crate) fn each(
        &self,
        query: &Query,
        params: &[ValueRef<'_>],
        mut take: impl FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.step(query, params, &mut |row| take(row).map(|()| true))
    }

    /// Steps through the rows until `take` says false.
    fn step(
        &self,
        query: &Query,
        params: &[ValueRef<'_>],
        take: &mut dyn FnMut(Row) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        self.readers.read(|reader| {
            let mut statement = reader.prepare_cached(query.sqlite()).map_err(fault::sort)?;
            bind(&mut statement, query, params)?;
            let columns = statement.column_count();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(fault::sort)? {
                let mut values = Vec::with_capacity(columns);
                for at in 0..columns {
                    values.push(to_value(row.get_ref(at).map_err(fault::sort)?)?);
                }
                if !take(Row(values))? {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Parses a text against the schema without running it.
    pub(crate) fn prepare(&self, query: &Query) -> Result<(), StoreError> {
        self.readers.read(|reader| reader.prepare(query.sqlite()).map(drop).map_err(fault::sort))
    }

    /// What SQLite's own checks find; empty when all is well.
    pub(crate) fn integrity(&self) -> Result<Vec<String>, StoreError> {
        self.readers.read(|reader| {
            let mut faults = pragma_lines(reader, "PRAGMA integrity_check", |row| row.get(0))?;
            faults.retain(|line| line != "ok");
            faults.extend(pragma_lines(reader, "PRAGMA foreign_key_check", |row| {
                let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
                Ok(format!("a row of {table} refers to a missing row of {parent}"))
            })?);
            Ok(faults)
        })
    }
}

fn pragma_lines(
    connection: &Connection,
    sql: &str,
    line: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<String>,
) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(sql).map_err(fault::sort)?;
    let lines = statement.query_map([], |row| line(row)).map_err(fault::sort)?;
    lines.collect::<Result<_, _>>().map_err(fault::sort)
}

impl ToSql for ValueRef<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => Stored::Null,
            Self::Int(value) => Stored::Integer(value),
            Self::Bool(value) => Stored::Integer(i64::from(value)),
            Self::Float(value) => Stored::Real(value),
            Self::Text(value) => Stored::Text(value.as_bytes()),
            Self::Bytes(value) => Stored::Blob(value),
        }))
    }
}

/// Every mark is bound anew at each use, so no value of an earlier use can be left in its place.
fn bind(statement: &mut CachedStatement<'_>, query: &Query, params: &[ValueRef<'_>]) -> Result<(), StoreError> {
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        return Err(StoreError::internal(format!("{}: {} values for {wanted} marks", query.name, params.len())));
    }
    for (at, value) in params.iter().enumerate() {
        value.check()?;
        statement.raw_bind_parameter(at + 1, value).map_err(fault::sort)?;
    }
    Ok(())
}

fn to_value(stored: Stored<'_>) -> Result<Value, StoreError> {
    Ok(match stored {
        Stored::Null => Value::Null,
        Stored::Integer(value) => Value::Int(value),
        Stored::Real(value) => Value::Float(value),
        Stored::Text(value) => Value::from(std::str::from_utf8(value).map_err(StoreError::internal)?.to_owned()),
        Stored::Blob(value) => Value::Bytes(value.to_owned()),
    })
}
