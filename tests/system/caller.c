/* A program that uses a PKCS#11 module as it is told, a line at a time, so that a test can do other
 * things in between: take the card away, let another program interfere, read the card's log.
 *
 *     caller MODULE.so
 *
 * reads from standard input and answers each line with one of its own, a CKR_* first:
 *     initialize                      finalize
 *     tokens                          CKR_OK and the labels of the tokens present
 *     flags TOKEN                     CKR_OK and the names of the flags about its PIN
 *     open TOKEN PLACE                opens a session on the slot at that place in the list of all,
 *                                     from 0, without looking whether its token is there
 *     login TOKEN PIN                 opens a session where there is none yet
 *     logout TOKEN                    close TOKEN
 *     find TOKEN                      looks for the private key
 *     read TOKEN                      reads the owner's certificate, and every byte of it is used
 *     sign TOKEN MECHANISM FILE OUT   RSA-PKCS, SHA256-RSA-PKCS or SHA256-RSA-PKCS-PSS
 *     event                           a slot event, without waiting: CKR_OK and the slot's id
 *     wait                            the same, however long it takes
 *     slots                           CKR_OK and the ids of all slots
 *     token SLOT                      what C_GetTokenInfo says of the slot with that id
 *     reload                          lets go of the module and loads it again
 * TOKEN is the last word of the token's label: Authentication, Signature.
 *
 * Of what it was told or given it keeps nothing that is secret: what is found in its memory
 * afterwards is the module's. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mynakey/cryptoki.h"

#define MAX_SLOTS 16
#define MAX_ROLES 4
#define MAX_FILE  65536

struct role {
    char name[33];
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
};

static const char *module;
static void *library;
static CK_FUNCTION_LIST *p11;
static struct role roles[MAX_ROLES];
static char answer[1024]; /* what follows the CKR_* */

struct name {
    CK_ULONG value;
    const char *name;
};

#define NAME(constant)                                                                             \
    {                                                                                              \
        constant, #constant                                                                        \
    }

static const struct name result_names[] = {
    NAME(CKR_OK),
    NAME(CKR_ARGUMENTS_BAD),
    NAME(CKR_CRYPTOKI_ALREADY_INITIALIZED),
    NAME(CKR_CRYPTOKI_NOT_INITIALIZED),
    NAME(CKR_DATA_LEN_RANGE),
    NAME(CKR_DEVICE_ERROR),
    NAME(CKR_DEVICE_REMOVED),
    NAME(CKR_FUNCTION_FAILED),
    NAME(CKR_GENERAL_ERROR),
    NAME(CKR_KEY_HANDLE_INVALID),
    NAME(CKR_MECHANISM_INVALID),
    NAME(CKR_NO_EVENT),
    NAME(CKR_OBJECT_HANDLE_INVALID),
    NAME(CKR_PIN_INCORRECT),
    NAME(CKR_PIN_INVALID),
    NAME(CKR_PIN_LEN_RANGE),
    NAME(CKR_PIN_LOCKED),
    NAME(CKR_SESSION_HANDLE_INVALID),
    NAME(CKR_SLOT_ID_INVALID),
    NAME(CKR_TOKEN_NOT_PRESENT),
    NAME(CKR_TOKEN_NOT_RECOGNIZED),
    NAME(CKR_USER_ALREADY_LOGGED_IN),
    NAME(CKR_USER_NOT_LOGGED_IN),
};

static const struct name flag_names[] = {
    NAME(CKF_LOGIN_REQUIRED),     NAME(CKF_USER_PIN_INITIALIZED), NAME(CKF_USER_PIN_COUNT_LOW),
    NAME(CKF_USER_PIN_FINAL_TRY), NAME(CKF_USER_PIN_LOCKED),
};

