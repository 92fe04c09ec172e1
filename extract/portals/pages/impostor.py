"""What a page is that came in place of a list or an article: a login, a firewall, a soft 404, an empty shell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup

_MOST_TEXT = 3_000
"""Characters of a page that may still be an impostor; a real list or article has more, or links."""
_FEW_LINKS = 15
_FIREWALL = re.compile(
    r"防火墙|被拦截|已拦截|拦截提示|访问被(拒绝|阻断|禁止|限制)|(请求|访问)(异常|过于频繁|行为异常)|频繁访问|安全狗|云防护|云盾|创宇盾|网防G01|"
    r"疑似(攻击|黑客|异常)|非法请求|恶意(访问|请求)|\bWAF\b|request (was )?(blocked|rejected)|access denied|forbidden|"
    r"security check|安全验证|人机验证|(滑动|访问|身份)验证|请输入验证码",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b404\b|(页面|网页|内容|文件|信息|栏目|地址|资源)[^。，]{0,12}(不存在|找不到|未找到|没有找到|已(被)?删除|已失效|无法访问)|"
    r"(找不到|未找到|没有找到|不存在)[^。，]{0,12}(页面|网页|内容|文件|信息|栏目)|not found",
    re.IGNORECASE,
)
_ROOTS = ("#app", "#root", "app-root", "#__nuxt", "#__next")


@dataclass(frozen=True, slots=True)
class Impostor:
    code: str
    message: str
    evidence: str
    refuses: bool = False
    """A firewall: the host does not want us."""


def impostor_of(soup: BeautifulSoup) -> Impostor | None:
    """What a page is that has nothing of what was looked for; None if it is just empty.

    To be asked only of a page without a wanted link: a real list may speak of 404s and logins in its furniture.
    """
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    root = any(soup.select_one(each) for each in _ROOTS)
    scripts = len(soup.select("script[src]"))
    text = _text(soup)
    shown = (title + " " + text).strip()[:200]
    if soup.select_one("input[type=password i]"):
        return Impostor("list_login", "is a login page", shown)
    links = len(soup.select("a[href]"))
    if len(text) <= _MOST_TEXT and links <= _FEW_LINKS:
        if _FIREWALL.search(f"{title} {text}"):
            return Impostor("blocked", "is a firewall's page instead", shown, refuses=True)
        if _NOT_FOUND.search(f"{title} {text[:500]}"):
            return Impostor("list_soft_404", "says that there is no such page, with status 200", shown)
    if links <= 2 and len(text) < 300 and (scripts or root):
        message = "is the empty shell of a script application: what it shows comes from an interface (`records`)"
        return Impostor("list_shell", message, shown)
    return None


def _text(soup: BeautifulSoup) -> str:
    """What the page shows, without scripts and styles."""
    parts = [
        text.strip()
        for text in soup.find_all(string=True)
        if text.parent is not None and text.parent.name not in ("script", "style", "noscript", "title", "template")
    ]
    return " ".join(part for part in parts if part)
