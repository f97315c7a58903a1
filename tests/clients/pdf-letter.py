#!/usr/bin/python3
"""pdf-letter.py TEXT PDF: makes a PDF of one page out of a file with one line of ASCII text."""

import sys

with open(sys.argv[1], encoding="ascii") as file:
    text = file.read().strip()
page = f"BT /F 14 Tf 60 760 Td ({text}) Tj ET"
objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    " /Resources << /Font << /F 5 0 R >> >> >>",
    f"<< /Length {len(page)} >>\nstream\n{page}\nendstream",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
]

pdf = "%PDF-1.7\n"
places = ["0000000000 65535 f \n"]
for number, content in enumerate(objects, start=1):
    places.append(f"{len(pdf):010d} 00000 n \n")
    pdf += f"{number} 0 obj\n{content}\nendobj\n"
table = len(pdf)
pdf += f"xref\n0 {len(places)}\n{''.join(places)}"
pdf += f"trailer\n<< /Size {len(places)} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"

with open(sys.argv[2], "w", encoding="ascii", newline="") as file:
    file.write(pdf)
