#!/usr/bin/env bash
# Set up everything `make run` needs; with --test also what `make test` needs.
#
# System libraries that are missing, a virtual environment in .venv, the pinned dependencies of a
# lock with hashes. A stamp in .venv remembers what was done, so the second time takes no time.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly venv=.venv
readonly stamp=$venv/chengmai-setup
# What Qt's Core, Gui, Widgets, Multimedia and WebEngine link against (seen with ldd on the wheels).
readonly libraries=(
    libegl1 libgl1 libdbus-1-3 libfontconfig1 libgssapi-krb5-2 libx11-xcb1
    libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
    libxcb-randr0 libxcb-render0 libxcb-render-util0 libxcb-shape0 libxcb-shm0 libxcb-sync1
    libxcb-xfixes0 libxcb-xkb1 libnss3 libpulse0
    libdrm2 libexpat1 libgbm1 libnspr4 libudev1 libx11-6 libxcomposite1 libxdamage1 libxext6 libxfixes3
    libxcb-dri3-0 libxkbfile1 libxrandr2 libxrender1 libxtst6
    'libasound2t64|libasound2' 'libglib2.0-0t64|libglib2.0-0'
)
# A broker each, a database, a real RTSP server (its Python belongs to the system) and what decodes beside us.
readonly test_servers=(
    mosquitto nats-server postgresql
    python3-gst-1.0 gir1.2-gst-rtsp-server-1.0 gir1.2-gst-plugins-base-1.0 gstreamer1.0-tools gstreamer1.0-rtsp
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly
    gstreamer1.0-libav ffmpeg xvfb
)

good_python() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
        2>/dev/null
}

find_python() {
    local name
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        if command -v "$name" >/dev/null && good_python "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# Debian ships Python without venv; Ubuntu 22.04's own python3 is 3.10 and 3.11 stands beside it.
install_python() {
    local version
    version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
    case "$version" in
        3.1[1-4]) .ci/packages.sh "python$version-venv" ;;
        *) .ci/packages.sh 'python3.11|python3.12|python3.13' 'python3.11-venv|python3.12-venv|python3.13-venv' ;;
    esac
}

make_venv() {
    local python
    if [ -x $venv/bin/python ] && good_python $venv/bin/python; then
        return 0
    fi
    if ! python=$(find_python); then
        install_python
        if ! python=$(find_python); then
            echo "No Python 3.11 to 3.14 with venv was found: install one (Debian: python3 python3-venv), then run this again." >&2
            exit 3
        fi
    fi
    "$python" -m venv --clear $venv
}

# taky, a server of the tests, is published as source alone.
install_locked() {
    echo "正在安装固定版本的依赖 · installing pinned dependencies: $1"
    $venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        --no-warn-script-location --require-hashes --only-binary=:all: --no-binary=taky \
        -r "$1" </dev/null
}

# What a finished set-up of this kind writes into the stamp.
line_of() {
    echo "$1 $(cat "$2" .ci/setup.sh | sha256sum | cut -d' ' -f1)"
}

done_before() {
    [ -x $venv/bin/python ] && [ -f $stamp ] && grep -qxF "$1" $stamp
}

main() {
    local run test
    run=$(line_of run requirements.lock)
    test=$(line_of test requirements-dev.lock)
    if [ "${1:-}" = --test ]; then
        done_before "$test" && return 0
        .ci/packages.sh "${libraries[@]}" "${test_servers[@]}"
        make_venv
        rm -f $stamp
        install_locked requirements-dev.lock
        # The development lock holds every pin of the other one (tests/contract/test_locks.py).
        printf '%s\n%s\n' "$run" "$test" >$stamp
    else
        done_before "$run" && return 0
        .ci/packages.sh "${libraries[@]}"
        make_venv
        rm -f $stamp
        install_locked requirements.lock
        echo "$run" >$stamp
    fi
}

main "$@"
