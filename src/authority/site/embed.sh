#!/bin/sh
# embed.sh NAME FILE: FILE as lines of C, an array of this name that ends with NULL.
printf '#include <stddef.h>\n\nextern const char *const %s[];\nconst char *const %s[] = {\n' "$1" "$1"
sed 's/\\/\\\\/g; s/"/\\"/g; s/?/\\?/g; s/^/    "/; s/$/\\n",/' "$2"
printf '    NULL,\n};\n'
