//! Pictures: data in, SVG out.
//!
//! A picture here is a pure function from plain data to text. It fetches nothing, formats no times and knows no screen, so the
//! public page, a report on paper and a test all get the same drawing. Three rules hold for every one of them:
//!
//! - **No colour is written into a picture.** Parts carry a class that names a state (`good`, `warn`, `bad`, `planned`, `none`);
//!   the page's style says what that looks like in light, in dark and in print. A strict content policy allows no inline style.
//! - **Colour is never alone.** What a class says is also said by a height, a shape or a pattern, so a greyscale print and a
//!   colour-blind reader see the same facts.
//! - **The text alternative comes from the caller,** who has the names and dates and knows the reader's zone. A picture without
//!   one cannot be drawn: it is a parameter.

mod escape;
pub mod uptime;