static const struct name mechanism_names[] = {
    {CKM_RSA_PKCS, "RSA-PKCS"},
    {CKM_SHA256_RSA_PKCS, "SHA256-RSA-PKCS"},
    {CKM_SHA256_RSA_PKCS_PSS, "SHA256-RSA-PKCS-PSS"},
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void print_result(CK_RV rv)
{
    const char *name = NULL;
    for (size_t i = 0; i < LENGTH(result_names); i++)
        if (result_names[i].value == rv)
            name = result_names[i].name;
    if (name)
        printf("%s%s\n", name, answer);
    else
        printf("CKR_0x%lx%s\n", rv, answer);
    fflush(stdout);
}

static void say(const char *word)
{
    strncat(answer, " ", sizeof answer - strlen(answer) - 1);
    strncat(answer, word, sizeof answer - strlen(answer) - 1);
}

/* The label without its blanks. */
static CK_RV label_of(CK_SLOT_ID slot, char label[33], CK_TOKEN_INFO *info)
{
    CK_RV rv = p11->C_GetTokenInfo(slot, info);
    if (rv != CKR_OK)
        return rv;
    memcpy(label, info->label, 32);
    label[32] = 0;
    for (size_t end = 32; end > 0 && label[end - 1] == ' '; end--)
        label[end - 1] = 0;
    return CKR_OK;
}

/* Visits the tokens until one's label ends in name; NULL visits all and puts them in the answer. */
static CK_RV find_token(const char *name, CK_SLOT_ID *slot, CK_TOKEN_INFO *info)
{
    CK_SLOT_ID slots[MAX_SLOTS];
    CK_ULONG count = MAX_SLOTS;
    CK_RV rv = p11->C_GetSlotList(CK_TRUE, NULL, &count);
    count = MAX_SLOTS;
    if (rv == CKR_OK)
        rv = p11->C_GetSlotList(CK_TRUE, slots, &count);
    if (rv != CKR_OK)
        return rv;
    for (CK_ULONG i = 0; i < count; i++) {
        char label[33];
        if (label_of(slots[i], label, info) != CKR_OK)
            continue;
        if (!name) {
            char quoted[40];
            snprintf(quoted, sizeof quoted, "[%s]", label);
            say(quoted);
        } else if (strlen(label) >= strlen(name) &&
                   strcmp(label + strlen(label) - strlen(name), name) == 0) {
            *slot = slots[i];
            return CKR_OK;
        }
    }
    return name ? CKR_TOKEN_NOT_PRESENT : CKR_OK;
}

/* The role of that name, or a place for it; NULL when there are too many. */
static struct role *place_of(const char *name)
{
    struct role *empty = NULL;
    for (size_t i = 0; i < MAX_ROLES; i++) {
        if (strcmp(roles[i].name, name) == 0)
            return &roles[i];
        if (!roles[i].name[0] && !empty)
            empty = &roles[i];
    }
    return empty;
}

static CK_RV open_slot(CK_SLOT_ID slot, const char *name, struct role *role)
{
    CK_RV rv = p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &role->session);
    if (rv == CKR_OK)
        snprintf(role->name, sizeof role->name, "%s", name);
    return rv;
}

static CK_RV open_role(const char *name, struct role **out)
{
    CK_TOKEN_INFO info;
    CK_SLOT_ID slot;
    *out = place_of(name);
    if (!*out)
        return CKR_ARGUMENTS_BAD;
    if ((*out)->session)
        return CKR_OK;
    CK_RV rv = find_token(name, &slot, &info);
    return rv == CKR_OK ? open_slot(slot, name, *out) : rv;
}

static CK_RV do_open(const char *name, const char *place)
{
    CK_SLOT_ID slots[MAX_SLOTS];
    CK_ULONG count = MAX_SLOTS, wanted = strtoul(place, NULL, 10);
    struct role *role = place_of(name);
    CK_RV rv = p11->C_GetSlotList(CK_FALSE, slots, &count);
    if (rv == CKR_OK && (!role || wanted >= count))
        rv = CKR_ARGUMENTS_BAD;
    return rv == CKR_OK ? open_slot(slots[wanted], name, role) : rv;
}

static CK_RV do_flags(const char *name)
{
    CK_TOKEN_INFO info;
    CK_SLOT_ID slot;
    CK_RV rv = find_token(name, &slot, &info);
    for (size_t i = 0; rv == CKR_OK && i < LENGTH(flag_names); i++)
        if (info.flags & flag_names[i].value)
            say(flag_names[i].name);
    return rv;
}

static CK_RV do_login(const char *name, char *pin)
{
    struct role *role;
    CK_RV rv = open_role(name, &role);
    if (rv != CKR_OK)
        return rv;
    return p11->C_Login(role->session, CKU_USER, (CK_UTF8CHAR *)pin, strlen(pin));
}

