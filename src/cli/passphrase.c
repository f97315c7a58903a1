#include "cli/passphrase.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "cli/message.h"
#include "crypto/random.h"

/* What has to be left of a passphrase when what anybody would guess is taken out of it. */
#define UNGUESSED_MIN 6

/* Those that stand at the head of every published list, and what they are made of. */
static const char *const common[] = {
    "passphrase",
    "password",
    "pass",
    "passwd",
    "administrator",
    "admin",
    "letmein",
    "welcome",
    "iloveyou",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "master",
    "shadow",
    "superman",
    "batman",
    "trustno",
    "michael",
    "charlie",
    "computer",
    "secret",
    "whatever",
    "starwars",
    "pokemon",
    "naruto",
    "doraemon",
    "pikachu",
    "sakura",
    "arigatou",
    "arigato",
    "konnichiwa",
    "aishiteru",
    "daisuki",
    "himitsu",
    "nihon",
    "nippon",
    "japan",
    "tokyo",
    "osaka",
    "mynumber",
    "mynumbercard",
    "maina",
    "mynakey",
    "mynumcert",
    "jpki",
    "card",
    "login",
    "hello",
    "test",
    "guest",
    "default",
    "changeme",
    "security",
    "private",
    "internet",
    "google",
    "facebook",
    "correcthorsebatterystaple",
};

/* Rows in which the next character follows from the one before. */
static const char *const rows[] = {
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
};

/* A copy that can be searched; wiped by mn_wipe. */
struct folded {
    char text[MN_PASSPHRASE_MAX + 1];
    size_t len;
};

static void fold(struct mn_span passphrase, struct folded *out)
{
    for (out->len = 0; out->len < passphrase.len; out->len++)
        out->text[out->len] = (char)tolower(passphrase.ptr[out->len]);
    out->text[out->len] = '\0';
}

/* --- what anybody would guess --- */

static bool is_plain(struct mn_span passphrase)
{
    for (size_t i = 0; i < passphrase.len; i++)
        if (passphrase.ptr[i] < ' ' || passphrase.ptr[i] > '~')
            return false;
    return true;
}

static size_t distinct(const struct folded *f)
{
    bool seen[256] = {false};
    size_t count = 0;
    for (size_t i = 0; i < f->len; i++) {
        bool *one = &seen[(unsigned char)f->text[i]];
        count += !*one;
        *one = true;
    }
    return count;
}

/* Is it a piece of at most half its length, again and again, the last time perhaps cut? */
static bool is_repeated(const struct folded *f)
{
    for (size_t piece = 1; piece <= f->len / 2; piece++)
        if (memcmp(f->text, f->text + piece, f->len - piece) == 0)
            return true;
    return false;
}

static bool follows(char a, char b)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (const char *at = rows[i]; at[0] && at[1]; at++)
            if ((at[0] == a && at[1] == b) || (at[1] == a && at[0] == b))
                return true;
    return a == b;
}

/* Characters that do not follow from the one before them. */
static size_t surprises(const struct folded *f)
{
    size_t count = f->len > 0;
    for (size_t i = 1; i < f->len; i++)
        count += !follows(f->text[i - 1], f->text[i]);
    return count;
}

/* The letter that a digit or sign is written for. */
static char plain_letter(char c)
{
    static const char signs[] = "0134578@$!", letters[] = "oleastbasi";
    const char *at = strchr(signs, c);
    return (char)(at && c ? letters[at - signs] : c);
}

/* Removes every common word, the signs inside it taken for letters. */
static size_t left_of_words(const struct folded *f)
{
    char word[MN_PASSPHRASE_MAX + 1];
    size_t left = 0, at = 0;
    for (size_t i = 0; i <= f->len; i++)
        word[i] = plain_letter(f->text[i]);
    while (at < f->len) {
        size_t longest = 0;
        for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
            size_t len = strlen(common[i]);
            if (len > longest && strncmp(word + at, common[i], len) == 0)
                longest = len;
        }
        /* Digits and signs around words are tried with them. */
        left += longest == 0 && isalpha((unsigned char)f->text[at]);
        at += longest ? longest : 1;
    }
    mn_wipe(word, sizeof word);
    return left;
}

static bool has_common_word(const struct folded *f)
{
    size_t letters = 0;
    for (size_t i = 0; i < f->len; i++)
        letters += isalpha((unsigned char)f->text[i]) != 0;
    return left_of_words(f) < letters;
}

/* --- what somebody who knows the owner would guess --- */

static bool has_pin(const struct folded *f, struct mn_span pin)
{
    char text[MN_PASSPHRASE_MAX + 1];
    bool has;
    if (pin.len == 0 || pin.len > MN_PASSPHRASE_MAX)
        return false;
    for (size_t i = 0; i < pin.len; i++)
        text[i] = (char)tolower(pin.ptr[i]);
    text[pin.len] = '\0';
    has = strstr(f->text, text) != NULL;
    mn_wipe(text, sizeof text);
    return has;
}

