/* mynakey.module, by which p11-kit learns of a module (pkcs11.conf(5)). */
#include "cli/setup/setup_edit.h"

#include <string.h>

#define MARK "# Made by 'mynakey setup p11-kit', and removed by its --undo."

static bool is_ours(struct mn_span text)
{
    struct mn_span line;

    return mn_take_line(&text, &line) && mn_span_is(mn_trim(line), MARK);
}

static bool find(struct mn_span text, struct mn_setup_found *out)
{
    static const char key[] = "module:";
    struct mn_span line;
    bool found = false;

    *out = (struct mn_setup_found){0};
    while (mn_take_line(&text, &line)) {
        line = mn_trim(line);
        if (line.len < sizeof key || memcmp(line.ptr, key, sizeof key - 1) != 0)
            continue;
        line = mn_trim(mn_span(line.ptr + sizeof key - 1, line.len - (sizeof key - 1)));
        mn_span_copy(line, out->library, sizeof out->library);
        found = true;
    }
    return found;
}

static mn_rc add(struct mn_span text, const struct mn_setup_words *words, struct mn_bytes *out)
{
    struct mn_setup_found found;
    mn_rc rc;

    /* Somebody else's file says the same: it needs no mark. */
    if (find(text, &found) && strcmp(found.library, words->library) == 0)
        return mn_bytes_append(out, text);
    rc = mn_append_text(out, MARK "\nmodule: ");
    if (rc == MN_OK)
        rc = mn_append_text(out, words->library);
    return rc == MN_OK ? mn_append_text(out, "\nmanaged: yes\ntrust-policy: no\n") : rc;
}

static mn_rc remove_file(struct mn_span text, struct mn_bytes *out)
{
    return is_ours(text) ? MN_OK : mn_bytes_append(out, text);
}

const struct mn_setup_edit mn_edit_p11_kit = {find, add, remove_file};
