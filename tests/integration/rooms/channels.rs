//! Channels, their streams and their rooms.

use std::fs;

use serde_json::{Value, json};

use super::command::{
    Run, Running, assert_handler, command, review, rooms, rooms_json, updated, with_rooms,
};
use super::fake::{
    ACCESS_KEY_ID, FakeService, Fault, FaultKind, PASSPHRASE, SECRET_ACCESS_KEY, function,
};

/// Starts a fake with rooms of these names.
fn with_names(names: &[&str]) -> (FakeService, Vec<String>) {
    let (fake, _) = with_rooms(0);
    let arns =
        fake.account(|account| names.iter().map(|name| account.add_room(name)).collect::<Vec<_>>());
    (fake, arns)
}

/// Attaches the handler to a room, and links the room to a channel unless it is empty.
fn set(fake: &FakeService, room: &str, handler: &str, fallback: &str, channel: &str) {
    fake.account(|account| {
        account.attach(room, handler, fallback);
        if !channel.is_empty() {
            account.tag(room, "channel", channel);
        }
    });
}

/// Returns the line about a channel, of which there must be one.
#[track_caller]
fn line_of(run: &Run, channel: &str) -> Value {
    let lines: Vec<Value> =
        run.lines().into_iter().filter(|line| line["channel"] == channel).collect();
    let [line] = &lines[..] else { panic!("{} lines about {channel}\n{run}", lines.len()) };
    line.clone()
}

#[test]
fn channels_are_listed_with_their_rooms() {
    let (fake, arns) = with_names(&["main", "kids", "chat", "alone", "lost"]);
    let (main, kids, news, gone) = fake.account(|account| {
        let main = account.add_live_channel("main", 1_250);
        let kids = account.add_channel("kids");
        let news = account.add_live_channel("news", -1);
        account.channel(&news).stream.as_mut().expect("it is live").health = "STARVING";
        let gone = format!("{kids}-deleted");
        (main, kids, news, gone)
    });
    set(&fake, &arns[0], &review(), "DENY", "");
    set(&fake, &arns[2], &function("other"), "ALLOW", &news);
    fake.account(|account| account.tag(&arns[4], "channel", &gone));

    let run = rooms_json(&fake, "list --channels --handler REVIEW").assert_exit(0);
    let line = line_of(&run, &main);
    let start = line["stream"]["startTime"].as_str().expect("a time").to_owned();
    assert_eq!(
        line,
        json!({
            "channel": main,
            "name": "main",
            "state": "live",
            "stream": {"state": "LIVE", "health": "HEALTHY", "viewerCount": 1_250, "startTime": start},
            "rooms": [{
                "room": arns[0],
                "name": "main",
                "uri": review(),
                "fallbackResult": "DENY",
                "state": "attached",
                "linkedBy": "name",
            }],
        })
    );
    for (channel, state, room, handler, link) in [
        (&kids, "offline", Some(&arns[1]), "none", "name"),
        (&news, "live", Some(&arns[2]), "other", "tag"),
        (&gone, "missing", Some(&arns[4]), "none", "tag"),
    ] {
        let line = line_of(&run, channel);
        assert_eq!(line["state"], state, "{line}");
        let room_line = &line["rooms"][0];
        assert_eq!(room_line["room"].as_str(), room.map(String::as_str), "{line}");
        assert_eq!((&room_line["state"], &room_line["linkedBy"]), (&json!(handler), &json!(link)));
    }
    assert_eq!(line_of(&run, &news)["stream"]["viewerCount"], Value::Null);
    let channels: Vec<Value> = run.lines().iter().map(|line| line["channel"].clone()).collect();
    assert_eq!(channels, [&main, &news, &kids, &gone].map(|arn| json!(arn)));

    let run = rooms(&fake, "list --channels").assert_exit(0);
    let rows: Vec<&str> = run.stdout.lines().collect();
    let expected = [
        format!(
            "live      main  {main}  main  {}  review, DENY; 1,250 viewers since {start}",
            arns[0]
        ),
        format!(
            "live      news  {news}  chat  {}  other, ALLOW; unknown number of viewers",
            arns[2]
        ),
        format!("offline   kids  {kids}  kids  {}  no handler", arns[1]),
        format!("missing   -     {gone}  lost  {}  no handler", arns[4]),
    ];
    assert_eq!(rows.len(), expected.len(), "{run}");
    for (row, expected) in rows.iter().zip(&expected) {
        assert!(row.starts_with(expected.as_str()), "{row}\n{expected}");
    }
    assert!(rows[1].ends_with(", STARVING"), "{run}");
    run.assert_stderr("1 room belongs to no channel");

    // The state of each room is a column if a handler is requested.
    let run = rooms(&fake, "list --channels --handler REVIEW").assert_exit(0);
    for (row, (channel, state, arn)) in run.stdout.lines().zip([
        (&main, "attached", &arns[0]),
        (&news, "other   ", &arns[2]),
        (&kids, "none    ", &arns[1]),
        (&gone, "none    ", &arns[4]),
    ]) {
        assert!(row.contains(&format!("  {channel}  {state}  ")) && row.contains(arn), "{run}");
    }
}

