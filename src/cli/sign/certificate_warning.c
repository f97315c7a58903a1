#include "cli/sign/certificate_warning.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "crypto/parsed_certificate.h"

#define CERTIFICATE_MAX (64 * 1024) /* nobody's certificate is larger */

static bool has_its_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && strcasecmp(dot, ".cer") == 0;
}

static bool has_its_content(const char *path)
{
    struct mn_bytes content = {0};
    struct mn_parsed_certificate *parsed = NULL;
    bool is = mn_file_read(path, CERTIFICATE_MAX, &content) == MN_OK &&
              mn_parsed_certificate_new(mn_bytes_span(&content), &parsed) == MN_OK;
    mn_parsed_certificate_free(&parsed);
    mn_bytes_free(&content);
    return is;
}

void mn_certificate_warning(const struct mn_file_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (has_its_name(list->paths[i]) || has_its_content(list->paths[i]))
            fprintf(stderr,
                    _("WARNING: %s is a certificate. Signed by your card it is a request to vouch\n"
                      "that its key is yours: whoever has that key could then sign as you. Sign it "
                      "only\nif you made it yourself.\n"),
                    mn_printable(list->paths[i]));
}
