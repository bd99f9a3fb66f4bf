//! The egress guard against the corpus of tricks.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use courier::{Cidr, Courier, Outcome, Refusal, Settings, Standing, judge};

use crate::help::{Receiver, courier, hasty, hook, settings};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

const PUBLIC: &[&str] = &[
    "8.8.8.8",
    "1.1.1.1",
    "172.15.0.1",
    "172.32.0.1",
    "100.63.0.1",
    "100.128.0.1",
    "2606:4700::1",
    "64:ff9b::8.8.8.8",
    "::ffff:8.8.8.8",
    "2002:808:808::1",
];

const PRIVATE: &[&str] = &[
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.1.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fc00::1",
    "fdff::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "2001::1",
    "2001:2::1",
    "4000::1",
    "5f00::1",
    // The same private addresses inside IPv6: mapped, compatible, translated, NAT64 (both prefixes, both places), 6to4, ISATAP, Teredo.
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "::10.0.0.1",
    "::ffff:0:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::10.0.0.1",
    "64:ff9b:1:a00:0:100::",
    "64:ff9b:1::8.8.8.8",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2606:4700::5efe:10.0.0.1",
    "2606:4700::200:5efe:10.0.0.1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
];

const METADATA: &[&str] = &[
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "fd00:ec2::254",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::a9fe:a9fe",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::a9fe:a9fe",
    "64:ff9b:1:a9fe:a9:fe00::",
    "2002:a9fe:a9fe::1",
    "fe80::5efe:169.254.169.254",
];

const REFUSED: &[(&str, Refusal)] = &[
    ("http://127.0.0.1/", Refusal::Private),
    ("https://127.0.0.1/", Refusal::Private),
    ("https://127.1/", Refusal::Private),
    ("https://2130706433/", Refusal::Private),
    ("https://0x7f000001/", Refusal::Private),
    ("https://0x7f.1/", Refusal::Private),
    ("https://0177.0.0.1/", Refusal::Private),
    ("https://017700000001/", Refusal::Private),
    ("https://127.0.0.1./", Refusal::Private),
    ("https://１２７.０.０.１/", Refusal::Private),
    ("https://①②⑦.⓪.⓪.①/", Refusal::Private),
    ("https://127。0。0。1/", Refusal::Private),
    ("https://%31%32%37.0.0.1/", Refusal::Private),
    ("https://[::1]/", Refusal::Private),
    ("https://[::ffff:7f00:1]/", Refusal::Private),
    ("https://[::ffff:127.0.0.1]:8443/", Refusal::Private),
    ("https://[0:0:0:0:0:0:0:1]/", Refusal::Private),
    ("https://0/", Refusal::Private),
    ("https://10.0.0.5/", Refusal::Private),
    ("https://169.254.169.254/latest/meta-data/", Refusal::Metadata),
    ("https://[fd00:ec2::254]/", Refusal::Metadata),
    ("https://0xA9FEA9FE/", Refusal::Metadata),
    ("http://8.8.8.8/", Refusal::Unlisted),
    ("https://8.8.8.8:22/", Refusal::Unlisted),
    ("https://8.8.8.8:6379/", Refusal::Unlisted),
];

const UNREADABLE: &[&str] = &[
    "",
    "example.org",
    "//example.org/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:25/",
    "javascript:alert(1)",
    "https://",
    "https:///",
    "https://user@example.org/",
    "https://user:pass@example.org/",
    "https://@example.org/",
    "https://example.org@127.0.0.1/",
    "https://example.org:443@10.0.0.1/",
    "https://example.org\\@127.0.0.1/",
    "https:\\\\example.org/",
    "https://example.org/\r\nHost: evil",
    "https://example.org/a b",
    "https://exa\tmple.org/",
    " https://example.org/",
    "https://[fe80::1%25eth0]/",
    "https://[::1",
    "https://example.org:99999/",
    "https://exa%00mple.org/",
    "https://256.256.256.256/",
    "https://1.2.3.4.5.6.7.8/",
];

