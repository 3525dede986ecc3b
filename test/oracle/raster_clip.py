#!/usr/bin/python3
"""Judges a clipped raster by GDAL alone: a gdal_rasterize mask of the boundary times the source's values.

usage: raster_clip.py SOURCE CLIP BOUNDARY.geojson
Prints JSON: inside (pixels whose centre lies in the boundary), differing (inside, but not the source's value), leaked
(outside, but not nodata), missing (inside, but beyond the clip's extent), exempt (centre within 1e-6 px of the line).
Source and boundary share their CRS; all bands are compared.
"""
import json
import sys

import numpy
from osgeo import gdal, ogr

gdal.UseExceptions()
LINE_TOLERANCE_PX = 1e-6


def rings_in_pixels(geometry, inverse):
    clone = geometry.Clone()
    stack = [clone]
    while stack:
        part = stack.pop()
        stack.extend(part.GetGeometryRef(i) for i in range(part.GetGeometryCount()))
        for i in range(part.GetPointCount()):
            x, y = part.GetX(i), part.GetY(i)
            part.SetPoint_2D(i, *gdal.ApplyGeoTransform(inverse, x, y))
    return clone


def burn(geometry, window, shift):
    x0, y0, width, height = window
    target = gdal.GetDriverByName('MEM').Create('', width, height, 1, gdal.GDT_Byte)
    target.SetProjection(source.GetProjection())
    target.SetGeoTransform((x0 + shift[0], 1, 0, y0 + shift[1], 0, 1))
    layers = ogr.GetDriverByName('Memory').CreateDataSource('')
    layer = layers.CreateLayer('boundary', source.GetSpatialRef())
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(geometry)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(target, [1], layer, burn_values=[1])
    return target.ReadAsArray().astype(bool)


def same(a, b):
    equal = a == b
    if numpy.issubdtype(a.dtype, numpy.floating):
        equal |= numpy.isnan(a) & numpy.isnan(b)
    return equal


source, clip = gdal.Open(sys.argv[1]), gdal.Open(sys.argv[2])
boundary_file = gdal.OpenEx(sys.argv[3])
boundary = boundary_file.GetLayer(0)
polygons = ogr.Geometry(ogr.wkbMultiPolygon)
for feature in boundary:
    geometry = feature.GetGeometryRef()
    for i in range(geometry.GetGeometryCount()) if geometry.GetGeometryName() == 'MULTIPOLYGON' else [None]:
        polygons.AddGeometry(geometry if i is None else geometry.GetGeometryRef(i))

inverse = gdal.InvGeoTransform(source.GetGeoTransform())
in_pixels = rings_in_pixels(polygons, inverse)
clip_transform = clip.GetGeoTransform()
left, top = (round(v) for v in gdal.ApplyGeoTransform(inverse, clip_transform[0], clip_transform[3]))
# Only the envelope of the boundary can hold pixels of it; everything else of the clip must be nodata.
min_x, max_x, min_y, max_y = in_pixels.GetEnvelope()
ex0, ey0 = max(int(min_x) - 1, 0), max(int(min_y) - 1, 0)
ex1, ey1 = min(int(max_x) + 2, source.RasterXSize), min(int(max_y) + 2, source.RasterYSize)
envelope = (ex0, ey0, ex1 - ex0, ey1 - ey0)
mask = burn(in_pixels, envelope, (0, 0))
exempt = numpy.zeros_like(mask)
for dx in (-LINE_TOLERANCE_PX, 0, LINE_TOLERANCE_PX):
    for dy in (-LINE_TOLERANCE_PX, 0, LINE_TOLERANCE_PX):
        exempt |= burn(in_pixels, envelope, (dx, dy)) != mask

certain = mask & ~exempt
result = {'inside': int(mask.sum()), 'exempt': int(exempt.sum()), 'differing': 0, 'leaked': 0, 'missing': int(certain.sum())}
# A window past the last column of a global raster goes on with its first.
starts = (left, left - source.RasterXSize)
for band in range(1, source.RasterCount + 1):
    actual = clip.GetRasterBand(band).ReadAsArray()
    empty = same(actual, numpy.full_like(actual, clip.GetRasterBand(band).GetNoDataValue()))
    may_hold = numpy.zeros(actual.shape, bool)
    for start in starts:
        x0, y0 = max(start, ex0), max(top, ey0)
        x1, y1 = min(start + clip.RasterXSize, ex1), min(top + clip.RasterYSize, ey1)
        if x0 >= x1 or y0 >= y1:
            continue
        in_envelope = (slice(y0 - ey0, y1 - ey0), slice(x0 - ex0, x1 - ex0))
        in_clip = (slice(y0 - top, y1 - top), slice(x0 - start, x1 - start))
        expected = source.GetRasterBand(band).ReadAsArray(x0, y0, x1 - x0, y1 - y0)
        result['differing'] += int((certain[in_envelope] & ~same(actual[in_clip], expected)).sum())
        may_hold[in_clip] |= mask[in_envelope] | exempt[in_envelope]
        if band == 1:
            result['missing'] -= int(certain[in_envelope].sum())
    result['leaked'] += int((~may_hold & ~empty).sum())
print(json.dumps(result))
