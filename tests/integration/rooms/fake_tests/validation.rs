//! Each check of the fake.

use super::raw_request::{RawRequest, send};
use super::{arns, client_with, contract_violations, refusal, run, violation, with_rooms};
use crate::rooms::fake::{
    FakeService, Permission, REGION, SECRET_ACCESS_KEY, Violation, ViolationKind, function,
};

#[test]
fn requests_that_violate_the_contract_are_refused() {
    let (fake, _) = with_rooms(1);
    let long = "x".repeat(129);
    let name = format!(r#"{{"name":"{long}"}}"#);
    let long_arn = format!(
        r#"{{"identifier":"R","messageReviewHandler":{{"uri":"{}"}}}}"#,
        function(&"x".repeat(171 - function("").len()))
    );
    let too_many = r#"{"identifier":"R","loggingConfigurationIdentifiers":["L","L","L","L"]}"#;
    let token = format!(r#"{{"nextToken":"{}"}}"#, "x".repeat(1025));
    let value = format!(r#"{{"tags":{{"a":"{}"}}}}"#, "x".repeat(257));
    let tags: Vec<String> = (0..51).map(|n| format!(r#""k{n}":"""#)).collect();
    let tags = format!(r#"{{"tags":{{{}}}}}"#, tags.join(","));
    let attributes = |members: &str, bytes: usize| {
        let text = "x".repeat(bytes - 1);
        format!(r#"{{"roomIdentifier":"R",{members},"attributes":{{"a":"{text}"}}}}"#)
    };
    let token_attributes = attributes(r#""userId":"a""#, 1_025);
    let event_attributes = attributes(r#""eventName":"a""#, 4_097);
    let rows = [
        ("GetRoom", "{}", "identifier must not be missing"),
        ("GetRoom", r#"{"identifier":null}"#, "identifier must be a string"),
        ("GetRoom", r#"{"identifier":""}"#, "identifier must have 1 to 128 characters"),
        ("GetRoom", r#"{"identifier":"Room00000001"}"#, "identifier must match "),
        ("GetRoom", r#"{"identifier":"an R"}"#, "identifier must match "),
        ("GetRoom", r#"{"identifier":"R:x"}"#, "identifier must match "),
        ("GetRoom", r#"{"identifier":"R","name":"x"}"#, "name is unknown"),
        ("ListRooms", r#"{"maxResults":0}"#, "maxResults must be from 1 to 50"),
        ("ListRooms", r#"{"maxResults":51}"#, "maxResults must be from 1 to 50"),
        ("ListRooms", r#"{"maxResults":"50"}"#, "maxResults must be an integer"),
        ("ListRooms", r#"{"name":"a b"}"#, "name must match "),
        ("ListRooms", &name, "name must have 0 to 128 characters"),
        ("ListRooms", &token, "nextToken must have 0 to 1024 characters"),
        ("ListRooms", r#"{"messageReviewHandlerUri":"R"}"#, "messageReviewHandlerUri must "),
        (
            "ListRooms",
            r#"{"loggingConfigurationIdentifier":"R"}"#,
            "loggingConfigurationIdentifier must match ",
        ),
        ("ListRooms", r#"{"tags":{}}"#, "tags is unknown"),
        ("UpdateRoom", r#"{"messageReviewHandler":{}}"#, "identifier must not be missing"),
        (
            "UpdateRoom",
            r#"{"identifier":"R","messageReviewHandler":[]}"#,
            "messageReviewHandler must be an object",
        ),
        (
            "UpdateRoom",
            r#"{"identifier":"R","messageReviewHandler":{"uri":"arn:aws-cn:lambda:eu-west-1:111122223333:function:f"}}"#,
            "messageReviewHandler.uri must match ",
        ),
        (
            "UpdateRoom",
            r#"{"identifier":"R","messageReviewHandler":{"uri":"x arn:aws:lambda:eu-west-1:111122223333:function:f"}}"#,
            "messageReviewHandler.uri must match ",
        ),
        (
            "UpdateRoom",
            r#"{"identifier":"R","messageReviewHandler":{"uri":"arn:aws:lambda:eu-west-1:1111:function:f"}}"#,
            "messageReviewHandler.uri must match ",
        ),
        ("UpdateRoom", &long_arn, "messageReviewHandler.uri must have 0 to 170 characters"),
        (
            "UpdateRoom",
            r#"{"identifier":"R","messageReviewHandler":{"fallbackResult":"Deny"}}"#,
            "messageReviewHandler.fallbackResult must be one of ",
        ),
        (
            "UpdateRoom",
            r#"{"identifier":"R","messageReviewHandler":{"url":""}}"#,
            "messageReviewHandler.url is unknown",
        ),
        ("UpdateRoom", r#"{"identifier":"R","tags":{}}"#, "tags is unknown"),
        (
            "UpdateRoom",
            r#"{"identifier":"R","maximumMessageLength":501}"#,
            "maximumMessageLength must be from 1 to 500",
        ),
        (
            "UpdateRoom",
            r#"{"identifier":"R","maximumMessageRatePerSecond":101}"#,
            "maximumMessageRatePerSecond must be from 1 to 100",
        ),
        (
            "UpdateRoom",
            r#"{"identifier":"R","loggingConfigurationIdentifiers":"L"}"#,
            "loggingConfigurationIdentifiers must be a list",
        ),
        (
            "UpdateRoom",
            r#"{"identifier":"R","loggingConfigurationIdentifiers":["R"]}"#,
            "loggingConfigurationIdentifiers[0] must match ",
        ),
        ("UpdateRoom", too_many, "loggingConfigurationIdentifiers must have at most 3 items"),
        ("CreateRoom", r#"{"identifier":"R"}"#, "identifier is unknown"),
        ("CreateRoom", r#"{"tags":[]}"#, "tags must be an object"),
        ("CreateRoom", r#"{"tags":{"":"x"}}"#, "tags.key[0] must have 1 to 128 characters"),
        ("CreateRoom", &value, "tags.value[0] must have 0 to 256 characters"),
        ("CreateRoom", &tags, "tags must have at most 50 items"),
        ("DeleteRoom", r#"{"identifier":"L"}"#, "identifier must match "),
        ("GetLoggingConfiguration", r#"{"identifier":"R"}"#, "identifier must match "),
        ("DeleteLoggingConfiguration", "{}", "identifier must not be missing"),
        ("ListLoggingConfigurations", r#"{"maxResults":51}"#, "maxResults must be from 1 to 50"),
        ("CreateLoggingConfiguration", "{}", "destinationConfiguration must not be missing"),
        (
            "CreateLoggingConfiguration",
            r#"{"destinationConfiguration":{}}"#,
            "destinationConfiguration must have exactly one member",
        ),
        (
            "CreateLoggingConfiguration",
            r#"{"destinationConfiguration":{"s3":{"bucketName":"logs"},"firehose":{"deliveryStreamName":"logs"}}}"#,
            "destinationConfiguration must have exactly one member",
        ),
        (
            "CreateLoggingConfiguration",
            r#"{"destinationConfiguration":{"s3":{}}}"#,
            "destinationConfiguration.s3.bucketName must not be missing",
        ),
        (
            "UpdateLoggingConfiguration",
            r#"{"identifier":"L","destinationConfiguration":{"s3":{"bucketName":"Logs"}}}"#,
            "destinationConfiguration.s3.bucketName must match ",
        ),
        (
            "UpdateLoggingConfiguration",
            r#"{"identifier":"L","destinationConfiguration":{"cloudWatchLogs":{"logGroupName":"a b"}}}"#,
            "destinationConfiguration.cloudWatchLogs.logGroupName must match ",
        ),
        ("UpdateLoggingConfiguration", r#"{"identifier":"L","tags":{}}"#, "tags is unknown"),
        ("CreateChatToken", r#"{"roomIdentifier":"R"}"#, "userId must not be missing"),
        (
            "CreateChatToken",
            r#"{"roomIdentifier":"R","userId":""}"#,
            "userId must have 1 to 128 characters",
        ),
        (
            "CreateChatToken",
            r#"{"roomIdentifier":"R","userId":"a","capabilities":["VIEW_MESSAGE"]}"#,
            "capabilities[0] must be one of ",
        ),
        (
            "CreateChatToken",
            r#"{"roomIdentifier":"R","userId":"a","sessionDurationInMinutes":181}"#,
            "sessionDurationInMinutes must be from 1 to 180",
        ),
        ("CreateChatToken", &token_attributes, "attributes must have at most 1024 bytes"),
        ("SendEvent", &event_attributes, "attributes must have at most 4096 bytes"),
        (
            "SendEvent",
            r#"{"roomIdentifier":"R","eventName":"a","attributes":{"a":1}}"#,
            "attributes must be strings",
        ),
        (
            "SendEvent",
            r#"{"roomIdentifier":"R","eventName":""}"#,
            "eventName must have 1 to 100 characters",
        ),
        (
            "DeleteMessage",
            r#"{"roomIdentifier":"R","id":"AbCdEf12345"}"#,
            "id must have 12 to 12 characters",
        ),
        ("DeleteMessage", r#"{"roomIdentifier":"R","id":"AbCdEf-12345"}"#, "id must match "),
        (
            "DisconnectUser",
            r#"{"roomIdentifier":"R","userId":"a","reason":""}"#,
            "reason must have 1 to 256 characters",
        ),
    ];
    for (operation, body, wrong) in rows {
        let response = send(&fake, &format!("POST /{operation}"), &arns(&fake, body));
        let at = format!("{operation} {body}");
        assert_eq!((response.status, &*response.kind), (400, "ValidationException"), "{at}");
        assert_eq!(response.body["reason"], "FIELD_VALIDATION_FAILED", "{at}");
        let field = response.body["fieldList"][0]["name"].as_str().expect("a field");
        assert!(wrong.starts_with(field), "{at}: {field}");
        let violations = contract_violations(&fake);
        let [violation] = &violations[..] else { panic!("{at}: {violations:?}") };
        assert!(violation.text.starts_with(&format!("{operation}: {wrong}")), "{violation:?}");
    }
}

#[test]
fn requests_at_the_limits_of_the_contract_are_accepted() {
    let (fake, _) = with_rooms(1);
    let name = format!(r#"{{"name":"{}"}}"#, "x_-9".repeat(32));
    let uri = function(&"x".repeat(170 - function("").len()));
    fake.account(|account| account.permit(&uri, Permission::Granted));
    let uri = format!(r#"{{"identifier":"R","messageReviewHandler":{{"uri":"{uri}"}}}}"#);
    for (operation, body) in [
        ("ListRooms", "{}"),
        ("ListRooms", r#"{"maxResults":1}"#),
        ("ListRooms", r#"{"maxResults":50,"messageReviewHandlerUri":""}"#),
        ("ListRooms", r#"{"loggingConfigurationIdentifier":"L"}"#),
        ("ListRooms", &name),
        ("UpdateRoom", &uri),
        ("UpdateRoom", r#"{"identifier":"R","messageReviewHandler":{}}"#),
        ("UpdateRoom", r#"{"identifier":"R","maximumMessageLength":1}"#),
        ("UpdateRoom", r#"{"identifier":"R","maximumMessageRatePerSecond":100}"#),
        ("UpdateRoom", r#"{"identifier":"R","loggingConfigurationIdentifiers":["L","L","L"]}"#),
    ] {
        let response = send(&fake, &format!("POST /{operation}"), &arns(&fake, body));
        assert_eq!(
            (response.status, contract_violations(&fake)),
            (200, vec![]),
            "{operation} {body}"
        );
    }
}

#[test]
fn malformed_requests_are_refused() {
    let (fake, rooms) = with_rooms(1);
    let encoded = rooms[0].replace(':', "%3A").replace('/', "%2F");
    let half = rooms[0].replace('/', "%2F");
    for (head, body, wrong) in [
        ("GET /GetRoom", "", "no operation is GET /GetRoom"),
        ("POST /", "{}", "no operation is POST /"),
        ("POST /getRoom", "{}", "no operation is POST /getRoom"),
        ("POST /TagResource", "{}", "no operation is POST /TagResource"),
        (&format!("POST /tags/{half}"), "{}", "the ARN in the path is not percent-encoded"),
        (&format!("DELETE /tags/{encoded}?keys=a"), "", "the query has more than tagKeys"),
        (&format!("DELETE /tags/{encoded}"), "", "the query has more than tagKeys"),
        ("POST /ListRooms?maxResults=5", "{}", "this operation has no query"),
        ("POST /ListRooms", "", "EOF while parsing a value at line 1 column 0"),
        ("POST /ListRooms", "[]", "the body is not an object"),
        (&format!("GET /tags/{}", rooms[0]), "", "the ARN in the path is not percent-encoded"),
        (&format!("GET /tags/{half}"), "", "the ARN in the path is not percent-encoded"),
        (&format!("GET /tags/{encoded}"), "{}", "unexpected body"),
    ] {
        let response = send(&fake, head, body);
        assert_eq!((response.status, &*response.kind), (400, "ValidationException"), "{head}");
        let path = head.split('?').next().expect("a path");
        let text = format!("{path}: {wrong}");
        assert_eq!(fake.violations(), [violation(ViolationKind::Contract, &text)]);
    }
    assert_eq!(send(&fake, &format!("GET /tags/{encoded}"), "").status, 200);
    let text = RawRequest { content_type: Some("text/plain"), ..RawRequest::default() };
    assert_eq!(text.send(&fake, "POST /ListRooms", "{}").status, 400);
    let none = RawRequest { content_type: None, ..RawRequest::default() };
    assert_eq!(none.send(&fake, "POST /ListRooms", "{}").status, 400);
    let expected = ["text/plain", ""].map(|kind| {
        violation(
            ViolationKind::Contract,
            &format!("POST /ListRooms: content-type is `{kind}`, expected application/json"),
        )
    });
    assert_eq!(fake.violations(), expected);
}

#[test]
fn only_issued_page_tokens_are_accepted() {
    let (fake, _) = with_rooms(3);
    let first = send(&fake, "POST /ListRooms", r#"{"maxResults":2}"#);
    let token = first.body["nextToken"].as_str().expect("there is more");
    let again = |body: String| send(&fake, "POST /ListRooms", &body);
    assert_eq!(again(format!(r#"{{"nextToken":"x{token}"}}"#)).status, 400);
    assert_eq!(again(r#"{"nextToken":""}"#.into()).status, 400);
    // The other parameters must be those of the first page.
    assert_eq!(again(format!(r#"{{"nextToken":"{token}"}}"#)).status, 400);
    let rest = again(format!(r#"{{"nextToken":"{token}","maxResults":2}}"#));
    assert_eq!((rest.status, rest.body["rooms"].as_array().map(Vec::len)), (200, Some(1)));
    let texts: Vec<_> = fake.violations().into_iter().map(|found| found.text).collect();
    let none = "ListRooms: nextToken was never issued";
    assert_eq!(texts, [none, none, "ListRooms: nextToken was issued for another list"]);
}

#[test]
fn signatures_are_verified() {
    let (fake, rooms) = with_rooms(1);
    let signed = |request: RawRequest| request.send(&fake, "POST /ListRooms", "{}").status;
    let refused = |request: RawRequest, wrong: &str| {
        assert_eq!(signed(request), 403, "{wrong}");
        let violations = fake.violations();
        let [violation] = &violations[..] else { panic!("{wrong}: {violations:?}") };
        assert_eq!(violation.kind, ViolationKind::Signature);
        assert!(violation.text.contains(wrong), "no {wrong} in {violation:?}");
    };
    assert_eq!(signed(RawRequest::default()), 200);
    refused(RawRequest { service: "ivs", ..RawRequest::default() }, "not of ");
    refused(RawRequest { region: "us-east-1", ..RawRequest::default() }, "not of ");
    refused(RawRequest { secret: "another", ..RawRequest::default() }, "does not match");
    refused(RawRequest { key: "AKIAANOTHER", ..RawRequest::default() }, "token included");
    refused(RawRequest { alter: true, ..RawRequest::default() }, "does not match");
    refused(RawRequest { sign: false, ..RawRequest::default() }, "no authorization");
    refused(RawRequest { clock_skew: 400, ..RawRequest::default() }, "s off");

    // The SDK with a session token, and with an encoded ARN in the path.
    run(async {
        let client = client_with(&fake, REGION, SECRET_ACCESS_KEY, Some("session token"));
        client.list_rooms().send().await.expect("it is signed");
        let tags = client.list_tags_for_resource().resource_arn(&rooms[0]);
        tags.send().await.expect("it is signed");
        let client = client_with(&fake, REGION, "another", None);
        let error = client.list_rooms().send().await.expect_err("it is signed with another key");
        assert_eq!(refusal(error), (403, "InvalidSignatureException".into()));
    });
    assert_eq!(fake.violations().len(), 1);
}

#[test]
fn updates_that_violate_guarantees_are_recorded() {
    let (fake, _) = with_rooms(2);
    let review = function("review");
    let read = || send(&fake, "POST /GetRoom", &arns(&fake, r#"{"identifier":"R"}"#));
    let update = |members: &str| {
        let body = arns(&fake, &format!(r#"{{"identifier":"R",{members}}}"#));
        assert_eq!(send(&fake, "POST /UpdateRoom", &body).status, 200, "{body}");
        let found = fake.violations();
        assert!(found.iter().all(|found| found.kind == ViolationKind::Guarantee), "{found:?}");
        let text = |found: Violation| found.text.replacen("UpdateRoom: ", "", 1);
        found.into_iter().map(text).collect::<Vec<String>>()
    };
    let handler = |uri: &str, fallback: &str| {
        format!(r#""messageReviewHandler":{{"uri":"{uri}","fallbackResult":"{fallback}"}}"#)
    };
    let together = "uri and fallbackResult are not sent together";

    read();
    assert_eq!(update(&handler(&review, "DENY")), [""; 0]);
    read();
    assert_eq!(update(&handler(&review, "ALLOW")), [""; 0]);
    read();
    assert_eq!(update(r#""messageReviewHandler":{"uri":""}"#), [together]);
    read();
    let only = format!(r#""messageReviewHandler":{{"uri":"{review}"}}"#);
    assert_eq!(update(&only), [together]);
    read();
    assert_eq!(update(r#""messageReviewHandler":{"fallbackResult":"DENY"}"#), [together]);
    read();
    let more = format!(r#""name":"x",{}"#, handler("", "ALLOW"));
    let one_call = "handler, logging and settings are changed in one call";
    assert_eq!(update(&more), [one_call]);
    read();
    assert_eq!(update(r#""name":"y","maximumMessageLength":499"#), [""; 0]);
    read();
    assert_eq!(update(r#""name":"z","maximumMessageLength":499"#), ["the update changes nothing"]);
    read();
    assert_eq!(update(r#""loggingConfigurationIdentifiers":[]"#), ["the update changes nothing"]);
    assert_eq!(
        update(&handler(&review, "DENY")),
        ["the room was not read again before the update"]
    );
    read();
    assert_eq!(update(&handler(&review, "DENY")), ["the update changes nothing"]);
    read();
    assert_eq!(update(&handler("", "DENY")), [""; 0]);
    read();
    assert_eq!(update(&handler("", "ALLOW")), ["the update changes nothing"]);
    read();
    send(&fake, "POST /ListRooms", r#"{"maxResults":1}"#);
    assert_eq!(
        update(&handler(&review, "DENY")),
        ["the list was not read to its end, and the update moves the room to its start"]
    );
    read();
    send(&fake, "POST /ListRooms", r#"{"maxResults":2}"#);
    assert_eq!(update(&handler(&review, "ALLOW")), [""; 0]);
}

#[test]
#[should_panic(expected = "violations that no test has read")]
fn unread_violations_panic() {
    let fake = FakeService::start();
    send(&fake, "POST /GetRoom", "{}");
}

#[test]
#[should_panic(expected = "error of a watcher")]
fn watchers_are_called_before_the_call_is_executed() {
    let (fake, rooms) = with_rooms(1);
    fake.on_call(move |call, account| {
        assert_eq!(call.room(), Some(&*rooms[0]));
        account.room(&rooms[0]).name = "renamed".into();
        Err("error of a watcher".into())
    });
    let room = send(&fake, "POST /GetRoom", &arns(&fake, r#"{"identifier":"R"}"#));
    assert_eq!(room.body["name"], "renamed");
}
