//! The three operations about tags.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::account::Account;
use super::contract::Problem;
use super::protocol::{Refusal, text};

/// Tags as requests have them.
pub(super) fn of(input: &Value) -> BTreeMap<String, String> {
    let tags = input["tags"].as_object().into_iter().flatten();
    tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

pub(super) fn list(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    let tags = there(account, input)?;
    Ok(json!({"tags": tags}))
}

pub(super) fn tag(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    let tags = there(account, input)?;
    let mut all = tags.clone();
    all.extend(of(input));
    if all.len() > 50 {
        let (name, message) = ("tags".into(), "would be over 50 in all".into());
        return Err(Refusal::invalid(&[Problem { name, message }]));
    }
    *tags = all;
    Ok(json!({}))
}

pub(super) fn untag(account: &mut Account, input: &Value) -> Result<Value, Refusal> {
    let tags = there(account, input)?;
    for key in input["tagKeys"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        tags.remove(key);
    }
    Ok(json!({}))
}

fn there<'a>(
    account: &'a mut Account,
    input: &Value,
) -> Result<&'a mut BTreeMap<String, String>, Refusal> {
    let arn = text(input, "resourceArn");
    account.tags_of(arn).ok_or_else(|| Refusal::missing(arn))
}
