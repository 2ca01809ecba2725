//! Changing rooms one by one, whatever happens on the way.

use std::cell::RefCell;
use std::io;

use anyhow::{Context, anyhow};
use futures_util::{StreamExt, stream};
use ivs_chat_review::provision::backup::Record;
use ivs_chat_review::provision::desired::{Decision, Wish};
use ivs_chat_review::provision::room::{Room, Wiring};
use jiff::Timestamp;

use super::backup_file::BackupFile;
use crate::rooms::IN_FLIGHT;
use crate::rooms::client::{FailureKind, Service, ServiceError};
use crate::rooms::context::{Session, finish_what_is_sent};
use crate::rooms::reconcile::{Failure, Reached, reconcile};
use crate::rooms::shutdown::Stop;
use crate::rooms::ui::advice::explained;
use crate::rooms::ui::progress::Progress;

/// After so many rooms in a row, with none changed before, the next ones would be refused as well.
const REFUSED_FROM_THE_START: usize = 3;
/// After so many rooms in a row for which the service had no answer, it has none for the next.
const UNANSWERED_IN_A_ROW: usize = 10;

/// A room that is to be changed.
pub(crate) struct Step {
    pub(crate) room: Room,
    pub(crate) wish: Wish,
}

impl Step {
    /// What is to be done, by what the room was like when it was read.
    pub(crate) fn decide(&self) -> Decision {
        self.wish.decide(&self.room.wiring)
    }
}

/// What became of a room.
pub(crate) enum Fate {
    Changed {
        before: Wiring,
        after: Wiring,
    },
    Unchanged(Wiring),
    Foreign(Wiring),
    Failed(ServiceError),
    /// Not touched, since the run was stopped.
    Left,
}

/// Changes rooms in their turn, several under way at a time.
pub(crate) struct Run<'s> {
    service: &'s Service,
    stop: &'s Stop,
    backup: Option<RefCell<BackupFile>>,
}

/// Why a run ended before its time.
enum Halt {
    Service(ServiceError),
    Backup(io::Error),
    Output(io::Error),
}

impl<'s> Run<'s> {
    pub(crate) fn new(session: &'s Session, backup: Option<BackupFile>) -> Run<'s> {
        Run { service: &session.service, stop: &session.stop, backup: backup.map(RefCell::new) }
    }

    /// Changes them all, and tells of each as it is done, in no order. An error stops the run, with
    /// all that was sent answered and all others told as left.
    pub(crate) async fn all<'t>(
        &self,
        steps: &[&'t Step],
        mut tell: impl FnMut(&'t Step, Fate) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let progress = Progress::new("rooms", Some(steps.len() as u64));
        finish_what_is_sent(self.stop)?;
        let mut fates = stream::iter(steps)
            .map(|&step| async move { (step, self.one(step).await) })
            .buffer_unordered(IN_FLIGHT);
        let mut streak = Streak::Start;
        let mut halt = None;
        while let Some((step, fate)) = fates.next().await {
            let fate = match fate {
                Ok(Fate::Failed(error)) if error.kind == FailureKind::Credentials => {
                    self.halt(&mut halt, Halt::Service(error));
                    Fate::Left
                }
                Ok(Fate::Failed(error)) => {
                    if streak.is_hopeless_after(&error) && !self.stop.requested() {
                        self.halt(&mut halt, Halt::Service(error.clone()));
                    }
                    Fate::Failed(error)
                }
                Ok(Fate::Left) => Fate::Left,
                Ok(fate) => {
                    streak = Streak::Done;
                    fate
                }
                Err(error) => {
                    self.halt(&mut halt, Halt::Backup(error));
                    Fate::Left
                }
            };
            if matches!(fate, Fate::Left) {
                progress.finish();
            } else {
                progress.advance(1);
            }
            if let Err(error) = progress.above(|| tell(step, fate)) {
                self.halt(&mut halt, Halt::Output(error));
            }
        }
        progress.finish();
        match halt {
            None => Ok(()),
            Some(Halt::Service(error)) => Err(explained(&error)),
            Some(Halt::Backup(error)) => Err(anyhow!(error)).context("cannot write the backup"),
            Some(Halt::Output(error)) => Err(error.into()),
        }
    }

    /// Lets what is under way come to its end and nothing else begin.
    fn halt(&self, halt: &mut Option<Halt>, why: Halt) {
        halt.get_or_insert(why);
        self.stop.request();
    }

    /// Changes one room, if that is still wished of it: it was listed a while ago, and while an attempt
    /// waits somebody may wire it as well. Only that its backup cannot be written is an error.
    pub(crate) async fn one(&self, step: &Step) -> io::Result<Fate> {
        if self.stop.requested() {
            return Ok(Fate::Left);
        }
        let arn = &step.room.arn;
        let outcome = reconcile(
            self.service,
            async || Ok(self.service.try_get_room(arn).await?.0.wiring),
            |before| match step.wish.decide(before) {
                Decision::Change(after) => match self.write_down(step, before, &after) {
                    Ok(()) => Ok(Some(after)),
                    Err(error) => Err(Err(error)),
                },
                Decision::AsWished => Ok(None),
                Decision::Foreign => Err(Ok(Fate::Foreign(before.clone()))),
            },
            async |after, _| self.service.try_update_wiring(arn, &after).await,
        )
        .await;
        match outcome {
            Ok(Ok(Reached { before, after: Some(after) })) => Ok(Fate::Changed { before, after }),
            Ok(Ok(Reached { before, after: None })) => Ok(Fate::Unchanged(before)),
            Ok(Err(refusal)) => refusal,
            Err(Failure { error, .. }) if error.kind == FailureKind::Stopped => Ok(Fate::Left),
            Err(Failure { error, .. }) => Ok(Fate::Failed(error)),
        }
    }

    /// Adds to the backup, if there is one.
    fn write_down(&self, step: &Step, before: &Wiring, after: &Wiring) -> io::Result<()> {
        let Some(backup) = &self.backup else { return Ok(()) };
        backup.borrow_mut().add(&Record {
            room: step.room.arn.clone(),
            name: step.room.name.clone(),
            at: Timestamp::now(),
            before: before.clone(),
            after: after.clone(),
        })
    }
}

/// What became of the rooms before.
#[derive(PartialEq, Eq)]
enum Streak {
    /// There were none.
    Start,
    /// All of them, so many, were refused.
    Refused(usize),
    /// For the last ones, so many, the service had no answer.
    Unanswered(usize),
    /// Some were done: what is refused now is that room's own matter.
    Done,
}

impl Streak {
    /// Counts a room that failed, and tells whether the next ones would fail as well.
    fn is_hopeless_after(&mut self, error: &ServiceError) -> bool {
        use FailureKind::{AccessDenied, LambdaPermission, Throttled, Unavailable, Unverified};
        *self = match (&self, error.kind) {
            (Streak::Start, AccessDenied | Unverified | LambdaPermission) => Streak::Refused(1),
            (Streak::Refused(rooms), AccessDenied | Unverified | LambdaPermission) => {
                Streak::Refused(rooms + 1)
            }
            (Streak::Unanswered(rooms), Throttled | Unavailable) => Streak::Unanswered(rooms + 1),
            (_, Throttled | Unavailable) => Streak::Unanswered(1),
            _ => Streak::Done,
        };
        *self == Streak::Refused(REFUSED_FROM_THE_START)
            || *self == Streak::Unanswered(UNANSWERED_IN_A_ROW)
    }
}
