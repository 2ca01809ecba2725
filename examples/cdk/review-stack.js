// The function, its rules, its log, its permission and its alarms, as in template.yaml; without the dashboard and the demo
// room.

const path = require("node:path");
const { Aws, CfnOutput, Duration, RemovalPolicy, Stack } = require("aws-cdk-lib");
const cloudwatch = require("aws-cdk-lib/aws-cloudwatch");
const iam = require("aws-cdk-lib/aws-iam");
const lambda = require("aws-cdk-lib/aws-lambda");
const logs = require("aws-cdk-lib/aws-logs");

class ReviewStack extends Stack {
  /**
   * @param props.packages folder with function.zip and rules.zip, the output of `make package`
   * @param props.architecture x86_64 or arm64; `make package` prints it
   * @param props.alarmTopicArn SNS topic for alarms, without which they notify no one
   */
  constructor(scope, id, { packages, architecture, alarmTopicArn, ...props }) {
    super(scope, id, props);
    const archive = (name) => lambda.Code.fromAsset(path.resolve(packages, name));

    // A layer of its own, so that a rule change uploads no handler.
    const rules = new lambda.LayerVersion(this, "Rules", {
      description: "Rules of the IVS Chat review function",
      code: archive("rules.zip"),
      compatibleArchitectures: [lambda.Architecture.X86_64, lambda.Architecture.ARM_64],
      compatibleRuntimes: [lambda.Runtime.PROVIDED_AL2023],
    });
    const logGroup = new logs.LogGroup(this, "Log", {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The default role may write to every log group of the account.
    const role = new iam.Role(this, "Role", {
      description: "Allows the IVS Chat review function to write its own log and nothing else",
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        "write-own-log": new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });

    this.function = new lambda.Function(this, "Review", {
      description: "Message review handler for Amazon IVS Chat",
      runtime: lambda.Runtime.PROVIDED_AL2023,
      handler: "bootstrap",
      architecture: architecture === "arm64" ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
      code: archive("function.zip"),
      layers: [rules],
      // Without the permissions that the construct would add.
      role: iam.Role.fromRoleArn(this, "FixedRole", role.roleArn, { mutable: false }),
      environment: { RULES_DIR: "/opt/rules", METRICS: "on" },
      // IVS Chat waits 200 ms; this is the minimum of Lambda.
      timeout: Duration.seconds(1),
      // A full processor.
      memorySize: 1769,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
    });

    // Only for the rooms of this account and Region.
    new lambda.CfnPermission(this, "Permission", {
      action: "lambda:InvokeFunction",
      functionName: this.function.functionArn,
      principal: "ivschat.amazonaws.com",
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: `arn:aws:ivschat:${Aws.REGION}:${Aws.ACCOUNT_ID}:room/*`,
    });
    this.addAlarms(alarmTopicArn ? [alarmTopicArn] : undefined);
    new CfnOutput(this, "FunctionArn", {
      description: "ARN to use as the message review handler of a room",
      value: this.function.functionArn,
    });
  }

  /** docs/operations.md says what each alarm means, and what to do first. */
  addAlarms(topics) {
    const byName = [{ name: "FunctionName", value: this.function.functionName }];
    // Rooms name the function by its ARN.
    const byArn = [{ name: "Uri", value: this.function.functionArn }];
    const common = {
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      alarmActions: topics,
      okActions: topics,
    };
    // The number of the last 15 minutes that must reach the threshold.
    const alarm = (namespace, metricName, dimensions, datapointsToAlarm, options) =>
      new cloudwatch.CfnAlarm(this, `${metricName}Alarm`, {
        ...common,
        namespace,
        metricName,
        dimensions,
        period: 60,
        evaluationPeriods: 15,
        datapointsToAlarm,
        threshold: 1,
        treatMissingData: "notBreaching",
        ...options,
      });
    const sum = { statistic: "Sum" };
    alarm("AWS/IVSChat", "InvocationErrors", byArn, 2, sum);
    alarm("AWS/IVSChat", "ResponseValidationErrors", byArn, 1, sum);
    alarm("AWS/Lambda", "Errors", byName, 2, sum);
    alarm("AWS/Lambda", "Throttles", byName, 1, sum);
    alarm("AWS/Lambda", "Duration", byName, 3, { extendedStatistic: "p99", threshold: 150 });
    alarm("IvsChatReview", "SkippedRules", byName, 1, { statistic: "Maximum", treatMissingData: "ignore" });

    const verdicts = ["Denied", "Allowed", "Rewritten"].map((metricName) => ({
      id: metricName.toLowerCase(),
      metricStat: {
        metric: { namespace: "IvsChatReview", metricName, dimensions: byName },
        period: 300,
        stat: "Sum",
      },
      returnData: false,
    }));
    new cloudwatch.CfnAlarm(this, "DenialsAlarm", {
      ...common,
      metrics: [
        ...verdicts,
        { id: "total", expression: "denied + allowed + rewritten", returnData: false },
        {
          id: "percent",
          label: "Denied messages in percent",
          expression: "IF(total >= 100, 100 * denied / total, 0)",
        },
      ],
      evaluationPeriods: 3,
      datapointsToAlarm: 1,
      threshold: 20,
      treatMissingData: "notBreaching",
    });
  }
}

module.exports = { ReviewStack };
