"""A layered picture of a graph without circles: where boxes stand, and how lines run between them.

After Sugiyama, Tagawa and Toda (1981): boxes get a layer each, lines are cut where they cross layers, each layer is
ordered by the mean place of its neighbours, and places are fitted to that order by least squares (pooling adjacent
violators).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 16
_GAP = 22.0  # between boxes of one layer
_LINE_GAP = 13.0  # beside a line that passes
_RISE = 34.0  # between layers
_STRAIGHT = 4.0  # how much more a line wants to be straight than a box wants to be in the middle


@dataclass(frozen=True, slots=True)
class Box:
    """What is to be placed: its width and height."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture.

    Attributes:
        boxes: by key, the left and the upper edge.
        lines: by pair of keys, the points that the line runs through, from the lower edge of the first to the upper
            edge of the second. Between each two it bends, or falls straight where they are above each other.
        width: of all.
        height: of all.
    """

    boxes: Mapping[str, tuple[float, float]]
    lines: Mapping[tuple[str, str], list[tuple[float, float]]]
    width: float
    height: float


def place(boxes: Mapping[str, Box], edges: Sequence[tuple[str, str]], *, room: float) -> Placed:
    """Places boxes above those that they lead to.

    Args:
        boxes: in an order in which each stands after those that lead to it.
        edges: pairs of keys, from a box to a later one.
        room: width that a layer of boxes should not exceed, where it has more than one.
    """
    layers = _layers(boxes, edges, room)
    net = _Net(boxes, edges, layers)
    net.order()
    net.fit()
    return net.placed()


def _layers(boxes: Mapping[str, Box], edges: Sequence[tuple[str, str]], room: float) -> dict[str, int]:
    """The layer of each box, 0 on top: as low as what it leads to and the room allow."""
    targets: dict[str, list[str]] = {key: [] for key in boxes}
    for source, target in edges:
        targets[source].append(target)
    height: dict[str, int] = {}  # counted from the bottom
    used: dict[int, float] = {}
    for key in reversed(list(boxes)):
        at = max((height[target] + 1 for target in targets[key]), default=0)
        need = boxes[key].width + _GAP
        while used.get(at) and used[at] + need > room + _GAP:
            at += 1
        height[key] = at
        used[at] = used.get(at, 0.0) + need
    top = max(height.values(), default=0)
    return {key: top - at for key, at in height.items()}


class _Net:
    """Boxes and the joints of lines, layer by layer."""

    def __init__(
        self, boxes: Mapping[str, Box], edges: Sequence[tuple[str, str]], layers: Mapping[str, int]
    ) -> None:
        self._boxes = boxes
        self._edges = edges
        self._layer: dict[str, int] = dict(layers)
        self._paths: dict[tuple[str, str], list[str]] = {}
        self._up: dict[str, list[str]] = {key: [] for key in boxes}
        self._down: dict[str, list[str]] = {key: [] for key in boxes}
        self._rows: list[list[str]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
        self._x: dict[str, float] = {}
        for source, target in edges:
            self._thread(source, target)
        for key, layer in self._layer.items():
            self._rows[layer].append(key)

    def _thread(self, source: str, target: str) -> None:
        """Cuts a line where it crosses layers. Lines from one box run as one for as long as they can."""
        joints = [f"{source}\n{layer}" for layer in range(self._layer[source] + 1, self._layer[target])]
        for offset, joint in enumerate(joints, 1):
            self._layer[joint] = self._layer[source] + offset
            self._up.setdefault(joint, [])
            self._down.setdefault(joint, [])
        path = [source, *joints, target]
        for upper, lower in pairwise(path):
            if lower not in self._down[upper]:
                self._down[upper].append(lower)
                self._up[lower].append(upper)
        self._paths[source, target] = path

    def order(self) -> None:
        """Orders each layer, so that few lines cross."""
        best, fewest = [list(row) for row in self._rows], self._crossings()
        for sweep in range(_SWEEPS):
            down = sweep % 2 == 0
            rows = self._rows if down else self._rows[::-1]
            near = self._up if down else self._down
            for before, row in pairwise(rows):
                places = {key: at for at, key in enumerate(before)}
                own = {key: at for at, key in enumerate(row)}
                row.sort(key=lambda key: (_mean([places[k] for k in near[key]], own[key]), own[key]))
            if (crossings := self._crossings()) < fewest:
                best, fewest = [list(row) for row in self._rows], crossings
        self._rows = best

    def _crossings(self) -> int:
        count = 0
        for upper, lower in pairwise(self._rows):
            places = {key: at for at, key in enumerate(lower)}
            ends = [place for key in upper for place in sorted(places[k] for k in self._down[key])]
            count += sum(a > b for at, a in enumerate(ends) for b in ends[at + 1 :])
        return count

    def fit(self) -> None:
        """Finds the middle of each box and joint."""
        for row in self._rows:
            x = 0.0
            for key in row:
                self._x[key] = x + self._width(key) / 2
                x += self._width(key) + _GAP
        for sweep in range(_SWEEPS):
            down = sweep % 2 == 0
            for row in self._rows if down else self._rows[::-1]:
                wished = [self._wish(key, down=down) for key in row]
                for key, x in zip(row, self._spread(row, wished), strict=True):
                    self._x[key] = x

    def _wish(self, key: str, *, down: bool) -> float:
        near = self._up[key] if down else self._down[key]
        other = self._down[key] if down else self._up[key]
        return _mean([self._x[k] for k in near or other], self._x[key])

    def _spread(self, row: Sequence[str], wished: Sequence[float]) -> list[float]:
        """The places nearest to the wished ones at which nothing overlaps and the order stays."""
        offsets, at = [], 0.0
        for before, key in zip([None, *row], row, strict=False):
            at += 0.0 if before is None else self._apart(before, key)
            offsets.append(at)
        pools: list[list[float]] = []  # weighted mean, weight, how many
        for key, wish, offset in zip(row, wished, offsets, strict=True):
            pools.append([wish - offset, 1.0 if key in self._boxes else _STRAIGHT, 1.0])
            while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
                mean, weight, count = pools.pop()
                last = pools[-1]
                last[0] = (last[0] * last[1] + mean * weight) / (last[1] + weight)
                last[1] += weight
                last[2] += count
        flat = [mean for mean, _, count in pools for _ in range(int(count))]
        return [mean + offset for mean, offset in zip(flat, offsets, strict=True)]

    def _apart(self, left: str, right: str) -> float:
        between = _GAP if left in self._boxes and right in self._boxes else _LINE_GAP
        return (self._width(left) + self._width(right)) / 2 + between

    def _width(self, key: str) -> float:
        return self._boxes[key].width if key in self._boxes else 0.0

    def placed(self) -> Placed:
        left = min((x - self._width(key) / 2 for key, x in self._x.items()), default=0.0)
        tops, top = [], 0.0
        for row in self._rows:
            tops.append(top)
            top += max((self._boxes[key].height for key in row if key in self._boxes), default=0.0) + _RISE
        bottoms = [*(t - _RISE for t in tops[1:]), top - _RISE]
        boxes = {
            key: (self._x[key] - box.width / 2 - left, tops[self._layer[key]])
            for key, box in self._boxes.items()
        }
        ports = self._ports()
        lines = {}
        for (source, target), path in self._paths.items():
            points = [(ports[source, target, "out"] - left, boxes[source][1] + self._boxes[source].height)]
            for joint in path[1:-1]:
                x, layer = self._x[joint] - left, self._layer[joint]
                points += [(x, tops[layer]), (x, bottoms[layer])]
            points.append((ports[source, target, "in"] - left, boxes[target][1]))
            # A box that is lower than its neighbours: the line falls straight to where the next layer begins.
            floor = bottoms[self._layer[source]]
            if points[0][1] < floor:
                points.insert(1, (points[0][0], floor))
            lines[source, target] = points
        right = max((x + self._width(key) / 2 for key, x in self._x.items()), default=0.0)
        return Placed(boxes, lines, right - left, max(0.0, top - _RISE))

    def _ports(self) -> dict[tuple[str, str, str], float]:
        """Where along a box's edge each of its lines leaves and arrives."""
        found: dict[tuple[str, str, str], float] = {}
        for side, at, hop in (("out", 0, 1), ("in", 1, -2)):
            hops: dict[str, dict[str, list[tuple[str, str]]]] = {key: {} for key in self._boxes}
            for pair, path in self._paths.items():
                hops[pair[at]].setdefault(path[hop], []).append(pair)
            for key, lines in hops.items():
                step = min(16.0, self._boxes[key].width * 0.7 / max(1, len(lines)))
                for number, joint in enumerate(sorted(lines, key=self._x.__getitem__)):
                    x = self._x[key] + (number - (len(lines) - 1) / 2) * step
                    found |= {(*pair, side): x for pair in lines[joint]}
        return found


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
