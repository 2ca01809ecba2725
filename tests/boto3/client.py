"""Calls operations of IVS Chat and Amazon IVS with boto3: a client that this project did not write.

Each line of standard input is a request, {"service": …, "operation": …, "parameters": …}. Each line of standard output
is its result: {"answer": …} as boto3 parsed it, or {"error": {"code": …, "status": …, "message": …}}. "problems" lists
what the answer has and lacks by the service model of AWS, which boto3 itself does not check.

A request {"service": …, "operation": …, "contract": …} compares the parameters of the fake with those of the service
model, and "problems" lists the differences.
"""

import datetime
import json
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# A member of the future, which the fake adds to many answers and clients must ignore.
FUTURE = "somethingNew"


def problems(shape, value, path="answer"):
    """Returns how a JSON value differs from its shape in the service model."""
    types = {
        "structure": dict, "map": dict, "list": list, "string": str, "timestamp": str,
        "integer": int, "long": int, "boolean": bool,
    }
    expected = types[shape.type_name]
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        return [f"{path} is not a {shape.type_name}"]
    found = []
    if shape.type_name == "structure":
        # Other members are in headers.
        members = {
            member.serialization.get("name", name): member
            for name, member in shape.members.items()
            if "location" not in member.serialization
        }
        found += [f"{path}.{name} is unknown" for name in value if name not in members and name != FUTURE]
        found += [f"{path}.{name} is missing" for name in shape.required_members if name not in value]
        for name, member in members.items():
            if name in value:
                found += problems(member, value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for item in value:
            found += problems(shape.member, item, f"{path}[]")
    elif shape.type_name == "map":
        for key, item in value.items():
            found += problems(shape.key, key, f"{path} key") + problems(shape.value, item, f"{path}.{key}")
    elif shape.type_name == "timestamp":
        try:
            datetime.datetime.fromisoformat(value)
        except ValueError:
            found.append(f"{path} is not a time")
    else:
        found += limits(shape, value, path)
    return found


def limits(shape, value, path):
    """Returns which limits of its shape a string or number violates."""
    metadata, found = shape.metadata, []
    if shape.type_name == "string" and getattr(shape, "enum", None) and value not in shape.enum:
        found.append(f"{path} is not one of {shape.enum}")
    if shape.type_name != "boolean":
        size = len(value) if isinstance(value, str) else value
        if not metadata.get("min", size) <= size <= metadata.get("max", size):
            found.append(f"{path} is too short or too long")
    # Python has no classes such as \p{L}. The pattern of ResourceArn only allows types of one letter, and so no real ARN.
    pattern = r"\p" if shape.name == "ResourceArn" else metadata.get("pattern", r"\p")
    if r"\p" not in pattern and not re.search(f"^(?:{pattern})$", value):
        found.append(f"{path} does not match {pattern}")
    return found


def bounds(described):
    """Returns the bounds of a parameter. No minimum is the same as 0, and values of an enumeration have no length."""
    if described.get("enum"):
        return {"enum": sorted(described["enum"])}
    return {name: described[name] for name in ("min", "max") if described.get(name)}


def differences(shape, described, path):
    """Returns how the shape of a parameter in the fake differs from that in the service model."""
    found = []
    ours, theirs = bounds(described), bounds({**shape.metadata, "enum": getattr(shape, "enum", None)})
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            found.append(f"{path}: {name} is {ours.get(name)}, not {theirs.get(name)}")
    for inner in ("member", "key", "value"):
        if inner in described:
            found += differences(getattr(shape, inner), described[inner], f"{path} {inner}")
    members = described.get("members", {})
    if shape.type_name == "structure":
        found += [f"{path}.{name} is not in the model" for name in members if name not in shape.members]
        found += [f"{path}.{name} is only in the model" for name in shape.members if name not in members]
        required = sorted(name for name, member in members.items() if member.get("required"))
        if required != sorted(shape.required_members):
            found.append(f"{path}: {required} are required, not {shape.required_members}")
        for name, member in members.items():
            if name in shape.members:
                found += differences(shape.members[name], member, f"{path}.{name}")
    return found


def serve(clients):
    found = []

    def check(http_response, model, **_):
        if http_response.status_code < 300:
            if http_response.status_code != model.http.get("responseCode", 200):
                found.append(f"status {http_response.status_code}")
            if model.output_shape is not None:
                found.extend(problems(model.output_shape, json.loads(http_response.content)))
            elif http_response.content:
                found.append("a body")
            return
        code = http_response.headers.get("x-amzn-errortype")
        shapes = {shape.error_code: shape for shape in model.error_shapes}
        if code not in shapes:
            found.append(f"{code} is not an error of {model.name}")
            return
        if http_response.status_code != shapes[code].metadata["error"]["httpStatusCode"]:
            found.append(f"status {http_response.status_code} of {code}")
        found.extend(problems(shapes[code], json.loads(http_response.content)))

    for client in clients.values():
        client.meta.events.register("after-call", check)
    for line in sys.stdin:
        request = json.loads(line)
        found.clear()
        result = {}
        if "contract" in request:
            model = clients[request["service"]].meta.service_model.operation_model(request["operation"])
            differing = differences(model.input_shape, request["contract"], request["operation"])
            print(json.dumps({"problems": differing}), flush=True)
            continue
        try:
            operation = getattr(clients[request["service"]], request["operation"])
            answer = operation(**request["parameters"])
            del answer["ResponseMetadata"]
            result["answer"] = answer
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            # boto3 only finds the text of errors in `message`.
            message = message or error.response.get("exceptionMessage", "")
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            result["error"] = {"code": code, "status": status, "message": message}
        result["problems"] = list(found)
        print(json.dumps(result, default=in_utc), flush=True)


def in_utc(time):
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


serve({
    service: boto3.client(service, endpoint_url=sys.argv[1], config=Config(retries={"total_max_attempts": 1}))
    for service in ("ivschat", "ivs")
})
