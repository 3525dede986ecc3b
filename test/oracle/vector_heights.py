#!/usr/bin/python3
"""Checks the Z and M values of a vector clip against those of its source.

usage: vector_heights.py CLIP.fgb SOURCE.fgb
Features are matched by the field `id`. A vertex of a clip that is a vertex of the source must have one of the values
there, exactly; one on an edge of the source the value that lies between those of the edge's ends; any other one must
lie in a polygon and between the lowest and the highest value of it. Prints JSON: at_vertex, on_edge, inside (numbers
of vertices), wrong (ids), worst (largest difference from the value interpolated along an edge, relative to 1 or the
largest value).
"""
import json
import sys

from osgeo import gdal, ogr

gdal.UseExceptions()
ON_EDGE_DEGREES = 1e-9


def chains(geometry):
    """Vertex lists of points, lines and rings, however deep in collections."""
    if geometry.GetGeometryCount() > 0:
        return [c for i in range(geometry.GetGeometryCount()) for c in chains(geometry.GetGeometryRef(i))]
    return [[geometry.GetPointZM(i) for i in range(geometry.GetPointCount())]]


def read(path):
    features = {}
    dataset = ogr.Open(path)
    for feature in dataset.GetLayer(0):
        features.setdefault(feature['id'], []).extend(chains(feature.GetGeometryRef()))
    return features


def along(edge, x, y):
    """Share of the way along an edge, and the distance from it."""
    (x0, y0, *_), (x1, y1, *_) = edge
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else min(max(((x - x0) * dx + (y - y0) * dy) / length, 0.0), 1.0)
    return share, max(abs(x0 + share * dx - x), abs(y0 + share * dy - y))


clip, source = read(sys.argv[1]), read(sys.argv[2])
counts = {'at_vertex': 0, 'on_edge': 0, 'inside': 0}
wrong, worst = set(), 0.0
for key, mine in clip.items():
    vertices = [v for chain in source[key] for v in chain]
    edges = [e for chain in source[key] for e in zip(chain, chain[1:])]
    largest = max(1.0, *(abs(value) for v in vertices for value in v[2:]))
    for x, y, *values in (v for chain in mine for v in chain):
        same = [v[2:] for v in vertices if v[:2] == (x, y)]
        near = [(edge, *along(edge, x, y)) for edge in edges]
        near = [(edge, share) for edge, share, distance in near if distance < ON_EDGE_DEGREES]
        if same:
            counts['at_vertex'] += 1
            if tuple(values) not in same:
                wrong.add(key)
        elif near:
            counts['on_edge'] += 1
            worst = max(worst, min(
                max(abs(a + share * (b - a) - value) for a, b, value in zip(edge[0][2:], edge[1][2:], values)) / largest
                for edge, share in near))
        else:
            counts['inside'] += 1
            for axis, value in enumerate(values):
                if not min(v[2 + axis] for v in vertices) <= value <= max(v[2 + axis] for v in vertices):
                    wrong.add(key)
print(json.dumps({**counts, 'wrong': sorted(wrong), 'worst': worst}))
