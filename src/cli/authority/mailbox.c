#include "cli/authority/mailbox.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <gmime/gmime.h>

#include "cli/issue/mail.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"
#include "crypto/certificate.h"
#include "crypto/signed_data.h"

#define PARTS_MAX 200 /* nobody's mail has more attachments */

/* What was found in a message. */
struct found {
    struct mn_bytes certificate, signature;
    unsigned certificates, signatures, parts;
    mn_rc rc;
};

static bool ends_in(const char *name, const char *ending)
{
    size_t len = strlen(name), end = strlen(ending);

    return len >= end && strcasecmp(name + len - end, ending) == 0;
}

enum mn_mailbox_kind mn_mailbox_kind(const char *name, struct mn_span content)
{
    struct mn_certificate certificate = {0};
    struct mn_signed_data *signature = NULL;
    enum mn_mailbox_kind kind = MN_MAILBOX_OTHER;

    if (name && (ends_in(name, ".p7s") || ends_in(name, ".p7m")))
        return MN_MAILBOX_OTHER;
    if (name && ends_in(name, ".cer"))
        return MN_MAILBOX_CERTIFICATE;
    if (name && ends_in(name, ".mnsgn"))
        return MN_MAILBOX_SIGNATURE;
    if (mn_certificate_read(content, &certificate) == MN_OK)
        kind = MN_MAILBOX_CERTIFICATE;
    else if (mn_signed_data_read(content, &signature) == MN_OK)
        kind = MN_MAILBOX_SIGNATURE;
    mn_signed_data_free(&signature);
    mn_certificate_release(&certificate);
    return kind;
}

/* --- attachments --- */

/* The content as it was before it was encoded; NULL when there is none, or it is too large for what
 * is looked for. Base64 and quoted-printable make it longer, never shorter. The caller unrefs. */
static GMimeStream *decode(GMimePart *part)
{
    GMimeDataWrapper *wrapper = g_mime_part_get_content(part);
    GMimeStream *encoded = wrapper ? g_mime_data_wrapper_get_stream(wrapper) : NULL;
    gint64 len = encoded ? g_mime_stream_length(encoded) : -1;
    GMimeStream *decoded;

    if (len < 0 || len > (gint64)MN_REQUEST_FILE_MAX * 4)
        return NULL;
    decoded = g_mime_stream_mem_new();
    if (g_mime_data_wrapper_write_to_stream(wrapper, decoded) < 0) {
        g_object_unref(decoded);
        decoded = NULL;
    }
    return decoded;
}

static void take(const char *name, struct mn_span content, struct found *found)
{
    enum mn_mailbox_kind kind = mn_mailbox_kind(name, content);

    if (kind == MN_MAILBOX_CERTIFICATE && found->certificates++ == 0)
        found->rc = mn_bytes_set(&found->certificate, content);
    if (kind == MN_MAILBOX_SIGNATURE && found->signatures++ == 0)
        found->rc = mn_bytes_set(&found->signature, content);
}

static void look_at(GMimePart *part, struct found *found)
{
    GMimeStream *decoded = decode(part);
    GByteArray *bytes;

    if (!decoded)
        return;
    bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(decoded));
    if (bytes->len > 0 && bytes->len <= MN_REQUEST_FILE_MAX)
        take(g_mime_part_get_filename(part), mn_span(bytes->data, bytes->len), found);
    g_object_unref(decoded);
}

/* All parts, however deep; also of messages that were forwarded. */
static void look_into(GMimeMessage *message, struct found *found)
{
    GMimePartIter *iter = g_mime_part_iter_new((GMimeObject *)message);

    do {
        GMimeObject *part = g_mime_part_iter_get_current(iter);
        if (part && GMIME_IS_PART(part))
            look_at(GMIME_PART(part), found);
    } while (found->rc == MN_OK && ++found->parts < PARTS_MAX && g_mime_part_iter_next(iter));
    g_mime_part_iter_free(iter);
}

/* --- messages --- */

/* The first plain address of a list; it lives as long as the message. */
static const char *address_in(InternetAddressList *list)
{
    for (int i = 0; list && i < internet_address_list_length(list); i++) {
        InternetAddress *one = internet_address_list_get_address(list, i);
        const char *address = INTERNET_ADDRESS_IS_MAILBOX(one)
                                  ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one))
                                  : NULL;
        if (address && mn_mail_is_address(address))
            return address;
    }
    return NULL;
}

