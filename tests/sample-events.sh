# shellcheck shell=bash
# For scripts that send events/*.json to a handler: the expected replies. Run from the root of the repository.

# Prints a line for each event: its file, a tab, and the reply of `ivs-review review --events`.
expected_replies() { # RULES
  local events=(events/*.json) event replies status=0
  replies=$(
    for event in "${events[@]}"; do
      # JSON strings contain no line breaks, so each line break is between two tokens.
      tr '\r\n' '  ' <"$event"
      echo
    done | cargo run --locked --quiet --release --bin ivs-review -- \
      review --rules "$1" --events -
  ) || status=$?
  # Exit code 1: one of the sample events is not from IVS Chat.
  ((status == 1)) || return 1
  [[ $(wc -l <<<"$replies") == "${#events[@]}" ]] || return 1
  paste <(printf '%s\n' "${events[@]}") - <<<"$replies"
}

# Compares JSON values, because the command line escapes control characters. For an error, the function reports more
# than the command line.
is_expected() { # REPLY EXPECTED
  local error
  case $2 in
    '{"error":"'*)
      error=${2#'{"error":"'}
      error=${error%%'"'*}
      [[ $1 == '{"errorType":"EventError","errorMessage":"'*"$error"* ]]
      ;;
    '{"ReviewResult":"'*)
      python3 -c 'import json, sys; sys.exit(json.loads(sys.argv[1]) != json.loads(sys.argv[2]))' "$1" "$2"
      ;;
    *) return 1 ;;
  esac
}
