//! Mail through a real server, read back by a parser that is not ours.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use courier::{Courier, Limits, Outcome, Parcel, Settings};
use serde_json::Value;

use crate::help::{limits, mail, mail_settings, run, settings};
use crate::tls::certificate;

/// aiosmtpd, keeping what it gets in a Maildir; ended when dropped.
struct Aiosmtpd {
    child: Child,
    port: u16,
}

impl Aiosmtpd {
    fn start(maildir: &Path, more: &[&str]) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let (listen, folder) = (format!("127.0.0.1:{port}"), maildir.to_str().unwrap());
        // Debian's package is seen by Debian's interpreter only. The handler and its folder come last.
        let mut child = Command::new("/usr/bin/python3")
            .args(["-m", "aiosmtpd", "-n", "-l", &listen])
            .args(more)
            .args(["-c", "aiosmtpd.handlers.Mailbox", folder])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("python3 is missing: apt-get install python3 python3-aiosmtpd");
        let begun = Instant::now();
        while std::net::TcpStream::connect(&listen).is_err() {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "aiosmtpd does not start; is it missing? apt-get install python3-aiosmtpd");
            assert!(begun.elapsed() < Duration::from_secs(10), "aiosmtpd does not listen");
            std::thread::sleep(Duration::from_millis(30));
        }
        Self { child, port }
    }
}

impl Drop for Aiosmtpd {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The mails in a Maildir, as Python's `email` package reads them.
fn read_back(maildir: &Path) -> Vec<Value> {
    let script = "
import sys,json,mailbox,email,email.policy
out=[]
for m in mailbox.Maildir(sys.argv[1], factory=lambda f: email.message_from_binary_file(f, policy=email.policy.default)):
    parts=[p for p in m.walk() if not p.is_multipart()]
    out.append({'headers':{k.lower():str(v) for k,v in m.items()}, 'defects':[str(d) for p in m.walk() for d in p.defects],
      'to':[a.addr_spec for a in m['to'].addresses], 'name':m['to'].addresses[0].display_name,
      'type':m.get_content_type(), 'parts':[{'type':p.get_content_type(),'cte':p['content-transfer-encoding'],'text':p.get_content()} for p in parts]})
print(json.dumps(out))";
    let read = run("/usr/bin/python3", &["-c", script, maildir.to_str().unwrap()], b"", "python3");
    serde_json::from_slice(&read).unwrap()
}

fn courier(smtp: String, ca_file: Option<&Path>) -> Courier {
    // A real server, in an interpreter, on a machine that may be busy.
    let patient =
        Limits { mail: Duration::from_secs(10), total: Duration::from_secs(10), connect: Duration::from_secs(3), ..limits() };
    let ca_file = ca_file.map(Path::to_owned);
    Courier::new(Settings { mail: Some(mail_settings(smtp)), ca_file, limits: patient, ..settings() }).unwrap()
}

#[tokio::test]
async fn a_reader_sees_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("mail");
    let server = Aiosmtpd::start(&maildir, &[]);
    let courier = courier(format!("smtp://localhost:{}", server.port), None);
    let subject =
        "[SEV2] Zahlungen schlagen fehl – Über 40 % 🚒 since 13:37, and a subject long enough to be folded over several lines";
    let text = "Grüße,\n\n.\n..two\nFrom here = there\ntrailing space \n".to_owned() + &"x".repeat(2000) + "\n";
    let page = Parcel {
        subject: subject.to_owned(),
        text: text.clone(),
        html: Some("<p>Grüße &amp; <b>Zahlungen</b></p>".to_owned()),
        thread: Some("group-7".to_owned()),
        ..mail("ana.lima@example.org")
    };
    let named = Parcel {
        to: courier::Destination::Email { address: "ana@example.org".into(), name: Some("Ana \"Lima\", SRE Ü".into()) },
        html: None,
        key: "second".into(),
        ..page.clone()
    };
    for parcel in [page, named] {
        let outcome = courier.send(parcel).await;
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
    }
    let mails = read_back(&maildir);
    let one = mails.iter().find(|m| m["to"][0] == "ana.lima@example.org").unwrap();
    let two = mails.iter().find(|m| m["to"][0] == "ana@example.org").unwrap();
    assert_eq!(one["defects"], serde_json::json!([]));
    assert_eq!(two["defects"], serde_json::json!([]));
    assert_eq!(one["headers"]["subject"], subject);
    assert_eq!(one["headers"]["from"], "Candor <candor@example.org>");
    assert_eq!(one["headers"]["auto-submitted"], "auto-generated");
    assert_eq!(one["headers"]["x-candor-letter"], "42");
    assert_eq!(one["headers"]["x-candor-attempt"], "1");
    assert_eq!(one["headers"]["date"], "Mon, 21 Sep 2026 14:12:20 +0000");
    assert_eq!(one["headers"]["references"], two["headers"]["references"], "one thread");
    assert_eq!(one["headers"]["references"], one["headers"]["in-reply-to"]);
    assert_ne!(one["headers"]["message-id"], two["headers"]["message-id"]);
    assert_eq!(two["name"], "Ana \"Lima\", SRE Ü");
    assert_eq!(one["type"], "multipart/alternative");
    assert_eq!(two["type"], "text/plain");
    for part in one["parts"].as_array().unwrap().iter().chain(two["parts"].as_array().unwrap()) {
        assert_eq!(part["cte"], "quoted-printable");
    }
    assert_eq!(one["parts"][0]["text"], text.as_str());
    assert_eq!(one["parts"][1]["text"].as_str().unwrap().trim_end(), "<p>Grüße &amp; <b>Zahlungen</b></p>");
}

