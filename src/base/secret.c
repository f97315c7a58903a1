#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>

/* A page of its own, so that locking and unlocking it touches nobody else's memory. */
struct mn_secret {
    size_t len;
    uint8_t bytes[MN_SECRET_MAX];
};

mn_rc mn_secret_new(struct mn_span s, struct mn_secret **out)
{
    struct mn_secret *secret;

    *out = NULL;
    if (s.len > MN_SECRET_MAX)
        return MN_E_ARGUMENT;
    secret = mmap(NULL, sizeof *secret, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (secret == MAP_FAILED)
        return MN_E_MEMORY;

    /* All three before the secret is there. They are as much as the system grants: a small
     * RLIMIT_MEMLOCK or an old kernel must not cost the owner the card. */
    (void)mlock(secret, sizeof *secret);
    (void)madvise(secret, sizeof *secret, MADV_DONTDUMP);
    (void)madvise(secret, sizeof *secret, MADV_WIPEONFORK);

    if (s.len > 0)
        memcpy(secret->bytes, s.ptr, s.len);
    secret->len = s.len;
    *out = secret;
    return MN_OK;
}

struct mn_span mn_secret_span(const struct mn_secret *secret)
{
    return secret ? mn_span(secret->bytes, secret->len) : mn_span(NULL, 0);
}

void mn_secret_free(struct mn_secret **secret)
{
    if (!*secret)
        return;
    mn_wipe(*secret, sizeof **secret);
    munmap(*secret, sizeof **secret);
    *secret = NULL;
}

void mn_wipe(void *ptr, size_t len)
{
    if (len > 0)
        explicit_bzero(ptr, len);
}
