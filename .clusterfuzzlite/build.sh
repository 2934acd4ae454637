#!/bin/bash -eu
# ClusterFuzzLite runs this in the repository's root; what it does is the same as for OSS-Fuzz.
exec bash -eu fuzz/oss-fuzz/build.sh
