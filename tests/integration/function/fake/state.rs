//! Functions, layers and alarms, and the operations on them.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use aws_smithy_types::base64;
use ivs_chat_review::compiled;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::rules;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::invocation::{Process, start};
use super::requests::Answer;
use crate::rooms::fake::{ACCOUNT, REGION, function};

/// What a function has as its code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handler {
    /// The handler of this version.
    Current,
    /// One that does not answer what it is asked about itself.
    Older,
    /// One that was built from other code than the compiled rules.
    OtherCode,
    /// One that fails.
    Failing,
}

pub(crate) struct Function {
    pub(crate) configuration: Value,
    pub(crate) layers: Vec<String>,
    /// Its layers before an update, and when that ends.
    updating: Option<(Vec<String>, Instant)>,
    /// Why the next update fails.
    pub(crate) fails: Option<&'static str>,
    revision: usize,
    pub(crate) policy: Value,
    pub(crate) concurrency: Option<u32>,
    pub(crate) handler: Handler,
    /// The times of a start and of a review, in milliseconds.
    pub(crate) times: (f64, f64),
    /// Whether its log has reports.
    pub(crate) has_reports: bool,
    process: Option<Process>,
}

pub(crate) struct Layer {
    pub(crate) version: u64,
    pub(crate) description: String,
    pub(crate) archive: Vec<u8>,
}

pub(crate) struct State {
    pub(crate) functions: BTreeMap<String, Function>,
    /// By name, oldest first.
    pub(crate) layers: BTreeMap<String, Vec<Layer>>,
    published: BTreeMap<String, u64>,
    pub(crate) alarms: Vec<Value>,
    /// How long an update takes.
    pub(crate) update_time: Duration,
    /// The maximum number of items of a page.
    pub(crate) page_size: usize,
}

impl Default for State {
    fn default() -> State {
        let functions = [("review".to_owned(), Function::new("review"))].into();
        let alarm = json!({
            "AlarmName": "review-errors", "AlarmActions": ["arn:aws:sns:eu-west-1:111122223333:oncall"],
            "ActionsEnabled": true, "Namespace": "AWS/Lambda", "MetricName": "Errors",
            "Dimensions": [{ "Name": "FunctionName", "Value": "review" }],
        });
        State {
            functions,
            layers: BTreeMap::new(),
            published: BTreeMap::new(),
            alarms: vec![alarm],
            update_time: Duration::from_millis(300),
            page_size: 50,
        }
    }
}

pub(crate) fn layer_arn(name: &str, version: u64) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:layer:{name}:{version}")
}

impl Function {
    fn new(name: &str) -> Function {
        Function {
            configuration: json!({
                "FunctionName": name, "FunctionArn": function(name), "Runtime": "provided.al2023",
                "Handler": "bootstrap", "MemorySize": 1769, "Timeout": 1, "Version": "$LATEST",
                "State": "Active", "Architectures": ["arm64"], "PackageType": "Zip",
            }),
            layers: Vec::new(),
            updating: None,
            fails: None,
            revision: 0,
            policy: json!({ "Version": "2012-10-17", "Statement": [{
                "Sid": "ivs-chat", "Effect": "Allow", "Principal": { "Service": "ivschat.amazonaws.com" },
                "Action": "lambda:InvokeFunction", "Resource": function(name),
                "Condition": {
                    "StringEquals": { "AWS:SourceAccount": ACCOUNT },
                    "ArnLike": { "AWS:SourceArn": format!("arn:aws:ivschat:{REGION}:{ACCOUNT}:room/*") },
                },
            }]}),
            concurrency: None,
            handler: Handler::Current,
            times: (31.0, 1.2),
            has_reports: true,
            process: None,
        }
    }

    /// Ends an update if it is time.
    fn settle(&mut self) {
        if self.updating.as_ref().is_some_and(|(_, end)| Instant::now() >= *end) {
            self.updating = None;
            self.process = None;
        }
    }

    /// The layers with which it runs.
    fn live_layers(&self) -> &[String] {
        self.updating.as_ref().map_or(&self.layers, |(old, _)| old)
    }

    fn describe(&self) -> Value {
        let mut all = self.configuration.clone();
        let layers = self.layers.iter().map(|arn| json!({ "Arn": arn, "CodeSize": 1 }));
        all["Layers"] = layers.collect();
        all["RevisionId"] = self.revision_id().into();
        if all.get("LastUpdateStatus").is_none() {
            let status = if self.updating.is_some() { "InProgress" } else { "Successful" };
            all["LastUpdateStatus"] = status.into();
        }
        all["SomethingNew"] = json!([{ "of": "the future" }]);
        all
    }

