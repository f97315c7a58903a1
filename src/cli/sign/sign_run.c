#include "cli/sign/sign_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/printable.h"
#include "cli/prompt.h"
#include "cli/sign/certificate_warning.h"
#include "cli/sign/content.h"
#include "cli/sign/file_list.h"
#include "cli/sign/signing_key.h"
#include "cli/sign/time_stamp.h"
#include "cli/verb.h"
#include "crypto/cms.h"
#include "crypto/library.h"
#include "crypto/signed_data.h"

struct run {
    const struct mn_sign_options *options;
    struct mn_file_list list;
    struct mn_signing_key *key;
    struct mn_cms_signer signer;
    struct mn_progress progress;
    struct mn_time_stamper *stamper; /* NULL: none is asked for the time */
    uint8_t *buffer;
    struct mn_cms *cms; /* of the file at hand */
    mn_rc cms_rc;       /* of taking its parts */
    bool stopped;       /* no other file can be signed: the key or the time stamps are gone */
    size_t done;
};

static int failed(mn_rc rc)
{
    fprintf(stderr, "mynakey: %s\n", mn_message_rc(rc));
    return MN_EXIT_FAILED;
}

static void tell(const char *path, const char *why)
{
    fprintf(stderr, "mynakey: %s: %s\n", path ? mn_printable(path) : "-", why);
}

/* --- which files --- */

static bool is_from_standard_input(const struct mn_sign_options *o)
{
    return o->count == 1 && strcmp(o->files[0], "-") == 0;
}

/* NULL: no memory. The caller frees. */
static char *signature_path(const struct mn_sign_options *o, const char *path)
{
    char *target = NULL;
    if (o->output)
        return strdup(o->output);
    return asprintf(&target, "%s%s", path, MN_SIGNATURE_ENDING) < 0 ? NULL : target;
}

/* Why the signature cannot have its name, or NULL. */
static const char *fault_of_name(const struct mn_sign_options *o, const char *target)
{
    struct stat st;
    if (lstat(target, &st) != 0 && errno != ENOENT)
        return strerror(errno);
    if (lstat(target, &st) != 0)
        return o->add ? _("there is no signature yet to add one to") : NULL;
    if (!o->force && !o->add)
        return _("it has a signature already; --force replaces it, --add adds one to it");
    return S_ISREG(st.st_mode) ? NULL : _("what has the signature's name is no file");
}

/* Why its folder cannot have it, or NULL. */
static const char *fault_of_folder(const char *target)
{
    char *folder = strdup(target);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash)
        slash[slash == folder ? 1 : 0] = '\0';
    bool can = folder && access(slash ? folder : ".", W_OK | X_OK) == 0;
    const char *fault = can ? NULL : strerror(errno);
    free(folder);
    return fault;
}

static const char *fault_of_target(const struct mn_sign_options *o, const char *target)
{
    const char *fault = fault_of_name(o, target);
    return fault ? fault : fault_of_folder(target);
}

static bool has_target(const char *path, const void *context)
{
    const struct mn_sign_options *o = context;
    char *target = signature_path(o, path);
    const char *fault = target ? fault_of_target(o, target) : mn_message_rc(MN_E_MEMORY);
    if (fault)
        tell(path, fault);
    free(target);
    return !fault;
}

static int find_files(struct run *run)
{
    const struct mn_sign_options *o = run->options;
    if (is_from_standard_input(o))
        return has_target(NULL, o) ? MN_EXIT_OK : MN_EXIT_FAILED;
    for (size_t i = 0; i < o->count; i++)
        mn_file_list_add(&run->list, o->files[i], o->recursive);
    mn_file_list_filter(&run->list, has_target, o);
    if (run->list.count > 0 && !run->list.broken)
        return MN_EXIT_OK;
    if (run->list.refused == 0)
        fprintf(stderr, _("mynakey: there is nothing to sign\n"));
    return MN_EXIT_FAILED;
}

static int open_stamper(struct run *run)
{
    const char *url = run->options->stamp_url;
    return !url || mn_time_stamper_open(url, &run->stamper) ? MN_EXIT_OK : MN_EXIT_FAILED;
}

/* --- the key --- */

/* What a token's key is is known only when it is open, and then its PIN was sent. */
static void warn(const struct run *run)
{
    const char *where = run->options->with;
    if (mn_signing_key_tells_holder(run->key) || (where && strncmp(where, "pkcs11:", 7) == 0))
        mn_certificate_warning(&run->list);
}

static int ask_holder(const struct run *run)
{
    printf(_("The signature will have the card's signing certificate in it: whoever gets the\n"
             "signature can read your name, address, date of birth and sex there.\n"));
    fflush(stdout);
    return mn_prompt_confirm(_("Sign?"), run->options->yes) ? MN_EXIT_OK : MN_EXIT_FAILED;
}

static mn_rc sign_with_key(void *self, struct mn_span content, uint8_t *out, size_t *len)
{
    struct run *run = self;
    mn_rc rc = mn_signing_key_sign(run->key, content, out, len);
    run->stopped = rc != MN_OK;
    return rc;
}

