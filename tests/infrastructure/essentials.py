#!/usr/bin/env python3
"""Compares another description of the stack with template.yaml: tests/infrastructure/essentials.py KIND FILE

KIND is `cdk`, and FILE a synthesized template, or `terraform`, and FILE the output of `terraform test -json -verbose`.
Compared is what decides how the function behaves: its settings, who may invoke it, what it may do, its log and its alarms,
with the default values of all parameters.
"""

import json
import re
import sys

from samcli.yamlhelper import yaml_parse

ACCOUNT, REGION = "111122223333", "eu-west-1"


class CloudFormation:
    """A template with the default values of its parameters."""

    def __init__(self, template):
        self.template = template
        self.values = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws", "AWS::NoValue": None}
        for name, parameter in template.get("Parameters", {}).items():
            default = parameter.get("Default")
            self.values[name] = int(default) if parameter["Type"] == "Number" else default

    def condition(self, value):
        if isinstance(value, str):
            return self.condition(self.template["Conditions"][value])
        [(function, arguments)] = value.items()
        if function == "Fn::Equals":
            left, right = map(self.resolve, arguments)
            return left == right
        assert function == "Fn::Not", value
        return not self.condition(arguments[0])

    def resolve(self, value):
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(function, arguments)] = value.items()
            if function == "Ref":
                return self.values.get(arguments, arguments)
            if function == "Fn::GetAtt":
                return ".".join(arguments) if isinstance(arguments, list) else arguments
            if function == "Fn::If":
                return self.resolve(arguments[1 if self.condition(arguments[0]) else 2])
            if function == "Fn::Join":
                return arguments[0].join(map(str, self.resolve(arguments[1])))
            if function == "Fn::Sub" and isinstance(arguments, str):
                return re.sub(r"\$\{([^!}]+)\}", lambda found: str(self.values.get(found[1], found[1])), arguments)
        resolved = {name: self.resolve(item) for name, item in value.items()}
        return {name: item for name, item in resolved.items() if item is not None}

    def resources(self, *types):
        return {
            name: self.resolve(resource.get("Properties", {}))
            for name, resource in self.template["Resources"].items()
            if resource["Type"] in types and (it := resource.get("Condition", True)) and (it is True or self.condition(it))
        }

    def only(self, *types):
        [(name, properties)] = self.resources(*types).items()
        return name, properties

    def essentials(self):
        function_name, function = self.only("AWS::Serverless::Function", "AWS::Lambda::Function")
        _, layer = self.only("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")
        log_name, log = self.only("AWS::Logs::LogGroup")
        role_name, role = self.only("AWS::IAM::Role")
        _, permission = self.only("AWS::Lambda::Permission")
        assert function["Role"] == f"{role_name}.Arn", function["Role"]
        assert function["LoggingConfig"]["LogGroup"] == log_name
        assert permission["FunctionName"] == f"{function_name}.Arn", permission
        assert "ManagedPolicyArns" not in role, role
        assert not self.resources("AWS::IAM::Policy"), "the role has another policy"
        [policy] = [it["PolicyDocument"]["Statement"] for it in role["Policies"]]
        assert all(it["Resource"] == f"{log_name}.Arn" for it in policy), policy
        return {
            "function": {
                **{key: function[key] for key in ("Architectures", "Handler", "MemorySize", "Runtime", "Timeout")},
                "Environment": function["Environment"]["Variables"],
                "Layers": len(function["Layers"]),
                "ReservedConcurrency": function.get("ReservedConcurrentExecutions"),
                "Logging": {key: it for key, it in function["LoggingConfig"].items() if key != "LogGroup"},
            },
            "layer": {key: sorted(layer[key]) for key in ("CompatibleArchitectures", "CompatibleRuntimes")},
            "log": {"RetentionInDays": log["RetentionInDays"], "KmsKeyId": log.get("KmsKeyId")},
            "trust": role["AssumeRolePolicyDocument"]["Statement"],
            "policy": [{key: it[key] for key in ("Effect", "Action")} for it in policy],
            "permission": {key: permission[key] for key in ("Action", "Principal", "SourceAccount", "SourceArn")},
            "alarms": dict(self.alarm(it, function_name) for it in self.resources("AWS::CloudWatch::Alarm").values()),
        }

    @staticmethod
    def alarm(alarm, function):
        def dimensions(listed):
            kinds = {function: "name", f"{function}.Arn": "ARN"}
            return {it["Name"]: kinds[it["Value"]] for it in listed}

        essentials = {
            "comparison": alarm["ComparisonOperator"], "evaluation": alarm["EvaluationPeriods"],
            "datapoints": alarm["DatapointsToAlarm"], "threshold": alarm["Threshold"],
            "missing": alarm["TreatMissingData"], "actions": alarm.get("AlarmActions", []) + alarm.get("OKActions", []),
        }
        if "Metrics" not in alarm:
            essentials["statistic"] = alarm.get("Statistic") or alarm["ExtendedStatistic"]
            essentials["metric"] = [alarm["Namespace"], alarm["Period"], dimensions(alarm["Dimensions"])]
            return alarm["MetricName"], essentials
        for it in alarm["Metrics"]:
            if "Expression" in it:
                essentials[it["Id"]] = [it["Expression"], it.get("Label"), it.get("ReturnData", True)]
            else:
                metric, stat = it["MetricStat"]["Metric"], it["MetricStat"]
                essentials[it["Id"]] = [
                    metric["Namespace"], metric["MetricName"], stat["Stat"], stat["Period"],
                    dimensions(metric["Dimensions"]), it["ReturnData"],
                ]
        return "Denials", essentials


