//! A placeholder.
use std::io::{self, BufRead, IsTerminal, Write};
pub(crate) fn check(yes: bool) -> anyhow::Result<()> {
    if yes || io::stdin().is_terminal() && io::stderr().is_terminal() {
        return Ok(());
    }
    anyhow::bail!("nobody to ask here: say --yes")
}
pub(crate) fn ask(question: &str) -> io::Result<bool> {
    write!(io::stderr(), "{question} [y/N] ")?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(["y", "yes"].contains(&line.trim().to_lowercase().as_str()))
}
