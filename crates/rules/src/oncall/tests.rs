use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::playbook::{Layer, Period, Person, Schedule, Team};
use model::{Playbook, Span, Time};
use proptest::prelude::*;

use super::*;

/// Half-hour clocks, gaps at midnight, Ramadan, a zone that came and went, no change at all, and Sao Paulo, which gave it up.
const ZONES: [&str; 8] = [
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "America/Santiago",
    "Africa/Casablanca",
    "Europe/Lisbon",
    "America/New_York",
    "Asia/Kolkata",
    "America/Sao_Paulo",
];
const CREW: [&str; 3] = ["ana", "ben", "cleo"];

fn layer(people: &[&str], every: Period, from: &str, until: Option<&str>) -> Layer {
    Layer { people: people.iter().map(|p| Name::from(*p)).collect(), every, from: from.into(), until: until.map(Into::into) }
}

fn book(timezone: &str, layers: Vec<Layer>) -> Playbook {
    let person = |id: &str| Person { id: id.into(), name: id.into(), timezone: "UTC".into(), notify: vec![] };
    Playbook {
        people: ["ana", "ben", "cleo", "dan"].map(person).into(),
        teams: vec![Team { id: "web".into(), name: "Web".into(), members: vec!["ben".into(), "dan".into()] }],
        schedules: vec![Schedule { id: "primary".into(), name: "Primary".into(), timezone: timezone.into(), layers }],
        ..Playbook::default()
    }
}

fn utc(text: &str) -> Time {
    Time::parse(text).expect("a valid time")
}

fn local(zone: &str, at: Time) -> DateTime {
    TimeZone::get(zone).expect("a zone").to_datetime(at.stamp())
}

fn who(book: &Playbook, at: &str) -> Option<String> {
    on_call(book, "primary", utc(at)).map(|s| s.person.to_string())
}

#[test]
fn a_weekly_shift_is_an_hour_shorter_or_longer_when_the_clocks_change() {
    let weekly = layer(&CREW, Period::Weeks(1), "2026-01-05T09:00", None);
    let book = book("Europe/Lisbon", vec![weekly]);
    let hours = |at: &str| {
        let shift = on_call(&book, "primary", utc(at)).expect("somebody");
        shift.until.since(shift.from).0 / 3_600
    };
    assert_eq!(hours("2026-01-07T00:00:00Z"), 168);
    assert_eq!(hours("2026-03-29T12:00:00Z"), 167);
    assert_eq!(hours("2026-10-25T12:00:00Z"), 169);
    assert_eq!(who(&book, "2026-01-05T08:59:59Z"), None);
    assert_eq!(who(&book, "2026-01-05T09:00:00Z").as_deref(), Some("ana"));
    assert_eq!(who(&book, "2026-01-12T09:00:00Z").as_deref(), Some("ben"));
    assert_eq!(who(&book, "2026-06-01T07:59:59Z").as_deref(), Some("cleo"));
    assert_eq!(who(&book, "2026-06-01T08:00:00Z").as_deref(), Some("ana"));
}

#[test]
fn hourly_shifts_count_elapsed_hours() {
    let book = book("America/New_York", vec![layer(&CREW, Period::Hours(12), "2026-03-07T20:00", None)]);
    // 2026-03-08 02:00 does not exist there; the hand-over moves to 09:00 local.
    let shift = on_call(&book, "primary", utc("2026-03-08T05:00:00Z")).expect("somebody");
    assert_eq!(shift.until.since(shift.from), Span::hours(12));
    assert_eq!(local("America/New_York", shift.until).hour(), 9);
}

