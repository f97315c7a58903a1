#include "cli/setup/setup_library.h"

#include <string.h>

static const struct {
    const char *word;
    const char *file;
} tokens[MN_SETUP_TOKENS] = {
    [MN_SETUP_BOTH] = {"both", MN_MODULE_FOLDER "/mynakey-pkcs11.so"},
    [MN_SETUP_AUTH] = {"auth", MN_MODULE_FOLDER "/mynakey-auth-pkcs11.so"},
    [MN_SETUP_SIGN] = {"sign", MN_MODULE_FOLDER "/mynakey-sign-pkcs11.so"},
    [MN_SETUP_SOFT] = {"soft", MN_MODULE_FOLDER "/mynakey-soft-pkcs11.so"},
    [MN_SETUP_AUTH_SOFT] = {"auth-soft", MN_MODULE_FOLDER "/mynakey-auth-soft-pkcs11.so"},
};

bool mn_setup_token_named(const char *word, enum mn_setup_token *out)
{
    for (int i = 0; i < MN_SETUP_TOKENS; i++) {
        if (strcmp(word, tokens[i].word) != 0)
            continue;
        *out = (enum mn_setup_token)i;
        return true;
    }
    return false;
}

const char *mn_setup_library(enum mn_setup_token token)
{
    return tokens[token].file;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool mn_setup_library_is_ours(const char *path)
{
    for (int i = 0; i < MN_SETUP_TOKENS; i++)
        if (strcmp(last_part(path), last_part(tokens[i].file)) == 0)
            return true;
    return false;
}
