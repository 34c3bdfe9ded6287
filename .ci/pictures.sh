#!/usr/bin/env bash
# Takes the README's pictures from the program into docs/pictures. The demonstration city goes
# through its storm, so that there is something to see; the first run only fills the history.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export QT_QPA_PLATFORM=offscreen
run() { # SEAT LANGUAGE SECONDS FOLDER [OPTION ...]
  .venv/bin/python main.py run --seat "$1" --lang "$2" --scenario storm --after "$3" \
    --shot "$4" --data "$work/$1" "${@:5}"
}
shoot() { # NAME SEAT LANGUAGE SECONDS [OPTION ...]
  local name=$1
  run "$2" "$3" "$4" "$work/$name" "${@:5}"
  cp "$work/$name/screen-0.png" "docs/pictures/$name.png"
}
mkdir -p docs/pictures
for seat in desk hall cockpit; do
  run "$seat" zh_CN 60 "$work/fill-$seat" &
done
wait
shoot desk.zh desk zh_CN 12
shoot desk.en desk en 12
shoot indicator.zh desk zh_CN 12 --scene indicator
shoot hall.zh hall zh_CN 12
shoot cockpit.zh cockpit zh_CN 12
.venv/bin/python main.py sheet --shot "$work/sheet"
cp "$work/sheet/sheet-desk.png" docs/pictures/sheet.png
