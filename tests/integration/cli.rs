//! Commands as their transcripts show them. `TRYCMD=overwrite cargo test` rewrites what they print.

#[test]
fn commands_print_what_their_transcripts_show() {
    trycmd::TestCases::new().case("tests/cmd/*.md").case("README.md");
}
