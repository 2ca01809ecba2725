#![no_main]

use std::sync::LazyLock;

use ivs_chat_review_fuzz::{Reference, case_of, matching};

#[expect(dead_code, reason = "the tests of the main package use the rest")]
#[path = "../../tests/integration/reference.rs"]
mod reference;

static KNOWN: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut known = vec![false; 0x110000];
    reference::ASSIGNED_FOR_LONG.chars().for_each(|c| known[c as usize] = true);
    known
});

const REFERENCE: Reference = Reference { find: reference::find, knows: |c| KNOWN[c as usize] };

libfuzzer_sys::fuzz_target!(|data: &[u8]| matching(case_of(data).as_bytes(), &REFERENCE));
