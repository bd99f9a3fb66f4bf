//! What customers see: the public page, its machine-readable twins and its feeds. Gathered and printed once per change, then
//! served from memory; no reader ever waits for the database.

pub mod edition;
pub mod html;
pub mod press;
pub mod printed;
pub mod serve;
pub mod view;

mod assemble;
mod code;
mod days;
mod facts;
mod feeds;
mod indicator;
mod spans;
mod statuspage;
mod story;
mod xml;

#[cfg(test)]
mod samples;

pub use press::Press;
