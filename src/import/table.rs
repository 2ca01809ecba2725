//! Reads tables: CSV with the quotes of RFC 4180, also with semicolons or tabs.

/// A row and the line at which it begins.
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// The characters that separate cells.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// Returns the character that separates the cells of a table: the most frequent one of its first
/// line.
pub(super) fn separator(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: &char| first.matches(*separator).count();
    // The first of several, so a comma if there is none.
    SEPARATORS.into_iter().rev().max_by_key(count).unwrap_or(',')
}

/// Reads the rows that are not empty.
pub(super) fn rows(text: &str, separator: char) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut line, mut start) = (1, 1);
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut is_quoted = false;
    let mut was_quoted = false;
    loop {
        let c = chars.next();
        match c {
            Some('"') if is_quoted => match chars.next_if_eq(&'"') {
                Some(_) => cell.push('"'),
                None => is_quoted = false,
            },
            Some('"') if cell.trim().is_empty() && !was_quoted => {
                cell.clear();
                (is_quoted, was_quoted) = (true, true);
            }
            Some(c) if is_quoted => {
                line += usize::from(c == '\n');
                cell.push(c);
            }
            Some(c) if c == separator => {
                cells.push(std::mem::take(&mut cell).trim().to_owned());
                was_quoted = false;
            }
            Some('\n') | None => {
                cells.push(std::mem::take(&mut cell).trim().to_owned());
                was_quoted = false;
                let cells = std::mem::take(&mut cells);
                if cells.iter().any(|cell| !cell.is_empty()) {
                    rows.push(Row { line: start, cells });
                }
                line += 1;
                start = line;
                if c.is_none() {
                    return rows;
                }
            }
            Some(c) => cell.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_protect_separators_quotes_and_line_ends() {
        let text = "a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\n\n\"two\nlines\", z\n5\" nails,q";
        let rows: Vec<_> =
            rows(text, separator(text)).into_iter().map(|row| (row.line, row.cells)).collect();
        let cells = |cells: &[&str]| cells.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            rows,
            [
                (1, cells(&["a", "b"])),
                (2, cells(&["x, y", "say \"hi\""])),
                (4, cells(&["two\nlines", "z"])),
                (6, cells(&["5\" nails", "q"])),
            ]
        );
        assert_eq!((separator("a;b"), separator("a\tb"), separator("a")), (';', '\t', ','));
    }
}
