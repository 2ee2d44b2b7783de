"""What the product is measured by: ``make bench`` prints every figure and writes them down."""
