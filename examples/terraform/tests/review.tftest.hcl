# `terraform test` applies with a mock of the provider, after `make package`: it needs no credentials and creates nothing.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:ivs-chat-review" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/ivs-chat-review" }
  }
}

run "defaults" {
  assert {
    condition     = aws_lambda_permission.ivs_chat.source_arn == "arn:aws:ivschat:eu-west-1:111122223333:room/*"
    error_message = "only the rooms of this account and Region may invoke the function"
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.review) == 6
    error_message = "there are six alarms beside Denials"
  }
}

run "zero_concurrency" {
  command = plan
  variables {
    reserved_concurrency = 0
  }
  expect_failures = [var.reserved_concurrency]
}

run "unknown_architecture" {
  command = plan
  variables {
    architecture = "sparc"
  }
  expect_failures = [var.architecture]
}
