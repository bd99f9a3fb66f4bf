//! The one room that prints. Facts go to standard output, progress and faults to standard error.
//!
//! Nothing here is coloured, so there is nothing to switch off when the output is no terminal. What comes from outside (summaries
//! of alerts, notes, answers of providers) is shown with its control characters taken out: a label must not be able to drive
//! somebody's terminal.

use std::io::{self, Write as _};
use std::time::Duration;

use serde_json::Value;

/// Work shorter than this is done in silence.
const QUIET: Duration = Duration::from_secs(2);

/// Prints a fact, line by line. Whoever reads may stop reading (`| head`): that is no fault.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{}", courier::safe_lines(text));
    let _ = out.flush();
}

/// Prints a fact for machines.
pub(crate) fn json(value: &Value) {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut out = io::stdout().lock();
    // JSON escapes control characters itself.
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Says something that is no fact: progress, a warning, what went wrong.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", courier::safe_lines(text));
}

/// The line that scripts wait for: from here on requests are answered.
pub(crate) fn ready(url: &str) {
    say(&format!("candor ready listen={url}"));
}

/// Runs `work`; says what is being done when it takes longer than two seconds.
pub(crate) async fn patiently<T>(doing: &str, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = tokio::time::sleep(QUIET) => say(&format!("{doing} …")),
    }
    work.await
}

/// Rows in columns, each as wide as its widest cell.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|h| h.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let head: Vec<String> = head.iter().map(|h| (*h).to_owned()).collect();
    let lines = std::iter::once(&head).chain(rows).map(|row| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = vec![vec!["primary".to_owned(), "Ana".to_owned()], vec!["web".to_owned(), String::new()]];
        assert_eq!(table(&["schedule", "who"], &rows), "schedule  who\nprimary   Ana\nweb");
    }
}
