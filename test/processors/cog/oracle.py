"""Makes GeoTIFFs with GDAL and judges clips of them with GDAL's own rasteriser.

usage: oracle.py make|check|dump < jobs.json    (check prints one JSON object per job: figures and a list of faults)
"""
import json
import sys
import numpy as np
from osgeo import gdal, ogr, osr
from osgeo_utils.samples import validate_cloud_optimized_geotiff as cog

gdal.UseExceptions()
EDGE_PX = 1e-6


def make(job):
    rng = np.random.default_rng(job['seed'])
    width, height, bands = job['width'], job['height'], job['bands']
    dtype = getattr(gdal, 'GDT_' + job['type'])
    mem = gdal.GetDriverByName('MEM').Create('', width, height, bands, dtype)
    mem.SetGeoTransform(job['transform'])
    mem.SetProjection(srs(job['srs']).ExportToWkt())
    y, x = np.mgrid[0:height, 0:width]
    for b in range(bands):
        band = mem.GetRasterBand(b + 1)
        wave = 50 + 40 * np.sin(x / 37.0 + b) * np.cos(y / 23.0) + rng.integers(0, 8, (height, width))
        if job['type'].startswith('Float'):
            wave = wave + rng.random((height, width))
        if job.get('burnInside') is not None:
            wave = np.where(inside(mem, job['burnInside']), 100, 200)
        if job.get('levels') is not None:
            wave = np.floor(wave) % job['levels']
        wave = wave.astype(gdal.GetDataTypeName(dtype).lower().replace('byte', 'uint8'))
        if job.get('plus') is not None:
            wave += np.array(int(job['plus'])).astype(wave.dtype)
        if job['nodata'] is not None:
            holes = rng.random((height, width)) < job.get('holes', 0.02)
            band.SetNoDataValue(job['nodata'] if job['nodata'] != 'nan' else float('nan'))
            wave[holes] = band.GetNoDataValue()
        band.WriteArray(wave)
        if job.get('described'):
            band.SetDescription('band %d' % b)
            band.SetScale(0.5)
            band.SetOffset(10 + b)
            band.SetUnitType('m')
            band.ComputeStatistics(False)
    if job.get('palette'):
        table = gdal.ColorTable()
        for i in range(256):
            table.SetColorEntry(i, (i, 255 - i, 7, 255))
        mem.GetRasterBand(1).SetColorTable(table)
    if job.get('metadata'):
        mem.SetMetadata(job['metadata'])
    gdal.SetConfigOption('GDAL_TIFF_OVR_BLOCKSIZE', str(job.get('overviewTile', job.get('tile', 128))))
    out = gdal.GetDriverByName(job['driver']).CreateCopy(job['path'], mem, options=job['options'])
    if job.get('overviews'):
        out.FlushCache()
        out.BuildOverviews(job.get('resampling', 'AVERAGE'), job['overviews'])
    del out


def srs(text):
    found = osr.SpatialReference()
    found.SetFromUserInput(text)
    found.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return found


def geometry(boundary):
    return ogr.CreateGeometryFromJson(json.dumps({'type': 'MultiPolygon', 'coordinates': boundary}))


def inside(dataset, boundary, shifts=(0,)):
    """Pixels whose centre is inside, by GDAL's rasteriser, in the pixel space of the dataset."""
    mask = gdal.GetDriverByName('MEM').Create('', dataset.RasterXSize, dataset.RasterYSize, 1, gdal.GDT_Byte)
    mask.SetGeoTransform((0, 1, 0, 0, 0, 1))
    held = ogr.GetDriverByName('Memory').CreateDataSource('')
    layer = held.CreateLayer('l')
    for shift in shifts:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(pixels(dataset, boundary, shift))
        layer.CreateFeature(feature)
    gdal.RasterizeLayer(mask, [1], layer, burn_values=[1])
    return mask.ReadAsArray() == 1


def pixels(dataset, boundary, shift=0):
    t = dataset.GetGeoTransform()
    return geometry([[[[(x + shift - t[0]) / t[1], (y - t[3]) / t[5]] for x, y in ring] for ring in polygon]
                     for polygon in boundary])


def inside_projected(dataset, boundary):
    """The same by an even-odd test in longitude and latitude, for rasters in another CRS."""
    t = dataset.GetGeoTransform()
    h, w = dataset.RasterYSize, dataset.RasterXSize
    y, x = np.mgrid[0:h, 0:w]
    centres = np.column_stack([(t[0] + (x.ravel() + 0.5) * t[1]), (t[3] + (y.ravel() + 0.5) * t[5])])
    found = osr.SpatialReference(dataset.GetProjection())
    found.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    gdal.PushErrorHandler('CPLQuietErrorHandler')
    degrees = np.array(osr.CoordinateTransformation(found, srs('EPSG:4326')).TransformPoints(centres.tolist()))
    gdal.PopErrorHandler()
    lon, lat = degrees[:, 0], degrees[:, 1]
    odd = np.zeros(len(lon), bool)
    for polygon in boundary:
        for ring in polygon:
            for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
                if y0 == y1:
                    continue
                crosses = (y0 <= lat) != (y1 <= lat)
                with np.errstate(invalid='ignore'):
                    odd ^= crosses & (x0 + (lat - y0) / (y1 - y0) * (x1 - x0) > lon)
    return odd.reshape(h, w), lon.reshape(h, w), lat.reshape(h, w)


def near_line(dataset, boundary, row, column, shifts):
    line = [pixels(dataset, boundary, shift).Boundary() for shift in shifts]
    point = ogr.CreateGeometryFromWkt('POINT (%.17g %.17g)' % (column + 0.5, row + 0.5))
    return min(part.Distance(point) for part in line) <= EDGE_PX


