//! Every screen as a person meets it: on a phone and a desk, in light and dark, weighed, and read by the accessibility
//! rules. All faults of all screens are told at once. The pictures stay in `target/screens`.

use std::time::Duration;

use serde_json::json;
use thirtyfour::prelude::*;

use crate::harness::browser::{Browser, Scheme, Screen, accessibility_rules};
use crate::harness::candor::{Candor, Home};
use crate::harness::playbook::{KEY, by_mail};
use crate::harness::{signin, target_folder};

const PAGE_BYTES: u64 = 50_000;
const SCRIPT_BYTES: u64 = 10_000;

struct Inspection {
    browser: Browser,
    rules: String,
    faults: Vec<String>,
}

impl Inspection {
    /// Looks at one address four ways.
    async fn look_at(&mut self, name: &str, url: &str) {
        for screen in Screen::USUAL {
            for scheme in Scheme::ALL {
                self.browser.show_as(screen, scheme).await;
                // Whatever the page before left in the log is not this page's fault.
                self.browser.complaints().await;
                self.browser.open(url).await;
                let view = format!("screen-{name}-{}-{}", screen.name(), scheme.name());
                self.inspect(&view).await;
                self.browser.screenshot(&view).await;
            }
        }
        self.browser.show_as(Screen::Narrow, Scheme::Light).await;
        self.fits(&format!("screen-{name}-{}", Screen::Narrow.name())).await;
    }

    /// Nothing is pushed out of the screen to the side.
    async fn fits(&mut self, view: &str) {
        let wide = self.browser.script("const page = document.documentElement; return page.scrollWidth - page.clientWidth").await;
        if wide.as_i64().unwrap_or(0) > 0 {
            self.faults.push(format!("{view}: wider than the screen by {wide} px"));
        }
    }

    async fn inspect(&mut self, view: &str) {
        let browser = &self.browser;
        let mut faults = browser.accessibility(&self.rules).await;
        faults.extend(browser.complaints().await);
        let weight = browser.weight().await;
        if weight.page > PAGE_BYTES || weight.script > SCRIPT_BYTES {
            faults.push(format!("too heavy: {weight:?}"));
        }
        if browser.script("return document.querySelectorAll('h1').length").await != json!(1) {
            faults.push("not exactly one h1".to_owned());
        }
        self.faults.extend(faults.into_iter().map(|fault| format!("{view}: {fault}")));
        self.fits(view).await;
    }
}

#[tokio::test]
async fn every_screen_is_light_legible_and_accessible() {
    let browser = Browser::start(target_folder("screens")).await;
    let rules = accessibility_rules(&target_folder(""));
    let mut inspection = Inspection { browser, rules, faults: Vec::new() };
    let home = Home::new(&by_mail("5m"), None).without_token();

    let candor = home.start().await;
    signin::open_setup(&inspection.browser, &candor).await;
    let link = inspection.browser.driver().current_url().await.expect("an address");
    inspection.look_at("setup", link.as_str()).await;
    signin::fill_in(&inspection.browser).await;
    signin::signed_in(&inspection.browser, &candor).await;
    inspection.look_at("now-quiet", &format!("{}/", candor.url())).await;
    candor.close(&home).await;

    let token = signin::token(&home);
    let mut candor = home.start().await;
    candor.api = candor.api.with_token(&token);
    let alert = something_happens(&candor).await;
    inspection.browser.driver().delete_all_cookies().await.expect("a signed-out browser");
    inspection.look_at("sign-in", &format!("{}/sign-in", candor.url())).await;
    inspection.look_at("status", &format!("{}/status/shop/", candor.url())).await;
    inspection.browser.open(&format!("{}/sign-in", candor.url())).await;
    signin::fill_in(&inspection.browser).await;
    signin::signed_in(&inspection.browser, &candor).await;

    let alert_path = format!("/alerts/{alert}");
    let screens = [
        ("now", "/"),
        ("alerts", "/alerts"),
        ("why", alert_path.as_str()),
        ("oncall", "/on-call"),
        ("incidents", "/incidents"),
        ("room", "/incidents/INC-1"),
        ("review", "/incidents/INC-1/review"),
        ("declare", "/declare"),
        ("search", "/search?q=payments"),
        ("keys", "/keys"),
        ("settings", "/settings"),
        ("integrations", "/settings/integrations"),
        ("playbook", "/settings/playbook"),
        ("tokens", "/settings/tokens"),
        ("accounts", "/settings/accounts"),
        ("account", "/settings/accounts/ana"),
        ("account-remove", "/settings/accounts/ana/remove"),
    ];
    for (name, path) in screens {
        inspection.look_at(name, &format!("{}{path}", candor.url())).await;
        let at = inspection.browser.driver().current_url().await.expect("an address");
        assert_eq!(at.path(), path.split('?').next().unwrap_or(path), "{name} led elsewhere");
    }
    works_live(&mut inspection, &candor).await;
    let faults = inspection.faults;
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    candor.close(&home).await;
}

