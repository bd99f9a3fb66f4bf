//! Signing in, and the one-time set-up of the first account.

use maud::{Markup, html};

use super::parts::Tone;
use super::text::shown;
use super::{Clock, shell};

#[derive(Clone, Debug)]
pub struct SignIn {
    pub clock: Clock,
    /// As typed before.
    pub name: String,
    /// Where to go afterwards: a path of Candor, checked by the handler.
    pub next: String,
    pub problem: Option<String>,
    /// Why somebody stands here who was signed in just now.
    pub said: Option<String>,
}

#[derive(Clone, Debug)]
pub struct SetUp {
    pub clock: Clock,
    pub token: String,
    pub name: String,
    pub problem: Option<String>,
}

pub fn page(view: &SignIn) -> Markup {
    let main = html! {
        h1 { "Sign in" }
        @if let Some(said) = &view.said { p.said.good role="status" { (Tone::Good.shape()) span { (shown(said)) } } }
        (problem(view.problem.as_deref()))
        form.narrow method="post" action="/sign-in" {
            input type="hidden" name="next" value=(view.next);
            div.field {
                label for="name" { "Name" }
                input #name name="name" value=(view.name) required autocomplete="username" autocapitalize="none"
                    spellcheck="false" autofocus[view.name.is_empty()];
            }
            div.field {
                label for="password" { "Password" }
                input #password type="password" name="password" required autocomplete="current-password"
                    autofocus[!view.name.is_empty()];
            }
            button.primary type="submit" { "Sign in" }
        }
        p.quiet { "No account, or the password is lost? An administrator makes accounts under Settings." }
    };
    shell::bare(&view.clock, "Sign in", main)
}

pub fn set_up(view: &SetUp) -> Markup {
    let main = html! {
        h1 { "Set up Candor" }
        p { "This makes the first account, an administrator. The link works once." }
        (problem(view.problem.as_deref()))
        form.narrow method="post" action={ "/setup/" (view.token) } {
            div.field {
                label for="name" { "Name" }
                input #name name="name" value=(view.name) required autocomplete="username" autocapitalize="none" spellcheck="false"
                    maxlength="64" autofocus aria-describedby="name-hint";
                p.hint #name-hint { "Lower-case letters, digits and -. Take the id you will have in the playbook, e.g. ana." }
            }
            div.field {
                label for="password" { "Password" }
                input #password type="password" name="password" required autocomplete="new-password" minlength="12" maxlength="200"
                    aria-describedby="password-hint";
                p.hint #password-hint { "At least 12 characters; a sentence is fine." }
            }
            button.primary type="submit" { "Make the account" }
        }
    };
    shell::bare(&view.clock, "Set up", main)
}

fn problem(text: Option<&str>) -> Markup {
    html! {
        @if let Some(text) = text {
            p.said.bad role="alert" { (Tone::Bad.shape()) span { (shown(text)) } }
        }
    }
}
