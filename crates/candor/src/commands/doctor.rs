//! `candor doctor`: what is missing or wrong in this installation, each with the fix. It goes on looking after a fault, since one
//! night's trouble seldom has one reason.

mod certificate;
mod disk;
mod paging;
mod store;
mod world;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::Doctor;
use crate::fault::End;
use crate::out;
use crate::settings::{Environment, Settings};

pub(crate) async fn run(args: &Doctor, environment: &Environment) -> Result<End> {
    let (settings, faults) = Settings::read_anyway(&args.settings.flags(), environment);
    let mut report = Report::default();
    for (place, text) in faults.0 {
        report.fault("settings", format!("{place}: {text}"), "mend it; the default is used for the checks below");
    }
    if report.0.is_empty() {
        let from = settings.config.as_ref().map_or_else(|| "no settings file".to_owned(), |path| path.display().to_string());
        report.fine("settings", format!("{from}, read without a fault"));
    }
    out::patiently("looking", look(&settings, environment, &mut report)).await;
    let worst = report.0.iter().map(|finding| finding.level).max().unwrap_or(Level::Fine);
    if args.output.json {
        let findings: Vec<Value> = report.0.iter().map(Finding::json).collect();
        out::json(&json!({ "ok": worst < Level::Fault, "findings": findings }));
    } else {
        tell(&report, worst);
    }
    Ok(if worst < Level::Fault { End::Done } else { End::Failed })
}

async fn look(settings: &Settings, environment: &Environment, report: &mut Report) {
    disk::look(settings, report);
    store::look(settings, report).await;
    world::look(settings, environment, report).await;
    certificate::look(settings, report);
}

fn tell(report: &Report, worst: Level) {
    for finding in &report.0 {
        out::line(&format!("{:<5}  {:<10}  {}", finding.level.word(), finding.about, finding.text));
        if !finding.fix.is_empty() {
            out::line(&format!("{:19}fix: {}", "", finding.fix));
        }
    }
    let count = |level| report.0.iter().filter(|finding| finding.level == level).count();
    out::line(&match worst {
        Level::Fine => "nothing is wrong".to_owned(),
        _ => format!("{} wrong, {} to look at", count(Level::Fault), count(Level::Look)),
    });
}

/// Ordered from fine to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Fine,
    /// Works, but look at it.
    Look,
    Fault,
}

impl Level {
    const fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Look => "look",
            Self::Fault => "WRONG",
        }
    }
}

#[derive(Debug)]
struct Finding {
    level: Level,
    about: &'static str,
    text: String,
    fix: String,
}

impl Finding {
    fn json(&self) -> Value {
        let level = self.level.word().to_lowercase();
        let fix = Some(&self.fix).filter(|fix| !fix.is_empty());
        json!({ "level": level, "about": self.about, "text": self.text, "fix": fix })
    }
}

#[derive(Debug, Default)]
struct Report(Vec<Finding>);

impl Report {
    fn fine(&mut self, about: &'static str, text: impl Into<String>) {
        self.add(Level::Fine, about, text.into(), String::new());
    }

    fn look(&mut self, about: &'static str, text: impl Into<String>, fix: impl Into<String>) {
        self.add(Level::Look, about, text.into(), fix.into());
    }

    fn fault(&mut self, about: &'static str, text: impl Into<String>, fix: impl Into<String>) {
        self.add(Level::Fault, about, text.into(), fix.into());
    }

    fn add(&mut self, level: Level, about: &'static str, text: String, fix: String) {
        self.0.push(Finding { level, about, text, fix });
    }
}
