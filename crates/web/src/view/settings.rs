//! Settings: one page a subject. This one is the state of the installation and your own account.

pub mod accounts;
pub mod integrations;
pub mod playbook;
pub mod sessions;
pub mod tokens;

use maud::{Markup, html};
use model::{Name, Time};

use super::parts::{self, Tone};
use super::text::{count, shown};
use super::{Shell, shell};
pub use accounts::one::AccountPage;
pub use accounts::{AccountRow, Accounts};
pub use integrations::{IntegrationRow, Integrations};
pub use playbook::{Fault, PlaybookForm};
pub use sessions::SessionRow;
pub use tokens::{TokenRow, Tokens};

#[derive(Clone, Debug)]
pub struct Overview {
    pub shell: Shell,
    pub version: String,
    /// The number of the newest journal entry.
    pub journal: u64,
    pub database: String,
    pub base_url: String,
    pub mail: MailState,
    /// Letters that wait or failed in the last day.
    pub waiting: u32,
    pub failed: u32,
    /// Public pages: slug and name.
    pub pages: Vec<(Name, String)>,
    /// To whom a test letter may go: id, name and channels.
    pub people: Vec<(Name, String)>,
    /// What is wrong with the change of the password.
    pub password_fault: Option<String>,
    /// Where whoever looks is signed in; empty for an API token.
    pub sessions: Vec<SessionRow>,
}

#[derive(Clone, Debug)]
pub enum MailState {
    /// No server is set.
    Missing,
    /// Server, and when a letter last went through it.
    Working {
        server: String,
        last: Option<Time>,
    },
    Failing {
        server: String,
        since: Time,
        answer: String,
    },
}

/// The subject pages, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Overview,
    Playbook,
    Integrations,
    Accounts,
    Tokens,
}

const SUBJECTS: [(Subject, &str, &str); 5] = [
    (Subject::Overview, "/settings", "This installation"),
    (Subject::Playbook, "/settings/playbook", "Playbook"),
    (Subject::Integrations, "/settings/integrations", "Integrations"),
    (Subject::Accounts, "/settings/accounts", "Accounts"),
    (Subject::Tokens, "/settings/tokens", "Tokens"),
];

/// Heading and links to the other subjects.
pub fn framed(subject: Subject, main: Markup) -> Markup {
    html! {
        div.heading {
            h1 { "Settings" }
            nav.tabs aria-label="Settings" {
                @for (each, href, words) in SUBJECTS {
                    a href=(href) aria-current=[(each == subject).then_some("true")] { (words) }
                }
            }
        }
        (main)
    }
}

/// In place of what only an administrator sees.
pub fn administrators_only() -> Markup {
    parts::empty("Only administrators see this.", html! { "Ask one of them to change it, or to make you one." })
}

pub fn page(view: &Overview) -> Markup {
    shell::page(&view.shell, "Settings", main(view))
}

pub fn main(view: &Overview) -> Markup {
    framed(
        Subject::Overview,
        html! {
            div.split {
                div {
                    section aria-labelledby="letters-h" { h2 #letters-h { "Letters" } (letters(view)) }
                    section aria-labelledby="password-h" { h2 #password-h { "Your password" } (password(view)) }
                    @if !view.sessions.is_empty() {
                        section aria-labelledby="sessions" { h2 #sessions { "Where you are signed in" } (sessions::list(&view.shell.clock, &view.sessions)) }
                    }
                }
                div.side {
                    section aria-labelledby="facts-h" { h2 #facts-h { "Facts" } (facts(view)) }
                    section aria-labelledby="public-h" { h2 #public-h { "Public pages" } (pages(view)) }
                }
            }
        },
    )
}

fn letters(view: &Overview) -> Markup {
    let clock = &view.shell.clock;
    html! {
        @match &view.mail {
            MailState::Missing => {
                p { (parts::state(Tone::Bad, "no mail server")) " Nobody can be reached by e-mail." }
                p.second { "Set " code { "[mail] smtp" } " in candor.toml and start Candor again." }
            }
            MailState::Working { server, last } => {
                p { (parts::state(Tone::Good, "mail works")) " through " code { (shown(server)) }
                    @if let Some(at) = last { ", last letter " (clock.ago(*at)) } @else { ", no letter sent yet" } }
            }
            MailState::Failing { server, since, answer } => {
                p { (parts::state(Tone::Bad, "mail fails")) " at " code { (shown(server)) } " since " (clock.at(*since)) }
                p.second { "It answered: " code { (shown(answer)) } }
            }
        }
        p.second {
            (count(u64::from(view.waiting), "letter waits", "letters wait")) " · "
            (count(u64::from(view.failed), "letter", "letters")) " failed for good in 24 h"
        }
        @if view.shell.responds() && !view.people.is_empty() {
            form.ask method="post" action="/settings/test-letter" {
                div.field { label for="test-person" { "To" }
                    select #test-person name="person" { (parts::options(view.people.iter().map(|(id, name)| (&**id, name.as_str())), "")) } }
                div.field { label for="test-channel" { "By" }
                    select #test-channel name="channel" { (parts::options([("email", "e-mail"), ("webhook", "webhook")], "email")) } }
                button type="submit" { "Send a test letter" }
            }
            p.hint { "Sends one real letter, marked as a test." }
        }
    }
}

fn password(view: &Overview) -> Markup {
    let fault = view.password_fault.as_deref();
    html! {
        form.narrow #password method="post" action="/settings/password" {
            input type="hidden" name="username" value=(view.shell.account) autocomplete="username";
            div.field { label for="old" { "Old password" }
                input #old type="password" name="old" required autocomplete="current-password"
                    aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| "old-fault")];
                (parts::fault("old", fault)) }
            div.field { label for="new" { "New password" }
                input #new type="password" name="new" required autocomplete="new-password" minlength="12" maxlength="200";
                p.hint { "At least 12 characters." } }
            button type="submit" { "Change password" }
            p.consequence { "signs you out everywhere else" }
        }
    }
}

fn facts(view: &Overview) -> Markup {
    html! {
        dl.facts {
            dt { "version" } dd { (view.version) }
            dt { "journal" } dd { (view.journal) " entries" }
            dt { "database" } dd { (shown(&view.database)) }
            dt { "address" } dd { code { (shown(&view.base_url)) } }
        }
    }
}

fn pages(view: &Overview) -> Markup {
    html! {
        @if view.pages.is_empty() { p.quiet { "None yet: add a " code { "[[page]]" } " to the playbook." } }
        ul.plain { @for (slug, name) in &view.pages { li { a href={ "/status/" (slug) "/" } { (shown(name)) } } } }
    }
}
