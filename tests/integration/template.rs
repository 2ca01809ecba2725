//! What the template's linters do not see: a misspelt runtime, architecture or build method, a permission
//! or a log policy wider than it should be, an alarm that nothing rings, and whether the Makefile,
//! `samconfig.toml`, `events/` and the README fit.

use std::fs;
use std::path::{Path, PathBuf};

use ivs_chat_review::rooms::arn::REGIONS;
use regex::Regex;
use saphyr::{LoadableYamlNode, Yaml};
use serde_json::{Map, Value, json};
use toml::de::DeTable;

/// The one function of the template.
const FUNCTION: &str = "ReviewFunction";

#[test]
fn the_function_runs_the_bootstrap_on_amazon_linux_2023() {
    let template = template();
    assert_eq!(names_of(&template, "AWS::Serverless::Function"), [FUNCTION]);

    let properties = &template["Resources"][FUNCTION]["Properties"];
    assert_eq!(properties["Runtime"], "provided.al2023");
    assert_eq!(properties["Handler"], "bootstrap");
    assert_eq!(properties["Architectures"], json!([{ "Ref": "Architecture" }]));
    assert_eq!(properties["Timeout"], 1);
    assert!(template.get("Globals").is_none(), "Globals would override what is tested here");

    let architecture = &template["Parameters"]["Architecture"];
    assert_eq!(architecture["AllowedValues"], json!(["x86_64", "arm64"]));
    assert_eq!(architecture["Default"], "x86_64", "what plain `sam build` builds in CI");
}

#[test]
fn sam_builds_it_with_the_makefile_in_place() {
    let template = template();
    assert_eq!(template["Resources"][FUNCTION]["Metadata"], json!({ "BuildMethod": "makefile" }));
    assert_eq!(template["Resources"][FUNCTION]["Properties"]["CodeUri"], ".");

    let target = format!("build-{FUNCTION}:");
    assert!(read("Makefile").lines().any(|line| line == target), "the Makefile has no `{target}`");

    let text = read("samconfig.toml");
    let config = DeTable::parse(&text).expect("samconfig.toml is TOML");
    let build = &config.get_ref()["default"].get_ref()["build"].get_ref()["parameters"].get_ref();
    assert_eq!(build["build_in_source"].get_ref().as_bool(), Some(true));
}

#[test]
fn only_the_rooms_of_this_account_and_region_may_invoke_it() {
    let template = template();
    let permissions = names_of(&template, "AWS::Lambda::Permission");
    let [permission] = permissions.as_slice() else { panic!("permissions: {permissions:?}") };
    assert_eq!(
        template["Resources"][permission]["Properties"],
        json!({
            "Action": "lambda:InvokeFunction",
            "FunctionName": { "Fn::GetAtt": "ReviewFunction.Arn" },
            "Principal": "ivschat.amazonaws.com",
            "SourceAccount": { "Ref": "AWS::AccountId" },
            "SourceArn": { "Fn::Sub": "arn:aws:ivschat:${AWS::Region}:${AWS::AccountId}:room/*" },
        })
    );
}

/// A throttled review is one that did not happen, and 0 would throttle them all.
#[test]
fn concurrency_is_reserved_only_when_asked_for_and_never_none() {
    let template = template();
    assert_eq!(
        template["Resources"][FUNCTION]["Properties"]["ReservedConcurrentExecutions"],
        json!({ "Fn::If": [
            "ConcurrencyIsReserved",
            { "Ref": "ReservedConcurrency" },
            { "Ref": "AWS::NoValue" },
        ] })
    );
    assert_eq!(template["Conditions"]["ConcurrencyIsReserved"], is_set("ReservedConcurrency"));
    assert_allows(
        &template["Parameters"]["ReservedConcurrency"],
        &["1", "20", "1000"],
        &["0", "00", "01", "-1", "+1", "1.5", "1 ", "1\n", "ten"],
    );
}

#[test]
fn alarms_tell_a_topic_or_nobody() {
    let template = template();
    assert_eq!(template["Conditions"]["AlarmsTellTopic"], is_set("AlarmTopicArn"));
    assert_allows(
        &template["Parameters"]["AlarmTopicArn"],
        &["arn:aws:sns:eu-west-1:123456789012:night_shift-1"],
        &[
            "night_shift-1",
            "arn:aws:sns:eu-west-1:123456789012:",
            "arn:aws:sns:eu-west-1:12345678901:night",
            "arn:aws:sns::123456789012:night",
            "arn:aws:sns:eu-west-1:123456789012:night.fifo",
            // A subscription, not its topic.
            "arn:aws:sns:eu-west-1:123456789012:night:0c1d2e3f",
            "arn:aws:sqs:eu-west-1:123456789012:night",
            "arn:aws-cn:sns:cn-north-1:123456789012:night",
            " arn:aws:sns:eu-west-1:123456789012:night",
        ],
    );
    let told = &template["Outputs"]["AlarmsTell"]["Value"]["Fn::If"];
    assert_eq!(told[0], "AlarmsTellTopic");
    assert_eq!(told[1], json!({ "Ref": "AlarmTopicArn" }));
    assert!(told[2].as_str().is_some_and(|text| text.starts_with("nobody")), "{told}");
}

