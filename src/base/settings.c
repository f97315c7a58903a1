#include "base/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MN_LOG_ROOM "base"
#include "base/file.h"
#include "base/log.h"
#include "base/user_folder.h"

#define FILE_LIMIT 65536
#define LINE_LIMIT (PATH_MAX + 64)

#ifndef MN_SETTINGS_SYSTEM_FILE /* a test names another */
#define MN_SETTINGS_SYSTEM_FILE "/etc/mynakey/mynakey.conf"
#endif

static const char blanks[] = " \t\r";

/* Each parser writes *field only when it understands the value. */

static bool parse_bool(const char *value, void *field)
{
    bool *b = field;

    if (strcmp(value, "yes") == 0)
        *b = true;
    else if (strcmp(value, "no") == 0)
        *b = false;
    else
        return false;
    return true;
}

static bool parse_choice(const char *value, void *field)
{
    enum mn_choice *choice = field;

    if (strcmp(value, "auto") == 0)
        *choice = MN_AUTO;
    else if (strcmp(value, "yes") == 0)
        *choice = MN_YES;
    else if (strcmp(value, "no") == 0)
        *choice = MN_NO;
    else
        return false;
    return true;
}

/* One word for three fields: this one is given the whole struct. */
static bool parse_roles(const char *value, void *field)
{
    struct mn_settings *s = field;
    bool all = strcmp(value, "all") == 0;
    bool card = all || strcmp(value, "card") == 0;
    bool auth = card || strcmp(value, "auth") == 0;
    bool sign = card || strcmp(value, "sign") == 0;
    bool soft = all || strcmp(value, "soft") == 0;

    if (!auth && !sign && !soft)
        return false;
    s->offer_auth = auth;
    s->offer_sign = sign;
    s->offer_soft = soft;
    return true;
}

static bool parse_level(const char *value, void *field)
{
    static const char *const names[] = {"off", "error", "info", "debug"};
    enum mn_log_level *level = field;

    for (int i = MN_LOG_OFF; i <= MN_LOG_DEBUG; i++) {
        if (strcmp(value, names[i]) == 0) {
            *level = (enum mn_log_level)i;
            return true;
        }
    }
    return false;
}

/* Absolute, for nobody knows which folder the host program stands in. */
static bool parse_path(const char *value, void *field)
{
    size_t len = strlen(value);

    if (value[0] != '/' || len >= PATH_MAX)
        return false;
    memcpy(field, value, len + 1);
    return true;
}

static const struct setting {
    const char *name;
    bool (*parse)(const char *value, void *field);
    size_t field;
} table[] = {
    {"roles", parse_roles, 0},
    {"ca-certificates", parse_bool, offsetof(struct mn_settings, show_ca)},
    {"keep-auth-pin", parse_bool, offsetof(struct mn_settings, keep_auth_pin)},
    {"spare-last-try", parse_bool, offsetof(struct mn_settings, spare_last_try)},
    {"sign-always-authenticate", parse_bool,
     offsetof(struct mn_settings, sign_always_authenticate)},
    {"cache", parse_bool, offsetof(struct mn_settings, cache)},
    {"pss", parse_choice, offsetof(struct mn_settings, pss)},
    {"extended-length", parse_choice, offsetof(struct mn_settings, extended)},
    {"log-level", parse_level, offsetof(struct mn_settings, log_level)},
    {"log-file", parse_path, offsetof(struct mn_settings, log_file)},
};

void mn_settings_default(struct mn_settings *s)
{
    *s = (struct mn_settings){
        .offer_auth = true,
        .offer_sign = true,
        .offer_soft = true,
        .show_ca = true,
        .keep_auth_pin = true,
        .spare_last_try = true,
        .sign_always_authenticate = false,
        .cache = true,
        .pss = MN_AUTO,
        .extended = MN_AUTO,
        .log_level = MN_LOG_ERROR,
    };
}

/* Without the blanks around it; changes text. */
static char *trim(char *text)
{
    size_t len;

    text += strspn(text, blanks);
    len = strlen(text);
    while (len > 0 && strchr(blanks, text[len - 1]))
        len--;
    text[len] = '\0';
    return text;
}

mn_rc mn_settings_line(struct mn_settings *s, const char *line)
{
    char copy[LINE_LIMIT];
    size_t len = strlen(line);
    const char *name, *value;
    char *equals;

    if (len >= sizeof copy)
        return MN_E_SETTING;
    memcpy(copy, line, len + 1);
    name = trim(copy);
    if (*name == '\0' || *name == '#')
        return MN_OK;
    equals = strchr(copy, '=');
    if (!equals)
        return MN_E_SETTING;
    *equals = '\0';
    name = trim(copy);
    value = trim(equals + 1);

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(name, table[i].name) == 0)
            return table[i].parse(value, (char *)s + table[i].field) ? MN_OK : MN_E_SETTING;
    return MN_E_SETTING;
}

/* Applies every line of content to *s. With tell, the lines passed over go to the log, by number:
 * what they say may be anything. */
static mn_rc apply(struct mn_settings *s, struct mn_span content, bool tell)
{
    const char *at = (const char *)content.ptr;
    size_t left = content.len;
    mn_rc rc = MN_OK;

    for (unsigned number = 1; left > 0; number++) {
        const char *newline = memchr(at, '\n', left);
        size_t len = newline ? (size_t)(newline - at) : left;
        char line[LINE_LIMIT] = "";
        bool fits = len < sizeof line && !memchr(at, '\0', len);

        if (fits)
            memcpy(line, at, len);
        if (!fits || mn_settings_line(s, line) != MN_OK) {
            rc = MN_E_SETTING;
            if (tell)
                mn_log_error("line %u of the settings is not understood", number);
        }
        len += newline ? 1 : 0;
        at += len;
        left -= len;
    }
    return rc;
}

/* The owner's file. MN_E_FILE_MISSING also where the environment does not tell where it is. */
static mn_rc read_own(struct mn_bytes *content)
{
    char path[PATH_MAX];

    if (!mn_user_path(MN_FOLDER_CONFIG, "mynakey.conf", path))
        return MN_E_FILE_MISSING;
    return mn_file_read(path, FILE_LIMIT, content);
}

/* Whichever file counts. What goes wrong with the owner's is the result even where the system's
 * could be read in its place: a program that gave up its privileges may still have root's HOME. */
static mn_rc read_content(struct mn_bytes *content)
{
    const char *named = secure_getenv("MYNAKEY_CONFIG");
    mn_rc own, rc;

    if (named && *named)
        return mn_file_read(named, FILE_LIMIT, content);
    own = read_own(content);
    if (own == MN_OK)
        return MN_OK;
    rc = mn_file_read(MN_SETTINGS_SYSTEM_FILE, FILE_LIMIT, content);
    return own == MN_E_FILE_MISSING ? rc : own;
}

mn_rc mn_settings_load(struct mn_settings *s)
{
    struct mn_settings again;
    struct mn_bytes content = {0};
    mn_rc rc, applied;

    mn_settings_default(s);
    rc = read_content(&content);
    if (rc == MN_E_FILE_MISSING)
        rc = MN_OK;
    applied = apply(s, mn_bytes_span(&content), false);

    /* Only now it is known where the log is, so what is wrong is told in a second round. */
    (void)mn_log_open(s->log_level, s->log_file);
    if (rc != MN_OK)
        mn_log_error("a settings file could not be read: %s", mn_rc_name(rc));
    if (applied != MN_OK) {
        again = *s;
        (void)apply(&again, mn_bytes_span(&content), true);
    }
    mn_bytes_free(&content);
    return rc != MN_OK ? rc : applied;
}
