"""What is sent out: kept before it is sent, sent once, with what the other side answered."""
