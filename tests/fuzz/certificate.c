/* A certificate from the card, from a file or from a signature: the input is one in DER. What
 * becomes of it as PKCS#11 attributes, and what people are told of it. */
#include <string.h>

#include "crypto/certificates.h"
#include "crypto/common_name.h"
#include "crypto/description.h"
#include "crypto/issued.h"
#include "crypto/jpki_holder.h"
#include "crypto/library.h"
#include "golden.h"
#include "token/object.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    FUZZ_REQUIRE(mn_crypto_open() == MN_OK);
    return 0;
}

static void build(enum mn_object_kind kind, const struct mn_certificate *read, struct mn_span der)
{
    const struct mn_token_facts facts = {.label = "JPKI Authentication",
                                         .key_id = {.ptr = (const uint8_t *)"\1", .len = 1},
                                         .object_label = "Authentication",
                                         .ca_label = "CA",
                                         .key_kind = read->key_kind,
                                         .key_bits = read->bits,
                                         .certificate_is_public = true};
    const struct mn_object_source source = {.facts = &facts, .certificate = read, .der = der};
    struct mn_attributes attributes = {0};
    const struct mn_attribute *value;

    FUZZ_REQUIRE(mn_object_build(kind, &source, &attributes) == MN_OK);
    value = mn_attributes_find(&attributes, CKA_VALUE);
    if (value && (kind == MN_OBJECT_CERTIFICATE || kind == MN_OBJECT_CA_CERTIFICATE))
        FUZZ_REQUIRE(mn_span_equal(mn_bytes_span(&value->value), der));
    mn_attributes_free(&attributes);
}

static void as_attributes(struct mn_span der)
{
    struct mn_certificate read;

    if (mn_certificate_read(der, &read) == MN_OK) {
        FUZZ_REQUIRE(read.subject.len > 0 && read.issuer.len > 0 && read.serial.len > 2);
        for (int kind = 0; kind < MN_OBJECT_KINDS; kind++)
            build((enum mn_object_kind)kind, &read, der);
    }
    mn_certificate_release(&read);
}

static void as_text(struct mn_span der)
{
    struct mn_certificates list = {0};
    struct mn_bytes pem = {0};

    if (mn_description_to_pem(der, &pem) == MN_OK) {
        FUZZ_REQUIRE(mn_certificates_read(mn_bytes_span(&pem), &list) == MN_OK && list.count == 1);
        FUZZ_REQUIRE(mn_span_equal(mn_bytes_span(&list.der[0]), der));
    }
    mn_certificates_free(&list);
    mn_bytes_free(&pem);
}

static void in_words(struct mn_span der)
{
    struct mn_description words;

    if (mn_description_read(der, &words) == MN_OK) {
        FUZZ_REQUIRE(words.version >= 1 && words.version <= 3);
        FUZZ_REQUIRE(words.serial && words.subject && words.issuer && words.public_key);
        for (size_t i = 0; i < words.len; i++)
            for (size_t k = 0; k < words.extensions[i].len; k++)
                FUZZ_REQUIRE(strlen(words.extensions[i].lines[k].oid) < MN_OID_ROOM);
    }
    mn_description_release(&words);
}

static void of_whom(struct mn_span der)
{
    struct mn_jpki_holder holder;
    struct mn_issued issued;
    char name[64], narrow[4];
    int year, month, day;

    if (mn_jpki_holder_read(der, &holder) == MN_OK &&
        mn_jpki_holder_birth(&holder, &year, &month, &day))
        FUZZ_REQUIRE(month >= 0 && month <= 12 && day >= 0 && day <= 31);
    (void)mn_jpki_holder_is_replaced(&holder.name_substitutes);
    mn_jpki_holder_release(&holder);
    if (mn_issued_read(der, &issued) == MN_OK)
        FUZZ_REQUIRE(fuzz_is_line(issued.name) && fuzz_is_line(issued.address) &&
                     fuzz_is_line(issued.mail) && fuzz_is_line(issued.ocsp_url));
    mn_issued_release(&issued);
    (void)mn_issued_check_possession(der);
    (void)mn_common_name(der, name, sizeof name);
    FUZZ_REQUIRE(fuzz_is_line(name));
    (void)mn_common_name(der, narrow, sizeof narrow);
    FUZZ_REQUIRE(strlen(narrow) < sizeof narrow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mn_span der = mn_span(data, size);

    as_attributes(der);
    as_text(der);
    in_words(der);
    of_whom(der);
    return 0;
}
