//! `rooms apply`, `detach` and `restore`: show what is to change, ask, change it, tell what came of it.

use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::rooms::plan::{Decision, Wish};
use ivs_chat_review::rooms::selection::Selection;
use serde::Serialize;

use super::args::{ApplyArgs, ChangeArgs, DetachArgs, OutputArgs, RestoreArgs};
use super::backup::{self, BackupFile};
use super::change::{Fate, Run, Step};
use super::confirm;
use super::plan::Plan;
use super::report::Report;
use super::select;
use super::session::Session;
use crate::Outcome;
use crate::args::Format;
use crate::show::count;

/// How many changes are shown before asking; `rooms plan` shows all.
const MAX_SHOWN: usize = 20;

pub(crate) async fn apply(args: &ApplyArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required()?;
    let order = Order::new(&args.change, &args.output)?;
    let wish = args.wire.wish(args.replace.replace);
    let handler = Some(&args.wire.handler);
    let mut session = Session::open_for(&args.connect, &selection, handler).await?;
    let rooms = select::read_meant(&mut session, &selection).await?;
    order.carry_out(&session, rooms.into_iter().map(|room| Step { room, wish: wish.clone() })).await
}

pub(crate) async fn detach(args: &DetachArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required()?;
    let order = Order::new(&args.change, &args.output)?;
    let wish = Wish::Detach { function: args.handler.clone() };
    let handler = args.handler.as_ref();
    let mut session = Session::open_for(&args.connect, &selection, handler).await?;
    let rooms = select::read_meant(&mut session, &selection).await?;
    order.carry_out(&session, rooms.into_iter().map(|room| Step { room, wish: wish.clone() })).await
}

pub(crate) async fn restore(args: &RestoreArgs) -> anyhow::Result<Outcome> {
    let replace = args.replace.replace;
    confirm::check(args.yes)?;
    let past = backup::read(&args.file)?;
    let order = Order { yes: args.yes, format: args.output.format, backup: None };
    let arns: Vec<_> = past.iter().map(|past| past.room.clone()).collect();
    let mut session = Session::open(&args.connect, &arns, []).await?;
    let rooms = select::read(&mut session, &Selection::Rooms(arns)).await?;
    let steps = rooms.into_iter().zip(past).map(|(room, past)| Step {
        room,
        wish: Wish::Restore { before: past.before, left: past.left, replace },
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
    fn new(change: &ChangeArgs, output: &OutputArgs) -> anyhow::Result<Order> {
        confirm::check(change.yes)?;
        let backup = change.backup.as_deref().map(BackupFile::open).transpose()?;
        Ok(Order { yes: change.yes, format: output.format, backup })
    }

    async fn carry_out(
        self,
        session: &Session,
        steps: impl Iterator<Item = Step>,
    ) -> anyhow::Result<Outcome> {
        let (mut plan, mut sum) = (Plan::default(), Sum::default());
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        for step in steps {
            let decision = step.wish.decide(&step.room.wiring);
            plan.count(&step.room, &decision);
            match decision {
                Decision::Change(_) => changes.push(step),
                Decision::AsWished => done.push((step.room, Fate::Unchanged)),
                Decision::Foreign => done.push((step.room, Fate::Foreign)),
            }
        }
        let wish = changes.first().map(|step| &step.wish);
        plan.write_notes(wish)?;
        if plan.change > 0 && !self.yes {
            show(&changes)?;
            let question = format!("Change {}?", count(plan.change, "room", "rooms"));
            if !confirm::ask(&question)? {
                bail!("nothing was changed");
            }
        }
        let out = anstream::stdout().lock();
        let mut report = Report::new(self.format, changes.iter().map(|step| &step.room), out);
        for (room, fate) in &done {
            sum.count(fate);
            report.done(room, fate)?;
        }
        let mut failed = Vec::new();
        let run = Run::new(session, self.backup);
        let ran = run
            .all(&changes, |step, fate| {
                sum.count(&fate);
                if let Fate::Failed(error) = &fate {
                    failed.push((&step.room, error.message.clone()));
                }
                report.done(&step.room, &fate)
            })
            .await;
        report.sum(&sum.to_string(), &sum)?;
        report.failed(&failed)?;
        ran?;
        if sum.left > 0 {
            writeln!(
                anstream::stderr(),
                "stopped: {} left as they were; the same command goes on with them",
                count(sum.left, "room is", "rooms are"),
            )?;
        }
        Ok(if sum.failed + sum.left > 0 { Outcome::Findings } else { Outcome::Fine })
    }
}

/// Shows what is to change, as far as anybody reads it.
fn show(changes: &[Step]) -> io::Result<()> {
    let shown = &changes[..changes.len().min(MAX_SHOWN)];
    let rooms = shown.iter().map(|step| &step.room);
    let mut report = Report::new(Format::Text, rooms, anstream::stderr().lock());
    for step in shown {
        report.planned(&step.room, &step.wish.decide(&step.room.wiring))?;
    }
    if changes.len() > MAX_SHOWN {
        let more = changes.len() - MAX_SHOWN;
        writeln!(anstream::stderr(), "and {more} more; `ivs-review rooms plan` shows them all")?;
    }
    Ok(())
}

/// What became of the rooms.
#[derive(Default, Serialize)]
struct Sum {
    changed: usize,
    unchanged: usize,
    foreign: usize,
    failed: usize,
    left: usize,
}

impl Sum {
    fn count(&mut self, fate: &Fate) {
        *match fate {
            Fate::Changed { .. } => &mut self.changed,
            Fate::Unchanged => &mut self.unchanged,
            Fate::Foreign => &mut self.foreign,
            Fate::Failed(_) => &mut self.failed,
            Fate::Left => &mut self.left,
        } += 1;
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Sum { changed, unchanged, foreign, failed, left } = self;
        let changed = count(*changed, "room", "rooms");
        write!(
            f,
            "{changed} changed, {unchanged} as wished before, {foreign} foreign, {failed} failed"
        )?;
        if *left > 0 {
            write!(f, ", {left} left")?;
        }
        Ok(())
    }
}
