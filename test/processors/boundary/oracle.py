#!/usr/bin/python3
"""Intersections of polygons by GEOS. Reads a JSON list of pairs of MultiPolygon coordinates, prints a list of areas."""
import json
import sys

from shapely.geometry import shape


def multi(coordinates):
    return shape({'type': 'MultiPolygon', 'coordinates': coordinates})


print(json.dumps([multi(a).intersection(multi(b)).area for a, b in json.load(sys.stdin)]))
