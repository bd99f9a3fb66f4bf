//! Values and rows: the one place where the two databases' ideas of types are made the same.
//!
//! SQLite has no booleans and gives 0 and 1 back; PostgreSQL has integers of three widths. Both are settled here: what goes in
//! as a [`Value`] comes out through a typed getter of [`Row`], whichever database was in between.

use std::borrow::Cow;

use crate::StoreError;

/// An owned value, for batches and rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Bool(bool),
    Float(f64),
    Text(Cow<'static, str>),
    Bytes(Vec<u8>),
}

/// A borrowed value, for binding without a copy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueRef<'a> {
    Null,
    Int(i64),
    Bool(bool),
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// Borrowed values from a list of expressions: `params![id, name.as_str(), &body]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::ValueRef::from($value)),*] };
}

/// Owned values from a list of expressions, for [`Db::write`](crate::Db::write) and [`Batch`](crate::Batch).
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

impl ValueRef<'_> {
    pub fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Int(value) => Value::Int(value),
            Self::Bool(value) => Value::Bool(value),
            Self::Float(value) => Value::Float(value),
            Self::Text(value) => Value::Text(Cow::Owned(value.to_owned())),
            Self::Bytes(value) => Value::Bytes(value.to_owned()),
        }
    }

    /// PostgreSQL cannot keep a zero character in a text. It is refused on both, before anything is sent, so that no input is
    /// accepted by one database that the other would choke on. NaN is refused because SQLite turns it into NULL.
    pub(crate) fn check(self) -> Result<(), StoreError> {
        match self {
            Self::Text(text) if text.as_bytes().contains(&0) => Err(StoreError::Unfit("a text with a zero character".into())),
            Self::Float(number) if number.is_nan() => Err(StoreError::Unfit("a number that is not a number".into())),
            _ => Ok(()),
        }
    }
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Int(value) => Self::Int(*value),
            Value::Bool(value) => Self::Bool(*value),
            Value::Float(value) => Self::Float(*value),
            Value::Text(value) => Self::Text(value),
            Value::Bytes(value) => Self::Bytes(value),
        }
    }
}

macro_rules! from_plain {
    ($target:ty: $($source:ty => $variant:ident),* $(,)?) => {
        $(impl From<$source> for $target {
            fn from(value: $source) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

from_plain!(Value: i64 => Int, i32 => Int, u32 => Int, u16 => Int, u8 => Int, bool => Bool, f64 => Float);
from_plain!(Value: String => Text, &'static str => Text, Cow<'static, str> => Text, Vec<u8> => Bytes);
from_plain!(ValueRef<'_>: i64 => Int, i32 => Int, u32 => Int, u16 => Int, u8 => Int, bool => Bool, f64 => Float);

impl<'a> From<&'a str> for ValueRef<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for ValueRef<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for ValueRef<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for ValueRef<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Bytes(value)
    }
}

impl<'a> From<&'a Vec<u8>> for ValueRef<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl<'a, T: Into<ValueRef<'a>>> From<Option<T>> for ValueRef<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// What a query gave, by position from zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub(crate) Vec<Value>);

/// Something that is read from a whole row.
pub trait FromRow: Sized {
    fn from_row(row: Row) -> Result<Self, StoreError>;
}

impl FromRow for Row {
    fn from_row(row: Row) -> Result<Self, StoreError> {
        Ok(row)
    }
}

/// A getter for a present value and one for a value that may be NULL.
macro_rules! getters {
    ($($plain:ident, $optional:ident -> $type:ty { $($pattern:pat => $value:expr),+ })*) => {
        $(
            pub fn $plain(&self, at: usize) -> Result<$type, StoreError> {
                self.$optional(at)?.ok_or_else(|| self.mismatch(at, stringify!($plain)))
            }

            pub fn $optional(&self, at: usize) -> Result<Option<$type>, StoreError> {
                match self.0.get(at) {
                    Some(Value::Null) => Ok(None),
                    $(Some($pattern) => Ok(Some($value)),)+
                    _ => Err(self.mismatch(at, stringify!($plain))),
                }
            }
        )*
    };
}

impl Row {
    getters! {
        int, opt_int -> i64 { Value::Int(value) => *value }
        bool, opt_bool -> bool { Value::Bool(value) => *value, Value::Int(value @ (0 | 1)) => *value == 1 }
        float, opt_float -> f64 { Value::Float(value) => *value, Value::Int(value) => *value as f64 }
        text, opt_text -> &str { Value::Text(value) => value }
        bytes, opt_bytes -> &[u8] { Value::Bytes(value) => value }
    }

    /// Moves a text out, without a copy; the place is NULL afterwards.
    pub fn take_text(&mut self, at: usize) -> Result<String, StoreError> {
        match self.take(at) {
            Some(Value::Text(value)) => Ok(value.into_owned()),
            other => Err(self.put_back(at, other, "text")),
        }
    }

    /// Moves bytes out, without a copy; the place is NULL afterwards.
    pub fn take_bytes(&mut self, at: usize) -> Result<Vec<u8>, StoreError> {
        match self.take(at) {
            Some(Value::Bytes(value)) => Ok(value),
            other => Err(self.put_back(at, other, "bytes")),
        }
    }

    /// The values as they came. Booleans of SQLite are integers here: prefer the getters.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    fn take(&mut self, at: usize) -> Option<Value> {
        self.0.get_mut(at).map(|place| std::mem::replace(place, Value::Null))
    }

    fn put_back(&mut self, at: usize, value: Option<Value>, wanted: &str) -> StoreError {
        if let (Some(place), Some(value)) = (self.0.get_mut(at), value) {
            *place = value;
        }
        self.mismatch(at, wanted)
    }

    /// Says the type that was there and never the content, which may be a secret.
    fn mismatch(&self, at: usize, wanted: &str) -> StoreError {
        let found = match self.0.get(at) {
            None => "no such column",
            Some(Value::Null) => "NULL",
            Some(Value::Int(_)) => "an integer",
            Some(Value::Bool(_)) => "a boolean",
            Some(Value::Float(_)) => "a float",
            Some(Value::Text(_)) => "a text",
            Some(Value::Bytes(_)) => "bytes",
        };
        StoreError::internal(format!("column {at}: wanted {wanted}, found {found}"))
    }
}
