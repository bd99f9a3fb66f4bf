//! On call: groups page by a frozen plan until somebody answers.

mod answer;
mod group;
mod letters;
mod page;
mod ring;
