"""Pure: paths as operators of a page's stream (ISO 32000-1 §8.5), from (0, 0) to the right and down."""

ROUND = 0.5523
"""How far the handles of a Bézier curve reach that stands for a quarter of a circle, in radii."""


def rounded(width: float, height: float, radius: float) -> str:
    """A rectangle with rounded corners."""
    near, far, wide, low = radius, radius * (1 - ROUND), width - radius, height - radius
    return (
        f"{near:.3f} 0 m {wide:.3f} 0 l {width - far:.3f} 0 {width:.3f} {-far:.3f} {width:.3f} {-near:.3f} c "
        f"{width:.3f} {-low:.3f} l "
        f"{width:.3f} {far - height:.3f} {width - far:.3f} {-height:.3f} {wide:.3f} {-height:.3f} c "
        f"{near:.3f} {-height:.3f} l {far:.3f} {-height:.3f} 0 {far - height:.3f} 0 {-low:.3f} c "
        f"0 {-near:.3f} l 0 {-far:.3f} {far:.3f} 0 {near:.3f} 0 c h"
    )
