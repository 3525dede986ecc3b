#!/bin/sh
# Remakes the rasters and vectors of data/ from files that Debian packages install.
#
#   apt-get install gdal-bin libmagics++-data qgis-common ferret-datasets
#   sh scripts/make-sample-data.sh OUT_FOLDER
#
# Writes OUT_FOLDER/rasters and OUT_FOLDER/vectors. The shipped files were made on Debian 12 with
# GDAL 3.6.2, where two runs give equal bytes; another GDAL may give other bytes for the same values.
# data/boundaries is not made here: see data/MANIFEST.md.
set -eu

[ $# -eq 1 ] || { echo "usage: $0 OUT_FOLDER" >&2; exit 2; }
out=$1
share=/usr/share
ne=$share/magics/10m
admin1=$share/qgis/resources/data/world_map.gpkg
etopo5=$share/ferret-vis/data/etopo5.cdf

for input in "$ne/ne_10m_rivers_lake_centerlines.shp" "$ne/ne_10m_populated_places_simple.shp" "$admin1" "$etopo5"; do
  [ -r "$input" ] || { echo "$0: missing $input (see the packages at the top of this script)" >&2; exit 1; }
done

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$out/rasters" "$out/vectors"
rm -f "$out/rasters/etopo5_relief_15min.tif" "$out/rasters/admin1_zones_45s.tif" \
  "$out/vectors/rivers.fgb" "$out/vectors/populated_places.fgb" "$out/vectors/admin1_zones.fgb"
# No .aux.xml beside the outputs: a source is one file.
export GDAL_PAM_ENABLED=NO

# --- Relief: ETOPO5 (5', 0..360 east, grid-registered) averaged to a 15' grid of -180..180, -90..90 ---
# The west half, the east half turned to negative longitudes, and the first column again at +180.
gdal_translate -q -of VRT -a_srs EPSG:4326 -srcwin 0 0 2160 2161 \
  -a_ullr -0.041666666666667 90.041666666666667 179.958333333333333 -90.041666666666667 "$etopo5" "$tmp/east.vrt"
gdal_translate -q -of VRT -a_srs EPSG:4326 -srcwin 2160 0 2160 2161 \
  -a_ullr -180.041666666666667 90.041666666666667 -0.041666666666667 -90.041666666666667 "$etopo5" "$tmp/west.vrt"
gdal_translate -q -of VRT -a_srs EPSG:4326 -srcwin 2160 0 1 2161 \
  -a_ullr 179.958333333333333 90.041666666666667 180.041666666666667 -90.041666666666667 "$etopo5" "$tmp/wrap.vrt"
gdalbuildvrt -q "$tmp/relief.vrt" "$tmp/west.vrt" "$tmp/east.vrt" "$tmp/wrap.vrt"
gdalwarp -q -nomd -r average -te -180 -90 180 90 -ts 1440 720 -ot Int16 -dstnodata -32768 \
  "$tmp/relief.vrt" "$tmp/relief.tif"
gdal_translate -q -of COG \
  -co COMPRESS=DEFLATE -co LEVEL=12 -co PREDICTOR=2 -co BLOCKSIZE=64 -co OVERVIEW_RESAMPLING=AVERAGE \
  -mo "TIFFTAG_IMAGEDESCRIPTION=ETOPO5 relief, mean height above sea level of 15 arc minute cells (m)" \
  -mo OVR_RESAMPLING_ALG=AVERAGE \
  "$tmp/relief.tif" "$out/rasters/etopo5_relief_15min.tif"

# --- Admin-1 zones: the id of the state or province at each cell centre, 45", 60 S to 84 N ---
# 64-pixel tiles (GDAL warns that they are below 128, and writes them): small enough that most tiles
# of a country lie wholly inside it.
ogr2ogr -q -f GPKG -nln zones "$tmp/zones.gpkg" "$admin1" -sql \
  'SELECT CAST(fid AS INTEGER) AS zone, COALESCE(name, woe_name, gn_name) AS name, admin, adm0_a3, iso_a2, geom FROM states_provinces ORDER BY fid'
gdal_rasterize -q -l zones -a zone -ot UInt16 -init 0 -a_nodata 0 -te -180 -60 180 84 -ts 28800 11520 \
  -co COMPRESS=DEFLATE -co TILED=YES -co SPARSE_OK=TRUE "$tmp/zones.gpkg" "$tmp/zones.tif"
gdal_translate -q -of COG \
  -co COMPRESS=DEFLATE -co LEVEL=12 -co BLOCKSIZE=64 -co SPARSE_OK=TRUE \
  -co OVERVIEW_RESAMPLING=NEAREST -co OVERVIEW_COUNT=5 \
  -mo "TIFFTAG_IMAGEDESCRIPTION=Natural Earth admin-1 zone ids, 45 arc seconds; names in admin1_zones.fgb" \
  -mo OVR_RESAMPLING_ALG=NEAREST \
  "$tmp/zones.tif" "$out/rasters/admin1_zones_45s.tif"

# --- The names of the zones, as one point inside each ---
ogr2ogr -q -f FlatGeobuf -nln admin1_zones -nlt POINT "$out/vectors/admin1_zones.fgb" "$tmp/zones.gpkg" \
  -dialect SQLite -sql 'SELECT zone, name, admin, adm0_a3, ST_PointOnSurface(geom) AS geometry FROM zones'

# --- Rivers and lake centrelines of rank 0 to 6, thinned to 0.005 degrees (about 500 m) ---
ogr2ogr -q -f FlatGeobuf -nln rivers -nlt MULTILINESTRING -simplify 0.005 "$out/vectors/rivers.fgb" \
  "$ne/ne_10m_rivers_lake_centerlines.shp" \
  -sql 'SELECT name, featurecla, CAST(scalerank AS integer) AS scalerank FROM ne_10m_rivers_lake_centerlines WHERE scalerank <= 6'

# --- Populated places ---
ogr2ogr -q -f FlatGeobuf -nln populated_places "$out/vectors/populated_places.fgb" \
  "$ne/ne_10m_populated_places_simple.shp" \
  -sql 'SELECT name, adm0_a3, pop_max FROM ne_10m_populated_places_simple'