fn standing(ip: &str, allow: &[&str]) -> Standing {
    let allow: Vec<Cidr> = allow.iter().map(|c| c.parse().unwrap()).collect();
    judge(ip.parse().unwrap(), &allow)
}

#[test]
fn addresses_are_judged_in_every_form() {
    for ip in PUBLIC {
        assert_eq!(standing(ip, &[]), Standing::Public, "{ip}");
    }
    for ip in PRIVATE {
        assert_eq!(standing(ip, &[]), Standing::Private, "{ip}");
    }
    for ip in METADATA {
        assert_eq!(standing(ip, &["0.0.0.0/0", "::/0"]), Standing::Metadata, "{ip} even though listed");
    }
    for (ip, allow) in [
        ("127.0.0.1", "127.0.0.0/8"),
        ("::ffff:127.0.0.1", "127.0.0.0/8"),
        ("64:ff9b::10.0.0.1", "10.0.0.0/8"),
        ("fd00::5", "fd00::/8"),
        ("8.8.8.8", "8.8.8.0/24"),
        ("::1", "::1"),
    ] {
        assert_eq!(standing(ip, &[allow]), Standing::Listed, "{ip}");
    }
    assert_eq!(standing("10.0.0.1", &["127.0.0.0/8"]), Standing::Private);
    assert_eq!(standing("2002:a00:1::1", &["2606::/16"]), Standing::Private);
}

#[tokio::test]
async fn urls_are_refused_before_anything_is_asked() {
    let courier = Courier::new(Settings { egress: vec!["10.1.0.0/16".parse().unwrap()], ..settings() }).unwrap();
    for (url, wanted) in REFUSED {
        assert_eq!(&courier.guard().inspect(url).unwrap_err(), wanted, "{url}");
    }
    for url in UNREADABLE {
        assert!(matches!(courier.guard().inspect(url), Err(Refusal::Url(_))), "{url:?} is refused");
    }
    assert!(matches!(courier.guard().inspect(&format!("https://example.org/{}", "a".repeat(2048))), Err(Refusal::Url(_))));
    for url in [
        "https://example.org/x?y#z",
        "https://8.8.8.8/",
        "https://example.org:8443/",
        "http://10.1.2.3:9000/",
        "https://10.1.2.3:9000/",
        "http://example.org/",
    ] {
        assert!(courier.guard().inspect(url).is_ok(), "{url} can only be judged when its name is known");
    }
}

