//! Reviews recordings on all cores: [`Recordings::review`].
//!
//! One thread splits the recordings into chunks of pieces. Workers decode the pieces and review the
//! messages, and the collector drops duplicates: only it sees the messages in their order. So a copy
//! of a message is reviewed for nothing, but the result is the same with any number of threads.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;

use ivs_chat_review::recording::{Counts, Duplicates, Head, Item, ItemKind, Part, Piece, decode};
use ivs_chat_review::stats::Label;

use super::{FileInfo, Place, Recordings};
use crate::parallel;
use crate::progress::Progress;

/// The size of a chunk in bytes from which on it is complete: some hundred messages.
const CHUNK: usize = 64 << 10;

/// Pieces of one file.
struct Chunk {
    file: Arc<FileInfo>,
    bytes: Vec<u8>,
    pieces: Vec<ChunkPiece>,
    /// The heads of the pieces, each once for the pieces that share it.
    heads: Vec<Head>,
}

struct ChunkPiece {
    kind: Kind,
    range: Range<usize>,
    /// Its head, as an index.
    head: usize,
    line: u64,
    label: Option<Label>,
}

#[derive(Clone, Copy)]
enum Kind {
    Object,
    Line,
    Text,
    Unreadable,
}

impl Chunk {
    fn new(file: &Arc<FileInfo>) -> Chunk {
        let bytes = Vec::with_capacity(CHUNK + CHUNK / 8);
        Chunk { file: Arc::clone(file), bytes, pieces: Vec::new(), heads: Vec::new() }
    }

    fn push(&mut self, part: Part<'_>, label: Option<Label>) {
        let (kind, bytes): (_, &[u8]) = match part.piece {
            Piece::Object(json) => (Kind::Object, json),
            Piece::Line(line) => (Kind::Line, line),
            Piece::Text(text) => (Kind::Text, text),
            Piece::Stray(_) | Piece::Unreadable => (Kind::Unreadable, b""),
        };
        if self.heads.last() != Some(part.head) {
            self.heads.push(part.head.clone());
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        let range = start..self.bytes.len();
        let (head, line) = (self.heads.len() - 1, part.line);
        self.pieces.push(ChunkPiece { kind, range, head, line, label });
    }

    fn parts(&self) -> impl Iterator<Item = (Part<'_>, Option<Label>)> {
        self.pieces.iter().map(|it| {
            let bytes = &self.bytes[it.range.clone()];
            let piece = match it.kind {
                Kind::Object => Piece::Object(bytes),
                Kind::Line => Piece::Line(bytes),
                Kind::Text => Piece::Text(bytes),
                Kind::Unreadable => Piece::Unreadable,
            };
            (Part { piece, head: &self.heads[it.head], line: it.line }, it.label)
        })
    }
}

impl Recordings {
    /// Passes each item to `visit` on as many threads as requested, each with its own state from
    /// `worker`. The results go to `collect` in the order of the items, some hundred at a time and
    /// without those of duplicates; before reading blocks, it gets all results so far.
    pub(crate) fn review<W, M: Send>(
        self,
        threads: NonZeroUsize,
        is_quiet: bool,
        worker: impl Fn() -> W + Sync,
        visit: impl Fn(&mut W, Item<'_>, Place<'_>) -> M + Sync,
        mut collect: impl FnMut(Vec<M>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Counts> {
        let mut counts = Counts::default();
        let mut duplicates = Duplicates::default();
        let progress = Progress::new(self.size, self.read.clone(), is_quiet);
        parallel::in_order(
            threads,
            |send| self.send_chunks(send),
            worker,
            |worker, chunk| {
                let mut results = Vec::with_capacity(chunk.pieces.len());
                for (part, label) in chunk.parts() {
                    decode(part, chunk.file.room.as_deref(), |item| {
                        let kind = ItemKind::of(&item);
                        let place = Place { file: &chunk.file.path, line: part.line, label };
                        results.push((kind, visit(worker, item, place)));
                    });
                }
                results
            },
            |results| {
                let mut is_new = |kind| counts.add(kind, &mut duplicates);
                let results = results.into_iter().filter(|&(kind, _)| is_new(kind));
                collect(results.map(|(_, result)| result).collect())?;
                progress.update(counts.messages);
                Ok(())
            },
        )?;
        Ok(counts)
    }

    /// Splits the recordings into chunks, until `send` returns `false`.
    fn send_chunks(self, send: &mut dyn FnMut(Chunk) -> bool) -> anyhow::Result<()> {
        let chunk: RefCell<Option<Chunk>> = RefCell::new(None);
        let send = RefCell::new(send);
        let flush = || chunk.take().is_none_or(|chunk| (send.borrow_mut())(chunk));
        self.parts(
            || {
                flush();
            },
            |file, part, label| {
                let is_other = |chunk: &Chunk| !Arc::ptr_eq(&chunk.file, file);
                if chunk.borrow().as_ref().is_some_and(is_other) && !flush() {
                    return false;
                }
                let mut current = chunk.borrow_mut();
                let pushed = current.get_or_insert_with(|| Chunk::new(file));
                pushed.push(part, label);
                let is_complete = pushed.bytes.len() >= CHUNK;
                drop(current);
                !is_complete || flush()
            },
        )?;
        flush();
        Ok(())
    }
}