    fn revision_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.revision)
    }

    /// Begins an update of something else than the layers, as another client.
    pub(crate) fn begin_update(&mut self, time: Duration) {
        self.updating = Some((self.layers.clone(), Instant::now() + time));
        self.touch();
    }

    /// Ends its process, so that the next invocation starts one.
    pub(crate) fn restart(&mut self) {
        self.process = None;
    }

    /// Changes something else than the layers, as another client.
    pub(crate) fn touch(&mut self) {
        self.revision += 1;
    }
}

impl State {
    pub(crate) fn review(&mut self) -> &mut Function {
        self.functions.get_mut("review").expect("the first function")
    }

    pub(crate) fn add_function(&mut self, name: &str, layers: &[String]) {
        let function = Function { layers: layers.to_vec(), ..Function::new(name) };
        self.functions.insert(name.to_owned(), function);
    }

    /// Adds a function with rules in a layer and an alarm without an action, as the template does.
    pub(crate) fn deploy_stack(&mut self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulator/rules");
        let sources = rules::load(&folder).expect("it is checked in");
        let engine = Engine::compile(rules::parse(&sources).rules).0;
        let compiled = compiled::write(&engine, &sources);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let files = sources.in_folder().iter();
        let files = files.map(|it| (it.path.as_str(), it.content.as_ref().expect("it was read")));
        for (path, content) in files.chain([(compiled::FILE, &compiled)]) {
            let options = SimpleFileOptions::default();
            archive.start_file(format!("rules/{path}"), options).expect("memory");
            archive.write_all(content).expect("memory");
        }
        let archive = archive.finish().expect("memory").into_inner();
        let layer = format!("{name}-rules");
        let version = self.add_layer(&layer, "Rules of the IVS Chat review function", archive);
        self.add_function(name, &[layer_arn(&layer, version)]);
        self.alarms = vec![json!({
            "AlarmName": format!("{name}-errors"), "AlarmActions": [],
            "Namespace": "AWS/Lambda", "MetricName": "Errors",
            "Dimensions": [{ "Name": "FunctionName", "Value": name }],
        })];
    }

    /// Publishes a version of a layer, as another client.
    pub(crate) fn add_layer(&mut self, name: &str, description: &str, archive: Vec<u8>) -> u64 {
        let version = self.published.entry(name.to_owned()).or_default();
        *version += 1;
        let layer = Layer { version: *version, description: description.to_owned(), archive };
        let version = layer.version;
        self.layers.entry(name.to_owned()).or_default().push(layer);
        version
    }

    /// Returns the versions of a layer.
    pub(crate) fn versions(&self, layer: &str) -> Vec<u64> {
        self.layers.get(layer).into_iter().flatten().map(|it| it.version).collect()
    }

