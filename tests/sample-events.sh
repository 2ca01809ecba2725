# shellcheck shell=bash
# For scripts that send events/*.json to a handler: the reply that each must get. Run from the root of the repository.

# A line for each event: its file, a tab, and what `ivs-review review --events` says.
expected_replies() { # RULES
  local events=(events/*.json) event replies status=0
  replies=$(
    for event in "${events[@]}"; do
      # JSON has no line break inside a string, so each stands between two tokens.
      tr '\r\n' '  ' <"$event"
      echo
    done | cargo run --locked --quiet --release --bin ivs-review -- \
      review --rules "$1" --events -
  ) || status=$?
  # 1 tells of an event that is not from IVS Chat, which is among them.
  ((status == 1)) || return 1
  [[ $(wc -l <<<"$replies") == "${#events[@]}" ]] || return 1
  paste <(printf '%s\n' "${events[@]}") - <<<"$replies"
}

# Replies are the same JSON value: the command line escapes what a terminal would act on. Of an error the function
# reports more than the command line.
is_expected() { # REPLY EXPECTED
  local told
  case $2 in
    '{"error":"'*)
      told=${2#'{"error":"'}
      told=${told%%'"'*}
      [[ $1 == '{"errorType":"EventError","errorMessage":"'*"$told"* ]]
      ;;
    '{"ReviewResult":"'*)
      python3 -c 'import json, sys; sys.exit(json.loads(sys.argv[1]) != json.loads(sys.argv[2]))' "$1" "$2"
      ;;
    *) return 1 ;;
  esac
}
