# shellcheck shell=bash disable=SC2154
# For scripts that need a container engine. They define `skip`, and `work`, an empty folder.

# Uses the running container engine. If none is running, and root runs this where Docker is installed, starts one that
# does not change the firewall and keeps its data in $work; `stop_engine` removes it.
ensure_engine() {
  command -v docker >/dev/null || skip "no container engine is installed (Debian: docker.io)"
  docker info >"$work/docker-info" 2>&1 || start_engine
}

start_engine() {
  ((EUID == 0)) || skip "no container engine runs, and only root can start one"
  command -v dockerd >/dev/null || skip "no container engine runs, and Docker's is not installed"
  [[ ! -e /sys/class/net/docker0 ]] || bridge_was_there=yes
  export DOCKER_HOST="unix://$work/docker.sock"
  # In a session of its own, so that Ctrl-C leaves it to `stop_engine`.
  setsid dockerd --host "$DOCKER_HOST" --data-root "$work/data" --exec-root "$work/exec" \
    --pidfile "$work/dockerd.pid" --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
    >"$work/dockerd.log" 2>&1 &
  engine=$!
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    if docker info >"$work/docker-info" 2>&1; then
      echo "started a container engine: $(docker version --format '{{.Server.Version}}')"
      return
    fi
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$work/dockerd.log" >&2
  skip "no container engine runs, and Docker's does not start here"
}

# Builds an image from nothing but the libraries that programs need, so that none is pulled. Its root is $work/image, to
# which the caller may add before.
libraries_image() { # TAG LABEL PROGRAM...
  local tag=$1 label=$2 root="$work/image" library
  shift 2
  mkdir -p "$root"/{dev,etc,opt,proc,sys,tmp,var}
  chmod 1777 "$root/tmp"
  # Debian's busybox-static names none.
  for library in $(for program in "$@"; do ldd "$program" 2>&1 || true; done | grep -oE '/[^ ]+\.so[^ ]*' | sort -u); do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
  tar -C "$root" -c . |
    docker import --change 'WORKDIR /var/task' --change 'ENV PATH=/bin LAMBDA_TASK_ROOT=/var/task' \
      --change "LABEL $label=" - "$tag" >/dev/null
}

# Stops the engine that was started. In one that ran before, removes the images with a label.
stop_engine() { # LABEL
  if [[ ! $engine ]]; then
    { docker images --quiet --filter "label=$1" | sort -u | xargs -r docker rmi --force; } >/dev/null 2>&1 || true
  else
    kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
    [[ $bridge_was_there ]] || ip link delete docker0 2>/dev/null || true
  fi
}

engine=
bridge_was_there=
