# Builds the packages that are deployed. `sam build` calls the targets build-ReviewFunction and build-RulesLayer (named
# after the resources in template.yaml) with ARTIFACTS_DIR set to the folder that will be zipped. For other tools,
# `make package` writes both as function.zip and rules.zip to target/packages.
#
# Variables, from the environment or the command line:
#   ARTIFACTS_DIR     where bootstrap or rules/ goes; SAM sets it
#   PACKAGES          where `make package` writes (default: target/packages)
#   RULES             the rule folder to check and package (default: rules)
#   IVS_REVIEW        the `ivs-review` that checks and copies the rules (default: the one on the PATH if it has the
#                     version and commit of this checkout, otherwise it is compiled); a release build, because a debug build does not check the time budget
#   COMPILED_HANDLER  an already compiled handler to package; with IVS_REVIEW no Rust is needed
#   TARGET            the Rust target to compile for (default: this machine's own)
#   BUILD             the cargo subcommand that compiles the handler (default: build)
#   CARGO_TARGET_DIR  cargo's target directory (default: target)
#
# The handler is compiled for the architecture of this machine. For the other one, use one of
#   - such a machine;
#   - TARGET=aarch64-unknown-linux-gnu, with CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER naming a cross linker;
#   - TARGET=aarch64-unknown-linux-gnu BUILD=zigbuild, with cargo-zigbuild installed (the way on macOS too).
# Either cross build also needs `rustup target add aarch64-unknown-linux-gnu`. The template's
# parameter Architecture is not visible here, so the build prints the architecture: deploy with the same one.

PACKAGES ?= target/packages
RULES ?= rules
IVS_REVIEW ?=
COMPILED_HANDLER ?=
TARGET ?=
BUILD ?= build
CARGO_TARGET_DIR ?= target

# As in build.rs: the last commit that changed the program, if this is a checkout. With uncommitted changes to the
# program, no installed one can match, so it is compiled.
program = src docs/diagnostics.md build.rs Cargo.toml Cargo.lock
commit = $(shell [ -e .git ] && git log -1 --format=%h --abbrev=10 -- $(program) 2>/dev/null)$(if $(shell [ -e .git ] && git status --porcelain -- $(program) 2>/dev/null),-modified)
version = $(shell tools/release/version)
compiled = $(or $(COMPILED_HANDLER),$(CARGO_TARGET_DIR)$(if $(TARGET),/$(TARGET))/release/handler)
bootstrap = $(ARTIFACTS_DIR)/bootstrap
# The argument is the variable with which cargo is not needed.
cargo_is_installed = command -v cargo >/dev/null || { echo "cargo is not installed: install Rust, or let $(1) name a compiled program (docs/deploy.md, Without Rust)" >&2; exit 1; }
artifacts_dir_is_set = $(if $(ARTIFACTS_DIR),,$(error ARTIFACTS_DIR is not set; run `sam build`, which sets it))

# TARGET alone decides: `ivs-review` must be compiled for this machine even when the handler is not.
unexport CARGO_BUILD_TARGET

.PHONY: build-ReviewFunction
build-ReviewFunction:
	$(artifacts_dir_is_set)
# A separate cargo call, so that features of the command line are not unified into the handler.
	@$(if $(COMPILED_HANDLER),,$(call cargo_is_installed,COMPILED_HANDLER))
	$(if $(COMPILED_HANDLER),,cargo $(BUILD) --locked --release --no-default-features --features lambda --bin handler --target-dir "$(CARGO_TARGET_DIR)" $(if $(TARGET),--target $(TARGET)))
	mkdir -p "$(ARTIFACTS_DIR)"
	install -m 755 "$(compiled)" "$(bootstrap)"
	install -m 644 THIRD-PARTY-LICENSES.txt "$(ARTIFACTS_DIR)"
# An executable that Lambda cannot start would be visible only as unreviewed messages. Bytes 18 and 19 of an ELF header
# are the processor.
	@case "$$(od -An -v -tx1 -N20 "$(bootstrap)" | tr -d ' \n')" in \
	  7f454c46*3e00) echo "bootstrap is for x86_64: deploy it with Architecture=x86_64" ;; \
	  7f454c46*b700) echo "bootstrap is for arm64: deploy it with Architecture=arm64" ;; \
	  *) echo "$(compiled) is not a Linux executable for x86_64 or arm64; see TARGET in the Makefile" >&2; \
	    rm -f "$(bootstrap)"; exit 1 ;; \
	esac

.PHONY: build-RulesLayer
build-RulesLayer:
	$(artifacts_dir_is_set)
	rm -rf "$(ARTIFACTS_DIR)/rules"
# Rules with an error are never packaged, because at run time the handler could only skip the invalid part. The package
# contains the bytes that were checked: no links, no other files, no later changes; and the same rules compiled, with
# which the handler starts without delay.
	@check="$(IVS_REVIEW)"; \
	if [ -z "$$check" ] && [ -z "$(findstring -modified,$(commit))" ] && [ "$$(ivs-review --version 2>&1)" = "ivs-review $(version)$(if $(commit), ($(commit)))" ]; then check=ivs-review; fi; \
	if [ -z "$$check" ]; then \
	  $(call cargo_is_installed,IVS_REVIEW); \
	  cargo build --locked --quiet --release --no-default-features --features cli --bin ivs-review --target-dir "$(CARGO_TARGET_DIR)" || exit; \
	  check="$(CARGO_TARGET_DIR)/release/ivs-review"; \
	fi; \
	echo "$$check check --rules $(RULES) --copy-to $(ARTIFACTS_DIR)/rules"; \
	"$$check" check --rules "$(RULES)" --copy-to "$(ARTIFACTS_DIR)/rules" && \
	"$$check" compile --rules "$(ARTIFACTS_DIR)/rules" || { rm -rf "$(ARTIFACTS_DIR)/rules"; exit 1; }

# The same files give the same archives: times and order are fixed.
.PHONY: package
package: unpacked = $(PACKAGES)/unpacked
package:
	rm -rf "$(unpacked)" "$(PACKAGES)/function.zip" "$(PACKAGES)/rules.zip"
	$(MAKE) --no-print-directory build-ReviewFunction ARTIFACTS_DIR="$(unpacked)/function"
	$(MAKE) --no-print-directory build-RulesLayer ARTIFACTS_DIR="$(unpacked)/layer"
	python3 tools/release/package.py "$(PACKAGES)/function.zip" . "$(unpacked)"/function/*
	python3 tools/release/package.py "$(PACKAGES)/rules.zip" . "$(unpacked)/layer/rules"
	rm -r "$(unpacked)"
	@echo "wrote $(PACKAGES)/function.zip and $(PACKAGES)/rules.zip"
