//! The query texts, one module per table family, each declaring its texts with [`queries!`](crate::queries).
//!
//! A new module is added to the list below; a test counts the declarations in this folder, so it cannot be forgotten.

use crate::Query;

pub(crate) static ALL: &[&[&Query]] = &[];
