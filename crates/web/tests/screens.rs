//! What holds for every screen, and snapshots of those that matter most. A snapshot that changed on purpose is taken over with
//! `INSTA_UPDATE=always cargo test -p web --test screens`.

#[path = "../examples/gallery/samples/mod.rs"]
mod samples;

use std::collections::BTreeSet;

const SNAPSHOTS: [&str; 20] = [
    "now",
    "now-fresh",
    "incidents",
    "room",
    "room-viewer",
    "alerts",
    "alert",
    "on-call",
    "ack",
    "ack-done",
    "declare-fault",
    "review-conflict",
    "settings",
    "settings-playbook",
    "settings-accounts",
    "settings-account",
    "settings-account-remove",
    "sign-in",
    "problem",
    "public",
];

/// Where forms may post to, with `*` for one part of the path. The route table has all of these.
const ACTIONS: [&str; 35] = [
    "/sign-in",
    "/sign-out",
    "/setup/*",
    "/incidents",
    "/incidents/*/notes",
    "/incidents/*/updates",
    "/incidents/*/roles",
    "/incidents/*/phase",
    "/incidents/*/severity",
    "/incidents/*/impact",
    "/incidents/*/ack",
    "/incidents/*/resolve",
    "/incidents/*/merge",
    "/incidents/*/review",
    "/alerts/*/ack",
    "/alerts/*/resolve",
    "/alerts/*/declare",
    "/groups/*/ack",
    "/ack/*/*",
    "/settings/playbook",
    "/settings/tokens",
    "/settings/tokens/*/revoke",
    "/settings/accounts",
    "/settings/accounts/*/level",
    "/settings/accounts/*/password",
    "/settings/accounts/*/sign-out",
    "/settings/accounts/*/remove",
    "/settings/sessions/*/end",
    "/settings/sessions/end-others",
    "/settings/password",
    "/settings/test-letter",
    // Questions, by GET.
    "/search",
    "/alerts",
    "/on-call",
    "/on-call#ask-h",
];

#[test]
fn screens_look_as_they_did() {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\.[0-9a-f]{12}\.(css|js|svg)", ".[hash].$1");
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, html) in samples::screens() {
            if SNAPSHOTS.contains(&name) {
                // One element a line, so that a difference can be read.
                insta::assert_snapshot!(name, html.replace('<', "\n<").replace("\n</", "</"));
            }
        }
    });
}

#[test]
fn nothing_inline_and_nothing_unescaped() {
    for (name, html) in samples::screens() {
        for forbidden in
            ["<script>", " style=", "<style", " onclick", " onload", "<img", "javascript:alert(1)\"", "\u{202e}", "\0"]
        {
            assert!(!html.contains(forbidden), "{name} has {forbidden:?}");
        }
    }
}

#[test]
fn every_screen_is_small_and_well_formed_for_readers() {
    for (name, html) in samples::screens() {
        if !name.contains("hostile") {
            assert!(html.len() <= 50_000, "{name} has {} bytes", html.len());
        }
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        assert!(html.contains("<html lang=\"en\">"), "{name}");
        let ids: Vec<&str> = attribute(&html, " id=\"").collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name} has an id twice: {ids:?}");
        for target in attribute(&html, " for=\"")
            .chain(attribute(&html, "aria-labelledby=\""))
            .chain(attribute(&html, "aria-describedby=\""))
        {
            assert!(unique.contains(target), "{name} points to {target}, which is not there");
        }
    }
}

#[test]
fn no_element_has_an_attribute_twice() {
    for (name, html) in samples::screens() {
        for tag in html.split('<').filter_map(|t| t.split_once('>')).map(|(tag, _)| tag) {
            assert!(tag.matches(" class=\"").count() <= 1, "{name}: <{tag}>");
        }
    }
}

#[test]
fn forms_post_only_to_known_addresses() {
    for (name, html) in samples::screens() {
        for action in attribute(&html, " action=\"") {
            assert!(ACTIONS.iter().any(|known| fits(known, action)), "{name} posts to {action}");
        }
    }
}

#[test]
fn looking_at_the_link_of_a_mail_acknowledges_nothing() {
    let screens = samples::screens();
    let ack = screens.iter().find(|(name, _)| *name == "ack").expect("the screen");
    assert!(ack.1.contains("<form class=\"narrow\" method=\"post\" action=\"/ack/8201/5f2c9d\">"));
    let done = screens.iter().find(|(name, _)| *name == "ack-done").expect("the screen");
    assert!(!done.1.contains("<form"));
}

#[test]
fn viewers_get_no_form_that_writes() {
    let screens = samples::screens();
    let room = screens.iter().find(|(name, _)| *name == "room-viewer").expect("the screen");
    let posts: Vec<&str> = attribute(&room.1, " method=\"post\" action=\"").collect();
    assert_eq!(posts, ["/sign-out"]);
}

/// The values that follow `start`, up to the next quote.
fn attribute<'a>(html: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(start).skip(1).filter_map(|rest| rest.split('"').next())
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(p, part)| *p == "*" || p == part)
}
