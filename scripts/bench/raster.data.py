"""Makes the rasters of the benchmark: real relief, brought to a fine grid, with seeded noise on it.

    /usr/bin/python3 raster.data.py '{"base": FILE, "out": FILE, "west": …, "north": …, "cell": degrees,
        "width": …, "height": …, "type": "Int16" | "Float32", "seed": …}'

The relief is interpolated bilinearly and gets five octaves of value noise and one of pixel noise, so that its tiles
compress as those of an elevation model do. In the float raster the sea is nodata. The result is a COG: tiles of 512
pixels, DEFLATE with predictor 2 (3 for floats), average overviews.
"""

import json
import os
import sys

import numpy as np
from osgeo import gdal

gdal.UseExceptions()

NODATA = {"Int16": -32768, "Float32": -99999.0}
# Wavelength in pixels of the grid, and amplitude in metres.
OCTAVES = [(1024, 60.0), (256, 40.0), (64, 20.0), (16, 8.0), (4, 3.0)]
PIXEL_NOISE_METRES = 1.6
# Floats are kept to this step: elevations are measured to centimetres at best.
FLOAT_STEP_METRES = 1 / 16
BLOCK_ROWS = 512


class Lattice:
    """Values at the corners of a coarse grid, read bilinearly for rows of a fine one."""

    def __init__(self, values, columns, rows):
        """`columns` and `rows` are the positions of the fine grid's pixels on the coarse one."""
        self.values = values.astype(np.float32)
        self.rows = rows
        self.column = np.clip(np.floor(columns).astype(np.int32), 0, values.shape[1] - 2)
        self.weight = (columns - self.column).astype(np.float32)

    def block(self, first, end):
        rows = self.rows[first:end]
        row = np.clip(np.floor(rows).astype(np.int32), 0, self.values.shape[0] - 2)
        weight = (rows - row).astype(np.float32)[:, None]
        coarse = self.values[row] * (1 - weight) + self.values[row + 1] * weight
        step = np.diff(coarse, axis=1)
        out = np.take(step, self.column, axis=1)
        out *= self.weight
        out += np.take(coarse, self.column, axis=1)
        return out


def relief(job):
    """The base raster with a column repeated at either side, so that it joins at 180 degrees."""
    dataset = gdal.Open(job["base"])
    x0, cell, _, y0, _, _ = dataset.GetGeoTransform()
    values = np.pad(dataset.ReadAsArray().astype(np.float32), ((1, 1), (1, 1)), mode="wrap")
    values[0], values[-1] = values[1], values[-2]
    longitudes = job["west"] + (np.arange(job["width"]) + 0.5) * job["cell"]
    latitudes = job["north"] - (np.arange(job["height"]) + 0.5) * job["cell"]
    return Lattice(values, (longitudes - x0) / cell + 0.5, (y0 - latitudes) / cell + 0.5)


def octaves(job, random):
    for wavelength, amplitude in OCTAVES:
        size = (job["height"] // wavelength + 3, job["width"] // wavelength + 3)
        values = (random.random(size, dtype=np.float32) * 2 - 1) * amplitude
        yield Lattice(values, np.arange(job["width"]) / wavelength, np.arange(job["height"]) / wavelength)


def write_plain(job, path):
    random = np.random.Generator(np.random.SFC64(job["seed"]))
    nodata = NODATA[job["type"]]
    driver = gdal.GetDriverByName("GTiff")
    data_type = gdal.GetDataTypeByName(job["type"])
    out = driver.Create(path, job["width"], job["height"], 1, data_type, ["TILED=YES", "BLOCKXSIZE=512",
                                                                         "BLOCKYSIZE=512", "BIGTIFF=YES"])
    out.SetProjection('EPSG:4326')
    out.SetGeoTransform((job["west"], job["cell"], 0, job["north"], 0, -job["cell"]))
    out.GetRasterBand(1).SetNoDataValue(nodata)
    base, noise = relief(job), list(octaves(job, random))
    for first in range(0, job["height"], BLOCK_ROWS):
        end = min(first + BLOCK_ROWS, job["height"])
        ground = base.block(first, end)
        values = ground.copy()
        for octave in noise:
            values += octave.block(first, end)
        values += random.standard_normal(values.shape, dtype=np.float32) * PIXEL_NOISE_METRES
        if job["type"] == "Float32":
            np.rint(values / FLOAT_STEP_METRES, out=values)
            values *= FLOAT_STEP_METRES
            values[ground < 0] = nodata
        else:
            values = np.clip(np.rint(values), -32767, 32767).astype(np.int16)
        out.GetRasterBand(1).WriteArray(values, 0, first)
    out.FlushCache()


def main():
    job = json.loads(sys.argv[1])
    gdal.SetCacheMax(256 << 20)
    plain, partial = job["out"] + ".plain.tif", job["out"] + ".partial.tif"
    write_plain(job, plain)
    options = ["COMPRESS=DEFLATE", "PREDICTOR=YES", "BLOCKSIZE=512", "OVERVIEW_RESAMPLING=AVERAGE",
               "NUM_THREADS=ALL_CPUS", "BIGTIFF=IF_SAFER"]
    gdal.Translate(partial, plain, format="COG", creationOptions=options)
    os.remove(plain)
    os.rename(partial, job["out"])


main()
