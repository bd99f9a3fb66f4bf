//! The first person of an installation, made through the set-up link as its owner would.
//!
//! Fields are found by what they are (an e-mail field, a password field), not by name, so that a page may be worded anew.

use std::time::Duration;

use thirtyfour::prelude::*;

use super::browser::Browser;
use super::candor::{Candor, Home};
use super::wait_for;

pub(crate) const PASSWORD: &str = "lamps over the quay in winter 7";

/// Opens the one-time link that a first start without a token prints.
pub(crate) async fn open_setup(browser: &Browser, candor: &Candor) {
    let said = candor.said();
    let link = said
        .split_whitespace()
        .find(|word| word.contains("/setup/"))
        .unwrap_or_else(|| panic!("no set-up link on standard error:\n{said}"));
    browser.open(link).await;
}

/// Fills the shown form (set-up or sign-in) and sends it; afterwards the person is signed in.
pub(crate) async fn fill_in(browser: &Browser) {
    fill(browser, "input[type=email]", "ana@example.org").await;
    fill(browser, "input[type=text], input:not([type])", "ana").await;
    fill(browser, "input[type=password]", PASSWORD).await;
    browser.submit().await;
}

/// Set-up may or may not sign in by itself; either way, the next thing seen is the application.
pub(crate) async fn signed_in(browser: &Browser, candor: &Candor) {
    // The form is sent in the background: going elsewhere before its answer would call it back.
    wait_for("the answer to the set-up form", Duration::from_secs(10), || async {
        let url = browser.driver().current_url().await.expect("an address");
        (!url.path().contains("/setup/")).then_some(())
    })
    .await;
    browser.open(&format!("{}/", candor.url())).await;
    if browser.driver().current_url().await.expect("an address").path().contains("sign-in") {
        fill_in(browser).await;
    }
    wait_for("the application after signing in", Duration::from_secs(10), || async {
        let url = browser.driver().current_url().await.expect("an address");
        (url.path() == "/").then_some(())
    })
    .await;
}

/// An administrator's token, made with the server stopped.
pub(crate) fn token(home: &Home) -> String {
    let data = home.data();
    let data = data.to_str().expect("a UTF-8 path");
    let made = home.run(&["token", "create", "--name", "tests", "--role", "administrator", "--data", data]);
    let printed = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(made.status.success(), "candor token create: {printed}{}", String::from_utf8_lossy(&made.stderr));
    // Printed alone or after a label; the token is the last word either way.
    printed.split_whitespace().last().expect("a token is printed").to_owned()
}

async fn fill(browser: &Browser, which: &str, value: &str) {
    let scoped: Vec<String> = which.split(", ").map(|one| format!("main form {one}")).collect();
    let fields = browser.driver().find_all(By::Css(scoped.join(", "))).await.expect("the page has a form");
    for field in fields {
        if field.is_displayed().await.unwrap_or(false) {
            field.clear().await.expect("a field to write in");
            field.send_keys(value).await.expect("a field to write in");
        }
    }
}
