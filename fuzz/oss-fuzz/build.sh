#!/bin/bash -eu
# Builds every fuzz target into $OUT, each with its options, dictionary and seeds. Run from the repository's
# root; `CARGO` and `FUZZ_BUILD` can name other programs.
#
# The collector scans the native stack, which the fake frames of the sanitizer would hide.

cargo=${CARGO:-cargo}
build=${FUZZ_BUILD:-"$cargo fuzz build -O"}
target=${FUZZ_TARGET_DIR:-fuzz/target/x86_64-unknown-linux-gnu/release}

$build

# name of the target, its dictionary, its seeds
seeds() {
  case $1 in
    differential|facts|ir_text) ls corpus/ir/*.ir ;;
    parse|bytegen|import) ls corpus/seeds/*.js corpus/regressions/*.js ;;
    *) ;;
  esac
}
dictionary() {
  case $1 in
    differential|facts|ir_text) echo ir ;;
    parse|bytegen|import) echo javascript ;;
    regexp) echo regexp ;;
    schedule_text) echo schedule ;;
    *) echo none ;;
  esac
}

for path in fuzz/fuzz_targets/*.rs; do
  name=$(basename "$path" .rs)
  cp "$target/$name" "$OUT/$name"
  printf '[libfuzzer]\nrss_limit_mb = 8192\ntimeout = 60\n\n[asan]\ndetect_stack_use_after_return = 0\n' > "$OUT/$name.options"
  words=fuzz/dictionaries/$(dictionary "$name").dict
  if [ -f "$words" ]; then
    cp "$words" "$OUT/$name.dict"
  fi
  list=$(seeds "$name")
  if [ -n "$list" ]; then
    rm -f "$OUT/${name}_seed_corpus.zip"
    # shellcheck disable=SC2086
    zip -q -j "$OUT/${name}_seed_corpus.zip" $list
  fi
done
