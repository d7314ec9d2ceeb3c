"""Whoever writes a notice is told every mistake at once: file, line, what is wrong and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from chalicelib.domain.standards import Rulebook
from generator.notices.reading import lonely, read_notices
from generator.places import Places
from tests.site.writing import Checkout, checkout, notice


@pytest.fixture
def site(tmp_path: Path, built: Places, rulebook: Rulebook) -> Checkout:
    return checkout(tmp_path, built, rulebook)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (notice(published="明天上午"), 4, "“明天上午”不是能看懂的时间。请写成 2026-11-24 10:00"),
        (notice(published='"24.11.2026"'), 4, "“24.11.2026”不是能看懂的时间"),
        (notice(published="2026-02-30"), 4, "“2026-02-30”这个时间不存在"),
        (notice(published="2026-11-24 25:00"), 4, "这个时间不存在"),
        (notice(published=""), 4, "缺少发布时间"),
        (notice(category="wether"), 3, "没有“wether”这个类别。可以写的有：hazard（危险提醒）"),
        (notice(category="wether"), 3, "是不是想写“weather”？"),
        (notice(communities="river-vue"), 5, "没有“river-vue”这个小区"),
        (notice(communities="river-view", buildings="9"), 6, "这个小区没有“9”这栋楼"),
        (notice(buildings="东楼"), 5, "communities 要正好写一个小区"),
        (notice(pinned="maybe"), 5, "请写 true（置顶）或 false（不置顶）"),
        (notice(valid_until="2026-11-23"), 5, "到期比发布还早"),
        (notice(starts="2026-12-05 10:00", ends="2026-12-05 09:00"), 6, "结束比开始还早"),
        (notice(ends="2026-12-05"), 5, "没有写开始"),
        (notice(phone="000-0000-O101"), 5, "“000-0000-O101”不是电话号码"),
        (notice(body="有事打 000-0000-01O1。"), 6, "里有字母，打不出去"),
        (notice(body="打[电话](tel:0000000)。"), 6, "电话“0000000”打不通"),
        (notice(body="第一行\n\n<b>停水</b>"), 8, "不能写 HTML 标记“<b>”"),
        (notice(body="[点](javascript:alert(1))"), 6, "链接“javascript:alert(1)”不能用"),
        (notice(body="[点](//evil.example)"), 6, "链接“//evil.example”不能用"),
        (notice(body="一\n二\n[看](../nowhere.md)"), 8, "链接“/nowhere/”打不开"),
        (notice(body="[看](other-notice.md)"), 6, "链接“/notices/other-notice/”打不开"),
        (notice(body="![](pictures/a.jpg)"), 6, "没有文字说明"),
        (notice(body="![图](../../../../etc/passwd)"), 6, "的地址不对"),
        (notice(picture="pictures/none.jpg", picture_alt="图"), 5, "没有找到图片“pictures/none.jpg”"),
        (notice(picture="pictures/none.jpg"), 5, "请加一行 picture_alt"),
        (notice(titel="x"), 5, "系统不认识“titel”。是不是想写“title”？"),
        (notice(title="长" * 101), 2, "太长了，最多 100 个字，现在有 101 个"),
        (notice(title=""), 2, "缺少标题"),
        (notice(body="  "), 5, "没有正文"),
        (notice(category="works\ncategory: law"), 4, "“category”写了两次"),
        (notice(category="{a: b}"), 3, "要写成一行文字"),
        ("title: 停水\n", 1, "第一行要是三个短横"),
        ("---\ntitle: 停水\n正文\n", 1, "开头的 --- 没有配对"),
        ("---\ntitle: 停水\n\tcategory: [\n---\n正文\n", 3, "这一行看不懂"),
        ("---\n- 一\n---\n正文\n", 2, "每行要写一项"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(site: Checkout, text: str, line: int, says: str) -> None:
    site.write("zh", "water", text)
    found = site.mistakes()
    place = f"docs/zh/notices/water.md 第 {line} 行："
    assert any(one.startswith(place) and says in one for one in found), found


def test_all_mistakes_of_all_files_are_told_at_once(site: Checkout) -> None:
    site.write("zh", "a", notice(category="nothing", published="soon", phone="12"))
    site.write("zh", "b", notice(body="<i>x</i>\n\n[y](ftp://z)"))
    site.write("en", "Bad Name", notice())
    found = site.mistakes()
    assert len(found) == 6, found
    assert {one.split(" ")[0].split("/")[-1] for one in found} == {"a.md", "b.md", "Bad"}


def test_a_picture_of_twenty_megabytes_is_refused_and_one_that_is_none(site: Checkout) -> None:
    folder = site.places.docs / "zh" / "notices" / "pictures"
    folder.mkdir()
    (folder / "big.jpg").write_bytes(b"\xff" * 20_000_000)
    (folder / "fake.png").write_bytes(b"GIF89a")
    Image.new("RGB", (9000, 9000)).save(folder / "wide.png")
    site.write("zh", "a", notice(picture="pictures/big.jpg", picture_alt="大图"))
    site.write("zh", "b", notice(body="![假](pictures/fake.png)"))
    site.write("zh", "c", notice(body="![宽](wide.png)"))
    found = site.mistakes()
    assert "图片“pictures/big.jpg”有 20 MB，最多 5 MB。请在手机或电脑上把它缩小再放进来" in found[0]
    assert "图片“pictures/fake.png”打不开。请用 JPEG、PNG 或 WebP 格式另存一次" in found[1]
    assert "像素太多" in found[2]


def test_a_notice_in_another_encoding_is_named_with_its_line(site: Checkout) -> None:
    (site.places.docs / "zh" / "notices" / "gbk.md").write_bytes(notice().encode("gbk"))
    assert site.mistakes() == [
        "docs/zh/notices/gbk.md 第 2 行：不是 UTF-8 编码。请用编辑器的“另存为”选 UTF-8 编码再存一次。"
    ]


def test_the_twins_say_the_same_and_a_missing_twin_is_a_reminder(site: Checkout) -> None:
    site.write("zh", "water", notice(valid_until="2026-11-28"))
    assert site.mistakes() == []
    assert lonely(read_notices(site.places, site.book)) == [
        "docs/zh/notices/water.md 还没有英文的一份，页面上会注明。要补的话，同名放到 docs/en/notices/。"
    ]
    site.write("en", "water", "---\ntitle: No water\nvalid_until: 2026-11-29\n---\nOn Saturday.\n")
    assert site.mistakes() == [
        "docs/en/notices/water.md 第 3 行：valid_until 和中文那一份不一样。请改成一样的，"
        "或者在英文这份里删掉这一行，系统会用中文那一份的。"
    ]
    site.write("en", "water", "---\ntitle: No water\nvalid_until: '2026-11-28'\n---\nOn Saturday.\n")
    assert site.mistakes() == []
    assert lonely(read_notices(site.places, site.book)) == []


def test_a_mistake_leaves_the_site_as_it_was(site: Checkout) -> None:
    site.write("zh", "good", notice("好的"))
    site.publish("2026-11-25T12:00")
    site.write("zh", "bad", notice("坏的", category="nothing"))
    assert site.mistakes()
    assert "好的" in site.read("notices/")
    assert "好的" in site.read("")
