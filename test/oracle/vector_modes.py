#!/usr/bin/python3
"""Judges a vector clip of any geometry types by GEOS, mode by mode.

usage: vector_modes.py CLIP.fgb SOURCE.fgb BOUNDARY.geojson clip|intersects|within
Features are matched by the field `id`. For `clip` the numbers of points, the lengths and the areas of each feature's
members, summed by dimension, are compared with those of the intersection of each source member with the boundary.
For the other modes the ids are compared with what GEOS's predicates say, and every feature with the source's, bit for
bit. Prints JSON: features (expected), wrong (ids with another answer), worst (largest relative difference).
"""
import collections
import json
import sys

from osgeo import gdal, ogr

gdal.UseExceptions()


def primitives(geometry):
    """Points, lines and polygons of a geometry, however deep in collections."""
    if ogr.GT_Flatten(geometry.GetGeometryType()) in (ogr.wkbPoint, ogr.wkbLineString, ogr.wkbPolygon):
        return [] if geometry.IsEmpty() else [geometry.Clone()]
    return [p for i in range(geometry.GetGeometryCount()) for p in primitives(geometry.GetGeometryRef(i))]


def sizes(geometries):
    """Number of points, length of lines and area of polygons."""
    sums = [0.0, 0.0, 0.0]
    for geometry in geometries:
        for primitive in primitives(geometry):
            dimension = primitive.GetDimension()
            sums[dimension] += (lambda g: 1.0, lambda g: g.Length(), lambda g: g.Area())[dimension](primitive)
    return sums


def read(path):
    features = collections.defaultdict(list)
    dataset = ogr.Open(path)
    for feature in dataset.GetLayer(0):
        features[feature['id']].append(feature.GetGeometryRef().GetLinearGeometry())
    return features


def kept_of(primitive, boundary):
    """What is kept of a point, line or polygon; pieces of a lower dimension only touch."""
    pieces = primitives(primitive.Intersection(boundary))
    return [piece for piece in pieces if piece.GetDimension() == primitive.GetDimension()]


clip, source = read(sys.argv[1]), read(sys.argv[2])
with open(sys.argv[3]) as file:
    boundary = ogr.CreateGeometryFromJson(json.dumps(json.load(file)['features'][0]['geometry']))
mode = sys.argv[4]
expected, wrong, worst = 0, [], 0.0
for key, [geometry] in source.items():
    mine = clip.pop(key, [])
    kept = [piece for primitive in primitives(geometry) for piece in kept_of(primitive, boundary)]
    if mode == 'clip':
        theirs = sizes(kept)
        differences = [abs(a - b) / max(b, 1e-300) for a, b in zip(sizes(mine), theirs) if a != b]
        worst = max([worst, *differences])
        is_kept = any(theirs)
        if is_kept != bool(mine):
            wrong.append(key)
    else:
        is_kept = bool(kept)
        if mode == 'within':
            is_kept = all(boundary.Contains(primitive) for primitive in primitives(geometry))
        same = [bytes(one.ExportToIsoWkb()) for one in mine] == [bytes(geometry.ExportToIsoWkb())]
        if is_kept != bool(mine) or (is_kept and not same):
            wrong.append(key)
    expected += is_kept
print(json.dumps({'features': expected, 'wrong': wrong + list(clip), 'worst': worst}))
