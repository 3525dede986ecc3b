"""Makes a FlatGeobuf of the benchmark: seeded features spread evenly over a box, written with GDAL, Hilbert-indexed.

    /usr/bin/python3 vector.data.py '{"out": FILE, "kind": "buildings" | "lines" | "cells", "count": …, "seed": …,
        "west": …, "south": …, "east": …, "north": …}'

buildings: turned rectangles with sides of 8 to 28 m. lines: 20 segments of 300 m that wind. cells: rings of 64 vertices,
some 4 km across. Each has `id` (from 0, in no order that space knows, so that the first ids are a fair sample), `name`
and `value`.
"""

import json
import os
import sys

import numpy as np
from osgeo import gdal, ogr, osr

gdal.UseExceptions()

METRES_PER_DEGREE = 111_320.0
BUILDING_SIDE_METRES = (8.0, 28.0)
LINE_SEGMENTS = 20
LINE_SEGMENT_METRES = 300.0
# Standard deviation of the change of direction at a vertex, in radians.
LINE_TURN = 0.5
CELL_VERTICES = 64
CELL_RADIUS_METRES = 2000.0
CELL_RADIUS_NOISE = 0.1
FEATURES_PER_CHUNK = 20_000
WKB_LINE, WKB_POLYGON = 2, 3


def buildings(random, count):
    """Metres from the centre, counter-clockwise and closed: count × 5 × 2."""
    half = random.uniform(*BUILDING_SIDE_METRES, (count, 2, 1)) / 2
    across, along = half[:, 0] * [-1, 1, 1, -1, -1], half[:, 1] * [-1, -1, 1, 1, -1]
    angle = random.uniform(0, np.pi, (count, 1))
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.stack([across * cosine - along * sine, across * sine + along * cosine], axis=2)


def lines(random, count):
    turns = random.normal(0, LINE_TURN, (count, LINE_SEGMENTS))
    turns[:, 0] = random.uniform(0, 2 * np.pi, count)
    direction = np.cumsum(turns, axis=1)
    steps = np.stack([np.cos(direction), np.sin(direction)], axis=2) * LINE_SEGMENT_METRES
    return np.concatenate([np.zeros((count, 1, 2)), np.cumsum(steps, axis=1)], axis=1)


def cells(random, count):
    angle = np.arange(CELL_VERTICES) * (2 * np.pi / CELL_VERTICES)
    noise = random.uniform(1 - CELL_RADIUS_NOISE, 1 + CELL_RADIUS_NOISE, (count, CELL_VERTICES))
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * noise[:, :, None] * CELL_RADIUS_METRES
    return np.concatenate([ring, ring[:, :1]], axis=1)


SHAPES = {"buildings": buildings, "lines": lines, "cells": cells}


def wkb(kind, positions):
    """Well-known binary of geometries that all have the same number of vertices."""
    count, vertices, _ = positions.shape
    header = [("order", "u1"), ("type", "<u4")] + ([] if kind == "lines" else [("rings", "<u4")])
    records = np.zeros(count, np.dtype([*header, ("vertices", "<u4"), ("xy", "<f8", (vertices, 2))]))
    records["order"] = 1
    records["type"] = WKB_LINE if kind == "lines" else WKB_POLYGON
    if kind != "lines":
        records["rings"] = 1
    records["vertices"] = vertices
    records["xy"] = positions
    raw, size = records.tobytes(), records.dtype.itemsize
    return (raw[at : at + size] for at in range(0, len(raw), size))


def chunks(job):
    random = np.random.Generator(np.random.SFC64(job["seed"]))
    for first in range(0, job["count"], FEATURES_PER_CHUNK):
        count = min(FEATURES_PER_CHUNK, job["count"] - first)
        x = random.uniform(job["west"], job["east"], count)
        y = random.uniform(job["south"], job["north"], count)
        metres = SHAPES[job["kind"]](random, count)
        latitudes = y[:, None] + metres[:, :, 1] / METRES_PER_DEGREE
        # A degree of longitude as it is at the centre, so that shapes stay similar.
        longitudes = x[:, None] + metres[:, :, 0] / (METRES_PER_DEGREE * np.cos(np.radians(y)))[:, None]
        values = random.integers(0, 10_000, count)
        yield first, wkb(job["kind"], np.stack([longitudes, latitudes], axis=2)), values.tolist()


def write(job, path):
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(4326)
    dataset = ogr.GetDriverByName("FlatGeobuf").CreateDataSource(path)
    geometry_type = ogr.wkbLineString if job["kind"] == "lines" else ogr.wkbPolygon
    layer = dataset.CreateLayer(job["kind"], crs, geometry_type, ["SPATIAL_INDEX=YES"])
    for name, field_type in (("id", ogr.OFTInteger64), ("name", ogr.OFTString), ("value", ogr.OFTReal)):
        layer.CreateField(ogr.FieldDefn(name, field_type))
    definition = layer.GetLayerDefn()
    for first, geometries, values in chunks(job):
        for offset, (geometry, value) in enumerate(zip(geometries, values)):
            feature = ogr.Feature(definition)
            feature.SetField(0, first + offset)
            feature.SetField(1, f"{job['kind']} number {first + offset:07d} of seed {job['seed']}")
            feature.SetField(2, value / 100)
            feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(geometry))
            layer.CreateFeature(feature)
    # The index is written when the file is closed.
    del layer, dataset


def main():
    job = json.loads(sys.argv[1])
    partial = job["out"].removesuffix(".fgb") + ".partial.fgb"
    if os.path.exists(partial):
        os.remove(partial)
    write(job, partial)
    os.rename(partial, job["out"])


main()
