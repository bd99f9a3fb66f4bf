use std::collections::BTreeMap;

use proptest::prelude::*;

use PublicPhase::{Identified, Investigating, Postmortem, Resolved};

use super::*;

const NOW: Time = Time::from_seconds(1_790_000_000);

fn good() -> Draft {
    Draft {
        page: None,
        audience: Audience::Public,
        phase: PublicPhase::Investigating,
        acknowledge: "Since 10:02 UTC about 15 % of card payments fail. Orders already placed are safe.".into(),
        apologize: "We are sorry: you could not pay, and that is on us.".into(),
        act: "We are rolling back this morning's change. Paying by invoice works.".into(),
        next_update_at: Some(NOW + Span::minutes(30)),
        components: BTreeMap::new(),
        lint_override: None,
    }
}

fn codes(draft: &Draft) -> Vec<(&'static str, &'static str, Level)> {
    lint(draft, NOW, true).into_iter().map(|f| (f.field, f.code, f.level)).collect()
}

fn with_act(act: &str) -> Draft {
    Draft { act: act.into(), ..good() }
}

#[test]
fn a_good_update_needs_no_word() {
    assert_eq!(lint(&good(), NOW, true), []);
}

#[test]
fn each_missing_a_is_refused() {
    for empty in ["", "  ", "...", "TBD", "n/a"] {
        let draft = Draft { acknowledge: empty.into(), apologize: empty.into(), act: empty.into(), ..good() };
        let fields: Vec<_> =
            codes(&draft).into_iter().filter(|c| c.1 == "missing" && c.2 == Level::Refuse).map(|c| c.0).collect();
        assert_eq!(fields, ["acknowledge", "apologize", "act"], "{empty:?}");
    }
    let inside = Draft { audience: Audience::Executives, apologize: String::new(), ..good() };
    assert_eq!(codes(&inside), []);
    let short = Draft { phase: PublicPhase::Resolved, act: "Rolled back.".into(), next_update_at: None, ..good() };
    assert_eq!(codes(&short), []);
}

#[test]
fn the_next_word_has_a_time_until_it_is_over() {
    let next = |phase, at: Option<i64>| {
        let draft = Draft { phase, next_update_at: at.map(|s| Time::from_seconds(NOW.seconds() + s)), ..good() };
        codes(&draft).first().map(|c| (c.1, c.2))
    };
    assert_eq!(next(Investigating, None), Some(("missing", Level::Refuse)));
    assert_eq!(next(Resolved, None), None);
    assert_eq!(next(Postmortem, None), None);
    assert_eq!(next(Resolved, Some(86_400 * 5)), None);
    assert_eq!(next(Investigating, Some(0)), Some(("in_the_past", Level::Refuse)));
    assert_eq!(next(Resolved, Some(-1)), Some(("in_the_past", Level::Refuse)));
    assert_eq!(next(Identified, Some(86_400)), None);
    assert_eq!(next(Identified, Some(86_401)), Some(("too_far", Level::Refuse)));
    assert_eq!(next(Investigating, Some(7_201)), Some(("far", Level::Advise)));
    assert_eq!(next(Identified, Some(7_201)), None);
    let closed = Draft { next_update_at: None, ..good() };
    assert_eq!(lint(&closed, NOW, false), []);
}

/// What people write when they promise a time for the fix.
const PROMISES: &[&str] = &[
    "This will be fixed by 10:30.",
    "Fixed by 10:30 UTC.",
    "Back in 20 minutes!",
    "We will be back in 20 minutes.",
    "We'll be back online within the hour.",
    "The problem will be resolved within the hour.",
    "ETA 15:00",
    "ETA: 15:00 UTC",
    "ETA for the fix is 2 hours.",
    "Current ETA is about 30 minutes",
    "Estimated time of resolution: 14:45",
    "Payments should be working again by noon.",
    "Everything should be working again by 3pm.",
    "It should be working again by tomorrow morning.",
    "We expect full recovery within two hours.",
    "We expect to have a fix in about 45 minutes.",
    "A fix will be out by 16:00.",
    "We hope to restore service before 18:00 CET.",
    "Service will be restored at 11:15.",
    "By 10:30 we will have everything restored.",
    "Within the next 30 minutes all payments should be back to normal.",
    "In 20 minutes checkout will be up again, fully operational.",
    "We anticipate resolution by end of day.",
    "We're aiming to resolve this by Friday.",
    "The rollback should be completed in 10 minutes.",
    "We will fix this today.",
    "Checkout is back in an hour.",
    "SERVICE WILL BE RESTORED BY 5 PM",
    "We’ll have this sorted by lunchtime.",
    "It will be fixed in no more than 20 minutes.",
    "The fix will be deployed by 15h30.",
    "We will post an update at 10:30, and the service will be restored by 11:00.",
    "Next update at 10:30. It should be resolved by then, within 15 minutes.",
    "Login will be available again in half an hour.",
    "All systems will be operational no later than 22:00.",
    "Search will work again by 9am.",
    "The outage will be over by 10:45.",
    "You should be able to log in again in about 15 minutes.",
    "Full service is expected to resume at 16:00.",
    "We should have things running again before lunch.",
    "Restoration is scheduled for 18:00.",
    "It'll be up by 6.",
    "Our engineers are confident that payments will be stable within 30m.",
];