/// A courier whose names resolve as told.
fn with_names(names: impl Fn(&str) -> std::io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Courier {
    Courier::new(Settings { lookup: Arc::new(names), ..settings() }).unwrap()
}

fn ips(list: &[&str]) -> Vec<IpAddr> {
    list.iter().map(|ip| ip.parse().unwrap()).collect()
}

#[tokio::test]
async fn every_answer_of_a_name_must_be_allowed() {
    let receiver = Receiver::answering(OK).await;
    let port = receiver.at.port();
    let courier = with_names(|name| {
        Ok(match name {
            "good.test" => ips(&["127.0.0.1"]),
            "mixed.test" => ips(&["127.0.0.1", "10.0.0.1"]),
            "public.test" => ips(&["127.0.0.1", "93.184.216.34"]),
            "metadata.test" => ips(&["169.254.169.254"]),
            "six.test" => ips(&["64:ff9b::a9fe:a9fe"]),
            "many.test" => vec!["127.0.0.1".parse().unwrap(); 999].into_iter().chain(ips(&["10.0.0.1"])).collect(),
            _ => ips(&[]),
        })
    });
    let good = courier.send(hook(format!("http://good.test:{port}/"))).await;
    assert!(matches!(good, Outcome::Delivered { .. }), "{good:?}");
    for (name, word) in
        [("mixed", "private"), ("public", "listed"), ("metadata", "metadata"), ("six", "metadata"), ("many", "private")]
    {
        let outcome = courier.send(hook(format!("http://{name}.test:{port}/"))).await;
        assert!(matches!(&outcome, Outcome::Failed { answer } if answer.contains(word)), "{name}: {outcome:?}");
    }
    let none = courier.send(hook(format!("http://none.test:{port}/"))).await;
    assert!(matches!(none, Outcome::Retry { .. }), "{none:?}");
    assert_eq!(receiver.got.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_judged_at_the_connection() {
    let receiver = Receiver::answering("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let courier =
        with_names(move |_| Ok(ips(if count.fetch_add(1, Ordering::SeqCst) == 0 { &["127.0.0.1"] } else { &["10.0.0.1"] })));
    let url = format!("http://flip.test:{}/", receiver.at.port());
    assert!(matches!(courier.send(hook(&url)).await, Outcome::Delivered { .. }));
    assert!(matches!(courier.send(hook(&url)).await, Outcome::Failed { .. }));
    assert_eq!(asked.load(Ordering::SeqCst), 2, "one look-up per connection, and it is the one that counts");
}

#[tokio::test]
async fn a_dead_name_server_costs_little_and_the_last_good_answer_serves() {
    let receiver = Receiver::answering("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").await;
    let down = Arc::new(AtomicUsize::new(0));
    let state = Arc::clone(&down);
    let lookup: courier::Lookup = Arc::new(move |name: &str| match (name, state.load(Ordering::SeqCst)) {
        ("known.test", 0) => Ok(ips(&["127.0.0.1"])),
        ("gone.test", _) => Err(std::io::ErrorKind::NotFound.into()),
        _ => {
            std::thread::sleep(Duration::from_millis(400));
            Err(std::io::ErrorKind::TimedOut.into())
        }
    });
    let courier = Courier::new(Settings { lookup, ..hasty() }).unwrap();
    let url = |name: &str| format!("http://{name}.test:{}/", receiver.at.port());
    assert!(matches!(courier.send(hook(url("known"))).await, Outcome::Delivered { .. }));
    assert!(matches!(courier.send(hook(url("gone"))).await, Outcome::Retry { .. }));
    down.store(1, Ordering::SeqCst);
    let begun = Instant::now();
    let slow = courier.send(hook(url("slow"))).await;
    assert!(matches!(&slow, Outcome::Retry { answer, .. } if answer.contains("name server")), "{slow:?}");
    assert!(begun.elapsed() < Duration::from_millis(350), "{:?}", begun.elapsed());
    assert!(matches!(courier.send(hook(url("known"))).await, Outcome::Delivered { .. }), "the last good answer");
}

#[tokio::test]
async fn real_names_of_this_machine_need_to_be_listed() {
    let receiver = Receiver::answering(OK).await;
    let port = receiver.at.port();
    let closed = Courier::new(Settings { egress: Vec::new(), ..settings() }).unwrap();
    for host in ["localhost", "localhost.", "LOCALHOST"] {
        let outcome = closed.send(hook(format!("http://{host}:{port}/"))).await;
        // Some systems do not know the form with the dot at all.
        let refused =
            matches!(outcome, Outcome::Failed { .. }) || host.ends_with('.') && matches!(outcome, Outcome::Retry { .. });
        assert!(refused, "{host}: {outcome:?}");
    }
    assert!(receiver.got.lock().unwrap().is_empty());
}

#[tokio::test]
async fn redirects_lead_nowhere() {
    let victim = Receiver::answering(OK).await;
    for code in [301, 302, 303, 307, 308] {
        let answer = format!("HTTP/1.1 {code} Moved\r\nlocation: http://{}/steal\r\ncontent-length: 0\r\n\r\n", victim.at);
        let receiver = Receiver::answering(answer.leak()).await;
        let outcome = courier().send(hook(receiver.url())).await;
        assert!(matches!(&outcome, Outcome::Failed { answer } if answer.starts_with(&code.to_string())), "{outcome:?}");
    }
    assert!(victim.got.lock().unwrap().is_empty());
}