/* The date as people write it: 19800217, 800217, 02171980, and with each era's count of years. */
static bool has_date(const char *digits, const char birth[9])
{
    static const int eras[] = {1867, 1911, 1925, 1988, 2018}; /* the year before the first */
    char form[16];
    int year =
        (birth[0] - '0') * 1000 + (birth[1] - '0') * 100 + (birth[2] - '0') * 10 + (birth[3] - '0');
    snprintf(form, sizeof form, "%.4s%.4s", birth + 4, birth);
    if (strstr(digits, birth + 2) || strstr(digits, form))
        return true;
    for (size_t i = 0; i < sizeof eras / sizeof eras[0]; i++) {
        int count = year - eras[i];
        if (count < 1 || count > 99)
            continue;
        snprintf(form, sizeof form, "%02d%.4s", count, birth + 4);
        if (strstr(digits, form))
            return true;
    }
    return false;
}

static bool has_birth(const struct folded *f, const char birth[9])
{
    char digits[MN_PASSPHRASE_MAX + 1];
    size_t len = 0;
    if (strspn(birth, "0123456789") != 8)
        return false;
    for (size_t i = 0; i < f->len; i++)
        if (isdigit((unsigned char)f->text[i]))
            digits[len++] = f->text[i];
    digits[len] = '\0';
    bool has = has_date(digits, birth);
    mn_wipe(digits, sizeof digits);
    return has;
}

/* --- the judgement --- */

static enum mn_passphrase_fault judge(const struct folded *f,
                                      const struct mn_passphrase_owner *owner)
{
    if (strspn(f->text, "0123456789") == f->len)
        return MN_PASSPHRASE_DIGITS;
    if (distinct(f) < UNGUESSED_MIN || is_repeated(f))
        return MN_PASSPHRASE_REPEATS;
    if (surprises(f) < UNGUESSED_MIN)
        return MN_PASSPHRASE_SEQUENCE;
    if (has_pin(f, owner->pin))
        return MN_PASSPHRASE_PIN;
    if (has_birth(f, owner->birth))
        return MN_PASSPHRASE_BIRTH;
    if (has_common_word(f) && left_of_words(f) < UNGUESSED_MIN)
        return MN_PASSPHRASE_COMMON;
    return MN_PASSPHRASE_FINE;
}

enum mn_passphrase_fault mn_passphrase_judge(struct mn_span passphrase,
                                             const struct mn_passphrase_owner *owner)
{
    struct folded folded;
    enum mn_passphrase_fault fault;
    if (!is_plain(passphrase))
        return MN_PASSPHRASE_CHARACTERS;
    if (passphrase.len < MN_PASSPHRASE_MIN)
        return MN_PASSPHRASE_SHORT;
    if (passphrase.len > MN_PASSPHRASE_MAX)
        return MN_PASSPHRASE_LONG;
    fold(passphrase, &folded);
    fault = judge(&folded, owner);
    mn_wipe(&folded, sizeof folded);
    return fault;
}

const char *mn_passphrase_fault_text(enum mn_passphrase_fault fault)
{
    static const char *const texts[] = {
        [MN_PASSPHRASE_FINE] = N_("it is strong enough"),
        [MN_PASSPHRASE_SHORT] = N_("it has fewer than 12 characters"),
        [MN_PASSPHRASE_LONG] = N_("it has more than 127 characters, which not every program takes"),
        [MN_PASSPHRASE_CHARACTERS] = N_("it has characters other than ASCII letters, digits, signs "
                                        "and blanks, which programs encode differently"),
        [MN_PASSPHRASE_DIGITS] = N_("it has nothing but digits"),
        [MN_PASSPHRASE_REPEATS] = N_("it has the same few characters again and again"),
        [MN_PASSPHRASE_SEQUENCE] = N_("it follows the alphabet or the rows of the keyboard"),
        [MN_PASSPHRASE_COMMON] = N_("it is made of words that everybody tries first"),
        [MN_PASSPHRASE_PIN] = N_("it has the card's password in it, which nobody should learn from "
                                 "it or the other way round"),
        [MN_PASSPHRASE_BIRTH] = N_("it has your date of birth in it"),
    };
    return gettext(texts[fault]);
}

mn_rc mn_passphrase_make(char out[MN_PASSPHRASE_MADE])
{
    /* Thirty-two characters, five bits each; i, l, o and u are left out. */
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    static const struct mn_passphrase_owner nobody = {0};
    uint8_t random[25];
    mn_rc rc;
    do {
        rc = mn_random(random, sizeof random);
        for (size_t i = 0, at = 0; i < sizeof random && rc == MN_OK; i++) {
            if (i > 0 && i % 5 == 0)
                out[at++] = '-';
            out[at++] = alphabet[random[i] % 32];
            out[at] = '\0';
        }
        /* Chance makes rows and repetitions too, once in more times than anybody will ask. */
    } while (rc == MN_OK &&
             mn_passphrase_judge(mn_span(out, strlen(out)), &nobody) != MN_PASSPHRASE_FINE);
    mn_wipe(random, sizeof random);
    return rc;
}