#[test]
fn lists_of_channels_are_selected_by_their_rooms() {
    let (fake, arns) = with_names(&["main", "kids", "chat"]);
    let (main, kids, news) = fake.account(|account| {
        account.tag(&arns[0], "stage", "prod");
        account.tag(&arns[1], "stage", "prod");
        let channels = (
            account.add_live_channel("main", 5),
            account.add_channel("kids"),
            account.add_live_channel("news", 1),
        );
        account.tag(&arns[2], "channel", &channels.2);
        channels
    });
    let quiz = fake.account(|account| account.add_live_channel("quiz", 0));
    for (arguments, channels) in [
        ("", vec![&main, &news, &quiz, &kids]),
        ("--all", vec![&main, &news, &quiz, &kids]),
        ("--live", vec![&main, &news, &quiz]),
        ("--tag stage=prod", vec![&main, &kids]),
        ("--live --tag stage=prod", vec![&main]),
        ("--name chat", vec![&news]),
        ("--name Chat", vec![]),
        ("--live --name kids", vec![]),
        (&format!("--room {}", arns[2]), vec![&news]),
        ("--attached-to REVIEW", vec![]),
    ] {
        let run = rooms_json(&fake, &format!("list --channels {arguments}")).assert_exit(0);
        let found: Vec<Value> = run.lines().iter().map(|line| line["channel"].clone()).collect();
        let expected: Vec<Value> = channels.into_iter().map(|arn| json!(arn)).collect();
        assert_eq!(found, expected, "{arguments}");
        assert_eq!(run.stderr.contains("no channel in"), expected.is_empty(), "{run}");
    }
    rooms(&fake, &format!("list --channels --room {}9", arns[2]))
        .assert_exit(2)
        .assert_stderr("room not found");
    rooms(&fake, "list --channels --details").assert_exit(2).assert_stderr("cannot be used with");
}

