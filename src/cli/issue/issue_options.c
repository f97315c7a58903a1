#include "cli/issue/issue_options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/issue/mail.h"
#include "cli/message.h"

#define DAYS_MAX 1826 /* five years: no card's certificate lasts longer */

static const struct {
    enum mn_key_choice choice;
    const char *option, *name;
} keys[] = {
    {MN_CHOICE_RSA_3072, "rsa3072", "RSA 3072"},
    {MN_CHOICE_RSA_2048, "rsa2048", "RSA 2048"},
    {MN_CHOICE_P256, "p256", "ECDSA P-256"},
    {MN_CHOICE_P384, "p384", "ECDSA P-384"},
};

#define KEYS (sizeof keys / sizeof keys[0])

bool mn_key_choice_read(const char *text, enum mn_key_choice *out)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].option, text) == 0) {
            *out = keys[i].choice;
            return true;
        }
    return false;
}

const char *mn_key_choice_name(enum mn_key_choice choice)
{
    for (size_t i = 0; i < KEYS; i++)
        if (keys[i].choice == choice)
            return keys[i].name;
    return "?";
}

void mn_issue_options_default(struct mn_issue_options *options)
{
    *options = (struct mn_issue_options){.out = MN_ISSUE_NAME, .key = MN_CHOICE_RSA_3072};
}

__attribute__((format(printf, 1, 2))) static bool refuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    return false;
}

static bool set_out(struct mn_issue_options *options, const char *value)
{
    const char *slash = strrchr(value, '/');
    const char *name = slash ? slash + 1 : value;
    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return refuse(_("mynakey: '%s' is no name for a file\n"), value);
    options->out = value;
    return true;
}

/* A URL goes into the certificate as it is (RFC 5280, 4.2.1.6: an IA5String). */
static bool set_site(struct mn_issue_options *options, const char *value)
{
    bool is_web = strncmp(value, "https://", 8) == 0 || strncmp(value, "http://", 7) == 0;
    for (const char *c = value; *c; c++)
        is_web = is_web && *c > ' ' && *c <= '~';
    if (!is_web || strstr(value, "///"))
        return refuse(_("mynakey: '%s' is no address of a web site (https://...)\n"), value);
    options->site = value;
    return true;
}

static bool set_address(const char **to, const char *value)
{
    if (!mn_mail_is_address(value))
        return refuse(_("mynakey: '%s' is no mail address\n"), value);
    *to = value;
    return true;
}

static bool set_days(struct mn_issue_options *options, const char *value)
{
    char *end;
    long days = strtol(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || days < 1 || days > DAYS_MAX)
        return refuse(_("mynakey: --days takes a number from 1 to 1826, not '%s'\n"), value);
    options->days = (int)days;
    return true;
}

static bool set_key(struct mn_issue_options *options, const char *value)
{
    return mn_key_choice_read(value, &options->key) ||
           refuse(_("mynakey: --key takes rsa3072, rsa2048, p256 or p384, not '%s'\n"), value);
}

bool mn_issue_options_set(struct mn_issue_options *options, int letter, const char *value)
{
    switch (letter) {
    case MN_ISSUE_OUT:
        return set_out(options, value);
    case MN_ISSUE_KEY:
        return set_key(options, value);
    case MN_ISSUE_SITE:
        return set_site(options, value);
    case MN_ISSUE_MAIL:
        return set_address(&options->mail, value);
    case MN_ISSUE_OWN_MAIL:
        return set_address(&options->own_mail, value);
    case MN_ISSUE_DAYS:
        return set_days(options, value);
    case MN_ISSUE_WITH_BIRTH_YEAR:
        options->with_birth_year = true;
        break;
    case MN_ISSUE_TRUST_ANCHOR:
        options->trust_anchor = value;
        break;
    case MN_ISSUE_READER:
        options->reader = value;
        break;
    case MN_ISSUE_PIN_FILE:
        options->pin_file = value;
        break;
    case MN_ISSUE_PASSPHRASE_FILE:
        options->passphrase_file = value;
        break;
    case MN_ISSUE_YES:
        options->yes = true;
        break;
    case MN_ISSUE_FORCE:
        options->force = true;
        break;
    case MN_ISSUE_NO_ADD:
        options->no_add = true;
        break;
    default:
        return false;
    }
    return true;
}
