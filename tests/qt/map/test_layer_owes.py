"""Every layer says its source, datum, count, age and licence: the chosen one all of it."""

from dataclasses import replace

import msgspec

from app.core.i18n import translator
from app.core.model import Event, EventStatus, Sourced
from app.live.hub import Kind
from tests.qt.map.test_tools_on_the_panel import Workplace, put_away
from widgets.panels._layer_owes import owes_of
from widgets.panels.layers import Layers


def test_a_chosen_layer_tells_all_that_it_owes_and_has_room_for_it(run, application, tmp_path):
    async def work():
        workplace = Workplace(tmp_path)
        page = await workplace.open()
        now = workplace.desk.clock.now()

        def flood(id_):
            handling = EventStatus.HANDLING
            return Event(id_, "UE01", now, now, handling, title="积水", lon=118.3, lat=33.9)

        listed = Layers(workplace.context, Layers.Options())
        try:
            workplace.desk.picture.apply_records([Sourced("hotline", now, flood("e:1"))])
            workplace.desk.hub.publish(Kind.EVENT, ("e:1",))
            assert (await workplace.desk.do("show-layer event_point")).done
            choice = workplace.maps[""].choice("event_point")
            held = workplace.panel.content

            def turned():
                workplace.bridge.tick.emit()
                workplace.desk.clock.advance(500)
                return held(choice) is not None and held(choice).count

            await page.until(turned, "events")
            listed.resize(360, 700)
            listed.show()
            listed.refresh({})
            number = next(n for n, row in enumerate(listed.rows) if row.id == "event_point")
            plain = listed.places[number].height()
            below = listed.places[number + 1].y()
            listed.choose(number)
            told = "".join(listed._owed).replace(" ", "")  # a line ends without one
            assert told == (
                "12345热线与政务服务平台（演示），坐标CGCS2000，1条，缓存20:00，许可未注明"
            )
            more = listed.places[number].height() - plain
            assert more > 0 and listed.places[number + 1].y() == below + more
            # What comes is told while it is chosen.
            workplace.desk.picture.apply_records([Sourced("hotline", now, flood("e:2"))])
            workplace.desk.hub.publish(Kind.EVENT, ("e:2",))
            await page.until(lambda: turned() == 2, "two events")
            listed.refresh({})
            assert "2条" in "".join(listed._owed).replace(" ", "")
            # Another is chosen: this one is as high as it was.
            other = next(n for n, row in enumerate(listed.rows) if n > number and row.id)
            listed.choose(other)
            assert listed.places[number].height() == plain
            listed.grab()
        finally:
            put_away(listed)
            await workplace.close()

    run(work())


def test_a_file_says_from_which_datum_it_came_and_its_licence(run, application, tmp_path):
    async def work():
        workplace = Workplace(tmp_path)
        await workplace.open()
        try:
            plain = workplace.panel.configs["gas_pipe"]
            words = {"source_zh": "燃气公司", "source_en": "Gas company", "licence": "内部使用"}
            config = msgspec.structs.replace(plain, crs="gcj02", **words)
            context = workplace.context
            told = owes_of(context, config, None, absent=False)
            assert told == "燃气公司，坐标由 GCJ02 换算为 CGCS2000，许可 内部使用"
            english = replace(context, translator=translator("en"))
            assert owes_of(english, config, None, absent=False) == (
                "Gas company; coordinates converted from GCJ02 to CGCS2000; licence 内部使用"
            )
            nothing = owes_of(context, config, None, absent=True)
            assert nothing.startswith("未接入")
        finally:
            await workplace.close()

    run(work())
