# The function, its rules, its log, its permission and its alarms, as in template.yaml; without the dashboard and the demo
# room. `make package` writes the two archives.

terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

# A layer of its own, so that a rule change uploads no handler.
resource "aws_lambda_layer_version" "rules" {
  layer_name               = "${var.name}-rules"
  description              = "Rules of the IVS Chat review function"
  filename                 = "${var.packages}/rules.zip"
  source_code_hash         = filebase64sha256("${var.packages}/rules.zip")
  compatible_architectures = ["x86_64", "arm64"]
  compatible_runtimes      = ["provided.al2023"]

  # The function uses the new version before the old one is deleted.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_function" "review" {
  function_name    = var.name
  description      = "Message review handler for Amazon IVS Chat"
  filename         = "${var.packages}/function.zip"
  source_code_hash = filebase64sha256("${var.packages}/function.zip")
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  layers           = [aws_lambda_layer_version.rules.arn]
  role             = aws_iam_role.review.arn
  # IVS Chat waits 200 ms; this is the minimum of Lambda.
  timeout = 1
  # A full processor.
  memory_size                    = 1769
  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = {
      RULES_DIR = "/opt/rules"
      METRICS   = "on"
    }
  }

  logging_config {
    log_group             = aws_cloudwatch_log_group.review.name
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "WARN"
  }

  # Otherwise the first messages have no permission to be logged.
  depends_on = [aws_iam_role_policy.log]
}

resource "aws_cloudwatch_log_group" "review" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
}

resource "aws_iam_role" "review" {
  name_prefix          = "${substr(var.name, 0, 30)}-"
  description          = "Allows the IVS Chat review function to write its own log and nothing else"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "log" {
  name = "write-own-log"
  role = aws_iam_role.review.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.review.arn}:*"
    }]
  })
}

# Only for the rooms of this account and Region.
resource "aws_lambda_permission" "ivs_chat" {
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.review.function_name
  principal      = "ivschat.amazonaws.com"
  source_account = data.aws_caller_identity.current.account_id
  source_arn = join(":", [
    "arn:aws:ivschat", data.aws_region.current.region, data.aws_caller_identity.current.account_id, "room/*",
  ])
}
