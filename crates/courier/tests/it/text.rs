//! Cleaning, addresses, blocks, waiting times: the small pure parts.

use std::time::Duration;

use courier::{Cidr, Secret, SecretError, is_address, retry_after, safe, safe_lines};

use crate::help::NOW;

#[test]
fn text_from_outside_is_one_harmless_line() {
    assert_eq!(safe("550 5.1.1\r\n\tno\u{1b}[31m such user\0"), "550 5.1.1 no [31m such user");
    assert_eq!(safe("a\u{202e}cod.exe\u{2066}\u{200b}\u{feff}b"), "acod.exeb");
    assert_eq!(safe("  Zürich 👩‍🚒  "), "Zürich 👩‍🚒");
    assert_eq!(safe_lines("one\r\ntwo\rthree\n\tfour\u{7}\u{202e}"), "one\ntwo\nthree\n\tfour");
}

#[test]
fn only_plain_addresses_are_mailed() {
    for good in ["ana@example.org", "a.b+c@mail.example.co.uk", "ops@localhost", "o'neill@example.org", "ana@bücher.example"] {
        assert!(is_address(good), "{good}");
    }
    let long_local = format!("{}@example.org", "a".repeat(65));
    let long = format!("a@{}.org", "b.".repeat(150));
    for bad in [
        "",
        "ana",
        "@example.org",
        "ana@",
        "ana@@example.org",
        "ana@example.org\r\nRCPT TO:<eve@example.org>",
        "ana@example.org\n",
        "ana\0@example.org",
        "ana\u{85}@example.org",
        "ana@example.org> SIZE=1",
        "<ana@example.org>",
        "\"ana\r\nDATA\"@example.org",
        "\"ana\"@example.org",
        "ana@[127.0.0.1]",
        "ana@127.0.0.1",
        "ana@2130706433",
        "ana@exa mple.org",
        "ana@example..org",
        "ana@-example.org",
        "ana@example.org.",
        "ana@exam%0aple.org",
        ".ana@example.org",
        "a..b@example.org",
        "ana,eve@example.org",
        "ánà@example.org",
        &long_local,
        &long,
    ] {
        assert!(!is_address(bad), "{bad:?}");
    }
}

#[test]
fn blocks_are_read_strictly_and_compared_as_numbers() {
    let holds = |block: &str, ip: &str| block.parse::<Cidr>().unwrap().contains(ip.parse().unwrap());
    assert!(holds("10.0.0.0/8", "10.255.0.1"));
    assert!(!holds("10.0.0.0/8", "100.0.0.1"));
    assert!(holds("192.168.1.7", "192.168.1.7"));
    assert!(!holds("192.168.1.7", "192.168.1.70"));
    assert!(holds("0.0.0.0/0", "8.8.8.8"));
    assert!(!holds("0.0.0.0/0", "::1"));
    assert!(holds("fd00::/8", "fdff::1"));
    assert!(holds("::/0", "2a00::1"));
    assert!(holds("172.16.0.0/12", "172.31.255.255"));
    assert!(!holds("172.16.0.0/12", "172.32.0.0"));
    for bad in [
        "",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/ 8",
        "10.0/8",
        "::/129",
        "localhost",
        "::ffff:10.0.0.0/104",
        "010.0.0.1",
    ] {
        assert!(bad.parse::<Cidr>().is_err(), "{bad:?}");
    }
}

#[test]
fn retry_after_is_obeyed_within_reason() {
    let secs = |n| Some(Duration::from_secs(n));
    for (value, wanted) in [
        ("0", secs(0)),
        ("30", secs(30)),
        (" 120 ", secs(120)),
        ("999999", secs(3600)),
        ("99999999999999999999999999", secs(3600)),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("Mon, 21 Sep 2026 14:14:20 GMT", secs(60)),
        ("Wed, 21 Oct 2099 07:28:00 GMT", secs(3600)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ] {
        assert_eq!(retry_after(value, NOW), wanted, "{value:?}");
    }
}

#[test]
fn secrets_are_checked_and_never_shown() {
    let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    assert_eq!(secret.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assert_eq!("MfKQ9r8G".parse::<Secret>().unwrap_err(), SecretError::Prefix);
    assert_eq!("whsec_!!!".parse::<Secret>().unwrap_err(), SecretError::Base64);
    assert_eq!("whsec_AAAA".parse::<Secret>().unwrap_err(), SecretError::Length(3));
    assert!(Secret::from_bytes(&[7; 65]).is_err());
    assert!(Secret::from_bytes(&[7; 64]).is_ok());
}