static CK_RV do_close(const char *name)
{
    struct role *role;
    CK_RV rv = open_role(name, &role);
    if (rv == CKR_OK)
        rv = p11->C_CloseSession(role->session);
    memset(role, 0, sizeof *role);
    return rv;
}

static CK_RV do_find(const char *name)
{
    struct role *role;
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE template = {CKA_CLASS, &class, sizeof class};
    CK_ULONG found = 0;
    CK_RV rv = open_role(name, &role);
    if (rv == CKR_OK)
        rv = p11->C_FindObjectsInit(role->session, &template, 1);
    if (rv != CKR_OK)
        return rv;
    rv = p11->C_FindObjects(role->session, &role->key, 1, &found);
    CK_RV end = p11->C_FindObjectsFinal(role->session);
    if (rv == CKR_OK && end == CKR_OK && found != 1)
        say("none");
    return rv != CKR_OK ? rv : end;
}

static CK_RV read_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    static CK_BYTE value[8192], subject[2048];
    CK_ATTRIBUTE wanted[] = {{CKA_VALUE, value, sizeof value},
                             {CKA_SUBJECT, subject, sizeof subject}};
    CK_RV rv = p11->C_GetAttributeValue(session, object, wanted, 2);
    explicit_bzero(value, sizeof value);
    explicit_bzero(subject, sizeof subject);
    return rv;
}

static CK_RV do_read(const char *name)
{
    struct role *role;
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ULONG category = 1; /* CK_CERTIFICATE_CATEGORY_TOKEN_USER */
    CK_ATTRIBUTE template[] = {{CKA_CLASS, &class, sizeof class},
                               {CKA_CERTIFICATE_CATEGORY, &category, sizeof category}};
    CK_OBJECT_HANDLE object;
    CK_ULONG found = 0;
    CK_RV rv = open_role(name, &role);
    if (rv == CKR_OK)
        rv = p11->C_FindObjectsInit(role->session, template, 2);
    if (rv != CKR_OK)
        return rv;
    rv = p11->C_FindObjects(role->session, &object, 1, &found);
    CK_RV end = p11->C_FindObjectsFinal(role->session);
    if (rv == CKR_OK && end == CKR_OK && found != 1)
        say("none");
    else if (rv == CKR_OK)
        rv = read_object(role->session, object);
    return rv != CKR_OK ? rv : end;
}

static size_t read_file(const char *path, CK_BYTE *out)
{
    FILE *file = fopen(path, "rb");
    size_t len = file ? fread(out, 1, MAX_FILE, file) : 0;
    if (file)
        fclose(file);
    return len;
}

static CK_RV do_sign(const char *name, const char *mechanism_name, const char *in, const char *out)
{
    static CK_BYTE data[MAX_FILE];
    CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA256, CKG_MGF1_SHA256, 32};
    CK_MECHANISM mechanism = {(CK_MECHANISM_TYPE)-1, NULL, 0};
    CK_BYTE signature[512];
    CK_ULONG len = sizeof signature;
    struct role *role;
    for (size_t i = 0; i < LENGTH(mechanism_names); i++)
        if (strcmp(mechanism_names[i].name, mechanism_name) == 0)
            mechanism.mechanism = mechanism_names[i].value;
    if (mechanism.mechanism == CKM_SHA256_RSA_PKCS_PSS) {
        mechanism.pParameter = &pss;
        mechanism.ulParameterLen = sizeof pss;
    }
    CK_RV rv = open_role(name, &role);
    if (rv == CKR_OK)
        rv = p11->C_SignInit(role->session, &mechanism, role->key);
    if (rv == CKR_OK)
        rv = p11->C_Sign(role->session, data, read_file(in, data), signature, &len);
    if (rv != CKR_OK)
        return rv;
    FILE *file = fopen(out, "wb");
    if (!file)
        return CKR_FUNCTION_FAILED;
    fwrite(signature, 1, len, file);
    return fclose(file) == 0 ? CKR_OK : CKR_FUNCTION_FAILED;
}

static void say_number(CK_ULONG number)
{
    char text[24];
    snprintf(text, sizeof text, "%lu", number);
    say(text);
}

