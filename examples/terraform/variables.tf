variable "name" {
  description = "Name of the function, and prefix of the other names"
  type        = string
  default     = "ivs-chat-review"
}

variable "packages" {
  description = "Folder with function.zip and rules.zip: the output of `make package`"
  type        = string
  default     = "../../target/packages"
}

variable "architecture" {
  description = "Processor architecture of function.zip; `make package` prints it"
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "must be x86_64 or arm64"
  }
}

variable "log_retention_days" {
  description = "Number of days to keep logs"
  type        = number
  default     = 30
}

variable "log_kms_key_arn" {
  description = "KMS key that encrypts the log group; its policy must allow CloudWatch Logs to use it"
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the role"
  type        = string
  default     = null
}

variable "reserved_concurrency" {
  description = "Reserved concurrency of the function; -1 uses the unreserved concurrency of the account"
  type        = number
  default     = -1

  # 0 disables the function.
  validation {
    condition     = var.reserved_concurrency == -1 || var.reserved_concurrency > 0
    error_message = "must be -1 or a positive number"
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic in this Region for alarm notifications; without it alarms notify no one"
  type        = string
  default     = null
}

variable "denials_alarm_percent" {
  description = "Threshold of the alarm Denials, in percent of messages"
  type        = number
  default     = 20
}
