//! Passes the bytes of each event to the service, without decoding by the runtime.
//!
//! The runtime's errors would quote the event, and it ignores text after a JSON value.

use std::cell::RefCell;

use lambda_runtime::tower::layer::layer_fn;
use lambda_runtime::{Error, LambdaInvocation, Runtime, Service, service_fn};
use serde::{Deserialize, Deserializer};

/// A payload that is not decoded.
pub(crate) struct Undecoded;

impl<'de> Deserialize<'de> for Undecoded {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Undecoded, D::Error> {
        Ok(Undecoded)
    }
}

/// Copies each event to `bytes` before the runtime calls the service.
pub(crate) fn copy_to<'b, S>(
    bytes: &'b RefCell<Vec<u8>>,
    runtime: Runtime<S>,
) -> Runtime<impl Service<LambdaInvocation, Response = (), Error = Error> + 'b>
where
    S: Service<LambdaInvocation, Response = (), Error = Error> + 'b,
{
    runtime.layer(layer_fn(|mut service: S| {
        service_fn(move |invocation: LambdaInvocation| {
            let mut copy = bytes.borrow_mut();
            copy.clear();
            copy.extend_from_slice(&invocation.body);
            drop(copy);
            service.call(invocation)
        })
    }))
}
