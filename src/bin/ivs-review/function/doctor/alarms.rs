//! The alarms that watch the function.

use super::check::Check;
use super::not_made;
use crate::rooms::client::{Alarm, FunctionState, Service};
use crate::terminal::{count, first_ten};

const NAME: &str = "alarms";

pub(super) async fn checks(service: &Service, function: &FunctionState) -> Vec<Check> {
    match service.list_alarms().await {
        Ok(alarms) => {
            let of_function = alarms.iter().filter(|it| it.watches(&function.name, &function.arn));
            vec![judge(&of_function.collect::<Vec<_>>())]
        }
        Err(error) => vec![not_made(NAME, &error)],
    }
}

fn judge(alarms: &[&Alarm]) -> Check {
    if alarms.is_empty() {
        return Check::problem(
            NAME,
            "no alarm watches the function",
            "the chat continues without reviews if the function fails, and nothing else shows it",
            "deploy the template, whose seven alarms watch it",
        );
    }
    let is_silent = |alarm: &&&Alarm| alarm.actions.is_empty() || alarm.is_enabled == Some(false);
    let silent: Vec<&str> = alarms.iter().filter(is_silent).map(|it| it.name.as_str()).collect();
    let all = count(alarms.len(), "alarm", "alarms");
    if !silent.is_empty() {
        return Check::problem(
            NAME,
            format!("{} of {all} without an action: {}", silent.len(), first_ten(silent)),
            "an alarm without an action notifies no one",
            "deploy with AlarmTopicArn, the ARN of an SNS topic that someone monitors",
        );
    }
    Check::ok(NAME, format!("{all}, each with an action"))
}