static CK_RV do_event(CK_FLAGS flags)
{
    CK_SLOT_ID slot;
    CK_RV rv = p11->C_WaitForSlotEvent(flags, &slot, NULL);
    if (rv == CKR_OK)
        say_number(slot);
    return rv;
}

static CK_RV do_slots(void)
{
    CK_SLOT_ID slots[MAX_SLOTS];
    CK_ULONG count = MAX_SLOTS;
    CK_RV rv = p11->C_GetSlotList(CK_FALSE, NULL, &count);
    count = MAX_SLOTS;
    if (rv == CKR_OK)
        rv = p11->C_GetSlotList(CK_FALSE, slots, &count);
    for (CK_ULONG i = 0; rv == CKR_OK && i < count; i++)
        say_number(slots[i]);
    return rv;
}

static CK_RV do_token(const char *slot)
{
    CK_TOKEN_INFO info;
    return p11->C_GetTokenInfo(strtoul(slot, NULL, 10), &info);
}

static CK_RV do_finalize(void)
{
    memset(roles, 0, sizeof roles);
    return p11->C_Finalize(NULL);
}

static CK_RV do_logout(const char *name)
{
    struct role *role;
    CK_RV rv = open_role(name, &role);
    return rv != CKR_OK ? rv : p11->C_Logout(role->session);
}

/* The words of a line; a missing one is empty. */
static CK_RV load(void)
{
    CK_C_GetFunctionList get = NULL;
    library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
    if (library)
        *(void **)&get = dlsym(library, "C_GetFunctionList");
    return get ? get(&p11) : CKR_GENERAL_ERROR;
}

static CK_RV reload(void)
{
    p11->C_Finalize(NULL);
    memset(roles, 0, sizeof roles);
    dlclose(library);
    return load();
}

static CK_RV obey(char *word[5])
{
    CK_TOKEN_INFO info;
    CK_SLOT_ID slot;
    if (strcmp(word[0], "initialize") == 0)
        return p11->C_Initialize(NULL);
    if (strcmp(word[0], "finalize") == 0)
        return do_finalize();
    if (strcmp(word[0], "tokens") == 0)
        return find_token(NULL, &slot, &info);
    if (strcmp(word[0], "flags") == 0)
        return do_flags(word[1]);
    if (strcmp(word[0], "open") == 0)
        return do_open(word[1], word[2]);
    if (strcmp(word[0], "login") == 0)
        return do_login(word[1], word[2]);
    if (strcmp(word[0], "logout") == 0)
        return do_logout(word[1]);
    if (strcmp(word[0], "close") == 0)
        return do_close(word[1]);
    if (strcmp(word[0], "find") == 0)
        return do_find(word[1]);
    if (strcmp(word[0], "read") == 0)
        return do_read(word[1]);
    if (strcmp(word[0], "sign") == 0)
        return do_sign(word[1], word[2], word[3], word[4]);
    if (strcmp(word[0], "event") == 0)
        return do_event(CKF_DONT_BLOCK);
    if (strcmp(word[0], "wait") == 0)
        return do_event(0);
    if (strcmp(word[0], "slots") == 0)
        return do_slots();
    if (strcmp(word[0], "token") == 0)
        return do_token(word[1]);
    if (strcmp(word[0], "reload") == 0)
        return reload();
    say("is no command");
    return CKR_ARGUMENTS_BAD;
}

int main(int argc, char **argv)
{
    char line[1024], nothing[] = "";
    module = argc == 2 ? argv[1] : "";
    if (load() != CKR_OK) {
        fprintf(stderr, "caller: %s\n", library ? "no function list" : dlerror());
        return EXIT_FAILURE;
    }
    setvbuf(stdin, NULL, _IONBF, 0);
    while (fgets(line, sizeof line, stdin)) {
        char *word[5], *rest = line;
        for (size_t i = 0; i < LENGTH(word); i++) {
            word[i] = strtok_r(rest, " \n", &rest);
            if (!word[i])
                word[i] = nothing;
        }
        answer[0] = 0;
        CK_RV rv = obey(word);
        explicit_bzero(line, sizeof line);
        print_result(rv);
    }
    p11->C_Finalize(NULL); /* or it is finalized already */
    dlclose(library);
    return EXIT_SUCCESS;
}
