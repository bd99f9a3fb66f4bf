//! The query texts, by what they are about. Each list is named in `ALL`, which a test prepares on both databases.

pub(crate) mod journal;
pub(crate) mod read;
pub(crate) mod save;
pub(crate) mod sweep;
pub(crate) mod vault;

use crate::Query;

pub(crate) static ALL: &[&[&Query]] = &[journal::ALL, read::ALL, save::ALL, sweep::ALL, vault::ALL];
