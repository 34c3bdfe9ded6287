"""Another theme or language makes a panel anew: what was measured, marked and picked is on it."""

from dataclasses import replace

import pytest

from app.core.i18n import translator
from tests.qt.map.test_tools_on_the_panel import Workplace, do


@pytest.fixture
def workplace(run, application, tmp_path):
    made = Workplace(tmp_path)
    yield made
    run(made.close())


def test_what_was_measured_stands_on_the_new_page(run, workplace):
    async def work():
        page = await workplace.open()
        await do(workplace, page, "map-tool measure", "measure")
        for place in ((300, 250), (450, 250), (450, 400)):
            await page.click(*place)
        await page.script(
            "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'})), true"
        )
        state = workplace.maps[""]
        await page.until(lambda: len(state.measured) == 3, "it is measured")
        assert (await workplace.desk.do("select-area 118.4,33.8 form=circle radius=900")).done
        assert (await workplace.desk.do("map-tool measure")).done
        english = replace(workplace.context, translator=translator("en"))
        again = await workplace.open_anew(english)
        await again.wait_for("chengmai.tools.tool() === 'measure'")
        await again.wait_for("document.body.textContent.includes(' in all')")
        await again.wait_for("document.body.textContent.includes('900 m')")
        assert (await workplace.desk.do("map-tool hand")).done
        await again.wait_for("!document.body.textContent.includes(' in all')")

    run(work())
