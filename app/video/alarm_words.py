"""What platforms call their alarms, in the officer's words, and their free text made harmless."""

import unicodedata

from app.core.model import Urgency

WORDS = {
    "VideoLoss": "视频丢失",
    "VideoOcclusion": "镜头被遮挡",
    "Defocus": "画面虚焦",
    "DeviceTamper": "设备被拆动",
    "StorageFull": "存储已满",
    "IntrusionDetection": "有人闯入",
    "CrowdGathering": "人员聚集",
    "MotionAlarm": "移动侦测",
    "ImageTooDark": "画面过暗",
    "ImageTooBright": "画面过亮",
    "ImageTooBlurry": "画面模糊",
    "GlobalSceneChange": "画面突变，可能被移动或遮挡",
    "Tamper": "镜头被遮挡或移动",
    "SignalLoss": "视频信号丢失",
    "DigitalInput": "开关量报警",
}
"""Of WVP's alarm types and our kinds of ONVIF's topics; what is not listed is shown as the
platform writes it."""
QUICK = frozenset({"IntrusionDetection", "CrowdGathering"})
"""Of people, not of the camera itself."""


def alarm_word(kind: str) -> str:
    """The word for a platform's kind of alarm."""
    return WORDS.get(kind) or plain(kind, 60)


def urgency_of(kind: str) -> Urgency:
    """How soon somebody should look."""
    return Urgency.QUICK if kind in QUICK else Urgency.NORMAL


def plain(text: str, most: int) -> str:
    """One line without control characters and marks that turn the direction of writing, cut."""
    spaced = (" " if one.isspace() else one for one in text[: 4 * most])
    kept = "".join(one for one in spaced if unicodedata.category(one)[0] != "C")
    return " ".join(kept.split())[:most]