/// Rooms and channels of an account in which each row has a channel `main` that is live.
#[test]
fn a_live_channel_needs_a_reviewed_room() {
    let other = function("other");
    let alias = format!("{}:live", review());
    for (name, handler, fallback, linked, arguments, code) in [
        ("main", &*review(), "DENY", false, "", 0),
        ("chat", &review(), "DENY", true, "", 0),
        ("main", &review(), "ALLOW", false, "", 1),
        ("main", &review(), "ALLOW", false, "--fallback deny", 1),
        ("main", &review(), "ALLOW", false, "--fallback allow", 0),
        ("main", &review(), "HOLD", false, "", 1),
        ("main", "", "DENY", false, "", 1),
        ("main", &other, "DENY", false, "", 1),
        ("main", &alias, "DENY", false, "", 1),
        // No room of the channel.
        ("chat", &review(), "DENY", false, "", 1),
        ("Main", &review(), "DENY", false, "", 1),
        ("chat", &review(), "DENY", false, "--name chat", 1),
        ("main", &other, "DENY", false, "--name chat", 0),
        ("main", &other, "DENY", false, "--tag stage=prod", 0),
    ] {
        let (fake, arns) = with_names(&[name, "offline"]);
        let channel = fake.account(|account| {
            account.add_channel("offline");
            account.add_live_channel("main", 3)
        });
        set(&fake, &arns[0], handler, fallback, if linked { &channel } else { "" });
        let row = format!("{name} {handler} {fallback} {arguments}");
        let command = format!("status --live --handler REVIEW {arguments}");
        let run = rooms_json(&fake, &command);
        assert_eq!(run.code, Some(code), "{row}\n{run}");
        let summary = run.lines().pop().expect("a summary")["summary"].take();
        let problems = summary["drift"].as_u64().zip(summary["without_room"].as_u64());
        assert_eq!(problems.map(|(drift, without)| drift + without), Some(code as u64), "{row}");
        assert_eq!(summary["live_channels"], 1, "{row}");
        let text = rooms(&fake, &command);
        assert_eq!(text.code, Some(code), "{row}\n{text}");
        assert_eq!(text.stdout.contains(&channel), code == 1, "{row}\n{text}");
    }
}

#[test]
fn without_a_live_channel_nothing_has_drifted() {
    let (fake, _) = with_names(&["main"]);
    fake.account(|account| account.add_channel("main"));
    let run = rooms(&fake, "status --live --handler REVIEW").assert_exit(0);
    assert_eq!(run.stdout, "0 up to date, 0 drifted; 0 live channels, 0 without a room\n");
    for command in [
        "apply --live --handler REVIEW --yes",
        "detach --live --yes",
        "plan --live --handler REVIEW",
    ] {
        rooms(&fake, command)
            .assert_exit(0)
            .assert_stderr("no live channel in eu-west-1 has a room");
    }
    // No channel is read by name.
    assert!(fake.calls_of("BatchGetChannel").is_empty());
}

#[test]
fn live_selects_the_rooms_of_live_channels() {
    let (fake, arns) = with_names(&["main", "kids", "chat", "late", "extra"]);
    fake.account(|account| {
        account.add_live_channel("main", 1);
        account.add_channel("kids");
        let news = account.add_live_channel("late", 2);
        account.tag(&arns[2], "channel", &news);
        account.tag(&arns[4], "channel", &news);
        account.tag(&arns[4], "stage", "prod");
    });
    // The linked rooms of `late` replace the one with its name.
    let selected = [&arns[0], &arns[2], &arns[4]];
    let run = rooms_json(&fake, "list --live").assert_exit(0);
    assert_eq!(run.lines().len(), 3, "{run}");
    selected.iter().for_each(|arn| drop(run.line(arn)));
    let run = rooms_json(&fake, "plan --live --handler REVIEW").assert_exit(0);
    assert_eq!(run.lines().len(), 4, "{run}");
    rooms_json(&fake, "apply --live --tag stage=prod --handler REVIEW --yes")
        .assert_exit(0)
        .assert_summary("changed 1");
    assert_eq!(updated(&fake), [arns[4].clone()]);
    rooms_json(&fake, "apply --live --handler REVIEW --fallback deny --yes")
        .assert_exit(0)
        .assert_summary("changed 3");
    selected.iter().for_each(|arn| assert_handler(&fake, arn, "review", "DENY"));
    assert_handler(&fake, &arns[3], "-", "ALLOW");
    rooms(&fake, "status --live --handler REVIEW").assert_exit(0);
    rooms_json(&fake, "detach --live --name main --yes").assert_exit(0).assert_summary("changed 1");
    for conflict in ["--all", &format!("--room {}", arns[0])] {
        rooms(&fake, &format!("list --live {conflict}")).assert_exit(2);
    }
}

