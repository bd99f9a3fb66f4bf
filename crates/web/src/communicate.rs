//! What customers see: the public page, its machine-readable twins and its feeds. Gathered and printed once per change, then
//! served from memory; no reader ever waits for the database.

pub mod view;