static const char *sender_of(GMimeMessage *message)
{
    const char *address = address_in(g_mime_message_get_reply_to(message));

    return address ? address : address_in(g_mime_message_get_from(message));
}

static int visit_message(GMimeMessage *message, const char *from, bool is_only,
                         int (*visit)(const struct mn_request_source *source, void *self),
                         void *self)
{
    struct found found = {.rc = MN_OK};
    int status = 0;

    look_into(message, &found);
    const struct mn_request_source source = {
        .from = from,
        .certificate = mn_bytes_span(&found.certificate),
        .signature = mn_bytes_span(&found.signature),
        .is_ambiguous = found.certificates > 1 || found.signatures > 1,
        .sender = sender_of(message),
    };
    if (found.rc) {
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(from), mn_message_rc(found.rc));
        status = MN_EXIT_FAILED;
    } else if (is_only || found.certificates + found.signatures > 0) {
        status = visit(&source, self);
    }
    mn_bytes_free(&found.certificate);
    mn_bytes_free(&found.signature);
    return status;
}

/* Does the file begin as a mailbox does, and not as a message? */
static bool is_mailbox(GMimeStream *stream)
{
    char head[5] = "";
    bool is = g_mime_stream_read(stream, head, sizeof head) == (ssize_t)sizeof head &&
              memcmp(head, "From ", sizeof head) == 0;

    (void)g_mime_stream_reset(stream);
    return is;
}

/* Contents are read from the file when they are wanted. */
static void begin_at(GMimeParser *parser, GMimeStream *stream, bool many)
{
    g_mime_parser_init_with_stream(parser, stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    g_mime_parser_set_format(parser, many ? GMIME_FORMAT_MBOX : GMIME_FORMAT_MESSAGE);
}

/* Moves the stream to the first line behind the place that begins a message of a mailbox. */
static bool find_next(GMimeStream *stream, gint64 behind)
{
    static const char mark[] = "\nFrom ";
    size_t met = 0;
    char part[4096];
    ssize_t len;

    for (gint64 at = behind; g_mime_stream_seek(stream, at, GMIME_STREAM_SEEK_SET) == at &&
                             (len = g_mime_stream_read(stream, part, sizeof part)) > 0;
         at += len)
        for (ssize_t i = 0; i < len; i++) {
            met = part[i] == mark[met] ? met + 1 : part[i] == mark[0];
            if (met == sizeof mark - 1)
                return g_mime_stream_seek(stream, at + i + 2 - (gint64)met,
                                          GMIME_STREAM_SEEK_SET) >= 0;
        }
    return false;
}

/* message: NULL for one that cannot be read. */
static int visit_one(GMimeMessage *message, const char *file, unsigned n, bool many,
                     int (*visit)(const struct mn_request_source *source, void *self), void *self)
{
    char *from = NULL;
    int status = MN_EXIT_FAILED;

    if (!many)
        from = strdup(file);
    else if (asprintf(&from, _("%s, message %u"), file, n) < 0)
        return status;
    if (!from)
        return status;
    if (message)
        status = visit_message(message, from, !many, visit, self);
    else
        status = visit(&(struct mn_request_source){.from = from}, self);
    free(from);
    return status;
}

/* One message that is none must not hide those behind it. */
static int visit_all(GMimeStream *stream, const char *file,
                     int (*visit)(const struct mn_request_source *source, void *self), void *self)
{
    bool many = is_mailbox(stream), more = true;
    GMimeParser *parser = g_mime_parser_new();
    int status = 0;

    begin_at(parser, stream, many);
    for (unsigned n = 1; status == 0 && more; n++) {
        gint64 start = g_mime_parser_tell(parser);
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        if (message || many)
            status = visit_one(message, file, n, many, visit, self);
        if (!message && many && (more = find_next(stream, start + 1)))
            begin_at(parser, stream, many);
        else
            more = message && many && !g_mime_parser_eos(parser);
        if (message)
            g_object_unref(message);
    }
    g_object_unref(parser);
    return status;
}

int mn_mailbox_each(const char *file,
                    int (*visit)(const struct mn_request_source *source, void *self), void *self)
{
    GMimeStream *stream;
    int status;

    g_mime_init();
    stream = g_mime_stream_fs_open(file, O_RDONLY | O_CLOEXEC, 0, NULL);
    if (!stream) {
        fprintf(stderr, "mynakey: %s: %s\n", mn_printable(file), mn_message_rc(MN_E_FILE));
        return MN_EXIT_FAILED;
    }
    status = visit_all(stream, file, visit, self);
    g_object_unref(stream);
    return status;
}
