// `npx cdk deploy` in this folder, after `make package` in the root of the repository.
//
//   npx cdk deploy --context packages=FOLDER --context alarmTopic=TOPIC_ARN

const { App } = require("aws-cdk-lib");
const { ReviewStack } = require("./review-stack");

const app = new App();
const context = (name) => app.node.tryGetContext(name);
new ReviewStack(app, "IvsChatReview", {
  packages: context("packages") ?? "../../target/packages",
  architecture: context("architecture") ?? "x86_64",
  alarmTopicArn: context("alarmTopic"),
});
