//! What `rooms apply`, `detach` and `restore` share: show the plan, ask for confirmation, change
//! the rooms, and report the outcomes.

use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::provision::desired::{Action, DesiredState};

use super::backup_file::BackupFile;
use super::change::{Executor, PlannedChange, RoomOutcome};
use super::plan::{Plan, note_skipped};
use super::report::Report;
use super::select::FailedRoom;
use super::summary::Results;
use crate::Outcome;
use crate::options::Format;
use crate::rooms::args::ChangeArgs;
use crate::rooms::client::ServiceError;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advice;
use crate::rooms::ui::confirm;
use crate::rooms::ui::progress::note;
use crate::terminal::count;

/// How many changes are shown before the confirmation; `rooms plan` shows all.
const MAX_SHOWN: usize = 20;

/// The options of a command that changes rooms.
pub(super) struct ChangeCommand {
    yes: bool,
    format: Format,
    backup: Option<BackupFile>,
}

impl ChangeCommand {
    /// Checks the options and opens the backup.
    pub(super) fn new(change: &ChangeArgs, format: Format) -> anyhow::Result<ChangeCommand> {
        confirm::check(change.yes)?;
        let backup = change.backup.as_deref().map(BackupFile::open).transpose()?;
        Ok(ChangeCommand { yes: change.yes, format, backup })
    }

    pub(super) async fn run(
        self,
        context: &CommandContext,
        candidates: impl Iterator<Item = PlannedChange>,
        failed: &[FailedRoom],
    ) -> anyhow::Result<Outcome> {
        let candidates: Vec<PlannedChange> = candidates.collect();
        let names = candidates.iter().map(|candidate| candidate.room.name.as_str());
        let names = names.chain(failed.iter().map(FailedRoom::name));
        let mut results = Results::new(Report::new(self.format, names, io::stdout().lock()));
        let mut plan = Plan::with_failed(failed.len());
        for room in failed {
            results.add(room, RoomOutcome::Failed(room.error.clone()))?;
        }
        let mut changes = Vec::new();
        for candidate in &candidates {
            let room = &candidate.room;
            let action = candidate.decide();
            plan.count(room, &action);
            match action {
                Action::Update(_) => changes.push(candidate),
                Action::UpToDate => {
                    results.add(room, RoomOutcome::Unchanged(room.handler.clone()))?;
                }
                Action::SkipOtherHandler => {
                    results.add(room, RoomOutcome::Skipped(room.handler.clone()))?;
                }
                Action::UnknownFallback => {
                    let error = ServiceError::unknown_fallback(&room.handler.fallback);
                    results.add(room, RoomOutcome::Failed(error))?;
                }
            }
        }
        let desired = candidates.first().map(|candidate| &candidate.desired);
        let needs_confirmation = plan.change > 0 && !self.yes;
        if needs_confirmation {
            show(&changes)?;
            if changes.len() < candidates.len() {
                note(&plan.to_string());
            }
        }
        plan.warn(desired);
        if needs_confirmation {
            let question = format!("Change {}?", count(plan.change, "room", "rooms"));
            if !confirm::ask(&question)? {
                bail!("nothing was changed");
            }
        }
        let executor = Executor::new(context, self.backup);
        let ran =
            executor.all(&changes, |change, outcome| results.add(&change.room, outcome)).await;
        let reported = results.finish();
        if reported.is_err() {
            note(&results.summary.to_string());
        }
        note_skipped(results.summary.skipped, desired);
        let advice = results.failures().find_map(advice);
        if let (Ok(()), Some(advice)) = (&ran, advice) {
            note(&format!("note: {advice}"));
        }
        if results.summary.left > 0 {
            note(&format!(
                "stopped: {} left; run the same command again to continue",
                count(results.summary.left, "room is", "rooms are"),
            ));
        }
        ran?;
        reported?;
        let is_complete = results.summary.failed + results.summary.left == 0;
        Ok(context.outcome(if is_complete { Outcome::Fine } else { Outcome::Findings }))
    }
}

/// Shows the first changes.
fn show(changes: &[&PlannedChange]) -> io::Result<()> {
    let shown = &changes[..changes.len().min(MAX_SHOWN)];
    let names = shown.iter().map(|change| change.room.name.as_str());
    let mut report = Report::new(Format::Text, names, io::stderr().lock());
    for change in shown {
        report.planned(&change.room, &change.desired, &change.decide())?;
    }
    if changes.len() > MAX_SHOWN {
        let more = changes.len() - MAX_SHOWN;
        let all = match changes.first().map(|change| &change.desired) {
            Some(DesiredState::Attached { .. }) => "; `ivs-review rooms plan` shows all",
            _ => "",
        };
        writeln!(io::stderr(), "and {more} more{all}")?;
    }
    Ok(())
}
