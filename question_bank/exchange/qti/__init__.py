"""QTI 1.2, 2.1, 2.2 and 3.0: files and packages of other systems are read; 2.1, 2.2 and 3.0 are written."""
