#include "crypto/signed_data.h"

#include <stdlib.h>

#define MN_LOG_ROOM "crypto"
#include "base/log.h"
#include "crypto/cms_parts.h"
#include "crypto/context.h"
#include "crypto/signer_check.h"

struct mn_signed_data {
    struct mn_bytes der;
    struct mn_cms_parts parts; /* of der */
    struct mn_content_digest content;
    struct mn_signer_keys *keys; /* where the caller has none */
};

mn_rc mn_signed_data_read(struct mn_span der, struct mn_signed_data **out)
{
    struct mn_signed_data *s = NULL;
    mn_rc rc = MN_E_EXCESSIVE;

    *out = NULL;
    if (der.len > MN_SIGNED_DATA_MAX)
        goto out;
    rc = MN_E_MEMORY;
    s = calloc(1, sizeof *s);
    if (!s || mn_bytes_set(&s->der, der) != MN_OK)
        goto out;
    rc = mn_cms_parts_read(mn_bytes_span(&s->der), mn_cms_data, &s->parts);
    if (rc == MN_OK && s->parts.content.ptr)
        rc = MN_E_FORMAT;
    if (rc == MN_OK)
        rc = mn_cms_parts_want(&s->parts, &s->content);
    if (rc != MN_OK)
        goto out;
    *out = s;
    s = NULL;
out:
    if (rc != MN_OK)
        mn_log_info("signatures cannot be read: %s", mn_rc_name(rc));
    mn_signed_data_free(&s);
    return rc;
}

size_t mn_signed_data_signers(const struct mn_signed_data *s)
{
    return s->parts.signer_count;
}

mn_rc mn_signed_data_certificates(const struct mn_signed_data *s, struct mn_certificates *list)
{
    return mn_cms_parts_certificates(&s->parts, list);
}

mn_rc mn_signed_data_add(struct mn_signed_data *s, struct mn_span part)
{
    return mn_content_digest_add(&s->content, part);
}

mn_rc mn_signed_data_check(struct mn_signed_data *s, size_t i, struct mn_signer_keys *keys,
                           struct mn_signature *out)
{
    const struct mn_signer_key *key;
    mn_rc rc = MN_OK;

    if (!keys && !s->keys)
        rc = mn_signer_keys_new(&s->keys);
    if (rc != MN_OK) {
        *out = (struct mn_signature){0};
        return rc;
    }
    return mn_signer_check(&s->parts, i, MN_BINDING_V2, &s->content, keys ? keys : s->keys, out,
                           &key);
}

void mn_signed_data_free(struct mn_signed_data **s)
{
    if (!*s)
        return;
    mn_signer_keys_free(&(*s)->keys);
    mn_content_digest_release(&(*s)->content);
    mn_bytes_free(&(*s)->der);
    free(*s);
    *s = NULL;
}
