//! `rooms apply`, `detach` and `restore`: show what is to change, ask, change it, tell what came of it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::provision::backup::Past;
use ivs_chat_review::provision::desired::{Decision, Wish};
use ivs_chat_review::provision::room::Room;

use super::backup_file::{self, BackupFile};
use super::change::{Fate, Run, Step};
use super::plan::{Plan, note_spared};
use super::report::Report;
use super::select;
use super::summary::Ledger;
use crate::Outcome;
use crate::options::Format;
use crate::rooms::args::{ApplyArgs, ChangeArgs, DetachArgs, RestoreArgs};
use crate::rooms::context::Session;
use crate::rooms::ui::advice::advice;
use crate::rooms::ui::confirm;
use crate::rooms::ui::progress::note;
use crate::terminal::count;

/// How many changes are shown before asking; `rooms plan` shows all.
const MAX_SHOWN: usize = 20;

pub(crate) async fn apply(args: &ApplyArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required()?;
    let order = Order::new(&args.change, args.common.format)?;
    let wish = args.wire.wish(args.replace.replace);
    let handler = Some(&args.wire.handler);
    let mut session = Session::open_for(&args.common.connect, &selection, handler).await?;
    let rooms = select::read_meant(&mut session, &selection).await?;
    order.carry_out(&session, rooms.into_iter().map(|room| Step { room, wish: wish.clone() })).await
}

pub(crate) async fn detach(args: &DetachArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required()?;
    let order = Order::new(&args.change, args.common.format)?;
    let wish = Wish::Detach { function: args.handler.clone() };
    let handler = args.handler.as_ref();
    let mut session = Session::open_for(&args.common.connect, &selection, handler).await?;
    let rooms = select::read_meant(&mut session, &selection).await?;
    order.carry_out(&session, rooms.into_iter().map(|room| Step { room, wish: wish.clone() })).await
}

pub(crate) async fn restore(args: &RestoreArgs) -> anyhow::Result<Outcome> {
    let past = backup_file::read(&args.file)?;
    let order = Order::new(&args.change, args.common.format)?;
    let arns: Vec<_> = past.iter().map(|past| past.room.clone()).collect();
    let session = Session::open(&args.common.connect, &arns, []).await?;
    // How they are now is looked at room by room, right before each is put back.
    let steps = past.into_iter().map(|Past { room: arn, name, before, left }| {
        let [earlier, later] = &left;
        let wiring = if later.amounts_to(&before) { earlier } else { later }.clone();
        let room = Room { arn, name, wiring, tags: BTreeMap::new() };
        Step { room, wish: Wish::Restore { before, left, replace: args.replace } }
    });
    order.carry_out(&session, steps).await
}

/// How rooms are to be changed.
struct Order {
    yes: bool,
    format: Format,
    backup: Option<BackupFile>,
}

impl Order {
    fn new(change: &ChangeArgs, format: Format) -> anyhow::Result<Order> {
        confirm::check(change.yes, "changes rooms", "change them")?;
        let backup = change.backup.as_deref().map(BackupFile::open).transpose()?;
        Ok(Order { yes: change.yes, format, backup })
    }

    async fn carry_out(
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
