"""What if: a value chain of stations, today and changed; exact flows where there are, simulation beyond."""
