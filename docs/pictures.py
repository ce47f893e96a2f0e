"""Pictures of ideas: SVG from a few lines of arithmetic, the same on every machine."""

from __future__ import annotations

INK, SOFT, RULE = "#222222", "#5c5c5c", "#cccccc"
BLUE, ORANGE, GREEN, RED = "#0072b2", "#e69f00", "#009e73", "#d55e00"


def all(sizes: dict[str, list[float | None]]) -> dict[str, str]:
    """Every picture by its name; `sizes` are rejection rates by test."""
    return {"windows": windows(), "day-0": day_0(), "size": size(sizes), "power": power()}


def windows() -> str:
    """Estimation window, event window and day 0 on one line; the first is drawn shorter than it is."""
    parts = [line(20, 110, 430, 110, INK, 1.5), line(450, 110, 780, 110, INK, 1.5)]
    parts += [text(440, 114, "…", INK, "middle")]
    parts += bar(40, 425, 86, 48, BLUE, "estimation window [−250, −11]", "what is usual?")
    parts += bar(455, 760, 86, 48, ORANGE, "event window [−10, +10]", "what came instead?")
    parts += [line(607.5, 78, 607.5, 142, RED, 2.5), text(607.5, 162, "day 0", RED, "middle", bold=True)]
    for x, label in ((40, "−250"), (425, "−11"), (455, "−10"), (760, "+10")):
        parts.append(text(x, 162, label, SOFT, "middle"))
    return picture(800, 180, "The estimation window ends before the event window begins", parts)


def day_0() -> str:
    """Where an instant goes: sessions as boxes, closed days between them."""
    days = ["Fri", "Sat", "Sun", "Mon", "Tue"]
    dates = ["24 Jan", "25 Jan", "26 Jan", "27 Jan", "28 Jan"]
    parts = []
    for i, (day, date) in enumerate(zip(days, dates)):
        left, closed = 20 + i * 154, i in (1, 2)
        parts.append(box(left, 90, 144, 60, "#f3f3f3" if closed else "#e5f1f8", RULE if closed else BLUE))
        parts.append(text(left + 72, 116, f"{day} {date} 2025", SOFT if closed else INK, "middle", bold=not closed))
        parts.append(text(left + 72, 136, "closed" if closed else "09:30 to 16:00", SOFT, "middle"))
    arrow = lambda start, end, height, label, colour: [
        f'<path d="M{start} 88 C {start} {height}, {end} {height}, {end} 84" fill="none" stroke="{colour}" stroke-width="2" marker-end="url(#tip)"/>',
        text((start + end) / 2, height + 14, label, colour, "middle"),
    ]
    parts += arrow(150, 530, 22, "Friday after the close, or at the weekend: Monday", RED)
    parts += [line(592, 172, 592, 152, GREEN, 2, tip=True), text(592, 190, "before the close: that session", GREEN, "middle")]
    return picture(800, 205, "News goes to the first session whose trading can react to it", parts, tip=True)


def size(sizes: dict[str, list[float | None]]) -> str:
    """How often tests reject a true null, clustered and with more variance at once."""
    names = ["recommended", "kp_bmp_t", "corrado_rank_z", "cross_section_t", "bmp_t", "patell_z"]
    scenarios = [(0, "independent events", BLUE), (1, "one session for all", ORANGE), (2, "variance × 3", GREEN)]
    x = lambda share: 190 + share * 1150
    parts = [line(x(0.05), 40, x(0.05), 340, RED, 1.5), text(x(0.05), 358, "5 %, as promised", RED, "middle")]
    for k, (_, label, colour) in enumerate(scenarios):
        parts += [box(190 + 190 * k, 12, 12, 12, colour, colour), text(208 + 190 * k, 22, label, INK)]
    for i, name in enumerate(names):
        top = 44 + i * 50
        parts.append(text(180, top + 24, name, INK, "end", bold=name == "recommended"))
        for k, (column, _, colour) in enumerate(scenarios):
            share = sizes[name][column] or 0.0
            parts.append(box(x(0), top + 12 * k, x(share) - x(0), 10, colour, colour))
            parts.append(text(x(max(share, 0.05)) + 6, top + 9 + 12 * k, f"{100 * share:.0f} %", SOFT, small=True))
    return picture(800, 370, "How often a test sees an effect where there is none", parts)


def power() -> str:
    """Power of a two-sided test at 5 % against the effect in forecast sd."""
    curve = [(i / 20, power_at(i / 20)) for i in range(0, 101)]
    x, y = (lambda effect: 80 + effect * 130), (lambda share: 270 - share * 230)
    points = " ".join(f"{x(e):.1f},{y(p):.1f}" for e, p in curve)
    parts = [line(x(0), y(share), x(5), y(share), RULE, 1) for share in (0, 0.25, 0.5, 0.75, 1)]
    parts += [text(70, y(share) + 4, f"{100 * share:.0f} %", SOFT, "end") for share in (0, 0.25, 0.5, 0.75, 1)]
    parts += [text(x(e), 290, str(e), SOFT, "middle") for e in range(6)]
    parts += [f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="2.5"/>']
    parts += [line(x(0), y(0.8), x(2.8), y(0.8), RED, 1.5), line(x(2.8), y(0.8), x(2.8), y(0), RED, 1.5)]
    parts += [text(x(2.8) + 10, y(0.8) + 30, "minimum detectable effect:", RED, bold=True)]
    parts += [text(x(2.8) + 10, y(0.8) + 50, "2.8 forecast sd, seen in 80 % of cases", RED)]
    parts += [text(x(2.5), 312, "true effect, in forecast standard deviations of the CAR", SOFT, "middle")]
    return picture(800, 325, "How often an effect is seen, by its size", parts)


def power_at(effect: float) -> float:
    """P(|Z + effect| > 1.96)."""
    return upper(1.959964 - effect) + upper(1.959964 + effect)


def upper(z: float) -> float:
    """The normal law's upper tail, by Simpson's rule: digits enough for a picture, the same everywhere."""
    if z < 0:
        return 1 - upper(-z)
    density = lambda t: 2.718281828459045 ** (-t * t / 2) / 2.5066282746310002
    width = z / 100
    inside = sum((1 if k in (0, 100) else 4 if k % 2 else 2) * density(k * width) for k in range(101))
    return 0.5 - inside * width / 3


# Shapes


def picture(width: int, height: int, title: str, parts: list[str], tip: bool = False) -> str:
    marker = (
        '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{SOFT}"/></marker></defs>'
        if tip
        else ""
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="DejaVu Sans, Verdana, sans-serif" role="img"><title>{title}</title>{marker}'
    )
    return "\n".join([head, f'<rect width="{width}" height="{height}" fill="#ffffff"/>', *parts, "</svg>"]) + "\n"


def text(x: float, y: float, words: str, colour: str, anchor: str = "start", bold: bool = False, small: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    size = 10 if small else 13
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" text-anchor="{anchor}"{weight}>{words}</text>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, tip: bool = False) -> str:
    end = ' marker-end="url(#tip)"' if tip else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"{end}/>'


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" stroke="{stroke}"/>'


def bar(left: float, right: float, top: float, height: float, colour: str, name: str, words: str) -> list[str]:
    middle = (left + right) / 2
    shape = f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{height}" fill="{colour}" fill-opacity="0.25" stroke="{colour}"/>'
    return [shape, text(middle, top - 36, name, colour, "middle", bold=True), text(middle, top - 16, words, SOFT, "middle")]
