//! A unified diff of a file of which it is known what each line becomes: [`write_diff`].

use std::io::{self, Write};

use ivs_chat_review::display::display_safe;

/// A line that changes, or below which others are inserted.
pub(crate) struct Change<'t> {
    /// The number of the line, from 1.
    pub(crate) line: usize,
    /// The line as it is, without its line break.
    pub(crate) before: &'t str,
    /// The lines in its place. If the first one is the line as it is, only those after it are new.
    pub(crate) after: Vec<&'t str>,
    /// Whether the file ends with the line, and a line break is added to it.
    pub(crate) is_unended: bool,
}

impl Change<'_> {
    fn is_context(&self) -> bool {
        self.after.first() == Some(&self.before) && !self.is_unended
    }
}

/// Writes the changes of a file, which are sorted by line, without lines around them. Characters
/// that a terminal would act on are escaped.
pub(crate) fn write_diff(
    out: &mut impl Write,
    name: &str,
    changes: &[Change<'_>],
) -> io::Result<()> {
    let name = display_safe(name);
    writeln!(out, "--- {name}\n+++ {name}")?;
    // How many lines the changes so far have added.
    let mut shift = 0;
    for hunk in changes.chunk_by(|a, b| a.line + 1 == b.line) {
        let line = hunk[0].line as i64;
        let (before, after) = (hunk.len(), hunk.iter().map(|it| it.after.len()).sum::<usize>());
        // By convention, a part without lines is after the line that it names.
        let start = line + shift - i64::from(after == 0);
        writeln!(out, "@@ -{} +{} @@", range(line, before), range(start, after))?;
        // Removed lines are before those in their place.
        let mut added = Vec::new();
        for change in hunk {
            let text = display_safe(change.before);
            if change.is_context() {
                write_added(out, &mut added)?;
                writeln!(out, " {text}")?;
                added.extend(&change.after[1..]);
                continue;
            }
            writeln!(out, "-{text}")?;
            if change.is_unended {
                writeln!(out, "\\ No newline at end of file")?;
            }
            added.extend(&change.after);
        }
        write_added(out, &mut added)?;
        shift += after as i64 - before as i64;
    }
    Ok(())
}

fn write_added(out: &mut impl Write, added: &mut Vec<&str>) -> io::Result<()> {
    added.drain(..).try_for_each(|line| writeln!(out, "+{}", display_safe(line)))
}

/// Formats the first line and the number of lines of a hunk. The number 1 is left out.
fn range(start: i64, lines: usize) -> String {
    match lines {
        1 => start.to_string(),
        lines => format!("{start},{lines}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change<'t>(line: usize, before: &'t str, after: &[&'t str]) -> Change<'t> {
        Change { line, before, after: after.to_vec(), is_unended: false }
    }

    #[test]
    fn changes_are_hunks_of_consecutive_lines() {
        let changes = [
            change(2, "cat*", &["cat*", "! catch", "! category"]),
            change(3, "dog", &[]),
            change(4, " ham", &["ham"]),
            change(5, "jam ", &["jam"]),
            change(9, "", &[]),
            Change { is_unended: true, ..change(12, "end", &["end"]) },
            change(20, "a\r", &["a"]),
        ];
        let mut out = Vec::new();
        write_diff(&mut out, "lists/a\u{202E}.txt", &changes).expect("memory can be written");
        let diff = String::from_utf8(out).expect("UTF-8");
        let expected = "\
--- lists/a\\u{202e}.txt
+++ lists/a\\u{202e}.txt
@@ -2,4 +2,5 @@
 cat*
-dog
- ham
-jam\u{20}
+! catch
+! category
+ham
+jam
@@ -9 +9,0 @@
-
@@ -12 +12 @@
-end
\\ No newline at end of file
+end
@@ -20 +20 @@
-a\\r
+a
";
        assert_eq!(diff, expected);
    }
}
