# shellcheck shell=sh
# Sourced by mvnw and svc-dht. `find_java 25 javac` sets JAVA_HOME to the first JDK of at least that version
# (`find_java 25 java` is content with a runtime) and returns 1 when there is none.
#
# It reads the file `release` of each candidate and starts no process but one readlink: `java -version` takes
# hundreds of milliseconds and leaves a file in /tmp.

# java_major HOME: sets `major` from HOME/release, 0 when it cannot be told.
java_major() {
  major=0
  [ -r "$1/release" ] || return 0
  while IFS= read -r release_line; do
    case $release_line in
      JAVA_VERSION=*)
        major=${release_line#JAVA_VERSION=}
        major=${major#\"}
        major=${major%%[!0-9]*}
        [ -n "$major" ] || major=0
        return 0
        ;;
    esac
  done <"$1/release"
}

find_java() {
  java_wanted=$1
  java_tool=$2
  java_on_path=$(command -v "$java_tool") && java_on_path=$(readlink -f "$java_on_path" 2>/dev/null) || java_on_path=
  for java_candidate in \
    "${JAVA_HOME:-}" \
    "${java_on_path%/bin/"$java_tool"}" \
    /usr/lib/jvm/* \
    /opt/java/* /opt/jdk* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/* \
    "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
    "${HOME:-/nonexistent}"/.asdf/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [ -x "$java_candidate/bin/$java_tool" ] || continue
    java_major "$java_candidate"
    if [ "$major" -ge "$java_wanted" ]; then
      JAVA_HOME=$java_candidate
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}
