//! Properties of `template.yaml` that linters do not check: runtime, architecture and build method, minimal permissions,
//! alarms on metrics that exist, a dashboard that CloudWatch accepts, and agreement with the Makefile, `samconfig.toml`,
//! `events/`, the workflow and the documentation.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ivs_chat_review::lint::Cost;
use ivs_chat_review::provision::arn::REGIONS;
use regex::Regex;
use saphyr::{LoadableYamlNode, Yaml};
use serde_json::{Map, Value, json};
use toml::de::DeTable;

/// The function of the template.
const FUNCTION: &str = "ReviewFunction";

/// The layer of the template.
const LAYER: &str = "RulesLayer";

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

/// The handler reads the folder that `RULES_DIR` names; the layer's archive is unpacked to /opt ("Packaging
/// your layer content", AWS Lambda Developer Guide).
#[test]
fn the_function_loads_its_rules_from_the_layer() {
    let template = template();
    assert_eq!(names_of(&template, "AWS::Serverless::LayerVersion"), [LAYER]);
    let function = &template["Resources"][FUNCTION]["Properties"];
    assert_eq!(function["Layers"], json!([{ "Ref": LAYER }]));
    assert_eq!(
        function["Environment"]["Variables"],
        json!({ "RULES_DIR": "/opt/rules", "METRICS": { "Ref": "Metrics" } })
    );
    let handler = read("src/bin/handler/main.rs");
    assert!(handler.contains(r#"env::var_os("RULES_DIR")"#), "the handler reads no RULES_DIR");
    let packaged = r#"--rules "$(RULES)" --copy-to "$(ARTIFACTS_DIR)/rules""#;
    assert!(read("Makefile").contains(packaged), "the layer does not contain rules/");

    let layer = &template["Resources"][LAYER]["Properties"];
    let architectures = &template["Parameters"]["Architecture"]["AllowedValues"];
    let sorted = |list: &Value| {
        let mut list: Vec<_> = list.as_array().expect("a list").iter().map(Value::as_str).collect();
        list.sort_unstable();
        list.into_iter().map(|it| it.map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(sorted(&layer["CompatibleArchitectures"]), sorted(architectures));
    assert_eq!(layer["CompatibleRuntimes"], json!([function["Runtime"]]));
    assert_eq!(layer["LayerName"], json!({ "Fn::Sub": "${AWS::StackName}-rules" }));
    assert_eq!(layer["RetentionPolicy"], "Delete");
}

#[test]
fn sam_builds_function_and_layer_in_place_with_the_makefile() {
    let template = template();
    for (name, uri) in [(FUNCTION, "CodeUri"), (LAYER, "ContentUri")] {
        let resource = &template["Resources"][name];
        assert_eq!(
            resource["Metadata"],
            json!({ "BuildMethod": "makefile", "ContextPath": ".", "ProjectRootDirectory": "." }),
            "{name}"
        );
        let target = format!("build-{name}:");
        assert!(
            read("Makefile").lines().any(|line| line == target),
            "no `{target}` in the Makefile"
        );
        assert_eq!(resource["Properties"][uri], "unbuilt", "{name}");
    }
    let text = read("samconfig.toml");
    let config = DeTable::parse(&text).expect("samconfig.toml is TOML");
    let build = &config.get_ref()["default"].get_ref()["build"].get_ref()["parameters"].get_ref();
    assert_eq!(build["build_in_source"].get_ref().as_bool(), Some(true));
    assert!(build.get("cached").is_none(), "SAM's cache cannot read `unbuilt`");
}

/// Without a build, SAM deploys the folder `unbuilt` itself. A dangling link in it makes the deployment fail.
#[test]
fn an_unbuilt_stack_cannot_be_deployed() {
    let entries: Vec<_> =
        fs::read_dir(path("unbuilt")).expect("unbuilt/").map(|it| it.expect("an entry")).collect();
    let [link] = entries.as_slice() else { panic!("{entries:?}") };
    assert!(link.file_type().expect("its type").is_symlink(), "{link:?}");
    let error = fs::read(link.path()).expect_err("a dangling link");
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
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

/// `check` estimates times for the share of a CPU that comes with this memory.
#[test]
fn the_default_memory_is_that_of_the_time_budget() {
    let template = template();
    let function = &template["Resources"]["ReviewFunction"]["Properties"];
    assert_eq!(function["MemorySize"], json!({ "Ref": "MemorySize" }));
    let parameter = &template["Parameters"]["MemorySize"];
    assert_eq!(parameter["Default"], Cost::MEMORY);
    // From Lambda's minimum to one whole CPU, since a review uses one thread.
    assert_eq!((&parameter["MinValue"], &parameter["MaxValue"]), (&json!(128), &json!(1769)));
}

/// Zero would throttle all reviews.
#[test]
fn reserved_concurrency_is_optional_and_never_zero() {
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
fn the_alarm_topic_is_optional() {
    let template = template();
    assert_eq!(template["Conditions"]["HasAlarmTopic"], is_set("AlarmTopicArn"));
    assert_allows(
        &template["Parameters"]["AlarmTopicArn"],
        &["arn:aws:sns:eu-west-1:123456789012:night_shift-1"],
        &[
            "night_shift-1",
            "arn:aws:sns:eu-west-1:123456789012:",
            "arn:aws:sns:eu-west-1:12345678901:night",
            "arn:aws:sns::123456789012:night",
            "arn:aws:sns:eu-west-1:123456789012:night.fifo",
            // A subscription, not a topic.
            "arn:aws:sns:eu-west-1:123456789012:night:0c1d2e3f",
            "arn:aws:sqs:eu-west-1:123456789012:night",
            "arn:aws-cn:sns:cn-north-1:123456789012:night",
            " arn:aws:sns:eu-west-1:123456789012:night",
        ],
    );
    let topic = &template["Outputs"]["AlarmTopic"]["Value"]["Fn::If"];
    assert_eq!(topic[0], "HasAlarmTopic");
    assert_eq!(topic[1], json!({ "Ref": "AlarmTopicArn" }));
    assert!(topic[2].as_str().is_some_and(|text| text.starts_with("none")), "{topic}");
}

/// What an alarm watches.
enum Watched<'a> {
    /// Namespace, metric, dimensions and statistic.
    Metric(&'a str, &'a str, &'a Value, &'a str),
    /// The percentage of denials, a metric expression.
    Share,
}

/// "Monitoring Amazon IVS Chat" (Amazon IVS Chat User Guide) and "Types of metrics for Lambda
/// functions" (AWS Lambda Developer Guide) list the metrics and their dimensions, docs/operations.md those of
/// the handler. An alarm on any other metric never fires.
#[test]
fn alarms_are_complete_and_on_existing_metrics() {
    use Watched::{Metric, Share};
    let template = template();
    let by_arn = json!([{ "Name": "Uri", "Value": { "Fn::GetAtt": "ReviewFunction.Arn" } }]);
    let by_name = json!([{ "Name": "FunctionName", "Value": { "Ref": FUNCTION } }]);
    // Number of the last 15 minutes that must reach the threshold, the threshold, and how missing data counts.
    let good = "notBreaching";
    let one = json!(1);
    let expected = [
        ("DenialsAlarm", Share, 1, json!({ "Ref": "DenialsAlarmPercent" }), good),
        ("DurationAlarm", Metric("AWS/Lambda", "Duration", &by_name, "p99"), 3, json!(150), good),
        ("ErrorsAlarm", Metric("AWS/Lambda", "Errors", &by_name, "Sum"), 2, one.clone(), good),
        (
            "InvocationErrorsAlarm",
            Metric("AWS/IVSChat", "InvocationErrors", &by_arn, "Sum"),
            2,
            one.clone(),
            good,
        ),
        (
            "ResponseValidationErrorsAlarm",
            Metric("AWS/IVSChat", "ResponseValidationErrors", &by_arn, "Sum"),
            1,
            one.clone(),
            good,
        ),
        (
            "SkippedRulesAlarm",
            Metric("IvsChatReview", "SkippedRules", &by_name, "Maximum"),
            1,
            one.clone(),
            "ignore",
        ),
        ("ThrottlesAlarm", Metric("AWS/Lambda", "Throttles", &by_name, "Sum"), 1, one, good),
    ];
    let mut names = names_of(&template, "AWS::CloudWatch::Alarm");
    names.sort_unstable();
    assert_eq!(names, expected.each_ref().map(|(name, ..)| *name));

    let topic = json!({ "Fn::If": [
        "HasAlarmTopic",
        [{ "Ref": "AlarmTopicArn" }],
        { "Ref": "AWS::NoValue" },
    ] });
    for (name, watched, minutes, threshold, silence) in expected {
        let alarm = &template["Resources"][name];
        let mut properties = alarm["Properties"].as_object().expect(name).clone();
        let description = properties.remove("AlarmDescription").expect(name);
        let mut rest = json!({
            "EvaluationPeriods": 15,
            "DatapointsToAlarm": minutes,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": threshold,
            "TreatMissingData": silence,
            "AlarmActions": topic,
            "OKActions": topic,
        });
        let is_ours = match watched {
            Metric(namespace, metric, dimensions, statistic) => {
                let kind = if statistic == "p99" { "ExtendedStatistic" } else { "Statistic" };
                rest[kind] = json!(statistic);
                rest["Namespace"] = json!(namespace);
                rest["MetricName"] = json!(metric);
                rest["Dimensions"] = dimensions.clone();
                rest["Period"] = json!(60);
                namespace == NAMESPACE
            }
            Share => {
                // Fifteen minutes as well.
                rest["EvaluationPeriods"] = json!(3);
                let metrics = properties.remove("Metrics").expect(name);
                assert_is_the_share_of_denials(&metrics, &by_name);
                true
            }
        };
        assert_eq!(Value::Object(properties), rest, "{name}");
        // The other alarms exist without a topic and without metrics, too.
        let condition = alarm.get("Condition").and_then(Value::as_str);
        assert_eq!(condition, is_ours.then_some("MetricsAreOn"), "{name}");
        assert_description(name, description["Fn::Sub"].as_str().expect(name));
    }
}

fn assert_is_the_share_of_denials(metrics: &Value, dimensions: &Value) {
    let mut expected: Vec<Value> = [("denied", "Denied"), ("allowed", "Allowed"), ("rewritten", "Rewritten")]
        .iter()
        .map(|(id, metric)| {
            json!({
                "Id": id,
                "MetricStat": {
                    "Metric": { "Namespace": NAMESPACE, "MetricName": metric, "Dimensions": dimensions },
                    "Period": 300,
                    "Stat": "Sum",
                },
                "ReturnData": false,
            })
        })
        .collect();
    expected.push(json!({
        "Id": "total",
        "Expression": "denied + allowed + rewritten",
        "ReturnData": false,
    }));
    expected.push(json!({
        "Id": "percent",
        "Label": "Denied messages in percent",
        "Expression": "IF(total >= 100, 100 * denied / total, 0)",
    }));
    assert_eq!(metrics, &Value::Array(expected));
}

/// A description names the function, what users of the chat see, and what to do first.
fn assert_description(name: &str, description: &str) {
    let text = substituted(description);
    assert!(text.len() <= 1024, "{name}: {} bytes", text.len());

    assert!(description.contains("${ReviewFunction}"), "{name} does not say which function");
    assert!(description.contains("\nFirst: "), "{name} does not say what to do");
    // These two alarms concern messages that are reviewed.
    let words: &[&str] = match name {
        "DenialsAlarm" => &["Only their senders see them"],
        "SkippedRulesAlarm" => &["match are delivered"],
        _ => &["fallbackResult", "ALLOW", "DENY"],
    };
    for word in words {
        assert!(description.contains(word), "{name} does not say {word:?}");
    }
    let handler =
        ["main", "service"].map(|file| read(&format!("src/bin/handler/{file}.rs"))).concat();
    for quoted in description.split('"').skip(1).step_by(2) {
        assert!(
            handler.contains(&format!("\"{quoted}")),
            "{name}: no such line in the log: {quoted}"
        );
    }
}

/// Substitutes variables with the longest values that they can have.
fn substituted(text: &str) -> String {
    let stack = "s".repeat(128);
    let function = "f".repeat(64);
    let arn = |rest: &str| format!("arn:aws:{rest}");
    let alarm = |name: &str| {
        let alarm =
            format!("cloudwatch:ap-northeast-1:111122223333:alarm:{stack}-{name}-0123456789AB");
        (format!("{name}.Arn"), arn(&alarm))
    };
    let mut values = BTreeMap::from([
        ("ReviewFunction".to_owned(), function.clone()),
        (
            "ReviewFunction.Arn".to_owned(),
            arn(&format!("lambda:ap-northeast-1:111122223333:function:{function}")),
        ),
        ("ReviewLogGroup".to_owned(), format!("/aws/lambda/{stack}")),
        ("AWS::StackName".to_owned(), stack.clone()),
        ("AWS::Region".to_owned(), "ap-northeast-1".to_owned()),
        ("DenialsAlarmPercent".to_owned(), "100".to_owned()),
    ]);
    values.extend(names_of(&template(), "AWS::CloudWatch::Alarm").into_iter().map(alarm));
    let mut text = text.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("${{{name}}}"), &value);
    }
    // Only escaped `${!` may remain.
    let left: Vec<&str> = text.matches("${").collect();
    let literal: Vec<&str> = text.matches("${!").collect();
    assert_eq!(left, vec!["${"; literal.len()], "{text}");
    text.replace("${!", "${")
}

/// The namespace of the handler's own metrics.
const NAMESPACE: &str = "IvsChatReview";

/// Returns the metrics of the handler from the table in docs/operations.md: names with their dimensions.
fn handlers_metrics() -> BTreeMap<String, Vec<String>> {
    let page = read("docs/operations.md");
    let (_, table) = page.split_once("| metric | dimensions | |\n").expect("the table of metrics");
    let in_code = |cell: &str| -> Vec<String> {
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    table
        .lines()
        .skip(1)
        .map_while(|line| line.strip_prefix("| "))
        .flat_map(|line| {
            let mut cells = line.split(" | ");
            let names = in_code(cells.next().expect("names"));
            let dimensions = in_code(cells.next().expect("dimensions"));
            names.into_iter().map(move |name| (name, dimensions.clone()))
        })
        .collect()
}

/// `metrics.jsonl` is a snapshot of the handler's unit tests.
#[test]
fn the_metrics_of_the_handler_are_documented() {
    let mut written = BTreeMap::new();
    for line in read("tests/data/metrics.jsonl").lines() {
        let line: Value = serde_json::from_str(line).expect("a line of metrics");
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Namespace"], NAMESPACE);
        let dimensions = directive["Dimensions"][0].as_array().expect("dimensions").iter();
        let dimensions: Vec<String> =
            dimensions.map(|it| it.as_str().expect("a name").to_owned()).collect();
        for metric in directive["Metrics"].as_array().expect("metrics") {
            written.insert(metric["Name"].as_str().expect("a name").to_owned(), dimensions.clone());
        }
    }
    assert_eq!(written, handlers_metrics());
}

#[test]
fn metrics_are_optional() {
    let template = template();
    let parameter = &template["Parameters"]["Metrics"];
    // YAML 1.1 reads an unquoted `on` as true.
    assert_eq!(parameter["AllowedValues"], json!(["on", "off"]));
    assert_eq!(parameter["Default"], "on");
    assert_eq!(
        template["Conditions"]["MetricsAreOn"],
        json!({ "Fn::Equals": [{ "Ref": "Metrics" }, "on"] })
    );
    let percent = &template["Parameters"]["DenialsAlarmPercent"];
    assert_eq!(percent["Type"], "Number");
    assert_eq!((&percent["MinValue"], &percent["MaxValue"]), (&json!(1), &json!(100)));
}

/// "Dashboard Body Structure and Syntax" (Amazon CloudWatch API Reference).
#[test]
fn cloudwatch_can_show_the_dashboard_with_and_without_metrics() {
    let template = template();
    let dashboards = names_of(&template, "AWS::CloudWatch::Dashboard");
    let [dashboard] = dashboards.as_slice() else { panic!("dashboards: {dashboards:?}") };
    let dashboard = &template["Resources"][dashboard];
    assert_eq!(dashboard["Condition"], "WithDashboard");
    assert_eq!(
        template["Conditions"]["WithDashboard"],
        json!({ "Fn::Equals": [{ "Ref": "Dashboard" }, "true"] })
    );
    let properties = &dashboard["Properties"];
    let name = properties["DashboardName"]["Fn::Sub"].as_str().expect("a name");
    assert_eq!(name, "${AWS::StackName}-${AWS::Region}", "names of dashboards are global");

    let sub = &properties["DashboardBody"]["Fn::Sub"];
    let body = sub[0].as_str().expect("a body");
    let more = &sub[1]["AlarmsOnMetrics"]["Fn::If"];
    assert_eq!(more[0], "MetricsAreOn");
    let on = more[1]["Fn::Sub"].as_str().expect("what is added with metrics");
    assert_eq!(more[2], "");
    for (more, metrics) in [(on, true), ("", false)] {
        let body = substituted(&body.replace("${AlarmsOnMetrics}", more));
        let body: Value =
            serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        assert_eq!(keys(&body), ["start", "widgets"]);
        let widgets = body["widgets"].as_array().expect("widgets");
        assert_no_overlap(widgets);
        for widget in widgets {
            let properties = &widget["properties"];
            match widget["type"].as_str() {
                Some("metric") => assert_is_a_metric_widget(properties),
                Some("alarm") => {
                    assert_eq!(keys(properties), ["alarms", "title"]);
                    let alarms = properties["alarms"].as_array().expect("alarms").len();
                    let all = names_of(&template, "AWS::CloudWatch::Alarm").len();
                    assert_eq!(alarms, if metrics { all } else { all - 2 });
                }
                other => panic!("a widget of the type {other:?}"),
            }
        }
    }
}

/// Asserts that widgets are on the grid of 24 columns and do not overlap.
fn assert_no_overlap(widgets: &[Value]) {
    let mut taken = Vec::new();
    for widget in widgets {
        assert_eq!(keys(widget), ["height", "properties", "type", "width", "x", "y"]);
        let [x, y, width, height] =
            ["x", "y", "width", "height"].map(|name| widget[name].as_u64().expect(name));
        assert!(width >= 1 && x + width <= 24 && (1..=1000).contains(&height), "{widget}");
        for column in x..x + width {
            for row in y..y + height {
                assert!(!taken.contains(&(column, row)), "{widget} overlaps another");
                taken.push((column, row));
            }
        }
    }
}

fn assert_is_a_metric_widget(properties: &Value) {
    let title = properties["title"].as_str().expect("a title");
    for key in keys(properties) {
        let known = [
            "annotations",
            "legend",
            "metrics",
            "period",
            "region",
            "stacked",
            "stat",
            "title",
            "view",
            "yAxis",
        ];
        assert!(known.contains(&key), "{title}: {key}");
    }
    assert_eq!(properties["view"], "timeSeries", "{title}");
    assert!(properties["stacked"].is_boolean(), "{title}");
    assert_eq!(properties["region"], "ap-northeast-1", "{title}");
    assert!(properties["period"].as_u64().is_some_and(|it| it > 0 && it % 60 == 0), "{title}");
    if let Some(legend) = properties.get("legend") {
        assert_eq!(legend, &json!({ "position": "right" }), "{title}");
    }
    let axis = &properties["yAxis"]["left"];
    assert_eq!(keys(&properties["yAxis"]), ["left"], "{title}");
    assert!(keys(axis).iter().all(|key| ["label", "min", "showUnits"].contains(key)), "{title}");
    assert_eq!(axis["min"], 0, "{title}");
    if let Some(annotations) = properties.get("annotations") {
        assert_eq!(keys(annotations), ["horizontal"], "{title}");
        for line in annotations["horizontal"].as_array().expect(title) {
            assert_eq!(keys(line), ["color", "label", "value"], "{title}");
        }
    }

    let ours = handlers_metrics();
    for metric in properties["metrics"].as_array().expect(title) {
        let mut fields: Vec<&Value> = metric.as_array().expect(title).iter().collect();
        let options = fields.pop_if(|last| last.is_object());
        if fields.is_empty() {
            let options = options.expect(title);
            assert_eq!(keys(options), ["expression", "id", "label"], "{title}");
            assert_is_a_search(options["expression"].as_str().expect(title), &ours);
            continue;
        }
        for key in options.map(keys).unwrap_or_default() {
            assert!(["color", "label", "stat"].contains(&key), "{title}: {key}");
        }
        let stat = options.and_then(|it| it.get("stat")).or(properties.get("stat")).expect(title);
        let stats = ["Sum", "Maximum", "p50", "p99"];
        assert!(stats.contains(&stat.as_str().expect(title)), "{title}: {stat}");

        let fields: Vec<&str> = fields.iter().map(|field| field.as_str().expect(title)).collect();
        let [namespace, name, dimension, value] = fields[..] else { panic!("{title}: {fields:?}") };
        let (dimensions, of): (Vec<String>, &str) = match (namespace, name) {
            (NAMESPACE, name) => (ours[name].clone(), "f"),
            ("AWS/Lambda", "Duration" | "Errors" | "Throttles") => {
                (vec!["FunctionName".into()], "f")
            }
            ("AWS/IVSChat", "InvocationErrors" | "ResponseValidationErrors") => {
                (vec!["Uri".into()], "arn:aws:lambda:")
            }
            other => panic!("{title}: no such metric: {other:?}"),
        };
        assert_eq!(dimensions, [dimension], "{title}: {name}");
        assert!(value.starts_with(of), "{title}: {value}");
    }
}

/// "CloudWatch search expression syntax" (Amazon CloudWatch User Guide).
fn assert_is_a_search(expression: &str, metrics: &BTreeMap<String, Vec<String>>) {
    let syntax = Regex::new(
        r#"^SORT\(SEARCH\('\{([^}]+)\} MetricName="(\w+)" FunctionName="(f+)"', 'Sum', 300\), SUM, DESC, 10\)$"#,
    )
    .expect("a pattern");
    let found = syntax.captures(expression).unwrap_or_else(|| panic!("{expression}"));
    let expected = format!("{NAMESPACE},{}", metrics[&found[2]].join(","));
    assert_eq!(&found[1], expected, "{expression}");
}

#[test]
fn the_demo_room_depends_on_the_permission_and_has_a_fallback() {
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

    // YAML reads an unquoted `true` as a boolean, and CloudFormation compares strings.
    assert_eq!(
        template["Conditions"]["WithDemoRoom"],
        json!({ "Fn::Equals": [{ "Ref": "DemoRoom" }, "true"] })
    );
    let parameters = &template["Parameters"];
    assert_eq!(parameters["DemoRoom"]["AllowedValues"], json!(["true", "false"]));
    assert_eq!(parameters["DemoRoom"]["Default"], "false");
    assert_eq!(parameters["FallbackResult"]["AllowedValues"], json!(["ALLOW", "DENY"]));
    assert_eq!(parameters["FallbackResult"]["Default"], "ALLOW", "the service's own default");

    // An output of a resource that is not created would fail the deployment.
    for (name, output) in template["Outputs"].as_object().expect("Outputs") {
        let value = output["Value"].to_string();
        let expected = match () {
            () if value.contains(room) => Some("WithDemoRoom"),
            () if value.contains("ReviewDashboard") => Some("WithDashboard"),
            () => None,
        };
        assert_eq!(output.get("Condition").and_then(Value::as_str), expected, "{name}");
    }
    let wire = template["Outputs"]["AttachRooms"]["Value"]["Fn::Sub"].as_str().expect("a command");
    let handler = "--handler ${ReviewFunction.Arn} --fallback ${FallbackResult}";
    assert!(wire.starts_with("ivs-review rooms plan ") && wire.ends_with(handler), "{wire}");
}

/// The table of parameters and their defaults in docs/deploy.md is the template's.
#[test]
fn the_documentation_has_every_parameter_and_its_default() {
    let template = template();
    let page = read("docs/deploy.md");
    let (_, table) = page.split_once("| parameter | default | |\n").expect("the table");
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
fn it_only_deploys_in_regions_with_ivs_chat() {
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
fn the_role_may_only_write_its_own_log() {
    let template = template();
    let function = &template["Resources"][FUNCTION]["Properties"];
    let roles = names_of(&template, "AWS::IAM::Role");
    let [role] = roles.as_slice() else { panic!("roles: {roles:?}") };
    let created = json!({ "Fn::GetAtt": format!("{role}.Arn") });
    assert_eq!(
        function["Role"],
        json!({ "Fn::If": ["CreatesRole", created, { "Ref": "RoleArn" }] })
    );
    assert_eq!(template["Resources"][role]["Condition"], "CreatesRole");
    assert_eq!(
        template["Conditions"]["CreatesRole"],
        json!({ "Fn::Equals": [{ "Ref": "RoleArn" }, ""] })
    );
    assert!(function.get("Policies").is_none());

    let role = &template["Resources"][role]["Properties"];
    assert_eq!(role["PermissionsBoundary"], if_set("RoleHasBoundary", "PermissionsBoundaryArn"),);
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
fn key_role_and_boundary_are_optional() {
    let template = template();
    let [group] = names_of(&template, "AWS::Logs::LogGroup")[..] else { panic!("log groups") };
    let group = &template["Resources"][group]["Properties"];
    assert_eq!(group["KmsKeyId"], if_set("LogsHaveKey", "LogKmsKeyArn"));
    assert_eq!(template["Conditions"]["LogsHaveKey"], is_set("LogKmsKeyArn"));
    assert_eq!(template["Conditions"]["RoleHasBoundary"], is_set("PermissionsBoundaryArn"));
    let account = "arn:aws:iam::123456789012";
    assert_allows(
        &template["Parameters"]["LogKmsKeyArn"],
        &["arn:aws:kms:eu-west-1:123456789012:key/0c1d2e3f-0000-4000-8000-0123456789ab"],
        &[
            "0c1d2e3f-0000-4000-8000-0123456789ab",
            "arn:aws:kms:eu-west-1:123456789012:alias/logs",
            "arn:aws:kms:eu-west-1:123456789012:key/",
            "arn:aws:kms:eu-west-1::key/0c1d2e3f",
        ],
    );
    assert_allows(
        &template["Parameters"]["RoleArn"],
        &[&format!("{account}:role/chat"), &format!("{account}:role/service-role/chat+1,a=b@c.d")],
        &["chat", &format!("{account}:user/chat"), &format!("{account}:role/a b")],
    );
    assert_allows(
        &template["Parameters"]["PermissionsBoundaryArn"],
        &[&format!("{account}:policy/team/boundary"), "arn:aws:iam::aws:policy/PowerUserAccess"],
        &["boundary", &format!("{account}:role/boundary"), "arn:aws:iam::policy/boundary"],
    );
}

/// SAM does not inherit settings between environments.
#[test]
fn every_environment_has_its_own_stack_and_is_built_in_place() {
    let text = read("samconfig.toml");
    let config = DeTable::parse(&text).expect("samconfig.toml is TOML");
    let template = template();
    let mut stacks = Vec::new();
    for environment in ["default", "staging", "prod"] {
        let settings = |command: &str| {
            let commands = config.get_ref()[environment].get_ref();
            commands[command].get_ref()["parameters"].get_ref()
        };
        let stack = settings("global")["stack_name"].get_ref().as_str().expect("a name");
        let prefix = settings("global")["s3_prefix"].get_ref().as_str();
        assert_eq!(prefix, Some(stack), "{environment}: the folder of the stack");
        stacks.push(stack);
        assert_eq!(settings("build")["build_in_source"].get_ref().as_bool(), Some(true));
        let deploy = settings("deploy");
        assert_eq!(deploy["capabilities"].get_ref().as_str(), Some("CAPABILITY_IAM"));
        for option in ["resolve_s3", "confirm_changeset"] {
            assert_eq!(deploy[option].get_ref().as_bool(), Some(true), "{environment}: {option}");
        }
        let Some(overrides) = deploy.get("parameter_overrides") else { continue };
        for value in overrides.get_ref().as_array().expect("a list") {
            let value = value.get_ref().as_str().expect("a string");
            let name = value.split('=').next().unwrap_or_default();
            assert!(template["Parameters"].get(name).is_some(), "{environment}: {name}");
        }
    }
    assert_eq!(stacks, ["ivs-chat-review", "ivs-chat-review-staging", "ivs-chat-review-prod"]);
}

#[test]
fn sample_events_have_the_structure_of_ivs_chat() {
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

/// The example workflow checks rules; it deploys only with a role, from one branch and for one stack.
#[test]
fn the_workflow_deploys_only_if_configured() {
    let workflow = yaml("examples/github/rules.yml");
    assert_eq!(keys(&workflow["on"]), ["pull_request", "push", "workflow_dispatch"]);
    assert_eq!(workflow["on"]["push"]["branches"], json!(["main"]));
    assert_eq!(workflow["permissions"], json!({}));
    assert_eq!(keys(&workflow["jobs"]), ["check", "deploy"]);
    let [check, deploy] = ["check", "deploy"].map(|job| &workflow["jobs"][job]);
    assert_eq!(check["permissions"], json!({ "contents": "read" }));
    assert_eq!(deploy["permissions"], json!({ "contents": "read", "id-token": "write" }));
    assert_eq!(deploy["needs"], "check");
    let wanted = [
        "github.event_name != 'pull_request'",
        "github.ref == 'refs/heads/main'",
        "vars.RULES_DEPLOY_ROLE != ''",
    ];
    assert_eq!(deploy["if"], wanted.join(" && "));

    // Both jobs share a cache, and the compiled binaries are packaged without a build.
    let steps = |job: &Value| job["steps"].as_array().expect("steps").clone();
    let cache = |job: &Value| -> Vec<Value> {
        let of_cache = |step: &Value| step["uses"].as_str().is_some_and(|it| it.contains("/cache"));
        let step = steps(job).into_iter().find(of_cache).expect("a cache");
        vec![step["with"]["path"].clone(), step["with"]["key"].clone()]
    };
    assert_eq!(cache(check)[0], cache(deploy)[0]);
    assert_eq!(cache(deploy)[1], "${{ needs.check.outputs.binaries }}");
    assert_eq!(check["outputs"]["binaries"], "${{ steps.built.outputs.cache-primary-key }}");
    let makefile = read("Makefile");
    let build = steps(deploy).into_iter().find(|it| it["run"] == "sam build").expect("a build");
    for variable in ["IVS_REVIEW", "COMPILED_HANDLER"] {
        assert!(makefile.contains(&format!("\n{variable} ?=\n")), "no {variable}");
        let file = build["env"][variable].as_str().expect(variable);
        assert!(
            cache(check)[0].as_str().is_some_and(|it| it.lines().any(|it| it == file)),
            "{file}"
        );
    }

    // The architecture is that of the runner that compiled.
    assert_eq!(check["runs-on"], deploy["runs-on"]);
    let run = |it: &Value| it["run"].as_str().is_some_and(|it| it.starts_with("sam deploy "));
    let deploys = steps(deploy).into_iter().find(run).expect("a deploy");
    let command = deploys["run"].as_str().expect("a command");
    let (_, machine) = command.split_once(" --parameter-overrides ").expect(command);
    assert_eq!(machine, "Architecture=${{ runner.arch == 'ARM64' && 'arm64' || 'x86_64' }}");
    let template = template();
    let machines = &template["Parameters"]["Architecture"]["AllowedValues"];
    assert_eq!(machines, &json!(["x86_64", "arm64"]));

    let json = |name: &str| -> Value {
        serde_json::from_str(&read(&format!("examples/github/{name}.json"))).expect(name)
    };
    let environment = deploy["environment"].as_str().expect("an environment");
    let trusted = &json("role-trust")["Statement"][0]["Condition"]["StringEquals"];
    assert_eq!(
        trusted["token.actions.githubusercontent.com:sub"],
        format!("repo:OWNER/REPOSITORY:environment:{environment}")
    );
    let policy = json("role-policy");
    // The bucket is shared by all stacks that SAM deploys in the account and Region.
    let config = read("samconfig.toml");
    let config = DeTable::parse(&config).expect("samconfig.toml is TOML");
    let global = &config.get_ref()["default"].get_ref()["global"].get_ref()["parameters"];
    let prefix = global.get_ref()["s3_prefix"].get_ref().as_str().expect("s3_prefix");
    let objects: Vec<&Value> = policy["Statement"]
        .as_array()
        .expect("statements")
        .iter()
        .filter(|it| it["Action"].to_string().contains("s3:"))
        .map(|it| &it["Resource"])
        .collect();
    let bucket = "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-*";
    assert_eq!(objects, [&json!(format!("{bucket}/{prefix}/*"))]);
    // Names of resources consist of those of the stack and the resource.
    for kind in ["AWS::Serverless::Function", "AWS::IAM::Role"] {
        let [id] = names_of(&template, kind)[..] else { panic!("more than one {kind}") };
        assert!(policy.to_string().contains(&format!("ivs-chat-review-{id}-*\"")), "{id}");
    }
    for statement in policy["Statement"].as_array().expect("statements") {
        let resources = match &statement["Resource"] {
            Value::Array(resources) => resources.clone(),
            resource => vec![resource.clone()],
        };
        for resource in resources {
            let resource = resource.as_str().expect("a resource");
            let named = ["ivs-chat-review", "aws-sam-cli-managed-default", "transform/Serverless-"];
            assert!(named.iter().any(|name| resource.contains(name)), "{statement}");
        }
    }
}

pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

pub(crate) fn read(relative: &str) -> String {
    fs::read_to_string(path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
}

/// Returns the template with short tags in their long form, as CloudFormation reads it: `!Ref X` as `{"Ref": "X"}`.
fn template() -> Value {
    yaml("template.yaml")
}

pub(crate) fn yaml(relative: &str) -> Value {
    let text = read(relative);
    let documents =
        Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{relative}: {error}"));
    let [document] = documents.as_slice() else { panic!("{relative} is one document") };
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
            } else if scalar.is_null() {
                Value::Null
            } else {
                panic!("unexpected scalar {scalar:?}")
            }
        }
    }
}

/// Returns the condition that a parameter is not empty.
fn is_set(parameter: &str) -> Value {
    json!({ "Fn::Not": [{ "Fn::Equals": [{ "Ref": parameter }, ""] }] })
}

/// Returns the value of a property that is only set if a parameter is.
fn if_set(condition: &str, parameter: &str) -> Value {
    json!({ "Fn::If": [condition, { "Ref": parameter }, { "Ref": "AWS::NoValue" }] })
}

/// Asserts that a parameter may be empty, and accepts and refuses these values.
fn assert_allows(parameter: &Value, good: &[&str], bad: &[&str]) {
    assert_eq!(parameter["Type"], "String", "a Number cannot be empty");
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

/// Returns the logical ids of all resources of a type.
fn names_of<'a>(template: &'a Value, kind: &str) -> Vec<&'a str> {
    template["Resources"]
        .as_object()
        .expect("Resources")
        .iter()
        .filter(|(_, resource)| resource["Type"] == kind)
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Returns the sorted keys of an object.
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<_> =
        object.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}
