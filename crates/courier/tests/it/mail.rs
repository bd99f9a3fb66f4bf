//! Mail against a server that misbehaves as servers do.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use courier::{Courier, CourierError, Destination, Limits, MailSettings, Outcome, Parcel, Settings};

use crate::help::{hasty, limits, mail, mail_courier, mail_settings, parcel, settings};
use crate::smtp_fake::Smtp;

const ANA: &str = "ana@example.org";

fn hasty_courier(smtp: String) -> Courier {
    Courier::new(Settings { mail: Some(mail_settings(smtp)), ..hasty() }).unwrap()
}

async fn attempt(steps: &[(&str, &str)]) -> (Outcome, Smtp) {
    let smtp = Smtp::start(steps).await;
    let outcome = mail_courier(smtp.url()).send(mail(ANA)).await;
    (outcome, smtp)
}

#[tokio::test]
async fn a_mail_is_handed_over() {
    let (outcome, smtp) = attempt(&[]).await;
    assert_eq!(outcome, Outcome::Delivered { answer: "250: 2.0.0 queued as 4XyZ".to_owned() });
    let said = smtp.said();
    assert!(said.starts_with("EHLO [127.0.0.1]\nMAIL FROM:<candor@example.org>\nRCPT TO:<ana@example.org>\nDATA"), "{said}");
    let mails = smtp.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("\n..\n"), "a dot alone on its line is doubled: {}", mails[0]);
}

#[tokio::test]
async fn no_means_later_or_never_as_the_server_says() {
    for (step, line, wanted) in [
        ("greeting", "421 too busy", "retry"),
        ("greeting", "554 go away", "retry"),
        ("EHLO", "421 4.7.0 try again", "retry"),
        ("MAIL", "451 4.3.0 try again", "retry"),
        ("MAIL", "530 5.7.0 authentication required", "retry"),
        ("MAIL", "550 5.7.1 sender refused", "failed"),
        ("RCPT", "451 4.7.1 greylisted, come back in 5 minutes", "retry"),
        ("RCPT", "450 4.2.0 greylisted", "retry"),
        ("RCPT", "452 4.2.2 mailbox full", "retry"),
        ("RCPT", "550 5.1.1 <ana@example.org>: no such user", "failed"),
        ("RCPT", "552 5.2.2 over quota", "failed"),
        ("DATA", "421 4.3.2 shutting down", "retry"),
        ("DATA", "554 5.5.1 no valid recipients", "failed"),
        ("DOT", "451 4.3.0 after all not", "retry"),
        ("DOT", "452 4.3.1 disk full", "retry"),
        ("DOT", "550 5.7.1 looks like spam", "failed"),
        ("DOT", "552 5.3.4 too large", "failed"),
        ("greeting", "drop", "retry"),
        ("EHLO", "drop", "retry"),
        ("MAIL", "drop", "retry"),
        ("RCPT", "drop", "retry"),
        ("DATA", "drop", "retry"),
        ("DOT", "drop", "unknown"),
        ("DOT", "what?", "unknown"),
        ("greeting", "HTTP/1.1 400 Bad Request", "retry"),
    ] {
        let (outcome, smtp) = attempt(&[(step, line)]).await;
        let word = match &outcome {
            Outcome::Delivered { .. } => "delivered",
            Outcome::Retry { .. } => "retry",
            Outcome::Failed { .. } => "failed",
            Outcome::Unknown { .. } => "unknown",
        };
        assert_eq!(word, wanted, "{step} {line}: {outcome:?}");
        assert!(!outcome.answer().contains("ana"), "the recipient is not in {:?}", outcome.answer());
        assert_eq!(smtp.connections.load(Ordering::SeqCst), 1, "one attempt is one attempt: {step} {line}");
    }
}

