"""What the calls take and give. What is taken is of the types of `core`; unknown fields are refused."""
