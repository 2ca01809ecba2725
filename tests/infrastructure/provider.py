#!/usr/bin/env python3
"""A provider for Terraform that has the schema of hashicorp/aws and nothing else.

tests/infrastructure/provider.py PACKAGE FOLDER

PACKAGE is the archive of the npm package @cdktf/provider-aws, whose code is generated from the schema of the provider and so has the
names, types and kinds of all attributes and blocks. The provider's own validation of values is not in it. Writes the
value of TF_REATTACH_PROVIDERS to FOLDER/reattach, and serves until it is stopped.
"""

import json
import os
import re
import sys
import tarfile
from concurrent import futures
from pathlib import Path

import grpc

RESOURCES = [
    "cloudwatch-log-group", "cloudwatch-metric-alarm", "iam-role", "iam-role-policy", "lambda-function",
    "lambda-layer-version", "lambda-permission",
]
DATA_SOURCES = ["data-aws-caller-identity", "data-aws-region"]

# Types of attributes, as JSON of Terraform's type system.
TYPES = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
# Nesting modes of blocks.
NESTING = {"single": 1, "struct": 1, "list": 2, "set": 3, "map": 4}


def snake(name):
    return re.sub(r"([A-Z]|\d+)", lambda found: "_" + found[0].lower(), name)


def type_of(kind, storage):
    """Returns the type of an attribute from its kind, `set`, and storage class, `stringList`."""
    element = re.sub(r"(List|Map|Set)$", "", storage)
    element = TYPES.get(element, "dynamic")
    return element if kind == "simple" else [kind, element]


class Source:
    """The code that is generated for a resource or data source."""

    def __init__(self, code, types):
        self.code = code
        self.types = types
        self.name = re.search(r'tfResourceType = "(\w+)"', self.types)[1]

    def members(self, interface):
        """Returns for each attribute and block of an interface whether it is required, and whether it is a list."""
        body = re.search(rf"export interface {interface}\b[^{{]*{{(.*?)\n}}", self.types, re.S)
        found = re.findall(r"readonly (\w+)(\??): ([^;]+);", body[1]) if body else []
        return {snake(name): (not optional, "[]" in type_) for name, optional, type_ in found}

    def block(self, attributes, interface):
        """Returns a block from the code of its attributes."""
        members = self.members(interface)
        found = re.findall(
            r"(\w+): \{\s+value: (.*?),\s+isBlock: (\w+),\s+type: \"(\w+)\",\s+storageClassType: \"(\w+)\"",
            attributes, re.S,
        )
        block = {"attributes": {}, "blocks": {}}
        for name, value, is_block, kind, storage in found:
            if is_block == "true":
                function = re.search(r"(\w+)ToHclTerraform", value)[1]
                nested = re.search(rf"function {function}ToHclTerraform\(.*?const attrs = \{{(.*?)\n    \}};", self.code, re.S)
                is_required, is_list = members.get(name, (False, True))
                # A single block is a list with a maximum.
                maximum = int(not is_list and kind in ("list", "set"))
                block["blocks"][name] = {
                    "block": self.block(nested[1], function[0].upper() + function[1:]),
                    "nesting": NESTING[kind], "min": int(is_required), "max": maximum,
                }
            else:
                is_required, _ = members.get(name, (False, False))
                block["attributes"][name] = {"type": type_of(kind, storage), "required": is_required, "optional": not is_required}
        return block

    def schema(self):
        config = self.name.removeprefix("aws_").title().replace("_", "") + "Config"
        is_data = "export declare class DataAws" in self.types
        if is_data:
            config = "DataAws" + config
        attributes = re.search(r"synthesizeHclAttributes\(\) \{\s+const attrs = \{(.*?)\n        \};", self.code, re.S)
        block = self.block(attributes[1] if attributes else "", config)
        # Optional, and otherwise set by the provider.
        for name, attribute in block["attributes"].items():
            attribute["computed"] = name == "id" or is_data
        # What only the service sets has no input.
        body = self.types[self.types.index("tfResourceType"):]
        inputs = set(re.findall(r"get (\w+)Input\(\)", body))
        for name, type_ in re.findall(r"get (\w+)\(\): ([^;]+);", body):
            key = snake(name)
            if name in inputs or name.endswith("Input") or key in block["blocks"] or type_ not in TYPES:
                continue
            block["attributes"].setdefault(key, {"type": TYPES[type_], "computed": True})
        return block


# The messages of tfplugin5.proto, encoded by hand.


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value) if value else b""
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def encode_block(block):
    out = b""
    for name, it in sorted(block["attributes"].items()):
        attribute = field(1, name) + field(2, json.dumps(it["type"]))
        for number, flag in [(4, "required"), (5, "optional"), (6, "computed")]:
            attribute += field(number, int(it.get(flag, False)))
        out += field(2, attribute)
    for name, it in sorted(block["blocks"].items()):
        nested = field(1, name) + field(2, encode_block(it["block"])) + field(3, it["nesting"])
        out += field(3, nested + field(4, it["min"]) + field(5, it["max"]))
    return out


def schema_response(package):
    wanted = {
        f"package/lib/{folder}/{file}" for folder in RESOURCES + DATA_SOURCES for file in ("index.js", "index.d.ts")
    }
    with tarfile.open(package) as archive:
        files = {it.name: archive.extractfile(it).read().decode() for it in archive if it.name in wanted}

    def entries(number, folders):
        out = b""
        for folder in folders:
            source = Source(*(files[f"package/lib/{folder}/{file}"] for file in ("index.js", "index.d.ts")))
            schema = field(2, encode_block(source.schema()))
            out += field(number, field(1, source.name) + field(2, schema))
        return out

    # A provider without configuration.
    return field(1, field(2, b"")) + entries(2, RESOURCES) + entries(3, DATA_SOURCES)


class Provider(grpc.GenericRpcHandler):
    def __init__(self, schema):
        self.replies = {
            "/tfplugin5.Provider/GetSchema": lambda request: schema,
            # The request and the response have the configuration in the same field.
            "/tfplugin5.Provider/PrepareProviderConfig": lambda request: request,
            "/tfplugin5.Provider/ValidateResourceTypeConfig": lambda request: b"",
            "/tfplugin5.Provider/ValidateDataSourceConfig": lambda request: b"",
            "/tfplugin5.Provider/Stop": lambda request: b"",
        }

    def service(self, call):
        reply = self.replies.get(call.method)
        return reply and grpc.unary_unary_rpc_method_handler(lambda request, context: reply(request))


def main(package, folder):
    schema = schema_response(package)
    server = grpc.server(
        futures.ThreadPoolExecutor(4), handlers=[Provider(schema)],
        options=[("grpc.max_send_message_length", 1 << 26)],
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    reattach = {
        "registry.terraform.io/hashicorp/aws": {
            "Protocol": "grpc", "ProtocolVersion": 5, "Pid": os.getpid(), "Test": True,
            "Addr": {"Network": "tcp", "String": f"127.0.0.1:{port}"},
        }
    }
    temporary = Path(folder, "reattach.new")
    temporary.write_text(json.dumps(reattach))
    temporary.rename(Path(folder, "reattach"))
    server.wait_for_termination()


if __name__ == "__main__":
    main(*sys.argv[1:])
