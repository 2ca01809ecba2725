//! What `rooms apply`, `detach` and `restore` share: show what is to change, ask, change it, tell what came of it.

use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::provision::desired::{Decision, Wish};

use super::backup_file::BackupFile;
use super::change::{Fate, Run, Step};
use super::plan::{Plan, note_spared};
use super::report::Report;
use super::summary::Ledger;
use crate::Outcome;
use crate::options::Format;
use crate::rooms::args::ChangeArgs;
use crate::rooms::context::Session;
use crate::rooms::ui::advice::advice;
use crate::rooms::ui::confirm;
use crate::rooms::ui::progress::note;
use crate::terminal::count;

/// How many changes are shown before asking; `rooms plan` shows all.
const MAX_SHOWN: usize = 20;

/// How rooms are to be changed.
pub(super) struct Order {
    yes: bool,
    format: Format,
    backup: Option<BackupFile>,
}

impl Order {
    pub(super) fn new(change: &ChangeArgs, format: Format) -> anyhow::Result<Order> {
        confirm::check(change.yes, "changes rooms", "change them")?;
        let backup = change.backup.as_deref().map(BackupFile::open).transpose()?;
        Ok(Order { yes: change.yes, format, backup })
    }

    pub(super) async fn carry_out(
        self,
        session: &Session,
        steps: impl Iterator<Item = Step>,
    ) -> anyhow::Result<Outcome> {
        let steps: Vec<Step> = steps.collect();
        let rooms = steps.iter().map(|step| &step.room);
        let mut ledger = Ledger::new(Report::new(self.format, rooms, anstream::stdout().lock()));
        let mut plan = Plan::default();
        let mut changes = Vec::new();
        for step in &steps {
            let decision = step.decide();
            plan.count(&step.room, &decision);
            match decision {
                Decision::Change(_) => changes.push(step),
                Decision::AsWished => {
                    ledger.enter(&step.room, Fate::Unchanged(step.room.wiring.clone()))?;
                }
                Decision::Foreign => {
                    ledger.enter(&step.room, Fate::Foreign(step.room.wiring.clone()))?;
                }
            }
        }
        let wish = steps.first().map(|step| &step.wish);
        let asks = plan.change > 0 && !self.yes;
        if asks {
            show(&changes)?;
            if changes.len() < steps.len() {
                note(&plan.to_string());
            }
        }
        plan.warn(wish);
        if asks {
            let question = format!("Change {}?", count(plan.change, "room", "rooms"));
            if !confirm::ask(&question)? {
                bail!("nothing was changed");
            }
        }
        let run = Run::new(session, self.backup);
        let ran = run.all(&changes, |step, fate| ledger.enter(&step.room, fate)).await;
        let told = ledger.close();
        if told.is_err() {
            note(&ledger.sum.to_string());
        }
        note_spared(ledger.sum.foreign, wish);
        let advice = ledger.failures().find_map(|error| advice(error.kind));
        if let (Ok(()), Some(advice)) = (&ran, advice) {
            note(&format!("note: {advice}"));
        }
        if ledger.sum.left > 0 {
            note(&format!(
                "stopped: {} left; the same command goes on from here",
                count(ledger.sum.left, "room is", "rooms are"),
            ));
        }
        ran?;
        told?;
        let done = ledger.sum.failed + ledger.sum.left == 0;
        Ok(if done { Outcome::Fine } else { Outcome::Findings })
    }
}

/// Shows what is to change, as far as anybody reads it.
fn show(changes: &[&Step]) -> io::Result<()> {
    let shown = &changes[..changes.len().min(MAX_SHOWN)];
    let rooms = shown.iter().map(|step| &step.room);
    let mut report = Report::new(Format::Text, rooms, anstream::stderr().lock());
    for step in shown {
        report.planned(&step.room, &step.wish, &step.decide())?;
    }
    if changes.len() > MAX_SHOWN {
        let more = changes.len() - MAX_SHOWN;
        let all = match changes.first().map(|step| &step.wish) {
            Some(Wish::Wire { .. }) => "; `ivs-review rooms plan` shows them all",
            _ => "",
        };
        writeln!(anstream::stderr(), "and {more} more{all}")?;
    }
    Ok(())
}
