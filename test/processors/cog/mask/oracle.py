"""Makes GeoTIFFs without a nodata value and judges masked clips of them with GDAL.

usage: oracle.py make|check < jobs.json    (check prints one JSON object per job: figures and a list of faults)
"""
import json
import os
import sys
import numpy as np
from osgeo import gdal
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from oracle import cog, inside, same, srs

gdal.UseExceptions()


def make(job):
    rng = np.random.default_rng(job['seed'])
    width, height, bands = job['width'], job['height'], job['bands']
    mem = gdal.GetDriverByName('MEM').Create('', width, height, bands, getattr(gdal, 'GDT_' + job['type']))
    mem.SetGeoTransform((10, 0.01, 0, 5, 0, -0.01))
    mem.SetProjection(srs('EPSG:4326').ExportToWkt())
    y, x = np.mgrid[0:height, 0:width]
    for b in range(bands):
        wave = 90 + 60 * np.sin(x / 37.0 + b) * np.cos(y / 23.0) + rng.integers(0, 8, (height, width))
        if job.get('hole'):
            wave[100:300, 100:300] = 0
        mem.GetRasterBand(b + 1).WriteArray(wave)
        if job.get('nodata') is not None:
            mem.GetRasterBand(b + 1).SetNoDataValue(job['nodata'])
    if job.get('alpha'):
        mem.GetRasterBand(bands).SetColorInterpretation(gdal.GCI_AlphaBand)
        mem.GetRasterBand(bands).WriteArray(np.where(np.hypot(x - 300, y - 200) < 120, 0, 255))
    if job.get('mask'):
        mem.CreateMaskBand(gdal.GMF_PER_DATASET)
        mem.GetRasterBand(1).GetMaskBand().WriteArray(np.where(np.hypot(x - 300, y - 200) < 120, 0, 255).astype('uint8'))
    gdal.SetConfigOption('GDAL_TIFF_INTERNAL_MASK', 'YES')
    gdal.SetConfigOption('GDAL_TIFF_OVR_BLOCKSIZE', '128')
    out = gdal.GetDriverByName(job['driver']).CreateCopy(job['path'], mem, options=job['options'])
    if job.get('overviews'):
        out.FlushCache()
        out.BuildOverviews('AVERAGE', job['overviews'])
    del out


def level(dataset, width):
    """The band of the level that is about this wide, and the mask that the source says of it."""
    band = dataset.GetRasterBand(1)
    bands = [band] + [band.GetOverview(k) for k in range(band.GetOverviewCount())]
    return min(range(len(bands)), key=lambda k: abs(bands[k].XSize - width)) - 1


def bands_at(dataset, index):
    bands = [dataset.GetRasterBand(b + 1) for b in range(dataset.RasterCount)]
    return bands if index < 0 else [band.GetOverview(index) for band in bands]


