#include "crypto/content_digest.h"

mn_rc mn_content_digest_want(struct mn_content_digest *c, enum mn_hash hash)
{
    return c->running[hash] ? MN_OK : mn_digest_new(hash, &c->running[hash]);
}

mn_rc mn_content_digest_add(struct mn_content_digest *c, struct mn_span part)
{
    mn_rc rc = MN_OK;

    for (size_t i = 0; i < MN_HASHES && rc == MN_OK; i++)
        if (c->running[i] && !c->done[i])
            rc = mn_digest_add(c->running[i], part);
    return rc;
}

mn_rc mn_content_digest_value(struct mn_content_digest *c, enum mn_hash hash, struct mn_span *out)
{
    if (!c->done[hash]) {
        mn_rc rc =
            c->running[hash] ? mn_digest_finish(c->running[hash], c->value[hash]) : MN_E_INTERNAL;

        if (rc != MN_OK)
            return rc;
        c->done[hash] = true;
    }
    *out = mn_span(c->value[hash], mn_hash_len(hash));
    return MN_OK;
}

void mn_content_digest_release(struct mn_content_digest *c)
{
    for (size_t i = 0; i < MN_HASHES; i++)
        mn_digest_free(&c->running[i]);
    *c = (struct mn_content_digest){0};
}