/// The room with its script, by keyboard: what is typed is advised on, what is sent and what others do appears without a reload.
async fn works_live(inspection: &mut Inspection, candor: &Candor) {
    let browser = &inspection.browser;
    browser.show_as(Screen::Desktop, Scheme::Light).await;
    browser.open(&format!("{}/incidents/INC-1", candor.url())).await;
    browser.complaints().await;
    browser.script("document.body.dataset.same = 'page'; return 0").await;
    let limit = Duration::from_secs(10);
    browser.keys("n").await;
    browser.keys("Seen from the keyboard" + Key::Enter).await;
    browser.until_says("Seen from the keyboard", limit).await;
    candor.api.post("/v1/incidents/INC-1/notes", &json!({ "text": "Seen from elsewhere" })).await;
    browser.until_says("Seen from elsewhere", limit).await;
    browser.keys(Key::Escape + "u").await;
    browser.keys("It will be fixed by 15:00.").await;
    browser.until_says("fix", limit).await;
    let same = browser.script("return document.body.dataset.same").await;
    let mut faults = browser.complaints().await;
    if same != json!("page") {
        faults.push("the page was loaded again".to_owned());
    }
    browser.screenshot("screen-room-live").await;
    inspection.faults.extend(faults.into_iter().map(|fault| format!("room, live: {fault}")));
}

/// An alert, an incident with roles, notes and an update that promises the next word; answers the alert's id.
async fn something_happens(candor: &Candor) -> String {
    let labels = json!({ "alertname": "CheckoutErrors", "severity": "critical", "instance": "web-1" });
    let alerts = json!([{ "labels": labels, "annotations": { "summary": "Checkout errors above 5 percent" } }]);
    candor.api.anonymous().post(&format!("/in/{KEY}/api/v2/alerts"), &alerts).await;
    let api = &candor.api;
    let incident = json!({ "title": "Payments fail for some customers", "severity": "SEV2", "services": ["checkout"],
                           "impact": { "summary": "About 15 of 100 payments fail." } });
    api.post("/v1/incidents", &incident).await;
    api.post("/v1/incidents/INC-1/roles", &json!({ "role": "commander", "person": "ana" })).await;
    api.post("/v1/incidents/INC-1/notes", &json!({ "text": "Errors began after the 10:00 deploy." })).await;
    let due = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(20);
    let update = json!({
        "page": "shop", "audience": "public", "phase": "investigating",
        "acknowledge": "About 15 of 100 payments in the shop have been failing since this morning.",
        "apologize": "We are sorry: you tried to pay and could not, and that is our fault.",
        "act": "We are taking back this morning's change to the payment service and watching the result.",
        "next_update_at": due.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "components": { "checkout": "partial_outage" },
    });
    api.post("/v1/incidents/INC-1/updates", &update).await;
    let alert = api.open_alerts().await.into_iter().next().expect("the alert is open");
    alert["id"].as_str().map_or_else(|| alert["id"].to_string(), str::to_owned)
}
