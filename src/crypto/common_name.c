#include "crypto/common_name.h"

#include <string.h>

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "crypto/context.h"
#include "crypto/handle.h"

/* A control character would end the line, or worse, on somebody's terminal. */
static void copy_line(const unsigned char *text, size_t len, char *out, size_t room)
{
    size_t fits = len < room ? len : room - 1;
    while (fits > 0 && fits < len && (text[fits] & 0xC0) == 0x80)
        fits--;
    for (size_t i = 0; i < fits; i++)
        out[i] = (char)(text[i] < 0x20 || text[i] == 0x7F ? ' ' : text[i]);
    out[fits] = '\0';
}

static void read_name(const X509 *x, char *out, size_t room)
{
    const X509_NAME *subject = X509_get_subject_name(x);
    unsigned char *text = NULL;
    int at = -1;
    for (int next; (next = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;)
        at = next;
    if (at < 0)
        return;
    int len =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (len > 0)
        copy_line(text, (size_t)len, out, room);
    OPENSSL_free(text);
}

mn_rc mn_common_name(struct mn_span certificate, char *out, size_t room)
{
    OSSL_LIB_CTX *lib = mn_crypto_enter();
    X509 *x = NULL;
    mn_rc rc = MN_E_CRYPTO;
    out[0] = '\0';
    if (!lib)
        goto out;
    x = mn_handle_read_certificate(lib, certificate);
    rc = x ? MN_OK : MN_E_BAD_CERTIFICATE;
    if (x)
        read_name(x, out, room);
out:
    X509_free(x);
    mn_crypto_leave();
    return rc;
}
