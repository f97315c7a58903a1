/* What is signed, read once from its beginning to its end, whatever its size. */
#ifndef MN_CLI_CONTENT_H
#define MN_CLI_CONTENT_H

#include "base/bytes.h"
#include "cli/sign/progress.h"

enum mn_content_outcome {
    MN_CONTENT_READ,
    MN_CONTENT_BROKEN,  /* it could not be read: errno says why */
    MN_CONTENT_NO_FILE, /* it is no regular file any more */
    MN_CONTENT_CHANGED, /* it was written to, or exchanged, while it was read */
    MN_CONTENT_STOPPED, /* what took the parts did not want more */
};

/* Gives all of the file at path (NULL: standard input, which may be anything) to take, part by
 * part, in the order of the file. buffer is of MN_CONTENT_PART bytes and the caller's. Whatever the
 * outcome but MN_CONTENT_READ, what was taken is worth nothing. */
#define MN_CONTENT_PART (256 * 1024)
enum mn_content_outcome mn_content_read(const char *path, uint8_t *buffer,
                                        bool (*take)(void *self, struct mn_span part), void *self,
                                        struct mn_progress *progress);

/* Why it was not read, translated. Static storage. */
const char *mn_content_text(enum mn_content_outcome outcome);

#endif
