//! `init`: writes a rule folder to start with, and workflows for it.

mod preset;
mod shipped;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use ivs_chat_review::rules::MANIFEST;

pub(crate) use self::preset::Preset;
use self::shipped::{RULES, WORKFLOWS};
use crate::cli::InitArgs;
use crate::files;
use crate::terminal::{count, path_argument, shown_path};
use crate::{Outcome, ignore_broken_pipe};

pub(crate) fn run(args: &InitArgs) -> anyhow::Result<Outcome> {
    let mut new: Vec<(PathBuf, String)> = Vec::new();
    for (path, text) in RULES {
        let is_manifest = path == MANIFEST;
        let text = if is_manifest { args.preset.apply(text) } else { text.to_owned() };
        new.push((args.folder.join(path), text));
    }
    let root = args.github.then(|| repository(&args.folder)).transpose()?;
    let workflows: Vec<PathBuf> =
        root.iter().flat_map(|root| WORKFLOWS.map(|(path, _)| root.join(path))).collect();
    for (path, (_, text)) in workflows.iter().zip(WORKFLOWS) {
        new.push((path.clone(), text.to_owned()));
    }
    let existing: Vec<String> = new
        .iter()
        .filter(|(path, _)| path.symlink_metadata().is_ok())
        .map(|(path, _)| shown_path(path))
        .collect();
    match &existing[..] {
        [] => {}
        [path] => bail!("`{path}` already exists; nothing was written"),
        paths => bail!(
            "nothing was written, because {} files already exist:\n  {}",
            paths.len(),
            paths.join("\n  ")
        ),
    }
    write_all(&new)?;
    ignore_broken_pipe(report(args, &workflows))?;
    Ok(Outcome::Fine)
}

/// Returns the folder in which GitHub reads the workflows, whose rules are in its folder `rules`.
fn repository(folder: &Path) -> anyhow::Result<PathBuf> {
    if folder.file_name().is_none_or(|name| name != "rules") {
        bail!(
            "the workflows of --github check and deploy the folder `rules` of a repository; \
             write the rules there instead of `{}`",
            shown_path(folder)
        );
    }
    let root = folder.parent().unwrap_or(Path::new("")).to_path_buf();
    let whole =
        std::path::absolute(if root.as_os_str().is_empty() { Path::new(".") } else { &root })
            .with_context(|| format!("cannot read `{}`", shown_path(&root)))?;
    let git = whole.ancestors().find(|folder| folder.join(".git").exists());
    if let Some(git) = git.filter(|git| *git != whole) {
        bail!(
            "GitHub reads the workflows of --github in the folder of the repository, `{}`; \
             write the rules to its folder `rules`",
            shown_path(git)
        );
    }
    Ok(root)
}

/// Writes files, none of which exists. If one cannot be written, none is.
fn write_all(new: &[(PathBuf, String)]) -> anyhow::Result<()> {
    let mut created = Vec::new();
    let written = new.iter().try_for_each(|(path, text)| {
        let context = || format!("cannot write `{}`", shown_path(path));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(context)?;
        }
        files::create(path, text.as_bytes()).with_context(context)?;
        created.push(path);
        anyhow::Ok(())
    });
    if written.is_err() {
        created.iter().for_each(|path| drop(fs::remove_file(path)));
    }
    written
}

fn report(args: &InitArgs, workflows: &[PathBuf]) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    let folder = shown_path(&args.folder);
    let lists = count(RULES.len() - 1, "list", "lists");
    let preset = args.preset.to_possible_value();
    let preset = preset.as_ref().map_or("", |value| value.get_name());
    writeln!(out, "wrote {folder}/{MANIFEST} and {lists}, with the preset `{preset}`")?;
    if !workflows.is_empty() {
        for path in workflows {
            writeln!(out, "wrote {}; its first lines say what to set up", shown_path(path))?;
        }
        writeln!(out, "the workflows compile the program, so the repository needs its source too")?;
    }
    let option = match folder == "rules" {
        true => String::new(),
        false => format!(" --rules {}", path_argument(&args.folder)),
    };
    writeln!(
        out,
        "next: set the modes of [categories] in {folder}/{MANIFEST}, then run `ivs-review check{option}`"
    )
}
