//! What the demonstration says, on standard error: what happened, and where to look.

use super::people::People;
use super::receiver::Call;
use crate::clock::Watch;
use crate::out;

pub(crate) struct Teller {
    url: String,
    step: u32,
    began: Watch,
}

impl Teller {
    pub(super) fn new(url: &str, began: Watch) -> Self {
        Self { url: url.to_owned(), step: 0, began }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// One step, and the path of the screen that shows it.
    pub(crate) fn step(&mut self, text: &str, path: &str) {
        self.step += 1;
        let at = if path.is_empty() { String::new() } else { format!("\n      look at {}{path}", self.url) };
        out::say(&format!("{:>4}  {text}{at}", self.step));
    }

    pub(super) fn end(&self, people: &People, open: &str) {
        let (url, password) = (&self.url, &people.password);
        let took = self.began.elapsed().as_secs_f64();
        out::say(&format!(
            "\nAll of that took {took:.1} s and is real: look around, click, write.\n\
             \n  sign in at {url}/sign-in as ana with password {password}\
             \n  what customers read: {url}/status/shop/\
             \n\n{open} is open, and its promise to customers is running. Ctrl-C ends the demonstration."
        ));
    }
}

/// Something that belongs to the step before.
pub(super) fn also(text: &str) {
    out::say(&format!("      {}", text.replace('\n', "\n      ")));
}

/// A call that came while nobody waited for it.
pub(super) fn call(call: &Call) {
    let what = match call.kind.as_str() {
        "page" => "is paged",
        "all_clear" => "hears that it is over",
        "promise_reminder" => "is reminded: the next word to customers falls due",
        "promise_broken" => "is called: the promised word to customers is overdue",
        _ => "gets a message",
    };
    also(&format!("{} {what}: {}", call.name(), call.about));
}