/// "Monitoring Amazon IVS Chat" (Amazon IVS Chat User Guide) and "Types of metrics for Lambda
/// functions" (AWS Lambda Developer Guide) name the metrics and their dimensions. An alarm on any
/// other is never heard.
#[test]
fn every_way_in_which_the_handler_falls_silent_has_its_alarm() {
    let template = template();
    let by_arn = json!([{ "Name": "Uri", "Value": { "Fn::GetAtt": "ReviewFunction.Arn" } }]);
    let by_name = json!([{ "Name": "FunctionName", "Value": { "Ref": FUNCTION } }]);
    // How many minutes of the last 15 raise the alarm.
    let expected = [
        ("ErrorsAlarm", "AWS/Lambda", "Errors", &by_name, 2),
        ("InvocationErrorsAlarm", "AWS/IVSChat", "InvocationErrors", &by_arn, 2),
        ("ResponseValidationErrorsAlarm", "AWS/IVSChat", "ResponseValidationErrors", &by_arn, 1),
        ("ThrottlesAlarm", "AWS/Lambda", "Throttles", &by_name, 1),
    ];
    let mut names = names_of(&template, "AWS::CloudWatch::Alarm");
    names.sort_unstable();
    assert_eq!(names, expected.map(|(name, ..)| name));

    let topic = json!({ "Fn::If": [
        "AlarmsTellTopic",
        [{ "Ref": "AlarmTopicArn" }],
        { "Ref": "AWS::NoValue" },
    ] });
    for (name, namespace, metric, dimensions, minutes) in expected {
        let alarm = &template["Resources"][name];
        assert!(alarm.get("Condition").is_none(), "{name} must be there without a topic, too");
        let mut properties = alarm["Properties"].clone();
        let description = properties["AlarmDescription"].take();
        assert_eq!(
            properties,
            json!({
                "AlarmDescription": null,
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": dimensions,
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 15,
                "DatapointsToAlarm": minutes,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "Threshold": 1,
                "TreatMissingData": "notBreaching",
                "AlarmActions": topic,
                "OKActions": topic,
            }),
            "{name}"
        );
        assert_tells_what_to_do(name, description["Fn::Sub"].as_str().expect(name));
    }
}

/// What the mail says at night: the name, what chatters see, what to do first.
fn assert_tells_what_to_do(name: &str, description: &str) {
    // The longest that the stack's names can be.
    let longest = [
        ("${ReviewFunction}", "f".repeat(64)),
        ("${ReviewLogGroup}", format!("/aws/lambda/{}", "s".repeat(128))),
        ("${AWS::StackName}", "s".repeat(128)),
        ("${AWS::Region}", "ap-northeast-1".to_owned()),
    ];
    let text = longest
        .iter()
        .fold(description.to_owned(), |text, (name, value)| text.replace(name, value));
    assert!(!text.contains("${"), "{name}: {text}");
    assert!(text.len() <= 1024, "{name}: {} bytes", text.len());

    assert!(description.contains("${ReviewFunction}"), "{name} does not say which function");
    for word in ["fallbackResult", "ALLOW", "DENY", "\nFirst: "] {
        assert!(description.contains(word), "{name} does not say {word:?}");
    }
    let handler =
        ["main", "service"].map(|file| read(&format!("src/bin/handler/{file}.rs"))).concat();
    for quoted in description.split('"').skip(1).step_by(2) {
        assert!(
            handler.contains(&format!("\"{quoted}\"")),
            "{name}: no such line in the log: {quoted}"
        );
    }
}

