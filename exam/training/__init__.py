"""培训台账: what each person sat, heard and attended elsewhere, in hours."""
