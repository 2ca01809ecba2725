//! The three operations on tags.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ServiceError, text};
use crate::chat::account::Account;
use crate::chat::contract::Problem;

/// The number of tags of a resource.
const QUOTA: usize = 50;

/// Returns the tags of a request.
pub(super) fn of(input: &Value) -> BTreeMap<String, String> {
    let tags = input["tags"].as_object().into_iter().flatten();
    tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

pub(super) fn list(account: &mut Account, input: &Value) -> Result<Value, ServiceError> {
    let tags = tags_of_resource(account, input)?;
    Ok(json!({"tags": tags}))
}

pub(super) fn tag(account: &mut Account, input: &Value) -> Result<Value, ServiceError> {
    let tags = tags_of_resource(account, input)?;
    let mut all = tags.clone();
    all.extend(of(input));
    if all.len() > QUOTA {
        let problem = Problem::new("tags", format!("would exceed {QUOTA} in total"));
        return Err(ServiceError::invalid(&[problem]));
    }
    *tags = all;
    Ok(json!({}))
}

pub(super) fn untag(account: &mut Account, input: &Value) -> Result<Value, ServiceError> {
    let tags = tags_of_resource(account, input)?;
    for key in input["tagKeys"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        tags.remove(key);
    }
    Ok(json!({}))
}

fn tags_of_resource<'a>(
    account: &'a mut Account,
    input: &Value,
) -> Result<&'a mut BTreeMap<String, String>, ServiceError> {
    let arn = text(input, "resourceArn");
    account.tags_of(arn).ok_or_else(|| ServiceError::missing(arn))
}
