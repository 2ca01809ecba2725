//! Reads any bytes as a recording of chat.

use std::io::Read;

use super::trickle::Trickle;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::recording::{Item, MAX_PIECE, Piece, Splitter, Start, decode};

/// Reads a recording. Checks that it does not depend on how many bytes are read at once, that pieces
/// are bounded and in order, that `Debug` output has no text, and that an event of the handler is read
/// as by the handler.
pub fn recordings(bytes: &[u8]) {
    let whole = read(bytes);
    let size = bytes.first().map_or(1, |&byte| usize::from(byte % 16) + 1);
    assert_eq!(whole, read(Trickle { bytes, size }), "in reads of {size} bytes");
    let is_events = Start::of(bytes) == Some(Start::Events);
    if let (true, Ok(request)) = (is_events, ReviewRequest::from_json(bytes)) {
        let first = whole.first().map(String::as_str);
        assert_eq!(first, Some(&*request.content), "the first event");
    }
}

/// Returns the messages, and the names of other items.
fn read(input: impl Read) -> Vec<String> {
    let mut splitter = Splitter::new(input);
    let mut items = Vec::new();
    let mut last = 1;
    // An error is a format that is not supported.
    while let Ok(Some(part)) = splitter.next_part() {
        assert!(part.line >= last, "lines are in order");
        last = part.line;
        match part.piece {
            Piece::Object(piece)
            | Piece::Line(piece)
            | Piece::Text(piece)
            | Piece::Stray(piece) => assert!(piece.len() <= MAX_PIECE),
            Piece::Unreadable => {}
        }
        decode(part, Some("room"), |item| {
            assert!(format!("{item:?}").len() < 100, "Debug shows the message");
            items.push(match item {
                Item::Message(message) => {
                    let _ = message.time();
                    message.request.content.into_owned()
                }
                other => format!("{other:?}"),
            });
        });
    }
    items
}
