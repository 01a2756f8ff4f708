"""Validation loss by epoch as an SVG: one line per name, with the range where there are several runs."""

import statistics

COLORS = ["#1f6feb", "#d1570c", "#2da44e", "#8250df"]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 60, 20, 30, 40


def draw(title, curves, floor, file):
    """Writes the figure.

    curves: {name: [[loss after each epoch] for each run]}; names may differ in epochs.
    floor: the constant predictor's loss. Losses above twice that are cut off.
    """
    epochs = max(len(run) for runs in curves.values() for run in runs)
    highest = max(max(run) for runs in curves.values() for run in runs)
    highest = min(max(highest, floor), 2 * floor)
    def x(epoch): return LEFT + (WIDTH - LEFT - RIGHT) * epoch / max(epochs - 1, 1)
    def y(loss): return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(loss, highest) / highest)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="18">{title}</text>']
    for tick in range(6):
        loss = highest * tick / 5
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(loss):.1f}" y2="{y(loss):.1f}" '
            f'stroke="#ddd"/><text x="{LEFT - 8}" y="{y(loss) + 4:.1f}" '
            f'text-anchor="end">{loss:.2f}</text>')
    for epoch in range(epochs):
        parts.append(f'<text x="{x(epoch):.1f}" y="{HEIGHT - BOTTOM + 18}" '
                     f'text-anchor="middle">{epoch + 1}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">epoch</text>'
                 f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(floor):.1f}" y2="{y(floor):.1f}" '
                 'stroke="#666" stroke-dasharray="4 4"/>'
                 f'<text x="{WIDTH - RIGHT - 4}" y="{y(floor) - 5:.1f}" text-anchor="end" '
                 'fill="#666">constant predictor</text>')
    for place, (name, runs) in enumerate(curves.items()):
        color = COLORS[place]
        columns = list(zip(*runs))
        def path(of): return [f"{x(e):.1f},{y(of(c)):.1f}" for e, c in enumerate(columns)]
        if len(runs) > 1:
            parts.append(f'<polygon points="{" ".join(path(min) + path(max)[::-1])}" '
                         f'fill="{color}" opacity="0.2"/>')
        parts.append(
            f'<polyline points="{" ".join(path(statistics.mean))}" fill="none" '
            f'stroke="{color}" stroke-width="2"/>'
            f'<text x="{WIDTH - RIGHT - 80}" y="{HEIGHT - BOTTOM - 12 - 18 * place}" '
            f'fill="{color}">{name}</text>')
    file.write_text("\n".join(parts + ["</svg>", ""]))
