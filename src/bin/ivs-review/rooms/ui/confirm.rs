//! Asks for confirmation before a change.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::bail;

use super::details::{self, Row};

/// Returns an error if the command is neither confirmed by `--yes` nor able to ask.
pub(crate) fn check(yes: bool) -> anyhow::Result<()> {
    let stream = match (io::stdin().is_terminal(), io::stderr().is_terminal()) {
        _ if yes => return Ok(()),
        (true, true) => return Ok(()),
        (false, _) => "stdin",
        (true, false) => "stderr",
    };
    bail!("confirmation required: {stream} is not a terminal; pass --yes")
}

/// Shows the resource and asks, unless `yes` is set. Any other answer than yes is an error.
pub(crate) fn require(yes: bool, rows: &[Row], question: &str) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    details::write_rows(rows, anstream::stderr().lock())?;
    if !ask(question)? {
        bail!("nothing was changed");
    }
    Ok(())
}

/// Asks on the terminal. Returns whether the answer is `y` or `yes`.
pub(crate) fn ask(question: &str) -> io::Result<bool> {
    let mut terminal = io::stderr();
    write!(terminal, "{question} [y/N] ")?;
    terminal.flush()?;
    let mut answer = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut answer)?;
    if !answer.ends_with(b"\n") {
        // The input ended without a line feed, so the cursor is still after the question.
        writeln!(terminal)?;
    }
    Ok(is_yes(&answer))
}

fn is_yes(answer: &[u8]) -> bool {
    let answer = answer.trim_ascii();
    answer.eq_ignore_ascii_case(b"y") || answer.eq_ignore_ascii_case(b"yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_y_and_yes_confirm() {
        for yes in ["y\n", "Y\r\n", "yes\n", " YES \n", "y"] {
            assert!(is_yes(yes.as_bytes()), "{yes:?}");
        }
        for no in ["", "\n", "n\n", "no\n", "yess\n", "y n\n", "ja\n", "ｙ\n"] {
            assert!(!is_yes(no.as_bytes()), "{no:?}");
        }
        assert!(!is_yes(b"y\xFF\n"));
    }
}
