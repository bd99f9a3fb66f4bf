//! What stands around every screen: skip link, navigation, search, account, and the banner of the event stream.

use maud::{DOCTYPE, Markup, html};
use model::Access;

use super::assets;
use super::parts::Tone;
use super::text::shown;
use super::when::Clock;

/// What every screen of a signed-in person knows.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The person's name, or the account's.
    pub account: String,
    pub access: Access,
    pub clock: Clock,
    pub at: Nav,
    /// Alert groups that wait for somebody.
    pub unacknowledged: u32,
    /// Open the event stream on this screen.
    pub stream: bool,
    /// What came of the form just sent.
    pub said: Option<Said>,
}

impl Shell {
    /// May write: forms are shown.
    pub fn responds(&self) -> bool {
        self.access >= Access::Responder
    }

    pub fn administers(&self) -> bool {
        self.access >= Access::Administrator
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    Now,
    Incidents,
    Alerts,
    OnCall,
    Settings,
    /// None of these.
    Other,
}

/// A sentence about what a form did, or why it did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub good: bool,
    pub text: String,
}

const ITEMS: [(Nav, &str, &str); 5] = [
    (Nav::Now, "/", "Now"),
    (Nav::Incidents, "/incidents", "Incidents"),
    (Nav::Alerts, "/alerts", "Alerts"),
    (Nav::OnCall, "/on-call", "On call"),
    (Nav::Settings, "/settings", "Settings"),
];

/// A whole screen. `title` says what the tab is about before it says where it is.
pub fn page(shell: &Shell, title: &str, main: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(&shell.clock, title))
            body data-stream[shell.stream] {
                a.skip href="#main" { "Skip to content" }
                (top(shell))
                div #banner.banner role="status" {}
                div #said.notice { @if let Some(said) = &shell.said { (said_line(said)) } }
                (inside(shell, main))
            }
        }
    }
}

/// A screen for somebody who is not signed in.
pub fn bare(clock: &Clock, title: &str, main: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(clock, title))
            body.bare {
                header.top { a.brand href="/" { "Candor" } }
                main #main tabindex="-1" { (main) }
            }
        }
    }
}

/// What the event stream sends: elements with ids that stand on the page already.
pub fn patch(shell: &Shell, main: Markup) -> Markup {
    html! { (unacknowledged(shell)) (inside(shell, main)) }
}

fn inside(shell: &Shell, main: Markup) -> Markup {
    html! {
        main #main tabindex="-1" data-now=(shell.clock.now.rfc3339()) {
            (main)
        }
    }
}

/// For forms that a viewer does not get.
pub fn read_only() -> Markup {
    html! { p.quiet { "You can look but not change anything here. An administrator can make you a responder." } }
}

fn said_line(said: &Said) -> Markup {
    let tone = if said.good { Tone::Good } else { Tone::Bad };
    html! {
        p class={ "said " (tone.class()) } role=(if said.good { "status" } else { "alert" }) {
            (tone.shape()) span { (shown(&said.text)) }
        }
    }
}

fn head(clock: &Clock, title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
            meta name="color-scheme" content="light dark";
            // The script counts from here, not from the clock of whoever looks.
            meta name="now" content=(clock.now.rfc3339());
            title { (shown(title)) " · Candor" }
            link rel="icon" href=(assets::icon().path) type="image/svg+xml";
            link rel="stylesheet" href=(assets::app_css().path);
            script src=(assets::app_js().path) defer {}
        }
    }
}

fn top(shell: &Shell) -> Markup {
    html! {
        header.top {
            a.brand href="/" { "Candor" }
            form.search role="search" action="/search" {
                label.vh for="q" { "Search incidents and alerts" }
                input #q type="search" name="q" placeholder="Search" autocomplete="off" maxlength="200"
                    aria-keyshortcuts="/";
            }
            @if shell.responds() {
                a.button href="/declare" aria-keyshortcuts="c" { "Declare" span.wide { " incident" } }
            }
            (menu(shell))
        }
        nav.nav aria-label="Main" {
            ul {
                @for (nav, href, words) in ITEMS {
                    li {
                        a href=(href) aria-current=[(nav == shell.at).then_some("page")] {
                            (words)
                            @if nav == Nav::Alerts { (unacknowledged(shell)) }
                        }
                    }
                }
            }
        }
    }
}

fn unacknowledged(shell: &Shell) -> Markup {
    html! {
        span #unacknowledged.count {
            @if shell.unacknowledged > 0 {
                (shell.unacknowledged) span.vh { " unacknowledged" }
            }
        }
    }
}

fn menu(shell: &Shell) -> Markup {
    html! {
        details.menu #account {
            summary { span.name { (shown(&shell.account)) } }
            div.panel {
                p { strong { (shown(&shell.account)) } br; span.quiet { (shell.access.name()) } }
                p.quiet { "Times are in " (shell.clock.abbreviation()) ". Press " kbd { "z" } " for UTC." }
                ul.links {
                    li { a href="/search" { "Search" } }
                    li { a href="/keys" { "Keys" } }
                    li { a href="/settings#password" { "Change password" } }
                }
                form method="post" action="/sign-out" data-native { button type="submit" { "Sign out" } }
            }
        }
    }
}
