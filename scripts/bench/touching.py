"""Prints the compressed bytes of the source's tiles that hold a pixel of a clip, over the levels that the clip has.

    /usr/bin/python3 touching.py SOURCE CLIP

Of the full resolution these are the tiles at the places of the clip's tiles that are not empty; of an overview, the
tiles that lie over one of those. Sizes are what GDAL says of the files.
"""

import sys

from osgeo import gdal

gdal.UseExceptions()


def tile_bytes(band, column, row):
    return int(band.GetMetadataItem("BLOCK_SIZE_%d_%d" % (column, row), "TIFF") or 0)


source, clip = (gdal.Open(path) for path in sys.argv[1:])
full, part = source.GetRasterBand(1), clip.GetRasterBand(1)
(x0, cell, _, y0, _, height), (x1, _, _, y1, _, _) = source.GetGeoTransform(), clip.GetGeoTransform()
tile, _ = full.GetBlockSize()
first_column, first_row = round((x1 - x0) / cell) // tile, round((y1 - y0) / height) // tile
across, down = -(-clip.RasterXSize // tile), -(-clip.RasterYSize // tile)
touched = {
    (first_column + column, first_row + row)
    for row in range(down)
    for column in range(across)
    if tile_bytes(part, column, row) > 0
}
total = sum(tile_bytes(full, column, row) for column, row in touched)
for index in range(part.GetOverviewCount()):
    overview = full.GetOverview(index)
    factor = round(full.XSize / overview.XSize)
    above = {(column // factor, row // factor) for column, row in touched}
    total += sum(tile_bytes(overview, column, row) for column, row in above)
print(total)
