"""A report as a page of HTML that needs nothing else, and as a PDF."""

from __future__ import annotations

import io
from base64 import b64encode
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from jinja2 import Environment, StrictUndefined, Template
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hagame.reports.content import Content, Section
from hagame.reports.drawing import as_png, as_svg

FONT = "DejaVuSans"
MARGIN = 20 * mm
POINTS_PER_INCH = 72
PADDING = 3
"""Points on each side of a cell: words of headings are not parted."""


def as_html(content: Content) -> bytes:
    """Everything in one file; whatever anybody wrote is escaped."""
    sections = [
        {
            "title": section.title,
            "lines": section.lines,
            "items": section.points,
            "table": section.table,
            "alt": section.alt,
            "image": b64encode(as_svg(section.figure)).decode() if section.figure is not None else "",
        }
        for section in content.sections
    ]
    told = {"language": content.language, "title": content.title, "subtitle": content.subtitle}
    return _template().render(told, sections=sections).encode()


def as_pdf(content: Content) -> bytes:
    """A4, in a font that knows most alphabets."""
    styles = _styles()
    flow: list[Any] = [Paragraph(escape(content.title), styles["title"])]
    flow.append(Paragraph(escape(content.subtitle), styles["quiet"]))
    for section in content.sections:
        flow += _flow(section, styles)
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        title=content.title,
        author="HAGAME",
        lang=content.language,
        invariant=1,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
    )
    document.build(flow)
    return buffer.getvalue()


@lru_cache(maxsize=1)
def _template() -> Template:
    text = files("hagame.reports").joinpath("report.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(text)


def _flow(section: Section, styles: dict[str, ParagraphStyle]) -> list[Any]:
    words = [Paragraph(escape(line), styles["text"]) for line in section.lines]
    words += [Paragraph(escape(point), styles["point"], bulletText="•") for point in section.points]
    first, *rest = [*words, *_table(section, styles), *_image(section)] or [Spacer(1, 1)]
    return [KeepTogether([Paragraph(escape(section.title), styles["heading"]), first]), *rest]


def _table(section: Section, styles: dict[str, ParagraphStyle]) -> list[Table]:
    if not section.table:
        return []
    cells = [[Paragraph(escape(cell), styles["cell"]) for cell in row] for row in section.table]
    width = A4[0] - 2 * MARGIN
    rest = (width * 0.72) / (len(cells[0]) - 1)
    line = ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#cbd2d9"))
    padding = [(side, (0, 0), (-1, -1), PADDING) for side in ("LEFTPADDING", "RIGHTPADDING")]
    widths = [width * 0.28, *[rest] * (len(cells[0]) - 1)]
    return [Table(cells, widths, style=TableStyle([line, *padding]), repeatRows=1)]


def _image(section: Section) -> list[Image]:
    if section.figure is None:
        return []
    wide, high = section.figure.get_size_inches()
    return [Image(io.BytesIO(as_png(section.figure)), wide * POINTS_PER_INCH, high * POINTS_PER_INCH)]


@lru_cache(maxsize=1)
def _styles() -> dict[str, ParagraphStyle]:
    # It comes with matplotlib; the fonts that every PDF reader knows have western letters only.
    pdfmetrics.registerFont(TTFont(FONT, str(Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{FONT}.ttf")))
    text = ParagraphStyle("text", fontName=FONT, fontSize=9.5, leading=14, textColor=HexColor("#1f2933"))
    return {
        "text": text,
        "title": ParagraphStyle("title", parent=text, fontSize=18, leading=24),
        "heading": ParagraphStyle("heading", parent=text, fontSize=12.5, leading=18, spaceBefore=12, spaceAfter=3),
        "quiet": ParagraphStyle("quiet", parent=text, textColor=HexColor("#52606d")),
        "point": ParagraphStyle("point", parent=text, leftIndent=12, bulletIndent=2),
        "cell": ParagraphStyle("cell", parent=text, fontSize=8, leading=11),
    }
