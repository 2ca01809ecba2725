output "function_arn" {
  description = "ARN to use as the message review handler of a room"
  value       = aws_lambda_function.review.arn
}

output "log_group" {
  description = "Log group of the handler"
  value       = aws_cloudwatch_log_group.review.name
}
