//! Prints the case that the targets `disguises` and `matching` build from a file, in the format of
//! the target
//! `reviews`.

use std::io::{Error, Write};

use ivs_chat_review_fuzz::case_of;

fn main() -> std::io::Result<()> {
    let path = std::env::args_os().nth(1).ok_or_else(|| Error::other("usage: case FILE"))?;
    std::io::stdout().write_all(case_of(&std::fs::read(path)?).as_bytes())
}
