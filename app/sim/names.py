"""Made-up names of streets. None is taken from a map or a list of a real city."""

STREETS = (
    *("望舒路", "听澜街", "朝岚路", "枕溪街", "霁虹路", "栖梧大道", "拾穗路", "云笺街", "照晚路"),
    *("汀兰街", "漱石路", "扶光大道", "沐禾路", "映荷街", "采薇路", "安渡街", "归帆路", "知秋路"),
    *("衔山路", "问渠街", "麦浪路", "芦白街", "星垂路", "浣纱街", "秉烛路", "清晏大道", "若水路"),
    *("闻莺街", "繁露路", "既明大道", "长庚路", "织雨街", "砚池路", "稻香街", "青崖路", "桑榆路"),
)
STREETS_EN = (
    *("Wangshu Rd", "Tinglan St", "Zhaolan Rd", "Zhenxi St", "Jihong Rd", "Qiwu Ave", "Shisui Rd"),
    *(
        "Yunjian St",
        "Zhaowan Rd",
        "Tinglan Lane",
        "Shushi Rd",
        "Fuguang Ave",
        "Muhe Rd",
        "Yinghe St",
    ),
    *("Caiwei Rd", "Andu St", "Guifan Rd", "Zhiqiu Rd", "Xianshan Rd", "Wenqu St", "Mailang Rd"),
    *("Lubai St", "Xingchui Rd", "Huansha St", "Bingzhu Rd", "Qingyan Ave", "Ruoshui Rd"),
    *("Wenying St", "Fanlu Rd", "Jiming Ave", "Changgeng Rd", "Zhiyu St", "Yanchi Rd"),
    *("Daoxiang St", "Qingya Rd", "Sangyu Rd"),
)


def street(number: int) -> tuple[str, str]:
    """A street by number, in Chinese and English."""
    index = number % len(STREETS)
    return STREETS[index], STREETS_EN[index]


def address(region_short: str, number: int, house: int) -> str:
    """A made-up place in words: district, street and number."""
    return f"{region_short}{street(number)[0]}{1 + house % 398}号附近"
