/* ~/.ssh/config (ssh_config(5)): a block for some hosts, between two lines that mark it as ours. */
#include "cli/setup/setup_edit.h"

#include <string.h>

#define BEGIN "# mynakey: begin ('mynakey setup ssh --undo' removes these lines)"
#define END   "# mynakey: end"

/* Where our block is, from its first line to its last. Only a block with both marks is ours. */
static bool find_block(struct mn_span text, struct mn_span *block)
{
    struct mn_span rest = text, line;
    const uint8_t *begin = NULL;

    while (mn_take_line(&rest, &line)) {
        if (mn_span_is(mn_trim(line), BEGIN))
            begin = line.ptr;
        if (!begin || !mn_span_is(mn_trim(line), END))
            continue;
        *block = mn_span(begin, (size_t)(line.ptr + line.len - begin));
        return true;
    }
    return false;
}

/* The value of "keyword value" or "keyword "value"". */
static void copy_value(struct mn_span line, const char *keyword, char *out, size_t size)
{
    size_t len = strlen(keyword);

    line = mn_trim(line);
    if (line.len <= len || memcmp(line.ptr, keyword, len) != 0)
        return;
    line = mn_trim(mn_span(line.ptr + len, line.len - len));
    if (line.len >= 2 && line.ptr[0] == '"' && line.ptr[line.len - 1] == '"')
        line = mn_span(line.ptr + 1, line.len - 2);
    mn_span_copy(line, out, size);
}

static bool find(struct mn_span text, struct mn_setup_found *out)
{
    struct mn_span block, line;

    *out = (struct mn_setup_found){0};
    if (!find_block(text, &block))
        return false;
    while (mn_take_line(&block, &line))
        copy_value(line, "PKCS11Provider ", out->library, sizeof out->library);
    return true;
}

static mn_rc append_block(struct mn_bytes *out, const struct mn_setup_words *words)
{
    const char *quote = strchr(words->library, ' ') ? "\"" : "";
    const char *const parts[] = {BEGIN "\nHost ", words->hosts,   "\n    PKCS11Provider ",
                                 quote,           words->library, quote,
                                 "\n" END "\n"};
    mn_rc rc = MN_OK;

    for (size_t i = 0; rc == MN_OK && i < sizeof parts / sizeof parts[0]; i++)
        rc = mn_append_text(out, parts[i]);
    return rc;
}

static mn_rc replace_block(struct mn_span text, const struct mn_setup_words *words,
                           struct mn_bytes *out)
{
    struct mn_span block = mn_span(text.ptr + text.len, 0);
    mn_rc rc;

    find_block(text, &block);
    rc = mn_bytes_append(out, mn_span(text.ptr, (size_t)(block.ptr - text.ptr)));
    if (rc == MN_OK && words && block.len == 0 && text.len > 0 && text.ptr[text.len - 1] != '\n')
        rc = mn_append_text(out, "\n");
    if (rc == MN_OK && words)
        rc = append_block(out, words);
    text = mn_span(block.ptr + block.len, (size_t)(text.ptr + text.len - block.ptr) - block.len);
    return rc == MN_OK ? mn_bytes_append(out, text) : rc;
}

static mn_rc add(struct mn_span text, const struct mn_setup_words *words, struct mn_bytes *out)
{
    return replace_block(text, words, out);
}

static mn_rc remove_block(struct mn_span text, struct mn_bytes *out)
{
    return replace_block(text, NULL, out);
}

const struct mn_setup_edit mn_edit_ssh = {find, add, remove_block};
