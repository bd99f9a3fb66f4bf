//! What was found, as the same tables on the terminal and in `docs/performance.md`.

use std::fmt::Write as _;

/// How a figure is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    PerSecond,
    Micros,
    Millis,
    Megabytes,
    Count,
}

impl Unit {
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            Self::PerSecond => format!("{}/s", grouped(value)),
            Self::Micros => format!("{value:.1} µs"),
            Self::Millis if value < 100.0 => format!("{value:.2} ms"),
            Self::Millis => format!("{} ms", grouped(value)),
            Self::Megabytes => format!("{value:.0} MB"),
            Self::Count => grouped(value),
        }
    }
}

/// What must hold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bar {
    /// Ours is at least so many times theirs.
    Times(f64),
    /// Ours is below theirs.
    BelowTheirs,
    /// Ours is at most so much, whatever theirs is.
    AtMost(f64),
    Exactly(f64),
    /// Nothing: a figure to know.
    None,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) unit: Unit,
    pub(crate) bar: Bar,
    pub(crate) ours: Option<f64>,
    pub(crate) theirs: Option<f64>,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        Some(self.ours? / self.theirs.filter(|theirs| *theirs > 0.0)?)
    }

    /// `None` where there is no bar or nothing to hold against it.
    pub(crate) fn met(&self) -> Option<bool> {
        let ours = self.ours?;
        match self.bar {
            Bar::Times(times) => Some(ours >= times * self.theirs?),
            Bar::BelowTheirs => Some(ours < self.theirs?),
            Bar::AtMost(limit) => Some(ours <= limit),
            Bar::Exactly(value) => Some((ours - value).abs() < 0.5),
            Bar::None => None,
        }
    }

    fn cells(&self) -> Vec<String> {
        let show = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| self.unit.show(value));
        let bar = match self.bar {
            Bar::Times(times) => format!("≥ {times} ×"),
            Bar::BelowTheirs => "below theirs".to_owned(),
            Bar::AtMost(limit) => format!("≤ {}", self.unit.show(limit)),
            Bar::Exactly(value) => format!("= {}", self.unit.show(value)),
            Bar::None => String::new(),
        };
        let ratio = self.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let met = self.met().map_or("", |met| if met { "yes" } else { "**no**" });
        vec![self.what.clone(), bar, show(self.ours), show(self.theirs), ratio, met.to_owned()]
    }
}

/// A plain table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) head: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// Markdown with aligned columns: it is read in a terminal as often as on a page.
    fn markdown(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).chain([self.head[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let mut text = String::new();
        push_line(&mut text, self.head.iter().copied(), &widths);
        let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        push_line(&mut text, rules.iter().map(String::as_str), &widths);
        for row in &self.rows {
            push_line(&mut text, row.iter().map(String::as_str), &widths);
        }
        text
    }
}

fn push_line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>, widths: &[usize]) {
    for (cell, width) in cells.zip(widths) {
        let _ = write!(text, "| {cell}{} ", " ".repeat(width - cell.chars().count()));
    }
    text.push_str("|\n");
}

/// One subject: what was done, what must hold, the details.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) about: String,
    /// Who the other column is.
    pub(crate) theirs: &'static str,
    pub(crate) rows: Vec<Row>,
    pub(crate) details: Option<Table>,
    pub(crate) notes: Vec<String>,
}

impl Section {
    pub(crate) fn beside_alertmanager(title: &'static str, about: String) -> Self {
        Self { title, about, theirs: "Alertmanager", ..Self::default() }
    }

    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("## {}\n\n{}\n\n", self.title, self.about);
        if !self.rows.is_empty() {
            let head = vec!["what", "bar", "Candor", self.theirs, "ratio", "met"];
            text.push_str(&Table { head, rows: self.rows.iter().map(Row::cells).collect() }.markdown());
            text.push('\n');
        }
        if let Some(details) = &self.details {
            text.push_str(&details.markdown());
            text.push('\n');
        }
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        if !self.notes.is_empty() {
            text.push('\n');
        }
        text
    }

    pub(crate) fn missed(&self) -> usize {
        self.rows.iter().filter(|row| row.met() == Some(false)).count()
    }
}

/// Whole numbers with a comma at each thousand.
pub(crate) fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.max(0.0));
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bar: Bar, ours: Option<f64>, theirs: Option<f64>) -> Row {
        Row { what: "x".to_owned(), unit: Unit::Count, bar, ours, theirs }
    }

    #[test]
    fn a_bar_is_met_or_missed_or_not_judged() {
        assert_eq!(row(Bar::Times(2.0), Some(200.0), Some(100.0)).met(), Some(true));
        assert_eq!(row(Bar::Times(2.0), Some(199.0), Some(100.0)).met(), Some(false));
        assert_eq!(row(Bar::BelowTheirs, Some(1.0), Some(1.0)).met(), Some(false));
        assert_eq!(row(Bar::AtMost(5.0), Some(5.0), None).met(), Some(true));
        assert_eq!(row(Bar::Exactly(100.0), Some(99.0), None).met(), Some(false));
        assert_eq!(row(Bar::Times(2.0), None, Some(100.0)).met(), None);
        assert_eq!(row(Bar::None, Some(1.0), Some(1.0)).met(), None);
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(999.4), "999");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
    }

    #[test]
    fn columns_are_aligned() {
        let table = Table { head: vec!["a", "b"], rows: vec![vec!["µµµ".to_owned(), "1".to_owned()]] };
        assert_eq!(table.markdown(), "| a   | b |\n| --- | - |\n| µµµ | 1 |\n");
    }
}
