//! Messages that moderators deleted, as labels: [`Deletions`].

use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasherDefault;

use serde::{Deserialize, Serialize};

use crate::recording::{IdHash, Unchanged};

/// The number of messages of a generation.
const GENERATION: usize = 1 << 17;

/// The maximum size in bytes of the texts that may still be needed.
const MAX_TEXTS: usize = 8 << 20;

/// Joins deleted messages with what the rules do with them.
///
/// A recording has a message and, before or after it, the event of its deletion, which has only the
/// ID of the message. So the outcomes of the last messages are remembered: at least 131,072, in at most
/// 10 MB. As in [`Duplicates`](crate::recording::Duplicates) there are two generations: when the new
/// one is full, it becomes the old one, and the old one is forgotten.
#[derive(Default)]
pub struct Deletions {
    counts: DeletionCounts,
    new: States,
    old: States,
    texts: Texts,
}

/// The deletions of a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionCounts {
    /// Deleted messages, each once.
    pub deleted: u64,
    /// Those that are in the recording.
    pub found: u64,
    /// Those that the rules rewrite or deny.
    pub caught: u64,
}

type States = HashMap<IdHash, State, BuildHasherDefault<Unchanged>>;

/// What is known of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Caught,
    Missed,
    /// Deleted, and not yet seen.
    Pending,
    /// Deleted, and seen.
    Joined,
}

impl std::fmt::Debug for Deletions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deletions").field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl Deletions {
    /// Adds a message that the rules caught or not. Returns its text, if that was passed, when the
    /// message was deleted before and is not caught.
    pub fn message(&mut self, id: IdHash, is_caught: bool, text: Option<String>) -> Option<String> {
        match self.state(id) {
            Some(state @ State::Pending) => {
                *state = State::Joined;
                self.join(is_caught);
                text.filter(|_| !is_caught)
            }
            Some(_) => None,
            None => {
                self.insert(id, if is_caught { State::Caught } else { State::Missed });
                if let Some(text) = text.filter(|_| !is_caught) {
                    self.texts.insert(id, text);
                }
                None
            }
        }
    }

    /// Adds a deletion. Returns the text of the message if it is known and the message is not caught.
    pub fn deletion(&mut self, id: IdHash) -> Option<String> {
        match self.state(id) {
            None => {
                self.counts.deleted += 1;
                self.insert(id, State::Pending);
                None
            }
            Some(State::Pending | State::Joined) => None,
            Some(state) => {
                let is_caught = *state == State::Caught;
                *state = State::Joined;
                self.counts.deleted += 1;
                self.join(is_caught);
                self.texts.remove(id)
            }
        }
    }

    /// Returns the counts so far.
    pub fn counts(&self) -> DeletionCounts {
        self.counts
    }

    fn join(&mut self, is_caught: bool) {
        self.counts.found += 1;
        self.counts.caught += u64::from(is_caught);
    }

    fn state(&mut self, id: IdHash) -> Option<&mut State> {
        // Most IDs are unknown, and few states change.
        if self.new.contains_key(&id) { self.new.get_mut(&id) } else { self.old.get_mut(&id) }
    }

    fn insert(&mut self, id: IdHash, state: State) {
        if self.new.len() == GENERATION {
            std::mem::swap(&mut self.new, &mut self.old);
            self.new.clear();
        }
        self.new.insert(id, state);
    }
}

/// The texts of the last messages, of bounded size.
#[derive(Default)]
struct Texts {
    texts: HashMap<IdHash, String, BuildHasherDefault<Unchanged>>,
    order: VecDeque<IdHash>,
    size: usize,
}

impl Texts {
    fn insert(&mut self, id: IdHash, text: String) {
        self.size += text.len() + size_of::<(IdHash, String)>();
        self.order.push_back(id);
        self.texts.insert(id, text);
        // Texts that were removed are at the front sooner or later.
        while let Some(oldest) = self.order.front()
            && (self.size > MAX_TEXTS || !self.texts.contains_key(oldest))
        {
            let oldest = *oldest;
            self.order.pop_front();
            self.remove(oldest);
        }
    }

    fn remove(&mut self, id: IdHash) -> Option<String> {
        let text = self.texts.remove(&id)?;
        self.size -= text.len() + size_of::<(IdHash, String)>();
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> IdHash {
        IdHash::of(&number.to_string())
    }

    #[test]
    fn messages_are_joined_with_deletions_before_and_after_them() {
        let mut deletions = Deletions::default();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(deletions.deletion(id(0)), None);
        assert_eq!(deletions.message(id(0), false, text("zero")), text("zero"));
        assert_eq!(deletions.message(id(1), false, text("one")), None);
        assert_eq!(deletions.message(id(2), true, text("two")), None);
        assert_eq!(deletions.deletion(id(1)), text("one"));
        assert_eq!(deletions.deletion(id(2)), None);
        // A copy, and a message that is not in the recording.
        assert_eq!(deletions.deletion(id(1)), None);
        assert_eq!(deletions.deletion(id(3)), None);
        let expected = DeletionCounts { deleted: 4, found: 3, caught: 1 };
        assert_eq!(deletions.counts(), expected);
        assert!(!format!("{deletions:?}").contains("zero"));
    }

    #[test]
    fn memory_is_bounded_and_old_messages_are_forgotten() {
        let mut deletions = Deletions::default();
        for number in 0..3 * GENERATION {
            deletions.message(id(number), false, Some("x".repeat(100)));
        }
        assert!(deletions.new.len() + deletions.old.len() <= 2 * GENERATION);
        assert!(deletions.texts.size <= MAX_TEXTS);
        assert!(deletions.texts.order.len() < 100_000);
        assert_eq!(deletions.deletion(id(0)), None);
        assert!(deletions.deletion(id(3 * GENERATION - 1)).is_some());
        assert_eq!(deletions.counts(), DeletionCounts { deleted: 2, found: 1, caught: 0 });
    }
}