/// What people write that promises only the next word, or no time, or reports what was.
const FINE: &[&str] = &[
    "Next update at 10:30.",
    "The next update is at 10:30 UTC, also if nothing has changed.",
    "We will update you in 30 minutes.",
    "We'll post again by 10:30, with or without news.",
    "You will hear from us again within the hour.",
    "In 30 minutes we will post an update on the fix.",
    "By 11:00 we will write again.",
    "Our next update on the restored service comes at 10:30.",
    "We will share more in 20 minutes, or as soon as it is fixed.",
    "We will get back to you in 20 minutes.",
    "We will be back with an update in 20 minutes.",
    "We will write again once payments are back, at 11:00 at the latest.",
    "The issue was fixed at 10:30.",
    "Resolved at 10:30 UTC.",
    "Service was restored within 20 minutes.",
    "Payments have been working again since 10:12.",
    "At 10:15 we rolled back the change, and payments recovered by 10:20.",
    "By 10:30 all payments had been restored.",
    "Checkout was unavailable for 20 minutes.",
    "We do not have an ETA yet.",
    "We cannot give an ETA and will write again by 10:30.",
    "We do not know yet when this will be fixed; the next update is at 10:30.",
    "We will not have this fixed by 10:30.",
    "If it is not fixed by 10:30, we will switch to the second region.",
    "We are working on a fix.",
    "We are working on this with all hands; next word in 20 minutes.",
    "We are rolling back; this takes us to the version of 09:30.",
    "We rolled back at 10:12 and see fewer errors in the last 20 minutes.",
    "We will keep watching the service, which was restored at 10:30.",
    "We will restart the second node at 10:30.",
    "Fixed by the database team.",
    "The fix is out in 3 of 5 regions.",
    "Orders placed between 09:40 and 10:12 will be restored from our records.",
    "Refunds will be issued by Friday.",
    "The review will be available within 5 days.",
    "A full write-up will be ready by Monday.",
    "We will publish the review of what led to this by 12 March.",
    "Errors are back to normal levels.",
    "Errors rose in the back-end at 10:30.",
    "Restored 55 % of accounts, 78 % expected at the next step.",
    "We will stay online and watch this for 30 minutes before we close it.",
    "Checkout is slow; you can pay by invoice today.",
    "The error has been in place since 09:00 today.",
    "Payments recovered within 12 minutes of the rollback.",
    "All services are operational as of 11:05 UTC today.",
    "Today at 10:02 UTC we noticed that payments did not work for 20 minutes; they work again now.",
    "We will fail over to the second region at 10:40 and report the result by 10:50.",
    "The next update will be posted by 10:30 UTC or when the service is restored, whichever comes first.",
    "We'll let you know in 15 minutes whether the rollback has resolved it.",
    "Please try again in a few minutes.",
    "",
    "by 10:30",
    "will",
];

#[test]
fn a_promised_time_for_the_fix_is_refused() {
    let missed: Vec<_> =
        PROMISES.iter().filter(|text| !codes(&with_act(text)).contains(&("act", "promised_fix", Level::Refuse))).collect();
    assert!(missed.is_empty(), "not seen: {missed:#?}");
}

#[test]
fn a_promise_of_the_next_word_and_a_report_are_fine() {
    let wrong: Vec<_> = FINE
        .iter()
        .flat_map(|text| lint(&with_act(text), NOW, true))
        .filter(|f| f.code == "promised_fix")
        .map(|f| f.text)
        .collect();
    assert!(wrong.is_empty(), "refused: {wrong:#?}");
}

