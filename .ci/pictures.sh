#!/usr/bin/env bash
# Takes the README's pictures from the program into docs/pictures. The demonstration city goes
# through its storm, so that there is something to see; the first run only fills the history.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export QT_QPA_PLATFORM=offscreen
shoot() { # NAME SEAT LANGUAGE SECONDS [OPTION ...]
  local name=$1 seat=$2 lang=$3 after=$4
  shift 4
  .venv/bin/python main.py run --seat "$seat" --lang "$lang" --scenario storm \
    --data "$work/$seat" --shot "$work/$name" --after "$after" "$@"
  cp "$work/$name/screen-0.png" "docs/pictures/$name.png"
}
mkdir -p docs/pictures
for seat in desk hall cockpit; do
  shoot fill "$seat" zh_CN 60
done
rm -f docs/pictures/fill.png
shoot desk.zh desk zh_CN 12
shoot desk.en desk en 12
shoot indicator.zh desk zh_CN 12 --scene indicator
shoot hall.zh hall zh_CN 12
shoot cockpit.zh cockpit zh_CN 12
.venv/bin/python main.py sheet --shot "$work/sheet"
cp "$work/sheet/sheet-desk.png" docs/pictures/sheet.png
