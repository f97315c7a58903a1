#include "cli/issue/mail.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/base64.h"

/* Base64 has neither '=' before its end nor '_': no part can have this line in it. */
#define BOUNDARY "=_mynakey"

#define BASE64_LINE   57 /* bytes in, 76 characters out (RFC 2045, 6.8) */
#define ENCODED_BYTES 45 /* of text in one encoded word of at most 75 characters (RFC 2047, 2) */

/* A message in the making: after the first failure nothing more happens. */
struct writer {
    struct mn_bytes bytes;
    mn_rc rc;
};

static void put(struct writer *w, const char *text, size_t len)
{
    if (w->rc == MN_OK)
        w->rc = mn_bytes_append(&w->bytes, mn_span(text, len));
}

static void say(struct writer *w, const char *text)
{
    put(w, text, strlen(text));
}

/* At most a line's bytes. */
static void put_base64(struct writer *w, const uint8_t *bytes, size_t len)
{
    char out[MN_BASE64_LEN(BASE64_LINE) + 1];
    mn_base64(mn_span(bytes, len), out);
    say(w, out);
}

static void put_body(struct writer *w, struct mn_span content)
{
    for (size_t at = 0; at < content.len; at += BASE64_LINE) {
        size_t rest = content.len - at;
        put_base64(w, content.ptr + at, rest < BASE64_LINE ? rest : BASE64_LINE);
        say(w, "\r\n");
    }
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

/* How many bytes of text, at most most, are whole UTF-8 characters. */
static size_t whole_characters(const char *text, size_t most)
{
    size_t len = strnlen(text, most + 1);
    if (len <= most)
        return len;
    for (len = most; len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80;)
        len--;
    return len ? len : most;
}

/* RFC 2047: words of whole characters, a line each. */
static void put_subject(struct writer *w, const char *subject)
{
    say(w, "Subject: ");
    if (is_ascii(subject)) {
        say(w, subject);
    } else {
        while (*subject) {
            size_t len = whole_characters(subject, ENCODED_BYTES);
            say(w, "=?UTF-8?B?");
            put_base64(w, (const uint8_t *)subject, len);
            subject += len;
            say(w, *subject ? "?=\r\n " : "?=");
        }
    }
    say(w, "\r\n");
}

/* RFC 5322, 3.3, in the names that it gives, whatever the locale. */
static void put_date(struct writer *w, time_t date)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm tm = {0};
    char text[64], zone[8];
    localtime_r(&date, &tm);
    strftime(zone, sizeof zone, "%z", &tm);
    snprintf(text, sizeof text, "Date: %.3s, %d %.3s %d %02d:%02d:%02d %s\r\n",
             days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900,
             tm.tm_hour, tm.tm_min, tm.tm_sec, zone);
    say(w, text);
}

/* A parameter's value: a quoted string (RFC 2045, 5.1), or by RFC 2231, 4, where it is no ASCII. */
static void put_file_name(struct writer *w, const char *name)
{
    bool plain = is_ascii(name);
    say(w, plain ? "filename=\"" : "filename*=UTF-8''");
    for (; *name; name++) {
        char coded[4] = {*name};
        if (!plain && !isalnum((unsigned char)*name) && !strchr("-._", *name))
            snprintf(coded, sizeof coded, "%%%02X", (unsigned char)*name);
        if (plain && (*name == '"' || *name == '\\'))
            say(w, "\\");
        say(w, coded);
    }
    say(w, plain ? "\"" : "");
}

static void put_head(struct writer *w, const struct mn_mail *mail)
{
    put_date(w, mail->date);
    if (mail->from) {
        say(w, "From: ");
        say(w, mail->from);
        say(w, "\r\n");
    }
    say(w, "To: ");
    say(w, mail->to);
    say(w, "\r\n");
    put_subject(w, mail->subject);
    say(w, "MIME-Version: 1.0\r\n"
           "X-Unsent: 1\r\n"
           "Content-Type: multipart/mixed;\r\n boundary=\"" BOUNDARY "\"\r\n\r\n");
}

/* What stands before the text, and before each attachment but for its name. */
static void put_part_head(struct writer *w, const char *type)
{
    say(w, "--" BOUNDARY "\r\nContent-Type: ");
    say(w, type);
    say(w, "\r\nContent-Transfer-Encoding: base64\r\n");
}

/* Text has CRLF at its lines' ends before it is encoded (RFC 2045, 6.8). */
static void put_text(struct writer *w, const char *text)
{
    struct writer lines = {0};
    for (; *text; text++)
        put(&lines, *text == '\n' ? "\r\n" : text, *text == '\n' ? 2 : 1);
    put_part_head(w, "text/plain; charset=UTF-8");
    say(w, "\r\n");
    put_body(w, mn_bytes_span(&lines.bytes));
    if (w->rc == MN_OK)
        w->rc = lines.rc;
    mn_bytes_free(&lines.bytes);
}

static void put_part(struct writer *w, const struct mn_mail_part *part)
{
    put_part_head(w, part->type);
    say(w, "Content-Disposition: attachment;\r\n ");
    put_file_name(w, part->name);
    say(w, "\r\n\r\n");
    put_body(w, part->content);
}

static bool is_dot_atom(const char *text, size_t len)
{
    static const char signs[] = "!#$%&'*+-/=?^_`{|}~.";
    for (size_t i = 0; i < len; i++) {
        bool inside = i > 0 && i + 1 < len && text[i - 1] != '.';
        if (!text[i] || (!isalnum((unsigned char)text[i]) && !strchr(signs, text[i])))
            return false;
        if (text[i] == '.' && !inside)
            return false;
    }
    return len > 0;
}

bool mn_mail_is_address(const char *text)
{
    const char *at = strrchr(text, '@');
    return at && is_ascii(text) && strlen(text) <= 254 && is_dot_atom(text, (size_t)(at - text)) &&
           is_dot_atom(at + 1, strlen(at + 1));
}

mn_rc mn_mail_write(const struct mn_mail *mail, struct mn_bytes *out)
{
    struct writer w = {0};
    if (!mn_mail_is_address(mail->to) || (mail->from && !mn_mail_is_address(mail->from)))
        return MN_E_ARGUMENT;
    put_head(&w, mail);
    put_text(&w, mail->text);
    for (size_t i = 0; i < mail->len; i++)
        put_part(&w, &mail->parts[i]);
    say(&w, "--" BOUNDARY "--\r\n");
    if (w.rc == MN_OK)
        mn_bytes_move(out, &w.bytes);
    mn_bytes_free(&w.bytes);
    return w.rc;
}
