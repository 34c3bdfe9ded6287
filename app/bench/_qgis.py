"""What QGIS takes for a picture of so many points, headless: the peer of the live map.

QGIS is no package of Python's; where a machine has it, the system's own Python can import it. So
this file is run by that Python as a script and knows nothing of the program:
`/usr/bin/python3 app/bench/_qgis.py COUNT WIDTH HEIGHT` prints `{"version": ..., "ms": ...}`.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

SYSTEM_PYTHON = "/usr/bin/python3"
ROUNDS = 7
SPREAD = 0.4


def frame_ms(count: int, width: int, height: int) -> tuple[str, float] | None:
    """QGIS's version and the median of its pictures in ms; None where there is no QGIS."""
    if not Path(SYSTEM_PYTHON).is_file():
        return None
    environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [SYSTEM_PYTHON, str(Path(__file__)), str(count), str(width), str(height)],
        env={**environment, "HOME": os.environ.get("HOME", "/tmp")},  # noqa: S108
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    if done.returncode:
        return None
    told = json.loads(done.stdout.splitlines()[-1])
    return str(told["version"]), float(told["ms"])


def _main(count: int, width: int, height: int) -> None:
    core = __import__("qgis.core", fromlist=["core"])
    qt = __import__("qgis.PyQt.QtCore", fromlist=["QtCore"])
    application = core.QgsApplication([], False)
    application.initQgis()
    layer = core.QgsVectorLayer("Point?crs=EPSG:4326", "points", "memory")
    draw = random.Random(5)  # noqa: S311
    features = []
    for _ in range(count):
        feature = core.QgsFeature()
        place = core.QgsPointXY(
            119.0 + draw.uniform(-SPREAD, SPREAD), 33.4 + draw.uniform(-SPREAD, SPREAD)
        )
        feature.setGeometry(core.QgsGeometry.fromPointXY(place))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    settings = core.QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(qt.QSize(width, height))
    settings.setDestinationCrs(core.QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(layer.extent())
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        job = core.QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        job.renderedImage()
        taken.append(1000 * (time.perf_counter() - begun))
    told = {"version": core.Qgis.QGIS_VERSION, "ms": sorted(taken)[ROUNDS // 2]}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    os._exit(0)  # its own end stumbles over what Python has already let go of


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
