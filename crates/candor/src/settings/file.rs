//! `candor.toml`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::fault::Faults;
use super::pick::Environment;

const NAME: &str = "./candor.toml";

/// The file as read, with its text for positions.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    text: String,
    pub(super) part: Part,
}

/// An unknown name is a fault: a misspelt `[egres]` that is silently ignored would be found at night.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) data: Option<Spanned<String>>,
    pub(super) database: Option<Spanned<String>>,
    pub(super) listen: Option<Spanned<String>>,
    pub(super) public_listen: Option<Spanned<String>>,
    pub(super) base_url: Option<Spanned<String>>,
    pub(super) playbook: Option<Spanned<String>>,
    pub(super) tls_cert: Option<Spanned<String>>,
    pub(super) tls_key: Option<Spanned<String>>,
    pub(super) secret_key_file: Option<Spanned<String>>,
    pub(super) mail: Option<MailPart>,
    #[serde(default)]
    pub(super) egress: EgressPart,
    #[serde(default)]
    pub(super) proxy: ProxyPart,
    #[serde(default)]
    pub(super) retention: RetentionPart,
    #[serde(default)]
    pub(super) limits: LimitsPart,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailPart {
    pub(super) smtp: Spanned<String>,
    pub(super) from: Spanned<String>,
    pub(super) user: Option<Spanned<String>>,
    pub(super) password: Option<Spanned<String>>,
    pub(super) password_file: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) plain: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EgressPart {
    #[serde(default)]
    pub(super) allow: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) ports: Vec<u16>,
    pub(super) ca_file: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProxyPart {
    #[serde(default)]
    pub(super) trust: Vec<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetentionPart {
    pub(super) alerts: Option<Spanned<String>>,
    pub(super) journal: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsPart {
    pub(super) queue: Option<Spanned<u32>>,
    pub(super) connections: Option<Spanned<u32>>,
    pub(super) per_address: Option<Spanned<u32>>,
}

impl File {
    /// The file that was named, else the one in the working folder, else none. One that was named must be there.
    pub(super) fn find(flag: Option<&Path>, environment: &Environment, faults: &mut Faults) -> Option<Self> {
        let named = flag.map(Path::to_owned).or_else(|| environment.get("CANDOR_CONFIG").map(Into::into));
        let path = named.clone().unwrap_or_else(|| NAME.into());
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::read(path, text, faults),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                faults.add(path.display().to_string(), format!("the settings file cannot be read: {error}"));
                None
            }
        }
    }

    fn read(path: PathBuf, text: String, faults: &mut Faults) -> Option<Self> {
        let mut file = Self { path, text, part: Part::default() };
        match toml::from_str(&file.text) {
            Ok(part) => {
                file.part = part;
                Some(file)
            }
            Err(error) => {
                let at = error.span().map_or_else(|| file.path.display().to_string(), |span| file.position(span.start));
                faults.add(at, error.message());
                None
            }
        }
    }

    /// `candor.toml:3:10`, both counted from 1.
    pub(super) fn position(&self, offset: usize) -> String {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("{}:{line}:{column}", self.path.display())
    }
}
