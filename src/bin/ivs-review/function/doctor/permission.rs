//! Who may invoke the function.

use ivs_chat_review::provision::arn::FunctionArn;
use ivs_chat_review::provision::policy::{Access, PRINCIPAL};

use super::check::Check;
use super::not_made;
use super::rooms::RoomsFound;
use crate::rooms::client::{FailureKind, Service};
use crate::terminal::first_ten;

const NAME: &str = "permission";
const WITHOUT: &str =
    "IVS Chat cannot invoke the function: the fallback of the room applies to each message";

pub(super) async fn checks(
    service: &Service,
    function: &FunctionArn,
    rooms: &RoomsFound,
) -> Vec<Check> {
    match service.get_policy(function.as_str()).await {
        Ok(policy) => judge(&policy, function, rooms.arns()),
        Err(error) if error.kind == FailureKind::NotFound => {
            vec![Check::problem(NAME, "the function has no policy", WITHOUT, how_to_add(function))]
        }
        Err(error) => vec![not_made(NAME, &error)],
    }
}

fn judge<'r>(
    policy: &str,
    function: &FunctionArn,
    rooms: impl Iterator<Item = &'r str>,
) -> Vec<Check> {
    let account = function.account();
    let Some(access) = Access::parse(policy, function.as_str()) else {
        return vec![Check::not_made(NAME, "the policy cannot be read", "update ivs-review")];
    };
    let mut checks = Vec::new();
    if !access.allows_account(account) {
        checks.push(Check::problem(
            NAME,
            format!("no statement allows {PRINCIPAL} to invoke the function for rooms of the account {account}"),
            WITHOUT,
            how_to_add(function),
        ));
    } else {
        let missing: Vec<&str> = rooms.filter(|room| !access.allows(account, room)).collect();
        if !missing.is_empty() {
            checks.push(Check::problem(
                NAME,
                format!(
                    "no statement allows IVS Chat to invoke the function for {}",
                    first_ten(missing)
                ),
                WITHOUT,
                how_to_add(function),
            ));
        }
    }
    checks.extend(access.too_wide(account).map(|what| {
        Check::problem(
            NAME,
            what,
            "anyone could let the function review messages, at your cost and within your concurrency",
            format!("remove the statement, and allow your own rooms: {}", how_to_add(function)),
        )
    }));
    let unknown = first_ten(access.unknown_conditions());
    if !unknown.is_empty() {
        checks.push(Check::not_made(
            NAME,
            format!("the effect of these conditions is not known: {unknown}"),
            "attach a test room, and see whether its messages are reviewed",
        ));
    }
    if checks.is_empty() {
        checks
            .push(Check::ok(NAME, format!("{PRINCIPAL}, for rooms of the account {account} only")));
    }
    checks
}

fn how_to_add(function: &FunctionArn) -> String {
    let (region, account) = (function.region(), function.account());
    format!(
        "aws lambda add-permission --region {region} --function-name {function} --statement-id ivs-chat --action lambda:InvokeFunction --principal {PRINCIPAL} --source-account {account} --source-arn 'arn:aws:ivschat:{region}:{account}:room/*'"
    )
}
