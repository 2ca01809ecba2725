#!/usr/bin/env python3
"""A fake of what `sam deploy --no-execute-changeset` calls: S3 and CloudFormation with no stacks.

tests/packages/aws.py FOLDER writes its address to FOLDER/address, uploaded objects to FOLDER/objects/KEY, and the
parameters of each change set to FOLDER/changes.jsonl. It validates nothing.
"""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "aws-sam-cli-managed-default-samclisourcebucket-0123456789ab"
FOLDER = Path(sys.argv[1])
STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack"

# The stack of SAM that contains its bucket.
MANAGED = f"""<Stacks><member>
  <StackName>aws-sam-cli-managed-default</StackName><StackId>{STACK}/aws-sam-cli-managed-default/1</StackId>
  <CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
  <Tags><member><Key>ManagedStackSource</Key><Value>AwsSamCli</Value></member></Tags>
  <Outputs>
    <member><OutputKey>SourceBucket</OutputKey><OutputValue>{BUCKET}</OutputValue></member>
    <member><OutputKey>Version</OutputKey><OutputValue>1.170.0</OutputValue></member>
  </Outputs>
</member></Stacks>"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def object(self):
        """Returns the path of the object that the request names, in path style."""
        _, bucket, key = unquote(urlsplit(self.path).path).split("/", 2)
        assert bucket == BUCKET, bucket
        assert ".." not in key, key
        return FOLDER / "objects" / key

    def do_HEAD(self):
        self.reply(200 if self.object().is_file() else 404)

    def do_PUT(self):
        path = self.object()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.body())
        self.reply(200, ETag='"0"')

    def do_POST(self):
        request = dict(parse_qsl(self.body().decode(), keep_blank_values=True))
        action = request["Action"]
        if action == "DescribeStacks":
            name = request["StackName"]
            if name == "aws-sam-cli-managed-default":
                return self.answer(action, MANAGED)
            return self.missing(f"Stack with id {name} does not exist")
        if action == "CreateChangeSet":
            with open(FOLDER / "changes.jsonl", "a") as changes:
                print(json.dumps(request), file=changes)
            return self.answer(action, f"<Id>{STACK}:changeSet/c/1</Id><StackId>{STACK}/s/1</StackId>")
        if action == "DescribeChangeSet":
            return self.answer(action, "<Status>CREATE_COMPLETE</Status><Changes></Changes>")
        return self.missing(f"{action} is not part of this fake")

    def answer(self, action, result):
        xml = f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
        self.reply(200, re.sub(r">\s+<", "><", xml).encode())

    def missing(self, message):
        error = f"<Type>Sender</Type><Code>ValidationError</Code><Message>{escape(message)}</Message>"
        self.reply(400, f"<ErrorResponse><Error>{error}</Error></ErrorResponse>".encode())


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
temporary = FOLDER / "address.new"
temporary.write_text(f"http://127.0.0.1:{server.server_port}")
temporary.rename(FOLDER / "address")
server.serve_forever()
