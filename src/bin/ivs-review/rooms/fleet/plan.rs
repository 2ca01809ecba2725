//! `rooms plan`, and what `apply` shows before it asks.

use ivs_chat_review::provision::desired::{Decision, Wish};
use ivs_chat_review::provision::room::Room;
use serde::Serialize;

use super::report::Report;
use super::select;
use crate::Outcome;
use crate::rooms::args::PlanArgs;
use crate::rooms::context::Session;
use crate::rooms::ui::progress::note;
use crate::terminal::count;

pub(crate) async fn run(args: &PlanArgs) -> anyhow::Result<Outcome> {
    let selection = args.select.required()?;
    let mut session =
        Session::open_for(&args.common.connect, &selection, Some(&args.wire.handler)).await?;
    let rooms = select::read_meant(&mut session, &selection).await?;
    let wish = args.wire.wish(args.replace.replace);
    let mut plan = Plan::default();
    let mut report = Report::new(args.common.format, &rooms, anstream::stdout().lock());
    for room in &rooms {
        let decision = wish.decide(&room.wiring);
        plan.count(room, &decision);
        report.planned(room, &wish, &decision)?;
    }
    report.sum(&plan.to_string(), &plan)?;
    note_spared(plan.foreign, Some(&wish));
    plan.warn(Some(&wish));
    Ok(Outcome::Fine)
}

/// What a wish comes to.
#[derive(Default, Serialize)]
pub(crate) struct Plan {
    pub(crate) change: usize,
    unchanged: usize,
    foreign: usize,
    /// Rooms whose messages go out unreviewed when the handler fails, if all goes as planned.
    fail_open: usize,
}

impl Plan {
    pub(crate) fn count(&mut self, room: &Room, decision: &Decision) {
        let wiring = match decision {
            Decision::Change(to) => {
                self.change += 1;
                to
            }
            Decision::AsWished => {
                self.unchanged += 1;
                &room.wiring
            }
            Decision::Foreign => {
                self.foreign += 1;
                return;
            }
        };
        self.fail_open += usize::from(wiring.fails_open());
    }

    /// What the numbers do not say of fallbacks, to standard error.
    pub(crate) fn warn(&self, wish: Option<&Wish>) {
        let Some(Wish::Wire { fallback, .. }) = wish else { return };
        if fallback.is_none() && self.change > 0 {
            note(
                "note: without --fallback each room keeps its own, which is ALLOW unless somebody set it",
            );
        }
        if self.fail_open > 0 {
            note(&format!(
                "warning: when the handler fails, {} let messages out unreviewed; --fallback deny holds them back",
                count(self.fail_open, "room will", "rooms will"),
            ));
        }
    }
}

/// That rooms which were left alone need not be, to standard error.
pub(crate) fn note_spared(foreign: usize, wish: Option<&Wish>) {
    let what = match wish {
        Some(Wish::Wire { replace: false, .. }) => "name another function",
        Some(Wish::Restore { replace: false, .. }) => "were wired anew since the backup",
        _ => return,
    };
    if foreign > 0 {
        note(&format!("note: foreign rooms {what}; without --replace they are left alone"));
    }
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rooms = count(self.change, "room", "rooms");
        write!(f, "{rooms} to change, {} as wished, {} foreign", self.unchanged, self.foreign)
    }
}