#[test]
fn a_missing_local_time_is_taken_at_the_jump_and_a_double_one_at_its_first_coming() {
    let at = |zone: &str, from: &str| {
        let book = book(zone, vec![layer(&["ana"], Period::Days(1), from, None)]);
        let all = shifts(&book, "primary", utc("2026-01-01T00:00:00Z"), utc("2026-12-31T00:00:00Z"));
        all.first().map(|s| s.from.rfc3339())
    };
    let lisbon = |from: &str| at("Europe/Lisbon", from);
    assert_eq!(lisbon("2026-03-29T01:30").as_deref(), Some("2026-03-29T01:00:00Z"));
    assert_eq!(lisbon("2026-03-29T01:00").as_deref(), Some("2026-03-29T01:00:00Z"));
    assert_eq!(lisbon("2026-10-25T01:30").as_deref(), Some("2026-10-25T00:30:00Z"));
    // Midnight itself is missing in Beirut and in Santiago.
    assert_eq!(at("Asia/Beirut", "2026-03-29T00:00").as_deref(), Some("2026-03-28T22:00:00Z"));
    assert_eq!(at("America/Santiago", "2026-09-06T00:30").as_deref(), Some("2026-09-06T04:00:00Z"));
    // Half an hour, at Lord Howe.
    assert_eq!(at("Australia/Lord_Howe", "2026-10-04T02:15").as_deref(), Some("2026-10-03T15:30:00Z"));
}

#[test]
fn the_31st_stays_the_31st() {
    let book = book("UTC", vec![layer(&CREW, Period::Months(1), "2026-01-31T09:00", None)]);
    let all = shifts(&book, "primary", utc("2026-01-31T09:00:00Z"), utc("2026-05-01T00:00:00Z"));
    let days: Vec<_> = all.iter().map(|s| s.from.rfc3339()[5..10].to_owned()).collect();
    assert_eq!(days, ["01-31", "02-28", "03-31", "04-30"]);
}

#[test]
fn a_later_layer_goes_before_an_earlier_one_while_it_has_somebody() {
    let book = book(
        "UTC",
        vec![
            layer(&["ana", "ben"], Period::Days(1), "2026-01-01T00:00", None),
            layer(&["dan"], Period::Weeks(1), "2026-01-02T12:00", Some("2026-01-03T06:00")),
        ],
    );
    let all = shifts(&book, "primary", utc("2026-01-01T00:00:00Z"), utc("2026-01-04T00:00:00Z"));
    let plain: Vec<_> = all.iter().map(|s| (&*s.person, &s.from.rfc3339()[8..13] == "03T06", s.layer)).collect();
    assert_eq!(plain, [("ana", false, 0), ("ben", false, 0), ("dan", false, 1), ("ana", true, 0)]);
    assert!(all.windows(2).all(|w| w[0].until == w[1].from));
}

#[test]
fn gaps_lie_before_between_and_after_layers() {
    let book = book(
        "UTC",
        vec![
            layer(&["ana"], Period::Days(1), "2026-01-02T00:00", Some("2026-01-03T00:00")),
            layer(&["ben"], Period::Days(1), "2026-01-05T00:00", Some("2026-01-06T00:00")),
        ],
    );
    let (from, until) = (utc("2026-01-01T00:00:00Z"), utc("2026-01-08T00:00:00Z"));
    let days: Vec<_> = gaps(&book, "primary", from, until).iter().map(|g| g.until.since(g.from).0 / 86_400).collect();
    assert_eq!(days, [1, 2, 2]);
    assert_eq!(gaps(&book, "nothing", from, until), [Gap { from, until }]);
    assert_eq!(shifts(&book, "nothing", from, until), []);
}

#[test]
fn a_day_that_never_was_has_no_shift() {
    // Samoa went over the date line: 2011-12-30 did not happen there.
    let daily = layer(&CREW, Period::Days(1), "2011-12-29T00:00", None);
    let book = book("Pacific/Apia", vec![daily]);
    let all = shifts(&book, "primary", utc("2011-12-29T12:00:00Z"), utc("2011-12-31T12:00:00Z"));
    let people: Vec<_> = all.iter().map(|s| &*s.person).collect();
    assert_eq!(people, ["ana", "cleo", "ana"]);
    assert!(all.windows(2).all(|w| w[0].until == w[1].from));
}

