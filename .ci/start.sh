#!/usr/bin/env bash
# The demonstration city on the desk seat; on a machine without a display on virtual screens.
#
# The virtual screens are Qt's own `offscreen` platform with a list of monitors: no second process,
# no port, and several monitors, which a virtual X server cannot offer to Qt.
set -euo pipefail
cd "$(dirname "$0")/.."

has_display() {
    if [ -n "${WAYLAND_DISPLAY:-}" ]; then
        return 0
    fi
    case "${DISPLAY:-}" in
        '') return 1 ;;
        :*) local number=${DISPLAY#:} && [ -S "/tmp/.X11-unix/X${number%%.*}" ] ;;
        *) return 0 ;;
    esac
}

if has_display; then
    exec .venv/bin/python main.py run "$@"
fi
mkdir -p out
echo "没有显示器，改用虚拟屏；每 5 秒把每块屏的画面写到 $PWD/out/，按 Ctrl+C 停止。"
echo "No display here: virtual screens are used, and a picture of each is written to $PWD/out/ every 5 seconds. Ctrl+C stops."
exec .venv/bin/python main.py run --screens .ci/screens.json --shot-every 5 --out out/ "$@"
