//! Many connections for a minute.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::process::{Chat, Person};
use super::server::rules;

const ROOMS: usize = 20;
const IN_A_ROOM: usize = 10;
/// Messages a second in all rooms.
const RATE: u32 = 50;

/// Nothing is lost, and memory does not grow: 200 connections in 20 rooms with 50 messages a second.
///
/// `LOAD_SECONDS` is the time, 60 by default. Run with `--nocapture`, it prints latencies and memory.
#[test]
#[ignore = "takes a minute"]
#[expect(clippy::print_stdout, reason = "shown with --nocapture")]
fn no_message_is_lost() {
    let seconds = std::env::var("LOAD_SECONDS").ok().and_then(|it| it.parse().ok()).unwrap_or(60);
    let rules = rules();
    let chat = Chat::start(rules.path(), &["--no-limits"]);
    let received = Arc::new(AtomicUsize::new(0));
    let (latencies, measured) = mpsc::channel::<Duration>();
    let begun = Instant::now();
    let mut senders: Vec<Person> = Vec::new();
    let mut readers = Vec::new();
    for room in 0..ROOMS {
        let input = json!({
            "name": format!("room-{room}"),
            "messageReviewHandler": {"uri": "arn:aws:lambda:us-west-2:123456789012:function:f"},
        });
        let created = chat.control("us-west-2", "CreateRoom", &input).json();
        for person in 0..IN_A_ROOM {
            let more = json!({"room": created["arn"]});
            let token = chat.token(&format!("user-{person}"), &more);
            let person_in_room = chat.join_with(&token).expect("a connection");
            if person == 0 {
                senders.push(person_in_room);
                continue;
            }
            let (received, latencies) = (received.clone(), latencies.clone());
            readers.push(thread::spawn(move || {
                let mut person = person_in_room;
                loop {
                    let frame: Value = person.next();
                    let content = frame["Content"].as_str().expect("a message");
                    if content == "end" {
                        return;
                    }
                    let sent: u64 = content
                        .strip_prefix("****** ")
                        .and_then(|time| time.parse().ok())
                        .unwrap_or_else(|| panic!("{content}"));
                    received.fetch_add(1, Ordering::Relaxed);
                    let _ = latencies.send(begun.elapsed() - Duration::from_micros(sent));
                }
            }));
        }
    }
    drop(latencies);
    let messages = seconds * RATE;
    let (mut early, begun_to_send) = (None, Instant::now());
    for number in 0..messages {
        let at = begun_to_send + Duration::from_secs(1) / RATE * number;
        thread::sleep(at.saturating_duration_since(Instant::now()));
        let sender = &mut senders[number as usize % ROOMS];
        let sent = begun.elapsed().as_micros();
        assert_eq!(sender.say(&format!("muppet {sent}")), format!("****** {sent}"));
        if number == messages / 6 {
            early = chat.resident();
        }
    }
    let late = chat.resident();
    for sender in &mut senders {
        sender.say("end");
    }
    readers.into_iter().for_each(|reader| reader.join().expect("no panic"));
    let mut times: Vec<Duration> = measured.iter().collect();
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!(
        "{messages} messages to {} connections: p50 {:?}, p99 {:?}, max {:?}; memory {early:?} KiB, at the end {late:?} KiB",
        ROOMS * IN_A_ROOM,
        at(50),
        at(99),
        at(100),
    );
    assert_eq!(received.load(Ordering::Relaxed), messages as usize * (IN_A_ROOM - 1));
    if let (Some(early), Some(late)) = (early, late) {
        // The messages that the page can explain fill up meanwhile.
        assert!(late < early + 4_096, "memory grew from {early} to {late} KiB");
    }
}
