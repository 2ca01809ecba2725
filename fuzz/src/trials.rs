//! Reads any bytes as a log of the handler.

use ivs_chat_review::handler_log::Line;
use ivs_chat_review::recording::{Piece, Splitter};
use ivs_chat_review::trial::{Options, Trial};

/// Counts a log. Checks that its parts have the same counts as the whole, that a second copy of it
/// counts no message again, and that counts add up.
pub fn trials(bytes: &[u8]) {
    let options = Options { all: true, max_ids: 3 };
    let mut trial = Trial::default();
    let add = |bytes: &[u8], trial: &mut Trial| {
        let mut splitter = Splitter::new(bytes);
        while let Ok(Some(part)) = splitter.next_part() {
            match part.piece {
                Piece::Object(piece)
                | Piece::Line(piece)
                | Piece::Text(piece)
                | Piece::Stray(piece) => {
                    let text = String::from_utf8_lossy(piece);
                    trial.add(&Line::decode(&text), &text, options, |_| true);
                }
                Piece::Unreadable => trial.unreadable += 1,
            }
        }
    };
    add(bytes, &mut trial);
    let (matched, reviewed, unreadable) = (trial.matched, trial.reviewed, trial.unreadable);
    for count in trial.rules.values() {
        let most = count.places.values().map(|it| it.messages).max().unwrap_or_default();
        assert!(count.messages <= matched && most <= count.messages);
        assert!(count.places.values().all(|it| it.ids.len() <= 3));
    }
    add(bytes, &mut trial);
    assert_eq!((trial.matched, trial.reviewed), (matched, reviewed), "counted twice");
    assert_eq!(trial.unreadable, 2 * unreadable);
}
