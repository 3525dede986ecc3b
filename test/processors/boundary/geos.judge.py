#!/usr/bin/python3
"""What GEOS says of polygons, through shapely. Reads JSON from standard input, prints a JSON list.

usage: geos.judge.py valid    of a list of MultiPolygon coordinates: {valid, area} of each
       geos.judge.py common   of a list of pairs of them: the area that both have in common, made valid first
       geos.judge.py linework of a list of them: the area when made valid by the method "linework"
       geos.judge.py wkb      of a list of WKB in hexadecimal: their MultiPolygon coordinates and their WKB again
"""
import json
import sys

from shapely import wkb
from shapely.geometry import mapping, shape
from shapely.validation import make_valid


def multi(coordinates):
    return shape({'type': 'MultiPolygon', 'coordinates': coordinates})


def made_valid(coordinates):
    given = multi(coordinates)
    return given if given.is_valid else make_valid(given)


def judge(coordinates):
    given = multi(coordinates)
    return {'valid': given.is_valid, 'area': given.area}


def read(text):
    given = wkb.loads(text, hex=True)
    return {'coordinates': mapping(given)['coordinates'], 'wkb': given.wkb_hex}


WAYS = {
    'valid': judge,
    'common': lambda pair: made_valid(pair[0]).intersection(made_valid(pair[1])).area,
    'linework': lambda coordinates: made_valid(coordinates).area,
    'wkb': read,
}
print(json.dumps([WAYS[sys.argv[1]](item) for item in json.load(sys.stdin)]))
