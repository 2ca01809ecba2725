//! `rooms plan`, and the summary that other commands show before they ask for confirmation.

use std::io;

use ivs_chat_review::provision::desired::{Action, DesiredState};
use ivs_chat_review::provision::room::Room;
use serde::Serialize;

use super::report::Report;
use super::select::{self, FailedRoom, Selected};
use crate::Outcome;
use crate::rooms::args::PlanArgs;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::progress::note;
use crate::terminal::count;

pub(crate) async fn run(args: &PlanArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required_selection()?;
    let context =
        CommandContext::open_for(&args.common.connect, &selection, Some(&args.handler.handler))
            .await?;
    let Selected { rooms, failed } = select::read_nonempty(&context, &selection).await?;
    let desired = args.handler.desired_state(args.replace.replace);
    let mut plan = Plan::with_failed(failed.len());
    let names = rooms.iter().map(|room| room.name.as_str());
    let names = names.chain(failed.iter().map(FailedRoom::name));
    let mut report = Report::new(args.common.format, names, io::stdout().lock());
    for room in &rooms {
        let action = desired.decide(&room.handler);
        plan.count(room, &action);
        report.planned(room, &desired, &action)?;
    }
    for room in &failed {
        report.failed(room, "plan", &room.error)?;
    }
    report.summary(&plan.to_string(), &plan)?;
    note_skipped(plan.skipped, Some(&desired));
    plan.warn(Some(&desired));
    Ok(context.outcome(if plan.failed > 0 { Outcome::Findings } else { Outcome::Fine }))
}

/// How many rooms have to be changed and how many do not.
#[derive(Default, Serialize)]
pub(crate) struct Plan {
    pub(crate) change: usize,
    unchanged: usize,
    skipped: usize,
    /// Rooms that cannot be processed.
    failed: usize,
    /// Rooms that will deliver messages unreviewed when the handler fails.
    fail_open: usize,
}

impl Plan {
    /// Returns a plan with only rooms that cannot be processed.
    pub(crate) fn with_failed(failed: usize) -> Plan {
        Plan { failed, ..Plan::default() }
    }

    pub(crate) fn count(&mut self, room: &Room, action: &Action) {
        let handler = match action {
            Action::Update(after) => {
                self.change += 1;
                after
            }
            Action::UpToDate => {
                self.unchanged += 1;
                &room.handler
            }
            Action::SkipOtherHandler => {
                self.skipped += 1;
                return;
            }
            Action::UnknownFallback => {
                self.failed += 1;
                return;
            }
        };
        self.fail_open += usize::from(handler.fails_open());
    }

    /// Prints notes about fallbacks to standard error.
    pub(crate) fn warn(&self, desired: Option<&DesiredState>) {
        let Some(DesiredState::Attached { fallback, .. }) = desired else { return };
        if fallback.is_none() && self.change > 0 {
            note(
                "note: without --fallback each room keeps its fallback, which is ALLOW by default",
            );
        }
        if self.fail_open > 0 {
            note(&format!(
                "warning: {} messages unreviewed when the handler fails; use --fallback deny to block them",
                count(self.fail_open, "room will deliver", "rooms will deliver"),
            ));
        }
    }
}

/// Prints a note about skipped rooms to standard error.
pub(crate) fn note_skipped(skipped: usize, desired: Option<&DesiredState>) {
    let text = match desired {
        Some(DesiredState::Attached { replace: false, .. }) => {
            "note: skipped rooms have another handler; use --replace to replace it"
        }
        Some(DesiredState::Restored { replace: false, .. }) => {
            "note: the handlers of skipped rooms were changed since the backup; use --replace to restore them too"
        }
        _ => return,
    };
    if skipped > 0 {
        note(text);
    }
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Plan { change, unchanged, skipped, failed, .. } = self;
        write!(f, "{change} to change, {unchanged} up to date, {skipped} skipped (other handler)")?;
        if *failed > 0 {
            write!(f, ", {failed} failed")?;
        }
        Ok(())
    }
}
