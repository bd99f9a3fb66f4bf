//! The Markdown of a review as a page: headings, paragraphs, lists, tables and fenced text, with bold, code and links inside.
//!
//! No HTML passes through. A line becomes elements here, or it is text; all text goes through the same escaping as any other text
//! from outside, and a link is one only when it is safe to follow. What this does not know (images, nested lists) is shown as it
//! was written, so nothing that somebody wrote is ever lost from sight.

mod inline;

use maud::{Markup, html};

use inline::inline;

/// Beyond this a text is shown as it is: nobody reads ten thousand lines, and one screen must stay cheap.
const MOST_LINES: usize = 5_000;

/// One block of the text.
#[derive(Debug, PartialEq)]
enum Block<'a> {
    Heading(usize, &'a str),
    Paragraph(Vec<&'a str>),
    /// Items without their dash.
    List(Vec<&'a str>),
    /// Rows of cells; the first row is the head.
    Table(Vec<Vec<String>>),
    Fenced(Vec<&'a str>),
}

/// The text without its own title: the screen has one.
pub fn render(text: &str) -> Markup {
    if text.lines().count() > MOST_LINES {
        return html! { p.words { (super::text::shown_lines(text)) } };
    }
    html! { @for block in blocks(text) { (show(&block)) } }
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let (mut blocks, mut at) = (Vec::new(), 0);
    while let Some(line) = lines.get(at) {
        let run = |belongs: fn(&str) -> bool| lines[at..].iter().take_while(|l| belongs(l)).copied().collect::<Vec<_>>();
        let (block, used) = if line.trim().is_empty() {
            (None, 1)
        } else if let Some((level, heading)) = heading(line) {
            (Some(Block::Heading(level, heading)).filter(|_| level > 1 || at > 0), 1)
        } else if line.starts_with("```") {
            let inside: Vec<&str> = lines[at + 1..].iter().take_while(|l| !l.starts_with("```")).copied().collect();
            let used = inside.len() + 2;
            (Some(Block::Fenced(inside)), used)
        } else if is_item(line) {
            let items = run(is_item);
            let used = items.len();
            (Some(Block::List(items.into_iter().map(|item| item[2..].trim()).collect())), used)
        } else if is_row(line) && lines.get(at + 1).is_some_and(|next| is_rule(next)) {
            let rows = run(is_row);
            let used = rows.len();
            (Some(Block::Table(rows.into_iter().filter(|row| !is_rule(row)).map(cells).collect())), used)
        } else {
            // At least this one, whatever it looks like.
            let rest = lines[at + 1..].iter().take_while(|l| is_plain(l)).copied();
            let words: Vec<&str> = std::iter::once(*line).chain(rest).collect();
            let used = words.len();
            (Some(Block::Paragraph(words)), used)
        };
        blocks.extend(block);
        at += used;
    }
    blocks
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let text = line[level..].strip_prefix(' ')?;
    (1..=6).contains(&level).then(|| (level, text.trim()))
}

fn is_item(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with("* ")
}

fn is_row(line: &str) -> bool {
    line.len() > 1 && line.starts_with('|') && line.ends_with('|')
}

/// `|---|---:|`
fn is_rule(line: &str) -> bool {
    is_row(line) && line.contains('-') && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' '))
}

fn is_plain(line: &str) -> bool {
    !line.trim().is_empty() && heading(line).is_none() && !is_item(line) && !is_row(line) && !line.starts_with("```")
}

/// A bar with a backslash before it is text.
fn cells(row: &str) -> Vec<String> {
    let (mut cells, mut cell, mut escaped) = (Vec::new(), String::new(), false);
    for c in row[1..row.len() - 1].chars() {
        if c == '|' && !escaped {
            cells.push(std::mem::take(&mut cell).trim().to_owned());
        } else {
            cell.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    cells.push(cell.trim().to_owned());
    cells
}

fn show(block: &Block<'_>) -> Markup {
    match block {
        Block::Heading(1 | 2, text) => html! { h2 { (inline(text)) } },
        Block::Heading(3, text) => html! { h3 { (inline(text)) } },
        Block::Heading(_, text) => html! { h4 { (inline(text)) } },
        Block::Paragraph(lines) => {
            html! { p { @for (i, line) in lines.iter().enumerate() { @if i > 0 { " " } (inline(line)) } } }
        }
        Block::List(items) => html! { ul.dashes { @for item in items { li { (an_item(item)) } } } },
        Block::Table(rows) => table(rows),
        Block::Fenced(lines) => html! { pre tabindex="0" { (super::text::shown_lines(&lines.join("\n"))) } },
    }
}

fn an_item(item: &str) -> Markup {
    let task = [("[ ] ", "to do: "), ("[x] ", "done: "), ("[X] ", "done: ")];
    match task.into_iter().find_map(|(mark, word)| Some((word, item.strip_prefix(mark)?))) {
        Some((word, text)) => html! { strong { (word) } (inline(text)) },
        None => inline(item),
    }
}

/// Wide ones scroll by themselves, so that a phone's screen does not.
fn table(rows: &[Vec<String>]) -> Markup {
    let (head, body) = rows.split_first().map_or((&[][..], rows), |(head, body)| (head.as_slice(), body));
    // The facts at the top of a draft have no head: their first column names them.
    let headless = head.iter().all(String::is_empty);
    html! {
        div.scroll tabindex="0" role="group" aria-label="Table" {
            table {
                @if !headless { thead { tr { @for cell in head { @if cell.is_empty() { td {} } @else { th scope="col" { (inline(cell)) } } } } } }
                tbody {
                    @for row in body { tr {
                        @for (i, cell) in row.iter().enumerate() {
                            @if headless && i == 0 { th scope="row" { (inline(cell)) } } @else { td { (inline(cell)) } }
                        }
                    } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_becomes_a_page() {
        let text = "# INC-1: x\n\nOne line\nand its end.\n\n## Marks\n\n| Mark | |\n|---|---:|\n| a \\| b | **2** |\n\n- [ ] who?\n- `cause`\n";
        let html = render(text).into_string();
        assert_eq!(
            html,
            "<p>One line and its end.</p><h2>Marks</h2>\
             <div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>\
             <thead><tr><th scope=\"col\">Mark</th><td></td></tr></thead>\
             <tbody><tr><td>a | b</td><td><strong>2</strong></td></tr></tbody></table></div>\
             <ul class=\"dashes\"><li><strong>to do: </strong>who?</li><li><code>cause</code></li></ul>"
        );
    }

    #[test]
    fn a_table_without_a_head_names_its_rows() {
        let html = render("| | |\n|---|---|\n| Severity | SEV2 |").into_string();
        assert!(html.contains("<table><tbody><tr><th scope=\"row\">Severity</th><td>SEV2</td>"), "{html}");
    }

    #[test]
    fn nothing_becomes_markup_and_nothing_is_lost() {
        let html = render("<script>x</script>\n| not a table |\n```\n<b>\n\u{202e}").into_string();
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"), "{html}");
        assert!(html.contains("| not a table |") && html.contains("&lt;b&gt;\n\\u{202e}"), "{html}");
        for odd in ["#", "# ", "|", "||", "|-|", "- ", "```", "*", "é|", "|é"] {
            let _ = render(odd);
        }
    }
}
