//! Filters from npm and PyPI, which run as processes: [`with_list`]. `peers/install` installs them.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};

use crate::engines::Filter;

/// Where `peers/install` installs them, relative to this package.
const FOLDER: &str = "target/peers";

/// Returns the installed filters with the given words. Reports the others on standard error.
pub(crate) fn with_list(entries: &[String]) -> Result<Vec<Filter>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = package.join(FOLDER);
    let python = package.join("peers/peer.py");
    let mut filters = Vec::new();
    for (name, program, script, installed) in [
        ("obscenity", "node".into(), folder.join("peer.mjs"), "node_modules/obscenity"),
        ("glin-profanity", "node".into(), folder.join("peer.mjs"), "node_modules/glin-profanity"),
        (
            "@2toad/profanity",
            "node".into(),
            folder.join("peer.mjs"),
            "node_modules/@2toad/profanity",
        ),
        ("better-profanity", folder.join("python/bin/python"), python, "python/bin/python"),
    ] {
        if !folder.join(installed).exists() {
            eprintln!(
                "SKIPPED: {name} is not installed; run {}",
                package.join("peers/install").display()
            );
            continue;
        }
        let mut command = Command::new(program);
        command.arg(script).arg(name);
        let peer = RefCell::new(Peer::start(command, entries).context(name)?);
        let hits = move |line: &str| {
            peer.borrow_mut().hits(line).unwrap_or_else(|error| panic!("{name}: {error:#}"))
        };
        filters.push(Filter { name, hits: Box::new(hits) });
    }
    Ok(filters)
}

/// A running filter. Each line of JSON that it gets is answered by `1` or `0`.
struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    fn start(mut command: Command, entries: &[String]) -> Result<Peer> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut input = child.stdin.take().context("it has no standard input")?;
        let output = BufReader::new(child.stdout.take().context("it has no standard output")?);
        let lower_case: Vec<String> = entries.iter().map(|entry| entry.to_lowercase()).collect();
        writeln!(input, "{}", serde_json::to_string(&lower_case)?)?;
        Ok(Peer { child, input, output })
    }

    fn hits(&mut self, line: &str) -> Result<bool> {
        writeln!(self.input, "{}", serde_json::to_string(line)?)?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        match answer.trim_end() {
            "1" => Ok(true),
            "0" => Ok(false),
            _ => anyhow::bail!("it stopped"),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Each line was answered, so nothing is lost.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