#[test]
fn targets_are_people_each_once_in_order() {
    let book = book("UTC", vec![layer(&["ben"], Period::Days(1), "2026-01-01T00:00", None)]);
    let ask = [
        Target::Person("ana".into()),
        Target::Schedule("primary".into()),
        Target::Team("web".into()),
        Target::Person("gone".into()),
        Target::Team("nobody".into()),
    ];
    let at = utc("2026-02-01T00:00:00Z");
    assert_eq!(targets(&book, &ask, at), [Name::from("ana"), "ben".into(), "dan".into()]);
    assert_eq!(targets(&book, &[], at), Vec::<Name>::new());
}

#[test]
fn nothing_makes_it_panic() {
    let odd = [Period::Days(0), Period::Days(u32::MAX), Period::Months(u32::MAX), Period::Hours(u32::MAX), Period::Weeks(9)];
    let froms = ["2026-01-05T09:00", "9999-12-31T23:59", "0000-01-01T00:00", "", "2026-02-30T00:00", "2026-01-05"];
    for zone in ["UTC", "Pacific/Apia", "No/Where"] {
        for every in odd {
            for from in froms {
                let layers = vec![layer(&CREW, every, from, None), layer(&[], every, from, Some(from))];
                let book = book(zone, layers);
                for at in [i64::MIN, -1, 0, 1_800_000_000_000_000, i64::MAX - 1, i64::MAX] {
                    let _ = on_call(&book, "primary", Time(at));
                    let _ = shifts(&book, "primary", Time(at), Time(at.saturating_add(86_400_000_000)));
                    let _ = gaps(&book, "primary", Time(at), Time::MIN);
                }
            }
        }
    }
}

#[test]
fn a_question_about_the_far_future_costs_no_more() {
    let daily = layer(&CREW, Period::Days(1), "2026-01-05T09:00", None);
    let book = book("Europe/Lisbon", vec![daily]);
    let mut answered = 0;
    for hour in 0..20_000 {
        let at = utc("2056-01-05T09:00:00Z") + Span::hours(hour);
        answered += usize::from(on_call(&book, "primary", at).is_some());
    }
    assert_eq!(answered, 20_000);
}

fn period() -> impl Strategy<Value = Period> {
    prop_oneof![
        (1..=36_u32).prop_map(Period::Hours),
        (1..=10_u32).prop_map(Period::Days),
        (1..=4_u32).prop_map(Period::Weeks),
        (1..=3_u32).prop_map(Period::Months),
    ]
}

/// `2015..2035` holds every odd thing of the zones above; half of the hand-overs lie where clocks jump.
fn first() -> impl Strategy<Value = String> {
    let minute = prop_oneof![Just(0), Just(15), Just(30), Just(59)];
    let hour = prop_oneof![0..4_u8, 0..24_u8];
    (2015..2035_i32, 1..=12_u8, 1..=28_u8, hour, minute)
        .prop_map(|(y, m, d, h, min)| format!("{y:04}-{m:02}-{d:02}T{h:02}:{min:02}"))
}

/// The slow way: every minute of the hours around, until the clocks show it.
fn first_instant(zone: &str, wanted: DateTime) -> Time {
    let zone = TimeZone::get(zone).expect("a zone");
    let around = zone.to_timestamp(wanted).expect("an instant");
    let mut minutes = (-180..180).map(|m| Time::from(around) + Span(m * 60));
    minutes.find(|at| zone.to_datetime(at.stamp()) >= wanted).expect("within hours")
}