#[test]
fn the_demo_room_waits_for_the_permission_and_says_what_becomes_of_messages() {
    let template = template();
    let rooms = names_of(&template, "AWS::IVSChat::Room");
    let [room] = rooms.as_slice() else { panic!("rooms: {rooms:?}") };
    assert_eq!(
        template["Resources"][room],
        json!({
            "Type": "AWS::IVSChat::Room",
            "Condition": "WithDemoRoom",
            "DependsOn": "ReviewPermission",
            "Properties": {
                "Name": { "Ref": "AWS::StackName" },
                "MessageReviewHandler": {
                    "Uri": { "Fn::GetAtt": "ReviewFunction.Arn" },
                    "FallbackResult": { "Ref": "FallbackResult" },
                },
            },
        })
    );
    assert_eq!(template["Resources"]["ReviewPermission"]["Type"], "AWS::Lambda::Permission");

    // YAML would read a bare `true` as no text, and CloudFormation compares texts.
    assert_eq!(
        template["Conditions"]["WithDemoRoom"],
        json!({ "Fn::Equals": [{ "Ref": "DemoRoom" }, "true"] })
    );
    let parameters = &template["Parameters"];
    assert_eq!(parameters["DemoRoom"]["AllowedValues"], json!(["true", "false"]));
    assert_eq!(parameters["DemoRoom"]["Default"], "false");
    assert_eq!(parameters["FallbackResult"]["AllowedValues"], json!(["ALLOW", "DENY"]));
    assert_eq!(parameters["FallbackResult"]["Default"], "ALLOW", "the service's own default");

    // Without the room, an output that names it would fail the deploy.
    for (name, output) in template["Outputs"].as_object().expect("Outputs") {
        let names_room = output["Value"].to_string().contains(room);
        let condition = output.get("Condition").and_then(Value::as_str);
        assert_eq!(condition, names_room.then_some("WithDemoRoom"), "{name}");
    }
    let wire = template["Outputs"]["WireRooms"]["Value"]["Fn::Sub"].as_str().expect("a command");
    let handler = "--handler ${ReviewFunction.Arn} --fallback ${FallbackResult}";
    assert!(wire.starts_with("ivs-review rooms plan ") && wire.ends_with(handler), "{wire}");
}

