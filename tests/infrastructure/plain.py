#!/usr/bin/env python3
"""Writes a template as plain CloudFormation in JSON: tests/infrastructure/plain.py TEMPLATE FILE

Short tags are written out, and resources of SAM are transformed as CloudFormation does.
"""

import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform


class NoPolicies:
    """Managed policies that a template names; none does."""

    def load(self):
        return {}


source, target = sys.argv[1:]
with open(source) as file:
    template = yaml_parse(file.read())
if "Transform" in template:
    for resource in template["Resources"].values():
        for uri in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][uri] = "s3://bucket/key"
    values = {name: it.get("Default") for name, it in template["Parameters"].items()}
    template = transform(template, values, NoPolicies())
with open(target, "w") as file:
    json.dump(template, file, indent=1)
