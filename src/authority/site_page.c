#include "authority/site_page.h"

#include <stdio.h>
#include <string.h>

#include "crypto/chain.h"
#include "crypto/common_name.h"

/* Lines of static text, the last one NULL; made of the files in the folder site. */
extern const char *const mn_site_index[], *const mn_site_htaccess[], *const mn_site_nginx[];

static const struct {
    const char *name;
    const char *const *lines;
} pages[] = {
    [MN_SITE_INDEX] = {"index.html", mn_site_index},
    [MN_SITE_HTACCESS] = {".htaccess", mn_site_htaccess},
    [MN_SITE_NGINX] = {"nginx.conf", mn_site_nginx},
};

/* Where nobody has told the address of the site. */
#define SOME_SITE "https://SITE"

const char *mn_site_page_name(enum mn_site_page page)
{
    return pages[page].name;
}

static mn_rc add(struct mn_bytes *to, const char *text)
{
    return mn_bytes_append(to, mn_span(text, strlen(text)));
}

/* As text between tags and in attributes of HTML. */
static mn_rc add_escaped(struct mn_bytes *to, const char *text)
{
    static const char special[] = "&<>\"'";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    mn_rc rc = MN_OK;

    for (; rc == MN_OK && *text; text++) {
        const char *at = strchr(special, *text);

        rc = at ? add(to, names[at - special]) : mn_bytes_append(to, mn_span(text, 1));
    }
    return rc;
}

/* In pairs of digits, eight to a group, so that two of them can be compared by eye. */
static mn_rc add_fingerprint(struct mn_bytes *to, const struct mn_registry_profile *profile)
{
    uint8_t hash[MN_FINGERPRINT_BYTES];
    mn_rc rc = mn_chain_fingerprint(mn_bytes_span(&profile->certificate), hash);

    for (size_t i = 0; rc == MN_OK && i < sizeof hash; i++) {
        char pair[8];

        snprintf(pair, sizeof pair, "%s%02X", i == 0 ? "" : i % 4 == 0 ? " " : ":", hash[i]);
        rc = add(to, pair);
    }
    return rc;
}

static mn_rc add_name(struct mn_bytes *to, const struct mn_registry_profile *profile)
{
    char name[512];
    mn_rc rc = mn_common_name(mn_bytes_span(&profile->certificate), name, sizeof name);

    return rc == MN_OK ? add_escaped(to, name) : rc;
}

static mn_rc add_site(struct mn_bytes *to, const struct mn_registry_profile *profile)
{
    return add_escaped(to, profile->site ? profile->site : SOME_SITE);
}

static const struct {
    const char *name;
    mn_rc (*add)(struct mn_bytes *to, const struct mn_registry_profile *profile);
} fields[] = {{"{{FINGERPRINT}}", add_fingerprint}, {"{{NAME}}", add_name}, {"{{SITE}}", add_site}};

/* The field that begins here, or -1. */
static int field_at(const char *text)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strncmp(text, fields[i].name, strlen(fields[i].name)) == 0)
            return (int)i;
    return -1;
}

static mn_rc add_line(struct mn_bytes *to, const char *line,
                      const struct mn_registry_profile *profile)
{
    mn_rc rc = MN_OK;

    while (rc == MN_OK && *line) {
        const char *brace = strstr(line, "{{");
        size_t len = brace ? (size_t)(brace - line) : strlen(line);
        int field = brace ? field_at(brace) : -1;

        if (brace && field < 0)
            len += 2;
        rc = mn_bytes_append(to, mn_span(line, len));
        line += len;
        if (rc != MN_OK || field < 0)
            continue;
        rc = fields[field].add(to, profile);
        line += strlen(fields[field].name);
    }
    return rc;
}

mn_rc mn_site_page_write(enum mn_site_page page, const struct mn_registry_profile *profile,
                         struct mn_bytes *out)
{
    struct mn_bytes text = {0};
    mn_rc rc = MN_OK;

    for (const char *const *line = pages[page].lines; rc == MN_OK && *line; line++)
        rc = add_line(&text, *line, profile);
    if (rc == MN_OK)
        mn_bytes_move(out, &text);
    mn_bytes_free(&text);
    return rc;
}
