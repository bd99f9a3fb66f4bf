//! The tables of `candor.toml`: `[mail]`, `[egress]`, `[proxy]`, `[retention]`, `[limits]`.

use courier::{Cidr, MailSettings};
use model::Span;
use toml::Spanned;

use super::file::{LimitsPart, Part};
use super::pick::Picker;
use super::{Egress, Limits, Retention, from_file};

const SCHEMES: [&str; 3] = ["smtp://", "smtp+starttls://", "smtps://"];

pub(super) fn mail(pick: &mut Picker<'_>, part: Option<&Part>) -> Option<MailSettings> {
    let mail = part?.mail.as_ref()?;
    let smtp = pick.in_file("[mail] smtp", Some(&mail.smtp));
    let smtp = pick.checked(smtp, |text| {
        let known = SCHEMES.iter().any(|scheme| text.starts_with(scheme));
        known.then(|| text.to_owned()).ok_or(format!("it must be written {}host:port", SCHEMES.join("host:port, ")))
    })?;
    let from = pick.in_file("[mail] from", Some(&mail.from));
    let from = pick.checked(from, |text| {
        text.contains('@').then(|| text.to_owned()).ok_or("it must be an address such as candor@example.org".to_owned())
    })?;
    // A password in the environment keeps the file free of secrets.
    let password = pick.environment.get("CANDOR_MAIL_PASSWORD");
    let password = password.or_else(|| mail.password.as_ref().map(|p| p.get_ref().clone()));
    let password = password.or_else(|| password_file(pick, mail.password_file.as_ref()));
    let user = mail.user.as_ref().map(|u| u.get_ref().clone());
    if user.is_some() != password.is_some() {
        let place = pick.place("[mail]", mail.user.as_ref().unwrap_or(&mail.smtp));
        pick.faults.add(place, "user and password go together; give password, password_file or CANDOR_MAIL_PASSWORD");
    }
    Some(MailSettings { smtp, from, user, password, plain: mail.plain })
}

fn password_file(pick: &mut Picker<'_>, file: Option<&Spanned<String>>) -> Option<String> {
    let file = file?;
    let path = from_file(&pick.file?.path, file.get_ref());
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(error) => {
            let place = pick.place("[mail] password_file", file);
            pick.faults.add(place, format!("{} cannot be read: {error}", path.display()));
            None
        }
    }
}

pub(super) fn egress(pick: &mut Picker<'_>, part: Option<&Part>) -> Egress {
    let Some(part) = part.map(|p| &p.egress) else { return Egress::default() };
    let allow = blocks(pick, "[egress] allow", &part.allow);
    let ca_file = part.ca_file.as_ref().zip(pick.file).map(|(name, file)| from_file(&file.path, name.get_ref()));
    Egress { allow, ports: part.ports.clone(), ca_file }
}

/// Addresses of proxies that are believed about who came to them.
pub(super) fn proxies(pick: &mut Picker<'_>, part: Option<&Part>) -> Vec<Cidr> {
    part.map_or_else(Vec::new, |part| blocks(pick, "[proxy] trust", &part.proxy.trust))
}

fn blocks(pick: &mut Picker<'_>, name: &'static str, texts: &[Spanned<String>]) -> Vec<Cidr> {
    let mut blocks = Vec::new();
    for text in texts {
        let given = pick.in_file(name, Some(text));
        blocks.extend(pick.checked(given, |text| text.parse::<Cidr>().map_err(|e: courier::CidrError| e.to_string())));
    }
    blocks
}

pub(super) fn retention(pick: &mut Picker<'_>, part: Option<&Part>) -> Retention {
    let Some(part) = part.map(|p| &p.retention) else { return Retention::default() };
    let mut span = |name: &str, value: Option<&Spanned<String>>| {
        let given = pick.in_file(name, value);
        pick.checked(given, |text| {
            let span = Span::parse(text).filter(|span| *span >= Span::hours(24));
            span.ok_or("it must be at least a day, written 90d or 52w".to_owned())
        })
    };
    Retention {
        alerts: span("[retention] alerts", part.alerts.as_ref()),
        journal: span("[retention] journal", part.journal.as_ref()),
    }
}

pub(super) fn limits(pick: &mut Picker<'_>, part: Option<&Part>) -> Limits {
    let usual = Limits::default();
    let none = LimitsPart::default();
    let part = part.map_or(&none, |p| &p.limits);
    let mut number = |name: &str, value: Option<&Spanned<u32>>, usual: u32, most: u32| {
        let Some(value) = value else { return usual };
        if (1..=most).contains(value.get_ref()) {
            return *value.get_ref();
        }
        let place = pick.place(name, value);
        pick.faults.add(place, format!("it must be from 1 to {most}"));
        usual
    };
    Limits {
        queue: number("[limits] queue", part.queue.as_ref(), usual.queue as u32, 1_000_000) as usize,
        connections: number("[limits] connections", part.connections.as_ref(), usual.connections, 100_000),
        per_address: number("[limits] per_address", part.per_address.as_ref(), usual.per_address, 100_000),
    }
}
