"""Files of questions on their way into the bank: kept until they are taken, written at once or as long work."""