#[tokio::test]
async fn tls_is_verified_against_what_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("mail");
    let (cert, key) = certificate(folder.path(), "localhost");
    let (c, k) = (cert.to_str().unwrap(), key.to_str().unwrap());
    let server = Aiosmtpd::start(&maildir, &["--tlscert", c, "--tlskey", k]);
    let url = |scheme: &str, host: &str| format!("{scheme}://{host}:{}", server.port);
    let trusted = courier(url("smtp+starttls", "localhost"), Some(&cert)).send(mail("ana@example.org")).await;
    assert!(matches!(trusted, Outcome::Delivered { .. }), "{trusted:?}");
    let stranger = courier(url("smtp+starttls", "localhost"), None).send(mail("ana@example.org")).await;
    assert!(matches!(&stranger, Outcome::Retry { answer, .. } if answer.contains("certificate")), "{stranger:?}");
    let misnamed = courier(url("smtp+starttls", "127.0.0.1"), Some(&cert)).send(mail("ana@example.org")).await;
    assert!(matches!(&misnamed, Outcome::Retry { answer, .. } if answer.contains("another name")), "{misnamed:?}");
    // A server elsewhere that offers TLS with a bad certificate is not answered with plain text, although smtp:// allows it.
    let far =
        Settings { mail: Some(courier::MailSettings { plain: true, ..mail_settings(url("smtp", "0.0.0.0")) }), ..settings() };
    let far = Courier::new(far).unwrap().send(mail("ana@example.org")).await;
    assert!(matches!(&far, Outcome::Retry { answer, .. } if answer.contains("certificate")), "{far:?}");
    assert_eq!(read_back(&maildir).len(), 1);
    drop(server);

    let maildir = folder.path().join("smtps");
    let server = Aiosmtpd::start(&maildir, &["--smtpscert", c, "--smtpskey", k]);
    let outcome = courier(format!("smtps://localhost:{}", server.port), Some(&cert)).send(mail("ana@example.org")).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
    assert_eq!(read_back(&maildir).len(), 1);
}

#[tokio::test]
async fn a_home_made_certificate_on_this_machine_stops_no_mail() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("mail");
    let (cert, key) = certificate(folder.path(), "localhost");
    let more = ["--tlscert", cert.to_str().unwrap(), "--tlskey", key.to_str().unwrap(), "--no-requiretls"];
    let server = Aiosmtpd::start(&maildir, &more);
    let outcome = courier(format!("smtp://localhost:{}", server.port), None).send(mail("ana@example.org")).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
}
