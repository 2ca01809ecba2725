# docs/operations.md says what each alarm means, and what to do first.

locals {
  by_name = { FunctionName = aws_lambda_function.review.function_name }
  # Rooms name the function by its ARN.
  by_arn = { Uri = aws_lambda_function.review.arn }

  # The number of the last 15 minutes that must reach the threshold.
  alarms = {
    InvocationErrors         = { namespace = "AWS/IVSChat", dimensions = local.by_arn, minutes = 2 }
    ResponseValidationErrors = { namespace = "AWS/IVSChat", dimensions = local.by_arn, minutes = 1 }
    Errors                   = { namespace = "AWS/Lambda", dimensions = local.by_name, minutes = 2 }
    Throttles                = { namespace = "AWS/Lambda", dimensions = local.by_name, minutes = 1 }
    Duration = {
      namespace = "AWS/Lambda", dimensions = local.by_name, minutes = 3, percentile = "p99", threshold = 150
    }
    SkippedRules = {
      namespace = "IvsChatReview", dimensions = local.by_name, minutes = 1, statistic = "Maximum", silence = "ignore"
    }
  }
  topics = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "review" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.key
  dimensions          = each.value.dimensions
  statistic           = try(each.value.percentile, null) == null ? try(each.value.statistic, "Sum") : null
  extended_statistic  = try(each.value.percentile, null)
  period              = 60
  evaluation_periods  = 15
  datapoints_to_alarm = each.value.minutes
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = try(each.value.threshold, 1)
  treat_missing_data  = try(each.value.silence, "notBreaching")
  alarm_actions       = local.topics
  ok_actions          = local.topics
}

resource "aws_cloudwatch_metric_alarm" "denials" {
  alarm_name          = "${var.name}-Denials"
  evaluation_periods  = 3
  datapoints_to_alarm = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.denials_alarm_percent
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.topics
  ok_actions          = local.topics

  dynamic "metric_query" {
    for_each = { denied = "Denied", allowed = "Allowed", rewritten = "Rewritten" }
    content {
      id = metric_query.key
      metric {
        namespace   = "IvsChatReview"
        metric_name = metric_query.value
        dimensions  = local.by_name
        period      = 300
        stat        = "Sum"
      }
    }
  }

  metric_query {
    id         = "total"
    expression = "denied + allowed + rewritten"
  }

  metric_query {
    id          = "percent"
    label       = "Denied messages in percent"
    expression  = "IF(total >= 100, 100 * denied / total, 0)"
    return_data = true
  }
}
