//! Years of one rota in seconds, and a page counted for every six hours of them.

use model::{Span, Time};

use crate::book::{Email, book};
use crate::world::{World, firing};

#[test]
fn for_three_years_of_weekly_shifts_an_alert_every_six_hours_always_pages_somebody() {
    let people = ["ana", "ben", "cleo"];
    // Handed over on Mondays at nine in Berlin, through six changes of the clocks.
    let book = book().weekly("primary", &people, "2026-02-23T09:00").policy("default", &[("schedule:primary", 5)]);
    let mut w = World::new(&book);
    let end = w.now + Span::hours(24 * 365 * 3 + 24);
    let (mut pages, mut turns, mut last) = (0, 0, String::new());
    while w.now < end {
        let alert = w.hears([firing("Tick")])[0].unwrap();
        let page = w.expect_letter_to(&on_call(&book, w.now), Email);
        if *page.to != *last {
            (turns, last) = (turns + 1, page.to.to_string());
        }
        w.delivers(&page);
        w.expect_no_letter();
        w.pass(Span::minutes(1));
        w.resolves("Tick");
        assert!(w.is_over(alert));
        w.pass(Span::minutes(359));
        // What is over is looked at no more; the test's own store must not slow it down.
        w.rows.retain(|_, row| matches!(row, model::Row::Playbook(_) | model::Row::Pager(_)));
        pages += 1;
    }
    assert_eq!(pages, (365 * 3 + 1) * 4);
    // 156 weeks and the one that had begun.
    assert_eq!(turns, 157);
    assert_eq!((w.state.open_alerts(), w.state.groups().count(), w.state.next_deadline()), (0, 0, None));
}

/// Counted by hand: weeks since the first Monday, nine o'clock on the wall in Berlin.
fn on_call(book: &crate::book::Book, at: Time) -> String {
    let first: jiff::civil::DateTime = "2026-02-23T09:00".parse().unwrap();
    let local = at.stamp().in_tz("Europe/Berlin").unwrap().datetime();
    let hours = local.duration_since(first).as_hours();
    book.0.schedules[0].layers[0].people[(hours / (24 * 7) % 3) as usize].to_string()
}
