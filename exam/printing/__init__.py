"""PDF by ReportLab's canvas: fonts, line breaking, blocks that stay together, page frames."""
