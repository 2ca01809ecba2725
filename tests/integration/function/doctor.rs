//! `doctor`: each check, and what it finds.

use serde_json::{Value, json};

use super::fake::{FakeLambda, Function, Handler, State};
use super::{Rules, run};
use crate::rooms::command::{Run, Running, command_with_credentials, review, with_rooms};
use crate::rooms::fake::{FakeService, Fault, FaultKind};

/// The fakes, with published rules and one room that has the function.
struct World {
    lambda: FakeLambda,
    chat: FakeService,
    rooms: Vec<String>,
    rules: Rules,
}

impl World {
    fn new() -> World {
        let lambda = FakeLambda::start();
        let rules = Rules::new("muppet\n> caught: a muppet\n> ok: a puppet\n");
        run(&lambda, None, &rules.path(), "publish --function review --layer chat-rules")
            .assert_exit(0);
        lambda.state(|state| state.review().restart());
        lambda.take_calls();
        let (chat, rooms) = with_rooms(1);
        chat.account(|account| account.attach(&rooms[0], &review(), "DENY"));
        World { lambda, chat, rooms, rules }
    }

    fn doctor(&self, arguments: &str) -> Run {
        let arguments = format!("doctor --handler review {arguments}");
        run(&self.lambda, Some(&self.chat), &self.rules.path(), &arguments)
    }

    /// Returns the check with a result, of which there must be one.
    #[track_caller]
    fn finding(&self, code: i32, result: &str) -> Value {
        let run = self.doctor("--format json").assert_exit(code);
        let mut found = run.lines().into_iter().filter(|line| line["result"] == result);
        let first = found.next().unwrap_or_else(|| panic!("no {result}: {run}"));
        assert!(found.next().is_none(), "more than one {result}: {run}");
        first
    }
}

#[test]
fn a_function_without_problems_passes_all_checks() {
    let world = World::new();
    let run = world.doctor("").assert_exit(0);
    for text in [
        "ok           region         eu-west-1",
        "ok           function       review is Active",
        "ok           last update    Successful",
        "ok           configuration  provided.al2023, arm64, 1769 MB, timeout 1 s",
        "ok           permission     ivschat.amazonaws.com, for rooms of the account 111122223333 only",
        "ok           rules          ",
        "ok           replies        5 messages answered as by the rules of the folder",
        "ok           time           first after a start at most 32.2 ms, others at most 1.2 ms",
        "ok           alarms         1 alarm, each with an action",
        "ok           room           stage-1: fallback DENY",
        "0 problems, 10 ok, 0 not checked",
    ] {
        assert!(run.stdout.contains(text), "{text}\n{run}");
    }
    let calls = world.lambda.take_calls();
    assert!(
        !calls
            .iter()
            .any(|it| ["Publish", "Update", "Delete"].iter().any(|start| it.starts_with(start)))
    );
    let lines = world.doctor("--format json").assert_exit(0).lines();
    assert_eq!(lines[0], json!({ "check": "region", "result": "ok", "what": "eu-west-1" }));
    assert_eq!(
        lines.last(),
        Some(&json!({ "summary": { "ok": 10, "problems": 0, "not_checked": 0 } }))
    );
}

type Change = fn(&mut Function);