fn minutes(zone: &str, at: Time) -> i64 {
    let time = local(zone, at).time();
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn shifts_tile_the_line(
        zone in proptest::sample::select(ZONES.to_vec()),
        every in period(),
        first in first(),
        days in 0..1_500_i64,
        random in proptest::collection::vec(0..400 * 86_400_i64, 12),
    ) {
        let book = book(zone, vec![layer(&CREW, every, &first, None)]);
        let start = shifts(&book, "primary", Time(0), Time(4_000_000_000_000_000))[0].from;
        let from = start + Span(days * 86_400);
        let until = from + Span(400 * 86_400);
        let all = shifts(&book, "primary", from, until);
        prop_assert!(gaps(&book, "primary", from, until).is_empty());
        prop_assert!(all[0].from <= from && all[all.len() - 1].until >= until);
        for pair in all.windows(2) {
            prop_assert_eq!(pair[0].until, pair[1].from);
            prop_assert!(pair[1].from < pair[1].until);
            // Nobody is skipped and nobody comes twice.
            let place = |s: &Shift| CREW.iter().position(|c| **c == *s.person).unwrap();
            prop_assert_eq!((place(&pair[0]) + 1) % CREW.len(), place(&pair[1]));
            for at in [pair[1].from - Span(1), pair[1].from, pair[1].from + Span(1)] {
                let wanted = if at < pair[1].from { &pair[0] } else { &pair[1] };
                prop_assert_eq!(on_call(&book, "primary", at), Some(wanted.clone()));
            }
        }
        for offset in random {
            let at = from + Span(offset);
            let wanted = all.iter().find(|s| s.from <= at && at < s.until);
            prop_assert_eq!(on_call(&book, "primary", at), wanted.cloned());
        }
    }

    /// The hand-over keeps its local hour, unless that hour does not exist on the day; then it is the first moment after the jump.
    #[test]
    fn the_nominal_hour_is_kept(
        zone in proptest::sample::select(ZONES.to_vec()),
        every in period().prop_filter("wall clock", |p| !matches!(p, Period::Hours(_))),
        first in first(),
    ) {
        let book = book(zone, vec![layer(&CREW, every, &first, None)]);
        let start = shifts(&book, "primary", Time(0), Time(4_000_000_000_000_000))[0].from;
        let nominal = local_time(&first).unwrap().time();
        let nominal = i64::from(nominal.hour()) * 60 + i64::from(nominal.minute());
        for shift in shifts(&book, "primary", start, start + Span(800 * 86_400)) {
            let (now, before) = (minutes(zone, shift.from), minutes(zone, shift.from - Span(60)));
            let jumped = (now - before).rem_euclid(1_440) != 1;
            prop_assert!(now == nominal || jumped && (now - nominal).rem_euclid(1_440) <= 60,
                "{} {now} {nominal}", shift.from.rfc3339());
        }
    }

    /// With any pile of layers: shifts and gaps together tile the window, and the highest layer that covers an instant has it.
    #[test]
    fn layers_tile_with_their_gaps(
        zone in proptest::sample::select(ZONES.to_vec()),
        layers in proptest::collection::vec((period(), 0..60_i64, 1..40_i64), 1..5),
    ) {
        let day = |n: i64| DateTime::constant(2026, 3, 1, 2, 30, 0, 0)
            .checked_add(jiff::Span::new().days(n)).unwrap().strftime("%Y-%m-%dT%H:%M").to_string();
        let layers = layers.iter().enumerate().map(|(i, (every, from, long))| {
            layer(&[CREW[i % 3]], *every, &day(*from), Some(&day(from + long)))
        }).collect();
        let book = book(zone, layers);
        let (from, until) = (utc("2026-02-20T00:00:00Z"), utc("2026-07-01T00:00:00Z"));
        let all = shifts(&book, "primary", from, until);
        let mut pieces: Vec<_> = all.iter().map(|s| (s.from, s.until)).collect();
        pieces.extend(gaps(&book, "primary", from, until).iter().map(|g| (g.from, g.until)));
        pieces.sort();
        prop_assert_eq!(pieces[0].0, from);
        prop_assert!(pieces.windows(2).all(|w| w[0].1 == w[1].0));
        prop_assert_eq!(pieces[pieces.len() - 1].1, until);
        for shift in &all {
            prop_assert_eq!(on_call(&book, "primary", shift.from), Some(shift.clone()));
            prop_assert_eq!(on_call(&book, "primary", shift.until - Span(1)), Some(shift.clone()));
            for (i, above) in book.schedules[0].layers.iter().enumerate().skip(shift.layer + 1) {
                let edge = |text: &str| first_instant(zone, local_time(text).unwrap());
                let (start, end) = (edge(&above.from), edge(above.until.as_ref().unwrap()));
                prop_assert!(shift.until <= start || shift.from >= end, "layer {i} covers {shift:?}");
            }
        }
    }
}
