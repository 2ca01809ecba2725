//! Verification of AWS Signature Version 4 by signing the request again.
//!
//! See "Create a signed AWS API request" in the IAM User Guide.

use std::time::{Duration, SystemTime};

use aws_sdk_ivschat::config::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use hyper::http::request::Parts;

pub(crate) const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The maximum clock skew.
const LEEWAY: Duration = Duration::from_secs(300);

/// Returns the access key with which the request is signed.
pub(crate) fn verify(
    head: &Parts,
    body: &[u8],
    region: &str,
    service: &str,
) -> Result<String, String> {
    let header = |name: &str| {
        let value = head.headers.get(name).ok_or(format!("no {name}"))?;
        value.to_str().map_err(|_| format!("{name} is not ASCII"))
    };
    let authorization = header("authorization")?;
    let fields = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or("not AWS4-HMAC-SHA256")?;
    let field = |name: &str| {
        let mut fields = fields.split(',').map(str::trim);
        fields.find_map(|field| field.strip_prefix(name)).ok_or(format!("no {name} in it"))
    };

    let time = time(header("x-amz-date")?)?;
    let scope: Vec<&str> = field("Credential=")?.split('/').collect();
    let date = &header("x-amz-date")?[..8];
    let [key, ..] = scope[..] else { return Err("no credential".into()) };
    if scope[1..] != [date, region, service, "aws4_request"] {
        return Err(format!("scope {:?}, not of {date}, {region} and {service}", &scope[1..]));
    }
    if key != ACCESS_KEY_ID {
        return Err("the security token included in the request is invalid".into());
    }

    let signed: Vec<&str> = field("SignedHeaders=")?.split(';').collect();
    for name in ["host", "x-amz-date"] {
        if !signed.contains(&name) {
            return Err(format!("{name} is not signed"));
        }
    }
    let token = head.headers.get("x-amz-security-token").and_then(|token| token.to_str().ok());
    let identity =
        Credentials::new(key, SECRET_ACCESS_KEY, token.map(str::to_owned), None, "fake").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| error.to_string())?
        .into();
    // `sign` adds the headers that belong to the signature.
    let theirs = ["x-amz-date", "x-amz-security-token"];
    let mut headers = Vec::new();
    for name in signed.into_iter().filter(|name| !theirs.contains(name)) {
        headers.push((name, header(name)?));
    }
    // The host is in a header, and `http` does not accept a path as a URI.
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri = format!("http://{}{path}", header("host")?);
    let body = SignableBody::Bytes(body);
    let request = SignableRequest::new(head.method.as_str(), uri, headers.into_iter(), body)
        .map_err(|error| error.to_string())?;
    let expected = sign(request, &params).map_err(|error| error.to_string())?;
    if field("Signature=")? == expected.signature() {
        Ok(key.to_owned())
    } else {
        Err("the signature does not match the computed one".into())
    }
}

/// Parses a time such as `20261121T060000Z`, which must be about now.
fn time(text: &str) -> Result<SystemTime, String> {
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text)
        .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC))
        .map_err(|_| "x-amz-date is not a time")?;
    let time = SystemTime::from(time.timestamp());
    let off = SystemTime::now().duration_since(time).unwrap_or_else(|error| error.duration());
    if off < LEEWAY { Ok(time) } else { Err(format!("signed {} s off", off.as_secs())) }
}
