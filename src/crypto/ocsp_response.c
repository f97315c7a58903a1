#include "crypto/ocsp_response.h"

#include <limits.h>

#include <openssl/asn1t.h>

#include "crypto/handle.h"

/* OCSPResponse, its ResponseBytes taken apart. */
struct envelope {
    ASN1_OBJECT *type;
    ASN1_OCTET_STRING *content;
};

struct outer {
    ASN1_ENUMERATED *status;
    struct envelope *bytes;
};

/* OpenSSL's descriptions of them, at the end of this file. */
static const ASN1_ITEM *outer_it(void);
static const ASN1_ITEM *mn_ocsp_response_it(void);
static const ASN1_ITEM *mn_ocsp_data_it(void);

/* OpenSSL's functions for items take what they encode as ASN1_VALUE, and change nothing of it.
 */
static mn_rc encode(const void *value, const ASN1_ITEM *item, struct mn_bytes *out)
{
    unsigned char *der = NULL;
    int len = ASN1_item_i2d((const ASN1_VALUE *)value, &der, item);

    return mn_handle_keep(out, der, len);
}

/* The item in exactly these bytes, which have to be the only encoding that DER allows; or NULL. */
static void *decode(struct mn_span der, const ASN1_ITEM *item)
{
    const unsigned char *at = der.ptr;
    struct mn_bytes again = {0};
    void *value = NULL;

    if (der.len > 0 && der.len <= INT_MAX)
        value = ASN1_item_d2i(NULL, &at, (long)der.len, item);
    if (value &&
        (encode(value, item, &again) != MN_OK || !mn_span_equal(mn_bytes_span(&again), der))) {
        ASN1_item_free(value, item);
        value = NULL;
    }
    mn_bytes_free(&again);
    return value;
}

struct mn_ocsp_response *mn_ocsp_response_new(void)
{
    return (struct mn_ocsp_response *)(void *)ASN1_item_new(ASN1_ITEM_rptr(mn_ocsp_response));
}

void mn_ocsp_response_free(struct mn_ocsp_response *response)
{
    ASN1_item_free((ASN1_VALUE *)(void *)response, ASN1_ITEM_rptr(mn_ocsp_response));
}

mn_rc mn_ocsp_response_add_certificate(struct mn_ocsp_response *response, struct mn_span der)
{
    ASN1_TYPE *certificate = ASN1_TYPE_new();
    ASN1_STRING *value = ASN1_STRING_type_new(V_ASN1_SEQUENCE);

    if (!response->certificates)
        response->certificates = sk_ASN1_TYPE_new_null();
    if (!certificate || !value || der.len > INT_MAX ||
        !ASN1_STRING_set(value, der.ptr, (int)der.len) || !response->certificates ||
        !sk_ASN1_TYPE_push(response->certificates, certificate)) {
        ASN1_STRING_free(value);
        ASN1_TYPE_free(certificate);
        return MN_E_MEMORY;
    }
    ASN1_TYPE_set(certificate, V_ASN1_SEQUENCE, value);
    return MN_OK;
}

