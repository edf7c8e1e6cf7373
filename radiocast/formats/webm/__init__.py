"""WebM and Matroska: EBML elements, what the header says, clusters to frames."""
