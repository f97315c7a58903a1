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

static bool read_out(const char *value, void *out)
{
    const char *slash = strrchr(value, '/');
    const char *name = slash ? slash + 1 : value;
    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return refuse(_("mynakey: '%s' is no name for a file\n"), value);
    *(const char **)out = value;
    return true;
}

/* A URL goes into the certificate as it is (RFC 5280, 4.2.1.6: an IA5String). */
static bool read_site(const char *value, void *out)
{
    bool is_web = strncmp(value, "https://", 8) == 0 || strncmp(value, "http://", 7) == 0;
    for (const char *c = value; *c; c++)
        is_web = is_web && *c > ' ' && *c <= '~';
    if (!is_web || strstr(value, "///"))
        return refuse(_("mynakey: '%s' is no address of a web site (https://...)\n"), value);
    *(const char **)out = value;
    return true;
}

bool mn_issue_read_address(const char *value, void *out)
{
    if (!mn_mail_is_address(value))
        return refuse(_("mynakey: '%s' is no mail address\n"), value);
    *(const char **)out = value;
    return true;
}

static bool read_days(const char *value, void *out)
{
    int *days = out;
    char *end;
    long number = strtol(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || number < 1 || number > DAYS_MAX)
        return refuse(_("mynakey: --days takes a number from 1 to 1826, not '%s'\n"), value);
    *days = (int)number;
    return true;
}

/* A kind of key; renew asks whether one was named. */
static bool read_key(const char *value, void *out)
{
    struct mn_issue_options *options = out;
    options->key_named = mn_key_choice_read(value, &options->key);
    return options->key_named ||
           refuse(_("mynakey: --key takes rsa3072, rsa2048, p256 or p384, not '%s'\n"), value);
}

size_t mn_issue_options_files(struct mn_issue_options *options, struct mn_option *words)
{
    const struct mn_option own[] = {{"out", .read = read_out, .out = &options->out},
                                    {"key", .read = read_key, .out = options},
                                    {"passphrase-file", .word = &options->passphrase_file}};
    memcpy(words, own, sizeof own);
    return sizeof own / sizeof own[0];
}

size_t mn_issue_options_all(struct mn_issue_options *options, struct mn_option *words)
{
    const struct mn_option own[] = {
        {"days", .read = read_days, .out = &options->days},
        {"with-birth-year", .set = &options->with_birth_year},
        {"site", .read = read_site, .out = &options->site},
        {"mail", .read = mn_issue_read_address, .out = &options->mail},
        {"own-mail", .read = mn_issue_read_address, .out = &options->own_mail},
        {"anchor", .word = &options->trust_anchor},
        {"reader", .word = &options->reader},
        {"pin-file", .word = &options->pin_file},
        {"no-add", .set = &options->no_add},
        {"yes", .set = &options->yes},
    };
    size_t count = mn_issue_options_files(options, words);
    memcpy(words + count, own, sizeof own);
    return count + sizeof own / sizeof own[0];
}
