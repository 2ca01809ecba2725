//! Changes rooms concurrently and stops on failures that would affect all rooms: [`Executor`].

use std::cell::RefCell;
use std::io;

use anyhow::{Context, anyhow};
use futures_util::{StreamExt, stream};
use ivs_chat_review::provision::backup::Record;
use ivs_chat_review::provision::desired::{Action, DesiredState};
use ivs_chat_review::provision::room::{ReviewHandler, Room};

use super::backup_file::BackupFile;
use super::failure_streak::FailureStreak;
use crate::clock;
use crate::rooms::IN_FLIGHT;
use crate::rooms::client::{FailureKind, Service, ServiceError};
use crate::rooms::context::{CommandContext, finish_in_flight};
use crate::rooms::reconcile::{Failure, Reconciled, reconcile};
use crate::rooms::shutdown::Shutdown;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::progress::Progress;

/// A room and its desired state.
pub(crate) struct PlannedChange {
    pub(crate) room: Room,
    pub(crate) desired: DesiredState,
}

impl PlannedChange {
    /// Returns the action for the room as it was read.
    pub(crate) fn decide(&self) -> Action {
        self.desired.decide(&self.room.handler)
    }
}

/// The outcome of a room.
pub(crate) enum RoomOutcome {
    Changed {
        before: ReviewHandler,
        after: ReviewHandler,
    },
    Unchanged(ReviewHandler),
    /// Another handler is attached, which must not be replaced.
    Skipped(ReviewHandler),
    Failed(ServiceError),
    /// Not processed, because the run was stopped.
    Left,
}

/// Changes rooms, several concurrently.
pub(crate) struct Executor<'s> {
    service: &'s Service,
    shutdown: &'s Shutdown,
    backup: Option<RefCell<BackupFile>>,
}

/// Why a run was stopped.
enum StopReason {
    Service(ServiceError),
    Backup(io::Error),
    Output(io::Error),
}

impl<'s> Executor<'s> {
    pub(crate) fn new(context: &'s CommandContext, backup: Option<BackupFile>) -> Executor<'s> {
        Executor {
            service: &context.service,
            shutdown: &context.shutdown,
            backup: backup.map(RefCell::new),
        }
    }

    /// Changes all rooms and passes each outcome to `report`, in no particular order. An error
    /// stops the run: in-flight rooms are finished, and all others are reported as left.
    pub(crate) async fn all<'t>(
        &self,
        changes: &[&'t PlannedChange],
        mut report: impl FnMut(&'t PlannedChange, RoomOutcome) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let progress = Progress::new("rooms", Some(changes.len() as u64));
        finish_in_flight(self.shutdown)?;
        let mut outcomes = stream::iter(changes)
            .map(|&change| async move { (change, self.one(change).await) })
            .buffer_unordered(IN_FLIGHT);
        let mut streak = FailureStreak::Start;
        let mut stop_reason = None;
        while let Some((change, outcome)) = outcomes.next().await {
            let outcome = match outcome {
                Ok(RoomOutcome::Failed(error)) if error.kind == FailureKind::Credentials => {
                    self.stop(&mut stop_reason, StopReason::Service(error));
                    RoomOutcome::Left
                }
                Ok(RoomOutcome::Failed(error)) => {
                    if streak.is_persistent_after(&error) && !self.shutdown.is_requested() {
                        self.stop(&mut stop_reason, StopReason::Service(error.clone()));
                    }
                    RoomOutcome::Failed(error)
                }
                Ok(RoomOutcome::Left) => RoomOutcome::Left,
                Ok(outcome) => {
                    streak = FailureStreak::Ended;
                    outcome
                }
                Err(error) => {
                    self.stop(&mut stop_reason, StopReason::Backup(error));
                    RoomOutcome::Left
                }
            };
            if matches!(outcome, RoomOutcome::Left) {
                progress.finish();
            } else {
                progress.advance(1);
            }
            if let Err(error) = progress.above(|| report(change, outcome)) {
                self.stop(&mut stop_reason, StopReason::Output(error));
            }
        }
        progress.finish();
        match stop_reason {
            None => Ok(()),
            Some(StopReason::Service(error)) => Err(advised(&error)),
            Some(StopReason::Backup(error)) => {
                Err(anyhow!(error)).context("cannot write the backup")
            }
            Some(StopReason::Output(error)) => Err(error.into()),
        }
    }

    /// Lets in-flight rooms finish and starts no others.
    fn stop(&self, stop_reason: &mut Option<StopReason>, reason: StopReason) {
        stop_reason.get_or_insert(reason);
        self.shutdown.request();
    }

    /// Changes one room, if its current state still requires that: it was listed a while ago, and
    /// someone else may change it between attempts. The only error is that the backup cannot be
    /// written.
    pub(crate) async fn one(&self, change: &PlannedChange) -> io::Result<RoomOutcome> {
        if self.shutdown.is_requested() {
            return Ok(RoomOutcome::Left);
        }
        let arn = &change.room.arn;
        let outcome = reconcile(
            self.service,
            async || Ok(self.service.try_get_room(arn).await?.0.handler),
            |before| match change.desired.decide(before) {
                Action::Update(after) => match self.back_up(change, before, &after) {
                    Ok(()) => Ok(Some(after)),
                    Err(error) => Err(Err(error)),
                },
                Action::UpToDate => Ok(None),
                Action::SkipOtherHandler => Err(Ok(RoomOutcome::Skipped(before.clone()))),
                Action::UnknownFallback => {
                    Err(Ok(RoomOutcome::Failed(ServiceError::unknown_fallback(&before.fallback))))
                }
            },
            async |after, _| self.service.try_update_handler(arn, &after).await,
        )
        .await;
        match outcome {
            Ok(Ok(Reconciled { before, after: Some(after) })) => {
                Ok(RoomOutcome::Changed { before, after })
            }
            Ok(Ok(Reconciled { before, after: None })) => Ok(RoomOutcome::Unchanged(before)),
            Ok(Err(skipped)) => skipped,
            Err(Failure { error, .. }) if error.kind == FailureKind::Interrupted => {
                Ok(RoomOutcome::Left)
            }
            Err(Failure { error, .. }) => Ok(RoomOutcome::Failed(error)),
        }
    }

    /// Appends the change to the backup, if there is one.
    fn back_up(
        &self,
        change: &PlannedChange,
        before: &ReviewHandler,
        after: &ReviewHandler,
    ) -> io::Result<()> {
        let Some(backup) = &self.backup else { return Ok(()) };
        backup.borrow_mut().append(&Record {
            room: change.room.arn.clone(),
            name: change.room.name.clone(),
            at: clock::now(),
            before: before.clone(),
            after: after.clone(),
        })
    }
}