static int open_key(struct run *run)
{
    const struct mn_sign_options *o = run->options;
    const struct mn_signing_key_choice choice = {.where = o->with,
                                                 .passphrase_file = o->passphrase_file,
                                                 .pin_file = o->pin_file,
                                                 .reader = o->reader,
                                                 .trust_anchor = o->trust_anchor,
                                                 .now = time(NULL)};
    bool asked = false;
    int status = mn_signing_key_find(&choice, &run->key);
    if (status == MN_EXIT_OK)
        warn(run);
    if (status == MN_EXIT_OK && mn_signing_key_tells_holder(run->key)) {
        status = ask_holder(run);
        asked = true;
    }
    if (status == MN_EXIT_OK)
        status = mn_signing_key_open(run->key);
    if (status == MN_EXIT_OK && !asked && mn_signing_key_tells_holder(run->key))
        status = ask_holder(run);
    if (status)
        return status;
    run->signer = mn_signing_key_signer(run->key);
    run->signer.sign = sign_with_key;
    run->signer.self = run;
    return MN_EXIT_OK;
}

/* --- one file --- */

static bool take_part(void *self, struct mn_span part)
{
    struct run *run = self;
    run->cms_rc = mn_cms_add(run->cms, part);
    return run->cms_rc == MN_OK;
}

static mn_rc begin(struct run *run, const char *target)
{
    struct mn_bytes there = {0};
    if (!run->options->add)
        return mn_cms_begin(&run->signer, &run->cms);
    mn_rc rc = mn_file_read(target, MN_SIGNED_DATA_MAX, &there);
    if (rc == MN_OK)
        rc = mn_cms_begin_beside(&run->signer, mn_bytes_span(&there), &run->cms);
    mn_bytes_free(&there);
    return rc;
}

/* False: told on standard error why not. */
static bool make_signature(struct run *run, const char *path, const char *target,
                           struct mn_bytes *out)
{
    enum mn_content_outcome outcome = MN_CONTENT_STOPPED;
    run->cms_rc = begin(run, target);
    if (run->cms_rc == MN_OK)
        outcome = mn_content_read(path, run->buffer, take_part, run, &run->progress);
    mn_progress_clear(&run->progress);
    if (outcome == MN_CONTENT_READ)
        run->cms_rc = mn_cms_finish(run->cms, time(NULL), out);
    if (outcome == MN_CONTENT_READ && run->cms_rc == MN_OK)
        return true;
    tell(path, run->cms_rc ? mn_message_rc(run->cms_rc) : mn_content_text(outcome));
    return false;
}

/* Without the time that was asked for, a file counts as not signed, and the next would fare no
 * better. */
static bool stamp(struct run *run, struct mn_bytes *signature)
{
    if (!run->stamper || mn_time_stamper_put(run->stamper, mn_cms_signature(run->cms), signature))
        return true;
    run->stopped = true;
    return false;
}

static bool write_signature(struct run *run, const char *target, struct mn_span signature)
{
    const struct mn_sign_options *o = run->options;
    mn_rc rc = mn_file_write_shared(target, signature, o->force || o->add);
    if (rc)
        tell(target, mn_message_rc(rc));
    else
        printf(_("Written: %s\n"), mn_printable(target));
    return rc == MN_OK;
}

static void sign_file(struct run *run, const char *path)
{
    char *target = signature_path(run->options, path);
    struct mn_bytes signature = {0};
    bool good = target && make_signature(run, path, target, &signature) && stamp(run, &signature) &&
                write_signature(run, target, mn_bytes_span(&signature));
    if (!target)
        tell(path, mn_message_rc(MN_E_MEMORY));
    if (good)
        run->done++;
    else
        run->list.refused++;
    mn_bytes_free(&signature);
    mn_cms_free(&run->cms);
    free(target);
}

/* --- all of them --- */

static int sign_files(struct run *run)
{
    size_t i = 0;
    run->buffer = malloc(MN_CONTENT_PART);
    if (!run->buffer)
        return failed(MN_E_MEMORY);
    mn_progress_begin(&run->progress, run->list.count);
    if (is_from_standard_input(run->options))
        sign_file(run, NULL);
    for (; i < run->list.count && !run->stopped; i++)
        sign_file(run, run->list.paths[i]);
    run->list.refused += run->list.count - i;
    free(run->buffer);
    if (run->options->recursive || run->options->count > 1)
        printf(_("Signed: %zu. Not signed: %zu. Left out: %zu.\n"), run->done, run->list.refused,
               run->list.left_out);
    if (!mn_message_written())
        return MN_EXIT_FAILED;
    return run->list.refused == 0 ? MN_EXIT_OK : MN_EXIT_FAILED;
}

int mn_sign_run(const struct mn_sign_options *options)
{
    static int (*const steps[])(struct run *) = {find_files, open_stamper, open_key, sign_files};
    struct run run = {.options = options};
    int status = MN_EXIT_OK;
    mn_crypto_let_host_configure();
    mn_rc rc = mn_crypto_open();
    if (rc)
        return failed(rc);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == MN_EXIT_OK; i++)
        status = steps[i](&run);
    mn_time_stamper_close(&run.stamper);
    mn_signing_key_close(&run.key);
    mn_crypto_close();
    mn_file_list_free(&run.list);
    return status;
}
