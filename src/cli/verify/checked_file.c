#include "cli/verify/checked_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/verify/limited_file.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/verb.h"
#include "cli/verify/clock_text.h"
#include "crypto/chain.h"
#include "crypto/common_name.h"
#include "crypto/timestamp.h"

#define PART (512 * 1024) /* bytes read at once */

/* --- the content --- */

static int open_content(const char *path, struct mn_problem *problem)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would keep us waiting here */
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return fd;
    if (fd < 0)
        mn_problem_set(problem, MN_EXIT_FAILED, _("the file cannot be read: %s"), strerror(errno));
    else
        mn_problem_set(problem, MN_EXIT_FAILED, _("this is no ordinary file"));
    if (fd >= 0)
        close(fd);
    return -1;
}

static void read_content(const char *path, struct mn_signed_data *data, struct mn_problem *problem)
{
    static uint8_t part[PART];
    ssize_t n = -1;
    mn_rc rc = MN_OK;
    int fd = open_content(path, problem);
    if (fd < 0)
        return;
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    while (rc == MN_OK && ((n = read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0)
            rc = mn_signed_data_add(data, mn_span(part, (size_t)n));
    if (n < 0)
        mn_problem_set(problem, MN_EXIT_FAILED, _("the file cannot be read: %s"), strerror(errno));
    else if (rc)
        mn_problem_set(problem, MN_EXIT_FAILED, "%s", mn_message_rc(rc));
    close(fd);
}

/* --- the time stamp --- */

static mn_rc check_stamp_chain(const struct mn_check_world *world, const struct mn_timestamp *stamp)
{
    return mn_chain_check(mn_bytes_span(&stamp->certificate), &stamp->others, world->stamp_anchors,
                          stamp->time);
}

static void describe_stamp(const struct mn_timestamp *stamp, struct mn_checked_stamp *out)
{
    char name[sizeof out->name] = "";
    out->genuine = true;
    out->time = stamp->time;
    (void)mn_common_name(mn_bytes_span(&stamp->certificate), name, sizeof name);
    snprintf(out->name, sizeof out->name, "%s", mn_printable(name));
    (void)mn_fingerprint_text(mn_bytes_span(&stamp->certificate), out->fingerprint);
}

static void check_stamp(const struct mn_check_world *world, const struct mn_signature *signature,
                        struct mn_checked_signature *out)
{
    struct mn_timestamp stamp;
    out->stamp.there = signature->time_stamp.len > 0;
    if (!out->stamp.there)
        return;
    mn_rc rc = mn_timestamp_read(signature->time_stamp, signature->value, &stamp);
    if (rc) {
        mn_problem_set(&out->problem, MN_EXIT_BAD_STAMP, _("the time stamp is not right: %s"),
                       mn_message_rc(rc));
        return;
    }
    describe_stamp(&stamp, &out->stamp);
    if (world->stamp_anchors->count > 0) {
        rc = check_stamp_chain(world, &stamp);
        out->stamp.trusted = rc == MN_OK;
        if (rc)
            mn_problem_set(&out->problem, MN_EXIT_UNTRUSTED,
                           _("the time stamp comes from no authority that --tsa names"));
    }
    mn_timestamp_release(&stamp);
}

/* --- one signature --- */

static void tell_fault(mn_rc rc, struct mn_problem *problem)
{
    int status = rc == MN_E_CRYPTO || rc == MN_E_MEMORY ? MN_EXIT_FAILED : MN_EXIT_BAD_SIGNATURE;
    if (rc == MN_E_CHANGED)
        mn_problem_set(problem, MN_EXIT_CHANGED, _("the file is not what was signed"));
    else if (rc)
        mn_problem_set(problem, status, "%s", mn_message_rc(rc));
}

/* When was it there for sure: the time stamp says, if its authority is trusted; else it is now. */
static time_t proven_time(const struct mn_check_world *world, const struct mn_checked_signature *s)
{
    return s->stamp.trusted ? s->stamp.time : world->now;
}

static void judge_dates(const struct mn_check_world *world, struct mn_checked_signature *s)
{
    char from[MN_CLOCK_TEXT_ROOM], until[MN_CLOCK_TEXT_ROOM];
    bool valid = mn_signer_is_valid_at(s->signer, proven_time(world, s));
    if (valid && (!s->has_time || mn_signer_is_valid_at(s->signer, s->time)))
        return;
    mn_clock_text(s->signer->valid_from, from);
    mn_clock_text(s->signer->valid_until, until);
    if (valid)
        mn_problem_set(&s->problem, MN_EXIT_EXPIRED,
                       _("the signer names a time when the certificate was not valid, which it is "
                         "from %s to %s"),
                       from, until);
    else if (s->stamp.trusted)
        mn_problem_set(&s->problem, MN_EXIT_EXPIRED,
                       _("the certificate, valid from %s to %s, was not so at the time of the time "
                         "stamp"),
                       from, until);
    else
        mn_problem_set(&s->problem, MN_EXIT_EXPIRED,
                       _("the certificate is not valid now, but from %s to %s; that it was signed "
                         "in time only a time stamp of an authority that --tsa names would prove"),
                       from, until);
}

static void check_signature(const struct mn_check_world *world, struct mn_signed_data *data,
                            size_t i, struct mn_checked_signature *out)
{
    struct mn_signature signature;
    mn_rc rc = mn_signed_data_check(data, i, world->keys, &signature);
    tell_fault(rc, &out->problem);
    out->unchanged = rc == MN_OK;
    out->authentic = rc == MN_OK || rc == MN_E_CHANGED;
    if (!out->authentic)
        return;
    out->has_time = signature.has_time;
    out->time = signature.time;
    check_stamp(world, &signature, out);
    rc = mn_signers_find(world->signers, signature.certificate, data, &out->signer);
    if (rc) {
        out->authentic = false;
        mn_problem_set(&out->problem, MN_EXIT_FAILED, "%s", mn_message_rc(rc));
        return;
    }
    mn_problem_take(&out->problem, &out->signer->problem);
    judge_dates(world, out);
}

/* --- the file --- */

static mn_rc read_signature_file(const char *path, struct mn_signed_data **data,
                                 struct mn_problem *problem)
{
    struct mn_bytes der = {0};
    mn_rc rc = mn_limited_file_read(path, MN_SIGNED_DATA_MAX, &der);
    if (rc == MN_E_FILE_MISSING) {
        mn_problem_set(problem, MN_EXIT_FAILED, _("there is no signature: %s is not there"),
                       mn_printable(path));
        return rc;
    }
    if (rc) {
        mn_problem_set(problem, rc == MN_E_MEMORY ? MN_EXIT_FAILED : MN_EXIT_BAD_SIGNATURE,
                       _("%s cannot be read: %s"), mn_printable(path), mn_message_rc(rc));
        return rc;
    }
    rc = mn_signed_data_read(mn_bytes_span(&der), data);
    mn_bytes_free(&der);
    if (rc)
        mn_problem_set(
            problem,
            rc == MN_E_CRYPTO || rc == MN_E_MEMORY ? MN_EXIT_FAILED : MN_EXIT_BAD_SIGNATURE,
            _("%s is no signature that can be read: %s"), mn_printable(path), mn_message_rc(rc));
    return rc;
}

void mn_checked_file_read(const struct mn_check_world *world, const char *path,
                          const char *signature_path, struct mn_checked_file *out)
{
    struct mn_signed_data *data = NULL;
    out->path = path;
    out->signature_path = signature_path;
    out->len = 0;
    out->problem = (struct mn_problem){0};
    if (read_signature_file(signature_path, &data, &out->problem) != MN_OK)
        return;
    read_content(path, data, &out->problem);
    if (out->problem.status == MN_EXIT_OK)
        out->len = mn_signed_data_signers(data);
    for (size_t i = 0; i < out->len; i++) {
        out->signatures[i] = (struct mn_checked_signature){0};
        check_signature(world, data, i, &out->signatures[i]);
        mn_problem_take(&out->problem, &out->signatures[i].problem);
    }
    mn_signed_data_free(&data);
}
