#!/usr/bin/python3
"""Areas of polygons made valid by GEOS. Reads a JSON list of MultiPolygon coordinates, prints a list of areas."""
import json
import sys

from osgeo import ogr

ogr.UseExceptions()


def area(coordinates):
    given = ogr.CreateGeometryFromJson(json.dumps({'type': 'MultiPolygon', 'coordinates': coordinates}))
    return given.MakeValid(['METHOD=STRUCTURE', 'KEEP_COLLAPSED=NO']).GetArea()


print(json.dumps([area(coordinates) for coordinates in json.load(sys.stdin)]))
