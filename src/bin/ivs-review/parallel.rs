//! Runs work on all cores and collects the results in order: [`in_order`].
//!
//! ```text
//! reader ──chunks──▶ workers ──results──▶ collector, which sorts them by the number of their chunk
//!    ▲                                        │
//!    └───────────────permits──────────────────┘
//! ```
//!
//! The reader needs a permit for each chunk, and the collector returns it with the result. So the
//! chunks in flight, and with them the memory, are bounded even if one chunk takes long.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The maximum number of chunks in flight for each worker.
const CHUNKS_PER_WORKER: usize = 3;

/// Returns the number of threads that the machine, or the limit of its container, can run.
pub(crate) fn all_cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Passes the chunks that `read` produces through `work`, on as many threads as requested, and their
/// results to `collect` in the order of the chunks. `read` gets a function that accepts a chunk and
/// returns `false` when no more are needed. Each thread has its own state from `worker`.
///
/// `collect` runs on the calling thread. If it fails, no more chunks are read. If `read` fails, the
/// results before that are collected.
pub(crate) fn in_order<C: Send, R: Send, W>(
    threads: NonZeroUsize,
    read: impl FnOnce(&mut dyn FnMut(C) -> bool) -> anyhow::Result<()> + Send,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, C) -> R + Sync,
    collect: impl FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let in_flight = threads.get().saturating_mul(CHUNKS_PER_WORKER);
    let (chunk_sender, chunks) = mpsc::sync_channel(in_flight);
    let (permit_sender, permits) = mpsc::sync_channel(in_flight);
    let (result_sender, results) = mpsc::channel();
    let chunks = Mutex::new(chunks);
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut number = 0_u64;
            read(&mut |chunk| {
                let numbered = (number, chunk);
                number += 1;
                permit_sender.send(()).is_ok() && chunk_sender.send(numbered).is_ok()
            })
        });
        for _ in 0..threads.get() {
            let results = result_sender.clone();
            let (chunks, worker, work) = (&chunks, &worker, &work);
            scope.spawn(move || {
                let mut state = worker();
                loop {
                    let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, chunk)) = next else { break };
                    // A panic is continued by the collector, which would otherwise wait for this
                    // result forever.
                    let result = catch_unwind(AssertUnwindSafe(|| work(&mut state, chunk)));
                    if results.send((number, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(result_sender);
        let collected = sort(results, permits, collect);
        let read = reader.join().unwrap_or_else(|panic| resume_unwind(panic));
        collected.and(read)
    })
}

/// Passes results to `collect` in the order of their numbers.
fn sort<R>(
    results: Receiver<(u64, thread::Result<R>)>,
    permits: Receiver<()>,
    mut collect: impl FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, result) in results {
        early.insert(number, result.unwrap_or_else(|panic| resume_unwind(panic)));
        while let Some(result) = early.remove(&next) {
            collect(result)?;
            next += 1;
            // The permit was sent before the chunk.
            let _ = permits.recv();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use anyhow::bail;

    use super::*;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).expect("not zero")
    }

    #[test]
    fn results_are_in_the_order_of_chunks_and_chunks_in_flight_are_bounded() {
        for count in [1, 2, 5] {
            let read = AtomicU64::new(0);
            let mut collected = Vec::new();
            in_order(
                threads(count),
                |send| {
                    for number in 0..200_u64 {
                        read.store(number, Ordering::Relaxed);
                        assert!(send(number));
                    }
                    Ok(())
                },
                || (),
                |(), number| {
                    // Every seventh chunk takes longer.
                    if number % 7 == 0 {
                        thread::sleep(Duration::from_micros(300));
                    }
                    number
                },
                |number| {
                    let in_flight = read.load(Ordering::Relaxed) - number;
                    assert!(in_flight <= (count * CHUNKS_PER_WORKER) as u64, "{in_flight}");
                    collected.push(number);
                    Ok(())
                },
            )
            .expect("nothing fails");
            assert!(collected.into_iter().eq(0..200), "{count} threads");
        }
    }

    #[test]
    fn an_error_ends_the_run() {
        let mut collected = 0;
        let read = |send: &mut dyn FnMut(u32) -> bool| {
            let _ = (0..5).all(&mut *send);
            bail!("cannot read")
        };
        let collect = |_| {
            collected += 1;
            Ok(())
        };
        let error = in_order(threads(2), read, || (), |(), it| it, collect).expect_err("it fails");
        assert_eq!((error.to_string().as_str(), collected), ("cannot read", 5));

        let endless = |send: &mut dyn FnMut(u32) -> bool| {
            while send(0) {}
            Ok(())
        };
        let collect = |_| bail!("cannot write");
        let error = in_order(threads(2), endless, || (), |(), it| it, collect).expect_err("fails");
        assert_eq!(error.to_string(), "cannot write");
    }

    #[test]
    #[should_panic(expected = "planted")]
    fn a_panic_of_a_worker_ends_the_run() {
        let endless = |send: &mut dyn FnMut(u32) -> bool| {
            while send(0) {}
            Ok(())
        };
        let work = |_: &mut (), _| panic!("planted");
        let _ = in_order(threads(2), endless, || (), work, |()| Ok(()));
    }
}
