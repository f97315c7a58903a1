#include "cli/authority/request_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/authority/mailbox.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"

/* What was read of a pair of files, until both are there. */
struct pair {
    struct mn_bytes certificate, signature;
    const char *certificate_file, *signature_file;
};

static void release(struct pair *pair)
{
    mn_bytes_free(&pair->certificate);
    mn_bytes_free(&pair->signature);
    *pair = (struct pair){0};
}

static int visit_pair(struct pair *pair,
                      int (*visit)(const struct mn_request_source *source, void *self), void *self)
{
    const char *first = pair->certificate_file, *second = pair->signature_file;
    char *from = NULL;
    int status = MN_EXIT_FAILED;

    if (!first && !second)
        return 0;
    if (asprintf(&from, "%s%s%s", first ? first : "", first && second ? ", " : "",
                 second ? second : "") < 0)
        return status;
    const struct mn_request_source source = {.from = from,
                                             .certificate = mn_bytes_span(&pair->certificate),
                                             .signature = mn_bytes_span(&pair->signature)};
    status = visit(&source, self);
    free(from);
    release(pair);
    return status;
}

static int tell(const char *file, mn_rc rc)
{
    fprintf(stderr, "mynakey: %s: %s\n", mn_printable(file), mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

/* DER, as both files of a request are, begins with a SEQUENCE; no mail does. */
static mn_rc is_der(const char *file, bool *out)
{
    FILE *stream = fopen(file, "rbe");
    int first;

    if (!stream)
        return MN_E_FILE_MISSING;
    first = fgetc(stream);
    fclose(stream);
    *out = first == 0x30;
    return MN_OK;
}

static int add_file(const char *file, struct pair *pair,
                    int (*visit)(const struct mn_request_source *source, void *self), void *self)
{
    struct mn_bytes content = {0};
    mn_rc rc = mn_file_read(file, MN_REQUEST_FILE_MAX, &content);
    int status = 0;

    if (rc)
        return tell(file, rc);
    bool is_signature = mn_mailbox_kind(file, mn_bytes_span(&content)) == MN_MAILBOX_SIGNATURE;
    const char **name = is_signature ? &pair->signature_file : &pair->certificate_file;
    if (*name)
        status = visit_pair(pair, visit, self);
    *name = file;
    mn_bytes_move(is_signature ? &pair->signature : &pair->certificate, &content);
    if (status == 0 && pair->certificate_file && pair->signature_file)
        status = visit_pair(pair, visit, self);
    return status;
}

int mn_request_source_each(char *const *files, int count,
                           int (*visit)(const struct mn_request_source *source, void *self),
                           void *self)
{
    struct pair pair = {0};
    int status = 0;

    for (int i = 0; i < count && status == 0; i++) {
        bool der = false;
        mn_rc rc = is_der(files[i], &der);
        if (rc)
            status = tell(files[i], rc);
        else if (der)
            status = add_file(files[i], &pair, visit, self);
        else
            status = visit_pair(&pair, visit, self);
        if (status == 0 && !der)
            status = mn_mailbox_each(files[i], visit, self);
    }
    if (status == 0)
        status = visit_pair(&pair, visit, self);
    release(&pair);
    return status;
}
