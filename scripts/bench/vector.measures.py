"""Prints `[[id, measure], …]` of a vector file: of each id, the area of its polygons or the length of its lines, in
degrees, over all features that have it.

    /usr/bin/python3 vector.measures.py FILE
"""

import json
import sys

from osgeo import gdal, ogr

gdal.UseExceptions()

measures = {}
dataset = ogr.Open(sys.argv[1])
for feature in dataset.GetLayer(0):
    geometry = feature.GetGeometryRef()
    measure = geometry.Length() if geometry.GetDimension() == 1 else geometry.GetArea()
    number = feature.GetField("id")
    measures[number] = measures.get(number, 0.0) + measure
json.dump(sorted(measures.items()), sys.stdout)
