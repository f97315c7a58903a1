/* A program that uses NSS as it is told, a line at a time, and goes on running, as browsers and
 * mail programs do: their NSS tools end after each answer.
 *
 *     nss_caller PROFILE MODULE
 *
 * initialises NSS with the profile, in which a module has that name, and answers each line of
 * standard input with one of its own: tokens         the names of the module's tokens that NSS
 * takes for present certificates   the nicknames of all certificates on those tokens wait sleeps
 * until NSS tells of a token: its slot, and "present" or "absent" sign TOKEN     signs with the key
 * of TOKEN's certificate and verifies that: "signed" or NSS's error, and how often NSS asked for
 * the PIN, which is in the environment TOKEN is the last word of the token's name. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cert.h>
#include <cryptohi.h>
#include <keyhi.h>
#include <nss.h>
#include <pk11pub.h>
#include <prerror.h>
#include <secerr.h>
#include <secmod.h>
#include <secmodt.h>

#define LATENCY_MS 200

static SECMODModule *module;
static unsigned pins_given;
static char answer[1024];

static void say(const char *words)
{
    size_t len = strlen(answer);
    snprintf(answer + len, sizeof answer - len, "%s%s", len > 0 ? " " : "", words);
}

static void say_error(void)
{
    const char *name = PR_ErrorToName(PR_GetError());
    say(name ? name : "an error without a name");
}

/* Once for each time that NSS asks; a second time in a row would mean that the PIN was refused. */
static char *give_pin(PK11SlotInfo *slot, PRBool retry, void *context)
{
    const char *pin = getenv("PIN");
    (void)slot;
    (void)context;
    if (retry || !pin)
        return NULL;
    pins_given++;
    return PORT_Strdup(pin);
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static void say_tokens(void)
{
    for (int i = 0; i < module->slotCount; i++) {
        char quoted[64];
        if (!PK11_IsPresent(module->slots[i]))
            continue;
        snprintf(quoted, sizeof quoted, "[%s]", PK11_GetTokenName(module->slots[i]));
        say(quoted);
    }
}

/* From NSS's own store, which it keeps up to date as tokens come and go. */
static void say_certificates(void)
{
    CERTCertList *list = PK11_ListCerts(PK11CertListUnique, NULL);
    if (!list)
        return;
    for (CERTCertListNode *n = CERT_LIST_HEAD(list); !CERT_LIST_END(n, list); n = CERT_LIST_NEXT(n))
        if (n->cert->slot && PK11_GetModule(n->cert->slot) == module && n->cert->nickname) {
            char quoted[128];
            snprintf(quoted, sizeof quoted, "[%s]", n->cert->nickname);
            say(quoted);
        }
    CERT_DestroyCertList(list);
}

static void wait_for_token(void)
{
    PK11SlotInfo *slot =
        SECMOD_WaitForAnyTokenEvent(module, 0, PR_MillisecondsToInterval(LATENCY_MS));
    if (!slot) {
        say_error();
        return;
    }
    say(PK11_GetSlotName(slot));
    say(PK11_IsPresent(slot) ? "present" : "absent");
    PK11_FreeSlot(slot);
}

static PK11SlotInfo *find_token(const char *name)
{
    for (int i = 0; i < module->slotCount; i++)
        if (PK11_IsPresent(module->slots[i]) &&
            ends_with(PK11_GetTokenName(module->slots[i]), name))
            return module->slots[i];
    PORT_SetError(SEC_ERROR_NO_TOKEN);
    return NULL;
}

/* The token's first certificate that has a key. */
static CERTCertificate *find_certificate(PK11SlotInfo *slot, SECKEYPrivateKey **key)
{
    CERTCertificate *found = NULL;
    CERTCertList *list = PK11_ListCertsInSlot(slot);
    if (!list)
        return NULL;
    for (CERTCertListNode *n = CERT_LIST_HEAD(list); !found && !CERT_LIST_END(n, list);
         n = CERT_LIST_NEXT(n)) {
        *key = PK11_FindPrivateKeyFromCert(slot, n->cert, NULL);
        if (*key)
            found = CERT_DupCertificate(n->cert);
    }
    CERT_DestroyCertList(list);
    return found;
}

static SECStatus sign_and_verify(CERTCertificate *certificate, SECKEYPrivateKey *key)
{
    static const unsigned char text[] = "The quick brown fox jumps over the lazy dog.";
    const SECOidTag algorithm = SEC_OID_PKCS1_SHA256_WITH_RSA_ENCRYPTION;
    SECItem signature = {siBuffer, NULL, 0};
    SECKEYPublicKey *public = CERT_ExtractPublicKey(certificate);
    SECStatus status = SEC_SignData(&signature, text, sizeof text, key, algorithm);
    if (status == SECSuccess)
        status = VFY_VerifyDataDirect(text, sizeof text, public, &signature,
                                      SEC_OID_PKCS1_RSA_ENCRYPTION, SEC_OID_SHA256, NULL, NULL);
    SECITEM_FreeItem(&signature, PR_FALSE);
    SECKEY_DestroyPublicKey(public);
    return status;
}

static void sign(const char *token)
{
    char pins[32];
    SECKEYPrivateKey *key = NULL;
    CERTCertificate *certificate = NULL;
    pins_given = 0;
    PORT_SetError(0);
    PK11SlotInfo *slot = find_token(token);
    if (slot && PK11_Authenticate(slot, PR_TRUE, NULL) == SECSuccess)
        certificate = find_certificate(slot, &key);
    if (certificate && sign_and_verify(certificate, key) == SECSuccess)
        say("signed");
    else
        say_error();
    if (key)
        SECKEY_DestroyPrivateKey(key);
    if (certificate)
        CERT_DestroyCertificate(certificate);
    snprintf(pins, sizeof pins, "%u PIN", pins_given);
    say(pins);
}

static void obey(const char *order, const char *argument)
{
    if (strcmp(order, "tokens") == 0)
        say_tokens();
    else if (strcmp(order, "certificates") == 0)
        say_certificates();
    else if (strcmp(order, "wait") == 0)
        wait_for_token();
    else if (strcmp(order, "sign") == 0)
        sign(argument);
    else
        say("is no order");
}

int main(int argc, char **argv)
{
    char line[256];
    if (argc != 3 || NSS_Initialize(argv[1], "", "", SECMOD_DB, NSS_INIT_READONLY) != SECSuccess ||
        !(module = SECMOD_FindModule(argv[2]))) {
        fprintf(stderr, "nss_caller: no such profile or module\n");
        return EXIT_FAILURE;
    }
    PK11_SetPasswordFunc(give_pin);
    while (fgets(line, sizeof line, stdin)) {
        char *rest, *order = strtok_r(line, " \n", &rest), *argument = strtok_r(NULL, " \n", &rest);
        answer[0] = '\0';
        obey(order ? order : "", argument ? argument : "");
        puts(answer);
        fflush(stdout);
    }
    SECMOD_DestroyModule(module);
    return NSS_Shutdown() == SECSuccess ? EXIT_SUCCESS : EXIT_FAILURE;
}