#[test]
fn each_problem_of_a_function_is_found() {
    let statement = |function: &mut Function| -> Value { function.policy["Statement"][0].clone() };
    let cases: [(&str, &str, Change); 17] = [
        ("function", "is Pending", |it| it.configuration["State"] = "Pending".into()),
        ("last update", "Failed: no", |it| {
            it.configuration["LastUpdateStatus"] = "Failed".into();
            it.configuration["LastUpdateStatusReason"] = "no".into();
        }),
        ("configuration", "provided.al2,", |it| {
            it.configuration["Runtime"] = "provided.al2".into()
        }),
        ("configuration", "128 MB", |it| it.configuration["MemorySize"] = 128.into()),
        ("configuration", "timeout 30 s", |it| it.configuration["Timeout"] = 30.into()),
        ("concurrency", "is 0", |it| it.concurrency = Some(0)),
        ("permission", "no policy", |it| it.policy = Value::Null),
        ("permission", "no statement", |it| it.policy["Statement"] = json!([])),
        ("permission", "other accounts", |it| it.policy["Statement"][0]["Condition"] = Value::Null),
        ("permission", "no statement", |it| {
            it.policy["Statement"][0]["Condition"]["StringEquals"]["AWS:SourceAccount"] =
                "444455556666".into();
            it.policy["Statement"][0]["Condition"]["ArnLike"] = Value::Null;
        }),
        ("permission", "for arn:aws:ivschat", |it| {
            it.policy["Statement"][0]["Condition"]["ArnLike"]["AWS:SourceArn"] =
                "arn:aws:ivschat:eu-west-1:111122223333:room/Other".into();
        }),
        ("rules", "compiled from the text", |it| {
            it.handler = Handler::OtherCode;
            it.restart();
        }),
        ("replies", "1 of 1 message failed: Unhandled: planted", |it| {
            it.handler = Handler::Failing
        }),
        ("time", "at most 251.2 ms", |it| {
            it.times.0 = 250.0;
            it.restart();
        }),
        ("time", "others at most 200.0 ms", |it| it.times.1 = 200.0),
        ("replies", "failed", |it| {
            it.layers.clear();
            it.restart();
        }),
        ("function", "is Inactive", |it| it.configuration["State"] = "Inactive".into()),
    ];
    let world = World::new();
    let original = world.lambda.state(|state| statement(state.review()));
    for (check, what, change) in cases {
        let (before, policy) = world.lambda.state(|state| {
            let function = state.review();
            let before = (function.configuration.clone(), function.layers.clone(), function.times);
            let policy = function.policy.clone();
            change(function);
            (before, policy)
        });
        // Two statements may be a problem each.
        let run = world.doctor("--format json").assert_exit(1);
        let lines = run.lines();
        let problem = lines.iter().find(|it| it["result"] == "problem" && it["check"] == check);
        let problem = problem.unwrap_or_else(|| panic!("{check} {what}: {run}"));
        assert!(problem["what"].as_str().is_some_and(|it| it.contains(what)), "{what}: {problem}");
        assert!(problem["why"].is_string() && problem["fix"].is_string(), "{problem}");
        world.lambda.state(|state| {
            let function = state.review();
            (function.configuration, function.layers, function.times) = before;
            (function.policy, function.concurrency) = (policy, None);
            function.handler = Handler::Current;
            function.restart();
        });
    }
    assert_eq!(world.lambda.state(|state| statement(state.review())), original);
    world.doctor("").assert_exit(0);
}

#[test]
fn other_rules_are_a_problem() {
    let world = World::new();
    world.rules.write("lists/a.txt", "muppet\npillock\n> caught: a pillock\n");
    let run = world.doctor("--format json").assert_exit(1);
    let problems: Vec<Value> = run
        .lines()
        .into_iter()
        .filter(|it| it["result"] == "problem")
        .map(|it| it["check"].clone())
        .collect();
    assert_eq!(problems, ["rules", "replies"], "{run}");
}

#[test]
fn alarms_without_an_action_are_a_problem() {
    type Change = fn(&mut State);
    let cases: [(&str, Change); 5] = [
        ("no alarm watches the function", |state| state.alarms.clear()),
        // A queue of the same name.
        ("no alarm watches the function", |state| {
            state.alarms[0]["Namespace"] = "AWS/SQS".into();
        }),
        ("no alarm", |state| state.alarms[0]["Dimensions"][0]["Value"] = "other".into()),
        ("1 of 1 alarm without an action: review-errors", |state| {
            state.alarms[0]["AlarmActions"] = json!([])
        }),
        ("1 of 1 alarm", |state| state.alarms[0]["ActionsEnabled"] = false.into()),
    ];
    for (what, change) in cases {
        let world = World::new();
        world.lambda.state(change);
        let problem = world.finding(1, "problem");
        assert_eq!(problem["check"], "alarms");
        assert!(problem["what"].as_str().is_some_and(|it| it.contains(what)), "{problem}");
    }
    // In a query, on a later page.
    let world = World::new();
    world.lambda.state(|state| {
        state.page_size = 1;
        state.alarms.push(json!({
            "AlarmName": "denials", "AlarmActions": [],
            "Metrics": [{ "MetricStat": { "Metric": {
                "Namespace": "IvsChatReview", "MetricName": "Denied",
                "Dimensions": [{ "Name": "FunctionName", "Value": "review" }],
            } } }],
        }));
    });
    let problem = world.finding(1, "problem");
    assert!(problem["what"].as_str().is_some_and(|it| it.contains("1 of 2 alarms")), "{problem}");
}