def same(a, b):
    return (a == b) | ((a != a) & (b != b))


def check(job):
    source, clip = gdal.Open(job['source']), gdal.Open(job['clip'])
    faults = []
    s, c = source.GetGeoTransform(), clip.GetGeoTransform()
    ox, oy = (c[0] - s[0]) / s[1], (c[3] - s[3]) / s[5]
    if abs(ox - round(ox)) > 1e-3 or abs(oy - round(oy)) > 1e-3 or (c[1], c[5]) != (s[1], s[5]):
        faults.append('grid %s against %s' % (c, s))
    ox, oy = round(ox), round(oy)
    shifts = job.get('shifts', [0])
    if job.get('projected'):
        mask, lon, lat = inside_projected(source, job['boundary'])
    else:
        mask = inside(source, job['boundary'], shifts)
    w, h = clip.RasterXSize, clip.RasterYSize
    window = mask[oy:oy + h, ox:ox + w]
    if window.sum() != mask.sum():
        faults.append('the extent misses %d pixels' % (mask.sum() - window.sum()))
    if not source.GetSpatialRef().IsSame(clip.GetSpatialRef()):
        faults.append('CRS differs')
    differing = 0
    for b in range(1, source.RasterCount + 1):
        sb, cb = source.GetRasterBand(b), clip.GetRasterBand(b)
        if sb.DataType != cb.DataType or not same(sb.GetNoDataValue(), cb.GetNoDataValue()):
            faults.append('band %d type or nodata differs' % b)
        want = np.where(window, sb.ReadAsArray(ox, oy, w, h), np.array(sb.GetNoDataValue()).astype(sb.ReadAsArray(0, 0, 1, 1).dtype))
        wrong = ~same(want, cb.ReadAsArray())
        for row, column in np.argwhere(wrong):
            if job.get('projected'):
                line = geometry(job['boundary']).Boundary()
                point = ogr.CreateGeometryFromWkt('POINT (%.17g %.17g)' % (lon[row + oy, column + ox], lat[row + oy, column + ox]))
                if line.Distance(point) <= job['projected'] * EDGE_PX:
                    continue
            elif near_line(source, job['boundary'], row + oy, column + ox, shifts):
                continue
            differing += 1
        for name in ('GetScale', 'GetOffset', 'GetUnitType', 'GetDescription', 'GetColorInterpretation'):
            if getattr(sb, name)() != getattr(cb, name)():
                faults.append('band %d: %s differs' % (b, name))
        st, ct = sb.GetColorTable(), cb.GetColorTable()
        if st is not None and [st.GetColorEntry(i) for i in range(st.GetCount())] != [ct.GetColorEntry(i) for i in range(ct.GetCount())]:
            faults.append('colour table differs')
        if any(key.startswith('STATISTICS') for key in cb.GetMetadata()):
            faults.append('statistics of the source were kept')
    if differing:
        faults.append('%d pixels differ' % differing)
    # Its only warning is about sources without overviews.
    _, errors, _ = cog.validate(job['clip'], full_check=True)
    faults += errors
    if job.get('overviewsLike'):
        faults += compare_overviews(clip, job['overviewsLike'])
    if job.get('onlyValue') is not None:
        faults += leaks(clip, job['onlyValue'])
    return {'inside': int(mask.sum()), 'overviews': clip.GetRasterBand(1).GetOverviewCount(), 'faults': faults}


def compare_overviews(clip, resampling):
    """Each overview must be what GDAL builds from the clip's next finer level."""
    faults = []
    for b in range(1, clip.RasterCount + 1):
        band = clip.GetRasterBand(b)
        finer = band.ReadAsArray()
        for k in range(band.GetOverviewCount()):
            mem = gdal.GetDriverByName('MEM').Create('', finer.shape[1], finer.shape[0], 1, band.DataType)
            mem.GetRasterBand(1).SetNoDataValue(band.GetNoDataValue())
            mem.GetRasterBand(1).WriteArray(finer)
            mem.BuildOverviews(resampling, [2])
            got = band.GetOverview(k).ReadAsArray()
            want = mem.GetRasterBand(1).GetOverview(0).ReadAsArray()
            wrong = ~same(got, want) if got.shape == want.shape else np.ones(1, bool)
            if got.dtype.kind == 'f' and got.shape == want.shape:
                wrong &= ~(np.abs(got - want) <= 1e-6 * np.abs(want))
            if wrong.any():
                at = np.argwhere(wrong)[0]
                faults.append('overview %d of band %d: %d pixels differ, first at %s: %s against %s'
                              % (k, b, wrong.sum(), at, got[tuple(at)], want[tuple(at)]))
            finer = got
    return faults


def leaks(clip, value):
    band = clip.GetRasterBand(1)
    faults = []
    for k in range(band.GetOverviewCount()):
        found = band.GetOverview(k).ReadAsArray()
        other = found[(found != value) & (found != band.GetNoDataValue())]
        if other.size:
            faults.append('overview %d holds %d values from outside, such as %s' % (k, other.size, other[0]))
        if not (found == value).any():
            faults.append('overview %d is empty' % k)
    return faults


def dump(job):
    """Writes the values that GDAL reads, pixel by pixel with all bands, little-endian."""
    dataset = gdal.Open(job['path'])
    bands = [dataset.GetRasterBand(b + 1).ReadAsArray() for b in range(dataset.RasterCount)]
    np.stack(bands, axis=-1).tofile(job['out'])


if __name__ == '__main__':
    jobs = json.load(sys.stdin)
    if sys.argv[1] == 'dump':
        for job in jobs:
            dump(job)
    elif sys.argv[1] == 'make':
        for job in jobs:
            make(job)
    else:
        print(json.dumps([check(job) for job in jobs]))
