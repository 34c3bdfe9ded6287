"""What groups of cameras are called."""

from app.live.video_names import CameraGroup
from widgets.context import Context
from widgets.panels._camera_lines import KEPT, RECENT, platform_name
from widgets.panels._names import bureau_name, listed, region_name


def group_word(context: Context, group: CameraGroup) -> str:
    """What the cameras of a group have in common."""
    if group.sort in (KEPT, RECENT):
        return context.text(f"videolist.{group.sort}")
    if not group.code:
        return context.text("videowall.no_group_of")
    if group.sort == "platform":
        return platform_name(context, group.code)
    if group.sort == "region":
        return region_name(context, group.code)
    if group.sort == "bureau":
        return bureau_name(context, group.code)
    return listed(context, "point_kinds", group.code)
