//! The keys, and what colours and shapes mean.

use maud::{Markup, html};

use super::parts::{self, Tone};
use super::{Shell, shell};

const KEYS: [(&str, &str); 12] = [
    ("?", "this page"),
    ("g n", "go to Now"),
    ("g i", "go to Incidents"),
    ("g a", "go to Alerts"),
    ("g o", "go to On call"),
    ("/", "search"),
    ("c", "declare an incident"),
    ("n", "in a room: write a note (Enter adds it, Shift Enter breaks the line)"),
    ("u", "in a room: write to customers"),
    ("k", "acknowledge the page you are looking at; in a list, go to the first button"),
    ("z", "times in UTC, and back"),
    ("Esc", "leave a field, close a menu"),
];

const TONES: [(Tone, &str, &str); 6] = [
    (Tone::Bad, "firing, SEV1, broken", "act now"),
    (Tone::Warn, "degraded, SEV2, SEV3, acknowledged, gap", "somebody must look"),
    (Tone::Due, "promise due", "a clock is running"),
    (Tone::Good, "fine, resolved, kept", "nothing to do"),
    (Tone::Planned, "maintenance, drill", "meant to be so"),
    (Tone::Plain, "unknown, SEV4, SEV5", "no judgement"),
];

pub fn page(shell: &Shell) -> Markup {
    let main = html! {
        h1 { "Keys" }
        dl.facts.keys { @for (key, what) in KEYS { dt { @for part in key.split(' ') { kbd { (part) } " " } } dd { (what) } } }
        p { button type="button" data-keys hidden { "Turn single keys off in this browser" } }
        h2 { "Colours and shapes" }
        dl.facts { @for (tone, word, means) in TONES { dt { (parts::state(tone, word)) } dd { (means) } } }
    };
    shell::page(shell, "Keys", main)
}