#[test]
fn commands_warn_about_live_channels_without_a_room() {
    let (fake, _) = with_names(&["main"]);
    let late = fake.account(|account| {
        account.add_live_channel("main", 1);
        account.add_live_channel("late", 2)
    });
    let run = rooms_json(&fake, "apply --live --handler REVIEW --yes").assert_exit(0);
    run.assert_summary("changed 1");
    rooms(&fake, "list --live")
        .assert_exit(0)
        .assert_stderr(&format!("warning: 1 live channel has no room: late ({late})"));
}

#[test]
fn all_pages_are_read() {
    let (fake, _) = with_names(&["live-201"]);
    fake.account(|account| {
        account.page_sizes = vec![100, 7, 30];
        (0..203).for_each(|n| drop(account.add_live_channel(&format!("live-{n}"), n)));
        (0..50).for_each(|n| drop(account.add_channel(&format!("offline-{n}"))));
    });
    let run = rooms_json(&fake, "list --channels").assert_exit(0);
    let lines = run.lines();
    assert_eq!(lines.len(), 253);
    // Those with most viewers come first.
    assert_eq!((&lines[0]["name"], &lines[1]["name"]), (&json!("live-202"), &json!("live-201")));
    assert_eq!(lines.iter().filter(|line| line["state"] == "live").count(), 203);
    // All names are known from the list.
    assert!(fake.calls_of("BatchGetChannel").is_empty());
    let run = rooms_json(&fake, "status --live --handler REVIEW").assert_exit(1);
    let summary = run.lines().pop().expect("a summary");
    assert_eq!(summary["summary"]["without_room"], 202);
    let sizes = fake.calls_of("BatchGetChannel").into_iter();
    let sizes: Vec<usize> =
        sizes.map(|call| call.input["arns"].as_array().expect("a list").len()).collect();
    assert_eq!(sizes, [50, 50, 50, 50, 3]);
}

#[test]
fn a_room_is_linked_once() {
    let (fake, arns) = with_names(&["chat"]);
    let (main, late) = fake.account(|account| {
        account.attach(&arns[0], &review(), "ALLOW");
        account.tag(&arns[0], "stage", "prod");
        (account.add_live_channel("main", 1_234), account.add_channel("late"))
    });
    let link = |channel: &str| format!("link {} {channel}", arns[0]);
    let run = rooms_json(&fake, &link(&main)).assert_exit(0);
    assert_eq!(
        run.lines(),
        [json!({
            "room": arns[0],
            "result": "changed",
            "before": {"channel": null},
            "after": {"channel": main},
        })]
    );
    run.assert_stderr("note: the channel is live: 1,234 viewers since ")
        .assert_stderr("warning: the room delivers messages unreviewed when the handler fails");
    let run = rooms(&fake, &link(&main)).assert_exit(0).assert_stderr("already up to date");
    assert_eq!(run.stdout, format!("room     {}\nchannel  {main}\n", arns[0]));
    assert_eq!(fake.calls_of("TagResource").len(), 1);

    rooms(&fake, &link(&late)).assert_exit(2).assert_stderr("pass --replace");
    let run = rooms(&fake, &format!("{} --replace", link(&late))).assert_exit(0);
    assert_eq!(run.stdout, format!("room     {}\nchannel  {main} -> {late}\n", arns[0]));
    assert_eq!(run.stderr, "");
    fake.account(|account| {
        let room = account.room(&arns[0]);
        assert_eq!((&*room.tags["channel"], &*room.tags["stage"]), (&*late, "prod"));
    });
    rooms(&fake, &format!("untag {} channel", arns[0])).assert_exit(0);
    rooms(&fake, &link(&late)).assert_exit(0);
}

