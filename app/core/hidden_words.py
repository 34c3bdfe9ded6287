"""What visitors must not read in a free text: numbers, plates, names of persons, house numbers.

Wider than `app.core.privacy.mask_text`, which only keeps numbers out of files: on a wall that
strangers look at, one sign too many is hidden rather than one too few.
"""

import re

from app.core.privacy import MASK

# GA 36-2018: province, letter of the office, five signs or six of a new-energy car; I and O never.
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领军警"
_PLATE = re.compile(
    rf"[{_PROVINCE}][A-HJ-NP-Z]\s?[·•.\-]?\s?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳试超]"
    r"(?![A-Z0-9])",
    re.IGNORECASE,
)
_IDENTITY_CARD = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)")
_PHONES = (
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"),
    re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"),
    re.compile(r"(?<=电话)[:： ]?\d{7,8}(?!\d)|(?<=手机)[:： ]?\d{7,8}(?!\d)"),
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛"
    "奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍"
    "余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席"
    "季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣"
    "邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄曲封储靳段焦巴牧山谷车侯班秋仲宫宁仇栾甘厉武"
    "符刘景詹束龙叶幸司韶黎溥印白怀从索赖卓屠蒙池乔阴能双闻党翟谭贡劳姬申扶冉桑桂牛寿通边燕冀"
    "浦尚农温庄晏柴瞿阎充慕连习宦艾鱼容向古易慎戈廖衡步都耿满匡国文寇广东欧利师巩聂晁敖冷辛阚"
    "那简饶曾沙丰关相查游权盖益桓公佟肖涂岳闫覃蒲代位付兰仝"
)
_COMPOUND = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|夏侯|宇文|长孙"
_GIVEN = "[\u4e00-\u9fff]"
_WHO = (
    "联系人|报警人|反映人|来电人|投诉人|举报人|求助人|当事人|申请人|受害人|嫌疑人|负责人|"
    "姓名|户主|业主|失主|车主|机主|家属|患者|伤者|死者|老人|驾驶员|司机"
)
_NAMED = re.compile(
    rf"(?:{_WHO})[:： ]?(?P<hidden>{_GIVEN}{{1,6}}[·•]{_GIVEN}{{1,8}}"
    rf"|(?:{_COMPOUND}){_GIVEN}{{1,2}}|[{_SURNAMES}]{_GIVEN}{{1,2}})"
)
_TITLED = re.compile(
    rf"(?:{_COMPOUND}|[{_SURNAMES}]){_GIVEN}{{0,2}}?(?=先生|女士|小姐|师傅|大爷|大妈|阿姨|奶奶|爷爷)"
    rf"|[{_SURNAMES}]某某?"
)
_ENGLISH = re.compile(
    r"\b(?i:contact|caller|reporter)(?::\s?|\s)(?P<hidden>[A-Z][a-z]+(?: [A-Z][a-z]+){1,2})"
)
_COUNT = r"(?:[A-Za-z]?\d{1,5}(?:[-—－]\d{1,5}){0,3}|[一二三四五六七八九十百零]{1,4})"
_HOUSE = re.compile(
    r"(?<=[路街道巷弄村苑园庄里寓厦坊院府郡湾居])\s?"
    rf"(?:{_COUNT}\s?(?:号院|号楼|号|弄|幢|栋|座|楼|单元|室|户)(?:之{_COUNT})?\s?)+"
    r"(?!\s?(?:泵|线|桥|闸|机|井|门|站|台|厂|洞|涵|断面|监测|地块))"
    r"|\d{1,4}\s?(?:号楼|幢|栋)\s?(?:\d{1,2}\s?单元\s?)?(?:\d{2,5}\s?[室户]?)?"
)
_ORDINARY = {0xFF01 + index: 0x21 + index for index in range(94)} | {0x3000: 0x20}
_ORDINARY[ord("＊")] = ord("＊")  # what is hidden already stays hidden
_STREET = re.compile(r"^.*?(?:街道|大道|公路|社区|[路街巷镇乡村])")

_NUMBERED = (_IDENTITY_CARD, *_PHONES, _PLATE, _HOUSE)
_NUMBER = re.compile("[0-9０-９一二三四五六七八九十]")  # without one none of those is there


def shown_text(text: str) -> str:
    """The text with everything hidden that matches; to hide again changes nothing."""
    while True:
        hidden = _once(text)
        if hidden == text:
            return text
        text = hidden


def shown_place(text: str) -> str:
    """A place as far as its street, town or village; empty where none can be told from it."""
    found = _STREET.match(text)
    street = found.group() if found is not None else ""
    return street if shown_text(street) == street else ""


def _once(text: str) -> str:
    for pattern in _NUMBERED if _NUMBER.search(text) else ():
        text = _hide(text, pattern)
    for pattern in (_NAMED, _TITLED, _ENGLISH):
        text = _hide(text, pattern)
    return text


def _hide(text: str, pattern: re.Pattern[str]) -> str:
    """Wide digits and letters count as the ordinary ones; sign for sign, so places stay."""
    parts, done = [], 0
    group = "hidden" if pattern.groups else 0
    for found in pattern.finditer(text.translate(_ORDINARY)):
        parts += [text[done : found.start(group)], MASK]
        done = found.end(group)
    return "".join([*parts, text[done:]]) if parts else text