#[test]
fn the_promise_is_found_in_each_text_and_quoted() {
    let promise = "It will be fixed by 10:30.";
    for (i, field) in ["acknowledge", "apologize", "act"].into_iter().enumerate() {
        let mut draft = good();
        *[&mut draft.acknowledge, &mut draft.apologize, &mut draft.act][i] = promise.into();
        let found = lint(&draft, NOW, true);
        assert_eq!((found[0].field, found[0].code), (field, "promised_fix"));
        assert!(found[0].text.contains("“fixed by 10:30”"), "{}", found[0].text);
    }
}

#[test]
fn a_closing_update_may_report_how_long_it_took() {
    let closing = Draft { phase: PublicPhase::Resolved, ..with_act("Service restored in 20 minutes.") };
    assert_eq!(codes(&closing), []);
}

#[test]
fn advice_names_the_words() {
    let advised = |text: &str| {
        lint(&with_act(text), NOW, true).into_iter().filter(|f| f.field == "act").map(|f| (f.code, f.level)).collect::<Vec<_>>()
    };
    let advise = |code| vec![(code, Level::Advise)];
    assert_eq!(advised("This was human error."), advise("blame"));
    assert_eq!(advised("A failover to the second region runs."), advise("jargon"));
    assert_eq!(advised("We look for the root cause."), advise("root_cause"));
    assert_eq!(advised("Some users see errors."), advise("vague"));
    assert_eq!(advised("Sorry for any inconvenience."), advise("empty_regret"));
    assert_eq!(advised("It should be fixed soon."), advise("soon"));
    assert_eq!(advised("We restarted db-1.eu.internal."), advise("inner_name"));
    assert_eq!(advised(&"word ".repeat(130)), advise("long"));
    assert_eq!(advised("See https://shop.example/help for more."), []);
    let refuse = |code| vec![(code, Level::Refuse)];
    assert_eq!(advised("See https://ana:pw@shop.example/help"), refuse("secret_in_link"));
    assert_eq!(advised("See https://shop.example/?token=abc"), refuse("secret_in_link"));
    assert_eq!(advised("About {impact} is hit."), refuse("blank"));
    assert_eq!(advised("[fill in: what has changed]"), refuse("blank"));
    let inside = Draft { audience: Audience::Internal, ..with_act("A failover runs.") };
    assert_eq!(codes(&inside), []);
    let dry = Draft { apologize: "Payments were slow.".into(), ..good() };
    assert_eq!(codes(&dry), [("apologize", "no_regret", Level::Advise)]);
}

#[test]
fn refusals_come_first() {
    let draft = Draft { acknowledge: "Some users see an error.".into(), ..with_act("It will be fixed by 10:30.") };
    let levels: Vec<_> = codes(&draft).iter().map(|c| c.2).collect();
    assert_eq!(levels, [Level::Refuse, Level::Advise]);
}

#[test]
fn the_reminder_comes_eight_minutes_before_or_half_way() {
    let lead = |minutes: i64| promise_lead(NOW, NOW + Span::minutes(minutes));
    assert_eq!(lead(60), Span::minutes(8));
    assert_eq!(lead(16), Span::minutes(8));
    assert_eq!(lead(10), Span::minutes(5));
    assert_eq!(lead(0), Span(0));
    assert_eq!(promise_lead(NOW, NOW - Span(60)), Span(0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_text_is_taken(text in "\\PC{0,80}", more in proptest::collection::vec(
        proptest::sample::select(vec!["fixed", "by", "10:30", "will", "in", "the", "20", "minutes", ",", ".", "eta", "back", "not", "’", "é", "10:é"]), 0..30)) {
        let draft = with_act(&format!("{text} {}", more.join(" ")));
        let found = lint(&draft, NOW, true);
        prop_assert!(found.len() < 30);
    }
}

#[test]
fn a_huge_text_takes_time_in_proportion() {
    // A lint that looked from every time back to the start of the text would need minutes for this.
    for run in ["by 10:30 ", "will the next about around ", "eta not back ", "[{"] {
        let text = run.repeat(10_000);
        assert!(!lint(&with_act(&text), NOW, true).is_empty());
    }
}
