#!/usr/bin/python3
"""Compares a clipped vector with a reference made by ogr2ogr -nlt PROMOTE_TO_MULTI -clipsrc.

usage: vector_clip.py CLIP REFERENCE BOUNDARY.geojson
Features are matched by all their attributes; pieces with the same attributes are summed. Prints JSON: features
(distinct attribute tuples of the reference), only_clip, only_reference (tuples one side lacks, those nearer than
1e-9 degrees to the boundary line excepted), worst (largest relative difference of length, area or point count).
"""
import collections
import json
import sys

from osgeo import gdal, ogr

gdal.UseExceptions()
LINE_TOLERANCE_DEGREES = 1e-9


def extent_of(geometry):
    """Area, length or number of points, whichever the geometry's dimension has."""
    dimension = geometry.GetDimension()
    if dimension == 2:
        return geometry.GetArea()
    if dimension == 1:
        return geometry.Length()
    return float(max(1, geometry.GetGeometryCount()))


def read(path):
    sums, geometries = collections.defaultdict(float), {}
    dataset = gdal.OpenEx(path)
    for feature in dataset.GetLayer(0):
        key = tuple(str(feature.GetField(i)) for i in range(feature.GetFieldCount()))
        geometry = feature.GetGeometryRef()
        if geometry is None or geometry.IsEmpty():
            continue
        sums[key] += extent_of(geometry)
        geometries[key] = geometry.Clone()
    return sums, geometries


clip, clip_geometries = read(sys.argv[1])
reference, reference_geometries = read(sys.argv[2])
boundary_file = gdal.OpenEx(sys.argv[3])
boundary = boundary_file.GetLayer(0).GetNextFeature()
line = boundary.GetGeometryRef().Boundary()


def far(geometry):
    return geometry.Distance(line) > LINE_TOLERANCE_DEGREES


def lost(mine, geometries, others):
    return sum(1 for key in mine if key not in others and (mine[key] > 1e-18 and far(geometries[key])))


worst = max((abs(clip[k] - v) / v for k, v in reference.items() if k in clip and v > 0), default=0.0)
print(json.dumps({
    'features': len(reference),
    'only_clip': lost(clip, clip_geometries, reference),
    'only_reference': lost(reference, reference_geometries, clip),
    'worst': worst,
}))
