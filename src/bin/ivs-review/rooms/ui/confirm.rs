//! Asking before something is changed.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::bail;

use super::details::{self, Row};

/// Whether there is a yes already, or somebody who can be asked for one. What is about to be done is said
/// twice: it `changes rooms`, to `change them`.
pub(crate) fn check(yes: bool, deed: &str, it: &str) -> anyhow::Result<()> {
    if yes || io::stdin().is_terminal() && io::stderr().is_terminal() {
        return Ok(());
    }
    bail!("this {deed}, and there is no terminal to ask on; say --yes to {it}")
}

/// Shows what it is about and asks, unless there is a yes already. Anything else is an error.
pub(crate) fn sure(yes: bool, rows: &[Row], question: &str) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    details::write_rows(rows, anstream::stderr().lock())?;
    if !ask(question)? {
        bail!("nothing was changed");
    }
    Ok(())
}

/// Asks on the terminal. Only a clear yes is one.
pub(crate) fn ask(question: &str) -> io::Result<bool> {
    let mut terminal = io::stderr();
    write!(terminal, "{question} [y/N] ")?;
    terminal.flush()?;
    let mut answer = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut answer)?;
    if !answer.ends_with(b"\n") {
        // The input has ended, and the cursor is behind the question yet.
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
    fn only_a_clear_yes_is_one() {
        for yes in ["y\n", "Y\r\n", "yes\n", " YES \n", "y"] {
            assert!(is_yes(yes.as_bytes()), "{yes:?}");
        }
        for no in ["", "\n", "n\n", "no\n", "yess\n", "y n\n", "ja\n", "ｙ\n"] {
            assert!(!is_yes(no.as_bytes()), "{no:?}");
        }
        assert!(!is_yes(b"y\xFF\n"));
    }
}