#[test]
fn only_an_existing_channel_of_the_same_region_is_linked() {
    let (fake, arns) = with_names(&["chat"]);
    let main = fake.account(|account| account.add_live_channel("main", 1));
    let elsewhere = main.replace("eu-west-1", "us-east-1");
    for (channel, part) in [
        (format!("{main}9"), "channel not found: "),
        (elsewhere, "only a channel and a room in the same account and Region can be linked"),
        (arns[0].clone(), "expected the ARN of a channel"),
    ] {
        rooms(&fake, &format!("link {} {channel}", arns[0])).assert_exit(2).assert_stderr(part);
        let create = format!("create --handler REVIEW --for-channel {channel}");
        rooms(&fake, &create).assert_exit(2);
    }
    assert!(fake.calls_of("TagResource").is_empty() && fake.calls_of("CreateRoom").is_empty());
    rooms(&fake, &format!("link {}9 {main}", arns[0])).assert_exit(2).assert_stderr("NotFound");
}

#[test]
fn a_room_is_created_for_a_channel() {
    let (fake, _) = with_names(&[]);
    let (main, unnamed) =
        fake.account(|account| (account.add_live_channel("main", 1), account.add_channel("")));
    let create = format!("create --handler REVIEW --fallback deny --for-channel {main}");
    let run = rooms_json(&fake, &create).assert_exit(0);
    let line = run.lines().remove(0);
    assert_eq!((&line["name"], &line["tags"]), (&json!("main"), &json!({"channel": main})));
    rooms(&fake, "status --live --handler REVIEW").assert_exit(0);
    // A second run creates no second room.
    let room = line["room"].as_str().expect("an ARN").to_owned();
    rooms(&fake, &create).assert_exit(2).assert_stderr(&room);
    rooms(&fake, &format!("{create} --name more --tag stage=prod")).assert_exit(0);
    let create_unnamed = format!("create --for-channel {unnamed}");
    rooms(&fake, &create_unnamed).assert_exit(2).assert_stderr("the channel has no name");
    rooms(&fake, &format!("{create_unnamed} --name new")).assert_exit(0);
    let strange = fake.account(|account| account.add_channel("a\u{1B}b"));
    rooms(&fake, &format!("create --for-channel {strange}")).assert_exit(2).assert_stderr(
        r"`a\u{1b}b`, the name of the channel, is not a valid room name; pass another one with --name: ",
    );
    assert_eq!(fake.calls_of("CreateRoom").len(), 3);
    for (tags, part) in [
        (format!("--tag channel={main}"), "duplicate tag key"),
        ("--tag channel=x".to_owned(), "duplicate tag key"),
    ] {
        rooms(&fake, &format!("{create} {tags}")).assert_exit(2).assert_stderr(part);
    }
    // A room with the name belongs to the channel already.
    let twin = fake.account(|account| {
        account.add_live_channel("twin", 0);
        account.add_room("twin")
    });
    let channel = fake.account(|account| {
        account.channels.values().find(|it| it.name == "twin").expect("it was added").arn.clone()
    });
    rooms(&fake, &format!("create --for-channel {channel}"))
        .assert_exit(2)
        .assert_stderr(&format!("rooms link {twin} {channel}"));
}

