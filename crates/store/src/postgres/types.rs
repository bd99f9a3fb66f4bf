//! Values to and from PostgreSQL's types. Integers go to the width the server asks for, in this one place.

use std::error::Error;
use std::fmt;

use bytes::BytesMut;
use postgres_types::{FromSql, IsNull, ToSql, Type};
use tokio_postgres::Statement;

use crate::{Query, Row, StoreError, Value, ValueRef};

/// A value on its way out. The driver logs parameters when asked to debug, so only the kind is shown: they may be secrets.
#[derive(Clone, Copy)]
pub(super) struct Param<'a>(pub(super) ValueRef<'a>);

impl fmt::Debug for Param<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            ValueRef::Null => "null",
            ValueRef::Int(_) => "int",
            ValueRef::Bool(_) => "bool",
            ValueRef::Float(_) => "float",
            ValueRef::Text(_) => "text",
            ValueRef::Bytes(_) => "bytes",
        })
    }
}

fn is_text(kind: &Type) -> bool {
    matches!(*kind, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN)
}

impl Param<'_> {
    /// Whether the driver will be able to send this as the type the server asks for. Asked for every value of a transaction
    /// before its first byte is sent, because a statement that fails on our side would be missing from what is committed.
    pub(super) fn fits(&self, kind: &Type) -> bool {
        match self.0 {
            ValueRef::Null => true,
            ValueRef::Int(value) => match *kind {
                Type::INT2 => i16::try_from(value).is_ok(),
                Type::INT4 => i32::try_from(value).is_ok(),
                Type::INT8 | Type::FLOAT8 => true,
                _ => false,
            },
            ValueRef::Bool(_) => *kind == Type::BOOL,
            ValueRef::Float(_) => matches!(*kind, Type::FLOAT8 | Type::FLOAT4),
            ValueRef::Text(_) => is_text(kind),
            ValueRef::Bytes(_) => *kind == Type::BYTEA,
        }
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        if !self.fits(kind) {
            return Err(format!("{self:?} does not fit {kind}").into());
        }
        match self.0 {
            ValueRef::Null => Ok(IsNull::Yes),
            ValueRef::Int(value) => match *kind {
                Type::INT2 => i16::try_from(value)?.to_sql(kind, out),
                Type::INT4 => i32::try_from(value)?.to_sql(kind, out),
                Type::FLOAT8 => (value as f64).to_sql(kind, out),
                _ => value.to_sql(kind, out),
            },
            ValueRef::Bool(value) => value.to_sql(kind, out),
            ValueRef::Float(value) if *kind == Type::FLOAT4 => (value as f32).to_sql(kind, out),
            ValueRef::Float(value) => value.to_sql(kind, out),
            ValueRef::Text(value) => value.to_sql(kind, out),
            ValueRef::Bytes(value) => value.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres_types::to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *kind {
            Type::BOOL => Self::Bool(bool::from_sql(kind, raw)?),
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => Self::Int(i16::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => Self::Float(f64::from_sql(kind, raw)?),
            Type::FLOAT4 => Self::Float(f32::from_sql(kind, raw)?.into()),
            Type::BYTEA => Self::Bytes(raw.to_owned()),
            _ => Self::from(String::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::BOOL | Type::INT8 | Type::INT4 | Type::INT2 | Type::FLOAT8 | Type::FLOAT4 | Type::BYTEA)
            || is_text(kind)
    }
}

/// The values of one statement, checked against what the server wants.
pub(super) fn check(query: &Query, statement: &Statement, params: &[Param<'_>]) -> Result<(), StoreError> {
    let wanted = statement.params();
    if wanted.len() != params.len() {
        let text = format!("{}: {} values for {} marks", query.name, params.len(), wanted.len());
        return Err(StoreError::internal(text));
    }
    for (at, (param, kind)) in params.iter().zip(wanted).enumerate() {
        if !param.fits(kind) {
            return Err(StoreError::internal(format!("{}: ${}: {param:?} does not fit {kind}", query.name, at + 1)));
        }
    }
    Ok(())
}

/// Whether all marks and columns have types that can be sent and read. `sum` of BIGINT, for one, is NUMERIC and needs a cast.
pub(super) fn known(query: &Query, statement: &Statement) -> Result<(), StoreError> {
    let columns = statement.columns().iter().map(tokio_postgres::Column::type_);
    match statement.params().iter().chain(columns).find(|kind| !<Value as FromSql>::accepts(kind)) {
        Some(kind) => Err(StoreError::internal(format!("{}: type {kind} is not one of ours, cast it", query.name))),
        None => Ok(()),
    }
}

pub(super) fn to_row(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    (0..row.len()).map(|at| row.try_get(at)).collect::<Result<_, _>>().map(Row).map_err(StoreError::internal)
}
