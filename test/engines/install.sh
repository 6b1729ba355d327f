#!/usr/bin/env bash
# Fetches Apache Kafka from Maven and builds a MongoDB-compatible server from Go modules, for the tests of Kafka and MongoDB.
# Needs java, mvn and go. The tests find the engines in $PRICELAKE_ENGINES and are skipped without them.
set -eu
cd "$(dirname "$0")"
to=${PRICELAKE_ENGINES:-$HOME/.cache/pricelake-engines}
mkdir -p "$to"
if [ ! -e "$to/kafka/complete" ]; then
  rm -rf "$to/kafka"
  mvn -q -B -f kafka/pom.xml dependency:copy-dependencies -DoutputDirectory="$to/kafka"
  touch "$to/kafka/complete"
fi
[ -x "$to/mongo-server" ] || (cd mongo && go build -o "$to/mongo-server" .)