#[test]
fn rooms_are_compared_with_the_function_and_the_rules() {
    let world = World::new();
    world.chat.account(|account| account.room(&world.rooms[0]).maximum_length = 200);
    let problem = world.finding(1, "problem");
    assert!(
        problem["what"].as_str().is_some_and(|it| it.contains("accepts 200 characters")),
        "{problem}"
    );

    // Without rooms of the function, and with one of another.
    world.chat.account(|account| {
        account.attach(&world.rooms[0], &crate::rooms::fake::function("other"), "ALLOW")
    });
    assert_eq!(world.finding(1, "problem")["what"], "no room has the function as its handler");
    let run = world.doctor("--all").assert_exit(1);
    assert!(run.stdout.contains("stage-1 has the handler arn:aws:lambda"), "{run}");
}

#[test]
fn what_cannot_be_read_is_reported_and_is_no_problem() {
    for (operation, permission) in [
        ("GetPolicy", "lambda:GetPolicy"),
        ("DescribeAlarms", "cloudwatch:DescribeAlarms"),
        ("Invoke", "lambda:InvokeFunction"),
    ] {
        let world = World::new();
        world.lambda.inject(Fault::new(FaultKind::DENIED, operation));
        let finding = world.finding(0, "not-checked");
        assert!(finding["fix"].as_str().is_some_and(|it| it.contains(permission)), "{finding}");
    }
    let world = World::new();
    world.chat.inject(Fault::new(FaultKind::DENIED, "ListRooms"));
    let finding = world.finding(0, "not-checked");
    assert_eq!(finding["check"], "room");
    assert!(
        finding["what"].as_str().is_some_and(|it| it.contains("ivschat:ListRooms")),
        "{finding}"
    );
    let world = World::new();
    world.lambda.inject(Fault::new(FaultKind::DENIED, "GetFunction"));
    world.doctor("").assert_exit(2).assert_stderr("the credentials need lambda:GetFunction");
}

#[test]
fn an_older_handler_gets_a_plain_message_only() {
    let world = World::new();
    world.lambda.state(|state| state.review().handler = Handler::Older);
    world.lambda.take_calls();
    let run = world.doctor("--format json").assert_exit(0);
    let lines = run.lines();
    let not_checked = lines.iter().filter(|line| line["result"] == "not-checked");
    let checks: Vec<&Value> = not_checked.map(|line| &line["check"]).collect();
    assert_eq!(checks, ["rules", "replies"], "{run}");
    assert!(run.stdout.contains("would log and count them"), "{run}");
    let calls = world.lambda.take_calls();
    assert_eq!(calls.iter().filter(|call| *call == "Invoke").count(), 1, "{calls:?}");
}

#[test]
fn times_are_estimated_if_lambda_does_not_report_them() {
    let world = World::new();
    world.lambda.state(|state| state.review().has_reports = false);
    let run = world.doctor("");
    assert!(
        run.stdout.contains("in the handler at most 3.0 ms, with the network at most "),
        "{run}"
    );
}

#[test]
fn endpoints_of_a_profile_are_used() {
    let world = World::new();
    let (lambda, chat) = (world.lambda.endpoint(), world.chat.endpoint());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("config");
    let run = |configuration: &str, variables: &[(&str, &str)]| {
        std::fs::write(&file, configuration).expect("it can be written");
        let mut command = command_with_credentials();
        command
            .env("AWS_CONFIG_FILE", &file)
            .env("AWS_PROFILE", "local")
            .envs(variables.iter().copied())
            .env("AWS_MAX_ATTEMPTS", "1")
            .args(["doctor", "--handler", "review", "--rules"])
            .arg(world.rules.path());
        Running::start(command).end()
    };
    let services = format!(
        "[profile local]\nservices = fakes\nendpoint_url = {lambda}\n[services fakes]\nivschat =\n  endpoint_url = {chat}\n"
    );
    let all = "0 problems, 10 ok, 0 not checked";
    assert!(run(&services, &[]).assert_exit(0).stdout.contains(all));
    // A variable is stronger, also one for all services than the section of one.
    let of_lambda = [("AWS_ENDPOINT_URL", lambda), ("AWS_ENDPOINT_URL_IVSCHAT", chat)];
    let elsewhere = services.replace("http://", "http://127.0.0.1:9/");
    assert!(run(&elsewhere, &of_lambda).assert_exit(0).stdout.contains(all));
    run("[profile local]\nendpoint_url = localhost:3001\n", &[])
        .assert_exit(2)
        .assert_stderr("endpoint_url of ivschat in the profile: invalid URL `localhost:3001`");
}

#[test]
fn a_missing_function_is_a_problem() {
    let world = World::new();
    let arguments = "doctor --handler revue --format json";
    let run = run(&world.lambda, Some(&world.chat), &world.rules.path(), arguments).assert_exit(1);
    assert_eq!(run.lines()[0]["what"], "the function revue does not exist in eu-west-1");
}
