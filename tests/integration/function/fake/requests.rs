//! From a request to its operation and input, after the service models of Lambda (2015-03-31) and CloudWatch
//! (2010-08-01).

use hyper::http::request::Parts;
use serde_json::{Map, Value, json};

/// A valid request.
pub(super) struct Parsed {
    pub(super) operation: &'static str,
    /// The service of its signature.
    pub(super) service: &'static str,
    /// The members of path, query and body; the payload of an invocation as `Payload`.
    pub(super) input: Value,
}

pub(super) struct Answer {
    pub(super) status: u16,
    /// The type of the error.
    pub(super) error: Option<&'static str>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn ok(status: u16, body: Value) -> Answer {
        Answer { status, error: None, headers: Vec::new(), body }
    }

    /// An error, whose message has the name of the model of its type.
    pub(super) fn error(status: u16, kind: &'static str, message: &str) -> Answer {
        let name = if kind == "ResourceNotFoundException" { "Message" } else { "message" };
        let body = json!({ "Type": "User", name: message });
        Answer { status, error: Some(kind), headers: Vec::new(), body }
    }
}

pub(super) fn parse(head: &Parts, body: &[u8]) -> Result<Parsed, String> {
    let path: Vec<String> =
        head.uri.path().split('/').skip(1).map(decoded).collect::<Result<_, _>>()?;
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let mut input = query(head.uri.query().unwrap_or_default())?;
    let mut set = |name: &str, value: &str| drop(input.insert(name.to_owned(), value.into()));
    let (operation, members): (_, &[&str]) = match (head.method.as_str(), &path[..]) {
        ("POST", [""]) => {
            let header = |name| head.headers.get(name).and_then(|it| it.to_str().ok());
            if header("content-type") != Some("application/x-amz-json-1.0") {
                return Err("not AWS JSON 1.0".to_owned());
            }
            let target = header("x-amz-target");
            if target != Some("GraniteServiceVersion20100801.DescribeAlarms") {
                return Err(format!("unknown operation {target:?}"));
            }
            let input = serde_json::from_slice(body).map_err(|error| error.to_string())?;
            return Ok(Parsed { operation: "DescribeAlarms", service: "monitoring", input });
        }
        ("GET", ["2015-03-31", "functions"]) => ("ListFunctions", &["FunctionVersion"]),
        ("GET", ["2015-03-31", "functions", name]) => {
            set("FunctionName", name);
            ("GetFunction", &[])
        }
        ("GET", ["2015-03-31", "functions", name, "policy"]) => {
            set("FunctionName", name);
            ("GetPolicy", &[])
        }
        ("POST", ["2015-03-31", "functions", name, "invocations"]) => {
            set("FunctionName", name);
            if let Some(kind) = head.headers.get("x-amz-log-type") {
                set("LogType", kind.to_str().map_err(|error| error.to_string())?);
            }
            let payload = serde_json::from_slice(body).map_err(|error| error.to_string())?;
            input.insert("Payload".to_owned(), payload);
            let (operation, service, input) = ("Invoke", "lambda", input.into());
            return Ok(Parsed { operation, service, input });
        }
        ("PUT", ["2015-03-31", "functions", name, "configuration"]) => {
            set("FunctionName", name);
            ("UpdateFunctionConfiguration", &["Layers", "RevisionId"])
        }
        ("GET", ["2018-10-31", "layers", name, "versions"]) => {
            set("LayerName", name);
            ("ListLayerVersions", &[])
        }
        ("POST", ["2018-10-31", "layers", name, "versions"]) => {
            set("LayerName", name);
            let members =
                &["Description", "Content", "CompatibleRuntimes", "CompatibleArchitectures"];
            ("PublishLayerVersion", members)
        }
        ("DELETE", ["2018-10-31", "layers", name, "versions", version]) => {
            set("LayerName", name);
            set("VersionNumber", version);
            ("DeleteLayerVersion", &[])
        }
        _ => return Err("no operation".to_owned()),
    };
    if !body.is_empty() {
        let body: Map<String, Value> =
            serde_json::from_slice(body).map_err(|error| error.to_string())?;
        for (name, value) in body {
            if !members.contains(&name.as_str()) {
                return Err(format!("{operation} has no member {name}"));
            }
            input.insert(name, value);
        }
    }
    Ok(Parsed { operation, service: "lambda", input: input.into() })
}

fn query(text: &str) -> Result<Map<String, Value>, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').ok_or("no value in the query")?;
        let known = ["MaxItems", "Marker", "FunctionVersion"].contains(&name);
        if !known {
            return Err(format!("unknown parameter {name}"));
        }
        Ok((name.to_owned(), decoded(value)?.into()))
    };
    pairs.map(pair).collect()
}

fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = str::from_utf8(&digits).map_err(|error| error.to_string())?;
                u8::from_str_radix(digits, 16).map_err(|error| error.to_string())?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|error| error.to_string())
}
