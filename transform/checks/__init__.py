"""What shows that something was misread: totals against lines, sizes, repetitions, and what may be mended."""
