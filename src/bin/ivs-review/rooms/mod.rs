//! `rooms`: wires the handler into rooms, checks that and takes it out.

mod aws;
mod stop;