/// Values that a later version of the service may have, and answers without members.
#[test]
fn unknown_and_missing_values_do_not_end_a_command() {
    let (fake, arns) = with_names(&["main"]);
    fake.account(|account| account.attach(&arns[0], &review(), "DENY"));
    let main = fake.account(|account| account.add_live_channel("main", 8));
    for (change, shown) in [
        (r#"{"streams":{"state":"PAUSED"}}"#, ", PAUSED"),
        (r#"{"streams":{"health":"CHOPPY"}}"#, ", CHOPPY"),
        (r#"{"streams":{"state":null,"health":null,"startTime":null}}"#, "; 8 viewers"),
        (r#"{"streams":{"viewerCount":-1}}"#, "unknown number of viewers since"),
        (r#"{"streams":{"viewerCount":-9223372036854775808}}"#, "unknown number of viewers since"),
        (r#"{"streams":{"streamId":null}}"#, "8 viewers since"),
    ] {
        fake.inject(Fault::new(FaultKind::Changed(change), "ListStreams"));
        let run = rooms(&fake, "list --channels").assert_exit(0);
        let row = run.stdout.lines().next().expect("a row");
        assert!(row.starts_with("live ") && row.contains(shown), "{change}: {row}");
        rooms(&fake, "status --live --handler REVIEW").assert_exit(0);
        fake.clear_faults();
    }
    // A stream that ended.
    fake.inject(Fault::new(
        FaultKind::Changed(r#"{"streams":{"state":"OFFLINE"}}"#),
        "ListStreams",
    ));
    let run = rooms(&fake, "list --channels").assert_exit(0);
    assert!(run.stdout.starts_with("offline "), "{run}");
    fake.clear_faults();

    let stream = "warning: unexpected answer: a stream of the channel `";
    let name: &str =
        format!("warning: the name of {main} cannot be read: missing in the answer").leak();
    for (operation, change, problem) in [
        ("ListStreams", r#"{"streams":{"channelArn":null}}"#, stream),
        ("ListStreams", r#"{"streams":{"channelArn":"urn:channel"}}"#, stream),
        ("BatchGetChannel", r#"{"channels":{"arn":null}}"#, name),
        ("BatchGetChannel", r#"{"channels":null,"errors":null}"#, name),
        ("BatchGetChannel", r#"{"channels":[],"errors":[{"arn":null,"code":null}]}"#, name),
    ] {
        fake.inject(Fault::new(FaultKind::Changed(change), operation));
        let run = rooms(&fake, "status --live --handler REVIEW").assert_exit(1);
        run.assert_stderr(problem);
        let run = rooms(&fake, "apply --live --handler REVIEW --yes").assert_exit(1);
        run.assert_stderr(problem)
            .assert_stderr("1 problem with channels or streams; the result may be incomplete");
        fake.clear_faults();
    }
    // The name is not needed for a room that is linked.
    fake.account(|account| account.tag(&arns[0], "channel", &main));
    let refused = format!(
        r#"{{"channels":[],"errors":[{{"arn":"{main}","code":"AccessDenied","message":"no\u001b[31m"}}]}}"#
    );
    let refused = FaultKind::Changed(Box::leak(refused.into_boxed_str()));
    fake.inject(Fault::new(refused, "BatchGetChannel"));
    let run = rooms_json(&fake, "status --live --handler REVIEW").assert_exit(1);
    assert_eq!(run.line(&arns[0])["drift"], false);
    run.assert_stderr(r"cannot be read: AccessDenied: no\u{1b}[31m");
    fake.clear_faults();
    fake.inject(Fault::new(FaultKind::Changed(r#"{"channels":{"arn":null}}"#), "ListChannels"));
    rooms(&fake, "list --channels").assert_exit(1).assert_stderr("a channel named `main` has");
    for change in [r#"{"channel":null}"#, r#"{"channel":{"arn":null}}"#] {
        fake.inject(Fault::new(FaultKind::Changed(change), "GetChannel"));
        let run = rooms(&fake, &format!("link {} {main}", arns[0])).assert_exit(2);
        run.assert_stderr("got no ARN");
    }
}

/// A few problems are shown, however many there are, and each once.
#[test]
fn problems_of_channels_are_counted_and_ten_are_shown() {
    let (fake, _) = with_names(&["main"]);
    fake.account(|account| account.add_live_channel("main", 8));
    let streams =
        (0..25).map(|n| json!({"channelArn": format!("urn:{}", n % 23), "state": "LIVE"}));
    let body = json!({"streams": streams.collect::<Vec<_>>()}).to_string();
    fake.inject(Fault::new(FaultKind::Foreign(200, body.leak()), "ListStreams"));
    for arguments in ["list --channels", "list --live", "status --live --handler REVIEW"] {
        let run = rooms(&fake, arguments).assert_exit(1);
        assert_eq!(run.stderr.matches("a stream of the channel").count(), 10, "{run}");
        assert!(
            !run.stderr.contains("is live\n") && !run.stderr.contains("no live channel"),
            "{run}"
        );
        run.assert_stderr("warning: 13 more problems with channels or streams\n")
            .assert_stderr("warning: 23 problems with channels or streams; the result may be");
    }
}

/// A name selects one room, also among those of live channels.
#[test]
fn an_ambiguous_name_is_refused_among_live_channels() {
    let (fake, arns) = with_names(&["main", "main", "kids", "kids"]);
    fake.account(|account| {
        account.add_live_channel("main", 1);
        let kids = account.add_channel("kids");
        let quiz = account.add_live_channel("quiz", 1);
        account.tag(&arns[2], "channel", &kids);
        account.tag(&arns[3], "channel", &quiz);
    });
    for command in ["apply --yes", "detach --yes", "plan", "status"] {
        let command = format!("{command} --handler REVIEW --live");
        rooms(&fake, &format!("{command} --name main"))
            .assert_exit(2)
            .assert_stderr("2 rooms have the name `main`; select one with --room")
            .assert_stderr(&arns[0])
            .assert_stderr(&arns[1]);
        // The channel of the other room with this name is not live.
        let run = rooms(&fake, &format!("{command} --name kids"));
        assert_ne!(run.code, Some(2), "{run}");
    }
    assert_eq!(updated(&fake), [arns[3].clone(), arns[3].clone()]);
    assert_eq!(rooms_json(&fake, "list --live --name main").assert_exit(0).lines().len(), 2);
}

/// Both services are called with credentials that were resolved once: that may ask for a second factor.
#[test]
fn credentials_are_resolved_once_for_both_services() {
    let (fake, _) = with_names(&["main"]);
    fake.account(|account| account.add_live_channel("main", 8));
    let folder = tempfile::tempdir().expect("a folder");
    let (calls, config) = (folder.path().join("calls"), folder.path().join("config"));
    let credentials = json!({
        "Version": 1, "AccessKeyId": ACCESS_KEY_ID, "SecretAccessKey": SECRET_ACCESS_KEY,
    });
    let script = folder.path().join("credentials.sh");
    let text = format!("echo call >> '{}'\necho '{credentials}'\n", calls.display());
    fs::write(&script, text).expect("it can be written");
    let text = format!("[profile once]\ncredential_process = sh {}\n", script.display());
    fs::write(&config, text).expect("it can be written");
    let mut command = command(&fake, "list --channels --profile once");
    command.env("AWS_CONFIG_FILE", &config).env_remove("AWS_ACCESS_KEY_ID");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    Running::start(command).end().assert_exit(0);
    assert!(!fake.calls_of("ListRooms").is_empty() && !fake.calls_of("ListStreams").is_empty());
    assert_eq!(fs::read_to_string(&calls).expect("it was called"), "call\n");
}

#[test]
fn a_failed_look_at_the_stream_does_not_fail_the_link() {
    for (fault, part) in [
        (
            FaultKind::DENIED,
            "could not check whether the channel is live: AccessDeniedException: User",
        ),
        (FaultKind::Changed(r#"{"stream":null}"#), "channel is live: unexpected answer"),
    ] {
        let (fake, arns) = with_names(&["chat"]);
        let main = fake.account(|account| account.add_live_channel("main", 1));
        fake.inject(Fault::new(fault, "GetStream"));
        rooms(&fake, &format!("link {} {main}", arns[0])).assert_exit(0).assert_stderr(part);
    }
}

#[test]
fn failures_of_the_video_service_end_the_command() {
    for (operation, arguments) in [
        ("ListStreams", "status --live --handler REVIEW"),
        ("BatchGetChannel", "apply --live --handler REVIEW --yes"),
        ("ListChannels", "list --channels"),
    ] {
        let (fake, _) = with_names(&["main"]);
        fake.account(|account| account.add_live_channel("main", 1));
        fake.inject(Fault::new(FaultKind::DENIED, operation));
        let run = rooms(&fake, arguments).assert_exit(2);
        // The text is in another member than that of IVS Chat.
        run.assert_stderr("AccessDeniedException: User: arn:aws:iam::")
            .assert_stderr(&format!("the credentials need ivs:{operation}; see"));
        assert!(updated(&fake).is_empty());
        fake.clear_faults();
        fake.inject(Fault::new(FaultKind::UNAVAILABLE, operation));
        rooms(&fake, &format!("{arguments} --attempts 1"))
            .assert_exit(2)
            .assert_stderr("HTTPS_PROXY and AWS_ENDPOINT_URL_IVS, or");
        fake.clear_faults();
        for fault in [FaultKind::THROTTLED, FaultKind::UNAVAILABLE, FaultKind::DisconnectAfter] {
            fake.inject(Fault::new(fault, operation).calls(1..=1));
        }
        let calls = fake.calls_of(operation).len();
        let run = Running::start(command(&fake, arguments)).end();
        assert_ne!(run.code, Some(2), "{run}");
        assert_eq!(fake.calls_of(operation).len(), calls + 2, "{run}");
    }
}

#[test]
fn endless_lists_are_an_error() {
    for (operation, body) in [
        ("ListStreams", r#"{"streams":[],"nextToken":"again"}"#),
        ("ListChannels", r#"{"channels":[],"nextToken":"again"}"#),
    ] {
        let (fake, _) = with_names(&["main"]);
        fake.inject(Fault::new(FaultKind::Foreign(200, body), operation));
        let run = rooms(&fake, "list --channels").assert_exit(2);
        run.assert_stderr(&format!("{operation} does not end"));
        // The token is not one of the fake.
        fake.violations();
    }
}

/// `GetChannel` returns the passphrase of the broadcaster, which no output contains.
#[test]
fn secrets_of_broadcasters_are_never_shown() {
    let (fake, arns) = with_names(&["main"]);
    let main = fake.account(|account| account.add_live_channel("main", 1));
    for arguments in [
        "list --channels".to_owned(),
        "list --live".to_owned(),
        "status --live --handler REVIEW".to_owned(),
        format!("link {} {main}", arns[0]),
        format!("create --name more --for-channel {main}"),
    ] {
        for run in [rooms(&fake, &arguments), rooms_json(&fake, &arguments)] {
            assert!(!format!("{run}").contains(PASSPHRASE), "{run}");
            assert!(!format!("{run}").contains("live-video.net"), "{run}");
        }
    }
}

/// Names and tags cannot control the terminal.
#[test]
fn names_of_channels_are_escaped() {
    let (fake, arns) = with_names(&["main"]);
    fake.account(|account| {
        account.add_live_channel("a\u{1B}[2Jb", 1);
        account.tag(&arns[0], "channel", "x\u{1B}[2Jy\n");
    });
    for arguments in ["list --channels", "list --live", "status --live --handler REVIEW"] {
        let run = rooms(&fake, arguments);
        assert!(!run.stdout.contains('\u{1B}') && !run.stderr.contains('\u{1B}'), "{run}");
        assert!(format!("{run}").contains(r"a\u{1b}[2Jb"), "{run}");
    }
    let main = fake.account(|account| account.add_channel("main"));
    let run = rooms(&fake, &format!("link {} {main}", arns[0])).assert_exit(2);
    run.assert_stderr(r"the room has the tag `channel=x\u{1b}[2Jy\n`; pass --replace");
}

/// Six pages of channels and six of streams take longer than a second.
#[test]
fn quotas_are_kept() {
    let (fake, _) = with_names(&["main"]);
    fake.account(|account| {
        account.page_sizes = vec![2];
        (0..12).for_each(|n| drop(account.add_live_channel(&format!("live-{n}"), 1)));
    });
    fake.enforce_quotas();
    let run = rooms(&fake, "list --channels --rate 4.9").assert_exit(0);
    assert_eq!(run.stdout.lines().count(), 12);
}