/// The README's table of parameters, with their defaults, is the template's.
#[test]
fn the_readme_names_every_parameter_and_its_default() {
    let template = template();
    let readme = read("README.md");
    let (_, table) = readme.split_once("| parameter | default | |\n").expect("the table");
    let rows: Vec<(&str, &str)> = table
        .lines()
        .skip(1)
        .map_while(|line| line.strip_prefix("| "))
        .map(|line| {
            let mut cells = line.split(" | ");
            let mut cell = || cells.next().expect("a cell").trim_matches('`');
            (cell(), cell())
        })
        .collect();
    let parameters = template["Parameters"].as_object().expect("Parameters");
    assert_eq!(rows.len(), parameters.len(), "{rows:?}");
    for (name, default) in rows {
        let expected = match &parameters.get(name).unwrap_or_else(|| panic!("no {name}"))["Default"]
        {
            Value::String(text) if text.is_empty() => "none".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!(default, expected, "{name}");
    }
}

#[test]
fn it_deploys_only_where_ivs_chat_exists() {
    let template = template();
    let assertions = &template["Rules"]["RegionHasIvsChat"]["Assertions"];
    assert_eq!(assertions.as_array().map(Vec::len), Some(1));
    assert_eq!(
        assertions[0]["Assert"],
        json!({ "Fn::Contains": [REGIONS, { "Ref": "AWS::Region" }] })
    );
    assert!(template["Rules"]["RegionHasIvsChat"].get("RuleCondition").is_none());
}

#[test]
fn the_role_may_write_its_own_log_and_nothing_else() {
    let template = template();
    let function = &template["Resources"][FUNCTION]["Properties"];
    let roles = names_of(&template, "AWS::IAM::Role");
    let [role] = roles.as_slice() else { panic!("roles: {roles:?}") };
    assert_eq!(function["Role"], json!({ "Fn::GetAtt": format!("{role}.Arn") }));
    assert!(function.get("Policies").is_none());

    let role = &template["Resources"][role]["Properties"];
    assert!(role.get("ManagedPolicyArns").is_none());
    assert_eq!(
        role["AssumeRolePolicyDocument"]["Statement"],
        json!([{
            "Effect": "Allow",
            "Principal": { "Service": "lambda.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }])
    );

    let groups = names_of(&template, "AWS::Logs::LogGroup");
    let [group] = groups.as_slice() else { panic!("log groups: {groups:?}") };
    assert_eq!(role["Policies"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        role["Policies"][0]["PolicyDocument"]["Statement"],
        json!([{
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": { "Fn::GetAtt": format!("{group}.Arn") },
        }])
    );

    assert_eq!(
        function["LoggingConfig"],
        json!({
            "LogGroup": { "Ref": group },
            "LogFormat": "JSON",
            "ApplicationLogLevel": { "Ref": "LogLevel" },
            "SystemLogLevel": "WARN",
        })
    );
    assert_eq!(
        template["Resources"][group]["Properties"]["RetentionInDays"],
        json!({ "Ref": "LogRetentionDays" })
    );
}

#[test]
fn sample_events_have_the_shape_that_ivs_chat_sends() {
    let mut names: Vec<String> = fs::read_dir(path("events"))
        .expect("the folder events/")
        .map(|entry| entry.expect("an entry of events/").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "clean.json",
            "denied.json",
            "masked.json",
            "not-ours.json",
            "odd-unicode.json",
            "replaced.json"
        ]
    );

    for name in names {
        let event: Value = serde_json::from_str(&read(&format!("events/{name}")))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        if name == "not-ours.json" {
            assert!(
                event.get("Content").is_none(),
                "{name} is meant to be another service's event"
            );
            continue;
        }
        assert_eq!(
            keys(&event),
            ["Attributes", "Content", "MessageId", "RoomArn", "Sender"],
            "{name}"
        );
        assert_eq!(keys(&event["Sender"]), ["Attributes", "Ip", "UserId"], "{name}");
        for map in [&event["Attributes"], &event["Sender"]["Attributes"]] {
            assert!(map.as_object().expect(&name).values().all(Value::is_string), "{name}");
        }
        let id = event["MessageId"].as_str().expect(&name);
        assert!(id.len() == 12 && id.bytes().all(|b| b.is_ascii_alphanumeric()), "{name}: {id}");
        let content = event["Content"].as_str().expect(&name);
        assert!((1..=500).contains(&content.chars().count()), "{name}");
        let room = event["RoomArn"].as_str().expect(&name);
        assert!(room.starts_with("arn:aws:ivschat:") && room.contains(":room/"), "{name}: {room}");
    }
}

fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn read(relative: &str) -> String {
    fs::read_to_string(path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
}

/// The template with each short tag in its long form, as CloudFormation reads it: `!Ref X` as `{"Ref": "X"}`.
fn template() -> Value {
    let text = read("template.yaml");
    let documents = Yaml::load_from_str(&text).expect("template.yaml is YAML");
    let [document] = documents.as_slice() else { panic!("template.yaml is one document") };
    to_json(document)
}

fn to_json(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Tagged(tag, inner) => {
            let name = match tag.suffix.as_str() {
                "Ref" | "Condition" => tag.suffix.clone(),
                function => format!("Fn::{function}"),
            };
            json!({ name: to_json(inner) })
        }
        Yaml::Mapping(mapping) => Value::Object(
            mapping
                .iter()
                .map(|(key, value)| (key.as_str().expect("a text key").to_owned(), to_json(value)))
                .collect::<Map<_, _>>(),
        ),
        Yaml::Sequence(items) => items.iter().map(to_json).collect(),
        scalar => {
            if let Some(text) = scalar.as_str() {
                json!(text)
            } else if let Some(number) = scalar.as_integer() {
                json!(number)
            } else if let Some(truth) = scalar.as_bool() {
                json!(truth)
            } else {
                panic!("a template has no use for {scalar:?}")
            }
        }
    }
}

/// The condition that a parameter is not left empty.
fn is_set(parameter: &str) -> Value {
    json!({ "Fn::Not": [{ "Fn::Equals": [{ "Ref": parameter }, ""] }] })
}

/// That a parameter may be left empty, and takes and refuses these values.
fn assert_allows(parameter: &Value, good: &[&str], bad: &[&str]) {
    assert_eq!(parameter["Type"], "String", "a Number cannot be left empty");
    assert_eq!(parameter["Default"], "");
    let pattern = parameter["AllowedPattern"].as_str().expect("AllowedPattern");
    assert!(pattern.starts_with('^') && pattern.ends_with('$'), "{pattern}");
    let pattern = Regex::new(pattern).expect(pattern);
    for value in [""].iter().chain(good) {
        assert!(pattern.is_match(value), "{value:?} should be allowed by {pattern}");
    }
    for value in bad {
        assert!(!pattern.is_match(value), "{value:?} should be refused by {pattern}");
    }
}

/// The logical ids of all resources of one type.
fn names_of<'a>(template: &'a Value, kind: &str) -> Vec<&'a str> {
    template["Resources"]
        .as_object()
        .expect("Resources")
        .iter()
        .filter(|(_, resource)| resource["Type"] == kind)
        .map(|(name, _)| name.as_str())
        .collect()
}

/// The keys of an object, sorted.
fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<_> =
        object.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}
