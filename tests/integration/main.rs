//! What can only be seen from outside: one binary, a module for each side of it.

mod cli; // commands and their transcripts, the README's among them
mod lean; // what the deployed binary links
mod stream; // the command line as a partner over pipes
mod template; // what the linters of template.yaml do not see
