"""Botocore's documentation of itself is not shipped: nobody asks a function in the cloud for help."""
