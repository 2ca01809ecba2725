//! `generate`: shell completions and manual pages from the definitions of the arguments, and the schema
//! of `rules.toml`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use clap::{Command, CommandFactory};

use crate::cli::{Cli, GenerateCommand};
use crate::terminal::shown_path;
use crate::{Outcome, ignore_broken_pipe};

pub(crate) fn run(command: &GenerateCommand) -> anyhow::Result<Outcome> {
    match command {
        GenerateCommand::Completions { shell } => {
            // Into memory first: the generators panic if their output cannot be written.
            let mut script = Vec::new();
            let mut definitions = Cli::command();
            clap_complete::generate(*shell, &mut definitions, "ivs-review", &mut script);
            ignore_broken_pipe(io::stdout().lock().write_all(&script))?;
        }
        GenerateCommand::Schema => {
            let schema = ivs_chat_review::schema::rules_toml();
            ignore_broken_pipe(io::stdout().lock().write_all(schema.as_bytes()))?;
        }
        GenerateCommand::Man { folder } => {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create `{}`", shown_path(folder)))?;
            let mut definitions = Cli::command().disable_help_subcommand(true);
            definitions.build();
            pages(&definitions, "ivs-review", folder)?;
        }
    }
    Ok(Outcome::Fine)
}

/// Writes the page of a command and those of its subcommands: `ivs-review-rooms-list.1`.
fn pages(command: &Command, name: &str, folder: &Path) -> anyhow::Result<()> {
    let mut page = Vec::new();
    // The synopsis has the name that `build` set, with spaces.
    clap_mangen::Man::new(command.clone()).title(name).render(&mut page)?;
    let path = folder.join(format!("{name}.1"));
    fs::write(&path, page).with_context(|| format!("cannot write `{}`", shown_path(&path)))?;
    for inner in command.get_subcommands().filter(|it| !it.is_hide_set()) {
        pages(inner, &format!("{name}-{}", inner.get_name()), folder)?;
    }
    Ok(())
}