static struct mn_span string_span(const ASN1_STRING *string)
{
    return mn_span(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

struct mn_span mn_ocsp_response_certificate(const struct mn_ocsp_response *response, int i)
{
    const ASN1_TYPE *certificate = sk_ASN1_TYPE_value(response->certificates, i);

    if (!certificate || ASN1_TYPE_get(certificate) != V_ASN1_SEQUENCE)
        return mn_span(NULL, 0);
    return string_span(certificate->value.sequence);
}

mn_rc mn_ocsp_response_content(const struct mn_ocsp_response *response, struct mn_bytes *out)
{
    return encode(response->data, ASN1_ITEM_rptr(mn_ocsp_data), out);
}

mn_rc mn_ocsp_response_write(const struct mn_ocsp_response *response, struct mn_bytes *out)
{
    struct envelope envelope = {OBJ_nid2obj(NID_id_pkix_OCSP_basic), ASN1_OCTET_STRING_new()};
    struct outer outer = {ASN1_ENUMERATED_new(), &envelope};
    struct mn_bytes inner = {0};
    mn_rc rc = MN_E_MEMORY;

    if (!envelope.content || !outer.status ||
        !ASN1_ENUMERATED_set(outer.status, OCSP_RESPONSE_STATUS_SUCCESSFUL))
        goto out;
    rc = encode(response, ASN1_ITEM_rptr(mn_ocsp_response), &inner);
    if (rc != MN_OK)
        goto out;
    rc = MN_E_MEMORY;
    if (ASN1_OCTET_STRING_set(envelope.content, inner.ptr, (int)inner.len))
        rc = encode(&outer, ASN1_ITEM_rptr(outer), out);
out:
    mn_bytes_free(&inner);
    ASN1_ENUMERATED_free(outer.status);
    ASN1_OCTET_STRING_free(envelope.content);
    return rc;
}

/* A SEQUENCE that begins with an ENUMERATED of one byte. */
static bool begins_as_response(struct mn_span der)
{
    size_t at = der.len > 1 && der.ptr[1] > 0x80 ? 2 + (der.ptr[1] & 0x7Fu) : 2;

    return der.len > at + 1 && der.ptr[0] == 0x30 && der.ptr[at] == 0x0A && der.ptr[at + 1] == 1;
}

mn_rc mn_ocsp_response_read(struct mn_span der, struct mn_ocsp_response **out)
{
    struct outer *outer;
    mn_rc rc = MN_E_FORMAT;

    *out = NULL;
    if (!begins_as_response(der))
        return rc;
    rc = MN_E_DAMAGED;
    outer = (struct outer *)decode(der, ASN1_ITEM_rptr(outer));
    if (outer && ASN1_ENUMERATED_get(outer->status) == OCSP_RESPONSE_STATUS_SUCCESSFUL &&
        outer->bytes && OBJ_obj2nid(outer->bytes->type) == NID_id_pkix_OCSP_basic)
        *out = (struct mn_ocsp_response *)decode(string_span(outer->bytes->content),
                                                 ASN1_ITEM_rptr(mn_ocsp_response));
    if (*out)
        rc = MN_OK;
    ASN1_item_free((ASN1_VALUE *)(void *)outer, ASN1_ITEM_rptr(outer));
    return rc;
}

/* clang-format off */
ASN1_SEQUENCE(mn_ocsp_data) = {
    ASN1_SIMPLE(struct mn_ocsp_data, responder, OCSP_RESPID),
    ASN1_SIMPLE(struct mn_ocsp_data, produced, ASN1_GENERALIZEDTIME),
    ASN1_SEQUENCE_OF(struct mn_ocsp_data, responses, OCSP_SINGLERESP),
} static_ASN1_SEQUENCE_END_name(struct mn_ocsp_data, mn_ocsp_data)

ASN1_SEQUENCE(mn_ocsp_response) = {
    ASN1_SIMPLE(struct mn_ocsp_response, data, mn_ocsp_data),
    ASN1_SIMPLE(struct mn_ocsp_response, algorithm, X509_ALGOR),
    ASN1_SIMPLE(struct mn_ocsp_response, signature, ASN1_BIT_STRING),
    ASN1_EXP_SEQUENCE_OF_OPT(struct mn_ocsp_response, certificates, ASN1_ANY, 0),
} static_ASN1_SEQUENCE_END_name(struct mn_ocsp_response, mn_ocsp_response)

ASN1_SEQUENCE(envelope) = {
    ASN1_SIMPLE(struct envelope, type, ASN1_OBJECT),
    ASN1_SIMPLE(struct envelope, content, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END_name(struct envelope, envelope)

ASN1_SEQUENCE(outer) = {
    ASN1_SIMPLE(struct outer, status, ASN1_ENUMERATED),
    ASN1_EXP_OPT(struct outer, bytes, envelope, 0),
} static_ASN1_SEQUENCE_END_name(struct outer, outer)
