"""The figures of the report as inline SVG, each drawn twice: for screens and paper, and for phones."""
