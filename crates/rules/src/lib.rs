//! What can be worked out from facts.
//!
//! Every function here is pure: same arguments, same answer, on every machine and in every year. No I/O, no clock, no randomness,
//! nothing ordered by a hash, nothing remembered. The engine decides with these answers, `web` shows them, and a replay of the
//! journal gets the same ones again. The modules carry the phase names that every other room uses.

pub mod communicate;
pub mod detect;
pub mod learn;
pub mod oncall;
pub mod playbook;
pub mod words;
