//! Which source says it: the flag, the variable or the file.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::fault::Faults;
use super::file::File;
use super::from_file;

/// The environment, or what stands in for it in tests. An empty variable is one that is not set.
pub(crate) struct Environment(Box<Look>);

type Look = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Environment {
    /// This process's own.
    pub(crate) fn system() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    pub(crate) fn new(look: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Box::new(look))
    }

    pub(crate) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment(…)")
    }
}

/// A value, and where it was said.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) value: String,
    pub(super) place: String,
}

/// Takes settings by their name in the file (`tls_cert`), from which flag (`--tls-cert`) and variable (`CANDOR_TLS_CERT`) follow.
pub(super) struct Picker<'a> {
    pub(super) environment: &'a Environment,
    pub(super) file: Option<&'a File>,
    pub(super) faults: &'a mut Faults,
}

impl Picker<'_> {
    pub(super) fn text(&self, name: &str, flag: Option<&str>, file: Option<&Spanned<String>>) -> Option<Given> {
        if let Some(value) = flag {
            return Some(Given { value: value.to_owned(), place: format!("--{}", name.replace('_', "-")) });
        }
        let variable = format!("CANDOR_{}", name.to_uppercase());
        if let Some(value) = self.environment.get(&variable) {
            return Some(Given { value, place: variable });
        }
        self.in_file(name, file)
    }

    pub(super) fn in_file(&self, name: &str, value: Option<&Spanned<String>>) -> Option<Given> {
        let value = value?;
        Some(Given { value: value.get_ref().clone(), place: self.place(name, value) })
    }

    /// File, line and column of a value, and its name.
    pub(super) fn place<T>(&self, name: &str, value: &Spanned<T>) -> String {
        let at = self.file.map_or_else(String::new, |file| file.position(value.span().start));
        format!("{at}: {name}")
    }

    pub(super) fn path(&self, name: &str, flag: Option<&Path>, file: Option<&Spanned<String>>) -> Option<PathBuf> {
        if let Some(path) = flag {
            return Some(path.to_owned());
        }
        if let Some(value) = self.environment.get(&format!("CANDOR_{}", name.to_uppercase())) {
            return Some(value.into());
        }
        Some(from_file(&self.file?.path, file?.get_ref()))
    }

    /// Reads a value; when it cannot be one, notes the fault and gives `None`.
    pub(super) fn checked<T>(&mut self, given: Option<Given>, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let given = given?;
        read(given.value.trim()).map_err(|why| self.faults.add(given.place, why)).ok()
    }
}
