//! The key that stored secrets are sealed with: given, in a file, or made on the first use.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use store::vault::SecretKey;

use super::file::Part;
use super::pick::Picker;

/// In the data folder.
pub(crate) const FILE: &str = "secret.key";

#[derive(Clone)]
pub(crate) enum KeySource {
    Given([u8; 32]),
    /// This file, which must be there.
    File(PathBuf),
    /// `secret.key` in the data folder, made when it is missing.
    InData,
}

/// Its bytes are never shown.
impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Given(_) => f.write_str("Given(..)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::InData => f.write_str("InData"),
        }
    }
}

pub(super) fn source(pick: &mut Picker<'_>, part: Option<&Part>) -> KeySource {
    if let Some(text) = pick.environment.get("CANDOR_SECRET_KEY") {
        let bytes = read_text(&text);
        if bytes.is_none() {
            pick.faults.add("CANDOR_SECRET_KEY", SHAPE);
        }
        return bytes.map_or(KeySource::InData, KeySource::Given);
    }
    let file = part.and_then(|p| p.secret_key_file.as_ref());
    pick.path("secret_key_file", None, file).map_or(KeySource::InData, KeySource::File)
}

const SHAPE: &str = "it must be 32 bytes written as 64 hexadecimal digits (openssl rand -hex 32) or in base64";

impl KeySource {
    /// The key. `data` is where it is looked for, and made, when nothing else was said.
    pub(crate) fn open(&self, data: &Path) -> Result<SecretKey> {
        let bytes = match self {
            Self::Given(bytes) => *bytes,
            Self::File(path) => read_file(path)?,
            Self::InData => {
                let path = data.join(FILE);
                if path.exists() { read_file(&path)? } else { make(data, &path)? }
            }
        };
        Ok(SecretKey::new(bytes))
    }
}

/// Reads a key file.
pub(crate) fn read_file(path: &Path) -> Result<[u8; 32]> {
    let text = std::fs::read_to_string(path).with_context(|| format!("the key file {} cannot be read", path.display()))?;
    read_text(&text).with_context(|| format!("{}: {SHAPE}", path.display()))
}

fn make(data: &Path, path: &Path) -> Result<[u8; 32]> {
    let failed = || format!("a new key could not be kept in {}", path.display());
    // As the store makes it: what lies there is nobody else's business.
    DirBuilder::new().recursive(true).mode(0o700).create(data).with_context(failed)?;
    let bytes = SecretKey::make().with_context(failed)?;
    let text = format!("{}\n", model::timeline::hex(&bytes));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match file {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(failed)?;
            // A new name survives a power cut only when its folder is synced too.
            std::fs::File::open(data).and_then(|folder| folder.sync_all()).with_context(failed)?;
            Ok(bytes)
        }
        // Another process was quicker; its key is the key.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => read_file(path),
        Err(error) => Err(error).with_context(failed),
    }
}

fn read_text(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        return Some(bytes);
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}