#[tokio::test]
async fn a_greylisted_mail_is_taken_the_next_time_as_the_same_mail() {
    let smtp = Smtp::start(&[("RCPT", "451 4.7.1 greylisted"), ("DOT", "drop")]).await;
    let courier = mail_courier(smtp.url());
    assert!(matches!(courier.send(mail(ANA)).await, Outcome::Retry { .. }));
    assert!(matches!(courier.send(Parcel { attempt: 2, ..mail(ANA) }).await, Outcome::Unknown { .. }));
    assert!(matches!(courier.send(Parcel { attempt: 3, ..mail(ANA) }).await, Outcome::Delivered { .. }));
    let mails = smtp.mails();
    assert_eq!(mails.len(), 2);
    let id = |mail: &str| mail.lines().find(|l| l.starts_with("Message-ID:")).unwrap().to_owned();
    assert_eq!(id(&mails[0]), id(&mails[1]), "a reader sees one mail");
    assert_eq!(mails[0].replace("X-Candor-Attempt: 2", "X-Candor-Attempt: 3"), mails[1]);
}

#[tokio::test]
async fn slowness_ends_at_the_deadline() {
    let begun = Instant::now();
    let mut attempts = tokio::task::JoinSet::new();
    for (step, sent) in [("greeting", false), ("EHLO", false), ("RCPT", false), ("DATA", false), ("DOT", true)] {
        attempts.spawn(async move {
            let smtp = Smtp::start(&[(step, "slow")]).await;
            let outcome = hasty_courier(smtp.url()).send(mail(ANA)).await;
            let unknown = matches!(outcome, Outcome::Unknown { .. });
            assert!(unknown == sent && (sent || matches!(outcome, Outcome::Retry { .. })), "{step}: {outcome:?}");
        });
    }
    attempts.join_all().await;
    assert!(begun.elapsed() < Duration::from_millis(950), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_mail_cut_off_half_way_never_becomes_part_of_the_next() {
    let smtp = Smtp::start(&[("DATA", "slow")]).await;
    let courier = hasty_courier(smtp.url());
    assert!(matches!(courier.send(mail(ANA)).await, Outcome::Retry { .. }));
    let next = Parcel { key: "next".to_owned(), subject: "Another page".to_owned(), ..mail("bo@example.org") };
    assert!(matches!(courier.send(next).await, Outcome::Delivered { .. }));
    assert_eq!(smtp.connections.load(Ordering::SeqCst), 2);
    let mails = smtp.mails();
    assert!(mails.len() == 1 && mails[0].contains("Another page") && !mails[0].contains("MAIL FROM"), "{mails:?}");
}

#[tokio::test]
async fn conversations_are_kept_and_a_stale_one_is_no_failure() {
    let smtp = Smtp::start(&[
        ("MAIL", "250 ok"),
        ("MAIL", "250 ok"),
        ("MAIL", "drop"),
        ("MAIL", "250 ok"),
        ("MAIL", "421 idle too long"),
    ])
    .await;
    let courier = mail_courier(smtp.url());
    for (n, connections) in [(1, 1), (2, 1), (3, 2), (4, 3), (5, 3)] {
        let outcome = courier.send(mail(ANA)).await;
        assert!(matches!(outcome, Outcome::Delivered { .. }), "mail {n}: {outcome:?}");
        assert_eq!(smtp.connections.load(Ordering::SeqCst), connections, "mail {n}");
    }
    assert_eq!(smtp.mails().len(), 5);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let courier = mail_courier(format!("smtp://{at}"));
    let outcome = courier.send(mail(ANA)).await;
    assert_eq!(outcome, Outcome::Retry { answer: "not sent: the mail server refused the connection".to_owned(), after: None });
    let faults = courier.check().await;
    assert!(faults.iter().any(|f| f.channel == "mail" && f.text.contains("refused")), "{faults:?}");
}

#[tokio::test]
async fn check_knocks_and_leaves() {
    let smtp = Smtp::start(&[]).await;
    let faults = mail_courier(smtp.url()).check().await;
    assert!(!faults.iter().any(|f| f.channel == "mail"), "{faults:?}");
    assert_eq!(smtp.said(), "EHLO [127.0.0.1]\nQUIT");
    let none = Courier::new(settings()).unwrap();
    assert!(none.check().await.iter().any(|f| f.text.contains("no mail server")));
    assert!(matches!(none.send(mail(ANA)).await, Outcome::Failed { .. }));
}

#[tokio::test]
async fn required_tls_is_never_traded_for_plain_text() {
    let smtp = Smtp::start(&[]).await;
    let courier = mail_courier(format!("smtp+starttls://{}", smtp.at));
    let outcome = courier.send(mail(ANA)).await;
    assert!(matches!(&outcome, Outcome::Retry { answer, .. } if answer.contains("STARTTLS")), "{outcome:?}");
    // An answer to a later command, slipped in before encryption began.
    let slipped = Smtp::start(&[("EHLO", "250-fake\r\n250 STARTTLS"), ("STARTTLS", "220 go\r\n250 all is well")]).await;
    let outcome = mail_courier(format!("smtp+starttls://{}", slipped.at)).send(mail(ANA)).await;
    assert!(matches!(&outcome, Outcome::Retry { answer, .. } if answer.contains("tampered")), "{outcome:?}");
    // 0.0.0.0 leads to this machine but is not loopback: it stands for a server elsewhere.
    let far = Smtp::start(&[]).await;
    let url = format!("smtp://0.0.0.0:{}", far.at.port());
    let outcome = mail_courier(url.clone()).send(mail(ANA)).await;
    assert!(matches!(&outcome, Outcome::Retry { answer, .. } if answer.contains("plain")), "{outcome:?}");
    assert!(far.mails().is_empty() && !far.said().contains("MAIL"));
    let said_so = MailSettings { plain: true, ..mail_settings(url) };
    let courier = Courier::new(Settings { mail: Some(said_so), ..settings() }).unwrap();
    assert!(matches!(courier.send(mail(ANA)).await, Outcome::Delivered { .. }));
}

#[tokio::test]
async fn log_in_by_plain_or_login_and_a_wrong_password_loses_no_letter() {
    let log_in = |smtp: &Smtp| {
        let mail = MailSettings {
            user: Some("candor".to_owned()),
            password: Some("geheim-123".to_owned()),
            ..mail_settings(smtp.url())
        };
        Courier::new(Settings { mail: Some(mail), ..settings() }).unwrap()
    };
    let plain = Smtp::start(&[("EHLO", "250-fake\r\n250 AUTH LOGIN PLAIN"), ("AUTH", "235 in")]).await;
    assert!(matches!(log_in(&plain).send(mail(ANA)).await, Outcome::Delivered { .. }));
    assert!(plain.said().contains("AUTH PLAIN AGNhbmRvcgBnZWhlaW0tMTIz"), "{}", plain.said());
    let login = Smtp::start(&[("EHLO", "250-fake\r\n250 AUTH=LOGIN"), ("AUTH", "334 VXNlcm5hbWU6"), ("Y2FUZG9Y", "x")]).await;
    let outcome = log_in(&login).send(mail(ANA)).await;
    // The fake says 250 where 334 is due: the conversation stops there, at the user's name.
    assert!(matches!(outcome, Outcome::Retry { .. }), "{outcome:?}");
    assert!(login.said().ends_with("AUTH LOGIN\nY2FuZG9y"), "{}", login.said());
    let wrong = Smtp::start(&[("EHLO", "250-fake\r\n250 AUTH PLAIN"), ("AUTH", "535 5.7.8 candor / geheim-123 is wrong")]).await;
    let outcome = log_in(&wrong).send(mail(ANA)).await;
    assert!(
        matches!(&outcome, Outcome::Retry { answer, .. } if answer.contains("535") && !answer.contains("geheim")),
        "{outcome:?}"
    );
    let neither = Smtp::start(&[]).await;
    assert!(matches!(log_in(&neither).send(mail(ANA)).await, Outcome::Retry { .. }));
}

#[tokio::test]
async fn nothing_a_stranger_wrote_becomes_a_command_or_a_header() {
    let smtp = Smtp::start(&[]).await;
    let courier = mail_courier(smtp.url());
    for address in [
        "ana@example.org\r\nRCPT TO:<eve@example.org>",
        "\"a\r\nDATA\"@example.org",
        "ana@example.org> NOTIFY=NEVER",
        "a\0@example.org",
        "ana@[127.0.0.1\r\n]",
    ] {
        assert!(matches!(courier.send(mail(address)).await, Outcome::Failed { .. }), "{address:?}");
    }
    assert_eq!(smtp.said(), "", "not even a connection was made");
    let evil = Parcel {
        subject: "Pay\r\nBcc: eve@example.org\r\n\r\nbody".to_owned(),
        text: "one\r\n.\r\nMAIL FROM:<eve@example.org>\nlone\rcarriage\n.\n\0\u{b}end".to_owned(),
        html: Some("<p>\r\n.\r\nQUIT\n</p>".to_owned()),
        thread: Some("x>\r\nBcc: eve@example.org".to_owned()),
        key: "k>\r\nBcc: eve@example.org".to_owned(),
        to: Destination::Email { address: ANA.to_owned(), name: Some("Ana\r\nBcc: eve@example.org".to_owned()) },
        ..mail(ANA)
    };
    assert!(matches!(courier.send(evil).await, Outcome::Delivered { .. }));
    let mails = smtp.mails();
    assert_eq!(mails.len(), 1);
    let head = mails[0].split("\n\n").next().unwrap();
    assert!(!head.lines().any(|l| l.starts_with("Bcc")), "{head}");
    assert!(mails[0].is_ascii() && !mails[0].contains('\0'));
    let commands = smtp.said();
    assert_eq!(commands.lines().count(), 4, "EHLO, MAIL, RCPT, DATA: {commands}");
}

#[tokio::test]
async fn an_overlong_letter_is_cut_rather_than_lost() {
    let smtp = Smtp::start(&[]).await;
    let patient = Limits { mail: Duration::from_secs(5), ..limits() };
    let courier = Courier::new(Settings { mail: Some(mail_settings(smtp.url())), limits: patient, ..settings() }).unwrap();
    let long =
        Parcel { subject: "ü".repeat(5000), text: "é\n".repeat(400_000), html: Some("x".repeat(2_000_000)), ..mail(ANA) };
    assert!(matches!(courier.send(long).await, Outcome::Delivered { .. }));
    let mails = smtp.mails();
    assert!(mails[0].lines().all(|l| l.len() <= 998), "no line beyond what SMTP carries");
    assert!(!mails[0].contains("multipart"), "HTML cut in half is left out");
}

#[tokio::test]
async fn wrong_settings_are_named() {
    let wrong = |mail: MailSettings| Courier::new(Settings { mail: Some(mail), ..settings() }).err().expect("refused");
    for smtp in [
        "",
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://user:pass@mail.example.org",
        "smtp://mail.example.org/x",
        "smtp://mail.example.org:99999",
        "smtp://ex ample.org",
    ] {
        let error = wrong(mail_settings(smtp.to_owned()));
        assert!(matches!(error, CourierError::Server(_)), "{smtp:?}: {error}");
    }
    let good = mail_settings("smtp://mail.example.org".to_owned());
    assert!(matches!(wrong(MailSettings { from: "nobody".to_owned(), ..good.clone() }), CourierError::From));
    assert!(matches!(wrong(MailSettings { user: Some("me".to_owned()), ..good.clone() }), CourierError::Credentials));
    let control = MailSettings { user: Some("me".to_owned()), password: Some("a\r\nb".to_owned()), ..good };
    assert!(matches!(wrong(control), CourierError::Credentials));
    assert_eq!(format!("{:?}", parcel(Destination::Email { address: ANA.to_owned(), name: None }).to), "Email(…)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_goes_out_over_a_bounded_number_of_conversations() {
    let smtp = Smtp::start(&[]).await;
    let few = Limits {
        mails: 4,
        mail: Duration::from_secs(5),
        total: Duration::from_secs(5),
        wait: Duration::from_secs(4),
        ..limits()
    };
    let courier = Arc::new(Courier::new(Settings { mail: Some(mail_settings(smtp.url())), limits: few, ..settings() }).unwrap());
    let mut burst = tokio::task::JoinSet::new();
    for n in 0..100 {
        let courier = Arc::clone(&courier);
        burst.spawn(async move { courier.send(Parcel { key: format!("k{n}"), ..mail(ANA) }).await });
    }
    assert!(burst.join_all().await.iter().all(|o| matches!(o, Outcome::Delivered { .. })));
    assert_eq!(smtp.mails().len(), 100);
    assert!(smtp.connections.load(Ordering::SeqCst) <= 8, "{}", smtp.connections.load(Ordering::SeqCst));
}
