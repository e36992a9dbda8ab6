"""All HTML over HTTP: one folder per audience area, named like its address and its templates."""
