// Checks templates with the rules of cdk-nag: node tests/infrastructure/security.js NAME=TEMPLATE...
//
// The templates are plain CloudFormation. Each finding must be in the list below with a reason, and each in the list must
// be found.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { App, BootstraplessSynthesizer, Stack, Validations } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");
const { AwsSolutionsChecks, ServerlessChecks } = require("cdk-nag");

const ACCEPTED = {
  "stack ReviewFunction Serverless-LambdaDLQ": "IVS Chat waits for the answer; only asynchronous calls have a queue.",
  "stack ReviewFunction Serverless-LambdaTracing":
    "Tracing takes part of the 200 ms. The metrics Duration and ReviewTime have the times.",
  "cdk Review Serverless-LambdaDLQ": "As in the stack.",
  "cdk Review Serverless-LambdaTracing": "As in the stack.",

  "drift CheckRole AwsSolutions-IAM5[Resource::*]": "ListRooms has no resource.",
  "drift CheckRole AwsSolutions-IAM5[Resource::arn:aws:ivschat:<AWS::Region>:<AWS::AccountId>:room/*]":
    "Every room is checked.",
  "drift StartRole AwsSolutions-IAM5[Resource::*]": "GetAuthorizationToken has no resource.",
  "drift StartRole AwsSolutions-IAM5[Resource::arn:aws:ecr:<AWS::Region>:<AWS::AccountId>:repository/*]":
    "The name of the repository is in the address of the image, which a template cannot split.",
  "drift Start Serverless-EventBusDLQ": "The next run follows on schedule.",
  "drift Report Serverless-EventBusDLQ": "The next run finds the drift again.",

  "large-recordings PartRole AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::<LogsBucket>/AWSLogs/*]":
    "All recorded chat of the bucket is reviewed.",
  "large-recordings PartRole AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::<ResultsBucket>/parts/*]":
    "Each part writes an object of its own.",
  "large-recordings StartRole AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy]":
    "The policy that AWS maintains for this role.",
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "security-"));
try {
  const app = new App({ outdir: folder });
  const templates = process.argv.slice(2).map((argument) => argument.split("="));
  for (const [name, templateFile] of templates) {
    // Without a parameter that the template of the CDK has already.
    const stack = new Stack(app, name, { synthesizer: new BootstraplessSynthesizer() });
    new CfnInclude(stack, "Included", { templateFile });
  }
  for (const Pack of [AwsSolutionsChecks, ServerlessChecks]) Validations.of(app).addPlugins(new Pack(app));
  // It prints findings, and throws an error if there are any.
  const { error } = console;
  const file = path.join(folder, "validation-report.json");
  console.error = () => {};
  try {
    app.synth();
  } catch (failure) {
    if (!fs.existsSync(file)) throw failure;
  } finally {
    console.error = error;
  }

  const report = JSON.parse(fs.readFileSync(file));
  const found = new Set();
  for (const { pluginName, violations } of report.pluginReports) {
    // The CDK's own validation, which knows no conditions; cfn-lint does the same better.
    if (!["AwsSolutions", "Serverless"].includes(pluginName)) continue;
    for (const { ruleName, violatingConstructs } of violations) {
      for (const { constructPath } of violatingConstructs) {
        // Without the hash that the CDK appends.
        const [stack, , resource] = constructPath.split("/");
        found.add(`${stack} ${resource.replace(/[0-9A-F]{8}$/, "")} ${ruleName}`);
      }
    }
  }
  const names = templates.map(([name]) => name);
  const listed = Object.keys(ACCEPTED).filter((it) => names.includes(it.split(" ")[0]));
  const wrong = [
    ...[...found].filter((it) => !(it in ACCEPTED)).map((it) => `not accepted: ${it}`),
    ...listed.filter((it) => !found.has(it)).map((it) => `accepted, but not found: ${it}`),
  ];
  if (wrong.length > 0) {
    console.error(wrong.join("\n"));
    process.exitCode = 1;
  } else {
    console.log(`${names.join(", ")}: ${found.size} findings, all accepted with a reason`);
  }
} finally {
  fs.rmSync(folder, { recursive: true });
}
