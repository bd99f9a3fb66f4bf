//! A letter as a mail: headers, bodies, and what must never get into either.
//!
//! Only the composing half of the mail library is used, and nothing is left to it that a stranger's text could bend: addresses
//! are checked here to a strict grammar (which is also what keeps RUSTSEC-2026-0561 out), header texts are cleaned and cut,
//! bodies are always quoted-printable with line ends made uniform. The result is ASCII, or it is not sent.

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use ring::digest::{SHA256, digest};

use crate::parcel::Parcel;
use crate::safe::{safe, safe_lines, shorten};

const MAX_SUBJECT: usize = 200;
const MAX_NAME: usize = 64;
const MAX_TEXT: usize = 256 * 1024;
const MAX_HTML: usize = 1024 * 1024;

/// Composes the mail. It is the same to the byte for every attempt but for the attempt's number.
pub(crate) fn compose(parcel: &Parcel, from: &Mailbox, to: Address, name: Option<&str>) -> Result<Vec<u8>, &'static str> {
    let domain = from.email.domain();
    let id = stamp(&parcel.key);
    let at = u64::try_from(parcel.at).map_err(|_| "the letter's time is out of range")?;
    let date = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(at)).ok_or("the letter's time is out of range")?;
    let mut mail = Message::builder()
        .from(from.clone())
        .to(mailbox(name, to))
        .subject(shorten(&safe(&parcel.subject), MAX_SUBJECT))
        .date(date)
        .message_id(Some(format!("<{id}@{domain}>")))
        // RFC 3834: no vacation notice comes back for this.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
        .raw_header(header("X-Candor-Letter", parcel.letter.to_string()))
        .raw_header(header("X-Candor-Attempt", parcel.attempt.to_string()));
    if let Some(thread) = &parcel.thread {
        // A root that no mail has: whichever mail of the thread arrives first, all hang on the same one.
        let root = format!("<thread.{}@{domain}>", stamp(thread));
        mail = mail.in_reply_to(root.clone()).references(root);
    }
    let text = part(ContentType::TEXT_PLAIN, &parcel.text, MAX_TEXT);
    // A page cut in half is still a page; HTML cut in half is not HTML, and the text says the same.
    let html = parcel.html.as_deref().filter(|html| html.len() <= MAX_HTML);
    let mail = match html {
        None => mail.singlepart(text),
        Some(html) => {
            mail.multipart(MultiPart::alternative().boundary(format!("=_candor_{id}")).singlepart(text).singlepart(part(
                ContentType::TEXT_HTML,
                html,
                MAX_HTML,
            )))
        }
    };
    let bytes = mail.map_err(|_| "the mail could not be composed")?.formatted();
    if !bytes.is_ascii() || bytes.contains(&0) {
        return Err("the mail could not be composed in ASCII");
    }
    Ok(bytes)
}

/// Whether a text is an address Candor sends to: `local@domain`, ASCII, without quotes, comments or an address literal. What
/// RFC 5321 allows beyond that is rarer in mailboxes than in attacks.
pub fn is_address(text: &str) -> bool {
    address(text).is_some()
}

/// Reads an address; a domain in other letters becomes its ASCII form.
pub(crate) fn address(text: &str) -> Option<Address> {
    if text.len() > 254 {
        return None;
    }
    let (local, domain) = text.split_once('@')?;
    let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    if local.is_empty() || local.len() > 64 || dots || !local.bytes().all(atom) {
        return None;
    }
    // The URL parser would decode and strip; a domain that needs it is not one.
    let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    if domain.ends_with('.') || !domain.chars().all(plain) {
        return None;
    }
    let url::Host::Domain(domain) = url::Host::parse(domain).ok()? else {
        return None;
    };
    let label = |l: &str| !l.is_empty() && l.len() <= 63 && !l.starts_with('-') && !l.ends_with('-');
    if domain.len() > 253 || !domain.split('.').all(label) {
        return None;
    }
    Address::new(local, domain).ok()
}

/// Reads `address` or `Name <address>`.
pub(crate) fn sender(text: &str) -> Option<Mailbox> {
    let text = text.trim();
    match text.strip_suffix('>').and_then(|rest| rest.split_once('<')) {
        None => Some(Mailbox::new(None, address(text)?)),
        Some((name, inner)) => Some(mailbox(Some(name.trim().trim_matches('"')), address(inner)?)),
    }
}

fn mailbox(name: Option<&str>, address: Address) -> Mailbox {
    let name = name.map(|n| shorten(&safe(n), MAX_NAME)).filter(|n| !n.is_empty());
    Mailbox::new(name, address)
}

fn part(kind: ContentType, text: &str, max: usize) -> SinglePart {
    let end = (0..=max.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let mut lines = safe_lines(&text[..end]);
    if end < text.len() {
        lines.push_str("\n[…]\n");
    }
    // Line ends are made here in one pass; bytes are left alone by the library, a string's would be mended one by one.
    let bytes = lines.replace('\n', "\r\n").into_bytes();
    let encoding = ContentTransferEncoding::QuotedPrintable;
    let body = Body::new_with_encoding(bytes, encoding).unwrap_or_else(Body::new);
    SinglePart::builder().header(kind).body(body)
}

fn header(name: &'static str, value: impl Into<String>) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.into())
}

/// A key as it may stand in a message id: fixed length, safe characters, and not telling what the key was.
fn stamp(key: &str) -> String {
    let hash = digest(&SHA256, key.as_bytes());
    let mut text = String::with_capacity(32);
    for byte in &hash.as_ref()[..16] {
        text.extend([byte >> 4, byte & 15].map(|n| char::from_digit(n.into(), 16).unwrap_or('0')));
    }
    text
}
