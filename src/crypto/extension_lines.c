#include "crypto/extension_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/x509v3.h>

#include "crypto/object_name.h"

#define N_(text) (text) /* gettext finds it by this */

/* --- texts --- */

char *mn_extension_hex(const unsigned char *bytes, size_t len, const char *between)
{
    size_t step = 2 + strlen(between);
    char *text = malloc(len * step + 1);
    if (!text)
        return NULL;
    text[0] = '\0';
    for (size_t i = 0; i < len; i++)
        sprintf(text + i * step, "%02X%s", bytes[i], between);
    if (len > 0)
        text[len * step - strlen(between)] = '\0';
    return text;
}

void mn_extension_oid_text(const ASN1_OBJECT *object, char out[MN_OID_ROOM])
{
    if (OBJ_obj2txt(out, MN_OID_ROOM, object, 1) <= 0)
        snprintf(out, MN_OID_ROOM, "?");
}

/* What a memory BIO holds, as a string of its own. */
static char *take_text(BIO *bio, bool written)
{
    char *data = NULL;
    long len = bio ? BIO_get_mem_data(bio, &data) : 0;
    char *text = bio && written ? strndup(len > 0 ? data : "", len > 0 ? (size_t)len : 0) : NULL;
    BIO_free(bio);
    return text;
}

char *mn_extension_name_text(const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    unsigned long form =
        (XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB & ~(unsigned long)XN_FLAG_SPC_EQ) |
        ASN1_STRFLGS_UTF8_CONVERT;
    return take_text(bio, bio && X509_NAME_print_ex(bio, name, 0, form) >= 0);
}

static char *string_text(const ASN1_STRING *string)
{
    unsigned char *utf8 = NULL;
    int len = ASN1_STRING_to_UTF8(&utf8, string);
    char *text = len >= 0 ? strndup((const char *)utf8, (size_t)len)
                          : mn_extension_hex(ASN1_STRING_get0_data(string),
                                             (size_t)ASN1_STRING_length(string), ":");
    OPENSSL_free(utf8);
    return text;
}

/* --- lines --- */

/* Takes the text over. False for want of memory: for the text, or for the line. */
static bool add(struct mn_described_extension *to, const char *label, char *text,
                const char *meaning)
{
    struct mn_described_line *lines = realloc(to->lines, (to->len + 1) * sizeof *lines);
    if (lines)
        to->lines = lines;
    if (!lines || !text) {
        free(text);
        return false;
    }
    lines[to->len++] = (struct mn_described_line){.label = label, .text = text, .meaning = meaning};
    return true;
}

/* A line that is an object identifier, by the name that it has. */
static bool add_object(struct mn_described_extension *to, const char *label,
                       const ASN1_OBJECT *object)
{
    char oid[MN_OID_ROOM];
    mn_extension_oid_text(object, oid);
    const struct mn_object_name *known = mn_object_name_find(oid);
    if (!add(to, label, strdup(known && known->name ? known->name : oid),
             known ? known->meaning : NULL))
        return false;
    memcpy(to->lines[to->len - 1].oid, oid, sizeof oid);
    return true;
}

/* --- names of all kinds (RFC 5280, 4.2.1.6) --- */

/* JPKI's say who the holder is. */
static bool add_other_name(struct mn_described_extension *to, const OTHERNAME *other)
{
    static const char *const sexes[] = {N_("male"), N_("female")};
    char oid[MN_OID_ROOM];
    mn_extension_oid_text(other->type_id, oid);
    const struct mn_object_name *known = mn_object_name_find(oid);
    const ASN1_TYPE *value = other->value;
    char *text = value->type == V_ASN1_UTF8STRING ? string_text(value->value.utf8string) : NULL;
    if (!text) {
        unsigned char *der = NULL;
        int len = i2d_ASN1_TYPE(value, &der);
        text = len > 0 ? mn_extension_hex(der, (size_t)len, ":") : strdup("?");
        OPENSSL_free(der);
    }
    const char *meaning = NULL;
    if (text && strcmp(oid, "1.2.392.200149.8.5.5.3") == 0 && (text[0] == '1' || text[0] == '2') &&
        !text[1])
        meaning = sexes[text[0] - '1'];
    if (!add(to, known ? known->meaning : N_("Other name"), text, meaning))
        return false;
    memcpy(to->lines[to->len - 1].oid, oid, sizeof oid);
    return true;
}

static bool add_printed_name(struct mn_described_extension *to, GENERAL_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    return add(to, N_("Name of another kind"),
               take_text(bio, bio && GENERAL_NAME_print(bio, name) == 1), NULL);
}

