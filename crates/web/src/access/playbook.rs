//! Applying a playbook: checked, its addresses and keys into the vault, the rest to the desk. The server does it for a file at
//! its start, the API and the settings screen for a text.

use std::sync::Arc;

use model::{Actor, Answer, Input, Playbook};

use crate::app::{App, Keys};
use crate::problem::Problem;

/// Where the vault keeps the text as it was written, comments and all.
pub const SOURCE: &str = "playbook.toml";
