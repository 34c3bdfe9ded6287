"""What stands beside a map: the districts that shade it and the legend of what is drawn."""

from app.core.keys import reading_key
from app.core.model import Reading
from app.gis.content import LegendStep
from app.live.map_state import LayerChoice
from tests.helpers.seat import NOW
from tests.qt.map.test_tools_on_the_panel import Workplace
from widgets.panels._map_side import MapSide
from widgets.panels._ramp import ranges


def test_a_ramp_leaves_out_what_is_no_range():
    steps = [LegendStep("a", "2 – 4"), LegendStep("b", "4 – 1,000"), LegendStep("c", "无数据（2）")]
    assert ranges(steps) == (["a", "b"], ["2", "4", "1,000"])
    assert ranges([]) == ([], [])


def test_a_list_has_the_shades_of_the_map(run, application, tmp_path):
    """Values and colours of the real layer; the ramp's limits are those of its classes."""

    async def work():
        workplace = Workplace(tmp_path)
        page = await workplace.open()
        try:
            panel, maps = workplace.panel, workplace.maps[""]
            regions = [code for code in panel.context.catalog.regions if len(code) == 6][1:]
            code = next(iter(panel.context.catalog.quantities))
            keys = [reading_key(code, region) for region in regions]
            told = [(key, Reading(key, 10.0 * n, NOW)) for n, key in enumerate(keys, 1)]
            workplace.desk.picture.apply_readings("f", NOW, told)
            maps.layers = (*maps.layers, LayerChoice("choropleth", filter=code))
            side = MapSide(panel.context, "", panel, districts=True, legend=True)
            listed, choice = side.districts, maps.layers[-1]
            await workplace.desk.do("show-layer region_boundary")
            await page.until(lambda: panel.content(choice) is not None, "the shades are made")
            listed.refresh({})
            values = {place.region: place.view.value for place in listed.table.ranked}
            drawn = panel.content(choice).shapes[0]
            for region, number in zip(drawn.ids.tolist(), drawn.style.tolist(), strict=True):
                assert listed.shades.get(region) == (drawn.styles[number].fill or None)
            best = listed.table.ranked[0].region
            assert values[best] == max(values.values())
            assert listed.shades[best] == "sequential.6"
            limits = [float(text.replace(",", "")) for text in listed.limits]
            assert limits == sorted(limits) and len(limits) == len(listed.ramp) + 1
            assert limits[0] <= min(values.values()) and limits[-1] >= max(values.values())
            # Told once: the legend leaves the classes to the list.
            side.place(panel.rect())
            side.legend.refresh({})
            assert side.tells_shades
            assert not [line for line in side.legend.legend if line.colour or line.shades]
            side.legend.is_shade_told = bool
            side.legend.refresh({})
            (ramp,) = [line for line in side.legend.legend if line.shades]
            assert (list(ramp.shades), list(ramp.limits)) == (listed.ramp, listed.limits)
            side.stop()
        finally:
            await workplace.close()

    run(work())


def test_a_layer_that_is_not_drawn_so_far_out_says_so_in_the_legend(run, application, tmp_path):
    async def work():
        workplace = Workplace(tmp_path)
        page = await workplace.open()
        try:
            panel = workplace.panel
            configs = panel.configs
            far = next(c for c in configs.values() if c.id == "key_camera")
            assert far.min_zoom > 4
            workplace.maps[""].layers = (LayerChoice("key_camera"), LayerChoice("region_boundary"))
            await workplace.desk.do("fly-to home")
            side = MapSide(panel.context, "", panel, districts=False, legend=True)
            legend = side.legend
            zoom = [far.min_zoom - 1.0]
            legend.zoom_of = lambda: zoom[0]
            camera = workplace.maps[""].layers[0]
            await page.until(lambda: panel.content(camera) is not None, "the cameras are made")
            legend.refresh({})
            about = [line for line in legend.legend if line.config is far]
            assert [(line.is_away, line.note, line.mark) for line in about] == [
                (True, "放大后可见", None)
            ]
            zoom[0] = far.min_zoom
            legend.refresh({})
            assert not any(line.is_away for line in legend.legend if line.config is far)
            assert any(line.mark for line in legend.legend)
            side.stop()
        finally:
            await workplace.close()

    run(work())
