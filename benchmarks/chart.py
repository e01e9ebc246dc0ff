# ruff: noqa: INP001 - a module of the benchmarks
"""Seconds by the number of customers, both in powers of ten, as an SVG that reads on light and dark pages."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 170, 24, 48
COLOURS = ("#2f81f7", "#d29922", "#3fb950", "#f778ba", "#a371f7", "#8b949e")
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#57606a}.grid{stroke:#8b949e;stroke-opacity:.3}"
    "@media(prefers-color-scheme:dark){text{fill:#9da7b3}}"
)

Points = Sequence[tuple[int, float]]


def chart(lines: Mapping[str, Points]) -> str:
    """lines: by name, the seconds for each number of customers."""
    every = [point for points in lines.values() for point in points]
    sizes = [log10(size) for size, _ in every]
    powers = (int(log10(min(s for _, s in every)) // 1), int(-(-log10(max(s for _, s in every)) // 1)))

    def x(size: float) -> float:
        span = (max(sizes) - min(sizes)) or 1
        return LEFT + (log10(size) - min(sizes)) / span * (WIDTH - LEFT - RIGHT)

    def y(seconds: float) -> float:
        return HEIGHT - BOTTOM - (log10(seconds) - powers[0]) / ((powers[1] - powers[0]) or 1) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>Seconds by the number of customers</title>",
        f"<style>{STYLE}</style>",
    ]
    for power in range(powers[0], powers[1] + 1):
        at = y(10.0**power)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    parts += [
        f'<text x="{x(size):.1f}" y="{HEIGHT - 22}" text-anchor="middle">{size:,}</text>'
        for size in sorted({size for size, _ in every})
    ]
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 4}" text-anchor="middle">customers</text>')
    ends: list[float] = []
    for (name, points), colour in zip(lines.items(), COLOURS, strict=False):
        path = " ".join(f"{x(size):.1f},{y(seconds):.1f}" for size, seconds in points)
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2.5" points="{path}"/>')
        end = y(points[-1][1]) + 4
        while any(abs(end - other) < 15 for other in ends):
            end += 15
        ends.append(end)
        parts.append(f'<text x="{x(points[-1][0]) + 8:.1f}" y="{end:.1f}" style="fill:{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
