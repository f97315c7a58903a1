/* The files of other programs that `mynakey setup` edits: the input is such a file. What the
 * functions promise (setup_edit.h) has to hold for any bytes. */
#include "cli/setup/setup_edit.h"

#include "target.h"

static const struct mn_setup_words words = {
    .library = "/usr/lib/pkcs11/mynakey-pkcs11.so",
    .hosts = "*.example.jp",
    .folder = "/data/taro/certificates",
};

/* Is one the other, but for newlines at its end? */
static bool is_same_text(struct mn_span before, struct mn_span after)
{
    if (!mn_span_begins(after, before))
        return false;
    for (size_t i = before.len; i < after.len; i++)
        if (after.ptr[i] != '\n')
            return false;
    return true;
}

static void edit(const struct mn_setup_edit *how, struct mn_span text)
{
    struct mn_setup_found found;
    struct mn_bytes added = {0}, twice = {0}, removed = {0};
    bool was_there = how->find(text, &found);

    FUZZ_REQUIRE(how->add(text, &words, &added) == MN_OK);
    if (!how->find(mn_bytes_span(&added), &found)) /* it is left alone where there is no place */
        FUZZ_REQUIRE(mn_span_equal(text, mn_bytes_span(&added)));
    FUZZ_REQUIRE(how->add(mn_bytes_span(&added), &words, &twice) == MN_OK);
    FUZZ_REQUIRE(mn_span_equal(mn_bytes_span(&added), mn_bytes_span(&twice)));
    FUZZ_REQUIRE(how->remove(mn_bytes_span(&added), &removed) == MN_OK);
    if (!was_there)
        FUZZ_REQUIRE(is_same_text(text, mn_bytes_span(&removed)));
    mn_bytes_free(&removed);
    mn_bytes_free(&twice);
    mn_bytes_free(&added);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    edit(&mn_edit_nss, mn_span(data, size));
    edit(&mn_edit_ssh, mn_span(data, size));
    edit(&mn_edit_libreoffice, mn_span(data, size));
    return 0;
}