def check(job):
    source, clip = gdal.Open(job['source']), gdal.Open(job['clip'])
    faults = []
    s, c = source.GetGeoTransform(), clip.GetGeoTransform()
    ox, oy = round((c[0] - s[0]) / s[1]), round((c[3] - s[3]) / s[5])
    mask = inside(source, job['boundary'])
    w, h = clip.RasterXSize, clip.RasterYSize
    if mask[oy:oy + h, ox:ox + w].sum() != mask.sum():
        faults.append('the extent misses pixels')
    shown = []
    valid = mask
    for k in range(-1, clip.GetRasterBand(1).GetOverviewCount()):
        clip_bands = bands_at(clip, k)
        factor = max(1, round(w / clip_bands[0].XSize))
        at = level(source, source.RasterXSize / factor)
        source_bands = bands_at(source, at)
        if k >= 0:
            valid = whole(valid, source_bands[0])
        faults += judge('level %d' % k, clip_bands, source_bands, valid, ox // factor, oy // factor, job, shown)
    _, errors, _ = cog.validate(job['clip'], full_check=True)
    with open(job['clip'], 'rb') as head:
        ghost = head.read(300)
    return {'inside': int(mask.sum()), 'shown': shown, 'faults': faults + errors, 'flags': clip.GetRasterBand(1).GetMaskFlags(),
            'nodata': clip.GetRasterBand(1).GetNoDataValue(), 'interleaved': b'MASK_INTERLEAVED_WITH_IMAGERY=YES' in ghost,
            'ghostBytes': int(ghost[ghost.index(b'SIZE=') + 5:][:6])}


def check_alpha(job):
    """Outside, all bands are 0; an overview pixel is transparent unless one of its four pixels is inside."""
    source, clip = gdal.Open(job['source']), gdal.Open(job['clip'])
    faults = []
    s, c = source.GetGeoTransform(), clip.GetGeoTransform()
    ox, oy = round((c[0] - s[0]) / s[1]), round((c[3] - s[3]) / s[5])
    w, h = clip.RasterXSize, clip.RasterYSize
    kept = inside(source, job['boundary'])
    wanted = np.where(kept, source.ReadAsArray(), 0)[:, oy:oy + h, ox:ox + w]
    if (clip.ReadAsArray() != wanted).any() or kept[oy:oy + h, ox:ox + w].sum() != kept.sum():
        faults.append('values differ')
    shown = [int((wanted[-1] > 0).sum())]
    for k in range(clip.GetRasterBand(1).GetOverviewCount()):
        overview = [band.ReadAsArray() for band in bands_at(clip, k)]
        finer = bands_at(clip, k - 1)[-1].ReadAsArray()
        touched = finer.reshape(overview[0].shape[0], 2, overview[0].shape[1], 2).any(axis=(1, 3))
        for band in overview:
            if (band[~touched] != 0).any():
                faults.append('overview %d shows what is transparent below it' % k)
        shown.append(int((overview[-1] > 0).sum()))
    _, errors, _ = cog.validate(job['clip'], full_check=True)
    return {'inside': int(kept.sum()), 'shown': shown, 'faults': faults + errors, 'flags': clip.GetRasterBand(1).GetMaskFlags(),
            'nodata': clip.GetRasterBand(1).GetNoDataValue(), 'interleaved': False, 'ghostBytes': 0}


def whole(finer, band):
    """Overview pixels all of whose four pixels are inside; a pixel beyond the border counts as inside."""
    padded = np.pad(finer, ((0, 2 * band.YSize - finer.shape[0]), (0, 2 * band.XSize - finer.shape[1])), mode='edge') \
        if finer.shape[0] <= 2 * band.YSize else finer
    return padded.reshape(band.YSize, 2, band.XSize, 2).all(axis=(1, 3))


def judge(name, clip_bands, source_bands, valid, ox, oy, job, shown):
    faults = []
    w, h = clip_bands[0].XSize, clip_bands[0].YSize
    want = valid[oy:oy + h, ox:ox + w]
    if source_bands[0].GetMaskFlags() == gdal.GMF_PER_DATASET:
        want = want & (source_bands[0].GetMaskBand().ReadAsArray(ox, oy, w, h) > 0)
    for b, (cb, sb) in enumerate(zip(clip_bands, source_bands)):
        if cb.GetMaskFlags() != gdal.GMF_PER_DATASET:
            faults.append('%s, band %d: mask flags are %d' % (name, b, cb.GetMaskFlags()))
        got = cb.GetMaskBand().ReadAsArray()
        if (got != np.where(want, 255, 0)).any():
            faults.append('%s, band %d: %d pixels of the mask differ' % (name, b, (got != np.where(want, 255, 0)).sum()))
        wrong = ~same(cb.ReadAsArray(), sb.ReadAsArray(ox, oy, w, h)) & want
        if wrong.any():
            faults.append('%s, band %d: %d valid pixels differ' % (name, b, wrong.sum()))
        if sb.GetColorInterpretation() != cb.GetColorInterpretation():
            faults.append('%s, band %d: colour interpretation' % (name, b))
    shown.append(int(want.sum()))
    return faults


jobs = json.load(sys.stdin)
if sys.argv[1] == 'make':
    for job in jobs:
        make(job)
else:
    print(json.dumps([check_alpha(job) if job.get('alpha') else check(job) for job in jobs]))
