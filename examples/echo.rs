//! The least that a Lambda function in Rust can be: it replies with the event.
//!
//! `benches/cold-start` measures `handler` beside this, on the same runtime crate and executor, so
//! that what is left is the price of the rules.

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::value::RawValue;

fn main() -> Result<(), Error> {
    let echo =
        service_fn(|event: LambdaEvent<Box<RawValue>>| async { Ok::<_, Error>(event.payload) });
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(Runtime::new(echo).run())
}
