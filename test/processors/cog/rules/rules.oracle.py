"""Judges clips by pixels that an independent rasteriser chose, whatever their extent.

usage: rules.oracle.py < jobs.json    (prints one JSON object per job: figures and a list of faults)

centre   GDAL's rasteriser
touched  GDAL's rasteriser with ALL_TOUCHED; pixels that meet the boundary in no area may go either way
bbox     the envelope of the boundary, one on each side of the antimeridian
"""
import json
import sys
import numpy as np
from osgeo import gdal, ogr
from osgeo_utils.samples import validate_cloud_optimized_geotiff as cog
from shapely.affinity import affine_transform
from shapely.geometry import box, shape
from shapely.ops import unary_union
from shapely.prepared import prep

gdal.UseExceptions()
# Of a pixel's side and of its area: nearer than this to a line, rounding decides.
EDGE_PX = 1e-6
EDGE_AREA = 1e-9


def to_pixels(source, boundary, shifts):
    """The boundary in pixel coordinates, laid on the raster once for each shift (degrees)."""
    a, b, c, d, e, f = gdal.InvGeoTransform(source.GetGeoTransform())
    parts = []
    for shift in shifts:
        moved = affine_transform(shape({'type': 'MultiPolygon', 'coordinates': boundary}), [1, 0, 0, 1, shift, 0])
        parts.append(affine_transform(moved, [b, c, e, f, a, d]))
    return parts


def burn(parts, width, height, *options):
    mask = gdal.GetDriverByName('MEM').Create('', width, height, 1, gdal.GDT_Byte)
    mask.SetGeoTransform((0, 1, 0, 0, 0, 1))
    held = ogr.GetDriverByName('Memory').CreateDataSource('')
    layer = held.CreateLayer('')
    for part in parts:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkb(part.wkb))
        layer.CreateFeature(feature)
    gdal.RasterizeLayer(mask, [1], layer, burn_values=[1], options=list(options))
    return mask.ReadAsArray().astype(bool)


def chosen(source, job):
    """The pixels that must be kept, and those that may be."""
    width, height = source.RasterXSize, source.RasterYSize
    parts = to_pixels(source, job['boundary'], job.get('shifts', [0]))
    if job['mask'] == 'centre':
        must = burn(parts, width, height)
        free = np.zeros_like(must)
        lines = prep(unary_union([part.boundary for part in parts]))
        outline = burn([part.boundary for part in parts], width, height, 'ALL_TOUCHED=TRUE')
        for row, column in np.argwhere(outline):
            centre = box(column + 0.5 - EDGE_PX, row + 0.5 - EDGE_PX, column + 0.5 + EDGE_PX, row + 0.5 + EDGE_PX)
            free[row, column] = lines.intersects(centre)
        return must & ~free, must | free
    if job['mask'] == 'touched':
        gdals = burn(parts, width, height, 'ALL_TOUCHED=TRUE')
        area = unary_union([part.buffer(0) for part in parts])
        outline = burn([part.boundary.buffer(0.01) for part in parts], width, height, 'ALL_TOUCHED=TRUE')
        must, may = gdals.copy(), gdals.copy()
        for row, column in np.argwhere(outline):
            met = area.intersection(box(column, row, column + 1, row + 1)).area
            must[row, column] = met > EDGE_AREA
            may[row, column] = met > 0 or area.distance(box(column, row, column + 1, row + 1)) < EDGE_PX
            # GDAL leaves out some corners; what it takes besides must be near the line.
        return must, may
    keep = np.zeros((height, width), bool)
    y, x = np.mgrid[0:height, 0:width] + 0.5
    for west, south, east, north in job['boxes']:
        for part in to_pixels(source, [[[[west, south], [east, south], [east, north], [west, north], [west, south]]]], job.get('shifts', [0])):
            minx, miny, maxx, maxy = part.bounds
            keep |= (x > minx) & (x < maxx) & (y > miny) & (y < maxy)
    return keep, keep


def check(job):
    faults = []
    source, clip = gdal.Open(job['source']), gdal.Open(job['clip'])
    must, may = chosen(source, job)
    s, c = source.GetGeoTransform(), clip.GetGeoTransform()
    if s[1:3] + s[4:6] != c[1:3] + c[4:6]:
        faults.append('grid %s against %s' % (c, s))
    ox, oy = gdal.ApplyGeoTransform(gdal.InvGeoTransform(s), c[0], c[3])
    if abs(ox - round(ox)) > 1e-3 or abs(oy - round(oy)) > 1e-3:
        faults.append('origin %s, %s' % (ox, oy))
    ox, oy = round(ox), round(oy)
    w, h = clip.RasterXSize, clip.RasterYSize
    period = job.get('period', source.RasterXSize)
    columns = (np.arange(w) + ox) % period if ox + w > source.RasterXSize else np.arange(w) + ox
    rows = np.arange(h) + oy
    at = np.ix_(rows, columns)
    covered = np.zeros_like(must)
    covered[at] = True
    if (must & ~covered)[:, :period].any():
        faults.append('the extent misses %d pixels' % (must & ~covered)[:, :period].sum())
    data = source.GetRasterBand(1).GetMaskBand().ReadAsArray() > 0
    valid = clip.GetRasterBand(1).GetMaskBand().ReadAsArray() > 0
    lost = (must & data)[at] & ~valid
    extra = valid & ~(may & data)[at]
    if lost.any() or extra.any():
        faults.append('%d pixels lost, %d too many, first %s' % (lost.sum(), extra.sum(), np.argwhere(lost | extra)[0]))
    for b in range(1, source.RasterCount + 1):
        want = source.GetRasterBand(b).ReadAsArray()[at]
        got = clip.GetRasterBand(b).ReadAsArray()
        wrong = valid & (want != got)
        if wrong.any():
            faults.append('band %d: %d values differ' % (b, wrong.sum()))
    if job.get('tight'):
        kept = np.argwhere(must[at])
        room = (kept.min(axis=0) > 1).any() or (kept.max(axis=0) < np.array([h, w]) - 2).any()
        if room:
            faults.append('the extent is not tight')
    if job.get('averages'):
        faults += averages(clip)
    _, errors, _ = cog.validate(job['clip'], full_check=True)
    return {'inside': int(must.sum()), 'width': w, 'height': h, 'west': c[0], 'east': c[0] + w * c[1],
            'overviews': clip.GetRasterBand(1).GetOverviewCount(), 'faults': faults + errors}


def averages(clip):
    """Each overview pixel must be the mean of the valid ones of its four pixels, rounded."""
    band = clip.GetRasterBand(1)
    nodata = band.GetNoDataValue()
    finer = band.ReadAsArray().astype(float)
    faults = []
    for k in range(band.GetOverviewCount()):
        got = band.GetOverview(k).ReadAsArray().astype(float)
        h, w = got.shape
        padded = np.full((2 * h, 2 * w), nodata)
        padded[:finer.shape[0], :finer.shape[1]] = finer
        four = padded.reshape(h, 2, w, 2).transpose(0, 2, 1, 3).reshape(h, w, 4)
        known = four != nodata
        count = known.sum(axis=2)
        mean = np.where(known, four, 0).sum(axis=2) / np.maximum(count, 1)
        want = np.where(count == 0, nodata, np.sign(mean) * np.floor(np.abs(mean) + 0.5))
        if (want != got).any():
            faults.append('overview %d: %d pixels are no averages' % (k, (want != got).sum()))
        finer = got
    return faults


print(json.dumps([check(job) for job in json.load(sys.stdin)]))
