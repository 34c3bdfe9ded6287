#!/usr/bin/env bash
# Takes the README's pictures from the program into docs/pictures. The demonstration city goes
# through its storm, so that there is something to see. Each seat fills its history once, then is
# opened again for each picture; the jobs go side by side (about three minutes).
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export QT_QPA_PLATFORM=offscreen
run() { # SEAT LANGUAGE SECONDS FOLDER [OPTION ...]
  .venv/bin/python main.py run --seat "$1" --lang "$2" --scenario storm --after "$3" \
    --shot "$4" --data "$work/data-$1" "${@:5}"
}
shoot() { # NAME SEAT LANGUAGE [OPTION ...]
  local name=$1
  run "$2" "$3" "${seconds:-12}" "$work/$name" "${@:4}"
  cp "$work/$name/screen-0.png" "docs/pictures/$name.png"
}
desk() {
  run desk zh_CN 60 "$work/fill-desk"
  shoot desk.zh desk zh_CN --scene overview
  shoot desk.en desk en --scene overview
  # What is usual is learnt after the start, an indicator at a time.
  seconds=35 shoot indicator.zh desk zh_CN --scene indicator/event.hotline_calls
  shoot index.zh desk zh_CN --scene index/pressure
  shoot map.zh desk zh_CN --scene map
  seconds=20 shoot video.zh desk zh_CN --scene video
  # A desk with a second monitor that it lends to the hall.
  cat >"$work/two.json" <<'JSON'
{"screens": [
  {"name": "DESK", "x": 0, "y": 0, "width": 1920, "height": 1080, "logicalDpi": 96, "dpr": 1},
  {"name": "WALL", "x": 1920, "y": 0, "width": 7680, "height": 2160, "logicalDpi": 96, "dpr": 1}
]}
JSON
  shoot walls.zh desk zh_CN --scene walls --screens "$work/two.json" --wall WALL
}
# One of the city's networks is cut half a minute after the start.
feeds() {
  local cut=(--scenario cut --data "$work/data-feeds")
  run desk zh_CN 75 "$work/fill-feeds" "${cut[@]}"
  seconds=50 shoot feeds.zh desk zh_CN "${cut[@]}" --scene feeds
  seconds=50 shoot feed.zh desk zh_CN "${cut[@]}" --scene feed/water
}
hall() {
  run hall zh_CN 60 "$work/fill-hall"
  seconds=20 shoot hall.zh hall zh_CN --scene overview
  seconds=20 shoot war.zh hall zh_CN --scene war
  shoot hall-map.zh hall zh_CN --scene map
}
cockpit() {
  run cockpit zh_CN 60 "$work/fill-cockpit"
  shoot cockpit.zh cockpit zh_CN --scene overview
  shoot theme.zh cockpit zh_CN --scene theme/flood
  shoot targets.zh cockpit zh_CN --scene targets
}
mkdir -p docs/pictures
jobs=()
for seat in desk feeds hall cockpit; do
  "$seat" &
  jobs+=("$!")
done
for job in "${jobs[@]}"; do
  wait "$job"
done
.venv/bin/python main.py sheet --shot "$work/sheet"
cp "$work/sheet/sheet-desk.png" docs/pictures/sheet.png