def terraform(resources):
    """Returns the essentials of the resources of a state."""

    def values(type_):
        return [it["values"] for it in resources if it["type"] == type_ and it["mode"] == "managed"]

    def statements(policy, *keys):
        return [{key: it[key] for key in keys} for it in json.loads(policy)["Statement"]]

    [function], [layer] = values("aws_lambda_function"), values("aws_lambda_layer_version")
    [log], [role], [policy] = values("aws_cloudwatch_log_group"), values("aws_iam_role"), values("aws_iam_role_policy")
    [permission] = values("aws_lambda_permission")
    [logging], [environment] = function["logging_config"], function["environment"]
    assert logging["log_group"] == log["name"]
    assert function["role"] == role["arn"] and policy["role"] == role["id"] and not role["managed_policy_arns"]
    assert function["layers"] == [layer["arn"]]
    assert permission["function_name"] == function["function_name"]
    assert statements(policy["policy"], "Resource") == [{"Resource": log["arn"] + ":*"}]
    kinds = {function["function_name"]: "name", function["arn"]: "ARN"}

    def dimensions(found):
        return {name: kinds[value] for name, value in found.items()}

    def alarm(it):
        essentials = {
            "comparison": it["comparison_operator"], "evaluation": it["evaluation_periods"],
            "datapoints": it["datapoints_to_alarm"], "threshold": it["threshold"], "missing": it["treat_missing_data"],
            "actions": it["alarm_actions"] + it["ok_actions"],
        }
        if not it["metric_query"]:
            essentials["statistic"] = it["statistic"] or it["extended_statistic"]
            essentials["metric"] = [it["namespace"], it["period"], dimensions(it["dimensions"])]
            return it["metric_name"], essentials
        for query in it["metric_query"]:
            if query["expression"]:
                essentials[query["id"]] = [query["expression"], query["label"], bool(query["return_data"])]
            else:
                [metric] = query["metric"]
                essentials[query["id"]] = [
                    metric["namespace"], metric["metric_name"], metric["stat"], metric["period"],
                    dimensions(metric["dimensions"]), bool(query["return_data"]),
                ]
        return "Denials", essentials

    concurrency = function["reserved_concurrent_executions"]
    return {
        "function": {
            "Architectures": function["architectures"], "Handler": function["handler"],
            "MemorySize": function["memory_size"], "Runtime": function["runtime"], "Timeout": function["timeout"],
            "Environment": environment["variables"], "Layers": len(function["layers"]),
            "ReservedConcurrency": None if concurrency == -1 else concurrency,
            "Logging": {
                "LogFormat": logging["log_format"], "ApplicationLogLevel": logging["application_log_level"],
                "SystemLogLevel": logging["system_log_level"],
            },
        },
        "layer": {
            "CompatibleArchitectures": sorted(layer["compatible_architectures"]),
            "CompatibleRuntimes": sorted(layer["compatible_runtimes"]),
        },
        "log": {"RetentionInDays": log["retention_in_days"], "KmsKeyId": log["kms_key_id"]},
        "trust": json.loads(role["assume_role_policy"])["Statement"],
        "policy": statements(policy["policy"], "Effect", "Action"),
        "permission": {
            "Action": permission["action"], "Principal": permission["principal"],
            "SourceAccount": permission["source_account"], "SourceArn": permission["source_arn"],
        },
        "alarms": dict(map(alarm, values("aws_cloudwatch_metric_alarm"))),
    }


def states(file):
    """Returns the resources of each run of `terraform test`."""
    lines = map(json.loads, open(file))
    return [it["test_state"]["root_module"]["resources"] for it in lines if it["type"] == "test_state"]


def differences(path, expected, found):
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted({*expected, *found}):
            yield from differences(f"{path}.{key}", expected.get(key), found.get(key))
    elif expected != found:
        yield f"{path}: template.yaml has {expected!r}, and this {found!r}"


def main(kind, file):
    with open("template.yaml") as template:
        expected = CloudFormation(yaml_parse(template.read())).essentials()
    if kind == "cdk":
        found = CloudFormation(json.load(open(file))).essentials()
    else:
        [resources] = states(file)
        found = terraform(resources)
    wrong = list(differences("$", expected, found))
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"as template.yaml: function, layer, log, role, permission and {len(found['alarms'])} alarms")


main(*sys.argv[1:])