    pub(super) fn execute(&mut self, operation: &str, input: &Value) -> Answer {
        self.functions.values_mut().for_each(Function::settle);
        let text = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
        match operation {
            "DescribeAlarms" => self.page(&self.alarms, input, "MetricAlarms", "NextToken"),
            "ListFunctions" => {
                let functions: Vec<Value> =
                    self.functions.values().map(Function::describe).collect();
                self.page(&functions, input, "Functions", "NextMarker")
            }
            "ListLayerVersions" => {
                let name = text("LayerName");
                let layers = self.layers.get(&name).into_iter().flatten().rev();
                let layers: Vec<Value> = layers
                    .map(|it| {
                        json!({
                            "LayerVersionArn": layer_arn(&name, it.version), "Version": it.version,
                            "Description": it.description, "CreatedDate": "2026-11-30T20:00:00.000+0000",
                        })
                    })
                    .collect();
                self.page(&layers, input, "LayerVersions", "NextMarker")
            }
            "PublishLayerVersion" => {
                let (name, description) = (text("LayerName"), text("Description"));
                let archive =
                    input["Content"]["ZipFile"].as_str().and_then(|it| base64::decode(it).ok());
                let Some(archive) = archive.filter(|_| description.chars().count() <= 256) else {
                    return invalid(
                        "Could not unzip uploaded file. Please check your file, then try to upload again.",
                    );
                };
                let version = self.add_layer(&name, &description, archive);
                let arn = layer_arn(&name, version);
                Answer::ok(
                    201,
                    json!({ "LayerVersionArn": arn, "Version": version, "Description": description }),
                )
            }
            "DeleteLayerVersion" => {
                let version = text("VersionNumber");
                if let Some(versions) = self.layers.get_mut(&text("LayerName")) {
                    versions.retain(|it| it.version.to_string() != version);
                }
                Answer::ok(204, Value::Null)
            }
            _ => {
                let name = text("FunctionName");
                let name = name.rsplit(':').next().unwrap_or_default();
                let exists = |arn: &str| {
                    let (layer, version) = arn.rsplit_once(':').expect("an ARN");
                    let name = layer.rsplit(':').next().unwrap_or_default();
                    self.versions(name).iter().any(|it| it.to_string() == version)
                };
                let layers =
                    input["Layers"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let missing = layers.clone().find(|arn| !exists(arn)).map(str::to_owned);
                let layers: Vec<String> = layers.map(str::to_owned).collect();
                let Some(function) = self.functions.get_mut(name) else {
                    let message = format!("Function not found: {}", text("FunctionName"));
                    return Answer::error(404, "ResourceNotFoundException", &message);
                };
                match operation {
                    "GetFunction" => {
                        let mut answer =
                            json!({ "Configuration": function.describe(), "Tags": {} });
                        if let Some(count) = function.concurrency {
                            answer["Concurrency"] =
                                json!({ "ReservedConcurrentExecutions": count });
                        }
                        Answer::ok(200, answer)
                    }
                    "GetPolicy" if function.policy.is_null() => Answer::error(
                        404,
                        "ResourceNotFoundException",
                        "The resource you requested does not exist.",
                    ),
                    "GetPolicy" => {
                        let policy = function.policy.to_string();
                        Answer::ok(
                            200,
                            json!({ "Policy": policy, "RevisionId": function.revision_id() }),
                        )
                    }
                    "UpdateFunctionConfiguration" => {
                        if let Some(arn) = missing {
                            return invalid(&format!("Layer version {arn} does not exist."));
                        }
                        self.update(name, layers, input["RevisionId"].as_str())
                    }
                    _ => self.invoke(name, input),
                }
            }
        }
    }

    /// Invokes a function without a request, after all updates.
    pub(crate) fn invoke_now(&mut self, input: &Value) -> Value {
        let function = self.review();
        function.updating = None;
        function.process = None;
        self.invoke("review", input).body
    }

    fn update(&mut self, name: &str, layers: Vec<String>, revision: Option<&str>) -> Answer {
        let end = Instant::now() + self.update_time;
        let resource = function(name);
        let function = self.functions.get_mut(name).expect("it was found");
        if function.updating.is_some() {
            let message = format!(
                "The operation cannot be performed at this time. An update is in progress for resource: {resource}"
            );
            return Answer::error(409, "ResourceConflictException", &message);
        }
        if revision.is_some_and(|revision| revision != function.revision_id()) {
            let message = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id";
            return Answer::error(412, "PreconditionFailedException", message);
        }
        function.revision += 1;
        let old = std::mem::replace(&mut function.layers, layers);
        if let Some(why) = function.fails {
            function.configuration["LastUpdateStatus"] = "Failed".into();
            function.configuration["LastUpdateStatusReason"] = why.into();
        }
        function.updating = Some((old, end));
        Answer::ok(200, function.describe())
    }

    fn invoke(&mut self, name: &str, input: &Value) -> Answer {
        let function = self.functions.get_mut(name).expect("it was found");
        let is_cold = function.process.is_none();
        if is_cold {
            let archives: Vec<&[u8]> = function
                .live_layers()
                .iter()
                .filter_map(|arn| {
                    let (layer, version) = arn.rsplit_once(':')?;
                    let layers = self.layers.get(layer.rsplit(':').next()?)?;
                    let layer = layers.iter().find(|it| it.version.to_string() == version)?;
                    Some(layer.archive.as_slice())
                })
                .collect();
            function.process = Some(start(&archives, function.handler));
        }
        let process = function.process.as_mut().expect("it was started");
        let answered = process.answer(&input["Payload"], function.handler);
        let (body, failed) = match answered {
            Ok(body) => (body, false),
            Err(body) => (body, true),
        };
        let mut headers = vec![("x-amz-executed-version", "$LATEST".to_owned())];
        if failed {
            headers.push(("x-amz-function-error", "Unhandled".to_owned()));
        }
        if input["LogType"] == "Tail" {
            let (start, review) = function.times;
            let init =
                if is_cold { format!("\tInit Duration: {start:.2} ms") } else { String::new() };
            let report = match function.has_reports {
                true => format!(
                    "REPORT RequestId: 8f50\tDuration: {review:.2} ms\tBilled Duration: 2 ms\tMemory Size: 1769 MB\tMax Memory Used: 21 MB{init}\t\n"
                ),
                false => "{\"level\":\"INFO\",\"message\":\"ready\"}\n".to_owned(),
            };
            headers.push(("x-amz-log-result", base64::encode(report)));
        }
        Answer { headers, ..Answer::ok(200, body) }
    }

    fn page(&self, items: &[Value], input: &Value, list: &str, next: &str) -> Answer {
        let token = input["Marker"].as_str().or(input["NextToken"].as_str());
        let from: usize = token.map_or(0, |token| token.parse().expect("a token of this fake"));
        let page: Vec<Value> = items.iter().skip(from).take(self.page_size).cloned().collect();
        let end = from + page.len();
        let mut answer = json!({ list: page });
        if end < items.len() {
            answer[next] = end.to_string().into();
        }
        Answer::ok(200, answer)
    }
}

fn invalid(message: &str) -> Answer {
    Answer::error(400, "InvalidParameterValueException", message)
}