static bool add_general_name(struct mn_described_extension *to, GENERAL_NAME *name)
{
    switch (name->type) {
    case GEN_OTHERNAME:
        return add_other_name(to, name->d.otherName);
    case GEN_EMAIL:
        return add(to, N_("Mail"), string_text(name->d.rfc822Name), NULL);
    case GEN_DNS:
        return add(to, N_("Host"), string_text(name->d.dNSName), NULL);
    case GEN_URI:
        return add(to, N_("Internet address"), string_text(name->d.uniformResourceIdentifier),
                   NULL);
    case GEN_DIRNAME:
        return add(to, N_("Directory name"), mn_extension_name_text(name->d.directoryName), NULL);
    case GEN_RID:
        return add_object(to, N_("Registered identifier"), name->d.registeredID);
    default:
        return add_printed_name(to, name);
    }
}

static bool add_names(struct mn_described_extension *to, const GENERAL_NAMES *names)
{
    bool done = true;
    for (int i = 0; done && i < sk_GENERAL_NAME_num(names); i++)
        done = add_general_name(to, sk_GENERAL_NAME_value(names, i));
    return done;
}

static bool describe_names(struct mn_described_extension *to, void *value)
{
    return add_names(to, value);
}

/* --- each kind of extension --- */

static bool describe_key_usage(struct mn_described_extension *to, void *value)
{
    static const struct {
        const char *name, *meaning;
    } bits[] = {{"digitalSignature", N_("signatures and logins")},
                {"nonRepudiation", N_("signatures that bind whoever makes them")},
                {"keyEncipherment", N_("encrypting keys")},
                {"dataEncipherment", N_("encrypting data")},
                {"keyAgreement", N_("agreeing on keys")},
                {"keyCertSign", N_("signing certificates")},
                {"cRLSign", N_("signing lists of revocations")},
                {"encipherOnly", N_("only encrypting, when agreeing on keys")},
                {"decipherOnly", N_("only decrypting, when agreeing on keys")}};
    bool done = true;
    for (int i = 0; done && i < (int)(sizeof bits / sizeof bits[0]); i++)
        if (ASN1_BIT_STRING_get_bit(value, i))
            done = add(to, NULL, strdup(bits[i].name), bits[i].meaning);
    return done;
}

static bool describe_extended_usage(struct mn_described_extension *to, void *value)
{
    const EXTENDED_KEY_USAGE *usages = value;
    bool done = true;
    for (int i = 0; done && i < sk_ASN1_OBJECT_num(usages); i++)
        done = add_object(to, NULL, sk_ASN1_OBJECT_value(usages, i));
    return done;
}

static bool describe_basic(struct mn_described_extension *to, void *value)
{
    const BASIC_CONSTRAINTS *basic = value;
    bool done = basic->ca ? add(to, NULL, strdup("CA:TRUE"), N_("may issue certificates"))
                          : add(to, NULL, strdup("CA:FALSE"), N_("issues no certificates"));
    if (done && basic->pathlen) {
        char *number = i2s_ASN1_INTEGER(NULL, basic->pathlen);
        done = add(to, N_("CAs below it, at most"), number ? strdup(number) : NULL, NULL);
        OPENSSL_free(number);
    }
    return done;
}

static bool describe_subject_key(struct mn_described_extension *to, void *value)
{
    const ASN1_OCTET_STRING *id = value;
    return add(to, NULL,
               mn_extension_hex(ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id), ":"),
               NULL);
}

static bool describe_authority_key(struct mn_described_extension *to, void *value)
{
    const AUTHORITY_KEYID *authority = value;
    bool done = true;
    if (authority->keyid)
        done = add(to, NULL,
                   mn_extension_hex(ASN1_STRING_get0_data(authority->keyid),
                                    (size_t)ASN1_STRING_length(authority->keyid), ":"),
                   NULL);
    if (done && authority->issuer)
        done = add_names(to, authority->issuer);
    if (done && authority->serial)
        done = add(to, N_("Serial number"),
                   mn_extension_hex(ASN1_STRING_get0_data(authority->serial),
                                    (size_t)ASN1_STRING_length(authority->serial), ""),
                   NULL);
    return done;
}

static bool add_qualifier(struct mn_described_extension *to, const POLICYQUALINFO *qualifier)
{
    if (OBJ_obj2nid(qualifier->pqualid) == NID_id_qt_cps)
        return add(to, N_("Its rules"), string_text(qualifier->d.cpsuri), NULL);
    if (OBJ_obj2nid(qualifier->pqualid) == NID_id_qt_unotice && qualifier->d.usernotice->exptext)
        return add(to, N_("Notice"), string_text(qualifier->d.usernotice->exptext), NULL);
    return true;
}

