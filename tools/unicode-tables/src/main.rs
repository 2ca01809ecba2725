//! Writes `src/normalize/table.rs` to standard output, and its sizes to standard error.

mod alphabets;
mod confusables;
mod emblems;
mod emit;
mod extras;
mod fold;
mod layout;
/// The spellings that the fold uses.
#[path = "../../../src/normalize/spelling.rs"]
#[allow(dead_code)]
mod spelling;
mod table;
mod trie;
mod unicode;

/// The table as checked in, read in the same way as at run time.
#[cfg(test)]
#[path = "../../../src/normalize/table.rs"]
#[allow(dead_code)]
mod written;

use std::io::{self, Write};

use table::Table;
use trie::Trie;

fn main() -> io::Result<()> {
    let table = Table::build();
    let trie = Trie::smallest(&table.entries);
    eprintln!(
        "{} characters are folded; {} blocks of {} entries",
        table.folded(),
        trie.blocks.len() >> trie.shift,
        1 << trie.shift,
    );
    eprintln!(
        "index {} + blocks {} + expansions {} + confusables {} + alphabets {} = {} bytes",
        trie.index_bytes(),
        trie.block_bytes(),
        table.expansions.len(),
        table.confusable_bytes(),
        table.alphabet_bytes(),
        trie.bytes() + table.expansions.len() + table.confusable_bytes() + table.alphabet_bytes(),
    );
    io::stdout().write_all(emit::source(&table, &trie).as_bytes())
}