static bool describe_policies(struct mn_described_extension *to, void *value)
{
    const CERTIFICATEPOLICIES *policies = value;
    bool done = true;
    for (int i = 0; done && i < sk_POLICYINFO_num(policies); i++) {
        const POLICYINFO *policy = sk_POLICYINFO_value(policies, i);
        done = add_object(to, N_("Policy"), policy->policyid);
        for (int j = 0; done && j < sk_POLICYQUALINFO_num(policy->qualifiers); j++)
            done = add_qualifier(to, sk_POLICYQUALINFO_value(policy->qualifiers, j));
    }
    return done;
}

/* A point may be named by what it adds to its issuer's name: then it is printed by that. */
static bool add_relative(struct mn_described_extension *to, STACK_OF(X509_NAME_ENTRY) * relative)
{
    X509_NAME *name = X509_NAME_new();
    bool done = name;
    for (int i = 0; done && i < sk_X509_NAME_ENTRY_num(relative); i++)
        done = X509_NAME_add_entry(name, sk_X509_NAME_ENTRY_value(relative, i), -1,
                                   i > 0 ? -1 : 0) == 1;
    done = done && add(to, N_("Name below its issuer's"), mn_extension_name_text(name), NULL);
    X509_NAME_free(name);
    return done;
}

static bool describe_points(struct mn_described_extension *to, void *value)
{
    const CRL_DIST_POINTS *points = value;
    bool done = true;
    for (int i = 0; done && i < sk_DIST_POINT_num(points); i++) {
        const DIST_POINT *point = sk_DIST_POINT_value(points, i);
        if (point->distpoint && point->distpoint->type == 0)
            done = add_names(to, point->distpoint->name.fullname);
        else if (point->distpoint)
            done = add_relative(to, point->distpoint->name.relativename);
        if (done && point->CRLissuer)
            done = add_names(to, point->CRLissuer);
    }
    return done;
}

static bool describe_access(struct mn_described_extension *to, void *value)
{
    const AUTHORITY_INFO_ACCESS *access = value;
    bool done = true;
    for (int i = 0; done && i < sk_ACCESS_DESCRIPTION_num(access); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
        done = add_object(to, N_("Way"), one->method) && add_general_name(to, one->location);
    }
    return done;
}

/* --- which is which --- */

static const struct kind {
    int nid;
    bool (*describe)(struct mn_described_extension *to, void *value);
} kinds[] = {
    {NID_key_usage, describe_key_usage},
    {NID_ext_key_usage, describe_extended_usage},
    {NID_basic_constraints, describe_basic},
    {NID_subject_alt_name, describe_names},
    {NID_issuer_alt_name, describe_names},
    {NID_subject_key_identifier, describe_subject_key},
    {NID_authority_key_identifier, describe_authority_key},
    {NID_certificate_policies, describe_policies},
    {NID_crl_distribution_points, describe_points},
    {NID_freshest_crl, describe_points},
    {NID_info_access, describe_access},
    {NID_sinfo_access, describe_access},
};

static const struct kind *kind_of(const X509_EXTENSION *extension)
{
    int nid = OBJ_obj2nid(X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)extension));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].nid == nid)
            return &kinds[i];
    return NULL;
}

static bool describe_bytes(struct mn_described_extension *to, X509_EXTENSION *extension)
{
    const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(extension);
    return add(to, NULL,
               mn_extension_hex(ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data), ":"),
               NULL);
}

mn_rc mn_extension_describe(X509_EXTENSION *extension, struct mn_described_extension *out)
{
    mn_extension_oid_text(X509_EXTENSION_get_object(extension), out->oid);
    const struct mn_object_name *known = mn_object_name_find(out->oid);
    out->name = known ? known->name : NULL;
    out->title = known ? known->meaning : NULL;
    out->critical = X509_EXTENSION_get_critical(extension) == 1;
    const struct kind *kind = kind_of(extension);
    void *value = kind ? X509V3_EXT_d2i(extension) : NULL;
    bool done = value ? kind->describe(out, value) : describe_bytes(out, extension);
    if (value) {
        const X509V3_EXT_METHOD *method = X509V3_EXT_get(extension);
        ASN1_item_free(value, ASN1_ITEM_ptr(method->it));
    }
    return done ? MN_OK : MN_E_MEMORY;
}
